"""VoID at ``/.well-known/void``: every number that it says is what the store answers."""

from __future__ import annotations

from dataclasses import replace

import pytest
import rdflib
from described import BASE, IN_UNION, SUFFIXES, answered, fetched, said
from flask.testing import FlaskClient

from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.pipeline.build import build
from kunskapsgraf.settings import Settings
from kunskapsgraf.web import create_app

WHOLE, PART = f"<{BASE}graf>", "GRAPH ?g { ?s ?p ?o }"
# A count that VoID gives of a data set: its property, and what a query counts.
COUNTS = {
    "triples": ("void:triples", "COUNT(*)", ""),
    "subjects": ("void:distinctSubjects", "COUNT(DISTINCT ?s)", ""),
    "objects": ("void:distinctObjects", "COUNT(DISTINCT ?o)", ""),
    "properties": ("void:properties", "COUNT(DISTINCT ?p)", ""),
    "classes": ("void:classes", "COUNT(DISTINCT ?o)", "FILTER(?p = <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>)"),
    "entities": ("void:entities", "COUNT(DISTINCT ?s)", f"FILTER(STRSTARTS(STR(?s), '{BASE}id/'))"),
}
STATED = f"FILTER(STRSTARTS(STR(?g), '{BASE}graf/kalla/') || ?g = <{BASE}graf/redaktion>)"
CLASSIFIED = f"{{ SELECT DISTINCT ?s ?c {{ GRAPH ?g {{ ?s a ?c }} {STATED} }} }}"
CLASSIFIED_OBJECT = f"{{ SELECT DISTINCT ?o ?oc {{ GRAPH ?g {{ ?o a ?oc }} {STATED} }} }}"


@pytest.fixture(params=["client", pytest.param("whole_client", marks=pytest.mark.long)], scope="module")
def served(request: pytest.FixtureRequest) -> FlaskClient:
    """Give a client of the tiny world, and in the long run of the whole graph."""
    found: FlaskClient = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="module")
def void(served: FlaskClient) -> rdflib.Graph:
    """Fetch the description."""
    return fetched(served, "/.well-known/void")


@pytest.mark.parametrize("name", COUNTS)
def test_counts_are_the_stores(served: FlaskClient, void: rdflib.Graph, name: str) -> None:
    """The whole and each graph hold as much as VoID says (VoID, section 4.6)."""
    term, count, only = COUNTS[name]
    graphs = answered(served, f"SELECT ?g ({count} AS ?n) {{ {PART} {only} }} GROUP BY ?g")
    whole = answered(served, f"SELECT ({count} AS ?n) {{ ?s ?p ?o {only} }}")
    expected = graphs | {(BASE + "graf", n) for (n,) in whole}
    found = said(void, f"SELECT ?d ?n {{ ?d a void:Dataset ; {term} ?n }}")
    itself = BASE + "graf/katalog"
    assert {row for row in expected if row[0] != itself} == {row for row in found if row[0] != itself and row[1] != "0"}
    if name == "triples":
        assert {row for row in expected if row[0] == itself} == {row for row in found if row[0] == itself}


def test_class_partitions_are_the_stores(served: FlaskClient, void: rdflib.Graph) -> None:
    """Each class has as many members in each graph, and in the whole, as its partition says (section 4.5)."""
    graphs = answered(served, "SELECT ?g ?c (COUNT(DISTINCT ?s) AS ?n) { GRAPH ?g { ?s a ?c } } GROUP BY ?g ?c")
    whole = answered(served, "SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c } GROUP BY ?c")
    expected = {row for row in graphs if row[0] != BASE + "graf/katalog"} | {(BASE + "graf", *row) for row in whole}
    partitions = "SELECT ?d ?c ?n { ?d a void:Dataset ; void:classPartition [ void:class ?c ; void:entities ?n ] }"
    assert expected == said(void, partitions)


