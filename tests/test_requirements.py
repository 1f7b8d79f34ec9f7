"""The requirements of the SPARQL 1.1 Protocol on query operations and of its result formats, one case each, as data.

Each row is a requirement in our own words with the section it comes from:

- P: SPARQL 1.1 Protocol (Recommendation, 21 March 2013); P12: SPARQL 1.2 Protocol (draft), where it adds something.
- J: Query Results JSON; X: Query Results XML; C: Query Results CSV and TSV (Recommendations, 21 March 2013).

Names in quotation marks are those of the W3C's protocol tests, each of which has its counterpart here or, for what a
server refuses and for datasets, in ``test_protocol``; updates are tested with updates. That of the Service Description
is ``test_service_description``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree

import pytest
from conftest import WORLD, Server, running
from reading import graph_of
from test_protocol import ASK, BASE, CODE, DIRECT, EDITORIAL, FORM, NORRBY, SOURCE, Reply, form, send, target

from kunskapsgraf.settings import Settings

JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
CSV, TSV = "text/csv", "text/tab-separated-values"
RESULTS, BOOLEANS = {JSON, XML, CSV, TSV}, {JSON, XML}
RDF = {"text/turtle", "application/rdf+xml", "application/n-triples", "application/ld+json"}
CODE_IN_SOURCE = CODE.replace("{", f"FROM <{SOURCE}> {{", 1)
TYPE = f"<{NORRBY}> a <{BASE}ns#Kommun>"


@pytest.fixture(scope="module")
def tiny(small: Settings) -> Iterator[Server]:
    """Run the real server on the tiny world."""
    with running(small, KUNSKAPSGRAF_SOURCES=str(WORLD)) as found:
        yield found


@dataclass(frozen=True)
class Requirement:
    """What is required, the request that shows it, and what is to come: a status, types, a truth value or a number of rows."""

    section: str
    words: str
    method: str
    where: str
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200
    kinds: frozenset[str] = frozenset()
    holds: bool | None = None
    rows: int | None = None

    def __str__(self) -> str:
        """Name the case."""
        return f"{self.section} {self.words}"


def required(
    section: str, words: str, method: str, where: str, body: bytes | None = None, **more: object
) -> Requirement:
    """Write a row."""
    return Requirement(section, words, method, where, body, **more)  # type: ignore[arg-type]


ACCEPT_JSON = {"Accept": JSON}
REQUIREMENTS = [
    # 2.1 query operation
    required(
        "P 2.1", "invoked by GET ('query_get')", "GET", target(("query", ASK)), headers={"Accept": JSON}, holds=True
    ),
    required(
        "P 2.1",
        "invoked by POST ('query_post_form')",
        "POST",
        "/sparql",
        form(("query", ASK)),
        headers={**FORM, "Accept": JSON},
        holds=True,
    ),
    required("P 2.1", "by no other method ('bad_query_method')", "PUT", target(("query", ASK)), status=405),
    required(
        "P 2.1",
        "exactly one query string ('bad_multiple_queries')",
        "GET",
        target(("query", ASK), ("query", "SELECT * {}")),
        status=400,
    ),
    required("P 2.1", "at least one query string", "POST", "/sparql", form(("q", ASK)), headers=FORM, status=400),
    required(
        "P 2.1",
        "parameters have names in lower case",
        "GET",
        target(("QUERY", ASK)),
        headers={"Accept": JSON},
        status=400,
    ),
    # 2.1.1 query via GET
    required(
        "P 2.1.1",
        "parameters are percent-encoded, in any letter case of the digits",
        "GET",
        "/sparql?query=ASK%7b%7D",
        headers=ACCEPT_JSON,
        holds=True,
    ),
    required(
        "P 2.1.1",
        "a query outside ASCII is UTF-8, percent-encoded",
        "GET",
        target(("query", "SELECT ('å' AS ?x) {}")),
        headers=ACCEPT_JSON,
        rows=1,
    ),
    # 2.1.2 query via POST with URL-encoded parameters
    required(
        "P 2.1.2",
        "the form's type must be said ('bad_query_missing_form_type')",
        "POST",
        "/sparql",
        form(("query", ASK)),
        status=415,
    ),
    required(
        "P 2.1.2",
        "all parameters stand in the body, joined by ampersands",
        "POST",
        "/sparql",
        form(("query", CODE), ("default-graph-uri", EDITORIAL)),
        headers={**FORM, "Accept": JSON},
        rows=1,
    ),
    # 2.1.3 query via POST directly
    required(
        "P 2.1.3",
        "the query is the body, not encoded ('query_post_direct')",
        "POST",
        "/sparql",
        ASK.encode(),
        headers={**DIRECT, "Accept": JSON},
        holds=True,
    ),
    required(
        "P 2.1.3",
        "graphs are named in the address",
        "POST",
        target(("default-graph-uri", SOURCE)),
        CODE.encode(),
        headers={**DIRECT, "Accept": JSON},
        rows=0,
    ),
    required(
        "P 2.1.3",
        "the type must be said ('bad_query_missing_direct_type')",
        "POST",
        "/sparql",
        ASK.encode(),
        status=415,
    ),
    required(
        "P 2.1.3",
        "no other type ('bad_query_wrong_media_type')",
        "POST",
        "/sparql",
        ASK.encode(),
        headers={"Content_Type": "text/plain"},
        status=415,
    ),
    required(
        "P 2.1.3",
        "UTF-8 is the only charset ('bad_query_non_utf8')",
        "POST",
        "/sparql",
        "ASK {}".encode("utf-16"),
        headers={"Content_Type": "application/sparql-query; charset=UTF-16"},
        status=415,
    ),
    # 2.1.4 specifying an RDF dataset
    required(
        "P 2.1.4",
        "by FROM in the query",
        "GET",
        target(("query", CODE_IN_SOURCE)),
        headers=ACCEPT_JSON,
        rows=0,
    ),
    required(
        "P 2.1.4",
        "the protocol's dataset is used where the query's differs ('query_multiple_dataset')",
        "POST",
        target(("named-graph-uri", EDITORIAL), ("named-graph-uri", SOURCE)),
        f"ASK FROM <{BASE}graf/ontologi> {{ GRAPH ?g {{ {TYPE} }} GRAPH ?h {{ {TYPE} }} FILTER(?g != ?h) }}".encode(),
        headers={**DIRECT, "Accept": JSON},
        holds=True,
    ),
    required(
        "P 2.1.4",
        "the query's FROM then adds nothing",
        "POST",
        target(("named-graph-uri", EDITORIAL)),
        f"ASK FROM <{EDITORIAL}> {{ ?s ?p ?o }}".encode(),
        headers={**DIRECT, "Accept": JSON},
        holds=False,
    ),
    required(
        "P 2.1.4",
        "a service may have a default dataset",
        "GET",
        target(("query", ASK)),
        headers=ACCEPT_JSON,
        holds=True,
    ),
    required(
        "P 2.1.4",
        "a dataset that is not allowed is refused with 400",
        "GET",
        target(("query", ASK), ("default-graph-uri", "http://example.org/g")),
        status=400,
    ),
    # 2.1.5 and 2.1.6 accepted formats and success
    *(
        required(
            "P 2.1.5",
            f"{kind} where it is accepted",
            "GET",
            target(("query", query)),
            headers={"Accept": kind},
            kinds=frozenset({kind}),
        )
        for query, kinds in (
            (CODE, RESULTS),
            (ASK, BOOLEANS),
            (f"CONSTRUCT WHERE {{ {TYPE} }}", RDF),
            (f"DESCRIBE <{NORRBY}>", RDF),
        )
        for kind in sorted(kinds)
    ),
    *(
        required("P 2.1.6", words, "POST", "/sparql", query.encode(), headers=DIRECT, kinds=frozenset(kinds))
        for words, query, kinds in (
            ("a SELECT gives results ('query_content_type_select')", "SELECT (1 AS ?value) {}", RESULTS),
            ("an ASK gives a truth value ('query_content_type_ask')", "ASK {}", BOOLEANS),
            ("a DESCRIBE gives RDF ('query_content_type_describe')", "DESCRIBE <http://example.org/>", RDF),
            ("a CONSTRUCT gives RDF ('query_content_type_construct')", "CONSTRUCT { <s> <p> 1 } WHERE {}", RDF),
        )
    ),
    # 2.1.7 failure
    required("P 2.1.7", "what is no SPARQL is 400 ('bad_query_syntax')", "GET", target(("query", "ASK {")), status=400),
    required(
        "P 2.1.7",
        "what the grammar allows and its notes do not is 400",
        "GET",
        target(("query", "SELECT (1 AS ?x) (2 AS ?x) {}")),
        status=400,
    ),
    # 2.3 determining the base IRI
    required(
        "P 2.3",
        "BASE of the query decides",
        "GET",
        target(("query", "BASE <http://example.org/a/> ASK { FILTER(<b> = <http://example.org/a/b>) }")),
        headers=ACCEPT_JSON,
        holds=True,
    ),
    required(
        "P 2.3",
        "without it the service has a base IRI of its own: the endpoint's",
        "GET",
        target(("query", f"ASK {{ FILTER(<id/kommun/norrby> = <{NORRBY}> && IRI('ns') = <{BASE}ns>) }}")),
        headers=ACCEPT_JSON,
        holds=True,
    ),
    required(
        "P 2.3",
        "it holds for FROM and for prefixes",
        "GET",
        target(("query", "PREFIX kg: <ns#> SELECT ?x FROM <graf/redaktion> { <id/kommun/norrby> kg:kommunkod ?x }")),
        headers=ACCEPT_JSON,
        rows=1,
    ),
    required(
        "P 2.3",
        "and where the dataset is several graphs",
        "GET",
        target(
            ("query", "PREFIX kg: <ns#> SELECT ?x { <id/kommun/norrby> kg:kommunkod ?x }"),
            ("default-graph-uri", EDITORIAL),
            ("default-graph-uri", SOURCE),
        ),
        headers=ACCEPT_JSON,
        rows=1,
    ),
    # SPARQL 1.2
    required(
        "P12 2.1",
        "a version may be announced by a parameter",
        "GET",
        target(("query", ASK), ("version", "1.2")),
        headers=ACCEPT_JSON,
        holds=True,
    ),
    required(
        "P12 2.1",
        "in a form",
        "POST",
        "/sparql",
        form(("query", ASK), ("version", "1.2")),
        headers={**FORM, "Accept": JSON},
        holds=True,
    ),
    required(
        "P12 2.1",
        "with the media type",
        "POST",
        "/sparql",
        ASK.encode(),
        headers={"Content_Type": "application/sparql-query; version=1.2", "Accept": JSON},
        holds=True,
    ),
    required(
        "P12 2.2",
        "one version at most",
        "GET",
        target(("query", ASK), ("version", "1.1"), ("version", "1.2")),
        status=400,
    ),
    required(
        "P12 2.2",
        "the method QUERY as POST",
        "QUERY",
        "/sparql",
        ASK.encode(),
        headers={**DIRECT, "Accept": JSON},
        holds=True,
    ),
]


@pytest.mark.parametrize("row", REQUIREMENTS, ids=str)
def test_requirement(tiny: Server, row: Requirement) -> None:
    """What the protocol requires is so."""
    reply = send(tiny, row.method, row.where, row.body, **row.headers)
    assert row.status == reply.status
    if row.kinds:
        assert reply.kind in row.kinds
    if row.holds is not None:
        assert row.holds is json.loads(reply.body)["boolean"]
    if row.rows is not None:
        assert row.rows == reply.rows
    if row.status == 200:
        assert "" == reply.header("Kunskapsgraf-Warning")


# Result formats. One row holds every kind of term, with what each format finds hard; the second row binds nothing of it.
ROWS = r"""
SELECT ?iri ?text ?tagged ?typed ?number ?blank ?none {
  { BIND(<http://example.org/å?a=1&b=2> AS ?iri) BIND("a \"quote\", a comma\nand a line\t<&>" AS ?text)
    BIND("färg"@sv AS ?tagged) BIND("2006"^^<http://www.w3.org/2001/XMLSchema#gYear> AS ?typed) BIND(4 AS ?number)
    BIND(BNODE() AS ?blank) }
  UNION {}
}"""
TEXT = 'a "quote", a comma\nand a line\t<&>'
IRI, YEAR = "http://example.org/å?a=1&b=2", "http://www.w3.org/2001/XMLSchema#gYear"
INTEGER = "http://www.w3.org/2001/XMLSchema#integer"
VARIABLES = ["iri", "text", "tagged", "typed", "number", "blank", "none"]


def given(tiny: Server, query: str, kind: str) -> Reply:
    """Ask for a format."""
    reply = send(tiny, "POST", "/sparql", query.encode(), **DIRECT, Accept=kind)
    assert (200, kind) == (reply.status, reply.kind)
    return reply


def test_json_results(tiny: Server) -> None:
    """J 3: head with vars; bindings with type, value, xml:lang, datatype; what is unbound is left out (J 3.2.2)."""
    found = json.loads(given(tiny, ROWS, JSON).body)
    assert {"head", "results"} == set(found)
    assert VARIABLES == found["head"]["vars"]
    [full, empty] = sorted(found["results"]["bindings"], key=len, reverse=True)
    assert {} == empty
    blank = full.pop("blank")
    assert ("bnode", {"type", "value"}) == (blank["type"], set(blank))
    assert {
        "iri": {"type": "uri", "value": IRI},
        "text": {"type": "literal", "value": TEXT},
        "tagged": {"type": "literal", "value": "färg", "xml:lang": "sv"},
        "typed": {"type": "literal", "value": "2006", "datatype": YEAR},
        "number": {"type": "literal", "value": "4", "datatype": INTEGER},
    } == full


@pytest.mark.parametrize(("query", "expected"), [("ASK {}", True), ("ASK { <urn:a> ?p ?o }", False)])
def test_json_boolean(tiny: Server, query: str, expected: bool) -> None:
    """J 3.1, 3.3 ('jsonres03', 'jsonres04'): head and boolean."""
    assert {"head": {}, "boolean": expected} == json.loads(given(tiny, query, JSON).body)


def test_xml_results(tiny: Server) -> None:
    """X 2.2, 2.3: sparql, head with variables in order, results; each binding holds one uri, literal or bnode."""
    root = ElementTree.fromstring(given(tiny, ROWS, XML).body)
    space = "{http://www.w3.org/2005/sparql-results#}"
    assert space + "sparql" == root.tag
    assert [space + "head", space + "results"] == [child.tag for child in root]
    assert VARIABLES == [variable.get("name") for variable in root[0]]
    [full, empty] = sorted(root[1], key=len, reverse=True)
    assert [] == list(empty)
    bound = {binding.get("name"): binding[0] for binding in full}
    assert set(VARIABLES) - {"none"} == set(bound)
    assert (space + "uri", IRI) == (bound["iri"].tag, bound["iri"].text)
    assert (space + "literal", TEXT, {}) == (bound["text"].tag, bound["text"].text, bound["text"].attrib)
    assert {"{http://www.w3.org/XML/1998/namespace}lang": "sv"} == bound["tagged"].attrib
    assert ({"datatype": YEAR}, "2006") == (bound["typed"].attrib, bound["typed"].text)
    assert space + "bnode" == bound["blank"].tag


@pytest.mark.parametrize(("query", "expected"), [("ASK {}", "true"), ("ASK { <urn:a> ?p ?o }", "false")])
def test_xml_boolean(tiny: Server, query: str, expected: str) -> None:
    """X 2.3.2: head and boolean."""
    root = ElementTree.fromstring(given(tiny, query, XML).body)
    space = "{http://www.w3.org/2005/sparql-results#}"
    assert [space + "head", space + "boolean"] == [child.tag for child in root]
    assert expected == root[1].text


def test_csv_results(tiny: Server) -> None:
    """C 3: names without question marks, CRLF, values without syntax of RDF, quotes doubled; unbound is empty."""
    lines = given(tiny, ROWS, CSV).body.decode("utf-8").split("\r\n")
    assert ",".join(VARIABLES) == lines[0]
    assert "" == lines[-1]
    empty, full = sorted(lines[1:-1], key=len)
    assert "," * (len(VARIABLES) - 1) == empty
    head, _, blank = full.partition(",4,")
    assert f'{IRI},"{TEXT.replace(chr(34), chr(34) * 2)}",färg,2006' == head
    assert blank.startswith("_:")
    assert blank.endswith(",")


def test_tsv_results(tiny: Server) -> None:
    """C 4: names with question marks, terms as in SPARQL and Turtle, tabs and line breaks escaped; unbound is empty."""
    lines = given(tiny, ROWS, TSV).body.decode("utf-8").split("\n")
    assert "\t".join("?" + name for name in VARIABLES) == lines[0]
    assert "" == lines[-1]
    empty, full = sorted(lines[1:-1], key=len)
    assert "\t" * (len(VARIABLES) - 1) == empty
    *terms, blank, none = full.split("\t")
    quoted = TEXT.replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    assert [f"<{IRI}>", f'"{quoted}"', '"färg"@sv', f'"2006"^^<{YEAR}>', "4"] == terms
    assert blank.startswith("_:")
    assert "" == none


# (value in SPARQL, in CSV, in TSV)
NUMBERS = [
    ("1", "1", "1"),
    ("2.2", "2.2", "2.2"),
    ("-3", "-3", "-3"),
    ('"4,4"', '"4,4"', '"4,4"'),
    ('""', "", '""'),
    # The engine writes a double without an exponent, and then with its type: the value and the type are kept.
    ("1.0E6", "1000000", '"1000000"^^<http://www.w3.org/2001/XMLSchema#double>'),
    ("true", "true", "true"),
]


@pytest.mark.parametrize(("value", "csv", "tsv"), NUMBERS)
def test_values_of_one_column(tiny: Server, value: str, csv: str, tsv: str) -> None:
    """C 3.2, 4.2 ('csv03', 'tsv03'): numbers stand bare where that keeps their type; an empty string is quoted in TSV."""
    query = f"SELECT ?x {{ VALUES ?x {{ {value} }} }}"
    assert f"x\r\n{csv}\r\n" == given(tiny, query, CSV).body.decode()
    assert f"?x\n{tsv}\n" == given(tiny, query, TSV).body.decode()


def test_formats_say_the_same(tiny: Server) -> None:
    """P 2.1.6: a graph is the same in each format of RDF."""
    query = f"CONSTRUCT WHERE {{ <{NORRBY}> ?p ?o }}"
    names = {
        "text/turtle": "ttl",
        "application/rdf+xml": "rdf",
        "application/n-triples": "nt",
        "application/ld+json": "jsonld",
    }
    found = [set(graph_of(given(tiny, query, kind).body, name)) for kind, name in names.items()]
    assert found[0]
    assert all(found[0] == graph for graph in found)
