"""The SPARQL 1.1 Protocol at ``/sparql``: operations, formats, errors, limits and dataset."""

from __future__ import annotations

import io
import itertools
import json
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import rdflib
from conftest import hold_to
from flask.testing import FlaskClient
from rdflib import RDFS, XSD, Literal, URIRef
from rdflib.query import Result
from reading import Page, graph_of
from werkzeug.test import TestResponse

from kunskapsgraf import errors
from kunskapsgraf.errors import KunskapsgrafError
from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.found import Index
from kunskapsgraf.graph.particulars import Particulars
from kunskapsgraf.graph.spool import Spools
from kunskapsgraf.graph.store import WHOLE, Answer, Dataset, Dump
from kunskapsgraf.graph.vocabulary import Names
from kunskapsgraf.graph.writing import Change, Written
from kunskapsgraf.settings import Settings
from kunskapsgraf.web import create_app
from kunskapsgraf.web.problems import STATUSES

Row = tuple[rdflib.term.Node | None, ...]
BASE = "https://w3id.org/kunskapsgraf/"
PREFIXES = f"""PREFIX kg: <{BASE}ns#> PREFIX id: <{BASE}id/> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
NORRBY, SODERBY = URIRef(BASE + "id/kommun/norrby"), URIRef(BASE + "id/kommun/soderby")
SELECT = (
    PREFIXES
    + """SELECT ?kommun ?namn ?post ?dag ?rad WHERE {
  ?kommun a kg:Kommun ; rdfs:label ?namn FILTER(LANG(?namn) = "sv")
  OPTIONAL { ?kommun kg:harUtbudspost ?post . ?post kg:giltigFran ?dag ; kg:uttalasI/kg:radTill ?rad }
} ORDER BY ?kommun"""
)
ROWS: list[Row] = [
    (
        NORRBY,
        Literal("Norrby", lang="sv"),
        URIRef(BASE + "id/utbud/norrby-samtal-2006"),
        Literal("2006-02-01", datatype=XSD.date),
        Literal(4),
    ),
    (SODERBY, Literal("Söderby", lang="sv"), None, None, None),
]
ASK = PREFIXES + "ASK { id:kommun/norrby ?p ?o }".replace("id:kommun/norrby", f"<{NORRBY}>")
CONSTRUCT = (
    PREFIXES
    + 'CONSTRUCT { ?k rdfs:label ?n ; kg:kommunkod ?c } { ?k rdfs:label ?n ; kg:kommunkod ?c FILTER(LANG(?n) = "sv") }'
)
DESCRIBE = f"DESCRIBE <{NORRBY}>"
SLOW = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"

SELECT_TYPES = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
GRAPH_TYPES = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
    "trig": "application/trig",
    "nq": "application/n-quads",
}


def by_get(client: FlaskClient, query: str, parameters: dict[str, str], accept: str) -> TestResponse:
    """Ask by GET."""
    return client.get("/sparql", query_string={"query": query, **parameters}, headers={"Accept": accept})


def by_form(client: FlaskClient, query: str, parameters: dict[str, str], accept: str) -> TestResponse:
    """Ask by a form in the body of a POST."""
    return client.post("/sparql", data={"query": query, **parameters}, headers={"Accept": accept})


def by_body(client: FlaskClient, query: str, parameters: dict[str, str], accept: str) -> TestResponse:
    """Ask by the query itself in the body of a POST."""
    return client.post(
        "/sparql",
        data=query.encode(),
        query_string=parameters,
        content_type="application/sparql-query",
        headers={"Accept": accept},
    )


Ask = Callable[[FlaskClient, str, dict[str, str], str], TestResponse]
OPERATIONS = pytest.mark.parametrize("ask", [by_get, by_form, by_body])


def rows_of(response: TestResponse, name: str) -> list[Row]:
    """Parse a table with rdflib."""
    parsed = Result.parse(io.BytesIO(response.data), format=name)
    return [tuple(row.get(variable) for variable in parsed.vars or ()) for row in parsed.bindings]


def as_text(rows: list[Row]) -> list[tuple[str, ...]]:
    """Write rows as CSV does, which has no types."""
    return [tuple("" if term is None else str(term) for term in row) for row in rows]


@OPERATIONS
@pytest.mark.parametrize("choose", ["accept", "format"])
@pytest.mark.parametrize("name", SELECT_TYPES)
def test_select_in_every_format(client: FlaskClient, ask: Ask, name: str, choose: str) -> None:
    """A SELECT gives the same rows by each operation and in each format, chosen by Accept or by ?format=."""
    parameters = {"format": name} if choose == "format" else {}
    response = ask(client, SELECT, parameters, SELECT_TYPES[name] if choose == "accept" else "*/*")
    assert (200, SELECT_TYPES[name]) == (response.status_code, response.mimetype)
    if name == "csv":
        assert as_text(ROWS) == as_text(rows_of(response, name))
    else:
        assert ROWS == rows_of(response, name)


@OPERATIONS
@pytest.mark.parametrize("choose", ["accept", "format"])
@pytest.mark.parametrize("name", ["json", "xml"])
@pytest.mark.parametrize(("query", "expected"), [(ASK, True), ("ASK { <urn:x> ?p ?o }", False)], ids=["true", "false"])
def test_ask_in_every_format(client: FlaskClient, ask: Ask, name: str, choose: str, query: str, expected: bool) -> None:
    """An ASK gives its truth value in each format."""
    parameters = {"format": name} if choose == "format" else {}
    response = ask(client, query, parameters, SELECT_TYPES[name] if choose == "accept" else "*/*")
    assert (200, SELECT_TYPES[name]) == (response.status_code, response.mimetype)
    assert expected == Result.parse(io.BytesIO(response.data), format=name).askAnswer


def expected_graph(query: str) -> set[tuple[object, ...]]:
    """Give what CONSTRUCT must hold, by hand, and what DESCRIBE must hold at least."""
    if query == DESCRIBE:
        return {
            (NORRBY, RDFS.label, Literal("Norrby", lang="sv")),
            (NORRBY, URIRef(BASE + "ns#erbjuder"), URIRef(BASE + "id/insats/norrby-samtal")),
            (NORRBY, URIRef(BASE + "ns#kommunkod"), Literal("9901")),
        }
    code = URIRef(BASE + "ns#kommunkod")
    return {
        (NORRBY, RDFS.label, Literal("Norrby", lang="sv")),
        (NORRBY, code, Literal("9901")),
        (SODERBY, RDFS.label, Literal("Söderby", lang="sv")),
        (SODERBY, code, Literal("9902")),
    }


@OPERATIONS
@pytest.mark.parametrize("choose", ["accept", "format"])
@pytest.mark.parametrize("name", GRAPH_TYPES)
@pytest.mark.parametrize("query", [CONSTRUCT, DESCRIBE], ids=["construct", "describe"])
def test_graph_in_every_format(client: FlaskClient, ask: Ask, name: str, choose: str, query: str) -> None:
    """A CONSTRUCT and a DESCRIBE give the same triples in each format."""
    parameters = {"format": name} if choose == "format" else {}
    response = ask(client, query, parameters, GRAPH_TYPES[name] if choose == "accept" else "*/*")
    assert (200, GRAPH_TYPES[name]) == (response.status_code, response.mimetype)
    found = set(graph_of(response.data, name))
    if query == CONSTRUCT:
        assert expected_graph(query) == found
    else:
        assert expected_graph(query) <= found
        assert {NORRBY} == {subject for subject, _, _ in found}
        assert found == set(graph_of(by_get(client, query, {"format": "nt"}, "*/*").data, "nt"))


@pytest.mark.parametrize(
    ("query", "accept", "expected"),
    [
        (SELECT, "", "application/sparql-results+json"),
        (SELECT, "*/*", "application/sparql-results+json"),
        (SELECT, "application/json", "application/sparql-results+json"),
        (SELECT, "text/csv;q=0.5, application/sparql-results+xml", "application/sparql-results+xml"),
        (SELECT, "text/*;q=0.1, text/csv;q=0", "text/tab-separated-values"),
        (SELECT, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        (ASK, "*/*", "application/sparql-results+json"),
        (ASK, "text/html", "text/html"),
        (CONSTRUCT, "*/*", "text/turtle"),
        (CONSTRUCT, "text/turtle;q=0.2, application/ld+json;q=0.9", "application/ld+json"),
        (CONSTRUCT, "text/html", "text/html"),
    ],
)
def test_negotiation(client: FlaskClient, query: str, accept: str, expected: str) -> None:
    """The format is the one that Accept prefers, and ours where all are welcome."""
    assert expected == by_get(client, query, {}, accept).mimetype


@pytest.mark.parametrize("name", ["turtle", "n3", "json-ld", "rdf+xml", "rdf", "xml"])
def test_formats_as_sparqlwrapper_calls_them(client: FlaskClient, name: str) -> None:
    """SPARQLWrapper's names of graph formats are understood, its default "xml" among them."""
    response = by_get(client, CONSTRUCT, {"format": name}, "*/*")
    ours = {media: ours for ours, media in GRAPH_TYPES.items()}[str(response.mimetype)]
    assert expected_graph(CONSTRUCT) == set(graph_of(response.data, ours))


