"""One query worker seen from the outside: a process, two pipes, and answers that are taken in piece by piece."""

from __future__ import annotations

import contextlib
import json
import os
import select as readiness
import signal
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from kunskapsgraf.errors import SnapshotError
from kunskapsgraf.graph.alarm import Alarm, TimedOut
from kunskapsgraf.graph.lanes import ASIDE_AFTER_SECONDS
from kunskapsgraf.graph.nursery import Nursery
from kunskapsgraf.graph.rows import frame_of
from kunskapsgraf.graph.snapshot import Snapshot

START_SECONDS = 30.0
_TICKS = os.sysconf("SC_CLK_TCK")
LOW_PRIORITY = 10
"""A tenth of what another process gets: enough to come to an end on a busy machine, where 19 is a hundredth."""
PIPE_BYTES = 1 << 16
"""What a pipe holds; to read more at a time would be memory set aside for each read."""


class Sink(Protocol):
    """What takes in the pieces of an answer."""

    def write(self, piece: bytes) -> None:
        """Take the next piece."""
        ...


class Ended(Exception):
    """The worker ended before it had answered."""


class Orphaned(Ended):
    """It ended since the system had ended the process that had forked it; what it was asked is not to blame."""


@dataclass(frozen=True)
class Arrived:
    """What has come of an answer: its bytes, and its head where it is whole."""

    size: int
    head: dict[str, Any] | None


class Worker:
    """One worker process on one snapshot."""

    def __init__(self, nursery: Nursery, snapshot: Snapshot, megabytes: int) -> None:
        self.snapshot = snapshot
        self._nursery = nursery
        (reads, self._input), (self._output, writes) = _pipes()
        try:
            self._process = nursery.fork(str(snapshot.store), megabytes, reads, writes)
            self._parent = nursery.process
        except BaseException:
            os.close(self._input)
            os.close(self._output)
            raise
        finally:
            os.close(reads)
            os.close(writes)
        for handle in (self._input, self._output):
            os.set_blocking(handle, False)
        # By poll, since select knows no handle past 1023.
        self._writable, self._readable = readiness.poll(), readiness.poll()
        self._writable.register(self._input, readiness.POLLOUT)
        self._readable.register(self._output, readiness.POLLIN)
        self._arrived = bytearray()
        self._fresh = True
        self._processor_before = 0.0
        self._unsent: memoryview | None = None
        self.began = self.asked = time.monotonic()

    def ask(
        self,
        request: dict[str, Any],
        sink: Sink,
        seconds: float,
        slow_after: float,
        slow: Callable[[], None],
        aside: Callable[[], bool] = lambda: True,
    ) -> dict[str, Any]:
        """Send a request, hand the pieces of its answer to ``sink`` and give the head that ends it.

        ``slow`` is called once when ``slow_after`` seconds have gone; what it raises ends the wait. ``aside`` is called
        now and then from when the query is no light one, until it is true. Raises ``TimedOut`` or ``Ended``.
        """
        self.await_start()
        if self._unsent is None:
            self.begin(framed(request, seconds))
        alarm = Alarm(self.asked + seconds, self.asked + slow_after, slow, lambda: not self.is_light() and aside())
        self._send(alarm)
        while piece := self._frame(alarm):
            # What writes its result is on its way to the end, or to the bound on results.
            alarm.look_no_more()
            sink.write(piece)
        head: dict[str, Any] = json.loads(self._frame(alarm))
        self.note_head(head)
        return head

    def ended(self) -> Ended:
        """Say of a worker that has ended why it has, as far as can be told."""
        return Ended() if self._nursery.process == self._parent else Orphaned()

    def begin(self, frame: bytes) -> None:
        """Send a request, as much of it as can be sent at once; ``ask`` sends the rest and takes the answer.

        Raises ``Ended``.
        """
        self.asked = time.monotonic()
        self._unsent = memoryview(frame)
        try:
            self._unsent = self._unsent[os.write(self._input, frame) :]
        except BlockingIOError:
            return
        except OSError as error:
            raise Ended from error

    def has_started(self) -> bool:
        """Tell whether it stands ready, without waiting for it."""
        if self._fresh and self._readable.poll(0):
            with contextlib.suppress(SnapshotError):
                self.await_start()
        return not self._fresh

    @property
    def output(self) -> int:
        """The file descriptor that answers come from."""
        return self._output

    def arrived(self) -> Arrived:
        """Take in what has come of an answer, without waiting, and tell what it is; nothing of it is used up."""
        try:
            piece = os.read(self._output, PIPE_BYTES)
        except BlockingIOError:
            return Arrived(len(self._arrived), None)
        if not piece:
            return Arrived(len(self._arrived), {})  # the process has ended, as ``ask`` will tell
        self._arrived += piece
        return Arrived(len(self._arrived), _head(self._arrived))

    def whole(self) -> bytes:
        """Give a result that has come whole, as ``arrived`` told, and be free for the next request."""
        pieces, place = [], 0
        while size := _size(self._arrived, place):
            pieces.append(bytes(self._arrived[place + 4 : place + 4 + size]))
            place += 4 + size
        self._arrived.clear()
        self._unsent = None
        return b"".join(pieces)

    def note_head(self, head: dict[str, Any]) -> None:
        """Remember of the head of an answer what the next one needs."""
        self._processor_before = head.get("processor_in_all", 0.0)

    def is_light(self) -> bool:
        """Tell whether the query has had the processor for a moment only, however long it waited for it."""
        used = processor_seconds(self._process)
        return used is not None and used - self._processor_before < ASIDE_AFTER_SECONDS

    def await_start(self) -> None:
        """Wait until the process has opened its snapshot; raise ``SnapshotError`` where it cannot."""
        if not self._fresh:
            return
        end = time.monotonic() + START_SECONDS
        try:
            hello = self._frame(Alarm(end, end, lambda: None))
        except (TimedOut, Ended):
            raise self.unreadable() from None
        self._fresh = False
        self._processor_before = json.loads(hello).get("processor_in_all", 0.0)

    def unreadable(self) -> SnapshotError:
        """Say that the process could not open or read its snapshot."""
        return SnapshotError(
            f"Frågeprocessen kan inte läsa {self.snapshot.path}. Kör kunskapsgraf build.",
            f"The query worker cannot read {self.snapshot.path}. Run kunskapsgraf build.",
        )

    def _send(self, alarm: Alarm) -> None:
        rest, self._unsent = self._unsent, None
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
            piece = os.read(self._output, PIPE_BYTES)
            if not piece:
                raise Ended
            self._arrived += piece
        taken = bytes(self._arrived[:count])
        del self._arrived[:count]
        return taken

    def step_back(self, *, idle: bool = False) -> None:
        """Let everyone else's queries go first; with ``idle`` give them the processor whenever they want it, for now.

        Priority is per thread, and a query has one of its own.
        """
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{self._process}/task").iterdir():
                if hasattr(os, "SCHED_IDLE"):
                    policy = os.SCHED_IDLE if idle else os.SCHED_OTHER
                    os.sched_setscheduler(int(task.name), policy, os.sched_param(0))
                if not idle:
                    os.setpriority(os.PRIO_PROCESS, int(task.name), LOW_PRIORITY)

    def has_ended(self) -> bool:
        """Tell whether the process is gone, as when the system ran short of memory while it was idle."""
        # Its end of the pipe is closed by its end and by nothing else.
        return any(event & readiness.POLLHUP for _, event in self._readable.poll(0))

    def kill(self) -> None:
        """End the process now."""
        # One that has ended is not to be named any more: the system may have given its number away.
        if not self.has_ended():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process, signal.SIGKILL)
        os.close(self._input)
        os.close(self._output)
        self._nursery.left()


