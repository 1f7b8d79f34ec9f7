"""Which snapshots were served, in order, and what changed from each to the next: small files beside the snapshots.

::

    home/versions.tsv                  a line for each time a snapshot began to be served: version, time, statements
    home/changes/<former>..<version>.json   what changed from one to the next (pipeline/difference.py)

Both are of the home and not of a snapshot: a snapshot follows from its inputs alone, and these from what served before it.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

from kunskapsgraf.graph.snapshot import MANIFEST, Manifest
from kunskapsgraf.graph.vocabulary import Names

LOG = "versions.tsv"
CHANGES = "changes"
SCHEMA = 1
"""The form of a file of changes; one of another form is made again by the next build, where both snapshots stand."""
MOST_LOGGED = 10_000
"""Lines of the log: of those before, no version is remembered."""


@dataclass(frozen=True)
class Version:
    """A snapshot as the log tells it: its name, when it began to be served, and its statements."""

    name: str
    time: str
    statements: int

    @property
    def day(self) -> str:
        """The day on which it began to be served."""
        return self.time[:10]


@dataclass(frozen=True)
class Turn:
    """How many statements, or members of a class, came and went, and the first of each."""

    added: int
    removed: int
    first_added: tuple[str, ...] = ()
    first_removed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Changes:
    """What changed from one snapshot to the next.

    ``kinds`` is by kind of graph, its statements as N-Quads; ``gaps`` and ``categories`` are by class, the first concluded
    from absence and the other inferred, their members as IRIs. Changes of statements with nameless things are counted, and
    not listed; ``uncompared`` counts those that were too many to be compared.
    """

    former: str
    version: str
    kinds: Mapping[str, Turn]
    gaps: Mapping[str, Turn]
    categories: Mapping[str, Turn]
    nameless: Turn
    uncompared: int

    def to_json(self) -> str:
        """Write the changes with a digest of what they say."""
        said = {"schema": SCHEMA, **asdict(self)}
        return json.dumps(said | {"digest": _digest(said)}, indent=1, sort_keys=True, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Changes:
        """Read changes; raise ``ValueError`` where the text is not what ``to_json`` wrote."""
        try:
            said = dict(json.loads(text))
            if said.pop("digest") != _digest(said) or said.pop("schema") != SCHEMA:
                raise ValueError("the text is not the one that its digest is of, or of another schema")
            parts = {part: _turns(said.pop(part)) for part in ("kinds", "gaps", "categories")}
            return cls(**said | parts | {"nameless": _turn(said["nameless"])})
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError("the text does not tell changes") from error


def _turns(said: Mapping[str, Mapping[str, object]]) -> dict[str, Turn]:
    return {name: _turn(turn) for name, turn in said.items()}


def _turn(said: Mapping[str, object]) -> Turn:
    return Turn(**{key: tuple(value) if isinstance(value, list) else value for key, value in said.items()})  # type: ignore[arg-type]


def _digest(said: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def versions(home: Path) -> list[Version]:
    """Give what was served, the first first; a snapshot that serves again stands there again. Lines that are none are left out."""
    try:
        status = (home / LOG).stat()
    except OSError:
        return []
    return list(_read_log(home / LOG, (status.st_ino, status.st_mtime_ns, status.st_size)))


@lru_cache(maxsize=8)
def _read_log(file: Path, _seen: object) -> tuple[Version, ...]:
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError:
        return ()
    return tuple(_parsed(lines))


def _parsed(lines: list[str]) -> Iterator[Version]:
    for line in lines:
        match line.split("\t"):
            case [name, time, count] if name and count.isascii() and count.isdigit():
                yield Version(name, time, int(count))


def remember(home: Path, version: str, names: Names) -> None:
    """Note that a version is served from now on; the lock of the build is held."""
    logged = versions(home)
    if not logged or logged[-1].name != version:
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        _write_log(home, [*logged, Version(version, now, statements(home, version, names))])


def catch_up(home: Path, served: str, fresh: str, names: Names) -> None:
    """Note what the log lacks of what is served until now, before ``fresh`` takes over; the lock of the build is held.

    A home may be older than its log: what stands in it then begins the log, from the time at which it was written.
    """
    logged = versions(home)
    if logged and logged[-1].name == served:
        return
    others = [] if logged else [name for name in kept(home) if name not in (served, fresh)]
    told = [Version(name, made(home, name), statements(home, name, names)) for name in (*others, served)]
    _write_log(home, [*logged, *(one for one in told if one.statements)])  # one of another form of manifest tells none


def _write_log(home: Path, logged: list[Version]) -> None:
    fresh = home / f"{LOG}.new"
    with fresh.open("w", encoding="utf-8") as file:
        file.writelines(f"{one.name}\t{one.time}\t{one.statements}\n" for one in logged[-MOST_LOGGED:])
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(home / LOG)


def statements(home: Path, version: str, names: Names) -> int:
    """Count the statements of a snapshot, each in every graph that it stands in; 0 where its manifest cannot be read."""
    try:
        manifest = Manifest.from_json((home / "snapshots" / version / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError):
        return 0
    return sum(count for graph, count in manifest.graphs.items() if not names.is_layer(graph))


def made(home: Path, version: str) -> str:
    """Give the time at which a snapshot was written; empty where it is not there."""
    try:
        written = (home / "snapshots" / version / MANIFEST).stat().st_mtime
    except OSError:
        return ""
    return datetime.datetime.fromtimestamp(written, datetime.UTC).isoformat(timespec="seconds")


def day_of(home: Path, version: str) -> str:
    """Give the day on which a version began to be served, for the last time; by its files where the log does not tell."""
    logged = [one.day for one in versions(home) if one.name == version]
    return logged[-1] if logged else made(home, version)[:10]


def file_of(home: Path, former: str, version: str) -> Path:
    """Name the file with what changed from one version to the next."""
    return home / CHANGES / f"{former}..{version}.json"


def changes(home: Path, former: str, version: str) -> Changes | None:
    """Read what changed from one version to the next; ``None`` where nothing was kept. Raises ``ValueError`` for a damaged file."""
    file = file_of(home, former, version)
    try:
        status = file.stat()
    except OSError:
        return None
    found = _read_changes(file, (status.st_ino, status.st_mtime_ns, status.st_size))
    if (found.former, found.version) != (former, version):
        raise ValueError(f"{file} tells of other versions")
    return found


@lru_cache(maxsize=32)
def _read_changes(file: Path, _seen: object) -> Changes:
    try:
        return Changes.from_json(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"{file} cannot be read") from error


def kept(home: Path) -> list[str]:
    """Name the snapshots that stand in the home, the one that was served first first."""
    folders = [path for path in (home / "snapshots").glob("*") if not path.name.startswith(".")]
    return [path.name for path in sorted(folders, key=lambda path: (path.stat().st_mtime_ns, path.name))]
