"""Reason: ``infer(ontology, data, rules) -> what follows``, by owlrl and the CONSTRUCT rules of ``queries/rules/``.

owlrl is the only reasoner here and this module its only home, so that another can take its place. Its time grows
steeply with data (385 s on 205,000 triples), so it is given the part of the data that some axiom can touch: a triple
whose predicate, and for rdf:type whose class, occurs in no axiom fires no rule of the OWL 2 RL/RDF tables. (The
exception are the eq-* rules; with sameAs, functional properties or keys in sight everything is handed over.)
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import repeat

import owlrl
import rdflib

from kunskapsgraf.errors import SourceError
from kunskapsgraf.graph.engine import Memory
from kunskapsgraf.graph.queries import QueryFile
from kunskapsgraf.graph.rdf import BlankNode, Literal, NamedNode, Quad, Triple
from kunskapsgraf.graph.terms import triples_of
from kunskapsgraf.graph.vocabulary import OWL, RDF, RDF_TYPE, RDFS, Names
from kunskapsgraf.pipeline.check import to_rdflib

_ANNOTATIONS = frozenset({RDFS + "label", RDFS + "comment", RDFS + "isDefinedBy", RDFS + "seeAlso"})
_EQUALITY = (
    OWL + "sameAs",
    OWL + "FunctionalProperty",
    OWL + "InverseFunctionalProperty",
    OWL + "hasKey",
)
_OF_TEXT = (OWL + "hasValue", RDF + "first")
"""Axioms whose object may be a text with a language: a value, or a member of an enumeration."""
_AT_MOST = (OWL + "maxCardinality", OWL + "maxQualifiedCardinality")
_TYPING = (RDFS + "domain", RDFS + "range")
_ONE_WAY = (RDFS + "subPropertyOf", RDFS + "subClassOf", RDFS + "domain", RDFS + "range")
_DECLARATIONS = frozenset(
    OWL + name
    for name in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty", "Ontology", "NamedIndividual")
)
_SCHEMA_NOISE = frozenset(
    {RDFS + "domain", RDFS + "range", OWL + "equivalentClass", OWL + "equivalentProperty", OWL + "sameAs"}
)
_WORTH_A_PROCESS = 10_000
"""Triples: fewer are inferred over sooner than a process has started."""
_REFLEXIVE = (RDFS + "subClassOf", RDFS + "subPropertyOf")
_META_CLASSES = (RDF, RDFS, OWL)


def infer(ontology: Sequence[Triple], data: Sequence[Triple], rules: Iterable[QueryFile]) -> set[Triple]:
    """Give what follows from ontology and data and is not among them.

    No axiomatic triples, tautologies (x sameAs x, x a owl:Thing, C subClassOf C), anonymous classes or literal
    subjects. Raises ``SourceError`` where the data contradict the ontology.
    """
    rules = list(rules)
    asserted = {*ontology, *data}
    known = set(asserted)
    while True:
        from_rules = _apply(rules, known) - known
        known |= from_rules
        module, simple = relevant(ontology, known)
        closed = _close(module, equality=any(map(_equates, module)))
        derived = {triple for triple in (*simple, *closed) if not is_noise(triple)}
        before = len(known)
        known |= derived
        if not (_apply(rules, known) - known) or (len(known) == before and not from_rules):
            return {triple for triple in known - asserted if not is_noise(triple)}


def relevant(ontology: Sequence[Triple], known: Iterable[Triple]) -> tuple[set[Triple], set[Triple]]:
    """Give (the triples that owlrl must see, what the simplest axioms conclude on their own).

    Most properties have a range and no other axiom, and most classes a named class above them and no other axiom. For
    those the rules prp-dom, prp-rng and cax-sco are applied here, once, and owlrl sees only what another axiom can
    start from.
    """
    triples = set(known)
    axioms = {
        t
        for t in (*ontology, *filter(_is_axiom, triples))
        if t.predicate.value not in _ANNOTATIONS and (t.predicate.value in _OF_TEXT or not _is_text(t.object))
    }
    if any(_equates(triple) for triple in triples):
        return triples, set()
    touched = _touched(t for t in axioms if not _is_simple_typing(t) and not _is_between_names(t))
    above = _above(axioms)
    ends: dict[str, list[Triple]] = {}
    for axiom in axioms:
        if _is_simple_typing(axiom) and isinstance(axiom.subject, NamedNode):
            ends.setdefault(axiom.subject.value, []).append(axiom)
    module, simple = set(axioms), set()
    for triple in triples - axioms:
        predicate = triple.predicate.value
        if predicate != RDF_TYPE and predicate in touched:
            module.add(triple)
        if predicate == RDF_TYPE:
            simple |= _typed(triple.subject, triple.object, above)
        for axiom in ends.get(predicate, ()):
            thing = triple.subject if axiom.predicate.value == RDFS + "domain" else triple.object
            if isinstance(thing, NamedNode | BlankNode):
                simple |= _typed(thing, axiom.object, above)
    module |= {t for t in simple if t.object.value in touched}  # type: ignore[union-attr]
    # A declaration of a name concludes no more than that it is its own equal, and below owl:Thing (scm-cls, scm-op, scm-dp).
    return {t for t in module if not (isinstance(t.subject, NamedNode) and _declares(t))}, simple


def _typed(thing: NamedNode | BlankNode | Triple, kind: object, above: dict[str, set[str]]) -> set[Triple]:
    if isinstance(kind, BlankNode | Literal | Triple):
        return set()
    name: str = kind.value  # type: ignore[attr-defined]
    return {Triple(thing, NamedNode(RDF_TYPE), NamedNode(iri)) for iri in (name, *above.get(name, ()))}


def _above(axioms: Iterable[Triple]) -> dict[str, set[str]]:
    """Close rdfs:subClassOf over named classes (scm-sco)."""
    direct: dict[str, set[str]] = {}
    for axiom in axioms:
        if axiom.predicate.value == RDFS + "subClassOf" and _is_between_names(axiom):
            direct.setdefault(axiom.subject.value, set()).add(axiom.object.value)  # type: ignore[union-attr]
    closed: dict[str, set[str]] = {}
    for name, ends in direct.items():
        found: set[str] = set()
        open_ends = set(ends)
        while open_ends:
            found |= open_ends
            open_ends = {up for end in open_ends for up in direct.get(end, ())} - found
        closed[name] = found
    return closed


def _is_between_names(axiom: Triple) -> bool:
    return (
        axiom.predicate.value == RDFS + "subClassOf"
        and isinstance(axiom.subject, NamedNode)
        and _is_plain_class(axiom.object)
    )


def _is_simple_typing(axiom: Triple) -> bool:
    """Tell a domain or range that is a named class: any other can conclude more than a type."""
    return axiom.predicate.value in _TYPING and _is_plain_class(axiom.object)


def _is_plain_class(term: object) -> bool:
    return isinstance(term, NamedNode) and not term.value.startswith(OWL)


def _is_axiom(triple: Triple) -> bool:
    """Tell an axiom that stands in data: any folder of RDF may bring its own."""
    predicate, target = triple.predicate.value, triple.object
    if predicate == RDF_TYPE:
        return isinstance(target, NamedNode) and target.value.startswith((OWL, RDFS))
    return predicate.startswith(OWL) or predicate in _ONE_WAY or predicate in (RDF + "first", RDF + "rest")


def _equates(triple: Triple) -> bool:
    if triple.predicate.value in _AT_MOST:
        return isinstance(triple.object, Literal) and triple.object.value != "0"
    return triple.predicate.value in _EQUALITY or (
        isinstance(triple.object, NamedNode) and triple.object.value in _EQUALITY
    )


def _touched(axioms: Iterable[Triple]) -> set[str]:
    """Collect the names that an axiom can start from: not those that it only leads to, and not mere declarations."""
    touched = {RDF_TYPE}
    for triple in axioms:
        if isinstance(triple.subject, NamedNode) and not _declares(triple):
            touched.add(triple.subject.value)
        if isinstance(triple.object, NamedNode) and triple.predicate.value not in _ONE_WAY:
            touched.add(triple.object.value)
    return touched


def _declares(triple: Triple) -> bool:
    return (
        triple.predicate.value == RDF_TYPE
        and isinstance(triple.object, NamedNode)
        and triple.object.value in _DECLARATIONS
    )


class _WithoutEquality(owlrl.OWLRL_Semantics):  # type: ignore[misc]
    """OWL 2 RL without table 4 (eq-*), which half the time goes to even where nothing can be equal to anything else."""

    def _equality(self, _triple: object, _cycle_num: int) -> None:
        """Conclude nothing: the caller has seen that no axiom or statement leads to owl:sameAs."""


def _close(triples: Iterable[Triple], *, equality: bool = True) -> Iterable[Triple]:
    graph = to_rdflib(triples)
    semantics = owlrl.OWLRL_Semantics if equality else _WithoutEquality
    closure = semantics(graph, axioms=False, daxioms=False)
    closure.closure()
    if closure.error_messages:
        first = "; ".join(sorted(set(closure.error_messages))[:5])
        raise SourceError(
            f"Data motsäger ontologin: {first}. Rätta den ena satsen, eller gör motsägelsen till en kg:Motsagelse.",
            f"The data contradict the ontology: {first}. Mend one statement, or record a kg:Motsagelse.",
        )
    # Literals as subjects (owlrl's dt-* rules make them) are no RDF.
    sound = rdflib.Graph()
    for subject, predicate, target in graph:
        if not isinstance(subject, rdflib.Literal) and isinstance(predicate, rdflib.URIRef):
            sound.add((subject, predicate, target))
    return triples_of(sound.serialize(format="nt", encoding="utf-8"))


def is_noise(triple: Triple) -> bool:
    """Tell a conclusion that says nothing: a tautology, an anonymous class, or schema bookkeeping."""
    predicate, target = triple.predicate.value, triple.object
    if isinstance(triple.subject, BlankNode) or isinstance(target, BlankNode):
        return True
    if predicate in _SCHEMA_NOISE or (triple.subject == target and predicate in _REFLEXIVE):
        return True
    says_what = predicate in (RDF_TYPE, RDFS + "subClassOf", RDFS + "subPropertyOf")
    if says_what and isinstance(target, NamedNode) and target.value.startswith(_META_CLASSES):
        return True
    return isinstance(triple.subject, NamedNode) and triple.subject.value.startswith(_META_CLASSES)


def _apply(rules: Iterable[QueryFile], known: Iterable[Triple]) -> set[Triple]:
    memory = Memory(Quad(t.subject, t.predicate, t.object) for t in known)
    return {triple for rule in rules for triple in memory.construct(rule.text)}


def _is_text(term: object) -> bool:
    return isinstance(term, Literal) and term.language is not None


def by_source(
    ontology: Sequence[Triple],
    editorial: Sequence[Triple],
    sources: Mapping[str, Sequence[Triple]],
    rules: Sequence[QueryFile],
) -> tuple[set[Triple], dict[str, set[Triple]]]:
    """Infer over everything, over each source alone, and over no source.

    Gives (all inferred triples, layers by name): the layer of a source's slug holds what follows from it, the ontology
    and the editorial graph and from no less, and carries that source's period; ``redaktion`` holds what needs no source.
    """
    everything = [triple for triples in sources.values() for triple in triples]
    alone = list(sources.values()) if len(sources) > 1 else []
    # The largest first, so that no process is left with it at the end.
    inferred, timeless, *rest = _infer_each(
        ontology, [[*editorial, *triples] for triples in (everything, (), *alone)], rules
    )
    layers = dict(zip(sources, rest or [inferred], strict=True))
    return inferred, {"redaktion": timeless, **{slug: found - timeless for slug, found in layers.items()}}


def _infer_each(
    ontology: Sequence[Triple], worlds: Sequence[Sequence[Triple]], rules: Sequence[QueryFile]
) -> list[set[Triple]]:
    """Infer over each world, side by side in processes of their own where that is worth their start."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if processors == 1 or max(len(world) for world in worlds) < _WORTH_A_PROCESS:
        return [infer(ontology, world, rules) for world in worlds]
    # Spawned, not forked: the engine may have threads, and a fork would copy their locks.
    context = multiprocessing.get_context("spawn")
    try:
        with ProcessPoolExecutor(min(processors, len(worlds)), context, initializer=_end_with_parent) as pool:
            return list(pool.map(infer, repeat(ontology), worlds, repeat(rules)))
    except BrokenProcessPool:
        # Ended from outside, most likely for want of memory: one after another needs less of it.
        return [infer(ontology, world, rules) for world in worlds]


def _end_with_parent() -> None:
    """Leave no process behind when the build is killed: a pool's workers would wait for it forever."""

    def watch() -> None:
        parent = multiprocessing.parent_process()
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def slug_of(graph: str, names: Names) -> str:
    """Give the slug of a source's graph."""
    return graph.removeprefix(names.source_graph(""))
