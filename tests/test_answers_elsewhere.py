"""What an engine has answered is read in one thread, whatever becomes of the error that it gives."""

from __future__ import annotations

import gc
import sys
import threading
from typing import Any

import pytest

from kunskapsgraf.graph.elsewhere.answers import Body, Unreadable, Wanted, write
from kunskapsgraf.graph.rows import PastBound
from kunskapsgraf.graph.spool import Spools

ROW = '{"x":{"type":"literal","value":"a"}}'
WHOLE = '{"head":{"vars":["x"]},"results":{"bindings":[' + ",".join([ROW] * 3) + "]}}"


@pytest.mark.parametrize(
    ("text", "most_rows", "error"), [(WHOLE[:-20], 10, Unreadable), (WHOLE, 1, PastBound)], ids=["cut", "too many rows"]
)
def test_reader_ends_where_it_began(
    monkeypatch: pytest.MonkeyPatch, text: str, most_rows: int, error: type[Exception]
) -> None:
    """An error that outlives its thread, in a ring of references, takes no reader of the engine with it."""
    complaints: list[Any] = []
    caught: list[Exception] = []

    def run() -> None:
        spools = Spools(None, 1_000_000)
        source = spools.open()
        source.write(text.encode())
        source.finish()
        wanted = Wanted("select", "json", 1_000_000, most_rows, cut=False, prefixes={})
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
