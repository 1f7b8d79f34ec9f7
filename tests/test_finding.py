"""Finding things by words: exact before plain before inside, facets, and texts that would be operators elsewhere."""

from __future__ import annotations

import json
import sqlite3
import xml.etree.ElementTree as ET
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Quad
from reading import Page

from kunskapsgraf.graph.finding import OFTEN, IndexFile, bits_of
from kunskapsgraf.graph.rdf import Literal, NamedNode
from kunskapsgraf.graph.typed import folded, words
from kunskapsgraf.graph.vocabulary import PREF_LABEL, RDF_TYPE, RDFS_LABEL, SKOS, XSD, Names
from kunskapsgraf.pipeline import index
from kunskapsgraf.web.facets import SHOWN_VALUES

NAMES = Names("https://w3id.org/kunskapsgraf/")
ID, KG = NAMES.things, NAMES.terms
SOURCE, EDITORIAL = NAMES.source_graph("provkartan"), NAMES.editorial_graph
# Label, other names, text, kind and slug of each thing.
THINGS = [
    ("insats/boendestod", "Boendestöd", "hemstöd", "Hjälp i vardagen."),
    ("insats/stod", "Stöd", "", ""),
    ("insats/stodgrupp", "Stödgrupp för barn", "", ""),
    ("insats/stodrik", "Stodrik", "", ""),
    ("metod/mi", "Motiverande samtal", "MI", "Samtal för förändring."),
    ("metod/ap", "Återfallsprevention", "aterfalsprevention", ""),
    ("metod/tolv", "Tolvstegsmetoden", "12-steg", ""),
    ("kommun/sala", "Sala", "", ""),
]


@pytest.fixture(scope="module")
def small_index(tmp_path_factory: pytest.TempPathFactory) -> IndexFile:
    """Make the index of some things: all editorial, and the services said by a source and offered in Sala too."""
    quads = []
    for slug, label, other, text in THINGS:
        thing, kind = NamedNode(ID + slug), NamedNode(KG + slug.split("/")[0].capitalize())
        graph = NamedNode(EDITORIAL)
        quads += [Quad(thing, NamedNode(RDF_TYPE), kind, graph)]
        quads += [Quad(thing, NamedNode(PREF_LABEL), Literal(label, language="sv"), graph)]
        quads += [Quad(thing, NamedNode(SKOS + "hiddenLabel"), Literal(other, language="sv"), graph)] if other else []
        quads += [Quad(thing, NamedNode(SKOS + "definition"), Literal(text, language="sv"), graph)] if text else []
        if slug.startswith("insats/"):
            of = NamedNode(SOURCE)
            quads.append(Quad(thing, NamedNode(KG + "erbjudsAv"), NamedNode(ID + "kommun/sala"), of))
            day = Literal("2006-02-01", datatype=NamedNode(XSD + "date"))
            quads.append(Quad(thing, NamedNode(KG + "giltigFran"), day, of))
    quads.append(
        Quad(NamedNode(ID + "insats/lager"), NamedNode(RDFS_LABEL), Literal("Lager"), NamedNode(NAMES.catalogue_graph))
    )
    path = tmp_path_factory.mktemp("index") / "search.sqlite"
    path.write_bytes(index.make(quads, NAMES))
    return IndexFile(path)


def slugs(found_in: IndexFile, text: str, **chosen: list[str]) -> list[tuple[str, str]]:
    """Give the hits, each with how it was found."""
    return [(hit.iri.removeprefix(ID), hit.way) for hit in found_in.find(text, chosen).hits]


def test_order(small_index: IndexFile) -> None:
    """What is called so, then what is written so, then without dots, then inside a word."""
    assert [
        ("insats/stod", "name"),
        ("insats/stodgrupp", "written"),
        ("insats/stodrik", "plain"),
        ("insats/boendestod", "inside"),
    ] == slugs(small_index, "stöd")


