"""How values read on a page: numbers, truth values and periods in the visitor's language."""

from __future__ import annotations

import datetime
import re
from functools import lru_cache

from babel.dates import format_date
from babel.numbers import format_decimal
from flask import Flask
from flask_babel import gettext

from kunskapsgraf.graph.particulars import Period
from kunskapsgraf.graph.rdf import Literal
from kunskapsgraf.graph.vocabulary import XSD
from kunskapsgraf.web import language

_TRUTHS = {"true": True, "1": True, "false": False, "0": False}
_DECIMAL = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?")  # nothing like 1e999999999, whose digits fill the memory
_NUMBERS = frozenset({XSD + "integer", XSD + "decimal", XSD + "double"})
_WHOLE_NUMBERS = frozenset(
    {XSD + "integer", XSD + "nonNegativeInteger", XSD + "positiveInteger", XSD + "int", XSD + "long"}
)
_APART = 10_000
"""From five digits on thousands stand apart, as Swedish is written; four digits may be a year."""


def install(app: Flask) -> None:
    """Give the templates the filters ``literal``, ``period``, ``span``, ``day``, ``size`` and ``grouped`` and the tests ``is_number`` and ``is_day``."""
    app.jinja_env.filters["literal"] = literal
    app.jinja_env.filters["period"] = period
    app.jinja_env.filters["span"] = span
    app.jinja_env.filters["day"] = day
    app.jinja_env.filters["size"] = size
    app.jinja_env.filters["grouped"] = grouped
    app.jinja_env.filters["is_number"] = is_number
    app.jinja_env.filters["is_day"] = is_day


def literal(value: str, datatype: str) -> str:
    """Write a literal for a person; a value that its datatype does not allow is shown as it stands."""
    chosen = language.current()
    try:
        if datatype == XSD + "boolean" and value in _TRUTHS:
            return {"sv": ("nej", "ja"), "en": ("no", "yes")}[chosen][_TRUTHS[value]]
        if datatype == XSD + "decimal" and _DECIMAL.fullmatch(value):
            return format_decimal(value, locale=chosen, decimal_quantization=False)
        if datatype in _WHOLE_NUMBERS and _DECIMAL.fullmatch(value) and abs(int(value)) >= _APART:
            return grouped(int(value))
        if datatype == XSD + "date":
            return day(value)
    except (ValueError, ArithmeticError):
        return value
    return value


def period(found: Period) -> str:
    """Write a period by its days, one of a day by that; without a last day it is open."""
    if not found.first:
        return str(gettext("tid okänd"))
    first = day(found.first)
    if found.last == found.first:
        return first
    return f"{first} – {day(found.last)}" if found.last else f"{first} –"


def span(found: Period) -> str:
    """Write a period of whole months or years by them, any other by its days."""
    try:
        first, last = (datetime.date.fromisoformat(day) for day in (found.first, found.last))
    except ValueError:
        return period(found)
    after = last + datetime.timedelta(days=1)
    if first.day != 1 or after.day != 1:
        return period(found)
    chosen = language.current()
    if (first.month, after.month) == (1, 1):
        return f"{first.year}" if first.year == last.year else f"{first.year}–{last.year}"
    end = format_date(last, "MMM y", locale=chosen)
    if (first.year, first.month) == (last.year, last.month):
        return end
    if first.year == last.year:
        return f"{format_date(first, 'MMM', locale=chosen)}–{end}"
    return f"{format_date(first, 'MMM y', locale=chosen)} – {end}"


def is_number(term: object) -> bool:
    """Tell whether a term is a number, which a table sets to the right."""
    return isinstance(term, Literal) and term.datatype.value in _NUMBERS


def is_day(term: object) -> bool:
    """Tell whether a term is a date, which a table keeps on one line."""
    return isinstance(term, Literal) and term.datatype.value == XSD + "date"


def grouped(count: int) -> str:
    """Write a whole number with its thousands apart."""
    return _grouped(count, language.current())


@lru_cache(maxsize=4096)
def _grouped(count: int, chosen: str) -> str:
    return format_decimal(count, locale=chosen)


def size(count: int) -> str:
    """Write a number of bytes with the unit that leaves few digits."""
    unit, divisor = ("MB", 1_000_000) if count >= 1_000_000 else ("kB", 1000)
    return f"{format_decimal(round(count / divisor, 1), locale=language.current())} {unit}"


def day(text: str) -> str:
    """Write a date; what is none is shown as it stands."""
    return _day(text, language.current())


@lru_cache(maxsize=4096)  # a page writes the same few days some hundreds of times
def _day(text: str, chosen: str) -> str:
    try:
        return format_date(datetime.date.fromisoformat(text), "d MMM y", locale=chosen)
    except ValueError:
        return text
