"""Real engines on free ports of this machine, each with a folder of its own, ended and cleaned up whatever happens.

    python -m bench.engines                            which are present, and how to get those that are absent
    python -m bench.engines virtuoso                   start one, print its addresses, and keep it until Ctrl-C
    python -m bench.engines fuseki -- COMMAND ...      run a command with the settings that point at the engine
    python -m bench.engines --fetch                    fetch Fuseki's jar, its digest checked (make engines)

In code: ``with started("fuseki") as engine: engine.query ...``. What each needs is told in docs/engines.md.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.servers import free_port

ROOT = Path(__file__).parents[1]
NAMES = ("oxigraph", "fuseki", "virtuoso")
FUSEKI = "5.6.0"
"""The last that runs on Java 17, which Debian 12 and Ubuntu 22.04 have; 6.0 and later need Java 21."""
JAR = f"https://repo1.maven.org/maven2/org/apache/jena/jena-fuseki-server/{FUSEKI}/jena-fuseki-server-{FUSEKI}.jar"
SHA512 = (
    "6892853e217afde119f9237ad424033c4d309ec7129bed344d0199ad6e233d9f"
    "166610e2040abd42b739ecbe120c4638f2b69ecf1576872669a3403c3391f691"
)
START_SECONDS = 240
"""A first start of Virtuoso writes its database; a loaded machine takes its time."""
DATASET = "ds"
VIRTUOSO_PATHS = ("/usr/bin", "/usr/local/bin", "/opt/virtuoso-opensource/bin")
GRANTS = (
    'GRANT SPARQL_UPDATE TO "SPARQL"',  # who asks at /sparql and /sparql-graph-crud without logging in
    "DB.DBA.RDF_DEFAULT_USER_PERMS_SET ('nobody', 7)",  # may read and write graphs that are not there yet
)
INI = """\
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
FileExtend = 200
MaxCheckpointRemap = 2000
Striping = 0
TempStorage = TempDatabase

[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
MaxCheckpointRemap = 2000
Striping = 0

[Parameters]
ServerPort = 127.0.0.1:{sql_port}
DisableUnixSocket = 1
MaxClientConnections = 50
ServerThreads = 50
CheckpointInterval = 60
CaseMode = 2
DirsAllowed = {folder}
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty}
MaxQueryMem = 2G
MaxMemPoolSize = 0
VectorSize = 1000
MaxVectorSize = 1000000
AdjustVectorSize = 0
ThreadsPerQuery = 2
AsyncQueueMaxThreads = 4
TransactionAfterImageLimit = 2000000000

