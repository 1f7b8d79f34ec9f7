"""Explain: ``explain(triple) -> proof``, by the rules that concluded it, asked of the graph that is served.

A proof is looked for by its depth, the shallowest first: with one step, then with two, and so on. A premise must be
provable in fewer steps than what it proves, so no proof runs in a circle. Each statement has one shallowest proof, which
stands in every proof that rests on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from itertools import count, islice

from kunskapsgraf.graph.rdf import Literal, NamedNode, Triple, lexical
from kunskapsgraf.graph.store import Dataset, Store, select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.vocabulary import RDF_TYPE, RDFS_LABEL, XSD
from kunskapsgraf.reasoner import sparqlrules
from kunskapsgraf.reasoner.compile import Program, compile_rules
from kunskapsgraf.reasoner.evaluate import text
from kunskapsgraf.reasoner.order import Index
from kunskapsgraf.reasoner.proof import Place, Proof, Way, Ways
from kunskapsgraf.reasoner.rules import Atom, Rule, Slot, Var, patterns, written
from kunskapsgraf.reasoner.schema import SCHEMA_CLASSES, SCHEMA_PREDICATES, A

DEEPEST = 300
"""Steps; what goes on from itself by halves (transitivity, sameness) never comes near."""
_AT_ONCE = 50
"""Ways in which one rule may conclude a statement that are asked for at a time."""
_FURTHER, _MOST = 10, 200
"""Steps that a further proof may take beyond the first, and ways that are tried for one."""
_LEAVES = ("asserted", "editorial", "ontology")


@dataclass
class Explainer:
    """What explains the statements of one snapshot: its rules, and what has been looked up in it so far."""

    store: Store
    sparql_rules: Sequence[sparqlrules.SparqlRule] = ()
    _apart: Triple | None = None
    _kinds: dict[Triple, tuple[str, tuple[str, ...]]] = field(default_factory=dict, repr=False)
    _proofs: dict[Triple, Proof] = field(default_factory=dict, repr=False)
    _failed: dict[Triple, int] = field(default_factory=dict, repr=False)
    _found: dict[Triple, Ways] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Compile the rules from the axioms of the graph."""
        self.program: Program = compile_rules(self._axioms(), with_equality=self._equality())
        self._index = Index()
        for number, rule in enumerate(self.program.inferring):
            assert rule.head is not None, "an inferring rule concludes"
            self._index.add(rule.head, number)

    def explain(self, triple: Triple) -> Proof | None:
        """Give the shallowest proof of a statement; ``None`` where the graph does not hold it."""
        return self._prove(triple, DEEPEST) if self.kind(triple)[0] else None

    def others(self, triple: Triple, most: int = 10) -> Iterator[Proof]:
        """Give further proofs: each other way in which a rule concludes the statement, shallowest first."""
        first = self.explain(triple)
        if first is None or not first.rule or first.kind == "closed":
            return
        # What rests on the statement itself is no further proof of it.
        apart = copy(self)
        apart._apart, apart._proofs, apart._failed = triple, {}, {}
        told = {(first.rule, tuple(p.triple for p in first.premises))}
        proofs: list[Proof] = []
        for way in islice(self._ways(triple), _MOST):
            premises = apart._all(way, first.depth + _FURTHER)
            key = way.rule, way.premises or tuple(p.triple for p in way.implied)
            if premises is not None and key not in told:
                told.add(key)
                proofs.append(_proof(triple, way, premises))
        yield from islice(sorted(proofs, key=lambda proof: proof.depth), max(most, 0))

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
        """Give the shallowest proof of a statement, if it takes no more than so many steps."""
        known = self._proofs.get(triple)
        if known is not None:
            return known if known.depth <= depth else None
        if triple == self._apart:
            return None
        kind, graphs = self.kind(triple)
        proof: Proof | None = None
        if kind in _LEAVES:
            proof = Proof(triple, kind, places=tuple(self._places(triple)), graphs=graphs)
        elif kind == "closed":
            proof = self._from_absence(triple, graphs)
        elif kind:
            for steps in range(self._failed.get(triple, 0) + 1, depth + 1):
                proof = self._in(triple, steps)
                if proof is not None:
                    break
                self._failed[triple] = steps
        if proof is not None:
            self._proofs[triple] = proof
        return proof

    def _in(self, triple: Triple, steps: int) -> Proof | None:
        """Prove an inferred statement in so many steps, where fewer do not do."""
        for way in self._ways(triple):
            premises = self._all(way, steps - 1)
            if premises is not None:
                return _proof(triple, way, premises)
        return None

    def _all(self, way: Way, depth: int) -> tuple[Proof, ...] | None:
        if way.implied:
            return way.implied
        # Nothing is inferred from what was concluded from absence.
        if any(self.kind(premise)[0] in ("", "closed") for premise in way.premises):
            return None
        proofs: list[Proof] = []
        for premise in way.premises:
            proof = self._prove(premise, depth)
            if proof is None:
                return None
            proofs.append(proof)
        return tuple(proofs)

    def _ways(self, triple: Triple) -> Ways:
        """Give each way in which a rule concludes a statement from what the graph holds."""
        if triple not in self._found:
            self._found[triple] = Ways(self._asked(triple))
        return self._found[triple]

    def _asked(self, triple: Triple) -> Iterator[Way]:
        implied = self.program.schema.get(triple)
        if implied is not None:
            yield Way("inferred", implied.rule, (), (), tuple(self._axiom(p) for p in implied.premises))
        for rule in self.rules_for(triple):
            for premises in self.instances(rule, triple):
                yield Way("inferred", rule.name, rule.axioms, tuple(premises))
        for one in self.sparql_rules:
            for premises in sparqlrules.instances(self.store, one, triple):
                yield Way("rule", one.name, (), tuple(premises), (), tuple(one.titles.items()))
        for premise in self._written_otherwise(triple):
            yield Way("inferred", "dt-eq + eq-rep-o", (), (premise,))

    def instances(self, rule: Rule, triple: Triple) -> Iterator[list[Triple]]:
        """Give the premises of each way in which a rule concludes a statement."""
        assert rule.head is not None, "an inferring rule concludes"
        values = unified(rule.head, triple)
        if values is None:
            return
        body = [atom.bound(values) for atom in rule.body]
        names = list(dict.fromkeys(str(v) for atom in body for v in atom.variables())) or ["?none"]
        # A filter may speak of what the head has bound.
        spoken_of = {v for condition in rule.filters for v in condition.slots if isinstance(v, Var)}
        binds = "".join(f"BIND({written(values[v])} AS {v}) " for v in values if v in spoken_of)
        filters = "".join(f" FILTER({text(condition)})" for condition in rule.filters)
        query = f"SELECT DISTINCT {' '.join(names)} WHERE {{ {binds}{patterns(body)}{filters} }}"
        for row in pages(self.store, query):
            triples = [atom.bound(row).triple() for atom in body]
            if None not in triples and triple not in triples:
                yield [t for t in triples if t is not None]

    def _written_otherwise(self, triple: Triple) -> list[Triple]:
        """Give what says the same with another writing of the same number."""
        if not isinstance(triple.object, Literal):
            return []
        asked = f"{lexical(triple.subject)} {lexical(triple.predicate)} ?o"
        inexact = f"DATATYPE(?o) NOT IN (<{XSD}double>, <{XSD}float>)"
        same = f"BIND({lexical(triple.object)} AS ?v) FILTER(isNumeric(?o) && isNumeric(?v) && ?o = ?v && {inexact} && !sameTerm(?o, ?v))"
        rows = select(self.store, f"SELECT DISTINCT ?o WHERE {{ {asked} {same} }}")
        return [Triple(triple.subject, triple.predicate, row["o"]) for row in rows]

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
        # A passage stands where it is.
        for pattern in (*asked, f"{subject} <{kg}uttalasI> ?passage .", f"VALUES ?passage {{ {subject} }}"):
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
        """Explain a conclusion from absence: its scope, the query, what was looked for, and the reservations.

        What describes the conclusion is explained as the conclusion that it describes.
        """
        kg = self.store.names.terms
        subject, target = lexical(triple.subject), lexical(triple.object)
        about = f"?c <{kg}slutsatsSubjekt> {subject} ; <{kg}slutsatsKlass> {target} . BIND({target} AS ?class)"
        if triple.predicate.value != RDF_TYPE or triple.object == NamedNode(kg + "Slutsats"):
            about = f"{subject} <{kg}slutsatsKlass> ?class . BIND({subject} AS ?c)"
        wanted = (
            f"{{ ?c <{kg}omfattning>/<{RDFS_LABEL}> ?text BIND(0 AS ?order) }} UNION"
            f" {{ ?c ?p ?text VALUES (?p ?order) {{ (<{kg}sluterFran> 1) (<{kg}reservation> 2) (<{kg}forbehall> 3) }} }}"
        )
        rows = select(self.store, f"SELECT DISTINCT * WHERE {{ {about} {wanted} }} ORDER BY ?order ?text")
        name = text_of(rows[0]["class"]).removeprefix(kg) if rows else ""
        return Proof(
            triple,
            "closed",
            f"queries/closed/{name}.rq" if name else "queries/closed",
            graphs=graphs,
            said=tuple((getattr(row["text"], "language", "") or "", text_of(row["text"])) for row in rows),
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


def _proof(triple: Triple, way: Way, premises: tuple[Proof, ...]) -> Proof:
    return Proof(triple, way.kind, way.rule, way.axioms, premises, said=way.said)


def pages(store: Store, query: str) -> Iterator[dict[Var, Slot]]:
    """Give the rows of a SELECT, some at a time, as values of variables."""
    for start in count(0, _AT_ONCE):
        rows = select(store, f"{query} LIMIT {_AT_ONCE} OFFSET {start}", Dataset())
        for row in rows:
            yield {Var(name): term for name, term in row.items()}  # type: ignore[misc]
        if len(rows) < _AT_ONCE:
            return
