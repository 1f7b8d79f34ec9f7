"""Rules as data: a head and a body of triple patterns, the W3C names it was made from, and its axioms.

A rule says nothing of how it is run. ``sparql`` writes it as SPARQL 1.1, for the embedded engine and for any endpoint.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kunskapsgraf.graph.rdf import BlankNode, Literal, NamedNode, Triple, lexical
from kunskapsgraf.graph.vocabulary import RDF_TYPE

Value = NamedNode | BlankNode | Literal


@dataclass(frozen=True, slots=True)
class Var:
    """A variable of a rule."""

    name: str

    def __str__(self) -> str:
        """Write it as SPARQL does."""
        return f"?{self.name}"


Slot = Var | Value
TYPE = NamedNode(RDF_TYPE)


@dataclass(frozen=True, slots=True)
class Atom:
    """A triple pattern."""

    subject: Slot
    predicate: Slot
    object: Slot

    def __iter__(self) -> Iterator[Slot]:
        """Give the three slots in order."""
        yield self.subject
        yield self.predicate
        yield self.object

    def __str__(self) -> str:
        """Write it as SPARQL does."""
        return " ".join(written(slot) for slot in self)

    def variables(self) -> Iterator[Var]:
        """Give its variables, each place on its own."""
        return (slot for slot in self if isinstance(slot, Var))

    def bound(self, values: Mapping[Var, Slot]) -> Atom:
        """Put values in place of variables."""
        return Atom(*(values.get(slot, slot) if isinstance(slot, Var) else slot for slot in self))

    def may_meet(self, other: Atom) -> bool:
        """Tell whether some triple could match both."""
        return all(
            isinstance(a, Var) or isinstance(b, Var) or a == b for a, b in zip(self, other, strict=True)
        ) and _repeats_fit(self, other)

    def triple(self) -> Triple | None:
        """Give the triple of a ground atom; ``None`` where it would have a literal for a subject or predicate."""
        if isinstance(self.subject, NamedNode | BlankNode) and isinstance(self.predicate, NamedNode):
            assert not isinstance(self.object, Var), "a ground atom has no variable"
            return Triple(self.subject, self.predicate, self.object)
        return None


def _repeats_fit(one: Atom, other: Atom) -> bool:
    """Tell whether places with the same variable in one atom can hold the same term in the other."""
    for atom, against in ((one, other), (other, one)):
        seen: dict[Var, Slot] = {}
        for slot, term in zip(atom, against, strict=True):
            if isinstance(slot, Var):
                before = seen.setdefault(slot, term)
                if not isinstance(before, Var) and not isinstance(term, Var) and before != term:
                    return False
    return True


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition that is no triple pattern; ``slots`` are variables, or terms that took their place.

    ``kind`` is "differ" (two terms are not the same term), "unequal" (two literals of different value), "thing" (no
    literal), "datatype" (a literal in the value space of a datatype) or "foreign" (a literal outside it).
    """

    kind: str
    slots: tuple[Slot, ...]
    datatype: str = ""


@dataclass(frozen=True)
class Axiom:
    """Where a rule comes from: the statements of the ontology that say it, and the thing that they define."""

    subject: str
    triples: frozenset[Triple]


@dataclass(frozen=True)
class Rule:
    """``body`` implies ``head``; no head is a contradiction.

    ``names`` are the W3C names of the rules that were put together, in the order in which they apply.
    """

    names: tuple[str, ...]
    head: Atom | None
    body: tuple[Atom, ...]
    axioms: tuple[Axiom, ...] = ()
    filters: tuple[Filter, ...] = field(default=())

    @property
    def name(self) -> str:
        """Name the rule: the W3C names, in order."""
        return " + ".join(self.names)

    @property
    def variables(self) -> tuple[Var, ...]:
        """Give the variables in the order in which they occur."""
        atoms = (*((self.head,) if self.head else ()), *self.body)
        return tuple(dict.fromkeys(v for atom in atoms for v in atom.variables()))

    def key(self) -> tuple[object, ...]:
        """Give what makes two rules the same rule: the same but for the names of variables."""
        names: dict[Var, int] = {}

        def shape(slot: Slot) -> object:
            return names.setdefault(slot, len(names)) if isinstance(slot, Var) else slot

        head = tuple(shape(s) for s in self.head) if self.head else ()
        return (
            head,
            tuple(tuple(shape(s) for s in atom) for atom in self.body),
            tuple((f.kind, tuple(shape(v) for v in f.slots), f.datatype) for f in self.filters),
        )

    def renamed(self, suffix: str) -> Rule:
        """Give the same rule with fresh variables."""
        return self.substituted({v: Var(v.name + suffix) for v in self.variables})

    def substituted(self, values: Mapping[Var, Slot]) -> Rule:
        """Put values in place of variables, in head, body and filters."""
        filters = tuple(
            Filter(
                f.kind, tuple(values.get(slot, slot) if isinstance(slot, Var) else slot for slot in f.slots), f.datatype
            )
            for f in self.filters
        )
        return Rule(
            self.names,
            self.head.bound(values) if self.head else None,
            tuple(atom.bound(values) for atom in self.body),
            self.axioms,
            filters,
        )


def written(slot: Slot) -> str:
    """Write a slot as SPARQL does."""
    return str(slot) if isinstance(slot, Var) else lexical(slot)


def patterns(atoms: Iterable[Atom]) -> str:
    """Write atoms as a basic graph pattern."""
    return " ".join(f"{atom} ." for atom in atoms)
