"""Warnings as an answer carries them: in the header ``Kunskapsgraf-Warning`` for programs, and as a note on the page.

The header is a list of structured fields (RFC 9651): a code, its place and names. A name outside ASCII is a display
string, ``%"k%c3%b6"``. A result body never holds a warning.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask import Flask, Response, current_app, g

from kunskapsgraf.errors import KunskapsgrafError
from kunskapsgraf.graph.advice import Advice, advise, names_terms
from kunskapsgraf.graph.dataset import graphs_of
from kunskapsgraf.graph.nearest import nearest
from kunskapsgraf.graph.outline import Outline
from kunskapsgraf.graph.store import Dataset, Store, is_merged, select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.vocabulary import Names
from kunskapsgraf.web.protocol import PARAMETERS, Operation

HEADER = "Kunskapsgraf-Warning"
_LONGEST = 120
_KEPT = "kunskapsgraf-terms"


def install(app: Flask) -> None:
    """Put the warnings of a request in a header of its answer, an error's too."""
    app.extensions[_KEPT] = Terms()

    @app.after_request
    def add(response: Response) -> Response:
        if warnings := g.get("advice", []):
            response.headers[HEADER] = header(warnings)
        return response


def consider(store: Store, operation: Operation, outline: Outline, dataset: Dataset, graphs: Mapping[str, int]) -> None:
    """Find the warnings on an operation, and keep them for its answer."""
    terms = terms_of(current_app).of(store) if names_terms(outline, store.names) else frozenset()
    g.advice = found(store.names, terms, operation, outline, dataset, graphs)


def found(
    names: Names,
    terms: frozenset[str],
    operation: Operation,
    outline: Outline,
    dataset: Dataset,
    graphs: Mapping[str, int],
) -> list[Advice]:
    """Find the warnings on an operation; ``terms`` are those of the ontology."""
    warnings = [
        Advice("unknown-parameter", name[:_LONGEST], nearest(name, PARAMETERS) or "") for name in operation.unknown[:5]
    ]
    if len(dataset.default or ()) > 1 and not is_merged(graphs, dataset):
        warnings.append(Advice("repeated-statements"))
    return warnings + advise(outline, names, terms, graphs_of(names, graphs))


def header(warnings: Iterable[Advice]) -> str:
    """Write warnings as the value of the header; empty where there are none."""
    return ", ".join(_item(advice) for advice in warnings)


class Terms:
    """The IRIs that the ontology declares, asked for once per snapshot."""

    def __init__(self) -> None:
        self._kept: tuple[str, frozenset[str]] = ("", frozenset())

    def of(self, store: Store) -> frozenset[str]:
        """Give them, asking where they are not known."""
        version = store.version()
        if (known := self.known(version)) is not None:
            return known
        query = (
            f"SELECT DISTINCT ?term {{ GRAPH <{store.names.ontology_graph}> {{ ?term ?p ?o FILTER(ISIRI(?term)) }} }}"
        )
        try:
            terms = frozenset(text_of(row["term"]) for row in select(store, query))
        except KunskapsgrafError:
            return frozenset()  # a warning is not worth an error
        self._kept = (version, terms)
        return terms

    def known(self, version: str) -> frozenset[str] | None:
        """Give those of a snapshot without asking; ``None`` where they are not known."""
        kept = self._kept
        return kept[1] if kept[0] == version else None


def terms_of(app: Flask) -> Terms:
    """Give what an application knows of the ontology's terms."""
    kept: Terms = app.extensions[_KEPT]
    return kept


def _item(advice: Advice) -> str:
    parts = [advice.code]
    if advice.line:
        parts += [f"line={advice.line}", f"column={advice.column}"]
    if advice.found:
        parts.append(f"found={_string(advice.found)}")
    if advice.near:
        parts.append(f"nearest={_string(advice.near)}")
    return ";".join(parts)


def _string(text: str) -> str:
    """Write a string of RFC 9651: quoted (section 3.3.3), or as a display string (3.3.8) where it is not ASCII."""
    shown = text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
    if shown.isascii() and shown.isprintable():
        return '"' + shown.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return '%"' + "".join(_octet(octet) for octet in shown.encode("utf-8", "replace")) + '"'


def _octet(octet: int) -> str:
    return chr(octet) if 0x20 <= octet < 0x7F and octet not in b'%"' else f"%{octet:02x}"
