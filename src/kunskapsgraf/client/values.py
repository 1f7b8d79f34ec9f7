"""What a term is in Python: numbers, truth values and dates as such, an IRI and any other text as text."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Mapping

from kunskapsgraf.errors import ParameterError
from kunskapsgraf.graph.rdf import Literal, Term
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.vocabulary import XSD
from kunskapsgraf.reports.run import RESERVED

Value = str | int | float | bool | datetime.date | datetime.datetime | None
Given = str | int | bool | datetime.date | Iterable[str] | None
"""What a parameter of a report may be given as; ``None`` leaves it out."""
_WHOLE = (
    "integer int long short byte nonNegativeInteger positiveInteger nonPositiveInteger negativeInteger "
    "unsignedInt unsignedLong unsignedShort unsignedByte"
)
_TRUTHS = {"true": True, "1": True, "false": False, "0": False}
_YEAR = re.compile(r"-?[0-9]{4,9}")


def _year(text: str) -> int:
    if not _YEAR.fullmatch(text):  # one with a time zone is no number
        raise ValueError(text)
    return int(text)


_READERS: dict[str, Callable[[str], Value]] = {
    **dict.fromkeys(_WHOLE.split(), int),
    **dict.fromkeys(("decimal", "double", "float"), float),
    "boolean": _TRUTHS.__getitem__,
    "date": datetime.date.fromisoformat,
    "dateTime": datetime.datetime.fromisoformat,
    "gYear": _year,
}


def value_of(term: Term | None) -> Value:
    """Give a term as Python has it; a literal that its datatype does not allow as its text, an unbound one as ``None``."""
    if term is None:
        return None
    text = text_of(term)
    return read(text, term.datatype.value.removeprefix(XSD)) if isinstance(term, Literal) else text


def read(text: str, datatype: str) -> Value:
    """Read a text of a datatype, told by its name in XSD; of any other, and where it is not allowed, give the text."""
    reader = _READERS.get(datatype)
    try:
        return reader(text) if reader else text
    except (ValueError, KeyError):
        return text


def written(name: str, values: Mapping[str, Given]) -> dict[str, str]:
    """Write the values of a report's parameters as its address has them; raises ``ParameterError`` for what is none."""
    for reserved in RESERVED & values.keys():
        raise ParameterError(
            f"{name} har ingen parameter {reserved!r}; det säger hur raderna skrivs, inte vilka de är.",
            f"{name} has no parameter {reserved!r}; that says how rows are written, not which they are.",
        )
    return {key: _written(value) for key, value in values.items() if value is not None}


def _written(value: Given) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str() | int():
            return str(value)
        case datetime.date():
            return value.isoformat()
        case _:
            return " ".join(value or ())
