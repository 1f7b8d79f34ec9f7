"""The 78 rules of OWL 2 RL/RDF one by one: cases as data in ``tests/rl/``, one file for each of W3C's tables 4 to 9.

A case of a file::

    [[case]]
    rule = "cls-svf1"             the rule's name in the table
    name = "through a chain"      unique within the rule; see below
    ontology = "..."              Turtle, with the prefixes ex, owl, rdf, rdfs and xsd; so are the next three
    data = "..."
    follows = "..."               what must be among input and inferred
    not_follows = "..."           what must not
    inconsistent = true           in place of both: a "false" rule fires
    blames = ["prp-fp"]           other rules that the message may as well name
    tautologies = true            the conclusions of the reflexive and axiomatic rules are asked for
    owlrl = "dt-diff is left out" where owlrl departs from the table, and why

"sound:" begins the name of a case on what would be wrong to conclude, "incomplete:" on what would be right but has no
rule, "meta:" on an axiom about the vocabulary of OWL itself, "list of ...:" on the length of a list ("none" is
rdf:nil, which is no LIST[] of the tables), and "schema in data" on axioms that stand with the data.

The tables are those of OWL 2 Web Ontology Language Profiles (Second Edition), section 4.3. Restrictions have names
where their members are looked at, since no type by an anonymous class is given.
"""

from __future__ import annotations

import random
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import owlrl
import pytest
import rdflib
from pyoxigraph import RdfFormat, parse

from kunskapsgraf.errors import SourceError
from kunskapsgraf.graph.rdf import BlankNode, NamedNode, Triple, n_triples
from kunskapsgraf.graph.vocabulary import OWL, RDF, RDF_TYPE, RDFS
from kunskapsgraf.reasoner.infer import infer as reasoner_infer

FOLDER = Path(__file__).parent / "rl"
PREFIXES = """\
@prefix ex: <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
RULES = {
    "eq": "eq-ref eq-sym eq-trans eq-rep-s eq-rep-p eq-rep-o eq-diff1 eq-diff2 eq-diff3",
    "prp": "prp-ap prp-dom prp-rng prp-fp prp-ifp prp-irp prp-symp prp-asyp prp-trp prp-spo1 prp-spo2 prp-eqp1 prp-eqp2 "
    "prp-pdw prp-adp prp-inv1 prp-inv2 prp-key prp-npa1 prp-npa2",
    "cls": "cls-thing cls-nothing1 cls-nothing2 cls-int1 cls-int2 cls-uni cls-com cls-svf1 cls-svf2 cls-avf cls-hv1 "
    "cls-hv2 cls-maxc1 cls-maxc2 cls-maxqc1 cls-maxqc2 cls-maxqc3 cls-maxqc4 cls-oo",
    "cax": "cax-sco cax-eqc1 cax-eqc2 cax-dw cax-adc",
    "dt": "dt-type1 dt-type2 dt-eq dt-diff dt-not-type",
    "scm": "scm-cls scm-sco scm-eqc1 scm-eqc2 scm-op scm-dp scm-spo scm-eqp1 scm-eqp2 scm-dom1 scm-dom2 scm-rng1 "
    "scm-rng2 scm-hv scm-svf1 scm-svf2 scm-avf1 scm-avf2 scm-int scm-uni",
}
"""The names of the rules by table."""
LISTS = (
    "eq-diff2",
    "eq-diff3",
    "prp-spo2",
    "prp-adp",
    "prp-key",
    "cls-int1",
    "cls-int2",
    "cls-uni",
    "cls-oo",
    "cax-adc",
    "scm-int",
    "scm-uni",
)
"""The rules with a LIST[] among their premises."""
FALSE = (
    "eq-diff1",
    "eq-diff2",
    "eq-diff3",
    "prp-irp",
    "prp-asyp",
    "prp-pdw",
    "prp-adp",
    "prp-npa1",
    "prp-npa2",
    "cls-nothing2",
    "cls-com",
    "cls-maxc1",
    "cls-maxqc1",
    "cls-maxqc2",
    "cax-dw",
    "cax-adc",
    "dt-not-type",
)
"""The rules that conclude "false"."""
SWITCHED = (
    "eq-ref",
    "prp-ap",
    "cls-thing",
    "cls-nothing1",
    "dt-type1",
    "scm-cls",
    "scm-op",
    "scm-dp",
)
"""The rules whose conclusions are given with ``tautologies=True`` only (those of dt-type2, dt-eq and dt-diff have a
literal as subject, which no graph can hold)."""
REFLEXIVE = (
    OWL + "sameAs",
    RDFS + "subClassOf",
    RDFS + "subPropertyOf",
    OWL + "equivalentClass",
    OWL + "equivalentProperty",
)


@dataclass(frozen=True)
class Case:
    """A case of a file, read."""

    table: str
    rule: str
    name: str
    ontology: tuple[Triple, ...]
    data: tuple[Triple, ...]
    follows: frozenset[Triple]
    not_follows: frozenset[Triple]
    inconsistent: bool
    tautologies: bool
    blames: tuple[str, ...]
    owlrl: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.name}"


class Infer(Protocol):
    """The reasoner's function."""

    def __call__(self, ontology: Iterable[Triple], data: Iterable[Triple], *, tautologies: bool = False) -> set[Triple]:
        """Give what follows."""


