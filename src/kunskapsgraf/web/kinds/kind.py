"""What a kind is, and what its functions are given: a thing that is told of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext, ngettext
from markupsafe import Markup, escape

from kunskapsgraf.graph.particulars import Passage, Period
from kunskapsgraf.graph.rdf import Literal, NamedNode, Term
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.vocabulary import RDF_TYPE, RDFS, SKOS
from kunskapsgraf.web import context, language
from kunskapsgraf.web.describe import Description, Group
from kunskapsgraf.web.display import literal
from kunskapsgraf.web.labels import Label
from kunskapsgraf.web.links import Links
from kunskapsgraf.web.origin import Statement

_MOST_NAMED = 5


@dataclass(frozen=True)
class Sentence:
    """One sentence of a lead: its text with linked terms, and the statements that it says again."""

    text: Markup
    statements: tuple[Statement, ...]

    @property
    def periods(self) -> list[Period]:
        """The periods that what it says holds for."""
        return sorted({period for statement in self.statements for period in statement.periods})

    @property
    def is_joint(self) -> bool:
        """Tell whether some of it follows from several sources together, so that no one period is its own."""
        return any(statement.is_joint for statement in self.statements)

    @property
    def is_of_some_time(self) -> bool:
        """Tell whether only the proofs tell for which time some of it holds."""
        return any(statement.is_of_some_time for statement in self.statements)

    @property
    def marks(self) -> list[str]:
        """How it was concluded, where something that it says is laid down nowhere: inferred or closed."""
        return sorted({statement.kinds[0] for statement in self.statements if statement.is_derived})


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

    def total(self, *names: str) -> int:
        """Give how many statements there are with the properties, those that the page does not show too."""
        return sum(group.total for name in names if (group := self.group(name)))

    def name(self) -> Markup:
        """Write the thing's own name."""
        return self.term(NamedNode(self.description.iri), link=False)

    def term(self, term: Term, *, link: bool = True) -> Markup:
        """Write a term: a literal as the language has it, a thing by its label, with a link to its page."""
        if not isinstance(term, NamedNode):
            datatype = getattr(getattr(term, "datatype", None), "value", "")
            return _in_language(literal(text_of(term), datatype), getattr(term, "language", None))
        found = self.description.labels.get(term.value, Label(term.value, None))
        address = self.links.iri(term.value) if link else None
        text = _in_language(found.text, found.language)
        return Markup('<a href="{}">{}</a>').format(address, text) if address else text

    def listed(self, *names: str) -> Markup:
        """Write the other ends of statements as a list in words; a long one is cut, and says how many are left out."""
        ends = self._ends(names)
        left = self.total(*names) - len(ends)
        if len(ends) + left > _MOST_NAMED:
            left += len(ends[_MOST_NAMED - 1 :])
            ends = ends[: _MOST_NAMED - 1]
        return self.words(ends, left)

    def words(self, ends: Iterable[Term], left: int = 0) -> Markup:
        """Write terms as a list in words, and how many more there are; things of one name are told apart by their paths."""
        named = [(end, self.term(end)) for end in ends]
        names = Counter(self._name(end) for end, _ in named if isinstance(end, NamedNode))
        written = [text + self._apart(end) if names[self._name(end)] > 1 else text for end, text in named]
        if left:
            written.append(escape(ngettext("%(num)s till", "%(num)s till", left)))
        if len(written) == 1:
            return written[0]
        return Markup("{} {} {}").format(Markup(", ").join(written[:-1]), gettext("och"), written[-1])

    def _name(self, end: Term) -> str:
        found = self.description.labels.get(text_of(end))
        return found.text if found else text_of(end)

    def _apart(self, end: Term) -> Markup:
        return Markup(' <span class="tag">{}</span>').format(text_of(end).removeprefix(self.links.names.things))

    def _ends(self, names: Iterable[str]) -> list[Term]:
        own = self.description.iri
        found = dict.fromkeys(s.other(own) for name in names for s in self.statements(name))
        tongues = {end.language for end in found if isinstance(end, Literal) and end.language}
        chosen = language.current() if language.current() in tongues else None
        return [
            end
            for end in found
            if not isinstance(end, Literal) or not end.language or chosen is None or end.language == chosen
        ]

    def text(self, *names: str) -> Iterator[Sentence]:
        """Give a text of the thing's own in the visitor's language, of the first of the properties that has one."""
        for name in names:
            for statement in self.statements(name):
                end = statement.triple.object
                if isinstance(end, Literal) and end.language in (language.current(), None):
                    yield Sentence(self.term(end), (statement,))
                    return

    def kind(self) -> Iterator[Sentence]:
        """Say of which of our classes a thing is said to be; what follows from that is left to the list."""
        said = [s for s in self.statements(RDF_TYPE) if not s.is_derived and self._is_ours(s.triple.object)]
        if said:
            written = Markup(", ").join(self.term(s.triple.object) for s in said)
            yield self.sentence(gettext("Slag: %(classes)s."), said, classes=written)

    def _is_ours(self, term: Term) -> bool:
        return text_of(term).startswith(self.links.names.terms)

    def say(self, text: str, *names: str, **terms: object) -> Iterator[Sentence]:
        """Say a sentence of the statements with some properties, ``%(ends)s`` in it; nothing where there are none."""
        found = [statement for name in names for statement in self.statements(name)]
        if found:
            yield self.sentence(text, found, ends=self.listed(*names), name=self.name(), **terms)

    def count(self, one: Callable[[int], str], *names: str) -> Iterator[Sentence]:
        """Say a sentence with the number of statements with some properties, ``%(num)s`` in it; nothing where there are none."""
        if number := self.total(*names):
            found = [statement for name in names for statement in self.statements(name)]
            yield Sentence(escape(one(number)), tuple(found))

    def passage(self) -> Passage | None:
        """Give where the thing stands in a source, where it is a passage."""
        return context.store().particulars().passages_named([self.description.iri]).get(self.description.iri)

    def sentence(self, text: str, statements: Iterable[Statement], **terms: object) -> Sentence:
        """Make a sentence of a translated text with places such as ``%(kommun)s``."""
        return Sentence(escape(text) % terms, tuple(statements))


def _in_language(text: str, tag: str | None) -> Markup:
    if tag and tag != language.current():
        return Markup('<span lang="{}">{}</span>').format(tag, text)
    return escape(text)


Lead = Callable[[Told], Iterator[Sentence]]


def told_generally(told: Told) -> Iterator[Sentence]:
    """Say what any thing is: by its definition or comment, and its class."""
    yield from told.text(SKOS + "definition", RDFS + "comment")
    yield from told.kind()


@dataclass(frozen=True)
class Kind:
    """How pages tell of the things of a class.

    ``lead`` gives the sentences beneath the headline, made from the thing's statements and nothing else. ``sections`` gives
    the headings of the statements, called for each page, since they are in its language. ``template`` is a file of
    ``templates/kinds/``, included above the sections with what ``data`` gives as ``part``; where ``data`` gives ``None`` it
    is left out. ``retold`` names the properties that the template tells in its own way.
    """

    of_class: str
    lead: Lead = told_generally
    sections: Callable[[], tuple[Section, ...]] = tuple
    template: str = ""
    data: Callable[[Told], Mapping[str, Any] | None] = lambda _: None
    retold: frozenset[str] = frozenset()

    def class_iri(self, terms: str) -> str:
        """Give the IRI of its class."""
        return self.of_class if "://" in self.of_class else terms + self.of_class


ANY = Kind("")
"""The kind of things of no kind in particular."""
