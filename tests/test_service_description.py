"""SPARQL 1.1 Service Description (W3C Recommendation, 21 March 2013) at the endpoint, requirement by requirement."""

from __future__ import annotations

import json

import pytest
import rdflib
from described import BASE, PREFIXES, SUFFIXES, answered, fetched, said
from flask.testing import FlaskClient
from rdflib import RDF, Namespace, URIRef

from kunskapsgraf.graph.formats import FORMATS
from kunskapsgraf.pipeline.service import W3C_FORMATS
from kunskapsgraf.settings import Settings
from kunskapsgraf.web.selfdescription import LIMITS

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
SERVICE = f"<{BASE}sparql>"
# Section 3: the domain of each property.
DOMAINS = {
    "endpoint": "Service",
    "feature": "Service",
    "defaultEntailmentRegime": "Service",
    "supportedLanguage": "Service",
    "defaultDataset": "Service",
    "availableGraphs": "Service",
    "resultFormat": "Service",
    "defaultGraph": "Dataset",
    "name": "NamedGraph",
    "graph": "NamedGraph",
}


@pytest.fixture(scope="module")
def description(client: FlaskClient) -> rdflib.Graph:
    """Fetch the description of the tiny world's service."""
    return fetched(client, "/sparql")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_get_without_a_query_describes_the_service(client: FlaskClient, suffix: str) -> None:
    """Section 2: GET of the endpoint without a query gives the description, negotiated, the same in each format."""
    found = fetched(client, "/sparql", suffix)
    assert set(fetched(client, "/sparql")) == set(found)


@pytest.mark.parametrize("accept", [None, "*/*"])
def test_rdf_is_given_where_all_is_welcome(client: FlaskClient, accept: str | None) -> None:
    """Section 2: the description MUST be available as RDF; a program that names no type gets it."""
    response = client.get("/sparql", headers={"Accept": accept} if accept else {})
    assert (200, "text/turtle") == (response.status_code, response.mimetype)


def test_a_browser_gets_the_form(client: FlaskClient) -> None:
    """A person gets the form at the same address."""
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    response = client.get("/sparql", headers={"Accept": accept})
    assert (200, "text/html") == (response.status_code, response.mimetype)


def test_there_is_one_service_at_this_endpoint(description: rdflib.Graph) -> None:
    """Section 3, sd:endpoint: the value is the IRI at which the service was asked; it identifies one service."""
    assert {(BASE + "sparql", "http://localhost/sparql")} == said(
        description, "SELECT ?s ?e { ?s a sd:Service ; sd:endpoint ?e }"
    )


@pytest.mark.parametrize("name", DOMAINS)
def test_properties_stand_on_their_domain(description: rdflib.Graph, name: str) -> None:
    """Section 3: whatever has a property of the vocabulary is of its domain."""
    subjects = set(description.subjects(SD[name]))
    assert all((subject, RDF.type, SD[DOMAINS[name]]) in description for subject in subjects)
    assert subjects or name == "feature"


def test_only_terms_of_the_vocabulary_are_used(description: rdflib.Graph) -> None:
    """Section 3: no term of the namespace is invented."""
    known = {*DOMAINS, "namedGraph", "SPARQL10Query", "SPARQL11Query"}
    known |= {"Service", "Dataset", "Graph", "NamedGraph", "GraphCollection"}
    used = {
        str(node).removeprefix(SD)
        for triple in description
        for node in triple
        if isinstance(node, URIRef) and node.startswith(SD)
    }
    assert used <= known


def test_no_feature_is_claimed_that_does_not_hold(client: FlaskClient, description: rdflib.Graph) -> None:
    """Section 3, sd:feature: none of the five holds, as the service shows."""
    assert set() == said(description, "SELECT ?f { ?s sd:feature ?f }")
    # sd:UnionDefaultGraph: some named graphs are not in the default graph.
    outside = answered(
        client, f"SELECT ?s {{ GRAPH <{BASE}graf/katalog> {{ ?s a void:DatasetDescription }} MINUS {{ ?s ?p ?o }} }}"
    )
    assert outside
    # sd:BasicFederatedQuery, sd:DereferencesURIs
    for query in ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "LOAD <http://127.0.0.1:9/>"):
        assert 400 == client.post("/sparql", data={"query": query}).status_code
    # sd:RequiresDataset: a query without one is answered.
    assert answered(client, "SELECT ?s { ?s ?p ?o } LIMIT 1")


