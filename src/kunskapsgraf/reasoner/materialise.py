"""Infer inside a remote engine, by the same rules: only rules and axioms cross the network.

The result is that of ``infer``. The axioms are the engine's own, so that what is inferred is always said by what stands
there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kunskapsgraf.errors import EndpointError
from kunskapsgraf.graph.engine import kept
from kunskapsgraf.graph.rdf import Triple, lexical
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.reasoner.compile import compile_rules
from kunskapsgraf.reasoner.evaluate import Done, Graphs, drop, evaluate, matching, parts, send
from kunskapsgraf.reasoner.infer import refuse
from kunskapsgraf.reasoner.literals import Asking, writings
from kunskapsgraf.reasoner.rules import Atom, Rule, Var, written
from kunskapsgraf.reasoner.schema import (
    FIRST,
    NOTHING,
    REST,
    SAME_CLASS,
    SAME_PROPERTY,
    SCHEMA_CLASSES,
    SCHEMA_PREDICATES,
    SUB_CLASS,
    SUB_PROPERTY,
    THING,
    A,
    is_axiom,
    owl,
)
from kunskapsgraf.reasoner.skolem import PREFIX, Skolem, unnamed
from kunskapsgraf.reasoner.sparqlrules import SparqlRule
from kunskapsgraf.reasoner.workspace import OF_BUILDS, RemoteEngine, Workspace, graphs_of, workspace

_ALL = "?s ?p ?o"
_SAME = owl("sameAs")
_SIDES = 20
"""Contradictions asked for at once."""
_STATEMENTS = 200
"""Statements, or values, in one update."""


@dataclass(frozen=True)
class Materialised:
    """How many axioms were found, what is inferred by them, and what of it is new and what is gone since the last run."""

    axioms: int
    inferred: int
    added: int
    removed: int


def materialise(
    engine: RemoteEngine,
    target: str,
    is_read: Callable[[str], bool],
    *,
    default: bool = True,
    more: Sequence[SparqlRule] = (),
    without: str = "",
) -> Materialised:
    """Put into the graph ``target`` what follows from the graphs that ``is_read`` tells, and only that.

    ``default`` reads the default graph too, where it holds something of its own. ``more`` are rules besides those of the
    axioms; ``without`` is a condition in SPARQL on ?s, ?p and ?o that tells what is left out of the result besides
    tautologies. Nothing else in the engine is changed, and ``target`` only at the end, in one request. Raises
    ``Inconsistent`` where the statements contradict each other, ``EndpointError`` and ``BuildRunning``.
    """
    with workspace(engine) as space:
        space.fill((g for g in graphs_of(engine) if g != target and is_read(g)), default=default)
        if not engine.holds(space.known):
            raise EndpointError(
                "Tjänsten har inget att härleda ur: varken namngivna grafer eller en egen standardgraf. Läs in data och ontologi först.",
                "The service has nothing to infer from: neither named graphs nor a default graph of its own. Load data and ontology first.",
            )
        axioms = _Run(engine, space).infer(more)
        _leave_out(engine, space.inferred, without)
        space.restore(space.inferred)
        return _replace(engine, space.inferred, target, axioms)


def derive(
    engine: RemoteEngine,
    target: str,
    graphs: Iterable[str],
    *,
    more: Sequence[SparqlRule],
    without: str,
    less: str = "",
    done: Done,
) -> int:
    """Put into the graph ``target``, new or half made, what follows from some graphs; give how many statements that are.

    Left out are statements about what has no name, those that ``without`` tells, and what the graph ``less`` holds.
    ``done`` is told how many of the rules have run. The caller sees to it that nobody else works in the engine. Raises as
    ``materialise``.
    """
    with workspace(engine, OF_BUILDS) as space:
        space.fill(graphs, default=False)
        _Run(engine, space, done).infer(more)
        nameless = (f'(isIRI({one}) && STRSTARTS(STR({one}), "{PREFIX}"))' for one in ("?s", "?o"))
        _leave_out(engine, space.inferred, " || ".join((without, *nameless)))
        send(
            engine,
            [
                drop(target),
                f"INSERT {{ GRAPH <{target}> {{ {_ALL} }} }} WHERE {{ {_difference(space.inferred, less)} }}",
            ],
        )
    return counted(engine, target)


class _Run:
    """Rules at work in the working graphs."""

    def __init__(self, engine: RemoteEngine, space: Workspace, done: Done | None = None) -> None:
        self._engine = engine
        self._known, self._inferred = space.known, space.inferred
        self._graphs = Graphs(space.known, space.inferred, space.new)
        self._new = space.fresh
        self._done = done or (lambda _done, _of: None)

    def infer(self, more: Sequence[SparqlRule]) -> int:
        """Infer all that follows; give how many axioms that was by."""
        axioms = self._axioms(self._known)
        skolem = Skolem(axioms)
        implied: set[Triple] = set()
        while True:
            with_equality = self._says_same()
            program = compile_rules(axioms, typed=skolem.typed_classes(axioms), with_equality=with_equality)
            rules = [skolem.rule(rule) for rule in program.rules]
            self._add(skolem.named(triple) for triple in sorted({*program.schema} - axioms - implied, key=str))
            implied |= set(program.schema)
            asking = Asking(rules)
            self._write_otherwise(asking)
            inferring = [rule for rule in rules if rule.head is not None]
            evaluate(self._engine, inferring, self._graphs, self._done)
            while self._write_otherwise(asking):  # values that only rules said
                evaluate(self._engine, inferring, self._graphs, self._done)
            found = self._conclude(more)
            # As in ``infer``: axioms that only follow from data make rules too, but no list becomes another.
            late = {t for t in self._axioms(self._inferred) - axioms - implied if t.predicate not in (FIRST, REST)}
            axioms |= late
            if not (late or found or (not with_equality and self._says_same())):
                break
        self._refuse_contradictions([rule for rule in rules if rule.head is None])
        return sum(map(is_axiom, axioms))

    def _says_same(self) -> bool:
        return self._engine.ask(f"ASK {{ GRAPH <{self._known}> {{ ?s {_SAME} ?o }} }}")

    def _axioms(self, graph: str) -> set[Triple]:
        """Fetch the axioms of a graph, and what is of an anonymous class."""
        predicates = " ".join(sorted(map(lexical, SCHEMA_PREDICATES)))
        classes = " ".join(sorted(map(lexical, SCHEMA_CLASSES)))
        query = (
            f"SELECT {_ALL} WHERE {{ {{ VALUES ?p {{ {predicates} }} GRAPH <{graph}> {{ {_ALL} }} }} "
            f"UNION {{ VALUES ?p {{ {A} }} VALUES ?o {{ {classes} }} GRAPH <{graph}> {{ {_ALL} }} }} "
            f'UNION {{ VALUES ?p {{ {A} }} GRAPH <{graph}> {{ {_ALL} }} FILTER(STRSTARTS(STR(?o), "{PREFIX}")) }} }}'
        )
        rows = self._engine.select(query)
        return {Skolem(()).original(Triple(row["s"], row["p"], row["o"])) for row in rows}  # type: ignore[arg-type]

    def _add(self, triples: Iterable[Triple]) -> None:
        """Add statements that are not known yet."""
        for some in parts(triples, _STATEMENTS):
            data = " ".join(f"{lexical(t.subject)} {lexical(t.predicate)} {lexical(t.object)} ." for t in some)
            self._engine.update(
                f"INSERT DATA {{ GRAPH <{self._known}> {{ {data} }} GRAPH <{self._inferred}> {{ {data} }} }}"
            )

    def _write_otherwise(self, asking: Asking) -> bool:
        """Say with each of several writings of one value what is said with another (dt-eq), where a rule asks.

        Tells whether there were any.
        """
        if not (asking.everything or asking.predicates):
            return False
        some = "" if asking.everything else f"VALUES ?p {{ {' '.join(sorted(map(written, asking.predicates)))} }} "
        rows = self._engine.select(
            f'SELECT DISTINCT ?o WHERE {{ {some}GRAPH <{self._known}> {{ {_ALL} }} FILTER(isLiteral(?o) && LANG(?o) = "") }}'
        )
        literals = {row["o"] for row in rows} | asking.named
        new = self._new()
        for in_one_writing, graphs in ((True, [self._known, new]), (False, [self._known, self._inferred, new])):
            # What the embedded engine keeps in one writing has the others here to reason with, but not as a result.
            values = (
                f"({written(one)} {written(other)})"
                for several in writings(literals).values()
                for one in several
                for other in several - {one}
                if (kept(one) == kept(other)) is in_one_writing
            )
            added = " ".join(f"GRAPH <{graph}> {{ ?s ?p ?other }}" for graph in graphs)
            send(
                self._engine,
                (
                    f"INSERT {{ {added} }} WHERE {{ VALUES (?one ?other) {{ {' '.join(part)} }} "
                    f"{some}GRAPH <{self._known}> {{ ?s ?p ?one }} "
                    f"FILTER NOT EXISTS {{ GRAPH <{self._known}> {{ ?s ?p ?other }} }} }}"
                    for part in parts(values, _STATEMENTS)
                ),
            )
        return self._engine.holds(new)

    def _conclude(self, more: Sequence[SparqlRule]) -> bool:
        """Run rules that are written in SPARQL, each once; tell whether they concluded anything new."""
        if not more:
            return False
        new = self._new()
        for rule in more:
            added = " ".join(f"GRAPH <{graph}> {{ {rule.head} }}" for graph in (self._known, self._inferred, new))
            # A request each: not every engine reads prefixes in the middle of one.
            self._engine.update(
                f"{rule.prefixes}\nWITH <{self._known}> INSERT {{ {added} }} "
                f"WHERE {{ {{ {rule.body} }} FILTER NOT EXISTS {{ {rule.head} }} }}"
            )
        return self._engine.holds(new)

    def _refuse_contradictions(self, forbidding: Sequence[Rule]) -> None:
        for rules in parts(forbidding, _SIDES):
            sides = " UNION ".join(f"{{ {matching(rule, known=self._known)} }}" for rule in rules)
            if self._engine.ask(f"ASK {{ {sides} }}"):
                for rule in rules:
                    refuse(rule, self._premises(rule))

    def _premises(self, rule: Rule) -> list[Atom] | None:
        """Give statements that meet a rule's body, if there are any."""
        names = " ".join(map(str, rule.variables)) or "?none"
        for row in self._engine.select(f"SELECT {names} WHERE {{ {matching(rule, known=self._known)} }} LIMIT 1"):
            values = {Var(name): term for name, term in row.items()}
            return [unnamed(atom.bound(values)) for atom in rule.body]  # type: ignore[arg-type]
        return None


