"""Reasoning over our ontology: the categories, what does not follow, contradictions, and layers by source."""

from __future__ import annotations

from pathlib import Path

import pytest
from category_names import MUNICIPALITIES
from pyoxigraph import RdfFormat, parse

from kunskapsgraf.errors import SourceError
from kunskapsgraf.graph import queries
from kunskapsgraf.graph.rdf import NamedNode, Triple
from kunskapsgraf.graph.vocabulary import OWL, RDF_TYPE, RDFS, Names
from kunskapsgraf.pipeline.read import read
from kunskapsgraf.pipeline.reason import by_source, infer, is_noise
from kunskapsgraf.settings import packaged_sources

NAMES = Names("https://w3id.org/kunskapsgraf/")
WORLD = Path(__file__).parent / "world"
ONTOLOGY = packaged_sources() / "ontology"
RULES = tuple(queries.folder(packaged_sources() / "queries" / "rules").values())
KINDS = (
    "enhet",
    "insats",
    "kommun",
    "kommundel",
    "malgrupp",
    "metod",
    "region",
    "samarbete",
    "tjanstetyp",
    "utbud",
    "vag",
    "regi",
)
PREFIXES = """\
@prefix kg: <https://w3id.org/kunskapsgraf/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ex: <http://example.org/> .
""" + "".join(f"@prefix {kind}: <{NAMES.things}{kind}/> .\n" for kind in KINDS)
CONCEPTS = """
malgrupp:vuxna-anhoriga a kg:VuxenAnhorigMalgrupp . malgrupp:barn a kg:BarnMalgrupp .
malgrupp:kvinnor a kg:KvinnoMalgrupp . malgrupp:unga a kg:UngVuxenMalgrupp . vag:anonym a kg:AnonymVag .
metod:minnesota kg:iMetodfamilj metod:tolvstegsmetoden .
"""
CATEGORIES = set(MUNICIPALITIES)
# What a service says, and the categories of the municipality that offers it.
SERVICES: list[tuple[str, set[str]]] = [
    ("kg:anvanderMetod metod:tolvstegsmetoden", {"KommunMedTolvstegsutbud"}),
    ("kg:anvanderMetod metod:minnesota", {"KommunMedTolvstegsutbud"}),
    ("kg:personalUtbildadI metod:tolvstegsmetoden", set()),
    ("kg:onskarMetod metod:tolvstegsmetoden", set()),
    ("kg:anvanderMetod metod:kbt", set()),
    ("kg:riktarSigTill malgrupp:vuxna-anhoriga", {"KommunMedStodTillVuxnaAnhoriga"}),
    ("kg:riktarSigSpecifiktTill malgrupp:vuxna-anhoriga", {"KommunMedStodTillVuxnaAnhoriga"}),
    ("kg:deltarFramst malgrupp:vuxna-anhoriga", set()),
    ("kg:riktarSigSpecifiktTill malgrupp:barn", {"KommunMedBarnstod"}),
    ("kg:riktarSigTill malgrupp:barn", set()),
    ("kg:tilltradesvag vag:anonym", {"KommunMedAnonymtUtbud"}),
    ("kg:villkoradVag vag:anonym", set()),
    ("kg:riktarSigSpecifiktTill malgrupp:kvinnor", {"KommunMedKvinnoinsats"}),
    ("kg:riktarSigTill malgrupp:kvinnor", set()),
    ("kg:riktarSigSpecifiktTill malgrupp:unga", {"KommunMedUngaVuxnaInsats"}),
    ("kg:riktarSigTill malgrupp:unga", set()),
    ("kg:tjanstetyp tjanstetyp:bostadsstod", {"KommunMedBoendestod"}),
    ("kg:tjanstetyp tjanstetyp:arbetsstod", {"KommunMedSysselsattningsstod"}),
    ("kg:tjanstetyp tjanstetyp:motiverande", set()),
    (
        "kg:riktarSigTill malgrupp:vuxna-anhoriga , malgrupp:barn ; kg:tilltradesvag vag:anonym",
        {"KommunMedStodTillVuxnaAnhoriga", "KommunMedAnonymtUtbud"},
    ),
]
# What stands beside, (thing, its categories among the nine).
OTHERS: list[tuple[str, str, set[str]]] = [
    (
        "samarbete:a a kg:MellankommunaltSamarbete ; kg:harDeltagare kommun:a , kommun:b . kommun:c kg:deltarI samarbete:a .",
        "kommun/a",
        {"SamverkandeKommun"},
    ),
    ("", "kommun/c", {"SamverkandeKommun"}),
    ("samarbete:b a kg:Samarbete ; kg:harDeltagare kommun:d , region:a .", "kommun/d", set()),
    ("samarbete:c a kg:PlaneratSamarbete ; kg:planeradDeltagare kommun:e , kommun:a .", "kommun/e", set()),
    # A part's offer counts for its municipality, whichever way the two are tied.
    (
        "kommundel:f kg:kommundelAv kommun:f ; kg:harUtbudspost utbud:f . utbud:f kg:avserInsats insats:f .",
        "kommun/f",
        {"KommunMedBoendestod"},
    ),
    ("insats:f a kg:Insats ; kg:tjanstetyp tjanstetyp:bostadsstod .", "kommundel/f", set()),
    (
        "kommun:g kg:harKommundel kommundel:g . kommundel:g kg:harUtbudspost utbud:f .",
        "kommun/g",
        {"KommunMedBoendestod"},
    ),
    ("", "kommundel/g", set()),
    # A district's does not, and what is planned is no offer.
    ("kommundel:h a kg:Stadsdelsomrade ; kg:delAvKommun kommun:h ; kg:harUtbudspost utbud:f .", "kommun/h", set()),
    ("kommun:i kg:planerar insats:f .", "kommun/i", set()),
]
PLACES = "".join(f"kommun:{letter} a kg:Kommun . " for letter in "abcdefghi")

