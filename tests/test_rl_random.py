"""The reasoner on made-up worlds over every construct of OWL 2 RL: against another reasoner, and against itself."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from kunskapsgraf.errors import SourceError
from kunskapsgraf.graph.rdf import BlankNode, Literal, NamedNode, Triple, n_triples
from kunskapsgraf.graph.vocabulary import OWL, RDF, RDFS, XSD
from kunskapsgraf.reasoner.infer import infer

sys.path.append(str(Path(__file__).parent / "rl"))
from random_oracle import MENDED, OURS, closure, value_of
from random_worlds import EX, NOTHING, THING, A, World, owl, renamed, shrunk, world

Found = set[Triple] | None
Said = set[tuple[object, object, object]] | None
PREFIXES = f"@prefix ex: <{EX}> . @prefix owl: <{OWL}> . @prefix rdf: <{RDF}> . @prefix rdfs: <{RDFS}> . @prefix xsd: <{XSD}> .\n"
SPELLING = {
    *(OWL + n for n in ("intersectionOf", "unionOf", "oneOf", "complementOf", "onProperty", "someValuesFrom")),
    *(OWL + n for n in ("allValuesFrom", "hasValue", "maxCardinality", "maxQualifiedCardinality", "members")),
    *(OWL + n for n in ("distinctMembers", "sourceIndividual")),
    *(RDF + n for n in ("first", "rest")),
}
"""What is said of a class expression or a list."""
BETWEEN_TERMS = {
    *(RDFS + n for n in ("subClassOf", "subPropertyOf")),
    *(OWL + n for n in ("equivalentClass", "equivalentProperty")),
}
SOLVED = {
    "a key on listed things": (
        "prp-key",
        "a filter loses its variable where an anonymous class puts a thing in its place",
        "[ owl:oneOf ( ex:a ex:b ) ] owl:hasKey ( ex:p ) . ex:a ex:p ex:u . ex:b ex:p ex:u .",
    ),
    "at most one of listed things": (
        "cls-maxqc3",
        "the same",
        'ex:N owl:onProperty ex:p ; owl:maxQualifiedCardinality "1"^^xsd:nonNegativeInteger ; owl:onClass [ owl:oneOf ( ex:a ex:b ) ] . '
        "ex:u a ex:N ; ex:p ex:a , ex:b .",
    ),
    "circle of classes": MENDED["circle of classes"],
    "circle of properties": MENDED["circle of properties"],
    "the same property": (
        "scm-op",
        "p subPropertyOf p is not joined with sameAs (eq-rep-o)",
        "ex:p a owl:ObjectProperty ; owl:sameAs ex:q .",
    ),
    "texts of a narrower type": (
        "dt-type2",
        'the value of "ord" is an xsd:token, whichever datatype it is written with',
        'ex:d rdfs:range xsd:token . ex:a ex:d "ord" .',
    ),
    "texts of one value": (
        "dt-eq",
        "two writings of one text are taken for two values",
        'ex:d a owl:FunctionalProperty . ex:a ex:d "ord" , "ord"^^xsd:token .',
    ),
    "no number": (
        "dt-diff",
        "NaN is identical to itself, though it does not equal itself",
        'ex:d a owl:FunctionalProperty . ex:a ex:d "NaN"^^xsd:double .',
    ),
    "the number one": (
        "cls-maxc2",
        "01 is the number 1 (dt-eq)",
        'ex:N owl:onProperty ex:p ; owl:maxCardinality "01"^^xsd:integer . ex:a a ex:N ; ex:p ex:b , ex:c .',
    ),
    "a thing that is a literal": (
        "dt-not-type",
        "what is said of a thing is not said of the literal that it is the same as (eq-rep-s)",
        "ex:a owl:sameAs 1 ; a xsd:string .",
    ),
    "a thing in several datatypes": (
        "cls-int2",
        "a thing of an intersection of datatypes gets none of them for a type, until a second run",
        "ex:d rdfs:range [ a rdfs:Datatype ; owl:intersectionOf ( xsd:integer ) ] . ex:a ex:d ex:b .",
    ),
    "an anonymous inverse named last": (
        "prp-inv1",
        "an anonymous property is read as the inverse of what it names, not of what names it",
        "ex:p owl:inverseOf _:b . _:b rdfs:subPropertyOf ex:q . ex:a ex:p ex:c .",
    ),
}
"""What these worlds found wrong in ours, and was mended: the rule, what was wrong, and a least case."""
SHORT, LONG = 70, 2070


def triples(turtle: str) -> list[Triple]:
    """Read Turtle with the prefixes of this file."""
    return [quad.triple for quad in parse((PREFIXES + turtle).encode(), format=RdfFormat.TURTLE)]


def ours(ontology: Iterable[Triple], data: Iterable[Triple] = ()) -> Found:
    """Infer; ``None`` where the statements contradict each other."""
    try:
        return infer(ontology, data)
    except SourceError:
        return None


def says_nothing(triple: Triple) -> bool:
    """Tell a reflexive or axiomatic conclusion, or a type by an anonymous class."""
    subject, predicate, target = triple.subject, triple.predicate.value, triple.object
    if subject == target and predicate in {OWL + "sameAs", *BETWEEN_TERMS}:
        return True
    if predicate == RDFS + "subClassOf":
        return target == THING or subject == NOTHING
    builtin = isinstance(subject, NamedNode) and not subject.value.startswith(EX)
    kinds = (owl("Class"), owl("AnnotationProperty"), NamedNode(RDFS + "Datatype"))
    return triple.predicate == A and (target == THING or isinstance(target, BlankNode) or (builtin and target in kinds))


def said(triple: Triple) -> tuple[object, object, object]:
    """Give what a statement says: a literal by its value."""
    target: object = triple.object
    if isinstance(target, Literal):
        target = value_of(target) or target
    return triple.subject, triple.predicate, target


def comparable(found: Found, given: Iterable[Triple]) -> Said:
    """Give what is concluded, without what says nothing, what only spells out an axiom, and what was given."""
    if found is None:
        return None
    given = set(given)
    spelled = {t.subject for t in given if isinstance(t.subject, BlankNode) and t.predicate.value in SPELLING}
    return {said(t) for t in found if not says_nothing(t) and not spelled & {t.subject, t.object}} - {
        said(t) for t in given
    }


def difference(given: Sequence[Triple], without: Iterable[str] = ()) -> str:
    """Tell what ours and the other reasoner make differently of some statements; empty if nothing."""
    one, other = comparable(ours(given), given), comparable(closure(given, without), given)
    if one is None or other is None:
        return "" if one is other else f"only {'ours' if one is None else 'owlrl'} finds a contradiction"
    lines = [f"only ours: {line}" for line in one - other] + [f"only owlrl: {line}" for line in other - one]
    return "\n".join(sorted(lines))


def refuse(seed: int, check: Callable[[World], list[Triple]]) -> None:
    """Fail with the least part of a world of which a check says something."""
    made = world(seed)
    bad = check(made)
    if bad:
        pytest.fail(f"world {seed}:\n{n_triples(bad).decode()}", pytrace=False)


def least(given: Sequence[Triple], tell: Callable[[list[Triple]], object]) -> list[Triple]:
    """Give the least part of which something is told; nothing if nothing is told of all."""

    def shows(part: list[Triple]) -> bool:
        try:
            return bool(tell(part))
        except (IndexError, ValueError, SyntaxError):
            return False

    return shrunk(given, shows) if tell(list(given)) else []


def against_other(made: World) -> list[Triple]:
    """Look for a difference from the other reasoner."""
    return least(made.triples, difference)


def by_order(made: World) -> list[Triple]:
    """Look for a part whose conclusions hang on the order of its statements, or on which of them are the ontology's."""
    chance = random.Random(made.seed)
    everything = [(t, chance.random(), chance.random() < 0.5) for t in made.triples]
    places = {t: (place, in_data) for t, place, in_data in everything}

    def moved(part: list[Triple]) -> Found:
        ordered = sorted(part, key=lambda t: places[t][0])
        return ours([t for t in ordered if not places[t][1]], [t for t in ordered if places[t][1]])

    return least(made.triples, lambda part: moved(part) != ours([], part))


