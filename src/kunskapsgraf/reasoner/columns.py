"""Statements as sorted columns of numbers: a number for each term, and a column for each property and each class.

A pair of subject and object is one integer, the subject's number in its upper half. A column is a sorted array of such
pairs without repetition, and is never changed in place: who holds an array holds what was known when it was taken.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kunskapsgraf.graph.rdf import BlankNode, NamedNode, Term, Triple
from kunskapsgraf.reasoner.rules import TYPE

Numbers = NDArray[np.int64]
"""Terms by number, or pairs of them: one axis."""
NONE: Numbers = np.empty(0, np.int64)
HALF = 32
LOWER = (1 << HALF) - 1
NO_SUBJECTS = 1 << 30
"""The first number of what can only be an object: literals, and statements about statements."""


class Key(NamedTuple):
    """Which column: that of a property, or for rdf:type that of a class."""

    predicate: int
    kind: int = -1


class Terms:
    """A number for each term, in the order in which they come."""

    def __init__(self) -> None:
        self.known: dict[Term, int] = {}
        self._subjects: list[Term] = []
        self._others: list[Term] = []
        self.type = self.number(TYPE)

    def number(self, term: Term) -> int:
        """Give the number of a term, a new one to a new term."""
        found = self.known.get(term)
        if found is None:
            if isinstance(term, NamedNode | BlankNode):
                found = len(self._subjects)
                self._subjects.append(term)
            else:
                found = NO_SUBJECTS + len(self._others)
                self._others.append(term)
            self.known[term] = found
        return found

    def find(self, term: Term) -> int | None:
        """Give the number of a term; ``None`` where nothing spoke of it."""
        return self.known.get(term)

    def term(self, number: int) -> Term:
        """Give the term of a number."""
        return self._subjects[number] if number < NO_SUBJECTS else self._others[number - NO_SUBJECTS]

    def others(self) -> list[Term]:
        """Give what can only be an object."""
        return self._others

    def is_predicate(self, number: int) -> bool:
        """Tell whether a term can be a predicate."""
        return number < NO_SUBJECTS and isinstance(self._subjects[number], NamedNode)

    def key(self, triple: Triple) -> tuple[Key, int]:
        """Give the column of a statement and its pair there."""
        subject, predicate, target = map(self.number, (triple.subject, triple.predicate, triple.object))
        return Key(predicate, target if predicate == self.type else -1), subject << HALF | target

    def triple(self, key: Key, pair: int) -> Triple:
        """Give the statement of a pair."""
        return Triple(self.term(pair >> HALF), self.term(key.predicate), self.term(pair & LOWER))  # type: ignore[arg-type]


class Columns:
    """Statements by property and class; two of them may share their terms."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self._columns: dict[Key, Numbers] = {}
        self._turned: dict[Key, Numbers] = {}
        self._kinds: set[Key] = set()

    def __iter__(self) -> Iterator[Key]:
        """Name the columns that hold anything, as they now are."""
        return iter([key for key, column in self._columns.items() if len(column)])

    def kinds(self) -> list[Key]:
        """Give the columns of classes that hold anything."""
        return [key for key in self._kinds if len(self._columns[key])]

    def __getitem__(self, key: Key) -> Numbers:
        """Give a column, by subject."""
        return self._columns.get(key, NONE)

    def turned(self, key: Key) -> Numbers:
        """Give a column by object: pairs with the object in the upper half."""
        found = self._turned.get(key)
        if found is None:
            around = turned(self[key])
            # A class has one object: its pairs are in order as they are.
            found = self._turned[key] = np.sort(around) if key.kind < 0 else around
        return found

    def __len__(self) -> int:
        """Count the statements."""
        return sum(map(len, self._columns.values()))

    def __setitem__(self, key: Key, column: Numbers) -> None:
        """Put a sorted column without repetition in the place of one."""
        self._columns[key] = column
        self._turned.pop(key, None)
        if key.kind >= 0:
            self._kinds.add(key)

    def __contains__(self, triple: object) -> bool:
        """Tell whether a statement is here."""
        if not isinstance(triple, Triple):
            return False
        subject, predicate, target = map(self.terms.find, (triple.subject, triple.predicate, triple.object))
        if subject is None or predicate is None or target is None:
            return False
        column = self[Key(predicate, target if predicate == self.terms.type else -1)]
        return bool(is_in(np.array([subject << HALF | target]), column)[0])

    def add(self, key: Key, pairs: Numbers) -> Numbers:
        """Add sorted pairs without repetition; give those that are new."""
        if not len(pairs):
            return pairs
        column = self._columns.get(key)
        if column is None or not len(column):
            self[key] = pairs
            return pairs
        fresh = without(pairs, column)
        if len(fresh):
            known = self._turned.get(key)
            self[key] = merged(column, fresh)
            if known is not None:
                self._turned[key] = merged(known, np.sort(turned(fresh)))
        return fresh

    def take(self, key: Key, pairs: Numbers) -> None:
        """Take pairs out, which need not be here."""
        known, pairs = self._turned.get(key), within(pairs, self[key])
        if not len(pairs):
            return
        self[key] = reduced(self[key], pairs)
        if known is not None:
            self._turned[key] = reduced(known, turned(pairs))

    def load(self, triples: Iterable[Triple]) -> None:
        """Add statements, any number of them in any order."""
        known, number = self.terms.known, self.terms.number
        pairs, predicates = array("q"), array("q")
        for subject, predicate, target in triples:  # a call for each term would take half as long again
            one, other = known.get(subject), known.get(target)
            one = number(subject) if one is None else one
            pairs.append(one << HALF | (number(target) if other is None else other))
            predicates.append(number(predicate))
        self.put(np.frombuffer(pairs, np.int64), np.frombuffer(predicates, np.int64))

    def put(self, pairs: Numbers, predicates: Numbers) -> None:
        """Add pairs, each with its predicate, in any order."""
        for key, said in by_column(pairs, predicates, self.terms.type):
            self.add(key, said)

    def copy(self) -> Columns:
        """Give the same statements, which can change on their own; takes no time, since arrays are shared."""
        other = Columns(self.terms)
        other._columns, other._turned, other._kinds = dict(self._columns), dict(self._turned), set(self._kinds)
        return other

    def less(self, known: Columns) -> Iterator[tuple[Key, Numbers]]:
        """Give what is here and not there, by column."""
        for key, column in self._columns.items():
            before = known[key]
            if column is not before and len(fresh := without(column, before)):
                yield key, fresh

    def triples(self, known: Columns) -> Iterator[Triple]:
        """Give the statements that are here and not there."""
        term = self.terms.term
        for key, fresh in self.less(known):
            predicate = self.terms.term(key.predicate)
            for pair in fresh.tolist():
                yield Triple(term(pair >> HALF), predicate, term(pair & LOWER))  # type: ignore[arg-type]


