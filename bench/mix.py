"""The reports and the pages' queries on national data over HTTP: our service beside the Oxigraph server.

    python -m bench.mix 1400000 --oxigraph .venv-oxigraph/bin/oxigraph --home /tmp/mix

Both serve the same folder read-only on this machine; ours is ``kunskapsgraf serve`` with its caches off, so that every
query passes the guard and a worker. Each query is asked with the same bound text of both in turn, several times, over
one connection each, for SPARQL JSON. The answers must be the same rows, as multisets.

*One*: a report asked of one thing, for each of several that the data have. *All*: the same report of everything, which
at this size is a list of the nation.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.machine import machine
from bench.mixed import Case, cases
from bench.results import RESULTS, put, table
from bench.snapshot import prepare
from kunskapsgraf import settings as settings_module
from kunskapsgraf.graph.vocabulary import Names

MOST = 300
"""Milliseconds that no report may take."""


@dataclass
class Timed:
    """What one case took: milliseconds of each run by server, the rows, and whether the answers are the same."""

    case: Case
    ours: list[float] = field(default_factory=list)
    theirs: list[float] = field(default_factory=list)
    rows: int = 0
    same: bool = True
    note: str = ""


class Client:
    """One connection to a server that is kept."""

    def __init__(self, port: int, path: str) -> None:
        self._path = path
        self._port = port
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, query: str) -> tuple[float, int, bytes]:
        """Give the milliseconds, the status and the body."""
        began = time.perf_counter()
        headers = {
            "Content-Type": "application/sparql-query",
            "Accept": "application/sparql-results+json,application/n-triples",
        }
        try:
            self._connection.request("POST", self._path, query.encode(), headers)
            found = self._connection.getresponse()
            body = found.read()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            return (time.perf_counter() - began) * 1000, 0, str(error).encode()
        return (time.perf_counter() - began) * 1000, found.status, body


@contextmanager
def served(command: list[str], port: int, **environment: str) -> Iterator[None]:
    """Run a server until it is no longer asked."""
    with subprocess.Popen(  # noqa: S603 - our own server, and the one named on the command line
        command, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            for _ in range(300):
                with socket.socket() as one:
                    if one.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            yield
        finally:
            process.terminate()


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def rows_of(body: bytes) -> Counter[str]:
    """Give the rows of an answer, or its triples, as a multiset."""
    if not body.startswith(b"{"):
        return Counter(body.decode().splitlines())
    return Counter(json.dumps(row, sort_keys=True) for row in json.loads(body)["results"]["bindings"])


def measure(case: Case, ours: Client, theirs: Client, runs: int) -> Timed:
    """Ask both in turn; the first answer of each is compared, and not timed: it warms what both keep of the files."""
    timed = Timed(case)
    _, status, mine = ours.ask(case.query)
    if status != 200:
        timed.note = f"ours answers {status}; the other was not asked"
        return timed
    _, other, their = theirs.ask(case.query)
    if other != 200:
        timed.note = f"theirs answers {other}"
        return timed
    found = rows_of(mine)
    timed.rows, timed.same = found.total(), found == rows_of(their)
    for _ in range(runs):
        timed.ours.append(ours.ask(case.query)[0])
        timed.theirs.append(theirs.ask(case.query)[0])
    return timed


def report(found: list[Timed], size: int, machine: str) -> str:
    """Write the section."""
    lines = [
        "## Reports and pages, over HTTP",
        "",
        f"The reports and the pages' queries on {size:,} triples, our service (caches off) beside the Oxigraph server, on",
        f"the same files. {machine}.",
        "",
    ]
    rows = []
    for kind in ("one", "all", "page"):
        some = [timed for timed in found if timed.case.kind == kind]
        answered = [timed for timed in some if timed.ours]
        if not answered:
            continue
        ours, theirs = (
            statistics.median(t for timed in answered for t in getattr(timed, name)) for name in ("ours", "theirs")
        )
        over = [timed for timed in some if not timed.ours or statistics.median(timed.ours) > MOST]
        rows.append(
            [
                f"the mix: {kind}",
                str(len(some)),
                f"{ours:.1f}",
                f"{theirs:.1f}",
                f"{ours / theirs:.2f}",
                f"{max(max(timed.ours) for timed in answered):.0f}",
                str(len(over)),
                f"{len(answered)}, {sum(timed.same for timed in answered)}",
            ]
        )
    lines += table(
        [
            "",
            "queries",
            "ours, median ms",
            "Oxigraph server",
            "ratio",
            "our worst",
            f"over {MOST} ms",
            "answers compared, same",
        ],
        rows,
    )
    lines += table(
        ["Query", "of", "rows", "ours, median ms", "worst", "Oxigraph server", "worst", "ratio", "same"],
        [_row(timed) for timed in found],
    )
    return "\n".join(lines)


def _row(timed: Timed) -> list[str]:
    head = [timed.case.name, timed.case.of]
    if not timed.ours:
        return [*head, "-", "-", "-", "-", "-", "-", timed.note]
    ours, theirs = statistics.median(timed.ours), statistics.median(timed.theirs)
    figures = [ours, max(timed.ours), theirs, max(timed.theirs)]
    told = [f"{value:.1f}" if value < 100 else f"{value:.0f}" for value in figures]
    return [*head, f"{timed.rows:,}", *told, f"{ours / theirs:.2f}", "yes" if timed.same else "**no**"]


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Time the reports beside the Oxigraph server.")
    parser.add_argument("size", type=int, nargs="?", default=1_400_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--things", type=int, default=3, help="things that a report is asked of [3]")
    parser.add_argument("--only", nargs="*", default=[], help="names of queries; empty: all")
    parser.add_argument("--home", type=Path, default=Path("build/mix"), help="where the snapshot is kept [build/mix]")
    parser.add_argument("--oxigraph", default="oxigraph", help="the server's program (PyPI oxigraph)")
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args(arguments)
    names = Names(settings_module.load({}).base)
    store = prepare(options.home, options.size, options.seed, names)
    chosen = [c for c in cases(store, names, options.things) if not options.only or c.name in options.only]
    mine, other = free_port(), free_port()
    program = [sys.executable, "-m", "kunskapsgraf.cli", "serve"]
    environment = {
        "KUNSKAPSGRAF_HOME": str(options.home),
        "PORT": str(mine),
        "KUNSKAPSGRAF_CACHE_BYTES": "0",
        "KUNSKAPSGRAF_FAIR_SECONDS": "100000",
        "KUNSKAPSGRAF_LOG": os.devnull,
    }
    server = [
        options.oxigraph,
        "serve-read-only",
        "--location",
        str(store),
        "--bind",
        f"127.0.0.1:{other}",
        "--timeout-s",
        "10",
    ]
    found = []
    with served(program, mine, **environment), served(server, other):
        ours, theirs = Client(mine, "/sparql"), Client(other, "/query")
        for case in chosen:
            found.append(measure(case, ours, theirs, options.runs))
            sys.stderr.write(" | ".join(_row(found[-1])) + "\n")

    text = report(found, options.size, machine())
    put("mix", text, options.out)
    sys.stdout.write(text + "\n")
    return 0 if all(timed.same for timed in found) else 1


if __name__ == "__main__":
    sys.exit(main())
