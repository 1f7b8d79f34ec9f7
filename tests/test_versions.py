"""What changed between versions, worked out by hand for three small builds; addresses that name a version; citations."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from conftest import write_micro
from flask.testing import FlaskClient
from reading import Page

from kunskapsgraf.graph import history
from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.history import Changes, Turn
from kunskapsgraf.graph.snapshot import pointed
from kunskapsgraf.graph.vocabulary import Names
from kunskapsgraf.pipeline import load
from kunskapsgraf.pipeline.build import build
from kunskapsgraf.settings import Settings
from kunskapsgraf.web import create_app

NAMES = Names("https://w3id.org/kunskapsgraf/")
HTML = {"Accept": "text/html", "Accept-Language": "sv"}
PREFIXES = """
@prefix kg: <https://w3id.org/kunskapsgraf/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sak: <https://w3id.org/kunskapsgraf/id/sak/> .
"""
ONTOLOGY = """
kg:Sak a owl:Class ; rdfs:label "sak"@sv , "thing"@en .
kg:DyrSak a owl:Class ; rdfs:subClassOf kg:Sak .
kg:SakUtanNamn a owl:Class ; rdfs:label "sak utan namn"@sv , "thing without a name"@en .
kg:namn a owl:DatatypeProperty ; rdfs:label "heter"@sv , "is called"@en .
kg:innehaller a owl:ObjectProperty .
kg:bredvid a owl:ObjectProperty .
"""
# Two expressions without names; the second build has them the other way round.
ROUND = (
    "[ a owl:Restriction ; owl:onProperty kg:innehaller ; owl:someValuesFrom kg:DyrSak ] rdfs:subClassOf kg:DyrSak .\n"
)
SQUARE = "[ a owl:Restriction ; owl:onProperty kg:bredvid ; owl:someValuesFrom kg:DyrSak ] rdfs:subClassOf kg:Sak .\n"
# What has no name here has another in each version of the file: a loaf in a basket, a long list, two in a circle.
NAMELESS = f"""
sak:korg kg:innehaller [ kg:namn "limpa" ] .
sak:lada kg:innehaller ( {" ".join(f'"{number}"' for number in range(1_500))} ) .
_:ena kg:bredvid _:andra . _:andra kg:bredvid _:ena .
"""
FIRST = """
sak:ring a kg:DyrSak ; kg:namn "ring" .
sak:sked a kg:Sak .
sak:gaffel a kg:Sak ; kg:namn "gaffel" .
"""
# The spoon gets a name: its gap closes. The fork goes. A dear knife comes, without a name: it is a thing, and a gap opens.
SECOND = """
sak:ring a kg:DyrSak ; kg:namn "ring" .
sak:sked a kg:Sak ; kg:namn "sked" .
sak:kniv a kg:DyrSak .
"""
CLOSED = """\
#+ title@sv: Saker utan namn
#+ title@en: Things without a name
PREFIX kg: <https://w3id.org/kunskapsgraf/ns#>
CONSTRUCT { ?sak a kg:SakUtanNamn } WHERE { ?sak a kg:Sak FILTER NOT EXISTS { ?sak kg:namn ?namn } }
"""
A = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
SOURCE = f"<{NAMES.source_graph('kalla')}>"


@dataclass(frozen=True)
class Built:
    """Three versions built one after another in one home."""

    settings: Settings
    versions: tuple[str, str, str]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Build the three versions; the third differs from the second by what the nameless loaf is called."""
    settings = write_micro(tmp_path_factory.mktemp("versions"))
    (settings.sources / "queries" / "closed").mkdir()
    (settings.sources / "queries" / "closed" / "SakUtanNamn.rq").write_text(CLOSED, encoding="utf-8")
    made = []
    for ontology, data in (
        (ROUND + SQUARE, FIRST + NAMELESS),
        (SQUARE + ROUND, "# omskriven\n" + NAMELESS + SECOND),
        (SQUARE + ROUND, "# omskriven\n" + NAMELESS.replace("limpa", "bulle") + SECOND),
    ):
        (settings.sources / "ontology" / "sak.ttl").write_text(PREFIXES + ONTOLOGY + ontology, encoding="utf-8")
        (settings.sources / "data" / "ttl" / "kalla.ttl").write_text(PREFIXES + data, encoding="utf-8")
        made.append(build(settings).manifest.version)
    return Built(settings, (made[0], made[1], made[2]))


