"""Copy the members of a pack to files, and compare every byte with its digest on the way.

Two digests are made of a pack, since two things are promised of it. Its name promises all its bytes: nothing else vouches
for the manifest in it. The manifest promises each file: that is all there is where a pack has any name, and what the next
start compares. Neither can be made of the other, but each lets go of Python's lock. So the bytes are read once, and pass
three lanes, each a thread with an order of its own: the digest of all, the digests of the files, and the writing.
"""

from __future__ import annotations

import hashlib
import mmap
import os
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kunskapsgraf.replica.writing import Writer

PIECE = 4 << 20
"""Bytes read at a time. A thread waits up to 5 ms for Python's lock where another computes, as one does that imports the
server meanwhile: small pieces would wait longer than they take."""
ROOMS = 5
"""Pieces under way: lanes need not keep step, and that costs this much memory."""

Work = Callable[[memoryview], object]


class Mismatch(Exception):
    """Raise where bytes are not those that their digest is of; says whose."""


@dataclass(frozen=True)
class Member:
    """A file in a pack: its path, where its bytes begin, how many they are, and their SHA-256."""

    name: str
    begins: int
    size: int
    sha256: str


def copy(pack: int, members: Sequence[Member], folder: Path, whole: str | None, *, is_fresh: bool = False) -> None:
    """Write the members of an open pack, in their order, below a folder; ``whole`` is the digest of all its bytes, if wanted.

    ``is_fresh`` says that the pack was just written, and may not have reached the disk.
    Raises ``Mismatch``, or ``OSError`` as where the disk is full, whichever comes first; then nothing is written any more.
    """
    of_all, place = hashlib.sha256(), 0
    with Writer() as writer, _Lane() as digesting_all, _Lane() as digesting, _Lane() as writing:
        rooms = _Rooms(pack, lets_go=not is_fresh)
        every = [] if whole is None else [(digesting_all, of_all.update)]
        for member in members:
            rooms.pass_through(place, member.begins, every)
            place = member.begins + member.size
            of_member = hashlib.sha256()
            rooms.await_one(writing.do(writer.begin, folder / member.name, member.size))
            works: list[tuple[_Lane, Work]] = [*every, (digesting, of_member.update), (writing, writer.write)]
            rooms.pass_through(member.begins, place, works)
            rooms.await_one(writing.do(writer.end))
            rooms.await_one(digesting.do(_compare, of_member, member.sha256, member.name))
        rooms.pass_through(place, os.fstat(pack).st_size, every)
        rooms.await_all()
    if whole is not None:
        _compare(of_all, whole, "sha256")


def _compare(digest: hashlib._Hash, expected: str, whose: str) -> None:
    if digest.hexdigest() != expected:
        raise Mismatch(whose)


class _Lane:
    """A thread that does one thing after another, and nothing after one that failed, or once it is left."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._has_failed = False

    def __enter__(self) -> _Lane:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown(cancel_futures=True)

    def do(self, work: Callable[..., object], *given: Any) -> Future[None]:
        """Do something after all else."""
        return self._thread.submit(self._do, work, given)

    def _do(self, work: Callable[..., object], given: tuple[Any, ...]) -> None:
        if not self._has_failed:
            self._has_failed = True
            work(*given)
            self._has_failed = False


class _Rooms:
    """Where pieces of a pack are read to. A room is filled again when all that was to be done with its piece is done."""

    def __init__(self, pack: int, *, lets_go: bool) -> None:
        self._pack = pack
        self._lets_go = lets_go and hasattr(os, "posix_fadvise")
        # Not bytearrays: what is written past the memory of the system begins at the beginning of a page.
        self._free = [memoryview(mmap.mmap(-1, PIECE)) for _ in range(ROOMS)]
        self._under_way: deque[tuple[list[memoryview], list[Future[None]]]] = deque()

    def pass_through(self, place: int, end: int, works: Sequence[tuple[_Lane, Work]]) -> None:
        """Read the bytes between two places, and have each piece worked on by all lanes; where there are none, leave it."""
        while works and place < end:
            while not self._free:
                self._await_oldest()
            room = self._free.pop()
            count = os.preadv(self._pack, [room[: end - place]], place)
            if not count:
                raise Mismatch(f"{place} B")
            self._under_way.append(([room], [lane.do(work, room[:count]) for lane, work in works]))
            place += count
            if self._lets_go:
                self._let_go(place)

    def await_one(self, running: Future[None]) -> None:
        """Raise what goes wrong in something that needs no room, when its turn comes."""
        self._under_way.append(([], [running]))

    def await_all(self) -> None:
        """Wait for everything that is under way."""
        while self._under_way:
            self._await_oldest()

    def _await_oldest(self) -> None:
        rooms, running = self._under_way.popleft()
        for one in running:
            one.result()
        self._free += rooms

    def _let_go(self, place: int) -> None:
        """Tell the system that what lies before a place is not read again.

        Its memory can then be that of the files that are written: of a machine that is lent its memory when it touches
        it, as virtual ones are, 1 GB more takes the processor 2.3 s. What is not on the disk yet would be written there first.
        """
        os.posix_fadvise(self._pack, 0, place, os.POSIX_FADV_DONTNEED)
