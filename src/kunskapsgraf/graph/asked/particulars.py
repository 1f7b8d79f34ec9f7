"""What pages need to know of the things that they name, asked of the store: the same as the table beside a snapshot tells.

All that a page names is asked for in one query of some 400 things each, and kept; so are the lengths of a thing's lists, and the
order of a long one. Names are put in order here: no engine can be told of a language's alphabet.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kunskapsgraf.graph import origins
from kunskapsgraf.graph.asked.asking import Asking, Binding, in_parts
from kunskapsgraf.graph.naming import alphabetic, bare_name, name_of, naming_properties
from kunskapsgraf.graph.particulars import MANY, Listed, Node, Passage, Period, Reference
from kunskapsgraf.graph.rdf import Literal, lexical
from kunskapsgraf.graph.store import Store
from kunskapsgraf.graph.terms import term_of
from kunskapsgraf.settings import Settings

SHARE = 4
"""The part of the bytes for answers that are kept which may be taken by what is made of them here."""
MOST_ORDERED = 100_000
"""Things of a list that is put in the order of their names; a longer one stands in the order of their addresses."""


@dataclass(frozen=True)
class _Known:
    """What is kept of a thing: its names and their languages in turn, its meaning and its origin as JSON."""

    names: tuple[str | None, ...]
    meaning: str | None
    origin: str | None

    def node(self, language: str) -> Node:
        place = 2 * origins.LANGUAGES.index(language)
        return Node(self.names[place], self.names[place + 1], self.meaning, self.origin)

    @property
    def bytes(self) -> int:
        return sum(len(text or "") for text in (*self.names, self.meaning, self.origin))


@dataclass(frozen=True)
class _Lists:
    """The long lists of a thing, and the properties that it has besides, where it has long ones: from it and to it."""

    long: tuple[Listed, ...] = ()
    outgoing: tuple[str, ...] = ()
    incoming: tuple[str, ...] = ()


class AskedParticulars:
    """What pages need to know, of whatever version answers.

    A blank node is asked for by the label that it had in another answer, so only where ``keeps_labels`` says that the engine
    gives it the same one each time; elsewhere nothing is told of it. A thing that the data's blank node became has an IRI.
    """

    def __init__(self, store: Store, settings: Settings, *, keeps_labels: bool = False) -> None:
        self._asking = Asking(store, settings, settings.cache_bytes // SHARE)
        self._names = store.names
        self._keeps_labels = keeps_labels
        self._naming = frozenset(naming_properties(self._names))
        self._told = {self._names.terms + name: name for name in origins.TOLD}

    def nodes(self, iris: Iterable[str], language: str) -> dict[str, Node]:
        """Give what is known of each thing, with its name in a language; nothing is known of those left out."""
        wanted = set(iris)
        known: dict[str, _Known] = self._asking.kept("node", wanted)
        for part in in_parts(sorted(wanted - known.keys())):
            known |= self._learn(part)
        return {iri: of.node(language) for iri, of in known.items()}

    def passages(self, references: Iterable[Reference]) -> dict[Reference, Passage]:
        """Give passages by what nodes refer to them by: their IRIs."""
        return dict(self.passages_named(str(reference) for reference in references).items())

    def passages_named(self, iris: Iterable[str]) -> dict[str, Passage]:
        """Give passages by IRI; what is no passage is left out."""
        wanted = set(iris)
        known: dict[str, tuple[str, ...]] = self._asking.kept("passage", wanted)
        for part in in_parts(sorted(wanted - known.keys())):
            rows, version = self._asking.rows("passages", subject=part)
            known |= self._keep_passages(self._facts(rows), part, version)
        return {iri: Passage(iri, *place) for iri, place in known.items() if place}

    @property
    def periods(self) -> Mapping[str, Period]:
        """The period of each source and of each graph of what follows from one source alone, by IRI."""
        return self._asking.once("periods", self._periods)

    @property
    def categories(self) -> Mapping[str, Sequence[str]]:
        """The categories that things are inferred or concluded to be in, by each class above them."""
        return self._asking.once("categories", self._categories)

    def lists(self, iri: str) -> list[Listed]:
        """Give the long lists of a thing."""
        return list(self._lists(iri).long)

    def beside_lists(self, iri: str) -> tuple[list[str], list[str]]:
        """Give the properties of a thing with long lists that have short ones: from it, and to it."""
        found = self._lists(iri)
        return list(found.outgoing), list(found.incoming)

    def part(self, iri: str, listed: Listed, language: str, most: int, after: int) -> list[str]:
        """Give a part of a long list, in the order of the names: the IRIs at the other ends."""
        if listed.total > MOST_ORDERED:
            name = "part-to" if listed.incoming else "part-from"
            text = self._asking.text(name, thing=iri, property=listed.predicate)
            rows, _ = self._asking.run(f"{text}\nLIMIT {int(most)} OFFSET {int(after)}")
            return [str(row["end"]["value"]) for row in rows]
        key = ("order", iri, listed.predicate, listed.incoming)
        orders: tuple[bytes, ...] = self._asking.once(key, lambda: self._orders(iri, listed))
        ordered = zlib.decompress(orders[origins.LANGUAGES.index(language)]).decode().split("\n")
        return ordered[after : after + most]

    def nameless(self, node: str) -> list[tuple[str, str, str]]:
        """Give what is said of a thing without a name: graph, property, and the object as in N-Triples."""
        if node.startswith(self._names.nameless):
            rows, _ = self._asking.rows("said-of-nameless", subject=[node])
            return self._statements(rows).get(node, [])
        return self._blank().get(node, []) if self._keeps_labels else []

    def _learn(self, part: Sequence[str]) -> dict[str, _Known]:
        rows, version = self._asking.rows("nodes", subject=part, thing=part)
        facts = self._facts(rows)
        texts: dict[str, dict[str, list[Literal]]] = defaultdict(lambda: defaultdict(list))
        for row in rows:
            name = row["property"]["value"]
            if row["value"]["type"] in ("literal", "typed-literal") and (
                name in self._naming or name in origins.MEANING
            ):
                texts[row["subject"]["value"]][name].append(term_of(row["value"]))  # type: ignore[arg-type]
        places = self._keep_passages(facts, origins.passages(facts), version)
        told = origins.origins(facts, {iri: iri for iri in places})
        found: dict[str, _Known] = {}
        for iri in part:
            said = texts.get(iri, {})
            names = tuple(origins.called(said, self._names))
            meanings = origins.as_json(origins.meanings(said))
            known = found[iri] = _Known(names, meanings, origins.as_json(told.get(iri)))
            self._asking.keep(version, "node", iri, known, known.bytes + len(iri))
        return found

    def _facts(self, rows: Iterable[Binding]) -> dict[str, dict[str, list[str]]]:
        found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for row in rows:
            name, value = self._told.get(row["property"]["value"]), row["value"]["value"]
            if name and isinstance(value, str):
                values = found[row["subject"]["value"]][name]
                if value not in values:
                    values.append(value)
        return found

    def _keep_passages(self, facts: origins.Facts, wanted: Iterable[str], version: str) -> dict[str, tuple[str, ...]]:
        """Keep where passages stand; of what is none, that it is none."""
        places = origins.passages(facts)
        found = {iri: places.get(iri, ()) for iri in wanted}
        for iri, place in found.items():
            self._asking.keep(version, "passage", iri, place, len(iri) + sum(map(len, place)))
        return found

    def _periods(self) -> tuple[dict[str, Period], str, int]:
        rows, version = self._asking.rows("periods", graph=self._names.catalogue_graph)
        said: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for row in rows:
            of = said[row["source" if "source" in row else "layer"]["value"]]
            if "value" in row:
                of[self._told[row["property"]["value"]]].append(row["value"]["value"])
        sources = {row["source"]["value"] for row in rows if "source" in row}
        found = {
            iri: Period(*origins.periods(days)[0])
            for iri, days in said.items()
            if iri in sources or days.get("giltigFran")
        }
        return found, version, sum(map(len, found))

    def _categories(self) -> tuple[dict[str, list[str]], str, int]:
        rows, version = self._asking.rows("categories")
        found: dict[str, list[str]] = {}
        for above, iri in sorted((row["above"]["value"], row["category"]["value"]) for row in rows):
            found.setdefault(above, []).append(iri)
        return found, version, sum(len(row["above"]["value"]) + len(row["category"]["value"]) for row in rows)

    def _lists(self, iri: str) -> _Lists:
        return self._asking.once(("lists", iri), lambda: self._measured(iri))

    def _measured(self, iri: str) -> tuple[_Lists, str, int]:
        rows, version = self._asking.rows("lengths", thing=iri)
        totals = {
            ("in" in row, row["in" if "in" in row else "out"]["value"]): int(row["total"]["value"]) for row in rows
        }
        long = {key for key, total in totals.items() if total > MANY}
        if long:
            named = {way: [name for incoming, name in long if incoming == (way == "in")] for way in ("out", "in")}
            others, _ = self._asking.rows("other-ends", thing=iri, **{way: some for way, some in named.items() if some})
            long -= {("in" in row, row["in" if "in" in row else "out"]["value"]) for row in others}
        if not long:
            return _Lists(), version, 0
        ordered = sorted(long)
        beside = [sorted(name for way, name in totals.keys() - long if way == incoming) for incoming in (False, True)]
        found = _Lists(
            tuple(Listed(name, incoming, totals[incoming, name]) for incoming, name in ordered), *map(tuple, beside)
        )
        return found, version, sum(len(name) for _, name in totals)

    def _orders(self, iri: str, listed: Listed) -> tuple[tuple[bytes, ...], str, int]:
        """Put the other ends of a list in the order of their names in each language, packed: there may be 100,000."""
        name = "list-to" if listed.incoming else "list-from"
        rows, version = self._asking.rows(name, thing=iri, property=listed.predicate)
        ends: dict[str, dict[str, list[Literal]]] = defaultdict(lambda: defaultdict(list))
        for row in rows:
            said = ends[row["end"]["value"]]
            if "label" in row and row["label"]["type"] in ("literal", "typed-literal"):
                said[row["name"]["value"]].append(term_of(row["label"]))  # type: ignore[arg-type]
        packed = tuple(
            zlib.compress("\n".join(self._ordered(ends, language)).encode()) for language in origins.LANGUAGES
        )
        return packed, version, sum(map(len, packed))

    def _ordered(self, ends: Mapping[str, Mapping[str, Sequence[Literal]]], language: str) -> list[str]:
        def key(iri: str) -> tuple[str, str]:
            name = name_of(ends[iri], self._names, language)
            return alphabetic(name.value if name else bare_name(iri, self._names), language), iri

        return sorted(ends, key=key)

    def _blank(self) -> Mapping[str, list[tuple[str, str, str]]]:
        return self._asking.once("blank", self._blank_nodes)

    def _blank_nodes(self) -> tuple[dict[str, list[tuple[str, str, str]]], str, int]:
        """Read what is said of the things without names of the ontology: no source has any, since they were given IRIs."""
        rows, version = self._asking.rows("nameless-of-graph", graph=self._names.ontology_graph)
        found = self._statements(rows)
        return found, version, sum(len(part) for said in found.values() for one in said for part in one)

    def _statements(self, rows: Iterable[Binding]) -> dict[str, list[tuple[str, str, str]]]:
        found: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
        for row in rows:
            graph = row["graph"]["value"]
            if not self._names.is_layer(graph):
                said = (graph, row["property"]["value"], lexical(term_of(row["value"])))
                found[row["subject"]["value"]].add(said)
        return {node: sorted(said) for node, said in found.items()}
