"""The times of one request to a worker: whoever waits for it waits through these."""

from __future__ import annotations

import select as readiness
import time
from collections.abc import Callable

from kunskapsgraf.graph.lanes import ASIDE_AFTER_SECONDS


class TimedOut(Exception):
    """The deadline passed before the worker had answered."""


class Alarm:
    """Times of one request: when it is looked at, when it counts as slow, and when it must be over."""

    def __init__(
        self, deadline: float, slow_at: float, slow: Callable[[], None], aside: Callable[[], bool] = lambda: True
    ) -> None:
        self._deadline = deadline
        self._slow_at: float | None = min(slow_at, deadline)
        self._slow = slow
        self._look_at: float | None = time.monotonic() + ASIDE_AFTER_SECONDS
        self._aside = aside

    def look_no_more(self) -> None:
        """Let the request keep its place."""
        self._look_at = None

    def wait(self, poll: readiness.poll) -> None:
        """Wait until a pipe can be used; raise ``TimedOut``, or what ``slow`` raises, when its time comes first."""
        while True:
            now = time.monotonic()
            if now >= self._deadline:
                raise TimedOut
            if self._slow_at is not None and now >= self._slow_at:
                self._slow_at = None
                self._slow()
            if self._look_at is not None and now >= self._look_at:
                self._look_at = None if self._aside() else now + ASIDE_AFTER_SECONDS
            until = min(at for at in (self._deadline, self._slow_at, self._look_at) if at is not None)
            if poll.poll(max(until - now, 0) * 1000):
                return