def test_languages_are_those_understood(client: FlaskClient, description: rdflib.Graph) -> None:
    """Section 3, sd:supportedLanguage: what SPARQL 1.1 added to the query language is answered, an update is not."""
    languages = said(description, f"SELECT ?l {{ {SERVICE} sd:supportedLanguage ?l }}")
    assert {(str(SD.SPARQL10Query),), (str(SD.SPARQL11Query),)} == languages
    assert {("2",)} == answered(client, "SELECT (SUM(?x) AS ?n) { VALUES ?x { 1 1 } FILTER NOT EXISTS { ?x ?p ?o } }")
    assert 403 == client.post("/sparql", data={"update": "INSERT DATA {}"}).status_code


def test_result_formats_are_those_given(client: FlaskClient, description: rdflib.Graph) -> None:
    """Section 3, sd:resultFormat: each is one that the service writes, and each that it writes is there."""
    assert {f.name for f in FORMATS} <= set(W3C_FORMATS)
    expected = {(W3C_FORMATS[f.name],) for f in FORMATS}
    assert expected == said(description, f"SELECT ?f {{ {SERVICE} sd:resultFormat ?f }}")
    for written in FORMATS:
        query = "SELECT * { ?s ?p ?o } LIMIT 1" if "select" in written.kinds else "CONSTRUCT WHERE { ?s a ?o } LIMIT 1"
        response = client.get("/sparql", query_string={"query": query}, headers={"Accept": written.media_type})
        assert (200, written.media_type) == (response.status_code, response.mimetype)


