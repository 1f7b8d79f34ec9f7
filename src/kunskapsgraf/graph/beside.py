"""A table beside a snapshot: an SQLite file that a build makes and that is only read afterwards."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path


class Beside:
    """An SQLite file at ``path``; each thread has a connection of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()

    def _connection(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            # Nobody writes to a snapshot, so no lock is needed, and none could be had in a folder that is read-only.
            found = sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
            self._local.connection = found
        return found
