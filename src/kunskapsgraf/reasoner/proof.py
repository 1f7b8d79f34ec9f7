"""A proof: a statement, the rule that concludes it, and the proofs of its premises, down to what a source says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kunskapsgraf.graph.rdf import Triple
from kunskapsgraf.reasoner.rules import Axiom


@dataclass(frozen=True)
class Place:
    """Where a source says something: the passage's IRI, its source, heading path and lines."""

    passage: str
    source: str
    path: str
    first: int
    last: int


@dataclass(frozen=True)
class Proof:
    """Why a statement holds.

    ``kind`` is "asserted", "editorial" or "ontology" (a leaf: it stands there), "inferred" (a rule concludes it), "closed"
    (concluded from absence) or "rule" (a SPARQL rule of ours concludes it). ``rule`` names the rule; ``axioms`` are what it
    was made from; ``said`` are texts that go with it, by language: what was looked for, reservations.
    """

    triple: Triple
    kind: str
    rule: str = ""
    axioms: tuple[Axiom, ...] = ()
    premises: tuple[Proof, ...] = field(default=(), repr=False)
    places: tuple[Place, ...] = ()
    graphs: tuple[str, ...] = ()
    said: tuple[tuple[str, str], ...] = field(default=())
    depth: int = field(init=False, compare=False)
    """Steps between the statement and the farthest leaf; 0 for a leaf."""

    def __post_init__(self) -> None:
        """Count the steps, while the premises are at hand: a deep proof is not walked again for it."""
        depth = 1 + max((premise.depth for premise in self.premises), default=0) if self.rule else 0
        object.__setattr__(self, "depth", depth)

    def steps(self) -> Iterator[Proof]:
        """Give the proof and all within it, each place on its own."""
        yield self
        for premise in self.premises:
            yield from premise.steps()

    def leaves(self) -> Iterator[Proof]:
        """Give what the proof rests on."""
        return (step for step in self.steps() if not step.premises)


@dataclass(frozen=True)
class Attempt:
    """A rule that could conclude a statement, and how far it came: the premises that hold, and those that are missing.

    Variables that nothing binds stand in ``missing`` as they are written in the rule.
    """

    rule: str
    axioms: tuple[Axiom, ...]
    holding: tuple[Triple, ...]
    missing: tuple[str, ...]
    filters: tuple[str, ...] = ()

    @property
    def distance(self) -> int:
        """Give how many premises are missing."""
        return len(self.missing) + len(self.filters)


@dataclass(frozen=True)
class Way:
    """How a rule concludes a statement: from these premises, of which the last may be axioms that follow from data."""

    kind: str
    rule: str
    axioms: tuple[Axiom, ...]
    premises: tuple[Triple, ...]
    said: tuple[tuple[str, str], ...] = ()
