"""What a change would do: evaluated in a process of its own, on a copy, with nothing written that is kept.

Run as ``python -m kunskapsgraf.graph.evaluation STORE MEGABYTES``. It reads one request from standard input and
answers as ``graph/worker.py`` does: the lines of a patch (``A`` and ``D`` with a statement each) where anything changes,
an empty frame, and a JSON head with ``ok`` or ``error``. It ends by SIGALRM where its time is over. The copy is in memory.

The default graph of the engine is the union of the others, written out (``graph/engine.py``). An update sees it anew
before each operation that reads (SPARQL 1.1 Update, section 3: the operations of a request follow each other).
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import sys
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, Store, Triple, serialize

from kunskapsgraf.errors import SourceError
from kunskapsgraf.graph.confinement import confine
from kunskapsgraf.graph.rdf import read_file
from kunskapsgraf.graph.rows import frame_of
from kunskapsgraf.graph.worker import STACK_BYTES, read_frame

_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
Graph = NamedNode | BlankNode | DefaultGraph


_DEFAULT = DefaultGraph()


class Missing(Exception):
    """Raise where an operation takes from a graph that is not there."""


class DefaultWritten(Exception):
    """Raise where an update has changed the default graph, which is a union."""


class _Digest:
    """A file that keeps only the digest and the length of what is written to it."""

    def __init__(self) -> None:
        self.found = hashlib.sha256()

    def write(self, piece: bytes) -> int:
        """Take bytes."""
        self.found.update(piece)
        return len(piece)

    def flush(self) -> None:
        """Do nothing."""


class Copy:
    """A copy of a store that is written to, and what has changed in it."""

    def __init__(self, original: Store, copy: Store, beside: Iterable[str]) -> None:
        self._original, self._store = original, copy
        self._beside = {NamedNode(iri) for iri in beside}
        self._first = self._known = self._digests()
        self._held: dict[Graph, set[Quad]] = {}

    def run(self, operations: Iterable[dict[str, Any]]) -> None:
        """Run the operations of an update one after another; raises ``Missing`` and ``DefaultWritten``."""
        is_stale = False
        for operation in operations:
            if operation["reads"] and is_stale:
                self._renew_union()
            is_stale = True
            if operation["source"] and not self._store.query(operation["source"]):
                # The engine would take a graph that is not there for an empty one, and empty the other.
                if not operation["silent"]:
                    raise Missing
                continue
            self._store.update(operation["text"])

    def difference(self) -> tuple[list[Quad], list[Quad], list[str]]:
        """Give the statements added and removed, and the graphs that came to be without any."""
        last = self._digests()
        self._refuse_default(last)
        added: list[Quad] = []
        removed: list[Quad] = []
        for graph in {*last, *self._first} - {_DEFAULT}:
            if last.get(graph) != self._first.get(graph):
                now, was = _quads(self._store, graph), _quads(self._original, graph)
                added += now - was
                removed += was - now
        filled = {quad.graph_name for quad in added}
        created = [str(g.value) for g in last if isinstance(g, NamedNode) and g not in self._first and g not in filled]
        return added, removed, created

    def _renew_union(self) -> None:
        """Let the default graph be the union again, after what was written to the others."""
        now = self._digests()
        self._refuse_default(now)
        for graph in {*now, *self._known} - {_DEFAULT} - self._beside:
            if now.get(graph) == self._known.get(graph):
                continue
            holds = _quads(self._store, graph)
            held = self._held[graph] if graph in self._held else _quads(self._original, graph)
            for quad in held - holds:
                if not self._stands_elsewhere(quad):
                    self._store.remove(Quad(*quad.triple))
            self._store.extend(Quad(*quad.triple) for quad in holds - held)
            self._held[graph] = holds
        self._known = self._digests()

    def _refuse_default(self, digests: dict[Graph, bytes]) -> None:
        if digests[_DEFAULT] != self._known[_DEFAULT]:
            raise DefaultWritten

    def _stands_elsewhere(self, quad: Quad) -> bool:
        found = self._store.quads_for_pattern(quad.subject, quad.predicate, quad.object)
        return any(one.graph_name != _DEFAULT and one.graph_name not in self._beside for one in found)

    def _digests(self) -> dict[Graph, bytes]:
        found: dict[Graph, bytes] = {}
        for graph in [*self._store.named_graphs(), _DEFAULT]:
            digest = _Digest()
            self._store.dump(digest, format=RdfFormat.N_TRIPLES, from_graph=graph)  # type: ignore[arg-type]
            found[graph] = digest.found.digest()
        return found


def _quads(store: Store, graph: Graph) -> set[Quad]:
    return set(store.quads_for_pattern(None, None, None, graph))


class Skolem:
    """Names for blank nodes: an IRI each, in the order in which they come."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._names: dict[tuple[int, str], NamedNode] = {}
        self._document = 0

    def next_document(self) -> None:
        """Take the labels that come for those of another document: the same one names another node there."""
        self._document += 1

    def name(self, term: Any) -> Any:
        """Give a term, or the name of a blank node; raises ``SourceError`` for a statement as a term."""
        if isinstance(term, Triple):
            raise SourceError(
                "Satser om satser (RDF 1.2) stöds inte i data. Använd kg:Belagg.",
                "Statements about statements (RDF 1.2) are not supported in data. Use kg:Belagg.",
            )
        if not isinstance(term, BlankNode):
            return term
        key = self._document, term.value
        return self._names.setdefault(key, NamedNode(f"{self._prefix}-{len(self._names) + 1}"))


