"""The time of one exchange with an engine: who waits for it is told when it is slow, and it is ended when it is over.

A time limit of a socket holds for each piece that comes, so that an engine that sends a byte a second never meets it.
Here a thread of its own shuts the connection down when the time is over, whatever the exchange is at.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Self

from kunskapsgraf.errors import KunskapsgrafError


class Watch:
    """Ends an exchange after ``seconds``; calls ``slow`` after ``slow_after``, and ends it where that raises."""

    def __init__(self, seconds: float, slow_after: float = 0, slow: Callable[[], None] | None = None) -> None:
        self.seconds = seconds
        self.began = time.monotonic()
        self.is_over = False
        self.refused: KunskapsgrafError | None = None
        self._slow_after, self._slow = min(slow_after, seconds), slow
        self._done = threading.Event()
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None

    @property
    def passed(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self.began

    @property
    def left(self) -> float:
        """Seconds that are left; never none at all, which would mean for ever to a socket."""
        return max(self.seconds - self.passed, 0.001)

    @property
    def is_ended(self) -> bool:
        """Tell whether the exchange was ended from here."""
        return self.is_over or self.refused is not None

    def hold(self, connected: socket.socket | None) -> None:
        """Take the connection that is to be shut down."""
        with self._lock:
            self._socket = connected
            if self.is_ended:
                self._shut()

    def __enter__(self) -> Self:
        self._mark = WATCH.set(self)
        self._thread = threading.Thread(target=self._wait, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        WATCH.reset(self._mark)
        self._thread.join()  # who leaves a place must know whether it was told to be slow
        with self._lock:
            self._socket = None

    def _wait(self) -> None:
        if self._slow is not None:
            if self._done.wait(max(self._slow_after - self.passed, 0)):
                return
            try:
                self._slow()
            except KunskapsgrafError as error:
                self._end(error)
                return
        if not self._done.wait(max(self.seconds - self.passed, 0)):
            self._end(None)

    def _end(self, refused: KunskapsgrafError | None) -> None:
        with self._lock:
            self.refused, self.is_over = refused, refused is None
            self._shut()

    def _shut(self) -> None:
        if self._socket is not None:
            with contextlib.suppress(OSError):  # it is closed already
                self._socket.shutdown(socket.SHUT_RDWR)


WATCH: ContextVar[Watch | None] = ContextVar("watch", default=None)
"""The watch over what the current thread asks: a connection tells it of itself."""
