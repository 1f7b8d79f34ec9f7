"""Which graphs of an engine are shown: one small graph says it, is read in one query and changed in one update.

Each logical graph of a version, as visitors name it, lies in a physical one. The pointer graph is the only thing that
changes when another version is shown, and a request that changes it holds the version that it is to take the place of:
of two builds that end at once, one wins and the other is told.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from kunskapsgraf.errors import BuildRunning, EndpointError
from kunskapsgraf.graph.rdf import Literal, NamedNode, lexical
from kunskapsgraf.graph.terms import Row, text_of
from kunskapsgraf.graph.vocabulary import DCT, OWL, VOID, XSD, Names

PLACE = "/lage/"
"""What stands between a logical graph's name and the digits that make it a physical one."""
DIGITS = 16
_VERSION, _MODIFIED, _PART = f"<{OWL}versionInfo>", f"<{DCT}modified>", f"<{DCT}hasPart>"
_OF, _TRIPLES = f"<{DCT}isVersionOf>", f"<{VOID}triples>"


class Engine(Protocol):
    """An engine that is asked and updated."""

    def select(self, query: str) -> Iterator[Row]:
        """Run a SELECT; give its rows, unbound variables left out."""
        ...

    def update(self, text: str) -> None:
        """Run a SPARQL update."""
        ...


@dataclass(frozen=True)
class Shown:
    """A version: for each logical graph its physical one with its number of statements; ``modified`` as xsd:dateTime, or empty."""

    version: str
    graphs: Mapping[str, tuple[str, int]] = field(default_factory=lambda: MappingProxyType({}))
    # An engine may write the same moment otherwise.
    modified: str = field(default="", compare=False)


def physical(logical: str, content: str | bytes) -> str:
    """Name the physical graph of a logical one by what tells its content: that itself, or the version of a derived one."""
    said = content.encode() if isinstance(content, str) else content
    return f"{logical}{PLACE}{hashlib.sha256(said).hexdigest()[:DIGITS]}"


def read(engine: Engine, names: Names) -> Shown | None:
    """Read which version is shown; ``None`` where the engine has no pointer. Raises ``EndpointError``."""
    pointer = f"<{names.pointer_graph}>"
    rows = list(
        engine.select(
            "SELECT ?version ?modified ?physical ?logical ?triples WHERE { "
            f"GRAPH {pointer} {{ {pointer} {_VERSION} ?version . OPTIONAL {{ {pointer} {_MODIFIED} ?modified }} "
            f"OPTIONAL {{ {pointer} {_PART} ?physical . ?physical {_OF} ?logical ; {_TRIPLES} ?triples }} }} }}"
        )
    )
    if not rows:
        return None
    try:
        (version,) = {text_of(row["version"]) for row in rows}
        graphs = {
            text_of(row["logical"]): (text_of(row["physical"]), int(text_of(row["triples"])))
            for row in rows
            if "physical" in row
        }
        if len(graphs) != sum("physical" in row for row in rows):
            raise ValueError(version)
    except (KeyError, ValueError) as error:
        raise EndpointError(
            f"Grafen {pointer} säger inte entydigt vilken version som visas. Bygg igen, eller ta bort grafen.",
            f"The graph {pointer} does not say which one version is shown. Build again, or take the graph away.",
        ) from error
    return Shown(
        version, MappingProxyType(graphs), next((text_of(row["modified"]) for row in rows if "modified" in row), "")
    )


def switch(engine: Engine, names: Names, former: Shown | None, new: Shown) -> None:
    """Show another version, in one request; raises ``BuildRunning`` where what was shown is not ``former`` any more."""
    engine.update(switching(names, former, new))
    if read(engine, names) != new:
        raise BuildRunning(
            "Motorn visar en annan version än den som nyss byggdes: ett annat bygge hann före. Bygg igen.",
            "The engine shows another version than the one just built: another build was first. Build again.",
        )


def switching(names: Names, former: Shown | None, new: Shown) -> str:
    """Write the update that shows another version, and does nothing where another than ``former`` is shown."""
    pointer = f"<{names.pointer_graph}>"
    said = " ".join(f"({' '.join(statement)})" for statement in _statements(names, new))
    if former is None:
        return (
            f"INSERT {{ GRAPH {pointer} {{ ?a ?b ?c }} }} WHERE {{ VALUES (?a ?b ?c) {{ {said} }} "
            f"FILTER NOT EXISTS {{ GRAPH {pointer} {{ {pointer} {_VERSION} ?version }} }} }}"
        )
    # Rows of what goes and rows of what comes: a template writes nothing where its variables are unbound
    # (SPARQL 1.1 Update, section 3.1.3). What goes is deleted before what comes is inserted.
    return (
        f"DELETE {{ GRAPH {pointer} {{ ?s ?p ?o }} }} INSERT {{ GRAPH {pointer} {{ ?a ?b ?c }} }} "
        f"WHERE {{ GRAPH {pointer} {{ {pointer} {_VERSION} {lexical(Literal(former.version))} }} "
        f"{{ GRAPH {pointer} {{ ?s ?p ?o }} }} UNION {{ VALUES (?a ?b ?c) {{ {said} }} }} }}"
    )


def _statements(names: Names, shown: Shown) -> Iterable[tuple[str, str, str]]:
    pointer = f"<{names.pointer_graph}>"
    yield pointer, _VERSION, lexical(Literal(shown.version))
    if shown.modified:
        yield pointer, _MODIFIED, lexical(Literal(shown.modified, datatype=NamedNode(XSD + "dateTime")))
    for logical, (name, triples) in sorted(shown.graphs.items()):
        yield pointer, _PART, f"<{name}>"
        yield f"<{name}>", _OF, f"<{logical}>"
        yield f"<{name}>", _TRIPLES, str(triples)
