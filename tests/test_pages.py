"""The pages for people: that each says what it should, is well-formed, and leads nowhere in vain."""

from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs, quote, urljoin, urlsplit

import pytest
from flask.testing import FlaskClient
from reading import Page, graph_of

from kunskapsgraf.errors import KunskapsgrafError, QueryCrash
from kunskapsgraf.graph.particulars import Period
from kunskapsgraf.graph.store import EmbeddedStore, select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.reports import run
from kunskapsgraf.settings import Settings, packaged_sources
from kunskapsgraf.web import create_app, reporting, terms
from kunskapsgraf.web.display import period
from kunskapsgraf.web.readiness import Readiness
from kunskapsgraf.web.server import mounted

BASE = "https://w3id.org/kunskapsgraf/"
HTML = {"Accept": "text/html"}
DATA = "application/ld+json"
"""The type of a script element that holds data: nothing runs it (HTML, section 4.12.1)."""
REPORTS = run.all_reports(packaged_sources())
GRAPH_TYPES = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
}
ROWS = (
    "SELECT ?k ?n { ?k a <https://w3id.org/kunskapsgraf/ns#Kommun> ; <http://www.w3.org/2000/01/rdf-schema#label> ?n }"
)
# One address of each kind of page; all exist in the tiny world and in the whole graph.
KINDS = {
    "front": "/",
    "form": "/sparql",
    "rows": f"/sparql?format=html&query={quote(ROWS)}",
    "graph": f"/sparql?format=html&query={quote(f'DESCRIBE <{BASE}id/metod/tolvstegsmetoden>')}",
    "truth": "/sparql?format=html&query=ASK%7B%7D",
    "thing": "/sida/metod/tolvstegsmetoden",
    "place": "/sida/kommun/norrby",
    "comparison": "/jamfor?med=kommun/norrby&med=kommun/soderby",
    "comparison of methods": "/jamfor?med=metod/tolvstegsmetoden",
    "ontology": "/ns",
    "described": "/beskriv?iri=kg:Kommun",
    "profiles": "/profil",
    "class": "/klass/Kommun",
    "class tree": "/klasser",
    "property tree": "/egenskaper?fran=erbjuder",
    "concepts": "/begrepp",
    "concept tree": "/begrepp?schema=utan",
    "connections": "/kopplingar?iri=metod/tolvstegsmetoden",
    "one connection": "/kopplingar?iri=metod/tolvstegsmetoden&egenskap=a",
    "empty class": "/klass/KommunMedUngaVuxnaInsats",
    "graphs": "/graf",
    "one graph": "/graf/redaktion",
    "reports": "/queries",
    "report": "/queries/kommuner-per-metod",
    "report with a value": "/queries/kommuner-per-metod?metod=tolvstegsmetoden",
    "evidence map": "/evidenskarta",
    "evidence map as a list": "/evidenskarta?vy=tabell&axel=tjanstetyp",
    "cell of the map": "/evidenskarta/ruta?atgard=metod/tolvstegsmetoden",
    "evidence profile": "/evidensprofil?andel=pastadd",
    "quality": "/kvalitet?dag=2026-01-31",
    "about": "/om",
    "accessibility": "/tillganglighet",
    "catalogue": "/katalog",
    "not found": "/finns-inte",
    "unknown thing": "/sida/kommun/finns-inte",
    "bad query": "/sparql?query=SELECT",
}
EVERY_KIND = pytest.mark.parametrize("path", KINDS.values(), ids=KINDS)
Read = Callable[..., Page]


@pytest.fixture(scope="module")
def kind(client: FlaskClient) -> Read:
    """Read a page of the tiny world once for all that is asked of it."""
    return cache(lambda path, language="sv": page(client, path, language))


def page(client: FlaskClient, path: str, language: str = "sv") -> Page:
    """Read a page."""
    return Page(client.get(path, headers={**HTML, "Accept-Language": language}).text)


