"""Snapshots on disk: immutable directories, a pointer to the one that serves, and a manifest that proves it whole.

::

    home/current                 text: the name of the served snapshot, replaced atomically
    home/gone.txt                what was served before and is no more (graph/former.py)
    home/versions.tsv, changes/  which snapshots were served, and what changed between them (graph/history.py)
    home/lock                    held by the one build that may run
    home/snapshots/<version>/    manifest.json, store/ (RocksDB), dumps/ (files to fetch), search.sqlite, particulars.sqlite,
                                 answers.sqlite (of large graphs)

A RocksDB manifest cut in half opens silently with no triples, and one without its write-ahead log or with a flipped
byte where nobody reads opens too; the digests in ``manifest.json``, and of it, tell a whole snapshot from a torn one.
RocksDB itself proves each block of the large files when it reads it, so that sizes and the digests of the small files
are enough where a snapshot is opened in the midst of serving.
"""

from __future__ import annotations

import hashlib
import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path

from kunskapsgraf.errors import SnapshotError

POINTER = "current"
REPLICA = "replica.json"
"""How a replica stands to where its packs come from (replica/follow.py), in the home."""
MANIFEST = "manifest.json"
SMALL = 100_000
"""Files of at most so many bytes are read and compared whenever a snapshot is opened: all of RocksDB's but its tables."""
_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,99}", re.ASCII)


@dataclass(frozen=True)
class Manifest:
    """What a snapshot holds: its version, quads per graph, a digest per file of store, dumps and beside them, and what it was built from."""

    version: str
    graphs: dict[str, int]
    files: dict[str, str]
    inputs: dict[str, str] = field(default_factory=dict)
    software: dict[str, str] = field(default_factory=dict)
    dumps: dict[str, str] = field(default_factory=dict)
    beside: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> str:
        """Write the manifest with a digest of what it says; the same manifest gives the same text."""
        said = asdict(self)
        return json.dumps(said | {"digest": _digest_of_text(said)}, indent=2, sort_keys=True, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """Read a manifest; raise ``ValueError`` or ``TypeError`` where it is not what ``to_json`` wrote."""
        said = dict(json.loads(text))
        said.pop("digest", None)
        found = cls(**said)
        if found.to_json() != text:
            raise ValueError("the text is not the one that its digest is of")
        return found


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
    """Read which snapshot serves; ``None`` where nothing was built yet. A pointer that names no folder is damaged."""
    pointer = home / POINTER
    try:
        name = pointer.read_bytes().decode("utf-8").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise _lost(pointer) from error
    if not _NAME.fullmatch(name):
        raise _lost(pointer)
    return name


def current(home: Path, *, digests: bool = False) -> Snapshot:
    """Open the served snapshot's manifest; raise ``SnapshotError`` with the file and the remedy.

    The size of every file is compared always, and the bytes of the small ones; with ``digests`` the bytes of all.
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
        manifest = Manifest.from_json((path / MANIFEST).read_text(encoding="utf-8"))
        files = {f"store/{name}": digest for name, digest in manifest.files.items()}
        files |= {f"dumps/{name}": digest for name, digest in manifest.dumps.items()}
        files |= manifest.beside
        parted = {name: digest.partition(":") for name, digest in files.items()}
        expected = [(name, int(size), digest) for name, (size, _, digest) in parted.items()]
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise _damaged(path, MANIFEST) from error

    def check(row: tuple[str, int, str]) -> str | None:
        name, size, digest = row
        try:
            is_whole = (path / name).stat().st_size == size and (
                not (digests or size <= SMALL) or digest_of(path / name) == digest
            )
        except OSError:
            is_whole = False
        return None if is_whole else name

    # A national snapshot holds 800 MB; hashing lets go of the interpreter's lock.
    with ThreadPoolExecutor(4) as threads:
        for damaged in threads.map(check, expected):
            if damaged is not None:
                raise _damaged(path, damaged)
    return Snapshot(path, manifest)


def digests_of(folder: Path) -> dict[str, str]:
    """Give ``size:sha256`` for each file of a store, but for logs and locks, which opening rewrites."""
    return {
        file.name: f"{file.stat().st_size}:{digest_of(file)}"
        for file in sorted(folder.iterdir())
        if file.is_file() and not is_log(file)
    }


def is_log(file: Path) -> bool:
    """Tell whether a file is one of RocksDB's that opening rewrites, and no part of what a snapshot holds."""
    return file.name == "LOCK" or file.name.startswith("LOG")


def digest_of(file: Path) -> str:
    """Give the SHA-256 of a file's bytes, in hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _digest_of_text(said: dict[str, object]) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _damaged(path: Path, name: str) -> SnapshotError:
    return SnapshotError(
        f"Grafen i {path} är skadad ({name}). Kör kunskapsgraf build för att bygga om den.",
        f"The graph in {path} is damaged ({name}). Run kunskapsgraf build to build it again.",
    )


def _lost(pointer: Path) -> SnapshotError:
    return SnapshotError(
        f"Filen {pointer} är skadad: den ska namnge den graf som serveras. Kör kunskapsgraf build för att skriva om den.",
        f"The file {pointer} is damaged: it should name the graph that is served. Run kunskapsgraf build to write it "
        "again.",
    )
