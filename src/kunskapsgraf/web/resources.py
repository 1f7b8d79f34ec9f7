"""Linked data: a thing's IRI leads by 303 to its page or its data."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from kunskapsgraf.graph.formats import HTML
from kunskapsgraf.graph.rdf import NamedNode, Triple
from kunskapsgraf.graph.store import select
from kunskapsgraf.graph.vocabulary import RDF_TYPE
from kunskapsgraf.web import carried, context, profiles, schemaorg, signposts
from kunskapsgraf.web.describe import describe
from kunskapsgraf.web.documents import answer
from kunskapsgraf.web.extent import Standing
from kunskapsgraf.web.labels import labels_of
from kunskapsgraf.web.links import Links
from kunskapsgraf.web.lookup import known, moved
from kunskapsgraf.web.negotiation import GRAPH_FORMATS, PAGE_OR_GRAPH, by_suffix, chosen

blueprint = Blueprint("resources", __name__)


@blueprint.get("/id/<path:path>")
def thing(path: str) -> AnyResponse:
    """Lead from the thing to what is said of it (303, httpRange-14), by suffix, ``?format=`` or ``Accept``."""
    where, written = by_suffix(path.rstrip("/"))
    names = context.store().names
    found = _known(where if written else path)  # 404 here, not after the redirect
    asked = profiles.chosen(names)
    if replaced := moved(found, lambda iri: _links().thing(iri)):
        return replaced
    if written is None:
        written = chosen(PAGE_OR_GRAPH)
    links = _links()
    if written is HTML:
        response = redirect(links.page(found.iri), 303)
    else:
        response = redirect(links.data(found.iri, written.name, **profiles.argument(asked)), 303)
    response.headers["Link"] = ", ".join(signposts.of_thing(found.iri, names))
    response.vary.add("Accept-Profile")
    return response


@blueprint.get("/sida/<path:path>")
def page(path: str) -> AnyResponse:
    """Show the page of a thing."""
    found = _known(path)
    if replaced := moved(found, _links().page):
        return replaced
    store, iri = context.store(), found.iri
    description = describe(store, iri)
    assert description is not None, "the graph knows it"
    outside = _outside(iri)
    response = Response(
        render_template(
            "thing.html",
            thing=description,
            iri=iri,
            carried=carried.about(iri),
            outside=outside,
            outside_labels=labels_of(store, (term for t in outside for term in (t.subject, t.predicate, t.object))),
            structured=schemaorg.of_thing(description),
        )
    )
    response.headers["Link"] = signposts.of_page(iri, store.names)
    return response


@blueprint.get("/data/<path:path>")
def data(path: str) -> AnyResponse:
    """Give the data of a thing, as much as the profile asks for."""
    where, written = by_suffix(path.rstrip("/"))
    if written is None or written is HTML:
        written, where = chosen(GRAPH_FORMATS), where if written else path
    name = written.name
    found = _known(where)
    return moved(found, lambda iri: _links().data(iri, name, **request.args)) or answer(found, written)


def _links() -> Links:
    return Links(context.store().names)


def _known(path: str) -> Standing:
    """Find the thing at a path; a slash at the end may be the name's own, and is else passed over."""
    ways = dict.fromkeys((path, path.rstrip("/")))
    return known([iri for way in ways for iri in _links().things(way)])


def _outside(iri: str) -> list[Triple]:
    """Give the statements that would put a thing into the categories of its kinds that it is not in."""
    rows = select(context.store(), context.query("categories-not-of", thing=iri))
    return [Triple(NamedNode(iri), NamedNode(RDF_TYPE), row["category"]) for row in rows]
