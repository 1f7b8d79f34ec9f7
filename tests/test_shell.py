"""Reports in the shell: every form that the web gives, and a table to read."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from conftest import WORLD, Run
from openpyxl import load_workbook
from test_reports import WISHES

from kunskapsgraf.reports import render
from kunskapsgraf.settings import Settings

METHOD = ("report", "kommuner-per-metod", "--param", "metod=tolvstegsmetoden")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def tiny(small: Settings) -> dict[str, str]:
    """Give the environment that leads to the tiny world."""
    return {
        "KUNSKAPSGRAF_SOURCES": str(WORLD),
        "KUNSKAPSGRAF_HOME": str(small.home),
        "KUNSKAPSGRAF_WORKERS": "1",
    }


@pytest.fixture
def real(whole: Settings) -> dict[str, str]:
    """Give the environment that leads to the whole graph."""
    return {"KUNSKAPSGRAF_HOME": str(whole.home), "KUNSKAPSGRAF_WORKERS": "1"}


TABLES = [
    (
        "sv",
        """\
Metod             Kommun  Insats  Giltig från  Giltig till  Tid okänd
----------------  ------  ------  -----------  -----------  ---------
Tolvstegsmetoden  Norrby  Samtal  2006-02-01   2006-03-31

1 rad
""",
    ),
    (
        "en",
        """\
Method              Municipality  Service  Valid from  Valid to    Period unknown
------------------  ------------  -------  ----------  ----------  --------------
Twelve-step method  Norrby        Talks    2006-02-01  2006-03-31

1 row
""",
    ),
]


@pytest.mark.parametrize(("language", "text"), TABLES, ids=["sv", "en"])
def test_a_table(run: Run, tiny: dict[str, str], language: str, text: str) -> None:
    """A table has the headings of the report, names in the place of IRIs, and how many rows there are."""
    assert (0, text, "") == run(*METHOD, "--format", "table", **tiny, KUNSKAPSGRAF_LANGUAGE=language)


def test_numbers_stand_to_the_right(run: Run, tiny: dict[str, str]) -> None:
    """Numbers end where their column does, and a thing without a name is written as a parameter takes it."""
    _, out, _ = run("report", "kallornas-tackning", "--format", "table", **tiny)
    head, rule, row, *_ = out.splitlines()
    place = head.index("Första rad")
    # The world's one passage is of lines 1 to 4.
    assert "         1" == row[place : place + 10]
    assert rule.index("-") == 0
    assert row.startswith("Provkartan")


def test_a_terminal_gets_a_table(run: Run, tiny: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever watches gets a table, a pipe Markdown."""
    assert run(*METHOD, **tiny)[1].startswith("| metod")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert TABLES[0][1] == run(*METHOD, **tiny)[1]


def test_excel(run: Run, tiny: dict[str, str], tmp_path: Path) -> None:
    """The form follows the name of the file; the second sheet tells the address at the graph's own base."""
    file = tmp_path / "rader.xlsx"
    assert (0, "", "") == run(*METHOD, "--output", str(file), **tiny)
    book = load_workbook(file)
    head, row = book["Rader"].iter_rows(values_only=True)
    assert ("Norrby", "Samtal") == (row[head.index("Kommun")], row[head.index("Insats")])
    told = {str(row[0]): row[1] for row in book["Om rapporten"].iter_rows(max_col=2, values_only=True)}
    assert "https://w3id.org/kunskapsgraf/queries/kommuner-per-metod?metod=tolvstegsmetoden&sprak=sv" == told["Adress"]
    assert [file] == list(tmp_path.iterdir())


