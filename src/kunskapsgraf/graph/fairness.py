"""Fair use: how long each client's queries have been in the slow lane lately.

Time is counted, not requests: many people may share an address, and a thousand light queries cost less than one slow
one. Who has used up its time may still ask what is answered within a second.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from contextvars import ContextVar

from kunskapsgraf.errors import UnfairUse

CLIENT: ContextVar[str] = ContextVar("client", default="")
"""Whose query the current thread asks; empty: our own, which is not counted."""
MOST_CLIENTS = 10_000


class Ledger:
    """Slow seconds per client. They wear off evenly, so that ``seconds`` of them are gone after ``window`` seconds."""

    def __init__(self, seconds: float, window: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = seconds
        self._window = window
        self._clock = clock
        self._lock = threading.Lock()
        self._used: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def check(self, client: str) -> None:
        """Raise ``UnfairUse`` where a client has used up its time."""
        with self._lock:
            over = self._left(client) - self._most
        if client and over >= 0:
            wait = max(1, math.ceil((over + self._most * 0.1) * self._window / self._most))
            raise UnfairUse(
                f"Dina långsamma frågor har använt {self._most:g} sekunder på {self._window:g}. Snabba frågor besvaras "
                f"som förut; vänta {wait} sekunder med långsamma, eller begränsa mönstret.",
                f"Your slow queries have used {self._most:g} seconds in {self._window:g}. Quick queries are answered "
                f"as before; wait {wait} seconds with slow ones, or narrow the pattern.",
                retry_after=wait,
            )

    def add(self, client: str, seconds: float) -> None:
        """Note the time that a client's query was in the slow lane."""
        if not client or seconds <= 0:
            return
        with self._lock:
            used = self._left(client) + seconds
            self._used[client] = (used, self._clock())
            self._used.move_to_end(client)
            while len(self._used) > MOST_CLIENTS:
                self._used.popitem(last=False)

    def _left(self, client: str) -> float:
        used, at = self._used.get(client, (0.0, 0.0))
        return max(0.0, used - (self._clock() - at) * self._most / self._window)
