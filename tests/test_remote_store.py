"""The store at a real engine, the Oxigraph server, answers as the embedded one does: every form, format and dataset."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from bench import engines
from conftest import WORLD, Run, running, wait_for
from remote_world import lay, pointed_at, put

from kunskapsgraf import Graph
from kunskapsgraf import settings as settings_module
from kunskapsgraf.errors import (
    EndpointError,
    EngineAway,
    KunskapsgrafError,
    NotWritable,
    QueryForbidden,
    QuerySyntaxError,
    QueryTimeout,
    ResultTooLarge,
)
from kunskapsgraf.graph.elsewhere.pointer import Shown
from kunskapsgraf.graph.elsewhere.store import RemoteStore
from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.formats import FORMATS
from kunskapsgraf.graph.run import Cost
from kunskapsgraf.graph.store import Dataset, Store, columns_and_rows
from kunskapsgraf.graph.terms import Row
from kunskapsgraf.graph.writing import Change
from kunskapsgraf.reports.run import all_reports
from kunskapsgraf.settings import Settings, packaged_sources

BASE = "https://w3id.org/kunskapsgraf/"
INFERRED, CATALOGUE = BASE + "graf/harledd", BASE + "graf/katalog"
NAMED = "?s ?p ?o FILTER(!isBlank(?s) && !isBlank(?o))"


@pytest.fixture(scope="module")
def engine() -> Iterator[engines.Running]:
    """Run the Oxigraph server."""
    with engines.started("oxigraph") as found:
        yield found


@pytest.fixture(scope="module")
def small(small: Settings) -> Settings:
    """Give the tiny world's settings with time enough: what is compared here is not speed."""
    return replace(small, query_seconds=60.0, slow_workers=2)


@pytest.fixture(scope="module")
def small_store(small: Settings) -> Iterator[EmbeddedStore]:
    """Give an embedded store with the same time."""
    found = EmbeddedStore(small)
    yield found
    found.close()


@pytest.fixture(scope="module")
def shown(small: Settings, engine: engines.Running) -> Shown:
    """Lay the tiny world in the engine."""
    return lay(small, engine)


@pytest.fixture(scope="module")
def remote(small: Settings, engine: engines.Running, shown: Shown) -> Iterator[RemoteStore]:
    """Give a store at the engine."""
    found = RemoteStore(pointed_at(small, engine))
    yield found
    found.close()


def test_what_is_shown(remote: RemoteStore, small_store: EmbeddedStore) -> None:
    """Version, graphs and their sizes are those of the build; of physical names and of the union nobody hears."""
    assert small_store.version() == remote.version()
    assert small_store.graphs() == remote.graphs()
    rows = json.loads(remote.answer("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }", "json").body)
    assert set(small_store.graphs()) == {row["g"]["value"] for row in rows["results"]["bindings"]}


TABLE = f"SELECT ?s ?p ?o {{ {NAMED} }} ORDER BY ?s ?p ?o LIMIT 300"
GRAPHS = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {NAMED} }}"
FORMS = {
    "select": [
        TABLE,
        f"SELECT * {{ GRAPH ?g {{ {NAMED} }} }} ORDER BY ?g ?s ?p ?o LIMIT 300",
        "SELECT ?x { FILTER(false) }",
    ],
    "ask": ["ASK { ?s a ?o }", "ASK { <urn:nothing> a ?o }"],
    "graph": [GRAPHS, f"DESCRIBE <{BASE}ns#Kommun>", "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(false) }"],
}


@pytest.mark.parametrize(
    ("query", "format_name"),
    [(query, f.name) for f in FORMATS for kind in f.kinds for query in FORMS.get(kind, [])],
)
def test_forms_and_formats(remote: RemoteStore, small_store: EmbeddedStore, query: str, format_name: str) -> None:
    """An answer has the same bytes in each format as from the embedded store."""
    expected, found = (store.answer(query, format_name) for store in (small_store, remote))
    assert expected.body == found.body
    assert (expected.kind, expected.version) == (found.kind, found.version)


