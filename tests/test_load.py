"""Building: same inputs, same version; a build that fails or is killed leaves the former snapshot serving."""

from __future__ import annotations

import fcntl
import itertools
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from kunskapsgraf.errors import BuildRunning, DiskFull, SourceError
from kunskapsgraf.graph import queries
from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.engine import in_order
from kunskapsgraf.graph.snapshot import MANIFEST, POINTER, current, pointed
from kunskapsgraf.graph.store import select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.vocabulary import Names
from kunskapsgraf.pipeline import build as build_module
from kunskapsgraf.pipeline import catalogue, load
from kunskapsgraf.pipeline.build import build, digests
from kunskapsgraf.pipeline.patches import Patch
from kunskapsgraf.pipeline.read import Corpus, read
from kunskapsgraf.settings import Settings

NAMES = Names("https://w3id.org/kunskapsgraf/")
NAME_QUERY = "SELECT ?name { ?thing <https://w3id.org/kunskapsgraf/ns#namn> ?name }"
# Every step of a build, as (module or class, name): whichever fails, the former snapshot serves.
STEPS = [
    (build_module, "read"),
    (build_module, "check"),
    (build_module, "by_source"),
    (build_module, "close"),
    (catalogue, "describe"),
    (load, "write_store"),
    (load, "digests_of"),
    (load, "_to_disk"),
    (Path, "rename"),
    (Path, "replace"),
]


def test_order() -> None:
    """Quads stand in the order of their text: also where the name of a subject goes on as another's, or is a label."""
    subjects: list[NamedNode | BlankNode] = [NamedNode(f"urn:a{rest}") for rest in ("", "b", "!", "-b", "å", "/a")]
    subjects += [BlankNode(label) for label in ("a", "ab", "a-b")]
    objects: list[NamedNode | Literal] = [
        NamedNode("urn:o"),
        Literal("2"),
        Literal("å", language="sv"),
        Literal("2", datatype=NamedNode("urn:d")),
    ]
    graphs: list[DefaultGraph | NamedNode] = [DefaultGraph(), NamedNode("urn:g"), NamedNode("urn:gg")]
    property_ = NamedNode("urn:p")
    quads = [Quad(s, property_, o, g) for s in subjects for o in objects for g in graphs]
    random.Random(1).shuffle(quads)
    found = in_order(quads)
    assert [str(quad) for quad in found] == sorted(str(quad) for quad in quads)


@pytest.fixture
def former(micro: Settings, micro_built: Settings) -> None:
    """Let the test's own sources be built already: the same inputs, so the same version."""
    shutil.copytree(micro_built.home, micro.home)


def change(settings: Settings, name: str) -> None:
    """Let the source name its first thing otherwise."""
    file = settings.sources / "data" / "ttl" / "kalla.ttl"
    text = file.read_text(encoding="utf-8")
    file.write_text(text[: text.index("kg:namn")] + f'kg:namn "{name}" .\n', encoding="utf-8")


def names(settings: Settings) -> set[str]:
    """Ask the served snapshot, opened anew, for the names of things."""
    current(settings.home, digests=True)
    store = EmbeddedStore(replace(settings, query_seconds=10.0))
    try:
        return {text_of(row["name"]) for row in select(store, NAME_QUERY)}
    finally:
        store.close()


def test_build(micro: Settings) -> None:
    """A build writes asserted, inferred and catalogue graphs, points at the snapshot and tells its steps."""
    steps: list[tuple[str, str, int, int]] = []
    snapshot = build(micro, lambda *step: steps.append(step))
    assert snapshot.path == current(micro.home, digests=True).path
    assert [(sv, en, number, 5) for number, (sv, en) in enumerate(build_module.STEPS, 1)] == steps
    graphs = snapshot.manifest.graphs
    assert {
        NAMES.ontology_graph: 6,
        NAMES.source_graph("kalla"): 4,
        NAMES.inferred_graph: 1,
        NAMES.inferred_from("kalla"): 1,
    } == {graph: count for graph, count in graphs.items() if graph != NAMES.catalogue_graph}
    assert {"ring", "sked"} == names(micro)


