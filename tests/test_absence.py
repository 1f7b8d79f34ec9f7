"""Why not: for each rule that could conclude a statement, what holds and what is missing, the nearest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
from conftest import write_micro

from kunskapsgraf.graph.rdf import Triple
from kunskapsgraf.graph.store import EmbeddedStore, ask, is_merged
from kunskapsgraf.graph.vocabulary import Names
from kunskapsgraf.pipeline import axioms
from kunskapsgraf.pipeline.build import build
from kunskapsgraf.reasoner import answer
from kunskapsgraf.reasoner.absence import explain_absence
from kunskapsgraf.reasoner.explain import Explainer
from kunskapsgraf.reasoner.proof import Attempt
from kunskapsgraf.reasoner.speech import Labels, statement
from kunskapsgraf.settings import Settings

NAMES = Names("https://w3id.org/kunskapsgraf/")
HEAD = """
@prefix kg: <https://w3id.org/kunskapsgraf/ns#> .
@prefix sak: <https://w3id.org/kunskapsgraf/id/sak/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
# A lamp is seen when it is lit and stands in a window, or when it is a beacon that somebody keeps.
ONTOLOGY = (
    HEAD
    + """
kg:Lampa a owl:Class . kg:Tand a owl:Class . kg:IFonster a owl:Class . kg:Fyr a owl:Class .
kg:vaktasAv a owl:ObjectProperty . kg:Sedd a owl:Class ; rdfs:label "sedd"@sv , "seen"@en . kg:Morker a owl:Class .
kg:Fyrvaktare a owl:Class . kg:UtanFonster a owl:Class ; rdfs:subClassOf kg:Sedd .
[] owl:intersectionOf ( kg:Lampa kg:Tand kg:IFonster ) ; rdfs:subClassOf kg:Sedd .
[] owl:intersectionOf ( kg:Fyr [ a owl:Restriction ; owl:onProperty kg:vaktasAv ; owl:someValuesFrom kg:Fyrvaktare ] ) ; rdfs:subClassOf kg:Sedd .
"""
)
DATA = HEAD + "sak:a a kg:Lampa , kg:Tand . sak:b a kg:Fyr ; kg:vaktasAv sak:c . sak:d a kg:Lampa .\n"
DATA += "sak:e a kg:Lampa ; kg:bredvid sak:e . sak:f kg:bredvid sak:g . sak:g a kg:Lampa , kg:Trasig .\n"
CLOSED = "PREFIX kg: <https://w3id.org/kunskapsgraf/ns#> CONSTRUCT { ?x a kg:Morker } WHERE { ?x a kg:Lampa MINUS { ?x a kg:Tand } }"
# Absence concludes what would be a premise.
TRAP = "PREFIX kg: <https://w3id.org/kunskapsgraf/ns#> CONSTRUCT { ?x a kg:IFonster } WHERE { ?x a kg:Lampa MINUS { ?x a kg:Tand } }"
RULE = """#+ title@sv: Två lampor vid varandra lyser ihop
#+ title@en: Two lamps beside each other shine together
#+ premise: ?x kg:bredvid ?y
#+ premise: ?y a kg:Lampa
PREFIX kg: <https://w3id.org/kunskapsgraf/ns#>
CONSTRUCT { ?x a kg:Par } WHERE { ?x kg:bredvid ?y . ?y a kg:Lampa FILTER(?x != ?y) MINUS { ?y a kg:Trasig } }
"""


def made(folder: object, data: str, more_ontology: str = "") -> Settings:
    """Build the world of lamps with some data."""
    settings = write_micro(folder)  # type: ignore[arg-type]
    more = "kg:bredvid a owl:ObjectProperty . kg:Par a owl:Class . kg:Trasig a owl:Class ."
    (settings.sources / "ontology" / "sak.ttl").write_text(ONTOLOGY + more + more_ontology, encoding="utf-8")
    (settings.sources / "data" / "ttl" / "kalla.ttl").write_text(data, encoding="utf-8")
    for name, text in (("closed/Morker", CLOSED), ("closed/IFonster", TRAP), ("rules/Par", RULE)):
        path = settings.sources / "queries" / f"{name}.rq"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    settings = replace(settings, query_seconds=10.0, query_megabytes=256)
    # The trap is an axiom that reads what absence concludes: a build refuses it, and nothing else stands on that.
    with patch.object(axioms, "waiting_in_vain", return_value=iter(())):
        build(settings)
    return settings


