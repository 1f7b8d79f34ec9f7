"""The real server, as ``kunskapsgraf serve`` runs it: clients, a new build, killed workers, many at once."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
import os
import resource
import shutil
import signal
import threading
import time
import urllib.error
import urllib.request
import warnings
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from conftest import WORLD, Server, hold_to, running, wait_for
from SPARQLWrapper import CSV, JSON, JSONLD, POST, RDFXML, TURTLE, XML, SPARQLWrapper

from kunskapsgraf.errors import EndpointError
from kunskapsgraf.graph.snapshot import pointed
from kunskapsgraf.pipeline.build import build
from kunskapsgraf.reports import run
from kunskapsgraf.reports.endpoint import Endpoint
from kunskapsgraf.settings import Settings, packaged_sources
from kunskapsgraf.web.server import allow_files

BASE = "https://w3id.org/kunskapsgraf/"
KOMMUN = f"SELECT ?kommun ?kod ?post {{ ?kommun <{BASE}ns#kommunkod> ?kod OPTIONAL {{ ?kommun <{BASE}ns#harUtbudspost> ?post }} }} ORDER BY ?kod"
LIGHT = "ASK { ?s ?p ?o }"
SLOW = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
SECONDS = 2.0
LONG = {"KUNSKAPSGRAF_SOURCES": str(WORLD), "KUNSKAPSGRAF_QUERY_SECONDS": "600", "KUNSKAPSGRAF_WORKERS": "2"}
"""For a query that must be running still when a loaded machine has come to look at it."""
LINUX = pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="finds processes in /proc, as on Linux")


@pytest.fixture(scope="module")
def home(small: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a copy of the tiny world's snapshots, which a test may build into."""
    return Path(shutil.copytree(small.home, tmp_path_factory.mktemp("served") / "home"))


@pytest.fixture(scope="module")
def tiny(small: Settings, home: Path) -> Iterator[Server]:
    """Run the real server on the tiny world."""
    environment = {
        "KUNSKAPSGRAF_SOURCES": str(WORLD),
        "KUNSKAPSGRAF_QUERY_SECONDS": str(SECONDS),
        "KUNSKAPSGRAF_WORKERS": "2",
    }
    with running(replace(small, home=home), **environment) as found:
        yield found


def ask(server: Server, query: str, path: str = "/sparql", **headers: str) -> tuple[int, bytes]:
    """Ask by GET; give status and body."""
    address = f"{server.address}{path}?{urlencode({'query': query})}" if query else server.address + path
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def workers(home: Path) -> set[int]:
    """Find the query workers on the snapshots of a folder: ours, by the files that they hold open."""
    found = set()
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                words = (folder / "cmdline").read_bytes().split(b"\0")
                opened = [os.readlink(handle) for handle in (folder / "fd").iterdir()]  # noqa: PTH115 - a deleted file has no path
            except OSError:
                continue  # it ended while we looked
            if b"kunskapsgraf.graph.nursery" in words and any(name.startswith(str(home)) for name in opened):
                found.add(int(folder.name))
    return found


def busy(home: Path) -> int:
    """Wait for a worker that computes; give its process id."""
    before = {pid: ticks(pid) for pid in workers(home)}
    found: list[int] = []

    def look() -> bool:
        found[:] = [pid for pid in workers(home) if ticks(pid) - before.get(pid, 0) > 10]
        return bool(found)

    wait_for(look, "a worker computes")
    return found[0]


def end(processes: Iterable[int]) -> None:
    """Kill processes, of which some may have ended by themselves, and wait until they are gone."""
    killed = set(processes)
    for pid in killed:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not any(states(pid) - {"Z", "X"} for pid in killed), "killed processes are gone")


def hold(process: int) -> None:
    """Stop a process, and wait until it stands still: the signal takes a moment, in which a query is answered."""
    os.kill(process, signal.SIGSTOP)
    wait_for(lambda: states(process) == {"T"}, "the process stands still")


def states(process: int) -> set[str]:
    """Give the states of the threads of a process: the first may have ended while another holds its files open."""
    found = set()
    for stat in Path(f"/proc/{process}/task").glob("*/stat"):
        with contextlib.suppress(OSError):
            found.add(stat.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[0])
    return found


