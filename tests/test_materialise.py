"""Inferring inside a remote engine: over HTTP, in an engine that knows nothing of us, the result is that of ``infer``."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import rdflib
from conftest import WORLD
from endpoint import Endpoint, served
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse, serialize
from test_rl_cases import CASES, Case

from kunskapsgraf import cli
from kunskapsgraf import settings as settings_module
from kunskapsgraf.errors import BadRequest, BuildRunning, EndpointError, Inconsistent
from kunskapsgraf.graph import queries
from kunskapsgraf.graph.rdf import Triple, n_triples
from kunskapsgraf.graph.remote import Remote
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.vocabulary import RDF_TYPE, Names
from kunskapsgraf.pipeline.build import rules_root
from kunskapsgraf.pipeline.materialise import NOISE, materialise
from kunskapsgraf.pipeline.read import read
from kunskapsgraf.pipeline.reason import infer as build_infer
from kunskapsgraf.pipeline.reason import is_noise
from kunskapsgraf.reasoner.infer import infer, is_tautology
from kunskapsgraf.reasoner.materialise import TAUTOLOGY, Materialised
from kunskapsgraf.reasoner.materialise import materialise as reasoner_materialise
from kunskapsgraf.reasoner.workspace import WORK, leftovers

NAMES = Names("https://w3id.org/kunskapsgraf/")
SETTINGS = settings_module.load({})
HARLEDD = NAMES.inferred_graph
ONTOLOGY, DATA = NAMES.ontology_graph, NAMES.source_graph("en-kalla")
PREFIXES = """\
@prefix ex: <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
# A transitive property whose circle runs several rounds, and a restriction: its class is a blank node.
SMALL_ONTOLOGY = """
ex:within a owl:TransitiveProperty . ex:Town rdfs:subClassOf ex:Place . ex:Place owl:disjointWith ex:Person .
ex:Southern owl:equivalentClass [ a owl:Restriction ; owl:onProperty ex:within ; owl:hasValue ex:south ] .
"""
SMALL_DATA = "ex:a a ex:Town ; ex:within ex:b . ex:b ex:within ex:c . ex:c ex:within ex:d . ex:d ex:within ex:south ."
# By hand: each step of two and more, each of the four is within the south, and the town is a place.
SMALL_FOLLOWS = """
ex:a a ex:Place , ex:Southern ; ex:within ex:c , ex:d , ex:south .
ex:b a ex:Southern ; ex:within ex:d , ex:south . ex:c a ex:Southern ; ex:within ex:south . ex:d a ex:Southern .
"""


def triples(turtle: str) -> set[Triple]:
    """Read Turtle with the prefixes of this file."""
    return {quad.triple for quad in parse((PREFIXES + turtle).encode(), format=RdfFormat.TURTLE)}


def graph_of(store: Store, name: str = "") -> set[Triple]:
    """Give what a graph of a store holds."""
    graph = NamedNode(name) if name else DefaultGraph()
    return {quad.triple for quad in store.quads_for_pattern(None, None, None, graph)}


def put(store: Store, triples_: set[Triple], name: str = "") -> None:
    """Put statements into a graph of a store."""
    graph = NamedNode(name) if name else DefaultGraph()
    store.extend(Quad(t.subject, t.predicate, t.object, graph) for t in triples_)


def asserted(store: Store) -> set[Quad]:
    """Give all that a store holds besides what was inferred."""
    return {quad for quad in store if quad.graph_name != NamedNode(HARLEDD)}


def remote(endpoint: Endpoint) -> Remote:
    """Give the endpoint with an address for queries and one for updates."""
    return Remote(f"{endpoint.address}/query", f"{endpoint.address}/update", seconds=20)


@pytest.fixture(params=[False, True], ids=["own default graph", "union default graph"])
def endpoint(request: pytest.FixtureRequest) -> Iterator[Endpoint]:
    """Serve an empty store, its default graph a graph of its own or the union of all."""
    with served(Endpoint(union=request.param)) as found:
        yield found


@pytest.fixture
def small(endpoint: Endpoint) -> Endpoint:
    """Serve the small world of this file."""
    put(endpoint.store, triples(SMALL_ONTOLOGY), ONTOLOGY)
    put(endpoint.store, triples(SMALL_DATA), DATA)
    return endpoint


