"""Linked data: what a thing's IRI leads to, and that its page and its data say the same."""

from __future__ import annotations

import json
import re
import shutil
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import parts
import pytest
import rdflib
from conftest import WORLD
from flask.testing import FlaskClient
from rdflib.compare import to_isomorphic
from reading import Element, Page, graph_of

from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.store import select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.pipeline.build import build
from kunskapsgraf.web import create_app

BASE = "https://w3id.org/kunskapsgraf/"
HTML = {"Accept": "text/html"}
GRAPH_TYPES = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
}
COMPOSED = unicodedata.normalize("NFC", "brå-metoden")
DECOMPOSED = unicodedata.normalize("NFD", "brå-isär")
LABELS = {
    "script": "<script>alert(1)</script>",
    "quotes": '"><img src=x onerror=alert(1)> \' " ` &amp; &#60; </textarea>',
    "template": "{{ 7*7 }} {% raw %} %(n)s",
    "lines": "rad ett\nrad två\ttabb\r\nrad tre\rslut",
    "direction": "\u202eomvänt\u2066 \u200b",
}
NOT_IN_XML = "klocka \u0007 och \u0001"
ODD = rf"""
@prefix kg: <{BASE}ns#> .
@prefix id: <{BASE}id/> .
@prefix metod: <{BASE}id/metod/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
metod:klocka a kg:Behandlingsmetod ; skos:prefLabel "Klocka"@sv , "Bell"@en ; skos:altLabel {json.dumps(NOT_IN_XML)} .
metod:lankar a kg:Behandlingsmetod ; skos:prefLabel "Länkar"@sv , "Links"@en ;
    rdfs:seeAlso <javascript:alert(1)> , <data:text/html,x> , <http://example.org/a?b=c#d> , <http://a℀b.example/> , [ rdfs:label "utan namn"@sv ] ;
    <urn:egen:egenskap> "0.0004"^^xsd:decimal , "1e500"^^xsd:decimal , "kanske"^^xsd:boolean , true .
<{BASE}id/metod/{COMPOSED}> a kg:Behandlingsmetod ; skos:prefLabel "Sammansatt"@sv , "Composed"@en .
<{BASE}id/metod/{DECOMPOSED}> a kg:Behandlingsmetod ; skos:prefLabel "Isär"@sv , "Decomposed"@en .
<{BASE}id/metod/{quote("kodad-ö")}> a kg:Behandlingsmetod ; skos:prefLabel "Kodad"@sv , "Encoded"@en .
<{BASE}id/metod/a?b=c> a kg:Behandlingsmetod ; skos:prefLabel "Frågetecken"@sv , "Question mark"@en .
metod:utan-etikett rdfs:seeAlso metod:script .
metod:bara-engelska rdfs:label "Only English"@en , "Suomeksi"@fi .
metod:variant rdfs:label "Variant"@sv-FI , "English"@en .
metod:otaggad rdfs:label "Otaggad" , "Suomeksi"@fi .
metod:titel <http://purl.org/dc/terms/title> "En titel"@sv .
metod:tva-namn skos:prefLabel "Preferred"@en ; rdfs:label "Etikett"@sv .
""" + "".join(
    f"metod:{name} a kg:Behandlingsmetod ; skos:prefLabel {json.dumps(label)}@sv , {json.dumps(label + ' en')}@en ; "
    f"skos:altLabel {json.dumps('alt ' + label)} .\n"
    for name, label in LABELS.items()
)
# A scope, so that absence tells something, and a source of another time beside it.
SCOPE = f"""
@prefix kg: <{BASE}ns#> .
@prefix id: <{BASE}id/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<{BASE}id/kalla/annan> a kg:Kalla ; rdfs:label "En annan källa"@sv , "Another source"@en ; kg:giltigFran "2010-01-01"^^xsd:date .
<{BASE}id/plats/omradet> a kg:Plats ; rdfs:label "Området"@sv , "The area"@en ; kg:omfattar <{BASE}id/kommun/soderby> .
<{BASE}id/omfattning/kartlaggningen-vastmanland-2006> a kg:Omfattning ; rdfs:label "Provet"@sv , "The sample"@en ;
    kg:heltackandeFor <{BASE}id/plats/omradet> ; kg:giltigFran "2007-05-01"^^xsd:date ; kg:giltigTill "2007-06-30"^^xsd:date ;
    kg:forbehall "Något kan ha förbisetts."@sv , "Something may have been overlooked."@en .
"""

