"""Compile anonymous classes away: a rule that needs one takes in the bodies of the rules that conclude it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from kunskapsgraf.graph.rdf import BlankNode
from kunskapsgraf.reasoner.rules import TYPE, Atom, Rule, Slot, Var

MOST = 20_000
"""Rules; an ontology whose expressions multiply beyond keeps the rest of its anonymous classes."""


def inlined(rules: Iterable[Rule], kept: set[BlankNode]) -> list[Rule]:
    """Give rules in which no anonymous class stands, but those kept: resolution on "is of the class", one by one."""
    found = _Rules(rules)
    waiting = found.anonymous() - kept
    while waiting:
        # The one that multiplies least first.
        node = min(waiting, key=lambda one: (found.cost(one), one.value))
        waiting.discard(node)
        producers, consumers = found.producers(node), found.consumers(node)
        if any(rule in consumers for rule in producers) or found.cost(node) > MOST:
            continue  # defined by itself: its members are derived like a named class's, and left out of the answer
        for rule in (*producers, *consumers):
            found.remove(rule)
        for rule in consumers:
            for made in _resolved(rule, node, producers):
                found.add(made)
    return found.all()


class _Rules:
    """Rules, each once, by the anonymous classes that they conclude and need."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules: dict[object, Rule] = {}
        self._producing: dict[BlankNode, dict[object, None]] = defaultdict(dict)
        self._needing: dict[BlankNode, dict[object, None]] = defaultdict(dict)
        for rule in rules:
            self.add(rule)

    def add(self, rule: Rule) -> None:
        """Put a rule in, unless it says nothing or a shorter way to the same rule is known."""
        if rule.head is not None and rule.head in rule.body:
            return
        key = rule.key()
        known = self._rules.get(key)
        if known is not None and len(known.names) <= len(rule.names):
            return
        self._rules[key] = rule
        if rule.head is not None and (node := _class_of(rule.head)) is not None:
            self._producing[node][key] = None
        for atom in rule.body:
            if (node := _class_of(atom)) is not None:
                self._needing[node][key] = None

    def remove(self, rule: Rule) -> None:
        """Take a rule out."""
        key = rule.key()
        self._rules.pop(key, None)
        atoms = (*((rule.head,) if rule.head else ()), *rule.body)
        for node in {n for atom in atoms if (n := _class_of(atom)) is not None}:
            self._producing[node].pop(key, None)
            self._needing[node].pop(key, None)

    def anonymous(self) -> set[BlankNode]:
        """Give the anonymous classes that some rule speaks of."""
        return {node for node, keys in (*self._producing.items(), *self._needing.items()) if keys}

    def producers(self, node: BlankNode) -> list[Rule]:
        """Give the rules that conclude that something is of the class."""
        return [self._rules[key] for key in self._producing[node]]

    def consumers(self, node: BlankNode) -> list[Rule]:
        """Give the rules that need something to be of the class."""
        return [self._rules[key] for key in self._needing[node]]

    def cost(self, node: BlankNode) -> int:
        """Give how many rules would take the place of the class."""
        return len(self._producing[node]) * len(self._needing[node])

    def all(self) -> list[Rule]:
        """Give all rules, in the order in which they came."""
        return list(self._rules.values())


def _class_of(atom: Atom) -> BlankNode | None:
    return atom.object if atom.predicate == TYPE and isinstance(atom.object, BlankNode) else None


def _resolved(consumer: Rule, node: BlankNode, producers: list[Rule]) -> list[Rule]:
    """Put each producer's body in the place of each "is of the class" in the consumer's."""
    done: list[Rule] = []
    waiting = [consumer]
    number = 0
    while waiting:
        rule = waiting.pop()
        place = next((n for n, atom in enumerate(rule.body) if _is_of(atom, node)), None)
        if place is None:
            done.append(rule)
            continue
        needed = rule.body[place].subject
        for producer in producers:
            number += 1
            fresh = producer.renamed(f"_{number}")
            assert fresh.head is not None, "a producer concludes"
            concluded = fresh.head.subject
            target = rule
            if isinstance(concluded, Var):
                fresh = fresh.substituted({concluded: needed})
            elif isinstance(needed, Var):
                target = rule.substituted({needed: concluded})
            elif needed != concluded:
                continue
            body = (*target.body[:place], *fresh.body, *target.body[place + 1 :])
            waiting.append(
                Rule(
                    (*producer.names, *(n for n in rule.names)),
                    target.head,
                    tuple(dict.fromkeys(body)),
                    tuple(dict.fromkeys((*producer.axioms, *rule.axioms))),
                    tuple(dict.fromkeys((*target.filters, *fresh.filters))),
                )
            )
    return [_tidy(rule) for rule in done]


def _tidy(rule: Rule) -> Rule:
    """Give variables short names again, in order."""
    return rule.substituted({v: Var(f"v{n}") for n, v in enumerate(rule.variables)})


def _is_of(atom: Atom, node: Slot) -> bool:
    return atom.predicate == TYPE and atom.object == node
