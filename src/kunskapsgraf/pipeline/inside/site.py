"""The building site: an engine that one build holds, and which of its graphs are whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from kunskapsgraf.graph.vocabulary import Names
from kunskapsgraf.pipeline.inside.ledger import Ledger
from kunskapsgraf.pipeline.inside.sending import Holder
from kunskapsgraf.reasoner.evaluate import drop
from kunskapsgraf.reasoner.materialise import counted


@dataclass(frozen=True)
class Asserted:
    """What a build begins with: its version, and for each graph that visitors know the engine's, and the digest of what it says."""

    version: str
    graphs: Mapping[str, str]
    digests: Mapping[str, str]


class Site:
    """An engine, held by the build ``run``."""

    def __init__(self, engine: Holder, names: Names, ledger: Ledger, run: str) -> None:
        self.engine, self.names, self.ledger = engine, names, ledger
        self.run = run
        self._whole = ledger.whole()

    def stands(self, graph: str) -> bool:
        """Tell whether a graph is whole: its line says so, and it has as many statements as it had then."""
        return graph in self._whole and self._whole[graph] == counted(self.engine, graph)

    def make(self, logical: str, graph: str, fill: Callable[[], object]) -> bool:
        """Make a graph whole, unless it is; tell whether it had to be made. ``fill`` takes away what is half made."""
        if self.stands(graph):
            return False
        self.ledger.unmark([graph])
        fill()
        number = counted(self.engine, graph)
        self.hold()
        self.ledger.mark(graph, logical, number)
        self._whole[graph] = number
        return True

    def count(self, graph: str) -> int:
        """Count what a graph holds that others have filled, and remember it."""
        self._whole[graph] = counted(self.engine, graph)
        return self._whole[graph]

    def statements(self, graph: str) -> int:
        """Give how many statements a graph had when it was made or counted."""
        return self._whole[graph]

    def hold(self) -> None:
        """Raise ``BuildRunning`` where another build has taken over."""
        self.ledger.hold(self.run)

    def clear(self, graphs: Iterable[str], done: Callable[[str, int, int], None]) -> None:
        """Take graphs away for good, and first their lines, so that no graph that is half gone passes for whole."""
        gone = sorted(graphs)
        self.ledger.unmark(gone)
        for number, graph in enumerate(gone, 1):
            self.engine.update(drop(graph))
            done(graph, number, len(gone))

    def marked(self) -> set[str]:
        """Name the graphs that the ledger had when the build began, or has now."""
        return set(self._whole)
