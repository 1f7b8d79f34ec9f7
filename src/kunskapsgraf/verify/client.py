"""The HTTP of the checks: every request as it is meant, every answer as it came, with its status, headers and bytes.

The client of the service hides what an engine does wrong, or makes an error of it; here that is what is looked at.
"""

from __future__ import annotations

import http.client
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from kunskapsgraf import __version__
from kunskapsgraf.errors import EndpointError
from kunskapsgraf.graph.elsewhere.transport import authorization, checked

JSON, N_TRIPLES = "application/sparql-results+json", "application/n-triples"
FORM, QUERY, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
MOST_BYTES = 1_000_000_000
"""Bytes of an answer that are read; none of the checks asks for as many."""


class Unreachable(EndpointError):
    """No answer: nobody listens, the connection broke, or the time was over (``is_slow``)."""

    is_slow = False


@dataclass(frozen=True)
class Reply:
    """An answer; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float

    @property
    def is_good(self) -> bool:
        """Whether the status says that all went well."""
        return 200 <= self.status < 300

    @property
    def media(self) -> str:
        """The media type, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def brief(self) -> str:
        """Say what came, on one line."""
        text = " ".join(self.body[:2000].decode(errors="replace").split())
        return f"{self.status} {self.media}: {text[:200]}" if text else f"{self.status} {self.media}"


@dataclass
class Endpoint:
    """An engine's three addresses, and who asks."""

    query_url: str
    update_url: str = ""
    data_url: str = ""
    engine: str = "auto"
    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    seconds: float = 120

    def __post_init__(self) -> None:
        self.update_url = self.update_url or self.query_url
        for url in (self.query_url, self.update_url, self.data_url or self.query_url):
            checked(url)
        self._authorization = authorization(self.user, self.password, self.token)

    def query(
        self,
        text: str,
        accept: str = JSON,
        default: Sequence[str] = (),
        named: Sequence[str] = (),
        *,
        how: str = "form",
        more: Sequence[tuple[str, str]] = (),
        seconds: float = 0,
    ) -> Reply:
        """Ask a query: by ``form``, which is how the service asks, ``direct`` or ``get``."""
        dataset = [*(("default-graph-uri", g) for g in default), *(("named-graph-uri", g) for g in named), *more]
        headers = {"Accept": accept}
        if how == "form":
            return self.send(
                "POST", self.query_url, [("query", text), *dataset], headers | {"Content-Type": FORM}, seconds
            )
        if how == "direct":
            url = _with(self.query_url, dataset)
            return self.send("POST", url, text, headers | {"Content-Type": QUERY}, seconds)
        return self.send("GET", _with(self.query_url, [("query", text), *dataset]), "", headers, seconds)

    def update(self, text: str, *, how: str = "form", seconds: float = 0) -> Reply:
        """Send an update: by ``form`` or ``direct``."""
        if how == "form":
            return self.send(
                "POST", self.update_url, [("update", text)], {"Content-Type": FORM, "Accept": "*/*"}, seconds
            )
        return self.send("POST", self.update_url, text, {"Content-Type": UPDATE, "Accept": "*/*"}, seconds)

    def graph(self, method: str, name: str, body: str = "", media: str = "") -> Reply:
        """Send a request of the Graph Store Protocol."""
        headers = {"Content-Type": media, "Accept": "*/*"} if media else {"Accept": "*/*"}
        return self.send(method, _with(self.data_url, [("graph", name)]), body, headers)

    def send(
        self,
        method: str,
        url: str,
        body: str | Sequence[tuple[str, str]],
        headers: Mapping[str, str],
        seconds: float = 0,
    ) -> Reply:
        """Send a request; raises ``Unreachable``."""
        parts = urlsplit(url)
        seconds = min(seconds or self.seconds, self.seconds)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=seconds)
        sent = (body if isinstance(body, str) else urlencode(body)).encode()
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        began = time.monotonic()
        try:
            connection.request(method, path, sent or None, {**headers, **self._own()})
            answer = connection.getresponse()
            content = answer.read(MOST_BYTES)
        except TimeoutError as error:
            slow = Unreachable(f"{url} svarade inte inom {seconds:g} s.", f"{url} did not answer within {seconds:g} s.")
            slow.is_slow = True
            raise slow from error
        except (OSError, http.client.HTTPException) as error:
            why = str(error) or type(error).__name__
            raise Unreachable(f"{url} går inte att nå: {why}.", f"{url} cannot be reached: {why}.") from error
        finally:
            connection.close()
        named = {name.lower(): value for name, value in answer.getheaders()}
        return Reply(answer.status, named, content, time.monotonic() - began)

    def _own(self) -> dict[str, str]:
        own = {"User-Agent": f"kunskapsgraf/{__version__}"}
        return own | {"Authorization": self._authorization} if self._authorization else own


def _with(url: str, fields: Sequence[tuple[str, str]]) -> str:
    if not fields:
        return url
    return f"{url}{'&' if '?' in url else '?'}{urlencode(fields)}"