def triples(turtle: str) -> tuple[Triple, ...]:
    """Read Turtle with the prefixes of this file."""
    return tuple(quad.triple for quad in parse((PREFIXES + turtle).encode(), format=RdfFormat.TURTLE))


def case_of(table: str, entry: dict[str, Any]) -> Case:
    """Read a case; a key that no case has is an error."""
    case = Case(
        table=table,
        rule=entry.pop("rule"),
        name=entry.pop("name"),
        ontology=triples(entry.pop("ontology", "")),
        data=triples(entry.pop("data", "")),
        follows=frozenset(triples(entry.pop("follows", ""))),
        not_follows=frozenset(triples(entry.pop("not_follows", ""))),
        inconsistent=entry.pop("inconsistent", False),
        tautologies=entry.pop("tautologies", False),
        blames=tuple(entry.pop("blames", ())),
        owlrl=entry.pop("owlrl", ""),
    )
    assert {} == entry, f"{case}: unknown keys"
    return case


CASES = [
    case_of(table, entry)
    for table in RULES
    for entry in tomllib.loads((FOLDER / f"{table}.toml").read_text(encoding="utf-8"))["case"]
]
EVERY_CASE = pytest.mark.parametrize("case", CASES, ids=str)


def arrangements(case: Case) -> dict[str, tuple[list[Triple], list[Triple]]]:
    """Give a case's (ontology, data) as written, in another order, in one graph, and each in the other's place."""
    shuffled = random.Random(str(case))
    return {
        "as written": (list(case.ontology), list(case.data)),
        "shuffled": (
            shuffled.sample(case.ontology, len(case.ontology)),
            shuffled.sample(case.data, len(case.data)),
        ),
        "all ontology": ([*case.data, *case.ontology], []),
        "all data": ([], [*case.ontology, *case.data]),
        "swapped": (list(case.data), list(case.ontology)),
    }


def is_switched(triple: Triple) -> bool:
    """Tell whether a conclusion is given with ``tautologies=True`` only, or never."""
    subject, predicate, target = triple.subject, triple.predicate.value, triple.object
    if predicate in REFLEXIVE and subject == target:
        return True
    if predicate == RDFS + "subClassOf":
        return target == NamedNode(OWL + "Thing") or subject == NamedNode(OWL + "Nothing")
    if predicate != RDF_TYPE:
        return False
    if isinstance(target, BlankNode) or target == NamedNode(OWL + "Thing"):
        return True
    builtin = isinstance(subject, NamedNode) and not subject.value.startswith("http://example.org/")
    return builtin and target in {
        NamedNode(OWL + "Class"),
        NamedNode(OWL + "AnnotationProperty"),
        NamedNode(RDFS + "Datatype"),
    }


@pytest.fixture(scope="module")
def infer() -> Infer:
    """Give the reasoner."""
    return reasoner_infer


@EVERY_CASE
def test_case(infer: Infer, case: Case) -> None:
    """What follows follows, what does not does not, and a contradiction is told, however the input is arranged."""
    for arrangement, (ontology, data) in arrangements(case).items():
        if case.inconsistent:
            with pytest.raises(SourceError) as caught:
                infer(ontology, data, tautologies=case.tautologies)
            for text in (caught.value.sv, caught.value.en):
                assert [rule for rule in (case.rule, *case.blames) if rule in text], f"{arrangement}: {text}"
            continue
        inferred = infer(ontology, data, tautologies=case.tautologies)
        given = {*ontology, *data}
        assert set() == case.follows - given - inferred, f"{arrangement}: should follow"
        assert set() == case.not_follows & (given | inferred), f"{arrangement}: should not follow"
        assert set() == given & inferred, f"{arrangement}: was given"
        if not case.tautologies:
            assert [] == [triple for triple in inferred if is_switched(triple)], f"{arrangement}: says nothing"


