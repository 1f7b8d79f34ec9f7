"""Each number in each view is what its own SPARQL gives: the query that the view shows, asked of the endpoint as a reader would."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from reading import Page
from viewed import Answer, answer, answer_with, number, page, queries, section, table_rows, with_format

from kunskapsgraf import settings as settings_module
from kunskapsgraf.graph.store import EmbeddedStore
from kunskapsgraf.pipeline.build import build
from kunskapsgraf.reports import run
from kunskapsgraf.settings import packaged_sources
from kunskapsgraf.web import create_app

HERE = Path(__file__).parent

REPORTS = run.all_reports(packaged_sources())
DRAWN = [name for name, report in REPORTS.items() if report.chart]
SVG = "{http://www.w3.org/2000/svg}"
STATES = (
    "positiv-effekt ingen-effekt skadlig blandat otillrackligt oversikt-saknas pastadd lokal-uppfoljning ingen-uppgift"
)
SHARES = {
    name: re.sub("-(.)", lambda found: found[1].upper(), name)
    for name in f"{STATES} ingen-metod annan-grad utanfor".split()
}
"""Each share by its name in addresses; its column in the report has the same name, written as variables are."""


def lines(client: FlaskClient, address: str) -> list[dict[str, str]]:
    """Read a view as CSV."""
    return list(csv.DictReader(io.StringIO(client.get(with_format(address, "csv")).text.removeprefix("\ufeff"))))


def evidence_map(client: FlaskClient, address: str) -> None:
    """Compare each count of the map, and who offers what, on the page, in JSON and in CSV."""
    found = page(client, address)
    said = answer_with(client, found, "utsagor", "lage", "kolumn")
    empty = answer_with(client, found, "tomhet")
    rows = {row["atgard"]: row for row in answer_with(client, found, "kommuner", "sjalv")}
    expected = Counter(
        {
            (row["atgard"], row["kolumn"], row["lage"], row["slag"], row.get("sakerhet", "")): int(row["utsagor"])
            for row in said
            if row["atgard"] in rows
        }
    )
    gaps = {(row["atgard"], row["kolumn"]): row["tomhet"] for row in empty if row["atgard"] in rows}
    view = client.get(with_format(address, "json")).get_json()
    assert expected == Counter(
        {
            (row["iri"], cell["column"], one["state"], one["kind"], one["certainty"] or ""): one["count"]
            for row in view["rows"]
            for cell in row["cells"]
            for one in cell["statements"]
        }
    )
    listed = lines(client, address)
    assert expected == Counter(
        {
            (one["atgard"], one["kolumn"], one["lage"], one["slag"], one["sakerhet"]): int(one["utsagor"])
            for one in listed
            if one["lage"]
        }
    )
    assert gaps == {(one["atgard"], one["kolumn"]): one["tomhet"] for one in listed if not one["lage"]}
    assert {(name, row["kommuner"]) for name, row in rows.items()} == {
        (one["atgard"], one["kommuner"]) for one in listed
    }
    for row in view["rows"]:
        offered = rows[row["iri"]]
        assert (row["municipalities"], row["municipalitiesItself"]) == (int(offered["kommuner"]), int(offered["sjalv"]))
        assert row["statements"] == int(offered["utsagor"])
    # The page: each cell by its link, which names method and column.
    shown: Counter[str] = Counter()
    for link in found.all("a"):
        if any("cell" in parent.classes for parent in link.parents):
            place = link.attributes["href"]
            counted = [number(one.text) for one in found.all("b") if one.inside(link)]
            shown[place] = sum(counted)
            assert bool(counted) != any("empty" in parent.classes for parent in link.parents)
    assert sum(shown.values()) == sum(expected.values())
    assert len(shown) == len({key[:2] for key in expected} | gaps.keys())
    heads = {e.text: e.parents[-1] for e in found.all("th") if e.attributes.get("scope") == "row"}
    labels = {row["iri"]: row["label"] for row in view["rows"]}
    for iri, offered in rows.items():
        if iri in labels:
            cell = next(e for e in found.all("td", "number") if e.parents[-1] is heads[labels[iri]])
            assert number(cell.text) == int(offered["kommuner"])


def evidence_cell(client: FlaskClient, address: str) -> None:
    """Compare the statements of a cell, a row for each place that one stands at."""
    found = page(client, address)
    rows = answer_with(client, found, "utsaga")
    view = client.get(with_format(address, "json")).get_json()
    assert rows == [{name: value for name, value in one.items() if value is not None} for one in view["statements"]]
    assert rows == [{name: value for name, value in one.items() if value} for one in lines(client, address)]
    if rows:
        status = next(e.text for e in found.all("p") if e.attributes.get("role") == "status")
        assert len({row["utsaga"] for row in rows}) == number(status)
        assert len(rows) == len(table_rows(found, found.one("main"))) - 1


def evidence_profile(client: FlaskClient, address: str) -> None:
    """Compare each share, in all and by period, and how many services are listed."""
    found = page(client, address)
    counts = answer_with(client, found, "positivEffekt")
    whole = next((row for row in counts if row["tid"] == "alla"), None)
    periods = [row for row in counts if row["tid"] != "alla"]
    view = client.get(with_format(address, "json")).get_json()
    assert view["services"] == (int(whole["insatser"]) if whole else 0)
    assert counts == [{name: value for name, value in one.items() if value} for one in lines(client, address)]
    if whole is None:
        return
    assert view["shares"] == {name: int(whole[column]) for name, column in SHARES.items()}
    assert [(one["from"], one["to"], one["services"], one["shares"]) for one in view["periods"]] == [
        (
            row.get("giltigFran", ""),
            row.get("giltigTill", ""),
            int(row["insatser"]),
            {name: int(row[column]) for name, column in SHARES.items()},
        )
        for row in periods
    ]
    status = next(e.text for e in found.all("p") if e.attributes.get("role") == "status")
    assert number(status) == int(whole["insatser"])
    first, times, *_ = found.all("table")
    shares = table_rows(found, first)[1:]
    assert [number(row[1]) for row in shares] == [int(whole[column]) for column in SHARES.values()]
    for row, column in zip(shares, SHARES.values(), strict=True):
        assert round(100 * int(whole[column]) / int(whole["insatser"])) == number(row[2])
    columns = [column for column in SHARES.values() if whole[column] != "0"]
    assert [[number(cell) for cell in row[1:]] for row in table_rows(found, times)[1:]] == [
        [int(row[column]) for column in ("insatser", *columns)] for row in periods
    ]
    if view["listed"] is not None:
        services = answer_with(client, found, "lagen")
        assert view["listed"] == services
        links = [a for a in found.all("a") if a.inside(section(found, "insatser")) and "/sida/insats/" in a.attributes["href"]]  # fmt: skip
        assert len(links) == min(len(services), 1000)


def quality(client: FlaskClient, address: str) -> None:
    """Compare each table of the quality page, its counts, and its sums by validity."""
    found = page(client, address)
    view = client.get(with_format(address, "json")).get_json()
    asked = {one["report"]: answer(client, one["query"]) for one in view["queries"]}
    assert {" ".join(query.split()) for query in queries(found)} == {" ".join(one["query"].split()) for one in view["queries"]}  # fmt: skip
    for name, rows in asked.items():
        assert view[name] == rows
    for heading, name in (("tackning", "kallornas-tackning"), ("enkalla", "evidens-fran-en-kalla"), ("lankning", "lankning")):  # fmt: skip
        rows = [row for row in asked[name] if heading != "tackning" or "forstaRad" in row]
        figures = [[number(cell) for cell in row[1:] if cell.isdigit()] for row in table_rows(found, section(found, heading))[1:]]  # fmt: skip
        expected = [[int(value) for column, value in row.items() if not column.endswith("Namn") and value.isdigit()] for row in rows][:30]  # fmt: skip
        assert [sorted(row) for row in expected] == [sorted(row) for row in figures]
    assert len(asked["evidens-fran-en-kalla"]) == number(section(found, "enkalla").text)
    assert len(asked["tomma-kategorier"]) == number(section(found, "tomma").text)
    disputed = {row["kallaNamn"]: int(row["motsagelser"]) for row in asked["kallornas-tackning"] if row["motsagelser"] != "0"}  # fmt: skip
    items = [e.text for e in found.all("li") if e.inside(section(found, "oenighet"))]
    assert items == ([f"{name} {count}" for name, count in disputed.items()] or ["Inga."])
    by_state: Counter[str] = Counter()
    for row in asked["giltighet"]:
        by_state[row["lage"]] += int(row["antal"])
    sentence = next(e.text for e in found.all("p") if e.text.startswith("Har gått ut:"))
    numbers = [number(part) for part in re.findall(r": ([\d\s]+)\.", sentence)]
    assert numbers == [by_state[state] for state in ("utgangen", "snart", "galler", "okand")]


# What the state of a cell is by the graph of its statements.
KINDS = {"kalla": "asserted", "redaktion": "editorial", "harledd": "inferred", "sluten": "closed"}
ORDER = ["asserted", "editorial", "inferred", "closed", "absent", "outside", "other"]
HELD = set(ORDER[:3])


def state(row: dict[str, str]) -> str:
    """Tell the state that a row of a comparison's answer gives."""
    return row.get("state") or KINDS[row["graph"].partition("/graf/")[2].partition("/")[0]]


