"""Checks: every check query and every message of the shapes has a case in which it fires; the tiny world fires none."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import RdfFormat, parse

from kunskapsgraf.errors import CheckFailed
from kunskapsgraf.graph.rdf import NamedNode, Quad
from kunskapsgraf.graph.vocabulary import SH, Names
from kunskapsgraf.pipeline import check as check_module
from kunskapsgraf.pipeline.build import checked
from kunskapsgraf.pipeline.check import check, check_queries, shapes
from kunskapsgraf.pipeline.read import Corpus, read
from kunskapsgraf.settings import Settings, packaged_sources

NAMES = Names("https://w3id.org/kunskapsgraf/")
RULES = packaged_sources()
WORLD = Path(__file__).parent / "world"
SOURCE = NAMES.source_graph("provkartan")
KINDS = (
    *("insats", "kalla", "kommun", "kommundel", "malgrupp", "metod", "passage", "utbud", "vag", "samarbete", "uppgift"),
    *(
        "handelse",
        "motsagelse",
        "lasning",
        "meny",
        "menypost",
        "tjanstetyp",
        "kolumn",
        "enhet",
        "handelsetyp",
        "begrepp",
    ),
    *("insatstyp", "sak", "uttalande", "bedomning", "rekniva", "ejangivet", "anmarkning"),
)
PREFIXES = """\
@prefix kg: <https://w3id.org/kunskapsgraf/ns#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
""" + "".join(f"@prefix {kind}: <{NAMES.things}{kind}/> .\n" for kind in KINDS)
LABEL = 'rdfs:label "a"@sv , "a"@en'
WHERE = "kg:uttalasI passage:prov-1-4"

# (check query, thing, Turtle that a source says beside the tiny world)
CHECKS: list[tuple[str, str, str]] = [
    (
        "asterisk-utan-anonym-vag",
        "insats/a",
        f"[] kg:asterisk true ; kg:avser insats:a . insats:a a kg:Insats ; {LABEL} ; {WHERE} .",
    ),
    ("begrepp-med-krock", "begrepp/a", 'begrepp:a skos:prefLabel "a"@sv , "b"@sv .'),
    ("begrepp-med-krock", "begrepp/a", 'begrepp:a skos:prefLabel "a"@sv ; skos:altLabel "a"@sv .'),
    ("begrepp-med-krock", "begrepp/a", 'begrepp:a skos:prefLabel "a"@sv ; skos:hiddenLabel "a"@sv .'),
    ("begrepp-med-krock", "begrepp/a", 'begrepp:a skos:altLabel "a"@sv ; skos:hiddenLabel "a"@sv .'),
    (
        "begrepp-med-krock",
        "metod/a",
        "metod:a skos:related metod:c ; skos:broader metod:b . metod:b skos:broader metod:c .",
    ),
    ("begrepp-med-krock", "metod/a", "metod:a skos:broader metod:b . metod:b skos:broader metod:a ."),
    ("erbjuder-for-hand", "kommun/soderby", "kommun:soderby kg:erbjuder insats:norrby-samtal ."),
    ("erbjuder-for-hand", "kommun/soderby", "kommun:soderby kg:harMetodutbud metod:tolvstegsmetoden ."),
    (
        "erbjuder-for-hand",
        "insats/norrby-samtal",
        "insats:norrby-samtal kg:anvanderMetodIFamilj metod:tolvstegsmetoden .",
    ),
    ("erbjuder-for-hand", "kommun/soderby", f"kommun:soderby a kg:KommunMedBarnstod ; {WHERE} ."),
    ("erbjuder-for-hand", "kommun/soderby", f"kommun:soderby a kg:KommunUtanBarnstod ; {WHERE} ."),
    ("etikett-saknas", "insats/a", f'insats:a a kg:Insats ; rdfs:label "a"@sv ; {WHERE} .'),
    ("etikett-saknas", "insats/a", f'insats:a a kg:Insats ; rdfs:label "a"@en ; {WHERE} .'),
    ("etikett-saknas", "metod/a", f'metod:a a kg:Metod ; skos:prefLabel "a" ; {WHERE} .'),
    (
        "giltighet-baklanges",
        "insats/norrby-samtal",
        'insats:norrby-samtal kg:giltigFran "2006-03-31"^^xsd:date ; kg:giltigTill "2006-02-01"^^xsd:date .',
    ),
    ("hanvisning-utan-mal", "insats/norrby-samtal", "insats:norrby-samtal kg:anvanderMetod metod:tolvstegmetoden ."),
    ("kallburet-utan-passage", "insats/a", f"insats:a a kg:Insats ; {LABEL} ."),
    ("kommun-utan-kod", "kommun/a", f"kommun:a a kg:Kommun ; {LABEL} ; {WHERE} ."),
    ("kommun-utan-kod", "kommun/a", f'kommun:a a kg:Kommun ; {LABEL} ; {WHERE} ; kg:kommunkod "198" .'),
    ("kommun-utan-kod", "kommun/a", f'kommun:a a kg:Kommun ; {LABEL} ; {WHERE} ; kg:kommunkod "19844" .'),
    ("kommundel-med-kod", "kommundel/a", f'kommundel:a a kg:Kommundel ; {LABEL} ; {WHERE} ; kg:kommunkod "1984" .'),
    (
        "kommundel-med-kod",
        "kommundel/a",
        f'kommundel:a a kg:Stadsdelsomrade ; {LABEL} ; {WHERE} ; kg:kommunkod "1984" .',
    ),
    ("kontaktuppgift", "insats/norrby-samtal", 'insats:norrby-samtal kg:villkor "Ring 0123-45 67 89."@sv .'),
    ("kontaktuppgift", "insats/norrby-samtal", 'insats:norrby-samtal kg:villkor "Ring 08-123 45 67."@sv .'),
    ("kontaktuppgift", "insats/norrby-samtal", 'insats:norrby-samtal kg:villkor "Skriv till a.b@norrby.se."@sv .'),
    ("planerat-som-utbud", "insats/norrby-samtal", f"insats:norrby-samtal a kg:PlaneradInsats ; {WHERE} ."),
    ("planerat-som-utbud", "insats/norrby-samtal", "kommun:soderby kg:planerar insats:norrby-samtal ."),
    ("utbud-utan-kalla", "utbud/a", f"utbud:a a kg:Utbudspost ; {LABEL} ."),
    (
        "utbud-utan-kalla",
        "utbud/a",
        f"utbud:a a kg:Utbudspost ; {LABEL} ; kg:uttalasI passage:a . passage:a a kg:Passage .",
    ),
]
OFFER = "utbud:a a kg:Utbudspost ; kg:avserInsats insats:norrby-samtal ; kg:giltighetOkand true"
OWNED = "kommun:norrby kg:harUtbudspost utbud:a ."
SERVICE = "insats:a a kg:Insats"
ENTRY = (
    "menypost:a a kg:Menypost ; kg:iMeny meny:a ; kg:tryckt 'a' ; kg:menyradTryckt tjanstetyp:a ; kg:menyrad tjanstetyp:a ; "
    "kg:menykolumn kolumn:a ; kg:asterisk false ; kg:avser insats:norrby-samtal .\n"
    "meny:a a kg:Meny . tjanstetyp:a a kg:Tjanstetyp . kolumn:a a kg:Menykolumn ."
)
PLACE = "passage:a a kg:Passage ; kg:iKalla kalla:provkartan ; kg:rubrikvag 'a' ; kg:radFran 1 ; kg:radTill 2 ."
EVENT = "handelse:a a kg:Handelse ; kg:handelsetyp handelsetyp:a . handelsetyp:a a kg:Handelsetyp ."
CONTRADICTION = (
    "motsagelse:a a kg:Motsagelse ; kg:foljdLasning lasning:a ; kg:annanLasning lasning:b ; "
    "kg:skal 'a'@sv , 'a'@en . lasning:a a kg:Lasning . lasning:b a kg:Lasning ."
)
STATED = (
    "uttalande:a a kg:GranskadUtsaga ; kg:bedomning bedomning:positiv-effekt ; "
    "kg:avser metod:tolvstegsmetoden ; kg:uttalasI passage:prov-1-4 .\n"
    "metod:tolvstegsmetoden kg:harEvidensutsaga uttalande:a . bedomning:positiv-effekt a kg:Bedomning ."
)
STUDIED = STATED.replace("kg:GranskadUtsaga", "kg:Studieutsaga")
CLAIMED = STATED.replace("kg:GranskadUtsaga", "kg:PastaendeUtanKalla").replace("positiv-effekt", "pastadd")
PRACTISED = CLAIMED.replace("kg:PastaendeUtanKalla", "kg:Praktikerutsaga")
FOLLOWED = STATED.replace("kg:GranskadUtsaga ;", "kg:LokalUppfoljning ; kg:underlag 'journaler'@sv ;").replace(
    "positiv-effekt", "lokal-uppfoljning"
)
RECOMMENDED = (
    "uttalande:a a kg:Rekommendation ; kg:avser metod:tolvstegsmetoden ; kg:tillstand begrepp:a ; kg:rekNiva rekniva:bor ; "
    "prov:hadPrimarySource kalla:a .\n"
    "rekniva:bor a kg:Rekommendationsniva . kalla:a kg:webbplats 'https://a.se'^^xsd:anyURI ; kg:sedd '2026-11-22'^^xsd:date ."
)
REPORTED = (
    "uttalande:a a kg:Rekommendation ; kg:avser metod:tolvstegsmetoden ; kg:uttalasI passage:prov-1-4 .\n"
    "ejangivet:a a kg:EjAngivet ; kg:avser uttalande:a ; kg:egenskap kg:rekNiva , kg:tillstand ."
)

# What each shape lets through: the cases below each break one of these in one place.
WHOLE = [
    f"{OFFER} . {OWNED}",
    f'{OFFER.replace("kg:giltighetOkand true", "kg:giltigFran ")} "2006-02-01"^^xsd:date . {OWNED}',
    f"{SERVICE} ; kg:alderFran 18 .",
    ENTRY,
    PLACE,
    EVENT,
    EVENT.replace("handelsetyp:a .", "handelsetyp:a ; kg:ar 2003 ; kg:manad 12 .", 1),
    CONTRADICTION,
    "samarbete:a a kg:MellankommunaltSamarbete ; kg:harDeltagare kommun:norrby , kommun:soderby .",
    "uppgift:a a kg:Mangduppgift ; kg:varde 3 ; kg:enhet enhet:a . enhet:a a kg:Enhet .",
    "uppgift:a a kg:Mangduppgift ; kg:varde 3.5 .",
    "uppgift:a a kg:Mangduppgift ; kg:vardeFran 3 ; kg:vardeTill 5 .",
    "uppgift:a a kg:Mangduppgift ; kg:vardeord 'några'@sv .",
    "uppgift:a a kg:Kapacitet ; kg:varde 3 .",
    STATED,
    STATED.replace("positiv-effekt", "oversikt-saknas"),
    STUDIED,
    STUDIED.replace("positiv-effekt", "otillrackligt"),
    CLAIMED,
    PRACTISED,
    FOLLOWED,
    FOLLOWED.replace("kg:underlag 'journaler'@sv", "kg:uppfoljningsdesign begrepp:a"),
    FOLLOWED.replace("kg:underlag 'journaler'@sv", "kg:harAnmarkning anmarkning:a"),
    RECOMMENDED,
    REPORTED,
]
# (a part of the Swedish message that only it has, thing, Turtle that breaks it)
SHAPES: list[tuple[str, str, str]] = [
    (
        "precis en insats med kg:avserInsats",
        "utbud/a",
        f"{OFFER} , insats:b . insats:b a kg:Insats . {OWNED}".replace(
            "kg:giltighetOkand true ,", "kg:giltighetOkand true ; kg:avserInsats"
        ),
    ),
    ("precis en insats med kg:avserInsats", "utbud/a", f"utbud:a a kg:Utbudspost ; kg:giltighetOkand true . {OWNED}"),
    (
        "precis en insats med kg:avserInsats",
        "utbud/a",
        f"{OFFER.replace('insats:norrby-samtal', 'kommun:norrby')} . {OWNED}",
    ),
    ("Precis en kommun, kommundel eller stadsdel", "utbud/a", f"{OFFER} ."),
    (
        "Precis en kommun, kommundel eller stadsdel",
        "utbud/a",
        f"{OFFER} . {OWNED} kommun:soderby kg:harUtbudspost utbud:a .",
    ),
    (
        "Skriv första giltiga dagen",
        "utbud/a",
        f"{OFFER.replace('kg:giltighetOkand true', 'kg:giltigFran 2006')} . {OWNED}",
    ),
    (
        "Skriv första giltiga dagen",
        "utbud/a",
        f'{OFFER} ; kg:giltigFran "2006-02-01"^^xsd:date , "2006-03-01"^^xsd:date . {OWNED}',
    ),
    (
        "Skriv första giltiga dagen",
        "utbud/a",
        f'{OFFER.replace("kg:giltighetOkand true", "kg:giltigFran ")} "2006-13-01"^^xsd:date . {OWNED}',
    ),
    ("Skriv sista giltiga dagen", "utbud/a", f'{OFFER} ; kg:giltigTill "mars 2006" . {OWNED}'),
    ("Inte båda, och aldrig ingetdera", "utbud/a", f"{OFFER.removesuffix(' ; kg:giltighetOkand true')} . {OWNED}"),
    ("Inte båda, och aldrig ingetdera", "utbud/a", f'{OFFER} ; kg:giltigFran "2006-02-01"^^xsd:date . {OWNED}'),
    ("En målgrupp ska finnas", "insats/a", f"{SERVICE} ; kg:riktarSigTill metod:tolvstegsmetoden ."),
    ("En målgrupp ska finnas", "insats/a", f"{SERVICE} ; kg:riktarSigSpecifiktTill metod:tolvstegsmetoden ."),
    ("En tillträdesväg ska vara", "insats/a", f"{SERVICE} ; kg:tilltradesvag metod:tolvstegsmetoden ."),
    ("En metod ska vara en kg:Metod", "insats/a", f"{SERVICE} ; kg:anvanderMetod vag:anonym ."),
    ("Det som personalen är utbildad i", "insats/a", f"{SERVICE} ; kg:personalUtbildadI vag:anonym ."),
    ("En insatstyp ska finnas", "insats/a", f"{SERVICE} ; kg:insatstyp vag:anonym ."),
    ("En tjänstetyp är en av menyns", "insats/a", f"{SERVICE} ; kg:tjanstetyp vag:anonym ."),
    ("Åldern är ett heltal", "insats/a", f"{SERVICE} ; kg:alderFran 121 ."),
    ("Åldern är ett heltal", "insats/a", f"{SERVICE} ; kg:alderFran -1 ."),
    ("Åldern är ett heltal", "insats/a", f"{SERVICE} ; kg:alderFran 18 , 20 ."),
    ("Åldern är ett heltal", "insats/a", f"{SERVICE} ; kg:alderFran 'arton' ."),
    ("En menypost hör till precis en meny", "menypost/a", ENTRY.replace("kg:iMeny meny:a ; ", "")),
    ("En menypost hör till precis en meny", "menypost/a", ENTRY.replace("meny:a a kg:Meny .", "")),
    ("Skriv menypostens text", "menypost/a", ENTRY.replace("kg:tryckt 'a' ; ", "")),
    ("Skriv menypostens text", "menypost/a", ENTRY.replace("kg:tryckt 'a'", "kg:tryckt 'a' , 'b'")),
    ("Ange den rad som posten är tryckt på", "menypost/a", ENTRY.replace("kg:menyradTryckt tjanstetyp:a ; ", "")),
    ("Ange vilken rad som läsningen följer", "menypost/a", ENTRY.replace("kg:menyrad tjanstetyp:a ; ", "")),
    (
        "Ange vilken rad som läsningen följer",
        "menypost/a",
        ENTRY.replace("kg:menyrad tjanstetyp:a", "kg:menyrad kolumn:a"),
    ),
    ("Ange menypostens tryckta kolumn", "menypost/a", ENTRY.replace("kg:menykolumn kolumn:a ; ", "")),
    ("Ange kg:asterisk true eller false", "menypost/a", ENTRY.replace("kg:asterisk false", "kg:asterisk 'nej'")),
    ("Ange kg:asterisk true eller false", "menypost/a", ENTRY.replace("kg:asterisk false ; ", "")),
    ("Ange vad menyposten avser", "menypost/a", ENTRY.replace(" ; kg:avser insats:norrby-samtal", "")),
    ("En uppgift ska ha ett tal", "uppgift/a", "uppgift:a a kg:Mangduppgift ."),
    ("En uppgift ska ha ett tal", "uppgift/a", "uppgift:a a kg:Kapacitet ."),
    ("kg:varde är ett heltal", "uppgift/a", "uppgift:a a kg:Mangduppgift ; kg:varde 'tre' ."),
    ("kg:varde är ett heltal", "uppgift/a", "uppgift:a a kg:Mangduppgift ; kg:varde 3 , 4 ."),
    ("kg:vardeFran är ett heltal", "uppgift/a", "uppgift:a a kg:Mangduppgift ; kg:vardeFran 'två' ."),
    ("kg:vardeTill är ett heltal", "uppgift/a", "uppgift:a a kg:Mangduppgift ; kg:vardeFran 2 ; kg:vardeTill 'sex' ."),
    ("Enheten ska finnas", "uppgift/a", "uppgift:a a kg:Mangduppgift ; kg:varde 3 ; kg:enhet metod:tolvstegsmetoden ."),
    ("Ange händelsens typ", "handelse/a", "handelse:a a kg:Handelse ."),
    ("Ange händelsens typ", "handelse/a", EVENT.replace("handelsetyp:a a kg:Handelsetyp .", "")),
    ("Året är ett heltal", "handelse/a", EVENT.replace("handelsetyp:a .", "handelsetyp:a ; kg:ar 20003 .", 1)),
    (
        "Året är ett heltal",
        "handelse/a",
        EVENT.replace("handelsetyp:a .", 'handelsetyp:a ; kg:ar "2003"^^xsd:gYear .', 1),
    ),
    ("Månaden är ett heltal", "handelse/a", EVENT.replace("handelsetyp:a .", "handelsetyp:a ; kg:manad 13 .", 1)),
    (
        "minst två deltagare",
        "samarbete/a",
        "samarbete:a a kg:MellankommunaltSamarbete ; kg:harDeltagare kommun:norrby .",
    ),
    ("En passage står i precis en källa", "passage/a", PLACE.replace("kg:iKalla kalla:provkartan ; ", "")),
    ("En passage står i precis en källa", "passage/a", PLACE.replace("kalla:provkartan", "kommun:norrby")),
    ("Ange rubrikvägen", "passage/a", PLACE.replace("kg:rubrikvag 'a' ; ", "")),
    ("första radens nummer", "passage/a", PLACE.replace("kg:radFran 1", "kg:radFran 3")),
    ("första radens nummer", "passage/a", PLACE.replace("kg:radFran 1 ; ", "")),
    ("sista radens nummer", "passage/a", PLACE.replace(" ; kg:radTill 2", "")),
    ("sista radens nummer", "passage/a", PLACE.replace("kg:radTill 2", "kg:radTill 'två'")),
    ("precis en läsning som följs", "motsagelse/a", CONTRADICTION.replace("kg:foljdLasning lasning:a ; ", "")),
    (
        "precis en läsning som följs",
        "motsagelse/a",
        CONTRADICTION.replace("kg:foljdLasning lasning:a", "kg:foljdLasning lasning:a , lasning:b"),
    ),
    ("minst en annan läsning", "motsagelse/a", CONTRADICTION.replace("kg:annanLasning lasning:b ; ", "")),
    (
        "Ange skälet till vald läsning",
        "motsagelse/a",
        CONTRADICTION.replace("kg:skal 'a'@sv , 'a'@en", "kg:skal 'a'@sv"),
    ),
    (
        "Ange skälet till vald läsning",
        "motsagelse/a",
        CONTRADICTION.replace("kg:skal 'a'@sv , 'a'@en", "kg:skal 'a'@sv , 'b'@sv"),
    ),
    (
        "har precis ett läge ur evidenslagen.ttl",
        "uttalande/a",
        STATED.replace("kg:bedomning bedomning:positiv-effekt ; ", ""),
    ),
    (
        "har precis ett läge ur evidenslagen.ttl",
        "uttalande/a",
        f"{STATED} uttalande:a kg:bedomning bedomning:blandat . bedomning:blandat a kg:Bedomning .",
    ),
    ("har precis ett läge ur evidenslagen.ttl", "uttalande/a", STATED.replace("a kg:Bedomning", "a kg:Utfall")),
    (
        "vilken åtgärd evidensutsagan gäller",
        "uttalande/a",
        STATED.replace("kg:avser metod:tolvstegsmetoden ; ", "").replace(
            "metod:tolvstegsmetoden kg:harEvidensutsaga uttalande:a .", ""
        ),
    ),
    (
        "risk- eller skyddsfaktor är en kg:Faktorutsaga",
        "uttalande/a",
        f"{STATED.replace('metod:tolvstegsmetoden', 'sak:a')} sak:a a kg:Skyddsfaktor .",
    ),
    (
        "risk- eller skyddsfaktor är en kg:Faktorutsaga",
        "uttalande/a",
        STATED.replace("metod:tolvstegsmetoden", "kommun:norrby"),
    ),
    (
        "ska ha den med kg:harEvidensutsaga",
        "uttalande/a",
        STATED.replace("metod:tolvstegsmetoden kg:harEvidensutsaga uttalande:a .", ""),
    ),
    (
        "ska ha den med kg:harEvidensutsaga",
        "uttalande/a",
        f"{STATED} insats:norrby-samtal kg:harEvidensutsaga uttalande:a .",
    ),
    ("passagen där evidensutsagan står", "uttalande/a", STATED.replace(" ; kg:uttalasI passage:prov-1-4", "")),
    ("är av precis ett slag", "uttalande/a", STATED.replace("kg:GranskadUtsaga", "kg:Evidensutsaga")),
    (
        "är av precis ett slag",
        "uttalande/a",
        STATED.replace("kg:GranskadUtsaga", "kg:GranskadUtsaga , kg:Studieutsaga"),
    ),
    ("En granskad utsaga har läget", "uttalande/a", STATED.replace("positiv-effekt", "pastadd")),
    ("En utsaga om en studie har läget", "uttalande/a", STUDIED.replace("positiv-effekt", "oversikt-saknas")),
    ("Ett påstående utan källa har läget", "uttalande/a", CLAIMED.replace("pastadd", "positiv-effekt")),
    ("En praktikerutsaga har läget", "uttalande/a", PRACTISED.replace("pastadd", "lokal-uppfoljning")),
    ("En lokal uppföljning har läget", "uttalande/a", FOLLOWED.replace("lokal-uppfoljning", "positiv-effekt")),
    ("Säg hur den lokala uppföljningen är gjord", "uttalande/a", FOLLOWED.replace(" kg:underlag 'journaler'@sv ;", "")),
    (
        "vilken metod eller insatstyp rekommendationen gäller",
        "uttalande/a",
        RECOMMENDED.replace("kg:avser metod:tolvstegsmetoden ; ", ""),
    ),
    (
        "vilken metod eller insatstyp rekommendationen gäller",
        "uttalande/a",
        RECOMMENDED.replace("metod:tolvstegsmetoden", "insats:norrby-samtal"),
    ),
    (
        "Nivån är en av dem i evidenslagen.ttl",
        "uttalande/a",
        RECOMMENDED.replace("a kg:Rekommendationsniva", "a kg:Utfall"),
    ),
    (
        "Nivån är en av dem i evidenslagen.ttl",
        "uttalande/a",
        f"{RECOMMENDED} uttalande:a kg:rekNiva rekniva:1 . rekniva:1 a kg:Rekommendationsniva .",
    ),
    (
        "vid vilket tillstånd åtgärden rekommenderas",
        "uttalande/a",
        RECOMMENDED.replace("kg:tillstand begrepp:a ; ", ""),
    ),
    ("vid vilket tillstånd åtgärden rekommenderas", "uttalande/a", REPORTED.replace(" , kg:tillstand", "")),
    (
        "vid vilket tillstånd åtgärden rekommenderas",
        "uttalande/a",
        f"{RECOMMENDED.replace('kg:tillstand begrepp:a ; ', '')} ejangivet:a a kg:EjAngivet ; kg:avser uttalande:a ; kg:egenskap kg:tillstand .",
    ),
    ("Ange rekommendationens nivå", "uttalande/a", RECOMMENDED.replace("kg:rekNiva rekniva:bor ; ", "")),
    ("Ange rekommendationens nivå", "uttalande/a", REPORTED.replace("kg:rekNiva , ", "")),
    (
        "Säg var rekommendationen är läst",
        "uttalande/a",
        RECOMMENDED.replace("prov:hadPrimarySource", "prov:wasDerivedFrom"),
    ),
    ("Säg var rekommendationen är läst", "uttalande/a", RECOMMENDED.replace(" ; kg:sedd '2026-11-22'^^xsd:date", "")),
    (
        "Säg var rekommendationen är läst",
        "uttalande/a",
        RECOMMENDED.replace("kg:webbplats 'https://a.se'^^xsd:anyURI ; ", ""),
    ),
]


@pytest.fixture(scope="module")
def tiny() -> Corpus:
    """Read the tiny world once."""
    return read(WORLD, NAMES)


def beside(corpus: Corpus, turtle: str) -> Corpus:
    """Give a corpus in which the source also says what the Turtle says."""
    graph = NamedNode(SOURCE)
    more = [
        Quad(quad.subject, quad.predicate, quad.object, graph)
        for quad in parse((PREFIXES + turtle).encode(), format=RdfFormat.TURTLE)
    ]
    return Corpus((*corpus.quads, *more), corpus.files, corpus.spoken_of)


def fired(corpus: Corpus, query: str, tmp_path: Path) -> list[tuple[str, str]]:
    """Run one check query; give its violations."""
    (tmp_path / f"{query}-violation.rq").write_bytes(
        (RULES / "queries" / "checks" / f"{query}-violation.rq").read_bytes()
    )
    return list(check_queries(corpus, WORLD, tmp_path, NAMES))


@cache
def messages() -> frozenset[tuple[str, str]]:
    """Give each message of the shapes in Swedish and English."""
    graph = rdflib.Graph()
    for file in (RULES / "shapes").glob("*.ttl"):
        graph.parse(file, format="turtle")
    found = set()
    for shape in graph.subjects(rdflib.URIRef(SH + "message")):
        texts = {
            getattr(text, "language", ""): str(text) for text in graph.objects(shape, rdflib.URIRef(SH + "message"))
        }
        found.add((texts.get("sv", ""), texts.get("en", "")))
    return frozenset(found)


def test_tiny_world_is_clean(tiny: Corpus) -> None:
    """The tiny world fires no check and no shape."""
    check(tiny, WORLD, RULES, NAMES)


def test_every_check_has_a_case() -> None:
    """Each check query stands among the cases below."""
    files = {path.name.removesuffix("-violation.rq") for path in (RULES / "queries" / "checks").glob("*.rq")}
    assert files == {name for name, _, _ in CHECKS}


@pytest.mark.parametrize(("name", "thing", "turtle"), CHECKS)
def test_check_fires(tiny: Corpus, tmp_path: Path, name: str, thing: str, turtle: str) -> None:
    """The check fires on the thing that the case breaks, and says in both languages how to mend it."""
    found = {(sv, en) for sv, en in fired(beside(tiny, turtle), name, tmp_path) if f": {thing}: " in sv}
    assert found
    for sv, en in found:
        assert f": {thing}: " in en
        assert sv != en
        assert sv.endswith(".")
        assert en.endswith(".")


@pytest.mark.parametrize("name", sorted({name for name, _, _ in CHECKS}))
def test_check_is_silent_on_the_tiny_world(tiny: Corpus, tmp_path: Path, name: str) -> None:
    """The check finds nothing where the case is not there."""
    assert [] == fired(tiny, name, tmp_path)


def test_every_message_has_a_case() -> None:
    """Each message of the shapes stands among the cases below, in two languages, and each case names one message."""
    texts = messages()
    assert [] == [(sv, en) for sv, en in texts if not sv or not en or sv == en]
    without = [sv for sv, _ in texts if not any(part in sv for part, _, _ in SHAPES)]
    assert [] == without
    assert [] == [part for part, _, _ in SHAPES if 1 != len([sv for sv, _ in texts if part in sv])]


@pytest.mark.parametrize(("part", "thing", "turtle"), SHAPES)
def test_shape_fires(tiny: Corpus, part: str, thing: str, turtle: str) -> None:
    """The shape fires on the thing that the case breaks, with its message in both languages."""
    expected_en = next(en for sv, en in messages() if part in sv)
    found = [(sv, en) for sv, en in shapes(beside(tiny, turtle), SOURCE, WORLD, RULES / "shapes", NAMES) if part in sv]
    assert found
    for sv, en in found:
        assert sv.startswith(f"-: {thing}")
        assert en.startswith(f"-: {thing}")
        assert en.endswith(expected_en)


@pytest.mark.parametrize("turtle", WHOLE)
def test_shape_is_silent(tiny: Corpus, turtle: str) -> None:
    """What a shape asks for is let through."""
    assert [] == shapes(beside(tiny, turtle), SOURCE, WORLD, RULES / "shapes", NAMES)


def test_shape_names_property_and_value(tiny: Corpus) -> None:
    """A shape's violation names property and value; an inverse path has no name and is left out."""
    [(sv, _)] = shapes(
        beside(tiny, "insats:a a kg:Insats ; kg:insatstyp vag:anonym ."), SOURCE, WORLD, RULES / "shapes", NAMES
    )
    assert sv.startswith("-: insats/a, kg:insatstyp = vag/anonym: ")
    [(sv, _)] = shapes(beside(tiny, f"{OFFER} ."), SOURCE, WORLD, RULES / "shapes", NAMES)
    assert sv.startswith("-: utbud/a: Precis en ")


