"""Indicators over time, on a world with a break in series, notes, a year without a value, and two sources that differ."""

from __future__ import annotations

import csv
import io
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from reading import Page

from kunskapsgraf import settings as settings_module
from kunskapsgraf.graph.store import EmbeddedStore, select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.pipeline.build import build
from kunskapsgraf.settings import Settings
from kunskapsgraf.web import create_app

WORLD = Path(__file__).parent / "indicator_world"
HTML = {"Accept": "text/html", "Accept-Language": "sv"}
SVG = "{http://www.w3.org/2000/svg}"
Key = tuple[str, str, str]
"""Area, sex and source of a series."""
COUNTRY: Key = ("riket", "", "norrmatt")
OTHER: Key = ("riket", "", "sormatt")
WOMEN: Key = ("riket", "kvinnor", "norrmatt")
NORRBY: Key = ("norrby", "", "norrmatt")
# Read off tests/indicator_world by hand: the values by year, the pairs that a line may join, the stretches of years without a value.
VALUES: dict[Key, dict[int, float | tuple[float, float]]] = {
    COUNTRY: {2014: 40, 2015: 42.5, 2017: 45, 2018: 46, 2019: 63, 2020: 64},
    OTHER: {2017: 47, 2018: 49},  # of the same years as the other source, and neither is left out
    WOMEN: {2017: 50, 2018: 52},
    NORRBY: {2018: (30, 35), 2019: 41},
}
JOINED: dict[Key, list[list[int]]] = {
    COUNTRY: [[2014, 2015], [2017, 2018], [2019, 2020]],  # not over 2016, and not over the break of 2019
    OTHER: [[2017, 2018]],
    WOMEN: [[2017, 2018]],
    NORRBY: [],
}
MISSING: dict[Key, list[list[int]]] = {
    COUNTRY: [[2016, 2016]],
    OTHER: [[2014, 2016], [2019, 2020]],
    WOMEN: [[2014, 2016], [2019, 2020]],
    NORRBY: [[2014, 2017], [2020, 2020]],
}
BREAK, LATE, FEW, UNSAID = 1, 2, 3, 4
"""The notes: the break first, then those that the source makes, by year, and last what it leaves open."""

AREAS = range(1, 9)
MANY = 'indikator:manga a kg:Indikator ; rdfs:label "Många"@sv , "Many"@en ; kg:uttalasI passage:norr-1 .\n' + "".join(
    f'plats:o{n} a kg:Plats ; rdfs:label "Ort {n}"@sv , "Place {n}"@en ; kg:uttalasI passage:norr-1 .\n'
    f'uppgift:ort-{n} a kg:Statistikuppgift ; rdfs:label "o{n}"@sv , "o{n}"@en ; kg:indikator indikator:manga ; kg:statistikomrade plats:o{n} ; '
    f"kg:ar 2018 ; kg:varde {n} ; kg:enhet enhet:person ; kg:uttalasI passage:norr-1 .\n"
    for n in AREAS
)
"""An indicator of more areas than are shown where none is chosen."""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Build the world once."""
    folder = tmp_path_factory.mktemp("indicators")
    sources = Path(shutil.copytree(WORLD, folder / "world"))
    with (sources / "data" / "ttl" / "norrmatt.ttl").open("a", encoding="utf-8") as file:
        file.write(MANY)
    found = replace(settings_module.load({}), sources=sources, home=folder / "home", workers=1)
    build(found)
    return found


@pytest.fixture(scope="module")
def visitor(settings: Settings, store: EmbeddedStore) -> FlaskClient:
    """Give a client of the web application on the world."""
    return create_app(settings, store).test_client()


def slug(iri: str | None) -> str:
    """Cut an IRI to its last part."""
    return (iri or "").replace("#", "/").rsplit("/", 1)[-1]


def told(client: FlaskClient, address: str) -> dict[str, Any]:
    """Read the JSON at an address."""
    response = client.get(address, query_string={"format": "json"} if "?" not in address else None)
    assert 200 == response.status_code, response.text
    found: dict[str, Any] = json.loads(response.data)
    return found


def key(series: dict[str, Any]) -> Key:
    """Name a series of the JSON."""
    return slug(series["area"]), slug(series["sex"]), slug(series["source"])


def page(client: FlaskClient, address: str, language: str = "sv") -> Page:
    """Fetch a page."""
    response = client.get(address, headers={"Accept": "text/html", "Accept-Language": language})
    assert 200 == response.status_code, response.text
    found = Page(response.text)
    assert [] == found.faults
    return found


def picture(client: FlaskClient, address: str) -> ElementTree.Element:
    """Fetch a picture alone."""
    response = client.get(address)
    assert "image/svg+xml" == response.mimetype, response.text
    return ElementTree.fromstring(response.data)


def drawn(root: ElementTree.Element, tag: str, kind: str) -> list[ElementTree.Element]:
    """Give the elements of a picture with a class."""
    return [one for one in root.iter(SVG + tag) if kind in one.get("class", "").split()]


def test_values_by_series(visitor: FlaskClient) -> None:
    """Each source's values are a series of their own by area and sex; a range stays a range."""
    found = {
        key(one): {v["year"]: v["value"] if v["value"] is not None else (v["from"], v["to"]) for v in one["values"]}
        for one in told(visitor, "/indikatorer/andel")["series"]
    }
    assert VALUES == found
    assert [COUNTRY, OTHER, WOMEN, NORRBY] == list(found)  # the country first, the sources beside each other


