"""Query workers: limits that kill, no way to the network, and the next query answers all the same."""

from __future__ import annotations

import contextlib
import errno
import itertools
import json
import os
import platform
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import hold_to, wait_for
from pyoxigraph import NamedNode, Quad, Store

from kunskapsgraf.errors import (
    KunskapsgrafError,
    Overloaded,
    QueryCrash,
    QueryForbidden,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooLarge,
    ResultTooLarge,
    SnapshotError,
)
from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.pool import Pool
from kunskapsgraf.graph.run import Cost
from kunskapsgraf.graph.snapshot import current
from kunskapsgraf.graph.store import Dataset, ask, columns_and_rows, construct, select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.vocabulary import Names
from kunskapsgraf.graph.worker import read_frame, write_frame
from kunskapsgraf.pipeline.build import build
from kunskapsgraf.settings import Settings

NAMES = Names("https://w3id.org/kunskapsgraf/")
SIX_TIMES = " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(10))
ENDLESS = f"SELECT (COUNT(*) AS ?n) {{ {SIX_TIMES} }}"
GREEDY = f"SELECT * {{ {SIX_TIMES} }} ORDER BY ?c0 ?c1 ?c2"
ONE = "SELECT ?name { ?thing <https://w3id.org/kunskapsgraf/ns#namn> ?name } ORDER BY ?name"


@pytest.fixture
def store(micro_built: Settings) -> Iterator[EmbeddedStore]:
    """Give a store of one worker with tight limits."""
    found = EmbeddedStore(micro_built)
    yield found
    found.close()


@pytest.fixture
def pool(micro_built: Settings) -> Iterator[Pool]:
    """Give the pool alone, with no guard before it."""
    found = Pool(micro_built)
    yield found
    found.close()


def request(query: str, **others: Any) -> dict[str, Any]:
    """Give a request as the store sends it."""
    return {
        "query": query,
        "format": "json",
        "default_graphs": None,
        "named_graphs": None,
        "most_bytes": 1_000_000,
        "most_rows": 1_000_000,
        "prefixes": {},
        "seconds": 30,
    } | others


def names(store: EmbeddedStore) -> list[str]:
    """Ask the small query that any worker answers at once."""
    return [text_of(row["name"]) for row in select(store, ONE)]


def test_answer(store: EmbeddedStore, micro_built: Settings) -> None:
    """A query is answered whole, with its kind, format and the version that it is of."""
    found = store.answer(ONE, "csv")
    version = current(micro_built.home).manifest.version
    assert ("select", "csv", b"name\r\nring\r\nsked\r\n", version) == (
        found.kind,
        found.format,
        found.body,
        found.version,
    )
    assert version == store.version()


def test_helpers(store: EmbeddedStore) -> None:
    """SELECT, ASK and CONSTRUCT give rows, truth and triples; unbound variables are left out."""
    columns, [row] = columns_and_rows(store, "SELECT ?a ?b { BIND(1 AS ?b) }")
    assert (["a", "b"], ["b"]) == (columns, list(row))
    assert [row] == select(store, "SELECT ?a ?b { BIND(1 AS ?b) }")
    assert (True, False) == (ask(store, "ASK { ?s ?p ?o }"), ask(store, "ASK { ?s ?s ?s }"))
    triples = list(construct(store, "CONSTRUCT { ?s ?p 'å' } WHERE { ?s ?p 'ring' }"))
    assert ['<https://w3id.org/kunskapsgraf/id/sak/ring> <https://w3id.org/kunskapsgraf/ns#namn> "å"'] == [
        str(t) for t in triples
    ]


def test_graph_bytes_are_stable(store: EmbeddedStore) -> None:
    """The same graph gives the same bytes, each statement once."""
    query = "CONSTRUCT { ?s ?p ?o } WHERE { { ?s ?p ?o } UNION { ?s ?p ?o } }"
    one, two = (store.answer(query, "nt").body for _ in range(2))
    lines = one.splitlines()
    assert one == two
    assert sorted(set(lines)) == lines
    assert 11 == len(lines)


def test_dataset(store: EmbeddedStore) -> None:
    """A request's dataset is what the query sees: default graphs and named graphs."""
    source, layer = NAMES.source_graph("kalla"), NAMES.inferred_from("kalla")
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    named = "SELECT ?g { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"
    assert "4" == text_of(select(store, count, Dataset(default=(source,), named=()))[0]["n"])
    assert "5" == text_of(select(store, count, Dataset(default=(source, layer), named=()))[0]["n"])
    assert "0" == text_of(select(store, count, Dataset(default=(), named=(source,)))[0]["n"])
    assert [source] == [text_of(row["g"]) for row in select(store, named, Dataset(default=(), named=(source,)))]


