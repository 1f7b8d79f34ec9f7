"""``/evidensprofil``: what share of what is offered rests on methods in each state of evidence, here or as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext

from kunskapsgraf.errors import BadRequest
from kunskapsgraf.graph.formats import HTML
from kunskapsgraf.graph.particulars import Period
from kunskapsgraf.graph.store import select
from kunskapsgraf.graph.terms import Row, text_of
from kunskapsgraf.graph.together import together
from kunskapsgraf.web import context, views
from kunskapsgraf.web.joined import things_of
from kunskapsgraf.web.labels import names_of
from kunskapsgraf.web.sparql import MOST_ROWS_ON_A_PAGE

blueprint = Blueprint("profile", __name__)
SHARES = {
    "positiv-effekt": "positivEffekt",
    "ingen-effekt": "ingenEffekt",
    "skadlig": "skadlig",
    "blandat": "blandat",
    "otillrackligt": "otillrackligt",
    "oversikt-saknas": "oversiktSaknas",
    "pastadd": "pastadd",
    "lokal-uppfoljning": "lokalUppfoljning",
    "ingen-uppgift": "ingenUppgift",
    "ingen-metod": "ingenMetod",
    "annan-grad": "annanGrad",
    "utanfor": "utanfor",
}
"""Each share by its name in addresses, with its column in the report."""


@dataclass(frozen=True)
class Counted:
    """The services of one period, or of all (``period`` is ``None``): how many, and how many in each share."""

    period: Period | None
    services: int
    shares: Mapping[str, int]

    def percent(self, share: str) -> int:
        """Give a share as a whole per cent of the services."""
        return round(100 * self.shares[share] / self.services) if self.services else 0


@blueprint.get("/evidensprofil")
def shown() -> Response:
    """Show the profile of a place, or of all; as a page, JSON or CSV."""
    written = views.format_asked(HTML, views.JSON, views.CSV)
    place, share = request.args.get("plats", ""), request.args.get("andel", "")
    if share and share not in SHARES:
        listed = ", ".join(SHARES)
        raise BadRequest(
            f"andel={share!r} finns inte. Välj bland {listed}.", f"There is no andel={share!r}. Choose among {listed}."
        )
    if written is views.CSV:
        return views.as_csv(views.ask("evidensprofil", plats=place).table, "evidensprofil")
    # All services of all places are too many to read: then a share is chosen first.
    more = [lambda: views.ask("evidensprofil-insatser", plats=place, andel=share)] if place or share else []
    asked = together(lambda: views.ask("evidensprofil", plats=place), *more)
    counts, services = asked[0], asked[1] if more else None
    found = [_counted(row) for row in counts.table.rows]
    whole = next((one for one in found if one.period is None), Counted(None, 0, dict.fromkeys(SHARES, 0)))
    periods = [one for one in found if one.period is not None]
    if written is views.JSON:
        listed_services = (
            [
                {name: text_of(row[name]) for name in services.table.columns if name in row}
                for row in services.table.rows
            ]
            if services
            else None
        )
        return views.as_json(
            {
                "place": place or None,
                "services": whole.services,
                "shares": whole.shares,
                "periods": [
                    {"from": one.period.first, "to": one.period.last, "services": one.services, "shares": one.shares}
                    for one in periods
                    if one.period
                ],
                "listed": listed_services,
                "queries": views.queries_of(asked),
            }
        )
    store = context.store()
    places = [row["thing"] for row in select(store, context.query("offering-places"))]
    here = store.names.things + (place if "/" in place else f"kommun/{place}")
    rows = list(services.table.rows[:MOST_ROWS_ON_A_PAGE]) if services else []
    terms = (*places, *(row["insats"] for row in rows), *things_of(rows))
    labels = names_of(store, {here, *(text_of(term) for term in terms)})
    listed_places = [(text_of(thing).removeprefix(store.names.things), labels[text_of(thing)]) for thing in places]
    return Response(
        render_template(
            "profile.html",
            place=place,
            here=here if place else "",
            share=share,
            names=share_names(),
            whole=whole,
            periods=periods,
            services=services,
            rows=[(row, _period(row)) for row in rows],
            places=sorted(listed_places, key=lambda pair: pair[1].text.lower()),
            labels=labels,
            asked=asked,
        )
    )


def share_names() -> dict[str, str]:
    """Name the shares."""
    return {
        "positiv-effekt": gettext("Positiv effekt"),
        "ingen-effekt": gettext("Ingen effekt (ett fynd)"),
        "skadlig": gettext("Skadlig (ett fynd)"),
        "blandat": gettext("Blandade resultat"),
        "otillrackligt": gettext("Otillräckligt underlag: granskat, men det räckte inte"),
        "oversikt-saknas": gettext("Letat, ingen översikt hittad"),
        "pastadd": gettext("Påstådd, utan källa"),
        "lokal-uppfoljning": gettext("Lokal uppföljning av metoden"),
        "ingen-uppgift": gettext("Ingen uppgift i källorna om metoden"),
        "ingen-metod": gettext("Ingen namngiven metod"),
        "annan-grad": gettext("Metod namngiven, men inte som det insatsen arbetar enligt"),
        "utanfor": gettext("Utanför omfattningen: inget får slutas"),
    }


def _counted(row: Row) -> Counted:
    period = None if text_of(row["tid"]) == "alla" else _period(row)
    return Counted(
        period,
        int(text_of(row["insatser"])),
        {name: int(text_of(row[column])) for name, column in SHARES.items() if column in row},
    )


def _period(row: Row) -> Period:
    return Period(*(text_of(row[end]) if end in row else "" for end in ("giltigFran", "giltigTill")))
