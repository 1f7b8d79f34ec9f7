"""Whether axioms are whole: no literal where a thing must be, lists that end, restrictions on one property."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache

from kunskapsgraf.graph.rdf import BlankNode, Literal, NamedNode, Term, Triple
from kunskapsgraf.graph.vocabulary import OWL, RDF, RDF_TYPE, RDFS
from kunskapsgraf.reasoner.faults import Problem
from kunskapsgraf.reasoner.schema import FIRST, NIL, REST, SCHEMA_PREDICATES, A, Node, Schema, owl, rdfs

LISTS = ("intersectionOf", "unionOf", "oneOf", "propertyChainAxiom", "hasKey", "members", "distinctMembers")
"""Terms of OWL whose value is a list that a rule reads."""
EXPRESSIONS = (
    *("intersectionOf", "unionOf", "oneOf", "complementOf", "someValuesFrom", "allValuesFrom", "hasValue"),
    *("maxCardinality", "maxQualifiedCardinality", "minCardinality", "cardinality", "minQualifiedCardinality"),
    *("qualifiedCardinality", "hasSelf", "onDatatype", "datatypeComplementOf"),
)
"""Terms of which one defines an anonymous class or datatype."""
_THINGS = frozenset(
    {
        *(rdfs(n) for n in ("subClassOf", "subPropertyOf", "domain", "range")),
        *(owl(n) for n in ("equivalentClass", "equivalentProperty", "inverseOf", "disjointWith", "complementOf")),
        *(owl(n) for n in ("propertyDisjointWith", "onProperty", "onClass", "someValuesFrom", "allValuesFrom")),
        *(owl(n) for n in ("sameAs", "differentFrom", "sourceIndividual", "assertionProperty", "targetIndividual")),
        *(owl(n) for n in (*LISTS, "disjointUnionOf", "onProperties", "onDatatype", "onDataRange", "imports")),
        *(A, REST),
    }
)
"""Predicates whose value is a thing."""
_NUMBERS = ("maxCardinality", "maxQualifiedCardinality")
_LIST_OF_TWO = ("members", "distinctMembers")
_OWL_TERMS = (
    "AllDifferent AllDisjointClasses AllDisjointProperties Annotation AnnotationProperty AsymmetricProperty Axiom Class "
    "DataRange DatatypeProperty DeprecatedClass DeprecatedProperty FunctionalProperty InverseFunctionalProperty "
    "IrreflexiveProperty NamedIndividual NegativePropertyAssertion Nothing ObjectProperty Ontology OntologyProperty "
    "ReflexiveProperty Restriction SymmetricProperty Thing TransitiveProperty allValuesFrom annotatedProperty "
    "annotatedSource annotatedTarget assertionProperty backwardCompatibleWith bottomDataProperty bottomObjectProperty "
    "cardinality complementOf datatypeComplementOf deprecated differentFrom disjointUnionOf disjointWith distinctMembers "
    "equivalentClass equivalentProperty hasKey hasSelf hasValue imports incompatibleWith intersectionOf inverseOf "
    "maxCardinality maxQualifiedCardinality members minCardinality minQualifiedCardinality onClass onDataRange onDatatype "
    "onProperties onProperty oneOf priorVersion propertyChainAxiom propertyDisjointWith qualifiedCardinality rational real "
    "sameAs someValuesFrom sourceIndividual targetIndividual targetValue topDataProperty topObjectProperty unionOf "
    "versionIRI versionInfo withRestrictions"
)
_RDFS_TERMS = (
    "Class Container ContainerMembershipProperty Datatype Literal Resource comment domain isDefinedBy label member range "
    "seeAlso subClassOf subPropertyOf"
)
_RDF_TERMS = (
    "Alt Bag CompoundLiteral HTML JSON List PlainLiteral Property Seq Statement XMLLiteral dirLangString direction first "
    "langString language nil object predicate reifies rest subject type value"
)
_VOCABULARY = {
    namespace: frozenset(terms.split())
    for namespace, terms in ((OWL, _OWL_TERMS), (RDFS, _RDFS_TERMS), (RDF, _RDF_TERMS))
}


def anonymous(node: Term) -> bool:
    """Tell a node without a name of its own: a blank node, or one of data, which has got an IRI while it was read."""
    return isinstance(node, BlankNode) or (isinstance(node, NamedNode) and "/.well-known/genid/" in node.value)


def short(term: Term) -> str:
    """Write a term of OWL, RDFS or RDF with its prefix."""
    value = term.value if isinstance(term, NamedNode) else str(term)
    for prefix, namespace in (("owl", OWL), ("rdfs", RDFS), ("rdf", RDF)):
        if value.startswith(namespace):
            return f"{prefix}:{value.removeprefix(namespace)}"
    return value


def faults(schema: Schema, triples: Iterable[Triple]) -> Iterator[Problem]:
    """Give what is broken in axioms, wherever they stand."""
    for triple in triples:
        if isinstance(triple.object, Literal) and triple.predicate in _THINGS:
            yield Problem(triple, "literal", short(triple.predicate))
        if triple.predicate == owl("imports"):
            yield Problem(triple, "imports")
        yield from _unknown(triple)
    yield from _lists(schema)
    yield from _restrictions(schema)
    yield from _definitions(schema)
    yield from _collections(schema)
    yield from _negative(schema)
    yield from _twice(schema)


def _unknown(triple: Triple) -> Iterator[Problem]:
    """Give the terms of a statement that stand in a namespace of the W3C and are not among its terms."""
    terms: tuple[Term, ...] = (triple.predicate,)
    if triple.predicate == A or triple.predicate in SCHEMA_PREDICATES:
        terms = (triple.subject, triple.predicate, triple.object)
    for term in terms:
        if isinstance(term, NamedNode) and (name := _misspelt(term)):
            yield Problem(triple, "unknown", name)


@lru_cache(maxsize=10_000)
def _misspelt(term: NamedNode) -> str:
    for namespace, known in _VOCABULARY.items():
        name = term.value.removeprefix(namespace)
        if name not in (term.value, "") and name not in known and not (namespace == RDF and name.startswith("_")):
            return short(term)
    return ""


def _lists(schema: Schema) -> Iterator[Problem]:
    for name in (*LISTS, "disjointUnionOf"):
        for node, head in schema.pairs(owl(name)):
            said = Triple(node, owl(name), head)
            if isinstance(head, Literal):
                continue  # told as a literal
            members = schema.members(head)
            if members is None:
                yield _broken(schema, said, head)
                continue
            if name == "propertyChainAxiom":
                if len(members) < 2:
                    yield Problem(said, "chain-short")
            elif not members:
                yield Problem(said, "list-empty", f"owl:{name}")
            elif name in _LIST_OF_TWO and len(members) < 2:
                yield Problem(said, "list-short", f"owl:{name}")
            if not (name == "oneOf" and schema.is_datatype(node)):
                yield from (Problem(said, "literal", f"owl:{name}") for one in members if isinstance(one, Literal))


def _broken(schema: Schema, said: Triple, head: Term) -> Problem:
    """Find the place where a list is broken."""
    seen: set[Term] = set()
    where = said
    while head != NIL:
        if head in seen:
            return Problem(where, "list-circle")
        seen.add(head)
        firsts, rests = schema.objects(head, FIRST), schema.objects(head, REST)
        if not firsts:
            return Problem(where, "list-rest" if where != said and not rests else "list-first")
        if len(firsts) > 1 or len(rests) != 1:
            code = "list-firsts" if len(firsts) > 1 else "list-rests" if rests else "list-rest"
            return Problem(Triple(head, FIRST, firsts[0]), code)  # type: ignore[arg-type]
        where, head = Triple(head, REST, rests[0]), rests[0]  # type: ignore[arg-type]
    raise AssertionError("the list is whole")


def _restrictions(schema: Schema) -> Iterator[Problem]:
    on = Counter(node for node, _ in schema.pairs(owl("onProperty")))
    for node in {*schema.kinds(owl("Restriction")), *on}:
        first = next((Triple(node, owl("onProperty"), p) for p in schema.objects(node, owl("onProperty"))), None)
        said = first or Triple(node, A, owl("Restriction"))
        if on[node] > 1:
            yield Problem(said, "restriction-properties")
        if not any(schema.objects(node, owl(name)) for name in EXPRESSIONS) and not schema.objects(
            node, owl("onProperties")
        ):
            yield Problem(said, "restriction-value")
    for name in ("someValuesFrom", "allValuesFrom", "hasValue", *_NUMBERS):
        for node, value in schema.pairs(owl(name)):
            if not on[node] and not schema.objects(node, owl("onProperties")):
                yield Problem(Triple(node, owl(name), value), "restriction-property")
            if name in _NUMBERS and not isinstance(value, Literal):
                yield Problem(Triple(node, owl(name), value), "not-a-literal", f"owl:{name}")
    for node, value in schema.pairs(owl("maxQualifiedCardinality")):
        if not schema.objects(node, owl("onClass")) and not schema.objects(node, owl("onDataRange")):
            yield Problem(Triple(node, owl("maxQualifiedCardinality"), value), "qualified-class")


def _definitions(schema: Schema) -> Iterator[Problem]:
    defined: dict[Node, list[Triple]] = {}
    for name in EXPRESSIONS:
        for node, value in schema.pairs(owl(name)):
            if anonymous(node):
                defined.setdefault(node, []).append(Triple(node, owl(name), value))
    for several in defined.values():
        if len(several) > 1:
            yield Problem(several[1], "several", ", ".join(dict.fromkeys(short(t.predicate) for t in several)))


def _collections(schema: Schema) -> Iterator[Problem]:
    collections = [owl(n) for n in ("AllDisjointClasses", "AllDisjointProperties", "AllDifferent")]
    for name, kinds in (("members", collections), ("distinctMembers", collections[2:])):
        for node, head in schema.pairs(owl(name)):
            if not any(node in schema.kinds(kind) for kind in kinds):
                yield Problem(Triple(node, owl(name), head), "members", f"owl:{name}")
    for kind in collections:
        for node in schema.kinds(kind):
            if not schema.objects(node, owl("members")) and not schema.objects(node, owl("distinctMembers")):
                yield Problem(Triple(node, A, kind), "no-members", short(kind))


def _negative(schema: Schema) -> Iterator[Problem]:
    parts = ("sourceIndividual", "assertionProperty", "targetIndividual", "targetValue")
    negative = dict.fromkeys(schema.kinds(owl("NegativePropertyAssertion")), A)
    negative |= {node: owl(name) for name in parts for node, _ in schema.pairs(owl(name))}
    for node, predicate in negative.items():
        counts = [len(schema.objects(node, owl(name))) for name in parts]
        if (counts[0], counts[1], counts[2] + counts[3]) != (1, 1, 1):
            yield Problem(Triple(node, predicate, schema.objects(node, predicate)[0]), "negative")
        for value in schema.objects(node, owl("targetValue")):
            if not isinstance(value, Literal):
                yield Problem(Triple(node, owl("targetValue"), value), "not-a-literal", "owl:targetValue")


def _twice(schema: Schema) -> Iterator[Problem]:
    """Give the terms that are declared as two things that have nothing in common."""
    for one, other, code in (
        (owl("Class"), rdfs("Datatype"), "class-and-datatype"),
        (owl("ObjectProperty"), owl("DatatypeProperty"), "both-properties"),
    ):
        for node in schema.kinds(other):
            if node in schema.kinds(one):
                yield Problem(Triple(node, NamedNode(RDF_TYPE), other), code, node.value)