def test_time_limit(store: EmbeddedStore, micro_built: Settings) -> None:
    """A query that runs past its seconds is killed with a clean error, and the next query answers."""

    def attempt() -> float:
        began = time.monotonic()
        with pytest.raises(QueryTimeout) as caught:
            store.answer(ENDLESS, "json")
        took = time.monotonic() - began
        assert micro_built.query_seconds <= took
        assert "1 sekunder" in caught.value.sv
        assert "1 seconds" in caught.value.en
        return took

    hold_to(micro_built.query_seconds + 2, attempt)
    assert ["ring", "sked"] == names(store)


def test_killed_worker_is_gone(pool: Pool) -> None:
    """A query that was stopped leaves no process behind."""
    before = workers()
    with pytest.raises(QueryTimeout):
        pool.run(request(ENDLESS))
    pool.close()
    wait_for(lambda: workers() <= before, "its process is gone")


def test_memory_limit(micro_built: Settings) -> None:
    """A query that wants more memory than it may have is ended with a clean error, and the next query answers."""
    store = EmbeddedStore(replace(micro_built, query_seconds=20.0))
    try:
        with pytest.raises(QueryCrash) as caught:
            store.answer(GREEDY, "json")
        assert "64 MB" in caught.value.sv
        assert "64 MB" in caught.value.en
        assert ["ring", "sked"] == names(store)
    finally:
        store.close()


def test_memory_limit_lets_ordinary_queries_through(store: EmbeddedStore) -> None:
    """A query over all that there is stays within the allowance."""
    assert 11 * 11 == int(
        text_of(
            select(store, "SELECT (COUNT(*) AS ?n) { { SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f } }")[0]["n"]
        )
    )


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { BIND(" + "STR(" * 100_000 + "1" + ")" * 100_000 + " AS ?x) }",
        "SELECT * { FILTER(" + "!" * 500_000 + "true) }",
        "SELECT * " + "{" * 300_000 + "}" * 300_000,
    ],
    ids=["functions", "operators", "groups"],
)
def test_deep_nesting(pool: Pool, query: str) -> None:
    """A query nested beyond the stack, that no guard stopped, ends its process only, and the next query answers."""
    with pytest.raises((QueryCrash, QuerySyntaxError, QueryTimeout)) as caught:
        pool.run(request(query))
    assert caught.value.en
    assert 2 == len(json.loads(pool.run(request(ONE))[0].read())["results"]["bindings"])


def test_nesting_within_the_guard_is_answered(store: EmbeddedStore) -> None:
    """What the guard lets through, the engine's stack holds."""
    assert ["1"] == [
        text_of(row["x"]) for row in select(store, "SELECT ?x { BIND(" + "STR(" * 97 + "1" + ")" * 97 + " AS ?x) }")
    ]
    with pytest.raises(QueryTooLarge):
        store.answer("SELECT ?x { BIND(" + "STR(" * 100 + "1" + ")" * 100 + " AS ?x) }", "json")


def test_result_too_large(micro_built: Settings) -> None:
    """A result past the bound is refused whole, never cut, and the next query answers."""
    store = EmbeddedStore(replace(micro_built, result_bytes=500))
    try:
        for query, name in (
            ("SELECT * { ?s ?p ?o }", "json"),
            ("SELECT * { ?s ?p ?o }", "csv"),
            ("CONSTRUCT WHERE { ?s ?p ?o }", "ttl"),
        ):
            with pytest.raises(ResultTooLarge) as caught:
                store.answer(query, name)
            assert "500 byte" in caught.value.sv
            assert "500 bytes" in caught.value.en
            assert ["ring", "sked"] == names(store)
    finally:
        store.close()


def test_result_as_large_as_the_bound(micro_built: Settings) -> None:
    """A result may have as many bytes as the bound, and not one more."""
    size = len(b"name\r\nring\r\nsked\r\n")
    for most, fits in ((size, True), (size - 1, False)):
        store = EmbeddedStore(replace(micro_built, result_bytes=most))
        try:
            if fits:
                assert size == len(store.answer(ONE, "csv").body)
            else:
                with pytest.raises(ResultTooLarge):
                    store.answer(ONE, "csv")
        finally:
            store.close()


