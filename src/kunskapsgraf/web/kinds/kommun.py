"""A kommun: where it lies, what it offers and with whom."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext

from kunskapsgraf.web.kinds.kind import Kind, Section, Sentence, Told


def lead(told: Told) -> Iterator[Sentence]:
    """Say in which county it lies."""
    if counties := told.statements("iLan"):
        yield told.sentence(
            gettext("%(kommun)s är en kommun i %(lan)s."), counties, kommun=told.name(), lan=told.several(counties)
        )


def sections() -> tuple[Section, ...]:
    """Give what is offered before names and codes."""
    return (Section("utbud", gettext("Vad som erbjuds"), ("erbjuder", "harMetodutbud", "harArbetssatt")),)


KIND = Kind("Kommun", lead=lead, sections=sections)
