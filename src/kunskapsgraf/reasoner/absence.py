"""Why not: for each rule that could conclude a statement, the premises that hold and those that are missing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from kunskapsgraf.graph.rdf import Triple
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.vocabulary import RDF_TYPE
from kunskapsgraf.reasoner.evaluate import text
from kunskapsgraf.reasoner.explain import Explainer, pages, unified
from kunskapsgraf.reasoner.proof import Attempt
from kunskapsgraf.reasoner.rules import Atom, Rule, Slot, Var, patterns
from kunskapsgraf.reasoner.words import Name

_LONGEST = 6
"""Atoms of a body of which every selection is tried; of a longer one only its beginnings."""


def explain_absence(explainer: Explainer, triple: Triple, name: Name, language: str = "sv") -> list[Attempt]:
    """Give, for each rule that could conclude a statement, how far it came; the nearest first.

    Empty where no rule concludes such a statement at all: then only a source could say it.
    """
    # Of what a SPARQL rule asks its premises are tried; what it asks besides, its title tells.
    told = {
        f"{one.name}: {one.titles.get(language, '')}": Rule((one.name,), one.head, one.premises)
        for one in explainer.sparql_rules
    }
    attempts = [_attempt(explainer, rule, rule.name, triple, name, language) for rule in explainer.rules_for(triple)]
    attempts += [_attempt(explainer, rule, title, triple, name, language) for title, rule in told.items()]
    found = [attempt for attempt in attempts if attempt is not None]
    return sorted(found, key=lambda attempt: (attempt.distance, -len(attempt.holding), attempt.rule))


def _attempt(explainer: Explainer, rule: Rule, title: str, triple: Triple, name: Name, language: str) -> Attempt | None:
    assert rule.head is not None, "an inferring rule concludes"
    values = unified(rule.head, triple)
    if values is None:
        return None
    body = [atom.bound(values) for atom in rule.body]
    for chosen in _selections(len(body)):
        held = [body[n] for n in chosen]
        row = _first(explainer, held)
        if row is None:
            continue
        missing = [atom.bound(row) for n, atom in enumerate(body) if n not in chosen]
        besides = [text(found) for found in rule.filters] or [title] * (title != rule.name)
        filters = () if missing else tuple(besides)
        holding = tuple(t for atom in held if (t := atom.bound(row).triple()) is not None)
        return Attempt(title, rule.axioms, holding, tuple(_said(atom, name, language) for atom in missing), filters)
    return None


def _selections(size: int) -> Iterator[tuple[int, ...]]:
    """Give selections of the atoms of a body, the largest first."""
    if size > _LONGEST:
        yield from (tuple(range(n)) for n in range(size, -1, -1))
        return
    for many in range(size, -1, -1):
        yield from combinations(range(size), many)


def _first(explainer: Explainer, atoms: list[Atom]) -> dict[Var, Slot] | None:
    """Give the values of one way in which atoms hold together; ``None`` where there is none."""
    if not atoms:
        return {}
    names = list(dict.fromkeys(str(v) for atom in atoms for v in atom.variables())) or ["?none"]
    for row in pages(explainer.store, f"SELECT {' '.join(names)} WHERE {{ {patterns(atoms)} }}"):
        held = [atom.bound(row).triple() for atom in atoms]
        # Nothing is inferred from what was concluded from absence.
        if not any(triple is None or explainer.kind(triple)[0] == "closed" for triple in held):
            return row
    return None


def _said(atom: Atom, name: Name, language: str) -> str:
    """Say what is missing; what is open stands as "something"."""
    something = {"sv": "något", "en": "something"}[language]

    def shown(slot: Slot) -> str:
        return something if isinstance(slot, Var) else name(slot, language)

    if not isinstance(atom.predicate, Var) and text_of(atom.predicate) == RDF_TYPE:
        return f"{shown(atom.subject)} {'är' if language == 'sv' else 'is'} {shown(atom.object)}"
    return f"{shown(atom.subject)} {shown(atom.predicate)} {shown(atom.object)}"
