"""Which format an answer takes: by suffix, by ``?format=``, by ``Accept``; and RDF as a response."""

from __future__ import annotations

from flask import Response, request

from kunskapsgraf.graph import formats
from kunskapsgraf.graph.formats import FORMATS, HTML, Format

GRAPH_FORMATS = tuple(candidate for candidate in FORMATS if "graph" in candidate.kinds)
PAGE_OR_GRAPH = (HTML, *GRAPH_FORMATS)


def chosen(candidates: tuple[Format, ...]) -> Format:
    """Choose by ``?format=``, else by ``Accept``; raises ``BadRequest`` or ``NotAcceptable``."""
    if wanted := request.args.get("format"):
        return HTML if wanted == "html" and HTML in candidates else formats.named(wanted, "graph")
    return formats.accepted(request.headers.get("Accept"), candidates)


def by_suffix(path: str) -> tuple[str, Format | None]:
    """Split ``kommun/sala.ttl`` into the path and the format; the format is ``None`` where no suffix names one."""
    stem, dot, suffix = path.rpartition(".")
    for candidate in PAGE_OR_GRAPH:
        if dot and candidate.name == suffix:
            return stem, candidate
    return path, None


def rdf(body: bytes, written: Format) -> Response:
    """Send serialised RDF."""
    charset = "; charset=utf-8" if written.media_type.startswith("text/") else ""
    return Response(body, content_type=written.media_type + charset)
