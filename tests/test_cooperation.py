"""Who works with whom on what, on a world with a cooperation of each kind and a place without one in each way."""

from __future__ import annotations

import csv
import io
import json
import shutil
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from reading import Page

from kunskapsgraf import settings as settings_module
from kunskapsgraf.graph.store import EmbeddedStore, select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.pipeline.build import build
from kunskapsgraf.reports.cooperation import Cooperation, Party
from kunskapsgraf.reports.evidencemap import Named
from kunskapsgraf.settings import Settings, packaged_sources
from kunskapsgraf.web import create_app
from kunskapsgraf.web.cooperationdrawing import MOST_BOXES, MOST_DRAWN, PAD, ROW, draw

HERE = Path(__file__).parent
HTML = {"Accept": "text/html", "Accept-Language": "sv"}
ALL = {"tre", "norrdel", "vard", "plan", "utan-plats"}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Build the world once, with one more conclusion from absence than the package has."""
    folder = tmp_path_factory.mktemp("cooperation")
    sources = Path(shutil.copytree(HERE / "cooperation_world", folder / "world"))
    shutil.copytree(packaged_sources() / "queries", sources / "queries")
    shutil.copy(sources / "closed" / "KommunUtanSamverkan.rq", sources / "queries" / "closed")
    found = replace(settings_module.load({}), sources=sources, home=folder / "home", workers=1)
    build(found)
    return found


@pytest.fixture(scope="module")
def visitor(settings: Settings, store: EmbeddedStore) -> FlaskClient:
    """Give a client of the web application on the world."""
    return create_app(settings, store).test_client()


def slug(iri: str) -> str:
    """Cut an IRI to its last part."""
    return iri.replace("#", "/").rsplit("/", 1)[-1]


def told(client: FlaskClient, query: str = "") -> dict[str, Any]:
    """Ask for the view as JSON."""
    found: dict[str, Any] = json.loads(client.get(f"/samverkan?format=json&{query}").data)
    return found


def cells(client: FlaskClient, query: str = "") -> dict[tuple[str, str], tuple[int, int]]:
    """Read the cells of the matrix: cooperations, and how many of them are planned."""
    return {
        (slug(row["iri"]), slug(cell["column"])): (cell["cooperations"], cell["planned"])
        for row in told(client, query)["matrix"]["rows"]
        for cell in row["cells"]
    }


def chosen(client: FlaskClient, query: str) -> set[str]:
    """Read which cooperations a choice gives."""
    return {slug(one["iri"]) for one in told(client, query)["cooperations"]}


def test_each_cooperation_has_its_parties(visitor: FlaskClient) -> None:
    """A party has its kind, its places and its ground; a unit of the county council counts as region."""
    found = {
        slug(one["iri"]): {
            (slug(party["iri"]), party["kind"], *sorted(map(slug, party["places"])), party["ground"])
            for party in one["parties"]
        }
        for one in told(visitor)["cooperations"]
    }
    assert {
        "tre": {(name, "kommun", name, "kalla") for name in ("norrby", "soderby", "vasterby")},
        "norrdel": {("norrdel", "stadsdel", "norrdel", "kalla"), ("foreningen", "civilsamhalle", "harledd")},
        "vard": {("mottagningen", "verksamhet", "soderby", "kalla"), ("psykiatrin", "region", "kalla")},
        "plan": {("vasterby", "kommun", "vasterby", "kalla"), ("foreningen", "civilsamhalle", "kalla")},
        "utan-plats": {("verket", "myndighet", "kalla"), ("onamnd", "onamnd", "kalla")},
    } == found
    assert {"plan"} == {slug(one["iri"]) for one in told(visitor)["cooperations"] if one["planned"]}


def test_period_is_its_own_or_its_sources(visitor: FlaskClient) -> None:
    """A cooperation that says no period has its source's, one that says it is unknown has none; lines stand beside."""
    found = {slug(one["iri"]): one["sources"] for one in told(visitor)["cooperations"]}
    source = "https://w3id.org/kunskapsgraf/id/kalla/provkartan"
    own = {"source": source, "lines": "1–4; 9", "from": "2010-01-01", "to": "2011-12-31", "validity": "egen"}
    assert [own] == found["tre"]
    theirs = {"source": source, "lines": "9", "from": "2006-02-01", "to": "2006-03-31", "validity": "kallans"}
    assert [theirs] == found["norrdel"]
    assert [{"source": source, "lines": "1–4", "from": None, "to": None, "validity": "okand"}] == found["vard"]