@pytest.fixture(scope="module")
def store(built: Built) -> Iterator[EmbeddedStore]:
    """Give a store on the three versions."""
    found = EmbeddedStore(built.settings)
    yield found
    found.close()


@pytest.fixture(scope="module")
def visitor(built: Built, store: EmbeddedStore) -> FlaskClient:
    """Give a client of the web application on the three versions."""
    return create_app(built.settings, store).test_client()


@pytest.fixture
def broken(built: Built, store: EmbeddedStore, tmp_path: Path) -> tuple[Path, FlaskClient]:
    """Give a copy of the home whose files a test may break, and a client that reads them there."""
    home = Path(shutil.copytree(built.settings.home, tmp_path / "home"))
    return home, create_app(replace(built.settings, home=home), store).test_client()


def iri(name: str) -> str:
    """Give the IRI of a thing."""
    return f"{NAMES.things}sak/{name}"


def test_changes_are_those_worked_out_by_hand(built: Built) -> None:
    """Statements, conclusions and gaps that came and went; what only moved or was called otherwise is no change."""
    first, second, _ = built.versions
    found = history.changes(built.settings.home, first, second)
    assert (
        Changes(
            first,
            second,
            {
                "asserted": Turn(
                    2,
                    2,
                    (
                        f"<{iri('kniv')}> {A} <{NAMES.terms}DyrSak> {SOURCE} .",
                        f'<{iri("sked")}> <{NAMES.terms}namn> "sked" {SOURCE} .',
                    ),
                    (
                        f"<{iri('gaffel')}> {A} <{NAMES.terms}Sak> {SOURCE} .",
                        f'<{iri("gaffel")}> <{NAMES.terms}namn> "gaffel" {SOURCE} .',
                    ),
                ),
                "inferred": Turn(1, 0, (f"<{iri('kniv')}> {A} <{NAMES.terms}Sak> <{NAMES.inferred_graph}> .",)),
                "closed": Turn(
                    1,
                    1,
                    (f"<{iri('kniv')}> {A} <{NAMES.terms}SakUtanNamn> <{NAMES.closed_graph}> .",),
                    (f"<{iri('sked')}> {A} <{NAMES.terms}SakUtanNamn> <{NAMES.closed_graph}> .",),
                ),
            },
            {NAMES.terms + "SakUtanNamn": Turn(1, 1, (iri("kniv"),), (iri("sked"),))},
            {NAMES.terms + "Sak": Turn(1, 0, (iri("kniv"),))},
            Turn(0, 0),
            0,
        )
        == found
    )


def test_a_change_of_what_has_no_name_is_counted(built: Built) -> None:
    """The loaf is called otherwise: what leads to it and what it says go and come, counted and not listed."""
    _, second, third = built.versions
    found = history.changes(built.settings.home, second, third)
    assert found is not None
    assert {"asserted": Turn(2, 2)} == found.kinds
    assert (2, 2) == (found.nameless.added, found.nameless.removed)
    assert ({}, {}, 0) == (found.gaps, found.categories, found.uncompared)


def test_the_log_tells_what_was_served(built: Built) -> None:
    """The log has each version in order, with its statements: each in every graph that it stands in, layers left out."""
    logged = history.versions(built.settings.home)
    assert list(built.versions) == [one.name for one in logged]
    # One more conclusion of each kind came than went.
    assert logged[0].statements + 1 == logged[1].statements == logged[2].statements


