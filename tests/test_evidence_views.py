"""The evidence-gap map, the profile and the quality page, on a world with a statement in each state and each kind of gap."""

from __future__ import annotations

import csv
import io
import json
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from reading import Page

from kunskapsgraf import Graph, Table
from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.store import select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.settings import Settings

HTML = {"Accept": "text/html", "Accept-Language": "sv"}
NOTHING, OUTSIDE, UNUSED, ELSEWHERE = "ingen-uppgift", "utanfor", "anvands-inte", "annan-kolumn"
Cells = dict[tuple[str, str], set[tuple[str, ...]] | str]

# Statements as (kind, state, certainty, number), or how the cell is empty: read off tests/evidence_world by hand.
OUTCOMES: Cells = {
    ("provad", "nykterhet"): {
        ("GranskadUtsaga", "positiv-effekt", "mattlig", "1"),
        ("Studieutsaga", "blandat", "", "1"),
    },
    ("provad", "aterfall"): {("Studieutsaga", "blandat", "", "1")},  # the statement of both outcomes stands in both
    ("provad", "EjAngivet"): ELSEWHERE,
    ("otillracklig", "nykterhet"): {("GranskadUtsaga", "otillrackligt", "", "1")},
    ("otillracklig", "aterfall"): NOTHING,
    ("otillracklig", "EjAngivet"): ELSEWHERE,
    ("letad", "nykterhet"): {("GranskadUtsaga", "oversikt-saknas", "", "1")},
    ("letad", "aterfall"): NOTHING,
    ("letad", "EjAngivet"): ELSEWHERE,
    ("verkningslos", "nykterhet"): {("GranskadUtsaga", "ingen-effekt", "", "1")},
    ("verkningslos", "aterfall"): NOTHING,
    ("verkningslos", "EjAngivet"): ELSEWHERE,
    ("farlig", "nykterhet"): {("GranskadUtsaga", "skadlig", "", "1")},
    ("farlig", "aterfall"): NOTHING,
    ("farlig", "EjAngivet"): ELSEWHERE,
    ("lovad", "nykterhet"): NOTHING,  # the local follow-up is of a service, not of the method
    ("lovad", "aterfall"): NOTHING,
    ("lovad", "EjAngivet"): {("PastaendeUtanKalla", "pastadd", "", "1")},
    ("lovad-manual", "nykterhet"): NOTHING,
    ("lovad-manual", "aterfall"): NOTHING,
    ("lovad-manual", "EjAngivet"): NOTHING,  # what is said of the family is not said of the manual
    ("tyst", "nykterhet"): NOTHING,
    ("tyst", "aterfall"): NOTHING,
    ("tyst", "EjAngivet"): NOTHING,
}
METHODS = {method for method, _ in OUTCOMES}


def slug(iri: str) -> str:
    """Cut an IRI to its last part."""
    return iri.replace("#", "/").rsplit("/", 1)[-1]


def cells(client: FlaskClient, query: str) -> Cells:
    """Read the cells of the JSON."""
    told = json.loads(client.get(f"/evidenskarta?format=json&{query}").data)
    found: Cells = {}
    for row in told["rows"]:
        for cell in row["cells"]:
            said: set[tuple[str, ...]] = {
                (slug(one["kind"]), slug(one["state"]), slug(one["certainty"] or ""), str(one["count"]))
                for one in cell["statements"]
            }
            found[slug(row["iri"]), slug(cell["column"])] = said or cell["empty"]
    return found


def test_each_cell_by_outcome(visitor: FlaskClient) -> None:
    """Each cell holds the statements of its method and outcome, or says in which way it is empty."""
    assert OUTCOMES == cells(visitor, "axel=utfall")


