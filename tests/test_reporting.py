"""A report at its address: sorted, filtered, drawn, as files, as code that runs, and framed where it may be."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from conftest import Server
from flask.testing import FlaskClient
from openpyxl import load_workbook
from reading import Page
from test_reports import WISHES

from kunskapsgraf.graph.store import EmbeddedStore, select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.reports import render, run
from kunskapsgraf.settings import Settings, packaged_sources
from kunskapsgraf.web import answered, choosing, reporting, snippets

REPORTS = run.all_reports(packaged_sources())
DRAWN = [name for name, report in REPORTS.items() if report.chart]
SVG = "{http://www.w3.org/2000/svg}"


def page(client: FlaskClient, address: str) -> Page:
    """Fetch a page in Swedish."""
    response = client.get(address, headers={"Accept": "text/html", "Accept-Language": "sv"})
    assert 200 == response.status_code, response.text
    found = Page(response.text)
    assert [] == found.faults
    return found


def first_column(found: Page) -> list[str]:
    """Read the first cell of each row."""
    return [row[0] for row in cells(found)]


def cells(found: Page) -> list[list[str]]:
    """Read the rows below the headings."""
    rows: list[list[str]] = []
    for element in found.elements:
        if element.tag == "td":
            rows[-1].append(element.text)
        elif element.tag == "tr":
            rows.append([])
    return [row for row in rows if row]


def told(found: Page) -> str:
    """Read how many rows the page says there are."""
    return next(" ".join(e.text.split()) for e in found.all("p") if e.attributes.get("role") == "status")


def link(found: Page, text: str) -> str:
    """Give the address of the first link of a text."""
    return next(a.attributes["href"] for a in found.all("a") if a.text == text)


def test_headings_sort_by_links(whole_client: FlaskClient) -> None:
    """A press on a heading sorts, a second turns the order, a third gives the report's own back; the heading says which."""
    address = "/queries/onskemal?kommun="
    first = page(whole_client, address)
    assert [] == [th for th in first.all("th") if "aria-sort" in th.attributes]
    own = first_column(first)
    up = page(whole_client, link(first, "Plats"))
    assert ["ascending"] == [th.attributes["aria-sort"] for th in up.all("th") if "aria-sort" in th.attributes]
    # Each wish is a row, counted by hand in WISHES.
    order = sorted(WISHES)  # no two names differ first by å, ä or ö
    assert order == list(dict.fromkeys(first_column(up)))
    assert sum(WISHES.values()) == len(first_column(up))
    down = page(whole_client, link(up, "Plats ▲"))
    assert ["descending"] == [th.attributes["aria-sort"] for th in down.all("th") if "aria-sort" in th.attributes]
    assert order[::-1] == list(dict.fromkeys(first_column(down)))
    assert own == first_column(page(whole_client, link(down, "Plats ▼")))


def test_words_narrow_the_rows_in_every_form(whole_client: FlaskClient) -> None:
    """The rows with the words, and no others, stand on the page, in each file, in the frame and in the chart."""
    address = "/queries/onskemal?filter=norberg&sortera=-ordning"
    found = page(whole_client, address)
    assert f"{WISHES['Norberg']} av {sum(WISHES.values())} rader" in told(found)
    assert "norberg" == next(e for e in found.all("input") if e.attributes.get("id") == "ord").attributes["value"]
    numbers = [str(n) for n in range(WISHES["Norberg"], 0, -1)]
    rows = json.loads(whole_client.get(link(found, "JSON")).data)["rows"]
    assert numbers == [str(row["ordning"]) for row in rows]
    table = list(csv.DictReader(io.StringIO(whole_client.get(link(found, "CSV")).text, newline="")))
    assert numbers == [row["ordning"] for row in table]
    assert numbers == [str(row[2]) for row in sheet(whole_client, link(found, "Excel"), "Rader")[1:]]
    assert numbers == [row[1] for row in cells(found)]
    assert numbers == [row[1] for row in cells(page(whole_client, address.replace("?", "/inbaddning?")))]
    assert not found.all("figure")  # one bar is no chart
    assert sum(WISHES.values()) == len(cells(page(whole_client, link(found, "visa alla rader"))))


