"""The engines that are compared on one snapshot: each loads the same statements its own best way, and is started again.

Ours serves the snapshot that was built. The Oxigraph server, Fuseki and Virtuoso (``bench.engines``) bulk-load a dump of
the same store, the default graph with it; rdflib-endpoint reads the default graph as it starts. All keep to this machine.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import DefaultGraph, RdfFormat, Store

from bench import engines
from bench.doors import Door, disk
from bench.peers import version_of
from bench.servers import free_port
from kunskapsgraf.graph.snapshot import current

OURS, RDFLIB = "ours", "rdflib-endpoint"
ALL = (OURS, *engines.NAMES, RDFLIB)
UNNAMED = "urn:kunskapsgraf:default"
"""Where Virtuoso, which has no default graph of its own, keeps it."""
WRITER, TOKEN = "bench", "bench-only-on-this-machine"
PARTS = 2
"""Files that a dump is divided into: engines that load in parallel do it on two cores."""


@dataclass
class Contender:
    """An engine that holds the data: how it is asked, what loading took, and how it is started again."""

    name: str
    version: str
    door: Door
    begin: Callable[[], int]
    end: Callable[[], None]
    stored: Callable[[], list[Path]]
    updates: Door | None = None
    load: float | None = None
    named: bool = True
    process: int = 0
    starts: list[float] = field(default_factory=list)

    def start(self, limit: float) -> None:
        """Start it, after its end if it runs, and note the seconds until it answers; raises ``TimeoutError``."""
        if self.process:
            self.end()
        for door in (self.door, self.updates):
            if door:
                door.close()
        began = time.monotonic()
        self.process = self.begin()
        while self.door.ask("ASK {}")[1] != 200:
            if time.monotonic() - began > limit:
                self.stop()
                raise TimeoutError(f"no answer after {limit:g} s")
            time.sleep(0.02)
        self.starts.append(time.monotonic() - began)

    def stop(self) -> None:
        """End it."""
        self.door.close()
        if self.process:
            self.end()
            self.process = 0

    def disk(self) -> int:
        """Give the bytes that its data take."""
        return disk(self.stored())


class Own:
    """A server of this interpreter or beside it, ended and started again on the same port."""

    def __init__(self, command: list[str], log: Path, environment: dict[str, str] | None = None) -> None:
        self._command, self._log, self._environment = command, log, {**os.environ, **(environment or {})}
        self._process: subprocess.Popen[bytes] | None = None

    def begin(self) -> int:
        """Start it."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - the programs of this module
                self._command, env=self._environment, stdout=log, stderr=log
            )
        return self._process.pid

    def end(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None


def ours(home: Path, folder: Path, limit: float, **more: str) -> Contender:
    """Give our service on a built home: every query passes the guard and a worker, since no answer is kept."""
    port = free_port()
    settings = {
        "KUNSKAPSGRAF_HOME": str(home),
        "KUNSKAPSGRAF_LOG": str(folder / "requests.log"),
        "KUNSKAPSGRAF_CACHE_BYTES": "0",
        "KUNSKAPSGRAF_FAIR_SECONDS": "1000000",
        "PORT": str(port),
        **more,
    }
    server = Own([sys.executable, "-m", "kunskapsgraf.cli", "serve"], folder / "ours.log", settings)
    address = f"http://127.0.0.1:{port}/sparql"
    writer = Door(address, 3600, Authorization=f"Bearer {TOKEN}")
    return Contender(
        OURS,
        version_of("kunskapsgraf"),
        Door(address, limit),
        server.begin,
        server.end,
        lambda: [current(home).store],
        writer,
    )


def rdflib(triples: Path, folder: Path, limit: float) -> Contender:
    """Give rdflib-endpoint, which reads a file as it starts."""
    port = free_port()
    command = [beside("rdflib-endpoint"), "serve", "--host", "127.0.0.1", "--port", str(port), "--enable-update"]
    server = Own([*command, str(triples)], folder / "rdflib-endpoint.log")
    door, writer = Door(f"http://127.0.0.1:{port}/", limit), Door(f"http://127.0.0.1:{port}/", limit)
    version = version_of("rdflib-endpoint")
    return Contender(RDFLIB, version, door, server.begin, server.end, list, writer, named=False)


@contextmanager
def loaded(name: str, dumps: list[Path], folder: Path, limit: float, gigabytes: float) -> Iterator[Contender]:
    """Load the dump into an engine of ``bench.engines`` that is started for it; raises ``engines.NotPresent``."""
    more = {"default-graph-uri": UNNAMED} if name == "virtuoso" else {}
    with engines.started(name, folder, gigabytes=gigabytes) as engine:
        data = engine.folder / "data"
        stored = {
            "virtuoso": lambda: [path for path in engine.folder.glob("virtuoso*") if path.suffix in (".db", ".trx")]
        }.get(name, lambda: [data])
        contender = Contender(
            name,
            engine.version,
            Door(engine.query, limit, more),
            lambda: engine.start(),  # noqa: PLW0108 - it gives the number of the process
            engine.kill,
            stored,
            Door(engine.update, limit),
        )
        command = [str(part) for part in list(engine.keeper.args)[4:]]  # type: ignore[arg-type]
        began = time.monotonic()
        {"oxigraph": _into_oxigraph, "fuseki": _into_fuseki, "virtuoso": _into_virtuoso}[name](engine, command, dumps)
        contender.load = time.monotonic() - began
        if name == "virtuoso":
            engine.kill()
        yield contender


def _into_oxigraph(engine: engines.Running, command: list[str], dumps: list[Path]) -> None:
    engine.kill()
    _run([command[0], "load", "--location", engine.folder / "data", "--file", *dumps], engine.folder)


def _into_fuseki(engine: engines.Running, command: list[str], dumps: list[Path]) -> None:
    engine.kill()
    jar = command[command.index("-jar") + 1]
    _run(
        ["java", "-cp", jar, "tdb2.tdbloader", "--loader=parallel", "--loc", engine.folder / "data", *dumps],
        engine.folder,
    )


def _into_virtuoso(engine: engines.Running, _: list[str], dumps: list[Path]) -> None:
    place = engine.folder / "incoming"
    place.mkdir()
    for dump in dumps:
        _linked(dump, place / dump.name)
    client = shutil.which("isql-vt") or shutil.which("isql", path="/opt/virtuoso-opensource/bin") or "isql-vt"
    ini = (engine.folder / "virtuoso.ini").read_text(encoding="utf-8")
    port = ini.partition("[Parameters]")[2].partition("ServerPort = ")[2].split()[0]
    sql = [client, port, "dba", "dba"]
    _run([*sql, f"exec=ld_dir('{place}', '*.nq', '{UNNAMED}');"], engine.folder)
    loaders = [subprocess.Popen([*sql, "exec=rdf_loader_run();"], stdout=subprocess.DEVNULL) for _ in dumps]  # noqa: S603
    if any(loader.wait() for loader in loaders):
        raise RuntimeError("rdf_loader_run() failed")
    failed = _run(
        [*sql, "exec=SELECT ll_error FROM DB.DBA.LOAD_LIST WHERE ll_error IS NOT NULL OR ll_state <> 2;"], engine.folder
    )
    if "0 Rows" not in failed:
        raise RuntimeError(f"not loaded: {failed[-500:]}")
    _run([*sql, "exec=checkpoint;"], engine.folder)
    shutil.rmtree(place)


def _run(command: list[str | Path], folder: Path) -> str:
    done = subprocess.run(  # noqa: S603 - the programs of bench.engines
        list(map(str, command)), cwd=folder, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode:
        raise RuntimeError(f"{Path(str(command[0])).name} failed: {done.stdout[-500:]}")
    return done.stdout


def _linked(path: Path, place: Path) -> None:
    try:
        os.link(path, place)
    except OSError:
        shutil.copy(path, place)


def beside(program: str) -> str:
    """Find a program beside the interpreter or on the path; raises ``engines.NotPresent``."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    if found := shutil.which(program, path=path):
        return found
    raise engines.NotPresent(f"{program} is missing: pip install '.[bench]'")


def dumped(store: Path, folder: Path) -> tuple[list[Path], Path]:
    """Write a store as N-Quads, its default graph with it, in files to be loaded side by side; and its default graph alone."""
    whole, triples = folder / "whole.nq", folder / "default.nt"
    opened = Store.read_only(str(store))
    opened.dump(str(whole), RdfFormat.N_QUADS)
    with triples.open("wb") as file, whole.open("rb") as given, ExitStack() as stack:
        parts = [folder / f"part-{number}.nq" for number in range(PARTS)]
        files = [stack.enter_context(part.open("wb")) for part in parts]
        for number, line in enumerate(given):
            files[number % PARTS].write(line)
        opened.dump(file, RdfFormat.N_TRIPLES, from_graph=DefaultGraph())
    whole.unlink()
    return parts, triples
