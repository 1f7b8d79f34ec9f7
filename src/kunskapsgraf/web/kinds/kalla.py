"""A källa and its passages: where what the graph says is to be read."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext, ngettext

from kunskapsgraf.graph.vocabulary import DCT
from kunskapsgraf.web.describe import said_lines
from kunskapsgraf.web.kinds.kind import Kind, Section, Sentence, Told


def lead(told: Told) -> Iterator[Sentence]:
    """Say its title, who published it, and for how long it holds and how much of it was read."""
    yield from told.text(DCT + "title")
    yield from told.say(gettext("Utgivare: %(ends)s."), DCT + "publisher")
    yield from told.say(gettext("Upphov: %(ends)s."), DCT + "creator")
    yield from told.say(gettext("Uppgifterna gäller %(ends)s."), "giltighetTryckt")
    if told.statements("giltighetOkand"):
        yield told.sentence(gettext("Källan säger inte vilken tid den gäller."), told.statements("giltighetOkand"))
    yield from told.count(
        lambda n: ngettext("%(num)s passage är läst ur den.", "%(num)s passager är lästa ur den.", n), "^iKalla"
    )


def lead_of_passage(told: Told) -> Iterator[Sentence]:
    """Say which lines of which source it is, quote it where it is quoted, and how much stands there."""
    if (place := told.passage()) and (sources := told.statements("iKalla")):
        text = gettext("%(lines)s i %(ends)s, under %(path)s.")
        lines = said_lines(place).capitalize()
        yield told.sentence(text, sources, lines=lines, ends=told.listed("iKalla"), path=place.path)
    yield from told.say(gettext("Ordagrant: ”%(ends)s”"), "ordagrant")
    yield from told.count(lambda n: ngettext("%(num)s sak uttalas här.", "%(num)s saker uttalas här.", n), "^uttalasI")


def sections() -> tuple[Section, ...]:
    """Give what it is, then the time that it holds for and what it covers."""
    return (
        Section(
            "verket",
            gettext("Verket"),
            (
                DCT + "title",
                DCT + "alternative",
                DCT + "creator",
                DCT + "publisher",
                DCT + "issued",
                "utgivningsar",
                "syfte",
                "webbplats",
                "sedd",
                DCT + "isPartOf",
            ),
        ),
        Section(
            "tid",
            gettext("Tid och omfattning"),
            (
                "giltigFran",
                "giltigTill",
                "giltighetTryckt",
                "giltighetOkand",
                "insamlingFran",
                "insamlingTill",
                "heltackandeFor",
                "omfattarInte",
                "^omfattningKalla",
            ),
        ),
        Section("last", gettext("Läst ur källan"), ("^iKalla",)),
    )


def sections_of_passage() -> tuple[Section, ...]:
    """Give where it stands, then what stands there."""
    return (
        Section("plats", gettext("Var den står"), ("iKalla", "rubrikvag", "sida", "radFran", "radTill", "ordagrant")),
        Section("uttalas", gettext("Vad som uttalas här"), ("^uttalasI",)),
    )


KIND = Kind("Kalla", lead=lead, sections=sections)
PASSAGE = Kind("Passage", lead=lead_of_passage, sections=sections_of_passage)
