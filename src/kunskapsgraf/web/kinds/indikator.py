"""An indikator: what it measures, of whom, and its values."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext, ngettext

from kunskapsgraf.web.kinds.kind import Kind, Section, Sentence, Told


def lead(told: Told) -> Iterator[Sentence]:
    """Say what it is about, of whom, of what it is made, and how many values there are."""
    yield from told.say(gettext("Indikatorn gäller %(ends)s."), "avser")
    yield from told.say(gettext("Grupp: %(ends)s."), "avserPopulation")
    yield from told.say(gettext("Den ingår i %(ends)s."), "ingarIIndikator")
    yield from told.count(lambda n: ngettext("%(num)s värde finns.", "%(num)s värden finns.", n), "^indikator")


def sections() -> tuple[Section, ...]:
    """Give what is measured, then the values, then what to be careful about."""
    return (
        Section(
            "mats",
            gettext("Vad som mäts"),
            (
                "avser",
                "avserPopulation",
                "malgrupp",
                "harKriterium",
                "antalIngaende",
                "^ingarIIndikator",
                "^definierar",
            ),
        ),
        Section("varden", gettext("Värden"), ("^indikator", "harUppgift")),
        Section("anmarkningar", gettext("Anmärkningar"), ("harAnmarkning",)),
    )


def data(told: Told) -> dict[str, str] | None:
    """Give what its address among the indicators over time ends with; nothing for one that has no values or is not named as they are."""
    kind, _, slug = told.links.path(told.description.iri).partition("/")
    return {"slug": slug} if told.total("^indikator") and kind == "indikator" and "/" not in slug else None


KIND = Kind("Indikator", lead=lead, sections=sections, template="indikator.html", data=data)
