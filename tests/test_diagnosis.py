"""What an error of syntax tells: the place, what could stand there, and what may have been meant."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

import pytest
from pyoxigraph import Store

from kunskapsgraf.errors import QuerySyntaxError
from kunskapsgraf.graph.diagnosis import diagnosed, pointer
from kunskapsgraf.graph.grammar import LARGEST, breach
from kunskapsgraf.graph.nearest import is_slip, nearest
from kunskapsgraf.graph.vocabulary import Names
from kunskapsgraf.web.excerpt import marked

ROOT = Path(__file__).parents[1]
PREFIXES = Names("https://w3id.org/kunskapsgraf/").prefixes()
# (query, line, column, terminal found, some of what is expected)
BREACHES: list[tuple[str, int, int, str, set[str]]] = [
    ("SELECT", 1, 7, "", {"*", "variable"}),
    ("SELECT * { ?s ?p }", 1, 18, "}", {"object"}),
    ("SELECT * {\n ?s ?p ?o .\n FILTER(?x = ) }", 3, 14, ")", {"expression"}),
    ("SELECT ?x {", 1, 12, "", {"triple", "}"}),
    ("SELECT ?x {\n\n  ", 1, 12, "", {"triple", "}"}),  # where the text could have gone on
    ("SELECT * { ?s ?p ?o . } }", 1, 25, "}", {"LIMIT", "end of query"}),
    ("SELECT * { ?s a/b ?o }", 1, 17, "b", {"predicate"}),
    ("SELECT COUNT(*) {}", 1, 8, "COUNT", {"variable", "*"}),
    ("SELECT (COUNT(?x) ?n) {}", 1, 19, "?n", {"AS"}),
    ("SELECT * { ?s ?p ?o ?s ?q ?r }", 1, 21, "?s", {".", ";", "}"}),
    ("SELECT * { OPTIONAL ?s ?p ?o }", 1, 21, "?s", {"{"}),
    ("PREFIX kg <urn:x> SELECT * {}", 1, 8, "kg", {"prefix:"}),
    ("SELECT * { ?s ?p 1 } LIMIT", 1, 27, "", {"number"}),
    ("SELECT * { ?s ?p 1 } LIMIT 5 x", 1, 30, "x", {"OFFSET", "end of query"}),
    ("SELECT * { BIND(1 ?x) }", 1, 19, "?x", {"AS", "operator"}),
    ("CONSTRUCT { ?s ?p } WHERE { ?s ?p ?o }", 1, 19, "}", {"object"}),
    ("DESCRIBE", 1, 9, "", {"*", "variable or IRI"}),
    ("ASK FROM { }", 1, 10, "{", {"NAMED", "IRI"}),
    ("SELECT * { VALUES ?x { ?y } }", 1, 24, "?y", {"value", "}"}),
    ("SELECT * { ?s ?p 'åäö𐀀' ! }", 1, 25, "!", {"}", "."}),
]
# (query, its place, words of the message in English, hint in English)
EXPLAINED: list[tuple[str, tuple[int, int], str, str | None]] = [
    (
        "SELECT * {\n?s kgx:p ?o }",
        (2, 4),
        "prefix kgx: is not declared",
        f"Did you mean kg:? Add PREFIX kg: <{PREFIXES['kg']}>",
    ),
    (
        "SELECT * { ?s rdfs:label ?o }",
        (1, 15),
        "prefix rdfs: is not declared",
        f"Add PREFIX rdfs: <{PREFIXES['rdfs']}>",
    ),
    ("PREFIX ex: <urn:x> SELECT * { ?s exx:p ?o }", (1, 34), "exx:", "Did you mean ex: <urn:x>?"),
    ("SELECT * { ?s zzzzzz:p ?o }", (1, 15), "zzzzzz:", None),
    ("SELCT * {}", (1, 1), "SELCT does not fit", "Did you mean SELECT?"),
    ("SELECT * WERE { ?s ?p ?o }", (1, 10), "WERE does not fit", "Did you mean WHERE?"),
    ("SELECT * { ?s ?p ?o FILER(?o > 1) }", (1, 21), "FILER does not fit", "Did you mean FILTER?"),
    ("SELECT * { ?s ?p ?o FILTER(CONTAIN(?o, 'a')) }", (1, 28), "CONTAIN does not fit", "Did you mean CONTAINS?"),
    ("SELECT * { ?s ?p 'a }", (1, 18), "The string does not end", None),
    ("SELECT * { ?s <http://[x> ?o }", (1, 15), "characters or parts that an IRI may not have", None),
    ("SELECT * { <namn> <b%zz> ?o }", (1, 19), "characters or parts that an IRI may not have", None),
    ("SELECT ?x ?y (COUNT(*) AS ?n) { ?x ?p ?y } GROUP BY ?x", (1, 11), "neither grouped nor aggregated", None),
    ("SELECT (1 AS ?x) (2 AS ?x) {}", (1, 27), "twice after SELECT", None),
]


@pytest.mark.parametrize(("query", "line", "column", "found", "expected"), BREACHES)
def test_breach(query: str, line: int, column: int, found: str, expected: set[str]) -> None:
    """The first terminal that does not fit is the place, counted in characters from 1."""
    told = breach(query)
    assert told is not None
    assert (line, column, found) == (told.line, told.column, told.found)
    assert expected <= set(told.expected)


@pytest.mark.parametrize("query", [row[0] for row in BREACHES] + [row[0] for row in EXPLAINED])
def test_engine_refuses_the_cases(query: str) -> None:
    """The queries of these cases are ones that the engine refuses."""
    with pytest.raises(SyntaxError):
        Store().query(query)


FILES = sorted((ROOT / "queries").rglob("*.rq"))


def test_own_queries_follow_the_grammar() -> None:
    """No query of the project breaks the grammar."""
    assert len(FILES) > 50
    assert [] == [path.name for path in FILES if breach(path.read_text(encoding="utf-8"))]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (COUNT(DISTINCT *) AS ?n) { ?s !(a|^<urn:x>)+ [ <urn:y> (1 2.5 -3e4 'a'@sv 'b'^^<urn:t> true) ; ] ; }",
        "ASK { ?s (a/<urn:p>*)|^<urn:q>? ?o , _:b1 . FILTER NOT EXISTS { ?s ?p () } MINUS { ?s ?p [] } }",
        "SELECT ?x WHERE { { SELECT ?x { ?x ?y ?z } ORDER BY DESC(?z) ?x LIMIT 1 OFFSET 2 } UNION { } } VALUES ?x { UNDEF }",
        "CONSTRUCT WHERE { ?s ?p ?o . }",
        "CONSTRUCT FROM <urn:g> WHERE { ?s ?p ?o } LIMIT 1",
        "DESCRIBE ?x <urn:y> FROM NAMED <urn:g> { ?x ?p ?o }",
        "SELECT (GROUP_CONCAT(?x; SEPARATOR=', ') AS ?t) { ?x ?p ?o } GROUP BY (?o + 1 AS ?k) HAVING (COUNT(*) > 1)",
        "SELECT * { ?s ?p ?o FILTER(?o IN (1, 2) && ?p NOT IN () || -?o <= 1 * 2 / 3) BIND(IF(true, 1, <urn:f>(2)) AS ?b) }",
        "PREFIX a: <urn:> SELECT * { GRAPH ?g { ?s ?p ?o } VALUES (?a ?b) { (1 UNDEF) (<urn:x> 'x') } . OPTIONAL { ?s a:b\\,c ?x } }",
    ],
)
def test_grammar_reads(query: str) -> None:
    """The grammar finds no breach in queries that use all parts of it and that the engine reads."""
    with contextlib.suppress(RuntimeError):  # a function that it does not have is no error of syntax
        Store().query(query)
    assert breach(query) is None


@pytest.mark.parametrize(("query", "place", "words", "hint"), EXPLAINED)
def test_explained(query: str, place: tuple[int, int], words: str, hint: str | None) -> None:
    """An error says what is wrong, where, and what may have been meant, in both languages."""
    with pytest.raises(SyntaxError) as refused:
        Store().query(query)
    raw = QuerySyntaxError("", "", line=1, column=27)
    raw.said = str(refused.value.msg)
    told = diagnosed(query, raw, PREFIXES)
    assert place == (told.line, told.column)
    assert words in told.en
    assert told.sv != told.en
    assert f"rad {place[0]}, kolumn {place[1]}" in told.sv
    assert hint == (told.hint[1] if told.hint else None)


@pytest.mark.parametrize(
    ("text", "line", "column", "expected"),
    [
        ("abc", 1, 2, "abc\n ^"),
        ("a\r\nbc", 2, 3, "bc\n  ^"),
        ("\tx y", 1, 4, "\tx y\n\t  ^"),
        ("x", 9, 1, "x\n^"),
        ("a" * 500, 1, 1, "a" * 72 + "…\n^"),
    ],
)
def test_pointer(text: str, line: int, column: int, expected: str) -> None:
    """The caret stands under the place; tabs keep their width."""
    assert expected == pointer(text, line, column)


def test_pointer_in_a_long_line() -> None:
    """A long line is cut around the place, and the caret follows."""
    shown, caret = pointer("a" * 300 + "X" + "b" * 300, 1, 301).split("\n")
    assert "X" == shown[len(caret) - 1]
    assert (74, "…", "…") == (len(shown), shown[0], shown[-1])


def test_marked() -> None:
    """The word at the place is marked, among the lines around it."""
    lines = marked("a\n" * 20 + "SELECT xyz {\n" + "b\n" * 20, 21, 8)
    assert list(range(15, 28)) == [line.number for line in lines]
    assert [("SELECT ", "xyz", " {")] == [(line.before, line.at, line.after) for line in lines if line.at]
    assert " " == marked("ASK {", 1, 6)[0].at


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        ("Komun", ["Kommun", "Kommundel"], "Kommun"),
        ("KÖMMUN", ["Kommun"], "Kommun"),
        ("xyz", ["Kommun"], None),
        ("", ["Kommun"], None),
        ("a" * 10_000, ["a" * 9_999], None),
    ],
)
def test_nearest(name: str, known: list[str], expected: str | None) -> None:
    """The nearest name is found without regard to case and diacritics; what is far is not offered."""
    assert expected == nearest(name, known)


@pytest.mark.parametrize(
    ("name", "other", "expected"),
    [
        ("komun", "kommun", True),
        ("kommnu", "kommun", True),
        ("kammun", "kommun", True),
        ("Kommun", "kommun", True),
        ("kömmun", "kommun", True),
        ("kommun", "kommun", False),
        ("kommun1", "kommun2", False),
        ("kommun", "kommun2", False),
        ("s", "o", False),
        ("abc", "abd", False),
        ("namn", "namnEn", False),
    ],
)
def test_slip(name: str, other: str, expected: bool) -> None:
    """A slip is one letter of four or more; short and numbered names are meant to differ."""
    assert expected == is_slip(name, other)
    assert expected == is_slip(other, name)


@pytest.mark.parametrize("piece", ["(", "{", "[", "?a ?b ((1) (2)) . ", "a:.....", "!!!!", "FILTER(?x = 1) ", "'''a"])
def test_time_is_bounded(piece: str) -> None:
    """A hostile text is read at once, or left to the engine: it holds the process that serves everyone."""
    began = time.process_time()
    breach("SELECT * { " + piece * (LARGEST // len(piece) - 1))
    assert time.process_time() - began < 3
