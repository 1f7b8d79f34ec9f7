"""Which embedded engine: pyoxigraph, as asked and in the form that it is fast at, beside sparq-rdf, on the same data.

    python -m bench.engine_fit --home build/mix --w3c rdf-tests/sparql/sparql11 --python .venv-bench/bin/python

Each engine loads what the store of the snapshot in ``--home`` holds, and is asked the queries of ``analyst.py`` and every
report that may be asked of all, each in a process of its own that is ended when a query takes longer than ``--limit``. The answers are compared. ``--python`` is an interpreter with
sparq-rdf; ``--w3c`` a checkout of github.com/w3c/rdf-tests, of which nothing is kept. One run measures all.
"""

from __future__ import annotations

import argparse
import json
import os
import selectors
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pyoxigraph import RdfFormat, Store

from bench import analyst
from bench.analyst import ABSENCES, PATHS
from bench.embedded import ENGINES
from bench.machine import machine
from bench.peers import version_of
from bench.results import RESULTS, put, seconds, table
from kunskapsgraf import settings as settings_module
from kunskapsgraf.graph import queries
from kunskapsgraf.graph.snapshot import current
from kunskapsgraf.graph.vocabulary import Names
from kunskapsgraf.settings import packaged_sources

PLAIN, REWRITTEN, SPARQ = ENGINES
MATURITY = [
    # From the packages' pages at PyPI, their wheels, and their repositories.
    ["licence", "MIT or Apache-2.0", "MIT"],
    ["first release at PyPI", "2020-08-09", "2026-10-26"],
    ["releases at PyPI", "57", "1"],
    ["files of the latest release", "33", "6"],
    [
        "platforms of its wheels",
        "Linux (glibc, musl), macOS and Windows, each x86-64 and ARM",
        "Linux (glibc) and macOS, each x86-64 and ARM; Windows x86-64",
    ],
    [
        "its own tests",
        "322 in Rust and 4 files in Python, beside the W3C's suites and fuzzing",
        "the W3C's suites by its own reports; its repository was not read whole",
    ],
    [
        "maintainers",
        "39 names in 2,352 commits, one of them made 90 % (584 commits in the last two years)",
        "told as an organisation, without names",
    ],
    ["development status in its package", "3 - Alpha", "3 - Alpha"],
    ["read-only opening, bulk load, backup, dump", "yes", "open and save; an update writes all anew"],
    ["FROM, FROM NAMED, default and named graphs by argument", "yes", "by the query alone"],
    ["formats of results", "JSON, XML, CSV, TSV, written piece by piece", "JSON as one text; Python objects"],
    ["base of relative IRIs by argument", "yes", "no"],
]
"""Maturity, by hand: these do not come out of a run."""


@dataclass
class Found:
    """What was measured of one engine."""

    load: dict[str, Any] = field(default_factory=dict)
    open: list[dict[str, Any]] = field(default_factory=list)
    queries: dict[str, dict[str, Any]] = field(default_factory=dict)

    def milliseconds(self, name: str) -> float | None:
        """Give the median time of a query; none where it did not end."""
        times = self.queries.get(name, {}).get("times")
        return statistics.median(times) * 1000 if times else None


class Process:
    """An engine in a process of its own, and what it says line by line."""

    def __init__(self, python: str, *arguments: str) -> None:
        self._python, self._arguments = python, arguments

    def lines(self, limit: float) -> Iterator[dict[str, Any]]:
        """Give what it says; end it when it has said nothing for so many seconds."""
        command = [self._python, "-m", "bench.embedded", *self._arguments]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:  # noqa: S603 - ours
            assert process.stdout is not None
            pending = b""
            with selectors.DefaultSelector() as selector:
                selector.register(process.stdout, selectors.EVENT_READ)
                while selector.select(limit):
                    piece = os.read(process.stdout.fileno(), 65536)
                    if not piece:
                        break
                    *whole, pending = (pending + piece).split(b"\n")
                    yield from map(json.loads, whole)
            process.kill()


def ask(python: str, engine: str, folder: Path, asked: dict[str, str], limit: float, runs: int, found: Found) -> None:
    """Ask queries until all are answered; one that takes too long ends the process, and the next ones get another."""
    left = dict(asked)
    while left:
        with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
            json.dump(left, file)
            file.flush()
            at = ""
            for line in Process(python, engine, "ask", str(folder), file.name, "--runs", str(runs)).lines(limit):
                if "open" in line:
                    found.open.append(line)
                elif "asking" in line:
                    at = line["asking"]
                else:
                    found.queries[line["query"]] = line
                    left.pop(line["query"])
                    at = ""
        if not at:
            return
        found.queries[at] = {"error": f"not within {limit:g} s"}
        left.pop(at)


def measured(
    engine: str, work: Path, data: Path, asked: tuple[dict[str, str], ...], options: argparse.Namespace
) -> Found:
    """Measure one engine, or give what is kept of it in the folder."""
    kept = work / f"{ENGINES[engine].__name__}.json"
    if kept.exists():
        return Found(**json.loads(kept.read_text(encoding="utf-8")))
    found = Found()
    target = work / ENGINES[engine].package
    if not target.exists():
        for line in Process(options.python, engine, "load", str(data), str(target)).lines(600):
            found.load = line
    for some, runs in zip(asked, (options.runs, 1), strict=True):
        ask(options.python, engine, target, some, options.limit, runs, found)
    kept.write_text(json.dumps(asdict(found)), encoding="utf-8")
    return found


