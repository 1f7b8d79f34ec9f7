"""Between people and the graph: terms as they are typed on a command line, and the labels of terms."""

from __future__ import annotations

import re

from kunskapsgraf.errors import BadRequest
from kunskapsgraf.graph.rdf import BlankNode, Literal, NamedNode, Term, Triple, lexical
from kunskapsgraf.graph.store import Store, select
from kunskapsgraf.graph.terms import brief, text_of, triples_of
from kunskapsgraf.graph.vocabulary import PREF_LABEL, RDF_TYPE, RDFS_LABEL, Names

_DATATYPE = re.compile(r"\^\^([\w-]+):([\w-]+)$")
"""The datatype of a literal, written with a prefix, which N-Triples has not."""


def term(text: str, names: Names) -> NamedNode | Literal:
    """Read a term: ``<IRI>``, ``prefix:name``, ``kind:slug``, ``kind/slug``, ``a``, or a literal in quotes.

    Raises ``BadRequest``.
    """
    if text == "a":
        return NamedNode(RDF_TYPE)
    try:
        if text.startswith('"'):
            written = _DATATYPE.sub(lambda found: f"^^<{names.prefixes().get(found[1], 'x:')}{found[2]}>", text)
            [triple] = triples_of(f"<x:s> <x:p> {written} .".encode())
            assert isinstance(triple.object, Literal), "quotes begin a literal"
            return triple.object
        if text.startswith("<") and text.endswith(">"):
            return NamedNode(text[1:-1])
        if "://" in text:
            return NamedNode(text)
        prefix, separator, rest = text.partition(":" if ":" in text else "/")
        if prefix and rest:
            namespace = names.prefixes().get(prefix) if separator == ":" else None
            return NamedNode(namespace + rest if namespace else f"{names.things}{prefix}/{rest}")
    except (ValueError, SyntaxError):
        pass
    raise BadRequest(
        f"{text!r} är ingen term. Skriv en IRI, kg:Kommun, slag/namn (kommun/sala), a, eller en text inom citattecken.",
        f"{text!r} is no term. Write an IRI, kg:Kommun, kind/name (kommun/sala), a, or a text in quotes.",
    )


def statement(subject: str, predicate: str, target: str, names: Names) -> Triple:
    """Read a statement of three terms; the subject and the predicate must be things."""
    first, second = term(subject, names), term(predicate, names)
    if isinstance(first, Literal) or isinstance(second, Literal):
        raise BadRequest(
            "Subjekt och predikat måste vara ting, inte texter.", "Subject and predicate must be things, not texts."
        )
    return Triple(first, second, term(target, names))


class Labels:
    """Labels of terms, looked up once each."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, dict[str, str]] = {}

    def __call__(self, term_of: Term, language: str) -> str:
        """Give the label in a language, else in another, else the short name; a literal's text as it is."""
        if isinstance(term_of, Literal):
            text = brief(term_of.value)
            return f"“{text}”" if language == "en" else f"”{text}”"
        if isinstance(term_of, BlankNode | Triple):
            return str(term_of)
        iri = term_of.value
        if iri not in self._known:
            asked = f"SELECT ?l WHERE {{ {lexical(term_of)} <{PREF_LABEL}>|<{RDFS_LABEL}> ?l }}"
            rows = select(self._store, asked)
            self._known[iri] = {getattr(row["l"], "language", "") or "": brief(text_of(row["l"])) for row in rows}
        labels = self._known[iri]
        short = self._store.names.shorten(iri).removeprefix(self._store.names.things)
        return labels.get(language) or labels.get("sv") or labels.get("en") or labels.get("") or short
