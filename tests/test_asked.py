"""What pages need beside their queries, asked of the store: the same as the files beside a snapshot tell."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from page_kinds import ADDRESSES
from telling import made

from kunskapsgraf.graph.asked.finding import AskedIndex
from kunskapsgraf.graph.asked.particulars import AskedParticulars
from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.particulars import NOTHING, Node, Particulars, ParticularsFile, Passage
from kunskapsgraf.settings import Settings
from kunskapsgraf.web import create_app

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


class AskedStore(EmbeddedStore):
    """The embedded store without the files of the build: what pages need is asked of it by queries alone."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.settings = settings
        self.asked = AskedParticulars(self, settings, keeps_labels=True)
        self.index = AskedIndex(self, settings, self.asked)

    def particulars(self) -> AskedParticulars:
        """Ask what pages need to know."""
        return self.asked

    def finding(self) -> AskedIndex:
        """Ask what is found."""
        return self.index


def looks_the_same(path: str, client: FlaskClient, asking: FlaskClient) -> None:
    """Hold a page that asks to the page that reads the files, in both languages."""
    for language in ("sv", "en"):
        headers = {"Accept": "text/html", "Accept-Language": language}
        expected, found = client.get(path, headers=headers), asking.get(path, headers=headers)
        assert (path, language, expected.status_code) == (path, language, found.status_code)
        assert expected.text == found.text, (path, language)


def things_of(store: EmbeddedStore) -> list[str]:
    """Give the path of the page of every thing of ours."""
    start = store.names.things
    return [f"/sida/{iri.removeprefix(start)}" for iri in store.finding().things(start)]


SHARED = [
    address for name, address in ADDRESSES.items() if not address.startswith(("/sida/", "/sok")) and name != "bad query"
]


def test_pages_of_the_tiny_world(client: FlaskClient, small_store: EmbeddedStore, small: Settings) -> None:
    """The page of each thing, and those that belong to none, are the same whether files or the store are asked."""
    store = AskedStore(small)
    try:
        asking = create_app(small, store).test_client()
        for path in [*things_of(small_store), "/beskriv?iri=kg:Kommun", "/ns", "/klasser", "/"]:
            looks_the_same(path, client, asking)
    finally:
        store.close()


def test_parts_of_long_lists(told: tuple[EmbeddedStore, Settings]) -> None:
    """Pages of long lists and of nameless things, and the parts of such lists, are the same."""
    kept, settings = told
    store = AskedStore(settings)
    try:
        client, asking = (create_app(settings, one).test_client() for one in (kept, store))
        for path in (
            "/sida/begrepp/allt",
            "/sida/begrepp/allt?egenskap=^skos:broader&sida=2",
            "/sida/kommun/alby",
            "/beskriv?iri=kg:KvinnoInsats",
        ):
            looks_the_same(path, client, asking)
    finally:
        store.close()


@pytest.mark.long
def test_every_kind_of_page_of_the_whole_graph(whole_client: FlaskClient, whole: Settings) -> None:
    """Each kind of page is the same on the whole graph; search is another, and says so."""
    store = AskedStore(whole)
    try:
        asking = create_app(whole, store).test_client()
        for path in [*SHARED, *(address for address in ADDRESSES.values() if address.startswith("/sida/"))]:
            looks_the_same(path, whole_client, asking)
    finally:
        store.close()


@pytest.mark.long
def test_page_of_everything(whole_client: FlaskClient, whole_store: EmbeddedStore, whole: Settings) -> None:
    """The page of each twentieth thing of the whole graph is the same."""
    store = AskedStore(whole)
    try:
        asking = create_app(whole, store).test_client()
        for path in things_of(whole_store)[::20]:
            looks_the_same(path, whole_client, asking)
    finally:
        store.close()


def test_sitemap(client: FlaskClient, small: Settings) -> None:
    """Sitemaps list the same pages; when they were made an engine does not say."""
    store = AskedStore(small)
    try:
        found = create_app(small, store).test_client().get("/sitemap/1.xml").text
        assert re.sub("<lastmod>.*?</lastmod>", "", client.get("/sitemap/1.xml").text) == found
        assert "<loc>" in found
    finally:
        store.close()
