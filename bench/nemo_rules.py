"""The OWL 2 RL/RDF rules that our ontology can set off, written for Nemo, each under its W3C name.

They are general where the tables are (any axiom of the form will do), except that lists of ``owl:intersectionOf`` and
``owl:propertyChainAxiom`` are read as pairs: every such list of ours has two members, which a test watches over, as it
does the constructs that the ontology uses. The program is split the way a Nemo user would split it: schema in small relations of its own,
types in a binary relation, and only those property statements in ``rel`` that an axiom can start from.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

PREFIXES = """\
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
"""
READING = """\
type(?x, ?c) :- triple(?x, rdf:type, ?c) .
sco(?c, ?d) :- schema(?c, rdfs:subClassOf, ?d) .
spo(?p, ?q) :- schema(?p, rdfs:subPropertyOf, ?q) .
rng(?p, ?c) :- schema(?p, rdfs:range, ?c), schema(?p, rdf:type, owl:ObjectProperty) .
dom(?p, ?c) :- schema(?p, rdfs:domain, ?c) .
inv(?p, ?q) :- schema(?p, owl:inverseOf, ?q) .
symmetric(?p) :- schema(?p, rdf:type, owl:SymmetricProperty) .
transitive(?p) :- schema(?p, rdf:type, owl:TransitiveProperty) .
pair(?l, ?a, ?b) :- schema(?l, rdf:first, ?a), schema(?l, rdf:rest, ?m), schema(?m, rdf:first, ?b), schema(?m, rdf:rest, rdf:nil) .
chain(?p, ?a, ?b) :- schema(?p, owl:propertyChainAxiom, ?l), pair(?l, ?a, ?b) .
both(?c, ?a, ?b) :- schema(?c, owl:intersectionOf, ?l), pair(?l, ?a, ?b) .
member(?l, ?m) :- schema(?l, rdf:first, ?m) .
member(?l, ?m) :- schema(?l, rdf:rest, ?k), member(?k, ?m) .
union(?c, ?m) :- schema(?c, owl:unionOf, ?l), member(?l, ?m) .
one(?c, ?m) :- schema(?c, owl:oneOf, ?l), member(?l, ?m) .
svf(?r, ?p, ?c) :- schema(?r, owl:someValuesFrom, ?c), schema(?r, owl:onProperty, ?p) .
hv(?r, ?p, ?v) :- schema(?r, owl:hasValue, ?v), schema(?r, owl:onProperty, ?p) .
max0(?r, ?p) :- schema(?r, owl:maxCardinality, 0), schema(?r, owl:onProperty, ?p) .
max0(?r, ?p) :- schema(?r, owl:maxCardinality, "0"^^<http://www.w3.org/2001/XMLSchema#nonNegativeInteger>), schema(?r, owl:onProperty, ?p) .
used(?p) :- spo(?p, ?q) .
used(?q) :- spo(?p, ?q) .
used(?p) :- rng(?p, ?c) .
used(?p) :- dom(?p, ?c) .
used(?p) :- inv(?p, ?q) .
used(?q) :- inv(?p, ?q) .
used(?p) :- symmetric(?p) .
used(?p) :- transitive(?p) .
used(?p) :- chain(?p, ?a, ?b) .
used(?a) :- chain(?p, ?a, ?b) .
used(?b) :- chain(?p, ?a, ?b) .
used(?p) :- svf(?r, ?p, ?c) .
used(?p) :- hv(?r, ?p, ?v) .
used(?p) :- max0(?r, ?p) .
rel(?x, ?p, ?y) :- used(?p), triple(?x, ?p, ?y) .
"""
RULES = {
    "cax-sco": "type(?x, ?d) :- sco(?c, ?d), type(?x, ?c) .",
    "prp-dom": "type(?x, ?c) :- dom(?p, ?c), rel(?x, ?p, ?y) .",
    "prp-rng": "type(?y, ?c) :- rng(?p, ?c), rel(?x, ?p, ?y) .",
    "prp-spo1": "rel(?x, ?q, ?y) :- spo(?p, ?q), rel(?x, ?p, ?y) .",
    "prp-symp": "rel(?y, ?p, ?x) :- symmetric(?p), rel(?x, ?p, ?y) .",
    "prp-trp": "rel(?x, ?p, ?z) :- transitive(?p), rel(?x, ?p, ?y), rel(?y, ?p, ?z) .",
    "prp-inv1": "rel(?y, ?q, ?x) :- inv(?p, ?q), rel(?x, ?p, ?y) .",
    "prp-inv2": "rel(?y, ?p, ?x) :- inv(?p, ?q), rel(?x, ?q, ?y) .",
    "prp-spo2": "rel(?x, ?p, ?z) :- chain(?p, ?a, ?b), rel(?x, ?a, ?y), rel(?y, ?b, ?z) .",
    "cls-int1": "type(?x, ?c) :- both(?c, ?a, ?b), type(?x, ?a), type(?x, ?b) .",
    "cls-int2": "type(?x, ?a), type(?x, ?b) :- both(?c, ?a, ?b), type(?x, ?c) .",
    "cls-uni": "type(?x, ?c) :- union(?c, ?m), type(?x, ?m) .",
    "cls-oo": "type(?m, ?c) :- one(?c, ?m) .",
    "cls-svf1": "type(?x, ?r) :- svf(?r, ?p, ?c), rel(?x, ?p, ?y), type(?y, ?c) .",
    "cls-svf2": "type(?x, ?r) :- svf(?r, ?p, owl:Thing), rel(?x, ?p, ?y) .",
    "cls-hv1": "rel(?x, ?p, ?v) :- hv(?r, ?p, ?v), type(?x, ?r) .",
    "cls-hv2": "type(?x, ?r) :- hv(?r, ?p, ?v), rel(?x, ?p, ?v) .",
    "cls-maxc1": "clash(?x) :- max0(?r, ?p), type(?x, ?r), rel(?x, ?p, ?y) .",
    "cax-dw": "clash(?x) :- triple(?c, owl:disjointWith, ?d), type(?x, ?c), type(?x, ?d) .",
}
"""By W3C name: the rules that conclude something about things, or a clash, from an axiom that our ontology has."""

CONSTRUCTS = frozenset(
    {
        *("onProperty", "someValuesFrom", "hasValue", "maxCardinality", "intersectionOf", "unionOf", "oneOf"),
        *("disjointWith", "inverseOf", "propertyChainAxiom", "TransitiveProperty", "SymmetricProperty"),
        *("Class", "Restriction", "ObjectProperty", "DatatypeProperty", "AnnotationProperty"),
        *("Ontology", "versionIRI", "versionInfo"),
    }
)
"""What of the OWL vocabulary the rules, or the reading of the ontology, know of or need not know of."""


def program(ontology: Path, data: Path, rules: Collection[str] = frozenset(RULES)) -> str:
    """Write the program that reads both files and applies the named rules."""
    return "\n".join(
        (
            PREFIXES,
            f'@import schema :- ntriples{{resource="{ontology}"}} .',
            f'@import triple :- ntriples{{resource="{ontology}"}} .',
            f'@import triple :- ntriples{{resource="{data}"}} .',
            READING,
            *(RULES[name] for name in RULES if name in rules),
            "@output type .",
            "@output rel .",
            "@output clash .",
        )
    )


def loading(ontology: Path, data: Path) -> str:
    """Write the program that only reads: what it takes is no reasoning."""
    return "\n".join(
        (
            f'@import triple :- ntriples{{resource="{ontology}"}} .',
            f'@import triple :- ntriples{{resource="{data}"}} .',
            "seen(?p) :- triple(?s, ?p, ?o) .",
            "@output seen .",
        )
    )
