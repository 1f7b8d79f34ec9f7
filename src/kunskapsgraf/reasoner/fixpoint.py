"""Run rules to their fixpoint over columns: each group once, in the order of what it needs, and only circles again.

The same rules, in the same order, that ``evaluate`` writes as SPARQL for an endpoint.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from kunskapsgraf.reasoner.columns import HALF, NO_SUBJECTS, Columns, Key, Numbers, Terms, by_column, distinct
from kunskapsgraf.reasoner.joins import Pattern, Table, pattern, smallest_first, solve
from kunskapsgraf.reasoner.literals import Judge
from kunskapsgraf.reasoner.order import groups
from kunskapsgraf.reasoner.rules import Atom, Rule, Var

Found = Iterator[tuple[Key, Numbers]]
"""Conclusions: sorted pairs without repetition, by column."""


@dataclass(frozen=True)
class Ready:
    """A rule with numbers for its terms; a contradiction has no head."""

    rule: Rule
    head: Pattern | None
    body: tuple[Pattern, ...]
    variables: frozenset[Var]
    """Those of the head."""


@dataclass(frozen=True)
class Step:
    """Rules that need each other; ``circular`` where they can feed themselves."""

    rules: tuple[Ready, ...]
    circular: bool

    @property
    def is_transitivity(self) -> bool:
        """Tell the rule of one transitive property that nothing else of its circle feeds."""
        if len(self.rules) > 1 or not self.circular or self.rules[0].head is None or len(self.rules[0].body) != 2:
            return False
        (head, (one, other)), filters = (self.rules[0].head, self.rules[0].body), self.rules[0].rule.filters
        same = head.key is not None and head.key == one.key == other.key and not filters
        return same and (head.subject, one.object, head.object) == (one.subject, other.subject, other.object)


class Program:
    """Rules made ready for the columns of some terms, in the order in which they run."""

    def __init__(self, rules: Sequence[Rule], terms: Terms) -> None:
        self.terms = terms
        self.judge = Judge(terms)
        self.steps = [
            Step(tuple(self.ready(rule) for rule in group.rules), group.circular)
            for group in groups([rule for rule in rules if rule.head is not None])
        ]
        self.forbidding = [self.ready(rule) for rule in rules if rule.head is None]

    def ready(self, rule: Rule) -> Ready:
        """Give a rule numbers for its terms."""
        head = pattern(rule.head, self.terms) if rule.head is not None else None
        body = tuple(pattern(atom, self.terms) for atom in rule.body)
        return Ready(rule, head, body, head.variables if head is not None else frozenset())

    def run(self, known: Columns) -> None:
        """Add what the rules conclude, until nothing is new."""
        for step in self.steps:
            # Links of links: from one side what is new, from the other only what was there, gives all, and each once.
            base = known.copy() if step.is_transitivity else None
            fresh = self._once(step, known)
            while step.circular and fresh is not None:
                fresh = self._lengthened(step, known, fresh, base) if base else self.spread(step, known, fresh)

    def _once(self, step: Step, known: Columns) -> Columns | None:
        fresh = Columns(self.terms)
        for rule in step.rules:
            for key, pairs in self.conclusions(rule, [(one, known) for one in rule.body]):
                fresh.add(key, known.add(key, pairs))
        return fresh if len(fresh) else None

    def _lengthened(self, step: Step, known: Columns, fresh: Columns, base: Columns) -> Columns | None:
        """Add what follows from what is fresh by one more link of those that were there."""
        following = Columns(self.terms)
        for key, pairs in self.fired(step.rules[0], 0, base, fresh):
            following.add(key, known.add(key, pairs))
        return following if len(following) else None

    def spread(self, step: Step, known: Columns, fresh: Columns) -> Columns | None:
        """Add what rules conclude from what is fresh; give what was new in that, if anything."""
        following = Columns(self.terms)
        for rule in step.rules:
            for place in range(len(rule.body)):
                for key, pairs in self.fired(rule, place, known, fresh):
                    following.add(key, known.add(key, pairs))
        return following if len(following) else None

    def fired(self, rule: Ready, place: int, known: Columns, fresh: Columns) -> Found:
        """Give what a rule concludes with one pattern of its body matched in what is fresh."""
        first = rule.body[place]
        rest = rule.body[:place] + rule.body[place + 1 :]
        if first.key is not None and not len(fresh[first.key]):
            return iter(())
        return self.conclusions(rule, [(first, fresh), *((one, known) for one in rest)], in_order=True)

    def conclusions(self, rule: Ready, body: Sequence[tuple[Pattern, Columns]], *, in_order: bool = False) -> Found:
        """Give what a rule concludes, known or not, each pattern matched where it says."""
        if any(one.key is not None and not len(where[one.key]) for one, where in body):
            return
        table = self.solutions(rule, body if in_order else smallest_first(body), rule.variables)
        if table.rows:
            yield from self._concluded(rule, table)

    def solutions(self, rule: Ready, body: Sequence[tuple[Pattern, Columns]], needed: frozenset[Var]) -> Table:
        """Give the solutions of a body, the first pattern first."""
        return solve(body, rule.rule.filters, needed, self.terms, self.judge)

    def _concluded(self, rule: Ready, table: Table) -> Found:
        head = rule.head
        assert head is not None, "a contradiction concludes nothing"
        subjects, predicates, objects = map(table.value, (head.subject, head.predicate, head.object))
        assert subjects is not None, "a head's variables are bound"
        assert predicates is not None, "a head's variables are bound"
        assert objects is not None, "a head's variables are bound"
        pairs = subjects << HALF | objects
        things = subjects < NO_SUBJECTS
        if not things.all():  # a literal is no subject
            pairs, predicates = pairs[things], predicates[things]
        if head.key is not None:
            if len(pairs):
                yield head.key, distinct(pairs)
            return
        may_be = [number for number in np.unique(predicates).tolist() if self.terms.is_predicate(number)]
        named = np.isin(predicates, may_be)
        yield from by_column(pairs[named], predicates[named], self.terms.type)

    def first(self, rule: Ready, body: Sequence[tuple[Pattern, Columns]]) -> list[Atom] | None:
        """Give the premises of one solution of a body, the first by its terms; ``None`` where there is none."""
        if any(one.key is not None and not len(where[one.key]) for one, where in body):
            return None
        table = self.solutions(rule, body, frozenset())
        if not table.rows:
            return None
        table = self.solutions(rule, body, frozenset[Var]().union(*(one.variables for one in rule.body)))
        values = {}
        for name in sorted(table.columns, key=str):  # the same one whatever order the statements came in
            column = table.columns[name]
            number, values[name] = min(
                ((n, self.terms.term(n)) for n in set(column.tolist())), key=lambda one: str(one[1])
            )
            same = column == number
            table = table.picked(same, int(same.sum()))
        return [atom.bound(values) for atom in rule.rule.body]  # type: ignore[arg-type]
