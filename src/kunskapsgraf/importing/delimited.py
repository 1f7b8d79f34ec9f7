"""Read a table of separated values: semicolon, comma or tab, in UTF-8 with or without a mark, UTF-16 with one, or Windows-1252."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path

from kunskapsgraf.importing.columns import by_heading
from kunskapsgraf.importing.faults import Fault, fault, letters, refused
from kunskapsgraf.importing.table import MOST_COLUMNS, Cell, Line, Table, bounded, cell_of, folded, size_checked

_SEPARATORS = (";", ",", "\t")
_TELLS_SEPARATOR = "sep="
"""How a first line for Excel begins."""


def read(path: Path) -> Table:
    """Read a file of separated values; raises ``TableRefused`` where it is none."""
    text = _decoded(size_checked(path), path.name)
    skipped = 0
    separator = ""
    first, newline, rest = text.partition("\n")
    if first.strip().lower().startswith(_TELLS_SEPARATOR):
        separator = first.strip("\r\n")[len(_TELLS_SEPARATOR) :][:1]
        text, skipped = rest, bool(newline)
    if separator not in _SEPARATORS:
        separator = _separator(text)
    wide: list[Fault] = []
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)

    def read_lines() -> Iterator[Line]:
        before = 0
        for values in rows:
            number, last, before = before + 1 + skipped, rows.line_num + skipped, rows.line_num
            if len(values) > MOST_COLUMNS and any(value.strip() for value in values[MOST_COLUMNS:]):
                wide.append(_too_wide(number, len(values)))
            yield Line(number, last, tuple(map(_cell, values[:MOST_COLUMNS])))

    try:
        lines, past = bounded(read_lines())
    except csv.Error as error:
        raise refused(
            path.name,
            f"rad {rows.line_num + skipped} kan inte läsas ({error}). Rätta citattecknen, eller spara om listan som CSV UTF-8.",
            f"row {rows.line_num + skipped} cannot be read ({error}). Mend the quotation marks, or save the list again as CSV UTF-8.",
        ) from error
    return Table(path.name, "", lines, {}, (*wide, *past))


def _too_wide(row: int, columns: int) -> Fault:
    return fault(
        row,
        f"raden har {columns} kolumner (till {letters(columns - 1)}). Ta bort de kolumner som inte hör till mallen.",
        f"the row has {columns} columns (to {letters(columns - 1)}). Remove the columns that are not of the template.",
    )


def _cell(value: str) -> Cell:
    """Make a cell; programs that guard against formulas put an apostrophe before them, which is not of the text."""
    return cell_of(value[1:] if value[:2] in ("'=", "'+", "'-", "'@") else value)


def _decoded(body: bytes, name: str) -> str:
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if body.startswith(mark):
            encodings = [encoding]
            break
    else:
        encodings = ["utf-8", "cp1252"]
    for encoding in encodings:
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise refused(
        name,
        "filen är varken UTF-8 eller Windows-1252. Spara listan som CSV UTF-8 (kommaavgränsad), eller som .xlsx.",
        "the file is neither UTF-8 nor Windows-1252. Save the list as CSV UTF-8, or as .xlsx.",
    )


def _separator(text: str) -> str:
    """Choose the separator by which the first line that is not empty holds the most headings of the template."""
    heading = next((line for line in text.splitlines() if line.strip(" ;,\t")), "")
    known = by_heading()

    def rank(separator: str) -> tuple[int, int]:
        parts = next(csv.reader([heading], delimiter=separator), [])
        return sum(folded(part) in known for part in parts), len(parts)

    return max(_SEPARATORS, key=rank)
