"""A table of typed values, and as a frame of pandas where that is installed."""

from __future__ import annotations

import datetime
import importlib.util
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kunskapsgraf.client.values import Value

if TYPE_CHECKING:
    import pandas

_MISSING = (
    'pandas saknas. Installera det med: pip install "kunskapsgraf[pandas]" '
    '(pandas is missing. Install it by: pip install "kunskapsgraf[pandas]")'
)
_SMALLEST, _LARGEST = -(2**63), 2**63 - 1


@dataclass(frozen=True, repr=False)
class Table:
    """Columns in their order, and rows of as many values: numbers, truth values and dates as Python's, ``None`` where empty."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Value]]:
        """Give each row as a dictionary."""
        return (dict(zip(self.columns, row, strict=True)) for row in self.rows)

    def __repr__(self) -> str:
        return f"<Table: {len(self.rows)} rows of {', '.join(self.columns)}>"

    def column(self, name: str) -> tuple[Value, ...]:
        """Give the values of one column; raises ``KeyError`` for one that there is not."""
        if name not in self.columns:
            raise KeyError(f"{name}: {', '.join(self.columns)}")
        place = self.columns.index(name)
        return tuple(row[place] for row in self.rows)

    def to_pandas(self) -> pandas.DataFrame:
        """Give a frame of pandas, each column with the type of its values; raises ``ImportError`` where there is no pandas."""
        try:
            import pandas as pd  # noqa: PLC0415 - optional, and slow to import
        except ImportError as error:
            raise ImportError(_MISSING) from error
        columns = [pd.Series([row[place] for row in self.rows], dtype=object) for place in range(len(self.columns))]
        # By place, since two columns may have one name.
        frame = pd.concat([_typed(pd, column) for column in columns], axis=1) if columns else pd.DataFrame()
        frame.columns = list(self.columns)
        return frame


def has_pandas() -> bool:
    """Tell whether pandas is installed, without importing it."""
    return importlib.util.find_spec("pandas") is not None


def _typed(pd: Any, column: Any) -> Any:
    """Give a column the type that all its values have; one of several kinds keeps them as they are."""
    values: Sequence[Value] = list(column)
    kinds = {type(value) for value in values if value is not None}
    has_gaps = None in values
    if kinds == {int} and all(_SMALLEST <= value <= _LARGEST for value in values if isinstance(value, int)):
        return column.astype("Int64" if has_gaps else "int64")
    if kinds in ({float}, {int, float}):
        return column.astype("float64")
    if kinds == {bool}:
        return column.astype("boolean" if has_gaps else "bool")
    if kinds == {datetime.date}:
        # By the second: by the nanosecond a date has to lie after 1677.
        return pd.Series(values, dtype="datetime64[s]")
    if kinds == {datetime.datetime}:
        zones = {value.tzinfo is not None for value in values if isinstance(value, datetime.datetime)}
        if len(zones) == 1:
            return pd.Series(pd.to_datetime(pd.Series(values), utc=zones.pop()))
    return pd.Series(values) if kinds == {str} else column
