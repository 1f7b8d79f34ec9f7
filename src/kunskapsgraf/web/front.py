"""What granian serves: whole bodies, kept answers and large results on an event loop, and Flask in threads behind it.

A client that sends slowly holds a place on the loop, which costs next to nothing, and no thread. A kept answer
never reaches Flask, which is most of what it costs. It is kept by all that it may depend on: the address, the snapshot,
and each header of the request that an answer names or is made of.
"""

from __future__ import annotations

import asyncio
import io
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any

from werkzeug.http import parse_etags

from kunskapsgraf.errors import EndpointError, SnapshotError
from kunskapsgraf.graph.begun import taking_up
from kunskapsgraf.graph.cache import Cache
from kunskapsgraf.graph.fairness import CLIENT
from kunskapsgraf.graph.spool import IN_MEMORY
from kunskapsgraf.graph.store import Store
from kunskapsgraf.settings import Settings
from kunskapsgraf.web.exchange import (
    Headers,
    Receive,
    Scope,
    Send,
    as_sent,
    environ_of,
    left,
    path_of,
    read,
    send_pieces,
    send_whole,
)
from kunskapsgraf.web.express import BEGUN, Express
from kunskapsgraf.web.journal import Journal
from kunskapsgraf.web.limits import REFUSED
from kunskapsgraf.web.proxies import client_of

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
_DEPENDS_ON = frozenset(
    {
        b"host",
        b"origin",
        b"accept",
        b"accept-language",
        b"accept-encoding",
        b"accept-profile",
        b"forwarded",
        b"x-forwarded-host",
        b"x-forwarded-port",
        b"x-forwarded-prefix",
        b"x-forwarded-proto",
    }
)
_NEVER_KEPT = frozenset({b"authorization", b"cookie", b"range", b"if-match", b"if-modified-since"})
_ONLY_WITH_BODY = (b"content-length", b"content-type", b"content-encoding", b"content-disposition")


BESIDE_QUERIES = 16
"""Threads for what asks no query, and for telling whose query finds the queue full."""


ENTRY_BYTES = 3000
"""What an answer that is kept takes besides its text: some fourteen headers, each an object of three."""


@dataclass(frozen=True)
class _Kept:
    headers: Headers
    body: bytes
    etag: str


@dataclass
class _Response:
    """What the application answered; large results stay in pieces, and are closed when they are sent."""

    status: str
    headers: Headers
    body: bytes | Iterable[bytes]

    @property
    def size(self) -> int:
        return len(self.body) if isinstance(self.body, bytes) else _length(self.headers)


