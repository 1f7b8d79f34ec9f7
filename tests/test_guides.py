"""Pages of methods and municipalities, and comparisons: what is told apart there, and what is never concluded."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from flask.testing import FlaskClient
from reading import Element, Page

from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.particulars import Period
from kunskapsgraf.graph.store import select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.web.comparison import Cell, Row
from kunskapsgraf.web.menu import Entry, Frame, Line, Offered, menu_of

HTML = {"Accept": "text/html", "Accept-Language": "sv"}


def page(client: FlaskClient, path: str) -> Page:
    """Read a page in Swedish."""
    response = client.get(path, headers=HTML)
    assert 200 == response.status_code
    return Page(response.text)


def section(found: Page, name: str) -> Element:
    """Give the section under a heading with an id."""
    return next(e for e in found.all("section") if e.attributes.get("aria-labelledby") == name)


def cells_of(found: Page, table: str) -> dict[str, list[str]]:
    """Give a table's rows by their heading, without the headings that only narrow screens show."""
    caption = next(e for e in found.all("caption") if e.attributes.get("id") == table)
    whole = caption.parents[-1]
    heads = [e for e in found.all("span", "head") if e.inside(whole)]
    told: dict[str, list[str]] = {}
    for row in (e for e in found.all("tr") if e.inside(whole)):
        texts = []
        for cell in (e for e in found.elements if e.tag in ("td", "th") and e.parents[-1] is row):
            hidden = "".join(head.text for head in heads if head.inside(cell))
            texts.append(" ".join(cell.text.removeprefix(hidden).split()))
        told[texts[0]] = texts[1:]
    return told


# The menu

ADULTS = frozenset({"vuxna"})
COLUMNS = (
    Line("man", frozenset({"man"}), ADULTS),
    Line("kvinnor", frozenset({"kvinnor"}), ADULTS),
    Line("anhoriga", frozenset({"anhoriga"}), beneath=frozenset({"partner"})),
)
FRAME = Frame((Line("rad"),), COLUMNS)
WHOLE = frozenset({"rad", "man", "kvinnor", "anhoriga"})
PRINTED = Entry("post", "kommun", "rad", "man", "Samtal", "samtal")


def states(entries: Sequence[Entry], offered: Sequence[Offered], covered: frozenset[str]) -> list[str]:
    """Lay out a menu of one row; give the state of each column."""
    [row] = menu_of(FRAME, entries, offered, covered).rows
    return [cell.state for cell in row.cells for _ in cell.columns]


@pytest.mark.parametrize(
    ("entries", "offered", "covered", "expected"),
    [
        # Nothing printed: missing where the scope covers row and column, else unknown.
        ([], [], WHOLE, ["missing", "missing", "missing"]),
        ([], [], frozenset(), ["unknown", "unknown", "unknown"]),
        ([], [], WHOLE - {"kvinnor"}, ["missing", "unknown", "missing"]),
        ([], [], WHOLE - {"rad"}, ["unknown", "unknown", "unknown"]),
        # A filled cell may have spanned its like, but not the relatives' column.
        ([PRINTED], [], WHOLE, ["printed", "open", "missing"]),
        # The text says that the service is for all adults.
        ([PRINTED], [Offered("samtal", ("rad",), ("vuxna",))], WHOLE, ["printed", "text", "missing"]),
        # A service for a part of the column's group; one of another row counts for nothing here.
        ([], [Offered("parsamtal", ("rad",), ("partner",))], WHOLE, ["missing", "missing", "text"]),
        ([], [Offered("parsamtal", ("annan",), ("partner",))], WHOLE, ["missing", "missing", "missing"]),
    ],
)
def test_cells_of_a_menu(
    entries: list[Entry], offered: list[Offered], covered: frozenset[str], expected: list[str]
) -> None:
    """An empty cell is missing, open, filled by the text or unknown, and these are never taken for each other."""
    assert expected == states(entries, offered, covered)


def test_menu_of_heby(whole_client: FlaskClient) -> None:
    """The menu is the report's (lines 396-404), with the row that the text corrects, and says which empty cells mean what."""
    found = page(whole_client, "/sida/kommun/heby")
    rows = cells_of(found, "tabell-meny")
    assert ["saknas"] == rows["Motiverande/rådgivande"]
    assert [
        "Primärbehandling (12-steg)",
        "enligt texten även hit: Primärbehandling (12-steg)",
        "saknas",
        "Stödgrupp",
    ] == rows["Behandlande"]
    assert ["saknas"] == rows["Upprätthållande"]
    assert ["Sysselsättningsstöd tryckt på raden Bostadsstöd", "tom ruta, öppet", "saknas"] == rows["Arbetsstöd"]
    assert ["saknas"] == rows["Bostadsstöd"]
    assert ["Hela Människan i Heby (aktör)", "tom ruta, öppet", "saknas"] == rows["Annat"]
    assert "feb.–mars 2006" in section(found, "menyn").text
    assert "Myndighetsutövning och uppsökande verksamhet ingår inte" in section(found, "menyn").text


