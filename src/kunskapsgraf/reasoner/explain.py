"""Explain: ``explain(triple) -> proof``, by the rules that concluded it, asked of the graph that is served.

A proof is looked for by its depth, the shallowest first: with one step, then with two, and so on. A premise must be
provable in fewer steps than what it proves, so no proof runs in a circle.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kunskapsgraf.graph.rdf import NamedNode, Triple, lexical
from kunskapsgraf.graph.store import Dataset, Store, select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.vocabulary import RDF_TYPE
from kunskapsgraf.reasoner import sparqlrules
from kunskapsgraf.reasoner.compile import Program, compile_rules
from kunskapsgraf.reasoner.evaluate import matching
from kunskapsgraf.reasoner.order import Index
from kunskapsgraf.reasoner.proof import Place, Proof
from kunskapsgraf.reasoner.rules import Atom, Rule, Slot, Var
from kunskapsgraf.reasoner.schema import SCHEMA_CLASSES, SCHEMA_PREDICATES, A

DEEPEST = 60
"""Steps; a chain of transitivity over thousands of links is proved by halves long before."""
_AT_ONCE = 50
"""Ways in which one rule may conclude a statement that are tried."""
_LEAVES = ("asserted", "editorial", "ontology")


@dataclass
class Explainer:
    """What explains the statements of one snapshot: its rules, and what has been looked up in it so far."""

    store: Store
    sparql_rules: Sequence[sparqlrules.SparqlRule] = ()
    _kinds: dict[Triple, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    _proofs: dict[Triple, Proof] = field(default_factory=dict)
    _failed: dict[Triple, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Compile the rules from the axioms of the graph."""
        self.program: Program = compile_rules(self._axioms(), with_equality=self._equality())
        self._index = Index()
        for number, rule in enumerate(self.program.inferring):
            assert rule.head is not None, "an inferring rule concludes"
            self._index.add(rule.head, number)

    def explain(self, triple: Triple) -> Proof | None:
        """Give the shallowest proof of a statement; ``None`` where the graph does not hold it."""
        kind, _ = self.kind(triple)
        if not kind:
            return None
        for depth in range(DEEPEST + 1):
            if (found := self._prove(triple, depth)) is not None:
                return found
        return None

    def others(self, triple: Triple, most: int = 10) -> Iterator[Proof]:
        """Give further proofs: each other way in which a rule concludes the statement, shallowest first."""
        first = self.explain(triple)
        ways: list[Proof] = []
        for proof in self._ways(triple, DEEPEST):
            if first is None or (proof.rule, [p.triple for p in proof.premises]) != (
                first.rule,
                [p.triple for p in first.premises],
            ):
                ways.append(proof)
            if len(ways) >= most:
                break
        yield from sorted(ways, key=lambda proof: proof.depth)

    def rules_for(self, triple: Triple) -> list[Rule]:
        """Give the rules that could conclude a statement, the shortest first."""
        atom = Atom(*_slots(triple))
        rules = [self.program.inferring[n] for n in self._index.near(atom)]
        return sorted((r for r in rules if r.head is not None and r.head.may_meet(atom)), key=lambda r: len(r.body))

    def kind(self, triple: Triple) -> tuple[str, tuple[str, ...]]:
        """Tell which kind of statement it is, by the graphs that hold it; empty where none does."""
        if triple not in self._kinds:
            names = self.store.names
            pattern = " ".join(lexical(t) for t in (triple.subject, triple.predicate, triple.object))
            rows = select(self.store, f"SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ {pattern} }} }}")
            graphs = sorted(g for g in (text_of(row["g"]) for row in rows) if not names.is_layer(g))
            kinds = {names.kind_of_graph(graph) for graph in graphs}
            found = next((k for k in (*_LEAVES, "inferred", "closed") if k in kinds), "")
            self._kinds[triple] = found, tuple(graphs)
        return self._kinds[triple]

    def _prove(self, triple: Triple, depth: int) -> Proof | None:
        """Prove a statement in at most so many steps."""
        known = self._proofs.get(triple)
        if known is not None and known.depth <= depth:
            return known
        if self._failed.get(triple, -1) >= depth:
            return None
        kind, graphs = self.kind(triple)
        proof: Proof | None = None
        if kind in _LEAVES:
            proof = Proof(triple, kind, places=tuple(self._places(triple)), graphs=graphs)
        elif kind == "closed":
            proof = self._from_absence(triple, graphs)
        elif depth > 0 and kind:
            proof = next(self._ways(triple, depth), None)
        if proof is None:
            self._failed[triple] = depth
        else:
            self._proofs[triple] = proof
        return proof

    def _ways(self, triple: Triple, depth: int) -> Iterator[Proof]:
        """Give each way in which a rule concludes a statement from what can be proved in fewer steps."""
        implied = self.program.schema.get(triple)
        if implied is not None:
            yield Proof(triple, "inferred", implied.rule, (), tuple(self._axiom(p) for p in implied.premises))
        for rule in self.rules_for(triple):
            for premises in self.instances(rule, triple):
                proofs = self._all(premises, depth - 1)
                if proofs is not None:
                    yield Proof(triple, "inferred", rule.name, rule.axioms, proofs)
        for one in self.sparql_rules:
            for premises in sparqlrules.instances(self.store, one, triple):
                proofs = self._all(premises, depth - 1)
                if proofs is not None:
                    yield Proof(triple, "rule", one.name, (), proofs, said=tuple(one.titles.items()))

    def _all(self, premises: Sequence[Triple], depth: int) -> tuple[Proof, ...] | None:
        proofs: list[Proof] = []
        for premise in premises:
            proof = self._prove(premise, depth)
            if proof is None:
                return None
            proofs.append(proof)
        return tuple(proofs)

    def instances(self, rule: Rule, triple: Triple) -> Iterator[list[Triple]]:
        """Give the premises of each way in which a rule concludes a statement."""
        assert rule.head is not None, "an inferring rule concludes"
        values = unified(rule.head, triple)
        if values is None:
            return
        bound = rule.substituted(values)
        names = list(dict.fromkeys(str(v) for atom in bound.body for v in atom.variables()))
        head = " ".join(names) or "?none"
        # A filter on what the head has bound is asked for with the value in its place.
        body = (
            matching(bound)
            if len(bound.filters) == len(rule.filters) and _filters_kept(rule, bound)
            else matching(Rule(bound.names, bound.head, bound.body))
        )
        rows = select(self.store, f"SELECT DISTINCT {head} WHERE {{ {body} }} LIMIT {_AT_ONCE}", Dataset())
        for row in rows:
            found = {Var(name): term for name, term in row.items()}
            triples = [atom.bound(found).triple() for atom in bound.body]  # type: ignore[arg-type]
            if None not in triples and triple not in triples:
                yield [t for t in triples if t is not None]

    def _axiom(self, triple: Triple) -> Proof:
        """Prove an axiom: it stands in the ontology, or follows from others that do."""
        implied = self.program.schema.get(triple)
        if implied is None:
            return Proof(triple, "ontology", graphs=(self.store.names.ontology_graph,))
        return Proof(triple, "inferred", implied.rule, (), tuple(self._axiom(p) for p in implied.premises))

    def _places(self, triple: Triple) -> list[Place]:
        """Give where a source says a statement: the passages of a Belagg that names it, else its subject's."""
        kg = self.store.names.terms
        subject, predicate, target = (lexical(t) for t in (triple.subject, triple.predicate, triple.object))
        where = f"?passage <{kg}iKalla> ?source ; <{kg}rubrikvag> ?path ; <{kg}radFran> ?first ; <{kg}radTill> ?last"
        support = f"?b <{kg}belaggSubjekt> {subject} ; <{kg}belaggEgenskap> {predicate} ; <{kg}uttalasI> ?passage ."
        asked = [f"{support} ?b <{kg}belaggVarde> {target} .", f"{support} MINUS {{ ?b <{kg}belaggVarde> ?any }}"]
        if isinstance(triple.object, NamedNode):
            # What subject and object have in common is where the two are spoken of together.
            asked.append(f"{subject} <{kg}uttalasI> ?passage . {target} <{kg}uttalasI> ?passage .")
        for pattern in (*asked, f"{subject} <{kg}uttalasI> ?passage ."):
            rows = select(self.store, f"SELECT DISTINCT * WHERE {{ {pattern} {where} }}")
            if rows:
                found = {
                    Place(
                        text_of(row["passage"]),
                        text_of(row["source"]),
                        text_of(row["path"]),
                        int(text_of(row["first"])),
                        int(text_of(row["last"])),
                    )
                    for row in rows
                }
                return sorted(found, key=lambda place: (place.source, place.first, place.last))
        return []

    def _from_absence(self, triple: Triple, graphs: tuple[str, ...]) -> Proof:
        """Explain a conclusion from absence: its scope, the query, what was looked for, and the reservations."""
        kg = self.store.names.terms
        subject, target = lexical(triple.subject), lexical(triple.object)
        said: list[tuple[str, str]] = []
        scope = ""
        if triple.predicate.value == RDF_TYPE:
            asked = f"?c <{kg}slutsatsSubjekt> {subject} ; <{kg}slutsatsKlass> {target} ; <{kg}omfattning> ?scope ; ?p ?text"
            wanted = f"<{kg}sluterFran>, <{kg}reservation>, <{kg}forbehall>"
            for row in select(
                self.store,
                f"SELECT ?scope ?p ?text WHERE {{ {asked} FILTER(?p IN ({wanted})) }} ORDER BY DESC(?p) ?text",
            ):
                scope = text_of(row["scope"])
                said.append((getattr(row["text"], "language", "") or "", text_of(row["text"])))
        name = text_of(triple.object).rsplit("#", 1)[-1]
        return Proof(
            triple,
            "closed",
            f"queries/closed/{name}.rq",
            (),
            (),
            (),
            (*graphs, *((scope,) if scope else ())),
            tuple(said),
        )

    def _axioms(self) -> list[Triple]:
        """Read the axioms that the graph holds, in the ontology or among the data."""
        predicates = " ".join(lexical(p) for p in sorted(SCHEMA_PREDICATES, key=str))
        kinds = " ".join(lexical(k) for k in sorted(SCHEMA_CLASSES, key=str))
        query = f"""SELECT ?g ?s ?p ?o WHERE {{
          {{ VALUES ?p {{ {predicates} }} GRAPH ?g {{ ?s ?p ?o }} }} UNION
          {{ VALUES ?o {{ {kinds} }} BIND({lexical(A)} AS ?p) GRAPH ?g {{ ?s ?p ?o }} }}
        }}"""
        names = self.store.names
        said = [row for row in select(self.store, query) if not names.is_layer(text_of(row["g"]))]
        said = [row for row in said if names.kind_of_graph(text_of(row["g"])) in _LEAVES]
        return [Triple(row["s"], row["p"], row["o"]) for row in said]  # type: ignore[arg-type]

    def _equality(self) -> bool:
        return bool(select(self.store, "SELECT ?s WHERE { ?s <http://www.w3.org/2002/07/owl#sameAs> ?o } LIMIT 1"))


def unified(head: Atom, triple: Triple) -> dict[Var, Slot] | None:
    """Give the values with which a rule's head is a statement; ``None`` where it cannot be."""
    values: dict[Var, Slot] = {}
    for slot, term in zip(head, _slots(triple), strict=True):
        if isinstance(slot, Var):
            if values.setdefault(slot, term) != term:
                return None
        elif slot != term:
            return None
    return values


def _slots(triple: Triple) -> tuple[Slot, Slot, Slot]:
    return triple.subject, triple.predicate, triple.object  # type: ignore[return-value]


def _filters_kept(rule: Rule, bound: Rule) -> bool:
    return all(len(a.variables) == len(b.variables) for a, b in zip(rule.filters, bound.filters, strict=True))
