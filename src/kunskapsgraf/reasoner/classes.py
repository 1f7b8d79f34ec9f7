"""Tables 6 and 7: the rules that class expressions and axioms about classes fire (cls-*, cax-*)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from kunskapsgraf.graph.rdf import BlankNode, Literal, NamedNode, Term, Triple
from kunskapsgraf.reasoner.datatypes import holds_in, literal_rules
from kunskapsgraf.reasoner.properties import SAME, axiom, is_property
from kunskapsgraf.reasoner.rules import TYPE, Atom, Axiom, Filter, Rule, Var
from kunskapsgraf.reasoner.schema import NOTHING, SAME_CLASS, SUB_CLASS, THING, Node, Schema, owl

X, Y, Y1, Y2 = Var("x"), Var("y"), Var("y1"), Var("y2")


def rules(schema: Schema, implied: Iterable[Triple]) -> Iterator[Rule]:
    """Give the rules of every class expression and every axiom about classes.

    ``implied`` are the subclass links between restrictions, which no chain of asserted links gives.
    """
    yield Rule(("cls-nothing2",), None, (Atom(X, TYPE, NOTHING),))
    yield from _combinations(schema)
    yield from _quantifiers(schema)
    yield from _cardinalities(schema)
    yield from _hierarchy(schema, implied)
    yield from _disjoint(schema)


def of_everything(schema: Schema, rules: Iterable[Rule]) -> Iterator[Rule]:
    """Give, where a rule asks for owl:Thing, the rules by which members of declared classes are of it (scm-cls)."""
    if any(atom.predicate == TYPE and atom.object == THING for rule in rules for atom in rule.body):
        for kind in schema.kinds(owl("Class")):
            source = (axiom(kind, Triple(kind, TYPE, owl("Class"))),)
            yield Rule(("scm-cls", "cax-sco"), member(X, THING), (member(X, kind),), source)


def member(slot: Var, kind: Term) -> Atom:
    """Write "slot is of the class"."""
    assert isinstance(kind, NamedNode | BlankNode), "a class is no literal"
    return Atom(slot, TYPE, kind)


def _combinations(schema: Schema) -> Iterator[Rule]:
    for node, parts, triples in schema.lists(owl("intersectionOf")):
        if schema.is_datatype(node) or any(isinstance(part, Literal) for part in parts):
            continue
        source = (Axiom(node.value, triples),)
        if parts:
            yield Rule(("cls-int1",), member(Y, node), tuple(member(Y, part) for part in parts), source)
        for part in parts:
            yield Rule(("cls-int2",), member(Y, part), (member(Y, node),), source)
    for node, parts, triples in schema.lists(owl("unionOf")):
        if not schema.is_datatype(node):
            for part in parts:
                yield Rule(("cls-uni",), member(Y, node), (member(Y, part),), (Axiom(node.value, triples),))
    for node, other in schema.links(owl("complementOf")):
        source = (axiom(node, Triple(node, owl("complementOf"), other)),)
        yield Rule(("cls-com",), None, (member(X, node), member(X, other)), source)
    for node, parts, triples in schema.lists(owl("oneOf")):
        if not schema.is_datatype(node):
            for part in parts:
                if isinstance(part, NamedNode | BlankNode):
                    yield Rule(("cls-oo",), Atom(part, TYPE, node), (), (Axiom(node.value, triples),))


def _quantifiers(schema: Schema) -> Iterator[Rule]:
    def source(node: Node, name: str, value: Term, prop: Node) -> tuple[Axiom]:
        return (axiom(node, Triple(node, owl("onProperty"), prop), Triple(node, owl(name), value)),)

    for node, filler, p in schema.restrictions(owl("someValuesFrom")):
        if not is_property(p):
            continue
        told = source(node, "someValuesFrom", filler, p)
        if filler == THING:
            yield Rule(("cls-svf2",), member(X, node), (Atom(X, p, Y),), told)
        elif schema.is_datatype(filler):
            yield Rule(
                ("cls-svf1", "dt-type2"), member(X, node), (Atom(X, p, Y),), told, (holds_in(schema, Y, filler),)
            )
        else:
            yield Rule(("cls-svf1",), member(X, node), (Atom(X, p, Y), member(Y, filler)), told)
    for node, filler, p in schema.restrictions(owl("allValuesFrom")):
        if not is_property(p):
            continue
        told = source(node, "allValuesFrom", filler, p)
        body = (member(X, node), Atom(X, p, Y))
        if schema.is_datatype(filler):
            assert isinstance(filler, NamedNode | BlankNode)
            yield from literal_rules(schema, ("cls-avf",), Y, filler, body, told)
        else:
            yield Rule(("cls-avf",), member(Y, filler), body, told)
    for node, value, p in schema.restrictions(owl("hasValue")):
        if is_property(p):
            assert isinstance(value, NamedNode | BlankNode | Literal)
            told = source(node, "hasValue", value, p)
            yield Rule(("cls-hv1",), Atom(X, p, value), (member(X, node),), told)
            yield Rule(("cls-hv2",), member(X, node), (Atom(X, p, value),), told)


def _cardinalities(schema: Schema) -> Iterator[Rule]:
    for node, number, p in schema.restrictions(owl("maxCardinality")):
        told = (axiom(node, Triple(node, owl("onProperty"), p), Triple(node, owl("maxCardinality"), number)),)
        yield from _at_most(("cls-maxc1", "cls-maxc2"), node, number, p, (), told)
    for node, number, p in schema.restrictions(owl("maxQualifiedCardinality")):
        for kind in schema.nodes(node, owl("onClass")):
            told = (
                axiom(
                    node,
                    Triple(node, owl("onProperty"), p),
                    Triple(node, owl("maxQualifiedCardinality"), number),
                    Triple(node, owl("onClass"), kind),
                ),
            )
            if kind == THING:
                yield from _at_most(("cls-maxqc2", "cls-maxqc4"), node, number, p, (), told)
            else:
                yield from _at_most(("cls-maxqc1", "cls-maxqc3"), node, number, p, (kind,), told)


def _at_most(
    names: tuple[str, str], node: Node, number: Term, p: Node, kinds: tuple[Node, ...], told: tuple[Axiom]
) -> Iterator[Rule]:
    none, one = names
    value = number.value.lstrip("+0") or "0" if isinstance(number, Literal) else ""
    if value == "0":
        body = (member(X, node), Atom(X, p, Y), *(member(Y, kind) for kind in kinds))
        yield Rule((none,), None, body, told)
    elif value == "1":
        both = [member(y, kind) for kind in kinds for y in (Y1, Y2)]
        body = (member(X, node), Atom(X, p, Y1), Atom(X, p, Y2), *both)
        yield Rule((one,), Atom(Y1, SAME, Y2), body, told, (Filter("differ", (Y1, Y2)),))
        if not kinds:
            yield Rule((one, "dt-diff", "eq-diff1"), None, body, told, (Filter("unequal", (Y1, Y2)),))


def _hierarchy(schema: Schema, implied: Iterable[Triple]) -> Iterator[Rule]:
    for low, up in schema.links(SUB_CLASS):
        if low != up:
            yield Rule(("cax-sco",), member(X, up), (member(X, low),), (axiom(low, Triple(low, SUB_CLASS, up)),))
    for triple in sorted(implied, key=str):
        below, above = triple.subject, triple.object
        if isinstance(below, NamedNode | BlankNode):
            yield Rule(("cax-sco",), member(X, above), (member(X, below),), (axiom(below, triple),))
    for one, other in schema.links(SAME_CLASS):
        if one != other:
            source = (axiom(one, Triple(one, SAME_CLASS, other)),)
            yield Rule(("cax-eqc1",), member(X, other), (member(X, one),), source)
            yield Rule(("cax-eqc2",), member(X, one), (member(X, other),), source)


def _disjoint(schema: Schema) -> Iterator[Rule]:
    for one, other in schema.links(owl("disjointWith")):
        source = (axiom(one, Triple(one, owl("disjointWith"), other)),)
        yield Rule(("cax-dw",), None, (member(X, one), member(X, other)), source)
    every = set(schema.kinds(owl("AllDisjointClasses")))
    for node, members, triples in schema.lists(owl("members")):
        if node in every:
            for one, other in combinations(members, 2):  # type: ignore[assignment]
                yield Rule(("cax-adc",), None, (member(X, one), member(X, other)), (Axiom(node.value, triples),))
