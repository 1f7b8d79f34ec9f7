"""``/sok``: finding things by words and by facets, for people, for programs, and for a browser's search box."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext

from kunskapsgraf.errors import BadRequest
from kunskapsgraf.graph.formats import HTML, Format, accepted
from kunskapsgraf.graph.found import FACETS, NOTHING, Found
from kunskapsgraf.graph.typed import MOST_LETTERS
from kunskapsgraf.web import context
from kunskapsgraf.web.facets import Facet, Shown, facets, shown, value_labels
from kunskapsgraf.web.links import Links

blueprint = Blueprint("search", __name__)
ON_A_PAGE = 20
MOST_PAGES = 500
MOST_CHOSEN = 100
"""Values of one facet that may be chosen together."""
SUGGESTED = 8
UNFOLDED = "alla"
"""The parameter that names the facet of which the page shows every value."""
_JSON = Format("json", ("application/json",), ("search",))
_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""As other pages, and a file of script of ours that asks this host and no other."""


@dataclass(frozen=True)
class Asked:
    """What was asked: the words, the chosen values of each facet, which page of hits, from 1, and the unfolded facet."""

    text: str
    chosen: Mapping[str, Sequence[str]]
    page: int
    unfolded: str

    def arguments(self, **more: str) -> dict[str, str | list[str]]:
        """Give the parameters that ask for the same, or for another page of it."""
        return {"q": self.text, **{name: list(values) for name, values in self.chosen.items()}, **more}

    def without(self, name: str, value: str) -> dict[str, str | list[str]]:
        """Give the parameters that ask for the same but for one chosen value."""
        return self.arguments() | {name: [other for other in self.chosen[name] if other != value]}


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
    labels = value_labels(index, found, asked.chosen)
    hits, divided = shown(found.hits, labels), facets(found.facets, asked.chosen, labels)
    if written is _JSON:
        return Response(_as_json(asked, found, hits, divided), content_type=_JSON.media_type)
    page = render_template(
        "search.html",
        asked=asked,
        total=found.total,
        whole=found.is_whole,
        simple=index.is_simple,
        hits=hits,
        begun=begun,
        pages=min(-(-found.total // ON_A_PAGE), MOST_PAGES),
        facets=[facet for facet in divided if len(facet.values) > 1 or facet.name in asked.chosen],
        first=(asked.page - 1) * ON_A_PAGE + 1,
    )
    return Response(page, headers={"Content-Security-Policy": _POLICY})


@blueprint.get("/sok/forslag")
def suggestions() -> Response:
    """Complete what is typed, in the form of OpenSearch Suggestions 1.1: texts, kinds and addresses."""
    asked = _asked()
    store = context.store()
    index = store.finding()
    found = index.find(asked.text, asked.chosen, SUGGESTED) if asked.text.strip() else NOTHING
    hits = shown(found.hits, value_labels(index, found, asked.chosen))
    links = Links(store.names)
    texts = [hit.label.text for hit in hits]
    told = [", ".join(part.text for part in hit.details) for hit in hits]
    addresses = [links.iri(hit.iri) or hit.iri for hit in hits]
    body = json.dumps([asked.text, texts, told, addresses], ensure_ascii=False)
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
    chosen = {name: tuple(dict.fromkeys(value for value in request.args.getlist(name) if value)) for name in FACETS}
    for name, values in chosen.items():
        if len(values) > MOST_CHOSEN:
            raise BadRequest(
                f"{name} har fler än {MOST_CHOSEN} värden. Välj färre.",
                f"{name} has more than {MOST_CHOSEN} values. Choose fewer.",
            )
    return Asked(
        text, {name: values for name, values in chosen.items() if values}, int(page), request.args.get(UNFOLDED, "")
    )


def _as_json(asked: Asked, found: Found, hits: Sequence[Shown], divided: Sequence[Facet]) -> str:
    links = Links(context.store().names)
    more = found.total > asked.page * ON_A_PAGE and asked.page < MOST_PAGES
    told = {
        "query": asked.text,
        "chosen": asked.chosen,
        "total": found.total,
        "complete": found.is_whole,
        "page": asked.page,
        "pageSize": ON_A_PAGE,
        "hits": [
            {
                "iri": hit.iri,
                "label": hit.label.text,
                "language": hit.label.language,
                "kind": hit.kind,
                "details": [part.text for part in hit.details],
                "found": hit.way,
                "page": links.iri(hit.iri),
            }
            for hit in hits
        ],
        "facets": {
            facet.name: [
                {"value": value.value, "label": value.label.text, "count": value.count, "chosen": value.chosen}
                for value in facet.values
            ]
            for facet in divided
        },
        "next": links.to("/sok", **asked.arguments(sida=str(asked.page + 1), format="json")) if more else None,
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"
