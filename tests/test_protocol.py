"""The SPARQL 1.1 Protocol and HTTP, requirement by requirement, against the real server; each with its section.

P is the SPARQL 1.1 Protocol (https://www.w3.org/TR/sparql11-protocol/), H is HTTP Semantics (RFC 9110), Q is the HTTP
QUERY method (draft-ietf-httpbis-safe-method-w-body), F is the Fetch standard. Names in quotation marks are those of
the W3C's protocol tests.
"""

from __future__ import annotations

import gzip
import http.client
import json
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode, urlsplit

import pytest
from conftest import WORLD, Server, running
from rdflib import Graph, Literal, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from reading import Page, graph_of

from kunskapsgraf.settings import Settings

BASE = "https://w3id.org/kunskapsgraf/"
NORRBY = BASE + "id/kommun/norrby"
EDITORIAL, SOURCE = BASE + "graf/redaktion", BASE + "graf/kalla/provkartan"
QUERY_TYPE, FORM_TYPE = "application/sparql-query", "application/x-www-form-urlencoded"
ASK = "ASK { ?s ?p ?o }"
CODE = f"SELECT ?x {{ <{NORRBY}> <{BASE}ns#kommunkod> ?x }}"  # editorial alone
POST = f"SELECT ?x {{ <{NORRBY}> <{BASE}ns#harUtbudspost> ?x }}"  # asserted by the source alone
OFFER = f"SELECT ?x {{ <{NORRBY}> <{BASE}ns#erbjuder> ?x }}"  # inferred
IS_KOMMUN = f"SELECT ?x {{ <{NORRBY}> a ?x FILTER(?x = <{BASE}ns#Kommun>) }}"  # editorial and asserted
CONSTRUCT = f"CONSTRUCT WHERE {{ <{NORRBY}> <{BASE}ns#kommunkod> ?x }}"
JSON = "application/sparql-results+json"


