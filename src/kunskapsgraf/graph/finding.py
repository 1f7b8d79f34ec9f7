"""Finding things by words: an index beside the snapshot, made by the build and only read here.

Swedish å, ä and ö are letters of their own, so a word is looked for as it is written first, then without its dots and
accents, then inside longer words. The three are tables of SQLite's FTS5; what a visitor types becomes quoted strings in
its query language (FTS5, section 3.1), so that no character of it is an operator.

Things are numbered so that the ones that people look for come first, and each value of a facet has its things as bits: to
count what was found by facets takes a few milliseconds, however much was found.
"""

from __future__ import annotations

import re
import sqlite3
import threading
import time
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kunskapsgraf.errors import QueryTimeout

INDEX = "search.sqlite"
FACETS = ("slag", "kommun", "metod", "malgrupp", "kalla", "ar", "grund")
"""What a result is divided by: kind, municipality, method, target group, source, year, and how a thing is spoken of."""
MOST_WORDS, MOST_LETTERS = 12, 200
_SHORT = 2
"""Letters of a word that begins too many to be weighed: its hits come in the order of their numbers."""
_INSIDE = 3
"""Letters of a word that can be found inside another."""
_SECONDS = 1.0
_STEPS = 20_000
"""Instructions of SQLite between two looks at the clock."""
_WORD = re.compile(r"[^\W_]+(?:[-–.:/'’][^\W_]+)*")

SCHEMA = """
CREATE TABLE thing (id INTEGER PRIMARY KEY, iri TEXT NOT NULL);
CREATE TABLE kind (name TEXT PRIMARY KEY, class TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE name (text TEXT NOT NULL, thing INTEGER NOT NULL, PRIMARY KEY (text, thing)) WITHOUT ROWID;
CREATE TABLE facet (name TEXT NOT NULL, value TEXT NOT NULL, bits BLOB NOT NULL, PRIMARY KEY (name, value));
CREATE VIRTUAL TABLE written USING fts5 (
  label, other, text, content='', tokenize="unicode61 remove_diacritics 0", prefix='1 2 3');
CREATE VIRTUAL TABLE plain USING fts5 (
  label, other, text, content='', tokenize="unicode61 remove_diacritics 0", prefix='1 2 3');
CREATE VIRTUAL TABLE inside USING fts5 (label, other, content='', tokenize="trigram");
"""
_WHOLE = "SELECT thing FROM name WHERE text = ? ORDER BY thing"
_BEGUN = "SELECT thing FROM name WHERE text BETWEEN ?1 AND ?1 || char(1114111) ORDER BY thing"
_ANY = "SELECT rowid FROM {0} WHERE {0} MATCH ?"
_BEST = "SELECT rowid FROM {0} WHERE {0} MATCH ? ORDER BY bm25({0}, 10.0, 5.0, 1.0), rowid"


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


NOTHING = Found((), 0, {})


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


