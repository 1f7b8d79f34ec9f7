"""What an address means when the graph says nothing of its thing: its successor, that it is gone, or what was meant."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import MICRO_DATA, write_micro
from flask.testing import FlaskClient
from reading import Page

from kunskapsgraf.graph import former
from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.finding import IndexFile
from kunskapsgraf.pipeline.build import build
from kunskapsgraf.settings import Settings
from kunskapsgraf.web import create_app

BASE = "https://w3id.org/kunskapsgraf/"
THING = f"{BASE}id/sak/"
HTML = {"Accept": "text/html"}
REPLACED = """
@prefix dct: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
sak:gammal dct:isReplacedBy sak:mellan ; owl:deprecated true .
sak:mellan dct:isReplacedBy sak:ring .
sak:delad dct:isReplacedBy sak:ring , sak:sked .
sak:flyttad dct:isReplacedBy <http://exempel.example/ny> .
sak:hona dct:isReplacedBy sak:agg .
sak:agg dct:isReplacedBy sak:hona .
sak:sjalv dct:isReplacedBy sak:sjalv .
sak:vilse dct:isReplacedBy sak:ingenstans .
sak:historisk a kg:Sak ; kg:namn "historisk" ; dct:isReplacedBy sak:ring .
"""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Build a world, then again without one of its things and with successors of others; give its settings."""
    made = write_micro(tmp_path_factory.mktemp("former"))
    file = made.sources / "data/ttl/kalla.ttl"
    for name in ("borta", "gammal"):
        with file.open("a", encoding="utf-8") as stream:
            stream.write(f'sak:{name} a kg:Sak ; kg:namn "{name}" .\n')
    build(made)
    file.write_text(MICRO_DATA + REPLACED, encoding="utf-8")
    build(made)
    (made.sources / "data/gone.txt").write_text(
        f"# from another home\n{THING}forntida\n{THING}sked\tx\n", encoding="utf-8"
    )
    return replace(made, query_seconds=5.0)


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[FlaskClient]:
    """Serve it."""
    store = EmbeddedStore(settings)
    yield create_app(settings, store).test_client()
    store.close()


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/id/sak/gammal", "/id/sak/ring"),
        ("/id/sak/gammal.ttl", "/id/sak/ring"),
        ("/id/sak/mellan", "/id/sak/ring"),
        ("/sida/sak/gammal", "/sida/sak/ring"),
        ("/sida/sak/gammal?lang=en", "/sida/sak/ring?lang=en"),
        ("/data/sak/gammal.ttl", "/data/sak/ring.ttl"),
        ("/data/sak/gammal.nt?profil=med-bevis", "/data/sak/ring.nt?profil=med-bevis"),
        (f"/beskriv?iri={THING}gammal", "/sida/sak/ring"),
    ],
)
def test_successor(client: FlaskClient, path: str, location: str) -> None:
    """What one thing has taken the place of redirects for good, at once to the last of them, and names it."""
    response = client.get(path, headers=HTML)
    assert (301, location) == (response.status_code, response.headers["Location"])
    assert f'<{THING}ring>; rel="successor-version"' == response.headers["Link"]


@pytest.mark.parametrize(
    ("name", "successors"),
    [
        ("delad", ["ring", "sked"]),
        ("flyttad", ["http://exempel.example/ny"]),
        ("hona", ["agg"]),
        ("vilse", ["ingenstans"]),
    ],
)
def test_several_successors(client: FlaskClient, name: str, successors: list[str]) -> None:
    """Where several things took its place, one elsewhere or one that is not here, it is gone, and they are named."""
    iris = [iri if "://" in iri else THING + iri for iri in successors]
    for path in (f"/id/sak/{name}", f"/sida/sak/{name}", f"/data/sak/{name}.ttl"):
        response = client.get(path, headers={"Accept": "text/turtle"})
        assert 410 == response.status_code
        assert iris == json.loads(response.data)["replacedBy"]
        assert ", ".join(f'<{iri}>; rel="successor-version"' for iri in iris) == response.headers["Link"]
    page = Page(client.get(f"/sida/sak/{name}", headers=HTML).text)
    assert {f"/sida/sak/{iri.removeprefix(THING)}" if iri.startswith(THING) else iri for iri in iris} <= set(
        page.addresses
    )


@pytest.mark.parametrize("name", ["historisk", "sjalv"])
def test_thing_with_a_page_of_its_own(client: FlaskClient, name: str) -> None:
    """A thing of which more is said keeps its page, and so does one that is said to replace itself."""
    assert 200 == client.get(f"/sida/sak/{name}", headers=HTML).status_code


