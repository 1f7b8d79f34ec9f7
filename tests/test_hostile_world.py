"""Hostile names, addresses and texts in the graph do no harm: every page and format of a world made of them."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, unquote, urljoin, urlsplit

import pytest
from conftest import HERE, WORLD, Server, running
from flask.testing import FlaskClient
from reading import Page, graph_of
from selenium import webdriver
from selenium.webdriver.support.wait import WebDriverWait
from test_browser import Visitor, driver, log
from test_browser import pytestmark as in_a_browser
from werkzeug.wrappers import Response

from kunskapsgraf import settings as settings_module
from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.vocabulary import Names
from kunskapsgraf.pipeline.build import build
from kunskapsgraf.settings import Settings
from kunskapsgraf.web import create_app
from kunskapsgraf.web.links import Links

__all__ = ["driver"]
ID = "https://w3id.org/kunskapsgraf/id/"
KG = "https://w3id.org/kunskapsgraf/ns#"
MEGABYTE = 1_000_000
MARK_UP = "<script>larm(90)</script> "
TURNED = "\u202e\u2066"
LONG = f"""
@prefix kg: <https://w3id.org/kunskapsgraf/ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<{ID}kommun/elak> skos:definition "{MARK_UP * (MEGABYTE // len(MARK_UP))}"@en ; kg:uttalasI <{ID}passage/prov-1-4> .
<{ID}metod/lang> a kg:Behandlingsmetod ; skos:prefLabel "{"å" * MEGABYTE}"@sv , "{"a" * MEGABYTE}"@en ;
  skos:altLabel "{TURNED * 1000}"@sv .
"""
THINGS = [
    "kommun/elak",
    "kommun/norrby",
    "utbud/elak'onmouseover='larm(8)",
    "insats/%3Cscript%3Elarm(9)%3C%2Fscript%3E",
    "metod/a&b=c;d$e(f)'g'",
    "metod/lang",
    "insats/%0D%0ASet-Cookie:%20larm=10",
    "insats/..%2F..%2Fetc%2Fpasswd",
    "insats/slut.ttl",
    "insats/\u202eהנבה",
    "insats/javascript:larm(11)",
    "insats/norrby-samtal",
]
NO_PATH = ("insats/%3C", "insats/%0D", "insats/..")
"""Names with an encoded slash or a line end, which servers read before a page is asked: ``/beskriv`` shows these things."""
PAGE_BYTES = 200_000
NEVER = {"img", "iframe", "object", "embed", "base", "style", "b", "i"}
"""Elements that no page of ours holds; the hostile texts try some of them."""
TURNING = re.compile("[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069]")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
TYPED = [
    "<script>larm(1)</script>",
    "\"'><img src=x onerror=larm(2)>",
    "\u202eegats",
    "a\u0000b",
    "' OR 1=1 --",
    '" OR *',
    "å" * 200,
]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Build the tiny world with hostile names in it, and texts of a megabyte."""
    folder = tmp_path_factory.mktemp("hostile")
    sources = Path(shutil.copytree(WORLD, folder / "sources"))
    editorial = sources / "data" / "ttl" / "redaktion"
    shutil.copy(HERE / "hostile" / "elak.ttl", editorial)
    (editorial / "lang.ttl").write_text(LONG, encoding="utf-8")
    found = replace(settings_module.load({}), sources=sources, home=folder / "home", workers=2)
    build(found)
    return found


@pytest.fixture(scope="module")
def client(hostile: Settings) -> Iterator[FlaskClient]:
    """Give a client of the web application on that world."""
    store = EmbeddedStore(hostile)
    yield create_app(hostile, store).test_client()
    store.close()


