"""The graph from Python: the same answers from a service and from a snapshot, typed, whole or an exception."""

from __future__ import annotations

import datetime
import itertools
import shutil
import socketserver
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from conftest import WORLD, Server, running

from kunskapsgraf import Graph, QueryWarning, Table, errors
from kunskapsgraf.client import graph as graph_module
from kunskapsgraf.client.values import Given, value_of
from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.snapshot import current
from kunskapsgraf.pipeline.build import build
from kunskapsgraf.reports import run
from kunskapsgraf.settings import Settings, packaged_sources

BASE = "https://w3id.org/kunskapsgraf/"
KG = f"{BASE}ns#"
REPORTS = run.all_reports(packaged_sources())
NEEDED: dict[str, dict[str, str]] = {
    "evidenskarta-ruta": {"atgard": "tolvstegsmetoden"},
    "giltighet": {"dag": "2006-03-01", "senast": "2006-12-31"},
    "kallans-pastaenden": {"kalla": "provkartan"},
    "kommunjamforelse": {"kommun": "norrby", "annan": "soderby"},
    "meny-for-kommun": {"plats": "norrby"},
}
"""Values for the reports that need some, of things that the tiny world has."""
FIRST, LAST = datetime.date(2006, 2, 1), datetime.date(2006, 3, 31)


@pytest.fixture(scope="module")
def served(small: Settings) -> Iterator[Server]:
    """Run the real server on the tiny world."""
    with running(small, KUNSKAPSGRAF_SOURCES=str(WORLD), KUNSKAPSGRAF_WORKERS="2") as found:
        yield found


@pytest.fixture(scope="module")
def at_path(small: Settings) -> Iterator[Graph]:
    """Give the tiny world by its home."""
    with Graph(small.home, frames=False) as found:
        yield found


@pytest.fixture(scope="module")
def at_address(served: Server) -> Iterator[Graph]:
    """Give the tiny world by the address of a service."""
    with Graph(served.address, frames=False) as found:
        yield found


@pytest.fixture(params=["path", "address"])
def tiny(request: pytest.FixtureRequest) -> Graph:
    """Give the tiny world, each way."""
    found: Graph = request.getfixturevalue(f"at_{request.param}")
    return found


def table(found: object) -> Table:
    """Take an answer for the table that it must be."""
    assert isinstance(found, Table)
    return found


def test_a_report(tiny: Graph) -> None:
    """A report is a table of typed values: IRIs and names as text, dates as dates, what is unbound as None."""
    found = table(tiny.report("kommuner-per-metod", metod="tolvstegsmetoden"))
    [row] = found
    assert {
        "metod": f"{BASE}id/metod/tolvstegsmetoden",
        "metodNamn": "Tolvstegsmetoden",
        "kommun": f"{BASE}id/kommun/norrby",
        "kommunNamn": "Norrby",
        "insats": f"{BASE}id/insats/norrby-samtal",
        "insatsNamn": "Samtal",
        "giltigFran": FIRST,
        "giltigTill": LAST,
        "giltighetOkand": None,
    } == row
    assert ("Norrby",) == found.column("kommunNamn")
    with pytest.raises(KeyError, match="kommunNamn"):
        found.column("komun")


@pytest.mark.parametrize(
    "value",
    ["tolvstegsmetoden", "metod/tolvstegsmetoden", f"{BASE}id/metod/tolvstegsmetoden"],
    ids=["slug", "kind", "iri"],
)
def test_a_thing_is_named_as_the_service_takes_it(tiny: Graph, value: str) -> None:
    """A parameter takes a slug, a kind and slug, or a full IRI."""
    assert 1 == len(table(tiny.report("kommuner-per-metod", metod=value)))


def test_values_of_parameters(tiny: Graph) -> None:
    """A date is written as one, and None leaves a parameter out."""
    given: dict[str, Given] = {"dag": datetime.date(2006, 3, 1), "senast": datetime.date(2006, 12, 31)}
    assert table(tiny.report("giltighet", **given)) == table(tiny.report("giltighet", **NEEDED["giltighet"]))
    assert 1 == len(table(tiny.report("kommuner-per-metod", metod=None)))


