"""A metod: what it is, where it is used, and what is said of it; evidence and recommendation never as one."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext, ngettext

from kunskapsgraf.graph.vocabulary import SKOS
from kunskapsgraf.web.kinds.guide import KIN, WHAT, WHOM, data
from kunskapsgraf.web.kinds.kind import Kind, Section, Sentence, Told

_OTHER_DEGREES = (
    "^foljsUppMed",
    "^personalUtbildadI",
    "^provarMetod",
    "^planerarMetod",
    "^overvagerMetod",
    "^onskarMetod",
)
"""The links to a method that are less, or other, than using it."""
_RETOLD = frozenset(
    {
        *WHAT,
        *WHOM,
        *KIN,
        "harEvidensutsaga",
        "harRekommendation",
        "harBeskrivning",
        "^definierar",
        "^harMetodutbud",
        "^anvanderMetod",
        "^anvanderMetodIFamilj",
        *_OTHER_DEGREES,
        "uttalasI",
        "^belaggSubjekt",
        "^belaggVarde",
    }
)
"""What the guide tells: what it is, for whom, what is known and recommended, where it is used, and each one's passages."""


def lead(told: Told) -> Iterator[Sentence]:
    """Give its definition, its family, and how much is said of evidence, of recommendation and of use."""
    yield from told.text(SKOS + "definition")
    yield from told.say(gettext("Den hör till metodfamiljen %(ends)s."), "iMetodfamilj")
    yield from told.count(
        lambda n: ngettext("Källorna har %(num)s utsaga om evidens.", "Källorna har %(num)s utsagor om evidens.", n),
        "harEvidensutsaga",
    )
    yield from told.count(
        lambda n: ngettext("Källorna har %(num)s rekommendation.", "Källorna har %(num)s rekommendationer.", n),
        "harRekommendation",
    )
    yield from told.count(
        lambda n: ngettext("Utbudet i %(num)s kommun använder den.", "Utbudet i %(num)s kommuner använder den.", n),
        "^harMetodutbud",
    )


def sections() -> tuple[Section, ...]:
    """Give what it is and for whom, what is known, and where it is used: three things apart."""
    return (
        Section(
            "vad",
            gettext("Vad den är, och för vem"),
            (
                SKOS + "definition",
                "syfte",
                "kannetecken",
                "grundsyn",
                "riktarSigSpecifiktTill",
                "riktarSigTill",
                "iMetodfamilj",
                "^iMetodfamilj",
                "innehallerKomponent",
                "byggerPa",
                SKOS + "broader",
                SKOS + "related",
                "stodfunktion",
                "harFas",
                "harSteg",
            ),
        ),
        Section("evidens", gettext("Vad som sägs om evidens"), ("harEvidensutsaga",)),
        Section("rekommendation", gettext("Vad som rekommenderas"), ("harRekommendation",)),
        Section("beskrivning", gettext("Hur den beskrivs"), ("harBeskrivning", "^definierar")),
        Section(
            "anvands",
            gettext("Var den används"),
            (
                "^harMetodutbud",
                "^anvanderMetod",
                "^innehallerKomponent",
                *_OTHER_DEGREES,
            ),
        ),
    )


KIND = Kind("Metod", lead=lead, sections=sections, template="metod.html", data=data, retold=_RETOLD)
