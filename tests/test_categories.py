"""The nine KommunMed categories against the report, worked out by hand from its text (docs/categories.md)."""

from __future__ import annotations

import pytest

from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.store import select
from kunskapsgraf.graph.terms import text_of

SURVEYED = frozenset(
    {
        "arboga",
        "fagersta",
        "hallstahammar",
        "heby",
        "koping",
        "kungsor",
        "norberg",
        "sala",
        "skinnskatteberg",
        "surahammar",
        "vasteras",
    }
)
MEMBERS = {
    "KommunMedTolvstegsutbud": {"arboga", "fagersta", "heby", "norberg", "sala", "skinnskatteberg", "vasteras"},
    "KommunMedStodTillVuxnaAnhoriga": {
        "arboga",
        "fagersta",
        "hallstahammar",
        "koping",
        "partille",  # report 3, lines 513-537: parents of young people with misuse
        "sala",
        "skinnskatteberg",
        "vasteras",
    },
    "KommunMedBarnstod": {"arboga", "hallstahammar", "heby", "koping", "kungsor", "sala", "vasteras"},
    "SamverkandeKommun": {"arboga", "fagersta", "koping", "kungsor", "norberg", "skinnskatteberg"},
    "KommunMedAnonymtUtbud": {"arboga", "koping", "norberg", "skinnskatteberg", "vasteras"},
    "KommunMedKvinnoinsats": {"koping", "skinnskatteberg", "vasteras"},
    "KommunMedUngaVuxnaInsats": set(),
    "KommunMedBoendestod": {
        "arboga",
        "fagersta",
        "hallstahammar",
        "koping",
        "norberg",
        "sala",
        "surahammar",
        "vasteras",
    },
    "KommunMedSysselsattningsstod": {
        "fagersta",
        "hallstahammar",
        "heby",
        "koping",
        "norberg",
        "skinnskatteberg",
        "surahammar",
        "vasteras",
    },
}
ABSENCES = {
    "KommunUtanStodTillVuxnaAnhoriga": "KommunMedStodTillVuxnaAnhoriga",
    "KommunUtanBarnstod": "KommunMedBarnstod",
    "KommunUtanBoendestod": "KommunMedBoendestod",
    "KommunUtanSysselsattningsstod": "KommunMedSysselsattningsstod",
    "KommunUtanTolvstegsutbud": "KommunMedTolvstegsutbud",
    "KommunUtanAnonymtUtbud": "KommunMedAnonymtUtbud",
}


def members(store: EmbeddedStore, category: str, graph: str) -> set[str]:
    """Give the slugs of a category's members that stand in a graph."""
    rows = select(store, f"SELECT ?k WHERE {{ GRAPH <{graph}> {{ ?k a <{store.names.terms}{category}> }} }}")
    return {text_of(row["k"]).rsplit("/", 1)[-1] for row in rows}


@pytest.mark.parametrize("category", MEMBERS)
def test_inferred_category_has_the_members_that_the_text_gives(whole_store: EmbeddedStore, category: str) -> None:
    """Each inferred category of municipalities holds exactly those that the report's text puts in it."""
    assert MEMBERS[category] == members(whole_store, category, whole_store.names.inferred_graph)


@pytest.mark.parametrize("category", ABSENCES)
def test_absence_is_concluded_for_the_surveyed_others(whole_store: EmbeddedStore, category: str) -> None:
    """Each category of absence holds exactly the surveyed municipalities that are not in its counterpart."""
    expected = SURVEYED - MEMBERS[ABSENCES[category]]
    assert expected == members(whole_store, category, whole_store.names.closed_graph)


def test_every_conclusion_from_absence_names_scope_period_and_reservation(whole_store: EmbeddedStore) -> None:
    """No conclusion stands without its scope, period and both languages of its reservation."""
    rows = select(
        whole_store,
        f"""PREFIX kg: <{whole_store.names.terms}>
        SELECT ?c ?scope ?first ?last (COUNT(DISTINCT ?text) AS ?texts) WHERE {{
          ?c a kg:Slutsats ; kg:slutsatsSubjekt ?k ; kg:omfattning <{whole_store.names.things}omfattning/kartlaggningen-vastmanland-2006>
          OPTIONAL {{ ?c kg:omfattning ?scope }} OPTIONAL {{ ?c kg:giltigFran ?first }} OPTIONAL {{ ?c kg:giltigTill ?last }}
          OPTIONAL {{ ?c kg:reservation ?text }}
        }} GROUP BY ?c ?scope ?first ?last""",
    )
    expected = sum(len(SURVEYED - MEMBERS[counterpart]) for counterpart in ABSENCES.values())
    assert expected == len(rows)
    assert {("2006-02-01", "2006-03-31", "2")} == {
        (text_of(row["first"]), text_of(row["last"]), text_of(row["texts"])) for row in rows if "scope" in row
    }


def test_part_of_municipality_is_in_no_category(whole_store: EmbeddedStore) -> None:
    """Skultuna's offer counts for Västerås; Skultuna itself is no municipality."""
    rows = select(
        whole_store,
        f"SELECT ?class WHERE {{ <{whole_store.names.things}kommundel/skultuna> a ?class "
        f'FILTER(STRSTARTS(STR(?class), "{whole_store.names.terms}Kommun")) }}',
    )
    assert {"Kommundel"} == {text_of(row["class"]).rsplit("#", 1)[-1] for row in rows}
