"""What was measured, one record for each size, kept as JSON: the report is made from it and from nothing else.

All of a record comes from one run of ``bench.reason``, so that figures in one ratio were measured beside each other. A
size that is run again replaces its record whole; the other sizes stay as they are.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

OVER = "over "
"""How the note of a reasoner begins that was ended when its time was up."""
NOT_TRIED = "not tried: over the limit on a smaller size"


@dataclass
class Series:
    """What one reasoner did on one size: the figures of each run, by name, and what it inferred."""

    runs: list[dict[str, Any]] = field(default_factory=list)
    note: str = ""
    inferred: int | None = None
    expected: int | None = None
    missing: int | None = None
    extra: int | None = None

    def values(self, *names: str) -> list[float]:
        """Give a figure of each run that has it; of several figures, the sum of those that a run has."""
        found = ([run[name] for name in names if name in run] for run in self.runs)
        return [sum(figures) for figures in found if figures]

    def middle(self, *names: str) -> float | None:
        """Give the median over the runs."""
        values = self.values(*names)
        return statistics.median(values) if values else None


@dataclass
class Limits:
    """What the machine and the whole build take on one size."""

    inferred_alone: dict[str, Any] = field(default_factory=dict)
    closure: dict[str, Any] = field(default_factory=dict)
    build: dict[str, Any] = field(default_factory=dict)
    compared: int = 0


@dataclass
class Run:
    """One run of the benchmark: when, how and on what."""

    began: str
    command: str
    machine: str
    versions: dict[str, str]
    code: str
    times: int
    limit: float
    memory: float
    once: list[str] = field(default_factory=list)
    note: str = ""


@dataclass
class Size:
    """All that was measured on one size, in one run."""

    size: int
    run: Run
    statements: int = 0
    series: dict[str, Series] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)

    def middle(self, peer: str, *names: str) -> float | None:
        """Give the median of a reasoner's figure, if it was run."""
        return self.series[peer].middle(*names) if peer in self.series else None


Sizes = dict[int, Size]


def load(path: Path) -> Sizes:
    """Read the records; there are none yet where there is no file."""
    if not path.exists():
        return {}
    return {record["size"]: _size(record) for record in json.loads(path.read_text(encoding="utf-8"))}


def save(path: Path, sizes: Iterable[Size]) -> None:
    """Write the records, the smallest size first."""
    records = [asdict(size) for size in sorted(sizes, key=lambda size: size.size)]
    path.write_text(json.dumps(records, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _size(record: dict[str, Any]) -> Size:
    return Size(
        size=record["size"],
        run=Run(**record["run"]),
        statements=record["statements"],
        series={peer: Series(**series) for peer, series in record["series"].items()},
        limits=Limits(**record["limits"]),
    )
