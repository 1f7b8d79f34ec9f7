"""For how long a conclusion holds: what the periods of all that it rests on have in common."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kunskapsgraf.graph.particulars import NOTHING, Period
from kunskapsgraf.graph.rdf import NamedNode, Triple
from kunskapsgraf.graph.store import Store
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.reasoner.proof import Proof

_LAST_DAY = "9999"
"""Later than every last day, in place of an open end."""


@dataclass(frozen=True)
class Validity:
    """The period that everything has in common, or the different ones; neither where nothing has a period."""

    common: Period | None
    different: tuple[Period, ...]


def validity(proof: Proof, store: Store) -> Validity:
    """Tell the period of a proof from those of its leaves, by the thing that each is about or else by its source."""
    steps = list(_resting_on(proof))
    things = {step.triple.subject.value for step in steps if isinstance(step.triple.subject, NamedNode)}
    nodes = store.particulars().nodes(things, "sv")
    known, names = store.particulars().periods, store.names
    found: set[Period] = set()
    for step in steps:
        node = nodes.get(text_of(step.triple.subject), NOTHING)
        if step.kind == "closed":
            found.update(node.concluded(text_of(step.triple.object)))
        elif step.kind == "asserted":
            slugs = (
                g.removeprefix(names.source_graph("")) for g in step.graphs if names.kind_of_graph(g) == "asserted"
            )
            sources = (f"{names.things}kalla/{slug}" for slug in slugs)
            found.update(node.periods or [known[iri] for iri in sources if iri in known])
    return _in_common(found)


def _in_common(found: set[Period]) -> Validity:
    if not found:
        return Validity(None, ())
    first = max(period.first for period in found)
    last = min(period.last or _LAST_DAY for period in found)
    if all(period.first for period in found) and first <= last:
        return Validity(Period(first, "" if last == _LAST_DAY else last), ())
    return Validity(None, tuple(sorted(found)))


def _resting_on(proof: Proof) -> Iterator[Proof]:
    """Give what a proof rests on, each statement once: leaves, and conclusions from absence."""
    seen: set[Triple] = set()
    left = [proof]
    while left:
        step = left.pop()
        if step.triple in seen:
            continue
        seen.add(step.triple)
        left += step.premises
        if not step.premises or step.kind == "closed":
            yield step
