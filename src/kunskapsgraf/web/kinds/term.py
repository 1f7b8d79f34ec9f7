"""A term of the ontology: what it means, what is above and below it, and where it is used."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext, ngettext

from kunskapsgraf.graph.vocabulary import OWL, RDF, RDF_TYPE, RDFS, SKOS
from kunskapsgraf.web.kinds.kind import Kind, Section, Sentence, Told


def lead(told: Told) -> Iterator[Sentence]:
    """Give its comment, what it is below, and how many things are of a class."""
    yield from told.text(RDFS + "comment", SKOS + "definition")
    yield from told.say(gettext("Under %(ends)s."), RDFS + "subClassOf", RDFS + "subPropertyOf")
    yield from told.count(
        lambda n: ngettext("%(num)s sak är av klassen.", "%(num)s saker är av klassen.", n), "^" + RDF_TYPE
    )


def sections() -> tuple[Section, ...]:
    """Give what it means, then its place among the terms, then its things."""
    return (
        Section("betyder", gettext("Vad den betyder"), (RDFS + "comment", SKOS + "definition", "harledsGenom")),
        Section(
            "plats",
            gettext("Bland termerna"),
            (
                RDFS + "subClassOf",
                RDFS + "subPropertyOf",
                OWL + "equivalentClass",
                OWL + "inverseOf",
                OWL + "propertyChainAxiom",
                RDFS + "domain",
                RDFS + "range",
                OWL + "disjointWith",
                "^" + RDFS + "subClassOf",
                "^" + RDFS + "subPropertyOf",
                "^" + OWL + "inverseOf",
            ),
        ),
        Section("saker", gettext("Saker av klassen"), ("^" + RDF_TYPE,)),
    )


CLASS = Kind(OWL + "Class", lead=lead, sections=sections)
OBJECT_PROPERTY = Kind(OWL + "ObjectProperty", lead=lead, sections=sections)
DATATYPE_PROPERTY = Kind(OWL + "DatatypeProperty", lead=lead, sections=sections)
PROPERTY = Kind(RDF + "Property", lead=lead, sections=sections)
KINDS = (CLASS, OBJECT_PROPERTY, DATATYPE_PROPERTY, PROPERTY)
