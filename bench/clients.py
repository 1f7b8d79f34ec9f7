"""Many HTTP clients in one process, which ask light queries and hostile ones and note what came back, and after how long.

A program of its own, so that the server is measured and not the reading of its answers beside it:
``python -m bench.clients ADDRESS --clients 200 --seconds 60 --hostile 0.05`` writes one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import random
import sys
import time
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import asdict, dataclass, field
from urllib.parse import quote, urlsplit

PATIENCE = 60.0
"""Seconds after which a client gives a request up, which counts as failed."""
LIGHT = (
    "SELECT ?p ?o {{ <{0}> ?p ?o }} LIMIT 50",
    "SELECT ?label {{ <{0}> <http://www.w3.org/2000/01/rdf-schema#label> ?label }}",
    "SELECT ?s ?p {{ ?s ?p <{0}> }} LIMIT 20",
)
_CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
_DOUBLED = " ".join(f"BIND(REPLACE(?{a}, 'x', 'xxxxxxxx') AS ?{b})" for a, b in itertools.pairwise("abcdefghijkl"))
DEADLY = (
    f"SELECT (COUNT(*) AS ?n) {{ {_CROSS} }}",
    f"SELECT * {{ {_CROSS} }} ORDER BY ?c ?f ?i ?l",
    f"SELECT DISTINCT * {{ {_CROSS} }}",
    f"SELECT ?a ?d (COUNT(*) AS ?n) {{ {_CROSS} }} GROUP BY ?a ?d ?g ?j",
    f"SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d), STR(?g))) AS ?x) {{ {_CROSS} }}",
    f"SELECT * {{ {_CROSS} FILTER(REGEX(CONCAT(STR(?a), STR(?d)), '(.*)(.*)(.*)(.*)x$')) }}",
    "SELECT (COUNT(*) AS ?n) { ?a (!<urn:x>|^!<urn:x>)* ?b . ?b (!<urn:y>|^!<urn:y>)* ?c . ?c ?p ?d }",
    f"SELECT (STRLEN(?l) AS ?n) {{ BIND('x' AS ?a) {_DOUBLED} }}",
)
"""Queries that reach the limit of time or of memory on any data."""


@dataclass
class Seen:
    """What the clients of one run saw: seconds of each light answer, and counts by status or by what went wrong."""

    light: list[float] = field(default_factory=list)
    hostile: list[float] = field(default_factory=list)
    light_statuses: dict[str, int] = field(default_factory=dict)
    hostile_statuses: dict[str, int] = field(default_factory=dict)

    def note(self, *, hostile: bool, status: str, seconds: float) -> None:
        """Note one answer."""
        (self.hostile if hostile else self.light).append(round(seconds, 5))
        counts = self.hostile_statuses if hostile else self.light_statuses
        counts[status] = counts.get(status, 0) + 1


class Client:
    """One client that keeps its connection, as browsers and programs do, and opens a new one where it was closed."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._path = parts.path.rstrip("/")
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, query: str) -> tuple[str, bytes]:
        """Ask a query by GET; give the status, or the name of what went wrong, and the body."""
        try:
            return await asyncio.wait_for(self._ask(query), PATIENCE)
        except (OSError, EOFError, ValueError, TimeoutError) as error:
            self.close()
            return type(error).__name__, b""

    async def _ask(self, query: str) -> tuple[str, bytes]:
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._streams
        writer.write(
            f"GET {self._path}/sparql?query={quote(query)} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\n"
            "Accept: application/sparql-results+json\r\n\r\n".encode("ascii")
        )
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        status = head.split(" ", 2)[1]
        length = int(head.partition("\r\ncontent-length:")[2].partition("\r\n")[0])
        body = await reader.readexactly(length)
        if "\r\nconnection: close" in head:
            self.close()
        if status != "200" and "application/problem+json" not in head:
            return f"{status} without a problem", body
        return status, body

    def close(self) -> None:
        """Close the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


def queries(things: list[str], seed: int) -> tuple[Callable[[], str], Callable[[], str]]:
    """Give a source of light and one of deadly queries; no two are equal, so that no cache knows them."""
    chance = random.Random(seed)  # noqa: S311 - a sample for a benchmark
    number: Iterator[int] = itertools.count(seed * 1_000_000)

    def light() -> str:
        return f"{chance.choice(LIGHT).format(chance.choice(things))} # {next(number)}"

    def deadly() -> str:
        return f"{chance.choice(DEADLY)} # {next(number)}"

    return light, deadly


async def crowd(address: str, things: list[str], options: argparse.Namespace) -> Seen:
    """Let so many clients ask, each the next query as soon as it has its answer and has thought, until time is up."""
    seen, chance = Seen(), random.Random(options.seed)  # noqa: S311 - a sample for a benchmark
    light, deadly = queries(things, options.seed)
    end = time.monotonic() + options.seconds

    async def visit(client: Client) -> None:
        await asyncio.sleep(chance.random() * min(1.0, options.seconds / 10))
        while time.monotonic() < end:
            hostile = chance.random() < options.hostile
            began = time.monotonic()
            status, _ = await client.ask(deadly() if hostile else light())
            seen.note(hostile=hostile, status=status, seconds=time.monotonic() - began)
            if options.think:
                await asyncio.sleep(chance.expovariate(1 / options.think))
        client.close()

    await asyncio.gather(*(visit(Client(address)) for _ in range(options.clients)))
    return seen


async def siege(address: str, things: list[str], options: argparse.Namespace) -> Seen:
    """Send deadly queries, and while they run light ones, all of them at once."""
    seen = Seen()
    light, deadly = queries(things, options.seed)

    async def one(query: str, *, hostile: bool) -> None:
        client, began = Client(address), time.monotonic()
        status, _ = await client.ask(query)
        seen.note(hostile=hostile, status=status, seconds=time.monotonic() - began)
        client.close()

    waiting: list[Awaitable[None]] = [asyncio.create_task(one(deadly(), hostile=True)) for _ in range(options.deadly)]
    await asyncio.sleep(0.2)
    waiting += [asyncio.create_task(one(light(), hostile=False)) for _ in range(options.light)]
    await asyncio.gather(*waiting)
    return seen


def things_of(address: str) -> list[str]:
    """Give the IRIs that the light queries are about."""
    query = "SELECT DISTINCT ?s { ?s a ?class FILTER(isIRI(?s)) } LIMIT 2000"
    asked = urllib.request.Request(  # noqa: S310 - the address of our own server
        f"{address.rstrip('/')}/sparql?query={quote(query)}", headers={"Accept": "application/sparql-results+json"}
    )
    with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:  # noqa: S310 - as above
        return [row["s"]["value"] for row in json.load(answer)["results"]["bindings"]]


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Ask a server as many clients at once.")
    parser.add_argument("address")
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--hostile", type=float, default=0.05, help="share of the queries [0.05]")
    parser.add_argument("--think", type=float, default=0, help="seconds between answer and next query, on average [0]")
    parser.add_argument("--deadly", type=int, default=0, help="instead: so many deadly queries at once")
    parser.add_argument("--light", type=int, default=40, help="beside them so many light ones [40]")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    things = things_of(options.address)
    seen = asyncio.run((siege if options.deadly else crowd)(options.address, things, options))
    json.dump(asdict(seen), sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
