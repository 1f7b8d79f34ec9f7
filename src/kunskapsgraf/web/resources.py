"""Linked data: a thing's IRI leads by 303 to its page or its data."""

from __future__ import annotations

from contextlib import suppress

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from kunskapsgraf.errors import ParameterError
from kunskapsgraf.graph.formats import HTML
from kunskapsgraf.web import context, entity, parts, profiles, schemaorg, signposts
from kunskapsgraf.web.describe import Description, describe
from kunskapsgraf.web.documents import answer
from kunskapsgraf.web.extent import Standing, is_only_replaced
from kunskapsgraf.web.links import Links
from kunskapsgraf.web.lookup import known, moved
from kunskapsgraf.web.negotiation import GRAPH_FORMATS, PAGE_OR_GRAPH, by_suffix, chosen

blueprint = Blueprint("resources", __name__)


@blueprint.get("/id/<path:path>")
def thing(path: str) -> AnyResponse:
    """Lead from the thing to what is said of it (303, httpRange-14), by suffix, ``?format=`` or ``Accept``."""
    where, written = by_suffix(path.rstrip("/"))
    names = context.store().names
    own = _candidates(path)
    found = known([*_candidates(where), *own] if written else own)  # 404 here, not after the redirect
    if found.iri in own:
        written = None  # its name ends as a file's does
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
    """Show the page of a thing; or with ``?egenskap=`` a part of one of its lists."""
    store = context.store()
    if wanted := request.args.get("egenskap"):
        return Response(parts.page(_candidates(path), wanted))
    description = _described(path)
    if is_only_replaced(description.said()) and (replaced := moved(_known(path), _links().page)):
        return replaced
    response = Response(entity.page(description, schemaorg.of_thing(description)))
    response.headers["Link"] = signposts.of_page(description.iri, store.names)
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


def _candidates(path: str) -> list[str]:
    """Give the IRIs that a path may mean; a slash at the end may be the name's own, and is else passed over."""
    ways = dict.fromkeys((path, path.rstrip("/")))
    return [iri for way in ways for iri in _links().things(way)]


def _known(path: str) -> Standing:
    return known(_candidates(path))


def _described(path: str) -> Description:
    """Describe the thing at a path, in whichever way its IRI is written; raises ``Gone`` or ``NotFound``."""
    candidates = _candidates(path)
    for iri in candidates:
        with suppress(ParameterError):  # no IRI can hold that letter
            if (found := describe(context.store(), iri)) is not None:
                return found
    known(candidates)
    raise AssertionError(path)
