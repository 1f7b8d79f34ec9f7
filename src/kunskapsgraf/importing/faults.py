"""What is wrong with a table, by row and column, and the error that tells all of it at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from kunskapsgraf.errors import TableRefused

MOST_SHOWN = 100
"""Wrong rows that a message tells; the rest are counted."""


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong: the row, the column's letter and heading (empty for the row as a whole), what and how to mend it."""

    row: int
    column: int
    letter: str
    heading: str
    sv: str
    en: str


def fault(row: int, sv: str, en: str, column: int = -1, heading: str = "") -> Fault:
    """Make a fault; ``column`` is counted from 0, and below it for the row as a whole."""
    return Fault(row, column, letters(column), heading, sv, en)


def letters(column: int) -> str:
    """Name a column as a spreadsheet does: A, B ... Z, AA."""
    name = ""
    number = column + 1
    while number > 0:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def refused(file: str, sv: str, en: str) -> TableRefused:
    """Refuse a file as a whole."""
    return TableRefused(f"{file}: {sv} Inget skrevs.", f"{file}: {en} Nothing was written.")


def refuse(file: str, faults: Iterable[Fault]) -> None:
    """Raise ``TableRefused`` with a message for each wrong row, where there is one."""
    rows = [(row, list(found)) for row, found in groupby(sorted(set(faults)), key=lambda one: one.row)]
    if not rows:
        return
    told = tuple((row, _line(row, found, "sv"), _line(row, found, "en")) for row, found in rows)
    count, rest = len(told), len(told) - MOST_SHOWN
    more_sv = f"\n... och {rest} rader till." if rest > 0 else ""
    more_en = f"\n... and {rest} more rows." if rest > 0 else ""
    rows_sv, rows_en = ("rad är", "row is") if count == 1 else ("rader är", "rows are")
    raise TableRefused(
        f"{file}: {count} {rows_sv} fel; inget skrevs.\n" + "\n".join(sv for _, sv, _ in told[:MOST_SHOWN]) + more_sv,
        f"{file}: {count} {rows_en} wrong; nothing was written.\n"
        + "\n".join(en for _, _, en in told[:MOST_SHOWN])
        + more_en,
        told,
    )


def _line(row: int, found: Iterable[Fault], language: str) -> str:
    word, column = ("rad", "kolumn") if language == "sv" else ("row", "column")
    parts = []
    for one in found:
        text = one.sv if language == "sv" else one.en
        heading = f" ({one.heading})" if one.heading else ""
        parts.append(f"{column} {one.letter}{heading}: {text}" if one.letter else text)
    return f"{word} {row}: " + " ".join(parts)
