"""The first picture of a thing's neighbourhood: which neighbours are drawn, and where.

The thing stands to the left, beside it the properties that tie it to others, and to the right those others, one on each
line, so that every name can be read. The server draws it as SVG; script lays out what it adds in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from flask_babel import gettext

from kunskapsgraf.graph.vocabulary import Names
from kunskapsgraf.web.display import grouped
from kunskapsgraf.web.labels import Label
from kunskapsgraf.web.neighbours import Group, Neighbour, Neighbourhood
from kunskapsgraf.web.silhouettes import kind_of, shape_of

MOST_OUT, MOST_IN, MOST_GROUPS, MOST_DRAWN = 8, 6, 12, 24
"""Properties drawn in each direction where both have more, in all, and neighbours drawn in all."""
ROW, HEIGHT, TALL, PAD = 34, 26, 44, 8
ROOT, PILL, BOX, GAP = 170, 204, 290, 40
"""Width of the thing, of a property, of a neighbour, and of the space between them."""
LONGEST = 38
"""Letters that a box holds."""
_SILENT = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+")
"""Signs that show nothing, or turn the direction of what follows them."""


@dataclass(frozen=True)
class Box:
    """Something with a name at a place: its middle, its width and the shape that tells its kind."""

    iri: str
    x: float
    y: float
    width: float
    shape: str
    name: str
    kind: str
    height: float = HEIGHT

    @property
    def outline(self) -> str:
        """The points of its outline, for SVG."""
        return outline(self.shape, self.x, self.y, self.width, self.height)


@dataclass(frozen=True)
class Line:
    """A line from left to right: how it is drawn, and whether it points to the left."""

    x1: float
    y1: float
    x2: float
    y2: float
    line: str
    incoming: bool
    pointed: bool


@dataclass
class Drawing:
    """The picture: its size, its boxes (the thing first), its properties and its lines."""

    width: float
    height: float
    boxes: list[Box] = field(default_factory=list)
    pills: list[tuple[Group, Box]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    @property
    def shapes(self) -> list[str]:
        """The shapes that are in it, for its legend."""
        return list(dict.fromkeys(box.shape for box in self.boxes))


def drawn(found: Neighbourhood) -> list[tuple[Group, list[Neighbour]]]:
    """Choose what is drawn at first: each neighbour once, in turn one of each property."""
    outgoing = [group for group in found.groups if not group.incoming]
    incoming = [group for group in found.groups if group.incoming]
    room = max(MOST_OUT, MOST_GROUPS - len(incoming)), max(MOST_IN, MOST_GROUPS - len(outgoing))
    groups = [*outgoing[: room[0]], *incoming[: room[1]]]
    seen = {found.iri}
    fresh: list[list[Neighbour]] = []
    for group in groups:
        fresh.append([n for n in group.neighbours if n.iri not in seen])
        seen.update(n.iri for n in fresh[-1])
    taken = [0] * len(groups)
    while sum(taken) < MOST_DRAWN:
        before = sum(taken)
        for number, new in enumerate(fresh):
            if taken[number] < len(new) and sum(taken) < MOST_DRAWN:
                taken[number] += 1
        if sum(taken) == before:
            break
    return [(group, new[:n]) for group, new, n in zip(groups, fresh, taken, strict=True) if n]


def short(text: str, most: int = LONGEST) -> str:
    """Write a name as a box can hold it: on one line, without signs that show nothing, and cut."""
    clean = " ".join(_SILENT.sub(" ", text[: most * 8]).split())
    return clean if len(clean) <= most else clean[: most - 1].rstrip() + "…"


def draw(found: Neighbourhood, names: Names, kinds: Mapping[str, str]) -> Drawing:
    """Lay out the first picture; ``kinds`` gives the word for what each thing is."""
    chosen = drawn(found)
    rows = sum(len(neighbours) for _, neighbours in chosen)
    drawing = Drawing(ROOT + PILL + BOX + 2 * GAP + 2 * PAD, max(rows, 2) * ROW + 2 * PAD)
    middle = drawing.height / 2
    root = _box(found.iri, PAD + ROOT / 2, middle, ROOT, found.labels, names, kinds)
    drawing.boxes.append(replace(root, name=short(found.labels[found.iri].text, 20), height=TALL))
    x_pill = PAD + ROOT + GAP + PILL / 2
    x_box = x_pill + PILL / 2 + GAP + BOX / 2
    row = 0
    for group, neighbours in chosen:
        at = PAD + (row + len(neighbours) / 2) * ROW
        label = found.labels[group.predicate]
        arrow = "← " if group.incoming else ""
        tail = _count(len(neighbours), group.total)
        name = arrow + short(label.text, 25 - len(arrow) - len(tail)) + tail
        pill = Box(group.predicate, x_pill, at, PILL, "property", name, "")
        drawing.pills.append((group, pill))
        drawing.lines.append(
            Line(PAD + ROOT, middle, x_pill - PILL / 2, at, "trunk", group.incoming, pointed=group.incoming)
        )
        for neighbour in neighbours:
            y = PAD + (row + 0.5) * ROW
            drawing.boxes.append(_box(neighbour.iri, x_box, y, BOX, found.labels, names, kinds))
            ends = (x_pill + PILL / 2, at, x_box - BOX / 2, y)
            drawing.lines.append(Line(*ends, neighbour.line, group.incoming, pointed=not group.incoming))
            row += 1
    return drawing


def outline(shape: str, x: float, y: float, width: float, height: float) -> str:
    """Give the corners of a shape around its middle, as SVG's ``points``; round ones are drawn by radius instead."""
    w, h, cut = width / 2, height / 2, HEIGHT * 0.4
    corners = {
        "place": [(-w, -h), (w, -h), (w, h), (-w, h)],
        "method": [(-w, 0), (-w + cut, -h), (w - cut, -h), (w, 0), (w - cut, h), (-w + cut, h)],
        "group": [(-w, -h), (w - cut, -h), (w, 0), (w - cut, h), (-w, h)],
        "source": [(-w, -h), (w - cut, -h), (w, -h + cut), (w, h), (-w, h)],
        "term": [(-w, -h), (w, -h), (w - cut, 0), (w, h), (-w, h), (-w + cut, 0)],
        "utanfor": [(-w + cut, -h), (w, -h), (w - cut, h), (-w, h)],
    }.get(shape, [])
    return " ".join(f"{x + dx:g},{y + dy:g}" for dx, dy in corners)


def _count(shown: int, total: int) -> str:
    if shown == total:
        return f" · {total}" if total > 1 else ""
    return " · " + str(gettext("{n} av {total}")).format(n=shown, total=grouped(total))


def _box(
    iri: str,
    x: float,
    y: float,
    width: float,
    labels: Mapping[str, Label],
    names: Names,
    kinds: Mapping[str, str],
) -> Box:
    word = short(kinds[iri], 18)
    name = short(labels[iri].text, max(LONGEST - len(word) - 3, 10))
    return Box(iri, x, y, width, shape_of(kind_of(iri, names)), name, word)
