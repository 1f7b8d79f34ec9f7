"""Closing: what absence concludes inside a declared scope, and nothing outside it."""

from __future__ import annotations

import pytest
from category_names import MAPPED
from pyoxigraph import RdfFormat, parse

from kunskapsgraf.graph import queries
from kunskapsgraf.graph.engine import placed
from kunskapsgraf.graph.rdf import Literal, NamedNode, Quad, Triple
from kunskapsgraf.graph.vocabulary import RDF_TYPE, RDFS_LABEL, XSD, Names
from kunskapsgraf.pipeline.close import close
from kunskapsgraf.settings import packaged_sources

NAMES = Names("https://w3id.org/kunskapsgraf/")
CLOSED = queries.folder(packaged_sources() / "queries" / "closed")
SCOPE = "kartlaggningen-vastmanland-2006"
SOURCE = "lansstyrelsen-vastmanland-2006"
PREFIXES = """\
@prefix kg: <https://w3id.org/kunskapsgraf/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
""" + "".join(f"@prefix {kind}: <{NAMES.things}{kind}/> .\n" for kind in ("kommun", "kommundel", "omfattning", "plats"))
# The scope's name is the one that the queries know; its members are ours.
EDITORIAL = f"""
omfattning:{SCOPE} a kg:Omfattning ; kg:heltackandeFor plats:kartlagda ;
    kg:giltigFran "2006-02-01"^^xsd:date ; kg:giltigTill "2006-03-31"^^xsd:date ; kg:forbehall "Något kan saknas."@sv , "Something may be missing."@en .
plats:kartlagda kg:omfattar kommun:har , kommun:saknar , kommundel:del .
kommun:har a kg:Kommun ; rdfs:label "Har"@sv , "Has"@en . kommun:saknar a kg:Kommun ; rdfs:label "Saknar"@sv , "Lacks"@en .
kommun:utanfor a kg:Kommun ; rdfs:label "Utanför"@sv , "Outside"@en . kommundel:del a kg:Kommundel ; rdfs:label "Del"@sv .
"""
# A scope of our own, closed by a query of our own.
OWN = """
omfattning:egen kg:heltackandeFor plats:egna ; kg:giltigFran "2020-01-01"^^xsd:date . plats:egna kg:omfattar kommun:a , kommun:b .
kommun:a a kg:Kommun . kommun:b a kg:Kommun . kommun:c a kg:Kommun .
"""
OWN_QUERY = """
PREFIX kg: <https://w3id.org/kunskapsgraf/ns#>
CONSTRUCT { ?kommun a kg:KommunUtanBarnstod } WHERE {
  ?scope kg:heltackandeFor/kg:omfattar ?kommun . ?kommun a kg:Kommun
  MINUS { GRAPH <https://w3id.org/kunskapsgraf/graf/harledd/egen> { ?kommun a kg:KommunMedBarnstod } }
}
"""


def quads(turtle: str, graph: str) -> list[Quad]:
    """Read Turtle into a named graph."""
    return list(placed((quad.triple for quad in parse((PREFIXES + turtle).encode(), format=RdfFormat.TURTLE)), graph))


def term(name: str) -> NamedNode:
    """Give one of our terms."""
    return NamedNode(NAMES.terms + name)


def thing(name: str) -> NamedNode:
    """Give one of our things."""
    return NamedNode(NAMES.things + name)


def members(found: set[Triple], name: str) -> set[str]:
    """Give what is concluded to be in a category, by slug."""
    return {
        str(t.subject)[1:-1].rsplit("/", 1)[-1]
        for t in found
        if t.predicate.value == RDF_TYPE and t.object == term(name)
    }


def test_the_categories_are_those_of_the_mapping() -> None:
    """Each category that the mapping's scope closes has its query, and each query's file is named as its category."""
    assert set(MAPPED) == {name for name in CLOSED if name.startswith("KommunUtan")}


@pytest.mark.parametrize("name", MAPPED)
def test_absence_inside_the_scope(name: str) -> None:
    """Of the scope's municipalities the one without the counterpart is in the category; no part, and none outside, is."""
    counterpart = name.replace("Utan", "Med", 1)
    layer = quads(f"kommun:har a kg:{counterpart} .", NAMES.inferred_from(SOURCE))
    found = close([*quads(EDITORIAL, NAMES.editorial_graph), *layer], [CLOSED[name]])
    assert {"saknar"} == members(found, name)


