"""Check the axioms: what lies outside OWL 2 RL, what is broken, and what would wait for conclusions that are never read.

Each violation names file and line, the axiom, what is wrong with it, the rule that it breaks, and how to mend it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from kunskapsgraf.errors import CircularLayers
from kunskapsgraf.graph import queries
from kunskapsgraf.graph.engine import graph_of
from kunskapsgraf.graph.queries import QueryFile
from kunskapsgraf.graph.rdf import NamedNode, Triple
from kunskapsgraf.graph.vocabulary import RDF_TYPE, Names
from kunskapsgraf.pipeline.layers import concluded, implied_by_itself, ordered, reading
from kunskapsgraf.pipeline.places import Places
from kunskapsgraf.pipeline.read import Corpus
from kunskapsgraf.reasoner.compile import compile_rules
from kunskapsgraf.reasoner.faults import Problem
from kunskapsgraf.reasoner.profile import problems, values
from kunskapsgraf.reasoner.rules import Rule
from kunskapsgraf.reasoner.schema import DOMAIN, RANGE, SUB_CLASS, Schema

Violation = tuple[str, str]
"""A message in Swedish and one in English."""


def check_axioms(corpus: Corpus, root: Path, folder: Path, names: Names) -> list[Violation]:
    """Give what is wrong with the axioms of ontology and data, and with the queries of ``folder`` that read absence."""
    violations = list(faulty_axioms(corpus, root, names))
    whole = not violations
    files = list(queries.folder(folder / "closed", names.base).values())
    violations += _circles(files, names)
    by_term = concluded(files, names)
    violations += _reading_rules(folder, by_term, names)
    if whole:
        # Only what is whole can be compiled.
        ontology = [q.triple for q in corpus.quads if graph_of(q) == names.ontology_graph]
        places = Places(corpus, root, names)
        violations += [_told(one, places, names) for one in dict.fromkeys(waiting_in_vain(ontology, by_term, names))]
    return list(dict.fromkeys(violations))


def faulty_axioms(corpus: Corpus, root: Path, names: Names) -> Iterator[Violation]:
    """Give the axioms that are outside OWL 2 RL or broken, and the values of the wrong kind."""
    places = Places(corpus, root, names)
    everything = [quad.triple for quad in corpus.quads]
    found = problems(everything)
    told = {(problem.triple, problem.code) for problem in found}
    found += [p for p in values(everything, everything) if (p.triple, p.code) not in told]
    yield from dict.fromkeys(_told(problem, places, names) for problem in found)


def _told(problem: Problem, places: Places, names: Names) -> Violation:
    shown = names.shorten(problem.name).removeprefix(names.things) if problem.name else ""
    named = Problem(problem.triple, problem.code, shown)
    where = f"{places.where(problem.triple)}: {places.written(problem.triple)}"
    return f"{where}: {named.told('sv')}", f"{where}: {named.told('en')}"


def _circles(files: list[QueryFile], names: Names) -> Iterator[Violation]:
    """Give each circle of closed-world queries; one is taken out of a circle to find the next."""
    files = list(files)
    while True:
        try:
            ordered(files, names)
        except CircularLayers as circle:
            yield circle.sv, circle.en
            files = [file for file in files if file.name != circle.query]
        else:
            return


def _reading_rules(folder: Path, by_term: Mapping[str, list[QueryFile]], names: Names) -> Iterator[Violation]:
    for file in queries.folder(folder / "rules", names.base).values():
        for term in sorted(reading(file, names).reads & by_term.keys()):
            shown = names.shorten(term)
            yield (
                f"queries/rules/{file.name}: regeln läser {shown}, som sluts av frånvaro; reglerna läser aldrig det, så inget "
                "följer. Läs det som frågan i queries/closed/ sluter sig till det av.",
                f"queries/rules/{file.name}: the rule reads {shown}, which is concluded from absence; the rules never read "
                "that, so nothing follows. Read what the query in queries/closed/ concludes it from.",
            )


def waiting_in_vain(ontology: list[Triple], by_term: Mapping[str, list[QueryFile]], names: Names) -> Iterator[Problem]:
    """Give the axioms whose rules read what absence concludes, unless the query asks for what would follow."""
    schema = Schema(ontology)
    program = compile_rules(ontology)
    follows = _follows(Schema([*schema.triples, *program.schema]))
    for rule in program.rules:
        for term in _read(rule) & by_term.keys():
            if not all(_is_known(rule, term, file, follows, names) for file in by_term[term]):
                for axiom in rule.axioms:
                    for triple in sorted(axiom.triples & schema.triples, key=str):
                        if term in (_iri(triple.subject), _iri(triple.predicate), _iri(triple.object)):
                            yield Problem(triple, "reads-closed", term)


def _read(rule: Rule) -> set[str]:
    return {_iri(atom.object if _iri(atom.predicate) == RDF_TYPE else atom.predicate) for atom in rule.body} - {""}


def _is_known(rule: Rule, term: str, file: QueryFile, follows: Mapping[str, set[str]], names: Names) -> bool:
    """Tell whether what a rule would conclude of a member of a closed class is what the query asked for."""
    head = rule.head
    if head is None or len(rule.body) != 1 or _iri(head.predicate) != RDF_TYPE or head.subject != rule.body[0].subject:
        return False
    return _iri(head.object) in set(implied_by_itself(file, term, follows, names))


def _follows(schema: Schema) -> dict[str, set[str]]:
    """Give for each class, property and ``^property`` the classes that follow from it."""
    found: dict[str, set[str]] = defaultdict(set)
    for predicate, before in ((SUB_CLASS, ""), (DOMAIN, ""), (RANGE, "^")):
        for one, other in schema.links(predicate):
            found[before + one.value].add(other.value)
    return found


def _iri(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else ""
