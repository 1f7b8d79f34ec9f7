"""A table that somebody brings: the template, right rows as Turtle by hand, a message for each wrong row, and nothing by halves."""

from __future__ import annotations

import io
import os
import re
import shlex
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import rdflib
from conftest import Run
from openpyxl import load_workbook
from tables import DAY, FAMILY, HERE, RIGHT, SLUG, TITLE, Row, filled, imported, separated, sources

from kunskapsgraf.errors import BadRequest, CheckFailed, TableRefused
from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.store import select
from kunskapsgraf.importing import files
from kunskapsgraf.importing.columns import COLUMNS
from kunskapsgraf.importing.run import make_template
from kunskapsgraf.pipeline.build import build, checked
from kunskapsgraf.settings import Settings, packaged_sources
from kunskapsgraf.web import create_app

KG = "https://w3id.org/kunskapsgraf/ns#"
ID = "https://w3id.org/kunskapsgraf/id/"
PREFIXES = f"@prefix kg: <{KG}> .\n@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n" + "".join(
    f"@prefix {kind}: <{ID}{kind}/> .\n"
    for kind in ("insats", "kommun", "malgrupp", "meny", "menykolumn", "menypost", "passage", "tjanstetyp")
)
COLUMN = """menykolumn:vuxna a kg:Menykolumn ; skos:prefLabel "Vuxna"@sv , "Adults"@en ; skos:closeMatch malgrupp:vuxna-anhoriga .
tjanstetyp:annat a kg:Tjanstetyp ; skos:prefLabel "Annat"@sv , "Other"@en .
"""
MENU = """meny:soderby a kg:Meny ; rdfs:label "Menyn"@sv , "The menu"@en ; kg:menyFor kommun:soderby ; kg:uttalasI passage:prov-1-4 .
menypost:soderby-1 a kg:Menypost ; rdfs:label "Fika"@sv , "Coffee"@en ; kg:iMeny meny:soderby ; kg:tryckt "Fika" ;
    kg:menyradTryckt tjanstetyp:annat ; kg:menyrad tjanstetyp:annat ; kg:menykolumn menykolumn:vuxna ; kg:asterisk false ;
    kg:avser insats:norrby-samtal ; kg:uttalasI passage:prov-1-4 .
"""
HTML = {"Accept": "text/html"}
OFFERED: Row = {"Kommun": "Söderby", "Insats": "Samtal", "Erbjuds": "ja"}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Make the empty template once."""
    return make_template(sources(tmp_path_factory.mktemp("mall")))


@pytest.fixture
def world(tmp_path: Path) -> Settings:
    """Give sources that a test may write to."""
    return sources(tmp_path)


def data(settings: Settings) -> dict[str, bytes]:
    """Give every file of the sources."""
    return {str(path): path.read_bytes() for path in sorted(settings.sources.rglob("*")) if path.is_file()}


def test_right_rows_become_the_turtle_written_by_hand(template: bytes, world: Settings, tmp_path: Path) -> None:
    """A filled template says what its rows say, no more and no less, with the row of each statement."""
    done = imported(world, filled(template, tmp_path / "soderby.xlsx", RIGHT), write=True)
    assert world.sources / "data" / "ttl" / f"{SLUG}.ttl" == done.written
    expected, came = rdflib.Graph(), rdflib.Graph()
    expected.parse(HERE / "import_world" / "soderby.ttl", format="turtle")
    came.parse(data=done.written.read_text(encoding="utf-8"), format="turtle")
    assert (set(), set()) == (set(expected) - set(came), set(came) - set(expected))


def test_preview_tells_and_writes_nothing(template: bytes, world: Settings, tmp_path: Path) -> None:
    """Without --write it is told what would change: answers, services and their like, statements; no file changes."""
    before = data(world)
    done = imported(world, filled(template, tmp_path / "soderby.xlsx", RIGHT))
    count = len(rdflib.Graph().parse(HERE / "import_world" / "soderby.ttl", format="turtle"))
    told = done.told("sv")
    assert "Rader: 5 (2 ja, 1 nej, 1 planeras, 1 vet ej)\nUtan svar: 1; om dem sägs inget\nExempelrader: 1;" in told
    assert f"Insatser i listan: 3\n  Söderby: Anhöriggrupp (insats/soderby-anhoriggrupp-{SLUG})\n" in told
    assert "i andra källor: 1; varje källa beskriver sin\n  Norrby: SAMTAL (insats/norrby-samtal)\n" in told
    assert f"Satser: {count} tillkommer, 0 försvinner, 0 står kvar\nInget är skrivet." in told
    assert before == data(world)


def test_import_again_changes_nothing_and_a_changed_table_only_its_own_file(
    template: bytes, world: Settings, tmp_path: Path
) -> None:
    """The same file gives the same bytes; a row less takes its statements away; every other file stays."""
    others = data(world)
    file = filled(template, tmp_path / "soderby.xlsx", RIGHT)
    first = imported(world, file, write=True)
    again = imported(world, file, write=True)
    assert first.turtle == again.turtle
    assert "Inget ändras" in again.told("sv")
    fewer = imported(world, filled(template, file, RIGHT[:1]), write=True)
    assert first.turtle != fewer.turtle
    assert (True, 0) == (fewer.change.removed > 0, fewer.change.added)
    target = f"{world.sources}/data/ttl/{SLUG}.ttl"
    now = data(world)
    assert fewer.turtle.encode() == now.pop(target)
    assert others == now


def test_build_shows_the_statements_with_their_rows(template: bytes, world: Settings, tmp_path: Path) -> None:
    """Checks and a build accept the file; pages name file and row; what is planned, not offered or unknown is no offer."""
    data = world.sources / "data" / "ttl"
    (data / "redaktion" / "meny.ttl").write_text(PREFIXES + COLUMN, encoding="utf-8")
    with (data / "provkartan.ttl").open("a", encoding="utf-8") as source:
        source.write(PREFIXES + MENU)
    imported(world, filled(template, tmp_path / "soderby.xlsx", RIGHT), write=True)
    checked(world)
    build(world)
    store = EmbeddedStore(world)
    try:
        client = create_app(world, store).test_client()
        offered = select(store, f"SELECT ?s WHERE {{ <{ID}kommun/soderby> <{KG}erbjuder> ?s }}")
        assert [f"{ID}insats/soderby-anhoriggrupp-{SLUG}"] == [row["s"].value for row in offered]  # type: ignore[union-attr]
        # The service of 2006 is as it was: what the list says of its like in 2025 says nothing of it.
        methods = select(store, f"SELECT ?m WHERE {{ <{ID}insats/norrby-samtal> <{KG}anvanderMetod> ?m }}")
        assert [f"{ID}metod/tolvstegsmetoden"] == [row["m"].value for row in methods]  # type: ignore[union-attr]
        page = client.get(f"/id/insats/soderby-anhoriggrupp-{SLUG}", headers=HTML, follow_redirects=True).text
        assert "Öppenvården i Söderby 2025" in page
        assert "soderby.xlsx" in page
        asked = {"subjekt": "kommun/norrby", "egenskap": "kg:harMetodutbud", "varde": "metod/mi", "format": "json"}
        place = client.get("/id/kommun/soderby", headers=HTML, follow_redirects=True).text
        assert "15 mars 2025" in place
        # A menu printed in 2006 is filled from the text beside it, not from a list of 2025.
        assert '<td class="printed"' in place
        assert '<td class="text"' not in place
        why = client.get("/varfor", query_string=asked).text
        assert f"passage/{SLUG}-rad-4" in why
        assert "passage/prov-1-4" not in why
    finally:
        store.close()


def test_template_offers_the_graphs_concepts(template: bytes) -> None:
    """Each list is the names of its concepts, on a hidden sheet; single values are checked in Excel, several are let through."""
    book = load_workbook(io.BytesIO(template))
    assert ["Läs mig", "Utbud", "Om listan", "Val"] == book.sheetnames
    assert "hidden" == book["Val"].sheet_state
    lists = {column[0].value: [cell.value for cell in column[1:] if cell.value] for column in book["Val"].iter_cols()}
    assert ["Norrby", "Söderby"] == lists["plats"]
    assert ["Addiction Severity Index (ASI)", "Motiverande intervju (MI)", "Tolvstegsmetoden"] == lists["metod"]
    assert ["Barn som anhöriga", "Vuxna anhöriga"] == lists["malgrupp"]
    assert ["Länken", "Norrby", "Stegen", "Söderby", "Trappan AB"] == lists["aktor"]
    assert ["ja", "nej", "planeras", "vet ej"] == lists["svar"]
    sheet = book["Utbud"]
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    headings = [str(cell.value) for cell in sheet[1]]
    assert [column.heading + " *" * column.required for column in COLUMNS] == headings
    answer, methods = rules["D2:D10001"], rules["G2:G10001"]
    assert ("list", "stop", True) == (answer.type, answer.errorStyle, answer.showErrorMessage)
    assert ("Val!$E$2:$E$4", False) == (methods.formula1, methods.showErrorMessage)  # fmt: skip
    assert "whole" == rules["O2:O10001"].type
    assert "EXEMPEL: " in str(sheet["B2"].value)


def test_template_as_it_is_imports_nothing(template: bytes, world: Settings, tmp_path: Path) -> None:
    """The example is never imported: a template in which only the list is named holds no answer."""
    with pytest.raises(BadRequest, match="ingen rad har ett svar"):
        imported(world, filled(template, tmp_path / "tom.xlsx", ()))


# (what is changed in a right row, the column's letter and heading, what the message says of it and how to mend it)
WRONG: list[tuple[Row, str, str]] = [
    ({"Kommun": "Söderbu"}, "A (Kommun)", "”Söderbu” finns inte i grafen. Menade du ”Söderby”?"),
    ({"Kommun": None}, "A (Kommun)", "cellen är tom"),
    ({"Kommun": "0114"}, "A (Kommun)", "”0114” finns inte i grafen."),
    ({"Insats": None}, "B (Insats)", "insatsen saknar namn"),
    ({"Insats": 112}, "B (Insats)", "”112” är inget namn"),
    ({"Erbjuds": "kanske"}, "D (Erbjuds)", "”kanske” är inget svar. Skriv ja, nej, planeras eller vet ej."),
    ({"Erbjuds": True}, "D (Erbjuds)", "SANT eller FALSKT. Skriv ja eller nej"),
    ({"Typ av insats": "Samtel"}, "E (Typ av insats)", "Menade du ”Samtal”?"),
    ({"Metod": "MI; Motiverande intervjv"}, "G (Metod)", "”Motiverande intervjv” finns inte i grafen. Menade du ”Motiverande intervju (MI)”"),
    ({"Målgrupp": "Vuxna anhöriga, barn"}, "H (Målgrupp)", "finns inte i grafen"),
    ({"Bara för målgruppen": "ja"}, "I (Bara för målgruppen)", "målgruppen är tom"),
    ({"Utförare": "Trappan"}, "M (Utförare)", "kan vara flera: aktor/stegen, aktor/trappan-ab. Skriv en av dem så."),
    ({"Samarbetspart": "Söderby"}, "N (Samarbetspart)", "kan inte samarbeta med sig själv"),
    ({"Från år": "19"}, "O (Från år)", "”19” är inget årtal. Skriv fyra siffror"),
    ({"Från år": 2019.5}, "O (Från år)", "”2019.5” är inget årtal"),
    ({"Från år": DAY}, "O (Från år)", "”2025-03-15” är inget årtal"),
    ({"Från år": "2030", "Till år": "2028"}, "P (Till år)", "slutar 2028 men börjar 2030"),
    ({"Från år": 2026}, "O (Från år)", "efter listans datum (2025-03-15). Skriv planeras"),
    ({"Till år": 2024}, "P (Till år)", "före listans datum (2025-03-15). Skriv nej"),
    ({"Erbjuds": "planeras", "Från år": 2020}, "O (Från år)", "Skriv ja, eller rätta året"),
    ({"Erbjuds": "planeras", "Till år": 2030}, "P (Till år)", "har inget slut ännu"),
    ({"Erbjuds": "nej", "Verksamhet": "Lotsen"}, "L (Verksamhet)", "Erbjuds är nej, så här finns inget att beskriva"),
    ({"Erbjuds": "vet ej", "Från år": 2019}, "O (Från år)", "Erbjuds är vet ej"),
    ({"Kommentar eller källa": "=A1&B1"}, "Q (Kommentar eller källa)", "är en formel. Klistra in värdet"),
    ({"Kommentar eller källa": "#N/A"}, "Q (Kommentar eller källa)", "felvärdet #N/A"),
    ({"Kommentar eller källa": "x" * 600}, "Q (Kommentar eller källa)", "har 600 tecken. Korta av till högst 500"),
    ({"Kommentar eller källa": "Ring 021-39 00 00"}, "Q (Kommentar eller källa)", "ett telefonnummer"),
    ({"Verksamhet": "lotsen@soderby.se"}, "L (Verksamhet)", "en e-postadress"),
]  # fmt: skip


def test_each_wrong_row_has_a_message_and_nothing_is_written(template: bytes, world: Settings, tmp_path: Path) -> None:
    """Among right rows every wrong one is told with row, column and what to do; with any of them nothing is written."""
    before = data(world)
    # Names that differ, so that no row is a double; right rows stand between.
    wrong = [{**OFFERED, "Insats": f"Samtal {chr(65 + n)}", **row} for n, (row, _, _) in enumerate(WRONG)]
    file = filled(template, tmp_path / "soderby.xlsx", [FAMILY, *wrong, {**OFFERED, "Insats": "Sist"}])
    with pytest.raises(TableRefused) as refused:
        imported(world, file, write=True)
    assert list(range(4, 4 + len(WRONG))) == [row for row, _, _ in refused.value.rows]
    for (number, sv, en), (_, column, text) in zip(refused.value.rows, WRONG, strict=True):
        assert sv.startswith(f"rad {number}: kolumn {column}: ")
        assert text in sv
        assert en.startswith(f"row {number}: column {column}: ")
        assert re.fullmatch(r"row \d+: .*[.?]", en)
    assert f"soderby.xlsx: {len(WRONG)} rader är fel; inget skrevs.\nrad 4: " in refused.value.sv
    assert before == data(world)


def test_rows_on_the_same_service_are_told(template: bytes, world: Settings, tmp_path: Path) -> None:
    """A row said twice, said otherwise or described otherwise names the row that it stands against."""
    rows = [OFFERED, OFFERED, {**OFFERED, "Erbjuds": "nej"}, {**OFFERED, "Insats": "samtal", "Metod": "MI"}]
    with pytest.raises(TableRefused) as refused:
        imported(world, filled(template, tmp_path / "a.xlsx", rows), write=True)
    told = [(row, sv) for row, sv, _ in refused.value.rows]
    assert [4, 5, 6] == [row for row, _ in told]
    assert "densamma som rad 3" in told[0][1]
    assert "säger emot rad 3: Erbjuds är nej här och ja där" in told[1][1]
    assert "står redan på rad 3, med andra uppgifter" in told[2][1]


@pytest.mark.parametrize(
    ("separator", "encoding"), [(",", "utf-8"), (";", "utf-8-sig"), (";", "cp1252"), ("\t", "cp1252"), ("\t", "utf-16")]
)
def test_separated_values_say_the_same(world: Settings, tmp_path: Path, separator: str, encoding: str) -> None:
    """Each separator and encoding that programs write gives the same statements, and rows by their lines."""
    # The rows of the workbook, at the same places: an example stands on line 2, as in the template.
    rows = [{"Kommun": "Norrby", "Insats": "Exempel: så här"}, *RIGHT]
    file = tmp_path / "soderby.csv"
    file.write_bytes(separated(rows, separator).encode(encoding))
    done = imported(world, file)
    expected = rdflib.Graph().parse(HERE / "import_world" / "soderby.ttl", format="turtle").serialize(format="nt")
    came = rdflib.Graph().parse(data=done.turtle, format="turtle").serialize(format="nt")
    assert sorted(expected.replace("soderby.xlsx > Utbud", "soderby.csv").splitlines()) == sorted(came.splitlines())


def test_separated_values_in_any_order_with_aliases_and_several_lines(world: Settings, tmp_path: Path) -> None:
    """Columns may stand in any order under other words; a cell of two lines, an empty row and sep= move no row's number."""
    good: list[Row] = [{"Namn": "Samtal", "Kommunkod": "9902", "Erbjuds?": "JA", "Källa": "plan\nsidan 2"}, {}]
    bad: Row = {"Namn": "Fel", "Kommunkod": "1", "Erbjuds?": "ja"}
    headings = ("Erbjuds?", "Källa", "Namn", "Kommunkod")
    file = tmp_path / "soderby.csv"
    file.write_text(f"sep=;\n{separated([*good, bad], headings=headings)}", encoding="utf-8")
    with pytest.raises(TableRefused) as refused:
        imported(world, file)
    # sep=, heading, a row of two lines, an empty one: the wrong one stands on line 6.
    assert [6] == [row for row, _, _ in refused.value.rows]
    file.write_text(f"sep=;\n{separated(good, headings=headings)}", encoding="utf-8")
    said = rdflib.Graph().parse(data=imported(world, file).turtle, format="turtle")
    passage = rdflib.URIRef(f"{ID}passage/{SLUG}-rad-3")
    lines = [said.value(passage, rdflib.URIRef(f"{KG}{name}")) for name in ("radFran", "radTill", "ordagrant")]
    assert ["3", "4", "plan sidan 2"] == [str(line) for line in lines]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Kommun;Insats;Erbjuds;Telefon\nSöderby;Samtal;ja;\n", "kolumn D (Telefon): kolumnen finns inte i mallen"),
        ("Kommun;Insats;Erbjuds;Namn\nSöderby;Samtal;ja;\n", "kolumn D (Namn): rubriken står också i kolumn B"),
        ("Kommun;Erbjuds\nSöderby;ja\n", "kolumner saknas: Insats"),
        ("Kommun;Insats;Erbjuds\nSöderby;Samtal;ja;x\n", "rad 2: kolumn D: kolumnen har ingen rubrik"),
        ("Kommun;Insats;Erbjuds\nSöderby;=1+1;ja\n", "rad 2: kolumn B (Insats): cellen är en formel"),
        ("Kommun;Insats;Erbjuds\nSöderby;'=1+1;ja\n", "rad 2: kolumn B (Insats): cellen är en formel"),
        ('Kommun;Insats;Erbjuds\nSöderby;"Samtal;ja\n', "kan inte läsas"),
        ("", "filen är tom"),
        ("Kommun;Insats;Erbjuds\nSöderby;Sam\x00tal;ja\n", "varken UTF-8 eller Windows-1252"),
        (f"Kommun;Insats;Erbjuds\n{'Söderby;Samtal;' * 30}ja\n", "raden har 61 kolumner"),
    ],
)
def test_broken_separated_values_are_told(world: Settings, tmp_path: Path, text: str, said: str) -> None:
    """Unknown, double, missing and nameless columns, formulas and broken files are refused, each in words."""
    file = tmp_path / "lista.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(TableRefused) as refused:
        imported(world, file, write=True)
    assert said in refused.value.sv