def test_names_that_begin_so_come_first(small_index: IndexFile) -> None:
    """Whoever types the beginning of a name means that name, before texts that hold the word."""
    assert [("kommun/sala", "written")] == slugs(small_index, "sal")
    assert "insats/boendestod" == slugs(small_index, "boen")[0][0]


def test_typed_without_dots(small_index: IndexFile) -> None:
    """Whoever has no å, ä and ö on the keyboard finds the same things."""
    assert {"insats/stod", "insats/stodgrupp", "insats/stodrik", "insats/boendestod"} == {
        slug for slug, _ in slugs(small_index, "STOD")
    }
    assert [("metod/ap", "plain")] == slugs(small_index, "aterfallsprev")


def test_misspelling_by_hidden_label(small_index: IndexFile) -> None:
    """A misspelling that an editor has noted leads to the thing."""
    assert [("metod/ap", "name")] == slugs(small_index, "aterfalsprevention")


def test_text(small_index: IndexFile) -> None:
    """Definitions are searched too."""
    assert [("insats/boendestod", "written")] == slugs(small_index, "vardagen")
    assert ["metod/mi"] == [slug for slug, _ in slugs(small_index, "samtal förändring")]


def test_all_words(small_index: IndexFile) -> None:
    """Every word must be there; only the last may be begun."""
    assert [("insats/stodgrupp", "written")] == slugs(small_index, "stödgrupp ba")
    assert [] == slugs(small_index, "ba stödgrupp")
    assert [] == slugs(small_index, "stödgrupp vuxna")


def test_short(small_index: IndexFile) -> None:
    """One letter or two find names that begin so."""
    assert [("kommun/sala", "written")] == slugs(small_index, "sa", slag=["kommun"])
    assert ("metod/mi", "name") == slugs(small_index, "mi")[0]


def test_facets(small_index: IndexFile) -> None:
    """Counts of what was found, by kind, place, source, year and ground."""
    found = small_index.find("stöd", {})
    assert 4 == found.total
    assert [("insats", 4)] == found.facets["slag"]
    assert [("kommun/sala", 4)] == found.facets["kommun"]
    assert [("provkartan", 4)] == found.facets["kalla"]
    assert [("2006", 4)] == found.facets["ar"]
    assert [("asserted", 4), ("editorial", 4)] == found.facets["grund"]
    assert 0 == small_index.find("stöd", {"slag": ["metod"]}).total
    assert 0 == small_index.find("stöd", {"slag": ["finns inte"]}).total


def test_several_values(small_index: IndexFile) -> None:
    """Values of one facet are one or the other; facets are all of them; a facet's counts are of what it may still add."""
    found = small_index.find("", {"slag": ["metod", "kommun"]})
    assert 4 == found.total
    assert [("insats", 4), ("metod", 3), ("kommun", 1)] == found.facets["slag"]
    both = small_index.find("", {"slag": ["insats", "metod"], "kommun": ["kommun/sala"]})
    assert 4 == both.total
    # Of what Sala offers none is a method; the municipality's counts are of the services and methods.
    assert [("insats", 4)] == both.facets["slag"]
    assert [("kommun/sala", 4)] == both.facets["kommun"]
    assert [("2006", 4)] == both.facets["ar"]
    assert 0 == small_index.find("", {"slag": ["metod"], "kommun": ["kommun/sala"]}).total


def test_words_in_different_parts(small_index: IndexFile) -> None:
    """One word may stand inside the name and the other in the text."""
    assert [("insats/boendestod", "inside")] == slugs(small_index, "stöd vardagen")
    assert [("insats/boendestod", "inside")] == slugs(small_index, "i stöd")
    assert [] == slugs(small_index, "stöd förändring")


