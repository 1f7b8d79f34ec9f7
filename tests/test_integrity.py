"""The graph, with what is inferred, against the integrity conditions of SKOS and of the RDF Data Cube vocabulary.

Each condition is a query in ``tests/integrity`` whose rows break it, beside a small broken graph that it must find.
SKOS Reference (18 August 2009), S9 to S46; The RDF Data Cube Vocabulary (16 January 2014), sections 10.1 and 11.1.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, RdfFormat, parse

from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.engine import Memory
from kunskapsgraf.graph.rdf import NamedNode, Quad, Triple
from kunskapsgraf.graph.store import construct
from kunskapsgraf.graph.terms import text_of

FOLDER = Path(__file__).parent / "integrity"
SKOS = ["skos-s09", "skos-s13", "skos-s14", "skos-s27", "skos-s37", "skos-s46"]
CUBE = [*(f"ic-{number:02}" for number in range(1, 19)), "ic-19a", "ic-19b", "ic-20", "ic-21"]
QB = "http://purl.org/linked-data/cube#"
STEP = "urn:steg"
"""Stands in IC-20 and IC-21 for the property of a hierarchy, which a path cannot hold as a variable."""
STEPS = {
    "ic-20": f"SELECT DISTINCT ?step WHERE {{ ?list <{QB}parentChildProperty> ?step }}",
    "ic-21": f"SELECT DISTINCT ?step WHERE {{ ?list <{QB}parentChildProperty>/<http://www.w3.org/2002/07/owl#inverseOf> ?step }}",
}
Rows = list[dict[str, str]]


def text(name: str) -> str:
    """Read a query."""
    return (FOLDER / f"{name}.rq").read_text(encoding="utf-8")


def memory_of(triples: Iterable[Triple]) -> Memory:
    """Hold triples in memory, normalised as the recommendation prescribes before its constraints are tried."""
    known = set(triples)
    for phase in ("normalisera-1-typer", "normalisera-2-varden"):
        known |= _memory(known).construct(text(phase))
    return _memory(known)


def example(name: str) -> Memory:
    """Hold an example graph in memory, normalised."""
    return memory_of(quad.triple for quad in parse(path=str(FOLDER / f"{name}.ttl"), format=RdfFormat.TURTLE))


def violations(memory: Memory, name: str) -> Rows:
    """Run a condition; give the rows that break it."""
    queries = [text(name)]
    if name in STEPS:
        steps = [row["step"] for row in memory.select(STEPS[name])]
        # A blank node, which a build gives an address, is no property; IC-21 looks behind it.
        named = [s.value for s in steps if isinstance(s, NamedNode) and "/.well-known/genid/" not in s.value]
        queries = [queries[0].replace(STEP, step) for step in named]
    return [{key: text_of(term) for key, term in row.items()} for query in queries for row in memory.select(query)]


@pytest.fixture(scope="module")
def everything(whole_store: EmbeddedStore) -> Memory:
    """Hold the whole graph, with what is inferred, in memory, normalised."""
    return memory_of(construct(whole_store, "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"))


@pytest.mark.parametrize("name", [*SKOS, *CUBE])
def test_graph_keeps_the_condition(everything: Memory, name: str) -> None:
    """No row of the whole graph breaks the condition."""
    assert [] == violations(everything, name)


@pytest.mark.parametrize("name", [*SKOS, *CUBE])
def test_condition_finds_what_breaks_it(name: str) -> None:
    """The condition finds the fault of its broken example."""
    assert [] != violations(example(name), name)


@pytest.mark.parametrize("name", [*SKOS, *CUBE])
def test_condition_leaves_a_sound_graph_alone(name: str) -> None:
    """The condition finds nothing in the sound example, which has a slice, code lists and a measure dimension."""
    assert [] == violations(example("hel"), name)


def test_every_condition_is_run() -> None:
    """Each query of the folder is in the list, with its example, and each names its condition in its first line."""
    names = {path.stem for path in FOLDER.glob("*.rq") if not path.stem.startswith("normalisera")}
    assert {*SKOS, *CUBE} == names == {path.stem for path in FOLDER.glob("*.ttl")} - {"hel"}
    for name in names:
        number = name.rsplit("-", 1)[-1].lstrip("s0")
        assert text(name).startswith((f"# SKOS Reference, S{number}: ", f"# RDF Data Cube, IC-{number}: "))


def test_the_cube_is_there_to_be_tried(everything: Memory) -> None:
    """The graph has a cube with observations and concepts in schemes, so that the conditions have something to try."""
    counts = """
        PREFIX qb: <http://purl.org/linked-data/cube#>
        PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        SELECT (COUNT(DISTINCT ?o) AS ?observations) (COUNT(DISTINCT ?c) AS ?concepts) WHERE {
          { ?o a qb:Observation ; qb:dataSet/qb:structure/qb:component/qb:componentProperty ?d . ?d a qb:DimensionProperty }
          UNION { ?c a skos:Concept ; skos:inScheme ?scheme }
        }"""
    [row] = everything.select(counts)
    assert 8 == int(text_of(row["observations"]))
    assert 500 < int(text_of(row["concepts"]))


def _memory(triples: Iterable[Triple]) -> Memory:
    return Memory(Quad(t.subject, t.predicate, t.object, DefaultGraph()) for t in triples)