def test_what_follows_stands_in_its_graph_alone(small: Endpoint) -> None:
    """All that follows and nothing else stands in one graph; what was asserted is untouched, and no graph is left."""
    before = asserted(small.store)
    assert Materialised(7, 11, 11, 0) == materialise(SETTINGS, remote(small))
    assert triples(SMALL_FOLLOWS) == graph_of(small.store, HARLEDD)
    assert before == asserted(small.store)
    assert {ONTOLOGY, DATA, HARLEDD} == {text_of(name) for name in small.store.named_graphs()}


def test_what_an_engine_holds_of_its_own_accord(small: Endpoint) -> None:
    """Nothing follows from graphs that the engine came with, unless they are named."""
    own = "http://www.openlinksw.com/schemas/virtrdf#"
    put(small.store, triples("ex:e a ex:Town ."), own)
    engine = Remote(f"{small.address}/query", f"{small.address}/update", seconds=20, engine="virtuoso")
    materialise(SETTINGS, engine)
    assert triples(SMALL_FOLLOWS) == graph_of(small.store, HARLEDD)
    materialise(SETTINGS, engine, graphs=[ONTOLOGY, own])
    assert triples("ex:e a ex:Place .") == graph_of(small.store, HARLEDD)


def test_second_run_adds_nothing(small: Endpoint) -> None:
    """A second run finds the same and changes nothing."""
    materialise(SETTINGS, remote(small))
    found = graph_of(small.store, HARLEDD)
    assert Materialised(7, 11, 0, 0) == materialise(SETTINGS, remote(small))
    assert found == graph_of(small.store, HARLEDD)


def test_run_after_a_change(small: Endpoint) -> None:
    """What no longer follows is gone, what follows now is there, and what is asserted now is not inferred too."""
    materialise(SETTINGS, remote(small))
    small.store.remove(
        next(iter(small.store.quads_for_pattern(None, None, NamedNode("http://example.org/south"), NamedNode(DATA))))
    )
    put(small.store, triples("ex:a a ex:Place . ex:d ex:within ex:e ."), DATA)
    done = materialise(SETTINGS, remote(small))
    expected = triples("ex:a ex:within ex:c , ex:d , ex:e . ex:b ex:within ex:d , ex:e . ex:c ex:within ex:e .")
    assert expected == graph_of(small.store, HARLEDD)
    assert Materialised(7, 6, 3, 8) == done


@pytest.mark.parametrize("union", [False, True])
def test_default_graph_of_its_own_is_read(union: bool) -> None:
    """Data in the default graph alone are read, in an engine that shows the union there too."""
    with served(Endpoint(union=union)) as endpoint:
        put(endpoint.store, triples(SMALL_ONTOLOGY + SMALL_DATA))
        materialise(SETTINGS, remote(endpoint))
        assert triples(SMALL_FOLLOWS) == graph_of(endpoint.store, HARLEDD)


def test_derived_graphs_are_not_read(small: Endpoint) -> None:
    """What was concluded from absence, layers, the catalogue and an old result are no premises."""
    for graph in (NAMES.closed_graph, NAMES.catalogue_graph, NAMES.inferred_timeless, HARLEDD):
        put(small.store, triples("ex:x a ex:Town ."), graph)
    materialise(SETTINGS, remote(small))
    assert triples(SMALL_FOLLOWS) == graph_of(small.store, HARLEDD)
    assert triples("ex:x a ex:Town .") == graph_of(small.store, NAMES.closed_graph)


def test_named_graphs_alone_are_read(small: Endpoint) -> None:
    """With graphs named, no other is read; the default graph only by its name."""
    put(small.store, triples("ex:q a ex:Town ."))
    put(small.store, triples("ex:r a ex:Town ."), NAMES.source_graph("en-annan"))
    materialise(SETTINGS, remote(small), graphs=[ONTOLOGY, NAMES.source_graph("en-annan")])
    assert triples("ex:r a ex:Place .") == graph_of(small.store, HARLEDD)
    materialise(SETTINGS, remote(small), graphs=[ONTOLOGY, "default"])
    assert triples("ex:q a ex:Place .") == graph_of(small.store, HARLEDD)


def test_another_graph(small: Endpoint) -> None:
    """The result stands in the graph that is asked for; one that holds statements is replaced only when that is said."""
    target = "http://example.org/graph/inferred"
    materialise(SETTINGS, remote(small), target)
    assert triples(SMALL_FOLLOWS) == graph_of(small.store, target)
    with pytest.raises(BadRequest, match="--replace"):
        materialise(SETTINGS, remote(small), target)
    assert Materialised(7, 11, 0, 0) == materialise(SETTINGS, remote(small), target, replace=True)


