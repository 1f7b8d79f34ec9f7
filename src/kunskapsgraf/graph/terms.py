"""Terms as answers carry them: SPARQL JSON bindings and N-Triples become terms again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pyoxigraph import RdfFormat, parse

from kunskapsgraf.graph.rdf import BlankNode, Literal, NamedNode, Term, Triple

Row = dict[str, Term]

LONGEST_NAME = 300
"""Letters of a name in a line, a title or a list."""
_NO_LABEL = re.compile(r"[^A-Za-z0-9_]")
_FORCED = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Marks that force a direction until another mark ends it."""


def term_of(binding: dict[str, Any]) -> Term:
    """Read one RDF term of SPARQL 1.1 Query Results JSON (section 3.2.2)."""
    value = binding["value"]
    match binding["type"]:
        case "uri":
            return NamedNode(value)
        case "bnode":
            # A label in N-Triples has letters and digits only; Virtuoso's are nodeID://b1.
            return BlankNode(_NO_LABEL.sub("_", value))
        case "triple":
            return Triple(term_of(value["subject"]), term_of(value["predicate"]), term_of(value["object"]))  # type: ignore[arg-type]
        case _:
            if "xml:lang" in binding:
                return Literal(value, language=binding["xml:lang"])
            if "datatype" in binding:
                return Literal(value, datatype=NamedNode(binding["datatype"]))
            return Literal(value)


def binding_of(term: Term) -> dict[str, Any]:
    """Write one RDF term as SPARQL 1.1 Query Results JSON has it."""
    match term:
        case NamedNode():
            return {"type": "uri", "value": term.value}
        case BlankNode():
            return {"type": "bnode", "value": term.value}
        case Triple():
            parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
            return {"type": "triple", "value": {name: binding_of(part) for name, part in parts.items()}}
        case _ if term.language:
            towards = {"its:dir": str(term.direction)} if term.direction else {}
            return {"type": "literal", "value": term.value, "xml:lang": term.language} | towards
        case _:
            return {"type": "literal", "value": term.value, "datatype": term.datatype.value}


def row_of(bindings: dict[str, Any]) -> Row:
    """Read one solution; unbound variables are left out."""
    return {name: term_of(binding) for name, binding in bindings.items()}


def triples_of(body: bytes) -> Iterator[Triple]:
    """Read N-Triples."""
    for quad in parse(body, format=RdfFormat.N_TRIPLES):
        yield quad.triple


def text_of(term: Term) -> str:
    """Give the bare value: an IRI, a literal's text, or a blank node's label."""
    return str(term) if isinstance(term, Triple) else term.value


def is_true(term: Term) -> bool:
    """Tell whether a value is the truth value true, in either writing that it has: some engines give 1 for what an expression found."""
    return text_of(term) in ("true", "1")


def brief(name: str) -> str:
    """Write a name for a line: no longer than a line or two, and without marks that would turn what follows."""
    found = _FORCED.sub("", name)
    return found if len(found) <= LONGEST_NAME else found[:LONGEST_NAME].rstrip() + "…"
