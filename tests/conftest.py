"""What tests share: a tiny world, the whole graph, and a real server on each."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache

from kunskapsgraf import cli
from kunskapsgraf import settings as settings_module
from kunskapsgraf.errors import BuildRunning
from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.history import LOG
from kunskapsgraf.options import SETTINGS
from kunskapsgraf.pipeline import standing
from kunskapsgraf.pipeline.build import build
from kunskapsgraf.settings import Settings
from kunskapsgraf.web import create_app

HERE = Path(__file__).parent
ROOT = HERE.parent
WORLD = HERE / "world"
Run = Callable[..., tuple[int, str, str]]
ALONE = frozenset(
    {
        "test_hostile",
        "test_kill",
        "test_lanes",
        "test_limits",
        "test_load",
        "test_mutations",
        "test_server",
        "test_worker",
    }
)
"""Files of tests that measure time or look at processes."""


class Compiled(BytecodeCache):
    """Templates as they were compiled: many tests make an application of their own, and each would compile them anew."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what was compiled of a template; the bucket tells whether it is of the same text."""
        if code := self._code.get(bucket.key):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._code[bucket.key] = bucket.bytecode_to_string()


Flask.jinja_options = {"bytecode_cache": Compiled()}


SAMPLED = {
    ("test_browser", "test_contrast"): 2,
    ("test_browser", "test_narrow_screen"): 4,
    ("test_connections_browser", "test_axe_and_contrast"): 2,
    ("test_damage", "test_damaged_while_serving"): 3,
    ("test_damage", "test_every_file"): 4,
    ("test_editor_browser", "test_axe_and_contrast"): 2,
    ("test_evidence_browser", "test_axe_and_contrast"): 2,
    ("test_maintain", "test_any_change_of_any_world"): 2,
    ("test_pages", "test_links_of_a_report"): 3,
    ("test_pages", "test_prefix"): 4,
    ("test_reporting_browser", "test_report_is_accessible"): 2,
    ("test_rl_cases", "test_owlrl_agrees"): 5,
    ("test_rl_cases", "test_second_run_adds_nothing"): 3,
    ("test_rl_random", "test_blank_names"): 3,
    ("test_rl_random", "test_growth"): 3,
    ("test_rl_random", "test_order"): 3,
    ("test_rl_random", "test_other_reasoner"): 2,
    ("test_rl_random", "test_second_run"): 3,
    ("test_writes", "test_operation"): 3,
    ("test_writes", "test_refused"): 3,
}
"""Tests of many cases that take long: of so many, the quick run takes the first, and ``make test-all`` takes all."""

FIRST = (
    "test_accessibility",
    "test_pages",
    "test_explain",
    "test_languages",
    "test_writes",
    "test_editor_browser",
    "test_browser",
    "test_hostile_world",
    "test_damage",
    "test_curators",
    "test_impact",
    "test_connections_browser",
    "test_evidence_browser",
    "test_search_browser",
    "test_reporting_browser",
    "test_full_disk",
)
"""The files that take longest by the test, begun first: a long one that begins last runs by itself while processors idle."""


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Read no files of which the marks that were asked for leave no test."""
    asked = re.search(r"(not )?\balone\b", config.option.markexpr)
    is_file = asked and re.fullmatch(r"test_\w+\.py", collection_path.name)
    return True if asked and is_file and (collection_path.stem in ALONE) is bool(asked[1]) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests beside which no other may run, and most of the cases of those that take long."""
    seen: Counter[tuple[str, str]] = Counter()
    for item in items:
        if item.path.stem in ALONE:
            item.add_marker(pytest.mark.alone)
        name = item.path.stem, item.name.partition("[")[0]
        if name in SAMPLED and not item.get_closest_marker("long"):
            if seen[name] % SAMPLED[name]:
                item.add_marker(pytest.mark.long)
            seen[name] += 1
    # A stable order, the same in each process.
    items.sort(key=lambda item: FIRST.index(item.path.stem) if item.path.stem in FIRST else len(FIRST))


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """Give a copy of the tiny world's sources that a test may break."""
    return Path(shutil.copytree(WORLD, tmp_path / "world"))


