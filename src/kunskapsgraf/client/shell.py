"""A report for the command line: what its address on the web gives, and a table for people to read."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kunskapsgraf.client.exchange import Asked, answered
from kunskapsgraf.client.inside import Inside
from kunskapsgraf.client.values import written
from kunskapsgraf.errors import BadRequest
from kunskapsgraf.graph.advice import Advice
from kunskapsgraf.graph.queries import QueryFile
from kunskapsgraf.graph.store import Store
from kunskapsgraf.graph.vocabulary import Names
from kunskapsgraf.reports.run import shown
from kunskapsgraf.settings import Settings

_SUFFIXES = {".md": "md", ".csv": "csv", ".xlsx": "xlsx", ".json": "json", ".svg": "svg", ".txt": "table"}
_CUT = re.compile('rows-left-out;found="([0-9/]+)"')
_TRUTHS = {"sv": ("nej", "ja"), "en": ("no", "yes")}


@dataclass(frozen=True)
class Wanted:
    """How a report is to be written."""

    format: str
    sorting: str
    words: str
    bom: bool

    @property
    def is_binary(self) -> bool:
        """Tell whether what is written is no text."""
        return self.format == "xlsx"


@dataclass(frozen=True)
class Written:
    """A report as written, and what is to be told beside it; empty where nothing is."""

    body: bytes
    note: str = ""


def wanted(format_name: str, output: str, sorting: str, words: str, *, bom: bool, is_watched: bool) -> Wanted:
    """Choose the format by its name, else by that of the file, else a table for whoever watches, and Markdown for a pipe.

    Raises ``BadRequest`` for a mark where there is no CSV.
    """
    otherwise = "table" if is_watched and not output else "md"
    chosen = format_name or _SUFFIXES.get(Path(output).suffix.lower(), otherwise)
    if bom and chosen != "csv":
        raise BadRequest("--bom gäller bara csv.", "--bom is for csv only.")
    return Wanted(chosen, sorting, words, bom)


def report(loaded: Settings, store: Store, file: QueryFile, values: Mapping[str, str], asked_for: Wanted) -> Written:
    """Run a report and write it; raises what its address would answer with."""
    name = file.name.removesuffix(".rq")
    is_table = asked_for.format == "table"
    arguments = {
        **written(name, values),
        "format": "json" if is_table else asked_for.format,
        "sortera": asked_for.sorting,
        "filter": asked_for.words,
        "bom": "1" if asked_for.bom else "",
    }
    inside = Inside(loaded, store, loaded.language)
    answer = answered(inside, Asked(f"/queries/{name}", arguments, "*/*"))
    if not is_table:
        cut = _CUT.search(answer.warnings)
        return Written(answer.body, Advice("rows-left-out", cut[1]).message(loaded.language) if cut else "")
    language = "en" if values.get("sprak", loaded.language) == "en" else "sv"
    return Written(_table(file, json.loads(answer.body), language, store.names).encode())


def _table(file: QueryFile, told: Mapping[str, list[dict[str, object]]], language: str, names: Names) -> str:
    """Write rows under their headings: a thing by its name, or as a parameter takes it; numbers to the right."""
    columns = shown([str(column) for column in told["columns"]])
    rows = [[_cell(row, column, language, names) for column in columns] for row in told["rows"]]
    lines = [[_plain(file.column(column, language)) for column in columns], *rows]
    widths = [max(len(line[place]) for line in lines) for place in range(len(columns))]
    numbers = [_is_of_numbers([row.get(column) for row in told["rows"]]) for column in columns]
    lines.insert(1, ["-" * width for width in widths])
    count = f"{len(rows)} {('rad' if len(rows) == 1 else 'rader') if language == 'sv' else ('row' if len(rows) == 1 else 'rows')}"
    text = "\n".join(
        "  ".join(
            cell.rjust(width) if is_right else cell.ljust(width)
            for cell, width, is_right in zip(line, widths, numbers, strict=True)
        ).rstrip()
        for line in lines
    )
    return f"{text}\n\n{count}\n"


def _cell(row: Mapping[str, object], column: str, language: str, names: Names) -> str:
    value = row.get(column + "Namn") or row.get(column)
    match value:
        case None:
            return ""
        case bool():
            return _TRUTHS[language][value]
        case str():
            return _plain(names.shorten(value.removeprefix(names.things)))
        case _:
            return str(value)


def _is_of_numbers(values: Sequence[object]) -> bool:
    given = [value for value in values if value is not None]
    return bool(given) and all(isinstance(value, int | float) and not isinstance(value, bool) for value in given)


def _plain(text: str) -> str:
    """Keep a text on its line, and what would steer a terminal out of it."""
    return "".join(
        letter for letter in " ".join(text.split()) if unicodedata.category(letter) not in ("Cc", "Cf", "Cs")
    )
