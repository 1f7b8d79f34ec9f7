"""Results on their way out: in memory while small, then in a file that has no name, bounded in sum.

A whole result is taken in before the first byte of an answer is sent, so that a failure halfway is a clean error. The
file is deleted as it is made: whatever happens to the process, nothing is left behind.
"""

from __future__ import annotations

import io
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from kunskapsgraf.errors import SpoolFull

IN_MEMORY = 1_000_000
"""A result of at most so many bytes never touches the disk."""
PIECE = 64 * 1024
"""Bytes of a result on its way out that are in memory at a time; a server keeps a few of them for each client."""


class Spools:
    """The place for large results: a folder, and how many bytes may lie there at the same time."""

    def __init__(self, folder: Path | None, most_bytes: int) -> None:
        self._folder = folder
        self._most = most_bytes
        self._lock = threading.Lock()
        self.used = 0

    def open(self) -> Spool:
        """Begin a result."""
        return Spool(self)

    def file(self) -> IO[bytes]:
        """Make a file without a name."""
        if self._folder is not None:
            self._folder.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryFile(dir=self._folder)

    def take(self, count: int) -> None:
        """Reserve bytes; raise ``SpoolFull`` where they are not to be had."""
        with self._lock:
            if self.used + count > self._most:
                raise SpoolFull(
                    f"Utrymmet för stora svar är slut ({self._most} byte för alla tillsammans). Lägg till LIMIT, "
                    "eller försök igen senare.",
                    f"The space for large results is used up ({self._most} bytes for all together). Add LIMIT, "
                    "or try again later.",
                )
            self.used += count

    def give_back(self, count: int) -> None:
        """Let go of reserved bytes."""
        with self._lock:
            self.used -= count


class Spool:
    """One result. It is written, then read or iterated once, then closed; closing twice does no harm."""

    def __init__(self, spools: Spools) -> None:
        self._spools = spools
        self._memory = bytearray()
        self._file: IO[bytes] | None = None
        self._size = 0
        self.is_cut = False
        """Whether this is the beginning of a result, asked for as such."""

    def __len__(self) -> int:
        return len(self._memory) if self._file is None else self._size

    @property
    def is_on_disk(self) -> bool:
        """Tell whether the result was too large for memory."""
        return self._file is not None

    def write(self, piece: bytes) -> None:
        """Add bytes; raise ``SpoolFull`` where the disk or the bound has no room."""
        if self._file is None:
            if len(self._memory) + len(piece) <= IN_MEMORY:
                self._memory += piece
                return
            piece = bytes(self._memory) + piece
        self._spools.take(len(piece))
        self._size += len(piece)
        try:
            if self._file is None:
                self._file = self._spools.file()
                self._memory.clear()
            self._file.write(piece)
        except OSError as error:
            raise SpoolFull(
                f"Svaret får inte plats på disken ({error.strerror}). Lägg till LIMIT, eller försök igen senare.",
                f"The result does not fit on the disk ({error.strerror}). Add LIMIT, or try again later.",
            ) from error

    def finish(self) -> None:
        """Write out what is buffered, before anyone is told that the result is whole."""
        if self._file is not None:
            try:
                self._file.seek(0)
            except OSError as error:
                raise SpoolFull(
                    f"Svaret får inte plats på disken ({error.strerror}). Lägg till LIMIT, eller försök igen senare.",
                    f"The result does not fit on the disk ({error.strerror}). Add LIMIT, or try again later.",
                ) from error

    def read(self) -> bytes:
        """Give the whole result as bytes."""
        if self._file is None:
            return bytes(self._memory)
        self._file.seek(0)
        return self._file.read()

    def file(self) -> IO[bytes]:
        """Give the result as a file at its beginning, to be read before this is closed."""
        if self._file is None:
            return io.BytesIO(self._memory)
        self._file.seek(0)
        return self._file

    def __iter__(self) -> Iterator[bytes]:
        if self._file is None:
            yield bytes(self._memory)
            return
        self._file.seek(0)
        while piece := self._file.read(PIECE):
            yield piece

    def close(self) -> None:
        """Let go of the file and its room."""
        file, size = self._file, self._size
        self._file, self._size = None, 0
        self._memory.clear()
        self._spools.give_back(size)
        if file is not None:
            file.close()

    def __del__(self) -> None:
        self.close()