def ticks(pid: int) -> int:
    """Read how long a process has computed, in clock ticks."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[11])
    except OSError:
        return 0


# Clients as developers use them


def converted(server: Server, query: str, form: str | None = None, *, post: bool = False) -> Any:
    """Ask by SPARQLWrapper as its manual does; give what it makes of the answer."""
    found = SPARQLWrapper(server.address + "/sparql")
    found.setQuery(query)
    if form:
        found.setReturnFormat(form)
    if post:
        found.setMethod(POST)
    return found.query().convert()


@pytest.mark.parametrize("post", [False, True], ids=["get", "post"])
def test_sparqlwrapper_select(tiny: Server, post: bool) -> None:
    """SPARQLWrapper gets a SELECT's rows as JSON, XML and CSV."""
    rows = converted(tiny, KOMMUN, JSON, post=post)["results"]["bindings"]
    assert ["9901", "9902"] == [row["kod"]["value"] for row in rows]
    assert "post" not in rows[1]
    document = converted(tiny, KOMMUN, XML, post=post)
    assert 2 == len(document.getElementsByTagName("result"))
    assert 3 == len(converted(tiny, KOMMUN, CSV, post=post).splitlines())


@pytest.mark.parametrize("form", [JSON, XML])
def test_sparqlwrapper_ask(tiny: Server, form: str) -> None:
    """SPARQLWrapper gets an ASK's truth value."""
    found = converted(tiny, LIGHT, form)
    truth = found["boolean"] if form == JSON else found.getElementsByTagName("boolean")[0].firstChild.data == "true"
    assert truth is True


@pytest.mark.parametrize("form", [None, XML, TURTLE, JSONLD, RDFXML])
@pytest.mark.parametrize(
    "query", ["CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o ; <%sns#kommunkod> ?kod }", "DESCRIBE <%sid/kommun/norrby>"]
)
def test_sparqlwrapper_graph(tiny: Server, query: str, form: str | None) -> None:
    """SPARQLWrapper gets the graph of a CONSTRUCT and a DESCRIBE, also with its default format."""
    with warnings.catch_warnings():
        # rdflib's own JSON-LD parser uses a class that rdflib has deprecated, as does SPARQLWrapper.
        warnings.filterwarnings("ignore", "ConjunctiveGraph", DeprecationWarning)
        found = converted(tiny, query % BASE, form)
    if isinstance(found, bytes):
        assert b"Norrby" in found
    else:
        assert "Norrby" in {str(target) for target in found.objects()}


def test_endpoint_rows(server: Server) -> None:
    """The client gives a report's rows as the command line has them, with Python's numbers and None."""
    rows = Endpoint(server.address + "/sparql").report("insatser-per-kommun", kommun="surahammar")
    status, body = ask(server, "", "/queries/insatser-per-kommun?kommun=surahammar&format=json")
    assert (200, json.loads(body)["rows"]) == (status, rows)
    assert {BASE + "id/kommun/surahammar"} == {row["kommun"] for row in rows}


def test_endpoint_values(tiny: Server) -> None:
    """Values are Python's: whole and decimal numbers, truth values, texts, IRIs, and None where unbound."""
    query = f"SELECT ?a ?b ?c ?d ?e ?f {{ VALUES (?a ?b ?c ?d ?e) {{ (1 0.5 true 'x'@sv <{BASE}>) }} OPTIONAL {{ ?f <urn:x> ?a }} }}"
    row = {"a": 1, "b": 0.5, "c": True, "d": "x", "e": BASE, "f": None}
    found = Endpoint(tiny.address + "/sparql").query(query)
    assert [row] == found
    assert [type(value) for value in row.values()] == [type(value) for value in found[0].values()]


