"""Limits over real HTTP: hostile queries and slow clients get their clean error in time, and light ones are answered."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import shutil
import socket
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from conftest import ROOT, WORLD, Server, running

from kunskapsgraf.graph.spool import IN_MEMORY
from kunskapsgraf.options import SETTINGS
from kunskapsgraf.pipeline.build import build
from kunskapsgraf.settings import Settings

LINUX = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads /proc, as on Linux")
SECONDS = 2.0
LIMITS = {
    "KUNSKAPSGRAF_SOURCES": str(WORLD),
    "KUNSKAPSGRAF_QUERY_SECONDS": str(SECONDS),
    "KUNSKAPSGRAF_SLOW_AFTER_SECONDS": "0.5",
    "KUNSKAPSGRAF_FAIR_SECONDS": "100000",
    "KUNSKAPSGRAF_BODY_SECONDS": "2",
}
CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
DEADLY = {
    "cross product": f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}",
    "sorting": f"SELECT * {{ {CROSS} }} ORDER BY ?c ?f ?i ?l",
    "distinct": f"SELECT DISTINCT * {{ {CROSS} }}",
    "grouping": f"SELECT ?a ?d ?g (COUNT(*) AS ?n) {{ {CROSS} }} GROUP BY ?a ?d ?g ?j",
    "concatenation": f"SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d), STR(?g))) AS ?x) {{ {CROSS} }}",
    "regular expression": f"SELECT * {{ {CROSS} FILTER(REGEX(CONCAT(STR(?a), STR(?d)), '(.*)(.*)(.*)(.*)x$')) }}",
    "property path": "SELECT (COUNT(*) AS ?n) { ?a (!<urn:x>|^!<urn:x>)* ?b . ?b (!<urn:y>|^!<urn:y>)* ?c . ?c ?p ?d }",
    "optional": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c OPTIONAL { ?d ?e ?f OPTIONAL { ?g ?h ?i OPTIONAL { ?j ?k ?l } } } }",
    "not exists": f"SELECT * {{ {CROSS} FILTER NOT EXISTS {{ ?x ?y ?a . ?x ?z ?d . ?u ?v ?w FILTER(?w = ?g) }} }}",
    "doubled text": "SELECT (STRLEN(?z) AS ?n) { BIND('xxxxxxxxxxxxxxxx' AS ?a) "
    + " ".join(
        f"BIND(CONCAT(?{'abcdefgh'[i]}, " + ", ".join(["?" + "abcdefgh"[i]] * 63) + f") AS ?{'abcdefgh'[i + 1]})"
        for i in range(6)
    )
    + " BIND(?g AS ?z) }",
}
EDITORIAL = "https://w3id.org/kunskapsgraf/graf/redaktion"
QUICK = ("sorting", "property path", "doubled text")


@dataclass
class Answer:
    """What came back, and after how long."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float


