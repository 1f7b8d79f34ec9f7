"""A report's chart: bars that count, as SVG in which every number and name is text.

Names stand above their bars and lengths are shares of the width, so the letters keep their size on any screen. Nothing
is styled but by attributes, which a style sheet may overrule: a page's policy lets in no inline style.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from unicodedata import category
from xml.etree import ElementTree

from kunskapsgraf.graph.queries import Chart
from kunskapsgraf.graph.rdf import NamedNode
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.reports.arrange import Seen, alphabetical
from kunskapsgraf.reports.run import Table

MOST_BARS = 15
"""Further ones are told of, and stand in the table."""
_ROW, _NAME, _BAR, _BELOW = 50, 18, 12, 27
"""Pixels from one name to the next, down to the foot of its letters, of a bar's height, and from its top to the name's."""
_WIDEST = 86
"""Per cent of the width that the longest bar takes; its number stands beside it."""
_LONGEST = 44
"""Letters of a name; the whole stands in its title."""
_COLOUR = "#0f6b6b"


@dataclass(frozen=True)
class Bar:
    """A value of the column, what it is called, how many go with it, and its IRI where it is a thing."""

    name: str
    count: int
    iri: str = ""


@dataclass(frozen=True)
class Bars:
    """The bars that are drawn, the longest first, and how many there are in all."""

    bars: tuple[Bar, ...]
    total: int


def bars(table: Table, chart: Chart, seen: Seen, unsaid: str) -> Bars | None:
    """Count for a chart; ``unsaid`` names the rows that say nothing in its column. ``None`` with fewer than two bars."""
    counted: dict[str, set[str]] = defaultdict(set)
    names: dict[str, tuple[str, str]] = {}
    for row in table.rows:
        key = text_of(row[chart.by]) if chart.by in row else ""
        iri = key if chart.by in row and isinstance(row[chart.by], NamedNode) else ""
        names.setdefault(key, (seen(row, chart.by) or unsaid, iri))
        found = counted[key]
        if chart.counted in row:
            found.add(text_of(row[chart.counted]))
    order = sorted(counted, key=lambda key: (-len(counted[key]), alphabetical(names[key][0])))
    if len(order) < 2:
        return None
    drawn = tuple(Bar(names[key][0], len(counted[key]), names[key][1]) for key in order[:MOST_BARS])
    return Bars(drawn, len(order))


def svg(found: Bars, title: str, address: Callable[[str], str | None], written: Callable[[int], str]) -> str:
    """Draw the bars as a list: each a name, which leads to its page, and a number; ``written`` writes numbers."""
    root = ElementTree.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "class": "bars",
            "width": "100%",
            "height": str(_ROW * len(found.bars)),
            "role": "list",
            "aria-label": title,
            "font-family": "sans-serif",
            "font-size": "15",
        },
    )
    longest = max(bar.count for bar in found.bars) or 1
    for number, bar in enumerate(found.bars):
        top = number * _ROW
        item = ElementTree.SubElement(root, "g", {"role": "listitem"})
        where = address(bar.iri) if bar.iri else None
        holder = ElementTree.SubElement(item, "a", {"href": where}) if where else item
        name = ElementTree.SubElement(holder, "text", {"x": "0", "y": str(top + _NAME), "fill": "currentColor"})
        short = bar.name if len(bar.name) <= _LONGEST else bar.name[: _LONGEST - 1].rstrip() + "…"
        name.text = clean(short)
        if short != bar.name:
            ElementTree.SubElement(name, "title").text = clean(bar.name)
        share = f"{_WIDEST * bar.count / longest:.2f}%"
        ElementTree.SubElement(
            item,
            "rect",
            {"x": "0", "y": str(top + _BELOW), "width": share, "height": str(_BAR), "fill": _COLOUR, "class": "bar"},
        )
        figure = ElementTree.SubElement(
            item, "text", {"x": share, "dx": "6", "y": str(top + _BELOW + _BAR - 1), "fill": "currentColor"}
        )
        figure.set("class", "figure")
        figure.text = written(bar.count)
    return ElementTree.tostring(root, encoding="unicode")


def clean(text: str) -> str:
    """Leave out what XML cannot hold, and signs that show nothing but may turn the direction of what follows."""
    return "".join(letter for letter in text if category(letter) not in ("Cc", "Cf", "Cn", "Co", "Cs"))
