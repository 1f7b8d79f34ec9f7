"""One request on its way through the lanes and a worker, and what it took."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kunskapsgraf.errors import QueryCrash, QueryTimeout, SlowLaneFull, SnapshotError
from kunskapsgraf.graph.alarm import TimedOut
from kunskapsgraf.graph.fairness import CLIENT
from kunskapsgraf.graph.outcomes import raise_for
from kunskapsgraf.graph.process import Ended, Orphaned, Worker
from kunskapsgraf.graph.spool import Spool

if TYPE_CHECKING:
    from kunskapsgraf.graph.pool import Pool

SWOLLEN_KILOBYTES = 128 * 1024
"""A worker that has ever held so much more than at its start is replaced, so that memory goes back."""


@dataclass
class Cost:
    """What one query took: seconds of waiting, running, the slow lane and the processor; kilobytes, rows and bytes.

    ``rewritten`` where the engine was asked in another form of the same meaning (``graph/rewriting.py``).
    """

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
    rewritten: bool = False


def key_of(query: str) -> bytes:
    """Name a query, however long it is."""
    return hashlib.sha256(query.encode("utf-8", "surrogatepass")).digest()


class Run:
    """One request on its way through the lanes and a worker; begun ahead where nothing is to be waited for."""

    def __init__(self, pool: Pool, request: dict[str, Any]) -> None:
        self._pool = pool
        self._settings = pool.settings
        self._request = request
        self._key = key_of(request["query"])
        self._client = CLIENT.get()
        self._slow_since: float | None = None
        self._is_aside = self._is_behind = False
        self._worker: Worker | None = None
        self.cost = Cost(request["query"])

    def begin(self, frame: bytes) -> bool:
        """Take a place for a moment and a worker, and hand it the request; tell whether there were such."""
        if not self._pool.lanes.enter_light():
            return False
        try:
            worker = self._pool.stock.take_ready()
            if worker is not None:
                try:
                    worker.begin(frame)
                except Ended:  # while it was idle, as when the system ran short of memory
                    worker.kill()
                else:
                    self._worker = worker
        finally:
            if self._worker is None:  # also where there is no snapshot any more
                self._pool.lanes.leave_light()
        return self._worker is not None

    @property
    def worker(self) -> Worker:
        """The worker of a run that has begun."""
        assert self._worker is not None
        return self._worker

    def stay(self, *, answered: bool) -> bool:
        """Go on beyond the moment, in a place or aside; tell whether it may, else it has been ended.

        One whose answer has come whole, for a thread to send, needs no processor any more: its worker is as good as before.
        """
        lanes = self._pool.lanes
        has_place = lanes.stay()
        if has_place or lanes.stay_aside():
            self._is_aside = not has_place
            if not answered:
                # Light ones wait on the event loop, where no lane sees them: it goes behind them though it has a place.
                self._step_back(self.worker)
            return True
        self.worker.kill()
        lanes.leave_light()
        return False

    def collect(self, head: dict[str, Any]) -> tuple[bytes, str]:
        """Give the result that has come within the moment, and the version that it is of."""
        worker = self.worker
        worker.note_head(head)
        body = worker.whole()
        self.cost.seconds = time.monotonic() - worker.asked
        self._note(head, len(body))
        self._pool.stock.give_back(worker)
        self._pool.lanes.leave_light()
        return body, worker.snapshot.manifest.version

    def abandon(self) -> None:
        """Let go of a run that has been told to stay and that nobody waits for."""
        self.worker.kill()
        self._pool.lanes.leave(slow=False, aside=self._is_aside)
        self._pool.prepare()

    def give_up(self) -> None:
        """End a run within its moment."""
        self.worker.kill()
        self._pool.lanes.leave_light()

    def result(self) -> tuple[Spool, str]:
        """Wait for a place, ask a worker, and give the place back."""
        if self._worker is None:
            came = time.monotonic()
            self._pool.lanes.enter()
            self.cost.waited = time.monotonic() - came
        elif self._is_behind:
            self._pool.prepare()  # it took a worker from those for a moment, and keeps it
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

    def _step_back(self, worker: Worker) -> None:
        self._is_behind = True
        worker.step_back(idle=True)

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
        except Orphaned:
            pass  # another worker, of another nursery, may answer
        try:
            return self._asked(self._pool.stock.take())
        except Orphaned:
            raise self._crashed() from None

    def _asked(self, worker: Worker) -> tuple[Spool, str]:
        keep = False
        spool = self._pool.spools.open()
        try:
            head = self._ask(worker, spool)
            spool.finish()
            spool.is_cut = head.get("cut", False)
            self._note(head, len(spool))
            if head.get("error") == "store":
                raise worker.unreadable()
            # One that stepped back cannot step forward again, and one that has grown does not shrink.
            keep = self._slow_since is None and not self._is_behind and self.cost.kilobytes < SWOLLEN_KILOBYTES
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

    def _note(self, head: dict[str, Any], size: int) -> None:
        self.cost.processor_seconds, self.cost.rows = head.get("processor", 0.0), head.get("rows", 0)
        self.cost.kilobytes, self.cost.bytes = head.get("kilobytes", 0), size
        self.cost.rewritten = head.get("rewritten", False)

    def _ask(self, worker: Worker, spool: Spool) -> dict[str, Any]:
        seconds = self._settings.query_seconds

        def slow() -> None:
            self._move()
            worker.step_back()

        def aside() -> bool:
            if not self._is_aside and self._pool.lanes.step_aside():
                self._is_aside = True
                self._step_back(worker)
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
            # Only a light query is asked again: it still ends within its time.
            is_light = time.monotonic() - worker.asked < self._settings.slow_after_seconds
            if isinstance(why := worker.ended(), Orphaned) and is_light:
                raise why from None
            raise self._crashed() from None

    def _crashed(self) -> QueryCrash:
        return QueryCrash(
            f"Frågan avbröts: den krävde mer än {self._settings.query_megabytes} MB minne eller för djup nästling. "
            "Undvik korsprodukter och sortering av stora resultat.",
            f"The query was stopped: it needed more than {self._settings.query_megabytes} MB of memory or too deep "
            "nesting. Avoid cross products and sorting of large results.",
        )