def test_menu_is_an_accessible_table(whole_client: FlaskClient) -> None:
    """Every cell names its row and all its columns by id, and together they fill the six columns."""
    found = page(whole_client, "/sida/kommun/vasteras")
    table = found.one("table", "menu")
    ids = {e.attributes["id"] for e in found.all("th") if e.inside(table)}
    rows = [e for e in found.all("tr") if e.inside(table)][1:]
    assert 6 == len(rows)
    for row in rows:
        cells = [e for e in found.all("td") if e.inside(row)]
        named = [name for cell in cells for name in cell.attributes["headers"].split()]
        assert set(named) <= ids
        assert 6 == sum(int(cell.attributes.get("colspan", 1)) for cell in cells)
        assert ["m1", "m2", "m3", "m4", "m5", "m6"] == [name for name in named if name.startswith("m")]
    assert all(e.attributes.get("scope") for e in found.all("th"))


MENUS = [
    "arboga",
    "fagersta",
    "hallstahammar",
    "heby",
    "koping",
    "kungsor",
    "norberg",
    "sala",
    "skinnskatteberg",
    "surahammar",
    "vasteras",
]


@pytest.mark.parametrize("kommun", MENUS)
def test_menu_agrees_with_what_is_concluded(whole_client: FlaskClient, whole_store: EmbeddedStore, kommun: str) -> None:
    """A row or column of which the graph concludes absence is empty in the menu, and one that it infers is not all missing."""
    terms = whole_store.names.terms
    query = f"SELECT ?c WHERE {{ <{whole_store.names.things}kommun/{kommun}> a ?c }}"
    classes = {text_of(row["c"]).removeprefix(terms) for row in select(whole_store, query)}
    rows = cells_of(page(whole_client, f"/sida/kommun/{kommun}"), "tabell-meny")
    for absence, presence, row in (
        ("KommunUtanBoendestod", "KommunMedBoendestod", "Bostadsstöd"),
        ("KommunUtanSysselsattningsstod", "KommunMedSysselsattningsstod", "Arbetsstöd"),
    ):
        assert (absence in classes) != (presence in classes)
        assert (absence in classes) == (set(rows[row]) == {"saknas"}), row


def test_place_outside_every_scope(whole_client: FlaskClient) -> None:
    """Of a municipality that no source maps nothing is missing: what is not known is called so."""
    found = page(whole_client, "/sida/kommun/partille")
    answers = cells_of(found, "tabell-har")
    assert "Ja härlett" in answers["kommun med stöd till vuxna anhöriga"][0]
    others = [texts[0] for name, texts in answers.items() if "anhöriga" not in name and name != "Kategori"]
    assert 8 == len(others)
    assert all(text.startswith("Okänt Varför inte?") for text in others)
    assert "Saknas" not in section(found, "har").text
    assert [] == found.all("table", "menu")
    assert "okänt, inte frånvarande" in section(found, "menyn").text


def test_part_of_a_municipality(whole_client: FlaskClient) -> None:
    """Skultuna has the tables of a municipality: its own menu (lines 898-905), where no scope lets anything be missing."""
    found = page(whole_client, "/sida/kommundel/skultuna")
    assert found.one("p", "lead").text.startswith("Skultuna är en kommundel i Västerås.")
    rows = cells_of(found, "tabell-meny")
    assert "Sysselsättningsstöd" == rows["Arbetsstöd"][0]
    assert "Boendestöd" == rows["Bostadsstöd"][0]
    assert ["okänt"] == rows["Motiverande/rådgivande"]
    assert "saknas" not in {cell for row in rows.values() for cell in row}
    assert [] == [e for e in found.all("section") if e.attributes.get("aria-labelledby") == "har"]


def test_city_district(whole_client: FlaskClient) -> None:
    """Rinkeby-Kista, of which report 3 tells two services, has them in the table of services, with their period, and no menu."""
    found = page(whole_client, "/sida/stadsdel/rinkeby-kista")
    assert found.one("p", "lead").text.startswith("Rinkeby-Kista är ett stadsdelsområde i Stockholm.")
    rows = {name: cells for name, cells in cells_of(found, "tabell-insatser").items() if cells and name != "Insats"}
    assert {"Jour för akuta behov", "Öppenvårdsbehandling på vuxenenheten"} <= set(rows)
    assert all("2020" in rows[name][-1] for name in ("Jour för akuta behov", "Öppenvårdsbehandling på vuxenenheten"))
    assert "okänt, inte frånvarande" in section(found, "menyn").text
    # The source has entries of other times too, so that only the proof of a conclusion tells its time.
    assert "(tiden står i beviset)" in found.one("p", "lead").text
    offered = [
        e for e in found.statements if e.attributes["data-p"].endswith("#erbjuder>") and "data-end" in e.attributes
    ]
    assert 2 == len(offered)
    assert all("härlett Varför? tiden står i beviset" in e.text for e in offered)


