"""What is told beside the rows of a report that leaves the host: where they are from, of which version, and how to cite them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from flask_babel import gettext

from kunskapsgraf.graph.queries import QueryFile
from kunskapsgraf.web import language
from kunskapsgraf.web.display import day


def citation(title: str, version: str, address: str) -> str:
    """Give a text to cite a view by: who made it, its name, the version, the day it was fetched, and where."""
    return str(
        gettext(
            'Kunskapsgraf. "%(title)s". Version %(version)s, hämtad %(day)s. %(address)s',
            title=title,
            version=version,
            day=day(datetime.datetime.now(datetime.UTC).date().isoformat()),
            address=address,
        )
    )


def told_of(
    report: QueryFile, given: Iterable[tuple[str, str]], version: str, address: str, query: str, rows: str
) -> list[tuple[str, str]]:
    """Tell of a report's rows as pairs: what they answer, with which values, how many, from where, and how to cite them."""
    chosen = language.current()
    return [
        (gettext("Rapport"), report.title(chosen)),
        (gettext("Beskrivning"), report.description(chosen)),
        *given,
        (gettext("Rader"), rows),
        (gettext("Källa"), gettext("Kunskapsgraf, CC BY 4.0. Källorna till varje uppgift nås på sakens sida.")),
        (gettext("Version"), version),
        (gettext("Adress"), address),
        (gettext("Hänvisa så"), citation(report.title(chosen), version, address)),
        ("SPARQL", query),
    ]
