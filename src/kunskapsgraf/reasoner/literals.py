"""What rules ask of literals: whether one is of a datatype, whether two have one value, how else a value is written.

The engine answers, in the words of ``datatypes``, so that a filter means the same over columns and at an endpoint.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from kunskapsgraf.graph.engine import Memory
from kunskapsgraf.graph.rdf import Literal
from kunskapsgraf.reasoner.columns import HALF, LOWER, NO_SUBJECTS, Columns, Key, Numbers, Terms, distinct, is_in
from kunskapsgraf.reasoner.datatypes import Worth, condition, lies_in, same_value, worth
from kunskapsgraf.reasoner.rules import TYPE, Atom, Filter, Rule, Var, written

_AT_ONCE = 2000


class Judge:
    """Tells which literals meet a filter; each is asked about once."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._engine = Memory(())
        self._inside: dict[str, dict[int, bool]] = defaultdict(dict)

    def __call__(self, asked: Filter, values: Sequence[Numbers]) -> NDArray[np.bool_]:
        """Tell of each row, with a column for each slot of the filter, whether it meets the filter."""
        if asked.kind == "unequal":
            return self._unequal(values[0], values[1])
        literal = self._are_literals(values[0])
        inside = is_in(values[0], self._of(asked.datatype, distinct(values[0][literal])))
        return literal & (inside if asked.kind == "datatype" else ~inside)

    def _are_literals(self, numbers: Numbers) -> NDArray[np.bool_]:
        """Tell literals from the rest: things, and statements about statements."""
        found: NDArray[np.bool_] = numbers >= NO_SUBJECTS
        others = [n for n in distinct(numbers[found]).tolist() if not isinstance(self._terms.term(n), Literal)]
        return found & ~is_in(numbers, np.array(others, np.int64))

    def _of(self, datatype: str, numbers: Numbers) -> Numbers:
        """Give the literals, of some, that are of a datatype."""
        known = self._inside[datatype]
        waiting = [number for number in numbers.tolist() if number not in known]
        decided = {number: lies_in(self._literal(number), datatype) for number in waiting}
        unsure = [(number,) for number, verdict in decided.items() if verdict is None]
        met = set(self._met(condition("?v0", datatype), unsure))
        known.update((n, (n,) in met if verdict is None else verdict) for n, verdict in decided.items())
        return np.array([number for number in numbers.tolist() if known[number]], np.int64)

    def _unequal(self, one: Numbers, other: Numbers) -> NDArray[np.bool_]:
        different: NDArray[np.bool_] = (one != other) & self._are_literals(one) & self._are_literals(other)
        numbers = distinct(np.concatenate([one[different], other[different]]))
        values = [worth(self._literal(number)) for number in numbers.tolist()]
        known: dict[object, int] = {}
        # A number for each value; for one that only the engine can compare, none.
        kinds = np.array(
            [known.setdefault(v, len(known)) if isinstance(v, Decimal | str) else -1 for v in values], np.int64
        )
        first, second = (kinds[np.searchsorted(numbers, side[different])] for side in (one, other))
        decided = (first >= 0) & (second >= 0)
        pairs = one[different] << HALF | other[different]
        asked = [(pair >> HALF, pair & LOWER) for pair in distinct(pairs[~decided]).tolist()]
        met = self._met(f"!({same_value('?v0', '?v1')})", asked)
        unequal = is_in(pairs, distinct(np.array([a << HALF | b for a, b in met], np.int64)))
        different[different] = np.where(decided, first != second, unequal)
        return different

    def _literal(self, number: int) -> Literal:
        term = self._terms.term(number)
        assert isinstance(term, Literal), "only literals are judged"
        return term

    def _met(self, text: str, rows: Sequence[tuple[int, ...]]) -> Iterator[tuple[int, ...]]:
        """Give the rows of literals that meet a condition on ?v0, ?v1 ..."""
        for start in range(0, len(rows), _AT_ONCE):
            some = rows[start : start + _AT_ONCE]
            names = " ".join(f"?v{n}" for n in range(len(some[0])))
            values = " ".join(
                f"({n} {' '.join(written(self._terms.term(number)) for number in row)})"  # type: ignore[arg-type]
                for n, row in enumerate(some)
            )
            for found in self._engine.select(
                f"SELECT ?n WHERE {{ VALUES (?n {names}) {{ {values} }} FILTER(isLiteral(?v0) && {text}) }}"
            ):
                yield some[int(found["n"].value)]  # type: ignore[union-attr]


class Asking:
    """Which literals rules ask for by their value, though they match terms: 1 and 1.0 are two terms and one value.

    A rule asks where it joins two objects, or names a literal, and so does one that hands an object on to such a rule.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        bodies = [atom for rule in rules for atom in _asking(rule)]
        self.named = {atom.object for atom in bodies if isinstance(atom.object, Literal)}
        self.predicates = {atom.predicate for atom in bodies}
        handing = [
            (rule.head.predicate, atom.predicate)
            for rule in rules
            for atom in rule.body
            if rule.head is not None and atom.object == rule.head.object and isinstance(atom.object, Var)
        ]
        while more := {given for taken, given in handing if self._meets(taken)} - self.predicates:
            self.predicates |= more
        self.everything = any(isinstance(predicate, Var) for predicate in self.predicates)

    def _meets(self, taken: object) -> bool:
        return bool(self.predicates) and (isinstance(taken, Var) or taken in self.predicates)

    def asks(self, predicate: object) -> bool:
        """Tell whether the objects of a property are asked for."""
        return self.everything or predicate in self.predicates

    def literals(self, known: Columns) -> dict[Worth, set[Literal]]:
        """Give the literals that statements have for the properties that are asked for, by their value."""
        used = [distinct(column[column & LOWER >= NO_SUBJECTS] & LOWER) for _, column in self._columns(known)]
        return writings(known.terms.term(number) for some in used for number in some.tolist())

    def _columns(self, known: Columns) -> list[tuple[Key, Numbers]]:
        terms = known.terms
        return [(k, known[k]) for k in known if k.kind < 0 and self.asks(terms.term(k.predicate))]

    def written_otherwise(self, known: Columns) -> Iterator[tuple[Key, Numbers]]:
        """Say with each of several writings of one value what is said with another (dt-eq, eq-rep-o)."""
        values = self.literals(known)
        for value, named in writings(self.named).items():
            values[value] |= named
        others: dict[int, list[int]] = {}
        for several in values.values():
            numbers = [known.terms.number(literal) for literal in several]
            others.update({number: numbers for number in numbers if len(numbers) > 1})
        wanted = np.array(sorted(others), np.int64)
        for key, column in self._columns(known):
            some = column[is_in(column & LOWER, wanted)]
            if len(some):
                pairs = [pair & ~LOWER | number for pair in some.tolist() for number in others[pair & LOWER]]
                yield key, distinct(np.array(pairs, np.int64))


def _asking(rule: Rule) -> Iterator[Atom]:
    """Give the patterns of a body whose objects are joined with each other, or are literals."""
    said = [atom for atom in rule.body if atom.predicate != TYPE]
    times = Counter(atom.object for atom in said)
    for atom in said:
        if isinstance(atom.object, Literal) or (isinstance(atom.object, Var) and times[atom.object] > 1):
            yield atom


def writings(terms: Iterable[object]) -> dict[Worth, set[Literal]]:
    """Give the literals by their value, where that is one of those that can be written in several ways."""
    found: dict[Worth, set[Literal]] = defaultdict(set)
    for term in terms:
        if isinstance(term, Literal) and (value := worth(term)) is not None:
            found[value].add(term)
    return found
