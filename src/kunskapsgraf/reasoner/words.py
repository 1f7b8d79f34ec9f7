"""Sentences: a rule's step in Swedish and English, made from the labels of what it is about."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kunskapsgraf.graph.rdf import Literal, Term, Triple
from kunskapsgraf.graph.vocabulary import OWL, RDF_TYPE, RDFS

Name = Callable[[Term, str], str]
"""Gives the label of a term in a language."""
_IS = {"sv": "är", "en": "is"}
_BECAUSE = {"sv": "därför att", "en": "because"}
_AND = {"sv": "och", "en": "and"}
_WHICH = {"sv": "som", "en": "which"}
_PHRASES = {
    RDFS + "subClassOf": {"sv": "är ett slags", "en": "is a kind of"},
    RDFS + "subPropertyOf": {"sv": "innebär", "en": "implies"},
    RDFS + "domain": {"sv": "sägs om", "en": "is said of"},
    RDFS + "range": {"sv": "leder till", "en": "leads to"},
    OWL + "equivalentClass": {"sv": "är detsamma som", "en": "is the same as"},
    OWL + "equivalentProperty": {"sv": "är detsamma som", "en": "is the same as"},
    OWL + "sameAs": {"sv": "är detsamma som", "en": "is the same as"},
    OWL + "inverseOf": {"sv": "är motsatsen till", "en": "is the inverse of"},
}


def statement(triple: Triple, language: str, name: Name) -> str:
    """Say one statement: "Sala erbjuder Primärbehandling"."""
    return f"{name(triple.subject, language)} {_said_of(triple, language, name)}"


def because(conclusion: Triple, premises: Sequence[Triple], language: str, name: Name) -> str:
    """Say a step: the conclusion, why, and the premises, each joined to the one before where it goes on from it."""
    if not premises:
        return statement(conclusion, language, name)
    parts: list[str] = []
    before: Term | None = None
    for premise in _in_order(conclusion, premises):
        if parts and premise.subject == before and not isinstance(before, Literal):
            parts[-1] += f", {_WHICH[language]} {_said_of(premise, language, name)}"
        else:
            parts.append(statement(premise, language, name))
        before = premise.object
    *first, last = parts
    joined = f"{', '.join(first)} {_AND[language]} {last}" if first else last
    return f"{statement(conclusion, language, name)} {_BECAUSE[language]} {joined}"


def _said_of(triple: Triple, language: str, name: Name) -> str:
    target = name(triple.object, language)
    if triple.predicate.value == RDF_TYPE:
        return f"{_IS[language]} {target}"
    phrase = _PHRASES.get(triple.predicate.value)
    return f"{phrase[language] if phrase else name(triple.predicate, language)} {target}"


def _in_order(conclusion: Triple, premises: Sequence[Triple]) -> list[Triple]:
    """Put what goes on from the one before next to it, beginning with what the conclusion is about."""
    left = list(premises)
    ordered: list[Triple] = []
    at: Term = conclusion.subject
    while left:
        # What is said of the thing itself, but what it is, leads on best.
        following = next((p for p in left if p.subject == at and p.predicate.value != RDF_TYPE), None)
        following = following or next((p for p in left if p.subject == at), left[0])
        left.remove(following)
        ordered.append(following)
        ahead = any(p.subject == following.object for p in left)
        at = following.object if ahead else at
    return ordered