def comparison(client: FlaskClient, address: str) -> None:
    """Compare each cell of a comparison: its state, values and counts, on the page, in JSON and in CSV."""
    found = page(client, address)
    view = client.get(with_format(address, "json")).get_json()
    shown = {"".join(query.split()) for query in queries(found)}
    assert shown == {"".join(one["query"].split()) for one in view["queries"]}
    listed: dict[tuple[str, str, str, str], list[dict[str, str]]] = defaultdict(list)
    for line in lines(client, address):
        listed[line["del"], line["grupp"], line["rad"], line["sak"]].append(line)
    for part, asked in zip(view["parts"], view["queries"], strict=True):
        rows = answer(client, asked["query"])
        said: dict[tuple[str, str, str], Answer] = defaultdict(list)
        for row in rows:
            said[row.get("group", ""), row.get("row", ""), row.get("things", "")].append(row)
        own = {key[:1] + key[2:] for key, several in said.items() for row in several if (key[1] and "state" not in row) or row.get("state") == "other"}  # fmt: skip
        states: Counter[str] = Counter()
        for row in part["rows"]:
            group, about = ((row[name] or {}).get("iri", "") for name in ("group", "about"))
            for cell in row["cells"]:
                given = said.get((group, about, cell["of"]), [])
                cells = listed[part["name"], group, about, cell["of"]]
                assert len(cells) >= 1
                if part["name"] == "antal":
                    assert cell["count"] == int(given[0]["number"] if given else 0)
                    assert {str(cell["count"])} == {line["antal"] for line in cells}
                    continue
                states[cell["state"]] += 1
                assert {cell["state"]} == {line["lage"] for line in cells}
                assert {row["verdict"]} == {line["utfall"] for line in cells}
                if given and not (not about and "state" in given[0]):
                    assert cell["state"] == min(map(state, given), key=ORDER.index)
                elif silent := [one for one in said.get((group, "", cell["of"]), []) if "state" in one]:
                    assert cell["state"] == silent[0]["state"]
                else:
                    assert cell["state"] in ("unknown", "other")
                    assert cell["state"] == "unknown" or (group, cell["of"]) in own
                if cell["state"] in HELD:
                    holding = [one for one in given if state(one) in HELD]
                    mine = {one["own"] for one in given if "own" in one}
                    values = {one.get("value") or one.get("text") for one in holding} - mine - {None}
                    assert values == {value["iri"] or value["text"] for value in cell.get("values", [])}
                    assert values == {line["varde"] or line["vardeNamn"] for line in cells} - {""}
                    counted = sum(int(one["number"]) for one in holding if "number" in one)
                    assert counted == cell.get("count", 0)
                    dated = {(one.get("first", ""), one.get("last", "")) for one in given if {"first", "last", "unknown"} & one.keys()}  # fmt: skip
                    assert dated == {(one["from"], one["to"]) for one in cell.get("periods", [])}
        table = section(found, part["name"])
        classes = Counter(name for e in found.all("td") if e.inside(table) for name in e.classes)
        if len(part["rows"]) <= 200:
            assert states == Counter({name: count for name, count in classes.items() if name != "counted"})
        assert part["name"] == "antal" or sum(states.values()) == len(part["rows"]) * len(view["compared"])
        if part["name"] == "antal":
            counts = [[number(cell) for cell in row[1:]] for row in table_rows(found, table)[1:]]
            assert counts == [[cell["count"] for cell in row["cells"]] for row in part["rows"]]