def inner(address: str, base: str) -> str:
    """Give the path and query of an address on this host, empty for others and for places on the page itself."""
    full = urlsplit(urljoin("http://localhost" + base, address))
    if full.netloc != "localhost" or address.startswith("#"):
        return ""
    return full.path + (f"?{full.query}" if full.query else "")


def status(client: FlaskClient, address: str) -> int:
    """Follow an address to its end; give the status."""
    with client.get(address, headers={"Accept": "text/html, */*;q=0.1"}, follow_redirects=True) as response:
        return response.status_code


# Form


@EVERY_KIND
@pytest.mark.parametrize("language", ["sv", "en"])
def test_well_formed(kind: Read, path: str, language: str) -> None:
    """Each kind of page has one h1, its language, a title, and elements that are closed in order."""
    found = kind(path, language)
    assert [] == found.faults
    assert found.source.startswith("<!doctype html>\n")
    assert language == found.one("html").attributes["lang"]
    assert found.one("h1").text
    assert found.one("title").text.endswith(" – Kunskapsgraf")
    assert "#" + found.one("main").attributes["id"] == found.one("a", "skip").attributes["href"]
    # HTML gives the parts of a table their roles (ARIA in HTML, section 4).
    assert [] == [
        e.tag
        for e in found.elements
        if e.tag in ("table", "thead", "tbody", "tr", "th", "td") and "role" in e.attributes
    ]
    names = [element.attributes["id"] for element in found.elements if "id" in element.attributes]
    assert len(names) == len(set(names))


@EVERY_KIND
def test_headings_in_order(kind: Read, path: str) -> None:
    """No level of heading is skipped, and the first is h1."""
    levels = [int(element.tag[1]) for element in kind(path).elements if element.tag in {"h1", "h2", "h3", "h4"}]
    assert 1 == levels[0]
    assert all(after <= before + 1 for before, after in pairwise(levels))


@EVERY_KIND
def test_every_field_has_a_label(kind: Read, path: str) -> None:
    """Each field that is shown has a label of its own, and each button and link a name."""
    found = kind(path)
    labels = {label.attributes["for"]: label.text for label in found.all("label")}
    fields = [
        e for tag in ("input", "select", "textarea") for e in found.all(tag) if e.attributes.get("type") != "hidden"
    ]
    assert all(labels.get(field.attributes.get("id", "")) for field in fields)
    assert all(element.text for element in [*found.all("button"), *found.all("a"), *found.all("th")])
    references = {i for e in found.elements for i in e.attributes.get("aria-labelledby", "").split()}
    assert references <= {e.attributes.get("id") for e in found.elements if e.text}


@EVERY_KIND
def test_nothing_inline(client: FlaskClient, path: str) -> None:
    """A page has no script and no style of its own, and its policy allows none; only the editor's and the picture's load script of ours."""
    response = client.get(path, headers=HTML)
    found = Page(response.text)
    scripts = [e.attributes.get("src", "") for e in found.all("script") if e.attributes.get("type") != DATA]
    assert [] == [address for address in scripts if not address.startswith("/static/")] + found.all("style")
    assert path.startswith(("/sparql", "/kopplingar")) or not scripts
    assert [] == [
        e.tag for e in found.elements if "style" in e.attributes or any(a.startswith("on") for a in e.attributes)
    ]
    policy = dict(part.split(" ", 1) for part in response.headers["Content-Security-Policy"].split("; "))
    assert "'none'" == policy["default-src"]
    assert ("'self'" if scripts else None) == policy.get("script-src")
    assert "unsafe" not in str(policy)
    assert "nosniff" == response.headers["X-Content-Type-Options"]


@EVERY_KIND
def test_nothing_from_elsewhere(client: FlaskClient, path: str) -> None:
    """A page loads nothing from another host."""
    found = page(client, path)
    loaded = [e.attributes["href"] for e in found.all("link") if e.attributes["rel"] in ("stylesheet", "icon")]
    loaded += [e.attributes["src"] for e in found.all("script") if e.attributes.get("type") != DATA]
    assert len(loaded) >= 2
    assert all(address.startswith("/static/") for address in loaded)
    assert [] == found.all("img") + found.all("iframe") + found.all("object")
    for address in loaded:
        assert 200 == status(client, address)