@pytest.mark.usefixtures("former")
def test_layers_are_reached_by_name_only(micro: Settings) -> None:
    """The default graph is the union of all graphs but the catalogue and what follows from one source alone."""
    build(micro)
    store = EmbeddedStore(micro)
    try:
        count = "SELECT (COUNT(*) AS ?n) "
        [union] = select(store, count + "{ ?s ?p ?o }")
        [layer] = select(store, count + f"{{ GRAPH <{NAMES.inferred_from('kalla')}> {{ ?s ?p ?o }} }}")
        [catalogue] = select(store, count + f"{{ GRAPH <{NAMES.catalogue_graph}> {{ ?s ?p ?o }} }}")
        assert ("11", "1") == (text_of(union["n"]), text_of(layer["n"]))
        assert int(text_of(catalogue["n"])) > 10
    finally:
        store.close()


def test_same_inputs_same_version(micro: Settings, tmp_path: Path) -> None:
    """The same sources in another place, at another time, give the same version, counts and catalogue."""
    one = build(micro).manifest
    elsewhere = replace(micro, sources=Path(shutil.copytree(micro.sources, tmp_path / "annan")), home=tmp_path / "hem")
    two = build(elsewhere).manifest
    assert (one.version, one.graphs, one.inputs, one.software) == (two.version, two.graphs, two.inputs, two.software)


@pytest.mark.parametrize(
    "file",
    [
        "ontology/sak.ttl",
        "data/ttl/ny.ttl",
        "queries/checks/ny.rq",
        "queries/closed/ny.rq",
        "queries/rules/ny.rq",
        "shapes/ny.ttl",
    ],
)
def test_other_inputs_other_version(micro: Settings, file: str) -> None:
    """A changed byte in the ontology, data, checks, rules, closing queries or shapes changes the digests."""
    before = digests(micro)
    path = micro.sources / file
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as stream:
        stream.write("# en kommentar\n")
    after = digests(micro)
    assert {file} == {name for name in after if after[name] != before.get(name)}


def test_what_serves_does_not_change_the_version(micro: Settings) -> None:
    """Reports, pages and settings of serving are no inputs of a snapshot; the base is, and a report that the build asks ahead."""
    reports = micro.sources / "queries" / "reports"
    reports.mkdir()
    before = digests(micro)
    (reports / "ny.rq").write_text("ASK {}", encoding="utf-8")
    queries.folder.cache_clear()
    assert before == digests(replace(micro, port=1, workers=9, language="en"))
    queries.folder.cache_clear()
    (reports / "forvag.rq").write_text("#+ standing: -\nASK {}", encoding="utf-8")
    assert {"queries/reports/forvag.rq"} == set(digests(micro)) - set(before)
    assert before != digests(replace(micro, base="http://localhost/"))


@pytest.mark.usefixtures("former")
def test_code_and_libraries_are_inputs(micro: Settings) -> None:
    """The code of pipeline and core, and the versions of the libraries, are in the manifest."""
    manifest = build(micro).manifest
    assert {"kunskapsgraf/pipeline/reason.py", "kunskapsgraf/graph/engine.py"} <= set(manifest.inputs)
    assert {"kunskapsgraf", "numpy", "pyoxigraph", "pyshacl", "rdflib"} == set(manifest.software)


