"""Ask ahead what views ask of the whole graph: the answers that stand beside a snapshot (``graph/standing.py``)."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import parse_qsl

from kunskapsgraf.graph import queries
from kunskapsgraf.graph.beforehand import answers
from kunskapsgraf.graph.queries import QueryFile
from kunskapsgraf.graph.standing import SCHEMA, key_of
from kunskapsgraf.graph.vocabulary import Names
from kunskapsgraf.settings import Settings, packaged_sources

FOLDERS = ("reports", "pages")
FEWEST = 250_000
"""Statements below which nothing is asked ahead: of a small graph every view is answered at once, and a write stays as quick."""


def files(root: Path) -> list[Path]:
    """List the query files that the build asks ahead."""
    return [
        folder / query.name for folder in _folders(root) for query in queries.folder(folder).values() if query.standing
    ]


def texts(root: Path, names: Names) -> list[str]:
    """Give the queries to ask ahead, with their values in place, in both languages where they speak one."""
    found = (query for folder in _folders(root) for query in queries.folder(folder, names.base).values())
    return list(dict.fromkeys(text for query in found for text in _texts(query, names)))


def _folders(root: Path) -> list[Path]:
    """Give the folders of queries that views ask: those of the sources, or else the package's."""
    own = (root / "queries" / name for name in FOLDERS)
    return [folder if folder.is_dir() else packaged_sources() / "queries" / folder.name for folder in own]


def _texts(query: QueryFile, names: Names) -> Iterator[str]:
    spoken = next((parameter.name for parameter in query.parameters if parameter.type == "language"), "")
    for written in query.standing:
        values = dict(parse_qsl(written))
        for language in ("sv", "en") if spoken else ("",):
            yield query.bind(values | ({spoken: language} if language else {}), names)


def make(settings: Settings, store: Path, asked: Iterable[str]) -> bytes:
    """Ask a store that was just written, and give the answers as the bytes of an SQLite database."""
    names = Names(settings.base)
    database = sqlite3.connect(":memory:")
    with database:
        database.execute(SCHEMA)
        rows = {key_of(text): zlib.compress(body) for text, body in answers(settings, store, asked, names.endpoint)}
        database.executemany("INSERT INTO answer VALUES (?, ?)", sorted(rows.items()))
    return database.serialize()