# Links


ANSWERED: dict[tuple[FlaskClient, str], int] = {}
"""What each address that was followed answered: pages lead to the same ones."""


def links_hold(client: FlaskClient, path: str, most: int) -> None:
    """Follow the page's first links on this host; each must lead to an answer, and each fragment to a place."""
    found = page(client, path)
    places = {element.attributes.get("id") for element in found.elements}
    itself = {e.attributes["href"] for e in found.all("a") if "hreflang" in e.attributes}  # see test_other_language
    for address in [address for address in dict.fromkeys(found.addresses) if address not in itself][:most]:
        if address.startswith("#"):
            assert address[1:] in places
        if target := inner(address, path):
            if (client, target) not in ANSWERED:
                ANSWERED[client, target] = status(client, target)
            assert 200 == ANSWERED[client, target], f"{path} leads to {address}"


@EVERY_KIND
def test_links_hold(client: FlaskClient, path: str) -> None:
    """Every link of each kind of page, in the tiny world, leads to an answer."""
    links_hold(client, path, 80)


@pytest.mark.parametrize(
    "path",
    ["/", "/klass/Malgrupp", "/queries/insatser-per-kommun?kommun=arboga", "/sida/kommun/arboga", "/sida/metod/asi"],
)
def test_links_hold_in_the_whole_graph(whole_client: FlaskClient, path: str) -> None:
    """The first links of pages of the whole graph lead to an answer."""
    links_hold(whole_client, path, 40)


def test_anchors_of_the_ontology(client: FlaskClient) -> None:
    """A term of ours leads to its place on the ontology's page."""
    places = {element.attributes.get("id") for element in page(client, "/ns").elements}
    linked = {address.split("#")[1] for address in page(client, "/sida/kommun/norrby").addresses if "/ns#" in address}
    assert {"Kommun", "erbjuder", "kommunkod"} <= linked
    assert set() == linked - places


@EVERY_KIND
def test_other_language(kind: Read, path: str) -> None:
    """Each page leads to itself in the other language, with all that was asked for."""
    other = next(a for a in kind(path).all("a") if "hreflang" in a.attributes)
    assert ("en", "English", "en") == (other.attributes["hreflang"], other.text, other.attributes["lang"])
    here, there = urlsplit(path), urlsplit(other.attributes["href"])
    assert here.path == there.path
    assert {**parse_qs(here.query), "lang": ["en"]} == parse_qs(there.query)


# Behind a proxy


@pytest.fixture(scope="module")
def under_a_prefix(small: Settings, small_store: EmbeddedStore) -> FlaskClient:
    """Give a client of the application behind a proxy, below a path."""
    app = create_app(small, small_store)
    app.wsgi_app = mounted(app.wsgi_app, "/ett/prefix")  # type: ignore[assignment,method-assign]
    return app.test_client()


@pytest.mark.parametrize("taken_off", [True, False], ids=["path taken off", "path kept"])
@EVERY_KIND
def test_prefix(under_a_prefix: FlaskClient, path: str, taken_off: bool) -> None:
    """Behind a proxy every address on this host begins with the prefix, whether or not the proxy takes it off."""
    client = under_a_prefix
    before = "" if taken_off else "/ett/prefix"
    found = page(client, before + path)
    assert found.addresses
    for address in found.addresses:
        if not address.startswith(("#", "http://", "https://")):
            assert address.startswith("/ett/prefix/")
    answer = client.get(before + "/id/metod/tolvstegsmetoden", headers=HTML)
    assert "/ett/prefix/sida/metod/tolvstegsmetoden" == answer.headers["Location"]
    assert "</ett/prefix/data/metod/tolvstegsmetoden.ttl>" in answer.headers["Link"]
    assert 200 == status(client, before + "/static/style.css")


