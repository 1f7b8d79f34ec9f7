"""A damaged snapshot, file by file: found on opening by every command, and told by a server that meets it while serving."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import signal
import sys
import threading
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import WORLD, Run, Server, running, wait_for
from test_server import LINUX, ask, end, hold, workers

from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.snapshot import MANIFEST, POINTER, is_log, pointed
from kunskapsgraf.graph.store import select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.pipeline.build import build
from kunskapsgraf.settings import Settings
from kunskapsgraf.web import server as server_module

EVERYTHING = "SELECT * { GRAPH ?g { ?s ?p ?o } }"
COUNT = "SELECT (COUNT(*) AS ?n) { ?k a <https://w3id.org/kunskapsgraf/ns#Kommun> }"
COMMANDS = [("query", "-"), ("info",), ("serve",)]


@pytest.fixture
def home(small: Settings, tmp_path: Path) -> Path:
    """Give a copy of the tiny world's snapshots, which a test may break."""
    return Path(shutil.copytree(small.home, tmp_path / "home"))


def snapshot(home: Path) -> Path:
    """Give the folder of the served snapshot."""
    return home / "snapshots" / str(pointed(home))


def flipped(content: bytes, place: int) -> bytes:
    """Change one bit."""
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


# (what, what is left of a file's bytes; None: the file is gone)
DAMAGES: list[tuple[str, Callable[[bytes], bytes | None]]] = [
    ("flipped", lambda content: flipped(content, len(content) // 3)),
    ("cut", lambda content: content[:-1]),
    ("emptied", lambda _: b""),
    ("longer", lambda content: content + b"\0"),
    ("gone", lambda _: None),
]


@pytest.fixture
def refused(run: Run, monkeypatch: pytest.MonkeyPatch, home: Path) -> Callable[[tuple[str, ...]], str]:
    """Give what runs a command that must be refused, and gives its one line."""
    monkeypatch.setattr(server_module, "Granian", lambda *_, **__: pytest.fail("it is served"))

    def command(arguments: tuple[str, ...]) -> str:
        monkeypatch.setattr(sys, "stdin", io.StringIO(EVERYTHING))
        code, out, err = run(*arguments, KUNSKAPSGRAF_HOME=home, KUNSKAPSGRAF_LANGUAGE="en", PORT="0")
        assert (3, "", 1) == (code, out, err.count("\n"))
        return err

    return command


@pytest.mark.parametrize("arguments", COMMANDS, ids=[arguments[0] for arguments in COMMANDS])
@pytest.mark.parametrize(("what", "left"), DAMAGES, ids=[what for what, _ in DAMAGES])
def test_every_file(
    home: Path,
    refused: Callable[[tuple[str, ...]], str],
    arguments: tuple[str, ...],
    what: str,
    left: Callable[[bytes], bytes | None],
) -> None:
    """Whichever file of store, dumps or manifest is damaged: one line names it and what to run."""
    folder = snapshot(home)
    files = [path for path in folder.rglob("*") if path.is_file() and not is_log(path)]
    kinds = {path.suffix or path.name.partition("-")[0] for path in files}
    assert {".sst", ".log", "CURRENT", "IDENTITY", "MANIFEST", "OPTIONS", ".json", ".gz"} <= kinds
    for file in files:
        content = file.read_bytes()
        if not content and what in ("flipped", "cut", "emptied"):
            continue
        remains = left(content)
        if remains is None:
            file.unlink()
        else:
            file.write_bytes(remains)
        line = refused(arguments)
        assert f"({file.relative_to(folder)})" in line
        assert "Run kunskapsgraf build" in line
        file.write_bytes(content)


def test_every_part_of_the_manifest(home: Path, refused: Callable[[tuple[str, ...]], str]) -> None:
    """A flipped bit is found wherever it stands in the manifest: in a count, a name, a digest or a bracket."""
    file = snapshot(home) / MANIFEST
    content = file.read_bytes()
    for place in [*range(0, len(content), 197), len(content) - 2]:
        file.write_bytes(flipped(content, place))
        assert f"({MANIFEST})" in refused(("info",))


# (what the pointer holds, words of the line)
POINTERS: list[tuple[bytes, str]] = [
    (b"", POINTER),
    (b"\n", POINTER),
    (b"..\n", POINTER),
    (b"../snapshots/x\n", POINTER),
    (b"/etc\n", POINTER),
    (b"one two\n", POINTER),
    (b"a\nb\n", POINTER),
    (b"\xff\xfe\n", POINTER),
    (b"\0\n", POINTER),
    (b"x" * 5000, POINTER),
    (b"0123456789abcdef\n", "0123456789abcdef"),
]


@pytest.mark.parametrize(("content", "words"), POINTERS, ids=[repr(content[:20]) for content, _ in POINTERS])
def test_pointer(
    home: Path, small: Settings, refused: Callable[[tuple[str, ...]], str], content: bytes, words: str
) -> None:
    """A pointer that is empty, garbage, leads elsewhere or names nothing is told with its file; a build mends it."""
    (home / POINTER).write_bytes(content)
    for arguments in COMMANDS:
        line = refused(arguments)
        assert words in line
        assert str(home) in line
        assert "Run kunskapsgraf build" in line
    build(replace(small, home=home))
    assert pointed(home) == pointed(small.home)


def test_pointer_that_is_a_folder(home: Path, refused: Callable[[tuple[str, ...]], str]) -> None:
    """A pointer that cannot be read is told with its file."""
    (home / POINTER).unlink()
    (home / POINTER).mkdir()
    assert str(home / POINTER) in refused(("info",))


def flip_tables(folder: Path) -> None:
    """Flip a bit in each block of the tables; their sizes and ends, which opening reads, stay."""
    for file in (folder / "store").glob("*.sst"):
        content = bytearray(file.read_bytes())
        for place in range(100, len(content) - 10_000, 500):
            content[place] ^= 1
        file.write_bytes(content)


# (what, how the snapshot is damaged, the file that is named)
WHILE_SERVING: list[tuple[str, Callable[[Path], object], str]] = [
    ("CURRENT", lambda folder: (folder / "store" / "CURRENT").write_bytes(b""), "store/CURRENT"),
    ("manifest of RocksDB", lambda folder: next((folder / "store").glob("MANIFEST-*")).unlink(), "store/MANIFEST-"),
    ("tables", flip_tables, ".sst"),
]


def prepared(server: Server) -> int:
    """Read from the metrics how many workers stand ready, or are on their way to it."""
    status, body = ask(server, "", "/matt")
    found = re.search(rb"^kunskapsgraf_workers_ready (\d+)", body, re.M)
    assert status == 200
    assert found
    return int(found[1])


@LINUX
@pytest.mark.parametrize(("damage", "name"), [row[1:] for row in WHILE_SERVING], ids=[row[0] for row in WHILE_SERVING])
def test_damaged_while_serving(small: Settings, home: Path, damage: Callable[[Path], object], name: str) -> None:
    """A worker that meets damage gives a clean 503 with the file; the server lives, is not ready, and heals by a build."""
    with running(replace(small, home=home), KUNSKAPSGRAF_SOURCES=str(WORLD)) as server:
        assert 200 == ask(server, EVERYTHING)[0]
        # One that is still starting is not seen, and would open what is not yet damaged.
        wait_for(lambda: len(workers(home)) == prepared(server), "all workers have opened the snapshot")
        damage(snapshot(home))
        end(workers(home))
        for number in range(3):
            status, body = ask(server, f"{EVERYTHING} # {number}")
            problem = json.loads(body)
            assert (503, "https://w3id.org/kunskapsgraf/fel#snapshot-error") == (status, problem["type"])
            assert name in problem["detail"]
            assert "kunskapsgraf build" in problem["detail"]
        status, body = ask(server, "", "/redo")
        assert (503, True) == (status, name in json.loads(body)["detail"])
        status, body = ask(server, "", "/halsa")
        assert (200, "alive") == (status, json.loads(body)["status"])
        build(replace(small, home=home))
        assert 200 == ask(server, "", "/redo")[0]
        assert 200 == ask(server, f"{EVERYTHING} # healed")[0]


@LINUX
def test_damaged_pointer_while_serving(small: Settings, home: Path) -> None:
    """A pointer that is damaged while serving makes the server not ready; written again, it serves."""
    with running(replace(small, home=home), KUNSKAPSGRAF_SOURCES=str(WORLD)) as server:
        content = (home / POINTER).read_bytes()
        (home / POINTER).write_bytes(b"../x")
        for path, status in (("/redo", 503), ("/halsa", 200), ("/sparql?query=ASK%7B%7D", 503)):
            assert status == ask(server, "", path)[0]
        (home / POINTER).write_bytes(content)
        with urllib.request.urlopen(server.address + "/redo", timeout=10) as answer:
            assert 200 == answer.status


@LINUX
def test_reader_ends_on_its_snapshot(small: Settings, home: Path, world: Path) -> None:
    """A query that runs while a new snapshot is swapped in ends on the old one, though builds have removed that."""
    store = EmbeddedStore(replace(small, home=home, query_seconds=600.0, slow_after_seconds=600.0))
    counts: list[str] = []
    try:
        [before] = select(store, COUNT)
        [held] = workers(home)
        hold(held)
        asking = threading.Thread(target=lambda: counts.append(text_of(select(store, COUNT + " # held")[0]["n"])))
        asking.start()
        wait_for(lambda: not store.pool.ready, "the query has its worker")
        code = '<https://w3id.org/kunskapsgraf/ns#kommunkod> "9904"'
        (world / "data/ttl/redaktion/ny.ttl").write_text(
            "<https://w3id.org/kunskapsgraf/id/kommun/ny> a <https://w3id.org/kunskapsgraf/ns#Kommun> ; "
            f'<http://www.w3.org/2000/01/rdf-schema#label> "Ny"@sv , "New"@en ; {code} .',
            encoding="utf-8",
        )
        old = snapshot(home)
        build(replace(small, home=home, sources=world, keep=1))
        assert not old.exists()
        [after] = select(store, COUNT)
        os.kill(held, signal.SIGCONT)
        asking.join(600)
    finally:
        store.close()
    assert [text_of(before["n"])] == counts
    assert int(text_of(after["n"])) == int(counts[0]) + 1
