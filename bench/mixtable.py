"""The section on the mix of reports: what was measured of each query, kept in a file of its own, and the tables."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bench.results import table

MOST = 300
"""Milliseconds that no report may take."""
HEAVY = 20
"""Milliseconds of the other server from which on a query's own work outweighs the way to the engine and back."""
KINDS = {
    "one": "reports of one thing, and those without a parameter",
    "all": "reports of everything",
    "page": "queries of the pages",
}


@dataclass
class Timed:
    """What one case took: milliseconds of each run by server, the rows (of a page: bytes), and whether the answers are the same."""

    name: str
    of: str
    kind: str
    ours: list[float] = field(default_factory=list)
    theirs: list[float] = field(default_factory=list)
    rows: int = 0
    same: bool | None = None
    failed: list[str] = field(default_factory=list)


@dataclass
class Known:
    """What is known so far, of one size and machine."""

    size: int
    machine: str
    cases: list[Timed]
    note: str = ""

    def add(self, case: Timed) -> None:
        """Put a case in the place of what was known of the same."""
        others = [known for known in self.cases if _key(known) != _key(case)]
        self.cases = sorted([*others, case], key=_key)


def _key(case: Timed) -> tuple[int, str, str]:
    return [*KINDS, "html"].index(case.kind), case.name, case.of


def load(path: Path, size: int, machine: str) -> Known:
    """Read what was measured before; of another size or machine nothing is kept."""
    if path.exists():
        found = json.loads(path.read_text(encoding="utf-8"))
        if (found["size"], found["machine"]) == (size, machine):
            return Known(size, machine, [Timed(**case) for case in found["cases"]], found["note"])
    return Known(size, machine, [])


def save(known: Known, path: Path) -> None:
    """Keep what is known: after each case, so that what is broken off leaves what it has measured."""
    path.write_text(json.dumps(asdict(known), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def report(known: Known) -> str:
    """Write the section."""
    runs = [len(case.ours or case.theirs) for case in known.cases if case.ours or case.theirs]
    lines = [
        "## Reports and pages, over HTTP",
        "",
        f"The reports and the pages' queries on {known.size:,} triples, our service (caches off) beside the Oxigraph server, on",
        f"the same files. {known.machine}. Runs of each: {min(runs)} to {max(runs)}. {known.note}".rstrip(),
        "",
    ]
    rows = [_summary(told, [case for case in known.cases if case.kind == kind]) for kind, told in KINDS.items()]
    rows.append(_summary("the whole mix of reports", [case for case in known.cases if case.kind in ("one", "all")]))
    head = ["", "queries", "ours, median ms", "Oxigraph server", "ratio"]
    lines += table(
        [*head, f"ratio where it takes {HEAVY} ms or more", "our worst", f"over {MOST} ms", "compared, same"],
        [found for found in rows if found],
    )
    lines += _verdict([case for case in known.cases if case.kind in ("one", "all")])
    lines += table(
        ["Query", "of", "rows", "ours, median ms", "worst", "Oxigraph server", "worst", "ratio", "same"],
        [row(case) for case in known.cases if case.kind != "html"],
    )
    pages = [case for case in known.cases if case.kind == "html"]
    if pages:
        lines += ["Pages of ours as a browser gets them:", ""]
        lines += table(["Page", "bytes", "median ms", "worst"], [_page(case) for case in pages])
    return "\n".join(lines)


def median(values: Sequence[float]) -> float:
    """Give the median, or not a number of nothing."""
    return statistics.median(values) if values else float("nan")


def over(case: Timed) -> bool:
    """Whether a case is over the bound, or without an answer."""
    return not case.ours or median(case.ours) > MOST


def _summary(told: str, cases: Sequence[Timed]) -> list[str]:
    both = [case for case in cases if case.ours and case.theirs]
    if not both:
        return []
    ours, theirs = median([median(case.ours) for case in both]), median([median(case.theirs) for case in both])
    heavy = [median(case.ours) / median(case.theirs) for case in both if median(case.theirs) >= HEAVY]
    return [
        told,
        str(len(cases)),
        f"{ours:.1f}",
        f"{theirs:.1f}",
        f"{ours / theirs:.2f}",
        f"{median(heavy):.2f} ({len(heavy)} queries)",
        f"{max(max(case.ours) for case in both):.0f}",
        str(sum(map(over, cases))),
        f"{len(both)}, {sum(case.same is True for case in both)}",
    ]


def _verdict(cases: Sequence[Timed]) -> list[str]:
    """Hold the mix against its target: the medians, and the reports that take too long."""
    both = [case for case in cases if case.ours and case.theirs]
    ours, theirs = median([median(case.ours) for case in both]), median([median(case.theirs) for case in both])
    slow = [case for case in cases if over(case)]
    told = [
        f"Target: the median no slower than the Oxigraph server's, of the {len(both)} of {len(cases)} that both answered "
        f"{ours:.1f} ms to {theirs:.1f} ms: " + ("met." if ours <= theirs else "**not met**."),
        f"Target: no report over {MOST} ms: " + ("met." if not slow else f"**not met**, {len(slow)} of {len(cases)}."),
    ]
    if slow:
        names = sorted({f"`{case.name}` of {case.of or 'everything'}" for case in slow})
        told.append("Over it: " + ", ".join(names) + ".")
    return [*told, ""]


def row(case: Timed) -> list[str]:
    """Write one case as a row."""
    cells = [case.name, case.of, f"{case.rows:,}"]
    for times in (case.ours, case.theirs):
        cells += [_ms(median(times)), _ms(max(times))] if times else ["-", "-"]
    if case.failed:
        return [*cells, "-", "; ".join(case.failed)]
    ratio = f"{median(case.ours) / median(case.theirs):.2f}" if case.theirs else "-"
    return [*cells, ratio, {True: "yes", False: "**no**", None: "-"}[case.same]]


def _page(case: Timed) -> list[str]:
    if case.failed:
        return [f"`{case.name}`", "-", "-", "; ".join(case.failed)]
    return [f"`{case.name}`", f"{case.rows:,}", _ms(median(case.ours)), _ms(max(case.ours))]


def _ms(value: float) -> str:
    return f"{value:.1f}" if value < 100 else f"{value:.0f}"
