"""The forms of a proof: a text tree, JSON, and RDF by PROV-O with the rule that was applied."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from kunskapsgraf.graph.rdf import GRAPH_FORMATS, Literal, NamedNode, Term, Triple, lexical, write
from kunskapsgraf.graph.vocabulary import PROV, RDF, RDF_TYPE, RDFS, RDFS_LABEL, Names
from kunskapsgraf.reasoner import words
from kunskapsgraf.reasoner.proof import Attempt, Proof

_KINDS = {
    "asserted": {"sv": "står i källan", "en": "stands in the source"},
    "editorial": {"sv": "redaktionens uppgift", "en": "the editors' statement"},
    "ontology": {"sv": "står i ontologin", "en": "stands in the ontology"},
    "inferred": {"sv": "härlett", "en": "inferred"},
    "rule": {"sv": "härlett med en SPARQL-regel", "en": "inferred by a SPARQL rule"},
    "closed": {"sv": "slutet av frånvaro", "en": "concluded from absence"},
}
_LINE = {"sv": "rad", "en": "line"}
_MISSING = {"sv": "saknas", "en": "missing"}
_HOLDS = {"sv": "finns", "en": "holds"}


def text(proof: Proof, language: str, name: words.Name) -> str:
    """Write a proof as a tree: each step a sentence, beneath it what it rests on, at the end lines of sources."""
    return "\n".join(_lines(proof, language, name, 0)) + "\n"


def _lines(proof: Proof, language: str, name: words.Name, depth: int) -> Iterator[str]:
    said = words.statement(proof.triple, language, name)
    origin = _KINDS[proof.kind][language]
    places = "; ".join(
        f"{p.source.rsplit('/', 1)[-1]}, {_LINE[language]} {p.first if p.first == p.last else f'{p.first}–{p.last}'}"
        for p in proof.places
    )
    tail = f": {places}" if places else f", {proof.rule}" if proof.rule else ""
    yield f"{'  ' * depth}{said}  [{origin}{tail}]"
    for their, reason in proof.said:
        if their in (language, ""):
            yield f"{'  ' * (depth + 1)}– {reason}"
    for premise in proof.premises:
        yield from _lines(premise, language, name, depth + 1)


def as_json(proof: Proof, name: words.Name) -> dict[str, Any]:
    """Give a proof as what JSON can hold."""
    premises = [p.triple for p in proof.premises]
    return {
        "statement": _triple(proof.triple),
        "kind": proof.kind,
        "sentence": {language: words.because(proof.triple, premises, language, name) for language in ("sv", "en")},
        "depth": proof.depth,
        **({"rule": proof.rule} if proof.rule else {}),
        **({"axioms": [_axiom(a.subject, a.triples) for a in proof.axioms]} if proof.axioms else {}),
        **({"graphs": list(proof.graphs)} if proof.graphs else {}),
        **({"said": [{"language": lang, "text": said} for lang, said in proof.said]} if proof.said else {}),
        **(
            {
                "passages": [
                    {"passage": p.passage, "source": p.source, "path": p.path, "from": p.first, "to": p.last}
                    for p in proof.places
                ]
            }
            if proof.places
            else {}
        ),
        **({"premises": [as_json(premise, name) for premise in proof.premises]} if proof.premises else {}),
    }


def _axiom(subject: str, triples: Iterable[Triple]) -> dict[str, Any]:
    return {"subject": subject, "triples": [_triple(t) for t in sorted(triples, key=str)]}


def _triple(triple: Triple) -> list[str]:
    return [lexical(triple.subject), lexical(triple.predicate), lexical(triple.object)]


def as_rdf(proofs: Iterable[Proof], names: Names, format_name: str = "ttl") -> bytes:
    """Give proofs as RDF: each step a prov:Entity derived from its premises, by an activity whose plan is the rule."""
    written: dict[int, Proof] = {}
    triples = list(dict.fromkeys(triple for proof in proofs for triple in described(proof, names, written)))
    return write(triples, GRAPH_FORMATS[format_name], names.prefixes())


def described(proof: Proof, names: Names, written: dict[int, Proof]) -> Iterator[Triple]:
    """Give the triples of a proof, of each step once: ``written`` holds the steps that were given before, by identity."""
    if id(proof) in written:
        return
    written[id(proof)] = proof
    entity, a = entity_of(proof.triple, names), NamedNode(RDF_TYPE)
    yield Triple(entity, a, NamedNode(PROV + "Entity"))
    yield from _reified(proof.triple, entity)
    if proof.rule:
        activity = NamedNode(entity.value + "/steg")
        # Many axioms fire rules of one name.
        applied = " ".join((proof.rule, *sorted(axiom.subject for axiom in proof.axioms)))
        rule = NamedNode(f"{names.base}regel/{hashlib.sha256(applied.encode()).hexdigest()[:12]}")
        yield Triple(entity, NamedNode(PROV + "wasGeneratedBy"), activity)
        yield Triple(activity, a, NamedNode(PROV + "Activity"))
        # A plan is tied to an activity by an association only (PROV-O, section 3.3); no agent need be named.
        association = NamedNode(activity.value + "/enligt")
        yield Triple(activity, NamedNode(PROV + "qualifiedAssociation"), association)
        yield Triple(association, a, NamedNode(PROV + "Association"))
        yield Triple(association, NamedNode(PROV + "hadPlan"), rule)
        yield Triple(rule, a, NamedNode(PROV + "Plan"))
        yield Triple(rule, NamedNode(RDFS_LABEL), Literal(proof.rule))
        for axiom in proof.axioms:
            if "://" in axiom.subject:
                yield Triple(rule, NamedNode(PROV + "wasDerivedFrom"), NamedNode(axiom.subject))
    for place in proof.places:
        yield Triple(entity, NamedNode(PROV + "wasQuotedFrom"), NamedNode(place.passage))
        yield Triple(entity, NamedNode(PROV + "hadPrimarySource"), NamedNode(place.source))
    for premise in proof.premises:
        yield Triple(entity, NamedNode(PROV + "wasDerivedFrom"), entity_of(premise.triple, names))
        yield from described(premise, names, written)


def unproved(triple: Triple, names: Names, address: str) -> Iterator[Triple]:
    """Say of a statement whose proof was left out at which address it is given."""
    entity = entity_of(triple, names)
    yield from _reified(triple, entity)
    yield Triple(entity, NamedNode(RDFS + "seeAlso"), NamedNode(address))


def _reified(triple: Triple, entity: NamedNode) -> Iterator[Triple]:
    yield Triple(entity, NamedNode(RDF_TYPE), NamedNode(RDF + "Statement"))
    for predicate, term in zip(("subject", "predicate", "object"), _terms(triple), strict=True):
        yield Triple(entity, NamedNode(RDF + predicate), term)


def entity_of(triple: Triple, names: Names) -> NamedNode:
    """Name a statement, by its three terms."""
    digest = hashlib.sha256(" ".join(_triple(triple)).encode()).hexdigest()[:20]
    return NamedNode(f"{names.base}sats/{digest}")


def _terms(triple: Triple) -> tuple[Term, Term, Term]:
    return triple.subject, triple.predicate, triple.object


def absence(attempts: Iterable[Attempt], language: str, name: words.Name) -> str:
    """Write why a statement does not follow: for each rule what holds and what is missing, the nearest first."""
    lines: list[str] = []
    for attempt in attempts:
        lines.append(attempt.rule)
        lines += [f"  {_HOLDS[language]}: {words.statement(t, language, name)}" for t in attempt.holding]
        lines += [f"  {_MISSING[language]}: {pattern}" for pattern in (*attempt.missing, *attempt.filters)]
    return "\n".join(lines) + ("\n" if lines else "")


def attempts_as_json(attempts: Iterable[Attempt]) -> list[dict[str, Any]]:
    """Give what JSON can hold of why a statement does not follow, the nearest rule first."""
    return [
        {"rule": a.rule, "holding": [_triple(t) for t in a.holding], "missing": [*a.missing, *a.filters]}
        for a in attempts
    ]