@pytest.mark.parametrize(
    ("query", "line", "column"),
    [
        ("SELECT * { ?s ?p }", 1, 18),
        ("SELECT *\n{ ?s ?p 'å' ! }", 2, 13),
        ("SELECT * { ?s kg:p ?o }", 1, 15),
    ],
)
def test_syntax_error(store: EmbeddedStore, query: str, line: int, column: int) -> None:
    """What is no SPARQL is refused with its line and column, and the worker lives on."""
    with pytest.raises(QuerySyntaxError) as caught:
        store.answer(query, "json")
    assert (line, column) == (caught.value.line, caught.value.column)
    assert f"(rad {line}, kolumn {column})" in caught.value.sv
    assert f"(line {line}, column {column})" in caught.value.en
    assert ["ring", "sked"] == names(store)


def test_error_while_evaluating_is_translated(pool: Pool) -> None:
    """An error of the engine's own, such as a format that the answer lacks, comes as one of ours."""
    with pytest.raises(KunskapsgrafError):
        pool.run(request("SELECT * { ?s ?p ?o }", format="ttl"))
    assert pool.run(request(ONE))[0]


class Listener:
    """A local socket that notes who connects."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.socket.getsockname()[1]
        self.connections = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            connection.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    """Listen on a local port."""
    found = Listener()
    yield found
    found.socket.close()


def calls(port: int) -> list[str]:
    """Give queries that ask the engine to fetch from a local port."""
    return [
        f"SELECT * {{ SERVICE <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ SERVICE SILENT <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ SERVICE <http://localhost:{port}/> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ SERVICE <http://[::1]:{port}/> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ BIND(<http://127.0.0.1:{port}/> AS ?x) SERVICE ?x {{ ?s ?p ?o }} }}",
        f"ASK {{ SERVICE <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}",
        f"SELECT * FROM <http://127.0.0.1:{port}/> {{ ?s ?p ?o }}",
        f"LOAD <http://127.0.0.1:{port}/>",
        f"LOAD SILENT <file:///etc/hostname> INTO GRAPH <http://127.0.0.1:{port}/>",
    ]


def test_no_network(pool: Pool, listener: Listener) -> None:
    """A SERVICE that no guard stopped never connects, and the worker lives on."""
    for query in calls(listener.port):
        with contextlib.suppress(KunskapsgrafError):
            pool.run(request(query))
    assert 0 == listener.connections
    assert 2 == len(json.loads(pool.run(request(ONE))[0].read())["results"]["bindings"])


def run_worker(settings: Settings, program: list[str], query: str, **others: Any) -> dict[str, Any]:
    """Start a worker by itself; send it a query and give the head of its answer."""
    store = str(current(settings.home).store)
    with subprocess.Popen(
        [sys.executable, *program, store, "64"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, **others
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            assert {"processor_in_all"} == set(json.loads(read_frame(process.stdout) or b"{}"))
            write_frame(process.stdin, json.dumps(request(query)).encode())
            assert b"" == read_frame(process.stdout), "an error has no result before its head"
            head: dict[str, Any] = json.loads(read_frame(process.stdout) or b"{}")
            return head
        finally:
            process.kill()


def test_no_network_through_a_gap(micro_built: Settings, listener: Listener) -> None:
    """Not even a gap among the open descriptors, as an inherited one leaves, lets a socket in."""
    inherited = 200
    os.dup2(0, inherited)
    try:
        head = run_worker(
            micro_built, ["-m", "kunskapsgraf.graph.worker"], calls(listener.port)[0], pass_fds=(inherited,)
        )
    finally:
        os.close(inherited)
    assert "engine" == head["error"]
    assert 0 == listener.connections


def test_tables_that_the_engine_opens_late(tmp_path: Path) -> None:
    """The engine opens sixteen tables with the store, and others when they are read: there must be room for them."""
    store = Store(str(tmp_path / "store"))
    for number in range(40):
        store.add(Quad(NamedNode(f"http://x/{number}"), NamedNode("http://x/p"), NamedNode("http://x/o")))
        store.flush()
    del store
    assert len(list((tmp_path / "store").glob("*.sst"))) > 16
    program = [sys.executable, "-m", "kunskapsgraf.graph.worker", str(tmp_path / "store"), "64"]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            read_frame(process.stdout)
            found = 0
            for pattern in ("?s ?p ?o", "?s <http://x/p> ?o", "?s ?p <http://x/o>", "<http://x/39> ?p ?o"):
                write_frame(process.stdin, json.dumps(request(f"SELECT * {{ {pattern} }}")).encode())
                while piece := read_frame(process.stdout):
                    found += piece.count(b"http://x/39")
                assert json.loads(read_frame(process.stdout) or b"{}")["ok"]
        finally:
            process.kill()
    assert 3 == found


CONNECTING = """
import socket, threading
from kunskapsgraf.graph.confinement import refuse_sockets
print(refuse_sockets())
def connect():
    for family, kind in ((socket.AF_INET, socket.SOCK_STREAM), (socket.AF_INET6, socket.SOCK_DGRAM), (socket.AF_UNIX, socket.SOCK_STREAM)):
        try:
            socket.socket(family, kind)
        except PermissionError:
            print("refused")
