"""The turn of a query at an engine: a place among those at once, and one in the slow lane when it takes its time.

As for the embedded store (``graph/run.py``), slow queries never take the last places, and a client's slow time is
counted. What the engine does beside us is its own.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

from kunskapsgraf.errors import SlowLaneFull
from kunskapsgraf.graph.elsewhere.watch import Watch
from kunskapsgraf.graph.fairness import CLIENT, Ledger
from kunskapsgraf.graph.lanes import Lanes
from kunskapsgraf.graph.pool import FAIR_WINDOW, MOST_KNOWN
from kunskapsgraf.graph.run import Cost, key_of
from kunskapsgraf.settings import Settings


class Turns:
    """Who asks an engine now, who asks slowly, and which queries have been slow."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._slow: OrderedDict[bytes, None] = OrderedDict()
        self.lanes = Lanes(settings.workers, settings.slow_workers, settings.queue, settings.wait_seconds)
        self.ledger = Ledger(settings.fair_seconds, FAIR_WINDOW)

    @contextmanager
    def turn(self, query: str, cost: Cost) -> Iterator[Watch]:
        """Wait for a place, and give the watch over the exchange; raises ``Overloaded``, ``SlowLaneFull`` and ``UnfairUse``."""
        came = time.monotonic()
        self.lanes.enter()
        began = time.monotonic()
        cost.waited = began - came
        client, key = CLIENT.get(), key_of(query)
        slow_since: list[float] = []

        def slow() -> None:
            self._note(key)
            self.ledger.check(client)
            if not self.lanes.move():
                raise self._full()
            slow_since.append(time.monotonic())

        try:
            if key in self._slow:
                slow()
            yield Watch(
                self._settings.query_seconds,
                self._settings.slow_after_seconds,
                None if slow_since else slow,
            )
        finally:
            now = time.monotonic()
            cost.seconds = now - began
            if slow_since:
                cost.slow_seconds = now - slow_since[0]
                self.ledger.add(client, cost.slow_seconds)
            self.lanes.leave(slow=bool(slow_since))

    def _note(self, key: bytes) -> None:
        with self._lock:
            self._slow[key] = None
            self._slow.move_to_end(key)
            while len(self._slow) > MOST_KNOWN:
                self._slow.popitem(last=False)

    def _full(self) -> SlowLaneFull:
        after, places = self._settings.slow_after_seconds, self.lanes.slow_places
        return SlowLaneFull(
            f"Frågan avbröts: den tar mer än {after:g} sekunder, och {places} så långsamma frågor körs redan. "
            "Begränsa mönstret, eller lägg till LIMIT.",
            f"The query was stopped: it takes more than {after:g} seconds, and {places} such slow queries run "
            "already. Narrow the pattern, or add LIMIT.",
        )
