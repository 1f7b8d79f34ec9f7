"""``/indikatorer``: the indicators, and each over time: values as a picture and a table, breaks in series as breaks, notes on the point."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Response, render_template, request
from markupsafe import Markup

from kunskapsgraf.errors import BadRequest, NotFound, ParameterError
from kunskapsgraf.graph.formats import HTML, Format
from kunskapsgraf.graph.nearest import nearest
from kunskapsgraf.graph.particulars import Passage
from kunskapsgraf.graph.rdf import NamedNode
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.reports import marks
from kunskapsgraf.reports.arrange import alphabetical
from kunskapsgraf.reports.evidencemap import Named, named
from kunskapsgraf.reports.series import Note, Series, lines_of, notes_of, series_of
from kunskapsgraf.web import context, views
from kunskapsgraf.web.labels import labels_of
from kunskapsgraf.web.links import Links
from kunskapsgraf.web.sparql import MOST_ROWS_ON_A_PAGE
from kunskapsgraf.web.timeline import Drawn, drawn, json_of, name_of, span_text, value_text

blueprint = Blueprint("indicators", __name__)
SVG = Format("svg", ("image/svg+xml",), ("view",))
MOST_AREAS = 6
"""Areas shown where none is chosen and there are more."""
_FILTERS = ("kon", "kalla")


@dataclass(frozen=True)
class Choices:
    """What may be chosen of an indicator: areas, the widest first, sexes and sources; and how many series there are in all."""

    areas: tuple[Named, ...]
    sexes: tuple[Named, ...]
    sources: tuple[Named, ...]
    total: int

    def of(self, name: str) -> tuple[Named, ...]:
        """Give the choices of a filter by its name in the address."""
        return {"omrade": self.areas, "kon": self.sexes, "kalla": self.sources}[name]


@dataclass(frozen=True)
class Shown:
    """An indicator with what was chosen of it: series, notes, pictures, and the reports that they are made of."""

    indicator: Named
    choices: Choices
    areas: tuple[Named, ...]
    filters: Mapping[str, Named]
    series: tuple[Series, ...]
    notes: tuple[Note, ...]
    pictures: tuple[Drawn, ...]
    asked: tuple[views.Asked, ...]

    @property
    def rows(self) -> list[tuple[Series, int | None]]:
        """Give the series that the page's table holds, each with its place in its picture where it is drawn."""
        drawn_ones = {one: number for picture in self.pictures for number, one in enumerate(picture.series)}
        listed_ones, left = [], MOST_ROWS_ON_A_PAGE
        for one in self.series:
            if left > 0:
                listed_ones.append((one, drawn_ones.get(one)))
                left -= len(one.values)
        return listed_ones

    @property
    def arguments(self) -> dict[str, str | list[str]]:
        """What the address says, to link to the same in another form; nothing where nothing was chosen."""
        given: dict[str, str | list[str]] = {name: _slug(one) for name, one in self.filters.items()}
        return given | ({"omrade": [_slug(one) for one in self.areas]} if request.args.get("omrade") else {})


@blueprint.get("/indikatorer")
def listed() -> Response:
    """List the indicators; as a page, JSON or CSV."""
    written = views.format_asked(HTML, views.JSON, views.CSV)
    asked = views.ask("indikatorer")
    if written is views.CSV:
        return views.as_csv(asked.table, "indikatorer")
    if written is views.JSON:
        columns = asked.table.columns
        told = [{name: text_of(row[name]) for name in columns if name in row} for row in asked.table.rows]
        return views.as_json({"indicators": told, "queries": views.queries_of([asked])})
    rows = [(named(row, "indikator"), row) for row in asked.table.rows[:MOST_ROWS_ON_A_PAGE]]
    return Response(render_template("indicators.html", rows=rows, total=len(asked.table.rows), asked=asked))


@blueprint.get("/indikatorer/<slug>")
def one(slug: str) -> Response:
    """Show an indicator over time; as a page, JSON, CSV or the picture alone."""
    written = views.format_asked(HTML, views.JSON, views.CSV, SVG, several=("omrade",))
    shown = _shown(slug)
    if written is views.CSV:
        table = shown.asked[1].table
        kept = tuple(row for row in table.rows if _is_kept(row, shown.filters))
        return views.as_csv(replace(table, rows=kept), slug)
    if written is views.JSON:
        return views.as_json(
            {
                "indicator": {"iri": shown.indicator.iri, "label": shown.indicator.label},
                "filters": {name: chosen.iri for name, chosen in shown.filters.items()},
                "areas": [area.iri for area in shown.areas],
                **json_of(shown.series, shown.notes, shown.choices.total),
                "queries": views.queries_of(list(shown.asked)),
            }
        )
    if written is SVG:
        return _picture(shown, slug)
    return Response(
        render_template(
            "indicator.html",
            shown=shown,
            slug=slug,
            symbols=[Markup(marks.symbol(number)) for number in range(len(marks.SHAPES))],  # noqa: S704 - written as XML
            letters=marks.LETTERS,
            passages=_passages(shown),
            value_text=value_text,
            years=_years(shown.series),
            lines_of=lines_of,
            name_of=name_of,
            span_text=span_text,
            choice_slug=_slug,
        )
    )


