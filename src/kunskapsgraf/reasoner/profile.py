"""What lies outside the OWL 2 RL profile: reported with its place, never silently dropped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kunskapsgraf.graph.rdf import Literal, Term
from kunskapsgraf.reasoner.schema import SAME_CLASS, SUB_CLASS, Node, Schema, owl


@dataclass(frozen=True)
class Problem:
    """An axiom that OWL 2 RL does not allow: the node that it stands on, the construct, and why, in two languages."""

    node: str
    construct: str
    sv: str
    en: str


_NO_RULE = (
    *("minCardinality", "cardinality", "minQualifiedCardinality", "qualifiedCardinality", "hasSelf"),
    *("disjointUnionOf", "onDatatype", "withRestrictions", "onProperties"),
)


def problems(schema: Schema) -> Iterator[Problem]:
    """Give every axiom, or part of one, that no rule of OWL 2 RL reads or that the profile does not allow there."""
    for name in _NO_RULE:
        for node, _ in schema.pairs(owl(name)):
            yield _problem(node, f"owl:{name}", "ingen regel i OWL 2 RL läser det", "no rule of OWL 2 RL reads it")
    for node in schema.kinds(owl("ReflexiveProperty")):
        yield _problem(node, "owl:ReflexiveProperty", "OWL 2 RL saknar det", "OWL 2 RL has no such axiom")
    for name in ("maxCardinality", "maxQualifiedCardinality"):
        for node, number in schema.pairs(owl(name)):
            if not (isinstance(number, Literal) and number.value in ("0", "1")):
                yield _problem(node, f"owl:{name}", "bara 0 och 1 är tillåtna", "only 0 and 1 are allowed")
    for predicate in (
        "intersectionOf",
        "unionOf",
        "oneOf",
        "propertyChainAxiom",
        "hasKey",
        "members",
        "distinctMembers",
    ):
        for node, head in schema.pairs(owl(predicate)):
            if schema.members(head) is None:
                yield _problem(
                    node,
                    f"owl:{predicate}",
                    "listan är bruten eller går i cirkel",
                    "the list is broken or runs in a circle",
                )
    for low, up in schema.links(SUB_CLASS):
        yield from _side(schema, low, above=False, seen=frozenset())
        yield from _side(schema, up, above=True, seen=frozenset())
    for one, other in schema.links(SAME_CLASS):
        for node in (one, other):
            yield from _side(schema, node, above=False, seen=frozenset())
            yield from _side(schema, node, above=True, seen=frozenset())


def _side(schema: Schema, node: Node, *, above: bool, seen: frozenset[Term]) -> Iterator[Problem]:
    """Walk a class expression on one side of an axiom."""
    if node in seen or schema.is_datatype(node):
        return
    seen |= {node}
    wrong = (
        ("unionOf", "oneOf", "someValuesFrom")
        if above
        else ("complementOf", "allValuesFrom", "maxCardinality", "maxQualifiedCardinality")
    )
    for name in wrong:
        if schema.objects(node, owl(name)):
            where_sv, where_en = ("överklass", "superclass") if above else ("underklass", "subclass")
            yield _problem(node, f"owl:{name}", f"får inte stå som {where_sv}", f"may not stand as a {where_en}")
    parts: list[Node] = []
    for name in ("intersectionOf", "unionOf"):
        for head in schema.objects(node, owl(name)):
            parts += [m for m in schema.members(head) or () if not isinstance(m, Literal)]  # type: ignore[misc]
    parts += schema.nodes(node, owl("someValuesFrom")) if not above else schema.nodes(node, owl("allValuesFrom"))
    for part in parts:
        yield from _side(schema, part, above=above, seen=seen)


def _problem(node: Node, construct: str, sv: str, en: str) -> Problem:
    return Problem(
        node.value,
        construct,
        f"{construct} på {node.value}: {sv}. Skriv om axiomet, eller gör det till en SPARQL-regel i queries/rules/.",
        f"{construct} on {node.value}: {en}. Rewrite the axiom, or make it a SPARQL rule in queries/rules/.",
    )
