"""``/sok``: finding things by words and by facets, for people, for programs, and for a browser's search box."""

from __future__ import annotations

import json
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext

from kunskapsgraf.errors import BadRequest
from kunskapsgraf.graph.finding import FACETS, MOST_LETTERS, NOTHING, Found, Index
from kunskapsgraf.graph.formats import HTML, Format, accepted
from kunskapsgraf.graph.rdf import NamedNode
from kunskapsgraf.web import context
from kunskapsgraf.web.labels import Label, labels_of
from kunskapsgraf.web.links import Links

blueprint = Blueprint("search", __name__)
ON_A_PAGE = 20
MOST_PAGES = 500
SUGGESTED = 8
_SHOWN_VALUES = 12
"""Values of a facet on the page; all of them stand in the JSON."""
_JSON = Format("json", ("application/json",), ("search",))


@dataclass(frozen=True)
class Asked:
    """What was asked: the words, the chosen facet values, and which page of hits, from 1."""

    text: str
    chosen: dict[str, str]
    page: int


@blueprint.get("/sok")
def search() -> Response:
    """Find things; a page with a form, or JSON."""
    asked = _asked()
    wanted = request.args.get("format", "")
    if wanted not in ("", HTML.name, _JSON.name):
        raise BadRequest(
            f"Formatet {wanted!r} finns inte här. Välj html eller json.",
            f"There is no format {wanted!r} here. Choose html or json.",
        )
    written = {"html": HTML, "json": _JSON}.get(wanted) or accepted(request.headers.get("Accept"), (HTML, _JSON))
    index = context.store().finding()
    begun = bool(asked.text.strip() or asked.chosen)
    found = index.find(asked.text, asked.chosen, ON_A_PAGE, (asked.page - 1) * ON_A_PAGE) if begun else NOTHING
    labels = _labels(index, found, asked)
    if written is _JSON:
        return Response(_as_json(asked, found, labels), content_type=_JSON.media_type)
    pages = min(-(-found.total // ON_A_PAGE), MOST_PAGES)
    return Response(
        render_template(
            "search.html",
            asked=asked,
            found=found,
            labels=labels,
            begun=begun,
            pages=pages,
            facets=FACETS,
            shown=_SHOWN_VALUES,
            kind=_kind,
        )
    )


@blueprint.get("/sok/forslag")
def suggestions() -> Response:
    """Complete what is typed, in the form of OpenSearch Suggestions 1.1: texts, kinds and addresses."""
    asked = _asked()
    index = context.store().finding()
    found = index.find(asked.text, asked.chosen, SUGGESTED) if asked.text.strip() else NOTHING
    labels = _labels(index, found, asked)
    links = Links(context.store().names)
    texts = [labels[hit.iri].text for hit in found.hits]
    kinds = [labels["slag:" + _kind(hit.iri)].text for hit in found.hits]
    addresses = [links.iri(hit.iri) or hit.iri for hit in found.hits]
    body = json.dumps([asked.text, texts, kinds, addresses], ensure_ascii=False)
    return Response(body, content_type="application/x-suggestions+json")


@blueprint.get("/opensearch.xml")
def opensearch() -> Response:
    """Describe the search to browsers (OpenSearch 1.1)."""
    return Response(
        render_template(
            "opensearch.xml",
            root=request.url_root.rstrip("/"),
            description=gettext("Sök kommuner, insatser, metoder och källor"),
        ),
        content_type="application/opensearchdescription+xml",
    )


def _asked() -> Asked:
    text = request.args.get("q", "")
    if len(text) > MOST_LETTERS:
        raise BadRequest(
            f"Söktexten är längre än {MOST_LETTERS} tecken. Korta den.",
            f"The text to search for is longer than {MOST_LETTERS} characters. Shorten it.",
        )
    page = request.args.get("sida", "1")
    if not (page.isascii() and page.isdigit() and 1 <= int(page[:5]) <= MOST_PAGES):
        raise BadRequest(
            f"sida={page!r}: ange ett tal från 1 till {MOST_PAGES}.",
            f"sida={page!r}: give a number from 1 to {MOST_PAGES}.",
        )
    return Asked(text, {name: request.args[name] for name in FACETS if request.args.get(name)}, int(page))


def _kind(iri: str) -> str:
    names = context.store().names
    return iri.removeprefix(names.things).split("/")[0] if iri.startswith(names.things) else "term"


def _labels(index: Index, found: Found, asked: Asked) -> dict[str, Label]:
    """Give labels of hits, by IRI, and of facet values, by ``<facet>:<value>``."""
    names, classes = context.store().names, index.kinds()
    values = {(name, value) for name, counts in found.facets.items() for value, _ in counts[:_SHOWN_VALUES]}
    values |= set(asked.chosen.items()) | {("slag", _kind(hit.iri)) for hit in found.hits}
    iris = {}
    for name, value in values:
        if name == "slag":
            iris[f"slag:{value}"] = classes.get(value, "")
        elif name == "kalla":
            iris[f"{name}:{value}"] = f"{names.things}kalla/{value}"
        elif name in ("kommun", "metod", "malgrupp"):
            iris[f"{name}:{value}"] = names.things + value
    labels = labels_of(
        context.store(), (NamedNode(iri) for iri in (*iris.values(), *(h.iri for h in found.hits)) if iri)
    )
    told = {key: labels[iri] for key, iri in iris.items() if iri in labels}
    return labels | {f"{name}:{value}": Label(value, None) for name, value in values} | told


def _as_json(asked: Asked, found: Found, labels: dict[str, Label]) -> str:
    links = Links(context.store().names)
    more = found.total > asked.page * ON_A_PAGE and asked.page < MOST_PAGES
    told = {
        "query": asked.text,
        "chosen": asked.chosen,
        "total": found.total,
        "page": asked.page,
        "pageSize": ON_A_PAGE,
        "hits": [
            {
                "iri": hit.iri,
                "label": labels[hit.iri].text,
                "language": labels[hit.iri].language,
                "kind": _kind(hit.iri),
                "found": hit.way,
                "page": links.iri(hit.iri),
            }
            for hit in found.hits
        ],
        "facets": {
            name: [
                {"value": value, "label": labels.get(f"{name}:{value}", Label(value, None)).text, "count": n}
                for value, n in counts
            ]
            for name, counts in found.facets.items()
        },
        "next": links.to("/sok", q=asked.text, **asked.chosen, sida=str(asked.page + 1), format="json")
        if more
        else None,
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"
