"""The index by which things are found: their names and texts, and what results are divided by."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from kunskapsgraf.graph.engine import graph_of
from kunskapsgraf.graph.finding import BEGUN, NAMED, OFTEN, SCHEMA, SHORT, WHOLE, bits_of, having
from kunskapsgraf.graph.found import SOUGHT, TOLD
from kunskapsgraf.graph.rdf import Literal, NamedNode, Quad
from kunskapsgraf.graph.typed import MOST_LETTERS, as_typed, folded
from kunskapsgraf.graph.vocabulary import DCT, PREF_LABEL, RDF, RDF_TYPE, RDFS_LABEL, SKOS, XSD, Names

_LABELS = frozenset({PREF_LABEL, RDFS_LABEL, DCT + "title"})
_OTHER = frozenset({SKOS + "altLabel", SKOS + "hiddenLabel", SKOS + "notation"})
_TEXTS = frozenset({XSD + "string", RDF + "langString"})
_LINKED = ("kommun", "metod", "malgrupp")
"""Kinds of thing by which what they are linked with is divided."""
_YEAR = re.compile(r"\d{4}", re.ASCII)
_LONGEST_NAME = 2_000
"""Letters of a thing's names in which words are looked for inside others."""
_LONGEST = 100
"""Years that a period is divided into."""


class _Entry:
    """What is known of one thing."""

    def __init__(self) -> None:
        self.labels: dict[str, None] = {}
        self.other: dict[str, None] = {}
        self.texts: dict[str, None] = {}
        self.facets: set[tuple[str, str]] = set()
        self.first: set[int] = set()
        self.last: set[int] = set()

    @property
    def years(self) -> set[int]:
        """The years that its own period names, and those between its first and last day where it has one of each."""
        if len(self.first) == len(self.last) == 1:
            [first], [last] = self.first, self.last
            return set(range(first, min(last, first + _LONGEST) + 1))
        return self.first


def make(quads: Iterable[Quad], names: Names) -> bytes:
    """Make the index of a graph as the bytes of an SQLite database; the same quads give the same bytes."""
    quads = [quad for quad in quads if not names.is_layer(graph_of(quad))]
    entries = _entries(quads, names)
    database = sqlite3.connect(":memory:")
    facets: dict[tuple[str, str], list[int]] = defaultdict(list)
    with database:
        database.executescript(SCHEMA)
        database.executemany("INSERT INTO kind VALUES (?, ?)", sorted(_classes(quads, names).items()))
        for number, iri in enumerate(sorted(entries, key=lambda iri: _place(iri, entries[iri], names)), 1):
            _put(database, number, iri, entries[iri])
            for facet in entries[iri].facets:
                facets[facet].append(number)
        rows = [(*facet, bits_of(numbers, len(entries))) for facet, numbers in sorted(facets.items())]
        database.executemany("INSERT INTO facet VALUES (?, ?, ?)", rows)
        for table in ("written", "plain", "inside"):
            database.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")
        _keep_often(database, len(entries))
    database.execute("VACUUM")
    return database.serialize()


def _place(iri: str, entry: _Entry, names: Names) -> tuple[int, int, str]:
    """Tell where a thing stands among those found alike: what people come for, then short names, then the rest."""
    kind = _kind(iri, names)
    rank = SOUGHT.index(kind) if kind in SOUGHT else len(SOUGHT)
    return rank, min((len(text) for text in entry.labels), default=MOST_LETTERS), iri


def _entries(quads: Iterable[Quad], names: Names) -> dict[str, _Entry]:
    entries: dict[str, _Entry] = defaultdict(_Entry)
    for quad in quads:
        graph = graph_of(quad)
        if not isinstance(quad.subject, NamedNode):
            continue
        iri, kind = quad.subject.value, _kind(quad.subject.value, names)
        if not kind:
            continue
        entry = entries[iri]
        entry.facets |= {("slag", kind), ("grund", names.kind_of_graph(graph))}
        if names.kind_of_graph(graph) == "asserted":
            entry.facets.add(("kalla", graph.removeprefix(names.source_graph(""))))
        target = quad.object
        if isinstance(target, Literal):
            _text(entry, quad.predicate.value, target, names)
        elif isinstance(target, NamedNode) and (other := _kind(target.value, names)):
            if other in _LINKED:
                entry.facets.add((other, target.value.removeprefix(names.things)))
            if kind in _LINKED:
                entries[target.value].facets.add((kind, iri.removeprefix(names.things)))
    # What is only spoken of by another has no entry of its own.
    found = {iri: entry for iri, entry in entries.items() if any(name == "slag" for name, _ in entry.facets)}
    _put_years(found, names)
    return found


