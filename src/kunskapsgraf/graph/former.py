"""What was served before and is no more: a list beside the snapshots that a build keeps and the pages read.

A name that was once given out is never unknown (404): it redirects, or is told to be gone (410). The graph itself holds
only what is said now, so each build notes, before it lets a new snapshot serve, which things of the former one the new one
lacks. A line is the IRI and, after a tab, the version that held it last.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from kunskapsgraf.graph.finding import INDEX

LIST = "gone.txt"
"""The list's name in the home, and below ``data/`` of the sources, for a home that begins anew."""


def listed(file: Path) -> dict[str, str]:
    """Read a list: IRI to the version that held it last; empty where there is none."""
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        return {}
    return {iri: version for iri, _, version in (line.partition("\t") for line in lines if line and line[0] != "#")}


def remember(home: Path, former: str | None, version: str) -> None:
    """Note which things and terms of the former snapshot a new one lacks; those that came back are struck out.

    A former snapshot that is not there any more, or cannot be read, tells nothing.
    """
    before = set(_things(home, former)) if former and former != version else set()
    known = listed(home / LIST)
    if not before and not known:
        return  # a home that begins: there is nothing to look for
    now = set(_things(home, version))
    found = {iri: last for iri, last in known.items() if iri not in now}
    found |= dict.fromkeys(before - now, former or "")
    if found != known:
        fresh = home / f"{LIST}.new"
        with fresh.open("w", encoding="utf-8") as file:
            file.writelines(f"{iri}\t{last}\n" for iri, last in sorted(found.items()))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(home / LIST)


def _things(home: Path, version: str) -> Iterator[str]:
    file = home / "snapshots" / version / INDEX
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            yield from (iri for (iri,) in database.execute("SELECT iri FROM thing"))
    except sqlite3.Error:
        return


class Former:
    """The lists of a home and of its sources, read again when they change."""

    def __init__(self, *files: Path) -> None:
        self._files = files
        self._read: dict[Path, tuple[object, dict[str, str]]] = {}

    def last_version(self, iri: str) -> str | None:
        """Name the version that held a thing last, empty where that is not known; ``None`` where none held it."""
        for file in self._files:
            found = self._of(file)
            if iri in found:
                return found[iri]
        return None

    def _of(self, file: Path) -> dict[str, str]:
        try:
            stat = file.stat()
        except OSError:
            return {}
        seen = stat.st_ino, stat.st_mtime_ns, stat.st_size
        kept = self._read.get(file)
        if kept is None or kept[0] != seen:
            kept = self._read[file] = seen, listed(file)
        return kept[1]
