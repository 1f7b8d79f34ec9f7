"""Derive inside an engine: each graph that follows, under a name that tells all that it follows from.

A derived graph whose grounds have not changed is there already, from this build or one before; so a change of one source
leaves what follows from the others alone as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from kunskapsgraf.graph import queries
from kunskapsgraf.graph.elsewhere.pointer import physical
from kunskapsgraf.graph.queries import QueryFile
from kunskapsgraf.pipeline import catalogue
from kunskapsgraf.pipeline.build import rules_root
from kunskapsgraf.pipeline.cache import Results, key_of
from kunskapsgraf.pipeline.inside import sending
from kunskapsgraf.pipeline.inside.closing import close
from kunskapsgraf.pipeline.inside.counting import Counted
from kunskapsgraf.pipeline.inside.site import Asserted, Site
from kunskapsgraf.pipeline.inside.watch import Watch
from kunskapsgraf.pipeline.materialise import NOISE
from kunskapsgraf.pipeline.reason import slug_of
from kunskapsgraf.reasoner import sparqlrules
from kunskapsgraf.reasoner.evaluate import drop
from kunskapsgraf.reasoner.materialise import derive
from kunskapsgraf.reasoner.workspace import OF_BUILDS, workspace
from kunskapsgraf.settings import Settings


class Deriving:
    """Makes the derived graphs of a version, and keeps in ``graphs`` which graph of the engine each is."""

    def __init__(self, site: Site, asserted: Asserted, settings: Settings, watch: Watch) -> None:
        self._site, self._asserted, self._watch = site, asserted, watch
        self._names = site.names
        root = rules_root(settings.sources) / "queries"
        self._rules = _folder(root / "rules", self._names.base)
        self._closed = _folder(root / "closed", self._names.base)
        self._code = Results(None).code
        self.graphs = dict(asserted.graphs)

    def run(self) -> dict[str, str]:
        """Derive what a build derives: what follows from all, from each source alone, from absence; the catalogue, and the union."""
        names = self._names
        self._watch.begin("reason")
        said = self._asserted.graphs
        sources = [graph for graph in sorted(said) if names.kind_of_graph(graph) == "asserted"]
        ground = [graph for graph in (names.ontology_graph, names.editorial_graph) if graph in said]
        self._infer(names.inferred_graph, [*ground, *sources])
        self._infer(names.inferred_timeless, ground)
        for source in sources:
            # A graph that somebody has loaded under another name is of no source that we know, and has no period.
            if source.startswith(names.source_graph("")):
                layer = names.inferred_from(slug_of(source, names))
                self._infer(layer, [*ground, source], less=self.graphs[names.inferred_timeless])
        self._watch.begin("close")
        self._close()
        self._watch.begin("unite")
        self._unite()
        self._watch.begin("describe")
        self._describe()
        return self.graphs

    def _infer(self, logical: str, grounds: Collection[str], less: str = "") -> None:
        place = physical(logical, key_of(self._code, *_texts(self._rules), *self._digests(grounds), "less", less))
        rules = [sparqlrules.read(rule) for rule in self._rules]
        graphs = [self._asserted.graphs[graph] for graph in grounds]
        done = self._told(logical, "regler", "rules")
        self._make(
            logical,
            place,
            lambda: derive(self._site.engine, place, graphs, more=rules, without=NOISE, less=less, done=done),
        )

    def _close(self) -> None:
        logical, graphs = self._names.closed_graph, dict(self.graphs)
        place = physical(
            logical,
            key_of(self._code, *_texts(self._closed), *sorted(graphs.values()), *self._digests(self._asserted.graphs)),
        )
        done = self._told(logical, "frågor", "queries")
        self._make(logical, place, lambda: close(self._site.engine, place, graphs, self._closed, self._names, done))

    def _describe(self) -> None:
        logical, version = self._names.catalogue_graph, self._asserted.version
        union = self._names.dataset
        graphs = {g: place for g, place in self.graphs.items() if g != union and self._site.statements(place)}
        place = physical(logical, key_of(self._code, version, *graphs.values()))

        def describe() -> None:
            with workspace(self._site.engine, OF_BUILDS) as space:
                counted = Counted(self._site.engine, graphs, self._names, space, self.graphs[union])
                quads = catalogue.described(counted, self._names, version)
            sending.put(self._site.engine, place, (quad.triple for quad in quads))

        self._make(logical, place, describe)

    def _unite(self) -> None:
        """Lay what a query sees by default in one graph: of several an engine may list a statement once for each."""
        logical, engine = self._names.dataset, self._site.engine
        parts = sorted(place for graph, place in self.graphs.items() if not self._names.is_layer(graph))
        place = physical(logical, key_of(*parts))
        done = self._told(logical, "grafer", "graphs")

        def unite() -> None:
            engine.update(drop(place))
            for number, part in enumerate(parts, 1):
                engine.update(f"INSERT {{ GRAPH <{place}> {{ ?s ?p ?o }} }} WHERE {{ GRAPH <{part}> {{ ?s ?p ?o }} }}")
                done(number, len(parts))

        self._make(logical, place, unite)

    def _make(self, logical: str, place: str, fill: Callable[[], object]) -> None:
        made = self._site.make(logical, place, fill)
        number = self._site.statements(place)
        sv, en = ("", "") if made else (" (fanns)", " (was there)")
        self._watch.tell(f"{logical}: {number} satser{sv}", f"{logical}: {number} statements{en}")
        self.graphs[logical] = place

    def _digests(self, graphs: Collection[str]) -> list[str]:
        return [f"{graph} {self._asserted.digests[graph]}" for graph in sorted(graphs)]

    def _told(self, logical: str, sv: str, en: str) -> Callable[[int, int], None]:
        return lambda done, of: self._watch.tell(f"{logical}, {sv}", f"{logical}, {en}", done, of)


def _folder(folder: Path, base: str) -> list[QueryFile]:
    return list(queries.folder(folder, base).values())


def _texts(files: Collection[QueryFile]) -> list[str]:
    return [f"{file.name}\n{file.text}" for file in files]
