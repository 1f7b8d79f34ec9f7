"""Graphs of our own inside a remote engine: a copy of what is known to reason over, and no trace of it afterwards.

Every pattern names its graph: engines differ in what their default graph holds and in how they read ``USING``. What was
asserted is only read. A blank node, which SPARQL cannot name, has a name in the copy, and a graph tells which.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol

from kunskapsgraf.errors import BuildRunning, EndpointError, KunskapsgrafError
from kunskapsgraf.graph.rdf import lexical
from kunskapsgraf.graph.terms import Row, text_of
from kunskapsgraf.reasoner.evaluate import Engine, drop, send
from kunskapsgraf.reasoner.skolem import DEFINING, PREFIX

WORK = "urn:kunskapsgraf:work:"
"""What the name of a working graph begins with; a run's own name follows."""
OF_BUILDS = f"{WORK}build-"
"""What the name of a working graph of a build begins with: those of a build that died are taken away by the next."""
_NAMED, _SPELLS = "urn:kunskapsgraf:named", "urn:kunskapsgraf:spells"
_ALL = "?s ?p ?o"
_UNIQUE = "COALESCE(MD5(STR(?node)), STRUUID())"
"""A node without a name has no text by the specification, where it has one in Virtuoso, which makes one UUID for all rows."""


class RemoteEngine(Engine, Protocol):
    """An engine that is asked as well."""

    def select(self, query: str) -> Iterator[Row]:
        """Run a SELECT; give its rows, unbound variables left out."""
        ...

    def ask(self, query: str) -> bool:
        """Run an ASK."""
        ...

    def is_own(self, graph: str) -> bool:
        """Tell whether a graph is one that the engine holds of its own accord."""
        ...


class Workspace:
    """The working graphs of one run: ``known`` holds all that is known, ``inferred`` what was inferred of it."""

    def __init__(self, engine: RemoteEngine, begin: str = WORK) -> None:
        self.engine = engine
        self.base = f"{begin}{uuid.uuid4().hex}:"
        self.known, self.inferred, self.new = (self.base + name for name in ("known", "inferred", "new-"))
        self._names, self._probe = self.base + "names", self.base + "probe"
        self._more: list[str] = []

    def fresh(self) -> str:
        """Name one more working graph."""
        self._more.append(f"{self.base}more-{len(self._more)}")
        return self._more[-1]

    def fill(self, graphs: Iterable[str], *, default: bool) -> None:
        """Copy graphs, and with ``default`` the statements that stand in the default graph alone; name the blank nodes."""
        wheres = [f"GRAPH <{graph}> {{ {_ALL} }}" for graph in graphs]
        if default:
            wheres.insert(0, self._in_default_alone())  # before the copy itself is in a union
        send(self.engine, (f"INSERT {{ GRAPH <{self.known}> {{ {_ALL} }} }} WHERE {{ {where} }}" for where in wheres))
        send(self.engine, self._blank_nodes_named())
        self._refuse_shared_names()

    def restore(self, graph: str) -> None:
        """Take away what a graph says of class expressions and lists, and put blank nodes in the place of their names."""
        spelled = (
            f"DELETE {{ GRAPH <{graph}> {{ {_ALL} }} }} "
            f"WHERE {{ GRAPH <{self._names}> {{ {one} <{_SPELLS}> {one} }} GRAPH <{graph}> {{ {_ALL} }} }}"
            for one in ("?s", "?o")
        )
        send(self.engine, [*spelled, *self._exchanged(graph, "?name", "?node")])

    def clear(self, *, failed: bool = False) -> None:
        """Take the working graphs away; where the run has failed, those that its rounds left too."""
        kept = (self.known, self.inferred, self._names, self._probe, *self._more)
        # Looked for only then: to name its graphs, an engine may read all that it holds.
        found = [graph for graph in graphs_of(self.engine) if graph.startswith(self.base)] if failed else []
        send(self.engine, map(drop, dict.fromkeys((*kept, *found))))

    def _in_default_alone(self) -> str:
        """Write the pattern of what the default graph alone holds: all of it, unless it is the union of the named graphs."""
        probe = f"<{self._probe}> <{self._probe}> <{self._probe}>"
        self.engine.update(f"INSERT DATA {{ GRAPH <{self._probe}> {{ {probe} }} }}")
        if not self.engine.holds(self._probe):
            raise EndpointError(
                "Frågor till tjänsten visar inte vad en uppdatering just skrev. Kontrollera att båda adresserna hör till samma lager.",
                "Queries to the service do not show what an update just wrote. Check that both addresses belong to one store.",
            )
        is_union = self.engine.ask(f"ASK {{ {probe} }}")
        self.engine.update(drop(self._probe))
        return f"{_ALL} FILTER NOT EXISTS {{ GRAPH ?graph {{ {_ALL} }} }}" if is_union else _ALL

    def _blank_nodes_named(self) -> Iterator[str]:
        nodes = (
            f"SELECT DISTINCT ?node WHERE {{ GRAPH <{self.known}> {{ {{ ?node ?p ?o }} UNION {{ ?s ?p ?node }} }} "
            "FILTER(isBlank(?node)) }"
        )
        yield (
            f"INSERT {{ GRAPH <{self._names}> {{ ?node <{_NAMED}> ?name }} }} "
            f'WHERE {{ {{ {nodes} }} BIND(IRI(CONCAT("{PREFIX}", {_UNIQUE})) AS ?name) }}'
        )
        yield from self._exchanged(self.known, "?node", "?name")
        spelling = ", ".join(sorted(map(lexical, DEFINING)))
        yield (
            f"INSERT {{ GRAPH <{self._names}> {{ ?name <{_SPELLS}> ?name }} }} "
            f"WHERE {{ GRAPH <{self._names}> {{ ?node <{_NAMED}> ?name }} "
            f"GRAPH <{self.known}> {{ ?name ?p ?o }} FILTER(?p IN ({spelling})) }}"
        )

    def _refuse_shared_names(self) -> None:
        """Raise ``EndpointError`` where two nodes have got one name: what would follow is wrong."""
        counts = "(COUNT(DISTINCT ?node) AS ?nodes) (COUNT(DISTINCT ?name) AS ?names)"
        rows = self.engine.select(f"SELECT {counts} WHERE {{ GRAPH <{self._names}> {{ ?node <{_NAMED}> ?name }} }}")
        if any(text_of(row["nodes"]) != text_of(row["names"]) for row in rows if row):
            raise EndpointError(
                "Tjänsten ger flera namnlösa noder samma namn (STRUUID). Härled inte i den motorn; bygg här och ladda in resultatet.",
                "The service gives several nameless nodes one name (STRUUID). Do not infer in that engine; build here and load the result.",
            )

    def _exchanged(self, graph: str, old: str, new: str) -> Iterator[str]:
        """Write how one of node and name takes the other's place in a graph, as subject and as object."""
        for pattern in ("{} ?p ?o", "?s ?p {}"):
            was, becomes = pattern.format(old), pattern.format(new)
            yield (
                f"DELETE {{ GRAPH <{graph}> {{ {was} }} }} INSERT {{ GRAPH <{graph}> {{ {becomes} }} }} "
                f"WHERE {{ GRAPH <{self._names}> {{ ?node <{_NAMED}> ?name }} GRAPH <{graph}> {{ {was} }} }}"
            )


