"""Compile an ontology to rules: each axiom becomes the rules of the W3C tables 4 to 8 that it can fire.

The rules of one table each stand in a module of their own (``properties``, ``classes``, ``equality``); here they are put
together, and anonymous classes are compiled away (``inline``), so that a rule speaks of named things alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from kunskapsgraf.graph.rdf import BlankNode, Triple
from kunskapsgraf.reasoner import classes, equality, properties
from kunskapsgraf.reasoner.inline import inlined
from kunskapsgraf.reasoner.rules import Rule
from kunskapsgraf.reasoner.schema import Implied, Schema, between_restrictions, closed


@dataclass(frozen=True)
class Program:
    """Rules, and what the axioms imply among themselves; what lies outside OWL 2 RL is told by ``profile``."""

    rules: tuple[Rule, ...]
    schema: Mapping[Triple, Implied]

    @property
    def inferring(self) -> tuple[Rule, ...]:
        """Give the rules that conclude something."""
        return tuple(rule for rule in self.rules if rule.head is not None)

    @property
    def forbidding(self) -> tuple[Rule, ...]:
        """Give the rules whose body must not hold."""
        return tuple(rule for rule in self.rules if rule.head is None)


def compile_rules(axioms: Iterable[Triple], *, typed: Iterable[BlankNode] = (), with_equality: bool = False) -> Program:
    """Compile axioms; ``typed`` are anonymous classes that data give members to, which therefore stay.

    ``with_equality`` says that the data hold owl:sameAs; where a rule can conclude it the rules of table 4 come of
    themselves.
    """
    return _compiled(frozenset(axioms), frozenset(typed), with_equality=with_equality)


@lru_cache(maxsize=4)  # a build reasons over one ontology several times, with each source
def _compiled(axioms: frozenset[Triple], kept: frozenset[BlankNode], *, with_equality: bool) -> Program:
    schema = Schema(axioms)
    implied = closed(schema)
    made = [*properties.rules(schema), *classes.rules(schema, between_restrictions(schema, implied))]
    rules = inlined([*properties.turned(schema, made), *classes.of_everything(schema, made)], set(kept))
    if with_equality or any(equality.concludes(rule) for rule in rules):
        rules += equality.rules()
    rules += equality.differences(schema)
    return Program(tuple(rules), implied)