@pytest.mark.long
def test_more_rows_than_a_list_has_are_refused(world: Settings, tmp_path: Path) -> None:
    """Ten thousand rows are a list; the next one is told, and the message does not list every row."""
    rows = "".join(f"Söderby;Samtal;ja;;;;{n}\n" for n in range(10_001))
    file = tmp_path / "lista.csv"
    file.write_text(f"Kommun;Insats;Erbjuds;;;;\n{rows}", encoding="utf-8")
    with pytest.raises(TableRefused) as refused:
        imported(world, file)
    assert "listan har fler än 10000 rader" in refused.value.rows[-1][1]
    assert 10_001 == len(refused.value.rows)
    assert 102 == len(refused.value.sv.splitlines())
    assert refused.value.sv.endswith("... och 9901 rader till.")


@pytest.mark.parametrize(
    "text",
    [
        "anna.b@soderby.se",
        "021-39 00 00",
        "0701234567",
        "+46 70 123 45 67",
        "tel 08/123 456 78",
        "701234567",
        "811228-9874",
        "19811228-9874",
        "8112289874",
        "811288-9878",
    ],
)
def test_personal_data_stop_an_import_unrepeated(world: Settings, tmp_path: Path, text: str) -> None:
    """Addresses, numbers and identity numbers are refused in any column, with row and column, and not repeated."""
    file = tmp_path / "lista.csv"
    file.write_text(
        f"Kommun;Insats;Erbjuds;Kommentar\nSöderby;Samtal;ja;se {text}\nSöderby;Fika;ja;{text}\n", encoding="utf-8"
    )
    with pytest.raises(TableRefused) as refused:
        imported(world, file)
    assert "rad 3: kolumn D (Kommentar): cellen håller e" in refused.value.sv
    assert "Personuppgifter blir aldrig data" in refused.value.sv
    assert text not in refused.value.sv + refused.value.en


