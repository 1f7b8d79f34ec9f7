"""The service among enemies: hostile queries and requests, each answered cleanly and in time, while others are served."""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from conftest import WORLD, Server, hold_to, running, wait_for
from hostile_cases import QUERIES, REQUESTS, Query

from kunskapsgraf.settings import Settings

SECONDS = 2.0
PROBLEM = "application/problem+json"
pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc, as on Linux")


@dataclass
class Besieged:
    """A running server, its log, and the process that serves the web."""

    server: Server
    log: Path
    process: int

    def connection(self) -> http.client.HTTPConnection:
        """Open a connection that is kept."""
        return http.client.HTTPConnection(urlsplit(self.server.address).netloc, timeout=30)

    def socket(self) -> socket.socket:
        """Open a connection to write bytes to."""
        address = urlsplit(self.server.address)
        return socket.create_connection((address.hostname or "", address.port or 0), timeout=15)

    def logged(self) -> list[dict[str, object]]:
        """Read the log; each line of it must be one object."""
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def tiny(small: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Besieged]:
    """Run the real server on the tiny world, with a short time for queries; at the end the same process must serve."""
    log = tmp_path_factory.mktemp("hostile") / "log.jsonl"
    environment = {
        "KUNSKAPSGRAF_SOURCES": str(WORLD),
        "KUNSKAPSGRAF_QUERY_SECONDS": str(SECONDS),
        "KUNSKAPSGRAF_FAIR_SECONDS": "100000",
        "KUNSKAPSGRAF_BODY_SECONDS": "2",
        "KUNSKAPSGRAF_LOG": str(log),
    }
    with running(small, **environment) as server:
        found = Besieged(server, log, 0)
        found.process = process_of(found)
        yield found
        assert found.process == process_of(found), "the process that serves the web died"


def process_of(besieged: Besieged) -> int:
    """Ask for the process that serves the web."""
    assert 200 == light(besieged, "process")[0]
    [*_, last] = [line for line in besieged.logged() if line["event"] == "request"]
    return int(str(last["process"]))


