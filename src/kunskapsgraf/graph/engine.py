"""The engine while building: a throw-away store in memory for checks and rules, and the writer of a store on disk.

Nothing here answers a visitor; that is done in processes that can be killed (``graph/pool.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from pyoxigraph import DefaultGraph, QuerySolutions, QueryTriples, Store

from kunskapsgraf.graph.rdf import NamedNode, Quad, Term, Triple


class Memory:
    """Quads in memory; the default graph of a query is the union of all graphs."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._store = Store()
        self._store.bulk_extend(quads)

    def add(self, triples: Iterable[Triple], graph: str = "") -> None:
        """Add statements to what is known; with ``graph`` those that are not known yet, and to that graph besides."""
        if not graph:
            self._store.bulk_extend(Quad(t.subject, t.predicate, t.object) for t in triples)
            return
        name = NamedNode(graph)
        fresh = [t for t in triples if Quad(t.subject, t.predicate, t.object) not in self._store]
        self._store.bulk_extend(
            quad for t in fresh for quad in (Quad(*t), Quad(t.subject, t.predicate, t.object, name))
        )

    def known(self) -> set[Triple]:
        """Give the statements of the default graph."""
        return {quad.triple for quad in self._store.quads_for_pattern(None, None, None, DefaultGraph())}

    def graph(self, name: str) -> set[Triple]:
        """Give the statements of a named graph."""
        return {quad.triple for quad in self._store.quads_for_pattern(None, None, None, NamedNode(name))}

    def holds(self, graph: str) -> bool:
        """Tell whether a named graph holds anything."""
        return next(iter(self._store.quads_for_pattern(None, None, None, NamedNode(graph))), None) is not None

    def uses(self, predicate: str) -> bool:
        """Tell whether anything is said with a predicate."""
        return next(iter(self._store.quads_for_pattern(None, NamedNode(predicate), None)), None) is not None

    def update(self, text: str) -> None:
        """Run a SPARQL update."""
        self._store.update(text)

    def select(self, query: str) -> Iterator[dict[str, Term]]:
        """Run a SELECT; give its rows, unbound variables left out."""
        found = self._store.query(query, use_default_graph_as_union=True)
        assert isinstance(found, QuerySolutions), "a check query must be a SELECT"
        names = [variable.value for variable in found.variables]
        for row in found:
            yield {name: term for name in names if (term := row[name]) is not None}

    def construct(self, query: str) -> set[Triple]:
        """Run a CONSTRUCT; give its triples."""
        found = self._store.query(query, use_default_graph_as_union=True)
        assert isinstance(found, QueryTriples), "a rule must be a CONSTRUCT"
        return set(found)


def write_store(folder: Path, quads: set[Quad], in_union: set[str]) -> None:
    """Write quads to a new store; the default graph holds the union of the graphs named in ``in_union``."""
    store = Store(str(folder))
    store.bulk_extend(quads)
    store.bulk_extend(
        Quad(quad.subject, quad.predicate, quad.object, DefaultGraph()) for quad in quads if graph_of(quad) in in_union
    )
    store.optimize()
    store.flush()


def graph_of(quad: Quad) -> str:
    """Give the IRI of a quad's graph; empty for the default graph."""
    return "" if isinstance(quad.graph_name, DefaultGraph) else quad.graph_name.value


def placed(triples: Iterable[Triple], graph: str) -> Iterator[Quad]:
    """Place triples in a named graph."""
    name = NamedNode(graph)
    for triple in triples:
        yield Quad(triple.subject, triple.predicate, triple.object, name)
