"""Keeping what follows as data change gives exactly what reasoning anew gives."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from kunskapsgraf.errors import Inconsistent
from kunskapsgraf.graph.rdf import Triple
from kunskapsgraf.graph.vocabulary import OWL, RDF, RDFS, XSD
from kunskapsgraf.reasoner.columns import Columns
from kunskapsgraf.reasoner.fixpoint import Found, Program, Ready
from kunskapsgraf.reasoner.infer import infer
from kunskapsgraf.reasoner.joins import Pattern, Table
from kunskapsgraf.reasoner.maintain import State, start, update
from kunskapsgraf.reasoner.rules import Rule, Var

sys.path.append(str(Path(__file__).parent / "rl"))
from random_worlds import EX, world

PREFIXES = f"@prefix ex: <{EX}> . @prefix owl: <{OWL}> . @prefix rdf: <{RDF}> . @prefix rdfs: <{RDFS}> . @prefix xsd: <{XSD}> .\n"
ROUNDS, SEEDS = 5, 25
Body = Sequence[tuple[Pattern, Columns]]


def triples(turtle: str) -> list[Triple]:
    """Read Turtle with the prefixes of this file."""
    return [quad.triple for quad in parse((PREFIXES + turtle).encode(), format=RdfFormat.TURTLE)]


def one(turtle: str) -> Triple:
    """Read one statement."""
    [triple] = triples(turtle)
    return triple


@pytest.fixture
def anew(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count the full runs of the reasoner."""
    runs: list[int] = []
    original = State.__init__

    def counting(self: State, ontology: frozenset[Triple], data: Iterable[Triple]) -> None:
        runs.append(1)
        original(self, ontology, data)

    monkeypatch.setattr(State, "__init__", counting)
    return runs


def conclusions(ontology: Iterable[Triple], data: Iterable[Triple]) -> set[Triple] | None:
    """Reason anew; ``None`` where the statements contradict each other."""
    try:
        return infer(ontology, data)
    except Inconsistent:
        return None


def known_to(state: State) -> set[Triple]:
    """Give all that a state holds, asserted, implied and inferred."""
    return set(state.inference.known.triples(Columns(state.inference.terms)))


def changed(state: State, added: Iterable[Triple], removed: Iterable[Triple]) -> bool:
    """Change a state, and see that it is as reasoning anew has it, or as before where that finds a contradiction."""
    before, asserted, known = state.inferred, state.asserted, known_to(state)
    data = (asserted - set(removed)) | set(added)
    expected = conclusions(state.ontology, data)
    if expected is None:
        with pytest.raises(Inconsistent):
            update(state, added, removed)
        assert (before, asserted, known) == (state.inferred, state.asserted, known_to(state))
        return False
    change = update(state, added, removed)
    assert expected == state.inferred
    assert state.ontology | data == state.asserted
    assert (expected - before, before - expected) == (set(change.appeared), set(change.disappeared))
    return True


