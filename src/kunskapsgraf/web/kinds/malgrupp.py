"""A målgrupp: who it is, and which insatser are for it, alone or among others."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext, ngettext

from kunskapsgraf.graph.vocabulary import SKOS
from kunskapsgraf.web.kinds.kind import Kind, Section, Sentence, Told


def lead(told: Told) -> Iterator[Sentence]:
    """Give its definition, what it is part of, and how much is aimed at it."""
    yield from told.text(SKOS + "definition")
    yield from told.say(gettext("Gruppen är en del av %(ends)s."), SKOS + "broader")
    yield from told.say(gettext("Anhöriga till %(ends)s."), "anhorigTill")
    yield from told.count(
        lambda n: ngettext("%(num)s uppgift riktar sig till gruppen.", "%(num)s uppgifter riktar sig till gruppen.", n),
        "^riktarSigTill",
    )
    yield from told.count(
        lambda n: ngettext("%(num)s riktar sig särskilt till den.", "%(num)s riktar sig särskilt till den.", n),
        "^riktarSigSpecifiktTill",
    )


def sections() -> tuple[Section, ...]:
    """Give who it is, then what is for it, then what is said of it."""
    return (
        Section(
            "vem",
            gettext("Vilka det är"),
            (
                SKOS + "definition",
                "alderFran",
                "alderTill",
                "anhorigTill",
                "tillstand",
                SKOS + "broader",
                "^" + SKOS + "broader",
            ),
        ),
        Section(
            "for", gettext("Vad som är för gruppen"), ("^riktarSigSpecifiktTill", "^riktarSigTill", "^deltarFramst")
        ),
        Section("om", gettext("Vad som sägs om gruppen"), ("^avserPopulation", "^malgrupp", "^avser")),
    )


KIND = Kind("Malgrupp", lead=lead, sections=sections)
