"""The page of a thing, put together: its lead, its statements under headings, where sources disagree, and its sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template
from flask_babel import gettext

from kunskapsgraf.graph.particulars import Period
from kunskapsgraf.graph.rdf import NamedNode, Triple
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.vocabulary import DCT, ORG, OWL, PREF_LABEL, PROV, RDF_TYPE, RDFS, RDFS_LABEL, SKOS
from kunskapsgraf.web import carried, context
from kunskapsgraf.web.describe import Description, Group
from kunskapsgraf.web.disagreements import disagreements
from kunskapsgraf.web.kinds import kind_of
from kunskapsgraf.web.kinds.kind import Section, Told
from kunskapsgraf.web.labels import Label, names_of
from kunskapsgraf.web.links import Links
from kunskapsgraf.web.retelling import shortened
from kunskapsgraf.web.rows import Rows
from kunskapsgraf.web.tables import tables


@dataclass(frozen=True)
class Source:
    """A source that the page's statements stand in: its number on the page, its name and its period."""

    number: int
    iri: str
    label: Label
    period: Period | None


def part_address(iri: str, group: Group, page_number: int = 1, **arguments: str) -> str:
    """Give the address of a part of one list of a thing."""
    names = context.store().names
    short = names.shorten(group.predicate)
    wanted = ("^" if group.incoming else "") + (group.predicate if short == group.predicate else short)
    more = {"sida": str(page_number)} if page_number > 1 else {}
    return Links(names).page(iri, egenskap=wanted, **more, **arguments)


def page(description: Description, structured: Mapping[str, Any]) -> str:
    """Write the page of a thing, with what search engines are told of it."""
    store = context.store()
    told = Told(description, Links(store.names))
    kind = kind_of(description, store.names.terms)
    told_in_tables = tables(kind, told, thing=description, part_of=part_address)
    retold = kind.retold if told_in_tables else frozenset()
    shown, led_to = shortened(description, retold, store.names.terms)
    sources = _sources(shown)
    outside, labels = _outside(description) if RDF_TYPE not in retold else ([], description.labels)
    return render_template(
        "thing.html",
        part_of=part_address,
        thing=shown,
        iri=description.iri,
        structured=structured,
        lead=list(kind.lead(told)),
        tables=told_in_tables,
        sections=sections(shown, kind.sections(), store.names.terms),
        led_to=led_to,
        sources=sources,
        rows=Rows(shown, sources, told.links),
        disagreements=disagreements(store, description),
        # Reports are on what something is said of, not on what is only spoken of.
        carried=carried.about(description.iri) if any(not group.incoming for group in description.groups) else [],
        outside=outside,
        outside_labels=labels,
    )


def part_page(description: Description, page_number: int, pages: int) -> str:
    """Write the page of a part of one list of a thing."""
    sources = _sources(description)
    return render_template(
        "part.html",
        part_of=part_address,
        thing=description,
        iri=description.iri,
        group=description.groups[0],
        number=page_number,
        pages=pages,
        sources=sources,
        rows=Rows(description, sources, Links(context.store().names)),
    )


def sections(description: Description, own: Iterable[Section], terms: str) -> list[tuple[Section, list[Group]]]:
    """Put the groups of statements under headings: the kind's own, then those of every kind, then what is left."""
    left = {(group.incoming, group.predicate): group for group in description.groups}
    found = []
    for section in (*own, *_general()):
        keys = [
            (name.startswith("^"), name.removeprefix("^") if "://" in name else terms + name.removeprefix("^"))
            for name in section.properties
        ]
        groups = [left.pop(key) for key in keys if key in left]
        if section.name == "ovrigt":
            groups += [left.pop(key) for key in list(left) if not key[0] and not _is_last(key, terms)]
        if section.name == "pekar-hit":
            groups += [left.pop(key) for key in list(left) if key[0] and not _is_last(key, terms)]
        if section.name == "belagg":
            groups += list(left.values())
        if groups:
            found.append((section, groups))
    return found


def _general() -> tuple[Section, ...]:
    """Give the headings that every kind has, after its own."""
    return (
        Section("slag", gettext("Slag och kategorier"), (RDF_TYPE,)),
        Section("ovrigt", gettext("Fler uppgifter"), ()),
        Section("pekar-hit", gettext("Uppgifter som pekar hit"), ()),
        Section("namn", gettext("Namn"), _NAMES),
        Section("belagg", gettext("Belägg"), ()),
    )


_NAMES = (
    PREF_LABEL,
    RDFS_LABEL,
    DCT + "title",
    SKOS + "altLabel",
    SKOS + "hiddenLabel",
    "tidigareNamn",
    SKOS + "notation",
    ORG + "identifier",
)
_LAST = frozenset(
    {
        (False, "uttalasI"),
        (True, "belaggSubjekt"),
        (True, "belaggVarde"),
        (True, "slutsatsSubjekt"),
        (False, "giltigFran"),
        (False, "giltigTill"),
        (False, "giltighetTryckt"),
        (False, "giltighetOkand"),
    }
)
_LAST_OF_OTHERS = frozenset({*_NAMES, RDFS + "isDefinedBy", SKOS + "inScheme", SKOS + "topConceptOf", OWL + "sameAs"})


def _is_last(key: tuple[bool, str], terms: str) -> bool:
    """Tell whether a property is about how things are known and called, which stands at the end."""
    incoming, predicate = key
    if (incoming, predicate.removeprefix(terms)) in _LAST or predicate.startswith(PROV):
        return True
    return not incoming and predicate in _LAST_OF_OTHERS


def _sources(description: Description) -> dict[str, Source]:
    """Give the sources that the page's passages are in, numbered in the order in which they come."""
    store = context.store()
    found = dict.fromkeys(p.source for statement in description.statements for p in statement.passages)
    labels = names_of(store, found)
    periods = store.particulars().periods
    return {iri: Source(number, iri, labels[iri], periods.get(iri)) for number, iri in enumerate(found, 1)}


def _outside(description: Description) -> tuple[list[Triple], dict[str, Label]]:
    """Give the statements that would put a thing into the categories of its kinds that it is not in, and what they name."""
    store = context.store()
    categories = store.particulars().categories
    types = {
        text_of(statement.triple.object)
        for group in description.groups
        if group.predicate == RDF_TYPE and not group.incoming
        for statement in group.statements
    }
    outside = sorted({one for kind in types for one in categories.get(kind, ())} - types)
    labels = description.labels | names_of(store, [RDF_TYPE, *outside])
    thing = NamedNode(description.iri)
    return [Triple(thing, NamedNode(RDF_TYPE), NamedNode(category)) for category in outside], labels
