"""What lies outside OWL 2 RL, and what is broken: each construct of OWL 2 with the fault that it is, or none.

The expectations are those of OWL 2 Profiles (Second Edition), sections 4.2.1 to 4.2.5, and of OWL 2 Mapping to RDF Graphs.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from kunskapsgraf.graph.rdf import Triple
from kunskapsgraf.reasoner import profile, wellformed
from kunskapsgraf.reasoner.compile import compile_rules
from kunskapsgraf.reasoner.faults import KINDS
from kunskapsgraf.reasoner.profile import problems, values

PREFIXES = """
@prefix ex: <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:A a owl:Class . ex:B a owl:Class . ex:C a owl:Class .
ex:p a owl:ObjectProperty . ex:q a owl:ObjectProperty . ex:d a owl:DatatypeProperty .
"""


def on(property_name: str, text: str) -> str:
    """Write a restriction on a property."""
    return f"[ a owl:Restriction ; owl:onProperty {property_name} ; {text} ]"


SOME = on("ex:p", "owl:someValuesFrom ex:B")
ALL = on("ex:p", "owl:allValuesFrom ex:B")
HAS = on("ex:p", "owl:hasValue ex:i")
MOST = on("ex:p", "owl:maxCardinality 1")
NOT = "[ a owl:Class ; owl:complementOf ex:B ]"
UNION = "[ a owl:Class ; owl:unionOf ( ex:B ex:C ) ]"
ONE_OF = "[ a owl:Class ; owl:oneOf ( ex:i ex:j ) ]"
BOTH = "[ a owl:Class ; owl:intersectionOf ( ex:B ex:C ) ]"
RANGE = "[ a rdfs:Datatype ; owl:intersectionOf ( xsd:integer xsd:decimal ) ]"

# (what the ontology says, the faults that it has)
CASES: list[tuple[str, list[str]]] = [
    # ---- section 4.2.3: where each class expression may stand
    (f"{SOME} rdfs:subClassOf ex:A .", []),
    (f"ex:A rdfs:subClassOf {SOME} .", ["superclass"]),
    (f"ex:A owl:equivalentClass {SOME} .", ["equivalent"]),
    (f"{SOME} owl:equivalentClass ex:A .", ["equivalent"]),
    (f"{ALL} rdfs:subClassOf ex:A .", ["subclass"]),
    (f"ex:A rdfs:subClassOf {ALL} .", []),
    (f"ex:A owl:equivalentClass {ALL} .", ["equivalent"]),
    (f"{HAS} rdfs:subClassOf ex:A .", []),
    (f"ex:A rdfs:subClassOf {HAS} .", []),
    (f"ex:A owl:equivalentClass {HAS} .", []),
    (f"{MOST} rdfs:subClassOf ex:A .", ["subclass"]),
    (f"ex:A rdfs:subClassOf {MOST} .", []),
    (f"ex:A owl:equivalentClass {MOST} .", ["equivalent"]),
    (f"{NOT} rdfs:subClassOf ex:A .", ["subclass"]),
    (f"ex:A rdfs:subClassOf {NOT} .", []),
    (f"ex:A owl:equivalentClass {NOT} .", ["equivalent"]),
    (f"{UNION} rdfs:subClassOf ex:A .", []),
    (f"ex:A rdfs:subClassOf {UNION} .", ["superclass"]),
    (f"ex:A owl:equivalentClass {UNION} .", ["equivalent"]),
    (f"{ONE_OF} rdfs:subClassOf ex:A .", []),
    (f"ex:A rdfs:subClassOf {ONE_OF} .", ["superclass"]),
    (f"ex:A owl:equivalentClass {ONE_OF} .", ["equivalent"]),
    (f"{BOTH} rdfs:subClassOf ex:A .", []),
    (f"ex:A rdfs:subClassOf {BOTH} .", []),
    (f"ex:A owl:equivalentClass {BOTH} .", []),
    # ---- in parts of expressions
    (f"ex:A rdfs:subClassOf [ owl:intersectionOf ( ex:B {SOME} ) ] .", ["superclass"]),
    (f"[ owl:intersectionOf ( ex:B {SOME} ) ] rdfs:subClassOf ex:A .", []),
    (f"ex:A owl:equivalentClass [ owl:intersectionOf ( ex:B {SOME} ) ] .", ["equivalent"]),
    (f"ex:A owl:equivalentClass [ owl:intersectionOf ( ex:B {HAS} ) ] .", []),
    (f"ex:A rdfs:subClassOf {on('ex:p', f'owl:allValuesFrom {UNION}')} .", ["superclass"]),
    (f"{on('ex:p', f'owl:someValuesFrom {ALL}')} rdfs:subClassOf ex:A .", ["subclass"]),
    (f"{on('ex:p', f'owl:someValuesFrom {UNION}')} rdfs:subClassOf ex:A .", []),
    # What a complement or a maximum is of stands as a subclass does, though the whole is a superclass.
    (f"ex:A rdfs:subClassOf [ owl:complementOf {UNION} ] .", []),
    (f"ex:A rdfs:subClassOf [ owl:complementOf {ALL} ] .", ["subclass"]),
    (f"ex:A rdfs:subClassOf {on('ex:p', f'owl:maxQualifiedCardinality 1 ; owl:onClass {SOME}')} .", []),
    (f"ex:A rdfs:subClassOf {on('ex:p', f'owl:maxQualifiedCardinality 1 ; owl:onClass {NOT}')} .", ["subclass"]),
    # ---- in other axioms
    (f"ex:A owl:disjointWith {UNION} .", []),
    (f"ex:A owl:disjointWith {ALL} .", ["subclass"]),
    (f"[] a owl:AllDisjointClasses ; owl:members ( ex:A {SOME} ) .", []),
    (f"[] a owl:AllDisjointClasses ; owl:members ( ex:A {NOT} ) .", ["subclass"]),
    (f"ex:p rdfs:domain {UNION} .", ["superclass"]),
    (f"ex:p rdfs:domain {ALL} .", []),
    (f"ex:p rdfs:range {SOME} .", ["superclass"]),
    (f"ex:p rdfs:range {NOT} .", []),
    (f"{SOME} owl:hasKey ( ex:d ) .", []),
    (f"{ALL} owl:hasKey ( ex:d ) .", ["subclass"]),
    (f"ex:i a {SOME} .", ["superclass"]),
    (f"ex:i a {ALL} .", []),
    # An expression on a class with a name says that the two are the same.
    ("ex:A owl:intersectionOf ( ex:B ex:C ) .", []),
    ("ex:A owl:unionOf ( ex:B ex:C ) .", ["equivalent"]),
    ("ex:A owl:oneOf ( ex:i ) .", ["equivalent"]),
    ("ex:A owl:complementOf ex:B .", ["equivalent"]),
    ("ex:A owl:onProperty ex:p ; owl:someValuesFrom ex:B .", ["equivalent"]),
    # ---- owl:Thing
    ("owl:Thing rdfs:subClassOf ex:A .", ["thing"]),
    ("ex:A owl:equivalentClass owl:Thing .", ["thing"]),
    ("ex:A rdfs:subClassOf owl:Thing . ex:p rdfs:range owl:Thing .", []),
    (f"{on('ex:p', 'owl:someValuesFrom owl:Thing')} rdfs:subClassOf ex:A .", []),
    (f"ex:A rdfs:subClassOf {on('ex:p', 'owl:maxQualifiedCardinality 1 ; owl:onClass owl:Thing')} .", []),
    ("[ owl:unionOf ( ex:A owl:Thing ) ] rdfs:subClassOf ex:B .", ["thing"]),
    ("ex:A rdfs:subClassOf owl:Nothing .", []),
    # ---- constructs that the profile lacks
    (f"{on('ex:p', 'owl:minCardinality 1')} rdfs:subClassOf ex:A .", ["minimum"]),
    (f"ex:A rdfs:subClassOf {on('ex:p', 'owl:minQualifiedCardinality 1 ; owl:onClass ex:B')} .", ["minimum"]),
    (f"ex:A rdfs:subClassOf {on('ex:p', 'owl:cardinality 1')} .", ["exact"]),
    (f"ex:A rdfs:subClassOf {on('ex:p', 'owl:qualifiedCardinality 1 ; owl:onClass ex:B')} .", ["exact"]),
    (f"ex:A rdfs:subClassOf {on('ex:p', 'owl:maxCardinality 2')} .", ["maximum"]),
    (f"ex:A rdfs:subClassOf {on('ex:p', 'owl:maxCardinality 0')} .", []),
    (f"ex:A rdfs:subClassOf {on('ex:p', 'owl:maxQualifiedCardinality 3 ; owl:onClass ex:B')} .", ["maximum"]),
    (f"ex:A rdfs:subClassOf {on('ex:p', 'owl:maxCardinality -1')} .", ["maximum"]),
    (f"ex:A rdfs:subClassOf {on('ex:p', 'owl:maxCardinality ex:B')} .", ["not-a-literal"]),
    (f"ex:A rdfs:subClassOf {on('ex:d', 'owl:maxQualifiedCardinality 1 ; owl:onDataRange xsd:string')} .", ["on-data-range"]),
    (f"{on('ex:p', 'owl:hasSelf true')} rdfs:subClassOf ex:A .", ["no-class"]),
    ("[ a owl:Restriction ; owl:onProperties ( ex:d ex:e ) ; owl:someValuesFrom xsd:string ] rdfs:subClassOf ex:A .", ["no-class"]),
    ("ex:A owl:disjointUnionOf ( ex:B ex:C ) .", ["disjoint-union"]),
    ("ex:p a owl:ReflexiveProperty .", ["reflexive"]),
    ("ex:p rdfs:subPropertyOf owl:topObjectProperty .", ["predefined"]),
    ("owl:bottomDataProperty rdfs:domain ex:A .", ["predefined"]),
    ("<http://example.org/> a owl:Ontology ; owl:imports <http://example.org/other> .", ["imports"]),
    # ---- characteristics and axioms of properties that the profile has
    ("ex:p a owl:SymmetricProperty , owl:AsymmetricProperty , owl:TransitiveProperty , owl:IrreflexiveProperty .", []),
    ("ex:p a owl:FunctionalProperty , owl:InverseFunctionalProperty . ex:d a owl:FunctionalProperty .", []),
    ("ex:p owl:propertyDisjointWith ex:q . [] a owl:AllDisjointProperties ; owl:members ( ex:p ex:q ) .", []),
    ("ex:p owl:equivalentProperty ex:q ; owl:inverseOf ex:q ; owl:propertyChainAxiom ( ex:p ex:q ) .", []),
    ("ex:d a owl:InverseFunctionalProperty .", ["of-data"]),
    ("ex:d a owl:TransitiveProperty .", ["of-data"]),
    ("ex:d a owl:SymmetricProperty .", ["of-data"]),
    ("ex:d owl:inverseOf ex:p .", ["of-data"]),
    ("ex:p owl:propertyChainAxiom ( ex:p ex:d ) .", ["of-data"]),
    # ---- anonymous properties
    ("[ owl:inverseOf ex:p ] rdfs:subPropertyOf ex:q .", []),
    ("ex:q owl:propertyChainAxiom ( [ owl:inverseOf ex:p ] ex:q ) .", []),
    (f"{on('[ owl:inverseOf ex:p ]', 'owl:someValuesFrom ex:B')} rdfs:subClassOf ex:A .", []),
    ("ex:q rdfs:subPropertyOf [] .", ["undefined-property"]),
    ("ex:q rdfs:subPropertyOf [ owl:inverseOf [ owl:inverseOf ex:p ] ] .", ["undefined-property"]),
    ("ex:q rdfs:subPropertyOf [ owl:inverseOf ex:p , ex:q ] .", ["undefined-property"]),
    ("ex:q owl:propertyChainAxiom ( ex:p [] ) .", ["undefined-property"]),
    ("[ owl:inverseOf ex:d ] rdfs:domain ex:A .", ["of-data"]),
    # ---- datatypes and data ranges
    ("ex:d rdfs:range xsd:dateTimeStamp .", []),
    ("ex:d rdfs:range xsd:date .", []),
    (f"ex:d rdfs:range {RANGE} .", []),
    ("ex:d rdfs:range owl:real .", ["datatype"]),
    ("ex:d rdfs:range owl:rational .", ["datatype"]),
    ("ex:d rdfs:range ex:A .", ["datatype"]),
    ("ex:T a rdfs:Datatype . ex:d rdfs:range ex:T .", ["datatype"]),
    (f"{on('ex:d', 'owl:someValuesFrom owl:real')} rdfs:subClassOf ex:A .", ["datatype"]),
    ("ex:d rdfs:range [ owl:intersectionOf ( xsd:integer xsd:decimal ) ] .", ["undeclared-range"]),
    ('ex:d rdfs:range [ a rdfs:Datatype ; owl:oneOf ( "a" "b" ) ] .', ["data-range"]),
    ("ex:d rdfs:range [ a rdfs:Datatype ; owl:unionOf ( xsd:string xsd:integer ) ] .", ["data-range"]),
    ("ex:d rdfs:range [ a rdfs:Datatype ; owl:datatypeComplementOf xsd:string ] .", ["data-range"]),
    ("ex:d rdfs:range [ a rdfs:Datatype ; owl:onDatatype xsd:integer ; owl:withRestrictions ( [ xsd:minInclusive 1 ] ) ] .", ["data-range"]),
    ("ex:T a rdfs:Datatype ; owl:equivalentClass xsd:integer .", ["datatype-definition"]),
    ("ex:p rdfs:range xsd:string .", ["data-for-object"]),
    # ---- lists
    ("ex:A owl:hasKey () .", ["list-empty"]),
    ("[ owl:intersectionOf () ] rdfs:subClassOf ex:A .", ["list-empty"]),
    ("[ owl:intersectionOf ( ex:B ) ] rdfs:subClassOf ex:A .", []),
    ("[] a owl:AllDifferent ; owl:members ( ex:i ) .", ["list-short"]),
    ("[] a owl:AllDifferent ; owl:distinctMembers ( ex:i ex:j ) .", []),
    ("ex:p owl:propertyChainAxiom ( ex:q ) .", ["chain-short"]),
    ("ex:p owl:propertyChainAxiom () .", ["chain-short"]),
    ("ex:A owl:hasKey ex:d .", ["list-first"]),
    ("ex:A owl:hasKey [ rdf:rest rdf:nil ] .", ["list-first"]),
    ("ex:A owl:hasKey [ rdf:first ex:d ] .", ["list-rest"]),
    ("ex:A owl:hasKey [ rdf:first ex:d ; rdf:rest ex:end ] .", ["list-rest"]),
    ("ex:A owl:hasKey [ rdf:first ex:d , ex:p ; rdf:rest rdf:nil ] .", ["list-firsts"]),
    ("ex:A owl:hasKey [ rdf:first ex:d ; rdf:rest rdf:nil , ( ex:p ) ] .", ["list-rests"]),
    ("ex:A owl:hasKey _:l . _:l rdf:first ex:d ; rdf:rest _:l .", ["list-circle"]),
    ("ex:A owl:hasKey _:l . _:l rdf:first ex:d ; rdf:rest _:m . _:m rdf:first ex:p ; rdf:rest _:l .", ["list-circle"]),
    # ---- expressions that are not whole
    ("ex:A rdfs:subClassOf [ a owl:Restriction ; owl:allValuesFrom ex:B ] .", ["restriction-property"]),
    ("ex:A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty ex:p , ex:q ; owl:allValuesFrom ex:B ] .", ["restriction-properties"]),
    ("ex:A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty ex:p ] .", ["restriction-value"]),
    (f"ex:A rdfs:subClassOf {on('ex:p', 'owl:maxQualifiedCardinality 1')} .", ["qualified-class"]),
    (f"ex:A rdfs:subClassOf {on('ex:p', 'owl:allValuesFrom ex:B ; owl:hasValue ex:i')} .", ["several"]),
    (f"ex:A rdfs:subClassOf {on('ex:p', 'owl:allValuesFrom ex:B , ex:C')} .", ["several"]),
    ("[ owl:unionOf ( ex:A ex:B ) ; owl:intersectionOf ( ex:A ex:B ) ] rdfs:subClassOf ex:C .", ["several"]),
    ("ex:A rdfs:subClassOf [] .", ["undefined-class"]),
    ("ex:A rdfs:subClassOf [ owl:intersectionOf ( ex:B [] ) ] .", ["undefined-class"]),
    ("_:x owl:intersectionOf ( ex:A _:x ) ; rdfs:subClassOf ex:B .", ["circle"]),
    ("ex:A rdfs:subClassOf [ owl:intersectionOf ( ex:B ex:A ) ] .", []),
    # ---- axioms in parts
    ("[] owl:members ( ex:A ex:B ) .", ["members"]),
    ("[] a owl:AllDisjointClasses ; owl:distinctMembers ( ex:A ex:B ) .", ["members"]),
    ("[] a owl:AllDisjointClasses .", ["no-members"]),
    ("[] a owl:NegativePropertyAssertion ; owl:sourceIndividual ex:i ; owl:assertionProperty ex:p ; owl:targetIndividual ex:j .", []),
    ('[] a owl:NegativePropertyAssertion ; owl:sourceIndividual ex:i ; owl:assertionProperty ex:d ; owl:targetValue "x" .', []),
    ("[] a owl:NegativePropertyAssertion ; owl:sourceIndividual ex:i ; owl:assertionProperty ex:p .", ["negative"]),
    ("[] owl:assertionProperty ex:p ; owl:targetIndividual ex:j .", ["negative"]),
    ('[] owl:sourceIndividual ex:i ; owl:assertionProperty ex:d ; owl:targetIndividual ex:j ; owl:targetValue "x" .', ["negative"]),
    ("[] owl:sourceIndividual ex:i ; owl:assertionProperty ex:d ; owl:targetValue ex:j .", ["not-a-literal"]),
    ("ex:A a rdfs:Datatype .", ["class-and-datatype"]),
    ("ex:p a owl:DatatypeProperty .", ["both-properties"]),
    # ---- terms that are none
    ("ex:A rdfs:subclassOf ex:B .", ["unknown"]),
    ("[ owl:onProperty ex:p ; owl:someValueFrom ex:B ] rdfs:subClassOf ex:A .", ["restriction-value", "unknown"]),
    ("ex:p a owl:TransitivProperty .", ["unknown"]),
    ("ex:A owl:hasKey [ rdf:frist ex:d ; rdf:rest rdf:nil ] .", ["list-first", "unknown"]),
    ("ex:i rdf:_1 ex:j .", []),
    # ---- a literal where a thing must be
    *((f'ex:A {predicate} "x" .', ["literal"]) for predicate in (
        "rdf:type", "rdfs:subClassOf", "owl:equivalentClass", "owl:disjointWith", "owl:sameAs", "owl:differentFrom",
        "owl:intersectionOf", "owl:hasKey",
    )),
    *((f'ex:p {predicate} "x" .', ["literal"]) for predicate in (
        "rdfs:subPropertyOf", "rdfs:domain", "rdfs:range", "owl:inverseOf", "owl:equivalentProperty",
        "owl:propertyDisjointWith", "owl:propertyChainAxiom",
    )),
    *((f'ex:A owl:{name} "x" .', ["equivalent", "literal"]) for name in ("complementOf", "unionOf", "oneOf")),
    ('ex:A owl:disjointUnionOf "x" .', ["disjoint-union", "literal"]),
    ('ex:A rdfs:subClassOf [ owl:onProperty "p" ; owl:allValuesFrom ex:B ] .', ["literal"]),
    (f"{on('ex:p', 'owl:someValuesFrom 3')} rdfs:subClassOf ex:A .", ["literal"]),
    (f"ex:A rdfs:subClassOf {on('ex:p', 'owl:allValuesFrom 3')} .", ["literal"]),
    (f"ex:A rdfs:subClassOf {on('ex:p', 'owl:maxQualifiedCardinality 1 ; owl:onClass 3')} .", ["literal"]),
    ('[ owl:unionOf ( ex:B "x" ) ] rdfs:subClassOf ex:A .', ["literal"]),
    ('[ owl:intersectionOf ( ex:B "x" ) ] rdfs:subClassOf ex:A .', ["literal"]),
    ('[ owl:oneOf ( ex:i "x" ) ] rdfs:subClassOf ex:A .', ["literal"]),
    ('ex:A owl:hasKey ( "x" ) .', ["literal"]),
    ('ex:p owl:propertyChainAxiom ( ex:q "x" ) .', ["literal"]),
    ('[] a owl:AllDisjointClasses ; owl:members ( ex:A "x" ) .', ["literal"]),
    ('[] a owl:AllDisjointProperties ; owl:members ( ex:p "x" ) .', ["literal"]),
    ('[] a owl:AllDifferent ; owl:members ( ex:i "x" ) .', ["literal"]),
    ('[] owl:sourceIndividual "x" ; owl:assertionProperty ex:p ; owl:targetIndividual ex:j .', ["literal"]),
    ('[] owl:sourceIndividual ex:i ; owl:assertionProperty ex:p ; owl:targetIndividual "x" .', ["literal"]),
    (f"""ex:A rdfs:subClassOf {on('ex:p', 'owl:hasValue "x"')} .""", ["object-property-literal"]),
    (f"ex:A rdfs:subClassOf {on('ex:d', 'owl:hasValue ex:i')} .", ["data-property-thing"]),
    (f"""ex:A rdfs:subClassOf {on('ex:d', 'owl:hasValue "x"')} .""", []),
]  # fmt: skip


def read(turtle: str) -> list[Triple]:
    """Read Turtle with the prefixes and terms of this file."""
    return [quad.triple for quad in parse((PREFIXES + turtle).encode(), format=RdfFormat.TURTLE)]


@pytest.mark.parametrize(("turtle", "expected"), CASES)
def test_case(turtle: str, expected: list[str]) -> None:
    """Each construct has the fault that the specification makes it, and no other."""
    assert expected == sorted({problem.code for problem in problems(read(turtle))})


@pytest.mark.parametrize("turtle", [turtle for turtle, expected in CASES if not expected])
def test_what_has_no_fault_is_compiled(turtle: str) -> None:
    """What the check lets through the compiler takes: no assertion stops it, and no rule has a literal for a class."""
    assert compile_rules(read(turtle)).rules


# (what data say, the fault)
DATA: list[tuple[str, list[str]]] = [
    ('ex:i ex:p "x" .', ["object-property-literal"]),
    ("ex:i ex:p ex:j .", []),
    ("ex:i ex:p [] .", []),
    ('ex:i ex:d "x" .', []),
    ("ex:i ex:d ex:j .", ["data-property-thing"]),
    ("ex:i ex:d [] .", ["data-property-thing"]),
    ('ex:i ex:t "x" .', ["object-property-literal"]),
    ('ex:i ex:undeclared "x" , ex:j .', []),
]


@pytest.mark.parametrize(("turtle", "expected"), DATA)
def test_value_of_the_wrong_kind(turtle: str, expected: list[str]) -> None:
    """A property of things takes no literal and one of data no thing; a characteristic tells a property of things."""
    ontology = read("ex:t a owl:TransitiveProperty .")
    assert expected == [problem.code for problem in values(ontology, read(turtle))]


def test_every_kind_of_fault_has_a_case() -> None:
    """No text is there that nothing gives, but that of axioms which read what absence concludes (test_layers)."""
    given = {code for _, expected in (*CASES, *DATA) for code in expected}
    assert set(KINDS) - {"reads-closed"} == given
    code = "".join(Path(module.__file__ or "").read_text(encoding="utf-8") for module in (profile, wellformed))
    assert set() == set(re.findall(r'Problem\([^"]*"([a-z-]+)"', code)) - set(KINDS)


@pytest.mark.parametrize("code", KINDS)
def test_every_text_is_whole(code: str) -> None:
    """Each text says in both languages what is wrong, which rule it breaks and how to mend it."""
    kind = KINDS[code]
    assert all((kind.rule, kind.sv, kind.en, kind.mend_sv, kind.mend_en))
    assert kind.sv != kind.en
    assert kind.mend_sv.endswith(".")
    assert kind.mend_en.endswith(".")
    assert ("{name}" in kind.sv) == ("{name}" in kind.en)


def test_order_of_statements_does_not_matter() -> None:
    """The same faults are found whatever the order in which statements are read."""
    said = read(f"ex:A rdfs:subClassOf {SOME} ; owl:hasKey () . ex:p rdfs:domain 3 .")
    assert set(problems(said)) == set(problems(said[::-1]))
