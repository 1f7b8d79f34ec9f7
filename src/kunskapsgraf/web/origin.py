"""Where statements come from: the passages of sources that say them, and for how long they hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kunskapsgraf.graph.particulars import NOTHING, Node, Particulars, Passage, Period, Reference
from kunskapsgraf.graph.rdf import NamedNode, Term, Triple
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.vocabulary import Names

KINDS = ("asserted", "editorial", "inferred", "closed", "ontology")
_OWNED = ("utbud", "uppgift", "handelse", "uttalande", "kop", "projekt", "samarbete", "arbetssatt", "finansiering")
"""Kinds of thing that a source speaks of in one place: a statement that leads to one stands where it stands."""
_TIMELESS = "/redaktion"
"""How the layer ends that holds what follows from no source."""


@dataclass
class Statement:
    """One triple: its kinds (asserted, editorial, inferred, closed, ontology), passages and periods."""

    triple: Triple
    kinds: tuple[str, ...]
    passages: tuple[Passage, ...] = ()
    periods: tuple[Period, ...] = ()
    is_joint: bool = False
    """It follows from several sources together, so that no one period is its own."""
    is_of_some_time: bool = False
    """It follows from a source whose entries hold for different times: only its proof tells for which."""

    @property
    def is_derived(self) -> bool:
        """Tell whether the statement was concluded, and is laid down nowhere."""
        return not {"asserted", "editorial", "ontology"} & set(self.kinds)

    def other(self, thing: str) -> Term:
        """Give the end of the triple that is not the thing."""
        subject, target = self.triple.subject, self.triple.object
        return target if isinstance(subject, NamedNode) and subject.value == thing else subject


def statements(
    graphs: Mapping[Triple, Iterable[str]], nodes: Mapping[str, Node], particulars: Particulars, names: Names
) -> dict[Triple, Statement]:
    """Tell the origin of each statement from the graphs that it stands in and what is known of its ends."""
    return _Origins(nodes, particulars, names).all(graphs)


class _Origins:
    def __init__(self, nodes: Mapping[str, Node], particulars: Particulars, names: Names) -> None:
        self._nodes = nodes
        self._particulars = particulars
        self._names = names
        self._says = names.terms + "uttalasI"

    def all(self, graphs: Mapping[Triple, Iterable[str]]) -> dict[Triple, Statement]:
        """Tell the origin of all statements, their passages read at once."""
        said = {t: tuple(g for g in found if not self._names.is_layer(g)) for t, found in graphs.items()}
        kinds = {t: self._kinds(found) for t, found in said.items() if found}
        numbers = {t: self._passages(t) for t, found in kinds.items() if "asserted" in found}
        passages = self._particulars.passages(n for some in numbers.values() for n in some)
        made = {}
        for stated, found in kinds.items():
            places = [passages[number] for number in numbers.get(stated, ())]
            made[stated] = self._statement(stated, found, frozenset(graphs[stated]), places)
        return made

    def _kinds(self, graphs: Iterable[str]) -> tuple[str, ...]:
        found = {self._names.kind_of_graph(graph) for graph in graphs}
        return tuple(kind for kind in KINDS if kind in found)

    def _statement(
        self, stated: Triple, kinds: tuple[str, ...], graphs: frozenset[str], places: list[Passage]
    ) -> Statement:
        periods: set[Period] = set()
        is_joint = is_of_some_time = False
        known = self._particulars.periods
        subject = self._node(stated.subject)
        if "asserted" in kinds:
            slugs = {graph.removeprefix(self._names.source_graph("")) for graph in graphs}
            said = [place for place in places if place.source.rsplit("/", 1)[-1] in slugs]
            places = said or places
            sources = {f"{self._names.things}kalla/{slug}" for slug in slugs}
            periods = set(subject.periods) or {known[iri] for iri in sources if iri in known}
        elif "inferred" in kinds:
            layers = {graph for graph in graphs if self._names.is_layer(graph)}
            periods = {known[graph] for graph in layers if graph in known}
            is_joint = not layers
            is_of_some_time = not periods and any(not graph.endswith(_TIMELESS) for graph in layers)
        elif "closed" in kinds:
            periods = set(subject.concluded(text_of(stated.object)) or subject.periods)
        return Statement(stated, kinds, tuple(places), tuple(sorted(periods)), is_joint, is_of_some_time)

    def _node(self, term: Term) -> Node:
        return self._nodes.get(term.value, NOTHING) if isinstance(term, NamedNode) else NOTHING

    def _passages(self, stated: Triple) -> tuple[Reference, ...]:
        """Give what the passages of a statement are referred to by: of itself, else those that its ends have in common, else its subject's."""
        if stated.predicate.value == self._says:
            return ()  # it is the passage that it names
        subject, target = self._node(stated.subject), self._node(stated.object)
        own = [(value, passage) for name, value, passage in subject.particular if name == stated.predicate.value]
        for wanted in (text_of(stated.object), None):
            if particular := tuple(dict.fromkeys(passage for value, passage in own if value == wanted)):
                return particular
        both = tuple(number for number in subject.passages if number in target.passages)
        return both or (target.passages if self._is_owned(stated.object) else ()) or subject.passages

    def _is_owned(self, term: Term) -> bool:
        return text_of(term).removeprefix(self._names.things).split("/")[0] in _OWNED