def harmless(response: Response, path: str) -> list[str]:
    """Tell what is wrong with an answer: its headers, and of a page its mark-up, addresses, letters and size."""
    faults = [
        f"header {name}: {value[:80]!r}"
        for name, value in response.headers
        if not value.isascii() or re.search(r"[\x00-\x1f\x7f]", value) or len(value) > 8000 or name == "Set-Cookie"
    ]
    if response.mimetype != "text/html" or response.status_code in (301, 302, 303, 308):
        return faults
    page = Page(response.get_data(as_text=True))
    faults += page.faults
    faults += [f"<{element.tag}>" for element in page.elements if element.tag in NEVER]
    for element in page.elements:
        faults += [
            f"{name}={value!r}"
            for name, value in element.attributes.items()
            if name.startswith("on") or name in ("style", "autofocus", "srcdoc")
        ]
    for address in page.addresses:
        if not (address.startswith(("/", "#", "?")) or urlsplit(address).scheme in ("http", "https")):
            faults.append(f"leads to {address[:80]!r}")
    for script in page.all("script"):
        if script.attributes.get("type") == "application/ld+json":  # data: nothing runs it, and no text may end it
            faults += ["< in data"] if "<" in script.text else []
            json.loads(script.text)
        elif script.text or not script.attributes.get("src", "").startswith("/static/"):
            faults.append(f"script {script.attributes.get('src')!r}: {script.text[:40]}")
    faults += [f"control character {found[0]!r}" for found in CONTROL.finditer(page.source)]
    names = {"title", "option", "textarea", "script"}  # data in a script are not shown
    names.add("tspan")  # set apart by the style sheet of pictures: tests/test_connections.py
    titles = {text for e in page.elements if e.tag in names for text in e.pieces}
    faults += [
        f"turns what follows: {text[:60]!r}" for text in page.loose if TURNING.search(text) and text not in titles
    ]
    if len(response.data) > PAGE_BYTES:
        faults.append(f"{len(response.data)} bytes")
    return [f"{path}: {fault}" for fault in faults]


def visited(client: FlaskClient, starts: list[str], most: int) -> tuple[dict[str, int], list[str]]:
    """Follow the links of pages on this host; give the status of each address, and what is wrong with the answers."""
    statuses: dict[str, int] = {}
    faults: list[str] = []
    waiting = list(starts)
    while waiting and len(statuses) < most:
        path = waiting.pop(0)
        if path in statuses:
            continue
        with client.get(path, headers={"Accept": "text/html, */*;q=0.1"}) as response:
            statuses[path] = response.status_code
            faults += harmless(response, path[:120])
            found = [response.headers["Location"]] if "Location" in response.headers else []
            if response.mimetype == "text/html":
                found += Page(response.get_data(as_text=True)).addresses
        for address in found:
            full = urlsplit(urljoin("http://localhost" + path, address))
            if full.netloc == "localhost" and not full.path.startswith(("/static/", "/dump/")):
                waiting.append(full.path + (f"?{full.query}" if full.query else ""))
    return statuses, faults


def errors(statuses: dict[str, int]) -> dict[str, int]:
    """Leave out that not all that the graph holds can be written as RDF/XML."""
    return {
        path: status
        for path, status in statuses.items()
        if status >= 400 and not (status == 406 and path.endswith((".rdf", "format=rdf")))
    }


def page_of(thing: str) -> str:
    """Give the address of a thing's page."""
    if thing.startswith(NO_PATH):
        return f"/beskriv?iri={quote(ID + thing, safe='')}"
    return f"/sida/{quote(thing, safe='/%')}"


def starts() -> list[str]:
    """Give the pages to begin at: of each thing, in both languages, and those that show names of things."""
    pages = [page_of(thing) for thing in THINGS]
    others = [
        "/",
        "/queries",
        "/queries/insatser-per-kommun",
        "/klass/Kommun",
        "/klass/Insats",
        "/ns",
        "/graf",
        "/katalog",
    ]
    found = [f"/sok?q={quote(text)}" for text in ("larm", "egats", "metod", "ååå", "aaa", "javascript")]
    return [
        f"{path}{'&' if '?' in path else '?'}lang={language}"
        for path in (*pages, *others, *found)
        for language in ("sv", "en")
    ]


def test_every_page(client: FlaskClient) -> None:
    """All that the pages of the hostile things lead to answers, parses and runs nothing."""
    statuses, faults = visited(client, starts(), most=100)
    assert [] == faults
    assert {} == errors(statuses)
    assert 100 == len(statuses)


@pytest.mark.long
def test_every_page_and_all_they_lead_to(client: FlaskClient) -> None:
    """The same, as far as links go."""
    statuses, faults = visited(client, starts(), most=20_000)
    assert [] == faults
    assert {} == errors(statuses)


