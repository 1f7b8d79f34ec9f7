"""What graphs hold, as the catalogue needs it: asked of statements at hand here, and of an engine in ``inside/counting``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol

from kunskapsgraf.graph.engine import graph_of
from kunskapsgraf.graph.rdf import Literal, NamedNode, Quad
from kunskapsgraf.graph.vocabulary import RDF_TYPE, Names
from kunskapsgraf.pipeline.facts import Facts
from kunskapsgraf.pipeline.statistics import Numbered, Numbers, Statistics, Ties

ENDS = ("giltigFran", "giltigTill", "giltighetOkand")
"""Properties of ours that tell a period; the last tells that it is not known."""
DATED = ("Utbudspost", "Kalla")
"""Classes of ours whose members have a period of their own."""


class Contents(Protocol):
    """Graphs, by the names that visitors know, and what several of them hold together."""

    def graphs(self) -> list[str]:
        """Name the graphs, sorted."""
        ...

    def statistics(self, graphs: Sequence[str]) -> Statistics:
        """Count what graphs hold together, each statement once."""
        ...

    def ties(self, graphs: Sequence[str], classified: Sequence[str]) -> Ties:
        """Count by class of subject and property, and of those by class or datatype of object; classes as ``classified`` says."""
        ...

    def links(self, graphs: Sequence[str], predicates: Iterable[str]) -> list[tuple[str, str, str]]:
        """Give the statements with one of some predicates between two IRIs, as IRIs, sorted."""
        ...

    def first_members(self, graphs: Sequence[str], classes: Collection[str], begin: str) -> dict[str, str]:
        """Give for each of some classes the first of its members, by IRI, whose IRI begins so."""
        ...

    def facts(self, subjects: set[str]) -> Facts:
        """Give what all graphs say of a few subjects."""
        ...

    def periods(self, graph: str) -> list[Mapping[str, Literal]]:
        """Give the different periods that a graph tells, by ``ENDS``; where they are many, two will do."""
        ...


class Held:
    """The contents of quads at hand."""

    def __init__(self, quads: Sequence[Quad], names: Names) -> None:
        self._names = names
        self._quads = quads
        self._numbered = Numbered(quads, names.things)
        self._of_graph: dict[str, list[Quad]] = defaultdict(list)
        for quad in quads:
            self._of_graph[graph_of(quad)].append(quad)
        self._together: tuple[tuple[str, ...], set[Numbers]] = ((), set())

    def graphs(self) -> list[str]:
        """Name the graphs, sorted."""
        return self._numbered.graphs()

    def statistics(self, graphs: Sequence[str]) -> Statistics:
        """Count what graphs hold together."""
        return self._numbered.statistics(self._of(graphs))

    def ties(self, graphs: Sequence[str], classified: Sequence[str]) -> Ties:
        """Count which class is tied to which."""
        return self._numbered.ties(self._of(graphs), self._numbered.of(classified))

    def links(self, graphs: Sequence[str], predicates: Iterable[str]) -> list[tuple[str, str, str]]:
        """Give the statements with one of some predicates between two IRIs."""
        return self._numbered.links(self._of(graphs), predicates)

    def first_members(self, graphs: Sequence[str], classes: Collection[str], begin: str) -> dict[str, str]:
        """Give for each of some classes the first of its members."""
        first: dict[str, str] = {}
        for subject, _, kind in self.links(graphs, [RDF_TYPE]):
            if kind in classes and subject.startswith(begin):
                first.setdefault(kind, subject)
        return first

    def facts(self, subjects: set[str]) -> Facts:
        """Give what all graphs say of a few subjects."""
        return Facts(self._quads, subjects)

    def periods(self, graph: str) -> list[Mapping[str, Literal]]:
        """Give the different periods that a graph tells."""
        own = self._of_graph[graph]
        dated = {self._names.terms + name for name in DATED}
        speaking = {str(q.subject) for q in own if isinstance(q.object, NamedNode) and q.object.value in dated}
        ends: dict[str, dict[str, Literal]] = {}
        for quad in own:
            name = quad.predicate.value.removeprefix(self._names.terms)
            if str(quad.subject) in speaking and name in ENDS:
                assert isinstance(quad.object, Literal), "shapes let only literals be periods"
                ends.setdefault(str(quad.subject), {})[name] = quad.object
        different = {tuple(sorted((name, day.value) for name, day in found.items())): found for found in ends.values()}
        return list(different.values())

    def _of(self, graphs: Sequence[str]) -> set[Numbers]:
        """Give what graphs hold together; the last answer is kept, since the union of all is asked for again and again."""
        if self._together[0] != tuple(graphs):
            self._together = (tuple(graphs), self._numbered.of(graphs))
        return self._together[1]