def test_language(small: Settings, served: Server) -> None:
    """Labels, proofs and messages are in the language of the graph."""
    for place in (small.home, served.address):
        with Graph(place, frames=False, language="en") as graph:
            assert ("Talks",) == table(graph.report("kommuner-per-metod")).column("insatsNamn")
            assert ("Samtal",) == table(graph.report("kommuner-per-metod", sprak="sv")).column("insatsNamn")
            with pytest.raises(errors.NotFound, match="There is no report"):
                graph.report("finns-inte")


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_is_the_same_from_both_ways(
    at_path: Graph, at_address: Graph, small_store: EmbeddedStore, name: str
) -> None:
    """Address and path give the rows, with their types, that the store gives the report's query."""
    values = NEEDED.get(name, {})
    here, there = table(at_path.report(name, **values)), table(at_address.report(name, **values))
    assert here == there
    own = run.run(small_store, REPORTS[name], values)
    assert own.columns == here.columns
    assert [tuple(value_of(row.get(column)) for column in own.columns) for row in own.rows] == list(here.rows)
    assert [list(map(type, row)) for row in here.rows] == [list(map(type, row)) for row in there.rows]


TYPED = f"""PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
SELECT ?whole ?part ?true ?day ?moment ?year ?text ?iri ?odd {{ VALUES (?whole ?part ?true ?day ?moment ?year ?text ?iri ?odd) {{
  (1 0.5 true "2006-02-01"^^xsd:date "2006-02-01T12:00:00Z"^^xsd:dateTime "2006"^^xsd:gYear "x"@sv <{KG}Kommun> 1)
  (UNDEF 2e0 UNDEF UNDEF UNDEF UNDEF "2006-02-01" UNDEF "ett"^^xsd:token)
}} }}"""
MOMENT = datetime.datetime(2006, 2, 1, 12, tzinfo=datetime.UTC)


def test_rows_of_a_query_are_typed(tiny: Graph) -> None:
    """Numbers, truth values, dates and years are Python's by their datatype; a text that looks like a date stays a text."""
    found = table(tiny.query(TYPED))
    assert ("whole", "part", "true", "day", "moment", "year", "text", "iri", "odd") == found.columns
    first = (1, 0.5, True, FIRST, MOMENT, 2006, "x", f"{KG}Kommun", 1)
    second = (None, 2.0, None, None, None, None, "2006-02-01", None, "ett")
    assert (first, second) == found.rows
    assert list(map(type, first)) == list(map(type, found.rows[0]))


def test_frame_of_a_query(small: Settings) -> None:
    """A frame's columns have the types of their values, with gaps; one of several kinds keeps each as it is."""
    with Graph(small.home) as graph:
        frame: Any = graph.query(TYPED)
        empty: Any = graph.query("SELECT ?a ?b { ?a <urn:nothing> ?b }")
    assert [
        ("whole", "Int64"),
        ("part", "float64"),
        ("true", "boolean"),
        ("day", "datetime64[s]"),
        ("moment", "datetime64[us, UTC]"),
        ("year", "Int64"),
        ("text", "str"),
        ("iri", "str"),
        ("odd", "object"),
    ] == [(name, str(kind)) for name, kind in frame.dtypes.items()]
    assert [1, "ett"] == list(frame["odd"])
    assert [False, True] == list(frame["iri"].isna())
    assert (["a", "b"], 0) == (list(empty.columns), len(empty))


def test_frame_without_gaps() -> None:
    """Whole columns have the plain types; numbers that no column holds stay Python's, as do columns of one name."""
    made = Table(("n", "b", "x", "n"), ((1, True, 2**70, 5), (2, False, 1, 6))).to_pandas()
    assert ["int64", "bool", "object", "int64"] == [str(kind) for kind in made.dtypes]
    assert ["n", "b", "x", "n"] == list(made.columns)
    assert 2**70 == made["x"][0]
    early = Table(("day",), ((datetime.date(1523, 6, 6),),)).to_pandas()
    assert "1523-06-06" == str(early["day"][0])[:10]