def _put_years(entries: Mapping[str, _Entry], names: Names) -> None:
    """Divide by year as pages tell it: a thing's own period, or that of the sources that speak of it."""
    for entry in entries.values():
        sources = (entries.get(f"{names.things}kalla/{value}") for name, value in entry.facets if name == "kalla")
        years = entry.years or {year for source in sources if source for year in source.years}
        entry.facets |= {("ar", str(year)) for year in years}


def _classes(quads: Iterable[Quad], names: Names) -> dict[str, str]:
    """Give for each kind the class of ours that most of its things are laid down to be of."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for quad in quads:
        if (
            quad.predicate.value == RDF_TYPE
            and isinstance(quad.subject, NamedNode)
            and isinstance(quad.object, NamedNode)
        ):
            kind = _kind(quad.subject.value, names)
            laid_down = names.kind_of_graph(graph_of(quad)) in ("asserted", "editorial")
            if kind and laid_down and quad.object.value.startswith(names.terms):
                counts[kind][quad.object.value] += 1
    return {kind: min(found, key=lambda name: (-found[name], name)) for kind, found in counts.items()}


def _text(entry: _Entry, predicate: str, literal: Literal, names: Names) -> None:
    if year := _YEAR.match(literal.value):
        if predicate == names.terms + "giltigFran":
            entry.first.add(int(year[0]))
        elif predicate == names.terms + "giltigTill":
            entry.last.add(int(year[0]))
    if literal.datatype.value not in _TEXTS:
        return
    part = entry.labels if predicate in _LABELS else entry.other if predicate in _OTHER else entry.texts
    part[literal.value] = None


def _kind(iri: str, names: Names) -> str:
    """Give the kind of a thing or term, by its IRI; empty for what is none of ours."""
    if iri.startswith(names.things):
        return iri.removeprefix(names.things).split("/")[0]
    return "term" if iri.startswith(names.terms) else ""


def _put(database: sqlite3.Connection, number: int, iri: str, entry: _Entry) -> None:
    labels, other, texts = ("\n".join(sorted(part)) for part in (entry.labels, entry.other, entry.texts))
    told = {name: sorted(value for other, value in entry.facets if other == name) for name in TOLD}
    database.execute("INSERT INTO thing VALUES (?, ?, ?)", (number, iri, json.dumps(told, ensure_ascii=False)))
    # Longer ones than can be typed are found by how they begin.
    named = {as_typed(text)[: MOST_LETTERS + 1] for text in (*entry.labels, *entry.other)}
    database.executemany("INSERT INTO name VALUES (?, ?)", [(text, number) for text in sorted(named)])
    parts = [as_typed(labels), as_typed(other), as_typed(texts)]
    database.execute("INSERT INTO written (rowid, label, other, text) VALUES (?, ?, ?, ?)", (number, *parts))
    plain = [folded(part) for part in parts]
    database.execute("INSERT INTO plain (rowid, label, other, text) VALUES (?, ?, ?, ?)", (number, *plain))
    names = [part[:_LONGEST_NAME] for part in plain[:2]]
    database.execute("INSERT INTO inside (rowid, label, other) VALUES (?, ?, ?)", (number, *names))


def _keep_often(database: sqlite3.Connection, most: int) -> None:
    """Keep the things of each word that many have, and of each beginning of one."""
    database.execute("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab('main', 'plain', 'row')")
    counts: Counter[tuple[str, str]] = Counter()
    for word, count in database.execute("SELECT term, doc FROM temp.vocabulary"):
        counts[word, WHOLE] += count
        for length in range(1, min(len(word), MOST_LETTERS) + 1):
            counts[word[:length], BEGUN] += count
            if length <= SHORT:
                counts[word[:length], NAMED] += count
    for (word, how), count in sorted(counts.items()):
        if count >= OFTEN:
            numbers = set(having(database, word, how))
            if len(numbers) >= OFTEN:
                database.execute("INSERT INTO often VALUES (?, ?, ?)", (word, how, bits_of(numbers, most)))
    database.execute("DROP TABLE temp.vocabulary")
