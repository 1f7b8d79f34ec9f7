"""Late axioms: those that follow from data, and the rules that are made with them."""

from __future__ import annotations

from collections.abc import Iterable

from kunskapsgraf.graph.rdf import Triple, lexical
from kunskapsgraf.graph.store import Store, select
from kunskapsgraf.reasoner.compile import Program, compile_rules
from kunskapsgraf.reasoner.evaluate import text
from kunskapsgraf.reasoner.rules import Rule, Var, patterns
from kunskapsgraf.reasoner.schema import FIRST, REST, SCHEMA_CLASSES, SCHEMA_PREDICATES, A, is_axiom


def program_of(store: Store, axioms: Iterable[Triple]) -> tuple[Program, frozenset[Triple]]:
    """Compile the axioms of a graph and those that follow from its data; give the latter besides."""
    said = frozenset(axioms)
    with_equality = bool(select(store, "SELECT ?s WHERE { ?s <http://www.w3.org/2002/07/owl#sameAs> ?o } LIMIT 1"))
    late: frozenset[Triple] = frozenset()
    while True:
        program = compile_rules(said | late, with_equality=with_equality)
        found = {t for rule in program.inferring for t in _concluded(store, rule)}
        found -= said | late | set(program.schema)
        if not found:
            return program, late
        late |= found


def _concluded(store: Store, rule: Rule) -> Iterable[Triple]:
    """Give the axioms that a rule concludes from what the graph holds."""
    head = rule.head
    assert head is not None, "an inferring rule concludes"
    predicate, target = head.predicate, head.object
    rows = ""
    if isinstance(predicate, Var):
        rows = f"VALUES {predicate} {{ {' '.join(sorted(map(lexical, SCHEMA_PREDICATES | {A})))} }} "
    elif predicate not in SCHEMA_PREDICATES and not (
        predicate == A and (isinstance(target, Var) or target in SCHEMA_CLASSES)
    ):
        return
    names = list(dict.fromkeys(str(v) for v in head.variables()))
    filters = "".join(f" FILTER({text(condition)})" for condition in rule.filters)
    for row in select(
        store, f"SELECT DISTINCT {' '.join(names) or '*'} WHERE {{ {rows}{patterns(rule.body)}{filters} }}"
    ):
        triple = head.bound({Var(name): term for name, term in row.items()}).triple()  # type: ignore[misc]
        # A list stays the list that was written, as when it was inferred (``infer``).
        if triple is not None and is_axiom(triple) and triple.predicate not in (FIRST, REST):
            yield triple
