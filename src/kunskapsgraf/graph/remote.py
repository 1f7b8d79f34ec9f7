"""A store somewhere else: any engine that speaks the SPARQL 1.1 Protocol, asked and updated over HTTP.

The only module that reaches out to the network on its own account. Whatever goes wrong becomes ``EndpointError``.
"""

from __future__ import annotations

import base64
import http.client
import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from kunskapsgraf import __version__
from kunskapsgraf.errors import BadRequest, EndpointError
from kunskapsgraf.graph.terms import Row, row_of
from kunskapsgraf.settings import Settings

_QUERY, _UPDATE = "application/sparql-query", "application/sparql-update"
_RESULTS = "application/sparql-results+json"
_SHOWN = 500
"""Characters of what an engine says that a message repeats."""


class Remote:
    """An endpoint: ``query_url`` answers queries and ``update_url`` takes updates; many engines have one address for both."""

    def __init__(
        self,
        query_url: str,
        update_url: str = "",
        *,
        user: str = "",
        password: str = "",
        token: str = "",
        seconds: float = 120,
    ) -> None:
        self.query_url = _checked(query_url)
        self.update_url = _checked(update_url or query_url)
        self._seconds = seconds
        self._authorization = f"Bearer {token}" if token else _basic(user, password) if user else ""
        self._opener = urllib.request.build_opener(_StayThere)

    def update(self, text: str) -> None:
        """Run a SPARQL update."""
        self._sent(self.update_url, text, _UPDATE)

    def select(self, query: str) -> Iterator[Row]:
        """Run a SELECT; give its rows, unbound variables left out."""
        answer = self._asked(query)
        try:
            rows = [row_of(binding) for binding in answer["results"]["bindings"]]
        except (KeyError, TypeError, ValueError) as error:
            raise self._not_sparql(error) from error
        return iter(rows)

    def ask(self, query: str) -> bool:
        """Run an ASK."""
        answer = self._asked(query)
        if not isinstance(answer.get("boolean"), bool):
            raise self._not_sparql("boolean")
        return bool(answer["boolean"])

    def holds(self, graph: str) -> bool:
        """Tell whether a named graph holds anything."""
        return self.ask(f"ASK {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")

    def _asked(self, query: str) -> dict[str, Any]:
        body = self._sent(self.query_url, query, _QUERY)
        try:
            # The body is parsed as one document: a cut answer is no JSON and raises.
            found = json.loads(body)
        except ValueError as error:
            raise self._not_sparql(error) from error
        if not isinstance(found, dict):
            raise self._not_sparql("JSON")
        return found

    def _sent(self, url: str, text: str, media: str) -> bytes:
        headers = {
            "Content-Type": f"{media}; charset=utf-8",
            "Accept": _RESULTS if media == _QUERY else "*/*",
            "User-Agent": f"kunskapsgraf/{__version__}",
        }
        if self._authorization:
            headers["Authorization"] = self._authorization
        request = urllib.request.Request(url, text.encode(), headers, method="POST")  # noqa: S310 - _checked
        try:
            with self._opener.open(request, timeout=self._seconds) as answer:
                body: bytes = answer.read()
        except urllib.error.HTTPError as error:
            with error:  # it holds the connection
                raise _refused(url, error) from error
        except TimeoutError as error:
            raise self._too_slow(url) from error
        except (OSError, http.client.HTTPException) as error:
            if isinstance(reason := getattr(error, "reason", None), TimeoutError):
                raise self._too_slow(url) from error
            raise EndpointError(
                f"{url} går inte att nå: {reason or error}. Kontrollera adressen och att tjänsten är igång.",
                f"{url} cannot be reached: {reason or error}. Check the address and that the service is running.",
            ) from error
        return body

    def _too_slow(self, url: str) -> EndpointError:
        seconds = f"{self._seconds:g}"
        return EndpointError(
            f"{url} svarade inte inom {seconds} s. Höj KUNSKAPSGRAF_ENDPOINT_SECONDS, eller se efter vad tjänsten gör.",
            f"{url} did not answer within {seconds} s. Raise KUNSKAPSGRAF_ENDPOINT_SECONDS, or see what the service is doing.",
        )

    def _not_sparql(self, why: object) -> EndpointError:
        return EndpointError(
            f"{self.query_url} svarade inte med ett SPARQL-resultat i JSON ({why}). Kontrollera att adressen är frågetjänstens.",
            f"{self.query_url} did not answer with a SPARQL result in JSON ({why}). Check that the address is that of the query service.",
        )


