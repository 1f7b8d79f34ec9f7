"""The graph that says which graphs of an engine are shown: read whole, switched in one request, and by one build only."""

from __future__ import annotations

import pytest

from kunskapsgraf.errors import BuildRunning, EndpointError
from kunskapsgraf.graph.elsewhere.pointer import Shown, physical, read, switch
from kunskapsgraf.graph.engine import Memory
from kunskapsgraf.graph.vocabulary import Names

NAMES = Names("https://example.org/")
POINTER = "https://example.org/graf/visad"
A, B = "https://example.org/graf/kalla/a", "https://example.org/graf/kalla/b"
FIRST = Shown("1111", {A: (A + "/lage/0123456789abcdef", 12)}, "2026-01-02T03:04:05+00:00")
SECOND = Shown("2222", {A: FIRST.graphs[A], B: (B + "/lage/0", 0)})


class Counted(Memory):
    """An engine that counts what it is sent."""

    def __init__(self) -> None:
        super().__init__(())
        self.updates = 0

    def update(self, text: str) -> None:
        """Run an update."""
        self.updates += 1
        super().update(text)


def test_nothing_shown() -> None:
    """An engine without the graph shows no version, whatever else it holds."""
    engine = Memory(())
    assert read(engine, NAMES) is None
    engine.update(f"INSERT DATA {{ GRAPH <{A}> {{ <{A}> <http://example.org/p> 1 }} }}")
    assert read(engine, NAMES) is None


def test_switched() -> None:
    """What is shown is what the last switch said, in one update each, and nothing is left of the version before."""
    engine = Counted()
    switch(engine, NAMES, None, FIRST)
    assert FIRST == read(engine, NAMES)
    switch(engine, NAMES, FIRST, SECOND)
    assert SECOND == read(engine, NAMES)
    assert 2 == engine.updates
    # One version, two parts, and of each part two statements.
    assert 7 == len(engine.graph(POINTER))


@pytest.mark.parametrize("former", [None, FIRST])
def test_another_was_first(former: Shown | None) -> None:
    """A build that ends after another one changes nothing, and is told."""
    engine = Memory(())
    switch(engine, NAMES, None, SECOND)
    before = engine.graph(POINTER)
    with pytest.raises(BuildRunning):
        switch(engine, NAMES, former, Shown("3333"))
    assert before == engine.graph(POINTER)


BROKEN = [
    f"<{POINTER}> owl:versionInfo 'one' , 'two' .",
    f"<{POINTER}> owl:versionInfo 'one' ; dct:hasPart <{A}> . <{A}> dct:isVersionOf <{B}> ; void:triples 'many' .",
    f"<{POINTER}> owl:versionInfo 'one' ; dct:hasPart <{A}> . <{A}> dct:isVersionOf <{A}>, <{B}> ; void:triples 1 , 2 .",
]


@pytest.mark.parametrize("said", BROKEN)
def test_broken(said: str) -> None:
    """A graph that says two things at once is no pointer."""
    engine = Memory(())
    prefixes = (
        "PREFIX owl: <http://www.w3.org/2002/07/owl#> PREFIX dct: <http://purl.org/dc/terms/> "
        "PREFIX void: <http://rdfs.org/ns/void#>"
    )
    engine.update(f"{prefixes} INSERT DATA {{ GRAPH <{POINTER}> {{ {said} }} }}")
    with pytest.raises(EndpointError, match=POINTER):
        read(engine, NAMES)


def test_physical_name() -> None:
    """The physical graph has the first 16 digits of the SHA-256 of what tells its content; those of "abc" are in FIPS 180-2."""
    assert A + "/lage/ba7816bf8f01cfea" == physical(A, "abc") == physical(A, b"abc")
