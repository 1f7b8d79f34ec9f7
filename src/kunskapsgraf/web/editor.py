"""What the editor page at ``/sparql`` asks for: words to complete with, examples, and names for a result's IRIs.

The editor is YASGUI's, taken from npm while the wheel is built (``hatch_build.py``); a wheel built without it shows the
plain form alone, which is also what stands there where script is off.
"""

from __future__ import annotations

import importlib.resources
import json
from typing import Any

from flask import Blueprint, Response, current_app, request
from flask.blueprints import BlueprintSetupState

from kunskapsgraf.errors import BadRequest, ParameterError
from kunskapsgraf.graph.queries import QueryFile
from kunskapsgraf.graph.rdf import NamedNode
from kunskapsgraf.graph.store import Store, select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.reports import run
from kunskapsgraf.web import context, forms, language
from kunskapsgraf.web.labels import labels_of
from kunskapsgraf.web.links import Links

blueprint = Blueprint("editor", __name__)
MOST_NAMES = 1000
"""IRIs that one request may ask the names of."""
_RESIZER = "'sha256-zCK2EVMoPc04mRF/g5CotUvxbJPWS+8V0b+s9ptqQIk='"
"""The one style element that YASGUI makes (column-resizer's, of fixed text); the browser test tells when it changes."""
_POLICY = (
    f"default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self' {_RESIZER}; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""As other pages, and script of our own files that asks this host and no other."""
_KEPT = "kunskapsgraf-editor"
_CLASS, _PROPERTY = "class", "property"


@blueprint.record
def _install(state: BlueprintSetupState) -> None:
    app = state.app
    made = importlib.resources.files("kunskapsgraf") / "web" / "static" / "yasgui" / "yasgui.js"
    app.jinja_env.globals["has_editor"] = made.is_file()
    app.extensions[_KEPT] = {}


@blueprint.after_app_request
def allow_script(response: Response) -> Response:
    """Let the editor's page, and no other, run script."""
    if response.mimetype == "text/html" and forms.shows_editor():
        response.headers["Content-Security-Policy"] = _POLICY
    return response


@blueprint.get("/editor/stod")
def support() -> Response:
    """Give prefixes, terms and examples; worked out once for each snapshot and language."""
    store = context.store()
    kept: dict[tuple[str, str], str] = current_app.extensions[_KEPT]
    key = (store.version(), language.current())
    if key not in kept:
        for old in [other for other in kept if other[0] != key[0]]:
            kept.pop(old, None)
        found = {"prefixes": store.names.prefixes(), "terms": _terms(store), "themes": _themes(store)}
        kept[key] = json.dumps(found, ensure_ascii=False)
    return Response(kept[key], mimetype="application/json")


@blueprint.post("/editor/namn")
def names() -> Response:
    """Give the label of each IRI in a JSON list, its language, and the page that it has here."""
    wanted: Any = request.get_json(silent=True)
    if not isinstance(wanted, list) or len(wanted) > MOST_NAMES or not all(isinstance(iri, str) for iri in wanted):
        raise BadRequest(
            f"Skicka en JSON-lista med högst {MOST_NAMES} IRI:er.", f"Send a JSON list of at most {MOST_NAMES} IRIs."
        )
    store = context.store()
    terms = []
    for iri in wanted:
        try:
            terms.append(NamedNode(iri))
        except ValueError as error:
            raise BadRequest(f"{iri!r} är ingen IRI.", f"{iri!r} is no IRI.") from error
    links = Links(store.names)
    found = {
        iri: {"text": label.text, "language": label.language, "address": links.iri(iri)}
        for iri, label in labels_of(store, terms).items()
    }
    return Response(json.dumps(found, ensure_ascii=False), mimetype="application/json")


def _terms(store: Store) -> list[dict[str, Any]]:
    """List classes and properties: those of the ontology and those in use, the most used first."""
    found: dict[tuple[str, str], int] = {}
    ontology = context.query("ontology-terms", graph=store.names.ontology_graph, language=language.current())
    for row in select(store, ontology):
        kind = _CLASS if text_of(row["type"]).endswith("#Class") else _PROPERTY
        found[text_of(row["term"]), kind] = 0
    counted = {"catalogue": store.names.catalogue_graph, "dataset": store.names.dataset}
    for name, kind in (("used-classes", _CLASS), ("used-properties", _PROPERTY)):
        for row in select(store, context.query(name, **counted)):
            found[text_of(row["term"]), kind] = int(text_of(row["uses"]))
    labels = labels_of(store, (NamedNode(iri) for iri, _ in found))
    ordered = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    return [{"iri": iri, "kind": kind, "label": labels[iri].text, "uses": uses} for (iri, kind), uses in ordered]


def _themes(store: Store) -> list[dict[str, Any]]:
    """Give the reports as examples, by theme; a report that this graph has no example of is left out."""
    settings = context.settings()
    themes = run.by_theme(run.all_reports(settings.sources, settings.base))
    found = []
    for theme, reports in themes.items():
        examples = [example for report in reports.values() if (example := _example(store, report))]
        if examples:
            found.append({"theme": theme, "examples": examples})
    return found


def _example(store: Store, report: QueryFile) -> dict[str, str] | None:
    chosen = language.current()
    own = {"sprak": chosen} if any(parameter.name == "sprak" for parameter in report.parameters) else {}
    for values in ({**report.example, **own}, own):
        try:
            text = run.bound(store, report, values)
        except ParameterError:
            continue  # the example is of another graph, or a value must be given
        head_less = "\n".join(line for line in text.splitlines() if not line.startswith("#+"))
        return {"title": report.title(chosen), "description": report.description(chosen), "query": head_less.strip()}
    return None
