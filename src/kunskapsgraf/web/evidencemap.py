"""``/evidenskarta``: the evidence-gap map, computed from the graph, and what stands in each of its cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext

from kunskapsgraf.errors import BadRequest, ParameterError
from kunskapsgraf.graph.formats import HTML
from kunskapsgraf.graph.nearest import nearest
from kunskapsgraf.graph.rdf import NamedNode
from kunskapsgraf.graph.store import ask, select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.together import together
from kunskapsgraf.reports import evidencemap
from kunskapsgraf.reports.evidencemap import NOTHING, UNNAMED, Cell, EvidenceMap, Intervention, Named
from kunskapsgraf.web import context, language, views
from kunskapsgraf.web.labels import Label, labels_of, names_of
from kunskapsgraf.web.links import Links

blueprint = Blueprint("evidencemap", __name__)
AXES = ("utfall", "malgrupp", "tjanstetyp")
KINDS = ("metod", "insatstyp")
LOOKS = ("karta", "tabell")
MOST_COLUMNS = 40
MOST_ROWS = 150
_FILTERS = ("axel", "atgarder", "familj", "plats", "lage", "anvands", "atgard", "vy")


@dataclass(frozen=True)
class Choices:
    """What a visitor may choose: families, places and states, each with its label."""

    families: list[Named]
    places: list[tuple[str, Label]]
    states: list[Named]


@blueprint.get("/evidenskarta")
def shown() -> Response:
    """Show the map; as a page, JSON or CSV."""
    written = views.format_asked(HTML, views.JSON, views.CSV)
    axis, kind, look = views.choice("axel", AXES), views.choice("atgarder", KINDS), views.choice("vy", LOOKS)
    asked = together(
        lambda: views.ask("evidenskarta", axel=axis, atgarder=kind),
        lambda: views.ask("evidenskarta-tomma-rutor", axel=axis, atgarder=kind),
        lambda: views.ask("evidenskarta-atgarder", atgarder=kind, plats=request.args.get("plats", "")),
    )
    whole = evidencemap.evidence_map(*(one.table for one in asked))
    families, states = evidencemap.families(whole), evidencemap.states(whole)
    found = evidencemap.chosen(
        whole,
        family=_one_of("familj", [family.slug for family in families], kind),
        state=_one_of("lage", [*(state.slug for state in states), NOTHING], "bedomning"),
        only_offered=views.choice("anvands", ("", "1")) == "1",
        intervention=_intervention(),
    )
    filters = {name: request.args[name] for name in _FILTERS if request.args.get(name)}
    if written is views.JSON:
        return views.as_json(
            {
                "axis": axis,
                "interventions": kind,
                "filters": filters,
                **_told(found),
                "queries": views.queries_of(asked),
            }
        )
    if written is views.CSV:
        return _csv(found)
    return Response(
        render_template(
            "evidencemap.html",
            axis=axis,
            kind=kind,
            look=look,
            found=found,
            columns=found.columns[:MOST_COLUMNS],
            groups=_first(found),
            most_rows=MOST_ROWS,
            filters=filters,
            choices=_choices(families, states),
            asked=asked,
            unnamed=UNNAMED,
            nothing=NOTHING,
            levels=level_names(),
        )
    )


@blueprint.get("/evidenskarta/ruta")
def cell() -> Response:
    """Show one cell: its statements with their sources, or how it is empty and what that rests on."""
    written = views.format_asked(HTML, views.JSON, views.CSV)
    axis = views.choice("axel", AXES)
    intervention, column = request.args.get("atgard", ""), request.args.get("kolumn", "")
    if not intervention:
        raise ParameterError(
            "Ange en åtgärd, till exempel atgard=metod/mi.", "Give an intervention, such as atgard=metod/mi."
        )
    kind = "insatstyp" if intervention.startswith("insatstyp/") else "metod"
    said, empty = together(
        lambda: views.ask("evidenskarta-ruta", axel=axis, atgard=intervention, kolumn=column),
        lambda: views.ask("evidenskarta-tomma-rutor", axel=axis, atgarder=kind, atgard=intervention),
    )
    if written is views.CSV:
        return views.as_csv(said.table, "ruta")
    names = context.store().names
    here = names.things + column if column else names.terms + UNNAMED
    way = next((row for row in empty.table.rows if text_of(row["kolumn"]) == here), None)
    subject = names.things + (intervention if "/" in intervention else f"metod/{intervention}")
    told = {"axis": axis, "intervention": subject, "column": here}
    if written is views.JSON:
        rows = [
            {name: text_of(row[name]) if name in row else None for name in said.table.columns}
            for row in said.table.rows
        ]
        code = text_of(way["tomhet"]) if way else None
        return views.as_json({**told, "statements": rows, "empty": code, "queries": views.queries_of([said, empty])})
    labels = labels_of(
        context.store(),
        [NamedNode(subject), NamedNode(here), *(term for row in said.table.rows for term in row.values())],
    )
    return Response(
        render_template(
            "evidencecell.html",
            axis=axis,
            subject=subject,
            column=here if column else "",
            said=said,
            empty=text_of(way["tomhet"]) if way else "",
            empty_text=text_of(way["tom"]) if way else "",
            statements=len({text_of(row["utsaga"]) for row in said.table.rows}),
            scope=_scope(),
            asked=[said, empty],
            labels=labels,
        )
    )


def _intervention() -> str:
    """Give the IRI of the intervention whose row alone is asked for; empty where none is."""
    asked = request.args.get("atgard", "")
    return context.store().names.things + (asked if "/" in asked else f"metod/{asked}") if asked else ""


def level_names() -> dict[str, str]:
    """Name the levels of recommendations."""
    return {
        "bor": gettext("bör"),
        "kan": gettext("kan"),
        "undantag": gettext("i undantagsfall"),
        "fou": gettext("FoU"),
        "ickegora": gettext("icke-göra"),
        "utanNiva": gettext("utan nivå i ord"),
    }


def _scope() -> dict[str, str]:
    """Give the label and the reservation of the scope within which absence may be concluded; empty where there is none."""
    rows = select(context.store(), context.query("scope-of-the-corpus", language=language.current()))
    return {name: text_of(rows[0][name]) for name in ("name", "reservation")} if rows else {}


def _one_of(name: str, choices: Sequence[str], kind: str) -> str:
    """Give the value of a filter, empty where it is not given; raises ``BadRequest`` for what the graph does not have.

    What it has, but not on this axis or in this place, leaves an empty map: whoever turns to another axis keeps the filter.
    """
    value = request.args.get(name, "")
    if value and value not in choices:
        store = context.store()
        iris = Links(store.names).things(f"{kind}/{value}")
        if not ask(store, context.query("is-known", thing=iris[0])):
            listed, near = ", ".join(choices) or "-", nearest(value, choices)
            raise BadRequest(
                f"{name}={value[:100]!r} finns inte.{f' Menade du {near}?' if near else ''} Välj bland {listed}.",
                f"There is no {name}={value[:100]!r}.{f' Did you mean {near}?' if near else ''} Choose among {listed}.",
            )
    return value


def _choices(families: list[Named], states: list[Named]) -> Choices:
    store = context.store()
    places = [text_of(row["thing"]) for row in select(store, context.query("offering-places"))]
    labels = names_of(store, places)
    listed = [(place.removeprefix(store.names.things), labels[place]) for place in places]
    return Choices(families, sorted(listed, key=lambda pair: pair[1].text.lower()), states)


def _first(found: EvidenceMap) -> list[tuple[evidencemap.Group, list[Intervention]]]:
    """Give the groups with the first of their rows, as many as a page shows."""
    left, groups = MOST_ROWS, []
    for group in found.groups:
        if left > 0:
            groups.append((group, list(group.rows[:left])))
            left -= len(group.rows)
    return groups


def _told(found: EvidenceMap) -> dict[str, Any]:
    return {
        "columns": [{"iri": column.iri, "label": column.label} for column in found.columns],
        "rows": [
            {
                "iri": row.named.iri,
                "label": row.named.label,
                "kind": row.kind.iri if row.kind else None,
                "families": list(row.families),
                "statements": row.statements,
                "concluded": row.conclusion.iri if row.conclusion else None,
                "municipalities": row.offered,
                "municipalitiesItself": row.itself,
                "recommendations": row.levels,
                "noRecommendationInTheSources": row.never_recommended,
                "cells": [{"column": column, **_cell(found)} for column, found in row.cells.items()],
            }
            for row in found.rows
        ],
    }


def _cell(found: Cell) -> dict[str, Any]:
    statements = [
        {
            "state": said.state.iri,
            "stateLabel": said.state.label,
            "kind": said.kind.iri,
            "kindLabel": said.kind.label,
            "certainty": said.certainty.iri if said.certainty else None,
            "certaintyLabel": said.certainty.label if said.certainty else None,
            "count": said.count,
        }
        for said in found.said
    ]
    way = found.empty or ("oversikt-saknas" if found.is_search else None)
    return {"statements": statements, "empty": way, "emptyText": found.text or None}


def _csv(found: EvidenceMap) -> Response:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")  # RFC 4180
    writer.writerow(evidencemap.COLUMNS)
    for row in found.rows:
        for column in found.columns:
            cell = row.cells.get(column.iri, Cell())
            first = [row.named.iri, row.named.label, row.offered, column.iri, column.label]
            for said in cell.said:
                sure = [said.certainty.iri, said.certainty.label] if said.certainty else ["", ""]
                middle = [said.state.iri, said.state.label, said.kind.iri, said.kind.label, *sure, said.count]
                writer.writerow([*first, *middle, "", ""])
            if cell.empty:
                writer.writerow([*first, *[""] * 6, 0, cell.empty, cell.text])
    response = Response(buffer.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'inline; filename="evidenskarta.csv"'
    return response
