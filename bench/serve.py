"""How many small lookups a second the service answers, beside other servers on the same snapshot.

    python -m bench.serve --home var

Needs wrk (Debian's package), and of the optional group ``oxigraph`` and ``rdflib-endpoint``. A lookup is one that has
exactly 5 or exactly 50 rows: what is said of a thing, and what is said of the things that it leads to. Each request asks
another one, in turn. Rounds take turns among the servers, so that a slow minute of the machine meets them all.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import urllib.parse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import QuerySolutions, Store

from bench.machine import machine
from bench.peers import version_of
from bench.results import RESULTS, put, table
from bench.servers import Server, rows, running, servers
from kunskapsgraf.graph.snapshot import current

SCRIPT = Path(__file__).parent / "lookups.lua"
MOST = 1000
CHECKED = 10
OURS, CACHED, OXIGRAPH, RDFLIB, FLASK = (
    "ours",
    "ours, from the cache",
    "oxigraph",
    "rdflib-endpoint",
    "Flask, a constant body",
)
FORMS = {
    5: "SELECT ?p ?o WHERE {{ <{thing}> ?p ?o }}",
    50: "SELECT ?other ?p ?o WHERE {{ <{thing}> ?link ?other . ?other ?p ?o }}",
}
COUNTS = {
    5: "SELECT ?thing { ?thing ?p ?o FILTER(ISIRI(?thing)) } GROUP BY ?thing HAVING(COUNT(*) = 5)",
    50: "SELECT ?thing { ?thing ?link ?other . ?other ?p ?o FILTER(ISIRI(?thing)) }"
    " GROUP BY ?thing HAVING(COUNT(*) = 50)",
}
Figures = Mapping[tuple[str, int], Sequence[float]]


@dataclass(frozen=True)
class Target:
    """What ours must reach: of which server's throughput how much, for answers of so many rows."""

    ours: str
    size: int
    peer: str
    least: float


TARGETS = (
    Target(OURS, 50, OXIGRAPH, 0.5),
    Target(OURS, 5, OXIGRAPH, 0.25),
    Target(OURS, 50, RDFLIB, 20),
    Target(OURS, 5, RDFLIB, 20),
    Target(CACHED, 50, OXIGRAPH, 2),
    Target(CACHED, 5, OXIGRAPH, 0.5),
)


def lookups(store: Path, size: int, seed: int) -> list[str]:
    """Find lookups of exactly so many rows: each of another thing, in an order by chance."""
    found = Store.read_only(str(store)).query(COUNTS[size])
    assert isinstance(found, QuerySolutions)
    things = sorted(str(row["thing"])[1:-1] for row in found)
    random.Random(seed).shuffle(things)  # noqa: S311 - an order
    return [FORMS[size].format(thing=thing) for thing in things[:MOST]]


def check(chosen: Sequence[Server], queries: Sequence[str], size: int) -> None:
    """See that all servers give the same rows to some of the lookups."""
    if not queries:
        raise SystemExit(f"the snapshot has no lookup of {size} rows: give another with --home")
    asked = [server for server in chosen if server.name != FLASK]
    for query in queries[:CHECKED]:
        expected = rows(asked[0], query)
        for server in asked:
            if rows(server, query) != expected or len(expected) != size:
                raise SystemExit(f"{server.name} answers otherwise: {query}")


def load(server: Server, path: Path, options: argparse.Namespace, size: int, *, new: bool = False) -> float:
    """Let wrk ask a server for some seconds; give the answers a second. A request that failed ends the benchmark."""
    address = server.address() + (str(size) if server.name == FLASK else "")
    command = ["wrk", "-t1", f"-c{options.connections}", f"-d{options.seconds}s", "-s", SCRIPT, address, "--", path]
    told = subprocess.run(  # noqa: S603 - a program of the system, on our own addresses
        [*map(str, command), *(["new"] if new else [])], check=True, stdout=subprocess.PIPE, text=True
    )
    found = json.loads(told.stdout.splitlines()[-1])
    if found["failed"]:
        raise SystemExit(f"{server.name}: {found['failed']} of {found['requests']} requests failed")
    return float(found["requests"] / found["seconds"])