def cooperations(client: FlaskClient, address: str) -> None:
    """Compare the cooperations with their parties, the matrix, the shared parties and the silences, on the page and in JSON."""
    found = page(client, address)
    view = client.get(with_format(address, "json")).get_json()
    asked = {one["report"]: answer(client, one["query"]) for one in view["queries"]}
    told = {"".join(one["query"].split()) for one in view["queries"] if one["report"] != "samverkan-parter"}
    assert {"".join(query.split()) for query in queries(found)} == told  # the page asks for the parties that it shows
    chosen = [row["samarbete"] for row in asked["samverkan-samarbeten"]]
    parties = {(row["samarbete"], row["part"], row["planerat"]) for row in asked["samverkan-parter"]}
    assert set(chosen) == {one["iri"] for one in view["cooperations"]}
    assert parties == {
        (one["iri"], party["iri"], str(one["planned"]).lower())
        for one in view["cooperations"]
        for party in one["parties"]
    }
    assert {row["samarbete"]: int(row["parter"]) for row in asked["samverkan-samarbeten"]} == {
        one["iri"]: len(one["parties"]) for one in view["cooperations"]
    }
    matrix = {
        (row["plats"], row.get("part") or row["partslag"]): (int(row["samarbeten"]), int(row["planerade"]))
        for row in asked["samverkan-matris"]
    }
    assert matrix == {
        (row["iri"], cell["column"]): (cell["cooperations"], cell["planned"])
        for row in view["matrix"]["rows"]
        for cell in row["cells"]
    }
    shared = [(row["part"], int(row["samarbeten"]), int(row["planerade"])) for row in asked["samverkan-delade"]]
    assert shared == [(one["iri"], one["cooperations"], one["planned"]) for one in view["sharedParties"]]
    silent = Counter(row["lage"] for row in asked["samverkan-inget-kant"])
    assert silent == Counter(one["state"] for one in view["withoutKnownCooperation"])
    # The page: the counts of all, of the matrix where it is shown whole, of the shared parties, and of the silent places.
    status = next(e.text for e in found.all("p") if e.attributes.get("role") == "status")
    assert len(chosen) == number(status)
    if chosen:
        assert len(chosen) == number(section(found, "samarbeten").text)
        assert len(shared) == number(section(found, "delade").text)
        listed = [e.text for e in found.all("li") if e.inside(section(found, "delade"))]
        assert [count for _, count, _ in shared[:20]] == [number(text.rpartition(",")[2]) for text in listed]
    places, columns = ({key[at] for key in matrix} for at in (0, 1))
    counts = [number(e.text) for e in found.all("b") if chosen and e.inside(section(found, "matrisen"))]
    if len(places) <= 60 and len(columns) <= 40:
        assert sorted(count for count, _ in matrix.values()) == sorted(counts)
    unknown = [e.text for e in found.all("p") if e.inside(section(found, "inget")) and "inte med i något" in e.text]
    assert [silent["okant"]] * bool(silent["okant"]) == [number(text) for text in unknown]


