"""A comparison as data: JSON with the SPARQL of each part, and CSV with a line for each cell, or for each value of one."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import Response

from kunskapsgraf.reports.values import is_like_a_formula
from kunskapsgraf.web import views
from kunskapsgraf.web.comparison import Cell, Part
from kunskapsgraf.web.labels import Label

COLUMNS = (
    "del",
    "grupp",
    "gruppNamn",
    "rad",
    "radNamn",
    "sak",
    "sakNamn",
    "lage",
    "varde",
    "vardeNamn",
    "antal",
    "giltigFran",
    "giltigTill",
    "utfall",
)


def as_json(kind: str, chosen: Sequence[str], parts: Iterable[Part], labels: Mapping[str, Label]) -> Response:
    """Send all parts, cell by cell, with the query that each is laid out of."""
    listed = list(parts)
    return views.as_json(
        {
            "kind": kind,
            "compared": [_named(iri, labels) for iri in chosen],
            "parts": [
                {
                    "name": part.name,
                    "title": part.title,
                    "rows": [
                        {
                            "group": _named(group, labels),
                            "about": _named(row.about, labels),
                            "verdict": None if part.is_counted else row.verdict,
                            "cells": [
                                {"of": iri, **_cell(cell, labels, part.is_counted)}
                                for iri, cell in zip(chosen, row.cells, strict=True)
                            ],
                        }
                        for group, rows in part.groups
                        for row in rows
                    ],
                }
                for part in listed
            ],
            "queries": [{"part": part.name, "query": part.query} for part in listed],
        }
    )


def as_csv(chosen: Sequence[str], parts: Iterable[Part], labels: Mapping[str, Label]) -> Response:
    """Send all parts as lines."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")  # RFC 4180
    writer.writerow(COLUMNS)
    for part in parts:
        for group, row in ((group, row) for group, rows in part.groups for row in rows):
            for iri, cell in zip(chosen, row.cells, strict=True):
                where = [
                    part.name,
                    group,
                    _name(group, labels),
                    row.about,
                    _name(row.about, labels),
                    iri,
                    _name(iri, labels),
                ]
                # What holds at several times has a line for each.
                times = [(period.first, period.last) for period in cell.periods] or [("", "")]
                for value, name in _values(cell, labels) or [("", "")]:
                    for first, last in times:
                        number = "" if cell.number is None else cell.number
                        state, verdict = ("", "") if part.is_counted else (cell.state, row.verdict)
                        line = [*where, state, value, name, number, first, last, verdict]
                        writer.writerow(
                            [f"'{one}" if isinstance(one, str) and is_like_a_formula(one) else one for one in line]
                        )
    response = Response(buffer.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'inline; filename="jamforelse.csv"'
    return response


def _named(iri: str, labels: Mapping[str, Label]) -> dict[str, str] | None:
    return {"iri": iri, "label": _name(iri, labels)} if iri else None


def _name(iri: str, labels: Mapping[str, Label]) -> str:
    return labels[iri].text if iri in labels else ""


def _values(cell: Cell, labels: Mapping[str, Label]) -> list[tuple[str, str]]:
    """Give what a cell says: things with their names, and texts."""
    return [*((iri, _name(iri, labels)) for iri in cell.things), *(("", text) for text in cell.texts)]


def _cell(cell: Cell, labels: Mapping[str, Label], is_counted: bool) -> dict[str, Any]:
    if is_counted:
        return {"count": cell.number}
    told: dict[str, Any] = {"state": cell.state}
    if cell.things or cell.texts:
        told["values"] = [{"iri": iri or None, "text": text} for iri, text in _values(cell, labels)]
    if len(cell.kinds) > 1:
        told["kinds"] = list(cell.kinds)
    if cell.number is not None:
        told["count"] = cell.number
    if cell.periods:
        told["periods"] = [{"from": period.first, "to": period.last} for period in cell.periods]
    return told
