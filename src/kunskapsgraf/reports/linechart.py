"""Series over time as SVG: a line where values compare, a gap where they do not, and a mark at each break in series.

As with bars, across is shares of the width and down is pixels, so that letters keep their size on any screen, and nothing
is styled but by attributes, which a style sheet may overrule. Series differ by the shape of their marks and by a letter.
What the picture says stands in its description too; its parts are told to nobody but those who see them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count, pairwise
from xml.etree import ElementTree

from kunskapsgraf.reports import marks
from kunskapsgraf.reports.chart import clean
from kunskapsgraf.reports.series import Series, Value

_LEFT, _RIGHT = 14.0, 92.0
_PLOT, _BELOW, _ROW = 230, 44, 20
_YEARS_AT_MOST = 7
"""Years named below the chart, as many as fit on a narrow screen."""
_VALUES_AT_MOST = 8
"""Years up to which values stand beside their marks."""
_BREAK_WIDTH = 42.0
"""Per cent of a narrow screen that the name of a break may take."""
_NEAR = 11
_SMALL = "12"


@dataclass(frozen=True)
class Words:
    """What a chart says in words: its title and description, the unit, how values and breaks are written, and that values are missing."""

    title: str
    description: str
    unit: str
    value: Callable[[Value], str]
    tick: Callable[[float], str]
    break_in: Callable[[int, str, str], str]
    missing: str


@dataclass(frozen=True)
class _Plot:
    """Where years and numbers lie."""

    first: int
    last: int
    low: float
    high: float
    top: int

    def x(self, year: float) -> float:
        if self.first == self.last:
            return (_LEFT + _RIGHT) / 2
        return _LEFT + (_RIGHT - _LEFT) * (year - self.first) / (self.last - self.first)

    def y(self, number: float) -> float:
        return self.top + _PLOT * (self.high - number) / (self.high - self.low)

    @property
    def foot(self) -> int:
        return self.top + _PLOT


@dataclass(frozen=True)
class _BreakMark:
    year: int
    text: str
    x: float
    row: int


def drawable(series: Sequence[Series]) -> list[Series]:
    """Give the series that have something to draw: a number in a year."""
    return [one for one in series if any(value.year is not None and value.heights for value in one.values)]


def svg(series: Sequence[Series], words: Words, name: str) -> str:
    """Draw series in one unit, at most as many as there are ``marks.SHAPES``; ``name`` tells the picture from others of its page."""
    drawn = [value for one in series for value in one.values if value.year is not None and value.heights]
    years = [value.year for value in drawn if value.year is not None]
    heights = [height for value in drawn for height in value.heights]
    first, last = min(years), max(years)
    step = _nice(max(*heights, 0) - min(*heights, 0))
    low, high = step * math.floor(min(*heights, 0) / step), step * math.ceil(max(*heights, 0) / step)
    low, high = (low, high) if high > low else (0.0, 1.0)
    breaks = _break_marks(series, words, _Plot(first, last, low, high, 0))
    rows = max((mark.row for mark in breaks), default=-1) + 1
    plot = _Plot(first, last, low, high, 40 + _ROW * rows)
    root = ElementTree.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "class": f"series{' many' if last - first > 3 else ''}",
            "width": "100%",
            "height": str(plot.foot + _BELOW),
            "role": "img",
            "aria-label": clean(words.title),
            "aria-describedby": name,
            "font-family": "sans-serif",
            "font-size": "15",
        },
    )
    ElementTree.SubElement(root, "desc", {"id": name}).text = clean(words.description)
    marks.text(root, 0, 14, words.unit, "unit", "start")
    _grid(root, plot, step, words)
    # A year of which a source has only a word has nothing to draw, but is not without a value.
    said = {year for one in series for year in one.years if first <= year <= last}
    _years(root, plot, sorted(said), words)
    for mark in breaks:
        _break(root, plot, mark)
    for number, one in enumerate(series):
        _lines(root, plot, one, number)
    _marks(root, plot, series, words)
    return ElementTree.tostring(root, encoding="unicode")


def _nice(span: float) -> float:
    """Give a step of 1, 2 or 5 times a power of ten that divides a span into at most five."""
    if span <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(span / 5))
    return next(power * step for step in (1, 2, 5, 10) if span / (power * step) <= 5)


def _break_marks(series: Sequence[Series], words: Words, plot: _Plot) -> list[_BreakMark]:
    """Place the breaks between the years that they part; what would lie on another's name goes a row further down."""
    parted: dict[int, tuple[list[str], dict[int, None]]] = {}
    for number, one in enumerate(series):
        for cut in one.cuts:
            if plot.first < cut.year <= plot.last:
                letters, notes = parted.setdefault(cut.year, ([], {}))
                letters.append(marks.LETTERS[number])
                notes |= dict.fromkeys(note.number for note in cut.notes)
    found: list[_BreakMark] = []
    for year, (letters, notes) in sorted(parted.items()):
        x = plot.x(year - 0.5)
        taken = {mark.row for mark in found if abs(mark.x - x) < _BREAK_WIDTH}
        row = next(row for row in range(len(found) + 1) if row not in taken)
        whose = "" if len(letters) == len(series) else ", ".join(letters)
        found.append(_BreakMark(year, words.break_in(year, whose, ", ".join(map(str, sorted(notes)))), x, row))
    return found