def test_a_line_joins_only_what_compares(visitor: FlaskClient) -> None:
    """A line is joined neither over a year without a value nor over a break; what is missing is told."""
    series = told(visitor, "/indikatorer/andel")["series"]
    assert {key(one): one["joined"] for one in series} == JOINED
    assert {key(one): one["missing"] for one in series} == MISSING
    assert all(one["breaks"] == [{"before": 2019, "notes": [BREAK]}] for one in series)  # of the indicator as a whole


def test_notes_stand_on_their_values(visitor: FlaskClient) -> None:
    """A note on a figure stands on it, one of an area and year on that area's value; the break stands between years."""
    found = told(visitor, "/indikatorer/andel")
    on_values = {(key(one), v["year"]): v["notes"] for one in found["series"] for v in one["values"] if v["notes"]}
    assert {(COUNTRY, 2015): [LATE], (NORRBY, 2019): [FEW]} == on_values
    assert {BREAK: "brott", LATE: "sen", FEW: "fa", UNSAID: "ar-2016"} == {
        note["number"]: slug(note["iri"]) for note in found["notes"]
    }
    assert "Frågan fick ett svar till." == found["notes"][BREAK - 1]["cause"]


def test_uncertain_values_say_so(visitor: FlaskClient) -> None:
    """A provisional and an approximate value are marked with the graph's own words; a normal one and a break are not."""
    series = told(visitor, "/indikatorer/andel")["series"]
    found = {(key(one), v["year"]): v["uncertain"] for one in series for v in one["values"] if v["uncertain"]}
    assert {(COUNTRY, 2018): "Preliminärt värde", (WOMEN, 2018): "är ungefärligt"} == found


def test_picture_has_gaps_breaks_and_marks(visitor: FlaskClient) -> None:
    """Five lines, a break between 2018 and 2019 with its note, a field for 2016, and a mark of its own shape for each series."""
    root = picture(visitor, "/indikatorer/andel?format=svg")
    # From 14 % of the width for 2014 to 92 % for 2020: 13 % a year.
    at = {2014: "14.00%", 2015: "27.00%", 2017: "53.00%", 2018: "66.00%", 2019: "79.00%", 2020: "92.00%"}
    lines = [(line.get("x1"), line.get("x2")) for line in drawn(root, "line", "line")]
    expected = [(at[first], at[last]) for pairs in JOINED.values() for first, last in pairs]
    assert sorted(expected) == sorted((str(x1), str(x2)) for x1, x2 in lines)
    cut = drawn(root, "line", "break")
    assert ["72.50%"] == [line.get("x1") for line in cut]
    # The women and the other source have no value after it.
    assert ["Seriebrott 2019 (A, D) ¹"] == [text.text for text in drawn(root, "text", "break")]
    assert [("33.50%", "13.00%")] == [(field.get("x"), field.get("width")) for field in drawn(root, "rect", "missing")]
    marks = drawn(root, "path", "mark")
    assert 6 + 2 + 2 + 3 == len(marks)  # both ends of the range
    assert 4 == len({mark.get("d") for mark in marks})
    assert 2 + 2 == len([mark for mark in marks if "doubt" in mark.get("class", "")])
    assert {"A", "B", "C", "D"} == {text.text for text in drawn(root, "text", "letter")}