def indicators(client: FlaskClient, address: str) -> None:
    """Compare what each indicator has: values, years, areas, sources and breaks."""
    found = page(client, address)
    view = client.get(with_format(address, "json")).get_json()
    [shown] = queries(found)
    assert ["".join(shown.split())] == ["".join(one["query"].split()) for one in view["queries"]]
    rows = answer(client, shown)
    assert rows
    assert rows == view["indicators"]
    assert rows == [{name: value for name, value in one.items() if value} for one in lines(client, address)]
    status = next(e.text for e in found.all("p") if e.attributes.get("role") == "status")
    assert len(rows) == number(status)
    cells = table_rows(found, found.one("table"))[1:]
    counted = ("varden", "omraden", "kallor", "seriebrott")
    assert [[int(row[name]) for name in counted] for row in rows] == [
        [number(cells[at][place]) for place in (1, 3, 4, 5)] for at in range(len(rows))
    ]
    years = [(row.get("forstaAr"), row.get("sistaAr")) for row in rows]
    assert [first if first == last else f"{first}–{last}" for first, last in years if first] == [
        row[2] for row in cells if row[2] != "ej angivet"
    ]


def report(client: FlaskClient, address: str) -> None:
    """Compare each row of a report on its page and in its files, and each bar of its chart."""
    found = page(client, address)
    rows = answer(client, queries(found)[-1])
    view = client.get(with_format(address, "json")).get_json()["rows"]
    assert rows == [{name: _written(value) for name, value in row.items() if value is not None} for row in view]
    # An apostrophe stands before what a spreadsheet would compute.
    assert rows == [
        {name: value.removeprefix("'") if value[:2] in ("'=", "'+", "'-", "'@") else value for name, value in row.items() if value or name in rows[at]}
        for at, row in enumerate(lines(client, address))
    ]  # fmt: skip
    status = next(e.text for e in found.all("p") if e.attributes.get("role") == "status")
    assert len(rows) == number(status)
    name = address.partition("?")[0].rpartition("/")[2]
    chart = REPORTS[name].chart
    bars = found.all("figure", "chart")
    if chart is None:
        assert not bars
        return
    counted: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        counted[row.get(chart.by, "")] |= {row[chart.counted]} if chart.counted in row else set()
    expected = sorted((len(values) for values in counted.values()), reverse=True)
    if len(expected) < 2:
        assert not bars
        return
    drawn = ElementTree.fromstring(client.get(with_format(address, "svg")).text)
    figures = [number(one.text or "") for one in drawn.iter(f"{SVG}text") if one.get("class") == "figure"]
    assert figures == expected[:15]
    assert figures == [number(e.text) for e in found.all("text", "figure")]