def test_years() -> None:
    """A thing is of the years of its own period, from first to last day, else of those of its sources."""
    of, editorial = NamedNode(SOURCE), NamedNode(EDITORIAL)

    def day(text: str) -> Literal:
        return Literal(text, datatype=NamedNode(XSD + "date"))

    def thing(slug: str) -> NamedNode:
        return NamedNode(ID + slug)

    starts, ends, label = NamedNode(KG + "giltigFran"), NamedNode(KG + "giltigTill"), NamedNode(PREF_LABEL)
    quads = [
        Quad(thing("kalla/provkartan"), starts, day("2006-02-01"), editorial),
        Quad(thing("kalla/provkartan"), ends, day("2007-03-31"), editorial),
        Quad(thing("insats/samtal"), label, Literal("Samtal"), of),
        Quad(thing("utbud/samtal"), label, Literal("Utbud av samtal"), of),
        Quad(thing("utbud/samtal"), starts, day("2009-01-01"), of),
        Quad(thing("metod/mi"), label, Literal("MI"), editorial),
    ]
    assert {
        ("ar", "2006"): {"kalla/provkartan", "insats/samtal"},
        ("ar", "2007"): {"kalla/provkartan", "insats/samtal"},
        ("ar", "2009"): {"utbud/samtal"},
    } == years_in(index.make(quads, NAMES))


def years_in(body: bytes) -> dict[tuple[str, str], set[str]]:
    """Read from an index which things are of each year."""
    database = sqlite3.connect(":memory:")
    database.deserialize(body)
    iris = dict(database.execute("SELECT id, iri FROM thing"))
    found = {}
    for value, bits in database.execute("SELECT value, bits FROM facet WHERE name = 'ar'"):
        numbers = [n for n in iris if bits[n >> 3] >> (n & 7) & 1]
        found["ar", value] = {iris[n].removeprefix(ID) for n in numbers}
    return found


def test_frequent_words(tmp_path: Path) -> None:
    """What many things have is found through what is kept of it just as without that."""
    names = [f"{'Samtal' if n % 2 else 'Familjesamtal'} nummer {n}" for n in range(3 * OFTEN)]
    graph = NamedNode(EDITORIAL)
    quads = [
        Quad(NamedNode(f"{ID}insats/{n}"), NamedNode(PREF_LABEL), Literal(name), graph) for n, name in enumerate(names)
    ]
    path = tmp_path / "search.sqlite"
    path.write_bytes(index.make(quads, NAMES))
    kept = sqlite3.connect(path).execute("SELECT count(*) FROM often").fetchone()[0]
    assert kept
    often = IndexFile(path)
    with sqlite3.connect(path) as database:
        database.execute("DELETE FROM often")
    rarely = IndexFile(path)
    for text, total in (
        ("samtal", 3 * OFTEN),  # in words of their own, and inside others
        ("familj", 1.5 * OFTEN),
        ("sa", 1.5 * OFTEN),
        ("samtal nummer", 3 * OFTEN),
        ("familjesamtal nu", 1.5 * OFTEN),
        ("samtal nummer 77", 11),  # 77 and 770 to 779
    ):
        found = often.find(text, {})
        assert total == found.total
        assert found == rarely.find(text, {})


def test_without_words(small_index: IndexFile) -> None:
    """A facet alone gives all that is so; what only describes the graph is not among it."""
    assert 4 == small_index.find("", {"slag": ["insats"]}).total
    assert len(THINGS) == small_index.find("", {}).total


def test_pages(small_index: IndexFile) -> None:
    """Pages follow each other without a gap or a repeat."""
    whole = [hit.iri for hit in small_index.find("", {}, most=100).hits]
    parts = [hit.iri for after in range(0, 8, 3) for hit in small_index.find("", {}, most=3, after=after).hits]
    assert whole == parts
    assert () == small_index.find("", {}, most=3, after=100).hits


@pytest.mark.parametrize(
    "text",
    [
        '"',
        '""',
        "'",
        "stöd OR",
        "NEAR(stöd",
        "stöd*",
        "label:stöd",
        "^stöd",
        "-stöd",
        "{label}:",
        "stöd\x00",
        "%",
        "(",
        ")",
        "\\",
        "a" * 5000,
        "å̈" * 50,
        "\ud800",
        "stöd \ud800",
    ],
)
def test_no_character_is_an_operator(small_index: IndexFile, text: str) -> None:
    """Nothing that is typed is FTS syntax: it finds words or nothing."""
    assert small_index.find(text, {}).total >= 0
    assert {slug for slug, _ in slugs(small_index, "stöd")} == {slug for slug, _ in slugs(small_index, "(stöd*")}


