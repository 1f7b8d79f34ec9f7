"""The way past Flask: it answers light queries to the byte as Flask does, and leaves the rest to it."""

from __future__ import annotations

import asyncio
import io
import shutil
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

import pytest
from conftest import wait_for
from flask import Flask

from kunskapsgraf.errors import SnapshotError
from kunskapsgraf.graph import begun as ahead
from kunskapsgraf.graph.begun import Begun, taking_up
from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.run import Cost, Run
from kunskapsgraf.graph.snapshot import POINTER
from kunskapsgraf.graph.stock import Stock
from kunskapsgraf.settings import Settings
from kunskapsgraf.web import advice, create_app, express, plans
from kunskapsgraf.web.exchange import Headers, as_sent
from kunskapsgraf.web.express import BEGUN, Express
from kunskapsgraf.web.limits import REFUSED

KG = "PREFIX kg: <https://w3id.org/kunskapsgraf/ns#> "
SELECT = "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 4"
MANY = "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 40"
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
MISSPELT = KG + "SELECT ?s ?o { ?s a kg:Komun ; ?p ?o }"
LAID_DOWN = "https://w3id.org/kunskapsgraf/graf/ontologi"
ORDINARY = [
    ({"query": SELECT}, {}),
    ({"query": SELECT}, {"Accept": "*/*", "Accept-Encoding": "gzip, deflate, br"}),
    ({"query": MANY}, {"Accept": "application/sparql-results+json", "Accept-Encoding": "gzip"}),
    ({"query": MANY}, {"Accept": "application/sparql-results+xml", "Accept-Encoding": "identity, gzip;q=0.5"}),
    ({"query": SELECT, "format": "csv"}, {}),
    ({"query": SELECT, "format": "tsv", "inference": "none"}, {}),
    ({"query": SELECT, "format": "json", "output": "json", "results": "json"}, {"Accept-Language": "en"}),
    ({"query": SELECT, "default-graph-uri": LAID_DOWN}, {"Origin": "https://example.org"}),
    ({"query": "ASK { ?s ?p ?o }"}, {"Accept": "application/sparql-results+xml;q=0.5, text/html;q=0.1"}),
    ({"query": f"DESCRIBE <{LAID_DOWN}>"}, {"Accept": "text/turtle"}),
    ({"query": KG + "DESCRIBE kg:Kommun"}, {"Accept": "application/ld+json", "Accept-Encoding": "gzip"}),
    ({"query": MISSPELT}, {}),
    ({"query": "SELECT ?s ?missing { ?s ?p 'å' }"}, {}),
]
"""Parameters and headers of requests that do not need Flask."""
FOR_FLASK = [
    ("an error of the query", {"query": "SELECT ?s { ?s ?p }"}, {}),
    ("an update", {"query": "CLEAR ALL"}, {}),
    ("a graph that is not here", {"query": SELECT, "default-graph-uri": "https://example.org/g"}, {}),
    ("another parameter", {"query": SELECT, "lang": "en"}, {}),
    ("a format that is not there", {"query": SELECT, "format": "ttl"}, {}),
    ("a page", {"query": SELECT}, {"Accept": "text/html"}),
    ("a condition", {"query": SELECT}, {"If-None-Match": '"a"'}),
    ("a coded body", {"query": SELECT}, {"Content-Encoding": "gzip"}),
    ("chance", {"query": "SELECT (RAND() AS ?n) {}"}, {}),
    ("a clause that an engine resolves", {"query": f"SELECT * FROM <{LAID_DOWN}> {{ ?s ?p ?o }} LIMIT 1"}, {}),
    ("a long header", {"query": SELECT}, {"Accept": "text/csv" + ", text/x" * 100}),
]