@pytest.mark.parametrize("case", [case for case in CASES if not case.inconsistent], ids=str)
def test_second_run_adds_nothing(infer: Infer, case: Case) -> None:
    """The result is closed: with it among the data, nothing more follows."""
    inferred = infer(case.ontology, case.data, tautologies=case.tautologies)
    assert set() == infer(case.ontology, [*case.data, *inferred], tautologies=case.tautologies)


def to_rdflib(statements: Iterable[Triple]) -> rdflib.Graph:
    """Give statements as rdflib has them, its literals normalised."""
    return rdflib.Graph().parse(data=n_triples(statements), format="nt")


def differences(case: Case) -> list[str]:
    """Give what owlrl makes otherwise of a case."""
    graph = to_rdflib({*case.ontology, *case.data})
    closure = owlrl.OWLRL_Semantics(graph, axioms=False, daxioms=False)
    closure.closure()
    contradictions: list[str] = closure.error_messages
    if case.inconsistent:
        return [] if contradictions else ["no contradiction"]
    unseen = set() if case.tautologies else {triple for triple in case.not_follows if is_switched(triple)}
    return [
        *contradictions,
        *(f"does not follow: {triple}" for triple in to_rdflib(case.follows) if triple not in graph),
        *(f"follows: {triple}" for triple in to_rdflib(case.not_follows - unseen) if triple in graph),
    ]


@EVERY_CASE
def test_owlrl_agrees(case: Case) -> None:
    """Another reasoner agrees on every case, but for those that say why it does not."""
    if case.owlrl:
        assert [] != differences(case), "owlrl agrees: the case's note is stale"
    else:
        assert [] == differences(case)


def test_every_rule_has_cases() -> None:
    """Each of the 78 rules has cases, in its table's file: four at least, or two for one about the schema alone."""
    assert [9, 20, 19, 5, 5, 20] == [len(rules.split()) for rules in RULES.values()]
    counts = Counter((case.table, case.rule) for case in CASES)
    assert {(table, rule) for table, rules in RULES.items() for rule in rules.split()} == set(counts)
    assert [] == [rule for (table, rule), count in counts.items() if count < (2 if table == "scm" else 4)]
    assert [] == [case for case, count in Counter(map(str, CASES)).items() if count > 1]


@pytest.mark.parametrize("rule", LISTS)
def test_every_list_has_lengths(rule: str) -> None:
    """A rule on a list has a case with a list of none, one, two, three and five."""
    names = [case.name for case in CASES if case.rule == rule]
    assert [] == [
        length
        for length in ("none", "one", "two", "three", "five")
        if not any(f"list of {length}" in name for name in names)
    ]


def test_every_contradiction_has_cases() -> None:
    """Each "false" rule has both contradictions and what is none, and every other rule what follows."""
    assert set() == set(FALSE) - {case.rule for case in CASES if case.inconsistent}
    assert set() == set(FALSE) - {case.rule for case in CASES if not case.inconsistent}
    told = {case.rule for case in CASES if case.follows} | set(FALSE)
    # What dt-diff concludes has a literal as subject: it is seen in contradictions only.
    assert {rule for rules in RULES.values() for rule in rules.split()} == told | {"dt-diff"}


def test_every_switched_rule_has_both() -> None:
    """A reflexive or axiomatic rule has cases with its conclusions asked for, and cases without."""
    for rule in SWITCHED:
        asked = [case for case in CASES if case.rule == rule and case.tautologies]
        silent = [case for case in CASES if case.rule == rule and not case.tautologies]
        assert any(case.follows for case in asked)
        assert any(is_switched(triple) for case in silent for triple in case.not_follows)


def test_kinds_of_cases() -> None:
    """There are cases enough of soundness, incompleteness and schema in data."""
    kinds = Counter(
        kind for case in CASES for kind in ("sound:", "incomplete:", "meta:", "schema in data") if kind in case.name
    )
    assert kinds["sound:"] >= 78
    assert kinds["incomplete:"] >= 10
    assert kinds["meta:"] >= 5
    assert kinds["schema in data"] >= 10
    assert len(CASES) >= 300


@EVERY_CASE
def test_case_is_sane(case: Case) -> None:
    """A case says something, its expectations name no blank node, and what should not follow is not given."""
    expected = case.follows | case.not_follows
    assert case.inconsistent != bool(expected)
    assert set() == case.follows & case.not_follows
    assert [] == [t for t in expected if isinstance(t.subject, BlankNode) or isinstance(t.object, BlankNode)]
    assert set() == case.not_follows & {*case.ontology, *case.data}
    assert [] == [rule for rule in case.blames if all(rule not in rules.split() for rules in RULES.values())]
    if "schema in data" in case.name:
        assert any(t.predicate.value.startswith((OWL, RDF, RDFS)) for t in case.data)
