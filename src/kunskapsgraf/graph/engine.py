"""The engine while building: a throw-away store in memory for checks and rules, and the writer of a store on disk.

Nothing here answers a visitor; that is done in processes that can be killed (``graph/pool.py``).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from pyoxigraph import DefaultGraph, QueryBoolean, QuerySolutions, QueryTriples, Store

from kunskapsgraf.graph.rdf import Literal, NamedNode, Quad, Term, Triple
from kunskapsgraf.graph.rewriting import asked
from kunskapsgraf.graph.vocabulary import RDF_TYPE


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

    def drop(self, *graphs: str) -> None:
        """Empty named graphs, which need not be there."""
        self.update(" ; ".join(f"DROP SILENT GRAPH <{graph}>" for graph in graphs))

    def holds(self, graph: str) -> bool:
        """Tell whether a named graph holds anything."""
        return next(iter(self._store.quads_for_pattern(None, None, None, NamedNode(graph))), None) is not None

    def place(self, triples: Iterable[Triple], graph: str = "") -> None:
        """Put statements in one graph alone, known or not."""
        name = _name(graph)
        self._store.extend(Quad(t.subject, t.predicate, t.object, name) for t in triples)

    def take(self, triples: Iterable[Triple], graph: str = "") -> None:
        """Take statements out of one graph alone."""
        name = _name(graph)
        for t in triples:
            self._store.remove(Quad(t.subject, t.predicate, t.object, name))

    def has(self, triple: Triple, graph: str = "") -> bool:
        """Tell whether a graph holds a statement."""
        return Quad(triple.subject, triple.predicate, triple.object, _name(graph)) in self._store

    def count(self, graph: str, pattern: Iterable[Term | None]) -> int:
        """Count the statements of a named graph that match subject, predicate and object; ``None`` matches all."""
        subject, predicate, target = pattern
        found = self._store.quads_for_pattern(subject, predicate, target, NamedNode(graph))  # type: ignore[arg-type]
        return sum(1 for _ in found)

    def kinds(self, graph: str) -> dict[tuple[object, object], int | None]:
        """Count the statements of a named graph by predicate, and by class where that is rdf:type."""
        counts = Counter((t.predicate, t.object if t.predicate.value == RDF_TYPE else None) for t in self.graph(graph))
        return dict(counts.items())

    def uses(self, predicate: str) -> bool:
        """Tell whether anything is said with a predicate."""
        return next(iter(self._store.quads_for_pattern(None, NamedNode(predicate), None)), None) is not None

    def update(self, text: str) -> None:
        """Run a SPARQL update."""
        self._store.update(text)

    def select(self, query: str) -> Iterator[dict[str, Term]]:
        """Run a SELECT; give its rows, unbound variables left out."""
        found = self._asked(query)
        assert isinstance(found, QuerySolutions), "a check query must be a SELECT"
        names = [variable.value for variable in found.variables]
        for row in found:
            yield {name: term for name in names if (term := row[name]) is not None}

    def construct(self, query: str) -> set[Triple]:
        """Run a CONSTRUCT; give its triples."""
        found = self._asked(query)
        assert isinstance(found, QueryTriples), "a rule must be a CONSTRUCT"
        return set(found)

    def _asked(self, query: str) -> QuerySolutions | QueryBoolean | QueryTriples:
        return asked(query, lambda form: self._store.query(form, use_default_graph_as_union=True))[0]


@lru_cache(maxsize=100_000)
def kept(literal: Literal) -> Literal:
    """Give a literal as the engine gives it back: a number or a date loses how it was written, as 01 becomes 1."""
    scratch, name = Store(), NamedNode("urn:kunskapsgraf:literal")
    scratch.add(Quad(name, name, literal))
    found = next(iter(scratch)).object
    assert isinstance(found, Literal), "a literal stays a literal"
    return found


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


def _name(graph: str) -> NamedNode | DefaultGraph:
    return NamedNode(graph) if graph else DefaultGraph()


def placed(triples: Iterable[Triple], graph: str) -> Iterator[Quad]:
    """Place triples in a named graph."""
    name = NamedNode(graph)
    for triple in triples:
        yield Quad(triple.subject, triple.predicate, triple.object, name)


def as_stored(quads: Iterable[Quad]) -> set[Quad]:
    """Give quads as a store gives them back: each once, numbers and dates written as the engine writes them.

    ``kept`` does the same for one literal; here all of them go through one scratch store.
    """
    quads = set(quads)
    literals = {quad.object for quad in quads if isinstance(quad.object, Literal) and not quad.object.language}
    ordered = sorted(literals, key=str)
    scratch, name = Store(), NamedNode("urn:kunskapsgraf:literal")
    scratch.bulk_extend(Quad(NamedNode(f"urn:kunskapsgraf:{n}"), name, term) for n, term in enumerate(ordered))
    changed: dict[Term, Term] = {}
    for found in scratch:
        given = ordered[int(str(found.subject.value).rpartition(":")[2])]
        if given != found.object:
            changed[given] = found.object
    return {
        Quad(quad.subject, quad.predicate, changed[quad.object], quad.graph_name) if quad.object in changed else quad
        for quad in quads
    }


def in_order(quads: Iterable[Quad]) -> list[Quad]:
    """Sort quads by their text.

    That of one subject's at a time is held: of twelve million it would take three gigabytes. No text of a subject goes on
    as another's, since an IRI ends by a bracket and a label by a space.
    """
    found: dict[Term, list[Quad]] = defaultdict(list)
    for quad in quads:
        found[quad.subject].append(quad)
    return [quad for subject in sorted(found, key=str) for quad in sorted(found[subject], key=str)]
