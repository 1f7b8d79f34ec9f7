"""Infer: ``infer(ontology, data) -> what follows``, by the compiled rules, in an engine of its own in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal, InvalidOperation

from kunskapsgraf.errors import Inconsistent
from kunskapsgraf.graph.engine import Memory
from kunskapsgraf.graph.rdf import BlankNode, Literal, NamedNode, Triple
from kunskapsgraf.graph.vocabulary import OWL, RDF, RDFS, XSD
from kunskapsgraf.reasoner.compile import compile_rules
from kunskapsgraf.reasoner.datatypes import NUMBERS
from kunskapsgraf.reasoner.evaluate import INFERRED, evaluate, matching
from kunskapsgraf.reasoner.rules import Atom, Rule, Var, written
from kunskapsgraf.reasoner.schema import FIRST, NOTHING, REST, SUB_CLASS, THING, A, is_axiom, owl, rdfs
from kunskapsgraf.reasoner.skolem import Skolem

Extra = Callable[[Memory], set[Triple]]
"""More to conclude from what is known, between two runs of the rules: the SPARQL rules of ``queries/rules/``."""


def infer(
    ontology: Iterable[Triple],
    data: Iterable[Triple],
    *,
    tautologies: bool = False,
    more: Sequence[Extra] = (),
) -> set[Triple]:
    """Give what follows from ontology and data by OWL 2 RL/RDF and is not among them.

    Without ``tautologies``: no x sameAs x, x a owl:Thing, C subClassOf C, no types by anonymous classes. Literals are
    never subjects. Raises ``Inconsistent``, which names the rule and the statements, where they contradict each other.
    """
    asserted = {*ontology, *data}
    skolem = Skolem(asserted)
    axioms = {triple for triple in asserted if is_axiom(triple)}
    memory = Memory(())
    memory.add(map(skolem.named, asserted))
    implied: set[Triple] = set()
    while True:
        program = compile_rules(
            axioms, typed=skolem.typed_classes(axioms), with_equality=memory.uses(owl("sameAs").value)
        )
        rules = [skolem.rule(rule) for rule in program.rules]
        implied |= set(program.schema)
        memory.add(map(skolem.named, implied), INFERRED)
        memory.add(_written_otherwise(memory, rules), INFERRED)
        evaluate(memory, [rule for rule in rules if rule.head is not None])
        found = {triple for extra in more for triple in extra(memory)} - memory.known()
        memory.add(found, INFERRED)
        # Axioms that only follow from data: the rules are made again, with them. A list stays the list that was written,
        # also where a member is the same as something else: what follows for the one follows for the other by eq-rep.
        found_axioms = {t for t in map(skolem.original, memory.graph(INFERRED)) if is_axiom(t)}
        late = {t for t in found_axioms - axioms - implied if t.predicate not in (FIRST, REST)}
        if late:
            axioms |= late
        elif not found:
            break
    refuse_contradictions(memory, [rule for rule in rules if rule.head is None], skolem)
    inferred = {t for t in map(skolem.original, memory.graph(INFERRED)) if not skolem.is_about_anonymous(t)}
    inferred = {t for t in inferred if not is_tautology(t)} - asserted
    return inferred | (_tautologies(asserted | inferred) - asserted if tautologies else set())


def _written_otherwise(memory: Memory, rules: Sequence[Rule]) -> set[Triple]:
    """Say with each of several writings of one number what is said with another (dt-eq, eq-rep-o), where a rule may ask.

    A rule that joins on a literal, or names one, matches the term; 1 and 1.0 are two terms and one value.
    """
    if not any(_asks_for_value(rule) for rule in rules):
        return set()
    numbers = f"FILTER(isNumeric(?o) && DATATYPE(?o) NOT IN (<{XSD}double>, <{XSD}float>))"
    named = {s for rule in rules for atom in rule.body if isinstance(s := atom.object, Literal)}
    writings: dict[Decimal, set[Literal]] = defaultdict(set)
    used = [row["o"] for row in memory.select(f"SELECT DISTINCT ?o WHERE {{ ?s ?p ?o {numbers} }}")]
    for literal in (*used, *named):
        if isinstance(literal, Literal) and (value := _number(literal)) is not None:
            writings[value].add(literal)
    found: set[Triple] = set()
    for several in (group for group in writings.values() if len(group) > 1):
        for literal in several:
            for row in memory.select(f"SELECT ?s ?p WHERE {{ ?s ?p {written(literal)} }}"):
                found |= {Triple(row["s"], row["p"], other) for other in several}  # type: ignore[arg-type]
    return found


def _asks_for_value(rule: Rule) -> bool:
    objects = [atom.object for atom in rule.body if atom.predicate != A]
    shared = [slot for slot in objects if isinstance(slot, Var)]
    return len(shared) != len(set(shared)) or any(isinstance(slot, Literal) for slot in objects)


def _number(literal: Literal) -> Decimal | None:
    if literal.datatype.value.removeprefix(XSD) not in NUMBERS:
        return None
    try:
        return Decimal(literal.value)
    except InvalidOperation:
        return None


def refuse_contradictions(memory: Memory, forbidding: Sequence[Rule], skolem: Skolem) -> None:
    """Raise ``Inconsistent`` with the first contradiction that the rules find."""
    for rule in forbidding:
        if not rule.body:
            raise _inconsistent(rule, (), skolem)
        names = [str(v) for v in rule.variables] or ["?none"]
        query = f"SELECT {' '.join(names)} WHERE {{ {matching(rule)} }} LIMIT 1"
        for row in memory.select(query):
            values = {Var(name): term for name, term in row.items()}
            raise _inconsistent(rule, [atom.bound(values) for atom in rule.body], skolem)  # type: ignore[arg-type]


def _inconsistent(rule: Rule, premises: Sequence[Atom], skolem: Skolem) -> Inconsistent:
    said = (
        "; ".join(" ".join(skolem.shown(written(slot)) for slot in atom) for atom in premises) or rule.axioms[0].subject
    )
    return Inconsistent(
        f"Data motsäger ontologin: {said} ({rule.name}). Rätta den ena satsen, eller gör motsägelsen till en kg:Motsagelse.",
        f"The data contradict the ontology: {said} ({rule.name}). Mend one statement, or record a kg:Motsagelse.",
    )


def is_tautology(triple: Triple) -> bool:
    """Tell a conclusion that holds of everything."""
    predicate, target = triple.predicate, triple.object
    if triple.subject == target:
        reflexive = (SUB_CLASS, rdfs("subPropertyOf"), owl("equivalentClass"), owl("equivalentProperty"), owl("sameAs"))
        return predicate in reflexive
    return (predicate == A and target == THING) or (
        predicate == SUB_CLASS and (target == THING or triple.subject == NOTHING)
    )


def _tautologies(known: set[Triple]) -> set[Triple]:
    """Give the reflexive and axiomatic conclusions: eq-ref, prp-ap, cls-thing, cls-nothing1, dt-type1, scm-cls, scm-op, scm-dp."""
    same, kind = owl("sameAs"), owl("Class")
    found = {Triple(THING, A, kind), Triple(NOTHING, A, kind)}
    found |= {Triple(NamedNode(iri), A, owl("AnnotationProperty")) for iri in _ANNOTATIONS}
    found |= {Triple(NamedNode(iri), A, rdfs("Datatype")) for iri in _SUPPORTED}
    waiting = known | found
    while waiting:
        new: set[Triple] = set()
        for triple in waiting:
            terms = (triple.subject, triple.predicate, triple.object)
            new |= {Triple(t, same, t) for t in terms if isinstance(t, NamedNode | BlankNode)}
            one = triple.subject
            if triple.predicate == A and isinstance(one, NamedNode | BlankNode):
                if triple.object == kind:
                    new |= {Triple(one, SUB_CLASS, one), Triple(one, owl("equivalentClass"), one)}
                    new |= {Triple(one, SUB_CLASS, THING), Triple(NOTHING, SUB_CLASS, one)}
                elif triple.object in (owl("ObjectProperty"), owl("DatatypeProperty")):
                    new |= {Triple(one, rdfs("subPropertyOf"), one), Triple(one, owl("equivalentProperty"), one)}
                if Triple(triple.object, A, kind) in known | found:  # type: ignore[arg-type]
                    new.add(Triple(one, A, THING))
        waiting = new - found - known
        found |= new
    return found


_ANNOTATIONS = (
    *(RDFS + n for n in ("label", "comment", "seeAlso", "isDefinedBy")),
    *(OWL + n for n in ("deprecated", "versionInfo", "priorVersion", "backwardCompatibleWith", "incompatibleWith")),
)
_XSD = (
    *("decimal", "integer", "nonNegativeInteger", "nonPositiveInteger", "positiveInteger", "negativeInteger", "long"),
    *("int", "short", "byte", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte", "float", "double"),
    *("string", "normalizedString", "token", "language", "Name", "NCName", "NMTOKEN", "boolean", "hexBinary"),
    *("base64Binary", "anyURI", "dateTime", "dateTimeStamp"),
)
_SUPPORTED = (*(XSD + n for n in _XSD), RDF + "PlainLiteral", RDF + "XMLLiteral", RDFS + "Literal")
