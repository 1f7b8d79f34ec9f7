"""The guard: the tokenizer, the query's form, and what is never let through."""

from __future__ import annotations

import contextlib
import time

import pytest
from pyoxigraph import Store

from kunskapsgraf.errors import QueryForbidden, QuerySyntaxError, QueryTooLarge
from kunskapsgraf.graph.guard import DEEPEST_NESTING, MOST_TERMINALS, inspect, tokens

LARGEST = 10_000
CALL = "SERVICE <http://127.0.0.1:8000/sparql> { ?s ?p ?o }"

# (text, its terminals as (kind, text))
TERMINALS: list[tuple[str, list[tuple[str, str]]]] = [
    ("SELECT * {}", [("word", "SELECT"), ("other", "*"), ("other", "{"), ("other", "}")]),
    ("?s $s ?å1", [("variable", "?s"), ("variable", "$s"), ("variable", "?å1")]),
    ("<http://x/a#b>", [("iri", "<http://x/a#b>")]),
    ("<http://x/\\u0041'>", [("iri", "<http://x/\\u0041'>")]),
    ("?a < 3", [("variable", "?a"), ("other", "<"), ("other", "3")]),
    ("?a<3&&?b>2", [("variable", "?a"), ("iri", "<3&&?b>"), ("other", "2")]),
    ("\"a\" 'b'", [("string", '"a"'), ("string", "'b'")]),
    ('"a\\"b"', [("string", '"a\\"b"')]),
    ("'a\\\\'x", [("string", "'a\\\\'"), ("word", "x")]),
    ('""', [("string", '""')]),
    ('"""a"b""c\nd"""', [("string", '"""a"b""c\nd"""')]),
    ("'''a'b''c\\''''", [("string", "'''a'b''c\\''''")]),
    ('"a" # SERVICE "\n"b"', [("string", '"a"'), ("string", '"b"')]),
    ("# only a comment", []),
    ('"a\nb', [("open", '"a'), ("word", "b")]),
    ('"""a b', [("open", '"""a b')]),
    ('"a"@sv-SE', [("string", '"a"'), ("language", "@sv-SE")]),
    ("kg:erbjuder", [("name", "kg:erbjuder")]),
    ("service:x", [("name", "service:x")]),
    ("å.b-c:d.e%41\\'f", [("name", "å.b-c:d.e%41\\'f")]),
    ("k:a·\\'b 'c'", [("name", "k:a·\\'b"), ("string", "'c'")]),
    (":x :", [("name", ":x"), ("name", ":")]),
    ("_:b1", [("name", "_:b1")]),
    (
        "a:b|^c:d/e:f",
        [("name", "a:b"), ("other", "|"), ("other", "^"), ("name", "c:d"), ("other", "/"), ("name", "e:f")],
    ),
]
# (query, kind of its answer)
FORMS = [
    ("SELECT * { ?s ?p ?o }", "select"),
    ("select*{?s ?p ?o}", "select"),
    ("ASK { ?s ?p ?o }", "ask"),
    ("CONSTRUCT WHERE { ?s ?p ?o }", "graph"),
    ("DESCRIBE <http://x/SELECT>", "graph"),
    ("PREFIX kg: <http://x/> SELECT * {}", "select"),
    ("BASE <http://x/> ASK {}", "ask"),
    ("PREFIX select: <http://x/> ASK { ?s select:p ?o }", "ask"),
    ("PREFIX load: <http://x/insert> DESCRIBE load:x", "graph"),
    ("# INSERT\nPREFIX a: <http://x/> # SELECT\nCONSTRUCT {} WHERE { SELECT * {} }", "graph"),
    ("ASK { { SELECT * { ?s ?p ?o } } }", "ask"),
    ("SELECT * { ?load ?insert 'DELETE' }", "select"),
    ("PREFIX a: <http://x/>\r\nASK\t{}", "ask"),
]
# Queries that name SERVICE and call none.
HARMLESS = [
    'SELECT * { ?s ?p "SERVICE <http://x/> { ?s ?p ?o }" }',
    "SELECT * { ?s ?p 'it\\'s SERVICE' }",
    'SELECT * { ?s ?p """a" SERVICE "b""" }',
    "SELECT * { ?s ?p ?o } # SERVICE <http://x/> {}",
    "SELECT * { ?s ?p <http://x/SERVICE> }",
    "SELECT * { ?s ?p <http://x/a#SERVICE> . ?s ?p <http://x/b'c> }",
    "PREFIX service: <http://x/> SELECT * { ?s service:p service:SERVICE }",
    "PREFIX service: <http://x/> SELECT * FROM service:g { ?s ?p ?o }",
    "PREFIX service: <http://x/> SELECT * FROM NAMED service:g { GRAPH service:g { ?s ?p ?o } }",
    "PREFIX service: <http://x/> DESCRIBE service:a { ?s ?p ?o }",
    "SELECT ?SERVICE { ?SERVICE ?p $service }",
    "BASE <http://x/> SELECT * { ?s a <#CustomerService> }",
    "SELECT * { ?s ?p ?o FILTER(?o < 3 && ?o > 2 && ?s != 'SERVICE') }",
    "SELECT * { ?s ?p 'x'@sv-SERVICE }",
]
# Queries that the engine would read as a call, however it is hidden.
CALLS = [
    f"SELECT * {{ {CALL} }}",
    "SELECT * { SeRvIcE <http://x/> { ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT <http://x/> { ?s ?p ?o } }",
    "SELECT * { SERVICE ?x { ?s ?p ?o } }",
    "SELECT * { SERVICE<http://x/>{ ?s ?p ?o } }",
    "SELECT * { SERVICE#\n<http://x/>{ ?s ?p ?o } }",
    "PREFIX kg: <http://x/>\nSELECT * { { SELECT * { SERVICE kg:x { ?s ?p ?o } } } }",
    "PREFIX service: <http://x/> SELECT * { SERVICE service:x { ?s ?p ?o } }",
    "CONSTRUCT { ?s ?p ?o } WHERE { OPTIONAL { service <http://x/> { ?s ?p ?o } } }",
    f"SELECT * {{ ?s ?p 'a\\\\' . {CALL} ?s ?p '' }}",
    f'SELECT * {{ ?s ?p "a\'" . {CALL} ?s ?p "\'" }}',
    f'SELECT * {{ ?s ?p """a""" . {CALL} ?s ?p """""" }}',
    f"SELECT * {{ ?s ?p <http://x/'> . {CALL} ?s ?p <http://x/'> }}",
    f"SELECT * {{ ?s ?p <http://x/\\u0041'> . {CALL} ?s ?p <http://x/\\u0041'> }}",
    f"PREFIX k: <http://x/> SELECT * {{ ?s ?p k:a\\'b . {CALL} ?s ?p 'b' }}",
    f"PREFIX k: <http://x/> SELECT * {{ ?s ?p k:a·\\'b . {CALL} ?s ?p 'b' }}",
    # The engine wants no space between terminals.
    "PREFIX : <http://x/> SELECT * { SERVICE:x { ?s ?p ?o } }",
    "PREFIX : <http://x/> SELECT * { SERVICESILENT:x { ?s ?p ?o } }",
    "PREFIX A: <http://x/> SELECT * { serviceA:x { ?s ?p ?o } }",
    "SELECT * { SERVICESILENT<http://x/>{ ?s ?p ?o } }",
    f"SELECT * {{ ?s ?p true{CALL} }}",
    f"SELECT * {{ ?s ?p 1e5{CALL} }}",
    f"SELECT * {{ ?s ?p 15{CALL} }}",
    # The engine reads < as "less than" where an IRI does not fit.
    "SELECT * { FILTER(1<2)SERVICE#>\n<http://x/>{ ?s ?p ?o} }",
    f"SELECT * {{ FILTER(1<'>') {CALL} FILTER(1<'>') }}",
    f"SELECT * {{ FILTER(1<#>'''\n2) {CALL} #'''\n}}",
    f"PREFIX x: <http://x/> SELECT * {{ FILTER(?a<x:b#>'''\n) {CALL} #'''\n }}",
    f"SELECT * {{ <<?s?p'>' >> ?q ?r . {CALL} ?s ?p'' }}",
    # Two literals where the tokenizer sees one that does not close.
    f"SELECT * {{ VALUES ?x {{ '''abc' }} {CALL} }}",
]
UPDATES = [
    ("INSERT DATA { <http://a> <http://b> <http://c> }", "INSERT"),
    ("DELETE WHERE { ?s ?p ?o }", "DELETE"),
    ("PREFIX kg: <http://x/> delete { ?s ?p ?o } WHERE { ?s ?p ?o }", "DELETE"),
    ("LOAD <http://127.0.0.1/>", "LOAD"),
    ("# SELECT\nload silent <file:///etc/passwd>", "LOAD"),
    ("BASE <http://x/> CLEAR ALL", "CLEAR"),
    ("DROP GRAPH <http://x/>", "DROP"),
    ("CREATE GRAPH <http://x/>", "CREATE"),
    ("ADD DEFAULT TO <http://x/>", "ADD"),
    ("MOVE DEFAULT TO <http://x/>", "MOVE"),
    ("COPY DEFAULT TO <http://x/>", "COPY"),
    ("WITH <http://x/> DELETE { ?s ?p ?o } WHERE { SELECT * { ?s ?p ?o } }", "WITH"),
]
# Texts that made a naive tokenizer start over at each place.
SLOW = ["a.b-", "'\\", "\\'", "\\'''\n", "'''a\"", "<#", "a%", ":\\", "<a", "@a-", "{'"]