def test_prefix_is_no_part_of_another_path(small: Settings, small_store: EmbeddedStore) -> None:
    """A path that only begins as the prefix does keeps its letters."""
    app = create_app(small, small_store)
    app.wsgi_app = mounted(app.wsgi_app, "/o")  # type: ignore[assignment,method-assign]
    assert 200 == app.test_client().get("/om").status_code


# What each page says


def test_front(client: FlaskClient) -> None:
    """The front page leads to each municipality with an offer, each report, each class, and the endpoint."""
    found = page(client, "/")
    assert ["Norrby"] == [e.text for e in found.all("a") if e.attributes["href"].startswith("/sida/kommun/")]
    assert {f"/queries/{name}" for name in REPORTS} <= set(found.addresses)
    counts = {name.lower(): count for name, count in found.rows}
    assert ("2", "1", "1") == (counts["kommun"], counts["insats"], counts["källa"])
    assert "http://localhost/sparql" in found.one("pre").text


def test_front_of_the_whole_graph(whole_client: FlaskClient) -> None:
    """Eleven municipalities were surveyed, of three more report 3 names a service; the part of one is none."""
    found = page(whole_client, "/")
    places = [e.text for e in found.all("a") if e.attributes["href"].startswith("/sida/kommun/")]
    surveyed = "Arboga Fagersta Hallstahammar Heby Kungsör Köping Norberg Sala Skinnskatteberg Surahammar Västerås"
    examples = "Göteborg Linköping Partille"  # lines 373, 363 and 513
    assert sorted([*surveyed.split(), *examples.split()]) == sorted(places)


def test_about(client: FlaskClient) -> None:
    """The page on reading shows each of the four marks with its meaning, and the version."""
    found = page(client, "/om")
    assert ["källa", "redaktion", "härlett", "ur frånvaro"] == [mark.text for mark in found.all("span", "mark")]
    version = json.loads(client.get("/halsa").data)["version"]
    assert version in found.one("main").text
    assert 4 == len([dd for dd in found.all("dd") if len(dd.text) > 20])


@pytest.mark.parametrize("path", ["/", "/om", "/katalog"])
def test_statements_are_counted_one_way(whole_client: FlaskClient, path: str) -> None:
    """The pages tell as many statements as a query counts; one that stands in two graphs counts once."""
    counted = whole_client.get("/sparql", query_string={"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"})
    number = int(json.loads(counted.data)["results"]["bindings"][0]["n"]["value"])
    text = page(whole_client, path, "en").one("main").text
    assert f"{number:,}" in text


def test_period_of_a_day(client: FlaskClient) -> None:
    """A period of one day is that day; others have both their days, and one without an end is open."""
    with client.application.test_request_context("/?lang=en"):
        assert "1 Jan 2006" == period(Period("2006-01-01", "2006-01-01"))
        assert "1 Jan 2006 – 2 Jan 2006" == period(Period("2006-01-01", "2006-01-02"))
        assert "1 Jan 2006 –" == period(Period("2006-01-01", ""))


def test_graphs(client: FlaskClient, small_store: EmbeddedStore) -> None:
    """The named graphs are listed with their number of statements and a link to each as data."""
    found = page(client, "/graf")
    rows = {BASE + graph: (kind, count) for graph, kind, count, _ in found.rows[1:]}
    assert {graph: str(count) for graph, count in small_store.graphs().items()} == {g: n for g, (_, n) in rows.items()}
    kinds = {
        "harledd/provkartan": "härlett",
        "kalla/provkartan": "källa",
        "redaktion": "redaktion",
        "katalog": "katalog",
    }
    for graph, kind in kinds.items():
        assert kind == rows[f"{BASE}graf/{graph}"][0]
        assert f"/graf/{graph}.ttl" in found.addresses


