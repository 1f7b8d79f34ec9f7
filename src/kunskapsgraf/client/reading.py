"""Answers of a service as tables: rows of a report, results of SPARQL, the evidence map and proofs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from kunskapsgraf.client.table import Table
from kunskapsgraf.client.values import Value, read, value_of
from kunskapsgraf.graph.rdf import Triple
from kunskapsgraf.graph.terms import term_of, triples_of
from kunskapsgraf.graph.vocabulary import XSD
from kunskapsgraf.reports.evidencemap import COLUMNS

TRIPLE = ("subject", "predicate", "object")
PROOF = ("proof", "depth", "sentence", *TRIPLE, "kind", "rule", "lines", "passages")


def report(told: Mapping[str, Any]) -> Table:
    """Read a report in JSON, whose ``types`` tell what kind of text a column holds."""
    columns, types = tuple(told["columns"]), told.get("types", {})

    def cell(value: Value, datatype: str | None) -> Value:
        return read(value, datatype) if isinstance(value, str) and datatype else value

    kinds = [types.get(column) for column in columns]
    rows = (tuple(cell(row[column], kind) for column, kind in zip(columns, kinds, strict=True)) for row in told["rows"])
    return Table(columns, tuple(rows))


def results(told: Mapping[str, Any]) -> Table | bool:
    """Read SPARQL Query Results in JSON: a table of a SELECT, a truth value of an ASK."""
    if "boolean" in told:
        return bool(told["boolean"])
    columns = tuple(told["head"]["vars"])
    found = told["results"]["bindings"]
    return Table(columns, tuple(tuple(_bound(row.get(column)) for column in columns) for row in found))


def _bound(binding: dict[str, Any] | None) -> Value:
    """Read a term as ``value_of`` does; no term is made on the way, since answers have many."""
    if binding is None:
        return None
    if binding["type"] == "triple":
        return value_of(term_of(binding))
    text: str = binding["value"]
    return read(text, binding["datatype"].removeprefix(XSD)) if "datatype" in binding else text


def triples(body: bytes) -> Table:
    """Read N-Triples as a table of three columns."""
    return Table(TRIPLE, tuple(_values(triple) for triple in triples_of(body)))


def evidence_map(told: Mapping[str, Any]) -> Table:
    """Read the evidence map, which is given as JSON, as the table that it is as CSV."""
    columns = {column["iri"]: column["label"] for column in told["columns"]}
    return Table(COLUMNS, tuple(_cells(told["rows"], columns)))


def _cells(interventions: Iterable[Mapping[str, Any]], columns: Mapping[str, str]) -> Iterator[tuple[Value, ...]]:
    for one in interventions:
        cells = {cell["column"]: cell for cell in one["cells"]}
        for column, label in columns.items():
            cell = cells.get(column, {"statements": [], "empty": None})
            first = (one["iri"], one["label"], one["municipalities"], column, label)
            last = (cell["empty"], cell.get("emptyText"))
            for said in cell["statements"]:
                kinds = (said.get(name) for part in ("state", "kind", "certainty") for name in (part, part + "Label"))
                yield (*first, *kinds, said["count"], *last)
            if cell["empty"] and not cell["statements"]:
                yield (*first, *[None] * 6, 0, *last)


def proofs(told: Sequence[Mapping[str, Any]], language: str) -> Table:
    """Read proofs: a row for each step in the order of reading, what it rests on beneath it and one deeper."""
    rows = (row for number, proof in enumerate(told, 1) for row in _steps(proof, number, 0, language))
    return Table(PROOF, tuple(rows))


def _steps(proof: Mapping[str, Any], number: int, depth: int, language: str) -> Iterator[tuple[Value, ...]]:
    [triple] = triples_of(f"{' '.join(proof['statement'])} .".encode())
    places = proof.get("passages", ())
    lines = "; ".join(f"{place['source'].rpartition('/')[2]} {_span(place['from'], place['to'])}" for place in places)
    passages = " ".join(place["passage"] for place in places)
    yield (
        number,
        depth,
        proof["sentence"][language],
        *_values(triple),
        proof["kind"],
        proof.get("rule"),
        lines or None,
        passages or None,
    )
    for premise in proof.get("premises", ()):
        yield from _steps(premise, number, depth + 1, language)


def _span(first: int, last: int) -> str:
    return f"{first}" if first == last else f"{first}–{last}"


def _values(triple: Triple) -> tuple[Value, ...]:
    return value_of(triple.subject), value_of(triple.predicate), value_of(triple.object)