def _grid(root: ElementTree.Element, plot: _Plot, step: float, words: Words) -> None:
    for ordinal in range(round((plot.high - plot.low) / step) + 1):
        number = plot.low + ordinal * step
        y = plot.y(number)
        kind = "axis" if number == 0 else "grid"
        marks.line(root, (0, y), (100, y), kind, "0.8" if number == 0 else "0.2")
        marks.text(root, 0, y - 4, words.tick(number), "tick", "start", _SMALL)


def _years(root: ElementTree.Element, plot: _Plot, known: Sequence[int], words: Words) -> None:
    """Name the years, as many as there is room for, and shade those that have no value in any series."""
    span = plot.last - plot.first
    half = (_RIGHT - _LEFT) / span / 2 if span else 0.0
    for before, after in pairwise(known):
        if after - before > 1:
            start, end = plot.x(before) + half, plot.x(after) - half
            box = {"x": f"{start:.2f}%", "width": f"{end - start:.2f}%", "y": str(plot.top), "height": str(_PLOT)}
            look = {"class": "missing", "fill": "currentColor", "fill-opacity": "0.08"}
            ElementTree.SubElement(root, "rect", {**box, **look})
    step = next(base * 10**power for power in count() for base in (1, 2, 5) if span < _YEARS_AT_MOST * base * 10**power)
    for year in range(plot.first, plot.last + 1, step):
        marks.text(root, plot.x(year), plot.foot + 20, str(year), "tick", "middle", "13")
        if year not in known:
            marks.text(root, plot.x(year), plot.foot + 37, words.missing, "tick", "middle", _SMALL)


def _break(root: ElementTree.Element, plot: _Plot, mark: _BreakMark) -> None:
    y = 34 + _ROW * mark.row
    line = marks.line(root, (mark.x, y + 4), (mark.x, plot.foot), "break", "1")
    line.set("stroke-dasharray", "2 4")
    place = marks.at(root, mark.x, plot.foot)
    for x in (-3, 3):
        ElementTree.SubElement(
            place,
            "path",
            {"d": f"M{x - 3} 7L{x + 3} -7", "class": "break", "stroke": "currentColor", "stroke-width": "1.6"},
        )
    anchor = "start" if mark.x < 38 else "end" if mark.x > 62 else "middle"
    marks.text(root, mark.x, y, mark.text, "break", anchor, "13")


