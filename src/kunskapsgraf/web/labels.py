"""Labels for what a page names: the visitor's language first, and never nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from kunskapsgraf.graph.naming import bare_name, name_of
from kunskapsgraf.graph.particulars import NOTHING, Node
from kunskapsgraf.graph.rdf import Literal, NamedNode
from kunskapsgraf.graph.store import Store, select
from kunskapsgraf.graph.terms import brief, text_of
from kunskapsgraf.web import context, language

_AT_ONCE = 400


@dataclass(frozen=True)
class Label:
    """A text and the language it is in; ``None`` for a bare name."""

    text: str
    language: str | None


def labels_of(store: Store, terms: Iterable[object]) -> dict[str, Label]:
    """Give a label for every IRI among ``terms``; the last part of the IRI where the graph has none."""
    iris = sorted({term.value for term in terms if isinstance(term, NamedNode)})
    found: dict[str, dict[str, list[Literal]]] = defaultdict(lambda: defaultdict(list))
    for start in range(0, len(iris), _AT_ONCE):
        for row in select(store, context.query("labels", things=iris[start : start + _AT_ONCE])):
            label = row["label"]
            if isinstance(label, Literal):
                found[text_of(row["things"])][text_of(row["property"])].append(label)
    labels = {}
    chosen = language.current()
    for iri in iris:
        best = name_of(found[iri], store.names, chosen) if iri in found else None
        named = Label(brief(best.value), best.language) if best else Label(brief(bare_name(iri, store.names)), None)
        labels[iri] = named
    return labels


def names_of(store: Store, iris: Iterable[str]) -> dict[str, Label]:
    """Give a label for every IRI as ``labels_of`` does, from what stands beside the snapshot: no query is asked."""
    listed = list(iris)
    nodes = store.particulars().nodes(listed, language.current()) if listed else {}
    return {iri: label_of(nodes.get(iri, NOTHING), iri, store) for iri in listed}


def label_of(node: Node, iri: str, store: Store) -> Label:
    """Give the label of a thing of which this is known."""
    return Label(brief(node.name), node.tag) if node.name else Label(brief(bare_name(iri, store.names)), None)
