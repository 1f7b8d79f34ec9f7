"""The store: what pages, reports and the endpoint ask. A small protocol hides the engine.

That of one machine is ``graph/embedded.py``; ``graph/elsewhere`` holds the store at any SPARQL engine.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from kunskapsgraf.graph.found import Index
from kunskapsgraf.graph.particulars import Particulars
from kunskapsgraf.graph.rdf import Triple
from kunskapsgraf.graph.spool import Spool, Spools
from kunskapsgraf.graph.standing import standing_answer
from kunskapsgraf.graph.terms import Row, row_of, triples_of
from kunskapsgraf.graph.vocabulary import Names

if TYPE_CHECKING:
    from kunskapsgraf.graph.writing import Change, Written


@dataclass(frozen=True)
class Dataset:
    """Which graphs a query sees; ``None`` leaves that side to the store (SPARQL 1.1 Protocol, section 2.1.4).

    ``once``: a statement that several graphs hold counts once. Who asks only whether there is any need not wait for that.
    """

    default: tuple[str, ...] | None = None
    named: tuple[str, ...] | None = None
    once: bool = True


WHOLE = Dataset()
MOST_MERGED = 300_000
"""Statements of a default graph of several that a worker merges in memory; it holds them while it stands."""


ENTRY_BYTES, GRAPH_BYTES = 1000, 200
"""What an answer that is kept takes besides its text and its query, and each graph of its dataset: of small ones it is most."""


@dataclass(frozen=True)
class Answer:
    """A whole result: the kind of answer, its format's name, its bytes and the version of the snapshot it is of.

    A large result is spooled to the disk: ``content`` gives its length, and its bytes piece by piece. One that ``is_cut``
    is the beginning of a larger one, and ends anywhere.
    """

    kind: str
    format: str
    content: bytes | Spool
    version: str
    is_cut: bool = False

    @property
    def body(self) -> bytes:
        """The result in memory, as a whole."""
        return self.content if isinstance(self.content, bytes) else self.content.read()


@dataclass(frozen=True)
class Dump:
    """A file to fetch: its place on disk, its size in bytes and its SHA-256."""

    path: Path
    size: int
    digest: str


class Store(Protocol):
    """What the doors need of an engine."""

    names: Names
    spools: Spools

    def version(self) -> str:
        """Name the snapshot that answers now."""
        ...

    def graphs(self) -> dict[str, int]:
        """Give the number of quads per named graph."""
        ...

    def answer(self, query: str, format_name: str, dataset: Dataset = WHOLE, most_bytes: int | None = None) -> Answer:
        """Run a query within the limits and give its whole result in a format; cut where it passes ``most_bytes``."""
        ...

    def write(self, change: Change) -> Written:
        """Carry out a change, all of it or nothing; when this returns, it is kept and served."""
        ...

    def finding(self) -> Index:
        """Give what finds the things of the served snapshot by words."""
        ...

    def particulars(self) -> Particulars:
        """Give what pages need to know of the things of the served snapshot."""
        ...

    def dumps(self) -> dict[str, Dump]:
        """Give the files that the served snapshot holds to fetch, by name."""
        ...

    def close(self) -> None:
        """Let go of processes and files."""
        ...


def is_merged(graphs: Mapping[str, int], dataset: Dataset) -> bool:
    """Tell whether a default graph of several is merged to a set, or too large for that."""
    default = dataset.default or ()
    return (
        dataset.once
        and len(default) > 1
        and sum(graphs.get(iri, 0) for iri in (*default, *(dataset.named or ()))) <= MOST_MERGED
    )


def select(store: Store, query: str, dataset: Dataset = WHOLE) -> list[Row]:
    """Run a SELECT and give its rows: variable name to term, unbound ones left out."""
    return columns_and_rows(store, query, dataset)[1]


def columns_and_rows(store: Store, query: str, dataset: Dataset = WHOLE) -> tuple[list[str], list[Row]]:
    """Run a SELECT, unless its answer stands beside the snapshot; give its columns, in the order of the query, and its rows."""
    kept = standing_answer(store, query) if dataset == WHOLE else None
    found: dict[str, Any] = json.loads(store.answer(query, "json", dataset).body if kept is None else kept)
    return found["head"]["vars"], [row_of(binding) for binding in found["results"]["bindings"]]


def ask(store: Store, query: str, dataset: Dataset = WHOLE) -> bool:
    """Run an ASK."""
    return bool(json.loads(store.answer(query, "json", dataset).body)["boolean"])


def construct(store: Store, query: str, dataset: Dataset = WHOLE) -> Iterator[Triple]:
    """Run a CONSTRUCT or DESCRIBE and give its triples."""
    return triples_of(store.answer(query, "nt", dataset).body)
