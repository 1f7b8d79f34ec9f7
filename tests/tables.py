"""What the tests of imported tables share: the sources that they are for, a list of right rows, and files that hold lists."""

from __future__ import annotations

import datetime
import io
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from openpyxl import load_workbook

from kunskapsgraf import settings as settings_module
from kunskapsgraf.importing.columns import ABOUT, COLUMNS
from kunskapsgraf.importing.run import Done, Wish, run
from kunskapsgraf.settings import Settings

HERE = Path(__file__).parent
Row = Mapping[str, object]
DAY = datetime.date(2025, 3, 15)
TITLE = {
    "title": "Öppenvården i Söderby 2025",
    "title_en": "Outpatient care in Söderby 2025",
    "organisation": "Söderby",
    "date": "2025-03-15",
}
SLUG = "oppenvarden-i-soderby-2025"
FAMILY: Row = {
    "Kommun": "Söderby",
    "Insats": "Anhöriggrupp",
    "Insats på engelska": "Family group",
    "Erbjuds": "ja",
    "Typ av insats": "Samtal",
    "Tjänstetyp": "Behandlande",
    "Metod": "MI; Tolvstegsmetoden",
    "Målgrupp": "Vuxna anhöriga",
    "Bara för målgruppen": "ja",
    "Väg till insatsen": "Anonymt",
    "Regi": "Egen regi",
    "Verksamhet": "Lotsen",
    "Samarbetspart": "Norrby",
    "Från år": 2019,
    "Kommentar eller källa": "Verksamhetsplan 2025, sidan 12",
}
RIGHT: tuple[Row, ...] = (
    FAMILY,
    {"Kommun": "norrby", "Insats": " SAMTAL ", "Erbjuds": "Ja", "Metod": "motiverande  Intervjuer", "Till år": "2027"},
    {"Kommun": "Söderby", "Insats": "Boendestöd", "Erbjuds": "nej", "Typ av insats": "Boendestöd"},
    {"Kommun": "Söderby", "Insats": "Ungdomsgrupp", "Erbjuds": "planeras", "Metod": "MI", "Målgrupp": "Anhöriga, barn", "Från år": 2026},
    {"Kommun": 9902, "Insats": "Akupunktur", "Erbjuds": "vet ej"},
    {"Kommun": "Söderby", "Insats": "Fika"},
)  # fmt: skip
"""Rows 3 to 8 below the template's heading and its example; tests/import_world/soderby.ttl is what they say."""


def sources(folder: Path) -> Settings:
    """Copy the tiny world and the concepts that a list chooses from; give settings for them."""
    made = Path(shutil.copytree(HERE / "world", folder / "world"))
    shutil.copy(HERE / "import_world" / "val.ttl", made / "data" / "ttl" / "redaktion")
    return replace(settings_module.load({}), sources=made, home=folder / "home", workers=1)


def filled(template: bytes, target: Path, rows: Sequence[Row], about: Mapping[str, object] | None = None) -> Path:
    """Fill in the template below its example, as a person does; keys that are no heading of it are further columns."""
    book = load_workbook(io.BytesIO(template))
    sheet = book["Utbud"]
    headings = [column.heading for column in COLUMNS]
    for number, row in enumerate(rows, 3):
        for heading, value in row.items():
            sheet.cell(number, headings.index(heading) + 1).value = value  # type: ignore[assignment]
    said = TITLE | {"date": DAY} if about is None else about
    for number, (key, _, _, _) in enumerate(ABOUT, 1):
        book["Om listan"].cell(number, 2).value = said.get(key)  # type: ignore[assignment]
    book.save(target)
    return target


def separated(rows: Sequence[Row], separator: str = ";", *, headings: Sequence[str] = ()) -> str:
    """Write rows as separated values, quoted where they hold a separator."""
    names = list(headings) or [column.heading for column in COLUMNS]

    def quoted(value: object) -> str:
        text = "" if value is None else str(value)
        return f'"{text}"' if any(mark in text for mark in ';,\t\n"') else text

    lines: list[list[object]] = [[*names], *([row.get(name) for name in names] for row in rows)]
    return "".join(separator.join(map(quoted, line)) + "\r\n" for line in lines)


def imported(settings: Settings, file: Path, **wish: object) -> Done:
    """Import a file; one of separated values is told about as the template's own sheet would tell."""
    about = TITLE if file.suffix != ".xlsx" else {}
    return run(Wish(str(file), **{"about": about, **wish}), settings)  # type: ignore[arg-type]
