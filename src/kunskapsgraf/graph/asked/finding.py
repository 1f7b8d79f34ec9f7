"""Finding things by words without an index: the engine looks for a word in the names, and the hits are weighed and counted here.

It is the simple search. It reads names and other names, not texts; the longest word is what the engine looks for, anywhere in a name; where no name
has it, addresses are looked through, which are without dots and accents. Of very many hits the best are weighed, and what is
found says that there are more.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from urllib.parse import unquote

from kunskapsgraf.errors import QueryTimeout
from kunskapsgraf.graph.asked.asking import Asking, in_parts
from kunskapsgraf.graph.asked.facets import Facets, kind_of
from kunskapsgraf.graph.asked.particulars import SHARE, AskedParticulars
from kunskapsgraf.graph.found import FACETS, NOTHING, SOUGHT, TOLD, Found, Hit
from kunskapsgraf.graph.rdf import is_iri
from kunskapsgraf.graph.store import Store
from kunskapsgraf.graph.typed import as_typed, folded, words
from kunskapsgraf.graph.vocabulary import Names
from kunskapsgraf.settings import Settings

MOST_ROWS = 6_000
"""Names that one question to the engine brings; its queries ask for one more, which tells that there are more."""
MOST = 1_200
"""Hits that are divided by facets."""
_SHORT = 2
"""Letters of a word that is looked for at the beginning of words only."""
_BEGINNING = 4
"""Letters of a word by which names that are like it are looked for."""
_WAYS = ("name", "written", "plain", "inside")


@dataclass(frozen=True)
class _Hits:
    """Things with the way in which each was found, the best first; whether they are all there are."""

    ways: Mapping[str, str]
    is_whole: bool


@dataclass(frozen=True)
class _Class:
    """How many things a class has, and the first and last of their addresses."""

    count: int
    first: str
    last: str


class AskedIndex:
    """What finds things, of whatever version answers."""

    is_simple = True
    is_there = True

    def __init__(self, store: Store, settings: Settings, particulars: AskedParticulars) -> None:
        self._asking = Asking(store, settings, settings.cache_bytes // SHARE)
        self._names = store.names
        self._particulars = particulars
        self._facets = Facets(self._asking, particulars)

    def find(self, text: str, chosen: Mapping[str, Collection[str]], most: int = 20, after: int = 0) -> Found:
        """Find the things with all words of a text and one of the chosen values of each facet; without words all that are so."""
        text = text.encode(errors="ignore").decode()  # no halves of a letter
        typed = words(text)
        if text.strip() and not typed:
            return NOTHING
        wanted = {name: set(values) for name, values in chosen.items() if values}
        spoken = self._spoken(text, typed) if typed else self._chosen(wanted)
        kinds = wanted.get("slag")
        listed = [iri for iri in spoken.ways if not kinds or kind_of(iri, self._names) in kinds]
        weighed = listed[:MOST]
        known = self._facets.of([*weighed, *list(spoken.ways)[:MOST]])
        fitting = [iri for iri in weighed if _fits(known[iri], wanted)]
        counts = {name: _counted(name, known.values(), wanted) for name in FACETS}
        hits = tuple(Hit(iri, spoken.ways[iri], _told(known[iri])) for iri in fitting[after : after + most])
        return Found(hits, len(fitting), counts, spoken.is_whole and len(listed) <= MOST)

    def alike(self, text: str, most: int) -> list[str]:
        """Give the IRIs of things whose names begin as a word of a text does; those that share most letters first.

        The text is in small letters without dots and accents, as ``folded`` writes it.
        """
        scores: dict[str, float] = {}
        long = sorted((word for word in text.split() if len(word) >= _BEGINNING), key=len, reverse=True)
        for word in long[:2]:
            for query, sought in (("named-so", f" {word[:_BEGINNING]}"), ("addressed-so", word[:_BEGINNING])):
                found, _ = self._rows(query, sought)
                for iri, labels in found.items():
                    called = [_slug(iri, self._names), *map(folded, labels)]
                    scores[iri] = max(_likeness(text, name) for name in called)
        return sorted((iri for iri in scores if scores[iri]), key=lambda iri: (-scores[iri], iri))[:most]

    def things(self, start: str, most: int = -1) -> list[str]:
        """Give the IRIs that begin in a certain way, in the order of their letters; of more than ``most``, any so many."""
        return self._asking.once(("things", start, most), lambda: self._things(start, most))

    def kinds(self) -> Mapping[str, str]:
        """Give the class of ours that most things of a kind are of, and nothing else is, by kind.

        Where counting takes the engine longer than it may, there are none until the next version: kinds go by their own names.
        """
        return self._asking.once("kinds", self._kinds)

    def _kinds(self) -> tuple[dict[str, str], str, int]:
        version = self._asking.store.version()
        try:
            classes = self._classes()
        except QueryTimeout:
            return {}, version, 0
        found: dict[str, tuple[int, str]] = {}
        for iri, of in classes.items():
            kind = kind_of(of.first, self._names)
            if iri.startswith(self._names.terms) and kind and kind == kind_of(of.last, self._names) != "term":
                found[kind] = min(found.get(kind, (0, "")), (-of.count, iri))
        return {kind: iri for kind, (_, iri) in found.items()}, version, ENTRY * len(found)

    def day(self) -> str:
        """Give no day: an engine does not say when its graphs were made."""
        return ""

    def _spoken(self, text: str, typed: Sequence[str]) -> _Hits:
        return self._asking.once(("spoken", as_typed(text)), lambda: self._weighed(text, typed))

    def _weighed(self, text: str, typed: Sequence[str]) -> tuple[_Hits, str, int]:
        """Put what has all the words in order: by how they stand in its names, then what people look for, then short names."""
        version = self._asking.store.version()
        longest = max(typed, key=len)
        found, is_whole = self._rows("named-so", f" {longest}" if len(longest) <= _SHORT else longest)
        if not found and len(longest) > _SHORT:
            found, is_whole = self._rows("addressed-so", folded(longest))
        placed: list[tuple[tuple[int, int, int, str], str]] = []
        for iri, labels in found.items():
            if (way := _way(text, typed, labels, _slug(iri, self._names))) is not None:
                placed.append(((_WAYS.index(way), self._rank(iri), min(map(len, labels)), iri), way))
        ways = {place[-1]: way for place, way in sorted(placed)}
        return _Hits(ways, is_whole), version, sum(len(iri) + ENTRY for iri in ways)

    def _rank(self, iri: str) -> int:
        kind = kind_of(iri, self._names)
        return SOUGHT.index(kind) if kind in SOUGHT else len(SOUGHT)

    def _rows(self, query: str, word: str) -> tuple[dict[str, list[str]], bool]:
        """Give the things of ours that the engine finds by a word, each with its names that were looked at."""
        rows, _ = self._asking.rows(query, word=[word])  # as a list, or a space before it would be taken off
        found: dict[str, list[str]] = defaultdict(list)
        for row in rows[:MOST_ROWS]:
            if kind_of(row["thing"]["value"], self._names):
                found[row["thing"]["value"]].append(row["label"]["value"])
        return found, len(rows) <= MOST_ROWS

    def _chosen(self, wanted: Mapping[str, Set[str]]) -> _Hits:
        """Find without words: by one of the facets that are chosen, the one that is likely to have the fewest."""
        things, names = self._names.things, self._names
        tied = next((name for name in ("metod", "malgrupp", "kommun") if name in wanted), None)
        if tied:
            iris = [f"{things}{value}" for value in wanted[tied] if value.startswith(f"{tied}/")]
            return self._listed("tied-to-things", "other", iris)
        if "slag" in wanted:
            starts = (names.terms if kind == "term" else f"{things}{kind}/" for kind in sorted(wanted["slag"]))
            found = [iri for start in starts for iri in self.things(start, MOST_ROWS + 1)]
            return self._ordered(found[:MOST_ROWS], is_whole=len(found) <= MOST_ROWS)
        if "kalla" in wanted:
            return self._listed("said-in-graphs", "graph", [names.source_graph(slug) for slug in wanted["kalla"]])
        graphs = {
            "ontology": [names.ontology_graph],
            "editorial": [names.editorial_graph],
            "inferred": [names.inferred_graph],
            "closed": [names.closed_graph],
        }
        sources = self._facets.sources(wanted.get("ar"))
        grounds = wanted.get("grund", {"asserted"})
        return self._listed("said-in-graphs", "graph", [g for one in grounds for g in graphs.get(one, sources)])

    def _listed(self, query: str, parameter: str, iris: Iterable[str]) -> _Hits:
        found: list[str] = []
        is_whole = True
        for part in in_parts(sorted(filter(is_iri, iris))):
            rows, _ = self._asking.rows(query, **{parameter: part})
            is_whole = is_whole and len(rows) <= MOST_ROWS
            found += (row["thing"]["value"] for row in rows[:MOST_ROWS])
        return self._ordered(found, is_whole=is_whole)

    def _ordered(self, iris: Iterable[str], *, is_whole: bool) -> _Hits:
        ours = {iri for iri in iris if kind_of(iri, self._names)}
        return _Hits(dict.fromkeys(sorted(ours, key=lambda iri: (self._rank(iri), iri)), "name"), is_whole)

    def _things(self, start: str, most: int) -> tuple[list[str], str, int]:
        classes = [iri for iri, of in self._classes().items() if of.first <= start + chr(0x10FFFF) and start <= of.last]
        if not classes:
            return [], self._asking.store.version(), 0
        text = self._asking.text("members-of-classes", start=start, **{"class": classes})
        rows, version = self._asking.run(text if most < 0 else f"{text}\nLIMIT {int(most)}")
        found = sorted(row["thing"]["value"] for row in rows)
        return found, version, sum(map(len, found))

    def _classes(self) -> Mapping[str, _Class]:
        return self._asking.once("classes", self._ranges)

    def _ranges(self) -> tuple[dict[str, _Class], str, int]:
        rows, version = self._asking.rows("class-ranges")
        found = {
            row["class"]["value"]: _Class(int(row["count"]["value"]), row["first"]["value"], row["last"]["value"])
            for row in rows
            if row.get("class", {}).get("type") == "uri" and "first" in row
        }
        return found, version, sum(len(iri) + len(of.first) + len(of.last) for iri, of in found.items())


ENTRY = 100
"""Bytes that a hit that is kept takes besides its address."""


def _way(text: str, typed: Sequence[str], labels: Sequence[str], slug: str) -> str | None:
    """Tell how a thing has all words in its names, or in its address; ``None`` where it lacks one."""
    written = [as_typed(label) for label in labels]
    if as_typed(text) in written:
        return "name"
    if any(label.startswith(as_typed(text)) for label in written) or _has(typed, written):
        return "written"
    plain = [folded(word) for word in typed]
    if _has(plain, [*map(folded, written), slug]):
        return "plain"
    all_of_it = "\n".join([*map(folded, written), slug])
    return "inside" if all(word in all_of_it for word in plain) else None


def _has(typed: Sequence[str], labels: Iterable[str]) -> bool:
    """Tell whether names have all words, the last of which may be only begun."""
    there = {word for label in labels for word in words(label)}
    return set(typed[:-1]) <= there and any(word.startswith(typed[-1]) for word in there)


def _slug(iri: str, names: Names) -> str:
    """Write the last part of an address as words."""
    slug = (
        iri.removeprefix(names.terms)
        if iri.startswith(names.terms)
        else iri.removeprefix(names.things).partition("/")[2]
    )
    return folded(unquote(slug)).replace("-", " ").replace("/", " ")


def _likeness(one: str, other: str) -> float:
    """Tell what share of the letters in threes two texts have in common (Dice's coefficient)."""
    first, second = ({text[place : place + 3] for place in range(len(text) - 2)} for text in (one, other))
    return 2 * len(first & second) / max(len(first) + len(second), 1)


def _fits(known: Set[tuple[str, str]], wanted: Mapping[str, Set[str]], but: str = "") -> bool:
    return all(name == but or any((name, value) in known for value in values) for name, values in wanted.items())


def _counted(
    facet: str, known: Iterable[Set[tuple[str, str]]], wanted: Mapping[str, Set[str]]
) -> list[tuple[str, int]]:
    counts = Counter(value for of in known if _fits(of, wanted, facet) for name, value in of if name == facet)
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _told(known: Set[tuple[str, str]]) -> dict[str, list[str]]:
    return {name: sorted(value for other, value in known if other == name) for name in TOLD}
