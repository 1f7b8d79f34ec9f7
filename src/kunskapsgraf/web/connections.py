"""``/kopplingar``: what a thing is tied to, as a list, as a picture, and as JSON for programs and for the picture.

The list holds all that the picture shows, and stands beside it. The picture is drawn by the server; where script runs,
Cytoscape.js draws it anew, and it can be unfolded. A wheel built without npm shows the server's alone.
"""

from __future__ import annotations

import importlib.resources
import json
from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request
from flask.blueprints import BlueprintSetupState

from kunskapsgraf.errors import BadRequest, NotFound
from kunskapsgraf.graph.formats import HTML, Format, accepted
from kunskapsgraf.graph.rdf import NamedNode
from kunskapsgraf.reasoner.speech import term
from kunskapsgraf.web import context, why
from kunskapsgraf.web.drawing import draw, drawn, outline, short
from kunskapsgraf.web.links import Links
from kunskapsgraf.web.neighbours import (
    MOST_PAGES,
    ON_A_PAGE,
    Group,
    Neighbour,
    Neighbourhood,
    neighbourhood,
    one_group,
)
from kunskapsgraf.web.silhouettes import kind_of, kind_words, shape_of

blueprint = Blueprint("connections", __name__)
_JSON = Format("json", ("application/json",), ("connections",))
_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""As other pages, and script of our own files that asks this host and no other."""
_DIRECTIONS = ("ut", "in")


@blueprint.record
def _install(state: BlueprintSetupState) -> None:
    made = importlib.resources.files("kunskapsgraf") / "web" / "static" / "cytoscape" / "cytoscape.js"
    state.app.jinja_env.globals["has_picture"] = made.is_file()


@blueprint.get("/kopplingar")
def connections() -> Response:
    """Show what a thing is tied to, or a page of what one property ties it to."""
    written = _format()
    candidates = _asked()
    predicate, incoming, page = _group_asked()
    store = context.store()
    for iri in candidates:
        found = one_group(store, iri, predicate, incoming, page) if predicate else neighbourhood(store, iri)
        if found is not None:
            break
    else:
        raise NotFound(
            f"Grafen har inga sådana kopplingar för {candidates[0]}. Sök efter saken på /sok.",
            f"The graph has no such connections of {candidates[0]}. Search for the thing at /sok.",
        )
    pages = -(-found.groups[0].total // ON_A_PAGE) if predicate else 1
    if page > pages:
        raise NotFound(f"Det finns {pages} sidor, inte {page}.", f"There are {pages} pages, not {page}.")
    kinds = kind_words(store, (found.iri, *(n.iri for group in found.groups for n in group.neighbours)))
    if written is _JSON:
        return Response(_as_json(found, kinds, page if predicate else 0), content_type=_JSON.media_type)
    picture = None if predicate else draw(found, store.names, kinds)
    response = Response(
        render_template(
            "connections.html",
            found=found,
            labels=found.labels,
            kinds=kinds,
            picture=picture,
            short=short,
            group=found.groups[0] if predicate else None,
            page=page,
            pages=pages,
            address=address,
            outline=outline,
        )
    )
    if picture is not None and current_app.jinja_env.globals["has_picture"]:
        response.headers["Content-Security-Policy"] = _POLICY
    return response


def address(links: Links, iri: str, group: Group | None = None, page: int = 1, **more: str) -> str:
    """Give the address of a thing's connections, or of a page of one group of them."""
    arguments = {"iri": iri}
    if group is not None:
        arguments |= {"egenskap": group.predicate, "riktning": group.direction}
        arguments |= {"sida": str(page)} if page > 1 else {}
    return links.to("/kopplingar", **arguments, **more)


def _format() -> Format:
    wanted = request.args.get("format", "")
    if wanted not in ("", HTML.name, _JSON.name):
        raise BadRequest(
            f"Formatet {wanted!r} finns inte här. Välj html eller json.",
            f"There is no format {wanted!r} here. Choose html or json.",
        )
    return {"html": HTML, "json": _JSON}.get(wanted) or accepted(request.headers.get("Accept"), (HTML, _JSON))