UNDATED = f"""<{BASE}id/kalla/odaterad> a <{BASE}ns#Kalla> ;
    <http://www.w3.org/2000/01/rdf-schema#label> "Odaterad"@sv , "Undated"@en ."""


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Serve the tiny world with hostile labels, letters beyond ASCII in IRIs, and a scope of its own."""
    folder = tmp_path_factory.mktemp("odd")
    sources = Path(shutil.copytree(WORLD, folder / "world"))
    (sources / "data/ttl/redaktion/udda.ttl").write_text(ODD, encoding="utf-8")
    (sources / "data/ttl/redaktion/omfattning.ttl").write_text(SCOPE, encoding="utf-8")
    (sources / "data/ttl/odaterad.ttl").write_text(UNDATED, encoding="utf-8")
    yield from served(sources, folder / "home")


def served(sources: Path, home: Path) -> Iterator[FlaskClient]:
    """Build and serve a folder of sources."""
    from kunskapsgraf import settings as settings_module  # noqa: PLC0415 - beside its only use

    settings = replace(settings_module.load({}), sources=sources, home=home, workers=2)
    build(settings)
    store = EmbeddedStore(settings)
    yield create_app(settings, store).test_client()
    store.close()


# Where a thing's IRI leads


@pytest.mark.parametrize(
    ("path", "accept", "location"),
    [
        ("/id/kommun/norrby", "", "/sida/kommun/norrby"),
        ("/id/kommun/norrby", "*/*", "/sida/kommun/norrby"),
        ("/id/kommun/norrby", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "/sida/kommun/norrby"),
        *(("/id/kommun/norrby", media, f"/data/kommun/norrby.{suffix}") for suffix, media in GRAPH_TYPES.items()),
        ("/id/kommun/norrby", "text/turtle;q=0.3, application/rdf+xml;q=0.4", "/data/kommun/norrby.rdf"),
        *((f"/id/kommun/norrby.{suffix}", "text/html", f"/data/kommun/norrby.{suffix}") for suffix in GRAPH_TYPES),
        *((f"/id/kommun/norrby?format={suffix}", "", f"/data/kommun/norrby.{suffix}") for suffix in GRAPH_TYPES),
        ("/id/kommun/norrby.html", "text/turtle", "/sida/kommun/norrby"),
        ("/id/kommun/norrby?format=html", "text/turtle", "/sida/kommun/norrby"),
        ("/id/kommun/norrby?lang=en", "text/html", "/sida/kommun/norrby?lang=en"),
        ("/id/kommun/norrby/", "text/html", "/sida/kommun/norrby"),
    ],
)
def test_thing_leads_on(client: FlaskClient, path: str, accept: str, location: str) -> None:
    """A thing's IRI answers 303 to the page or the data, by suffix, ?format= or Accept."""
    response = client.get(path, headers={"Accept": accept})
    assert (303, location) == (response.status_code, response.headers["Location"])
    assert {"Accept", "Accept-Language"} <= set(response.vary)
    assert "*" == response.headers["Access-Control-Allow-Origin"]
    assert 200 == client.get(location, headers={"Accept": accept}).status_code


@pytest.mark.parametrize("path", ["/id/kommun/norrby", "/data/kommun/norrby"])
def test_unacceptable(client: FlaskClient, path: str) -> None:
    """A format that does not exist is 406 and says which exist."""
    response = client.get(path, headers={"Accept": "image/png"})
    assert (406, "application/problem+json") == (response.status_code, response.mimetype)
    assert "text/turtle" in json.loads(response.data)["detail"]


