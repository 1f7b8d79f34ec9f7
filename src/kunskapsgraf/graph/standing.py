"""Standing answers: those to what views ask of the whole graph, made with the snapshot and kept beside it.

A snapshot never changes, so neither does the answer to a query of it. Of what takes the engine longer than a reader waits, as
counting what was read of every source of a country, the build asks ahead: the head of a query file says with which values
(``#+ standing:``). An answer is found by the text of its query, values and all, so it is never that of another query; whatever
has none is asked as always. The endpoint asks the engine each time.
"""

from __future__ import annotations

import hashlib
import zlib
from functools import cached_property
from typing import Protocol, runtime_checkable

from kunskapsgraf.graph.beside import Beside

FILE = "answers.sqlite"
SCHEMA = "CREATE TABLE answer (query BLOB PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID"


@runtime_checkable
class Keeping(Protocol):
    """What a store has that keeps standing answers."""

    def standing(self, query: str) -> bytes | None:
        """Give the kept answer to a SELECT, in the JSON of SPARQL results; ``None`` where there is none."""
        ...


class Standing(Beside):
    """The standing answers of one snapshot, none where it was made without; each thread has a connection of its own."""

    def get(self, query: str) -> bytes | None:
        """Give the answer to a query; ``None`` where there is none."""
        if (key := key_of(query)) not in self._keys:
            return None
        row = self._connection().execute("SELECT body FROM answer WHERE query = ?", (key,)).fetchone()
        return zlib.decompress(row[0])

    @cached_property
    def _keys(self) -> frozenset[bytes]:
        if not self.path.exists():
            return frozenset()
        return frozenset(key for (key,) in self._connection().execute("SELECT query FROM answer"))


def key_of(query: str) -> bytes:
    """Name a query by the digest of its text."""
    return hashlib.sha256(query.encode("utf-8", "surrogatepass")).digest()


def standing_answer(store: object, query: str) -> bytes | None:
    """Give the answer that a store keeps to a query; ``None`` where it keeps none, or is one that keeps nothing."""
    return store.standing(query) if isinstance(store, Keeping) else None