@pytest.mark.parametrize(
    "target",
    [ONTOLOGY, DATA, NAMES.source_graph("ny"), NAMES.editorial_graph, NAMES.closed_graph, NAMES.catalogue_graph],
)
def test_asserted_graphs_are_never_the_target(small: Endpoint, target: str) -> None:
    """A graph that holds what someone wrote is refused, whatever is said."""
    before = set(small.store)
    with pytest.raises(BadRequest, match="graf för härledda"):
        materialise(SETTINGS, remote(small), target, replace=True)
    assert before == set(small.store)


def test_contradiction(small: Endpoint) -> None:
    """A contradiction is told with its statements and rule, and the store stays as it was."""
    materialise(SETTINGS, remote(small))
    put(small.store, triples("ex:a a ex:Person . ex:z ex:within ex:a ."), DATA)
    before = set(small.store)
    with pytest.raises(Inconsistent) as caught:
        materialise(SETTINGS, remote(small))
    assert "<http://example.org/a>" in caught.value.en
    assert "cax-dw" in caught.value.en
    assert "cax-dw" in caught.value.sv
    assert before == set(small.store)


def updates_of_a_run(endpoint: Endpoint) -> int:
    """Run once; give how many updates that took, the last of which takes the working graphs away."""
    endpoint.updates = 0
    materialise(SETTINGS, remote(endpoint))
    return endpoint.updates


def test_failure_midway_leaves_nothing(small: Endpoint) -> None:
    """Whichever update the engine refuses, the store is afterwards as it was, with the result of the run before."""
    updates = updates_of_a_run(small)
    put(small.store, triples("ex:y ex:within ex:a ."), DATA)
    before, graphs = set(small.store), {str(name) for name in small.store.named_graphs()}
    assert updates > 8
    for refused in range(1, updates):
        small.updates, small.refused = 0, {refused}
        with pytest.raises(EndpointError, match="svarade 500"):
            materialise(SETTINGS, remote(small))
        assert before == set(small.store), f"update {refused}"
        assert graphs == {str(name) for name in small.store.named_graphs()}


def test_failure_for_good(small: Endpoint, capsys: pytest.CaptureFixture[str]) -> None:
    """An engine that takes no more updates keeps working graphs; the message says so, and how they are taken away."""
    before = set(small.store)
    small.refused = set(range(5, 1000))
    with pytest.raises(EndpointError, match=f"svarade 500.*{WORK}.*--clean"):
        materialise(SETTINGS, remote(small))
    assert before < set(small.store)
    small.refused = set()
    assert 0 == cli.main(["infer", f"{small.address}/sparql", "--clean"])
    assert "arbetsgrafer borttagna." in capsys.readouterr().out
    assert before == set(small.store)


def test_failure_of_the_cleaning(small: Endpoint) -> None:
    """Where only the last step fails the result stands, and the message says what is left."""
    updates_of_a_run(small)
    small.refused = {updates_of_a_run(small)}
    small.updates = 0
    with pytest.raises(EndpointError, match="--clean"):
        materialise(SETTINGS, remote(small))
    assert triples(SMALL_FOLLOWS) == graph_of(small.store, HARLEDD)


def test_leftovers_of_a_run_that_was_cut_off(small: Endpoint, capsys: pytest.CaptureFixture[str]) -> None:
    """Working graphs of another run stop a run, before anything is written, until they are taken away."""
    put(small.store, triples("ex:a a ex:Town ."), f"{WORK}0:known")
    put(small.store, triples("ex:a a ex:Town ."), f"{WORK}0:new-3")
    with pytest.raises(BuildRunning, match="--clean"):
        materialise(SETTINGS, remote(small))
    assert 0 == small.updates
    assert 0 == cli.main(["infer", f"{small.address}/sparql", "--clean"])
    assert "2 arbetsgrafer borttagna.\n" == capsys.readouterr().out
    assert {ONTOLOGY, DATA} == {text_of(name) for name in small.store.named_graphs()}


def test_nothing_to_infer_from(endpoint: Endpoint) -> None:
    """An empty store is said to be empty."""
    with pytest.raises(EndpointError, match="inget att härleda ur"):
        materialise(SETTINGS, remote(endpoint))
    assert set() == set(endpoint.store)


