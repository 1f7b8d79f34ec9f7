"""Indicators over time as series: each source's values for an area and a group, and where they do not compare.

Made of two reports, the values and the notes; nothing is counted or computed here. What a line may join is decided here:
two values of one series a year apart, each the only one of its year, with no break in series between them. A year without
a value stays without one, and values of different sources are different series, also where they are of the same year.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from kunskapsgraf.graph.rdf import Literal
from kunskapsgraf.graph.terms import Row, text_of
from kunskapsgraf.reports.evidencemap import Named, named
from kunskapsgraf.reports.run import Table
from kunskapsgraf.reports.values import number_of

BREAK = "Seriebrott"
"""The local name of the class of notes that are breaks in series."""
_RANKS = {BREAK: 0, "Motsagelse": 2, "EjAngivet": 3}


@dataclass(frozen=True)
class Place:
    """Where a source says something: the source, and its lines as a report writes them."""

    source: Named
    lines: str


@dataclass(frozen=True)
class Note:
    """A note on an indicator: its number on the page, its kind, the year it names, its cause, what it is about, and where it stands.

    It is about the indicator or some of its figures, and may name areas.
    """

    number: int
    note: Named
    kind: Named
    year: int | None
    cause: str
    about: tuple[Named, ...]
    areas: tuple[Named, ...]
    places: tuple[Place, ...]

    @property
    def is_break(self) -> bool:
        """Tell whether it says that values do not compare with those of earlier years."""
        return self.kind.slug == BREAK

    def is_about(self, *iris: str) -> bool:
        """Tell whether it is about any of these things."""
        return any(one.iri in iris for one in (*self.about, *self.areas))

    def is_general(self, indicator: str) -> bool:
        """Tell whether it is about the indicator, and about no area in particular."""
        return self.is_about(indicator) and not self.areas


@dataclass(frozen=True)
class Value:
    """What a source gives for a year: a number, the ends of a range (one alone: at least, at most), or only a word.

    ``doubt`` says in words that it is approximate, estimated or preliminary; ``notes`` are those on this value.
    """

    figure: Named
    year: int | None
    number: int | float | None
    low: int | float | None
    high: int | float | None
    word: str
    doubt: str
    base: str
    response: str
    lines: str
    notes: tuple[Note, ...] = ()

    @property
    def heights(self) -> list[int | float]:
        """The numbers that it has, to draw it by."""
        return [one for one in (self.number, self.low, self.high) if one is not None]


@dataclass(frozen=True)
class Break:
    """Between a year and the one before it values do not compare, as these notes say."""

    year: int
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class Series:
    """The values of one source for one area, sex and group in one unit, by year; what is not stated is ``None`` or empty.

    ``is_whole`` is false where a break is said to be, and no year of it: then no two of its values are joined.
    """

    area: Named
    sex: Named | None
    group: str
    unit: Named | None
    source: Named | None
    values: tuple[Value, ...]
    breaks: tuple[Break, ...] = ()
    is_whole: bool = True

    @property
    def years(self) -> list[int]:
        """The years that it has values for, each once, in order."""
        return sorted({value.year for value in self.values if value.year is not None})

    @property
    def cuts(self) -> list[Break]:
        """The breaks that part some of its values from earlier ones."""
        return [one for one in self.breaks if self.years and self.years[0] < one.year <= self.years[-1]]

    @property
    def joined(self) -> list[tuple[Value, Value]]:
        """The pairs of values between which a line may be drawn."""
        if not self.is_whole:
            return []
        by_year: dict[int, list[Value]] = {}
        for value in self.values:
            if value.year is not None:
                by_year.setdefault(value.year, []).append(value)
        cut = {one.year for one in self.breaks}
        return [
            (by_year[year - 1][0], by_year[year][0])
            for year in sorted(by_year)
            if year not in cut
            and len(by_year[year]) == len(by_year.get(year - 1, ())) == 1
            and by_year[year][0].number is not None
            and by_year[year - 1][0].number is not None
        ]

    def missing(self, first: int, last: int) -> list[tuple[int, int]]:
        """Give the stretches of years without a value between two years, each by its first and last year."""
        known = [first - 1, *(year for year in self.years if first <= year <= last), last + 1]
        return [(before + 1, after - 1) for before, after in pairwise(known) if after - before > 1]


def lines_of(one: Series, first: int, last: int) -> Iterator[tuple[str, Value | Break | tuple[int, int]]]:
    """Give a series as lines of a table by year: each a ``value``, a ``cut`` before the values that a break parts from earlier ones, or a ``gap``."""
    order: list[tuple[int, int, str, Value | Break | tuple[int, int]]] = [
        *((cut.year, 0, "cut", cut) for cut in one.cuts),
        *((gap[0], 1, "gap", gap) for gap in one.missing(first, last)),
        *((value.year, 2, "value", value) for value in one.values if value.year is not None),
    ]
    yield from ((kind, item) for _, _, kind, item in sorted(order, key=lambda line: line[:2]))
    yield from (("value", value) for value in one.values if value.year is None)


def notes_of(table: Table) -> list[Note]:
    """Read the notes on an indicator, numbered: breaks first, last what can be read in two ways and what is left open."""
    found: dict[str, Note] = {}
    for row in table.rows:
        note, kind, about = (named(row, column) for column in ("anmarkning", "slag", "galler"))
        areas = (named(row, "omrade"),) if "omrade" in row else ()
        places = (Place(named(row, "kalla"), _text(row, "rader")),) if "kalla" in row else ()
        known = found.get(note.iri)
        if known is None:
            found[note.iri] = Note(0, note, kind, _year(row), _text(row, "orsak"), (about,), areas, places)
        else:
            found[note.iri] = replace(
                known,
                kind=kind if kind.slug == BREAK else known.kind,
                about=tuple(dict.fromkeys((*known.about, about))),
                areas=tuple(dict.fromkeys((*known.areas, *areas))),
                places=tuple(dict.fromkeys((*known.places, *places))),
            )
    ordered = sorted(found.values(), key=lambda note: _RANKS.get(note.kind.slug, 1))
    return [replace(note, number=number, places=_joined(note.places)) for number, note in enumerate(ordered, 1)]


def _joined(places: Iterable[Place]) -> tuple[Place, ...]:
    """Write the lines of each source together."""
    lines: dict[Named, list[str]] = {}
    for place in places:
        lines.setdefault(place.source, []).append(place.lines)
    return tuple(Place(source, "; ".join(filter(None, found))) for source, found in lines.items())


def series_of(table: Table, notes: Sequence[Note], indicator: str) -> list[Series]:
    """Put the values of an indicator (its IRI) into series, with their notes and breaks, in the report's order."""
    groups: dict[tuple[object, ...], list[tuple[Row, Value]]] = {}
    for row in table.rows:
        value = _value(row)
        key = (*(text_of(row[name]) if name in row else "" for name in ("omrade", "kon", "grupp", "enhet", "kalla")),)
        groups.setdefault(key, []).append((row, value))
    return [_series(members, notes, indicator) for members in groups.values()]


