"""The picture of who works with whom: places and who takes part there, what they do together, and the other parties.

Three columns with lines between: a cooperation stands in the middle, so that three parties to one are seen to share
that one, and not three. Every name is on a line of its own. Each column is put in order by where the neighbours of its
members stand, which keeps lines short; names settle what is equal, so that the same graph gives the same picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kunskapsgraf.graph.vocabulary import Names
from kunskapsgraf.reports.arrange import alphabetical
from kunskapsgraf.reports.cooperation import Cooperation, Party
from kunskapsgraf.reports.evidencemap import Named
from kunskapsgraf.web.drawing import Box, short
from kunskapsgraf.web.silhouettes import kind_of, shape_of

MOST_DRAWN = 60
"""Cooperations in the picture; the table has them all."""
MOST_BOXES = 240
"""Boxes in the picture, where few cooperations have many parties."""
ROW, GROUP, HEIGHT, PAD = 32, 14, 26, 8
"""From one name to the next, further from one place to the next, a box, and the edge of the picture."""
LEFT, MIDDLE, RIGHT, INDENT, GAP = 276, 376, 300, 16, 66
"""Widths of the columns, what parties are moved in below their place, and the space for the lines."""
WIDTH = LEFT + MIDDLE + RIGHT + 2 * GAP + 2 * PAD
_TURNS = 6
_LETTERS = 7.2
"""Width of a letter, wide enough that no name runs out of its box."""


@dataclass(frozen=True)
class Curve:
    """A line from a party to a cooperation, as SVG's path, and how it is drawn."""

    path: str
    line: str


@dataclass
class Picture:
    """What is drawn: its size, boxes with what each is in words, lines, and how many cooperations of how many."""

    height: float
    drawn: int
    total: int
    boxes: list[tuple[str, Box]] = field(default_factory=list)
    brackets: list[str] = field(default_factory=list)
    curves: list[Curve] = field(default_factory=list)
    width: float = WIDTH


@dataclass
class _Column:
    """Rows from top to bottom: each a key, in groups that stay together; neighbours draw a group up or down."""

    groups: list[list[str]]
    places: dict[str, float] = field(default_factory=dict)

    @property
    def height(self) -> float:
        return sum(len(group) * ROW for group in self.groups) + (len(self.groups) - 1) * self._space

    @property
    def _space(self) -> int:
        return GROUP if any(len(group) > 1 for group in self.groups) else 0

    def settle(self, height: float, wanted: Mapping[str, Sequence[float]]) -> None:
        """Put the groups in the order of what draws them, each as near to it as those above and below let it."""
        means = {group[0]: _mean([y for key in group for y in wanted.get(key, ())]) for group in self.groups}
        if wanted:
            self.groups.sort(key=lambda group: means[group[0]])  # stable: names settle the rest
        left, y, space = self.height, float(PAD), self._space
        for group in self.groups:
            tall = len(group) * ROW
            y = max(y, min(means[group[0]] - tall / 2 if wanted else y, PAD + height - left))
            for number, key in enumerate(group):
                self.places[key] = y + (number + 0.5) * ROW
            y += tall + space
            left -= tall + space


def draw(found: Sequence[Cooperation], total: int, names: Names) -> Picture:
    """Lay out the first cooperations, of so many in all."""
    chosen = _first(found)
    by_place: dict[Named, list[Party]] = {}
    others: dict[str, Party] = {}
    for party in sorted(_parties(chosen), key=lambda one: (alphabetical(one.named.label), one.named.iri)):
        if party.places:
            by_place.setdefault(_home(party), []).append(party)
        else:
            others[party.named.iri] = party
    homes = sorted(by_place, key=lambda place: (alphabetical(place.label), place.iri))
    left = _Column([_group(home, by_place[home]) for home in homes])
    middle = _Column([[one.named.iri] for one in chosen])
    right = _Column([[iri] for iri in others])
    height = max(column.height for column in (left, middle, right))
    _settle(chosen, left, middle, right, height)
    picture = Picture(height + 2 * PAD, len(chosen), total)
    for home in homes:
        _draw_place(picture, home, by_place[home], left.places, names)
    x = PAD + LEFT + GAP + MIDDLE / 2
    for one in chosen:
        box = _box(one.named, x, middle.places[one.named.iri], MIDDLE, "service", "")
        picture.boxes.append(("intended" if one.is_planned else "", box))
    x = PAD + LEFT + 2 * GAP + MIDDLE + RIGHT / 2
    for iri, party in others.items():
        shape = shape_of(kind_of(iri, names))
        picture.boxes.append(("", _box(party.named, x, right.places[iri], RIGHT, shape, party.kind_text)))
    for one in chosen:
        for party in one.parties:
            picture.curves.append(_curve(one, party, left.places, middle.places, right.places))
    return picture


