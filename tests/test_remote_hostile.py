"""An engine that fails in every way that a server can: each is a clear state, and never a part of an answer."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from ssl import SSLCertVerificationError
from urllib.parse import quote

import pytest
from hostile_engine import Reply, chunked, endless, hostile, http, reset, silent, slow_head, until_closed
from urllib3 import exceptions

from kunskapsgraf import settings as settings_module
from kunskapsgraf.errors import (
    BrokenAnswer,
    EndpointError,
    EngineAway,
    KunskapsgrafError,
    QueryTimeout,
    ResultTooLarge,
    SlowLaneFull,
    SpoolFull,
)
from kunskapsgraf.graph.elsewhere import following, refusals
from kunskapsgraf.graph.elsewhere.dialects import OTHER
from kunskapsgraf.graph.elsewhere.following import Following
from kunskapsgraf.graph.elsewhere.store import NAME, RemoteStore
from kunskapsgraf.graph.remote import Remote
from kunskapsgraf.graph.spool import IN_MEMORY, Spool
from kunskapsgraf.graph.store import Answer
from kunskapsgraf.graph.vocabulary import Names
from kunskapsgraf.settings import Settings
from kunskapsgraf.web import create_app

SELECT, ASK, GRAPH = "SELECT ?a { ?a ?b ?c }", "ASK { ?a ?b ?c }", "CONSTRUCT WHERE { ?a ?b ?c }"
NO_POINTER = http(b'{"head":{"vars":["version"]},"results":{"bindings":[]}}')
COUNTED = http(
    b'{"head":{"vars":["g","n"]},"results":{"bindings":[{"g":{"type":"uri","value":"http://example.org/g"},'
    b'"n":{"type":"literal","value":"2"}}]}}'
)
BEGIN = (NO_POINTER, COUNTED)
"""What any engine is asked first: its pointer, and what graphs it has."""
ROW = b'{"a":{"type":"uri","value":"http://example.org/a"}}'
TWO = b'{"head":{"vars":["a"]},"results":{"bindings":[' + ROW + b"," + ROW + b"]}}"
TRUE = b'{"head":{},"boolean":true}'
LINE = b"<http://example.org/a> <http://example.org/b> <http://example.org/c> .\n"
TRIPLES = "application/n-triples"


@pytest.fixture
def settings() -> Settings:
    """Give settings with little time."""
    return replace(settings_module.load({}), query_seconds=1.0, slow_after_seconds=0.3, workers=2, slow_workers=1)


@pytest.fixture
def over() -> Iterator[threading.Event]:
    """Give an event that is set when the test is over."""
    found = threading.Event()
    yield found
    found.set()


def asked(settings: Settings, address: str, query: str) -> Answer:
    """Ask a store at an address."""
    store = RemoteStore(replace(settings, store=address))
    try:
        return store.answer(query, "nt" if query == GRAPH else "json")
    finally:
        assert (0, 0) == (store.turns.lanes.running, store.turns.lanes.slow)
        assert 0 == store.spools.used
        store.close()


WHOLE = [
    (SELECT, http(TWO), TWO),
    (SELECT, http(TWO + b"\n"), TWO),
    (SELECT, chunked(TWO[:7], TWO[7:]), TWO),
    (SELECT, until_closed(TWO), TWO),  # what JSON shows to be whole is whole
    (ASK, http(TRUE), TRUE),
    (GRAPH, http(LINE, TRIPLES), LINE),
    (GRAPH, http(b"", TRIPLES), b""),
    (GRAPH, chunked(LINE, LINE, media=TRIPLES), LINE),
]


@pytest.mark.parametrize(("query", "reply", "expected"), WHOLE)
def test_whole(settings: Settings, query: str, reply: Reply, expected: bytes) -> None:
    """A whole answer is passed on, however it comes."""
    with hostile(*BEGIN, reply) as engine:
        assert expected == asked(settings, engine.address, query).body


BROKEN: dict[str, tuple[str, Reply]] = {
    "cut, with a length": (SELECT, http(TWO[:-20], length=len(TWO))),
    "cut, in chunks": (SELECT, chunked(TWO[:-20], ends=False)),
    "cut, but ended cleanly": (SELECT, chunked(TWO[:-20])),
    "cut between rows": (SELECT, chunked(TWO[: TWO.index(ROW) + len(ROW)])),
    "cut without a length": (SELECT, until_closed(TWO[:-1])),
    "a longer length than there is": (SELECT, http(TWO, length=len(TWO) + 5)),
    "a shorter length than there is": (SELECT, http(TWO, length=len(TWO) - 5)),
    "a chunk of no size": (SELECT, http(b"zz\r\n" + TWO, Transfer_Encoding="chunked")),
    "HTML": (SELECT, http(b"<!doctype html><title>Log in</title>", "text/html")),
    "garbage": (SELECT, http(bytes(range(256)))),
    "nothing": (SELECT, http(b"")),
    "another document": (SELECT, http(b'{"error":"out of memory"}')),
    "an error inside": (SELECT, http(TWO[:-3] + b',{"error":"out of memory"}]}}')),
    "an error after": (SELECT, http(TWO + b"\nout of memory")),
    "an error beside": (SELECT, http(TWO[:-1] + b',"error":"out of memory"}')),
    "two documents": (SELECT, http(TWO + TWO)),
    "a truth value for rows": (SELECT, http(TRUE)),
    "rows for a truth value": (ASK, http(TWO)),
    "a truth value that is cut": (ASK, http(TRUE[:-1])),
    "a truth value that is none": (ASK, http(b'{"head":{},"boolean":"true"}')),
    "an IRI that is none": (SELECT, http(TWO.replace(b"http://example.org/a", b"not an IRI"))),
    "bytes that are no text": (SELECT, http(TWO.replace(b"example", b"\xff\xfe"))),
    "a graph that is cut": (GRAPH, http(LINE + LINE[:-10], TRIPLES)),
    "a graph without a length": (GRAPH, until_closed(LINE, TRIPLES)),
    "a graph with an error after": (GRAPH, http(LINE + b"out of memory", TRIPLES)),
    "HTML for a graph": (GRAPH, http(b"<!doctype html><title>Log in</title>", "text/html")),
    "an encoding that nobody asked for": (SELECT, http(TWO, Content_Encoding="gzip")),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken(settings: Settings, name: str) -> None:
    """What is not whole is told as such, and asked once: a query that breaks an engine must not do so again."""
    query, reply = BROKEN[name]
    with hostile(*BEGIN, reply) as engine:
        with pytest.raises(BrokenAnswer):
            asked(settings, engine.address, query)
        assert 3 == len(engine.asked)


# (reply, error, what the message says)
REFUSED: list[tuple[Reply, type[KunskapsgrafError], str]] = [
    (http(b"", status="302 Found", Location="http://127.0.0.1:9/elsewhere"), EndpointError, "hänvisar till"),
    (http(b"who", status="401 Unauthorized"), EndpointError, "kräver inloggning"),
    (http(b"no", status="404 Not Found"), EndpointError, "tar inte emot SPARQL"),
    (http(b"", status="500 Internal Server Error"), EndpointError, "500"),
    (http(b"later", status="503 Service Unavailable", Retry_After="60"), EngineAway, "upptagen"),
    (http(b"Query timed out", status="503 Service Unavailable"), QueryTimeout, "gav upp"),
    (http(b"## Query cancelled due to timeout", status="500 Server Error"), QueryTimeout, "gav upp"),
    (http(TWO, X_SQL_State="S1TAT", X_SQL_Message="RC...: Returning incomplete results"), QueryTimeout, "en del"),
    (http(TWO, status="206 Partial Content"), QueryTimeout, "en del"),
    (http(TWO, X_SPARQL_MaxRows="2"), ResultTooLarge, "högst 2 rader"),
    (chunked(TWO[:-20], b"The SPARQL operation has been cancelled"), QueryTimeout, "gav upp"),
    # As Amazon Neptune documents it: a status of its own, or after what was sent.
    (http(b'{"code":"TimeLimitExceededException"}', status="500 Server Error"), QueryTimeout, "gav upp"),
    (chunked(TWO[:-20], b'{"code":"TimeLimitExceededException"}'), QueryTimeout, "gav upp"),
]


@pytest.mark.parametrize(("reply", "kind", "said"), REFUSED)
def test_refused(settings: Settings, reply: Reply, kind: type[KunskapsgrafError], said: str) -> None:
    """What an engine says of itself is told in our words."""
    with hostile(*BEGIN, reply) as engine:
        with pytest.raises(kind, match=said) as caught:
            asked(settings, engine.address, SELECT)
        assert 3 == len(engine.asked)
    assert type(caught.value) is kind
    assert "127.0.0.1:9/" not in caught.value.sv + caught.value.en


@pytest.mark.parametrize("status", ["302 Found", "401 Unauthorized", "404 Not Found"])
def test_visitors_are_told_of_no_address(settings: Settings, status: str) -> None:
    """Where an engine that refuses all names itself or another, ``/redo`` and answers name neither."""
    reply = http(b"no repository at http://inside.example/", status=status, Location="http://inside.example/")
    with hostile(reply) as engine:
        at = replace(settings, store=engine.address)
        store = RemoteStore(at)
        client = create_app(at, store).test_client()
        for path in ("/redo", f"/sparql?query={quote(SELECT)}", "/"):
            answer = client.get(path)
            assert answer.status_code in (500, 502, 503)
            assert b"inside.example" not in answer.data
            assert engine.address.encode() not in answer.data
        store.close()


def test_visitors_are_told_of_no_host() -> None:
    """What is wrong with a certificate names the host: whoever runs the engine is told, visitors are not."""
    error = exceptions.SSLError(SSLCertVerificationError(1, "certificate is not valid for 'inside.example'"))
    assert "inside.example" in refusals.away(("https://inside.example/", "https://inside.example/"), error).en
    assert "inside.example" not in refusals.away(NAME, error).en + refusals.away(NAME, error).sv


def test_more_rows_may_come(settings: Settings) -> None:
    """An engine that gives at most so many rows, and gave fewer, gave all."""
    with hostile(*BEGIN, http(TWO, X_SPARQL_MaxRows="3")) as engine:
        assert TWO == asked(settings, engine.address, SELECT).body


@pytest.mark.parametrize("how", ["body", "head", "silent"])
def test_slow(settings: Settings, over: threading.Event, how: str) -> None:
    """An engine that sends a little now and then, or nothing, is given up when the time of the whole is over."""
    reply = {"body": endless(b" ", over, 0.05), "head": slow_head(over), "silent": silent(over)}[how]
    with hostile(*BEGIN, reply) as engine, pytest.raises(QueryTimeout, match="1 sekunder"):
        asked(settings, engine.address, SELECT)


def test_slow_from_the_first(settings: Settings, over: threading.Event) -> None:
    """An engine that does so when it is first asked what it shows has shown nothing, and is given up too."""
    with hostile(endless(b" ", over, 0.05)) as engine:
        store = RemoteStore(replace(settings, store=engine.address))
        with pytest.raises(EndpointError, match="1 s"):
            store.version()
        store.close()


def test_no_room(settings: Settings) -> None:
    """An answer that finds no room among the large ones is told as such, and leaves nothing there."""
    many = TWO.replace(ROW, b",".join([ROW] * 15_000))
    assert len(many) > IN_MEMORY
    with hostile(*BEGIN, http(many)) as engine, pytest.raises(SpoolFull):
        asked(replace(settings, spool_bytes=1000, query_seconds=30), engine.address, SELECT)


def test_large(settings: Settings) -> None:
    """A large answer is taken to the disk and given from there."""
    many = TWO.replace(ROW, b",".join([ROW] * 15_000))
    with hostile(*BEGIN, http(many)) as engine:
        store = RemoteStore(replace(settings, store=engine.address, query_seconds=30))
        answer = store.answer(SELECT, "json")
        assert isinstance(answer.content, Spool)
        assert many == answer.body
        answer.content.close()
        assert 0 == store.spools.used
        store.close()


def test_endless(settings: Settings, over: threading.Event) -> None:
    """A body without an end is given up when it is larger than any answer may be."""
    small = replace(settings, result_bytes=1000, query_seconds=60)
    with hostile(*BEGIN, endless(b" " * 60_000, over)) as engine, pytest.raises(ResultTooLarge, match="1000"):
        asked(small, engine.address, SELECT)


def test_slow_lane_is_full(settings: Settings, over: threading.Event) -> None:
    """A slow query that finds no place in the slow lane is ended, and the engine's connection with it."""
    with hostile(*BEGIN, silent(over)) as engine:
        store = RemoteStore(replace(settings, store=engine.address, query_seconds=60))
        store.version()
        assert store.turns.lanes.move()
        with pytest.raises(SlowLaneFull):
            store.answer(SELECT, "json")
        store.close()


