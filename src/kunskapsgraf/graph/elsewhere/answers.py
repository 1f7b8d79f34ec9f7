"""What an engine has answered, read to its end and written in the format that was asked for.

Nothing is passed on as it came: a body that is no whole result raises here, before anybody has seen a byte of it.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, cast

from pyoxigraph import (
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
    serialize,
)

from kunskapsgraf.graph.rdf import GRAPH_FORMATS
from kunskapsgraf.graph.rows import PastBound, RowCounter
from kunskapsgraf.graph.spool import Spool
from kunskapsgraf.graph.terms import binding_of

RESULTS, GRAPH = "application/sparql-results+json", "application/n-triples"
"""What is asked of an engine; in each a part cannot be taken for a whole, but see ``Body.has_end``."""
_FORMATS = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}
_BUFFER = 64 * 1024
_MOST_OF_ASK = 100_000
"""Bytes of a document that holds one truth value."""
_LAST = 1000
"""Bytes of an unreadable body's end that are looked at."""


class Unreadable(Exception):
    """Raise where a body is no whole result; ``end`` is what it ends in, where engines say why."""

    def __init__(self, why: object, end: bytes) -> None:
        super().__init__(str(why))
        self.end = end


class Unwritable(Exception):
    """Raise where the format cannot hold what the result holds, as JSON-LD cannot hold a triple term."""


@dataclass(frozen=True)
class Body:
    """What has come: its bytes, and whether it ``is_past`` what was taken of it.

    ``has_end`` tells that HTTP has shown where it ends; N-Triples have no end of their own.
    """

    spool: Spool
    has_end: bool
    is_past: bool
    label: bytes = b""
    of_label: bytes = b""
    """What stands before labels of blank nodes where they are none, and what is to (``dialects``)."""

    def file(self) -> IO[bytes]:
        """Give the body to read, with labels that are some."""
        source = self.spool.file()
        return cast(IO[bytes], io.BufferedReader(Labelled(source, self.label, self.of_label))) if self.label else source


@dataclass(frozen=True)
class Wanted:
    """What is to be written: the kind of answer, the format, bounds, and the columns that nobody asked for.

    ``cut`` tells that the beginning of a larger result is enough.
    """

    kind: str
    format: str
    most_bytes: int
    most_rows: int
    cut: bool
    prefixes: dict[str, str]
    hidden: frozenset[str] = frozenset()


def write(body: Body, wanted: Wanted, target: Spool) -> int:
    """Write what has come as it is wanted; give the number of rows or triples.

    Raises ``Unreadable``, ``Unwritable`` and ``PastBound``; with ``cut`` the spool then holds the beginning, and says so.
    """
    out = _Out(target, wanted)
    buffer = io.BufferedWriter(out, _BUFFER)
    try:
        if wanted.kind == "graph":
            _graph(body, wanted, buffer, out)
        else:
            _results(body, wanted, buffer)
        buffer.flush()
    except PastBound:
        if not wanted.cut or not len(target):
            raise
        target.is_cut = True
    finally:
        out.end()
    target.finish()
    return out.rows


def _results(body: Body, wanted: Wanted, target: IO[bytes]) -> None:
    source = body.file()
    if wanted.kind == "ask":
        source = _proven(source.read(_MOST_OF_ASK + 1))
    found: QuerySolutions | QueryBoolean | None = None
    shown: Pieces | None = None
    try:
        found = parse_query_results(source, format=QueryResultsFormat.JSON)
        if isinstance(found, QuerySolutions) and wanted.hidden & {variable.value for variable in found.variables}:
            shown = Pieces(_without(found, wanted.hidden))
            found = parse_query_results(io.BufferedReader(shown, _BUFFER), format=QueryResultsFormat.JSON)
        if isinstance(found, QueryBoolean) != (wanted.kind == "ask"):
            raise ValueError("another kind of result than was asked for")
        found.serialize(target, format=_FORMATS[wanted.format])
    except (SyntaxError, ValueError) as error:
        if body.is_past:
            raise PastBound("large") from error
        raise Unreadable(error, _end(body.spool)) from error
    finally:
        # The engine's reader may end in its own thread only; an error that is kept would take it, with this frame, to another.
        found = None
        if shown is not None:
            shown.close()
    if body.is_past:
        raise PastBound("large")


def _proven(text: bytes) -> IO[bytes]:
    """Give a small document that is JSON to its end: the reader of results stops at the truth value."""
    try:
        if len(text) > _MOST_OF_ASK:
            raise ValueError("too long for a truth value")
        json.loads(text)
    except ValueError as error:
        raise Unreadable(error, text[-_LAST:]) from error
    return io.BytesIO(text)


