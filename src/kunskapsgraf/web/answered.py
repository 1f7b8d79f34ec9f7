"""A report's rows as a visitor asked for them: named, sorted, filtered and counted for a chart."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from flask_babel import gettext

from kunskapsgraf.graph.rdf import Literal, NamedNode
from kunskapsgraf.graph.store import Store
from kunskapsgraf.graph.terms import Row, text_of
from kunskapsgraf.reports import arrange, chart
from kunskapsgraf.reports.run import Table
from kunskapsgraf.web import language
from kunskapsgraf.web.display import grouped, literal
from kunskapsgraf.web.labels import Label, labels_of


class Answered:
    """The rows that are left, in their order; ``total`` is how many the report has."""

    def __init__(self, store: Store, table: Table, sorting: str, words: str) -> None:
        self._store = store
        self._labels: dict[str, Label] = {}
        self.arrangement = arrange.arrangement(table, sorting, words)
        self.total = len(table.rows)
        if words:
            self._name(table.rows, table.shown)
        elif sorting:
            self._name(table.rows, [self.arrangement.column])
        self.table = arrange.arranged(table, self.arrangement, self.seen)

    def seen(self, row: Row, column: str) -> str:
        """Give what a cell says to this visitor: the name of a thing, a number or date as it is shown."""
        if column not in row:
            return ""
        term, name = row[column], row.get(column + "Namn")
        if isinstance(name, Literal):
            return name.value
        if isinstance(term, Literal):
            return term.value if term.language else literal(term.value, term.datatype.value)
        label = self._labels.get(text_of(term))
        return label.text if label else text_of(term)

    def bars(self) -> chart.Bars | None:
        """Count for the report's chart; ``None`` where it has none or there is nothing to compare."""
        wanted = self.table.report.chart
        if wanted is None:
            return None
        self._name(self.table.rows, [wanted.by])
        return chart.bars(self.table, wanted, self.seen, gettext("ingen uppgift"))

    def svg(self, found: chart.Bars, address: Callable[[str], str | None]) -> str:
        """Draw the chart; ``address`` gives the page of a thing."""
        wanted = self.table.report.chart
        return chart.svg(found, wanted.title(language.current()) if wanted else "", address, grouped)

    def _name(self, rows: Iterable[Row], columns: Iterable[str]) -> None:
        """Look up the names of things that the rows do not name themselves."""
        unnamed = {
            row[column]
            for row in rows
            for column in columns
            if isinstance(row.get(column), NamedNode) and column + "Namn" not in row
        }
        self._labels.update(labels_of(self._store, unnamed))
