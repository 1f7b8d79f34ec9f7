"""The snapshot of generated data that the service is measured on: all that a build makes, without the checks.

The data pass the checks (``bench.limits build`` runs them), which take the most of a build's time and leave no trace in
what is served.
"""

from __future__ import annotations

import importlib.metadata
import tempfile
from functools import partial
from pathlib import Path

from bench.generate import write_folder
from kunskapsgraf import settings as settings_module
from kunskapsgraf.graph import queries
from kunskapsgraf.graph.engine import as_stored, placed
from kunskapsgraf.graph.finding import INDEX
from kunskapsgraf.graph.particulars import FILE
from kunskapsgraf.graph.queries import QueryFile
from kunskapsgraf.graph.rdf import Quad
from kunskapsgraf.graph.standing import FILE as STANDING
from kunskapsgraf.graph.vocabulary import Names
from kunskapsgraf.pipeline import catalogue, dumps, index, load, particulars, standing
from kunskapsgraf.pipeline.close import close
from kunskapsgraf.pipeline.read import Corpus, read
from kunskapsgraf.pipeline.reason import by_source, slug_of
from kunskapsgraf.settings import packaged_sources


def prepare(home: Path, size: int, seed: int, names: Names) -> Path:
    """Make the snapshot of a size, unless it is there, point at it, and give the folder of its store."""
    version = f"{size}-{seed}"
    snapshot = load.existing(home, version)
    if snapshot is None:
        with tempfile.TemporaryDirectory() as folder:
            write_folder(Path(folder), size, seed)
            corpus = read(Path(folder), names)
        quads = _inferred(corpus, names)
        quads += placed(close(quads, _folder("closed", names), names), names.closed_graph)
        quads = sorted(as_stored(quads), key=str)
        made = dumps.make(quads, names)
        beside = {INDEX: index.make(quads, names)}
        quads += catalogue.describe(quads, names, version, made)
        beside[FILE] = particulars.make(quads, names)
        software = {"pyoxigraph": importlib.metadata.version("pyoxigraph")}
        files = {dump.name: dump.body for dump in made}
        asked = standing.texts(packaged_sources(), names)
        made_of = {STANDING: partial(standing.make, settings_module.load({}), asked=asked)}
        snapshot = load.load(quads, home, version, {}, software, names, files, beside, made_of)
    load.point(home, version, keep=3)
    return snapshot.store


def _inferred(corpus: Corpus, names: Names) -> list[Quad]:
    asserted = [graph for graph in corpus.graphs() if names.kind_of_graph(graph) == "asserted"]
    inferred, layers = by_source(
        corpus.graph(names.ontology_graph),
        corpus.graph(names.editorial_graph),
        {slug_of(graph, names): corpus.graph(graph) for graph in asserted},
        tuple(_folder("rules", names)),
    )
    quads = [*corpus.quads, *placed(inferred, names.inferred_graph)]
    for slug, triples in layers.items():
        quads += placed(triples, names.inferred_from(slug))
    return quads


def _folder(name: str, names: Names) -> list[QueryFile]:
    return list(queries.folder(packaged_sources() / "queries" / name, names.base).values())