BUSY = http(b"later", status="503 Service Unavailable")


@pytest.mark.parametrize("trouble", [reset, BUSY, http(b"", status="429 Too Many Requests", Retry_After="0")])
def test_asked_again(settings: Settings, trouble: Reply) -> None:
    """A query whose connection broke before an answer, or that the engine was too busy for, is asked again."""
    with hostile(*BEGIN, trouble, http(TWO)) as engine:
        assert TWO == asked(settings, engine.address, SELECT).body
        assert 4 == len(engine.asked)


def test_asked_three_times(settings: Settings) -> None:
    """An engine that stays busy is asked three times, and no more."""
    with hostile(*BEGIN, BUSY) as engine:
        with pytest.raises(EngineAway):
            asked(replace(settings, query_seconds=30), engine.address, SELECT)
        assert 2 + 3 == len(engine.asked)


@pytest.mark.parametrize("trouble", [reset, BUSY, http(b"", length=9)])
def test_updates_are_sent_once(trouble: Reply) -> None:
    """An update that may have reached the engine is never sent again."""
    with hostile(trouble) as engine:
        with pytest.raises(EndpointError):
            Remote(engine.address, seconds=5).update("INSERT DATA { <urn:a> <urn:b> 1 }")
        assert 1 == len(engine.asked)


