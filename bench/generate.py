"""Generate national-scale data in our own ontology: any number of triples, the same bytes for the same seed and size.

    python -m bench.generate 205000 out.nt            # N-Triples
    python -m bench.generate 205000 out.nq            # N-Quads: graf/redaktion, and one graf/kalla/... for each year
    python -m bench.generate 205000 --folder sources  # a folder that `kunskapsgraf build` takes

What is written: a vocabulary (60 methods in 12 families of four generations, target groups, ways in, kinds of service,
levels, concepts), up to 290 kommuner with län, regions, kommundelar and units three deep, and then one block after
another, each a service of a kommun or kommundel in a year with everything that a source says of it. The number of
blocks is what the size decides; below 203,000 triples there are fewer kommuner too (one for each 700 triples). Nothing
is remembered between blocks but counters, so memory is constant.

How the proportions were taken: ``python -m bench.proportions data/ttl`` counts the instances of each class. The 157
services there are the unit: ``RATES`` is the number of instances of a class for each service, rounded to two figures,
and each kind of thing has mostly the statements that at least a third of its instances have there. A block has some
245 statements, where ``data/ttl`` has 354 for each service: the editorial vocabulary, which does not grow with the
number of services, is left out of the rates. More common here than there are methods on services (with their families),
units in units, services in services, cooperation between kommuner, ways in, and the properties and classes of ``_rare``
and ``FURTHER``, which take turns: so that from 20,000 triples up every axiom of ``ontology/`` has something to start
from, save those above classes that only the closed-world layer fills. What follows by OWL is 17 in 100 of the data,
where it is 8 in 100 for ``data/ttl`` (of the statements that ``bench.reason`` compares).

All places, numbers and texts are made up. The data are consistent, and pass the shapes and checks of a build.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO

BASE = "https://w3id.org/kunskapsgraf/"
KG = BASE + "ns#"
EDITORIAL = "redaktion"
KOMMUNER = 290
TRIPLES_FOR_A_KOMMUN = 700
YEARS = tuple(range(2016, 2026))
METHODS = 60
FAMILIES = 12
FILE_BYTES = 150_000_000
"""A build refuses files beyond 200 MB."""

RATES = {
    "Belagg": 8.5,
    "Passage": 5.1,
    "Iakttagelse": 2.6,
    "Begrepp": 2.0,
    "Forutsattning": 0.82,
    "Menypost": 0.78,
    "EjAngivet": 0.69,
    "Definition": 0.63,
    "Bemanning": 0.63,
    "Handelse": 0.55,
    "Verksamhet": 0.52,
    "Motsagelse": 0.46,
    "Deltagaruppgift": 0.43,
    "Evidensutsaga": 0.40,
    "Mangduppgift": 0.40,
    "Frekvens": 0.39,
    "Forslag": 0.39,
    "Anmarkning": 0.38,
    "Varaktighet": 0.34,
    "Rekommendation": 0.30,
    "Samarbete": 0.26,
    "Onskemal": 0.25,
    "Tendens": 0.22,
    "Arbetssatt": 0.22,
    "Statistikuppgift": 0.22,
    "Beskrivning": 0.20,
    "Kapacitet": 0.15,
    "Stolthet": 0.10,
    "Resultat": 0.10,
}
"""Instances for each service. Begrepp are 5.7 in ``data/ttl``, most of them in the editorial vocabulary."""

PREFIXES = {
    "kg": KG,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "org": "http://www.w3.org/ns/org#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_SWEDISH = (
    "samtal stöd boende arbete grupp familj vård hjälp nätverk uppföljning eftervård motivation råd kontakt behov "
    "trygghet sysselsättning mottagning öppenvård utredning planering samverkan ansvar vardag nykterhet frivillig "
    "tidig enskild gemensam lokal återkommande anpassad skriftlig veckovis daglig"
)
WORDS = tuple(_SWEDISH.split())
CONCEPTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "vag": ("Tilltradesvag", ("oppen", "remiss")),
    "tjanstetyp": (
        "Tjanstetyp",
        ("bostadsstod", "arbetsstod", "behandlande", "motiverande", "uppratthallande", "annat"),
    ),
    "insatstyp": ("Insatstyp", tuple(f"typ-{n}" for n in range(12))),
    "menykolumn": ("Menykolumn", ("vuxna-man", "vuxna-kvinnor", "unga", "anhoriga")),
    "behov": ("Behov", tuple(f"behov-{n}" for n in range(8))),
    "inslag": ("Inslag", tuple(f"inslag-{n}" for n in range(12))),
    "form": ("Form", ("enskilt", "grupp", "familj")),
    "roll": ("Roll", tuple(f"roll-{n}" for n in range(6))),
    "enhet": ("Enhet", ("person", "timme", "vecka", "krona", "plats")),
    "status": ("Status", ("i-drift", "under-uppbyggnad", "nedlagd")),
    "regi": ("Regi", ("egen", "gemensam", "kopt")),
    "bedomning": (
        "Bedomning",
        ("positiv-effekt", "ingen-effekt", "blandat", "otillrackligt", "pastadd", "lokal-uppfoljning"),
    ),
    "rekniva": (
        "Rekommendationsniva",
        ("bor", "kan", "undantagsfall", "1", "2", "3", "4", "6", "8", "10", "fou", "icke-gora"),
    ),
    "stodfunktion": (
        "Stodfunktion",
        ("sanka-trosklar", "mota-motivation", "starka-skyddsfaktor", "ateruppbygga-skyddsfaktor"),
    ),
    "handelsetyp": ("Handelsetyp", ("start", "flytt", "avslut")),
    "beskrivningstyp": ("Beskrivningstyp", ("manualbaserad", "annan")),
    "iakttagelsetyp": ("Iakttagelsetyp", ("styrka", "brist")),
    "mattyp": ("Mattyp", ("medel", "antal", "andel")),
    "utfall": ("Utfall", ("nykterhet", "boende", "arbete", "halsa")),
    "begrepp": ("Begrepp", tuple(f"omrade-{n}" for n in range(10))),
    "tillstand": ("Begrepp", ("alkohol", "narkotika")),
}
"""Kind of thing: its class, and the slugs of the vocabulary. Some slugs are named by axioms."""
TARGET_GROUPS = (
    ("vuxna", "Malgrupp"),
    ("man", "Malgrupp"),
    ("vuxna-anhoriga", "VuxenAnhorigMalgrupp"),
    ("barn", "BarnMalgrupp"),
    ("kvinnor", "KvinnoMalgrupp"),
    ("unga-vuxna", "UngVuxenMalgrupp"),
    ("samsjuka", "SamsjuklighetsMalgrupp"),
)
ACTORS = (
    ("brukarforening", "Brukarorganisation"),
    ("samfund", "Samfund"),
    ("sjalvhjalp", "Sjalvhjalpsgrupp"),
    ("privat", "PrivatUtforare"),
    ("myndighet", "Myndighet"),
    ("fastighetsbolag", "OnamndAktor"),
)
METHOD_CLASSES = ("Behandlingsmetod", "Manual", "Uppfoljningsverktyg", "Bedomningsmetod", "Samordningsmodell")
FAMILY_HEADS = ("tolvstegsmetoden", "kbt", "mi")
"""The heads of the first families, two of them named by axioms; the others are numbered."""
EVIDENCE = (
    ("GranskadUtsaga", "positiv-effekt"),
    ("PastaendeUtanKalla", "pastadd"),
    ("Studieutsaga", "blandat"),
    ("LokalUppfoljning", "lokal-uppfoljning"),
    ("GranskadUtsaga", "otillrackligt"),
    ("Praktikerutsaga", "pastadd"),
)
FIGURES = (
    "Bemanning",
    "Deltagaruppgift",
    "Mangduppgift",
    "Frekvens",
    "Varaktighet",
    "Statistikuppgift",
    "Kapacitet",
    "Resultat",
)
FURTHER = (
    *("Budgetpost", "Kostnad", "Vantetid"),
    *("AvvikandeBas", "Seriebrott", "Undantag", "Faktorutsaga", "Skyldighet", "Riskfaktor", "Skyddsfaktor", "Faktor"),
    *("Lagrum", "Aktorstyp", "Anstallning", "Period", "Sakerhet", "Utredning", "Lankkontroll"),
)
"""The rest of the classes that have a class above them, in turn one for each service; the first three are figures."""
OWN_WORDS = ("Iakttagelse", "Forutsattning", "Definition", "Forslag", "Onskemal", "Tendens", "Stolthet")
SUPPORTED = (
    ("tjanstetyp", "tjanstetyp"),
    ("behov", "motBehov"),
    ("form", "form"),
    ("regi", "regi"),
    ("status", "status"),
)
OF_KOMMUN = {"Onskemal": "onskar", "Tendens": "harTendens", "Stolthet": "harStolthet"}

Statement = tuple[str, str]
"""The slug of its graph, and subject, predicate and object as N-Triples writes them, without the full stop."""


def kg(name: str) -> str:
    """Write a term of ours."""
    return f"<{KG}{name}>"


def thing(kind: str, slug: str) -> str:
    """Write a thing of ours."""
    return f"<{BASE}id/{kind}/{slug}>"


def number(value: int) -> str:
    """Write an xsd:integer."""
    return f'"{value}"^^<{PREFIXES["xsd"]}integer>'


def typed(value: str, datatype: str) -> str:
    """Write a literal of an XML Schema datatype."""
    return f'"{value}"^^<{PREFIXES["xsd"]}{datatype}>'


A = f"<{PREFIXES['rdf']}type>"
LABEL = f"<{PREFIXES['rdfs']}label>"
PREF_LABEL = f"<{PREFIXES['skos']}prefLabel>"
CONCEPT = f"<{PREFIXES['skos']}Concept>"
UNIT_OF = f"<{PREFIXES['org']}unitOf>"
TRUE = typed("true", "boolean")


def method_slug(index: int) -> str:
    """Name a method; the first of each family is its head."""
    return FAMILY_HEADS[index] if index < len(FAMILY_HEADS) else f"metod-{index:02}"


def family_of(index: int) -> int | None:
    """Give the method above: families are four generations deep, in one line from the head."""
    return None if index < FAMILIES else index - FAMILIES


def method_class(index: int) -> str:
    """Give the class of a method."""
    return METHOD_CLASSES[(index // FAMILIES + index) % len(METHOD_CLASSES)]


class Generator:
    """One run: ``blocks()`` gives lists of statements until the size is reached."""

    def __init__(self, size: int, seed: int = 1) -> None:
        self.size = size
        # Data for a benchmark, not secrets; random() alone is the same in every version of Python.
        self._random = random.Random(seed).random  # noqa: S311
        self.kommuner = max(2, min(KOMMUNER, size // TRIPLES_FOR_A_KOMMUN))
        self.count = 0
        self._block: list[Statement] = []
        self._graph = EDITORIAL
        self._passages: list[str] = []
        self._made = 0
        self._turns: dict[str, int] = {}

    def blocks(self) -> Iterator[list[Statement]]:
        """Give the vocabulary, the places, and then services until the size is reached."""
        for part in (self._concepts, self._methods, self._actors, self._sources):
            part()
            yield self._flush()
        for kommun in range(self.kommuner):
            self._place(kommun)
            yield self._flush()
        index = 0
        while self.count < self.size:
            self._service(index)
            yield self._flush()
            index += 1

    # --- Small tools ---

    def _flush(self) -> list[Statement]:
        block, self._block = self._block, []
        self.count += len(block)
        return block

    def _say(self, subject: str, predicate: str, *values: str) -> None:
        for value in values:
            self._block.append((self._graph, f"{subject} {predicate} {value}"))

    def _describe(self, subject: str, kind: str, sv: str, en: str, *, concept: bool = False) -> None:
        self._say(subject, A, kg(kind))
        if concept:
            self._say(subject, A, CONCEPT)
        self._say(subject, PREF_LABEL if concept else LABEL, f'"{sv}"@sv', f'"{en}"@en')

    def _below(self, count: int) -> int:
        return int(self._random() * count)

    def _times(self, rate: float) -> int:
        return int(rate) + (self._random() < rate % 1)

    def _some(self, kind: str, how_many: int = 1) -> list[str]:
        slugs = CONCEPTS[kind][1]
        first = self._below(len(slugs))
        return [thing(kind, slugs[(first + n) % len(slugs)]) for n in range(how_many)]

    def _words(self, how_many: int) -> str:
        return " ".join(WORDS[self._below(len(WORDS))] for _ in range(how_many))

    def _passage(self) -> str:
        return self._passages[self._below(len(self._passages))]

    def _new(self, kind: str, class_: str, *, concept: bool = False) -> str:
        """Describe a further thing of the current source, with its passage."""
        self._made += 1
        subject = thing(kind, f"{kind}-{self._made}")
        words = self._words(3)
        self._describe(subject, class_, f"{words} {self._made}", f"{class_} {self._made}: {words}", concept=concept)
        self._say(subject, kg("uttalasI"), self._passage())
        return subject

    # --- The vocabulary ---

    def _concepts(self) -> None:
        for kind, (class_, slugs) in CONCEPTS.items():
            for slug in slugs:
                self._describe(thing(kind, slug), class_, f"{kind} {slug}", f"{class_} {slug}", concept=True)
        for slug, class_ in (
            ("anonym", "AnonymVag"),
            ("utan-bistandsbeslut", "VagUtanBistandsbeslut"),
            ("bistandsbeslut", "VagMedBistandsbeslut"),
            ("ej-anonym", "EjAnonymVag"),
        ):
            self._describe(thing("vag", slug), class_, f"väg {slug}", f"way {slug}", concept=True)
        for slug, class_ in TARGET_GROUPS:
            group = thing("malgrupp", slug)
            self._describe(group, class_, f"målgrupp {slug}", f"target group {slug}", concept=True)
        self._say(thing("malgrupp", "vuxna-anhoriga"), kg("anhorigTill"), thing("malgrupp", "vuxna"))
        for number_, function in enumerate(CONCEPTS["stodfunktion"][1]):
            self._say(thing("insatstyp", f"typ-{number_}"), kg("stodfunktion"), thing("stodfunktion", function))

    def _methods(self) -> None:
        for index in range(METHODS):
            method, above = thing("metod", method_slug(index)), family_of(index)
            slug = method_slug(index)
            self._describe(method, method_class(index), f"metod {slug}", f"method {slug}", concept=True)
            if above is not None:
                self._say(method, kg("iMetodfamilj"), thing("metod", method_slug(above)))

    def _actors(self) -> None:
        for slug, class_ in ACTORS:
            self._describe(thing("aktor", slug), class_, f"aktör {slug}", f"actor {slug}")
        for kommun in range(0, self.kommuner, 14):
            lan = kommun // 14
            self._describe(thing("lan", f"lan-{lan:02}"), "Lan", f"Län {lan}", f"County {lan}")
            region = thing("region", f"region-{lan:02}")
            self._describe(region, "Region", f"Region {lan}", f"Region {lan}")
            for slug, property_ in ((f"region-{lan:02}-a", kg("huvudman")), (f"region-{lan:02}-b", UNIT_OF)):
                unit = thing("verksamhet", slug)
                self._describe(unit, "Verksamhet", f"mottagning {slug}", f"clinic {slug}")
                self._say(unit, property_, region)

    def _sources(self) -> None:
        for year in YEARS:
            if year == YEARS[0] or self.kommuner > 2:
                self._describe(thing("kalla", str(year)), "Kalla", f"Kartläggningen {year}", f"The mapping of {year}")

    def _place(self, index: int) -> None:
        """Describe a kommun, its kommundelar, and its units three deep."""
        code = f"{index // 14 + 1:02}{index % 14 + 10:02}"
        kommun = thing("kommun", f"k{code}")
        self._describe(kommun, "Kommun", f"Kommun {code}", f"Municipality {code}")
        self._say(kommun, kg("kommunkod"), f'"{code}"')
        self._say(kommun, kg("iLan"), thing("lan", f"lan-{index // 14:02}"))
        self._say(kommun, kg("samverkarMed"), self._kommun((index + 1) % self.kommuner))
        part = thing("kommundel", f"k{code}-norra")
        self._describe(part, "Kommundel", f"Norra {code}", f"North {code}")
        self._say(part, kg("kommundelAv"), kommun)
        above = ""
        for level in ("forvaltning", "avdelning", "enhet"):
            unit = thing("verksamhet", f"k{code}-{level}")
            self._describe(unit, "Verksamhet", f"{level} {code}", f"Unit {level} {code}")
            self._say(unit, kg("delAvVerksamhet") if above else UNIT_OF, above or kommun)
            above = unit

    def _kommun(self, index: int) -> str:
        return thing("kommun", f"k{index // 14 + 1:02}{index % 14 + 10:02}")

    # --- A service and all that a source says of it ---

    def _service(self, index: int) -> None:
        place, turn = index % self.kommuner, index // self.kommuner
        year = YEARS[turn % len(YEARS)] if self.kommuner > 2 else YEARS[0]
        self._graph = f"kartlaggning-{year}"
        kommun = self._kommun(place)
        code = kommun[-5:-1]
        self._make_passages(index, year, code)
        service = thing("insats", f"i{index}")
        words = self._words(2)
        self._describe(service, "Insats", f"{words} {index}", f"Service {index}: {words}")
        self._say(service, kg("uttalasI"), self._passages[0], self._passages[1])
        self._of_service(service, index, turn, code)
        self._offer(service, index, year, kommun)
        self._figures(service)
        self._words_of_source(service, kommun)
        self._evidence(service, index)
        self._others(service, kommun, code, place, turn)
        self._rare(service, kommun, index)
        further = self._new("ovrigt", FURTHER[index % len(FURTHER)])
        if index % len(FURTHER) < 3:
            self._say(further, kg("varde"), number(self._below(500)))
        self._support(service)

    def _make_passages(self, index: int, year: int, code: str) -> None:
        self._passages = []
        for row in range(self._times(RATES["Passage"])):
            passage = thing("passage", f"p{index}-{row}")
            first = index % 9000 + row * 7 + 1
            self._say(passage, A, kg("Passage"))
            self._say(passage, kg("iKalla"), thing("kalla", str(year)))
            self._say(passage, kg("rubrikvag"), f'"Kommun {code} > Insats {index} > {row}"@sv')
            self._say(passage, kg("radFran"), number(first))
            self._say(passage, kg("radTill"), number(first + self._below(7)))
            self._passages.append(passage)

    def _of_service(self, service: str, index: int, turn: int, code: str) -> None:
        text = self._words(8)
        self._say(service, kg("innehallText"), f'"{text}"@sv', f'"{index} {text}"@en')
        text = self._words(5)
        self._say(service, kg("erbjudandeText"), f'"{text}"@sv', f'"{index} {text}"@en')
        for kind, property_, how_many in (
            ("insatstyp", "insatstyp", 1),
            ("tjanstetyp", "tjanstetyp", 1),
            ("inslag", "innehallsInslag", 3),
            ("behov", "motBehov", 1),
            ("form", "form", 1),
            ("status", "status", 1),
            ("regi", "regi", 1),
        ):
            self._say(service, kg(property_), *self._some(kind, how_many))
        group = thing("malgrupp", TARGET_GROUPS[self._below(len(TARGET_GROUPS))][0])
        self._say(service, kg("riktarSigTill" if self._random() < 0.6 else "riktarSigSpecifiktTill"), group)
        if self._random() < 0.6:
            method = int(self._random() ** 2 * METHODS)
            self._say(service, kg("anvanderMetod"), thing("metod", method_slug(method)))
        if self._random() < 0.1:
            tools = [n for n in range(METHODS) if method_class(n) == "Uppfoljningsverktyg"]
            self._say(service, kg("foljsUppMed"), thing("metod", method_slug(tools[self._below(len(tools))])))
        if self._random() < 0.4:
            ways = ("anonym", "utan-bistandsbeslut", "bistandsbeslut", "oppen", "ej-anonym")
            self._say(service, kg("tilltradesvag"), thing("vag", ways[self._below(len(ways))]))
        if self._random() < 0.15:
            self._say(service, kg("stodfunktion"), *self._some("stodfunktion"))
        unit = thing("verksamhet", f"k{code}-enhet")
        self._say(service, kg("delAvVerksamhet"), unit)
        self._say(service, kg("utforsAv"), unit if self._random() < 0.7 else self._actor())
        if turn % 6 in (1, 2):
            self._say(service, kg("delAvInsats"), thing("insats", f"i{index - self.kommuner}"))

    def _actor(self) -> str:
        return thing("aktor", ACTORS[self._below(len(ACTORS))][0])

    def _offer(self, service: str, index: int, year: int, kommun: str) -> None:
        code, turn = kommun[-5:-1], index // self.kommuner
        offer = thing("utbud", f"u{index}")
        self._describe(offer, "Utbudspost", f"Utbud {index} {year}", f"Offer {index} {year}")
        self._say(offer, kg("avserInsats"), service)
        self._say(offer, kg("giltigFran"), typed(f"{year}-01-01", "date"))
        self._say(offer, kg("giltigTill"), typed(f"{year}-12-31", "date"))
        self._say(offer, kg("giltighetTryckt"), f'"{year}"@sv')
        self._say(offer, kg("uttalasI"), *self._passages[:2])
        self._say(thing("kommundel", f"k{code}-norra") if index % 5 == 3 else kommun, kg("harUtbudspost"), offer)
        menu = thing("meny", f"m{code}-{year}")
        if turn == 0 or (turn < len(YEARS) and self.kommuner > 2):
            self._describe(menu, "Meny", f"Menyn {code} {year}", f"The menu {code} {year}")
            self._say(menu, kg("menyFor"), kommun)
            self._say(menu, kg("uttalasI"), self._passages[0])
        if self._random() < RATES["Menypost"]:
            entry = self._new("menypost", "Menypost")
            self._say(entry, kg("iMeny"), menu)
            self._say(entry, kg("tryckt"), f'"{self._words(2)}"')
            row = self._some("tjanstetyp")[0]
            self._say(entry, kg("menyradTryckt"), row)
            self._say(entry, kg("menyrad"), row)
            self._say(entry, kg("menykolumn"), *self._some("menykolumn"))
            self._say(entry, kg("asterisk"), typed("false", "boolean"))
            self._say(entry, kg("avser"), service)

    def _figures(self, service: str) -> None:
        for class_ in FIGURES:
            for _ in range(self._times(RATES[class_])):
                figure = self._new("uppgift", class_)
                self._say(service, kg("harUppgift"), figure)
                self._say(figure, kg("avser"), service)
                self._say(figure, kg("varde"), number(self._below(500)))
                self._say(figure, kg("enhet"), *self._some("enhet"))
                if class_ == "Bemanning":
                    self._say(figure, kg("yrkesroll"), *self._some("roll"))
                elif class_ == "Statistikuppgift":
                    self._say(figure, kg("ungefar"), TRUE)
                elif class_ == "Resultat":
                    self._say(figure, kg("andel"), typed(f"{self._below(100)}.5", "decimal"))
                else:
                    self._say(figure, kg("mattyp"), *self._some("mattyp"))

    def _words_of_source(self, service: str, kommun: str) -> None:
        for class_ in OWN_WORDS:
            for _ in range(self._times(RATES[class_])):
                words = self._new("uttalande", class_)
                self._say(words, kg("avser"), service, kommun)
                self._say(words, kg("omrade"), *self._some("begrepp"))
                if class_ in OF_KOMMUN:
                    self._say(kommun, kg(OF_KOMMUN[class_]), words)
                    self._say(words, kg("ordning"), number(self._below(9) + 1))
                if class_ == "Definition":
                    self._say(words, kg("definierar"), *self._some("begrepp"))
                    self._say(words, kg("uttryck"), f'"{self._words(2)}"@sv')
                if class_ == "Iakttagelse" and self._random() < 0.3:
                    self._say(words, kg("iakttagelsetyp"), *self._some("iakttagelsetyp"))
                    self._say(words, kg("uttryck"), f'"{self._words(3)}"@sv')
        for _ in range(self._times(RATES["Begrepp"])):
            self._new("begrepp", "Begrepp", concept=True)

    def _next_method(self, kind: str) -> int:
        """Take turns among the methods, in steps that meet all levels and kinds of evidence early."""
        turn = self._turns.get(kind, 0)
        self._turns[kind] = turn + 1
        return turn * 7 % METHODS

    def _evidence(self, service: str, index: int) -> None:
        """Say what evidence and recommendations there are for a method: each has its own kinds and level."""
        if self._random() < RATES["Evidensutsaga"]:
            turn = self._next_method("evidens")
            method = thing("metod", method_slug(turn))
            class_, judgement = EVIDENCE[(turn if self._random() < 0.7 else turn // len(EVIDENCE)) % len(EVIDENCE)]
            claim = self._new("evidens", class_)
            self._say(claim, kg("avser"), method)
            self._say(method, kg("harEvidensutsaga"), claim)
            self._say(claim, kg("bedomning"), thing("bedomning", judgement))
            self._say(claim, kg("avserUtfall"), *self._some("utfall"))
            if class_ == "LokalUppfoljning":
                self._say(claim, kg("underlag"), f'"{self._words(4)}"@sv')
        if self._random() < RATES["Rekommendation"]:
            levels = CONCEPTS["rekniva"][1]
            turn = self._next_method("rekommendation")
            method = thing("metod", method_slug(turn))
            advice = self._new("rekommendation", "Rekommendation")
            self._say(advice, kg("avser"), method)
            self._say(method, kg("harRekommendation"), advice)
            self._say(advice, kg("rekNiva"), thing("rekniva", levels[turn % len(levels)]))
            self._say(advice, kg("tillstand"), *self._some("tillstand"))
            self._say(advice, kg("ordning"), number(index % 40 + 1))
            if self._random() < 0.2:
                self._say(service, kg("harRekommendation"), advice)
        if self._random() < RATES["Beskrivning"]:
            turn = self._next_method("beskrivning")
            text = self._new("beskrivning", "Beskrivning")
            self._say(text, kg("avser"), thing("metod", method_slug(turn)))
            self._say(thing("metod", method_slug(turn)), kg("harBeskrivning"), text)
            if turn % 3 == 0:
                self._say(text, kg("beskrivningstyp"), thing("beskrivningstyp", "manualbaserad"))
            else:
                words = "manualbaserad" if turn % 3 == 1 else self._words(2)
                self._say(text, kg("uttryck"), f'"{words}"@sv')

    def _others(self, service: str, kommun: str, code: str, place: int, turn: int) -> None:
        if self._random() < RATES["Verksamhet"]:
            unit = self._new("verksamhet", "Verksamhet")
            self._say(unit, kg("delAvVerksamhet"), thing("verksamhet", f"k{code}-avdelning"))
            self._say(unit, kg("finnsI"), kommun)
            self._say(unit, kg("huvudman"), kommun)
            self._say(service, kg("delAvVerksamhet"), unit)
        if self._random() < RATES["Samarbete"]:
            between = self._random() < 0.5
            joint = self._new("samarbete", "MellankommunaltSamarbete" if between else "Samarbete")
            self._say(joint, kg("harDeltagare"), kommun)
            other = self._kommun((place + 1 + turn % 3) % self.kommuner)
            lan = f"region-{place // 14:02}"
            partners = (thing("region", lan), thing("verksamhet", lan + "-a"), thing("verksamhet", lan + "-b"))
            if between and other != kommun:
                self._say(other, kg("deltarI"), joint)
            if between:
                self._say(joint, kg("harDeltagare"), thing("verksamhet", f"k{code}-forvaltning"))
            else:
                self._say(joint, kg("harDeltagare"), (*partners, self._actor())[self._below(4)])
            self._say(joint, kg("omfattarInsats"), service)
        if self._random() < RATES["Handelse"]:
            event = self._new("handelse", "Handelse")
            self._say(service, kg("harHandelse"), event)
            self._say(event, kg("handelsetyp"), *self._some("handelsetyp"))
            self._say(event, kg("ar"), number(YEARS[self._below(len(YEARS))]))
        if self._random() < RATES["Arbetssatt"]:
            way = self._new("arbetssatt", "Arbetssatt")
            self._say(kommun, kg("harArbetssatt"), way)
            self._say(way, kg("innehallsInslag"), *self._some("inslag", 2))
            self._say(way, kg("omrade"), *self._some("begrepp"))

    def _support(self, service: str) -> None:
        for row in range(self._times(RATES["Belagg"])):
            self._made += 1
            support = thing("belagg", f"b{self._made}")
            self._say(support, A, kg("Belagg"))
            self._say(support, kg("belaggSubjekt"), service)
            kind, property_ = SUPPORTED[row % len(SUPPORTED)]
            self._say(support, kg("belaggEgenskap"), kg(property_))
            self._say(support, kg("belaggVarde"), *self._some(kind))
            self._say(support, kg("uttalasI"), self._passage())
        for _ in range(self._times(RATES["EjAngivet"])):
            gap = self._new("ej-angivet", "EjAngivet")
            self._say(gap, kg("avser"), service)
            self._say(gap, kg("egenskap"), kg("startar"))
        for _ in range(self._times(RATES["Anmarkning"])):
            remark = self._new("anmarkning", "Anmarkning")
            self._say(remark, kg("avser"), service)
            self._say(service, kg("harAnmarkning"), remark)
            text = self._words(4)
            self._say(remark, kg("orsak"), f'"{text}"@sv', f'"{text}"@en')
        for _ in range(self._times(RATES["Motsagelse"])):
            clash = self._new("motsagelse", "Motsagelse")
            self._say(clash, kg("avser"), service)
            self._say(clash, kg("egenskap"), kg("startar"))
            text = self._words(4)
            self._say(clash, kg("skal"), f'"{text}"@sv', f'"{text}"@en')
            for property_ in ("foljdLasning", "annanLasning"):
                reading = self._new("lasning", "Lasning")
                self._say(clash, kg(property_), reading)
                self._say(reading, kg("lastVarde"), number(self._below(30)))

    def _rare(self, service: str, kommun: str, index: int) -> None:
        """Use three of the rare properties, so that each of them comes back every ten to twenty services."""
        rare = self._rare_of(service, kommun, index)
        for step in range(3):
            rare[(index * 3 + step) % len(rare)]()

    def _rare_of(self, service: str, kommun: str, index: int) -> list[Callable[[], None]]:
        def points(subject: str, property_: str, target: Callable[[], str]) -> Callable[[], None]:
            return lambda: self._say(subject, kg(property_), target())

        def makes(subject: str, property_: str, class_: str) -> Callable[[], None]:
            return lambda: self._say(subject, kg(property_), self._new(class_.lower(), class_))

        def method() -> str:
            return thing("metod", method_slug(self._below(METHODS)))

        def group() -> str:
            return thing("malgrupp", TARGET_GROUPS[self._below(len(TARGET_GROUPS))][0])

        def planned() -> None:
            plan = self._new("insats", "PlaneradInsats")
            self._say(kommun, kg("planerar"), plan)
            joint = self._new("samarbete", "PlaneratSamarbete")
            self._say(joint, kg("planeradDeltagare"), kommun)

        def project() -> None:
            for property_ in ("bedriverProjekt", "planerarProjekt"):
                made = self._new("projekt", "Projekt")
                self._say(kommun, kg(property_), made)
                self._say(made, kg("huvudman"), self._actor())

        def district() -> None:
            made = self._new("stadsdel", "Stadsdelsomrade")
            self._say(made, kg("delAvKommun"), kommun)
            self._say(service, kg("kopsAv"), made)

        def figures() -> None:
            whole, part = self._new("uppgift", "Mangduppgift"), self._new("uppgift", "Statistikuppgift")
            self._say(whole, kg("varde"), number(self._below(90)))
            self._say(part, kg("vardeFran"), number(1))
            self._say(part, kg("delAvUppgift"), whole)
            self._say(part, kg("statistikomrade"), kommun)
            indicator = self._new("indikator", "Indikator")
            self._say(part, kg("indikator"), indicator)
            self._say(method(), kg("ingarIIndikator"), indicator)

        def mapping() -> None:
            made = self._new("kartlaggning", "Kartlaggning")
            source = self._graph.removeprefix("kartlaggning-")
            self._say(thing("kalla", source), kg("redovisar"), made)
            self._say(service, kg("delAvKartlaggning"), made)
            self._say(made, kg("harFragestallning"), self._new("fragestallning", "Fragestallning"))
            self._say(made, kg("citerar"), thing("kalla", source))
            self._say(made, kg("omfattningKalla"), thing("kalla", source))
            self._say(made, kg("omfattning"), self._new("omfattning", "Omfattning"))
            self._say(made, kg("lan"), thing("lan", "lan-00"))

        return [
            points(service, "huvudman", self._actor),
            points(service, "medverkande", self._actor),
            points(service, "initieradAv", self._actor),
            points(service, "samordnasAv", self._actor),
            points(service, "hyresvard", self._actor),
            points(service, "uppdragsgivare", self._actor),
            points(service, "placerasAv", lambda: kommun),
            points(service, "upphandladAv", lambda: kommun),
            points(service, "kopsAv", self._actor),
            points(service, "harTillgangTill", self._actor),
            points(service, "erbjudandeInslag", lambda: self._some("inslag")[0]),
            points(service, "villkoradVag", lambda: thing("vag", "anonym")),
            points(service, "deltarFramst", group),
            points(service, "prioriterar", group),
            points(service, "malgrupp", group),
            points(service, "personalUtbildadI", method),
            points(service, "innehallerKomponent", method),
            points(service, "overvagerMetod", method),
            points(service, "provarMetod", method),
            points(service, "onskarMetod", method),
            points(service, "planerarMetod", method),
            points(service, "kompletterar", lambda: thing("insats", f"i{max(0, index - 1)}")),
            points(service, "kontrolleradI", lambda: self._new("kontrollkalla", "Kontrollkalla")),
            points(service, "startar", lambda: number(2000)),
            points(service, "webbplats", lambda: typed("https://example.org/", "anyURI")),
            makes(service, "harFas", "Fas"),
            makes(service, "harLokal", "Lokal"),
            makes(kommun, "harKop", "Kop"),
            makes(kommun, "harLanstillhorighet", "Lanstillhorighet"),
            planned,
            project,
            district,
            figures,
            mapping,
        ]


def statements(size: int, seed: int = 1) -> Iterator[Statement]:
    """Give about ``size`` statements (at most one block more), all different."""
    for block in Generator(size, seed).blocks():
        yield from block


def graph_of(slug: str) -> str:
    """Name the graph of a source or of the editors."""
    return f"{BASE}graf/{slug}" if slug == EDITORIAL else f"{BASE}graf/kalla/{slug}"


def lines(size: int, seed: int = 1, *, quads: bool = False) -> Iterator[str]:
    """Write N-Triples, or N-Quads, block by block."""
    for block in Generator(size, seed).blocks():
        if quads:
            yield "".join(f"{text} <{graph_of(slug)}> .\n" for slug, text in block)
        else:
            yield "".join(f"{text} .\n" for _, text in block)


def write(path: Path, size: int, seed: int = 1) -> int:
    """Write a file, N-Quads where its name ends in .nq; give the number of statements."""
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for text in lines(size, seed, quads=path.suffix == ".nq"):
            count += text.count("\n")
            file.write(text)
    return count


def write_folder(folder: Path, size: int, seed: int = 1) -> int:
    """Write a folder of sources that a build takes: the editors' file and one folder for each source."""
    count = 0
    with ExitStack() as stack:
        files: dict[str, tuple[IO[str], int]] = {}
        for block in Generator(size, seed).blocks():
            for slug, text in _joined(block):
                count += text.count("\n")
                file, written = files.get(slug, (None, FILE_BYTES))
                if file is None or written + len(text) > FILE_BYTES:
                    place = folder / slug
                    place.mkdir(parents=True, exist_ok=True)
                    path = place / f"{len(list(place.iterdir())) + 1}.nt"
                    file, written = stack.enter_context(path.open("w", encoding="utf-8", newline="\n")), 0
                file.write(text)
                files[slug] = file, written + len(text.encode())
    return count


def _joined(block: Iterable[Statement]) -> Iterable[tuple[str, str]]:
    by_graph: dict[str, list[str]] = {}
    for slug, text in block:
        by_graph.setdefault(slug, []).append(f"{text} .\n")
    return ((slug, "".join(texts)) for slug, texts in by_graph.items())


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Generate data of a size in our ontology.")
    parser.add_argument("size", type=int, help="number of triples, 2,000 to 10,000,000")
    parser.add_argument("file", nargs="?", type=Path, help=".nt or .nq")
    parser.add_argument("--folder", type=Path, help="write a folder of sources for a build instead")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    if (options.file is None) == (options.folder is None):
        parser.error("give a file, or --folder")
    if options.folder:
        count = write_folder(options.folder, options.size, options.seed)
    else:
        count = write(options.file, options.size, options.seed)
    sys.stdout.write(f"{count} statements\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
