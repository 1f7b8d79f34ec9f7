"""gzip for whoever accepts it: a representation of its own, with its own strong ETag and its own length."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache

from flask import Response, request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from kunskapsgraf.graph.spool import Spools

SUFFIX = "-gzip"
"""What the tag of a compressed answer ends in."""
SMALLEST = 1000
"""Bytes; a smaller body fits one packet either way."""
_FAST_FROM = 1_000_000
"""Bytes from which the fastest level is used: a large result is repetitive, and somebody waits."""
_STATIC_LEVEL = 9
"""A file of the pages is compressed once, and then kept by the front."""
_TYPES = ("text/", "application/sparql-results+", "application/problem+json", "application/json")
_OTHERS = frozenset(
    {
        "application/ld+json",
        "application/rdf+xml",
        "application/xml",
        "application/n-triples",
        "application/n-quads",
        "application/trig",
        "application/javascript",  # what Python before 3.12 calls text/javascript
        "image/svg+xml",
    }
)


def is_chosen(response: Response) -> bool:
    """Tell whether an answer is to be compressed: it is worth it, and the client likes it so."""
    return _is_worth_it(response) and prefers_gzip(request.accept_encodings)


def prefers_gzip(accepted: Accept) -> bool:
    """Tell whether a client takes gzip, and likes it no less than the plain answer (RFC 9110, section 12.5.3)."""
    quality = {name.lower(): value for name, value in reversed(list(accepted))}
    gzip = max((quality[name] for name in ("gzip", "x-gzip") if name in quality), default=quality.get("*", 0.0))
    # The plain answer is always acceptable where nothing is said of it, but is not preferred.
    return gzip > 0 and gzip >= quality.get("identity", 0.0)


@lru_cache(maxsize=256)
def takes_gzip(header: str) -> bool:
    """Tell whether ``prefers_gzip`` holds for a header; what was found is remembered, so the header must be short."""
    return prefers_gzip(parse_accept_header(header))


def _is_worth_it(response: Response) -> bool:
    return (
        response.status_code not in (204, 206, 304)
        and "Content-Encoding" not in response.headers
        and is_worth_it(response.mimetype or "", response.content_length or 0)
    )


def is_worth_it(content_type: str, size: int) -> bool:
    """Tell whether a body of a type and size gains by it."""
    kind = content_type.partition(";")[0]
    return size >= SMALLEST and (kind.startswith(_TYPES) or kind in _OTHERS)


def level_of(size: int) -> int:
    """Give the level that a body of a size is compressed at."""
    return 1 if size >= _FAST_FROM else 6


def compress(response: Response, spools: Spools) -> None:
    """Compress a body, spooled to disk where it is large, and tell its length: a cut answer must never look whole.

    Raises ``SpoolFull`` where there is no room for it; the body is used up then.
    """
    level = _STATIC_LEVEL if request.endpoint == "static" else level_of(response.content_length or 0)
    target = spools.open()
    response.call_on_close(target.close)
    close = getattr(response.response, "close", None)
    if close is not None:
        response.call_on_close(close)
    for piece in gzipped(response.iter_encoded(), level):
        target.write(piece)
    target.finish()
    response.content_length = len(target)
    response.response = target
    response.direct_passthrough = True
    response.headers["Content-Encoding"] = "gzip"
    response.headers.pop("Accept-Ranges", None)


def gzipped(pieces: Iterable[bytes], level: int) -> Iterator[bytes]:
    """Compress piece by piece; the same bytes give the same, since no time is written (RFC 1952, MTIME 0)."""
    packer = zlib.compressobj(level, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    for piece in pieces:
        yield packer.compress(piece)
    yield packer.flush()
