"""What the graph says of a thing, property by property: short lists whole, and of long ones the part that is asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from kunskapsgraf.graph.particulars import Listed
from kunskapsgraf.graph.rdf import BlankNode, NamedNode, Term, Triple, lexical
from kunskapsgraf.graph.store import Store, select
from kunskapsgraf.graph.terms import text_of, triples_of
from kunskapsgraf.graph.vocabulary import RDF_TYPE, Names
from kunskapsgraf.web import context, language

Property = tuple[bool, str]
"""Whether the statements point to the thing, and their predicate."""
Arrange = Callable[[Sequence[list[Term]], Iterable[str]], list[list[Term]]]
"""Puts several lists in order, each by itself; beside them it is told what else will be named, so that all is asked for at once."""


LINES, FEWEST = 100, 3
"""Statements that a page shows where it can, and those of each list that it always does."""
OF_LONG = 5
"""Statements shown of each list, on the page of a thing with lists that are kept beside the snapshot."""
_MOST = (60, 40, 25, 18, 14, 12, 10, 8, 7, 6, 5, 4)


@dataclass
class Neighbours:
    """The ends of the statements with one property: those that are shown, in order, and how many there are in all."""

    ends: list[Term] = field(default_factory=list)
    total: int = 0


@dataclass
class Neighbourhood:
    """What is said of a thing: its neighbours by property, the graphs of each statement, and the same of its nameless things."""

    properties: dict[Property, Neighbours] = field(default_factory=dict)
    graphs: dict[Triple, set[str]] = field(default_factory=lambda: defaultdict(set))
    nameless: dict[Term, list[Triple]] = field(default_factory=dict)


def triple(iri: str, found: Property, end: Term) -> Triple:
    """Write a statement of a thing by its property and its other end."""
    incoming, predicate = found
    if incoming:
        return Triple(end, NamedNode(predicate), NamedNode(iri))  # type: ignore[arg-type]
    return Triple(NamedNode(iri), NamedNode(predicate), end)


def whole(store: Store, iri: str) -> Neighbourhood:
    """Give all that is said of a thing."""
    found = Neighbourhood()
    for row in select(store, context.query("thing", thing=iri)):
        incoming = "subject" in row
        key = (incoming, text_of(row["predicate"]))
        _note(store, found, iri, key, row["subject" if incoming else "object"], text_of(row["graph"]))
    _expand(store, found)
    return found


def beginning(store: Store, iri: str, arrange: Arrange) -> Neighbourhood:
    """Give the beginning of each list: what ``arrange`` puts first, or of a long one what stands first beside the snapshot."""
    lists = store.particulars().lists(iri)
    if lists:
        found = Neighbourhood()
        for incoming, properties in enumerate(store.particulars().beside_lists(iri)):
            _read(store, found, iri, bool(incoming), properties)
    else:
        found = whole(store, iri)
    most = _most(len(neighbours.ends) for neighbours in found.properties.values()) if not lists else OF_LONG
    arranged = arrange([neighbours.ends for neighbours in found.properties.values()], _named(iri, found, lists))
    for (key, neighbours), ends in zip(found.properties.items(), arranged, strict=True):
        # What a thing is not is told by all that it is.
        neighbours.ends = ends[: None if key == (False, RDF_TYPE) else most]
    for listed in lists:
        _part(store, found, iri, listed, most, 0)
    _expand(store, found)
    return found


def _named(iri: str, found: Neighbourhood, lists: Iterable[Listed] = ()) -> list[str]:
    """Give what a page names besides the ends: the thing and the properties."""
    return [iri, *(predicate for _, predicate in found.properties), *(listed.predicate for listed in lists)]


def _most(lengths: Iterable[int]) -> int:
    """Say how much of each list a page shows, so that it has about ``LINES``."""
    known = list(lengths)
    return next((most for most in _MOST if sum(min(length, most) for length in known) <= LINES), FEWEST)


def part(store: Store, iri: str, found: Property, arrange: Arrange, most: int, after: int) -> Neighbourhood:
    """Give a part of one list."""
    read = Neighbourhood()
    listed = next((one for one in store.particulars().lists(iri) if (one.incoming, one.predicate) == found), None)
    if listed:
        _part(store, read, iri, listed, most, after)
    else:
        _read(store, read, iri, found[0], [found[1]])
        for neighbours, ends in zip(
            read.properties.values(),
            arrange([of.ends for of in read.properties.values()], _named(iri, read)),
            strict=True,
        ):
            neighbours.ends = ends[after : after + most]
    _expand(store, read)
    return read


def _read(store: Store, found: Neighbourhood, iri: str, incoming: bool, properties: Sequence[str]) -> None:
    if properties:
        query = context.query("thing-to" if incoming else "thing-from", thing=iri, properties=properties)
        for row in select(store, query):
            _note(store, found, iri, (incoming, text_of(row["properties"])), row["end"], text_of(row["graph"]))


def _part(store: Store, found: Neighbourhood, iri: str, listed: Listed, most: int, after: int) -> None:
    key = (listed.incoming, listed.predicate)
    ends: list[Term] = [
        NamedNode(end) for end in store.particulars().part(iri, listed, language.current(), most, after)
    ]
    found.properties[key] = Neighbours(ends, listed.total)
    if ends:
        name = "graphs-to" if listed.incoming else "graphs-from"
        query = context.query(name, thing=iri, property=listed.predicate, ends=[text_of(end) for end in ends])
        for row in select(store, query):
            graph = text_of(row["graph"])
            found.graphs[triple(iri, key, row["ends"])].add(graph)


def _note(store: Store, found: Neighbourhood, iri: str, key: Property, end: Term, graph: str) -> None:
    """Note a statement of the default graph once; a graph that is reached by name only tells where it comes from."""
    graphs = found.graphs[triple(iri, key, end)]
    is_layer = store.names.is_layer(graph)
    is_new = not is_layer and all(store.names.is_layer(known) for known in graphs)
    graphs.add(graph)
    if is_new:
        neighbours = found.properties.setdefault(key, Neighbours())
        neighbours.ends.append(end)
        neighbours.total += 1


def nameless_of(store: Store, said: Iterable[Triple]) -> list[Triple]:
    """Give what is said of the things without a name at the ends of statements, and of those that they lead to."""
    ends = [end for one in said for end in (one.subject, one.object)]
    found = Neighbourhood(properties={(False, ""): Neighbours(list(ends))})
    _expand(store, found)
    return [one for stated in found.nameless.values() for one in stated]


def _expand(store: Store, found: Neighbourhood) -> None:
    """Read what is said of things without a name, and of those that they lead to."""
    particulars, names = store.particulars(), store.names
    left = [end for neighbours in found.properties.values() for end in neighbours.ends]
    while left:
        node = left.pop()
        if not is_nameless(node, names) or node in found.nameless:
            continue
        stated = found.nameless[node] = []
        for graph, predicate, target in particulars.nameless(text_of(node)):
            [one] = triples_of(f"{lexical(node)} <{predicate}> {target} .".encode())
            stated.append(one)
            found.graphs[one].add(graph)
        left += (one.object for one in stated)


def is_nameless(term: Term, names: Names) -> bool:
    """Tell whether a term is a blank node, or the IRI that one of a source was given."""
    return isinstance(term, BlankNode) or (isinstance(term, NamedNode) and term.value.startswith(names.nameless))