def test_answers_of_a_mapped_place(whole_client: FlaskClient) -> None:
    """Three answers stand apart, each with its period; what absence gives has the reservation and its scope."""
    answers = cells_of(page(whole_client, "/sida/kommun/heby"), "tabell-har")
    assert ["Ja härlett Varför?", "feb.–mars 2006"] == answers["kommun med tolvstegsutbud"]
    missing = answers["kommun med stöd i boendet"]
    assert missing[0].startswith("Saknas i kartläggningen ur frånvaro Varför? En tom ruta i menyn läses som")
    assert "Kartläggningen av öppenvården i Västmanlands län" in missing[0]
    assert "Okänt Varför inte?" == answers["kommun med kvinnoinsats"][0]


def test_things_of_one_name_in_a_lead(whole_client: FlaskClient) -> None:
    """The evaluation of Olivia is of the service and the unit of that name: the lead tells them apart."""
    lead = page(whole_client, "/sida/uttalande/olivia-utvardering-2002").one("p", "lead").text
    assert "Utsagan gäller Olivia insats/vasteras-olivia och Olivia verksamhet/olivia." in lead


# Methods


def test_three_answers_on_a_method(whole_client: FlaskClient) -> None:
    """CRA: nothing in the sources on its effect, nothing to judge the certainty of, and recommendations with their condition."""
    found = page(whole_client, "/sida/metod/cra")
    three = found.one("dl", "three")
    state, certainty, advice = (e.text for e in found.all("div") if e.parents[-1] is three)
    assert "Ingen uppgift i källorna ur frånvaro Varför?" in state
    assert "Prioritet" not in state
    assert "Inget att bedöma" in certainty
    assert "Prioritet 2 bör vid Missbruk eller beroende av alkohol" in " ".join(advice.split())
    rows = cells_of(found, "tabell-rek")
    assert "Prioritet 4" == rows["Opioidberoende i läkemedelsassisterad behandling"][0]
    assert "Det finns rekommendationer om metoden, men ingen läst källa" in section(found, "vet").text


def test_effect_and_certainty_are_not_merged(whole_client: FlaskClient) -> None:
    """Couple therapy: three reviewed outcomes (report 3, line 507), each with its own row; the source gives no certainty."""
    found = page(whole_client, "/sida/metod/parterapi")
    rows = {name: cells for name, cells in cells_of(found, "tabell-effekt").items() if name != "Utsaga"}
    assert 3 == len(rows)
    for cells in rows.values():
        assert "Positiv effekt" == cells[0]
        assert "anges inte" == cells[3]
        assert "rad 507" in cells[4]
        assert "maj–dec. 2020" in cells[4]
    assert "3 av 3 granskningar och studier anger ingen säkerhet." in section(found, "vet").text


def test_degrees_are_not_offers(whole_client: FlaskClient) -> None:
    """MI: two services use it, with their time; where staff are trained in it stands by itself."""
    found = page(whole_client, "/sida/metod/mi")
    rows = cells_of(found, "tabell-var")
    assert {"Plats", "Hässelby-Vällingby", "Västerås"} == set(rows)
    assert ["Motivationsgrupp", "anges inte", "feb.–mars 2006"] == rows["Västerås"][:3]
    told = section(found, "var").text
    assert "Lotsen i Arboga" not in " ".join(text for cells in rows.values() for text in cells)
    assert "Lotsen i Arboga" in told
    assert "är inte att den används" in told


def test_kin_of_a_manual(whole_client: FlaskClient) -> None:
    """A family shows its manuals, a manual its family, and both that evidence is not inherited."""
    for slug, kin in (("vackarklockan", "Återfallsprevention"), ("aterfallsprevention", "Väckarklockan")):
        told = section(page(whole_client, f"/sida/metod/{slug}"), "familj").text
        assert kin in told
        assert "ärver inte" in told


# Comparisons

MARCH, MAY = Period("2006-02-01", "2006-03-31"), Period("2020-05-01", "2020-12-31")
HAS, LACKS = Cell("asserted", periods=(MARCH,)), Cell("absent", periods=(MARCH,))
LATER = Cell("asserted", periods=(MAY,))
UNKNOWN, OTHER = Cell("unknown"), Cell("other")