def test_the_map_in_python(evidence: Settings) -> None:
    """In Python the map has the same cells: statements by kind, state and certainty, or the way in which one is empty."""
    found: Cells = {}
    with Graph(evidence.home, frames=False) as graph:
        rows = graph.evidence_map()
        only = graph.evidence_map(lage="oversikt-saknas")
    assert isinstance(rows, Table)
    assert isinstance(only, Table)
    for row in rows:
        place = slug(str(row["atgard"])), slug(str(row["kolumn"]))
        if not row["utsagor"]:
            assert row["tom"]
            found[place] = str(row["tomhet"])
            continue
        said = found.setdefault(place, set())
        assert isinstance(said, set)
        said.add((*(slug(str(row[name] or "")) for name in ("slag", "lage", "sakerhet")), str(row["utsagor"])))
    assert OUTCOMES == found
    # Where someone looked and found no review, that is a statement, and the cell is empty all the same.
    searched = [row for row in only if row["utsagor"]]
    assert {("letad", "nykterhet", "oversikt-saknas")} == {
        (slug(str(row["atgard"])), slug(str(row["kolumn"])), row["tomhet"]) for row in searched
    }


def test_a_search_that_found_nothing_is_its_own_answer(visitor: FlaskClient) -> None:
    """Where someone looked and found no review the JSON says so, and counts the statement."""
    told = json.loads(visitor.get("/evidenskarta?format=json").data)
    row = next(row for row in told["rows"] if slug(row["iri"]) == "letad")
    empty = {slug(cell["column"]): cell["empty"] for cell in row["cells"]}
    assert {"nykterhet": "oversikt-saknas", "aterfall": NOTHING, "EjAngivet": ELSEWHERE} == empty


def test_what_the_scope_leaves_out_is_outside(visitor: FlaskClient) -> None:
    """The only source of the scope leaves children out: of them nothing is concluded but what is said."""
    found = cells(visitor, "axel=malgrupp")
    children = {method: said for (method, column), said in found.items() if column == "barn"}
    assert {("PastaendeUtanKalla", "pastadd", "", "1")} == children.pop("lovad")
    assert dict.fromkeys(METHODS - {"lovad"}, OUTSIDE) == children


def test_kinds_of_service_are_outside(visitor: FlaskClient) -> None:
    """Absence is concluded of methods only: of a kind of service not even silence is."""
    assert {("stod", "EjAngivet"): OUTSIDE} == cells(visitor, "atgarder=insatstyp")


def test_by_type_of_service(visitor: FlaskClient) -> None:
    """A type of service shows what is said of its services; where none uses the method there is nothing to assess."""
    found = cells(visitor, "axel=tjanstetyp")
    talks = {method: said for (method, column), said in found.items() if column == "samtal"}
    used = {"provad", "otillracklig", "tyst", "lovad-manual"}
    assert {("LokalUppfoljning", "lokal-uppfoljning", "", "1")} == talks.pop("lovad")
    assert dict.fromkeys(used, NOTHING) | dict.fromkeys(METHODS - used - {"lovad"}, UNUSED) == talks
    assert {UNUSED} == {said for (_, column), said in found.items() if column == "boende"}


def test_rows_tell_who_offers_them(visitor: FlaskClient) -> None:
    """A family is offered by those who offer its manual too; how many offer the method itself stands beside."""
    told = json.loads(visitor.get("/evidenskarta?format=json").data)
    rows = {slug(row["iri"]): row for row in told["rows"]}
    assert {name: (row["municipalities"], row["municipalitiesItself"]) for name, row in rows.items()} == {
        **dict.fromkeys(METHODS, (0, 0)),
        "provad": (1, 1),  # Norrby
        "otillracklig": (1, 1),
        "tyst": (1, 1),
        "lovad": (2, 1),  # Norrby itself, Söderby by the manual
        "lovad-manual": (1, 1),
    }
    assert all(row["noRecommendationInTheSources"] for row in rows.values())
    order = [slug(row["iri"]) for row in told["rows"]]
    assert order[:2] == ["lovad", "lovad-manual"]  # the family stands first, its manual under it


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("familj=lovad", {"lovad", "lovad-manual"}),
        ("lage=inga-utsagor", {"tyst", "lovad-manual"}),
        ("lage=oversikt-saknas", {"letad"}),
        ("anvands=1", {"provad", "otillracklig", "tyst", "lovad", "lovad-manual"}),
        ("plats=kommun/soderby", {"lovad", "lovad-manual"}),
    ],
)
def test_filters_choose_rows(visitor: FlaskClient, query: str, expected: set[str]) -> None:
    """A filter chooses rows; it never takes a statement out of a cell."""
    found = cells(visitor, query)
    assert expected == {method for method, _ in found}
    assert all(OUTCOMES[place] == said for place, said in found.items())


