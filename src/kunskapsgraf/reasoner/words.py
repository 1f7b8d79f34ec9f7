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

_RULES = {
    "prp-dom": ("den som har egenskapen är av det slaget", "whoever has the property is of that kind"),
    "prp-rng": ("det som egenskapen leder till är av det slaget", "what the property leads to is of that kind"),
    "prp-fp": ("egenskapen har ett enda värde", "the property has a single value"),
    "prp-ifp": ("värdet hör till en enda", "the value belongs to a single one"),
    "prp-symp": ("egenskapen gäller åt båda hållen", "the property holds both ways"),
    "prp-trp": ("egenskapen förs vidare i flera led", "the property carries over several steps"),
    "prp-spo1": ("den ena egenskapen innebär den andra", "the one property implies the other"),
    "prp-spo2": ("egenskaperna i följd innebär den nya", "the properties in a row imply the new one"),
    "prp-eqp": ("egenskaperna betyder detsamma", "the properties mean the same"),
    "prp-inv": ("egenskapen är den andras motsats", "the property is the inverse of the other"),
    "prp-key": ("samma nyckel betyder samma ting", "the same key means the same thing"),
    "cls-int1": ("alla villkoren är uppfyllda", "all the conditions are met"),
    "cls-int2": ("den som hör till snittet hör till varje del", "what is in all is in each"),
    "cls-uni": ("ett av villkoren räcker", "one of the conditions is enough"),
    "cls-svf1": ("den har ett värde av det slaget", "it has a value of that kind"),
    "cls-svf2": ("den har ett värde", "it has a value"),
    "cls-avf": ("alla dess värden är av det slaget", "all its values are of that kind"),
    "cls-hv1": ("slaget har just det värdet", "the kind has that very value"),
    "cls-hv2": ("den har just det värdet", "it has that very value"),
    "cls-maxc2": ("det kan bara finnas ett värde", "there can be only one value"),
    "cls-maxqc": ("det kan bara finnas ett värde av det slaget", "there can be only one value of that kind"),
    "cls-oo": ("den står i uppräkningen", "it stands in the enumeration"),
    "cax-sco": ("slaget ingår i det vidare", "the kind is part of the wider one"),
    "cax-eqc": ("slagen är desamma", "the kinds are the same"),
    "eq-": ("de är ett och samma", "they are one and the same"),
    "dt-eq": ("värdet är skrivet på två sätt", "the value is written in two ways"),
    "scm-": ("så hänger ontologins begrepp ihop", "so the ontology's terms hang together"),
}
"""What the rules of OWL 2 RL (OWL 2 Profiles, section 4.3) say, by the beginning of their names."""


def rule(name: str, language: str) -> str:
    """Say what a rule does; several in one step are joined. Empty where the rule is none of OWL's."""
    said = [
        next((texts for start, texts in _RULES.items() if part.startswith(start)), None) for part in name.split(" + ")
    ]
    told = dict.fromkeys(texts[language == "en"] for texts in said if texts is not None)
    return "; ".join(told)


def verb(predicate: str, language: str) -> str:
    """Give the words that stand for a predicate in a sentence; empty where its label does."""
    return _IS[language] if predicate == RDF_TYPE else _PHRASES.get(predicate, {}).get(language, "")


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
    phrase = verb(triple.predicate.value, language) or name(triple.predicate, language)
    return f"{phrase} {name(triple.object, language)}"


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