def _written(value: object) -> str:
    """Write a value of JSON as the graph has it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


Check = Callable[[FlaskClient, str], None]
# Every view, on the world with a statement in each state and each kind of gap.
SMALL: list[tuple[Check, str]] = [
    *((evidence_map, f"/evidenskarta?axel={axis}") for axis in ("utfall", "malgrupp", "tjanstetyp")),
    (evidence_map, "/evidenskarta?atgarder=insatstyp"),
    (evidence_cell, "/evidenskarta/ruta?atgard=metod/provad&kolumn=utfall/nykterhet"),
    (evidence_cell, "/evidenskarta/ruta?atgard=metod/tyst&kolumn=utfall/nykterhet"),
    (evidence_profile, "/evidensprofil"),
    (evidence_profile, "/evidensprofil?plats=kommun/norrby"),
    (evidence_profile, "/evidensprofil?andel=ingen-uppgift"),
    (quality, "/kvalitet?dag=2006-03-01"),
    (comparison, "/jamfor?med=kommun/norrby&med=kommun/soderby"),
    (comparison, "/jamfor?med=metod/provad&med=metod/lovad&med=metod/tyst"),
    (report, "/queries/evidenslage-per-metod?atgard="),
    (report, "/queries/metoder-utan-evidens"),
    (report, "/queries/insatser-per-kommun?kommun=norrby"),
]
# The views of cooperation and of indicators, on the worlds of each.
OTHERS: list[tuple[Check, str]] = [
    (cooperations, "/samverkan"),
    (cooperations, "/samverkan?kolumner=part"),
    (cooperations, "/samverkan?plats=soderby"),
    (cooperations, "/samverkan?plats=tystby"),
    (indicators, "/indikatorer"),
]
# And on the whole graph, with every report that has a chart.
LARGE: list[tuple[Check, str]] = [
    *((evidence_map, f"/evidenskarta?axel={axis}&atgarder={kind}") for axis in ("utfall", "malgrupp", "tjanstetyp") for kind in ("metod", "insatstyp")),
    (evidence_map, "/evidenskarta?plats=kommun/sala"),
    (evidence_cell, "/evidenskarta/ruta?atgard=metod/parterapi&kolumn=utfall/nykterhet"),
    (evidence_cell, "/evidenskarta/ruta?atgard=metod/mi"),
    *((evidence_profile, f"/evidensprofil?plats=kommun/{place}") for place in ("vasteras", "norberg", "stockholm", "heby")),
    (evidence_profile, "/evidensprofil"),
    (quality, "/kvalitet?dag=2026-01-31"),
    (comparison, "/jamfor?med=kommun/heby&med=kommun/sala&med=kommun/partille"),
    (comparison, "/jamfor?med=kommun/vasteras&med=stadsdel/hasselby-vallingby"),
    (comparison, "/jamfor?med=metod/mi&med=metod/parterapi&med=metod/cra&med=metod/kbt"),
    (comparison, "/jamfor?med=kalla/lumell-tidigt-stod-rapport-3&med=kalla/lansstyrelsen-vastmanland-2006&med=kalla/hasselby-vallingby-act-icm-2015"),
    (comparison, "/jamfor?med=kalla/vardochinsats-cra&med=kalla/socialstyrelsen-nr-patientversion-behandling"),
    *((cooperations, f"/samverkan{chosen}") for chosen in ("", "?kolumner=part", "?plats=norberg", "?partslag=region")),
    (indicators, "/indikatorer"),
    *((report, f"/queries/{name}") for name in DRAWN),
]  # fmt: skip


@pytest.fixture(scope="module")
def other_visitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Give a client on the worlds of cooperation and of indicators in one, without answers made ahead."""
    folder = tmp_path_factory.mktemp("others")
    sources = Path(shutil.copytree(HERE / "cooperation_world", folder / "world"))
    measured = HERE / "indicator_world" / "data" / "ttl"
    for file in measured.glob("*.ttl"):
        shutil.copy(file, sources / "data" / "ttl")
    shutil.copy(measured / "redaktion" / "varld.ttl", sources / "data" / "ttl" / "redaktion" / "matt.ttl")
    settings = replace(settings_module.load({}), sources=sources, home=folder / "home", workers=1)
    build(settings)
    store = EmbeddedStore(settings)
    yield create_app(settings, store).test_client()
    store.close()


