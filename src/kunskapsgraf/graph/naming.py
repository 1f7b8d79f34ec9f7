"""What a thing is called: which of its names comes first, and in which order names stand in a list."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import unquote

from kunskapsgraf.graph.rdf import Literal
from kunskapsgraf.graph.vocabulary import DCT, PREF_LABEL, RDFS_LABEL, Names

_AFTER_Z = str.maketrans("åäö", "{|}")
"""Å, ä and ö are letters of their own, after z; the characters that follow z in Unicode stand for them."""


def naming_properties(names: Names) -> tuple[str, ...]:
    """Give the properties that name a thing: the first of them that it has is its name."""
    return PREF_LABEL, RDFS_LABEL, DCT + "title", names.terms + "rubrikvag"


def name_of(found: Mapping[str, Sequence[Literal]], names: Names, language: str) -> Literal | None:
    """Choose a thing's name in a language from what each property says."""
    candidates = next((found[name] for name in naming_properties(names) if found.get(name)), ())
    return best(candidates, language)


def best(labels: Iterable[Literal], language: str) -> Literal | None:
    """Choose a label: the language, its variants, the other language, untagged, anything; then by text."""
    order = (language, "en" if language == "sv" else "sv", None)

    def rank(label: Literal) -> tuple[int, str]:
        tag = label.language.split("-")[0] if label.language else None
        return (order.index(tag) * 2 + (label.language != tag) if tag in order else 9, label.value)

    return min(labels, key=rank, default=None)


def bare_name(iri: str, names: Names) -> str:
    """Give what to call a thing without a label: a prefixed name, or the last part of its IRI."""
    short = names.shorten(iri)
    if short != iri:
        return short
    return unquote(iri.rstrip("/").rsplit("/", 1)[-1].rsplit("#", 1)[-1]) or iri


def alphabetic(text: str, language: str) -> str:
    """Write a text so that the order of such texts is that of a language's alphabet."""
    small = unicodedata.normalize("NFC", text).casefold()
    if language == "sv":
        small = small.translate(_AFTER_Z)
    if small.isascii():
        return small
    return "".join(c for c in unicodedata.normalize("NFKD", small) if not unicodedata.combining(c))