@pytest.mark.parametrize("name", MAPPED)
def test_only_the_scopes_source_fills_the_gap(name: str) -> None:
    """What follows from another source, or from several together, does not end the absence in this one."""
    counterpart = name.replace("Utan", "Med", 1)
    said = f"kommun:har a kg:{counterpart} ."
    elsewhere = [*quads(said, NAMES.inferred_from("annan")), *quads(said, NAMES.inferred_graph)]
    found = close([*quads(EDITORIAL, NAMES.editorial_graph), *elsewhere], [CLOSED[name]])
    assert {"har", "saknar"} == members(found, name)


@pytest.mark.parametrize("name", MAPPED)
def test_what_needs_no_source_fills_the_gap(name: str) -> None:
    """The reading that is followed may be editorial: what follows from it ends the absence."""
    layer = quads(f"kommun:har a kg:{name.replace('Utan', 'Med', 1)} .", NAMES.inferred_timeless)
    found = close([*quads(EDITORIAL, NAMES.editorial_graph), *layer], [CLOSED[name]])
    assert {"saknar"} == members(found, name)


@pytest.mark.parametrize("name", MAPPED)
def test_another_category_does_not_fill_the_gap(name: str) -> None:
    """Only the counterpart counts: a municipality with all else still lacks this."""
    others = "".join(f"kommun:har a kg:{other.replace('Utan', 'Med', 1)} . " for other in MAPPED if other != name)
    found = close(
        [*quads(EDITORIAL, NAMES.editorial_graph), *quads(others, NAMES.inferred_from(SOURCE))], [CLOSED[name]]
    )
    assert {"har", "saknar"} == members(found, name)


@pytest.mark.parametrize("name", MAPPED)
def test_conclusion_is_bound_to_its_scope(name: str) -> None:
    """Each conclusion names its municipality, category, scope, period and reservations, and has labels in two languages."""
    layer = quads(f"kommun:har a kg:{name.replace('Utan', 'Med', 1)} .", NAMES.inferred_from(SOURCE))
    found = close([*quads(EDITORIAL, NAMES.editorial_graph), *layer], [CLOSED[name]])
    conclusion = thing(f"slutsats/{name}-saknar")
    assert {conclusion, thing("kommun/saknar")} == {triple.subject for triple in found}
    date = NamedNode(XSD + "date")
    assert {
        (RDF_TYPE, term("Slutsats")),
        (term("slutsatsSubjekt").value, thing("kommun/saknar")),
        (term("slutsatsKlass").value, term(name)),
        (term("omfattning").value, thing(f"omfattning/{SCOPE}")),
        (term("giltigFran").value, Literal("2006-02-01", datatype=date)),
        (term("giltigTill").value, Literal("2006-03-31", datatype=date)),
        (term("forbehall").value, Literal("Något kan saknas.", language="sv")),
        (term("forbehall").value, Literal("Something may be missing.", language="en")),
    } <= {(triple.predicate.value, triple.object) for triple in found if triple.subject == conclusion}
    for predicate in (RDFS_LABEL, term("reservation").value, term("sluterFran").value):
        texts = [t.object for t in found if t.subject == conclusion and t.predicate.value == predicate]
        assert {"sv", "en"} == {text.language for text in texts if isinstance(text, Literal)}, predicate


@pytest.mark.parametrize("name", MAPPED)
def test_no_scope_no_conclusion(name: str) -> None:
    """Without a declared scope, absence concludes nothing."""
    without = EDITORIAL.replace(f"omfattning:{SCOPE}", "omfattning:annan")
    assert set() == close(quads(without, NAMES.editorial_graph), [CLOSED[name]])


def test_own_scope() -> None:
    """A query closes its own scope; what lies outside is unknown and gets no conclusion."""
    layer = quads("kommun:a a kg:KommunMedBarnstod .", NAMES.inferred_from("egen"))
    found = close([*quads(OWN, NAMES.editorial_graph), *layer], [queries.parse("egen.rq", OWN_QUERY)])
    assert {"b"} == members(found, "KommunUtanBarnstod")
    assert 1 == len(found)


def test_conclusions_of_all_queries() -> None:
    """The conclusions of several queries are put together; without queries there are none."""
    everything = quads(EDITORIAL, NAMES.editorial_graph)
    found = close(everything, CLOSED.values())
    assert {name: {"har", "saknar"} for name in MAPPED} == {name: members(found, name) for name in MAPPED}
    assert set() == close(everything, [])