# (how a shape is targeted and what it asks, the Turtle of a source, the thing that breaks it)
SEEN = [
    # A closed shape sees the properties that it does not name.
    (
        "sh:targetClass kg:Metod ; sh:closed true ; sh:ignoredProperties ( <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> )",
        "metod:a kg:hittad 1 ; a kg:Metod .",
        "metod/a",
    ),
    # A query sees all.
    (
        'sh:targetClass kg:Metod ; sh:sparql [ sh:select "SELECT $this WHERE { $this <https://w3id.org/kunskapsgraf/ns#hittad> ?x }" ]',
        "metod:a kg:hittad 1 ; a kg:Metod .",
        "metod/a",
    ),
    # A class below, and a class of a value, as the source itself says what is below what.
    (
        "sh:targetClass kg:Metod ; sh:property [ sh:path kg:provad ; sh:maxCount 0 ]",
        "kg:Provmetod rdfs:subClassOf kg:Metod . metod:a a kg:Provmetod ; kg:provad 1 .",
        "metod/a",
    ),
    # Targets of other kinds than classes.
    ("sh:targetSubjectsOf kg:provad ; sh:class kg:Insats", "metod:a kg:provad 1 .", "metod/a"),
    (
        "sh:targetObjectsOf kg:provad ; sh:class kg:Insats",
        "insats:a kg:provad metod:a . metod:a a kg:Metod .",
        "metod/a",
    ),
]