def test_page_of_an_answer(client: FlaskClient) -> None:
    """People get the rows as a table with links to things, a CONSTRUCT as Turtle and an ASK as a word."""
    page = Page(by_get(client, SELECT, {}, "text/html").text)
    assert ["kommun", "namn", "post", "dag", "rad"] == [cell.text for cell in page.all("th")]
    assert "/sida/kommun/soderby?lang=sv" not in page.addresses
    assert "/sida/kommun/soderby" in page.addresses
    assert expected_graph(CONSTRUCT) == set(
        graph_of(Page(by_get(client, CONSTRUCT, {}, "text/html").text).all("pre")[0].text.encode(), "ttl")
    )
    assert "ja" == Page(by_get(client, ASK, {}, "text/html").text).one("strong").text


# (term in SPARQL, its text on the page, whether it is a link)
TERMS = [
    ("<urn:a:b>", "urn:a:b", False),
    ("<mailto:a@b>", "mailto:a@b", False),
    ("<javascript:alert(1)>", "javascript:alert(1)", False),
    ("<http://example.org/a\u00a0b>", "a b", True),
    ("<http://example.org/>", "example.org", True),
    (f"<{BASE}ns#Kommun>", "kommun", True),
    ("BNODE()", "_:", False),
    ("<<( <urn:a> <urn:b> 1 )>>", "<urn:a>", False),
    ('"<b>"', "<b>", False),
    ("true", "ja", False),
    ("0.0004", "0,0004", False),
    ('"1e500"^^xsd:decimal', "1e500", False),
    ('"kanske"^^xsd:boolean', "kanske", False),
    ('"2006-02-31"^^xsd:date', "2006-02-31", False),
    ('"2006-02-01"^^xsd:date', "1 feb. 2006", False),
]


