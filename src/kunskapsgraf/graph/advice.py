"""Warnings on a query that is allowed but may not say what was meant: a name that nothing answers to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice

from kunskapsgraf.graph.guard import Token
from kunskapsgraf.graph.nearest import is_slip, nearest
from kunskapsgraf.graph.outline import MOST_TOLD, Outline, resolved
from kunskapsgraf.graph.vocabulary import Names

CODES = {
    "unused-variable": (
        "Variabeln {found} står bara här.",
        "The variable {found} stands here only.",
    ),
    "unbound-variable": (
        "Variabeln {found} visas men får aldrig något värde.",
        "The variable {found} is shown and never given a value.",
    ),
    "unknown-term": (
        "Ontologin har inget {found}.",
        "The ontology has no {found}.",
    ),
    "unknown-graph": (
        "Grafen {found} finns inte här.",
        "The graph {found} does not exist here.",
    ),
    "unknown-parameter": (
        "Parametern {found} läses inte.",
        "The parameter {found} is not read.",
    ),
    "repeated-statements": (
        "Graferna är tillsammans för stora att slås ihop: ett påstående som står i flera av dem räknas flera gånger.",
        "The graphs are too large together to be merged: a statement in several of them is counted several times.",
    ),
    "part-of-incoming": (
        "Uppgifterna som pekar hit kommer i delar; den här delen har {found}. Länken next i huvudet Link leder vidare.",
        "The statements that lead here come in parts; this part has {found}. The link next in the header Link leads on.",
    ),
    "proofs-left-out": (
        "Bevis utelämnade, av alla slutsatser här: {found}. Varje sats utan bevis leder till sitt (rdfs:seeAlso).",
        "Proofs left out, of all conclusions here: {found}. Each statement without one leads to its own (rdfs:seeAlso).",
    ),
    "rows-left-out": (
        "Arket har bara de första raderna: {found}. Alla finns som CSV och JSON.",
        "The sheet has the first rows only: {found}. All of them are there as CSV and JSON.",
    ),
}
"""Each warning by its code, with what it says in Swedish and English."""
_MOST = 10
_MOST_VARIABLES = 200
"""Each is compared with each; a query of more is written by a program, which makes no slips."""


@dataclass(frozen=True)
class Advice:
    """A warning: its code, what it is about, the nearest name there is, and the place (from 1; 0 where there is none)."""

    code: str
    found: str = ""
    near: str = ""
    line: int = 0
    column: int = 0

    def message(self, language: str) -> str:
        """Say it in a sentence or two, in ``language``."""
        is_english = language == "en"
        said = CODES[self.code][is_english].replace("{found}", self.found)
        where = (f"Line {self.line}: " if is_english else f"Rad {self.line}: ") if self.line else ""
        meant = (f" Did you mean {self.near}?" if is_english else f" Menade du {self.near}?") if self.near else ""
        return where + said + meant


def advise(outline: Outline, names: Names, terms: Collection[str], graphs: Collection[str]) -> list[Advice]:
    """Give the warnings on a query, in the order of its text, ten at most.

    ``terms`` are the IRIs that the ontology declares (empty where the query names none of ours), ``graphs`` those of
    the store.
    """
    # Comparing names takes time: of each kind no more is looked for than is told.
    kinds = (_variables(outline), _terms(outline, names, terms), _graphs(outline, graphs))
    found = [advice for kind in kinds for advice in islice(kind, _MOST)]
    return sorted(found, key=lambda advice: (advice.line, advice.column))[:_MOST]


def names_terms(outline: Outline, names: Names) -> bool:
    """Tell whether a query names anything in our namespace."""
    return any(iri.startswith(names.terms) for iri in _iris(outline).values())


def _variables(outline: Outline) -> Iterator[Advice]:
    counts = Counter(token.text[1:] for token in outline.variables)
    if len(counts) > _MOST_VARIABLES or len(outline.variables) == MOST_TOLD:
        return
    for token in outline.variables:
        name, place = token.text[1:], (token.line, token.column)
        if counts[name] > 1 or place in outline.bound:
            continue
        near = next((f"?{other}" for other in counts if is_slip(name, other) and counts[other] > 1), "")
        if place in outline.loose:
            yield Advice("unbound-variable", token.text, near, *place)
        elif near:
            yield Advice("unused-variable", token.text, near, *place)


def _terms(outline: Outline, names: Names, terms: Collection[str]) -> Iterator[Advice]:
    if not terms:
        return
    iris = _iris(outline)
    seen = set()
    for token in (*outline.names, *outline.iris):
        iri = iris.get(token.text, "")
        if not iri.startswith(names.terms) or iri in terms or iri in seen or iri == names.terms:
            continue
        seen.add(iri)
        local = {term.removeprefix(names.terms): term for term in terms if term.startswith(names.terms)}
        near = nearest(iri.removeprefix(names.terms), local)
        yield Advice("unknown-term", token.text, _written(token, near, names) if near else "", token.line, token.column)


def _written(token: Token, local: str, names: Names) -> str:
    """Write a term of ours as the query wrote the other."""
    if token.kind == "iri":
        return f"<{names.terms}{local}>"
    return f"{token.text.partition(':')[0]}:{local}"


def _graphs(outline: Outline, graphs: Collection[str]) -> Iterator[Advice]:
    iris = _iris(outline)
    for token in outline.graphs:
        iri = iris.get(token.text)
        if iri is not None and iri not in graphs:
            near = nearest(iri, graphs)
            yield Advice("unknown-graph", token.text, f"<{near}>" if near else "", token.line, token.column)


def _iris(outline: Outline) -> dict[str, str]:
    return resolved(outline, (token.text for token in (*outline.names, *outline.iris)))