def test_words_that_no_row_has(whole_client: FlaskClient) -> None:
    """A filter that leaves nothing says so, and does not read as a report without rows."""
    found = page(whole_client, "/queries/onskemal?filter=finns-inte")
    assert f"0 av {sum(WISHES.values())} rader" in told(found)
    assert "Ingen av rapportens rader har de orden." in found.one("main").text


def test_form_and_filter_keep_each_others_values(whole_client: FlaskClient) -> None:
    """What is chosen in one form stays when the other is sent, and so does the language of the address."""
    found = page(whole_client, "/queries/onskemal?kommun=norberg&filter=boende&sortera=-ordning&lang=sv")
    hidden = [
        {
            e.attributes["name"]: e.attributes["value"]
            for e in found.all("input")
            if e.attributes.get("type") == "hidden"
        }
    ]
    assert {"kommun": "norberg", "sprak": "sv", "sortera": "-ordning", "filter": "boende", "lang": "sv"} == hidden[0]


@pytest.mark.parametrize("more", ["sortera=finnsInte", "format=xlsx&sortera=finnsInte", "format=csv&bom=ja"])
def test_what_an_address_cannot_ask(client: FlaskClient, more: str) -> None:
    """A column that is not there, and a mark that is neither yes nor no, are refused."""
    assert 400 == client.get(f"/queries/onskemal?{more}").status_code


def test_no_report_has_a_parameter_of_a_reserved_name() -> None:
    """What an address says besides a report's parameters is named otherwise than any of them."""
    assert {} == {
        name: clash for name, report in REPORTS.items() if (clash := run.RESERVED & {p.name for p in report.parameters})
    }


def test_byte_order_mark_is_there_when_asked_for(client: FlaskClient) -> None:
    """``bom=1`` puts the three bytes of UTF-8's mark before the same CSV."""
    plain, marked, zero = (client.get(f"/queries/onskemal?format=csv{more}").data for more in ("", "&bom=1", "&bom=0"))
    assert b"\xef\xbb\xbf" + plain == marked
    assert plain == zero
    assert plain.startswith(b"plats")


# Excel


def sheet(client: FlaskClient, address: str, name: str) -> list[tuple[Any, ...]]:
    """Read a sheet of the workbook at an address."""
    response = client.get(address)
    assert render.EXCEL_TYPE == response.mimetype
    return list(load_workbook(io.BytesIO(response.data))[name].iter_rows(values_only=True))


def test_excel_tells_where_it_is_from(whole_client: FlaskClient, whole_store: EmbeddedStore) -> None:
    """The second sheet says the report, its values, rows, version and address, how to cite it, and the query."""
    address = "/queries/onskemal?kommun=norberg&filter=stöd&format=xlsx&lang=sv"
    about = {str(name): str(value) for name, value in sheet(whole_client, address, "Om rapporten")}
    rows = sheet(whole_client, address, "Rader")[1:]
    assert "Önskemål om fem år" == about["Rapport"]
    assert "norberg" == about["Kommun"]
    # Of Norberg's wishes the third, seventh and ninth speak of support.
    assert f'3 av {WISHES["Norberg"]}, de med "stöd"' == about["Rader"]
    assert [3, 7, 9] == [row[2] for row in rows]
    version = whole_store.version()
    assert version == about["Version"]
    assert about["Adress"].startswith("http://localhost/queries/onskemal?kommun=norberg")
    for part in ("Kunskapsgraf.", "”Önskemål om fem år”", version, about["Adress"]):
        assert part in about["Hänvisa så"]
    assert "<https://w3id.org/kunskapsgraf/id/kommun/norberg>" in about["SPARQL"]


