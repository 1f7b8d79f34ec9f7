"""Which format an answer takes: by suffix, by ``?format=``, by ``Accept``; and RDF as a response."""

from __future__ import annotations

import re

from flask import Response, request

from kunskapsgraf.errors import NotAcceptable
from kunskapsgraf.graph import formats
from kunskapsgraf.graph.formats import FORMATS, HTML, Format

GRAPH_FORMATS = tuple(candidate for candidate in FORMATS if "graph" in candidate.kinds)
_NOT_IN_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_WITH_VERSION = frozenset({"ttl", "nt", "trig", "nq"})
PAGE_OR_GRAPH = (HTML, *GRAPH_FORMATS)
_GRAPH_NAMES = {"turtle": "ttl", "n3": "ttl", "json-ld": "jsonld", "json": "jsonld", "rdf+xml": "rdf", "xml": "rdf"}
"""What SPARQLWrapper calls the formats of graphs; "xml" is its default, sent with every CONSTRUCT."""
DATA_OR_PAGE = (*GRAPH_FORMATS, HTML)
"""A program that takes anything gets data; a browser names HTML."""

_EMPTY_NAME = re.compile(rb"</?[\w.-]*:[\s/>]")
"""An element without a local name: what the writer makes of a predicate that ends in a digit or a slash."""


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


def query_format(kind: str, wanted: str, accept: str | None) -> Format:
    """Choose the format of an answer to a query by ``?format=``, else by ``Accept``; raises as ``chosen`` does."""
    if wanted == HTML.name:
        return HTML
    if wanted:
        return formats.named(_GRAPH_NAMES.get(wanted, wanted) if kind == "graph" else wanted, kind)
    return formats.accepted(accept, [*(candidate for candidate in FORMATS if kind in candidate.kinds), HTML])


def serialised(body: bytes, written: Format) -> Response:
    """Send a serialised answer; raises as ``written_out`` does."""
    body, kind = written_out(body, written)
    return Response(body, content_type=kind)


def written_out(body: bytes, written: Format) -> tuple[bytes, str]:
    """Give a body as it is sent, and its type; raises ``NotAcceptable`` for text that XML 1.0 cannot hold (section 2.2)."""
    if "xml" in written.media_type:
        fits_xml(body)
        body = body.replace(b"\r", b"&#13;")  # a parser reads a bare one as a line feed (section 2.11)
    return body, content_type(written, holds_triple_terms=holds_triple_terms(body, written))


def holds_triple_terms(piece: bytes, written: Format) -> bool:
    """Tell whether a part of a graph holds a triple term, in the formats that have them."""
    return written.name in _WITH_VERSION and b"<<(" in piece


def content_type(written: Format, *, holds_triple_terms: bool) -> str:
    """Write the type of an answer; a triple term is RDF 1.2, which a reader of 1.1 is told (RDF 1.2 Turtle, section 2.12)."""
    charset = "; charset=utf-8" if written.media_type.startswith("text/") else ""
    return written.media_type + charset + ("; version=1.2" if holds_triple_terms else "")


def fits_xml(body: bytes) -> None:
    """Raise ``NotAcceptable`` for text that XML 1.0 cannot hold (section 2.2)."""
    if _NOT_IN_XML.search(body) or _EMPTY_NAME.search(body):
        raise NotAcceptable(
            "Svaret innehåller styrtecken eller en egenskap vars IRI inte slutar i ett namn; XML kan inte bära dem. Välj ett annat format.",
            "The answer holds control characters, or a property whose IRI does not end in a name; XML cannot carry them. Choose another format.",
        )
