"""The JSON-LD 1.1 context: short names for the ontology's terms, made from the ontology that is served."""

from __future__ import annotations

from typing import Any

from kunskapsgraf.graph.store import Store, select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.vocabulary import DCT, OWL, RDF, RDFS, SKOS, XSD
from kunskapsgraf.web import context

_IN_LANGUAGES = {
    "label": RDFS + "label",
    "comment": RDFS + "comment",
    "prefLabel": SKOS + "prefLabel",
    "altLabel": SKOS + "altLabel",
    "definition": SKOS + "definition",
    "title": DCT + "title",
    "description": DCT + "description",
}
"""Texts that stand in both languages, read as ``label.sv``."""
_PLAIN = frozenset({"", XSD + "string", RDF + "langString", RDFS + "Literal"})


def context_of(store: Store) -> dict[str, Any]:
    """Make the context: keywords, prefixes, texts by language, and each term of ours.

    A property between things takes IRIs as texts; one with a datatype takes bare values of it; any other takes its values
    as they are. A value of another kind than a term says keeps its full form, so nothing is lost (JSON-LD 1.1, 4.2.3).
    """
    terms: dict[str, Any] = {"@version": 1.1, "id": "@id", "type": "@type"}
    terms |= store.names.prefixes()
    terms |= {name: {"@id": iri, "@container": "@language"} for name, iri in _IN_LANGUAGES.items()}
    kinds: dict[str, set[str]] = {}
    ranges: dict[str, set[str]] = {}
    for row in select(store, context.query("term-types", graph=store.names.ontology_graph)):
        iri = text_of(row["term"])
        name = iri.removeprefix(store.names.terms)
        if name != iri:
            kinds.setdefault(name, set()).add(text_of(row["type"]))
            ranges.setdefault(name, set()).add(text_of(row["range"]) if "range" in row else "")
    for name in sorted(kinds.keys() - terms.keys()):
        term: dict[str, str] = {"@id": f"kg:{name}"}
        declared = ranges[name] - {""}
        if OWL + "ObjectProperty" in kinds[name]:
            term["@type"] = "@id"
        elif len(declared) == 1 and not declared & _PLAIN and OWL + "DatatypeProperty" in kinds[name]:
            term["@type"] = store.names.shorten(declared.pop())
        terms[name] = term
    return {"@context": terms}
