"""Unpack: a pack's file becomes a snapshot of the home, each byte of it compared, or nothing becomes of it.

What is unpacked is not flushed to the disk: the pack can be had again, and whoever starts on a snapshot that a power cut
has torn finds that by its digests and unpacks it anew. That is what lets a replica serve soon after it has the file.
"""

from __future__ import annotations

import importlib.metadata
import os
import re
import shutil
import tarfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO

from kunskapsgraf.errors import DiskFull, SnapshotError
from kunskapsgraf.graph import former
from kunskapsgraf.graph.finding import INDEX
from kunskapsgraf.graph.particulars import FILE
from kunskapsgraf.graph.snapshot import MANIFEST, Manifest, Snapshot
from kunskapsgraf.pipeline import load
from kunskapsgraf.replica import copying
from kunskapsgraf.replica.pack import named, parts_of

_MOST_TEXT = 100_000_000
"""Bytes that a manifest, or the list of what is gone, may have: they are held in memory."""
_MOST_NAME = 4096
_MOST_END = tarfile.RECORDSIZE + 2 * tarfile.BLOCKSIZE
_STEP = "[0-9A-Za-z_][0-9A-Za-z._-]{0,199}"
_PART = re.compile(rf"(?:{_STEP}/){{0,3}}{_STEP}", re.ASCII)
"""A path below the snapshot's folder: no step begins with a dot, so that none leads up."""
_DIGEST = re.compile(r"[0-9]{1,18}:[0-9a-f]{64}", re.ASCII)


def install(file: Path, home: Path, keep: int, *, is_proved: bool = False) -> Snapshot:
    """Unpack a pack into a home and let its snapshot serve; where that snapshot is there and whole, only point at it.

    ``is_proved`` says that the file was just fetched, and its digest compared. Raises ``SnapshotError``, which names the file and what
    is wrong with it, ``DiskFull`` or ``BuildRunning``; then nothing has changed.
    """
    said = named(file.name)
    with load.building(home):
        try:
            # Not as a stream ("r|"), which goes through the file in pieces of 10 kB.
            with file.open("rb") as stream, tarfile.open(fileobj=stream, mode="r:", tarinfo=_Header) as tar:
                manifest = _manifest(tar, file)
                if said and said[0] != manifest.version:
                    raise damaged(file, "sha256")
                members, gone = _members(tar, stream, file, parts_of(manifest))
                _make_sure_of_room(home, members)
                making = home / "snapshots" / f".making-{manifest.version}-{os.getpid()}"
                whole = said[1] if said and not is_proved else None
                copying.copy(stream.fileno(), members, making, whole, is_fresh=is_proved)
        except (tarfile.TarError, EOFError, RecursionError, copying.Mismatch) as error:
            raise damaged(file, str(error)) from error
        (making / MANIFEST).write_text(manifest.to_json(), encoding="utf-8")
        final = home / "snapshots" / manifest.version
        if load.existing(home, manifest.version) is None:
            if final.exists():
                final.rename(final.with_name(f".making-damaged-{os.getpid()}"))
            making.rename(final)
        if gone is not None:
            (home / f"{former.LIST}.new").write_bytes(gone)
            (home / f"{former.LIST}.new").replace(home / former.LIST)
        load.point(home, manifest.version, keep, is_listed=gone is not None)
        return Snapshot(final, manifest)