@pytest.mark.parametrize("written", ["html", "json", "csv"])
@pytest.mark.parametrize(
    ("query", "choice"),
    [
        ("familj=finns-inte", "Välj bland lovad."),  # the only family of the world
        ("lage=positiv-effkt", "Menade du positiv-effekt?"),
        ("lage=x", "inga-utsagor."),
    ],
)
def test_unknown_filters_are_refused_with_those_there_are(
    visitor: FlaskClient, query: str, choice: str, written: str
) -> None:
    """A family or a state that the map does not have is 400, and the message names what there is."""
    response = visitor.get(f"/evidenskarta?format={written}&{query}", headers={"Accept-Language": "sv"})
    assert 400 == response.status_code
    assert choice in response.text


def test_filters_outlive_a_change_of_axis(visitor: FlaskClient) -> None:
    """A state that there is, but not on this axis, and a place's family elsewhere leave an empty map, not an error."""
    assert {} == cells(visitor, "axel=utfall&lage=lokal-uppfoljning")
    assert {} == cells(visitor, "plats=kommun/soderby&lage=skadlig")
    assert {} != cells(visitor, "axel=tjanstetyp&lage=lokal-uppfoljning")


@pytest.mark.parametrize("axis", ["utfall", "malgrupp", "tjanstetyp"])
def test_page_list_and_csv_say_the_same(visitor: FlaskClient, axis: str) -> None:
    """The map, the list, the CSV and the JSON have the same cells."""
    expected = cells(visitor, f"axel={axis}")
    told = csv.DictReader(io.StringIO(visitor.get(f"/evidenskarta?format=csv&axel={axis}").text))
    rows = list(told)
    assert expected.keys() == {(slug(row["atgard"]), slug(row["kolumn"])) for row in rows}
    number = sum(1 if isinstance(said, str) else len(said) for said in expected.values())
    assert number == len(rows)
    listed = Page(visitor.get(f"/evidenskarta?vy=tabell&axel={axis}", headers=HTML).text)
    assert number == len(listed.rows) - 1
    page = Page(visitor.get(f"/evidenskarta?axel={axis}", headers=HTML).text)
    assert [] == page.faults
    assert len(expected) == len(page.all("td", "cell"))
    empty = sum(isinstance(said, str) for said in expected.values())
    assert empty == len(page.all("td", "empty"))
    shown = [element for element in page.all("span", "said") if any("cell" in p.classes for p in element.parents)]
    assert number - empty == len(shown)


def test_each_number_is_its_querys(visitor: FlaskClient, evidence_store: EmbeddedStore) -> None:
    """The SPARQL that the view shows, asked of the endpoint, gives the numbers of the view."""
    told = json.loads(visitor.get("/evidenskarta?format=json").data)
    said, empty, rows = ([dict(row) for row in select(evidence_store, query["query"])] for query in told["queries"])
    counts = {
        (row["iri"], cell["column"], one["state"], one["kind"], one["certainty"]): one["count"]
        for row in told["rows"]
        for cell in row["cells"]
        for one in cell["statements"]
    }
    assert counts == {
        (
            *(text_of(row[name]) for name in ("atgard", "kolumn", "lage", "slag")),
            text_of(row["sakerhet"]) if "sakerhet" in row else None,
        ): int(text_of(row["utsagor"]))
        for row in said
    }
    assert len(empty) == sum(not cell["statements"] for row in told["rows"] for cell in row["cells"])
    assert {text_of(row["atgard"]): text_of(row["kommuner"]) for row in rows} == {
        row["iri"]: str(row["municipalities"]) for row in told["rows"]
    }


