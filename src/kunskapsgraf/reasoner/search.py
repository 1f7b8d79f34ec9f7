"""Search: the shallowest proofs of statements, among the ways in which rules conclude them.

A proof is looked for by its depth: with one step, then with two, and so on. A premise must be provable in fewer steps
than what it proves, so no proof runs in a circle. Where that takes too long (a thousand links in a chain, a thousand
names of one thing) any well-founded proof is taken, the nearest premises first.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kunskapsgraf.graph.rdf import Triple
from kunskapsgraf.reasoner.paths import path
from kunskapsgraf.reasoner.proof import Way
from kunskapsgraf.reasoner.ways import LEAVES, Evidence

DEEPEST = 300
"""Steps; what goes on from itself by halves (transitivity, sameness) never comes near."""
_ASKED, _VISITS = 400, 20_000
"""Statements that the graph is asked about for the shallowest proof, and visits to them, one for each step."""
_STATEMENTS = 2_000
"""Statements that are looked at for any proof."""
_FIRST_TRIED, _AT_ONCE = 2, 16
"""Ways to a statement that are tried together: few at first, since one is mostly enough."""


class Spent(Exception):
    """Raise when as much has been looked at as may be."""


@dataclass(frozen=True)
class Step:
    """The last step of a proof: how deep the proof is, and the way; none for a leaf."""

    depth: int
    way: Way | None = None


class Search:
    """Proofs of the statements of one graph that have been found, as their last steps."""

    def __init__(self, evidence: Evidence, apart: Triple | None = None) -> None:
        self.steps: dict[Triple, Step] = {}
        self._evidence = evidence
        self._apart = apart
        self._failed: dict[Triple, int] = {}
        self._asked = self._visits = 0

    def shallowest(self, goals: Sequence[Triple], depth: int | None = None) -> None:
        """Find the shallowest proofs of at most so many steps; raises ``Spent``."""
        self._asked = self._visits = 0
        self._within(goals, DEEPEST if depth is None else depth)

    def fits(self, way: Way, depth: int) -> bool:
        """Tell whether each premise of a way has a proof of at most so many steps."""
        found = [self.steps.get(premise) for premise in way.premises]
        return all(step is not None and step.depth <= depth for step in found)

    def taken(self, way: Way) -> Step:
        """Give the step that a way makes on its premises' proofs."""
        return Step(1 + max((self.steps[premise].depth for premise in way.premises), default=0), way)

    def _within(self, goals: Iterable[Triple], depth: int) -> None:
        waiting = self._begun(goals)
        for steps in range(1, depth + 1):
            waiting = [goal for goal in waiting if goal not in self.steps]
            some = [goal for goal in waiting if self._failed.get(goal, 0) < steps]
            if some and steps == 1:
                self._at_once(some)
            elif some:
                self._through(some, steps)
            if not waiting:
                return

    def _begun(self, goals: Iterable[Triple]) -> list[Triple]:
        """Note those that are leaves; give those that a rule concludes."""
        goals = [goal for goal in dict.fromkeys(goals) if goal not in self.steps and goal != self._apart]
        self._evidence.learn(goals)
        found = {goal: self._evidence.kinds[goal][0] for goal in goals}
        self.steps |= {goal: Step(0) for goal, kind in found.items() if kind in LEAVES}
        # Nothing is inferred from what was concluded from absence.
        return [goal for goal, kind in found.items() if kind == "inferred"]

    def _spend(self, *, asked: int = 0, visits: int = 0) -> None:
        self._asked += asked
        self._visits += visits
        if self._asked > _ASKED or self._visits > _VISITS:
            raise Spent

    def _at_once(self, goals: list[Triple]) -> None:
        """Prove what follows in one step."""
        self._spend(asked=len(goals))
        found = self._evidence.at_once(goals)
        self._begun(premise for way in found.values() for premise in way.premises)
        self.steps |= {goal: Step(1, way) for goal, way in found.items() if self.fits(way, 0)}
        besides = {goal: self._evidence.besides(goal) for goal in goals if goal not in self.steps}
        self._begun(premise for ways in besides.values() for way in ways for premise in way.premises)
        for goal, ways in besides.items():
            fitting = next((way for way in ways if self.fits(way, 0)), None)
            if fitting is not None:
                self.steps[goal] = Step(1, fitting)
            else:
                self._failed[goal] = 1

    def _through(self, goals: list[Triple], steps: int) -> None:
        """Prove in so many steps what fewer do not prove."""
        evidence = self._evidence
        # A chain of links alone: halving it is the shallowest proof.
        waiting = [goal for goal in goals if steps != 2 or not self.along(goal, alone=True)]
        tried = dict.fromkeys(waiting, 0)
        many = _FIRST_TRIED
        while tried:
            lacking = [g for g, n in tried.items() if n >= len(evidence.ways(g)) and not evidence.exhausted(g)]
            self._spend(asked=len(lacking), visits=len(tried))
            evidence.more(lacking)
            some = {goal: evidence.ways(goal)[n : n + many] for goal, n in tried.items()}
            hopeful = [way for ways in some.values() for way in ways if self._is_hopeful(way, steps - 1)]
            self._within((premise for way in hopeful for premise in way.premises), steps - 1)
            for goal, ways in some.items():
                fitting = next((way for way in ways if self.fits(way, steps - 1)), None)
                tried[goal] += len(ways)
                if fitting is not None:
                    self.steps[goal] = self.taken(fitting)
                    del tried[goal]
                elif tried[goal] >= len(evidence.ways(goal)) and evidence.exhausted(goal):
                    self._failed[goal] = steps
                    del tried[goal]
            many = min(2 * many, _AT_ONCE)

    def _is_hopeful(self, way: Way, depth: int) -> bool:
        return all(p != self._apart and self._failed.get(p, 0) < depth for p in way.premises)

    def along(self, goal: Triple, *, alone: bool) -> bool:
        """Prove a statement by the links of a chain; with ``alone`` only where nothing else could conclude it."""
        if self._apart is not None:
            return False
        found = path(self._evidence, goal, alone=alone)
        for triple, way in found:
            if triple not in self.steps:
                self.steps[triple] = Step(0) if way is None else self.taken(way)
        return bool(found)

    def anyhow(self, goal: Triple) -> None:
        """Find a proof, if not the shallowest: from the statement outwards, what lacks one premise only first."""
        users: dict[Triple, list[tuple[Triple, Way]]] = {}
        near: deque[Triple] = deque([goal])
        far: deque[Triple] = deque()
        read: dict[Triple, int] = {}
        while (near or far) and goal not in self.steps and len(read) < _STATEMENTS:
            triple = near.popleft() if near else far.popleft()
            if triple in self.steps or (triple not in read and self.along(triple, alone=False)):
                self._settle(triple, users)
                continue
            if read.get(triple, 0) and self._evidence.exhausted(triple):
                continue
            self._evidence.more([triple])
            ways = self._evidence.ways(triple)[read.get(triple, 0) :]
            read[triple] = read.get(triple, 0) + len(ways)
            self._begun(premise for way in ways for premise in way.premises)
            for way in ways:
                missing = [premise for premise in way.premises if premise not in self.steps]
                if any(self._evidence.kinds[premise][0] in ("", "closed") for premise in missing):
                    continue
                for premise in missing:
                    users.setdefault(premise, []).append((triple, way))
                    (near if len(missing) == 1 else far).append(premise)
                if not missing and triple not in self.steps:
                    self.steps[triple] = self.taken(way)
                    self._settle(triple, users)
            if not self._evidence.exhausted(triple):
                near.appendleft(triple)

    def _settle(self, proved: Triple, users: dict[Triple, list[tuple[Triple, Way]]]) -> None:
        """Prove what lacked nothing else."""
        waiting = [proved]
        while waiting:
            for triple, way in users.pop(waiting.pop(), ()):
                if triple not in self.steps and all(premise in self.steps for premise in way.premises):
                    self.steps[triple] = self.taken(way)
                    waiting.append(triple)
