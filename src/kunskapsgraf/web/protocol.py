"""The request of a query operation, read by the rules of the SPARQL 1.1 Protocol (section 2.1) and of HTTP QUERY."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from flask import request

from kunskapsgraf.errors import BadRequest
from kunskapsgraf.graph.dataset import INFERENCE
from kunskapsgraf.settings import Settings
from kunskapsgraf.web import context, tokens
from kunskapsgraf.web.intake import check_encoded
from kunskapsgraf.web.problems import UnsupportedMediaType

QUERY_TYPE = "application/sparql-query"
UPDATE_TYPE = "application/sparql-update"
FORM_TYPE = "application/x-www-form-urlencoded"
ACCEPT_QUERY = f'"{QUERY_TYPE}", "{FORM_TYPE}"'
"""What a QUERY may carry, as the header ``Accept-Query`` tells it (HTTP QUERY, section 3)."""
PARAMETERS = (
    "query",
    "default-graph-uri",
    "named-graph-uri",
    "version",
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


def accept_post() -> str:
    """Tell what a POST may carry, as the header ``Accept-Post`` does (Linked Data Platform, section 7.1)."""
    kinds = (QUERY_TYPE, FORM_TYPE, UPDATE_TYPE)
    return ", ".join(kinds if context.settings().writers else kinds[:2])


def given() -> Parameters:
    """Read what a request asks for: the parameters of its address beside those of its body.

    Raises ``BadRequest`` for what is not UTF-8, and ``UnsupportedMediaType`` for another body.
    """
    address = _address()
    if request.method in ("GET", "HEAD"):
        return address
    kind = _content_type()
    limits = context.settings()
    # A form of someone who may write can be an update.
    may_write = kind != QUERY_TYPE and limits.writers and tokens.is_known()
    request.max_content_length = limits.body_bytes if may_write else most_of_a_query(limits)
    return joined(address, of_body(request.get_data(cache=False), kind))


def most_of_a_query(limits: Settings) -> int:
    """Give how many bytes a body may have that asks a query: a form may percent-encode every one."""
    return limits.query_bytes * 4


def of_body(raw: bytes, kind: str) -> Parameters:
    """Read what a body of a media type asks for; raises ``BadRequest`` for what is not UTF-8."""
    if kind == FORM_TYPE:
        check_encoded(raw, "formuläret", "the form")
        return parsed(raw.decode("utf-8"))
    return {"query" if kind == QUERY_TYPE else "update": [_decoded(raw)]}


def operation(asked: Parameters) -> Operation:
    """Read the query that a request asks; raises ``BadRequest`` for what is missing, repeated, or no query."""
    if "update" in asked:
        if "query" in asked:
            raise BadRequest("Skicka antingen query eller update, inte båda.", "Send either query or update, not both.")
        # A client must never believe that its update was taken.
        raise BadRequest(
            "En uppdatering (update) skickas med POST, i ett formulär eller som kropp.",
            "An update is sent by POST, in a form or as the body.",
        )
    query = _one(asked, "query")
    if not query.strip():
        raise BadRequest(
            "Parametern query saknas. Skicka exakt en: /sparql?query=SELECT…",
            "The parameter query is missing. Send exactly one: /sparql?query=SELECT…",
        )
    _one(asked, "version")  # SPARQL 1.2 Protocol, section 2.2: at most one; all versions are read alike
    inference = _one(asked, "inference") or "full"
    if inference not in INFERENCE:
        raise BadRequest(
            f"Parametern inference är {inference[:50]!r}; ange none, owl eller full.",
            f"The parameter inference is {inference[:50]!r}; give none, owl or full.",
        )
    return Operation(
        query,
        # Forms of other services send these empty; an empty name chooses nothing.
        tuple(filter(None, asked.get("default-graph-uri", ()))),
        tuple(filter(None, asked.get("named-graph-uri", ()))),
        inference,
        next(iter(asked.get("format", ())), ""),  # SPARQLWrapper sends several names of the same; the first counts
        _one(asked, "download") not in ("", "0", "false"),
        tuple(name for name in asked if name not in PARAMETERS and name not in _IGNORED),
    )


def has_query() -> bool:
    """Tell whether a GET asks a query, or only for the endpoint itself."""
    return "query" in _address() or "update" in _address()


def is_update() -> bool:
    """Tell whether the body is said to be an update."""
    return request.method == "POST" and request.mimetype == UPDATE_TYPE


def _address() -> Parameters:
    return request.args.to_dict(flat=False)


def _content_type() -> str:
    kind = request.mimetype
    if not kind and request.method == "QUERY":
        raise BadRequest(
            f"Content-Type saknas. QUERY skickar {QUERY_TYPE} eller {FORM_TYPE}.",
            f"Content-Type is missing. QUERY sends {QUERY_TYPE} or {FORM_TYPE}.",
        )
    if kind not in (QUERY_TYPE, FORM_TYPE) and not is_update():
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


def parsed(text: str) -> Parameters:
    """Read the fields of a form or an address; raises ``BadRequest`` where there are too many."""
    found: dict[str, list[str]] = defaultdict(list)
    try:
        for name, value in parse_qsl(text, keep_blank_values=True, max_num_fields=1000):
            found[name].append(value)
    except ValueError as error:
        raise BadRequest("Formuläret har fler än 1000 fält.", "The form has more than 1000 fields.") from error
    return found


def joined(address: Parameters, body: Parameters) -> Parameters:
    """Put what the address says beside what the body says; nothing that a client sent is dropped in silence."""
    return {name: [*address.get(name, ()), *body.get(name, ())] for name in (*address, *body)}


def _one(given: Parameters, name: str) -> str:
    values = given.get(name, [])
    if len(values) > 1 and (name == "query" or len(set(values)) > 1):
        raise BadRequest(
            f"Parametern {name} finns flera gånger; skicka en.", f"The parameter {name} is repeated; send one."
        )
    return values[0] if values else ""