def _pipes() -> tuple[tuple[int, int], tuple[int, int]]:
    """Make two pipes or none: where files are short, one that is left behind makes them shorter."""
    first = os.pipe()
    try:
        return first, os.pipe()
    except OSError:
        for handle in first:
            os.close(handle)
        raise


def processor_seconds(process: int) -> float | None:
    """Give the seconds of the processor that a process has used; ``None`` where the system does not tell."""
    try:
        with open(f"/proc/{process}/stat", "rb", buffering=0) as file:  # noqa: PTH123 - on the event loop, where it counts
            text = file.read(4096)
    except OSError:
        return None
    # proc_pid_stat(5): the name, in parentheses, may hold anything; fields 14 and 15 are user and system time.
    user, system = text.rpartition(b")")[2].split()[11:13]
    return (int(user) + int(system)) / _TICKS


def framed(request: dict[str, Any], seconds: float) -> bytes:
    """Write a request as a worker reads it, with the seconds that it may take."""
    return frame_of(json.dumps({**request, "seconds": seconds}).encode())


def _size(arrived: bytearray, place: int) -> int:
    """Give the length of the frame that begins at a place."""
    found: int = struct.unpack_from(">I", arrived, place)[0]
    return found


def _head(arrived: bytearray) -> dict[str, Any] | None:
    """Find the head that ends an answer: the frame after the empty one; ``None`` where it has not come whole."""
    place, last = 0, False
    while len(arrived) - place >= 4:
        start = place + 4
        place = start + _size(arrived, place)
        if last and len(arrived) >= place:
            found: dict[str, Any] = json.loads(arrived[start:place])
            return found
        last = place == start
    return None