@dataclass
class Reply:
    """An answer as it came over the wire."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def header(self, name: str) -> str:
        """Give a header, empty where it is missing."""
        return self.headers.get(name, "")

    @property
    def kind(self) -> str:
        """The media type without its parameters."""
        return self.header("Content-Type").partition(";")[0]

    @property
    def rows(self) -> int:
        """The number of rows of a SELECT in JSON."""
        return len(json.loads(self.body)["results"]["bindings"])

    @property
    def problem(self) -> dict[str, object]:
        """The members of an error."""
        found: dict[str, object] = json.loads(self.body)
        return found


@pytest.fixture(scope="module")
def tiny(small: Settings) -> Iterator[Server]:
    """Run the real server on the tiny world, with limits that a test can reach."""
    limits = {
        "KUNSKAPSGRAF_SOURCES": str(WORLD),
        "KUNSKAPSGRAF_WORKERS": "1",
        "KUNSKAPSGRAF_URL_BYTES": "2000",
        "KUNSKAPSGRAF_BODY_BYTES": "5000",
        "KUNSKAPSGRAF_QUERY_BYTES": "1500",
    }
    with running(small, **limits) as found:
        yield found


def send(
    server: Server, method: str, target: str, body: bytes | Iterator[bytes] | None = None, **headers: str
) -> Reply:
    """Send a request as its bytes stand; whatever the answer is, a page of another host may read it (F 3.2)."""
    where = urlsplit(server.address)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=30)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, target, body=body, headers=named, encode_chunked=isinstance(body, Iterator))
        answer = connection.getresponse()
        found = Reply(answer.status, answer.headers, answer.read())
    finally:
        connection.close()
    assert "*" == found.header("Access-Control-Allow-Origin")
    assert "nosniff" == found.header("X-Content-Type-Options")
    assert {"Accept", "Accept-Language", "Accept-Encoding"} <= {v.strip() for v in found.header("Vary").split(",")}
    if method != "HEAD" and found.status not in (204, 304):
        assert len(found.body) == int(found.header("Content-Length"))  # never chunked: a cut answer is seen to be cut
    return found


def target(*pairs: tuple[str, str], path: str = "/sparql") -> str:
    """Write an address with parameters."""
    return f"{path}?{urlencode(pairs)}"


def form(*pairs: tuple[str, str]) -> bytes:
    """Write a form."""
    return urlencode(pairs).encode()


@dataclass(frozen=True)
class Case:
    """A request by its section, and how many rows it has; ``True`` for an ASK that holds."""

    section: str
    method: str
    target: str
    rows: int | bool
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)


DIRECT, FORM = {"Content_Type": QUERY_TYPE}, {"Content_Type": FORM_TYPE}
BOTH = (("default-graph-uri", EDITORIAL), ("default-graph-uri", SOURCE))
NAMED = (("named-graph-uri", EDITORIAL), ("named-graph-uri", SOURCE))
IN_GRAPHS = f"SELECT ?g {{ GRAPH ?g {{ <{NORRBY}> a <{BASE}ns#Kommun> }} }}"
ANSWERED = [
    Case("P 2.1.1 'query_get'", "GET", target(("query", ASK)), True),
    Case("P 2.1.1 spaces as plus or %20", "GET", "/sparql?query=ASK+%7B%7D%20", True),
    Case("P 2.1.2 'query_post_form'", "POST", "/sparql", True, form(("query", ASK)), FORM),
    Case(
        "P 2.1.2 charset",
        "POST",
        "/sparql",
        True,
        form(("query", ASK)),
        {"Content_Type": FORM_TYPE + "; charset=UTF-8"},
    ),
    Case("P 2.1.3 'query_post_direct'", "POST", "/sparql", True, ASK.encode(), DIRECT),
    Case("P 2.1.3 charset", "POST", "/sparql", True, ASK.encode(), {"Content_Type": QUERY_TYPE + ';charset="utf-8"'}),
    Case("P 2.1.3 upper case type", "POST", "/sparql", True, ASK.encode(), {"Content_Type": QUERY_TYPE.upper()}),
    Case("P 2.1.3 byte order mark", "POST", "/sparql", True, b"\xef\xbb\xbf" + ASK.encode(), DIRECT),
    Case("Q 2 direct", "QUERY", "/sparql", True, ASK.encode(), DIRECT),
    Case("Q 2 form", "QUERY", "/sparql", True, form(("query", ASK)), FORM),
    Case("P 2.1.4 default-graph-uri by GET", "GET", target(("query", CODE), ("default-graph-uri", EDITORIAL)), 1),
    Case("P 2.1.4 not in that graph", "GET", target(("query", CODE), ("default-graph-uri", SOURCE)), 0),
    Case("P 2.1.4 'query_dataset_default_graphs_get'", "GET", target(("query", IS_KOMMUN), *BOTH), 1),
    Case("P 2.1.4 'query_dataset_default_graphs_post'", "POST", target(*BOTH), 1, IS_KOMMUN.encode(), DIRECT),
    Case("P 2.1.4 by form", "POST", "/sparql", 1, form(("query", POST), *BOTH), FORM),
    Case("P 2.1.4 by QUERY", "QUERY", target(*BOTH), 1, POST.encode(), DIRECT),
    Case("P 2.1.4 'query_dataset_named_graphs_get'", "GET", target(("query", IN_GRAPHS), *NAMED), 2),
    Case("P 2.1.4 'query_dataset_named_graphs_post'", "POST", target(*NAMED), 2, IN_GRAPHS.encode(), DIRECT),
    Case("P 2.1.4 'query_dataset_full'", "POST", target(BOTH[0], NAMED[1]), 1, IN_GRAPHS.encode(), DIRECT),
    Case("P 2.1.4 named alone, no default", "GET", target(("query", CODE), *NAMED), 0),
    Case(
        "P 2.1.4 'query_multiple_dataset': the protocol's before the query's",
        "GET",
        target(("query", CODE.replace("{", f"FROM <{SOURCE}> {{", 1)), ("default-graph-uri", EDITORIAL)),
        1,
    ),
    Case("P 2.1.4 the query's own", "GET", target(("query", CODE.replace("{", f"FROM <{SOURCE}> {{", 1))), 0),
    Case("P 2.1.4 named twice", "GET", target(("query", CODE), BOTH[0], BOTH[0]), 1),
    Case("P 2.1.4 empty chooses nothing", "GET", target(("query", CODE), ("default-graph-uri", "")), 1),
    Case(
        "P 2.1.4 FROM by prefix and BASE",
        "GET",
        target(
            (
                "query",
                f"BASE <{BASE}> PREFIX g: <graf/> SELECT ?x FROM g:redaktion FROM NAMED <graf/katalog> {{ ?s <ns#kommunkod> ?x }}",
            )
        ),
        2,
    ),
    Case(
        "FROM without a space",
        "GET",
        target(("query", f"PREFIX g: <{SOURCE}> SELECT ?x FROMg: {{ <{NORRBY}> <{BASE}ns#kommunkod> ?x }}")),
        0,
    ),
    Case("inference=none", "GET", target(("query", OFFER), ("inference", "none")), 0),
    Case("inference=owl", "GET", target(("query", OFFER), ("inference", "owl")), 1),
    Case("inference=full", "GET", target(("query", OFFER), ("inference", "full")), 1),
    Case("inference=none, what was laid down", "GET", target(("query", POST), ("inference", "none")), 1),
    Case("inference=none, by form", "POST", "/sparql", 0, form(("query", OFFER), ("inference", "none")), FORM),
    Case("inference=none, by body", "POST", target(("inference", "none")), 0, OFFER.encode(), DIRECT),
    Case(
        "inference after FROM",
        "GET",
        target(("query", OFFER.replace("{", f"FROM <{BASE}graf/harledd> {{", 1)), ("inference", "none")),
        1,
    ),
    Case(
        "inference after the protocol's dataset",
        "GET",
        target(("query", OFFER), ("inference", "none"), ("default-graph-uri", BASE + "graf/harledd")),
        1,
    ),
    Case(
        "inference=none, named graphs",
        "GET",
        target(("query", "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"), ("inference", "none")),
        4,  # ontology, editorial, the source, and the catalogue
    ),
    Case("S 13.2.1 a default graph of several is a set", "GET", target(("query", IS_KOMMUN), ("inference", "none")), 1),
    Case(
        "format twice, as SPARQLWrapper sends it",
        "GET",
        target(("query", CODE), ("format", "json"), ("format", "x")),
        1,
    ),
    Case("parameters that nobody reads", "GET", target(("query", CODE), ("x", "y"), ("x", "z")), 1),
]


@pytest.mark.parametrize("case", ANSWERED, ids=lambda case: case.section)
def test_answered(tiny: Server, case: Case) -> None:
    """A request that the protocol allows has its answer."""
    reply = send(tiny, case.method, case.target, case.body, Accept=JSON, **case.headers)
    assert (200, JSON) == (reply.status, reply.kind)
    if case.rows is True:
        assert json.loads(reply.body)["boolean"]
    else:
        assert case.rows == reply.rows


def test_merge_counts_a_statement_once(tiny: Server) -> None:
    """Two graphs with 17 and 27 statements, one of them in both, are a default graph of 43 (SPARQL 1.1 Query, 13.2.1)."""
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    reply = send(tiny, "GET", target(("query", count), *BOTH), Accept="text/csv")
    assert b"n\r\n43\r\n" == reply.body
    clauses = count.replace("{", f"FROM <{EDITORIAL}> FROM <{SOURCE}> {{", 1)
    assert b"n\r\n43\r\n" == send(tiny, "GET", target(("query", clauses)), Accept="text/csv").body


LONG = "#" + "x" * 1500
# (section, method, target, body, headers, status, words of the detail in English)
REFUSED: list[tuple[str, str, str, bytes | None, dict[str, str], int, str]] = [
    ("P 2.1.1 no query", "GET", "/sparql", None, {"Accept": "application/json"}, 400, "query is missing"),
    ("P 2.1.1 empty query", "GET", "/sparql?query=", None, {}, 400, "query is missing"),
    ("P 2.1 'bad_multiple_queries' by GET", "GET", target(("query", ASK), ("query", ASK)), None, {}, 400, "repeated"),
    (
        "P 2.1 'bad_multiple_queries' by form",
        "POST",
        "/sparql",
        form(("query", ASK), ("query", ASK)),
        FORM,
        400,
        "repeated",
    ),
    ("P 2.1.2 query in form and address", "POST", target(("query", ASK)), form(("query", ASK)), FORM, 400, "repeated"),
    ("P 2.1.3 query in body and address", "POST", target(("query", ASK)), ASK.encode(), DIRECT, 400, "repeated"),
    ("P 2.1.2 'bad_query_missing_form_type'", "POST", "/sparql", form(("query", ASK)), {}, 415, "not supported"),
    ("P 2.1.3 'bad_query_missing_direct_type'", "POST", "/sparql", ASK.encode(), {}, 415, "not supported"),
    (
        "P 2.1.3 'bad_query_wrong_media_type'",
        "POST",
        "/sparql",
        ASK.encode(),
        {"Content_Type": "text/plain"},
        415,
        "text/plain",
    ),
    ("P 2.1.3 'bad_query_non_utf8'", "POST", "/sparql", "ASK{#å}".encode("utf-16"), DIRECT, 400, "not UTF-8"),
    (
        "P 2.1.3 another charset",
        "POST",
        "/sparql",
        ASK.encode(),
        {"Content_Type": QUERY_TYPE + "; charset=utf-16"},
        415,
        "utf-16",
    ),
    ("P 2.1.3 null byte", "POST", "/sparql", b"ASK{}\x00", DIRECT, 400, "null byte"),
    ("P 2.1.3 empty body", "POST", "/sparql", b"", DIRECT, 400, "query is missing"),
    (
        "P 2.1.2 multipart",
        "POST",
        "/sparql",
        b"--a--",
        {"Content_Type": "multipart/form-data; boundary=a"},
        415,
        "multipart",
    ),
    ("P 2.1 'bad_query_method'", "PUT", target(("query", ASK)), None, {}, 405, "GET"),
    ("P 2.1 DELETE", "DELETE", target(("query", ASK)), None, {}, 405, "GET"),
    ("P 2.1 an unknown method", "BREW", "/sparql", None, {}, 405, "QUERY"),
    ("Q 2 no type", "QUERY", "/sparql", ASK.encode(), {}, 400, "Content-Type is missing"),
    ("Q 2 another type", "QUERY", "/sparql", b"{}", {"Content_Type": "application/json"}, 415, "application/json"),
    ("P 2.1.7 'bad_query_syntax'", "GET", target(("query", "ASK { ?s ?p }")), None, {}, 400, "column 13"),
    (
        "P 2.1.4 unknown default graph",
        "GET",
        target(("query", ASK), ("default-graph-uri", BASE + "graf/redaktio")),
        None,
        {},
        400,
        EDITORIAL,
    ),
    (
        "P 2.1.4 unknown named graph",
        "GET",
        target(("query", ASK), ("named-graph-uri", "urn:x")),
        None,
        {},
        400,
        "<urn:x>",
    ),
    (
        "P 2.1.4 relative graph",
        "GET",
        target(("query", ASK), ("default-graph-uri", "redaktion")),
        None,
        {},
        400,
        "<redaktion>",
    ),
    (
        "P 2.1.4 unknown in FROM",
        "GET",
        target(("query", f"ASK FROM <{BASE}graf/Redaktion> {{}}")),
        None,
        {},
        400,
        EDITORIAL,
    ),
    ("P 2.1.4 unknown in FROM NAMED", "GET", target(("query", "ASK FROM NAMED <urn:x> {}")), None, {}, 400, "<urn:x>"),
    ("inference of no kind", "GET", target(("query", ASK), ("inference", "rdfs")), None, {}, 400, "none, owl or full"),
    (
        "inference twice",
        "GET",
        target(("query", ASK), ("inference", "owl"), ("inference", "none")),
        None,
        {},
        400,
        "repeated",
    ),
    ("P 2.2 update by GET", "GET", target(("update", "CLEAR ALL")), None, {}, 400, "update"),
    ("P 2.2 query and update", "POST", "/sparql", form(("query", ASK), ("update", "CLEAR ALL")), FORM, 400, "not both"),
    ("H 15.5.7 nothing acceptable", "GET", target(("query", ASK)), None, {"Accept": "image/png"}, 406, JSON),
    ("H 15.5.14 body past its limit", "POST", "/sparql", b"#" * 6001, DIRECT, 413, "too large"),
    ("H 15.5.14 query past its limit", "POST", "/sparql", LONG.encode(), DIRECT, 413, "1500"),
    ("H 15.5.15 address past its limit", "GET", target(("query", LONG + LONG)), None, {}, 414, "2000"),
    (
        "H 15.5.16 compressed body",
        "POST",
        "/sparql",
        gzip.compress(b"ASK{}"),
        {**DIRECT, "Content_Encoding": "gzip"},
        415,
        "Content-Encoding",
    ),
    ("H 15.5.5 no such page", "GET", "/nowhere", None, {}, 404, "front page"),
    ("H 15.5.6 on a page", "POST", "/om", b"", {}, 405, "GET"),
    ("RFC 3986 2.1 broken percent-encoding", "GET", "/sparql?query=ASK%7B%7D%2", None, {}, 400, "%25"),
    ("RFC 3986 2.1 in a form", "POST", "/sparql", b"query=ASK%7B%7D%zz", FORM, 400, "%25"),
    ("no UTF-8 in the address", "GET", "/sparql?query=ASK%7B%7D%23%FF", None, {}, 400, "not UTF-8"),
    ("no UTF-8 on another page", "GET", "/om?lang=%E5", None, {}, 400, "not UTF-8"),
    ("no UTF-8 in a form", "POST", "/sparql", b"query=ASK%7B%7D%23%FF", FORM, 400, "not UTF-8"),
    ("raw bytes that are no UTF-8 in a form", "POST", "/sparql", b"query=ASK\xff", FORM, 400, "not UTF-8"),
    ("a null byte in the address", "GET", "/sparql?query=ASK%7B%7D%00", None, {}, 400, "null byte"),
    ("a null byte in a form", "POST", "/sparql", b"query=ASK%7B%7D%00", FORM, 400, "null byte"),
    ("a form of very many fields", "POST", "/sparql", b"&".join([b"a=1"] * 1100), FORM, 400, "1000 fields"),
]


@pytest.mark.parametrize(
    ("method", "where", "body", "headers", "status", "words"),
    [row[1:] for row in REFUSED],
    ids=[row[0] for row in REFUSED],
)
def test_refused(
    tiny: Server, method: str, where: str, body: bytes | None, headers: dict[str, str], status: int, words: str
) -> None:
    """A request that breaks a rule has the rule's status, as problem+json for programs and as a page for people."""
    reply = send(tiny, method, where, body, Accept_Language="en", **{"Accept": "*/*", **headers})
    assert (status, "application/problem+json") == (reply.status, reply.kind)
    assert words in str(reply.problem["detail"])
    assert status == reply.problem["status"]
    if status == 405:
        assert {"GET", "HEAD", "OPTIONS"} <= set(reply.header("Allow").split(", "))  # H 15.5.6
    if "Accept" not in headers:
        page = send(tiny, method, where, body, Accept_Language="en", **{**headers, "Accept": "text/html"})
        assert (status, "text/html") == (page.status, page.kind)
        assert words in Page(page.body.decode()).one("main").text


