"""The report of the reasoners compared, in Markdown, from what was measured."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from typing import Any

from bench.machine import PACKAGES
from bench.measured import Run, Size, Sizes
from bench.nemo_rules import RULES
from bench.ratios import HANDED_OVER, SLOPE_FROM, Reading, of_bulk_load, points, ratio, readings, slope
from bench.reasoners import CLAIMS, REASONERS
from bench.results import seconds, table

Cell = Callable[[Size], str]


def report(sizes: Sizes) -> str:
    """Write the section."""
    parts = (_runs, _others, _reasoning, _loading, _memory, _ratios, _limits, _growth, _agreement)
    return "\n".join(["## Reasoners compared", "", *(line for part in parts for line in part(sizes))]).rstrip() + "\n"


def spread(size: Size, peer: str, what: str) -> str:
    """Give the median of a figure, with the least and the most, or that it is of one run where others had several."""
    if peer not in size.series:
        return "-"
    series = size.series[peer]
    values = series.values(what)
    if not values:
        return series.note or "-"
    text = seconds(statistics.median(values))
    if len(values) > 1:
        return f"{text} ({seconds(min(values))}-{seconds(max(values))})"
    return f"{text} (one run)" if size.run.times > 1 else text


def megabytes(value: float | None) -> str:
    """Write bytes as megabytes."""
    return "-" if value is None else f"{value / 1e6:.0f}"


def _peers(sizes: Sizes) -> list[str]:
    return [peer for peer in REASONERS if any(peer in size.series for size in sizes.values())]


def _with(sizes: Sizes, peer: str, what: str) -> bool:
    return any(size.middle(peer, what) is not None for size in sizes.values())


def _by_size(sizes: Sizes, rows: list[tuple[str, Cell]]) -> list[str]:
    """Write a table with a column for each size."""
    found = [size for _, size in sorted(sizes.items())]
    head = ["Triples", *(f"{size.size:,}" for size in found)]
    return table(head, [[name, *map(cell, found)] for name, cell in rows]) if rows else []


def _figure(peer: str, what: str) -> Cell:
    return lambda size: spread(size, peer, what)


def _runs(sizes: Sizes) -> Iterator[str]:
    """Say how each part of the figures was measured: those of one size are always from one run."""
    found: dict[tuple[str, str], tuple[Run, list[str]]] = {}
    for number, size in sorted(sizes.items()):
        found.setdefault((size.run.began, size.run.command), (size.run, []))[1].append(f"{number:,}")
    for run, measured in found.values():
        yield f"- {', '.join(measured)} triples: `{run.command}`, begun {run.began} UTC."
        versions = ", ".join(f"{name} {run.versions[name]}" for name in ("kunskapsgraf", "pyoxigraph"))
        yield f"  Machine: {run.machine}. Versions: {versions}; code of the reasoner {run.code}."
        once = f", but {' and '.join(run.once)} once" if run.once and run.times > 1 else ""
        yield f"  Runs: {run.times} of each, in turn{once}. A reasoner gets {run.limit:g} s and {run.memory:g} GB on a size."
        if run.note:
            yield f"  {run.note}"
    yield from (
        "",
        "Times are medians with the least and the most, or of one run where that is said. A reasoner that needs more time",
        "than it gets is not tried on larger sizes. All figures of one size, and so of each ratio, are from one run.",
        "",
    )


def _others(sizes: Sizes) -> Iterator[str]:
    def version(package: str) -> str:
        return ", ".join(sorted({size.run.versions[package] for size in sizes.values()})) or "-"

    yield from ("### The others", "")
    yield from table(
        ["Reasoner", "Package", "Version", "Licence", "Wheels"],
        [[name, package, version(package), licence, wheels] for name, (package, licence, wheels) in PACKAGES.items()],
    )


def _reasoning(sizes: Sizes) -> Iterator[str]:
    yield from (
        "### Reasoning alone, seconds",
        "",
        "Parsing and loading are left out. Of Nemo, which reads as it reasons, the time of a program that only reads is",
        "taken away; of reasonable, which hands all triples to Python in the same call, that of further calls, when nothing",
        "is left to infer. Both are thus differences of two measurements, and uncertain where they are small; the whole",
        "calls are given too. `ours` compiles the ontology and hands over within this time where the next table has no",
        "figures for that.",
        "",
    )
    peers = _peers(sizes)
    calls = [peer for peer in peers if _with(sizes, peer, "call")]
    yield from _by_size(sizes, [(peer, _figure(peer, "reason")) for peer in peers])
    yield from _by_size(sizes, [(f"{peer}, the whole call", _figure(peer, "call")) for peer in calls])


def _loading(sizes: Sizes) -> Iterator[str]:
    yield from ("### Loading, and handing over, seconds", "")
    peers = _peers(sizes)
    rows = [(f"{peer}, loading", _figure(peer, "load")) for peer in peers]
    for what, label in (("compile", "compiling the ontology"), ("handover", "handing over")):
        rows += [(f"{peer}, {label}", _figure(peer, what)) for peer in peers if _with(sizes, peer, what)]
    if _with(sizes, "ours", "compile") or _with(sizes, "ours", "handover"):
        rows.append(("ours, compiling, reasoning and handing over", _handed_over))
    yield from _by_size(sizes, rows)


def _handed_over(size: Size) -> str:
    value = size.middle("ours", *HANDED_OVER)
    return "-" if value is None else seconds(value)


def _memory(sizes: Sizes) -> Iterator[str]:
    yield from (
        "### Peak memory of the process, MB",
        "",
        "Resident, after reasoning, with everything that was loaded and the interpreter.",
        "",
    )

    def peak(peer: str, what: str) -> Cell:
        return lambda size: megabytes(size.middle(peer, what))

    rows = [(peer, peak(peer, "peak")) for peer in _peers(sizes)]
    if _with(sizes, "ours", "peak_handover"):
        rows.append(("ours, after handing over", peak("ours", "peak_handover")))
    yield from _by_size(sizes, rows)


def _ratios(sizes: Sizes) -> Iterator[str]:
    yield from (
        "### Ratios to ours",
        "",
        "How many times as long as ours, in two readings: reasoning alone against reasoning alone; and the whole call.",
        "That is, of reasonable, which hands all triples to Python in it, and of owlrl, whose closure is terms in Python",
        "from the first, against our compiling, reasoning and handing over; of nemo, which reads in it, against our",
        "loading, compiling and reasoning.",
        "",
    )

    def times(peer: str, reading: Reading) -> Cell:
        return lambda size: _plain(ratio(size, peer, reading))

    others = [peer for peer in _peers(sizes) if peer != "ours"]
    yield from _by_size(
        sizes, [(peer + reading.label, times(peer, reading)) for peer in others for reading in readings(peer)]
    )


def _plain(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _timed(found: dict[str, Any]) -> str:
    """Write the seconds of a limit, or why there are none."""
    if found.get("failed"):
        return str(found["failed"])
    return seconds(found["seconds"]) if found else "-"


def _limits(sizes: Sizes) -> Iterator[str]:
    yield from (
        "### The limit of the disk, and the whole build",
        "",
        "The time to bulk-load what was inferred of things, and that with ontology and data, into a new pyoxigraph store",
        "on disk; and `kunskapsgraf build` on the same data, with all its checks, layers and dumps. The memory of a",
        "build is that of the largest of its processes. A build may be measured on its own: no ratio has it.",
        "",
    )
    yield from _by_size(
        sizes,
        [
            ("statements generated", lambda size: f"{size.statements:,}"),
            ("inferred of things", lambda size: f"{size.limits.compared:,}"),
            ("bulk load, inferred alone, s", lambda size: _timed(size.limits.inferred_alone)),
            ("bulk load, ontology, data and inferred, s", lambda size: _timed(size.limits.closure)),
            ("our reasoning / bulk load of all", lambda size: _plain(of_bulk_load(size, "reason"))),
            (
                "our compiling, reasoning and handing over / bulk load of all",
                lambda size: _plain(of_bulk_load(size, *HANDED_OVER)),
            ),
            ("whole build, s", lambda size: _timed(size.limits.build)),
            ("whole build, MB", lambda size: megabytes(size.limits.build.get("peak"))),
        ],
    )


def _growth(sizes: Sizes) -> Iterator[str]:
    yield from (
        "### Growth",
        "",
        f"The slope of reasoning alone against size, both as logarithms, from {SLOPE_FROM:,} triples up: 1 is linear. The",
        "sizes may be of several runs: the last column says of how many.",
        "",
    )
    rows = []
    for peer in _peers(sizes):
        found = points(sizes, peer)
        value = slope(list(found.values()))
        between = f"{min(found):,} to {max(found):,}" if len(found) > 1 else "-"
        rows.append([peer, _plain(value), between, str(len(found)), str(len({sizes[n].run.began for n in found}))])
    yield from table(["Reasoner", "slope", "from and to", "sizes", "runs"], rows)


def _agreement(sizes: Sizes) -> Iterator[str]:
    """Write what each reasoner inferred beside what the rules that it claims give."""
    peers = _peers(sizes)
    lacking = {peer: sorted(set(RULES) - CLAIMS[peer]) for peer in peers if set(RULES) - CLAIMS[peer]}
    yield from (
        "### Do they agree?",
        "",
        "Inferred statements about our things that point at an IRI, less tautologies, beside what Nemo infers by the rules",
        "that the reasoner says it has, as sets.",
        *(f"`{peer}` does not claim {', '.join(names)}." for peer, names in lacking.items()),
        "`sparq-rdf` 0.1.6 uses only one of several `owl:propertyChainAxiom` of a property (kg:erbjuder has two), so it",
        "does less work than the others; `sparq-rdf-split` is the same engine on an ontology in which each further chain",
        "is that of a sub-property, and does all of it.",
        "",
    )
    yield from _by_size(sizes, [(peer, _agrees(peer)) for peer in peers])


def _agrees(peer: str) -> Cell:
    def cell(size: Size) -> str:
        series = size.series.get(peer)
        if series is None or series.inferred is None:
            return (series.note if series else "") or "-"
        text = f"{series.inferred:,}"
        if peer == "nemo":
            return f"{text} (what the others are compared with)"
        if series.missing is None or series.extra is None:
            return f"{text} (not compared)"
        if not series.missing and not series.extra:
            return f"{text} (same set)"
        return f"{text} ({series.missing:,} missing, {series.extra:,} too many)"

    return cell
