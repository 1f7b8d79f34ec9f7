"""Plots on logarithmic scales, as SVG: a line for each engine over the sizes, drawn with the marks that reports are drawn with."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

from bench import scalefigures
from bench.scalekept import Scales
from kunskapsgraf.reports import marks

Lines = Mapping[str, Mapping[int, float]]
_WIDTH, _HEIGHT, _TOP, _FOOT = 640, 360, 44, 300
_LEFT, _RIGHT = 12.0, 70.0
_FEW = 2
"""Powers of ten up to which the steps between them are drawn too."""
_ROOM = 17
"""Pixels that a name at the end of a line takes."""


def write(folder: Path, scales: Scales) -> None:
    """Write the plots anew."""
    folder.mkdir(exist_ok=True)
    for name, (title, lines) in scalefigures.plots(scales).items():
        path = folder / f"{name}.svg"
        drawn = svg(title, lines)
        if drawn:
            path.write_text(drawn + "\n", encoding="utf-8")
        else:
            path.unlink(missing_ok=True)


def svg(title: str, lines: Lines) -> str:
    """Draw lines over sizes, both on logarithmic scales; nothing where nothing was measured."""
    drawn = {name: points for name, points in lines.items() if points}
    values = [value for points in drawn.values() for value in points.values() if value > 0]
    if not values:
        return ""
    sizes = sorted({size for points in drawn.values() for size in points})
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    high = max(high, low + 1)
    first, last = math.log10(sizes[0]), math.log10(sizes[-1])

    def x(size: float) -> float:
        return _LEFT + (_RIGHT - _LEFT) * ((math.log10(size) - first) / (last - first) if last > first else 0.5)

    def y(value: float) -> float:
        return _FOOT - (_FOOT - _TOP) * (math.log10(value) - low) / (high - low)

    root = ElementTree.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "width": str(_WIDTH),
            "height": str(_HEIGHT),
            "role": "img",
            "aria-label": title,
            "color": "#1c2326",
            "font-family": "sans-serif",
        },
    )
    ElementTree.SubElement(root, "title").text = title
    ElementTree.SubElement(root, "rect", {"width": "100%", "height": "100%", "fill": "#fff"})
    marks.text(root, 1.5, 22, title, "unit", "start", "15")
    steps = (1, 2, 5) if high - low <= _FEW else (1,)
    for value in (step * 10.0**power for power in range(low, high + 1) for step in steps):
        if value <= 10.0**high:
            marks.line(root, (_LEFT, y(value)), (_RIGHT, y(value)), "grid", "0.2")
            marks.text(root, _LEFT - 1.5, y(value) + 4, _written(value), "tick", "end", "12")
    for size in sizes:
        marks.text(root, x(size), _FOOT + 24, f"{size:,}", "tick", "middle", "12")
    marks.text(root, (_LEFT + _RIGHT) / 2, _FOOT + 46, "triples", "tick", "middle", "12")
    ends: dict[str, float] = {}
    for number, (name, points) in enumerate(drawn.items()):
        _line(root, [(x(size), y(value)) for size, value in sorted(points.items()) if value > 0], number)
        ends[name] = y(points[max(points)])
    for (name, at), number in zip(_apart(ends), _order(ends), strict=True):
        place = marks.at(root, _RIGHT + 4, at)
        marks.shape(place, number, "")
        marks.text(place, 12, 4, name, "letter", "start", "13", "px")
    return ElementTree.tostring(root, encoding="unicode")


def _line(root: ElementTree.Element, points: list[tuple[float, float]], number: int) -> None:
    for before, after in pairwise(points):
        line = marks.line(root, before, after, "line", "1", marks.COLOURS[number % 3])
        line.set("stroke-width", "2")
        if dashes := marks.DASHES[number // 3]:
            line.set("stroke-dasharray", dashes)
    for across, down in points:
        marks.shape(marks.at(root, across, down), number, "")


def _order(ends: Mapping[str, float]) -> list[int]:
    names = list(ends)
    return [names.index(name) for name in sorted(ends, key=lambda name: ends[name])]


def _apart(ends: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    """Give the names with where they stand, from the top, so far apart that each can be read."""
    free = 0.0
    for name in sorted(ends, key=lambda name: ends[name]):
        at = max(ends[name], free)
        free = at + _ROOM
        yield name, at


def _written(value: float) -> str:
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"
