"""Figures of the benchmark of sizes: ratios with their spread, how a cost grows with its uncertainty, and what has become worse."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WORSE = 1.5
"""A ratio that is so many times the recorded one has become worse by half."""
_STUDENT = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447}
"""Quantiles of Student's distribution, 0.975, by degrees of freedom."""
Times = Sequence[Sequence[float]]
"""Milliseconds of each round, in each of the same questions."""


@dataclass(frozen=True)
class Spread:
    """The median and the quartiles of some figures."""

    low: float
    median: float
    high: float


@dataclass(frozen=True)
class Slope:
    """How a cost grows: the slope on logarithmic scales, half the width of its 95 % interval (with two sizes there is none), and the sizes."""

    value: float
    margin: float | None
    points: int


def spread(values: Sequence[float]) -> Spread:
    """Give the median and the quartiles, of one value that value."""
    if len(values) < 2:
        return Spread(values[0], values[0], values[0])
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return Spread(low, middle, high)


def ratios(ours: Times, theirs: Times) -> list[float]:
    """Give for each round how many times as long as the other ours took: the geometric mean over its questions.

    What is compared stood beside each other in the same round, so a slow minute of the machine meets both.
    """
    return [
        statistics.geometric_mean(mine / other for mine, other in zip(one, another, strict=True))
        for one, another in zip(ours, theirs, strict=True)
    ]


def joined(times: Iterable[Times]) -> list[list[float]]:
    """Put the questions of several cases beside each other, round by round."""
    return [[value for part in round_ for value in part] for round_ in zip(*times, strict=True)]


def middle(times: Times) -> float:
    """Give the median over all rounds and questions."""
    return statistics.median(value for round_ in times for value in round_)


def slope(points: Sequence[tuple[float, float]]) -> Slope | None:
    """Fit a line through the logarithms of sizes and costs: 1 is linear."""
    usable = [(math.log(size), math.log(cost)) for size, cost in points if cost > 0]
    if len({size for size, _ in usable}) < 2:
        return None
    found = statistics.linear_regression([size for size, _ in usable], [cost for _, cost in usable])
    freedom = len(usable) - 2
    if freedom < 1:
        return Slope(found.slope, None, len(usable))
    centre = statistics.fmean(size for size, _ in usable)
    across = sum((size - centre) ** 2 for size, _ in usable)
    left = sum((cost - found.intercept - found.slope * size) ** 2 for size, cost in usable)
    margin = _STUDENT[min(freedom, max(_STUDENT))] * math.sqrt(left / freedom / across)
    return Slope(found.slope, margin, len(usable))


def has_become_worse(recorded: Sequence[float], found: Sequence[float]) -> bool:
    """Tell whether ratios are worse by half than the recorded ones: three in four rounds say so, not a slow one or two."""
    return spread(found).low > WORSE * spread(recorded).median