def test_chunked_body(tiny: Server) -> None:
    """A body without a length is read whole, and one past the limit refused (H 8.6)."""
    headers = {"Content_Type": QUERY_TYPE, "Transfer_Encoding": "chunked", "Accept": JSON}
    assert 200 == send(tiny, "POST", "/sparql", iter([b"ASK ", b"{ ?s ?p ?o }"]), **headers).status
    assert 413 == send(tiny, "POST", "/sparql", iter([b"#" * 3000] * 3), **headers).status


@pytest.mark.parametrize("where", [target(("query", CODE)), "/nowhere", target(("query", "ASK {")), "/om"])
def test_head(tiny: Server, where: str) -> None:
    """HEAD tells what GET would, and sends nothing (H 9.3.2)."""
    got, head = (send(tiny, method, where, Accept="*/*") for method in ("GET", "HEAD"))
    assert (got.status, b"") == (head.status, head.body)
    for name in ("Content-Type", "Content-Length", "ETag", "Vary", "Cache-Control"):
        assert got.header(name) == head.header(name)


@pytest.mark.parametrize(
    ("where", "methods"),
    [("/sparql", {"GET", "HEAD", "OPTIONS", "POST", "QUERY"}), ("/om", {"GET", "HEAD", "OPTIONS"})],
)
def test_options(tiny: Server, where: str, methods: set[str]) -> None:
    """OPTIONS names the methods of an address (H 9.3.7) and what QUERY carries there (Q 3)."""
    reply = send(tiny, "OPTIONS", where)
    assert (204, methods) == (reply.status, set(reply.header("Allow").split(", ")))
    assert ("QUERY" in methods) == (f'"{QUERY_TYPE}"' in reply.header("Accept-Query"))
    assert 404 == send(tiny, "OPTIONS", "/nowhere").status


