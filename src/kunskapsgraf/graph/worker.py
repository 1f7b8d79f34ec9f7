"""A query worker: a process of its own that can be killed, with a memory limit and no way to the network.

Forked by the nursery (``graph/nursery.py``); alone: ``python -m kunskapsgraf.graph.worker STORE MEGABYTES``. It reads one request after another from standard input
and writes one answer to standard output; both are frames of a 4-byte big-endian length and that many bytes. A request
is JSON (``seconds``, ``query``, ``base``, ``format``, ``default_graphs``, ``named_graphs``, ``merge``, ``most_bytes``, ``most_rows``,
``prefixes``, ``rewrite`` where the engine may be asked in another form of the same meaning, and ``cut`` where the beginning of a larger result is enough). An answer is the serialised result in frames as it grows, an empty frame, and a JSON head: ``ok``, or
``error`` with ``message``, ``line``, ``column``, and what it cost. What came before the head of an error is no result.

Measured reasons: pyoxigraph cannot stop a running query, and deep or greedy queries end the process they run in.
This module imports pyoxigraph, the standard library and what needs no more, so that a fresh worker stands ready at once.
"""

from __future__ import annotations

import io
import json
import math
import os
import re
import signal
import struct
import sys
import threading
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, NoReturn

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    serialize,
)

from kunskapsgraf.graph.confinement import confine, tables_to_open
from kunskapsgraf.graph.rewriting import asked, counted, rewritten
from kunskapsgraf.graph.rows import Outgoing, PastBound, frame_of

STACK_BYTES = 256 * 1024 * 1024
"""Nested expressions overflow a default stack (about 900 deep); 256 MB is virtual and costs nothing until used."""
PIECE = 256 * 1024
"""Bytes of a result that are sent at a time; a small one goes whole."""
WORTH_A_LOOK = 0.02
OPENING_SECONDS, GRACE_SECONDS = 60, 10
"""When the system ends this process if nobody else does: the engine may hang with Python's lock held, and the server be gone."""
_RESULTS = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}
_GRAPHS = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "jsonld": RdfFormat.JSON_LD,
    "rdf": RdfFormat.RDF_XML,
    "trig": RdfFormat.TRIG,
    "nq": RdfFormat.N_QUADS,
}
_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)


class Unwritable(Exception):
    """Raise when the format cannot hold what the result holds, as JSON-LD cannot hold a triple term."""


