"""Each report against rows worked out by hand from the texts, and that no report is without such rows."""

from __future__ import annotations

from pathlib import Path

import cooperation_cases
import evidence_cases
import evidence_map_cases
import mapping_cases
import planner_cases
import pytest
from report_rows import Case, identity, rows

from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.settings import Settings

CASES = [
    *mapping_cases.CASES,
    *evidence_cases.CASES,
    *evidence_map_cases.CASES,
    *planner_cases.CASES,
    *cooperation_cases.CASES,
]


@pytest.mark.parametrize("case", CASES, ids=identity)
def test_report_gives_the_rows_of_the_text(whole: Settings, whole_store: EmbeddedStore, case: Case) -> None:
    """The report gives exactly the rows that follow from the text."""
    assert case[3] == set(rows(whole, whole_store, case))


def test_every_report_has_a_case() -> None:
    """Each report stands in one of the lists of cases, or has a test of its own."""
    reports = {path.stem for path in (Path(__file__).parents[1] / "queries" / "reports").glob("*.rq")}
    assert reports == {case[0] for case in CASES} | {"metoder-utan-evidens"} | evidence_map_cases.ON_A_WORLD