COUNT = "SELECT (COUNT(*) AS ?n) {} {{ ?s ?p ?o }}"
# What a query may do with names of graphs, and with datasets; each is asked of both stores.
DATASETS: list[tuple[str, Dataset]] = [
    (COUNT.format(""), Dataset()),
    (COUNT.format(f"FROM <{INFERRED}>"), Dataset()),
    (COUNT.format(f"FROM NAMED <{INFERRED}>"), Dataset()),
    (COUNT.format("FROM <graf/harledd>").replace("SELECT", f"BASE <{BASE}> SELECT"), Dataset()),
    (COUNT.format("FROM g:harledd").replace("SELECT", f"PREFIX g: <{BASE}graf/> SELECT"), Dataset()),
    (COUNT.format(f"FROM <{BASE}graf/ingen>"), Dataset()),
    (COUNT.format(f"FROM <{CATALOGUE}>"), Dataset((INFERRED,), ())),
    (COUNT.format(""), Dataset((INFERRED,), (INFERRED,))),
    (COUNT.format(""), Dataset((), (INFERRED,))),
    ("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g", Dataset()),
    ("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g", Dataset((), (INFERRED,))),
    ("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g", Dataset((INFERRED,), ())),
    (f"SELECT ?g (COUNT(*) AS ?n) FROM NAMED <{INFERRED}> {{ GRAPH ?g {{ ?s ?p ?o }} }} GROUP BY ?g", Dataset()),
    (f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{CATALOGUE}> {{ ?s ?p ?o }} }}", Dataset()),
    (f"PREFIX g: <{BASE}graf/> SELECT (COUNT(*) AS ?n) {{ GRAPH g:katalog {{ ?s ?p ?o }} }}", Dataset()),
    (f"BASE <{BASE}graf/> SELECT (COUNT(*) AS ?n) {{ GRAPH <katalog> {{ ?s ?p ?o }} }}", Dataset()),
    (f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{BASE}graf/\\u006Batalog> {{ ?s ?p ?o }} }}", Dataset()),
    (f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{INFERRED}/lage/0> {{ ?s ?p ?o }} }}", Dataset()),
    (f"BASE <{BASE}> PREFIX g: <graf/> SELECT (COUNT(*) AS ?n) {{ GRAPH g:katalog {{ ?s ?p ?o }} }}", Dataset()),
    (f"BASE <{BASE}> SELECT (COUNT(*) AS ?n) FROM <graf/harledd> {{ ?s a <ns#Kommun> }}", Dataset()),
    ("PREFIX : <ns#> SELECT (COUNT(*) AS ?n) { ?s a :Kommun ; ?p ?o FILTER(?o != <id/kommun/x>) }", Dataset()),
    # A graph's name is a value like others: bound before, after, compared, computed, and said something of.
    (f"SELECT (COUNT(*) AS ?n) {{ VALUES ?g {{ <{INFERRED}> <{CATALOGUE}> }} GRAPH ?g {{ ?s ?p ?o }} }}", Dataset()),
    ("SELECT (COUNT(*) AS ?n) { VALUES ?g { UNDEF } GRAPH ?g { ?s ?p ?o } }", Dataset()),
    (f"SELECT (COUNT(*) AS ?n) {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(?g = <{INFERRED}>) }}", Dataset()),
    (f'SELECT (COUNT(*) AS ?n) {{ BIND(IRI("{INFERRED}") AS ?g) GRAPH ?g {{ ?s ?p ?o }} }}', Dataset()),
    (f"SELECT DISTINCT ?g ?t {{ GRAPH ?g {{ ?s a ?c }} GRAPH <{CATALOGUE}> {{ ?g a ?t }} }} ORDER BY ?g ?t", Dataset()),
    ("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s a ?c } OPTIONAL { GRAPH ?g { ?c a ?d } } }", Dataset()),
    ("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s a ?c } GRAPH ?h { ?s a ?c } FILTER(?g != ?h) }", Dataset()),
    ("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s a ?c } MINUS { GRAPH ?g { ?c a ?d } } }", Dataset()),
    ("SELECT (COUNT(*) AS ?n) { ?s a ?c FILTER NOT EXISTS { GRAPH ?g { ?c a ?d } } }", Dataset()),
    ("SELECT ?g ?n { { SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s a ?c } } GROUP BY ?g } } ORDER BY ?g", Dataset()),
    ("SELECT (COUNT(*) AS ?n) { GRAPH $lage { ?lage_lage a ?c } }", Dataset()),
    ('SELECT ("GRAPH ?g { <a> }" AS ?x) { }  # GRAPH ?g {', Dataset()),
]


