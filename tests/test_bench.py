"""The benchmark's generator, and what its rules for other engines take for granted of the ontology."""

from __future__ import annotations

from pathlib import Path

import pytest
from bench import generate, nemo_rules
from bench.reason import slope
from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, parse

from kunskapsgraf.graph.vocabulary import OWL, RDF, RDF_TYPE, Names
from kunskapsgraf.pipeline.read import read

NAMES = Names(generate.BASE)
ONTOLOGY = Path(__file__).parents[1] / "ontology"
SIZE = 2000
LARGEST_BLOCK = 600


@pytest.fixture(scope="module")
def axioms() -> list[Triple]:
    """Parse the ontology; labels of blank nodes are those of each file."""
    found: list[Triple] = []
    for file in sorted(ONTOLOGY.glob("*.ttl")):
        for quad in parse(path=str(file)):
            subject, target = (
                BlankNode(file.stem.replace("-", "") + term.value) if isinstance(term, BlankNode) else term
                for term in (quad.subject, quad.object)
            )
            found.append(Triple(subject, quad.predicate, target))
    return found


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    """The same size and seed give the same bytes, another seed others."""
    for name, seed in (("one", 1), ("two", 1), ("three", 2)):
        generate.write(tmp_path / f"{name}.nt", SIZE, seed)
    one, two, three = ((tmp_path / f"{name}.nt").read_bytes() for name in ("one", "two", "three"))
    assert one == two
    assert one != three


@pytest.mark.parametrize("size", [SIZE, 10 * SIZE])
def test_about_the_asked_number(size: int) -> None:
    """The size is met with at most one block more, and no statement comes twice."""
    statements = [text for _, text in generate.statements(size)]
    assert size <= len(statements) <= size + LARGEST_BLOCK
    assert len(statements) == len(set(statements))


def test_quads_hold_the_same_statements(tmp_path: Path) -> None:
    """N-Quads hold the same statements as N-Triples, in graphs of ours."""
    for suffix in ("nt", "nq"):
        generate.write(tmp_path / f"data.{suffix}", SIZE)
    quads = list(parse(path=str(tmp_path / "data.nq"), format=RdfFormat.N_QUADS))
    triples = {quad.triple for quad in parse(path=str(tmp_path / "data.nt"), format=RdfFormat.N_TRIPLES)}
    assert {quad.triple for quad in quads} == triples
    graphs = {quad.graph_name.value for quad in quads if isinstance(quad.graph_name, NamedNode)}
    assert {NAMES.kind_of_graph(graph) for graph in graphs} == {"editorial", "asserted"}


def test_only_declared_terms(tmp_path: Path) -> None:
    """A build reads the folder: it holds no term of ours that the ontology lacks."""
    count = generate.write_folder(tmp_path, SIZE)
    corpus = read(tmp_path, NAMES)
    assert sum(len(corpus.graph(graph)) for graph in corpus.graphs() if graph != NAMES.ontology_graph) == count


def test_rules_know_the_constructs(axioms: list[Triple]) -> None:
    """The rules written for Nemo know every construct of OWL that the ontology uses."""
    used = {triple.predicate.value for triple in axioms}
    used |= {t.object.value for t in axioms if t.predicate.value == RDF_TYPE and isinstance(t.object, NamedNode)}
    assert {iri.removeprefix(OWL) for iri in used if iri.startswith(OWL)} <= nemo_rules.CONSTRUCTS


def test_lists_that_are_read_as_pairs(axioms: list[Triple]) -> None:
    """Every intersection and property chain has two members."""
    rest = {triple.subject: triple.object for triple in axioms if triple.predicate.value == RDF + "rest"}
    for triple in axioms:
        if triple.predicate.value in (OWL + "intersectionOf", OWL + "propertyChainAxiom"):
            assert isinstance(triple.object, BlankNode)
            second = rest[triple.object]
            assert isinstance(second, BlankNode)
            assert rest[second] == NamedNode(RDF + "nil")


def test_slope_of_linear_growth() -> None:
    """Linear growth has slope 1, quadratic growth 2; small sizes do not count."""
    sizes = [2_000.0, 20_000.0, 200_000.0, 2_000_000.0]
    assert slope([(size, size / 7) for size in sizes]) == pytest.approx(1)
    assert slope([(size, size**2) for size in sizes[1:]] + [(2_000.0, 1e9)]) == pytest.approx(2)
    assert slope([(20_000.0, 1.0)]) is None
