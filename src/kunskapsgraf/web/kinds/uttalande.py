"""What somebody says: a statement of evidence, and a recommendation, which are two things."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext

from kunskapsgraf.graph.vocabulary import CITO
from kunskapsgraf.web.kinds.kind import Kind, Section, Sentence, Told


def lead_of_evidence(told: Told) -> Iterator[Sentence]:
    """Say what is assessed, for which outcome and group, and the assessment with its certainty and basis."""
    yield from told.kind()
    yield from told.say(gettext("Utsagan gäller %(ends)s."), "avser")
    yield from told.say(gettext("Utfall: %(ends)s."), "avserUtfall")
    yield from told.say(gettext("Grupp: %(ends)s."), "avserPopulation")
    yield from told.say(gettext("Bedömning: %(ends)s."), "bedomning")
    yield from told.say(gettext("Säkerhet: %(ends)s."), "sakerhet")
    yield from told.say(gettext("Källan hänvisar till %(ends)s."), CITO + "citesAsEvidence")


def lead_of_recommendation(told: Told) -> Iterator[Sentence]:
    """Say what is recommended, at which level and for which condition."""
    yield from told.say(gettext("Rekommendationen gäller %(ends)s."), "avser")
    yield from told.say(gettext("Tillstånd: %(ends)s."), "tillstand")
    yield from told.say(gettext("Nivå: %(ends)s."), "rekNiva")
    yield from told.say(gettext("Utgåva: %(ends)s."), "utgava")


def sections() -> tuple[Section, ...]:
    """Give what is said before who says it, and on what it rests."""
    return (
        Section(
            "sagt",
            gettext("Vad som sägs"),
            (
                "avser",
                "avserUtfall",
                "avserPopulation",
                "jamfortMed",
                "bedomning",
                "riktning",
                "sakerhet",
                "effektstorlek",
                "rekNiva",
                "tillstand",
                "villkor",
                "uttryck",
                "ordagrant",
                "innehallText",
                "omrade",
            ),
        ),
        Section(
            "grund",
            gettext("Vem som säger det, och på vilken grund"),
            (
                "uttalasAv",
                "underlag",
                "studieland",
                "utgava",
                CITO + "citesAsEvidence",
                CITO + "citesAsAuthority",
                "uppfoljningsdesign",
                "insamlingsmetod",
                "harAnmarkning",
                "harUppgift",
                "sedd",
            ),
        ),
    )


EVIDENCE = Kind("Evidensutsaga", lead=lead_of_evidence, sections=sections)
RECOMMENDATION = Kind("Rekommendation", lead=lead_of_recommendation, sections=sections)
OTHER = Kind("Uttalande", sections=sections)
