"""A query written so that the embedded engine answers it fast, with the same meaning: docs/rewriting.md has the proofs.

Two rewritings, each where its conditions hold, and nothing else is touched:

- the triple patterns within ``EXISTS`` and ``NOT EXISTS`` become a chain (``graph/chaining.py``);
- ``FILTER NOT EXISTS { P }`` becomes ``MINUS { P }`` at the end of its group where the group goes through the whole
  graph, so that P is matched once and not once a row.

A query worker imports this: the standard library, and what imports no more than that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TypeVar

from kunskapsgraf.graph.chaining import TYPES, Chains, Step, Uncovered, is_variable, outermost
from kunskapsgraf.graph.grammar import Node, Tree, tree

_KEPT = 100
_FORMS = frozenset({"Select", "Construct", "Describe", "SubSelect"})
_THROUGH = frozenset({"Query", "Form", "Where", *_FORMS})
"""From a query down to its own group: what is in a group within it may be looked up from the rest, row by row."""


Found = TypeVar("Found")


def asked(
    text: str, ask: Callable[[str], Found], prove: Callable[[str], object] = lambda _: None
) -> tuple[Found, bool]:
    """Ask a query in the form that the engine answers fastest; tell whether that is another than it was written in.

    Before another is asked, ``prove`` may raise for the one that was written.
    """
    faster = rewritten(text)
    if faster is not None:
        prove(text)
        try:
            return ask(faster), True
        except SyntaxError:
            pass  # an engine without LATERAL
    return ask(text), False


@lru_cache(maxsize=_KEPT)
def rewritten(text: str) -> str | None:
    """Give a query of the same meaning that the engine answers faster; ``None`` where there is nothing to rewrite."""
    if "EXISTS" not in text.upper() or (read := tree(text)) is None:
        return None
    edits = sorted(_Writer(read).edits(read.root, is_whole=True))
    pieces, at = [], 0
    for begin, end, new in edits:
        pieces += [text[at:begin], new]
        at = end
    return "".join([*pieces, text[at:]]) if edits else None


class _Writer:
    """Find what of a query is written anew: from which place to which, and how."""

    def __init__(self, read: Tree) -> None:
        self._terminals = read.terminals
        self._chains = Chains(read)
        self._aside = list(_aside(read))

    def edits(self, node: Node, *, is_whole: bool) -> Iterator[tuple[int, int, str]]:
        """Give the edits within a node; ``is_whole`` down to the group of a query of which all rows are asked for."""
        if not self._chains.holds(node, "EXISTS"):
            return
        if node.rule == "Exists":
            yield from self._chained(node.parts[-1])
            return
        if node.rule in _FORMS:
            is_whole = self._asks_for_all(node)
        moved = self._movable(node) if node.rule == "Group" and is_whole else []
        for part in moved:
            # FILTER(true) in its place: what stood between two patterns stands there still.
            yield self._place(part.start), self._end(part.end), "FILTER(true)"
            (exists,) = outermost(part, "Exists")
            closing = self._place(node.end - 1)
            yield closing, closing, f" MINUS {self._chains.text(exists.parts[-1])} "
        inner = node.parts[0].parts if moved else node.parts
        for part in inner:
            if part not in moved:
                yield from self.edits(part, is_whole=is_whole and node.rule in _THROUGH)

    def _place(self, terminal: int) -> int:
        return self._terminals[terminal][2]

    def _end(self, terminal: int) -> int:
        _, text, begin = self._terminals[terminal - 1]
        return begin + len(text)

    def _chained(self, group: Node) -> Iterator[tuple[int, int, str]]:
        before = self._chains.count
        try:
            text = self._chains.group(group, frozenset(self._elsewhere(group)))
        except Uncovered:
            return
        if self._chains.count > before:
            yield self._place(group.start), self._end(group.end), text

    def _elsewhere(self, group: Node) -> set[str]:
        """Give the variables that may have a value where a group is matched: all but those that only others like it have."""
        aside = [(a.start, a.end) for a in self._aside if a.end <= group.start or a.start >= group.end]
        found = set()
        for place, (kind, text, _) in enumerate(self._terminals):
            is_elsewhere = not group.start <= place < group.end and not any(a <= place < b for a, b in aside)
            if kind == "variable" and is_elsewhere:
                found.add(text[1:])
        return found

    def _asks_for_all(self, query: Node) -> bool:
        """Tell whether a query takes all rows of its group: a LIMIT alone takes the first, and the engine looks for no more."""
        words = {
            text.upper()
            for part in query.parts
            if part.rule == "Modifiers"
            for kind, text, _ in self._terminals[part.start : part.end]
            if kind == "word"
        }
        return "ORDER" in words or not words & {"LIMIT", "OFFSET"}

    def _movable(self, group: Node) -> list[Node]:
        """Give the filters of a group that may become MINUS at its end, and gain by it."""
        (body,) = group.parts
        if body.rule != "Body":
            return []
        triples = [part for part in body.parts if part.rule == "Triples"]
        others = [part for part in body.parts if part.rule != "Triples"]
        absences = [part for part in others if self._is_absence(part)]
        rest = [part for part in others if part not in absences]
        if not absences or not triples or any(self._first(part) not in ("OPTIONAL", "MINUS") for part in rest):
            return []
        steps = self._steps(triples)
        if steps is None or not all(_goes_through(step) for step in steps):
            return []
        certain = set().union(*(step.variables() for step in steps))
        return [part for part in absences if self._is_covered(part, certain)]

    def _is_covered(self, absence: Node, certain: set[str]) -> bool:
        """Hold a NOT EXISTS to the conditions under which MINUS means the same."""
        (exists,) = outermost(absence, "Exists")
        group = exists.parts[-1]
        (body,) = group.parts
        if body.rule != "Body" or self._chains.holds(body, "EXISTS"):
            return False
        triples = [part for part in body.parts if part.rule == "Triples"]
        filters = [part for part in body.parts if self._first(part) == "FILTER"]
        steps = self._steps(triples)
        if steps is None or len(triples) + len(filters) < len(body.parts):
            return False
        bound = set().union(*(step.variables() for step in steps))
        shared = self._chains.variables(group) & self._elsewhere(group)
        return (
            bool(shared)
            and shared <= certain
            and self._chains.variables(group) <= bound
            and not any(step.may_be_empty or is_variable(step.verb) for step in steps)
        )

    def _steps(self, triples: list[Node]) -> list[Step] | None:
        try:
            return [step for part in triples for step in self._chains.steps(part)]
        except Uncovered:
            return None

    def _is_absence(self, part: Node) -> bool:
        """Tell whether a pattern is ``FILTER NOT EXISTS { … }``, in brackets or not, and nothing else."""
        if self._first(part) != "FILTER":
            return False
        begin, end = part.start + 1, part.end
        while self._terminals[begin][1] == "(" and self._terminals[end - 1][1] == ")":
            begin, end = begin + 1, end - 1
        exists = list(outermost(part, "Exists"))
        return (
            len(exists) == 1
            and (exists[0].start, exists[0].end) == (begin, end)
            and self._terminals[begin][1].upper() == "NOT"
        )

    def _first(self, node: Node) -> str:
        kind, text, _ = self._terminals[node.start]
        return text.upper() if kind == "word" else ""


def _aside(read: Tree) -> Iterator[Node]:
    """Give the groups whose variables give no row a value: of EXISTS and of MINUS."""
    left = [read.root]
    while left:
        node = left.pop()
        left += node.parts
        kind, text, _ = read.terminals[node.start]
        if node.rule == "Exists" or (node.rule == "Pattern" and kind == "word" and text.upper() == "MINUS"):
            yield node.parts[-1]


def _goes_through(step: Step) -> bool:
    """Tell whether a pattern finds all there is, or all that has a class."""
    ends_are_free = is_variable(step.subject) and is_variable(step.target)
    return ends_are_free and (is_variable(step.verb) or step.verb in TYPES)