def by_second_run(made: World) -> list[Triple]:
    """Look for a part whose conclusions give more conclusions."""

    def more(part: list[Triple]) -> bool:
        found = ours(part)
        return found is not None and ours(part, found) != set()

    return least(made.triples, more)


def by_blank_names(made: World) -> list[Triple]:
    """Look for a part whose conclusions hang on the names of blank nodes."""

    def depends(part: list[Triple]) -> bool:
        found, again = ours(part), ours(renamed(part))
        return (None if found is None else set(renamed(found))) != again

    return least(made.triples, depends)


def by_growth(made: World) -> list[Triple]:
    """Look for a part of a world that gives conclusions which all of it does not."""
    chance = random.Random(made.seed)
    everything = ours(made.triples)
    more = comparable(everything, ())
    given = {said(t) for t in made.triples}
    for _ in range(2):
        part = [t for axiom in made.axioms if chance.random() < 0.8 for t in axiom]
        part += [t for t in made.facts if chance.random() < 0.6]
        fewer = comparable(ours(part), made.triples)
        if (fewer is None and more is not None) or (fewer and more is not None and fewer - more - given):
            return part
    return []


CHECKS = (against_other, by_order, by_second_run, by_blank_names, by_growth)


@pytest.mark.parametrize("seed", range(SHORT))
def test_other_reasoner(seed: int) -> None:
    """What follows is what another reasoner says, its known errors mended; both find the same contradictions."""
    refuse(seed, against_other)


