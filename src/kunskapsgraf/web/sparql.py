"""``/sparql``: the SPARQL 1.1 Protocol, queries by GET, POST and QUERY, updates by POST, and a form for people."""

from __future__ import annotations

from flask import Blueprint, Response, g, request

from kunskapsgraf.errors import NotAcceptable
from kunskapsgraf.graph import guard
from kunskapsgraf.graph.dataset import dataset_of
from kunskapsgraf.graph.formats import HTML, Format
from kunskapsgraf.graph.outline import outlined
from kunskapsgraf.graph.store import Dataset
from kunskapsgraf.graph.table import tabulate
from kunskapsgraf.web import context, delivery, description, forms, updates
from kunskapsgraf.web.advice import consider
from kunskapsgraf.web.labels import labels_of
from kunskapsgraf.web.negotiation import query_format
from kunskapsgraf.web.protocol import ACCEPT_QUERY, Operation, given, has_query, is_update, operation

blueprint = Blueprint("sparql", __name__)
MOST_ROWS_ON_A_PAGE = 1000
MOST_BYTES_ON_A_PAGE = 5_000_000
"""A page is made in the process that serves everyone; of a larger answer it shows the beginning, and says so."""


@blueprint.route("/sparql", methods=["GET", "POST", "QUERY"])
def endpoint() -> Response:
    """Answer a query; a GET without one asks for the endpoint itself."""
    is_query = request.method not in ("GET", "HEAD") or has_query()
    response = _asked() if is_query else _itself()
    response.headers["Accept-Query"] = ACCEPT_QUERY
    return response


def _asked() -> Response:
    if is_update():
        return updates.answer()  # its body is read when it is known who sends it
    asked = given()
    if request.method == "POST" and "update" in asked and "query" not in asked:
        return updates.answer(asked)
    return _answer(operation(asked))


def _itself() -> Response:
    """Describe the service to whoever reads RDF, and show the form to whoever reads HTML."""
    try:
        described = description.of_service()
    except NotAcceptable:
        operation({})  # tells that there is no query
        raise
    return described or Response(forms.form(query=""))


def _answer(asked: Operation) -> Response:
    store = context.store()
    g.query = asked.query
    kind = guard.inspect(asked.query, *context.query_limits())
    dataset, chosen = _chosen(asked, kind)
    if chosen is HTML:
        return _page(asked, kind, dataset)
    tag = delivery.tag(store.version(), asked.query, dataset, chosen)
    if known := delivery.unchanged(tag):
        return known
    response = delivery.sent(store.answer(asked.query, chosen.name, dataset), asked.query, dataset, chosen)
    if asked.download:
        response.headers["Content-Disposition"] = f'attachment; filename="resultat.{chosen.name}"'
    return response


def _chosen(asked: Operation, kind: str) -> tuple[Dataset, Format]:
    """Choose the graphs and the format, and keep the warnings; no outline is held while the query waits and runs."""
    store = context.store()
    outline = outlined(asked.query)
    graphs = store.graphs()
    dataset = dataset_of(store.names, graphs, outline, asked.default, asked.named, asked.inference)
    chosen = query_format(kind, asked.format, request.headers.get("Accept"))
    consider(store, asked, outline, dataset, graphs)
    return dataset, chosen


def _page(asked: Operation, kind: str, dataset: Dataset) -> Response:
    store = context.store()
    text = asked.query
    chosen = {"default-graph-uri": list(asked.default), "named-graph-uri": list(asked.named)}
    if asked.inference != "full":
        chosen["inference"] = [asked.inference]
    given = {"query": text, "dataset": chosen}
    if kind == "graph":
        answer = store.answer(text, "ttl", dataset, MOST_BYTES_ON_A_PAGE)
        turtle = answer.body.decode("utf-8", "ignore")
        if answer.is_cut:
            turtle = turtle[: turtle.rfind("\n") + 1]
        return Response(forms.form(turtle=turtle, is_whole=not answer.is_cut, **given))
    if kind == "ask":
        truth = b"true" in store.answer(text, "json", dataset).body
        return Response(forms.form(truth=truth, **given))
    table = tabulate(store, text, dataset, MOST_BYTES_ON_A_PAGE)
    shown = table.rows[:MOST_ROWS_ON_A_PAGE]
    labels = labels_of(store, (term for row in shown for term in row.values()))
    return Response(
        forms.form(
            columns=table.columns,
            rows=shown,
            total=len(table.rows),
            is_whole=table.is_whole,
            labels=labels,
            **given,
        )
    )
