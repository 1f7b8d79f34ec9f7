"""Rows of a report in an order and by words, counted for a chart, and as files that no spreadsheet computes."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

import pytest
from openpyxl import load_workbook

from kunskapsgraf.errors import BadRequest, QueryFileError
from kunskapsgraf.graph.queries import parse
from kunskapsgraf.graph.rdf import Literal, NamedNode, Term
from kunskapsgraf.graph.terms import Row, text_of
from kunskapsgraf.graph.vocabulary import XSD
from kunskapsgraf.reports import arrange, chart, excel, render
from kunskapsgraf.reports.run import Table

HEAD = """#+ title@sv: Prov
#+ column ort: sv=Ort; en=Town
#+ column sak: sv=Sak; en=Thing
#+ column tal: sv=Tal; en=Number
"""
REPORT = parse("prov.rq", HEAD + "#+ chart: sak by ort; sv=Antal saker; en=Number of things\nSELECT * {}")
SVG = "{http://www.w3.org/2000/svg}"


def number(text: str, kind: str = "integer") -> Literal:
    """Make a literal of a datatype of XML Schema."""
    return Literal(text, datatype=NamedNode(XSD + kind))


def table(*rows: Mapping[str, Any]) -> Table:
    """Make a table; texts become literals."""
    made = [{name: Literal(value) if isinstance(value, str) else value for name, value in row.items()} for row in rows]
    return Table(REPORT, "SELECT * {}", ("ort", "ortNamn", "sak", "tal"), tuple(made))


def seen(row: Row, column: str) -> str:
    """Give what a cell says: the name beside an IRI, else the value."""
    term = row.get(column + "Namn", row.get(column))
    return text_of(term) if term is not None else ""


def column_of(found: Table, name: str) -> list[str]:
    """Read a column; nothing is a hyphen."""
    return [text_of(row[name]) if name in row else "-" for row in found.rows]


def test_letters_stand_in_swedish_order() -> None:
    """å, ä and ö come after z in that order, é as e, capitals as small letters, and quotation marks do not count."""
    words = ["Örebro", "zon", "Ängel", "éclair", "Åmål", "”Duvan”", "Eda", "Edsbyn"]
    assert ["”Duvan”", "éclair", "Eda", "Edsbyn", "zon", "Åmål", "Ängel", "Örebro"] == sorted(
        words, key=arrange.alphabetical
    )
    assert arrange.alphabetical("A\u030amål") == arrange.alphabetical("Åmål")


@pytest.mark.parametrize(
    ("sorting", "expected"),
    [
        ("tal", ["-3", "2", "10.5", "många", "-", "-"]),
        ("-tal", ["många", "10.5", "2", "-3", "-", "-"]),
        ("", ["10.5", "-", "2", "många", "-3", "-"]),
    ],
)
def test_numbers_by_size_then_texts_and_the_empty_last(sorting: str, expected: list[str]) -> None:
    """Numbers are compared as numbers, from either end nothing stands last, and without an order the report's holds."""
    values: list[Term | None] = [number("10.5", "decimal"), None, number("2"), Literal("många"), number("-3"), None]
    found = table(*({"sak": str(place), **({"tal": v} if v else {})} for place, v in enumerate(values)))
    wanted = arrange.arrangement(found, sorting, "")
    assert expected == column_of(arrange.arranged(found, wanted, seen), "tal")
    assert sorting == wanted.sorting


def test_rows_that_are_alike_keep_the_order_of_the_report() -> None:
    """Sorting by one column leaves the others as they were, from both ends."""
    found = table(*({"ort": ort, "sak": sak} for ort, sak in ("b1", "a2", "b3", "a4")))
    for sorting, expected in (("ort", ["2", "4", "1", "3"]), ("-ort", ["1", "3", "2", "4"])):
        assert expected == column_of(arrange.arranged(found, arrange.arrangement(found, sorting, ""), seen), "sak")


