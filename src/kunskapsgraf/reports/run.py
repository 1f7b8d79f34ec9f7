"""Run a report on a store: a table of terms with its columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kunskapsgraf.graph import queries
from kunskapsgraf.graph.queries import QueryFile
from kunskapsgraf.graph.store import Store, columns_and_rows
from kunskapsgraf.graph.terms import Row
from kunskapsgraf.settings import packaged_sources


@dataclass(frozen=True)
class Table:
    """A report's answer: its query file, the query as run, the columns in order, and the rows."""

    report: QueryFile
    query: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def folder(sources: Path) -> Path:
    """Find the reports: those beside the sources, or the package's."""
    own = sources / "queries" / "reports"
    return own if own.is_dir() else packaged_sources() / "queries" / "reports"


def run(store: Store, report: QueryFile, values: Mapping[str, str]) -> Table:
    """Bind the values, ask the store and give the table; raises ``ParameterError`` or a ``QueryError``."""
    text = report.bind(values, store.names)
    columns, rows = columns_and_rows(store, text)
    return Table(report, text, tuple(columns), tuple(rows))


def find(sources: Path, name: str) -> QueryFile:
    """Find a report by name; raises ``NotFound`` with the names there are."""
    return queries.find(folder(sources), name)


def all_reports(sources: Path) -> dict[str, QueryFile]:
    """Give every report by name."""
    return queries.folder(folder(sources))
