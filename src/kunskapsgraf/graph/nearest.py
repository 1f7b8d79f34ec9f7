"""The nearest of the names there are, for a name that is not there."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable

_LIKE_ENOUGH = 0.7
LONGEST = 200
"""Characters; longer names are not compared, since comparing takes time by the square of the length."""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Give the known name most like ``name``, by letters without case and diacritics; ``None`` where none is near."""
    if len(name) > LONGEST:
        return None
    folded: dict[str, str] = {}
    for candidate in known:
        folded.setdefault(_fold(candidate), candidate)
    found = difflib.get_close_matches(_fold(name), folded, n=1, cutoff=_LIKE_ENOUGH)
    return folded[found[0]] if found else None


def meant(name: str, known: Iterable[str]) -> tuple[str, str]:
    """Ask in Swedish and English whether the nearest known name was meant; two empty texts where none is near."""
    near = nearest(name, known)
    return (f" Menade du {near}?", f" Did you mean {near}?") if near else ("", "")


def is_slip(name: str, other: str) -> bool:
    """Tell whether two names differ as a slip of the pen does: by case, diacritics, or one letter of four or more.

    Names that differ in digits alone, as ``?x1`` and ``?x2``, are meant to differ.
    """
    if name == other or _without_digits(name) == _without_digits(other):
        return False
    a, b = _fold(name), _fold(other)
    return a == b or (min(len(a), len(b)) >= 4 and max(len(a), len(b)) <= LONGEST and _one_apart(a, b))


def _one_apart(a: str, b: str) -> bool:
    """Tell whether one letter added, removed, changed or two neighbours swapped make one of the other."""
    if len(a) > len(b):
        a, b = b, a
    start = next((i for i, letter in enumerate(a) if letter != b[i]), len(a))
    if len(a) < len(b):
        return a[start:] == b[start + 1 :]
    swapped = a[start : start + 2] == b[start : start + 2][::-1] and a[start + 2 :] == b[start + 2 :]
    return swapped or a[start + 1 :] == b[start + 1 :]


def _fold(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", name.casefold()) if not unicodedata.combining(c))


def _without_digits(name: str) -> str:
    return "".join(c for c in name if not c.isdigit())
