"""Count the rows of a serialised result as its bytes go by, so that a bound on rows holds in every format.

The engine serialises a result in one call and tells nobody how many rows it wrote. In each format there is a sequence
of bytes that stands between rows and, by the format's own escaping, nowhere else. Imports nothing but the standard
library: the query workers use it.
"""

from __future__ import annotations

import re

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
