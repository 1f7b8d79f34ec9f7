"""What is known of a thing: evidence, recommendations and what absence lets us conclude, three things never merged.

An assessment is of an outcome and a population, its certainty is a thing of its own, and a recommendation is neither. What
differs between sources is kept side by side, and "no evidence" is told in the way that the graph says it: reviewed and not
enough, looked for in vain, claimed only, or nothing in the sources inside a scope; without a conclusion nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations

from kunskapsgraf.graph.particulars import Passage, Period
from kunskapsgraf.graph.rdf import Literal, NamedNode, Term, Triple
from kunskapsgraf.graph.store import Store, select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.vocabulary import RDF_TYPE, SKOS
from kunskapsgraf.web import context
from kunskapsgraf.web.facts import Facts, facts_of, named
from kunskapsgraf.web.labels import Label

REVIEWED = ("GranskadUtsaga", "Studieutsaga")
EVIDENCE = (*REVIEWED, "LokalUppfoljning", "Praktikerutsaga", "PastaendeUtanKalla", "Evidensutsaga")
"""Kinds of statement of evidence in the order of the page: a claim is no assessment; the last is one of no kind in particular."""
_CITES = "http://purl.org/spar/cito/"
_SOURCE = "http://www.w3.org/ns/prov#hadPrimarySource"


@dataclass(frozen=True)
class Origin:
    """Who says it: the source, the lines in it (none for a page on the web), its period, and the day it was seen."""

    source: str
    passages: tuple[Passage, ...] = ()
    period: Period | None = None
    seen: str = ""


@dataclass(frozen=True)
class Said:
    """A statement about a thing: its kind, facts and origins."""

    iri: str
    kind: str
    facts: Facts
    origins: tuple[Origin, ...]


@dataclass(frozen=True)
class Conflict:
    """Statements that assess one thing differently; of the same outcome and population the evidence is conflicting."""

    outcomes: tuple[str, ...]
    populations: tuple[str, ...]
    statements: tuple[Said, ...]

    @property
    def is_conflict(self) -> bool:
        """Tell whether both outcome and population are the same, which alone is conflicting evidence."""
        return bool(self.outcomes and self.populations)


@dataclass(frozen=True)
class Conclusion:
    """What absence lets us conclude of a thing: the category, the scope, its period and the reservations on it."""

    iri: str
    category: str
    triple: Triple
    scope: str
    period: Period | None
    reservations: tuple[Literal, ...]
    provisos: tuple[Literal, ...]


@dataclass(frozen=True)
class Contradiction:
    """A place that can be read in two ways: the values followed, the others, and why."""

    said: Said
    followed: tuple[Term, ...]
    others: tuple[Term, ...]


@dataclass
class Knowledge:
    """What is known of a thing, part by part, with labels for all that it names."""

    evidence: list[Said] = field(default_factory=list)
    recommendations: list[Said] = field(default_factory=list)
    definitions: list[Said] = field(default_factory=list)
    descriptions: list[Said] = field(default_factory=list)
    remarks: list[Said] = field(default_factory=list)
    open_questions: list[Said] = field(default_factory=list)
    contradictions: list[Contradiction] = field(default_factory=list)
    conclusions: dict[str, Conclusion] = field(default_factory=dict)
    labels: dict[str, Label] = field(default_factory=dict)
    meanings: dict[str, str] = field(default_factory=dict)
    """What states, degrees of certainty and levels mean, in words."""

    @property
    def states(self) -> list[tuple[str, list[Said]]]:
        """Give each state of evidence with its statements, those of reviews first."""
        found: dict[str, list[Said]] = {}
        for said in self.evidence:
            for state in said.facts.iris("bedomning") or ("",):
                found.setdefault(state, []).append(said)
        return sorted(found.items(), key=lambda pair: (EVIDENCE.index(pair[1][0].kind), pair[0]))

    @property
    def certainties(self) -> list[tuple[str, list[Said]]]:
        """Give each degree of certainty with its statements; an empty one where a review or study gives none."""
        found: dict[str, list[Said]] = {}
        for said in self.evidence:
            for degree in said.facts.iris("sakerhet") or (("",) if said.kind in REVIEWED else ()):
                found.setdefault(degree, []).append(said)
        return sorted(found.items(), key=lambda pair: (not pair[0], pair[0]))

    @property
    def sources(self) -> list[tuple[str, Period | None, int]]:
        """Give the sources that say something of it, with their period and how many statements are theirs."""
        said = [*self.evidence, *self.recommendations, *self.definitions, *self.descriptions, *self.remarks]
        counts: dict[str, int] = {}
        periods: dict[str, Period | None] = {}
        for one in said:
            for origin in one.origins:
                counts[origin.source] = counts.get(origin.source, 0) + 1
                periods[origin.source] = origin.period
        return sorted(((iri, periods[iri], n) for iri, n in counts.items()), key=lambda found: (-found[2], found[0]))

    @property
    def conflicts(self) -> list[Conflict]:
        """Give the reviews and studies that reach different assessments: conflicting ones first."""
        found: dict[tuple[tuple[str, ...], tuple[str, ...]], dict[str, Said]] = {}
        reviewed = [said for said in self.evidence if said.kind in REVIEWED]
        for one, other in combinations(reviewed, 2):
            if set(one.facts.iris("bedomning")) == set(other.facts.iris("bedomning")):
                continue
            shared = tuple(
                tuple(sorted(set(one.facts.iris(name)) & set(other.facts.iris(name))))
                for name in ("avserUtfall", "avserPopulation")
            )
            key = (shared[0], shared[1]) if all(shared) else ((), ())
            found.setdefault(key, {}).update({one.iri: one, other.iri: other})
        return [
            Conflict(outcomes, populations, tuple(statements.values()))
            for (outcomes, populations), statements in sorted(found.items(), reverse=True)
        ]


def knowledge_of(store: Store, iri: str, parts: Iterable[str] = ()) -> Knowledge:
    """Ask what is said of a thing, and put each statement where it belongs; of its parts what is disputed or open."""
    listed = [text_of(row["said"]) for row in select(store, context.query("said-of", thing=iri))]
    if inner := sorted(parts):
        listed += [text_of(row["said"]) for row in select(store, context.query("disputed", things=inner))]
    facts = facts_of(store, listed) if listed else {}
    readings = facts_of(
        store, (r for f in facts.values() for r in f.iris("foljdLasning", "annanLasning")), ("lastVarde", _SOURCE)
    )
    origins = _origins(store, [*facts.values(), *readings.values()])
    found = Knowledge()
    for said in facts.values():
        _place(store.names.terms, iri, said, readings, origins, found)
    for group in (found.evidence, found.recommendations, found.remarks):
        group.sort(key=lambda one: (_rank(one.kind), int(one.facts.text("ordning") or 0), one.iri))
    sources = {origin.source: Facts(origin.source) for several in origins.values() for origin in several}
    found.labels = named(store, facts, readings, sources)
    told = {iri for said in facts.values() for iri in said.iris("bedomning", "sakerhet", "rekNiva")}
    found.meanings = {
        iri: meant.text(SKOS + "definition") for iri, meant in facts_of(store, told, (SKOS + "definition",)).items()
    }
    return found


def _rank(kind: str) -> int:
    return EVIDENCE.index(kind) if kind in EVIDENCE else len(EVIDENCE)


def _place(
    terms: str,
    iri: str,
    facts: Facts,
    readings: Mapping[str, Facts],
    origins: Mapping[str, tuple[Origin, ...]],
    found: Knowledge,
) -> None:
    """Put one statement into the part of what is known that its kind belongs to."""
    kinds = {kind.removeprefix(terms) for kind in facts.iris(RDF_TYPE)}
    evidence = next((kind for kind in EVIDENCE if kind in kinds), "")

    def said(kind: str) -> Said:
        return Said(facts.iri, kind, facts, origins.get(facts.iri, ()))

    if "Slutsats" in kinds:
        category = facts.iri_of("slutsatsKlass")
        found.conclusions[category.removeprefix(terms)] = Conclusion(
            facts.iri,
            category,
            Triple(NamedNode(iri), NamedNode(RDF_TYPE), NamedNode(category)),
            facts.iri_of("omfattning"),
            facts.period,
            facts.texts("reservation"),
            facts.texts("forbehall"),
        )
    elif "Motsagelse" in kinds:
        followed, others = (
            tuple(term for reading in facts.iris(name) for term in _read(readings[reading]))
            for name in ("foljdLasning", "annanLasning")
        )
        both = {
            origin.source: origin
            for reading in facts.iris("foljdLasning", "annanLasning")
            for origin in origins.get(reading, ())
        }
        whole = Said(facts.iri, "Motsagelse", facts, origins.get(facts.iri, ()) or tuple(both.values()))
        found.contradictions.append(Contradiction(whole, followed, others))
    elif "EjAngivet" in kinds:
        found.open_questions.append(said("EjAngivet"))
    elif evidence:
        found.evidence.append(said(evidence))
    elif "Rekommendation" in kinds:
        found.recommendations.append(said("Rekommendation"))
    elif "Definition" in kinds:
        found.definitions.append(said("Definition"))
    elif "Beskrivning" in kinds:
        found.descriptions.append(said("Beskrivning"))
    else:
        found.remarks.append(said(next(iter(sorted(kinds - {"Uttalande"})), "Uttalande")))


def _read(reading: Facts) -> tuple[Term, ...]:
    """Give the values of a reading: things, and texts in the visitor's language where there are any."""
    things = [term for term in reading.values.get("lastVarde", ()) if isinstance(term, NamedNode)]
    return (*things, *reading.texts("lastVarde"))


def _origins(store: Store, facts: Iterable[Facts]) -> dict[str, tuple[Origin, ...]]:
    """Give who says each statement: the sources of its passages, or the one it is taken from."""
    listed = list(facts)
    passages = store.particulars().passages_named(iri for found in listed for iri in found.iris("uttalasI"))
    named_sources = {iri for found in listed for iri in found.iris(_SOURCE)}
    sources = facts_of(
        store,
        {passage.source for passage in passages.values()} | named_sources,
        ("giltigFran", "giltigTill", "giltighetOkand", "sedd"),
    )
    told: dict[str, tuple[Origin, ...]] = {}
    for found in listed:
        places: dict[str, list[Passage]] = {iri: [] for iri in found.iris(_SOURCE)}
        for iri in found.iris("uttalasI"):
            if iri in passages:
                places.setdefault(passages[iri].source, []).append(passages[iri])
        told[found.iri] = tuple(
            Origin(source, tuple(lines), sources[source].period, found.text("sedd") or sources[source].text("sedd"))
            for source, lines in sorted(places.items())
        )
    return told
