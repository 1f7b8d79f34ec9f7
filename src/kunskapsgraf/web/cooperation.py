"""``/samverkan``: who works with whom on what, as a network, a matrix and a table, all of the same chosen cooperations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

from flask import Blueprint, Response, render_template, request

from kunskapsgraf.errors import BadRequest
from kunskapsgraf.graph.formats import HTML
from kunskapsgraf.graph.particulars import Passage
from kunskapsgraf.graph.rdf import NamedNode, Triple
from kunskapsgraf.graph.store import select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.together import together
from kunskapsgraf.reports import cooperation
from kunskapsgraf.reports.arrange import alphabetical
from kunskapsgraf.reports.cooperation import BETWEEN, CONCLUDED, KINDS, Cell, Cooperation, Matrix, Shared, Silence
from kunskapsgraf.web import context, views, why
from kunskapsgraf.web.cooperationdrawing import MOST_DRAWN, draw
from kunskapsgraf.web.facts import Facts, facts_of
from kunskapsgraf.web.labels import Label, names_of

blueprint = Blueprint("cooperation", __name__)
COLUMNS = ("slag", "part")
MOST_ON_A_PAGE = 100
MOST_PLACES = 60
MOST_COLUMNS = 40
MOST_SHARED = 20
MOST_CHOICES = 400
MOST_WITH_SUBJECTS = 300
"""Cooperations up to which the cells of the matrix say on what, too; of more they say how many."""
_FILTERS = ("plats", "partslag", "motpart", "amne", "kalla", "ar")
_FIRST_KIND = {"plats": "kommun", "motpart": "aktor", "amne": "begrepp", "kalla": "kalla"}
"""What a slug alone names, as in the report."""
_CONCEPTS = ("insatstyp", "tjanstetyp", "metod", "malgrupp", "begrepp", "inslag")
"""Kinds of subject that the form offers, in its order; of any other a page leads here."""
_ABOUT = ("omfattarInsats", "avser", "syfte", "malgrupp", "anvanderMetod")


@dataclass
class Choices:
    """What a visitor may choose: each by its name in addresses, with its label."""

    places: list[tuple[str, Label]] = field(default_factory=list)
    subjects: dict[str, list[tuple[str, Label]]] = field(default_factory=dict)
    sources: list[tuple[str, Label]] = field(default_factory=list)
    years: list[int] = field(default_factory=list)

    def has_subject(self, slug: str) -> bool:
        """Tell whether a subject is among those offered."""
        return any(slug == one for own in self.subjects.values() for one, _ in own)


@dataclass(frozen=True)
class _Made:
    """What all forms are made of: the choice, all cooperations, those on the page (its number and of how many), the reports."""

    filters: dict[str, str]
    columns: str
    listed: list[str]
    here: list[str]
    page: tuple[int, int]
    parties: views.Asked
    matrix: Matrix
    shared: list[Shared]
    silences: list[Silence]
    asked: list[views.Asked]


@blueprint.get("/samverkan")
def shown() -> Response:
    """Show who works with whom on what; as a page, JSON or CSV."""
    written = views.format_asked(HTML, views.JSON, views.CSV)
    columns = views.choice("kolumner", COLUMNS)
    views.choice("partslag", ("", *KINDS))
    filters = {name: request.args[name] for name in _FILTERS if request.args.get(name)}
    if written is views.CSV:
        return views.as_csv(views.ask("samverkan-parter", **filters).table, "samverkan")
    listed = views.ask("samverkan-samarbeten", **filters)
    chosen = [text_of(row["samarbete"]) for row in listed.table.rows]
    page = _part(len(chosen)) if written is HTML else (1, 1)
    here = chosen[(page[0] - 1) * MOST_ON_A_PAGE : page[0] * MOST_ON_A_PAGE]
    # For a page, parties are asked of what is drawn and listed only: of a whole country that is a small part.
    few = {"urval": " ".join(dict.fromkeys([*chosen[:MOST_DRAWN], *here]))} if written is HTML and chosen else filters
    subjects = partial(views.ask, "samverkan-om-vad", kolumner=columns, **filters)
    parties, cells, shared, silent, *about = together(
        lambda: views.ask("samverkan-parter", **few),
        lambda: views.ask("samverkan-matris", kolumner=columns, **filters),
        lambda: views.ask("samverkan-delade", **filters),
        lambda: views.ask("samverkan-inget-kant"),
        *([subjects] if len(chosen) <= MOST_WITH_SUBJECTS else []),
    )
    made = _Made(
        filters,
        columns,
        chosen,
        here,
        page,
        parties,
        cooperation.matrix(cells.table, about[0].table if about else None),
        cooperation.shared_parties(shared.table),
        cooperation.silences(silent.table),
        [listed, cells, *about, shared, silent],
    )
    return _json(made) if written is views.JSON else _page(made)


def _json(made: _Made) -> Response:
    return views.as_json(
        {
            "filters": made.filters,
            "columns": made.columns,
            "cooperations": [_told(one) for one in cooperation.cooperations(made.parties.table)],
            "matrix": _matrix_told(made.matrix),
            "sharedParties": [
                {"iri": one.party.iri, "label": one.party.label, "cooperations": one.count, "planned": one.planned}
                for one in made.shared
            ],
            "withoutKnownCooperation": [_silence_told(one) for one in made.silences],
            "queries": views.queries_of([made.parties, *made.asked]),
        }
    )


def _page(made: _Made) -> Response:
    store, total = context.store(), len(made.listed)
    by_iri = {one.named.iri: one for one in cooperation.cooperations(made.parties.table)}
    rows = [by_iri[iri] for iri in made.here if iri in by_iri]
    facts = facts_of(store, made.here, (*_ABOUT, "uttalasI"))
    chosen = {name: _iri(name, made.filters[name]) for name in _FIRST_KIND if name in made.filters}
    iris = {
        *(iri for own in facts.values() for iri in own.iris(*_ABOUT)),
        *(party.named.iri for one in rows for party in one.parties),
        *(place.iri for one in rows for place in one.places),
        *(origin.source.iri for one in rows for origin in one.origins if origin.source),
        *(one.party.iri for one in made.shared[:MOST_SHARED]),
        *(one.place.iri for one in made.silences),
        *(part.iri for one in made.silences for part in (one.category, one.scope) if part),
        *chosen.values(),
        _tied(),
    }
    drawn = [by_iri[iri] for iri in made.listed[:MOST_DRAWN] if iri in by_iri]
    return Response(
        render_template(
            "cooperation.html",
            filters=made.filters,
            columns=made.columns,
            total=total,
            rows=[(one, facts[one.named.iri], _passages(facts[one.named.iri])) for one in rows],
            page=made.page[0],
            pages=made.page[1],
            picture=draw(drawn, total, store.names) if drawn else None,
            matrix=made.matrix,
            most_places=MOST_PLACES,
            most_columns=MOST_COLUMNS,
            has_subjects=total <= MOST_WITH_SUBJECTS,
            shared=made.shared,
            most_shared=MOST_SHARED,
            silences=made.silences,
            concluded={one.place.iri for one in made.silences if one.state == CONCLUDED},
            between=BETWEEN,
            tie=_tie(chosen, drawn),
            choices=_choices(made.silences),
            chosen=chosen,
            kinds=KINDS,
            about=_ABOUT,
            labels=names_of(store, iris),
            asked=made.asked,
            why=why.address,
        )
    )


def _part(total: int) -> tuple[int, int]:
    """Read which part of the table is asked for, and say how many there are."""
    text = request.args.get("sida", "1")
    pages = max(-(-total // MOST_ON_A_PAGE), 1)
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= pages):
        raise BadRequest(f"sida={text!r}: ange ett tal från 1 till {pages}.", f"sida={text!r}: give 1 to {pages}.")
    return int(text), pages


def _iri(name: str, given: str) -> str:
    path = given if "/" in given else f"{_FIRST_KIND[name]}/{given}"
    return given if "://" in given else context.store().names.things + path


def _passages(facts: Facts) -> tuple[Passage, ...]:
    listed = facts.iris("uttalasI")
    known = context.store().particulars().passages_named(listed)
    return tuple(
        sorted((known[iri] for iri in listed if iri in known), key=lambda one: (one.source, len(one.first), one.first))
    )


def _tie(chosen: dict[str, str], found: Sequence[Cooperation]) -> Triple | None:
    """Give the conclusion that the two chosen cooperate, where both are parties themselves to one that is there."""
    ends = {chosen.get("plats", ""), chosen.get("motpart", "")}
    if len(ends) < 2 or not any(
        ends <= {party.named.iri for party in one.parties if not party.is_planned} for one in found
    ):
        return None
    return Triple(NamedNode(chosen["plats"]), NamedNode(_tied()), NamedNode(chosen["motpart"]))


def _tied() -> str:
    return context.store().names.terms + "samverkarMed"


def _choices(silences: Iterable[Silence]) -> Choices:
    """Give what may be chosen; a place without known cooperation too, since that is an answer."""
    store = context.store()
    things: dict[str, set[str]] = {"plats": {one.place.iri for one in silences}, "amne": set(), "kalla": set()}
    years: set[int] = set()
    for row in select(store, context.query("cooperation-choices")):
        if "choice" in row and "thing" in row:
            things[text_of(row["choice"])].add(text_of(row["thing"]))
        if "first" in row and "last" in row:
            first, last = (int(text_of(row[end])[:4]) for end in ("first", "last"))
            years.update(range(first, min(last, first + 50) + 1))
    of_kind = {kind: f"{store.names.things}{kind}/" for kind in _CONCEPTS}
    subjects = {kind: [iri for iri in things["amne"] if iri.startswith(start)] for kind, start in of_kind.items()}
    labels = names_of(store, {*things["plats"], *things["kalla"], *(iri for own in subjects.values() for iri in own)})

    def listed(iris: Iterable[str]) -> list[tuple[str, Label]]:
        pairs = [(iri.removeprefix(store.names.things), labels[iri]) for iri in iris]
        return sorted(pairs, key=lambda pair: (alphabetical(pair[1].text), pair[0]))[:MOST_CHOICES]

    return Choices(
        listed(things["plats"]),
        {kind: listed(own) for kind, own in subjects.items() if own},
        listed(things["kalla"]),
        sorted(years, reverse=True),
    )


def _told(one: Cooperation) -> dict[str, object]:
    return {
        "iri": one.named.iri,
        "label": one.named.label,
        "planned": one.is_planned,
        "about": one.about or None,
        "parties": [
            {
                "iri": party.named.iri,
                "label": party.named.label,
                "kind": party.kind,
                "places": [place.iri for place in party.places],
                "ground": party.ground,
            }
            for party in one.parties
        ],
        "sources": [
            {
                "source": origin.source.iri if origin.source else None,
                "lines": origin.lines,
                "from": origin.period.first or None,
                "to": origin.period.last or None,
                "validity": origin.validity,
            }
            for origin in one.origins
        ],
    }


def _matrix_told(found: Matrix) -> dict[str, object]:
    return {
        "columns": [{"key": one.key, "kind": one.kind, "label": one.text} for one in found.columns],
        "rows": [
            {
                "iri": place.iri,
                "label": place.label,
                "cells": [
                    {"column": one.key, **_cell_told(found.cells[place.iri, one.key])}
                    for one in found.columns
                    if (place.iri, one.key) in found.cells
                ],
            }
            for place in found.places
        ],
    }


def _cell_told(cell: Cell) -> dict[str, object]:
    return {"cooperations": cell.count, "planned": cell.planned, "about": list(cell.about)}


def _silence_told(one: Silence) -> dict[str, object]:
    return {
        "place": one.place.iri,
        "label": one.place.label,
        "state": one.state,
        "scope": one.scope.iri if one.scope else None,
        "from": one.period.first or None,
        "to": one.period.last or None,
    }
