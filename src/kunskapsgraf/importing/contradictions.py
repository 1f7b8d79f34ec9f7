"""Entries, and what in them cannot all be right: within one row, and between rows on the same service."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from kunskapsgraf.importing.columns import NO, PLANNED, UNKNOWN, YES
from kunskapsgraf.importing.faults import Fault, fault
from kunskapsgraf.importing.table import folded


@dataclass(frozen=True)
class Entry:
    """A row that is right. Concepts are IRIs; ``first`` and ``last`` are years, of which either may be open."""

    row: int
    end: int
    place: str
    service: str
    english: str
    answer: str
    sort: tuple[str, ...] = ()
    row_of_menu: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    only: bool = False
    ways: tuple[str, ...] = ()
    operation: tuple[str, ...] = ()
    unit: str = ""
    providers: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    first: int | None = None
    last: int | None = None
    remark: str = ""


def within(entry: Entry, date: datetime.date) -> Iterator[tuple[str, str, str]]:
    """Tell of cells of one row that cannot both be right, each by the key of a column and what to do about it.

    ``date`` is the day of the list: what is offered is offered then, what is planned begins no earlier than that year.
    """
    if entry.answer in (NO, UNKNOWN):
        yield from _described(entry)
    elif entry.first and entry.last and entry.first > entry.last:
        yield (
            "last",
            f"insatsen slutar {entry.last} men börjar {entry.first}. Rätta det ena året.",
            f"the service ends in {entry.last} but begins in {entry.first}. Mend one of them.",
        )
    elif entry.answer == YES and entry.first and entry.first > date.year:
        yield (
            "first",
            f"insatsen börjar {entry.first}, efter listans datum ({date}). Skriv planeras, eller rätta året.",
            f"the service begins in {entry.first}, after the date of the list ({date}). Write planeras, or mend the year.",
        )
    elif entry.answer == YES and entry.last and entry.last < date.year:
        yield (
            "last",
            f"insatsen slutade {entry.last}, före listans datum ({date}). Skriv nej, eller rätta året.",
            f"the service ended in {entry.last}, before the date of the list ({date}). Write nej, or mend the year.",
        )
    elif entry.answer == PLANNED and entry.last:
        yield (
            "last",
            "det som planeras har inget slut ännu. Töm cellen; skriv året i kommentaren.",
            "what is planned has no end yet. Empty the cell; write the year in the remark.",
        )
    elif entry.answer == PLANNED and entry.first and entry.first < date.year:
        yield (
            "first",
            f"den planerade starten {entry.first} är före listans datum ({date}). Skriv ja, eller rätta året.",
            f"the planned start {entry.first} is before the date of the list ({date}). Write ja, or mend the year.",
        )
    if entry.only and not entry.groups:
        yield (
            "only",
            "det står ja, men målgruppen är tom. Ange den, eller töm cellen.",
            "it says ja, but the target group is empty. Give it, or empty the cell.",
        )
    if entry.place in entry.partners:
        yield (
            "partners",
            "kommunen kan inte samarbeta med sig själv. Ange den andra parten.",
            "the municipality cannot cooperate with itself. Give the other party.",
        )


def _described(entry: Entry) -> Iterator[tuple[str, str, str]]:
    """Tell of what is said of a service that is not offered, or of which nothing is known."""
    for key in ("first", "last", "unit", "providers", "partners", "operation", "ways", "only"):
        if getattr(entry, key):
            yield (
                key,
                f"Erbjuds är {entry.answer}, så här finns inget att beskriva. Töm cellen, eller ändra svaret.",
                f"Erbjuds is {entry.answer}, so there is nothing to describe here. Empty the cell, or change the answer.",
            )


def between(entries: Iterable[Entry]) -> Iterator[Fault]:
    """Tell of rows on a service that another row is on already: said twice, said otherwise, or described otherwise."""
    known: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        other = known.setdefault((entry.place, folded(entry.service)), entry)
        if other is entry:
            continue
        if entry.answer != other.answer:
            yield fault(
                entry.row,
                f"raden säger emot rad {other.row}: Erbjuds är {entry.answer} här och {other.answer} där. Ta bort den ena.",
                f"the row contradicts row {other.row}: Erbjuds is {entry.answer} here and {other.answer} there. Remove one.",
            )
        elif replace(entry, row=0, end=0, service="") == replace(other, row=0, end=0, service=""):
            yield fault(
                entry.row,
                f"raden är densamma som rad {other.row}. Ta bort den ena.",
                f"the row is the same as row {other.row}. Remove one.",
            )
        else:
            yield fault(
                entry.row,
                f"insatsen står redan på rad {other.row}, med andra uppgifter. Slå ihop raderna (flera värden skrivs med semikolon), "
                "eller ge insatserna olika namn.",
                f"the service stands on row {other.row} already, described otherwise. Make one row of them (several values are "
                "written with semicolons), or give the services different names.",
            )
