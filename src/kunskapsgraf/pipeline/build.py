"""The whole path, one step after another, with progress; the version of a snapshot follows from its inputs."""

from __future__ import annotations

import hashlib
import importlib.metadata
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from kunskapsgraf import __version__
from kunskapsgraf.errors import SourceError
from kunskapsgraf.graph import history, queries
from kunskapsgraf.graph.engine import as_stored, in_order, placed
from kunskapsgraf.graph.finding import INDEX
from kunskapsgraf.graph.particulars import FILE
from kunskapsgraf.graph.rdf import READABLE, Quad
from kunskapsgraf.graph.snapshot import Snapshot, digest_of
from kunskapsgraf.graph.standing import FILE as STANDING
from kunskapsgraf.graph.vocabulary import Names
from kunskapsgraf.pipeline import catalogue, difference, dumps, index, load, particulars, patches, standing
from kunskapsgraf.pipeline.cache import Results
from kunskapsgraf.pipeline.check import check
from kunskapsgraf.pipeline.close import close
from kunskapsgraf.pipeline.patches import Patch
from kunskapsgraf.pipeline.read import Corpus, layout, read
from kunskapsgraf.pipeline.reason import by_source, slug_of
from kunskapsgraf.settings import Settings, packaged_sources

Progress = Callable[[str, str, int, int], None]
"""Called with the step in Swedish, in English, its number and the number of steps."""

STEPS = (
    ("läser", "reading"),
    ("kontrollerar", "checking"),
    ("härleder", "reasoning"),
    ("sluter", "closing"),
    ("skriver", "writing"),
)
_LIBRARIES = ("numpy", "pyoxigraph", "pyshacl", "rdflib")


def _quiet(_sv: str, _en: str, _number: int, _of: int) -> None:
    return


def rules_root(root: Path) -> Path:
    """Find the folder that holds ``queries/`` and ``shapes/``: the sources' own, or the package's."""
    return root if (root / "queries").is_dir() else packaged_sources()


def checked(settings: Settings, progress: Progress = _quiet) -> Corpus:
    """Read and check the sources and patches; nothing is written."""
    names = Names(settings.base)
    progress(*STEPS[0], 1, 2)
    corpus = read(settings.sources, names, patches.listed(settings.patch_folder))
    progress(*STEPS[1], 2, 2)
    check(corpus, settings.sources, rules_root(settings.sources), names)
    return corpus


def build(settings: Settings, progress: Progress = _quiet) -> Snapshot:
    """Build the snapshot of the sources and point at it; where it exists already, only point.

    Raises ``SourceError`` (and then serves what was served), or ``BuildRunning``.
    """
    with load.building(settings.home):
        patches.clean(settings.patch_folder)
        snapshot = make(settings, patches.listed(settings.patch_folder), progress)
        difference.note(settings.home, snapshot, Names(settings.base))
        serve(settings, snapshot)
        return snapshot


def serve(settings: Settings, snapshot: Snapshot) -> None:
    """Point at a snapshot, and remember when it began to be served; the lock is held."""
    load.point(settings.home, snapshot.manifest.version, settings.keep)
    history.remember(settings.home, snapshot.manifest.version, Names(settings.base))


def make(settings: Settings, changes: Sequence[Patch], progress: Progress = _quiet) -> Snapshot:
    """Make the snapshot of the sources and patches, unless it is there; the lock is held, and nothing is pointed at."""
    names = Names(settings.base)
    inputs = digests(settings, changes)
    software = used()
    version = version_of(inputs, software)
    snapshot = load.existing(settings.home, version)
    if snapshot is not None:
        return snapshot
    quads = _quads(settings, names, progress, changes)
    refuse_changed(settings, changes, inputs)
    made = dumps.make(quads, names)
    beside = {INDEX: index.make(quads, names)}
    quads += catalogue.describe(quads, names, version, made)
    beside[FILE] = particulars.make(quads, names)
    files = {dump.name: dump.body for dump in made}
    asked = standing.texts(rules_root(settings.sources), names) if len(quads) >= standing.FEWEST else []
    made_of = {STANDING: partial(standing.make, settings, asked=asked)} if asked else {}
    return load.load(quads, settings.home, version, inputs, software, names, files, beside, made_of)


def used() -> dict[str, str]:
    """Give the versions of the software that a build depends on."""
    return {library: importlib.metadata.version(library) for library in _LIBRARIES} | {"kunskapsgraf": __version__}


def version_of(inputs: Mapping[str, str], software: Mapping[str, str]) -> str:
    """Name what is built of inputs by software."""
    return hashlib.sha256(repr((sorted(inputs.items()), sorted(software.items()))).encode()).hexdigest()[:16]


def refuse_changed(settings: Settings, changes: Sequence[Patch], inputs: Mapping[str, str]) -> None:
    """Raise ``SourceError`` where the inputs are not what they were."""
    if digests(settings, changes) != inputs:
        raise SourceError(
            "Källfilerna ändrades medan de lästes; inget byggdes. Bygg igen när de är sparade.",
            "The source files changed while they were read; nothing was built. Build again when they are saved.",
        )


def _quads(settings: Settings, names: Names, progress: Progress, changes: Sequence[Patch] = ()) -> list[Quad]:
    total = len(STEPS)
    progress(*STEPS[0], 1, total)
    corpus = read(settings.sources, names, changes)
    progress(*STEPS[1], 2, total)
    root = rules_root(settings.sources)
    results = Results(settings.home / "cache")
    check(corpus, settings.sources, root, names, results)
    progress(*STEPS[2], 3, total)
    sources = {
        slug_of(graph, names): corpus.graph(graph)
        for graph in corpus.graphs()
        if names.kind_of_graph(graph) == "asserted"
    }
    inferred, layers = by_source(
        corpus.graph(names.ontology_graph),
        corpus.graph(names.editorial_graph),
        sources,
        tuple(queries.folder(root / "queries" / "rules", names.base).values()),
        results,
    )
    quads = list(corpus.quads)
    quads += placed(inferred, names.inferred_graph)
    for slug, triples in layers.items():
        quads += placed(triples, names.inferred_from(slug))
    progress(*STEPS[3], 4, total)
    conclusions = close(quads, queries.folder(root / "queries" / "closed", names.base).values(), names)
    quads += placed(conclusions, names.closed_graph)
    progress(*STEPS[4], 5, total)
    return in_order(as_stored(quads))


def digests(settings: Settings, changes: Sequence[Patch] = ()) -> dict[str, str]:
    """Give the digest of each input: RDF files, patches, queries, shapes and the code of the pipeline."""
    root = rules_root(settings.sources)
    files = [file.path for file in layout(settings.sources, Names(settings.base))]
    for folder in ("queries/checks", "queries/closed", "queries/rules", "shapes"):
        files += (path for path in (root / folder).rglob("*") if path.suffix in {".rq", *READABLE})
    files += standing.files(root)
    code = Path(__file__).parents[1]
    files += [path for folder in ("graph", "pipeline", "reasoner") for path in (code / folder).rglob("*.py")]
    found = {_shown(path, settings.sources, code): digest_of(path) for path in sorted(files)}
    found |= {f"patches/{patch.name}": digest_of(patch.path) for patch in changes}
    return found | {"base": settings.base}


def _shown(path: Path, root: Path, code: Path) -> str:
    for base in (root, code.parent, packaged_sources()):
        if path.is_relative_to(base):
            return str(path.relative_to(base))
    return path.name