@pytest.mark.parametrize(("term", "text", "is_link"), TERMS)
def test_page_of_any_term(client: FlaskClient, term: str, text: str, is_link: bool) -> None:
    """A term of any kind has its text on the page; only http addresses are links."""
    page = Page(by_get(client, f"{PREFIXES} SELECT ({term} AS ?x) {{}}", {}, "text/html").text)
    cell = page.one("td")
    assert text in cell.text.lower() if is_link else text in cell.text
    assert is_link == any(a.inside(cell) for a in page.all("a"))


@pytest.mark.parametrize("name", SELECT_TYPES)
def test_control_characters(client: FlaskClient, name: str) -> None:
    """Text keeps its control characters in every format that can hold them; XML, which cannot, is refused."""
    line = by_get(client, 'SELECT ("a\\r\\nb\\tc" AS ?x) {}', {"format": name}, "*/*")
    assert [(Literal("a\r\nb\tc"),)] == rows_of(line, name)
    bell = by_get(client, 'SELECT ("a\\u0007" AS ?x) {}', {"format": name}, "*/*")
    if name == "xml":
        assert (406, "application/problem+json") == (bell.status_code, bell.mimetype)
    else:
        assert [(Literal("a\u0007"),)] == rows_of(bell, name)


def test_query_of_the_largest_size(client: FlaskClient) -> None:
    """A query of exactly as many bytes as are allowed is answered, also when a form percent-encodes each of them."""
    query = ASK + "\n#" + "å" * 499_000
    query += "x" * (1_000_000 - len(query.encode()))
    for ask in (by_form, by_body):
        assert 200 == ask(client, query, {}, "*/*").status_code
        assert 413 == ask(client, query + "x", {}, "*/*").status_code


def test_answer_is_a_file_on_request(client: FlaskClient) -> None:
    """?download=1 names the file."""
    response = by_get(client, SELECT, {"format": "csv", "download": "1"}, "*/*")
    assert 'attachment; filename="resultat.csv"' == response.headers["Content-Disposition"]


