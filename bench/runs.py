"""Run the reasoners on one size: each run is a process of its own (``bench.peers``), ended when its time is up."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench import generate
from bench.measured import NOT_TRIED, OVER, Limits, Run, Series, Size, Sizes
from bench.ontology import write_ontology
from bench.reasoners import CLAIMS

ROOT = Path(__file__).parents[1]


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
            wrong = f"{OVER}{limit:g} s"
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


def out_of_time(sizes: Sizes, peer: str, size: int, limit: float) -> bool:
    """Tell whether a reasoner needed more time than it has now on a smaller size already."""
    return any(
        peer in record.series
        and record.series[peer].note.startswith((OVER, NOT_TRIED))
        and number < size
        and record.run.limit >= limit
        for number, record in sizes.items()
    )


def differences(expected: Path, found: Path) -> tuple[int, int]:
    """Count the lines that are missing from a file and those that are too many; both files are sorted."""
    missing = extra = 0
    with expected.open(encoding="utf-8") as one, found.open(encoding="utf-8") as other:
        wanted, got = next(one, ""), next(other, "")
        while wanted or got:
            if wanted == got:
                wanted, got = next(one, ""), next(other, "")
            elif not got or (wanted and wanted < got):
                missing, wanted = missing + 1, next(one, "")
            else:
                extra, got = extra + 1, next(other, "")
    return missing, extra


class Benchmark:
    """One run over some sizes: reasoners, limits, and the folder that the files are in."""

    def __init__(self, options: argparse.Namespace, folder: Path, run: Run) -> None:
        self.options = options
        self.folder = folder
        self.run = run
        self.ontology = folder / "ontology.nt"

    def sizes(self, known: Sizes) -> Iterator[Size]:
        """Measure each size, the smallest first; what is known of smaller ones says what need not be tried."""
        write_ontology(self.ontology)
        for number in sorted(self.options.sizes):
            data = self.folder / f"{number}.nt"
            size = Size(number, self.run, generate.write(data, number, self.options.seed))
            for peer in self.options.peers:
                size.series[peer] = Series()
                if out_of_time(known, peer, number, self.options.limit):
                    size.series[peer].note = NOT_TRIED
            for turn in range(self.options.runs):
                for peer in self.options.peers:  # in turn, so that a slow minute of the machine meets them all
                    if turn == 0 or peer not in self.options.once:
                        self._one(peer, size, data, first=turn == 0)
            self._agreement(size, data)
            self._limits(size, data)
            known = {**known, number: size}
            yield size
            if not self.options.keep:
                for path in self.folder.glob(f"*{number}.*"):
                    path.unlink()

    def _one(self, peer: str, size: Size, data: Path, *, first: bool) -> None:
        series = size.series[peer]
        if series.note:
            return
        wanted = ["--memory", str(self.options.memory)]
        if first:
            wanted += ["--closure", str(self._closure(peer, size))]
        found, wrong = child(["bench.peers", peer, self.ontology, data, *wanted], self.options.limit)
        if found and "missing" in found[0]:
            series.note = "not installed"
        elif not found:
            series.note = (wrong or "failed").replace(f"{self.folder}/", "")
        else:
            series.runs.append(found[0])
            if len(found) > 1:
                series.inferred = found[1]["inferred"]

    def _closure(self, peer: str, size: Size) -> Path:
        return self.folder / f"{peer}-{size.size}.nt"

    def _agreement(self, size: Size, data: Path) -> None:
        """Compare each closure with that of our rules in Nemo, cut to the rules that the peer says it has."""
        oracles: dict[frozenset[str], Path] = {}
        for peer, series in size.series.items():
            if series.inferred is None:
                continue
            claims = CLAIMS[peer]
            if claims not in oracles:
                path = self.folder / f"oracle{len(oracles)}-{size.size}.nt"
                rules: list[str | Path] = ["--closure", path, "--rules", ",".join(sorted(claims))]
                found, _ = child(["bench.peers", "nemo", self.ontology, data, *rules], self.options.limit)
                if len(found) > 1:
                    oracles[claims] = path
            if claims in oracles:
                with oracles[claims].open(encoding="utf-8") as file:
                    series.expected = sum(1 for _ in file)
                series.missing, series.extra = differences(oracles[claims], self._closure(peer, size))

    def _limits(self, size: Size, data: Path) -> None:
        limits = size.limits = Limits()
        inferred = [peer for peer in ("ours", "nemo", *size.series) if self._has_closure(peer, size)]
        if inferred:
            closure = self._closure(inferred[0], size)
            with closure.open(encoding="utf-8") as file:
                limits.compared = sum(1 for _ in file)
            limits.inferred_alone = self._bulk_load([closure])
            limits.closure = self._bulk_load([self.ontology, data, closure])
        if size.size <= self.options.build:
            limits.build = whole_build(size.size, self.folder, self.options)

    def _has_closure(self, peer: str, size: Size) -> bool:
        return peer in size.series and size.series[peer].inferred is not None

    def _bulk_load(self, files: list[Path]) -> dict[str, Any]:
        """Load files into a new store as often as the reasoners run; give the middle one."""
        found: list[dict[str, Any]] = []
        for _ in range(self.options.runs):
            store = self.folder / "store"
            found += child(["bench.limits", "bulk", store, *files], self.options.limit)[0]
            shutil.rmtree(store, ignore_errors=True)
        return sorted(found, key=lambda run: run["seconds"])[len(found) // 2] if found else {}


def whole_build(size: int, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Build generated sources with all checks; give seconds and memory, or what went wrong."""
    sources, home = folder / "sources", folder / "home"
    generate.write_folder(sources, size, options.seed)
    built, wrong = child(["bench.limits", "build", sources, home], options.limit)
    for made in (sources, home):
        shutil.rmtree(made, ignore_errors=True)
    return built[0] if built else {"failed": wrong}
