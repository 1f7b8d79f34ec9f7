"""Send: asserted graphs to where they are reasoned over, in pieces, each graph under a name that follows from what it says.

A graph of the same statements is there already and is not sent again. One that was cut off has no line in the ledger, and
is sent anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from kunskapsgraf.graph.rdf import BlankNode, Triple, n_triples
from kunskapsgraf.reasoner.evaluate import drop
from kunskapsgraf.reasoner.workspace import RemoteEngine

MOST_STATEMENTS = 1000
MOST_BYTES = 150_000
"""In one update: engines compile a whole update before they run it, and some have a limit to that."""


class Holder(RemoteEngine, Protocol):
    """An engine that takes statements besides."""

    def add(self, graph: str, lines: bytes) -> None:
        """Add N-Triples to a graph."""
        ...


def put(engine: Holder, graph: str, triples: Iterable[Triple]) -> None:
    """Make a graph hold these statements and no others."""
    engine.update(drop(graph))
    for piece in pieces(triples):
        engine.add(graph, piece)


def pieces(triples: Iterable[Triple]) -> Iterator[bytes]:
    """Write statements as N-Triples, in pieces of at most so many statements and bytes, in an order of their own.

    A node without a name has none from one request to the next: whatever is said of such nodes stands in one piece,
    the first, however large.
    """
    nameless: list[Triple] = []
    named: list[Triple] = []
    for triple in sorted(triples, key=str):
        says = isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode)
        (nameless if says else named).append(triple)
    if nameless:
        yield n_triples(nameless)
    yield from _cut(named)


def _cut(triples: Sequence[Triple]) -> Iterator[bytes]:
    waiting: list[bytes] = []
    size = 0
    for triple in triples:
        line = n_triples([triple])
        if waiting and (len(waiting) == MOST_STATEMENTS or size + len(line) > MOST_BYTES):
            yield b"".join(waiting)
            waiting, size = [], 0
        waiting.append(line)
        size += len(line)
    if waiting:
        yield b"".join(waiting)
