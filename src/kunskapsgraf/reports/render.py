"""Write a table as Markdown, CSV or JSON.

In CSV a text that a spreadsheet would compute has an apostrophe before it; JSON and Markdown have it as it stands.
"""

from __future__ import annotations

import csv
import io
import json

from kunskapsgraf.graph.rdf import Literal, Term
from kunskapsgraf.graph.terms import is_true, text_of
from kunskapsgraf.graph.vocabulary import XSD
from kunskapsgraf.reports.run import Table
from kunskapsgraf.reports.values import is_like_a_formula, number_of

FORMATS = ("md", "csv", "json")
EXCEL_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS_IN_EXCEL = 50_000
"""Rows of a workbook: it is made in the process that serves everyone. Whoever gives one tells what is left out."""
BOM = "\ufeff"
"""Before a CSV file it tells Excel that the letters are in UTF-8."""


def render(table: Table, format_name: str) -> str:
    """Write a table in one of ``FORMATS``."""
    match format_name:
        case "csv":
            return _csv(table)
        case "json":
            return _json(table)
        case _:
            return _markdown(table)


def _cells(table: Table) -> list[list[str]]:
    return [[text_of(row[column]) if column in row else "" for column in table.columns] for row in table.rows]


def _csv(table: Table) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")  # RFC 4180
    writer.writerow(table.columns)
    writer.writerows([_harmless(row.get(column)) for column in table.columns] for row in table.rows)
    return buffer.getvalue()


def _harmless(term: Term | None) -> str:
    text = "" if term is None else text_of(term)
    is_number = isinstance(term, Literal) and number_of(term) is not None
    return f"'{text}" if is_like_a_formula(text) and not is_number else text


def _json(table: Table) -> str:
    rows = []
    for row in table.rows:
        values: dict[str, object] = {}
        for column in table.columns:
            term = row.get(column)
            values[column] = None if term is None else _plain(term)
        rows.append(values)
    return (
        json.dumps(
            {
                "report": table.report.name.removesuffix(".rq"),
                "columns": table.columns,
                "types": {column: _type(table, column) for column in table.columns},
                "rows": rows,
            },
            ensure_ascii=False,
            indent=2,
        )
        + "\n"
    )


def _type(table: Table, column: str) -> str | None:
    """Name what a column's literals are, by the datatype's name in XSD; ``iri`` without literals, ``None`` where they differ."""
    kinds = set()
    for row in table.rows:
        term = row.get(column)
        if isinstance(term, Literal):
            kinds.add("string" if term.language else term.datatype.value.removeprefix(XSD))
        elif term is not None:
            kinds.add("iri")
    literals = kinds - {"iri"}
    # No IRI reads as a number or a date, so a column of both is told by its literals.
    return next(iter(literals or kinds)) if len(literals) <= 1 and kinds else None


def _plain(term: object) -> object:
    if isinstance(term, Literal):
        if term.datatype.value == XSD + "integer":
            return int(term.value)
        if term.datatype.value in (XSD + "decimal", XSD + "double"):
            return float(term.value)
        if term.datatype.value == XSD + "boolean":
            return is_true(term)
    return text_of(term)  # type: ignore[arg-type]


def _markdown(table: Table) -> str:
    cells = [
        [cell.replace("|", "\\|").replace("\n", " ") for cell in line] for line in [list(table.columns), *_cells(table)]
    ]
    widths = [max(3, *(len(line[column]) for line in cells)) for column in range(len(table.columns))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in cells
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines) + "\n"
