"""What the views made of reports share: running a report in the visitor's language, and the format asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, request

from kunskapsgraf.errors import BadRequest
from kunskapsgraf.graph.formats import Format, accepted
from kunskapsgraf.graph.queries import QueryFile
from kunskapsgraf.reports import render, run
from kunskapsgraf.reports.run import Table
from kunskapsgraf.web import context, language

JSON = Format("json", ("application/json",), ("view",))
CSV = Format("csv", ("text/csv",), ("view",))


@dataclass(frozen=True)
class Asked:
    """A report with the values that a view gave it, and its answer."""

    report: QueryFile
    values: dict[str, str]
    table: Table

    @property
    def name(self) -> str:
        """The report's name in addresses."""
        return self.report.name.removesuffix(".rq")

    @property
    def query(self) -> str:
        """The SPARQL as run, without the head that is for the report's own page."""
        return "\n".join(line for line in self.table.query.splitlines() if not line.startswith("#+")) + "\n"


def ask(name: str, **values: str) -> Asked:
    """Run a report in the visitor's language, with those values that are not empty."""
    settings = context.settings()
    report = run.find(settings.sources, name, settings.base)
    given = {key: value for key, value in values.items() if value}
    spoken = {"sprak": language.current()} if any(p.name == "sprak" for p in report.parameters) else {}
    return Asked(report, given, run.run(context.store(), report, {**given, **spoken}))


def refuse_repeated(*several: str) -> None:
    """Raise ``BadRequest`` where a parameter that takes one value has more: only the first would be heeded.

    ``several`` are those that take more than one.
    """
    for name, values in request.args.lists():
        if name not in several and len(set(values)) > 1:
            raise BadRequest(
                f"Adressen har flera {name}, men bara ett värde kan gälla. Ange ett.",
                f"The address has several {name}, of which only one can hold. Give one.",
            )


def format_asked(*formats: Format, several: tuple[str, ...] = ()) -> Format:
    """Choose by ``?format=``, else by ``Accept``; raises ``BadRequest`` or ``NotAcceptable``.

    A view begins by this, so it refuses what no view may pass over: see ``refuse_repeated``.
    """
    refuse_repeated(*several)
    wanted = request.args.get("format", "")
    if not wanted:
        return accepted(request.headers.get("Accept"), formats)
    for candidate in formats:
        if candidate.name == wanted:
            return candidate
    names = [candidate.name for candidate in formats]
    raise BadRequest(
        f"Formatet {wanted!r} finns inte här. Välj {' eller '.join(names)}.",
        f"There is no format {wanted!r} here. Choose {' or '.join(names)}.",
    )


def choice(name: str, choices: tuple[str, ...]) -> str:
    """Give the value of a parameter, the first choice where it is not given; raises ``BadRequest`` for any other."""
    value = request.args.get(name) or choices[0]
    if value not in choices:
        listed = ", ".join(repr(one) for one in choices)
        raise BadRequest(
            f"{name}={value!r} finns inte. Välj bland {listed}.",
            f"There is no {name}={value!r}. Choose among {listed}.",
        )
    return value


def as_json(told: Mapping[str, object]) -> Response:
    """Send a view as JSON, with the version of the snapshot that it is of."""
    body = json.dumps({"version": context.store().version(), **told}, ensure_ascii=False, indent=2) + "\n"
    return Response(body, content_type=JSON.media_type)


def as_csv(table: Table, name: str) -> Response:
    """Send a table as CSV."""
    response = Response(render.render(table, "csv"), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.csv"'
    return response


def queries_of(asked: list[Asked]) -> list[dict[str, object]]:
    """Tell, for JSON, the reports that a view is made of: name, values and the SPARQL as run."""
    return [{"report": one.name, "values": one.values, "query": one.query} for one in asked]