def test_things_are_sorted_and_found_by_their_names() -> None:
    """A thing stands where its name does, and words are looked for in what is shown, all of them, in any case."""
    rows = [("x/1", "Öland"), ("x/2", "Arboga"), ("x/3", "Norra Arboga")]
    found = table(*({"ort": NamedNode("http://" + iri), "ortNamn": name} for iri, name in rows))
    by_name = arrange.arranged(found, arrange.arrangement(found, "ort", ""), seen)
    assert ["Arboga", "Norra Arboga", "Öland"] == column_of(by_name, "ortNamn")
    for words, expected in (
        ("ARBOGA", ["Arboga", "Norra Arboga"]),
        ("arboga norra", ["Norra Arboga"]),
        ("öland", ["Öland"]),
        ("http", []),  # the IRI is not shown
        ("  ", ["Öland", "Arboga", "Norra Arboga"]),
    ):
        wanted = arrange.arrangement(found, "", words)
        assert expected == column_of(arrange.arranged(found, wanted, seen), "ortNamn")


@pytest.mark.parametrize("sorting", ["finnsInte", "-finnsInte", "ortNamn", "--ort"])
def test_order_by_what_is_no_column_is_refused(sorting: str) -> None:
    """The refusal names the columns; a column of names stands behind its things and is none of its own."""
    with pytest.raises(BadRequest, match="ort, sak, tal"):
        arrange.arrangement(table(), sorting, "")


# Charts


def test_bars_count_each_thing_once() -> None:
    """Different things are counted beside each value, the longest bar first, equals by name, and what is unsaid is told."""
    rows = [("Sala", "a"), ("Sala", "a"), ("Sala", "b"), ("Örby", "c"), ("Alby", "d"), ("", "e"), ("Tom", "")]
    found = table(*({k: v for k, v in (("ort", ort), ("sak", sak)) if v} for ort, sak in rows))
    assert REPORT.chart is not None
    drawn = chart.bars(found, REPORT.chart, seen, "ingen uppgift")
    assert drawn is not None
    assert [("Sala", 2), ("Alby", 1), ("ingen uppgift", 1), ("Örby", 1), ("Tom", 0)] == [
        (bar.name, bar.count) for bar in drawn.bars
    ]
    assert 5 == drawn.total


def test_one_bar_is_no_chart() -> None:
    """There is nothing to compare one bar with."""
    assert REPORT.chart is not None
    assert chart.bars(table({"ort": "Sala", "sak": "a"}), REPORT.chart, seen, "") is None


def test_long_chart_is_cut_and_counted() -> None:
    """At most so many bars are drawn, and how many there are is known."""
    assert REPORT.chart is not None
    found = table(*({"ort": f"Ort {n}", "sak": "a"} for n in range(40)))
    drawn = chart.bars(found, REPORT.chart, seen, "")
    assert drawn is not None
    assert (chart.MOST_BARS, 40) == (len(drawn.bars), drawn.total)


def test_picture_is_a_list_of_texts() -> None:
    """Each bar is an item with its name, its link and its number as text; a bar is as long as its number says."""
    bars = (chart.Bar("A & <b>", 1200, "http://x/1"), chart.Bar("N" * 60, 300), chart.Bar("Noll", 0))
    text = chart.svg(
        chart.Bars(bars, 3), "Antal", dict.fromkeys(["http://x/1"], "/sida/1").get, lambda n: f"{n:,}".replace(",", " ")
    )
    root = ElementTree.fromstring(text)
    assert ("list", "Antal") == (root.get("role"), root.get("aria-label"))
    items = root.findall(f"{SVG}g")
    assert ["listitem"] * 3 == [item.get("role") for item in items]
    assert "A & <b>1 200" == "".join(items[0].itertext())
    assert ["/sida/1"] == [a.get("href") for a in root.iter(f"{SVG}a")]
    assert "N" * 60 == next(title.text for title in root.iter(f"{SVG}title"))
    widths = [float(str(rect.get("width")).rstrip("%")) for rect in root.iter(f"{SVG}rect")]
    assert widths == pytest.approx([86, 21.5, 0])
    assert not [element for element in root.iter() if "style" in element.attrib or element.tag.endswith("style")]


def test_names_in_a_picture_hold_no_signs_that_show_nothing() -> None:
    """Control characters and marks of direction are left out: the picture is XML, and its texts stand as they read."""
    bars = (chart.Bar("a\x00b\u202ec\ufffe", 1), chart.Bar("d", 1))
    root = ElementTree.fromstring(chart.svg(chart.Bars(bars, 2), "T", lambda _: None, str))
    assert "abc" == root.findall(f"{SVG}g/{SVG}text")[0].text


