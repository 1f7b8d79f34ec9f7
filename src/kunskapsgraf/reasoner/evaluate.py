"""Run rules to their fixpoint on an engine that speaks SPARQL 1.1 Update: ours in memory, or any endpoint.

Groups of rules run in the order of what they need, each once; only the rules of a circle run again, and then over what
the round before made new (semi-naive). What is known stands in the default graph; what is inferred stands in one
named graph besides, and what is new in a round in another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from kunskapsgraf.reasoner.datatypes import condition, same_value
from kunskapsgraf.reasoner.order import Group, groups
from kunskapsgraf.reasoner.rules import Atom, Filter, Rule, patterns, written

INFERRED = "urn:kunskapsgraf:inferred"
_DELTA = ("urn:kunskapsgraf:new-0", "urn:kunskapsgraf:new-1")


class Engine(Protocol):
    """What the evaluator needs: updates, and how many triples a graph holds."""

    def update(self, text: str) -> None:
        """Run a SPARQL update."""
        ...

    def holds(self, graph: str) -> bool:
        """Tell whether a named graph holds anything."""
        ...


def evaluate(engine: Engine, rules: Sequence[Rule]) -> None:
    """Add to the engine what the rules conclude, until nothing is new."""
    for group in groups(rules):
        if group.circular:
            _until_nothing_is_new(engine, group)
        else:
            for rule in group.rules:
                engine.update(insertion(rule))


def _until_nothing_is_new(engine: Engine, group: Group) -> None:
    fed = list(fed_by(group.rules))
    for rule in group.rules:
        engine.update(insertion(rule, into=_DELTA[0]))
    turn = 0
    while engine.holds(_DELTA[turn]):
        now, following = _DELTA[turn], _DELTA[1 - turn]
        for rule, place in fed:
            engine.update(insertion(rule, into=following, place=place, new=now))
        engine.update(f"DROP SILENT GRAPH <{now}>")
        turn = 1 - turn
    engine.update(f"DROP SILENT GRAPH <{_DELTA[0]}> ; DROP SILENT GRAPH <{_DELTA[1]}>")


def fed_by(rules: Iterable[Rule]) -> Iterator[tuple[Rule, int]]:
    """Give each rule of a circle with each place of its body that the circle's own conclusions can match."""
    heads = [rule.head for rule in rules if rule.head is not None]
    for rule in rules:
        for place, atom in enumerate(rule.body):
            if any(atom.may_meet(head) for head in heads):
                yield rule, place


def insertion(rule: Rule, *, into: str = "", place: int | None = None, new: str = "") -> str:
    """Write a rule as an update: its conclusions that are not known yet, to what is known and to what is inferred.

    ``into`` names a graph that gets them besides; with ``place``, that atom of the body is matched in the graph ``new``.
    """
    assert rule.head is not None, "a contradiction inserts nothing"
    more = f" GRAPH <{into}> {{ {rule.head} }}" if into else ""
    return (
        f"INSERT {{ {rule.head} . GRAPH <{INFERRED}> {{ {rule.head} }}{more} }}"
        f" WHERE {{ {matching(rule, place=place, new=new)} MINUS {{ {rule.head} }} }}"
    )


def matching(rule: Rule, *, place: int | None = None, new: str = "") -> str:
    """Write a rule's body: what is new first, since it is least."""
    atoms: list[Atom] = list(rule.body)
    fresh = f"GRAPH <{new}> {{ {atoms.pop(place)} }} " if place is not None else ""
    return fresh + patterns(atoms) + "".join(f" FILTER({text(found)})" for found in rule.filters)


def text(condition_of: Filter) -> str:
    """Write a filter in SPARQL."""
    first, *rest = map(written, condition_of.slots)
    match condition_of.kind:
        case "differ":
            return f"!sameTerm({first}, {rest[0]})"
        case "unequal":
            return f"isLiteral({first}) && isLiteral({rest[0]}) && !({same_value(first, rest[0])})"
        case "thing":
            return f"!isLiteral({first})"
        case "datatype":
            return f"isLiteral({first}) && {condition(first, condition_of.datatype)}"
        case _:
            return f"isLiteral({first}) && !({condition(first, condition_of.datatype)})"