def test_connection_is_kept(settings: Settings) -> None:
    """Requests share a connection, and one that the engine has closed meanwhile is opened anew without an error."""
    with hostile(*BEGIN, http(TWO), until_closed(TWO), http(TWO)) as engine:
        store = RemoteStore(replace(settings, store=engine.address, cache_bytes=0))
        for _ in range(3):
            assert TWO == store.answer(SELECT, "json").body
        store.close()


def test_password_is_told_to_nobody(settings: Settings, capfd: pytest.CaptureFixture[str]) -> None:
    """A password goes to the engine alone: not where it redirects to, and into no message."""
    secret = replace(settings, endpoint_user="anna", endpoint_password="hemligt", endpoint_token="")
    with hostile(http(TWO)) as elsewhere:
        away = http(b"", status="307 Temporary Redirect", Location=elsewhere.address)
        with hostile(*BEGIN, away) as engine:
            with pytest.raises(EndpointError) as caught:
                asked(secret, engine.address, SELECT)
            assert b"Authorization: Basic YW5uYTpoZW1saWd0" in engine.asked[-1]  # anna:hemligt, RFC 7617
        assert [] == elsewhere.asked
    assert "hemligt" not in f"{caught.value.sv} {caught.value.en} {settings!r} {capfd.readouterr()}"