def test_addresses_of_two_stores(small: Endpoint) -> None:
    """Updates that queries do not show are noticed before anything is copied, and taken away again."""
    with served(Endpoint()) as other:
        with pytest.raises(EndpointError, match="samma lager"):
            materialise(SETTINGS, Remote(f"{small.address}/query", f"{other.address}/update"))
        assert set() == set(other.store)


def test_ground_conclusions(endpoint: Endpoint) -> None:
    """A rule without variables concludes what is not known, and not again what is asserted."""
    put(endpoint.store, triples("ex:Day owl:oneOf ( ex:monday ex:sunday ) . ex:monday a ex:Day ."), ONTOLOGY)
    materialise(SETTINGS, remote(endpoint))
    assert triples("ex:sunday a ex:Day .") == graph_of(endpoint.store, HARLEDD)
    assert 0 == materialise(SETTINGS, remote(endpoint)).added


def test_numbers_written_in_several_ways(endpoint: Endpoint) -> None:
    """A rule that names a value finds it however it is written, and another value with the same beginning not."""
    ontology = "ex:Free owl:equivalentClass [ a owl:Restriction ; owl:onProperty ex:price ; owl:hasValue 0 ] ."
    put(endpoint.store, triples(ontology), ONTOLOGY)
    put(endpoint.store, triples("ex:a ex:price 0.0 . ex:b ex:price 0.5 . ex:c ex:price 0 ."), DATA)
    materialise(SETTINGS, remote(endpoint))
    found = graph_of(endpoint.store, HARLEDD)
    assert triples("ex:a a ex:Free . ex:c a ex:Free .") == {t for t in found if t.predicate.value == RDF_TYPE}


def test_axioms_that_follow_from_data(endpoint: Endpoint) -> None:
    """A property that is transitive only because of what it is the same as is transitive."""
    put(endpoint.store, triples("ex:p a owl:TransitiveProperty . ex:q owl:sameAs ex:p ."), DATA)
    put(endpoint.store, triples("ex:a ex:q ex:b . ex:b ex:q ex:c ."), NAMES.source_graph("en-annan"))
    materialise(SETTINGS, remote(endpoint))
    assert triples("ex:a ex:q ex:c . ex:a ex:p ex:c .") <= graph_of(endpoint.store, HARLEDD)


def test_blank_nodes_of_the_data(endpoint: Endpoint) -> None:
    """A thing without a name is concluded about under the node that it is, and members of a class without a name count."""
    put(endpoint.store, triples("ex:Town rdfs:subClassOf ex:Place . [] rdfs:label 'x' ."), ONTOLOGY)
    data = triples("ex:a ex:has [ a ex:Town ] . ex:b a [ owl:intersectionOf ( ex:Town ex:Old ) ] .")
    put(endpoint.store, data, DATA)
    materialise(SETTINGS, remote(endpoint))
    node = next(t.object for t in data if t.predicate.value.endswith("has"))
    expected = triples("ex:b a ex:Town , ex:Old , ex:Place .")
    found = graph_of(endpoint.store, HARLEDD)
    assert expected == {t for t in found if isinstance(t.subject, NamedNode)}
    assert {"http://example.org/Place"} == {text_of(t.object) for t in found - expected if t.subject == node}
    assert 1 == len(found - expected)
    assert Materialised(6, 4, 0, 0) == materialise(SETTINGS, remote(endpoint))


@pytest.fixture(scope="module")
def small_inferred() -> set[Triple]:
    """Give what the step of a build infers from the tiny world, without an endpoint."""
    corpus = read(WORLD, NAMES)
    rules = queries.folder(rules_root(WORLD) / "queries" / "rules", NAMES.base).values()
    said = [graph for graph in corpus.graphs() if graph != ONTOLOGY]
    return build_infer(corpus.graph(ONTOLOGY), corpus.graph(*said), rules)


@pytest.mark.parametrize("union", [False, True])
def test_tiny_world_as_in_a_build(small_inferred: set[Triple], union: bool) -> None:
    """The tiny world with the whole ontology and the SPARQL rules gives what a build gives."""
    with served(Endpoint(union=union)) as endpoint:
        endpoint.store.extend(read(WORLD, NAMES).quads)
        materialise(SETTINGS, remote(endpoint))
        assert small_inferred == graph_of(endpoint.store, HARLEDD)


@pytest.fixture(scope="module")
def shared() -> Iterator[Endpoint]:
    """Serve a store that tests empty."""
    with served(Endpoint()) as found:
        yield found


