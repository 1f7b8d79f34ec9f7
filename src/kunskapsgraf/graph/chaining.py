"""The triple patterns of an EXISTS as a chain: each looked up with what those before it have found.

The engine plans the joins of a query, but not those within EXISTS: there it pairs all that one pattern finds with all
that the next one finds. ``LATERAL`` (SEP-0006 of the SPARQL 1.2 community group, which the engine reads) says
how to go about it: ``{ t1 . t2 }`` is ``{ t1 LATERAL { t2 } }``. docs/rewriting.md has the argument.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from kunskapsgraf.graph.grammar import Node, Tree
from kunskapsgraf.graph.steps import Step, is_variable


class Uncovered(Exception):
    """Raise where a group holds what the argument does not cover; it is left as it is written."""


@dataclass
class _Known:
    """What a group has so far: whether anything, the variables that may have values, and those whose value is a node.

    A node is what stands as subject or object in the graph that the group is matched with. ``outside`` are variables
    that may come with a value; no condition rests on them, only the order of steps does.
    """

    outside: frozenset[str]
    has_begun: bool = False
    bound: set[str] = field(default_factory=set)
    nodes: set[str] = field(default_factory=set)


class Chains:
    """Write the groups of EXISTS anew, for one query."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._taken = {text[1:] for kind, text, _ in tree.terminals if kind == "variable"}
        self._names: dict[str, str] = {}
        self.count = 0

    def text(self, node: Node) -> str:
        """Give what a node stands for, as it is written."""
        if node.start == node.end:
            return ""
        _, last, begin = self._tree.terminals[node.end - 1]
        return self._tree.text[self._tree.terminals[node.start][2] : begin + len(last)]

    def variables(self, node: Node) -> set[str]:
        """Give the variables in a node, wherever."""
        return {text[1:] for kind, text, _ in self._tree.terminals[node.start : node.end] if kind == "variable"}

    def holds(self, node: Node, *words: str) -> bool:
        """Tell whether one of the keywords stands in a node."""
        return any(
            kind == "word" and text.upper() in words for kind, text, _ in self._tree.terminals[node.start : node.end]
        )

    def group(self, node: Node, outside: frozenset[str]) -> str:
        """Give the text of an EXISTS' group; raises ``Uncovered``."""
        return self._group(node, _Known(outside))

    def steps(self, triples: Node) -> list[Step]:
        """Write triples out: abbreviations, blank nodes as variables, sequences of a path; raises ``Uncovered``."""
        return [step for subject in triples.parts for step in self._subject(subject)]

    def _group(self, node: Node, known: _Known) -> str:
        (inner,) = node.parts
        if inner.rule == "SubSelect":
            return self.text(node)
        pieces: list[str] = []
        steps: list[Step] = []
        filters: list[Node] = []

        def flush() -> None:
            pieces.extend(self._chain(steps, known))
            pieces.extend(self._filter(part, known) for part in filters)
            steps.clear()
            filters.clear()

        for part in inner.parts:
            if part.rule == "Triples":
                steps += self.steps(part)
            elif self._word(part) == "FILTER":
                # A filter holds for the whole group, wherever it stands (SPARQL 1.1 Query, section 5.2.2).
                filters.append(part)
            else:
                flush()
                pieces.append(self._pattern(part, known))
                known.has_begun = True
                known.bound |= self.variables(part)
        flush()
        return "{ " + " ".join(pieces) + " }"

    def _filter(self, part: Node, known: _Known) -> str:
        pieces, at = [], part.start
        for found in outermost(part, "Exists"):
            group = found.parts[-1]
            pieces += [
                self.text(Node("", at, group.start, ())),
                self._group(group, _Known(known.outside | known.bound)),
            ]
            at = group.end
        return " ".join([*pieces, self.text(Node("", at, part.end, ()))]).rstrip()

    def _pattern(self, part: Node, known: _Known) -> str:
        word = self._word(part)
        if word in ("OPTIONAL", "MINUS"):
            return f"{word} {self._group(part.parts[-1], _Known(known.outside | known.bound))}"
        if word in ("BIND", "VALUES", "LATERAL"):
            return self.text(part)
        head = ""
        groups = part.parts
        is_clear = all(self._is_clear(group) for group in groups if group.rule == "Group")
        if word == "GRAPH":
            head, groups = f"GRAPH {self.text(part.parts[0])} ", part.parts[1:]
            is_clear = is_clear and not is_variable(self.text(part.parts[0]))
        inside = known.outside | known.bound
        whole = head + " UNION ".join(self._group(group, _Known(inside)) for group in groups)
        if known.has_begun and is_clear:
            self.count += 1
            return f"LATERAL {{ {whole} }}"
        return whole

    def _is_clear(self, group: Node) -> bool:
        """Tell whether a group means the same joined and looked up row by row: triples, and filters on their variables."""
        (body,) = group.parts
        triples = [part for part in body.parts if part.rule == "Triples"]
        bound: set[str] = set()
        for part in triples:
            steps = self.steps(part)
            if any(step.may_be_empty for step in steps):
                return False
            bound |= self.variables(part)
        for part in body.parts:
            if self._word(part) == "FILTER":
                if self.holds(part, "EXISTS") or not self.variables(part) <= bound:
                    return False
            elif part.rule != "Triples":
                return False
        return body.rule == "Body"

    def _chain(self, steps: list[Step], known: _Known) -> Iterator[str]:
        left = list(steps)
        while left:
            possible = [step for step in left if self._may_follow(step, known)]
            if not possible:
                raise Uncovered
            step = min(possible, key=lambda one: one.found(known.outside | known.bound))
            left.remove(step)
            if known.has_begun:
                self.count += 1
                yield f"LATERAL {{ {step} }}"
            else:
                yield f"{step} ."
            known.has_begun = True
            known.bound |= step.variables()
            if not step.may_be_empty:
                known.nodes |= step.ends()

    def _may_follow(self, step: Step, known: _Known) -> bool:
        """Hold a path that may be empty to its condition: looked up from a term, it finds that term, node or not."""
        return not step.may_be_empty or not (step.ends() & known.bound) - known.nodes

    def _subject(self, node: Node) -> Iterator[Step]:
        first = node.parts[0]
        steps: list[Step] = []
        name = self._term(first) if first.rule == "Term" else self._node(first, steps)
        for properties in node.parts[1:]:
            self._properties(name, properties, steps)
        yield from steps

    def _properties(self, subject: str, node: Node, steps: list[Step]) -> None:
        for part in node.parts:
            verb, objects = part.parts
            for target in objects.parts:
                inner = target.parts[0]
                name = self._term(inner) if inner.rule == "Term" else self._node(inner, steps)
                steps += self._hops(subject, verb, name)

    def _node(self, node: Node, steps: list[Step]) -> str:
        if node.parts[0].rule != "Properties":
            raise Uncovered  # a collection
        name = self.fresh()
        self._properties(name, node.parts[0], steps)
        return name

    def _term(self, node: Node) -> str:
        kind, text, _ = self._tree.terminals[node.start]
        if kind == "blank":
            if text not in self._names:
                self._names[text] = self.fresh()
            return self._names[text]
        return self.fresh() if text == "[" else self.text(node)

    def fresh(self) -> str:
        """Give a variable that nothing in the query is called."""
        number = 1
        while f"hop{number}" in self._taken:
            number += 1
        self._taken.add(f"hop{number}")
        return f"?hop{number}"

    def _hops(self, subject: str, verb: Node, target: str) -> Iterator[Step]:
        """Write a sequence out, as section 18.2.2.4 of SPARQL 1.1 Query does: ``x p/q y`` is ``x p ?v . ?v q y``."""
        sequence = list(self._sequence(verb.parts[0])) if verb.parts else [verb]
        names = [subject, *(self.fresh() for _ in sequence[1:]), target]
        for one, (begin, end) in zip(sequence, pairwise(names), strict=True):
            yield Step(
                begin, self.text(one), end, self._is_path(one), self._may_be_empty(one), self._times(one) in ("*", "+")
            )

    def _sequence(self, path: Node) -> Iterator[Node]:
        if sum(part.rule == "PathSequence" for part in path.parts) > 1:
            yield Node("Path", path.start, path.end, path.parts)
            return
        for step in path.parts[0].parts:
            if step.rule == "PathStep":
                yield step

    def _is_path(self, node: Node) -> bool:
        return any(text in set("?*+|!") for _, text, _ in self._tree.terminals[node.start : node.end])

    def _times(self, node: Node) -> str:
        return self.text(node.parts[-1]) if node.rule == "PathStep" and node.parts[-1].rule == "PathTimes" else ""

    def _may_be_empty(self, node: Node) -> bool:
        """Tell whether a path may lead from a term to itself without a step."""
        if node.rule == "PathStep":
            return self._times(node) in ("?", "*") or any(
                self._may_be_empty(p) for p in node.parts if p.rule == "PathPrimary"
            )
        if node.rule == "PathSequence":
            return all(self._may_be_empty(part) for part in node.parts if part.rule == "PathStep")
        return any(self._may_be_empty(part) for part in node.parts if part.rule in ("Path", "PathSequence"))

    def _word(self, node: Node) -> str:
        kind, text, _ = self._tree.terminals[node.start]
        return text.upper() if kind == "word" else ""


def outermost(node: Node, rule: str) -> Iterator[Node]:
    """Give the nodes of a rule within another, not those within them."""
    for part in node.parts:
        if part.rule == rule:
            yield part
        else:
            yield from outermost(part, rule)
