"""``Graph``: the graph as a notebook asks it, at a running service or in a snapshot on this machine.

>>> from kunskapsgraf import Graph
>>> with Graph("http://127.0.0.1:8000") as graph:                          # doctest: +SKIP
...     graph.report("kommuner-per-metod", metod="tolvstegsmetoden")
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar
from urllib.parse import quote

from kunskapsgraf.client import reading
from kunskapsgraf.client.exchange import Answer, Asked, Exchange, answered, as_json, unreadable
from kunskapsgraf.client.inside import Home
from kunskapsgraf.client.service import Service
from kunskapsgraf.client.table import Table, has_pandas
from kunskapsgraf.client.values import Given, written

if TYPE_CHECKING:
    import pandas

_JSON = "application/json"
_RESULTS, _TRIPLES = "application/sparql-results+json", "application/n-triples"

Read = TypeVar("Read")


class QueryWarning(UserWarning):
    """A query was answered, but may not say what was meant; the text is the service's header ``Kunskapsgraf-Warning``."""


class Graph:
    """A graph at ``place``: the address of a running service, or the path of a home, a snapshot or its store.

    Answers are frames of pandas where it is installed, else ``Table``; ``frames`` chooses. ``language`` (sv or en) is that
    of labels and messages. An answer comes whole, within ``seconds``, or raises an exception of ``kunskapsgraf.errors``.
    Of a path, ``settings`` are settings by their variables, such as ``KUNSKAPSGRAF_BASE``.
    """

    def __init__(
        self,
        place: str | os.PathLike[str],
        *,
        language: str = "sv",
        seconds: float = 30,
        frames: bool | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self._language = "en" if language == "en" else "sv"
        self._frames = has_pandas() if frames is None else frames
        where = os.fspath(place)
        self._exchange: Exchange = (
            Service(where, self._language, seconds)
            if where.startswith(("http://", "https://"))
            else Home(Path(where), self._language, seconds, settings or {})
        )

    def report(self, name: str, **params: Given) -> pandas.DataFrame | Table:
        """Run a report by name; a parameter takes what it takes in an address: a slug, ``kind/slug``, a full IRI, a value.

        Raises ``NotFound`` for a report that there is not, ``ParameterError`` and ``QueryError``.
        """
        told = self._told(f"/queries/{quote(name, safe='')}", {**written(name, params), "format": "json"})
        return self._given(self._read(reading.report, told, "/queries"))

    def query(self, sparql: str, *, inference: str = "full") -> pandas.DataFrame | Table | bool:
        """Ask a SPARQL query: rows of a SELECT, a truth value of an ASK, triples of a CONSTRUCT or DESCRIBE.

        ``inference`` is ``none``, ``owl`` or ``full``. Warnings of the service are Python's. Raises ``QueryError``.
        """
        form = {"query": sparql, "inference": inference}
        answer = self._answered(Asked("/sparql", {}, f"{_RESULTS}, {_TRIPLES};q=0.9", form))
        if answer.media.startswith(_TRIPLES):
            return self._given(reading.triples(answer.body))
        found = self._read(reading.results, as_json(answer, "/sparql"), "/sparql")
        return found if isinstance(found, bool) else self._given(found)

    def explain(self, subject: str, predicate: str, value: str, *, more: int = 0) -> pandas.DataFrame | Table:
        """Say why a statement holds: a row for each step of the proof, what it rests on beneath it, and lines of sources.

        Terms are written as ``kommun/sala``, ``a``, ``kg:Kommun``, IRIs, or texts in quotes; ``more`` asks for further
        proofs. Raises ``NotFound`` where the graph does not hold the statement.
        """
        parts = {"subjekt": subject, "egenskap": predicate, "varde": value, "fler": str(more), "format": "json"}
        told = self._told("/varfor", parts)
        return self._given(self._read(lambda found: reading.proofs(found, self._language), told, "/varfor"))

    def evidence_map(
        self,
        axel: str = "utfall",
        atgarder: str = "metod",
        *,
        familj: str = "",
        plats: str = "",
        lage: str = "",
        anvands: bool = False,
    ) -> pandas.DataFrame | Table:
        """Give the evidence-gap map, chosen as at ``/evidenskarta``: a row for each state, kind and certainty in a cell.

        An empty cell has one row, no statements, and in ``tomhet`` in which way it is empty.
        """
        chosen = {
            "axel": axel,
            "atgarder": atgarder,
            "familj": familj,
            "plats": plats,
            "lage": lage,
            "anvands": "1" if anvands else "",
        }
        told = self._told("/evidenskarta", {name: value for name, value in chosen.items() if value})
        return self._given(self._read(reading.evidence_map, told, "/evidenskarta"))

    @property
    def version(self) -> str:
        """The version of the snapshot that answers now, to cite."""
        told = self._told("/halsa", {})
        return str(self._read(lambda found: found["version"], told, "/halsa"))

    def close(self) -> None:
        """Let go of processes and files; a graph at a path has some."""
        self._exchange.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _told(self, path: str, arguments: Mapping[str, str]) -> Any:
        """Ask for JSON, and give what it tells."""
        return as_json(self._answered(Asked(path, arguments, _JSON)), self._exchange.name + path)

    def _answered(self, asked: Asked) -> Answer:
        answer = answered(self._exchange, asked)
        if answer.warnings:
            # Such as a term that the ontology lacks, by which a query finds nothing.
            warnings.warn(answer.warnings, QueryWarning, stacklevel=3)
        return answer

    def _read(self, reader: Callable[[Any], Read], told: Any, path: str) -> Read:
        """Read what was told; raises ``EndpointError`` where a foreign service told something else."""
        try:
            return reader(told)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise unreadable(self._exchange.name + path, Answer(200, _JSON, b"")) from error

    def _given(self, table: Table) -> pandas.DataFrame | Table:
        return table.to_pandas() if self._frames else table
