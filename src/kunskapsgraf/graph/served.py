"""The snapshot that is served: the one that the pointer names, looked at anew when that changes or a worker meets damage.

What was found damaged is refused until one of its files changes, so that the files are not read for every request.
"""

from __future__ import annotations

import threading
from pathlib import Path

from kunskapsgraf.errors import SnapshotError
from kunskapsgraf.graph.pointer import Pointer
from kunskapsgraf.graph.snapshot import POINTER, Snapshot, current, is_log, pointed


class Served:
    """What all threads of a process serve from ``home``."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._pointer = Pointer(home)
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._refused: tuple[object, SnapshotError] | None = None

    def snapshot(self) -> Snapshot:
        """Open the snapshot that the pointer names; checked once per version."""
        name = self._pointer.name()
        with self._lock:
            was_refused = self._refused is not None
            if self._refused is not None:
                seen, error = self._refused
                if seen == self._look():
                    raise SnapshotError(error.sv, error.en)
                self._refused = self._snapshot = None
            if self._snapshot is None or self._snapshot.path.name != name:
                self._snapshot = current(self._home, digests=was_refused)
            return self._snapshot

    def doubt(self) -> None:
        """Read every file of the snapshot, since a worker could not; refuse a damaged one with ``SnapshotError``."""
        seen = self._look()
        try:
            current(self._home, digests=True)
        except SnapshotError as error:
            with self._lock:
                self._refused = seen, error
            raise

    def _look(self) -> object:
        """Give what changes when a file of the snapshot does."""
        try:
            folder = self._home / "snapshots" / (pointed(self._home) or "")
            files = [self._home / POINTER, *(path for path in folder.rglob("*") if not is_log(path))]
            stats = [(path, path.stat()) for path in files]
        except (OSError, SnapshotError):
            return None
        return {(str(path), found.st_ino, found.st_mtime_ns, found.st_size) for path, found in stats}
