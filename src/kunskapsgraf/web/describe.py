"""What is said of a thing: every statement with it as subject or object, its kind, its source and its period.

The page and the data of a thing are made of the same statements, so that they cannot disagree. A page shows the beginning
of a long list, and its further parts on pages of their own; the data hold all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from flask_babel import gettext

from kunskapsgraf.graph.naming import alphabetic, bare_name
from kunskapsgraf.graph.particulars import NOTHING, Node, Passage
from kunskapsgraf.graph.rdf import Literal, NamedNode, Term, Triple
from kunskapsgraf.graph.store import Store
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.vocabulary import DCT, PREF_LABEL, RDF_TYPE, RDFS_LABEL, SKOS
from kunskapsgraf.web import language, neighbourhood
from kunskapsgraf.web.labels import Label, label_of
from kunskapsgraf.web.neighbourhood import Neighbourhood, Property
from kunskapsgraf.web.origin import Statement, statements

MOST_OF_PART = 100


@dataclass
class Group:
    """The statements with one predicate, in one direction: those shown, and how many there are."""

    predicate: str
    incoming: bool
    statements: list[Statement] = field(default_factory=list)
    total: int = 0

    @property
    def left(self) -> int:
        """How many statements are not shown."""
        return self.total - len(self.statements)


@dataclass
class Description:
    """A thing with what is said of it, on this page of it; what is said of nameless things stands beside."""

    iri: str
    groups: list[Group]
    labels: dict[str, Label]
    meanings: dict[str, str] = field(default_factory=dict)
    nameless: dict[Term, list[Statement]] = field(default_factory=dict)

    @property
    def statements(self) -> list[Statement]:
        """Give all statements, in the order of the page."""
        return [
            *(statement for group in self.groups for statement in group.statements),
            *chain(*self.nameless.values()),
        ]

    @property
    def triples(self) -> list[Triple]:
        """Give the triples of the page, sorted, each once."""
        return sorted({statement.triple for statement in self.statements}, key=str)

    def said(self) -> set[str]:
        """Give the properties that the thing has as subject."""
        return {group.predicate for group in self.groups if not group.incoming}


def triples(store: Store, iri: str) -> list[Triple]:
    """Give all triples with a thing as subject or object, and of its nameless things, sorted; none where nothing is said."""
    found = neighbourhood.whole(store, iri)
    own = (neighbourhood.triple(iri, key, end) for key, of in found.properties.items() for end in of.ends)
    return sorted({*own, *chain(*found.nameless.values())}, key=str)


def describe(store: Store, iri: str) -> Description | None:
    """Describe a thing, with the beginning of each list; ``None`` where nothing is said of it."""
    order = _Order(store)
    return _described(store, iri, neighbourhood.beginning(store, iri, order.arranged), order)


def describe_part(store: Store, iri: str, found: Property, page: int) -> Description | None:
    """Describe a part of one list of a thing, the first page being 1; ``None`` where there is none."""
    order = _Order(store)
    part = neighbourhood.part(store, iri, found, order.arranged, MOST_OF_PART, (page - 1) * MOST_OF_PART)
    return _described(store, iri, part, order)


def _described(store: Store, iri: str, found: Neighbourhood, order: _Order) -> Description | None:
    keys = {
        key: [neighbourhood.triple(iri, key, end) for end in of.ends] for key, of in found.properties.items() if of.ends
    }
    if not keys:
        return None
    shown = [*chain(*keys.values()), *chain(*found.nameless.values())]
    order.know(NamedNode(iri), *chain.from_iterable((t.subject, t.predicate, t.object) for t in shown))
    made = statements({t: found.graphs[t] for t in shown}, order.nodes, store.particulars(), store.names)
    groups = [
        Group(key[1], key[0], [made[t] for t in said if t in made], found.properties[key].total)
        for key, said in keys.items()
    ]
    labels = order.labels()
    place = reading_order(store.names.terms)
    groups.sort(
        key=lambda g: (g.incoming, place.get(g.predicate, len(place)), alphabetic(labels[g.predicate].text, "sv"))
    )
    described = {name for g in groups for name in (g.predicate, *_classes(g))}
    meanings = {name: text for name in described if (text := order.nodes.get(name, NOTHING).means(language.current()))}
    nameless = {node: [made[t] for t in said] for node, said in found.nameless.items()}
    return Description(iri, groups, labels, meanings, nameless)


def _classes(group: Group) -> Iterable[str]:
    if group.predicate == RDF_TYPE and not group.incoming:
        yield from (text_of(statement.triple.object) for statement in group.statements)


class _Order:
    """Knows the names of things, and the order in which they stand in a list."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.nodes: dict[str, Node] = {}
        self._known: set[str] = set()

    def know(self, *terms: Term) -> None:
        """Read what is known of things, those not known before."""
        new = {term.value for term in terms if isinstance(term, NamedNode)} - self._known
        if new:
            self._known |= new
            self.nodes |= self._store.particulars().nodes(new, language.current())

    def arranged(self, lists: Sequence[list[Term]], besides: Iterable[str]) -> list[list[Term]]:
        """Put the ends of each list in order: texts in the visitor's language first, and things by their names."""
        self.know(*chain.from_iterable(lists), *map(NamedNode, besides))
        chosen = language.current()

        def key(term: Term) -> tuple[int, str, str]:
            if isinstance(term, Literal):
                foreign = term.language is not None and term.language != chosen
                return int(foreign), "", term.value
            text = text_of(term)
            name = self.nodes.get(text, NOTHING).name if isinstance(term, NamedNode) else text
            return 2, alphabetic(name or bare_name(text, self._store.names), chosen), text

        return [sorted(terms, key=key) for terms in lists]

    def labels(self) -> dict[str, Label]:
        """Give the label of every thing that is known of; that of a passage tells its lines."""
        found = {iri: label_of(self.nodes.get(iri, NOTHING), iri, self._store) for iri in self._known}
        start = self._store.names.things + "passage/"
        passages = self._store.particulars().passages_named(iri for iri in self._known if iri.startswith(start))
        return found | {iri: _label_of(passage, found[iri]) for iri, passage in passages.items()}


def _label_of(passage: Passage, label: Label) -> Label:
    return Label(f"{label.text}, {said_lines(passage)}", label.language)


def said_lines(passage: Passage) -> str:
    """Write the lines of a passage: "rad 4" or "rad 4–7"."""
    text = gettext("rad %(lines)s") if passage.first == passage.last else gettext("rader %(lines)s")
    return str(text % {"lines": passage.lines})


_FIRST = (PREF_LABEL, RDFS_LABEL, DCT + "title", SKOS + "altLabel", SKOS + "definition", RDF_TYPE)
_NEXT = (
    "erbjuder",
    "harMetodutbud",
    "erbjudsAv",
    "erbjudandeText",
    "innehallText",
    "riktarSigSpecifiktTill",
    "riktarSigTill",
    "alderFran",
    "alderTill",
    "anvanderMetod",
    "tilltradesvag",
    "regi",
    "status",
    "startar",
    "utforsAv",
    "huvudman",
    "harUppgift",
    "deltarI",
    "samverkarMed",
    "onskar",
)
"""What a reader looks for first: names, then these terms of ours, then the rest by their labels."""


def reading_order(terms: str) -> Mapping[str, int]:
    """Give the place of each property that a reader looks for before the rest, with ours in the namespace ``terms``."""
    return {iri: number for number, iri in enumerate([*_FIRST, *(terms + name for name in _NEXT)])}