@pytest.mark.parametrize(
    "text", ["2019–2024", "dnr 2023/01234", "556016-0680", "sidan 12, 2025-03-15", "SFS 2001:453", "0114"]
)
def test_other_numbers_are_no_personal_data(world: Settings, tmp_path: Path, text: str) -> None:
    """Years, dates, register and organisation numbers, laws and codes pass."""
    file = tmp_path / "lista.csv"
    file.write_text(f"Kommun;Insats;Erbjuds;Kommentar\nSöderby;Samtal;ja;{text}\n", encoding="utf-8")
    assert f'kg:ordagrant "{text}"@sv' in imported(world, file).turtle


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ({}, "Listans namn, Organisation, Datum. Fyll i bladet Om listan, eller ange --name, --organisation, --date"),
        ({**TITLE, "date": "15 mars"}, "datumet ”15 mars” går inte att läsa"),
        ({**TITLE, "date": "2025-02-30"}, "datumet ”2025-02-30” går inte att läsa"),
        ({**TITLE, "organisation": "anna@soderby.se"}, "Organisation (Om listan) håller en e-postadress"),
        ({**TITLE, "title": "=A1"}, "Listans namn (Om listan) är en formel"),
    ],
)
def test_a_list_that_does_not_declare_itself_is_refused(
    template: bytes, world: Settings, tmp_path: Path, about: Mapping[str, object], said: str
) -> None:
    """A list is a source: without name, organisation or day, or with a wrong one, nothing is read."""
    with pytest.raises(TableRefused) as refused:
        imported(world, filled(template, tmp_path / "a.xlsx", RIGHT, about))
    assert said in refused.value.sv