def measure(options: argparse.Namespace) -> tuple[dict[tuple[str, int], list[float]], dict[int, int]]:
    """Measure all servers in turn, as often as asked; give the throughputs, and how many lookups there were."""
    store = current(options.home).store
    figures: dict[tuple[str, int], list[float]] = {}
    counts: dict[int, int] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        chosen = servers(options.home, store, folder)
        with running(chosen):
            for size in FORMS:
                queries = lookups(store, size, options.seed)
                counts[size] = len(queries)
                check(chosen, queries, size)
                path = folder / f"{size}.txt"
                path.write_text("".join(urllib.parse.quote(query, safe="") + "\n" for query in queries))
                for server in chosen:
                    load(server, path, options, size)  # not counted: workers start, caches fill
                for _ in range(options.runs):
                    for server in chosen:
                        figures.setdefault((server.name, size), []).append(load(server, path, options, size))
                    new = load(chosen[0], path, options, size, new=True)
                    figures.setdefault((f"{OURS}, each text for the first time", size), []).append(new)
    return figures, counts


def ratio(figures: Figures, ours: str, size: int, peer: str) -> float:
    """Say how many times a peer's throughput ours is, by the medians."""
    return statistics.median(figures[ours, size]) / statistics.median(figures[peer, size])


def report(figures: Figures, counts: Mapping[int, int], options: argparse.Namespace) -> str:
    """Write the section."""
    names = list(dict.fromkeys(name for name, _ in figures))
    throughput = [
        [name, *(cell for size in FORMS for cell in (_spread(figures[name, size]), _share(figures, name, size)))]
        for name in names
    ]
    reached = [(target, ratio(figures, target.ours, target.size, target.peer)) for target in TARGETS]
    verdicts = [
        [f"{t.ours}, {t.size} rows", f"{t.least:g} of {t.peer}", f"{found:.2f}", "met" if found >= t.least else "**not met**"]
        for t, found in reached
    ]  # fmt: skip
    return "\n".join(
        [
            "## Serving",
            "",
            f"Small lookups, answers a second: {options.connections} connections, wrk with one thread, {options.runs} runs of"
            f" {options.seconds} s in turn, medians with the least and the most; {counts[5]:,} lookups of exactly 5 rows and"
            f" {counts[50]:,} of exactly 50, asked in turn, as SPARQL JSON. The answers were compared before. {machine()};"
            f" oxigraph {version_of('oxigraph')}, rdflib-endpoint {version_of('rdflib-endpoint')},"
            f" granian {version_of('granian')}, Flask {version_of('flask')}.",
            "",
            *table(["", "5 rows", "of oxigraph", "50 rows", "of oxigraph"], throughput),
            *table(["", "at least", "measured", ""], verdicts),
        ]
    )  # fmt: skip


def _spread(found: Sequence[float]) -> str:
    return f"{statistics.median(found):,.0f} ({min(found):,.0f} to {max(found):,.0f})"


def _share(figures: Figures, name: str, size: int) -> str:
    return f"{ratio(figures, name, size, OXIGRAPH):.2f}"


def main(arguments: list[str] | None = None) -> int:
    """Measure and write the section."""
    parser = argparse.ArgumentParser(description="Measure the throughput of small lookups beside other servers.")
    parser.add_argument("--home", type=Path, default=Path("var"), help="where the snapshot is")
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--results", type=Path, default=RESULTS)
    options = parser.parse_args(arguments)
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is missing: apt-get install wrk")
    figures, counts = measure(options)
    put("serve", report(figures, counts, options), options.results)
    return 0


if __name__ == "__main__":
    sys.exit(main())
