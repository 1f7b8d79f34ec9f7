"""A crowd with enemies in it: 200 clients at once, some of their queries hostile; and light queries beside deadly ones.

``python -m bench.crowd`` serves a built home with the real server and measures what the clients see, and whether the
process that serves the web is afterwards what it was before: the same one, with its memory and its open files.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.machine import machine
from bench.results import RESULTS, put, seconds, table

CROWD_P95, SIEGE_P95 = 0.5, 2.0
MOST_GROWN = 64 * 1024
"""Kilobytes by which the process may have grown: what is kept of answers fills up to its bound."""
MOST_FILES = 8
"""Files by which it may differ: each worker that stands ready holds pipes, and a few more or fewer stand ready at any moment."""
CLEAN = ("429", "503", "413")
"""What a hostile query may get; ``bench.clients`` marks an error that is no problem+json."""


@dataclass
class State:
    """The process that serves the web: its id, its memory in kilobytes and its open files."""

    process: int
    kilobytes: int
    files: int


@dataclass
class Served:
    """A running server: where it answers, and its log."""

    address: str
    log: Path

    def state(self) -> State:
        """Look at the process that serves the web; it names itself in the log."""
        lines = [line for line in self.log.read_text(encoding="utf-8").splitlines() if '"request"' in line]
        process = int(json.loads(lines[-1])["process"])
        status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
        kilobytes = int(status.partition("VmRSS:")[2].split()[0])
        return State(process, kilobytes, len(list(Path(f"/proc/{process}/fd").iterdir())))

    def ask(self, *options: str) -> dict[str, Any]:
        """Let the clients loose, in a process of their own."""
        done = subprocess.run(  # noqa: S603 - our own module
            [sys.executable, "-m", "bench.clients", self.address, *options], check=True, capture_output=True, text=True
        )
        found: dict[str, Any] = json.loads(done.stdout)
        return found


@contextmanager
def served(home: Path, log: Path) -> Iterator[Served]:
    """Run ``kunskapsgraf serve`` with its default limits."""
    log.unlink(missing_ok=True)
    own = {"KUNSKAPSGRAF_HOME": str(home), "PORT": "0", "KUNSKAPSGRAF_LOG": str(log)}
    with subprocess.Popen(
        [sys.executable, "-m", "kunskapsgraf.cli", "serve"], env=os.environ | own, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        try:
            time.sleep(2)
            yield Served(address, log)
        finally:
            process.terminate()


def share(values: list[float], part: float) -> float:
    """Give the value below which a part of the values lies."""
    return sorted(values)[min(len(values) - 1, int(len(values) * part))] if values else float("nan")


def failed(statuses: dict[str, int], right: tuple[str, ...]) -> int:
    """Count what did not end as it should."""
    return sum(count for status, count in statuses.items() if status not in right)


def row(name: str, seen: dict[str, Any], limit: float) -> list[str]:
    """Write what the clients of one run saw."""
    light = seen["light"]
    p95, wrong = share(light, 0.95), failed(seen["light_statuses"], ("200",))
    unclean = failed(seen["hostile_statuses"], CLEAN)
    return [
        name,
        f"{len(light):,}",
        str(wrong),
        *(seconds(share(light, part)) for part in (0.5, 0.95, 0.99)),
        f"{len(seen['hostile']):,}",
        str(unclean),
        "met" if p95 <= limit and not wrong and not unclean else "**not met**",
    ]


def settled(server: Served, before: State, patience: float) -> State:
    """Wait until the files are back where they were, or patience ends."""
    end = time.monotonic() + patience
    while True:
        server.ask("--clients", "1", "--seconds", "0.2", "--hostile", "0")
        found = server.state()
        if found.files <= before.files + MOST_FILES or time.monotonic() > end:
            return found
        time.sleep(1)


def report(rows: list[list[str]], before: State, after: State, command: str) -> str:
    """Write the section."""
    same = before.process == after.process
    back = same and after.files <= before.files + MOST_FILES and after.kilobytes - before.kilobytes <= MOST_GROWN
    text = [
        "## A crowd with enemies in it",
        "",
        f"`{command}`. {machine()}. The clients run on the same machine. No two queries are equal, so that no cache answers.",
        f"Targets: no light query fails, and 95 % of them within {CROWD_P95:g} s in the crowd and {SIEGE_P95:g} s beside deadly ones; each hostile one ends",
        "in a clean error.",
        "",
        *table(
            ["Run", "light", "failed", "p50, s", "p95, s", "p99, s", "hostile", "unclean", ""],
            rows,
        ),
        f"The process that serves the web: {'the same' if same else '**another**'}; memory {before.kilobytes // 1024} MB before and "
        f"{after.kilobytes // 1024} MB after; open files {before.files} and {after.files}: {'back' if back else '**not back**'}.",
    ]
    return "\n".join(text)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Measure the service in a crowd with enemies in it.")
    parser.add_argument("--home", type=Path, default=Path("var"), help="built by kunskapsgraf build [var]")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--hostile", type=float, default=0.05)
    parser.add_argument(
        "--think", type=float, nargs="+", default=[1.0, 0.0], help="seconds of thought, a run for each [1 0]"
    )
    parser.add_argument("--log", type=Path, default=Path("crowd.jsonl"), help="the server's log [crowd.jsonl]")
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args(arguments)
    rows = []
    with served(options.home, options.log) as server:
        # Once through everything small, so that what is kept for good is there before.
        server.ask("--clients", str(options.clients), "--seconds", "5", "--hostile", "0")
        before = settled(server, State(0, 0, 1000), 0)
        for number, think in enumerate(options.think):
            name = f"{options.clients} clients, {options.hostile:.0%} hostile, {think:g} s of thought"
            crowd = ["--clients", str(options.clients), "--hostile", str(options.hostile), "--think", str(think)]
            rows.append(
                row(name, server.ask(*crowd, "--seconds", str(options.seconds), "--seed", str(number)), CROWD_P95)
            )
            settled(server, before, 30)
        siege = server.ask("--deadly", "16", "--light", "40", "--seed", "99")
        rows.append(row("16 deadly, 40 light at once", siege, SIEGE_P95))
        after = settled(server, before, 30)
    command = "python -m bench.crowd" + (f" {' '.join(arguments or sys.argv[1:])}" if arguments or sys.argv[1:] else "")
    text = report(rows, before, after, command)
    put("crowd", text, options.out)
    sys.stdout.write(text + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
