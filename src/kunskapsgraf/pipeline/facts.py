"""What the graphs say of a few subjects, looked up by subject and predicate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from kunskapsgraf.graph.rdf import Literal, NamedNode, Quad

Value = NamedNode | Literal


class Facts:
    """What is said of a few subjects, looked up by subject and predicate."""

    def __init__(self, quads: Iterable[Quad], subjects: set[str]) -> None:
        self._said: dict[tuple[str, str], list[Value]] = defaultdict(list)
        for quad in quads:
            if isinstance(quad.subject, NamedNode) and quad.subject.value in subjects:
                found = self._said[quad.subject.value, quad.predicate.value]
                if isinstance(quad.object, NamedNode | Literal) and quad.object not in found:
                    found.append(quad.object)

    def of(self, subject: str, predicate: str) -> list[Value]:
        """Give what is said of a subject with a predicate, in the order of how it is written."""
        return sorted(self._said.get((subject, predicate), ()), key=str)

    def iris(self, subject: str, predicate: str) -> list[str]:
        """Give the things among what is said."""
        return [term.value for term in self.of(subject, predicate) if isinstance(term, NamedNode)]

    def literals(self, subject: str, predicate: str) -> list[Literal]:
        """Give the literals among what is said."""
        return [term for term in self.of(subject, predicate) if isinstance(term, Literal)]

    def texts(self, subject: str, *predicates: str) -> dict[str, str]:
        """Give a text by language, from the first predicate that has one in it."""
        found: dict[str, str] = {}
        for predicate in predicates:
            for term in self.literals(subject, predicate):
                if term.language:
                    found.setdefault(term.language, term.value)
        return found
