"""Statements that we make about our own graphs and queries: written one subject at a time, all into one named graph."""

from __future__ import annotations

from collections.abc import Iterable

from kunskapsgraf.graph.rdf import Literal, NamedNode, Quad
from kunskapsgraf.graph.vocabulary import XSD


class Statements:
    """What has been said so far, in order, for one graph."""

    def __init__(self, graph: str) -> None:
        self._graph = NamedNode(graph)
        self._said: dict[Quad, None] = {}

    def say(self, subject: str, predicate: str, *objects: str | Literal | NamedNode) -> None:
        """Say one thing of a subject, once for each object; a bare text is an IRI."""
        for given in objects:
            target = NamedNode(given) if isinstance(given, str) else given
            self._said[Quad(NamedNode(subject), NamedNode(predicate), target, self._graph)] = None

    def quads(self) -> list[Quad]:
        """Give what was said, each statement once."""
        return list(self._said)


def whole_number(value: int, datatype: str = XSD + "integer") -> Literal:
    """Write a number of things."""
    return Literal(str(value), datatype=NamedNode(datatype))


def in_both(sv: str, en: str) -> tuple[Literal, Literal]:
    """Write a text in Swedish and English."""
    return Literal(sv, language="sv"), Literal(en, language="en")


def iris(values: Iterable[str]) -> list[NamedNode]:
    """Write IRIs as terms."""
    return [NamedNode(value) for value in values]
