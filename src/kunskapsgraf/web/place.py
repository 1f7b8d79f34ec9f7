"""A place that offers services: what, for whom, when and with whom; its menu; and what it has, lacks, or is not known to have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal as OneOf

from kunskapsgraf.graph.particulars import Passage, Period
from kunskapsgraf.graph.rdf import Literal, NamedNode, Triple
from kunskapsgraf.graph.store import Store, select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.vocabulary import RDF_TYPE
from kunskapsgraf.web import context, language
from kunskapsgraf.web.facts import Facts, facts_of, named, period_of
from kunskapsgraf.web.knowledge import Conclusion, Knowledge, knowledge_of
from kunskapsgraf.web.labels import Label, names_of
from kunskapsgraf.web.menu import Frame, Menu, Offered, entry_of, frame_of, menu_of
from kunskapsgraf.web.worth import Worth, worths_of

TIES = ("anvanderMetod", "foljsUppMed", "innehallerKomponent", "personalUtbildadI", "provarMetod", "overvagerMetod", "planerarMetod", "onskarMetod")  # fmt: skip
_OF_A_SERVICE = ("tjanstetyp", "insatstyp", "riktarSigTill", "riktarSigSpecifiktTill", "regi", "status", "startar", "tilltradesvag", *TIES)  # fmt: skip
_OF_A_COOPERATION = ("harDeltagare", "planeradDeltagare", "omfattarInsats", "avser", "giltigFran", "giltigTill", "giltighetOkand", "uttalasI", RDF_TYPE)  # fmt: skip


@dataclass
class Service:
    """A service that a place offers, itself or by a part."""

    iri: str
    facts: Facts
    parts: tuple[str, ...] = ()
    periods: tuple[Period, ...] = ()
    passages: tuple[Passage, ...] = ()

    @property
    def groups(self) -> tuple[str, ...]:
        """Give whom it is for."""
        return self.facts.iris("riktarSigTill", "riktarSigSpecifiktTill")


@dataclass
class Scope:
    """Inside what absence may be concluded: whose, when, for which rows and columns, and with which reservations."""

    iri: str
    source: str
    period: Period
    covers: set[str] = field(default_factory=set)
    provisos: list[Literal] = field(default_factory=list)


@dataclass(frozen=True)
class Answer:
    """Whether a place is in a category: inferred, concluded to be outside, or not known."""

    category: str
    state: OneOf["inferred", "missing", "unknown"]
    triple: Triple
    periods: tuple[Period, ...] = ()
    conclusion: Conclusion | None = None


@dataclass(frozen=True)
class Cooperation:
    """What a place runs or plans with others: by whom it takes part, the others, and on what."""

    iri: str
    facts: Facts
    members: tuple[str, ...]
    is_planned: bool
    passages: tuple[Passage, ...]

    @property
    def partners(self) -> tuple[str, ...]:
        """Give the others."""
        every = self.facts.iris("planeradDeltagare" if self.is_planned else "harDeltagare")
        return tuple(iri for iri in every if iri not in self.members)


@dataclass
class Place:
    """All that the page of a place, or a comparison, tells of it."""

    iri: str
    services: list[Service] = field(default_factory=list)
    menu: Menu | None = None
    scopes: list[Scope] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    cooperations: list[Cooperation] = field(default_factory=list)
    methods: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    """By method and degree, the services or the place itself that are tied to it."""
    knowledge: Knowledge = field(default_factory=Knowledge)

    @property
    def by_type(self) -> dict[str, list[Service]]:
        """Give the services by type; those of none by an empty name."""
        found: dict[str, list[Service]] = {}
        for service in self.services:
            for kind in service.facts.iris("tjanstetyp") or ("",):
                found.setdefault(kind, []).append(service)
        return found

    @property
    def covered(self) -> frozenset[str]:
        """Give the rows and columns for which silence means absence here."""
        return frozenset(line for scope in self.scopes for line in scope.covers)


@dataclass
class Places:
    """Several places, in the order asked for, with the frame of their menus, what their methods are worth, and all labels."""

    places: dict[str, Place]
    frame: Frame
    worths: dict[str, Worth]
    labels: dict[str, Label]


def places_of(store: Store, iris: Iterable[str]) -> Places:
    """Ask what places offer, lack and do together."""
    places = {iri: Place(iri) for iri in iris}
    asked = list(places)
    offers = _services(store, places)
    frame = frame_of(store)
    _scopes(store, places)
    printed = [(text_of(row["places"]), entry_of(row)) for row in select(store, context.query("menu-of-places", places=asked))]  # fmt: skip
    for place in places.values():
        own = [entry for iri, entry in printed if iri == place.iri]
        if own:
            # By the text means by that of the report that prints the menu, not by another source's.
            printing = set(_sources(store.particulars().passages_named(e.passage for e in own if e.passage).values()))
            near = [s for s in place.services if not printing or printing.intersection(_sources(s.passages))]
            offered = [Offered(s.iri, s.facts.iris("tjanstetyp"), s.groups) for s in near]
            place.menu = menu_of(frame, own, offered, place.covered)
        parts = {service.iri for service in place.services} | {entry.iri for entry in own}
        place.knowledge = knowledge_of(store, place.iri, parts)
    together = _cooperations(store, places)
    own_ties = facts_of(store, asked, TIES)
    _answers(store, places)
    for place in places.values():
        _methods(place, own_ties[place.iri])
    worths, told = worths_of(store, (method for place in places.values() for method in place.methods))
    degrees = {store.names.terms + degree: Facts(store.names.terms + degree) for degree in TIES}
    labels = told | named(store, offers, together, own_ties, degrees)
    labels |= names_of(store, set(_named(places, frame)))
    for place in places.values():
        labels |= place.knowledge.labels
        place.services.sort(key=lambda service: labels[service.iri].text.lower())
    return Places(places, frame, worths, labels)


def _named(places: Mapping[str, Place], frame: Frame) -> Iterator[str]:
    """Give what the page names besides what facts lead to."""
    yield from (line.iri for line in (*frame.rows, *frame.columns))
    for place in places.values():
        yield place.iri
        yield from (answer.category for answer in place.answers)
        yield from (iri for scope in place.scopes for iri in (scope.iri, scope.source))
        yield from (iri for service in place.services for iri in (*service.parts, *_sources(service.passages)))
        yield from (iri for one in place.cooperations for iri in (*one.members, *_sources(one.passages)))
        for row in place.menu.rows if place.menu else ():
            yield from (iri for cell in row.cells for e in cell.entries for iri in (e.stands, e.kind) if iri)


def _sources(passages: Iterable[Passage]) -> Iterator[str]:
    return (passage.source for passage in passages)


def _services(store: Store, places: Mapping[str, Place]) -> dict[str, Facts]:
    rows = select(store, context.query("offer-of-places", places=list(places)))
    facts = facts_of(store, {text_of(row["service"]) for row in rows}, _OF_A_SERVICE)
    posts = facts_of(store, {text_of(row["post"]) for row in rows}, ("uttalasI",))
    passages = store.particulars().passages_named(p for post in posts.values() for p in post.iris("uttalasI"))
    found: dict[tuple[str, str], Service] = {}
    for row in rows:
        place, iri = text_of(row["places"]), text_of(row["service"])
        if (place, iri) not in found:
            found[place, iri] = Service(iri, facts[iri])
            places[place].services.append(found[place, iri])
        service = found[place, iri]
        at = (passages[p] for p in posts[text_of(row["post"])].iris("uttalasI") if p in passages)
        service.parts = tuple(dict.fromkeys((*service.parts, text_of(row["part"]))))
        service.periods = tuple(dict.fromkeys((*service.periods, period_of(row))))
        service.passages = tuple(dict.fromkeys((*service.passages, *at)))
    return facts


def scopes_of(store: Store, iris: Iterable[str]) -> list[Scope]:
    """Give the scopes in which absence may be concluded for any of the places, each once."""
    places = {iri: Place(iri) for iri in iris}
    _scopes(store, places)
    return list({scope.iri: scope for place in places.values() for scope in place.scopes}.values())


def _scopes(store: Store, places: Mapping[str, Place]) -> None:
    found: dict[tuple[str, str], Scope] = {}
    for row in select(store, context.query("scopes-of-places", places=list(places))):
        key = text_of(row["places"]), text_of(row["scope"])
        if key not in found:
            found[key] = Scope(key[1], text_of(row["source"]), period_of(row))
            places[key[0]].scopes.append(found[key])
        if "covers" in row:
            found[key].covers.add(text_of(row["covers"]))
        proviso = row.get("proviso")
        if (
            isinstance(proviso, Literal)
            and proviso.language == language.current()
            and proviso not in found[key].provisos
        ):
            found[key].provisos.append(proviso)


def _cooperations(store: Store, places: Mapping[str, Place]) -> dict[str, Facts]:
    rows = select(store, context.query("cooperation-of-places", places=list(places)))
    facts = facts_of(store, {text_of(row["cooperation"]) for row in rows}, _OF_A_COOPERATION)
    passages = store.particulars().passages_named(p for found in facts.values() for p in found.iris("uttalasI"))
    members: dict[tuple[str, str, bool], list[str]] = {}
    for row in rows:
        planned = text_of(row["how"]).endswith("planeradDeltagare")
        key = text_of(row["places"]), text_of(row["cooperation"]), planned
        members.setdefault(key, []).append(text_of(row["member"]))
    for (place, iri, planned), own in members.items():
        at = tuple(passages[p] for p in facts[iri].iris("uttalasI") if p in passages)
        places[place].cooperations.append(Cooperation(iri, facts[iri], tuple(own), planned, at))
    return facts


def _answers(store: Store, places: Mapping[str, Place]) -> None:
    """Tell of each category of municipalities whether a place is in it. An absence answers to the category it names."""
    terms = store.names.terms
    categories = select(store, context.query("categories-of-kind", **{"class": terms + "Kommun"}))
    absences = {text_of(row["answers"]): text_of(row["category"]) for row in categories if "answers" in row}
    positive = [text_of(row["category"]) for row in categories if text_of(row["category"]) not in absences.values()]
    layers = store.particulars().periods
    graphs: dict[tuple[str, str], set[str]] = {}
    for row in select(store, context.query("types-of-things", things=list(places))):
        graphs.setdefault((text_of(row["things"]), text_of(row["class"])), set()).add(text_of(row["graph"]))
    for place in places.values():
        if (place.iri, terms + "Kommun") not in graphs:
            continue
        for category in dict.fromkeys(positive):
            triple = Triple(NamedNode(place.iri), NamedNode(RDF_TYPE), NamedNode(category))
            absence = place.knowledge.conclusions.get(absences.get(category, "").removeprefix(terms))
            if found := graphs.get((place.iri, category)):
                periods = sorted({layers[graph] for graph in found if graph in layers})
                place.answers.append(Answer(category, "inferred", triple, tuple(periods)))
            elif absence:
                told = (absence.period,) if absence.period else ()
                place.answers.append(Answer(category, "missing", absence.triple, told, absence))
            else:
                place.answers.append(Answer(category, "unknown", triple))


def _methods(place: Place, own: Facts) -> None:
    ties: dict[str, dict[str, list[str]]] = {}
    for facts in (*(service.facts for service in place.services), own):
        for degree in TIES:
            for method in facts.iris(degree):
                ties.setdefault(method, {}).setdefault(degree, []).append(facts.iri)
    place.methods = {
        method: {degree: tuple(users) for degree, users in by_degree.items() if not _is_told(degree, users, by_degree)}
        for method, by_degree in ties.items()
    }


def _is_told(degree: str, users: list[str], by_degree: Mapping[str, list[str]]) -> bool:
    """Tell whether a use is told already: what is followed up with an instrument uses it."""
    return degree == "anvanderMetod" and set(users) <= set(by_degree.get("foljsUppMed", ()))