@pytest.mark.parametrize(("language", "words"), [("sv", "borttagen"), ("en", "has been removed")])
def test_gone(client: FlaskClient, settings: Settings, language: str, words: str) -> None:
    """What the former snapshot held and this one lacks is gone, not unknown, and its last version is told."""
    [last] = {v for iri, v in former.listed(settings.home / "gone.txt").items() if iri == f"{THING}borta"}
    for path in ("/id/sak/borta", "/sida/sak/borta", "/data/sak/borta.ttl", f"/beskriv?iri={THING}borta"):
        response = client.get(path, headers={"Accept-Language": language})
        assert (410, "application/problem+json") == (response.status_code, response.mimetype)
        assert words in json.loads(response.data)["detail"]
        assert last in json.loads(response.data)["detail"]
    page = client.get("/sida/sak/borta", headers=HTML)
    robots = [e.attributes["content"] for e in Page(page.text).all("meta") if e.attributes.get("name") == "robots"]
    assert (410, ["noindex"]) == (page.status_code, robots)


def test_gone_before_this_home(client: FlaskClient) -> None:
    """The sources may tell what was served before; what is there again is served."""
    assert 410 == client.get("/id/sak/forntida", headers=HTML).status_code
    assert 303 == client.get("/id/sak/sked", headers=HTML).status_code


def test_what_never_was_is_not_found(client: FlaskClient) -> None:
    """Nothing else is said to be gone."""
    assert 404 == client.get("/id/sak/aldrig", headers=HTML).status_code


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("/id/sak/rinng", [THING + "ring"]),
        ("/sida/sak/Sked", [THING + "sked"]),
        ("/data/sak/skedd.ttl", [THING + "sked"]),
        ("/ns/DyrSakk", [f"{BASE}ns#DyrSak"]),
        ("/id/sak/xqzw", []),
        ("/id/sak/a", []),
        ('/id/sak/%22" OR *', []),
    ],
)
def test_suggestions(client: FlaskClient, path: str, near: list[str]) -> None:
    """What is not there is answered with the things whose names are like it, as links and for programs."""
    response = client.get(path)
    assert 404 == response.status_code
    assert near == json.loads(response.data).get("nearest", [])[: max(len(near), 1)]
    page = Page(client.get(path, headers=HTML).text)
    expected = {
        f"/sida/{iri.removeprefix(BASE + 'id/')}" if "/id/" in iri else f"/ns#{iri.partition('#')[2]}" for iri in near
    }
    assert expected <= set(page.addresses)


# The list


def test_list_follows_the_builds(tmp_path: Path) -> None:
    """A thing comes onto the list when a build leaves it out, and off it when one has it again; nothing else does."""
    made = write_micro(tmp_path)
    file, known = made.sources / "data/ttl/kalla.ttl", made.home / "gone.txt"
    text = file.read_text(encoding="utf-8")
    first = build(made).manifest.version
    assert not known.exists()
    file.write_text(text.partition("sak:sked")[0], encoding="utf-8")
    build(made)
    assert {f"{THING}sked": first} == former.listed(known)
    file.write_text(text + 'sak:ny a kg:Sak ; kg:namn "ny" .', encoding="utf-8")
    build(made)
    assert {} == former.listed(known)
    file.write_text(text, encoding="utf-8")
    assert first == build(made).manifest.version
    assert {f"{THING}ny"} == former.listed(known).keys()


def test_former_snapshot_that_is_lost(tmp_path: Path) -> None:
    """A former snapshot without its index tells nothing, and the build goes on."""
    made = write_micro(tmp_path)
    version = build(made).manifest.version
    (made.home / "snapshots" / version / "search.sqlite").unlink()
    file = made.sources / "data/ttl/kalla.ttl"
    file.write_text(file.read_text(encoding="utf-8").partition("sak:sked")[0], encoding="utf-8")
    assert version != build(made).manifest.version
    assert {} == former.listed(made.home / "gone.txt")


def test_nothing_to_suggest_from(tmp_path: Path) -> None:
    """Where there is no index of names, an unknown thing is still not found, and no more."""
    made = write_micro(tmp_path)
    version = build(made).manifest.version
    store = EmbeddedStore(replace(made, query_seconds=5.0))
    found = store.finding()
    assert isinstance(found, IndexFile)
    index = found.path
    index.rename(index.with_suffix(".borta"))
    assert version == index.parent.name
    try:
        assert 404 == create_app(made, store).test_client().get("/id/sak/rinng", headers=HTML).status_code
    finally:
        store.close()
