"""What crawlers read: robots.txt, sitemaps of every page in both languages, hreflang, and what a page is about."""

from __future__ import annotations

import fnmatch
import gzip
import json
import xml.etree.ElementTree as ET

import pytest
from flask.testing import FlaskClient
from reading import Page

from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.store import select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.settings import Settings
from kunskapsgraf.web import crawling, create_app

BASE = "https://w3id.org/kunskapsgraf/"
HTML = {"Accept": "text/html"}
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"


def addresses(client: FlaskClient, path: str) -> list[str]:
    """Read the addresses of a sitemap, or of the list of sitemaps."""
    response = client.get(path)
    assert (200, "application/xml") == (response.status_code, response.mimetype)
    return [str(e.text) for e in ET.fromstring(response.data).iter(f"{SITEMAP}loc")]


def all_pages(client: FlaskClient) -> list[str]:
    """Give every address of every sitemap, without the host."""
    here = "http://localhost"
    found = [a for sitemap in addresses(client, "/sitemap.xml") for a in addresses(client, sitemap.removeprefix(here))]
    assert all(address.startswith(here + "/") for address in found)
    return [address.removeprefix(here) for address in found]


def test_sitemaps_hold_every_thing_in_both_languages(client: FlaskClient, small_store: EmbeddedStore) -> None:
    """Every thing's page, the fixed pages, the reports and the classes stand there, once in each language."""
    found = all_pages(client)
    assert len(found) == len(set(found))
    rows = select(small_store, "SELECT DISTINCT ?s { ?s a ?c FILTER(ISIRI(?s)) }")
    things = [iri.removeprefix(BASE + "id") for row in rows if (iri := text_of(row["s"])).startswith(BASE + "id/")]
    assert 9 == len(things)
    expected = {f"/sida{path}?lang={lang}" for path in things for lang in ("sv", "en")}
    expected |= {f"{path}?lang={lang}" for path in ("/", "/klass/Kommun", "/queries/onskemal") for lang in ("sv", "en")}
    assert expected <= set(found)
    assert {path for path in found if path.startswith("/sida/")} == {p for p in expected if p.startswith("/sida/")}


def test_every_page_of_the_sitemaps_is_there(client: FlaskClient) -> None:
    """Each address answers, in the language that it names, and says that it is the one to be listed."""
    for path in all_pages(client)[::7]:
        response = client.get(path, headers={**HTML, "Accept-Language": "de"})
        assert 200 == response.status_code, path
        assert path.rpartition("=")[2] == response.headers["Content-Language"]


def test_entry(client: FlaskClient) -> None:
    """An entry names its own address in each language, the one that follows the visitor, and the snapshot's day."""
    root = ET.fromstring(client.get("/sitemap/1.xml").data)
    [entry] = [e for e in root if e.findtext(f"{SITEMAP}loc") == "http://localhost/sida/kommun/norrby?lang=en"]
    page = "http://localhost/sida/kommun/norrby"
    assert {"sv": f"{page}?lang=sv", "en": f"{page}?lang=en", "x-default": page} == {
        e.attrib["hreflang"]: e.attrib["href"] for e in entry.iter(LINK)
    }
    day = entry.findtext(f"{SITEMAP}lastmod")
    assert day is not None
    assert [4, 2, 2] == [len(part) for part in day.split("-")]


