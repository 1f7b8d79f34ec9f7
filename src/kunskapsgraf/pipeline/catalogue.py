"""The catalogue: the graphs described to machines, as VoID, SPARQL Service Description and DCAT.

It is a named graph, reached by name only, made when everything else is known; so it can be asked like any other.
"""

from __future__ import annotations

from collections.abc import Sequence

from kunskapsgraf.graph.engine import as_stored
from kunskapsgraf.graph.rdf import Literal, Quad
from kunskapsgraf.graph.statements import Statements, in_both, whole_number
from kunskapsgraf.graph.vocabulary import DCT, RDF_TYPE, VOID, Names
from kunskapsgraf.pipeline import dcat, service, void
from kunskapsgraf.pipeline.contents import Contents, Held
from kunskapsgraf.pipeline.dumps import Dump


def describe(quads: Sequence[Quad], names: Names, version: str, dumps: Sequence[Dump]) -> list[Quad]:
    """Describe each graph, the whole, the files they come in and the service."""
    return described(Held(quads, names), names, version, dumps)


def described(contents: Contents, names: Names, version: str, dumps: Sequence[Dump] = ()) -> list[Quad]:
    """Describe what graphs hold, wherever they are.

    What follows from a source holds for the source's period where all its entries have that period; a source
    with entries of other periods, or of none, gives its inferences none, since nothing here tells their proofs apart.
    """
    said = Statements(names.catalogue_graph)
    graphs = contents.graphs()
    void.describe(said, contents, names, version)
    dcat.describe(said, contents, dumps, names, version)
    for dump in dumps:
        said.say(dump.dataset, VOID + "dataDump", names.dump(dump.name))
    service.describe(said, sorted({*graphs, names.catalogue_graph}), names)
    for graph in graphs:
        if names.is_layer(graph):
            for end, day in _period(contents, names.source_graph(graph.rsplit("/", 1)[-1])):
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


def _period(contents: Contents, source: str) -> list[tuple[str, Literal]]:
    """Give the first and last day that everything a source dates has in common; nothing where they differ."""
    periods = contents.periods(source)
    if len(periods) != 1 or "giltighetOkand" in periods[0]:
        return []
    return sorted(periods[0].items())