def bits_of(numbers: Iterable[int], most: int) -> bytes:
    """Write numbers up to ``most`` as bits, the least first."""
    bits = bytearray(most // 8 + 1)
    for number in numbers:
        bits[number >> 3] |= 1 << (number & 7)
    return bytes(bits)


class Index:
    """The index of one snapshot; each thread has a connection of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()

    def find(self, text: str, chosen: Mapping[str, str], most: int = 20, after: int = 0) -> Found:
        """Find the things with all words of a text and the chosen values of facets; without words all that are so.

        Raises ``QueryTimeout``.
        """
        typed = words(text)
        if text.strip() and not typed:
            return NOTHING
        within = self._all
        for name, value in chosen.items():
            within &= self._facets.get(name, {}).get(value, 0)
        with _Clock(self._connection()) as database:
            ways = _ways(text, typed)
            if typed:
                found = (row for sql, match in _sought(ways) for row in database.execute(sql, (match,)))
                within &= int.from_bytes(bits_of((number for (number,) in found), self._most), "little")
            hits = tuple(self._page(database, ways, within, most, after)) if within else ()
        facets = {name: _counted(values, within) for name, values in self._facets.items()}
        return Found(hits, within.bit_count(), facets)

    def alike(self, text: str, most: int) -> list[str]:
        """Give the IRIs of things whose names share three letters in a row with a text, the likest first; raises ``QueryTimeout``.

        The text is in small letters without dots and accents, as ``folded`` writes it.
        """
        parts = {text[i : i + _INSIDE] for i in range(len(text) - _INSIDE + 1)}
        match = " OR ".join('"' + part.replace('"', '""') + '"' for part in sorted(parts))
        if not match:
            return []
        sql = "SELECT iri FROM thing JOIN inside ON id = inside.rowid WHERE inside MATCH ? ORDER BY bm25(inside), id LIMIT ?"
        with _Clock(self._connection()) as database:
            return [iri for (iri,) in database.execute(sql, (match, most))]

    def things(self, start: str, most: int = -1) -> list[str]:
        """Give the IRIs that begin in a certain way, in the order of their letters; at most so many of them."""
        sql = "SELECT iri FROM thing WHERE iri BETWEEN ?1 AND ?1 || char(1114111) ORDER BY iri LIMIT ?2"
        return [iri for (iri,) in self._connection().execute(sql, (start, most))]

    def kinds(self) -> dict[str, str]:
        """Give the class that most things of a kind are said to be of, by kind."""
        return dict(self._connection().execute("SELECT name, class FROM kind"))

    def _page(
        self, database: sqlite3.Connection, ways: Sequence[tuple[str, str, str]], within: int, most: int, after: int
    ) -> Iterator[Hit]:
        bits = bytearray(within.to_bytes(self._most // 8 + 1, "little"))
        left = after
        for way, sql, match in ways:
            for (number,) in database.execute(sql, (match,) if match else ()):
                if not bits[number >> 3] >> (number & 7) & 1:
                    continue
                bits[number >> 3] &= ~(1 << (number & 7))  # each once, by the first way
                if left:
                    left -= 1
                    continue
                [(iri,)] = database.execute("SELECT iri FROM thing WHERE id = ?", (number,))
                yield Hit(iri, way)
                most -= 1
                if not most:
                    return

    @cached_property
    def _most(self) -> int:
        """The highest number of a thing."""
        [(most,)] = self._connection().execute("SELECT coalesce(max(id), 0) FROM thing")
        return int(most)

    @cached_property
    def _all(self) -> int:
        return (1 << (self._most + 1)) - 2

    @cached_property
    def _facets(self) -> dict[str, dict[str, int]]:
        facets: dict[str, dict[str, int]] = {name: {} for name in FACETS}
        for name, value, bits in self._connection().execute("SELECT name, value, bits FROM facet"):
            facets[name][value] = int.from_bytes(bits, "little")
        return facets

    def _connection(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            # Nobody writes to a snapshot, so no lock is needed, and none could be had in a folder that is read-only.
            found = sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
            self._local.connection = found
        return found


def _ways(text: str, typed: Sequence[str]) -> list[tuple[str, str, str]]:
    """Give the ways in which hits are looked for, the best first: the name of each, a query, and what it matches."""
    if not typed:
        return [("name", "SELECT id FROM thing", "")]
    plain = [folded(word) for word in typed]
    ways = [("name", _WHOLE, as_typed(text))]
    if len(typed) == 1 and len(typed[0]) <= _SHORT:
        only = "{label other} : (" + '"{}" *' + ")"
        # As it is written, and as it may be meant; in the order of the numbers.
        ways.append(("written", _ANY.format("written"), only.replace("{}", typed[0])))
        return [*ways, ("plain", _ANY.format("plain"), only.replace("{}", plain[0]))]
    ways.append(("written", _BEGUN, as_typed(text)))
    ways.append(("written", _BEST.format("written"), _match(typed)))
    ways.append(("plain", _BEST.format("plain"), _match(plain)))
    if all(len(word) >= _INSIDE for word in plain):
        inside = " ".join(f'"{word}"' for word in plain)
        ways.append(("inside", _ANY.format("inside"), inside))
    return ways


def _sought(ways: Sequence[tuple[str, str, str]]) -> Iterator[tuple[str, str]]:
    """Give the queries whose hits are all there are: what is found as written is found without its dots too."""
    for way, sql, match in ways:
        if way != "written":
            yield sql.partition(" ORDER BY")[0], match


def _match(found: Sequence[str]) -> str:
    """Ask for all words, the last of which may be only begun."""
    return " ".join([*(f'"{word}"' for word in found[:-1]), f'"{found[-1]}" *'])


def _counted(values: Mapping[str, int], within: int) -> list[tuple[str, int]]:
    counts = ((value, (bits & within).bit_count()) for value, bits in values.items())
    return sorted(((value, count) for value, count in counts if count), key=lambda pair: (-pair[1], pair[0]))


class _Clock:
    """Lends a connection for so long; raises ``QueryTimeout`` past that."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._end = time.monotonic() + _SECONDS

    def __enter__(self) -> sqlite3.Connection:
        self._connection.set_progress_handler(lambda: time.monotonic() > self._end, _STEPS)
        return self._connection

    def __exit__(self, _kind: object, error: object, _trace: object) -> None:
        self._connection.set_progress_handler(None, 0)
        if isinstance(error, sqlite3.OperationalError) and time.monotonic() > self._end:
            raise QueryTimeout(
                f"Sökningen tog mer än {_SECONDS:g} sekund. Skriv fler bokstäver.",
                f"The search took more than {_SECONDS:g} second. Type more letters.",
            ) from error