def test_picture_is_told_in_words(visitor: FlaskClient) -> None:
    """The picture has a name and a description with every value, in the language's own form of numbers."""
    root = picture(visitor, "/indikatorer/andel?format=svg&lang=sv&omrade=plats/riket&kalla=kalla/norrmatt")
    assert ("img", "Andel med stöd, procent") == (root.get("role"), root.get("aria-label"))
    description = next(one for one in root.iter(SVG + "desc"))
    assert root.get("aria-describedby") == description.get("id")
    assert description.text == (
        "A, Riket – 2014: 40; 2015: 42,5; 2017: 45; 2018: 46 (Preliminärt värde); seriebrott 2019; 2019: 63; 2020: 64. "
        "B, Riket, Kvinnor – 2017: 50; 2018: 52 (är ungefärligt)."
    )
    english = picture(visitor, "/indikatorer/andel?format=svg&lang=en")
    assert "2015: 42.5;" in (next(one for one in english.iter(SVG + "desc")).text or "")


def test_values_that_would_cover_each_other_are_both_seen(visitor: FlaskClient) -> None:
    """Two sources' values of a year that lie near each other stand side by side."""
    root = picture(visitor, "/indikatorer/andel?format=svg&omrade=plats/riket")
    shifts: dict[str, str] = {}
    for place in root.iter(SVG + "svg"):
        for group in (place, *place.findall(SVG + "g")):
            shifts |= {title.text or "": group.get("transform", "") for title in group.findall(SVG + "title")}
    assert shifts["A 2017: 45"] != shifts["B 2017: 47"]
    assert "" == shifts["A 2014: 40"]  # alone in its year


def test_page_has_table_with_source_and_lines(visitor: FlaskClient) -> None:
    """The table has each value with its source and lines, breaks and missing years as rows, and links to the figures."""
    found = page(visitor, "/indikatorer/andel?omrade=plats/riket&kalla=kalla/norrmatt&kon=")
    table = found.one("table", "values")
    rows = [
        [e.text for e in found.elements if e.tag in ("th", "td") and e.inside(row)]
        for row in found.all("tr")
        if row.inside(table)
    ]
    source = "Norrmätt rad 1–9"
    assert rows[1:9] == [
        ["A Riket (procent)"],
        ["2014", "40", "", source],
        ["2015", "42,5", str(LATE), source],
        ["2016", "inget värde i källorna"],
        ["2017", "45", "", source],
        ["2018", "46", "Preliminärt värde", source],
        [f"Seriebrott 2019{BREAK} värdena ovanför kan inte jämföras rakt av med dem nedanför"],
        ["2019", "63", "", source],
    ]
    assert 1 == found.addresses.count("/sida/uppgift/riket-2015")
    assert "/sida/passage/norr-1" in found.addresses
    assert f"#anm-{BREAK}" in found.addresses
    notes = [e.text for e in found.all("li") if e.attributes.get("id", "").startswith("anm-")]
    assert 4 == len(notes)
    parts = ("Nytt stöd räknas med (seriebrott, 2019)", "Frågan fick ett svar till.", "Norrmätt rad 1–9")
    assert all(part in notes[BREAK - 1] for part in parts)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("omrade=kommun/norrby", {NORRBY}),
        ("omrade=kommun/norrby&omrade=plats/riket&kon=begrepp/kvinnor", {WOMEN}),
        ("kalla=kalla/sormatt", {OTHER}),
        ("omrade=plats/riket&kalla=kalla/norrmatt", {COUNTRY, WOMEN}),
    ],
)
def test_filters_stand_in_the_address(visitor: FlaskClient, query: str, expected: set[Key]) -> None:
    """Areas, sex and source choose series, in the JSON, the CSV and on the page alike."""
    found = told(visitor, f"/indikatorer/andel?format=json&{query}")
    assert expected == {key(one) for one in found["series"]}
    assert 4 == found["total"]
    rows = list(csv.DictReader(io.StringIO(visitor.get(f"/indikatorer/andel?format=csv&{query}").text)))
    assert expected == {(slug(row["omrade"]), slug(row["kon"]), slug(row["kalla"])) for row in rows}
    assert sum(len(VALUES[one]) for one in expected) == len(rows)
    heads = page(visitor, f"/indikatorer/andel?{query}").all("tr", "group-head")
    assert len(expected) == len(heads)


