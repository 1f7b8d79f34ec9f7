"""Where query workers come from: a process that has loaded the engine and opened nothing, and is forked for each.

Run as ``python -m kunskapsgraf.graph.nursery HANDLE``, a connected socket. A request is a line of JSON (``store``,
``megabytes``) with two pipes, what the worker reads from and what it writes to; the answer is its process id in 4
bytes. A worker that is forked stands ready after a quarter of the time of the processor that a new interpreter takes,
which counts where hostile queries end many. Forking is safe here: the process has one thread, and no store yet.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
import subprocess
import sys
import threading

from kunskapsgraf.graph import worker

_LONGEST = 65_536
_SECONDS = 30.0


class Nursery:
    """The nursery seen from outside. It ends when it was closed and the last of its workers has."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._counting = threading.Lock()
        self._workers = 0
        self._closed = False

    def fork(self, store: str, megabytes: int, reads: int, writes: int) -> int:
        """Make a worker on a store that reads from one pipe and writes to another; give its process id.

        Raises ``OSError`` where no process can be had.
        """
        order = json.dumps({"store": store, "megabytes": megabytes}).encode() + b"\n"
        with self._lock:
            try:
                found = self._forked(order, [reads, writes])
            except OSError:
                # The system ended it, as where memory is short; its workers end of themselves.
                self._stop()
                found = self._forked(order, [reads, writes])
            with self._counting:
                self._workers += 1
            return found

    @property
    def process(self) -> int:
        """The process that forks now; 0 where there is none."""
        found = self._process
        return found.pid if found is not None and found.poll() is None else 0

    def left(self) -> None:
        """Note that a worker has been ended; it waits for no fork, since workers are ended on the event loop too."""
        with self._counting:
            self._workers -= 1
        if self._closed:
            with self._lock:
                self._end_if_idle()

    def close(self) -> None:
        """End the nursery as soon as it has no workers; those that compute are let be."""
        with self._lock:
            self._closed = True
            self._end_if_idle()

    def _forked(self, order: bytes, pipes: list[int]) -> int:
        if self._process is None:
            self._start()
        socket.send_fds(self._door, [order], pipes)
        said = self._door.recv(4)
        if len(said) < 4:
            raise ChildProcessError("the nursery has ended")
        found: int = struct.unpack(">i", said)[0]
        return found

    def _start(self) -> None:
        self._door, theirs = socket.socketpair()
        self._door.settimeout(_SECONDS)
        with theirs:
            # The program is this interpreter and the module is ours: no visitor's text is in the command.
            self._process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-P", "-m", "kunskapsgraf.graph.nursery", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
            )

    def _end_if_idle(self) -> None:
        if self._closed and not self._workers:
            self._stop()

    def _stop(self) -> None:
        if self._process is not None:
            self._door.close()
            self._process.kill()
            self._process.wait()
            self._process = None


def tend(door: socket.socket) -> None:
    """Fork a worker for each order, until the socket is closed."""
    # Nobody here waits for a worker; the system reaps it.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        said, pipes, _, _ = socket.recv_fds(door, _LONGEST, 2)
        if not said:
            return
        order = json.loads(said)
        parent = os.getpid()
        process = os.fork()
        if process == 0:
            door.close()
            for handle, pipe in enumerate(pipes):
                os.dup2(pipe, handle)
                os.close(pipe)
            worker.run(order["store"], order["megabytes"], parent)
        for pipe in pipes:
            os.close(pipe)
        door.sendall(struct.pack(">i", process))


if __name__ == "__main__":
    tend(socket.socket(fileno=int(sys.argv[1])))
