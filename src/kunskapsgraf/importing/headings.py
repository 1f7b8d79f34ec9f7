"""Find the columns of a table by their headings, and what no cell may hold, whichever column it stands in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kunskapsgraf.importing.columns import COLUMNS, by_heading
from kunskapsgraf.importing.faults import Fault, fault, letters, refuse
from kunskapsgraf.importing.personal import personal
from kunskapsgraf.importing.table import Line, Table, folded


def headings(line: Line, table: Table, faults: list[Fault]) -> dict[str, int]:
    """Find the columns by their headings, wherever they stand; unknown, double and missing ones stop the import."""
    known = by_heading()
    where: dict[str, int] = {}
    for number, cell in enumerate(line.cells):
        column = known.get(folded(cell.text))
        if column and column.key in where:
            faults.append(
                fault(
                    line.first,
                    f"rubriken står också i kolumn {letters(where[column.key])}. Ta bort den ena.",
                    f"the heading stands in column {letters(where[column.key])} too. Remove one.",
                    number,
                    cell.text,
                )
            )
        elif column:
            where[column.key] = number
        elif cell.text and personal(cell.text):
            faults.append(_personal(line.first, number, "", cell.text))
        elif cell.text:
            faults.append(
                fault(
                    line.first,
                    f"kolumnen finns inte i mallen. Ta bort den, eller döp om den till en av: {', '.join(one.heading for one in COLUMNS)}.",
                    f"the template has no such column. Remove it, or rename it to one of: {', '.join(one.heading for one in COLUMNS)}.",
                    number,
                    cell.text[:40],
                )
            )
    missing = [column.heading for column in COLUMNS if column.required and column.key not in where]
    if missing:
        faults.append(
            fault(
                line.first,
                f"kolumner saknas: {', '.join(missing)}. Skriv mallens rubriker på första raden (kunskapsgraf mall skriver en).",
                f"columns are missing: {', '.join(missing)}. Write the headings of the template on the first row (kunskapsgraf mall writes one).",
            )
        )
    refuse(table.file, [one for one in faults if one.row <= line.first])
    return where


def unreadable(line: Line, heading: Line, where: Mapping[str, int]) -> Iterator[Fault]:
    """Tell of formulas, errors, personal data, and values without a heading, in whichever column."""
    named = set(where.values())
    for number, cell in enumerate(line.cells):
        title = heading.cell(number).text.rstrip(" *")
        if cell.fault:
            yield fault(line.first, f"cellen {cell.fault[0]}.", f"the cell {cell.fault[1]}.", number, title)
        elif personal(cell.text):
            yield _personal(line.first, number, title, cell.text)
        elif cell.text and number not in named:
            yield fault(
                line.first,
                "kolumnen har ingen rubrik. Skriv mallens rubrik överst, eller töm cellen.",
                "the column has no heading. Write the template's heading above, or empty the cell.",
                number,
            )


def _personal(row: int, column: int, title: str, text: str) -> Fault:
    """Tell of personal data, without repeating them."""
    sv, en = personal(text) or ("", "")
    return fault(
        row,
        f"cellen håller {sv}. Personuppgifter blir aldrig data: ta bort dem.",
        f"the cell holds {en}. Personal data never become data: remove them.",
        column,
        title,
    )