def test_same_bytes() -> None:
    """The same graph gives the same index, whatever the order of its statements."""
    quads = [
        Quad(NamedNode(f"{ID}metod/{n}"), NamedNode(PREF_LABEL), Literal(f"metod {n}"), NamedNode(EDITORIAL))
        for n in range(50)
    ]
    assert index.make(quads, NAMES) == index.make(quads[::-1], NAMES)


def test_words_and_bits() -> None:
    """Words are what FTS5 takes for one; bits are counted from the least."""
    assert ["åp", "12-steg", "mi"] == words('  ÅP, "12-steg" (MI)!')
    assert "aterfall" == folded("Återfall")
    assert 0b1000000010 == int.from_bytes(bits_of([1, 9], 12), "little")


def test_page(client: FlaskClient) -> None:
    """The page finds, counts, narrows and takes the narrowing off again."""
    page = Page(client.get("/sok?q=samtal", headers={"Accept": "text/html"}).text)
    assert [] == page.faults
    hits = [
        a.attributes["href"]
        for a in page.all("a")
        if any(li.inside(ol) and a.inside(li) for ol in page.all("ol", "hits") for li in page.all("li"))
    ]
    assert "/sida/insats/norrby-samtal" in hits
    kinds = {box.attributes["value"] for box in page.all("input") if "slag" == box.attributes["name"]}
    assert "insats" in kinds
    after = Page(client.get("/sok?q=samtal&slag=insats&slag=metod&lang=en", headers={"Accept": "text/html"}).text)
    boxes = [box for box in after.all("input") if "slag" == box.attributes["name"]]
    assert {"insats", "metod"} == {box.attributes["value"] for box in boxes if "checked" in box.attributes}
    assert {"sok"} == {box.attributes["form"] for box in boxes}
    removals = [a.attributes["href"] for a in after.all("a") if "take off" == a.text]
    assert ["/sok?q=samtal&slag=metod&lang=en", "/sok?q=samtal&slag=insats&lang=en"] == removals
    [other] = [a for a in after.all("a") if "sv" == a.attributes.get("hreflang")]
    assert "/sok?q=samtal&slag=insats&slag=metod&lang=sv" == other.attributes["href"]


def test_a_long_facet_is_cut_and_whole_a_link_away(whole_client: FlaskClient) -> None:
    """The page shows some values of a facet and says how many there are; the link shows all."""
    found = Page(whole_client.get("/sok?q=samtal", headers={"Accept": "text/html"}).text)
    every = json.loads(whole_client.get("/sok?q=samtal&format=json").text)["facets"]["metod"]
    assert len(every) > SHOWN_VALUES
    assert SHOWN_VALUES == len([box for box in found.all("input") if "metod" == box.attributes["name"]])
    [link] = [a for a in found.all("a") if f"Visa alla {len(every)}: Metod" == a.text]
    whole = Page(whole_client.get(link.attributes["href"], headers={"Accept": "text/html"}).text)
    assert len(every) == len([box for box in whole.all("input") if "metod" == box.attributes["name"]])


def test_a_chosen_value_without_hits_can_be_taken_off(client: FlaskClient) -> None:
    """Where nothing is found the chosen values still stand there."""
    page = Page(client.get("/sok?q=xyzzy&slag=metod&ar=1066", headers={"Accept": "text/html"}).text)
    chosen = {box.attributes["value"] for box in page.all("input") if "checked" in box.attributes}
    assert {"metod", "1066"} == chosen
    assert 2 == len([a for a in page.all("a") if "ta bort" == a.text])


