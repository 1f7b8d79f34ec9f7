"""Cooperation as a table of tables: each with its parties, places against the others, and places of which none is known.

Made of the reports whose names begin with ``samverkan``. Each number is one of theirs; nothing is counted here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from kunskapsgraf.graph.particulars import Period
from kunskapsgraf.graph.terms import Row, is_true, text_of
from kunskapsgraf.reports.arrange import alphabetical
from kunskapsgraf.reports.evidencemap import Named, named
from kunskapsgraf.reports.run import Table

KINDS = (
    "kommun",
    "stadsdel",
    "region",
    "myndighet",
    "civilsamhalle",
    "privat",
    "verksamhet",
    "arbetssatt",
    "onamnd",
    "ovrig",
)
"""The kinds of party, in the order of the columns."""
CONCLUDED, UNKNOWN = "slutet", "okant"
"""The two ways in which a place has no cooperation: concluded from absence inside a scope, or not known."""
BETWEEN = "kommun"
"""The kind of party that a conclusion from absence is about: that a municipality works with no other."""


@dataclass(frozen=True)
class Party:
    """Who takes part, or is meant to: the kind, where it is, and what the statement rests on."""

    named: Named
    kind: str
    kind_text: str
    places: tuple[Named, ...]
    is_planned: bool
    ground: str


@dataclass(frozen=True)
class Origin:
    """A source of a cooperation, its lines, and the period: the cooperation's own (``egen``) or the source's (``kallans``)."""

    source: Named | None
    lines: str
    period: Period
    validity: str


@dataclass
class Cooperation:
    """What two or more do together, or plan to."""

    named: Named
    is_planned: bool
    about: str
    parties: list[Party] = field(default_factory=list)
    origins: list[Origin] = field(default_factory=list)

    @property
    def places(self) -> tuple[Named, ...]:
        """Give the places of its parties, each once."""
        return tuple(dict.fromkeys(place for party in self.parties for place in party.places))


@dataclass(frozen=True)
class Column:
    """A column of the matrix: a kind of party, or one party of the kind."""

    kind: str
    kind_text: str
    party: Named | None

    @property
    def text(self) -> str:
        """What stands above it."""
        return self.party.label if self.party else self.kind_text

    @property
    def key(self) -> str:
        """What tells it from the others."""
        return self.party.iri if self.party else self.kind


@dataclass(frozen=True)
class Cell:
    """How many cooperations a place has with a column, how many of them are planned, and on what."""

    count: int
    planned: int
    about: tuple[str, ...]


@dataclass(frozen=True)
class Shared:
    """A party to several cooperations, and to how many, also of those planned."""

    party: Named
    kind_text: str
    count: int
    planned: int


@dataclass(frozen=True)
class Silence:
    """A place without known cooperation, or concluded to have none with another municipality; the scope and its period."""

    place: Named
    state: str
    category: Named | None
    scope: Named | None
    period: Period


@dataclass(frozen=True)
class Matrix:
    """Places against kinds of party or parties: the cells by place and by the key of the column."""

    columns: tuple[Column, ...]
    places: tuple[Named, ...]
    cells: dict[tuple[str, str], Cell]


def cooperations(parties: Table) -> list[Cooperation]:
    """Gather the parties and sources of each cooperation, in the order of the report."""
    found: dict[str, Cooperation] = {}
    members: dict[tuple[str, str], Party] = {}
    for row in parties.rows:
        own = named(row, "samarbete")
        is_planned = is_true(row["planerat"])
        one = found.setdefault(own.iri, Cooperation(own, is_planned, text_of(row["om"]) if "om" in row else ""))
        origin = _origin(row)
        if origin not in one.origins:
            one.origins.append(origin)
        key = own.iri, text_of(row["part"])
        before = members.get(key)
        places = (*(before.places if before else ()), *([named(row, "plats")] if "plats" in row else []))
        members[key] = Party(
            named(row, "part"),
            text_of(row["partslag"]),
            text_of(row["sorts"]),
            tuple(dict.fromkeys(places)),
            is_planned,
            text_of(row["grund"]),
        )
    for (iri, _), party in members.items():
        found[iri].parties.append(party)
    return list(found.values())


def matrix(cells: Table, about: Table | None) -> Matrix:
    """Make the matrix of its report and of what its cells are about: rows by name, columns by kind and how many share them."""
    subjects = {_at(row): _parts(row) for row in (about.rows if about else ())}
    columns: dict[str, Column] = {}
    places: dict[str, Named] = {}
    made: dict[tuple[str, str], Cell] = {}
    shared: dict[str, int] = {}
    for row in cells.rows:
        party = named(row, "part") if "part" in row else None
        column = Column(text_of(row["partslag"]), text_of(row["sorts"]), party)
        place = named(row, "plats")
        columns[column.key], places[place.iri] = column, place
        shared[column.key] = shared.get(column.key, 0) + 1
        made[place.iri, column.key] = Cell(
            int(text_of(row["samarbeten"])),
            int(text_of(row["planerade"])),
            subjects.get(_at(row), ()),
        )
    ordered = sorted(
        columns.values(),
        key=lambda column: (KINDS.index(column.kind), -shared[column.key], alphabetical(column.text), column.key),
    )
    return Matrix(tuple(ordered), tuple(_by_name(places.values())), made)


def silences(table: Table) -> list[Silence]:
    """Read the report of places without known cooperation."""
    return [
        Silence(
            named(row, "plats"),
            text_of(row["lage"]),
            named(row, "kategori") if "kategori" in row else None,
            named(row, "omfattning") if "omfattning" in row else None,
            _period(row),
        )
        for row in table.rows
    ]


def shared_parties(table: Table) -> list[Shared]:
    """Read the report of parties to several cooperations."""
    return [
        Shared(
            named(row, "part"), text_of(row["sorts"]), int(text_of(row["samarbeten"])), int(text_of(row["planerade"]))
        )
        for row in table.rows
    ]


def _at(row: Row) -> tuple[str, str]:
    """Give the place and the key of the column of a row of the matrix."""
    return text_of(row["plats"]), text_of(row["part" if "part" in row else "partslag"])


def _parts(row: Row) -> tuple[str, ...]:
    return tuple(part for part in text_of(row["om"]).split("; ") if part) if "om" in row else ()


def _by_name(found: Iterable[Named]) -> list[Named]:
    return sorted(found, key=lambda one: (alphabetical(one.label), one.iri))


def _origin(row: Row) -> Origin:
    return Origin(
        named(row, "kalla") if "kalla" in row else None,
        text_of(row["rader"]) if "rader" in row else "",
        _period(row),
        text_of(row["giltighet"]),
    )


def _period(row: Row) -> Period:
    return Period(*(text_of(row[end]) if end in row else "" for end in ("giltigFran", "giltigTill")))
