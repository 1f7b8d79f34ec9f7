"""A service of a kommun or kommundel in a year, with its offer and figures."""

from __future__ import annotations

from bench.national.claims import add_evidence, add_support, add_words
from bench.national.editorial import YEARS, any_actor, kommun_of
from bench.national.rare import add_rare
from bench.national.rates import RATES
from bench.national.terms import TRUE, A, kg, number, thing, typed
from bench.national.vocabulary import METHODS, TARGET_GROUPS, method_class, method_slug
from bench.national.writer import Writer

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


def add_service(writer: Writer, index: int) -> None:
    """Describe a service and all that a source says of it."""
    place, turn = index % writer.kommuner, index // writer.kommuner
    year = YEARS[turn % len(YEARS)] if writer.kommuner > 2 else YEARS[0]
    writer.graph = f"kartlaggning-{year}"
    kommun = kommun_of(place)
    code = kommun[-5:-1]
    _make_passages(writer, index, year, code)
    service = thing("insats", f"i{index}")
    words = writer.words(2)
    writer.describe(service, "Insats", f"{words} {index}", f"Service {index}: {words}")
    writer.say(service, kg("uttalasI"), writer.passages[0], writer.passages[1])
    _of_service(writer, service, index, turn, code)
    _offer(writer, service, index, year, kommun)
    _figures(writer, service)
    add_words(writer, service, kommun)
    add_evidence(writer, service, index)
    _others(writer, service, kommun, code, place, turn)
    add_rare(writer, service, kommun, index)
    further = writer.new("ovrigt", FURTHER[index % len(FURTHER)])
    if index % len(FURTHER) < 3:
        writer.say(further, kg("varde"), number(writer.below(500)))
    add_support(writer, service)


def _make_passages(writer: Writer, index: int, year: int, code: str) -> None:
    writer.passages = []
    for row in range(writer.times(RATES["Passage"])):
        passage = thing("passage", f"p{index}-{row}")
        first = index % 9000 + row * 7 + 1
        writer.say(passage, A, kg("Passage"))
        writer.say(passage, kg("iKalla"), thing("kalla", str(year)))
        writer.say(passage, kg("rubrikvag"), f'"Kommun {code} > Insats {index} > {row}"@sv')
        writer.say(passage, kg("radFran"), number(first))
        writer.say(passage, kg("radTill"), number(first + writer.below(7)))
        writer.passages.append(passage)


def _of_service(writer: Writer, service: str, index: int, turn: int, code: str) -> None:
    text = writer.words(8)
    writer.say(service, kg("innehallText"), f'"{text}"@sv', f'"{index} {text}"@en')
    text = writer.words(5)
    writer.say(service, kg("erbjudandeText"), f'"{text}"@sv', f'"{index} {text}"@en')
    for kind, property_, how_many in (
        ("insatstyp", "insatstyp", 1),
        ("tjanstetyp", "tjanstetyp", 1),
        ("inslag", "innehallsInslag", 3),
        ("behov", "motBehov", 1),
        ("form", "form", 1),
        ("status", "status", 1),
        ("regi", "regi", 1),
    ):
        writer.say(service, kg(property_), *writer.some(kind, how_many))
    group = thing("malgrupp", TARGET_GROUPS[writer.below(len(TARGET_GROUPS))][0])
    writer.say(service, kg("riktarSigTill" if writer.random() < 0.6 else "riktarSigSpecifiktTill"), group)
    if writer.random() < 0.6:
        method = int(writer.random() ** 2 * METHODS)
        writer.say(service, kg("anvanderMetod"), thing("metod", method_slug(method)))
    if writer.random() < 0.1:
        tools = [n for n in range(METHODS) if method_class(n) == "Uppfoljningsverktyg"]
        writer.say(service, kg("foljsUppMed"), thing("metod", method_slug(tools[writer.below(len(tools))])))
    if writer.random() < 0.4:
        ways = ("anonym", "utan-bistandsbeslut", "bistandsbeslut", "oppen", "ej-anonym")
        writer.say(service, kg("tilltradesvag"), thing("vag", ways[writer.below(len(ways))]))
    if writer.random() < 0.15:
        writer.say(service, kg("stodfunktion"), *writer.some("stodfunktion"))
    unit = thing("verksamhet", f"k{code}-enhet")
    writer.say(service, kg("delAvVerksamhet"), unit)
    writer.say(service, kg("utforsAv"), unit if writer.random() < 0.7 else any_actor(writer))
    if turn % 6 in (1, 2):
        writer.say(service, kg("delAvInsats"), thing("insats", f"i{index - writer.kommuner}"))


