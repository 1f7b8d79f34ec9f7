"""What operators read: a log of one JSON object per line, and Prometheus metrics.

A query is named by its hash, a request by its path without parameters; a client's address is written only where a
setting says so. JSON escapes whatever could break a line.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Mapping
from typing import Any, Protocol

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from kunskapsgraf.graph.fairness import CLIENT
from kunskapsgraf.graph.run import Cost
from kunskapsgraf.settings import Settings

_SECONDS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10)
_KILOBYTES = (1_000, 10_000, 100_000, 1_000_000)


_STANDARD_ERROR = 2


class Log:
    """Lines of JSON to a file, or to standard error for ``-``; a log that cannot be written stops no answer."""

    def __init__(self, settings: Settings) -> None:
        self._clients = bool(settings.log_clients)
        self._handle = (
            _STANDARD_ERROR
            if settings.log == "-"
            else os.open(settings.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o666)
        )

    def write(self, event: str, **fields: Any) -> None:
        """Write one line, at once and in one piece: that is what lines of several threads need to stand apart."""
        client = fields.pop("client", "")
        line = {"time": round(time.time(), 3), "event": event, **fields}
        if self._clients:
            line["client"] = client
        try:
            os.write(self._handle, (json.dumps(line, ensure_ascii=True) + "\n").encode("ascii"))
        except OSError:
            return


_GAUGES = {
    "queries_running": "Queries that run now",
    "queries_slow": "Queries in the slow lane now",
    "queries_waiting": "Queries that wait for a place now",
    "queries_expectant": "Queries that wait for their first moment now",
    "workers_ready": "Query processes that stand ready",
    "spool_bytes": "Bytes of large results on disk now",
    "cache_bytes": "Bytes in the cache of results",
}


class Measured(Protocol):
    """A store that tells what it holds now."""

    def measures(self) -> Mapping[str, int]:
        """Give what can be counted now, by the names of the metrics."""
        ...


class _Gauges(Collector):
    """What the store holds now, read when it is asked for; a store without query processes has none of theirs."""

    def __init__(self, store: Measured) -> None:
        self._store = store

    def collect(self) -> Any:
        """Give the gauges."""
        found = self._store.measures()
        for name, text in _GAUGES.items():
            if name in found:
                yield GaugeMetricFamily(f"kunskapsgraf_{name}", text, value=found[name])


class _Counters:
    """A counter's values by label, each looked up once: the library finds them again for every request else."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._found: dict[tuple[str, ...], Counter] = {}

    def add(self, *labels: str) -> None:
        """Count one; labels are few, since they never hold what a client chooses."""
        found = self._found.get(labels)
        if found is None:
            found = self._found[labels] = self._counter.labels(*labels)
        found.inc()


class Journal:
    """The log and the metrics of one application."""

    def __init__(self, settings: Settings) -> None:
        self._log = Log(settings)
        self.registry = CollectorRegistry()
        own = {"namespace": "kunskapsgraf", "registry": self.registry}
        self._queries = _Counters(Counter("queries", "Queries by outcome", ["outcome"], **own))  # type: ignore[arg-type]
        self._seconds = Histogram("query_seconds", "Time of a query in its process", buckets=_SECONDS, **own)  # type: ignore[arg-type]
        self._waited = Histogram("query_wait_seconds", "Time in the queue", buckets=_SECONDS, **own)  # type: ignore[arg-type]
        self._memory = Histogram("query_kilobytes", "Memory that a query added", buckets=_KILOBYTES, **own)  # type: ignore[arg-type]
        self._requests = _Counters(Counter("requests", "Requests by status", ["status"], **own))  # type: ignore[arg-type]
        self._changes = _Counters(Counter("changes", "Changes asked for, by outcome", ["outcome"], **own))  # type: ignore[arg-type]
        self._cached = _Counters(Counter("cache", "Answers from a cache, and not", ["cache", "found"], **own))  # type: ignore[arg-type]

    def watch(self, store: Measured) -> None:
        """Show what a store holds among the metrics."""
        self.registry.register(_Gauges(store))

    def query(self, cost: Cost) -> None:
        """Note one query."""
        self._cached.add("results", "yes" if cost.cached else "no")
        self._queries.add("cached" if cost.cached else cost.outcome)
        if not cost.cached:
            self._seconds.observe(cost.seconds)
            self._waited.observe(cost.waited)
            if cost.kilobytes:
                self._memory.observe(cost.kilobytes)
        self._log.write(
            "query",
            query=hashlib.sha256(cost.query.encode("utf-8", "surrogatepass")).hexdigest()[:16],
            outcome=cost.outcome,
            cached=cost.cached,
            rewritten=cost.rewritten,
            waited=round(cost.waited, 4),
            seconds=round(cost.seconds, 4),
            slow_seconds=round(cost.slow_seconds, 4),
            processor_seconds=cost.processor_seconds,
            kilobytes=cost.kilobytes,
            rows=cost.rows,
            bytes=cost.bytes,
            client=CLIENT.get(),
        )

    def change(self, *, outcome: str, seconds: float, **told: str | int) -> None:
        """Note a change that somebody asked for, whatever came of it."""
        self._changes.add(outcome)
        told["graph"] = str(told["graph"])[:200]
        self._log.write("change", outcome=outcome, seconds=round(seconds, 4), **told, client=CLIENT.get())

    def request(
        self, method: str, path: str, status: int, size: int, seconds: float, client: str, *, cached: bool
    ) -> None:
        """Note one request."""
        self._requests.add(str(status))
        if method in ("GET", "HEAD"):
            self._cached.add("answers", "yes" if cached else "no")
        self._log.write(
            "request",
            method=method,
            path=path[:200],
            status=status,
            bytes=size,
            seconds=round(seconds, 4),
            cached=cached,
            process=os.getpid(),
            client=client,
        )

    def metrics(self) -> bytes:
        """Give the metrics in Prometheus' text format."""
        return generate_latest(self.registry)
