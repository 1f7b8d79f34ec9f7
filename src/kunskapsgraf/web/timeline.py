"""Series over time in a visitor's language: their names, values in words, pictures with what they say, and JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from flask_babel import gettext
from markupsafe import Markup

from kunskapsgraf.graph.vocabulary import XSD
from kunskapsgraf.reports import linechart, marks
from kunskapsgraf.reports.evidencemap import Named
from kunskapsgraf.reports.series import Note, Series, Value
from kunskapsgraf.web.display import literal

MOST_SERIES = len(marks.SHAPES)


@dataclass(frozen=True)
class Drawn:
    """A picture of the series in one unit: those drawn, with names, how many there are in all, and the years between which they lie."""

    unit: Named | None
    series: tuple[Series, ...]
    total: int
    first: int
    last: int
    picture: Markup

    @property
    def missing(self) -> str:
        """The years without a value in any of the series drawn, in words."""
        known = sorted({year for one in self.series for year in one.years if self.first <= year <= self.last})
        return ", ".join(span_text(a + 1, b - 1) for a, b in pairwise(known) if b - a > 1)

    @property
    def values(self) -> list[Value]:
        """The values that are drawn."""
        return [value for one in self.series for value in one.values if value.year is not None and value.heights]

    @property
    def has_doubt(self) -> bool:
        """Tell whether some value has a mark that is not filled."""
        return any(value.doubt or value.number is None for value in self.values)

    @property
    def has_range(self) -> bool:
        """Tell whether some value is a range."""
        return any(value.low is not None or value.high is not None for value in self.values)

    @property
    def is_whole(self) -> bool:
        """Tell whether the year of each break is known."""
        return all(one.is_whole for one in self.series)


def drawn(series: Sequence[Series], title: str) -> Iterable[Drawn]:
    """Draw series, one picture for each unit, of as many as can be told apart."""
    units = dict.fromkeys(one.unit for one in series)
    for ordinal, unit in enumerate(units, 1):
        found = linechart.drawable([one for one in series if one.unit == unit])
        if not found:
            continue
        some = found[:MOST_SERIES]
        years = [value.year for one in some for value in one.values if value.year is not None and value.heights]
        words = linechart.Words(
            title=f"{title}, {unit.label}" if unit else title,
            description=_told(some),
            unit=unit.label if unit else "",
            value=value_text,
            tick=lambda number: _written(round(number, 10)),
            break_in=_break_text,
            missing=gettext("saknas"),
        )
        picture = Markup(linechart.svg(some, words, f"diagram-{ordinal}"))  # noqa: S704 - written as XML
        yield Drawn(unit, tuple(some), len(found), min(years), max(years), picture)


def name_of(one: Series, series: Sequence[Series]) -> str:
    """Name a series by its area, sex and group, and by its source where the others have another."""
    parts = [one.area.label, *([one.sex.label] if one.sex else []), *([one.group] if one.group else [])]
    if len({other.source for other in series}) > 1:
        parts.append(one.source.label if one.source else gettext("källa ej angiven"))
    return ", ".join(parts)


def value_text(value: Value) -> str:
    """Write a value as the language writes numbers: a number, a range, at least, at most, or the source's word."""
    if value.number is not None:
        return _written(value.number)
    if value.low is not None and value.high is not None:
        return f"{_written(value.low)}–{_written(value.high)}"
    if value.low is not None:
        return str(gettext("minst %(n)s", n=_written(value.low)))
    if value.high is not None:
        return str(gettext("högst %(n)s", n=_written(value.high)))
    return value.word


def span_text(first: int, last: int) -> str:
    """Write a stretch of years."""
    return f"{first}" if first == last else f"{first}–{last}"


def json_of(series: Sequence[Series], notes: Sequence[Note], total: int) -> dict[str, Any]:
    """Tell the series and notes as JSON."""
    years = [year for one in series for year in one.years]
    return {
        "total": total,
        "series": [_series(one, min(years, default=0), max(years, default=0)) for one in series],
        "notes": [
            {
                "number": note.number,
                "iri": note.note.iri,
                "kind": note.kind.iri,
                "label": note.note.label,
                "year": note.year,
                "cause": note.cause or None,
                "about": [one.iri for one in note.about],
                "areas": [one.iri for one in note.areas],
                "places": [{"source": place.source.iri, "lines": place.lines} for place in note.places],
            }
            for note in notes
        ],
    }


def _series(one: Series, first: int, last: int) -> dict[str, Any]:
    return {
        "area": one.area.iri,
        "areaLabel": one.area.label,
        "sex": one.sex.iri if one.sex else None,
        "group": one.group or None,
        "unit": one.unit.iri if one.unit else None,
        "source": one.source.iri if one.source else None,
        "values": [
            {
                "figure": value.figure.iri,
                "year": value.year,
                "value": value.number,
                "from": value.low,
                "to": value.high,
                "word": value.word or None,
                "uncertain": value.doubt or None,
                "base": value.base or None,
                "lines": value.lines or None,
                "notes": [note.number for note in value.notes],
            }
            for value in one.values
        ],
        "joined": [[before.year, after.year] for before, after in one.joined],
        "breaks": [{"before": found.year, "notes": [note.number for note in found.notes]} for found in one.breaks],
        "missing": [list(stretch) for stretch in one.missing(first, last)] if one.years else [],
    }


def _told(series: Sequence[Series]) -> str:
    """Say what a picture shows, series by series and year by year."""
    sentences = []
    for number, one in enumerate(series):
        cuts = [cut.year for cut in one.cuts]
        said = []
        for value in one.values:
            if value.year is None:
                continue
            while cuts and cuts[0] <= value.year:
                said.append(gettext("Seriebrott %(year)s", year=cuts.pop(0)).lower())
            doubt = f" ({value.doubt})" if value.doubt else ""
            said.append(f"{value.year}: {value_text(value)}{doubt}")
        letter = f"{marks.LETTERS[number]}, " if len(series) > 1 else ""
        sentences.append(f"{letter}{name_of(one, series)} – {'; '.join(said)}.")
    return " ".join(sentences)


def _break_text(year: int, letters: str, notes: str) -> str:
    whose = f" ({letters})" if letters else ""
    raised = notes.replace(", ", " ").translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{gettext('Seriebrott %(year)s', year=year)}{whose} {raised}"


def _written(number: float) -> str:
    # By way of its decimal digits: a double's own text may be 1e-05.
    text = format(Decimal(str(number)).normalize(), "f")
    return literal(text, XSD + "decimal")
