"""What is compared with what: ratios to our reasoner, to the bulk load, and the slope of time against size."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from bench.measured import OVER, Size, Sizes

SLOPE_FROM = 20_000
HANDED_OVER = ("compile", "reason", "handover")
"""Ours from the parsed ontology to terms in Python."""


@dataclass(frozen=True)
class Reading:
    """Which figures of another reasoner are compared with which of ours."""

    label: str
    theirs: str
    ours: tuple[str, ...]


ALONE = Reading("", "reason", ("reason",))
WHOLE = {
    "owlrl": Reading(", the whole call", "reason", HANDED_OVER),
    "reasonable": Reading(", the whole call", "call", HANDED_OVER),
    "nemo": Reading(", the whole call", "call", ("load", "compile", "reason")),
}
"""Of owlrl, the closure is terms in Python as soon as it is there; reasonable hands over, and nemo reads, in the call."""


def readings(peer: str) -> list[Reading]:
    """Give the readings that a reasoner is compared in."""
    return [ALONE, *([WHOLE[peer]] if peer in WHOLE else [])]


def ratio(size: Size, peer: str, reading: Reading) -> float | None:
    """Say how many times as long as ours a reasoner took."""
    ours, theirs = size.middle("ours", *reading.ours), size.middle(peer, reading.theirs)
    return theirs / ours if ours and theirs is not None else None


def least_ratio(size: Size, peer: str, reading: Reading) -> float | None:
    """Say how many times as long as ours a reasoner took at least that was ended when its time was up."""
    ours = size.middle("ours", *reading.ours)
    ended = peer in size.series and size.series[peer].note.startswith(OVER)
    return size.run.limit / ours if ours and ended else None


def of_bulk_load(size: Size, *figures: str) -> float | None:
    """Say how many times as long as the bulk load of ontology, data and what was inferred ours took."""
    ours, limit = size.middle("ours", *figures), size.limits.closure.get("seconds")
    return ours / limit if ours and limit else None


def slope(points: Sequence[tuple[float, float]]) -> float | None:
    """Fit a line through the logarithms: 1 is linear."""
    usable = [(math.log(x), math.log(y)) for x, y in points if x >= SLOPE_FROM and y > 0]
    if len(usable) < 2:
        return None
    middle_x = statistics.fmean(x for x, _ in usable)
    middle_y = statistics.fmean(y for _, y in usable)
    across = sum((x - middle_x) ** 2 for x, _ in usable)
    return sum((x - middle_x) * (y - middle_y) for x, y in usable) / across if across else None


def points(sizes: Sizes, peer: str) -> dict[int, tuple[float, float]]:
    """Give statements and seconds of reasoning for each size that counts in the slope."""
    return {
        number: (float(size.statements), value)
        for number, size in sorted(sizes.items())
        if number >= SLOPE_FROM and (value := size.middle(peer, "reason")) is not None
    }
