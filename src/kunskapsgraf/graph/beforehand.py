"""Asking ahead: queries to a store that serves nobody yet, in a worker that may be killed, within the limits of a query.

What does not answer within them is left out: whoever asks it later is told why. The time is longer than a visitor's, since
nobody waits, and what is kept should not hang on how busy the machine was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from kunskapsgraf.errors import SnapshotError
from kunskapsgraf.graph.alarm import TimedOut
from kunskapsgraf.graph.nursery import Nursery
from kunskapsgraf.graph.process import Ended, Worker
from kunskapsgraf.graph.snapshot import Manifest, Snapshot
from kunskapsgraf.settings import Settings

MOST_BYTES = 16_000_000
_PATIENCE = 6
"""Times the time that a query may take when a visitor asks it."""


class _Taken:
    """What takes in an answer."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def write(self, piece: bytes) -> None:
        """Take the next piece."""
        self.pieces.append(piece)


def answers(settings: Settings, store: Path, queries: Iterable[str], base: str) -> Iterator[tuple[str, bytes]]:
    """Give each query with its answer as JSON, but for those that do not answer; ``store`` is the folder of the engine."""
    nursery, worker = Nursery(), None
    snapshot = Snapshot(store.parent, Manifest("", {}, {}))
    try:
        for text in queries:
            try:
                worker = worker or Worker(nursery, snapshot, settings.query_megabytes)
            except OSError:  # no process can be had
                return
            request: dict[str, Any] = {
                "query": text,
                "base": base,
                "format": "json",
                "default_graphs": None,
                "named_graphs": None,
            }
            request |= {"most_bytes": min(MOST_BYTES, settings.result_bytes), "most_rows": settings.result_rows}
            taken, seconds = _Taken(), _PATIENCE * settings.query_seconds
            try:
                head = worker.ask(request, taken, seconds, seconds, lambda: None)
            except (TimedOut, Ended, SnapshotError):
                worker.kill()
                worker = None
                continue
            if "ok" in head:
                yield text, b"".join(taken.pieces)
    finally:
        if worker:
            worker.kill()
        nursery.close()
