"""How long a search takes over HTTP: as a page, as JSON and as suggestions, for words that few and many things have.

    python -m bench.search --home var

Serves a built home as ``kunskapsgraf serve`` does, with no answer kept, and asks for each word in turn over one connection.
The words are drawn from the index itself: the most frequent ones and their beginnings, and names by chance.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from bench.machine import machine
from bench.results import RESULTS, put, table
from bench.servers import ours, running
from kunskapsgraf.graph.finding import INDEX
from kunskapsgraf.graph.snapshot import Snapshot, current

TARGET = 20.0
"""Milliseconds."""
FORMS = {
    "page": "/sok?q={}&format=html",
    "JSON": "/sok?q={}&format=json",
    "two facets": "/sok?q={}&format=html&slag=insats&slag=utbud&grund=asserted",
    "suggestions": "/sok/forslag?q={}",
}
Times = dict[str, list[list[float]]]
"""For each form the times of each word, the quickest first."""


def words(snapshot: Snapshot, count: int, seed: int) -> dict[str, list[str]]:
    """Give words to look for: the most frequent ones, short beginnings, and whole names and words of them by chance."""
    database = sqlite3.connect(f"{(snapshot.path / INDEX).absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    chance = random.Random(seed)  # noqa: S311 - a sample
    often = [word for (word,) in database.execute("SELECT word FROM often WHERE how = 'whole' ORDER BY word")]
    begun = [word for (word,) in database.execute("SELECT word FROM often WHERE how <> 'whole' ORDER BY word")]
    names = [text for (text,) in database.execute("SELECT DISTINCT text FROM name ORDER BY text") if len(text) < 100]
    chosen = chance.sample(names, min(count, len(names)))
    return {
        "frequent words": chance.sample(often, min(count, len(often))),
        "beginnings of frequent words": chance.sample(begun, min(count, len(begun))),
        "whole names": chosen,
        "single words of names": [chance.choice(name.split()) for name in chosen],
    }


def ask(connection: http.client.HTTPConnection, path: str) -> float:
    """Ask once; give the milliseconds until the whole answer is here."""
    began = time.perf_counter()
    connection.request("GET", path, headers={"Accept-Language": "sv"})
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise SystemExit(f"{path}: {answer.status}")
    return (time.perf_counter() - began) * 1000


def measure(options: argparse.Namespace) -> dict[str, Times]:
    """Ask for each word in each form, as often as told; give the times for each sort of word."""
    snapshot = current(options.home)
    sought = words(snapshot, options.words, options.seed)
    found: dict[str, Times] = {}
    with tempfile.TemporaryDirectory() as folder:
        server = ours(options.home, Path(folder) / "log")
        with running([server]):
            connection = http.client.HTTPConnection("127.0.0.1", server.port)
            for form in FORMS.values():
                ask(connection, form.format("a"))  # not counted: a worker starts, the index is opened
            for sort, texts in sought.items():
                times = {
                    name: [
                        sorted(ask(connection, form.format(quote(text))) for _ in range(options.runs)) for text in texts
                    ]
                    for name, form in FORMS.items()
                }
                found[sort] = {name: values for name, values in times.items() if values}
    return found


def report(found: dict[str, Times], options: argparse.Namespace) -> str:
    """Write the section."""
    with sqlite3.connect(
        f"{(current(options.home).path / INDEX).absolute().as_uri()}?mode=ro&immutable=1", uri=True
    ) as d:
        [(things,)] = d.execute("SELECT count(*) FROM thing")
    rows = [
        [sort, str(len(next(iter(times.values())))), *(_cell(times[name]) for name in FORMS)]
        for sort, times in found.items()
        if times
    ]
    every = [statistics.median(value) for times in found.values() for values in times.values() for value in values]
    below = sum(value < TARGET for value in every) / len(every)
    return "\n".join(
        [
            "## Search",
            "",
            f"Over HTTP, no answer kept, {things:,} things in the index. Milliseconds: of {options.runs} requests for each word "
            "the median, of which the median and the slowest word; then the quickest, of which the median: what it takes "
            f"where nothing else runs. Load of the machine at the end: {os.getloadavg()[0]:.1f}. {machine()}.",
            "",
            *table(["", "words", *FORMS], rows),
            f"Target: {TARGET:g} ms. Median of all: {statistics.median(every):.1f} ms, "
            f"{'met' if statistics.median(every) < TARGET else '**not met**'}; {below:.0%} of the words take less.",
        ]
    )


def _cell(times: Sequence[Sequence[float]]) -> str:
    middles = [statistics.median(one) for one in times]
    return f"{statistics.median(middles):.1f} ({max(middles):.1f}), {statistics.median(one[0] for one in times):.1f}"


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Measure the search over HTTP.")
    parser.add_argument("--home", type=Path, default=Path("var"))
    parser.add_argument("--words", type=int, default=25, help="words of each sort [25]")
    parser.add_argument("--runs", type=int, default=9, help="requests for each word in each form [9]")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    put("search", report(measure(options), options))
    sys.stdout.write(f"{RESULTS}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
