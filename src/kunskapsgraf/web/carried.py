"""The reports that a page carries: what the graph answers about a thing, and why a category is empty."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from kunskapsgraf.graph.queries import QueryFile
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.reports import run
from kunskapsgraf.reports.run import Table
from kunskapsgraf.web import context, language
from kunskapsgraf.web.joined import things_of
from kunskapsgraf.web.labels import Label, labels_of


@dataclass(frozen=True)
class Carried:
    """A report on a page: its table, the columns that tell something there, labels, and the values it ran with."""

    report: QueryFile
    table: Table
    columns: list[str]
    labels: Mapping[str, Label]
    values: Mapping[str, str]


def about(iri: str) -> list[Carried]:
    """Give the reports on a thing that have something to say of it."""
    names = context.store().names
    slug = iri.removeprefix(names.things)
    kind = slug.split("/")[0]
    found: list[Carried] = []
    for report in _reports():
        if kind in report.carried:
            parameter = next(p for p in report.parameters if p.type == "iri")
            plain = slug.removeprefix(parameter.kinds[0] + "/") if re.fullmatch(r"[a-z0-9/-]+", slug) else iri
            found += _run(report, {parameter.name: plain}, iri)
    return found


def reasons(category: str) -> list[Carried]:
    """Give the reports that tell why a category has no members."""
    return [one for report in _reports() if category in report.explains for one in _run(report, {}, "")]


def _reports() -> Iterator[QueryFile]:
    settings = context.settings()
    yield from run.all_reports(settings.sources, settings.base).values()


def _run(report: QueryFile, values: dict[str, str], thing: str) -> list[Carried]:
    store = context.store()
    table = run.run(store, report, {**values, "sprak": language.current()})
    if not table.rows:
        return []
    labels = labels_of(store, chain(things_of(table.rows), *(row.values() for row in table.rows)))
    # A column that says the page's own name in every row, or nothing in any, is no news there.
    columns = [c for c in table.shown if {text_of(row[c]) for row in table.rows if c in row} - {thing, ""}]
    return [Carried(report, table, columns, labels, values)]
