"""What a kind is, and what its functions are given: a thing that is told of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from markupsafe import Markup, escape

from kunskapsgraf.graph.rdf import NamedNode, Term
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.web.describe import Description, Group, Statement
from kunskapsgraf.web.display import literal
from kunskapsgraf.web.labels import Label
from kunskapsgraf.web.links import Links

_MOST_NAMED = 5


@dataclass(frozen=True)
class Sentence:
    """One sentence of a lead: its text with linked terms, and the statements that it says again."""

    text: Markup
    statements: tuple[Statement, ...]


@dataclass(frozen=True)
class Section:
    """A heading and the properties beneath it, in order: local names of our terms or IRIs; those pointing here begin with ``^``."""

    name: str
    title: str
    properties: tuple[str, ...]


@dataclass(frozen=True)
class Told:
    """A thing as the functions of its kind see it: its statements, and how to write of them."""

    description: Description
    links: Links

    def group(self, name: str) -> Group | None:
        """Give the statements with a property, named as in a ``Section``; ``None`` where there are none."""
        incoming, name = name.startswith("^"), name.removeprefix("^")
        predicate = name if "://" in name else self.links.names.terms + name
        found = (g for g in self.description.groups if (g.incoming, g.predicate) == (incoming, predicate))
        return next(found, None)

    def statements(self, name: str) -> tuple[Statement, ...]:
        """Give the statements with a property; none is as empty."""
        group = self.group(name)
        return tuple(group.statements) if group else ()

    def name(self) -> Markup:
        """Write the thing's own name."""
        return self.term(NamedNode(self.description.iri), link=False)

    def term(self, term: Term, *, link: bool = True) -> Markup:
        """Write a term: a literal as the language has it, a thing by its label, with a link to its page."""
        if not isinstance(term, NamedNode):
            datatype = getattr(getattr(term, "datatype", None), "value", "")
            return escape(literal(text_of(term), datatype))
        found = self.description.labels.get(term.value, Label(term.value, None))
        address = self.links.iri(term.value) if link else None
        text = escape(found.text)
        return Markup('<a href="{}">{}</a>').format(address, text) if address else text

    def several(self, statements: Iterable[Statement]) -> Markup:
        """Write the other ends of statements as a list in words; a long one is cut, and says how many are left out."""
        ends = list(dict.fromkeys(statement.other(self.description.iri) for statement in statements))
        written = [self.term(end) for end in ends[:_MOST_NAMED]]
        if len(ends) > _MOST_NAMED:
            left = escape(gettext("%(n)s till")) % {"n": len(ends) - _MOST_NAMED}
            written.append(left)
        if len(written) == 1:
            return written[0]
        return Markup("{} {} {}").format(Markup(", ").join(written[:-1]), gettext("och"), written[-1])

    def sentence(self, text: str, statements: Iterable[Statement], **terms: object) -> Sentence:
        """Make a sentence of a translated text with places such as ``%(kommun)s``."""
        return Sentence(escape(text) % terms, tuple(statements))


Lead = Callable[[Told], Iterator[Sentence]]


def _nothing(_: Told) -> Iterator[Sentence]:
    yield from ()


@dataclass(frozen=True)
class Kind:
    """How pages tell of the things of a class.

    ``lead`` gives the sentences beneath the headline, made from the thing's statements and nothing else. ``sections`` gives
    the headings of the statements, called for each page, since they are in its language. ``template`` is a file of
    ``templates/kinds/``, included above the sections with what ``data`` gives as ``part``; where ``data`` gives ``None`` it
    is left out.
    """

    of_class: str
    lead: Lead = _nothing
    sections: Callable[[], tuple[Section, ...]] = tuple
    template: str = ""
    data: Callable[[Told], Mapping[str, Any] | None] = lambda _: None

    def class_iri(self, terms: str) -> str:
        """Give the IRI of its class."""
        return self.of_class if "://" in self.of_class else terms + self.of_class


ANY = Kind("")
"""The kind of things of no kind in particular."""
