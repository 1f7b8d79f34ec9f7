"""What finds things by words and by facets, and what it finds: the same whether an index or the engine itself is asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

FACETS = ("slag", "kommun", "metod", "malgrupp", "kalla", "ar", "grund")
"""What a result is divided by: kind, municipality, method, target group, source, year, and how a thing is spoken of."""
TOLD = ("kommun", "ar", "kalla")
"""Facets whose values tell things of one name apart."""
SOUGHT = (
    "kommun",
    "metod",
    "insats",
    "malgrupp",
    "verksamhet",
    "samarbete",
    "aktor",
    "kalla",
    "indikator",
    "term",
    "begrepp",
)
"""Kinds of thing that people look for by name, in the order in which hits that are alike come."""


@dataclass(frozen=True)
class Hit:
    """A thing that was found.

    ``way`` tells how: "name", "written", "plain" (but for dots and accents) or "inside" a word. ``told`` holds its values of
    the facets that tell things of one name apart.
    """

    iri: str
    way: str
    told: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Found:
    """A page of hits, how many there are in all, and for each facet its values with their numbers.

    The numbers of a facet are of what was found before that facet's own values were chosen among: what one more would add.
    What is not ``is_whole`` is the beginning of more: there are at least as many.
    """

    hits: tuple[Hit, ...]
    total: int
    facets: Mapping[str, Sequence[tuple[str, int]]]
    is_whole: bool = True


NOTHING = Found((), 0, {})


class Index(Protocol):
    """What finds the things of a version, or of the one that answers now."""

    is_simple: bool
    """It looks for words in names alone, as they are written."""

    @property
    def is_there(self) -> bool:
        """Tell whether anything can be found."""
        ...

    def find(self, text: str, chosen: Mapping[str, Collection[str]], most: int = 20, after: int = 0) -> Found:
        """Find the things with all words of a text and one of the chosen values of each facet; without words all that are so."""
        ...

    def alike(self, text: str, most: int) -> list[str]:
        """Give the IRIs of things whose names are like a text in small letters without dots and accents, the likest first."""
        ...

    def things(self, start: str, most: int = -1) -> list[str]:
        """Give the IRIs that begin in a certain way, in the order of their letters; at most so many of them."""
        ...

    def kinds(self) -> Mapping[str, str]:
        """Give the class that most things of a kind are said to be of, by kind."""
        ...

    def day(self) -> str:
        """Give the day on which what answers was made; empty where nobody knows."""
        ...