def _series(members: Sequence[tuple[Row, Value]], notes: Sequence[Note], indicator: str) -> Series:
    row = members[0][0]
    area = named(row, "omrade")
    here = [area.iri, *(value.figure.iri for _, value in members)]
    about = [note for note in notes if note.is_general(indicator) or note.is_about(*here)]
    breaks: dict[int, list[Note]] = {}
    is_whole = True
    for note in about:
        if note.is_break:
            years = _break_years(note, members)
            is_whole = is_whole and bool(years)
            for year in years:
                breaks.setdefault(year, []).append(note)
    values = [replace(value, notes=tuple(_on(value, area, about, indicator))) for _, value in members]
    return Series(
        area,
        named(row, "kon") if "kon" in row else None,
        _text(row, "grupp"),
        named(row, "enhet") if "enhet" in row else None,
        named(row, "kalla") if "kalla" in row else None,
        tuple(sorted(values, key=lambda value: (value.year is None, value.year or 0, value.figure.iri))),
        tuple(Break(year, tuple(found)) for year, found in sorted(breaks.items())),
        is_whole,
    )


def _break_years(note: Note, members: Iterable[tuple[Row, Value]]) -> list[int]:
    """Give the years from which a break cuts: the year it names, else those of the values that it is about."""
    if note.year is not None:
        return [note.year]
    return sorted({value.year for _, value in members if note.is_about(value.figure.iri) and value.year is not None})


def _on(value: Value, area: Named, notes: Iterable[Note], indicator: str) -> Iterable[Note]:
    """Give the notes on a value: on it, on its area, or on the indicator in its year; breaks stand between the years."""
    for note in notes:
        if note.is_break:
            continue
        of_its_year = note.year is not None and note.year == value.year
        of_its_area = note.is_about(area.iri) and note.year in (None, value.year)
        if note.is_about(value.figure.iri) or of_its_area or (note.is_general(indicator) and of_its_year):
            yield note


def _value(row: Row) -> Value:
    number, low, high = (_number(row, name) for name in ("varde", "vardeFran", "vardeTill"))
    word, doubt, base, response, lines = (
        _text(row, name) for name in ("vardeord", "osakerhet", "bas", "svarsfrekvens", "rader")
    )
    return Value(named(row, "uppgift"), _year(row), number, low, high, word, doubt, base, response, lines)


def _year(row: Row) -> int | None:
    found = _number(row, "ar")
    return int(found) if found is not None else None


def _number(row: Row, column: str) -> int | float | None:
    term = row.get(column)
    return number_of(term) if isinstance(term, Literal) else None


def _text(row: Row, column: str) -> str:
    return text_of(row[column]) if column in row else ""