def fetch(server: Server, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
    """Send one request and take its answer in whole."""
    began = time.monotonic()
    connection = http.client.HTTPConnection(urlsplit(server.address).netloc, timeout=60)
    try:
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        found = connection.getresponse()
        taken = found.read()
        named = {name.lower(): value for name, value in found.getheaders()}
        return Answer(found.status, named, taken, time.monotonic() - began)
    finally:
        connection.close()


def ask(server: Server, query: str, **headers: str) -> Answer:
    """Ask a query by GET."""
    return fetch(server, "/sparql?" + urlencode({"query": query}), "GET", None, **headers)


def ask_at_once(server: Server, query: str) -> Answer:
    """Ask a query by POST: what comes by GET is looked at for a moment first, two at a time."""
    return fetch(server, "/sparql", "POST", query.encode(), Content_Type="application/sparql-query")


def light(server: Server, number: int) -> Answer:
    """Ask a small query that no cache has seen."""
    return ask(server, f"SELECT ?s {{ ?s ?p ?o FILTER(?o != {number}) }} LIMIT 5")


@pytest.fixture(scope="module")
def home(small: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a copy of the tiny world's snapshots, which a test may build into."""
    return Path(shutil.copytree(small.home, tmp_path_factory.mktemp("limits") / "home"))


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Name the file that the server logs to."""
    return tmp_path_factory.mktemp("log") / "log.jsonl"


@pytest.fixture(scope="module")
def tiny(small: Settings, home: Path, log: Path) -> Iterator[Server]:
    """Run the real server on the tiny world, with short times."""
    with running(replace(small, home=home), **LIMITS, KUNSKAPSGRAF_LOG=str(log)) as found:
        yield found


# Hostile queries


def test_deadly_queries(tiny: Server) -> None:
    """Each deadly query gets a clean 503 within its limit and two seconds, whichever limit it is."""
    check_deadly(tiny, QUICK)


@pytest.mark.long
def test_all_deadly_queries(tiny: Server) -> None:
    """The same for the whole suite."""
    check_deadly(tiny, tuple(DEADLY))


def check_deadly(server: Server, names: tuple[str, ...]) -> None:
    """Ask deadly queries one after another, each with light ones beside it."""
    for number, name in enumerate(names):
        with ThreadPoolExecutor(1) as one:
            deadly = one.submit(ask, server, DEADLY[name])
            beside = [light(server, 1000 * number + step) for step in range(5)]
        found = deadly.result()
        problem = json.loads(found.body)
        assert (name, 503, 503) == (name, found.status, problem["status"])
        assert found.seconds < SECONDS + 2, name
        assert re.search(r"\d+ (sekunder|MB)", problem["detail"]), name
        assert "Retry-After" not in found.headers
        assert [200] * 5 == [answer.status for answer in beside]


@pytest.mark.long
def test_light_queries_among_deadly_ones(tiny: Server) -> None:
    """While sixteen deadly queries run, forty light ones all succeed, and nearly all within two seconds."""
    deadly = [query + f" # {number}" for number in range(4) for query in list(DEADLY.values())[:4]]
    with ThreadPoolExecutor(24) as pool:
        dying = [pool.submit(ask, tiny, query) for query in deadly]
        time.sleep(0.2)
        answers = list(pool.map(lambda number: light(tiny, 50_000 + number), range(40)))
        ended = [future.result() for future in dying]
    assert {200} == {answer.status for answer in answers}
    assert statistics.quantiles([answer.seconds for answer in answers], n=20)[18] <= 2
    assert {503} == {answer.status for answer in ended}
    assert max(answer.seconds for answer in ended) < 2 * SECONDS + 2, "its limit, after its turn in the queue"


def test_surplus_of_the_slow_lane(tiny: Server) -> None:
    """Of eight slow queries at once four run to their limit, and the others end as they become slow, which they say."""
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: ask_at_once(tiny, DEADLY["cross product"] + f" # {n}"), range(100, 108)))
    details = [json.loads(answer.body)["detail"] for answer in found]
    surplus = [answer for answer, detail in zip(found, details, strict=True) if "4 så långsamma" in detail]
    limit = [answer for answer, detail in zip(found, details, strict=True) if f"{SECONDS:g} sekunder" in detail]
    assert (4, 4) == (len(surplus), len(limit))
    assert max(answer.seconds for answer in surplus) < SECONDS + 1


def test_known_slow_query_is_refused_at_once(tiny: Server) -> None:
    """While the slow lane is full, a query that was slow before takes no light place at all."""
    known = DEADLY["cross product"] + " # known"
    assert 503 == ask(tiny, known).status
    with ThreadPoolExecutor(8) as pool:
        others = [pool.submit(ask, tiny, DEADLY["cross product"] + f" # {number}") for number in range(200, 204)]
        time.sleep(1)
        again = ask(tiny, known)
        assert {503} == {future.result().status for future in others}
    assert 503 == again.status
    assert again.seconds < 0.4


@LINUX
def test_fresh_worker_after_a_kill(tiny: Server) -> None:
    """A second after queries were killed, as many light ones as there are places are answered quickly."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: ask(tiny, DEADLY["sorting"] + f" # {number}"), range(300, 308)))
        time.sleep(1)
        answers = list(pool.map(lambda number: light(tiny, 60_000 + number), range(8)))
    assert {200} == {answer.status for answer in answers}
    assert max(answer.seconds for answer in answers) < 1


# Bounds on input and results


def test_queue_is_full(small: Settings, home: Path) -> None:
    """Where all run and wait who may, the next gets 503 at once, with Retry-After and the numbers."""
    few = {"KUNSKAPSGRAF_WORKERS": "1", "KUNSKAPSGRAF_QUEUE": "1", "KUNSKAPSGRAF_WAIT_SECONDS": "20"}
    with running(replace(small, home=home), **LIMITS, **few) as server, ThreadPoolExecutor(2) as pool:
        light(server, 1)
        held = []
        for number in range(2):
            held.append(pool.submit(ask, server, DEADLY["cross product"] + f" # {number}"))
            time.sleep(0.3)
        refused = light(server, 2)
        assert (503, "5") == (refused.status, refused.headers["retry-after"])
        assert "1 frågor körs och 1 väntar" in json.loads(refused.body)["detail"]
        assert refused.seconds < 0.5
        assert [None, None] == [future.result().headers.get("retry-after") for future in held]


def is_full(answer: Answer) -> bool:
    """Tell whether an answer says that the queue of the defaults is full."""
    return "8 frågor körs och 64 väntar" in json.loads(answer.body)["detail"]


def test_queue_is_full_with_default_settings(small: Settings, home: Path) -> None:
    """With the places, queue and threads of the defaults those past the queue are told so, and light requests answered."""
    times = {
        "KUNSKAPSGRAF_QUERY_SECONDS": "3",
        "KUNSKAPSGRAF_SLOW_AFTER_SECONDS": "60",
        "KUNSKAPSGRAF_WAIT_SECONDS": "5",
    }
    with running(replace(small, home=home), **LIMITS | times) as server, ThreadPoolExecutor(120) as pool:
        held = [pool.submit(ask_at_once, server, DEADLY["cross product"] + f" # {number}") for number in range(120)]
        assert any(is_full(future.result()) for future in as_completed(held, timeout=60))
        answers = [fetch(server, path) for path in ("/halsa", "/openapi.json", "/matt", "/static/style.css")]
        ended = [future.result() for future in held]
    assert {200} == {answer.status for answer in answers}
    assert {503} == {answer.status for answer in ended}
    assert {"5"} == {answer.headers["retry-after"] for answer in ended if is_full(answer)}


def test_fair_use(small: Settings, home: Path) -> None:
    """A client that has used up its slow time gets 429 for slow queries, with the time to wait, and no other client."""
    fair = LIMITS | {"KUNSKAPSGRAF_FAIR_SECONDS": "1", "KUNSKAPSGRAF_PROXIES": "1"}
    with running(replace(small, home=home), **fair) as server:
        slow = DEADLY["cross product"]
        one, two = {"X_Forwarded_For": "10.9.9.9, 192.0.2.1"}, {"X_Forwarded_For": "192.0.2.2"}
        assert 503 == ask(server, slow + " # 1", **one).status
        refused = ask(server, slow + " # 2", **one)
        assert 429 == refused.status
        assert int(refused.headers["retry-after"]) > 10
        assert "1 sekunder" in json.loads(refused.body)["detail"]
        assert 200 == ask(server, "ASK { ?s ?p ?o }", **one).status
        # What a client writes itself before its own proxy's hop makes it no other client.
        assert 429 == ask(server, slow + " # 3", X_Forwarded_For="192.0.2.7, 192.0.2.1").status
        assert 503 == ask(server, slow + " # 4", **two).status


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("SELECT ?a { ?a ?b ?c . ?d ?e ?f } LIMIT 200001", 503, "fler än 200000 rader"),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 100000", 503, "större än 20000000 byte"),
        ("CONSTRUCT { ?a ?b ?f } WHERE { ?a ?b ?c . ?d ?e ?f }", 503, "fler än 200000 rader"),
        ("SELECT * { " + "?s ?p ?o . " * 101 + "}", 413, "100 trippelmönster"),
        ("SELECT * { " + "{" * 100 + "}" * 100 + "}", 413, "100 nivåer"),
        ("ASK { ?s ?p ?o } #" + "x" * 1_000_000, 413, "1000000"),
    ],
    ids=["rows", "bytes", "triples", "patterns", "nesting", "text"],
)
def test_bounds(bounded: Server, query: str, status: int, words: str) -> None:
    """What passes a bound is refused whole, with the bound and its value; never cut."""
    body = urlencode({"query": query}).encode()
    found = fetch(
        bounded,
        "/sparql",
        "POST",
        body,
        Content_Type="application/x-www-form-urlencoded",
        Accept="text/csv,text/turtle",
    )
    assert (status, "application/problem+json") == (found.status, found.headers["content-type"])
    assert words in json.loads(found.body)["detail"]