@pytest.mark.parametrize(("shape", "turtle", "thing"), SEEN)
def test_what_a_shape_of_any_kind_sees(tiny: Corpus, tmp_path: Path, shape: str, turtle: str, thing: str) -> None:
    """A shape finds what it asks for, though it is given only the properties that it may see and the things that are the source's own."""
    (tmp_path / "egen.ttl").write_text(
        "@prefix kg: <https://w3id.org/kunskapsgraf/ns#> . @prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        f'kg:EgenForm a sh:NodeShape ; {shape} ; sh:message "Fel."@sv , "Wrong."@en .',
        encoding="utf-8",
    )
    before = {sv for sv, _ in shapes(tiny, SOURCE, WORLD, tmp_path, NAMES)}
    found = {sv for sv, _ in shapes(beside(tiny, turtle), SOURCE, WORLD, tmp_path, NAMES)} - before
    assert [True] == [f": {thing}" in sv for sv in found]


def test_editorial_thing_is_not_the_sources_to_mend(tiny: Corpus) -> None:
    """A shape that an editorial thing breaks is no violation of a source that never speaks of it."""
    quads = [
        Quad(quad.subject, quad.predicate, quad.object, NamedNode(NAMES.editorial_graph))
        for quad in parse((PREFIXES + "uppgift:a a kg:Mangduppgift .").encode(), format=RdfFormat.TURTLE)
    ]
    corpus = Corpus((*tiny.quads, *quads), tiny.files, tiny.spoken_of)
    assert [] == shapes(corpus, SOURCE, WORLD, RULES / "shapes", NAMES)