# What contradicts the themes of the ontology: (files, Turtle)
CONTRADICTIONS = [
    (("platser-aktorer",), "ex:x a kg:Kommun , kg:Lan ."),
    (("platser-aktorer",), "ex:x a kg:Kommundel . ex:y kg:delAvKommun ex:x ."),
    (("platser-aktorer",), "ex:x a kg:Region , kg:Lan ."),
    (("platser-aktorer", "samverkan"), "ex:x a kg:Samarbete , kg:PlaneratSamarbete ."),
    (("platser-aktorer", "samverkan"), "ex:x a kg:PlaneratSamarbete . ex:y kg:deltarI ex:x ."),
    (("platser-aktorer", "utbud"), "ex:x a kg:VagMedBistandsbeslut , kg:AnonymVag ."),
    (("platser-aktorer", "utbud"), "ex:x a kg:Insats , kg:Metod ."),
    (("platser-aktorer", "utbud"), "ex:x a kg:AnonymVag , kg:EjAnonymVag ."),
]
AGREEING = [
    (("platser-aktorer",), "ex:x a kg:Kommun , kg:Region ."),
    (("platser-aktorer", "samverkan"), "ex:x a kg:PlaneratSamarbete ; kg:planeradDeltagare ex:y ."),
    (
        ("platser-aktorer", "utbud"),
        "ex:x a kg:Insats ; kg:tilltradesvag ex:y , ex:z . ex:y a kg:VagMedBistandsbeslut . ex:z a kg:AnonymVag .",
    ),
]
# An ontology with one of each construct that ours has.
CONSTRUCTS = """
kg:A a owl:Class . kg:B a owl:Class ; rdfs:subClassOf kg:A . kg:C a owl:Class ; rdfs:subClassOf kg:B , ex:Foreign .
kg:D a owl:Class ; owl:disjointWith kg:E . kg:E a owl:Class . kg:F a owl:Class . kg:G a owl:Class . kg:H a owl:Class .
kg:I a owl:Class . kg:J a owl:Class . kg:K a owl:Class . kg:L a owl:Class . kg:M a owl:Class .
kg:N a owl:Class ; rdfs:subClassOf [ a owl:Restriction ; owl:onProperty kg:none ; owl:maxCardinality "0"^^xsd:nonNegativeInteger ] .
[ a owl:Class ; owl:intersectionOf ( kg:A [ a owl:Restriction ; owl:onProperty kg:p ; owl:someValuesFrom kg:C ] ) ] rdfs:subClassOf kg:F .
[ a owl:Class ; owl:intersectionOf ( kg:A [ a owl:Restriction ; owl:onProperty kg:chain ; owl:hasValue ex:v ] ) ] rdfs:subClassOf kg:G .
[ a owl:Class ; owl:intersectionOf ( kg:B [ a owl:Restriction ; owl:onProperty kg:text ; owl:hasValue "ord"@sv ] ) ] rdfs:subClassOf kg:H .
[ a owl:Class ; owl:intersectionOf ( kg:A [ a owl:Restriction ; owl:onProperty kg:q ; owl:someValuesFrom
    [ a owl:Restriction ; owl:onProperty kg:p ; owl:hasValue ex:v ] ] ) ] rdfs:subClassOf kg:I .
[ a owl:Class ; owl:intersectionOf ( [ a owl:Class ; owl:unionOf ( kg:D kg:F ) ]
    [ a owl:Restriction ; owl:onProperty kg:r ; owl:someValuesFrom [ a owl:Class ; owl:oneOf ( ex:v ex:w ) ] ] ) ] rdfs:subClassOf kg:J .
[ a owl:Class ; owl:intersectionOf ( kg:A [ a owl:Restriction ; owl:onProperty kg:q ; owl:someValuesFrom
    [ a owl:Class ; owl:unionOf ( kg:B kg:D kg:H ) ] ] ) ] rdfs:subClassOf kg:K .
[ a owl:Restriction ; owl:onProperty kg:chain ; owl:someValuesFrom kg:K ] rdfs:subClassOf kg:L .
kg:p a owl:ObjectProperty ; rdfs:subPropertyOf kg:q ; owl:inverseOf kg:inv ; rdfs:range kg:A .
kg:q a owl:ObjectProperty ; rdfs:range kg:B . kg:inv a owl:ObjectProperty ; rdfs:range kg:M .
kg:r a owl:ObjectProperty , owl:TransitiveProperty . kg:sym a owl:ObjectProperty , owl:SymmetricProperty ; rdfs:subPropertyOf ex:foreign .
kg:chain a owl:ObjectProperty ; owl:propertyChainAxiom ( kg:p kg:r ) , ( kg:sym kg:chain ) .
[ a owl:Restriction ; owl:onProperty ex:foreign ; owl:someValuesFrom kg:F ] rdfs:subClassOf kg:O . kg:O a owl:Class .
kg:P a owl:Class ; rdfs:subClassOf kg:A . kg:t a owl:ObjectProperty , owl:TransitiveProperty .
kg:none a owl:ObjectProperty . kg:plain a owl:ObjectProperty ; rdfs:range kg:C . kg:bare a owl:ObjectProperty .
kg:text a owl:DatatypeProperty ; rdfs:range xsd:string . kg:note a owl:AnnotationProperty ; rdfs:subPropertyOf kg:remark .
ex:Near a owl:Class ; rdfs:subClassOf ex:Far . ex:Far a owl:Class .
kg:number a owl:DatatypeProperty ; rdfs:range xsd:integer . kg:remark a owl:AnnotationProperty .
"""
# A world in which each of its classes is inferred for something.
RICH = """
ex:a a kg:A ; kg:p ex:c ; kg:r ex:w ; kg:text "ord"@sv ; kg:sym ex:b . ex:c a kg:C ; kg:r ex:d . ex:d kg:r ex:v . ex:b kg:chain ex:c .
ex:e a kg:C ; kg:p ex:v ; kg:r ex:d ; kg:text "ord"@sv . ex:f a kg:A ; kg:q ex:e . ex:g kg:chain ex:f ; kg:sym ex:e .
ex:a kg:t ex:b . ex:b kg:t ex:c . ex:j a ex:Near . ex:h kg:plain ex:i ; kg:foreign 1 ; ex:foreign ex:e .
"""
# Worlds that contradict themselves by what follows.
DISJOINT = "kg:Q rdfs:subClassOf kg:D . ex:a a kg:Q ; kg:p ex:b . ex:a a kg:E ."
NONE = "ex:a a kg:N ; kg:p ex:b . ex:a kg:none ex:b ."
# Constructs that say nothing to a reasoner.
BOOKKEEPING = {OWL + "versionIRI", OWL + "versionInfo", OWL + "Ontology", OWL + "NamedIndividual", RDFS + "Datatype"}


