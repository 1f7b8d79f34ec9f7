"""The reports and the pages' queries on national data over HTTP: our service beside the Oxigraph server.

    python -m bench.mix 1400000 --oxigraph .venv-oxigraph/bin/oxigraph --home /tmp/mix

Both serve the same folder read-only on this machine; ours is ``kunskapsgraf serve`` with its caches off, so that every
query passes the guard and a worker. Each query is asked with the same bound text of both in turn, several times, over
one connection each, for SPARQL JSON. The answers must be the same rows, as multisets.

*One*: a report asked of one thing, for each of several that the data have. *All*: the same report of everything, which
at this size is a list of the nation. *HTML*: pages of ours as a browser gets them.

What was measured is kept beside RESULTS.md, in RESULTS-mix.json, one record for each query: a whole measurement may be made in
parts (``--part 1 4``), and a record that is measured again is replaced.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bench.machine import machine
from bench.mixed import Case, cases, html_pages
from bench.mixtable import Timed, load, report, row, save
from bench.results import RESULTS, put
from bench.snapshot import prepare
from kunskapsgraf import settings as settings_module
from kunskapsgraf.graph.vocabulary import Names


class Client:
    """One connection to a server that is kept."""

    def __init__(self, port: int, path: str) -> None:
        self._path = path
        self._port = port
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)

    def renew(self) -> None:
        """Open the connection anew, so that what broke in one case is not carried into the next."""
        self._connection.close()
        self._connection.connect()

    def get(self) -> tuple[float, int, bytes]:
        """Get the page at the path as a browser does."""
        return self._send("GET", None, {"Accept": "text/html"})

    def ask(self, query: str) -> tuple[float, int, bytes]:
        """Give the milliseconds, the status and the body; no status where there was no answer."""
        headers = {
            "Content-Type": "application/sparql-query",
            "Accept": "application/sparql-results+json,application/n-triples",
        }
        return self._send("POST", query.encode(), headers)

    def _send(self, method: str, content: bytes | None, headers: Mapping[str, str]) -> tuple[float, int, bytes]:
        began = time.perf_counter()
        try:
            self._connection.request(method, self._path, content, headers)
            found = self._connection.getresponse()
            body = found.read()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            return (time.perf_counter() - began) * 1000, 0, str(error).encode()
        return (time.perf_counter() - began) * 1000, found.status, body


@contextmanager
def served(command: list[str], port: int, **environment: str) -> Iterator[int]:
    """Run a server until it is no longer asked; give the number of its process."""
    with subprocess.Popen(  # noqa: S603 - our own server, and the one named on the command line
        command, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            for _ in range(300):
                with socket.socket() as one:
                    if one.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            yield process.pid
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
    """Ask both in turn, each over a connection of its own for this case.

    The first answer of each is compared, and not timed: it warms what both keep of the files. One that fails is asked no
    more, and the other is timed all the same.
    """
    timed = Timed(case.name, case.of, case.kind)
    answers = {}
    for name, client in (("ours", ours), ("theirs", theirs)):
        client.renew()
        _, status, body = client.ask(case.query)
        if status != 200:
            timed.failed.append(f"{name} answers {status or 'nothing'}")
            continue
        try:
            answers[name] = rows_of(body)
        except ValueError:  # cut: it sends its 200 before it knows that the time suffices
            timed.failed.append(f"{name} breaks off")
    timed.same = None if timed.failed else answers["ours"] == answers["theirs"]
    timed.rows = max((found.total() for found in answers.values()), default=0)
    for _ in range(runs):
        for name, client, times in (("ours", ours, timed.ours), ("theirs", theirs, timed.theirs)):
            if name in answers:
                times.append(client.ask(case.query)[0])
    return timed


def measure_page(path: str, port: int, runs: int) -> Timed:
    """Get a page of ours as a browser does; the first is not timed."""
    timed = Timed(path, "", "html")
    client = Client(port, path)
    for run in range(runs + 1):
        took, status, body = client.get()
        if status != 200:
            timed.failed.append(f"ours answers {status or 'nothing'}")
            break
        timed.rows = len(body)
        timed.ours += [took] if run else []
    return timed


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Time the reports beside the Oxigraph server.")
    parser.add_argument("size", type=int, nargs="?", default=1_400_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--things", type=int, default=3, help="things that a report is asked of [3]")
    parser.add_argument("--only", nargs="*", default=[], help="names of queries or paths of pages; empty: all")
    parser.add_argument("--part", type=int, nargs=2, metavar=("PART", "OF"), help="only this part of so many")
    parser.add_argument("--note", default="", help="a sentence about the circumstances, for the report")
    parser.add_argument("--only-html", action="store_true", help="only the pages, not the queries")
    parser.add_argument("--home", type=Path, default=Path("build/mix"), help="where the snapshot is kept [build/mix]")
    parser.add_argument("--oxigraph", default="oxigraph", help="the server's program (PyPI oxigraph)")
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args(arguments)
    names = Names(settings_module.load({}).base)
    store = prepare(options.home, options.size, options.seed, names)
    queries = [] if options.only_html else cases(store, names, options.things)
    pages = html_pages(store, names)
    if options.only:
        queries = [case for case in queries if case.name in options.only]
        pages = [path for path in pages if path in options.only]
    elif options.part:
        part, parts = options.part
        queries, pages = queries[part - 1 :: parts], pages[part - 1 :: parts]
    mine, other = free_port(), free_port()
    program = [sys.executable, "-m", "kunskapsgraf.cli", "serve"]
    environment = {
        "KUNSKAPSGRAF_HOME": str(options.home),
        "PORT": str(mine),
        "KUNSKAPSGRAF_CACHE_BYTES": "0",
        "KUNSKAPSGRAF_FAIR_SECONDS": "100000",
        "KUNSKAPSGRAF_LOG": os.devnull,
    }
    server = [options.oxigraph, "serve-read-only", "--location", str(store), "--timeout-s", "10"]
    kept = options.out.with_name("RESULTS-mix.json")
    known = load(kept, options.size, machine())
    known.note = options.note or known.note
    with served(program, mine, **environment), served([*server, "--bind", f"127.0.0.1:{other}"], other):
        ours, theirs = Client(mine, "/sparql"), Client(other, "/query")
        asked = (measure(case, ours, theirs, options.runs) for case in queries)
        got = (measure_page(path, mine, options.runs) for path in pages)
        for found in itertools.chain(asked, got):
            known.add(found)
            save(known, kept)
            sys.stderr.write(" | ".join(row(found)) + "\n")
    text = report(known)
    put("mix", text, options.out)
    sys.stdout.write(text + "\n")
    return 1 if any(case.same is False for case in known.cases) else 0


if __name__ == "__main__":
    sys.exit(main())
