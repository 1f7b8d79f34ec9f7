"""What an engine has answered is read in one thread, whatever becomes of the error that it gives."""

from __future__ import annotations

import gc
import json
import sys
import threading
import tracemalloc
from typing import Any

import pytest

from kunskapsgraf.graph.elsewhere.answers import Body, Unreadable, Wanted, write
from kunskapsgraf.graph.rows import PastBound
from kunskapsgraf.graph.spool import Spools

ROW = '{"x":{"type":"literal","value":"a"}}'
WHOLE = '{"head":{"vars":["x"]},"results":{"bindings":[' + ",".join([ROW] * 3) + "]}}"


@pytest.mark.parametrize("hidden", [frozenset(), frozenset({"x"})], ids=["as it came", "with less columns"])
@pytest.mark.parametrize(
    ("text", "most_rows", "error"), [(WHOLE[:-20], 10, Unreadable), (WHOLE, 1, PastBound)], ids=["cut", "too many rows"]
)
def test_reader_ends_where_it_began(
    monkeypatch: pytest.MonkeyPatch, text: str, most_rows: int, error: type[Exception], hidden: frozenset[str]
) -> None:
    """An error that outlives its thread, in a ring of references, takes no reader of the engine with it."""
    complaints: list[Any] = []
    caught: list[Exception] = []

    def run() -> None:
        spools = Spools(None, 1_000_000)
        source = spools.open()
        source.write(text.encode())
        source.finish()
        wanted = Wanted("select", "json", 1_000_000, most_rows, cut=False, prefixes={}, hidden=hidden)
        try:
            write(Body(source, has_end=True, is_past=False), wanted, spools.open())
        except Exception as found:
            found.ring = found  # type: ignore[attr-defined]  # as futures and loggers make them
            caught.append(found)

    gc.disable()
    try:
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
        assert [error] == [type(found) for found in caught]
        monkeypatch.setattr(sys, "unraisablehook", complaints.append)
        caught.clear()
        gc.collect()
    finally:
        gc.enable()
    assert [] == complaints


def written(text: str, kind: str = "select", hidden: str = "") -> bytes:
    """Write what has come, without a column."""
    spools = Spools(None, 1_000_000_000)
    source, target = spools.open(), spools.open()
    source.write(text.encode())
    source.finish()
    wanted = Wanted(kind, "json", 1_000_000_000, 1_000_000, cut=False, prefixes={}, hidden=frozenset({hidden}))
    write(Body(source, has_end=True, is_past=False), wanted, target)
    return target.read()


TERMS = [
    '{"type":"uri","value":"http://example.org/å"}',
    '{"type":"bnode","value":"b1"}',
    '{"type":"literal","value":"\\"a\\"\\n"}',
    '{"type":"literal","value":"a","xml:lang":"sv"}',
    '{"type":"literal","value":"a","xml:lang":"sv","its:dir":"rtl"}',
    '{"type":"literal","value":"1","datatype":"http://www.w3.org/2001/XMLSchema#integer"}',
    '{"type":"triple","value":{"subject":{"type":"uri","value":"urn:a"},"predicate":{"type":"uri","value":"urn:b"},'
    '"object":{"type":"literal","value":"c"}}}',
]


def test_column_that_nobody_asked_for() -> None:
    """Without a column every row is as it was, also one that has nothing in it, whatever its terms are."""
    rows = [{"x": json.loads(term)} for term in TERMS] + [{}]
    come = [{**row, "hidden": {"type": "uri", "value": "urn:h"}} for row in rows]
    text = json.dumps({"head": {"vars": ["hidden", "x"]}, "results": {"bindings": come}})
    assert {"head": {"vars": ["x"]}, "results": {"bindings": rows}} == json.loads(written(text, hidden="hidden"))


def test_large_answer_is_not_held_in_memory() -> None:
    """Columns are left out of an answer of 6 MB in less than its size."""
    row = {name: {"type": "literal", "value": name * 120} for name in ("x", "y")}
    text = json.dumps({"head": {"vars": ["x", "y"]}, "results": {"bindings": [row] * 20_000}})
    assert len(text) > 6_000_000
    spools = Spools(None, 1_000_000_000)
    source, target = spools.open(), spools.open()
    source.write(text.encode())
    source.finish()
    wanted = Wanted("select", "json", 1_000_000_000, 1_000_000, cut=False, prefixes={}, hidden=frozenset({"y"}))
    tracemalloc.start()
    try:
        assert 20_000 == write(Body(source, has_end=True, is_past=False), wanted, target)
        assert tracemalloc.get_traced_memory()[1] < 6_000_000
    finally:
        tracemalloc.stop()


def test_truth_value_without_an_end() -> None:
    """A truth value with more beside it than any engine writes is none."""
    with pytest.raises(Unreadable):
        written('{"head":{},"boolean":true' + " " * 200_000 + "}", kind="ask")