def _without(found: QuerySolutions | None, hidden: frozenset[str]) -> Iterator[bytes]:
    """Write a result without some of its columns, row by row: one that shows all there are has them too."""
    assert found is not None, "it is let go of when its rows have been read"
    shown = [variable for variable in found.variables if variable.value not in hidden]
    yield json.dumps({"head": {"vars": [variable.value for variable in shown]}}).encode()[:-1]
    yield b',"results":{"bindings":['
    between = b""
    try:
        for row in found:
            bound = {variable.value: binding_of(term) for variable in shown if (term := row[variable]) is not None}
            yield between + json.dumps(bound).encode()
            between = b","
    finally:
        found = None  # as in _results
    yield b"]}}"


def _graph(body: Body, wanted: Wanted, target: IO[bytes], out: _Out) -> None:
    """Write a graph sorted, as the embedded store does: a set has no order of its own."""
    if not body.has_end:
        raise Unreadable("no length", b"")
    triples: set[Triple] = set()
    try:
        for quad in parse(body.spool.file(), format=RdfFormat.N_TRIPLES):
            triples.add(quad.triple)
            out.count(len(triples))
    except (SyntaxError, ValueError) as error:
        if not body.is_past:
            raise Unreadable(error, _end(body.spool)) from error
    except PastBound:
        if not wanted.cut:
            raise
    try:
        serialize(sorted(triples, key=str), target, format=GRAPH_FORMATS[wanted.format], prefixes=wanted.prefixes)
    except OSError as error:
        raise Unwritable from error
    if body.is_past or out.rows > wanted.most_rows:
        target.flush()
        raise PastBound("large" if body.is_past else "rows")


def _end(spool: Spool) -> bytes:
    source = spool.file()
    source.seek(max(0, len(spool) - _LAST))
    return source.read()


class Pieces(io.RawIOBase):
    """Pieces as a file to read; when it is closed, they are let go of."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__()
        self._pieces = pieces
        self._held = b""

    def readable(self) -> bool:
        """Tell that this can be read."""
        return True

    def readinto(self, target: Any) -> int:
        """Give the next piece, or what there is room for."""
        piece = self._held or next(self._pieces, b"")
        given, self._held = piece[: len(target)], piece[len(target) :]
        target[: len(given)] = given
        return len(given)

    def close(self) -> None:
        """Let go of the pieces."""
        self._pieces = iter(())
        super().close()


class Labelled(io.RawIOBase):
    """A body with something in another's place, piece by piece."""

    def __init__(self, source: IO[bytes], one: bytes, other: bytes) -> None:
        super().__init__()
        self._source, self._one, self._other = source, one, other
        self._held = b""

    def readable(self) -> bool:
        """Tell that this can be read."""
        return True

    def readinto(self, target: Any) -> int:
        """Give the next piece; what may be the beginning of a match waits for the next one."""
        while True:
            piece = self._source.read(max(1, len(target) - len(self._held)))
            text = (self._held + piece).replace(self._one, self._other)
            begins = range(min(len(self._one) - 1, len(text)), 0, -1)
            kept = next((n for n in begins if piece and self._one.startswith(text[-n:])), 0)
            given, self._held = text[: len(text) - kept], text[len(text) - kept :]
            if given or not piece:
                given, self._held = given[: len(target)], given[len(target) :] + self._held
                target[: len(given)] = given
                return len(given)


class _Out(io.RawIOBase):
    """Where a result is written: counts its rows and bytes, and ends it where it passes a bound."""

    def __init__(self, target: Spool, wanted: Wanted) -> None:
        super().__init__()
        self._target = target
        self._wanted = wanted
        self._counter = RowCounter(wanted.format)
        self._is_over = False
        self.rows = 0

    def writable(self) -> bool:
        """Tell that this can be written to."""
        return True

    def write(self, piece: Any) -> int:
        """Take a piece; raise ``PastBound`` past a bound."""
        if not self._is_over:
            taken = bytes(piece[: self._wanted.most_bytes - len(self._target)])
            self._target.write(taken)
            if len(taken) < len(piece):
                self._is_over = True
                raise PastBound("large")
            self.count(max(self.rows, self._counter.add(taken)))
        return len(piece)

    def count(self, rows: int) -> None:
        """Note how many rows there are; raise ``PastBound`` past the bound."""
        self.rows = rows
        if rows > self._wanted.most_rows:
            raise PastBound("rows")

    def end(self) -> None:
        """Take no more: what a buffer still holds of a result that has failed is none of it."""
        self._is_over = True