def _shown(slug: str) -> Shown:
    try:
        kinds = views.ask("indikatorserier", indikator=slug)
    except ParameterError:
        raise _unknown(slug) from None
    indicator = _named(slug)
    choices = _choices(kinds)
    areas = _chosen_areas(choices)
    everything = len(areas) == len(choices.areas)
    found = views.ask(
        "indikatorer-over-tid", indikator=slug, omrade="" if everything else " ".join(area.iri for area in areas)
    )
    said = views.ask("indikatorernas-anmarkningar", indikator=slug)
    filters = {name: _chosen(choices, name, request.args[name]) for name in _FILTERS if request.args.get(name)}
    notes = tuple(notes_of(said.table))
    kept = replace(found.table, rows=tuple(row for row in found.table.rows if _is_kept(row, filters)))
    series = sorted(series_of(kept, notes, indicator.iri), key=lambda one: _order(one, areas))
    pictures = tuple(drawn(series, indicator.label))
    return Shown(indicator, choices, areas, filters, tuple(series), notes, pictures, (kinds, found, said))


def _named(slug: str) -> Named:
    store = context.store()
    iri = Links(store.names).things(f"indikator/{slug}")[0]  # percent-encoded, as reports write a slug
    return Named(iri, labels_of(store, [NamedNode(iri)])[iri].text)


def _order(one: Series, areas: Sequence[Named]) -> tuple[int, str, str, str, str]:
    """Put the widest areas first, all people before a part of them, and sources that speak of the same beside each other."""
    iris = [area.iri for area in areas]
    sex, unit, source = (alphabetical(part.label) if part else "" for part in (one.sex, one.unit, one.source))
    return iris.index(one.area.iri), sex, alphabetical(one.group), unit, source


def _choices(kinds: views.Asked) -> Choices:
    rows = kinds.table.rows
    found = {
        column: tuple(dict.fromkeys(named(row, column) for row in rows if column in row))
        for column in ("omrade", "kon", "kalla")
    }
    return Choices(found["omrade"], found["kon"], found["kalla"], len(rows))


def _chosen_areas(choices: Choices) -> tuple[Named, ...]:
    given = [value for value in request.args.getlist("omrade") if value]
    chosen = {_chosen(choices, "omrade", value) for value in given}
    return tuple(area for area in choices.areas if area in chosen) if given else choices.areas[:MOST_AREAS]


def _chosen(choices: Choices, name: str, value: str) -> Named:
    """Find what an address names among the choices; raises ``BadRequest`` that names them."""
    for candidate in choices.of(name):
        if value in (_slug(candidate), candidate.iri):
            return candidate
    slugs = [_slug(candidate) for candidate in choices.of(name)]
    listed_slugs = ", ".join(slugs[:20]) + (" …" if len(slugs) > 20 else "") if slugs else "-"
    raise BadRequest(
        f"Indikatorn har inga värden för {name}={value[:100]!r}. De som finns: {listed_slugs}.",
        f"The indicator has no values for {name}={value[:100]!r}. There are: {listed_slugs}.",
    )


def _is_kept(row: Mapping[str, Any], filters: Mapping[str, Named]) -> bool:
    return all(name in row and text_of(row[name]) == chosen.iri for name, chosen in filters.items())


def _years(series: Iterable[Series]) -> tuple[int, int]:
    """Give the first and the last year of any series; years of nothing where none has a year."""
    years = [year for one in series for year in one.years]
    return min(years, default=0), max(years, default=-1)


def _slug(thing: Named) -> str:
    names = context.store().names
    return thing.slug if thing.iri.startswith(names.terms) else Links(names).slug(thing.iri)


def _passages(shown: Shown) -> dict[str, dict[str, list[Passage]]]:
    """Give the passages of each figure and note, by source."""
    table = context.store().particulars()
    iris = [value.figure.iri for series in shown.series for value in series.values]
    nodes = table.nodes([*iris, *(note.note.iri for note in shown.notes)], "sv")
    places = table.passages(number for node in nodes.values() for number in node.passages)
    found: dict[str, dict[str, list[Passage]]] = {}
    for iri, node in nodes.items():
        for place in sorted((places[number] for number in node.passages), key=lambda place: int(place.first or 0)):
            found.setdefault(iri, {}).setdefault(place.source, []).append(place)
    return found


def _picture(shown: Shown, slug: str) -> Response:
    if not shown.pictures:
        raise BadRequest(
            "Indikatorn har inget tal för något år, så det finns inget att rita. Tabellen finns som html, json och csv.",
            "The indicator has no number for any year, so there is nothing to draw. The table is there as html, json and csv.",
        )
    units = {_slug(one.unit) if one.unit else "": one for one in shown.pictures}
    wanted = request.args.get("enhet", next(iter(units)))
    if wanted not in units:
        choices = ", ".join(unit or '""' for unit in units)
        raise BadRequest(
            f"Ingen serie har enheten {wanted[:100]!r}. De som finns: {choices}.",
            f"No series has the unit {wanted[:100]!r}. There are: {choices}.",
        )
    response = Response(units[wanted].picture, content_type="image/svg+xml")
    response.headers["Content-Disposition"] = f'inline; filename="{slug}.svg"'
    return response


def _unknown(slug: str) -> NotFound:
    rows = views.ask("indikatorer").table.rows
    near = nearest(slug, (named(row, "indikator").slug for row in rows))
    return NotFound(
        f"Det finns ingen indikator {slug[:100]!r}.{f' Menade du {near}?' if near else ''} Alla står på /indikatorer.",
        f"There is no indicator {slug[:100]!r}.{f' Did you mean {near}?' if near else ''} All stand at /indikatorer.",
    )
