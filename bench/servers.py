"""The servers that are compared on one snapshot: each a process of its own, ended when the measuring is done."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import DefaultGraph, RdfFormat, Store

START_SECONDS = 180
"""rdflib reads the triples one by one."""


@dataclass(frozen=True)
class Server:
    """A server: how it is started, and the path that it answers queries at."""

    name: str
    command: tuple[str, ...]
    path: str
    environment: dict[str, str] = field(default_factory=dict)
    port: int = 0

    def address(self) -> str:
        """Give the address of its endpoint."""
        return f"http://127.0.0.1:{self.port}{self.path}"


def ours(home: Path, log: Path) -> Server:
    """Give our server as it is, but that it keeps no answer."""
    own = {"KUNSKAPSGRAF_HOME": str(home), "KUNSKAPSGRAF_LOG": str(log), "KUNSKAPSGRAF_CACHE_BYTES": "0"}
    return _with_port("ours", (str(Path(sys.executable).parent / "kunskapsgraf"), "serve"), own)


def servers(home: Path, store: Path, folder: Path) -> list[Server]:
    """List the servers; the peers are programs beside the interpreter, from the optional group."""
    own, beside = {"KUNSKAPSGRAF_HOME": str(home), "KUNSKAPSGRAF_LOG": str(folder / "log")}, Path(sys.executable).parent
    port, rdflib_port, flask_port = str(free_port()), str(free_port()), str(free_port())
    serve = (str(beside / "kunskapsgraf"), "serve")
    return [
        ours(home, folder / "log"),
        _with_port("ours, from the cache", serve, own),
        Server(
            "oxigraph",
            (str(beside / "oxigraph"), "serve-read-only", "--location", str(store), "--bind", f"127.0.0.1:{port}"),
            "/query",
            port=int(port),
        ),
        Server(
            "rdflib-endpoint",
            (str(beside / "rdflib-endpoint"), "serve", "--host", "127.0.0.1", "--port", rdflib_port, triples(store, folder)),
            "/",
            port=int(rdflib_port),
        ),
        Server(
            "Flask, a constant body",
            (str(beside / "granian"), "--interface", "wsgi", "--port", flask_port, "--no-access-log", "bench.constant:app"),
            "/",
            port=int(flask_port),
        ),
    ]  # fmt: skip


def _with_port(name: str, command: tuple[str, ...], environment: dict[str, str]) -> Server:
    port = free_port()
    return Server(name, command, "/sparql", environment | {"PORT": str(port)}, port)


def free_port() -> int:
    """Find a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found: int = probe.getsockname()[1]
        return found


def triples(store: Path, folder: Path) -> str:
    """Write the default graph of a store to a file for a server that reads one."""
    path = folder / "default.nt"
    Store.read_only(str(store)).dump(str(path), RdfFormat.N_TRIPLES, from_graph=DefaultGraph())
    return str(path)


@contextmanager
def running(chosen: list[Server]) -> Iterator[None]:
    """Start servers, and wait until each has answered something."""
    with ExitStack() as stack:
        for server in chosen:
            process = subprocess.Popen(  # noqa: S603 - the programs of the table above
                server.command,
                env={**os.environ, **server.environment},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            stack.callback(process.wait)
            stack.callback(process.terminate)
        for server in chosen:
            _await(server)
        yield


def _await(server: Server) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        try:
            with socket.create_connection(("127.0.0.1", server.port), 1):
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"{server.name} did not start: {' '.join(server.command)}")


def rows(server: Server, query: str) -> list[str]:
    """Ask a server; give its rows as text, sorted, since the order is free."""
    request = urllib.request.Request(  # noqa: S310 - one of the addresses above
        server.address() + "?" + urllib.parse.urlencode({"query": query}),
        headers={"Accept": "application/sparql-results+json"},
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - the same
        found = json.load(answer)["results"]["bindings"]
    return sorted(json.dumps({name: _plain(term) for name, term in row.items()}, sort_keys=True) for row in found)


def _plain(term: dict[str, str]) -> dict[str, str]:
    """Leave out what servers may write or not: that a string is a string."""
    return {k: v for k, v in term.items() if v != "http://www.w3.org/2001/XMLSchema#string"}