@pytest.mark.parametrize("fails_first", [True, False])
def test_nobody_waits_for_an_engine_that_is_away(
    settings: Settings, over: threading.Event, monkeypatch: pytest.MonkeyPatch, *, fails_first: bool
) -> None:
    """Kept answers are given while it is looked what is shown: after a look that failed at once, and else in a moment."""
    monkeypatch.setattr(following, "AGAIN_SECONDS", 0)
    monkeypatch.setattr(following, "COUNT_SHARE", 0)
    monkeypatch.setattr(following, "PATIENCE", 60 if fails_first else 0.1)
    looking, ended = threading.Event(), threading.Event()

    def hangs(connected: socket.socket) -> None:
        looking.set()
        over.wait(20)
        ended.set()
        connected.close()

    failure = [http(b"", status="500 Internal Server Error")] if fails_first else []
    with hostile(*BEGIN, *failure, hangs) as engine:
        asks = Remote(engine.address, seconds=60)
        found = Following(asks, asks, Names(settings.base), lambda: OTHER, 0)
        shown = found.now()
        if fails_first:
            assert shown == found.now(), "the look fails, and what was shown is told"
        assert shown == found.now(), "it is told, though the next look has no answer"
        assert looking.wait(30)
        assert shown == found.now() == found.known()
        assert not ended.is_set()
        over.set()
        asks.close()


def test_ready_or_not(settings: Settings) -> None:
    """``/redo`` says plainly that the engine is away, ``/halsa`` that the process lives, and pages are 503."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/sparql"
    store = RemoteStore(replace(settings, store=address))
    client = create_app(replace(settings, store=address), store).test_client()
    for _ in range(2):
        answer = client.get("/redo")
        assert (503, "engine away") == (answer.status_code, answer.get_json()["status"])
        assert "cannot be reached: Connection refused" in answer.get_json()["detail"]
        assert address not in answer.get_json()["detail"]
    assert (200, "alive") == ((found := client.get("/halsa")).status_code, found.get_json()["status"])
    page = client.get("/sparql", query_string={"query": SELECT})
    assert 503 == page.status_code
    assert "5" == page.headers["Retry-After"]
    store.close()


def test_broken_over_http(settings: Settings) -> None:
    """A broken answer is 502, with nothing of it."""
    with hostile(*BEGIN, chunked(TWO[:-20])) as engine:
        at = replace(settings, store=engine.address)
        store = RemoteStore(at)
        answer = create_app(at, store).test_client().get("/sparql", query_string={"query": SELECT})
        assert 502 == answer.status_code
        assert b"example.org/a" not in answer.data
        store.close()