@pytest.mark.parametrize("line", ["sak", "sak per ort", "sak by finnsInte", "finnsInte by ort", "sak by ort x"])
def test_chart_that_cannot_be_drawn_is_refused(line: str) -> None:
    """A chart names two columns of the head."""
    with pytest.raises(QueryFileError, match="by"):
        parse("prov.rq", f"{HEAD}#+ chart: {line}\nSELECT * {{}}")


# Files

RISKY = ["=1+1", "+46", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", '=cmd|" /C calc"!A0']
PLAIN = ["a=1", "'=1", " =1", "1-2", "", "–3"]


@pytest.mark.parametrize("text", RISKY)
def test_csv_lets_no_text_be_computed(text: str) -> None:
    """A text that begins as a formula does has an apostrophe before it in CSV, and none in JSON."""
    found = table({"sak": text})
    rows = list(csv.reader(io.StringIO(render.render(found, "csv"), newline="")))
    assert f"'{text}" == rows[1][2]
    assert "'" not in render.render(found, "json")


def test_csv_leaves_the_rest_alone() -> None:
    """Other texts, numbers and dates stand as they are; a negative number is a number."""
    found = table(*({"sak": text, "tal": number("-5")} for text in PLAIN))
    rows = list(csv.reader(io.StringIO(render.render(found, "csv"), newline="")))[1:]
    assert [[text, "-5"] for text in PLAIN] == [row[2:] for row in rows]


def test_number_that_is_none_is_text() -> None:
    """What only says that it is a number is made harmless too."""
    rows = render.render(table({"tal": number("=1+1")}), "csv").splitlines()
    assert ",,,'=1+1" == rows[1]


def workbook(found: Table, told: tuple[tuple[str, str], ...] = ()) -> tuple[list[tuple[object, ...]], object]:
    """Write a workbook and read it again: the rows of its first sheet, and the book."""
    book = load_workbook(io.BytesIO(excel.workbook(found, "sv", told, ("Rader", "Om"))))
    return list(book["Rader"].iter_rows(values_only=True)), book


def test_excel_has_typed_cells() -> None:
    """Numbers, dates and truth values are such; what Excel cannot hold whole is text."""
    values: list[Term] = [
        number("-5"),
        number("2.5", "decimal"),
        number("true", "boolean"),
        number("2006-03-31", "date"),
        number("12345678901234567890"),
        number("1899-12-31", "date"),
        number("NaN", "double"),
        Literal("Köping", language="sv"),
    ]
    rows, _ = workbook(table(*({"tal": value} for value in values)))
    assert [
        -5,
        2.5,
        True,
        datetime.datetime(2006, 3, 31),
        "12345678901234567890",
        "1899-12-31",
        "NaN",
        "Köping",
    ] == [row[3] for row in rows[1:]]


def test_excel_headings_are_the_readers() -> None:
    """A column of names has the heading, and that of its IRIs says so."""
    rows, _ = workbook(table({"ort": NamedNode("http://x/1"), "ortNamn": "Sala"}))
    assert [("Ort (IRI)", "Ort", "Sak", "Tal"), ("http://x/1", "Sala", None, None)] == rows


def test_excel_computes_no_text() -> None:
    """Whatever a text begins with, its cell is a text, marked so that editing it changes nothing."""
    texts = [text for text in [*RISKY, "#N/A", "#REF!"] if "\r" not in text]
    _, book = workbook(table(*({"sak": text} for text in texts)), (("=1", "=2"),))
    cells = [row[2] for row in book["Rader"].iter_rows(min_row=2)]  # type: ignore[index]
    assert [(text, "s") for text in texts] == [(cell.value, cell.data_type) for cell in cells]
    assert [text in RISKY for text in texts] == [bool(cell.quotePrefix) for cell in cells]
    assert ["s", "s"] == [cell.data_type for cell in next(book["Om"].iter_rows())]  # type: ignore[index]


def test_excel_takes_any_text() -> None:
    """What XML cannot hold is replaced, and a text past Excel's longest is cut and says so."""
    rows, _ = workbook(table({"sak": "a\x00\x1fb"}, {"sak": "x" * 40_000}))
    assert "a\ufffd\ufffdb" == rows[1][2]
    assert ("x" * 32_766 + "…") == rows[2][2]
