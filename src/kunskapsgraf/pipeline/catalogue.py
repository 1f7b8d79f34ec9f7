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
    """Describe each graph: title, size and kind; a source's graph and its inferences name the source.

    What follows from a source holds for the source's period where all its entries have that period; a source
    with entries of other periods, or of none, gives its inferences none, since nothing here tells their proofs apart.
    """
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
        if names.is_layer(iri):
            found += (Quad(part, NamedNode(names.terms + end), day, graph) for end, day in _period(quads, slug, names))
    return found


def _period(quads: Iterable[Quad], slug: str, names: Names) -> list[tuple[str, Literal]]:
    """Give the first and last day that everything a source dates has in common; nothing where they differ."""
    dated = {names.terms + "Utbudspost", names.terms + "Kalla"}
    own = [quad for quad in quads if graph_of(quad) == names.source_graph(slug)]
    speaking = {str(q.subject) for q in own if isinstance(q.object, NamedNode) and q.object.value in dated}
    ends: dict[str, dict[str, Literal]] = {}
    for quad in own:
        name = quad.predicate.value.removeprefix(names.terms)
        if str(quad.subject) in speaking and name in ("giltigFran", "giltigTill", "giltighetOkand"):
            assert isinstance(quad.object, Literal), "shapes let only literals be periods"
            ends.setdefault(str(quad.subject), {})[name] = quad.object
    periods = {tuple(sorted((name, day.value) for name, day in found.items())) for found in ends.values()}
    if len(periods) != 1 or any("giltighetOkand" in found for found in ends.values()):
        return []
    return sorted(next(iter(ends.values())).items())