def test_property_partitions_are_the_stores(served: FlaskClient, void: rdflib.Graph) -> None:
    """Each property stands in as many statements, of as many subjects and objects, as its partition says."""
    counts = "(COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?ns) (COUNT(DISTINCT ?o) AS ?no)"
    graphs = answered(served, f"SELECT ?g ?p {counts} {{ {PART} }} GROUP BY ?g ?p")
    whole = answered(served, f"SELECT ?p {counts} {{ ?s ?p ?o }} GROUP BY ?p")
    expected = {row for row in graphs if row[0] != BASE + "graf/katalog"} | {(BASE + "graf", *row) for row in whole}
    partitions = """SELECT ?d ?p ?n ?ns ?no { ?d a void:Dataset ; void:propertyPartition ?part . ?part void:property ?p ;
        void:triples ?n ; void:distinctSubjects ?ns ; void:distinctObjects ?no }"""
    assert expected == said(void, partitions)


def test_ties_are_the_stores(served: FlaskClient, void: rdflib.Graph) -> None:
    """Within a class, each property has its count, and so has each class and each datatype that it leads to."""
    properties = answered(served, f"SELECT ?c ?p (COUNT(*) AS ?n) {{ {CLASSIFIED} ?s ?p ?o }} GROUP BY ?c ?p")
    within = f"{WHOLE} void:classPartition [ void:class ?c ; void:propertyPartition ?part ] . ?part void:property ?p"
    assert properties == said(void, f"SELECT ?c ?p ?n {{ {within} ; void:triples ?n }}")
    classes = answered(
        served,
        f"SELECT ?c ?p ?oc (COUNT(*) AS ?n) {{ {CLASSIFIED} ?s ?p ?o . {CLASSIFIED_OBJECT} }} GROUP BY ?c ?p ?oc",
    )
    classes_said = f"SELECT ?c ?p ?oc ?n {{ {within} ; void:classPartition [ void:class ?oc ; void:triples ?n ] }}"
    assert classes == said(void, classes_said)
    datatypes = answered(
        served,
        f"SELECT ?c ?p ?t (COUNT(*) AS ?n) {{ {CLASSIFIED} ?s ?p ?o FILTER(ISLITERAL(?o)) BIND(DATATYPE(?o) AS ?t) }} GROUP BY ?c ?p ?t",
    )
    datatypes_said = f"SELECT ?c ?p ?t ?n {{ {within} ; ext:datatypePartition [ ext:datatype ?t ; void:triples ?n ] }}"
    assert datatypes == said(void, datatypes_said)
    assert properties
    assert classes
    assert datatypes


def test_linksets_are_the_stores(served: FlaskClient, void: rdflib.Graph) -> None:
    """Each link out, by its property and the site it leads to, is counted (VoID, section 5)."""
    expected = answered(
        served,
        f"""SELECT ?p ?site (COUNT(*) AS ?n) {{
          VALUES ?p {{ skos:exactMatch skos:closeMatch skos:broadMatch skos:narrowMatch skos:relatedMatch owl:sameAs }}
          ?s ?p ?o FILTER(ISIRI(?o) && STRSTARTS(STR(?s), "{BASE}") && !STRSTARTS(STR(?o), "{BASE}"))
          BIND(REPLACE(STR(?o), "^(https?://[^/]+/).*$", "$1") AS ?site) }} GROUP BY ?p ?site""",
    )
    found = f"""SELECT ?p ?site ?n {{ {WHOLE} void:subset ?l . ?l a void:Linkset ; void:linkPredicate ?p ; void:triples ?n ;
        void:subjectsTarget {WHOLE} ; void:objectsTarget [ a void:Dataset ; void:uriSpace ?site ] }}"""
    assert expected
    assert expected == said(void, found)


