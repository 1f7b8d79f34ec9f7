"""The update operation of the SPARQL 1.1 Protocol (section 2.2), for those who may write."""

from __future__ import annotations

import re

from flask import Response, g, request

from kunskapsgraf.errors import BadRequest
from kunskapsgraf.graph import guard
from kunskapsgraf.graph.dataset import check
from kunskapsgraf.graph.store import WHOLE, Dataset
from kunskapsgraf.graph.writing import Change
from kunskapsgraf.web import context, protocol, tokens, writing
from kunskapsgraf.web.protocol import Parameters

_CHOOSES = re.compile(r"USING|WITH", re.IGNORECASE)
_OF_QUERIES = ("query", "default-graph-uri", "named-graph-uri")


def answer(given: Parameters | None = None) -> Response:
    """Carry out an update: by form with what is ``given``, else the body as it stands.

    A body is read only from someone who may write.
    """
    with writing.noted("update") as note:
        note.writer = tokens.author()
        text, using = _asked(protocol.given() if given is None else given)
        g.query = text
        with writing.turn(lambda: ()):
            return writing.told(writing.take(note, Change("update", note.writer, text, using)))


def _asked(given: Parameters) -> tuple[str, Dataset]:
    """Read an update and the graphs it sees; raises ``BadRequest``, ``BadCredentials`` or ``UnknownGraph``."""
    if tokens.IN_ADDRESS in given:
        raise tokens.misplaced()
    for name in _OF_QUERIES:
        if name in given:
            raise BadRequest(
                f"Parametern {name} hör till frågor. En uppdatering väljer grafer med using-graph-uri och "
                "using-named-graph-uri.",
                f"The parameter {name} belongs to queries. An update chooses graphs by using-graph-uri and "
                "using-named-graph-uri.",
            )
    updates = given.get("update", [])
    if "update" in request.args or len(updates) != 1 or not updates[0].strip():
        raise BadRequest(
            "Skicka exakt en uppdatering, i formulärets fält update eller som kropp; aldrig i adressen.",
            "Send exactly one update, in the form's field update or as the body; never in the address.",
        )
    return updates[0], _using(updates[0], given)


def _using(text: str, given: Parameters) -> Dataset:
    """Give the graphs that the protocol chooses for the patterns of an update (section 2.2.3)."""
    default, named = (
        tuple(dict.fromkeys(filter(None, given.get(name, ())))) for name in ("using-graph-uri", "using-named-graph-uri")
    )
    if not default and not named:
        return WHOLE
    if _CHOOSES.search(text) and any(
        token.kind == "word" and _CHOOSES.match(token.text) for token in guard.tokens(text)
    ):
        raise BadRequest(
            "Uppdateringen har själv USING eller WITH; då får using-graph-uri och using-named-graph-uri inte anges.",
            "The update has USING or WITH of its own; using-graph-uri and using-named-graph-uri must not be given then.",
        )
    store = context.store()
    known = store.graphs()
    for iri in (*default, *named):
        check(store.names, known, iri)
    return Dataset(default, named)