class Front:
    """What stands before Flask, with what the queries cost."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.costs: list[Cost] = []
        self.store = EmbeddedStore(settings, self.costs.append)
        self.app: Flask = create_app(settings, self.store)
        self.express = Express(settings, self.store, advice.terms_of(self.app))

    def environ(self, parameters: dict[str, str], headers: dict[str, str]) -> dict[str, Any]:
        """Give a request as the server hands it on."""
        fields = {"HTTP_" + name.upper().replace("-", "_"): value for name, value in headers.items()}
        return {"REQUEST_METHOD": "GET", "PATH_INFO": "/sparql", "QUERY_STRING": urlencode(parameters), **fields}

    def sent(self, method: str, kind: str, body: str, headers: dict[str, str]) -> dict[str, Any]:
        """Give a request with a body, as the front hands it on."""
        raw = body.encode()
        fields = {"REQUEST_METHOD": method, "CONTENT_TYPE": kind, "CONTENT_LENGTH": str(len(raw))}
        return self.environ({}, headers) | fields | {"wsgi.input": io.BytesIO(raw)}

    def past(self, environ: dict[str, Any]) -> tuple[Headers, bytes] | None:
        """Answer past Flask."""
        return asyncio.run(self.express.answered(environ, "", self.store.version()))

    def by_flask(self, parameters: dict[str, str], headers: dict[str, str]) -> tuple[Headers, bytes]:
        """Answer by Flask."""
        return self.sent_to_flask("GET", "", "", headers, urlencode(parameters))

    def sent_to_flask(
        self, method: str, kind: str, body: str, headers: dict[str, str], address: str = ""
    ) -> tuple[Headers, bytes]:
        """Answer a request with a body by Flask."""
        sent: dict[str, Any] = {"data": body, "content_type": kind} if body else {}
        client = self.app.test_client()
        with client.open("/sparql", method=method, query_string=address, headers=headers, **sent) as response:
            assert response.status_code == 200
            return as_sent(response.headers), response.data


@pytest.fixture(scope="module", params=[0, 1_000_000], ids=["no cache", "cache"])
def front(small: Settings, request: pytest.FixtureRequest) -> Iterator[Front]:
    """Give the two ways to an answer; their workers stand ready, and no query counts as slow on a busy machine."""
    found = Front(replace(small, cache_bytes=request.param, slow_after_seconds=60.0, query_seconds=60.0))
    found.by_flask({"query": MISSPELT}, {})
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(express, "PATIENCE_SECONDS", 20)  # a busy machine may need more than a moment
        patched.setattr(express, "LONGEST_SECONDS", 20)
        yield found
    found.store.close()


@pytest.mark.parametrize(("parameters", "headers"), ORDINARY)
def test_same_as_flask(front: Front, parameters: dict[str, str], headers: dict[str, str]) -> None:
    """Headers, their order and the body are Flask's: when asked first, and when asked again."""
    first = front.past(front.environ(parameters, headers))
    assert front.by_flask(parameters, headers) == first
    assert first == front.past(front.environ(parameters, headers))


@pytest.mark.parametrize("method", ["POST", "QUERY"])
@pytest.mark.parametrize(("parameters", "headers"), ORDINARY)
def test_form_as_flask(front: Front, method: str, parameters: dict[str, str], headers: dict[str, str]) -> None:
    """A form that is sent is answered as Flask does, and can be read again where it is Flask's after all."""
    kind = "application/x-www-form-urlencoded"
    environ = front.sent(method, kind, urlencode(parameters), headers)
    assert front.past(environ) == front.sent_to_flask(method, kind, urlencode(parameters), headers)
    assert environ["wsgi.input"].read() == urlencode(parameters).encode()


@pytest.mark.parametrize("method", ["POST", "QUERY"])
@pytest.mark.parametrize("kind", ["application/sparql-query", "application/sparql-query;charset=UTF-8"])
def test_query_sent_as_flask(front: Front, method: str, kind: str) -> None:
    """A query that is the body itself: beyond ASCII too, and with parameters in the address."""
    query = "SELECT ?s ?missing { ?s ?p 'å' }"
    environ = front.sent(method, kind, query, {}) | {"QUERY_STRING": "format=csv"}
    assert front.past(environ) == front.sent_to_flask(method, kind, query, {}, "format=csv")


@pytest.mark.parametrize(("parameters", "headers"), [row[1:] for row in FOR_FLASK], ids=[row[0] for row in FOR_FLASK])
def test_left_to_flask(front: Front, parameters: dict[str, str], headers: dict[str, str]) -> None:
    """What is out of the ordinary is Flask's, and what was begun for it is taken up there."""
    environ = front.environ(parameters, headers)
    assert front.past(environ) is None
    with taking_up(environ.pop(BEGUN, None)):
        pass
    assert front.store.pool.lanes.running == 0


FORM = "application/x-www-form-urlencoded"
SENT_TO_FLASK = {
    "an update": ("POST", FORM, urlencode({"update": "CLEAR ALL"})),
    "a query and an update": ("POST", FORM, urlencode({"query": SELECT, "update": "CLEAR ALL"})),
    "an update as the body": ("POST", "application/sparql-update", "CLEAR ALL"),
    "a body that is no query": ("POST", "text/plain", SELECT),
    "another charset": ("POST", f"{FORM}; charset=latin-1", urlencode({"query": SELECT})),
    "two queries": ("POST", FORM, urlencode([("query", SELECT), ("query", MANY)])),
    "broken encoding": ("POST", FORM, "query=ASK%"),
    "a null byte": ("POST", "application/sparql-query", SELECT + "\0"),
    "no query": ("POST", FORM, "format=csv"),
    "nothing": ("POST", FORM, ""),
    "a long form": ("POST", FORM, urlencode({"query": SELECT + "\n" * 6000})),
    "a long query": ("POST", "application/sparql-query", SELECT + " " * 9000),
    "another method": ("PUT", FORM, urlencode({"query": SELECT})),
}


