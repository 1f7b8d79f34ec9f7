"""How to cite a view, and what is told beside the rows of a report that leaves the host."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from flask import Flask
from flask_babel import gettext
from markupsafe import Markup

from kunskapsgraf.graph import history
from kunskapsgraf.graph.queries import QueryFile
from kunskapsgraf.web import context, language
from kunskapsgraf.web.display import day
from kunskapsgraf.web.pinning import permalink

AUTHOR = "Kunskapsgraf"
_SPECIAL = re.compile(r"[\\{}$&#%_^~]")
_IN_BIBTEX = {"\\": r"\textbackslash{}", "^": r"\^{}", "~": r"\~{}"}


@dataclass(frozen=True)
class Citation:
    """What names a view so that it is found again: author, title, version, the day from which that served, and address."""

    title: str
    version: str
    date: str
    address: str

    @property
    def text(self) -> str:
        """The citation as a sentence, in the visitor's language."""
        return str(
            gettext(
                "%(author)s. ”%(title)s”. Version %(version)s, %(day)s. %(address)s",
                author=AUTHOR,
                title=self.title,
                version=self.version,
                day=day(self.date),
                address=self.address,
            )
        )

    @property
    def bibtex(self) -> str:
        """The citation for BibTeX and biblatex."""
        fields = {
            "author": f"{{{AUTHOR}}}",
            "title": f"{{{_in_bibtex(self.title)}}}",
            "year": self.date[:4],
            "date": self.date,
            "version": self.version,
            "note": f"Version {self.version}",
            "url": self.address,
        }
        lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
        return f"@misc{{kunskapsgraf-{self.version},\n{lines}}}\n"

    @property
    def csl(self) -> str:
        """The citation as CSL-JSON, which reference managers read."""
        item = {
            "id": f"kunskapsgraf-{self.version}",
            "type": "dataset",
            "author": [{"literal": AUTHOR}],
            "title": self.title,
            "version": self.version,
            "issued": {"date-parts": [[int(part) for part in self.date.split("-") if part]]},
            "URL": self.address,
            "language": language.current(),
        }
        return json.dumps([item], ensure_ascii=False, indent=2)


def install(app: Flask) -> None:
    """Give the templates ``cite``."""
    app.jinja_env.globals["cite"] = cite


def cite(title: str, address: str = "") -> Citation:
    """Give the citation of a view of the served version by its title, which may be a template's, and its address, else this one's."""
    version = context.store().version()
    plain = title.striptags() if isinstance(title, Markup) else title
    return Citation(plain, version, history.day_of(context.settings().home, version), permalink(address))


def _in_bibtex(text: str) -> str:
    return _SPECIAL.sub(lambda found: _IN_BIBTEX.get(found[0], "\\" + found[0]), text)


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
        (gettext("Hänvisa så"), cite(report.title(chosen), address).text),
        ("SPARQL", query),
    ]