@pytest.fixture(scope="module")
def lamps(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Build the world of lamps."""
    return made(tmp_path_factory.mktemp("lamps"), DATA)


@pytest.fixture(scope="module")
def explainer(lamps: Settings) -> Iterator[Explainer]:
    """Explain the world of lamps."""
    store = EmbeddedStore(lamps)
    yield answer.explainer(store, lamps)
    store.close()


def said(*asked: str) -> Triple:
    """Read a statement as the command line does."""
    subject, predicate, target = asked
    return statement(subject, predicate, target, NAMES)


def attempts(explainer: Explainer, *asked: str, language: str = "sv") -> list[Attempt]:
    """Say why not."""
    return explain_absence(explainer, said(*asked), Labels(explainer.store), language)


def test_nearest_comes_first(explainer: Explainer) -> None:
    """The rule that least is missing of comes first, and of two as near the one of which more holds."""
    for thing in ("sak/a", "sak/b", "sak/d"):
        found = attempts(explainer, thing, "a", "kg:Sedd")
        distances = [attempt.distance for attempt in found]
        assert 3 == len(found)
        assert sorted(distances) == distances
        assert distances[0] > 0
    assert [said("sak/a", "a", "kg:Lampa"), said("sak/a", "a", "kg:Tand")] == list(
        attempts(explainer, "sak/a", "a", "kg:Sedd")[0].holding
    )


def test_missing_is_told(explainer: Explainer) -> None:
    """What is missing is said with what is known of it put in."""
    assert ("sak/a är kg:IFonster",) == attempts(explainer, "sak/a", "a", "kg:Sedd")[0].missing
    assert ("sak/a is kg:IFonster",) == attempts(explainer, "sak/a", "a", "kg:Sedd", language="en")[0].missing
    assert ("sak/c är kg:Fyrvaktare",) == attempts(explainer, "sak/b", "a", "kg:Sedd")[0].missing
    beacon = next(a for a in attempts(explainer, "sak/a", "a", "kg:Sedd") if 3 == a.distance)
    assert ("sak/a är kg:Fyr", "sak/a kg:vaktasAv något", "något är kg:Fyrvaktare") == beacon.missing


def test_more_rules_than_one_query_may_ask_for(tmp_path: Path) -> None:
    """Of 150 kinds of lamp each could be the one: together they are more than the bound on triple patterns."""
    kind = "kg:Slag{0} a owl:Class . [] owl:intersectionOf ( kg:Lampa kg:Slag{0} ) ; rdfs:subClassOf kg:Sedd .\n"
    settings = made(tmp_path, DATA, "".join(map(kind.format, range(150))))
    assert settings.query_patterns < 150
    store = EmbeddedStore(settings)
    try:
        found = attempts(answer.explainer(store, settings), "sak/a", "a", "kg:Sedd")
    finally:
        store.close()
    assert {f"sak/a är kg:Slag{n}" for n in range(150)} <= {text for attempt in found for text in attempt.missing}


def test_holding_holds_and_missing_does_not(explainer: Explainer) -> None:
    """Each premise told as holding is in the graph, by more than absence; each told as missing is not."""
    for thing in ("sak/a", "sak/b", "sak/c", "sak/d"):
        for attempt in attempts(explainer, thing, "a", "kg:Sedd"):
            for triple in attempt.holding:
                assert explainer.kind(triple)[0] not in ("", "closed")
            assert [] == [
                text for text in attempt.missing if text in {f"{thing} är kg:{c}" for c in held(explainer, thing)}
            ]


def held(explainer: Explainer, thing: str) -> set[str]:
    """Give the classes that a thing is of, by more than absence."""
    names = ("Lampa", "Tand", "IFonster", "Fyr", "Fyrvaktare")
    return {name for name in names if explainer.kind(said(thing, "a", f"kg:{name}"))[0] not in ("", "closed")}


def test_what_absence_concluded_counts_for_nothing(explainer: Explainer) -> None:
    """A premise that only absence gives is missing: OWL does not read it."""
    assert "closed" == explainer.kind(said("sak/d", "a", "kg:IFonster"))[0]
    assert ("sak/d är kg:Tand", "sak/d är kg:IFonster") == next(
        a.missing for a in attempts(explainer, "sak/d", "a", "kg:Sedd") if len(a.holding) == 1
    )


@pytest.mark.parametrize(
    ("thing", "missing"),
    [
        ("a", "sak:a a kg:IFonster ."),
        ("b", "sak:c a kg:Fyrvaktare ."),
        ("d", "sak:d a kg:Tand , kg:IFonster ."),
        ("c", "sak:c a kg:UtanFonster ."),
    ],
)
def test_with_what_is_missing_it_follows(tmp_path: object, thing: str, missing: str) -> None:
    """With the missing premises added the statement follows."""
    settings = made(tmp_path, DATA + missing)
    store = EmbeddedStore(settings)
    try:
        asked = " ".join(f"<{term.value}>" for term in said(f"sak/{thing}", "a", "kg:Sedd"))
        assert ask(store, f"ASK {{ {asked} }}")
        assert "Satsen finns i grafen.\n" == answer.absence(store, (f"sak/{thing}", "a", "kg:Sedd"), settings)
    finally:
        store.close()


def test_statement_that_no_rule_gives(explainer: Explainer, lamps: Settings) -> None:
    """What no rule concludes can be said by a source only."""
    assert [] == attempts(explainer, "sak/a", "kg:vaktasAv", "sak/b")
    said_so = answer.absence(explainer.store, ("sak/a", "kg:vaktasAv", "sak/b"), lamps)
    assert "Ingen regel ger en sådan sats; bara en källa kan säga den.\n" == said_so
    english = answer.absence(explainer.store, ("sak/a", "kg:vaktasAv", "sak/b"), replace(lamps, language="en"))
    assert english.startswith("No rule concludes such a statement; only a source")


def test_statement_that_only_absence_gives(explainer: Explainer, lamps: Settings) -> None:
    """What a query of absence concludes names that query, not a source."""
    told = answer.absence(explainer.store, ("sak/a", "a", "kg:Morker"), lamps)
    assert "Ingen regel ger en sådan sats; den sluts av frånvaro, av queries/closed/Morker.rq.\n" == told


@pytest.mark.parametrize("statement_of", [("sak/a", "a", "kg:Lampa"), ("sak/d", "a", "kg:Morker")])
def test_statement_that_holds(explainer: Explainer, lamps: Settings, statement_of: tuple[str, str, str]) -> None:
    """Of what holds, however it was concluded, it is said that it does."""
    assert "Satsen finns i grafen.\n" == answer.absence(explainer.store, statement_of, lamps)
    assert "The graph holds the statement.\n" == answer.absence(
        explainer.store, statement_of, replace(lamps, language="en")
    )


def test_sparql_rule_tells_its_premises(explainer: Explainer) -> None:
    """A SPARQL rule that could conclude it is among the attempts, with its title."""
    [attempt] = attempts(explainer, "sak/a", "a", "kg:Par")
    assert "queries/rules/Par.rq: Två lampor vid varandra lyser ihop" == attempt.rule
    # That there are lamps somewhere does not bring it nearer.
    assert () == attempt.holding
    assert ("sak/a kg:bredvid något", "något är kg:Lampa") == attempt.missing


@pytest.mark.parametrize(
    ("language", "said"), [("sv", "sak/e och sak/e är två olika"), ("en", "sak/e and sak/e are two different ones")]
)
def test_what_a_sparql_rule_asks_to_differ_is_a_sentence(explainer: Explainer, language: str, said: str) -> None:
    """Where the premises hold of one thing twice, it is said that they must be two; no SPARQL is shown."""
    [attempt] = attempts(explainer, "sak/e", "a", "kg:Par", language=language)
    assert 2 == len(attempt.holding)
    assert ((), (said,)) == (attempt.missing, attempt.filters)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("sv", "det som regeln kräver utöver dessa (Två lampor vid varandra lyser ihop)"),
        ("en", "what the rule asks for besides these (Two lamps beside each other shine together)"),
    ],
)
def test_what_else_a_sparql_rule_asks_for_is_told_by_its_title(explainer: Explainer, language: str, said: str) -> None:
    """Where all premises hold and the rule concludes nothing all the same, its title tells what it asks for."""
    [attempt] = attempts(explainer, "sak/f", "a", "kg:Par", language=language)
    assert 2 == len(attempt.holding)
    assert ((), (said,)) == (attempt.missing, attempt.filters)


def test_no_graph_is_copied_to_tell_what_is_missing(explainer: Explainer) -> None:
    """What could hold is asked of the graphs as they lie: to merge those of 100,000 statements takes seconds, at each question."""
    store = explainer.store
    with patch.object(store, "answer", wraps=store.answer) as asked:
        assert attempts(explainer, "sak/a", "a", "kg:Sedd")
    seen = [call.args[2] for call in asked.call_args_list if len(call.args) > 2]
    assert any(len(dataset.default or ()) > 1 for dataset in seen)
    assert [] == [dataset for dataset in seen if is_merged(store.graphs(), dataset)]