@pytest.fixture
def world_settings(world: Path, tmp_path: Path) -> Settings:
    """Give settings for the test's own copy of the tiny world."""
    return replace(settings_module.load({}), sources=world, home=tmp_path / "home", workers=1)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Build the tiny world once; give the settings that it is served with."""
    home = tmp_path_factory.mktemp("small")
    # A version of long ago, whose snapshot is gone: addresses that name it are 410.
    (home / LOG).write_text("gammal\t2020-01-31T12:00:00+00:00\t7\n", encoding="utf-8")
    found = replace(
        settings_module.load({}), sources=WORLD, home=home, workers=2, query_seconds=2.0, query_megabytes=256
    )
    build(found)
    return found


@pytest.fixture(scope="session")
def small_store(small: Settings) -> Iterator[EmbeddedStore]:
    """Give a store on the tiny world."""
    store = EmbeddedStore(small)
    yield store
    store.close()


@pytest.fixture(scope="session")
def client(small: Settings, small_store: EmbeddedStore) -> FlaskClient:
    """Give a client of the web application on the tiny world."""
    return create_app(small, small_store).test_client()


@pytest.fixture(scope="session")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Build the world with a statement in each state and each kind of gap, with the states that the package has.

    Views of it are answered ahead, as those of a large graph are.
    """
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(standing, "FEWEST", 1)
        return build_evidence(tmp_path_factory.mktemp("evidence"))


def build_evidence(folder: Path, more: Mapping[str, str] | None = None) -> Settings:
    """Build that world in a folder, with further files of Turtle by their paths below ``data/ttl``; give its settings."""
    sources = Path(shutil.copytree(HERE / "evidence_world", folder / "world"))
    shutil.copy(ROOT / "data" / "ttl" / "redaktion" / "evidenslagen.ttl", sources / "data" / "ttl" / "redaktion")
    for path, text in (more or {}).items():
        (sources / "data" / "ttl" / path).write_text(text, encoding="utf-8")
    found = replace(settings_module.load({}), sources=sources, home=folder / "home", workers=1)
    build(found)
    return found


@pytest.fixture(scope="session")
def evidence_store(evidence: Settings) -> Iterator[EmbeddedStore]:
    """Give a store on the world of evidence."""
    store = EmbeddedStore(evidence)
    yield store
    store.close()


@pytest.fixture(scope="session")
def visitor(evidence: Settings, evidence_store: EmbeddedStore) -> FlaskClient:
    """Give a client of the web application on the world of evidence."""
    return create_app(evidence, evidence_store).test_client()


@pytest.fixture(scope="session")
def whole() -> Settings:
    """Build the package's own sources once for all runs and processes; give the settings that they are served with.

    A snapshot that stands is checked byte by byte, and is served only where all that it was built from is the same.
    """
    found = replace(settings_module.load({}), home=ROOT / "build" / "tests" / "whole", workers=2)
    deadline = time.monotonic() + 300
    while True:
        try:
            build(found)
        except BuildRunning:
            assert time.monotonic() < deadline, "another process has been building for five minutes"
            time.sleep(0.2)
        else:
            return found


@pytest.fixture(scope="session")
def whole_store(whole: Settings) -> Iterator[EmbeddedStore]:
    """Give a store on the whole graph."""
    store = EmbeddedStore(whole)
    yield store
    store.close()


@pytest.fixture(scope="session")
def whole_client(whole: Settings, whole_store: EmbeddedStore) -> FlaskClient:
    """Give a client of the web application on the whole graph."""
    return create_app(whole, whole_store).test_client()


