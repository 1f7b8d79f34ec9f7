"""Trees of what stands under what: each below all that is directly above it, circles as one, and never without end.

What has several above it stands in each of those places; what stands below it is written out once, nearest the top.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from kunskapsgraf.graph.components import components

DEEPEST = 12
"""Levels that are written out; what lies deeper has a page of its own."""


@dataclass
class Branch:
    """A place in the tree: what stands there (several, where each is above the other) and what stands below it."""

    members: tuple[str, ...]
    under: tuple[str, ...] = ()
    """What it stands under in this place."""
    others: tuple[str, ...] = ()
    """What it stands under in other places."""
    children: list[Branch] = field(default_factory=list)
    count: int = 0
    """How many stand directly below it, written out here or not."""
    told: bool = False
    """Those below it are written out in another place."""
    depth: int = 0

    @property
    def cut(self) -> int:
        """How many stand directly below it that are left out of this tree."""
        return 0 if self.told else self.count - len(self.children)


@dataclass
class Forest:
    """Trees beside each other: those written out, how many there are in all, and what hangs in none of them."""

    roots: list[Branch]
    total: int

    def branches(self) -> Iterable[Branch]:
        """Give every place that is written out."""
        waiting = deque(self.roots)
        while waiting:
            branch = waiting.popleft()
            yield branch
            waiting.extend(branch.children)


def forest(
    nodes: Iterable[str],
    above: Mapping[str, Iterable[str]],
    order: Callable[[str], object],
    most: int,
    start: str = "",
    is_transitive: bool = True,
) -> Forest:
    """Build the trees of some nodes, or the one that begins at ``start``, with at most ``most`` places.

    Of a relation that ``is_transitive`` only the direct steps are kept: A under C is left out where A is under B under C.
    """
    named = sorted(set(nodes), key=order)  # type: ignore[arg-type]
    numbers = {iri: number for number, iri in enumerate(named)}
    needed = [{numbers[wider] for wider in above.get(iri, ()) if wider in numbers} for iri in named]
    circles = components(needed)
    circle_of = {number: place for place, members in enumerate(circles) for number in members}
    parents = [
        {circle_of[wider] for number in members for wider in needed[number]} - {place}
        for place, members in enumerate(circles)
    ]
    if is_transitive:
        parents = _direct(parents)
    below: dict[int, list[int]] = defaultdict(list)
    for place in sorted(range(len(circles)), key=lambda place: circles[place][0]):
        for wider in parents[place]:
            below[wider].append(place)

    def members(place: int) -> tuple[str, ...]:
        return tuple(named[number] for number in circles[place])

    def branch(place: int, under: int | None, depth: int) -> Branch:
        others = sorted((wider for wider in parents[place] if wider != under), key=lambda wider: circles[wider][0])
        return Branch(
            members(place),
            members(under) if under is not None else (),
            tuple(iri for wider in others for iri in members(wider)),
            count=len(below[place]),
            depth=depth,
        )

    tops = sorted((p for p in range(len(circles)) if not parents[p]), key=lambda place: circles[place][0])
    if start:
        tops = [circle_of[numbers[start]]] if start in numbers else []
    found = Forest([branch(place, None, 0) for place in tops[:most]], len(tops))
    written = len(found.roots)
    waiting = deque(zip(tops, found.roots, strict=False))
    opened: set[int] = set()
    while waiting:
        place, at = waiting.popleft()
        if not below[place]:
            continue
        if place in opened:
            at.told = True
            continue
        if at.depth >= DEEPEST or written + len(below[place]) > most:
            continue
        opened.add(place)
        at.children = [branch(child, place, at.depth + 1) for child in below[place]]
        written += len(at.children)
        waiting.extend(zip(below[place], at.children, strict=True))
    return found


def _direct(parents: list[set[int]]) -> list[set[int]]:
    """Leave out each step that two or more others make; what is above comes first, and there are no circles."""
    ancestors: list[int] = []  # as bits
    kept = []
    for wider in parents:
        through = 0
        for one in wider:
            through |= ancestors[one]
        kept.append({one for one in wider if not through >> one & 1})
        bits = through
        for one in wider:
            bits |= 1 << one
        ancestors.append(bits)
    return kept
