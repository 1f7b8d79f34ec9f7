"""The data of a thing: what is said of it, and by profile what leads to it and why each conclusion holds.

What is said of a thing comes whole. What leads to it comes a thousand statements at a time, and proofs stop at a bound;
an answer that leaves something out says so, and leads to the rest.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field

from kunskapsgraf.errors import NotFound
from kunskapsgraf.graph.rdf import NamedNode, Triple
from kunskapsgraf.graph.store import Store, select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.vocabulary import DCT, OWL, Names
from kunskapsgraf.reasoner import forms
from kunskapsgraf.reasoner.proof import Proof
from kunskapsgraf.web import context, selfdescription, why
from kunskapsgraf.web.explaining import explaining
from kunskapsgraf.web.links import Links
from kunskapsgraf.web.neighbourhood import nameless_of
from kunskapsgraf.web.profiles import INCOMING, PROOFS, Chosen

AT_ONCE = 1000
"""Incoming statements of one answer; the query gives one more."""
MOST_STEPS = 5_000
"""Steps of all proofs in one answer, each written once."""
SECONDS = 5.0
"""For the proofs of one answer; a thing of many conclusions is asked for in parts, at the addresses of its statements."""
_BEFORE_ALL = "!"
"""Stands before the place of every statement, in the order of the query."""
_DERIVED = frozenset({"inferred", "closed"})
REPLACED = DCT + "isReplacedBy"
_BESIDE = frozenset({REPLACED, OWL + "deprecated"})


@dataclass
class Extent:
    """The statements of one answer, each once; where the incoming ones go on, and what was left without a proof."""

    triples: list[Triple]
    incoming: int = 0
    """How many statements lead to the thing in all, where they were asked for."""
    shown: int = 0
    """How many of them this answer holds."""
    next: str = ""
    """Where the next part begins; empty after the last."""
    unproved: list[Triple] = field(default_factory=list)
    derived: int = 0
    """How many of the statements are conclusions, where proofs were asked for."""
    late: bool = False
    """Time, and not a bound, ended the proofs: the next answer may hold more."""


@dataclass(frozen=True)
class Standing:
    """What is said of a thing as subject, whether anything leads to it, and what replaces it where nothing else is said."""

    iri: str
    outgoing: tuple[Triple, ...]
    replaced_by: tuple[str, ...] = ()


def standing(store: Store, iri: str) -> Standing | None:
    """Tell how a thing stands in the graph; ``None`` where the graph knows nothing of it. Raises ``ParameterError``."""
    outgoing = _outgoing(store, iri)
    if not outgoing and not incoming(store, iri):
        return None
    # A thing of which more is said, such as a municipality of former times, has a page of its own.
    targets = {text_of(triple.object) for triple in outgoing if triple.predicate.value == REPLACED} - {iri}
    only_replaced = is_only_replaced({triple.predicate.value for triple in outgoing})
    return Standing(iri, outgoing, tuple(sorted(targets)) if only_replaced else ())


def is_only_replaced(said: set[str]) -> bool:
    """Tell whether of a thing with these properties nothing is said but what replaces it."""
    return REPLACED in said and said <= _BESIDE


def extent(store: Store, thing: Standing, profiles: Chosen, after: str = "") -> Extent:
    """Gather the statements that the profiles ask for; ``after`` is where the former part of the incoming ones ended."""
    found = Extent([] if after else list(thing.outgoing))
    if INCOMING in profiles:
        found.incoming = incoming(store, thing.iri)
        query = context.query("incoming", thing=[thing.iri], after=after or _BEFORE_ALL)
        rows = select(store, query)
        part = rows[:AT_ONCE]
        found.shown = len(part)
        found.next = text_of(part[-1]["place"]) if len(rows) > AT_ONCE else ""
        itself = NamedNode(thing.iri)
        found.triples += (Triple(row["subject"], row["predicate"], itself) for row in part)  # type: ignore[arg-type]
    found.triples += nameless_of(store, found.triples)
    if PROOFS in profiles:
        _prove(found, store.names)
    found.triples = sorted(set(found.triples), key=str)
    return found


def _outgoing(store: Store, iri: str) -> tuple[Triple, ...]:
    rows = select(store, context.query("outgoing", thing=[iri]))
    return tuple(Triple(NamedNode(iri), row["predicate"], row["object"]) for row in rows)  # type: ignore[arg-type]


def incoming(store: Store, iri: str) -> int:
    """Count the statements that lead to a thing."""
    return int(text_of(select(store, context.query("incoming-count", thing=[iri]))[0]["count"]))


def _prove(found: Extent, names: Names) -> None:
    """Add the proof of each conclusion among the statements, until a bound; the explainer is lent for one at a time."""
    began = time.monotonic()
    written: dict[int, Proof] = {}
    said = sorted(set(found.triples), key=str)
    with explaining().explainer() as explainer:
        explainer.evidence.learn(said)
        derived = [triple for triple in said if explainer.kind(triple)[0] in _DERIVED]
    found.derived = len(derived)
    links = Links(names)
    for triple in derived:
        found.late = found.late or time.monotonic() - began > SECONDS
        proof = None if found.late or len(written) >= MOST_STEPS else _proof(triple)
        if proof is None:
            found.unproved.append(triple)
            address = selfdescription.on_this_host(why.address(links, triple))
            found.triples += forms.unproved(triple, names, address)
        else:
            found.triples += forms.described(proof, names, written)


def _proof(triple: Triple) -> Proof | None:
    with explaining().explainer() as explainer, suppress(NotFound):  # none within bounds: its own page says so
        return explainer.explain(triple)
    return None
