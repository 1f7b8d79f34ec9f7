"""Instances: a rule with the terms of a statement in its head, and what asks a graph for the premises that it then has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from kunskapsgraf.graph.rdf import Literal, Term, Triple
from kunskapsgraf.reasoner.evaluate import text
from kunskapsgraf.reasoner.rules import Atom, Rule, Slot, Var, patterns, written

_TOGETHER = 60
"""Triple patterns of one query; where one rule alone has more, it is asked for on its own. Settings allow no fewer."""


def slots(triple: Triple) -> tuple[Slot, Slot, Slot]:
    """Give subject, predicate and object."""
    return triple.subject, triple.predicate, triple.object  # type: ignore[return-value]


def unified(head: Atom, triple: Triple) -> dict[Var, Slot] | None:
    """Give the values with which a rule's head is a statement; ``None`` where it cannot be."""
    values: dict[Var, Slot] = {}
    for slot, term in zip(head, slots(triple), strict=True):
        if isinstance(slot, Var):
            if values.setdefault(slot, term) != term:
                return None
        elif slot != term:
            return None
    return values


def body_of(rule: Rule, triple: Triple) -> tuple[Atom, ...]:
    """Give the body of a rule that concludes a statement; empty where it cannot."""
    assert rule.head is not None, "an inferring rule concludes"
    values = unified(rule.head, triple)
    body = () if values is None else tuple(atom.bound(values) for atom in rule.body)
    return () if any(isinstance(atom.subject, Literal) for atom in body) else body


def is_ground(body: Sequence[Atom]) -> bool:
    """Tell whether there is a body, and no variable in it."""
    return bool(body) and not any(True for atom in body for _ in atom.variables())


def asking(rule: Rule, triple: Triple, part: int, most: int, after: int = 0, without: Iterable[str] = ()) -> str:
    """Write, as a part of a query, what asks for some of the ways of a rule to a statement that it may conclude."""
    assert rule.head is not None, "an inferring rule concludes"
    body = body_of(rule, triple)
    values = unified(rule.head, triple) or {}
    names = dict.fromkeys(str(v) for atom in body for v in atom.variables())
    # A filter may speak of what the head has bound.
    spoken_of = {v for condition in rule.filters for v in condition.slots if isinstance(v, Var)}
    binds = "".join(f"BIND({written(values[v])} AS {v}) " for v in values if v in spoken_of)
    filters = "".join(f" FILTER({text(condition)})" for condition in rule.filters)
    lacking = "".join(f" FILTER NOT EXISTS {{ GRAPH <{graph}> {{ {atom} }} }}" for atom in body for graph in without)
    some = f"LIMIT {most}" + (f" OFFSET {after}" if after else "")
    where = f"{binds}{patterns(body)}{filters}{lacking}"
    return f"{{ SELECT DISTINCT ({part} AS ?part) {' '.join(names)} WHERE {{ {where} }} {some} }}"


def filled(body: Iterable[Atom], row: Mapping[str, Term]) -> list[Triple] | None:
    """Give the statements that a row makes of a body; ``None`` where one would have a literal for its subject."""
    values: dict[Var, Slot] = {Var(name): term for name, term in row.items()}  # type: ignore[misc]
    found = [atom.bound(values).triple() for atom in body]
    return [t for t in found if t is not None] if None not in found else None


def together(branches: Iterable[tuple[int, str]]) -> Iterator[list[str]]:
    """Give parts of queries, each with its number of triple patterns, in groups that one query may hold."""
    some: list[str] = []
    size = 0
    for patterns_in, branch in branches:
        if some and size + patterns_in > _TOGETHER:
            yield some
            some, size = [], 0
        some.append(branch)
        size += patterns_in
    if some:
        yield some