def remote(settings: Settings, query_url: str, update_url: str = "") -> Remote:
    """Give an endpoint with the user, token and time limit of the settings."""
    return Remote(
        query_url,
        update_url,
        user=settings.endpoint_user,
        password=settings.endpoint_password,
        token=settings.endpoint_token,
        seconds=settings.endpoint_seconds,
    )


class _StayThere(urllib.request.HTTPRedirectHandler):
    """Follow no redirect: an update would become a GET on the way, and a password would go to another host."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _checked(url: str) -> str:
    try:
        parts = urlsplit(url)
        usable = (
            parts.scheme in ("http", "https") and bool(parts.hostname) and url.isascii() and not re.search(r"\s", url)
        )
    except ValueError:
        usable = False
    if not usable:
        raise BadRequest(
            f"{url!r} är ingen adress till en SPARQL-tjänst; den ska börja med http:// eller https:// och en värd.",
            f"{url!r} is no address of a SPARQL service; it must begin with http:// or https:// and a host.",
        )
    if parts.username is not None:
        raise BadRequest(
            "Skriv inte lösenordet i adressen; ange KUNSKAPSGRAF_ENDPOINT_USER och KUNSKAPSGRAF_ENDPOINT_PASSWORD i miljön.",
            "Do not write the password in the address; set KUNSKAPSGRAF_ENDPOINT_USER and KUNSKAPSGRAF_ENDPOINT_PASSWORD in the environment.",
        )
    return url


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _refused(url: str, error: urllib.error.HTTPError) -> EndpointError:
    said = _said(error)
    if error.code in (401, 403):
        return EndpointError(
            f"{url} kräver inloggning ({error.code}). Ange KUNSKAPSGRAF_ENDPOINT_USER och KUNSKAPSGRAF_ENDPOINT_PASSWORD, "
            f"eller KUNSKAPSGRAF_ENDPOINT_TOKEN, för någon som får läsa och skriva.{said}",
            f"{url} asks for a login ({error.code}). Set KUNSKAPSGRAF_ENDPOINT_USER and KUNSKAPSGRAF_ENDPOINT_PASSWORD, "
            f"or KUNSKAPSGRAF_ENDPOINT_TOKEN, of someone who may read and write.{said}",
        )
    if 300 <= error.code < 400:
        place = error.headers.get("Location", "-")
        return EndpointError(
            f"{url} hänvisar till {place} ({error.code}). Ange den adressen i stället.",
            f"{url} redirects to {place} ({error.code}). Give that address instead.",
        )
    if error.code in (404, 405, 415):
        return EndpointError(
            f"{url} tar inte emot SPARQL ({error.code}). Kontrollera adressen; uppdateringar har ofta en egen (--update).{said}",
            f"{url} takes no SPARQL ({error.code}). Check the address; updates often have one of their own (--update).{said}",
        )
    return EndpointError(
        f"{url} svarade {error.code} {error.reason}.{said}", f"{url} answered {error.code} {error.reason}.{said}"
    )


def _said(error: urllib.error.HTTPError) -> str:
    """Give what the engine says of the error, on one line; a page of HTML says nothing that helps."""
    try:
        text = error.read(10_000).decode(errors="replace")
    except (OSError, http.client.HTTPException):
        return ""
    if "html" in error.headers.get("Content-Type", ""):
        return ""
    text = " ".join(text.split())
    return f" {text[:_SHOWN]}" if text else ""