# (name, method, arguments of the client, status, words in the detail in Swedish)
REFUSED: list[tuple[str, str, dict[str, object], int, str]] = [
    ("syntax", "GET", {"query_string": {"query": 'ASK\n{ "åäö" ?p }'}}, 400, "rad 2, kolumn 12"),
    ("no query", "GET", {"query_string": {"query": " "}}, 400, "query saknas"),
    ("nothing", "GET", {"headers": {"Accept": "application/json"}}, 400, "query saknas"),
    ("no query in the form", "POST", {"data": {"format": "json"}}, 400, "query saknas"),
    ("empty body", "POST", {"data": b"", "content_type": "application/sparql-query"}, 400, "query saknas"),
    ("repeated", "GET", {"query_string": [("query", ASK), ("query", ASK)]}, 400, "flera gånger"),
    ("repeated in the form", "POST", {"data": {"query": [ASK, ASK]}}, 400, "flera gånger"),
    ("no text", "POST", {"data": b"\xff\xfe", "content_type": "application/sparql-query"}, 400, "UTF-8"),
    ("no form of query", "GET", {"query_string": {"query": "PREFIX a: <b:>"}}, 400, "SELECT, ASK"),
    ("unknown format", "GET", {"query_string": {"query": SELECT, "format": "docx"}}, 400, "json, xml, csv, tsv"),
    ("format of another form", "GET", {"query_string": {"query": ASK, "format": "ttl"}}, 400, "json, xml"),
    ("no IRI of a graph", "GET", {"query_string": {"query": ASK, "default-graph-uri": "a b"}}, 400, ""),
    ("update", "GET", {"query_string": {"query": "INSERT DATA { <a:a> <a:b> <a:c> }"}}, 400, "uppdatering"),
    ("update parameter", "GET", {"query_string": {"update": "CLEAR ALL"}}, 400, "uppdatering"),
    ("update form", "POST", {"data": {"update": "CLEAR ALL"}}, 403, "KUNSKAPSGRAF_WRITERS"),
    ("load", "GET", {"query_string": {"query": "LOAD <http://127.0.0.1/>"}}, 400, "uppdatering"),
    (
        "service",
        "GET",
        {"query_string": {"query": "SELECT * { SeRvIcE <http://127.0.0.1/> { ?s ?p ?o } }"}},
        400,
        "SERVICE",
    ),
    ("other address", "GET", {"path": "/nowhere"}, 404, "startsidan"),
    ("put", "PUT", {"data": b""}, 405, "Metoden"),
    ("delete", "DELETE", {}, 405, "Metoden"),
    ("unacceptable", "GET", {"query_string": {"query": SELECT}, "headers": {"Accept": "image/png"}}, 406, "text/csv"),
    ("unacceptable ask", "GET", {"query_string": {"query": ASK}, "headers": {"Accept": "text/csv"}}, 406, "xml"),
    ("long query", "POST", {"data": {"query": "#" + "x" * 1_000_000}}, 413, "1000000"),
    ("long body", "POST", {"data": b"#" * 4_000_001, "content_type": "application/sparql-query"}, 413, "för stor"),
    ("deep query", "GET", {"query_string": {"query": "SELECT * " + "{" * 101}}, 413, "nästlad"),
    (
        "update body",
        "POST",
        {"data": b"CLEAR ALL", "content_type": "application/sparql-update"},
        403,
        "KUNSKAPSGRAF_WRITERS",
    ),
    ("other body", "POST", {"data": b"{}", "content_type": "application/json"}, 415, "sparql-query"),
    ("upload", "POST", {"data": {"query": (io.BytesIO(b"ASK{}"), "a.rq")}}, 415, "sparql-query"),
    ("no type", "POST", {"data": b"ASK{}"}, 415, "sparql-query"),
]


