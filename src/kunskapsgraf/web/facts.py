"""Facts of the things that a page tells of beside its own: properties of many things, asked at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from kunskapsgraf.graph.particulars import Period
from kunskapsgraf.graph.rdf import Literal, NamedNode, Term
from kunskapsgraf.graph.store import Store, select
from kunskapsgraf.graph.terms import Row, text_of
from kunskapsgraf.graph.together import together
from kunskapsgraf.web import context, language
from kunskapsgraf.web.labels import Label, names_of
from kunskapsgraf.web.origin import KINDS

_AT_ONCE = 400


@dataclass
class Facts:
    """What is said of a thing: values by property, named by the local name of a term of ours or by its IRI."""

    iri: str
    values: dict[str, list[Term]] = field(default_factory=dict)

    def iris(self, *names: str) -> tuple[str, ...]:
        """Give the things that the properties lead to, each once, in the order of their IRIs."""
        found = {term.value for name in names for term in self.values.get(name, ()) if isinstance(term, NamedNode)}
        return tuple(sorted(found))

    def iri_of(self, name: str) -> str:
        """Give the first thing that a property leads to; an empty text where there is none."""
        return next(iter(self.iris(name)), "")

    def texts(self, name: str) -> tuple[Literal, ...]:
        """Give the texts of a property: those in the visitor's language where there are any, else all."""
        found = [term for term in self.values.get(name, ()) if isinstance(term, Literal)]
        own = [term for term in found if term.language == language.current()]
        return tuple(sorted(own or found, key=lambda term: term.value))

    def text(self, name: str) -> str:
        """Give the first value of a property that is no thing, as it stands; an empty text where there is none."""
        return next((term.value for term in self.texts(name)), "")

    @property
    def period(self) -> Period | None:
        """Give the period that is said of it, which may be said to be unknown; ``None`` where nothing is said."""
        first, last = self.text("giltigFran"), self.text("giltigTill")
        return Period(first, last) if first or last or self.text("giltighetOkand") in ("true", "1") else None


def facts_of(store: Store, things: Iterable[str], names: Iterable[str] = ()) -> dict[str, Facts]:
    """Give the facts of each thing, of the properties named, or all of them."""
    listed = sorted(set(things))
    found = {iri: Facts(iri) for iri in listed}
    terms = store.names.terms
    properties = [name if "://" in name else terms + name for name in names]
    of = {"properties": properties} if properties else {}
    for rows in _asked(store, "facts", listed, of):
        for row in rows:
            name = text_of(row["properties"]).removeprefix(terms)
            found[text_of(row["things"])].values.setdefault(name, []).append(row["value"])
    return found


def _asked(store: Store, query: str, things: Sequence[str], values: Mapping[str, Sequence[str]]) -> list[list[Row]]:
    """Ask a query of many things in parts, side by side: the text of a query is bounded."""
    parts = (things[start : start + _AT_ONCE] for start in range(0, len(things), _AT_ONCE))
    texts = [context.query(query, things=part, **values) for part in parts]
    return together(*(partial(select, store, text) for text in texts))


def marks_of(store: Store, things: Iterable[str], names: Iterable[str]) -> dict[tuple[str, str, str], tuple[str, ...]]:
    """Give the kinds of statement that facts are (asserted, editorial ...), by thing, property and value."""
    listed = sorted(set(things))
    terms = store.names.terms
    properties = [name if "://" in name else terms + name for name in names]
    graphs: dict[tuple[str, str, str], set[str]] = {}
    for rows in _asked(store, "graphs-of-facts", listed, {"properties": properties}):
        for row in rows:
            graph = text_of(row["graph"])
            if not store.names.is_layer(graph):
                key = text_of(row["things"]), text_of(row["properties"]).removeprefix(terms), text_of(row["value"])
                graphs.setdefault(key, set()).add(store.names.kind_of_graph(graph))
    return {key: tuple(kind for kind in KINDS if kind in kinds) for key, kinds in graphs.items()}


def things_in(facts: Iterable[Facts]) -> Iterator[NamedNode]:
    """Give the things that facts are of or lead to, but for passages: what a page may have to name."""
    for found in facts:
        yield NamedNode(found.iri)
        for name, values in found.values.items():
            if name != "uttalasI":
                yield from (term for term in values if isinstance(term, NamedNode))


def named(store: Store, *facts: Mapping[str, Facts]) -> dict[str, Label]:
    """Give labels for all that facts are of or lead to."""
    return names_of(store, {term.value for group in facts for term in things_in(group.values())})


def period_of(row: Row) -> Period:
    """Read the period of a row with ``first`` and ``last``."""
    return Period(*(text_of(row[end]) if end in row else "" for end in ("first", "last")))