@pytest.mark.parametrize(("query", "dataset"), DATASETS)
def test_names_of_graphs(remote: RemoteStore, small_store: EmbeddedStore, query: str, dataset: Dataset) -> None:
    """Whatever a query does with graphs, physical names make no difference."""
    expected, found = (store.answer(query, "csv", dataset).body.decode() for store in (small_store, remote))
    assert expected == found


def test_reports(remote: RemoteStore, small_store: EmbeddedStore) -> None:
    """Each report, with the values of its example, has the same rows."""
    compare_reports(remote, small_store)


@pytest.mark.long
def test_reports_on_the_whole_graph(whole: Settings, whole_store: EmbeddedStore) -> None:
    """The same on the whole graph, where few of them are empty."""
    with engines.started("oxigraph") as engine:
        lay(whole, engine)
        store = RemoteStore(pointed_at(replace(whole, query_seconds=60), engine))
        compare_reports(store, whole_store)
        store.close()


def compare_reports(remote: Store, embedded: Store) -> None:
    """Compare the rows of all reports, whatever order those of equal rank have."""
    differ = []
    for name, report in all_reports(packaged_sources(), BASE).items():
        query = report.bind(report.example, embedded.names)
        expected, found = (columns_and_rows(store, query) for store in (embedded, remote))
        if (expected[0], as_texts(expected[1])) != (found[0], as_texts(found[1])):
            differ.append(name)
    assert [] == differ


def as_texts(rows: list[Row]) -> list[list[tuple[str, str]]]:
    """Write rows so that they can be put in order."""
    return sorted(sorted((name, str(term)) for name, term in row.items()) for row in rows)


# (query, error, line and column)
REFUSED: list[tuple[str, type[KunskapsgrafError], tuple[int, int] | None]] = [
    ("SELECT * {", QuerySyntaxError, (1, 11)),
    ("SELECT *\n{ ?s ?p }", QuerySyntaxError, (2, 9)),
    (f"SELECT * FROM <{INFERRED}> {{ GRAPH ?g {{ ?s ?p }} }}", QuerySyntaxError, (1, 79)),
    ("SELECT * { ?s kg:x 1 }", QuerySyntaxError, (1, 15)),
    ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", QueryForbidden, (1, 12)),
    ("LOAD <http://127.0.0.1:9/>", QueryForbidden, (1, 1)),
    ("DROP ALL", QueryForbidden, (1, 1)),
    ('define get:soft "replace" SELECT * { ?s ?p ?o }', QueryForbidden, (1, 1)),
    ("SELECT (<bif:sys_stat>('x') AS ?y) { }", QueryForbidden, (1, 9)),
    ("SELECT (<\\u0062if:sys_stat>('x') AS ?y) { }", QueryForbidden, (1, 9)),
    ("PREFIX j: <java:java.lang.> SELECT (j:System.exit(1) AS ?y) { }", QueryForbidden, (1, 11)),
]


@pytest.mark.parametrize(("query", "kind", "place"), REFUSED)
def test_refused(remote: RemoteStore, query: str, kind: type[KunskapsgrafError], place: tuple[int, int] | None) -> None:
    """What is no SPARQL is told with its place in the text as it was written; what reaches past SPARQL is never sent."""
    with pytest.raises(kind) as caught:
        remote.answer(query, "json")
    assert place == (caught.value.line, caught.value.column)


