"""Names for blank nodes while rules run: SPARQL cannot name one, so a rule that speaks of it could not be written."""

from __future__ import annotations

from collections.abc import Iterable

from kunskapsgraf.graph.rdf import BlankNode, NamedNode, Term, Triple
from kunskapsgraf.reasoner.rules import Atom, Axiom, Filter, Rule, Slot
from kunskapsgraf.reasoner.schema import FIRST, REST, A, is_axiom, owl

PREFIX = "urn:kunskapsgraf:blank:"
"""What the name of a blank node begins with."""
DEFINING = frozenset(
    owl(n)
    for n in (
        *("intersectionOf", "unionOf", "oneOf", "complementOf", "onProperty", "someValuesFrom", "allValuesFrom"),
        *("hasValue", "maxCardinality", "maxQualifiedCardinality", "members", "distinctMembers", "sourceIndividual"),
    )
) | {FIRST, REST}
"""Predicates of what only spells out an axiom."""


class Skolem:
    """The blank nodes of some statements, and which of them only spell out an axiom."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.spelling: set[BlankNode] = set()
        self._types: set[BlankNode] = set()
        for triple in triples:
            if isinstance(triple.subject, BlankNode) and triple.predicate in DEFINING:
                self.spelling.add(triple.subject)
            if triple.predicate == A and isinstance(triple.object, BlankNode):
                self._types.add(triple.object)

    def typed_classes(self, axioms: Iterable[Triple]) -> set[BlankNode]:
        """Give the anonymous classes that statements give members to, and so must stay."""
        listed = {t.object for t in axioms if isinstance(t.object, BlankNode) and not is_axiom(t)}
        return self._types | {node for node in listed if isinstance(node, BlankNode)}

    def named(self, triple: Triple) -> Triple:
        """Give names to the blank nodes of a statement."""
        if isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode):
            return Triple(_named(triple.subject), triple.predicate, _named(triple.object))  # type: ignore[arg-type]
        return triple

    def original(self, triple: Triple) -> Triple:
        """Take the names away again."""
        return Triple(_original(triple.subject), triple.predicate, _original(triple.object))  # type: ignore[arg-type]

    def rule(self, rule: Rule) -> Rule:
        """Give names to the blank nodes of a rule."""
        return Rule(
            rule.names,
            _atom(rule.head) if rule.head else None,
            tuple(map(_atom, rule.body)),
            tuple(Axiom(a.subject, a.triples) for a in rule.axioms),
            tuple(Filter(f.kind, tuple(map(_slot, f.slots)), f.datatype) for f in rule.filters),
        )


def unnamed(atom: Atom) -> Atom:
    """Give an atom with blank nodes in the place of their names."""
    return Atom(*(_original(slot) for slot in atom))  # type: ignore[arg-type]


def _atom(atom: Atom) -> Atom:
    return Atom(*map(_slot, atom))


def _slot(slot: Slot) -> Slot:
    return NamedNode(PREFIX + slot.value) if isinstance(slot, BlankNode) else slot


def _named(term: Term | Slot) -> Term | Slot:
    return NamedNode(PREFIX + term.value) if isinstance(term, BlankNode) else term


def _original(term: Term | Slot) -> Term | Slot:
    if isinstance(term, NamedNode) and term.value.startswith(PREFIX):
        return BlankNode(term.value.removeprefix(PREFIX))
    return term
