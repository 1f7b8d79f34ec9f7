"""A table as it was read: cells as text, each with its place, whatever kind of file they came from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from kunskapsgraf.importing.faults import Fault, fault, refused

MOST_ROWS = 10_000
"""Rows below the heading. A municipality has some tens of services, a county some hundreds."""
MOST_COLUMNS = 60
LONGEST_CELL = 500
"""Characters. A cell names something or holds one sentence."""
LARGEST_FILE = 20_000_000
"""Bytes of a file as it lies on the disk."""
_SPACES = re.compile(r"\s+")
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
"""Control characters, and letters without a width: two names that look the same shall be the same."""


@dataclass(frozen=True)
class Cell:
    """A cell as text without spaces around it; where it holds what a table may not, why in Swedish and English."""

    text: str = ""
    fault: tuple[str, str] | None = None


@dataclass(frozen=True)
class Line:
    """A row: the numbers of its first and last line in the file (one row of a sheet), and its cells by column from 0."""

    first: int
    last: int
    cells: tuple[Cell, ...]

    def cell(self, column: int) -> Cell:
        """Give the cell of a column; rows may be short."""
        return self.cells[column] if column < len(self.cells) else Cell()

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing stands in the row."""
        return not any(cell.text or cell.fault for cell in self.cells)


@dataclass(frozen=True)
class Table:
    """What was read: the name of the file, of the sheet where there is one, its rows, and what another sheet says about it.

    ``faults`` are those that the reader found: merged cells, rows past the bound.
    """

    file: str
    sheet: str
    lines: tuple[Line, ...]
    about: dict[str, Cell] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()


def plain(text: str) -> str:
    """Write a text in one way: composed letters, single spaces, nothing unseen."""
    return _SPACES.sub(" ", _UNSEEN.sub("", unicodedata.normalize("NFC", text))).strip()


def folded(text: str) -> str:
    """Write a text so that two of them are alike whatever their case, their spaces and marks around them."""
    return plain(text).strip(" *:.\"'”“’").casefold()


def cell_of(text: str) -> Cell:
    """Make a cell of a text, which may not be a formula, and not be longer than a sentence."""
    found = plain(text)
    if found.startswith("="):
        return Cell(
            found,
            (
                "är en formel. Klistra in värdet i stället (Klistra in special, Värden)",
                "is a formula. Paste its value instead (Paste special, Values)",
            ),
        )
    if len(found) > LONGEST_CELL:
        return Cell(
            found[:LONGEST_CELL],
            (
                f"har {len(found)} tecken. Korta av till högst {LONGEST_CELL}",
                f"has {len(found)} characters. Shorten it to at most {LONGEST_CELL}",
            ),
        )
    return Cell(found)


def bounded(lines: Iterable[Line]) -> tuple[tuple[Line, ...], list[Fault]]:
    """Keep the rows in which something stands, up to the bound; the first past it is a fault, and ends the reading."""
    kept: list[Line] = []
    for line in lines:
        if line.is_empty:
            continue
        if len(kept) > MOST_ROWS:
            past = fault(
                line.first,
                f"listan har fler än {MOST_ROWS} rader. Dela den i flera, eller radera raderna efter den sista.",
                f"the list has more than {MOST_ROWS} rows. Split it, or delete the rows after the last.",
            )
            return tuple(kept), [past]
        kept.append(line)
    return tuple(kept), []


def size_checked(path: Path) -> bytes:
    """Read a file of a size that a list may have; raises ``TableRefused`` or ``OSError``."""
    size = path.stat().st_size
    if size > LARGEST_FILE:
        raise refused(
            path.name,
            f"filen är {size // 1_000_000} MB; en lista får vara högst {LARGEST_FILE // 1_000_000} MB. Ta bort bilder och annat som inte hör till listan.",
            f"the file is {size // 1_000_000} MB; a list may be at most {LARGEST_FILE // 1_000_000} MB. Remove pictures and whatever else is not of the list.",
        )
    return path.read_bytes()
