"""The reports as a whole: the wishes counted against the text, and both languages."""

from __future__ import annotations

import pytest

from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.reports import run
from kunskapsgraf.settings import Settings

# The bullets under "Önskeläge om fem år": in each section "Övrigt".
WISHES = {
    "Arboga": 3,
    "Fagersta": 7,
    "Hallstahammar": 1,
    "Köping": 4,
    "Norberg": 9,
    "Sala": 2,
    "Skinnskatteberg": 2,
    "Skultuna": 1,
    "Stockholm": 1,  # report 3, line 15: what heads of department wished to know more of
    "Surahammar": 8,
}


def test_wishes_are_as_many_as_the_bullets(whole: Settings, whole_store: EmbeddedStore) -> None:
    """Each bullet under the wishes of a municipality is one wish."""
    table = run.run(whole_store, run.find(whole.sources, "onskemal"), {})
    counts: dict[str, set[str]] = {}
    for row in table.rows:
        counts.setdefault(text_of(row["platsNamn"]), set()).add(text_of(row["onskemal"]))
    assert WISHES == {place: len(wishes) for place, wishes in counts.items()}


@pytest.mark.parametrize("language", ["sv", "en"])
def test_reports_speak_both_languages(whole: Settings, whole_store: EmbeddedStore, language: str) -> None:
    """Every report gives as many rows in either language, so no label is missing in one."""
    for name, report in run.all_reports(whole.sources).items():
        values = {**report.example}
        swedish = run.run(whole_store, report, values)
        if not any(parameter.name == "sprak" for parameter in report.parameters):
            continue  # it has no words but those of its own columns
        other = run.run(whole_store, report, {**values, "sprak": language})
        assert (name, len(swedish.rows)) == (name, len(other.rows))
