"""Compare the reasoners on the same files, and write RESULTS.md.

    python -m bench.reason 2000 20000 205000 1400000 --runs 3 --limit 900

Each run of each reasoner is a process of its own (``bench.peers``), ended when its time is up. The table is written
anew after each size, so a run that is broken off leaves what it had.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, RdfFormat, Triple, parse, serialize

from bench import generate
from bench.nemo_rules import RULES
from bench.peers import CLAIMS, REASONERS, read_scoped, version_of
from bench.results import RESULTS, put, seconds, table
from kunskapsgraf import __version__

ROOT = Path(__file__).parents[1]
SLOPE_FROM = 20_000
WHOLE_CALLS = ("reasonable", "nemo")
"""Peers whose reasoning alone is a difference of two measurements."""
PACKAGES = {
    "owlrl": ("owlrl", "W3C-20150513", "any (Python alone)"),
    "reasonable": ("reasonable", "BSD-3-Clause", "Linux, macOS, Windows; x86-64 and ARM"),
    "nemo": (
        "nemo-python",
        "none stated in the package; LICENSE-MIT in its repository",
        "Linux, macOS, Windows; x86-64 and ARM",
    ),
    "sparq-rdf": ("sparq-rdf", "MIT", "Linux, macOS, Windows; x86-64 and ARM"),
}
"""Distribution, licence as the package states it, and for what there are wheels."""


@dataclass
class Series:
    """What one reasoner did on one size."""

    runs: list[dict[str, Any]] = field(default_factory=list)
    note: str = ""
    inferred: int | None = None
    expected: int | None = None
    missing: int | None = None
    extra: int | None = None

    def middle(self, what: str) -> float | None:
        """Give the median of a figure over the runs."""
        values = [run[what] for run in self.runs if what in run]
        return statistics.median(values) if values else None

    def spread(self, what: str) -> str:
        """Give the median and, of several runs, the least and the most."""
        values = [run[what] for run in self.runs if what in run]
        if not values:
            return self.note or "-"
        text = seconds(statistics.median(values))
        return text if len(values) == 1 else f"{text} ({seconds(min(values))}-{seconds(max(values))})"


@dataclass
class Limits:
    """What the machine and the whole build take on one size."""

    statements: int = 0
    inferred_alone: dict[str, Any] = field(default_factory=dict)
    closure: dict[str, Any] = field(default_factory=dict)
    build: dict[str, Any] = field(default_factory=dict)
    compared: int = 0


def child(arguments: Sequence[str | Path], limit: float) -> tuple[list[dict[str, Any]], str]:
    """Run a module in a process of its own; give its lines of JSON, and what went wrong."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as out, tempfile.TemporaryFile("w+", encoding="utf-8") as err:
        process = subprocess.Popen(  # noqa: S603 - our own modules
            [sys.executable, "-m", *map(str, arguments)], cwd=ROOT, stdout=out, stderr=err, start_new_session=True
        )
        wrong = ""
        try:
            if process.wait(limit):
                wrong = "failed"
        except subprocess.TimeoutExpired:
            wrong = f"over {limit:g} s"
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)  # the group that was started above, and no other
                process.wait()
        out.seek(0)
        err.seek(0)
        if wrong == "failed":
            said = (err.read().strip().splitlines() or ["without a word"])[-1]
            wrong = f"failed: {said[:120]}"
        return [json.loads(line) for line in out if line.startswith("{")], wrong


def write_ontology(path: Path) -> None:
    """Write all files of the ontology as one of N-Triples, with blank nodes kept apart."""
    triples = []
    for number, file in enumerate(sorted((ROOT / "ontology").glob("*.ttl"))):
        for quad in parse(path=str(file)):
            subject, target = quad.subject, quad.object
            if isinstance(subject, BlankNode):
                subject = BlankNode(f"f{number}{subject.value}")
            if isinstance(target, BlankNode):
                target = BlankNode(f"f{number}{target.value}")
            triples.append(Triple(subject, quad.predicate, target))
    serialize(triples, str(path), RdfFormat.N_TRIPLES)


