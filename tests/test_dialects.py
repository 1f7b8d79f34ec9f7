"""What engines need of a query and of an answer before it is read, where they do otherwise than the specifications."""

from __future__ import annotations

import io

import pytest
from pyoxigraph import QuerySolutions, Store

from kunskapsgraf.graph.elsewhere.answers import Labelled
from kunskapsgraf.graph.elsewhere.constants import inlined

FILTER = "OPTIONAL { ?s ?p ?l FILTER(LANG(?l) = ?x) }"
WRITTEN = 'OPTIONAL { ?s ?p ?l FILTER(LANG(?l) = "sv") }'
VALUES = 'VALUES ?x { "sv" }'
# (query, what is sent). By hand, from what section 18.2.2.6 of SPARQL 1.1 Query makes a LeftJoin of.
INLINED = [
    (f"SELECT * {{ {VALUES} ?s ?p ?o {FILTER} }}", f"SELECT * {{ {VALUES} ?s ?p ?o {WRITTEN} }}"),
    ("SELECT * { VALUES ?x { <urn:a> } OPTIONAL { ?s ?p ?l FILTER(?l = ?x) } }", "SELECT * { VALUES ?x { <urn:a> } OPTIONAL { ?s ?p ?l FILTER(?l = <urn:a>) } }"),
    # An inner OPTIONAL joins within its own group, where nothing binds ?x.
    (f"SELECT * {{ {VALUES} OPTIONAL {{ ?s ?p ?o {FILTER} }} }}", None),
    (f"SELECT * {{ {VALUES} {{ ?s ?p ?l FILTER(LANG(?l) = ?x) }} UNION {{ ?s ?p ?l }} }}", None),
    (f"SELECT * {{ {VALUES} MINUS {{ ?s ?p ?l FILTER(LANG(?l) = ?x) }} }}", None),
    # What comes after the OPTIONAL is not bound in it.
    (f"SELECT * {{ ?s ?p ?o {FILTER} {VALUES} }}", None),
    (f"SELECT * {{ {{ {VALUES} }} ?s ?p ?o {FILTER} }}", None),
    # Of several values, or none, there is no one constant.
    (f'SELECT * {{ VALUES ?x {{ "sv" "en" }} ?s ?p ?o {FILTER} }}', None),
    (f"SELECT * {{ VALUES ?x {{ UNDEF }} ?s ?p ?o {FILTER} }}", None),
    (f'SELECT * {{ VALUES (?x ?y) {{ ("sv" 1) }} ?s ?p ?o {FILTER} }}', None),
    # A constant is no argument of BOUND, and EXISTS has a group of its own.
    (f"SELECT * {{ {VALUES} OPTIONAL {{ ?s ?p ?l FILTER(BOUND(?x) && EXISTS {{ ?s ?p ?x }}) }} }}", None),
    (f'SELECT * {{ {VALUES} OPTIONAL {{ ?s ?p "?x }} FILTER(?x)" # FILTER(?x)\n }} }}', None),
    (f"SELECT * {{ {VALUES} OPTIONAL", None),
]  # fmt: skip
DATA = 'INSERT DATA { <urn:s> <urn:p> "a"@sv , "b"@en , <urn:a> . <urn:t> <urn:p> "c"@en }'


@pytest.mark.parametrize(("query", "sent"), INLINED)
def test_constants(query: str, sent: str | None) -> None:
    """A constant that VALUES binds takes its variable's place in the conditions of OPTIONALs beside it, and nowhere else."""
    assert (sent or query) == inlined(query)


@pytest.mark.parametrize("query", [query for query, sent in INLINED if sent])
def test_constants_keep_the_meaning(query: str) -> None:
    """An engine that follows the specification gives the same rows to both."""
    store = Store()
    store.update(DATA)

    def rows(text: str) -> list[str]:
        found = store.query(text)
        assert isinstance(found, QuerySolutions)
        return sorted(str(row) for row in found)

    assert rows(query)
    assert rows(query) == rows(inlined(query))


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 1000])
def test_labels_of_blank_nodes(size: int) -> None:
    """What stands before a label is replaced wherever the pieces end that are read, and what only begins so is not."""
    text = b"ab" * 3 + b"abcX" + b"abc" * 2 + b"ab" + b"a" * 7 + b"abcab"
    source = Labelled(io.BytesIO(text), b"abc", b"-")
    pieces = iter(lambda: source.read(size), b"")
    assert text.replace(b"abc", b"-") == b"".join(piece for piece in pieces if piece)