@pytest.mark.parametrize("method", ["GET", "POST", "QUERY"])
@pytest.mark.parametrize("where", ["/sparql", target(("query", "ASK {"))])
def test_preflight(tiny: Server, where: str, method: str) -> None:
    """A preflight is answered before the query is looked at, and allows the method and the headers (F 4.8)."""
    asked = {
        "Origin": "https://example.org",
        "Access_Control_Request_Method": method,
        "Access_Control_Request_Headers": "content-type,x-own",
    }
    reply = send(tiny, "OPTIONS", where, None, **asked)
    assert (204, b"") == (reply.status, reply.body)
    assert method in reply.header("Access-Control-Allow-Methods").split(", ")
    allowed = {name.strip().lower() for name in reply.header("Access-Control-Allow-Headers").split(",")}
    assert {"content-type", "*"} <= allowed
    assert 204 == send(tiny, "OPTIONS", "/nowhere", None, **asked).status


def test_headers_that_a_page_elsewhere_may_read(tiny: Server) -> None:
    """What is told in headers is exposed to scripts of other hosts (F 3.2.3)."""
    exposed = {name.strip() for name in send(tiny, "GET", "/om").header("Access-Control-Expose-Headers").split(",")}
    named = (
        "ETag Link Allow Retry-After Kunskapsgraf-Warning Content-Encoding Content-Length Content-Range Accept-Ranges"
    )
    assert set(named.split()) <= exposed


