"""Answers on their way to a client: whole, at its pace, and given up where it takes nothing."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator

import pytest

from kunskapsgraf.web import exchange
from kunskapsgraf.web.exchange import Message

HEADERS = [(b"content-length", b"6")]


class Client:
    """Takes so many pieces and then nothing more, and leaves after so many, or never."""

    def __init__(self, takes: int, leaves_after: int = 99) -> None:
        self.takes = takes
        self.taken: list[Message] = []
        self._leaves_after = leaves_after
        self._leaving = asyncio.Event()

    async def send(self, message: Message) -> None:
        """Take a message, or keep the server waiting."""
        if message.get("body") and not self.takes:
            await asyncio.Event().wait()
        self.takes -= bool(message.get("body"))
        self.taken.append(message)
        if len(self.taken) > self._leaves_after:
            self._leaving.set()
        await asyncio.sleep(0.01)

    async def left(self) -> None:
        """Wait until it has left."""
        await self._leaving.wait()


class Pieces:
    """Pieces that note how many were asked for."""

    def __init__(self) -> None:
        self.given = 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in (b"ab", b"cd", b"ef"):
            self.given += 1
            yield piece


def sent(client: Client, pieces: Pieces) -> None:
    """Send pieces to a client."""
    asyncio.run(exchange.send_pieces(client.send, client.left(), 200, HEADERS, pieces))


def test_pieces_are_sent_to_the_end() -> None:
    """A client that takes all gets the head, each piece, and the end."""
    client = Client(3)
    sent(client, Pieces())
    assert ["http.response.start", *["http.response.body"] * 4] == [message["type"] for message in client.taken]
    assert b"abcdef" == b"".join(message.get("body", b"") for message in client.taken)
    assert [True, True, True, False] == [message.get("more_body", False) for message in client.taken[1:]]


def test_client_that_takes_nothing_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """No piece is made before those before it are taken, and after a while the answer is given up."""
    monkeypatch.setattr(exchange, "STALLED_SECONDS", 0.05)
    client, pieces = Client(1), Pieces()
    sent(client, pieces)
    assert 2 == pieces.given
    assert 2 == len(client.taken), "the head and the first piece, and no end"


def test_client_that_has_left() -> None:
    """Nothing more is read for a client that has left."""
    client, pieces = Client(3, leaves_after=1), Pieces()
    sent(client, pieces)
    assert 1 == pieces.given


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        (
            [{"type": "http.request", "body": b"ab", "more_body": True}, {"type": "http.request", "body": b"c"}],
            (3, True),
        ),
        ([{"type": "http.request", "body": b"ab", "more_body": True}, {"type": "http.disconnect"}], (2, False)),
        ([{"type": "http.request", "body": b"abcdef", "more_body": True}], (6, False)),
    ],
    ids=["whole", "left halfway", "past the bound"],
)
def test_body(messages: list[Message], expected: tuple[int, bool]) -> None:
    """A body is read to its end, until the client leaves, or until it is past its bound."""
    waiting = iter(messages)

    async def receive() -> Message:
        return next(waiting)

    assert expected == asyncio.run(exchange.read(io.BytesIO(), receive, 5))


def test_header_with_an_underscore() -> None:
    """It is not taken for the one with a hyphen, by which answers are kept and which a proxy has set or looked at."""
    headers = [
        (b"accept_language", b"en"),
        (b"x-forwarded-host", b"here"),
        (b"x_forwarded_host", b"evil"),
        (b"content_length", "²".encode("latin-1")),
    ]
    scope: Message = {
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 1),
        "method": "GET",
        "path": "/",
        "query_string": b"",
        "http_version": "1.1",
        "scheme": "http",
        "headers": headers,
    }
    found = exchange.environ_of(scope)
    named = {name: value for name, value in found.items() if name.startswith(("HTTP_", "CONTENT_"))}
    assert {"HTTP_X_FORWARDED_HOST": "here"} == named
