"""A verksamhet: where it is, who runs it, and the insatser that it carries."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext, ngettext

from kunskapsgraf.web.kinds.kind import Kind, Section, Sentence, Told


def lead(told: Told) -> Iterator[Sentence]:
    """Say where it is, who runs it, for whom and with how many services."""
    yield from told.say(gettext("%(name)s är en verksamhet i %(ends)s."), "finnsI")
    yield from told.say(gettext("Huvudman: %(ends)s."), "huvudman")
    yield from told.say(gettext("Den riktar sig till %(ends)s."), "riktarSigTill")
    yield from told.count(
        lambda n: ngettext("Den bär %(num)s insats.", "Den bär %(num)s insatser.", n), "^delAvVerksamhet"
    )
    yield from told.say(gettext("Metod: %(ends)s."), "anvanderMetod")


def sections() -> tuple[Section, ...]:
    """Give what it does, then who works there and with whom."""
    return (
        Section(
            "gor",
            gettext("Vad den gör, och för vem"),
            (
                "^delAvVerksamhet",
                "syfte",
                "riktarSigSpecifiktTill",
                "riktarSigTill",
                "deltarFramst",
                "tilltradesvag",
                "krav",
                "anvanderMetod",
                "personalUtbildadI",
                "foljsUppMed",
                "planerarMetod",
                "harArbetssatt",
                "harFas",
                "harEvidensutsaga",
                "oppettid",
            ),
        ),
        Section(
            "organisation",
            gettext("Organisation och samarbete"),
            (
                "finnsI",
                "http://www.w3.org/ns/org#unitOf",
                "huvudman",
                "regi",
                "delAvVerksamhet",
                "deltarI",
                "samverkarMed",
                "medverkande",
                "startar",
                "harHandelse",
            ),
        ),
        Section("siffror", gettext("I siffror"), ("harUppgift",)),
    )


KIND = Kind("Verksamhet", lead=lead, sections=sections)
