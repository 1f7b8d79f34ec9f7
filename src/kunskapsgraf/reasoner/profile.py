"""What lies outside the OWL 2 RL profile: every axiom that no rule reads as it is meant (Profiles, section 4.2).

Two things outside the grammar are let through, since the rules read them as they are meant: owl:Thing as a superclass, which
says nothing, and lists of one member. So are datatypes beyond section 4.2.2 that only have to be named alike, as xsd:date.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kunskapsgraf.graph.rdf import Literal, NamedNode, Term, Triple
from kunskapsgraf.reasoner.faults import Problem
from kunskapsgraf.reasoner.schema import (
    DATATYPES,
    DOMAIN,
    RANGE,
    SAME_CLASS,
    SAME_PROPERTY,
    SUB_CLASS,
    SUB_PROPERTY,
    THING,
    A,
    Node,
    Schema,
    owl,
)
from kunskapsgraf.reasoner.wellformed import EXPRESSIONS, anonymous, faults, short

_NONE = {
    "minCardinality": "minimum",
    "minQualifiedCardinality": "minimum",
    "cardinality": "exact",
    "qualifiedCardinality": "exact",
    "hasSelf": "no-class",
    "onProperties": "no-class",
    "disjointUnionOf": "disjoint-union",
    "onDatatype": "data-range",
    "onDataRange": "on-data-range",
}
"""Terms of OWL that the profile lacks wherever they stand."""
_PREDEFINED = frozenset(
    owl(n) for n in ("topObjectProperty", "bottomObjectProperty", "topDataProperty", "bottomDataProperty")
)
_ALLOWED = {
    "intersectionOf": ("subclass", "superclass", "equivalent"),
    "hasValue": ("subclass", "superclass", "equivalent"),
    "unionOf": ("subclass",),
    "oneOf": ("subclass",),
    "someValuesFrom": ("subclass",),
    "complementOf": ("superclass",),
    "allValuesFrom": ("superclass",),
    "maxCardinality": ("superclass",),
    "maxQualifiedCardinality": ("superclass",),
}
"""Where each class expression may stand (section 4.2.3)."""
_OF_THINGS = (
    *("InverseFunctionalProperty", "IrreflexiveProperty", "SymmetricProperty", "AsymmetricProperty"),
    *("TransitiveProperty", "ReflexiveProperty"),
)


def problems(triples: Iterable[Triple]) -> list[Problem]:
    """Give every axiom among statements that is broken, or that the profile does not allow where it stands."""
    said = list(triples)
    schema = Schema(said)
    found = [*faults(schema, said), *_outside(schema, said), *_properties(schema)]
    for triple, node, position in _positions(schema, said):
        found += _expression(schema, triple, node, position, ())
    found += [*_ranges(schema), *_required_values(schema)]
    return list(dict.fromkeys(found))


def _outside(schema: Schema, triples: Iterable[Triple]) -> Iterator[Problem]:
    for name, code in _NONE.items():
        for node, value in schema.pairs(owl(name)):
            yield Problem(Triple(node, owl(name), value), code, f"owl:{name}")
    for node in schema.kinds(owl("ReflexiveProperty")):
        yield Problem(Triple(node, A, owl("ReflexiveProperty")), "reflexive")
    for name in ("maxCardinality", "maxQualifiedCardinality"):
        for node, number in schema.pairs(owl(name)):
            # Read as the rules read it: "+01" is 1.
            if isinstance(number, Literal) and (number.value.lstrip("+0") or "0") not in ("0", "1"):
                yield Problem(Triple(node, owl(name), number), "maximum", f"owl:{name}")
    for triple in triples:
        for term in (triple.subject, triple.predicate, triple.object):
            if term in _PREDEFINED:
                yield Problem(triple, "predefined", short(term))
        if triple.predicate == owl("datatypeComplementOf"):
            yield Problem(triple, "data-range", "owl:datatypeComplementOf")


def _positions(schema: Schema, triples: Iterable[Triple]) -> Iterator[tuple[Triple, Node, str]]:
    """Give every class that stands in an axiom: the statement, the class, and as what it stands there."""
    for predicate, below, above in (
        (SUB_CLASS, "subclass", "superclass"),
        (SAME_CLASS, "equivalent", "equivalent"),
        (owl("disjointWith"), "subclass", "subclass"),
        (DOMAIN, "", "superclass"),
        (RANGE, "", "superclass"),
    ):
        for one, other in schema.links(predicate):
            said = Triple(one, predicate, other)
            yield from ((said, node, position) for node, position in ((one, below), (other, above)) if position)
    for triple in triples:
        # A thing may be said to be of an expression (section 4.2.5, ClassAssertion).
        kind = triple.object
        if triple.predicate == A and anonymous(kind) and not isinstance(kind, Literal | Triple):
            yield triple, kind, "superclass"
    for node, head in schema.pairs(owl("hasKey")):
        yield Triple(node, owl("hasKey"), head), node, "subclass"
    for node, members, _ in schema.lists(owl("members")):
        if node in schema.kinds(owl("AllDisjointClasses")):
            said = Triple(node, owl("members"), schema.objects(node, owl("members"))[0])
            yield from ((said, one, "subclass") for one in members if not isinstance(one, Literal | Triple))
    # An expression on a class that has a name says that the two are the same (Mapping, table 18).
    for name in EXPRESSIONS:
        for node, value in schema.pairs(owl(name)):
            if not anonymous(node):
                yield Triple(node, owl(name), value), node, "equivalent"


def _expression(
    schema: Schema, said: Triple, node: Node, position: str, within: tuple[Node, ...], *, filler: bool = False
) -> Iterator[Problem]:
    """Walk a class expression; ``said`` leads to it, ``within`` holds it, ``filler`` is what a restriction is on."""
    if node == THING and position != "superclass" and not filler:
        yield Problem(said, "thing")
    if schema.is_datatype(node):
        return
    if node in within:
        yield from [Problem(said, "circle")] if anonymous(node) else []
        return
    within = (*within, node)
    parts = [(name, value) for name in EXPRESSIONS for value in schema.objects(node, owl(name))]
    if anonymous(node) and not parts and not schema.objects(node, owl("onProperty")):
        yield Problem(said, "undefined-class")
    for name, value in parts:
        if within[1:] and not anonymous(node):
            return  # what a class with a name is defined by is looked at where it is defined
        here = Triple(node, owl(name), value)
        if position not in _ALLOWED.get(name, (position,)):
            yield Problem(here, position, f"owl:{name}")
            continue
        for part, stands, is_filler in _parts(schema, node, name, value, position):
            yield from _expression(schema, here, part, stands, within, filler=is_filler)


def _parts(schema: Schema, node: Node, name: str, value: Term, position: str) -> Iterator[tuple[Node, str, bool]]:
    """Give the parts of an expression, as what each stands, and whether it is a filler, where owl:Thing is allowed."""
    if name in ("intersectionOf", "unionOf"):
        yield from ((m, position, False) for m in schema.members(value) or () if not isinstance(m, Literal | Triple))
    elif name == "complementOf" and not isinstance(value, Literal | Triple):
        yield value, "subclass", False
    elif name in ("someValuesFrom", "allValuesFrom") and not isinstance(value, Literal | Triple):
        yield value, position, name == "someValuesFrom"
    elif name == "maxQualifiedCardinality":
        yield from ((one, "subclass", True) for one in schema.nodes(node, owl("onClass")))


def _ranges(schema: Schema) -> Iterator[Problem]:
    """Give what stands where a datatype must and is none, or is one that the rules do not read."""
    data, things = schema.kinds(owl("DatatypeProperty")), schema.kinds(owl("ObjectProperty"))
    used = [(Triple(p, RANGE, kind), p, kind) for p, kind in schema.links(RANGE)]
    for name in ("someValuesFrom", "allValuesFrom"):
        for node, kind, p in schema.restrictions(owl(name)):
            if not isinstance(kind, Literal | Triple):
                used.append((Triple(node, owl(name), kind), p, kind))
    for said, p, kind in used:
        if schema.is_datatype(kind):
            if p in things and p not in data:
                yield Problem(said, "data-for-object", p.value)
            yield from _data_range(schema, said, kind, ())
        elif kind in (owl("real"), owl("rational")) or (p in data and not anonymous(kind) and p not in things):
            yield Problem(said, "datatype", short(kind))
        elif p in data and p not in things:
            yield Problem(said, "undeclared-range")
    for one, other in schema.links(SAME_CLASS):
        if schema.is_datatype(one) or schema.is_datatype(other):
            yield Problem(Triple(one, SAME_CLASS, other), "datatype-definition")


def _required_values(schema: Schema) -> Iterator[Problem]:
    data, things = schema.kinds(owl("DatatypeProperty")), schema.kinds(owl("ObjectProperty"))
    for node, value, p in schema.restrictions(owl("hasValue")):
        if isinstance(value, Literal) and p in things and p not in data:
            yield Problem(Triple(node, owl("hasValue"), value), "object-property-literal", p.value)
        if not isinstance(value, Literal) and p in data and p not in things:
            yield Problem(Triple(node, owl("hasValue"), value), "data-property-thing", p.value)


def _data_range(schema: Schema, said: Triple, kind: Node, within: tuple[Node, ...]) -> Iterator[Problem]:
    if kind in DATATYPES or kind in within:
        return
    for name in ("unionOf", "oneOf"):
        for value in schema.objects(kind, owl(name)):
            yield Problem(Triple(kind, owl(name), value), "data-range", f"owl:{name}")
    heads = schema.objects(kind, owl("intersectionOf"))
    for head in heads:
        here = Triple(kind, owl("intersectionOf"), head)
        for part in schema.members(head) or ():
            if not isinstance(part, Literal | Triple):
                yield from _data_range(schema, here, part, (*within, kind))
    if not heads and not anonymous(kind):
        yield Problem(said, "datatype", short(kind))


def _properties(schema: Schema) -> Iterator[Problem]:
    """Give properties without a name that are no inverse of one, and what is said of data that is for things only."""
    named = [(s, p, o) for p in (SUB_PROPERTY, SAME_PROPERTY, owl("propertyDisjointWith")) for s, o in schema.links(p)]
    used = [(Triple(*said), node) for said in named for node in (said[0], said[2])]
    used += [(Triple(s, p, o), o) for p in (owl("onProperty"), owl("assertionProperty")) for s, o in schema.links(p)]
    used += [(Triple(s, p, o), s) for p in (DOMAIN, RANGE) for s, o in schema.links(p)]
    used += [(Triple(s, owl("inverseOf"), o), o) for s, o in schema.links(owl("inverseOf"))]
    data = {p for p in schema.kinds(owl("DatatypeProperty")) if p not in schema.kinds(owl("ObjectProperty"))}
    for name in ("propertyChainAxiom", "hasKey"):
        for node, members, _ in schema.lists(owl(name)):
            said = Triple(node, owl(name), schema.objects(node, owl(name))[0])
            inside = [one for one in members if not isinstance(one, Literal | Triple)]
            used += [(said, one) for one in (*inside, *((node,) if name != "hasKey" else ()))]
            if name == "propertyChainAxiom" and data & {node, *inside}:
                yield Problem(said, "of-data", "owl:propertyChainAxiom")
    for said, node in used:
        inverses = schema.objects(node, owl("inverseOf"))
        if anonymous(node) and not (
            len(inverses) == 1 and isinstance(inverses[0], NamedNode) and not anonymous(inverses[0])
        ):
            yield Problem(said, "undefined-property")
    for one, other in schema.links(owl("inverseOf")):
        if one in data or other in data:
            yield Problem(Triple(one, owl("inverseOf"), other), "of-data", "owl:inverseOf")
    for name in _OF_THINGS:
        for node in schema.kinds(owl(name)):
            if node in data:
                yield Problem(Triple(node, A, owl(name)), "of-data", f"owl:{name}")


def values(triples: Iterable[Triple], data: Iterable[Triple]) -> Iterator[Problem]:
    """Give the statements of data that have a literal for a property of things, or a thing for one of data."""
    schema = Schema(triples)
    things, texts = set(schema.kinds(owl("ObjectProperty"))), set(schema.kinds(owl("DatatypeProperty")))
    things = {p for kind in _OF_THINGS for p in schema.kinds(owl(kind))} | things
    for triple in data:
        if triple.predicate in things and triple.predicate not in texts and isinstance(triple.object, Literal):
            yield Problem(triple, "object-property-literal", triple.predicate.value)
        elif triple.predicate in texts and triple.predicate not in things and not isinstance(triple.object, Literal):
            yield Problem(triple, "data-property-thing", triple.predicate.value)
