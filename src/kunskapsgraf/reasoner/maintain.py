"""Keep what follows as data change: ``start`` makes a state, ``update`` changes it as a full run would have it.

Delete and rederive: what a removed statement helped to conclude is taken out, what of that still follows is put back,
and what new statements conclude is added, all by the compiled rules, with one pattern of a body matched among the changed
statements. The rules' time follows the size of the change and of its consequences; a column that changes is copied.

Some changes are made by a full run instead, since they change the rules or what the rules start from: axioms, asserted
or concluded (``schema.is_axiom``); the first owl:sameAs; members of anonymous classes; values that are written in more
than one way where a rule asks for them; and every change of a state whose axioms follow from its data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from kunskapsgraf.graph.rdf import BlankNode, Triple
from kunskapsgraf.reasoner.columns import Columns, Key, Numbers, is_in, within, without
from kunskapsgraf.reasoner.fixpoint import Found, Ready, Step
from kunskapsgraf.reasoner.infer import Inference, refuse
from kunskapsgraf.reasoner.literals import writings
from kunskapsgraf.reasoner.schema import A, is_axiom, owl


class Change(NamedTuple):
    """What a change of data made of what is inferred: that of before, less ``disappeared``, with ``appeared``.

    What becomes asserted is inferred no longer; what is asserted no longer, and still follows, is inferred.
    """

    appeared: frozenset[Triple]
    disappeared: frozenset[Triple]


class State:
    """Ontology and data with what follows from them."""

    def __init__(self, ontology: frozenset[Triple], data: Iterable[Triple]) -> None:
        self.ontology = ontology
        self.inference = Inference([*ontology, *data])
        self.inference.run()
        self._values = writings(self.inference.asking.named)
        # Of what was concluded too: where a value is known in two ways, a full run alone keeps them alike.
        self._several = self.writes_otherwise(self.inference.known)

    @property
    def inferred(self) -> set[Triple]:
        """Give what ``infer`` gives of the ontology and the data that there now are."""
        return self.inference.conclusions()

    @property
    def asserted(self) -> set[Triple]:
        """Give ontology and data."""
        return set(self.inference.asserted.triples(Columns(self.inference.terms)))

    def writes_otherwise(self, columns: Columns) -> bool:
        """Remember how the values of statements are written, where rules ask; tell whether one now is in two ways."""
        found = False
        for value, literals in self.inference.asking.literals(columns).items():
            self._values[value] |= literals
            found |= len(self._values[value]) > 1
        return found

    def must_start_anew(self, changed: Iterable[Triple]) -> bool:
        """Tell whether a change is one of those that only a full run can make."""
        inference, said = self.inference, list(changed)
        if inference.changing or self._several or any(map(is_axiom, said)):
            return True
        if not inference.with_equality and any(t.predicate == owl("sameAs") for t in said):
            return True
        return any(t.predicate == A and isinstance(t.object, BlankNode) for t in said)


def start(ontology: Iterable[Triple], data: Iterable[Triple]) -> State:
    """Infer all that follows and keep it; raises ``Inconsistent`` as ``infer`` does."""
    return State(frozenset(ontology), data)


def update(state: State, added: Iterable[Triple], removed: Iterable[Triple]) -> Change:
    """Remove and add statements of data; the state is then as if started on the data that there now are.

    What is both removed and added stays, and so does what the ontology says. Raises ``Inconsistent`` where the
    statements then contradict each other, and leaves the state as it was.
    """
    inference = state.inference
    coming, going, wanted = (Columns(inference.terms) for _ in range(3))
    wanted.load(added)
    for key, pairs in wanted.less(inference.asserted):
        coming.add(key, pairs)
    going.load(set(removed) - state.ontology)
    for key in going:
        going[key] = without(within(going[key], inference.asserted[key]), wanted[key])
    none = Columns(inference.terms)
    if not state.must_start_anew([*coming.triples(none), *going.triples(none)]):
        attempt = _Attempt(inference, coming, going)
        if not (
            inference.axioms_in(attempt.gone) or inference.axioms_in(attempt.new) or state.writes_otherwise(attempt.new)
        ):
            attempt.refuse_contradictions()
            change = attempt.change()
            inference.known, inference.asserted, inference.start = attempt.known, attempt.asserted, attempt.start
            return change
    before, data = state.inferred, state.asserted.difference(going.triples(none)).union(coming.triples(none))
    vars(state).update(vars(State(state.ontology, data)))
    return Change(frozenset(state.inferred - before), frozenset(before - state.inferred))


class _Attempt:
    """What a change comes to, beside what is known; nothing that was is touched."""

    def __init__(self, inference: Inference, coming: Columns, going: Columns) -> None:
        self._before, self._program = inference, inference.program
        self.asserted, self.start = inference.asserted.copy(), inference.start.copy()
        for columns in (self.asserted, self.start):
            _take(columns, going)
            _add(columns, coming)
        self._changed = going.copy()
        _add(self._changed, coming)
        self.gone = self._overdeleted(going)
        self.known = inference.known.copy()
        _take(self.known, self.gone)
        self._rederive()
        self.new = self._added(coming)

    def _overdeleted(self, going: Columns) -> Columns:
        """Give what is removed with all that it helped to conclude, and that no one says."""
        gone = Columns(going.terms)
        for key in going:  # what is also given by other means is no longer asserted, and stays
            gone.add(key, without(going[key], self.start[key]))

        def take(key: Key, pairs: Numbers) -> Numbers:
            return gone.add(key, without(pairs, self.start[key]))

        self._through(self._before.known, gone, take)
        return gone

    def _rederive(self) -> None:
        """Put back what is gone and follows from what is left."""
        left = self.gone.copy()

        def back(key: Key, pairs: Numbers) -> Numbers:
            found = within(pairs, left[key])
            left.take(key, found)
            return self.known.add(key, found)

        for step in self._program.steps:
            fresh = Columns(left.terms)
            for rule in step.rules:
                for key, pairs in self._concluded_anew(rule, left):
                    fresh.add(key, back(key, pairs))
            self._round(step, self.known, fresh, back)

    def _concluded_anew(self, rule: Ready, left: Columns) -> Iterator[tuple[Key, Numbers]]:
        assert rule.head is not None, "what is gone was concluded"
        return self._program.conclusions(
            rule, [(rule.head, left), *((one, self.known) for one in rule.body)], in_order=True
        )

    def _added(self, coming: Columns) -> Columns:
        """Add what comes with all that follows from it; give what is new."""
        new = Columns(coming.terms)
        for key in coming:
            new.add(key, self.known.add(key, coming[key]))

        def put(key: Key, pairs: Numbers) -> Numbers:
            return new.add(key, self.known.add(key, pairs))

        self._through(self.known, new, put)
        return new

    def _through(self, known: Columns, changed: Columns, take: Callable[[Key, Numbers], Numbers]) -> None:
        """Run all rules over what is changed, which ``take`` adds to: it gives what of some conclusions is new."""
        for step in self._program.steps:
            fresh = Columns(known.terms)
            for key, pairs in self._fired(step, known, changed):
                fresh.add(key, take(key, pairs))
            self._round(step, known, fresh, take)

    def _round(self, step: Step, known: Columns, fresh: Columns, take: Callable[[Key, Numbers], Numbers]) -> None:
        """Run the rules of a circle over what is fresh, until nothing is."""
        while step.circular and len(fresh):
            following = Columns(known.terms)
            for key, pairs in self._fired(step, known, fresh):
                following.add(key, take(key, pairs))
            fresh = following

    def _fired(self, step: Step, known: Columns, changed: Columns) -> Found:
        for rule in step.rules:
            for place in range(len(rule.body)):
                yield from self._program.fired(rule, place, known, changed)

    def refuse_contradictions(self) -> None:
        """Raise ``Inconsistent`` where what is new contradicts what is known."""
        for rule in self._program.forbidding:
            for place, first in enumerate(rule.body):
                rest = [(one, self.known) for one in (*rule.body[:place], *rule.body[place + 1 :])]
                refuse(rule.rule, self._program.first(rule, [(first, self.new), *rest]))

    def change(self) -> Change:
        """Give what appeared and disappeared among what is inferred."""
        appeared, disappeared = Columns(self.known.terms), Columns(self.known.terms)
        for columns in (self._changed, self.gone, self.new):
            for key in columns:
                pairs = columns[key]
                before = is_in(pairs, self._before.known[key]) & ~is_in(pairs, self._before.asserted[key])
                after = is_in(pairs, self.known[key]) & ~is_in(pairs, self.asserted[key])
                if (before != after).any():
                    appeared.add(key, pairs[after & ~before])
                    disappeared.add(key, pairs[before & ~after])
        return Change(*(frozenset(self._before.told((k, one[k]) for k in one)) for one in (appeared, disappeared)))


def _add(columns: Columns, more: Columns) -> None:
    for key in more:
        columns.add(key, more[key])


def _take(columns: Columns, less: Columns) -> None:
    for key in less:
        columns.take(key, less[key])