def test_hits_of_one_name_are_told_apart(whole_client: FlaskClient) -> None:
    """Services of one name in several places are told by place and year; no two hits of a page read the same."""
    for query in (
        "q=samtal&slag=insats",
        "q=stöd",
        "q=sala",
        "kommun=kommun/sala",
        "slag=passage",
        "q=a",
        "slag=utfall",
    ):
        told = json.loads(whole_client.get(f"/sok?{query}&format=json").text)
        read = [(hit["label"], *hit["details"]) for hit in told["hits"]]
        assert len(read) == len(set(read))
    services = json.loads(whole_client.get("/sok?q=boendestöd&slag=insats&format=json").text)["hits"]
    sala = next(hit for hit in services if hit["iri"].endswith("/insats/sala-boendestod"))
    assert ["insats", "Sala", "2006"] == sala["details"][:3]


def test_json(client: FlaskClient) -> None:
    """The interface for programs: hits with labels, facets with counts, and the next page."""
    answer = client.get("/sok?q=samtal&format=json&lang=en")
    told = json.loads(answer.text)
    assert "application/json" == answer.content_type
    assert {"query", "chosen", "total", "complete", "page", "pageSize", "hits", "facets", "next"} == set(told)
    assert told["complete"] is True
    assert told["total"] == len(told["hits"])
    service = next(hit for hit in told["hits"] if hit["iri"] == f"{ID}insats/norrby-samtal")
    assert ("Talks", "en", "insats", "name") == tuple(service[key] for key in ("label", "language", "kind", "found"))
    assert {"value": "insats", "label": "service", "count": 1, "chosen": False} in told["facets"]["slag"]
    everything = json.loads(client.get("/sok?grund=asserted&format=json").text)
    assert everything["total"] == sum(count["count"] for count in everything["facets"]["slag"])


def test_suggestions(client: FlaskClient) -> None:
    """What is typed is completed in the form that browsers ask for."""
    text, names, kinds, addresses = json.loads(client.get("/sok/forslag?q=norr").text)
    assert "norr" == text
    assert ("Norrby", "/sida/kommun/norrby") == (names[0], urlsplit(addresses[0]).path)
    assert kinds[0].startswith("kommun")
    assert ["", [], [], []] == json.loads(client.get("/sok/forslag").text)


def test_opensearch(client: FlaskClient) -> None:
    """Browsers are told where to search."""
    answer = client.get("/opensearch.xml")
    assert "application/opensearchdescription+xml" == answer.mimetype
    urls = [e.attrib["template"] for e in ET.fromstring(answer.data) if e.tag.endswith("Url")]
    assert ["http://localhost/sok?q={searchTerms}", "http://localhost/sok/forslag?q={searchTerms}"] == urls
    front = Page(client.get("/", headers={"Accept": "text/html"}).text)
    assert any("search" == link.attributes.get("rel") for link in front.all("link"))


@pytest.mark.parametrize(
    "query",
    ["q=" + "a" * 201, "&".join(f"ar={n}" for n in range(101)), "sida=0", "sida=x", "sida=501", "format=csv", "q=%FF"],
)
def test_refused(client: FlaskClient, query: str) -> None:
    """What cannot be asked is told."""
    assert 400 == client.get("/sok?" + query).status_code


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x>', "{{7*7}}", "' onfocus='x"])
def test_nothing_typed_is_markup(client: FlaskClient, text: str) -> None:
    """What was typed is shown as text."""
    page = Page(client.get("/sok?q=" + quote(text), headers={"Accept": "text/html"}).text)
    assert [] == page.faults
    [box] = [box for box in page.all("input") if "search" == box.attributes.get("type")]
    assert text == box.attributes["value"]
    assert {"script": 1, "img": 0} == {tag: len(page.all(tag)) for tag in ("script", "img")}  # the file of ours


def test_missing_index(small_index: IndexFile, tmp_path: Path) -> None:
    """An index is part of its snapshot: without the file nothing is answered."""
    assert small_index.find("stöd", {}).total
    with pytest.raises(Exception, match="open"):
        IndexFile(tmp_path / "search.sqlite").find("stöd", {})