@pytest.mark.parametrize("path", ["/id/kommun/norrbi", "/sida/kommun/norrbi", "/data/kommun/norrbi.ttl"])
@pytest.mark.parametrize(
    ("language", "words"), [("sv", "Menade du kommun/norrby"), ("en", "Did you mean kommun/norrby")]
)
def test_unknown_thing(client: FlaskClient, path: str, language: str, words: str) -> None:
    """What nothing is said of is 404, as a page or as a problem, and a near name is suggested."""
    for accept, media in (("text/html", "text/html"), ("text/turtle", "application/problem+json")):
        response = client.get(path, headers={"Accept": accept, "Accept-Language": language})
        assert (404, media) == (response.status_code, response.mimetype)
        assert words in response.text
        assert "*" == response.headers["Access-Control-Allow-Origin"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/id/", 404),
        ("/id/kommun", 404),
        ("/id/kommun/%00", 404),
        ("/id/kommun/a%0D%0Ab", 404),
        ("/id/kommun/%EE%80%80%7F", 404),
        ("/id/kommun/%253Cscript%253E", 404),
        ("/id/%3Cscript%3E", 404),
        ("/id/../../etc/passwd", 404),
        ("/id/%FF%FE", 404),
    ],
)
def test_nonsense_is_not_found(client: FlaskClient, path: str, status: int) -> None:
    """A path that no thing can have is refused, and nothing of it stands unescaped on the page."""
    response = client.get(path, headers=HTML)
    assert (status, "text/html") == (response.status_code, response.mimetype)
    assert "<script" not in response.text


# A page and its data say the same


def is_data(element: Element) -> bool:
    """Tell whether a script is data that nothing runs: its text must be JSON whole, so that no mark-up ends it early."""
    if element.attributes.get("type") != "application/ld+json":
        return False
    json.loads("".join(element.pieces))
    return True


