"""What a term is to programs that keep numbers, truth values and dates apart from texts, and what a spreadsheet may be given."""

from __future__ import annotations

import datetime
import math
import re

from kunskapsgraf.graph.rdf import Literal
from kunskapsgraf.graph.vocabulary import XSD

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""What spreadsheets take for the beginning of a formula, the wide forms too (OWASP, CSV Injection)."""
_MOST_DIGITS = 300


def number_of(term: Literal) -> int | float | None:
    """Give a number; ``None`` for what is none, or is not finite."""
    kind, text = term.datatype.value.removeprefix(XSD), term.value
    if kind not in ("integer", "decimal", "double", "float") or len(text) > _MOST_DIGITS or not _NUMBER.fullmatch(text):
        return None
    try:
        number = int(text) if kind == "integer" else float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def day_of(term: Literal) -> datetime.date | None:
    """Give a date; ``None`` for what is none, or has a time zone."""
    if term.datatype.value != XSD + "date":
        return None
    try:
        return datetime.date.fromisoformat(term.value)
    except ValueError:
        return None


def is_like_a_formula(text: str) -> bool:
    """Tell whether a spreadsheet that reads a text as typed would compute it."""
    return text.startswith(_FORMULA)