def test_dataset_links_its_graphs(client: FlaskClient, description: rdflib.Graph) -> None:
    """Section 3, sd:Dataset, sd:GraphCollection, sd:namedGraph: one default graph; every named graph with its name."""
    dataset = f"{SERVICE} sd:defaultDataset ?d . ?d a sd:Dataset"
    assert {(BASE + "graf",)} == said(description, f"SELECT ?g {{ {dataset} ; sd:defaultGraph ?g . ?g a sd:Graph }}")
    graphs = answered(client, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")
    named = "sd:namedGraph ?n . ?n a sd:NamedGraph ; sd:name ?g"
    assert graphs == said(description, f"SELECT ?g {{ {dataset} ; {named} }}")
    available = f"{SERVICE} sd:availableGraphs ?a . ?a a sd:GraphCollection"
    assert graphs == said(description, f"SELECT ?g {{ {available} ; {named} }}")
    nodes = set(description.objects(None, SD.namedGraph))
    assert all(1 == len(set(description.objects(node, SD.name))) for node in nodes)


def test_graphs_are_described_with_their_size(client: FlaskClient, description: rdflib.Graph) -> None:
    """Section 3, sd:graph: each graph is described, here by VoID; the sizes are the store's."""
    counts = answered(client, "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    assert counts == said(description, "SELECT ?g ?n { ?x sd:name ?g ; sd:graph ?d . ?d a sd:Graph ; void:triples ?n }")
    whole = answered(client, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert whole == said(description, "SELECT ?n { ?d sd:defaultGraph ?g . ?g void:triples ?n }")


def test_named_graphs_can_be_chosen(client: FlaskClient, description: rdflib.Graph) -> None:
    """Section 3, sd:name: by that name FROM finds what the description says."""
    for name, count in said(description, "SELECT ?g ?n { ?x sd:name ?g ; sd:graph [ void:triples ?n ] }"):
        assert {(count,)} == answered(client, f"SELECT (COUNT(*) AS ?n) FROM <{name}> {{ ?s ?p ?o }}")


def test_default_graph_is_made_of_the_graphs_named(client: FlaskClient, description: rdflib.Graph) -> None:
    """The parts of the default graph that the description names make it up: together they hold as much."""
    parts = said(description, f"SELECT ?g {{ <{BASE}graf> dct:hasPart ?g }}")
    chosen = " ".join(f"FROM <{graph}>" for (graph,) in parts)
    # The engine gives a statement of two graphs twice when FROM names both.
    once = "{ SELECT DISTINCT ?s ?p ?o { ?s ?p ?o } }"
    counted = answered(client, f"SELECT (COUNT(*) AS ?n) {chosen} {{ {once} }}")
    assert counted == answered(client, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")


def test_entailment_is_simple(description: rdflib.Graph) -> None:
    """Section 3, sd:defaultEntailmentRegime: a query matches what is stored; inferences are stored in graphs."""
    assert {("http://www.w3.org/ns/entailment/Simple",)} == said(
        description, f"SELECT ?r {{ {SERVICE} sd:defaultEntailmentRegime ?r }}"
    )


def test_limits_are_the_settings(small: Settings, description: rdflib.Graph) -> None:
    """Each limit that a client must know is said with the value that holds."""
    found = said(
        description,
        f"SELECT ?id ?v {{ {SERVICE} schema:additionalProperty [ schema:propertyID ?id ; schema:value ?v ] }}",
    )
    assert {(name, float(getattr(small, name))) for name, *_ in LIMITS} == {(name, float(v)) for name, v in found}
    assert {"query_seconds", "query_megabytes", "query_bytes", "result_bytes"} <= {name for name, _ in found}


def test_a_limit_that_is_told_is_the_one_that_holds(client: FlaskClient, description: rdflib.Graph) -> None:
    """A query text one byte past the limit that the description tells is refused; one at the limit is not."""
    [(most,)] = said(
        description,
        f'SELECT ?v {{ {SERVICE} schema:additionalProperty [ schema:propertyID "query_bytes" ; schema:value ?v ] }}',
    )
    query = "ASK {} #"
    for bytes_of_query, status in ((int(float(most)), 200), (int(float(most)) + 1, 413)):
        padded = query + "x" * (bytes_of_query - len(query))
        response = client.post("/sparql", data=padded, content_type="application/sparql-query")
        assert status == response.status_code


# What the editor of sib-swiss/sparql-editor asks an endpoint, and then the endpoint's description.
EDITOR_PREFIXES = "SELECT DISTINCT ?prefix ?namespace { [] sh:namespace ?namespace ; sh:prefix ?prefix }"
EDITOR_EXAMPLES = """SELECT DISTINCT ?sq ?comment ?query { ?sq a sh:SPARQLExecutable ; rdfs:comment ?comment ;
    sh:select|sh:ask|sh:construct|sh:describe ?query }"""
EDITOR_VOID = """SELECT DISTINCT ?subjectClass ?prop ?objectClass ?objectDatatype {
    ?cp void:class ?subjectClass ; void:propertyPartition ?pp . ?pp void:property ?prop
    OPTIONAL { { ?pp void:classPartition [ void:class ?objectClass ] }
               UNION { ?pp ext:datatypePartition [ ext:datatype ?objectDatatype ] } } }"""


@pytest.mark.parametrize("query", [EDITOR_PREFIXES, EDITOR_EXAMPLES, EDITOR_VOID])
def test_a_query_editor_finds_what_it_looks_for(client: FlaskClient, description: rdflib.Graph, query: str) -> None:
    """An editor that finds nothing by query reads the description, and finds prefixes, examples and classes there."""
    assert set() == answered(client, query)
    assert said(description, query)


def test_editor_learns_which_class_leads_where(description: rdflib.Graph) -> None:
    """Completion knows that a municipality has offer entries, and that an entry begins on a date."""
    kg, date = BASE + "ns#", "http://www.w3.org/2001/XMLSchema#date"
    found = said(description, EDITOR_VOID)
    assert (kg + "Kommun", kg + "harUtbudspost", kg + "Utbudspost", "") in found
    assert (kg + "Utbudspost", kg + "giltigFran", "", date) in found


def test_other_documents_are_named(client: FlaskClient, description: rdflib.Graph) -> None:
    """The description names VoID, catalogue, examples and OpenAPI, and each is there."""
    named = {address for (address,) in said(description, f"SELECT ?d {{ {SERVICE} rdfs:seeAlso ?d }}")}
    paths = {".well-known/void", ".well-known/sparql-examples", "former", "katalog", "openapi.json"}
    assert {f"http://localhost/{path}" for path in paths} == named
    assert all(200 == client.get(address).status_code for address in named)


def test_a_missing_query_is_told(client: FlaskClient) -> None:
    """A client that accepts results only is told that the query is missing."""
    response = client.get("/sparql", headers={"Accept": "application/sparql-results+json"})
    assert 400 == response.status_code
    assert "query" in json.loads(response.data)["detail"]


def test_prefixes_of_the_examples_are_those_of_the_service(description: rdflib.Graph) -> None:
    """The prefixes that the description declares include the ontology's and are those that queries may be written with."""
    declared = {row[0]: row[1] for row in said(description, EDITOR_PREFIXES)}
    assert BASE + "ns#" == declared["kg"]
    written = {word for word in PREFIXES.split() if word.endswith(":")}
    assert {"kg:", "skos:", "rdfs:", "void:"} <= written & {prefix + ":" for prefix in declared}
    assert URIRef(BASE + "graf#prefix") in set(description.subjects(RDF.type))
