"""The evidence-gap map as a table of tables: interventions by family, columns, and what each cell says.

Made of three reports: what is said, how the cells of which nothing is said are empty, and the interventions. Each
number is one of theirs; nothing is counted here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from kunskapsgraf.graph.terms import Row, brief, is_true, text_of
from kunskapsgraf.reports.run import Table

UNNAMED = "EjAngivet"
"""The local name of the column for statements that name nothing on the axis."""
LEVELS = ("bor", "kan", "undantag", "fou", "ickegora", "utanNiva")
COLUMNS = (
    "atgard",
    "atgardNamn",
    "kommuner",
    "kolumn",
    "kolumnNamn",
    "lage",
    "lageNamn",
    "slag",
    "slagNamn",
    "sakerhet",
    "sakerhetNamn",
    "utsagor",
    "tomhet",
    "tom",
)
"""The map as one table: a row for each state, kind and certainty in a cell, and one for each empty cell."""
NOTHING = "inga-utsagor"
"""The filter for interventions of which there is no statement."""


@dataclass(frozen=True)
class Named:
    """An IRI with its label; the IRI's last part where it has none."""

    iri: str
    label: str

    @property
    def slug(self) -> str:
        """The last part of the IRI."""
        return self.iri.replace("#", "/").rsplit("/", 1)[-1]


@dataclass(frozen=True)
class Said:
    """Statements of one state, kind and certainty (``None`` where the source gives none), and how many there are."""

    state: Named
    kind: Named
    certainty: Named | None
    count: int


@dataclass
class Cell:
    """What a cell holds: what is said, or the code and the text of how it is empty."""

    said: list[Said] = field(default_factory=list)
    empty: str = ""
    text: str = ""

    @property
    def is_search(self) -> bool:
        """Tell whether all that is said is that someone looked and found no review."""
        return bool(self.said) and all(said.state.slug == "oversikt-saknas" for said in self.said)


@dataclass
class Intervention:
    """A row: the intervention, its kind and families, who offers it, how often it is recommended, and its cells."""

    named: Named
    kind: Named | None
    families: tuple[str, ...]
    statements: int
    conclusion: Named | None
    offered: int
    itself: int
    levels: dict[str, int]
    never_recommended: bool
    cells: dict[str, Cell] = field(default_factory=dict)


@dataclass(frozen=True)
class Group:
    """Rows under one heading: a family, with its head first, or a kind; neither where a method has no kind."""

    family: Named | None
    kind: Named | None
    rows: tuple[Intervention, ...]


@dataclass(frozen=True)
class EvidenceMap:
    """Columns in their order, and rows in groups."""

    columns: tuple[Named, ...]
    groups: tuple[Group, ...]

    @property
    def rows(self) -> list[Intervention]:
        """Give all rows, in the order shown."""
        return [row for group in self.groups for row in group.rows]


def evidence_map(said: Table, empty: Table, interventions: Table) -> EvidenceMap:
    """Make the map of its three reports."""
    rows = {found.named.iri: found for found in map(_intervention, interventions.rows)}
    columns: dict[str, Named] = {}
    for row in (*said.rows, *empty.rows):
        intervention = rows.get(text_of(row["atgard"]))
        if intervention is None:
            continue  # the place that was asked for does not offer it
        column = named(row, "kolumn")
        columns.setdefault(column.iri, column)
        cell = intervention.cells.setdefault(column.iri, Cell())
        if "utsagor" in row:
            certainty = named(row, "sakerhet") if "sakerhet" in row else None
            cell.said.append(Said(named(row, "lage"), named(row, "slag"), certainty, int(text_of(row["utsagor"]))))
        else:
            cell.empty, cell.text = text_of(row["tomhet"]), text_of(row["tom"])
    ordered = sorted(columns.values(), key=lambda column: (column.slug != UNNAMED, column.label.lower()))
    return EvidenceMap(tuple(ordered), tuple(_groups(rows)))


