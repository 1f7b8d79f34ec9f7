"""A request and its answer as ASGI has them (version 3.0): read into what WSGI has, and sent at the client's pace."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from functools import lru_cache
from typing import IO, Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

STALLED_SECONDS = 60
"""A client that takes nothing of its answer for so long is let go: its result holds room that others need."""


def environ_of(scope: Scope) -> dict[str, Any]:
    """Write a request as WSGI has it (PEP 3333); the body is added when it has come."""
    host, port = scope["server"]
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": path_of(scope),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": scope["client"][0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        field, text = _field(name), value.decode("latin-1")
        if not field:
            continue
        environ[field] = f"{environ[field]},{text}" if field in environ else text
    return environ


def path_of(scope: Scope) -> str:
    """Give the path of a request as WSGI has it: a character for each byte."""
    path: str = scope["path"]
    return path if path.isascii() else path.encode("utf-8", "surrogateescape").decode("latin-1")


async def read(body: IO[bytes], receive: Receive, most: int) -> tuple[int, bool]:
    """Take in a body; give its bytes, counted until they are past ``most``, and whether it came to its end."""
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return size, False
        piece = message.get("body", b"")
        size += len(piece)
        if size > most:
            return size, False
        body.write(piece)
        if not message.get("more_body", False):
            return size, True


async def left(receive: Receive) -> None:
    """Wait until the client has left."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def send_whole(send: Send, status: int, headers: Headers, body: bytes) -> None:
    """Send an answer that is in memory."""
    await send(_start(status, headers))
    await send({"type": "http.response.body", "body": body})


async def send_pieces(
    send: Send, left: Awaitable[None], status: int, headers: Headers, pieces: Iterable[bytes]
) -> None:
    """Send a large answer piece by piece, no more of it at a time than a few; it carries its length.

    The server takes a piece when the client has taken those before (granian keeps four). An answer that is not sent to
    its end is shorter than its length, so that the client sees it cut.
    """
    gone = asyncio.ensure_future(left)
    try:
        await send(_start(status, headers))
        for piece in pieces:
            async with asyncio.timeout(STALLED_SECONDS):
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            if gone.done():
                return
        await send({"type": "http.response.body", "body": b""})
    except TimeoutError:
        return
    finally:
        gone.cancel()


def as_sent(headers: Iterable[tuple[str, str]]) -> Headers:
    """Write the headers of a WSGI application as ASGI has them: bytes, and small letters in names."""
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]


def _start(status: int, headers: Headers) -> Message:
    return {"type": "http.response.start", "status": status, "headers": headers}


@lru_cache(1000)
def _field(name: bytes) -> str:
    """Name a header as WSGI does; empty for one with an underscore, which would pass for the one with a hyphen.

    A proxy sets or checks the one and lets the other by, and the front keeps answers by the one.
    """
    if b"_" in name:
        return ""
    field = name.decode("latin-1").upper().replace("-", "_")
    return field if field in ("CONTENT_TYPE", "CONTENT_LENGTH") else "HTTP_" + field
