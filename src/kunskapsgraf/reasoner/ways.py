"""Ways: how rules conclude statements from what a graph holds, asked for many statements in one query.

A query takes half a millisecond to come and go, whatever it asks, so what can be asked together is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from kunskapsgraf.graph.rdf import BlankNode, Literal, Triple, lexical
from kunskapsgraf.graph.store import Dataset, Store, select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.vocabulary import XSD
from kunskapsgraf.reasoner import sparqlrules
from kunskapsgraf.reasoner.compile import Program
from kunskapsgraf.reasoner.datatypes import NUMBERS
from kunskapsgraf.reasoner.instances import asking, body_of, filled, is_ground, slots, together
from kunskapsgraf.reasoner.order import Index
from kunskapsgraf.reasoner.proof import Way
from kunskapsgraf.reasoner.rules import Atom, Rule, written

LEAVES = ("asserted", "editorial", "ontology")
_PAGES = (10, 50, 250)
"""Ways of one rule to one statement that are asked for at a time: few at first, since one is mostly enough."""
_ROWS = 500
"""Statements whose graphs are asked for in one query."""

Kind = tuple[str, tuple[str, ...]]
Part = tuple[Triple, int, int]
"""A statement, the number of a rule, and how many of its ways to pass over."""


@dataclass
class Known:
    """The ways to one statement that are known, and the rules that may give more, each with how many rows it gave."""

    besides: list[Way]
    left: dict[int, int]
    ways: list[Way] = field(default_factory=list)
    page: int = 0


@dataclass
class Evidence:
    """What a graph holds, and the ways in which rules conclude it; what has been asked is remembered.

    ``axioms`` are those that the graph holds, with their kind and graphs; ``late`` those that follow from data, which are
    premises of what their rules conclude.
    """

    store: Store
    program: Program
    sparql_rules: Sequence[sparqlrules.SparqlRule]
    axioms: Mapping[Triple, Kind]
    late: Collection[Triple]
    kinds: dict[Triple, Kind] = field(default_factory=dict, repr=False)
    known: dict[Triple, Known] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Index the rules by what they conclude."""
        self._rules = self.program.inferring
        self._index = Index()
        for number, rule in enumerate(self._rules):
            assert rule.head is not None, "an inferring rule concludes"
            self._index.add(rule.head, number)
        names = self.store.names
        held = self.store.graphs()
        self.leaves = Dataset(
            default=tuple(g for g in held if not names.is_layer(g) and names.kind_of_graph(g) in LEAVES)
        )
        # To look in the one graph of what is inferred is quicker than to look in those of every source.
        self._not_leaves = [g for g in (names.inferred_graph, names.closed_graph) if held.get(g)]

    def forget(self) -> None:
        """Forget what has been asked."""
        self.kinds.clear()
        self.known.clear()

    def rules_for(self, triple: Triple) -> list[Rule]:
        """Give the rules that could conclude a statement, the shortest first."""
        return [self._rules[number] for number in self._numbers(triple)]

    def _numbers(self, triple: Triple) -> list[int]:
        atom = Atom(*slots(triple))
        heads = ((number, self._rules[number].head) for number in self._index.near(atom))
        found = [number for number, head in heads if head is not None and head.may_meet(atom)]
        return sorted(found, key=lambda number: (len(self._rules[number].body), number))

    # ---- what the graph holds

    def kind(self, triple: Triple) -> Kind:
        """Tell which kind of statement it is, by the graphs that hold it; empty where none does."""
        self.learn([triple])
        return self.kinds[triple]

    def learn(self, triples: Iterable[Triple]) -> None:
        """Find the kinds of statements, all at once."""
        waiting: list[Triple] = []
        for triple in dict.fromkeys(triples):
            if triple in self.kinds:
                continue
            self.kinds[triple] = self.axioms.get(triple, ("", ()))
            # No query can name a blank node; where one stands, an axiom is spelled out.
            if triple not in self.axioms and not any(isinstance(term, BlankNode) for term in slots(triple)):
                waiting.append(triple)
        names = self.store.names
        for start in range(0, len(waiting), _ROWS):
            some = waiting[start : start + _ROWS]
            rows = " ".join(f"({number} {' '.join(map(written, slots(t)))})" for number, t in enumerate(some))
            query = f"SELECT ?n ?g WHERE {{ VALUES (?n ?s ?p ?o) {{ {rows} }} GRAPH ?g {{ ?s ?p ?o }} }}"
            graphs: dict[int, set[str]] = {}
            for row in select(self.store, query):
                graphs.setdefault(int(text_of(row["n"])), set()).add(text_of(row["g"]))
            for number, triple in enumerate(some):
                held = sorted(graph for graph in graphs.get(number, ()) if not names.is_layer(graph))
                found = {names.kind_of_graph(graph) for graph in held}
                kind = next((k for k in (*LEAVES, "inferred", "closed") if k in found), "")
                # What follows among the axioms is partly left out of the graph, as bookkeeping.
                derived = not kind and (triple in self.late or triple in self.program.schema)
                self.kinds[triple] = ("inferred" if derived else kind), tuple(held)

    # ---- ways

    def at_once(self, triples: Sequence[Triple]) -> dict[Triple, Way]:
        """Give, for those statements that follow in one step from what stands there, a way of one step."""
        parts = [
            (triple, number, 0)
            for triple in triples
            for number in self._numbers(triple)
            if not self.late_of(self._rules[number])
        ]
        found: dict[Triple, Way] = {}
        for part, way in self._ground(parts, LEAVES):
            found.setdefault(parts[part][0], way)
        parts = [part for part in parts if part[0] not in found]
        # The parts of a statement come in the order of its rules, the shortest first.
        for part, way in sorted(self._asked(parts, 1, [0] * len(parts), self._not_leaves), key=itemgetter(0)):
            found.setdefault(parts[part][0], way)
        return found

    def besides(self, triple: Triple) -> list[Way]:
        """Give the ways to a statement that no compiled rule gives."""
        return self._known(triple).besides

    def ways(self, triple: Triple) -> list[Way]:
        """Give the ways to a statement that have been asked for."""
        known = self._known(triple)
        return [*known.besides, *known.ways]

    def exhausted(self, triple: Triple) -> bool:
        """Tell whether all ways to a statement have been asked for."""
        return not self._known(triple).left

    def more(self, triples: Iterable[Triple]) -> None:
        """Ask for more ways to statements, where there may be more."""
        asked: dict[int, list[Part]] = {}
        for triple in triples:
            known = self._known(triple)
            size = _PAGES[min(known.page, len(_PAGES) - 1)]
            known.page += 1
            asked.setdefault(size, []).extend((triple, number, after) for number, after in known.left.items())
        for size, parts in asked.items():
            counts = [0] * len(parts)
            found = [*self._ground(parts, (*LEAVES, "inferred")), *self._asked(parts, size, counts)]
            for part, way in found:
                self._known(parts[part][0]).ways.append(way)
            for (triple, number, after), count in zip(parts, counts, strict=True):
                left = self._known(triple).left
                left[number] = after + count
                if count < size:
                    del left[number]

    def _known(self, triple: Triple) -> Known:
        if triple not in self.known:
            self.known[triple] = Known(list(self._besides(triple)), dict.fromkeys(self._numbers(triple), 0))
        return self.known[triple]

    def _ground(self, parts: Sequence[Part], kinds: Collection[str]) -> Iterator[tuple[int, Way]]:
        """Give the ways of rules whose premises are known with the statement: whether they are held is all there is."""
        bodies = {part: body_of(self._rules[number], triple) for part, (triple, number, _) in enumerate(parts)}
        premises = {part: filled(body, {}) for part, body in bodies.items() if is_ground(body)}
        self.learn(premise for found in premises.values() for premise in found or ())
        for part, found in premises.items():
            triple, number, _ = parts[part]
            if found and not self._rules[number].filters and all(self.kinds[p][0] in kinds for p in found):
                yield from self._way(part, triple, number, found)

    def _asked(
        self, parts: Sequence[Part], most: int, counts: list[int], without: Sequence[str] = ()
    ) -> Iterator[tuple[int, Way]]:
        """Ask for the other ways; ``counts`` gets how many rows each part gave, ``without`` are graphs of no premise."""
        bodies: dict[int, Sequence[Atom]] = {}
        branches: list[tuple[int, str]] = []
        for part, (triple, number, after) in enumerate(parts):
            rule = self._rules[number]
            bodies[part] = body_of(rule, triple)
            if bodies[part] and (rule.filters or not is_ground(bodies[part])):
                size = len(bodies[part]) * (1 + len(without))
                branches.append((size, asking(rule, triple, part, most, after, without)))
        for some in together(branches):
            union = " UNION ".join(some)
            for row in select(self.store, f"SELECT * WHERE {{ {union} }}"):
                part = int(text_of(row["part"]))
                counts[part] += 1
                yield from self._way(part, parts[part][0], parts[part][1], filled(bodies[part], row))

    def _way(self, part: int, triple: Triple, number: int, premises: list[Triple] | None) -> Iterator[tuple[int, Way]]:
        if premises is not None and triple not in premises:
            rule = self._rules[number]
            yield part, Way("inferred", rule.name, rule.axioms, (*premises, *self.late_of(rule)))

    def late_of(self, rule: Rule) -> list[Triple]:
        """Give the axioms of a rule that follow from data."""
        if not self.late:
            return []
        return sorted((t for axiom in rule.axioms for t in axiom.triples if t in self.late), key=str)

    def _besides(self, triple: Triple) -> Iterator[Way]:
        """Give the ways to a statement that no compiled rule gives."""
        implied = self.program.schema.get(triple)
        if implied is not None:
            yield Way("inferred", implied.rule, (), implied.premises)
        for one in self.sparql_rules:
            for candidates in sparqlrules.instances(self.store, one, triple):
                self.learn(candidates)
                # Of the premises that a solution fills those that hold are what it rests on, absence apart.
                holding = tuple(t for t in candidates if self.kinds[t][0] not in ("", "closed"))
                if holding and triple not in holding:
                    yield Way("rule", one.name, (), holding, tuple(one.titles.items()))
        for premise in self._written_otherwise(triple):
            yield Way("inferred", "dt-eq + eq-rep-o", (), (premise,))

    def _written_otherwise(self, triple: Triple) -> list[Triple]:
        """Give what says the same with another writing of the same number."""
        literal = triple.object
        if not isinstance(literal, Literal) or literal.datatype.value.removeprefix(XSD) not in NUMBERS:
            return []
        asked = f"{lexical(triple.subject)} {lexical(triple.predicate)} ?o"
        inexact = f"DATATYPE(?o) NOT IN (<{XSD}double>, <{XSD}float>)"
        same = f"BIND({lexical(literal)} AS ?v) FILTER(isNumeric(?o) && isNumeric(?v) && ?o = ?v && {inexact} && !sameTerm(?o, ?v))"
        rows = select(self.store, f"SELECT DISTINCT ?o WHERE {{ {asked} {same} }}")
        return [Triple(triple.subject, triple.predicate, row["o"]) for row in rows]
