"""The layers of the closed world: their order, circles, and what must not read what absence concludes."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from kunskapsgraf.errors import CheckFailed, CircularLayers, QueryFileError
from kunskapsgraf.graph import queries
from kunskapsgraf.graph.engine import placed
from kunskapsgraf.graph.queries import QueryFile
from kunskapsgraf.graph.rdf import Quad
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.vocabulary import Names
from kunskapsgraf.pipeline.build import build, checked
from kunskapsgraf.pipeline.close import close
from kunskapsgraf.pipeline.layers import ordered, reading
from kunskapsgraf.settings import Settings, packaged_sources

NAMES = Names("https://w3id.org/kunskapsgraf/")
KG = NAMES.terms
PREFIX = f"PREFIX kg: <{KG}> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"


def query(name: str, head: str, body: str) -> QueryFile:
    """Write a query that concludes from absence."""
    return queries.parse(f"{name}.rq", f"{PREFIX}CONSTRUCT {{ {head} }} WHERE {{ {body} }}")


def quads(turtle: str) -> list[Quad]:
    """Read Turtle into the graph of a source."""
    text = f"@prefix kg: <{KG}> . @prefix sak: <{NAMES.things}sak/> . {turtle}"
    return list(placed((q.triple for q in parse(text.encode(), format=RdfFormat.TURTLE)), NAMES.source_graph("k")))


# ---- what a query reads and concludes

# (what it concludes, what it asks, terms of ours that it reads, terms that it concludes)
READINGS = [
    ("?x a kg:A", "?x a kg:B", {"B"}, {"A"}),
    ("?x a kg:A ; kg:p ?y", "?x kg:q ?y", {"q"}, {"A", "p"}),
    ("?x a kg:A", "?x kg:q/kg:r* ?y ; ^kg:s|!kg:t ?z", {"q", "r", "s", "t"}, {"A"}),
    ("?x a kg:A", "?x kg:q ?y MINUS { ?x a kg:B }", {"q", "B"}, {"A"}),
    ("?x a kg:A", "?x kg:q ?y FILTER NOT EXISTS { ?x a kg:B }", {"q", "B"}, {"A"}),
    ("?x a kg:A", "?x kg:q ?y FILTER NOT EXISTS { ?y kg:r ?z FILTER NOT EXISTS { ?z a kg:B } }", {"q", "r", "B"}, {"A"}),
    ("?x a kg:A", "?x kg:q ?y FILTER(?y = 1 && EXISTS { ?x a kg:B })", {"q", "B"}, {"A"}),
    ("?x a kg:A", "VALUES ?c { kg:B } ?x a ?c", {"B"}, {"A"}),
    ("?x a kg:A", "{ ?x a kg:B } UNION { ?x a kg:C } OPTIONAL { ?x a kg:D }", {"B", "C", "D"}, {"A"}),
    ("?x a kg:A", "GRAPH <https://w3id.org/kunskapsgraf/graf/sluten> { ?x a kg:B }", {"B"}, {"A"}),
    ("?x a kg:A", "{ SELECT ?x (COUNT(?y) AS ?n) { ?x kg:q ?y } GROUP BY ?x HAVING(?n > 1) }", {"q"}, {"A"}),
    ("?x a kg:A", "?x kg:q ?y FILTER(!EXISTS { ?x a kg:B } || ?y IN (kg:i))", {"q", "B", "i"}, {"A"}),
    ("?x a kg:A", "?x kg:q [ kg:r ( kg:i ) ]", {"q", "r", "i"}, {"A"}),
    # Words of a comment or a text are no terms.
    ("?x a kg:A", '?x kg:q "kg:B" # kg:C\n', {"q"}, {"A"}),
    # A label concludes nothing, nor does the record of a conclusion but that it is one.
    ("?x a kg:A ; rdfs:label ?l . ?c a kg:Slutsats ; kg:slutsatsKlass kg:A ; kg:forbehall ?l", "?x kg:q ?l",
        {"q"}, {"A", "Slutsats", "slutsatsKlass"}),
]  # fmt: skip


@pytest.mark.parametrize(("head", "body", "reads", "concludes"), READINGS)
def test_what_a_query_reads_and_concludes(head: str, body: str, reads: set[str], concludes: set[str]) -> None:
    """Every term that a query asks for, wherever in it, and every class and property that it concludes."""
    found = reading(query("a", head, body), NAMES)
    assert reads == {term.removeprefix(KG) for term in found.reads if term.startswith(KG)}
    assert concludes == {term.removeprefix(KG) for term in found.concludes}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("CONSTRUCT { ?x a ?y } WHERE { ?x a ", "frågan kan inte läsas (rad 1 efter huvudet)"),
        ("CONSTRUCT { ?x a no:A } WHERE { ?x a ?y }", "frågan kan inte läsas: Unknown namespace prefix : no"),
        ("SELECT * { ?x a ?y }", "frågan ska vara en CONSTRUCT"),
    ],
)
def test_query_that_cannot_be_read(text: str, says: str) -> None:
    """A query that is no CONSTRUCT is refused by name, in both languages."""
    with pytest.raises(QueryFileError) as caught:
        reading(queries.parse("fel.rq", text), NAMES)
    assert caught.value.sv.startswith(f"fel.rq: {says}")
    assert caught.value.en.startswith("fel.rq: the query ")


def test_short_form() -> None:
    """A CONSTRUCT WHERE concludes what it asks: it reads what it concludes."""
    found = reading(queries.parse("kort.rq", f"{PREFIX}CONSTRUCT WHERE {{ ?x a kg:A ; kg:p ?y }}"), NAMES)
    assert {KG + "A", KG + "p"} == found.concludes
    assert found.concludes < found.reads


# ---- order

FIRST = query("forst", "?x a kg:Utan", "?x a kg:Sak MINUS { ?x a kg:Med }")
NEXT = query("andra", "?x a kg:Rest", "?x a kg:Sak MINUS { ?x a kg:Utan }")
THIRD = query("aldrig-tredje", "?x a kg:Kvar", "?x a kg:Sak ; kg:har ?y MINUS { ?x a kg:Rest }")


def test_queries_run_after_those_that_they_read() -> None:
    """Whatever the order of files, a query comes after all that it builds on, and knows which those are."""
    expected = [("forst.rq", set()), ("andra.rq", {"forst.rq"}), ("aldrig-tredje.rq", {"forst.rq", "andra.rq"})]
    for given in ([FIRST, NEXT, THIRD], [THIRD, NEXT, FIRST], [NEXT, THIRD, FIRST]):
        assert expected == [(file.name, below) for file, below in ordered(given, NAMES)]


def test_layers_build_on_each_other() -> None:
    """What one concludes the next one reads: absent from Utan means that it is with, and so on."""
    world = quads("sak:a a kg:Sak , kg:Med ; kg:har sak:x . sak:b a kg:Sak ; kg:har sak:x .")
    found = close(world, [THIRD, NEXT, FIRST], NAMES)
    said = {(text_of(t.subject)[-1], text_of(t.object).removeprefix(KG)) for t in found}
    assert {("b", "Utan"), ("a", "Rest"), ("b", "Kvar")} == said


def test_open_pattern_finds_nothing_of_other_layers() -> None:
    """A query reads only the conclusions that it names, so the order of unrelated queries does not matter."""
    anything = query("allt", "?x a kg:Annat", "?x a ?kind FILTER(?kind != kg:Sak)")
    world = quads("sak:b a kg:Sak .")
    for given in ([FIRST, anything], [anything, FIRST]):
        assert {"Utan"} == {text_of(t.object).removeprefix(KG) for t in close(world, given, NAMES)}


def test_layers_beside_each_other_are_apart() -> None:
    """What one query builds on is not seen by one that builds on something else, whichever runs first."""
    other = query("brist", "?x a kg:Brist", "?x a kg:Sak MINUS { ?x a kg:Med }")
    anything = query("allt", "?kind a kg:Annat", "?x a kg:Brist , ?kind FILTER(?kind NOT IN (kg:Sak, kg:Brist))")
    world = quads("sak:b a kg:Sak .")
    for given in ([FIRST, other, NEXT, anything], [anything, NEXT, other, FIRST]):
        assert {"Utan", "Brist"} == {text_of(t.object).removeprefix(KG) for t in close(world, given, NAMES)}


def test_closed_graph_is_read_by_name() -> None:
    """A query may say that what it reads was concluded from absence: it reads the closed graph."""
    named = query("namn", "?x a kg:Rest", f"GRAPH <{NAMES.closed_graph}> {{ ?x a kg:Utan }}")
    found = close(quads("sak:b a kg:Sak ."), [named, FIRST], NAMES)
    assert {"Utan", "Rest"} == {text_of(t.object).removeprefix(KG) for t in found}


# ---- circles

UTAN = query("Utan", "?x a kg:Utan", "?x a kg:Sak MINUS { ?x a kg:Rest }")
REST = query("Rest", "?x a kg:Rest", "?x a kg:Sak MINUS { ?x a kg:Utan }")
# (queries, each step of the circle that is told, whichever comes first)
CIRCLES = [
    ([query("Sjalv", "?x a kg:Utan", "?x a kg:Sak MINUS { ?x a kg:Utan }")], {"Sjalv.rq läser kg:Utan, som Sjalv.rq sluter"}),
    ([UTAN, REST], {"Utan.rq läser kg:Rest, som Rest.rq sluter", "Rest.rq läser kg:Utan, som Utan.rq sluter"}),
    (
        [
            query("A", "?x kg:saknar ?y", "?x kg:q ?y MINUS { ?x a kg:C }"),
            query("B", "?x a kg:B", "?x kg:q ?y MINUS { ?x kg:saknar ?y }"),
            query("C", "?x a kg:C", "?x kg:q ?y FILTER NOT EXISTS { ?x a kg:B }"),
            query("Bredvid", "?x a kg:D", "?x a kg:C"),
        ],
        {
            "A.rq läser kg:C, som C.rq sluter",
            "C.rq läser kg:B, som B.rq sluter",
            "B.rq läser kg:saknar, som A.rq sluter",
        },
    ),
    # To read the records of conclusions, or the closed graph without saying what, is to read one's own.
    (
        [query("Post", "?x a kg:E . ?c a kg:Slutsats", "?x kg:q ?y MINUS { ?c a kg:Slutsats }")],
        {"Post.rq läser kg:Slutsats, som Post.rq sluter"},
    ),
    (
        [query("Graf", "?x a kg:E", f"?x kg:q ?y MINUS {{ GRAPH <{NAMES.closed_graph}> {{ ?x a ?kind }} }}")],
        {"Graf.rq läser kg:E, som Graf.rq sluter"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("files", "steps"), CIRCLES)
def test_circle_is_refused(files: list[QueryFile], steps: set[str]) -> None:
    """A circle has no order: it is refused, and the message names each query and the term by which it reads the next."""
    with pytest.raises(CircularLayers) as caught:
        close([], files, NAMES)
    told = caught.value.sv.removeprefix("queries/closed: frågorna går i cirkel: ").partition(". Låt ")[0]
    assert steps == set(told.split("; "))
    assert len(steps) == len(told.split("; "))
    assert "the queries run in a circle: " in caught.value.en
    assert len(steps) == caught.value.en.count(" concludes")


def test_the_packages_own_queries_have_an_order() -> None:
    """None of the package's queries reads what another concludes."""
    files = list(queries.folder(packaged_sources() / "queries" / "closed").values())
    assert {file.name: set() for file in files} == {file.name: below for file, below in ordered(files, NAMES)}


