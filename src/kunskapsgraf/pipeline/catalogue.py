"""The catalogue: the graphs described to machines, as VoID, SPARQL Service Description and DCAT.

It is a named graph, reached by name only, made when everything else is known; so it can be asked like any other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from kunskapsgraf.graph.engine import as_stored, graph_of
from kunskapsgraf.graph.rdf import Literal, NamedNode, Quad
from kunskapsgraf.graph.statements import Statements, in_both, whole_number
from kunskapsgraf.graph.vocabulary import DCT, RDF_TYPE, VOID, Names
from kunskapsgraf.pipeline import dcat, service, void
from kunskapsgraf.pipeline.dumps import Dump
from kunskapsgraf.pipeline.statistics import Numbered


def describe(quads: Sequence[Quad], names: Names, version: str, dumps: Sequence[Dump]) -> list[Quad]:
    """Describe each graph, the whole, the files they come in and the service.

    What follows from a source holds for the source's period where all its entries have that period; a source
    with entries of other periods, or of none, gives its inferences none, since nothing here tells their proofs apart.
    """
    said = Statements(names.catalogue_graph)
    numbered = Numbered(quads, names.things)
    void.describe(said, numbered, names, version)
    dcat.describe(said, quads, dumps, names, version)
    for dump in dumps:
        said.say(dump.dataset, VOID + "dataDump", names.dump(dump.name))
    service.describe(said, sorted({*numbered.graphs(), names.catalogue_graph}), names)
    of_source: dict[str, list[Quad]] = defaultdict(list)
    for quad in quads:
        of_source[graph_of(quad)].append(quad)
    for graph in numbered.graphs():
        if names.is_layer(graph):
            for end, day in _period(of_source[names.source_graph(graph.rsplit("/", 1)[-1])], names):
                said.say(graph, names.terms + end, day)
    _itself(said, names)
    return sorted(as_stored(said.quads()), key=str)


def _itself(said: Statements, names: Names) -> None:
    """Say of the catalogue what it is, and last how much it says, this number included."""
    mine = names.catalogue_graph
    said.say(names.dataset, VOID + "subset", mine)
    said.say(mine, RDF_TYPE, VOID + "Dataset")
    said.say(mine, DCT + "title", *in_both("Katalogen", "The catalogue"))
    said.say(mine, VOID + "triples", whole_number(len(as_stored(said.quads())) + 1))


def _period(own: Sequence[Quad], names: Names) -> list[tuple[str, Literal]]:
    """Give the first and last day that everything a source dates has in common; nothing where they differ."""
    dated = {names.terms + "Utbudspost", names.terms + "Kalla"}
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