@pytest.mark.parametrize(
    ("cells", "verdict"),
    [
        ((HAS, HAS), "shared"),
        ((LACKS, LACKS), "shared"),
        ((HAS, LACKS), "different"),
        ((HAS, LACKS, OTHER), "different"),
        ((HAS, UNKNOWN), "open"),
        ((LACKS, UNKNOWN), "open"),
        ((HAS, OTHER), "open"),
        ((LATER, LACKS), "apart"),
        ((LATER, HAS), "apart"),
        ((Cell("inferred"), HAS), "shared"),
    ],
)
def test_verdicts(cells: tuple[Cell, ...], verdict: str) -> None:
    """Only having and lacking at one time differ: the unknown is open, and times apart are not compared."""
    assert verdict == Row("sak", cells).verdict


@pytest.mark.parametrize(
    ("cells", "verdict"),
    [
        ((Cell("asserted", ("bor",)), Cell("asserted", ("bor",))), "shared"),
        ((Cell("asserted", ("bor",)), Cell("asserted", ("kan",))), "different"),
        ((Cell("asserted"), OTHER), "different"),
        ((Cell("asserted"), LACKS), "open"),
        ((Cell("asserted"), UNKNOWN), "open"),
    ],
)
def test_verdicts_of_what_is_said(cells: tuple[Cell, ...], verdict: str) -> None:
    """Of methods what is said is compared; that the sources say nothing of one is no difference."""
    assert verdict == Row("sak", cells, by_value=True).verdict


def test_comparison_of_places(whole_client: FlaskClient) -> None:
    """Heby beside Sala, mapped together, and Partille, which no source maps: never missing there."""
    found = page(whole_client, "/jamfor?med=kommun/heby&med=kommun/sala&med=kommun/partille")
    has = cells_of(found, "tabell-har")
    assert ["saknas ur frånvaro Varför? feb.–mars 2006", "ja härlett Varför? feb.–mars 2006", "okänt Varför inte?", "skiljer"] == has["kommun med stöd i boendet"]  # fmt: skip
    services = cells_of(found, "tabell-insatser")
    assert ["Stödgrupp källa feb.–mars 2006", "Linus källa feb.–mars 2006", "okänt", "öppet"] == services["Stödgrupp för barn"]  # fmt: skip
    assert all(not cells[2].startswith("saknas") for cells in [*has.values(), *services.values()] if len(cells) > 2)


def test_comparison_is_one_click_away(whole_client: FlaskClient) -> None:
    """A municipality's page leads to a comparison with each that was mapped with it, and has a form for any other."""
    found = page(whole_client, "/sida/kommun/heby")
    links = {a.text: a.attributes["href"] for a in found.all("a") if a.inside(section(found, "jamfor"))}
    assert 10 == len(links)
    assert "Jämförelse: Heby, Sala" == page(whole_client, links["Sala"]).one("h1").text
    values = [e.attributes["value"] for e in found.all("option") if e.inside(section(found, "jamfor"))]
    assert "kommun/partille" in values
    assert "kommun/heby" not in values


def test_comparison_of_methods(whole_client: FlaskClient) -> None:
    """MI is claimed, couple therapy reviewed: different; CRA, of which nothing is said, differs from neither."""
    found = page(whole_client, "/jamfor?med=metod/mi&med=metod/parterapi")
    assert ["annat av samma slag", "ja källa", "skiljer"] == cells_of(found, "tabell-lage")["Positiv effekt"]
    found = page(whole_client, "/jamfor?med=metod/cra&med=metod/parterapi")
    assert ["ingen uppgift i källorna ur frånvaro", "ja källa", "öppet"] == cells_of(found, "tabell-lage")["Positiv effekt"]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("med=kommun/norrby&med=metod/tolvstegsmetoden", 400, "platser med platser"),
        ("med=malgrupp/vuxna-anhoriga", 400, "platser med platser"),
        ("&".join(f"med=kommun/k{n}" for n in range(7)), 400, "Högst 6"),
        ("med=kommun/finns-inte&med=kommun/norrby", 404, "Grafen vet inget om"),
        ("med=http://example.org/x", 404, "Grafen vet inget om"),
        ("med=%22%3E%3Cscript%3E", 404, "Grafen vet inget om"),
    ],
)
def test_comparison_that_cannot_be(client: FlaskClient, query: str, status: int, words: str) -> None:
    """Kinds that do not compare, too many things and unknown ones are told in words."""
    response = client.get(f"/jamfor?{query}", headers=HTML)
    assert status == response.status_code
    assert words in response.text
    assert "<script" not in response.text