@pytest.mark.parametrize(
    ("method", "arguments", "status", "words"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_refusal(client: FlaskClient, method: str, arguments: dict[str, object], status: int, words: str) -> None:
    """What the protocol does not allow is answered as problem+json, in Swedish and English, and as a page for people."""
    given = {"path": "/sparql", "method": method, **arguments}
    headers = dict(given.pop("headers", {}))  # type: ignore[call-overload]

    def ask(**more: str) -> TestResponse:
        data = given.get("data")
        if isinstance(data, dict) and any(isinstance(value, tuple) for value in data.values()):
            given["data"] = {"query": (io.BytesIO(b"ASK{}"), "a.rq")}  # the client closes a file that it sent
        return client.open(**given, headers={**headers, **more})  # type: ignore[arg-type]

    response = ask()
    assert (status, "application/problem+json") == (response.status_code, response.mimetype)
    problem = json.loads(response.data)
    assert {"type", "title", "status", "detail"} == set(problem) - {"line", "column", "pointer", "expected", "hint"}
    assert problem["type"] == "about:blank" or problem["type"].startswith(BASE + "fel#")
    assert status == problem["status"]
    assert words in problem["detail"]
    assert "*" == response.headers["Access-Control-Allow-Origin"]
    english = json.loads(ask(**{"Accept-Language": "en"}).data)
    assert problem["title"] != english["title"]
    assert problem["detail"] != english["detail"]
    if "Accept" not in headers:
        page = ask(Accept="text/html")
        assert (status, "text/html") == (page.status_code, page.mimetype)
        assert problem["title"] == Page(page.text).one("h1").text
        assert problem["detail"].split("\n")[0][:60] in Page(page.text).one("p", "lead").text


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("SELECT", (1, 7)),
        ('SELECT * WHERE {\n  "åäö𐀀" ?p }', (2, 13)),
        ("SELECT ?s\r\n\r\nWHERE { ?s ?p ?o } LIMIT x", (3, 26)),
        ("SELECT *\n{ SERVICE <http://127.0.0.1/> {} }", (2, 3)),
        ("\n\nDELETE WHERE { ?s ?p ?o }", (3, 1)),
    ],
)
def test_place_of_an_error(client: FlaskClient, query: str, place: tuple[int, int]) -> None:
    """The problem tells line and column, counted in characters from 1."""
    problem = json.loads(by_get(client, query, {}, "*/*").data)
    assert place == (problem["line"], problem["column"])


def test_405_names_the_methods(client: FlaskClient) -> None:
    """A 405 has Allow."""
    assert {"GET", "HEAD", "OPTIONS", "POST", "QUERY"} == set(client.put("/sparql").headers["Allow"].split(", "))


def test_harmless_words(client: FlaskClient) -> None:
    """The words of what is forbidden are allowed in strings, comments and IRIs."""
    query = 'SELECT ("SERVICE LOAD" AS ?x) (<http://service/> AS ?y) { } # SERVICE <x>'
    assert 200 == by_get(client, query, {}, "*/*").status_code


@pytest.mark.parametrize(
    ("method", "status"),
    [("HEAD", 200), ("OPTIONS", 204)],
)
def test_other_methods(client: FlaskClient, method: str, status: int) -> None:
    """HEAD tells of GET's answer without its body; OPTIONS answers a preflight without asking the graph."""
    response = client.open("/sparql", method=method, query_string={"query": SELECT})
    assert (status, b"") == (response.status_code, response.data)
    assert "*" == response.headers["Access-Control-Allow-Origin"]
    if method == "HEAD":
        answer = by_get(client, SELECT, {}, "")
        for name in ("Content-Type", "Content-Length", "ETag", "Vary"):
            assert answer.headers[name] == response.headers[name]
    else:
        assert "GET, HEAD, OPTIONS, POST, QUERY, *" == response.headers["Access-Control-Allow-Methods"]
        assert "Content-Type" in response.headers["Access-Control-Allow-Headers"]


def test_answer_is_whole_or_not_at_all(client: FlaskClient) -> None:
    """An answer carries its length, so that a cut one is seen to be cut."""
    response = by_get(client, "SELECT * { ?s ?p ?o }", {}, "*/*")
    assert len(response.data) == int(response.headers["Content-Length"])


def test_result_past_the_limit(small: Settings) -> None:
    """A result past its bound is 503, as other limits of a query that runs, and none of it is sent."""
    store = EmbeddedStore(replace(small, result_bytes=10_000))
    try:
        response = by_get(create_app(small, store).test_client(), "SELECT * { ?s ?p ?o }", {}, "*/*")
    finally:
        store.close()
    assert (503, "application/problem+json") == (response.status_code, response.mimetype)
    assert "Retry-After" not in response.headers
    problem = json.loads(response.data)
    assert problem["type"].endswith("/fel#result-too-large")
    assert "10000 byte" in problem["detail"]


PAGE_OF_ROWS = [
    # language, what is told of the rows that are not shown
    ("sv", "Här visas de första 1 000 raderna; hämta hela."),
    ("en", "The first 1,000 rows are shown here; get the whole."),
]