def test_health(client: FlaskClient, small: Settings, small_store: EmbeddedStore, tmp_path: Path) -> None:
    """Machines learn whether the service can answer, and which version it answers from; alive it is in any case."""
    assert {"status": "alive", "version": small_store.version()} == client.get("/halsa").json
    response = client.get("/redo")
    assert (200, "application/json") == (response.status_code, response.mimetype)
    assert {"status": "ready", "version": small_store.version()} == response.json
    empty = replace(small, home=tmp_path)
    store = EmbeddedStore(empty)
    nothing = create_app(empty, store).test_client()
    response = nothing.get("/redo")
    assert 200 == nothing.get("/halsa").status_code
    store.close()
    assert 503 == response.status_code
    assert "no snapshot" == response.json["status"]  # type: ignore[index]


class Answering:
    """A store that counts the questions, and fails or dallies where told."""

    def __init__(self) -> None:
        self.asked = 0
        self.error: KunskapsgrafError | None = None
        self.wait = threading.Event()
        self.wait.set()

    def answer(self, _query: str, _format: str) -> None:
        """Count, and do as told."""
        self.asked += 1
        self.wait.wait(30)
        if self.error is not None:
            raise self.error


def test_readiness_asks_now_and_then() -> None:
    """A query is asked at most every five seconds; one that fails, or is late, tells why."""
    store, clock = Answering(), [0.0]
    ready = Readiness(store, lambda: clock[0])  # type: ignore[arg-type]
    assert ["", "", ""] == [ready.reason() for _ in range(3)]
    assert 1 == store.asked
    store.error = QueryCrash("sv", "It crashed.")
    clock[0] = 4.9
    assert "" == ready.reason()
    clock[0] = 5.0
    assert "It crashed." == ready.reason()
    store.error = None
    store.wait.clear()
    clock[0] = 10.0
    assert "1 second" in ready.reason()
    clock[0] = 15.0
    assert "1 second" in ready.reason()
    assert 3 == store.asked, "no second question while one waits"
    store.wait.set()
    clock[0] = 20.0
    assert "" == ready.reason()


def test_not_ready_where_no_query_is_answered(small: Settings) -> None:
    """Where no worker can be had the service is alive and not ready, and says why."""
    store = EmbeddedStore(replace(small, queue=0, wait_seconds=0, workers=1))
    store.pool.lanes.enter()
    client = create_app(small, store).test_client()
    response = client.get("/redo")
    assert (503, "no answer", "no-store") == (
        response.status_code,
        response.json["status"],  # type: ignore[index]
        response.headers["Cache-Control"],
    )
    assert "queue is full" in response.json["detail"]  # type: ignore[index]
    assert 200 == client.get("/halsa").status_code
    store.close()


# The ontology


def test_ontology(client: FlaskClient) -> None:
    """The ontology's page shows a term with its comment and what is above it, in the visitor's language."""
    for language, label, comment, above in (
        ("sv", "kommun", "En svensk kommun, både som område", "Under: "),
        ("en", "municipality", "A Swedish municipality, both as an area", "Below: "),
    ):
        found = page(client, "/ns", language)
        entry = next(e for e in found.all("div") if e.attributes.get("id") == "Kommun")
        assert entry.text.startswith(f"{label} kg:Kommun {comment}")
        assert above in entry.text
        assert {"/klass/Kommun", "/ns#Plats", "/ns#Aktor"} <= {
            a.attributes["href"] for a in found.all("a") if a.inside(entry)
        }


def test_ontology_shows_every_term(client: FlaskClient, small_store: EmbeddedStore) -> None:
    """Every class and property of ours has its entry."""
    query = f"""SELECT DISTINCT ?term {{ GRAPH <{BASE}graf/ontologi> {{ ?term a ?type
        FILTER(ISIRI(?term) && STRSTARTS(STR(?term), "{BASE}ns#"))
        FILTER(?type IN (<http://www.w3.org/2002/07/owl#Class>, <http://www.w3.org/2002/07/owl#ObjectProperty>,
                         <http://www.w3.org/2002/07/owl#DatatypeProperty>)) }} }}"""
    terms = {text_of(row["term"]).rsplit("#", 1)[-1] for row in select(small_store, query)}
    assert len(terms) > 100
    assert set() == terms - {e.attributes["id"] for e in page(client, "/ns").all("div") if "id" in e.attributes}