@pytest.mark.usefixtures("former")
def test_built_again_is_only_pointed_at(micro: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the version exists and is whole, nothing is read or written anew."""
    version = build(micro).manifest.version
    text = (micro.sources / "data" / "ttl" / "kalla.ttl").read_text(encoding="utf-8")
    change(micro, "gaffel")
    assert version != build(micro).manifest.version
    (micro.sources / "data" / "ttl" / "kalla.ttl").write_text(text, encoding="utf-8")
    monkeypatch.setattr(build_module, "read", lambda *_: pytest.fail("read again"))
    assert version == build(micro).manifest.version == pointed(micro.home)
    assert {"ring", "sked"} == names(micro)


@pytest.mark.usefixtures("former")
def test_damaged_snapshot_is_built_anew(micro: Settings) -> None:
    """A build repairs the snapshot of its own version where that is torn."""
    snapshot = build(micro)
    (snapshot.path / MANIFEST).write_text("{", encoding="utf-8")
    assert snapshot.path == build(micro).path
    assert {"ring", "sked"} == names(micro)


@pytest.mark.usefixtures("former")
def test_sources_that_change_while_they_are_read(micro: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file saved during a build stops it, since the snapshot would not be of the inputs that name it."""
    version = build(micro).manifest.version
    change(micro, "gaffel")

    def read_slowly(root: Path, names: Names, changes: Sequence[Patch]) -> Corpus:
        found = read(root, names, changes)
        change(micro, "kniv")
        return found

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(build_module, "read", read_slowly)
        with pytest.raises(SourceError, match="ändrades medan de lästes"):
            build(micro)
    assert version == pointed(micro.home)
    build(micro)
    assert {"kniv"} == names(micro)


@pytest.mark.parametrize("keep", [1, 2, 3])
def test_keep(micro: Settings, keep: int) -> None:
    """The newest snapshots are kept, as many as the setting says, the served one among them."""
    versions = []
    for name in ("ett", "två", "tre", "fyra"):
        change(micro, name)
        versions.append(build(replace(micro, keep=keep)).manifest.version)
    assert set(versions[-keep:]) == {path.name for path in (micro.home / "snapshots").iterdir()}
    assert {"fyra"} == names(micro)


def test_keep_the_served_one_though_it_is_the_oldest(micro: Settings) -> None:
    """Going back to former sources serves the former snapshot, and removes another rather than that one."""
    change(micro, "ett")
    first = build(micro).manifest.version
    for name in ("två", "tre"):
        change(micro, name)
        build(micro)
    change(micro, "ett")
    assert first == build(replace(micro, keep=1)).manifest.version
    assert [first] == [path.name for path in (micro.home / "snapshots").iterdir()]
    assert {"ett"} == names(micro)


@pytest.mark.usefixtures("former")
def test_lock(micro: Settings) -> None:
    """While one build holds the lock, another is refused at once and changes nothing."""
    version = build(micro).manifest.version
    change(micro, "gaffel")
    with load.building(micro.home), pytest.raises(BuildRunning) as caught:
        build(micro)
    assert str(micro.home) in caught.value.sv
    assert str(micro.home) in caught.value.en
    assert version == pointed(micro.home)
    assert version != build(micro).manifest.version


def test_lock_of_another_process(micro: Settings) -> None:
    """The lock counts between processes, and ends with its process however that ends."""
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time; from pathlib import Path; from kunskapsgraf.pipeline.load import building\n"
            "with building(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)",
            str(micro.home),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    try:
        assert "held" == holder.stdout.readline().strip()
        with pytest.raises(BuildRunning):
            build(micro)
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()
    build(micro)


def test_lock_is_let_go_after_a_failure(micro: Settings) -> None:
    """A build that fails lets the next one run."""
    with pytest.raises(SourceError):
        build(replace(micro, sources=micro.sources / "saknas"))
    with (micro.home / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    build(micro)


@pytest.mark.long
def test_two_builds_at_once(micro: Settings) -> None:
    """Of builds that are started together, those that do not get the lock end with 5, and a whole snapshot serves."""
    environment = {**os.environ, "KUNSKAPSGRAF_SOURCES": str(micro.sources), "KUNSKAPSGRAF_HOME": str(micro.home)}
    command = [sys.executable, "-m", "kunskapsgraf.cli", "build"]
    for attempt in range(5):
        change(micro, str(attempt))
        started = [subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) for _ in range(3)]
        codes = {process.wait() for process in started}
        assert 0 in codes
        assert codes <= {0, 5}
        assert {str(attempt)} == names(micro)
    assert [] == list((micro.home / "snapshots").glob(".making-*"))


@pytest.mark.usefixtures("former")
def test_broken_sources_leave_the_former_snapshot(micro: Settings) -> None:
    """A build of broken sources fails, and what was served is served."""
    version = build(micro).manifest.version
    file = micro.sources / "data" / "ttl" / "kalla.ttl"
    file.write_text(file.read_text(encoding="utf-8") + "sak:ring a kg:Skap .", encoding="utf-8")
    with pytest.raises(SourceError):
        build(micro)
    assert version == pointed(micro.home)
    assert {"ring", "sked"} == names(micro)


@pytest.mark.usefixtures("former")
@pytest.mark.parametrize(("place", "name"), STEPS, ids=[name for _, name in STEPS])
def test_failing_step_leaves_the_former_snapshot(
    micro: Settings, monkeypatch: pytest.MonkeyPatch, place: object, name: str
) -> None:
    """Whichever step fails, as on a full disk, the former snapshot serves, and the next build succeeds and cleans up."""
    version = build(micro).manifest.version
    change(micro, "gaffel")

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(place, name, fail)
        with pytest.raises(DiskFull):
            build(micro)
    assert [] == list((micro.home / "snapshots").glob(".making-*"))
    assert not (micro.home / f"{POINTER}.new").exists()
    assert version == current(micro.home, digests=True).manifest.version
    build(micro)
    assert {"gaffel"} == names(micro)
    assert [] == list((micro.home / "snapshots").glob(".making-*"))


def kill_builds(micro: Settings, times: int, seed: int) -> float:
    """Kill as many builds at random moments, not counting those that had ended by themselves; check after each what serves.

    Gives the longest time in seconds from a kill to a whole answer.
    """
    chance = random.Random(seed)
    change(micro, "0")
    build(micro)
    killed, longest = 0, 0.0
    environment = {**os.environ, "KUNSKAPSGRAF_SOURCES": str(micro.sources), "KUNSKAPSGRAF_HOME": str(micro.home)}
    command = [sys.executable, "-m", "kunskapsgraf.cli", "build"]
    took = []
    # The first also compiles the modules; the shorter is what a build takes.
    for before in ("mått", "mått igen"):
        change(micro, before)
        began = time.monotonic()
        subprocess.run(command, env=environment, check=True)
        took.append(time.monotonic() - began)
    whole = min(took)
    for attempt in itertools.count(1):
        if killed == times:
            break
        assert attempt <= 10 * times, "builds end before they are killed"
        after = str(attempt)
        change(micro, after)
        process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        # Most of a small build is the start of Python; the writing lies in its last part.
        time.sleep(chance.uniform(0.3, 0.95) * whole)
        process.send_signal(signal.SIGKILL)
        if process.wait() == -signal.SIGKILL:
            killed += 1
        else:
            whole *= 0.8  # the machine has become quicker than it was
        began = time.monotonic()
        found = names(micro)
        longest = max(longest, time.monotonic() - began)
        assert found in ({before}, {after}), f"attempt {attempt}: {found}"
        [before] = found
    return longest


def test_killed_build_leaves_the_former_snapshot(micro: Settings) -> None:
    """A build killed at a random moment leaves the former snapshot serving, or has finished; the next one cleans up."""
    kill_builds(micro, 3, seed=1)
    change(micro, "sist")
    build(micro)
    assert {"sist"} == names(micro)
    assert [] == list((micro.home / "snapshots").glob(".making-*"))
    assert [] == list(micro.home.glob(f"{POINTER}.*"))


@pytest.mark.long
def test_twenty_killed_builds(micro: Settings) -> None:
    """Twenty builds killed at random moments never leave anything but a whole snapshot, which answers within 5 s."""
    assert kill_builds(micro, 20, seed=2) < 5
    change(micro, "sist")
    build(micro)
    assert {"sist"} == names(micro)
