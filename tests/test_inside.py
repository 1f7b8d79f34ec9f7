"""Building inside an engine: what stands there is what a build here makes, and whatever ends a build leaves what was shown."""

from __future__ import annotations

import gzip
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from bench import engines
from conftest import write_micro
from endpoint import Endpoint, served
from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from kunskapsgraf import cli
from kunskapsgraf.errors import BuildRunning, EndpointError, Inconsistent, QueryFileError
from kunskapsgraf.graph.elsewhere import pointer
from kunskapsgraf.graph.elsewhere.pointer import PLACE, Shown
from kunskapsgraf.graph.engine import graph_of
from kunskapsgraf.graph.queries import QueryFile
from kunskapsgraf.graph.rdf import Term
from kunskapsgraf.graph.remote import Remote
from kunskapsgraf.graph.vocabulary import Names
from kunskapsgraf.pipeline import build as embedded
from kunskapsgraf.pipeline import catalogue
from kunskapsgraf.pipeline.inside import closing, sending
from kunskapsgraf.pipeline.inside.build import build
from kunskapsgraf.reasoner.workspace import WORK
from kunskapsgraf.settings import Settings

NAMES = Names("https://w3id.org/kunskapsgraf/")
Graphs = Mapping[str, set[Triple]]
XSD = "http://www.w3.org/2001/XMLSchema#"
REWRITES: dict[str, dict[Term, Term]] = {
    "virtuoso": {
        Literal(number, datatype=NamedNode(XSD + "boolean")): Literal(word, datatype=NamedNode(XSD + "boolean"))
        for number, word in (("1", "true"), ("0", "false"))
    }
}
"""How engines write literals otherwise than they were written (docs/engine-build.md): each as a build here has it."""


def quiet(_sv: str, _en: str, _number: int, _of: int) -> None:
    """Tell nobody."""


def remote(endpoint: Endpoint) -> Remote:
    """Give the endpoint with an address for queries and one for updates."""
    return Remote(f"{endpoint.address}/query", f"{endpoint.address}/update", seconds=60)


def embedded_graphs(settings: Settings) -> tuple[str, Graphs]:
    """Build here; give the version and what each graph holds.

    The catalogue is told without the files that a build here makes besides, since one inside an engine makes none.
    """
    snapshot = embedded.build(settings)
    lines = gzip.decompress((snapshot.path / "dumps" / "kunskapsgraf.nq.gz").read_bytes())
    quads = list(parse(lines, format=RdfFormat.N_QUADS))
    version = snapshot.manifest.version
    return version, by_graph([*quads, *catalogue.describe(quads, NAMES, version, ())])


def by_graph(quads: Iterable[Quad]) -> Graphs:
    """Put statements together by their graphs, and those that a query sees by default in the union besides."""
    found: dict[str, set[Triple]] = {}
    for quad in quads:
        found.setdefault(graph_of(quad), set()).add(quad.triple)
    union = set().union(*(triples for graph, triples in found.items() if not NAMES.is_layer(graph)))
    return {**found, NAMES.dataset: union}


def shown_graphs(engine: Remote, shown: Shown, name: str = "") -> Graphs:
    """Ask an engine for what each graph of a version holds, its literals as they were written."""
    written = REWRITES.get(name, {})
    return {
        graph: {Triple(t.subject, t.predicate, written.get(t.object, t.object)) for t in held(engine, place)}
        for graph, (place, _) in shown.graphs.items()
    }


def held(engine: Remote, graph: str) -> set[Triple]:
    """Ask an engine for what a graph holds."""
    rows = engine.select(f"SELECT ?s ?p ?o WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
    return {Triple(row["s"], row["p"], row["o"]) for row in rows}  # type: ignore[arg-type]


def same(one: set[Triple], other: set[Triple]) -> bool:
    """Tell whether two graphs say the same, whatever their nodes without a name are called."""
    named = [{t for t in graph if not is_nameless(t)} for graph in (one, other)]
    if named[0] != named[1] or len(one) != len(other):
        return False
    left = [Dataset(Quad(t.subject, t.predicate, t.object) for t in graph if is_nameless(t)) for graph in (one, other)]
    for dataset in left:
        dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return left[0] == left[1]


def is_nameless(triple: Triple) -> bool:
    """Tell whether a statement is about something without a name."""
    return isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode)