@pytest.mark.parametrize(
    "thing",
    # rdflib takes its time over a megabyte.
    [
        pytest.param(thing, marks=pytest.mark.long) if thing in ("kommun/elak", "metod/lang") else thing
        for thing in THINGS
    ],
)
def test_data(client: FlaskClient, thing: str) -> None:
    """The data of each thing hold its texts whole in every format, and the thing's IRI leads there."""
    path, has_path = quote(thing, safe="/%"), not thing.startswith(NO_PATH)
    graphs = []
    for suffix in ("ttl", "nt", "jsonld", "rdf"):
        response = client.get(f"/data/{path}.{suffix}" if has_path else f"{page_of(thing)}&format={suffix}")
        assert [] == harmless(response, path)
        if suffix == "rdf" and response.status_code == 406:
            continue  # XML has no control characters, and no names such as these properties'
        assert 200 == response.status_code
        graphs.append(set(graph_of(response.data, suffix)))
    assert all(graph == graphs[0] for graph in graphs)
    page = client.get(page_of(thing), headers={"Accept": "text/html"})
    assert 200 == page.status_code
    assert f"<{ID}{thing}>" in {e.attributes.get("data-of") for e in Page(page.text).elements}
    if has_path:
        leading = client.get(f"/id/{path}", headers={"Accept": "text/html"})
        assert [] == harmless(leading, path)
        assert 303 == leading.status_code
        assert f"/sida/{unquote(path)}" == unquote(urlsplit(leading.headers["Location"]).path)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("kommun/sala", True),
        ("insats/slut.ttl", True),
        ("insats/\u00e5", True),
        ("insats/a\u030a", True),
        ("insats/%C3%A5%20b", True),
        ("insats/a?b=c", True),
        ("insats/a%2Fb", False),
        ("insats/a//b", False),
        ("insats/../b", False),
        ("insats/%2E%2E", False),
        ("insats/%0D%0Ab", False),
        ("insats/%41", False),
        ("insats/%2525", False),
        ("insats/%FF", False),
    ],
)
def test_which_names_a_path_can_say(name: str, expected: bool) -> None:
    """A name has a path of its own where what servers and routes read of it still is that name."""
    assert expected == Links(Names(ID.removesuffix("id/"))).has_path(ID + name)


def test_page_of_a_name_that_no_path_can_say(client: FlaskClient) -> None:
    """Such a thing is linked by /beskriv from pages, headers, data and the sitemap, and its page is found from them."""
    address = page_of("insats/..%2F..%2Fetc%2Fpasswd")
    listed = client.get("/klass/Insats", headers={"Accept": "text/html"})
    links = {urlsplit(urljoin("http://localhost", a)) for a in Page(listed.text).addresses}
    assert [unquote(address.partition("=")[2])] == [
        unquote(link.query.partition("=")[2]) for link in links if link.path == "/beskriv" and "passwd" in link.query
    ]
    page = client.get(address, headers={"Accept": "text/html"})
    assert "</beskriv?iri=https://w3id.org/kunskapsgraf/id/insats/..%252F" in page.headers["Link"]
    assert "/sida/" not in page.headers["Link"]
    assert "beskriv?iri=https://w3id.org/kunskapsgraf/id/insats/..%252F" in client.get("/sitemap/1.xml").text


