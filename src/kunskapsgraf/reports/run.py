"""Run a report on a store: a table of terms with its columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kunskapsgraf.errors import ParameterError
from kunskapsgraf.graph import queries
from kunskapsgraf.graph.queries import Parameter, QueryFile
from kunskapsgraf.graph.store import Store, ask, columns_and_rows
from kunskapsgraf.graph.terms import Row
from kunskapsgraf.graph.vocabulary import BASE
from kunskapsgraf.settings import packaged_sources

THEMES = ("utbud", "evidens", "resurser", "saknas", "kallor")
"""The themes of reports, in the order in which a reader meets them."""
RESERVED = frozenset({"format", "lang", "sortera", "filter", "bom", "version"})
"""What the address of a report may say besides the report's own parameters."""


@dataclass(frozen=True)
class Table:
    """A report's answer: its query file, the query as run, the columns in order, and the rows."""

    report: QueryFile
    query: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def shown(self) -> list[str]:
        """Give the columns that a reader sees: ``xNamn`` is the label of ``x``, ``xIri`` what its joined names lead to."""
        return shown(self.columns)


def shown(columns: Sequence[str]) -> list[str]:
    """Leave out the columns whose names stand in the place of others, or lead to them."""
    beside = {column + suffix for column in columns for suffix in ("Namn", "Iri")}
    return [column for column in columns if column not in beside]


def folder(sources: Path) -> Path:
    """Find the reports: those beside the sources, or the package's."""
    own = sources / "queries" / "reports"
    return own if own.is_dir() else packaged_sources() / "queries" / "reports"


def run(store: Store, report: QueryFile, values: Mapping[str, str]) -> Table:
    """Bind the values, ask the store and give the table; raises ``ParameterError`` or a ``QueryError``.

    A slug is looked for among all the kinds of its parameter; what names no thing is refused, since the empty table
    that it gives would read as "nothing is offered".
    """
    text = bound(store, report, values)
    columns, rows = columns_and_rows(store, text)
    return Table(report, text, tuple(columns), tuple(rows))


def bound(store: Store, report: QueryFile, values: Mapping[str, str]) -> str:
    """Give the query that ``run`` asks, its values in place; raises ``ParameterError``."""
    return report.bind({name: _known(store, report, name, value) for name, value in values.items()}, store.names)


def find(sources: Path, name: str, base: str = BASE) -> QueryFile:
    """Find a report by name; raises ``NotFound`` with the names there are."""
    return queries.find(folder(sources), name, base)


def all_reports(sources: Path, base: str = BASE) -> dict[str, QueryFile]:
    """Give every report by name."""
    return queries.folder(folder(sources), base)


def by_theme(reports: Mapping[str, QueryFile]) -> dict[str, dict[str, QueryFile]]:
    """Put reports under their themes, in the order of ``THEMES``; those of no known theme last, under an empty name."""
    groups: dict[str, dict[str, QueryFile]] = {theme: {} for theme in (*THEMES, "")}
    for name, report in reports.items():
        groups[report.theme if report.theme in THEMES else ""][name] = report
    return {theme: group for theme, group in groups.items() if group}


def _known(store: Store, report: QueryFile, name: str, value: str) -> str:
    parameter = next((parameter for parameter in report.parameters if parameter.name == name), None)
    if parameter is None or not parameter.kinds:
        return value
    if parameter.type == "iris":
        # Whoever gives whole IRIs has them from the graph.
        return " ".join(part if "://" in part else _thing(store, parameter, part) for part in value.split())
    return _thing(store, parameter, value.strip()) if value.strip() else value


def _thing(store: Store, parameter: Parameter, slug: str) -> str:
    candidates = [slug] if "/" in slug else [f"{kind}/{slug}" for kind in parameter.kinds]
    for candidate in candidates:
        term = parameter.term(candidate, store.names)
        if ask(store, f"ASK {{ {term} ?p ?o }}"):
            return candidate
    name = parameter.name
    raise ParameterError(
        f"{name} är {slug!r}, men någon sådan finns inte i grafen. Ange en slug, till exempel ur /klass/Kommun.",
        f"{name} is {slug!r}, but the graph has no such thing. Give a slug, for example from /klass/Kommun.",
    )