@pytest.mark.parametrize(
    ("method", "column", "code"),
    [
        ("otillracklig", "aterfall", NOTHING),
        ("provad", "", ELSEWHERE),
        ("tyst", "nykterhet", NOTHING),
        ("provad", "nykterhet", ""),
        ("letad", "nykterhet", ""),
    ],
)
def test_a_cell_opens(visitor: FlaskClient, method: str, column: str, code: str) -> None:
    """A cell leads to its statements with source and lines, or to what its emptiness rests on, with the SPARQL."""
    address = f"/evidenskarta/ruta?atgard=metod/{method}" + (f"&kolumn=utfall/{column}" if column else "")
    page = Page(visitor.get(address, headers=HTML).text)
    assert [] == page.faults
    told = json.loads(visitor.get(address + "&format=json").data)
    assert (code or None) == told["empty"]
    said = OUTCOMES[method, column or "EjAngivet"]
    assert (0 if isinstance(said, str) else len(said)) == len(told["statements"])
    for statement in told["statements"]:
        assert ("provkartan", "1–4") == (slug(statement["kalla"]), statement["rader"])
    assert any("SELECT ?utsaga" in element.text for element in page.all("pre"))
    if code == NOTHING:
        assert "Källan är en." in page.one("main").text
    assert address.replace("/evidenskarta/ruta?", "") in visitor.get("/evidenskarta").text.replace("&amp;", "&")


def test_a_cell_that_is_not_asked_for_rightly(visitor: FlaskClient) -> None:
    """An unknown axis, method or format is refused, with what there is."""
    for address in (
        "/evidenskarta?axel=x",
        "/evidenskarta?format=x",
        "/evidenskarta/ruta",
        "/evidenskarta/ruta?atgard=metod/x",
    ):
        assert 400 == visitor.get(address).status_code


# The profile

NONE_OF = dict.fromkeys(
    (
        "positiv-effekt",
        "ingen-effekt",
        "skadlig",
        "blandat",
        "otillrackligt",
        "oversikt-saknas",
        "pastadd",
        "lokal-uppfoljning",
        "ingen-uppgift",
        "ingen-metod",
        "annan-grad",
        "utanfor",
    ),
    0,
)
# "Prövat samtal" and "Två metoder" by a method with a review and a study, the second also by one with too little; "Lovat samtal" by a
# claimed one; "Tyst samtal" by one of which nothing is said; "Fika" by none; "Utbildat boende" has trained staff only. In Söderby the
# manual of the claimed method: nothing is said of the manual.
NORRBY = NONE_OF | {
    "positiv-effekt": 2,
    "blandat": 2,
    "otillrackligt": 1,
    "pastadd": 1,
    "ingen-uppgift": 1,
    "ingen-metod": 1,
    "annan-grad": 1,
}
SODERBY = NONE_OF | {"ingen-uppgift": 1}
ALL = NORRBY | {"ingen-uppgift": 2}


@pytest.mark.parametrize(
    ("place", "number", "shares", "periods"),
    [
        ("kommun/norrby", 6, NORRBY, [("2006-02-01", "2006-03-31", 6, NORRBY)]),
        ("kommun/soderby", 1, SODERBY, [("", "", 1, SODERBY)]),  # its time is unknown, and stays so
        ("", 7, ALL, [("", "", 1, SODERBY), ("2006-02-01", "2006-03-31", 6, NORRBY)]),
    ],
)
def test_shares(
    visitor: FlaskClient, place: str, number: int, shares: dict[str, int], periods: list[tuple[object, ...]]
) -> None:
    """Each service counts in each state of its methods, in all and in its own period."""
    told = json.loads(visitor.get(f"/evidensprofil?format=json&plats={place}").data)
    assert (number, shares) == (told["services"], told["shares"])
    assert periods == [(one["from"], one["to"], one["services"], one["shares"]) for one in told["periods"]]


@pytest.mark.parametrize("share", sorted(NONE_OF))
def test_services_of_a_share(visitor: FlaskClient, share: str) -> None:
    """A share lists as many services as it counts, on the page and in the JSON."""
    told = json.loads(visitor.get(f"/evidensprofil?format=json&andel={share}").data)
    assert ALL[share] == len(told["listed"])
    assert all(share in row["lagen"].split() for row in told["listed"])
    page = Page(visitor.get(f"/evidensprofil?andel={share}", headers=HTML).text)
    listed = [e for e in page.all("a") if "/sida/insats/" in e.attributes["href"]]
    assert ALL[share] == len(listed)


