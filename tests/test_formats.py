"""Formats: the choice by ``Accept`` (RFC 9110, section 12.5.1) and by name."""

from __future__ import annotations

import pytest

from kunskapsgraf.errors import BadRequest, NotAcceptable
from kunskapsgraf.graph.formats import FORMATS, HTML, Format, accepted, named

SELECT = [found for found in FORMATS if "select" in found.kinds]
ASK = [found for found in FORMATS if "ask" in found.kinds]
GRAPH = [found for found in FORMATS if "graph" in found.kinds]
PAGE = [HTML, *GRAPH]
CHROME = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"

# (candidates, Accept, name of the format)
CHOSEN: list[tuple[list[Format], str | None, str]] = [
    (SELECT, None, "json"),
    (SELECT, "", "json"),
    (SELECT, " ", "json"),
    (SELECT, "*/*", "json"),
    (GRAPH, "*/*", "ttl"),
    (PAGE, "*/*", "html"),
    (SELECT, "text/csv", "csv"),
    (SELECT, "TEXT/CSV", "csv"),
    (SELECT, "text/csv; charset=utf-8", "csv"),
    (SELECT, "text/tab-separated-values", "tsv"),
    (SELECT, "application/sparql-results+xml", "xml"),
    (SELECT, "application/json", "json"),
    (SELECT, "text/xml", "xml"),
    (GRAPH, "application/json", "jsonld"),
    (GRAPH, "application/x-turtle", "ttl"),
    (GRAPH, "text/plain", "ttl"),
    (GRAPH, "application/n-triples", "nt"),
    (GRAPH, "application/rdf+xml", "rdf"),
    # The larger q wins, whatever the order; equal ones are for the service to choose.
    (SELECT, "text/csv;q=0.2, application/sparql-results+xml;q=0.9", "xml"),
    (SELECT, "application/sparql-results+xml;q=0.9, text/csv;q=0.2", "xml"),
    (SELECT, "text/csv, application/sparql-results+json", "json"),
    (SELECT, "text/csv;level=1;q=0.4, text/tab-separated-values;q=0.5", "tsv"),
    (SELECT, "text/csv;q=1.0, */*;q=0.1", "csv"),
    (SELECT, "text/csv;Q=0.1, text/tab-separated-values;q=0.2", "tsv"),
    (SELECT, "text/csv;q=9, text/tab-separated-values", "csv"),
    # The most specific range decides for its type.
    (SELECT, "text/*;q=0.9, text/csv;q=0.1", "tsv"),
    (SELECT, "*/*, application/sparql-results+json;q=0.1", "xml"),
    (GRAPH, "application/*", "nt"),
    (GRAPH, "text/*", "ttl"),
    # A wildcard welcomes the type that is sent, not another name of the format.
    (SELECT, "text/*", "csv"),
    (GRAPH, "text/turtle;q=0, */*", "nt"),
    (GRAPH, "text/turtle;q=0, text/*, application/rdf+xml;q=0.1", "rdf"),
    # What cannot be read as a number refuses its type.
    (SELECT, "text/csv;q=high, text/tab-separated-values;q=0.1", "tsv"),
    (SELECT, "text/csv;q=nan, text/tab-separated-values;q=0.1", "tsv"),
    (SELECT, "text/csv;q=0, text/tab-separated-values;q=0.001", "tsv"),
    (SELECT, ",, text/csv ,", "csv"),
    # A quoted comma parts nothing (RFC 9110, section 5.6.4).
    (GRAPH, 'application/ld+json;profile="a,text/turtle"', "jsonld"),
    (GRAPH, "application/trig, text/turtle;q=0.9", "trig"),
    (GRAPH, "application/n-quads", "nq"),
    # Browsers.
    (PAGE, CHROME, "html"),
    (SELECT, CHROME, "xml"),
    (PAGE, "application/xhtml+xml", "html"),
    (PAGE, "text/turtle, text/html;q=0.5", "ttl"),
]
# (candidates, Accept)
REFUSED = [
    (SELECT, "image/png"),
    (SELECT, "text/turtle"),
    (ASK, "text/csv"),
    (GRAPH, "text/csv"),
    (SELECT, "text/csv;q=0"),
    (SELECT, "*/*;q=0"),
    (SELECT, "text/csv;q=-1"),
    (SELECT, "text"),
    (SELECT, "image/*"),
    (SELECT, ","),
    ([HTML], "application/json"),
]
# (kind, names)
NAMES = [
    ("select", ["json", "xml", "csv", "tsv"]),
    ("ask", ["json", "xml"]),
    ("graph", ["ttl", "nt", "jsonld", "rdf", "trig", "nq"]),
]


@pytest.mark.parametrize(("candidates", "header", "expected"), CHOSEN)
def test_accepted(candidates: list[Format], header: str | None, expected: str) -> None:
    """The format that the client likes best is chosen."""
    assert expected == accepted(header, candidates).name


@pytest.mark.parametrize(("candidates", "header"), REFUSED)
def test_not_acceptable(candidates: list[Format], header: str) -> None:
    """Where no format is welcome, the error names those that exist."""
    with pytest.raises(NotAcceptable) as caught:
        accepted(header, candidates)
    for candidate in candidates:
        assert candidate.media_type in caught.value.sv
        assert candidate.media_type in caught.value.en


@pytest.mark.parametrize(("kind", "names"), NAMES)
def test_named(kind: str, names: list[str]) -> None:
    """Each kind of answer has its formats by name, and no others."""
    assert names == [found.name for found in FORMATS if kind in found.kinds]
    assert names == [named(name, kind).name for name in names]


@pytest.mark.parametrize(
    ("name", "kind"), [("csv", "ask"), ("ttl", "select"), ("csv", "graph"), ("html", "graph"), ("", "ask")]
)
def test_no_such_name(name: str, kind: str) -> None:
    """A name that the kind of answer lacks is a bad request that lists the names there are."""
    with pytest.raises(BadRequest) as caught:
        named(name, kind)
    choices = ", ".join(found.name for found in FORMATS if kind in found.kinds)
    assert f"Choose one of: {choices}." in caught.value.en
    assert f"Välj ett av: {choices}." in caught.value.sv


def test_media_types_tell_formats_apart() -> None:
    """No two formats of one kind of answer share a media type."""
    for kind in ("select", "ask", "graph"):
        types = [media_type for found in FORMATS if kind in found.kinds for media_type in found.media_types]
        assert sorted(set(types)) == sorted(types)
