"""What methods are worth, in short: the states of evidence and the recommendations on them, apart from each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kunskapsgraf.graph.store import Store
from kunskapsgraf.graph.vocabulary import RDF_TYPE
from kunskapsgraf.web.facts import Facts, facts_of, marks_of, named
from kunskapsgraf.web.labels import Label


@dataclass(frozen=True)
class Advice:
    """A recommendation: the level, and the conditions that it holds for."""

    iri: str
    levels: tuple[str, ...]
    conditions: tuple[str, ...]
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Worth:
    """What is said of a method's effect, and what is recommended; or that absence lets us conclude that nothing is.

    Where neither a statement nor a conclusion is there, nothing is known.
    """

    method: str
    states: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Each state with the kinds of statement that say it."""
    certainties: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    advice: tuple[Advice, ...] = ()
    is_silent: bool = False
    is_without_advice: bool = False

    @property
    def advice_alike(self) -> list[tuple[Advice, int]]:
        """Give one recommendation of those with the same levels and conditions, and how many they are."""
        alike: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Advice]] = {}
        for one in self.advice:
            alike.setdefault((one.levels, one.conditions), []).append(one)
        return [(same[0], len(same)) for same in alike.values()]


def worths_of(store: Store, methods: Iterable[str]) -> tuple[dict[str, Worth], dict[str, Label]]:
    """Give the worth of each method, and labels for what it names."""
    terms = store.names.terms
    facts = facts_of(store, methods, ("harEvidensutsaga", "harRekommendation", RDF_TYPE))
    said = facts_of(
        store,
        (iri for found in facts.values() for iri in found.iris("harEvidensutsaga", "harRekommendation")),
        ("bedomning", "sakerhet", "rekNiva", "tillstand"),
    )
    marks = marks_of(store, facts, ("harEvidensutsaga", "harRekommendation")) if said else {}
    labels = named(store, said, {iri: Facts(iri) for iri in facts})
    return {iri: _worth(found, said, marks, terms) for iri, found in facts.items()}, labels


def _worth(
    facts: Facts, said: Mapping[str, Facts], marks: Mapping[tuple[str, str, str], tuple[str, ...]], terms: str
) -> Worth:
    kinds = facts.iris(RDF_TYPE)
    states: dict[str, tuple[str, ...]] = {}
    certainties: dict[str, tuple[str, ...]] = {}
    for iri in facts.iris("harEvidensutsaga"):
        own = marks.get((facts.iri, "harEvidensutsaga", iri), ())
        for name, found in (("bedomning", states), ("sakerhet", certainties)):
            for value in said[iri].iris(name):
                found[value] = tuple(dict.fromkeys((*found.get(value, ()), *own)))
    advice = [
        Advice(
            iri,
            said[iri].iris("rekNiva"),
            said[iri].iris("tillstand"),
            marks.get((facts.iri, "harRekommendation", iri), ()),
        )
        for iri in facts.iris("harRekommendation")
    ]
    return Worth(
        facts.iri,
        states,
        certainties,
        tuple(sorted(advice, key=lambda one: (one.levels, one.conditions))),
        terms + "MetodUtanEvidensutsaga" in kinds,
        terms + "MetodUtanRekommendation" in kinds,
    )
