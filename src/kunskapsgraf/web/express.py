"""Light queries, answered on the event loop: what Flask answers, to the byte, for a part of what that costs.

To hand a request to a thread and back costs more than a small query does, since threads wait for the interpreter in
turn. All that is out of the ordinary is left to Flask: errors, pages, conditions, chance, large answers, and what would
have to wait. A query that is not answered in a moment goes on there, where a thread takes it up.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

from kunskapsgraf.errors import KunskapsgrafError
from kunskapsgraf.graph.begun import Begun
from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.fairness import CLIENT
from kunskapsgraf.graph.process import Arrived, Worker
from kunskapsgraf.graph.run import SWOLLEN_KILOBYTES
from kunskapsgraf.graph.store import Answer
from kunskapsgraf.settings import Settings
from kunskapsgraf.web.advice import Terms
from kunskapsgraf.web.exchange import Headers
from kunskapsgraf.web.plans import LARGEST, Plan, Plans, response

BEGUN = "kunskapsgraf.begun"
"""Under this name a request carries the query that was begun for it."""
PATIENCE_SECONDS = 0.02
"""After so long it is looked at whether a query is a light one; a small lookup takes a hundredth of it."""
LONGEST_SECONDS = 0.5
"""One that has hardly had the processor is waited for so long: others hold the processor, and it is no heavier for that."""
AGAIN_SECONDS = 0.005
MOST_WAITING = 256
"""Requests that wait for their moment; further ones wait in the queue, as far as that has room."""
MOST_TAKEN = 1_000_000
"""Bytes that are taken in for a thread to send: what has come whole in its moment leaves its worker as it was."""


class Express:
    """The way past Flask, on one store."""

    def __init__(self, settings: Settings, store: EmbeddedStore, terms: Terms) -> None:
        self._store = store
        self._plans = Plans(settings, store, terms)
        self._turns = asyncio.Semaphore(max(1, store.pool.lanes.light_places))
        self._preparing: asyncio.Future[None] | None = None

    async def answered(self, environ: dict[str, Any], client: str, version: str) -> tuple[Headers, bytes] | None:
        """Give the headers and the body of a 200, or ``None`` where the request is Flask's.

        ``version`` is the snapshot that is served now; empty where there is none.
        """
        if not version or not self._plans.are_for(environ):
            return None
        try:
            plan = self._plans.of(environ, version)
            if plan is None:
                return None
            CLIENT.set(client)
            answer = self._store.kept(plan.prepared, plan.version) or await self._asked(plan, environ, client)
            if answer is None:
                return None
            return response(plan, answer)
        except KunskapsgrafError:
            return None

    async def _asked(self, plan: Plan, environ: dict[str, Any], client: str) -> Answer | None:
        """Ask a worker in turn; ``None`` where it has no answer in a moment, and then the query goes with the request."""
        if not await self._has_turn():
            return None
        try:
            CLIENT.set(client)  # other requests may have run meanwhile
            end = time.monotonic() + LONGEST_SECONDS
            while (begun := self._begun(plan)) is None:
                # Those kept for this were ended, or stand on an older snapshot.
                if not self._may_wait(plan) or time.monotonic() > end:
                    return None
                self._prepare()
                await asyncio.sleep(AGAIN_SECONDS)
                CLIENT.set(client)
            return await self._come(begun, environ)
        finally:
            self._turns.release()

    async def _has_turn(self) -> bool:
        """Wait for a turn, no longer than for a place in the queue; tell whether it came."""
        if not self._turns.locked():
            return await self._turns.acquire()
        lanes = self._store.pool.lanes
        if lanes.expectant >= MOST_WAITING:
            return False
        lanes.expectant += 1
        try:
            async with asyncio.timeout(lanes.wait_seconds):
                return await self._turns.acquire()
        except TimeoutError:
            return False
        finally:
            lanes.expectant -= 1

    def _begun(self, plan: Plan) -> Begun | None:
        return self._store.begin(plan.prepared) if self._store.pool.is_light(plan.prepared.asked.query) else None

    def _may_wait(self, plan: Plan) -> bool:
        pool = self._store.pool
        return pool.lanes.light_places > 0 and pool.is_light(plan.prepared.asked.query)

    def _prepare(self) -> None:
        """Let a thread start workers, unless one does."""
        if self._preparing is None or self._preparing.done():
            loop = asyncio.get_running_loop()
            self._preparing = loop.run_in_executor(None, self._store.pool.prepare)

    async def _come(self, begun: Begun, environ: dict[str, Any]) -> Answer | None:
        run = begun.run
        try:
            arrived = await _arrived(run.worker)
        except BaseException:
            run.give_up()
            raise
        head = arrived.head
        if head is not None and arrived.size <= LARGEST and _is_light(head):
            return self._store.collect(begun, head)
        if run.stay(answered=head is not None):
            environ[BEGUN] = begun
        return None


async def _arrived(worker: Worker) -> Arrived:
    """Wait a moment for an answer, and tell what has come of it: all, or as much as there is after that, or is taken here."""
    loop = asyncio.get_running_loop()
    come: asyncio.Future[Arrived] = loop.create_future()
    end = loop.time() + LONGEST_SECONDS
    nothing = Arrived(0, None)

    def look() -> None:
        arrived = worker.arrived()
        if arrived.head is not None or arrived.size > MOST_TAKEN:
            settle(arrived)

    def settle(arrived: Arrived) -> None:
        if not come.done():
            come.set_result(arrived)

    def wait() -> None:
        if worker.is_light() and loop.time() < end:
            timers.append(loop.call_later(PATIENCE_SECONDS, wait))
        else:
            settle(nothing)

    loop.add_reader(worker.output, look)
    timers = [loop.call_later(PATIENCE_SECONDS, wait)]
    try:
        return await come
    finally:
        timers[-1].cancel()
        loop.remove_reader(worker.output)


def _is_light(head: dict[str, Any]) -> bool:
    return "ok" in head and head.get("kilobytes", 0) < SWOLLEN_KILOBYTES
