"""Linked data: a thing's IRI leads by 303 to its page or its data."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TypeVar

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from kunskapsgraf.errors import BadRequest, NotFound, ParameterError
from kunskapsgraf.graph.formats import HTML
from kunskapsgraf.graph.rdf import GRAPH_FORMATS as ENGINE_FORMATS
from kunskapsgraf.graph.rdf import NamedNode, Triple, write
from kunskapsgraf.graph.store import ask, select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.reasoner.speech import term
from kunskapsgraf.web import context, entity
from kunskapsgraf.web.describe import MOST_OF_PART, Description, describe, describe_part, triples
from kunskapsgraf.web.links import Links, encoded
from kunskapsgraf.web.negotiation import GRAPH_FORMATS, PAGE_OR_GRAPH, by_suffix, chosen, serialised

Found = TypeVar("Found")
blueprint = Blueprint("resources", __name__)


@blueprint.get("/id/<path:path>")
def thing(path: str) -> AnyResponse:
    """Lead from the thing to what is said of it (303, httpRange-14), by suffix, ``?format=`` or ``Accept``."""
    where, written = by_suffix(path.rstrip("/"))
    if written is None:
        written = chosen(PAGE_OR_GRAPH)
    iri = _found(where, _known)  # 404 here, not after the redirect
    address = _links().iri(iri) if written is HTML else _links().data(iri, written.name)
    assert address is not None, "a thing of ours has a page"
    response = redirect(address, 303)
    response.headers["Link"] = _alternates(iri)
    return response


@blueprint.get("/sida/<path:path>")
def page(path: str) -> Response:
    """Show the page of a thing; or with ``?egenskap=`` a part of one of its lists."""
    wanted = request.args.get("egenskap")
    if wanted:
        return Response(_part(path.rstrip("/"), wanted))
    description = _found(path.rstrip("/"), partial(describe, context.store()))
    response = Response(entity.page(description))
    response.headers["Link"] = _alternates(description.iri)
    return response


@blueprint.get("/data/<path:path>")
def data(path: str) -> Response:
    """Give the data of a thing: exactly the triples that its page shows."""
    where, written = by_suffix(path)
    if written is None or written is HTML:
        written = chosen(GRAPH_FORMATS)
    iri, found = _found(where, _data)
    body = write(found, ENGINE_FORMATS[written.name], context.store().names.prefixes())
    response = serialised(body, written)
    response.headers["Link"] = f'<{encoded(iri)}>; rel="describes", {_alternates(iri)}'
    return response


def _links() -> Links:
    return Links(context.store().names)


def _found(path: str, read: Callable[[str], Found | None]) -> Found:
    """Read the thing at a path, in whichever way its IRI is written; raises ``NotFound``."""
    candidates = _links().things(path)
    for iri in candidates:
        with suppress(ParameterError):  # no IRI can hold that letter
            if (found := read(iri)) is not None:
                return found
    raise _unknown(candidates[0])


def _known(iri: str) -> str | None:
    return iri if ask(context.store(), context.query("is-known", thing=iri)) else None


def _data(iri: str) -> tuple[str, list[Triple]] | None:
    found = triples(context.store(), iri)
    return (iri, found) if found else None


def _part(path: str, wanted: str) -> str:
    """Show a part of a list of a thing; raises ``NotFound`` where it has no such list, or the list no such page."""
    store = context.store()
    incoming, name = wanted.startswith("^"), wanted.removeprefix("^")
    number = request.args.get("sida", "1")
    if not re.fullmatch(r"[1-9][0-9]{0,5}", number):
        raise BadRequest(f"sida={number!r}: ange ett sidnummer från 1.", f"sida={number!r}: give a page number from 1.")
    predicate = term(name, store.names)
    if not isinstance(predicate, NamedNode):
        raise BadRequest("egenskap ska vara en IRI, inte en text.", "egenskap must be an IRI, not a text.")

    def read(iri: str) -> Description | None:
        return describe_part(store, iri, (incoming, predicate.value), int(number))

    description = _found(path, read)
    pages = math.ceil(description.groups[0].total / MOST_OF_PART)
    return entity.part_page(description, int(number), pages)


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
