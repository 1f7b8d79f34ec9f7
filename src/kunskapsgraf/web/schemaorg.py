"""What a page says of its thing to search engines, in the words of schema.org.

A type is given only where schema.org's definition fits what the ontology says: a method is a term with a definition and no
``MedicalTherapy``, since among the methods there are ways of working that treat nobody; a municipality is an
``AdministrativeArea`` and no ``City``. Whatever has no type that fits is a ``Thing``.
"""

from __future__ import annotations

from typing import Any

from kunskapsgraf.graph.rdf import Literal, NamedNode, Term
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.vocabulary import DCT, OWL, RDF_TYPE, RDFS, SKOS
from kunskapsgraf.web import context, language, selfdescription
from kunskapsgraf.web.describe import Description
from kunskapsgraf.web.links import Links
from kunskapsgraf.web.signposts import LICENCE
from kunskapsgraf.web.text import LONGEST_TEXT

CONTEXT = "https://schema.org"
TYPES = (
    ("Kommun", "AdministrativeArea"),
    ("Kommundel", "AdministrativeArea"),
    ("Lan", "AdministrativeArea"),
    ("Plats", "Place"),
    ("Insats", "Service"),
    ("Verksamhet", "Organization"),
    ("Region", "Organization"),
    ("Kalla", "CreativeWork"),
    ("Passage", "CreativeWork"),
    ("Metod", "DefinedTerm"),
    ("Malgrupp", "DefinedTerm"),
    ("Begrepp", "DefinedTerm"),
)
"""Classes of ours and what schema.org calls their things, the closest first."""
_OTHER_NAMES = (SKOS + "altLabel",)
_DESCRIPTIONS = (SKOS + "definition", DCT + "description", RDFS + "comment")
_SAME = (SKOS + "exactMatch", OWL + "sameAs")
_MOST = 20
"""Values of a property that are told: these are pointers for a crawler, the data have all."""


def of_thing(found: Description) -> dict[str, Any]:
    """Tell a thing's page, and of what it is."""
    names = context.store().names
    chosen = language.current()
    values = _values(found)
    classes = {text_of(term).removeprefix(names.terms) for term in values.get(RDF_TYPE, ())}
    kind = next((ours for name, ours in TYPES if name in classes), "")
    if not kind:
        kind = "DefinedTerm" if SKOS + "Concept" in classes else "Thing"
    name = found.labels[found.iri].text if found.iri in found.labels else found.iri
    entity: dict[str, Any] = {"@type": kind, "@id": found.iri, "name": name}
    others = [term.value for way in _OTHER_NAMES for term in _in_language(values.get(way, ()), chosen)]
    described = [term.value for way in _DESCRIPTIONS for term in _in_language(values.get(way, ()), chosen)]
    same = [text_of(t) for way in _SAME for t in values.get(way, ()) if isinstance(t, NamedNode)]
    addresses = [iri for iri in same if iri.startswith(("http://", "https://"))]
    for key, told in (("alternateName", others), ("sameAs", addresses)):
        if told:
            entity[key] = sorted(set(told))[:_MOST]
    if described:
        entity["description"] = described[0][:LONGEST_TEXT]
    for code in _literals(values.get(names.terms + "kommunkod", ()))[:1]:
        entity["identifier"] = {"@type": "PropertyValue", "propertyID": names.terms + "kommunkod", "value": code.value}
    address = selfdescription.on_this_host(Links(names).page(found.iri, lang=chosen))
    return {
        "@context": CONTEXT,
        "@type": "WebPage",
        "@id": address,
        "url": address,
        "name": name,
        "inLanguage": chosen,
        "license": LICENCE,
        "isPartOf": {"@type": "Dataset", "@id": names.dataset, "name": "Kunskapsgraf", "license": LICENCE},
        "mainEntity": entity,
    }


def _values(found: Description) -> dict[str, list[Term]]:
    return {
        group.predicate: [statement.triple.object for statement in group.statements]
        for group in found.groups
        if not group.incoming
    }


def _literals(terms: Any) -> list[Literal]:
    return [term for term in terms if isinstance(term, Literal)]


def _in_language(terms: Any, chosen: str) -> list[Literal]:
    """Give the texts in a language, its variants too."""
    return [term for term in _literals(terms) if (term.language or "").split("-")[0] in (chosen, "")]


def of_catalogue(titles: list[tuple[str, str, str]]) -> dict[str, Any]:
    """Tell the catalogue and its data sets, given each one's IRI, title and description (schema.org/Dataset)."""
    names = context.store().names
    return {
        "@context": CONTEXT,
        "@type": "DataCatalog",
        "@id": names.catalogue,
        "name": "Kunskapsgraf",
        "url": selfdescription.here() + "katalog",
        "inLanguage": language.current(),
        "license": LICENCE,
        "dataset": [
            {"@type": "Dataset", "@id": iri, "name": title, "description": text, "license": LICENCE}
            for iri, title, text in titles
        ],
    }


def of_site() -> dict[str, Any]:
    """Tell the site, and how it is searched (schema.org/SearchAction)."""
    here = selfdescription.here()
    return {
        "@context": CONTEXT,
        "@type": "WebSite",
        "name": "Kunskapsgraf",
        "url": here,
        "inLanguage": list(language.LANGUAGES),
        "license": LICENCE,
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": here + "sok?q={q}"},
            "query-input": "required name=q",
        },
    }
