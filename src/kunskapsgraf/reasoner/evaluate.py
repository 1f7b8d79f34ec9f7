"""Run rules to their fixpoint at an endpoint that speaks SPARQL 1.1 Update; a build does the same over columns (``fixpoint``).

Groups of rules run in the order of what they need, each once; only the rules of a circle run again, and then over what
the round before made new (semi-naive). What is known stands in one graph; what is inferred stands in another besides,
and what is new in a round in a graph of the round's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice
from typing import Protocol, TypeVar

from kunskapsgraf.reasoner.datatypes import condition, same_value
from kunskapsgraf.reasoner.order import Group, groups
from kunskapsgraf.reasoner.rules import Atom, Filter, Rule, Var, patterns, written

T = TypeVar("T")
Done = Callable[[int, int], None]
"""Called with how many rules have run, and how many there are."""
_AT_ONCE = 25
"""Updates in one request: each crosses the network, and is a transaction, only once for them all."""


class Engine(Protocol):
    """What the evaluator needs: updates, and whether a graph holds anything."""

    def update(self, text: str) -> None:
        """Run a SPARQL update, or several with ; between."""
        ...

    def holds(self, graph: str) -> bool:
        """Tell whether a named graph holds anything."""
        ...


@dataclass(frozen=True)
class Graphs:
    """Where an engine has what is known and what is inferred.

    ``new`` is what the name of each round's graph begins with. No two rounds of a run share one, since an engine may be
    slow over a graph that was emptied and filled again and again.
    """

    known: str
    inferred: str
    new: str


def _untold(_done: int, _of: int) -> None:
    return


def evaluate(engine: Engine, rules: Sequence[Rule], graphs: Graphs, done: Done = _untold) -> None:
    """Add to the engine what the rules conclude, until nothing is new; ``done`` is told how it goes."""
    rounds = count()
    waiting: list[str] = []
    ran = 0

    def run_waiting(least: int = 1) -> None:
        nonlocal ran
        while len(waiting) >= least:
            together = waiting[:_AT_ONCE]
            del waiting[:_AT_ONCE]
            send(engine, together)
            ran += len(together)
            done(ran, len(rules))

    for group in groups(rules):
        if group.circular:
            run_waiting()
            _until_nothing_is_new(engine, group, graphs, rounds)
            ran += len(group.rules)
            done(ran, len(rules))
        else:
            waiting += (insertion(rule, graphs) for rule in group.rules)
            run_waiting(_AT_ONCE)
    run_waiting()


def send(engine: Engine, updates: Iterable[str]) -> None:
    """Run updates in their order, several in a request."""
    for together in parts(updates, _AT_ONCE):
        engine.update(" ;\n".join(together))


def parts(items: Iterable[T], most: int) -> Iterator[list[T]]:
    """Cut into lists of at most so many."""
    waiting = iter(items)
    while part := list(islice(waiting, most)):
        yield part


def _until_nothing_is_new(engine: Engine, group: Group, graphs: Graphs, rounds: Iterator[int]) -> None:
    fed = list(fed_by(group.rules))
    now = f"{graphs.new}{next(rounds)}"
    send(engine, (insertion(rule, graphs, into=now) for rule in group.rules))
    while engine.holds(now):
        following = f"{graphs.new}{next(rounds)}"
        updates = [insertion(rule, graphs, into=following, place=place, new=now) for rule, place in fed]
        send(engine, [*updates, drop(now)])
        now = following


def drop(graph: str) -> str:
    """Write the update that takes a graph away, which need not be there."""
    return f"DROP SILENT GRAPH <{graph}>"


def fed_by(rules: Iterable[Rule]) -> Iterator[tuple[Rule, int]]:
    """Give each rule of a circle with each place of its body that the circle's own conclusions can match."""
    heads = [rule.head for rule in rules if rule.head is not None]
    for rule in rules:
        for place, atom in enumerate(rule.body):
            if any(atom.may_meet(head) for head in heads):
                yield rule, place


def insertion(rule: Rule, graphs: Graphs, *, into: str = "", place: int | None = None, new: str = "") -> str:
    """Write a rule as an update: its conclusions that are not known yet, to what is known and to what is inferred.

    ``into`` names a graph that gets them besides; with ``place``, that atom of the body is matched in the graph ``new``.
    """
    assert rule.head is not None, "a contradiction inserts nothing"
    head = str(rule.head)
    added = " ".join(inside(graph, head) for graph in (graphs.known, graphs.inferred, *([into] if into else [])))
    # Not MINUS: where the head has no variable it shares none with the body, and would take nothing away.
    unknown = f"FILTER NOT EXISTS {{ {inside(graphs.known, head)} }}"
    body = matching(rule, known=graphs.known, place=place, new=new)
    return f"INSERT {{ {added} }} WHERE {{ {body} {unknown}{_sayable(rule.head, rule.body)} }}"


def _sayable(head: Atom, body: Sequence[Atom]) -> str:
    """Write what keeps a literal from being a subject, and what is no IRI from being a predicate.

    By SPARQL 1.1 Update (section 3.1.3) such a statement is left out of what is inserted; Virtuoso ends the update.
    """
    subject, predicate = head.subject, head.predicate
    told = ""
    if isinstance(subject, Var) and all(atom.subject != subject for atom in body):
        told += f" FILTER(!isLiteral({subject}))"
    if isinstance(predicate, Var) and all(atom.predicate != predicate for atom in body):
        told += f" FILTER(isIRI({predicate}))"
    return told


def matching(rule: Rule, *, known: str = "", place: int | None = None, new: str = "") -> str:
    """Write a rule's body: what is new first, since it is least."""
    atoms: list[Atom] = list(rule.body)
    fresh = f"GRAPH <{new}> {{ {atoms.pop(place)} }} " if place is not None else ""
    body = inside(known, patterns(atoms)) if atoms else ""
    return fresh + body + "".join(f" FILTER({text(found)})" for found in rule.filters)


def inside(graph: str, pattern: str) -> str:
    """Write a pattern or template of a named graph; empty is the default graph."""
    return f"GRAPH <{graph}> {{ {pattern} }}" if graph else pattern


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