class _Header(tarfile.TarInfo):
    """A header such as ``pack`` writes: of a plain file, or of a name too long for one. No other is read any further."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> _Header:
        """Read a header; raise ``ReadError`` for links, folders, gaps, and sizes that lead back or take memory."""
        found = super().frombuf(buf, encoding, errors)
        is_name = found.type == tarfile.GNUTYPE_LONGNAME and found.size <= _MOST_NAME
        if found.size < 0 or not (found.type == tarfile.REGTYPE or is_name):
            raise tarfile.ReadError(found.name)
        return found


def _members(
    tar: tarfile.TarFile, stream: BinaryIO, file: Path, expected: dict[str, str]
) -> tuple[list[copying.Member], bytes | None]:
    """Find every member that the manifest names, each once and of its size, and nothing else up to the end of the file."""
    members: list[copying.Member] = []
    gone: bytes | None = None
    while (found := tar.next()) is not None:
        if found.name == former.LIST and gone is None and found.size <= _MOST_TEXT:
            gone = _opened(tar, found, file).read()
            continue
        size, _, digest = expected.pop(found.name, "").partition(":")
        if size != str(found.size):
            raise damaged(file, found.name)
        members.append(copying.Member(found.name, found.offset_data, found.size, digest))
    if expected:
        raise damaged(file, min(expected))
    # After the last come two blocks of zeros, and as many more as fill a record.
    stream.seek(tar.offset)
    rest = stream.read(_MOST_END + 1)
    if not 2 * tarfile.BLOCKSIZE <= len(rest) <= _MOST_END or any(rest):
        raise damaged(file, f"> {tar.offset} B")
    return members, gone


def _manifest(tar: tarfile.TarFile, file: Path) -> Manifest:
    first = tar.next()
    if first is None or first.name != MANIFEST or first.size > _MOST_TEXT:
        raise damaged(file, MANIFEST)
    try:
        found = Manifest.from_json(_opened(tar, first, file).read().decode())
        parts = parts_of(found)
        engine, version = (str(found.software.get(name, "?")) for name in ("pyoxigraph", "kunskapsgraf"))
        if not all(map(_PART.fullmatch, (found.version, *parts))) or not all(map(_DIGEST.fullmatch, parts.values())):
            raise ValueError(MANIFEST)
        if any(folder in parts for folder in _folders(parts)) or MANIFEST in parts:
            raise ValueError(MANIFEST)
    except (ValueError, TypeError, AttributeError) as error:
        raise damaged(file, MANIFEST) from error
    ours = importlib.metadata.version("pyoxigraph")
    if engine.split(".")[:2] != ours.split(".")[:2] or not {INDEX, FILE} <= parts.keys():
        raise SnapshotError(
            f"{file} är packad av kunskapsgraf {version} med pyoxigraph {engine}, som den här versionen inte kan "
            "läsa. Kör samma version här, eller packa om.",
            f"{file} was packed by kunskapsgraf {version} with pyoxigraph {engine}, which this version cannot "
            "read. Run the same version here, or pack again.",
        )
    return found


def _folders(parts: Iterable[str]) -> set[str]:
    return {parent.as_posix() for part in parts for parent in PurePosixPath(part).parents}


def _opened(tar: tarfile.TarFile, member: tarfile.TarInfo, file: Path) -> IO[bytes]:
    stream = tar.extractfile(member)
    if stream is None:
        raise damaged(file, member.name)
    return stream


def _make_sure_of_room(home: Path, members: list[copying.Member]) -> None:
    needed = sum(one.size for one in members)
    with suppress(OSError):
        free = shutil.disk_usage(home).free
        if free < needed:
            raise DiskFull(
                f"Disken är full: grafen tar {needed // 1_000_000} MB i {home}, och {free // 1_000_000} MB är lediga. "
                "Det som serverades serveras än. Frigör utrymme.",
                f"The disk is full: the graph takes {needed // 1_000_000} MB in {home}, and {free // 1_000_000} MB are free. "
                "What was served still is. Make room.",
            )


def damaged(file: Path | str, what: str) -> SnapshotError:
    """Say that a pack is not what its name or its manifest says."""
    return SnapshotError(
        f"Paketet {file} är skadat eller ofullständigt ({what}). Hämta det igen, eller packa om med kunskapsgraf pack.",
        f"The pack {file} is damaged or incomplete ({what}). Fetch it again, or make it anew with kunskapsgraf pack.",
    )