def test_editorial_graph_is_checked_too(tiny: Corpus) -> None:
    """An editorial thing that breaks a shape is a violation of the editorial graph, with every source beside it."""
    graph = NamedNode(NAMES.editorial_graph)
    turtle = "uppgift:a a kg:Mangduppgift . utbud:norrby-samtal-2006 kg:avserInsats insats:norrby-samtal ."
    more = [
        Quad(quad.subject, quad.predicate, quad.object, graph)
        for quad in parse((PREFIXES + turtle).encode(), format=RdfFormat.TURTLE)
    ]
    corpus = Corpus((*tiny.quads, *more), tiny.files, tiny.spoken_of)
    [(sv, en)] = shapes(corpus, NAMES.editorial_graph, WORLD, RULES / "shapes", NAMES)
    assert sv.startswith("-: uppgift/a: En uppgift ska ha ett tal")
    assert en.startswith("-: uppgift/a: A figure must have a number")
    with pytest.raises(CheckFailed, match="uppgift/a: En uppgift ska ha ett tal"):
        check(corpus, WORLD, RULES, NAMES)


# (file, text, what it becomes, the line that is named, a part of the message)
BROKEN = [
    (
        "redaktion/varld.ttl",
        ' ; kg:kommunkod "9902"',
        "",
        "data/ttl/redaktion/varld.ttl:11: kommun/soderby: ",
        "saknar kommunkod",
    ),
    (
        "provkartan.ttl",
        "kg:Utbudspost ; ",
        "kg:Utbudspost ; kg:giltighetOkand true ; ",
        "data/ttl/provkartan.ttl:19: utbud/norrby-samtal-2006: ",
        "Inte båda",
    ),
    (
        "provkartan.ttl",
        "passage:prov-1-4 a kg:Passage ;",
        "passage:prov-1-4",
        "data/ttl/provkartan.ttl:19: utbud/norrby-samtal-2006: ",
        "saknar källa",
    ),
    (
        "provkartan.ttl",
        "metod:tolvstegsmetoden ;",
        "metod:tolvsteg ;",
        "data/ttl/provkartan.ttl:22: insats/norrby-samtal: ",
        "metod/tolvsteg finns inte",
    ),
]


