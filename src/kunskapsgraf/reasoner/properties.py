"""Table 5: the rules that axioms about properties fire (prp-*)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from kunskapsgraf.graph.rdf import BlankNode, Literal, NamedNode, Term, Triple
from kunskapsgraf.reasoner.datatypes import literal_rules
from kunskapsgraf.reasoner.rules import TYPE, Atom, Axiom, Filter, Rule, Var
from kunskapsgraf.reasoner.schema import DOMAIN, RANGE, SAME_PROPERTY, SUB_PROPERTY, A, Node, Schema, owl

X, Y, Z = Var("x"), Var("y"), Var("z")
Y1, Y2, X1, X2 = Var("y1"), Var("y2"), Var("x1"), Var("x2")
SAME = owl("sameAs")


def rules(schema: Schema) -> Iterator[Rule]:
    """Give the rules of every axiom about a property."""
    yield from _ends(schema)
    yield from _characteristics(schema)
    yield from _hierarchy(schema)
    yield from _disjoint(schema)
    yield from _keys(schema)
    yield from _negative(schema)


def axiom(subject: Node, *triples: Triple) -> Axiom:
    """Name the axiom that a rule comes from."""
    return Axiom(subject.value, frozenset(triples))


def is_property(node: Term) -> bool:
    """Tell what can be a property; an anonymous one is the inverse of another and is turned later (``turned``)."""
    return isinstance(node, NamedNode | BlankNode)


def turned(schema: Schema, rules: Iterable[Rule]) -> Iterator[Rule]:
    """Write each atom with an anonymous property backwards, with the property that it is the inverse of."""
    for rule in rules:
        atoms = [*((rule.head,) if rule.head else ()), *rule.body]
        if not any(isinstance(atom.predicate, BlankNode) for atom in atoms):
            yield rule
            continue
        found = [_turned(schema, atom) for atom in atoms]
        if None not in found:
            head = found[0] if rule.head else None
            yield Rule(rule.names, head, tuple(a for a in found[bool(rule.head) :] if a), rule.axioms, rule.filters)


def _turned(schema: Schema, atom: Atom) -> Atom | None:
    if not isinstance(atom.predicate, BlankNode):
        return atom
    found = schema.turned(atom.predicate)
    if found is None:
        return None
    prop, backwards = found
    assert isinstance(prop, NamedNode), "a property that can stand in a triple has a name"
    return Atom(atom.object, prop, atom.subject) if backwards else Atom(atom.subject, prop, atom.object)


def _ends(schema: Schema) -> Iterator[Rule]:
    for prop, kind in schema.links(DOMAIN):
        if is_property(prop):
            yield Rule(
                ("prp-dom",), Atom(X, TYPE, kind), (Atom(X, prop, Y),), (axiom(prop, Triple(prop, DOMAIN, kind)),)
            )
    for prop, kind in schema.links(RANGE):
        if not is_property(prop):
            continue
        source = (axiom(prop, Triple(prop, RANGE, kind)),)
        if schema.is_datatype(kind):
            yield from literal_rules(schema, ("prp-rng",), Y, kind, (Atom(X, prop, Y),), source)
        else:
            yield Rule(("prp-rng",), Atom(Y, TYPE, kind), (Atom(X, prop, Y),), source)


def _characteristics(schema: Schema) -> Iterator[Rule]:
    def of(kind: str) -> Iterator[tuple[Node, tuple[Axiom]]]:
        for prop in schema.kinds(owl(kind)):
            if is_property(prop):
                yield prop, (axiom(prop, Triple(prop, A, owl(kind))),)

    for p, source in of("FunctionalProperty"):
        body = (Atom(X, p, Y1), Atom(X, p, Y2))
        yield Rule(("prp-fp",), Atom(Y1, SAME, Y2), body, source, (Filter("differ", (Y1, Y2)),))
        # Two literals of different value are different by dt-diff: eq-diff1.
        yield Rule(("prp-fp", "dt-diff", "eq-diff1"), None, body, source, (Filter("unequal", (Y1, Y2)),))
    for p, source in of("InverseFunctionalProperty"):
        body = (Atom(X1, p, Y), Atom(X2, p, Y))
        yield Rule(("prp-ifp",), Atom(X1, SAME, X2), body, source, (Filter("differ", (X1, X2)),))
    for p, source in of("IrreflexiveProperty"):
        yield Rule(("prp-irp",), None, (Atom(X, p, X),), source)
    for p, source in of("SymmetricProperty"):
        yield Rule(("prp-symp",), Atom(Y, p, X), (Atom(X, p, Y),), source)
    for p, source in of("AsymmetricProperty"):
        yield Rule(("prp-asyp",), None, (Atom(X, p, Y), Atom(Y, p, X)), source)
    for p, source in of("TransitiveProperty"):
        yield Rule(("prp-trp",), Atom(X, p, Z), (Atom(X, p, Y), Atom(Y, p, Z)), source)


def _hierarchy(schema: Schema) -> Iterator[Rule]:
    for low, up in schema.links(SUB_PROPERTY):
        if is_property(low) and is_property(up) and low != up:
            source = (axiom(low, Triple(low, SUB_PROPERTY, up)),)
            yield Rule(("prp-spo1",), Atom(X, up, Y), (Atom(X, low, Y),), source)
    for prop, members, triples in schema.lists(owl("propertyChainAxiom")):
        if is_property(prop) and members and all(map(is_property, members)):
            steps = [Var(f"u{n}") for n in range(len(members) + 1)]
            body = tuple(Atom(steps[n], p, steps[n + 1]) for n, p in enumerate(members))  # type: ignore[arg-type]
            yield Rule(("prp-spo2",), Atom(steps[0], prop, steps[-1]), body, (Axiom(prop.value, triples),))
    for one, other in schema.links(SAME_PROPERTY):
        if is_property(one) and is_property(other) and one != other:
            source = (axiom(one, Triple(one, SAME_PROPERTY, other)),)
            yield Rule(("prp-eqp1",), Atom(X, other, Y), (Atom(X, one, Y),), source)
            yield Rule(("prp-eqp2",), Atom(X, one, Y), (Atom(X, other, Y),), source)
    for one, other in schema.links(owl("inverseOf")):
        if is_property(one) and is_property(other):
            source = (axiom(one, Triple(one, owl("inverseOf"), other)),)
            yield Rule(("prp-inv1",), Atom(Y, other, X), (Atom(X, one, Y),), source)
            yield Rule(("prp-inv2",), Atom(Y, one, X), (Atom(X, other, Y),), source)


def _disjoint(schema: Schema) -> Iterator[Rule]:
    for one, other in schema.links(owl("propertyDisjointWith")):
        source = (axiom(one, Triple(one, owl("propertyDisjointWith"), other)),)
        yield Rule(("prp-pdw",), None, (Atom(X, one, Y), Atom(X, other, Y)), source)
    every = set(schema.kinds(owl("AllDisjointProperties")))
    for node, members, triples in schema.lists(owl("members")):
        if node in every:
            for one, other in combinations(members, 2):  # type: ignore[assignment]
                yield Rule(("prp-adp",), None, (Atom(X, one, Y), Atom(X, other, Y)), (Axiom(node.value, triples),))


def _keys(schema: Schema) -> Iterator[Rule]:
    for kind, props, triples in schema.lists(owl("hasKey")):
        if not props or not all(map(is_property, props)):
            continue
        shared = [Var(f"z{n}") for n in range(len(props))]
        one = [Atom(X, p, z) for p, z in zip(props, shared, strict=True)]  # type: ignore[arg-type]
        other = [Atom(Y, p, z) for p, z in zip(props, shared, strict=True)]  # type: ignore[arg-type]
        body = (Atom(X, TYPE, kind), *one, *other, Atom(Y, TYPE, kind))
        yield Rule(("prp-key",), Atom(X, SAME, Y), body, (Axiom(kind.value, triples),), (Filter("differ", (X, Y)),))


def _negative(schema: Schema) -> Iterator[Rule]:
    for name, target in (("prp-npa1", "targetIndividual"), ("prp-npa2", "targetValue")):
        for node, value in schema.pairs(owl(target)):
            for source in schema.nodes(node, owl("sourceIndividual")):
                for prop in schema.nodes(node, owl("assertionProperty")):
                    assert isinstance(value, NamedNode | BlankNode | Literal), "no triple terms in OWL"
                    said = (
                        Triple(node, owl("sourceIndividual"), source),
                        Triple(node, owl("assertionProperty"), prop),
                        Triple(node, owl(target), value),
                    )
                    yield Rule((name,), None, (Atom(source, prop, value),), (axiom(node, *said),))