@pytest.fixture(scope="module")
def bounded(small: Settings, home: Path) -> Iterator[Server]:
    """Run the real server with small bounds on results."""
    small_results = {
        "KUNSKAPSGRAF_SOURCES": str(WORLD),
        "KUNSKAPSGRAF_RESULT_ROWS": "200000",
        "KUNSKAPSGRAF_RESULT_BYTES": "20000000",
    }
    with running(replace(small, home=home), **small_results) as found:
        yield found


def test_as_many_rows_as_the_bound(bounded: Server) -> None:
    """A result may have as many rows as the bound."""
    found = ask(bounded, "SELECT ?b { ?a ?b ?c . ?d ?e ?f } LIMIT 200000", Accept="text/csv")
    assert (200, 200_001) == (found.status, found.body.count(b"\n"))
    assert str(len(found.body)) == found.headers["content-length"]


def test_long_address(tiny: Server) -> None:
    """An address past its bound is 414, and one within it is answered."""
    assert 200 == fetch(tiny, "/sparql?" + urlencode({"query": "ASK { ?s ?p ?o } #" + "x" * 60_000})).status
    found = fetch(tiny, "/sparql?" + urlencode({"query": "ASK { ?s ?p ?o } #" + "x" * 64_500}))
    assert 414 == found.status
    assert "POST" in json.loads(found.body)["detail"]


