"""Pack a snapshot: one file, named by its content, that any server can fetch; and the pointer to the newest one.

::

    folder/<version>-<sha256>.tar    manifest.json first, then gone.txt, then every file that the manifest names
    folder/latest.json               version, name, bytes and digest of the newest pack, replaced atomically

The file is a plain tar with neither times nor owners: the same snapshot gives the same bytes. It is not compressed, since
the tables of the store are already, and a replica is to serve as soon as it has the file.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import tarfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from kunskapsgraf.errors import DiskFull, SnapshotError
from kunskapsgraf.graph import former
from kunskapsgraf.graph.snapshot import MANIFEST, Manifest, current
from kunskapsgraf.pipeline import load

LATEST = "latest.json"
"""The pointer's name."""
_NAME = re.compile(r"([0-9A-Za-z][0-9A-Za-z._-]{0,99})-([0-9a-f]{64})\.tar", re.ASCII)


@dataclass(frozen=True)
class Packed:
    """A pack: the version of the snapshot in it, its name, its length in bytes and the SHA-256 of them."""

    version: str
    file: str
    bytes: int
    sha256: str

    def to_json(self) -> str:
        """Write the pointer."""
        return json.dumps(asdict(self) | {"format": 1}, indent=2, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Packed:
        """Read a pointer; raise ``ValueError`` where it is none, or names a file elsewhere."""
        said = json.loads(text)
        if not isinstance(said, dict) or said.pop("format", None) != 1:
            raise ValueError("the format is not 1")
        try:
            found = cls(**said)
        except TypeError as error:
            raise ValueError(str(error)) from error
        if named(found.file) != (found.version, found.sha256) or not isinstance(found.bytes, int) or found.bytes < 1:
            raise ValueError("file, version, bytes and sha256 do not agree")
        return found


def named(file: object) -> tuple[str, str] | None:
    """Read version and digest out of a pack's name; ``None`` where it is not one."""
    found = _NAME.fullmatch(file) if isinstance(file, str) else None
    return (found[1], found[2]) if found else None


def parts_of(manifest: Manifest) -> dict[str, str]:
    """Give ``size:sha256`` for each file that a snapshot consists of besides its manifest, by its path in it."""
    return (
        {f"store/{name}": digest for name, digest in manifest.files.items()}
        | {f"dumps/{name}": digest for name, digest in manifest.dumps.items()}
        | manifest.beside
    )


def pack(home: Path, folder: Path) -> Packed:
    """Pack the served snapshot of a home into a folder, and point at it.

    Raises ``SnapshotError`` where there is none or it is damaged, ``DiskFull`` where the folder has no room.
    """
    snapshot = current(home, digests=True)
    folder.mkdir(parents=True, exist_ok=True)
    making = folder / f".packing-{os.getpid()}"
    try:
        with making.open("wb") as file:
            counted = _Counted(file)
            with tarfile.open(fileobj=counted, mode="w|", format=tarfile.GNU_FORMAT) as tar:
                for name, size, source in _members(snapshot.path, snapshot.manifest, home):
                    with source:
                        member = tarfile.TarInfo(name)
                        member.size = size
                        tar.addfile(member, source)
            file.flush()
            os.fsync(file.fileno())
        made = Packed(
            snapshot.manifest.version,
            f"{snapshot.manifest.version}-{counted.digest.hexdigest()}.tar",
            counted.length,
            counted.digest.hexdigest(),
        )
        making.replace(folder / made.file)
        pointer = folder / f".{LATEST}-{os.getpid()}"
        pointer.write_text(made.to_json(), encoding="utf-8")
        pointer.replace(folder / LATEST)
    except OSError as error:
        with suppress(OSError):
            making.unlink(missing_ok=True)
        if not load.is_full(error):
            raise
        raise DiskFull(
            f"Disken är full: paketet fick inte plats i {folder}. Det förra paketet är kvar. Frigör utrymme och försök igen.",
            f"The disk is full: the pack had no room in {folder}. The former pack is still there. Make room and try again.",
        ) from error
    return made


def _members(path: Path, manifest: Manifest, home: Path) -> Iterator[tuple[str, int, BinaryIO]]:
    """Give the name, the size and the bytes of each member, in their order."""
    text = manifest.to_json().encode()
    yield MANIFEST, len(text), io.BytesIO(text)
    with suppress(FileNotFoundError):
        gone = (home / former.LIST).read_bytes()
        yield former.LIST, len(gone), io.BytesIO(gone)
    for name, digest in sorted(parts_of(manifest).items()):
        try:
            yield name, int(digest.partition(":")[0]), (path / name).open("rb")
        except FileNotFoundError as error:
            raise SnapshotError(
                f"Grafen i {path} byttes ut medan den packades. Packa igen.",
                f"The graph in {path} was replaced while it was packed. Pack again.",
            ) from error


class _Counted(io.RawIOBase):
    """A file that is written through, its length and digest kept."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.length = 0
        self.digest = hashlib.sha256()

    def writable(self) -> bool:
        """Say that it is for writing."""
        return True

    def write(self, body: bytes) -> int:  # type: ignore[override]
        """Write bytes."""
        self.digest.update(body)
        self.length += len(body)
        return self._file.write(body)
