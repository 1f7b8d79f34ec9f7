"""kill -9 at random moments of changes and builds: the store is the old or the new, and nothing acknowledged is lost."""

from __future__ import annotations

import os
import pickle
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.store import select
from kunskapsgraf.pipeline import patches
from kunskapsgraf.pipeline.build import build
from kunskapsgraf.settings import Settings

BASE = "https://w3id.org/kunskapsgraf/"
TO_OPEN = 5.0
LONGEST = 3.0
"""Seconds after its first line within which a process is killed; a change of this world takes less."""
# Prints a line when it begins, and one after each change that was acknowledged, or build that was done.
PROGRAM = """
import itertools, pickle, sys
from kunskapsgraf.graph.writing import Change
from kunskapsgraf.pipeline.build import build
from kunskapsgraf.pipeline.write import write
settings, kind, first = pickle.load(sys.stdin.buffer)
print("ready", flush=True)
base = settings.base
for number in itertools.count(first):
    if kind == "write":
        text = f'INSERT DATA {{ GRAPH <{base}graf/kalla/ny> {{ <{base}id/sak/ring> <{base}ns#namn> "n{number}" }} }}'
        write(settings, Change("update", "anna", text))
    else:
        with open(settings.sources / "data" / "ttl" / "kalla.ttl", "a") as file:
            file.write(f'sak:sked kg:namn "n{number}" .\\n')
        build(settings)
    print(f"n{number}", flush=True)
"""


def killed(settings: Settings, kind: str, first: int, seconds: float) -> list[str]:
    """Run changes or builds one after another, kill all their processes after a time, and give what was acknowledged."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(pickle.dumps((settings, kind, first)))
    process.stdin.close()
    assert b"ready\n" == process.stdout.readline()
    time.sleep(seconds)
    assert process.poll() is None, "the program works until it is killed"
    os.killpg(process.pid, signal.SIGKILL)
    said = process.stdout.read().decode().splitlines()
    process.stdout.close()
    process.wait()
    return said


def served(settings: Settings) -> set[str]:
    """Open the store as a server does, in time, and give the numbers that are served."""
    began = time.monotonic()
    store = EmbeddedStore(settings)
    try:
        found = select(store, f'SELECT ?n {{ ?s <{BASE}ns#namn> ?n FILTER(REGEX(?n, "^n[0-9]+$")) }}')
        assert time.monotonic() - began < TO_OPEN
        return {str(row["n"].value) for row in found}  # type: ignore[union-attr]
    finally:
        store.close()


def assert_survives(micro: Settings, rounds: int, seed: int) -> None:
    """Kill so many times, changes and builds in turn, and look after each."""
    settings = replace(micro, query_seconds=20.0, query_megabytes=256, wait_seconds=30.0)
    build(settings)
    moments = random.Random(seed)
    acknowledged: set[str] = set()
    first = 0
    for turn in range(rounds):
        kind = ("write", "build")[turn % 2]
        before = served(settings)
        said = killed(settings, kind, first, moments.uniform(0, LONGEST))
        acknowledged |= set(said)
        # The old, or the new: what was told, and at most the one that was under way.
        after = served(settings)
        assert before | set(said) <= after
        assert len(after - before - set(said)) <= 1
        # A build takes in what lies on disk: the patches that had their number, and the file.
        build(settings)
        assert acknowledged <= served(settings)
        first += len(said) + 1
        assert [] == list((settings.home / "snapshots").glob(".*"))
        assert [] == list(settings.patch_folder.glob(".*"))
    text = "".join(patch.path.read_text(encoding="utf-8") for patch in patches.listed(settings.patch_folder))
    file = (settings.sources / "data" / "ttl" / "kalla.ttl").read_text(encoding="utf-8")
    assert all(f'"{name}"' in text + file for name in acknowledged)


def test_killed_three_times(micro: Settings) -> None:
    """A few kills leave the store whole."""
    assert_survives(micro, 3, seed=5)


@pytest.mark.long
def test_killed_a_hundred_times(micro: Settings) -> None:
    """A hundred kills at random moments leave the store whole, and lose nothing that was acknowledged."""
    assert_survives(micro, 100, seed=7)
