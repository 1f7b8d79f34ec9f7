"""What the graph says of an IRI that has no page of its own: another's, a term of the ontology, a thing without a name.

``/beskriv?iri=`` takes any IRI, in full or with a prefix, with its letters as they are or percent-encoded. Nothing is
fetched. A term's IRI ends in ``#name``, which no request carries, so ``/ns/<name>`` leads to the term for whoever writes
a slash.
"""

from __future__ import annotations

import re

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from kunskapsgraf.errors import BadRequest
from kunskapsgraf.graph.formats import HTML
from kunskapsgraf.web import context, entity, parts, profiles, schemaorg, signposts
from kunskapsgraf.web.describe import describe
from kunskapsgraf.web.documents import answer
from kunskapsgraf.web.links import Links
from kunskapsgraf.web.lookup import known, moved
from kunskapsgraf.web.negotiation import PAGE_OR_GRAPH, by_suffix, chosen

blueprint = Blueprint("describing", __name__)
_PREFIXED = re.compile(r"([A-Za-z][\w-]*):(?!//)(.*)", re.DOTALL)


@blueprint.get("/beskriv")
def described() -> AnyResponse:
    """Show what the graph says of an IRI, or give it as data; a thing of ours is led to its own page, where it has one."""
    store, links = context.store(), Links(context.store().names)
    asked = _asked()
    found = known(links.spellings(asked))
    written = chosen(PAGE_OR_GRAPH)
    if replaced := moved(found, links.page if written is HTML else lambda iri: links.data(iri, written.name)):
        return replaced
    if links.has_path(found.iri):
        more = profiles.argument(profiles.chosen(store.names))
        return redirect(links.page(found.iri) if written is HTML else links.data(found.iri, written.name, **more), 303)
    if written is not HTML:
        return answer(found, written)
    if wanted := request.args.get("egenskap"):
        return Response(parts.page([found.iri], wanted))
    description = describe(store, found.iri)
    assert description is not None, "the graph knows it"
    response = Response(entity.page(description, schemaorg.of_thing(description)))
    response.headers["Link"] = signposts.of_page(found.iri, store.names)
    return response


@blueprint.get("/ns/<name>")
def term(name: str) -> AnyResponse:
    """Lead from a term, written with a slash, to its place on the ontology's page, or to its data."""
    names = context.store().names
    where, written = by_suffix(name)
    found = known([names.terms + (where if written else name)])
    if written is None:
        written = chosen(PAGE_OR_GRAPH)
    links = Links(names)
    address = links.iri(found.iri) if written is HTML else links.data(found.iri, written.name)
    assert address is not None, "a term of ours has a place"
    return redirect(address, 303)


@blueprint.get("/.well-known/genid/<name>")
def nameless(name: str) -> AnyResponse:
    """Lead from the IRI that stands for a blank node to what is said of it."""
    names = context.store().names
    found = known([names.nameless + name])
    written = chosen(PAGE_OR_GRAPH)
    links = Links(names)
    return redirect(links.page(found.iri) if written is HTML else links.data(found.iri, written.name), 303)


def _asked() -> str:
    text = request.args.get("iri", "").strip().removeprefix("<").removesuffix(">")
    if not text:
        raise BadRequest(
            "Ange en IRI. Exempel: /beskriv?iri=http://www.wikidata.org/entity/Q34 eller /beskriv?iri=kg:Kommun",
            "Give an IRI. Example: /beskriv?iri=http://www.wikidata.org/entity/Q34 or /beskriv?iri=kg:Kommun",
        )
    shortened = _PREFIXED.fullmatch(text)
    prefixes = context.store().names.prefixes()
    if shortened and shortened[1] in prefixes:
        text = prefixes[shortened[1]] + shortened[2]
    if _is_iri(text):
        return text
    raise BadRequest(
        f"{text[:200]!r} är ingen IRI. Skriv den hel, från http: eller urn:, eller med ett prefix som kg:.",
        f"{text[:200]!r} is no IRI. Write it whole, from http: or urn:, or with a prefix such as kg:.",
    )


def _is_iri(text: str) -> bool:
    """Tell whether a text begins as an IRI does; what it may hold is asked for each way to spell it."""
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", text) is not None
