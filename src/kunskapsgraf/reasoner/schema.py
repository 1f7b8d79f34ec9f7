"""The axioms of an ontology, indexed, and what they imply among themselves (the scm-* rules of OWL 2 RL, table 9)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from kunskapsgraf.graph.rdf import BlankNode, Literal, NamedNode, Term, Triple
from kunskapsgraf.graph.vocabulary import OWL, RDF, RDF_TYPE, RDFS, XSD

Node = NamedNode | BlankNode


@cache
def owl(name: str) -> NamedNode:
    """Give a term of OWL."""
    return NamedNode(OWL + name)


@cache
def rdfs(name: str) -> NamedNode:
    """Give a term of RDFS."""
    return NamedNode(RDFS + name)


FIRST, REST, NIL = NamedNode(RDF + "first"), NamedNode(RDF + "rest"), NamedNode(RDF + "nil")
THING, NOTHING = owl("Thing"), owl("Nothing")
SUB_CLASS, SUB_PROPERTY = rdfs("subClassOf"), rdfs("subPropertyOf")
DOMAIN, RANGE = rdfs("domain"), rdfs("range")
SAME_CLASS, SAME_PROPERTY = owl("equivalentClass"), owl("equivalentProperty")
A = NamedNode(RDF_TYPE)

SCHEMA_PREDICATES = frozenset(
    [
        *(rdfs(n) for n in ("subClassOf", "subPropertyOf", "domain", "range")),
        *(
            owl(n)
            for n in (
                *("equivalentClass", "equivalentProperty", "inverseOf", "propertyChainAxiom", "hasKey"),
                *("disjointWith", "propertyDisjointWith", "complementOf", "intersectionOf", "unionOf", "oneOf"),
                *("onProperty", "someValuesFrom", "allValuesFrom", "hasValue", "maxCardinality"),
                *("maxQualifiedCardinality", "onClass", "members", "distinctMembers", "disjointUnionOf"),
                *("sourceIndividual", "assertionProperty", "targetIndividual", "targetValue", "onDataRange"),
                *("minCardinality", "cardinality", "minQualifiedCardinality", "qualifiedCardinality", "hasSelf"),
                *("onDatatype", "withRestrictions", "onProperties"),
            )
        ),
        FIRST,
        REST,
    ]
)
"""Predicates whose triples are axioms or parts of one."""
SCHEMA_CLASSES = frozenset(
    owl(n)
    for n in (
        *("FunctionalProperty", "InverseFunctionalProperty", "IrreflexiveProperty", "SymmetricProperty"),
        *("AsymmetricProperty", "TransitiveProperty", "ReflexiveProperty", "AllDisjointClasses"),
        *("AllDisjointProperties", "AllDifferent", "NegativePropertyAssertion", "Restriction", "Class"),
        *("ObjectProperty", "DatatypeProperty"),
    )
) | {rdfs("Datatype")}
"""Classes that say what kind of axiom their member is."""
DATATYPES = frozenset(
    NamedNode(XSD + n)
    for n in (
        *("string", "normalizedString", "token", "language", "Name", "NCName", "NMTOKEN", "boolean", "decimal"),
        *("integer", "nonNegativeInteger", "nonPositiveInteger", "positiveInteger", "negativeInteger", "long"),
        *("int", "short", "byte", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte", "double", "float"),
        *("dateTime", "dateTimeStamp", "date", "time", "gYear", "gYearMonth", "gMonthDay", "gDay", "gMonth"),
        *("hexBinary", "base64Binary", "anyURI", "duration", "dayTimeDuration", "yearMonthDuration"),
    )
) | {rdfs("Literal"), NamedNode(RDF + "PlainLiteral"), NamedNode(RDF + "langString"), NamedNode(RDF + "XMLLiteral")}


def is_axiom(triple: Triple) -> bool:
    """Tell whether a triple is an axiom or a part of one."""
    if triple.predicate == A:
        return triple.object in SCHEMA_CLASSES
    return triple.predicate in SCHEMA_PREDICATES


class Schema:
    """The axioms, by subject and predicate and by predicate; lists are read whole."""

    def __init__(self, axioms: Iterable[Triple]) -> None:
        self.triples = {t for t in axioms if is_axiom(t)}
        self._objects: dict[tuple[Term, NamedNode], list[Term]] = defaultdict(list)
        self._pairs: dict[NamedNode, list[tuple[Node, Term]]] = defaultdict(list)
        self._kinds: dict[Term, list[Node]] = defaultdict(list)
        # The order of input must not matter, and the messages should not depend on it either.
        for triple in sorted(self.triples, key=str):
            subject, target = triple.subject, triple.object
            assert not isinstance(subject, Triple), "an axiom has no triple for a subject"
            self._objects[subject, triple.predicate].append(target)
            self._pairs[triple.predicate].append((subject, target))
            if triple.predicate == A:
                self._kinds[target].append(subject)

    def objects(self, subject: Term, predicate: NamedNode) -> list[Term]:
        """Give what a subject has for a predicate."""
        return self._objects.get((subject, predicate), [])

    def nodes(self, subject: Term, predicate: NamedNode) -> list[Node]:
        """Give the things (no literals) that a subject has for a predicate."""
        return [o for o in self.objects(subject, predicate) if isinstance(o, NamedNode | BlankNode)]

    def pairs(self, predicate: NamedNode) -> list[tuple[Node, Term]]:
        """Give subject and object of every axiom with a predicate."""
        return self._pairs.get(predicate, [])

    def links(self, predicate: NamedNode) -> Iterator[tuple[Node, Node]]:
        """Give subject and object of every axiom with a predicate whose object is a thing."""
        return ((s, o) for s, o in self.pairs(predicate) if isinstance(o, NamedNode | BlankNode))

    def kinds(self, kind: NamedNode) -> list[Node]:
        """Give what is declared to be of a kind."""
        return self._kinds.get(kind, [])

    def members(self, head: Term) -> list[Term] | None:
        """Read a list; ``None`` where it is broken or runs in a circle."""
        found: list[Term] = []
        seen: set[Term] = set()
        while head != NIL:
            first, rest = self.objects(head, FIRST), self.objects(head, REST)
            if head in seen or len(first) != 1 or len(rest) != 1:
                return None
            seen.add(head)
            found.append(first[0])
            head = rest[0]
        return found

    def lists(self, predicate: NamedNode) -> Iterator[tuple[Node, list[Term], frozenset[Triple]]]:
        """Give subject, members and triples of every axiom whose object is a list."""
        for subject, head in self.pairs(predicate):
            members = self.members(head)
            if members is not None:
                assert not isinstance(head, Literal | Triple) or not members
                yield subject, members, frozenset({Triple(subject, predicate, head), *self._cells(head)})

    def _cells(self, head: Term) -> Iterator[Triple]:
        while head != NIL and isinstance(head, NamedNode | BlankNode):
            for predicate in (FIRST, REST):
                for target in self.objects(head, predicate):
                    yield Triple(head, predicate, target)
            head = self.objects(head, REST)[0]

    def turned(self, prop: Term) -> tuple[Term, bool] | None:
        """Give a property that can stand in a triple, and whether it is to be read backwards; ``None`` if there is none.

        An anonymous property is the inverse of another.
        """
        seen: set[Term] = set()
        backwards = False
        while isinstance(prop, BlankNode) and prop not in seen:
            seen.add(prop)
            others = [*self.nodes(prop, owl("inverseOf")), *(s for s, o in self.links(owl("inverseOf")) if o == prop)]
            if not others:
                return None
            prop, backwards = others[0], not backwards
        return (prop, backwards) if isinstance(prop, NamedNode) else None

    def is_datatype(self, node: Term) -> bool:
        """Tell a datatype from a class."""
        return node in DATATYPES or rdfs("Datatype") in self.objects(node, A)

    def restrictions(self, predicate: NamedNode) -> Iterator[tuple[Node, Term, Node]]:
        """Give every restriction that has a predicate: (the class, the value, the property that it is on)."""
        for node, value in self.pairs(predicate):
            for prop in self.nodes(node, owl("onProperty")):
                yield node, value, prop


@dataclass(frozen=True)
class Implied:
    """A consequence among axioms: the rule of table 9 and the axioms, or consequences, that it follows from."""

    triple: Triple
    rule: str
    premises: tuple[Triple, ...]


def closed(schema: Schema) -> dict[Triple, Implied]:
    """Give what follows among the axioms themselves and is not among them: table 9 without its reflexive conclusions.

    Each consequence stands with its first derivation, whose premises came before it.
    """
    found: dict[Triple, Implied] = {}
    while True:
        known = Schema([*schema.triples, *found])
        new: dict[Triple, Implied] = {}
        for implied in _step(known):
            triple = implied.triple
            if triple not in known.triples and triple not in new and triple.subject != triple.object:
                new[triple] = implied
        if not new:
            return found
        found |= new


def between_restrictions(schema: Schema, implied: Iterable[Triple]) -> set[Triple]:
    """Give the subclass links that restrictions have by their fillers and properties (scm-hv, scm-svf*, scm-avf*)."""
    known = Schema([*schema.triples, *implied])
    links = _restrictions(known, _index(known.links(SUB_CLASS)), _index(known.links(SUB_PROPERTY)))
    return {link.triple for link in links if link.triple not in schema.triples}


def _step(schema: Schema) -> Iterator[Implied]:
    yield from _hierarchy(schema, SUB_CLASS, SAME_CLASS, ("scm-sco", "scm-eqc1", "scm-eqc2"))
    yield from _hierarchy(schema, SUB_PROPERTY, SAME_PROPERTY, ("scm-spo", "scm-eqp1", "scm-eqp2"))
    above = _index(schema.links(SUB_CLASS))
    below = _index((o, s) for s, o in schema.links(SUB_PROPERTY))
    for predicate, name in ((DOMAIN, "scm-dom"), (RANGE, "scm-rng")):
        for prop, kind in schema.links(predicate):
            said = Triple(prop, predicate, kind)
            for up in above.get(kind, ()):
                yield Implied(Triple(prop, predicate, up), f"{name}1", (said, Triple(kind, SUB_CLASS, up)))
            for sub in below.get(prop, ()):
                yield Implied(Triple(sub, predicate, kind), f"{name}2", (said, Triple(sub, SUB_PROPERTY, prop)))
    yield from _restrictions(schema, above, _index(schema.links(SUB_PROPERTY)))
    for name, predicate in (("scm-int", owl("intersectionOf")), ("scm-uni", owl("unionOf"))):
        for node, members, triples in schema.lists(predicate):
            for member in members:
                if isinstance(member, NamedNode | BlankNode):
                    link = (node, member) if name == "scm-int" else (member, node)
                    yield Implied(Triple(link[0], SUB_CLASS, link[1]), name, tuple(sorted(triples, key=str)))


def _hierarchy(schema: Schema, below: NamedNode, same: NamedNode, names: tuple[str, str, str]) -> Iterator[Implied]:
    """scm-sco, scm-eqc1, scm-eqc2, and the same for properties."""
    chain, equal, mutual = names
    above = _index(schema.links(below))
    for low, ups in above.items():
        for up in ups:
            said = Triple(low, below, up)
            for top in above.get(up, ()):
                yield Implied(Triple(low, below, top), chain, (said, Triple(up, below, top)))
            if low in above.get(up, ()):
                yield Implied(Triple(low, same, up), mutual, (said, Triple(up, below, low)))
    for one, other in schema.links(same):
        said = Triple(one, same, other)
        yield Implied(Triple(one, below, other), equal, (said,))
        yield Implied(Triple(other, below, one), equal, (said,))


def _restrictions(
    schema: Schema, above: dict[Node, set[Node]], up_property: dict[Node, set[Node]]
) -> Iterator[Implied]:
    """scm-hv, scm-svf1, scm-svf2, scm-avf1, scm-avf2."""
    # What is declared (scm-cls, scm-op, scm-dp), or stands in a circle (scm-sco, scm-spo), is below itself.
    above, up_property = _reflexive(schema, above, ("Class",)), _reflexive(schema, up_property, _PROPERTY_KINDS)
    for name, short in (("hasValue", "scm-hv"), ("someValuesFrom", "scm-svf"), ("allValuesFrom", "scm-avf")):
        entries = list(schema.restrictions(owl(name)))
        for node, value, prop in entries:
            for other, its_value, its_property in entries:
                if node == other:
                    continue
                said = (
                    *(Triple(node, owl("onProperty"), prop), Triple(node, owl(name), value)),
                    *(Triple(other, owl("onProperty"), its_property), Triple(other, owl(name), its_value)),
                )
                if value == its_value and its_property in up_property.get(prop, ()):
                    link = (other, node) if short == "scm-avf" else (node, other)
                    why = (*said, *_unless_same(prop, SUB_PROPERTY, its_property))
                    yield Implied(Triple(link[0], SUB_CLASS, link[1]), short + ("" if short == "scm-hv" else "2"), why)
                if short != "scm-hv" and prop == its_property and its_value in above.get(value, ()):  # type: ignore[arg-type]
                    why = (*said, *_unless_same(value, SUB_CLASS, its_value))
                    yield Implied(Triple(node, SUB_CLASS, other), short + "1", why)


def _unless_same(one: Term, predicate: NamedNode, other: Term) -> tuple[Triple, ...]:
    return () if one == other else (Triple(one, predicate, other),)  # type: ignore[arg-type]


_PROPERTY_KINDS = ("ObjectProperty", "DatatypeProperty")


def _reflexive(schema: Schema, pairs: dict[Node, set[Node]], kinds: tuple[str, ...]) -> dict[Node, set[Node]]:
    itself = {node for kind in kinds for node in schema.kinds(owl(kind))}
    itself |= {low for low, ups in pairs.items() if any(low in pairs.get(up, ()) for up in ups)}
    return {node: pairs.get(node, set()) | ({node} & itself) for node in {*pairs, *itself}}


def _index(pairs: Iterable[tuple[Node, Node]]) -> dict[Node, set[Node]]:
    found: dict[Node, set[Node]] = defaultdict(set)
    for one, other in pairs:
        found[one].add(other)
    return found