# ---- what is reported when sources are checked

ONTOLOGY = """
@prefix kg: <https://w3id.org/kunskapsgraf/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
kg:Sak a owl:Class . kg:Ting a owl:Class . kg:Med a owl:Class . kg:Utan a owl:Class . kg:Mer a owl:Class . kg:Rest a owl:Class .
kg:Sak rdfs:subClassOf kg:Ting . kg:DyrSak a owl:Class . kg:namn a owl:DatatypeProperty .
kg:har a owl:ObjectProperty ; rdfs:domain kg:Sak ; rdfs:range kg:Ting .
"""
CLOSED = "CONSTRUCT { ?x a kg:Utan } WHERE { ?x a kg:Sak MINUS { ?x a kg:Med } }"


def write(settings: Settings, ontology: str = "", rule: str = "", **closed: str) -> None:
    """Write ontology, closed-world queries and a SPARQL rule into the micro world."""
    (settings.sources / "ontology" / "sak.ttl").write_text(ONTOLOGY + ontology, encoding="utf-8")
    for name, text in {"closed/Utan": CLOSED, **{f"closed/{n}": t for n, t in closed.items()}, "rules/R": rule}.items():
        if text:
            path = settings.sources / "queries" / f"{name}.rq"
            path.parent.mkdir(exist_ok=True)
            path.write_text(PREFIX + text, encoding="utf-8")
    queries.folder.cache_clear()


