"""What the hits of a search are divided by, asked of the store: kind, place, method, target group, source, year and ground."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from kunskapsgraf.graph.asked.asking import Asking, in_parts
from kunskapsgraf.graph.asked.particulars import AskedParticulars
from kunskapsgraf.graph.vocabulary import Names

LINKED = ("kommun", "metod", "malgrupp")
"""Kinds of thing by which what they are linked with is divided."""
_YEAR = re.compile(r"\d{4}", re.ASCII)
LONGEST = 100
"""Years that a period is divided into."""
Values = frozenset[tuple[str, str]]
"""The values that a thing has: name of a facet, and value."""


def kind_of(iri: str, names: Names) -> str:
    """Give the kind of a thing or term, by its IRI; empty for what is none of ours."""
    if iri.startswith(names.things):
        return iri.removeprefix(names.things).split("/")[0]
    return "term" if iri.startswith(names.terms) else ""


def years(first: Collection[str], last: Collection[str]) -> set[int]:
    """Give the years that days name, and those between the first and the last where there is one of each."""
    begins, ends = ({int(year[0]) for day in days if (year := _YEAR.match(day))} for days in (first, last))
    if len(begins) == len(ends) == 1:
        [begin], [end] = begins, ends
        return set(range(begin, min(end, begin + LONGEST) + 1))
    return begins


class Facets:
    """The values of things' facets; of those that were asked for lately they are kept."""

    def __init__(self, asking: Asking, particulars: AskedParticulars) -> None:
        self._asking = asking
        self._particulars = particulars
        self._names = asking.names

    def of(self, iris: Iterable[str]) -> dict[str, Values]:
        """Give the values of each thing."""
        wanted = list(dict.fromkeys(iris))
        known: dict[str, Values] = self._asking.kept("facets", wanted)
        for part in in_parts([iri for iri in wanted if iri not in known]):
            known |= self._read(part)
        return {iri: known[iri] for iri in wanted}

    def sources(self, named: Collection[str] | None) -> list[str]:
        """Give the graphs of the sources, those that hold for one of the years that are named."""
        return sorted(
            self._names.source_graph(slug)
            for slug, over in self._sources()
            if named is None or not over.isdisjoint(named)
        )

    def _sources(self) -> Iterator[tuple[str, set[str]]]:
        start = f"{self._names.things}kalla/"
        for iri, period in self._particulars.periods.items():
            if iri.startswith(start):
                yield iri.removeprefix(start), {str(year) for year in years([period.first], [period.last])}

    def _read(self, part: list[str]) -> dict[str, Values]:
        names = self._names
        starts = [f"{names.things}{kind}/" for kind in LINKED]
        of_a_source = f"{names.things}kalla/"
        rows, version = self._asking.rows("facets-of-things", thing=part, start=starts)
        found: dict[str, set[tuple[str, str]]] = {iri: {("slag", kind_of(iri, names))} for iri in part}
        days: dict[tuple[str, str], list[str]] = defaultdict(list)
        for row in rows:
            iri = row["thing"]["value"]
            for end in ("first", "last"):
                if end in row:
                    days[iri, end].append(row[end]["value"])
            if "other" in row:
                other = row["other"]["value"]
                found[iri].add((kind_of(other, names), other.removeprefix(names.things)))
            if "source" in row and (source := row["source"]["value"]).startswith(of_a_source):
                found[iri].add(("kalla", source.removeprefix(of_a_source)))
            if "graph" in row and not names.is_layer(graph := row["graph"]["value"]):
                found[iri].add(("grund", names.kind_of_graph(graph)))
                if names.kind_of_graph(graph) == "asserted":
                    found[iri].add(("kalla", graph.removeprefix(names.source_graph(""))))
        of_sources = dict(self._sources())
        made: dict[str, Values] = {}
        for iri, values in found.items():
            own = {str(year) for year in years(days[iri, "first"], days[iri, "last"])}
            said = set().union(*(of_sources.get(value, set()) for name, value in values if name == "kalla"))
            made[iri] = frozenset(values | {("ar", year) for year in own or said})
            size = sum(len(name) + len(value) for name, value in made[iri])
            self._asking.keep(version, "facets", iri, made[iri], size + 200 * len(made[iri]))
        return made
