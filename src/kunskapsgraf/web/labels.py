"""Labels for what a page names: the visitor's language first, and never nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote

from kunskapsgraf.graph.rdf import Literal, NamedNode
from kunskapsgraf.graph.store import Store, select
from kunskapsgraf.graph.terms import brief, text_of
from kunskapsgraf.graph.vocabulary import DCT, PREF_LABEL, RDFS_LABEL
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
    order = (PREF_LABEL, RDFS_LABEL, DCT + "title", store.names.terms + "rubrikvag")
    for start in range(0, len(iris), _AT_ONCE):
        for row in select(store, context.query("labels", things=iris[start : start + _AT_ONCE])):
            label = row["label"]
            if isinstance(label, Literal):
                found[text_of(row["things"])][text_of(row["property"])].append(label)
    labels = {}
    chosen = language.current()
    for iri in iris:
        candidates = next((found[iri][name] for name in order if found[iri].get(name)), [])
        best = language.best(candidates, chosen)
        labels[iri] = Label(brief(best.value), best.language) if best else Label(brief(bare_name(iri, store)), None)
    return labels


def bare_name(iri: str, store: Store) -> str:
    """Give what to call a thing without a label: a prefixed name, or the last part of its IRI."""
    short = store.names.shorten(iri)
    if short != iri:
        return short
    return unquote(iri.rstrip("/").rsplit("/", 1)[-1].rsplit("#", 1)[-1]) or iri
