"""Infer: ``infer(ontology, data) -> what follows``, by the compiled rules, over columns of numbers in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from kunskapsgraf.errors import Inconsistent
from kunskapsgraf.graph.engine import Memory
from kunskapsgraf.graph.rdf import BlankNode, NamedNode, Triple
from kunskapsgraf.graph.vocabulary import OWL, RDF, RDFS, XSD
from kunskapsgraf.reasoner.columns import HALF, LOWER, NONE, Columns, Key, Numbers, Terms, without
from kunskapsgraf.reasoner.compile import compile_rules
from kunskapsgraf.reasoner.fixpoint import Program
from kunskapsgraf.reasoner.literals import Asking
from kunskapsgraf.reasoner.rules import Atom, Rule, written
from kunskapsgraf.reasoner.schema import (
    FIRST,
    NOTHING,
    REST,
    SCHEMA_CLASSES,
    SCHEMA_PREDICATES,
    SUB_CLASS,
    THING,
    A,
    is_axiom,
    owl,
    rdfs,
)
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
    inference = Inference([*ontology, *data])
    inference.run(more)
    inferred = inference.conclusions()
    if not tautologies:
        return inferred
    asserted = set(inference.asserted.triples(Columns(inference.terms)))
    return inferred | (_tautologies(asserted | inferred) - asserted)


class Inference:
    """Asserted statements, what follows from them, and the rules by which it does.

    ``known`` holds all of it, ``asserted`` what was given, ``start`` what there is before any rule runs: what is
    asserted, what the axioms imply, and values written otherwise. ``changing`` tells that axioms follow from the data.
    """

    program: Program
    """The rules, once they are compiled."""
    asking: Asking
    with_equality = False

    def __init__(self, asserted: Iterable[Triple]) -> None:
        self.terms = Terms()
        self.asserted = Columns(self.terms)
        self.asserted.load(asserted)
        self.start = self.known = self.asserted.copy()
        self.changing = False
        self._axioms = set(self._schema(Columns(self.terms)))
        spelled = (t for key in self.known if self._is_schema(key) for t in self._triples(key, self.known[key]))
        self.skolem = Skolem(spelled)
        self._implied: set[Triple] = set()

    def compile(self) -> None:
        """Make the rules of the axioms that are known; ``run`` does so itself where it is not done."""
        self.with_equality = bool(len(self.known[Key(self.terms.number(owl("sameAs")))]))
        typed = self.skolem.typed_classes(self._axioms)
        program = compile_rules(self._axioms, typed=typed, with_equality=self.with_equality)
        self._implied |= set(program.schema)
        self.asking = Asking(program.rules)
        self.program = Program(program.rules, self.terms)

    def run(self, more: Sequence[Extra] = ()) -> None:
        """Conclude all that follows; raises ``Inconsistent``."""
        if not hasattr(self, "program"):
            self.compile()
        memory, told = Memory(()), Columns(self.terms)
        self.known.load(self._implied)
        self._write_otherwise()
        self.start = self.known.copy()
        while True:
            self.program.run(self.known)
            if self._write_otherwise():  # values that only rules said
                self.changing = True
                continue
            if more:
                memory.add(self.known.triples(told))
                told = self.known.copy()
            found = {triple for extra in more for triple in extra(memory) if triple not in told}
            self.known.load(found)
            if self._has_more_axioms():
                self.compile()
                self.known.load(self._implied)
                self._write_otherwise()
            elif not found:
                break
        self.refuse_contradictions()

    def _write_otherwise(self) -> bool:
        """Add the other writings of values that rules ask for; tell whether there were any."""
        said = list(self.asking.written_otherwise(self.known))
        return sum(len(self.known.add(key, pairs)) for key, pairs in said) > 0

    def _has_more_axioms(self) -> bool:
        """Take in axioms that only follow from data.

        A list stays the list that was written, also where a member is the same as something else: what follows for the
        one follows for the other by eq-rep.
        """
        late = {t for t in self._schema(self.asserted) if t.predicate not in (FIRST, REST)} - self._axioms
        late -= self._implied
        self._axioms |= late
        self.changing |= bool(late)
        same = bool(len(self.known[Key(self.terms.number(owl("sameAs")))]))
        return bool(late) or (same and not self.with_equality)

    def refuse_contradictions(self) -> None:
        """Raise ``Inconsistent`` with the first contradiction that the rules find."""
        for rule in self.program.forbidding:
            refuse(rule.rule, self.program.first(rule, [(one, self.known) for one in rule.body]))

    def conclusions(self) -> set[Triple]:
        """Give what follows and is not asserted, without what says nothing."""
        return set(self.told(self.known.less(self.asserted)))

    def told(self, found: Iterable[tuple[Key, Numbers]]) -> Iterator[Triple]:
        """Give conclusions as statements, without tautologies and what only speaks of class expressions and lists."""
        spelling = [n for node in self.skolem.spelling if (n := self.terms.find(node)) is not None]
        for key, pairs in found:
            if key.kind >= 0 and isinstance(self.terms.term(key.kind), BlankNode):
                continue
            anonymous = np.isin(pairs >> HALF, spelling) | np.isin(pairs & LOWER, spelling) if spelling else NONE > 0
            triples = self._triples(key, pairs[~anonymous] if len(anonymous) else pairs)
            may_be_empty = self.terms.term(key.predicate) in _MAY_SAY_NOTHING
            yield from (t for t in triples if not is_tautology(t)) if may_be_empty else triples

    def axioms_in(self, columns: Columns) -> bool:
        """Tell whether any of some statements is an axiom."""
        keys = [key for key in columns if self._is_schema(key)]
        return any(is_axiom(triple) for key in keys for triple in self._triples(key, columns[key]))

    def _triples(self, key: Key, pairs: Numbers) -> Iterator[Triple]:
        return (self.terms.triple(key, pair) for pair in pairs.tolist())

    def _schema(self, less: Columns) -> Iterator[Triple]:
        """Give the axioms that are known, less some."""
        for key in self.known:
            if self._is_schema(key) and self.known[key] is not less[key]:
                yield from filter(is_axiom, self._triples(key, without(self.known[key], less[key])))

    def _is_schema(self, key: Key) -> bool:
        """Tell whether a column can hold axioms, or members of anonymous classes."""
        if key.kind < 0:
            return self.terms.term(key.predicate) in SCHEMA_PREDICATES
        kind = self.terms.term(key.kind)
        return kind in SCHEMA_CLASSES or isinstance(kind, BlankNode)


def refuse(rule: Rule, premises: Sequence[Atom] | None) -> None:
    """Raise ``Inconsistent`` where a rule without a head has premises that hold."""
    if premises is None:
        return
    said = "; ".join(" ".join(map(written, atom)) for atom in premises) or rule.axioms[0].subject
    raise Inconsistent(
        f"Data motsäger ontologin: {said} ({rule.name}). Rätta den ena satsen, eller gör motsägelsen till en kg:Motsagelse.",
        f"The data contradict the ontology: {said} ({rule.name}). Mend one statement, or record a kg:Motsagelse.",
    )


_REFLEXIVE = (SUB_CLASS, rdfs("subPropertyOf"), owl("equivalentClass"), owl("equivalentProperty"), owl("sameAs"))
_MAY_SAY_NOTHING = (*_REFLEXIVE, A)


def is_tautology(triple: Triple) -> bool:
    """Tell a conclusion that holds of everything."""
    predicate, target = triple.predicate, triple.object
    if triple.subject == target:
        return predicate in _REFLEXIVE
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
