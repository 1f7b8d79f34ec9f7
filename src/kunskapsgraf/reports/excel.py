"""Write a table as an Excel workbook: typed cells on one sheet, and on another what the numbers are and where they are from.

The library takes a third of the time in which a service starts: import this module where a workbook is made.
"""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from kunskapsgraf.graph.rdf import Literal, Term
from kunskapsgraf.graph.terms import is_true, text_of
from kunskapsgraf.graph.vocabulary import XSD
from kunskapsgraf.reports import render
from kunskapsgraf.reports.run import Table
from kunskapsgraf.reports.values import day_of, is_like_a_formula, number_of

_MOST_LETTERS = 32_767
_MOST_EXACT = 10**15
"""Excel keeps fifteen digits of a number: a longer one is written as text."""
_FIRST_DAY = datetime.date(1900, 3, 1)
"""Before it Excel counts a day that there was not (29 February 1900)."""
_UNHELD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What XML cannot hold."""
_HEADING = Font(bold=True)


def workbook(table: Table, language: str, told: Sequence[tuple[str, str]], sheets: tuple[str, str]) -> bytes:
    """Write the rows and, on a second sheet, what is ``told`` of them as pairs; ``sheets`` are the names of both.

    A column with names beside its IRIs has the heading with the names; that of the IRIs says so.
    """
    book = Workbook(write_only=True)
    rows, about = book.create_sheet(sheets[0]), book.create_sheet(sheets[1])
    rows.freeze_panes = "A2"
    for number, column in enumerate(table.columns, 1):
        rows.column_dimensions[get_column_letter(number)].width = _width(table, column)
    count = min(len(table.rows), render.MOST_ROWS_IN_EXCEL)
    rows.auto_filter.ref = f"A1:{get_column_letter(max(len(table.columns), 1))}{count + 1}"
    rows.append([_text(rows, _heading(table, column, language), is_heading=True) for column in table.columns])
    for row in table.rows[: render.MOST_ROWS_IN_EXCEL]:
        rows.append([_cell(rows, row.get(column)) for column in table.columns])
    about.column_dimensions["A"].width = 22
    about.column_dimensions["B"].width = 90
    for name, value in told:
        about.append([_text(about, name, is_heading=True), _text(about, value)])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _heading(table: Table, column: str, language: str) -> str:
    if column.endswith("Iri") and column.removesuffix("Iri") in table.columns:
        return f"{table.report.column(column.removesuffix('Iri'), language)} (IRI)"
    thing = column.removesuffix("Namn")
    if thing != column and thing in table.columns:
        return table.report.column(thing, language)
    heading = table.report.column(column, language)
    return f"{heading} (IRI)" if column + "Namn" in table.columns else heading


def _width(table: Table, column: str) -> float:
    """Choose a width by the first rows, within what can be read."""
    longest = max((len(text_of(row[column])) for row in table.rows[:200] if column in row), default=0)
    return float(min(max(longest + 2, 12), 48))


def _cell(sheet: Any, term: Term | None) -> Any:
    if term is None:
        return None
    if isinstance(term, Literal):
        number, day = number_of(term), day_of(term)
        if number is not None and abs(number) < _MOST_EXACT:
            return number
        if day is not None and day >= _FIRST_DAY:
            cell = WriteOnlyCell(sheet, value=datetime.datetime.combine(day, datetime.time()))
            cell.number_format = "yyyy-mm-dd"
            return cell
        if term.datatype.value == XSD + "boolean" and term.value in ("true", "false", "1", "0"):
            return is_true(term)
    return _text(sheet, text_of(term))


def _text(sheet: Any, text: str, *, is_heading: bool = False) -> Any:
    """Write a text as text, whatever it begins with: never a formula, and none either when it is edited in its cell."""
    held = _UNHELD.sub("\ufffd", text)
    if len(held) > _MOST_LETTERS:
        held = held[: _MOST_LETTERS - 1] + "…"
    is_risky = is_like_a_formula(held)
    if not is_heading and not is_risky and not held.startswith("#"):
        return held  # a cell without a style of its own takes a fraction of the time
    cell = WriteOnlyCell(sheet, value=held)
    cell.data_type = "s"  # the library takes "=1" for a formula and "#N/A" for an error
    if is_risky:
        cell.quotePrefix = True
    if is_heading:
        cell.font = _HEADING
    return cell
