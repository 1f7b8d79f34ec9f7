"""The neighbours of a thing: every other thing that a statement ties it to, by property and direction, counted first.

A thing may have a hundred thousand neighbours. They are counted by the engine, and read a page at a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from kunskapsgraf.graph.rdf import NamedNode, Triple
from kunskapsgraf.graph.store import Store, select
from kunskapsgraf.graph.terms import is_true, text_of
from kunskapsgraf.web import context
from kunskapsgraf.web.describe import reading_order
from kunskapsgraf.web.labels import Label, labels_of
from kunskapsgraf.web.origin import KINDS

EACH = 8
"""Neighbours by one property that stand with the thing; the others have pages of their own."""
ON_A_PAGE = 50
MOST_PAGES = 20_000
MOST_READ = 60
"""Properties whose neighbours stand with the thing; of any further one only the count and the way there."""
_SORTED = 1_000
"""Neighbours that are put in order before they are cut into pages. More are taken in the engine's own order, which is
the same as long as the snapshot is: to sort 50,000 IRIs takes the engine seconds."""
LONGEST_NAME = 200
"""Letters of a name; the whole of a longer one stands on the page of the thing."""
_TRAIL = ("uttalasI", "belaggSubjekt", "belaggVarde", "belaggEgenskap", "lankSubjekt", "slutsatsSubjekt", "iKalla")
"""Properties that tell where something stands; they come last."""


@dataclass(frozen=True)
class Neighbour:
    """A thing beside another, and the kinds of the statement that ties them (``origin.KINDS``)."""

    iri: str
    kinds: tuple[str, ...]

    @property
    def line(self) -> str:
        """How the tie is drawn: by what the statement is, a conclusion only where it stands nowhere."""
        stated = [kind for kind in self.kinds if kind not in ("inferred", "closed")]
        return (stated or list(self.kinds) or ["ontology"])[0]


@dataclass
class Group:
    """The neighbours by one property in one direction: how many there are, and those that were read."""

    predicate: str
    incoming: bool
    total: int
    neighbours: list[Neighbour] = field(default_factory=list)

    @property
    def direction(self) -> str:
        """The direction as addresses have it."""
        return "in" if self.incoming else "ut"

    def triple(self, thing: str, neighbour: Neighbour) -> Triple:
        """Give the statement that ties a neighbour to the thing."""
        ends = (thing, neighbour.iri)
        subject, target = reversed(ends) if self.incoming else ends
        return Triple(NamedNode(subject), NamedNode(self.predicate), NamedNode(target))


@dataclass
class Neighbourhood:
    """A thing with its groups, in the order of its page; ``values`` counts the statements whose other end is no thing."""

    iri: str
    groups: list[Group]
    values: int
    labels: dict[str, Label] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many statements tie the thing to another."""
        return sum(group.total for group in self.groups)

    @property
    def shown(self) -> int:
        """How many of them were read."""
        return sum(len(group.neighbours) for group in self.groups)


def neighbourhood(store: Store, iri: str) -> Neighbourhood | None:
    """Give a thing's groups with the first of their neighbours; ``None`` where nothing is said of it."""
    found = _counted(store, iri)
    if found is None:
        return None
    for group in found.groups[:MOST_READ]:
        _read(store, found.iri, group, EACH, 0)
    return _completed(store, found)


def one_group(store: Store, iri: str, predicate: str, incoming: bool, page: int) -> Neighbourhood | None:
    """Give a page, from 1, of the neighbours by one property; ``None`` where there are none."""
    found = _counted(store, iri)
    if found is None:
        return None
    found.groups = [group for group in found.groups if (group.predicate, group.incoming) == (predicate, incoming)]
    if not found.groups:
        return None
    _read(store, found.iri, found.groups[0], ON_A_PAGE, (page - 1) * ON_A_PAGE)
    return _completed(store, found)


def _counted(store: Store, iri: str) -> Neighbourhood | None:
    groups: list[Group] = []
    values = 0
    for row in select(store, context.query("neighbour-counts", thing=[iri])):
        if "predicate" not in row:
            continue  # nothing is counted as one empty group by some engines
        total = int(text_of(row["total"]))
        if is_true(row["is_thing"]):
            groups.append(Group(text_of(row["predicate"]), is_true(row["incoming"]), total))
        else:
            values += total
    if not groups and not values:
        return None
    labels = labels_of(store, (NamedNode(group.predicate) for group in groups))
    terms = store.names.terms
    order = reading_order(terms)
    trail = {terms + name for name in _TRAIL}

    def place(group: Group) -> tuple[bool, bool, int, str]:
        name = labels[group.predicate].text.lower()
        return group.predicate in trail, group.incoming, order.get(group.predicate, len(order)), name

    return Neighbourhood(iri, sorted(groups, key=place), values)


def _read(store: Store, iri: str, group: Group, most: int, after: int) -> None:
    """Read some neighbours of a group, without the kinds of their statements."""
    name = "neighbours-in" if group.incoming else "neighbours-out"
    query = context.query(name, thing=[iri], predicate=[group.predicate])
    if group.total > _SORTED:
        query = f"{query}\nLIMIT {most:d} OFFSET {after:d}"  # whole numbers of ours, which no parameter can be
        read = [text_of(row["other"]) for row in select(store, query)]
    else:
        read = sorted(text_of(row["other"]) for row in select(store, query))[after : after + most]
    group.neighbours = [Neighbour(other, ()) for other in read]


def _completed(store: Store, found: Neighbourhood) -> Neighbourhood:
    """Add the kinds of the statements, and the labels."""
    others = sorted({n.iri for group in found.groups for n in group.neighbours})
    kinds = _kinds(store, found.iri, others)
    found.labels = labels_of(
        store, (NamedNode(iri) for iri in (found.iri, *others, *(group.predicate for group in found.groups)))
    )
    for iri, label in found.labels.items():
        if len(label.text) > LONGEST_NAME:
            found.labels[iri] = Label(label.text[:LONGEST_NAME].rstrip() + "…", label.language)
    for group in found.groups:
        told = [Neighbour(n.iri, kinds.get((group.incoming, group.predicate, n.iri), ())) for n in group.neighbours]
        group.neighbours = sorted(told, key=lambda n: (found.labels[n.iri].text.lower(), n.iri))
    return found


def _kinds(store: Store, iri: str, others: Iterable[str]) -> dict[tuple[bool, str, str], tuple[str, ...]]:
    listed = list(others)
    if not listed:
        return {}
    names = store.names
    graphs: dict[tuple[bool, str, str], set[str]] = defaultdict(set)
    for row in select(store, context.query("neighbour-graphs", thing=[iri], others=listed)):
        graph = text_of(row["graph"])
        if not names.is_layer(graph):
            key = (is_true(row["incoming"]), text_of(row["predicate"]), text_of(row["others"]))
            graphs[key].add(names.kind_of_graph(graph))
    return {key: tuple(kind for kind in KINDS if kind in found) for key, found in graphs.items()}
