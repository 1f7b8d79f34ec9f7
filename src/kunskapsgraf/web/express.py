"""Light queries by GET, answered on the event loop: what Flask answers, to the byte, for a part of what that costs.

To hand a request to a thread and back costs more than a small query does, since threads wait for the interpreter in
turn. All that is out of the ordinary is left to Flask: errors, pages, conditions, chance, large answers, and what would
have to wait. A query that is not answered in a moment goes on there, where a thread takes it up.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from kunskapsgraf.errors import KunskapsgrafError
from kunskapsgraf.graph import guard
from kunskapsgraf.graph.advice import names_terms
from kunskapsgraf.graph.begun import Begun, Prepared
from kunskapsgraf.graph.cache import Cache
from kunskapsgraf.graph.dataset import dataset_of
from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.fairness import CLIENT
from kunskapsgraf.graph.formats import HTML, Format
from kunskapsgraf.graph.outline import outlined
from kunskapsgraf.graph.process import PIPE_BYTES, Arrived, Worker
from kunskapsgraf.graph.run import SWOLLEN_KILOBYTES
from kunskapsgraf.graph.store import Answer
from kunskapsgraf.settings import Settings
from kunskapsgraf.web import advice, compression, delivery, headers
from kunskapsgraf.web.advice import Terms
from kunskapsgraf.web.exchange import Headers, as_sent
from kunskapsgraf.web.intake import check_encoded
from kunskapsgraf.web.negotiation import query_format, written_out
from kunskapsgraf.web.protocol import ACCEPT_QUERY, operation, parsed
from kunskapsgraf.web.proxies import HOST

BEGUN = "kunskapsgraf.begun"
"""Under this name a request carries the query that was begun for it."""
PATIENCE_SECONDS = 0.02
"""After so long it is looked at whether a query is a light one; a small lookup takes a hundredth of it."""
LONGEST_SECONDS = 0.5
"""One that has hardly had the processor is waited for so long: others hold the processor, and it is no heavier for that."""
AGAIN_SECONDS = 0.005
MOST_WAITING = 256
"""Requests that wait for their moment; further ones wait in the queue, as far as that has room."""
LARGEST = 64 * 1024
"""Bytes of an answer that is sent from here: to compress more would hold up everyone."""
MOST_TAKEN = 1_000_000
"""Bytes that are taken in for a thread to send: what has come whole in its moment leaves its worker as it was."""
LONGEST_QUERY = 8000
LONGEST_HEADER = 300
_PARAMETERS = frozenset({"query", "default-graph-uri", "named-graph-uri", "inference", "format", "output", "results"})
_HEADERS_FOR_FLASK = frozenset(
    {
        "CONTENT_LENGTH",
        "HTTP_CONTENT_ENCODING",
        "HTTP_IF_MATCH",
        "HTTP_IF_NONE_MATCH",
        "HTTP_RANGE",
        "HTTP_TRANSFER_ENCODING",
    }
)
_DEPENDS_ON = ("QUERY_STRING", "HTTP_ACCEPT", "HTTP_ACCEPT_ENCODING")
"""What the plan of a plain request is made of, besides the snapshot."""
PLANS_BYTES = 8_000_000
"""Plans that are remembered take about so much: what is asked comes again, for another answer or after a while."""
PLAN_BYTES = 1000


@dataclass(frozen=True)
class _Plan:
    """How a request is to be answered, as far as it is known before its query has run."""

    prepared: Prepared
    written: Format
    warnings: str
    gzip: bool
    version: str
    tag: str


class Express:
    """The way past Flask, on one store."""

    def __init__(self, settings: Settings, store: EmbeddedStore, terms: Terms) -> None:
        self._settings = settings
        self._store = store
        self._terms = terms
        self._plans: Cache[_Plan] = Cache(PLANS_BYTES)
        self._turns = asyncio.Semaphore(max(1, store.pool.lanes.light_places))
        self._preparing: asyncio.Future[None] | None = None
        self._paths = ("/sparql", f"{settings.prefix}/sparql")
        self._longest = min(LONGEST_QUERY, settings.url_bytes - len(self._paths[1]))

    async def answered(self, environ: dict[str, Any], client: str, version: str) -> tuple[Headers, bytes] | None:
        """Give the headers and the body of a 200, or ``None`` where the request is Flask's.

        ``version`` is the snapshot that is served now; empty where there is none.
        """
        if not version or not self._is_plain(environ):
            return None
        try:
            plan = self._planned(environ, version)
            if plan is None:
                return None
            CLIENT.set(client)
            answer = self._store.kept(plan.prepared, plan.version) or await self._asked(plan, environ, client)
            if answer is None:
                return None
            return _response(plan, answer)
        except KunskapsgrafError:
            return None

    def _planned(self, environ: dict[str, Any], version: str) -> _Plan | None:
        """Give the plan of a request, one that is remembered where there is one."""
        key = tuple(environ.get(name, "") for name in _DEPENDS_ON)
        plan = self._plans.get(version, key)
        if plan is None:
            plan = self._plan(version, *key)
            if plan is not None:
                # An address, its query and its frame hold the same; a frame also names every graph of a dataset.
                size = PLAN_BYTES + sum(map(len, key)) + 2 * len(plan.prepared.frame)
                self._plans.put(version, key, plan, size)
        return plan

    def _plan(self, version: str, address: str, accept: str, accept_encoding: str) -> _Plan | None:
        check_encoded(address.encode(), "adressen", "the address")
        given = parsed(address)
        if "query" not in given or not given.keys() <= _PARAMETERS:
            return None
        asked = operation(given)
        store, limits = self._store, self._settings
        kind = guard.inspect(asked.query, limits.query_bytes, limits.query_nesting, limits.query_patterns)
        outline = outlined(asked.query)
        if outline.clauses:
            return None  # to resolve their names takes an engine
        graphs = store.graphs()
        dataset = dataset_of(store.names, graphs, outline, asked.default, asked.named, asked.inference)
        written = query_format(kind, asked.format, accept)
        tag = delivery.tag(version, asked.query, dataset, written)
        terms = self._terms.known(version) if names_terms(outline, store.names) else frozenset()
        if written is HTML or tag is None or terms is None:
            return None
        found = advice.found(store.names, terms, asked, outline, dataset, graphs)
        prepared = store.prepare(asked.query, written.name, dataset)
        if len(prepared.frame) > PIPE_BYTES:
            return None  # nobody here sends the rest
        return _Plan(prepared, written, advice.header(found), compression.takes_gzip(accept_encoding), version, tag)

    def _is_plain(self, environ: dict[str, Any]) -> bool:
        address: str = environ["QUERY_STRING"]
        return (
            environ["REQUEST_METHOD"] == "GET"
            and environ["PATH_INFO"] in self._paths
            and len(address) <= self._longest
            and address.isascii()
            and _HEADERS_FOR_FLASK.isdisjoint(environ)
            and HOST.fullmatch(environ.get("HTTP_HOST", "localhost")) is not None
            and len(environ.get("HTTP_ACCEPT", "")) <= LONGEST_HEADER
            and len(environ.get("HTTP_ACCEPT_ENCODING", "")) <= LONGEST_HEADER
        )

    async def _asked(self, plan: _Plan, environ: dict[str, Any], client: str) -> Answer | None:
        """Ask a worker in turn; ``None`` where it has no answer in a moment, and then the query goes with the request."""
        if not await self._has_turn():
            return None
        try:
            CLIENT.set(client)  # other requests may have run meanwhile
            end = time.monotonic() + LONGEST_SECONDS
            while (begun := self._begun(plan)) is None:
                # Those kept for this were ended, or stand on an older snapshot.
                if not self._may_wait(plan) or time.monotonic() > end:
                    return None
                self._prepare()
                await asyncio.sleep(AGAIN_SECONDS)
                CLIENT.set(client)
            return await self._come(begun, environ)
        finally:
            self._turns.release()

    async def _has_turn(self) -> bool:
        """Wait for a turn, no longer than for a place in the queue; tell whether it came."""
        if not self._turns.locked():
            return await self._turns.acquire()
        lanes = self._store.pool.lanes
        if lanes.expectant >= MOST_WAITING:
            return False
        lanes.expectant += 1
        try:
            async with asyncio.timeout(lanes.wait_seconds):
                return await self._turns.acquire()
        except TimeoutError:
            return False
        finally:
            lanes.expectant -= 1

    def _begun(self, plan: _Plan) -> Begun | None:
        return self._store.begin(plan.prepared) if self._store.pool.is_light(plan.prepared.asked.query) else None

    def _may_wait(self, plan: _Plan) -> bool:
        pool = self._store.pool
        return pool.lanes.light_places > 0 and pool.is_light(plan.prepared.asked.query)

    def _prepare(self) -> None:
        """Let a thread start workers, unless one does."""
        if self._preparing is None or self._preparing.done():
            loop = asyncio.get_running_loop()
            self._preparing = loop.run_in_executor(None, self._store.pool.prepare)

    async def _come(self, begun: Begun, environ: dict[str, Any]) -> Answer | None:
        run = begun.run
        try:
            arrived = await _arrived(run.worker)
        except BaseException:
            run.give_up()
            raise
        head = arrived.head
        if head is not None and arrived.size <= LARGEST and _is_light(head):
            return self._store.collect(begun, head)
        if run.stay(answered=head is not None):
            environ[BEGUN] = begun
        return None


async def _arrived(worker: Worker) -> Arrived:
    """Wait a moment for an answer, and tell what has come of it: all, or as much as there is after that, or is taken here."""
    loop = asyncio.get_running_loop()
    come: asyncio.Future[Arrived] = loop.create_future()
    end = loop.time() + LONGEST_SECONDS
    nothing = Arrived(0, None)

    def look() -> None:
        arrived = worker.arrived()
        if arrived.head is not None or arrived.size > MOST_TAKEN:
            settle(arrived)

    def settle(arrived: Arrived) -> None:
        if not come.done():
            come.set_result(arrived)

    def wait() -> None:
        if worker.is_light() and loop.time() < end:
            timers.append(loop.call_later(PATIENCE_SECONDS, wait))
        else:
            settle(nothing)

    loop.add_reader(worker.output, look)
    timers = [loop.call_later(PATIENCE_SECONDS, wait)]
    try:
        return await come
    finally:
        timers[-1].cancel()
        loop.remove_reader(worker.output)


def _is_light(head: dict[str, Any]) -> bool:
    return "ok" in head and head.get("kilobytes", 0) < SWOLLEN_KILOBYTES


def _response(plan: _Plan, answer: Answer) -> tuple[Headers, bytes] | None:
    """Write what ``web/delivery.py`` and ``web/headers.py`` make of the answer."""
    content = answer.content
    if not isinstance(content, bytes) or len(content) > LARGEST:
        return None
    asked = plan.prepared.asked
    is_of_plan = answer.version == plan.version
    tag = plan.tag if is_of_plan else delivery.tag(answer.version, asked.query, asked.dataset, plan.written)
    body, content_type = written_out(content, plan.written)
    gzip = plan.gzip and compression.is_worth_it(content_type, len(body))
    if gzip:
        body = b"".join(compression.gzipped([body], compression.level_of(len(body))))
    found = [
        ("Content-Type", content_type),
        ("Content-Length", str(len(body))),
        ("ETag", f'"{tag}{compression.SUFFIX if gzip else ""}"'),
        ("Cache-Control", headers.FRESH),
        ("Accept-Query", ACCEPT_QUERY),
    ]
    if plan.warnings:
        found.append((advice.HEADER, plan.warnings))
    found += headers.ALWAYS
    found.append(("Vary", ", ".join(headers.VARY)))
    if gzip:
        found.append(("Content-Encoding", "gzip"))
    return as_sent(found), body
