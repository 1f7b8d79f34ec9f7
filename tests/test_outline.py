"""What an outline of a query holds of it, and how little that is, however a query is written."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from kunskapsgraf.graph.advice import advise
from kunskapsgraf.graph.outline import KEPT_BYTES, MOST_TOLD, outlined
from kunskapsgraf.graph.vocabulary import Names

NAMES = Names("https://x.se/")
# Texts of a size in characters that are nothing but one kind of token, as a machine that wants room would send them.
FILLED: dict[str, Callable[[int], str]] = {
    "variables": lambda size: "SELECT " + "?a " * (size // 3) + "{}",
    "names": lambda size: "SELECT * { VALUES ?x { " + "k:a " * (size // 4) + "} }",
    "IRIs": lambda size: "SELECT * { VALUES ?x { " + "<a> " * (size // 4) + "} }",
    "graphs": lambda size: "SELECT * { " + "GRAPH <a> {} " * (size // 13) + "}",
}


def held(texts: list[str]) -> int:
    """Read outlines one after another; give the bytes of the tokens of those that are kept, from the last one back."""
    size = 0
    for text, found in reversed([(text, outlined(text)) for text in texts]):
        if outlined(text) is not found:
            break
        told = (*found.variables, *found.names, *found.iris, *found.graphs)
        size += sum(sys.getsizeof(token) + sys.getsizeof(token.text) for token in told)
    return size


@pytest.mark.parametrize("fill", FILLED.values(), ids=FILLED)
def test_many_outlines_take_little_room(fill: Callable[[int], str]) -> None:
    """Of sixty queries, each as full of tokens as its size allows, no more outlines are kept than have room."""
    assert 0 < held([f"{fill(3600)} # {number}" for number in range(60)]) < KEPT_BYTES


@pytest.mark.parametrize("fill", FILLED.values(), ids=FILLED)
def test_outline_of_a_long_query_is_short(fill: Callable[[int], str]) -> None:
    """Of each kind an outline holds a bounded number, and that of a long query is not kept."""
    found = outlined(fill(60_000))
    assert MOST_TOLD == max(len(kind) for kind in (found.variables, found.names, found.iris, found.graphs))
    assert len(found.loose) <= MOST_TOLD
    assert found is not outlined(fill(60_000))


def test_what_comes_again_is_read_once() -> None:
    """The outline of a query as people write them is kept."""
    query = "PREFIX k: <urn:> SELECT ?s { ?s k:a ?o GRAPH k:g { ?s ?p ?o } }"
    assert outlined(query) is outlined(query)


def test_no_slip_is_told_where_not_every_variable_is_known() -> None:
    """A variable that comes again after the bound on variables is not said to stand alone."""
    alone = "SELECT ?first { ?s ?p ?o }"
    assert ["unbound-variable"] == [advice.code for advice in advise(outlined(alone), NAMES, set(), set())]
    long = "SELECT ?first { " + "BIND(?s AS ?s) " * MOST_TOLD + " BIND(1 AS ?first) }"
    assert [] == advise(outlined(long), NAMES, set(), set())