def graph_changed(original: Store, request: dict[str, Any]) -> tuple[list[Quad], list[Quad]]:
    """Give what a graph put, added to or deleted adds and removes (Graph Store HTTP Protocol, sections 5.3 to 5.5)."""
    graph = NamedNode(request["graph"])
    held = _quads(original, graph)
    if request["operation"] == "delete":
        return [], list(held)
    skolem = Skolem(request["skolem"])
    # Through a store, so that literals are as the engine writes them.
    sent = Store()
    for document in request["documents"]:
        skolem.next_document()
        for quad, _ in read_file(Path(document), request["base"]):
            sent.add(Quad(skolem.name(quad.subject), quad.predicate, skolem.name(quad.object), graph))
    holds = set(sent)
    return list(holds - held), list(held - holds) if request["operation"] == "put" else []


def evaluate(original: Store, copied: Copy | None, request: dict[str, Any], answers: IO[bytes]) -> dict[str, Any]:
    """Evaluate one request, send the lines of its patch, and give the head."""
    created: list[str] = []
    try:
        if copied is None:
            added, removed = graph_changed(original, request)
        else:
            copied.run(request["operations"])
            added, removed, created = copied.difference()
            skolem = Skolem(request["skolem"])
            added = [
                Quad(skolem.name(quad.subject), quad.predicate, skolem.name(quad.object), quad.graph_name)
                for quad in added
            ]
        changed = _lines(b"A ", added) + _lines(b"D ", removed)
    except SourceError as error:
        return {"error": "source", "kind": type(error).__name__, **vars(error)}
    except SyntaxError as error:
        place = _PLACE.match(error.msg)
        line, column, message = (int(place[1]), int(place[2]), place[3]) if place else (None, None, error.msg)
        return {"error": "syntax", "message": message, "line": line, "column": column}
    except DefaultWritten:
        return {"error": "default"}
    except Missing:
        return {"error": "graph", "message": ""}
    except RuntimeError as error:  # what the engine says of a graph that is there already, or is not
        return {"error": "graph", "message": str(error)}
    except MemoryError:
        return {"error": "memory"}
    if changed:
        answers.write(frame_of(changed))
    touched = {quad.graph_name.value for quad in (*added, *removed) if not isinstance(quad.graph_name, DefaultGraph)}
    return {"ok": True, "graphs": sorted({*created, *touched})}


def _lines(mark: bytes, quads: Iterable[Quad]) -> bytes:
    lines = (serialize(sorted(quads, key=str), format=RdfFormat.N_QUADS) or b"").splitlines(keepends=True)
    return b"".join(mark + line for line in lines)


def serve(path: str, megabytes: int) -> None:
    """Open the store, confine the process, and evaluate one request."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    request = json.loads(read_frame(sys.stdin.buffer) or b"{}")
    original = Store.read_only(path)
    copied = None
    if request["operation"] == "update":
        # In memory: a store on disk opens files of its own accord, and fails where the door is closed.
        copy = Store()
        copy.bulk_extend(original)
        copied = Copy(original, copy, request["beside"])
    # A body is a file that is opened; nothing in it makes its parser open another.
    confine(megabytes, 0 if copied is not None else None)
    # The system ends this process when its time is over, whatever the engine is at.
    signal.setitimer(signal.ITIMER_REAL, request["seconds"])
    head = evaluate(original, copied, request, answers)
    answers.write(frame_of(b""))
    answers.write(frame_of(json.dumps(head).encode()))
    answers.flush()


def main() -> None:
    """Evaluate in a thread with a large stack, as the query worker does."""
    threading.stack_size(STACK_BYTES)
    thread = threading.Thread(target=serve, args=(sys.argv[1], int(sys.argv[2])), daemon=True)
    parent = os.getppid()
    thread.start()
    while thread.is_alive() and os.getppid() == parent:
        thread.join(1)
    os._exit(0)


if __name__ == "__main__":
    main()
