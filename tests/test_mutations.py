"""Real queries, mutated at random, against the real server: each gets an answer, and the process that serves the web lives.

``KUNSKAPSGRAF_MUTATIONS`` is how many are sent, ``KUNSKAPSGRAF_MUTATIONS_SEED`` where chance begins; with pytest's
``--log-cli-level=INFO`` the memory is told on the way.
"""

from __future__ import annotations

import http.client
import json
import logging
import os
import random
import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from conftest import ROOT, WORLD, Server, running, wait_for
from hostile_cases import DEEP, EXHAUSTING, OTHER

from kunskapsgraf.settings import Settings

COUNT = int(os.environ.get("KUNSKAPSGRAF_MUTATIONS", "100000"))
SEED = int(os.environ.get("KUNSKAPSGRAF_MUTATIONS_SEED", "1"))
CONNECTIONS = 8
LOG = logging.getLogger(__name__)
RIGHT = {200, 400, 406, 413, 503}
"""No status of these says that the service failed; 503 is a limit of time or memory, told by its type."""
LIMITS_MET = {"query-timeout", "query-crash", "slow-lane-full", "unfair-use", "overloaded"}
TOKEN = re.compile(r"<[^>\s]*>|\"[^\"]*\"|[?$]\w+|\w*:\w+|\w+|\s+|.", re.DOTALL)
SPLICES = [
    *("{", "}", "(", ")", "[", "]", "<<", ">>", "<<(", ")>>", "{|", "|}", '"', "'", '"""', "'''", "\\", "#", "\n", "\x00"),
    *("\ufeff", "\u202e", "\U0010ffff", "\ud800", "%00", "..", "^^", "@", "||", "&&", "*", "+", "/", "^", "!", "?", "$"),
    *("SERVICE", "SERVICE <http://127.0.0.1:9/> {", "LOAD <file:///etc/passwd>", "FROM <file:///etc/passwd>", "GRAPH ?g {"),
    *("OPTIONAL {", "MINUS {", "UNION", "VALUES ?x {", "BIND(", "EXISTS {", "SELECT * {", "GROUP BY", "ORDER BY", "LIMIT"),
    *("-1", "1e999", "99999999999999999999", "0.0", "NaN", "true", "a", "_:b", "<>", "<\x00>", "xsd:date", "REGEX(", "UUID()"),
]  # fmt: skip


def sources() -> list[str]:
    """Collect real queries: those of the package, and those of our tests."""
    found = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "queries").rglob("*.rq"))]
    found += [case.text for case in (*EXHAUSTING, *DEEP, *OTHER) if len(case.text) < 20_000]
    for name in ("test_sparql.py", "test_protocol.py", "test_guard.py"):
        text = (ROOT / "tests" / name).read_text(encoding="utf-8")
        found += re.findall(r"\"((?:PREFIX|SELECT|ASK|CONSTRUCT|DESCRIBE)\b[^\"\n]*)\"", text)
    return found


def mutated(chance: random.Random, queries: list[str]) -> bytes:
    """Change a query by a few steps of chance: in its tokens, then in its bytes."""
    pieces = TOKEN.findall(chance.choice(queries))
    for _ in range(chance.randint(0, 4)):
        at = chance.randrange(len(pieces) + 1)
        match chance.randrange(7):
            case 0:
                pieces.insert(at, chance.choice(SPLICES))
            case 1:
                del pieces[at : at + chance.randint(1, 5)]
            case 2:
                pieces[at:at] = pieces[at : at + chance.randint(1, 20)] * chance.randint(1, 30)
            case 3:
                other = chance.randrange(len(pieces) + 1)
                pieces[at : at + 1], pieces[other : other + 1] = pieces[other : other + 1], pieces[at : at + 1]
            case 4:
                pieces[at:] = TOKEN.findall(chance.choice(queries))[at:]
            case 5:
                pieces[at : at + 1] = [chance.choice(SPLICES)]
            case 6:
                chance.shuffle(part := pieces[at : at + 10])
                pieces[at : at + 10] = part
        pieces = pieces or [" "]
    raw = bytearray("".join(pieces).encode("utf-8", "surrogatepass")[:200_000])
    if raw and chance.random() < 0.3:
        for _ in range(chance.randint(1, 4)):
            raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
    return bytes(raw)


