"""The ontology and the data of the project as rdflib reads them, each parsed once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import rdflib

ROOT = Path(__file__).parents[1]


@cache
def ontology() -> rdflib.Graph:
    """Parse the ontology's files into one graph."""
    return _parsed(ROOT / "ontology")


@cache
def data() -> rdflib.Graph:
    """Parse all data into one graph."""
    return _parsed(ROOT / "data" / "ttl")


def _parsed(folder: Path) -> rdflib.Graph:
    graph = rdflib.Graph()
    for path in sorted(folder.rglob("*.ttl")):
        graph.parse(path, format="turtle")
    return graph