@lru_cache(maxsize=1)
def merged(store: Store, default: tuple[str, ...], named: tuple[str, ...]) -> Store:
    """Merge graphs into the default graph of a store in memory, beside the named ones; the last is kept.

    A default graph of several is a set (SPARQL 1.1 Query, section 13.2.1); the engine lists a triple once for each
    graph that holds it, which counts it twice.
    """
    found = Store()
    # Not bulk_extend, which sets 200 MB aside.
    for iri in default:
        quads = store.quads_for_pattern(None, None, None, NamedNode(iri))
        found.extend(Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    for iri in named:
        found.extend(store.quads_for_pattern(None, None, None, NamedNode(iri)))
    return found


def query(store: Store, request: dict[str, Any]) -> QuerySolutions | QueryBoolean | QueryTriples:
    """Run a query on the graphs of the request, in the form that the engine answers fastest.

    What is wrong in a query is told of the query as it was written, so that its places are those of the writer.
    """
    text = request["query"]
    graphs: list[str] | None = request["default_graphs"]
    named: list[str] | None = request["named_graphs"]
    within: list[NamedNode | BlankNode] | None = None if named is None else [NamedNode(iri) for iri in named]
    default: list[NamedNode | BlankNode | DefaultGraph] | None = (
        None if graphs is None else [NamedNode(iri) for iri in graphs]
    )
    is_merged = request.get("merge") and graphs is not None
    if is_merged:
        copied = tuple(named or ()) if "GRAPH" in text.upper() else ()
        store, default = merged(store, tuple(graphs or ()), copied), [DefaultGraph()]
    base = request.get("base")

    def ask(form: str) -> QuerySolutions | QueryBoolean | QueryTriples:
        return store.query(form, base_iri=base, default_graph=default, named_graphs=within)

    if not request.get("rewrite"):
        return ask(text)

    def form(written: str) -> str | None:
        # What was merged for one query is not kept, and so nothing of it is counted.
        return rewritten(written) if is_merged else faster(store, written, base, tuple(graphs or ()))

    found, request["rewritten"] = asked(text, ask, lambda written: nothing().query(written, base_iri=base), form)
    return found


@lru_cache(maxsize=100)
def faster(store: Store, text: str, base: str | None, graphs: tuple[str, ...]) -> str | None:
    """Give the form of a query that pays by what a store that does not change holds; ``None`` for the one that is written."""
    default: list[NamedNode | BlankNode | DefaultGraph] | None = [NamedNode(iri) for iri in graphs] or None

    def count(written: str) -> int:
        (row,) = store.query(written, base_iri=base, default_graph=default)  # type: ignore[misc]  # a SELECT gives rows
        return int(row[0].value)

    try:
        return counted(text, count)
    except SyntaxError:  # an engine without LATERAL
        return None


@lru_cache(maxsize=1)
def nothing() -> Store:
    """Give a store without statements, which tells what is wrong in a query, and is at once done with one that is right."""
    return Store()


def answer(store: Store, request: dict[str, Any], outgoing: Outgoing) -> None:
    """Run one query and serialise its whole result."""
    result = query(store, request)
    buffer = io.BufferedWriter(outgoing, PIECE)
    try:
        _serialise(result, request, buffer, outgoing.count)
        buffer.flush()
    finally:
        outgoing.end()


def _serialise(
    result: QuerySolutions | QueryBoolean | QueryTriples,
    request: dict[str, Any],
    target: IO[bytes],
    count: Callable[[int], None],
) -> None:
    if not isinstance(result, QueryTriples):
        result.serialize(target, format=_RESULTS[request["format"]])
        return
    # A graph is a set: sorted, so that the same graph gives the same bytes and reads well.
    triples: set[Triple] = set()
    for triple in result:
        triples.add(triple)
        count(len(triples))
    try:
        serialize(sorted(triples, key=str), target, format=_GRAPHS[request["format"]], prefixes=request["prefixes"])
    except OSError as error:
        raise Unwritable from error


def reply(store: Store, request: dict[str, Any], target: IO[bytes]) -> dict[str, Any]:
    """Answer one request and give the head; every error of the engine becomes a head that names it."""
    outgoing = Outgoing(target, request)
    began = time.process_time()
    head: dict[str, Any]
    try:
        answer(store, request, outgoing)
        head = {"ok": True}
    except SyntaxError as error:
        # The engine tells the place of a query's error in its message only, counted in characters from 1.
        place = _PLACE.match(error.msg)
        line, column, message = (int(place[1]), int(place[2]), place[3]) if place else (None, None, error.msg)
        head = {"error": "syntax", "message": message, "line": line, "column": column}
    except PastBound as error:
        is_enough = request.get("cut", False) and outgoing.give_up()
        head = {"ok": True, "cut": True} if is_enough else {"error": str(error), "message": ""}
    except Unwritable:
        head = {"error": "format", "message": ""}
    except MemoryError:
        head = {"error": "memory", "message": ""}
    except Exception as error:  # the engine's own classes are not public; the parent must get an answer
        # RocksDB proves each block that it reads, and has no class for what it finds either.
        kind = "store" if str(error).startswith(("Corruption", "IO error")) else "engine"
        head = {"error": kind, "message": str(error)}
    head["processor"] = round(time.process_time() - began, 6)
    head["rows"] = outgoing.rows
    head["rewritten"] = request.get("rewritten", False)
    return head


class Memory:
    """The most memory that this process has held since it stood ready; the file is open before the door closes."""

    def __init__(self) -> None:
        try:
            self._status = os.open("/proc/self/status", os.O_RDONLY)
        except OSError:
            self._status = -1  # not Linux
        self._before = self._peak()

    def grown(self) -> int:
        """Give the kilobytes by which the peak has grown."""
        return self._peak() - self._before

    def _peak(self) -> int:
        if self._status < 0:
            return 0
        found = re.search(rb"VmHWM:\s*(\d+)", os.pread(self._status, 8192, 0))
        return int(found[1]) if found else 0


def _read_exactly(source: IO[bytes], count: int) -> bytes | None:
    pieces = source.read(count)
    return pieces if len(pieces) == count else None


def read_frame(source: IO[bytes]) -> bytes | None:
    """Read one frame; ``None`` at the end of the stream."""
    head = _read_exactly(source, 4)
    return None if head is None else _read_exactly(source, struct.unpack(">I", head)[0])


def write_frame(target: IO[bytes], payload: bytes) -> None:
    """Write one frame."""
    target.write(frame_of(payload))
    target.flush()


def serve(path: str, megabytes: int) -> None:
    """Open the snapshot read-only, confine the process, and answer until standard input ends."""
    signal.alarm(OPENING_SECONDS)
    tables = tables_to_open(Path(path))
    store = Store.read_only(path)
    # The answers own standard output: whatever else writes to it must not break a frame.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    requests = sys.stdin.buffer
    # One small query before the door closes, so that the engine has opened what it opens lazily. Not an ASK: on a
    # damaged block pyoxigraph 0.5 raises from a result that it reads row by row, and hangs where it evaluates at once.
    list(store.query("SELECT * { ?s ?p ?o } LIMIT 1"))  # type: ignore[arg-type]  # a SELECT gives rows
    write_frame(answers, json.dumps({"processor_in_all": time.process_time()}).encode())
    memory = Memory()
    confine(megabytes, tables)
    signal.alarm(0)
    while (frame := read_frame(requests)) is not None:
        request = json.loads(frame)
        signal.alarm(math.ceil(request["seconds"]) + GRACE_SECONDS)
        head = reply(store, request, answers)
        # To look takes as long as a small query does, and a small one holds little.
        head["kilobytes"] = memory.grown() if head["processor"] > WORTH_A_LOOK else 0
        head["processor_in_all"] = time.process_time()
        answers.write(frame_of(b""))
        write_frame(answers, json.dumps(head).encode())
        signal.alarm(0)


def run(path: str, megabytes: int, parent: int) -> NoReturn:
    """Serve in a thread with a large stack, as long as the process that started this one lives."""
    threading.stack_size(STACK_BYTES)
    thread = threading.Thread(target=serve, args=(path, megabytes), daemon=True)
    thread.start()
    # A query cannot be stopped from within: where the server is killed under it, nobody else would end it.
    while thread.is_alive() and os.getppid() == parent:
        thread.join(1)
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    run(sys.argv[1], int(sys.argv[2]), os.getppid())
