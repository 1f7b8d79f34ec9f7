"""How the terms of the generated data are written, as N-Triples has them."""

from __future__ import annotations

BASE = "https://w3id.org/kunskapsgraf/"
KG = BASE + "ns#"
EDITORIAL = "redaktion"
PREFIXES = {
    "kg": KG,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "org": "http://www.w3.org/ns/org#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

Statement = tuple[str, str]
"""The slug of its graph, and subject, predicate and object as N-Triples writes them, without the full stop."""


def kg(name: str) -> str:
    """Write a term of ours."""
    return f"<{KG}{name}>"


def thing(kind: str, slug: str) -> str:
    """Write a thing of ours."""
    return f"<{BASE}id/{kind}/{slug}>"


def number(value: int) -> str:
    """Write an xsd:integer."""
    return f'"{value}"^^<{PREFIXES["xsd"]}integer>'


def typed(value: str, datatype: str) -> str:
    """Write a literal of an XML Schema datatype."""
    return f'"{value}"^^<{PREFIXES["xsd"]}{datatype}>'


A = f"<{PREFIXES['rdf']}type>"
LABEL = f"<{PREFIXES['rdfs']}label>"
PREF_LABEL = f"<{PREFIXES['skos']}prefLabel>"
CONCEPT = f"<{PREFIXES['skos']}Concept>"
UNIT_OF = f"<{PREFIXES['org']}unitOf>"
TRUE = typed("true", "boolean")


def graph_of(slug: str) -> str:
    """Name the graph of a source or of the editors."""
    return f"{BASE}graf/{slug}" if slug == EDITORIAL else f"{BASE}graf/kalla/{slug}"
