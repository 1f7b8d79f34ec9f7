"""Close: what a declared scope lets us conclude from absence, by the CONSTRUCT queries of ``queries/closed/``.

Each query reads what its scope's source says and implies (the graph ``graf/harledd/<source>``) and writes, for every
conclusion, the scope, the period and the reservations. A query may read what others conclude, by name, and then runs after
them (``layers``). OWL inference never reads what absence concluded.
"""

from __future__ import annotations

from collections.abc import Iterable

from kunskapsgraf.graph.engine import Memory
from kunskapsgraf.graph.queries import QueryFile
from kunskapsgraf.graph.rdf import Quad, Triple
from kunskapsgraf.graph.vocabulary import BASE, Names
from kunskapsgraf.pipeline.layers import ordered


def close(quads: Iterable[Quad], queries: Iterable[QueryFile], names: Names | None = None) -> set[Triple]:
    """Run the closed-world queries over asserted and inferred quads; give their conclusions.

    Raises ``CircularLayers`` where they read each other's conclusions in a circle.
    """
    names = names or Names(BASE)
    memory = Memory(quads)
    conclusions: dict[str, set[Triple]] = {}
    for query, below in ordered(queries, names):
        # Only what it builds on: a pattern that is open must not find what the others conclude.
        read = {triple for name in below for triple in conclusions[name]}
        fresh = [triple for triple in read if not memory.has(triple, names.closed_graph)]
        memory.place(fresh, names.closed_graph)
        conclusions[query.name] = memory.construct(query.text)
        memory.take(fresh, names.closed_graph)
    return {triple for found in conclusions.values() for triple in found}
