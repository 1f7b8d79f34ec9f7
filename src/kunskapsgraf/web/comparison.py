"""Places or methods side by side: what they share, where they differ, and where the sources do not let anybody tell.

A cell is *asserted* (a source says it), *inferred*, *missing* (concluded from absence inside a declared scope), *other* (something
else of the same sort is there, so that neither having nor lacking may be concluded) or *unknown*. Only what is asserted or
inferred on one side and missing on the other is a difference, and only where both hold at the same time: against the unknown
nothing can be compared, nor 2006 against 2020.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from flask_babel import gettext

from kunskapsgraf.graph.particulars import Period
from kunskapsgraf.graph.rdf import Triple
from kunskapsgraf.web.labels import Label
from kunskapsgraf.web.place import Place, Places
from kunskapsgraf.web.uses import Uses
from kunskapsgraf.web.worth import Worth

State = Literal["asserted", "inferred", "missing", "other", "unknown"]
Verdict = Literal["shared", "different", "apart", "open"]


@dataclass(frozen=True)
class Cell:
    """What is said of one thing in one respect: the state, what it rests on or is, when it holds, and what to ask why of."""

    state: State
    things: tuple[str, ...] = ()
    periods: tuple[Period, ...] = ()
    triple: Triple | None = None
    marks: tuple[str, ...] = ("asserted",)


@dataclass(frozen=True)
class Row:
    """One respect, by its IRI, cell by cell in the order of what is compared.

    Where ``by_value`` holds, what is said counts, and that nothing is said is no lack: a method of which the sources say nothing
    does not differ from one that has an effect.
    """

    about: str
    cells: tuple[Cell, ...]
    by_value: bool = False

    @property
    def verdict(self) -> Verdict:
        """Tell whether all are alike, some have what others lack, what they say is of times apart, or that is open."""
        has = [cell.state in ("asserted", "inferred") for cell in self.cells]
        if self.by_value:
            said = {cell.things if held else None for cell, held in zip(self.cells, has, strict=True) if held or cell.state == "other"}  # fmt: skip
            if len(said) > 1:
                return "different"
            return "shared" if all(has) else "open"
        lacks = [cell.state == "missing" for cell in self.cells]
        if not (all(has) or all(lacks) or (any(has) and any(lacks))):
            return "open"
        if not _meet([cell.periods for cell, one, other in zip(self.cells, has, lacks, strict=True) if one or other]):
            return "apart"
        return "different" if any(has) and any(lacks) else "shared"


def _meet(several: Sequence[tuple[Period, ...]]) -> bool:
    """Tell whether there is a day in one period of each; what has no period known does not stand against it."""
    dated = [[period for period in periods if period.first] for periods in several]
    known = [periods for periods in dated if periods]
    begins = {period.first for periods in known for period in periods}
    return not known or any(
        all(any(p.first <= day and (not p.last or day <= p.last) for p in periods) for periods in known)
        for day in begins
    )


@dataclass(frozen=True)
class Part:
    """Rows under a heading; under sub-headings where they are grouped."""

    name: str
    title: str
    groups: tuple[tuple[str, tuple[Row, ...]], ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        """Give all its rows."""
        return tuple(row for _, rows in self.groups for row in rows)


UNKNOWN = Cell("unknown")


def compared_places(found: Places) -> list[Part]:
    """Lay places side by side: categories, services by type and kind, methods, cooperation."""
    places = list(found.places.values())
    named = _by_name(found.labels)
    return [
        _part("har", gettext("Vad de har"), [("", _answers(places))]),
        _part("insatser", gettext("Insatser, efter tjänstetyp och insatstyp"), _services(places, found, named)),
        _part("metoder", gettext("Metoder som insatserna använder"), [("", _methods(places, named))]),
        _part("samverkan", gettext("Samarbeten"), [("", _cooperations(places, named))]),
    ]


def _part(name: str, title: str, groups: Iterable[tuple[str, Sequence[Row]]]) -> Part:
    return Part(name, title, tuple((group, tuple(rows)) for group, rows in groups if rows))


def _by_name(labels: Mapping[str, Label]) -> Callable[[str], tuple[bool, str]]:
    return lambda iri: (not iri, labels[iri].text.lower() if iri in labels else iri)


def _answers(places: Sequence[Place]) -> list[Row]:
    by_place = [{answer.category: answer for answer in place.answers} for place in places]
    categories = dict.fromkeys(category for answers in by_place for category in answers)
    rows = []
    for category in categories:
        found = [answers.get(category) for answers in by_place]
        cells = (
            Cell(answer.state, periods=answer.periods, triple=answer.triple) if answer else UNKNOWN for answer in found
        )
        rows.append(Row(category, tuple(cells)))
    return rows


def _services(
    places: Sequence[Place], found: Places, named: Callable[[str], tuple[bool, str]]
) -> list[tuple[str, list[Row]]]:
    """Give a row for each kind of service of each type; where a type is empty in all of them, one for the type."""
    groups = []
    for kind in [line.iri for line in found.frame.rows] + [""]:
        offered = [place.by_type.get(kind, []) for place in places]
        subkinds = {sub for services in offered for s in services for sub in s.facts.iris("insatstyp") or ("",)}
        rows = []
        for sub in sorted(subkinds, key=named):
            cells = []
            for place, services in zip(places, offered, strict=True):
                own = [s for s in services if sub in (s.facts.iris("insatstyp") or ("",))]
                periods = tuple(dict.fromkeys(period for s in own for period in s.periods))
                rest = Cell("other") if services else _empty(place, kind)
                cells.append(Cell("asserted", tuple(s.iri for s in own), periods) if own else rest)
            rows.append(Row(sub, tuple(cells)))
        if not rows and kind:
            rows.append(Row(kind, tuple(_empty(place, kind) for place in places)))
        groups.append((kind, rows))
    return groups


def _empty(place: Place, kind: str) -> Cell:
    """Tell what it means that a place has no service of a type: missing inside a scope that covers the type, else unknown."""
    scopes = [scope for scope in place.scopes if kind in scope.covers]
    return Cell("missing", periods=tuple(scope.period for scope in scopes)) if scopes else UNKNOWN


def _methods(places: Sequence[Place], named: Callable[[str], tuple[bool, str]]) -> list[Row]:
    """Give a row for each method: used or followed up with is having it, any other degree is something else."""
    rows = []
    for method in sorted({method for place in places for method in place.methods}, key=named):
        cells = []
        for place in places:
            ties = place.methods.get(method, {})
            used = tuple(dict.fromkeys((*ties.get("anvanderMetod", ()), *ties.get("foljsUppMed", ()))))
            periods = {s.iri: s.periods for s in place.services}
            when = tuple(dict.fromkeys(period for user in used for period in periods.get(user, ())))
            users = tuple(dict.fromkeys(user for several in ties.values() for user in several))
            cells.append(Cell("asserted", used, when) if used else Cell("other", users) if users else UNKNOWN)
        rows.append(Row(method, tuple(cells)))
    return rows


def _cooperations(places: Sequence[Place], named: Callable[[str], tuple[bool, str]]) -> list[Row]:
    by_place = [{one.iri: one for one in place.cooperations if not one.is_planned} for place in places]
    rows = []
    for iri in sorted({iri for cooperations in by_place for iri in cooperations}, key=named):
        cells = []
        for cooperations in by_place:
            if (one := cooperations.get(iri)) is None:
                cells.append(UNKNOWN)
            else:
                cells.append(Cell("asserted", one.partners, (one.facts.period,) if one.facts.period else ()))
        rows.append(Row(iri, tuple(cells)))
    return rows


@dataclass(frozen=True)
class ComparedMethod:
    """A method with what a comparison asks of it."""

    iri: str
    kinds: Mapping[str, tuple[str, ...]]
    """The kinds of method that it is laid down to be, and its kin, each with the kinds of statement that say so."""
    kin: Mapping[str, tuple[str, ...]]
    worth: Worth
    uses: Uses


MOST_PLACES = 60
"""Places in a comparison of methods."""


def compared_methods(methods: Sequence[ComparedMethod], labels: Mapping[str, Label]) -> list[Part]:
    """Lay methods side by side: kind, state of evidence, certainty, recommendation by condition, kin and places."""
    named = _by_name(labels)
    conditions = {condition for one in methods for advice in one.worth.advice for condition in advice.conditions}
    places = sorted({place for one in methods for place in one.uses.places}, key=named)[:MOST_PLACES]
    silent = [one.worth.is_silent for one in methods]
    nothing = [False] * len(methods)

    def rows_of(values: Sequence[Mapping[str, tuple[str, ...]]], is_silent: Sequence[bool] = nothing) -> list[Row]:
        return _values(values, is_silent, named)

    advice = [
        Row(condition, tuple(_advice(one, condition) for one in methods), by_value=True)
        for condition in sorted(conditions, key=named)
    ]
    used = [Row(place, tuple(_used(one, place) for one in methods)) for place in places]
    return [
        _part("slag", gettext("Slag"), [("", rows_of([one.kinds for one in methods]))]),
        _part("lage", gettext("Evidensläge"), [("", rows_of([one.worth.states for one in methods], silent))]),
        _part("sakerhet", gettext("Säkerhet"), [("", rows_of([one.worth.certainties for one in methods]))]),
        _part("rekommendation", gettext("Rekommendation, efter tillstånd"), [("", advice)]),
        _part("delar", gettext("Familj och delar"), [("", rows_of([one.kin for one in methods]))]),
        _part("platser", gettext("Platser vars insatser använder metoden"), [("", used)]),
    ]


def _values(
    values: Sequence[Mapping[str, tuple[str, ...]]], is_silent: Sequence[bool], named: Callable[[str], tuple[bool, str]]
) -> list[Row]:
    """Give a row for each value that any of the methods has; a method with other values has something else."""
    rows = []
    for value in sorted({value for own in values for value in own}, key=named):
        cells = []
        for own, silent in zip(values, is_silent, strict=True):
            rest: State = "other" if own else "missing" if silent else "unknown"
            cells.append(Cell("asserted", marks=own[value]) if value in own else Cell(rest))
        rows.append(Row(value, tuple(cells), by_value=True))
    return rows


def _advice(one: ComparedMethod, condition: str) -> Cell:
    """Give the levels for a condition. That it is recommended for another says nothing of this one."""
    if found := [advice for advice in one.worth.advice if condition in advice.conditions]:
        levels = tuple(sorted({level for advice in found for level in advice.levels}))
        return Cell("asserted", levels, marks=tuple(sorted({mark for advice in found for mark in advice.marks})))
    return Cell("missing" if one.worth.is_without_advice else "unknown")


def _used(one: ComparedMethod, place: str) -> Cell:
    uses = [use for use in one.uses.offered if any(offer.place == place for offer in use.offers)]
    periods = (offer.period for use in uses for offer in use.offers if offer.place == place)
    users = tuple(dict.fromkeys(use.user for use in uses))
    return Cell("asserted", users, tuple(dict.fromkeys(periods))) if uses else UNKNOWN
