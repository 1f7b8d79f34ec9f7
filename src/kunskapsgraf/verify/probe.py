"""The probe: what the checks ask with, inside graphs of a name of its own, which are gone when it is closed."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from kunskapsgraf.errors import EndpointError
from kunskapsgraf.graph.elsewhere.dialects import DIALECTS, OTHER
from kunskapsgraf.graph.rdf import Triple
from kunskapsgraf.graph.terms import Row, row_of, triples_of
from kunskapsgraf.verify.checks import NotHeld, NotTried
from kunskapsgraf.verify.client import JSON, N_TRIPLES, Endpoint, Reply
from kunskapsgraf.verify.known import Known

OWN = "https://w3id.org/kunskapsgraf/prov/"
"""What the names of all graphs begin with that a run writes to; a name of the run's own follows."""
_PIECE = 500
"""Statements in one update of those that only put data in place."""


@dataclass
class Probe:
    """An endpoint, graphs of its own there, and what is known of how queries must be answered."""

    endpoint: Endpoint
    known: Known | None = None
    base: str = field(default_factory=lambda: f"{OWN}{uuid.uuid4().hex}/")
    writable: bool = False
    """Whether the engine has shown that it takes updates."""
    _used: set[str] = field(default_factory=set)
    _filled: set[str] = field(default_factory=set)

    def graph(self, name: str) -> str:
        """Give the name of a graph of its own."""
        self._used.add(self.base + name)
        return self.base + name

    def filled(self, name: str, triples: Iterable[str]) -> str:
        """Give the name of a graph that holds some statements, each written as ``s p o``; they are written once a run."""
        graph = self.graph(name)
        if graph not in self._filled:
            self.insert(graph, triples)
            self._filled.add(graph)
        return graph

    def put(self, graph: str, lines: str) -> None:
        """Let a graph hold some lines of N-Triples, sent once a run: by the Graph Store Protocol where there is an address.

        Statements that share a blank node are sent together; a label means nothing in the next request.
        """
        if graph in self._filled:
            return
        self._filled.add(graph)
        if self.endpoint.data_url:
            reply = self.endpoint.graph("PUT", graph, lines, N_TRIPLES)
            if not reply.is_good:
                raise NotHeld(f"Grafen vägrades: {reply.brief()}", f"The graph was refused: {reply.brief()}")
            return
        triples = [line.removesuffix(" .") for line in lines.splitlines()]
        nameless = [triple for triple in triples if triple.startswith("_:") or " _:" in triple]
        if nameless:
            self.update(f"INSERT DATA {{ GRAPH <{graph}> {{ {' . '.join(nameless)} }} }}")
        self.insert(graph, set(triples) - set(nameless))

    def insert(self, graph: str, triples: Iterable[str]) -> None:
        """Write statements to a graph, in pieces that every engine takes."""
        waiting = list(triples)
        for start in range(0, len(waiting), _PIECE):
            data = " .\n".join(waiting[start : start + _PIECE])
            self.update(f"INSERT DATA {{ GRAPH <{graph}> {{ {data} }} }}")

    def update(self, text: str) -> None:
        """Carry out an update; raises ``NotHeld`` where it is refused."""
        reply = self.endpoint.update(text)
        if not reply.is_good:
            raise NotHeld(f"Uppdateringen vägrades: {reply.brief()}", f"The update was refused: {reply.brief()}")

    def found(self, reply: Reply) -> dict[str, Any]:
        """Read an answer in JSON; raises ``NotHeld`` where it is none."""
        if not reply.is_good:
            raise NotHeld(f"Frågan vägrades: {reply.brief()}", f"The query was refused: {reply.brief()}")
        try:
            read = json.loads(reply.body)
            if isinstance(read, dict) and ("results" in read or isinstance(read.get("boolean"), bool)):
                return read
        except ValueError:
            pass
        raise NotHeld(f"Inget SPARQL-resultat i JSON: {reply.brief()}", f"No SPARQL result in JSON: {reply.brief()}")

    def rows(self, text: str, default: Sequence[str] = (), named: Sequence[str] = ()) -> list[Row]:
        """Ask a SELECT."""
        return self.read(self.endpoint.query(text, JSON, default, named))

    def read(self, reply: Reply) -> list[Row]:
        """Read the rows of an answer."""
        try:
            return [row_of(binding) for binding in self.found(reply)["results"]["bindings"]]
        except (KeyError, TypeError, ValueError) as error:
            raise NotHeld(f"Rader som inte går att läsa: {error}", f"Rows that cannot be read: {error}") from error

    def ask(self, text: str, default: Sequence[str] = (), named: Sequence[str] = ()) -> bool:
        """Ask an ASK."""
        return self.found(self.endpoint.query(text, JSON, default, named)).get("boolean") is True

    def triples(self, text: str, default: Sequence[str] = (), named: Sequence[str] = ()) -> list[Triple]:
        """Ask a CONSTRUCT or DESCRIBE, and read it as N-Triples."""
        reply = self.endpoint.query(text, N_TRIPLES, default, named)
        if not reply.is_good:
            raise NotHeld(f"Frågan vägrades: {reply.brief()}", f"The query was refused: {reply.brief()}")
        try:
            return list(triples_of(reply.body))
        except (SyntaxError, ValueError) as error:
            raise NotHeld(
                f"Inga N-Triples ({error}): {reply.brief()}", f"No N-Triples ({error}): {reply.brief()}"
            ) from error

    def holds(self, graph: str) -> int:
        """Count what a graph of its own holds, each statement once."""
        rows = self.rows(f"SELECT ?s ?p ?o WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
        return len(set(map(written, rows)))

    def needs_data_address(self) -> None:
        """Raise ``NotTried`` without an address of the Graph Store Protocol."""
        if not self.endpoint.data_url:
            raise NotTried("Ingen adress angiven (--data).", "No address given (--data).")

    def close(self) -> list[str]:
        """Take the graphs away; give those that are still there."""
        left = []
        for graph in sorted(self._used):
            try:
                self.endpoint.update(f"DROP SILENT GRAPH <{graph}>")
                if self.writable and self.ask(f"ASK {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"):
                    left.append(graph)
            except (NotHeld, EndpointError):
                left.append(graph)
        return left


def leftovers(endpoint: Endpoint) -> list[str]:
    """List graphs that runs left that were cut off."""
    text = f'SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?g), "{OWN}")) }}'
    return sorted(row["g"].value for row in Probe(endpoint).rows(text))  # type: ignore[union-attr]


def written(row: Row) -> tuple[tuple[str, str], ...]:
    """Write a row so that equal rows are equal texts; a string is a string with its datatype or without."""
    return tuple(sorted((name, str(term)) for name, term in row.items()))


def difference(expected: Iterable[object], found: Iterable[object]) -> tuple[list[str], list[str]]:
    """Give what is missing and what is too much, each as often as it is."""
    wanted, got = Counter(expected), Counter(found)
    return sorted(map(str, (wanted - got).elements())), sorted(map(str, (got - wanted).elements()))


@dataclass(frozen=True)
class Engine:
    """The endpoint as the reasoner asks it."""

    probe: Probe

    def update(self, text: str) -> None:
        """Run an update."""
        self.probe.update(text)

    def select(self, query: str) -> Iterator[Row]:
        """Run a SELECT."""
        return iter(self.probe.rows(query))

    def ask(self, query: str) -> bool:
        """Run an ASK."""
        return self.probe.ask(query)

    def holds(self, graph: str) -> bool:
        """Tell whether a named graph holds anything."""
        return self.probe.ask(f"ASK {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")

    def is_own(self, graph: str) -> bool:
        """Tell whether a graph is one that the engine holds of its own accord."""
        return graph.startswith(DIALECTS.get(self.probe.endpoint.engine, OTHER).own_graphs)
