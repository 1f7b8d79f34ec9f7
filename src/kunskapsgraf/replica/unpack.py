"""Unpack: a pack's file becomes a snapshot of the home, each byte of it compared, or nothing becomes of it.

What is unpacked is not flushed to the disk: the pack can be had again, and whoever starts on a snapshot that a power cut
has torn finds that by its digests and unpacks it anew. That is what lets a replica serve soon after it has the file.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import re
import shutil
import tarfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import IO

from kunskapsgraf.errors import DiskFull, SnapshotError
from kunskapsgraf.graph import former
from kunskapsgraf.graph.finding import INDEX
from kunskapsgraf.graph.particulars import FILE
from kunskapsgraf.graph.snapshot import MANIFEST, Manifest, Snapshot, digest_of
from kunskapsgraf.pipeline import load
from kunskapsgraf.replica.pack import named, parts_of

_PIECE = 1 << 20
_MOST_TEXT = 100_000_000
"""Bytes that a manifest, or the list of what is gone, may have: they are held in memory."""
_STEP = "[0-9A-Za-z_][0-9A-Za-z._-]{0,199}"
_PART = re.compile(rf"(?:{_STEP}/){{0,3}}{_STEP}", re.ASCII)
"""A path below the snapshot's folder: no step begins with a dot, so that none leads up."""


def install(file: Path, home: Path, keep: int, *, is_proved: bool = False) -> Snapshot:
    """Unpack a pack into a home and let its snapshot serve; where that snapshot is there and whole, only point at it.

    ``is_proved`` says that the file's digest was compared already. Raises ``SnapshotError``, which names the file and what
    is wrong with it, ``DiskFull`` or ``BuildRunning``; then nothing has changed.
    """
    with load.building(home), ThreadPoolExecutor(1) as beside:
        whole = beside.submit(digest_of, file) if not is_proved and named(file.name) else None
        try:
            # Not as a stream ("r|"), which goes through the file in pieces of 10 kB: 1 GB took 3 to 6 s so, and takes 1.3 to 2.
            with file.open("rb") as stream, tarfile.open(fileobj=stream, mode="r:") as tar:
                snapshot, gone = _unpacked(tar, file, home)
        except (tarfile.TarError, EOFError) as error:
            raise damaged(file, str(error)) from error
        said = named(file.name)
        if said and (said[0] != snapshot.manifest.version or (whole and whole.result() != said[1])):
            shutil.rmtree(snapshot.path, ignore_errors=True)
            raise damaged(file, "sha256")
        final = home / "snapshots" / snapshot.manifest.version
        stands = load.existing(home, snapshot.manifest.version)
        if stands is None:
            if final.exists():
                final.rename(final.with_name(f".making-damaged-{os.getpid()}"))
            snapshot.path.rename(final)
        if gone is not None:
            (home / f"{former.LIST}.new").write_bytes(gone)
            (home / f"{former.LIST}.new").replace(home / former.LIST)
        load.point(home, snapshot.manifest.version, keep)
        return Snapshot(final, snapshot.manifest)


def _unpacked(tar: tarfile.TarFile, file: Path, home: Path) -> tuple[Snapshot, bytes | None]:
    """Write every member below a folder that is not a snapshot yet."""
    manifest = _manifest(tar, file)
    expected = parts_of(manifest)
    _make_sure_of_room(home, expected)
    making = home / "snapshots" / f".making-{manifest.version}-{os.getpid()}"
    gone: bytes | None = None
    (making / "store").mkdir(parents=True)
    while (member := tar.next()) is not None:
        if member.name == former.LIST and member.isreg() and gone is None and member.size <= _MOST_TEXT:
            gone = _opened(tar, member, file).read()
            continue
        wanted = expected.pop(member.name, "")
        if not wanted or not member.isreg():
            raise damaged(file, member.name)
        if _written(_opened(tar, member, file), making / member.name) != wanted:
            raise damaged(file, member.name)
    if expected:
        raise damaged(file, min(expected))
    (making / MANIFEST).write_text(manifest.to_json(), encoding="utf-8")
    return Snapshot(making, manifest), gone


def _manifest(tar: tarfile.TarFile, file: Path) -> Manifest:
    first = tar.next()
    if first is None or first.name != MANIFEST or not first.isreg() or first.size > _MOST_TEXT:
        raise damaged(file, MANIFEST)
    try:
        found = Manifest.from_json(_opened(tar, first, file).read().decode())
        parts = parts_of(found)
        sizes = [int(digest.partition(":")[0]) for digest in parts.values()]
        if not _PART.fullmatch(found.version) or not all(map(_PART.fullmatch, parts)) or min(sizes) < 0:
            raise ValueError(MANIFEST)
    except (ValueError, TypeError, AttributeError) as error:
        raise damaged(file, MANIFEST) from error
    engine, ours = found.software.get("pyoxigraph", ""), importlib.metadata.version("pyoxigraph")
    if engine.split(".")[:2] != ours.split(".")[:2] or not {INDEX, FILE} <= parts.keys():
        version = found.software.get("kunskapsgraf", "?")
        raise SnapshotError(
            f"{file} är packad av kunskapsgraf {version} med pyoxigraph {engine or '?'}, som den här versionen inte kan "
            "läsa. Kör samma version här, eller packa om.",
            f"{file} was packed by kunskapsgraf {version} with pyoxigraph {engine or '?'}, which this version cannot "
            "read. Run the same version here, or pack again.",
        )
    return found


def _opened(tar: tarfile.TarFile, member: tarfile.TarInfo, file: Path) -> IO[bytes]:
    stream = tar.extractfile(member)
    if stream is None:
        raise damaged(file, member.name)
    return stream


def _written(stream: IO[bytes], target: Path) -> str:
    """Write a member; give ``size:sha256`` of what was there."""
    digest, size = hashlib.sha256(), 0
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as written:
        while piece := stream.read(_PIECE):
            digest.update(piece)
            size += written.write(piece)
    return f"{size}:{digest.hexdigest()}"


def _make_sure_of_room(home: Path, parts: dict[str, str]) -> None:
    needed = sum(int(digest.partition(":")[0]) for digest in parts.values())
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
