"""The reports for planners and analysts against rows worked out by hand from the texts of the five sources."""

from __future__ import annotations

import pytest
from planner_cases import AMONG, CONDITIONS, LATE
from report_rows import Case, identity, rows

from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.settings import Settings


@pytest.mark.parametrize("case", AMONG, ids=identity)
def test_report_has_the_rows_of_the_text(whole: Settings, whole_store: EmbeddedStore, case: Case) -> None:
    """The report has the rows that follow from the text, among others."""
    assert set() == case[3] - set(rows(whole, whole_store, case))


@pytest.mark.parametrize("name", ["kapacitet", "bemanning", "budget-och-kostnader"])
def test_each_figure_has_one_row(whole: Settings, whole_store: EmbeddedStore, name: str) -> None:
    """No figure stands on two rows, however many services share it."""
    found = rows(whole, whole_store, (name, {}, ("uppgift",), set()))
    assert sorted(set(found)) == sorted(found)


def test_parts_of_a_capacity_are_marked(whole: Settings, whole_store: EmbeddedStore) -> None:
    """Of the 35 places five are reserved and five are "light" (Västmanland 1109): both are marked as parts."""
    found = rows(whole, whole_store, ("kapacitet", {"plats": "vasteras"}, ("varde", "delAv"), set()))
    assert 2 == found.count(("5", "vasteras-narkomanvardsgruppen-platser"))
    assert ("35", "") in found


def test_five_conditions_of_early_support(whole: Settings, whole_store: EmbeddedStore) -> None:
    """The five conditions that make early support effective stand in their order, each at its line."""
    case: Case = ("forutsattningar", {"avser": "tidigt-stod"}, ("ordning", "rader"), set())
    found = {order: _lines(ranges) for order, ranges in rows(whole, whole_store, case) if order}
    assert CONDITIONS.keys() == found.keys()
    assert [] == [order for order, line in CONDITIONS.items() if line not in found[order]]


def test_late_support_stands_at_its_lines(whole: Settings, whole_store: EmbeddedStore) -> None:
    """Each line that names something late support has its rows, and there are no others."""
    case: Case = ("tidigt-och-sent-stod", {}, ("kategori", "rader"), set())
    late = [_lines(ranges) for category, ranges in rows(whole, whole_store, case) if category == "SentStod"]
    assert LATE == {line: sum(line in lines for lines in late) for line in LATE}
    assert sum(LATE.values()) == len(late)


def test_what_a_source_says_within_lines(whole: Settings, whole_store: EmbeddedStore) -> None:
    """The table of Öppna jämförelser 45-53 gives three shares, and they are its only numbers."""
    values = {"kalla": "oppna-jamforelser-missbruk-2019", "franRad": "45", "tillRad": "53"}
    case: Case = ("kallans-pastaenden", values, ("egenskap", "varden"), set())
    found = {value for name, value in rows(whole, whole_store, case) if name == "varde"}
    assert {"9", "10", "11"} == found


def _lines(ranges: str) -> set[int]:
    found: set[int] = set()
    for part in ranges.split("; "):
        first, _, last = part.partition("–")
        found.update(range(int(first), int(last or first) + 1))
    return found