@pytest.mark.parametrize("suffix", GRAPH_TYPES)
def test_ontology_as_data(client: FlaskClient, suffix: str) -> None:
    """/ns is the whole ontology, by suffix and by Accept."""
    by_suffix = client.get(f"/ns.{suffix}", headers=HTML)
    by_accept = client.get("/ns", headers={"Accept": GRAPH_TYPES[suffix]})
    assert GRAPH_TYPES[suffix] == by_suffix.mimetype == by_accept.mimetype
    assert by_suffix.data == by_accept.data
    expected = client.get("/ns.nt").data.splitlines()
    assert len(expected) == len(graph_of(by_suffix.data, suffix))


@pytest.mark.parametrize(
    ("path", "accept", "expected"),
    [
        ("/ns.html", "text/turtle", (200, "text/html")),
        ("/ns?format=html", "text/turtle", (200, "text/html")),
        ("/ns?format=ttl", "text/html", (200, "text/turtle")),
        ("/ns.docx", "*/*", (400, "application/problem+json")),
        ("/ns", "image/png", (406, "application/problem+json")),
    ],
)
def test_ontology_by_suffix(client: FlaskClient, path: str, accept: str, expected: tuple[int, str]) -> None:
    """A suffix or ?format= goes before Accept; an unknown one is refused."""
    response = client.get(path, headers={"Accept": accept})
    assert expected == (response.status_code, response.mimetype)


def test_members(client: FlaskClient) -> None:
    """A class lists its things by their labels, and says so where there are none."""
    found = page(client, "/klass/Kommun")
    assert ["Norrby", "Söderby"] == [item.text for item in found.all("li")]
    assert "2 saker" in found.one("main").text
    assert found.one("p", "lead").text.startswith("En svensk kommun, både som område")
    assert "1 thing" in page(client, "/klass/Insats", "en").one("main").text
    empty = page(client, "/klass/KommunMedUngaVuxnaInsats")
    assert "0 saker" in empty.one("main").text
    assert "Det betyder inte att ingen finns" in empty.one("main").text


# Reports


@pytest.mark.parametrize("name", REPORTS)
def test_report_in_every_format(whole_client: FlaskClient, name: str) -> None:
    """A report gives the same rows as page, CSV, JSON and Markdown."""
    address = f"/queries/{name}"
    values = dict(REPORTS[name].example)
    answers = {
        format_name: whole_client.get(address, query_string={**values, "format": format_name})
        for format_name in ("csv", "json", "md", "html")
    }
    assert {
        "csv": "text/csv",
        "json": "application/json",
        "md": "text/markdown",
        "html": "text/html",
    } == {format_name: answer.mimetype for format_name, answer in answers.items()}
    table = json.loads(answers["json"].data)
    assert name == table["report"]
    rows = list(csv.reader(io.StringIO(answers["csv"].data.decode("utf-8"), newline="")))
    assert table["columns"] == rows[0]
    assert [[written(row[column]) for column in table["columns"]] for row in table["rows"]] == rows[1:]
    assert len(rows) == len(answers["md"].text.splitlines()) - 1
    found = Page(answers["html"].text)
    assert len(table["rows"]) == len(found.rows) - 1
    assert table["rows"], f"{name} has no rows"
    assert REPORTS[name].title("sv") == found.one("h1").text
    assert REPORTS[name].text.strip().splitlines()[-1] in found.all("pre")[-1].text


