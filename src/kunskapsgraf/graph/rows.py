"""A serialised result on its way out of a worker: its rows are counted as its bytes go by, so that a bound holds in every format.

The engine serialises a result in one call and tells nobody how many rows it wrote. In each format there is a sequence
of bytes that stands between rows and, by the format's own escaping, nowhere else. Imports nothing but the standard
library: the query workers use it.
"""

from __future__ import annotations

import io
import re
import struct
from typing import IO, Any

_JSON_ROW = re.compile(rb'\},\{(?=\}|"[^"\\]*":\{)')
"""Between two rows. A value may end in ``},{`` too, but what follows its quotation mark is never a name and ``:{``."""
_JSON_FIRST = b'"bindings":[{'
_KEPT = 1000
"""Bytes of a piece that are looked at again with the next, since a separator may lie across both."""


class RowCounter:
    """Count rows of one result; ``format_name`` is ``json``, ``xml``, ``csv`` or ``tsv``, any other has none."""

    def __init__(self, format_name: str) -> None:
        self.rows = 0
        self._count = {"json": self._json, "xml": self._xml, "csv": self._csv, "tsv": self._tsv}.get(format_name)
        self._rest = b""
        self._quoted = False
        self._head = True

    def add(self, piece: bytes) -> int:
        """Take the next bytes of the result; give the rows so far."""
        if self._count is not None:
            self._count(piece)
        return self.rows

    def _json(self, piece: bytes) -> None:
        text = self._rest + piece
        end = 0
        if self._head and _JSON_FIRST in text:
            self.rows += 1
            self._head = False
            end = text.index(_JSON_FIRST) + len(_JSON_FIRST)
        for match in _JSON_ROW.finditer(text, end):
            self.rows += 1
            end = match.end()
        self._rest = text[max(end, len(text) - _KEPT) :]

    def _xml(self, piece: bytes) -> None:
        text = self._rest + piece
        self.rows += text.count(b"<result>")
        self._rest = text[-(len(b"<result>") - 1) :]

    def _csv(self, piece: bytes) -> None:
        # A quotation mark within a quoted field is doubled: what lies outside is every second part.
        parts = piece.split(b'"')
        self._lines(sum(part.count(b"\n") for part in parts[1 if self._quoted else 0 :: 2]))
        self._quoted ^= len(parts) % 2 == 0

    def _tsv(self, piece: bytes) -> None:
        self._lines(piece.count(b"\n"))

    def _lines(self, lines: int) -> None:
        if self._head and lines:
            lines -= 1
            self._head = False
        self.rows += lines


class PastBound(Exception):
    """Raise when the result passes a bound of the request: ``large`` (bytes) or ``rows``."""


class Outgoing(io.RawIOBase):
    """Where a result goes, a piece at a time: counts it, sends it on, and ends it where it passes a bound.

    The engine writes a few bytes at a time, to a buffer before this one that takes them in a tenth of the time.
    """

    def __init__(self, target: IO[bytes], request: dict[str, Any]) -> None:
        super().__init__()
        self._target = target
        self._most_bytes, self._most_rows = request["most_bytes"], request["most_rows"]
        self._counter = RowCounter(request["format"])
        self._unsent = b""
        self._bytes = 0
        self._is_over = False
        self.rows = 0

    def writable(self) -> bool:
        """Tell that this can be written to."""
        return True

    def write(self, piece: Any) -> int:
        """Take a piece; raise ``PastBound`` past a bound."""
        if not self._is_over:  # what a buffer lets go of after that is no part of the result
            self._is_over, self._unsent = True, bytes(piece[: self._most_bytes - self._bytes])
            if self._bytes + len(piece) > self._most_bytes:
                raise PastBound("large")
            self._bytes += len(piece)
            self.count(max(self.rows, self._counter.add(self._unsent)))
            self._target.write(frame_of(self._unsent))
            self._is_over, self._unsent = False, b""
        return len(piece)

    def count(self, rows: int) -> None:
        """Note how many rows there are; raise ``PastBound`` past the bound."""
        self.rows = rows
        if rows > self._most_rows:
            self._is_over = True
            raise PastBound("rows")

    def end(self) -> None:
        """Take no more: what a buffer still holds of a result that has failed is not to be sent."""
        self._is_over = True

    def give_up(self) -> bool:
        """Send what there is of a result that is not to be whole; tell whether there is anything."""
        self._target.write(frame_of(self._unsent) if self._unsent else b"")
        return self._bytes + len(self._unsent) > 0


def frame_of(payload: bytes) -> bytes:
    """Put the length before the bytes."""
    return struct.pack(">I", len(payload)) + payload