@pytest.mark.parametrize(("language", "words"), PAGE_OF_ROWS)
def test_page_of_a_result_past_a_page(client: FlaskClient, language: str, words: str) -> None:
    """Of a result of more than 5 MB a page shows the first 1,000 rows, says so, and leads to the whole."""
    # A row has 128 hexadecimal digits four times: 12,000 of them are more than 6 MB.
    query = "SELECT (CONCAT(?h, ?h, ?h, ?h) AS ?x) { ?a ?b ?c . ?d ?e ?f BIND(SHA512('x') AS ?h) } LIMIT 12000"
    response = client.get("/sparql", query_string={"query": query, "lang": language}, headers={"Accept": "text/html"})
    page = Page(response.text)
    assert 200 == response.status_code
    assert words in next(e.text for e in page.all("p") if e.attributes.get("role") == "status")
    assert 1000 == len(page.all("tr")) - 1
    whole = next(e.attributes["href"] for e in page.all("a") if e.text == "CSV")
    assert 12_001 == client.get(whole).data.count(b"\n")


@pytest.mark.parametrize(("language", "words"), [("sv", "början"), ("en", "beginning")])
def test_page_of_a_graph_past_a_page(client: FlaskClient, language: str, words: str) -> None:
    """Of a graph of more than 5 MB a page shows the first lines, each whole, says so, and leads to the whole."""
    query = "CONSTRUCT { ?s <urn:p> ?c } { ?a ?b ?c . ?d ?e ?f "
    # Each of 12,000 subjects has 128 hexadecimal digits four times, and none is another.
    query += "BIND(SHA512(STRUUID()) AS ?h) BIND(IRI(CONCAT('urn:', ?h, ?h, ?h, ?h)) AS ?s) } LIMIT 12000"
    response = client.get("/sparql", query_string={"query": query, "lang": language}, headers={"Accept": "text/html"})
    assert 200 == response.status_code
    page = Page(response.text)
    assert words in next(e.text for e in page.all("p") if e.attributes.get("role") == "status")
    assert page.one("pre").text.rstrip().endswith((".", ";", ","))
    assert {"Turtle", "N-Triples"} <= {element.text for element in page.all("a")}


def test_slow_query_is_stopped(client: FlaskClient, small: Settings) -> None:
    """A query past its time is 503 within two seconds more, and other clients are served meanwhile."""
    marks = itertools.count()

    def attempt() -> float:
        mark, served = next(marks), 0
        began = time.monotonic()
        with ThreadPoolExecutor(1) as one:
            slow = one.submit(by_get, client.application.test_client(), f"{SLOW} # {mark}", {}, "*/*")
            while not slow.done():
                assert 200 == by_get(client, f"{ASK} # {mark} {served}", {}, "*/*").status_code
                served += 1
        took = time.monotonic() - began
        assert served > 3
        answer = slow.result()
        problem = json.loads(answer.data)
        assert (503, "application/problem+json", 503) == (answer.status_code, answer.mimetype, problem["status"])
        assert "2 sekunder" in problem["detail"]
        assert "*" == answer.headers["Access-Control-Allow-Origin"]
        return took

    hold_to(small.query_seconds + 2, attempt)


def test_greedy_query_is_stopped(small: Settings) -> None:
    """A query past its memory is 503, and the next one is answered."""
    patient = replace(small, query_seconds=120.0, slow_after_seconds=120.0)  # its memory must come before its time
    store = EmbeddedStore(patient)
    try:
        client = create_app(patient, store).test_client()
        doubled = " ".join(f"BIND(CONCAT(?s{i}, ?s{i}) AS ?s{i + 1})" for i in range(28))
        query = f'SELECT (STRLEN(?s28) AS ?n) {{ BIND("0123456789abcdef" AS ?s0) {doubled} }}'
        response = by_get(client, query, {}, "*/*")
        assert (503, "application/problem+json") == (response.status_code, response.mimetype)
        assert "256 MB" in json.loads(response.data)["detail"]
        assert 200 == by_get(client, ASK, {}, "*/*").status_code
    finally:
        store.close()


G = {name: f"{BASE}graf/{name}" for name in ("katalog", "ontologi", "redaktion", "harledd", "kalla/provkartan")}
G["layer"] = f"{BASE}graf/harledd/provkartan"
CODE = f"SELECT ?x {{ <{NORRBY}> <{BASE}ns#kommunkod> ?x }}"  # editorial
POST = f"SELECT ?x {{ <{NORRBY}> <{BASE}ns#harUtbudspost> ?x }}"  # asserted
OFFER = f"SELECT ?x {{ <{NORRBY}> <{BASE}ns#erbjuder> ?x }}"  # inferred, in the layer too
NAMED = f"SELECT DISTINCT ?g {{ GRAPH ?g {{ <{NORRBY}> ?p ?o }} }}"
EITHER = f"SELECT DISTINCT ?x {{ {{ <{NORRBY}> ?p ?x }} UNION {{ GRAPH ?g {{ <{NORRBY}> ?p ?x }} }} }}"
CATALOGUE = "SELECT ?x { ?x a <http://rdfs.org/ns/void#Dataset> }"
Graphs = dict[str, list[str]]