def test_matrix_by_kind(visitor: FlaskClient) -> None:
    """Each place counts its cooperations with each kind of the other parties; a part counts for its municipality too."""
    assert {
        ("norrby", "kommun"): (1, 0),
        ("norrby", "civilsamhalle"): (1, 0),  # by Norrdel
        ("norrdel", "civilsamhalle"): (1, 0),
        ("soderby", "kommun"): (1, 0),
        ("soderby", "region"): (1, 0),  # by the clinic there
        ("vasterby", "kommun"): (1, 0),
        ("vasterby", "civilsamhalle"): (1, 1),
    } == cells(visitor)


def test_matrix_by_party(visitor: FlaskClient) -> None:
    """A cooperation of three stands in three rows, with the two others each time."""
    three = ("norrby", "soderby", "vasterby")
    between = {(one, other): (1, 0) for one in three for other in three if one != other}
    assert between | {
        ("norrby", "foreningen"): (1, 0),
        ("norrdel", "foreningen"): (1, 0),
        ("soderby", "psykiatrin"): (1, 0),
        ("vasterby", "foreningen"): (1, 1),
    } == cells(visitor, "kolumner=part")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("plats=norrby", {"tre", "norrdel"}),
        ("plats=kommundel/norrdel", {"norrdel"}),
        ("plats=soderby", {"tre", "vard"}),
        ("plats=tystby", set()),
        ("partslag=civilsamhalle", {"norrdel", "plan"}),
        ("partslag=verksamhet", {"vard"}),
        ("plats=soderby&partslag=verksamhet", set()),  # the clinic is how Söderby takes part, no other party
        ("plats=soderby&partslag=kommun", {"tre"}),
        ("motpart=foreningen", {"norrdel", "plan"}),
        ("plats=vasterby&motpart=foreningen", {"plan"}),
        ("plats=vasterby&motpart=kommun/vasterby", set()),
        ("amne=insatstyp/barngrupp", {"tre", "plan"}),  # by the kind of its service, and itself
        ("amne=insats/norrby-grupp", {"tre"}),
        ("kalla=provkartan", ALL),
        ("ar=2006", {"norrdel", "plan", "utan-plats"}),
        ("ar=2011", {"tre"}),
        ("ar=2012", set()),
        ("ar=2011&plats=norrby", {"tre"}),
    ],
)
def test_filters_choose_cooperations(visitor: FlaskClient, query: str, expected: set[str]) -> None:
    """A filter chooses cooperations; one that is chosen keeps all its parties."""
    assert expected == chosen(visitor, query)
    parties = {slug(one["iri"]): len(one["parties"]) for one in told(visitor, query)["cooperations"]}
    assert all(number == (3 if name == "tre" else 2) for name, number in parties.items())


@pytest.mark.parametrize("columns", ["slag", "part"])
def test_each_cell_leads_to_as_many_as_it_counts(visitor: FlaskClient, columns: str) -> None:
    """The address of a cell gives exactly the cooperations that it counts."""
    page = Page(visitor.get(f"/samverkan?kolumner={columns}", headers=HTML).text)
    assert [] == page.faults
    led = [link for cell in page.all("td", "cell") for link in page.all("a") if link.inside(cell)]
    assert len(cells(visitor, f"kolumner={columns}")) == len(led)
    for link in led:
        query = link.attributes["href"].partition("?")[2].partition("#")[0]
        assert link.text.split()[0] == str(len(chosen(visitor, query)))


