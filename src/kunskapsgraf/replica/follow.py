"""Follow: make the newest pack serve, when the server starts and whenever the pointer names another.

The web process looks at the home's pointer at every request and goes over to a new snapshot by itself, without dropping
one; here it is only put in place. Whatever fails leaves what serves, is logged, told at ``/redo``, and tried again later.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kunskapsgraf.errors import KunskapsgrafError, SnapshotError
from kunskapsgraf.graph.snapshot import REPLICA, Snapshot, current, pointed
from kunskapsgraf.replica.origin import Origin
from kunskapsgraf.replica.unpack import install
from kunskapsgraf.settings import Settings

Note = Callable[..., None]
"""Called with the name of an event and its fields."""
_LONGEST = 16
"""A place that is away is asked more and more seldom, at most so many times the interval apart."""


class Follower:
    """Keeps one home at the newest pack of an origin; one thread at a time."""

    def __init__(self, settings: Settings, place: str, note: Note) -> None:
        self._home = settings.home
        self._keep = settings.keep
        self._seconds = settings.follow_seconds
        self._origin = Origin(place, settings.home, settings.endpoint_seconds)
        self._place = place
        self._note = note
        self._version: str | None = None

    def begin(self) -> None:
        """Install the newest pack before anything is served.

        Where it cannot be had, a whole snapshot from before serves; raises what was wrong where there is none.
        """
        try:
            self.step()
        except (KunskapsgrafError, OSError) as error:
            try:
                current(self._home, digests=True)
            except SnapshotError:
                raise error from None
            self._failed(error)

    def start(self) -> None:
        """Follow the origin from now on in a thread that ends with the process, if it is one to follow."""
        if self._origin.is_followed:
            threading.Thread(target=self._follow, name="follower", daemon=True).start()

    def step(self) -> bool:
        """Ask once; tell whether another snapshot serves now."""
        newest = self._origin.newest()
        if newest and newest.version == (self._version or self._whole()):
            self._version = newest.version
            self._told("current")
            return False
        began = time.monotonic()
        file, is_proved = self._origin.fetched(newest)
        fetched = time.monotonic()
        try:
            snapshot = install(file, self._home, self._keep, is_proved=is_proved)
        finally:
            self._origin.forget(file)
        self._version = snapshot.manifest.version
        self._told("current")
        self._note(
            "replica",
            outcome="installed",
            version=self._version,
            fetched=round(fetched - began, 3),
            unpacked=round(time.monotonic() - fetched, 3),
        )
        return True

    def _whole(self) -> str | None:
        """Name the snapshot that serves, if every byte of it is as it should be."""
        with suppress(SnapshotError):
            found: Snapshot = current(self._home, digests=True)
            return found.manifest.version
        return None

    def _follow(self) -> None:
        failures = 0
        while True:
            pause = self._seconds * min(2**failures, _LONGEST)
            time.sleep(pause * random.uniform(0.8, 1.2))  # noqa: S311 - so that replicas do not all ask at once
            try:
                self.step()
                failures = 0
            except (KunskapsgrafError, OSError) as error:
                failures = min(failures + 1, _LONGEST)
                self._failed(error)

    def _failed(self, error: Exception) -> None:
        said = error.en if isinstance(error, KunskapsgrafError) else str(error)
        self._note("replica", outcome="failed", version=_served(self._home), detail=said)
        self._told("behind", said)

    def _told(self, state: str, detail: str = "") -> None:
        """Write down how it stands, for ``/redo``; a disk that has no room for that changes nothing."""
        said: dict[str, Any] = {"state": state, "checked": datetime.now(UTC).isoformat(timespec="seconds")}
        if detail:
            said["detail"] = detail
        with suppress(OSError):
            fresh = self._home / f".{REPLICA}"
            fresh.write_text(json.dumps(said) + "\n", encoding="utf-8")
            fresh.replace(self._home / REPLICA)


def _served(home: Path) -> str:
    with suppress(SnapshotError):
        return pointed(home) or ""
    return ""
