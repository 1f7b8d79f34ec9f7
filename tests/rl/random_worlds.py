"""Made-up ontologies and data over every construct of OWL 2 RL, and the shrinking of one that shows a difference."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kunskapsgraf.graph.rdf import BlankNode, Literal, NamedNode, Triple
from kunskapsgraf.graph.vocabulary import OWL, RDF, RDFS, XSD

EX = "http://example.org/"
Node = NamedNode | BlankNode
Value = NamedNode | BlankNode | Literal
A = NamedNode(RDF + "type")
FIRST, REST, NIL = NamedNode(RDF + "first"), NamedNode(RDF + "rest"), NamedNode(RDF + "nil")
SUB_CLASS, SUB_PROPERTY = NamedNode(RDFS + "subClassOf"), NamedNode(RDFS + "subPropertyOf")


def owl(name: str) -> NamedNode:
    """Give a term of OWL."""
    return NamedNode(OWL + name)


def ex(name: str) -> NamedNode:
    """Give a term of the made-up world."""
    return NamedNode(EX + name)


def typed(text: str, datatype: str) -> Literal:
    """Give a literal of one of XML Schema's datatypes."""
    return Literal(text, datatype=NamedNode(XSD + datatype))


THING, NOTHING = owl("Thing"), owl("Nothing")
CLASSES = [ex(name) for name in "ABCDEF"]
LINKS = [ex(name) for name in "pqrst"]
FIELDS = [ex(name) for name in "de"]
THINGS: list[Node] = [*(ex(name) for name in "abcuvw"), BlankNode("i1"), BlankNode("i2")]
LITERALS = [typed("1", "integer"), typed("2", "integer"), Literal("ord"), Literal("ord", language="sv")]
ODD_LITERALS = [
    *(typed("1.0", "decimal"), typed("01", "integer"), typed("1", "byte"), typed("300", "int"), typed("-1", "integer")),
    *(typed("true", "boolean"), typed("1", "boolean"), typed("1.0E0", "double"), typed("1", "double")),
    *(typed("1", "float"), typed("ord", "token"), Literal("ord", language="en"), typed("2006-01-01", "date")),
    *(typed("2006-01-01T00:00:00Z", "dateTime"), typed("2006-01-02T00:00:00Z", "dateTime")),
    *(typed("NaN", "double"), typed("ord", "integer"), typed("2006", "gYear")),
]
DATATYPES = [
    *(NamedNode(XSD + name) for name in ("string", "integer", "decimal", "nonNegativeInteger", "byte", "boolean")),
    *(NamedNode(XSD + name) for name in ("double", "float", "token", "dateTime", "date")),
    *(NamedNode(RDFS + "Literal"), NamedNode(RDF + "PlainLiteral"), NamedNode(RDF + "langString")),
]
WIDE = [
    [*(NamedNode(XSD + name) for name in ("integer", "decimal", "nonNegativeInteger")), NamedNode(RDFS + "Literal")],
    [NamedNode(RDF + "PlainLiteral"), NamedNode(RDFS + "Literal")],
]
"""Datatypes that most values of each field are in."""
CHARACTERISTICS = (
    *("SymmetricProperty", "TransitiveProperty", "FunctionalProperty", "InverseFunctionalProperty"),
    *("AsymmetricProperty", "IrreflexiveProperty"),
)
BELOW = ("intersectionOf", "unionOf", "oneOf", "someValuesFrom", "hasValue")
"""What OWL 2 RL allows on the left of an axiom about classes."""
ABOVE = ("intersectionOf", "complementOf", "allValuesFrom", "hasValue", "maxCardinality", "maxQualifiedCardinality")
"""What it allows on the right."""
BOTH = ("intersectionOf", "hasValue")
ANY = tuple(dict.fromkeys((*BELOW, *ABOVE)))
AXIOMS: dict[str, int] = {
    "subClassOf": 6,
    "equivalentClass": 3,
    "disjointWith": 1,
    "AllDisjointClasses": 1,
    "domain": 2,
    "range": 2,
    "subPropertyOf": 4,
    "equivalentProperty": 1,
    "inverseOf": 2,
    "characteristic": 4,
    "propertyChainAxiom": 3,
    "hasKey": 4,
    "propertyDisjointWith": 1,
    "AllDisjointProperties": 1,
    "negative": 2,
    "sameAs": 3,
    "differentFrom": 1,
    "AllDifferent": 2,
    "datatype": 2,
    "definition": 3,
}
"""The kinds of axioms and how often each is drawn."""