def ask(besieged: Besieged, query: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Ask a query by POST, as an application does."""
    connection = besieged.connection()
    try:
        sent = {"Content-Type": "application/sparql-query", **headers}
        connection.request("POST", "/sparql", query.encode("utf-8", "surrogatepass"), sent)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def light(besieged: Besieged, mark: str) -> tuple[int, bytes]:
    """Ask a small query that no cache knows."""
    status, _, body = ask(besieged, f"SELECT ?s {{ ?s ?p ?o }} LIMIT 5 # {mark} {time.monotonic()}")
    return status, body


def check(besieged: Besieged, case: Query) -> None:
    """Ask a hostile query, and light ones meanwhile; it must be answered in time and cleanly."""
    hold_to(SECONDS + 2, lambda: seconds_of(besieged, case))


def seconds_of(besieged: Besieged, case: Query) -> float:
    """Ask a hostile query, and light ones meanwhile; give how long its clean answer took."""
    began = time.monotonic()
    with ThreadPoolExecutor(1) as one:
        hostile = one.submit(ask, besieged, case.text)
        beside = [light(besieged, case.name)[0] for _ in range(3)]
        status, headers, body = hostile.result()
    took = time.monotonic() - began
    assert status in case.statuses, body[:300]
    assert [200] * 3 == beside
    assert str(len(body)) == headers["content-length"]
    if status != 200:
        problem = json.loads(body)
        assert (PROBLEM, status) == (headers["content-type"], problem["status"])
        assert re.search(case.words, problem["detail"]), problem["detail"]
        assert len(body) < 20_000, "an answer to an enemy is short"
        assert "retry-after" not in headers
    return took


@pytest.mark.parametrize("case", [case for case in QUERIES if case.quick], ids=lambda case: case.name)
def test_hostile_query(tiny: Besieged, case: Query) -> None:
    """A hostile query gets its error within its limit and two seconds, and light ones are answered meanwhile."""
    check(tiny, case)


@pytest.mark.long
@pytest.mark.parametrize("case", [case for case in QUERIES if not case.quick], ids=lambda case: case.name)
def test_every_hostile_query(tiny: Besieged, case: Query) -> None:
    """The same for the whole suite."""
    check(tiny, case)


@pytest.mark.parametrize(("sent", "expected"), [row[1:] for row in REQUESTS], ids=[row[0] for row in REQUESTS])
def test_hostile_request(tiny: Besieged, sent: bytes, expected: tuple[tuple[int, ...], ...]) -> None:
    """What is no proper request gets its status, nothing of it is taken for a second request, and others are served."""
    with tiny.socket() as connection:
        with contextlib.suppress(OSError):  # refused before it was whole
            connection.sendall(sent)
        found = statuses(connection, len(expected))
    assert len(found) == len(expected)
    assert all(status in allowed for status, allowed in zip(found, expected, strict=True)), found
    assert 200 == light(tiny, "after")[0]
    assert not any("smuggled" in str(line.get("path")) for line in tiny.logged())


def statuses(connection: socket.socket, count: int) -> list[int]:
    """Read answers until there are so many and no more come; 0 stands for an end without one."""
    taken = b""
    connection.settimeout(30)
    while True:
        try:
            piece = connection.recv(65_536)
        except TimeoutError:
            break
        except OSError:
            piece = b""
        taken += piece
        found = [int(code) for code in re.findall(rb"HTTP/1\.[01] (\d{3}) ", taken)]
        if len(found) >= count:
            connection.settimeout(0.5)
        if not piece:
            return found or [0]
    return found


INJECTIONS = ["%0d%0aX-Injected:%201", "%0aX-Injected:%201", "%E5%98%8A%E5%98%8DX-Injected:%201", "<script>", '"><svg>']


@pytest.mark.parametrize("text", INJECTIONS)
@pytest.mark.parametrize(
    "where", ["/sparql?query={0}", "/{0}", "/id/kommun/{0}", "/sparql?query=ASK%7B%7D&format={0}", "/om?lang={0}", "/sparql?query=ASK%7B%7D&{0}=1"]
)  # fmt: skip
def test_injection(tiny: Besieged, where: str, text: str) -> None:
    """What a visitor sends never begins a header, a line of the log or markup on a page."""
    before = len(tiny.log.read_bytes().splitlines())
    with tiny.socket() as connection:
        path = where.format(quote(text, safe="%"))
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert re.match(rb"HTTP/1\.1 [234]\d\d ", head)
    assert not any(line.lower().startswith(b"x-injected") for line in head.splitlines())
    assert b"<svg>" not in body
    assert b"<script>" not in body
    events: list[object] = []
    until = time.monotonic() + 10
    while "request" not in events and time.monotonic() < until:  # its line is written once the answer is sent
        events = [line["event"] for line in tiny.logged()[before:]]
    assert {"query", "request"} >= set(events)  # a page may ask several queries; the request itself is one line
    assert 1 == events.count("request")


SLOW = [
    ("headers", b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\n", b"X-Slow: 1\r\n"),
    ("body", b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 9000\r\n\r\n", b"#"),
    ("chunks", b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n#\r\n"),
]  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize(("begin", "drop"), [row[1:] for row in SLOW], ids=[row[0] for row in SLOW])
def test_dripping_clients(tiny: Besieged, begin: bytes, drop: bytes) -> None:
    """A hundred clients that send a drop each second are let go in time, however long they go on; others are served."""
    open_before = handles(tiny.process)
    slow = [tiny.socket() for _ in range(100)]
    for connection in slow:
        connection.sendall(begin)
    end, alive = time.monotonic() + 60, slow
    while alive and time.monotonic() < end:
        alive = [connection for connection in alive if still_open(connection, drop)]
        hold_to(2, lambda: seconds_of_light(tiny))
        time.sleep(1)
    for connection in slow:
        connection.close()
    assert [] == alive, "these were never let go"
    wait_for(lambda: handles(tiny.process) <= open_before + 2, "their files are closed")


def seconds_of_light(besieged: Besieged) -> float:
    """Ask a light query; give how long its answer took."""
    began = time.monotonic()
    assert 200 == light(besieged, "dripping")[0]
    return time.monotonic() - began


def still_open(connection: socket.socket, drop: bytes) -> bool:
    """Send a drop, and tell whether the server has neither answered nor closed."""
    connection.setblocking(False)
    try:
        connection.send(drop)
        connection.recv(1000)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def handles(process: int) -> int:
    """Count the open files of a process."""
    return len(list(Path(f"/proc/{process}/fd").iterdir()))


@pytest.mark.long
def test_clients_that_leave(tiny: Besieged) -> None:
    """Two hundred clients that ask a deadly query and go leave nothing behind, and others are served meanwhile."""
    query = quote("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")
    for number in range(200):
        with tiny.socket() as connection:
            connection.sendall(f"GET /sparql?query={query}%23{number} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    served = 0
    end = time.monotonic() + 90
    while served < 5 and time.monotonic() < end:
        served += light(tiny, "left")[0] == 200
        time.sleep(0.2)
    assert served == 5
