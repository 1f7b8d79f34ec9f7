"""The JSON-LD context: every term of the ontology has its short name, and data written with it read as they were."""

from __future__ import annotations

import json
import warnings
from typing import Any

import pytest
import rdflib
from described import BASE, answered
from flask.testing import FlaskClient
from rdflib import Literal, URIRef
from rdflib.compare import to_isomorphic
from reading import graph_of

KG = BASE + "ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.fixture(scope="module")
def context(client: FlaskClient) -> dict[str, Any]:
    """Fetch the context."""
    response = client.get("/kontext.jsonld")
    assert (200, "application/ld+json") == (response.status_code, response.mimetype)
    found: dict[str, Any] = json.loads(response.data)
    assert {"@context"} == found.keys()
    return found


def read(document: Any) -> rdflib.Graph:
    """Read JSON-LD by the engine's reader of JSON-LD 1.1."""
    from pyoxigraph import RdfFormat, parse, serialize  # noqa: PLC0415 - the second reader, beside rdflib's

    triples = [quad.triple for quad in parse(json.dumps(document).encode(), format=RdfFormat.JSON_LD)]
    return graph_of(serialize(triples, format=RdfFormat.N_TRIPLES) or b"", "nt")


def compacted(graph: rdflib.Graph, context: dict[str, Any]) -> Any:
    """Write a graph with the context, by rdflib's writer."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        return json.loads(graph.serialize(format="json-ld", context=context["@context"], auto_compact=True))


def test_every_term_has_its_name(client: FlaskClient, context: dict[str, Any]) -> None:
    """Each class and property of the ontology stands under its own name, tied to its own IRI."""
    kinds = "owl:Class owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty"
    terms = answered(
        client, f"SELECT DISTINCT ?t {{ VALUES ?k {{ {kinds} }} ?t a ?k FILTER(STRSTARTS(STR(?t), '{KG}')) }}"
    )
    named = {term["@id"].replace("kg:", KG) for term in context["@context"].values() if isinstance(term, dict)}
    assert len(terms) > 300
    assert {iri for (iri,) in terms} <= named
    for name, term in context["@context"].items():
        if isinstance(term, dict) and term["@id"].startswith("kg:"):
            assert f"kg:{name}" == term["@id"]


def test_types_are_the_ontologys(context: dict[str, Any]) -> None:
    """An offer leads to things, a day is a date, a line a number, a quotation as it is."""
    terms = context["@context"]
    assert {"@id": "kg:harUtbudspost", "@type": "@id"} == terms["harUtbudspost"]
    assert {"@id": "kg:radFran", "@type": "xsd:integer"} == terms["radFran"]
    assert {"@id": "kg:Kommun"} == terms["Kommun"]
    assert {"@id": "http://www.w3.org/2000/01/rdf-schema#label", "@container": "@language"} == terms["label"]


def test_plain_json_reads_as_the_graph(context: dict[str, Any]) -> None:
    """What a developer writes by the short names is the graph that they mean."""
    written = {
        **context,
        "id": BASE + "id/kommun/norrby",
        "type": "Kommun",
        "label": {"sv": "Norrby", "en": "Norrby"},
        "kommunkod": "9901",
        "harUtbudspost": {"id": BASE + "id/utbud/norrby-samtal-2006", "type": "Utbudspost"},
    }
    norrby, offer = URIRef(BASE + "id/kommun/norrby"), URIRef(BASE + "id/utbud/norrby-samtal-2006")
    expected = rdflib.Graph()
    expected.add((norrby, rdflib.RDF.type, URIRef(KG + "Kommun")))
    expected.add((norrby, rdflib.RDFS.label, Literal("Norrby", lang="sv")))
    expected.add((norrby, rdflib.RDFS.label, Literal("Norrby", lang="en")))
    expected.add((norrby, URIRef(KG + "kommunkod"), Literal("9901")))
    expected.add((norrby, URIRef(KG + "harUtbudspost"), offer))
    expected.add((offer, rdflib.RDF.type, URIRef(KG + "Utbudspost")))
    assert set(expected) == set(read(written))


@pytest.mark.parametrize(
    "path", ["/data/kommun/norrby.nt", "/graf/kalla/provkartan.nt", "/graf/redaktion.nt", "/ns.nt"]
)
def test_round_trip(client: FlaskClient, context: dict[str, Any], path: str) -> None:
    """Data written with the context, by one library, and read by another are the same data."""
    graph = graph_of(client.get(path).data, "nt")
    written = compacted(graph, context)
    assert to_isomorphic(graph) == to_isomorphic(read(written))


def test_round_trip_uses_the_names(client: FlaskClient, context: dict[str, Any]) -> None:
    """In what is written the terms stand by their short names, and a date stands bare."""
    written = json.dumps(compacted(graph_of(client.get("/graf/kalla/provkartan.nt").data, "nt"), context)["@graph"])
    assert '"harUtbudspost"' in written
    assert '"radFran": "1"' in written or '"radFran": 1' in written
    assert KG not in written


@pytest.mark.long
@pytest.mark.parametrize("source", ["lansstyrelsen-vastmanland-2006", "oppna-jamforelser-missbruk-2019"])
def test_round_trip_of_a_source(whole_client: FlaskClient, source: str) -> None:
    """A whole source survives."""
    context = json.loads(whole_client.get("/kontext.jsonld").data)
    graph = graph_of(whole_client.get(f"/graf/kalla/{source}.nt").data, "nt")
    assert set(graph) == set(read(compacted(graph, context)))