def test_a_follow_up_of_a_service_is_none_of_its_method(visitor: FlaskClient) -> None:
    """The follow-up of "Lovat samtal" is of the service: its method stays claimed only."""
    told = json.loads(visitor.get("/evidensprofil?format=json&plats=kommun/norrby").data)
    assert "pastadd" == next(row["lagen"] for row in told["listed"] if slug(row["insats"]) == "norrby-lovad")


def test_without_a_scope_nothing_is_concluded(client: FlaskClient) -> None:
    """In a graph without a scope a silent method is neither unassessed nor without evidence, but outside."""
    told = json.loads(client.get("/evidensprofil?format=json").data)
    assert (1, NONE_OF | {"utanfor": 1}) == (told["services"], told["shares"])
    assert {("tolvstegsmetoden", "EjAngivet"): OUTSIDE} == cells(client, "axel=utfall")
    assert (
        "ingen omfattning låter oss"
        in client.get("/evidenskarta/ruta?atgard=metod/tolvstegsmetoden", headers=HTML).text
    )


# Quality


def quality(client: FlaskClient, day: str, table: str, *columns: str) -> set[tuple[str, ...]]:
    """Read a table of the quality page's JSON."""
    rows = json.loads(client.get(f"/kvalitet?format=json&dag={day}").data)[table]
    return {tuple(slug(row.get(column, "")) for column in columns) for row in rows}


def test_coverage(visitor: FlaskClient) -> None:
    """The one source: one passage of four lines, seven services, the seven methods it speaks of, eight statements of evidence."""
    columns = (
        "kalla",
        "stallen",
        "forstaRad",
        "sistaRad",
        "insatser",
        "metoder",
        "evidensutsagor",
        "oppnaFragor",
        "motsagelser",
    )
    expected = ("provkartan", "1", "1", "4", "7", "7", "8", "0", "0")
    assert {expected} == quality(visitor, "2006-03-01", "kallornas-tackning", *columns)


def test_evidence_from_one_source(visitor: FlaskClient) -> None:
    """Each method with statements has them from the only source; a study and a claim are no review."""
    assert {
        ("provad", "2", "1"),
        ("otillracklig", "1", "1"),
        ("letad", "1", "1"),
        ("verkningslos", "1", "1"),
        ("farlig", "1", "1"),
        ("lovad", "1", "0"),
    } == quality(visitor, "2006-03-01", "evidens-fran-en-kalla", "atgard", "utsagor", "granskade")


# Concluded for an unknown period: two silent methods, eight without a recommendation, one only claimed, one service without a named
# method, and three whose methods nobody has assessed.
CONCLUSIONS = ("Slutsats", "okand", "15")


@pytest.mark.parametrize(
    ("day", "state"),
    [("2004-01-01", "galler"), ("2006-03-31", "snart"), ("2005-04-01", "snart"), ("2006-04-01", "utgangen")],
)
def test_validity(visitor: FlaskClient, day: str, state: str) -> None:
    """What holds up to 31 March 2006 has expired the day after, and expires soon a year before."""
    assert {("Utbudspost", state, "6"), ("Utbudspost", "okand", "1"), ("Kalla", state, "1"), CONCLUSIONS} == quality(
        visitor, day, "giltighet", "slag", "lage", "antal"
    )


def test_unlinked(visitor: FlaskClient) -> None:
    """Nothing has a link out, and nothing points to the kind of service that no service is of."""
    found = quality(visitor, "2006-03-01", "lankning", "slag", "saker", "medLankUt", "utanLankHit")
    assert {
        ("Kommun", "2", "0", "0"),
        ("Metod", "8", "0", "0"),
        ("Insatstyp", "1", "0", "1"),
        ("Insats", "7", "0", "0"),
        ("Malgrupp", "1", "0", "0"),
        ("Utfall", "2", "0", "0"),
        ("Kalla", "1", "0", "0"),
    } == found
    alone = visitor.get("/queries/saker-som-inget-pekar-pa?format=json").get_json()["rows"]
    assert ["stod"] == [slug(row["sak"]) for row in alone]


