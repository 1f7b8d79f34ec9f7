"""Paths: a statement of a property that goes on from itself, proved by the links between its two ends.

A chain of a thousand links has half a million statements; its proof, by halves, needs the links alone.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from kunskapsgraf.graph.rdf import NamedNode, Triple, lexical
from kunskapsgraf.graph.store import Dataset, select
from kunskapsgraf.reasoner.proof import Way
from kunskapsgraf.reasoner.rules import Atom, Rule, Var
from kunskapsgraf.reasoner.ways import Evidence

X, Y = Var("x"), Var("y")
_LINKS = 20_000
"""Links that are read; what is beyond is no way."""


def path(evidence: Evidence, triple: Triple, *, alone: bool) -> list[tuple[Triple, Way | None]]:
    """Give the steps of a proof along the fewest links, each after its premises; what stands there has no way.

    A link stands there, or follows in one step from one statement that does (from a narrower property, or turned).
    Empty where there is no such path, or, with ``alone``, where another rule could conclude the statement.
    """
    rules = [rule for rule in evidence.rules_for(triple) if not evidence.late_of(rule)]
    joining = [rule for rule in rules if _joins(rule, triple)]
    if not joining or not isinstance(triple.object, NamedNode) or triple.subject == triple.object:
        return []
    single = [rule for rule in rules if len(rule.body) == 1 and _is_link(rule.body[0], rule)]
    turning = [rule for rule in single if rule.body[0].predicate == triple.predicate]
    if alone and (len(evidence.rules_for(triple)) > len(joining) + len(turning) or evidence.besides(triple)):
        return []
    links = _links(evidence, triple, single)
    nodes = _fewest(links, triple.subject, triple.object)
    return list(_halved(nodes, links, triple.predicate, joining[0])) if nodes else []


def _joins(rule: Rule, triple: Triple) -> bool:
    """Tell a rule that joins two links: x P y, y P z gives x P z."""
    head = rule.head
    if head is None or len(rule.body) != 2:
        return False
    one, other = rule.body
    return (
        head.predicate == one.predicate == other.predicate == triple.predicate
        and isinstance(one.object, Var)
        and (one.subject, one.object, other.object) == (head.subject, other.subject, head.object)
    )


def _is_link(atom: Atom, rule: Rule) -> bool:
    """Tell whether what a rule needs links the same two things as what it concludes."""
    head = rule.head
    return (
        head is not None
        and isinstance(atom.predicate, NamedNode)
        and (head.subject, head.object) in ((atom.subject, atom.object), (atom.object, atom.subject))
        and isinstance(head.subject, Var)
        and isinstance(head.object, Var)
    )


Links = dict[tuple[object, object], tuple[Triple, Way | None]]
"""By the two things that a link joins: the statement that stands there, and the way from it to the link, if it needs one."""


def _links(evidence: Evidence, triple: Triple, single: list[Rule]) -> Links:
    """Read the links from whatever the subject leads to, those first that stand there themselves."""
    start, predicate = lexical(triple.subject), lexical(triple.predicate)
    inferred = evidence.store.names.inferred_graph
    reached = (
        f"VALUES ?x {{ {start} }}",
        f"{start} {predicate} ?x",
        f"GRAPH <{inferred}> {{ {start} {predicate} ?x }}",
    )
    found: Links = {}
    for rule in (None, *single):
        atom = rule.body[0] if rule is not None else Atom(X, triple.predicate, Y)
        head = rule.head if rule is not None else atom
        assert head is not None, "an inferring rule concludes"
        link = atom.bound({head.subject: X, head.object: Y})  # type: ignore[dict-item]
        union = " UNION ".join(f"{{ {part} . {link} }}" for part in reached)
        query = f"SELECT DISTINCT ?x ?y WHERE {{ {union} }} LIMIT {_LINKS}"
        for row in select(evidence.store, query, Dataset(evidence.leaves.default, (inferred,), once=False)):
            said = link.bound({X: row["x"], Y: row["y"]}).triple()  # type: ignore[dict-item]
            if said is not None and (row["x"], row["y"]) not in found:
                way = Way("inferred", rule.name, rule.axioms, (said,)) if rule is not None else None
                found[row["x"], row["y"]] = said, way
    return found


def _fewest(links: Links, start: object, end: object) -> list[NamedNode]:
    """Give the nodes of a path of fewest links; empty where there is none."""
    after: dict[object, list[object]] = {}
    for one, other in sorted(links, key=str):
        after.setdefault(one, []).append(other)
    before: dict[object, object] = {start: start}
    waiting = deque([start])
    while waiting and end not in before:
        node = waiting.popleft()
        for following in after.get(node, ()):
            if following not in before:
                before[following] = node
                waiting.append(following)
    if end not in before:
        return []
    nodes = [end]
    while nodes[-1] != start:
        nodes.append(before[nodes[-1]])
    return [node for node in reversed(nodes) if isinstance(node, NamedNode)]


def _halved(
    nodes: list[NamedNode], links: Links, predicate: NamedNode, joining: Rule
) -> Iterator[tuple[Triple, Way | None]]:
    """Prove the last of some nodes from the first by its two halves."""
    first, last = nodes[0], nodes[-1]
    triple = Triple(first, predicate, last)
    if len(nodes) == 2:
        said, way = links[first, last]
        yield said, None
        if way is not None:
            yield triple, way
    else:
        middle = len(nodes) // 2
        yield from _halved(nodes[: middle + 1], links, predicate, joining)
        yield from _halved(nodes[middle:], links, predicate, joining)
        premises = (Triple(first, predicate, nodes[middle]), Triple(nodes[middle], predicate, last))
        yield triple, Way("inferred", joining.name, joining.axioms, premises)
