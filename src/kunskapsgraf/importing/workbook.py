"""Read a table from an Excel workbook (.xlsx): a zip archive of XML, looked through before a library opens it."""

from __future__ import annotations

import datetime
import io
import struct
import warnings
import zipfile
import zlib
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from kunskapsgraf.errors import TableRefused
from kunskapsgraf.importing.columns import ABOUT, ABOUT_SHEET, CHOICES_SHEET, READ_ME_SHEET, ROWS_SHEET, by_heading
from kunskapsgraf.importing.faults import Fault, fault, letters, refused
from kunskapsgraf.importing.table import (
    MOST_COLUMNS,
    MOST_ROWS,
    Cell,
    Line,
    Table,
    bounded,
    cell_of,
    folded,
    size_checked,
)

_LARGEST_WHOLE = 40_000_000
"""Bytes of all parts unpacked: ten thousand rows of the template take some ten million."""
_MOST_PARTS = 500
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Those that the Open Packaging Conventions allow (ISO/IEC 29500-2, annex B)."""
_NO_ARCHIVE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
)
"""What ``zipfile`` raises for archives that are damaged, locked, or of a kind that it does not know."""
_ENTITIES = (b"<!DOCTYPE", b"<!ENTITY")
_SPARE_ROWS = 200
"""Rows past the bound that a sheet may have, as long as they are empty."""


def read(path: Path) -> Table:
    """Read the sheet with the rows; raises ``TableRefused`` where the file is no workbook, or not an honest one."""
    body = size_checked(path)
    _look_through(body, path.name)
    try:
        with warnings.catch_warnings():
            # The library warns about parts that it does not keep; nothing here needs them.
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(body), keep_links=False)
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        TypeError,
        SyntaxError,
        IndexError,
    ) as error:
        raise _unreadable(path.name) from error
    except (AttributeError, OSError, EOFError) as error:
        raise _unreadable(path.name) from error
    sheet = _sheet(book, path.name)
    _refuse_vast(sheet, path.name)
    lines, past = bounded(
        Line(number, number, tuple(_cell(cell) for cell in row)) for number, row in enumerate(sheet.iter_rows(), 1)
    )
    about = next((other for other in book.worksheets if folded(other.title) == folded(ABOUT_SHEET)), None)
    return Table(path.name, sheet.title, lines, _about(about) if about else {}, (*_merged(sheet), *past))


def _look_through(body: bytes, name: str) -> None:
    """Refuse an archive that would unpack to more than a list is, and XML that declares entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            parts = archive.infolist()
            if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _LARGEST_WHOLE:
                raise refused(
                    name,
                    f"filen packar upp till mer än {_LARGEST_WHOLE // 1_000_000} MB eller {_MOST_PARTS} delar. Spara bara bladet med listan i en ny arbetsbok.",
                    f"the file unpacks to more than {_LARGEST_WHOLE // 1_000_000} MB or {_MOST_PARTS} parts. Save only the sheet with the list in a new workbook.",
                )
            for part in parts:
                if not part.filename.lower().endswith((".xml", ".rels")):
                    continue
                # What is read ends at the size that was declared, and its checksum is compared.
                if part.compress_type not in _COMPRESSIONS:
                    raise _unreadable(name)
                content = archive.read(part)
                # A declaration in another encoding than UTF-8 has zero bytes between its letters.
                if any(word in content for word in _ENTITIES) or b"\x00" in content[:200]:
                    raise refused(
                        name,
                        f"delen {part.filename} är inte XML som Excel skriver den. Öppna listan i ett kalkylprogram och spara den som .xlsx.",
                        f"the part {part.filename} is not XML as Excel writes it. Open the list in a spreadsheet program and save it as .xlsx.",
                    )
    except _NO_ARCHIVE as error:
        raise _unreadable(name) from error


def _unreadable(name: str) -> TableRefused:
    return refused(
        name,
        "filen kan inte läsas som en arbetsbok. Är den skyddad med lösenord, eller sparad som .xls? Spara den som .xlsx utan lösenord.",
        "the file cannot be read as a workbook. Has it a password, or was it saved as .xls? Save it as .xlsx without a password.",
    )