def test_sitemaps_are_parted(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """No sitemap holds more pages than it may; together they hold the same."""
    whole = set(all_pages(client))
    monkeypatch.setattr(crawling, "AT_ONCE", 3)
    parts = addresses(client, "/sitemap.xml")
    assert 4 == len(parts), "the fixed pages, and nine things by three"
    counts = [len(addresses(client, part.removeprefix("http://localhost"))) for part in parts[1:]]
    assert [6, 6, 6] == counts
    assert whole == set(all_pages(client))
    assert 404 == client.get(f"/sitemap/{len(parts)}.xml").status_code


def test_sitemaps_are_compressed(client: FlaskClient) -> None:
    """A crawler that takes gzip gets it."""
    response = client.get("/sitemap/1.xml", headers={"Accept-Encoding": "gzip"})
    assert "gzip" == response.headers["Content-Encoding"]
    assert gzip.decompress(response.data) == client.get("/sitemap/1.xml").data


def test_sitemaps_are_within_the_protocol() -> None:
    """Two addresses for each page, of which no sitemap holds more than 50,000."""
    assert 2 * crawling.AT_ONCE <= 50_000


def closed(path: str, rules: list[str]) -> bool:
    """Tell whether robots.txt keeps a crawler from a path (RFC 9309, section 2.2.2)."""
    return any(fnmatch.fnmatchcase(path, rule.replace("?", "[?]").replace("[[?]]", "[?]") + "*") for rule in rules)


def test_robots(client: FlaskClient) -> None:
    """Crawlers are kept off queries, search and explanations, and off nothing that a sitemap lists."""
    response = client.get("/robots.txt")
    assert (200, "text/plain") == (response.status_code, response.mimetype)
    lines = response.text.splitlines()
    assert "User-agent: *" == lines[0]
    assert "Sitemap: http://localhost/sitemap.xml" in lines
    rules = [line.removeprefix("Disallow: ") for line in lines if line.startswith("Disallow: ")]
    for path in ("/sparql?query=ASK{}", "/sok?q=a", "/sok/forslag?q=a", "/varfor?subjekt=x", "/varfor-inte?subjekt=x"):
        assert closed(path, rules), path
    assert [] == [path for path in all_pages(client) if closed(path, rules)]
    assert not closed("/data/kommun/norrby.ttl", rules)


def test_below_a_path(small: Settings, small_store: EmbeddedStore) -> None:
    """Below a path of a host the rules and the addresses begin with it."""
    answers = create_app(small, small_store).test_client()
    environ = {"SCRIPT_NAME": "/graf"}
    assert "Disallow: /graf/sparql\n" in answers.get("/robots.txt", environ_overrides=environ).text
    assert "Sitemap: http://localhost/graf/sitemap.xml" in answers.get("/robots.txt", environ_overrides=environ).text
    listed = answers.get("/sitemap/1.xml", environ_overrides=environ).text
    assert "<loc>http://localhost/graf/sida/kommun/norrby?lang=sv</loc>" in listed


# What a page says of itself


@pytest.mark.parametrize("path", ["/", "/sida/kommun/norrby", "/sok?q=norrby&slag=kommun", "/queries/onskemal?lang=en"])
def test_languages_of_a_page(client: FlaskClient, path: str) -> None:
    """Each page names its address in Swedish, in English, and the one that follows the visitor; each names the same."""

    def named(address: str) -> dict[str, str]:
        links = Page(client.get(address, headers=HTML).text).all("link")
        return {e.attributes["hreflang"]: e.attributes["href"] for e in links if "hreflang" in e.attributes}

    found = named(path)
    assert {"sv", "en", "x-default"} == found.keys()
    for lang, address in found.items():
        assert address.startswith("http://localhost/")
        assert found == named(address.removeprefix("http://localhost"))
        answer = client.get(address.removeprefix("http://localhost"), headers={"Accept-Language": "en"})
        assert {"x-default": "en"}.get(lang, lang) == answer.headers["Content-Language"]


def structured(client: FlaskClient, path: str) -> dict[str, object]:
    """Read the data that a page holds for search engines."""
    [script] = Page(client.get(path, headers=HTML).text).all("script")
    assert "application/ld+json" == script.attributes["type"]
    found: dict[str, object] = json.loads("".join(script.pieces))
    return found


def test_thing_in_schema_org(client: FlaskClient) -> None:
    """A municipality's page tells its address, language and licence, and the area that it is about, with its code."""
    found = structured(client, "/sida/kommun/norrby?lang=en")
    assert ("https://schema.org", "WebPage", "en") == (found["@context"], found["@type"], found["inLanguage"])
    assert "http://localhost/sida/kommun/norrby?lang=en" == found["url"]
    assert "https://creativecommons.org/licenses/by/4.0/" == found["license"]
    assert {
        "@id": BASE + "id/kommun/norrby",
        "@type": "AdministrativeArea",
        "name": "Norrby",
        "identifier": {"@type": "PropertyValue", "propertyID": BASE + "ns#kommunkod", "value": "9901"},
    } == found["mainEntity"]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/sida/metod/tolvstegsmetoden", "DefinedTerm"),
        ("/sida/insats/norrby-samtal", "Service"),
        ("/sida/kalla/provkartan", "CreativeWork"),
        ("/sida/utbud/norrby-samtal-2006", "Thing"),
    ],
)
def test_types_of_schema_org(client: FlaskClient, path: str, kind: str) -> None:
    """A thing has a type of schema.org's where one fits, and else none but the most general."""
    entity = structured(client, path)["mainEntity"]
    assert isinstance(entity, dict)
    assert kind == entity["@type"]


def test_site_and_catalogue(client: FlaskClient) -> None:
    """The front page tells how the site is searched, the catalogue its data sets with name, description and licence."""
    site = structured(client, "/")
    assert "WebSite" == site["@type"]
    assert "http://localhost/sok?q={q}" in json.dumps(site)
    catalogue = structured(client, "/katalog")
    assert "DataCatalog" == catalogue["@type"]
    datasets = catalogue["dataset"]
    assert isinstance(datasets, list)
    assert all({"@id", "name", "description", "license"} <= one.keys() for one in datasets)
    assert BASE + "graf" in {one["@id"] for one in datasets}
