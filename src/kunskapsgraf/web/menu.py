"""The menu of a place as the report prints it: rows of service types, columns of target groups, and what an empty cell means.

A cell is one of five, and no two of them are told in the same words:

- *printed*: a name stands in it;
- *by the text*: nothing stands in it, but a service of the row is, by the text, for the column's group too;
- *missing*: nothing is there, the row and the column lie inside a declared scope, and nothing speaks against it;
- *open*: the same, but the cell beside it is filled and may have spanned this one when it was printed;
- *unknown*: nothing is there, and no scope lets us conclude anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from kunskapsgraf.graph.store import Store, select
from kunskapsgraf.graph.terms import Row as Bindings
from kunskapsgraf.graph.terms import is_true, text_of
from kunskapsgraf.web import context

State = Literal["printed", "text", "missing", "open", "unknown"]


@dataclass(frozen=True)
class Line:
    """A row or a column: the groups that a column stands for, those above them and those within them."""

    iri: str
    groups: frozenset[str] = frozenset()
    within: frozenset[str] = frozenset()
    beneath: frozenset[str] = frozenset()

    def is_meant_by(self, groups: Iterable[str]) -> bool:
        """Tell whether what is for some groups is for the column's too, or for a part of it."""
        return bool((self.groups | self.within | self.beneath) & set(groups))


@dataclass(frozen=True)
class Frame:
    """The rows and the columns of every menu, in order."""

    rows: tuple[Line, ...]
    columns: tuple[Line, ...]


@dataclass(frozen=True)
class Entry:
    """A name printed in a cell: what it stands for, the part it is of, and the row it is printed in where another is read."""

    iri: str
    part: str
    row: str
    column: str
    printed: str
    stands: str
    starred: bool = False
    printed_row: str = ""
    passage: str = ""
    kind: str = ""
    """The class of what is no service: an actor or a way of working."""


@dataclass(frozen=True)
class Offered:
    """What the menu needs of a service: its types and whom it is for."""

    iri: str
    types: tuple[str, ...]
    groups: tuple[str, ...]


@dataclass(frozen=True)
class Cell:
    """A cell, or several beside each other that say the same."""

    state: State
    columns: tuple[str, ...]
    entries: tuple[Entry, ...] = ()
    services: tuple[str, ...] = ()


@dataclass(frozen=True)
class MenuRow:
    """One type of service, cell by cell."""

    type: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Menu:
    """The menu of a place with its parts."""

    columns: tuple[str, ...]
    rows: tuple[MenuRow, ...]
    parts: tuple[str, ...]

    @property
    def states(self) -> frozenset[State]:
        """Give the states that its cells are in."""
        return frozenset(cell.state for row in self.rows for cell in row.cells)


def frame_of(store: Store) -> Frame:
    """Ask for the rows and columns of menus."""
    lines: dict[str, dict[str, Line]] = {"Tjanstetyp": {}, "Menykolumn": {}}
    for row in select(store, context.query("menu-frame")):
        iri = text_of(row["line"])
        kind = lines[text_of(row["kind"]).removeprefix(store.names.terms)]
        found = kind.setdefault(iri, Line(iri))
        more = {
            field: getattr(found, field) | {text_of(row[name])}
            for field, name in (("groups", "group"), ("within", "within"), ("beneath", "beneath"))
            if name in row
        }
        kind[iri] = replace(found, **more)
    return Frame(tuple(lines["Tjanstetyp"].values()), tuple(lines["Menykolumn"].values()))


def entry_of(row: Bindings) -> Entry:
    """Read an entry of a menu."""
    read, printed = text_of(row["row"]), text_of(row["printedRow"])
    return Entry(
        text_of(row["entry"]),
        text_of(row["part"]),
        read,
        text_of(row["column"]),
        text_of(row["printed"]),
        text_of(row["stands"]),
        is_true(row["starred"]),
        printed if printed != read else "",
        text_of(row["passage"]) if "passage" in row else "",
        text_of(row["as"]) if "as" in row else "",
    )


def menu_of(frame: Frame, entries: Sequence[Entry], offered: Sequence[Offered], covered: frozenset[str]) -> Menu:
    """Lay out a menu. ``covered`` are the rows and columns that a declared scope covers for the place, whole."""
    rows = []
    for row in frame.rows:
        cells = [_cell(row, column, frame, entries, offered, covered) for column in frame.columns]
        rows.append(MenuRow(row.iri, tuple(_merged(cells))))
    parts = tuple(dict.fromkeys(entry.part for entry in entries))
    return Menu(tuple(column.iri for column in frame.columns), tuple(rows), parts)


def _cell(
    row: Line,
    column: Line,
    frame: Frame,
    entries: Sequence[Entry],
    offered: Sequence[Offered],
    covered: frozenset[str],
) -> Cell:
    columns = (column.iri,)
    here = tuple(entry for entry in entries if (entry.row, entry.column) == (row.iri, column.iri))
    if here:
        return Cell("printed", columns, entries=here)
    told = tuple(one.iri for one in offered if row.iri in one.types and column.is_meant_by(one.groups))
    if told:
        return Cell("text", columns, services=told)
    if not {row.iri, column.iri} <= covered:
        return Cell("unknown", columns)
    beside = {entry.column for entry in entries if entry.row == row.iri}
    spanned = any(other.iri in beside and other.within & column.within for other in frame.columns)
    return Cell("open" if spanned else "missing", columns)


def _merged(cells: Iterable[Cell]) -> list[Cell]:
    """Join cells beside each other that say the same and hold no print of their own."""
    found: list[Cell] = []
    for (state, services), group in groupby(cells, key=lambda cell: (cell.state, cell.services)):
        listed = list(group)
        if state == "printed":
            found += listed
        else:
            found.append(Cell(state, tuple(column for cell in listed for column in cell.columns), services=services))
    return found
