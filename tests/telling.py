"""A world with a thing of each kind that pages tell of in their own way, with lists longer than a page and nameless things."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from kunskapsgraf import settings as settings_module
from kunskapsgraf.pipeline.build import build
from kunskapsgraf.settings import Settings

PREFIXES = """
@prefix kg: <https://w3id.org/kunskapsgraf/ns#> .
@prefix id: <https://w3id.org/kunskapsgraf/id/> .
@prefix cito: <http://purl.org/spar/cito/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
ONTOLOGY = (
    PREFIXES
    + """
kg:Plats a owl:Class ; rdfs:label "plats"@sv , "place"@en ; rdfs:comment "Något på kartan."@sv , "Something on the map."@en .
kg:Kommun a owl:Class ; rdfs:subClassOf kg:Plats ; rdfs:label "kommun"@sv , "municipality"@en .
kg:Metod a owl:Class ; rdfs:label "metod"@sv , "method"@en .
kg:Behandlingsmetod a owl:Class ; rdfs:subClassOf kg:Metod ; rdfs:label "behandlingsmetod"@sv , "treatment method"@en .
kg:Insats a owl:Class ; rdfs:label "insats"@sv , "service"@en .
kg:KvinnoInsats a owl:Class ; rdfs:label "insats för kvinnor"@sv , "service for women"@en ; rdfs:subClassOf kg:Insats ;
    kg:harledsGenom "regel"@sv ; owl:equivalentClass [ a owl:Restriction ; owl:onProperty kg:riktarSigTill ; owl:hasValue <https://w3id.org/kunskapsgraf/id/malgrupp/kvinnor> ] .
kg:Verksamhet a owl:Class ; rdfs:label "verksamhet"@sv , "unit"@en .
kg:Malgrupp a owl:Class ; rdfs:label "målgrupp"@sv , "target group"@en .
kg:Samarbete a owl:Class ; rdfs:label "samarbete"@sv , "cooperation"@en .
kg:Evidensutsaga a owl:Class ; rdfs:label "evidensutsaga"@sv , "statement of evidence"@en .
kg:Rekommendation a owl:Class ; rdfs:label "rekommendation"@sv , "recommendation"@en .
kg:Kalla a owl:Class ; rdfs:label "källa"@sv , "source"@en .
kg:Passage a owl:Class ; rdfs:label "passage"@sv , "passage"@en .
kg:Indikator a owl:Class ; rdfs:label "indikator"@sv , "indicator"@en .
kg:Motsagelse a owl:Class ; rdfs:label "motsägelse"@sv , "disagreement"@en .
kg:erbjuder a owl:ObjectProperty ; owl:inverseOf kg:erbjudsAv ; rdfs:label "erbjuder"@sv , "offers"@en ; rdfs:comment "Det som ges."@sv , "What is given."@en .
kg:erbjudsAv a owl:ObjectProperty ; rdfs:label "erbjuds av"@sv , "is offered by"@en .
kg:riktarSigTill a owl:ObjectProperty ; rdfs:label "riktar sig till"@sv , "is aimed at"@en .
kg:harledsGenom a owl:AnnotationProperty .
kg:harMetodutbud a owl:ObjectProperty ; rdfs:label "har utbud som använder"@sv , "has services that use"@en ;
    owl:propertyChainAxiom ( kg:erbjuder kg:anvanderMetod ) .
"""
)
_LINKS = "iLan samverkarMed uttalasI iKalla anvanderMetod delAvVerksamhet finnsI harDeltagare avser harEvidensutsaga bedomning rekNiva egenskap foljdLasning annanLasning har"
_VALUES = "giltigFran giltigTill giltighetTryckt rubrikvag radFran radTill invanare ar"
ONTOLOGY += "".join(
    f'kg:{name} a owl:{kind} ; rdfs:label "{name}"@sv , "{name}"@en .\n'
    for names, kind in ((_LINKS, "ObjectProperty"), (_VALUES, "DatatypeProperty"))
    for name in names.split()
)
SOURCE = (
    PREFIXES
    + """
<https://w3id.org/kunskapsgraf/id/kalla/kartan> a kg:Kalla ; rdfs:label "Kartan"@sv , "The map"@en ; dct:title "Kartan över allt"@sv ;
    dct:publisher "Förlaget" ; kg:giltigFran "2006-02-01"^^xsd:date ; kg:giltigTill "2006-03-31"^^xsd:date ; kg:giltighetTryckt "våren 2006"@sv .
<https://w3id.org/kunskapsgraf/id/passage/p1> a kg:Passage ; kg:iKalla <https://w3id.org/kunskapsgraf/id/kalla/kartan> ; kg:rubrikvag "Del 1"@sv ; kg:radFran 4 ; kg:radTill 7 .
<https://w3id.org/kunskapsgraf/id/kommun/alby> a kg:Kommun ; rdfs:label "Alby"@sv , "Alby"@en ; kg:iLan <https://w3id.org/kunskapsgraf/id/lan/lanet> ;
    kg:erbjuder <https://w3id.org/kunskapsgraf/id/insats/samtal> , <https://w3id.org/kunskapsgraf/id/insats/grupp> ;
    kg:samverkarMed <https://w3id.org/kunskapsgraf/id/kommun/oby> ; kg:uttalasI <https://w3id.org/kunskapsgraf/id/passage/p1> ; kg:invanare 21600 ; kg:ar 2006 .
<https://w3id.org/kunskapsgraf/id/kommun/oby> rdfs:label "Öby"@sv , "Oby"@en .
<https://w3id.org/kunskapsgraf/id/lan/lanet> rdfs:label "Länet"@sv , "the county"@en .
<https://w3id.org/kunskapsgraf/id/insats/samtal> a kg:Insats ; rdfs:label "Samtal"@sv , "Talks"@en ; kg:riktarSigTill <https://w3id.org/kunskapsgraf/id/malgrupp/kvinnor> ;
    kg:anvanderMetod <https://w3id.org/kunskapsgraf/id/metod/mi> ; kg:delAvVerksamhet <https://w3id.org/kunskapsgraf/id/verksamhet/lotsen> ; kg:uttalasI <https://w3id.org/kunskapsgraf/id/passage/p1> .
<https://w3id.org/kunskapsgraf/id/insats/grupp> a kg:Insats ; rdfs:label "Grupp"@sv , "Group"@en .
<https://w3id.org/kunskapsgraf/id/malgrupp/kvinnor> a kg:Malgrupp ; skos:prefLabel "Kvinnor"@sv , "Women"@en ; skos:definition "Kvinnor över 18 år."@sv , "Women over 18."@en .
<https://w3id.org/kunskapsgraf/id/metod/mi> a kg:Behandlingsmetod ; skos:prefLabel "MI"@sv , "MI"@en ; skos:definition "Ett sätt att samtala."@sv , "A way of talking."@en ;
    kg:harEvidensutsaga <https://w3id.org/kunskapsgraf/id/uttalande/e1> .
<https://w3id.org/kunskapsgraf/id/verksamhet/lotsen> a kg:Verksamhet ; rdfs:label "Lotsen"@sv , "Lotsen"@en ; kg:finnsI <https://w3id.org/kunskapsgraf/id/kommun/alby> .
<https://w3id.org/kunskapsgraf/id/samarbete/ring> a kg:Samarbete ; rdfs:label "Ringen"@sv , "The ring"@en ;
    kg:harDeltagare <https://w3id.org/kunskapsgraf/id/kommun/alby> , <https://w3id.org/kunskapsgraf/id/kommun/oby> .
<https://w3id.org/kunskapsgraf/id/uttalande/e1> a kg:Evidensutsaga ; rdfs:label "MI minskar drickandet"@sv , "MI lessens drinking"@en ;
    kg:avser <https://w3id.org/kunskapsgraf/id/metod/mi> ; kg:bedomning <https://w3id.org/kunskapsgraf/id/bedomning/positiv> .
<https://w3id.org/kunskapsgraf/id/bedomning/positiv> skos:prefLabel "Positiv effekt"@sv , "Positive effect"@en .
<https://w3id.org/kunskapsgraf/id/uttalande/r1> a kg:Rekommendation ; rdfs:label "MI rekommenderas"@sv , "MI is recommended"@en ;
    kg:avser <https://w3id.org/kunskapsgraf/id/metod/mi> ; kg:rekNiva <https://w3id.org/kunskapsgraf/id/rekniva/bor> .
<https://w3id.org/kunskapsgraf/id/rekniva/bor> skos:prefLabel "Bör"@sv , "Should"@en .
<https://w3id.org/kunskapsgraf/id/indikator/i1> a kg:Indikator ; rdfs:label "Andel"@sv , "Share"@en ; kg:avser <https://w3id.org/kunskapsgraf/id/metod/mi> .
<https://w3id.org/kunskapsgraf/id/motsagelse/m1> a kg:Motsagelse ; rdfs:label "Hur många bor där?"@sv , "How many live there?"@en ;
    kg:avser <https://w3id.org/kunskapsgraf/id/kommun/alby> ; kg:egenskap kg:invanare ;
    kg:foljdLasning <https://w3id.org/kunskapsgraf/id/lasning/l1> ; kg:annanLasning <https://w3id.org/kunskapsgraf/id/lasning/l2> .
<https://w3id.org/kunskapsgraf/id/lasning/l1> rdfs:label "21 600"@sv , "21,600"@en .
<https://w3id.org/kunskapsgraf/id/lasning/l2> rdfs:label "21 700"@sv , "21,700"@en .
<https://w3id.org/kunskapsgraf/id/plats/torg> a kg:Plats ; rdfs:label "Torget"@sv , "The square"@en ;
    kg:har [ rdfs:label "utan namn"@sv ; kg:har [ rdfs:label "ännu djupare"@sv ] ] .
<https://w3id.org/kunskapsgraf/id/begrepp/allt> rdfs:label "Allt"@sv , "Everything"@en .
"""
)
OTHER = (
    PREFIXES
    + """
<https://w3id.org/kunskapsgraf/id/kalla/andra> a kg:Kalla ; rdfs:label "Andra"@sv , "Another"@en ; kg:giltigFran "2010-01-01"^^xsd:date ; kg:giltigTill "2010-12-31"^^xsd:date .
<https://w3id.org/kunskapsgraf/id/insats/grupp> kg:anvanderMetod <https://w3id.org/kunskapsgraf/id/metod/kbt> .
<https://w3id.org/kunskapsgraf/id/metod/kbt> skos:prefLabel "KBT"@sv , "CBT"@en .
"""
)
"""A source of another time: what follows from both has no period of its own."""
MANY = 230
"""Things that point to one: more than are kept with the short lists."""
NAMES = [f"{letter}{number:02d}" for letter in "zåäö" for number in range(58)][:MANY]
CROWD = "".join(
    f'<https://w3id.org/kunskapsgraf/id/sak/s{number}> skos:broader <https://w3id.org/kunskapsgraf/id/begrepp/allt> ; rdfs:label "{name}"@sv , "{MANY - number:03d}"@en .\n'
    for number, name in enumerate(NAMES)
)


def made(folder: Path) -> Settings:
    """Build the world; give the settings that it is served with."""
    sources = folder / "sources"
    for part in ("ontology", "data/ttl", "queries"):
        (sources / part).mkdir(parents=True)
    (sources / "ontology" / "termer.ttl").write_text(ONTOLOGY, encoding="utf-8")
    (sources / "data" / "ttl" / "kartan.ttl").write_text(SOURCE + CROWD, encoding="utf-8")
    (sources / "data" / "ttl" / "andra.ttl").write_text(OTHER, encoding="utf-8")
    found = replace(settings_module.load({}), sources=sources, home=folder / "home", workers=1)
    build(found)
    return found
