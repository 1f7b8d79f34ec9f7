"""Cells of a report that join the names of several things: each name leads to its page, where the report gives the IRIs.

A column ``xIri`` holds the IRIs of what the column ``x`` names, parted by spaces; the order of either is the report's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from flask import Flask
from markupsafe import Markup

from kunskapsgraf.graph.rdf import Literal, NamedNode
from kunskapsgraf.graph.terms import Row
from kunskapsgraf.web.labels import Label
from kunskapsgraf.web.links import Links
from kunskapsgraf.web.text import directed

_SEPARATORS = ("; ", ", ")


def things_of(rows: Iterable[Row]) -> Iterator[NamedNode]:
    """Give the things that joined cells name, to look up their names."""
    for row in rows:
        for column, term in row.items():
            if column.endswith("Iri") and isinstance(term, Literal):
                yield from (NamedNode(iri) for iri in term.value.split())


class Joined:
    """Writes joined cells."""

    def __init__(self, links: Links) -> None:
        self._links = links

    def cell(self, text: str, iris: str, labels: Mapping[str, Label]) -> Markup:
        """Write each name with a link to the thing that is called so; a name that two of them share leads nowhere."""
        called: dict[str, set[str]] = {}
        for iri in iris.split():
            if iri in labels:
                called.setdefault(labels[iri].text, set()).add(iri)
        separator = next((one for one in _SEPARATORS if one in text and text not in called), "")
        names = text.split(separator) if separator else [text]
        return Markup.escape(separator).join(self._name(name, called.get(name, set())) for name in names)

    def _name(self, name: str, iris: set[str]) -> Markup:
        address = self._links.iri(next(iter(iris))) if len(iris) == 1 else None
        return Markup('<a href="{}">{}</a>').format(address, directed(name)) if address else directed(name)


def install(app: Flask, links: Links) -> None:
    """Give the templates ``joined``."""
    app.jinja_env.globals["joined"] = Joined(links).cell
