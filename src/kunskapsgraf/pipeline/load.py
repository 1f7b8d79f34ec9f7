"""Load: write the quads to a new snapshot directory, and let the pointer name it in one atomic step.

A build that fails or is killed at any moment leaves the pointer, and what it names, as they were: everything is
written under a temporary name, flushed to disk, renamed, and only then pointed at.
"""

from __future__ import annotations

import errno
import fcntl
import math
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from kunskapsgraf.errors import BuildRunning, DiskFull, SnapshotError
from kunskapsgraf.graph import former, history
from kunskapsgraf.graph.engine import graph_of, write_store
from kunskapsgraf.graph.rdf import Quad
from kunskapsgraf.graph.snapshot import MANIFEST, POINTER, Manifest, Snapshot, digest_of, digests_of, opened, pointed
from kunskapsgraf.graph.vocabulary import Names

_TIMES_ITS_SIZE = 2
"""RocksDB writes tables and merges them to new ones: while it does, a store may take its size twice."""
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""No room on the disk, in the share of it that a user has, or for files as large as this one."""


@contextmanager
def building(home: Path) -> Iterator[None]:
    """Hold the lock of the one build that may run; the system lets go of it when the process ends, however.

    What the build, or a former one that was killed, has left half made is removed. Raises ``DiskFull`` in place of the
    errors of the system and of the engine that say so.
    """
    home.mkdir(parents=True, exist_ok=True)
    largest = 0
    try:
        with (home / "lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise BuildRunning(
                    f"Ett annat bygge pågår i {home}. Vänta tills det är klart.",
                    f"Another build is running in {home}. Wait until it has ended.",
                ) from None
            _clean(home)
            try:
                yield
            finally:
                largest = max((_size(folder) for folder in (home / "snapshots").glob("*")), default=0)
                _clean(home)
    except (OSError, RuntimeError) as error:
        if not is_full(error):
            raise
        needed, free = math.ceil(_TIMES_ITS_SIZE * largest / 1e6), shutil.disk_usage(home).free // 1_000_000
        raise DiskFull(
            f"Disken är full: bygget fick inte plats i {home}. Räkna med {needed} MB; {free} MB är lediga. "
            "Frigör utrymme eller välj en annan KUNSKAPSGRAF_HOME, och bygg igen; det som serverades serveras än.",
            f"The disk is full: the build had no room in {home}. Reckon with {needed} MB; {free} MB are free. "
            "Make room or choose another KUNSKAPSGRAF_HOME, and build again; what was served still is.",
        ) from error


def is_full(error: Exception) -> bool:
    """Tell whether an error says that the disk, or the user's share of it, is full; the engine's have no number."""
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno in _FULL
    return any(os.strerror(number) in str(error) for number in _FULL)


def _clean(home: Path) -> None:
    # The lock is ours: nobody is making these.
    for left in (home / "snapshots").glob(".making-*"):
        shutil.rmtree(left, ignore_errors=True)
    for left in (home / f"{POINTER}.new", home / f"{history.LOG}.new", *(home / history.CHANGES).glob("*.new")):
        left.unlink(missing_ok=True)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def existing(home: Path, version: str) -> Snapshot | None:
    """Open the snapshot of a version that was built before and is whole."""
    try:
        return opened(home / "snapshots" / version, digests=True)
    except SnapshotError:
        return None


def load(
    quads: Iterable[Quad],
    home: Path,
    version: str,
    inputs: dict[str, str],
    software: dict[str, str],
    names: Names,
    dumps: Mapping[str, bytes],
    beside: Mapping[str, bytes] | None = None,
    made_of: Mapping[str, Callable[[Path], bytes]] | None = None,
) -> Snapshot:
    """Write a snapshot with its dumps and the files beside them, of which ``made_of`` makes some from the folder of the store.

    The default graph holds the union of all graphs but those reached by name only.
    """
    snapshots = home / "snapshots"
    snapshots.mkdir(parents=True, exist_ok=True)
    final, making = snapshots / version, snapshots / f".making-{version}-{os.getpid()}"
    folder = making / "store"
    folder.mkdir(parents=True)
    counts: Counter[str] = Counter()
    unique = set(quads)
    counts.update(graph_of(quad) for quad in unique)
    write_store(folder, unique, {graph for graph in counts if not names.is_layer(graph)})
    digests = _written(making / "dumps", dumps)
    others = _written(making, {**(beside or {}), **{name: make(folder) for name, make in (made_of or {}).items()}})
    manifest = Manifest(version, dict(sorted(counts.items())), digests_of(folder), inputs, software, digests, others)
    (making / MANIFEST).write_text(manifest.to_json(), encoding="utf-8")
    for path in (*making.rglob("*"), making):
        _to_disk(path)
    damaged = snapshots / f".making-damaged-{os.getpid()}"
    if final.exists():
        final.rename(damaged)  # existing() has refused it; it may serve all the same until the next line
    making.rename(final)
    _to_disk(snapshots)
    shutil.rmtree(damaged, ignore_errors=True)
    return Snapshot(final, manifest)


def _written(folder: Path, files: Mapping[str, bytes]) -> dict[str, str]:
    """Write files below a folder; give ``size:sha256`` for each."""
    for name, body in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(body)
    return {name: f"{len(body)}:{digest_of(folder / name)}" for name, body in files.items()}


def point(home: Path, version: str, keep: int, *, is_listed: bool = False) -> None:
    """Let the pointer name a version, atomically, and remove the oldest snapshots beyond ``keep``.

    ``is_listed`` says that the list of what is gone was made for this version elsewhere; a former one here may add to it.
    """
    served = _pointed(home)
    if not is_listed or served not in (None, version):
        former.remember(home, served, version)
    os.utime(home / "snapshots" / version)  # the newest is what was served last, whenever it was first built
    fresh = home / f"{POINTER}.new"
    fresh.write_text(version + "\n", encoding="utf-8")
    _to_disk(fresh)
    fresh.replace(home / POINTER)
    _to_disk(home)
    served = pointed(home)
    kept = sorted(
        (path for path in (home / "snapshots").iterdir() if path.is_dir() and not path.name.startswith(".")),
        key=lambda path: (path.name == served, path.stat().st_mtime_ns),
        reverse=True,
    )
    for old in kept[keep:]:
        shutil.rmtree(old, ignore_errors=True)


def _pointed(home: Path) -> str | None:
    """Name what serves until now; a pointer that cannot be read names nothing, and is about to be written anew."""
    with suppress(SnapshotError):
        return pointed(home)
    return None


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
