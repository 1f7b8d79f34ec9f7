"""Where sources disagree about a thing: the readings side by side, the one that is followed first."""

from __future__ import annotations

from dataclasses import dataclass, field

from kunskapsgraf.graph.rdf import NamedNode
from kunskapsgraf.graph.store import Store, select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.web import context
from kunskapsgraf.web.describe import Description
from kunskapsgraf.web.labels import Label, labels_of


@dataclass
class Disagreement:
    """One question that is answered in several ways, the properties that it is about, and the readings."""

    iri: str
    properties: set[str] = field(default_factory=set)
    followed: dict[str, None] = field(default_factory=dict)
    others: dict[str, None] = field(default_factory=dict)
    labels: dict[str, Label] = field(default_factory=dict)


def disagreements(store: Store, description: Description) -> list[Disagreement]:
    """Give the disagreements about a thing; asked for only where one may be among what says that it is about the thing."""
    about = [g for g in description.groups if g.incoming and g.predicate == store.names.terms + "avser"]
    kind = store.names.things + "motsagelse/"
    shown = (text_of(statement.triple.subject) for group in about for statement in group.statements)
    if not any(group.left for group in about) and not any(iri.startswith(kind) for iri in shown):
        return []
    found: dict[str, Disagreement] = {}
    for row in select(store, context.query("disagreements", thing=description.iri)):
        iri = text_of(row["disagreement"])
        one = found.setdefault(iri, Disagreement(iri))
        if "property" in row:
            one.properties.add(text_of(row["property"]))
        for name, readings in (("followed", one.followed), ("other", one.others)):
            if name in row:
                readings[text_of(row[name])] = None
    named = {iri for one in found.values() for iri in (one.iri, *one.followed, *one.others)}
    labels = labels_of(store, map(NamedNode, named))
    for one in found.values():
        one.labels = labels
    return list(found.values())