def chosen(
    found: EvidenceMap, *, family: str = "", state: str = "", only_offered: bool = False, intervention: str = ""
) -> EvidenceMap:
    """Keep the rows of a family (by slug), with some statement in a state (by slug; ``NOTHING``: with none), or offered.

    ``intervention`` is an IRI: it keeps its row and those of what is within it.
    """
    kept = {
        row.named.iri
        for group in found.groups
        for row in group.rows
        if (not family or (group.family is not None and group.family.slug == family))
        and (not state or state in states_of(row))
        and (not only_offered or row.offered)
        and (not intervention or intervention in (row.named.iri, *row.families))
    }
    return _kept(found, kept)


def states_of(row: Intervention) -> set[str]:
    """Give the slugs of the states that a row has statements in; ``NOTHING`` where it has no statement."""
    states = {said.state.slug for cell in row.cells.values() for said in cell.said}
    return states | (set() if row.statements else {NOTHING})


def families(found: EvidenceMap) -> list[Named]:
    """Give the families that rows are grouped by."""
    return [group.family for group in found.groups if group.family is not None]


def states(found: EvidenceMap) -> list[Named]:
    """Give the states that some statement is in, by their names."""
    there = {said.state for row in found.rows for cell in row.cells.values() for said in cell.said}
    return sorted(there, key=lambda state: state.label)


def named(row: Row, column: str) -> Named:
    """Give a column's IRI with the label beside it, of a very long one the beginning."""
    iri = text_of(row[column])
    label = row.get(column + "Namn")
    return Named(iri, brief(text_of(label)) if label is not None else iri.replace("#", "/").rsplit("/", 1)[-1])


def _kept(found: EvidenceMap, kept: Collection[str]) -> EvidenceMap:
    groups = (
        Group(group.family, group.kind, tuple(row for row in group.rows if row.named.iri in kept))
        for group in found.groups
    )
    return EvidenceMap(found.columns, tuple(group for group in groups if group.rows))


def _intervention(row: Row) -> Intervention:
    return Intervention(
        named(row, "atgard"),
        named(row, "slag") if "slag" in row else None,
        tuple(sorted(text_of(row["familjer"]).split())),
        int(text_of(row["utsagor"])),
        named(row, "slutsats") if "slutsats" in row else None,
        int(text_of(row["kommuner"])),
        int(text_of(row["sjalv"])),
        {level: int(text_of(row[level])) for level in LEVELS},
        is_true(row["ingenRekommendation"]),
    )


def _groups(rows: dict[str, Intervention]) -> Iterable[Group]:
    """Put each row under the widest family that a source places it in, or else under its kind."""
    by_family: dict[str, list[Intervention]] = {}
    by_kind: dict[str, list[Intervention]] = {}
    heads = {family for row in rows.values() for family in row.families}
    for row in rows.values():
        widest = [family for family in row.families if family in rows and not rows[family].families]
        if widest:
            by_family.setdefault(widest[0], []).append(row)
        elif row.named.iri in heads and not row.families:
            by_family.setdefault(row.named.iri, []).append(row)
        else:
            by_kind.setdefault(row.kind.iri if row.kind else "", []).append(row)
    for head, members in sorted(by_family.items(), key=lambda pair: rows[pair[0]].named.label.lower()):
        yield Group(rows[head].named, None, tuple(sorted(members, key=lambda row: _path(row, rows))))
    for _, members in sorted(by_kind.items(), key=lambda pair: (not pair[0], _kind(pair[1]))):
        yield Group(None, members[0].kind, tuple(members))


def _path(row: Intervention, rows: dict[str, Intervention]) -> list[str]:
    """Give the labels from the widest family down to the row: what sorts by it stands under its nearest family."""
    known = [rows[family] for family in row.families if family in rows]
    wide_first = sorted(known, key=lambda family: (len(family.families), family.named.label))
    return [one.named.label.lower() for one in (*wide_first, row)]


def _kind(rows: list[Intervention]) -> str:
    return rows[0].kind.label if rows[0].kind else ""