@pytest.mark.parametrize(("text", "expected"), TERMINALS)
def test_tokens(text: str, expected: list[tuple[str, str]]) -> None:
    """A text is split into the terminals of SPARQL 1.1, without white space and comments."""
    assert expected == [(token.kind, token.text) for token in tokens(text)]


def test_places() -> None:
    """A terminal's line and column count from 1, also after a string of several lines."""
    found = [(token.text, token.line, token.column) for token in tokens('a "b"\n # c\n  """d\ne""" f')]
    assert [("a", 1, 1), ('"b"', 1, 3), ('"""d\ne"""', 3, 3), ("f", 4, 6)] == found


@pytest.mark.parametrize(("query", "expected"), FORMS)
def test_form(query: str, expected: str) -> None:
    """The first form after PREFIX and BASE says what kind of answer there is."""
    assert expected == inspect(query, LARGEST)


@pytest.mark.parametrize(
    "text", ["", "  ", "# SELECT", '"SELECT"', "?SELECT", "PREFIX select: <http://x/>", "hej", "<ASK>"]
)
def test_no_query(text: str) -> None:
    """A text without a form is no query."""
    with pytest.raises(QuerySyntaxError) as caught:
        inspect(text, LARGEST)
    assert (1, 1) == (caught.value.line, caught.value.column)