GRAPHS = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
    "trig": "application/trig",
    "nq": "application/n-quads",
}


@pytest.mark.parametrize("name", GRAPHS)
def test_graph_formats(tiny: Server, name: str) -> None:
    """A CONSTRUCT is given in each format, its triples in the default graph (P 2.1.6)."""
    reply = send(tiny, "GET", target(("query", CONSTRUCT)), Accept=GRAPHS[name])
    assert (200, GRAPHS[name]) == (reply.status, reply.kind)
    expected = {(URIRef(NORRBY), URIRef(BASE + "ns#kommunkod"), Literal("9901"))}
    assert expected == set(graph_of(reply.body, name))


TERM = "<<( <urn:a> <urn:b> 1 )>>"


@pytest.mark.parametrize(
    ("query", "accept", "status", "words"),
    [
        (f'VERSION "1.2" SELECT ({TERM} AS ?t) {{}}', JSON, 200, b'"type":"triple"'),
        (f"SELECT ({TERM} AS ?t) {{}}", "text/tab-separated-values", 200, b"<<("),
        (f"CONSTRUCT {{ <urn:s> <urn:p> {TERM} }} {{}}", "text/turtle", 200, b"<<("),
        (f"CONSTRUCT {{ <urn:s> <urn:p> {TERM} }} {{}}", "application/ld+json", 406, b"RDF 1.2"),
        ('SELECT ("a"@ar--rtl AS ?t) {}', JSON, 200, b'"rtl"'),
    ],
)
def test_sparql_1_2(tiny: Server, query: str, accept: str, status: int, words: bytes) -> None:
    """What the engine has of SPARQL 1.2 is answered; a format that cannot hold it is refused, not cut."""
    reply = send(tiny, "GET", target(("query", query)), Accept=accept)
    assert status == reply.status
    assert words in reply.body
    if accept == "text/turtle":
        assert "version=1.2" in reply.header("Content-Type")


ALL = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o"


