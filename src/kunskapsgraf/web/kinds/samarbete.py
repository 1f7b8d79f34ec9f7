"""A samarbete: who takes part, and what they share."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext

from kunskapsgraf.web.kinds.kind import Kind, Section, Sentence, Told


def lead(told: Told) -> Iterator[Sentence]:
    """Say who takes part, what it comprises, and for whom."""
    yield from told.say(gettext("Deltagare: %(ends)s."), "harDeltagare")
    yield from told.say(gettext("Samarbetet omfattar %(ends)s."), "omfattarInsats")
    yield from told.say(gettext("Det är för %(ends)s."), "malgrupp")
    yield from told.say(gettext("Syfte: %(ends)s."), "syfte")


def sections() -> tuple[Section, ...]:
    """Give who and what before the rest."""
    return (
        Section(
            "vad",
            gettext("Vilka, och om vad"),
            ("harDeltagare", "omfattarInsats", "syfte", "innehallText", "malgrupp", "medverkande", "form", "status"),
        ),
        Section("siffror", gettext("I siffror"), ("harUppgift", "harEvidensutsaga")),
    )


KIND = Kind("Samarbete", lead=lead, sections=sections)