def test_every_graph_is_a_subset(served: FlaskClient, void: rdflib.Graph) -> None:
    """Every named graph of the store is a part of the whole (VoID, section 4.4)."""
    graphs = answered(served, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")
    assert graphs == said(void, f"SELECT ?g {{ {WHOLE} void:subset ?g . ?g a void:Dataset }}")
    union = answered(served, f"SELECT (COUNT(*) AS ?n) {{ {{ SELECT DISTINCT ?s ?p ?o {{ {PART} {IN_UNION} }} }} }}")
    assert union == said(void, f"SELECT ?n {{ {WHOLE} void:triples ?n }}")


def test_examples_lead_somewhere(served: FlaskClient, void: rdflib.Graph) -> None:
    """Example resources lie in the space of IRIs that is named, and lead to data (VoID, sections 4.2 and 4.3)."""
    [(space,)] = said(void, f"SELECT ?space {{ {WHOLE} void:uriSpace ?space }}")
    examples = said(void, f"SELECT ?e {{ {WHOLE} void:exampleResource ?e }}")
    assert BASE + "id/" == space
    assert len(examples) >= 3
    for (example,) in examples:
        path = example.removeprefix(BASE)
        assert path != example.removeprefix(space)
        assert 200 == served.get(f"/{path}.ttl", follow_redirects=True).status_code


def test_vocabularies_are_those_used(served: FlaskClient, void: rdflib.Graph) -> None:
    """The vocabularies of the whole are the namespaces of its properties and classes (VoID, section 4.7)."""
    terms = answered(served, "SELECT DISTINCT ?t { { ?s ?t ?o } UNION { ?s a ?t FILTER(ISIRI(?t)) } }")
    used = {iri[: max(iri.rfind("#"), iri.rfind("/") if "#" not in iri else -1) + 1] for (iri,) in terms}
    assert used == {v for (v,) in said(void, f"SELECT ?v {{ {WHOLE} void:vocabulary ?v }}")}


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_format_says_the_same(client: FlaskClient, suffix: str) -> None:
    """The description is the same in each format."""
    assert set(fetched(client, "/.well-known/void")) == set(fetched(client, "/.well-known/void", suffix))


def test_addresses_are_of_this_host(client: FlaskClient) -> None:
    """The endpoint and the dumps are those of the host that was asked, under any path that it is published at."""
    graph = fetched(client, "/.well-known/void")
    assert {("http://localhost/sparql",)} == said(graph, f"SELECT ?e {{ {WHOLE} void:sparqlEndpoint ?e }}")
    dumps = said(graph, "SELECT ?f { ?d void:dataDump ?f }")
    assert dumps
    assert all(address.startswith("http://localhost/dump/") for (address,) in dumps)
    elsewhere = client.get(
        "/.well-known/void?format=nt", base_url="https://data.example/graf/", environ_overrides={"SCRIPT_NAME": "/graf"}
    )
    assert "<https://data.example/graf/sparql>" in elsewhere.text
    assert "localhost" not in elsewhere.text
    assert "host.invalid" not in elsewhere.text


def test_a_hostile_host_reaches_no_document(client: FlaskClient) -> None:
    """A Host that is no address leaves the document as it was built."""
    response = client.get("/.well-known/void?format=nt", headers={"Host": 'x"><y'})
    assert response.status_code in (200, 400)
    assert '"><y' not in response.text


def test_people_are_led_to_the_page(client: FlaskClient) -> None:
    """A browser that asks for the description is led to the catalogue's page."""
    response = client.get("/.well-known/void", headers={"Accept": "text/html"})
    assert (303, "/katalog") == (response.status_code, response.headers["Location"])


ODD = """
@prefix sak: <https://w3id.org/kunskapsgraf/id/sak/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
sak:ring a <urn:slag> , <http://[::1]/slag> ; <urn:egenskap> "x" ; <tag:utan,steg> 1 ;
    skos:exactMatch <urn:isbn:1> , <http://[::1]:8/x> , <https://exempel.se:8080/x> , <mailto:x@y.se> , sak:sked .
"""


def test_odd_iris_are_counted_and_link_to_sites_alone(micro: Settings) -> None:
    """IRIs that are no addresses stand in the counts; links out are counted by site, and a URN has none."""
    (micro.sources / "data" / "ttl" / "udda.ttl").write_text(ODD, encoding="utf-8")
    build(micro)
    store = EmbeddedStore(replace(micro, query_seconds=10.0))
    try:
        served = create_app(micro, store).test_client()
        graph = fetched(served, "/.well-known/void")
        members = said(
            graph, f"SELECT ?n {{ {WHOLE} void:classPartition [ void:class <urn:slag> ; void:entities ?n ] }}"
        )
        sites = said(
            graph,
            "SELECT ?site ?n { ?l a void:Linkset ; void:objectsTarget [ void:uriSpace ?site ] ; void:triples ?n }",
        )
        assert {("1",)} == members
        assert {("http://[::1]:8/", "1"), ("https://exempel.se:8080/", "1")} == sites
    finally:
        store.close()
