"""Table 4: the rules of owl:sameAs and of difference (eq-*), used only where something can be the same as something else."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from kunskapsgraf.graph.rdf import BlankNode, NamedNode, Triple
from kunskapsgraf.reasoner.rules import TYPE, Atom, Axiom, Filter, Rule, Var
from kunskapsgraf.reasoner.schema import (
    DATATYPES,
    SAME_CLASS,
    SAME_PROPERTY,
    SUB_CLASS,
    SUB_PROPERTY,
    Schema,
    owl,
    rdfs,
)

SAME, DIFFERENT = owl("sameAs"), owl("differentFrom")
X, Y, Z, S, P, V, T = (Var(name) for name in "xyzspvt")


def concludes(rule: Rule) -> bool:
    """Tell whether a rule can conclude that two things are the same."""
    return rule.head is not None and rule.head.predicate == SAME


def rules() -> list[Rule]:
    """Give the rules by which what is said of a thing is said of what it is the same as."""
    differ = (Filter("differ", (X, Y)),)
    other = Filter("differ", (P, SAME))  # of sameness itself, symmetry and transitivity say all
    return [
        Rule(("eq-sym",), Atom(Y, SAME, X), (Atom(X, SAME, Y),), (), differ),
        Rule(("eq-trans",), Atom(X, SAME, Z), (Atom(X, SAME, Y), Atom(Y, SAME, Z)), (), (Filter("differ", (X, Z)),)),
        Rule(("eq-rep-s",), Atom(T, P, V), (Atom(S, SAME, T), Atom(S, P, V)), (), (Filter("differ", (S, T)), other)),
        Rule(("eq-rep-p",), Atom(S, T, V), (Atom(P, SAME, T), Atom(S, P, V)), (), (Filter("differ", (P, T)),)),
        Rule(("eq-rep-o",), Atom(S, P, T), (Atom(V, SAME, T), Atom(S, P, V)), (), (Filter("differ", (V, T)), other)),
        Rule(("eq-diff1",), None, (Atom(X, SAME, Y), Atom(X, DIFFERENT, Y))),
        Rule(("dt-diff", "eq-diff1"), None, (Atom(X, SAME, Y), Atom(X, SAME, Z)), (), (Filter("unequal", (Y, Z)),)),
        *_of_itself(),
        *_of_literals(),
    ]


def _of_itself() -> Iterator[Rule]:
    """Say of two names of one class or property what every class or property is to itself."""
    for name, kind, below, same in (
        ("scm-cls", "Class", SUB_CLASS, SAME_CLASS),
        ("scm-op", "ObjectProperty", SUB_PROPERTY, SAME_PROPERTY),
        ("scm-dp", "DatatypeProperty", SUB_PROPERTY, SAME_PROPERTY),
    ):
        for predicate in (below, same):
            body = (Atom(X, TYPE, owl(kind)), Atom(X, SAME, Y))
            yield Rule((name, "eq-rep-o"), Atom(X, predicate, Y), body, (), (Filter("differ", (X, Y)),))


def _of_literals() -> Iterator[Rule]:
    """Refuse a thing of a datatype that is the same as a literal outside it."""
    for datatype in sorted(DATATYPES - {rdfs("Literal")}, key=str):
        body = (Atom(X, SAME, Y), Atom(X, TYPE, datatype))
        yield Rule(("eq-rep-s", "dt-not-type"), None, body, (), (Filter("foreign", (Y,), datatype.value),))


def differences(schema: Schema) -> list[Rule]:
    """Give the rules of what is declared different, which contradict even without owl:sameAs: a thing is itself."""
    return [Rule(("eq-ref", "eq-diff1"), None, (Atom(X, DIFFERENT, X),)), *_all_different(schema)]


def _all_different(schema: Schema) -> Iterator[Rule]:
    every = set(schema.kinds(owl("AllDifferent")))
    for predicate, name in (("members", "eq-diff2"), ("distinctMembers", "eq-diff3")):
        for node, members, triples in schema.lists(owl(predicate)):
            if node not in every:
                continue
            source = (Axiom(node.value, frozenset({*triples, Triple(node, TYPE, owl("AllDifferent"))})),)
            for one, other in combinations(members, 2):
                if one == other:
                    yield Rule(("eq-ref", name), None, (), source)
                elif isinstance(one, NamedNode | BlankNode) and isinstance(other, NamedNode | BlankNode):
                    yield Rule((name,), None, (Atom(one, SAME, other),), source)
                    yield Rule((name,), None, (Atom(other, SAME, one),), source)