def test_excel_tells_what_it_leaves_out(
    run: Run, real: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sheet that cannot hold all rows is written, and the command says how many it has."""
    monkeypatch.setattr(render, "MOST_ROWS_IN_EXCEL", 5)
    code, _, err = run("report", "onskemal", "--output", str(tmp_path / "a.xlsx"), **real)
    assert 0 == code
    assert (
        f"kunskapsgraf: Arket har bara de första raderna: 5/{sum(WISHES.values())}. Alla finns som CSV och JSON.\n"
        == err
    )


@pytest.mark.parametrize(("language", "word"), [("sv", "binärt"), ("en", "binary")])
def test_no_binary_at_a_terminal(
    run: Run, tiny: dict[str, str], monkeypatch: pytest.MonkeyPatch, language: str, word: str
) -> None:
    """A terminal is not sent a workbook; the message says how to write it to a file."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    code, out, err = run(*METHOD, "--format", "xlsx", **tiny, KUNSKAPSGRAF_LANGUAGE=language)
    assert (2, "") == (code, out)
    assert word in err
    assert "--output kommuner-per-metod.xlsx" in err


def test_chart(run: Run, real: dict[str, str]) -> None:
    """The chart is SVG: a bar for each place with wishes, with its number, and links to the graph's own addresses."""
    code, out, _ = run("report", "onskemal", "--format", "svg", **real)
    found = ElementTree.fromstring(out)
    figures = [text.text for text in found.iter(SVG + "text") if text.get("class") == "figure"]
    assert (0, sorted(WISHES.values(), reverse=True)) == (code, [int(figure or 0) for figure in figures])
    links = [a.get("href", "") for a in found.iter(SVG + "a")]
    assert all(link.startswith("https://w3id.org/kunskapsgraf/") for link in links)
    assert len(WISHES) == len(links)


def test_report_without_a_chart(run: Run, tiny: dict[str, str]) -> None:
    """One bar is no chart: the command says so and writes nothing."""
    code, out, err = run(*METHOD, "--format", "svg", **tiny)
    assert (2, "") == (code, out)
    assert "inget diagram" in err


def test_rows_are_sorted_and_filtered_as_on_the_web(run: Run, real: dict[str, str]) -> None:
    """The rows with the words, from the other end."""
    arguments = ("--filter", "norberg", "--sort=-ordning", "--format", "json")
    code, out, _ = run("report", "onskemal", *arguments, **real)
    assert (0, list(range(WISHES["Norberg"], 0, -1))) == (code, [row["ordning"] for row in json.loads(out)["rows"]])
    code, _, err = run("report", "onskemal", "--sort", "finns-ej", **real)
    assert (2, True) == (code, "Kolumnerna är: " in err)


def test_byte_order_mark(run: Run, tiny: dict[str, str], tmp_path: Path) -> None:
    """CSV begins with the mark where it is asked for, and only there."""
    file = tmp_path / "rader.csv"
    run(*METHOD, "--output", str(file), **tiny)
    plain = file.read_bytes()
    run(*METHOD, "--bom", "--output", str(file), **tiny)
    assert b"\xef\xbb\xbf" + plain == file.read_bytes()
    assert 1 == len(list(csv.DictReader(io.StringIO(plain.decode()))))
    code, _, err = run(*METHOD, "--bom", "--format", "json", **tiny)
    assert (2, True) == (code, "--bom" in err)


def test_a_file_is_whole_or_as_it_was(run: Run, tiny: dict[str, str], tmp_path: Path) -> None:
    """A report that fails leaves the earlier file; a folder that is not there is one line; a device is written to."""
    file = tmp_path / "rader.md"
    file.write_text("förr", encoding="utf-8")
    assert 2 == run(*METHOD, "--param", "metod=finns-ej", "--output", str(file), **tiny)[0]
    assert "förr" == file.read_text(encoding="utf-8")
    code, _, err = run(*METHOD, "--output", str(tmp_path / "ingen" / "rader.md"), **tiny)
    assert (1, 1) == (code, err.count("\n"))
    assert 0 == run(*METHOD, "--output", "/dev/null", **tiny)[0]
    assert not Path("/dev/null").is_file()
    assert [file] == list(tmp_path.iterdir())


NEAREST = [
    (("kommuner-per-metd",), "Menade du kommuner-per-metod?", "Did you mean kommuner-per-metod?"),
    (("kommuner-per-metod", "--param", "metd=x"), "Menade du metod?", "Did you mean metod?"),
    (("kommuner-per-metod", "--param", "format=csv"), "ingen parameter 'format'", "no parameter 'format'"),
]


@pytest.mark.parametrize(("arguments", "sv", "en"), NEAREST)
def test_nearest_names(run: Run, tiny: dict[str, str], arguments: tuple[str, ...], sv: str, en: str) -> None:
    """An unknown report or parameter is answered with the nearest there is."""
    for language, says in (("sv", sv), ("en", en)):
        code, out, err = run("report", *arguments, **tiny, KUNSKAPSGRAF_LANGUAGE=language)
        assert (2, "", True) == (code, out, says in err)