def triples(turtle: str) -> list[Triple]:
    """Read Turtle with the prefixes of this file."""
    return [quad.triple for quad in parse((PREFIXES + turtle).encode(), format=RdfFormat.TURTLE)]


def themes(*names: str) -> list[Triple]:
    """Read some of the ontology's files."""
    return [
        quad.triple for name in names for quad in parse(path=str(ONTOLOGY / f"{name}.ttl"), format=RdfFormat.TURTLE)
    ]


def types_of(found: set[Triple], thing: str) -> set[str]:
    """Give the local names of our classes that a thing is inferred to be in."""
    return {
        triple.object.value.removeprefix(NAMES.terms)
        for triple in found
        if triple.subject == NamedNode(NAMES.things + thing)
        and triple.predicate.value == RDF_TYPE
        and isinstance(triple.object, NamedNode)
    }


@pytest.fixture(scope="module")
def inferred() -> set[Triple]:
    """Infer once over every case, each with municipalities and services of its own, and the tiny world."""
    corpus = read(WORLD, NAMES)
    world = [quad.triple for quad in corpus.quads if NAMES.kind_of_graph(str(quad.graph_name)[1:-1]) != "ontology"]
    turtle = CONCEPTS + PLACES
    for number, (says, _) in enumerate(SERVICES):
        turtle += f"kommun:k{number} a kg:Kommun ; kg:harUtbudspost utbud:u{number} . utbud:u{number} kg:avserInsats insats:i{number} .\n"
        turtle += f"insats:i{number} a kg:Insats ; {says} .\n"
    turtle += "".join(says for says, _, _ in OTHERS)
    return infer(corpus.graph(NAMES.ontology_graph), [*world, *triples(turtle)], RULES)