[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerRoot = {folder}
MaxClientConnections = 32
ServerThreads = 32
Charset = UTF-8
EnabledGzipContent = 1

[SPARQL]
ResultSetMaxRows = 100000000
MaxQueryCostEstimationTime = 0
MaxQueryExecutionTime = 0
"""
"""Our virtuoso.ini: rows are not cut (Debian's own cuts at 10,000), no query is refused by an estimate of its time
(400 s there), a large change fits into one transaction, and both doors are open to this machine only."""


class NotPresent(Exception):
    """An engine cannot be started here; the text says how to get it."""


@dataclass(frozen=True)
class Running:
    """An engine that answers."""

    name: str
    version: str
    query: str
    update: str
    data: str
    folder: Path
    keeper: subprocess.Popen[bytes]
    user: str = ""
    password: str = ""

    def environment(self) -> dict[str, str]:
        """Give the settings that point the service at it."""
        return {
            "KUNSKAPSGRAF_STORE": self.query,
            "KUNSKAPSGRAF_STORE_UPDATE": self.update,
            "KUNSKAPSGRAF_STORE_DATA": self.data,
            "KUNSKAPSGRAF_STORE_ENGINE": self.name,
            "KUNSKAPSGRAF_ENDPOINT_USER": self.user,
            "KUNSKAPSGRAF_ENDPOINT_PASSWORD": self.password,
        }

    def kill(self) -> None:
        """Kill it, as a machine that fails does; nothing is written or closed by it."""
        self._order("kill")

    def halt(self) -> None:
        """Let it stand still: it takes connections and answers nothing."""
        self._order("halt")

    def resume(self) -> None:
        """Let it go on after ``halt``."""
        self._order("resume")

    def start(self) -> int:
        """Start it again after ``kill``, on the same folder and port; wait until it answers."""
        # A killed Virtuoso leaves its lock, as it does on any machine; whoever starts it again removes it.
        (self.folder / "virtuoso.lck").unlink(missing_ok=True)
        process = self._order("start")
        _await(self)
        return process

    def log(self) -> str:
        """Give what it has said."""
        return "\n".join(
            path.read_text(encoding="utf-8", errors="replace") for path in sorted(self.folder.glob("*.log"))
        )

    def _order(self, order: str) -> int:
        assert self.keeper.stdin is not None
        assert self.keeper.stdout is not None
        self.keeper.stdin.write(f"{order}\n".encode())
        self.keeper.stdin.flush()
        return int(self.keeper.stdout.readline())


def missing(name: str) -> str:
    """Tell why an engine cannot be started here and how to mend it; nothing where it is present."""
    try:
        _found(name)
    except NotPresent as error:
        return str(error)
    return ""


def absent() -> dict[str, str]:
    """Give the engines that are not present, each with the reason."""
    return {name: why for name in NAMES if (why := missing(name))}


def cache() -> Path:
    """Give the folder that ``make engines`` fetches to."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kunskapsgraf" / "engines"


def fetch(address: str = JAR, digest: str = SHA512) -> Path:
    """Fetch Fuseki's jar to the cache, whole and as it is known, or not at all; give its path."""
    place = cache() / address.rpartition("/")[2]
    if place.is_file() and hashlib.sha512(place.read_bytes()).hexdigest() == digest:
        return place
    place.parent.mkdir(parents=True, exist_ok=True)
    with urllib.request.urlopen(address, timeout=300) as answer:  # noqa: S310 - the address above
        content: bytes = answer.read()
    if (found := hashlib.sha512(content).hexdigest()) != digest:
        raise RuntimeError(f"{address} is not the file that was expected: SHA-512 {found}, not {digest}")
    part = place.with_suffix(f".{os.getpid()}")
    part.write_bytes(content)
    part.replace(place)
    return place


@contextmanager
def started(name: str, folder: Path | None = None, *, gigabytes: float = 1) -> Iterator[Running]:
    """Start an engine on an empty store; ``folder`` holds its data meanwhile, ``gigabytes`` is about what it may take.

    Raises ``NotPresent``, and ``RuntimeError`` with what the engine said where it does not answer.
    """
    program = _found(name)
    place = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=folder))
    keeper = None
    try:
        port, sql_port = free_port(), free_port()
        command = _command(name, program, place, port, sql_port, gigabytes)
        keeper = subprocess.Popen(  # noqa: S603 - the keeper of this package
            [sys.executable, "-m", "bench.keeper", str(place), *command],
            cwd=ROOT,
            env={**os.environ, "FUSEKI_BASE": str(place / "base")},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for whoever started the engine; it ends the engine then
        )
        engine = _running(name, program, place, port, keeper)
        engine.start()
        if name == "virtuoso":
            _grant(program, sql_port)
        yield engine
    finally:
        if keeper is not None:
            for pipe in (keeper.stdin, keeper.stdout):
                if pipe:
                    pipe.close()
            keeper.wait()
        shutil.rmtree(place, ignore_errors=True)


def _found(name: str) -> str:
    """Find an engine's program."""
    beside = str(Path(sys.executable).parent)
    if name == "oxigraph":
        if found := shutil.which("oxigraph", path=f"{beside}{os.pathsep}{os.environ.get('PATH', '')}"):
            return found
        raise NotPresent("the Oxigraph server is missing: pip install oxigraph (make .venv/.tools)")
    if name == "virtuoso":
        path = os.pathsep.join([os.environ.get("PATH", ""), *VIRTUOSO_PATHS])
        found = shutil.which("virtuoso-t", path=path)
        client = shutil.which("isql-vt", path=path) or shutil.which("isql", path="/opt/virtuoso-opensource/bin")
        if found and client:
            return f"{found}{os.pathsep}{client}"
        raise NotPresent("Virtuoso is missing: apt-get install virtuoso-opensource-7")
    jar = Path(os.environ.get("KUNSKAPSGRAF_FUSEKI") or cache() / f"jena-fuseki-server-{FUSEKI}.jar")
    if not jar.is_file():
        raise NotPresent(f"Fuseki is missing: make engines fetches it, or set KUNSKAPSGRAF_FUSEKI to its jar ({jar})")
    if not shutil.which("java"):
        raise NotPresent("Fuseki needs Java 17 or later: apt-get install default-jre-headless")
    return str(jar)