# The engine of the endpoint keeps an xsd:byte as an integer, so that what is no byte becomes a number; and a number of more
# digits than it computes with (64 bits of an integer, 18 places of a decimal) it can neither compare nor tell from what is none.
UNKEPT = {
    "sound: a number beyond the ends of its datatype has no value",
    "sound: the ends of the long datatypes, and numbers beyond them",
    "numbers that no machine word holds",
}
# A case that asks for tautologies asks for what no run writes.
INFERRING = [case for case in CASES if not (case.inconsistent or case.tautologies or case.name in UNKEPT)]
REFUSED = [case for case in CASES if case.inconsistent]


def some(cases: list[Case]) -> list[object]:
    """Give cases as parameters, four in five of them for the long run."""
    long = pytest.mark.long
    return [pytest.param(case, id=str(case), marks=[long] if n % 5 else []) for n, case in enumerate(cases)]


@pytest.mark.parametrize("case", some(INFERRING))
def test_case_of_the_tables(shared: Endpoint, case: Case) -> None:
    """A case of the tables gives over HTTP what it should, and all that the embedded engine gives."""
    ran(shared, case)
    found = graph_of(shared.store, HARLEDD)
    # The engine of the endpoint keeps each number in one writing.
    given = kept({*case.ontology, *case.data})
    assert set() == kept(case.follows) - given - found
    assert set() == kept(case.not_follows) & (given | found)
    assert kept(infer(case.ontology, case.data)) - given == found
    assert {ONTOLOGY, DATA, HARLEDD} >= {text_of(name) for name in shared.store.named_graphs()}


@pytest.mark.parametrize("case", some(REFUSED))
def test_contradiction_of_the_tables(shared: Endpoint, case: Case) -> None:
    """A contradiction of the tables is told over HTTP, with the rule, and nothing is written."""
    with pytest.raises(Inconsistent) as caught:
        ran(shared, case)
    assert [rule for rule in (case.rule, *case.blames) if rule in caught.value.en], caught.value.en
    assert {ONTOLOGY, DATA} >= {text_of(name) for name in shared.store.named_graphs()}


def kept(statements: Iterable[Triple]) -> set[Triple]:
    """Give statements as pyoxigraph keeps them."""
    store = Store()
    put(store, set(statements))
    return graph_of(store)


def ran(endpoint: Endpoint, case: Case) -> Materialised:
    """Put a case alone into a store and infer there, by the reasoner itself: nothing but tautologies is left out."""
    endpoint.store.clear()
    put(endpoint.store, set(case.ontology), ONTOLOGY)
    put(endpoint.store, set(case.data), DATA)
    if not case.ontology and not case.data:
        put(endpoint.store, triples("ex:nobody ex:says ex:anything ."), DATA)
    return reasoner_materialise(remote(endpoint), HARLEDD, {ONTOLOGY, DATA}.__contains__)


# One statement of each kind that may be left out, and its like that may not.
SAID = triples("""
ex:a a owl:Thing , owl:Class , rdfs:Resource , rdf:List , ex:C . ex:C rdfs:subClassOf ex:C , owl:Thing , ex:D .
ex:p rdfs:subPropertyOf ex:p , ex:q , rdfs:label ; rdfs:domain ex:C ; rdfs:range ex:C ; owl:equivalentProperty ex:p , ex:q .
ex:C owl:equivalentClass ex:C , ex:D . ex:a owl:sameAs ex:a , ex:b ; ex:p ex:a , owl:Thing , 'http://www.w3.org/2002/07/owl#' .
owl:Nothing rdfs:subClassOf ex:C . rdfs:label a ex:C . owl:Thing ex:p ex:a .
""")


@pytest.mark.parametrize(
    ("condition", "told"), [(NOISE, is_noise), (TAUTOLOGY, is_tautology)], ids=["noise", "tautology"]
)
def test_what_says_nothing_is_told_alike(condition: str, told: object) -> None:
    """What is left out at an endpoint, told in SPARQL, is what is left out of a build."""
    assert callable(told)
    store = Store()
    put(store, SAID)
    rows = store.query(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o FILTER({condition}) }}")
    assert {t for t in SAID if told(t)} == set(rows)  # type: ignore[arg-type]
    assert 0 < len({t for t in SAID if told(t)}) < len(SAID)


# rdflib's own code warns of its own methods.
RDFLIB = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")


