"""Put the rows of a report in an order and leave some out, as a reader asks: by what the cells say to that reader."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace

from kunskapsgraf.errors import BadRequest
from kunskapsgraf.graph.rdf import Literal
from kunskapsgraf.graph.terms import Row
from kunskapsgraf.graph.vocabulary import XSD
from kunskapsgraf.reports.run import Table
from kunskapsgraf.reports.values import number_of

Seen = Callable[[Row, str], str]
"""Gives what a reader sees in a cell, by row and column; the empty text where there is nothing."""
_LAST_LETTERS = {"å": "{1", "ä": "{2", "æ": "{2", "ö": "{3", "ø": "{3"}
"""In Swedish these are letters of their own after z, in this order; a brace is the sign after z."""


@dataclass(frozen=True)
class Arrangement:
    """How rows are to stand: by which column (none: as the report has them), from which end, and with which words."""

    column: str = ""
    is_descending: bool = False
    words: str = ""

    @property
    def sorting(self) -> str:
        """Give the order as an address has it: ``kommun``, or ``-kommun`` from the other end."""
        return f"{'-' if self.is_descending else ''}{self.column}" if self.column else ""


def arrangement(table: Table, sorting: str, words: str) -> Arrangement:
    """Read an order and words as an address has them; raises ``BadRequest`` for a column that the table does not show."""
    column = sorting.removeprefix("-")
    if column and column not in table.shown:
        choices = ", ".join(table.shown)
        raise BadRequest(
            f"Det går inte att sortera efter {column!r}. Kolumnerna är: {choices}.",
            f"The rows cannot be sorted by {column!r}. The columns are: {choices}.",
        )
    return Arrangement(column, sorting.startswith("-") and bool(column), " ".join(words.split()))


def arranged(table: Table, wanted: Arrangement, seen: Seen) -> Table:
    """Give the table with the rows in which each of the words stands, in the order wanted.

    An empty cell stands last from either end, and rows that are alike stay as the report has them.
    """
    rows = list(table.rows)
    for word in _folded(wanted.words).split():
        rows = [row for row in rows if any(word in _folded(seen(row, column)) for column in table.shown)]
    if wanted.column:
        filled = [row for row in rows if seen(row, wanted.column)]
        empty = [row for row in rows if not seen(row, wanted.column)]
        filled.sort(key=lambda row: _key(row, wanted.column, seen), reverse=wanted.is_descending)
        rows = filled + empty
    return replace(table, rows=tuple(rows))


def alphabetical(text: str) -> str:
    """Give a key that puts texts in Swedish order; quotation marks do not count, nor marks as in é."""
    letters = (letter for letter in _folded(text) if letter.isalnum() or letter.isspace())
    return "".join(_LAST_LETTERS.get(letter) or _without_marks(letter) for letter in letters)


def _without_marks(letter: str) -> str:
    if letter.isascii():
        return letter
    return "".join(part for part in unicodedata.normalize("NFD", letter) if not unicodedata.combining(part))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _key(row: Row, column: str, seen: Seen) -> tuple[int, float, str]:
    """Order numbers by size and before texts; dates, which say the year first, as they are written in the graph."""
    term = row[column]
    if isinstance(term, Literal):
        number = number_of(term)
        if number is not None:
            return (0, float(number), "")
        if term.datatype.value in (XSD + "date", XSD + "gYear", XSD + "dateTime"):
            return (1, 0.0, term.value)
    return (2, 0.0, alphabetical(seen(row, column)))
