"""The cells of a comparison, laid out of the rows of one query: each is what its own SPARQL gives, and nothing besides.

A query of ``queries/pages/compared-*.rq`` gives, for each of the ``?things`` compared, what is said of it:

``?group``, ``?row``     the heading, and the respect; a row without ``?row`` that has a ``?state`` holds for its whole group
``?value``, ``?text``    what is said: a thing or a text
``?number``              a count
``?graph``               the graph of the statement, by which it is asserted, editorial, inferred or concluded
``?state``               what is no statement: closed, absent, outside or other
``?first``, ``?last``    when it holds; ``?unknown`` where the source dates nothing
``?own``                 what is the thing's own, and so none of the values
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from kunskapsgraf.graph.particulars import Period
from kunskapsgraf.graph.store import Store, select
from kunskapsgraf.graph.terms import Row as Bindings
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.vocabulary import Names
from kunskapsgraf.reports.arrange import alphabetical
from kunskapsgraf.web import context
from kunskapsgraf.web.comparison import HELD, STATES, Cell, Part, Row, State
from kunskapsgraf.web.facts import period_of
from kunskapsgraf.web.labels import Label, names_of

UNKNOWN = Cell("unknown")
Key = tuple[str, str]
"""Group and row, by their IRIs; empty where there is none."""


@dataclass(frozen=True)
class Asked:
    """A query as it was asked, without the head that is for its file, and its rows."""

    query: str
    rows: Sequence[Bindings]


def ask(store: Store, name: str, things: Sequence[str], **values: str | Sequence[str]) -> Asked:
    """Ask a query of ``queries/pages/`` about what is compared."""
    text = context.query(name, things=list(things), **values)
    query = "\n".join(line for line in text.splitlines() if not line.startswith("#+")) + "\n"
    return Asked(query, select(store, query))


@dataclass
class _Gathered:
    """What the rows of one cell say together."""

    kinds: dict[str, dict[str, set[State]]] = field(default_factory=lambda: {"value": {}, "text": {}, "": {}})
    """By column, each value with the states of the statements that say it; by an empty name, those without a value."""
    states: set[State] = field(default_factory=set)
    periods: dict[Period, None] = field(default_factory=dict)
    own: set[str] = field(default_factory=set)
    number: int | None = None

    def add(self, row: Bindings, names: Names) -> None:
        state = state_of(row, names)
        self.states.add(state)
        said = next((name for name in ("value", "text") if name in row), "")
        self.kinds[said].setdefault(text_of(row[said]) if said else "", set()).add(state)
        if {"first", "last", "unknown"} & row.keys():
            self.periods[period_of(row)] = None
        if "own" in row:
            self.own.add(text_of(row["own"]))
        if "number" in row:
            self.number = int(text_of(row["number"]))

    def cell(self) -> Cell:
        state = strongest(self.states)
        fitting = {one for one in self.states if one in HELD} if state in HELD else {state}
        told = {
            name: {value: kinds & fitting for value, kinds in said.items() if kinds & fitting and value not in self.own}
            for name, said in self.kinds.items()
        }
        marks = {strongest(kinds) for said in told.values() for kinds in said.values()} if state in HELD else set()
        listed = tuple(kind for kind in STATES if kind in marks)
        things, texts = (tuple(sorted(told[name])) for name in ("value", "text"))
        return Cell(state, things, tuple(sorted(self.periods)), None, listed, texts, self.number)


def state_of(row: Bindings, names: Names) -> State:
    """Tell the state that one row of an answer gives."""
    if "state" in row:
        said = text_of(row["state"])
        return next(state for state in STATES if state == said)
    graph = text_of(row["graph"]) if "graph" in row else ""
    # What follows from one source alone stands in a graph of its own beside that of all that follows.
    kind = "inferred" if names.is_layer(graph) else names.kind_of_graph(graph)
    return next((state for state in STATES if state == kind), "editorial")


def strongest(states: Iterable[State]) -> State:
    """Give the state that a cell is in where several hold."""
    return min(states, key=STATES.index)


def laid(
    asked: Asked,
    things: Sequence[str],
    *,
    fallback: Callable[[bool], Cell] = lambda _: UNKNOWN,
    by_value: bool = False,
) -> list[tuple[str, list[Row]]]:
    """Lay the rows of an answer out, cell by cell, under the groups in the order of the answer.

    ``fallback`` gives the cell of a thing of which a row says nothing, told whether the group says something else of it.
    """
    names = context.store().names
    gathered: dict[Key, dict[str, _Gathered]] = {}
    rest: dict[Key, _Gathered] = {}
    groups: dict[str, dict[str, None]] = {}
    for row in asked.rows:
        group, about, thing = (text_of(row[name]) if name in row else "" for name in ("group", "row", "things"))
        rows = groups.setdefault(group, {})
        if not about and "state" in row:
            rest.setdefault((group, thing), _Gathered()).add(row, names)
        elif about or thing:
            rows[about] = None
            if thing:
                gathered.setdefault((group, about), {}).setdefault(thing, _Gathered()).add(row, names)

    def cell(group: str, about: str, thing: str) -> Cell:
        if found := gathered.get((group, about), {}).get(thing):
            return found.cell()
        if silent := rest.get((group, thing)):
            return silent.cell()
        return fallback(any(thing in gathered.get((group, other), {}) for other in groups[group]))

    return [
        (group, [Row(about, tuple(cell(group, about, thing) for thing in things), by_value) for about in rows or {group: None}])
        for group, rows in groups.items()
        if rows or group
    ]  # fmt: skip


def named_in(store: Store, parts: Iterable[Part]) -> dict[str, Label]:
    """Give labels for all that parts name."""
    iris = {iri for part in parts for group, rows in part.groups for iri in (group, *(row.about for row in rows))}
    iris |= {iri for part in parts for row in part.rows for cell in row.cells for iri in cell.things}
    return names_of(store, iris - {""})


def other_or_unknown(has_others: bool) -> Cell:
    """Give the cell of a thing of which nothing is said: something else of the same sort, or unknown."""
    return Cell("other") if has_others else UNKNOWN


def part_of(
    name: str,
    title: str,
    asked: Asked,
    groups: Iterable[tuple[str, list[Row]]],
    store: Store,
    *,
    note: str = "",
    is_counted: bool = False,
    shared_first: bool = False,
) -> Part:
    """Make a part of rows that are laid out, in the order of their names, what has none last.

    With ``shared_first`` those stand first that most of the things have.
    """
    listed = [(group, rows) for group, rows in groups if rows]
    labels = names_of(store, {row.about for _, rows in listed for row in rows} - {""})

    def order(row: Row) -> tuple[int, bool, str]:
        held = sum(cell.is_held for cell in row.cells) if shared_first else 0
        return -held, not row.about, alphabetical(labels[row.about].text) if row.about else ""

    sorted_groups = tuple((group, tuple(sorted(rows, key=order))) for group, rows in listed)
    return Part(name, title, sorted_groups, asked.query, note, is_counted)
