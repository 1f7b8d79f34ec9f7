"""The data of a thing as an answer: by profile, in a format, with links to what it leaves out."""

from __future__ import annotations

from flask import Response, g, request

from kunskapsgraf.graph.advice import Advice
from kunskapsgraf.graph.formats import Format
from kunskapsgraf.graph.rdf import GRAPH_FORMATS as ENGINE_FORMATS
from kunskapsgraf.graph.rdf import write
from kunskapsgraf.web import context, profiles, signposts
from kunskapsgraf.web.extent import Extent, Standing, extent
from kunskapsgraf.web.links import Links
from kunskapsgraf.web.negotiation import serialised
from kunskapsgraf.web.profiles import INCOMING

AFTER = "efter"
"""The parameter that says where a part of the incoming statements begins; an answer's ``Link`` holds it."""


def answer(thing: Standing, written: Format) -> Response:
    """Give the data of a thing in a format, by ``?profil=`` or ``Accept-Profile``; raises ``BadRequest``."""
    store = context.store()
    asked = profiles.chosen(store.names)
    after = request.args.get(AFTER, "") if INCOMING in asked else ""
    found = extent(store, thing, asked, after)
    response = serialised(write(found.triples, ENGINE_FORMATS[written.name], store.names.prefixes()), written)
    address = Links(store.names).data
    more = profiles.argument(asked)
    response.headers["Link"] = signposts.of_data(
        thing.iri,
        written.name,
        asked,
        store.names,
        next=address(thing.iri, written.name, **more, efter=found.next) if found.next else "",
        first=address(thing.iri, written.name, **more) if after else "",
    )
    profiles.say(response, asked, store.names)
    g.advice = [*g.get("advice", []), *_left_out(found, after)]
    if found.late:
        response.headers["Cache-Control"] = "no-store"
    return response


def _left_out(found: Extent, after: str) -> list[Advice]:
    """Say what an answer does not hold."""
    told = []
    if found.next or after:
        told.append(Advice("part-of-incoming", f"{found.shown}/{found.incoming}"))
    if found.unproved:
        told.append(Advice("proofs-left-out", f"{len(found.unproved)}/{found.derived}"))
    return told
