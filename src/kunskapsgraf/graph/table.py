"""The rows of a SELECT as a page shows them: all of them, or the first where the result is larger than a page."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from kunskapsgraf.graph.store import WHOLE, Dataset, Store
from kunskapsgraf.graph.terms import Row, row_of

_BEFORE_ROWS = ',"results":{"bindings":['


@dataclass(frozen=True)
class Table:
    """Columns in the order of the query, and rows; not ``is_whole`` where there are more rows than these."""

    columns: list[str]
    rows: list[Row]
    is_whole: bool = True


def tabulate(store: Store, query: str, dataset: Dataset = WHOLE, most_bytes: int | None = None) -> Table:
    """Run a SELECT and give its rows, those that lie within ``most_bytes`` of its JSON."""
    answer = store.answer(query, "json", dataset, most_bytes)
    if answer.is_cut:
        return _beginning(answer.body.decode("utf-8", "ignore"))
    found: dict[str, Any] = json.loads(answer.body)
    return Table(found["head"]["vars"], [row_of(binding) for binding in found["results"]["bindings"]])


def _beginning(text: str) -> Table:
    """Read the rows of a cut result one by one, up to the one that is not there as a whole."""
    head, _, rest = text.partition(_BEFORE_ROWS)
    columns: list[str] = json.loads(head + "}")["head"]["vars"]
    read = json.JSONDecoder().raw_decode
    rows: list[Row] = []
    place = 0
    while place < len(rest):
        try:
            binding, end = read(rest, place)
        except json.JSONDecodeError:
            break
        rows.append(row_of(binding))
        place = end + 1  # past the comma
    return Table(columns, rows, is_whole=False)