@pytest.mark.parametrize("query", HARMLESS)
def test_service_as_text_or_name(query: str) -> None:
    """The word SERVICE in a string, comment, IRI, variable or prefixed name is let through."""
    assert inspect(query, LARGEST) in ("select", "graph")


@pytest.mark.parametrize("query", [*HARMLESS, *CALLS])
def test_engine_reads_the_cases(query: str) -> None:
    """The queries of these cases are ones that the engine would run."""
    Store().query(query)


@pytest.mark.parametrize("query", CALLS)
def test_service(query: str) -> None:
    """A call of SERVICE is refused, in any case and place."""
    with pytest.raises(QueryForbidden, match="SERVICE"):
        inspect(query, LARGEST)


def test_service_names_its_place() -> None:
    """The refusal tells line and column, in both languages."""
    with pytest.raises(QueryForbidden) as caught:
        inspect("SELECT *\n{\n  SERVICE <http://x/> {} }", LARGEST)
    assert (3, 3) == (caught.value.line, caught.value.column)
    assert "rad 3" in caught.value.sv
    assert "line 3" in caught.value.en


@pytest.mark.parametrize(("text", "word"), UPDATES)
def test_updates(text: str, word: str) -> None:
    """An update is refused by its name."""
    with pytest.raises(QueryForbidden, match=word) as caught:
        inspect(text, LARGEST)
    assert word in caught.value.en