def test_the_nine_categories_have_a_case() -> None:
    """Each of the nine categories of municipalities is reached by a case below."""
    assert CATEGORIES == {name for _, names in SERVICES for name in names} | {
        name for _, _, names in OTHERS for name in names
    }


@pytest.mark.parametrize(
    ("number", "expected"),
    [(number, names) for number, (_, names) in enumerate(SERVICES)],
    ids=[s for s, _ in SERVICES],
)
def test_category_by_service(inferred: set[Triple], number: int, expected: set[str]) -> None:
    """A municipality is in the categories that its one service gives, and in no other."""
    assert expected == types_of(inferred, f"kommun/k{number}") & CATEGORIES


@pytest.mark.parametrize(("thing", "expected"), [(thing, names) for _, thing, names in OTHERS])
def test_category_otherwise(inferred: set[Triple], thing: str, expected: set[str]) -> None:
    """Cooperation and a part's offer give categories; a district's offer and a plan do not."""
    assert expected == types_of(inferred, thing) & CATEGORIES


def test_tiny_world(inferred: set[Triple]) -> None:
    """Norrby's one service gives three of the nine categories, and Söderby has none."""
    expected = {"KommunMedTolvstegsutbud", "KommunMedStodTillVuxnaAnhoriga", "KommunMedAnonymtUtbud"}
    assert expected == types_of(inferred, "kommun/norrby") & CATEGORIES
    assert set() == types_of(inferred, "kommun/soderby") & CATEGORIES
    services = {"AnhorigInsats", "VuxenAnhorigInsats", "AnonymInsats", "LagtroskelInsats"}
    assert services == {name for name in types_of(inferred, "insats/norrby-samtal") if ":" not in name}


def test_offer_follows_from_the_entry(inferred: set[Triple]) -> None:
    """Who has an offer entry offers its service, and so does the municipality of a part."""
    offers = NamedNode(NAMES.terms + "erbjuder")
    service = NamedNode(NAMES.things + "insats/f")
    found = {triple.subject for triple in inferred if triple.predicate == offers and triple.object == service}
    assert {
        NamedNode(NAMES.things + name) for name in ("kommun/f", "kommundel/f", "kommun/g", "kommundel/g", "kommundel/h")
    } == found


def test_no_part_becomes_a_municipality(inferred: set[Triple]) -> None:
    """A part of a municipality is a part and a place, never a municipality."""
    assert {"Kommundel", "Plats"} == types_of(inferred, "kommundel/f") == types_of(inferred, "kommundel/g")


