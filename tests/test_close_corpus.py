"""Closing the corpus: what the sources read in this version do not say of methods and services, and nothing beyond."""

from __future__ import annotations

import pytest
from category_names import CORPUS
from pyoxigraph import RdfFormat, parse

from kunskapsgraf.graph import queries
from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.engine import placed
from kunskapsgraf.graph.rdf import Literal, Quad, Triple
from kunskapsgraf.graph.store import select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.vocabulary import RDF_TYPE, RDFS_LABEL, Names
from kunskapsgraf.pipeline.close import close
from kunskapsgraf.settings import packaged_sources

NAMES = Names("https://w3id.org/kunskapsgraf/")
CLOSED = queries.folder(packaged_sources() / "queries" / "closed")
PREFIXES = """\
@prefix kg: <https://w3id.org/kunskapsgraf/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
""" + "".join(
    f"@prefix {kind}: <{NAMES.things}{kind}/> .\n"
    for kind in ("omfattning", "kalla", "metod", "insats", "utbud", "uttalande", "bedomning")
)
SCOPE = 'omfattning:korpusen a kg:Omfattning ; kg:forbehall "Få källor."@sv , "Few sources."@en .'
METHODS = "".join(
    f'metod:{slug} a kg:Metod ; skos:prefLabel "{slug}"@sv , "{slug} in English"@en .\n'
    for slug in ("tyst", "pastadd", "granskad", "foljd", "rekommenderad")
)
SAID = """
metod:pastadd kg:harEvidensutsaga uttalande:p , uttalande:praktiker .
uttalande:p a kg:PastaendeUtanKalla , kg:Evidensutsaga ; kg:avser metod:pastadd ; kg:bedomning bedomning:pastadd .
uttalande:praktiker a kg:Praktikerutsaga , kg:Evidensutsaga ; kg:avser metod:pastadd ; kg:bedomning bedomning:pastadd .
metod:granskad kg:harEvidensutsaga uttalande:g , uttalande:gp .
uttalande:g a kg:GranskadUtsaga , kg:Evidensutsaga ; kg:avser metod:granskad ; kg:bedomning bedomning:otillrackligt .
uttalande:gp a kg:PastaendeUtanKalla , kg:Evidensutsaga ; kg:avser metod:granskad ; kg:bedomning bedomning:pastadd .
metod:foljd kg:harEvidensutsaga uttalande:f .
uttalande:f a kg:LokalUppfoljning , kg:Evidensutsaga ; kg:avser metod:foljd ; kg:bedomning bedomning:lokal-uppfoljning .
metod:rekommenderad kg:harRekommendation uttalande:r . uttalande:r a kg:Rekommendation ; kg:avser metod:rekommenderad .
"""
SERVICES = (
    "".join(
        f'insats:{slug} a kg:Insats ; rdfs:label "{slug}"@sv , "{slug} in English"@en . utbud:{slug} kg:avserInsats insats:{slug} .\n'
        for slug in ("utan", "utbildad", "obedomd", "bedomd", "pastadd", "blandad")
    )
    + """
insats:del a kg:Insats ; rdfs:label "del"@sv , "part"@en ; kg:delAvInsats insats:bedomd .
insats:utbildad kg:personalUtbildadI metod:tyst . insats:obedomd kg:anvanderMetod metod:tyst , metod:foljd .
insats:bedomd kg:anvanderMetod metod:granskad . insats:pastadd kg:innehallerKomponent metod:pastadd .
insats:blandad kg:anvanderMetod metod:tyst ; kg:provarMetod metod:granskad .
"""
)
WORLD = SCOPE + METHODS + SAID + SERVICES
EXPECTED = {
    "MetodUtanEvidensutsaga": {"tyst", "rekommenderad"},
    "MetodUtanRekommendation": {"tyst", "pastadd", "granskad", "foljd"},
    "MetodMedEndastPastaende": {"pastadd"},
    # Staff trained in a method is a link to one, so the service is not without; nor does anything say that it uses it.
    "InsatsUtanNamngivenMetod": {"utan"},
    "InsatsMedEndastObedomdaMetoder": {"obedomd", "pastadd"},
}


def quads(turtle: str) -> list[Quad]:
    """Read Turtle into a graph of some source."""
    read = parse((PREFIXES + turtle).encode(), format=RdfFormat.TURTLE)
    return list(placed((quad.triple for quad in read), NAMES.source_graph("nagon")))


def members(found: set[Triple], name: str) -> set[str]:
    """Give the slugs that a category is concluded of."""
    return {
        text_of(t.subject).rsplit("/", 1)[-1]
        for t in found
        if t.predicate.value == RDF_TYPE and text_of(t.object) == NAMES.terms + name
    }


@pytest.mark.parametrize("name", CORPUS)
def test_each_kind_of_absence(name: str) -> None:
    """Silence, claims, a follow-up, a review and a recommendation are told apart; a part of a service is told with its whole."""
    assert EXPECTED[name] == members(close(quads(WORLD), [CLOSED[name]]), name)


@pytest.mark.parametrize("name", CORPUS)
def test_no_scope_no_conclusion(name: str) -> None:
    """Where the corpus declares no scope, nothing follows from silence."""
    assert set() == close(quads(WORLD.replace(SCOPE, "")), [CLOSED[name]])


@pytest.mark.parametrize("name", CORPUS)
def test_closing_again_changes_nothing(name: str) -> None:
    """Run over its own conclusions, a query concludes the same."""
    once = close(quads(WORLD), [CLOSED[name]])
    assert once == close([*quads(WORLD), *placed(once, NAMES.closed_graph)], [CLOSED[name]])


@pytest.mark.parametrize("name", CORPUS)
def test_conclusion_names_scope_and_reason(name: str) -> None:
    """Each conclusion has its scope, reservation, what was looked for, and labels, in two languages."""
    found = close(quads(WORLD), [CLOSED[name]])
    conclusions = {t.subject for t in found if text_of(t.object) == NAMES.terms + "Slutsats"}
    assert len(EXPECTED[name]) == len(conclusions)
    for conclusion in conclusions:
        said = [(t.predicate.value, t.object) for t in found if t.subject == conclusion]
        assert NAMES.things + "omfattning/korpusen" in {text_of(o) for p, o in said if p == NAMES.terms + "omfattning"}
        for predicate in (RDFS_LABEL, *(NAMES.terms + n for n in ("forbehall", "reservation", "sluterFran"))):
            texts = {o.language for p, o in said if p == predicate and isinstance(o, Literal)}
            assert {"sv", "en"} == texts, predicate


def test_the_scope_is_the_sources_of_this_version(whole_store: EmbeddedStore) -> None:
    """The corpus's scope names every source whose graph is in the build, and no other."""
    rows = select(
        whole_store,
        f"SELECT ?k WHERE {{ <{NAMES.things}omfattning/korpusen> <{NAMES.terms}omfattningKalla> ?k }}",
    )
    slugs = {text_of(row["k"]).rsplit("/", 1)[-1] for row in rows}
    built = {
        graph.rsplit("/", 1)[-1]
        for graph in whole_store.graphs()
        if whole_store.names.kind_of_graph(graph) == "asserted" and not whole_store.names.is_layer(graph)
    }
    assert built == slugs


def test_not_assessed_is_never_asserted(whole_store: EmbeddedStore) -> None:
    """What absence concludes of methods stands in the closed graph alone."""
    for name in CORPUS:
        rows = select(
            whole_store, f"SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ ?x a <{whole_store.names.terms}{name}> }} }}"
        )
        assert {whole_store.names.closed_graph} == {text_of(row["g"]) for row in rows}, name
