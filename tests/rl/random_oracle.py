"""What another reasoner, owlrl, makes of a world, its known errors mended one by one."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from itertools import combinations, permutations
from typing import Any

import rdflib
from owlrl import OWLRL_Semantics
from rdflib import OWL, RDF, RDFS, XSD, BNode, URIRef

from kunskapsgraf.graph.rdf import BlankNode, Literal, NamedNode, Triple

MENDED = {
    "last key": (
        "prp-key",
        "it does not compare the last property of a key",
        "ex:A owl:hasKey ( ex:p ex:q ) . ex:a a ex:A ; ex:p ex:u ; ex:q ex:v . ex:b a ex:A ; ex:p ex:u ; ex:q ex:w .",
    ),
    "last of all different": (
        "eq-diff2",
        "its loop over owl:AllDifferent stops before the last member",
        "[] a owl:AllDifferent ; owl:members ( ex:a ex:b ) . ex:a owl:sameAs ex:b .",
    ),
    "twice in all different": (
        "eq-diff2",
        "it skips a member of owl:AllDifferent that is listed twice, though x sameAs x (eq-ref)",
        "[] a owl:AllDifferent ; owl:members ( ex:a ex:a ex:b ) .",
    ),
    "last of disjoint properties": (
        "prp-adp",
        "its loop over owl:AllDisjointProperties stops before the last member",
        "[] a owl:AllDisjointProperties ; owl:members ( ex:p ex:q ) . ex:a ex:p ex:b ; ex:q ex:b .",
    ),
    "literals of one value": (
        "dt-eq",
        "it leaves dt-eq out",
        "ex:A owl:hasKey ( ex:d ) . ex:a a ex:A ; ex:d 1 . ex:b a ex:A ; ex:d 1.0 .",
    ),
    "literals of two values": (
        "dt-diff",
        "it leaves dt-diff out",
        "ex:d a owl:FunctionalProperty . ex:a ex:d 1 , 2 .",
    ),
    "datatypes": (
        "dt-type2 and dt-not-type",
        "it types a literal by the name of its datatype and those above it, refuses only what has two disjoint ones, "
        "and refuses each ill-typed literal, also where no datatype is asked for",
        "ex:d rdfs:range xsd:byte . ex:a ex:d 300 .",
    ),
    "circle of classes": (
        "scm-sco",
        "it leaves C subClassOf C out of a circle, which scm-svf1 and scm-avf1 join on",
        "ex:A rdfs:subClassOf ex:B . ex:B rdfs:subClassOf ex:A . ex:N owl:onProperty ex:p ; owl:someValuesFrom ex:A . "
        "ex:M owl:onProperty ex:p ; owl:someValuesFrom ex:A . ex:a a ex:N .",
    ),
    "circle of properties": (
        "scm-spo",
        "it leaves p subPropertyOf p out of a circle, which scm-hv and scm-svf2 join on",
        "ex:p rdfs:subPropertyOf ex:q . ex:q rdfs:subPropertyOf ex:p . ex:N owl:onProperty ex:p ; owl:someValuesFrom ex:A . "
        "ex:M owl:onProperty ex:p ; owl:someValuesFrom ex:A . ex:a a ex:N .",
    ),
    "broken lists": (
        "LIST[] of section 4.3",
        "it reads a list that does not end in rdf:nil",
        "ex:A owl:unionOf _:x . _:x rdf:first ex:B . ex:b a ex:B .",
    ),
}
"""Where owlrl departs from the tables: the rule that decides, what it does instead, and a least case."""
OURS = {
    "literal subjects": (
        "prp-symp",
        "no graph holds a literal as subject, so that no rule goes on from one",
        "ex:p a owl:SymmetricProperty , owl:TransitiveProperty . ex:a ex:p 1 .",
    ),
    "ill-typed literals": (
        "dt-diff",
        "an ill-typed literal, which has no data value, is taken to differ from every other literal",
        'ex:d a owl:FunctionalProperty . ex:a ex:d 1 , "ord"^^xsd:integer .',
    ),
    "different from literals": (
        "dt-diff",
        "that a thing which is the same as a literal is different from each other literal is not said",
        "ex:a owl:sameAs 2 ; ex:d 1 .",
    ),
    "top and bottom": (
        "scm-cls",
        "the axioms are not joined with C subClassOf owl:Thing and owl:Nothing subClassOf C",
        "ex:A a owl:Class . ex:B owl:equivalentClass owl:Thing .",
    ),
}
"""Where our reasoner departs from them: the oracle is held to the same, so that the rest can be compared."""

INTEGERS: dict[str, tuple[int | None, int | None]] = {
    "integer": (None, None),
    "nonNegativeInteger": (0, None),
    "byte": (-128, 127),
    "int": (-(2**31), 2**31 - 1),
}
Space = tuple[object, ...]


def value_of(literal: Literal) -> Space | None:
    """Give the value of a literal, as (value space, value); ``None`` if it is ill-typed."""
    name, text = literal.datatype.value.rpartition("#")[2], literal.value
    try:
        if name in INTEGERS:
            low, high = INTEGERS[name]
            number = int(text)
            fits = (low is None or number >= low) and (high is None or number <= high)
            return ("number", Decimal(number).normalize()) if fits else None
        if name == "decimal":
            return "number", Decimal(text).normalize()
        if name in ("double", "float"):
            number_of = float(text)
            return name, "NaN" if math.isnan(number_of) else number_of
        if name == "boolean":
            return name, {"true": True, "1": True, "false": False, "0": False}[text]
        if name == "dateTime":
            return name, datetime.fromisoformat(text)
    except (ValueError, KeyError, InvalidOperation):
        return None
    return ("string", text) if name in ("string", "token") else (name, text, literal.language)


def holds(literal: Literal, datatype: str) -> bool:
    """Tell whether the value of a literal is in the value space of a datatype."""
    value, name = value_of(literal), datatype.rpartition("#")[2]
    if value is None:
        return name == "Literal"  # no literal is refused for being one, also an ill-typed one
    if name in INTEGERS:
        low, high = INTEGERS[name]
        number = value[1]
        if value[0] != "number" or not isinstance(number, Decimal) or number != int(number):
            return False
        return (low is None or number >= low) and (high is None or number <= high)
    match name:
        case "Literal":
            return True
        case "decimal":
            return value[0] == "number"
        case "PlainLiteral":
            return value[0] in ("string", "langString")
        case "token":  # the texts of the made-up worlds have no space in them
            return value[0] == "string"
        case _:
            return value[0] == name


def to_rdflib(term: NamedNode | BlankNode | Literal) -> Any:
    """Give a term as rdflib has it, a literal as it is written."""
    if isinstance(term, Literal):
        datatype = None if term.language else URIRef(term.datatype.value)
        return rdflib.Literal(term.value, lang=term.language, datatype=datatype, normalize=False)
    return URIRef(term.value) if isinstance(term, NamedNode) else BNode(term.value)


def _literal(term: rdflib.Literal) -> Literal:
    if term.language:
        return Literal(str(term), language=term.language)
    return Literal(str(term), datatype=NamedNode(str(term.datatype)))


def from_rdflib(term: Any) -> NamedNode | BlankNode | Literal:
    """Give a term as ours is."""
    if isinstance(term, rdflib.Literal):
        return _literal(term)
    return BlankNode(str(term)) if isinstance(term, BNode) else NamedNode(str(term))


class Mended(OWLRL_Semantics):  # type: ignore[misc]
    """The other reasoner by the letter of the tables; ``without`` names the mends to leave out."""

    def __init__(self, graph: rdflib.Graph, without: frozenset[str] = frozenset()) -> None:
        super().__init__(graph, False, False)
        self.without = without
        # As they were written: with a member that is the same as another thing, a list is read with any one of the two.
        self.written = {head: _whole(graph, head) for head in graph.subjects(RDF.first)}
        literals = {o for o in graph.objects() if isinstance(o, rdflib.Literal)}
        self.literals = {o: _literal(o) for o in literals}
        self.datatypes = {
            node
            for node in graph.all_nodes()
            if isinstance(node, URIRef) and (str(node).startswith(str(XSD)) or node in _OTHERS)
        }

    def mends(self, name: str) -> bool:
        """Tell whether an error is to be mended."""
        assert name in MENDED or name in OURS, name
        return name not in self.without

    def store_triple(self, t: tuple[Any, Any, Any]) -> None:
        """Store what a rule concludes."""
        if isinstance(t[0], rdflib.Literal) and t[1] not in _OF_LITERALS and self.mends("literal subjects"):
            return
        of_thing = isinstance(t[2], rdflib.Literal) and not isinstance(t[0], rdflib.Literal)
        if of_thing and t[1] == OWL.differentFrom and self.mends("different from literals"):
            return
        super().store_triple(t)

    def _schema_vocabulary(self, triple: tuple[Any, Any, Any], cycle_num: int) -> None:
        s, p, o = triple
        if p == RDF.type and o == OWL.Class and self.mends("top and bottom"):
            self.store_triple((s, RDFS.subClassOf, s))
            self.store_triple((s, OWL.equivalentClass, s))
            return
        super()._schema_vocabulary(triple, cycle_num)

    def _list(self, l: Any) -> list[Any]:  # noqa: E741
        return self.written.get(l, []) if self.mends("broken lists") else list(super()._list(l))

    def _one_time_rules_datatypes(self) -> None:
        if not self.mends("datatypes"):
            super()._one_time_rules_datatypes()
        for one, literal in self.literals.items():
            for datatype in self.datatypes:
                if self.mends("datatypes") and holds(literal, str(datatype)):
                    self.store_triple((one, RDF.type, datatype))
        for one, other in permutations(self.literals, 2):
            values = value_of(self.literals[one]), value_of(self.literals[other])
            if None in values:
                if self.mends("ill-typed literals"):
                    self.store_triple((one, OWL.differentFrom, other))
            elif values[0] == values[1]:
                if self.mends("literals of one value"):
                    self.store_triple((one, OWL.sameAs, other))
            elif self.mends("literals of two values"):
                self.store_triple((one, OWL.differentFrom, other))

    def rules(self, t: tuple[Any, Any, Any], cycle_num: int) -> None:
        """Run the rules that begin with a triple, and those left out."""
        s, p, o = t
        if p == OWL.hasKey and self.mends("last key"):
            self._equality(t, cycle_num)
            self._key(s, self._list(o))
            return
        super().rules(t, cycle_num)
        if p == RDF.type:
            self._types(s, o)
        elif p in (RDFS.subClassOf, OWL.equivalentClass) and self.mends("circle of classes"):
            self._circle(t, RDFS.subClassOf, OWL.equivalentClass)
        elif p in (RDFS.subPropertyOf, OWL.equivalentProperty) and self.mends("circle of properties"):
            self._circle(t, RDFS.subPropertyOf, OWL.equivalentProperty)

    def _circle(self, t: tuple[Any, Any, Any], below: URIRef, same: URIRef) -> None:
        s, p, o = t
        if (p == same and s == o) or (p == below and (o, below, s) in self.graph):
            self.store_triple((s, below, s))
            self.store_triple((s, same, s))

    def _types(self, s: Any, o: Any) -> None:
        if (
            isinstance(s, rdflib.Literal)
            and o in self.datatypes
            and not holds(_literal(s), str(o))
            and self.mends("datatypes")
        ):
            self.add_error(f"dt-not-type: {s} {o}")
        if (o, RDF.type, OWL.Class) in self.graph:
            self.store_triple((s, RDF.type, OWL.Thing))  # cax-sco over scm-cls
        if o == OWL.AllDifferent:
            for predicate in (OWL.members, OWL.distinctMembers):
                for head in self.graph.objects(s, predicate):
                    for one, other in combinations(self._list(head), 2):
                        mend = "twice in all different" if one == other else "last of all different"
                        if self.mends(mend) and (one == other or (one, OWL.sameAs, other) in self.graph):
                            self.add_error(f"eq-diff2: {one} {other}")
        if o == OWL.AllDisjointProperties and self.mends("last of disjoint properties"):
            for head in self.graph.objects(s, OWL.members):
                for one, other in combinations(self._list(head), 2):
                    if any((x, other, y) in self.graph for x, y in self.graph.subject_objects(one)):
                        self.add_error(f"prp-adp: {one} {other}")

    def _key(self, kind: Any, keys: list[Any]) -> None:
        members = list(self.graph.subjects(RDF.type, kind))
        values = {x: [set(self.graph.objects(x, key)) for key in keys] for x in members}
        for one, other in permutations(members, 2):
            if keys and all(a & b for a, b in zip(values[one], values[other], strict=True)):
                self.store_triple((one, OWL.sameAs, other))


def _whole(graph: rdflib.Graph, head: Any) -> list[Any]:
    found: list[Any] = []
    while head != RDF.nil:
        first, rest = list(graph.objects(head, RDF.first)), list(graph.objects(head, RDF.rest))
        if len(first) != 1 or len(rest) != 1 or len(found) > 100:
            return []
        found += first
        head = rest[0]
    return found


_OF_LITERALS = {RDF.type, OWL.sameAs, OWL.differentFrom}
_OTHERS = {RDFS.Literal, RDF.PlainLiteral, RDF.langString}


def closure(triples: Iterable[Triple], without: Iterable[str] = ()) -> set[Triple] | None:
    """Give all that the other reasoner holds of some triples; ``None`` where they contradict each other."""
    graph = rdflib.Graph()
    for t in triples:
        graph.add((to_rdflib(t.subject), to_rdflib(t.predicate), to_rdflib(t.object)))  # type: ignore[arg-type]
    reasoner = Mended(graph, frozenset(without))
    reasoner.closure()
    if reasoner.error_messages:
        return None
    return {
        Triple(from_rdflib(s), from_rdflib(p), from_rdflib(o))  # type: ignore[arg-type]
        for s, p, o in graph
        if isinstance(p, URIRef) and not isinstance(s, rdflib.Literal)
    }