@pytest.mark.parametrize("seed", range(SHORT))
def test_order(seed: int) -> None:
    """The order of statements, and which of them are the ontology's, changes nothing."""
    refuse(seed, by_order)


@pytest.mark.parametrize("seed", range(SHORT))
def test_second_run(seed: int) -> None:
    """With the conclusions among the data nothing more follows."""
    refuse(seed, by_second_run)


@pytest.mark.parametrize("seed", range(SHORT))
def test_growth(seed: int) -> None:
    """What follows from a part follows from all."""
    refuse(seed, by_growth)


@pytest.mark.parametrize("seed", range(SHORT))
def test_blank_names(seed: int) -> None:
    """The names of blank nodes change nothing."""
    refuse(seed, by_blank_names)


@pytest.mark.long
@pytest.mark.parametrize("first", range(SHORT, LONG, 50))
@pytest.mark.parametrize("check", CHECKS)
def test_thousands(check: Callable[[World], list[Triple]], first: int) -> None:
    """The same five, on thousands of worlds."""
    for seed in range(first, first + 50):
        refuse(seed, check)


@pytest.mark.parametrize("name", MENDED)
def test_mended_errors(name: str) -> None:
    """Each error of the other reasoner that is mended is one: with it the least case differs, without it it does not."""
    given = triples(MENDED[name][2])
    assert comparable(closure(given, [name]), given) != comparable(closure(given), given)
    assert "" == difference(given)


@pytest.mark.parametrize("name", OURS)
def test_our_departures(name: str) -> None:
    """Each departure of ours that is decided is one."""
    given = triples(OURS[name][2])
    assert "" == difference(given)
    assert "" != difference(given, [name])


@pytest.mark.parametrize("name", SOLVED)
def test_solved(name: str) -> None:
    """What was mended in ours stays so."""
    assert "" == difference(triples(SOLVED[name][2]))


def test_worlds_are_rich() -> None:
    """The worlds use every construct, most agree with themselves, and much follows in them."""
    used: set[str] = set()
    for seed in range(SHORT):
        for t in world(seed).triples:
            used |= {t.predicate.value} | ({t.object.value} if isinstance(t.object, NamedNode) else set())
    constructs = """intersectionOf unionOf oneOf complementOf someValuesFrom allValuesFrom hasValue maxCardinality
        maxQualifiedCardinality disjointWith AllDisjointClasses equivalentClass equivalentProperty inverseOf onClass
        SymmetricProperty AsymmetricProperty IrreflexiveProperty TransitiveProperty FunctionalProperty Thing Nothing
        InverseFunctionalProperty propertyChainAxiom hasKey propertyDisjointWith AllDisjointProperties targetValue
        sourceIndividual targetIndividual sameAs differentFrom AllDifferent members distinctMembers"""
    assert set() == {OWL + name for name in constructs.split()} - used
    assert {RDFS + name for name in ("subClassOf", "subPropertyOf", "domain", "range", "Datatype")} <= used
