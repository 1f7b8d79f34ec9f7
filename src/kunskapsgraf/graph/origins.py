"""Where things stand and for how long they hold, told from what the graph says of them and of the passages of sources.

The build makes a table of it for all things at once, and a store without one asks for the things that a page names: both
read the same statements, and tell the same.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import product

from kunskapsgraf.graph.naming import best, name_of
from kunskapsgraf.graph.particulars import Reference
from kunskapsgraf.graph.rdf import Literal
from kunskapsgraf.graph.vocabulary import RDFS, SKOS, Names

LANGUAGES = ("sv", "en")
MEANING = (SKOS + "definition", RDFS + "comment")
TOLD = (
    "uttalasI",
    "iKalla",
    "rubrikvag",
    "radFran",
    "radTill",
    "belaggSubjekt",
    "belaggEgenskap",
    "belaggVarde",
    "giltigFran",
    "giltigTill",
    "giltighetOkand",
    "slutsatsSubjekt",
    "slutsatsKlass",
)
"""Local names of our terms that tell where something stands and for how long."""
PLACE = ("iKalla", "rubrikvag", "radFran", "radTill")
"""Those that a passage has, all of them."""

Facts = Mapping[str, Mapping[str, Sequence[str]]]
"""What is said of things by those terms: thing to local name to values, each once."""


def passages(facts: Facts) -> dict[str, tuple[str, ...]]:
    """Give the passages among things: source, path of headings, first and last line."""
    return {
        iri: tuple(min(said[part]) for part in PLACE)
        for iri, said in facts.items()
        if all(said.get(part) for part in PLACE)
    }


def periods(said: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """Give the periods that a thing is said to hold for; empty days where an end is open or the time unknown."""
    days = [sorted(said.get(end, ())) or [""] for end in ("giltigFran", "giltigTill")]
    return [list(pair) for pair in product(*days)]


def origins(facts: Facts, known: Mapping[str, Reference]) -> dict[str, dict[str, object]]:
    """Tell of each thing where it stands (p), where single statements of it do (b), and for how long it (v) and a conclusion (c) holds.

    ``known`` gives for each passage what it is referred to by, in the same order as the passages' IRIs.
    """
    found: dict[str, dict[str, object]] = defaultdict(dict)
    supports: dict[str, set[tuple[str, str | None, Reference]]] = defaultdict(set)
    concluded: dict[str, dict[str, list[list[str]]]] = defaultdict(lambda: defaultdict(list))
    for iri, said in facts.items():
        places = [known[passage] for passage in sorted(said.get("uttalasI", ())) if passage in known]
        if places:
            found[iri]["p"] = places
        if said.get("giltigFran") or said.get("giltighetOkand"):
            found[iri]["v"] = periods(said)
        for subject, predicate in product(said.get("belaggSubjekt", ()), said.get("belaggEgenskap", ())):
            values: list[str | None] = [*said.get("belaggVarde", ())]
            supports[subject].update(product([predicate], values or [None], places))
        for subject, kind in product(said.get("slutsatsSubjekt", ()), said.get("slutsatsKlass", ())):
            concluded[subject][kind] += periods(said)
    for subject, supported in supports.items():
        found[subject]["b"] = sorted(supported, key=lambda one: (one[0], one[1] or "", one[2]))
    for subject, kinds in concluded.items():
        found[subject]["c"] = {kind: sorted(those) for kind, those in sorted(kinds.items())}
    return found


def called(said: Mapping[str, Sequence[Literal]], names: Names) -> list[str | None]:
    """Give a thing's name and the language that it is in, for each language of the pages."""
    found: list[str | None] = []
    for language in LANGUAGES:
        name = name_of(said, names, language)
        found += [name.value, name.language] if name else [None, None]
    return found


def meanings(said: Mapping[str, Sequence[Literal]]) -> dict[str, str]:
    """Give what a thing means, in each language that says it: by the first property that does."""
    found: dict[str, str] = {}
    candidates: Iterable[Literal] = next((given for name in MEANING if (given := said.get(name))), ())
    for language in LANGUAGES:
        chosen = best((text for text in candidates if (text.language or language) == language), language)
        found |= {language: chosen.value} if chosen else {}
    return found


def as_json(value: object) -> str | None:
    """Write what is told of a thing as it is kept; nothing where there is nothing."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) if value else None
