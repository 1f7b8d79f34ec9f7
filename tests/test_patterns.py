"""Triple patterns are counted as the specification writes abbreviations out."""

from __future__ import annotations

import pytest

from kunskapsgraf.errors import QueryTooLarge
from kunskapsgraf.graph.guard import MOST_PATTERNS, inspect, tokens
from kunskapsgraf.graph.patterns import Patterns

# (query, its number of triple patterns, counted by hand)
COUNTED = [
    ("SELECT * { ?s ?p ?o }", 1),
    ("SELECT * { ?s ?p ?o . ?o ?q 1.5 }", 2),
    ("SELECT * { ?s ?p 1 , 2.5 , -3 ; ?q true }", 4),
    ("SELECT * { ?s a :A , :B ; :p ?x , ?y , ?z ; :q 'a'@sv , 'b'^^:t . }", 7),
    ("SELECT * { ?s :p [ :q ?x ; :r ?y ] . [ :q ?z ] :p ?u . [] a :A }", 6),
    ("SELECT * { ?s :p ( 1 ?x ) }", 5),
    ("SELECT * { (1) :p ?x }", 3),
    ("SELECT * { ?s :a/:b/:c ?o }", 3),
    ("SELECT * { ?s (:a|^:b)+/:c* ?o , ?u }", 6),
    ("SELECT * { ?s !(:a|^:b) ?o }", 2),
    ("SELECT * { ?s :p ?o OPTIONAL { ?o :q ?x } { ?a ?b ?c } UNION { ?d ?e ?f } MINUS { ?s :r ?y } }", 5),
    ("SELECT * { ?s :p ?o FILTER(?o > 3 && regex(?o, 'a b c')) ?s :q ?x }", 2),
    ("SELECT * { ?s :p ?o FILTER regex(?o, 'a') FILTER NOT EXISTS { ?o :q ?x . ?x :r ?y } }", 3),
    ("SELECT * { ?s :p ?o FILTER(EXISTS { ?o :q ?x } || :f(?o, ?s, ?o)) }", 2),
    ("SELECT * { BIND(?a + ?b + ?c AS ?d) ?s :p ?o }", 1),
    ("SELECT * { VALUES ?s { :a :b :c :d } VALUES (?x ?y) { (1 2) (3 UNDEF) } ?s :p ?x }", 1),
    ("SELECT * { GRAPH ?g { ?s ?p ?o } GRAPH :g { ?s ?p ?o } }", 2),
    ("SELECT * { { SELECT ?s (COUNT(?o) AS ?n) { ?s ?p ?o } GROUP BY ?s HAVING (COUNT(?o) > 2) } ?s :q ?x }", 2),
    ("SELECT ?s (?a AS ?b) FROM :g WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 3", 1),
    ("CONSTRUCT { ?s :a ?o ; :b ?o ; :c ?o } WHERE { ?s ?p ?o }", 1),
    ("CONSTRUCT WHERE { ?s ?p ?o . ?o ?q ?r }", 2),
    ("DESCRIBE ?s ?t WHERE { ?s ?p ?t }", 1),
    ("ASK { ?s ?p ?o } VALUES ?s { :a :b }", 1),
    ("SELECT * { ?s ?p '. ; , [ ( {' . # ?a ?b ?c\n ?s ?q <http://x/;,> }", 2),
]


@pytest.mark.parametrize(("query", "expected"), COUNTED)
def test_count(query: str, expected: int) -> None:
    """Each object, pair, member and step counts; expressions, data and templates do not."""
    counted = Patterns()
    for token in tokens(query):
        counted.take(token.kind, token.text)
    assert expected == counted.count


@pytest.mark.parametrize(
    "pattern", ["?s :p{i} ?o{i} . ", "?s :p{i} ?o{i} ; :q ?x . ", "[] :p{i} ?o{i} . ", "{{ ?s ?p{i} ?o{i} }} "]
)
def test_limit(pattern: str) -> None:
    """As many patterns as the limit are let through; one more is refused with the limit and its value."""
    each = 2 if ";" in pattern else 1
    fits = "SELECT * {" + "".join(pattern.format(i=i) for i in range(MOST_PATTERNS // each)) + "}"
    assert "select" == inspect(fits, 100_000)
    with pytest.raises(QueryTooLarge, match=f"{MOST_PATTERNS} trippelmönster"):
        inspect(fits[:-1] + "?one :more ?pattern }", 100_000)


@pytest.mark.parametrize("text", ["SELECT * { } } } ) ] ?a ?b ?c", "} } ASK {", "ASK { ( [ { ", "ASK { ; , . / | ]"])
def test_unbalanced(text: str) -> None:
    """What is no SPARQL is counted without failing: the engine says what is wrong with it."""
    assert inspect(text, 1000) in ("select", "ask")