def test_a_home_without_a_log_gets_one(built: Built, tmp_path: Path) -> None:
    """A home from before there was a log: the next build notes what stands there, and compares what serves with the new."""
    home = Path(shutil.copytree(built.settings.home, tmp_path / "home"))
    (home / history.LOG).unlink()
    shutil.rmtree(home / history.CHANGES)
    first, second, third = built.versions
    sources = Path(shutil.copytree(built.settings.sources, tmp_path / "sources"))
    data = sources / "data" / "ttl" / "kalla.ttl"
    data.write_text(data.read_text(encoding="utf-8") + "sak:kopp a kg:Sak .", encoding="utf-8")
    fresh = build(replace(built.settings, sources=sources, home=home)).manifest.version
    logged = history.versions(home)
    assert [first, second, third, fresh] == [one.name for one in logged]
    # The cup is a statement, and a gap.
    assert logged[2].statements + 2 == logged[3].statements
    steps = [history.changes(home, *pair) for pair in ((second, third), (third, fresh))]
    assert [Turn(2, 2), Turn(1, 0)] == [replace(one.kinds["asserted"], first_added=()) for one in steps if one]
    assert first not in history.kept(home)  # three are kept


def test_damaged_changes_are_made_again(built: Built, tmp_path: Path) -> None:
    """A file of changes that is no longer whole is written anew by the next build."""
    home = Path(shutil.copytree(built.settings.home, tmp_path / "home"))
    first, second, _ = built.versions
    history.file_of(home, first, second).write_text("{", encoding="utf-8")
    build(replace(built.settings, home=home))
    assert history.changes(built.settings.home, first, second) == history.changes(home, first, second)


def test_page_lists_versions(built: Built, visitor: FlaskClient) -> None:
    """The newest version comes first, with what it changed in numbers and a link to the whole."""
    page = Page(visitor.get("/versioner", headers=HTML).text)
    assert [] == page.faults
    rows = page.rows[1:]
    assert list(reversed(built.versions)) == [row[0].split()[0] for row in rows]
    assert "serveras nu" in rows[0][0]
    assert ["+2 −2", "+2 −1", "1 öppnades, 1 stängdes", "vad som ändrades"] == rows[1][3:]
    assert "den första som är antecknad här" == rows[2][3]
    told = json.loads(visitor.get("/versioner?format=json").data)
    assert [built.versions[2], built.versions[1]] == [step["version"] for step in told["steps"]]
    assert {"added": 1, "removed": 1} == told["steps"][1]["changes"]["gaps"][NAMES.terms + "SakUtanNamn"]


def test_page_tells_what_changed(built: Built, visitor: FlaskClient) -> None:
    """A step has a page with its gaps by category, each with its things, and its statements as sentences; and JSON."""
    first, second, third = built.versions
    response = visitor.get(f"/versioner/{first}/{second}", headers=HTML)
    page = Page(response.text)
    assert [] == page.faults
    assert {"Öppnades för 1: kniv", "Stängdes för 1: sked"} <= {part.text for part in page.all("p")}
    assert {"sak utan namn", "sak"} == {part.text for part in page.all("dt")}
    assert "sked heter sked" in {part.text for part in page.all("li")}
    told = json.loads(visitor.get(f"/versioner/{first}/{second}?format=json").data)
    gap = told["steps"][0]["changes"]["gaps"][NAMES.terms + "SakUtanNamn"]
    assert {"added": 1, "removed": 1, "first_added": [iri("kniv")], "first_removed": [iri("sked")]} == gap
    # From the first to the third there are two steps.
    told = json.loads(visitor.get(f"/versioner/{first}/{third}?format=json").data)
    assert [(first, second), (second, third)] == [(step["former"], step["version"]) for step in told["steps"]]
    assert 200 == visitor.get(f"/versioner/{first}/{third}", headers=HTML).status_code


@pytest.mark.parametrize("path", ["{2}/{0}", "{0}/{0}", "finns-inte/{0}", "..%2F..%2Fx/{2}"])
def test_versions_that_did_not_follow_each_other(built: Built, visitor: FlaskClient, path: str) -> None:
    """What never followed has no page of changes."""
    assert 404 == visitor.get("/versioner/" + path.format(*built.versions)).status_code


