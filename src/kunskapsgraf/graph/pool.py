"""The pool of query workers: one query at a time in each, killed at its deadline, replaced at once.

The pool follows the pointer of the snapshots: a worker that stands on an older snapshot is replaced when it is next
free, so that a new build is served without a restart and a running query ends on the snapshot that it began on.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kunskapsgraf.errors import (
    KunskapsgrafError,
    QueryCrash,
    QueryTimeout,
    SlowLaneFull,
    SnapshotError,
)
from kunskapsgraf.graph.fairness import CLIENT, Ledger
from kunskapsgraf.graph.lanes import Lanes
from kunskapsgraf.graph.outcomes import raise_for
from kunskapsgraf.graph.process import Ended, TimedOut, Worker
from kunskapsgraf.graph.served import Served
from kunskapsgraf.graph.snapshot import Snapshot
from kunskapsgraf.graph.spool import Spool, Spools
from kunskapsgraf.graph.stock import Stock
from kunskapsgraf.settings import Settings

FAIR_WINDOW = 300.0
"""Seconds over which the slow time of a client wears off."""
MOST_KNOWN = 1000
_SWOLLEN_KILOBYTES = 128 * 1024
"""A worker that has ever held so much more than at its start is replaced, so that memory goes back."""


@dataclass
class Cost:
    """What one query took: seconds of waiting, running, the slow lane and the processor; kilobytes, rows and bytes."""

    query: str
    outcome: str = "ok"
    waited: float = 0.0
    seconds: float = 0.0
    slow_seconds: float = 0.0
    processor_seconds: float = 0.0
    kilobytes: int = 0
    rows: int = 0
    bytes: int = 0
    cached: bool = False


class Pool:
    """Workers for all threads of a process: no more than there are places, and spares that stand ready."""

    def __init__(self, settings: Settings, observe: Callable[[Cost], None] = lambda _: None) -> None:
        self._settings = settings
        self._observe = observe
        self._lock = threading.Lock()
        self.served = Served(settings.home)
        self._known_on: Snapshot | None = None
        self._known_slow: OrderedDict[bytes, None] = OrderedDict()
        self.stock = Stock(settings, self.snapshot)
        self.lanes = Lanes(settings.workers, settings.slow_workers, settings.queue, settings.wait_seconds)
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

    def begin(self, request: dict[str, Any], frame: bytes) -> Run | None:
        """Hand a request to a worker without waiting for anything; ``None`` where it would have to wait."""
        run = Run(self, request)
        return run if run.begin(frame) else None

    def finish(self, run: Run) -> tuple[Spool, str]:
        """Wait for the result of a run; give it whole, and the version that it is of."""
        try:
            return run.result()
        except KunskapsgrafError as error:
            run.cost.outcome = type(error).__name__
            raise
        finally:
            self._observe(run.cost)

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

    def prepare(self) -> None:
        """Start workers ahead of need."""
        self.stock.prepare()

    def close(self) -> None:
        """End every idle worker; busy ones end when their query does."""
        self.stock.close()


class Run:
    """One request on its way through the lanes and a worker; begun ahead where nothing is to be waited for."""

    def __init__(self, pool: Pool, request: dict[str, Any]) -> None:
        self._pool = pool
        self._settings = pool.settings
        self._request = request
        self._key = hashlib.sha256(request["query"].encode("utf-8", "surrogatepass")).digest()
        self._client = CLIENT.get()
        self._slow_since: float | None = None
        self._is_aside = False
        self._worker: Worker | None = None
        self.cost = Cost(request["query"])

    def begin(self, frame: bytes) -> bool:
        """Take a place and a worker and hand it the request, unless that would mean to wait; tell whether it was done."""
        if self._pool.is_known_slow(self._key) or (worker := self._pool.stock.take_ready()) is None:
            return False
        if not self._pool.lanes.try_enter():
            self._pool.stock.give_back(worker)
            return False
        try:
            worker.begin(frame)
        except Ended:  # while it was idle, as when the system ran short of memory
            worker.kill()
            self._pool.lanes.leave(slow=False)
            return False
        self._worker = worker
        return True

    @property
    def worker(self) -> Worker:
        """The worker of a run that has begun."""
        assert self._worker is not None
        return self._worker

    def abandon(self) -> None:
        """Let go of a run that has begun and that nobody waits for."""
        if self._worker is not None:
            self._worker.kill()
            self._pool.lanes.leave(slow=False)
            self._pool.prepare()

    def result(self) -> tuple[Spool, str]:
        """Wait for a place, ask a worker, and give the place back."""
        if self._worker is None:
            came = time.monotonic()
            self._pool.lanes.enter()
            self.cost.waited = time.monotonic() - came
        began = self._worker.asked if self._worker is not None else time.monotonic()
        try:
            if self._worker is None and self._pool.is_known_slow(self._key):
                self._move()
            return self._answered()
        finally:
            now = time.monotonic()
            self.cost.seconds = now - began
            if self._slow_since is not None:
                self.cost.slow_seconds = now - self._slow_since
                self._pool.ledger.add(self._client, self.cost.slow_seconds)
            self._pool.lanes.leave(slow=self._slow_since is not None, aside=self._is_aside)

    def _move(self) -> None:
        """Go over to the slow lane; raise ``UnfairUse`` or ``SlowLaneFull`` where that may not be."""
        if self._slow_since is not None:
            return
        self._pool.note_slow(self._key)
        self._pool.ledger.check(self._client)
        if not self._pool.lanes.move():
            after, places = self._settings.slow_after_seconds, self._pool.lanes.slow_places
            raise SlowLaneFull(
                f"Frågan avbröts: den tar mer än {after:g} sekunder, och {places} så långsamma frågor körs redan. "
                "Begränsa mönstret, eller lägg till LIMIT.",
                f"The query was stopped: it takes more than {after:g} seconds, and {places} such slow queries run "
                "already. Narrow the pattern, or add LIMIT.",
            )
        self._slow_since = time.monotonic()

    def _answered(self) -> tuple[Spool, str]:
        try:
            return self._asked(self._worker or self._pool.stock.take())
        except SnapshotError:
            # Damaged, or removed by builds between the look at the pointer and the start of the worker.
            self._pool.served.doubt()
            return self._asked(self._pool.stock.take())

    def _asked(self, worker: Worker) -> tuple[Spool, str]:
        keep = False
        spool = self._pool.spools.open()
        try:
            head = self._ask(worker, spool)
            spool.finish()
            spool.is_cut = head.get("cut", False)
            self.cost.processor_seconds, self.cost.rows = head.get("processor", 0.0), head.get("rows", 0)
            self.cost.kilobytes, self.cost.bytes = head.get("kilobytes", 0), len(spool)
            if head.get("error") == "store":
                raise worker.unreadable()
            # One that stepped back cannot step forward again, and one that has grown does not shrink.
            keep = self._slow_since is None and not self._is_aside and self.cost.kilobytes < _SWOLLEN_KILOBYTES
            raise_for(head, self._settings, self._request)
        except BaseException:
            spool.close()
            raise
        finally:
            if keep:
                self._pool.stock.give_back(worker)
            else:
                worker.kill()
                self._pool.prepare()
        return spool, worker.snapshot.manifest.version

    def _ask(self, worker: Worker, spool: Spool) -> dict[str, Any]:
        seconds = self._settings.query_seconds

        def slow() -> None:
            self._move()
            worker.step_back()

        def aside() -> bool:
            self._is_aside = self._pool.lanes.step_aside()
            if self._is_aside:
                worker.step_back(idle=True)
            return self._is_aside

        if self._slow_since is not None:
            worker.step_back()
        try:
            return worker.ask(self._request, spool, seconds, self._settings.slow_after_seconds, slow, aside)
        except TimedOut:
            raise QueryTimeout(
                f"Frågan avbröts: den tog mer än {seconds:g} sekunder. Begränsa mönstret, eller lägg till LIMIT.",
                f"The query was stopped: it took more than {seconds:g} seconds. Narrow the pattern, or add LIMIT.",
            ) from None
        except Ended:
            raise QueryCrash(
                f"Frågan avbröts: den krävde mer än {self._settings.query_megabytes} MB minne eller för djup nästling. "
                "Undvik korsprodukter och sortering av stora resultat.",
                f"The query was stopped: it needed more than {self._settings.query_megabytes} MB of memory or too deep "
                "nesting. Avoid cross products and sorting of large results.",
            ) from None