@pytest.mark.parametrize("sent", SENT_TO_FLASK.values(), ids=SENT_TO_FLASK)
def test_sent_to_flask(front: Front, sent: tuple[str, str, str]) -> None:
    """A body out of the ordinary is Flask's."""
    assert front.past(front.sent(*sent, {})) is None


def test_refused_body(front: Front) -> None:
    """A body that the front refused is not looked at."""
    assert front.past(front.sent("POST", FORM, urlencode({"query": SELECT}), {}) | {REFUSED: 408}) is None


def test_small_bound(small: Settings) -> None:
    """A form longer than four times the longest query is refused, whatever fills it."""
    front = Front(replace(small, query_bytes=100))
    try:
        form = urlencode({"query": SELECT[:60] + "}", "output": "x" * 400})
        assert front.past(front.sent("POST", FORM, form, {})) is None
    finally:
        front.store.close()


OTHER = [
    {"REQUEST_METHOD": "HEAD"},
    {"PATH_INFO": "/"},
    {"QUERY_STRING": "query=%ff"},
    {"QUERY_STRING": "query=ASK%"},
    {"QUERY_STRING": ""},
    {"CONTENT_LENGTH": "3"},
]


@pytest.mark.parametrize("changed", OTHER)
def test_other_requests(front: Front, changed: dict[str, str]) -> None:
    """A request of another method, path or address, or with a body, is Flask's."""
    assert front.past(front.environ({"query": SELECT}, {}) | changed) is None


