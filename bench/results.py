"""RESULTS.md: one section for each benchmark, each of which rewrites its own and leaves the others as they are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

RESULTS = Path(__file__).parent / "RESULTS.md"
TITLE = "# Results of the benchmarks\n"
SECTIONS = (
    "scale",
    "targets",
    "reason",
    "incremental",
    "explain",
    "crowd",
    "mix",
    "pages",
    "search",
    "serve",
    "replica",
    "fit",
)


def put(section: str, text: str, path: Path = RESULTS) -> None:
    """Put a section in its place."""
    found = _sections(path.read_text(encoding="utf-8")) if path.exists() else {}
    found[section] = text.strip()
    parts = [f"<!-- {name} -->\n{found[name]}\n<!-- end {name} -->\n" for name in SECTIONS if name in found]
    path.write_text("\n".join([TITLE, *parts]), encoding="utf-8")


def _sections(text: str) -> dict[str, str]:
    pattern = r"<!-- (\w+) -->\n(.*?)\n<!-- end \1 -->"
    return {match[1]: match[2] for match in re.finditer(pattern, text, re.DOTALL)}


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Write a table in Markdown, its first column to the left."""
    return [
        "| " + " | ".join(head) + " |",
        "| --- |" + " ---: |" * (len(head) - 1),
        *("| " + " | ".join(row) + " |" for row in rows),
        "",
    ]


def seconds(value: float) -> str:
    """Write seconds with three figures."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.3g}"