def test_bounds(small: Settings, engine: engines.Running, shown: Shown) -> None:
    """An answer past its rows or bytes is an error, or the beginning where that was asked for."""
    settings = pointed_at(replace(small, result_rows=100, result_bytes=1_000_000), engine)
    store = RemoteStore(settings)
    for query, format_name in ((TABLE, "json"), (TABLE, "csv"), (GRAPHS, "nt")):
        with pytest.raises(ResultTooLarge, match="100"):
            store.answer(query, format_name)
    narrow = RemoteStore(replace(settings, result_rows=1_000_000, result_bytes=2000))
    for query, format_name in ((TABLE, "json"), (TABLE, "tsv"), (GRAPHS, "ttl")):
        with pytest.raises(ResultTooLarge, match="2000"):
            narrow.answer(query, format_name)
        found = narrow.answer(query, format_name, most_bytes=500)
        assert found.is_cut
        assert 500 == len(found.body)
    for each in (store, narrow):
        each.close()


def test_cache_follows_the_version(small: Settings, engine: engines.Running) -> None:
    """An answer is kept while its version is shown, and no longer; another version needs no restart."""
    costs: list[Cost] = []
    lay(small, engine, "one")
    store = RemoteStore(pointed_at(replace(small, follow_seconds=0.1), engine), costs.append)
    assert "one" == store.version()
    answers = [store.answer(COUNT.format(""), "csv") for _ in range(2)]
    assert [False, True] == [cost.cached for cost in costs]
    assert answers[0].body == answers[1].body
    changed = lay(small, engine, "two")
    put(engine, changed.graphs[BASE + "graf"][0], b"<urn:a> <urn:b> <urn:c> .\n")
    wait_for(lambda: store.version() == "two", "the store follows the engine")
    assert b"n\r\n1\r\n" == store.answer(COUNT.format(""), "csv").body
    store.close()
    lay(small, engine)


def test_engine_of_others(small: Settings) -> None:
    """An engine without our pointer is served as it is: its graphs by their names, and a version that follows its content."""
    with engines.started("oxigraph") as engine:
        put(engine, "http://example.org/g", b"<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b> <urn:d> .\n")
        put(engine, INFERRED, b"<urn:a> <urn:b> <urn:e> .\n")
        store = RemoteStore(pointed_at(replace(small, follow_seconds=0.1), engine))
        first = store.version()
        assert {"http://example.org/g": 2, INFERRED: 1} == store.graphs()
        assert b"n\r\n3\r\n" == store.answer(COUNT.format(""), "csv").body
        put(engine, "http://example.org/h", b"<urn:a> <urn:b> <urn:f> .\n")
        wait_for(lambda: store.version() != first, "another graph makes another version")
        assert b"n\r\n4\r\n" == store.answer(COUNT.format(""), "csv").body
        store.close()


def test_killed_and_back(small: Settings) -> None:
    """An engine that is killed is away, what is kept is still answered, and when it is back all is."""
    with engines.started("oxigraph") as engine:
        put(engine, "http://example.org/g", b"<urn:a> <urn:b> <urn:c> .\n")
        store = RemoteStore(pointed_at(small, engine))
        kept = store.answer(COUNT.format(""), "csv").body
        engine.kill()
        with pytest.raises(EngineAway) as caught:
            store.answer("ASK { ?s ?p ?o }", "json")
        assert engine.query not in caught.value.sv + caught.value.en  # its address is for whoever runs it
        assert kept == store.answer(COUNT.format(""), "csv").body
        fresh = RemoteStore(pointed_at(small, engine))
        for _ in range(2):
            with pytest.raises(EngineAway):
                fresh.version()
        engine.start()
        assert b'{"head":{},"boolean":true}' == store.answer("ASK { ?s ?p ?o }", "json").body
        wait_for(lambda: is_known(fresh), "a store that began without its engine finds it")
        fresh.close()
        store.close()


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("KUNSKAPSGRAF_STORE", "localhost:7878/query", "ingen adress"),
        ("KUNSKAPSGRAF_STORE_UPDATE", "http://anna:hemligt@127.0.0.1:9/", "KUNSKAPSGRAF_ENDPOINT_PASSWORD"),
        ("KUNSKAPSGRAF_ENDPOINT_TOKEN", "hem ligt", "KUNSKAPSGRAF_ENDPOINT_TOKEN"),
    ],
)
def test_wrong_settings_begin_no_server(run: Run, tmp_path: Path, variable: str, value: str, said: str) -> None:
    """An address or a token that is none is one line before anything is served, and is not taken for an engine that is away."""
    environment = {"KUNSKAPSGRAF_STORE": "http://127.0.0.1:9/query", variable: value}
    code, out, err = run("serve", KUNSKAPSGRAF_HOME=tmp_path, PORT="0", **environment)
    assert (2, "", 1) == (code, out, err.count("\n"))
    assert said in err
    assert "ligt" not in err