FORBIDDING = (
    *("disjointWith", "AllDisjointClasses", "propertyDisjointWith", "AllDisjointProperties", "negative"),
    *("differentFrom", "AllDifferent"),
)


@dataclass(frozen=True)
class World:
    """Axioms, each a group of triples that stands or falls as one, and statements of things."""

    seed: int
    axioms: tuple[tuple[Triple, ...], ...]
    facts: tuple[Triple, ...]
    in_data: int

    @property
    def ontology(self) -> list[Triple]:
        """Give the axioms that stand in the ontology."""
        return [triple for axiom in self.axioms[self.in_data :] for triple in axiom]

    @property
    def data(self) -> list[Triple]:
        """Give the statements of things, and the axioms that stand among them."""
        return [*self.facts, *(triple for axiom in self.axioms[: self.in_data] for triple in axiom)]

    @property
    def triples(self) -> list[Triple]:
        """Give everything."""
        return [*self.ontology, *self.data]


class _Maker:
    """Draws one world. ``wild`` ones have any expression on any side, things for text and classes that are the same."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.wild = self.chance.random() < 0.25
        self.odd = self.chance.random() < 0.3
        self.declared = self.chance.random() < 0.5
        self.triples: list[Triple] = []
        self.named: list[Node] = []
        self.anonymous: list[BlankNode] = []
        self.number = 0

    def blank(self) -> BlankNode:
        self.number += 1
        return BlankNode(f"x{self.number}")

    def say(self, subject: Node, predicate: NamedNode, *targets: Value) -> None:
        self.triples += [Triple(subject, predicate, target) for target in targets]

    def pick(self, among: Sequence[Value]) -> Value:
        return self.chance.choice(among)

    def node(self, among: Sequence[Node]) -> Node:
        return self.chance.choice(among)

    def list_of(self, members: Sequence[Value]) -> Node:
        head: Node = NIL
        for member in reversed(members):
            cell = self.blank()
            self.say(cell, FIRST, member)
            self.say(cell, REST, head)
            head = cell
        return head

    def several(self, among: Sequence[Node], least: int, most: int) -> list[Node]:
        return [self.node(among) for _ in range(self.chance.randint(least, most))]

    def thing(self) -> Node:
        return self.node(THINGS)

    def literal(self, field: Node) -> Literal:
        """Give a literal, mostly a number for the first field and a text for the second."""
        if self.odd and self.chance.random() < 0.25:
            return self.chance.choice(ODD_LITERALS)
        usual = self.chance.random() < 0.95
        return self.chance.choice(LITERALS[:2] if usual == (field == FIELDS[0]) else LITERALS[2:])

    def datatype(self, field: Node) -> Node:
        """Give a datatype that is mostly wide enough for a field, sometimes an intersection of two."""
        if self.chance.random() < 0.12:
            node = self.blank()
            self.say(node, A, NamedNode(RDFS + "Datatype"))
            self.say(node, owl("intersectionOf"), self.list_of([self.datatype(field), self.datatype(field)]))
            return node
        if self.chance.random() < 0.2:
            return self.node(DATATYPES)
        return self.node(WIDE[0] if field == FIELDS[0] else WIDE[1])

    def link(self) -> Node:
        """Give an object property, sometimes an anonymous inverse of one."""
        if self.chance.random() < 0.12:
            node = self.blank()
            self.say(node, owl("inverseOf"), self.node(LINKS))
            return node
        return self.node(LINKS)

    def of_class(self, kinds: Sequence[str], depth: int = 2) -> Node:
        """Give a class: named, or an expression of one of some kinds, which sometimes has a name."""
        kinds = ANY if self.wild else kinds
        drawn = self.chance.random()
        if depth == 0 or drawn < 0.5:
            return self.node([*CLASSES, *self.named]) if drawn > 0.02 else self.node([THING, NOTHING])
        node: Node = self.blank()
        if self.chance.random() < 0.3:
            node = ex(f"N{self.number}")
            self.named.append(node)
        else:
            assert isinstance(node, BlankNode)
            self.anonymous.append(node)
        self.define(node, self.chance.choice(kinds), kinds, depth - 1)
        return node

    def define(self, node: Node, kind: str, kinds: Sequence[str], depth: int) -> None:
        """Spell out a class."""
        if kind in ("intersectionOf", "unionOf"):
            parts = [self.of_class(kinds, depth) for _ in range(self.chance.choice([1, 2, 2, 2, 3]))]
            self.say(node, owl(kind), self.list_of(parts))
        elif kind == "oneOf":
            self.say(node, owl(kind), self.list_of(self.several(THINGS, 1, 3)))
        elif kind == "complementOf":
            self.say(node, owl(kind), self.of_class(BELOW, depth))
        else:
            self.restrict(node, kind, kinds, depth)
        if self.declared and kind in ("intersectionOf", "unionOf", "oneOf", "complementOf"):
            self.say(node, A, owl("Class"))

    def restrict(self, node: Node, kind: str, kinds: Sequence[str], depth: int) -> None:
        on_field = kind != "maxQualifiedCardinality" and self.chance.random() < 0.2
        prop = self.node(FIELDS) if on_field else self.link()
        self.say(node, owl("onProperty"), prop)
        if self.declared:
            self.say(node, A, owl("Restriction"))
        match kind:
            case "someValuesFrom" | "allValuesFrom" if on_field:
                self.say(node, owl(kind), self.datatype(prop))
            case "someValuesFrom":
                self.say(node, owl(kind), THING if self.chance.random() < 0.15 else self.of_class(kinds, depth))
            case "allValuesFrom":
                self.say(node, owl(kind), self.of_class(kinds, depth))
            case "hasValue":
                self.say(node, owl(kind), self.literal(prop) if on_field else self.thing())
            case _:
                number = typed(self.chance.choice("01"), self.chance.choice(["nonNegativeInteger"] * 4 + ["integer"]))
                self.say(node, owl(kind), number)
                if kind == "maxQualifiedCardinality":
                    some = THING if self.chance.random() < 0.25 else self.of_class(BELOW, depth)
                    self.say(node, owl("onClass"), some)

    def axiom(self, kind: str) -> None:
        """Write one axiom."""
        match kind:
            case "subClassOf":
                self.say(self.of_class(BELOW), SUB_CLASS, self.of_class(ABOVE))
            case "equivalentClass":
                self.say(self.of_class(BOTH), owl(kind), self.of_class(BOTH))
            case "definition":
                node = self.node(CLASSES)
                self.define(node, self.chance.choice(ANY if self.wild else BELOW), BELOW, 1)
            case "disjointWith":
                self.say(self.of_class(BELOW, 1), owl(kind), self.of_class(BELOW, 1))
            case "domain" | "range":
                self.say(self.link(), NamedNode(RDFS + kind), self.of_class(ABOVE))
            case "datatype":
                prop = self.node(FIELDS)
                self.say(prop, NamedNode(RDFS + "range"), self.datatype(prop))
            case "subPropertyOf" | "equivalentProperty":
                predicate = SUB_PROPERTY if kind == "subPropertyOf" else owl(kind)
                if self.chance.random() < 0.15:
                    self.say(self.node(FIELDS), predicate, self.node(FIELDS))
                else:
                    self.say(self.link(), predicate, self.link())
            case "inverseOf":
                self.say(self.node(LINKS), owl(kind), self.link() if self.wild else self.node(LINKS))
            case "characteristic":
                name = self.chance.choice(CHARACTERISTICS[: 6 if self.chance.random() < 0.4 else 4])
                on_field = name == "FunctionalProperty" and self.chance.random() < 0.25
                self.say(self.node(FIELDS) if on_field else self.link(), A, owl(name))
            case "propertyChainAxiom":
                steps = [self.link() for _ in range(self.chance.randint(2, 4))]
                self.say(self.node(LINKS), owl(kind), self.list_of(steps))
            case "hasKey":
                keys = self.several([*LINKS, *FIELDS], 1, self.chance.choice([1, 1, 2, 3]))
                self.say(self.of_class(BELOW, 1), owl(kind), self.list_of(keys))
            case "propertyDisjointWith":
                self.say(self.link(), owl(kind), self.link())
            case "negative":
                self.negative()
            case "sameAs":
                among = THINGS
                if self.wild and self.chance.random() < 0.3:
                    among = self.chance.choice([CLASSES, LINKS])  # type: ignore[list-item]
                self.say(self.node(among), owl(kind), self.node(among))
            case "differentFrom":
                self.say(self.thing(), owl(kind), self.thing())
            case _:
                self.all_of(kind)

    def negative(self) -> None:
        node, on_field = self.blank(), self.chance.random() < 0.4
        prop = self.node(FIELDS) if on_field else self.link()
        if self.declared:
            self.say(node, A, owl("NegativePropertyAssertion"))
        self.say(node, owl("sourceIndividual"), self.thing())
        self.say(node, owl("assertionProperty"), prop)
        if on_field:
            self.say(node, owl("targetValue"), self.literal(prop))
        else:
            self.say(node, owl("targetIndividual"), self.thing())

    def all_of(self, kind: str) -> None:
        node = self.blank()
        self.say(node, A, owl(kind))
        members: list[Node]
        if kind == "AllDisjointClasses":
            members = [self.of_class(BELOW, 1) for _ in range(self.chance.randint(2, 4))]
        elif kind == "AllDisjointProperties":
            members = list(self.chance.sample(LINKS, self.chance.randint(2, 3)))
        else:
            members = self.chance.sample(THINGS, self.chance.randint(2, 4))
            members += members[:1] if self.chance.random() < 0.1 else []
        name = "distinctMembers" if kind == "AllDifferent" and self.chance.random() < 0.5 else "members"
        self.say(node, owl(name), self.list_of(members))

    def fact(self) -> None:
        """Write one statement of a thing."""
        drawn = self.chance.random()
        if drawn < 0.03 and self.anonymous:
            self.say(self.thing(), A, self.node(self.anonymous))
        elif drawn < 0.35:
            self.say(self.thing(), A, self.node([*CLASSES, *self.named]))
        elif drawn < 0.5:
            field = self.node(FIELDS)
            self.say(self.thing(), ex(field.value[-1]), self.literal(field))
        elif drawn < 0.52 and self.wild:
            self.say(
                self.thing(),
                ex(self.chance.choice("depq")),
                self.chance.choice([self.thing(), self.literal(FIELDS[0])]),
            )
        else:
            self.say(self.thing(), ex(self.chance.choice("pqrst")), self.thing())

    def taken(self) -> tuple[Triple, ...]:
        """Give what was written since last time."""
        found, self.triples = tuple(dict.fromkeys(self.triples)), []
        return found


def world(seed: int) -> World:
    """Make up a world; the same for the same seed."""
    maker = _Maker(seed)
    axioms: list[tuple[Triple, ...]] = []
    # Half of the worlds are kept from the axioms that only forbid, so that much can follow without a contradiction.
    kinds = [kind for kind in AXIOMS if seed % 2 or kind not in FORBIDDING]
    weights = [AXIOMS[kind] for kind in kinds]
    for kind in maker.chance.choices(kinds, weights, k=maker.chance.randint(3, 14)):
        maker.axiom(kind)
        axioms.append(maker.taken())
    if maker.declared:
        for node in CLASSES:
            maker.say(node, A, owl("Class"))
        for node in LINKS:
            maker.say(node, A, owl("ObjectProperty"))
        for node in FIELDS:
            maker.say(node, A, owl("DatatypeProperty"))
        axioms.append(maker.taken())
    for _ in range(maker.chance.randint(6, 25)):
        maker.fact()
    in_data = maker.chance.randint(1, len(axioms)) if maker.chance.random() < 0.25 else 0
    return World(seed, tuple(axioms), maker.taken(), in_data)


def renamed(triples: Iterable[Triple]) -> list[Triple]:
    """Give other names to the blank nodes, in another order of the alphabet."""

    def name(term: Value) -> Value:
        return BlankNode("z" + term.value[::-1]) if isinstance(term, BlankNode) else term

    return [Triple(name(t.subject), t.predicate, name(t.object)) for t in triples]  # type: ignore[arg-type]


def shrunk(triples: Iterable[Triple], shows: Callable[[list[Triple]], bool]) -> list[Triple]:
    """Give a smallest part of some triples that still shows what all of them do: none of it can be left out."""
    kept = sorted(triples, key=str)
    size = len(kept) // 2
    while size:
        start = 0
        while start < len(kept):
            fewer = kept[:start] + kept[start + size :]
            if shows(fewer):
                kept = fewer
            else:
                start += size
        size //= 2
    again = [t for t in kept if shows([other for other in kept if other != t])]
    return shrunk(kept, shows) if again else kept