def test_no_room_for_a_result(small: Settings, home: Path) -> None:
    """A result that finds no room on the disk gets a clean 503 with the bound, and smaller ones are answered."""
    query = "SELECT ?a ?b ?c {{ ?a ?b ?c . ?d ?e ?f }} LIMIT {}"
    room = {"KUNSKAPSGRAF_SOURCES": str(WORLD), "KUNSKAPSGRAF_SPOOL_BYTES": "5000000"}
    with running(replace(small, home=home), **room) as server:
        found = ask(server, query.format(60_000))
        assert 503 == found.status
        assert "5000000 byte" in json.loads(found.body)["detail"]
        assert 200 == ask(server, query.format(10_000)).status


def slow_reader(server: Server, query: str) -> socket.socket:
    """Ask for a large result and take no more than its first bytes."""
    connection = connected(server)
    read_slowly(connection, query)
    return connection


def read_slowly(connection: socket.socket, query: str) -> None:
    """Ask on a connection, and take no more than the first bytes."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    path = "/sparql?" + urlencode({"query": query})
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept: application/sparql-results+json\r\n\r\n".encode())
    assert b" 200 " in connection.recv(200)


def connected(server: Server) -> socket.socket:
    """Open a connection to a server."""
    address = urlsplit(server.address)
    return socket.create_connection((address.hostname or "", address.port or 0), timeout=30)


@LINUX
def test_memory_of_a_large_result(small: Settings, home: Path, tmp_path: Path) -> None:
    """The process that serves the web holds no large result: its memory stays flat while one goes through."""
    query = "SELECT * {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }} LIMIT {}"
    log = tmp_path / "log"
    with running(replace(small, home=home), KUNSKAPSGRAF_SOURCES=str(WORLD), KUNSKAPSGRAF_LOG=str(log)) as server:
        ask(server, query.format(3000))
        process = lines(log, "request")[-1]["process"]
        before = peak(process)
        found = ask(server, query.format(60_000))
        grown = peak(process) - before
    assert 200 == found.status
    assert len(found.body) > 30_000_000
    assert str(len(found.body)) == found.headers["content-length"]
    assert grown < 10_000, "kilobytes"


@LINUX
@pytest.mark.long
def test_memory_of_large_results_that_nobody_takes(small: Settings, home: Path, tmp_path: Path) -> None:
    """Twenty clients that take nothing of 50 MB each cost little memory; one that reads gets all; their room comes free."""
    query = "SELECT * {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }} LIMIT {}"
    log = tmp_path / "log"
    slow: list[socket.socket] = []
    own = {"KUNSKAPSGRAF_SOURCES": str(WORLD), "KUNSKAPSGRAF_LOG": str(log), "KUNSKAPSGRAF_FAIR_SECONDS": "100000"}
    # Long times, so that a busy machine ends no query.
    times = {"KUNSKAPSGRAF_QUERY_SECONDS": "60", "KUNSKAPSGRAF_SLOW_AFTER_SECONDS": "60"}
    with running(replace(small, home=home), **own, **times) as server:
        ask(server, query.format(3000))
        process = lines(log, "request")[-1]["process"]
        before = peak(process)
        try:
            for number in range(20):
                slow.append(connected(server))
                read_slowly(slow[-1], query.format(90_000 + number))
            found = ask(server, query.format(90_000), Accept_Encoding="gzip")
            assert spooled(server) > 20 * 40_000_000
            grown = peak(process) - before
        finally:
            for connection in slow:
                connection.close()
        deadline = time.monotonic() + 20
        while spooled(server) and time.monotonic() < deadline:
            time.sleep(0.2)
        assert 0 == spooled(server)
    assert (200, str(len(found.body))) == (found.status, found.headers["content-length"])
    assert len(gzip.decompress(found.body)) > 40_000_000
    assert grown < 100_000, "kilobytes, of a thousand megabytes"


def spooled(server: Server) -> int:
    """Read from the metrics how many bytes of large results lie on the disk."""
    found = re.search(rb"^kunskapsgraf_spool_bytes (\S+)", fetch(server, "/matt").body, re.M)
    assert found
    return int(float(found[1]))


def test_compressed_form_lies_within_the_bound(small: Settings, home: Path, tmp_path: Path) -> None:
    """The compressed form of a large result lies in the folder for results and counts in its bound; past it is 503."""
    query = "SELECT (SHA512(STR(RAND())) AS ?x) { ?a ?b ?c . ?d ?e ?f } LIMIT {}"
    # 128 hexadecimal digits a row, of which gzip can spare half: 25,000 rows are 3.2 MB, and packed 1.6 MB or more.
    room = {
        "KUNSKAPSGRAF_SOURCES": str(WORLD),
        "KUNSKAPSGRAF_SPOOL_BYTES": "4000000",
        "KUNSKAPSGRAF_SPOOL": str(tmp_path / "room"),
    }
    with running(replace(small, home=home), **room) as server:
        query = query.replace("{}", "25000")
        assert 200 == ask(server, query, Accept="text/csv").status
        found = ask(server, query, Accept="text/csv", Accept_Encoding="gzip")
        assert (503, "*") == (found.status, found.headers["access-control-allow-origin"])
        assert "4000000 byte" in json.loads(found.body)["detail"]
        assert 0 == spooled(server)


def peak(process: int) -> int:
    """Read the most memory that a process has held, in kilobytes."""
    found = re.search(r"VmHWM:\s*(\d+)", Path(f"/proc/{process}/status").read_text(encoding="ascii"))
    assert found
    return int(found[1])


# Slow clients


@pytest.mark.parametrize(
    "half",
    [
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 900\r\n\r\nASK {",
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nASK {\r\n",
        b"GET /sparql?query=ASK HTTP/1.1\r\nHost: x\r\nX-Slow: ",
    ],
    ids=["body", "chunked body", "headers"],
)
def test_half_requests(tiny: Server, half: bytes) -> None:
    """While eighty clients have sent half a request, others are served, by POST too, and each half gets its end."""
    slow = []
    try:
        for _ in range(80):
            slow.append(connected(tiny))
            slow[-1].sendall(half)
        time.sleep(0.5)
        answers = [light(tiny, 80_000 + number) for number in range(10)]
        answers += [
            fetch(tiny, "/sparql", "POST", b"ASK { ?s ?p ?o }", Content_Type="application/sparql-query")
            for _ in range(5)
        ]
        assert {200} == {answer.status for answer in answers}
        assert max(answer.seconds for answer in answers) < 1
        if b"POST" in half:
            ended = {connection.recv(100)[:12] for connection in slow}
            assert {b"HTTP/1.1 408"} == ended
    finally:
        for connection in slow:
            connection.close()
    assert 200 == light(tiny, 81_000).status


def test_slow_readers(tiny: Server) -> None:
    """While as many clients as there are threads take nothing of their large results, others are served."""
    query = "SELECT ?a ?b ?c {{ ?a ?b ?c . ?d ?e ?f }} LIMIT {}"
    slow = [slow_reader(tiny, query.format(30_000)) for _ in range(80)]
    try:
        answers = [light(tiny, 90_000 + number) for number in range(10)]
        assert {200} == {answer.status for answer in answers}
        assert max(answer.seconds for answer in answers) < 1
        whole = ask(tiny, query.format(30_000))
        assert (200, str(len(whole.body))) == (whole.status, whole.headers["content-length"])
    finally:
        for connection in slow:
            connection.close()


def test_large_body_is_refused_unread(tiny: Server) -> None:
    """A body that says it is past the bound is 413 before it is sent."""
    with connected(tiny) as connection:
        connection.sendall(b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 100000001\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 413")


# Caching


def test_etag(tiny: Server) -> None:
    """An ETag is one of the snapshot, the query, the dataset and the format; 304 is sent for it, cached or not."""
    query = "SELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 3"
    first = ask(tiny, query)
    tag = first.headers["etag"]
    assert tag.startswith('"')
    assert "must-revalidate" in first.headers["cache-control"]
    for headers in ({"If_None_Match": tag}, {"If_None_Match": tag, "Accept_Language": "en"}):
        again = ask(tiny, query, **headers)
        assert (304, b"", tag) == (again.status, again.body, again.headers["etag"])
    assert (200, tag) == ((other := ask(tiny, query, If_None_Match='"x"')).status, other.headers["etag"])
    others = [ask(tiny, query, Accept="text/csv"), ask(tiny, query + " # other")]
    others.append(fetch(tiny, "/sparql?" + urlencode({"query": query, "default-graph-uri": EDITORIAL})))
    assert 4 == len({tag, *(answer.headers["etag"] for answer in others)})


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_large_result_in_each_coding(tiny: Server, encoding: str) -> None:
    """A result that goes by the disk has its length and its tag in either coding, and is known again (RFC 9110, 8.8.3)."""
    query = "SELECT ?a ?b ?c ?d { ?a ?b ?c . ?d ?e ?f } LIMIT 20000"
    headers = {"Accept": "text/csv", "Accept_Encoding": encoding}
    found = ask(tiny, query, **headers)
    assert (200, str(len(found.body))) == (found.status, found.headers["content-length"])
    assert (encoding == "gzip") == ("content-encoding" in found.headers)
    plain = gzip.decompress(found.body) if encoding == "gzip" else found.body
    assert len(plain) > IN_MEMORY
    assert 20_001 == plain.count(b"\n")
    again = ask(tiny, query, **headers, If_None_Match=found.headers["etag"])
    assert (304, b"", found.headers["etag"]) == (again.status, again.body, again.headers["etag"])
    other = "gzip" if encoding == "identity" else "identity"
    assert 200 == ask(tiny, query, Accept="text/csv", Accept_Encoding=other, If_None_Match=found.headers["etag"]).status


@pytest.mark.parametrize(("term", "is_told"), [("<<( <urn:a> <urn:b> ?a )>>", True), ("?a", False)])
def test_large_graph_with_triple_terms(tiny: Server, term: str, *, is_told: bool) -> None:
    """RDF 1.2 is told for a graph that goes by the disk too (RDF 1.2 Turtle, section 2.12)."""
    query = f"CONSTRUCT {{ ?s <urn:p> {term} }} {{ ?a ?b ?c . ?d ?e ?f BIND(UUID() AS ?s) }} LIMIT 20000"
    found = ask(tiny, query, Accept="text/turtle")
    assert 200 == found.status
    assert len(found.body) > IN_MEMORY
    assert is_told == ("version=1.2" in found.headers["content-type"])


@pytest.mark.parametrize(
    "query",
    ["SELECT (STRUUID() AS ?x) {}", "CONSTRUCT { [] <urn:p> 1 } {}", "construct\n{ _:a <urn:p> 1 } {}"],
)
def test_query_that_changes_is_not_kept(tiny: Server, query: str) -> None:
    """A query that asks for time or chance, or makes blank nodes, is answered anew each time, under another tag."""
    one, two = (ask(tiny, query, Accept="application/sparql-results+json, text/turtle") for _ in range(2))
    assert one.body != two.body
    assert one.headers["etag"] != two.headers["etag"]


def test_cache(tiny: Server, log: Path) -> None:
    """The second of two equal requests comes from the cache, byte for byte; an error is made anew."""
    query = "SELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 4"
    one, two = ask(tiny, query), ask(tiny, query)
    assert (one.body, one.headers["etag"]) == (two.body, two.headers["etag"])
    assert [False, True] == [line["cached"] for line in lines(log, "request")[-2:]]
    for _ in range(2):
        assert 400 == ask(tiny, "SELECT").status
    assert [False, False] == [line["cached"] for line in lines(log, "request")[-2:]]


def lines(log: Path, event: str) -> list[dict[str, Any]]:
    """Read the log's lines of a kind."""
    return [line for line in map(json.loads, log.read_text(encoding="utf-8").splitlines()) if line["event"] == event]


