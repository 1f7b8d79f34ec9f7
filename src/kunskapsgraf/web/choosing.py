"""What a report's form offers to choose among: the things of a parameter's kinds, by their names."""

from __future__ import annotations

from kunskapsgraf.graph.queries import Parameter
from kunskapsgraf.graph.rdf import NamedNode
from kunskapsgraf.graph.store import select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.reports.arrange import alphabetical
from kunskapsgraf.web import context
from kunskapsgraf.web.labels import Label, labels_of

MOST = 1500
"""Where there are more, a list helps nobody: the thing is named by its slug."""
_CLASSES = {"stadsdel": "Stadsdelsomrade", "aktor": ""}
"""The class that all things of a kind are of, where it is not named as the kind; none where they share none."""


def choices(parameter: Parameter) -> list[tuple[str, Label]] | None:
    """Offer the things of a parameter's kinds, in the order of their names; ``None`` for free text and for too many."""
    if not parameter.kinds:
        return None
    store = context.store()
    found: list[tuple[str, NamedNode]] = []
    for kind in parameter.kinds:
        start = f"{store.names.things}{kind}/"
        prefix = "" if kind == parameter.kinds[0] else f"{kind}/"
        found += [(prefix + thing.value.removeprefix(start), thing) for thing in _things(kind, start)]
        if len(found) > MOST:
            return None
    labels = labels_of(store, (thing for _, thing in found))
    return sorted(((slug, labels[thing.value]) for slug, thing in found), key=lambda pair: alphabetical(pair[1].text))


def picked(parameter: Parameter, value: str, offered: list[tuple[str, Label]] | None) -> str:
    """Give the choice that a value names, in whichever way it is written; the value itself where it is none of them."""
    things = context.store().names.things
    first = parameter.kinds[0] if parameter.kinds else ""
    whole = {things + (slug if "/" in slug else f"{first}/{slug}"): slug for slug, _ in offered or ()}
    written = [value, things + value, *(f"{things}{kind}/{value}" for kind in parameter.kinds)]
    return next((whole[iri] for iri in written if iri in whole), value)


def _things(kind: str, start: str) -> list[NamedNode]:
    """Find the things of a kind by its class, which is looked up; where none is of it, by how their IRIs begin."""
    store = context.store()
    name = _CLASSES.get(kind, kind.capitalize())
    if name:
        query = context.query("things-of-kind", start=start, **{"class": store.names.terms + name})
        if rows := select(store, query):
            return [NamedNode(text_of(row["thing"])) for row in rows]
    # A query would read every thing there is: 1.4 s of the processor at 1.4 million statements.
    return [NamedNode(iri) for iri in store.finding().things(start, MOST + 1)]
