"""What no source places is told without a place: never with the places of everything else, and never left out."""

from __future__ import annotations

import pytest
from pyoxigraph import RdfFormat, parse
from report_rows import short

from kunskapsgraf.graph.engine import Memory
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.vocabulary import BASE, Names
from kunskapsgraf.reports import run
from kunskapsgraf.settings import packaged_sources

HEAD = f"""
@prefix kg: <{BASE}ns#> . @prefix metod: <{BASE}id/metod/> . @prefix sak: <{BASE}id/insats/> . @prefix kalla: <{BASE}id/kalla/> .
@prefix funktion: <{BASE}id/stodfunktion/> . @prefix passage: <{BASE}id/passage/> . @prefix belagg: <{BASE}id/belagg/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
kg:iMetodfamilj rdfs:label "hör till"@sv . kg:Insats rdfs:label "insats"@sv . funktion:f skos:prefLabel "funktion"@sv .
kalla:ett rdfs:label "Källa ett"@sv . kalla:annan rdfs:label "En annan källa"@sv .
passage:tre kg:iKalla kalla:ett ; kg:radFran 3 ; kg:radTill 5 . passage:sju kg:iKalla kalla:annan ; kg:radFran 7 ; kg:radTill 7 .
"""
METHODS = """
metod:f a kg:Metod ; skos:prefLabel "F"@sv .
metod:a a kg:Metod ; skos:prefLabel "A"@sv ; kg:iMetodfamilj metod:f ; kg:uttalasI passage:tre .
metod:b a kg:Metod ; skos:prefLabel "B"@sv ; kg:iMetodfamilj metod:f .
metod:c a kg:Metod ; skos:prefLabel "C"@sv ; kg:iMetodfamilj metod:f ; kg:uttalasI passage:tre .
belagg:c kg:belaggEgenskap kg:iMetodfamilj ; kg:belaggSubjekt metod:c ; kg:belaggVarde metod:f ; kg:uttalasI passage:sju .
"""
SUPPORT = """
sak:a a kg:Insats ; rdfs:label "A"@sv ; kg:stodfunktion funktion:f ; kg:uttalasI passage:tre .
sak:b a kg:Insats ; rdfs:label "B"@sv ; kg:stodfunktion funktion:f .
sak:c a kg:Insats ; rdfs:label "C"@sv ; kg:stodfunktion funktion:f ; kg:uttalasI passage:tre .
belagg:c kg:belaggEgenskap kg:stodfunktion ; kg:belaggSubjekt sak:c ; kg:belaggVarde funktion:f ; kg:uttalasI passage:sju .
"""
EXPECTED = [("a", "ett", "3–5"), ("b", "", ""), ("c", "annan", "7")]
"""What speaks of the thing gives a's place; nothing gives b's; of c a source says just this, on a line of its own."""


@pytest.mark.parametrize(
    ("name", "column", "world"), [("metodkedja", "fran", METHODS), ("tidigt-och-sent-stod", "sak", SUPPORT)]
)
def test_places(name: str, column: str, world: str) -> None:
    """Each thing has one row: with its own place, or with none."""
    quads = parse(f"{HEAD} GRAPH <{BASE}graf/kalla/ett> {{ {world} }}", format=RdfFormat.TRIG)
    query = run.find(packaged_sources(), name).bind({}, Names(BASE))
    found = [
        tuple(short(text_of(row[c])) if c in row else "" for c in (column, "kalla", "rader"))
        for row in Memory(quads).select(query)
    ]
    assert EXPECTED == sorted(found)
