"""What was meant by the IRI of a thing that is not there: things whose names share letters with it, the likest first."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from urllib.parse import unquote

from kunskapsgraf.graph.found import Index
from kunskapsgraf.graph.typed import folded
from kunskapsgraf.graph.vocabulary import Names

MOST = 3
_LIKE_ENOUGH = 0.6
_LONGEST = 80
"""Letters that are compared: comparing takes time by their square."""
_COMPARED = 60
"""Things whose names share letters with the one that is sought, the best of them."""

_BESIDE = 2_000
"""Things of a kind, all of which are compared: they may have no names but their IRIs. Of a larger kind none are."""


def suggested(index: Index, iri: str, names: Names) -> list[str]:
    """Give the IRIs, at most three, of things that may have been meant; those of the same kind come first.

    An index that is not there, as in a snapshot of an older version, suggests nothing. Raises ``QueryTimeout``.
    """
    kind, slug = _parts(iri, names)
    if not slug or not index.is_there:
        return []
    scored: list[tuple[float, str]] = []
    start = names.terms if iri.startswith(names.terms) else f"{names.things}{kind}/"
    beside = index.things(start, _BESIDE + 1)
    candidates = dict.fromkeys([*index.alike(_words(slug), _COMPARED), *(beside if len(beside) <= _BESIDE else ())])
    for candidate in candidates:
        other_kind, other = _parts(candidate, names)
        likeness = difflib.SequenceMatcher(None, _words(slug), _words(other)).ratio()
        if likeness >= _LIKE_ENOUGH:
            scored.append((likeness + (kind == other_kind), candidate))
    return [candidate for _, candidate in _best(scored)]


def _best(scored: Iterable[tuple[float, str]]) -> list[tuple[float, str]]:
    return sorted(scored, key=lambda pair: (-pair[0], pair[1]))[:MOST]


def _parts(iri: str, names: Names) -> tuple[str, str]:
    """Part an IRI into the kind of thing and the thing's own name."""
    if iri.startswith(names.things):
        kind, _, slug = iri.removeprefix(names.things).partition("/")
        return (kind, slug) if slug else ("", kind)
    return "", re.split(r"[/#]", iri.rstrip("/#"))[-1]


def _words(slug: str) -> str:
    """Write a name as it may be typed: small letters without dots and accents, words parted by spaces."""
    return " ".join(re.split(r"[\W_]+", folded(unquote(slug)[:_LONGEST])))