@pytest.mark.parametrize(
    ("accepted", "is_gzip"),
    [
        ("gzip", True),
        ("gzip, deflate, br", True),
        ("*", True),
        ("x-gzip", True),
        ("GZIP;q=0.5", True),
        ("gzip;q=0.5, identity;q=1", False),
        ("gzip;q=0", False),
        ("gzip;q=0, *", False),
        ("deflate, br", False),
        ("identity", False),
        ("", False),
    ],
)
def test_gzip(tiny: Server, accepted: str, is_gzip: bool) -> None:
    """An answer is compressed for whoever accepts it, by its q-values (H 12.5.3)."""
    plain = send(tiny, "GET", target(("query", ALL)), Accept="text/csv", Accept_Encoding="identity")
    reply = send(tiny, "GET", target(("query", ALL)), Accept="text/csv", Accept_Encoding=accepted)
    assert ("gzip" if is_gzip else "") == reply.header("Content-Encoding")
    assert plain.body == (gzip.decompress(reply.body) if is_gzip else reply.body)
    assert is_gzip == (len(reply.body) < len(plain.body) / 4)
    assert is_gzip == (plain.header("ETag") != reply.header("ETag"))  # H 8.8.3: a tag per representation


def test_small_answers_are_not_compressed(tiny: Server) -> None:
    """What fits a packet either way is sent as it is."""
    assert "" == send(tiny, "GET", target(("query", ASK)), Accept_Encoding="gzip").header("Content-Encoding")


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "QUERY"])
def test_not_modified(tiny: Server, method: str, encoding: str) -> None:
    """Whoever has the answer in this form gets 304 (H 13.1.2, Q 2); in another form it is sent."""
    body, headers = (ALL.encode(), dict(DIRECT)) if method == "QUERY" else (None, {})
    where = "/sparql" if method == "QUERY" else target(("query", ALL))
    headers |= {"Accept": "text/csv", "Accept_Encoding": encoding}
    first = send(tiny, method, where, body, **headers)
    tag = first.header("ETag")
    assert tag.startswith('"')  # strong
    again = send(tiny, method, where, body, **headers, If_None_Match=tag)
    assert (304, b"", tag) == (again.status, again.body, again.header("ETag"))
    other = "gzip" if encoding == "identity" else "identity"
    assert 200 == send(tiny, method, where, body, **{**headers, "Accept_Encoding": other}, If_None_Match=tag).status
    assert 200 == send(tiny, method, where, body, **{**headers, "Accept": JSON}, If_None_Match=tag).status


@pytest.mark.parametrize("name", ["style.css", "editor/page.js", "icon.svg"])
def test_file_named_by_its_digest_is_kept(tiny: Server, name: str) -> None:
    """A file that is asked for by what it holds never changes (RFC 8246); by its name alone it is asked for each time."""
    page = Page(send(tiny, "GET", "/sparql", Accept="text/html").body.decode())
    linked = [address for address in page.addresses if address.startswith(f"/static/{name}?")]
    for where in linked:
        kept = send(tiny, "GET", where)
        assert "public, max-age=31536000, immutable" == kept.header("Cache-Control")
        assert where.endswith("=" + kept.header("ETag").strip('"'))
    assert linked or name == "editor/page.js", "where the wheel was built without npm the editor's script is not linked"
    for where in (f"/static/{name}", f"/static/{name}?v=old"):
        reply = send(tiny, "GET", where)
        assert "public, max-age=0, must-revalidate" == reply.header("Cache-Control")
        assert 304 == send(tiny, "GET", where, If_None_Match=reply.header("ETag")).status


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_script_of_the_pages(tiny: Server, encoding: str) -> None:
    """A script is compressed too, whatever this version of Python calls its type."""
    reply = send(tiny, "GET", "/static/editor/page.js", Accept_Encoding=encoding)
    assert (encoding == "gzip") == (reply.header("Content-Encoding") == "gzip")
    assert "Accept-Encoding" in reply.header("Vary")


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_file_of_the_pages(tiny: Server, encoding: str) -> None:
    """A style sheet is compressed as answers are, and known again in the same form."""
    where = "/static/style.css"
    plain = send(tiny, "GET", where)
    reply = send(tiny, "GET", where, Accept_Encoding=encoding)
    assert plain.body == (gzip.decompress(reply.body) if encoding == "gzip" else reply.body)
    head = send(tiny, "HEAD", where, Accept_Encoding=encoding)
    for name in ("Content-Length", "Content-Encoding", "ETag"):
        assert reply.header(name) == head.header(name)
    assert 304 == send(tiny, "GET", where, Accept_Encoding=encoding, If_None_Match=reply.header("ETag")).status


