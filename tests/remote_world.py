"""A built graph in an engine elsewhere, laid there as a build lays it: physical names, the union, and the pointer."""

from __future__ import annotations

import urllib.parse
import urllib.request
from dataclasses import replace

from bench.engines import Running
from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store

from kunskapsgraf.graph.elsewhere.pointer import Shown, physical, read, switch
from kunskapsgraf.graph.remote import Remote
from kunskapsgraf.graph.snapshot import current
from kunskapsgraf.graph.vocabulary import Names
from kunskapsgraf.settings import Settings


def pointed_at(settings: Settings, engine: Running) -> Settings:
    """Give settings that point at an engine."""
    return replace(
        settings,
        store=engine.query,
        store_update=engine.update,
        store_data=engine.data,
        store_engine=engine.name,
        endpoint_user=engine.user,
        endpoint_password=engine.password,
    )


def lay(settings: Settings, engine: Running, version: str = "") -> Shown:
    """Copy the snapshot of a home into an engine and show it; give what is shown."""
    names = Names(settings.base)
    snapshot = current(settings.home)
    version = version or snapshot.manifest.version
    store = Store.read_only(str(snapshot.path / "store"))
    graphs = {}
    for graph in [*store.named_graphs(), DefaultGraph()]:
        logical = graph.value if isinstance(graph, NamedNode) else names.dataset
        content = store.dump(format=RdfFormat.N_TRIPLES, from_graph=graph)
        assert content is not None
        name = physical(logical, version)
        put(engine, name, content)
        graphs[logical] = (name, content.count(b"\n"))
    remote = Remote(engine.query, engine.update, user=engine.user, password=engine.password)
    shown = Shown(version, graphs)
    switch(remote, names, read(remote, names), shown)
    remote.close()
    return shown


def put(engine: Running, graph: str, content: bytes, media: str = "application/n-triples") -> None:
    """Put a graph by the Graph Store HTTP Protocol."""
    address = f"{engine.data}?{urllib.parse.urlencode({'graph': graph})}"
    request = urllib.request.Request(address, content, {"Content-Type": media}, method="PUT")
    with urllib.request.urlopen(request, timeout=60):
        pass