# (an axiom, what is said to read the closed category, or nothing)
AXIOMS = [
    # What the query asks for itself is known without OWL.
    ("kg:Utan rdfs:subClassOf kg:Sak .", ""),
    ("kg:Utan rdfs:subClassOf kg:Ting .", ""),
    ("kg:Utan rdfs:subClassOf kg:Mer .", "kg:Utan rdfs:subClassOf kg:Mer"),
    ("kg:Utan owl:equivalentClass kg:Mer .", "kg:Utan owl:equivalentClass kg:Mer"),
    ("kg:Utan owl:disjointWith kg:Med .", "kg:Utan owl:disjointWith kg:Med"),
    (
        "[ owl:onProperty kg:har ; owl:someValuesFrom kg:Utan ] rdfs:subClassOf kg:Mer .",
        "[ owl:onProperty kg:har ; owl:someValuesFrom kg:Utan ] rdfs:subClassOf kg:Mer",
    ),
    (
        "[ owl:intersectionOf ( kg:Sak kg:Utan ) ] rdfs:subClassOf kg:Mer .",
        "[ owl:intersectionOf ( kg:Sak kg:Utan ) ] rdfs:subClassOf kg:Mer",
    ),
    ("kg:Mer rdfs:subClassOf kg:Sak .", ""),
]


