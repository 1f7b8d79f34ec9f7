"""Snapshots on disk: immutable directories, a pointer to the one that serves, and a manifest that proves it whole.

::

    home/current                 text: the name of the served snapshot, replaced atomically
    home/lock                    held by the one build that may run
    home/snapshots/<version>/    manifest.json, store/ (RocksDB), dumps/ (files to fetch)

A RocksDB manifest cut in half opens silently with no triples; the counts and digests in ``manifest.json`` are what
tells a whole snapshot from a torn one.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from kunskapsgraf.errors import SnapshotError

POINTER = "current"
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Manifest:
    """What a snapshot holds: its version, quads per graph, a digest per file of store and dumps, and what it was built from."""

    version: str
    graphs: dict[str, int]
    files: dict[str, str]
    inputs: dict[str, str] = field(default_factory=dict)
    software: dict[str, str] = field(default_factory=dict)
    dumps: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> str:
        """Write the manifest; the same manifest gives the same text."""
        return json.dumps(asdict(self), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


@dataclass(frozen=True)
class Snapshot:
    """A directory with a manifest that agrees with it."""

    path: Path
    manifest: Manifest

    @property
    def store(self) -> Path:
        """The folder that the engine opens, read-only."""
        return self.path / "store"


def pointed(home: Path) -> str | None:
    """Read which snapshot serves; ``None`` where nothing was built yet."""
    try:
        return (home / POINTER).read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None


def current(home: Path, *, digests: bool = False) -> Snapshot:
    """Open the served snapshot's manifest; raise ``SnapshotError`` with the remedy.

    ``digests`` also reads every file of the store and compares; sizes are compared always.
    """
    version = pointed(home)
    if version is None:
        raise SnapshotError(
            f"Det finns ingen byggd graf i {home}. Kör kunskapsgraf build.",
            f"There is no built graph in {home}. Run kunskapsgraf build.",
        )
    return opened(home / "snapshots" / version, digests=digests)


def opened(path: Path, *, digests: bool = False) -> Snapshot:
    """Open one snapshot directory and check it against its manifest."""
    try:
        manifest = Manifest(**json.loads((path / MANIFEST).read_text(encoding="utf-8")))
        files = {f"store/{name}": digest for name, digest in manifest.files.items()}
        files |= {f"dumps/{name}": digest for name, digest in manifest.dumps.items()}
        expected = [(name, *digest.partition(":")[::2]) for name, digest in files.items()]
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise _damaged(path, str(error)) from error
    for name, expected_size, expected_digest in expected:
        file = path / name
        if not file.is_file() or str(file.stat().st_size) != expected_size:
            raise _damaged(path, name)
        if digests and digest_of(file) != expected_digest:
            raise _damaged(path, name)
    return Snapshot(path, manifest)


def digests_of(folder: Path) -> dict[str, str]:
    """Give ``size:sha256`` for each file of a store, but for logs and locks, which opening rewrites."""
    return {
        file.name: f"{file.stat().st_size}:{digest_of(file)}"
        for file in sorted(folder.iterdir())
        if file.is_file() and file.name != "LOCK" and not file.name.startswith("LOG")
    }


def digest_of(file: Path) -> str:
    """Give the SHA-256 of a file's bytes, in hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _damaged(path: Path, what: str) -> SnapshotError:
    return SnapshotError(
        f"Grafen i {path} är skadad ({what}). Kör kunskapsgraf build för att bygga om den.",
        f"The graph in {path} is damaged ({what}). Run kunskapsgraf build to build it again.",
    )
