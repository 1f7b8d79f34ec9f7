"""Say in RDF what the entries of a list say, as a source that was read by hand says it: each statement with its row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kunskapsgraf.graph.rdf import Literal, NamedNode
from kunskapsgraf.graph.vocabulary import DCT, RDF_TYPE
from kunskapsgraf.importing.columns import NO, PLANNED, UNKNOWN, YES
from kunskapsgraf.importing.concepts import Concepts
from kunskapsgraf.importing.contradictions import Entry
from kunskapsgraf.importing.declaration import Declaration, slug_of
from kunskapsgraf.importing.saying import Said, Saying, typed

PLANNED_STATUS = "status/planerad"
MISSING = "iakttagelsetyp/saknas"
START, END = "handelsetyp/start", "handelsetyp/slut"
CORPUS = "omfattning/korpusen"
_PLANNED_EVENTS = {START: ("Planerad start av", "Planned start of"), END: ("Planerat slut för", "Planned end of")}
_DESCRIBING = {
    "sort": "insatstyp",
    "row_of_menu": "tjanstetyp",
    "ways": "tilltradesvag",
    "operation": "regi",
    "providers": "utforsAv",
}
"""What an entry says of its service, and the property that says it; methods and groups have one by the answer."""


def needed(entries: Iterable[Entry]) -> set[str]:
    """Name the concepts, as ``kind/slug``, without which entries cannot be said."""
    found = set()
    for entry in entries:
        if entry.answer == NO:
            found.add(MISSING)
        elif entry.answer == PLANNED and entry.first:
            found.add(START)
        elif entry.answer == YES and entry.last:
            found.add(END)
    return found


def said(entries: Iterable[Entry], source: Declaration, concepts: Concepts) -> Said:
    """Say all entries of a list, and the list as their source."""
    saying = _List(source, concepts)
    saying.declare()
    for entry in entries:
        saying.entry(entry)
    return saying.said


class _List(Saying):
    """The statements of one list as they are made."""

    def __init__(self, source: Declaration, concepts: Concepts) -> None:
        super().__init__(source, concepts)
        self._cooperations: set[str] = set()

    def declare(self) -> None:
        """Say what the list is: whose, of which day."""
        source, day = self.source, self.source.date.isoformat()
        self.add(self.list, RDF_TYPE, NamedNode(self.names.terms + "Kalla"))
        self.name(self.list, source.title, source.title_en)
        self.add(self.list, DCT + "title", Literal(source.title, language="sv"))
        self.add(self.list, DCT + "language", Literal("sv"))
        self.add(self.list, DCT + "issued", typed(day, "date"))
        self.say(self.list, "utgivningsar", typed(str(source.date.year), "integer"))
        known = self.concepts.find("aktor", source.organisation)
        if len(known) == 1:
            self.add(self.list, DCT + "publisher", NamedNode(known[0]))
        else:
            self.add(self.list, DCT + "creator", Literal(source.organisation))
        self.period(self.list, day, day, day)
        if self.concepts.has(CORPUS):
            # What the sources read do not say is concluded in this scope, and the list is one of them.
            self.say(CORPUS, "omfattningKalla", self.node(self.list))

    def entry(self, entry: Entry) -> None:
        """Say one row."""
        passage = self.passage(entry)
        if entry.answer == YES:
            self._offered(entry, passage)
        elif entry.answer == PLANNED:
            self._planned(entry, passage)
        elif entry.answer == NO:
            self._missing(entry, passage)
        elif entry.answer == UNKNOWN:
            self._unknown(entry, passage)

    def _offered(self, entry: Entry, passage: str) -> None:
        service = self._service(entry, passage)
        place = self.concepts.label(entry.place)
        day = self.source.date.isoformat()
        post = self.fresh(f"utbud/{slug_of(place, 30)}-{slug_of(entry.service)}-{self.source.slug}")
        english = entry.english or entry.service
        self.a_thing(post, "Utbudspost", passage)
        self.name(
            post, f"{place}: {entry.service}, {day}", f"{self.concepts.label(entry.place, 'en')}: {english}, {day}"
        )
        self.say(post, "avserInsats", self.node(service))
        # The list speaks for its own day; since when is said of the service, and an end to come is planned.
        self.period(post, day, day, day)
        if entry.first:
            self.say(service, "startar", typed(str(entry.first), "integer"))
        if entry.last:
            self._event(entry, service, passage, END, entry.last)
        self.attested(entry.place, "harUtbudspost", self.node(post), passage)
        if entry.partners:
            self._cooperation(entry, service, passage)

    def _planned(self, entry: Entry, passage: str) -> None:
        service = self._service(entry, passage)
        self.attested(entry.place, "planerar", self.node(service), passage)
        if entry.first:
            self._event(entry, service, passage, START, entry.first)
        if entry.partners:
            self._cooperation(entry, service, passage)

    def _event(self, entry: Entry, service: str, passage: str, kind: str, year: int) -> None:
        """Say that the service is planned to start, or to end, in a year."""
        place, word = self.concepts.label(entry.place), kind.partition("/")[2]
        sv, en = _PLANNED_EVENTS[kind]
        event = self.fresh(f"handelse/{slug_of(place, 30)}-{slug_of(entry.service)}-{word}-{self.source.slug}")
        self.a_thing(event, "Handelse", passage)
        self.name(
            event,
            f"{sv} {entry.service} i {place}, {year}",
            f"{en} {entry.english or entry.service} in {place}, {year}",
        )
        self.say(event, "handelsetyp", self.node(kind))
        self.say(event, "avser", self.node(service))
        self.say(event, "ar", typed(str(year), "integer"))
        self.say(event, "planerad", typed("true", "boolean"))
        self.say(service, "harHandelse", self.node(event))

    def _missing(self, entry: Entry, passage: str) -> None:
        """Say that the list says that the service is not offered; nothing is concluded from it."""
        place, day = self.concepts.label(entry.place), self.source.date.isoformat()
        thing = self.fresh(f"uttalande/{slug_of(place, 30)}-{slug_of(entry.service)}-saknas-{self.source.slug}")
        self.a_thing(thing, "Iakttagelse", passage)
        self.name(
            thing,
            f"{entry.service} erbjuds inte i {place}, {day}",
            f"{entry.english or entry.service} is not offered in {place}, {day}",
        )
        self.say(thing, "iakttagelsetyp", self.node(MISSING))
        self._about(thing, entry)
        self.say(thing, "uttryck", Literal(NO, language="sv"))
        self.period(thing, day, day, day)

    def _unknown(self, entry: Entry, passage: str) -> None:
        """Say that the list leaves open whether the service is offered."""
        place = self.concepts.label(entry.place)
        thing = self.fresh(f"ejangivet/{slug_of(place, 30)}-{slug_of(entry.service)}-{self.source.slug}")
        self.a_thing(thing, "EjAngivet", passage)
        self.name(
            thing,
            f"Om {entry.service} erbjuds i {place} är inte känt",
            f"Whether {entry.english or entry.service} is offered in {place} is not known",
        )
        self._about(thing, entry)
        self.say(thing, "egenskap", NamedNode(self.names.terms + "erbjuder"))

    def _about(self, thing: str, entry: Entry) -> None:
        said_of = (entry.place, *entry.sort, *entry.row_of_menu, *entry.methods, *entry.groups)
        self.say(thing, "avser", *map(NamedNode, said_of))

    def _service(self, entry: Entry, passage: str) -> str:
        """Say the service itself.

        It is the list's own, also where another source names one alike: a method or a target group of this year says nothing
        of an offer of another year, and what holds for a service holds for all who offer it.
        """
        planned = entry.answer == PLANNED
        place, slug = self.concepts.label(entry.place), slug_of(entry.service)
        service = self.fresh(f"insats/{slug_of(place, 30)}-{slug}-{self.source.slug}")
        self.a_thing(service, "PlaneradInsats" if planned else "Insats", passage)
        if planned:
            self.name(service, f"{entry.service} (planerad)", f"{entry.english or entry.service} (planned)")
        else:
            self.name(service, entry.service, entry.english)
        if planned and self.concepts.has(PLANNED_STATUS):
            self.say(service, "status", self.node(PLANNED_STATUS))
        self.said.services.append((f"{place}: {entry.service}", service))
        alike = self.concepts.services(entry.place, entry.service)
        self.said.alike += [(f"{place}: {entry.service}", self.concepts.short(other)) for other in alike]
        for key, name in _DESCRIBING.items():
            self.say(service, name, *map(NamedNode, getattr(entry, key)))
        self.say(service, "planerarMetod" if planned else "anvanderMetod", *map(NamedNode, entry.methods))
        self.say(service, "riktarSigSpecifiktTill" if entry.only else "riktarSigTill", *map(NamedNode, entry.groups))
        if entry.unit:
            self.say(service, "delAvVerksamhet", self.node(self._unit(entry, passage)))
        return service

    def _unit(self, entry: Entry, passage: str) -> str:
        """Name the unit: the one that the place is known to have, or a new one, described once."""
        known = self.concepts.units(entry.place, entry.unit)
        if known:
            return self.concepts.short(known[0])
        unit = f"verksamhet/{slug_of(entry.unit)}-{slug_of(self.concepts.label(entry.place), 30)}"
        while self.concepts.has(unit):
            unit += "-2"
        self.made.add(unit)
        self.a_thing(unit, "Verksamhet", passage)
        self.name(unit, entry.unit)
        self.say(unit, "finnsI", NamedNode(entry.place))
        return unit

    def _cooperation(self, entry: Entry, service: str, passage: str) -> None:
        """Say who takes part, once for all rows of this list on the same service of the same parties."""
        planned = entry.answer == PLANNED
        parties = sorted({entry.place, *entry.partners})
        named = sorted(self.concepts.label(one) for one in parties)
        ending = "-planerat" if planned else ""
        slug = slug_of(f"{entry.service} {' '.join(named)}", 90)
        thing = f"samarbete/{slug}-{self.source.slug}{ending}"
        places = self.concepts.members("Kommun")
        among = "MellankommunaltSamarbete" if len(places.intersection(parties)) > 1 else "Samarbete"
        self.a_thing(thing, "PlaneratSamarbete" if planned else among, passage)
        if thing not in self._cooperations:
            self._cooperations.add(thing)
            both_sv, both_en = _joined(named, "och"), _joined(named, "and")
            self.name(thing, f"{entry.service}: {both_sv}", f"{entry.english or entry.service}: {both_en}")
            day = self.source.date.isoformat()
            self.period(thing, day, day, day)
        self.say(thing, "planeradDeltagare" if planned else "harDeltagare", *map(NamedNode, parties))
        self.say(thing, "avser" if planned else "omfattarInsats", self.node(service))


def _joined(names: Sequence[str], word: str) -> str:
    return f"{', '.join(names[:-1])} {word} {names[-1]}"
