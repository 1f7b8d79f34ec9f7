"""What graphs hold, in numbers: classes, properties, and which class is tied to which by which property.

Terms are numbered first, so that each set holds small numbers. Subjects with the same classes are counted together:
there are few such groups, however many subjects there are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from kunskapsgraf.graph.engine import graph_of
from kunskapsgraf.graph.rdf import Literal, NamedNode, Quad, Term
from kunskapsgraf.graph.vocabulary import RDF_TYPE

Numbers = tuple[int, int, int]
"""Subject, predicate and object, as numbers of terms."""


@dataclass(frozen=True)
class Use:
    """How a property is used: statements, and the different subjects and objects in them."""

    statements: int
    subjects: int
    objects: int


@dataclass(frozen=True)
class Statistics:
    """A graph in numbers: ``classes`` gives members, ``entities`` the subjects below the namespace of things."""

    statements: int
    subjects: int
    objects: int
    entities: int
    classes: dict[str, int]
    properties: dict[str, Use]


@dataclass(frozen=True)
class Ties:
    """Statements by class of subject and property, and of those by class, or by datatype, of object."""

    properties: dict[tuple[str, str], int]
    classes: dict[tuple[str, str, str], int]
    datatypes: dict[tuple[str, str, str], int]


class Numbered:
    """Quads as numbers: the statements of each graph, and of several graphs together."""

    def __init__(self, quads: Iterable[Quad], things: str) -> None:
        self._things = things
        self._numbers: dict[Term, int] = {}
        self._terms: list[Term] = []
        self._graphs: dict[str, set[Numbers]] = defaultdict(set)
        for quad in quads:
            numbers = (self._number(quad.subject), self._number(quad.predicate), self._number(quad.object))
            self._graphs[graph_of(quad)].add(numbers)
        self._type = self._number(NamedNode(RDF_TYPE))

    def graphs(self) -> list[str]:
        """Name the graphs, sorted."""
        return sorted(self._graphs)

    def of(self, graphs: Iterable[str]) -> set[Numbers]:
        """Give what graphs hold together, each statement once."""
        found: set[Numbers] = set()
        return found.union(*(self._graphs[graph] for graph in graphs))

    def statistics(self, statements: Collection[Numbers]) -> Statistics:
        """Count what a set of statements holds."""
        subjects: dict[int, set[int]] = defaultdict(set)
        objects: dict[int, set[int]] = defaultdict(set)
        uses = Counter(predicate for _, predicate, _ in statements)
        members: Counter[int] = Counter()
        for subject, predicate, target in statements:
            subjects[predicate].add(subject)
            objects[predicate].add(target)
            if predicate == self._type:
                members[target] += 1
        empty: set[int] = set()
        speaking = empty.union(*subjects.values())
        return Statistics(
            statements=len(statements),
            subjects=len(speaking),
            objects=len(empty.union(*objects.values())),
            entities=sum(self._iri(number).startswith(self._things) for number in speaking),
            classes=dict(sorted((self._iri(number), count) for number, count in members.items() if self._iri(number))),
            properties=dict(
                sorted((self._iri(p), Use(count, len(subjects[p]), len(objects[p]))) for p, count in uses.items())
            ),
        )

    def ties(self, statements: Collection[Numbers], classified: Collection[Numbers]) -> Ties:
        """Count which class is tied to which, and to which datatypes, by which property.

        What a thing is follows from ``classified``: with every inferred class the ties would outnumber the statements.
        """
        classes: dict[int, set[str]] = defaultdict(set)
        for subject, predicate, target in classified:
            if predicate == self._type and self._iri(target):
                classes[subject].add(self._iri(target))
        group_of = {subject: frozenset(found) for subject, found in classes.items()}
        none: frozenset[str] = frozenset()
        together: Counter[tuple[frozenset[str], int, frozenset[str], str]] = Counter()
        for subject, predicate, target in statements:
            if (group := group_of.get(subject)) is not None:
                together[group, predicate, group_of.get(target, none), self._datatype(target)] += 1
        properties: Counter[tuple[str, str]] = Counter()
        to_classes: Counter[tuple[str, str, str]] = Counter()
        to_datatypes: Counter[tuple[str, str, str]] = Counter()
        for (group, predicate, targets, datatype), count in together.items():
            name = self._iri(predicate)
            for kind in group:
                properties[kind, name] += count
                for class_of_target in targets:
                    to_classes[kind, name, class_of_target] += count
                if datatype:
                    to_datatypes[kind, name, datatype] += count
        return Ties(*(dict(sorted(found.items())) for found in (properties, to_classes, to_datatypes)))  # type: ignore[arg-type]

    def links(self, statements: Collection[Numbers], predicates: Iterable[str]) -> list[tuple[str, str, str]]:
        """Give the statements with one of some predicates between two IRIs, as IRIs."""
        wanted = {self._numbers[node] for node in map(NamedNode, predicates) if node in self._numbers}
        found = [(self._iri(s), self._iri(p), self._iri(o)) for s, p, o in statements if p in wanted]
        return sorted(link for link in found if all(link))

    def _number(self, term: Term) -> int:
        number = self._numbers.setdefault(term, len(self._terms))
        if number == len(self._terms):
            self._terms.append(term)
        return number

    def _iri(self, number: int) -> str:
        term = self._terms[number]
        return term.value if isinstance(term, NamedNode) else ""

    def _datatype(self, number: int) -> str:
        term = self._terms[number]
        return term.datatype.value if isinstance(term, Literal) else ""
