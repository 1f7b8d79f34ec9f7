"""What the editors say: the vocabulary, actors, the sources of each year, and kommuner with kommundelar and units three deep."""

from __future__ import annotations

from bench.national.terms import UNIT_OF, kg, thing
from bench.national.vocabulary import CONCEPTS, METHODS, TARGET_GROUPS, family_of, method_class, method_slug
from bench.national.writer import Writer

KOMMUNER = 290
TRIPLES_FOR_A_KOMMUN = 700
YEARS = tuple(range(2016, 2026))
ACTORS = (
    ("brukarforening", "Brukarorganisation"),
    ("samfund", "Samfund"),
    ("sjalvhjalp", "Sjalvhjalpsgrupp"),
    ("privat", "PrivatUtforare"),
    ("myndighet", "Myndighet"),
    ("fastighetsbolag", "OnamndAktor"),
)


def kommuner_for(size: int) -> int:
    """Say how many kommuner data of a size have: all of them, or one for each 700 triples."""
    return max(2, min(KOMMUNER, size // TRIPLES_FOR_A_KOMMUN))


def add_concepts(writer: Writer) -> None:
    """Describe the concepts, ways in and target groups."""
    for kind, (class_, slugs) in CONCEPTS.items():
        for slug in slugs:
            writer.describe(thing(kind, slug), class_, f"{kind} {slug}", f"{class_} {slug}", concept=True)
    for slug, class_ in (
        ("anonym", "AnonymVag"),
        ("utan-bistandsbeslut", "VagUtanBistandsbeslut"),
        ("bistandsbeslut", "VagMedBistandsbeslut"),
        ("ej-anonym", "EjAnonymVag"),
    ):
        writer.describe(thing("vag", slug), class_, f"väg {slug}", f"way {slug}", concept=True)
    for slug, class_ in TARGET_GROUPS:
        group = thing("malgrupp", slug)
        writer.describe(group, class_, f"målgrupp {slug}", f"target group {slug}", concept=True)
    writer.say(thing("malgrupp", "vuxna-anhoriga"), kg("anhorigTill"), thing("malgrupp", "vuxna"))
    for number_, function in enumerate(CONCEPTS["stodfunktion"][1]):
        writer.say(thing("insatstyp", f"typ-{number_}"), kg("stodfunktion"), thing("stodfunktion", function))


def add_methods(writer: Writer) -> None:
    """Describe the methods with their families."""
    for index in range(METHODS):
        method, above = thing("metod", method_slug(index)), family_of(index)
        slug = method_slug(index)
        writer.describe(method, method_class(index), f"metod {slug}", f"method {slug}", concept=True)
        if above is not None:
            writer.say(method, kg("iMetodfamilj"), thing("metod", method_slug(above)))


def add_actors(writer: Writer) -> None:
    """Describe the actors that are no kommun, and län with regions and their units."""
    for slug, class_ in ACTORS:
        writer.describe(thing("aktor", slug), class_, f"aktör {slug}", f"actor {slug}")
    for kommun in range(0, writer.kommuner, 14):
        lan = kommun // 14
        writer.describe(thing("lan", f"lan-{lan:02}"), "Lan", f"Län {lan}", f"County {lan}")
        region = thing("region", f"region-{lan:02}")
        writer.describe(region, "Region", f"Region {lan}", f"Region {lan}")
        for slug, property_ in ((f"region-{lan:02}-a", kg("huvudman")), (f"region-{lan:02}-b", UNIT_OF)):
            unit = thing("verksamhet", slug)
            writer.describe(unit, "Verksamhet", f"mottagning {slug}", f"clinic {slug}")
            writer.say(unit, property_, region)


def add_sources(writer: Writer) -> None:
    """Describe the source of each year."""
    for year in YEARS:
        if year == YEARS[0] or writer.kommuner > 2:
            writer.describe(thing("kalla", str(year)), "Kalla", f"Kartläggningen {year}", f"The mapping of {year}")


def add_place(writer: Writer, index: int) -> None:
    """Describe a kommun, its kommundelar, and its units three deep."""
    code = f"{index // 14 + 1:02}{index % 14 + 10:02}"
    kommun = thing("kommun", f"k{code}")
    writer.describe(kommun, "Kommun", f"Kommun {code}", f"Municipality {code}")
    writer.say(kommun, kg("kommunkod"), f'"{code}"')
    writer.say(kommun, kg("iLan"), thing("lan", f"lan-{index // 14:02}"))
    writer.say(kommun, kg("samverkarMed"), kommun_of((index + 1) % writer.kommuner))
    part = thing("kommundel", f"k{code}-norra")
    writer.describe(part, "Kommundel", f"Norra {code}", f"North {code}")
    writer.say(part, kg("kommundelAv"), kommun)
    above = ""
    for level in ("forvaltning", "avdelning", "enhet"):
        unit = thing("verksamhet", f"k{code}-{level}")
        writer.describe(unit, "Verksamhet", f"{level} {code}", f"Unit {level} {code}")
        writer.say(unit, kg("delAvVerksamhet") if above else UNIT_OF, above or kommun)
        above = unit


def kommun_of(index: int) -> str:
    """Name a kommun."""
    return thing("kommun", f"k{index // 14 + 1:02}{index % 14 + 10:02}")


def any_actor(writer: Writer) -> str:
    """Choose an actor that is no kommun."""
    return thing("aktor", ACTORS[writer.below(len(ACTORS))][0])