def is_known(store: RemoteStore) -> bool:
    """Tell whether a store knows its version."""
    try:
        return bool(store.version())
    except EndpointError:
        return False


def test_halted(small: Settings) -> None:
    """An engine that takes a query and says nothing is given up in time."""
    with engines.started("oxigraph") as engine:
        put(engine, "http://example.org/g", b"<urn:a> <urn:b> <urn:c> .\n")
        store = RemoteStore(pointed_at(replace(small, query_seconds=0.5, slow_after_seconds=0.1), engine))
        store.version()
        engine.halt()
        with pytest.raises(QueryTimeout):
            store.answer("ASK { ?s ?p ?o }", "json")
        engine.resume()
        lanes = store.turns.lanes
        assert (0, 0) == (lanes.running, lanes.slow)
        store.close()


def test_no_writing(remote: RemoteStore) -> None:
    """A change through the service is refused, with where to make it."""
    with pytest.raises(NotWritable, match="bygg"):
        remote.write(Change("delete", "anna", graph=INFERRED))


def test_commands(run: Run, small: Settings, engine: engines.Running, shown: Shown, tmp_path: Path) -> None:
    """``kunskapsgraf query`` and ``report`` ask the engine, with no snapshot on this machine."""
    told = {**engine.environment(), "KUNSKAPSGRAF_HOME": tmp_path / "none", "KUNSKAPSGRAF_SOURCES": WORLD}
    query = tmp_path / "query.rq"
    query.write_text("ASK { ?s a ?o }", encoding="utf-8")
    code, out, _ = run("query", str(query), **told)
    assert (0, '{"head":{},"boolean":true}') == (code, out.strip())
    code, _, said = run("serve", "--from", str(tmp_path), **told)
    assert 2 == code
    assert "KUNSKAPSGRAF_STORE" in said


def test_in_a_notebook(engine: engines.Running, shown: Shown, tmp_path: Path) -> None:
    """``Graph`` asks the engine that its settings name."""
    told = {**engine.environment(), "KUNSKAPSGRAF_SOURCES": str(WORLD)}
    with Graph(tmp_path, settings=told, frames=False) as graph:
        assert graph.query("ASK { ?s a ?o }") is True


def test_address_is_checked() -> None:
    """An address that is none, or that holds a password, is told before anything is sent."""
    settings = settings_module.load({})
    for address in ("ftp://example.org/", "http://anna:hemligt@example.org/sparql", "http:///sparql"):
        with pytest.raises(KunskapsgrafError) as caught:
            RemoteStore(replace(settings, store=address))
        assert "hemligt" not in caught.value.sv


def test_served(engine: engines.Running, shown: Shown, tmp_path: Path) -> None:
    """``kunskapsgraf serve`` serves the engine's graph, with no snapshot on this machine."""
    settings = replace(settings_module.load({}), home=tmp_path)
    with running(settings, KUNSKAPSGRAF_SOURCES=str(WORLD), **engine.environment()) as server:
        assert {"status": "ready", "version": shown.version} == json.loads(read(f"{server.address}/redo"))
        asked = f"{server.address}/sparql?query={quote('ASK { ?s a ?o }')}"
        assert [b'{"head":{},"boolean":true}'] * 2 == [read(asked) for _ in range(2)]
        assert b"queries_running" in read(f"{server.address}/matt")
        assert shown.version.encode() in read(f"{server.address}/om")


def read(address: str) -> bytes:
    """Fetch an address."""
    with urllib.request.urlopen(address, timeout=60) as answer:
        found: bytes = answer.read()
    return found
