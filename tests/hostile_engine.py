"""An engine that misbehaves: each reply is a function of the socket, so that a test sends whatever bytes it likes."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Reply = Callable[[socket.socket], None]
RESULTS = "application/sparql-results+json"


@dataclass
class Hostile:
    """A server whose replies are given one after another; the last one is given again and again."""

    replies: list[Reply] = field(default_factory=list)
    asked: list[bytes] = field(default_factory=list)
    address: str = ""

    def serve(self, connected: socket.socket) -> None:
        """Read requests, and reply to each as told."""
        with connected, contextlib.suppress(OSError):
            while (request := _read(connected)) is not None:
                self.asked.append(request)
                reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
                reply(connected)


def _read(connected: socket.socket) -> bytes | None:
    """Read one request with its body."""
    found = b""
    while b"\r\n\r\n" not in found:
        piece = connected.recv(65536)
        if not piece:
            return None
        found += piece
    head, _, body = found.partition(b"\r\n\r\n")
    length = next(
        (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")), 0
    )
    while len(body) < length:
        piece = connected.recv(65536)
        if not piece:
            return None
        body += piece
    return head + b"\r\n\r\n" + body


@contextmanager
def hostile(*replies: Reply) -> Iterator[Hostile]:
    """Serve on a free port; each connection in a thread."""
    found = Hostile(list(replies))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        found.address = f"http://127.0.0.1:{listening.getsockname()[1]}/sparql"

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connected, _ = listening.accept()
                    threading.Thread(target=found.serve, args=(connected,), daemon=True).start()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield found
        finally:
            with contextlib.suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
            thread.join(10)


def http(body: bytes, media: str = RESULTS, status: str = "200 OK", length: int | None = None, **headers: str) -> Reply:
    """Reply in one piece, with a length that may be wrong."""
    said = {"Content-Type": media, "Content-Length": str(len(body) if length is None else length)}
    lines = [
        f"HTTP/1.1 {status}",
        *(
            f"{name}: {value}"
            for name, value in {**said, **{k.replace("_", "-"): v for k, v in headers.items()}}.items()
        ),
    ]

    def reply(connected: socket.socket) -> None:
        connected.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        if length is not None and length > len(body):
            connected.shutdown(socket.SHUT_WR)

    return reply


def chunked(*pieces: bytes, media: str = RESULTS, ends: bool = True) -> Reply:
    """Reply in chunks, and end them as HTTP does or break off."""

    def reply(connected: socket.socket) -> None:
        connected.sendall(f"HTTP/1.1 200 OK\r\nContent-Type: {media}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        for piece in pieces:
            connected.sendall(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        if ends:
            connected.sendall(b"0\r\n\r\n")
        else:
            connected.shutdown(socket.SHUT_WR)

    return reply


def until_closed(body: bytes, media: str = RESULTS) -> Reply:
    """Reply without a length: the body ends where the connection does."""

    def reply(connected: socket.socket) -> None:
        connected.sendall(f"HTTP/1.1 200 OK\r\nContent-Type: {media}\r\nConnection: close\r\n\r\n".encode() + body)
        connected.shutdown(socket.SHUT_WR)

    return reply


def reset(connected: socket.socket) -> None:
    """Break the connection before a word is said."""
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connected.close()


def endless(piece: bytes, pause: threading.Event, seconds: float = 0) -> Reply:
    """Reply without an end, a piece after every so many seconds, until the event is set."""

    def reply(connected: socket.socket) -> None:
        connected.sendall(f"HTTP/1.1 200 OK\r\nContent-Type: {RESULTS}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        while not pause.wait(seconds):
            connected.sendall(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")

    return reply


def slow_head(pause: threading.Event) -> Reply:
    """Reply with a head that never ends, a header at a time."""

    def reply(connected: socket.socket) -> None:
        connected.sendall(b"HTTP/1.1 200 OK\r\n")
        while not pause.wait(0.05):
            connected.sendall(b"X-More: 1\r\n")

    return reply


def silent(pause: threading.Event) -> Reply:
    """Say nothing."""

    def reply(_: socket.socket) -> None:
        pause.wait(60)

    return reply
