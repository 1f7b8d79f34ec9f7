"""The joins of a query in an order of ours, where what the engine reckons with is far from what the graph holds.

The engine gives each kind of pattern a number, whatever the graph holds, and looks up row by row what it takes up
next. Two things are so done slowly that analysts ask for: what reaches a term by a path of any length, and counts of
what is joined from end to end. docs/rewriting.md has the arguments, and when it pays.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from kunskapsgraf.graph.sizes import Sizes, has_constant
from kunskapsgraf.graph.steps import FOUND, TYPES, Step, is_variable

LOOKUP = 10
"""What it takes to look a pattern up for one row, in rows that are read one after another (some 5 and 0.5 µs)."""
_MANY = 10**9
_FEW, _WORTH = 100, 300
"""Rows: not worth a look; and from where on a pattern that is read once is worth more than as many look-ups."""
_LARGEST = 200_000
"""Rows that may be held in memory to be joined."""
_LOOKS = (2_000, 40_000, _LARGEST)
"""How far is counted what the engine begins with: first for what finds little, then for what finds less than all."""
_STEPS = 10
_PER_STEP = 1000


def joined(steps: Sequence[Step], sizes: Sizes, filtered: AbstractSet[str] = frozenset()) -> str | None:
    """Give patterns that are joined in another form of the same meaning; ``None`` where they stand as well as they are.

    ``filtered`` are the variables that filters of the group look at.
    """
    theirs = order(steps) if 1 < len(steps) <= _STEPS else None
    if theirs is None:
        return None
    ours = _begun_elsewhere(theirs, sizes, filtered)
    once = _read_once(ours or theirs, sizes, is_filtered=bool(filtered))
    if ours is None:
        return " ".join(_once(step) if step in once else f"{step} ." for step in steps) if once else None
    return _chain(ours, once)


def _chain(steps: Sequence[Step], once: Sequence[Step] = ()) -> str:
    first, *rest = steps
    return " ".join([f"{first} .", *(_once(step) if step in once else f"LATERAL {{ {step} }}" for step in rest)])


def _once(step: Step) -> str:
    return f"{{ SELECT * {{ {step} }} }}"


def order(steps: Sequence[Step], first: Step | None = None) -> list[Step] | None:
    """Give the order in which the engine takes up patterns, or one from another beginning on; ``None`` if they fall apart."""
    left = list(steps)
    first = first or min(left, key=lambda step: _reckoned(step, frozenset()))
    left.remove(first)
    found, known = [first], first.variables()
    while left:
        beside = [step for step in left if step.variables() & known]
        if not beside:
            return None
        found.append(min(beside, key=lambda step: _reckoned(step, known)))
        left.remove(found[-1])
        known |= found[-1].variables()
    return found


def absent_once(
    rows: Sequence[Step], absent: Sequence[Step], sizes: Sizes, filtered: AbstractSet[str] = frozenset()
) -> str | None:
    """Give patterns that are to be absent as they are matched once, where that costs less than to look them up for each row.

    An empty text stands for the patterns as they are written.
    """
    theirs, within = order(rows), order(absent)
    if theirs is None or within is None or any(step.is_path for step in rows):
        return None
    if any(_is_deep(step) or (step.is_path and not (step.is_closure and _has_one_end(step))) for step in absent):
        return None
    count: float = sizes.of(theirs[0], _LARGEST + 1)
    for place in range(1, len(theirs)):
        if _FEW <= count <= _LARGEST:
            count *= sizes.per_row(theirs[: place + 1])
    saved = _looked_up(count, theirs, absent, sizes) if count >= _FEW else 0
    most = int(min(saved, _LARGEST * LOOKUP) / 2)
    if any(step.is_closure for step in absent):
        ours = _begun_elsewhere(within, sizes, filtered)
        return _chain(ours) if ours and sizes.all_prefixes(ours, most // LOOKUP) < most // LOOKUP else None
    if count < _WORTH and len(absent) == 1:
        return None
    # To hold a row takes longer than to read it.
    largest = min(int(2 * count), _LARGEST)
    found: float = sizes.of(within[0], largest + 1)
    if found > largest:
        return None
    cost = found
    for place in range(1, len(within)):
        if cost <= most:
            cost += found * LOOKUP
            found *= sizes.per_row(within[: place + 1])
    return "" if max(cost, found) <= most and found <= _LARGEST else None


def _looked_up(count: float, theirs: Sequence[Step], absent: Sequence[Step], sizes: Sizes) -> float:
    """Reckon what it costs to look for what is to be absent, row by row: all that the first pattern finds is tried where nothing is."""
    known = frozenset().union(*(step.variables() for step in theirs))
    first = min(absent, key=lambda step: step.found(known))
    chain = order(absent, first)
    if chain is None or len(chain) == 1 or first.is_path or not first.variables() & known:
        return count * LOOKUP
    return count * LOOKUP * (1 + sizes.per_row([*theirs, first]) * sizes.share_without(theirs, chain))


def _begun_elsewhere(theirs: Sequence[Step], sizes: Sizes, filtered: AbstractSet[str]) -> list[Step] | None:
    """Begin with a pattern that finds less than what the engine begins with, if what follows from it is less, too."""
    if any(_is_deep(step) or (step.is_closure and not _has_one_end(step)) for step in theirs):
        return None
    for most in _LOOKS:
        begun = _begun(theirs, sizes, filtered, most)
        if begun < _FEW:
            return None
        # Half of it, so that what is only reckoned may be wrong and nothing lost.
        found = [(sizes.begins(step, begun // 2), step) for step in theirs[1:] if not _is_open(step)]
        for size, step in sorted(((size, step) for size, step in found if size is not None), key=lambda pair: pair[0]):
            ours = order(theirs, step)
            if ours is None or not _may_be_chained(ours) or any(one.is_closure for one in ours[1:2]):
                continue
            after = sizes.all_rows(ours[:2], begun) if len(ours) > 2 else 0
            if size + after <= begun // 2:
                return ours
        if begun < most // LOOKUP:
            return None
    return None


def _begun(theirs: Sequence[Step], sizes: Sizes, filtered: AbstractSet[str], most: int) -> int:
    """Reckon what the engine looks up from its first pattern and its second."""
    found = sizes.of(theirs[0], most)
    if theirs[0].variables() & filtered:
        return found // LOOKUP
    if len(theirs) == 2 or found < _FEW or theirs[1].variables() & filtered:
        return found
    return found + int(found * (1 if theirs[1].is_closure else sizes.per_row(theirs[:2])))


def _is_deep(step: Step) -> bool:
    """Tell whether a path holds one of any length within it, of which no limit stops the engine."""
    return step.is_path and any(mark in (step.verb[:-1] if step.is_closure else step.verb) for mark in "*+")


def _has_one_end(step: Step) -> bool:
    return is_variable(step.subject) != is_variable(step.target)


def _is_open(step: Step) -> bool:
    """Tell whether a pattern is no beginning: all there is, or a path from anywhere to anywhere."""
    return is_variable(step.verb) or (step.is_path and not _has_one_end(step))


def _may_be_chained(steps: Sequence[Step]) -> bool:
    """Hold paths that may be empty to their condition: such a one is looked up only from what is a node."""
    nodes: set[str] = set()
    bound: set[str] = set()
    for step in steps:
        if bound and step.may_be_empty and (step.ends() & bound) - nodes:
            return False
        bound |= step.variables()
        if not step.may_be_empty:
            nodes |= step.ends()
    return True


def _read_once(theirs: Sequence[Step], sizes: Sizes, *, is_filtered: bool) -> list[Step]:
    """Find the patterns that are looked up for more rows than they have, to have them read once and joined."""
    if any(step.is_path or is_variable(step.verb) or _is_narrow(step) for step in theirs):
        return []
    once: list[Step] = []
    rows: float = sizes.of(theirs[0], _LARGEST + 1)
    for place, step in enumerate(theirs[1:], 1):
        if rows > _LARGEST:
            break
        is_last = place == len(theirs) - 1
        if is_last and rows < _WORTH:
            break
        size = sizes.of(step, int(2 * rows) + 1) if rows >= _WORTH else _MANY
        after = rows if is_last and not is_filtered else rows * sizes.per_row(theirs[: place + 1])
        # A filter is asked of all that is read: then nearly all of it must be wanted.
        if size <= 2 * rows and (not is_filtered or size <= 1.25 * after):
            once.append(step)
        rows = after
    return once


def _is_narrow(step: Step) -> bool:
    return has_constant(step) and not (step.verb in TYPES and is_variable(step.subject))


def _reckoned(step: Step, known: AbstractSet[str]) -> int:
    subject, verb, target = (
        not is_variable(text) or text[1:] in known for text in (step.subject, step.verb, step.target)
    )
    if not step.is_closure:
        # The engine reckons with more things of a class than of any other value; and with both ways of an alternative.
        return FOUND[subject, verb, target] * (10 if step.verb in TYPES and not subject else 2 if step.is_path else 1)
    if subject and target:
        return 1
    return FOUND[subject, True, target] * _PER_STEP if subject or target else _MANY
