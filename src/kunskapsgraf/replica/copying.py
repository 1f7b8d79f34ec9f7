"""Copy the members of a pack to files, and compare every byte with its digest on the way.

Two digests are made of a pack, since two things are promised of it. Its name promises all its bytes: nothing else vouches
for the manifest in it. The manifest promises each file: that is all there is where a pack has any name, and what the next
start compares. Neither can be made of the other, but each lets go of Python's lock: the bytes are read once, and what is
to be done with them is done on several processors, while the next are read.
"""

from __future__ import annotations

import hashlib
import mmap
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

from kunskapsgraf.replica.writing import Ways

PIECE = 4 << 20
"""Bytes read at a time, into one of two rooms. A thread waits up to 5 ms for Python's lock where another computes, as one
does that imports the server meanwhile: small pieces would wait longer than they take."""
_SMALL = 256 << 10
"""Pieces up to this are worked on where they are read: handing over would take longer."""

Work = Callable[[memoryview], Any]


class Mismatch(Exception):
    """Raise where bytes are not those that their digest is of; says whose."""


@dataclass(frozen=True)
class Member:
    """A file in a pack: its path, where its bytes begin, how many they are, and their SHA-256."""

    name: str
    begins: int
    size: int
    sha256: str


def copy(pack: int, members: Sequence[Member], folder: Path, whole: str | None) -> None:
    """Write the members of an open pack, in their order, below a folder; ``whole`` is the digest of all its bytes, if wanted.

    Raises ``Mismatch``, or ``OSError`` as where the disk is full; then nothing is written any more.
    """
    of_all = hashlib.sha256()
    every: tuple[Work, ...] = () if whole is None else (of_all.update,)
    ways, place = Ways(), 0
    with ThreadPoolExecutor(3) as threads:
        passed = _Passed(pack, threads)
        for member in members:
            if every:
                passed.through(place, member.begins, *every)
            place = member.begins + member.size
            of_member = hashlib.sha256()
            with ways.opened(folder / member.name, member.size) as file:
                passed.through(member.begins, place, *every, of_member.update, file.write)
            if of_member.hexdigest() != member.sha256:
                raise Mismatch(member.name)
        if every:
            passed.through(place, os.fstat(pack).st_size, *every)
            if of_all.hexdigest() != whole:
                raise Mismatch("sha256")


class _Passed:
    """The bytes of a pack, handed over piece by piece; what has been passed is let go from memory."""

    def __init__(self, pack: int, threads: ThreadPoolExecutor) -> None:
        self._pack = pack
        self._threads = threads
        # Not bytearrays: what is written past the memory of the system begins at the beginning of a page.
        self._rooms = cycle([memoryview(mmap.mmap(-1, PIECE)) for _ in range(2)])

    def through(self, place: int, end: int, *works: Work) -> None:
        """Have the bytes between two places worked on, in order; each piece by all works at a time."""
        running: list[Future[Any]] = []
        try:
            for room in self._rooms:
                count = os.preadv(self._pack, [room[: end - place]], place) if place < end else 0
                for one in running:
                    one.result()
                if not count:
                    break
                piece = room[:count]
                if count > _SMALL:
                    running = [self._threads.submit(work, piece) for work in works]
                else:
                    running = []
                    for work in works:
                        work(piece)
                place += count
                self._let_go(place)
        finally:
            wait(running)  # whatever went wrong: the caller closes what they write to
        if place < end:
            raise Mismatch(f"{place} B")

    def _let_go(self, place: int) -> None:
        """Tell the system that what lies before a place is not read again.

        Its memory can then be that of the files that are written: of a machine that is lent its memory when it touches
        it, as virtual ones are, 1 GB more takes the processor 2.3 s.
        """
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(self._pack, 0, place, os.POSIX_FADV_DONTNEED)
