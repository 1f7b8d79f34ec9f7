"""What is compared of places, of methods and of sources: the parts of each comparison, and the query behind each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask_babel import gettext

from kunskapsgraf.graph.rdf import NamedNode, Triple
from kunskapsgraf.graph.store import Store
from kunskapsgraf.graph.together import together
from kunskapsgraf.graph.vocabulary import RDF_TYPE
from kunskapsgraf.web import language
from kunskapsgraf.web.comparison import Cell, Part, Row
from kunskapsgraf.web.laying import UNKNOWN, ask, laid, other_or_unknown, part_of

_KIN = ("iMetodfamilj", "innehallerKomponent")


def compared_places(store: Store, places: Sequence[str]) -> list[Part]:
    """Lay places side by side: categories, services by type and kind, methods, cooperation."""
    categories, services, methods, cooperations = together(
        lambda: ask(store, "compared-categories", places),
        lambda: ask(store, "compared-services", places),
        lambda: ask(store, "compared-methods-of-places", places),
        lambda: ask(store, "compared-cooperations", places),
    )
    answers = [(group, [_asked_why(row, places) for row in rows]) for group, rows in laid(categories, places)]
    offered = laid(services, places, fallback=other_or_unknown)
    return [
        part_of("har", gettext("Vad de har"), categories, answers, store),
        part_of("insatser", gettext("Insatser, efter tjänstetyp och insatstyp"), services, offered, store),
        part_of("metoder", gettext("Metoder som insatserna använder"), methods, laid(methods, places), store),
        part_of("samverkan", gettext("Samarbeten"), cooperations, laid(cooperations, places), store),
    ]


def _asked_why(row: Row, places: Sequence[str]) -> Row:
    """Give each cell the statement that it can be asked of: that the place is in the category, or in the one for its absence."""

    def asked(cell: Cell, place: str) -> Cell:
        category = cell.things[0] if cell.state == "closed" and cell.things else row.about
        return replace(cell, triple=Triple(NamedNode(place), NamedNode(RDF_TYPE), NamedNode(category)))

    return replace(row, cells=tuple(asked(cell, place) for cell, place in zip(row.cells, places, strict=True)))


def compared_methods(store: Store, methods: Sequence[str]) -> list[Part]:
    """Lay methods side by side: kind, state of evidence, certainty, recommendation by condition, kin and places."""
    terms = store.names.terms
    kinds, states, certainty, advice, kin, places = together(
        lambda: ask(store, "compared-kinds", methods),
        lambda: ask(store, "compared-evidence", methods, properties=[terms + "bedomning"]),
        lambda: ask(store, "compared-evidence", methods, properties=[terms + "sakerhet"]),
        lambda: ask(store, "compared-advice", methods),
        lambda: ask(store, "compared-values", methods, properties=[terms + name for name in _KIN]),
        lambda: ask(store, "compared-places-of-methods", methods),
    )
    return [
        part_of("slag", gettext("Slag"), kinds, laid(kinds, methods, fallback=other_or_unknown, by_value=True), store),
        part_of("lage", gettext("Evidensläge"), states, laid(states, methods, fallback=other_or_unknown, by_value=True), store),
        part_of("sakerhet", gettext("Säkerhet"), certainty, laid(certainty, methods, fallback=other_or_unknown, by_value=True), store),
        # That it is recommended for another condition says nothing of this one.
        part_of("rekommendation", gettext("Rekommendation, efter tillstånd"), advice, laid(advice, methods, by_value=True), store),
        part_of("delar", gettext("Familj och delar"), kin, laid(kin, methods, fallback=other_or_unknown, by_value=True), store),
        part_of("platser", gettext("Platser vars insatser använder metoden"), places, laid(places, methods), store),
    ]  # fmt: skip


def compared_sources(store: Store, sources: Sequence[str]) -> list[Part]:
    """Lay sources side by side: how much they say, of what, how they assess it, which facts they give, and what can be read twice."""
    # Those that take the longest come first.
    counts, facts, assessments, advice, readings, things = together(
        lambda: ask(store, "compared-counts-of-sources", sources),
        lambda: ask(store, "compared-facts-of-sources", sources, language=language.current()),
        lambda: ask(store, "compared-assessments-of-sources", sources),
        lambda: ask(store, "compared-advice-of-sources", sources),
        lambda: ask(store, "compared-readings-of-sources", sources),
        lambda: ask(store, "compared-things-of-sources", sources),
    )
    return [
        part_of("antal", gettext("Hur mycket de säger"), counts, laid(counts, sources, fallback=_nothing), store,
            is_counted=True),
        part_of("saker", gettext("Vad de talar om"), things, laid(things, sources), store,
            note=gettext("Talet är hur många satser i grafen som källan säger om saken eller med den. En källa som är läst i sin helhet och inte talar om en metod saknar den; om andra saker sluts inget av tystnad. Först står det som flest talar om."), shared_first=True),
        part_of("bedomning", gettext("Hur de bedömer effekten, efter åtgärd och utfall"), assessments, laid(assessments, sources, by_value=True), store,
            note=gettext("Olika bedömningar är inte alltid oenighet: de kan gälla olika grupper. Att en källa inte bedömer något är ingen bedömning.")),
        part_of("rekommendation", gettext("Vad de rekommenderar, efter åtgärd och tillstånd"), advice, laid(advice, sources, by_value=True), store),
        part_of("uppgifter", gettext("Uppgifter om samma sak"), facts, laid(facts, sources, by_value=True), store,
            note=gettext("Saker som minst två av källorna beskriver, egenskap för egenskap. Det som bara en säger är öppet: de andra tiger.")),
        part_of("lasningar", gettext("Ställen som kan läsas på två sätt"), readings, laid(readings, sources, by_value=True), store,
            note=gettext("Bara det som minst två av källorna har en läsning av. Vad en källa ensam säger på två sätt står i rapporten om motsägelser.")),
    ]  # fmt: skip


def _nothing(_: bool) -> Cell:
    """Give the cell of a count that no statement adds to."""
    return replace(UNKNOWN, number=0)
