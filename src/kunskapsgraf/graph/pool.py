"""The pool of query workers: one query at a time in each, killed at its deadline, replaced at once.

The pool follows the pointer of the snapshots: a worker that stands on an older snapshot is replaced when it is next
free, so that a new build is served without a restart and a running query ends on the snapshot that it began on.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from kunskapsgraf.graph.fairness import Ledger
from kunskapsgraf.graph.lanes import Lanes
from kunskapsgraf.graph.run import Cost, Run, key_of
from kunskapsgraf.graph.served import Served
from kunskapsgraf.graph.snapshot import Snapshot
from kunskapsgraf.graph.spool import Spool, Spools
from kunskapsgraf.graph.stock import Stock
from kunskapsgraf.settings import Settings

FAIR_WINDOW = 300.0
"""Seconds over which the slow time of a client wears off."""
MOST_KNOWN = 1000
LIGHT_PER_PLACE, MOST_LIGHT = 4, 2
"""Of so many places one is kept for queries in their first moment, of all no more than this: a moment is short."""


class Pool:
    """Workers for all threads of a process: no more than there are places, and spares that stand ready."""

    def __init__(self, settings: Settings, observe: Callable[[Cost], None] = lambda _: None) -> None:
        self._settings = settings
        self._observe = observe
        self._lock = threading.Lock()
        self.served = Served(settings.home)
        self._known_on: Snapshot | None = None
        self._known_slow: OrderedDict[bytes, None] = OrderedDict()
        light = min(MOST_LIGHT, settings.workers // LIGHT_PER_PLACE)
        self.lanes = Lanes(settings.workers, settings.slow_workers, settings.queue, settings.wait_seconds, light)
        self.stock = Stock(settings, self.snapshot, light)
        self.spools = Spools(settings.spool, settings.spool_bytes)
        self.ledger = Ledger(settings.fair_seconds, FAIR_WINDOW)

    def snapshot(self) -> Snapshot:
        """Open the snapshot that the pointer names; raise ``SnapshotError`` where it is damaged."""
        found = self.served.snapshot()
        with self._lock:
            if self._known_on is not found:
                self._known_on = found
                self._known_slow.clear()
        return found

    def run(self, request: dict[str, Any]) -> tuple[Spool, str]:
        """Run a request in a worker; give its whole result and the version that it is of."""
        return self.finish(Run(self, request))

    def is_light(self, query: str) -> bool:
        """Tell whether a query may be asked for a moment, since it has not been slow before."""
        return not self.is_known_slow(key_of(query))

    def begin(self, request: dict[str, Any], frame: bytes) -> Run | None:
        """Hand a request to a worker without waiting for anything; ``None`` where it would have to wait."""
        run = Run(self, request)
        return run if run.begin(frame) else None

    def finish(self, run: Run) -> tuple[Spool, str]:
        """Wait for the result of a run; give it whole, and the version that it is of."""
        try:
            return run.result()
        except Exception as error:
            run.cost.outcome = type(error).__name__
            raise
        finally:
            self._observe(run.cost)

    def collect(self, run: Run, head: dict[str, Any]) -> tuple[bytes, str]:
        """Give the result of a run that has come whole, and the version that it is of."""
        found = run.collect(head)
        self._observe(run.cost)
        return found

    def is_known_slow(self, key: bytes) -> bool:
        """Tell whether a query has been in the slow lane, or was refused it, on this snapshot."""
        return key in self._known_slow

    def note_slow(self, key: bytes) -> None:
        """Remember that a query is slow: it needs a place in the slow lane from its start."""
        with self._lock:
            self._known_slow[key] = None
            self._known_slow.move_to_end(key)
            while len(self._known_slow) > MOST_KNOWN:
                self._known_slow.popitem(last=False)

    @property
    def settings(self) -> Settings:
        """The limits that hold."""
        return self._settings

    @property
    def ready(self) -> int:
        """How many workers stand ready."""
        return len(self.stock)

    def measures(self) -> dict[str, int]:
        """Give what can be counted now, by the names of the metrics."""
        return {
            "queries_running": self.lanes.running,
            "queries_slow": self.lanes.slow,
            "queries_waiting": self.lanes.waiting,
            "queries_expectant": self.lanes.expectant,
            "workers_ready": self.ready,
            "spool_bytes": self.spools.used,
        }

    def prepare(self) -> None:
        """Start workers ahead of need."""
        self.stock.prepare()

    def close(self) -> None:
        """End every idle worker; busy ones end when their query does."""
        self.stock.close()