def test_no_cooperation_is_unknown_or_concluded(visitor: FlaskClient) -> None:
    """Tystby, of which nothing is said, is unknown; Ensamby, in the scope, is concluded to have none; Norrby has some."""
    found = {
        (slug(one["place"]), one["state"], slug(one["scope"] or ""), one["from"])
        for one in told(visitor)["withoutKnownCooperation"]
    }
    assert {("tystby", "okant", "", None), ("ensamby", "slutet", "samverkan", "2006-02-01")} == found
    page = Page(visitor.get("/samverkan", headers=HTML).text)
    text = page.one("main").text
    assert text.index("Slutet av frånvaro") < text.rindex("Ensamby") < text.rindex("Tystby")


def test_without_a_scope_nothing_is_concluded(client: FlaskClient) -> None:
    """In a graph without cooperation and scope each place with an offer is unknown, and none is concluded to have none."""
    found = told(client)
    assert [] == found["cooperations"]
    assert {("norrby", "okant")} == {(slug(one["place"]), one["state"]) for one in found["withoutKnownCooperation"]}
    text = Page(client.get("/samverkan", headers=HTML).text).one("main").text
    assert "ingen omfattning i grafen gäller samarbeten" in text
    assert "Det betyder inte att inget finns" in text


@pytest.mark.parametrize("query", ["", "plats=soderby&kolumner=part", "ar=2006"])
def test_each_number_is_its_querys(visitor: FlaskClient, store: EmbeddedStore, query: str) -> None:
    """The SPARQL that the view shows, asked of the endpoint, gives the numbers of the view; the page shows its text."""
    found = told(visitor, query)
    answers = {one["report"]: [dict(row) for row in select(store, one["query"])] for one in found["queries"]}
    parties, matrix = answers["samverkan-parter"], answers["samverkan-matris"]
    assert {text_of(row["samarbete"]) for row in answers["samverkan-samarbeten"]} == {
        one["iri"] for one in found["cooperations"]
    }
    shared = {text_of(row["part"]): int(text_of(row["samarbeten"])) for row in answers["samverkan-delade"]}
    assert shared == {one["iri"]: one["cooperations"] for one in found["sharedParties"]}
    members = {(text_of(row["samarbete"]), text_of(row["part"])) for row in parties}
    assert members == {(one["iri"], party["iri"]) for one in found["cooperations"] for party in one["parties"]}
    counts = {
        (text_of(row["plats"]), text_of(row["part" if "part" in row else "partslag"])): (
            int(text_of(row["samarbeten"])),
            int(text_of(row["planerade"])),
        )
        for row in matrix
    }
    assert counts == {
        (row["iri"], cell["column"]): (cell["cooperations"], cell["planned"])
        for row in found["matrix"]["rows"]
        for cell in row["cells"]
    }
    assert len(answers["samverkan-inget-kant"]) == len(found["withoutKnownCooperation"])
    page = Page(visitor.get(f"/samverkan?{query}", headers=HTML).text)
    shown = [element.text for element in page.all("pre")]
    listed = [one for one in found["queries"] if one["report"] != "samverkan-parter"]
    assert all(" ".join(one["query"].split()) in shown for one in listed)


def test_page_csv_and_json_say_the_same(visitor: FlaskClient) -> None:
    """The table has each party of each cooperation with its mark, and the CSV a row for each."""
    page = Page(visitor.get("/samverkan", headers=HTML).text)
    rows = list(csv.DictReader(io.StringIO(visitor.get("/samverkan?format=csv").text)))
    expected = {
        (slug(one["iri"]), slug(party["iri"]), party["ground"])
        for one in told(visitor)["cooperations"]
        for party in one["parties"]
    }
    assert expected == {(slug(row["samarbete"]), slug(row["part"]), row["grund"]) for row in rows}
    table = page.one("table", "stack")
    assert len(expected) == len([item for item in page.all("li") if item.inside(table)])
    assert 1 == len(page.within(table, "inferred"))  # that the association takes part follows
    assert "Parter i flera samarbeten" in page.one("main").text