def within(query: str, **clauses: list[str]) -> str:
    """Add FROM and FROM NAMED to a query."""
    listed = [f"FROM <{G[name]}>" for name in clauses.get("default", [])]
    listed += [f"FROM NAMED <{G[name]}>" for name in clauses.get("named", [])]
    return query.replace(" {", f" {' '.join(listed)} {{", 1)


@pytest.mark.parametrize(
    ("query", "default", "named", "rows"),
    [
        (CODE, [], [], 1),
        (CODE, ["redaktion"], [], 1),
        (CODE, ["kalla/provkartan"], [], 0),
        (POST, ["redaktion"], [], 0),
        (POST, ["redaktion", "kalla/provkartan"], [], 1),
        (POST, [], ["kalla/provkartan"], 0),  # named graphs alone leave the default graph empty
        (OFFER, ["kalla/provkartan"], [], 0),
        (OFFER, ["harledd"], [], 1),
        (OFFER, ["layer"], [], 1),
        (NAMED, ["kalla/provkartan"], [], 0),  # a default graph alone leaves no named graphs
        (NAMED, [], ["kalla/provkartan", "redaktion"], 2),
        (CATALOGUE, [], [], 0),  # reached by name only
        # The whole, its four graphs, the two layers, the catalogue, and the four data sets that the ontology links to.
        (CATALOGUE, ["katalog"], [], 12),
    ],
)
@pytest.mark.parametrize("by", ["get", "form", "body", "from", "protocol over from"])
def test_dataset(client: FlaskClient, query: str, default: list[str], named: list[str], rows: int, by: str) -> None:
    """A query sees the graphs that the protocol names, else those of its FROM, else the union without the layers."""
    listed = [("default-graph-uri", G[name]) for name in default] + [("named-graph-uri", G[name]) for name in named]
    if by == "from":
        query, listed = within(query, default=default, named=named), []
    elif by == "protocol over from" and listed:
        query = within(query, default=["ontologi"], named=["ontologi"])
    if by == "form":
        fields: Graphs = {"query": [query]}
        for name, value in listed:
            fields.setdefault(name, []).append(value)
        response = client.post("/sparql", data=fields)
    elif by == "body":
        response = client.post("/sparql", data=query, query_string=listed, content_type="application/sparql-query")
    else:
        response = client.get("/sparql", query_string=[("query", query), *listed])
    assert rows == len(json.loads(response.data)["results"]["bindings"])


def test_page_of_an_answer_keeps_the_dataset(client: FlaskClient) -> None:
    """The page of an answer is made of the graphs that the client named."""
    response = by_get(client, CODE, {"default-graph-uri": G["kalla/provkartan"]}, "text/html")
    assert "0 rader" in Page(response.text).one("main").text


@pytest.mark.parametrize(("graph", "expected"), [("katalog", True), ("layer", True), ("redaktion", True)])
def test_layers_by_name(client: FlaskClient, graph: str, expected: bool) -> None:
    """The catalogue and the layers answer where a query names them."""
    assert (
        expected == json.loads(by_get(client, f"ASK {{ GRAPH <{G[graph]}> {{ ?s ?p ?o }} }}", {}, "").data)["boolean"]
    )


class Failing:
    """A store that only fails."""

    def __init__(self, error: Exception) -> None:
        self.names = Names(BASE)
        self.spools = Spools(None, 0)
        self.error = error

    def version(self) -> str:
        """Name a version."""
        return "v"

    def graphs(self) -> dict[str, int]:
        """Fail."""
        raise self.error

    def answer(self, query: str, format_name: str, dataset: Dataset = WHOLE, most_bytes: int | None = None) -> Answer:
        """Fail."""
        raise self.error

    def write(self, change: Change) -> Written:
        """Fail."""
        raise self.error

    def finding(self) -> Index:
        """Fail."""
        raise self.error

    def particulars(self) -> Particulars:
        """Fail."""
        raise self.error

    def dumps(self) -> dict[str, Dump]:
        """Fail."""
        raise self.error

    def measures(self) -> dict[str, int]:
        """Give nothing that could be counted."""
        return {}

    def close(self) -> None:
        """Do nothing."""


