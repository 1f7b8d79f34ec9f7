"""The empty template: a workbook to fill in, whose choices come from the graph."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from kunskapsgraf.importing.columns import (
    ABOUT,
    ABOUT_SHEET,
    ANSWERS,
    CHOICES_SHEET,
    COLUMNS,
    EXAMPLE,
    MULTIPLE_EN,
    MULTIPLE_SV,
    NO,
    READ_ME_SHEET,
    ROWS_SHEET,
    YES,
    Column,
)
from kunskapsgraf.importing.concepts import Concepts
from kunskapsgraf.importing.faults import letters
from kunskapsgraf.importing.table import MOST_ROWS

_YEARS = {"first", "last"}
_BOLD, _QUIET = Font(bold=True), Font(italic=True, color="5F6368")
_HEADING = PatternFill("solid", start_color="E8EEF4")
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_LONGEST_PROMPT = 255
"""Characters that Excel takes in the note of a cell."""
_RULES = (
    (
        "Fyll i bladet Utbud, en insats per rad, och bladet Om listan. Kommun, Insats och Erbjuds behövs; resten så långt det är känt.",
        "Fill in the sheet Utbud, a service per row, and the sheet Om listan. Kommun, Insats and Erbjuds are needed; the rest as far as it is known.",
    ),
    (
        "Ja, nej, planeras, vet ej och en tom cell är fem olika svar. Bara ja blir utbud. Nej betyder att kommunen säger att insatsen inte erbjuds, "
        "vet ej att kommunen inte vet. Om en tom rad sägs inget, och en insats som inte står i listan är okänd, inte saknad.",
        "Ja (yes), nej (no), planeras (planned), vet ej (not known) and an empty cell are five answers. Only ja becomes an offer. Nej means that the municipality "
        "says that the service is not offered, vet ej that it does not know. Nothing is said of an empty answer, and a service that the list does not name is unknown, not missing.",
    ),
    (
        "Raden som börjar med EXEMPEL: visar hur man skriver. Den importeras aldrig och kan stå kvar.",
        "The row that begins with EXEMPEL: shows how to write. It is never imported and may stay.",
    ),
    (
        "Skriv inga personuppgifter: namn på personer, e-postadresser, telefonnummer eller personnummer. De tre sista stoppar importen; namn känns inte igen.",
        "Write no personal data: names of persons, e-mail addresses, telephone numbers or identity numbers. The last three stop the import; names are not recognised.",
    ),
    (
        "Skriv värden, inga formler, och sammanfoga inga celler. Är en enda rad fel skrivs ingenting; varje fel rad får ett meddelande.",
        "Write values, no formulas, and merge no cells. With a single wrong row nothing is written; each wrong row gets a message.",
    ),
)


def workbook(concepts: Concepts) -> bytes:
    """Make the template with the choices that the graph has now."""
    book = Workbook()
    book.remove(book.worksheets[0])
    readme, rows, about, choices = (
        book.create_sheet(title) for title in (READ_ME_SHEET, ROWS_SHEET, ABOUT_SHEET, CHOICES_SHEET)
    )
    lists = {column.kind: _choices(column, concepts) for column in COLUMNS if column.kind}
    _instruct(readme)
    _fill_choices(choices, lists)
    _fill_rows(rows, lists)
    _fill_about(about)
    book.active = 1
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _choices(column: Column, concepts: Concepts) -> Sequence[str]:
    fixed = {"svar": ANSWERS, "janej": (YES, NO)}
    return fixed.get(column.kind) or concepts.choices(column.kind)


def _instruct(sheet: Any) -> None:
    _width(sheet, (26, 70, 70))
    _put(sheet, 1, ("Så fyller du i listan", "", "How to fill in the list"), _BOLD)
    row = 3
    for sv, en in _RULES:
        _put(sheet, row, ("", sv, en))
        row += 1
    row += 1
    _put(sheet, row, ("Kolumn", "Vad den håller", "What it holds"), _BOLD)
    for column in COLUMNS:
        row += 1
        sv, en = _helped(column)
        _put(sheet, row, (column.heading + (" *" if column.required else ""), sv, en))
    _put(sheet, row + 2, ("* behövs", "", "* is needed"), _QUIET)


def _helped(column: Column) -> tuple[str, str]:
    if column.several:
        return f"{column.help_sv} {MULTIPLE_SV}", f"{column.help_en} {MULTIPLE_EN}"
    return column.help_sv, column.help_en


def _fill_choices(sheet: Any, lists: dict[str, Sequence[str]]) -> None:
    """Write each list in a column of its own; the sheet is hidden, so that nobody sorts it by mistake."""
    for number, (kind, names) in enumerate(lists.items(), 1):
        _put_cell(sheet, 1, number, kind, _BOLD)
        for row, name in enumerate(names, 2):
            _put_cell(sheet, row, number, name)
    sheet.sheet_state = "hidden"


def _fill_rows(sheet: Any, lists: dict[str, Sequence[str]]) -> None:
    sheet.freeze_panes = "C2"
    sheet.row_dimensions[1].height = 32
    example = _example(lists)
    for number, column in enumerate(COLUMNS, 1):
        cell = _put_cell(sheet, 1, number, column.heading + (" *" if column.required else ""), _BOLD)
        cell.fill = _HEADING
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        letter = letters(number - 1)
        sheet.column_dimensions[letter].width = column.width
        text = example.get(column.key, "")
        shown = _put_cell(sheet, 2, number, text, _QUIET)
        if column.key in _YEARS and text:
            shown.value = int(text)
        if rule := _rule(column, lists):
            sheet.add_data_validation(rule)
            rule.add(f"{letter}2:{letter}{MOST_ROWS + 1}")


def _rule(column: Column, lists: dict[str, Sequence[str]]) -> DataValidation | None:
    """Offer the choices of a column; where a cell may hold several, what is not in the list is let through here."""
    if column.key in _YEARS:
        rule = DataValidation(type="whole", operator="between", formula1="1900", formula2="2100", allow_blank=True)
        rule.error = "Skriv årtalet med fyra siffror."
    elif column.kind and lists[column.kind]:
        letter = letters(list(lists).index(column.kind))
        last = len(lists[column.kind]) + 1
        rule = DataValidation(type="list", formula1=f"{CHOICES_SHEET}!${letter}$2:${letter}${last}", allow_blank=True)
        # A place may be written by its code, and another concept by any of its names.
        rule.errorStyle = "warning" if column.kind not in ("svar", "janej") else "stop"
        rule.error = (
            "Värdet står inte i listan. Flera värden skrivs med semikolon emellan."
            if column.several
            else "Värdet står inte i listan."
        )
        rule.showErrorMessage = not column.several
    else:
        return None
    rule.errorTitle = rule.promptTitle = column.heading[:32]
    rule.prompt = _helped(column)[0][:_LONGEST_PROMPT]
    rule.showInputMessage = True
    return rule


def _example(lists: dict[str, Sequence[str]]) -> dict[str, str]:
    """Fill in a row from the lists themselves, so that nothing in it is made up but the name."""

    def first(kind: str) -> str:
        return next(iter(lists[kind]), "")

    return {
        "place": first("plats"),
        "service": f"{EXAMPLE} Samtalsgrupp för anhöriga",
        "english": "Support group for relatives",
        "answer": YES,
        "sort": first("insatstyp"),
        "row_of_menu": first("tjanstetyp"),
        "methods": first("metod"),
        "groups": first("malgrupp"),
        "only": NO,
        "ways": first("vag"),
        "operation": first("regi"),
        "first": "2019",
        "remark": "Verksamhetsplan 2025, sidan 12",
    }


def _fill_about(sheet: Any) -> None:
    _width(sheet, (28, 44, 60))
    for row, (_, heading, sv, en) in enumerate(ABOUT, 1):
        _put_cell(sheet, row, 1, heading, _BOLD)
        sheet.cell(row, 2).number_format = "@"
        _put_cell(sheet, row, 3, f"{sv} / {en}", _QUIET)


def _width(sheet: Any, widths: Sequence[int]) -> None:
    for number, width in enumerate(widths):
        sheet.column_dimensions[letters(number)].width = width


def _put(sheet: Any, row: int, texts: Sequence[str], font: Font | None = None) -> None:
    for number, text in enumerate(texts, 1):
        cell = _put_cell(sheet, row, number, text, font)
        cell.alignment = _WRAPPED


def _put_cell(sheet: Any, row: int, column: int, text: str, font: Font | None = None) -> Cell:
    """Write a text as text, whatever it begins with: never a formula."""
    cell: Cell = sheet.cell(row, column)
    if text:
        cell.value = text
        cell.data_type = "s"
    if font:
        cell.font = font
    return cell
