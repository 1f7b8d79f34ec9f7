"""The RDF that a client sends to the graph store: its format, by ``Content-Type``, and its bytes, unparsed."""

from __future__ import annotations

from pathlib import PurePosixPath

from flask import request

from kunskapsgraf.errors import BadRequest
from kunskapsgraf.graph.formats import Format
from kunskapsgraf.graph.rdf import GRAPH_FORMATS as ENGINE_FORMATS
from kunskapsgraf.graph.rdf import READABLE
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
    """Give the format that the body is said to have; ``None`` for a form with a file, whose part says it.

    Raises ``UnsupportedMediaType``, and ``BadRequest`` for a part of a graph (RFC 9110, section 14.5).
    """
    if "Content-Range" in request.headers:
        raise BadRequest("Skicka hela grafen, utan Content-Range.", "Send the whole graph, without Content-Range.")
    if request.mimetype == MULTIPART and request.method == "POST":
        return None
    # Without a type, RDF/XML (section 5).
    return _of_type(request.mimetype or "application/rdf+xml", request.mimetype_params.get("charset", "utf-8"))


def received(written: Format | None) -> tuple[bytes, Format]:
    """Give the body with its format; of a form, its one file (section 5.5)."""
    if written is not None:
        return request.get_data(cache=False), written
    files = [file for _, file in request.files.items(multi=True)]
    if tokens.IN_ADDRESS in request.form:
        raise tokens.misplaced()
    if len(files) != 1 or request.form:
        raise BadRequest(
            "Formuläret ska ha exakt en fil, och inga andra fält: en ändring tas emot hel eller inte alls. Skicka "
            "flera filer var för sig, eller som en.",
            "The form must have exactly one file, and no other fields: a change is taken whole or not at all. Send "
            "several files one by one, or as one.",
        )
    file = files[0]
    if file.mimetype:
        return file.read(), _of_type(file.mimetype, file.mimetype_params.get("charset", "utf-8"))
    suffix = PurePosixPath(file.filename or "").suffix.lower()
    engine = READABLE.get(suffix)
    found = next((candidate for candidate in _TAKEN if ENGINE_FORMATS[candidate.name] is engine), None)
    if engine is None or found is None:
        raise BadRequest(
            "Filen i formuläret har varken Content-Type eller en ändelse som säger dess format.",
            "The file in the form has neither a Content-Type nor a suffix that tells its format.",
        )
    return file.read(), found


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
