"""Which graphs a query sees: clauses read off the query, graphs of this store alone, and ``inference``."""

from __future__ import annotations

import pytest

from kunskapsgraf.errors import UnknownGraph
from kunskapsgraf.graph.advice import advise
from kunskapsgraf.graph.dataset import dataset_of
from kunskapsgraf.graph.outline import clause_graphs, outlined
from kunskapsgraf.graph.store import MOST_MERGED, WHOLE, Dataset, is_merged
from kunskapsgraf.graph.vocabulary import Names

NAMES = Names("https://x.se/")
G = "https://x.se/graf/"
KNOWN = [
    G + name for name in ("ontologi", "redaktion", "kalla/a", "kalla/b", "harledd", "harledd/a", "sluten", "katalog")
]


def of(*names: str) -> tuple[str, ...]:
    """Name graphs, in order."""
    return tuple(sorted(G + name for name in names))


LAID_DOWN = ("ontologi", "redaktion", "kalla/a", "kalla/b")
# (inference, default graphs, named graphs)
CHOSEN = [
    ("none", of(*LAID_DOWN), of(*LAID_DOWN, "katalog")),
    ("owl", of(*LAID_DOWN, "harledd"), of(*LAID_DOWN, "harledd", "harledd/a", "katalog")),
    ("full", None, None),
]


@pytest.mark.parametrize(("inference", "default", "named"), CHOSEN)
def test_inference(inference: str, default: tuple[str, ...] | None, named: tuple[str, ...] | None) -> None:
    """None is what was laid down, owl what OWL infers besides, full everything; the catalogue is there by name."""
    assert Dataset(default, named) == dataset_of(NAMES, KNOWN, outlined("ASK {}"), inference=inference)


# (query, its clauses as (IRI, named))
CLAUSES: list[tuple[str, list[tuple[str, bool]]]] = [
    ("SELECT * FROM <urn:a> FROM NAMED <urn:b> { ?s ?p ?o }", [("urn:a", False), ("urn:b", True)]),
    ("SELECT * from<urn:a>From named<urn:b>{ ?s ?p ?o }", [("urn:a", False), ("urn:b", True)]),
    ("PREFIX g: <urn:> SELECT * FROM g:a FROM NAMED g:b { ?s ?p ?o }", [("urn:a", False), ("urn:b", True)]),
    (
        "PREFIX : <urn:> SELECT * FROM:a FROM NAMED:b FROMNAMED:c { ?s ?p ?o }",
        [("urn:a", False), ("urn:b", True), ("urn:c", True)],
    ),
    ("PREFIX FROM: <urn:> DESCRIBE FROM:a FROM FROM:b", [("urn:b", False)]),
    ("BASE <http://x/y/> ASK FROM <../a> {}", [("http://x/a", False)]),
    ("ASK FROM <urn:\\u0061> {}", [("urn:a", False)]),
    ("CONSTRUCT { ?s ?p 'FROM <urn:x>' } FROM <urn:a> WHERE { ?s ?p ?o # FROM <urn:y>\n}", [("urn:a", False)]),
    ("DESCRIBE <urn:x> ?y FROM <urn:a> { ?y ?p ?o }", [("urn:a", False)]),
    ("SELECT (STR(?x) AS ?from) { ?from ?named <urn:FROM> }", []),
]


@pytest.mark.parametrize(("query", "expected"), CLAUSES)
def test_clauses(query: str, expected: list[tuple[str, bool]]) -> None:
    """FROM and FROM NAMED are found wherever the engine would read them, and resolved as it does."""
    assert expected == clause_graphs(outlined(query), "https://w3id.org/kunskapsgraf/sparql")


def test_unknown_graph_names_the_nearest() -> None:
    """A graph that the store lacks is refused, with the nearest that it has."""
    for query, default in (("ASK {}", [G + "kala/a"]), (f"ASK FROM <{G}kala/a> {{}}", [])):
        with pytest.raises(UnknownGraph) as caught:
            dataset_of(NAMES, KNOWN, outlined(query), default)
        assert G + "kalla/a" == caught.value.near
        assert f"<{G}kalla/a>" in caught.value.sv


def test_graphs_that_always_exist() -> None:
    """A graph of ours that holds nothing in this store is known all the same."""
    assert Dataset((G + "sluten",), ()) == dataset_of(NAMES, [], outlined("ASK {}"), [G + "sluten"])


def test_protocol_before_query_before_inference() -> None:
    """The protocol's dataset goes before FROM, and FROM before inference."""
    query = outlined(f"ASK FROM <{G}kalla/a> {{}}")
    assert Dataset((G + "kalla/b",), ()) == dataset_of(NAMES, KNOWN, query, [G + "kalla/b"], (), "none")
    assert Dataset((G + "kalla/a",), ()) == dataset_of(NAMES, KNOWN, query, (), (), "none")
    assert WHOLE == dataset_of(NAMES, KNOWN, outlined("ASK FROM nothing:x {}"), (), (), "none")  # no SPARQL


def test_merge_has_its_bound() -> None:
    """Several default graphs are merged up to a size; one alone needs no merging."""
    sizes = {"a": MOST_MERGED - 1, "b": 1, "c": 1}
    assert is_merged(sizes, Dataset(("a", "b"), ()))
    assert not is_merged(sizes, Dataset(("a", "b"), ("c",)))
    assert not is_merged(sizes, Dataset(("a",), ()))
    assert not is_merged(sizes, Dataset(("a", "b"), (), once=False))
    assert not is_merged(sizes, WHOLE)


def test_warnings_are_few() -> None:
    """A query of very many unknown names is told of ten, at once."""
    query = "PREFIX k: <https://x.se/ns#> SELECT * { " + " ".join(f"?a{i} k:T{i} ?b{i} ." for i in range(3000)) + "}"
    found = advise(outlined(query), NAMES, {NAMES.terms + f"Term{i}" for i in range(500)}, set())
    assert 10 == len(found)