def _asked() -> list[str]:
    """Read the thing; one of ours may be written in more ways than one."""
    text = request.args.get("iri", "").strip()
    if not text:
        raise BadRequest(
            "Ange en sak. Exempel: /kopplingar?iri=kommun/sala", "Give a thing. Example: /kopplingar?iri=kommun/sala"
        )
    names = context.store().names
    iri = _iri(text)
    if iri.startswith(names.things):
        return list(dict.fromkeys([iri, *Links(names).things(iri.removeprefix(names.things))]))
    return [iri]


def _iri(text: str) -> str:
    """Read an IRI in full, or in the short forms of ``/varfor``: ``kommun/sala``, ``kg:Kommun``, ``a``."""
    prefix, colon, _ = text.partition(":")
    in_full = bool(colon) and prefix not in context.store().names.prefixes() and "/" not in prefix
    found = term(f"<{text}>" if in_full else text, context.store().names)
    if not isinstance(found, NamedNode):
        raise BadRequest(f"{text!r} är ingen IRI.", f"{text!r} is no IRI.")
    return found.value


def _group_asked() -> tuple[str, bool, int]:
    """Read property, direction and page; without a property all groups are meant."""
    text = request.args.get("egenskap", "").strip()
    direction = request.args.get("riktning", "ut")
    page = request.args.get("sida", "1")
    if direction not in _DIRECTIONS:
        raise BadRequest(
            f"riktning={direction!r}: ange ut eller in.", f"riktning={direction!r}: give ut (out) or in (in)."
        )
    if not (page.isascii() and page.isdigit() and 1 <= int(page[:9]) <= MOST_PAGES):
        raise BadRequest(
            f"sida={page!r}: ange ett tal från 1 till {MOST_PAGES}.",
            f"sida={page!r}: give a number from 1 to {MOST_PAGES}.",
        )
    return (_iri(text), direction == "in", int(page)) if text else ("", False, 1)


def _as_json(found: Neighbourhood, kinds: dict[str, str], page: int) -> str:
    links = Links(context.store().names)
    at_first = set() if page else {(id(group), n.iri) for group, chosen in drawn(found) for n in chosen}
    told = {
        "thing": _thing(found.iri, found, kinds, links),
        "version": context.store().version(),
        "total": found.total,
        "shown": found.shown,
        "values": found.values,
        "groups": [_group(group, found, kinds, links, page, at_first) for group in found.groups],
    }
    return json.dumps(told, ensure_ascii=False) + "\n"


def _thing(iri: str, found: Neighbourhood, kinds: dict[str, str], links: Links) -> dict[str, Any]:
    kind = kind_of(iri, links.names)
    label = found.labels[iri]
    return {
        "iri": iri,
        "text": label.text,
        "language": label.language,
        "short": short(label.text),
        "kind": kind,
        "kindText": kinds[iri],
        "shape": shape_of(kind),
        "address": links.iri(iri),
        "connections": address(links, iri),
    }


def _group(
    group: Group,
    found: Neighbourhood,
    kinds: dict[str, str],
    links: Links,
    page: int,
    at_first: Iterable[tuple[int, str]],
) -> dict[str, Any]:
    label = found.labels[group.predicate]

    def neighbour(one: Neighbour) -> dict[str, Any]:
        told = _thing(one.iri, found, kinds, links)
        is_derived = one.line in ("inferred", "closed")
        return told | {
            "statement": list(one.kinds),
            "line": one.line,
            "why": why.address(links, group.triple(found.iri, one)) if is_derived else None,
            "drawn": (id(group), one.iri) in at_first,
        }

    before = max(page - 1, 0) * ON_A_PAGE
    is_last = before + len(group.neighbours) >= group.total
    following = page + 1 if page else 1
    return {
        "predicate": {
            "iri": group.predicate,
            "text": label.text,
            "language": label.language,
            "short": short(label.text),
        },
        "direction": group.direction,
        "total": group.total,
        "neighbours": [neighbour(one) for one in group.neighbours],
        "address": address(links, found.iri, group),
        "next": None if is_last else address(links, found.iri, group, following, format="json"),
    }