@pytest.fixture(scope="module")
def store(settings: Settings) -> Iterator[EmbeddedStore]:
    """Give a store on the world that a file of tests builds for itself, as its fixture ``settings``."""
    found = EmbeddedStore(settings)
    yield found
    found.close()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process, with an environment; give exit code, output and errors."""
    for row in SETTINGS:
        monkeypatch.delenv(row.variable, raising=False)

    def start(*arguments: str, **environment: object) -> tuple[int, str, str]:
        for name, value in environment.items():
            monkeypatch.setenv(name, str(value))
        try:
            code = cli.main(arguments)
        except SystemExit as ended:
            code = int(ended.code or 0)
        sys.stdout.flush()
        printed = capfd.readouterr()
        return code, printed.out, printed.err

    return start


MICRO_ONTOLOGY = """
@prefix kg: <https://w3id.org/kunskapsgraf/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
kg:Sak a owl:Class ; rdfs:label "sak"@sv , "thing"@en .
kg:DyrSak a owl:Class ; rdfs:subClassOf kg:Sak .
kg:namn a owl:DatatypeProperty .
"""
MICRO_DATA = """
@prefix kg: <https://w3id.org/kunskapsgraf/ns#> .
@prefix sak: <https://w3id.org/kunskapsgraf/id/sak/> .
sak:ring a kg:DyrSak ; kg:namn "ring" .
sak:sked a kg:Sak ; kg:namn "sked" .
"""


@pytest.fixture
def micro(tmp_path: Path) -> Settings:
    """Give settings for sources with an ontology of three terms and no checks: they build in a moment."""
    return write_micro(tmp_path)


@pytest.fixture(scope="session")
def micro_built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Build the sources of ``micro`` once, for tests that only ask."""
    found = write_micro(tmp_path_factory.mktemp("micro"))
    build(found)
    return found


def write_micro(folder: Path) -> Settings:
    """Write the sources of ``micro``; give settings with tight limits for them."""
    sources = folder / "sources"
    for part in ("ontology", "data/ttl", "queries"):
        (sources / part).mkdir(parents=True)
    (sources / "ontology" / "sak.ttl").write_text(MICRO_ONTOLOGY, encoding="utf-8")
    (sources / "data" / "ttl" / "kalla.ttl").write_text(MICRO_DATA, encoding="utf-8")
    return replace(
        settings_module.load({}),
        sources=sources,
        home=folder / "home",
        workers=1,
        query_seconds=1.0,
        query_megabytes=64,
        wait_seconds=0.2,
    )


@dataclass(frozen=True)
class Server:
    """A running server: its address, without a slash at the end."""

    address: str


@pytest.fixture(scope="session")
def server(whole: Settings) -> Iterator[Server]:
    """Run the real server on the whole graph, as ``kunskapsgraf serve`` does."""
    with running(whole) as found:
        yield found


class running:  # noqa: N801 - reads as a verb in a with statement
    """Start ``kunskapsgraf serve`` on a free port and stop it afterwards."""

    def __init__(self, settings: Settings, *arguments: str, **environment: str) -> None:
        self.arguments = arguments
        own = {"KUNSKAPSGRAF_HOME": str(settings.home), "PORT": "0", "KUNSKAPSGRAF_LOG": "/dev/null"}
        self.environment = {**os.environ, **own, **environment}

    def __enter__(self) -> Server:
        """Wait until the server answers."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kunskapsgraf.cli", "serve", *self.arguments],
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        address = self.process.stdout.readline().strip().rstrip("/")
        if not address.startswith("http://"):
            self.__exit__()
            raise AssertionError("the server must print its address")
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(address + "/halsa", timeout=20):
                    return Server(address)
            except OSError:
                time.sleep(0.05)
        raise AssertionError(f"{address} does not answer")

    def __exit__(self, *_: object) -> None:
        """Stop the server as a service manager does."""
        self.process.terminate()
        self.process.wait(timeout=120)
        if self.process.stdout:
            self.process.stdout.close()


def wait_for(condition: Callable[[], bool], what: str, seconds: float = 60) -> None:
    """Wait until something holds, as long as a loaded machine may need; fail where it never does."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds:g} seconds: {what}"
        time.sleep(0.02)


def hold_to(promised: float, attempt: Callable[[], float], attempts: int = 3) -> None:
    """Hold the seconds of an attempt to what is promised; a machine that was busy with something else is asked again."""
    took: list[float] = []
    while not took or took[-1] >= promised:
        assert len(took) < attempts, f"{took} seconds, each time {promised:g} or more"
        took.append(attempt())


def sources_folder() -> Path | None:
    """Find the source texts, which are not part of the project."""
    named = os.environ.get("KUNSKAPSGRAF_KALLOR", "")
    for folder in (Path(named) if named else None, ROOT.parent / "shared" / "kallor"):
        if folder is not None and folder.is_dir():
            return folder
    return None