class Sender:
    """One client that keeps its connection and counts what it gets."""

    def __init__(self, server: Server, seed: int, queries: list[str]) -> None:
        self._netloc = urlsplit(server.address).netloc
        self._chance = random.Random(seed)
        self._queries = queries
        self.counts: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.sent = 0

    def run(self, count: int) -> None:
        """Send so many, one after another."""
        connection = http.client.HTTPConnection(self._netloc, timeout=60)
        for _ in range(count):
            raw = mutated(self._chance, self._queries)
            self.sent += 1
            try:
                self._send(connection, raw)
            except (OSError, http.client.HTTPException) as error:
                self.wrong.append(f"{error!r} to {raw[:500]!r}")
                connection.close()
        connection.close()

    def _send(self, connection: http.client.HTTPConnection, raw: bytes) -> None:
        accept = self._chance.choice(["*/*", "application/sparql-results+json", "text/turtle", "text/csv", "text/html"])
        match self._chance.randrange(3):
            case 0 if len(raw) < 15_000:
                connection.request("GET", "/sparql?" + urlencode({"query": raw}), headers={"Accept": accept})
            case 1:
                kind = {"Content-Type": "application/x-www-form-urlencoded", "Accept": accept}
                connection.request("POST", "/sparql", urlencode({"query": raw}), kind)
            case _:
                connection.request(
                    "POST", "/sparql", raw, {"Content-Type": "application/sparql-query", "Accept": accept}
                )
        answer = connection.getresponse()
        body = answer.read()
        self.counts[str(answer.status)] += 1
        if answer.status not in RIGHT:
            self.wrong.append(f"{answer.status} to {raw[:500]!r}: {body[:300]!r}")
        elif answer.status == 503 and answer.headers.get_content_type() == "application/problem+json":
            kind_of = json.loads(body)["type"].rpartition("#")[2]
            self.counts[kind_of] += 1
            if kind_of not in LIMITS_MET:
                self.wrong.append(f"{kind_of} to {raw[:500]!r}: {body[:300]!r}")


def test_mutations_are_the_same_again() -> None:
    """The same seed gives the same mutations, of which most are no longer what they were."""
    queries = sources()
    assert len(queries) > 100
    one, two = ([mutated(chance, queries) for _ in range(200)] for chance in (random.Random(7), random.Random(7)))
    assert one == two
    assert sum(text.decode("utf-8", "replace") not in queries for text in one) > 100


@pytest.fixture
def quick(small: Settings, tmp_path: Path) -> Iterator[tuple[Server, Path]]:
    """Run the real server on the tiny world with a second for each query; give its log too."""
    environment = {
        "KUNSKAPSGRAF_SOURCES": str(WORLD),
        "KUNSKAPSGRAF_QUERY_SECONDS": "1",
        "KUNSKAPSGRAF_SLOW_AFTER_SECONDS": "0.5",
        "KUNSKAPSGRAF_QUERY_MEGABYTES": "256",
        "KUNSKAPSGRAF_FAIR_SECONDS": "1000000",
        "KUNSKAPSGRAF_CACHE_BYTES": "0",  # what is kept on purpose would hide what is lost
        "KUNSKAPSGRAF_LOG": str(tmp_path / "log"),
    }
    with running(small, **environment) as server:
        yield server, tmp_path / "log"


MOST_GROWN = 100_000
"""Kilobytes that the process may grow by, from when it is warm: what each of its 88 threads keeps for itself (a quarter
of a megabyte in the allocator's own cache of freed pieces, and its stack) is 25 MB, 2,000 remembered queries of 4,000
characters at most 32, outlines 4, holes of freed pieces what is left."""
MOST_GROWN_LATE = 15_000
"""Of these, in the last quarter: what is bounded is full by then."""
PARTS = 20


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc, as on Linux")
def test_mutations(quick: tuple[Server, Path]) -> None:
    """No mutation ends the process that serves the web, gets a 500 or no answer; memory levels off, and files are closed."""
    server, log = quick
    queries = sources()
    warm = Sender(server, 0, queries)
    warm.run(200)
    before = state(server, log)
    senders = [Sender(server, SEED * 1000 + number, queries) for number in range(CONNECTIONS)]
    curve = []
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        for _ in range(PARTS):
            list(pool.map(lambda sender: sender.run(COUNT // CONNECTIONS // PARTS), senders))
            curve.append(state(server, log)[1] - before[1])
            LOG.info("%d sent, %d kB grown", sum(sender.sent for sender in senders), curve[-1])
    counts = sum((sender.counts for sender in senders), Counter[str]())
    LOG.info("%s", dict(counts))
    assert [] == [wrong for sender in (warm, *senders) for wrong in sender.wrong][:20]
    wait_for(lambda: state(server, log)[2] <= before[2] + 2, "open files are closed")
    assert before[0] == state(server, log)[0], "the process that serves the web died"
    assert max(curve) < MOST_GROWN, curve
    late = PARTS * 3 // 4
    assert max(curve[late:]) - max(curve[:late]) < MOST_GROWN_LATE, curve
    assert counts["200"] > COUNT / 20
    assert counts["400"] > COUNT / 5


def state(server: Server, log: Path) -> tuple[int, int, int]:
    """Give the process that serves the web, its memory in kilobytes and its open files."""
    connection = http.client.HTTPConnection(urlsplit(server.address).netloc, timeout=30)
    connection.request("GET", "/halsa")
    assert 200 == connection.getresponse().status
    connection.close()
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 100_000))
        lines = [line for line in file.read().splitlines() if b'"process"' in line]
    process = int(json.loads(lines[-1])["process"])
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return process, int(status.partition("VmRSS:")[2].split()[0]), len(list(Path(f"/proc/{process}/fd").iterdir()))
