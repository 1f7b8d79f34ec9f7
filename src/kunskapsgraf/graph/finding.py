"""Finding things by words: an index beside the snapshot, made by the build and only read here.

Swedish å, ä and ö are letters of their own, so a word is looked for as it is written first, then without its dots and
accents, then inside longer words. The three are tables of SQLite's FTS5; what a visitor types becomes quoted strings in
its query language (FTS5, section 3.1), so that no character of it is an operator.

Things are numbered so that the ones that people look for come first. The things of each value of a facet, and of each
beginning of a word that many have, are kept as bits: what was found is counted in a few milliseconds, however much it is.
"""

from __future__ import annotations

import datetime
import json
import sqlite3
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, reduce
from operator import or_
from pathlib import Path

from kunskapsgraf.errors import QueryTimeout
from kunskapsgraf.graph.beside import Beside
from kunskapsgraf.graph.found import FACETS, NOTHING, Found, Hit
from kunskapsgraf.graph.snapshot import MANIFEST
from kunskapsgraf.graph.typed import as_typed, folded, words

INDEX = "search.sqlite"
OFTEN = 2_000
"""A word that so many things have, or a beginning of one, has its things as bits."""
SHORT = 2
"""Letters of a word that alone begins too many to be looked for in texts: it is looked for in names."""
WHOLE, BEGUN, NAMED = "whole", "begun", "named"
"""How a word is looked for: as it is; as the beginning of one; as that, in names only."""
_INSIDE = 3
"""Letters of a word that can be found inside another."""
_WEIGHED = 3_000
"""Hits that are weighed against each other; more come in the order of their numbers: what all have tells nothing apart."""
_SECONDS = 1.0
_STEPS = 20_000
"""Instructions of SQLite between two looks at the clock."""

SCHEMA = """
CREATE TABLE thing (id INTEGER PRIMARY KEY, iri TEXT NOT NULL, told TEXT NOT NULL);
CREATE TABLE kind (name TEXT PRIMARY KEY, class TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE name (text TEXT NOT NULL, thing INTEGER NOT NULL, PRIMARY KEY (text, thing)) WITHOUT ROWID;
CREATE TABLE facet (name TEXT NOT NULL, value TEXT NOT NULL, bits BLOB NOT NULL, PRIMARY KEY (name, value));
CREATE TABLE often (word TEXT NOT NULL, how TEXT NOT NULL, bits BLOB NOT NULL, PRIMARY KEY (word, how));
CREATE VIRTUAL TABLE written USING fts5 (
  label, other, text, content='', tokenize="unicode61 remove_diacritics 0", prefix='1 2 3');
CREATE VIRTUAL TABLE plain USING fts5 (
  label, other, text, content='', tokenize="unicode61 remove_diacritics 0", prefix='1 2 3');
CREATE VIRTUAL TABLE inside USING fts5 (label, other, content='', tokenize="trigram");
"""
_CALLED = "SELECT thing FROM name WHERE text = ? ORDER BY thing"
_CALLED_LIKE = "SELECT thing FROM name WHERE text BETWEEN ?1 AND ?1 || char(1114111) ORDER BY thing"
_ANY = "SELECT rowid FROM {0} WHERE {0} MATCH ?"
_BEST = _ANY + " ORDER BY bm25({0}, 10.0, 5.0, 1.0), rowid"


