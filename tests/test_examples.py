"""The reports as example queries in RDF: each runs, and gives what its report gives."""

from __future__ import annotations

import re

import pytest
import rdflib
from described import BASE, fetched, said
from flask.testing import FlaskClient

from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.store import columns_and_rows
from kunskapsgraf.reports import run
from kunskapsgraf.settings import packaged_sources

REPORTS = run.all_reports(packaged_sources())


@pytest.fixture(scope="module")
def examples(client: FlaskClient) -> rdflib.Graph:
    """Fetch the examples."""
    return fetched(client, "/.well-known/sparql-examples")


@pytest.fixture(scope="module")
def whole_examples(whole_client: FlaskClient) -> rdflib.Graph:
    """Fetch the examples of the whole graph."""
    return fetched(whole_client, "/.well-known/sparql-examples")


def text_of_example(examples: rdflib.Graph, name: str) -> str:
    """Give the query of an example."""
    [(text,)] = said(examples, f"SELECT ?q {{ <{BASE}queries/{name}> a sh:SPARQLSelectExecutable ; sh:select ?q }}")
    return text


def test_every_report_is_an_example(client: FlaskClient, examples: rdflib.Graph) -> None:
    """Each report stands there with label and comment in both languages, its query, prefixes and target."""
    query = """SELECT ?e ?sv ?en { ?e a sh:SPARQLExecutable ; rdfs:label ?sv , ?en ; rdfs:comment ?c , ?d ; sh:select ?q ;
        sh:prefixes/sh:declare ?p ; schema:target <http://localhost/sparql>
        FILTER(LANG(?sv) = "sv" && LANG(?en) = "en" && LANG(?c) = "sv" && LANG(?d) = "en") }"""
    expected = {(f"{BASE}queries/{name}", file.title("sv"), file.title("en")) for name, file in REPORTS.items()}
    assert expected == said(examples, query)
    for iri, *_ in expected:
        assert 200 == client.get("/" + iri.removeprefix(BASE), headers={"Accept": "text/html"}).status_code


@pytest.mark.parametrize("name", REPORTS)
def test_example_runs(client: FlaskClient, examples: rdflib.Graph, name: str) -> None:
    """Each example is answered as it stands, and carries no head of ours."""
    text = text_of_example(examples, name)
    assert "#+" not in text
    response = client.post("/sparql", data=text, content_type="application/sparql-query")
    assert 200 == response.status_code


@pytest.mark.parametrize("name", REPORTS)
def test_example_gives_what_its_report_gives(
    whole_examples: rdflib.Graph, whole_store: EmbeddedStore, name: str
) -> None:
    """On the whole graph an example gives the rows that its report gives with its own example, and at least one."""
    report = REPORTS[name]
    table = run.run(whole_store, report, report.example)
    _, rows = columns_and_rows(whole_store, text_of_example(whole_examples, name))
    assert list(table.rows) == rows
    assert rows


def test_prefixes_are_those_of_the_queries(examples: rdflib.Graph) -> None:
    """No prefix means one thing in the set and another in a query, and those that every report uses are in the set."""
    declared = {
        row[0]: row[1] for row in said(examples, "SELECT ?p ?n { ?s sh:declare [ sh:prefix ?p ; sh:namespace ?n ] }")
    }
    used = [dict(re.findall(r"PREFIX (\w+): <([^>]+)>", text_of_example(examples, name))) for name in REPORTS]
    assert all(declared.get(prefix, namespace) == namespace for query in used for prefix, namespace in query.items())
    assert {"kg", "rdfs"} <= set.intersection(*map(set, used)) & declared.keys()