def identity(value: object) -> str:
    """Name a case by its address."""
    return value if isinstance(value, str) else getattr(value, "__name__", "")


@pytest.mark.parametrize(("check", "address"), SMALL, ids=identity)
def test_each_number_is_what_its_sparql_gives(visitor: FlaskClient, check: Check, address: str) -> None:
    """The queries that the view shows, asked of the endpoint, give each of its numbers in each of its forms."""
    check(visitor, address)


@pytest.mark.parametrize(("check", "address"), OTHERS, ids=identity)
def test_each_number_of_the_other_views(other_visitor: FlaskClient, check: Check, address: str) -> None:
    """So do those of cooperation and of indicators."""
    check(other_visitor, address)


@pytest.mark.long
@pytest.mark.parametrize(("check", "address"), LARGE, ids=identity)
def test_each_number_of_the_whole_graph(whole_client: FlaskClient, check: Check, address: str) -> None:
    """So do those of the whole graph."""
    check(whole_client, address)


def overviews_of(found: Page) -> set[str]:
    """Give where the overviews of a page's foot lead."""
    return {a.attributes["href"] for a in found.all("a") if any(p.tag == "footer" for p in a.parents)}


def test_every_overview_is_led_to(visitor: FlaskClient) -> None:
    """Every page leads to every overview, and the overview is there."""
    found = overviews_of(page(visitor, "/om"))
    assert {"/evidenskarta", "/evidensprofil", "/jamfor", "/kvalitet"} <= found
    assert all(200 == visitor.get(address).status_code for address in found)
    front = {a.attributes["href"] for a in page(visitor, "/").all("a")}
    assert found <= front


def test_pages_lead_to_their_views(visitor: FlaskClient) -> None:
    """A municipality leads to its profile and its comparison, a method to its row of the map, which stands alone there."""
    place = {a.attributes["href"] for a in page(visitor, "/sida/kommun/norrby").all("a")}
    assert "/evidensprofil?plats=kommun/norrby" in place
    method = {a.attributes["href"] for a in page(visitor, "/sida/metod/lovad").all("a")}
    assert "/jamfor?med=metod/lovad" in method
    row = "/evidenskarta?atgard=metod/lovad"
    assert row in method
    # Its manual is within it, and the rest is left out.
    assert ["metod/lovad", "metod/lovad-manual"] == [
        one["iri"].partition("/id/")[2] for one in visitor.get(with_format(row, "json")).get_json()["rows"]
    ]


@pytest.mark.parametrize(
    "address", ["/queries/evidensprofil-insatser?plats=norrby", "/evidensprofil?plats=kommun/norrby"]
)
def test_joined_names_lead_to_their_things(visitor: FlaskClient, address: str) -> None:
    """A service of two methods names both in one cell, each with a link to its page; one of none has an empty cell."""
    found = page(visitor, address)
    rows = {"".join(e.text for e in found.all("a") if e.inside(row))[:11]: row for row in found.all("tr")}
    cell = next(e for e in found.all("td") if e.inside(rows["Två metoder"]) and "Prövad" in e.text)
    assert "Otillräcklig; Prövad" == cell.text
    links = [(a.text, a.attributes["href"]) for a in found.all("a") if a.inside(cell)]
    assert links == [("Otillräcklig", "/sida/metod/otillracklig"), ("Prövad", "/sida/metod/provad")]
    if address.startswith("/queries/"):
        heads = [e.text for e in found.all("th")]
        assert "Metoder" in " ".join(heads)
        assert "metoderIri" not in heads  # it stands in the files
        assert "metoderIri" in lines(visitor, address)[0]
