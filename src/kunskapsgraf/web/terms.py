"""The ontology: as a page and as data, and the things of each class."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import Blueprint, Response, render_template

from kunskapsgraf.errors import NotFound
from kunskapsgraf.graph import formats
from kunskapsgraf.graph.formats import HTML
from kunskapsgraf.graph.rdf import NamedNode
from kunskapsgraf.graph.store import select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.web import carried, context, language
from kunskapsgraf.web.labels import labels_of
from kunskapsgraf.web.negotiation import PAGE_OR_GRAPH, chosen, serialised
from kunskapsgraf.web.sparql import MOST_ROWS_ON_A_PAGE

blueprint = Blueprint("terms", __name__)


@dataclass
class Term:
    """A term of the ontology: its comment, kinds (Class, ObjectProperty ...) and the terms directly above it."""

    comment: str
    types: set[str] = field(default_factory=set)
    above: set[str] = field(default_factory=set)


@blueprint.get("/ns")
@blueprint.get("/ns.<suffix>")
def ontology(suffix: str | None = None) -> Response:
    """Show the ontology, or give it whole."""
    store = context.store()
    written = HTML if suffix == HTML.name else formats.named(suffix, "graph") if suffix else chosen(PAGE_OR_GRAPH)
    if written is not HTML:
        return serialised(
            store.answer(context.query("graph", graph=store.names.ontology_graph), written.name).body, written
        )
    terms = _terms()
    labels = labels_of(store, (NamedNode(iri) for name, term in terms.items() for iri in (name, *term.above)))
    return Response(render_template("ontology.html", terms=terms, labels=labels, names=store.names))


@blueprint.get("/klass/<name>")
def members(name: str) -> Response:
    """List all things of a class."""
    store = context.store()
    iri = store.names.terms + name
    term = _terms().get(iri)
    if term is None:
        raise NotFound(
            f"Det finns ingen klass {name!r}. Se ontologin på /ns.",
            f"There is no class {name!r}. See the ontology at /ns.",
        )
    query = context.query("class-members", **{"class": iri})
    things = [row["thing"] for row in select(store, query)]
    total = len(things)
    if total > MOST_ROWS_ON_A_PAGE:
        things = sorted(things, key=text_of)[
            :MOST_ROWS_ON_A_PAGE
        ]  # by IRI: to sort by label, all would have to be read
    labels = labels_of(store, [NamedNode(iri), *things])
    ordered = sorted((text_of(thing) for thing in things), key=lambda found: labels[found].text.lower())
    return Response(
        render_template(
            "members.html",
            iri=iri,
            things=ordered,
            total=total,
            query=query,
            labels=labels,
            comment=term.comment,
            carried=[] if things else carried.reasons(name),
        )
    )


def _terms() -> dict[str, Term]:
    """Read the terms of our namespace."""
    store = context.store()
    query = context.query("ontology-terms", graph=store.names.ontology_graph, language=language.current())
    terms: dict[str, Term] = {}
    for row in select(store, query):
        iri = text_of(row["term"])
        if not iri.startswith(store.names.terms):
            continue
        term = terms.setdefault(iri, Term(text_of(row["comment"]) if "comment" in row else ""))
        term.types.add(text_of(row["type"]).rsplit("#", 1)[-1])
        if "above" in row:
            term.above.add(text_of(row["above"]))
    return terms