def test_empty_categories(visitor: FlaskClient) -> None:
    """A category that something is in is not listed; one that nothing is in is, with whether it waits for data."""
    found = {row[0]: row[1] for row in quality(visitor, "2006-03-01", "tomma-kategorier", "kategori", "vantar")}
    assert not {"EvidensbaseradInsats", "MetodMedOtillrackligtUnderlag", "MetodUtanEvidensutsaga"} & found.keys()
    assert ("true", "false") == (found["IckeGoraMetod"], found["KommunMedBarnstod"])


def test_today_is_not_kept(visitor: FlaskClient) -> None:
    """Without a day the page is of today, and no copy is to be kept; with a day it may be."""
    assert "no-cache" == visitor.get("/kvalitet").headers["Cache-Control"]
    assert "public" in visitor.get("/kvalitet?dag=2006-03-01").headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/kvalitet?dag=2006-03-01", "/evidensprofil?plats=kommun/norrby", "/evidensprofil"])
def test_each_query_is_answered_as_shown(visitor: FlaskClient, evidence_store: EmbeddedStore, path: str) -> None:
    """The queries of the JSON give, at the endpoint, the rows of the view; the page shows their text."""
    told = json.loads(visitor.get(path + ("&" if "?" in path else "?") + "format=json").data)
    shown = [element.text for element in Page(visitor.get(path, headers=HTML).text).all("pre")]
    for query in told["queries"]:
        rows = select(evidence_store, query["query"])
        assert " ".join(query["query"].split()) in shown
        if query["report"] in told:
            assert told[query["report"]] == [{name: text_of(term) for name, term in row.items()} for row in rows]
        elif query["report"] == "evidensprofil":
            total = next(row for row in rows if text_of(row["tid"]) == "alla")
            assert str(told["services"]) == text_of(total["insatser"])
            assert str(told["shares"]["ingen-metod"]) == text_of(total["ingenMetod"])


# The meanings of "no evidence" in reports and in every file that they are given as

SILENT, CLAIMED, TOO_LITTLE = "Ingen uppgift i källorna", "Bara påstådd", "Otillräckligt underlag"
WITHOUT = {
    ("Tyst", SILENT),
    ("Lovad manual", SILENT),  # what is said of the family is not said of the manual
    ("Lovad", CLAIMED),  # the local follow-up is of a service
    ("Otillräcklig", TOO_LITTLE),
    ("Letad", "Översikt saknas"),
    ("Verkningslös", "Ingen effekt"),
    ("Farlig", "Skadlig"),
}
STATES = {
    *(pair for pair in WITHOUT if pair[1] != CLAIMED),
    ("Lovad", "Påstådd, utan källa"),
    ("Prövad", "Positiv effekt"),
    ("Prövad", "Blandade resultat"),
}
GAPS = {
    (method, column, code)
    for (method, column), code in OUTCOMES.items()
    if isinstance(code, str)
}  # fmt: skip


def table_of(client: FlaskClient, address: str, name: str) -> list[dict[str, str]]:
    """Read a report's rows from a file of any kind, by the names of the columns as the graph has them."""
    body = client.get(f"{address}{'&' if '?' in address else '?'}format={name}")
    assert 200 == body.status_code
    if name == "json":
        return [
            {key: "" if value is None else str(value) for key, value in row.items()} for row in body.get_json()["rows"]
        ]
    if name == "csv":
        return list(csv.DictReader(io.StringIO(body.text)))
    if name == "md":
        split = [[cell.strip() for cell in line.strip("|").split("|")] for line in body.text.splitlines()]
        return [dict(zip(split[0], line, strict=True)) for line in split[2:]]
    sheet = load_workbook(io.BytesIO(body.data)).worksheets[0]
    rows = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    names = client.get(f"{address}{'&' if '?' in address else '?'}format=json").get_json()["columns"]
    return [dict(zip(names, row, strict=True)) for row in rows[1:]]


