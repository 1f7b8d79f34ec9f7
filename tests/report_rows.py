"""A report's rows beside those worked out by hand: what the lists of cases and their tests share."""

from __future__ import annotations

from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.reports import run
from kunskapsgraf.settings import Settings

Case = tuple[str, dict[str, str], tuple[str, ...], set[tuple[str, ...]]]
"""Report, parameters, columns compared, rows. A column that ends in Namn is the Swedish label."""


def rows(settings: Settings, store: EmbeddedStore, case: Case) -> list[tuple[str, ...]]:
    """Run a case's report; give the columns compared, IRIs by their slugs."""
    name, values, columns, _ = case
    table = run.run(store, run.find(settings.sources, name), values)
    return [tuple(short(text_of(row[c])) if c in row else "" for c in columns) for row in table.rows]


def identity(case: Case) -> str:
    """Name a case by its report and parameters."""
    return "-".join([case[0], *(value.replace("/", "-") for value in case[1].values())])


def short(value: str) -> str:
    """Cut an IRI to its slug."""
    return value.rstrip("/").replace("#", "/").rsplit("/", 1)[-1] if value.startswith("http") else value
