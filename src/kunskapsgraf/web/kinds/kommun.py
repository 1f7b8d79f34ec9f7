"""A kommun: where it lies, what it offers, how and with whom, and what is missing inside a declared scope."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext, ngettext

from kunskapsgraf.graph.vocabulary import RDF_TYPE
from kunskapsgraf.web.kinds.kind import Kind, Section, Sentence, Told


def lead(told: Told) -> Iterator[Sentence]:
    """Say where it lies, what it offers, by which methods and with whom, and what is missing."""
    yield from told.say(gettext("%(name)s är en kommun i %(ends)s."), "iLan")
    yield from told.count(
        lambda n: ngettext("Källorna beskriver %(num)s insats.", "Källorna beskriver %(num)s insatser.", n), "erbjuder"
    )
    yield from told.say(gettext("Bland metoderna i utbudet: %(ends)s."), "harMetodutbud")
    yield from told.say(gettext("Samverkar med %(ends)s."), "samverkarMed")
    missing = [s for s in told.statements(RDF_TYPE) if s.kinds == ("closed",)]
    if missing:
        said = told.words(s.triple.object for s in missing)
        yield told.sentence(gettext("Ur vad som saknas sluts: %(ends)s."), missing, ends=said)


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
        Section("siffror", gettext("I siffror"), ("harUppgift", "kommunkod", "iLan")),
    )


KIND = Kind("Kommun", lead=lead, sections=sections)
