"""How long a replica takes from the command that names its file to the first answer.

    python -m bench.replica --homes var build/mix

Packs what each home serves, and starts ``kunskapsgraf serve --from`` on it, with an empty home each time: with the file in
the memory that the system keeps of files, as one that was just fetched has it; with the file on the disk alone; and again
on a home that has unpacked it before, which compares every byte and unpacks nothing. The kinds take turns. The first answer
is that of a query, whole. Before each start the machine rests: memory that was just freed is quicker than any other.
"""

from __future__ import annotations

import argparse
import http.client
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bench.machine import machine
from bench.results import RESULTS, put, table
from bench.servers import free_port
from kunskapsgraf.graph.snapshot import current
from kunskapsgraf.replica.pack import pack

TARGET = 2.0
"""Seconds."""
JUST_FETCHED, ON_THE_DISK, AGAIN = "file just fetched", "file on the disk alone", "started again, unpacked before"
QUERY = "SELECT * WHERE { ?s ?p ?o } LIMIT 5"
LONGEST = 120.0
_EVERY = 0.01
_PIECE = 1 << 20


@dataclass(frozen=True)
class Start:
    """One start: seconds to the first answer, and of the processor until the server had ended again."""

    seconds: float
    processor: float


def prepare(file: Path, home: Path, kind: str) -> None:
    """Bring file and home into the state that a kind of start begins from."""
    if kind != AGAIN:
        shutil.rmtree(home, ignore_errors=True)
    with file.open("rb") as stream:
        if kind == JUST_FETCHED:
            while stream.read(_PIECE):
                pass
        elif kind == ON_THE_DISK:
            os.fsync(stream.fileno())
            os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def start(file: Path, home: Path) -> Start:
    """Start a replica, wait for its first answer, and end it."""
    port = free_port()
    environment = os.environ | {
        "KUNSKAPSGRAF_HOME": str(home),
        "KUNSKAPSGRAF_LOG": str(home.with_name("log")),
        "PORT": str(port),
    }
    before = _processor()
    began = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - our own command
        [str(Path(sys.executable).parent / "kunskapsgraf"), "serve", "--from", str(file)],
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    try:
        while not _has_answered(port):
            if process.poll() is not None or time.perf_counter() - began > LONGEST:
                raise SystemExit(f"{file} is not served")
            time.sleep(_EVERY)
        seconds = time.perf_counter() - began
    finally:
        process.terminate()
        process.wait()
    return Start(seconds, _processor() - before)


def _has_answered(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LONGEST)
    try:
        connection.request(
            "GET", f"/sparql?query={quote(QUERY)}", headers={"Accept": "application/sparql-results+json"}
        )
        answer = connection.getresponse()
        return bool(answer.read()) and answer.status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(file: Path, home: Path, starts: int, rest: float) -> dict[str, list[Start]]:
    """Start so many times in each way."""
    found: dict[str, list[Start]] = {JUST_FETCHED: [], ON_THE_DISK: [], AGAIN: []}
    for _ in range(starts):
        for kind, done in found.items():
            prepare(file, home, kind)
            time.sleep(rest)
            done.append(start(file, home))
    return found


def row(statements: int, size: int, kind: str, starts: Sequence[Start]) -> list[str]:
    """Write a line of the table."""
    times = [one.seconds for one in starts]
    middle = statistics.median(times)
    return [
        f"{size / 1e6:,.0f} MB, {statements:,} statements, {kind}",
        f"{middle:.2f} ({min(times):.2f} to {max(times):.2f})",
        f"{statistics.median(one.processor for one in starts):.2f}",
        "met" if middle <= TARGET else "**not met**",
    ]


def report(rows: list[list[str]], starts: int) -> str:
    """Write the section."""
    head = ["", "seconds to the first answer", "of the processor", f"at most {TARGET:g} s"]
    return "\n".join(
        [
            "## Replicas",
            "",
            f"From the command that names the pack to the first answer to a query: of {starts} starts the median, the least "
            f"and the most; seconds of the processor until the server had ended again. Load of the machine at the end: {os.getloadavg()[0]:.1f}. {machine()}.",
            "",
            *table(head, rows),
        ]
    )


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Measure how soon a replica answers.")
    parser.add_argument("--homes", type=Path, nargs="+", default=[Path("var")], help="built homes [var]")
    parser.add_argument("--starts", type=int, default=5, help="starts of each kind [5]")
    parser.add_argument("--rest", type=float, default=5.0, help="seconds before each start [5]")
    parser.add_argument("--folder", type=Path, help="where packs and homes are made [a temporary folder]")
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args()
    rows: list[list[str]] = []
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        for number, home in enumerate(options.homes):
            made = pack(home, Path(folder) / f"packs-{number}")
            statements = sum(current(home).manifest.graphs.values())
            file = Path(folder) / f"packs-{number}" / made.file
            for kind, starts in measure(file, Path(folder) / f"home-{number}", options.starts, options.rest).items():
                rows.append(row(statements, made.bytes, kind, starts))
                sys.stderr.write(" | ".join(rows[-1]) + "\n")
    put("replica", report(rows, options.starts), options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
