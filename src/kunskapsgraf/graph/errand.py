"""A module of ours run once, in a process of its own: what it is given by pipe, what it answers, and its end in time."""

from __future__ import annotations

import json
import pickle
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

from kunskapsgraf.errors import Overloaded, QueryCrash, QueryTimeout, revived
from kunskapsgraf.settings import Settings

if TYPE_CHECKING:
    from kunskapsgraf.graph.writing import Change, Written

GRACE_SECONDS = 10.0
"""A change ends itself at its deadline, unless it is about to be kept; only one that cannot is killed."""


def run(module: str, arguments: list[str], request: bytes, seconds: float) -> bytes:
    """Run a module on a request and give all it has written; raises ``TimeoutError``, after which it is gone."""
    try:
        # The program is this interpreter and the module is ours: no visitor's text is in the command.
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-P", "-m", f"kunskapsgraf.{module}", *arguments],
            input=request,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TimeoutError from None
    if done.returncode == -signal.SIGALRM:
        raise TimeoutError
    return done.stdout


class Writer:
    """Changes, one at a time, each in a process that reads, checks, reasons and builds as ``kunskapsgraf build`` does."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._turn = threading.Lock()

    def write(self, change: Change) -> Written:
        """Carry out a change; raises ``Overloaded`` where others are not done in time, and what the change comes to."""
        from kunskapsgraf.graph.writing import Written  # noqa: PLC0415 - it imports the store, which imports this

        limits = self._settings
        if not self._turn.acquire(timeout=limits.wait_seconds):
            raise busy(limits.wait_seconds)
        try:
            request = pickle.dumps((limits, change))
            answer = run("pipeline.write", [], request, limits.wait_seconds + limits.write_seconds + GRACE_SECONDS)
        except TimeoutError:
            raise too_slow(limits.write_seconds) from None
        finally:
            self._turn.release()
        if not answer.endswith(b"\n"):
            raise QueryCrash(
                f"Ändringen avbröts: den krävde mer än {limits.write_megabytes} MB minne, eller så avslutades processen. "
                "Inget skrevs. Dela upp ändringen.",
                f"The change was stopped: it needed more than {limits.write_megabytes} MB of memory, or its process was "
                "ended. Nothing was written. Split the change.",
            )
        told = json.loads(answer)
        if "error" in told:
            raise revived(told["error"], told["state"])
        return Written(**told["written"])


def busy(seconds: float) -> Overloaded:
    """Give the error of a change that has waited for its turn as long as it may."""
    return Overloaded(
        f"Ett bygge eller en annan ändring pågår sedan mer än {seconds:g} sekunder. Inget skrevs. Försök igen om en stund.",
        f"A build or another change has been running for more than {seconds:g} seconds. Nothing was written. Try again "
        "in a while.",
    )


def too_slow(seconds: float) -> QueryTimeout:
    """Give the error of a change that has taken as long as it may."""
    return QueryTimeout(
        f"Ändringen avbröts: den tog mer än {seconds:g} sekunder. Inget skrevs. Dela upp den.",
        f"The change was stopped: it took more than {seconds:g} seconds. Nothing was written. Split it.",
    )
