"""HTTP to an engine: kept connections, whole answers, time limits that hold, and again only what is safe.

The only module that reaches an engine. No redirect is followed: an update would become a GET on the way, and a password
would go to another host. Certificates are verified, proxies of the environment are not asked, and nothing is logged
here; credentials are in a header of each request and nowhere else.
"""

from __future__ import annotations

import base64
import io
import random
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import urllib3
from urllib3 import exceptions
from urllib3.connection import HTTPConnection, HTTPSConnection

from kunskapsgraf import __version__
from kunskapsgraf.errors import BadRequest
from kunskapsgraf.graph.elsewhere import refusals
from kunskapsgraf.graph.elsewhere.refusals import BUSY, Reply
from kunskapsgraf.graph.elsewhere.watch import WATCH, Watch
from kunskapsgraf.settings import Settings

CONNECT_SECONDS = 5.0
ATTEMPTS = 3
FIRST_WAIT = 0.1
"""Seconds before the second attempt, by chance half or once and a half as many; before the third twice as many."""
AT_ONCE = 1.0
"""An engine that says within so many seconds that it is busy has not worked on the request: it is asked again."""
PIECE = 64 * 1024
MOST_SAID = 10_000
"""Bytes of what an engine says of an error that are read."""


class _Watched(HTTPConnection):
    """A connection that the watch over its request can end."""

    def connect(self) -> None:
        """Connect, and tell the watch."""
        super().connect()
        _told(self.sock)

    def request(self, *args: Any, **kwargs: Any) -> None:
        """Send a request, of which the watch is told before where the connection was kept."""
        _told(self.sock)
        super().request(*args, **kwargs)


class _WatchedSecure(_Watched, HTTPSConnection):
    """The same over TLS."""


class _PlainPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Watched


class _SecurePool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _WatchedSecure


def _told(connected: Any) -> None:
    if (watch := WATCH.get()) is not None:
        watch.hold(connected)


@dataclass(frozen=True)
class Sent:
    """A request: its address, body and headers; one that ``is_safe`` changes nothing, however often it is sent."""

    url: str
    body: bytes
    headers: Mapping[str, str]
    method: str = "POST"
    is_safe: bool = True
    names: tuple[str, str] | None = None
    """What messages call the engine, in Swedish and English; its address where whoever reads them may know that."""

    @property
    def name(self) -> tuple[str, str]:
        """Give what messages call the engine."""
        return self.names or (self.url, self.url)


class Transport:
    """Connections to the addresses of one engine, kept between requests; threads share them."""

    def __init__(self, *, user: str = "", password: str = "", token: str = "", connections: int = 4) -> None:
        self._authorization = authorization(user, password, token)
        self._manager = urllib3.PoolManager(maxsize=connections, retries=False, cert_reqs="CERT_REQUIRED")
        self._manager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}

    def send(self, sent: Sent, watch: Watch, take: Callable[[bytes], object], most: int) -> Reply:
        """Send a request within the time of a watch; hand over the body of a 2xx as it comes, and no more than ``most`` bytes.

        Raises ``EngineAway`` where the engine is not reached, ``QueryTimeout`` or what the watch was told where that
        ended it, and ``BrokenAnswer`` where the answer does not come whole; what was taken of it is then no answer.
        """
        with watch:
            for attempt in range(1, ATTEMPTS + 1):
                is_last = attempt == ATTEMPTS
                came = watch.passed
                try:
                    response = self._opened(sent, watch)
                except exceptions.HTTPError as error:
                    _raise_if_ended(sent.name, watch)
                    if not _is_worth_it(error, sent) or is_last:
                        raise refusals.away(sent.name, error) from error
                    wanted = 0.0
                else:
                    reply = self._reply(sent.name, response, watch, take, most)
                    is_busy = reply.status in BUSY and watch.passed - came < AT_ONCE and not reply.is_too_slow
                    if not (sent.is_safe and is_busy) or is_last:
                        return reply
                    wanted = _seconds(reply.headers.get("Retry-After", ""))
                pause = max(wanted, FIRST_WAIT * 2 ** (attempt - 1) * random.uniform(0.5, 1.5))  # noqa: S311 - no secret
                if pause >= watch.left:
                    raise refusals.busy(sent.name)
                time.sleep(pause)
                _raise_if_ended(sent.name, watch)
        raise AssertionError("the last attempt returns or raises")

    def close(self) -> None:
        """Let go of the connections."""
        self._manager.clear()

    def _opened(self, sent: Sent, watch: Watch) -> urllib3.BaseHTTPResponse:
        headers = {
            "User-Agent": f"kunskapsgraf/{__version__}",
            "Accept-Encoding": "identity",
            "Content-Length": str(len(sent.body)),
            **sent.headers,
        }
        if self._authorization:
            headers["Authorization"] = self._authorization
        return self._manager.request(
            sent.method,
            sent.url,
            # As a file it is sent in pieces, each within the time to connect.
            body=io.BytesIO(sent.body),
            headers=headers,
            redirect=False,
            preload_content=False,
            decode_content=False,
            timeout=urllib3.Timeout(connect=min(CONNECT_SECONDS, watch.left), read=watch.left),
        )

    def _reply(
        self,
        name: tuple[str, str],
        response: urllib3.BaseHTTPResponse,
        watch: Watch,
        take: Callable[[bytes], object],
        most: int,
    ) -> Reply:
        is_good = 200 <= response.status < 300
        said = bytearray()
        is_past = False
        left = most if is_good else MOST_SAID
        encoding = response.headers.get("Content-Encoding", "identity")
        is_chunked = "chunked" in response.headers.get("Transfer-Encoding", "").lower()
        try:
            for piece in response.stream(PIECE, decode_content=False):
                (take if is_good else said.extend)(piece[:left])
                is_past = len(piece) > left
                left -= len(piece)
                if is_past:
                    break
        except exceptions.HTTPError as error:
            _raise_if_ended(name, watch)
            if is_good:
                raise refusals.cut(name) from error
        finally:
            if left != 0 or is_past:
                response.close()  # what is left of it is nobody's
            response.release_conn()
        _raise_if_ended(name, watch)
        if is_good and encoding.lower() != "identity":
            raise refusals.encoded(name, encoding)
        has_end = is_chunked or "Content-Length" in response.headers
        return Reply(
            response.status, response.reason or "", response.headers, said.decode(errors="replace"), has_end, is_past
        )


