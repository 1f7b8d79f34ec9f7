"""Personal data, which never become data of the graph: e-mail addresses, telephone numbers and personal identity numbers."""

from __future__ import annotations

import re

_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(
    r"(?<![\d.,/-])(?:(?:\+|00)46[\s-]?(?:\(0\)[\s-]?)?\d(?:[\s/-]?\d){6,10}|0\d(?:[\s/-]{0,3}\d){6,9})(?!\d)"
    r"|^7\d{8}$"
)
"""Swedish numbers as they are written, and a mobile number that a spreadsheet has taken for a number, without its zero."""
_IDENTITY = re.compile(r"(?<!\d)(?:19|20)?(\d{2})(\d{2})(\d{2})([-+–]?)(\d{4})(?!\d)")
_COORDINATION = 60
"""Added to the day of birth in a coordination number (samordningsnummer)."""


def personal(text: str) -> tuple[str, str] | None:
    """Name in Swedish and English the personal data that a text holds; ``None`` where it holds none."""
    if "@" in text and _MAIL.search(text):
        return "en e-postadress", "an e-mail address"
    if not any(c.isdigit() for c in text):
        return None
    if any(_is_identity(found) for found in _IDENTITY.finditer(text)):
        return "ett personnummer", "a personal identity number"
    if _PHONE.search(text):
        return "ett telefonnummer", "a telephone number"
    return None


def _is_identity(found: re.Match[str]) -> bool:
    """Tell whether ten digits are a date of birth with a number: an organisation's has a third digit of at least 2."""
    year, month, day, mark, number = found.groups()
    born = int(day) - _COORDINATION if int(day) > _COORDINATION else int(day)
    if not (1 <= int(month) <= 12 and 1 <= born <= 31):
        return False
    return bool(mark) or _checked(year + month + day + number)


def _checked(digits: str) -> bool:
    """Tell whether the last digit is the check digit of the others (the Luhn algorithm)."""
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(digits))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0