def _first(found: Sequence[Cooperation]) -> list[Cooperation]:
    """Give as many as there is room for, in their order, and always one."""
    chosen: list[Cooperation] = []
    boxes: set[str] = set()
    for one in found[:MOST_DRAWN]:
        own = {one.named.iri, *(party.named.iri for party in one.parties), *(place.iri for place in one.places)}
        if chosen and len(boxes | own) > MOST_BOXES:
            break
        boxes |= own
        chosen.append(one)
    return chosen


def _parties(chosen: Iterable[Cooperation]) -> Iterable[Party]:
    return {party.named.iri: party for one in chosen for party in one.parties}.values()


def _home(party: Party) -> Named:
    """Give the place that a party is drawn at: itself where it is one."""
    return next((place for place in party.places if place.iri == party.named.iri), party.places[0])


def _group(home: Named, members: Iterable[Party]) -> list[str]:
    return [home.iri, *(party.named.iri for party in members if party.named.iri != home.iri)]


def _settle(chosen: Sequence[Cooperation], left: _Column, middle: _Column, right: _Column, height: float) -> None:
    parties = {one.named.iri: [party.named.iri for party in one.parties] for one in chosen}
    theirs: dict[str, list[str]] = {}
    for iri, members in parties.items():
        for member in members:
            theirs.setdefault(member, []).append(iri)
    for column in (left, middle, right):
        column.settle(height, {})
    for _ in range(_TURNS):
        sides = {**right.places, **left.places}
        middle.settle(height, {iri: [sides[member] for member in members] for iri, members in parties.items()})
        for side in (left, right):
            keys = [key for group in side.groups for key in group]
            side.settle(height, {key: [middle.places[iri] for iri in theirs.get(key, ())] for key in keys})


def _draw_place(
    picture: Picture,
    home: Named,
    members: Sequence[Party],
    places: Mapping[str, float],
    names: Names,
) -> None:
    top = places[home.iri]
    own = [party for party in members if party.named.iri != home.iri]
    takes_part = len(own) < len(members)
    box = _box(home, PAD + LEFT / 2, top, LEFT, "place", "")
    picture.boxes.append(("" if takes_part else "only-there", box))
    for party in own:
        width = LEFT - INDENT
        y = places[party.named.iri]
        shape = shape_of(kind_of(party.named.iri, names))
        picture.boxes.append(("", _box(party.named, PAD + INDENT + width / 2, y, width, shape, party.kind_text)))
        picture.brackets.append(f"M{PAD + INDENT / 2:g} {top + HEIGHT / 2:g}V{y:g}H{PAD + INDENT:g}")


def _box(one: Named, x: float, y: float, width: float, shape: str, kind: str) -> Box:
    letters = int((width - 24) / _LETTERS)
    name = short(one.label, letters)
    # The kind is told where there is room beside the name: a name cut for it would say less.
    word = kind if kind and len(name) + len(kind) + 3 <= letters else ""
    return replace(Box(one.iri, x, y, width, shape, name, word), height=HEIGHT)


def _curve(
    one: Cooperation,
    party: Party,
    left: Mapping[str, float],
    middle: Mapping[str, float],
    right: Mapping[str, float],
) -> Curve:
    y = middle[one.named.iri]
    line = "planned" if party.is_planned else "inferred" if party.ground == "harledd" else "asserted"
    if party.places:
        start, end = (PAD + LEFT, left[party.named.iri]), (PAD + LEFT + GAP, y)
    else:
        start, end = (PAD + LEFT + GAP + MIDDLE, y), (PAD + LEFT + 2 * GAP + MIDDLE, right[party.named.iri])
    half = (start[0] + end[0]) / 2
    return Curve(
        f"M{start[0]:g} {start[1]:g}C{half:g} {start[1]:g} {half:g} {end[1]:g} {end[0]:g} {end[1]:g}",
        line,
    )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
