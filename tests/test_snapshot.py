"""Snapshots on disk: a whole one opens, and a torn one is refused with the remedy."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kunskapsgraf.errors import SnapshotError
from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.snapshot import MANIFEST, POINTER, Manifest, current, digest_of, digests_of, opened, pointed
from kunskapsgraf.graph.vocabulary import Names
from kunskapsgraf.settings import Settings

NAMES = Names("https://w3id.org/kunskapsgraf/")


@pytest.fixture
def home(micro_built: Settings, tmp_path: Path) -> Path:
    """Give a copy of a built home that a test may break."""
    return Path(shutil.copytree(micro_built.home, tmp_path / "copy"))


def served(home: Path) -> Path:
    """Give the folder of the served snapshot."""
    return home / "snapshots" / (home / POINTER).read_text(encoding="utf-8").strip()


def largest(home: Path) -> Path:
    """Give the largest file of the served store."""
    return max((served(home) / "store").glob("*.sst"), key=lambda file: file.stat().st_size)


def rewrite(home: Path, text: str) -> None:
    """Replace the manifest's text."""
    (served(home) / MANIFEST).write_text(text, encoding="utf-8")


def resaid(home: Path, **changed: object) -> None:
    """Let the manifest say something else, with the digest of that."""
    said = {name: value for name, value in (manifest(home) | changed).items() if name != "digest"}
    digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
    rewrite(home, json.dumps(said | {"digest": digest}, indent=2, sort_keys=True, ensure_ascii=False) + "\n")


def manifest(home: Path) -> dict[str, object]:
    """Read the manifest as plain values."""
    found: dict[str, object] = json.loads((served(home) / MANIFEST).read_text(encoding="utf-8"))
    return found


def cut_rocks_manifest(home: Path) -> None:
    """Cut RocksDB's own manifest in half: the engine would open it silently and find nothing."""
    [file] = (served(home) / "store").glob("MANIFEST-*")
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def cut_manifest(home: Path) -> None:
    """Cut our manifest in half."""
    text = (served(home) / MANIFEST).read_text(encoding="utf-8")
    rewrite(home, text[: len(text) // 2])


def cut_store_file(home: Path) -> None:
    """Take the last byte from a file of the store."""
    file = largest(home)
    file.write_bytes(file.read_bytes()[:-1])


# (what breaks, how)
TORN: list[tuple[str, Callable[[Path], object]]] = [
    ("manifest cut", cut_manifest),
    ("manifest empty", lambda home: rewrite(home, "")),
    ("manifest gone", lambda home: (served(home) / MANIFEST).unlink()),
    ("manifest is a list", lambda home: rewrite(home, "[]")),
    ("manifest is text", lambda home: rewrite(home, '"x"')),
    ("manifest lacks a part", lambda home: rewrite(home, '{"version": "x", "graphs": {}}')),
    ("manifest has another part", lambda home: resaid(home, more=1)),
    ("manifest says another count", lambda home: rewrite(home, json.dumps(manifest(home) | {"graphs": {"urn:g": 7}}))),
    ("manifest without its digest", lambda home: rewrite(home, json.dumps(manifest(home) | {"digest": None}))),
    ("files are a list", lambda home: resaid(home, files=["x"])),
    ("a digest is no digest", lambda home: resaid(home, files={"CURRENT": "x"})),
    ("a digest is a number", lambda home: resaid(home, files={"CURRENT": 1})),
    ("a size is no number", lambda home: resaid(home, files={"CURRENT": "x:y"})),
    ("manifest is not UTF-8", lambda home: (served(home) / MANIFEST).write_bytes(b'{"version": "\xff"}')),
    ("store file cut", cut_store_file),
    ("store file empty", lambda home: largest(home).write_bytes(b"")),
    ("store file gone", lambda home: largest(home).unlink()),
    ("store file longer", lambda home: largest(home).write_bytes(largest(home).read_bytes() + b"x")),
    ("RocksDB's manifest cut", cut_rocks_manifest),
    ("store gone", lambda home: shutil.rmtree(served(home) / "store")),
    ("snapshot gone", lambda home: shutil.rmtree(served(home))),
    ("pointer elsewhere", lambda home: (home / POINTER).write_text("annan\n", encoding="utf-8")),
]


def test_whole(home: Path) -> None:
    """A whole snapshot opens, with and without digests, and tells its version and counts."""
    for digests in (False, True):
        found = current(home, digests=digests)
        assert served(home) == found.path
        assert found.path.name == found.manifest.version == pointed(home)
        assert 4 == found.manifest.graphs[NAMES.source_graph("kalla")]
        assert found.store == found.path / "store"


@pytest.mark.parametrize(("what", "tear"), TORN, ids=[what for what, _ in TORN])
def test_torn(home: Path, what: str, tear: Callable[[Path], object]) -> None:
    """A torn snapshot is refused, in both languages, with its place and what to run."""
    tear(home)
    with pytest.raises(SnapshotError) as caught:
        current(home)
    for message in (caught.value.sv, caught.value.en):
        assert str(served(home)) in message
        assert "kunskapsgraf build" in message


@pytest.mark.parametrize(("what", "tear"), TORN[-4:], ids=[what for what, _ in TORN[-4:]])
def test_torn_is_not_asked(home: Path, micro_built: Settings, what: str, tear: Callable[[Path], object]) -> None:
    """A query on a torn snapshot gets the error, never an empty answer."""
    tear(home)
    store = EmbeddedStore(dataclasses.replace(micro_built, home=home))
    try:
        with pytest.raises(SnapshotError):
            store.answer("SELECT * { ?s ?p ?o }", "json")
    finally:
        store.close()


def test_same_size_other_bytes(home: Path) -> None:
    """Bytes that changed without changing a file's size are found where digests are asked for."""
    file = largest(home)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(SnapshotError, match=file.name):
        current(home, digests=True)


def test_no_pointer(home: Path) -> None:
    """Where nothing is pointed at, there is no built graph, and the message says what to run."""
    (home / POINTER).unlink()
    assert pointed(home) is None
    with pytest.raises(SnapshotError) as caught:
        current(home)
    assert f"Det finns ingen byggd graf i {home}. Kör kunskapsgraf build." == caught.value.sv
    assert f"There is no built graph in {home}. Run kunskapsgraf build." == caught.value.en


def test_logs_are_not_counted(home: Path) -> None:
    """Opening may rewrite logs and locks; they are no part of what is checked."""
    before = digests_of(served(home) / "store")
    (served(home) / "store" / "LOG").write_text("x", encoding="utf-8")
    (served(home) / "store" / "LOG.old.1").write_text("x", encoding="utf-8")
    (served(home) / "store" / "LOCK").write_text("x", encoding="utf-8")
    assert before == digests_of(served(home) / "store")
    assert before
    opened(served(home), digests=True)


def test_digest(tmp_path: Path) -> None:
    """A digest is SHA-256 in hexadecimal."""
    file = tmp_path / "a"
    file.write_bytes(b"abc")
    assert "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" == digest_of(file)
    assert {"a": f"3:{digest_of(file)}"} == digests_of(tmp_path)


def test_manifest_text_is_stable() -> None:
    """The same manifest gives the same text, in whatever order it was put together."""
    one = Manifest("v", {"b": 1, "a": 2}, {"y": "1:x", "x": "1:y"}).to_json()
    two = Manifest("v", {"a": 2, "b": 1}, {"x": "1:y", "y": "1:x"}).to_json()
    assert one == two
    assert Manifest.from_json(one).to_json() == one