def written(value: object) -> str:
    """Write a JSON value as CSV has it."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_report_whose_example_is_not_in_the_graph(client: FlaskClient) -> None:
    """Where the graph lacks a report's example, its page shows the form alone; a value of one's own is answered."""
    found = page(client, "/queries/meny-for-kommun")
    assert ["Norrby", "Söderby"] == [option.text for option in found.all("option")]
    assert [] == found.rows
    assert "exempel" not in found.one("main").text
    assert "0 rader" in page(client, "/queries/meny-for-kommun?plats=norrby").one("main").text
    assert 400 == client.get("/queries/meny-for-kommun?plats=heby", headers=HTML).status_code


@pytest.mark.parametrize("name", REPORTS)
def test_links_of_a_report(whole_client: FlaskClient, name: str) -> None:
    """A report's page leads to the same rows as CSV and JSON, and to its query in the SPARQL form."""
    client = whole_client
    found = page(client, f"/queries/{name}", "en")
    links = {a.text: a.attributes["href"] for a in found.all("a")}
    assert "text/csv" == client.get(links["CSV"]).mimetype
    assert "application/json" == client.get(links["JSON"]).mimetype
    form = page(client, links["run the query in SPARQL"])
    assert found.all("pre")[-1].text == form.one("textarea").text


@pytest.mark.parametrize(
    "address",
    [
        "/queries/kommuner-per-metod?metod=mi&metod=cra",
        "/queries/kommuner-per-metod/inbaddning?metod=mi&metod=cra",
        "/queries/indikatorer-over-tid?omrade=finns-inte",
        "/evidenskarta?familj=kbt&familj=asi",
        "/evidenskarta?anvands=2",
        "/evidensprofil?plats=kommun/sala&plats=kommun/heby",
        "/samverkan?plats=kommun/sala&plats=kommun/heby",
        "/kvalitet?dag=2026-01-31&dag=2026-02-28",
    ],
)
def test_no_choice_is_passed_over(whole_client: FlaskClient, address: str) -> None:
    """A second value of what takes one, and one that means nothing, is refused: the answer would be of something else."""
    assert 400 == whole_client.get(address, headers=HTML).status_code


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("bemanning", "platser saker"),
        ("budget-och-kostnader", "platser saker"),
        ("definitioner", "narliggande verk"),
        ("forutsattningar", "galler omraden sagerVem"),
        ("kapacitet", "platser saker"),
        ("lokala-uppfoljningar", "platser saker"),
        ("rekommenderade-insatser", "tillstand malgrupp"),
        ("samarbeten", "platser deltagare insatser amne"),
        ("tidigt-och-sent-stod", "indelning kriterier"),
    ],
)
def test_names_in_one_cell_come_with_their_things(whole_client: FlaskClient, name: str, columns: str) -> None:
    """Where a cell joins the names of things, the column beside it has their IRIs, by which each name leads to its page."""
    rows = whole_client.get(f"/queries/{name}?format=json").get_json()["rows"]
    for column in columns.split():
        told = [row for row in rows if row[column]]
        assert told
        assert [] == [row for row in told if len(row[column].split("; ")) > len(row[f"{column}Iri"].split())]
        assert [] == [row for row in rows if not row[column] and row[f"{column}Iri"]]


def test_choices_of_a_form(whole_client: FlaskClient) -> None:
    """The form offers the things of the parameter's kind by their labels, and keeps what was chosen."""
    found = page(whole_client, "/queries/insatser-per-kommun?kommun=heby")
    options = {option.text: option.attributes for option in found.all("option")}
    assert {"alla", "Arboga", "Heby", "Västerås"} <= set(options)
    assert "" == options["alla"]["value"]
    assert ["Heby"] == [text for text, attributes in options.items() if "selected" in attributes]
    assert "heby" == options["Heby"]["value"]
    # However it is written, the form says what the rows are of.
    for value in ("kommun/heby", "https://w3id.org/kunskapsgraf/id/kommun/heby"):
        written = page(whole_client, f"/queries/insatser-per-kommun?kommun={value}").all("option")
        assert ["Heby"] == [option.text for option in written if "selected" in option.attributes]
    areas = page(whole_client, "/queries/indikatorer-over-tid?omrade=plats/sverige").all("option")
    assert ["Sverige"] == [option.text for option in areas if "selected" in option.attributes]
    several = "https://w3id.org/kunskapsgraf/id/plats/sverige https://w3id.org/kunskapsgraf/id/lan/gotland"
    areas = page(whole_client, f"/queries/indikatorer-over-tid?omrade={quote(several)}").all("option")
    assert [several] == [option.text for option in areas if "selected" in option.attributes]
    # A parameter of two kinds offers both, the second by kind and slug.
    menus = page(whole_client, "/queries/meny-for-kommun")
    values = {option.attributes["value"] for option in menus.all("option")}
    assert {"heby", "kommundel/skultuna"} <= values
    assert "exempel" in menus.one("main").text
    assert page(whole_client, "/queries/meny-for-kommun?plats=kommundel/skultuna").all("td")


