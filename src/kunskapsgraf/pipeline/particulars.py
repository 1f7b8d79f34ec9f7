"""The table beside the snapshot that pages read what they name from: names, passages, periods, and long lists in order."""

from __future__ import annotations

import json
import sqlite3
import struct
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from kunskapsgraf.graph import origins
from kunskapsgraf.graph.engine import graph_of
from kunskapsgraf.graph.naming import alphabetic, bare_name, name_of, naming_properties
from kunskapsgraf.graph.particulars import MANY, SCHEMA
from kunskapsgraf.graph.rdf import BlankNode, Literal, NamedNode, Quad, lexical
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.vocabulary import RDF_TYPE, RDFS, Names

_Texts = dict[str, dict[str, list[Literal]]]
_Key = tuple[int, int, bool]
"""A thing, a property and whether the statements point to the thing, by number."""


@dataclass
class _Graph:
    """What is read of the quads."""

    numbers: dict[str, int] = field(default_factory=dict)
    names: _Texts = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    meanings: _Texts = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    facts: dict[str, dict[str, list[str]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    sources: set[str] = field(default_factory=set)
    categories: set[str] = field(default_factory=set)
    above: set[tuple[str, str]] = field(default_factory=set)
    """Classes and what they are below."""
    nameless: dict[str, list[tuple[str, str, str]]] = field(default_factory=lambda: defaultdict(list))
    layers: dict[str, dict[str, list[str]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))


def make(quads: Iterable[Quad], names: Names) -> bytes:
    """Make the table of a graph, its catalogue included, as the bytes of an SQLite database; the same quads give the same bytes."""
    quads = list(quads)
    graph = _read(quads, names)
    database = sqlite3.connect(":memory:")
    with database:
        database.executescript(SCHEMA)
        places = origins.passages(graph.facts)
        passages = {iri: number for number, iri in enumerate(sorted(places), 1)}
        rows = [(number, iri, *places[iri]) for iri, number in passages.items()]
        database.executemany("INSERT INTO passage VALUES (?, ?, ?, ?, ?, ?)", rows)
        database.executemany("INSERT INTO period VALUES (?, ?, ?)", sorted(_periods_of_graphs(graph)))
        told = origins.origins(graph.facts, passages)
        nodes = (_row(number, iri, graph, told.get(iri), names) for iri, number in graph.numbers.items())
        database.executemany("INSERT INTO node VALUES (?, ?, ?, ?, ?, ?, ?, ?)", nodes)
        nameless = sorted((node, origins.as_json(sorted(said))) for node, said in graph.nameless.items())
        database.executemany("INSERT INTO nameless VALUES (?, ?)", nameless)
        pairs = {(above, iri) for iri, above in graph.above if iri in graph.categories}
        database.executemany("INSERT INTO category VALUES (?, ?)", sorted(pairs))
        _put_lists(database, quads, graph, names)
    database.execute("VACUUM")
    return database.serialize()


def _read(quads: Iterable[Quad], names: Names) -> _Graph:
    found = _Graph()
    told = {names.terms + name: name for name in origins.TOLD}
    naming = frozenset(naming_properties(names))
    seen: set[str] = set()
    for quad in quads:
        subject, predicate, target = quad.subject, quad.predicate.value, quad.object
        if names.is_layer(graph := graph_of(quad)):
            if graph == names.catalogue_graph and predicate in told:
                found.layers[text_of(subject)][told[predicate]].append(text_of(target))
            continue
        seen.update(node.value for node in (subject, quad.predicate, target) if isinstance(node, NamedNode))
        subject_text = text_of(subject)
        if isinstance(subject, BlankNode) or subject_text.startswith(names.nameless):
            found.nameless[subject_text].append((graph, predicate, lexical(target)))
        if isinstance(target, Literal):
            if predicate in naming:
                found.names[subject_text][predicate].append(target)
            elif predicate in origins.MEANING:
                found.meanings[subject_text][predicate].append(target)
        if name := told.get(predicate):
            values = found.facts[subject_text][name]
            if text_of(target) not in values:
                values.append(text_of(target))
        elif predicate == RDF_TYPE and text_of(target) == names.terms + "Kalla":
            found.sources.add(subject_text)
        elif predicate == names.terms + "harledsGenom":
            found.categories.add(subject_text)
        elif predicate == RDFS + "subClassOf":
            found.above.add((subject_text, text_of(target)))
    found.numbers = {iri: number for number, iri in enumerate(sorted(seen), 1)}
    return found


def _periods_of_graphs(graph: _Graph) -> Iterator[tuple[str, str, str]]:
    for iri in graph.sources:
        first, last = origins.periods(graph.facts.get(iri, {}))[0]
        yield iri, first, last
    for iri, said in graph.layers.items():
        if said.get("giltigFran"):
            first, last = origins.periods(said)[0]
            yield iri, first, last


def _row(number: int, iri: str, graph: _Graph, origin: object, names: Names) -> tuple[object, ...]:
    labels = origins.called(graph.names.get(iri, {}), names)
    meanings = origins.meanings(graph.meanings.get(iri, {}))
    return number, iri, *labels, origins.as_json(meanings), origins.as_json(origin)


def _put_lists(database: sqlite3.Connection, quads: Iterable[Quad], graph: _Graph, names: Names) -> None:
    """Put down the lists of more than ``MANY`` statements whose other ends are all things, in the order of their names."""
    counts: Counter[_Key] = Counter()
    for subject, predicate, target in _triples(quads, graph, names):
        counts.update([(subject, predicate, False)] if subject else [])
        counts.update([(target, predicate, True)] if target else [])
    lists: dict[_Key, set[int]] = {key: set() for key, count in counts.items() if count > MANY}
    for subject, predicate, target in _triples(quads, graph, names):
        for key, end in (((subject, predicate, False), target), ((target, predicate, True), subject)):
            if key in lists:
                lists[key].add(end)
    lists = {key: ends for key, ends in lists.items() if len(ends) > MANY and 0 not in ends}
    ranks = [_ranks(graph, names, language) for language in origins.LANGUAGES]
    iris = list(graph.numbers)
    for key, ends in sorted(lists.items()):
        thing, predicate, incoming = key
        orders = [struct.pack(f"<{len(ends)}I", *sorted(ends, key=rank.__getitem__)) for rank in ranks]
        row = (thing, iris[predicate - 1], int(incoming), len(ends), *orders)
        database.execute("INSERT INTO list VALUES (?, ?, ?, ?, ?, ?)", row)
    crowded = {thing for thing, _, _ in lists}
    others: dict[int, tuple[set[str], set[str]]] = {thing: (set(), set()) for thing in crowded}
    for thing, predicate, incoming in counts:
        if thing in crowded and (thing, predicate, incoming) not in lists:
            others[thing][incoming].add(iris[predicate - 1])
    rows = [(thing, json.dumps([sorted(part) for part in parts])) for thing, parts in sorted(others.items())]
    database.executemany("INSERT INTO beside VALUES (?, ?)", rows)


def _triples(quads: Iterable[Quad], graph: _Graph, names: Names) -> Iterator[tuple[int, int, int]]:
    """Give the statements of the default graph by number, 0 for what has none: a text or a blank node."""
    for quad in quads:
        if not names.is_layer(graph_of(quad)):
            subject, target = quad.subject, quad.object
            yield (
                graph.numbers[subject.value] if isinstance(subject, NamedNode) else 0,
                graph.numbers[quad.predicate.value],
                graph.numbers[target.value] if isinstance(target, NamedNode) else 0,
            )


def _ranks(graph: _Graph, names: Names, language: str) -> list[int]:
    """Give each thing's place, by number, among all of them in the order of their names."""

    def key(iri: str) -> tuple[str, str]:
        name = name_of(graph.names[iri], names, language) if iri in graph.names else None
        return alphabetic(name.value if name else bare_name(iri, names), language), iri

    places = [0] * (len(graph.numbers) + 1)
    for place, iri in enumerate(sorted(graph.numbers, key=key)):
        places[graph.numbers[iri]] = place
    return places
