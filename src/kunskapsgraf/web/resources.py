"""Linked data: a thing's IRI leads by 303 to its page or its data."""

from __future__ import annotations

import difflib
from contextlib import suppress

from flask import Blueprint, Response, redirect, render_template
from werkzeug.wrappers import Response as AnyResponse

from kunskapsgraf.errors import NotFound, ParameterError
from kunskapsgraf.graph.formats import HTML
from kunskapsgraf.graph.rdf import GRAPH_FORMATS as ENGINE_FORMATS
from kunskapsgraf.graph.rdf import NamedNode, Triple, write
from kunskapsgraf.graph.store import select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.vocabulary import RDF_TYPE
from kunskapsgraf.web import carried, context
from kunskapsgraf.web.describe import Description, describe
from kunskapsgraf.web.kinds import kind_of
from kunskapsgraf.web.kinds.kind import Told
from kunskapsgraf.web.labels import labels_of
from kunskapsgraf.web.links import Links, encoded
from kunskapsgraf.web.negotiation import GRAPH_FORMATS, PAGE_OR_GRAPH, by_suffix, chosen, serialised

blueprint = Blueprint("resources", __name__)


@blueprint.get("/id/<path:path>")
def thing(path: str) -> AnyResponse:
    """Lead from the thing to what is said of it (303, httpRange-14), by suffix, ``?format=`` or ``Accept``."""
    where, written = by_suffix(path.rstrip("/"))
    if written is None:
        written = chosen(PAGE_OR_GRAPH)
    iri = _described(where).iri  # 404 here, not after the redirect
    address = _links().iri(iri) if written is HTML else _links().data(iri, written.name)
    assert address is not None, "a thing of ours has a page"
    response = redirect(address, 303)
    response.headers["Link"] = _alternates(iri)
    return response


@blueprint.get("/sida/<path:path>")
def page(path: str) -> Response:
    """Show the page of a thing."""
    description = _described(path.rstrip("/"))
    told = Told(description, _links())
    kind = kind_of(description, context.store().names.terms)
    outside = _outside(description.iri)
    response = Response(
        render_template(
            "thing.html",
            thing=description,
            iri=description.iri,
            lead=list(kind.lead(told)),
            kind=kind,
            part=kind.data(told) if kind.template else None,
            carried=carried.about(description.iri),
            outside=outside,
            outside_labels=labels_of(
                context.store(), (term for t in outside for term in (t.subject, t.predicate, t.object))
            ),
        )
    )
    response.headers["Link"] = _alternates(description.iri)
    return response


@blueprint.get("/data/<path:path>")
def data(path: str) -> Response:
    """Give the data of a thing: exactly the triples that its page shows."""
    where, written = by_suffix(path)
    if written is None or written is HTML:
        written = chosen(GRAPH_FORMATS)
    description = _described(where)
    body = write(description.triples, ENGINE_FORMATS[written.name], context.store().names.prefixes())
    response = serialised(body, written)
    response.headers["Link"] = f'<{encoded(description.iri)}>; rel="describes", {_alternates(description.iri)}'
    return response


def _links() -> Links:
    return Links(context.store().names)


def _described(path: str) -> Description:
    candidates = _links().things(path)
    for iri in candidates:
        with suppress(ParameterError):  # no IRI can hold that letter
            if (found := describe(context.store(), iri)) is not None:
                return found
    raise _unknown(candidates[0])


def _outside(iri: str) -> list[Triple]:
    """Give the statements that would put a thing into the categories of its kinds that it is not in."""
    rows = select(context.store(), context.query("categories-not-of", thing=iri))
    return [Triple(NamedNode(iri), NamedNode(RDF_TYPE), row["category"]) for row in rows]


def _unknown(iri: str) -> NotFound:
    names = context.store().names
    path = iri.removeprefix(names.things)
    kind = path.split("/")[0]
    rows = select(context.store(), context.query("things-of-kind", start=f"{names.things}{kind}/"))
    near = difflib.get_close_matches(path, [text_of(row["thing"]).removeprefix(names.things) for row in rows], n=3)
    hint_sv = f" Menade du {' eller '.join(near)}?" if near else " Sök bland sakerna på startsidan."
    hint_en = f" Did you mean {' or '.join(near)}?" if near else " Look among the things on the front page."
    return NotFound(f"Grafen vet inget om {path}.{hint_sv}", f"The graph knows nothing of {path}.{hint_en}")


def _alternates(iri: str) -> str:
    links = _links()
    return ", ".join(
        [
            *(f'<{links.data(iri, f.name)}>; rel="alternate"; type="{f.media_type}"' for f in GRAPH_FORMATS),
            f'<{links.iri(iri)}>; rel="alternate"; type="text/html"',
            f'<{links.data(iri, "ttl")}>; rel="describedby"',
        ]
    )