connect()
thread = threading.Thread(target=connect)
thread.start(); thread.join()
open("/dev/null").close()
"""


@pytest.mark.skipif(
    platform.machine() not in ("x86_64", "aarch64"), reason="the filter is written for two architectures"
)
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has the filter")
def test_sockets_are_refused() -> None:
    """No socket of any family in any thread; files are opened as before."""
    said = subprocess.run([sys.executable, "-c", CONNECTING], capture_output=True, text=True, check=True).stdout
    assert ["True", *6 * ["refused"]] == said.split()


def test_hanging_worker_ends_of_itself(micro_built: Settings) -> None:
    """A process that hangs where nobody ends it is ended by the system."""
    hanging = "from kunskapsgraf.graph import worker; worker.GRACE_SECONDS = 0; import ctypes, os, sys; "
    # As an engine that loops with Python's lock held: no thread of Python runs.
    hanging += "worker.reply = lambda *_: ctypes.PyDLL(None).sleep(600); "
    hanging += "worker.run(sys.argv[1], int(sys.argv[2]), os.getppid())"
    program = [sys.executable, "-c", hanging, str(current(micro_built.home).store), "64"]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            read_frame(process.stdout)
            write_frame(process.stdin, json.dumps(request(ONE, seconds=1)).encode())
            assert -signal.SIGALRM == process.wait(timeout=20)
        finally:
            process.kill()


def test_unconfined_worker_would_connect(micro_built: Settings, listener: Listener) -> None:
    """Without its confinement the same worker connects: the tests above can fail."""
    unconfined = "from kunskapsgraf.graph import worker; worker.confine = lambda *_: None; "
    unconfined += "import os, sys; worker.run(sys.argv[1], int(sys.argv[2]), os.getppid())"
    run_worker(micro_built, ["-c", unconfined], calls(listener.port)[0])
    assert 1 <= listener.connections


def test_guard_stands_before_the_worker(store: EmbeddedStore, listener: Listener) -> None:
    """The store refuses SERVICE and LOAD before any worker sees them."""
    for query in (calls(listener.port)[0], calls(listener.port)[7]):
        with pytest.raises(QueryForbidden):
            store.answer(query, "json")


def test_store_is_read_only(pool: Pool, micro_built: Settings) -> None:
    """An update that no guard stopped changes nothing."""
    with pytest.raises(KunskapsgrafError):
        pool.run(request("INSERT DATA { <http://a> <http://b> <http://c> }"))
    current(micro_built.home, digests=True)
    assert 2 == len(json.loads(pool.run(request(ONE))[0].read())["results"]["bindings"])


def workers() -> set[int]:
    """List the worker processes of this process: what its nurseries were forked to."""
    nurseries = {child for child in children(os.getpid()) if b"kunskapsgraf.graph.nursery" in command(child)}
    return {child for nursery in nurseries for child in children(nursery)}


def test_nursery_that_died_is_replaced(pool: Pool) -> None:
    """A nursery that the system ended is started again; its workers end, and the innocent next query is answered."""
    before = children(os.getpid())
    pool.run(request(ONE))
    [nursery] = children(os.getpid()) - before
    mine = children(nursery)
    os.kill(nursery, signal.SIGKILL)
    wait_for(lambda: not any(command(worker) for worker in mine), "its workers are gone")
    assert 2 == len(json.loads(pool.run(request(ONE))[0].read())["results"]["bindings"])


def test_query_of_a_nursery_that_died_is_asked_again(pool: Pool) -> None:
    """A query whose worker ended with its nursery is not told that it took too much memory: another worker has it."""
    before = children(os.getpid())
    pool.run(request(ONE))
    [nursery] = children(os.getpid()) - before
    with ThreadPoolExecutor(1) as one:
        asked = one.submit(pool.run, request(ENDLESS))
        time.sleep(0.2)
        os.kill(nursery, signal.SIGKILL)
        with pytest.raises(QueryTimeout):
            asked.result()


def children(process: int) -> set[int]:
    """List the processes that a process has started."""
    found = set()
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                text = (folder / "stat").read_text(encoding="ascii", errors="replace")
                if int(text.rpartition(")")[2].split()[1]) == process:
                    found.add(int(folder.name))
    return found


def command(process: int) -> bytes:
    """Give the command line of a process; empty where it is gone."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