class Front:
    """The ASGI application that granian serves, around the WSGI one that Flask makes."""

    def __init__(
        self, app: WsgiApp, settings: Settings, store: Store, journal: Journal, express: Express | None
    ) -> None:
        self._app = app
        self._store = store
        self._journal = journal
        self._express = express
        self._settings = settings
        self._cache: Cache[_Kept] = Cache(settings.cache_bytes // 2)
        self._tasks: SimpleQueue[tuple[dict[str, Any], str, asyncio.Future[_Response]]] = SimpleQueue()
        for _ in range(threads_of(settings)):
            threading.Thread(target=self._work, daemon=True).start()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        began = time.monotonic()
        version, key = self._key(scope)
        kept = self._cache.get(version, key) if key else None
        client = ""
        if kept is not None:
            response = _again(kept, scope)
            if self._settings.log_clients:
                client = client_of(environ_of(scope), self._settings.proxies)
        else:
            environ = environ_of(scope)
            client = client_of(environ, self._settings.proxies)
            await self._take_body(environ, receive)
            response = await self._by_express(environ, client, version) or await self._by_flask(environ, client)
            if key and isinstance(response.body, bytes) and response.status == "200 OK":
                self._keep(version, key, response.headers, response.body)
        status = int(response.status[:3])
        seconds = time.monotonic() - began
        self._journal.request(
            scope["method"], path_of(scope), status, response.size, seconds, client, cached=kept is not None
        )
        if isinstance(response.body, bytes):
            await send_whole(send, status, response.headers, response.body)
        else:
            try:
                await send_pieces(send, left(receive), status, response.headers, response.body)
            finally:
                _close(response.body)

    async def _by_express(self, environ: dict[str, Any], client: str, version: str) -> _Response | None:
        if self._express is None:
            return None
        found = await self._express.answered(environ, client, version)
        return None if found is None else _Response("200 OK", *found)

    async def _by_flask(self, environ: dict[str, Any], client: str) -> _Response:
        future: asyncio.Future[_Response] = asyncio.get_running_loop().create_future()
        self._tasks.put((environ, client, future))
        return await future

    def _work(self) -> None:
        """Run the application, in one of the threads; which outlives whatever fails."""
        while True:
            environ, client, future = self._tasks.get()
            CLIENT.set(client)
            try:
                with taking_up(environ.pop(BEGUN, None)):
                    response = _called(self._app, environ)
            except Exception:  # Flask answers what fails in a view; this thread must live on whatever fails around it
                response = _Response("500 INTERNAL SERVER ERROR", [], b"")
            future.get_loop().call_soon_threadsafe(_settle, future, response)

    async def _take_body(self, environ: dict[str, Any], receive: Receive) -> None:
        """Take in a body whole, within its time and bound, or leave the status to refuse it with."""
        declared = environ.get("CONTENT_LENGTH") or ""
        if declared in ("", "0") and "HTTP_TRANSFER_ENCODING" not in environ:
            return
        most = self._settings.body_bytes
        if declared.isdigit() and int(declared) > most:
            environ[REFUSED] = 413
            return
        body = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - lives as long as its request
        try:
            async with asyncio.timeout(self._settings.body_seconds):
                size, is_whole = await read(body, receive, most)
        except TimeoutError:
            environ[REFUSED] = 408
            return
        except OSError:
            environ[REFUSED] = 503  # no room on the disk
            return
        if size > most:
            environ[REFUSED] = 413
        elif not is_whole:
            environ[REFUSED] = 400  # the client left halfway
        body.seek(0)
        environ["wsgi.input"], environ["CONTENT_LENGTH"] = body, str(size)
        environ.pop("HTTP_TRANSFER_ENCODING", None)  # it has come whole, and has a length from here on

    def _key(self, scope: Scope) -> tuple[str, tuple[Any, ...] | None]:
        """Give the snapshot that is served, and what a kept answer is found by; ``None`` where none may be."""
        told = []
        for name, value in scope["headers"]:
            if name in _DEPENDS_ON:
                told.append((name, value))
            elif name in _NEVER_KEPT:
                return "", None
        try:
            version = self._store.version()
            is_kept = scope["method"] == "GET"
            return version, (scope["path"], scope["query_string"], scope["scheme"], *told) if is_kept else None
        except (SnapshotError, EndpointError):
            return "", None

    def _keep(self, version: str, key: tuple[Any, ...], headers: Headers, body: bytes) -> None:
        named = {name: value.decode("latin-1") for name, value in headers}
        # Weak or missing tags, and what is private or not to be stored, are the application's way to say no.
        if "public" in named.get(b"cache-control", "") and named.get(b"etag", "").startswith('"'):
            size = ENTRY_BYTES + len(body) + sum(len(str(part)) for part in (*key, *headers))
            self._cache.put(version, key, _Kept(headers, body, named[b"etag"].strip('"')), size)


def threads_of(settings: Settings) -> int:
    """Give how many threads there are: as many as set, or one for each query that runs or waits, and some more."""
    return settings.threads or settings.workers + settings.queue + BESIDE_QUERIES


def _settle(future: asyncio.Future[_Response], response: _Response) -> None:
    if not future.done():
        future.set_result(response)


def _called(app: WsgiApp, environ: dict[str, Any]) -> _Response:
    started: list[tuple[str, Headers]] = []

    def start_response(status: str, headers: Iterable[tuple[str, str]], _failure: object = None) -> None:
        started[:] = [(status, as_sent(headers))]

    environ.setdefault("wsgi.input", io.BytesIO())
    pieces = app(environ, start_response)
    status, headers = started[0]
    if _length(headers) <= IN_MEMORY or environ["REQUEST_METHOD"] == "HEAD":
        return _Response(status, headers, _joined(pieces))
    return _Response(status, headers, pieces)


def _length(headers: Headers) -> int:
    return next((int(value) for name, value in headers if name == b"content-length"), 0)


def _again(kept: _Kept, scope: Scope) -> _Response:
    wanted = b",".join(value for name, value in scope["headers"] if name == b"if-none-match").decode("latin-1")
    if wanted and parse_etags(wanted).contains_weak(kept.etag):
        headers = [pair for pair in kept.headers if pair[0] not in _ONLY_WITH_BODY]
        return _Response("304 NOT MODIFIED", headers, b"")
    return _Response("200 OK", kept.headers, kept.body)


def _joined(pieces: Iterable[bytes]) -> bytes:
    try:
        return b"".join(pieces)
    finally:
        _close(pieces)


def _close(pieces: Iterable[bytes]) -> None:
    close = getattr(pieces, "close", None)
    if close is not None:
        close()
