"""Search without an index: what the engine finds by a word, weighed, divided and counted here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from test_asked import AskedStore

from kunskapsgraf import settings as settings_module
from kunskapsgraf.errors import QueryTimeout
from kunskapsgraf.graph.asked import finding
from kunskapsgraf.pipeline.build import build
from kunskapsgraf.web import create_app

PREFIXES = """
@prefix kg: <https://w3id.org/kunskapsgraf/ns#> .
@prefix id: <https://w3id.org/kunskapsgraf/id/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
ONTOLOGY = (
    PREFIXES
    + "".join(
        f'kg:{name} a owl:Class ; rdfs:label "{name}"@sv , "{name}"@en .\n'
        for name in ("Kommun", "Insats", "Metod", "Kalla")
    )
    + "".join(f"kg:{name} a owl:ObjectProperty .\n" for name in ("erbjudsAv", "uttalasI", "iKalla"))
    + "".join(f"kg:{name} a owl:DatatypeProperty .\n" for name in ("giltigFran", "giltigTill"))
)
SOURCE = (
    PREFIXES
    + """
<https://w3id.org/kunskapsgraf/id/kalla/kartan> a kg:Kalla ; rdfs:label "Kartan"@sv ;
    kg:giltigFran "2006-02-01"^^xsd:date ; kg:giltigTill "2007-03-31"^^xsd:date .
<https://w3id.org/kunskapsgraf/id/insats/boendestod> a kg:Insats ; rdfs:label "Boendestöd"@sv ; skos:hiddenLabel "hemhjälp"@sv ;
    kg:erbjudsAv <https://w3id.org/kunskapsgraf/id/kommun/sala> .
<https://w3id.org/kunskapsgraf/id/insats/stod> a kg:Insats ; rdfs:label "Stöd"@sv .
<https://w3id.org/kunskapsgraf/id/insats/stodgrupp> a kg:Insats ; rdfs:label "Stödgrupp för barn"@sv .
<https://w3id.org/kunskapsgraf/id/insats/stodrik> a kg:Insats ; rdfs:label "Stodrik"@sv .
"""
)
EDITORIAL = (
    PREFIXES
    + """
<https://w3id.org/kunskapsgraf/id/metod/mi> a kg:Metod ; skos:prefLabel "Motiverande samtal"@sv ; skos:altLabel "MI"@sv .
<https://w3id.org/kunskapsgraf/id/metod/aterfallsprevention> a kg:Metod ; skos:prefLabel "Återfallsprevention"@sv .
<https://w3id.org/kunskapsgraf/id/kommun/sala> a kg:Kommun ; rdfs:label "Sala"@sv .
"""
)
ID = "https://w3id.org/kunskapsgraf/id/"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AskedStore]:
    """Build services said by a source, and methods and a municipality that are editorial."""
    folder: Path = tmp_path_factory.mktemp("finding")
    files = {
        "ontology/o.ttl": ONTOLOGY,
        "data/ttl/kartan.ttl": SOURCE,
        "data/ttl/redaktion/r.ttl": EDITORIAL,
        "queries/.keep": "",
    }
    for name, text in files.items():
        file = folder / "sources" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    made = replace(settings_module.load({}), sources=folder / "sources", home=folder / "home", workers=1)
    build(made)
    found = AskedStore(made)
    yield found
    found.close()


@pytest.fixture(scope="module")
def asking(store: AskedStore) -> FlaskClient:
    """Give a client of the application on that store."""
    return create_app(store.settings, store).test_client()


def slugs(store: AskedStore, text: str, **chosen: list[str]) -> list[tuple[str, str]]:
    """Give the hits, each with how it was found."""
    return [(hit.iri.removeprefix(ID), hit.way) for hit in store.finding().find(text, chosen).hits]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("stöd", [("insats/stod", "name"), ("insats/stodgrupp", "written"), ("insats/boendestod", "inside")]),
        ("STÖD", [("insats/stod", "name"), ("insats/stodgrupp", "written"), ("insats/boendestod", "inside")]),
        ("hemhj", [("insats/boendestod", "written")]),
        ("stödgrupp ba", [("insats/stodgrupp", "written")]),
        ("barn vuxna", []),
        ("samtal motiv", [("metod/mi", "written")]),
        ("mi", [("metod/mi", "name")]),
        ("od", []),
        ("aterfallsprev", [("metod/aterfallsprevention", "plain")]),
        ("xyzzy", []),
        ("!?", []),
        ('"} # \\', []),
    ],
)
def test_words(store: AskedStore, text: str, expected: list[tuple[str, str]]) -> None:
    """All words, anywhere in names; whole names first; one or two letters begin words; addresses where no name fits."""
    assert expected == slugs(store, text)


