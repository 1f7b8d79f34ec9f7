"""One query worker seen from the outside: a process, two pipes, and answers that are taken in piece by piece."""

from __future__ import annotations

import contextlib
import json
import os
import select as readiness
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from kunskapsgraf.errors import SnapshotError
from kunskapsgraf.graph.snapshot import Snapshot
from kunskapsgraf.graph.worker import frame_of

START_SECONDS = 30.0
LOWEST_PRIORITY = 19
_MOST_READ = 1 << 20


class Sink(Protocol):
    """What takes in the pieces of an answer."""

    def write(self, piece: bytes) -> None:
        """Take the next piece."""
        ...


class TimedOut(Exception):
    """The deadline passed before the worker had answered."""


class Ended(Exception):
    """The worker ended before it had answered."""


class Worker:
    """One worker process on one snapshot."""

    def __init__(self, snapshot: Snapshot, megabytes: int) -> None:
        self.snapshot = snapshot
        # The program is this interpreter and the module is ours: no visitor's text is in the command.
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-P", "-m", "kunskapsgraf.graph.worker", str(snapshot.store), str(megabytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._input = self._process.stdin.fileno()
        self._output = self._process.stdout.fileno()
        for handle in (self._input, self._output):
            os.set_blocking(handle, False)
        # By poll, since select knows no handle past 1023.
        self._writable, self._readable = readiness.poll(), readiness.poll()
        self._writable.register(self._input, readiness.POLLOUT)
        self._readable.register(self._output, readiness.POLLIN)
        self._arrived = bytearray()
        self._fresh = True
        self.began = time.monotonic()

    def ask(
        self, request: dict[str, Any], sink: Sink, seconds: float, slow_after: float, slow: Callable[[], None]
    ) -> dict[str, Any]:
        """Send a request, hand the pieces of its answer to ``sink`` and give the head that ends it.

        ``slow`` is called once when ``slow_after`` seconds have gone; what it raises ends the wait. Raises
        ``TimedOut`` or ``Ended``.
        """
        self._await_start()
        begin = time.monotonic()
        alarm = Alarm(begin + seconds, begin + slow_after, slow)
        self._send(frame_of(json.dumps(request).encode()), alarm)
        while piece := self._frame(alarm):
            sink.write(piece)
        head: dict[str, Any] = json.loads(self._frame(alarm))
        return head

    def _await_start(self) -> None:
        if not self._fresh:
            return
        end = time.monotonic() + START_SECONDS
        try:
            self._frame(Alarm(end, end, lambda: None))
        except (TimedOut, Ended):
            raise self.unreadable() from None
        self._fresh = False

    def unreadable(self) -> SnapshotError:
        """Say that the process could not open or read its snapshot."""
        return SnapshotError(
            f"Frågeprocessen kan inte läsa {self.snapshot.path}. Kör kunskapsgraf build.",
            f"The query worker cannot read {self.snapshot.path}. Run kunskapsgraf build.",
        )

    def _send(self, payload: bytes, alarm: Alarm) -> None:
        rest = memoryview(payload)
        while rest:
            try:
                rest = rest[os.write(self._input, rest) :]
            except BlockingIOError:
                alarm.wait(self._writable)
            except OSError as error:
                raise Ended from error

    def _frame(self, alarm: Alarm) -> bytes:
        length = struct.unpack(">I", self._take(4, alarm))[0]
        return self._take(length, alarm)

    def _take(self, count: int, alarm: Alarm) -> bytes:
        while len(self._arrived) < count:
            alarm.wait(self._readable)
            piece = os.read(self._output, _MOST_READ)
            if not piece:
                raise Ended
            self._arrived += piece
        taken = bytes(self._arrived[:count])
        del self._arrived[:count]
        return taken

    def step_back(self) -> None:
        """Let everyone else's queries go first: priority is per thread, and a query has one of its own."""
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{self._process.pid}/task").iterdir():
                os.setpriority(os.PRIO_PROCESS, int(task.name), LOWEST_PRIORITY)

    def has_ended(self) -> bool:
        """Tell whether the process is gone, as when the system ran short of memory while it was idle."""
        return self._process.poll() is not None

    def kill(self) -> None:
        """End the process now and reap it."""
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                # A pipe whose reader is gone cannot be flushed; it is closed all the same.
                with contextlib.suppress(OSError):
                    stream.close()
        self._process.wait()


class Alarm:
    """Two times of one request: when it counts as slow, and when it must be over."""

    def __init__(self, deadline: float, slow_at: float, slow: Callable[[], None]) -> None:
        self._deadline = deadline
        self._slow_at: float | None = min(slow_at, deadline)
        self._slow = slow

    def wait(self, poll: readiness.poll) -> None:
        """Wait until a pipe can be used; raise ``TimedOut``, or what ``slow`` raises, when its time comes first."""
        while True:
            now = time.monotonic()
            if now >= self._deadline:
                raise TimedOut
            if self._slow_at is not None and now >= self._slow_at:
                self._slow_at = None
                self._slow()
            until = self._deadline if self._slow_at is None else self._slow_at
            if poll.poll(max(until - now, 0) * 1000):
                return
