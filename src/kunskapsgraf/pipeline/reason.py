"""Reason: what follows from ontology and data, over everything and from each source alone.

The reasoner (``kunskapsgraf.reasoner``) does the OWL; the CONSTRUCT rules of ``queries/rules/`` add what OWL 2 RL cannot
express, and both run until neither adds anything.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from kunskapsgraf.graph.engine import Memory
from kunskapsgraf.graph.queries import QueryFile
from kunskapsgraf.graph.rdf import BlankNode, NamedNode, Triple, n_triples, read_statements
from kunskapsgraf.graph.vocabulary import OWL, RDF, RDF_TYPE, RDFS, Names
from kunskapsgraf.pipeline.cache import Results, digest_of_triples, key_of
from kunskapsgraf.reasoner import infer as reasoner

_SCHEMA_NOISE = frozenset(RDFS + n for n in ("domain", "range")) | {OWL + "equivalentClass", OWL + "equivalentProperty"}
_REFLEXIVE = (RDFS + "subClassOf", RDFS + "subPropertyOf", OWL + "sameAs")
_META_CLASSES = (RDF, RDFS, OWL)


def infer(ontology: Sequence[Triple], data: Sequence[Triple], rules: Iterable[QueryFile]) -> set[Triple]:
    """Give what follows from ontology and data and is not among them, without what says nothing (``is_noise``).

    Raises ``Inconsistent`` where the data contradict the ontology.
    """
    more = [partial(_construct, rule.text) for rule in rules]
    return {triple for triple in reasoner.infer(ontology, data, more=more) if not is_noise(triple)}


def _construct(text: str, memory: Memory) -> set[Triple]:
    return memory.construct(text)


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


class _Kept:
    """Inference with the same ontology and rules, looked up before it is done."""

    def __init__(self, ontology: Sequence[Triple], rules: Sequence[QueryFile], results: Results) -> None:
        self._ontology, self._rules, self._results = ontology, rules, results
        software = [importlib.metadata.version(library) for library in ("numpy", "pyoxigraph")]
        texts = [rule.text for rule in rules]
        self._key = key_of("infer", results.code, digest_of_triples(ontology), *software, *texts)

    def infer(self, data: Sequence[Triple]) -> set[Triple]:
        """Give what ``infer`` gives."""
        key = key_of(self._key, digest_of_triples(data))
        known = self._results.get(key)
        if known is not None:
            return {quad.triple for quad in read_statements(known)}
        found = infer(self._ontology, data, self._rules)
        self._results.put(key, n_triples(found))
        return found


def by_source(
    ontology: Sequence[Triple],
    editorial: Sequence[Triple],
    sources: Mapping[str, Sequence[Triple]],
    rules: Sequence[QueryFile],
    results: Results | None = None,
) -> tuple[set[Triple], dict[str, set[Triple]]]:
    """Infer over everything, over each source alone, and over no source.

    Gives (all inferred triples, layers by name): the layer of a source's slug holds what follows from it, the ontology
    and the editorial graph and from no less, and carries that source's period; ``redaktion`` holds what needs no source.
    What follows from the same statements by the same rules is taken from ``results``.
    """
    kept = _Kept(ontology, rules, results or Results(None))
    timeless = kept.infer(editorial)
    inferred = kept.infer([*editorial, *(t for triples in sources.values() for t in triples)])
    if len(sources) == 1:
        layers = dict.fromkeys(sources, inferred - timeless)
    else:
        layers = {slug: kept.infer([*editorial, *triples]) - timeless for slug, triples in sources.items()}
    return inferred, {"redaktion": timeless, **layers}


def slug_of(graph: str, names: Names) -> str:
    """Give the slug of a source's graph."""
    return graph.removeprefix(names.source_graph(""))
