"""Results as responses: from memory or from the disk, always whole and with their length, tagged by version and request.

A strong ETag must differ whenever the bytes do (RFC 9110, section 8.8.3). The snapshot and the request decide them, but
for queries that ask for a time or chance; those are tagged by what they hold, where that is in memory.
"""

from __future__ import annotations

import hashlib

from flask import Response, request

from kunskapsgraf import __version__
from kunskapsgraf.errors import NotAcceptable
from kunskapsgraf.graph import guard
from kunskapsgraf.graph.formats import Format
from kunskapsgraf.graph.spool import Spool
from kunskapsgraf.graph.store import Answer, Dataset
from kunskapsgraf.web import compression
from kunskapsgraf.web.headers import FRESH
from kunskapsgraf.web.negotiation import content_type, fits_xml, holds_triple_terms, serialised

_OVERLAP = 200
"""Bytes looked at again with the next piece: what XML cannot hold may lie across both."""
CONDITIONAL = ("GET", "HEAD", "QUERY")
"""A QUERY is safe, so that a client may ask whether its answer still holds (HTTP QUERY, section 2.6)."""


def tag(version: str, query: str, dataset: Dataset, written: Format) -> str | None:
    """Give the ETag of an answer; ``None`` for a query that may answer differently each time."""
    if guard.is_volatile(query):
        return None
    parts = (version, __version__, query, repr(dataset), written.media_type)
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:24]


def unchanged(etag: str | None) -> Response | None:
    """Answer 304 before the query runs, where the client has the very answer."""
    if etag is None or request.method not in CONDITIONAL:
        return None
    # Whoever takes gzip and has the plain answer may be sent another representation: that is told when its size is known.
    held = etag + compression.SUFFIX if compression.prefers_gzip(request.accept_encodings) else etag
    if not request.if_none_match.contains_weak(held):
        return None
    response = Response(status=304)
    response.set_etag(held)
    del response.headers["Content-Type"]
    return response


def sent(answer: Answer, query: str, dataset: Dataset, written: Format) -> Response:
    """Send an answer; raises ``NotAcceptable`` for text that XML cannot hold."""
    content = answer.content
    response = _spooled(content, written) if isinstance(content, Spool) else serialised(content, written)
    etag = tag(answer.version, query, dataset, written)
    if etag is None:
        response.headers["Cache-Control"] = "no-cache"
    elif request.method in CONDITIONAL:
        response.set_etag(etag)
        response.headers["Cache-Control"] = FRESH
    return response


def _spooled(spool: Spool, written: Format) -> Response:
    size, pieces = len(spool), iter(spool)
    if "xml" in written.media_type:
        try:
            returns = _carriage_returns(spool)
        except NotAcceptable:
            spool.close()
            raise
        size += returns * (len(b"&#13;") - 1)
        pieces = (piece.replace(b"\r", b"&#13;") for piece in spool)
    kind = content_type(written, holds_triple_terms=_has_triple_terms(spool, written))
    response = Response(pieces, content_type=kind, direct_passthrough=True)
    response.content_length = size
    response.call_on_close(spool.close)
    return response


def _has_triple_terms(spool: Spool, written: Format) -> bool:
    rest = b""
    for piece in spool if written.kinds == ("graph",) else ():
        if holds_triple_terms(rest + piece, written):
            return True
        rest = piece[-_OVERLAP:]
    return False


def _carriage_returns(spool: Spool) -> int:
    """Count them, and raise ``NotAcceptable`` where a piece cannot be XML."""
    found, rest = 0, b""
    for piece in spool:
        fits_xml(rest + piece)
        rest = piece[-_OVERLAP:]
        found += piece.count(b"\r")
    return found