@pytest.mark.parametrize(("axiom", "told"), AXIOMS)
def test_axiom_that_reads_what_absence_concludes(micro: Settings, axiom: str, told: str) -> None:
    """An axiom that waits for a closed category is reported with its line, unless the query asks for what it would give."""
    write(micro, axiom)
    if not told:
        checked(micro)
        return
    with pytest.raises(CheckFailed) as caught:
        checked(micro)
    [(sv, en)] = caught.value.violations
    line = len(ONTOLOGY.splitlines()) + 1
    assert sv.startswith(f"ontology/sak.ttl:{line}: {told}: axiomet läser kg:Utan, som sluts av frånvaro; ")
    assert en.startswith(f"ontology/sak.ttl:{line}: {told}: the axiom reads kg:Utan, which is concluded from absence; ")


@pytest.mark.parametrize(
    ("closed", "known"),
    [
        ("?x kg:har ?y MINUS { ?x a kg:Med }", True),
        ("?x kg:har ?y FILTER EXISTS { ?x a kg:Sak }", True),
        ("?y kg:har ?x MINUS { ?x a kg:Med }", False),
        ("?x kg:namn ?y MINUS { ?x a kg:Sak }", False),
        ("?x kg:namn ?y FILTER NOT EXISTS { ?x a kg:Sak }", False),
        ("?x kg:namn ?y FILTER(?y = 1 && EXISTS { ?x a kg:Sak })", True),
        ("?x kg:namn ?y FILTER(?y = 1 || EXISTS { ?x a kg:Sak })", False),
        ("?x kg:namn ?y FILTER(!EXISTS { ?x a kg:Sak })", False),
        ("?x kg:namn ?y OPTIONAL { ?x a kg:Sak }", False),
        ("{ ?x kg:namn ?y } UNION { ?x a kg:Sak }", False),
        ("{ ?x a kg:Sak } ?x kg:namn ?y", True),
    ],
)
def test_what_a_query_asks_for_itself(micro: Settings, closed: str, known: bool) -> None:
    """What follows from domain or range of what a query asks is known; what it asks to be absent is not."""
    write(micro, "kg:Utan rdfs:subClassOf kg:Sak .", Utan=f"CONSTRUCT {{ ?x a kg:Utan }} WHERE {{ {closed} }}")
    if known:
        checked(micro)
    else:
        with pytest.raises(CheckFailed, match=r"axiomet läser kg:Utan"):
            checked(micro)


def test_rule_that_reads_what_absence_concludes(micro: Settings) -> None:
    """A SPARQL rule that reads a closed category is reported by name, with the term."""
    write(micro, rule="CONSTRUCT { ?x a kg:Mer } WHERE { ?x a kg:Utan }")
    with pytest.raises(CheckFailed) as caught:
        checked(micro)
    [(sv, en)] = caught.value.violations
    assert sv.startswith("queries/rules/R.rq: regeln läser kg:Utan, som sluts av frånvaro")
    assert en.startswith("queries/rules/R.rq: the rule reads kg:Utan, which is concluded from absence")


def test_every_circle_is_reported(micro: Settings, tmp_path: Path) -> None:
    """A check names every circle, a build stops, and nothing is built."""
    circle = "CONSTRUCT {{ ?x a kg:{} }} WHERE {{ ?x a kg:Sak MINUS {{ ?x a kg:{} }} }}"
    write(
        micro,
        Rest=circle.format("Rest", "Rest"),
        Mer=circle.format("Mer", "Med"),
        Med=circle.format("Med", "Mer"),
        Utan="CONSTRUCT { ?x a kg:Utan } WHERE { ?x a kg:Sak MINUS { ?x a kg:DyrSak } }",
    )
    for run in (checked, build):
        with pytest.raises(CheckFailed) as caught:
            run(micro)
        assert 2 == len(caught.value.violations)
        assert "Rest.rq läser kg:Rest" in caught.value.sv
        assert "Mer.rq läser kg:Med, som Med.rq sluter" in caught.value.sv
        assert "Med.rq reads kg:Mer, which Mer.rq concludes" in caught.value.en
    assert not (micro.home / "snapshots").exists()