_REFLEXIVE = ", ".join(map(lexical, (SUB_CLASS, SUB_PROPERTY, SAME_CLASS, SAME_PROPERTY, _SAME)))
TAUTOLOGY = (
    f"(sameTerm(?s, ?o) && ?p IN ({_REFLEXIVE})) || (sameTerm(?p, {A}) && sameTerm(?o, {THING})) || "
    f"(sameTerm(?p, {SUB_CLASS}) && (sameTerm(?o, {THING}) || sameTerm(?s, {NOTHING})))"
)
"""``infer.is_tautology`` in SPARQL."""


def _leave_out(engine: RemoteEngine, graph: str, without: str) -> None:
    conditions = f"({TAUTOLOGY})" + (f" || ({without})" if without else "")
    engine.update(
        f"DELETE {{ GRAPH <{graph}> {{ {_ALL} }} }} WHERE {{ GRAPH <{graph}> {{ {_ALL} }} FILTER({conditions}) }}"
    )


def _replace(engine: RemoteEngine, source: str, target: str, axioms: int) -> Materialised:
    """Make ``target`` hold what ``source`` does, in one request that changes only what differs."""
    new, gone = _difference(source, target), _difference(target, source)
    inferred = counted(engine, source)
    added, removed = _count(engine, new), _count(engine, gone)
    if added or removed:
        engine.update(
            f"DELETE {{ GRAPH <{target}> {{ {_ALL} }} }} WHERE {{ {gone} }} ;\n"
            f"INSERT {{ GRAPH <{target}> {{ {_ALL} }} }} WHERE {{ {new} }}"
        )
    return Materialised(axioms, inferred, added, removed)


def _difference(one: str, other: str) -> str:
    """Write the pattern of what the first graph holds and the other, if there is one, does not."""
    less = f" FILTER NOT EXISTS {{ GRAPH <{other}> {{ {_ALL} }} }}" if other else ""
    return f"GRAPH <{one}> {{ {_ALL} }}{less}"


def counted(engine: RemoteEngine, graph: str) -> int:
    """Count the statements of a graph."""
    return _count(engine, f"GRAPH <{graph}> {{ {_ALL} }}")


def _count(engine: RemoteEngine, where: str) -> int:
    return next((int(text_of(row["n"])) for row in engine.select(f"SELECT (COUNT(*) AS ?n) WHERE {{ {where} }}")), 0)
