"""The whole path inside an engine: graphs are sent or found there, reasoned over there, described, and then shown.

What is shown changes in one request, when everything else is there. Whatever ends a build before that leaves what was
shown; the next takes up the graphs that are whole, by the ledger, and makes the others anew.
"""

from __future__ import annotations

import datetime
from functools import partial

from kunskapsgraf.errors import EndpointError
from kunskapsgraf.graph.elsewhere import pointer
from kunskapsgraf.graph.elsewhere.pointer import DIGITS, PLACE, Shown, physical
from kunskapsgraf.graph.engine import as_stored, graph_of
from kunskapsgraf.graph.rdf import Triple
from kunskapsgraf.graph.vocabulary import Names
from kunskapsgraf.pipeline import load, patches
from kunskapsgraf.pipeline.build import digests, refuse_changed, rules_root, used, version_of
from kunskapsgraf.pipeline.cache import Results, digest_of_triples, key_of
from kunskapsgraf.pipeline.check import check
from kunskapsgraf.pipeline.inside import sending
from kunskapsgraf.pipeline.inside.deriving import Deriving
from kunskapsgraf.pipeline.inside.ledger import Ledger, name_of
from kunskapsgraf.pipeline.inside.sending import Holder
from kunskapsgraf.pipeline.inside.site import Asserted, Site
from kunskapsgraf.pipeline.inside.watch import Progress, Watch
from kunskapsgraf.pipeline.read import read
from kunskapsgraf.reasoner.workspace import WORK, graphs_of
from kunskapsgraf.settings import Settings

_KEPT = 2
"""Versions that stay whatever the setting says: the one that is shown, and the one before."""
_Read = tuple[str, dict[str, list[Triple]]]


def build(
    settings: Settings, engine: Holder, progress: Progress, *, loaded: bool = False, take_over: bool = False
) -> Shown:
    """Build in an engine and show it there; give what is shown.

    The sources are sent, or with ``loaded`` the graphs that the engine's own tools have loaded are taken as they are.
    ``take_over`` says that a build of another home that seems to run there is dead. Raises ``SourceError``,
    ``EndpointError`` or ``BuildRunning``, and then shows what was shown.
    """
    names = Names(settings.base)
    watch = Watch(progress)
    with load.building(settings.home):
        patches.clean(settings.patch_folder)
        said = None if loaded else _checked(settings, names, watch)
        ledger = Ledger(engine, names)
        with ledger.held(name_of(settings.home), now(), take_over=take_over) as run:
            site = Site(engine, names, ledger, run)
            asserted = _found(site, watch) if said is None else _sent(site, said, watch)
            graphs = Deriving(site, asserted, settings, watch).run()
            former = pointer.read(engine, names)
            shown = _shown(site, asserted.version, graphs, former, watch)
            _tidied(site, shown, former, settings.keep, watch)
            watch.end()
            return shown


def _checked(settings: Settings, names: Names, watch: Watch) -> _Read:
    """Read and check the sources; give their version and what each graph says, as a store on this machine has it."""
    watch.begin("read")
    changes = patches.listed(settings.patch_folder)
    inputs = digests(settings, changes)
    corpus = read(settings.sources, names, changes)
    watch.begin("check")
    check(corpus, settings.sources, rules_root(settings.sources), names, Results(settings.home / "cache"))
    refuse_changed(settings, changes, inputs)
    found: dict[str, list[Triple]] = {}
    for quad in as_stored(corpus.quads):
        found.setdefault(graph_of(quad), []).append(quad.triple)
    return version_of(inputs, used()), found


def _sent(site: Site, said: _Read, watch: Watch) -> Asserted:
    """Send the graphs that are not there."""
    watch.begin("send")
    version, graphs = said
    contents = {graph: digest_of_triples(triples) for graph, triples in graphs.items()}
    places = {graph: physical(graph, contents[graph]) for graph in graphs}
    for number, (graph, triples) in enumerate(sorted(graphs.items()), 1):
        site.make(graph, places[graph], partial(sending.put, site.engine, places[graph], triples))
        size = len(triples)
        watch.tell(f"{graph}, {size} satser", f"{graph}, {size} statements", number, len(graphs))
    return Asserted(version, places, contents)


def _found(site: Site, watch: Watch) -> Asserted:
    """Find the graphs that were loaded; whether one says what it said before cannot be known, so all follows anew."""
    watch.begin("find")
    graphs = [
        graph for graph in graphs_of(site.engine) if _is_asserted(graph, site.names) and not site.engine.is_own(graph)
    ]
    if not graphs:
        raise EndpointError(
            "Tjänsten har inga namngivna grafer att bygga på. Läs in data och ontologi i den, eller bygg utan --loaded.",
            "The service has no named graphs to build on. Load data and ontology into it, or build without --loaded.",
        )
    for number, graph in enumerate(graphs, 1):
        size = site.count(graph)
        watch.tell(f"{graph}, {size} satser", f"{graph}, {size} statements", number, len(graphs))
    anew = key_of(site.run, *graphs)
    return Asserted(anew[:DIGITS], {graph: graph for graph in graphs}, dict.fromkeys(graphs, anew))


def _is_asserted(graph: str, names: Names) -> bool:
    """Tell whether a graph holds what somebody has loaded, and no build has made."""
    ours = PLACE in graph or graph.startswith(WORK) or graph in (names.pointer_graph, names.ledger_graph)
    derived = names.is_layer(graph) or names.kind_of_graph(graph) in ("inferred", "closed", "catalogue")
    return not (ours or derived)


def _shown(site: Site, version: str, graphs: dict[str, str], former: Shown | None, watch: Watch) -> Shown:
    """Show a version, unless it is shown."""
    watch.begin("show")
    made = {graph: (place, number) for graph, place in graphs.items() if (number := site.statements(place))}
    if former is not None and (former.version, dict(former.graphs)) == (version, made):
        return former
    new = Shown(version, made, now())
    site.hold()
    site.ledger.remember(version, new.modified, graphs.values())  # also those that hold nothing
    pointer.switch(site.engine, site.names, former, new)
    return new


def _tidied(site: Site, new: Shown, former: Shown | None, keep: int, watch: Watch) -> None:
    """Take away the graphs of versions that are kept no longer, and what builds that ended left half made.

    What is shown and what was shown before stay: a reader may be in the midst of it.
    """
    watch.begin("tidy")
    versions = site.ledger.versions()
    stay = {shown.version for shown in (new, former) if shown}
    for one in versions:
        if len(stay) < max(keep, _KEPT):
            stay.add(one.version)
    kept = {place for shown in (new, former) if shown for place, _ in shown.graphs.values()}
    kept = kept.union(*(one.graphs for one in versions if one.version in stay))
    site.clear(
        site.ledger.named() - kept,
        lambda graph, number, of: watch.tell(f"{graph} är borta", f"{graph} is gone", number, of),
    )
    for one in versions:
        if one.version not in stay:
            site.ledger.forget(one.version)


def now() -> str:
    """Write the time."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
