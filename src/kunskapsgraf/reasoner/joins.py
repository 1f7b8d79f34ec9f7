"""Match the body of a rule in columns: ``solve`` gives, for each variable, a column of the terms that it may be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kunskapsgraf.reasoner.columns import (
    HALF,
    LOWER,
    NO_SUBJECTS,
    Columns,
    Key,
    Numbers,
    Terms,
    distinct,
    is_in,
    parts,
)
from kunskapsgraf.reasoner.rules import Atom, Filter, Slot, Var

Judge = Callable[[Filter, Sequence[Numbers]], NDArray[np.bool_]]
"""Tells of rows of literals which of them meet a filter."""
MOST_ROWS = 10_000_000
"""A join that gives more is made in parts, each taken to the end of its body: 80 MB for each variable."""
Place = Var | int
"""A slot of a pattern: a variable, or the number of a term."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """An atom with numbers for its terms and its variables; ``key`` names its column where it has one."""

    subject: Place
    predicate: Place
    object: Place
    key: Key | None
    variables: frozenset[Var]


class Table:
    """Solutions so far: a column for each variable that is still needed, and how many rows there are."""

    def __init__(self, rows: int, columns: Mapping[Var, Numbers]) -> None:
        self.rows, self.columns = rows, dict(columns)

    def picked(self, which: NDArray[np.bool_] | Numbers, rows: int) -> Table:
        """Give some of the rows, by a mask or by number."""
        return Table(rows, {name: column[which] for name, column in self.columns.items()})

    def value(self, place: Place) -> Numbers | None:
        """Give the column of a variable, or the term as a column; ``None`` for a variable that is not bound."""
        return self.columns.get(place) if isinstance(place, Var) else np.full(self.rows, place, np.int64)


UNIT = Table(1, {})


def pattern(atom: Atom, terms: Terms) -> Pattern:
    """Write an atom with numbers."""
    subject, predicate, target = (_place(slot, terms) for slot in atom)
    key: Key | None = None
    if isinstance(predicate, int) and predicate != terms.type:
        key = Key(predicate)
    elif isinstance(predicate, int) and isinstance(target, int):
        key = Key(predicate, target)
    variables = frozenset(place for place in (subject, predicate, target) if isinstance(place, Var))
    return Pattern(subject, predicate, target, key, variables)


def _place(slot: Slot, terms: Terms) -> Place:
    return slot if isinstance(slot, Var) else terms.number(slot)


def solve(
    body: Sequence[tuple[Pattern, Columns]],
    filters: Iterable[Filter],
    needed: frozenset[Var],
    terms: Terms,
    judge: Judge,
) -> Table:
    """Give the solutions of a body: each pattern with where it is matched, the first one first, then what joins best."""
    waiting, conditions = list(body), list(filters)
    if len(waiting) == 1 and not conditions and waiting[0][0].key is not None:  # as most rules are
        return _with_column(UNIT, waiting[0][0], waiting[0][0].key, waiting[0][1], needed)
    return _Body(needed, terms, judge).solved(UNIT, waiting, conditions, first=True)


class _TooMany(Exception):
    """A join would give more rows than are held at once."""


@dataclass(frozen=True)
class _Body:
    """A body on its way to solutions: what its rule needs, and who judges literals."""

    needed: frozenset[Var]
    terms: Terms
    judge: Judge

    def solved(
        self,
        table: Table,
        waiting: Sequence[tuple[Pattern, Columns]],
        conditions: Sequence[Filter],
        *,
        first: bool = False,
    ) -> Table:
        """Join what is waiting, the first one first or what joins best, and test each condition as soon as it can be."""
        left = []
        for condition in conditions:
            if not table.rows or any(isinstance(v, Var) and v not in table.columns for v in condition.slots):
                left.append(condition)
            else:
                table = _filtered(table, condition, self.terms, self.judge)
        asked = self.needed.union(v for c in left for v in c.slots if isinstance(v, Var)) if left else self.needed
        table = _narrowed(table, asked.union(*(one.variables for one, _ in waiting)))
        if not waiting or not table.rows:
            return table
        number = 0 if first else _next(waiting, table, self.needed)
        chosen, where = waiting[number]
        rest = [*waiting[:number], *waiting[number + 1 :]]
        try:
            joined = _joined(table, chosen, where, asked.union(*(one.variables for one, _ in rest)))
        except _TooMany:
            half = table.rows // 2
            halves = [
                self.solved(table.picked(np.arange(begin, end), end - begin), waiting, left, first=first)
                for begin, end in ((0, half), (half, table.rows))
            ]
            return _narrowed(_together(halves, self.needed), self.needed, anew=True)
        return self.solved(joined, rest, left)


def smallest_first(body: Sequence[tuple[Pattern, Columns]]) -> list[tuple[Pattern, Columns]]:
    """Put the pattern with the fewest statements first."""
    return sorted(body, key=lambda one: _size(*one))


def _size(one: Pattern, where: Columns) -> int:
    return len(where[one.key]) if one.key is not None else len(where)


def _next(waiting: Sequence[tuple[Pattern, Columns]], table: Table, needed: frozenset[Var]) -> int:
    """Choose what is joined next: what only tests, then what shares a variable, adds none that stays, and is small."""

    def cost(number: int) -> tuple[int, int, int]:
        one, where = waiting[number]
        free = [p for p in (one.subject, one.object) if isinstance(p, Var) and p not in table.columns]
        shared = any(v in table.columns for v in one.variables) or not one.variables
        return (len(free) if shared else 9), len(needed.intersection(free)), _size(one, where)

    return min(range(len(waiting)), key=cost)


def _joined(table: Table, one: Pattern, where: Columns, wanted: frozenset[Var]) -> Table:
    if one.key is not None:
        return _with_column(table, one, one.key, where, wanted)
    found = [_with_column(part, one, key, where, wanted) for part, key in _by_column(table, one, where)]
    return _together(found, wanted)


def _by_column(table: Table, one: Pattern, where: Columns) -> Iterator[tuple[Table, Key]]:
    """Cut a table by the column that a pattern, whose predicate or class is a variable, is matched in."""
    bound = table.value(one.predicate)
    cuts = [(key, table) for key in where] if bound is None else []
    said = np.arange(table.rows)
    if bound is not None:  # most things are no predicates
        said = said[is_in(bound, distinct(np.array([key.predicate for key in where], np.int64)))]
    for number, rows in parts(bound[said], said) if bound is not None else ():
        keys = where.kinds() if number == where.terms.type else [Key(number)]
        part = table.picked(rows, len(rows))
        cuts += [(key, part) for key in keys]
    for key, part in cuts:
        fixed = _fixed(part, one.predicate, key.predicate)
        if key.kind >= 0:
            fixed = _fixed(fixed, one.object, key.kind)
        if fixed.rows:
            yield fixed, key


def _fixed(table: Table, place: Place, number: int) -> Table:
    """Give a place a value: the rows that have it already, or all where it is free."""
    values = table.value(place)
    if values is not None:
        same = values == number
        return table if same.all() else table.picked(same, int(same.sum()))
    assert isinstance(place, Var), "what has no value is a variable"
    return Table(table.rows, {**table.columns, place: np.full(table.rows, number, np.int64)})


def _together(tables: Sequence[Table], wanted: frozenset[Var]) -> Table:
    some = [table for table in tables if table.rows]
    if len(some) < 2:
        return some[0] if some else Table(0, {})
    names = set.intersection(*(set(table.columns) for table in some)) & wanted
    return Table(
        sum(table.rows for table in some),
        {name: np.concatenate([table.columns[name] for table in some]) for name in names},
    )


def _with_column(table: Table, one: Pattern, key: Key, where: Columns, wanted: frozenset[Var]) -> Table:
    """Join a table with one column."""
    if not table.rows:
        return table
    if table is UNIT and key.kind >= 0 and isinstance(one.subject, Var):
        members = where[key] >> HALF
        return Table(len(members), {one.subject: members})
    subjects, objects = table.value(one.subject), table.value(one.object)
    if subjects is not None and objects is not None:
        found = is_in(subjects << HALF | objects, where[key])
        return table.picked(found, int(found.sum()))
    if subjects is not None:
        return _matched(table, subjects, where[key], one.object, wanted)
    if objects is not None:
        return _matched(table, objects, where.turned(key), one.subject, wanted)
    pairs = where[key]
    if one.subject == one.object:
        pairs = pairs[pairs >> HALF == pairs & LOWER]
    new = Table(len(pairs), {})
    for place, values in ((one.subject, pairs >> HALF), (one.object, pairs & LOWER)):
        if isinstance(place, Var):
            new.columns[place] = values
    new = _narrowed(new, wanted)
    if table.rows == 1 and not table.columns:
        return new
    if table.rows > 1 and table.rows * new.rows > MOST_ROWS:
        raise _TooMany
    rows = np.repeat(np.arange(table.rows), new.rows)
    crossed = table.picked(rows, len(rows))
    crossed.columns |= {name: np.tile(values, table.rows) for name, values in new.columns.items()}
    return crossed


def _matched(table: Table, bound: Numbers, column: Numbers, free: Place, wanted: frozenset[Var]) -> Table:
    """Join by what stands in the upper half of a column; the variable of the lower half is new."""
    assert isinstance(free, Var), "one of the two is not bound"
    if table.rows == 1:
        begin, end = np.searchsorted(column, [bound[0] << HALF, (bound[0] + 1) << HALF])
        found = column[begin:end] & LOWER
        rows = np.zeros(len(found), np.int64)
        result = table.picked(rows, len(found))
        result.columns[free] = found
        return result
    first = np.searchsorted(column, bound << HALF)
    if free not in wanted:
        at = np.minimum(first, max(len(column) - 1, 0))
        some: NDArray[np.bool_] = (
            (column[at] >> HALF == bound) & (first < len(column)) if len(column) else np.zeros(table.rows, bool)
        )
        return table.picked(some, int(some.sum()))
    counts = np.searchsorted(column, (bound + 1) << HALF) - first
    total = int(counts.sum())
    if total > MOST_ROWS:
        raise _TooMany
    rows = np.repeat(np.arange(table.rows), counts)
    within = np.arange(total) - np.repeat(np.cumsum(counts) - counts, counts)
    result = table.picked(rows, total)
    result.columns[free] = column[first[rows] + within] & LOWER
    return result


def _narrowed(table: Table, kept: frozenset[Var], *, anew: bool = False) -> Table:
    """Forget variables that nothing asks for any more, and the repetitions that this leaves."""
    if not anew and kept.issuperset(table.columns):
        return table
    columns = {name: column for name, column in table.columns.items() if name in kept}
    if len(columns) == 1:
        ((name, column),) = columns.items()
        alone = distinct(column)
        return Table(len(alone), {name: alone})
    if len(columns) == 2:
        (one, upper), (other, lower) = columns.items()
        both = distinct(upper << HALF | lower)
        return Table(len(both), {one: both >> HALF, other: both & LOWER})
    return Table(table.rows if columns else min(table.rows, 1), columns)


def _filtered(table: Table, condition: Filter, terms: Terms, judge: Judge) -> Table:
    values = []
    for slot in condition.slots:
        value = table.value(_place(slot, terms))
        assert value is not None, "a filter waits until its variables are bound"
        values.append(value)
    if condition.kind == "differ":
        found = values[0] != values[1]
    elif condition.kind == "thing":
        found = values[0] < NO_SUBJECTS
    else:
        found = judge(condition, values)
    return table if found.all() else table.picked(found, int(found.sum()))