def _offer(writer: Writer, service: str, index: int, year: int, kommun: str) -> None:
    code, turn = kommun[-5:-1], index // writer.kommuner
    offer = thing("utbud", f"u{index}")
    writer.describe(offer, "Utbudspost", f"Utbud {index} {year}", f"Offer {index} {year}")
    writer.say(offer, kg("avserInsats"), service)
    writer.say(offer, kg("giltigFran"), typed(f"{year}-01-01", "date"))
    writer.say(offer, kg("giltigTill"), typed(f"{year}-12-31", "date"))
    writer.say(offer, kg("giltighetTryckt"), f'"{year}"@sv')
    writer.say(offer, kg("uttalasI"), *writer.passages[:2])
    writer.say(thing("kommundel", f"k{code}-norra") if index % 5 == 3 else kommun, kg("harUtbudspost"), offer)
    menu = thing("meny", f"m{code}-{year}")
    if turn == 0 or (turn < len(YEARS) and writer.kommuner > 2):
        writer.describe(menu, "Meny", f"Menyn {code} {year}", f"The menu {code} {year}")
        writer.say(menu, kg("menyFor"), kommun)
        writer.say(menu, kg("uttalasI"), writer.passages[0])
    if writer.random() < RATES["Menypost"]:
        entry = writer.new("menypost", "Menypost")
        writer.say(entry, kg("iMeny"), menu)
        writer.say(entry, kg("tryckt"), f'"{writer.words(2)}"')
        row = writer.some("tjanstetyp")[0]
        writer.say(entry, kg("menyradTryckt"), row)
        writer.say(entry, kg("menyrad"), row)
        writer.say(entry, kg("menykolumn"), *writer.some("menykolumn"))
        writer.say(entry, kg("asterisk"), typed("false", "boolean"))
        writer.say(entry, kg("avser"), service)


def _figures(writer: Writer, service: str) -> None:
    for class_ in FIGURES:
        for _ in range(writer.times(RATES[class_])):
            figure = writer.new("uppgift", class_)
            writer.say(service, kg("harUppgift"), figure)
            writer.say(figure, kg("avser"), service)
            writer.say(figure, kg("varde"), number(writer.below(500)))
            writer.say(figure, kg("enhet"), *writer.some("enhet"))
            if class_ == "Bemanning":
                writer.say(figure, kg("yrkesroll"), *writer.some("roll"))
            elif class_ == "Statistikuppgift":
                writer.say(figure, kg("ungefar"), TRUE)
            elif class_ == "Resultat":
                writer.say(figure, kg("andel"), typed(f"{writer.below(100)}.5", "decimal"))
            else:
                writer.say(figure, kg("mattyp"), *writer.some("mattyp"))


def _others(writer: Writer, service: str, kommun: str, code: str, place: int, turn: int) -> None:
    if writer.random() < RATES["Verksamhet"]:
        unit = writer.new("verksamhet", "Verksamhet")
        writer.say(unit, kg("delAvVerksamhet"), thing("verksamhet", f"k{code}-avdelning"))
        writer.say(unit, kg("finnsI"), kommun)
        writer.say(unit, kg("huvudman"), kommun)
        writer.say(service, kg("delAvVerksamhet"), unit)
    if writer.random() < RATES["Samarbete"]:
        between = writer.random() < 0.5
        joint = writer.new("samarbete", "MellankommunaltSamarbete" if between else "Samarbete")
        writer.say(joint, kg("harDeltagare"), kommun)
        other = kommun_of((place + 1 + turn % 3) % writer.kommuner)
        lan = f"region-{place // 14:02}"
        partners = (thing("region", lan), thing("verksamhet", lan + "-a"), thing("verksamhet", lan + "-b"))
        if between and other != kommun:
            writer.say(other, kg("deltarI"), joint)
        if between:
            writer.say(joint, kg("harDeltagare"), thing("verksamhet", f"k{code}-forvaltning"))
        else:
            writer.say(joint, kg("harDeltagare"), (*partners, any_actor(writer))[writer.below(4)])
        writer.say(joint, kg("omfattarInsats"), service)
    if writer.random() < RATES["Handelse"]:
        event = writer.new("handelse", "Handelse")
        writer.say(service, kg("harHandelse"), event)
        writer.say(event, kg("handelsetyp"), *writer.some("handelsetyp"))
        writer.say(event, kg("ar"), number(YEARS[writer.below(len(YEARS))]))
    if writer.random() < RATES["Arbetssatt"]:
        way = writer.new("arbetssatt", "Arbetssatt")
        writer.say(kommun, kg("harArbetssatt"), way)
        writer.say(way, kg("innehallsInslag"), *writer.some("inslag", 2))
        writer.say(way, kg("omrade"), *writer.some("begrepp"))
