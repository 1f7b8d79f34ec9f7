"""Materialise: the step *reason* of a build, done inside a remote engine that holds the graphs already."""

from __future__ import annotations

from collections.abc import Collection

from kunskapsgraf.errors import BadRequest
from kunskapsgraf.graph import queries
from kunskapsgraf.graph.vocabulary import OWL, RDF, RDF_TYPE, RDFS, Names
from kunskapsgraf.pipeline.build import rules_root
from kunskapsgraf.reasoner import materialise as reasoner
from kunskapsgraf.reasoner import sparqlrules
from kunskapsgraf.reasoner.materialise import Materialised
from kunskapsgraf.reasoner.workspace import WORK, RemoteEngine, clean
from kunskapsgraf.settings import Settings

DEFAULT = "default"
"""How the default graph is named among the graphs to read."""
_KINDS = f"<{RDF_TYPE}>, <{RDFS}subClassOf>, <{RDFS}subPropertyOf>"


def _of_the_vocabularies(variable: str) -> str:
    return "(" + " || ".join(f'STRSTARTS(STR({variable}), "{space}")' for space in (RDF, RDFS, OWL)) + ")"


NOISE = (
    f"?p IN (<{RDFS}domain>, <{RDFS}range>, <{OWL}equivalentClass>, <{OWL}equivalentProperty>) || "
    f"(sameTerm(?s, ?o) && ?p IN (<{RDFS}subClassOf>, <{RDFS}subPropertyOf>, <{OWL}sameAs>)) || "
    f"(?p IN ({_KINDS}) && isIRI(?o) && {_of_the_vocabularies('?o')}) || "
    f"(isIRI(?s) && {_of_the_vocabularies('?s')})"
)
"""``reason.is_noise`` in SPARQL, but for blank nodes: those that spell out an axiom have been left out already."""


def materialise(
    settings: Settings, engine: RemoteEngine, target: str = "", graphs: Collection[str] = (), *, replace: bool = False
) -> Materialised:
    """Put what follows from an engine's graphs into one of them: that of a build, unless another is named.

    Read are ``graphs``, of which ``default`` is the default graph; or, without, everything that no run of ours derived.
    Another graph than a build's own must be empty, unless ``replace`` says that it holds an earlier result. Raises
    ``BadRequest`` where it may hold what someone wrote, and as ``reasoner.materialise`` does.
    """
    names = Names(settings.base)
    target = target or names.inferred_graph
    if target != names.inferred_graph:
        _refuse_asserted(names, engine, target, graphs, replace=replace)

    def is_read(graph: str) -> bool:
        if graphs:
            return graph in graphs
        derived = names.is_layer(graph) or names.kind_of_graph(graph) in ("inferred", "closed", "catalogue")
        return not derived and not graph.startswith(WORK) and not engine.is_own(graph)

    rules = queries.folder(rules_root(settings.sources) / "queries" / "rules", names.base)
    return reasoner.materialise(
        engine,
        target,
        is_read,
        default=not graphs or DEFAULT in graphs,
        more=[sparqlrules.read(rule) for rule in rules.values()],
        without=NOISE,
    )


def _refuse_asserted(
    names: Names, engine: RemoteEngine, target: str, graphs: Collection[str], *, replace: bool
) -> None:
    ours = target.startswith(names.source_graph("")) or names.kind_of_graph(target) != "asserted"
    if ours or target in graphs:
        raise BadRequest(
            f"{target} är ingen graf för härledda satser. Ange en egen graf, eller ingen.",
            f"{target} is no graph for inferred statements. Name one of its own, or none.",
        )
    if not replace and engine.holds(target):
        raise BadRequest(
            f"{target} innehåller redan satser. Om de är härledda förut och får ersättas: --replace.",
            f"{target} holds statements already. If they were inferred before and may be replaced: --replace.",
        )


def told(done: Materialised, language: str) -> str:
    """Say how it went."""
    if language == "en":
        text = f"{done.inferred} statements inferred by {done.axioms} axioms: {done.added} new, {done.removed} gone."
        return text if done.axioms else f"{text} Load the ontology into the service; it holds no axioms."
    text = f"{done.inferred} satser härledda med {done.axioms} axiom: {done.added} nya, {done.removed} borta."
    return text if done.axioms else f"{text} Läs in ontologin i tjänsten; där finns inga axiom."


def cleaned(engine: RemoteEngine, language: str) -> str:
    """Take away the working graphs of runs that were cut off; say how many."""
    number = clean(engine)
    return f"{number} working graphs taken away." if language == "en" else f"{number} arbetsgrafer borttagna."
