"""Whether queries are answered: a small one is asked now and then, and its outcome remembered for a moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from kunskapsgraf.errors import EngineAway, KunskapsgrafError
from kunskapsgraf.graph.store import Store

QUERY = "ASK { BIND(NOW() AS ?now) }"
"""No answer of it is kept, so that a worker must give one."""
SECONDS = 1.0
"""Within this a service that is ready answers."""
REMEMBERED = 5.0
"""Seconds for which an outcome counts: who asks often costs nothing."""


class Readiness:
    """Asks a store whether it answers, one question at a time, and never waits long for it."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._asking = ThreadPoolExecutor(1)
        self._asked: Future[str] | None = None
        self._known: tuple[float, str] | None = None
        self.is_away = False
        """Whether the last answer was that the engine elsewhere is away."""

    def reason(self) -> str:
        """Say why queries are not answered, in English for machines; empty where they are."""
        with self._lock:
            if self._known is None or self._clock() - self._known[0] >= REMEMBERED:
                self._known = self._clock(), self._found()
            return self._known[1]

    def _found(self) -> str:
        if self._asked is None or self._asked.done():
            self._asked = self._asking.submit(self._ask)
        try:
            return self._asked.result(SECONDS)
        except TimeoutError:
            return f"A query was not answered within {SECONDS:g} second."

    def _ask(self) -> str:
        try:
            self._store.answer(QUERY, "json")
        except KunskapsgrafError as error:
            self.is_away = isinstance(error, EngineAway)
            return error.en
        self.is_away = False
        return ""
