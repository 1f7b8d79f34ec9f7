"""Comparisons of sources: what they share, where they differ, and what one says and another is silent about."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import build_evidence
from flask.testing import FlaskClient
from test_views import comparison
from viewed import page, section, table_rows

from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.settings import Settings
from kunskapsgraf.web import create_app

PREFIXES = """
@prefix kg: <https://w3id.org/kunskapsgraf/ns#> .
@prefix bedomning: <https://w3id.org/kunskapsgraf/id/bedomning/> .
@prefix kalla: <https://w3id.org/kunskapsgraf/id/kalla/> .
@prefix lasning: <https://w3id.org/kunskapsgraf/id/lasning/> .
@prefix malgrupp: <https://w3id.org/kunskapsgraf/id/malgrupp/> .
@prefix metod: <https://w3id.org/kunskapsgraf/id/metod/> .
@prefix motsagelse: <https://w3id.org/kunskapsgraf/id/motsagelse/> .
@prefix passage: <https://w3id.org/kunskapsgraf/id/passage/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rekniva: <https://w3id.org/kunskapsgraf/id/rekniva/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix tillstand: <https://w3id.org/kunskapsgraf/id/tillstand/> .
@prefix utfall: <https://w3id.org/kunskapsgraf/id/utfall/> .
@prefix uttalande: <https://w3id.org/kunskapsgraf/id/uttalande/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
# A second source beside that of tests/evidence_world, outside the scope of the corpus: it agrees of "letad", disagrees of
# "provad", alone speaks of "ny", leaves children out, and puts the manual into another family.
SECOND = (
    PREFIXES
    + """
kalla:andra a kg:Kalla ; rdfs:label "Andra"@sv , "The second"@en ;
    kg:giltigFran "2015-01-01"^^xsd:date ; kg:giltigTill "2015-12-31"^^xsd:date ; kg:omfattarInte malgrupp:barn ; kg:uttalasI passage:andra-1-2 .
passage:andra-1-2 a kg:Passage ; kg:iKalla kalla:andra ; kg:rubrikvag "Del 1"@sv ; kg:radFran 1 ; kg:radTill 2 .
metod:provad kg:harEvidensutsaga uttalande:andra-provad ; kg:uttalasI passage:andra-1-2 .
uttalande:andra-provad a kg:GranskadUtsaga ; rdfs:label "Prövad: inget"@sv , "Tried: nothing"@en ; kg:avser metod:provad ;
    kg:avserUtfall utfall:nykterhet ; kg:bedomning bedomning:ingen-effekt ; kg:underlag "översikt"@sv ; kg:uttalasI passage:andra-1-2 .
metod:letad kg:harEvidensutsaga uttalande:andra-letad ; kg:uttalasI passage:andra-1-2 .
uttalande:andra-letad a kg:GranskadUtsaga ; rdfs:label "Ingen översikt här heller"@sv , "No review here either"@en ; kg:avser metod:letad ;
    kg:avserUtfall utfall:nykterhet ; kg:bedomning bedomning:oversikt-saknas ; kg:underlag "sökning"@sv ; kg:uttalasI passage:andra-1-2 .
metod:ny kg:iMetodfamilj metod:letad ; kg:uttalasI passage:andra-1-2 .
metod:lovad-manual kg:iMetodfamilj metod:provad ; skos:altLabel "Klar"@sv ; kg:uttalasI passage:andra-1-2 .
"""
)
EDITED = (
    PREFIXES
    + """
metod:ny a kg:Behandlingsmetod ; skos:prefLabel "Ny"@sv , "New"@en .
kalla:sidan a kg:Kalla ; rdfs:label "Sidan"@sv , "The page"@en ; kg:giltighetOkand true ;
    kg:webbplats "https://example.org/"^^xsd:anyURI ; kg:sedd "2026-01-31"^^xsd:date .
uttalande:rad a kg:Rekommendation ; rdfs:label "Prövad bör erbjudas"@sv , "Tried should be offered"@en ; kg:avser metod:provad ;
    kg:tillstand tillstand:alkohol ; kg:rekNiva rekniva:bor ; kg:uttryck "bör"@sv ; prov:hadPrimarySource kalla:sidan ; kg:sedd "2026-01-31"^^xsd:date .
tillstand:alkohol a kg:Begrepp ; skos:prefLabel "Alkohol"@sv , "Alcohol"@en .
motsagelse:tva a kg:Motsagelse ; rdfs:label "Hjälper den?"@sv , "Does it help?"@en ; kg:avser metod:provad ; kg:egenskap kg:bedomning ;
    kg:foljdLasning lasning:ja ; kg:annanLasning lasning:nej ; kg:skal "Den första är äldre."@sv , "The first is older."@en ;
    kg:uttalasI passage:prov-1-4 , passage:andra-1-2 .
lasning:ja a kg:Lasning ; rdfs:label "Ja"@sv , "Yes"@en ; kg:lastVarde bedomning:positiv-effekt ; kg:uttalasI passage:prov-1-4 .
lasning:nej a kg:Lasning ; rdfs:label "Nej"@sv , "No"@en ; kg:lastVarde bedomning:ingen-effekt ; kg:uttalasI passage:andra-1-2 .
"""
)
BOTH = "/jamfor?med=kalla/provkartan&med=kalla/andra"
# Part, group and row (by their last names), and the cells of the first source and the second, with their values; the verdict.
EXPECTED = {
    # The first reads "letad" with one review; so does the second.
    ("bedomning", "letad", "nykterhet"): ("asserted oversikt-saknas", "asserted oversikt-saknas", "shared"),
    ("bedomning", "provad", "nykterhet"): ("asserted blandat positiv-effekt", "asserted ingen-effekt", "different"),
    ("bedomning", "provad", "aterfall"): ("asserted blandat", "unknown", "open"),
    ("bedomning", "farlig", "nykterhet"): ("asserted skadlig", "unknown", "open"),
    # A claim of no outcome.
    ("bedomning", "lovad", ""): ("asserted pastadd", "unknown", "open"),
    ("saker", "Metod", "provad"): ("asserted", "asserted", "shared"),
    # The first is read as a whole, in the scope of the corpus; the second is not in it.
    ("saker", "Metod", "ny"): ("absent", "asserted", "different"),
    ("saker", "Metod", "tyst"): ("asserted", "unknown", "open"),
    # Of what is no method nothing is concluded; the second says that it leaves children out.
    ("saker", "Malgrupp", "barn"): ("asserted", "outside", "open"),
    ("saker", "Kommun", "norrby"): ("asserted", "unknown", "open"),
    ("uppgifter", "lovad-manual", "iMetodfamilj"): ("asserted lovad", "asserted provad", "different"),
    ("uppgifter", "lovad-manual", "altLabel"): ("unknown", "asserted Klar", "open"),
    ("lasningar", "", "tva"): ("editorial ja", "editorial nej", "different"),
}


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Build the world of two sources and a page on the web; give a client of the web application on it."""
    more = {"andra.ttl": SECOND, "redaktion/andra.ttl": EDITED}
    settings: Settings = build_evidence(tmp_path_factory.mktemp("sources"), more)
    store = EmbeddedStore(settings)
    yield create_app(settings, store).test_client()
    store.close()


def slug(named: dict[str, str] | None) -> str:
    """Cut a named thing to the last part of its IRI."""
    return named["iri"].replace("#", "/").rsplit("/", 1)[-1] if named else ""


def cell(found: dict[str, Any]) -> str:
    """Write a cell of the JSON as its state and its values."""
    values = [slug(value) if value["iri"] else value["text"] for value in found.get("values", [])]
    return " ".join([found["state"], *sorted(values)])


def test_what_sources_say_of_what(reader: FlaskClient) -> None:
    """Shared, different and open are told apart, and so are silence in a scope, what a source leaves out, and the unknown."""
    view = reader.get(BOTH + "&format=json").get_json()
    assert ["provkartan", "andra"] == [slug(one) for one in view["compared"]]
    found = {
        (part["name"], slug(row["group"]), slug(row["about"])): (*map(cell, row["cells"]), row["verdict"])
        for part in view["parts"]
        for row in part["rows"]
        if part["name"] != "antal"
    }
    assert EXPECTED == {key: found.get(key) for key in EXPECTED}
    # No other row of these parts: each assessment and each fact of what both describe stands above.
    assert {key for key in found if key[0] in ("lasningar",)} == {key for key in EXPECTED if key[0] == "lasningar"}
    assert {key[1:] for key in found if key[0] == "bedomning"} == {
        ("letad", "nykterhet"), ("provad", "nykterhet"), ("provad", "aterfall"), ("farlig", "nykterhet"), ("lovad", ""),
        ("verkningslos", "nykterhet"), ("otillracklig", "nykterhet"),
    }  # fmt: skip


def test_how_much_sources_say(reader: FlaskClient) -> None:
    """One passage each; seven services in the first and none in the second; eight statements of evidence against two."""
    view = reader.get(BOTH + "&format=json").get_json()
    counts = next(part for part in view["parts"] if part["name"] == "antal")
    told = {slug(row["about"]): [one["count"] for one in row["cells"]] for row in counts["rows"]}
    assert {"Passage": [1, 1], "Insats": [7, 0], "Evidensutsaga": [8, 2], "Motsagelse": [1, 1]} == {
        name: told[name] for name in ("Passage", "Insats", "Evidensutsaga", "Motsagelse")
    }


def test_what_is_read_off_a_page_is_editorial(reader: FlaskClient) -> None:
    """A recommendation from a page on the web is the editors' statement; the source beside it recommends nothing, which is open."""
    view = reader.get("/jamfor?med=kalla/sidan&med=kalla/andra&format=json").get_json()
    advice = next(part for part in view["parts"] if part["name"] == "rekommendation")
    assert [("provad", "alkohol", ["editorial bor", "unknown"], "open")] == [
        (slug(row["group"]), slug(row["about"]), [cell(one) for one in row["cells"]], row["verdict"])
        for row in advice["rows"]
    ]