def transport(settings: Settings, connections: int = 4) -> Transport:
    """Give connections with the user or the token of the settings."""
    return Transport(
        user=settings.endpoint_user,
        password=settings.endpoint_password,
        token=settings.endpoint_token,
        connections=connections,
    )


def authorization(user: str, password: str, token: str) -> str:
    """Write the header that says who asks; raise ``BadRequest``, which does not repeat it, where a token can be in no header."""
    if not re.fullmatch(r"[\x21-\x7e]*", token):
        raise BadRequest(
            "KUNSKAPSGRAF_ENDPOINT_TOKEN innehåller blanksteg, radbyten eller tecken utanför ASCII. Ange bara token.",
            "KUNSKAPSGRAF_ENDPOINT_TOKEN holds spaces, line breaks or characters beyond ASCII. Give the token alone.",
        )
    if token:
        return f"Bearer {token}"
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode() if user else ""


def checked(url: str) -> str:
    """Give an address back; raise ``BadRequest`` where it is none of a service, or holds a password."""
    try:
        parts = urlsplit(url)
        usable = (
            parts.scheme in ("http", "https") and bool(parts.hostname) and url.isascii() and not re.search(r"\s", url)
        )
        holds_user = parts.username is not None
    except ValueError:
        usable = holds_user = False
    if holds_user or (not usable and "@" in url):
        raise BadRequest(
            "Skriv inte lösenordet i adressen; ange KUNSKAPSGRAF_ENDPOINT_USER och KUNSKAPSGRAF_ENDPOINT_PASSWORD i miljön.",
            "Do not write the password in the address; set KUNSKAPSGRAF_ENDPOINT_USER and KUNSKAPSGRAF_ENDPOINT_PASSWORD in the environment.",
        )
    if not usable:
        raise BadRequest(
            f"{url!r} är ingen adress till en SPARQL-tjänst; den ska börja med http:// eller https:// och en värd.",
            f"{url!r} is no address of a SPARQL service; it must begin with http:// or https:// and a host.",
        )
    return url


def _raise_if_ended(name: tuple[str, str], watch: Watch) -> None:
    if watch.refused is not None:
        raise watch.refused
    if watch.is_over or watch.passed >= watch.seconds:
        raise refusals.too_slow(name, watch.seconds)


def _is_worth_it(error: exceptions.HTTPError, sent: Sent) -> bool:
    """Tell whether a request may be sent again: it never reached the engine, or does no harm twice."""
    if isinstance(error, (exceptions.NewConnectionError, exceptions.ConnectTimeoutError)):
        return True
    return sent.is_safe and isinstance(error, exceptions.ProtocolError)


def _seconds(text: str) -> float:
    """Read Retry-After where it is a number of seconds; a date of the engine's clock says less."""
    return float(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0.0
