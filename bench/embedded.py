"""Embedded engines behind the same few methods, each measured in a process of its own.

    python -m bench.embedded pyoxigraph load data.nq folder
    python -m bench.embedded sparq-rdf ask folder queries.json

Writes lines of JSON. ``load`` tells seconds, memory and bytes on disk; ``ask`` the time until the first answer of a
store that is opened, then of each query the times and a digest of its rows. Times are those of the processor, in all
threads of the process: what else the machine does counts for little in them.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import sys
import time
from abc import ABC, abstractmethod
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

from pyoxigraph import (
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    parse,
    serialize,
)

from bench.peers import peak_memory, say
from kunskapsgraf.graph.rewriting import rewritten

Rows = Counter[str]
FIRST = "SELECT * { ?s ?p ?o } LIMIT 1"


class Engine(ABC):
    """An engine in this process, with one dataset."""

    package: str

    @abstractmethod
    def take(self, quads: list[Quad]) -> None:
        """Hold statements, in memory."""

    @abstractmethod
    def load(self, path: Path, folder: Path) -> None:
        """Load N-Quads and keep them in a folder."""

    @abstractmethod
    def open(self, folder: Path) -> None:
        """Open what was kept."""

    @abstractmethod
    def select(self, query: str) -> dict[str, Any]:
        """Run a SELECT or an ASK; give its SPARQL JSON."""

    @abstractmethod
    def construct(self, query: str) -> str:
        """Run a CONSTRUCT; give N-Triples."""


class Oxigraph(Engine):
    """pyoxigraph, asked as it was written."""

    package = "pyoxigraph"
    _store: Store

    def take(self, quads: list[Quad]) -> None:
        """Hold statements, in memory."""
        self._store = Store()
        self._store.extend(quads)

    def load(self, path: Path, folder: Path) -> None:
        """Load N-Quads and keep them in a folder."""
        store = Store(str(folder))
        store.bulk_load(path=str(path), format=RdfFormat.N_QUADS)
        store.optimize()
        store.flush()

    def open(self, folder: Path) -> None:
        """Open what was kept, as a query worker does."""
        self._store = Store.read_only(str(folder))

    def select(self, query: str) -> dict[str, Any]:
        """Run a SELECT or an ASK; give its SPARQL JSON."""
        found = self._store.query(self.asked(query))
        if not isinstance(found, QuerySolutions | QueryBoolean):
            raise TypeError("no SELECT, and no ASK")
        read: dict[str, Any] = json.loads(found.serialize(format=QueryResultsFormat.JSON) or b"{}")
        return read

    def construct(self, query: str) -> str:
        """Run a CONSTRUCT; give N-Triples."""
        found = self._store.query(self.asked(query))
        if not isinstance(found, QueryTriples):
            raise TypeError("no CONSTRUCT")
        return (serialize(found, format=RdfFormat.N_TRIPLES) or b"").decode()

    def asked(self, query: str) -> str:
        """Give the query that the engine is asked."""
        return query


class Rewritten(Oxigraph):
    """pyoxigraph, asked in the form that it is fast at."""

    def asked(self, query: str) -> str:
        """Give the query that the engine is asked."""
        return rewritten(query) or query


class Sparq(Engine):
    """sparq-rdf."""

    package = "sparq-rdf"

    def __init__(self) -> None:
        self._kind = importlib.import_module("sparq").Graph
        self._graph: Any = None

    def take(self, quads: list[Quad]) -> None:
        """Hold statements, in memory."""
        # A text without a line end would be taken for the name of a file.
        text = (serialize(quads, format=RdfFormat.N_QUADS) or b"").decode() + "\n"
        self._graph = self._kind.load(text, format="nquads")

    def load(self, path: Path, folder: Path) -> None:
        """Load N-Quads and keep them in a folder."""
        self._kind.load(path, format="nquads").save(str(folder))

    def open(self, folder: Path) -> None:
        """Open what was kept."""
        self._graph = self._kind.open(str(folder))

    def select(self, query: str) -> dict[str, Any]:
        """Run a SELECT or an ASK; give its SPARQL JSON."""
        if _form(query) == "ASK":
            return {"boolean": self._graph.ask(query)}
        read: dict[str, Any] = json.loads(self._graph.query_json(query))
        return read

    def construct(self, query: str) -> str:
        """Run a CONSTRUCT; give N-Triples."""
        return "\n".join(" ".join(_written(term) for term in triple) + " ." for triple in self._graph.construct(query))


ENGINES: dict[str, type[Engine]] = {"pyoxigraph": Oxigraph, "pyoxigraph, rewritten": Rewritten, "sparq-rdf": Sparq}


def rows_of(answer: dict[str, Any]) -> Rows:
    """Give the rows of SPARQL JSON as a multiset; blank nodes without their names, numbers and truth values by their value."""
    if "boolean" in answer:
        return Counter([str(answer["boolean"])])
    rows = answer["results"]["bindings"]
    return Counter(json.dumps({n: _told(term) for n, term in sorted(row.items())}) for row in rows)


def _told(term: dict[str, str]) -> tuple[str, ...]:
    kind = "literal" if term["type"] == "typed-literal" else term["type"]
    datatype = term.get("datatype", "").replace("http://www.w3.org/2001/XMLSchema#string", "")
    value = term["value"] if kind != "bnode" else ""
    if datatype.endswith(("#integer", "#decimal", "#double", "#float")):
        with suppress(ValueError):
            value = f"{float(value):.12g}"
    elif datatype.endswith("#boolean"):
        value = {"0": "false", "1": "true"}.get(value, value)
    return kind, value, datatype, term.get("xml:lang", "").lower()


def _form(query: str) -> str:
    for line in query.splitlines():
        for word in line.replace("{", " ").split():
            if word.upper() in ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE"):
                return word.upper()
    return ""


def _written(term: Any) -> str:
    if term.kind in ("iri", "uri", "named_node"):
        return f"<{term.value}>"
    value: str = term.value
    if term.kind.startswith("b"):
        return "_:" + value.removeprefix("_:").replace(".", "x")
    quoted = json.dumps(value, ensure_ascii=False)
    return f"{quoted}@{term.language}" if term.language else f"{quoted}^^<{term.datatype}>" if term.datatype else quoted


def read_quads(text: str) -> list[Quad]:
    """Read N-Triples."""
    return list(parse(input=text.encode(), format=RdfFormat.N_TRIPLES))


def ask(engine: Engine, queries: dict[str, str], runs: int) -> None:
    """Ask each query several times, and say at once what came."""
    for name, query in queries.items():
        times: list[float] = []
        try:
            for _ in range(runs):
                say({"asking": name})
                began = time.process_time()
                answer = engine.select(query)
                times.append(time.process_time() - began)
        except Exception as error:  # each engine has its own classes for what it cannot do
            say({"query": name, "error": str(error)[:200]})
            continue
        rows = rows_of(answer)
        digest = hashlib.sha256(json.dumps(sorted(rows.items())).encode()).hexdigest()
        say({"query": name, "times": times, "rows": rows.total(), "digest": digest, "peak": peak_memory()})


def main(arguments: list[str] | None = None) -> int:
    """Measure one engine."""
    parser = argparse.ArgumentParser(description="Measure one embedded engine in a process of its own.")
    parser.add_argument("engine", choices=ENGINES)
    parser.add_argument("action", choices=("load", "ask"))
    parser.add_argument("first", type=Path, help="the data to load, or the folder to ask")
    parser.add_argument("second", type=Path, help="the folder to keep them in, or the queries")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args(arguments)
    engine = ENGINES[options.engine]()
    if options.action == "load":
        began = time.process_time()
        engine.load(options.first, options.second)
        size = sum(file.stat().st_size for file in options.second.rglob("*") if file.is_file())
        say({"load": time.process_time() - began, "peak": peak_memory(), "bytes": size})
        return 0
    began = time.process_time()
    engine.open(options.first)
    engine.select(FIRST)
    say({"open": time.process_time() - began, "peak": peak_memory()})
    ask(engine, json.loads(options.second.read_text(encoding="utf-8")), options.runs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