def things_of_every_kind(store: EmbeddedStore) -> list[str]:
    """Choose a thing of each kind: the one in the middle by name."""
    rows = select(store, "SELECT DISTINCT ?thing { ?thing a ?class FILTER(ISIRI(?thing)) }")
    kinds: dict[str, list[str]] = {}
    for iri in sorted(text_of(row["thing"]) for row in rows):
        if iri.startswith(BASE + "id/"):
            path = iri.removeprefix(BASE + "id/")
            kinds.setdefault(path.split("/")[0], []).append(path)
    return sorted(paths[len(paths) // 2] for paths in kinds.values())


def page_and_data_agree(client: FlaskClient, path: str, *, without: tuple[str, ...] = ()) -> rdflib.Graph:
    """Compare the triples of a page with those of each format, incoming ones included; give them."""
    found = parts.shown(client, path)
    shown = comparable(found)
    assert len(shown) > 0, f"{path} says nothing"
    for suffix, media in GRAPH_TYPES.items():
        if suffix in without:
            continue
        response = client.get(f"/data/{path}.{suffix}?profil=med-inkommande")
        assert 'rel="next"' not in response.headers["Link"], "all in one part"
        assert (200, media) == (response.status_code, response.mimetype)
        assert shown == comparable(graph_of(response.data, suffix)), f"{path}.{suffix}"
    return found


def comparable(graph: rdflib.Graph) -> rdflib.Graph | set[object]:
    """Give what compares as graphs do; without blank nodes the set of triples, which is quick."""
    blank = any(isinstance(term, rdflib.BNode) for triple in graph for term in triple)
    return to_isomorphic(graph) if blank else set(graph)


def test_pages_and_data_agree(whole_client: FlaskClient, whole_store: EmbeddedStore) -> None:
    """For things of every kind the page's triples are exactly those of each data format."""
    paths = things_of_every_kind(whole_store)
    assert len(paths) > 30
    for path in paths:
        page_and_data_agree(whole_client, path)


def test_page_says_all_that_the_graph_says(client: FlaskClient) -> None:
    """A page holds every triple of the default graph with the thing as subject or object."""
    iri = BASE + "id/insats/norrby-samtal"
    query = f"CONSTRUCT {{ ?s ?p ?o }} {{ ?s ?p ?o FILTER(?s = <{iri}> || ?o = <{iri}>) }}"
    said = graph_of(client.get("/sparql", query_string={"query": query, "format": "nt"}).data, "nt")
    assert set(said) == set(page_and_data_agree(client, "insats/norrby-samtal"))
    assert len(said) > 15


@pytest.mark.parametrize("suffix", GRAPH_TYPES)
def test_data_is_the_same_again(client: FlaskClient, suffix: str) -> None:
    """The same thing gives the same bytes."""
    first, again = (client.get(f"/data/insats/norrby-samtal.{suffix}").data for _ in range(2))
    assert first == again


# Marks, periods and passages

PERIOD = "1 feb. 2006 – 31 mars 2006"
# (predicate, object, marks, periods, passages) on the page of Norrby, by hand from tests/world
MARKED = [
    ("rdf-schema#label", '"Norrby"@sv', {"editorial"}, [], []),
    ("ns#kommunkod", '"9901"', {"editorial"}, [], []),
    ("ns#type", "Kommun", {"asserted", "editorial"}, [PERIOD], ["rad 1–4"]),
    ("ns#harUtbudspost", "norrby-samtal-2006", {"asserted"}, [PERIOD], ["rad 1–4"]),
    ("ns#erbjuder", "norrby-samtal", {"inferred"}, [PERIOD], []),
    ("ns#type", "KommunMedTolvstegsutbud", {"inferred"}, [PERIOD], []),
    ("ns#type", "Plats", {"inferred"}, [], []),  # follows from the editorial graph, which has no period
]


def statement(page: Page, predicate: str, target: str) -> Element:
    """Find the statement whose predicate and object end so."""
    found = [
        element
        for element in page.statements
        if element.attributes["data-p"].rstrip(">").endswith(predicate)
        and re.search(rf"(^|[/#]){re.escape(target)}>?$", element.attributes["data-o"])
    ]
    assert 1 == len(found), f"{len(found)} {predicate} {target}"
    return found[0]


def origin(page: Page, element: Element) -> tuple[set[str], list[str], list[str]]:
    """Give marks, periods and passages of a statement."""
    marks = {name for mark in page.within(element, "mark") for name in mark.classes - {"mark"}}
    periods, passages = ([e.text for e in page.within(element, name)] for name in ("period", "passage"))
    return marks, periods, passages


@pytest.mark.parametrize(("predicate", "target", "marks", "periods", "passages"), MARKED)
def test_marks(
    client: FlaskClient, predicate: str, target: str, marks: set[str], periods: list[str], passages: list[str]
) -> None:
    """A statement shows whether it is asserted, editorial or inferred, for how long it holds and where it stands."""
    # The tables of a kommun tell its categories: the statements stand on the list of their own.
    part = "?egenskap=rdf:type" if predicate == "ns#type" else ""
    page = Page(client.get(f"/sida/kommun/norrby{part}", headers=HTML).text)
    assert (marks, periods, passages) == origin(page, statement(page, predicate, target))


def test_every_statement_is_marked(client: FlaskClient) -> None:
    """No statement stands without a mark, and each mark is a word, not a colour alone."""
    page = Page(client.get("/sida/insats/norrby-samtal", headers=HTML).text)
    for element in page.statements:
        marks = page.within(element, "mark")
        assert marks
        assert {"källa", "redaktion", "härlett"} >= {mark.text for mark in marks}


def test_passage_leads_to_its_page(client: FlaskClient) -> None:
    """The lines beside a statement lead to the passage."""
    page = Page(client.get("/sida/kommun/norrby", headers=HTML).text)
    passage = page.within(statement(page, "ns#harUtbudspost", "norrby-samtal-2006"), "passage")[0]
    assert "/sida/passage/prov-1-4" == passage.attributes["href"]
    assert "Del 1 > Norrby" == passage.attributes["title"]


@pytest.mark.parametrize(
    ("language", "period"), [("sv", "1 maj 2007 – 30 juni 2007"), ("en", "1 May 2007 – 30 Jun 2007")]
)
def test_conclusion_from_absence(odd: FlaskClient, language: str, period: str) -> None:
    """What is concluded from absence is marked so, and shows the scope's period, also among sources of other times."""
    page = Page(odd.get(f"/sida/kommun/soderby?egenskap=rdf:type&lang={language}", headers=HTML).text)
    assert ({"closed"}, [period], []) == origin(page, statement(page, "ns#type", "KommunUtanBarnstod"))


@pytest.mark.parametrize(("language", "words"), [("sv", "tid okänd"), ("en", "time unknown")])
def test_unknown_period(odd: FlaskClient, language: str, words: str) -> None:
    """What a source without a period asserts says that its time is unknown."""
    page = Page(odd.get(f"/sida/kalla/odaterad?lang={language}", headers=HTML).text)
    assert ({"asserted"}, [words], []) == origin(page, statement(page, "ns#type", "Kalla"))


def test_open_period(odd: FlaskClient) -> None:
    """A period without a last day is shown open."""
    page = Page(odd.get("/sida/omfattning/kartlaggningen-vastmanland-2006", headers=HTML).text)
    assert "1 maj 2007" in page.one("main").text
    page = Page(odd.get("/sida/kalla/annan", headers=HTML).text)
    assert (
        "1 jan. 2010" in statement(page, "ns#giltigFran", '"2010-01-01"^^<http://www.w3.org/2001/XMLSchema#date').text
    )


# Headers


@pytest.mark.parametrize("path", ["/id/kommun/norrby", "/sida/kommun/norrby", "/data/kommun/norrby.nt"])
def test_link_header(client: FlaskClient, path: str) -> None:
    """Link names every format of the thing, its page and its description."""
    link = client.get(path, headers=HTML).headers["Link"]
    for suffix, media in GRAPH_TYPES.items():
        assert f'</data/kommun/norrby.{suffix}>; rel="alternate"; type="{media}"' in link
    assert '</sida/kommun/norrby>; rel="alternate"; type="text/html"' in link
    assert '</data/kommun/norrby.ttl>; rel="describedby"' in link
    # The thing itself is no document: it describes nothing.
    assert path.startswith("/id") == (f'<{BASE}id/kommun/norrby>; rel="describes"' not in link)


def test_links_in_the_head(client: FlaskClient) -> None:
    """The page's head names the thing's IRI and its data."""
    page = Page(client.get("/sida/kommun/norrby", headers=HTML).text)
    links = {(e.attributes["rel"], e.attributes.get("type", "")): e.attributes["href"] for e in page.all("link")}
    assert BASE + "id/kommun/norrby" == links["describes", ""] == links["cite-as", ""]
    assert "http://localhost/sida/kommun/norrby?lang=sv" == links["canonical", ""]
    for suffix, media in GRAPH_TYPES.items():
        assert f"/data/kommun/norrby.{suffix}" == links["alternate", media]


@pytest.mark.parametrize(
    "path",
    ["/sida/kommun/norrby", "/data/kommun/norrby.ttl", "/sparql?query=ASK{}", "/ns.ttl", "/", "/queries/onskemal"],
)
def test_not_modified(client: FlaskClient, path: str) -> None:
    """With the ETag of its last answer a client gets 304, still with CORS and Vary."""
    headers = {"Accept": "text/html, */*;q=0.5", "Accept-Language": "sv"}
    etag = client.get(path, headers=headers).headers["ETag"]
    response = client.get(path, headers={**headers, "If-None-Match": etag})
    assert (304, b"", etag) == (response.status_code, response.data, response.headers["ETag"])
    assert "*" == response.headers["Access-Control-Allow-Origin"]
    assert {"Accept", "Accept-Language"} <= set(response.vary)
    assert 200 == client.get(path, headers={**headers, "If-None-Match": '"another"'}).status_code


def test_etags_differ(client: FlaskClient, odd: FlaskClient) -> None:
    """Another language, format, address or version of the graph has another ETag."""
    answers = [
        client.get("/sida/kommun/norrby?lang=sv"),
        client.get("/sida/kommun/norrby?lang=en"),
        client.get("/sida/kommun/norrby", headers={"Accept-Language": "sv"}),
        client.get("/sida/kommun/norrby", headers={"Accept-Language": "en"}),
        client.get("/sida/kommun/soderby"),
        client.get("/data/kommun/norrby", headers={"Accept": "text/turtle"}),
        client.get("/data/kommun/norrby", headers={"Accept": "application/n-triples"}),
        client.get("/om"),
        odd.get("/om"),
    ]
    assert len(answers) == len({answer.headers["ETag"] for answer in answers})


@pytest.mark.parametrize(
    ("query", "header", "language"),
    [
        ("", "", "sv"),
        ("", "en", "en"),
        ("", "en-GB,en;q=0.9,sv;q=0.5", "en"),
        ("", "sv-FI", "sv"),
        ("", "de", "sv"),
        ("?lang=en", "sv", "en"),
        ("?lang=sv", "en", "sv"),
        ("?lang=en", "", "en"),
        ("?lang=fi", "en", "en"),
    ],
)
def test_language(client: FlaskClient, query: str, header: str, language: str) -> None:
    """The language is that of ?lang=, else of Accept-Language, else Swedish; labels follow it."""
    response = client.get(f"/sida/metod/tolvstegsmetoden{query}", headers={"Accept-Language": header} if header else {})
    page = Page(response.text)
    assert language == response.headers["Content-Language"] == page.one("html").attributes["lang"]
    assert {"sv": "Tolvstegsmetoden", "en": "Twelve-step method"}[language] == page.one("h1").text


def test_chosen_language_is_kept(client: FlaskClient) -> None:
    """A language chosen by link goes along to the pages that the page links to."""
    page = Page(client.get("/sida/kommun/norrby?lang=en").text)
    links = [a.attributes for a in page.all("a") if "hreflang" not in a.attributes]
    kept = [link["href"] for link in links if link["href"].startswith("/sida/")]
    assert kept
    assert all("lang=en" in href for href in kept)
    assert "/sida/kommun/norrby?lang=sv" in page.addresses


def test_arguments_of_any_name(client: FlaskClient) -> None:
    """An argument of any name is harmless and goes along to the page in the other language."""
    page = Page(client.get("/om?path=x&self=y&%C3%A5=%26").text)
    assert "/om?path=x&self=y&%C3%A5=%26&lang=en" in page.addresses


# Names beyond ASCII, and hostile ones

NAMES = [
    (f"metod/{COMPOSED}", "Sammansatt"),
    (f"metod/{quote(COMPOSED)}", "Sammansatt"),
    (f"metod/{quote(unicodedata.normalize('NFD', COMPOSED))}", "Sammansatt"),
    (f"metod/{DECOMPOSED}", "Isär"),
    (f"metod/{quote(DECOMPOSED)}", "Isär"),
    ("metod/br%c3%a5-is%c3%a4r", "Isär"),
    ("metod/kodad-ö", "Kodad"),
    ("metod/kodad-%C3%B6", "Kodad"),
    ("metod/kodad-%c3%b6", "Kodad"),
    (f"metod/{quote(unicodedata.normalize('NFD', 'kodad-ö'))}", "Kodad"),
    ("metod/a%3Fb=c", "Frågetecken"),
]


@pytest.mark.parametrize(("path", "title"), NAMES)
def test_names_beyond_ascii(odd: FlaskClient, path: str, title: str) -> None:
    """å ä ö in an IRI work, percent-encoded or not, composed or not, and every link leads back to the thing."""
    response = odd.get(f"/id/{path}", headers=HTML)
    assert 303 == response.status_code
    location = response.headers["Location"]
    assert location.isascii()
    answer = odd.get(location, headers=HTML)
    assert answer.headers["Link"].isascii()
    assert title == Page(answer.text).one("h1").text
    for suffix in GRAPH_TYPES:
        redirected = odd.get(f"/id/{path}.{suffix}")
        data = odd.get(redirected.headers["Location"] + "?profil=med-inkommande")
        assert 200 == data.status_code
        assert data.headers["Link"].isascii()
        assert set(Page(answer.text).graph) == set(graph_of(data.data, suffix))


def test_links_to_names_beyond_ascii(odd: FlaskClient) -> None:
    """The links of a list lead to the things, whatever letters their IRIs hold."""
    page = Page(odd.get("/klass/Behandlingsmetod", headers=HTML).text)
    shown = {a.text: a.attributes["href"] for a in page.all("a") if "/sida/" in a.attributes["href"]}
    for title in ("Sammansatt", "Isär", "Kodad", "Frågetecken"):
        assert title == Page(odd.get(shown[title], headers=HTML).text).one("h1").text


def test_same_language_link_keeps_the_name(odd: FlaskClient) -> None:
    """The link to the other language leads to the same thing."""
    page = Page(odd.get(f"/sida/metod/{quote(COMPOSED)}", headers=HTML).text)
    other = next(a.attributes["href"] for a in page.all("a") if a.attributes.get("hreflang") == "en")
    assert "Composed" == Page(odd.get(other, headers=HTML).text).one("h1").text


@pytest.mark.parametrize("name", LABELS)
def test_hostile_labels(odd: FlaskClient, name: str) -> None:
    """A label with mark-up is text everywhere: page, list, answer; and the same in every format."""
    # Marks that force a direction are left out of names, since a title cannot end them; the data keep them.
    label = " ".join(LABELS[name].translate(dict.fromkeys((0x202E, 0x2066))).split())
    addresses = [
        f"/sida/metod/{name}",
        "/klass/Behandlingsmetod",
        "/sida/metod/utan-etikett",
        "/queries/kommuner-per-metod",
        f"/sparql?format=html&query=SELECT+?x+{{+<{BASE}id/metod/{name}>+?p+?x+}}",
    ]
    for address in addresses:
        page = Page(odd.get(address, headers=HTML).text)
        assert [] == page.faults
        assert [] == page.all("img") + [e for e in page.all("script") if "src" not in e.attributes and not is_data(e)]
        assert [] == [e.tag for e in page.elements for attribute in e.attributes if attribute.startswith("on")]
    page = Page(odd.get(addresses[0], headers=HTML).text)
    assert label == page.one("h1").text
    assert f"{label} – Kunskapsgraf" == page.one("title").text
    page_and_data_agree(odd, f"metod/{name}")


def test_text_that_xml_cannot_hold(odd: FlaskClient) -> None:
    """Control characters stay what they are in every format that can hold them; RDF/XML, which cannot, is refused."""
    found = page_and_data_agree(odd, "metod/klocka", without=("rdf",))
    assert NOT_IN_XML in {str(target) for target in found.objects()}
    response = odd.get("/data/metod/klocka.rdf")
    assert (406, "application/problem+json") == (response.status_code, response.mimetype)


def test_query_in_the_form_is_escaped(odd: FlaskClient) -> None:
    """A query is shown again as text."""
    query = 'SELECT ("</textarea><script>alert(1)</script>" AS ?x) {}'
    page = Page(odd.get("/sparql", query_string={"query": query, "format": "html"}).text)
    assert [] == page.faults
    assert [] == [element for element in page.all("script") if "src" not in element.attributes]
    assert query == page.one("textarea").text


def test_dangerous_addresses_are_no_links(odd: FlaskClient) -> None:
    """Only http and https addresses are links; others are text."""
    page = Page(odd.get("/sida/metod/lankar", headers=HTML).text)
    assert "http://example.org/a?b=c#d" in page.addresses
    assert "http://a℀b.example/" in page.addresses
    schemes = {address.split(":")[0] for address in page.addresses if ":" in address.split("/")[0]}
    assert {"http", "https"} == schemes
    assert "None" not in page.addresses
    assert rdflib.URIRef("javascript:alert(1)") in set(page_and_data_agree(odd, "metod/lankar").objects())


def test_values_are_shown_as_they_are(odd: FlaskClient) -> None:
    """A number keeps its digits; what its datatype does not allow stands as written, whatever its size."""
    page = Page(odd.get("/sida/metod/lankar?egenskap=urn:egen:egenskap", headers=HTML).text)
    shown = {
        page.within(e, "value")[0].text for e in page.statements if e.attributes["data-p"] == "<urn:egen:egenskap>"
    }
    assert {"0,0004", "1e500", "kanske", "ja"} == shown


@pytest.mark.parametrize(
    ("name", "language", "text", "tag"),
    [
        ("bara-engelska", "sv", "Only English", "en"),
        ("bara-engelska", "en", "Only English", ""),
        ("variant", "sv", "Variant", "sv-fi"),
        ("variant", "en", "English", ""),
        ("otaggad", "sv", "Otaggad", ""),
        ("titel", "en", "En titel", "sv"),
        ("tva-namn", "sv", "Preferred", "en"),
        ("utan-etikett", "sv", "utan-etikett", ""),
    ],
)
def test_label(odd: FlaskClient, name: str, language: str, text: str, tag: str) -> None:
    """A label is the visitor's language's, its variant's, the other's, an untagged one, or the IRI's last part.

    What is not in the page's language says in which it is.
    """
    page = Page(odd.get(f"/sida/metod/{name}?lang={language}", headers=HTML).text)
    heading = page.one("h1")
    assert text == heading.text
    assert ([tag] if tag else []) == [e.attributes.get("lang", "") for e in page.elements if e.inside(heading)]


# Named graphs


@pytest.mark.parametrize("suffix", GRAPH_TYPES)
def test_named_graph_as_data(client: FlaskClient, suffix: str) -> None:
    """A named graph is given whole, by suffix and by Accept, and holds what its manifest counts."""
    by_suffix = client.get(f"/graf/kalla/provkartan.{suffix}")
    by_accept = client.get("/graf/kalla/provkartan", headers={"Accept": GRAPH_TYPES[suffix]})
    assert by_suffix.data == by_accept.data
    assert 27 == len(graph_of(by_suffix.data, suffix))


@pytest.mark.parametrize("path", ["/graf/finns-inte", "/graf/finns-inte.ttl", "/graf/kalla/", "/klass/FinnsInte"])
def test_unknown_graph_or_class(client: FlaskClient, path: str) -> None:
    """An unknown graph or class is 404."""
    assert 404 == client.get(path).status_code
