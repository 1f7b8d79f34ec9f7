"""Count inside an engine what the catalogue tells: only numbers, names and the few facts that it repeats come out.

What several graphs hold together is copied to a working graph first, where each statement stands once: engines differ in how
often they give one that stands in two of the graphs that are asked, and one graph is counted faster.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from kunskapsgraf.graph.rdf import Literal, NamedNode, Quad, lexical
from kunskapsgraf.graph.terms import Row, text_of
from kunskapsgraf.graph.vocabulary import RDF, RDF_TYPE, XSD, Names
from kunskapsgraf.pipeline.contents import DATED, ENDS
from kunskapsgraf.pipeline.facts import Facts
from kunskapsgraf.pipeline.statistics import Statistics, Ties, Use
from kunskapsgraf.reasoner.evaluate import send
from kunskapsgraf.reasoner.workspace import RemoteEngine, Workspace

_ALL = "?s ?p ?o"
_A = f"<{RDF_TYPE}>"
_DATATYPE = f'IF(LANG(?o) != "", <{RDF}langString>, COALESCE(DATATYPE(?o), <{XSD}string>))'
"""Not every engine gives texts a datatype."""


class Counted:
    """The contents of graphs of an engine; ``graphs`` maps the names that visitors know to the engine's.

    ``union`` is a graph of the engine that holds what all of them do but the layers.
    """

    def __init__(
        self, engine: RemoteEngine, graphs: Mapping[str, str], names: Names, space: Workspace, union: str
    ) -> None:
        self._engine, self._graphs, self._names = engine, graphs, names
        self._space = space
        self._copies = {tuple(sorted(graph for graph in graphs if not names.is_layer(graph))): union}

    def graphs(self) -> list[str]:
        """Name the graphs, sorted."""
        return sorted(self._graphs)

    def statistics(self, graphs: Sequence[str]) -> Statistics:
        """Count what graphs hold together."""
        graph = self._together(graphs)
        things = f'FILTER(isIRI(?s) && STRSTARTS(STR(?s), "{self._names.things}"))'
        counts = "(COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)"
        uses = {
            _iri(row, "p"): Use(_number(row, "n"), _number(row, "subjects"), _number(row, "objects"))
            for row in self._rows(f"?p {counts}", _in(graph, _ALL), "GROUP BY ?p")
        }
        members = f"{_in(graph, f'?s {_A} ?c')} FILTER(isIRI(?c))"
        classes = self._rows("?c (COUNT(DISTINCT ?s) AS ?n)", members, "GROUP BY ?c")
        return Statistics(
            statements=sum(use.statements for use in uses.values()),
            subjects=self._one("?s", _in(graph, _ALL)),
            objects=self._one("?o", _in(graph, _ALL)),
            entities=self._one("?s", f"{_in(graph, _ALL)} {things}"),
            classes=dict(sorted((_iri(row, "c"), _number(row, "n")) for row in classes)),
            properties=dict(sorted(uses.items())),
        )

    def ties(self, graphs: Sequence[str], classified: Sequence[str]) -> Ties:
        """Count which class is tied to which, and to which datatypes, by which property."""
        graph, kinds = self._together(graphs), self._space.fresh()
        send(
            self._engine,
            (
                f"INSERT {{ {_in(kinds, f'?s {_A} ?k')} }} WHERE {{ {_in(self._graphs[one], f'?s {_A} ?k')} FILTER(isIRI(?k)) }}"
                for one in classified
            ),
        )
        said = f"{_in(kinds, f'?s {_A} ?k')} {_in(graph, _ALL)}"
        of_target = f"{said} {_in(kinds, f'?o {_A} ?c')}"
        with_datatype = f"{said} FILTER(isLiteral(?o)) BIND({_DATATYPE} AS ?c)"
        return Ties(
            {(kind, name): number for kind, name, number in self._tied("?k ?p", said)},
            {(kind, name, other): number for kind, name, other, number in self._tied("?k ?p ?c", of_target)},
            {(kind, name, other): number for kind, name, other, number in self._tied("?k ?p ?c", with_datatype)},
        )

    def _tied(self, columns: str, said: str) -> list[Any]:
        """Count by some columns; give them and the number, sorted."""
        rows = self._rows(f"{columns} (COUNT(*) AS ?n)", said, f"GROUP BY {columns}")
        names = [column[1:] for column in columns.split()]
        return sorted((*(_iri(row, name) for name in names), _number(row, "n")) for row in rows)

    def links(self, graphs: Sequence[str], predicates: Iterable[str]) -> list[tuple[str, str, str]]:
        """Give the statements with one of some predicates between two IRIs."""
        said = f"VALUES ?p {{ {_iris(predicates)} }} {_in(self._together(graphs), _ALL)} FILTER(isIRI(?s) && isIRI(?o))"
        return sorted((_iri(row, "s"), _iri(row, "p"), _iri(row, "o")) for row in self._rows(_ALL, said))

    def first_members(self, graphs: Sequence[str], classes: Collection[str], begin: str) -> dict[str, str]:
        """Give for each of some classes the first of its members."""
        members = _in(self._together(graphs), f"?s {_A} ?c")
        said = f'VALUES ?c {{ {_iris(classes)} }} {members} FILTER(isIRI(?s) && STRSTARTS(STR(?s), "{begin}"))'
        rows = self._rows("?c (MIN(STR(?s)) AS ?first)", said, "GROUP BY ?c")
        return {_iri(row, "c"): _iri(row, "first") for row in rows if "first" in row}

    def facts(self, subjects: set[str]) -> Facts:
        """Give what all graphs say of a few subjects."""
        if not subjects:
            return Facts((), set())
        quads: set[Quad] = set()
        for graph in self._graphs.values():
            rows = self._rows(_ALL, f"VALUES ?s {{ {_iris(subjects)} }} {_in(graph, _ALL)}")
            quads |= {Quad(row["s"], row["p"], row["o"]) for row in rows}  # type: ignore[arg-type]
        return Facts(quads, subjects)

    def periods(self, graph: str) -> list[Mapping[str, Literal]]:
        """Give two of the different periods that a graph tells, or the only one."""
        if graph not in self._graphs:
            return []
        terms = self._names.terms
        ends = " ".join(f"OPTIONAL {{ ?s <{terms}{name}> ?{name} }}" for name in ENDS)
        told = " || ".join(f"BOUND(?{name})" for name in ENDS)
        kinds = _iris(terms + name for name in DATED)
        said = f"{{ SELECT DISTINCT ?s WHERE {{ VALUES ?kind {{ {kinds} }} ?s ?is ?kind }} }} {ends} FILTER({told})"
        columns = " ".join(f"?{name}" for name in ENDS)
        rows = self._rows(f"DISTINCT {columns}", _in(self._graphs[graph], said), "LIMIT 2")
        return [{name: term for name, term in row.items() if isinstance(term, Literal)} for row in rows]

    def _together(self, graphs: Sequence[str]) -> str:
        """Name a graph of the engine that holds what some graphs hold together."""
        if len(graphs) == 1:
            return self._graphs[graphs[0]]
        key = tuple(sorted(graphs))
        if key not in self._copies:
            copy = self._copies[key] = self._space.fresh()
            for one in key:
                self._engine.update(f"INSERT {{ {_in(copy, _ALL)} }} WHERE {{ {_in(self._graphs[one], _ALL)} }}")
        return self._copies[key]

    def _one(self, variable: str, said: str) -> int:
        return next((_number(row, "n") for row in self._rows(f"(COUNT(DISTINCT {variable}) AS ?n)", said)), 0)

    def _rows(self, columns: str, said: str, rest: str = "") -> Iterator[Row]:
        rows = self._engine.select(f"SELECT {columns} WHERE {{ {said} }} {rest}")
        return (row for row in rows if row)  # a group of nothing is a row without values


def _in(graph: str, pattern: str) -> str:
    return f"GRAPH <{graph}> {{ {pattern} }}"


def _iris(found: Iterable[str]) -> str:
    return " ".join(lexical(NamedNode(iri)) for iri in sorted(found))


def _iri(row: Row, name: str) -> str:
    return text_of(row[name])


def _number(row: Row, name: str) -> int:
    return int(text_of(row[name]))
