"""``/queries/<name>``: a report as a page with a form, as files, as a chart, as code, and framed in other pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import chain

from flask import Blueprint, Response, render_template, request
from markupsafe import Markup

from kunskapsgraf.errors import ParameterError
from kunskapsgraf.graph.queries import QueryFile
from kunskapsgraf.reports import render, run
from kunskapsgraf.web import choosing, context, headers, language, reportfiles, snippets, views
from kunskapsgraf.web.answered import Answered
from kunskapsgraf.web.joined import things_of
from kunskapsgraf.web.labels import labels_of
from kunskapsgraf.web.links import Links
from kunskapsgraf.web.sparql import MOST_ROWS_ON_A_PAGE

blueprint = Blueprint("reporting", __name__)
MOST_ROWS_IN_A_FRAME = 100


@dataclass(frozen=True)
class Asked:
    """What an address asks: a report, its values, and how its rows are to stand."""

    name: str
    report: QueryFile
    values: Mapping[str, str]
    sorting: str
    words: str

    @property
    def is_ready(self) -> bool:
        """Tell whether every value that the report needs is there."""
        return all(self.values.get(p.name) or p.optional or p.default for p in self.report.parameters)

    def answer(self, values: Mapping[str, str]) -> Answered:
        """Run the report with values; raises ``BadRequest`` or a ``QueryError``."""
        store = context.store()
        return Answered(store, run.run(store, self.report, values), self.sorting, self.words)

    def to(self, part: str = "", **more: str) -> str:
        """Give the address of the same rows, in another form or with something else chosen."""
        arguments = {**self.values, "sortera": self.sorting, "filter": self.words, **more}
        return Links(context.store().names).to(f"/queries/{self.name}{part}", **arguments)

    def absolute(self, part: str = "", **more: str) -> str:
        """Give that address with its host, for whoever asks from elsewhere."""
        return request.host_url.rstrip("/") + self.to(part, **more)


@blueprint.get("/queries/<name>")
def report(name: str) -> Response:
    """Show a report with its form; run it when its parameters are there, in the format asked for."""
    asked = _asked(name)
    wanted = request.args.get("format", "html")
    if wanted != "html":
        reportfiles.check(wanted)
        answered = asked.answer(asked.values)
        return reportfiles.response(answered, wanted, name, asked.absolute(), given=_given(asked))
    shown = _shown(asked, MOST_ROWS_ON_A_PAGE)
    choices = {p.name: choosing.choices(p) for p in asked.report.parameters}
    limits = {"most_in_a_frame": MOST_ROWS_IN_A_FRAME, "most_in_excel": render.MOST_ROWS_IN_EXCEL}
    return Response(
        render_template("report.html", choices=choices, picked=choosing.picked, code=_code(shown), **limits, **shown)
    )


@blueprint.get("/queries/<name>/inbaddning")
def embedded(name: str) -> Response:
    """Show a report's chart and rows alone, for a frame in another site's page: the only page that may be framed."""
    asked = _asked(name)
    response = Response(render_template("report_frame.html", **_shown(asked, MOST_ROWS_IN_A_FRAME)))
    response.headers["Content-Security-Policy"] = headers.FRAMED
    return response


def _asked(name: str) -> Asked:
    views.refuse_repeated()
    found = run.find(context.settings().sources, name, context.settings().base)
    known = {parameter.name for parameter in found.parameters}
    values = {key: value for key, value in request.args.items() if key not in run.RESERVED and (value or key in known)}
    if "sprak" in known:
        values.setdefault("sprak", language.current())
    sorting, words = (request.args.get(key, "").strip() for key in ("sortera", "filter"))
    return Asked(name, found, values, sorting, words)


def _exemplified(asked: Asked) -> Asked:
    return replace(asked, values={**asked.values, **asked.report.example})


def _given(asked: Asked) -> list[tuple[str, str]]:
    """Name the values that a report was given."""
    named = {p.name: p.label(language.current()) for p in asked.report.parameters}
    return [(named.get(name, name), value) for name, value in asked.values.items() if value]


def _shown(asked: Asked, most: int) -> dict[str, object]:
    """Give what the templates show: the rows on a page, the chart, and code that repeats the report."""
    store = context.store()
    asked_for = asked if asked.is_ready else _exemplified(asked)
    answered: Answered | None = None
    try:
        answered = asked_for.answer(asked_for.values)
    except ParameterError:
        if asked.is_ready:
            raise
        asked_for = asked  # the example is of another graph: the form stands alone
    shown: dict[str, object] = {
        "asked": asked_for,
        "report": asked.report,
        "answered": answered,
        "form": [parameter for parameter in asked.report.parameters if parameter.name != "sprak"],
        "values": {p.name: asked_for.values.get(p.name, "") or p.default for p in asked.report.parameters},
        "is_example": answered is not None and not asked.is_ready,
        "most": most,
    }
    if answered is None:
        return shown
    rows = replace(answered.table, rows=answered.table.rows[:most])  # the whole, however long, is in the files
    bars = answered.bars()
    shown.update(
        table=rows,
        columns=rows.shown,
        labels=labels_of(store, chain(things_of(rows.rows), *(row.values() for row in rows.rows))),
        bars=bars,
        chart=Markup(answered.svg(bars, Links(store.names).iri)) if bars else "",  # noqa: S704 - written as XML
        version=store.version(),
    )
    return shown


def _code(shown: Mapping[str, object]) -> dict[str, str]:
    """Write the code that repeats what is shown; none where nothing is."""
    asked, answered = shown["asked"], shown["answered"]
    if not isinstance(asked, Asked) or not isinstance(answered, Answered):
        return {}
    title = asked.report.title(language.current())
    endpoint = request.host_url.rstrip("/") + request.script_root + "/sparql"
    return {
        "curl": snippets.curl(asked.absolute(format="csv"), f"{asked.name}.csv"),
        "sparqlwrapper": snippets.sparqlwrapper(endpoint, answered.table.query),
        "pandas": snippets.pandas(asked.absolute(format="json")),
        "frame": snippets.frame(asked.absolute("/inbaddning"), title),
    }
