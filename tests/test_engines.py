"""Real engines as the tests and the benchmark start them: they answer, they fail as told, and nothing of them is left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
from bench import engines
from conftest import ROOT, wait_for

ADD = "INSERT DATA { GRAPH <http://example.org/g> { <http://example.org/a> <http://example.org/p> 1 } }"
EACH = [pytest.param(name, marks=[] if name == "oxigraph" else [pytest.mark.long]) for name in engines.NAMES]


def asked(engine: engines.Running, **fields: str) -> bytes:
    """Send a query or an update as a form."""
    address = engine.update if "update" in fields else engine.query
    request = urllib.request.Request(
        address, urllib.parse.urlencode(fields).encode(), {"Accept": "application/sparql-results+json, */*;q=0.1"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        found: bytes = answer.read()
    return found


def holds(engine: engines.Running, graph: str) -> bool:
    """Tell whether a named graph holds anything."""
    return bool(json.loads(asked(engine, query=f"ASK {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"))["boolean"])


@pytest.mark.parametrize("name", EACH)
def test_started(name: str, tmp_path: Path) -> None:
    """An engine answers queries, updates and the graph store; killed, it comes back; afterwards its folder is gone."""
    if why := engines.missing(name):
        pytest.skip(why)
    with engines.started(name, tmp_path) as engine:
        asked(engine, update=ADD)
        assert holds(engine, "http://example.org/g")
        turtle = urllib.request.Request(
            f"{engine.data}?{urllib.parse.urlencode({'graph': 'http://example.org/h'})}",
            b"<http://example.org/a> <http://example.org/p> 2 .",
            {"Content-Type": "text/turtle"},
            method="PUT",
        )
        with urllib.request.urlopen(turtle) as answer:
            assert answer.status in (200, 201, 204)
        assert holds(engine, "http://example.org/h")
        engine.kill()
        with pytest.raises(OSError, match="refused"):
            urllib.request.urlopen(engine.query, timeout=5)
        engine.start()
        asked(engine, update=ADD)
        engine.halt()
        with pytest.raises(TimeoutError):
            urllib.request.urlopen(engine.query, timeout=0.2)
        engine.resume()
        assert holds(engine, "http://example.org/g")
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(engine.query, timeout=5)
    assert [] == list(tmp_path.iterdir())


def test_ends_with_whoever_started_it(tmp_path: Path) -> None:
    """A process that is killed leaves no engine and no folder behind."""
    command = [sys.executable, "-m", "bench.engines", "oxigraph"]
    with subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "TMPDIR": str(tmp_path)}, stdout=subprocess.PIPE
    ) as mine:
        assert mine.stdout is not None
        address = mine.stdout.readline().decode().partition("=")[2].strip()
        assert ["oxigraph"] == [path.name.partition("-")[0] for path in tmp_path.iterdir()]
        with urllib.request.urlopen(f"{address}?query=ASK%20%7B%7D") as answer:
            assert answer.status == 200
        mine.send_signal(signal.SIGKILL)
    wait_for(lambda: not list(tmp_path.iterdir()), "the folder of the engine is gone")
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(address, timeout=5)


def test_an_absent_engine_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without its jar Fuseki is absent; the reason names the command and the setting, and starting it raises the same."""
    monkeypatch.setenv("KUNSKAPSGRAF_FUSEKI", str(tmp_path / "none.jar"))
    why = engines.missing("fuseki")
    assert "make engines" in why
    assert "KUNSKAPSGRAF_FUSEKI" in why
    assert why == engines.absent()["fuseki"]
    with pytest.raises(engines.NotPresent, match="make engines"), engines.started("fuseki", tmp_path):
        pass
    assert [] == list(tmp_path.iterdir())


def test_a_jar_that_is_another_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What is fetched is kept only where its digest is the known one."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    jar = tmp_path / "engine.jar"
    jar.write_bytes(b"abc")
    # The example of FIPS 180-2, appendix C.1: SHA-512 of "abc".
    known = (
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
    )
    with pytest.raises(RuntimeError, match="not the file that was expected"):
        engines.fetch(jar.as_uri())
    assert [] == list(engines.cache().iterdir())
    place = engines.fetch(jar.as_uri(), known)
    jar.unlink()
    assert place == engines.fetch(jar.as_uri(), known), "what is there already is not fetched again"
    assert b"abc" == place.read_bytes()
