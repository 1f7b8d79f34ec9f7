"""Media types: which formats exist for which kind of answer, their suffixes, and the choice by ``Accept``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kunskapsgraf.errors import BadRequest, NotAcceptable


@dataclass(frozen=True)
class Format:
    """A way to write an answer: the name in ``?format=`` and file suffix, its media types (first is sent), text or not."""

    name: str
    media_types: tuple[str, ...]
    kinds: tuple[str, ...]

    @property
    def media_type(self) -> str:
        """The type that is sent."""
        return self.media_types[0]


FORMATS = (
    Format("json", ("application/sparql-results+json", "application/json"), ("select", "ask")),
    Format("xml", ("application/sparql-results+xml", "application/xml", "text/xml"), ("select", "ask")),
    Format("csv", ("text/csv",), ("select",)),
    Format("tsv", ("text/tab-separated-values",), ("select",)),
    Format("ttl", ("text/turtle", "application/x-turtle", "text/plain"), ("graph",)),
    Format("nt", ("application/n-triples",), ("graph",)),
    Format("jsonld", ("application/ld+json", "application/json"), ("graph",)),
    Format("rdf", ("application/rdf+xml", "application/xml", "text/xml"), ("graph",)),
    # A graph as a dataset: its triples stand in the default graph.
    Format("trig", ("application/trig",), ("graph",)),
    Format("nq", ("application/n-quads",), ("graph",)),
)
_RANGE = re.compile(r'(?:[^",]|"(?:[^"\\]|\\.)*"|")+')
"""A comma in a quoted parameter, as in a profile of JSON-LD, parts nothing (RFC 9110, section 5.6.4)."""
HTML = Format("html", ("text/html", "application/xhtml+xml"), ("page",))


def named(name: str, kind: str) -> Format:
    """Find the format called ``name`` for a kind of answer; raise ``BadRequest`` that lists the names there are."""
    for candidate in FORMATS:
        if candidate.name == name and kind in candidate.kinds:
            return candidate
    choices = ", ".join(f.name for f in FORMATS if kind in f.kinds)
    raise BadRequest(
        f"Formatet {name!r} finns inte för det här svaret. Välj ett av: {choices}.",
        f"There is no format {name!r} for this answer. Choose one of: {choices}.",
    )


def accepted(header: str | None, candidates: Sequence[Format]) -> Format:
    """Choose a format by an ``Accept`` header (RFC 9110, section 12.5.1); the first candidate where all are welcome.

    Raises ``NotAcceptable`` with the types there are.
    """
    if not header or not header.strip():
        return candidates[0]
    ranges = [_media_range(part) for part in _RANGE.findall(header) if part.strip()]
    best: tuple[float, int] | None = None
    chosen: Format | None = None
    for position, candidate in enumerate(candidates):
        for media_type in candidate.media_types:
            # A secondary type (application/json for SPARQL JSON) is not what is sent: it counts where it is named.
            wildcards = media_type == candidate.media_type
            quality = _quality(media_type, ranges, wildcards=wildcards)
            if quality > 0 and (best is None or (quality, -position) > best):
                best, chosen = (quality, -position), candidate
    if chosen is None:
        offered = ", ".join(candidate.media_type for candidate in candidates)
        raise NotAcceptable(
            f"Inget av formaten i Accept finns här. Det som finns: {offered}.",
            f"None of the formats in Accept exists here. There are: {offered}.",
        )
    return chosen


def _media_range(part: str) -> tuple[str, float]:
    name, *parameters = (piece.strip() for piece in part.split(";"))
    quality = 1.0
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip().lower() == "q":
            try:
                quality = min(max(float(value), 0.0), 1.0)
            except ValueError:
                quality = 0.0
    return name.lower(), quality


def _quality(media_type: str, ranges: list[tuple[str, float]], *, wildcards: bool) -> float:
    main = media_type.split("/")[0]
    for wanted in (media_type, f"{main}/*", "*/*") if wildcards else (media_type,):
        found = [quality for name, quality in ranges if name == wanted]
        if found:
            return max(found)
    return 0.0