@pytest.mark.parametrize("bracket", ["{}", "()", "[]"])
def test_nesting(bracket: str) -> None:
    """A hundred levels of brackets are let through and one more is not."""
    opening, closing = bracket[0], bracket[1]
    inside = DEEPEST_NESTING - 1
    many = 10 * DEEPEST_NESTING  # a collection is two patterns
    assert "select" == inspect(f"SELECT * {{{opening * inside}{closing * inside}}}", LARGEST, patterns=many)
    with pytest.raises(QueryTooLarge) as caught:
        inspect(f"SELECT *\n{{{opening * (inside + 1)}{closing * (inside + 1)}}}", LARGEST, patterns=many)
    assert (2, DEEPEST_NESTING + 1) == (caught.value.line, caught.value.column)


def test_nested_reified_triples() -> None:
    """``<<`` of a reified triple is a level too, a hundred of them are let through, and ``>>`` ends one."""
    inside = DEEPEST_NESTING - 1
    asked = "SELECT * { " + "<<" * inside + "?s" + " ?p ?o >>" * inside + " ?p ?o }"
    assert "select" == inspect(asked, LARGEST, patterns=10 * DEEPEST_NESTING)
    with pytest.raises(QueryTooLarge) as caught:
        inspect(asked.replace("?s", "<<?s ?p ?o >>"), LARGEST, patterns=10 * DEEPEST_NESTING)
    assert (1, len("SELECT * { ") + 2 * DEEPEST_NESTING) == (caught.value.line, caught.value.column)
    beside = "<< ?s ?p ?o >> ?q ?r . " * (DEEPEST_NESTING // 2)
    assert "select" == inspect("SELECT * { " + beside + "}", LARGEST, patterns=10 * DEEPEST_NESTING)


def test_signs_that_compare_do_not_nest() -> None:
    """Less than and greater than, and IRIs that begin and end with the same signs, are no levels."""
    compared = "?a < 1 && ?b > 2 && ?c <= 3 && ?d < <urn:x> && "
    assert "select" == inspect("SELECT * { ?s ?p ?o FILTER(" + compared * DEEPEST_NESTING + "true) }", LARGEST)


def test_terminals() -> None:
    """A query may have so many terminals, and not one more."""
    rest = "SELECT * { VALUES ?n { } }"
    fitting = rest.replace("} }", "1 " * (MOST_TERMINALS - 8) + "} }")
    assert "select" == inspect(fitting, 10 * MOST_TERMINALS)
    with pytest.raises(QueryTooLarge, match=f"{MOST_TERMINALS} terminaler"):
        inspect(fitting.replace("} }", "1 } }"), 10 * MOST_TERMINALS)


@pytest.mark.parametrize("filling", ['"{}"', "<http://x/{}>", "#{}\n", "'''{}'''"])
def test_brackets_in_text_do_not_nest(filling: str) -> None:
    """Brackets in strings, IRIs and comments are no nesting, and neither are groups side by side."""
    many = "((" * DEEPEST_NESTING
    assert "select" == inspect(f"SELECT * {{ ?s ?p ?o . {filling.format(many)} }}", LARGEST)
    assert "select" == inspect("SELECT * {" + "{}" * (DEEPEST_NESTING * 2) + "}", LARGEST)


def test_size() -> None:
    """A query may have as many bytes as the limit, counted in UTF-8, and not one more."""
    query = "ASK { ?s ?p 'å' }"
    size = len(query.encode())
    assert size == len(query) + 1
    assert "ask" == inspect(query, size)
    with pytest.raises(QueryTooLarge, match=f"{size} byte.*{size - 1}"):
        inspect(query, size - 1)


def test_lone_surrogate_is_counted() -> None:
    """A text that is no UTF-8 is measured without failing."""
    assert "ask" == inspect("ASK { ?s ?p '\ud800' }", LARGEST)


@pytest.mark.parametrize("piece", SLOW)
def test_time_is_linear(piece: str) -> None:
    """A hostile text of 100,000 characters is read at once; it holds the process that serves everyone."""
    text = "SELECT * {" + piece * (100_000 // len(piece))
    began = time.process_time()
    with contextlib.suppress(QueryForbidden, QueryTooLarge):
        inspect(text, 10 * len(text))
    assert time.process_time() - began < 2
