"""The way past Flask: it answers light queries to the byte as Flask does, and leaves the rest to it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask

from kunskapsgraf.graph import begun as ahead
from kunskapsgraf.graph.begun import taking_up
from kunskapsgraf.graph.run import Cost
from kunskapsgraf.graph.store import EmbeddedStore
from kunskapsgraf.settings import Settings
from kunskapsgraf.web import advice, create_app, express
from kunskapsgraf.web.exchange import Headers, as_sent
from kunskapsgraf.web.express import BEGUN, Express

KG = "PREFIX kg: <https://w3id.org/kunskapsgraf/ns#> "
SELECT = "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 4"
MANY = "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 40"
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
        self.costs: list[Cost] = []
        self.store = EmbeddedStore(settings, self.costs.append)
        self.app: Flask = create_app(settings, self.store)
        self.express = Express(settings, self.store, advice.terms_of(self.app))

    def environ(self, parameters: dict[str, str], headers: dict[str, str]) -> dict[str, Any]:
        """Give a request as the server hands it on."""
        fields = {"HTTP_" + name.upper().replace("-", "_"): value for name, value in headers.items()}
        return {"REQUEST_METHOD": "GET", "PATH_INFO": "/sparql", "QUERY_STRING": urlencode(parameters), **fields}

    def past(self, environ: dict[str, Any]) -> tuple[Headers, bytes] | None:
        """Answer past Flask."""
        return asyncio.run(self.express.answered(environ, "", self.store.version()))

    def by_flask(self, parameters: dict[str, str], headers: dict[str, str]) -> tuple[Headers, bytes]:
        """Answer by Flask."""
        with self.app.test_client().get("/sparql", query_string=urlencode(parameters), headers=headers) as response:
            assert response.status_code == 200
            return as_sent(response.headers), response.data


@pytest.fixture(scope="module", params=[0, 1_000_000], ids=["no cache", "cache"])
def front(small: Settings, request: pytest.FixtureRequest) -> Iterator[Front]:
    """Give the two ways to an answer; their workers stand ready."""
    found = Front(replace(small, cache_bytes=request.param))
    found.by_flask({"query": MISSPELT}, {})
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(express, "PATIENCE_SECONDS", 20)  # a busy machine may need more than a moment
        yield found
    found.store.close()


@pytest.mark.parametrize(("parameters", "headers"), ORDINARY)
def test_same_as_flask(front: Front, parameters: dict[str, str], headers: dict[str, str]) -> None:
    """Headers, their order and the body are Flask's: when asked first, and when asked again."""
    first = front.past(front.environ(parameters, headers))
    assert front.by_flask(parameters, headers) == first
    assert first == front.past(front.environ(parameters, headers))


@pytest.mark.parametrize(("parameters", "headers"), [row[1:] for row in FOR_FLASK], ids=[row[0] for row in FOR_FLASK])
def test_left_to_flask(front: Front, parameters: dict[str, str], headers: dict[str, str]) -> None:
    """What is out of the ordinary is Flask's, and what was begun for it is taken up there."""
    environ = front.environ(parameters, headers)
    assert front.past(environ) is None
    with taking_up(environ.pop(BEGUN, None)):
        pass
    assert front.store.pool.lanes.running == 0


OTHER = [
    {"REQUEST_METHOD": "HEAD"},
    {"REQUEST_METHOD": "POST"},
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
