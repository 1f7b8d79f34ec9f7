"""Keep a program and its folder for as long as standard input stands open: they go with whoever began, however that one ended.

    python -m bench.keeper FOLDER COMMAND ...

Each line that is read is an order (``start``, ``kill``, ``halt``, ``resume``), answered with the program's process number
when it is carried out. At the end of the input the program is ended and the folder removed.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

GRACE_SECONDS = 10
"""How long a program may take to end by itself, before it is made to."""
LOG = "engine.log"


class Kept:
    """A program that writes what it says to a log in its folder."""

    def __init__(self, folder: Path, command: list[str]) -> None:
        self._folder = folder
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None

    def obey(self, order: str) -> int:
        """Carry out an order; give the process number."""
        if order == "start" or self._process is None:
            with (self._folder / LOG).open("ab") as log:
                self._process = subprocess.Popen(  # noqa: S603 - the programs of bench.engines
                    self._command, cwd=self._folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log
                )
        elif order == "kill":
            self._process.kill()
            self._process.wait()
        else:
            self._process.send_signal({"halt": signal.SIGSTOP, "resume": signal.SIGCONT}[order])
        return self._process.pid

    def end(self) -> None:
        """End the program, and remove the folder."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGCONT)  # a program that is halted hears nothing
            self._process.terminate()
            try:
                self._process.wait(GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)


def main(arguments: list[str]) -> None:
    """Keep a program."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # The end of the input is what counts. A signal that was ignored outright would be so in the program too.
        signal.signal(number, lambda *_: None)
    kept = Kept(Path(arguments[0]), arguments[1:])
    try:
        for line in sys.stdin:
            os.write(1, b"%d\n" % kept.obey(line.strip()))
    except BrokenPipeError:
        pass  # nobody listens any more: the same as the end of the input
    finally:
        kept.end()


if __name__ == "__main__":
    main(sys.argv[1:])
