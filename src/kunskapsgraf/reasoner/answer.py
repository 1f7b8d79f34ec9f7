"""Why, and why not, as a command line and a page ask it: from typed terms to a written answer."""

from __future__ import annotations

import json
from pathlib import Path

from kunskapsgraf.errors import BadRequest, NotFound
from kunskapsgraf.graph import queries
from kunskapsgraf.graph.queries import QueryFile
from kunskapsgraf.graph.rdf import NamedNode, Triple
from kunskapsgraf.graph.store import Store
from kunskapsgraf.graph.vocabulary import RDF_TYPE, Names
from kunskapsgraf.reasoner import forms, sparqlrules
from kunskapsgraf.reasoner.absence import explain_absence
from kunskapsgraf.reasoner.explain import Explainer
from kunskapsgraf.reasoner.speech import Labels, statement
from kunskapsgraf.settings import Settings, packaged_sources

Asked = tuple[str, str, str]


def explainer(store: Store, settings: Settings) -> Explainer:
    """Make what explains the statements of a store, with the SPARQL rules of its sources or of the package."""
    rules = [sparqlrules.read(file) for file in queries.folder(_folder(settings, "rules"), settings.base).values()]
    return Explainer(store, rules)


def _folder(settings: Settings, kind: str) -> Path:
    # As the build has it: the sources' own queries, all of them, or the package's.
    own = settings.sources / "queries"
    return (own if own.is_dir() else packaged_sources() / "queries") / kind


def proof(store: Store, asked: Asked, settings: Settings, format_name: str = "text", more: int = 0) -> str:
    """Write why a statement holds; raises ``NotFound`` where the graph does not hold it."""
    triple = statement(*asked, store.names)
    made = explainer(store, settings)
    found = made.explain(triple)
    if found is None:
        raise NotFound(
            f"Grafen håller inte satsen {' '.join(asked)}. Med --not visas vilka regler som kunde ge den och vad som saknas.",
            f"The graph does not hold the statement {' '.join(asked)}. --not shows which rules could conclude it and what is missing.",
        )
    labels = Labels(store)
    proofs = [found, *(made.others(triple, more) if more else ())]
    if format_name == "json":
        return json.dumps([forms.as_json(one, labels) for one in proofs], ensure_ascii=False, indent=2) + "\n"
    if format_name == "ttl":
        return forms.as_rdf(proofs, store.names).decode()
    return "\n".join(forms.text(one, settings.language, labels) for one in proofs)


def absence(store: Store, asked: Asked, settings: Settings, format_name: str = "text") -> str:
    """Write why a statement does not follow; says so where it does, or where no rule concludes such a statement."""
    triple = statement(*asked, store.names)
    if format_name == "ttl":
        raise BadRequest("--not skrivs som text eller json.", "--not is written as text or json.")
    made = explainer(store, settings)
    labels = Labels(store)
    swedish = settings.language != "en"
    if made.kind(triple)[0]:
        return "Satsen finns i grafen.\n" if swedish else "The graph holds the statement.\n"
    attempts = explain_absence(made, triple, labels, settings.language)
    if format_name == "json":
        return json.dumps(forms.attempts_as_json(attempts), ensure_ascii=False, indent=2) + "\n"
    concluding_query = None if attempts else concluding(triple, store.names, settings)
    if concluding_query is not None:
        return (
            f"Ingen regel ger en sådan sats; den sluts av frånvaro, av queries/closed/{concluding_query.name}.\n"
            if swedish
            else f"No rule concludes such a statement; it is concluded from absence, by queries/closed/{concluding_query.name}.\n"
        )
    if not attempts:
        return (
            "Ingen regel ger en sådan sats; bara en källa kan säga den.\n"
            if swedish
            else "No rule concludes such a statement; only a source can make it.\n"
        )
    return forms.absence(attempts, settings.language, labels)


def concluding(triple: Triple, names: Names, settings: Settings) -> QueryFile | None:
    """Give the query that concludes such a statement from absence, where there is one."""
    if triple.predicate.value != RDF_TYPE or not isinstance(triple.object, NamedNode):
        return None
    files = queries.folder(_folder(settings, "closed"), settings.base)
    return files.get(triple.object.value.removeprefix(names.terms))