def test_long_text(client: FlaskClient) -> None:
    """Of a text of a megabyte a page shows the beginning, says so, and leads to the whole."""
    page = Page(client.get("/sida/kommun/elak?lang=en", headers={"Accept": "text/html"}).text)
    [cut] = [element for element in page.elements if "cut" in element.classes]
    length = MEGABYTE // len(MARK_UP) * len(MARK_UP)
    assert f"The first 4,000 of {length:,} characters are shown. The whole text" == cut.text
    [link] = [a for a in page.all("a") if a.inside(cut)]
    whole = client.get(link.attributes["href"])
    assert MARK_UP * (MEGABYTE // len(MARK_UP)) in whole.text
    assert 154 == page.one("main").text.count("larm(90)")  # 4,000 is 153 times 26 and 22 more
    named = client.get("/sida/metod/lang", headers={"Accept": "text/html"})
    assert 301 == len(Page(named.text).one("h1").text)  # 300 letters of the name, and that there are more


def test_long_name_elsewhere(client: FlaskClient) -> None:
    """A name of a megabyte is short in lists, suggestions and searches."""
    for path in ("/sok?q=ååå", "/sok?q=ååå&format=json", "/sok/forslag?q=ååå", "/klass/Metod", "/editor/stod"):
        response = client.get(path)
        assert 200 == response.status_code
        assert "å" * 300 in response.text or path == "/editor/stod"
        assert len(response.data) < (400_000 if path == "/editor/stod" else PAGE_BYTES)  # that holds every report
    named = client.post("/editor/namn", json=[f"{ID}metod/lang"])
    assert len(named.data) < 2000


@pytest.mark.parametrize("text", TYPED)
def test_typed(client: FlaskClient, text: str) -> None:
    """What a visitor types comes back as text, whatever reads it: the search, suggestions, reports, reasons, queries."""
    typed = quote(text)
    for path in (
        f"/sok?q={typed}",
        f"/sok?q=a&slag={typed}",
        f"/sok?q=a&alla={typed}",
        f"/sok/forslag?q={typed}",
        f"/queries/insatser-per-kommun?kommun={typed}",
        f"/queries/{typed}",
        f"/klass/{typed}",
        f"/sida/kommun/{typed}",
        f"/graf/{typed}",
        f"/varfor?subjekt={typed}&egenskap={typed}&varde={typed}",
        f"/varfor-inte?subjekt=kommun/elak&egenskap=a&varde={typed}",
        f"/sparql?format=html&query={quote(f'ASK {{ ?s ?p {chr(34)}{text}')}",
    ):
        response = client.get(path, headers={"Accept": "text/html, */*;q=0.1"})
        assert response.status_code < 500
        assert [] == harmless(response, path)


def test_query_results(client: FlaskClient) -> None:
    """All statements of the hostile world, as a page and in every format of results."""
    query = f"SELECT ?s ?p ?o {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), '{ID}')) }}"
    counts = set()
    for name in ("json", "xml", "csv", "tsv", "html"):
        response = client.get(f"/sparql?format={name}&query={quote(query)}")
        assert [] == harmless(response, name)
        if name == "xml" and response.status_code == 406:
            continue  # it cannot hold control characters
        assert 200 == response.status_code
        if name == "json":
            counts.add(len(json.loads(response.data)["results"]["bindings"]))
        elif name == "xml":
            counts.add(sum(element.tag.endswith("}result") for element in ET.fromstring(response.data).iter()))
        elif name == "csv":
            csv.field_size_limit(2 * MEGABYTE)
            counts.add(len(list(csv.reader(io.StringIO(response.text, newline="")))) - 1)
        elif name == "tsv":
            counts.add(response.text.count("\n") - 1)
        else:
            counts.add(len(Page(response.text).all("tr")) - 1)
    assert 1 == len(counts)


def test_reasons(client: FlaskClient) -> None:
    """A conclusion about hostile things is explained as a page, as JSON and as RDF."""
    said = "?subjekt=kommun/elak&egenskap=kg:erbjuder&varde=" + quote(
        f"<{ID}insats/%3Cscript%3Elarm(9)%3C%2Fscript%3E>"
    )
    for name in ("html", "json", "ttl", "nt", "jsonld", "rdf"):
        response = client.get(f"/varfor{said}&format={name}")
        assert [] == harmless(response, name)
        assert 200 == response.status_code
        if name == "json":
            json.loads(response.data)
        elif name != "html":
            assert len(graph_of(response.data, name))


BROWSED = ["/sida/kommun/elak", "/sida/insats/norrby-samtal", "/sida/metod/lang", "/sok?q=larm", "/klass/Insats", "/"]


@pytest.mark.browser
@pytest.mark.skipif(in_a_browser[1].args[0], reason=in_a_browser[1].kwargs["reason"])
def test_in_a_browser(driver: webdriver.Chrome, hostile: Settings) -> None:
    """In a browser nothing of it runs: no alarm goes off, nothing is blocked that was tried, nothing else is asked for."""
    with running(hostile, KUNSKAPSGRAF_SOURCES=str(hostile.sources)) as server:
        visitor = Visitor(driver, Server(server.address).address)
        for name in ("performance", "browser"):
            log(driver, name)
        # Rings whenever a script of the graph runs, wherever that is.
        driver.execute_cdp_cmd(
            "Page.addScriptToEvaluateOnNewDocument", {"source": "window.larm = n => { document.title = 'LARM ' + n }"}
        )
        for path in BROWSED:
            for language in ("sv", "en"):
                visitor.open(f"{path}{'&' if '?' in path else '?'}lang={language}")
                assert "LARM" not in driver.title
                assert [] == driver.execute_script(
                    "return [...document.querySelectorAll('[onload], [onclick], [onerror], [onmouseover], img, iframe')].map(e => e.outerHTML)"
                )
        visitor.open("/sok?lang=sv")
        visitor.all("#q")[0].send_keys("larm")
        WebDriverWait(driver, 20).until(lambda _: visitor.all("ol.hits li"))
        assert "LARM" not in driver.title
        assert [] == visitor.complaints()
