"""That no report is without rows worked out by hand."""

from __future__ import annotations

from pathlib import Path

import test_evidence_reports
import test_planner_reports
import test_reports


def test_every_report_has_a_case() -> None:
    """Each report stands in one of the lists of cases, or has a test of its own."""
    reports = {path.stem for path in (Path(__file__).parents[1] / "queries" / "reports").glob("*.rq")}
    modules = (test_reports, test_evidence_reports, test_planner_reports)
    cased = {str(getattr(case, "report", None) or case[0]) for module in modules for case in module.CASES}
    assert reports == cased | {"metoder-utan-evidens"}
