"""What was measured on each size, one record for each, kept as JSON: the report is made from it and from nothing else.

A size is measured in parts, each in one run; a part that is measured again replaces what it had, and leaves the others.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

PARTS = ("build", "reason", "engines", "own")


@dataclass
class Run:
    """When, how and on what a part was measured."""

    began: str
    command: str
    machine: str
    versions: dict[str, str]
    seconds: float = 0
    note: str = ""


@dataclass
class Case:
    """A question of the mix: what each engine took, in milliseconds, by round and thing; who failed at it or answers otherwise."""

    kind: str
    name: str
    rows: int = 0
    times: dict[str, list[list[float]]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)


@dataclass
class Engine:
    """What an engine took besides: seconds of loading and of each start, bytes in memory and on disk, milliseconds of updates."""

    load: float | None = None
    starts: list[float] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    disk: int | None = None
    inserts: list[float] = field(default_factory=list)
    deletes: list[float] = field(default_factory=list)
    absent: str = ""
    note: str = ""


@dataclass
class Scale:
    """All that was measured on one size."""

    size: int
    statements: int = 0
    quads: int = 0
    runs: dict[str, Run] = field(default_factory=dict)
    build: dict[str, Any] = field(default_factory=dict)
    reason: list[dict[str, Any]] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    engines: dict[str, Engine] = field(default_factory=dict)
    pages: dict[str, list[float]] = field(default_factory=dict)
    proofs: dict[str, list[float]] = field(default_factory=dict)
    writes: list[float] = field(default_factory=list)


Scales = dict[int, Scale]


def load(path: Path) -> Scales:
    """Read the records; there are none yet where there is no file."""
    if not path.exists():
        return {}
    return {record["size"]: _scale(record) for record in json.loads(path.read_text(encoding="utf-8"))}


def save(path: Path, scales: Iterable[Scale]) -> None:
    """Write the records, the smallest size first; a list of numbers takes a line."""
    records = [asdict(scale) for scale in sorted(scales, key=lambda scale: scale.size)]
    path.write_text(
        json.dumps(_rounded(records), ensure_ascii=False, indent=None).replace('{"size"', '\n{"size"') + "\n",
        encoding="utf-8",
    )


def _rounded(value: Any) -> Any:
    """Keep five figures: more say nothing."""
    if isinstance(value, float):
        return float(f"{value:.5g}")
    if isinstance(value, dict):
        return {name: _rounded(inner) for name, inner in value.items()}
    return [_rounded(inner) for inner in value] if isinstance(value, list) else value


def _scale(record: dict[str, Any]) -> Scale:
    parts: dict[str, Any] = {
        "runs": {part: Run(**run) for part, run in record["runs"].items()},
        "cases": [Case(**case) for case in record["cases"]],
        "engines": {name: Engine(**engine) for name, engine in record["engines"].items()},
    }
    return Scale(**record | parts)
