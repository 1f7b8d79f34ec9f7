"""The front page, the list of reports, what the marks mean, and how accessible the pages are."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from kunskapsgraf.graph.advice import CODES
from kunskapsgraf.graph.queries import QueryFile
from kunskapsgraf.graph.rdf import NamedNode
from kunskapsgraf.graph.store import select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.reports import run
from kunskapsgraf.web import context, language, schemaorg, selfdescription
from kunskapsgraf.web.labels import labels_of
from kunskapsgraf.web.problems import STATUSES, slug_of

blueprint = Blueprint("pages", __name__)
FRONT_CLASSES = ("Kommun", "Insats", "Verksamhet", "Metod", "Malgrupp", "Samarbete", "Onskemal", "Kalla")


@blueprint.get("/")
def front() -> str:
    """Say what this is, and lead on."""
    store = context.store()
    classes = [store.names.terms + name for name in FRONT_CLASSES]
    found = select(store, context.query("class-counts", classes=classes))
    counts = {text_of(row["classes"]): int(text_of(row["things"])) for row in found}
    places = select(store, context.query("offering-places"))
    labels = labels_of(store, [*(NamedNode(iri) for iri in counts), *(row["thing"] for row in places)])
    kommuner = sorted((text_of(row["thing"]) for row in places), key=lambda iri: labels[iri].text)
    return render_template(
        "front.html",
        counts=[(iri, counts[iri]) for iri in classes if iri in counts],
        kommuner=kommuner,
        labels=labels,
        themes=_themes(),
        version=store.version(),
        quads=_statements(),
        structured=schemaorg.of_site(),
    )


@blueprint.get("/om")
def about() -> str:
    """Explain the marks and the graphs."""
    store = context.store()
    return render_template(
        "about.html", graphs=store.graphs(), names=store.names, version=store.version(), quads=_statements()
    )


@blueprint.get("/tillganglighet")
def accessibility() -> str:
    """State what is tested of accessibility, what is not, and what falls short."""
    return render_template("accessibility.html")


def _statements() -> int:
    """Count what a query sees by default, each statement once: what the catalogue says, and ``COUNT`` answers."""
    return selfdescription.statements(context.store().names.dataset)


@blueprint.get("/queries")
def reports() -> str:
    """List the reports."""
    return render_template("reports.html", themes=_themes())


def _themes() -> dict[str, dict[str, QueryFile]]:
    return run.by_theme(run.all_reports(context.settings().sources, context.settings().base))


@blueprint.get("/fel")
def problems() -> Response:
    """Tell each type of error and warning; ``type`` of an error leads here."""
    is_english = language.current() == "en"
    told = [(slug_of(kind), status, en if is_english else sv) for kind, status, sv, en in STATUSES]
    advice = [(code, texts[is_english].replace("{found}", "…")) for code, texts in CODES.items()]
    return Response(render_template("problems.html", problems=told, advice=advice))