def _command(name: str, program: str, place: Path, port: int, sql_port: int, gigabytes: float) -> list[str]:
    data = place / "data"
    data.mkdir()
    if name == "oxigraph":
        return [program, "serve", "--location", str(data), "--bind", f"127.0.0.1:{port}"]
    if name == "fuseki":
        java = ["java", f"-Xmx{int(gigabytes * 1024)}m", "-jar", program]
        return [*java, f"--port={port}", "--localhost", "--update", "--tdb2", f"--loc={data}", f"/{DATASET}"]
    buffers = int(gigabytes * 80_000)  # pages of 8 KB: two thirds of the memory
    ini = place / "virtuoso.ini"
    text = INI.format(folder=place, port=port, sql_port=sql_port, buffers=buffers, dirty=buffers * 3 // 4)
    ini.write_text(text, encoding="utf-8")
    return [program.split(os.pathsep)[0], "+foreground", "+configfile", str(ini)]


def _running(name: str, program: str, place: Path, port: int, keeper: subprocess.Popen[bytes]) -> Running:
    host = f"http://127.0.0.1:{port}"
    query, update, data = {
        "oxigraph": (f"{host}/query", f"{host}/update", f"{host}/store"),
        "fuseki": (f"{host}/{DATASET}/query", f"{host}/{DATASET}/update", f"{host}/{DATASET}/data"),
        "virtuoso": (f"{host}/sparql", f"{host}/sparql", f"{host}/sparql-graph-crud"),
    }[name]
    return Running(name, version(name, program), query, update, data, place, keeper)


def version(name: str, program: str = "") -> str:
    """Give the version of an engine that is present."""
    program = program or _found(name)
    if name == "fuseki":
        return Path(program).stem.rpartition("-")[2]
    asked = [program.split(os.pathsep)[0], "--version" if name == "oxigraph" else "-?"]
    said = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603 - found above
    words = (said.stdout + said.stderr).split()
    return next((word.strip(",") for word in words if word[:1].isdigit()), "unknown")


def _grant(program: str, sql_port: int) -> None:
    """Give whoever asks without logging in the right to update: Virtuoso gives it to nobody."""
    client = program.split(os.pathsep)[1]
    for statement in GRANTS:
        subprocess.run(  # noqa: S603 - found above
            [client, f"127.0.0.1:{sql_port}", "dba", "dba", f"exec={statement};"], check=True, capture_output=True
        )


def _await(engine: Running) -> None:
    """Wait until an engine answers a query."""
    request = urllib.request.Request(  # noqa: S310 - an address of this machine
        engine.query,
        b"query=ASK%20%7B%7D",
        {"Accept": "application/sparql-results+json", "Content-Type": "application/x-www-form-urlencoded"},
    )
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - the same
                if json.load(answer)["boolean"]:
                    return
        except (OSError, ValueError):
            time.sleep(0.1)
    raise RuntimeError(f"{engine.name} does not answer:\n{engine.log()[-3000:]}")


def main(arguments: list[str] | None = None) -> int:
    """Start an engine, or tell which there are."""
    parser = argparse.ArgumentParser(description="Start a real engine on a free port.")
    parser.add_argument("engine", nargs="?", choices=NAMES)
    parser.add_argument("--gigabytes", type=float, default=1, help="about how much memory it may take [1]")
    parser.add_argument("command", nargs="*", help="what is run with the settings that point at it, after --")
    parser.add_argument("--fetch", action="store_true", help="fetch Fuseki's jar first")
    options = parser.parse_args(arguments)
    if options.fetch:
        sys.stdout.write(f"{fetch()}\n")
    if not options.engine:
        for name in NAMES:
            sys.stdout.write(f"{name}: {missing(name) or f'present, {version(name)}'}\n")
        return 0
    with started(options.engine, gigabytes=options.gigabytes) as engine:
        if options.command:
            environment = {**os.environ, **engine.environment()}
            return subprocess.run(options.command, env=environment, check=False).returncode  # noqa: S603 - the user's
        sys.stdout.writelines(f"{name}={value}\n" for name, value in engine.environment().items() if value)
        sys.stdout.write(f"{engine.name} {engine.version} answers; Ctrl-C ends it.\n")
        sys.stdout.flush()
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            return 0


if __name__ == "__main__":
    sys.exit(main())
