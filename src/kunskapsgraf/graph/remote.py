"""A store somewhere else as rules use it: any engine that speaks the SPARQL 1.1 Protocol, asked and updated.

Whatever goes wrong becomes ``EndpointError``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from kunskapsgraf.errors import EndpointError, QueryTimeout
from kunskapsgraf.graph.elsewhere import dialects, refusals
from kunskapsgraf.graph.elsewhere.refusals import Reply
from kunskapsgraf.graph.elsewhere.transport import Sent, Transport, checked, transport
from kunskapsgraf.graph.elsewhere.watch import Watch
from kunskapsgraf.graph.terms import Row, row_of
from kunskapsgraf.settings import Settings

_QUERY, _UPDATE = "query", "update"
_FORM = "application/x-www-form-urlencoded"
"""How both are sent: Virtuoso never answers a query that is sent as it is (7.2.5)."""
_LINES = "application/n-triples"
_RESULTS = "application/sparql-results+json"
MOST_BYTES = 1_000_000_000
"""Bytes of an answer; rules and counts give far less."""


class Remote:
    """An endpoint: ``query_url`` answers queries and ``update_url`` takes updates; many engines have one address for both."""

    def __init__(
        self,
        query_url: str,
        update_url: str = "",
        data_url: str = "",
        *,
        user: str = "",
        password: str = "",
        token: str = "",
        seconds: float = 120,
        over: Transport | None = None,
        name: tuple[str, str] | None = None,
        most_bytes: int = MOST_BYTES,
        engine: str = "auto",
    ) -> None:
        self.query_url = checked(query_url)
        self.update_url = checked(update_url or query_url)
        self.data_url = checked(data_url) if data_url else ""
        self.headers: Mapping[str, str] = {}
        """Those of its last answer, which tell what engine it is."""
        self._seconds = seconds
        self._name = name
        self._most_bytes = most_bytes
        self._dialect = dialects.DIALECTS.get(engine)
        self._transport = over or Transport(user=user, password=password, token=token)

    def update(self, text: str) -> None:
        """Run a SPARQL update."""
        self._sent(self.update_url, text, _UPDATE)

    def add(self, graph: str, lines: bytes) -> None:
        """Add N-Triples to a graph: as a whole where there is an address for graphs, as an update where there is none."""
        if self.data_url:
            joint = "&" if "?" in self.data_url else "?"
            url = f"{self.data_url}{joint}{urlencode({'graph': graph})}"
            self._exchanged(Sent(url, lines, {"Content-Type": _LINES}, is_safe=False, names=self._name))
            return
        said = f"{{ GRAPH <{graph}> {{\n{lines.decode()}}} }}"
        # Virtuoso takes nodes without a name in a template alone; with one solution that is the same.
        self.update(f"INSERT {said} WHERE {{ }}" if b"_:" in lines else f"INSERT DATA {said}")

    def select(self, query: str) -> Iterator[Row]:
        """Run a SELECT; give its rows, unbound variables left out."""
        answer, headers = self._asked(query)
        try:
            rows = [row_of(binding) for binding in answer["results"]["bindings"]]
        except (KeyError, TypeError, ValueError) as error:
            raise self._not_sparql(error) from error
        if dialects.may_be_cut(headers, len(rows)):
            raise self._cut(len(rows))
        return iter(rows)

    def ask(self, query: str) -> bool:
        """Run an ASK."""
        answer, _ = self._asked(query)
        if not isinstance(answer.get("boolean"), bool):
            raise self._not_sparql("boolean")
        return bool(answer["boolean"])

    def holds(self, graph: str) -> bool:
        """Tell whether a named graph holds anything."""
        return self.ask(f"ASK {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")

    def is_own(self, graph: str) -> bool:
        """Tell whether a graph is one that the engine holds of its own accord; known when it has answered something."""
        return graph.startswith((self._dialect or dialects.recognised(self.headers)).own_graphs)

    def close(self) -> None:
        """Let go of the connections."""
        self._transport.close()

    def _asked(self, query: str) -> tuple[dict[str, Any], Mapping[str, str]]:
        body, reply = self._sent(self.query_url, query, _QUERY)
        if dialects.is_part(reply.status, reply.headers):
            raise self._part()
        try:
            # The body is parsed as one document: a cut answer is no JSON and raises.
            found = json.loads(body)
        except ValueError as error:
            raise self._not_sparql(error) from error
        if not isinstance(found, dict):
            raise self._not_sparql("JSON")
        return found, reply.headers

    def _sent(self, url: str, text: str, operation: str) -> tuple[bytes, Reply]:
        form = urlencode({operation: text}).encode()
        headers = {"Content-Type": _FORM, "Accept": _RESULTS if operation == _QUERY else "*/*"}
        return self._exchanged(Sent(url, form, headers, is_safe=operation == _QUERY, names=self._name))

    def _exchanged(self, sent: Sent) -> tuple[bytes, Reply]:
        url = sent.url
        body = bytearray()
        try:
            reply = self._transport.send(
                sent,
                Watch(self._seconds),
                body.extend,
                self._most_bytes,
            )
        except QueryTimeout as error:
            raise self._too_slow(url) from error
        name = self._name or (url, url)
        if not reply.is_good:
            raise refusals.refused(name, reply)
        if reply.is_past:
            raise refusals.cut(name)
        self.headers = reply.headers
        return bytes(body), reply

    def _part(self) -> EndpointError:
        sv, en = self._name or (self.query_url, self.query_url)
        return EndpointError(
            f"{sv} gav en del av svaret när motorns egen tidsgräns var nådd. Inget av det används. Höj den gränsen (Virtuoso: MaxQueryExecutionTime).",
            f"{en} gave a part of the answer when the engine's own limit of time was met. Nothing of it is used. Raise that limit (Virtuoso: MaxQueryExecutionTime).",
        )

    def _cut(self, rows: int) -> EndpointError:
        sv, en = self._name or (self.query_url, self.query_url)
        return EndpointError(
            f"{sv} gav {rows} rader, så många som den ger som mest, och kan ha skurit av svaret. Höj gränsen i motorn (ResultSetMaxRows).",
            f"{en} gave {rows} rows, as many as it gives at most, and may have cut the answer. Raise the engine's limit (ResultSetMaxRows).",
        )

    def _too_slow(self, url: str) -> EndpointError:
        sv, en = self._name or (url, url)
        seconds = f"{self._seconds:g}"
        return EndpointError(
            f"{sv} svarade inte inom {seconds} s. Höj KUNSKAPSGRAF_ENDPOINT_SECONDS, eller se efter vad tjänsten gör.",
            f"{en} did not answer within {seconds} s. Raise KUNSKAPSGRAF_ENDPOINT_SECONDS, or see what the service is doing.",
        )

    def _not_sparql(self, why: object) -> EndpointError:
        sv, en = self._name or (self.query_url, self.query_url)
        return EndpointError(
            f"{sv} svarade inte med ett SPARQL-resultat i JSON ({why}). Kontrollera att adressen är frågetjänstens.",
            f"{en} did not answer with a SPARQL result in JSON ({why}). Check that the address is that of the query service.",
        )


def remote(settings: Settings, query_url: str, update_url: str = "", data_url: str = "") -> Remote:
    """Give an endpoint with the user, token and time limit of the settings."""
    return Remote(
        query_url,
        update_url,
        data_url,
        seconds=settings.endpoint_seconds,
        over=transport(settings),
        engine=settings.store_engine,
    )
