"""The pool of query workers: one query at a time in each, killed at its deadline, replaced at once.

The pool follows the pointer of the snapshots: a worker that stands on an older snapshot is replaced when it is next
free, so that a new build is served without a restart and a running query ends on the snapshot that it began on.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import select as readiness
import struct
import subprocess
import sys
import textwrap
import threading
import time
from typing import Any

from kunskapsgraf.errors import (
    NotAcceptable,
    Overloaded,
    QueryCrash,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooLarge,
    SnapshotError,
)
from kunskapsgraf.graph.snapshot import Snapshot, current, pointed
from kunskapsgraf.graph.worker import frame_of
from kunskapsgraf.settings import Settings

START_SECONDS = 30.0


class _TimedOut(Exception):
    """The deadline passed before the worker had answered."""


class _Ended(Exception):
    """The worker ended before it had answered."""


def _wait(handle: int, event: int, deadline: float) -> None:
    """Wait until a pipe can be used; by poll, since select knows no handle past 1023."""
    left = deadline - time.monotonic()
    poll = readiness.poll()
    poll.register(handle, event)
    if left <= 0 or not poll.poll(left * 1000):
        raise _TimedOut


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
        self.fresh = True

    def ask(self, request: dict[str, Any], seconds: float) -> tuple[dict[str, Any], bytes]:
        """Send a request and read its answer; raises ``_TimedOut`` or ``_Ended``."""
        if self.fresh:
            try:
                self._frame(time.monotonic() + START_SECONDS)
            except (_TimedOut, _Ended):
                raise SnapshotError(
                    f"Frågeprocessen kan inte öppna {self.snapshot.path}. Kör kunskapsgraf build.",
                    f"The query worker cannot open {self.snapshot.path}. Run kunskapsgraf build.",
                ) from None
            self.fresh = False
        deadline = time.monotonic() + seconds
        self._send(frame_of(json.dumps(request).encode()), deadline)
        head = json.loads(self._frame(deadline))
        return head, self._frame(deadline)

    def _frame(self, deadline: float) -> bytes:
        length = struct.unpack(">I", self._read(4, deadline))[0]
        return self._read(length, deadline)

    def _send(self, payload: bytes, deadline: float) -> None:
        assert self._process.stdin is not None
        handle = self._process.stdin.fileno()
        os.set_blocking(handle, False)
        rest = memoryview(payload)
        while rest:
            _wait(handle, readiness.POLLOUT, deadline)
            try:
                rest = rest[os.write(handle, rest) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise _Ended from error

    def _read(self, count: int, deadline: float) -> bytes:
        assert self._process.stdout is not None
        handle = self._process.stdout.fileno()
        pieces = bytearray()
        while len(pieces) < count:
            _wait(handle, readiness.POLLIN, deadline)
            piece = os.read(handle, min(count - len(pieces), 1 << 20))
            if not piece:
                raise _Ended
            pieces += piece
        return bytes(pieces)

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


class Pool:
    """A fixed number of workers, shared by all threads of a process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._idle: queue.LifoQueue[Worker | None] = queue.LifoQueue()
        for _ in range(settings.workers):
            self._idle.put(None)  # a place; its worker starts when first needed
        self._closed = False

    def snapshot(self) -> Snapshot:
        """Open the snapshot that the pointer names; checked once per version."""
        name = pointed(self._settings.home)
        with self._lock:
            if self._snapshot is None or self._snapshot.path.name != name:
                self._snapshot = current(self._settings.home)
            return self._snapshot

    def run(self, request: dict[str, Any]) -> tuple[bytes, str]:
        """Run a request in a free worker; give the result's bytes and the version it is of."""
        try:
            worker = self._idle.get(timeout=self._settings.wait_seconds)
        except queue.Empty:
            raise Overloaded(
                "Alla frågeprocesser är upptagna. Försök igen om några sekunder.",
                "Every query worker is busy. Try again in a few seconds.",
            ) from None
        keep: Worker | None = worker
        try:
            snapshot = self.snapshot()
            if worker is None or worker.snapshot.path != snapshot.path or worker.has_ended():
                if worker is not None:
                    worker.kill()
                keep = None
                worker = Worker(snapshot, self._settings.query_megabytes)
            keep = None
            head, body = self._ask(worker, request)
            keep = worker
        finally:
            if self._closed and keep is not None:
                keep.kill()
                keep = None
            self._idle.put(keep if keep is not None else self._fresh())
        _raise_for(head, self._settings, request["most_bytes"])
        return body, snapshot.manifest.version

    def _ask(self, worker: Worker, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        seconds = self._settings.query_seconds
        try:
            return worker.ask(request, seconds)
        except _TimedOut:
            worker.kill()
            raise QueryTimeout(
                f"Frågan avbröts: den tog mer än {seconds:g} sekunder. Begränsa mönstret, eller lägg till LIMIT.",
                f"The query was stopped: it took more than {seconds:g} seconds. Narrow the pattern, or add LIMIT.",
            ) from None
        except _Ended:
            worker.kill()
            raise QueryCrash(
                f"Frågan avbröts: den krävde mer än {self._settings.query_megabytes} MB minne eller för djup nästling. "
                "Undvik korsprodukter och sortering av stora resultat.",
                f"The query was stopped: it needed more than {self._settings.query_megabytes} MB of memory or too deep "
                "nesting. Avoid cross products and sorting of large results.",
            ) from None
        except BaseException:
            worker.kill()
            raise

    def _fresh(self) -> Worker | None:
        """Start a worker ahead of need, where that is possible; else leave the place empty."""
        if self._closed:
            return None
        try:
            return Worker(self.snapshot(), self._settings.query_megabytes)
        except (OSError, SnapshotError):
            return None

    def close(self) -> None:
        """End every idle worker; busy ones end when their query does."""
        self._closed = True
        while True:
            try:
                worker = self._idle.get_nowait()
            except queue.Empty:
                return
            if worker is not None:
                worker.kill()


def _raise_for(head: dict[str, Any], settings: Settings, most_bytes: int) -> None:
    # The engine lists every terminal that it expected, over several lines; the first few are enough.
    said = textwrap.shorten(head.get("message", ""), 200, placeholder=" ...")
    match head.get("error"):
        case None:
            return
        case "syntax":
            line, column = head.get("line"), head.get("column")
            where = f" (rad {line}, kolumn {column})" if line else ""
            where_en = f" (line {line}, column {column})" if line else ""
            refused = QuerySyntaxError(
                f"Frågan går inte att tolka{where}: {said}",
                f"The query cannot be parsed{where_en}: {said}",
                line=line,
                column=column,
            )
            refused.said = head["message"]
            raise refused
        case "large":
            raise QueryTooLarge(
                f"Svaret är större än {most_bytes} byte. Lägg till LIMIT, välj färre kolumner, eller hämta det som CSV.",
                f"The result is larger than {most_bytes} bytes. Add LIMIT, select fewer columns, or fetch it as CSV.",
            )
        case "format":
            raise NotAcceptable(
                "Svaret innehåller trippeltermer (RDF 1.2), som formatet inte kan bära. Välj Turtle eller N-Triples.",
                "The answer holds triple terms (RDF 1.2), which the format cannot carry. Choose Turtle or N-Triples.",
            )
        case "memory":
            raise QueryCrash(
                f"Frågan avbröts: den krävde mer än {settings.query_megabytes} MB minne.",
                f"The query was stopped: it needed more than {settings.query_megabytes} MB of memory.",
            )
        case _:
            raise QuerySyntaxError(f"Frågan kunde inte besvaras: {said}", f"The query failed: {said}")
