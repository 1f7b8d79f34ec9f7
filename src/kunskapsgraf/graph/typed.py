"""What a visitor types, as it is looked for: its words, in lower case, with and without dots and accents."""

from __future__ import annotations

import re
import unicodedata

MOST_WORDS, MOST_LETTERS = 12, 200
_WORD = re.compile(r"[^\W_]+(?:[-–.:/'’][^\W_]+)*")


def folded(text: str) -> str:
    """Write a text in lower case, without dots and accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", "".join(letter for letter in parts if not unicodedata.combining(letter)))


def as_typed(text: str) -> str:
    """Write a text in lower case, composed, its white space single."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def words(text: str) -> list[str]:
    """Give the words of what a visitor typed, at most so many."""
    return _WORD.findall(as_typed(text[:MOST_LETTERS]))[:MOST_WORDS]