def test_excel_that_is_cut_says_so(whole_client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Past its rows the sheet ends, and the other tells how many there are and where the rest is."""
    monkeypatch.setattr(render, "MOST_ROWS_IN_EXCEL", 5)
    assert 1 + 5 == len(sheet(whole_client, "/queries/onskemal?format=xlsx", "Rader"))
    about = dict(sheet(whole_client, "/queries/onskemal?format=xlsx&lang=sv", "Om rapporten"))
    assert f"{sum(WISHES.values())}. Här står de första 5; hämta alla som CSV." == about["Rader"]


# Charts


def test_chart_counts_the_wishes(whole_client: FlaskClient) -> None:
    """The bars are the wishes counted by hand, the most first and equals by name, and each place leads to its page."""
    found = page(whole_client, "/queries/onskemal?kommun=&lang=sv")
    items = [g.text for g in found.all("g") if g.attributes.get("role") == "listitem"]
    expected = sorted(WISHES.items(), key=lambda pair: (-pair[1], pair[0]))  # no two equals begin with å, ä or ö
    assert [f"{place}{count}" for place, count in expected] == items
    assert "/sida/kommun/norberg?lang=sv" in [a.attributes["href"] for a in found.all("a") if a.text == "Norberg"]


@pytest.mark.parametrize("name", DRAWN)
def test_chart_is_what_its_query_counts(
    whole: Settings, whole_client: FlaskClient, whole_store: EmbeddedStore, name: str
) -> None:
    """Each number of a chart is what SPARQL counts over the report's own query; the bars are as many as its groups."""
    report = REPORTS[name]
    wanted = report.chart
    assert wanted is not None
    text = run.bound(whole_store, report, {"sprak": "sv"})
    prologue, select_word, rest = text.partition("SELECT")
    counted = select(
        whole_store,
        f"{prologue} SELECT ?{wanted.by} (COUNT(DISTINCT ?{wanted.counted}) AS ?n) "
        f"{{ {{ {select_word}{rest} }} }} GROUP BY ?{wanted.by}",
    )
    response = whole_client.get(f"/queries/{name}?format=svg&sprak=sv&lang=sv")
    if len(counted) < 2:
        assert 400 == response.status_code
        return
    root = ElementTree.fromstring(response.data)
    shown = [int("".join(str(g.findall(f"{SVG}text")[-1].text).split())) for g in root.findall(f"{SVG}g")]
    assert sorted((int(text_of(row["n"])) for row in counted), reverse=True)[: len(shown)] == shown
    assert min(len(counted), 15) == len(shown)


def test_report_without_a_chart_has_none(client: FlaskClient) -> None:
    """A picture that there is not is refused with what there is instead."""
    response = client.get("/queries/kapacitet?format=svg")
    assert 400 == response.status_code
    assert "xlsx" in json.loads(response.data)["detail"]


# Frames

UNFRAMED = ("/", "/queries", "/queries/onskemal", "/queries/onskemal?format=csv", "/queries/onskemal?format=svg",
            "/queries/onskemal?format=json", "/queries/onskemal?format=xlsx", "/queries/finns-inte", "/sparql",
            "/sparql?query=ASK%7B%7D", "/sida/kommun/arboga", "/data/kommun/arboga.ttl", "/kopplingar?iri=kommun/arboga",
            "/static/style.css", "/openapi.json", "/queries/finns-inte/inbaddning", "/halsa")  # fmt: skip


def policy(response: Any) -> list[str]:
    """Read the directives of the Content-Security-Policy that speak of frames."""
    values = response.headers.get("Content-Security-Policy", "").split(";")
    return [value.strip() for value in values if value.strip().startswith("frame-ancestors")]


def test_only_the_embed_address_may_be_framed(server: Server) -> None:
    """The real server lets every site frame the page that is made for it, and none frame anything else, errors included."""
    accepts = {"Accept": "text/html,*/*;q=0.8"}
    for path in UNFRAMED:
        try:
            answer = urllib.request.urlopen(urllib.request.Request(server.address + path, headers=accepts), timeout=60)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            assert (path, ["frame-ancestors 'none'"]) == (path, policy(answer))
            assert "X-Frame-Options" not in answer.headers
    plain = urllib.request.Request(server.address + "/sparql?query=ASK%7B%7D", headers={"Accept": "*/*"})
    with urllib.request.urlopen(plain, timeout=60) as answer:
        assert ["frame-ancestors 'none'"] == policy(answer)
    with urllib.request.urlopen(server.address + "/queries/onskemal/inbaddning", timeout=60) as answer:
        assert ["frame-ancestors *"] == policy(answer)
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_frame_leads_out_of_itself(whole_client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a frame headings sort within it, all other links open beside it, and it tells its source and its limit."""
    monkeypatch.setattr(reporting, "MOST_ROWS_IN_A_FRAME", 3)
    found = page(whole_client, "/queries/onskemal/inbaddning?lang=sv")
    assert "_blank" == found.one("base").attributes["target"]
    assert 3 == len(cells(found))
    assert "Här visas de första 3." in told(found)
    within = [a for a in found.all("a") if a.attributes.get("target") == "_self"]
    assert all(a.attributes["href"].startswith("/queries/onskemal/inbaddning?") for a in within)
    assert len(found.all("th")) == len(within)
    assert "Kunskapsgraf" in found.one("footer").text
    assert [] == found.all("script") + found.all("form")


def test_frame_of_a_report_that_needs_values(client: FlaskClient) -> None:
    """Without the values, and where the graph lacks the example, the frame leads to the form instead."""
    found = page(client, "/queries/meny-for-kommun/inbaddning")
    assert "behöver värden" in found.one("main").text


# Forms


def test_too_many_to_choose_among_are_named_by_slug(whole_client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a list would be too long the form takes a slug, says what that is, and the value holds."""
    monkeypatch.setattr(choosing, "MOST", 3)
    found = page(whole_client, "/queries/onskemal?kommun=norberg")
    field = next(e for e in found.all("input") if e.attributes.get("id") == "p-kommun")
    assert "norberg" == field.attributes["value"]
    described = field.attributes["aria-describedby"]
    assert "sök den" in next(e for e in found.all("span") if e.attributes.get("id") == described).text
    assert WISHES["Norberg"] == len(cells(found))


@pytest.mark.long
@pytest.mark.parametrize("name", REPORTS)
def test_choices_are_all_things_of_the_kind(whole_client: FlaskClient, whole_store: EmbeddedStore, name: str) -> None:
    """A form offers each thing of its parameters' kinds once, whichever way they are looked up."""
    found = page(whole_client, f"/queries/{name}")
    for parameter in REPORTS[name].parameters:
        options = [
            option.attributes["value"]
            for option in found.all("option")
            if any(e.attributes.get("id") == f"p-{parameter.name}" for e in option.parents)
            and option.attributes["value"]
        ]
        if parameter.type != "iri" or not options:
            continue
        starts = {f"{whole_store.names.things}{kind}/": kind for kind in parameter.kinds}
        expected = {
            text_of(row["t"])
            for start in starts
            for row in select(whole_store, f'SELECT DISTINCT ?t {{ ?t a ?c FILTER(STRSTARTS(STR(?t), "{start}")) }}')
        }
        assert len(expected) == len(options) == len(set(options))


# Code


def code(found: Page, name: str) -> str:
    """Read a piece of code off the page."""
    return next("".join(e.pieces) for e in found.all("code") if e.attributes.get("data-code") == name)


@pytest.mark.parametrize("address", ["/queries/onskemal?kommun=norberg", "/queries/kallans-pastaenden"])
def test_code_on_the_page_gives_the_rows(server: Server, tmp_path: Path, address: str) -> None:
    """Each piece of code runs as it stands and gives as many rows as the report has, with its values."""
    with urllib.request.urlopen(server.address + address, timeout=60) as answer:
        found = Page(answer.read().decode())
    with urllib.request.urlopen(server.address + link(found, "JSON"), timeout=60) as answer:
        report = json.load(answer)
    assert report["rows"]
    subprocess.run(["bash", "-c", "set -e\n" + code(found, "curl")], cwd=tmp_path, capture_output=True, check=True)
    [file] = tmp_path.glob("*.csv")
    with file.open(encoding="utf-8", newline="") as lines:
        assert [report["columns"], len(report["rows"])] == [(rows := list(csv.reader(lines)))[0], len(rows) - 1]
    printed = python(code(found, "sparqlwrapper")).splitlines()
    assert len(report["rows"]) == len(printed)
    frame = python(code(found, "pandas") + "\nprint(list(table.columns), len(table))")
    assert f"{report['columns']} {len(report['rows'])}" == frame.splitlines()[-1]


def python(text: str) -> str:
    """Run a piece of Python; give what it prints."""
    return subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True, timeout=120).stdout


def test_frame_of_the_page_is_the_embed_address(server: Server) -> None:
    """The element for another site leads to the page that may be framed, with the values, and has a title."""
    address = server.address + "/queries/onskemal?kommun=norberg&filter=st%C3%B6d"
    with urllib.request.urlopen(address, timeout=60) as answer:
        found = Page(code(Page(answer.read().decode()), "frame"))
    frame = found.one("iframe")
    assert "Önskemål om fem år" == frame.attributes["title"]
    with urllib.request.urlopen(frame.attributes["src"], timeout=60) as answer:
        assert ["frame-ancestors *"] == policy(answer)
        assert "Norberg" in first_column(Page(answer.read().decode()))


HOSTILE = 'a"b\'c\\n\\" """ \\\\ ${x} `id` $(id) \'\'\' </code>'


def test_code_holds_any_text(tmp_path: Path) -> None:
    """Quotation marks, backslashes and what a shell would run stay text in each piece of code."""
    wrapper = snippets.sparqlwrapper("http://127.0.0.1:1/" + HOSTILE, HOSTILE)
    start, _, rest = wrapper.partition("graph.setQuery(")
    literal = rest.partition('\n""")\n')[0] + '\n""")'
    assert f"\n{HOSTILE.strip()}\n" == eval(literal.removesuffix(")"))
    assert start.startswith("from SPARQLWrapper import")
    compile(wrapper, "wrapper", "exec")
    compile(snippets.pandas(HOSTILE), "pandas", "exec")
    shell = snippets.curl("http://127.0.0.1:1/" + HOSTILE, HOSTILE).replace("curl", "printf '%s\\0'", 1)
    ran = subprocess.run(["bash", "-c", shell], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert ["--fail", "--output", HOSTILE, "http://127.0.0.1:1/" + HOSTILE, ""] == ran.stdout.split("\0")
    frame = Page(snippets.frame("/x?" + HOSTILE, HOSTILE)).one("iframe")
    assert ("/x?" + HOSTILE, HOSTILE) == (frame.attributes["src"], frame.attributes["title"])


def test_rows_are_named_where_the_report_does_not(whole_store: EmbeddedStore, whole_client: FlaskClient) -> None:
    """A thing without a name beside it is shown, sorted and found by its label."""
    with whole_client.application.test_request_context("/?lang=sv"):
        report = REPORTS["onskemal"]
        table = run.run(whole_store, report, {"kommun": "sala", "sprak": "sv"})
        bare = run.Table(report, table.query, ("plats",), tuple({"plats": row["plats"]} for row in table.rows))
        found = answered.Answered(whole_store, bare, "plats", "sala")
        assert [WISHES["Sala"], "Sala"] == [len(found.table.rows), found.seen(found.table.rows[0], "plats")]
