"""A full disk, a real one of a few megabytes: builds, results, bodies and the log; nothing breaks, and all recovers."""

from __future__ import annotations

import http.client
import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from conftest import WORLD, Run, Server, running
from test_server import ask

from kunskapsgraf.errors import DiskFull
from kunskapsgraf.graph.snapshot import current, pointed
from kunskapsgraf.replica.pack import pack
from kunskapsgraf.replica.unpack import install
from kunskapsgraf.settings import Settings

KOMMUN = "<https://w3id.org/kunskapsgraf/ns#Kommun>"
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
ADDED = (
    f"<https://w3id.org/kunskapsgraf/id/kommun/ny> a {KOMMUN} ; "
    f'{LABEL} "Ny"@sv , "New"@en ; <https://w3id.org/kunskapsgraf/ns#kommunkod> "9904" .'
)
LARGE = "SELECT ?a ?b ?c { ?a ?b ?c . ?d ?e ?f } LIMIT 60000"
"""Some 20 MB."""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a disk of 8 MB, where that is permitted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    try:
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)], check=True, capture_output=True, timeout=10
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("a small disk cannot be mounted here: that takes root and Linux")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True, timeout=10)


def fill(disk: Path, but: int = 0) -> Path:
    """Leave so many bytes free; give the file that takes the rest."""
    ballast = disk / "ballast"
    with ballast.open("wb") as stream:
        stream.write(b"\0" * (shutil.disk_usage(disk).free - but))
    return ballast


def kept(home: Path) -> set[Path]:
    """List what a build must leave as it was; results kept for the next build may be more."""
    return {path for path in home.rglob("*") if path.name != "lock" and path.relative_to(home).parts[0] != "cache"}


@pytest.mark.parametrize(
    "free", [400_000, *(pytest.param(free, marks=pytest.mark.long) for free in (0, 100_000, 900_000, 1_500_000))]
)
def test_build(run: Run, small: Settings, disk: Path, world: Path, free: int) -> None:
    """A build without room ends with one line that says what to do; what was served is served; with room it succeeds."""
    home = Path(shutil.copytree(small.home, disk / "home"))
    before = pointed(home)
    files = kept(home)
    (world / "data/ttl/redaktion/ny.ttl").write_text(ADDED, encoding="utf-8")
    ballast = fill(disk, free)
    environment = {"KUNSKAPSGRAF_HOME": home, "KUNSKAPSGRAF_SOURCES": world, "KUNSKAPSGRAF_LANGUAGE": "en"}
    code, out, err = run("build", **environment)
    assert (6, "", 1) == (code, out, err.count("\n"))
    assert err.startswith(f"kunskapsgraf: The disk is full: the build had no room in {home}.")
    assert "Make room" in err
    assert before == current(home, digests=True).manifest.version
    assert files == kept(home)
    assert 0 == run("info", **environment)[0]
    ballast.unlink()
    assert (0, "", "") == run("build", **environment)
    assert before != current(home, digests=True).manifest.version


@pytest.mark.long
def test_needed_room_is_told(run: Run, small: Settings, disk: Path, world: Path) -> None:
    """The line tells how much room to reckon with, which is enough, and how much there is."""
    home = Path(shutil.copytree(small.home, disk / "home"))
    (world / "data/ttl/redaktion/ny.ttl").write_text(ADDED, encoding="utf-8")
    ballast = fill(disk, 1_000_000)
    environment = {"KUNSKAPSGRAF_HOME": home, "KUNSKAPSGRAF_SOURCES": world, "KUNSKAPSGRAF_LANGUAGE": "en"}
    words = run("build", **environment)[2].split()
    needed = int(words[words.index("Reckon") + 2])
    free = int(words[words.index("free.") - 3])
    assert free <= 1 < needed < 8
    ballast.unlink()
    ballast = fill(disk, needed * 1_000_000)
    assert 0 == run("build", **environment)[0]


def test_a_served_graph_outlives_a_full_disk(run: Run, small: Settings, disk: Path, world: Path) -> None:
    """A server goes on with what it serves while its disk, log and spool included, is full, and writes again after."""
    home = Path(shutil.copytree(small.home, disk / "home"))
    log = disk / "log.jsonl"
    environment = {
        "KUNSKAPSGRAF_SOURCES": str(WORLD),
        "KUNSKAPSGRAF_LOG": str(log),
        "KUNSKAPSGRAF_SPOOL": str(disk / "spool"),
        "TMPDIR": str(disk),
    }
    with running(replace(small, home=home), **environment) as server:
        ballast = fill(disk)
        (world / "data/ttl/redaktion/ny.ttl").write_text(ADDED, encoding="utf-8")
        assert 6 == run("build", KUNSKAPSGRAF_HOME=home, KUNSKAPSGRAF_SOURCES=world)[0]
        # More lines of the log than any buffer holds.
        for number in range(150):
            assert 200 == ask(server, f"ASK {{ ?s ?p {number} }}")[0]
        status, body = ask(server, LARGE)
        problem = json.loads(body)
        assert (503, "https://w3id.org/kunskapsgraf/fel#spool-full") == (status, problem["type"])
        assert 200 == ask(server, "", "/redo")[0]
        ballast.unlink()
        for number in range(3):
            assert 200 == ask(server, f"ASK {{ ?s ?p 'again {number}' }}")[0]
    last = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()[-4:]]
    assert {"request", "query"} == {line["event"] for line in last}


def test_a_body_that_finds_no_room(small: Settings, disk: Path) -> None:
    """A large body that finds no room is answered 503, with the headers of every answer; a small one as ever."""
    with running(small, KUNSKAPSGRAF_SOURCES=str(WORLD), TMPDIR=str(disk)) as server:
        # The process chooses its folder for such files, one that can be written, when it first needs it.
        assert 413 == sent(server)[0]
        ballast = fill(disk)
        status, allowed, body = sent(server)
        assert (503, "*") == (status, allowed)
        assert "https://w3id.org/kunskapsgraf/fel#spool-full" == json.loads(body)["type"]
        assert 200 == ask(server, "ASK {}")[0]
        ballast.unlink()
        assert 413 == sent(server)[0]


def sent(server: Server) -> tuple[int, str, bytes]:
    """Send a query of 3 MB, past the limit of queries but not of bodies; give status, Access-Control-Allow-Origin and body."""
    headers = {"Content-Type": "application/sparql-query"}
    connection = http.client.HTTPConnection(urlsplit(server.address).netloc, timeout=30)
    try:
        connection.request("POST", "/sparql", b"#" * 3_000_000, headers)
        answer = connection.getresponse()
        return answer.status, answer.headers.get("Access-Control-Allow-Origin", ""), answer.read()
    finally:
        connection.close()


def test_a_pack_that_finds_no_room(
    small: Settings, disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fills while a pack is unpacked, though there seemed to be room, leaves what was there; with room it goes on."""
    packed = pack(small.home, tmp_path / "packs")
    home = disk / "home"
    home.mkdir()
    ballast = fill(disk, 400_000)
    files = kept(home)
    usage = shutil.disk_usage(disk)
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1 << 40))
        with pytest.raises(DiskFull, match="Frigör utrymme"):
            install(tmp_path / "packs" / packed.file, home, 3)
    assert files == {path for path in kept(home) if path.name != "snapshots"}
    ballast.unlink()
    assert packed.version == install(tmp_path / "packs" / packed.file, home, 3).manifest.version
    assert packed.version == current(home, digests=True).manifest.version
