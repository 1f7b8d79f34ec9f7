"""The shapes of classes at ``/former``: what Sparnatural and other query builders make their forms of."""

from __future__ import annotations

import pyshacl
import pytest
import rdflib
from described import BASE, PREFIXES, answered, fetched, said
from flask.testing import FlaskClient

KG = BASE + "ns#"
# What is counted in the catalogue, and has a label: what can be chosen.
CHOSEN = f"""
SELECT DISTINCT ?class ?property {{
  GRAPH <{BASE}graf/katalog> {{
    <{BASE}graf> void:classPartition ?part . ?part void:class ?class ; void:propertyPartition/void:property ?property
  }}
  FILTER(?property != rdf:type)
  FILTER EXISTS {{ ?class rdfs:label|skos:prefLabel ?a }} FILTER EXISTS {{ ?property rdfs:label|skos:prefLabel ?b }}
}}"""


@pytest.fixture(params=["client", pytest.param("whole_client", marks=pytest.mark.long)], scope="module")
def served(request: pytest.FixtureRequest) -> FlaskClient:
    """Give a client of the tiny world, and in the long run of the whole graph."""
    found: FlaskClient = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="module")
def shapes(served: FlaskClient) -> rdflib.Graph:
    """Fetch the shapes."""
    return fetched(served, "/former")


def test_every_property_of_every_class(served: FlaskClient, shapes: rdflib.Graph) -> None:
    """Each class has the properties that the catalogue counts among its members, and no others."""
    found = said(shapes, "SELECT ?class ?p { ?shape sh:targetClass ?class ; sh:property/sh:path ?p }")
    assert found
    assert answered(served, "PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>" + CHOSEN) == found


def test_labels_in_both_languages(shapes: rdflib.Graph) -> None:
    """Shapes and their properties have the labels of the ontology, in Swedish and English."""
    place = "{ ?shape sh:targetClass kg:Kommun ; rdfs:label ?name } UNION { ?x sh:path kg:erbjudsAv ; sh:name ?name }"
    found = said(shapes, f"SELECT DISTINCT ?name (LANG(?name) AS ?l) {{ {place} }}")
    assert {("kommun", "sv"), ("municipality", "en"), ("erbjuds av", "sv"), ("is offered by", "en")} == found


def test_are_shacl(shapes: rdflib.Graph) -> None:
    """They are well-formed by the shapes of SHACL itself, and each list of alternatives comes to its end."""
    conforms, _, text = pyshacl.validate(rdflib.Graph(), shacl_graph=shapes, meta_shacl=True)
    assert conforms, text
    lists = shapes.query(PREFIXES + "SELECT ?list { ?p sh:or ?list }")
    for row in lists:
        assert len(list(shapes.items(row[0]))) > 1  # type: ignore[index]


def test_what_the_values_are(shapes: rdflib.Graph) -> None:
    """A property that leads to things names their classes."""
    of_service = "?shape sh:targetClass kg:Insats ; sh:property ?p . ?p"
    alternatives = "(sh:or/rdf:rest*/rdf:first)?"
    classes = said(shapes, f"SELECT ?c {{ {of_service} sh:path kg:erbjudsAv ; {alternatives}/sh:class ?c }}")
    assert (KG + "Kommun",) in classes