def test_taken_up(small: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A query that is not answered in a moment runs once: Flask takes it up, and its place is given back."""
    monkeypatch.setattr(express, "PATIENCE_SECONDS", 0)
    front = Front(replace(small, cache_bytes=0))
    try:
        expected = front.by_flask({"query": MANY}, {})
        environ = front.environ({"query": MANY}, {})
        assert front.past(environ) is None
        front.costs.clear()
        with taking_up(environ.pop(BEGUN)):
            assert ahead.BEGUN.get() is not None
            assert expected == front.by_flask({"query": MANY}, {})
            assert ahead.BEGUN.get() is None
        assert [("ok", 40)] == [(cost.outcome, cost.rows) for cost in front.costs]
        assert front.store.pool.lanes.running == 0
    finally:
        front.store.close()


LEAVES_ITS_WORKER = {
    "an error of the query": "SELECT ?s { ?s ?p }",
    "an answer too large to send from the loop": "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 1000",
}


@pytest.mark.parametrize("query", LEAVES_ITS_WORKER.values(), ids=LEAVES_ITS_WORKER.keys())
def test_worker_that_has_answered_is_kept(front: Front, query: str) -> None:
    """What came whole in its moment and is for a thread to tell leaves its worker as good as before: to make one takes long."""
    stock = front.store.pool.stock
    front.store.pool.prepare()
    wait_for(lambda: all_started(stock), "workers stand ready")
    environ = front.environ({"query": query}, {})
    assert front.past(environ) is None
    begun = environ.pop(BEGUN)
    client = front.app.test_client()
    with taking_up(begun), client.get("/sparql", query_string=urlencode({"query": query})) as response:
        assert response.status_code in (200, 400)
    ready = stock.take_ready()
    assert ready is begun.run.worker
    stock.give_back(ready)
    assert front.store.pool.lanes.running == 0


def all_started(stock: Stock) -> bool:
    """Tell whether every idle worker stands ready."""
    workers = []
    while (worker := stock.take_ready()) is not None:
        workers.append(worker)
    is_all = not len(stock)
    for worker in workers:
        stock.give_back(worker)
    return is_all


@pytest.fixture
def own(small: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Front]:
    """Give a service whose snapshot a test may touch, with places that are kept for moments."""
    home = Path(shutil.copytree(small.home, tmp_path / "home"))
    monkeypatch.setattr(express, "PATIENCE_SECONDS", 20)
    monkeypatch.setattr(express, "LONGEST_SECONDS", 20)
    found = Front(replace(small, home=home, workers=8, cache_bytes=0, wait_seconds=0.05))
    found.store.pool.prepare()
    wait_for(lambda: all_started(found.store.pool.stock), "workers stand ready")
    yield found
    found.store.close()


def test_place_where_the_snapshot_is_lost(own: Front) -> None:
    """A query that was let in when the snapshot went leaves no place taken, however many of them there are."""
    prepared = own.store.prepare(SELECT, "json")
    pointer = own.settings.home / POINTER
    name = pointer.read_bytes()
    pointer.write_bytes(b"../")
    for _ in range(3):
        with pytest.raises(SnapshotError):
            own.store.begin(prepared)
    assert 0 == own.store.pool.lanes.running
    pointer.write_bytes(name)
    assert own.past(own.environ({"query": SELECT}, {})) is not None


def test_another_snapshot(own: Front) -> None:
    """When another snapshot serves, its workers take the place of those that were kept, whose files are let go."""
    assert own.past(own.environ({"query": SELECT}, {})) is not None
    snapshots, pointer = own.settings.home / "snapshots", own.settings.home / POINTER
    shutil.copytree(snapshots / pointer.read_text().strip(), snapshots / "another")
    fresh = pointer.with_name("fresh")
    fresh.write_text("another\n")
    fresh.replace(pointer)
    assert own.past(own.environ({"query": SELECT}, {})) is not None
    kept = own.store.pool.stock
    while (worker := kept.take_ready()) is not None:
        assert "another" == worker.snapshot.path.name
        worker.kill()
    assert len(kept) <= 2 + 2, "no more than spares and those for a moment, which may be starting still"
    own.store.pool.prepare()
    for worker in (kept.take(), kept.take(), kept.take(), kept.take()):
        assert "another" == worker.snapshot.path.name
        worker.kill()


def test_workers_that_are_gone(own: Front) -> None:
    """Where no worker stands ready, as when the system has ended them, others are started for the queries of a moment."""
    while (worker := own.store.pool.stock.take_ready()) is not None:
        worker.kill()
    assert own.past(own.environ({"query": SELECT}, {})) is not None


def test_turn_that_does_not_come(own: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    """A query waits for its moment no longer than for a place in the queue, where it goes then."""
    monkeypatch.setattr(express, "PATIENCE_SECONDS", 1)
    asked = [own.environ({"query": query}, {}) for query in (SLOW, SLOW + "#", MANY)]

    async def answered() -> list[tuple[Headers, bytes] | None]:
        version = own.store.version()
        return await asyncio.gather(*(own.express.answered(one, "", version) for one in asked))

    assert [None, None, None] == asyncio.run(answered())
    assert [True, True, False] == [BEGUN in one for one in asked]
    for one in asked:
        with taking_up(one.pop(BEGUN, None)):
            pass
    assert (0, 0) == (own.store.pool.lanes.expectant, own.store.pool.lanes.running)


def test_frame_past_a_pipe(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that a pipe cannot hold, as with hundreds of graphs to choose, is not begun where nobody sends its rest."""
    monkeypatch.setattr(plans, "PIPE_BYTES", 100)
    environ = front.environ({"query": SELECT.replace("4", "3")}, {})
    assert front.past(environ) is None
    assert BEGUN not in environ


class _Answered:
    """A run that has its answer, of a few bytes."""

    cost = Cost("")

    def collect(self, _head: dict[str, Any]) -> tuple[bytes, str]:
        """Give an answer of its own."""
        return bytes(bytearray(b'{"head":{},"boolean":false}')), "version"


def test_memory_of_small_answers(small: Settings) -> None:
    """The bound on answers that are kept is one on memory, also where each is small: it is not their texts that take it."""
    store = EmbeddedStore(replace(small, cache_bytes=2_000_000))
    tracemalloc.start()
    for number in range(6000):
        prepared = store.prepare(f"ASK {{ <urn:x:{number}> ?p ?o }}", "json")
        store.collect(Begun(prepared.asked, cast(Run, _Answered())), {})
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert taken < 2_000_000, "of which the answers of queries may take half"
    assert store.cache.bytes <= 1_000_000


def test_abandoned(small: Settings) -> None:
    """A query that nobody takes up ends, gives its place back, and leaves a worker for the next."""
    front = Front(replace(small, cache_bytes=0))
    try:
        front.by_flask({"query": SELECT}, {})
        prepared = front.store.prepare(SELECT, "json")
        begun = front.store.begin(prepared)
        assert begun is not None
        assert front.store.pool.lanes.running == 1
        with taking_up(begun):
            pass
        assert front.store.pool.lanes.running == 0
        assert front.by_flask({"query": SELECT}, {})[1].count(b'"s"') == 1 + 4
    finally:
        front.store.close()
