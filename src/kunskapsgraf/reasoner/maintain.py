"""Keep what follows as data change: ``start`` makes a state, ``update`` changes it as a full run would have it.

Delete and rederive: what a removed statement helped to conclude is taken out, what of that still follows is put back,
and what new statements conclude is added, all by the compiled rules, written as SPARQL updates in which one atom of a
body is matched among the changed statements. The time follows the size of the change and of its consequences: no
statement reads the whole store.

Some changes are made by a full run instead, since they change the rules or what the rules start from: axioms, asserted
or concluded (``schema.is_axiom``); owl:sameAs; members of anonymous classes; literals that the engine writes otherwise,
and numbers that are written in more than one way where a rule asks for a value; and every change of a state whose axioms
follow from its data.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import count
from typing import NamedTuple

from kunskapsgraf.graph.engine import Memory, as_kept
from kunskapsgraf.graph.rdf import BlankNode, Literal, Triple
from kunskapsgraf.reasoner import infer as full
from kunskapsgraf.reasoner.compile import compile_rules
from kunskapsgraf.reasoner.evaluate import INFERRED, evaluate, fed_by, text
from kunskapsgraf.reasoner.order import groups
from kunskapsgraf.reasoner.rules import Atom, Rule, Var, patterns
from kunskapsgraf.reasoner.schema import FIRST, REST, A, is_axiom, owl
from kunskapsgraf.reasoner.skolem import Skolem

_GIVEN = "urn:kunskapsgraf:given"
"""What is inferred before any rule runs: what the axioms imply, and numbers written otherwise."""
_GRAPHS = (f"urn:kunskapsgraf:change-{number}" for number in count())
"""Names for what changes, each used once: the engine still walks through what was taken out of a graph of that name."""
_Key = tuple[object, object]  # predicate, and object where that is rdf:type; None is any
_Keys = dict[_Key, int | None]  # how many statements there are at most; None where it must be looked for


class Change(NamedTuple):
    """What a change of data made of what is inferred: that of before, less ``disappeared``, with ``appeared``.

    What becomes asserted is inferred no longer; what is asserted no longer, and still follows, is inferred.
    """

    appeared: frozenset[Triple]
    disappeared: frozenset[Triple]


class _Place(NamedTuple):  # an atom of a rule, for changed statements, and those that are matched in what is known
    rule: Rule
    atom: Atom
    rest: tuple[Atom, ...]


class _Step(NamedTuple):  # a group of rules: atoms of their bodies, those that its own conclusions match, and heads
    circular: bool
    bodies: list[_Place]
    fed: list[_Place]
    heads: list[_Place]


class State:
    """Ontology and data with what follows: asserted and inferred statements in one engine, and the rules."""

    def __init__(self, ontology: frozenset[Triple], data: Iterable[Triple]) -> None:
        self.ontology, asserted = ontology, {*ontology, *data}
        self.written: dict[Triple, set[Triple]] = defaultdict(set)
        for triple in (t for t in asserted if t != as_kept(t)):
            self.written[as_kept(triple)] |= {triple, as_kept(triple)} & asserted
        self.skolem, self.memory = Skolem(asserted), Memory(())
        self.memory.add(map(self.skolem.named, asserted))
        self.changing_axioms = False
        rules = self._inferring(asserted)
        forbidding = [rule for rule in rules if rule.head is None]
        full.refuse_contradictions(self.memory, forbidding, self.skolem)
        self.forbidding = [place for rule in forbidding for place in _places(rule)]
        self.steps = [
            _Step(
                group.circular,
                [place for rule in group.rules for place in _places(rule)],
                [_places(rule)[number] for rule, number in fed_by(group.rules)] if group.circular else [],
                [_Place(rule, rule.head, rule.body) for rule in group.rules if rule.head],
            )
            for group in groups([rule for rule in rules if rule.head])
        ]
        self.asks_for_values = any(full._asks_for_value(rule) for rule in rules)
        self.numbers = _numbers(slot for rule in rules for atom in rule.body for slot in atom)
        self.remember_numbers(map(as_kept, asserted))

    def _inferring(self, asserted: set[Triple]) -> list[Rule]:
        """Infer as ``infer`` does, without further rules between; give the rules."""
        axioms, implied = {triple for triple in asserted if is_axiom(triple)}, set[Triple]()
        memory, named, original = self.memory, self.skolem.named, self.skolem.original
        while True:
            with_equality = memory.uses(owl("sameAs").value)
            program = compile_rules(axioms, typed=self.skolem.typed_classes(axioms), with_equality=with_equality)
            rules = [self.skolem.rule(rule) for rule in program.rules]
            implied |= set(program.schema)
            memory.add(map(named, implied), INFERRED)
            memory.add(full._written_otherwise(memory, rules), INFERRED)
            if not self.changing_axioms:
                memory.place(memory.graph(INFERRED), _GIVEN)
            evaluate(memory, [rule for rule in rules if rule.head])
            # A head without variables is inferred even where it is asserted: MINUS has nothing to compare by.
            heads = {original(t) for r in rules if r.head and not any(r.head.variables()) and (t := r.head.triple())}
            memory.take(map(named, heads & asserted), INFERRED)
            found = {triple for triple in map(original, memory.graph(INFERRED)) if is_axiom(triple)}
            late = {triple for triple in found - axioms - implied if triple.predicate not in (FIRST, REST)}
            if not late:
                return rules
            axioms |= late
            self.changing_axioms = True

    @property
    def inferred(self) -> set[Triple]:
        """Give what ``infer`` gives of the ontology and the data that there now are."""
        return self.told(self.memory.graph(INFERRED))

    @property
    def asserted(self) -> set[Triple]:
        """Give ontology and data, as they were written."""
        found = set(map(self.skolem.original, self.memory.known() - self.memory.graph(INFERRED)))
        return found.difference(self.written).union(*self.written.values())

    def asserts(self, triple: Triple) -> bool:
        """Tell whether ontology or data say a statement, written so."""
        kept = as_kept(triple)
        named, written = self.skolem.named(kept), self.written.get(kept, (kept,))
        return triple in written and self.memory.has(named) and not self.memory.has(named, INFERRED)

    def told(self, named: Iterable[Triple]) -> set[Triple]:
        """Give inferred statements as they are told outside: with blank nodes, and without what says nothing."""
        found = {t for t in map(self.skolem.original, named) if not full.is_tautology(t)}
        return {t for t in found if not self.skolem.is_about_anonymous(t)}

    def remember_numbers(self, triples: Iterable[Triple]) -> None:
        """Remember how the numbers of statements are written."""
        for value, written in _numbers(t.object for t in triples if self.asks_for_values).items():
            self.numbers[value] |= written

    def must_start_anew(self, changed: set[Triple]) -> bool:
        """Tell whether a change is one of those that only a full run can make."""
        if self.changing_axioms or any(is_axiom(t) or t.predicate == owl("sameAs") for t in changed):
            return True
        typed = (t.predicate == A and isinstance(t.object, BlankNode) for t in changed)
        if any(typed) or any(t in self.written or as_kept(t) != t for t in changed):
            return True
        found = _numbers(t.object for t in changed if self.asks_for_values)
        return any(len(written | self.numbers.get(value, set())) > 1 for value, written in found.items())


def start(ontology: Iterable[Triple], data: Iterable[Triple]) -> State:
    """Infer all that follows and keep it; raises ``Inconsistent`` as ``infer`` does."""
    return State(frozenset(ontology), data)


def update(state: State, added: Iterable[Triple], removed: Iterable[Triple]) -> Change:
    """Remove and add statements of data; the state is then as if started on the data that there now are.

    What is both removed and added stays, and so does what the ontology says. Raises ``Inconsistent`` where the
    statements then contradict each other, and leaves the state as it was.
    """
    wanted = set(added)
    coming = {triple for triple in wanted if not state.asserts(triple)}
    going = {triple for triple in set(removed) - wanted - state.ontology if state.asserts(triple)}
    if not state.must_start_anew(coming | going):
        attempt, named = _Attempt(state), state.skolem.named
        try:
            attempt.make({named(t) for t in coming}, {named(t) for t in going})
        except BaseException:
            attempt.undo()
            raise
        if not any(map(is_axiom, attempt.gone | attempt.put)):
            state.remember_numbers(coming)
            return attempt.change()
        attempt.undo()
    before, data = state.inferred, (state.asserted - going) | coming
    vars(state).update(vars(State(state.ontology, data)))
    return Change(frozenset(state.inferred - before), frozenset(before - state.inferred))


class _Pass(NamedTuple):
    """Puts a conclusion that each graph of ``within`` holds, and none of ``without``, in ``to`` ("": what is known)."""

    to: tuple[str, ...]
    within: tuple[str, ...]
    without: tuple[str, ...]

    def statement(self, rule: Rule, body: str, following: tuple[str, ...]) -> str:
        put = " ".join(_in(graph, rule) for graph in (*self.to, *following))
        conditions = [f" FILTER EXISTS {{ {_in(graph, rule)} }}" for graph in self.within]
        conditions += [f" FILTER NOT EXISTS {{ {_in(graph, rule)} }}" for graph in self.without]
        return f"INSERT {{ {put} }} WHERE {{ {body}{''.join(conditions)} }}"


class _Attempt:
    """One change on its way, which can be undone as long as the object is there."""

    def __init__(self, state: State) -> None:
        self._state, self._memory = state, state.memory
        self.gone, self.put, self._were_inferred, self._promoted = (set[Triple]() for _ in range(4))
        self._used = [next(_GRAPHS) for _ in range(3)]

    def make(self, coming: set[Triple], going: set[Triple]) -> None:
        memory, (gone, back, fresh) = self._memory, self._used
        memory.place(going, gone)
        self._spread(_Pass((gone,), (INFERRED,), (gone, _GIVEN)), gone)  # over the state before
        self.gone = memory.graph(gone)
        self._were_inferred = self.gone - going
        memory.take(self.gone)
        memory.take(self._were_inferred, INFERRED)
        self._spread(_Pass((back, "", INFERRED), (gone,), ("",)), gone)
        self._promoted = {triple for triple in coming if memory.has(triple, INFERRED)}
        self._were_inferred |= self._promoted - self.gone
        memory.take(self._promoted, INFERRED)
        memory.place(coming - self._promoted, fresh)
        memory.place(coming - self._promoted)
        self._spread(_Pass((fresh, "", INFERRED), (), ("",)), fresh)
        self.put = memory.graph(back) | memory.graph(fresh)
        memory.drop(gone)  # a query reads all graphs
        for place, body in self._fired(self._state.forbidding, fresh, memory.kinds(fresh)):
            if next(memory.select(f"SELECT * WHERE {{ {body} }} LIMIT 1"), None) is not None:
                full.refuse_contradictions(memory, [place.rule], self._state.skolem)
        memory.drop(back, fresh)

    def change(self) -> Change:
        told, before = self._state.told, self._were_inferred
        after = {t for t in self.gone | self.put | self._promoted if self._memory.has(t, INFERRED)}
        return Change(frozenset(told(after - before)), frozenset(told(before - after)))

    def undo(self) -> None:
        self.put |= self._memory.graph(self._used[1]) | self._memory.graph(self._used[2])
        self._memory.drop(*self._used)
        for graph, triples in (("", self.gone), (INFERRED, self._were_inferred)):
            self._memory.take(self.put, graph)
            self._memory.place(triples, graph)

    def _spread(self, run: _Pass, changed: str) -> None:
        """Run the groups of rules in order over what is changed; to rederive, over what is gone, from their heads."""
        memory, backwards = self._memory, changed != run.to[0]
        keys = memory.kinds(changed)
        for step in self._state.steps if keys else ():
            now = next(_GRAPHS)
            self._used += [now] if step.circular else []
            for place, body in self._fired(step.heads if backwards else step.bodies, changed, keys):
                memory.update(run.statement(place.rule, body, (now,) if step.circular else ()))
                if not backwards and place.rule.head:
                    keys[_key(place.rule.head)] = None
            while step.circular and (new := memory.kinds(now)):
                self._used.append(following := next(_GRAPHS))
                for place, body in self._fired(step.fed, now, new):
                    memory.update(run.statement(place.rule, body, (following,)))
                memory.drop(now)
                keys.update({} if backwards else dict.fromkeys(new))
                now = following

    def _fired(self, places: Iterable[_Place], graph: str, keys: _Keys) -> Iterator[tuple[_Place, str]]:
        """Give the places that statements of a graph, of some keys, match, with their bodies, each in its turn."""
        # The limit takes nothing away: it tells the engine that the statements are few, or it would begin with what it
        # takes for fewer, such as all members of a class, and read the other side whole to join it.
        for place in places:
            if (most := _at_most(_key(place.atom), keys)) is None:
                most = self._memory.count(graph, (None if isinstance(slot, Var) else slot for slot in place.atom))
            if most:
                fresh = f"{{ SELECT * WHERE {{ GRAPH <{graph}> {{ {place.atom} }} }} LIMIT {most} }}"
                filters = "".join(f" FILTER({text(found)})" for found in place.rule.filters)
                yield place, f"{fresh} {patterns(place.rest)}{filters}"


def _places(rule: Rule) -> list[_Place]:
    return [_Place(rule, atom, rule.body[:n] + rule.body[n + 1 :]) for n, atom in enumerate(rule.body)]


def _key(atom: Atom) -> _Key:
    predicate, target = atom.predicate, atom.object
    if isinstance(predicate, Var):
        return None, None
    return predicate, target if predicate == A and not isinstance(target, Var) else None


def _at_most(key: _Key, keys: _Keys) -> int | None:
    if key in ((A, None), (None, None)):
        counts = [count for found, count in keys.items() if None in (key[0], found[0]) or found[0] == A]
    else:
        counts = [keys.get(among, 0) for among in {key, (key[0], None), (None, None)}]
    return None if None in counts else sum(count or 0 for count in counts)


def _numbers(terms: Iterable[object]) -> dict[Decimal, set[Literal]]:
    found: dict[Decimal, set[Literal]] = defaultdict(set)
    for term in terms:
        if isinstance(term, Literal) and (value := full._number(term)) is not None:
            found[value].add(term)
    return found


def _in(graph: str, rule: Rule) -> str:
    return f"GRAPH <{graph}> {{ {rule.head} }}" if graph else f"{rule.head} ."