def _sheet(book: Any, name: str) -> Any:
    """Choose the sheet of the template; else the only one whose first row has headings of it."""
    sheets = book.worksheets
    for sheet in sheets:
        if folded(sheet.title) == folded(ROWS_SHEET):
            return sheet
    own = {folded(title) for title in (ABOUT_SHEET, READ_ME_SHEET, CHOICES_SHEET)}
    others = [sheet for sheet in sheets if folded(sheet.title) not in own]
    known = by_heading()
    fitting = [
        sheet
        for sheet in others
        if sheet.max_row
        and any(
            folded(str(cell.value)) in known for row in sheet.iter_rows(max_row=1, max_col=MOST_COLUMNS) for cell in row
        )
    ]
    if len(fitting) == 1 or len(others) == 1:
        return (fitting or others)[0]
    titles = ", ".join(sheet.title for sheet in sheets)
    raise refused(
        name,
        f"arbetsboken har bladen {titles}. Ge bladet med listan namnet {ROWS_SHEET}.",
        f"the workbook has the sheets {titles}. Name the sheet with the list {ROWS_SHEET}.",
    )


def _merged(sheet: Any) -> list[Fault]:
    return [
        fault(
            found.min_row,
            f"cellerna {found.coord} är sammanfogade. Dela upp dem och skriv värdet i varje rad som det gäller.",
            f"the cells {found.coord} are merged. Split them and write the value in each row that it is for.",
            found.min_col - 1,
        )
        for found in sorted(sheet.merged_cells.ranges, key=lambda one: (one.min_row, one.min_col))
    ]


def _refuse_vast(sheet: Any, name: str) -> None:
    """Refuse a sheet whose cells reach far beyond a list, before its rows are gone through."""
    if sheet.max_row > MOST_ROWS + _SPARE_ROWS or sheet.max_column > MOST_COLUMNS:
        last = f"{letters(sheet.max_column - 1)}{sheet.max_row}"
        raise refused(
            name,
            f"bladet {sheet.title} har celler ända till {last}; en lista har högst {MOST_ROWS} rader och {MOST_COLUMNS} kolumner. "
            "Dela listan, eller radera raderna och kolumnerna efter de sista.",
            f"the sheet {sheet.title} has cells as far as {last}; a list has at most {MOST_ROWS} rows and {MOST_COLUMNS} columns. "
            "Split the list, or delete the rows and columns after the last.",
        )


def _cell(cell: Any) -> Cell:
    value, kind = cell.value, cell.data_type
    if value is None:
        return Cell()
    if kind == "f":
        return Cell(
            "=",
            (
                "är en formel. Klistra in värdet i stället (Klistra in special, Värden)",
                "is a formula. Paste its value instead (Paste special, Values)",
            ),
        )
    if kind == "e":
        return Cell(
            str(value),
            (
                f"har felvärdet {value}. Skriv ett värde, eller töm cellen",
                f"has the error {value}. Write a value, or empty the cell",
            ),
        )
    if isinstance(value, bool):
        return Cell(str(value), ("är SANT eller FALSKT. Skriv ja eller nej", "is TRUE or FALSE. Write ja or nej"))
    if isinstance(value, float):
        return Cell(f"{value:.15g}")
    if isinstance(value, datetime.datetime):
        return Cell(value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" "))
    if isinstance(value, datetime.date):
        return Cell(value.isoformat())
    return cell_of(str(value))


def _about(sheet: Any) -> dict[str, Cell]:
    """Read what the sheet about the list declares: a heading in the first column, its value in the second."""
    keys = {folded(heading): key for key, heading, _, _ in ABOUT}
    found: dict[str, Cell] = {}
    for row in sheet.iter_rows(max_row=40, max_col=2):
        if len(row) == 2 and (key := keys.get(folded(str(row[0].value or "")))):
            found.setdefault(key, _cell(row[1]))
    return found