# Operations


def test_log(tiny: Server, log: Path) -> None:
    """A query is logged by its hash with its cost, a request by its path; no line is broken and no client named."""
    query = 'SELECT ?s { ?s ?p "secret" }'
    before = len(log.read_text(encoding="utf-8").splitlines())
    assert 200 == ask(tiny, query).status
    fetch(tiny, "/%0a%7B%22event%22:%22forged%22%7D", X_Forwarded_For="203.0.113.9")
    text = log.read_text(encoding="utf-8")
    found = [json.loads(line) for line in text.splitlines()[before:]]
    assert ["query", "request", "request"] == [line["event"] for line in found]
    assert {
        "query",
        "outcome",
        "seconds",
        "waited",
        "slow_seconds",
        "processor_seconds",
        "kilobytes",
        "rows",
        "bytes",
    } <= set(found[0])
    assert ("ok", 16, 0) == (found[0]["outcome"], len(found[0]["query"]), found[0]["rows"])
    assert ("/sparql", 200) == (found[1]["path"], found[1]["status"])
    assert [404] == [line["status"] for line in found[2:]]
    for secret in ("secret", "127.0.0.1", "203.0.113.9"):
        assert secret not in text


def test_metrics(tiny: Server) -> None:
    """Metrics count queries by outcome and requests by status, and show lanes, queue, spool and cache."""
    ask(tiny, "ASK { ?s ?p ?o } # counted")
    ask(tiny, "SELECT nonsense")
    found = fetch(tiny, "/matt")
    text = found.body.decode()
    assert (200, "no-store") == (found.status, found.headers["cache-control"])
    for line in (
        r'queries_total\{outcome="ok"\} [1-9]',
        r'queries_total\{outcome="QuerySyntaxError"\} [1-9]',
        r'requests_total\{status="400"\} [1-9]',
        r"query_seconds_count [1-9]",
        r"queries_waiting 0\.0",
        r"workers_ready [1-9]",
        r"cache_bytes [1-9]",
    ):
        assert re.search(f"^kunskapsgraf_{line}", text, re.M), line