def test_endpoint_frame(server: Server) -> None:
    """The client gives a report as a pandas frame with the report's columns, also where it has no rows."""
    endpoint = Endpoint(server.address + "/sparql")
    frame = endpoint.report_frame("kommuner-per-metod", metod="tolvstegsmetoden")
    rows = endpoint.report("kommuner-per-metod", metod="tolvstegsmetoden")
    assert (list(rows[0]), len(rows)) == (list(frame.columns), len(frame))
    assert "Arboga" in set(frame["kommunNamn"])
    empty = endpoint.frame("SELECT ?x ?y { ?x <urn:nothing> ?y }")
    assert (["x", "y"], 0) == (list(empty.columns), len(empty))


@pytest.mark.parametrize("name", run.all_reports(packaged_sources()))
def test_every_report_runs_on_an_endpoint(server: Server, name: str) -> None:
    """Each report runs through the client with its example."""
    example = run.find(packaged_sources(), name).example
    assert Endpoint(server.address + "/sparql").report(name, **example)


@pytest.mark.parametrize(
    ("path", "query", "words"),
    [
        ("/sparql", "SELECT", "400"),
        ("/finns-inte", LIGHT, "404"),
        ("/sparql", LIGHT, "svarade inte"),
        ("/om", "SELECT * {}", ""),
    ],
)
def test_endpoint_error(tiny: Server, path: str, query: str, words: str) -> None:
    """What is no SPARQL answer raises an error that names the address."""
    with pytest.raises(EndpointError) as caught:
        Endpoint(tiny.address + path).query(query)
    assert tiny.address + path in caught.value.sv
    assert words.lower() in caught.value.sv.lower() or words in str(caught.value.__cause__)


def test_endpoint_that_is_not_there() -> None:
    """An address where nothing answers raises the same error."""
    with pytest.raises(EndpointError):
        Endpoint("http://127.0.0.1:9/sparql", seconds=2).query(LIGHT)


# What the server itself does