@contextmanager
def workspace(engine: RemoteEngine, begin: str = WORK) -> Iterator[Workspace]:
    """Give working graphs that are gone afterwards, also when the work fails.

    A build, whose ``begin`` is ``OF_BUILDS``, has seen to it already that it is alone. Raises ``BuildRunning`` where the
    working graphs of another run are there.
    """
    if begin == WORK and leftovers(engine):
        raise BuildRunning(
            "En annan härledning pågår på tjänsten, eller avbröts. Vänta, eller ta bort dess arbetsgrafer med --clean.",
            "Another materialisation runs at the service, or was cut off. Wait, or take its working graphs away with --clean.",
        )
    space = Workspace(engine, begin)
    try:
        yield space
    except BaseException as error:
        _clear(space, error)
        raise
    _clear(space, None)


def _clear(space: Workspace, failed: BaseException | None) -> None:
    """Clear the working graphs; where that fails too, say so besides why the run failed."""
    try:
        space.clear(failed=failed is not None)
    except EndpointError as error:
        told = failed if isinstance(failed, KunskapsgrafError) else error
        raise EndpointError(
            f"{told.sv} Arbetsgrafer ({space.base}…) kan finnas kvar på tjänsten; ta bort dem med --clean.",
            f"{told.en} Working graphs ({space.base}…) may be left at the service; take them away with --clean.",
        ) from error


def graphs_of(engine: RemoteEngine) -> list[str]:
    """Name the graphs of an engine."""
    rows = engine.select(f"SELECT DISTINCT ?graph WHERE {{ GRAPH ?graph {{ {_ALL} }} }}")
    return sorted(text_of(row["graph"]) for row in rows)


def leftovers(engine: RemoteEngine, begin: str = WORK) -> list[str]:
    """Name the working graphs of any run."""
    return [graph for graph in graphs_of(engine) if graph.startswith(begin)]


def clean(engine: RemoteEngine, begin: str = WORK) -> int:
    """Take away the working graphs of runs that were cut off; give how many."""
    found = leftovers(engine, begin)
    send(engine, map(drop, found))
    return len(found)