def test_without_pandas(small: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without pandas answers are tables, and a frame is refused by how to install it."""
    monkeypatch.setattr(graph_module, "has_pandas", lambda: False)
    with Graph(small.home) as graph:
        found = table(graph.query("SELECT ?a { VALUES ?a { 1 } }"))
    assert "<Table: 1 rows of a>" == repr(found)
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match=r'pip install "kunskapsgraf\[pandas\]"'):
        found.to_pandas()


def test_other_kinds_of_query(tiny: Graph) -> None:
    """An ASK is a truth value; a CONSTRUCT is a table of triples."""
    assert tiny.query(f"ASK {{ <{BASE}id/kommun/norrby> a <{KG}KommunMedTolvstegsutbud> }}") is True
    assert tiny.query(f"ASK {{ <{BASE}id/kommun/soderby> a <{KG}KommunMedTolvstegsutbud> }}") is False
    found = table(tiny.query(f"CONSTRUCT {{ ?k <urn:kod> ?c }} WHERE {{ ?k <{KG}kommunkod> ?c }}"))
    assert ("subject", "predicate", "object") == found.columns
    assert {
        (f"{BASE}id/kommun/norrby", "urn:kod", "9901"),
        (f"{BASE}id/kommun/soderby", "urn:kod", "9902"),
    } == set(found.rows)


def test_what_a_query_sees(tiny: Graph) -> None:
    """With inference=none the query sees what was laid down alone."""
    asked = f"ASK {{ ?k a <{KG}KommunMedTolvstegsutbud> }}"
    assert (True, False) == (tiny.query(asked), tiny.query(asked, inference="none"))


def test_a_slip_is_a_warning(tiny: Graph) -> None:
    """A term that the ontology lacks is told as a Python warning, with the nearest that it has."""
    with pytest.warns(QueryWarning, match='nearest="kg:Kommun"'):
        found = table(tiny.query(f"PREFIX kg: <{KG}> SELECT ?k {{ ?k a kg:Komun }}"))
    assert 0 == len(found)


def test_explain(tiny: Graph) -> None:
    """A proof is a row for each step, what it rests on beneath it, and at the end lines of a source."""
    found = table(tiny.explain("kommun/norrby", "kg:harMetodutbud", "metod/tolvstegsmetoden"))
    rows = list(found)
    # A municipality has an offer that uses what its service uses; the world's one source says both on lines 1 to 4.
    norrby, method = f"{BASE}id/kommun/norrby", f"{BASE}id/metod/tolvstegsmetoden"
    assert (1, 0, norrby, f"{KG}harMetodutbud", method, "inferred") == tuple(
        rows[0][name] for name in ("proof", "depth", "subject", "predicate", "object", "kind")
    )
    assert rows[0]["rule"]
    leaves = {(row["predicate"], row["lines"], row["passages"]) for row in rows if row["kind"] == "asserted"}
    cited = ("provkartan 1–4", f"{BASE}id/passage/prov-1-4")
    assert {(f"{KG}harUtbudspost", *cited), (f"{KG}avserInsats", *cited), (f"{KG}anvanderMetod", *cited)} == leaves
    depths = [row["depth"] for row in rows if isinstance(row["depth"], int)]
    assert all(after <= before + 1 for before, after in itertools.pairwise(depths))


@pytest.mark.parametrize(
    "asked", [("<" + BASE + "id/kommun/norrby>", "a", KG + "Kommun"), ("kommun/norrby", "a", "kg:Kommun")]
)
def test_terms_are_written_as_the_service_takes_them(tiny: Graph, asked: tuple[str, str, str]) -> None:
    """Short names and IRIs name the same statement, which a source makes."""
    assert f"{BASE}id/kommun/norrby" == table(tiny.explain(*asked)).rows[0][3]


# (what is asked, the exception, part of its message)
WRONG: list[tuple[Callable[[Graph], object], type[errors.KunskapsgrafError], str]] = [
    (lambda g: g.report("kommuner-per-metd"), errors.NotFound, "Menade du kommuner-per-metod?"),
    (lambda g: g.report("a/b"), errors.NotFound, ""),
    (lambda g: g.report("kommuner-per-metod", metd="x"), errors.ParameterError, "Menade du metod?"),
    (lambda g: g.report("kommuner-per-metod", format="csv"), errors.ParameterError, "ingen parameter 'format'"),
    (lambda g: g.report("kommuner-per-metod", metod="finns-inte"), errors.ParameterError, "'finns-inte'"),
    (lambda g: g.report("meny-for-kommun"), errors.ParameterError, "behöver parametern plats"),
    (lambda g: g.query("SELECT"), errors.QuerySyntaxError, ""),
    (lambda g: g.query("SELECT * { SERVICE <urn:x> { ?s ?p ?o } }"), errors.QueryForbidden, "SERVICE"),
    (lambda g: g.query("SELECT * { ?s ?p ?o }", inference="lite"), errors.BadRequest, "inference"),
    (lambda g: g.explain("kommun/soderby", "a", "kg:Insats"), errors.NotFound, "håller inte satsen"),
    (lambda g: g.explain("soderby", "a", "kg:Insats"), errors.BadRequest, "är ingen term"),
    (lambda g: g.evidence_map("utfal"), errors.BadRequest, "axel"),
]


@pytest.mark.parametrize("case", range(len(WRONG)))
def test_errors_of_the_service_are_typed(at_path: Graph, at_address: Graph, case: int) -> None:
    """An error is the exception that it was at the service, with its words, from both ways the same."""
    ask, kind, says = WRONG[case]
    said = []
    for graph in (at_path, at_address):
        with pytest.raises(kind) as caught:
            ask(graph)
        assert type(caught.value) is kind
        said.append((str(caught.value.sv), caught.value.line, caught.value.column))
    assert said[0] == said[1]
    assert says in said[0][0]


def test_place_of_a_syntax_error(tiny: Graph) -> None:
    """An error of syntax tells the line and the column."""
    with pytest.raises(errors.QuerySyntaxError) as caught:
        tiny.query("SELECT *\n{ ?s ?p }")
    assert (2, 9) == (caught.value.line, caught.value.column)
    assert caught.value.expected


def test_version(small: Settings, tiny: Graph) -> None:
    """The version to cite is the snapshot's."""
    assert current(small.home).manifest.version == tiny.version


def test_paths(small: Settings, tmp_path: Path) -> None:
    """A graph is opened by its home, by the folder of a snapshot wherever it lies, or by that of its store."""
    snapshot = current(small.home).path
    moved = shutil.copytree(snapshot, tmp_path / "flyttad")
    for place in (str(snapshot), snapshot / "store", moved):
        with Graph(place, frames=False) as graph:
            assert (True, snapshot.name) == (graph.query(f"ASK {{ ?k <{KG}kommunkod> '9901' }}"), graph.version)


def test_a_snapshot_stays_the_one_that_was_named(micro: Settings) -> None:
    """A folder of a snapshot is that snapshot, whatever its home has come to serve; a home is what it serves."""
    old = build(micro).path
    file = micro.sources / "data" / "ttl" / "kalla.ttl"
    file.write_text(file.read_text(encoding="utf-8").replace('"ring"', '"krona"'), encoding="utf-8")
    build(micro)
    asked = f"SELECT ?n {{ ?s <{KG}namn> ?n ; a <{KG}DyrSak> }}"
    for place, name in ((old, "ring"), (micro.home, "krona")):
        with Graph(place, frames=False) as graph:
            assert (name,) == table(graph.query(asked)).column("n")


def test_paths_without_a_graph(micro_built: Settings, tmp_path: Path) -> None:
    """A folder that holds no graph, and one whose graph is damaged, are refused at once."""
    with pytest.raises(errors.SnapshotError, match="finns ingen graf"):
        Graph(tmp_path)
    home = shutil.copytree(micro_built.home, tmp_path / "home")
    (file,) = [path for path in current(home).store.iterdir() if path.name.startswith("MANIFEST")]
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(errors.SnapshotError, match="skadad"):
        Graph(home)


def test_settings_of_a_path(micro_built: Settings) -> None:
    """Settings are given by their variables, and one that is wrong is refused; a graph may be closed twice."""
    with Graph(micro_built.home, frames=False, settings={"KUNSKAPSGRAF_RESULT_ROWS": "1"}) as graph:
        with pytest.raises(errors.ResultTooLarge):
            graph.query("SELECT * { ?s ?p ?o } LIMIT 2")
        graph.close()
    with pytest.raises(errors.SettingError, match="KUNSKAPSGRAF_RESULT_ROWS"):
        Graph(micro_built.home, settings={"KUNSKAPSGRAF_RESULT_ROWS": "noll"})


def test_time_of_a_path(micro_built: Settings) -> None:
    """A query has as long as the graph was given."""
    crossed = " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(8))
    with Graph(micro_built.home, seconds=0.5) as graph, pytest.raises(errors.QueryTimeout):
        graph.query(f"SELECT (COUNT(*) AS ?n) {{ {crossed} }}")


class Wire(socketserver.ThreadingTCPServer):
    """A service that answers every request with the same pieces of bytes, and then goes, or stays silent."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, *pieces: bytes, pause: float = 0, stays: bool = False) -> None:
        outer = self
        self.gone = threading.Event()

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                size = 0
                while line := self.rfile.readline().strip():
                    if line.lower().startswith(b"content-length:"):
                        size = int(line.partition(b":")[2])
                self.rfile.read(size)  # unread, it would reset the connection
                for piece in pieces:
                    self.wfile.write(piece)
                    outer.gone.wait(pause)
                if stays:
                    outer.gone.wait(60)

        super().__init__(("127.0.0.1", 0), Handler)


@contextmanager
def wired(wire: Wire) -> Iterator[str]:
    """Serve in a thread; give the address."""
    thread = threading.Thread(target=wire.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{wire.server_address[1]}"
    finally:
        wire.gone.set()
        wire.shutdown()
        thread.join()
        wire.server_close()


OK, JSON = b"HTTP/1.1 200 OK\r\n", b"Content-Type: application/json\r\n"
NT = b"Content-Type: application/n-triples\r\n"
TRIPLE = b"<urn:a> <urn:b> <urn:c> .\n"
# (what is on the wire, part of the message)
FOREIGN = [
    ([OK, JSON, b"Content-Length: 100\r\n\r\n", b'{"columns": []'], "inget helt svar"),
    ([OK, NT, b"Content-Length: 100\r\n\r\n", TRIPLE], "inget helt svar"),
    ([OK, NT, b"Transfer-Encoding: chunked\r\n\r\n", b"1a\r\n" + TRIPLE + b"\r\n"], "inget helt svar"),
    ([OK, NT, b"\r\n", TRIPLE], "hur långt svaret är"),
    ([OK, JSON, b"Content-Length: 8\r\n\r\n", b'{"colum:'], "inte är svaret från en Kunskapsgraf-tjänst"),
    ([OK, JSON, b"Content-Length: 2\r\n\r\n", b"{}"], "inte är svaret från en Kunskapsgraf-tjänst"),
    ([OK, JSON, b"Content-Length: 2\r\n\r\n", b"[]"], "inte är svaret från en Kunskapsgraf-tjänst"),
    ([b"HTTP/1.1 502 Bad\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\n", b"<p/>"], "svarade 502"),
    ([b"HTTP/1.1 301 Moved\r\nLocation: http://x/\r\nContent-Length: 0\r\n\r\n"], "hänvisar till http://x/"),
    ([b"hej\r\n\r\n"], "inget helt svar"),
]


@pytest.mark.parametrize(("pieces", "says"), FOREIGN, ids=[str(n) for n in range(len(FOREIGN))])
def test_an_answer_is_whole_or_an_error(pieces: list[bytes], says: str) -> None:
    """What is cut, has no length, or is not a service of ours raises one exception that says so, in both languages."""
    asked = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
    with wired(Wire(*pieces)) as address:
        graph = Graph(address, seconds=20)
        with pytest.raises(errors.EndpointError) as caught:
            graph.query(asked) if NT in pieces else graph.report("onskemal")
    assert says in caught.value.sv
    assert caught.value.en != caught.value.sv


@pytest.mark.parametrize(
    "wire",
    [lambda: Wire(stays=True), lambda: Wire(OK, JSON, b"Content-Length: 900\r\n\r\n", *[b"x"] * 900, pause=0.05)],
    ids=["silent", "slow"],
)
def test_an_answer_comes_in_time_or_is_an_error(wire: Callable[[], Wire]) -> None:
    """A service that says nothing, or says it too slowly, ends in an exception that tells the time it had."""
    began = time.monotonic()
    with wired(wire()) as address, pytest.raises(errors.EndpointError, match=r"inom 0\.3 s"):
        Graph(address, seconds=0.3).report("onskemal")
    assert time.monotonic() - began < 30


@pytest.mark.parametrize(
    "address", ["http://", "https://anna:hemligt@example.org", "http://example.org/?a=b", "http://å.se"]
)
def test_addresses_that_are_none(address: str) -> None:
    """An address without a host, with a login or with a query is refused before anything is sent."""
    with pytest.raises(errors.BadRequest, match="ingen adress"):
        Graph(address)


def test_where_nothing_answers() -> None:
    """An address where nobody listens raises the same exception as a foreign answer."""
    with pytest.raises(errors.EndpointError, match=r"127\.0\.0\.1:9"):
        Graph("http://127.0.0.1:9", seconds=5).report("onskemal")
