"""Explain: ``explain(triple) -> proof``, by the rules that concluded it, asked of the graph that is served."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from kunskapsgraf.errors import NotFound
from kunskapsgraf.graph.rdf import NamedNode, Triple, lexical
from kunskapsgraf.graph.store import Store, select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.vocabulary import RDF_TYPE, RDFS_LABEL
from kunskapsgraf.reasoner import sparqlrules
from kunskapsgraf.reasoner.compile import Program
from kunskapsgraf.reasoner.late import program_of
from kunskapsgraf.reasoner.places import places
from kunskapsgraf.reasoner.proof import Proof, Way
from kunskapsgraf.reasoner.rules import Rule
from kunskapsgraf.reasoner.schema import SCHEMA_CLASSES, SCHEMA_PREDICATES, A
from kunskapsgraf.reasoner.search import DEEPEST, Search, Spent
from kunskapsgraf.reasoner.ways import LEAVES, Evidence, Kind

_FURTHER, _MOST = 10, 200
"""Steps that a further proof may take beyond the first, and ways that are tried for one."""


@dataclass
class Explainer:
    """What explains the statements of one snapshot: its rules, and what has been looked up in it so far."""

    store: Store
    sparql_rules: Sequence[sparqlrules.SparqlRule] = ()
    _proofs: dict[Triple, Proof] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Compile the rules from the axioms of the graph, and from those that follow from its data."""
        axioms = self._axioms()
        self.program: Program
        self.program, late = program_of(self.store, axioms)
        self.evidence = Evidence(self.store, self.program, self.sparql_rules, axioms, late)
        self._search = Search(self.evidence)

    @property
    def remembered(self) -> int:
        """How many statements have been looked up, and are remembered."""
        return len(self.evidence.kinds)

    def forget(self) -> None:
        """Forget what has been looked up; the rules stay."""
        self._proofs.clear()
        self.evidence.forget()
        self._search = Search(self.evidence)

    def explain(self, triple: Triple) -> Proof | None:
        """Give the shallowest proof of a statement; ``None`` where the graph does not hold it.

        Where the shallowest takes too long to find, a proof that is well-founded. Raises ``NotFound`` where the graph
        holds the statement and no proof within bounds is found.
        """
        kind, graphs = self.kind(triple)
        if kind == "closed":
            return self._from_absence(triple, graphs)
        if not graphs:
            return None
        try:
            self._search.shallowest([triple])
            if triple in self._search.steps:
                return self._proved([triple], self._search, self._proofs)[0]
        except Spent:
            loose = Search(self.evidence)
            loose.anyhow(triple)
            if triple in loose.steps and loose.steps[triple].depth <= DEEPEST:
                return self._proved([triple], loose, {})[0]
        raise NotFound(
            f"Grafen håller satsen, men inget bevis med högst {DEEPEST} steg har hittats: {triple}",
            f"The graph holds the statement, but no proof of at most {DEEPEST} steps was found: {triple}",
        )

    def others(self, triple: Triple, most: int = 10) -> Iterator[Proof]:
        """Give further proofs: each other way in which a rule concludes the statement, shallowest first."""
        first = self.explain(triple)
        if first is None or not first.rule or first.kind == "closed" or most < 1:
            return
        while len(self.evidence.ways(triple)) < _MOST and not self.evidence.exhausted(triple):
            self.evidence.more([triple])
        ways = self.evidence.ways(triple)[:_MOST]
        # What rests on the statement itself is no further proof of it.
        apart = Search(self.evidence, triple)
        depth = first.depth + _FURTHER
        for way in ways:
            try:
                apart.shallowest(way.premises, depth)
            except Spent:
                break
        told = {(first.rule, tuple(premise.triple for premise in first.premises))}
        proofs: list[Proof] = []
        known: dict[Triple, Proof] = {}
        for way in (way for way in ways if apart.fits(way, depth) and (way.rule, way.premises) not in told):
            told.add((way.rule, way.premises))
            proofs.append(_proof(triple, way, self._proved(way.premises, apart, known)))
        yield from islice(sorted(proofs, key=lambda proof: proof.depth), most)

    def rules_for(self, triple: Triple) -> list[Rule]:
        """Give the rules that could conclude a statement, the shortest first."""
        return self.evidence.rules_for(triple)

    def kind(self, triple: Triple) -> Kind:
        """Tell which kind of statement it is, by the graphs that hold it; empty where none does."""
        kind, graphs = self.evidence.kind(triple)
        return (kind, graphs) if graphs else ("", ())

    def _proved(self, triples: Sequence[Triple], search: Search, known: dict[Triple, Proof]) -> tuple[Proof, ...]:
        """Put proofs together from their last steps: each statement's once, its premises' before it."""
        needed: set[Triple] = set()
        waiting = list(triples)
        while waiting:
            triple = waiting.pop()
            if triple not in needed and triple not in known:
                needed.add(triple)
                way = search.steps[triple].way
                waiting += way.premises if way is not None else ()
        leaves = [t for t in needed if search.steps[t].way is None]
        self.evidence.learn(leaves)
        found = places(self.store, (t for t in leaves if self.evidence.kind(t)[0] != "ontology"))
        for leaf in leaves:
            kind, graphs = self.evidence.kind(leaf)
            known[leaf] = Proof(leaf, kind, places=found.get(leaf, ()), graphs=graphs)
        for triple in sorted(needed.difference(leaves), key=lambda t: search.steps[t].depth):
            way = search.steps[triple].way
            assert way is not None, "what is no leaf has a way"
            known[triple] = _proof(triple, way, tuple(known[premise] for premise in way.premises))
        return tuple(known[triple] for triple in triples)

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

    def _axioms(self) -> dict[Triple, Kind]:
        """Read the axioms that the graph holds, in the ontology or among the data, with their kinds and graphs."""
        predicates = " ".join(lexical(p) for p in sorted(SCHEMA_PREDICATES, key=str))
        kinds = " ".join(lexical(k) for k in sorted(SCHEMA_CLASSES, key=str))
        query = f"""SELECT ?g ?s ?p ?o WHERE {{
          {{ VALUES ?p {{ {predicates} }} GRAPH ?g {{ ?s ?p ?o }} }} UNION
          {{ VALUES ?o {{ {kinds} }} BIND({lexical(A)} AS ?p) GRAPH ?g {{ ?s ?p ?o }} }}
        }}"""
        names = self.store.names
        held: dict[Triple, set[str]] = {}
        for row in select(self.store, query):
            graph = text_of(row["g"])
            if not names.is_layer(graph) and names.kind_of_graph(graph) in LEAVES:
                held.setdefault(Triple(row["s"], row["p"], row["o"]), set()).add(graph)  # type: ignore[arg-type]
        found: dict[Triple, Kind] = {}
        for triple, graphs in held.items():
            of = {names.kind_of_graph(name) for name in graphs}
            found[triple] = next(kind for kind in LEAVES if kind in of), tuple(sorted(graphs))
        return found


def _proof(triple: Triple, way: Way, premises: tuple[Proof, ...]) -> Proof:
    return Proof(triple, way.kind, way.rule, way.axioms, premises, said=way.said)
