"""Places for queries: so many at once, so many waiting in turn, and a slow lane that never takes the last places.

A query begins as a light one. Some places are kept for those that are looked at for a moment only
(``web/express.py``); who waits for such a moment waits for milliseconds, and is not in the queue. When a query has used
the processor for ``ASIDE_AFTER_SECONDS`` and others wait, it hands its place to them and runs on beside them, behind
everyone else on the processor. When it has run for a second it needs a place in the slow lane; where there is none, it
is the surplus, and ends. So however many slow queries come, light ones get their place in a moment.
"""

from __future__ import annotations

import threading
from collections import deque

from kunskapsgraf.errors import Overloaded

ASIDE_AFTER_SECONDS = 0.03
"""A small lookup takes a thousandth of a second, and most reports less than this."""
ASIDE_PER_PLACE = 2
"""So many queries may run on without a place, for each place but the first; a service of one place runs one query."""


class Lanes:
    """Count who runs, who runs slowly and who waits; places are handed over in the order of arrival."""

    def __init__(self, places: int, slow_places: int, queue: int, wait_seconds: float, light_places: int = 0) -> None:
        self.light_places = light_places
        self.places = places
        self.slow_places = max(1, min(slow_places, places - 1))
        self.queue = queue
        self.wait_seconds = wait_seconds
        self._most_aside = (places - 1) * ASIDE_PER_PLACE
        self.light = 0
        self.heavier = 0
        self.slow = 0
        self.aside = 0
        self.expectant = 0
        """How many wait for a moment; who waits keeps count, since it is one event loop."""
        self._lock = threading.Lock()
        self._waiting: deque[threading.Event] = deque()

    @property
    def running(self) -> int:
        """How many have a place."""
        return self.light + self.heavier

    @property
    def waiting(self) -> int:
        """How many wait for a place."""
        return len(self._waiting)

    def enter(self) -> None:
        """Take a place, or wait for one; raise ``Overloaded`` where the queue is full or the wait too long."""
        with self._lock:
            if self.heavier < self.places - self.light_places:
                self.heavier += 1
                return
            if len(self._waiting) >= self.queue:
                raise Overloaded(
                    f"Kön är full: {self.running} frågor körs och {self.queue} väntar. Försök igen om några sekunder.",
                    f"The queue is full: {self.running} queries run and {self.queue} wait. Try again in a few seconds.",
                )
            turn = threading.Event()
            self._waiting.append(turn)
        if turn.wait(self.wait_seconds):
            return
        with self._lock:
            if turn.is_set():
                return
            self._waiting.remove(turn)
        raise Overloaded(
            f"Frågan väntade {self.wait_seconds:g} sekunder utan att få plats. Försök igen om några sekunder.",
            f"The query waited {self.wait_seconds:g} seconds and found no place. Try again in a few seconds.",
        )

    def enter_light(self) -> bool:
        """Take a place for a moment, one that is kept for that where there are such; tell whether there was one."""
        with self._lock:
            if self.light_places:
                is_free = self.light < self.light_places
                self.light += is_free
            else:
                is_free = self.heavier < self.places and not self._waiting
                self.heavier += is_free
            return is_free

    def leave_light(self) -> None:
        """Give back a place that was taken for a moment."""
        with self._lock:
            if self.light_places:
                self.light -= 1
            else:
                self._pass_on()

    def stay(self) -> bool:
        """Go over from a place for a moment to another; tell whether one was free and nobody waits for it."""
        with self._lock:
            if self.light_places:
                if self._waiting or self.heavier >= self.places - self.light_places:
                    return False
                self.light -= 1
                self.heavier += 1
            return True

    def stay_aside(self) -> bool:
        """Give back a place for a moment and go on without one; tell whether it may be."""
        with self._lock:
            if not self.light_places or self.aside >= self._most_aside:
                return False
            self.light -= 1
            self.aside += 1
            return True

    def leave(self, *, slow: bool, aside: bool = False) -> None:
        """Hand the place to who has waited longest, or leave it free; who stepped aside has handed it over."""
        with self._lock:
            self.slow -= slow
            if aside:
                self.aside -= 1
            else:
                self._pass_on()

    def step_aside(self) -> bool:
        """Hand the place to who has waited longest and go on without one; tell whether anyone waits and it may be."""
        with self._lock:
            if not self._waiting or self.aside >= self._most_aside:
                return False
            self.aside += 1
            self._waiting.popleft().set()
            return True

    def move(self) -> bool:
        """Take a place in the slow lane besides the one that is held; tell whether there was one."""
        with self._lock:
            if self.slow >= self.slow_places:
                return False
            self.slow += 1
            return True

    def _pass_on(self) -> None:
        """Hand a place to who has waited longest, or leave it free."""
        if self._waiting:
            self._waiting.popleft().set()
        else:
            self.heavier -= 1
