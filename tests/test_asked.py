"""What pages need beside their queries, asked of the store: the same as the files beside a snapshot tell."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from telling import made

from kunskapsgraf.graph.asked.particulars import AskedParticulars
from kunskapsgraf.graph.particulars import NOTHING, Node, Particulars, ParticularsFile, Passage
from kunskapsgraf.graph.store import EmbeddedStore
from kunskapsgraf.settings import Settings

ALL = 10**6


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[EmbeddedStore, Settings]]:
    """Build the world of long lists and nameless things."""
    settings = made(tmp_path_factory.mktemp("telling"))
    store = EmbeddedStore(settings)
    yield store, settings
    store.close()


def listed(table: Path, sql: str) -> list[str]:
    """Read a column of the table."""
    with sqlite3.connect(table) as database:
        return [value for (value,) in database.execute(sql)]


def references(node: Node, of: Particulars) -> tuple[list[Passage], list[tuple[str, str | None, Passage]]]:
    """Give a node's passages, and those of single statements, as passages."""
    found = of.passages({*node.passages, *(reference for *_, reference in node.particular)})
    return [found[one] for one in node.passages], [(name, value, found[one]) for name, value, one in node.particular]


def tells_the_same(store: EmbeddedStore, settings: Settings) -> int:
    """Hold every answer about every thing to what the table tells; give the number of things."""
    kept = store.particulars()
    assert isinstance(kept, ParticularsFile)
    asked = AskedParticulars(store, settings, keeps_labels=True)
    things = listed(kept.path, "SELECT iri FROM node ORDER BY iri")
    kinds = {kind for kind in things if kind.startswith(store.names.terms)}
    for language in ("sv", "en"):
        mine, theirs = asked.nodes(things, language), kept.nodes(things, language)
        for iri in things:
            one, other = mine.get(iri, NOTHING), theirs[iri]
            assert (other.name, other.tag, other.meaning) == (one.name, one.tag, one.meaning), iri
            assert other.periods == one.periods, iri
            assert references(other, kept) == references(one, asked), iri
            if one.origin and '"c":' in one.origin:
                assert [other.concluded(kind) for kind in kinds] == [one.concluded(kind) for kind in kinds], iri
    assert kept.passages_named(things) == asked.passages_named(things)
    assert kept.periods == asked.periods
    assert {above: some for above, some in kept.categories.items() if "://" in above} == asked.categories
    for iri in things:
        assert kept.lists(iri) == asked.lists(iri), iri
        assert kept.beside_lists(iri) == asked.beside_lists(iri), iri
        for one_list in kept.lists(iri):
            for language in ("sv", "en"):
                assert kept.part(iri, one_list, language, ALL, 0) == asked.part(iri, one_list, language, ALL, 0)
                assert kept.part(iri, one_list, language, 7, 50) == asked.part(iri, one_list, language, 7, 50)
    for node in listed(kept.path, "SELECT node FROM nameless"):
        assert kept.nameless(node) == asked.nameless(node), node
    return len(things)


def test_tiny_world(small_store: EmbeddedStore, small: Settings) -> None:
    """Of every thing of the tiny world the store tells the same as the table."""
    assert 0 < tells_the_same(small_store, small)


def test_long_lists_and_nameless_things(told: tuple[EmbeddedStore, Settings]) -> None:
    """So it does where there are lists longer than a page, blank nodes, and things named as such."""
    store, _ = told
    assert store.particulars().lists("https://w3id.org/kunskapsgraf/id/begrepp/allt")
    tells_the_same(*told)


@pytest.mark.long
def test_whole_graph(whole_store: EmbeddedStore, whole: Settings) -> None:
    """So it does of every thing of the whole graph."""
    assert tells_the_same(whole_store, whole) > 7_000
