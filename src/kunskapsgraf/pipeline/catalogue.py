"""The catalogue: what each named graph holds, as VoID and SPARQL Service Description; reached by name only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from kunskapsgraf.graph.engine import graph_of
from kunskapsgraf.graph.rdf import Literal, NamedNode, Quad
from kunskapsgraf.graph.vocabulary import DCT, RDF_TYPE, VOID, XSD, Names

_TITLES = {
    "ontology": ("Ontologin", "The ontology"),
    "asserted": ("Påståenden ur en källa", "Statements of a source"),
    "editorial": ("Redaktionella uppgifter", "Editorial statements"),
    "inferred": ("Härledda uppgifter", "Inferred statements"),
    "closed": ("Slutsatser av frånvaro", "Conclusions from absence"),
}


def describe(quads: Iterable[Quad], names: Names) -> list[Quad]:
    """Describe each graph: title, size and kind; a source's graph and its inferences name the source."""
    quads = list(quads)
    counts = Counter(graph_of(quad) for quad in quads)
    graph = NamedNode(names.catalogue_graph)
    whole = NamedNode(names.base + "graf")
    found = [Quad(whole, NamedNode(RDF_TYPE), NamedNode(VOID + "Dataset"), graph)]
    for iri, count in sorted(counts.items()):
        part = NamedNode(iri)
        kind = "inferred" if names.is_layer(iri) else names.kind_of_graph(iri)
        sv, en = _TITLES[kind]
        found += [
            Quad(whole, NamedNode(VOID + "subset"), part, graph),
            Quad(part, NamedNode(RDF_TYPE), NamedNode(VOID + "Dataset"), graph),
            Quad(part, NamedNode(DCT + "title"), Literal(sv, language="sv"), graph),
            Quad(part, NamedNode(DCT + "title"), Literal(en, language="en"), graph),
            Quad(part, NamedNode(VOID + "triples"), Literal(str(count), datatype=NamedNode(XSD + "integer")), graph),
        ]
        slug = iri.rsplit("/", 1)[-1]
        if kind == "asserted" or names.is_layer(iri):
            found.append(Quad(part, NamedNode(DCT + "source"), NamedNode(f"{names.things}kalla/{slug}"), graph))
    return found