def bits_of(numbers: Iterable[int], most: int) -> bytes:
    """Write numbers up to ``most`` as bits, the least first."""
    bits = bytearray(most // 8 + 1)
    for number in numbers:
        bits[number >> 3] |= 1 << (number & 7)
    return bytes(bits)


def having(database: sqlite3.Connection, word: str, how: str) -> Iterator[int]:
    """Give the numbers of the things that have a folded word, or one that holds it; some of them twice."""
    only, star = "{label other} : " if how == NAMED else "", "" if how == WHOLE else " *"
    yield from _numbers(database, _ANY.format("plain"), f'{only}("{word}"{star})')
    if len(word) >= _INSIDE:
        yield from _numbers(database, _ANY.format("inside"), f'"{word}"')


def _numbers(database: sqlite3.Connection, sql: str, match: str) -> Iterator[int]:
    return (number for (number,) in database.execute(sql, (match,)))


class IndexFile(Beside):
    """The index of one snapshot; each thread has a connection of its own."""

    is_simple = False

    def __init__(self, path: Path) -> None:
        super().__init__(path)

    def find(self, text: str, chosen: Mapping[str, Collection[str]], most: int = 20, after: int = 0) -> Found:
        """Find the things with all words of a text and one of the chosen values of each facet; without words all that are so.

        Raises ``QueryTimeout``.
        """
        text = text.encode(errors="ignore").decode()  # no halves of a letter
        typed = words(text)
        if text.strip() and not typed:
            return NOTHING
        allowed = {
            name: reduce(or_, (self._facets.get(name, {}).get(value, 0) for value in values), 0)
            for name, values in chosen.items()
            if values
        }
        with _Clock(self._connection()) as database:
            spoken = self._spoken(database, text, typed) if typed else self._all
            within = _narrowed(spoken, allowed)
            ways = _ways(text, typed, is_weighed=spoken.bit_count() <= _WEIGHED)
            hits = tuple(self._page(database, ways, within, most, after)) if within else ()
        facets = {
            name: _counted(values, _narrowed(spoken, allowed, name) if name in allowed else within)
            for name, values in self._facets.items()
        }
        return Found(hits, within.bit_count(), facets)

    @property
    def is_there(self) -> bool:
        """Tell whether there is such an index: a snapshot of an older version has none."""
        return self.path.is_file()

    def day(self) -> str:
        """Give the day on which the snapshot was made."""
        made = (self.path.parent / MANIFEST).stat().st_mtime
        return datetime.datetime.fromtimestamp(made, datetime.UTC).date().isoformat()

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

    def _spoken(self, database: sqlite3.Connection, text: str, typed: Sequence[str]) -> int:
        """Give the things that are called so, or that have every word, as bits."""
        found = self._all
        for word in typed[:-1]:
            found &= self._having(database, folded(word), WHOLE)
        found &= self._having(database, folded(typed[-1]), NAMED if _is_short(typed) else BEGUN)
        return found | self._bits(_numbers(database, _CALLED, as_typed(text)))

    def _having(self, database: sqlite3.Connection, word: str, how: str) -> int:
        kept = database.execute("SELECT bits FROM often WHERE word = ? AND how = ?", (word, how)).fetchone()
        return int.from_bytes(kept[0], "little") if kept else self._bits(having(database, word, how))

    def _bits(self, numbers: Iterable[int]) -> int:
        return int.from_bytes(bits_of(numbers, self._most), "little")

    def _page(
        self, database: sqlite3.Connection, ways: Sequence[tuple[str, str, str]], within: int, most: int, after: int
    ) -> Iterator[Hit]:
        bits = bytearray(within.to_bytes(self._most // 8 + 1, "little"))
        left = after
        for way, sql, match in ways:
            for number in _numbers(database, sql, match) if sql else _members(bits):
                if not bits[number >> 3] >> (number & 7) & 1:
                    continue
                bits[number >> 3] &= ~(1 << (number & 7))  # each once, by the first way
                if left:
                    left -= 1
                    continue
                [(iri, told)] = database.execute("SELECT iri, told FROM thing WHERE id = ?", (number,))
                yield Hit(iri, way, json.loads(told))
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


def _ways(text: str, typed: Sequence[str], *, is_weighed: bool) -> list[tuple[str, str, str]]:
    """Give the ways in which hits are brought, the best first: the name of each, a query, and what it matches.

    The last has no query: what is left, in the order of the numbers.
    """
    if not typed:
        return [("name", "", "")]
    plain = [folded(word) for word in typed]
    ways = [("name", _CALLED, as_typed(text))]
    if _is_short(typed):
        only = '{{label other}} : ("{}" *)'
        # As it is written, and as it may be meant; in the order of the numbers.
        ways.append(("written", _ANY.format("written"), only.format(typed[0])))
        return [*ways, ("plain", "", "")]
    brought = _BEST if is_weighed else _ANY
    ways.append(("written", _CALLED_LIKE, as_typed(text)))
    ways.append(("written", brought.format("written"), _match(typed)))
    ways.append(("plain", brought.format("plain"), _match(plain)))
    return [*ways, ("inside", "", "")]


def _is_short(typed: Sequence[str]) -> bool:
    return len(typed) == 1 and len(typed[0]) <= SHORT


def _match(found: Sequence[str]) -> str:
    """Ask for all words, the last of which may be only begun."""
    return " ".join([*(f'"{word}"' for word in found[:-1]), f'"{found[-1]}" *'])


def _members(bits: bytearray) -> Iterator[int]:
    """Give the numbers that are set, the least first; they may be taken out meanwhile."""
    for place, byte in enumerate(bits):
        if byte:
            yield from (place * 8 + bit for bit in range(8) if byte >> bit & 1)


def _narrowed(found: int, allowed: Mapping[str, int], but: str = "") -> int:
    for name, bits in allowed.items():
        if name != but:
            found &= bits
    return found


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
