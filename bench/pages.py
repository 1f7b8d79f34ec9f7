"""The page of a thing at national scale: the largest kommun, and things that much points to; and what a 304 takes.

    python -m bench.pages [SIZE] [--seed SEED] [--runs RUNS] [--home FOLDER]

Each page is asked of the running service as a browser asks, first with the caches off and then as it is served, where the
first answer is not timed. The processor time is that of all processes of the service while it answered, which the work of
others on the machine lengthens less than it lengthens the time on the clock.
"""

from __future__ import annotations

import argparse
import http.client
import os
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import QuerySolutions, Store

from bench.machine import machine
from bench.mix import free_port, served
from bench.results import RESULTS, put, table
from bench.snapshot import prepare
from kunskapsgraf import settings as settings_module
from kunskapsgraf.graph.vocabulary import Names

TARGET_MS, TARGET_304_MS, TARGET_BYTES = 15, 2, 100_000


@dataclass
class Page:
    """What one page took: bytes, and milliseconds without caches, from the cache, and of a 304; processor milliseconds without caches."""

    path: str
    statements: int
    bytes: int = 0
    fresh: list[float] = field(default_factory=list)
    processor: float = 0
    kept: list[float] = field(default_factory=list)
    unchanged: list[float] = field(default_factory=list)


def largest(store: Path, names: Names) -> list[tuple[str, int]]:
    """Give the things of some kinds of which the most is said, as their paths, with the number of statements."""
    graph, found = Store.read_only(str(store)), []
    for kind in ("kommun", "metod", "kalla", "form"):
        start = f'FILTER(ISIRI(?t) && STRSTARTS(STR(?t), "{names.things}{kind}/"))'
        query = f"SELECT ?t (COUNT(*) AS ?n) {{ {{ ?t ?p ?o }} UNION {{ ?s ?p ?t }} {start} }} GROUP BY ?t ORDER BY DESC(?n) ?t LIMIT 1"
        rows = graph.query(query)
        assert isinstance(rows, QuerySolutions), "a SELECT"
        found += [(str(row["t"].value).removeprefix(names.things), int(row["n"].value)) for row in rows]
    return found


class Browser:
    """One connection to the service, as a browser has it."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def get(self, path: str, **more: str) -> tuple[float, int, bytes, str]:
        """Give the milliseconds, the status, the body and the tag."""
        headers = {"Accept": "text/html", "Accept-Language": "sv"} | {n.replace("_", "-"): v for n, v in more.items()}
        began = time.perf_counter()
        self._connection.request("GET", path, headers=headers)
        answer = self._connection.getresponse()
        body = answer.read()
        return (time.perf_counter() - began) * 1000, answer.status, body, answer.headers.get("ETag", "")


def processor_ms(root: int) -> float:
    """Give the processor time that a process and all below it have used."""
    parents: dict[int, int] = {}
    used: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parts = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(folder.name)], used[int(folder.name)] = int(parts[1]), int(parts[11]) + int(parts[12])
    below = {root}
    while more := {child for child, parent in parents.items() if parent in below} - below:
        below |= more
    return sum(used.get(one, 0) for one in below) * 1000 / os.sysconf("SC_CLK_TCK")


def measured(home: Path, things: Sequence[tuple[str, int]], runs: int) -> Iterator[Page]:
    """Ask for each page: without caches, then from the cache, and whether it has changed."""
    pages = {path: Page(path, count) for path, count in things}
    program = [sys.executable, "-m", "kunskapsgraf.cli", "serve"]
    for cache in ("0", "64000000"):
        port = free_port()
        own = {"KUNSKAPSGRAF_HOME": str(home), "PORT": str(port), "KUNSKAPSGRAF_LOG": os.devnull}
        with served(program, port, **own, KUNSKAPSGRAF_CACHE_BYTES=cache) as process:
            browser = Browser(port)
            for path, page in pages.items():
                address = f"/sida/{path}"
                for _ in range(3):
                    _, status, body, tag = browser.get(address)
                    assert status == http.HTTPStatus.OK, f"{address}: {status}"
                page.bytes = len(body)
                before = processor_ms(process)
                times = [browser.get(address)[0] for _ in range(runs)]
                if cache == "0":
                    page.fresh, page.processor = times, (processor_ms(process) - before) / runs
                else:
                    page.kept = times
                    page.unchanged = [browser.get(address, If_None_Match=tag)[0] for _ in range(runs)]
    yield from pages.values()


def report(pages: Sequence[Page], size: int, runs: int, note: str) -> str:
    """Write the section."""
    rows = [
        [
            f"`/sida/{page.path}`",
            f"{page.statements:,}",
            f"{page.bytes:,}",
            _times(page.fresh),
            f"{page.processor:.1f}",
            _times(page.kept),
            _times(page.unchanged),
        ]
        for page in pages
    ]
    head = ["Page", "statements", "bytes", "no caches, ms", "processor, ms", "from the cache, ms", "304, ms"]
    first = pages[0]
    reached = [
        (f"at most {TARGET_MS} ms, from the cache", statistics.median(first.kept) <= TARGET_MS),
        (f"at most {TARGET_MS} ms, without caches", statistics.median(first.fresh) <= TARGET_MS),
        (f"at most {TARGET_BYTES:,} bytes", first.bytes <= TARGET_BYTES),
        (f"304 in at most {TARGET_304_MS} ms", statistics.median(first.unchanged) <= TARGET_304_MS),
    ]
    lines = [
        "## Pages of things",
        "",
        f"The page of the largest kommun on {size:,} triples, and of things that much points to, over HTTP, uncompressed; {runs}",
        "runs each, medians with the worst in brackets. *Processor* is what all processes of the service used for one page",
        "without caches. " + note,
        "",
        f"{machine()}.",
        "",
        *table(head, rows),
        "Of the largest kommun: " + "; ".join(f"{what}: {'yes' if is_so else 'no'}" for what, is_so in reached) + ".",
    ]
    return "\n".join(lines)


def _times(times: Sequence[float]) -> str:
    return f"{statistics.median(times):.1f} ({max(times):.1f})"


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Time the pages of things.")
    parser.add_argument("size", type=int, nargs="?", default=1_400_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--note", default="", help="a sentence about the circumstances, for the report")
    parser.add_argument("--home", type=Path, default=Path("build/mix"), help="where the snapshot is kept [build/mix]")
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args(arguments)
    names = Names(settings_module.load({}).base)
    store = prepare(options.home, options.size, options.seed, names)
    pages = list(measured(options.home, largest(store, names), options.runs))
    text = report(pages, options.size, options.runs, options.note)
    put("pages", text, options.out)
    sys.stdout.write(text + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