def check_same(expected: Graphs, found: Graphs) -> None:
    """Hold the graphs of an engine to those of a build here, each by itself."""
    assert sorted(expected) == sorted(found)
    for graph, triples in expected.items():
        more, less = sorted(map(str, found[graph] - triples))[:5], sorted(map(str, triples - found[graph]))[:5]
        assert same(triples, found[graph]), f"{graph}: more {more}, less {less}"


def graphs_in(endpoint: Endpoint) -> set[str]:
    """Name the graphs of a store that hold anything."""
    return {graph_of(quad) for quad in endpoint.store}


@pytest.fixture(scope="session")
def expected(small: Settings) -> tuple[str, Graphs]:
    """Give the tiny world as a build here makes it."""
    return embedded_graphs(small)


@pytest.fixture(scope="session")
def engine_settings(small: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Give settings for the tiny world and a home of its own, which knows from the build here that its shapes hold."""
    home = tmp_path_factory.mktemp("inside")
    shutil.copytree(small.home / "cache", home / "cache")
    return replace(small, home=home)


@pytest.fixture(params=engines.NAMES)
def engine(request: pytest.FixtureRequest) -> Iterator[engines.Running]:
    """Start an engine on an empty store, where it is present."""
    try:
        with engines.started(request.param) as found:
            yield found
    except engines.NotPresent as error:
        pytest.skip(str(error))


def reached(engine: engines.Running) -> Remote:
    """Give an engine as a build has it."""
    return Remote(engine.query, engine.update, engine.data, seconds=600)


def some_long(*names: str) -> list[object]:
    """Give the names of engines as parameters, all but the Oxigraph server's for the long run."""
    return [pytest.param(name, marks=[pytest.mark.long] if name != "oxigraph" else []) for name in names]


@pytest.mark.parametrize("engine", some_long(*engines.NAMES), indirect=True)
def test_tiny_world_in_an_engine(
    engine: engines.Running, engine_settings: Settings, expected: tuple[str, Graphs]
) -> None:
    """Graph by graph an engine holds what a build here makes, under the same version; a second build changes nothing."""
    version, graphs = expected
    remote_engine = reached(engine)
    shown = build(engine_settings, remote_engine, quiet)
    assert version == shown.version
    check_same(graphs, shown_graphs(remote_engine, shown, engine.name))
    assert {graph: len(triples) for graph, triples in graphs.items()} == {
        graph: number for graph, (_, number) in shown.graphs.items()
    }
    assert shown == pointer.read(remote_engine, NAMES) == build(engine_settings, remote_engine, quiet)


@pytest.mark.long
def test_whole_graph_in_an_engine(engine: engines.Running, whole: Settings, tmp_path: Path) -> None:
    """The package's own sources give in every engine what a build here makes of them, conclusions from absence and all."""
    version, graphs = embedded_graphs(whole)
    shutil.copytree(whole.home / "cache", tmp_path / "cache")
    remote_engine = reached(engine)
    shown = build(replace(whole, home=tmp_path), remote_engine, quiet)
    assert version == shown.version
    assert NAMES.closed_graph in shown.graphs
    check_same(graphs, shown_graphs(remote_engine, shown, engine.name))


@pytest.mark.long
@pytest.mark.parametrize("after", [2, 12, 25])
def test_engine_that_is_killed(engine: engines.Running, after: int, tmp_path: Path) -> None:
    """An engine that is killed in the midst of a build ends it; it shows what it showed, and the next build completes."""
    settings = replace(write_micro(tmp_path), home=tmp_path / "home")
    remote_engine = reached(engine)
    former = build(settings, remote_engine, quiet)
    before = shown_graphs(remote_engine, former)
    say_more(settings)
    updates = 0

    class Killing(Remote):
        def update(self, text: str) -> None:
            nonlocal updates
            updates += 1
            if updates == after:
                engine.kill()
            super().update(text)

    with pytest.raises(EndpointError):
        build(settings, Killing(engine.query, engine.update, seconds=600), quiet)
    assert after == min(after, updates)
    engine.start()
    assert former == pointer.read(remote_engine, NAMES)
    check_same(before, shown_graphs(remote_engine, former))
    shown = build(settings, remote_engine, quiet)
    check_same(embedded_graphs(settings)[1], shown_graphs(remote_engine, shown))


def say_more(settings: Settings, text: str = "sak:bricka a kg:DyrSak .") -> None:
    """Let the source of ``micro`` say one more thing."""
    path = settings.sources / "data" / "ttl" / "kalla.ttl"
    path.write_text(path.read_text(encoding="utf-8") + text + "\n", encoding="utf-8")


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """Serve an empty store."""
    with served(Endpoint()) as found:
        yield found


def test_what_is_made_of_a_small_source(endpoint: Endpoint, micro: Settings) -> None:
    """What follows stands beside what is asserted; besides what is shown there is the ledger, and no working graph."""
    shown = build(micro, remote(endpoint), quiet)
    thing = "https://w3id.org/kunskapsgraf/id/sak/ring"
    inferred = held(remote(endpoint), shown.graphs[NAMES.inferred_graph][0])
    kind = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    assert Triple(NamedNode(thing), kind, NamedNode(NAMES.terms + "Sak")) in inferred
    places = {place for place, _ in shown.graphs.values()}
    assert places | {NAMES.pointer_graph, NAMES.ledger_graph} == graphs_in(endpoint)
    assert all(PLACE in place for place in places)


def test_unchanged_graphs_are_not_sent_again(endpoint: Endpoint, micro: Settings) -> None:
    """After a change of one source only its graph is sent, and what follows from others is left as it is."""
    (micro.sources / "data" / "ttl" / "annan.ttl").write_text(
        "@prefix kg: <https://w3id.org/kunskapsgraf/ns#> .\n<https://w3id.org/kunskapsgraf/id/sak/gaffel> a kg:DyrSak .\n"
    )
    former = build(micro, remote(endpoint), quiet)
    say_more(micro)
    sent: list[str] = []
    endpoint.before = lambda _, text: sent.append(text)
    shown = build(micro, remote(endpoint), quiet)
    changed = {graph for graph, place in shown.graphs.items() if place != former.graphs.get(graph)}
    source = NAMES.source_graph("kalla")
    assert {source, NAMES.inferred_graph, NAMES.inferred_from("kalla"), NAMES.catalogue_graph, NAMES.dataset} == changed
    filled = {text.split("<")[1].split(">")[0] for text in sent if text.startswith("INSERT DATA")}
    assert {shown.graphs[source][0], shown.graphs[NAMES.catalogue_graph][0], NAMES.pointer_graph} >= filled - {
        NAMES.ledger_graph
    }
    assert shown.graphs[source][0] in filled


@pytest.mark.parametrize("points", [4, pytest.param(1000, marks=pytest.mark.long)])
def test_what_ends_anywhere_leaves_what_was_shown(endpoint: Endpoint, micro: Settings, points: int) -> None:
    """Wherever the engine takes no more updates, what is shown is whole and as before; the next build completes."""
    former = build(micro, remote(endpoint), quiet)
    start = list(endpoint.store)
    say_more(micro)
    endpoint.updates = 0
    expected_graphs = shown_graphs(remote(endpoint), new := build(micro, remote(endpoint), quiet))
    updates = endpoint.updates
    switched = False
    for refused in range(1, updates + 1, max(1, updates // points)):
        endpoint.store.clear()
        endpoint.store.extend(start)
        endpoint.updates, endpoint.refused = 0, set(range(refused, 10_000))
        with suppress(EndpointError):  # after the switch only tidying is left, and the ledger's line
            build(micro, remote(endpoint), quiet)
        found = pointer.read(remote(endpoint), NAMES)
        switched |= found == new
        assert found == (new if switched else former), f"update {refused}"
        assert found is not None
        for place, number in found.graphs.values():
            assert number == len(held(remote(endpoint), place)), f"update {refused}: {place}"
        endpoint.refused = set()
        assert new == build(micro, remote(endpoint), quiet)
        check_same(expected_graphs, shown_graphs(remote(endpoint), new))
        assert set() == {graph for graph in graphs_in(endpoint) if graph.startswith(WORK)}


def test_every_moment_shows_one_version(endpoint: Endpoint, micro: Settings) -> None:
    """Between any two updates a reader finds one version, whole: the former, and after one update the new."""
    former = build(micro, remote(endpoint), quiet)
    say_more(micro)
    seen: list[str] = []

    def look(_number: int, _text: str) -> None:
        rows = endpoint.store.query(
            f"SELECT ?v ?g ?n WHERE {{ GRAPH <{NAMES.pointer_graph}> {{ ?p <http://www.w3.org/2002/07/owl#versionInfo> ?v ; "
            "<http://purl.org/dc/terms/hasPart> ?g . ?g <http://rdfs.org/ns/void#triples> ?n } }"
        )
        found = [(row["v"].value, row["g"], int(row["n"].value)) for row in rows]
        (version,) = {version for version, _, _ in found}
        seen.append(version)
        for _, graph, number in found:
            assert number == sum(1 for _ in endpoint.store.quads_for_pattern(None, None, None, graph))

    endpoint.before = look
    new = build(micro, remote(endpoint), quiet)
    assert [former.version, new.version] == list(dict.fromkeys(seen))


@pytest.mark.long
def test_process_that_is_killed(endpoint: Endpoint, micro: Settings) -> None:
    """A build whose process is killed leaves what was shown; the next takes its place at once, since the home is its own."""
    environment = {
        "KUNSKAPSGRAF_STORE": f"{endpoint.address}/query",
        "KUNSKAPSGRAF_STORE_UPDATE": f"{endpoint.address}/update",
        "KUNSKAPSGRAF_HOME": str(micro.home),
        "KUNSKAPSGRAF_SOURCES": str(micro.sources),
    }
    former = build(micro, remote(endpoint), quiet)
    say_more(micro)
    command = [sys.executable, "-m", "kunskapsgraf.cli", "build"]
    process: subprocess.Popen[str] | None = None

    def kill(number: int, _text: str) -> None:
        if number == 20 and process:
            process.kill()

    endpoint.updates, endpoint.before = 0, kill
    process = subprocess.Popen(command, env=environment, text=True, stderr=subprocess.PIPE)
    assert process.stderr is not None
    said = process.stderr.read()
    process.stderr.close()
    assert -signal.SIGKILL == process.wait()
    assert "[4/9] härleder" in said
    assert former == pointer.read(remote(endpoint), NAMES)
    endpoint.before = None
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    shown = pointer.read(remote(endpoint), NAMES)
    assert shown is not None
    assert "[9/9] städar: klart" in done.stderr
    assert former.version != shown.version
    check_same(embedded_graphs(micro)[1], shown_graphs(remote(endpoint), shown))


def test_two_builds_at_once(endpoint: Endpoint, micro: Settings, tmp_path: Path) -> None:
    """While one build works in the engine, one of another home is refused and changes nothing; the first completes."""
    other = replace(micro, home=tmp_path / "other")
    refused: list[BuildRunning] = []

    def begin(number: int, _text: str) -> None:
        if number == 20:
            endpoint.before = None
            with pytest.raises(BuildRunning, match="--take-over") as caught:
                build(other, remote(endpoint), quiet)
            refused.append(caught.value)

    class Beside(Remote):
        """The first build's engine, at whose update another build begins."""

        def update(self, text: str) -> None:
            begin(endpoint.updates + 1, text)
            super().update(text)

    engine = remote(endpoint)
    shown = build(micro, Beside(engine.query_url, engine.update_url, seconds=60), quiet)
    assert 1 == len(refused)
    check_same(embedded_graphs(micro)[1], shown_graphs(engine, shown))


def test_taking_over(endpoint: Endpoint, micro: Settings, tmp_path: Path) -> None:
    """What a dead build of another home holds is taken over when that is said; if it lives after all, it stops."""
    other = replace(micro, home=tmp_path / "other")
    engine = remote(endpoint)
    taken: list[Shown] = []

    class Beside(Remote):
        def update(self, text: str) -> None:
            if not taken and endpoint.updates == 20:
                taken.append(build(other, engine, quiet, take_over=True))
            super().update(text)

    with pytest.raises(BuildRunning, match="tagit över"):
        build(micro, Beside(engine.query_url, engine.update_url, seconds=60), quiet)
    assert taken == [pointer.read(engine, NAMES)]
    check_same(embedded_graphs(other)[1], shown_graphs(engine, taken[0]))


def test_contradiction(endpoint: Endpoint, micro: Settings) -> None:
    """Data that contradict the ontology stop the build by name, and what was shown is shown."""
    former = build(micro, remote(endpoint), quiet)
    ontology = micro.sources / "ontology" / "sak.ttl"
    ontology.write_text(ontology.read_text() + "kg:Sak owl:disjointWith kg:Ting . kg:Ting a owl:Class .\n")
    say_more(micro, "sak:ring a kg:Ting .")
    with pytest.raises(Inconsistent, match="cax-dw"):
        build(micro, remote(endpoint), quiet)
    assert former == pointer.read(remote(endpoint), NAMES)


def test_versions_that_are_kept(endpoint: Endpoint, micro: Settings) -> None:
    """Of versions beyond the setting the graphs go, but never those of the one before; what is said again comes back."""
    settings = replace(micro, keep=1)
    first = build(settings, remote(endpoint), quiet)
    say_more(micro)
    second = build(settings, remote(endpoint), quiet)
    assert {place for place, _ in first.graphs.values()} < graphs_in(endpoint)
    say_more(micro, "sak:kniv a kg:Sak .")
    third = build(settings, remote(endpoint), quiet)
    places = {place for shown in (second, third) for place, _ in shown.graphs.values()}
    assert places | {NAMES.pointer_graph, NAMES.ledger_graph} == graphs_in(endpoint)


def test_graph_that_lost_statements_is_made_again(endpoint: Endpoint, micro: Settings) -> None:
    """A graph that has not as many statements as when it was made is sent, or derived, anew."""
    shown = build(micro, remote(endpoint), quiet)
    before = shown_graphs(remote(endpoint), shown)
    for graph in (NAMES.source_graph("kalla"), NAMES.inferred_graph):
        place = NamedNode(shown.graphs[graph][0])
        endpoint.store.remove(next(iter(endpoint.store.quads_for_pattern(None, None, None, place))))
    assert shown == build(micro, remote(endpoint), quiet)
    check_same(before, shown_graphs(remote(endpoint), shown))


def test_graphs_that_were_loaded(endpoint: Endpoint, micro: Settings) -> None:
    """On graphs that are there already everything is derived beside them; none is sent, changed or ever taken away."""
    expected_graphs = embedded_graphs(micro)[1]
    loaded = {
        graph: triples
        for graph, triples in expected_graphs.items()
        if graph in (NAMES.ontology_graph, NAMES.source_graph("kalla"))
    }
    for graph, triples in loaded.items():
        endpoint.store.extend(Quad(t.subject, t.predicate, t.object, NamedNode(graph)) for t in triples)
    # What Virtuoso holds of its own accord is nobody's data: nothing follows from it, and it is not shown.
    own = "http://www.openlinksw.com/schemas/virtrdf#"
    endpoint.store.extend(
        Quad(t.subject, t.predicate, Literal("own"), NamedNode(own)) for t in loaded[NAMES.source_graph("kalla")]
    )
    engine = Remote(f"{endpoint.address}/query", f"{endpoint.address}/update", seconds=60, engine="virtuoso")
    for _ in range(4):
        shown = build(micro, engine, quiet, loaded=True)
        found = shown_graphs(remote(endpoint), shown)
        for graph in expected_graphs.keys() - {NAMES.catalogue_graph}:
            assert same(expected_graphs[graph], found[graph]), graph
        assert own not in shown.graphs
    assert {graph: graph for graph in loaded} == {graph: shown.graphs[graph][0] for graph in loaded}
    # Three versions are kept; a layer is derived anew in each.
    assert 3 == sum(graph.startswith(NAMES.inferred_from("kalla") + PLACE) for graph in graphs_in(endpoint))


def test_nothing_was_loaded(endpoint: Endpoint, micro: Settings) -> None:
    """An engine without graphs has nothing to build on, and is told so."""
    with pytest.raises(EndpointError, match="inga namngivna grafer"):
        build(micro, remote(endpoint), quiet, loaded=True)
    assert set() == graphs_in(endpoint)


def test_options_need_an_engine(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What only means something inside an engine is refused without one."""
    monkeypatch.delenv("KUNSKAPSGRAF_STORE", raising=False)
    assert 2 == cli.main(["build", "--loaded"])
    assert "KUNSKAPSGRAF_STORE" in capsys.readouterr().err


CONSTRUCT = """\
PREFIX graf: <https://w3id.org/kunskapsgraf/graf/>
# CONSTRUCT { a comment }
CONSTRUCT { ?s a <http://example.org/{Odd}> } WHERE {
  GRAPH <https://w3id.org/kunskapsgraf/graf/harledd/k> { ?s ?p "GRAPH <https://w3id.org/kunskapsgraf/graf/harledd/k>" }
  MINUS { GRAPH graf:sluten { ?s a ?kind } }
  ?s <http://example.org/about> <https://w3id.org/kunskapsgraf/graf/sluten> .
} ORDER BY ?s LIMIT 3
"""


def query_file(text: str) -> QueryFile:
    """Give a query file of a text."""
    return QueryFile("prov", text, {}, {}, (), {}, {})


def test_construct_as_update() -> None:
    """Graphs are named as the engine knows them where the query asks for them, and nowhere else; bounds are kept."""
    graphs = {NAMES.inferred_from("k"): "urn:h", NAMES.closed_graph: "urn:c"}
    text = closing.insertion(query_file(CONSTRUCT.replace("{Odd}", "Odd")), "urn:t", graphs)
    assert "INSERT { GRAPH <urn:t> { ?s a <http://example.org/Odd> } }" in text
    assert "USING <urn:c> USING NAMED <urn:c> USING <urn:h> USING NAMED <urn:h>" in text
    assert 'GRAPH <urn:h> { ?s ?p "GRAPH <https://w3id.org/kunskapsgraf/graf/harledd/k>" }' in text
    assert "GRAPH <urn:c> { ?s a ?kind }" in text
    assert "<http://example.org/about> <https://w3id.org/kunskapsgraf/graf/sluten> ." in text
    assert text.rstrip().endswith("ORDER BY ?s LIMIT 3 }")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * WHERE { ?s ?p ?o }",
        "CONSTRUCT { ?s ?p ?o } FROM <urn:g> WHERE { ?s ?p ?o }",
        "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }",
    ],
)
def test_construct_that_no_update_can_be_made_of(text: str) -> None:
    """A query that would be told the engine's own names, or is of another form, is refused by its file."""
    with pytest.raises(QueryFileError, match="prov"):
        closing.insertion(query_file(text), "urn:t", {})


def test_pieces_are_bounded() -> None:
    """What is sent comes in pieces, each whole lines; nodes without a name stand in one piece, or they would be several."""
    node, name = BlankNode("n"), NamedNode("http://example.org/p")
    said = {Triple(NamedNode(f"http://example.org/{n}"), name, NamedNode("http://example.org/o")) for n in range(2500)}
    nameless = {Triple(node, name, NamedNode(f"http://example.org/{n}")) for n in range(1500)}
    found = list(sending.pieces(said | nameless))
    assert [1500, 1000, 1000, 500] == [len(piece.splitlines()) for piece in found]
    assert said | nameless == {quad.triple for piece in found for quad in parse(piece, format=RdfFormat.N_TRIPLES)}
