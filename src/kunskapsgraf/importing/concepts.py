"""The graph's names, as a table speaks of them: places, methods, target groups and the rest, found by every label they have."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property

from kunskapsgraf.graph.naming import alphabetic, best
from kunskapsgraf.graph.rdf import Literal, NamedNode, Quad
from kunskapsgraf.graph.vocabulary import PREF_LABEL, RDF_TYPE, RDFS, RDFS_LABEL, SKOS, Names
from kunskapsgraf.importing.table import folded

KINDS: dict[str, tuple[str, ...]] = {
    "plats": ("Kommun", "Kommundel", "Stadsdelsomrade"),
    "insatstyp": ("Insatstyp",),
    "tjanstetyp": ("Tjanstetyp",),
    "metod": ("Metod",),
    "malgrupp": ("Malgrupp",),
    "vag": ("Tilltradesvag",),
    "regi": ("Regi",),
    "aktor": ("Aktor",),
}
"""The classes that a column of each kind chooses from, those below them included."""
_NOBODY = "OnamndAktor"
"""Actors of which only the kind is known: nobody can name one."""
_CODE_DIGITS = 4
_MOST_HINTS = 200
"""Names that are compared with all others; a table with more wrong ones has another fault."""


class Concepts:
    """What statements say of names, classes and offers; the statements of the table's own earlier import are left out."""

    def __init__(self, quads: Iterable[Quad], names: Names) -> None:
        self.names = names
        self.things: set[str] = set()
        self._below: dict[str, set[str]] = defaultdict(set)
        self._of: dict[str, set[str]] = defaultdict(set)
        self._labels: dict[str, dict[str, list[Literal]]] = defaultdict(lambda: defaultdict(list))
        self._links: dict[str, dict[str, set[str]]] = {
            names.terms + name: defaultdict(set) for name in ("harUtbudspost", "avserInsats", "planerar", "finnsI")
        }
        self._codes: dict[str, str] = {}
        self._hints: dict[tuple[str, str], Sequence[str]] = {}
        naming = {RDFS_LABEL, PREF_LABEL, SKOS + "altLabel", SKOS + "hiddenLabel"}
        for quad in quads:
            if not isinstance(quad.subject, NamedNode):
                continue
            subject, predicate, target = quad.subject.value, quad.predicate.value, quad.object
            self.things.add(subject)
            if isinstance(target, Literal):
                if predicate in naming:
                    self._labels[subject][predicate].append(target)
                elif predicate == names.terms + "kommunkod":
                    self._codes[target.value] = subject
            elif isinstance(target, NamedNode):
                if predicate == RDF_TYPE:
                    self._of[target.value].add(subject)
                elif predicate == RDFS + "subClassOf":
                    self._below[target.value].add(subject)
                elif predicate in self._links:
                    self._links[predicate][subject].add(target.value)

    def members(self, *classes: str) -> set[str]:
        """Give the things of classes of ours, those of the classes below them included."""
        found: set[str] = set()
        waiting, seen = [self.names.terms + name for name in classes], set[str]()
        while waiting:
            one = waiting.pop()
            if one not in seen:
                seen.add(one)
                found |= self._of[one]
                waiting += self._below[one]
        return found

    @cached_property
    def _of_kind(self) -> dict[str, set[str]]:
        nobody = self.members(_NOBODY)
        return {kind: self.members(*classes) - nobody for kind, classes in KINDS.items()}

    @cached_property
    def _by_name(self) -> dict[str, dict[str, dict[str, int]]]:
        """By kind and folded name: the things of that name, each with how good a name it is for it (0 is best)."""
        order = (PREF_LABEL, RDFS_LABEL, SKOS + "altLabel", SKOS + "hiddenLabel")
        found: dict[str, dict[str, dict[str, int]]] = {}
        for kind, things in self._of_kind.items():
            by_name: dict[str, dict[str, int]] = defaultdict(dict)
            for thing in things:
                for rank, predicate in enumerate(order):
                    for literal in self._labels[thing][predicate]:
                        ranks = by_name[folded(literal.value)]
                        ranks[thing] = min(rank // 2, ranks.get(thing, len(order)))
                by_name[folded(self.short(thing))][thing] = 0
            found[kind] = dict(by_name)
        return found

    def find(self, kind: str, text: str) -> tuple[str, ...]:
        """Give the things of a kind that a text names: none, one, or those between which it does not tell."""
        if kind == "plats" and text.isdigit():
            code = self._codes.get(text.zfill(_CODE_DIGITS))
            return (code,) if code in self._of_kind[kind] else ()
        ranks = self._by_name[kind].get(folded(text), {})
        least = min(ranks.values(), default=0)
        return tuple(sorted(thing for thing, rank in ranks.items() if rank == least))

    def near(self, kind: str, text: str) -> Sequence[str]:
        """Give at most three names of a kind that a text may have meant."""
        key = kind, folded(text)
        if key not in self._hints:
            if len(self._hints) >= _MOST_HINTS:
                return ()
            close = difflib.get_close_matches(key[1], self._by_name[kind], n=6, cutoff=0.6)
            things = dict.fromkeys(thing for name in close for thing in sorted(self._by_name[kind][name]))
            self._hints[key] = [self.label(thing) for thing in things][:3]
        return self._hints[key]

    def choices(self, kind: str) -> list[str]:
        """List the names of a kind in the order of the Swedish alphabet; two of one name are told apart by their address."""
        things = sorted(self._of_kind[kind])
        return sorted(
            {
                label if self.find(kind, label) == (thing,) else self.short(thing)
                for thing in things
                for label in (self.label(thing),)
            },
            key=lambda name: alphabetic(name, "sv"),
        )

    def label(self, thing: str, language: str = "sv") -> str:
        """Give a thing's name in a language."""
        said = self._labels[thing]
        found = best(said[PREF_LABEL] or said[RDFS_LABEL], language)
        return found.value if found else self.short(thing)

    def short(self, thing: str) -> str:
        """Write the address of a thing of ours as ``kind/slug``."""
        return thing.removeprefix(self.names.things)

    def services(self, place: str, name: str) -> list[str]:
        """Give the services of a name that other sources say a place offers or plans."""
        kg = self.names.terms
        posts = self._links[kg + "harUtbudspost"].get(place, ())
        found = {service for post in posts for service in self._links[kg + "avserInsats"].get(post, ())}
        found |= self._links[kg + "planerar"].get(place, set())
        return sorted(
            service
            for service in found
            if self._is_called(service, name) or self._is_called(service, f"{name} (planerad)")
        )

    def units(self, place: str, name: str) -> list[str]:
        """Give the units of a name in a place."""
        located = self._links[self.names.terms + "finnsI"]
        return sorted(
            unit
            for unit in self.members("Verksamhet")
            if place in located.get(unit, ()) and self._is_called(unit, name)
        )

    def _is_called(self, thing: str, name: str) -> bool:
        wanted = folded(name)
        return any(folded(one.value) == wanted for said in self._labels[thing].values() for one in said)

    def has(self, name: str) -> bool:
        """Tell whether a thing, given as ``kind/slug``, is there."""
        return self.names.things + name in self.things