def test_worker_that_died_idle_is_replaced(pool: Pool) -> None:
    """A worker that the system ended between two queries is replaced; the innocent next query is answered."""
    others = workers()
    pool.run(request(ONE))
    [mine] = workers() - others
    os.kill(mine, signal.SIGKILL)
    wait_for(lambda: mine not in workers(), "it is gone")
    assert pool.run(request(ONE))[0]


def test_no_worker_to_be_had(micro_built: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where files have run out, who asks is told to come again, nothing is left open, and it is noted as what it was."""
    costs: list[Cost] = []
    store = EmbeddedStore(micro_built, costs.append)
    make, made = os.pipe, itertools.count(1)

    def every_other() -> tuple[int, int]:
        if next(made) % 2 == 0:
            raise OSError(errno.EMFILE, "Too many open files")
        return make()

    try:
        before = len(list(Path("/dev/fd").iterdir()))
        with monkeypatch.context() as patched:
            patched.setattr("kunskapsgraf.graph.process.os.pipe", every_other)
            for _ in range(3):
                with pytest.raises(Overloaded, match="Too many open files"):
                    names(store)
        assert before == len(list(Path("/dev/fd").iterdir()))
        assert ["Overloaded"] * 3 == [cost.outcome for cost in costs]
        assert ["ring", "sked"] == names(store)
    finally:
        store.close()


def test_worker_is_kept(pool: Pool) -> None:
    """Queries one after another are answered by the same process."""
    others = workers()
    pool.run(request(ONE))
    mine = workers() - others
    with pytest.raises(QuerySyntaxError):
        pool.run(request("SELECT"))
    pool.run(request(ONE))
    assert mine == workers() - others


def test_overloaded(micro_built: Settings) -> None:
    """Where every worker is busy for as long as a query may wait, the query is turned away; later ones are answered."""
    store = EmbeddedStore(replace(micro_built, cache_bytes=0, query_seconds=3.0))
    caught: list[KunskapsgrafError] = []

    def run() -> None:
        try:
            store.answer(ENDLESS, "json")
        except KunskapsgrafError as error:
            caught.append(error)

    names(store)
    thread = threading.Thread(target=run)
    thread.start()
    wait_for(lambda: store.pool.lanes.running == 1, "the worker is busy")
    began = time.monotonic()
    with pytest.raises(Overloaded):
        names(store)
    assert micro_built.wait_seconds <= time.monotonic() - began
    assert thread.is_alive(), "nobody waits for the end of the query"
    thread.join()
    assert [QueryTimeout] == [type(error) for error in caught]
    assert ["ring", "sked"] == names(store)
    store.close()


def test_light_queries_beside_a_deadly_one(micro_built: Settings) -> None:
    """While one worker is stuck, the other answers."""
    store = EmbeddedStore(replace(micro_built, workers=2))
    caught: list[KunskapsgrafError] = []

    def run() -> None:
        try:
            store.answer(ENDLESS, "json")
        except KunskapsgrafError as error:
            caught.append(error)

    thread = threading.Thread(target=run)
    try:
        thread.start()
        for _ in range(5):
            assert ["ring", "sked"] == names(store)
        thread.join()
        assert [QueryTimeout] == [type(error) for error in caught]
    finally:
        store.close()


def test_pool_follows_a_new_snapshot(micro: Settings) -> None:
    """After a new build the next query is answered from it, and its version says so, without a restart."""
    build(micro)
    store = EmbeddedStore(micro)
    try:
        before = store.answer(ONE, "csv")
        file = micro.sources / "data" / "ttl" / "kalla.ttl"
        file.write_text(file.read_text(encoding="utf-8").replace('"ring"', '"gaffel"'), encoding="utf-8")
        version = build(replace(micro, keep=1)).manifest.version
        after = store.answer(ONE, "csv")
        assert (b"name\r\nring\r\nsked\r\n", b"name\r\ngaffel\r\nsked\r\n") == (before.body, after.body)
        assert before.version != after.version == version == store.version()
    finally:
        store.close()


def test_pool_before_the_first_build(micro: Settings) -> None:
    """A pool with nothing to serve says so, and serves as soon as there is something."""
    store = EmbeddedStore(micro)
    try:
        with pytest.raises(SnapshotError):
            names(store)
        build(micro)
        assert ["ring", "sked"] == names(store)
    finally:
        store.close()


def test_close_ends_the_workers(micro_built: Settings) -> None:
    """A closed store leaves no process behind."""
    others = workers()
    store = EmbeddedStore(replace(micro_built, workers=2))
    names(store)
    assert workers() - others
    store.close()
    assert others == workers()
