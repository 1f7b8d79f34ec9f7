"""A query shown with a place in it marked, as a page does; what is long is cut around the place."""

from __future__ import annotations

from dataclasses import dataclass

_LINES_AROUND = 6
_WIDTH = 160


@dataclass(frozen=True)
class Line:
    """One line of a query: its number, and its text before, at and after the marked place (empty where none is)."""

    number: int
    before: str
    at: str
    after: str


def marked(text: str, line: int, column: int) -> list[Line]:
    """Give the lines around a place; the letter or word there is ``at``, a space where the text has ended."""
    lines = text.replace("\r\n", "\n").split("\n")
    line = min(line, len(lines))
    first = max(1, line - _LINES_AROUND)
    found = []
    for number in range(first, min(len(lines), line + _LINES_AROUND) + 1):
        shown = lines[number - 1]
        if number == line:
            found.append(_at(number, shown, column))
        else:
            found.append(Line(number, shown[:_WIDTH] + ("…" if len(shown) > _WIDTH else ""), "", ""))
    return found


def _at(number: int, shown: str, column: int) -> Line:
    start = max(0, column - 1 - _WIDTH // 2)
    place = min(column - 1, len(shown))
    end = place + 1
    while end < len(shown) and shown[place].isalnum() and (shown[end].isalnum() or shown[end] in "_:-"):
        end += 1
    end = min(end, place + _WIDTH // 2)
    last = start + _WIDTH
    before = ("…" if start else "") + shown[start:place]
    after = shown[end:last] + ("…" if last < len(shown) else "")
    return Line(number, before, shown[place:end] or " ", after)