@pytest.mark.parametrize(("file", "text", "becomes", "where", "says"), BROKEN)
def test_file_and_line(world_settings: Settings, file: str, text: str, becomes: str, where: str, says: str) -> None:
    """A violation in a file stops the check and names the file, the line and the thing."""
    path = world_settings.sources / "data" / "ttl" / file
    content = path.read_text(encoding="utf-8")
    assert text in content
    path.write_text(content.replace(text, becomes), encoding="utf-8")
    with pytest.raises(CheckFailed) as caught:
        checked(world_settings)
    lines = [line for line in caught.value.sv.splitlines() if line.startswith(where) and says in line]
    assert lines
    assert set(lines) <= {sv for sv, _ in caught.value.violations}
    assert caught.value.en.splitlines()[0].endswith("errors in the source files; nothing was built.")


def test_many_violations_are_counted(tiny: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many violations the first are shown, the rest counted and all kept."""
    monkeypatch.setattr(check_module, "MOST_SHOWN", 2)
    turtle = "".join(f"insats:a{i} a kg:Insats ; {LABEL} .\n" for i in range(5))
    with pytest.raises(CheckFailed) as caught:
        check(beside(tiny, turtle), WORLD, RULES, NAMES)
    assert 5 == len(caught.value.violations)
    assert ("5 fel", "... och 3 till.") == (caught.value.sv[:5], caught.value.sv.splitlines()[-1])
    assert ("5 errors", "... and 3 more.") == (caught.value.en[:8], caught.value.en.splitlines()[-1])
    assert 4 == len(caught.value.sv.splitlines())


def test_axiom_of_an_own_ontology_is_checked(world_settings: Settings) -> None:
    """An axiom that names a missing thing is a violation where the ontology is the curator's, and none where it is ours."""
    checked(world_settings)
    ontology = world_settings.sources / "ontology"
    ontology.mkdir()
    for file in (RULES / "ontology").glob("*.ttl"):
        (ontology / file.name).write_bytes(file.read_bytes())
    with pytest.raises(CheckFailed, match="regi/kopt finns inte"):
        checked(world_settings)