class Benchmark:
    """One benchmark: sizes, reasoners, runs, and the folder that the files are in."""

    def __init__(self, options: argparse.Namespace, folder: Path) -> None:
        self.options = options
        self.folder = folder
        self.ontology = folder / "ontology.nt"
        self.peers: list[str] = options.peers
        self.series: dict[tuple[str, int], Series] = {}
        self.limits: dict[int, Limits] = {}
        self.out_of_time: dict[str, str] = {}

    def run(self) -> None:
        """Do all sizes, the smallest first."""
        write_ontology(self.ontology)
        for size in sorted(self.options.sizes):
            self._size(size)
            put("reason", report(self), self.options.out)

    def _size(self, size: int) -> None:
        data = self.folder / f"{size}.nt"
        limits = self.limits[size] = Limits(statements=generate.write(data, size, self.options.seed))
        for turn in range(self.options.runs):
            for peer in self.peers:  # in turn, so that a slow minute of the machine meets them all
                self._one(peer, size, data, first=turn == 0)
        self._agreement(size, data)
        self._limits(size, data, limits)
        if not self.options.keep:
            for path in self.folder.glob(f"*{size}.*"):
                path.unlink()

    def _one(self, peer: str, size: int, data: Path, *, first: bool) -> None:
        series = self.series.setdefault((peer, size), Series())
        if series.note:
            return
        if peer in self.out_of_time:
            series.note = self.out_of_time[peer]
            return
        wanted = [
            "--memory",
            str(self.options.memory),
            *(["--closure", str(self._closure(peer, size))] if first else []),
        ]
        found, wrong = child(["bench.peers", peer, self.ontology, data, *wanted], self.options.limit)
        if found and "missing" in found[0]:
            series.note = "not installed"
            return
        if not found:
            series.note = (wrong or "failed").replace(f"{self.folder}/", "")
            if wrong.startswith("over"):
                self.out_of_time[peer] = "not tried: over the limit on a smaller size"
            return
        series.runs.append(found[0])
        if len(found) > 1:
            series.inferred = found[1]["inferred"]

    def _closure(self, peer: str, size: int) -> Path:
        return self.folder / f"{peer}-{size}.nt"

    def _agreement(self, size: int, data: Path) -> None:
        """Compare each closure with that of our rules in Nemo, cut to the rules that the peer says it has."""
        oracles: dict[frozenset[str], Path] = {}
        small = size == min(self.options.sizes)
        for peer in self.peers:
            series = self.series[peer, size]
            if series.inferred is None:
                continue
            claims = CLAIMS[peer]
            if claims not in oracles:
                path = self.folder / f"oracle{len(oracles)}-{size}.nt"
                found, _ = child(
                    [
                        "bench.peers",
                        "nemo",
                        self.ontology,
                        data,
                        "--closure",
                        path,
                        "--rules",
                        ",".join(sorted(claims)),
                    ],
                    self.options.limit,
                )
                if len(found) > 1:
                    oracles[claims] = path
            if claims in oracles:
                with oracles[claims].open(encoding="utf-8") as file:
                    series.expected = sum(1 for _ in file)
                if small:
                    expected, got = set(read_scoped(oracles[claims])), set(read_scoped(self._closure(peer, size)))
                    series.missing, series.extra = len(expected - got), len(got - expected)

    def _limits(self, size: int, data: Path, limits: Limits) -> None:
        closure = next(
            (
                self._closure(peer, size)
                for peer in ("ours", "nemo", *self.peers)
                if (peer, size) in self.series and self.series[peer, size].inferred is not None
            ),
            None,
        )
        if closure is not None:
            with closure.open(encoding="utf-8") as file:
                limits.compared = sum(1 for _ in file)
            for name, files in (("inferred_alone", [closure]), ("closure", [self.ontology, data, closure])):
                found: list[dict[str, Any]] = []
                for _ in range(self.options.runs):
                    store = self.folder / "store"
                    found += child(["bench.limits", "bulk", store, *files], self.options.limit)[0]
                    shutil.rmtree(store, ignore_errors=True)
                if found:
                    setattr(limits, name, sorted(found, key=lambda run: run["seconds"])[len(found) // 2])
        if self.options.build and size <= self.options.build:
            sources, home = self.folder / "sources", self.folder / "home"
            generate.write_folder(sources, size, self.options.seed)
            built, wrong = child(["bench.limits", "build", sources, home], self.options.limit)
            limits.build = built[0] if built else {"failed": wrong}
            for folder in (sources, home):
                shutil.rmtree(folder, ignore_errors=True)


def slope(points: Sequence[tuple[float, float]]) -> float | None:
    """Fit a line through the logarithms: 1 is linear."""
    usable = [(math.log(x), math.log(y)) for x, y in points if x >= SLOPE_FROM and y > 0]
    if len(usable) < 2:
        return None
    middle_x = statistics.fmean(x for x, _ in usable)
    middle_y = statistics.fmean(y for _, y in usable)
    across = sum((x - middle_x) ** 2 for x, _ in usable)
    return sum((x - middle_x) * (y - middle_y) for x, y in usable) / across if across else None


def machine() -> str:
    """Describe the machine in a line."""
    model, memory = platform.processor() or platform.machine(), ""
    cpu = Path("/proc/cpuinfo")
    if cpu.exists():
        names = [
            line.partition(":")[2].strip()
            for line in cpu.read_text(encoding="utf-8").splitlines()
            if line.startswith("model name")
        ]
        model = names[0] if names else model
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        memory = f", {os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 2**30:.0f} GiB"
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (
        f"{model}, {usable} cores{memory}; {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    )


def megabytes(value: float | None) -> str:
    """Write bytes as megabytes."""
    return "-" if value is None else f"{value / 1e6:.0f}"


def report(bench: Benchmark) -> str:
    """Write RESULTS.md from what is known so far."""
    sizes = sorted(bench.limits)
    named = [f"{size:,}" for size in sizes]
    options = bench.options
    command = " ".join(
        [
            "python -m bench.reason",
            *map(str, sorted(options.sizes)),
            f"--runs {options.runs} --limit {options.limit:g}",
            f"--memory {options.memory:g} --seed {options.seed}",
            *([f"--build {options.build}"] if options.build else []),
        ]
    )
    out = [
        "## Reasoners compared",
        "",
        f"Written by `{command}` on {datetime.now(UTC):%Y-%m-%d}.",
        "",
        f"- Machine: {machine()}.",
        f"- Versions: pyoxigraph {version_of('pyoxigraph')}, kunskapsgraf {__version__}.",
        f"- Runs: {options.runs} of each, in turn; times are medians with the least and the most. A reasoner gets {options.limit:g} s",
        f"  and {options.memory:g} GB on a size; one that needs more time is not tried on larger sizes.",
        *([f"- {options.note}"] if options.note else []),
        "- `ours` is empty where `kunskapsgraf.reasoner` could not be imported.",
        "",
        "### The others",
        "",
        *table(
            ["Reasoner", "Package", "Version", "Licence", "Wheels"],
            [
                [name, package, version_of(package), licence, wheels]
                for name, (package, licence, wheels) in PACKAGES.items()
            ],
        ),
        "### Reasoning alone, seconds",
        "",
        "Parsing and loading are left out. Of Nemo, which reads as it reasons, the time of a program that only reads is",
        "taken away; of reasonable, which hands all triples to Python in the same call, that of further calls, when nothing",
        "is left to infer. Both are thus differences of two measurements, and uncertain where they are small; the whole",
        "calls are given too.",
        "",
        *table(
            ["Triples", *named],
            [[peer, *(bench.series[peer, size].spread("reason") for size in sizes)] for peer in bench.peers],
        ),
        *table(
            ["Triples", *named],
            [
                [f"{peer}, the whole call", *(bench.series[peer, size].spread("call") for size in sizes)]
                for peer in bench.peers
                if peer in WHOLE_CALLS
            ],
        ),
        "### Loading, and handing over, seconds",
        "",
        *table(
            ["Triples", *named],
            [
                *(
                    [f"{peer}, loading", *(bench.series[peer, size].spread("load") for size in sizes)]
                    for peer in bench.peers
                ),
                *(
                    [f"{peer}, handing over", *(bench.series[peer, size].spread("handover") for size in sizes)]
                    for peer in bench.peers
                    if peer == "reasonable"
                ),
            ],
        ),
        "### Peak memory of the process, MB",
        "",
        "Resident, after reasoning, with everything that was loaded and the interpreter.",
        "",
        *table(
            ["Triples", *named],
            [[peer, *(megabytes(bench.series[peer, size].middle("peak")) for size in sizes)] for peer in bench.peers],
        ),
        "### Ratios to ours",
        "",
        "How many times as long as ours. Ours, like the whole call of reasonable, hands what it inferred to Python.",
        "",
        *table(
            ["Triples", *named],
            [
                [peer + label, *(ratio(bench, peer, size, what) for size in sizes)]
                for peer in bench.peers
                for label, what in (("", "reason"), (", the whole call", "call"))
                if peer != "ours" and (what == "reason" or peer in WHOLE_CALLS)
            ],
        ),
        "### The limit of the disk, and the whole build",
        "",
        "The time to bulk-load what was inferred of things, and that with ontology and data, into a new pyoxigraph store",
        "on disk; and `kunskapsgraf build` on the same data, with all its checks, layers and the search index. The memory",
        "of a build is that of the largest of its processes.",
        "",
        *table(
            ["Triples", *named],
            [
                ["statements generated", *(f"{bench.limits[size].statements:,}" for size in sizes)],
                ["inferred of things", *(f"{bench.limits[size].compared:,}" for size in sizes)],
                ["bulk load, inferred alone, s", *(timed(bench.limits[size].inferred_alone) for size in sizes)],
                ["bulk load, ontology, data and inferred, s", *(timed(bench.limits[size].closure) for size in sizes)],
                ["ours / bulk load of all", *(against_limit(bench, size) for size in sizes)],
                ["whole build, s", *(timed(bench.limits[size].build) for size in sizes)],
                ["whole build, MB", *(megabytes(bench.limits[size].build.get("peak")) for size in sizes)],
            ],
        ),
        "### Growth",
        "",
        f"The slope of time against size, both as logarithms, from {SLOPE_FROM:,} triples up: 1 is linear.",
        "",
        *table(["Reasoner", "slope", "sizes"], [growth(bench, peer, sizes) for peer in bench.peers]),
        *agreement(bench, sizes),
    ]
    return "\n".join(out).rstrip() + "\n"


def ratio(bench: Benchmark, peer: str, size: int, what: str = "reason") -> str:
    """Say how many times as long as ours a peer took."""
    ours = bench.series["ours", size].middle("reason") if ("ours", size) in bench.series else None
    theirs = bench.series[peer, size].middle(what)
    return f"{theirs / ours:.2f}" if ours and theirs is not None else "-"


def against_limit(bench: Benchmark, size: int) -> str:
    """Compare ours with the bulk load of its closure."""
    ours = bench.series["ours", size].middle("reason") if ("ours", size) in bench.series else None
    limit = bench.limits[size].closure.get("seconds")
    return f"{ours / limit:.2f}" if ours and limit else "-"


def timed(found: dict[str, Any]) -> str:
    """Write the seconds of a limit, or why there are none."""
    if found.get("failed"):
        return str(found["failed"])
    return seconds(found["seconds"]) if found else "-"


def growth(bench: Benchmark, peer: str, sizes: Sequence[int]) -> list[str]:
    """Write a reasoner's slope."""
    points = [
        (float(bench.limits[size].statements), value)
        for size in sizes
        if size >= SLOPE_FROM and (value := bench.series[peer, size].middle("reason")) is not None
    ]
    found = slope(points)
    return [peer, "-" if found is None else f"{found:.2f}", str(len(points))]


def agreement(bench: Benchmark, sizes: Sequence[int]) -> list[str]:
    """Write what each reasoner inferred beside what the rules that it claims give."""
    rows = []
    for peer in bench.peers:
        cells = []
        for size in sizes:
            series = bench.series[peer, size]
            if series.inferred is None:
                cells.append(series.note or "-")
                continue
            text = f"{series.inferred:,}"
            if peer == "nemo":
                text += " (what the others are compared with)"
            elif series.expected is None:
                text += " (not compared)"
            elif series.missing is not None and series.extra is not None:
                same = not series.missing and not series.extra
                text += " (same set)" if same else f" ({series.missing:,} missing, {series.extra:,} too many)"
            else:
                off = series.inferred - series.expected
                text += " (same count)" if not off else f" ({off:+,})"
            cells.append(text)
        rows.append([peer, *cells])
    lacking = {peer: sorted(set(RULES) - CLAIMS[peer]) for peer in bench.peers if set(RULES) - CLAIMS[peer]}
    return [
        "### Do they agree?",
        "",
        "Inferred statements about our things that point at an IRI, less tautologies, beside what Nemo infers by the rules",
        "that the reasoner says it has: as sets on the smallest size, as counts on the others.",
        *(f"`{peer}` does not claim {', '.join(names)}." for peer, names in lacking.items()),
        "`sparq-rdf` 0.1.6 uses only one of several `owl:propertyChainAxiom` of a property (kg:erbjuder has two), so it",
        "does less work than the others; `sparq-rdf-split` is the same engine on an ontology in which each further chain",
        "is that of a sub-property, and does all of it.",
        "",
        *table(["Triples", *(f"{size:,}" for size in sizes)], rows),
    ]


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Compare reasoners on generated data and write RESULTS.md.")
    parser.add_argument("sizes", type=int, nargs="+", help="numbers of triples")
    parser.add_argument("--runs", type=int, default=3, help="runs of each [3]")
    parser.add_argument("--limit", type=float, default=900, help="seconds for each reasoner and size [900]")
    parser.add_argument("--memory", type=float, default=16, help="gigabytes for each reasoner [16]")
    parser.add_argument("--note", default="", help="a sentence about the circumstances, for the table")
    parser.add_argument("--seed", type=int, default=1, help="of the generator [1]")
    parser.add_argument(
        "--peers", nargs="+", choices=list(REASONERS), default=list(REASONERS), help="which reasoners [all]"
    )
    parser.add_argument("--build", type=int, default=0, metavar="SIZE", help="build sizes up to this one too [0: none]")
    parser.add_argument("--folder", type=Path, help="where the files go [a temporary folder]")
    parser.add_argument("--keep", action="store_true", help="keep the files")
    parser.add_argument("--out", type=Path, default=RESULTS, help="[bench/RESULTS.md]")
    options = parser.parse_args(arguments)
    if options.folder:
        options.folder.mkdir(parents=True, exist_ok=True)
        Benchmark(options, options.folder.resolve()).run()
    else:
        with tempfile.TemporaryDirectory() as made:
            Benchmark(options, Path(made).resolve()).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