def test_cooperation_without_self(inferred: set[Triple]) -> None:
    """Participants cooperate with each other, both ways, never with themselves; planned ones do not."""
    cooperates = NamedNode(NAMES.terms + "samverkarMed")
    pairs = {(str(t.subject), str(t.object)) for t in inferred if t.predicate == cooperates}
    a, b, c, d, region = (
        f"<{NAMES.things}{name}>" for name in ("kommun/a", "kommun/b", "kommun/c", "kommun/d", "region/a")
    )
    assert {(a, b), (b, a), (a, c), (c, a), (b, c), (c, b), (d, region), (region, d)} == pairs


def test_nothing_asserted_or_empty_is_inferred(inferred: set[Triple]) -> None:
    """What is inferred says something, was not asserted, and names no blank node."""
    assert [] == [triple for triple in inferred if is_noise(triple)]
    assert set() == inferred & set(triples(CONCEPTS))


@pytest.mark.parametrize(
    ("turtle", "expected"),
    [
        ("ex:x a kg:Kommun .", False),
        ("ex:x kg:erbjuder ex:y .", False),
        ("kg:Kommun rdfs:subClassOf kg:Plats .", False),
        ("ex:x rdfs:label 'x'@sv .", False),
        ("ex:x kg:samverkarMed ex:x .", False),
        ("ex:x a [] .", True),
        ("[] a kg:Kommun .", True),
        ("ex:x owl:sameAs ex:x .", True),
        ("ex:x owl:sameAs ex:y .", False),
        ("kg:Kommun rdfs:subClassOf kg:Kommun .", True),
        ("kg:Kommun owl:equivalentClass kg:Plats .", True),
        ("kg:p owl:equivalentProperty kg:q .", True),
        ("kg:p rdfs:range kg:Plats .", True),
        ("kg:p rdfs:domain kg:Plats .", True),
        ("ex:x a owl:Thing .", True),
        ("ex:x a rdfs:Resource .", True),
        ("kg:Kommun rdfs:subClassOf owl:Thing .", True),
        ("owl:Nothing rdfs:subClassOf kg:Kommun .", True),
        ("xsd:integer rdfs:subClassOf xsd:decimal .", False),
    ],
)
def test_is_noise(turtle: str, expected: bool) -> None:
    """Tautologies, anonymous classes and schema bookkeeping are noise; statements of things are not."""
    [triple] = triples(turtle)
    assert expected == is_noise(triple)


@pytest.mark.parametrize(("files", "turtle"), CONTRADICTIONS)
def test_contradiction_stops(files: tuple[str, ...], turtle: str) -> None:
    """Data that contradict the ontology stop the build, in both languages, with what to do."""
    with pytest.raises(SourceError) as caught:
        infer(themes(*files), triples(turtle), ())
    assert caught.value.sv.startswith("Data motsäger ontologin: ")
    assert caught.value.en.startswith("The data contradict the ontology: ")
    assert "kg:Motsagelse" in caught.value.sv
    assert "example.org/" in caught.value.en


@pytest.mark.parametrize(("files", "turtle"), AGREEING)
def test_no_contradiction(files: tuple[str, ...], turtle: str) -> None:
    """Gotland is kommun and region, a plan has planned participants, and a service may have both kinds of access."""
    infer(themes(*files), triples(turtle), ())


AXIOMS = """
ex:Own rdfs:subClassOf kg:B . ex:x1 a ex:Own ; kg:p ex:v . ex:v a kg:C .
ex:inverse owl:inverseOf kg:p . ex:v ex:inverse ex:x2 . ex:x2 a kg:A .
ex:below rdfs:subPropertyOf kg:r . ex:x3 ex:below ex:v ; a kg:D .
ex:ranged rdfs:range kg:C . ex:x4 a kg:A ; kg:p ex:y4 ; ex:ranged ex:y4 .
kg:bare rdfs:domain [ a owl:Class ; owl:intersectionOf ( kg:A kg:D ) ] . ex:x5 kg:bare ex:y5 .
[ a owl:Class ; owl:oneOf ( ex:x6 ex:y6 ) ] rdfs:subClassOf kg:D . ex:x6 kg:r ex:w .
ex:same owl:equivalentProperty kg:r . ex:x7 ex:same ex:v ; a kg:D .
"""


