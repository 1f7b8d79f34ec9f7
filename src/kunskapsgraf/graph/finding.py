"""Finding things by words: an index beside the snapshot, made by the build and only read here.

Swedish å, ä and ö are letters of their own, so a word is looked for as it is written first, then without its dots and accents, then
inside longer words. The three are tables of SQLite's FTS5; what a visitor types becomes quoted strings in its query
language (FTS5, section 3.1), so that no character of it is an operator.
"""

from __future__ import annotations

import re
import sqlite3
import threading
import time
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kunskapsgraf.errors import QueryTimeout

INDEX = "search.sqlite"
FACETS = ("slag", "kommun", "metod", "malgrupp", "kalla", "ar", "grund")
"""What a result is divided by: kind, municipality, method, target group, source, year, and how a thing is spoken of."""
MOST_WORDS, MOST_LETTERS = 12, 200
_SECONDS = 1.0
_STEPS = 20_000
"""Instructions of SQLite between two looks at the clock."""
_WORD = re.compile(r"[^\W_]+(?:[-–.:/'’][^\W_]+)*")

SCHEMA = """
CREATE TABLE thing (id INTEGER PRIMARY KEY, iri TEXT NOT NULL, title TEXT NOT NULL);
CREATE TABLE kind (name TEXT PRIMARY KEY, class TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE name (text TEXT NOT NULL, thing INTEGER NOT NULL, PRIMARY KEY (text, thing)) WITHOUT ROWID;
CREATE TABLE facet (
  name TEXT NOT NULL, value TEXT NOT NULL, thing INTEGER NOT NULL, PRIMARY KEY (name, value, thing)) WITHOUT ROWID;
CREATE TABLE divided (
  thing INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (thing, name, value)) WITHOUT ROWID;
CREATE VIRTUAL TABLE written USING fts5 (
  label, other, text, content='', tokenize="unicode61 remove_diacritics 0", prefix='1 2 3');
CREATE VIRTUAL TABLE plain USING fts5 (
  label, other, text, content='', tokenize="unicode61 remove_diacritics 0", prefix='1 2 3');
CREATE VIRTUAL TABLE inside USING fts5 (label, other, content='', tokenize="trigram", detail=full);
"""
_FOUND = """
CREATE TEMP TABLE hit AS SELECT thing, min(tier) AS tier, min(rank) AS rank FROM (
  SELECT thing, 0 AS tier, 0.0 AS rank FROM name WHERE text = :whole
  UNION ALL SELECT rowid, 1, bm25(written, 10.0, 5.0, 1.0) FROM written WHERE written MATCH :written
  UNION ALL SELECT rowid, 2, bm25(plain, 10.0, 5.0, 1.0) FROM plain WHERE plain MATCH :plain
  UNION ALL SELECT rowid, 3, bm25(inside, 2.0, 1.0) FROM inside WHERE :inside <> '' AND inside MATCH :inside
) {where} GROUP BY thing
"""
_ALL = "CREATE TEMP TABLE hit AS SELECT id AS thing, 0 AS tier, 0.0 AS rank FROM thing {where}"
_CHOSEN = "thing IN (SELECT thing FROM facet WHERE name = :{0}_name AND value = :{0}_value)"
_PAGE = """
SELECT iri, tier FROM hit JOIN thing ON id = hit.thing ORDER BY tier, rank, length(title), title, iri LIMIT :most OFFSET :after
"""
_COUNTS = """
SELECT name, value, count(*) AS things FROM hit JOIN divided USING (thing) GROUP BY name, value ORDER BY things DESC, value
"""


@dataclass(frozen=True)
class Hit:
    """A thing that was found; ``way`` tells how: "name", "written", "plain" (but for dots and accents) or "inside" a word."""

    iri: str
    way: str


@dataclass(frozen=True)
class Found:
    """A page of hits, how many there are in all, and for each facet its values with their numbers."""

    hits: tuple[Hit, ...]
    total: int
    facets: Mapping[str, Sequence[tuple[str, int]]]


_WAYS = ("name", "written", "plain", "inside")


def folded(text: str) -> str:
    """Write a text in lower case, without dots and accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", "".join(letter for letter in parts if not unicodedata.combining(letter)))


def as_typed(text: str) -> str:
    """Write a text in lower case, composed, its white space single."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def words(text: str) -> list[str]:
    """Give the words of what a visitor typed, at most so many."""
    return _WORD.findall(as_typed(text[:MOST_LETTERS]))[:MOST_WORDS]


def _match(found: Sequence[str]) -> str:
    """Ask for all words, the last of which may be only begun."""
    return " ".join(f'"{word}"' for word in found[:-1]) + f' "{found[-1]}" *'


class Index:
    """The index of one snapshot; each thread has a connection of its own."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()

    def find(self, text: str, chosen: Mapping[str, str], most: int = 20, after: int = 0) -> Found:
        """Find the things with all words of a text and the chosen values of facets; without words all that are so.

        Raises ``QueryTimeout``.
        """
        typed = words(text)
        conditions = [_CHOSEN.format(name) for name in chosen]
        values: dict[str, str | int] = {"most": most, "after": after}
        for name, value in chosen.items():
            values |= {f"{name}_name": name, f"{name}_value": value}
        if typed:
            long = [folded(word) for word in typed if len(word) > 2]  # what is shorter has no three letters to look for
            values |= {
                "whole": as_typed(text),
                "written": _match(typed),
                "plain": _match([folded(word) for word in typed]),
                "inside": " ".join(f'"{word}"' for word in long) if len(long) == len(typed) else "",
            }
        elif text.strip():
            return Found((), 0, {})
        making = (_FOUND if typed else _ALL).format(where="WHERE " + " AND ".join(conditions) if conditions else "")
        return self._asked(making if typed else making.replace("thing IN", "id IN"), values)

    def kinds(self) -> dict[str, str]:
        """Give the class that most things of a kind are said to be of, by kind."""
        return dict(self._connection().execute("SELECT name, class FROM kind"))

    def _asked(self, making: str, values: Mapping[str, str | int]) -> Found:
        connection = self._connection()
        clock = _Clock()
        connection.set_progress_handler(clock, _STEPS)
        try:
            connection.execute("DROP TABLE IF EXISTS temp.hit")
            connection.execute(making, values)
            [(total,)] = connection.execute("SELECT count(*) FROM hit")
            hits = tuple(Hit(iri, _WAYS[tier]) for iri, tier in connection.execute(_PAGE, values))
            facets: dict[str, list[tuple[str, int]]] = {name: [] for name in FACETS}
            for name, value, things in connection.execute(_COUNTS):
                facets[name].append((value, things))
        except sqlite3.OperationalError as error:
            if not clock.ran_out:
                raise
            raise QueryTimeout(
                f"Sökningen tog mer än {_SECONDS:g} sekund. Skriv fler bokstäver.",
                f"The search took more than {_SECONDS:g} second. Type more letters.",
            ) from error
        finally:
            connection.set_progress_handler(None, 0)
        return Found(hits, total, facets)

    def _connection(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            # Nobody writes to a snapshot, so no lock is needed, and none could be had in a folder that is read-only.
            found = sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
            found.execute("PRAGMA temp_store = MEMORY")
            self._local.connection = found
        return found


class _Clock:
    """What SQLite asks now and then whether to go on."""

    def __init__(self) -> None:
        self.ran_out = False
        self._end = time.monotonic() + _SECONDS

    def __call__(self) -> bool:
        self.ran_out = time.monotonic() > self._end
        return self.ran_out
