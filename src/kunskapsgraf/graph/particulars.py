"""What pages need to know of every thing that they name, and the table of it beside a snapshot: made by the build, only read here.

A page names some hundreds of things. For each it needs the name in the visitor's language, the passages in which sources
speak of it and the time that it holds for: one look-up here takes a few microseconds, where a query would join the graph
for them. Lists that are too long for a page are counted here, and stand in the order of their names in each language, so
that a part of one is read without the rest. A store without such a table asks for the same (``graph/asked/particulars.py``).
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from kunskapsgraf.errors import SnapshotError
from kunskapsgraf.graph.beside import Beside

FILE = "particulars.sqlite"
MANY = 200
"""Statements with one property of a thing past which they are kept here as a list, in order."""
SCHEMA = """
CREATE TABLE node (id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, sv TEXT, sv_tag TEXT, en TEXT, en_tag TEXT, meaning TEXT, origin TEXT);
CREATE TABLE passage (id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, source TEXT NOT NULL, path TEXT NOT NULL, first TEXT NOT NULL, last TEXT NOT NULL);
CREATE TABLE period (iri TEXT PRIMARY KEY, first TEXT NOT NULL, last TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE list (thing INTEGER NOT NULL, predicate TEXT NOT NULL, incoming INTEGER NOT NULL, total INTEGER NOT NULL, sv BLOB NOT NULL, en BLOB NOT NULL, UNIQUE (thing, predicate, incoming));
CREATE TABLE nameless (node TEXT PRIMARY KEY, statements TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE category (above TEXT NOT NULL, iri TEXT NOT NULL, PRIMARY KEY (above, iri)) WITHOUT ROWID;
CREATE TABLE beside (thing INTEGER PRIMARY KEY, properties TEXT NOT NULL);
"""
_NUMBER = struct.Struct("<I")
Reference = int | str
"""What a passage is referred to by: its number in a table, or its IRI; those of one kind are in the order of the IRIs."""


@dataclass(frozen=True, order=True)
class Period:
    """First and last day of validity, ISO 8601; an open end is empty, and so are both where the time is unknown."""

    first: str
    last: str


@dataclass(frozen=True)
class Passage:
    """Where in a source a statement stands."""

    iri: str
    source: str
    path: str
    first: str
    last: str

    @property
    def lines(self) -> str:
        """The lines: one number where it is one line."""
        return self.first if self.first == self.last else f"{self.first}–{self.last}"


@dataclass(frozen=True)
class Node:
    """What is known of one thing: its name with its language, what it means, where it stands and for how long.

    ``meaning`` and ``origin`` are JSON, read when they are asked for: most things on a page need only their names.
    """

    name: str | None = None
    tag: str | None = None
    meaning: str | None = None
    origin: str | None = None

    def means(self, language: str) -> str:
        """Give the definition in a language; empty where there is none."""
        return str(json.loads(self.meaning).get(language, "")) if self.meaning else ""

    @cached_property
    def _origin(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.origin) if self.origin else {}
        return found

    @property
    def passages(self) -> tuple[Reference, ...]:
        """The passages that speak of the thing."""
        return tuple(self._origin.get("p", ()))

    @property
    def particular(self) -> tuple[tuple[str, str | None, Reference], ...]:
        """Property, value if one is named, and passage: where a source says one statement with the thing as subject."""
        return tuple((predicate, value, passage) for predicate, value, passage in self._origin.get("b", ()))

    @property
    def periods(self) -> tuple[Period, ...]:
        """The periods that the thing is said to hold for."""
        return tuple(Period(*days) for days in self._origin.get("v", ()))

    def concluded(self, kind: str) -> tuple[Period, ...]:
        """For how long the thing is concluded from absence to be of a class."""
        return tuple(Period(*days) for days in self._origin.get("c", {}).get(kind, ()))


NOTHING = Node()


@dataclass(frozen=True)
class Listed:
    """A list that is too long for a page: its property, whether it points to the thing, and how many statements it is."""

    predicate: str
    incoming: bool
    total: int


class Particulars(Protocol):
    """What pages ask about the things that they name, of one version or of the one that answers now."""

    def nodes(self, iris: Iterable[str], language: str) -> dict[str, Node]:
        """Give what is known of each thing, with its name in a language; nothing is known of those left out."""
        ...

    def passages(self, references: Iterable[Reference]) -> dict[Reference, Passage]:
        """Give passages by what nodes refer to them by."""
        ...

    def passages_named(self, iris: Iterable[str]) -> dict[str, Passage]:
        """Give passages by IRI; what is no passage is left out."""
        ...

    @property
    def periods(self) -> Mapping[str, Period]:
        """The period of each source and of each graph of what follows from one source alone, by IRI."""
        ...

    @property
    def categories(self) -> Mapping[str, Sequence[str]]:
        """The categories that things are inferred or concluded to be in, by each class above them."""
        ...

    def lists(self, iri: str) -> list[Listed]:
        """Give the long lists of a thing."""
        ...

    def beside_lists(self, iri: str) -> tuple[list[str], list[str]]:
        """Give the properties of a thing with long lists that have short ones: from it, and to it."""
        ...

    def part(self, iri: str, listed: Listed, language: str, most: int, after: int) -> list[str]:
        """Give a part of a long list, in the order of the names: the IRIs at the other ends."""
        ...

    def nameless(self, node: str) -> list[tuple[str, str, str]]:
        """Give what is said of a thing without a name: graph, property, and the object as in N-Triples."""
        ...


class ParticularsFile(Beside):
    """The table of one snapshot; each thread has a connection of its own."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            raise SnapshotError(
                f"{path} saknas: grafen byggdes av en äldre version. Kör kunskapsgraf build.",
                f"{path} is missing: the graph was built by an older version. Run kunskapsgraf build.",
            )
        super().__init__(path)

    def nodes(self, iris: Iterable[str], language: str) -> dict[str, Node]:
        """Give what is known of each thing, with its name in a language; nothing is known of those left out."""
        sql = f"SELECT iri, {language}, {language}_tag, meaning, origin FROM node WHERE iri IN (SELECT value FROM json_each(?))"
        rows = self._connection().execute(sql, (json.dumps(sorted(set(iris))),))
        return {row[0]: Node(*row[1:]) for row in rows}

    def passages(self, references: Iterable[Reference]) -> dict[Reference, Passage]:
        """Give passages by number."""
        sql = "SELECT * FROM passage WHERE id IN (SELECT value FROM json_each(?))"
        return {
            row[0]: Passage(*row[1:]) for row in self._connection().execute(sql, (json.dumps(list(set(references))),))
        }

    def passages_named(self, iris: Iterable[str]) -> dict[str, Passage]:
        """Give passages by IRI; what is no passage is left out."""
        sql = "SELECT * FROM passage WHERE iri IN (SELECT value FROM json_each(?))"
        return {row[1]: Passage(*row[1:]) for row in self._connection().execute(sql, (json.dumps(sorted(set(iris))),))}

    @cached_property
    def periods(self) -> dict[str, Period]:
        """The period of each source and of each graph of what follows from one source alone, by IRI."""
        return {iri: Period(first, last) for iri, first, last in self._connection().execute("SELECT * FROM period")}

    @cached_property
    def categories(self) -> dict[str, list[str]]:
        """The categories that things are inferred or concluded to be in, by each class above them."""
        found: dict[str, list[str]] = {}
        for above, iri in self._connection().execute("SELECT above, iri FROM category"):
            found.setdefault(above, []).append(iri)
        return found

    def lists(self, iri: str) -> list[Listed]:
        """Give the long lists of a thing."""
        sql = "SELECT predicate, incoming, total FROM list JOIN node ON node.id = thing WHERE iri = ? ORDER BY 2, 1"
        return [Listed(p, bool(i), n) for p, i, n in self._connection().execute(sql, (iri,))]

    def beside_lists(self, iri: str) -> tuple[list[str], list[str]]:
        """Give the properties of a thing with long lists that have short ones: from it, and to it."""
        sql = "SELECT properties FROM beside JOIN node ON node.id = thing WHERE iri = ?"
        row = self._connection().execute(sql, (iri,)).fetchone()
        outgoing, incoming = json.loads(row[0]) if row else ([], [])
        return outgoing, incoming

    def part(self, iri: str, listed: Listed, language: str, most: int, after: int) -> list[str]:
        """Give a part of a long list, in the order of the names: the IRIs at the other ends."""
        sql = (
            f"SELECT substr(list.{language}, ?, ?) FROM list JOIN node ON node.id = thing "
            "WHERE iri = ? AND predicate = ? AND incoming = ?"
        )
        size = _NUMBER.size
        values = (after * size + 1, most * size, iri, listed.predicate, int(listed.incoming))
        row = self._connection().execute(sql, values).fetchone()
        numbers = [number for (number,) in _NUMBER.iter_unpack(row[0])] if row else []
        found = "SELECT id, iri FROM node WHERE id IN (SELECT value FROM json_each(?))"
        named = dict(self._connection().execute(found, (json.dumps(numbers),)))
        return [named[number] for number in numbers]

    def nameless(self, node: str) -> list[tuple[str, str, str]]:
        """Give what is said of a thing without a name: graph, property, and the object as in N-Triples."""
        row = self._connection().execute("SELECT statements FROM nameless WHERE node = ?", (node,)).fetchone()
        return [(graph, predicate, target) for graph, predicate, target in json.loads(row[0])] if row else []