def many_changes(ontology: Sequence[Triple], pool: Sequence[Triple], chance: random.Random, most: int) -> int:
    """Add and remove statements of a pool at random, some of each at a time; give the number of changes made."""
    data = chance.sample(pool, len(pool) // 2)
    if conclusions(ontology, data) is None:
        data = []
        if conclusions(ontology, data) is None:
            return 0
    state = start(ontology, data)
    return sum(
        changed(
            state,
            chance.sample(pool, min(len(pool), chance.randint(0, most))),
            chance.sample(pool, min(len(pool), chance.randint(0, most))),
        )
        for _ in range(ROUNDS)
    )


@pytest.mark.parametrize("group", range(4))
def test_any_change_of_any_world(group: int) -> None:
    """Random ontologies, data and changes: the state is what reasoning anew gives, after each of several changes."""
    made = 0
    for seed in range(group * SEEDS, (group + 1) * SEEDS):
        made_up = world(seed)
        made += many_changes(made_up.ontology, made_up.data, random.Random(seed), 4)
    assert made > SEEDS


RECURSIVE = """
ex:near a owl:SymmetricProperty , owl:TransitiveProperty . ex:below a owl:TransitiveProperty ; owl:inverseOf ex:above .
ex:p owl:inverseOf ex:q . ex:r owl:propertyChainAxiom ( ex:below ex:r ) . ex:s rdfs:subPropertyOf ex:r .
ex:N owl:equivalentClass [ owl:onProperty ex:r ; owl:someValuesFrom ex:N ] . ex:M rdfs:subClassOf ex:N .
ex:p rdfs:domain ex:M . ex:M owl:disjointWith ex:Z .
"""


@pytest.mark.parametrize("seed", range(12))
def test_circles(seed: int, anew: list[int]) -> None:
    """The same in a world where nearly every rule feeds itself, where no change needs a full run."""
    chance = random.Random(seed)
    things = [f"ex:t{n}" for n in range(7)]
    said = {
        f"{chance.choice(things)} ex:{chance.choice(['near', 'below', 'above', 'p', 'q', 'r', 's'])} {chance.choice(things)} ."
        for _ in range(16)
    }
    said |= {f"{chance.choice(things)} a ex:{kind} ." for kind in "NMZZ"}
    assert many_changes(triples(RECURSIVE), triples("\n".join(sorted(said))), chance, 6) > 0
    assert [1] == anew


def test_a_second_derivation_keeps_a_conclusion() -> None:
    """What follows in two ways stays when one of them is gone, and goes with the other."""
    state = start(
        triples("ex:A rdfs:subClassOf ex:C . ex:B rdfs:subClassOf ex:C ."), triples("ex:x a ex:A . ex:x a ex:B .")
    )
    assert one("ex:x a ex:C .") in state.inferred
    assert ((), ()) == tuple(map(tuple, update(state, [], triples("ex:x a ex:A ."))))
    assert {one("ex:x a ex:C .")} == update(state, [], triples("ex:x a ex:B .")).disappeared


@pytest.mark.parametrize(
    ("ontology", "data", "removed"),
    [
        ("ex:p owl:inverseOf ex:q .", "ex:x ex:p ex:y .", "ex:x ex:p ex:y ."),
        ("ex:p a owl:SymmetricProperty .", "ex:x ex:p ex:y .", "ex:x ex:p ex:y ."),
        (
            "ex:p a owl:TransitiveProperty .",
            "ex:x ex:p ex:y . ex:y ex:p ex:x . ex:y ex:p ex:z .",
            "ex:y ex:p ex:x . ex:x ex:p ex:y . ex:y ex:p ex:z .",
        ),
        ("ex:A owl:equivalentClass ex:B . ex:B owl:equivalentClass ex:C .", "ex:x a ex:B .", "ex:x a ex:B ."),
        ("ex:p rdfs:subPropertyOf ex:q . ex:q rdfs:subPropertyOf ex:p .", "ex:x ex:q ex:y .", "ex:x ex:q ex:y ."),
    ],
)
def test_conclusions_do_not_keep_each_other(ontology: str, data: str, removed: str, anew: list[int]) -> None:
    """What followed from one statement, in a circle, goes with it."""
    state = start(triples(ontology), triples(data))
    things = {triple for triple in state.inferred if triple.subject == one("ex:y a ex:A .").subject}
    assert state.inferred
    assert changed(state, [], triples(removed))
    assert [1] == anew
    assert set() == (state.inferred & things)
    assert set() == infer(triples(ontology), []) ^ state.inferred


def test_removed_and_still_following() -> None:
    """An asserted statement that is removed but still follows is inferred from then on, and asserted again if added."""
    state = start(triples("ex:A rdfs:subClassOf ex:B ."), triples("ex:x a ex:A . ex:x a ex:B ."))
    kind = one("ex:x a ex:B .")
    assert set() == state.inferred
    assert {kind} == update(state, [], [kind]).appeared
    assert {kind} == state.inferred
    assert kind not in state.asserted
    change = update(state, [kind], [])
    assert ([kind], []) == (list(change.disappeared), list(change.appeared))
    assert kind in state.asserted
    assert changed(state, [], triples("ex:x a ex:A ."))
    assert kind in state.asserted


def test_removed_and_added_at_once() -> None:
    """What is removed and added stays; what the ontology says stays, what was never said cannot go."""
    ontology = triples("ex:A rdfs:subClassOf ex:B . ex:y a ex:A .")
    state = start(ontology, triples("ex:x a ex:A ."))
    for added, removed in (
        ("ex:x a ex:A .", "ex:x a ex:A ."),
        ("", "ex:y a ex:A ."),
        ("", "ex:x a ex:B ."),
        ("ex:y a ex:A .", ""),
        ("", ""),
    ):
        change = update(state, triples(added), triples(removed))
        assert (frozenset(), frozenset()) == change
    assert set(triples("ex:x a ex:B . ex:y a ex:B .")) == state.inferred


def test_blank_nodes() -> None:
    """Statements of blank nodes come and go by their labels."""
    data = triples("_:b a ex:A . _:b ex:p [ a ex:A ] .")
    state = start(triples("ex:A rdfs:subClassOf ex:B . ex:p rdfs:range ex:C ."), data)
    assert 3 == len(state.inferred)
    for triple in data:
        assert changed(state, [], [triple])
    assert set() == state.inferred


@pytest.mark.parametrize(
    ("data", "added", "removed"),
    [
        ("ex:x a ex:A .", "ex:A rdfs:subClassOf ex:B .", ""),
        ("ex:x a ex:A . ex:A rdfs:subClassOf ex:B .", "", "ex:A rdfs:subClassOf ex:B ."),
        ("ex:x a ex:Meta .", "ex:A a ex:Meta .", ""),
        ("ex:x a ex:A .", "ex:x owl:sameAs ex:y .", ""),
        ("ex:x ex:key 1 .", "ex:y ex:key 1.0 .", ""),
        ("ex:x ex:key 1 . ex:y ex:key 1.0 .", "", "ex:x ex:key 1 ."),
        ('ex:x ex:key "01"^^xsd:integer .', "ex:x ex:key 1 .", ""),
        ('ex:x ex:key "01"^^xsd:integer , 1 .', "", "ex:x ex:key 1 ."),
    ],
)
def test_changes_that_need_a_full_run(data: str, added: str, removed: str, anew: list[int]) -> None:
    """Axioms, what makes things axioms, owl:sameAs, and numbers written in more than one way."""
    ontology = triples("ex:Meta rdfs:subClassOf owl:Class . ex:Key owl:hasKey ( ex:key ) . ex:key rdfs:domain ex:Key .")
    state = start(ontology, triples(data))
    anew.clear()
    assert changed(state, triples(added), triples(removed))
    assert [1] == anew
    assert changed(state, triples(removed), triples(added))
    assert set(triples(data)) | set(ontology) == state.asserted


def test_the_only_writing_of_a_value_needs_no_full_run(anew: list[int]) -> None:
    """A number that is written in one way is a literal like others, however it is written."""
    ontology = triples("ex:Key owl:hasKey ( ex:key ) . ex:key rdfs:domain ex:Key .")
    number = triples('ex:x ex:key "01"^^xsd:integer .')
    state = start(ontology, number)
    anew.clear()
    assert changed(state, [], number)
    assert changed(state, number, [])
    assert [] == anew


WEIGHED = "ex:C rdfs:subClassOf [ owl:onProperty ex:k ; owl:hasValue 1.0 ] . "


@pytest.mark.parametrize(
    ("ontology", "data", "added", "removed"),
    [
        ("ex:E owl:onProperty ex:k ; owl:hasValue 1 . ex:E rdfs:subClassOf ex:F .", "", "ex:x a ex:C .", ""),
        ("[] owl:sourceIndividual ex:x ; owl:assertionProperty ex:k ; owl:targetValue 1 .", "", "ex:x a ex:C .", ""),
        ("ex:k owl:propertyDisjointWith ex:l .", "ex:x ex:l 1 .", "ex:x a ex:C .", ""),
        ("ex:k owl:propertyDisjointWith ex:l .", "ex:x a ex:C .", "ex:x ex:l 1 .", ""),
        ("ex:E owl:onProperty ex:k ; owl:hasValue 1 .", "ex:x a ex:C ; ex:k 1 .", "", "ex:x ex:k 1 ."),
        ("ex:K owl:hasKey ( ex:k ) . ex:k rdfs:domain ex:K .", "ex:x a ex:C .", "ex:y ex:k 1 .", ""),
    ],
)
def test_values_that_rules_say(ontology: str, data: str, added: str, removed: str) -> None:
    """A value that a rule concludes meets another writing of it, whichever comes or goes."""
    changed(start(triples(WEIGHED + ontology), triples(data)), triples(added), triples(removed))


def test_contradiction_leaves_the_state() -> None:
    """A contradiction is told as reasoning anew tells it, and everything is as before; then other changes work."""
    ontology = triples("ex:A owl:disjointWith ex:B . ex:p rdfs:domain ex:B . ex:B rdfs:subClassOf ex:C .")
    state = start(ontology, triples("ex:x a ex:A . ex:y ex:p ex:z ."))
    before, known = state.inferred, known_to(state)
    added, removed = triples("ex:x ex:p ex:z . ex:y a ex:C ."), triples("ex:y ex:p ex:z .")
    with pytest.raises(Inconsistent) as caught:
        update(state, added, removed)
    with pytest.raises(Inconsistent) as expected:
        infer(ontology, [*triples("ex:x a ex:A ."), *added])
    assert expected.value.en == caught.value.en
    assert (before, known) == (state.inferred, known_to(state))
    assert not changed(state, added, removed)
    assert changed(state, added, [*removed, *triples("ex:x a ex:A .")])


def test_contradiction_of_a_full_run_leaves_the_state() -> None:
    """The same where the change is one of axioms."""
    state = start([], triples("ex:x a ex:A , ex:B ."))
    assert not changed(state, triples("ex:A owl:disjointWith ex:B ."), [])
    assert changed(state, triples("ex:A rdfs:subClassOf ex:C ."), [])


def test_failure_leaves_the_state(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever ends a change at whichever step, the state is as before."""
    state = start(triples(RECURSIVE), triples("ex:a ex:p ex:b . ex:b ex:below ex:c . ex:c ex:s ex:a ."))
    before, known = state.inferred, known_to(state)
    added, removed = triples("ex:c ex:below ex:d . ex:c ex:q ex:d ."), triples("ex:b ex:below ex:c . ex:a ex:p ex:b .")
    original, done = Program.conclusions, 0
    for end in range(200):
        steps = iter(range(end))

        def failing(self: Program, rule: Ready, body: Body, steps: Iterator[int] = steps, **order: bool) -> Found:
            if next(steps, None) is None:
                raise MemoryError
            return original(self, rule, body, **order)

        monkeypatch.setattr(Program, "conclusions", failing)
        try:
            update(state, added, removed)
        except MemoryError:
            assert (before, known) == (state.inferred, known_to(state))
            done += 1
        else:
            break
    monkeypatch.undo()
    assert done > 10
    assert conclusions(triples(RECURSIVE), state.asserted) == state.inferred


def test_time_follows_the_change(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every rule that runs starts from the changed statements, and only those run that these can set off."""
    data = "".join(f"ex:t{n} ex:p ex:t{n + 1} ; a ex:A . " for n in range(300))
    state = start(triples("ex:p rdfs:domain ex:B . ex:A rdfs:subClassOf ex:C . ex:q rdfs:range ex:D ."), triples(data))
    original = Program.solutions
    asked: list[tuple[Rule, int]] = []

    def listening(self: Program, rule: Ready, body: Body, needed: frozenset[Var]) -> Table:
        asked.append((rule.rule, len(body[0][1])))
        return original(self, rule, body, needed)

    monkeypatch.setattr(Program, "solutions", listening)
    change = update(state, [], triples("ex:t5 ex:p ex:t6 ."))
    monkeypatch.undo()
    assert (set(), {one("ex:t5 a ex:B .")}) == tuple(map(set, change))
    # The rule of the domain alone: for what is gone, and for what of it may follow otherwise.
    assert {"prp-dom"} == {rule.name for rule, _ in asked}
    assert {1, 2} >= {statements for _, statements in asked}
    assert 2 == len(asked)