def test_picture_has_each_party_and_leads_to_it(visitor: FlaskClient) -> None:
    """Each party, place and cooperation is a box with a link, and each party has a line; the inferred one is dashed."""
    page = Page(visitor.get("/samverkan", headers=HTML).text)
    figure = page.one("figure")
    boxes = {slug(link.attributes["href"]) for link in page.all("a") if link.inside(figure)}
    parties = {
        "norrby",
        "soderby",
        "vasterby",
        "norrdel",
        "foreningen",
        "mottagningen",
        "psykiatrin",
        "verket",
        "onamnd",
    }
    assert ALL | parties == boxes
    drawn = page.one("div", "still")
    lines = [line.classes for line in page.within(drawn, "line")]
    assert (8, 1, 2) == tuple(sum(kind in line for line in lines) for kind in ("asserted", "inferred", "planned"))
    assert (
        "Samma uppgifter står i tabellen"
        in next(e for e in page.all("svg") if e.inside(drawn)).attributes["aria-label"]
    )


def test_that_two_cooperate_is_a_conclusion(visitor: FlaskClient) -> None:
    """Where both are parties to one cooperation the page leads to why; a part of one is no party itself."""
    assert "samverkarMed" in visitor.get("/samverkan?plats=kommun/norrby&motpart=kommun/soderby", headers=HTML).text
    for query in ("plats=kommun/norrby&motpart=aktor/foreningen", "plats=kommun/vasterby&motpart=aktor/foreningen"):
        page = Page(visitor.get(f"/samverkan?{query}", headers=HTML).text)
        assert not [link for link in page.all("a") if "samverkarMed" in link.attributes.get("href", "")]


@pytest.mark.parametrize(
    "query", ["partslag=x", "ar=i+fjol", "plats=finns-inte", "kolumner=x", "sida=0", "sida=2", "format=x"]
)
def test_what_is_not_there_is_refused(visitor: FlaskClient, query: str) -> None:
    """An unknown kind, year, place, page or format is refused."""
    assert 400 == visitor.get(f"/samverkan?{query}", headers=HTML).status_code


def many(number: int, parties: int) -> list[Cooperation]:
    """Make cooperations, each with a municipality and others of its own."""
    made = []
    for n in range(number):
        own = Named(f"https://w3id.org/kunskapsgraf/id/kommun/k{n}", f"K{n}")
        others = [Named(f"https://w3id.org/kunskapsgraf/id/aktor/a{n}-{m}", f"A{n}-{m}") for m in range(parties - 1)]
        one = Cooperation(Named(f"https://w3id.org/kunskapsgraf/id/samarbete/s{n}", f"S{n}"), False, "")
        one.parties = [Party(own, "kommun", "kommun", (own,), False, "kalla")]
        one.parties += [Party(other, "ovrig", "annan aktör", (), False, "kalla") for other in others]
        made.append(one)
    return made


@pytest.mark.parametrize(("number", "parties"), [(1, 2), (200, 2), (100, 40), (1, 500)])
def test_picture_is_bounded_and_nothing_overlaps(store: EmbeddedStore, number: int, parties: int) -> None:
    """A large network is drawn in part, and says of how many; boxes of a column stand apart, inside the picture."""
    found = many(number, parties)
    picture = draw(found, number, store.names)
    assert (number, picture.drawn) == (picture.total, min(number, MOST_DRAWN, max(MOST_BOXES // (parties + 1), 1)))
    by_column: dict[float, list[float]] = {}
    for _, box in picture.boxes:
        by_column.setdefault(box.x, []).append(box.y)
    for column in by_column.values():
        ordered = sorted(column)
        assert all(below - above > ROW - 0.01 for above, below in pairwise(ordered))
        assert ordered[0] >= PAD
        assert ordered[-1] <= picture.height - PAD
    assert picture == draw(found, number, store.names)