@pytest.mark.parametrize("form", ["csv", "json", "md", "xlsx"])
def test_no_evidence_is_never_one_thing_in_a_file(visitor: FlaskClient, form: str) -> None:
    """Each way of being without evidence stands by its own words in the reports, the map's and the profile's included."""
    rows = table_of(visitor, "/queries/metoder-utan-evidens", form)
    assert WITHOUT == {(row["metodNamn"], row["slagNamn"]) for row in rows}
    # Only what is concluded from absence has a scope; what a source says has none.
    assert {method for method, way in WITHOUT if way in (SILENT, CLAIMED)} == {
        row["metodNamn"] for row in rows if row["omfattning"]
    }
    rows = table_of(visitor, "/queries/evidenslage-per-metod?atgard=", form)
    assert STATES == {(row["atgardNamn"], row["lageNamn"]) for row in rows}  # and no row for the kind of service
    rows = table_of(visitor, "/queries/evidenskarta-tomma-rutor", form)
    assert GAPS == {(slug(row["atgard"]), slug(row["kolumn"]), row["tomhet"]) for row in rows}
    assert 2 == len({row["tom"] for row in rows})  # nothing said, and all said elsewhere
    rows = table_of(visitor, "/queries/evidenskarta-tomma-rutor?axel=tjanstetyp", form)
    assert {NOTHING, UNUSED} == {row["tomhet"] for row in rows}  # no statement names a type of service
    rows = table_of(visitor, "/queries/evidenskarta-tomma-rutor?axel=malgrupp", form)
    assert {NOTHING, OUTSIDE, ELSEWHERE} == {row["tomhet"] for row in rows}
    [row, *_] = table_of(visitor, "/queries/evidensprofil?plats=kommun/norrby", form)
    assert ("6", "1", "1", "1", "1", "0") == tuple(
        row[name] for name in ("insatser", "ingenUppgift", "otillrackligt", "pastadd", "ingenMetod", "utanfor")
    )


def test_no_evidence_in_a_chart(visitor: FlaskClient) -> None:
    """The chart has a bar for each way of being without evidence, in words and numbers."""
    drawn = ElementTree.fromstring(visitor.get("/queries/metoder-utan-evidens?format=svg").text)
    texts = ["".join(one.itertext()) for one in drawn.iter("{http://www.w3.org/2000/svg}text")]
    bars = dict(zip(texts[::2], texts[1::2], strict=True))
    assert bars == {way: str(sum(one == way for _, one in WITHOUT)) for _, way in WITHOUT}


@pytest.mark.parametrize("axis", ["utfall", "malgrupp", "tjanstetyp"])
def test_each_way_of_being_empty_has_its_own_words_and_shape(visitor: FlaskClient, axis: str) -> None:
    """No two ways of being empty look or read alike on the map, nor does one look like a state."""
    page = Page(visitor.get(f"/evidenskarta?axel={axis}", headers=HTML).text)
    drawn: dict[str, set[str]] = {}
    for link in (e for e in page.all("a") if any("cell" in parent.classes for parent in e.parents)):
        for piece in [e for e in page.all("span", "said") if e.inside(link)] or [link]:
            shape = " ".join(
                f"{e.tag} {sorted(e.attributes.items())}" for e in page.elements if e.inside(piece) and e.tag in ("circle", "path", "rect")
            )  # fmt: skip
            is_empty = piece is link
            drawn.setdefault(shape, set()).add(
                piece.text if is_empty else piece.text.partition(":")[2].strip() or piece.text
            )
    empty = {"ingen uppgift", "utanför", "används inte", "andra kolumner"}
    for texts in drawn.values():
        assert 1 == len(texts & empty) or not texts & empty
        assert not texts & empty or texts <= empty
    told = {text for texts in drawn.values() for text in texts} & empty
    expected = {
        "utfall": {"ingen uppgift", "andra kolumner"},
        "malgrupp": {"utanför", "ingen uppgift", "andra kolumner"},
        "tjanstetyp": {"ingen uppgift", "används inte"},
    }
    assert expected[axis] == told
