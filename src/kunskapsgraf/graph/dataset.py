"""Which graphs a query sees: those that the protocol names, else its FROM, else by ``inference=``.

Each graph must be one of this store: nothing else is ever opened, and a name with a slip in it would otherwise be
answered as an empty graph.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from kunskapsgraf.errors import BadRequest, UnknownGraph
from kunskapsgraf.graph.nearest import nearest
from kunskapsgraf.graph.outline import Outline, clause_graphs
from kunskapsgraf.graph.store import WHOLE, Dataset
from kunskapsgraf.graph.vocabulary import Names

INFERENCE = ("none", "owl", "full")
_LAID_DOWN = ("ontology", "asserted", "editorial")


def dataset_of(
    names: Names,
    known: Collection[str],
    outline: Outline,
    default: Iterable[str] = (),
    named: Iterable[str] = (),
    inference: str = "full",
) -> Dataset:
    """Choose the graphs of a query among the ``known`` ones; raises ``UnknownGraph`` or ``BadRequest``.

    The protocol's dataset replaces the query's own (SPARQL 1.1 Protocol, section 2.1.4), and that replaces
    ``inference``. The engine's argument ``default_graph`` silently overrides FROM: here is where both are decided.
    """
    if inference not in INFERENCE:
        raise _no_such_inference(inference)
    default, named = tuple(dict.fromkeys(default)), tuple(dict.fromkeys(named))
    if not default and not named and outline.clauses:
        listed = clause_graphs(outline, names.endpoint)
        if listed is None:
            return WHOLE  # no SPARQL: the engine tells where
        default = tuple(dict.fromkeys(iri for iri, is_named in listed if not is_named))
        named = tuple(dict.fromkeys(iri for iri, is_named in listed if is_named))
    if default or named:
        for iri in (*default, *named):
            check(names, known, iri)
        return Dataset(default, named)
    return by_inference(names, known, inference)


def by_inference(names: Names, known: Collection[str], inference: str) -> Dataset:
    """Give what was laid down (none), with what OWL infers (owl), or all (full).

    Of the graphs reached by name only, the catalogue is always there, and what OWL infers of one source with ``owl``.
    """
    if inference == "full":
        return WHOLE
    default = [iri for iri in known if not names.is_layer(iri) and names.kind_of_graph(iri) in _LAID_DOWN]
    by_name = [names.catalogue_graph]
    if inference == "owl":
        default.append(names.inferred_graph)
        by_name += [iri for iri in known if names.is_layer(iri) and iri != names.catalogue_graph]
    return Dataset(tuple(sorted(default)), tuple(sorted(default + by_name)))


def graphs_of(names: Names, known: Iterable[str]) -> set[str]:
    """Give the graphs of a store: those that hold something, and those that always exist."""
    fixed = (
        names.ontology_graph,
        names.editorial_graph,
        names.inferred_graph,
        names.closed_graph,
        names.catalogue_graph,
    )
    return {*known, *fixed}


def check(names: Names, known: Iterable[str], iri: str) -> None:
    """Raise ``UnknownGraph``, with the nearest that exists, for a graph that the store does not have."""
    there = graphs_of(names, known)
    if iri in there:
        return
    near = nearest(iri, there)
    hint = (f"Menade du <{near}>? ", f"Did you mean <{near}>? ") if near else ("", "")
    raise UnknownGraph(
        f"Grafen <{iri[:300]}> finns inte här. {hint[0]}Alla grafer står på /graf.",
        f"The graph <{iri[:300]}> does not exist here. {hint[1]}All graphs are listed at /graf.",
        near or "",
    )


def _no_such_inference(value: str) -> BadRequest:
    return BadRequest(
        f"Parametern inference är {value[:50]!r}; ange none, owl eller full.",
        f"The parameter inference is {value[:50]!r}; give none, owl or full.",
    )