def test_options_say_what_the_sheet_leaves_out(template: bytes, world: Settings, tmp_path: Path) -> None:
    """The options go before the sheet; an organisation that the graph does not know stands as text."""
    file = filled(template, tmp_path / "a.xlsx", RIGHT, {**TITLE, "organisation": None, "date": "2024-01-01"})
    given = {"organisation": "Socialförvaltningen", "date": "2025-03-15"}
    done = imported(world, file, about=given, source="egen-2025")
    assert 'dct:creator "Socialförvaltningen"' in done.turtle
    assert "kalla:egen-2025 a kg:Kalla" in done.turtle
    with pytest.raises(BadRequest, match="ange a–z"):
        imported(world, file, about=given, source="../x")


def test_a_list_belongs_to_the_sources_that_were_read(world: Settings, tmp_path: Path) -> None:
    """Where the corpus declares its scope, the list is in it: what is concluded of silence is of sources in the scope alone."""
    scope = world.sources / "data" / "ttl" / "redaktion" / "omfattning.ttl"
    scope.write_text(
        f"@prefix kg: <{KG}> .\n@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n<{ID}omfattning/korpusen> a kg:Omfattning ; "
        'rdfs:label "De lästa"@sv , "Those read"@en ; kg:giltighetOkand true ; kg:forbehall "Få."@sv , "Few."@en .\n',
        encoding="utf-8",
    )
    file = tmp_path / "lista.csv"
    file.write_text(separated([FAMILY]), encoding="utf-8")
    said = rdflib.Graph().parse(data=imported(world, file).turtle, format="turtle")
    corpus, within, listed = (rdflib.URIRef(i) for i in (f"{ID}omfattning/korpusen", f"{KG}omfattningKalla", f"{ID}kalla/{SLUG}"))  # fmt: skip
    assert (corpus, within, listed) in said


