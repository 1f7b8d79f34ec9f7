"""What only our service has: pages, proofs, and writes that are checked, reasoned about and served as a new snapshot."""

from __future__ import annotations

import hashlib
import http.client
import os
import random
import shutil
import tempfile
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pyoxigraph import QuerySolutions, Store

from bench import contenders
from bench.contenders import TOKEN, WRITER
from bench.doors import Door
from bench.pages import largest, measured
from kunskapsgraf.graph.snapshot import current
from kunskapsgraf.graph.vocabulary import Names

SAMPLED = 20_000
"""Inferred statements that proofs are chosen from."""
NAMES_WRITTEN = 5


def pages(home: Path, names: Names, runs: int) -> dict[str, list[float]]:
    """Give the milliseconds of the pages of which most is said: with no answer kept, and asked whether they have changed."""
    found: dict[str, list[float]] = {}
    for page in measured(home, largest(current(home).store, names), runs):
        found[f"{page.path.partition('/')[0]}, a page"] = page.fresh
        found[f"{page.path.partition('/')[0]}, unchanged (304)"] = page.unchanged
    return found


def proofs(home: Path, names: Names, count: int, seed: int) -> dict[str, list[float]]:
    """Give the milliseconds of why, over HTTP as JSON: random inferred statements, each asked once; and the nearest that do not follow."""
    store = Store.read_only(str(current(home).store))
    query = (
        f"SELECT ?s ?p ?o {{ GRAPH <{names.inferred_graph}> {{ ?s ?p ?o }} "
        f'FILTER(ISIRI(?o) && STRSTARTS(STR(?s), "{names.things}")) }} LIMIT {SAMPLED}'
    )
    held = store.query(query)
    assert isinstance(held, QuerySolutions), "a SELECT"
    known = sorted(tuple(str(row[name].value) for name in ("s", "p", "o")) for row in held)
    chosen = random.Random(seed).sample(known, min(count, len(known)))  # noqa: S311 - a sample
    subjects = [one[0] for one in chosen]
    absent = [(subject, *rest) for subject, (_, *rest) in zip([*subjects[1:], *subjects[:1]], chosen, strict=True)]
    with tempfile.TemporaryDirectory() as folder, _ours(home, Path(folder)) as port:
        return {
            "why": _times(port, "/varfor", chosen),
            "why not": _times(port, "/varfor-inte", absent),
        }


def _times(port: int, path: str, statements: list[tuple[str, ...]]) -> list[float]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    found = []
    for statement in statements:
        asked = urllib.parse.urlencode(dict(zip(("subjekt", "egenskap", "varde"), statement, strict=True)))
        began = time.perf_counter()
        connection.request("GET", f"{path}?{asked}", headers={"Accept": "application/json"})
        answer = connection.getresponse()
        answer.read()
        if answer.status == http.HTTPStatus.OK:  # of a statement that holds after all, why not leads to why
            found.append((time.perf_counter() - began) * 1000)
    return found


def writes(home: Path, sources: Path, thing: str, names: Names, limit: float) -> list[float]:
    """Give the milliseconds of writes: five further names of a thing, and their end; each is served before it is answered.

    They are made in a copy of the home, whose files are those of the first (nothing in a snapshot is ever written to).
    """
    found = []
    with tempfile.TemporaryDirectory(dir=home.parent) as name:
        folder = Path(name)
        copy = folder / "home"
        shutil.copytree(home, copy, copy_function=os.link)
        with _ours(copy, folder, sources, limit) as port:
            door = Door(f"http://127.0.0.1:{port}/sparql", limit + 60, Authorization=f"Bearer {TOKEN}")
            for operation in ("INSERT", "DELETE"):
                took, status, body = door.update(change(operation, thing, names))
                if status not in (200, 204):
                    raise RuntimeError(f"{operation}: {status} {body[:300].decode()}")
                found.append(took)
    return found


def change(operation: str, thing: str, names: Names, run: int = 0) -> str:
    """Write a change of a few statements of a source: further names of a thing."""
    said = " ; ".join(
        f'<http://www.w3.org/2004/02/skos/core#altLabel> "namn {run}-{number}"@sv' for number in range(NAMES_WRITTEN)
    )
    return f"{operation} DATA {{ GRAPH <{names.source_graph('kartlaggning-2025')}> {{ <{thing}> {said} }} }}"


@contextmanager
def _ours(home: Path, folder: Path, sources: Path | None = None, limit: float = 60) -> Iterator[int]:
    """Serve a home with no answer kept, and with its writer where it has sources; give the port."""
    more = {}
    if sources is not None:
        more = {
            "KUNSKAPSGRAF_SOURCES": str(sources),
            "KUNSKAPSGRAF_WRITERS": f"{WRITER}:{hashlib.sha256(TOKEN.encode()).hexdigest()}",
            "KUNSKAPSGRAF_WRITE_SECONDS": f"{limit:g}",
        }
    own = contenders.ours(home, folder, limit, **more)
    own.start(300)
    try:
        yield own.door.port
    finally:
        own.stop()
