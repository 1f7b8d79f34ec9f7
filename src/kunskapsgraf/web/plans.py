"""Which requests the express way takes, what is known of their answer before the query has run, and how it is written.

A plain request asks a query as everybody does; whatever else it may carry is Flask's to see to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kunskapsgraf.graph import guard
from kunskapsgraf.graph.advice import names_terms
from kunskapsgraf.graph.begun import Prepared
from kunskapsgraf.graph.cache import Cache
from kunskapsgraf.graph.dataset import dataset_of
from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.formats import HTML, Format
from kunskapsgraf.graph.outline import outlined
from kunskapsgraf.graph.process import PIPE_BYTES
from kunskapsgraf.graph.store import Answer
from kunskapsgraf.settings import Settings
from kunskapsgraf.web import advice, compression, delivery, headers
from kunskapsgraf.web.advice import Terms
from kunskapsgraf.web.exchange import Headers, as_sent
from kunskapsgraf.web.intake import check_encoded
from kunskapsgraf.web.limits import REFUSED
from kunskapsgraf.web.negotiation import query_format, written_out
from kunskapsgraf.web.protocol import (
    ACCEPT_QUERY,
    FORM_TYPE,
    QUERY_TYPE,
    joined,
    most_of_a_query,
    of_body,
    operation,
    parsed,
)
from kunskapsgraf.web.proxies import HOST

LARGEST = 64 * 1024
"""Bytes of an answer that is sent from here: to compress more would hold up everyone."""
LONGEST_QUERY = 8000
LONGEST_BODY = 2 * LONGEST_QUERY
"""Bytes: a form writes much of a query with three for one."""
LONGEST_HEADER = 300
_PARAMETERS = frozenset({"query", "default-graph-uri", "named-graph-uri", "inference", "format", "output", "results"})
_TYPES = {
    media_type + charset: media_type
    for media_type in (FORM_TYPE, QUERY_TYPE)
    for charset in ("", ";charset=UTF-8", ";charset=utf-8", "; charset=UTF-8", "; charset=utf-8")
}
"""What the header of a plain body says, and the media type that it means."""
_HEADERS_FOR_FLASK = frozenset(
    {
        "HTTP_CONTENT_ENCODING",
        "HTTP_IF_MATCH",
        "HTTP_IF_NONE_MATCH",
        "HTTP_RANGE",
        "HTTP_TRANSFER_ENCODING",
    }
)
_DEPENDS_ON = ("REQUEST_METHOD", "QUERY_STRING", "CONTENT_TYPE", "HTTP_ACCEPT", "HTTP_ACCEPT_ENCODING")
"""What the plan of a plain request is made of, besides the snapshot and the body."""
PLANS_BYTES = 8_000_000
"""Plans that are remembered take about so much: what is asked comes again, for another answer or after a while."""
PLAN_BYTES = 1000


@dataclass(frozen=True)
class Plan:
    """How a request is to be answered, as far as it is known before its query has run."""

    prepared: Prepared
    written: Format
    warnings: str
    gzip: bool
    version: str
    tag: str
    """Empty where the answer is to a POST: that has no tag."""


class Plans:
    """The plans of plain requests on one store; those of late are remembered."""

    def __init__(self, settings: Settings, store: EmbeddedStore, terms: Terms) -> None:
        self._settings = settings
        self._store = store
        self._terms = terms
        self._kept: Cache[Plan] = Cache(PLANS_BYTES)
        self._paths = ("/sparql", f"{settings.prefix}/sparql")
        self._longest = min(LONGEST_QUERY, settings.url_bytes - len(self._paths[1]))
        self._longest_body = min(LONGEST_BODY, most_of_a_query(settings))

    def of(self, environ: dict[str, Any], version: str) -> Plan | None:
        """Give the plan of a plain request, if it has one; raises ``KunskapsgrafError`` for what is wrong in it."""
        key = (_body(environ), *(environ.get(name, "") for name in _DEPENDS_ON))
        plan = self._kept.get(version, key)
        if plan is None:
            plan = self._plan(version, *key)
            if plan is not None:
                # An address, its query and its frame hold the same; a frame also names every graph of a dataset.
                size = PLAN_BYTES + sum(map(len, key)) + 2 * len(plan.prepared.frame)
                self._kept.put(version, key, plan, size)
        return plan

    def _plan(
        self, version: str, body: bytes, method: str, address: str, kind_of_body: str, accept: str, accept_encoding: str
    ) -> Plan | None:
        check_encoded(address.encode(), "adressen", "the address")
        given = parsed(address)
        if method != "GET":
            given = joined(given, of_body(body, _TYPES[kind_of_body]))
        if "query" not in given or not given.keys() <= _PARAMETERS:
            return None
        asked = operation(given)
        if len(asked.query) > LONGEST_QUERY:
            return None
        store, limits = self._store, self._settings
        kind = guard.inspect(asked.query, limits.query_bytes, limits.query_nesting, limits.query_patterns)
        outline = outlined(asked.query)
        if outline.clauses:
            return None  # to resolve their names takes an engine
        graphs = store.graphs()
        dataset = dataset_of(store.names, graphs, outline, asked.default, asked.named, asked.inference)
        written = query_format(kind, asked.format, accept)
        tag = delivery.tag(version, asked.query, dataset, written)
        terms = self._terms.known(version) if names_terms(outline, store.names) else frozenset()
        if written is HTML or tag is None or terms is None:
            return None
        found = advice.found(store.names, terms, asked, outline, dataset, graphs)
        prepared = store.prepare(asked.query, written.name, dataset)
        if len(prepared.frame) > PIPE_BYTES:
            return None  # nobody here sends the rest
        if method not in delivery.CONDITIONAL:
            tag = ""
        return Plan(prepared, written, advice.header(found), compression.takes_gzip(accept_encoding), version, tag)

    def are_for(self, environ: dict[str, Any]) -> bool:
        """Tell whether a request, its body taken in, is a plain one."""
        address: str = environ["QUERY_STRING"]
        return (
            environ["PATH_INFO"] in self._paths
            and self._has_plain_body(environ)
            and len(address) <= self._longest
            and address.isascii()
            and _HEADERS_FOR_FLASK.isdisjoint(environ)
            and HOST.fullmatch(environ.get("HTTP_HOST", "localhost")) is not None
            and len(environ.get("HTTP_ACCEPT", "")) <= LONGEST_HEADER
            and len(environ.get("HTTP_ACCEPT_ENCODING", "")) <= LONGEST_HEADER
        )

    def _has_plain_body(self, environ: dict[str, Any]) -> bool:
        declared = environ.get("CONTENT_LENGTH", "")
        if environ["REQUEST_METHOD"] == "GET":
            return not declared
        return (
            environ["REQUEST_METHOD"] in ("POST", "QUERY")
            and environ.get("CONTENT_TYPE") in _TYPES
            and REFUSED not in environ
            and declared.isdigit()
            and 0 < int(declared) <= self._longest_body
        )


def _body(environ: dict[str, Any]) -> bytes:
    """Read what has been sent, and leave it to be read again."""
    if environ["REQUEST_METHOD"] == "GET":
        return b""
    sent: bytes = environ["wsgi.input"].read()
    environ["wsgi.input"].seek(0)
    return sent


def response(plan: Plan, answer: Answer) -> tuple[Headers, bytes] | None:
    """Write what ``web/delivery.py`` and ``web/headers.py`` make of the answer; ``None`` for a large one."""
    content = answer.content
    if not isinstance(content, bytes) or len(content) > LARGEST:
        return None
    asked = plan.prepared.asked
    tag = plan.tag
    if tag and answer.version != plan.version:
        tag = delivery.tag(answer.version, asked.query, asked.dataset, plan.written) or ""
    body, content_type = written_out(content, plan.written)
    gzip = plan.gzip and compression.is_worth_it(content_type, len(body))
    if gzip:
        body = b"".join(compression.gzipped([body], compression.level_of(len(body))))
    found = [
        ("Content-Type", content_type),
        ("Content-Length", str(len(body))),
    ]
    if tag:
        found += [("ETag", f'"{tag}{compression.SUFFIX if gzip else ""}"'), ("Cache-Control", headers.FRESH)]
    found.append(("Accept-Query", ACCEPT_QUERY))
    if plan.warnings:
        found.append((advice.HEADER, plan.warnings))
    found += headers.ALWAYS
    found.append(("Vary", ", ".join(headers.VARY)))
    if gzip:
        found.append(("Content-Encoding", "gzip"))
    return as_sent(found), body