def test_facets(store: AskedStore) -> None:
    """Hits are counted by kind, place, source, year and ground, and by each without what is chosen of it."""
    found = store.finding().find("stöd", {})
    assert (3, True) == (found.total, found.is_whole)
    assert [("insats", 3)] == found.facets["slag"]
    assert [("kommun/sala", 1)] == found.facets["kommun"]
    assert [("kartan", 3)] == found.facets["kalla"]
    assert [("2006", 3), ("2007", 3)] == found.facets["ar"]
    assert [("asserted", 3)] == found.facets["grund"]
    assert {"kommun": ["kommun/sala"], "ar": ["2006", "2007"], "kalla": ["kartan"]} == found.hits[-1].told
    one = store.finding().find("stöd", {"kommun": ["kommun/sala"]})
    assert ["insats/boendestod"] == [hit.iri.removeprefix(ID) for hit in one.hits]
    assert ([("insats", 1)], [("kommun/sala", 1)]) == (one.facets["slag"], one.facets["kommun"])


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        # What points to it, and what it points to: its class.
        ({"kommun": ["kommun/sala"]}, ["insats/boendestod", "https://w3id.org/kunskapsgraf/ns#Kommun"]),
        ({"slag": ["metod"]}, ["metod/aterfallsprevention", "metod/mi"]),
        ({"slag": ["metod", "kommun"]}, ["kommun/sala", "metod/aterfallsprevention", "metod/mi"]),
        ({"kalla": ["kartan"], "slag": ["kalla"]}, ["kalla/kartan"]),
        (
            {"kalla": ["kartan"]},
            ["insats/boendestod", "insats/stod", "insats/stodgrupp", "insats/stodrik", "kalla/kartan"],
        ),
        ({"ar": ["2007"], "kommun": ["kommun/sala"]}, ["insats/boendestod"]),
        ({"ar": ["2008"]}, []),
        ({"grund": ["editorial"]}, ["kommun/sala", "metod/aterfallsprevention", "metod/mi"]),
        ({"kommun": ["kommun/sa>la"]}, []),
        ({"slag": ["inget"]}, []),
    ],
)
def test_without_words(store: AskedStore, chosen: dict[str, list[str]], expected: list[str]) -> None:
    """Facets alone find what has them; what can be no address finds nothing."""
    assert expected == [name for name, _ in slugs(store, "", **chosen)]


def test_pages_of_hits(store: AskedStore) -> None:
    """Hits come so many at a time, from where the former ones ended."""
    found = store.finding().find("stöd", {}, most=1, after=1)
    assert (["insats/stodgrupp"], 3) == ([hit.iri.removeprefix(ID) for hit in found.hits], found.total)


def test_things_and_what_is_like(store: AskedStore) -> None:
    """Things by how their addresses begin, the classes of their kinds, and things with names like a text."""
    index = store.finding()
    services = [f"{ID}insats/{slug}" for slug in ("boendestod", "stod", "stodgrupp", "stodrik")]
    assert services == index.things(f"{ID}insats/")
    assert 2 == len(index.things(f"{ID}insats/", 2))
    assert [] == index.things(f"{ID}sak/")
    terms = store.names.terms
    assert {
        "insats": f"{terms}Insats",
        "kommun": f"{terms}Kommun",
        "metod": f"{terms}Metod",
        "kalla": f"{terms}Kalla",
    } == {kind: name for kind, name in index.kinds().items() if kind in ("insats", "kommun", "metod", "kalla")}
    assert [f"{ID}insats/boendestod"] == index.alike("boendstod", 3)


def test_kinds_that_take_too_long(store: AskedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the engine has not the time to count classes, a search still answers, and kinds have their own names."""

    def too_long() -> None:
        raise QueryTimeout("för länge", "too long")

    index = finding.AskedIndex(store, store.settings, store.asked)
    monkeypatch.setattr(index, "_classes", too_long)
    assert {} == index.kinds()
    assert 3 == index.find("stöd", {}).total


def test_page_says_that_it_is_simple(store: AskedStore, asking: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page tells, in both languages, what is searched, and that there are more hits than were weighed."""
    html = {"Accept": "text/html"}
    page = asking.get("/sok?q=stöd&lang=sv", headers=html).text
    assert "Sökningen är enkel här" in page
    assert "3 träffar" in page
    assert "The search is a simple one here" in asking.get("/sok?q=stöd&lang=en", headers=html).text
    monkeypatch.setattr(finding, "MOST", 2)
    assert "Minst 2 träffar" in asking.get("/sok?q=stöd&lang=sv", headers=html).text
    assert "At least 2 hits" in asking.get("/sok?q=stöd&lang=en", headers=html).text
    told = json.loads(asking.get("/sok?q=stöd&format=json").text)
    assert (2, False) == (told["total"], told["complete"])


def test_index_is_not_simple(client: FlaskClient) -> None:
    """With an index of its own the page says nothing of that."""
    page = client.get("/sok?q=stöd&lang=sv", headers={"Accept": "text/html"}).text
    assert "Sökningen är enkel här" not in page


def test_unknown_thing_leads_to_what_is_like_it(asking: FlaskClient) -> None:
    """What is not there is answered with what may have been meant."""
    answer = asking.get("/sida/insats/boendstod", headers={"Accept": "application/json"})
    assert 404 == answer.status_code
    assert f"{ID}insats/boendestod" in json.dumps(answer.json)