def test_graceful_stop(small: Settings, home: Path) -> None:
    """A server that is told to stop answers the query that runs, and is gone in time."""
    server = running(replace(small, home=home), KUNSKAPSGRAF_SOURCES=str(WORLD))
    with ThreadPoolExecutor(1) as one:
        with server as found:
            light(found, 1)
            asked = one.submit(
                ask, found, "SELECT (COUNT(*) AS ?n) { { SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } LIMIT 4000000 } }"
            )
            time.sleep(0.4)
            assert not asked.done()
            began = time.monotonic()
        assert time.monotonic() - began < 12
        assert 200 == asked.result().status


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until something holds, or for a minute; what was not reached is told by the asserts that follow."""
    deadline = time.monotonic() + 60
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)


@pytest.mark.long
def test_new_snapshots_under_load(tiny: Server, small: Settings, home: Path, world: Path) -> None:
    """While snapshots are built and swapped in, no client sees an error, and each answer is whole of one version."""
    count = "SELECT (COUNT(?k) AS ?n) { ?k a <https://w3id.org/kunskapsgraf/ns#Kommun> }"
    stop = threading.Event()

    def client(number: int) -> list[tuple[int, str, bytes]]:
        found = []
        while not stop.is_set():
            answer = ask(tiny, f"{count} # {number if number % 2 else time.monotonic()}")
            found.append((answer.status, answer.headers.get("etag", ""), answer.body))
            if answer.status == 200:
                seen[number] = int(json.loads(answer.body)["results"]["bindings"][0]["n"]["value"])
        return found

    seen: dict[int, int] = {}
    with ThreadPoolExecutor(8) as pool:
        clients = [pool.submit(client, number) for number in range(8)]
        wait_for(lambda: len(seen) == 8)
        before = max(seen.values())
        for number in range(4):
            (world / f"data/ttl/redaktion/extra{number}.ttl").write_text(
                f"<https://w3id.org/kunskapsgraf/id/kommun/extra{number}> a <https://w3id.org/kunskapsgraf/ns#Kommun> ; "
                f'<http://www.w3.org/2000/01/rdf-schema#label> "E{number}"@sv , "E{number}"@en ; '
                f'<https://w3id.org/kunskapsgraf/ns#kommunkod> "98{number:02}" .',
                encoding="utf-8",
            )
            # One snapshot is kept: the one that queries run on is removed under them.
            build(replace(small, home=home, sources=world, keep=1))
            wanted = {before + number + 1}
            wait_for(lambda wanted=wanted: set(seen.values()) == wanted)  # type: ignore[misc]
        stop.set()
        answers = [answer for future in clients for answer in future.result()]
    assert {200} == {status for status, _, _ in answers}
    counts = {int(json.loads(body)["results"]["bindings"][0]["n"]["value"]) for _, _, body in answers}
    assert set(range(before, before + 5)) == counts
    by_tag: dict[str, set[bytes]] = {}
    for _, etag, body in answers:
        by_tag.setdefault(etag, set()).add(body)
    assert [] == [etag for etag, bodies in by_tag.items() if len(bodies) > 1]


def test_published_limits() -> None:
    """docs/sparql.md tells each limit's setting with its default."""
    text = (ROOT / "docs" / "sparql.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| [^|]+\| ([^|]+) \| `(KUNSKAPSGRAF_\w+)` \|", text, re.M)
    shown = {variable: re.sub(r"[^\d]", "", value) for value, variable in rows}
    limits = {
        "workers",
        "slow_workers",
        "slow_after_seconds",
        "queue",
        "wait_seconds",
        "fair_seconds",
        "query_seconds",
        "query_megabytes",
    }
    limits |= {
        "query_bytes",
        "query_nesting",
        "query_patterns",
        "url_bytes",
        "body_bytes",
        "body_seconds",
        "result_rows",
        "result_bytes",
    }
    assert {row.variable: row.default for row in SETTINGS if row.name in limits} == shown
