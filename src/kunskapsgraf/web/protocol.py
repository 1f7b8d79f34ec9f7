"""The request of a query operation, read by the rules of the SPARQL 1.1 Protocol (section 2.1) and of HTTP QUERY."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from flask import request

from kunskapsgraf.errors import BadRequest
from kunskapsgraf.graph import guard
from kunskapsgraf.graph.dataset import INFERENCE
from kunskapsgraf.web import context
from kunskapsgraf.web.intake import check_encoded
from kunskapsgraf.web.problems import UnsupportedMediaType

QUERY_TYPE = "application/sparql-query"
FORM_TYPE = "application/x-www-form-urlencoded"
ACCEPT_QUERY = f'"{QUERY_TYPE}", "{FORM_TYPE}"'
"""What a QUERY may carry, as the header ``Accept-Query`` tells it (HTTP QUERY, section 3)."""
PARAMETERS = (
    "query",
    "default-graph-uri",
    "named-graph-uri",
    "inference",
    "format",
    "download",
    "lang",
)
_MANY = frozenset({"default-graph-uri", "named-graph-uri"})
_IGNORED = frozenset({"output", "results"})
"""SPARQLWrapper sends the format by these names too."""

Parameters = Mapping[str, list[str]]


@dataclass(frozen=True)
class Operation:
    """A query operation: the query, the dataset that the client chose, and how the answer is to be written."""

    query: str
    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    inference: str = "full"
    format: str = ""
    download: bool = False
    unknown: tuple[str, ...] = ()


def operation() -> Operation:
    """Read the operation that the request asks for.

    Raises ``BadRequest`` for what is missing, repeated or not UTF-8, ``UnsupportedMediaType`` for another body, and
    ``QueryForbidden`` for an update.
    """
    address = _address()
    if request.method in ("GET", "HEAD"):
        return _operation(address)
    most = context.settings().query_bytes
    request.max_content_length = most * 4  # a form may percent-encode every byte
    kind = _content_type()
    raw = request.get_data(cache=False)
    if kind == QUERY_TYPE:
        text = _decoded(raw)
        return _operation(_joined(address, {"query": [text]}))
    check_encoded(raw, "formuläret", "the form")
    return _operation(_joined(address, _parsed(raw.decode("utf-8"))))


def has_query() -> bool:
    """Tell whether a GET asks a query, or only for the endpoint itself."""
    return "query" in _address() or "update" in _address()


def _address() -> Parameters:
    return request.args.to_dict(flat=False)


def _content_type() -> str:
    kind = request.mimetype
    if not kind and request.method == "QUERY":
        raise BadRequest(
            f"Content-Type saknas. QUERY skickar {QUERY_TYPE} eller {FORM_TYPE}.",
            f"Content-Type is missing. QUERY sends {QUERY_TYPE} or {FORM_TYPE}.",
        )
    if kind not in (QUERY_TYPE, FORM_TYPE):
        raise UnsupportedMediaType(
            f"Content-Type {kind or '-'} stöds inte; skicka {QUERY_TYPE} eller ett formulär med query=.",
            f"Content-Type {kind or '-'} is not supported; send {QUERY_TYPE} or a form with query=.",
        )
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise UnsupportedMediaType(
            f"Teckenkodningen {charset} stöds inte; skicka UTF-8.",
            f"The charset {charset} is not supported; send UTF-8.",
        )
    return kind


def _decoded(raw: bytes) -> str:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest("Frågan är inte UTF-8.", "The query is not UTF-8.") from error
    if "\0" in text:
        raise BadRequest("Det finns en nollbyte i frågan.", "There is a null byte in the query.")
    return text.removeprefix("\ufeff")  # editors write it before the text; SPARQL has no such character


def _parsed(text: str) -> Parameters:
    found: dict[str, list[str]] = defaultdict(list)
    try:
        for name, value in parse_qsl(text, keep_blank_values=True, max_num_fields=1000):
            found[name].append(value)
    except ValueError as error:
        raise BadRequest("Formuläret har fler än 1000 fält.", "The form has more than 1000 fields.") from error
    return found


def _joined(address: Parameters, body: Parameters) -> Parameters:
    """Put what the address says beside what the body says; nothing that a client sent is dropped in silence."""
    return {name: [*address.get(name, ()), *body.get(name, ())] for name in (*address, *body)}


def _operation(given: Parameters) -> Operation:
    if "update" in given:
        if "query" in given:
            raise BadRequest("Skicka antingen query eller update, inte båda.", "Send either query or update, not both.")
        # A client must never believe that its update was taken.
        guard.inspect("INSERT", context.settings().query_bytes)
    query = _one(given, "query")
    if not query.strip():
        raise BadRequest(
            "Parametern query saknas. Skicka exakt en: /sparql?query=SELECT…",
            "The parameter query is missing. Send exactly one: /sparql?query=SELECT…",
        )
    inference = _one(given, "inference") or "full"
    if inference not in INFERENCE:
        raise BadRequest(
            f"Parametern inference är {inference[:50]!r}; ange none, owl eller full.",
            f"The parameter inference is {inference[:50]!r}; give none, owl or full.",
        )
    return Operation(
        query,
        # Forms of other services send these empty; an empty name chooses nothing.
        tuple(filter(None, given.get("default-graph-uri", ()))),
        tuple(filter(None, given.get("named-graph-uri", ()))),
        inference,
        next(iter(given.get("format", ())), ""),  # SPARQLWrapper sends several names of the same; the first counts
        _one(given, "download") not in ("", "0", "false"),
        tuple(name for name in given if name not in PARAMETERS and name not in _IGNORED),
    )


def _one(given: Parameters, name: str) -> str:
    values = given.get(name, [])
    if len(values) > 1 and (name == "query" or len(set(values)) > 1):
        raise BadRequest(
            f"Parametern {name} finns flera gånger; skicka en.", f"The parameter {name} is repeated; send one."
        )
    return values[0] if values else ""
