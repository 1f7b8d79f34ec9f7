"""Our ontology as one set of axioms: all its files, with the blank nodes of each kept apart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import BlankNode, RdfFormat, Triple, parse, serialize

FOLDER = Path(__file__).parents[1] / "ontology"


def axioms() -> Iterator[Triple]:
    """Parse all files of the ontology."""
    for number, file in enumerate(sorted(FOLDER.glob("*.ttl"))):
        for quad in parse(path=str(file)):
            subject, target = quad.subject, quad.object
            if isinstance(subject, BlankNode):
                subject = BlankNode(f"f{number}{subject.value}")
            if isinstance(target, BlankNode):
                target = BlankNode(f"f{number}{target.value}")
            yield Triple(subject, quad.predicate, target)


def write_ontology(path: Path) -> None:
    """Write the ontology as one file of N-Triples."""
    serialize(axioms(), str(path), RdfFormat.N_TRIPLES)