@pytest.mark.parametrize("query", ["omrade=kommun/soderby", "kalla=x", "kon=begrepp/man"])
def test_unknown_choices_are_refused_with_those_there_are(visitor: FlaskClient, query: str) -> None:
    """What the indicator has no values for is 400, and the message names what there is."""
    response = visitor.get(f"/indikatorer/andel?{query}")
    assert 400 == response.status_code
    name = query.split("=")[0]
    choice = {"omrade": "plats/riket, kommun/norrby", "kalla": "kalla/norrmatt", "kon": "begrepp/kvinnor"}[name]
    assert choice in response.text


def test_unknown_indicator_is_404_with_the_nearest(visitor: FlaskClient) -> None:
    """An indicator that is not there is 404; a thing of another kind is none."""
    response = visitor.get("/indikatorer/andeel", headers=HTML)
    assert (404, True) == (response.status_code, "Menade du andel?" in response.text)
    assert 404 == visitor.get("/indikatorer/norrby").status_code


def test_a_break_of_one_area_cuts_that_area_alone(visitor: FlaskClient) -> None:
    """Norrby counts anew in 2019; Söderby does not."""
    found = {slug(one["area"]): one for one in told(visitor, "/indikatorer/lokalt")["series"]}
    assert {"norrby": [], "soderby": [[2018, 2019]]} == {area: one["joined"] for area, one in found.items()}
    assert {"norrby": 1, "soderby": 0} == {area: len(one["breaks"]) for area, one in found.items()}
    root = picture(visitor, "/indikatorer/lokalt?format=svg")
    assert ["Seriebrott 2019 (A) ¹"] == [text.text for text in drawn(root, "text", "break")]


def test_a_break_of_no_known_year_leaves_no_line(visitor: FlaskClient) -> None:
    """Where nobody says when the series broke, no two values are joined; the note says that it did."""
    found = told(visitor, "/indikatorer/oklar")
    assert all(one["joined"] == [] for one in found["series"])
    assert ["oklart-brott"] == [slug(note["iri"]) for note in found["notes"]]
    assert [] == drawn(picture(visitor, "/indikatorer/oklar?format=svg"), "line", "line")
    sentence = "Ett seriebrott är känt, men inte vilket år"
    assert sentence in page(visitor, "/indikatorer/oklar").one("main").text
    assert sentence not in page(visitor, "/indikatorer/andel").one("main").text


def test_a_group_is_a_series_of_its_own(visitor: FlaskClient) -> None:
    """A figure of a part of the population is another series; of whom the whole indicator is needs no saying."""
    found = told(visitor, "/indikatorer/grupper")["series"]
    assert {None: 5, "Unga": 7} == {one["group"]: one["values"][0]["value"] for one in found}


def test_many_areas_are_cut_and_say_so(visitor: FlaskClient) -> None:
    """Of eight areas six are shown until others are chosen; the page says so and leads to all; of eight series chosen six are drawn."""
    found = page(visitor, "/indikatorer/manga")
    assert "Här visas 6 av 8 områden; välj andra ovan." in found.one("main").text
    assert 6 == len(found.all("tr", "group-head"))
    every = next(one for one in found.addresses if one.startswith("/queries/indikatorer-over-tid?format=csv"))
    assert len(AREAS) == len(list(csv.DictReader(io.StringIO(visitor.get(every).text))))
    chosen = "&".join(f"omrade=plats/o{n}" for n in AREAS)
    whole = page(visitor, f"/indikatorer/manga?{chosen}")
    assert len(AREAS) == len(whole.all("tr", "group-head"))
    assert "de första 6 av 8 serier; alla står i tabellen" in whole.one("figcaption").text
    assert 6 == len(drawn(picture(visitor, f"/indikatorer/manga?format=svg&{chosen}"), "path", "mark"))


def test_nothing_is_left_out(visitor: FlaskClient) -> None:
    """A figure without a year, one without an area and one that is only a word stand in the table, and not in the picture."""
    found = told(visitor, "/indikatorer/oklar")["series"]
    values = {
        slug(v["figure"]): (slug(one["area"]), v["year"], v["from"], v["word"]) for one in found for v in one["values"]
    }
    assert ("riket", None, 3, None) == values["oklar-utan-ar"]
    assert ("EjAngivet", 2018, None, "många") == values["oklar-utan-plats"]
    rows = page(visitor, "/indikatorer/oklar").rows
    assert ["ej angivet", "minst 3"] in [row[:2] for row in rows]
    assert ["2018", "många"] in [row[:2] for row in rows]
    assert 2 == len(drawn(picture(visitor, "/indikatorer/oklar?format=svg"), "path", "mark"))


