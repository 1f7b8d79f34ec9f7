"""Asking a store with the queries of pages, and keeping what was made of the answers while one version is served."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from kunskapsgraf.graph import queries
from kunskapsgraf.graph.cache import Cache
from kunskapsgraf.graph.store import Store
from kunskapsgraf.settings import Settings, page_queries

AT_ONCE = 400
"""Things of one query: some 30 kB of text where they are given once."""
ENTRY_BYTES = 500
"""What is kept takes so much besides its texts."""
Binding = dict[str, dict[str, Any]]
Value = TypeVar("Value")


class Asking:
    """Asks with the queries of ``queries/pages``, and keeps what was made of answers, at most so many bytes of it."""

    def __init__(self, store: Store, settings: Settings, most_bytes: int) -> None:
        self.store = store
        self.names = store.names
        self._folder = page_queries(settings.sources)
        self._base = settings.base
        self._kept: Cache[Any] = Cache(most_bytes)

    def text(self, name: str, **values: str | Sequence[str]) -> str:
        """Give the text of a query with its values in place."""
        return queries.find(self._folder, name, self._base).bind(values, self.names)

    def rows(self, name: str, **values: str | Sequence[str]) -> tuple[list[Binding], str]:
        """Run a query: its rows as SPARQL 1.1 Query Results JSON has them, and the version that they are of."""
        return self.run(self.text(name, **values))

    def run(self, text: str) -> tuple[list[Binding], str]:
        """Run the text of a SELECT: its rows, and the version that they are of."""
        answer = self.store.answer(text, "json")
        rows: list[Binding] = json.loads(answer.body)["results"]["bindings"]
        return rows, answer.version

    def once(self, key: Hashable, make: Callable[[], tuple[Value, str, int]]) -> Value:
        """Give what is kept under a key; where nothing is, make it, with its version and its bytes."""
        kept: Value | None = self._kept.get(self.store.version(), key)
        if kept is None:
            kept, version, size = make()
            self._kept.put(version, key, kept, size + ENTRY_BYTES)
        return kept

    def kept(self, kind: str, names: Iterable[str]) -> dict[str, Any]:
        """Give what is kept of several things, by name."""
        version = self.store.version()
        found = ((name, self._kept.get(version, (kind, name))) for name in names)
        return {name: value for name, value in found if value is not None}

    def keep(self, version: str, kind: str, name: str, value: object, size: int) -> None:
        """Keep what was made of one thing."""
        self._kept.put(version, (kind, name), value, size + ENTRY_BYTES)


def in_parts(iris: Iterable[str]) -> Iterator[list[str]]:
    """Part things into as many as one query takes."""
    listed = list(iris)
    for start in range(0, len(listed), AT_ONCE):
        yield listed[start : start + AT_ONCE]
