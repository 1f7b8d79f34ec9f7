"""The store: what pages, reports and the endpoint ask. A small protocol hides the engine.

``EmbeddedStore`` asks worker processes (``graph/pool.py``) on the snapshot that the pointer names.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from kunskapsgraf.errors import QuerySyntaxError
from kunskapsgraf.graph import guard
from kunskapsgraf.graph.begun import BEGUN, Asked, Begun, Prepared
from kunskapsgraf.graph.cache import Cache
from kunskapsgraf.graph.diagnosis import diagnosed
from kunskapsgraf.graph.errand import Writer
from kunskapsgraf.graph.finding import INDEX, IndexFile
from kunskapsgraf.graph.found import Index
from kunskapsgraf.graph.particulars import FILE, Particulars, ParticularsFile
from kunskapsgraf.graph.pool import Pool
from kunskapsgraf.graph.process import framed
from kunskapsgraf.graph.rdf import Triple
from kunskapsgraf.graph.run import Cost
from kunskapsgraf.graph.spool import Spool, Spools
from kunskapsgraf.graph.standing import FILE as STANDING
from kunskapsgraf.graph.standing import Standing, standing_answer
from kunskapsgraf.graph.terms import Row, row_of, triples_of
from kunskapsgraf.graph.vocabulary import Names
from kunskapsgraf.settings import Settings

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


class EmbeddedStore:
    """The snapshot under ``settings.home``, asked through killable processes."""

    def __init__(self, settings: Settings, observe: Callable[[Cost], None] = lambda _: None) -> None:
        self.names = Names(settings.base)
        self.pool = Pool(settings, observe)
        self.spools = self.pool.spools
        self.cache: Cache[bytes] = Cache(settings.cache_bytes // 2)
        self._settings = settings
        self._observe = observe
        self._writer = Writer(settings)
        self._index: IndexFile | None = None
        self._particulars: ParticularsFile | None = None
        self._standing: Standing | None = None

    def version(self) -> str:
        """Name the snapshot that answers now."""
        return self.pool.snapshot().manifest.version

    def graphs(self) -> dict[str, int]:
        """Give the number of quads per named graph, from the manifest."""
        return self.pool.snapshot().manifest.graphs

    def answer(self, query: str, format_name: str, dataset: Dataset = WHOLE, most_bytes: int | None = None) -> Answer:
        """Run a query, or take up the one that was begun; raises the ``QueryError`` that fits, or ``Overloaded``."""
        asked = self._asked(query, format_name, dataset, most_bytes)
        if (begun := BEGUN.get()) is not None and begun.asked == asked:
            BEGUN.set(None)
            return self._answered(asked, lambda: self.pool.finish(begun.run))
        return self._kept(asked, self.version()) or self._answered(asked, lambda: self.pool.run(self._request(asked)))

    def prepare(self, query: str, format_name: str, dataset: Dataset = WHOLE) -> Prepared:
        """Make ready what can be asked again and again while one snapshot is served; raises as ``answer`` does."""
        asked = self._asked(query, format_name, dataset)
        request = self._request(asked)
        return Prepared(asked, request, framed(request, self._settings.query_seconds))

    def kept(self, prepared: Prepared, version: str) -> Answer | None:
        """Give an answer that is kept of a version; ``None`` where there is none."""
        return self._kept(prepared.asked, version)

    def begin(self, prepared: Prepared) -> Begun | None:
        """Begin a query without waiting for anything; ``None`` where it would have to wait."""
        run = self.pool.begin(prepared.request, prepared.frame)
        return None if run is None else Begun(prepared.asked, run)

    def collect(self, begun: Begun, head: dict[str, Any]) -> Answer:
        """Give the answer to a query that has come whole, and ends in that head."""
        body, version = self.pool.collect(begun.run, head)
        return self._keep(begun.asked, body, version)

    def _asked(self, query: str, format_name: str, dataset: Dataset, most_bytes: int | None = None) -> Asked:
        limits = self._settings
        kind = guard.inspect(query, limits.query_bytes, limits.query_nesting, limits.query_patterns)
        most = min(limits.result_bytes, most_bytes or limits.result_bytes)
        return Asked(query, format_name, dataset, most, most_bytes is not None, kind)

    def _request(self, asked: Asked) -> dict[str, Any]:
        dataset = asked.dataset
        return {
            "query": asked.query,
            "base": self.names.endpoint,
            "format": asked.format,
            "default_graphs": _listed(dataset.default),
            "named_graphs": _listed(dataset.named),
            "merge": len(dataset.default or ()) > 1 and is_merged(self.graphs(), dataset),
            "most_bytes": asked.most_bytes,
            "most_rows": self._settings.result_rows,
            "cut": asked.cut,
            "rewrite": bool(self._settings.rewrite),
            "prefixes": self.names.prefixes() if asked.kind == "graph" else {},
        }

    def _kept(self, asked: Asked, version: str) -> Answer | None:
        if (kept := self.cache.get(version, asked)) is None:
            return None
        self._observe(Cost(asked.query, cached=True, bytes=len(kept)))
        return Answer(asked.kind, asked.format, kept, version)

    def _answered(self, asked: Asked, run: Callable[[], tuple[Spool, str]]) -> Answer:
        try:
            spool, version = run()
        except QuerySyntaxError as error:
            raise diagnosed(asked.query, error, self.names.prefixes()) from None
        if spool.is_on_disk:
            return Answer(asked.kind, asked.format, spool, version, spool.is_cut)
        body = spool.read()
        if spool.is_cut:
            return Answer(asked.kind, asked.format, body, version, is_cut=True)
        return self._keep(asked, body, version)

    def _keep(self, asked: Asked, body: bytes, version: str) -> Answer:
        if self._settings.cache_bytes and not guard.is_volatile(asked.query):
            graphs = len(asked.dataset.default or ()) + len(asked.dataset.named or ())
            size = len(body) + len(asked.query) + ENTRY_BYTES + GRAPH_BYTES * graphs
            self.cache.put(version, asked, body, size)
        return Answer(asked.kind, asked.format, body, version)

    def write(self, change: Change) -> Written:
        """Carry out a change in a process of its own (``graph/errand.py``), one at a time."""
        return self._writer.write(change)

    def dumps(self) -> dict[str, Dump]:
        """Give the files that the served snapshot holds to fetch, by name."""
        snapshot = self.pool.snapshot()
        return {
            name: Dump(snapshot.path / "dumps" / name, int(size), digest)
            for name, (size, _, digest) in ((n, d.partition(":")) for n, d in snapshot.manifest.dumps.items())
        }

    def finding(self) -> Index:
        """Give what finds the things of the served snapshot by words; an older snapshot has an index of its own."""
        path = self.pool.snapshot().path / INDEX
        if self._index is None or self._index.path != path:
            self._index = IndexFile(path)
        return self._index

    def particulars(self) -> Particulars:
        """Give what pages need to know of the things of the served snapshot; raises ``SnapshotError``."""
        path = self.pool.snapshot().path / FILE
        found = self._particulars
        if found is None or found.path != path:
            found = self._particulars = ParticularsFile(path)
        return found

    def standing(self, query: str) -> bytes | None:
        """Give the answer to a query that was made with the served snapshot; ``None`` where it has none."""
        path = self.pool.snapshot().path / STANDING
        found = self._standing
        if found is None or found.path != path:
            found = self._standing = Standing(path)
        return found.get(query)

    def measures(self) -> Mapping[str, int]:
        """Give what can be counted now, by the names of the metrics."""
        return {**self.pool.measures(), "cache_bytes": self.cache.bytes}

    def close(self) -> None:
        """End the workers."""
        self.pool.close()


def _listed(graphs: Sequence[str] | None) -> list[str] | None:
    return None if graphs is None else list(graphs)
