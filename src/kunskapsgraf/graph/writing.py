"""What a client asks to change, and what came of it; the doors hand one over, the store carries the other back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kunskapsgraf.graph.store import WHOLE, Dataset


@dataclass(frozen=True)
class Document:
    """RDF as it was sent, in a format by its name (``graph/formats``)."""

    body: bytes
    format: str


@dataclass(frozen=True)
class Change:
    """One change: an update in SPARQL, or a graph put, added to or deleted (SPARQL 1.1 Graph Store HTTP Protocol).

    ``author`` names the bearer token. ``text`` and ``using`` belong to an update; ``graph`` and ``documents`` to the
    others, which take them as one graph (RDF merge); ``base`` resolves their relative IRIs.
    """

    operation: Literal["update", "put", "post", "delete"]
    author: str
    text: str = ""
    using: Dataset = WHOLE
    graph: str = ""
    documents: tuple[Document, ...] = ()
    base: str = ""


@dataclass(frozen=True)
class Written:
    """What a change made: the version that holds it, statements added and removed, and whether the graph is new.

    A change that changes nothing gives the version that there was.
    """

    version: str
    added: int
    removed: int
    created: bool = False
