"""What kind of thing an IRI names: the word for it, and the shape that stands for it in a picture."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from flask_babel import gettext

from kunskapsgraf.graph.rdf import NamedNode
from kunskapsgraf.graph.store import Store, select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.vocabulary import Names
from kunskapsgraf.web import context
from kunskapsgraf.web.labels import labels_of

TERM, FOREIGN = "term", "utanfor"
_SHAPES = {
    "place": "kommun kommundel stadsdel lan plats aktor verksamhet enhet",
    "service": "insats utbud arbetssatt insatstyp tjanstetyp meny menypost kop samarbete projekt",
    "method": "metod inslag fas stodfunktion",
    "group": "malgrupp tillstand behov roll",
    "source": "kalla passage belagg uttalande evidens rekommendation utredning kontrollkalla lagrum uppgift motsagelse",
    TERM: TERM,
    FOREIGN: FOREIGN,
}
_OF_KIND = {kind: shape for shape, kinds in _SHAPES.items() for kind in kinds.split()}
_STATED = ("asserted", "editorial", "ontology")
_AT_ONCE = 400


def kind_of(iri: str, names: Names) -> str:
    """Name the kind of a thing: the part of its IRI that tells it, a term of a vocabulary, or a thing of others."""
    if iri.startswith(names.things):
        return iri.removeprefix(names.things).split("/")[0]
    return TERM if names.shorten(iri) != iri else FOREIGN


def shape_of(kind: str) -> str:
    """Give the shape of a kind; what has none of its own is drawn as a concept."""
    return _OF_KIND.get(kind, "concept")


def kind_words(store: Store, iris: Iterable[str]) -> dict[str, str]:
    """Give the word for what each thing is: the narrowest of our classes that it is said, not concluded, to be of."""
    listed = sorted(set(iris))
    stated: dict[str, set[str]] = defaultdict(set)
    for start in range(0, len(listed), _AT_ONCE):
        for row in select(store, context.query("stated-classes", things=listed[start : start + _AT_ONCE])):
            graph = text_of(row["graph"])
            if not store.names.is_layer(graph) and store.names.kind_of_graph(graph) in _STATED:
                stated[text_of(row["things"])].add(text_of(row["class"]))
    own = {iri: {c for c in found if c.startswith(store.names.terms)} for iri, found in stated.items()}
    classes = sorted({c for found in own.values() for c in found})
    above: dict[str, set[str]] = defaultdict(set)
    if any(len(found) > 1 for found in own.values()):
        for row in select(store, context.query("superclasses", classes=classes)):
            above[text_of(row["classes"])].add(text_of(row["above"]))
    labels = labels_of(store, (NamedNode(iri) for iri in classes))
    words = {}
    for iri in listed:
        found = own.get(iri, set())
        narrow = found - {wider for one in found for wider in above[one] - {one}} or found
        kind = kind_of(iri, store.names)
        if kind == TERM:
            words[iri] = _of_term(stated[iri])
        elif narrow:
            words[iri] = ", ".join(sorted(labels[one].text for one in narrow))
        else:
            words[iri] = str(gettext("utanför grafen")) if kind == FOREIGN else kind
    return words


def _of_term(classes: set[str]) -> str:
    last = {iri.rsplit("#", 1)[-1] for iri in classes}
    if "Class" in last:
        return str(gettext("klass"))
    if any(name.endswith("Property") for name in last):
        return str(gettext("egenskap"))
    return str(gettext("term"))
