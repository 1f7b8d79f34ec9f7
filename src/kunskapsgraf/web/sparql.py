"""``/sparql``: the SPARQL 1.1 Protocol's query operation, and a form for people."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from kunskapsgraf.errors import BadRequest, NotAcceptable
from kunskapsgraf.graph import formats, guard
from kunskapsgraf.graph.formats import FORMATS, HTML, Format
from kunskapsgraf.graph.store import WHOLE, Dataset, columns_and_rows
from kunskapsgraf.web import context
from kunskapsgraf.web.labels import labels_of
from kunskapsgraf.web.negotiation import serialised
from kunskapsgraf.web.problems import UnsupportedMediaType

blueprint = Blueprint("sparql", __name__)
MOST_ROWS_ON_A_PAGE = 1000
MOST_BYTES_ON_A_PAGE = 5_000_000
"""A page is made in the process that serves everyone; larger answers go to programs."""
_GRAPH_NAMES = {"turtle": "ttl", "n3": "ttl", "json-ld": "jsonld", "json": "jsonld", "rdf+xml": "rdf", "xml": "rdf"}
"""What SPARQLWrapper calls the formats of graphs; "xml" is its default, sent with every CONSTRUCT."""


@blueprint.get("/sparql")
def get() -> Response:
    """Answer ``?query=``; without it, show the form to whoever reads HTML."""
    if "update" in request.args:
        _refuse_update()
    if "query" not in request.args:
        try:
            formats.accepted(request.headers.get("Accept"), [HTML])
        except NotAcceptable:
            raise _missing() from None
        return Response(render_template("sparql.html", query="", limits=context.settings()))
    return _answer(
        request.args.getlist("query"),
        request.args.getlist("default-graph-uri"),
        request.args.getlist("named-graph-uri"),
    )


@blueprint.post("/sparql")
def post() -> Response:
    """Answer a form (``query=``) or a body of type ``application/sparql-query``."""
    match request.mimetype:
        case "application/x-www-form-urlencoded":
            if "update" in request.form:
                _refuse_update()
            return _answer(
                request.form.getlist("query"),
                request.form.getlist("default-graph-uri"),
                request.form.getlist("named-graph-uri"),
            )
        case "application/sparql-query":
            try:
                text = request.get_data(cache=False).decode("utf-8")
            except UnicodeDecodeError as error:
                raise BadRequest("Frågan är inte UTF-8.", "The query is not UTF-8.") from error
            return _answer([text], request.args.getlist("default-graph-uri"), request.args.getlist("named-graph-uri"))
        case other:
            raise UnsupportedMediaType(
                f"Content-Type {other or '-'} stöds inte; skicka application/sparql-query eller ett formulär med query=.",
                f"Content-Type {other or '-'} is not supported; send application/sparql-query or a form with query=.",
            )


def _refuse_update() -> None:
    """Raise ``QueryForbidden``: a client must never believe that its update was taken."""
    guard.inspect("INSERT", context.settings().query_bytes)


def _missing() -> BadRequest:
    return BadRequest(
        "Parametern query saknas. Skicka exakt en: /sparql?query=SELECT…",
        "The parameter query is missing. Send exactly one: /sparql?query=SELECT…",
    )


def _answer(queries: list[str], default_graphs: list[str], named_graphs: list[str]) -> Response:
    if not queries or not queries[0].strip():
        raise _missing()
    if len(queries) > 1:
        raise BadRequest(
            "Parametern query finns flera gånger; skicka en.", "The parameter query is repeated; send one."
        )
    text = queries[0]
    kind = guard.inspect(text, context.settings().query_bytes)
    dataset = WHOLE
    if default_graphs or named_graphs:
        # The protocol's dataset replaces the query's own (SPARQL 1.1 Protocol, section 2.1.4).
        dataset = Dataset(tuple(default_graphs), tuple(named_graphs))
    chosen = _format(kind)
    if chosen is HTML:
        return _page(text, kind, dataset)
    answer = context.store().answer(text, chosen.name, dataset)
    response = serialised(answer.body, chosen)
    if request.values.get("download"):
        response.headers["Content-Disposition"] = f'attachment; filename="resultat.{chosen.name}"'
    return response


def _format(kind: str) -> Format:
    if wanted := request.values.get("format"):
        if wanted == "html":
            return HTML
        return formats.named(_GRAPH_NAMES.get(wanted, wanted) if kind == "graph" else wanted, kind)
    candidates = [candidate for candidate in FORMATS if kind in candidate.kinds]
    return formats.accepted(request.headers.get("Accept"), [*candidates, HTML])


def _page(text: str, kind: str, dataset: Dataset) -> Response:
    store = context.store()
    chosen = {"default-graph-uri": list(dataset.default or ()), "named-graph-uri": list(dataset.named or ())}
    limits = context.settings()
    if kind == "graph":
        turtle = store.answer(text, "ttl", dataset, MOST_BYTES_ON_A_PAGE).body.decode()
        return Response(render_template("sparql.html", query=text, turtle=turtle, limits=limits, dataset=chosen))
    if kind == "ask":
        truth = b"true" in store.answer(text, "json", dataset).body
        return Response(render_template("sparql.html", query=text, truth=truth, limits=limits, dataset=chosen))
    columns, rows = columns_and_rows(store, text, dataset, MOST_BYTES_ON_A_PAGE)
    shown = rows[:MOST_ROWS_ON_A_PAGE]
    labels = labels_of(store, (term for row in shown for term in row.values()))
    return Response(
        render_template(
            "sparql.html",
            dataset=chosen,
            query=text,
            columns=columns,
            rows=shown,
            total=len(rows),
            labels=labels,
            limits=limits,
        )
    )