@pytest.mark.parametrize("address", [BOTH, BOTH + "&med=kalla/sidan"])
def test_each_cell_is_what_its_sparql_gives(reader: FlaskClient, address: str) -> None:
    """The queries on the page, asked of the endpoint, give each cell on the page, in JSON and in CSV."""
    comparison(reader, address)


def test_page_says_each_state_in_words(reader: FlaskClient) -> None:
    """A cell says its state in words, has the shape of the key, and its row the verdict."""
    found = page(reader, BOTH)
    rows = {row[0]: row[1:] for row in table_rows(found, section(found, "saker"))}
    assert "inget i källan" in rows["Ny"][0]
    assert "utelämnas, säger källan" in rows["Barn"][1]
    assert "säger inget" in rows["Tyst"][1]
    assert "källa" in rows["Prövad"][0]
    assert ["skiljer", "öppet", "lika"] == [rows[name][2] for name in ("Ny", "Barn", "Prövad")]
    shapes: dict[str, set[str]] = {}
    for one in found.all("td"):
        marks = [e for e in found.elements if e.inside(one) and e.tag in ("circle", "path", "rect")]
        for state in one.classes - {"counted"}:
            shapes.setdefault(state, set()).add(str([(e.tag, sorted(e.attributes.items())) for e in marks]))
    assert {"asserted", "editorial", "absent", "outside", "unknown"} <= shapes.keys()
    assert all(1 == len(drawn) for drawn in shapes.values())
    assert len(shapes) == len({next(iter(drawn)) for drawn in shapes.values()})


