"""SPARQL 1.1 Service Description (W3C Recommendation, 21 March 2013): what the service can, and which graphs it has.

What hangs on where and how the service runs (its address, its limits) is added when the description is served
(``web/description``). No ``sd:feature`` is claimed, for none of the five that section 3 defines holds: the service fetches no
IRI, demands no dataset, keeps no empty graph and asks no other service; and its default graph is the union of some
of the named graphs, where ``sd:UnionDefaultGraph`` says of all.
"""

from __future__ import annotations

from kunskapsgraf.graph.formats import FORMATS
from kunskapsgraf.graph.statements import Statements, in_both
from kunskapsgraf.graph.vocabulary import DCT, RDF_TYPE, RDFS_LABEL, SD, VOID, Names

W3C_FORMATS = {
    name: "http://www.w3.org/ns/formats/" + iri
    for name, iri in (
        ("json", "SPARQL_Results_JSON"),
        ("xml", "SPARQL_Results_XML"),
        ("csv", "SPARQL_Results_CSV"),
        ("tsv", "SPARQL_Results_TSV"),
        ("ttl", "Turtle"),
        ("nt", "N-Triples"),
        ("jsonld", "JSON-LD"),
        ("rdf", "RDF_XML"),
        ("trig", "TriG"),
        ("nq", "N-Quads"),
    )
}
"""Unique URIs for File Formats (W3C), by the names of ``graph/formats``."""


def describe(said: Statements, graphs: list[str], names: Names) -> None:
    """Say what the service is, and which graphs a query can choose among; ``graphs`` are all there are."""
    service = names.endpoint
    said.say(service, RDF_TYPE, SD + "Service")
    said.say(service, RDFS_LABEL, *in_both("Kunskapsgrafens SPARQL-tjänst", "The SPARQL service of Kunskapsgraf"))
    said.say(service, SD + "endpoint", names.endpoint)
    said.say(service, SD + "supportedLanguage", SD + "SPARQL10Query", SD + "SPARQL11Query")
    said.say(service, SD + "resultFormat", *(W3C_FORMATS[written.name] for written in FORMATS))
    said.say(service, SD + "defaultEntailmentRegime", "http://www.w3.org/ns/entailment/Simple")
    dataset, available = names.dataset + "#datamangd", names.dataset + "#valbara-grafer"
    said.say(service, SD + "defaultDataset", dataset)
    said.say(service, SD + "availableGraphs", available)
    said.say(dataset, RDF_TYPE, SD + "Dataset")
    said.say(dataset, SD + "defaultGraph", names.dataset)
    said.say(available, RDF_TYPE, SD + "GraphCollection")
    said.say(names.dataset, RDF_TYPE, SD + "Graph")
    said.say(names.dataset, DCT + "hasPart", *(graph for graph in graphs if not names.is_layer(graph)))
    for graph in graphs:
        mine = graph + "#namngiven"
        said.say(dataset, SD + "namedGraph", mine)
        said.say(available, SD + "namedGraph", mine)
        said.say(mine, RDF_TYPE, SD + "NamedGraph")
        said.say(mine, SD + "name", graph)
        said.say(mine, SD + "graph", graph)
        said.say(graph, RDF_TYPE, SD + "Graph", VOID + "Dataset")
