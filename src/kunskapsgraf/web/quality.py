"""``/kvalitet``: where the graph is weak, by reports that anybody can run again."""

from __future__ import annotations

import datetime

from flask import Blueprint, Response, render_template, request

from kunskapsgraf.errors import BadRequest
from kunskapsgraf.graph.formats import HTML
from kunskapsgraf.graph.rdf import NamedNode
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.together import together
from kunskapsgraf.web import context, views
from kunskapsgraf.web.labels import names_of
from kunskapsgraf.web.views import Asked

blueprint = Blueprint("quality", __name__)
MOST_ROWS = 30
"""Rows of each table on the page; the reports hold them all."""
SOON = datetime.timedelta(days=365)
VALIDITY = ("utgangen", "snart", "galler", "okand")


@blueprint.get("/kvalitet")
def shown() -> Response:
    """Show the quality page, or all its tables as JSON."""
    written = views.format_asked(HTML, views.JSON)
    day, last = _days()
    answers = together(
        lambda: views.ask("kallornas-tackning"),
        lambda: views.ask("metoder-med-motstridig-evidens"),
        lambda: views.ask("evidens-fran-en-kalla"),
        lambda: views.ask("giltighet", dag=day.isoformat(), senast=last.isoformat()),
        lambda: views.ask("tomma-kategorier"),
        lambda: views.ask("lankning"),
    )
    asked = dict(zip(("tackning", "oense", "enkalla", "giltighet", "tomma", "lankning"), answers, strict=True))
    if written is views.JSON:
        response = views.as_json(
            {
                "day": day.isoformat(),
                "soonUntil": last.isoformat(),
                **{one.name: _rows(one) for one in asked.values()},
                "queries": views.queries_of(list(asked.values())),
            }
        )
    else:
        # Of what grows with the graph the first rows are shown, and only what is shown is named.
        shown_of = {name: MOST_ROWS if name in ("oense", "enkalla") else None for name in asked}
        rows = (row for name, one in asked.items() for row in one.table.rows[: shown_of[name]])
        iris = {term.value for row in rows for term in row.values() if isinstance(term, NamedNode)}
        response = Response(
            render_template(
                "quality.html",
                day=day.isoformat(),
                last=last.isoformat(),
                asked=asked,
                validity={code: _number(asked["giltighet"], code) for code in VALIDITY},
                labels=names_of(context.store(), iris),
                most=MOST_ROWS,
            )
        )
    if not request.args.get("dag"):
        # The page of today is another tomorrow: no copy of it is kept. With a day in the address it stays the same.
        response.headers["Cache-Control"] = "no-cache"
    return response


def _days() -> tuple[datetime.date, datetime.date]:
    """Give the day that validity is reckoned from, today where none is given, and the last day that counts as soon."""
    given = request.args.get("dag", "")
    try:
        day = datetime.date.fromisoformat(given) if given else datetime.datetime.now(datetime.UTC).date()
        return day, day + SOON
    except (ValueError, OverflowError):
        raise BadRequest(
            f"dag={given!r}: ange en dag som 2026-01-31.", f"dag={given!r}: give a day such as 2026-01-31."
        ) from None


def _number(asked: Asked, code: str) -> int:
    return sum(int(text_of(row["antal"])) for row in asked.table.rows if text_of(row["lage"]) == code)


def _rows(asked: Asked) -> list[dict[str, str]]:
    return [{name: text_of(row[name]) for name in asked.table.columns if name in row} for row in asked.table.rows]
