"""The RDF that a client sends to the graph store: its format, by ``Content-Type``, and its bytes, unparsed."""

from __future__ import annotations

from pathlib import PurePosixPath

from flask import request
from werkzeug.datastructures import FileStorage

from kunskapsgraf.errors import BadRequest
from kunskapsgraf.graph.formats import Format
from kunskapsgraf.graph.rdf import GRAPH_FORMATS as ENGINE_FORMATS
from kunskapsgraf.graph.rdf import READABLE
from kunskapsgraf.graph.writing import Document
from kunskapsgraf.web import tokens
from kunskapsgraf.web.negotiation import GRAPH_FORMATS
from kunskapsgraf.web.problems import UnsupportedMediaType

MULTIPART = "multipart/form-data"
_TAKEN = tuple(written for written in GRAPH_FORMATS if ENGINE_FORMATS[written.name] in READABLE.values())
"""The formats of one graph; TriG and N-Quads may name others than the one that is written."""
ACCEPTED = ", ".join([*(written.media_type for written in _TAKEN), MULTIPART])
"""What a POST may carry, as the header ``Accept-Post`` tells it (Linked Data Platform, section 7.1)."""
_CHARSETS = ("utf-8", "utf8", "us-ascii")


def is_empty() -> bool:
    """Tell whether nothing is sent (section 5.5: that is no error)."""
    return not request.content_length and "Transfer-Encoding" not in request.headers


def declared() -> Format | None:
    """Give the format that the body is said to have; ``None`` for a form with files, whose parts say it.

    Raises ``UnsupportedMediaType``, and ``BadRequest`` for a part of a graph (RFC 9110, section 14.5).
    """
    if "Content-Range" in request.headers:
        raise BadRequest("Skicka hela grafen, utan Content-Range.", "Send the whole graph, without Content-Range.")
    if request.mimetype == MULTIPART and request.method == "POST":
        return None
    # Without a type, RDF/XML (section 5).
    return _of_type(request.mimetype or "application/rdf+xml", request.mimetype_params.get("charset", "utf-8"))


def received(written: Format | None) -> tuple[Document, ...]:
    """Give the body with its format; of a form, each of its files, which are merged (section 5.5)."""
    if written is not None:
        return (Document(request.get_data(cache=False), written.name),)
    files = [file for _, file in request.files.items(multi=True)]
    if tokens.IN_ADDRESS in request.form:
        raise tokens.misplaced()
    if not files or request.form:
        raise BadRequest(
            "Formuläret ska ha en fil eller flera, och inga andra fält: en ändring tas emot hel eller inte alls.",
            "The form must have one file or several, and no other fields: a change is taken whole or not at all.",
        )
    formats = [_of_file(file) for file in files]  # before any of them is read
    return tuple(Document(file.read(), found.name) for file, found in zip(files, formats, strict=True))


def _of_file(file: FileStorage) -> Format:
    if file.mimetype:
        return _of_type(file.mimetype, file.mimetype_params.get("charset", "utf-8"))
    suffix = PurePosixPath(file.filename or "").suffix.lower()
    engine = READABLE.get(suffix)
    found = next((candidate for candidate in _TAKEN if ENGINE_FORMATS[candidate.name] is engine), None)
    if engine is None or found is None:
        raise BadRequest(
            "En fil i formuläret har varken Content-Type eller en ändelse som säger dess format.",
            "A file in the form has neither a Content-Type nor a suffix that tells its format.",
        )
    return found


def _of_type(kind: str, charset: str) -> Format:
    found = next((candidate for candidate in _TAKEN if candidate.media_type == kind.lower()), None)
    if found is None:
        raise UnsupportedMediaType(
            f"Content-Type {kind[:100]} läses inte här. Skicka en av: {ACCEPTED}.",
            f"Content-Type {kind[:100]} is not read here. Send one of: {ACCEPTED}.",
        )
    if charset.lower() not in _CHARSETS:
        raise UnsupportedMediaType(
            f"Teckenkodningen {charset[:50]} stöds inte; skicka UTF-8.",
            f"The charset {charset[:50]} is not supported; send UTF-8.",
        )
    return found