def cell(found: Found, name: str) -> str:
    """Write the time of a query, or what became of it."""
    time_taken = found.milliseconds(name)
    if time_taken is not None:
        return f"{time_taken:,.1f}" if time_taken < 100 else f"{time_taken:,.0f}"
    return str(found.queries.get(name, {}).get("error", "not asked"))[:60]


def comparison(title: str, names: list[str], found: dict[str, Found]) -> list[str]:
    """Write a table of queries, with whether all that answered gave the same rows."""
    rows = []
    for name in names:
        digests = {one.queries[name]["digest"] for one in found.values() if "digest" in one.queries.get(name, {})}
        total = next(
            (str(one.queries[name]["rows"]) for one in found.values() if "rows" in one.queries.get(name, {})), ""
        )
        same = "yes" if len(digests) == 1 else "**no**" if digests else ""
        rows.append([name, total, *(cell(one, name) for one in found.values()), same])
    return table([f"{title}, ms", "rows", *found, "same"], rows)


def reports(found: dict[str, Found], names: list[str]) -> list[str]:
    """Sum up the reports: how many answered, how many alike, and how long they took."""
    rows = []
    reference = found[PLAIN]
    for engine, one in found.items():
        answered = [name for name in names if "digest" in one.queries.get(name, {})]
        alike = [n for n in answered if one.queries[n]["digest"] == reference.queries.get(n, {}).get("digest")]
        times = sorted(t for name in answered if (t := one.milliseconds(name)) is not None)
        worst = f"{times[-1]:,.0f}" if times else ""
        median = f"{statistics.median(times):,.1f}" if times else ""
        rows.append([engine, f"{len(answered)} of {len(names)}", str(len(alike)), median, worst])
    return table(["Reports", "answered", "rows as pyoxigraph's", "median, ms", "slowest, ms"], rows)


def report(found: dict[str, Found], w3c: list[str], asked: list[str], note: str) -> str:
    """Write the section."""
    megabytes = 1_000_000
    costs = []
    for engine in (PLAIN, SPARQ):
        one = found[engine]
        opened = statistics.median(line["open"] for line in one.open) if one.open else 0
        memory = min((line["peak"] for line in one.open), default=0)
        load = one.load
        costs.append(
            [
                engine,
                seconds(load["load"]),
                f"{load['peak'] / megabytes:,.0f}",
                f"{load['bytes'] / megabytes:,.0f}",
                f"{opened * 1000:,.0f}",
                f"{memory / megabytes:,.0f}",
            ]
        )
    versions = ", ".join(
        f"{ENGINES[name].package} {note_of}"
        for name, note_of in (("pyoxigraph", version_of("pyoxigraph")), (SPARQ, "0.1.6"))
    )
    head = (
        "## Embedded engines\n\nEach in a process of its own, on what the store of 1,400,000 triples holds (each statement in its graph and in the union). "
        f"Seconds and milliseconds of the processor, medians of the runs in one process. {machine()}; {versions}. {note}\n"
    )
    return "\n".join(
        [
            head,
            *table(
                ["", "load, s", "memory of that, MB", "on disk, MB", "open and first answer, ms", "memory then, MB"],
                costs,
            ),
            *comparison("Absence, as an analyst writes it", list(ABSENCES), found),
            *comparison("Property paths", list(PATHS), found),
            *reports(found, asked),
            *w3c,
            *table(["Maturity", "pyoxigraph", "sparq-rdf"], MATURITY),
        ]
    )


def main(arguments: list[str] | None = None) -> int:
    """Measure and write the section."""
    parser = argparse.ArgumentParser(description="Compare embedded engines.")
    parser.add_argument("--home", type=Path, default=Path("build/mix"), help="where the snapshot is [build/mix]")
    parser.add_argument("--w3c", type=Path, help="sparql/sparql11 of a checkout of w3c/rdf-tests")
    parser.add_argument("--python", default=sys.executable, help="an interpreter with sparq-rdf [this one]")
    parser.add_argument("--limit", type=float, default=10, help="seconds that a query may take [10]")
    parser.add_argument("--every", type=int, default=1, help="only every so-manieth report, from the first [1: all]")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--note", default="", help="a sentence about the circumstances, for the report")
    parser.add_argument(
        "--work",
        type=Path,
        help="a folder that keeps what is loaded and measured: a run goes on where another was ended",
    )
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args(arguments)
    names = Names(settings_module.load({}).base)
    store = current(options.home).store
    folder_of_reports = packaged_sources() / "queries" / "reports"
    by_report = {
        name: asked.bind({}, names)
        for name, asked in queries.folder(folder_of_reports, names.base).items()
        if all(parameter.optional or parameter.default for parameter in asked.parameters)
    }
    by_report = dict(list(by_report.items())[:: options.every])
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        work = options.work or Path(folder)
        work.mkdir(parents=True, exist_ok=True)
        data = work / "data.nq"
        if not data.exists():
            Store.read_only(str(store)).dump(str(data), format=RdfFormat.N_QUADS)
        for engine in ENGINES:
            found[engine] = measured(engine, work, data, (analyst.queries(), by_report), options)
    w3c: list[str] = []
    if options.w3c:
        command = [options.python, "-m", "bench.w3c", str(options.w3c)]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - ours
        w3c = [*told.partition("\n\n")[0].splitlines(), ""]
    text = report(found, w3c, list(by_report), options.note)
    put("fit", text, options.out)
    sys.stdout.write(text + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