def turned(pairs: Numbers) -> Numbers:
    """Change the places of subject and object."""
    return (pairs & LOWER) << HALF | pairs >> HALF


def distinct(values: Numbers) -> Numbers:
    """Sort and leave out repetitions."""
    if len(values) < 2:
        return values
    ordered = np.sort(values)
    first = np.empty(len(ordered), bool)
    first[0] = True
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]


def is_in(values: Numbers, column: Numbers) -> NDArray[np.bool_]:
    """Tell of each value whether a sorted column holds it."""
    if not len(column):
        return np.zeros(len(values), bool)
    places = np.searchsorted(column, values)
    places[places == len(column)] = 0
    found: NDArray[np.bool_] = column[places] == values
    return found


def without(values: Numbers, column: Numbers) -> Numbers:
    """Give the values that a sorted column does not hold."""
    return values[~is_in(values, column)] if len(values) and len(column) else values


def within(values: Numbers, column: Numbers) -> Numbers:
    """Give the values that a sorted column holds."""
    return values[is_in(values, column)]


def reduced(column: Numbers, values: Numbers) -> Numbers:
    """Take values that a sorted column holds out of it."""
    rest: Numbers = np.delete(column, np.searchsorted(column, values))
    return rest


def merged(column: Numbers, fresh: Numbers) -> Numbers:
    """Put two sorted columns that have nothing in common together."""
    both: Numbers = np.insert(column, np.searchsorted(column, fresh), fresh)
    return both


def by_column(pairs: Numbers, predicates: Numbers, type_: int) -> Iterator[tuple[Key, Numbers]]:
    """Cut pairs, each with its predicate, into sorted columns without repetition."""
    for predicate, said in parts(predicates, pairs):
        if predicate == type_:
            for kind, members in parts(said & LOWER, said):
                yield Key(predicate, kind), distinct(members)
        else:
            yield Key(predicate), distinct(said)


def parts(by: Numbers, values: Numbers) -> Iterator[tuple[int, Numbers]]:
    """Cut values by a number that goes with each."""
    if not len(by):
        return
    if (by == by[0]).all():
        yield int(by[0]), values
        return
    order = np.argsort(by, kind="stable")
    ordered = by[order]
    starts = np.flatnonzero(ordered[1:] != ordered[:-1]) + 1
    edges = [0, *starts.tolist(), len(ordered)]
    for begin, end in pairwise(edges):
        yield int(ordered[begin]), values[order[begin:end]]
