"""Reading of what the service says of itself: its documents as graphs, and the store's own answers beside them."""

from __future__ import annotations

import json
from typing import Any

import rdflib
from flask.testing import FlaskClient
from reading import graph_of

BASE = "https://w3id.org/kunskapsgraf/"
SUFFIXES = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
}
PREFIXES = f"""
PREFIX kg: <{BASE}ns#> PREFIX owl: <http://www.w3.org/2002/07/owl#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX void: <http://rdfs.org/ns/void#>
PREFIX ext: <http://ldf.fi/void-ext#> PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>
PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX dct: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/> PREFIX spdx: <http://spdx.org/rdf/terms#> PREFIX schema: <https://schema.org/>
PREFIX vcard: <http://www.w3.org/2006/vcard/ns#>
"""
IN_UNION = f"FILTER(!STRSTARTS(STR(?g), '{BASE}graf/harledd/') && ?g != <{BASE}graf/katalog>)"


def fetched(client: FlaskClient, path: str, suffix: str = "nt") -> rdflib.Graph:
    """Fetch a document in a format, by Accept."""
    response = client.get(path, headers={"Accept": SUFFIXES[suffix]})
    assert (200, SUFFIXES[suffix]) == (response.status_code, response.mimetype)
    return graph_of(response.data, suffix)


def said(graph: rdflib.Graph, query: str) -> set[tuple[str, ...]]:
    """Ask a document; give its rows as texts."""
    rows = graph.query(PREFIXES + query)
    return {tuple("" if value is None else str(value) for value in row) for row in rows}  # type: ignore[union-attr]


def answered(client: FlaskClient, query: str) -> set[tuple[str, ...]]:
    """Ask the service; give its rows as texts, in the order of its columns."""
    response = client.post("/sparql", data={"query": PREFIXES + query, "format": "json"})
    assert 200 == response.status_code, response.text
    found: dict[str, Any] = json.loads(response.data)
    columns = found["head"]["vars"]
    return {tuple(row[c]["value"] if c in row else "" for c in columns) for row in found["results"]["bindings"]}
