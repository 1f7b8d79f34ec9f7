"""A query written so that the embedded engine answers it fast, with the same meaning: docs/rewriting.md has the proofs.

Each rewriting is made where its conditions hold, and nothing else is touched:

- the triple patterns within ``EXISTS`` and ``NOT EXISTS`` become a chain (``graph/chaining.py``);
- ``FILTER NOT EXISTS { P }`` becomes ``MINUS { P }`` at the end of its group where the group goes through the whole
  graph, so that P is matched once and not once a row;
- what is joined is joined in another order or way (``graph/ordering.py``).

The last, and MINUS for a group that goes through less, are made where counting shows that they pay.

A query worker imports this: the standard library, and what imports no more than that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TypeVar

from kunskapsgraf.graph.chaining import Chains, Uncovered, outermost
from kunskapsgraf.graph.grammar import Node, Tree, tree
from kunskapsgraf.graph.ordering import absent_once, joined
from kunskapsgraf.graph.sizes import Sizes
from kunskapsgraf.graph.steps import TYPES, Step, is_variable

_KEPT = 100
_FORMS = frozenset({"Select", "Construct", "Describe", "SubSelect"})
_THROUGH = frozenset({"Query", "Form", "Where", *_FORMS})
"""From a query down to its own group: what is in a group within it may be looked up from the rest, row by row."""
_CLOSURE = re.compile(r"[\w>)][*+]\s*[<?$\w]")
_NARROW = re.compile(r"[:>][\w-]*\s+(?:<>|\w*:[\w-]+|[\"'\d][^}]*?)\s*[.;}]|<>\s+[\w:^(]")
_ASIDE = re.compile(r"<[^<>\s]*>|\"[^\"]*\"")
_BY_ORDER = frozenset({"LIMIT", "OFFSET", "REDUCED", "SAMPLE", "GROUP_CONCAT", "SUM", "AVG", "MIN", "MAX"})
"""What may tell in which order rows came, be it by the last digit of a sum."""
_BESIDE = ("GRAPH", "UNION", "VALUES")
"""With what else in a group its patterns are left as they are."""
_LONGEST = 2_000
"""Characters; reading a longer query takes as long as it may save."""
_HOPELESS = re.compile(rf"\b(?:{'|'.join(sorted({*_BY_ORDER, *_BESIDE}))})\b", re.IGNORECASE)

Found = TypeVar("Found")


def asked(
    text: str,
    ask: Callable[[str], Found],
    prove: Callable[[str], object] = lambda _: None,
    faster: Callable[[str], str | None] | None = None,
) -> tuple[Found, bool]:
    """Ask a query in the form that the engine answers fastest; tell whether that is another than it was written in.

    Before another is asked, ``prove`` may raise for the one that was written. ``faster`` gives the other form, where
    that is found with more than the text.
    """
    form = (faster or rewritten)(text)
    if form is not None:
        prove(text)
        try:
            return ask(form), True
        except SyntaxError:
            pass  # an engine without LATERAL
    return ask(text), False


@lru_cache(maxsize=_KEPT)
def rewritten(text: str) -> str | None:
    """Give a query of the same meaning that the engine answers faster; ``None`` where there is nothing to rewrite."""
    return _written(text, None) if "EXISTS" in text.upper() else None


def counted(text: str, count: Callable[[str], int]) -> str | None:
    """Give it also where it pays by the graph that is asked: ``count`` asks that for the one number of a query."""
    return _written(text, count) if _is_hopeful(text) else None


def _is_hopeful(text: str) -> bool:
    """Tell at a glance whether a query may gain: to read one takes some 0.5 ms, as long as a small one takes to answer."""
    if "EXISTS" in text.upper():
        return True
    if len(text) > _LONGEST or _HOPELESS.search(text):
        return False
    inner = _ASIDE.sub("<>", text[text.find("{") :])
    # There must be two patterns or steps, and none that finds little anyway, or one that the engine does not see in a path.
    is_joined = any(mark in inner for mark in "./;")
    return is_joined and bool(_CLOSURE.search(inner) or not _NARROW.search(inner))


def _written(text: str, count: Callable[[str], int] | None) -> str | None:
    if (read := tree(text)) is None:
        return None
    edits = sorted(_Writer(read, count).edits(read.root))
    pieces, at = [], 0
    for begin, end, new in edits:
        pieces += [text[at:begin], new]
        at = end
    return "".join([*pieces, text[at:]]) if edits else None


class _Writer:
    """Find what of a query is written anew: from which place to which, and how."""

    def __init__(self, read: Tree, count: Callable[[str], int] | None) -> None:
        self._terminals = read.terminals
        self._chains = Chains(read)
        self._aside = list(_aside(read))
        form = read.root.parts[1]
        prologue = read.text[: read.terminals[form.start][2]]
        self._sizes = Sizes(prologue, self._chains.fresh(), count) if count else None
        words = {text.upper() for kind, text, _ in read.terminals if kind == "word"}
        self._is_free = not words & _BY_ORDER

    def edits(self, node: Node, form: Node | None = None) -> Iterator[tuple[int, int, str]]:
        """Give the edits within a node; ``form`` is the query of which it is the way to its own group."""
        if self._sizes is None and not self._chains.holds(node, "EXISTS"):
            return
        if node.rule == "Exists":
            yield from self._chained(node.parts[-1])
            return
        if node.rule in _FORMS:
            form = node
        moved: list[tuple[Node, str]] = []
        if node.rule == "Group" and form is not None:
            moved = self._movable(node) if self._asks_for_all(form) else []
            yield from self._joined(node, form)
        for part, absent in moved:
            # FILTER(true) in its place: what stood between two patterns stands there still.
            yield self._place(part.start), self._end(part.end), "FILTER(true)"
            closing = self._place(node.end - 1)
            yield closing, closing, f" MINUS {absent} "
        inner = node.parts[0].parts if moved else node.parts
        for part in inner:
            if all(part is not one for one, _ in moved):
                yield from self.edits(part, form if node.rule in _THROUGH else None)

    def _joined(self, group: Node, form: Node) -> Iterator[tuple[int, int, str]]:
        """Write the patterns of a group's own anew, where they stand before all else but filters."""
        (body,) = group.parts
        if self._sizes is None or not self._is_free or form.rule == "Describe" or body.rule != "Body":
            return
        kinds = [part.rule if part.rule == "Triples" else self._first(part) for part in body.parts]
        triples = [part for part in body.parts if part.rule == "Triples"]
        after = [kind for kind in kinds if kind not in ("Triples", "FILTER")]
        last = max((place for place, kind in enumerate(kinds) if kind == "Triples"), default=0)
        if not triples or set(after) - {"OPTIONAL", "MINUS", "BIND"} or set(kinds[:last]) & set(after):
            return
        steps = self._steps(triples)
        if steps is None:
            return
        has_own = not set().union(*(step.variables() for step in steps)) <= self._chains.variables(body)
        if has_own and self._shows_all(form):
            return
        filters = [part for part, kind in zip(body.parts, kinds, strict=True) if kind == "FILTER"]
        text = joined(steps, self._sizes, set().union(*(self._chains.variables(part) for part in filters)))
        for part in triples if text is not None else []:
            yield self._place(part.start), self._end(part.end), text or ""
            text = ""

    def _shows_all(self, form: Node) -> bool:
        """Tell whether a query shows, or counts apart, every variable there is: SELECT *, COUNT(DISTINCT *)."""
        places = [
            place
            for part in form.parts
            if part.rule in ("Columns", "Modifiers")
            for place in range(part.start, part.end)
        ]
        return any(self._terminals[place][1] == "*" and self._terminals[place - 1][1] != "(" for place in places)

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

    def _movable(self, group: Node) -> list[tuple[Node, str]]:
        """Give the filters of a group that may become MINUS at its end and gain by it, and the group of each MINUS."""
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
        is_all = steps is not None and all(_goes_through(step) for step in steps)
        if steps is None or not (is_all or self._sizes):
            return []
        found = [(part, self._absent(part, steps, is_all=is_all)) for part in absences]
        return [(part, text) for part, text in found if text is not None]

    def _absent(self, absence: Node, rows: list[Step], *, is_all: bool) -> str | None:
        """Hold a NOT EXISTS to the conditions under which MINUS means the same and pays; give the group of that."""
        certain = set().union(*(step.variables() for step in rows))
        (exists,) = outermost(absence, "Exists")
        group = exists.parts[-1]
        (body,) = group.parts
        if body.rule != "Body" or self._chains.holds(body, "EXISTS"):
            return None
        triples = [part for part in body.parts if part.rule == "Triples"]
        filters = [part for part in body.parts if self._first(part) == "FILTER"]
        steps = self._steps(triples)
        if steps is None or len(triples) + len(filters) < len(body.parts):
            return None
        bound = set().union(*(step.variables() for step in steps))
        variables = self._chains.variables(group)
        shared = variables & self._elsewhere(group)
        # A path that may be empty finds the same from a value that is put in only where that is a node.
        empty = set().union(*(step.ends() for step in steps if step.may_be_empty))
        if not shared or not shared <= certain or not variables <= bound or empty & shared:
            return None
        if any(is_variable(step.verb) for step in steps):
            return None
        if is_all:
            return None if empty else self._chains.text(group)
        assert self._sizes, "nothing else is looked at without them"
        filtered = set().union(*(self._chains.variables(part) for part in filters))
        text = absent_once(rows, steps, self._sizes, filtered)
        if not text:
            return text if text is None else self._chains.text(group)
        return f"{{ {' '.join([text, *(self._chains.text(part) for part in filters)])} }}"

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
