"""Things side by side: what they share, where they differ, and where the sources do not let anybody tell.

A cell is in one of these states:

==========  ==========================================================================================================
asserted    a source says it
editorial   it is the editors': a chosen reading, or read off a page
inferred    it follows by the ontology
closed      that it is not there is concluded from absence, by a rule inside a declared scope
absent      a source that is read whole, or maps all there is, says nothing of it: it is not there in that scope
outside     the source says itself that it leaves it out, so that its silence means nothing
other       something else of the same sort is there, so that neither having nor lacking may be concluded
unknown     nobody says anything, and no scope lets anything be concluded
==========  ==========================================================================================================

Only what one has and another lacks (*closed* or *absent*) is a difference, and only where both hold at the same time: against
the unknown nothing can be compared, nor 2006 against 2020.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kunskapsgraf.graph.particulars import Period
from kunskapsgraf.graph.rdf import Triple

State = Literal["asserted", "editorial", "inferred", "closed", "absent", "outside", "other", "unknown"]
Verdict = Literal["shared", "different", "apart", "open"]
STATES: tuple[State, ...] = ("asserted", "editorial", "inferred", "closed", "absent", "outside", "other", "unknown")
"""The states, the strongest first: a cell of which several hold is in the first."""
HELD = ("asserted", "editorial", "inferred")
LACKED = ("closed", "absent")


@dataclass(frozen=True)
class Cell:
    """What is said of one thing in one respect: the state, what it rests on or is, when it holds, and what to ask why of."""

    state: State
    things: tuple[str, ...] = ()
    periods: tuple[Period, ...] = ()
    triple: Triple | None = None
    marks: tuple[str, ...] = ()
    """The kinds of statement that say it, where there are several."""
    texts: tuple[str, ...] = ()
    number: int | None = None

    @property
    def is_held(self) -> bool:
        """Tell whether the thing has it."""
        return self.state in HELD

    @property
    def kinds(self) -> tuple[str, ...]:
        """Give the kinds of statement that say it."""
        return self.marks or ((self.state,) if self.is_held else ())


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
        has = [cell.is_held for cell in self.cells]
        if self.by_value:
            said = {(cell.things, cell.texts) if cell.is_held else None for cell in self.cells if cell.is_held or cell.state == "other"}  # fmt: skip
            if len(said) > 1:
                return "different"
            return "shared" if all(has) else "open"
        lacks = [cell.state in LACKED for cell in self.cells]
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
    """Rows under a heading, under sub-headings where they are grouped, and the SPARQL that gives them.

    Where ``is_counted`` holds the cells are counts, which nobody calls alike or different.
    """

    name: str
    title: str
    groups: tuple[tuple[str, tuple[Row, ...]], ...]
    query: str = ""
    note: str = ""
    is_counted: bool = False

    @property
    def rows(self) -> tuple[Row, ...]:
        """Give all its rows."""
        return tuple(row for _, rows in self.groups for row in rows)

    def first(self, most: int) -> list[tuple[str, tuple[Row, ...]]]:
        """Give the groups with the first of their rows, as many as a page shows."""
        left, groups = most, []
        for group, rows in self.groups:
            if left > 0:
                groups.append((group, rows[:left]))
                left -= len(rows)
        return groups

    def count(self, verdict: Verdict) -> int:
        """Count the rows with a verdict."""
        return sum(row.verdict == verdict for row in self.rows)