class Listener:
    """A server that counts who connects."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.socket.getsockname()[1]}/data.ttl"
        self.calls = 0
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.calls += 1
            connection.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    """Give a server that nobody may call; prove that it would have noticed."""
    found = Listener()
    yield found
    calls = found.calls
    with socket.create_connection(found.socket.getsockname()):
        pass
    deadline = threading.Event()
    while found.calls == calls and not deadline.wait(0.01):
        continue
    found.socket.close()
    assert (0, 1) == (calls, found.calls)


def test_nothing_is_opened(tiny: Server, listener: Listener) -> None:
    """A graph named by an address or a file is unknown, and neither is opened; nor by SERVICE or LOAD."""
    for iri in (listener.address, "file:///etc/passwd", "file:/etc/passwd"):
        asked = [
            target(("query", ASK), ("default-graph-uri", iri)),
            target(("query", ASK), ("named-graph-uri", iri)),
            target(("query", f"ASK FROM <{iri}> {{ ?s ?p ?o }}")),
            target(("query", f"PREFIX x: <{iri}> ASK FROM NAMED x: {{ GRAPH ?g {{ ?s ?p ?o }} }}")),
            target(("query", f"SELECT * {{ SERVICE <{iri}> {{ ?s ?p ?o }} }}")),
            target(("query", f"LOAD <{iri}>")),
            target(("update", f"LOAD <{iri}>")),
        ]
        for where in asked:
            reply = send(tiny, "GET", where, Accept="*/*")
            assert 400 == reply.status
            assert b"root:" not in reply.body
        # Named by GRAPH it is a graph that holds nothing.
        within = send(tiny, "GET", target(("query", f"ASK {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}")), Accept=JSON)
        assert {"head": {}, "boolean": False} == json.loads(within.body)


def test_problem_points(tiny: Server) -> None:
    """An error of syntax tells line, column, the line with a caret under the place, and what was expected (RFC 9457)."""
    query = "SELECT *\nWHERE {\n\t?s ?p\n}"
    problem = send(tiny, "GET", target(("query", query)), Accept_Language="en").problem
    assert {
        "type": BASE + "fel#query-syntax-error",
        "title": "The query cannot be parsed",
        "status": 400,
        "detail": "The query cannot be parsed (line 4, column 1): } does not fit here. Expected: object.",
        "line": 4,
        "column": 1,
        "pointer": "}\n^",
        "expected": ["object"],
    } == problem


def test_problem_knows_the_prefix(tiny: Server) -> None:
    """An unknown prefix is answered with the nearest and its IRI."""
    reply = send(tiny, "GET", target(("query", "SELECT * { ?s kgg:namn ?o }")), Accept_Language="en")
    assert (1, 15) == (reply.problem["line"], reply.problem["column"])
    assert "SELECT * { ?s kgg:namn ?o }\n              ^" == reply.problem["pointer"]
    assert f"Did you mean kg:? Add PREFIX kg: <{BASE}ns#>" == reply.problem["hint"]


def test_problem_names_the_nearest_graph(tiny: Server) -> None:
    """An unknown graph is answered with the nearest there is."""
    reply = send(tiny, "GET", target(("query", ASK), ("default-graph-uri", BASE + "graf/kalla/provkarta")))
    assert (SOURCE, BASE + "fel#unknown-graph") == (reply.problem["nearest"], reply.problem["type"])


def test_problem_types_have_their_place(tiny: Server) -> None:
    """The type of a problem is a place on the page of problems, under our base."""
    page = Page(send(tiny, "GET", "/fel", Accept="text/html").body.decode())
    places = {element.attributes["id"] for element in page.all("div") if "id" in element.attributes}
    assert {
        "query-syntax-error",
        "query-timeout",
        "unknown-graph",
        "anmarkning-unknown-term",
        "unsupported-media-type",
    } <= places


def test_page_of_an_error_shows_the_place(tiny: Server) -> None:
    """A person sees the query with the place marked, nothing of it as markup, and may change it there."""
    query = "SELECT * {\n ?s <b> <script>alert(1)</script> }"
    reply = send(tiny, "GET", target(("query", query), ("lang", "en")), Accept="text/html")
    page = Page(reply.body.decode())
    assert 400 == reply.status
    assert [] == [script for script in page.all("script") if not script.attributes["src"].startswith("/static/")]
    assert [] == [script.text for script in page.all("script") if script.text]
    assert "alert" == page.one("mark").text
    assert query.split() == page.one("textarea").text.split()
    assert "The query cannot be parsed" == page.one("h1").text
    assert page.one("textarea").inside(page.one("form"))
    assert "en" == next(e.attributes["value"] for e in page.all("input") if e.attributes["name"] == "lang")


def test_page_of_an_error_keeps_the_chosen_graphs(tiny: Server) -> None:
    """The form of a query that failed asks it again of the same graphs."""
    chosen = (("query", "SELECT"), ("default-graph-uri", f"{BASE}graf/redaktion"), ("inference", "none"))
    page = Page(send(tiny, "GET", target(*chosen), Accept="text/html").body.decode())
    hidden = {(e.attributes["name"], e.attributes["value"]) for e in page.all("input")}
    assert set(chosen[1:]) <= hidden


# (name, query, header)
WARNINGS = [
    ("none", f"PREFIX kg: <{BASE}ns#> SELECT ?s {{ ?s a kg:Kommun ; ?p ?o }}", ""),
    (
        "a slip in a variable",
        "SELECT ?kommun {\n ?kommun ?p ?o . ?komun ?q ?o } LIMIT 5",
        'unused-variable;line=2;column=18;found="?komun";nearest="?kommun"',
    ),
    ("a variable that nothing binds", "SELECT ?namn { ?s ?p ?o }", 'unbound-variable;line=1;column=8;found="?namn"'),
    ("numbered variables", "SELECT ?kommun1 { ?kommun1 ?p ?kommun2 . ?kommun1 ?q 1 }", ""),
    (
        "a term that is not there",
        f"PREFIX k: <{BASE}ns#> SELECT ?s {{ ?s a k:Komun }}",
        'unknown-term;line=1;column=64;found="k:Komun";nearest="k:Kommun"',
    ),
    (
        "in full, and outside ASCII",
        f"SELECT ?s {{ ?s a <{BASE}ns#Kömmun> }}",
        f'unknown-term;line=1;column=18;found=%"<{BASE}ns#K%c3%b6mmun>";nearest="<{BASE}ns#Kommun>"',
    ),
    (
        "a graph that is not there",
        f"SELECT ?s {{ GRAPH <{BASE}graf/redaktio> {{ ?s ?p ?o }} }}",
        f'unknown-graph;line=1;column=19;found="<{BASE}graf/redaktio>";nearest="<{EDITORIAL}>"',
    ),
]


@pytest.mark.parametrize(("query", "expected"), [row[1:] for row in WARNINGS], ids=[row[0] for row in WARNINGS])
def test_warnings(tiny: Server, query: str, expected: str) -> None:
    """A query that may not say what was meant is answered, with a structured header (RFC 9651) and a note on the page."""
    reply = send(tiny, "GET", target(("query", query)), Accept=JSON)
    assert (200, expected) == (reply.status, reply.header("Kunskapsgraf-Warning"))
    assert {"head", "results"} == set(json.loads(reply.body))
    page = Page(send(tiny, "GET", target(("query", query)), Accept="text/html").body.decode())
    assert bool(expected) == bool(page.all("aside"))


def test_unknown_parameter_is_told(tiny: Server) -> None:
    """A parameter with a slip in it, which changes nothing, is told."""
    where = target(("query", CODE), ("default-graph-url", SOURCE))
    header = send(tiny, "GET", where, Accept=JSON).header("Kunskapsgraf-Warning")
    assert 'unknown-parameter;found="default-graph-url";nearest="default-graph-uri"' == header


def test_nothing_sent_ends_a_header(tiny: Server) -> None:
    """Line breaks of a visitor never reach a header as such."""
    query = f"SELECT ?s {{ GRAPH <{BASE}graf/redaktio> {{ ?s ?p ?o }} }}"
    name = "x\r\nSet-Cookie: a=b"
    reply = send(tiny, "GET", target(("query", query), (name, "1")), Accept=JSON)
    assert "" == reply.header("Set-Cookie")
    assert "%0d%0aSet-Cookie" in reply.header("Kunskapsgraf-Warning")


# Clients


def test_rdflib_store(tiny: Server) -> None:
    """The SPARQLStore of rdflib asks by each of its methods, and with a default graph."""
    for method in ("GET", "POST", "POST_FORM"):
        store = SPARQLStore(tiny.address + "/sparql", returnFormat="json", method=method)
        graph = Graph(store)
        assert [Literal("9901")] == list(graph.objects(URIRef(NORRBY), URIRef(BASE + "ns#kommunkod")))
        assert [] == list(
            Graph(store, identifier=URIRef(SOURCE)).objects(URIRef(NORRBY), URIRef(BASE + "ns#kommunkod"))
        )


CURL = pytest.mark.skipif(not shutil.which("curl"), reason="curl is missing")


@CURL
@pytest.mark.parametrize(
    "arguments",
    [
        ["-G", "--data-urlencode", f"query={CODE}"],
        ["--data-urlencode", f"query={CODE}"],
        ["-H", f"Content-Type: {QUERY_TYPE}", "--data-binary", CODE],
        ["-X", "QUERY", "-H", f"Content-Type: {QUERY_TYPE}", "--data-binary", CODE],
        ["--compressed", "-G", "--data-urlencode", f"query={CODE}"],
        ["-H", "Expect: 100-continue", "--data-urlencode", f"query={CODE}"],
    ],
    ids=["get", "form", "direct", "query", "compressed", "expect"],
)
def test_curl(tiny: Server, arguments: list[str]) -> None:
    """The program curl gets the answer by each operation."""
    command = ["curl", "-sS", "--fail", "-H", "Accept: text/csv", *arguments, tiny.address + "/sparql"]
    assert b"x\r\n9901\r\n" == subprocess.run(command, capture_output=True, check=True, timeout=30).stdout


def test_answer_by_address_of_another_host(tiny: Server) -> None:
    """A slash at the end and parameters percent-encoded in full are the same address (RFC 3986, 6.2)."""
    everything = "".join(f"%{octet:02X}" for octet in CODE.encode())
    assert 1 == send(tiny, "GET", f"/sparql/?query={everything}", Accept=JSON).rows
    assert 1 == send(tiny, "GET", f"/sparql?query={quote(CODE, safe='')}", Accept=JSON).rows
