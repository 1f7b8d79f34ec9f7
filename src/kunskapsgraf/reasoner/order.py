"""Which rule must run before which: groups of rules in the order of what they need; only a true circle is run again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kunskapsgraf.graph.components import components
from kunskapsgraf.graph.rdf import Term
from kunskapsgraf.reasoner.rules import TYPE, Atom, Rule, Var


@dataclass(frozen=True)
class Group:
    """Rules that need each other; ``circular`` where one can feed itself, over however many steps."""

    rules: tuple[Rule, ...]
    circular: bool


def groups(rules: Sequence[Rule]) -> list[Group]:
    """Order rules: each group needs only what earlier groups, or itself, conclude."""
    needed = list(_feeding(rules))
    return [
        Group(tuple(rules[n] for n in members), len(members) > 1 or members[0] in needed[members[0]])
        for members in components(needed)
    ]


class Index:
    """Atoms by what they can match: predicate, and class where the predicate is rdf:type."""

    def __init__(self) -> None:
        self._exact: dict[tuple[Term, Term | None], list[int]] = defaultdict(list)
        self._by_predicate: dict[Term, set[int]] = defaultdict(set)
        self._any: set[int] = set()
        self._all: set[int] = set()

    def add(self, atom: Atom, number: int) -> None:
        """Put an atom under a number."""
        self._all.add(number)
        if isinstance(atom.predicate, Var):
            self._any.add(number)
            return
        kind = atom.object if atom.predicate == TYPE and not isinstance(atom.object, Var) else None
        self._exact[atom.predicate, kind].append(number)
        self._by_predicate[atom.predicate].add(number)

    def near(self, atom: Atom) -> set[int]:
        """Give the numbers of atoms that may match the same triple; some that do not may be among them."""
        if isinstance(atom.predicate, Var):
            return set(self._all)
        if atom.predicate != TYPE or isinstance(atom.object, Var):
            return self._by_predicate.get(atom.predicate, set()) | self._any
        exact = self._exact.get((TYPE, atom.object), ())
        return {*exact, *self._exact.get((TYPE, None), ()), *self._any}


def _feeding(rules: Sequence[Rule]) -> Iterator[set[int]]:
    """Give, for each rule, the rules that can conclude something that it needs."""
    heads = Index()
    for number, rule in enumerate(rules):
        if rule.head is not None:
            heads.add(rule.head, number)
    for rule in rules:
        found: set[int] = set()
        for atom in rule.body:
            found |= {n for n in heads.near(atom) if _meets(rules[n], atom)}
        yield found


def _meets(rule: Rule, atom: Atom) -> bool:
    return rule.head is not None and rule.head.may_meet(atom)