def test_no_other_file_is_written_over(template: bytes, world: Settings, tmp_path: Path) -> None:
    """A source read by hand, a file of another table, a file of somebody else's and the package's sources all stay."""
    before = data(world)
    file = filled(template, tmp_path / "a.xlsx", RIGHT)
    with pytest.raises(BadRequest, match="är inte skriven av kunskapsgraf import"):
        imported(world, file, write=True, source="provkartan")
    (tmp_path / "egen.ttl").write_text("# min egen\n", encoding="utf-8")
    with pytest.raises(BadRequest, match="är inte skriven av kunskapsgraf import"):
        imported(world, file, output=str(tmp_path / "egen.ttl"))
    with pytest.raises(BadRequest, match="Paketets egna källor"):
        imported(replace(world, sources=packaged_sources()), file, write=True)
    assert before == data(world)
    folder = world.sources / "data" / "ttl" / SLUG
    folder.mkdir()
    (folder / "kalla.ttl").write_text("", encoding="utf-8")
    with pytest.raises(BadRequest, match="läst för hand"):
        imported(world, file, write=True)
    (folder / "kalla.ttl").unlink()
    imported(world, file, write=True)
    other = filled(template, tmp_path / "b.xlsx", RIGHT)
    with pytest.raises(BadRequest, match=r"kommer ur a\.xlsx, inte ur b\.xlsx"):
        imported(world, other, write=True)
    assert imported(world, other, write=True, replace=True).written


