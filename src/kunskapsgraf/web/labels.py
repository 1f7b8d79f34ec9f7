"""Labels for what a page names: the visitor's language first, and never nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kunskapsgraf.graph.naming import bare_name
from kunskapsgraf.graph.particulars import NOTHING, Node
from kunskapsgraf.graph.rdf import NamedNode
from kunskapsgraf.graph.store import Store
from kunskapsgraf.graph.terms import brief
from kunskapsgraf.web import language


@dataclass(frozen=True)
class Label:
    """A text and the language it is in; ``None`` for a bare name."""

    text: str
    language: str | None


def labels_of(store: Store, terms: Iterable[object]) -> dict[str, Label]:
    """Give a label for every IRI among ``terms``; the last part of the IRI where the graph has none."""
    return names_of(store, {term.value for term in terms if isinstance(term, NamedNode)})


def names_of(store: Store, iris: Iterable[str]) -> dict[str, Label]:
    """Give a label for every IRI, from what is known of things: beside a snapshot, no query is asked for it."""
    listed = list(iris)
    nodes = store.particulars().nodes(listed, language.current()) if listed else {}
    return {iri: label_of(nodes.get(iri, NOTHING), iri, store) for iri in listed}


def label_of(node: Node, iri: str, store: Store) -> Label:
    """Give the label of a thing of which this is known."""
    return Label(brief(node.name), node.tag) if node.name else Label(brief(bare_name(iri, store.names)), None)