class ByRdflib:
    """A store of rdflib's, asked and updated as pyoxigraph's is: an engine by other people."""

    def __init__(self, quads: Iterable[Quad], *, union: bool) -> None:
        self.dataset = rdflib.Dataset(default_union=union)
        self.dataset.parse(data=serialize(quads, format=RdfFormat.N_QUADS), format="nquads")

    def update(self, text: str) -> None:
        """Run an update."""
        self.dataset.update(text)

    def query(self, text: str, **_: object) -> ByRdflib.Answer:
        """Run a query."""
        return self.Answer(self.dataset.query(text).serialize(format="json") or b"")

    @dataclass
    class Answer:
        """An answer, written already."""

        body: bytes

        def serialize(self, **_: object) -> bytes:
            """Give the answer in JSON."""
            return self.body


def results_of(engine: Remote) -> set[Triple]:
    """Ask an engine for what was inferred."""
    rows = engine.select(f"SELECT ?s ?p ?o WHERE {{ GRAPH <{HARLEDD}> {{ ?s ?p ?o }} }}")
    return {Triple(row["s"], row["p"], row["o"]) for row in rows}  # type: ignore[arg-type]


def check_engine(engine: Remote, expected: set[Triple]) -> None:
    """Infer twice: the result is as expected, the second run adds nothing, and no working graph is left."""
    materialise(SETTINGS, engine)
    assert expected == results_of(engine)
    again = materialise(SETTINGS, engine)
    assert (len(expected), 0, 0) == (again.inferred, again.added, again.removed)
    assert [] == leftovers(engine)


@RDFLIB
@pytest.mark.parametrize("union", [False, True])
def test_rdflib_as_engine(union: bool) -> None:
    """The engine of rdflib gives the same."""
    store = Store()
    put(store, triples(SMALL_ONTOLOGY), ONTOLOGY)
    put(store, triples(SMALL_DATA), DATA)
    with served(Endpoint(ByRdflib(store, union=union))) as endpoint:
        check_engine(remote(endpoint), triples(SMALL_FOLLOWS))


@RDFLIB
def test_whole_numbers_in_several_datatypes() -> None:
    """An engine that keeps one whole number in two datatypes finds it by either, and is told nothing of its writings."""
    ontology = "ex:Free owl:equivalentClass [ a owl:Restriction ; owl:onProperty ex:price ; owl:hasValue 0 ] ."
    data = "ex:a ex:price '0'^^xsd:nonNegativeInteger . ex:b ex:price '1'^^xsd:nonNegativeInteger . ex:c ex:price 0 ."
    graph = NamedNode(DATA)
    quads = [Quad(t.subject, t.predicate, t.object, graph) for t in triples(ontology + data)]
    with served(Endpoint(ByRdflib(quads, union=False))) as endpoint:
        check_engine(remote(endpoint), triples("ex:a a ex:Free . ex:c a ex:Free ."))


@pytest.fixture
def fuseki(tmp_path: Path, unused_port: int) -> Iterator[str]:
    """Serve an empty dataset by Apache Jena Fuseki; give its address."""
    jars = sorted(
        (Path.home() / ".m2/repository/org/apache/jena/jena-fuseki-server").glob("*/jena-fuseki-server-*.jar")
    )
    if shutil.which("java") is None:
        pytest.skip("needs java")
    if not jars:
        pytest.skip("needs Fuseki: mvn dependency:get -Dartifact=org.apache.jena:jena-fuseki-server:5.2.0")
    command = [
        "java",
        "-Xmx1g",
        "-jar",
        str(jars[-1]),
        "--localhost",
        "--port",
        str(unused_port),
        "--update",
        "--mem",
        "/ds",
    ]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        address = f"http://127.0.0.1:{unused_port}/ds"
        try:
            for _ in range(300):
                try:
                    Remote(address).ask("ASK {}")
                    break
                except EndpointError:
                    time.sleep(0.2)
            yield address
        finally:
            process.terminate()


@pytest.fixture
def unused_port() -> int:
    """Find a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        found: int = free.getsockname()[1]
        return found


@pytest.mark.long
def test_fuseki_as_engine(fuseki: str, small_inferred: set[Triple]) -> None:
    """Apache Jena gives the same of the tiny world."""
    engine = Remote(fuseki)
    quads = read(WORLD, NAMES).quads
    for graph in {quad.graph_name for quad in quads}:
        said = n_triples({quad.triple for quad in quads if quad.graph_name == graph}).decode()
        engine.update(f"INSERT DATA {{ GRAPH {graph} {{ {said} }} }}")
    check_engine(engine, small_inferred)
