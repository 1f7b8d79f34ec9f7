"""The W3C's tests of SPARQL 1.1 queries, asked of an embedded engine in this process.

    python -m bench.w3c rdf-tests/sparql/sparql11

The folder is of a checkout of github.com/w3c/rdf-tests, which is not kept here. Blank nodes are compared as blank nodes,
not by where they recur; what CONSTRUCT gives is compared as graphs.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import (
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    parse,
    parse_query_results,
)

from bench.embedded import ENGINES, Engine, Rows, read_quads, rows_of
from bench.results import table

GROUPS = (
    "aggregates",
    "bind",
    "bindings",
    "cast",
    "construct",
    "csv-tsv-res",
    "exists",
    "functions",
    "grouping",
    "json-res",
    "negation",
    "project-expression",
    "property-path",
    "subquery",
)
_MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
_QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
_RESULTS = {".srx": QueryResultsFormat.XML, ".srj": QueryResultsFormat.JSON, ".tsv": QueryResultsFormat.TSV}
_GRAPHS = {".ttl": RdfFormat.TURTLE, ".rdf": RdfFormat.RDF_XML, ".nt": RdfFormat.N_TRIPLES}


@dataclass(frozen=True)
class Test:
    """A test of what a query answers: its files."""

    name: str
    query: Path
    data: tuple[Path, ...]
    graphs: tuple[Path, ...]
    result: Path


def tests(folder: Path) -> Iterator[Test]:
    """Read the tests of a group whose results this module can read."""
    manifest = Store()
    base = folder.resolve().as_uri() + "/"
    manifest.load(path=str(folder / "manifest.ttl"), format=RdfFormat.TURTLE, base_iri=base)
    found = manifest.query(
        f"""PREFIX mf: <{_MF}> PREFIX qt: <{_QT}>
        SELECT ?test ?name ?query ?result (GROUP_CONCAT(DISTINCT STR(?data)) AS ?all) (GROUP_CONCAT(DISTINCT STR(?graph)) AS ?named) {{
          ?test a mf:QueryEvaluationTest ; mf:name ?name ; mf:action ?action ; mf:result ?result .
          ?action qt:query ?query OPTIONAL {{ ?action qt:data ?data }} OPTIONAL {{ ?action qt:graphData ?graph }}
        }} GROUP BY ?test ?name ?query ?result ORDER BY ?test"""
    )
    assert isinstance(found, QuerySolutions), "a SELECT"
    for row in found:
        one = {
            name: term.value
            for name in ("name", "query", "result", "all", "named")
            if (term := row[name]) is not None and isinstance(term, NamedNode | Literal)
        }
        data, graphs = (tuple(_path(iri) for iri in one.get(name, "").split()) for name in ("all", "named"))
        result = _path(one["result"])
        is_graph = result.suffix in _GRAPHS and "ResultSet" not in result.read_text(encoding="utf-8")
        if result.suffix in _RESULTS or is_graph:
            yield Test(one["name"], _path(one["query"]), data, graphs, result)


def _path(iri: str) -> Path:
    return Path(iri.removeprefix("file://"))


def passes(engine: Engine, test: Test) -> bool:
    """Run a test; an engine that fails does not pass."""
    quads = [quad for path in test.data for quad in _quads(path)]
    for path in test.graphs:
        name = NamedNode(path.as_uri())
        quads += [Quad(quad.subject, quad.predicate, quad.object, name) for quad in _quads(path)]
    query = f"BASE <{test.query.as_uri()}>\n{test.query.read_text(encoding='utf-8')}"
    try:
        engine.take(quads)
        if test.result.suffix in _GRAPHS:
            return _canonical(read_quads(engine.construct(query))) == _canonical(list(_quads(test.result)))
        return _rows(test.result) == rows_of(engine.select(query))
    except Exception:  # each engine has its own classes for what it cannot do
        return False


def _quads(path: Path) -> Iterator[Quad]:
    return parse(path=str(path), format=_GRAPHS[path.suffix], base_iri=path.as_uri())


def _canonical(quads: list[Quad]) -> set[str]:
    found = Dataset(quads)
    found.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return {str(quad) for quad in found}


def _rows(path: Path) -> Rows:
    found = parse_query_results(path=str(path), format=_RESULTS[path.suffix])
    if isinstance(found, QueryBoolean):
        return Counter([str(bool(found))])
    return rows_of(json.loads(found.serialize(format=QueryResultsFormat.JSON) or b"{}"))


def run(folder: Path, names: list[str]) -> tuple[list[str], dict[str, set[str]]]:
    """Run all tests of all engines; give the lines of a table, and what each engine did not pass."""
    failed: dict[str, set[str]] = {name: set() for name in names}
    rows = []
    for group in GROUPS:
        found = list(tests(folder / group))
        passed = dict.fromkeys(names, 0)
        for test in found:
            for name in names:
                if passes(ENGINES[name](), test):
                    passed[name] += 1
                else:
                    failed[name].add(f"{group}: {test.name}")
        rows.append([group, str(len(found)), *(str(passed[name]) for name in names)])
    totals = [sum(int(row[column]) for row in rows) for column in range(1, len(names) + 2)]
    rows.append(["**all**", *(str(total) for total in totals)])
    return table(["W3C tests, SPARQL 1.1", "tests", *names], rows), failed


def main(arguments: list[str] | None = None) -> int:
    """Run the tests and tell what did not pass."""
    parser = argparse.ArgumentParser(description="Run the W3C's tests of SPARQL 1.1 queries on embedded engines.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--engines", nargs="+", default=list(ENGINES), choices=ENGINES)
    options = parser.parse_args(arguments)
    lines, failed = run(options.folder, options.engines)
    sys.stdout.write("\n".join(lines) + "\n")
    for name, tests_failed in failed.items():
        sys.stdout.write(f"{name} did not pass:\n" + "".join(f"  {test}\n" for test in sorted(tests_failed)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
