"""``/kvalitet``: where the graph is weak, by reports that anybody can run again."""

from __future__ import annotations

import datetime

from flask import Blueprint, Response, render_template, request

from kunskapsgraf.errors import BadRequest
from kunskapsgraf.graph.formats import HTML
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.web import context, views
from kunskapsgraf.web.labels import labels_of
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
    asked = {
        "tackning": views.ask("kallornas-tackning"),
        "oense": views.ask("metoder-med-motstridig-evidens"),
        "enkalla": views.ask("evidens-fran-en-kalla"),
        "giltighet": views.ask("giltighet", dag=day.isoformat(), senast=last.isoformat()),
        "tomma": views.ask("tomma-kategorier"),
        "lankning": views.ask("lankning"),
    }
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
        terms = (term for one in asked.values() for row in one.table.rows for term in row.values())
        response = Response(
            render_template(
                "quality.html",
                day=day.isoformat(),
                last=last.isoformat(),
                asked=asked,
                validity={code: _number(asked["giltighet"], code) for code in VALIDITY},
                labels=labels_of(context.store(), terms),
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
