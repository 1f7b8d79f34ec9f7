"""What a search is divided by, in words: the names of facets and their values, and what tells hits of one name apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask import current_app
from flask_babel import gettext, ngettext

from kunskapsgraf.graph.found import Found, Hit, Index
from kunskapsgraf.graph.naming import bare_name
from kunskapsgraf.graph.rdf import is_iri
from kunskapsgraf.graph.store import Store
from kunskapsgraf.web import context, language
from kunskapsgraf.web.labels import Label, label_of, names_of

SHOWN_VALUES = 12
"""Values of a facet on the page; a link there shows all, and all of them stand in the JSON."""
_FEW = 2
"""Places that a hit names; of more it tells how many."""
_MOST_YEARS = 3
_KEPT = "kunskapsgraf-facets"

ValueLabels = Mapping[tuple[str, str], Label]


@dataclass(frozen=True)
class Value:
    """A value of a facet: how many things it would give, and whether it is chosen."""

    value: str
    label: Label
    count: int
    chosen: bool


@dataclass(frozen=True)
class Facet:
    """A facet: its values, the chosen ones and those with most things first."""

    name: str
    title: str
    values: Sequence[Value]

    @property
    def few(self) -> Sequence[Value]:
        """The values that stand on the page at first: the chosen ones always."""
        return self.values[: max(SHOWN_VALUES, sum(value.chosen for value in self.values))]


@dataclass(frozen=True)
class Shown:
    """A hit: its kind, what it is called, and what tells it from others that are called so."""

    iri: str
    kind: str
    label: Label
    details: Sequence[Label]
    way: str


def kind_of(iri: str, store: Store) -> str:
    """Give the kind of a thing by its IRI, "term" for a term of the ontology."""
    things = store.names.things
    return iri.removeprefix(things).split("/")[0] if iri.startswith(things) else "term"


def titles() -> dict[str, str]:
    """Name the facets in the visitor's language."""
    return {
        "slag": gettext("Slag"),
        "kommun": gettext("Kommun"),
        "metod": gettext("Metod"),
        "malgrupp": gettext("Målgrupp"),
        "kalla": gettext("Källa"),
        "ar": gettext("År"),
        "grund": gettext("Hur det är känt"),
    }


def _grounds() -> dict[str, str]:
    return {
        "asserted": gettext("står i en källa"),
        "editorial": gettext("redaktionens uppgift"),
        "inferred": gettext("härlett"),
        "closed": gettext("slutet av frånvaro"),
        "ontology": gettext("ontologins term"),
    }


def value_labels(index: Index, found: Found, chosen: Mapping[str, Sequence[str]]) -> ValueLabels:
    """Give what values of the facets are called: those that were found, kept for each snapshot and language, and the chosen ones."""
    store = context.store()
    kept: dict[tuple[str, str], dict[tuple[str, str], Label]] = current_app.extensions.setdefault(_KEPT, {})
    key = (store.version(), language.current())
    if key not in kept:
        for old in [other for other in kept if other[0] != key[0]]:
            kept.pop(old, None)
    known = kept.setdefault(key, {})
    wanted = [
        *((name, value) for name, values in found.facets.items() for value, _ in values),
        *((name, value) for hit in found.hits for name, values in hit.told.items() for value in values),
        *(("slag", kind_of(hit.iri, store)) for hit in found.hits),
    ]
    if new := [pair for pair in dict.fromkeys(wanted) if pair not in known]:
        known |= _value_labels(new, index, store)
    # What is chosen may be anything that somebody writes into an address: it is named, and not kept.
    others = [(name, value) for name, values in chosen.items() for value in values if (name, value) not in known]
    return known | _value_labels(others, index, store) if others else known


def _value_labels(wanted: Iterable[tuple[str, str]], index: Index, store: Store) -> dict[tuple[str, str], Label]:
    classes, things = index.kinds(), store.names.things
    grounds = _grounds()
    iris: dict[tuple[str, str], str] = {}
    found: dict[tuple[str, str], Label] = {}
    for name, value in wanted:
        found[name, value] = Label(grounds.get(value, value) if name == "grund" else value, None)
        if name == "slag" and value in classes:
            iris[name, value] = classes[value]
        elif name == "kalla":
            iris[name, value] = f"{things}kalla/{value}"
        elif name in ("kommun", "metod", "malgrupp"):
            iris[name, value] = things + value
    nodes = store.particulars().nodes(filter(is_iri, iris.values()), language.current())
    return found | {key: label_of(nodes[iri], iri, store) for key, iri in iris.items() if iri in nodes}


def facets(
    counts: Mapping[str, Sequence[tuple[str, int]]], chosen: Mapping[str, Sequence[str]], labels: ValueLabels
) -> list[Facet]:
    """Give the facets with their values; a chosen value stands there even where it gives nothing."""
    found = []
    for name, title in titles().items():
        known = dict(counts.get(name, ()))
        wanted = list(chosen.get(name, ()))
        ordered = [*wanted, *(value for value in known if value not in wanted)]
        values = [
            Value(value, labels.get((name, value), Label(value, None)), known.get(value, 0), value in wanted)
            for value in ordered
        ]
        found.append(Facet(name, title, values))
    return found


def shown(hits: Sequence[Hit], labels: ValueLabels) -> list[Shown]:
    """Name the hits, and tell those of one name apart: by kind, place and year, then by source, then by address."""
    store = context.store()
    called = names_of(store, (hit.iri for hit in hits))
    details = [_details(hit, kind_of(hit.iri, store), labels) for hit in hits]
    for further in (_sources, _name):
        told = [
            (called[hit.iri].text, *(part.text for part in parts)) for hit, parts in zip(hits, details, strict=True)
        ]
        alike = Counter(told)
        for hit, parts, key in zip(hits, details, told, strict=True):
            if alike[key] > 1:
                parts.extend(further(hit, labels))
    return [
        Shown(hit.iri, kind_of(hit.iri, store), called[hit.iri], parts, hit.way)
        for hit, parts in zip(hits, details, strict=True)
    ]


def _details(hit: Hit, kind: str, labels: ValueLabels) -> list[Label]:
    found = [labels.get(("slag", kind), Label(kind, None))]
    places = hit.told.get("kommun", ()) if kind != "kommun" else ()
    if len(places) > _FEW:
        found.append(Label(ngettext("%(num)s kommun", "%(num)s kommuner", len(places)), None))
    else:
        found += [labels.get(("kommun", place), Label(place, None)) for place in places]
    if years := hit.told.get("ar", ()):
        found.append(Label(_years([int(year) for year in years]), None))
    return found


def _years(years: Sequence[int]) -> str:
    """Write years that follow each other by the first and the last, others by name; of many, the ends."""
    first, last = min(years), max(years)
    if len(years) > 1 and last - first == len(years) - 1:
        return f"{first}–{last}"
    return ", ".join(map(str, sorted(years))) if len(years) <= _MOST_YEARS else f"{first} … {last}"


def _sources(hit: Hit, labels: ValueLabels) -> list[Label]:
    return [labels.get(("kalla", source), Label(source, None)) for source in hit.told.get("kalla", ())]


def _name(hit: Hit, _labels: ValueLabels) -> list[Label]:
    return [Label(bare_name(hit.iri, context.store().names), None)]
