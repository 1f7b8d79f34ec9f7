"""A report as a file: CSV, Excel, JSON, Markdown, and its chart as SVG."""

from __future__ import annotations

import hashlib

from flask import Response, g, request
from flask_babel import gettext

from kunskapsgraf.errors import BadRequest
from kunskapsgraf.graph.advice import Advice
from kunskapsgraf.reports import render
from kunskapsgraf.web import context, language
from kunskapsgraf.web.answered import Answered
from kunskapsgraf.web.citing import told_of
from kunskapsgraf.web.display import grouped
from kunskapsgraf.web.links import Links

MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "md": "text/markdown; charset=utf-8",
    "svg": "image/svg+xml",
    "xlsx": render.EXCEL_TYPE,
}


def check(wanted: str) -> None:
    """Raise ``BadRequest`` for a format that there is not, and for a ``bom`` that is neither yes nor no."""
    if wanted not in MEDIA:
        raise BadRequest(
            f"Formatet {wanted!r} finns inte för rapporter. Välj html, csv, xlsx, json, md eller svg.",
            f"There is no format {wanted!r} for reports. Choose html, csv, xlsx, json, md or svg.",
        )
    if request.args.get("bom", "") not in ("", "0", "1"):
        raise BadRequest("bom är 1 eller 0.", "bom is 1 or 0.")


def response(answered: Answered, wanted: str, name: str, address: str, given: list[tuple[str, str]]) -> Response:
    """Write the rows in a format; ``address`` is where they are from, ``given`` the values by their names."""
    match wanted:
        case "xlsx":
            made = _excel(answered, address, given)
        case "svg":
            made = Response(_svg(answered))
        case _:
            mark = render.BOM if wanted == "csv" and request.args.get("bom") == "1" else ""
            made = Response(mark + render.render(answered.table, wanted))
    made.headers["Content-Type"] = MEDIA[wanted]
    if wanted in ("csv", "svg", "xlsx"):
        way = "attachment" if wanted == "xlsx" else "inline"
        made.headers["Content-Disposition"] = f'{way}; filename="{name}.{wanted}"'
    return made


def _excel(answered: Answered, address: str, given: list[tuple[str, str]]) -> Response:
    from kunskapsgraf.reports import excel  # noqa: PLC0415 - it is slow to import

    table, arrangement = answered.table, answered.arrangement
    count = grouped(len(table.rows))
    if arrangement.words:
        count = gettext(
            '%(n)s av %(total)s, de med "%(words)s"', n=count, total=answered.total, words=arrangement.words
        )
    if len(table.rows) > render.MOST_ROWS_IN_EXCEL:
        g.advice = [Advice("rows-left-out", f"{render.MOST_ROWS_IN_EXCEL}/{len(table.rows)}")]
        count += ". " + gettext("Här står de första %(n)s; hämta alla som CSV.", n=grouped(render.MOST_ROWS_IN_EXCEL))
    version = context.store().version()
    told = told_of(table.report, given, version, address, table.query, count)
    body = excel.workbook(table, language.current(), told, (gettext("Rader"), gettext("Om rapporten")))
    made = Response(body)
    # The file holds the time when it was made; what it tells follows from these.
    digest = hashlib.sha256("\n".join((version, address, language.current())).encode()).hexdigest()
    made.set_etag(digest[:24], weak=True)
    return made


def _svg(answered: Answered) -> str:
    bars = answered.bars()
    if bars is None:
        raise BadRequest(
            "Rapporten har inget diagram, eller bara en stapel. Tabellen finns som html, csv, xlsx, json och md.",
            "The report has no chart, or one bar only. The table is there as html, csv, xlsx, json and md.",
        )
    links = Links(context.store().names)

    def absolute(iri: str) -> str | None:
        address = links.iri(iri)
        return request.host_url.rstrip("/") + address if address and address.startswith("/") else address

    return answered.svg(bars, absolute)