def test_chosen_value_limits_the_rows(whole_client: FlaskClient) -> None:
    """A chosen value gives its rows only; an empty choice gives all."""
    address = "/queries/insatser-per-kommun?format=json"
    every, none, one = (
        json.loads(whole_client.get(address + more).data)["rows"] for more in ("", "&kommun=", "&kommun=heby")
    )
    assert every == none
    assert 0 < len(one) < len(every)
    assert {BASE + "id/kommun/heby"} == {row["kommun"] for row in one}


def test_long_report_shows_its_beginning(whole_client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page holds so many rows and no more, says so beside the number of all, and leads to the whole."""
    address = "/queries/insatser-per-kommun"
    every = json.loads(whole_client.get(f"{address}?format=json").data)["rows"]
    monkeypatch.setattr(reporting, "MOST_ROWS_ON_A_PAGE", 5)
    found = page(whole_client, address)
    assert len(found.all("tr")) == 1 + 5
    told = next(element.text for element in found.all("p") if element.attributes.get("role") == "status")
    assert f"{len(every)} rader. Här visas de första 5; hämta alla som CSV." in " ".join(told.split())
    whole = whole_client.get(f"{address}?format=csv").data.decode()
    assert len(whole.splitlines()) == 1 + len(every) > 6


def test_large_class_shows_its_beginning(whole_client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page holds so many things and no more, says so beside the number of all, and leads to the whole."""
    monkeypatch.setattr(terms, "MOST_ROWS_ON_A_PAGE", 3)
    found = page(whole_client, "/klass/Kommun")
    told = next(element.text for element in found.all("p") if element.attributes.get("role") == "status")
    assert "Här visas de första 3; hämta alla som CSV." in told
    whole = next(a.attributes["href"] for a in found.all("a") if a.text == "CSV")
    rows = whole_client.get(str(whole)).data.decode().splitlines()
    assert len(rows) > 1 + 3
    assert told.startswith(f"{len(rows) - 1} saker")


def test_report_in_english(whole_client: FlaskClient) -> None:
    """A report's names follow the visitor's language."""
    rows = json.loads(whole_client.get("/queries/kommuner-per-metod?format=json&metod=tolvstegsmetoden&lang=en").data)[
        "rows"
    ]
    assert {"Twelve-step method"} == {row["metodNamn"] for row in rows}


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("finns-inte", "onskemal"),
        ("onskemal?format=docx", "xlsx, json, md eller svg"),
        ("onskemal?okand=1", "parameter"),
        ("meny-for-kommun?format=csv", "plats"),
        ("kommuner-per-metod?metod=http://[", "metod"),
    ],
)
def test_report_that_cannot_run(client: FlaskClient, query: str, words: str) -> None:
    """An unknown report is 404 and names those there are; a wrong format or parameter is 400 and says which."""
    response = client.get(f"/queries/{query}")
    assert (404 if query == "finns-inte" else 400) == response.status_code
    assert words in json.loads(response.data)["detail"]


def test_value_is_never_part_of_the_query(client: FlaskClient) -> None:
    """A value that looks like SPARQL is a value, and one that names no thing is refused."""
    response = client.get(
        "/queries/kommuner-per-metod", query_string={"metod": 'x> } SELECT * { ?a ?b "', "format": "json"}
    )
    assert 400 == response.status_code
    assert "finns inte i grafen" in json.loads(response.data)["detail"]
