"""The lines of a list of statements. A page has some hundreds of them, so they are written here and not by a template.

Everything that comes from the graph goes through ``escape``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from flask_babel import gettext
from markupsafe import Markup, escape

from kunskapsgraf.graph.particulars import Period
from kunskapsgraf.graph.rdf import Literal, NamedNode, Term
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.vocabulary import RDF_TYPE
from kunskapsgraf.web import display, language
from kunskapsgraf.web.text import LONGEST_TEXT, directed
from kunskapsgraf.web.why import address, plain

if TYPE_CHECKING:
    from kunskapsgraf.web.describe import Description, Group
    from kunskapsgraf.web.entity import Source
    from kunskapsgraf.web.labels import Label
    from kunskapsgraf.web.links import Links
    from kunskapsgraf.web.origin import Statement

_MOST_PASSAGES = 2
_DEEPEST = 12
"""Levels of nameless things within each other."""


class Rows:
    """Writes the lines of one page, in its language."""

    def __init__(self, thing: Description, sources: Mapping[str, Source], links: Links) -> None:
        self._thing = thing
        self._sources = sources
        self._links = links
        self._language = language.current()
        self._addresses: dict[str, str | None] = {}
        self._namesakes: set[str] = set()
        self._seen: set[Term] = set()
        self._waiting: list[Term] = []
        self._periods: dict[Period, str] = {}
        self._why = escape(gettext("Varför?"))
        self._line = escape(gettext("rad"))
        self._joint = escape(gettext("ur flera källor"))
        self._some_time = escape(gettext("tiden står i beviset"))
        words = {
            "asserted": gettext("källa"),
            "editorial": gettext("redaktion"),
            "inferred": gettext("härlett"),
            "closed": gettext("ur frånvaro"),
            "ontology": gettext("ontologi"),
        }
        self._marks = {kind: f'<span class="mark {kind}">{escape(word)}</span> ' for kind, word in words.items()}

    def of(self, group: Group) -> Markup:
        """Write the lines of a group."""
        is_class = group.predicate == RDF_TYPE and not group.incoming
        ends = [statement.other(self._thing.iri) for statement in group.statements]
        names = Counter(self._thing.labels[end.value].text for end in ends if isinstance(end, NamedNode))
        self._namesakes = {name for name, count in names.items() if count > 1}
        return Markup("").join(Markup(self._row(statement, is_class=is_class)) for statement in group.statements)  # noqa: S704 - each part is escaped

    def _row(self, statement: Statement, *, is_class: bool) -> str:
        end = statement.other(self._thing.iri)
        shown = self._defined(end.value) if is_class and isinstance(end, NamedNode) else self._value(end)
        told = "" if isinstance(end, Literal) and len(end.value) > LONGEST_TEXT else f' data-end="{_written(end)}"'
        return f'<li{told}><div class="value">{shown}</div>{self._origin(statement)}</li>\n'

    def _value(self, term: Term) -> str:
        if self._thing.nameless.get(term):
            return self._nameless(term)
        if isinstance(term, NamedNode):
            return self._linked(term.value) + self._apart(term.value)
        if isinstance(term, Literal):
            if term.language:
                is_foreign = term.language != self._language
                tag = f' <span class="tag">{escape(term.language)}</span>' if is_foreign else ""
                return f'<span lang="{escape(term.language)}" dir="auto">{self._text(term.value)}</span>{tag}'
            return f'<span dir="auto">{self._text(display.literal(term.value, term.datatype.value))}</span>'
        return f'<span class="blank">{escape(str(term))}</span>'

    def _text(self, text: str) -> str:
        """Write a text; a long one is cut, and says so."""
        if len(text) <= LONGEST_TEXT:
            return str(escape(text))
        said = gettext("Här visas de första %(n)s av %(total)s tecken.") % {
            "n": display.grouped(LONGEST_TEXT),
            "total": display.grouped(len(text)),
        }
        whole = escape(self._links.data(self._thing.iri, "ttl"))
        link = f'<a href="{whole}">{escape(gettext("Hela texten"))}</a>'
        return f'{escape(text[:LONGEST_TEXT])}… <span class="cut">{escape(said)} {link}</span>'

    def _apart(self, iri: str) -> str:
        """Tell things of the same name in a list apart by their paths."""
        if self._thing.labels[iri].text not in self._namesakes:
            return ""
        return f' <span class="tag">{escape(iri.removeprefix(self._links.names.things))}</span>'

    def _nameless(self, node: Term) -> str:
        """Write what is said of a thing without a name in its place; what lies very deep stands after it."""
        parts: list[str] = []
        self._waiting = [node]
        while self._waiting:
            parts.append(self._told(self._waiting.pop(), 0))
        return "".join(parts)

    def _told(self, node: Term, depth: int) -> str:
        if node in self._seen:
            return f'<span class="blank">{escape(text_of(node))}</span>'
        self._seen.add(node)
        parts = []
        for statement in self._thing.nameless[node]:
            predicate, target = statement.triple.predicate, statement.triple.object
            if not self._thing.nameless.get(target):
                shown = self._value(target)
            elif depth < _DEEPEST:
                shown = self._told(target, depth + 1)
            else:
                self._waiting.append(target)
                shown = f'<span class="blank">{escape(text_of(target))}</span>'
            parts.append(
                f'<div data-p="{_written(predicate)}"><dt>{self._linked(predicate.value)}</dt>'
                f'<dd data-end="{_written(target)}">{shown}</dd></div>'
            )
        return f'<dl class="nameless" data-of="{_written(node)}">{"".join(parts)}</dl>'

    def _linked(self, iri: str, title: str = "") -> str:
        """Write a thing by its label, with a link to its page."""
        label = self._label(self._thing.labels[iri])
        where = self._address(iri)
        more = f' title="{escape(title)}"' if title else ""
        return f'<a href="{where}"{more}>{label}</a>' if where else label

    def _address(self, iri: str) -> str | None:
        """Give the address of a thing, escaped."""
        if iri not in self._addresses:
            where = self._links.iri(iri)
            self._addresses[iri] = str(escape(where)) if where else None
        return self._addresses[iri]

    def _label(self, label: Label) -> str:
        if label.language and label.language != self._language:
            return f'<span lang="{escape(label.language)}">{directed(label.text)}</span>'
        return str(directed(label.text))

    def _defined(self, iri: str) -> str:
        meaning = self._thing.meanings.get(iri, "")
        return self._linked(iri, meaning) + self._meaning(iri)

    def term(self, iri: str) -> Markup:
        """Write a term with a link, and what it means as the link's title."""
        return Markup(self._linked(iri, self._thing.meanings.get(iri, "")))  # noqa: S704 - each part is escaped

    def meant(self, iri: str) -> Markup:
        """Write what a term means, to be opened; empty where nobody says."""
        return Markup(self._meaning(iri))  # noqa: S704 - each part is escaped

    def _meaning(self, iri: str) -> str:
        """Write what a term means, to be opened by keyboard or touch; on hover the title of its link tells the same."""
        if not (meaning := self._thing.meanings.get(iri)):
            return ""
        asked = escape(gettext("Vad betyder %(term)s?")) % {"term": self._thing.labels[iri].text}
        return f'<details class="meaning"><summary aria-label="{asked}">?</summary><p>{directed(meaning)}</p></details>'

    def _origin(self, statement: Statement) -> str:
        parts = [self._marks[kind] for kind in statement.kinds]
        if statement.is_derived:
            said = f"{self._why} {escape(plain(statement.triple, self._thing.labels))}"
            where = escape(address(self._links, statement.triple))
            parts.append(f'<a class="why" href="{where}" aria-label="{said}">{self._why}</a> ')
        for passage in statement.passages[:_MOST_PASSAGES]:
            place, path = self._address(passage.iri), escape(passage.path)
            line = f'<a class="passage" href="{place}" title="{path}">{self._line}&nbsp;{escape(passage.lines)}</a>'
            number = self._sources[passage.source].number
            parts.append(f'<span class="at">{line} <a class="source" href="#kalla-{number}">[{number}]</a></span> ')
        if (left := len(statement.passages) - _MOST_PASSAGES) > 0:
            parts.append(f'<span class="more">+{left}</span> ')
        parts += map(self._period, statement.periods)
        if statement.is_joint:
            parts.append(f'<span class="period">{self._joint}</span>')
        if statement.is_of_some_time:
            parts.append(f'<span class="period">{self._some_time}</span>')
        return f'<div class="origin">{"".join(parts)}</div>'

    def _period(self, period: Period) -> str:
        if period not in self._periods:
            self._periods[period] = f'<span class="period">{escape(display.period(period))}</span> '
        return self._periods[period]


def _written(term: Term) -> str:
    """Write a term as in N-Triples, as an attribute may hold it; what an IRI may hold needs less than a text."""
    return (
        str(term).replace("&", "&amp;").replace('"', "&#34;") if isinstance(term, NamedNode) else str(escape(str(term)))
    )