def test_sources_without_a_concept_that_is_needed_are_told(template: bytes, world: Settings, tmp_path: Path) -> None:
    """What is not offered is said by a kind of observation; sources that lack it are told so, and nothing is left out."""
    concepts = world.sources / "data" / "ttl" / "redaktion" / "val.ttl"
    concepts.write_text(
        re.sub(r"iakttagelsetyp:saknas .*\n", "", concepts.read_text(encoding="utf-8")), encoding="utf-8"
    )
    with pytest.raises(BadRequest, match="Källorna saknar iakttagelsetyp/saknas"):
        imported(world, filled(template, tmp_path / "a.xlsx", RIGHT))


def test_what_checks_refuse_is_not_written(template: bytes, world: Settings, tmp_path: Path) -> None:
    """Sources that a build would refuse with the new file beside them get no new file."""
    broken = world.sources / "data" / "ttl" / "trasig.ttl"
    broken.write_text(f"<{ID}insats/x> a <{KG}Insats> .\n", encoding="utf-8")
    before = data(world)
    with pytest.raises(CheckFailed):
        imported(world, filled(template, tmp_path / "a.xlsx", RIGHT), write=True)
    assert before == data(world)


def test_a_cut_write_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full as the file takes its place leaves the old file, and nothing beside it."""
    target = tmp_path / "a.ttl"
    target.write_bytes(b"old")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        files.put(target, b"new")
    assert {"a.ttl": b"old"} == {path.name: path.read_bytes() for path in tmp_path.iterdir()}


def test_command_line(run: Run, world: Settings, tmp_path: Path) -> None:
    """The command writes a template once; import tells, refuses with exit code 1, and writes where it is asked to."""
    of = ("--sources", str(world.sources))
    made = tmp_path / "mall.xlsx"
    assert (0, f"{made}\n", "") == run("mall", "utbud", *of, "--output", str(made))
    assert 2 == run("mall", *of, "--output", str(made))[0]
    file = filled(made.read_bytes(), tmp_path / "soderby.xlsx", RIGHT)
    code, out, err = run("import", str(file), "--mall", "utbud", *of, KUNSKAPSGRAF_LANGUAGE="en")
    assert (0, "") == (code, err)
    assert "Rows: 5 (2 ja, 1 nej, 1 planeras, 1 vet ej)" in out
    assert out.endswith("Nothing is written. Give --write or --output FILE.ttl.\n")
    target = tmp_path / "ut.ttl"
    code, out, _ = run("import", str(file), *of, "--output", str(target), "--follows", KUNSKAPSGRAF_LANGUAGE="sv")
    assert (0, True) == (code, target.read_text(encoding="utf-8").startswith("# Importerad ur soderby.xlsx"))
    assert "Söderby: kommun med stöd till vuxna anhöriga" in out
    wrong = filled(made.read_bytes(), tmp_path / "fel.xlsx", [{**OFFERED, "Metod": "Magi"}])
    code, out, err = run("import", str(wrong), *of, "--write")
    assert (1, "") == (code, out)
    assert "fel.xlsx: 1 rad är fel; inget skrevs.\nrad 3: kolumn G (Metod): ”Magi” finns inte i grafen." in err
    assert 2 == run("import", str(tmp_path / "saknas.xlsx"), *of)[0]
    assert 2 == run("import", str(target), *of)[0]
    assert 2 == run("import", str(file), *of, "--write", "--preview")[0]


def test_documentation_of_imports_is_true(
    run: Run, world: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commands of docs/import.md print what is shown, on the list that it shows."""
    text = (HERE.parent / "docs" / "import.md").read_text(encoding="utf-8")
    (listed,) = re.findall(r"```csv\n(.*?)```", text, re.DOTALL)
    for name, content in (("norrby.csv", listed), ("fel.csv", listed.replace("Tolvstegsmetoden", "Tolvstegsmetodn"))):
        (tmp_path / name).write_text(content, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    commands = re.split(r"^\$ ", "".join(re.findall(r"```console\n(.*?)```", text, re.DOTALL)), flags=re.MULTILINE)[1:]
    assert len(commands) == 4
    for command, _, shown in (one.partition("\n") for one in commands):
        _, *arguments = shlex.split(command)
        _, out, err = run(*arguments, KUNSKAPSGRAF_SOURCES=world.sources, KUNSKAPSGRAF_LANGUAGE="sv")
        assert shown == (out + err).replace(str(world.sources), "kallor"), command
