"""Dumps: each graph and the whole as files to fetch, compressed, the same bytes for the same statements.

The catalogue is in none of them: it tells their sizes and digests, and is fetched at its own address.
"""

from __future__ import annotations

import gzip
import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from kunskapsgraf.graph.engine import graph_of, in_order
from kunskapsgraf.graph.rdf import DUMP_FORMATS, Quad, write
from kunskapsgraf.graph.vocabulary import Names

WHOLE = "kunskapsgraf"
_LEVEL = 6
_OF_WHOLE, _OF_GRAPH = ("nq", "trig"), ("nt", "ttl")


@dataclass(frozen=True)
class Dump:
    """A file: its name, what it holds (a graph, or the whole), its format's name and its compressed bytes."""

    name: str
    dataset: str
    format: str
    body: bytes

    @property
    def digest(self) -> str:
        """Give the SHA-256 of the bytes, in hexadecimal."""
        return hashlib.sha256(self.body).hexdigest()


def make(quads: Iterable[Quad], names: Names) -> list[Dump]:
    """Write every graph, and all of them together, in two formats each: one by line, one to read."""
    graphs: dict[str, list[Quad]] = defaultdict(list)
    for quad in quads:
        if (graph := graph_of(quad)) != names.catalogue_graph:
            graphs[graph].append(quad)
    # Sorted as they are written by line: subjects stand together, and the order is the same in every build.
    ordered = {graph: in_order(graphs[graph]) for graph in sorted(graphs)}
    everything = [quad for found in ordered.values() for quad in found]
    made = [_dump(WHOLE, names.dataset, name, everything, names) for name in _OF_WHOLE]
    for graph, found in ordered.items():
        path = graph.removeprefix(names.dataset + "/")
        made += [_dump(path, graph, name, found, names) for name in _OF_GRAPH]
    return made


def _dump(path: str, dataset: str, format_name: str, quads: list[Quad], names: Names) -> Dump:
    media = DUMP_FORMATS[format_name]
    statements = quads if media.supports_datasets else [quad.triple for quad in quads]
    prefixes = names.prefixes() if format_name in ("trig", "ttl") else {}
    # The highest level takes twice the time of this one, for a hundredth of the size.
    body = gzip.compress(write(statements, media, prefixes), _LEVEL, mtime=0)
    return Dump(f"{path}.{format_name}.gz", dataset, format_name, body)