def test_feed(built: Built, visitor: FlaskClient) -> None:
    """The feed is Atom: each version that followed another, the newest first, and identifiers that differ (RFC 4287)."""
    response = visitor.get("/versioner.atom")
    assert "application/atom+xml" == response.mimetype
    assert "no-cache" == response.headers["Cache-Control"]
    atom = "{http://www.w3.org/2005/Atom}"
    feed = ElementTree.fromstring(response.data)
    assert {"id", "title", "updated", "author", "link", "entry"} == {part.tag.removeprefix(atom) for part in feed}
    entries = feed.findall(atom + "entry")
    assert [f"Version {name}" for name in (built.versions[2], built.versions[1])] == [
        entry.findtext(atom + "title") for entry in entries
    ]
    assert 2 == len({entry.findtext(atom + "id") for entry in entries})
    assert "Luckor: 1 öppnades, 1 stängdes." in str(entries[1].findtext(atom + "summary"))


@pytest.mark.parametrize(("content", "line"), [(None, "inte uträknade"), ("{", "är skadad"), ("[]", "är skadad")])
def test_missing_and_damaged_changes(
    built: Built, broken: tuple[Path, FlaskClient], content: str | None, line: str
) -> None:
    """A file of changes that is not there or not whole is a line of its own; the pages answer."""
    home, client = broken
    first, second, _ = built.versions
    file = history.file_of(home, first, second)
    if content is None:
        file.unlink()
    else:
        file.write_text(content, encoding="utf-8")
    for path in ("/versioner", f"/versioner/{first}/{second}", "/versioner.atom"):
        response = client.get(path, headers={"Accept": "text/html, */*;q=0.1", "Accept-Language": "sv"})
        assert 200 == response.status_code
        assert line in response.text
    assert json.loads(client.get(f"/versioner/{first}/{second}?format=json").data)["steps"][0]["changes"] is None


def test_changes_with_a_bit_turned_are_damaged(built: Built) -> None:
    """The digest finds a number that is another; a file of another form is no longer read."""
    first, second, _ = built.versions
    file = history.file_of(built.settings.home, first, second)
    text = file.read_text(encoding="utf-8")
    assert history.changes(built.settings.home, first, second) == Changes.from_json(text)
    for other in (
        text.replace('"added": 2', '"added": 3'),
        text.replace('"schema": 1', '"schema": 2'),
        "",
        "null",
        "7",
    ):
        with pytest.raises(ValueError):  # noqa: PT011 - whatever it says, it is told as damaged
            Changes.from_json(other)


def test_one_version(micro_built: Settings, tmp_path: Path) -> None:
    """Where one version was served, with or without a log, the page says that there is nothing to compare with."""
    home = Path(shutil.copytree(micro_built.home, tmp_path / "home"))
    store = EmbeddedStore(replace(micro_built, home=home))
    try:
        client = create_app(replace(micro_built, home=home), store).test_client()
        for _ in range(2):
            text = client.get("/versioner", headers=HTML).text
            assert "Bara en version har serverats" in text
            assert store.version() in text
            (home / history.LOG).unlink(missing_ok=True)
        assert 200 == client.get("/versioner.atom").status_code
    finally:
        store.close()


def test_pinned_address(built: Built, visitor: FlaskClient) -> None:
    """An address with the served version is the view; with another it is 410, with what serves and what changed; else 404."""
    first, _, third = built.versions
    assert 200 == visitor.get(f"/om?version={third}", headers=HTML).status_code
    response = visitor.get(f"/om?lang=sv&version={first}", headers=HTML)
    assert 410 == response.status_code
    page = Page(response.text)
    assert [] == page.faults
    assert first in page.one("main").text
    assert third in page.one("main").text
    links = {element.attributes.get("href") for element in page.all("a")}
    assert "http://localhost/om?lang=sv" in links
    assert "no-cache" == response.headers["Cache-Control"]
    assert '<http://localhost/om?lang=sv>; rel="latest-version"' in response.headers["Link"]
    problem = json.loads(visitor.get(f"/om?version={first}").data)
    assert (first, third) == (problem["version"], problem["servedVersion"])
    assert f"http://localhost/versioner/{first}/{third}" == problem["changes"]
    assert 404 == visitor.get("/om?version=finns-inte").status_code
    assert 400 == visitor.get(f"/om?version={first}&version={third}").status_code
    assert 200 == visitor.get("/om?version=").status_code


