"""Columns hold what a set of statements holds, whatever is added to them and taken from them."""

from __future__ import annotations

import random
from itertools import combinations, pairwise

import numpy as np
import pytest

from kunskapsgraf.graph.rdf import BlankNode, Literal, NamedNode, Term, Triple
from kunskapsgraf.graph.vocabulary import OWL, RDF
from kunskapsgraf.reasoner import joins
from kunskapsgraf.reasoner.columns import HALF, LOWER, NO_SUBJECTS, Columns, Key, Terms, by_column, distinct, turned
from kunskapsgraf.reasoner.infer import infer
from kunskapsgraf.reasoner.rules import TYPE

THINGS: list[Term] = [*(NamedNode(f"http://example.org/{n}") for n in range(6)), BlankNode("b")]
OBJECTS: list[Term] = [*THINGS, Literal("a"), Literal("a", language="sv"), Literal(1)]
PREDICATES = [TYPE, NamedNode("http://example.org/p"), NamedNode("http://example.org/0")]


def statement(chosen: random.Random) -> Triple:
    """Make a statement, now and then a type."""
    return Triple(chosen.choice(THINGS), chosen.choice(PREDICATES), chosen.choice(OBJECTS))  # type: ignore[arg-type]


def held(columns: Columns) -> list[Triple]:
    """Give what columns hold, as often as they hold it."""
    return list(columns.triples(Columns(columns.terms)))


def of(terms: Terms, triples: set[Triple]) -> Columns:
    """Put statements in columns of their own."""
    found = Columns(terms)
    found.load(triples)
    return found


@pytest.mark.parametrize("seed", range(50))
def test_as_a_set(seed: int) -> None:
    """After any changes: each statement once, both orders right, and what was new or there is told."""
    chosen = random.Random(seed)
    columns, expected = Columns(Terms()), set[Triple]()
    for _ in range(30):
        some = {statement(chosen) for _ in range(chosen.randrange(12))}
        if chosen.random() < 0.6:
            change = of(columns.terms, some)
            new = {change.terms.triple(key, pair) for key in change for pair in columns.add(key, change[key]).tolist()}
            assert some - expected == new
            expected |= some
        else:
            change = of(columns.terms, some)
            for key in change:
                columns.take(key, change[key])
            expected -= some
        found = held(columns)
        assert expected == set(found)
        assert len(expected) == len(found) == len(columns)
        for key in columns:  # asked for each time, so that it is kept up to date by the next change
            assert sorted(turned(columns[key]).tolist()) == columns.turned(key).tolist()
            assert sorted(columns[key].tolist()) == columns[key].tolist()
        asked = statement(chosen)
        assert (asked in expected) == (asked in columns)


def test_a_copy_changes_alone() -> None:
    """Who copies columns keeps what they were."""
    columns = Columns(Terms())
    columns.load([Triple(THINGS[0], PREDICATES[1], THINGS[1])])  # type: ignore[arg-type]
    before = columns.copy()
    columns.load([Triple(THINGS[0], TYPE, THINGS[2]), Triple(THINGS[1], PREDICATES[1], THINGS[0])])  # type: ignore[arg-type]
    assert 1 == len(before) == len(list(before))
    assert {Triple(THINGS[0], TYPE, THINGS[2]), Triple(THINGS[1], PREDICATES[1], THINGS[0])} == set(  # type: ignore[arg-type]
        columns.triples(before)
    )
    assert [] == list(before.triples(columns))


def test_numbers_of_terms() -> None:
    """A term keeps its number, and those that are no subjects have numbers of their own."""
    terms = Terms()
    numbers = [terms.number(term) for term in OBJECTS]
    assert numbers == [terms.number(term) for term in OBJECTS]
    assert OBJECTS == [terms.term(number) for number in numbers]
    assert [isinstance(term, Literal) for term in OBJECTS] == [number >= NO_SUBJECTS for number in numbers]
    assert terms.find(NamedNode("http://example.org/unknown")) is None
    assert [True, False, False] == [
        terms.is_predicate(terms.number(t)) for t in (THINGS[0], BlankNode("b"), OBJECTS[-1])
    ]


def test_pairs_are_cut_by_property_and_class() -> None:
    """Pairs of rdf:type go to a column for each class, others to that of their property, each once."""
    pairs = np.array([7 << HALF | 2, 7 << HALF | 1, 5 << HALF | 2, 7 << HALF | 2, 9 << HALF | 2], np.int64)
    found = dict(by_column(pairs, np.array([0, 0, 0, 0, 4], np.int64), 0))
    assert {Key(0, 1), Key(0, 2), Key(4)} == set(found)
    assert [7] == (found[Key(0, 1)] >> HALF).tolist()
    assert [5, 7] == (found[Key(0, 2)] >> HALF).tolist()
    assert [(9, 2)] == [(pair >> HALF, pair & LOWER) for pair in found[Key(4)].tolist()]


def test_no_repetition() -> None:
    """Sorted, and each value once."""
    assert [1, 2, 3] == distinct(np.array([3, 1, 2, 3, 1], np.int64)).tolist()
    assert [] == distinct(np.array([], np.int64)).tolist()


@pytest.mark.parametrize("most", [1, 5])
def test_a_join_in_parts_gives_the_same(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """Where a join would give more rows than are held at once it is made in parts, down to one row."""
    chosen = random.Random(most)
    p, q, w, r = (NamedNode(f"http://example.org/{name}") for name in "pqwr")
    ontology = [*chain_axiom(r, [p, q, w]), Triple(q, TYPE, NamedNode(OWL + "FunctionalProperty"))]
    data = [Triple(chosen.choice(THINGS), chosen.choice([p, q, w]), chosen.choice(THINGS)) for _ in range(40)]  # type: ignore[arg-type]
    expected = infer(ontology, data)
    assert any(triple.predicate == r for triple in expected)
    monkeypatch.setattr(joins, "MOST_ROWS", most)
    assert expected == infer(ontology, data)


def chain_axiom(whole: NamedNode, parts: list[NamedNode]) -> list[Triple]:
    """Write a chain of properties as an axiom."""
    nodes: list[NamedNode | BlankNode] = [BlankNode(f"list{n}") for n in range(len(parts))]
    nodes.append(NamedNode(RDF + "nil"))
    found = [Triple(whole, NamedNode(OWL + "propertyChainAxiom"), nodes[0])]
    for node, part, rest in zip(nodes, parts, nodes[1:], strict=False):
        found += [Triple(node, NamedNode(RDF + "first"), part), Triple(node, NamedNode(RDF + "rest"), rest)]
    return found


def test_links_of_links() -> None:
    """A chain of links of one transitive property gives a link from each to each that follows."""
    link = NamedNode("http://example.org/link")
    things = [NamedNode(f"http://example.org/{n}") for n in range(12)]
    data = [Triple(one, link, other) for one, other in pairwise(things)]
    found = infer([Triple(link, TYPE, NamedNode(OWL + "TransitiveProperty"))], data)
    assert {Triple(one, link, other) for one, other in combinations(things, 2)} == found | set(data)