def _lines(root: ElementTree.Element, plot: _Plot, one: Series, number: int) -> None:
    for before, after in one.joined:
        ends = [(plot.x(v.year or 0), plot.y(v.number or 0)) for v in (before, after)]
        line = marks.line(root, ends[0], ends[1], f"line s{number % 3}", "1", marks.COLOURS[number % 3])
        line.set("stroke-width", "2")
        if dashes := marks.DASHES[number // 3]:
            line.set("stroke-dasharray", dashes)


def _marks(root: ElementTree.Element, plot: _Plot, series: Sequence[Series], words: Words) -> None:
    """Draw the values year by year: each with its mark, its number where there is room, and at the end of a series its letter."""
    by_year: dict[int, list[tuple[float, int, Value]]] = {}
    for number, one in enumerate(series):
        for value in one.values:
            if value.year is not None and value.heights:
                by_year.setdefault(value.year, []).append((plot.y(value.heights[0]), number, value))
    for year, found in sorted(by_year.items()):
        found.sort(key=lambda one: one[:2])
        taken: list[float] = []
        for place, (y, number, value) in enumerate(found):
            # Marks that would cover each other stand side by side, so that both are seen.
            beside = sum(1 for other in found[:place] if y - other[0] < _NEAR)
            around = sum(1 for other in found if abs(y - other[0]) < _NEAR)
            shift = 13 * beside - (13 * (around - 1) / 2 if around > 1 else 0)
            group = marks.at(root, plot.x(year), y)
            group = ElementTree.SubElement(group, "g", {"transform": f"translate({shift:g} 0)"} if shift else {})
            ElementTree.SubElement(group, "title").text = clean(
                f"{marks.LETTERS[number] + ' ' if len(series) > 1 else ''}{year}: {words.value(value)}"
            )
            _range(group, plot, y, value, number)
            marks.shape(group, number, " doubt" if value.doubt or value.number is None else "")
            if len(series) > 1 and value is _last(series[number]):
                marks.text(group, 10, 5, marks.LETTERS[number], "letter", "start", "13", "px")
            if plot.last - plot.first < _VALUES_AT_MOST:
                _figure(group, y, words.value(value) + _raised(value), taken, [other[0] for other in found])


def _figure(group: ElementTree.Element, y: float, text: str, taken: list[float], others: Sequence[float]) -> None:
    """Write a value above its mark, or below it; nowhere where another mark or value is, since the table has it too."""
    for way in (-11, 22):
        at = y + way
        free = all(abs(at - other) >= 15 for other in taken) and all(
            abs(at - 5 - other) >= 10 for other in others if other != y
        )
        if free:
            taken.append(at)
            marks.text(group, 0, way, text, "figure", "middle", "13", "px")
            return


def _raised(value: Value) -> str:
    digits = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
    return "".join(f" {note.number}".translate(digits) for note in value.notes)


def _last(one: Series) -> Value:
    return [value for value in one.values if value.year is not None and value.heights][-1]


def _range(group: ElementTree.Element, plot: _Plot, y: float, value: Value, number: int) -> None:
    """Draw how far a value reaches: to both ends, or an arrow where one end is open. A range has no middle that is its value."""
    if value.low is None and value.high is None:
        return
    path = ""
    for end, arrow in ((value.low, 18), (value.high, -18)):
        if end is None:
            tip = arrow - 5 if arrow > 0 else arrow + 5
            path += f"M0 0V{arrow}M-4 {tip}L0 {arrow}L4 {tip}"
            continue
        reach = plot.y(end) - y
        path += f"M0 0V{reach:.1f}M-5 {reach:.1f}H5"
    ElementTree.SubElement(group, "path", {"d": path, "class": "range", "fill": "none", "stroke": "currentColor"})
    if value.number is None and value.low is not None and value.high is not None:
        other = ElementTree.SubElement(group, "g", {"transform": f"translate(0 {plot.y(value.high) - y:.1f})"})
        marks.shape(other, number, " doubt")
