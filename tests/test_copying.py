"""The copy that a replica makes of a pack: all its bytes, each compared, and an end to everything where one thing fails."""

from __future__ import annotations

import errno
import hashlib
import mmap
import os
import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kunskapsgraf.replica import copying
from kunskapsgraf.replica.copying import PIECE, Member, Mismatch, copy
from kunskapsgraf.replica.writing import PAST, THROUGH, WORTH, Ways, Writer

SIZES = {
    "a": PIECE + 1,
    "b/c": 2 * PIECE,
    "b/d": 0,
    "e": 5,
    "f": PIECE - 512,
    "g": WORTH + 4096,
    "h": WORTH,
    "i": WORTH + 1,
}
"""Longer than a piece and shorter, of whole blocks and not: both ways of writing, and the end of each."""
HEAD = 512


@pytest.fixture(scope="module")
def body() -> bytes:
    """Make the bytes of a pack: each file after a head, and an end."""
    chance = random.Random(1)
    return b"".join(bytes(HEAD) + chance.randbytes(size) for size in SIZES.values()) + b"end"


@pytest.fixture(scope="module")
def members(body: bytes) -> list[Member]:
    """Name the files in it."""
    found, place = [], 0
    for name, size in SIZES.items():
        place += HEAD
        found.append(Member(name, place, size, hashlib.sha256(body[place : place + size]).hexdigest()))
        place += size
    return found


@pytest.fixture
def pack(tmp_path: Path, body: bytes) -> Iterator[int]:
    """Open the pack."""
    (tmp_path / "pack").write_bytes(body)
    with (tmp_path / "pack").open("r+b") as file:
        yield file.fileno()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give the folder that files are written to."""
    return tmp_path / "folder"


@pytest.mark.parametrize("is_named", [True, False])
def test_copied(pack: int, members: list[Member], body: bytes, folder: Path, *, is_named: bool) -> None:
    """Every file has its bytes, and no other is written."""
    copy(pack, members, folder, hashlib.sha256(body).hexdigest() if is_named else None)
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    assert set(SIZES) == set(found)
    for member in members:
        assert body[member.begins : member.begins + member.size] == found[member.name].read_bytes()


@pytest.mark.parametrize("is_large", [True, False], ids=["past memory", "through it"])
def test_pieces_of_any_length(folder: Path, *, is_large: bool) -> None:
    """What is written is what was given, in whichever way, whatever the lengths."""
    room = memoryview(mmap.mmap(-1, PIECE))
    room[:PIECE] = random.Random(2).randbytes(PIECE)
    lengths = [8192, 4096, 5000, 8192, 1, 3 * 4096]
    with Writer() as writer:
        for name in ("first", "second"):  # the first large file goes through memory, the second past it
            writer.begin(folder / name, WORTH if is_large else 10)
            for length in lengths:
                writer.write(room[:length])
            writer.end()
            assert b"".join(bytes(room[:length]) for length in lengths) == (folder / name).read_bytes()


@pytest.mark.skipif(THROUGH == PAST, reason="there is one way here")
def test_the_quicker_way() -> None:
    """Each way is tried on a large file, the quicker is kept to until it is the slower; small files tell nothing."""
    ways = Ways()

    def chosen(took: dict[int, float], *sizes: int) -> list[int]:
        found = [ways.of(size) for size in sizes[:1]]
        ways.took(found[0], sizes[0], took[found[0]] * sizes[0])
        return found + (chosen(took, *sizes[1:]) if len(sizes) > 1 else [])

    assert [THROUGH, PAST, PAST, THROUGH, PAST] == chosen({THROUGH: 2, PAST: 1}, WORTH, WORTH, 2 * WORTH, 10, WORTH)
    assert [PAST, THROUGH, THROUGH] == chosen({THROUGH: 2, PAST: 3}, WORTH, WORTH, WORTH)


@pytest.mark.parametrize("place", [0, HEAD, HEAD + PIECE + 1, -PIECE, -1])
def test_one_bit(pack: int, members: list[Member], body: bytes, folder: Path, place: int) -> None:
    """A bit that is turned anywhere, in a file or between files, is found."""
    os.pwrite(pack, bytes([body[place] ^ 1]), place % len(body))
    with pytest.raises(Mismatch):
        copy(pack, members, folder, hashlib.sha256(body).hexdigest())


@pytest.mark.parametrize("length", [0, HEAD + 5, HEAD + PIECE, -4])
def test_cut_meanwhile(pack: int, members: list[Member], body: bytes, folder: Path, length: int) -> None:
    """A pack that is cut, also after its members were found, ends the copy."""
    os.ftruncate(pack, length % len(body) if length else 0)
    with pytest.raises(Mismatch):
        copy(pack, members, folder, None)


def test_an_error_ends_all(
    pack: int, members: list[Member], body: bytes, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What fails in one thread is told, that thread does nothing more, and none is left."""
    before = threading.active_count()
    writes: list[int] = []
    write = Writer.write

    def full(self: Writer, piece: memoryview) -> None:
        writes.append(len(piece))
        if len(writes) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write(self, piece)

    monkeypatch.setattr(copying, "PIECE", 1 << 20)
    monkeypatch.setattr(Writer, "write", full)
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        copy(pack, members, folder, hashlib.sha256(body).hexdigest())
    assert [1 << 20, 1 << 20] == writes
    assert [("a", 1 << 20)] == [(path.name, path.stat().st_size) for path in folder.iterdir()]
    assert before == threading.active_count()


def test_nothing_writes_to_a_file_that_is_closed(
    pack: int, members: list[Member], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the pack cannot be read any further, what is being written is waited for: its number may be another file's next."""
    done: list[str] = []
    begun, failed = threading.Event(), threading.Event()
    read, write, close = os.preadv, Writer.write, os.close

    def broken(handle: int, rooms: list[memoryview], place: int) -> int:
        if place > HEAD:
            begun.wait(30)
            failed.set()
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return read(handle, rooms, place)

    def slow(self: Writer, piece: memoryview) -> None:
        begun.set()
        failed.wait(30)
        write(self, piece)
        done.append("written")

    def last(handle: int) -> None:
        done.append("closed")
        close(handle)

    monkeypatch.setattr(os, "preadv", broken)
    monkeypatch.setattr(Writer, "write", slow)
    monkeypatch.setattr(os, "close", last)
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        copy(pack, members, folder, None)
    assert ["written", "closed"] == done


def test_what_was_there_is_not_written_over(pack: int, members: list[Member], folder: Path) -> None:
    """A file, or a link, that is there already is left as it is."""
    folder.mkdir()
    (folder / "a").symlink_to(folder / "elsewhere")
    with pytest.raises(FileExistsError):
        copy(pack, members, folder, None)
    assert not (folder / "elsewhere").exists()
