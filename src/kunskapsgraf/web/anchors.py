"""Links to things by their names, written at once: a page with tables has hundreds, and a macro for each takes its time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask import Flask
from markupsafe import Markup

from kunskapsgraf.web import language
from kunskapsgraf.web.labels import Label
from kunskapsgraf.web.links import Links
from kunskapsgraf.web.text import directed


class Anchors:
    """Write the names of things with links to their pages."""

    def __init__(self, links: Links) -> None:
        self._links = links

    def one(self, iri: str, labels: Mapping[str, Label]) -> Markup:
        """Write the name of a thing, with a link where it has a page."""
        label = labels[iri]
        text = directed(label.text)
        if label.language and label.language != language.current():
            text = Markup('<span lang="{}">{}</span>').format(label.language, text)
        address = self._links.iri(iri)
        return Markup('<a href="{}">{}</a>').format(address, text) if address else text

    def several(self, iris: Iterable[str], labels: Mapping[str, Label]) -> Markup:
        """Write the names of things, with commas between them."""
        return Markup(", ").join(self.one(iri, labels) for iri in iris)


def install(app: Flask, links: Links) -> None:
    """Give the templates ``anchor`` and ``anchors``."""
    found = Anchors(links)
    app.jinja_env.globals["anchor"] = found.one
    app.jinja_env.globals["anchors"] = found.several
