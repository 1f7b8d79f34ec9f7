"""What a chart over time is drawn with: the marks of its series, and lines and letters at shares of the width."""

from __future__ import annotations

from xml.etree import ElementTree

from kunskapsgraf.reports.chart import clean

SHAPES = (
    "M-5 0A5 5 0 1 1 5 0A5 5 0 1 1 -5 0Z",
    "M-4.5 -4.5H4.5V4.5H-4.5Z",
    "M0 -6.5L6.5 0L0 6.5L-6.5 0Z",
    "M0 -6L6 4.8H-6Z",
    "M0 6L6 -4.8H-6Z",
    "M-2 -6H2V-2H6V2H2V6H-2V2H-6V-2H-2Z",
)
"""A mark for each series that a chart can tell apart: disc, square, diamond, triangles and cross; further ones stand in the table."""
LETTERS = "ABCDEF"
COLOURS = ("#0f6b6b", "currentColor", "#6b7377")
DASHES = ("", "6 3")


def symbol(number: int) -> str:
    """Draw the mark of a series, by its number, alone, to stand beside its name."""
    root = ElementTree.Element(
        "svg", {"class": "series key", "viewBox": "-8 -8 16 16", "width": "16", "height": "16", "aria-hidden": "true"}
    )
    shape(root, number, "")
    return ElementTree.tostring(root, encoding="unicode")


def shape(parent: ElementTree.Element, number: int, extra: str) -> None:
    """Draw the mark of a series; an empty one with a class name in ``extra``."""
    colour = COLOURS[number % 3]
    ElementTree.SubElement(
        parent,
        "path",
        {
            "d": SHAPES[number],
            "class": f"mark s{number % 3}{extra}",
            "fill": "#fff" if extra else colour,
            "stroke": colour,
            "stroke-width": "2",
        },
    )


def at(root: ElementTree.Element, x: float, y: float) -> ElementTree.Element:
    """Begin a place of its own, in pixels from a point."""
    return ElementTree.SubElement(root, "svg", {"x": f"{x:.2f}%", "y": f"{y:.1f}", "overflow": "visible"})


def line(
    root: ElementTree.Element,
    start: tuple[float, float],
    end: tuple[float, float],
    kind: str,
    opacity: str,
    colour: str = "currentColor",
) -> ElementTree.Element:
    """Draw a line between two points, each a share of the width and pixels down."""
    place = {"x1": f"{start[0]:.2f}%", "y1": f"{start[1]:.1f}", "x2": f"{end[0]:.2f}%", "y2": f"{end[1]:.1f}"}
    look = {"class": kind, "stroke": colour, "stroke-opacity": opacity}
    return ElementTree.SubElement(root, "line", {**place, **look})


def text(
    parent: ElementTree.Element,
    x: float,
    y: float,
    words: str,
    kind: str,
    anchor: str,
    size: str = "15",
    unit: str = "%",
) -> None:
    """Write words at a share of the width, or with another ``unit`` at pixels."""
    place = {"x": f"{x:.2f}%" if unit == "%" else f"{x:g}", "y": f"{y:.1f}", "text-anchor": anchor}
    look = {"class": kind, "fill": "currentColor", "font-size": size}
    ElementTree.SubElement(parent, "text", {**place, **look}).text = clean(words)