def test_files_are_asked_for_with_two(reader: FlaskClient) -> None:
    """With one source there is nothing to compare: the page has the form, a file is refused."""
    assert 200 == reader.get("/jamfor?med=kalla/andra", headers={"Accept": "text/html"}).status_code
    assert 400 == reader.get("/jamfor?med=kalla/andra&format=csv").status_code
    assert 400 == reader.get("/jamfor?med=kalla/andra&med=metod/provad").status_code
    assert 400 == reader.get(BOTH + "&format=xml").status_code


def test_csv_has_a_line_for_each_value(reader: FlaskClient) -> None:
    """Two assessments in one cell are two lines; an unknown cell is one, without a value."""
    rows = csv.DictReader(io.StringIO(reader.get(BOTH + "&format=csv").text))
    lines = [row for row in rows if row["del"] == "bedomning" and row["grupp"].endswith("/provad")]
    told = sorted((row["radNamn"], row["sakNamn"], row["lage"], row["vardeNamn"], row["utfall"]) for row in lines)
    assert told == [
        ("Nykterhet", "Andra", "asserted", "Ingen effekt", "different"),
        ("Nykterhet", "Provkartan", "asserted", "Blandade resultat", "different"),
        ("Nykterhet", "Provkartan", "asserted", "Positiv effekt", "different"),
        ("Återfall", "Andra", "unknown", "", "open"),
        ("Återfall", "Provkartan", "asserted", "Blandade resultat", "open"),
    ]
