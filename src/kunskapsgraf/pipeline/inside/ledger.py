"""The ledger: what a build has done in an engine, in a graph of the engine's own.

::

    <ledger>/<run>     dct:creator "HOME" ; dct:created "TIME"            the build that runs
    <graph> dct:isVersionOf <logical graph> ; void:triples 1234               a graph that is whole
    <ledger>/<version> owl:versionInfo "VERSION" ; dct:issued "TIME" ; dct:hasPart <graph> ...    what it is made of

Visitors never see it. A graph without its line is half made, whatever it holds: a later build makes it anew.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from kunskapsgraf.errors import BuildRunning, EndpointError
from kunskapsgraf.graph.rdf import Literal, NamedNode, lexical
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.vocabulary import DCT, OWL, VOID, XSD, Names
from kunskapsgraf.reasoner.evaluate import parts, send
from kunskapsgraf.reasoner.workspace import RemoteEngine

_AT_ONCE = 200
"""Graphs named in one update."""
_CREATOR, _CREATED = f"<{DCT}creator>", f"<{DCT}created>"
_VERSION, _ISSUED, _PART = f"<{OWL}versionInfo>", f"<{DCT}issued>", f"<{DCT}hasPart>"
_OF, _TRIPLES = f"<{DCT}isVersionOf>", f"<{VOID}triples>"


@dataclass(frozen=True)
class Kept:
    """A version whose graphs are kept, and when it was made."""

    version: str
    time: str
    graphs: frozenset[str]


class Ledger:
    """The ledger of an engine; what is written to it is there when the call returns."""

    def __init__(self, engine: RemoteEngine, names: Names) -> None:
        self._engine = engine
        self._graph = names.ledger_graph

    @contextmanager
    def held(self, home: str, time: str, *, take_over: bool = False) -> Iterator[str]:
        """Let one build alone work in the engine; give the name of the run.

        ``home`` names the home that builds, where one build runs at a time: another run of its own is dead. A run of
        another home is let be, unless ``take_over`` says that it is dead too. Raises ``BuildRunning``.
        """
        mine = f"{self._graph}/{uuid.uuid4().hex}"
        self._write(f"<{mine}> {_CREATOR} {lexical(Literal(home))} ; {_CREATED} {_time(time)}")
        # Written first and read then: of two that begin at once, at least one sees the other.
        runs = {
            run: (by, since)
            for run, by, since in self._rows("run", "by", "since", f"?run {_CREATOR} ?by ; {_CREATED} ?since")
        }
        if mine not in runs:
            raise EndpointError(
                "Frågor till tjänsten visar inte vad en uppdatering just skrev. Kontrollera att båda adresserna hör till samma lager.",
                "Queries to the service do not show what an update just wrote. Check that both addresses belong to one store.",
            )
        others = {run: since for run, (by, since) in runs.items() if run != mine}
        alive = [since for run, since in others.items() if not take_over and runs[run][0] != home]
        try:
            if alive:
                raise BuildRunning(
                    f"Ett annat bygge pågår i tjänsten sedan {min(alive)}, eller avbröts. Vänta tills det är klart; om du vet att det är dött: kunskapsgraf build --take-over.",
                    f"Another build runs at the service since {min(alive)}, or was cut off. Wait until it has ended; if you know that it is dead: kunskapsgraf build --take-over.",
                )
            for run in others:
                self._forget(run)
            yield mine
        except BaseException:
            with suppress(EndpointError):  # why the build ended is told; a build of this home knows its own leavings
                self._forget(mine)
            raise
        self._forget(mine)

    def hold(self, run: str) -> None:
        """Raise ``BuildRunning`` where a build has been taken the place of."""
        if not self._engine.ask(f"ASK {{ GRAPH <{self._graph}> {{ <{run}> {_CREATOR} ?by }} }}"):
            raise BuildRunning(
                "Ett annat bygge har tagit över i tjänsten. Det här avbryts; vad som visas bestämmer det andra.",
                "Another build has taken over at the service. This one stops; what is shown is for the other to say.",
            )

    def whole(self) -> dict[str, int]:
        """Give the graphs that are whole, each with its statements."""
        return {graph: int(number) for graph, number in self._rows("g", "n", f"?g {_OF} ?of ; {_TRIPLES} ?n")}

    def mark(self, graph: str, logical: str, statements: int) -> None:
        """Say that a graph is whole."""
        self._write(f"<{graph}> {_OF} <{logical}> ; {_TRIPLES} {statements}")

    def unmark(self, graphs: Iterable[str]) -> None:
        """Say that graphs are whole no longer: before they are filled anew, and before they go."""
        send(self._engine, map(self._forgetting, graphs))

    def versions(self) -> list[Kept]:
        """Give the versions whose graphs are there, the newest first."""
        found: dict[tuple[str, str], set[str]] = {}
        for version, time, graph in self._rows("v", "t", "g", f"?is {_VERSION} ?v ; {_ISSUED} ?t ; {_PART} ?g"):
            found.setdefault((time, version), set()).add(graph)
        return [
            Kept(version, time, frozenset(graphs)) for (time, version), graphs in sorted(found.items(), reverse=True)
        ]

    def remember(self, version: str, time: str, graphs: Iterable[str]) -> None:
        """Say which graphs a version is made of, and when; before it is shown, so that nobody takes them away."""
        mine = f"<{self._graph}/{version}>"
        self._forget(mine[1:-1])
        for some in parts(sorted(graphs), _AT_ONCE):
            self._write(f"{mine} {_PART} {' , '.join(f'<{graph}>' for graph in some)}")
        # Last: a version without its number is not there.
        self._write(f"{mine} {_VERSION} {lexical(Literal(version))} ; {_ISSUED} {_time(time)}")

    def forget(self, version: str) -> None:
        """Say no longer which graphs a version is made of."""
        self._forget(f"{self._graph}/{version}")

    def _write(self, statements: str) -> None:
        self._engine.update(f"INSERT DATA {{ GRAPH <{self._graph}> {{ {statements} }} }}")

    def _forget(self, subject: str) -> None:
        self._engine.update(self._forgetting(subject))

    def _forgetting(self, subject: str) -> str:
        said = f"GRAPH <{self._graph}> {{ <{subject}> ?p ?o }}"
        return f"DELETE {{ {said} }} WHERE {{ {said} }}"

    def _rows(self, *names_and_pattern: str) -> Iterator[tuple[str, ...]]:
        *names, pattern = names_and_pattern
        columns = " ".join(f"?{name}" for name in names)
        for row in self._engine.select(f"SELECT {columns} WHERE {{ GRAPH <{self._graph}> {{ {pattern} }} }}"):
            yield tuple(text_of(row[name]) for name in names)


def name_of(home: Path) -> str:
    """Name a home to engines: a number of its own, which tells nothing of the machine; the lock of its build is held."""
    path = home / "bygge-id"
    if not path.exists() or not path.read_text(encoding="ascii").strip():
        path.write_text(uuid.uuid4().hex + "\n", encoding="ascii")
    return path.read_text(encoding="ascii").strip()


def _time(text: str) -> str:
    return lexical(Literal(text, datatype=NamedNode(XSD + "dateTime")))
