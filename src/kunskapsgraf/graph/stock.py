"""The workers that stand ready: started ahead of need, given back after use, replaced when another snapshot serves."""

from __future__ import annotations

import threading
from collections.abc import Callable

from kunskapsgraf.errors import Overloaded, SnapshotError
from kunskapsgraf.graph.nursery import Nursery
from kunskapsgraf.graph.process import Worker
from kunskapsgraf.graph.snapshot import Snapshot
from kunskapsgraf.settings import Settings

MOST_STARTING = 2
"""To start takes the processor for a while: a few at a time, since a worker that is given back serves as well."""


class Stock:
    """Workers for all threads of a process, on the snapshot that is ``served``; ``kept`` are for queries of a moment."""

    def __init__(self, settings: Settings, served: Callable[[], Snapshot], kept: int) -> None:
        self._settings = settings
        self._served = served
        self._kept = kept
        self._nursery = Nursery()
        self._has_worker = threading.Condition()
        self._starting = 0
        self._ready: list[Worker] = []
        self._closed = False

    def __len__(self) -> int:
        return len(self._ready)

    def take(self) -> Worker:
        """Give a worker on the served snapshot, one that stands ready where there is one; raises ``Overloaded``."""
        snapshot = self._served()
        self._clear_out(snapshot)
        while worker := self._next():
            if worker.snapshot is snapshot and not worker.has_ended():
                return worker
            worker.kill()
        try:
            return self._started(snapshot)
        finally:
            with self._has_worker:
                self._starting -= 1
                self._has_worker.notify()

    def take_ready(self) -> Worker | None:
        """Give a worker that answers at once; ``None`` where none stands ready."""
        snapshot = self._served()
        with self._has_worker:
            # The one given back last has what it read of the store still at hand.
            for place in range(len(self._ready) - 1, -1, -1):
                if self._ready[place].snapshot is snapshot and self._ready[place].has_started():
                    return self._ready.pop(place)
            return None

    def give_back(self, worker: Worker) -> None:
        """Keep a worker for the next query, where it is still wanted."""
        with self._has_worker:
            if not self._closed and len(self._ready) < self._settings.workers + self._settings.spares + self._kept:
                self._ready.append(worker)
                self._has_worker.notify()
                return
        worker.kill()

    def prepare(self) -> None:
        """Start workers ahead of need, so that as many as ``spares`` stand ready; without a snapshot there are none."""
        try:
            snapshot = self._served()
            self._clear_out(snapshot)
            while len(self._ready) < self._settings.spares + self._kept and not self._closed:
                self.give_back(Worker(self._nursery, snapshot, self._settings.query_megabytes))
        except (OSError, SnapshotError):
            return

    def close(self) -> None:
        """End every idle worker; busy ones end when their query does."""
        with self._has_worker:
            self._closed = True
            idle, self._ready = self._ready, []
        for worker in idle:
            worker.kill()
        self._nursery.close()

    def _clear_out(self, snapshot: Snapshot) -> None:
        """End the idle workers that are of no use: of an older snapshot, whose files they hold, or ended by the system."""
        with self._has_worker:
            gone = [worker for worker in self._ready if worker.snapshot is not snapshot or worker.has_ended()]
            for worker in gone:
                self._ready.remove(worker)
        for worker in gone:
            worker.kill()

    def _next(self) -> Worker | None:
        """Give a worker that stands ready, as soon as there is one; ``None`` where one is to be started."""
        with self._has_worker:
            while len(self._ready) <= self._kept:
                if self._starting < MOST_STARTING:
                    self._starting += 1
                    return None
                self._has_worker.wait()
            return self._ready.pop()

    def _started(self, snapshot: Snapshot) -> Worker:
        try:
            worker = Worker(self._nursery, snapshot, self._settings.query_megabytes)
        except OSError as error:
            raise Overloaded(
                f"Ingen frågeprocess kan startas just nu ({error.strerror or 'den avslutades'}). Försök igen om några sekunder.",
                f"No query process can be started just now ({error.strerror or 'it ended'}). Try again in a few seconds.",
            ) from error
        try:
            worker.await_start()
        except BaseException:
            worker.kill()
            raise
        return worker