def test_axioms_in_data() -> None:
    """Data may bring axioms of their own, and they count."""
    found = infer(triples(CONSTRUCTS), triples(AXIOMS), ())
    assert (
        set(
            triples(
                "ex:x1 a kg:F . ex:x2 kg:p ex:v . ex:x3 a kg:J . ex:y4 a kg:C . ex:x5 a kg:D . ex:x6 a kg:J . ex:x7 a kg:J ."
            )
        )
        <= found
    )


def test_axiom_in_data_that_contradicts() -> None:
    """An axiom that data bring may make them contradict themselves."""
    with pytest.raises(SourceError):
        infer(
            triples("kg:plain a owl:ObjectProperty ."),
            triples("kg:plain rdfs:range owl:Nothing . ex:x kg:plain ex:y ."),
            (),
        )


LITTLE = """
kg:A a owl:Class . kg:C a owl:Class ; rdfs:subClassOf kg:A . kg:F a owl:Class .
[ a owl:Class ; owl:intersectionOf ( kg:A [ a owl:Restriction ; owl:onProperty kg:p ; owl:someValuesFrom kg:C ] ) ] rdfs:subClassOf kg:F .
kg:p rdfs:subPropertyOf kg:q ; owl:inverseOf kg:inv . kg:sym a owl:SymmetricProperty .
"""
EDITORIAL = "ex:v a kg:C . ex:w kg:p ex:v ."
ONE = "ex:a a kg:A ; kg:p ex:v ."
TWO = "ex:b a kg:C . ex:c kg:p ex:b ."
BOTH = "ex:c a kg:A ."


def test_layers_by_source() -> None:
    """What follows from a source alone is in its layer; what needs two is in none; what needs none has a layer too."""
    ontology, editorial = triples(LITTLE), triples(EDITORIAL)
    sources = {"ett": triples(ONE), "tva": triples(TWO), "tre": triples(BOTH)}
    everything, layers = by_source(ontology, editorial, sources, ())
    [in_one] = triples("ex:a a kg:F .")
    [in_two] = triples("ex:b a kg:A .")
    [in_both] = triples("ex:c a kg:F .")
    [timeless] = triples("ex:w kg:q ex:v .")
    assert {in_one, in_two, in_both, timeless} <= everything
    found = {
        triple: {slug for slug, layer in layers.items() if triple in layer}
        for triple in (in_one, in_two, in_both, timeless)
    }
    assert {in_one: {"ett"}, in_two: {"tva"}, in_both: set(), timeless: {"redaktion"}} == found


def test_layer_of_one_source() -> None:
    """With one source its layer is all that is inferred but the timeless, as it would be beside others."""
    ontology, editorial = triples(LITTLE), triples(EDITORIAL)
    alone = by_source(ontology, editorial, {"ett": triples(ONE)}, ())
    beside = by_source(ontology, editorial, {"ett": triples(ONE), "tom": []}, ())
    assert beside[0] == alone[0]
    assert beside[1] == {**alone[1], "tom": set()}
    assert alone[0] == alone[1]["ett"] | alone[1]["redaktion"]


def test_rules_and_axioms_feed_each_other() -> None:
    """A rule sees what the axioms give, and the axioms what the rule gives, until nothing is new."""
    rule = queries.parse(
        "regel.rq",
        "PREFIX kg: <https://w3id.org/kunskapsgraf/ns#> CONSTRUCT { ?s kg:p ?o } WHERE { ?o kg:inv ?s . ?s a kg:F }",
    )
    again = queries.parse(
        "igen.rq",
        "PREFIX kg: <https://w3id.org/kunskapsgraf/ns#> CONSTRUCT { ?s kg:sym ?o } WHERE { ?s a kg:F ; kg:q ?o }",
    )
    found = infer(triples(LITTLE), triples("ex:a a kg:A . ex:v a kg:C ; kg:inv ex:a ."), (rule, again))
    assert set(triples("ex:a kg:p ex:v ; a kg:F ; kg:q ex:v ; kg:sym ex:v . ex:v kg:sym ex:a .")) <= found