@pytest.mark.parametrize("path", ["/sparql?query=ASK%7B%7D&version=1.2", "/halsa?version=x", "/versioner?version=x"])
def test_what_is_not_pinned(visitor: FlaskClient, path: str) -> None:
    """The endpoint follows its protocol, where a version is another thing; what tells of the service is of no version."""
    assert 200 == visitor.get(path).status_code


def test_a_version_that_takes_over_meanwhile(
    built: Built, visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A view that was begun on the version of its address, and ended on another, is not shown under it."""
    home, third = built.settings.home, built.versions[2]

    def swap(*_: object, **__: object) -> str:
        load.point(home, built.versions[1], 3)
        return "siffror"

    monkeypatch.setattr("kunskapsgraf.web.pages.render_template", swap)
    try:
        response = visitor.get(f"/om?version={third}", headers=HTML)
        assert built.versions[1] == pointed(home)
        assert 410 == response.status_code
        assert "siffror" not in response.text
        assert "default-src" in response.headers["Content-Security-Policy"]
    finally:
        load.point(home, third, 3)


VIEWS = {
    "/evidenskarta?axel=malgrupp": "Evidenskarta",
    "/evidenskarta/ruta?atgard=metod/tolvstegsmetoden": "Evidenskarta: ",
    "/evidensprofil?plats=kommun/norrby": "Evidensprofil",
    "/kvalitet?dag=2020-06-01": "Kvalitet",
    "/jamfor?med=kommun/norrby&med=kommun/soderby": "Jämförelse: ",
    "/queries/onskemal?sprak=sv": "",
}


@pytest.mark.parametrize("path", VIEWS)
def test_each_view_says_how_to_cite_it(client: FlaskClient, small_store: EmbeddedStore, path: str) -> None:
    """Author, title, version, day and address; the address is the same view, and the other forms say the same."""
    version = small_store.version()
    page = Page(client.get(path, headers=HTML).text)
    text = page.one("p", "citation").text
    address = text.rsplit(" ", 1)[1]
    assert text.startswith(f"Kunskapsgraf. ”{VIEWS[path]}")
    assert f"Version {version}, " in text
    assert f"http://localhost{path}{'&' if '?' in path else '?'}version={version}" == address
    bibtex, csl = [element.text for element in page.all("pre", "whole")]
    assert f"url = {{{address}}}" in bibtex
    [item] = json.loads(csl)
    assert (address, version, [{"literal": "Kunskapsgraf"}]) == (item["URL"], item["version"], item["author"])
    assert f"”{item['title']}”" in text
    parts = urlsplit(address)
    again = client.get(f"{parts.path}?{parts.query}", headers=HTML)
    assert 200 == again.status_code
    assert text == Page(again.text).one("p", "citation").text


def test_the_page_of_today_is_cited_with_its_day(client: FlaskClient) -> None:
    """What hangs on the day of the visit is cited by that day."""
    assert "/kvalitet?dag=20" in Page(client.get("/kvalitet", headers=HTML).text).one("p", "citation").text


def test_every_page_names_its_version(client: FlaskClient, small_store: EmbeddedStore) -> None:
    """The foot of a page, an error's too, names the version and leads to the versions."""
    for path in ("/", "/queries", "/finns-inte"):
        footer = Page(client.get(path, headers=HTML).text).one("footer")
        assert f"Version {small_store.version()}" in footer.text
