"""The front page, the reports, and what the marks mean."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, render_template, request

from kunskapsgraf.errors import BadRequest, ParameterError
from kunskapsgraf.graph.advice import CODES
from kunskapsgraf.graph.queries import Parameter, QueryFile
from kunskapsgraf.graph.rdf import NamedNode
from kunskapsgraf.graph.store import select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.reports import render, run
from kunskapsgraf.web import context, language, schemaorg, selfdescription
from kunskapsgraf.web.labels import Label, labels_of
from kunskapsgraf.web.problems import STATUSES, slug_of
from kunskapsgraf.web.sparql import MOST_ROWS_ON_A_PAGE

blueprint = Blueprint("pages", __name__)
FRONT_CLASSES = ("Kommun", "Insats", "Verksamhet", "Metod", "Malgrupp", "Samarbete", "Onskemal", "Kalla")
_MEDIA = {"csv": "text/csv; charset=utf-8", "json": "application/json", "md": "text/markdown; charset=utf-8"}


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


def _statements() -> int:
    """Count what a query sees by default, each statement once: what the catalogue says, and ``COUNT`` answers."""
    return selfdescription.statements(context.store().names.dataset)


@blueprint.get("/queries")
def reports() -> str:
    """List the reports."""
    return render_template("reports.html", themes=_themes())


def _themes() -> dict[str, dict[str, QueryFile]]:
    return run.by_theme(run.all_reports(context.settings().sources, context.settings().base))


@blueprint.get("/queries/<name>")
def report(name: str) -> Response:
    """Show a report with its form; run it when its parameters are there, in the format asked for."""
    found = run.find(context.settings().sources, name, context.settings().base)
    known = {parameter.name for parameter in found.parameters}
    values = {
        key: value for key, value in request.args.items() if key not in ("format", "lang") and (value or key in known)
    }
    if "sprak" in known:
        values.setdefault("sprak", language.current())
    wanted = request.args.get("format", "html")
    if wanted != "html":
        if wanted not in _MEDIA:
            raise BadRequest(
                f"Formatet {wanted!r} finns inte för rapporter. Välj html, csv, json eller md.",
                f"There is no format {wanted!r} for reports. Choose html, csv, json or md.",
            )
        table = run.run(context.store(), found, values)
        response = Response(render.render(table, wanted), content_type=_MEDIA[wanted])
        if wanted == "csv":
            response.headers["Content-Disposition"] = f'inline; filename="{name}.csv"'
        return response
    ready = all(values.get(p.name) or p.optional or p.default for p in found.parameters)
    shown = values if ready else {**values, **found.example}
    store = context.store()
    answered: run.Table | None = None
    try:
        answered = run.run(store, found, shown)
    except ParameterError:
        if ready:
            raise
        shown = values  # the example is of another graph: the form stands alone
    total = len(answered.rows) if answered else 0
    if answered:  # the whole, however long, is in the other formats
        answered = replace(answered, rows=answered.rows[:MOST_ROWS_ON_A_PAGE])
    labels = labels_of(store, (term for row in answered.rows for term in row.values()) if answered else ())
    return Response(
        render_template(
            "report.html",
            report=found,
            form=[parameter for parameter in found.parameters if parameter.name != "sprak"],
            columns=answered.shown if answered else [],
            values={p.name: shown.get(p.name, "") or p.default for p in found.parameters},
            is_example=answered is not None and not ready,
            choices={p.name: _choices(p) for p in found.parameters},
            table=answered,
            total=total,
            labels=labels,
        )
    )


def _choices(parameter: Parameter) -> list[tuple[str, Label]]:
    """Offer the things of a parameter's kind; none for free text."""
    if parameter.type != "iri":
        return []
    store = context.store()
    found: list[tuple[str, Label]] = []
    for kind in parameter.kinds:
        start = f"{store.names.things}{kind}/"
        things = [row["thing"] for row in select(store, context.query("things-of-kind", start=start))]
        labels = labels_of(store, things)
        prefix = "" if kind == parameter.kinds[0] else f"{kind}/"
        found += [(prefix + text_of(thing).removeprefix(start), labels[text_of(thing)]) for thing in things]
    return sorted(found, key=lambda pair: pair[1].text.lower())


@blueprint.get("/fel")
def problems() -> Response:
    """Tell each type of error and warning; ``type`` of an error leads here."""
    is_english = language.current() == "en"
    told = [(slug_of(kind), status, en if is_english else sv) for kind, status, sv, en in STATUSES]
    advice = [(code, texts[is_english].replace("{found}", "…")) for code, texts in CODES.items()]
    return Response(render_template("problems.html", problems=told, advice=advice))
