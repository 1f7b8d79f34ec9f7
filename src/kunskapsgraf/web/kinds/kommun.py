"""A kommun, a part of one or a city district: where it lies, what it offers, how and with whom, and what is missing inside a declared scope."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext, ngettext

from kunskapsgraf.graph.store import select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.vocabulary import RDF_TYPE
from kunskapsgraf.web import context
from kunskapsgraf.web.kinds.kind import Kind, Section, Sentence, Told
from kunskapsgraf.web.labels import names_of
from kunskapsgraf.web.place import places_of

_MOST_CHOICES = 60
"""Municipalities in the form of a comparison; where there are more, its own page has the form."""
_RETOLD = frozenset(
    {
        RDF_TYPE,
        "erbjuder",
        "^erbjudsAv",
        "harUtbudspost",
        "harMetodutbud",
        "^menyFor",
        "deltarI",
        "^harDeltagare",
        "^planeradDeltagare",
        "^medverkande",
        "samverkarMed",
        "^samverkarMed",
        "uttalasI",
        "^belaggSubjekt",
        "^belaggVarde",
    }
)
"""What the tables tell: categories, services, menu, methods, cooperation, and with each of them its passages."""


def lead(told: Told) -> Iterator[Sentence]:
    """Say where it lies, what it offers, by which methods and with whom, and what is missing."""
    yield from told.say(gettext("%(name)s är en kommun i %(ends)s."), "iLan")
    yield from _offer(told)
    missing = [s for s in told.statements(RDF_TYPE) if s.kinds == ("closed",)]
    if missing:
        said = told.words(s.triple.object for s in missing)
        yield told.sentence(gettext("Ur vad som saknas sluts: %(ends)s."), missing, ends=said)


def lead_of_part(told: Told) -> Iterator[Sentence]:
    """Say of which kommun it is a part, what it offers, by which methods and with whom."""
    yield from told.say(gettext("%(name)s är en kommundel i %(ends)s."), "kommundelAv")
    yield from _offer(told)


def lead_of_district(told: Told) -> Iterator[Sentence]:
    """Say in which kommun it lies, what it offers, by which methods and with whom."""
    yield from told.say(gettext("%(name)s är ett stadsdelsområde i %(ends)s."), "delAvKommun")
    yield from _offer(told)


def _offer(told: Told) -> Iterator[Sentence]:
    yield from told.count(
        lambda n: ngettext("Källorna beskriver %(num)s insats.", "Källorna beskriver %(num)s insatser.", n), "erbjuder"
    )
    yield from told.say(gettext("Bland metoderna i utbudet: %(ends)s."), "harMetodutbud")
    yield from told.say(gettext("Samverkar med %(ends)s."), "samverkarMed")


def sections() -> tuple[Section, ...]:
    """Give what is offered and how, then cooperation, then wishes and figures."""
    return (
        Section(
            "utbud",
            gettext("Vad som erbjuds"),
            (
                "erbjuder",
                "harMetodutbud",
                "harArbetssatt",
                "bedriverProjekt",
                "harKop",
                "harAktivOrganisation",
                "^finnsI",
                "harKommundel",
            ),
        ),
        Section("samarbete", gettext("Samarbete"), ("deltarI", "samverkarMed", "^medverkande")),
        Section(
            "onskas",
            gettext("Planer, önskemål och iakttagelser"),
            (
                "planerar",
                "provarMetod",
                "planerarMetod",
                "onskar",
                "onskarMetod",
                "harTendens",
                "harStolthet",
                "harHandelse",
            ),
        ),
        Section("siffror", gettext("I siffror"), ("harUppgift", "kommunkod", "kommundelAv", "delAvKommun", "iLan")),
    )


def data(told: Told) -> Mapping[str, Any]:
    """Give the template the place, and those to compare it with: its like in the same scope first."""
    store = context.store()
    iri = told.description.iri
    found = places_of(store, [iri])
    peers = [text_of(row["peer"]) for row in select(store, context.query("peers-of-place", place=iri))]
    others = [text_of(row["thing"]) for row in select(store, context.query("offering-places"))]
    others = [other for other in others if other != iri][: _MOST_CHOICES + 1]
    labels = found.labels | names_of(store, (*peers, *others))
    return {
        "place": found.places[iri],
        "frame": found.frame,
        "worths": found.worths,
        "labels": told.description.labels | labels,
        "peers": sorted(peers, key=lambda peer: labels[peer].text),
        "others": sorted(others, key=lambda other: labels[other].text) if len(others) <= _MOST_CHOICES else [],
    }


KIND = Kind("Kommun", lead=lead, sections=sections, template="kommun.html", data=data, retold=_RETOLD)
PART = Kind(
    "Kommundel",
    lead=lead_of_part,
    sections=sections,
    template="kommun.html",
    data=data,
    retold=_RETOLD - {RDF_TYPE},  # categories are of whole municipalities
)
DISTRICT = Kind(
    "Stadsdelsomrade",
    lead=lead_of_district,
    sections=sections,
    template="kommun.html",
    data=data,
    retold=_RETOLD - {RDF_TYPE},
)