def every_error(kind: type[KunskapsgrafError] = KunskapsgrafError) -> Iterator[type[KunskapsgrafError]]:
    """Give each class of error of ``errors.py``."""
    yield kind
    for sub in kind.__subclasses__():
        if sub.__module__ == errors.__name__:
            yield from every_error(sub)


# What each error is to a client; a class that is not named here has the status of its parent.
EXPECTED_STATUS = {
    "TableRefused": 422,
    "VersionGone": 410,
    "KunskapsgrafError": 500,
    "BadRequest": 400,
    "UnknownGraph": 400,
    "ParameterError": 400,
    "QueryError": 500,
    "QuerySyntaxError": 400,
    "QueryForbidden": 400,
    "QueryTooLarge": 413,
    "ResultTooLarge": 503,
    "QueryTimeout": 503,
    "QueryCrash": 503,
    "SlowLaneFull": 503,
    "SpoolFull": 503,
    "UnfairUse": 429,
    "Overloaded": 503,
    "SnapshotError": 503,
    "NotFound": 404,
    "Gone": 410,
    "NotAcceptable": 406,
    "SourceError": 422,
    "SyntaxInFile": 400,
    "UnknownTerm": 422,
    "Inconsistent": 422,
    "CheckFailed": 422,
    "BuildRunning": 503,
    "EndpointError": 502,
    "BrokenAnswer": 502,
    "EngineAway": 503,
    "DiskFull": 503,
    "NotWritable": 403,
    "Unauthorized": 401,
}


@pytest.mark.parametrize("kind", list(every_error()), ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_error_has_its_answer(small: Settings, kind: type[KunskapsgrafError], language: str) -> None:
    """Each class of error has a status, a title and its own message in the visitor's language."""
    error = kind("på svenska <b>", "in English <b>")
    error.line, error.column = 3, 4
    client = create_app(small, Failing(error)).test_client()
    status = EXPECTED_STATUS.get(kind.__name__, 500)
    message = {"sv": "på svenska <b>", "en": "in English <b>"}[language]
    title = next((sv if language == "sv" else en) for row, _, sv, en in STATUSES if issubclass(kind, row))
    slug = "-".join(re.findall("[A-Z][a-z]*", kind.__name__)).lower()
    expected = {
        "type": f"{BASE}fel#{slug}",
        "title": title,
        "status": status,
        "detail": message,
        "line": 3,
        "column": 4,
    }
    # An IRI that no query can hold is one that the graph does not know.
    paths = ("/sparql?query=ASK{}", "/id/kommun/norrby")[: 1 if kind is errors.ParameterError else 2]
    for path in paths:
        response = client.get(path, headers={"Accept-Language": language})
        assert (status, "application/problem+json") == (response.status_code, response.mimetype)
        pointed: dict[str, str] = {"pointer": "ASK{}\n   ^"} if "query" in path else {}
        assert expected | pointed == json.loads(response.data)
        assert "*" == response.headers["Access-Control-Allow-Origin"]
        page = client.get(path, headers={"Accept-Language": language, "Accept": "text/html"})
        assert (status, "text/html", language) == (page.status_code, page.mimetype, page.headers["Content-Language"])
        assert message == Page(page.text).one("p", "lead").text
        later = {errors.Overloaded: "5", errors.BuildRunning: "5", errors.EngineAway: "5", errors.UnfairUse: "1"}
        assert later.get(kind) == response.headers.get("Retry-After")


def test_unforeseen_error(small: Settings) -> None:
    """An error that nobody foresaw is 500 in the same shape and tells nothing of the inside."""
    response = create_app(small, Failing(RuntimeError("secret"))).test_client().get("/sparql?query=ASK{}")
    assert (500, "application/problem+json") == (response.status_code, response.mimetype)
    assert {"type", "title", "status", "detail"} == set(json.loads(response.data))
    assert "secret" not in response.text
    assert "*" == response.headers["Access-Control-Allow-Origin"]


def test_no_graph_built(small: Settings, tmp_path: Path) -> None:
    """Without a snapshot the answer is 503 and says what to do."""
    empty = replace(small, home=tmp_path)
    store = EmbeddedStore(empty)
    response = create_app(empty, store).test_client().get("/sparql?query=ASK{}")
    store.close()
    assert 503 == response.status_code
    assert "kunskapsgraf build" in json.loads(response.data)["detail"]