def test_an_indicator_without_values(visitor: FlaskClient) -> None:
    """It says that the sources have none; there is no picture."""
    text = page(visitor, "/indikatorer/tom").one("main").text
    assert "Källorna har inga värden här. Det betyder inte att inga finns." in text
    assert 400 == visitor.get("/indikatorer/tom?format=svg").status_code


def test_list_of_indicators(visitor: FlaskClient) -> None:
    """Each indicator with its numbers of values, areas, sources and breaks, and its years."""
    columns = ("varden", "forstaAr", "sistaAr", "omraden", "kallor", "seriebrott")
    rows = told(visitor, "/indikatorer")["indicators"]
    assert {slug(row["indikator"]): tuple(row.get(name, "") for name in columns) for row in rows} == {
        "andel": ("12", "2014", "2020", "2", "2", "1"),
        "lokalt": ("4", "2018", "2019", "2", "1", "1"),
        "oklar": ("4", "2017", "2018", "1", "1", "1"),
        "manga": ("8", "2018", "2018", "8", "1", "0"),
        "grupper": ("2", "2018", "2018", "1", "1", "0"),
        "tom": ("0", "", "", "0", "0", "0"),
    }
    found = page(visitor, "/indikatorer")
    assert {f"/indikatorer/{slug(row['indikator'])}" for row in rows} <= set(found.addresses)
    assert ["Andel med stöd", "12", "2014–2020", "2", "2", "1"] in found.rows


@pytest.mark.parametrize("address", ["/indikatorer/andel", "/indikatorer/andel?format=json&omrade=kommun/norrby"])
def test_each_number_is_its_querys(visitor: FlaskClient, store: EmbeddedStore, address: str) -> None:
    """The SPARQL that the view shows, asked of the endpoint, gives the numbers, lines and notes of the view."""
    found = told(visitor, address)
    kinds, values, notes = ([dict(row) for row in select(store, one["query"])] for one in found["queries"])
    names = {"value": "varde", "from": "vardeFran", "to": "vardeTill", "year": "ar"}
    shown = {
        (v["figure"], one["source"], v["lines"], *(str(v[name]) if v[name] is not None else "" for name in names))
        for one in found["series"]
        for v in one["values"]
    }
    assert shown == {
        (
            *(text_of(row[name]) for name in ("uppgift", "kalla", "rader")),
            *(text_of(row[name]) if name in row else "" for name in names.values()),
        )
        for row in values
    }
    assert len(kinds) == found["total"]
    assert {note["iri"] for note in found["notes"]} == {text_of(row["anmarkning"]) for row in notes}
    texts = [e.text for e in page(visitor, address.replace("format=json&", "")).all("pre")]
    assert all(" ".join(one["query"].split()) in texts for one in found["queries"])


def test_pages_lead_there(visitor: FlaskClient) -> None:
    """The front page, the indicator's own page and the report lead to it; one without values has nothing to lead to."""
    assert "/indikatorer" in page(visitor, "/").addresses
    assert "/indikatorer/andel" in page(visitor, "/sida/indikator/andel").addresses
    assert "/indikatorer/tom" not in page(visitor, "/sida/indikator/tom").addresses
    assert "/indikatorer/andel" in page(visitor, "/queries/indikatorer-over-tid?indikator=andel").addresses
    assert "/indikatorer" in page(visitor, "/queries/indikatorer-over-tid").addresses


def test_english(visitor: FlaskClient) -> None:
    """The page is English whole, and numbers are in English form."""
    found = page(visitor, "/indikatorer/andel", "en")
    text = " ".join(said for said, _ in found.texts if "PREFIX" not in said)
    assert "Break in series 2019" in text
    assert "no value in the sources" in text
    assert "42.5" in [row[1] for row in found.rows if len(row) == 4]
    assert "C The country, Women, Norrmätt (per cent)" in [row[0] for row in found.rows]
    assert not [word for word in ("Seriebrott", "Anmärkningar", "saknas", "Förbehåll") if word in text]
