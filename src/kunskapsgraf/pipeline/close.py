"""Close: what a declared scope lets us conclude from absence, by the CONSTRUCT queries of ``queries/closed/``.

Each query reads what its scope's source says and implies (the graph ``graf/harledd/<source>``) and writes, for every
conclusion, the scope, the period and the reservations. OWL inference never reads what absence concluded.
"""

from __future__ import annotations

from collections.abc import Iterable

from kunskapsgraf.graph.engine import Memory
from kunskapsgraf.graph.queries import QueryFile
from kunskapsgraf.graph.rdf import Quad, Triple


def close(quads: Iterable[Quad], queries: Iterable[QueryFile]) -> set[Triple]:
    """Run the closed-world queries over asserted and inferred quads; give their conclusions."""
    memory = Memory(quads)
    return {triple for query in queries for triple in memory.construct(query.text)}