def test_as_many_files_as_may_be() -> None:
    """The process that serves may open as many files as the system lets it: a client holds one, a worker two."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 200), hard))
        allow_files()
        assert (hard, hard) == resource.getrlimit(resource.RLIMIT_NOFILE)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_header_that_looks_like_another(tiny: Server) -> None:
    """Who writes a header with an underscore for the hyphen decides nothing, nor what those who come after are given."""
    for headers in ({"Accept_Language": "en"}, {}):
        request = urllib.request.Request(f"{tiny.address}/om?a=underscore", headers=headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            assert "sv" == answer.headers["Content-Language"]


def test_headers_of_the_server(tiny: Server) -> None:
    """An answer carries its length and CORS on the wire too, and is never chunked."""
    with urllib.request.urlopen(f"{tiny.address}/sparql?{urlencode({'query': KOMMUN})}", timeout=10) as answer:
        body = answer.read()
        assert str(len(body)) == answer.headers["Content-Length"]
        assert answer.headers["Transfer-Encoding"] is None
        assert "*" == answer.headers["Access-Control-Allow-Origin"]


def test_names_on_the_wire(tiny: Server) -> None:
    """å ä ö in an address reach the application as they were sent."""
    status, body = ask(tiny, "", "/sida/kommun/s%C3%B6derbi", Accept="text/html")
    assert 404 == status
    assert "s%C3%B6derbi" in body.decode()


def test_prefix_of_the_server(small: Settings, home: Path) -> None:
    """With KUNSKAPSGRAF_PREFIX the server prints, serves and links under the path."""
    with running(replace(small, home=home), KUNSKAPSGRAF_PREFIX="/graf", KUNSKAPSGRAF_SOURCES=str(WORLD)) as found:
        assert found.address.endswith("/graf")
        status, body = ask(found, "", "/")
        assert 200 == status
        assert b'href="/graf/sparql"' in body


@LINUX
def test_killed_worker(small: Settings, home: Path) -> None:
    """A query whose worker is killed is 503, and the next queries are answered."""
    with running(replace(small, home=home), **LONG) as found, ThreadPoolExecutor(1) as one:
        ask(found, LIGHT)  # a worker stands ready
        asked = one.submit(ask, found, SLOW)
        end({busy(home)})
        status, body = asked.result()
        problem = json.loads(body)
        assert (503, 503, "Frågan krävde för mycket") == (status, problem["status"], problem["title"])
        for _ in range(4):
            assert 200 == ask(found, LIGHT)[0]


@LINUX
def test_killed_idle_workers(tiny: Server, home: Path) -> None:
    """Workers that are killed while idle are replaced before the next query meets them."""
    assert 200 == ask(tiny, LIGHT)[0]
    idle = workers(home)
    assert idle
    end(idle)
    with ThreadPoolExecutor(4) as pool:
        assert [200] * 8 == [status for status, _ in pool.map(lambda _: ask(tiny, LIGHT), range(8))]


@LINUX
def test_no_worker_outlives_the_server(small: Settings, home: Path) -> None:
    """When the server is killed, its workers end too, also the one that computes."""
    others = workers(home)

    def ours() -> set[int]:
        return workers(home) - others

    server = running(replace(small, home=home), **LONG)
    with server as found:
        threading.Thread(target=lambda: suppressed(found), daemon=True).start()
        wait_for(lambda: any(ticks(pid) > 50 for pid in ours()), "a worker computes")
        assert ours()
        rest = family(server.process.pid) - ours() - {server.process.pid}
        server.process.kill()  # first, since it would replace the process that serves the web
        end(rest)
    try:
        wait_for(lambda: not ours(), "no worker is left")
    finally:
        end(ours())


def suppressed(server: Server) -> None:
    """Ask what will never be answered."""
    with contextlib.suppress(OSError, http.client.HTTPException):
        ask(server, SLOW)


def family(pid: int) -> set[int]:
    """Find a process and all that descend from it; one that ends meanwhile has none."""
    children: list[int] = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            children += map(int, (task / "children").read_text(encoding="ascii").split())
    return {pid}.union(*(family(child) for child in children))


@LINUX
def test_many_clients(tiny: Server, home: Path) -> None:
    """Twenty clients are answered while a slow query runs and is stopped, and no process is left over."""
    marks = itertools.count()

    def attempt() -> float:
        mark = next(marks)
        began = time.monotonic()
        with ThreadPoolExecutor(21) as pool:
            slow = pool.submit(ask, tiny, f"{SLOW} # {mark}")
            light = [
                pool.submit(ask, tiny, f"{KOMMUN if number % 2 else LIGHT} # {mark} {number}") for number in range(200)
            ]
            assert {200} == {future.result()[0] for future in light}
            status, body = slow.result()
            stopped = time.monotonic() - began
        assert 503 == status
        assert "2 sekunder" in json.loads(body)["detail"]
        return stopped

    hold_to(SECONDS + 2, attempt)
    wait_for(lambda: len(workers(home)) <= 2, "those that were stopped are gone")


@LINUX
def test_new_build_is_served(tiny: Server, small: Settings, home: Path, world: Path) -> None:
    """A new build is answered from at once, without a restart; its version and ETag are new."""
    before = pointed(home)
    with urllib.request.urlopen(tiny.address + "/om", timeout=10) as answer:
        etag = answer.headers["ETag"]
    added = f'<{BASE}id/kommun/vastby> a <{BASE}ns#Kommun> ; <http://www.w3.org/2000/01/rdf-schema#label> "Västby"@sv , "Västby"@en ; <{BASE}ns#kommunkod> "9903" .'
    (world / "data/ttl/redaktion/ny.ttl").write_text(added, encoding="utf-8")
    assert 404 == ask(tiny, "", "/id/kommun/vastby")[0]
    build(replace(small, home=home, sources=world))
    assert before != pointed(home)
    codes = [row["kod"] for row in Endpoint(tiny.address + "/sparql").query(KOMMUN)]
    assert ["9901", "9902", "9903"] == codes
    assert 200 == ask(tiny, "", "/id/kommun/vastby", Accept="text/turtle")[0]
    assert pointed(home) == json.loads(ask(tiny, "", "/halsa")[1])["version"]
    assert 200 == ask(tiny, "", "/om", **{"If-None-Match": etag})[0]
    # Workers on the old snapshot are replaced when they are next asked.
    for _ in range(4):
        ask(tiny, LIGHT)
    wait_for(lambda: len(workers(home / "snapshots" / str(before))) < 2, "they are gone")
