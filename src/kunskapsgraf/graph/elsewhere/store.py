"""The graph in an engine elsewhere, behind the same ``Store`` as the embedded one, and with the same promises.

A query passes the guard before anything is sent, is sent with its dataset, and has its places, time and bounds here,
whatever the engine does with the limits that it is handed. Its answer is taken in whole, read to its end and written
anew before anybody sees a byte of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from kunskapsgraf.errors import KunskapsgrafError, NotWritable, QuerySyntaxError, QueryTimeout
from kunskapsgraf.graph import guard
from kunskapsgraf.graph.asked.finding import AskedIndex
from kunskapsgraf.graph.asked.particulars import AskedParticulars
from kunskapsgraf.graph.begun import Asked
from kunskapsgraf.graph.cache import Cache
from kunskapsgraf.graph.diagnosis import diagnosed
from kunskapsgraf.graph.elsewhere import answers, dialects, refusals
from kunskapsgraf.graph.elsewhere.following import Following
from kunskapsgraf.graph.elsewhere.pointer import Shown
from kunskapsgraf.graph.elsewhere.refusals import Reply
from kunskapsgraf.graph.elsewhere.rewriting import Rewritten, rewritten
from kunskapsgraf.graph.elsewhere.transport import Sent, checked, transport
from kunskapsgraf.graph.elsewhere.turn import Turns
from kunskapsgraf.graph.elsewhere.watch import Watch
from kunskapsgraf.graph.outcomes import raise_for
from kunskapsgraf.graph.remote import Remote
from kunskapsgraf.graph.rows import PastBound
from kunskapsgraf.graph.run import Cost
from kunskapsgraf.graph.spool import Spool, Spools
from kunskapsgraf.graph.store import ENTRY_BYTES, GRAPH_BYTES, WHOLE, Answer, Dataset, Dump
from kunskapsgraf.graph.vocabulary import Names
from kunskapsgraf.settings import Settings

if TYPE_CHECKING:
    from kunskapsgraf.graph.writing import Change, Written

NAME = ("Motorn", "The engine")
"""What messages call the engine: visitors are not told its address."""
SPACE = 8
"""JSON takes no more than so many times the bytes of the same rows in another format, names of variables and all."""
LEAST_SPACE = 1_000_000
MOST_TOLD = 50_000_000
"""Bytes of what an engine tells of its graphs: more than 100,000 of them take less."""
HANDED_OVER = 0.95
"""Of the time that is left an engine is given this share, so that it can say itself that it was too little."""
_FORM = "application/x-www-form-urlencoded"


class RemoteStore:
    """The graph at the engine that ``settings.store`` names."""

    def __init__(self, settings: Settings, observe: Callable[[Cost], None] = lambda _: None) -> None:
        self.names = Names(settings.base)
        self.spools = Spools(settings.spool, settings.spool_bytes)
        self.cache: Cache[bytes] = Cache(settings.cache_bytes // 2)
        self.turns = Turns(settings)
        self._settings = settings
        self._observe = observe
        self._url = checked(settings.store)
        self._transport = transport(settings, settings.workers + 1)
        self._known_dialect = dialects.DIALECTS.get(settings.store_engine)
        update = checked(settings.store_update or settings.store)
        quick, patient = (
            Remote(self._url, update, seconds=seconds, over=self._transport, name=NAME, most_bytes=MOST_TOLD)
            for seconds in (settings.query_seconds, settings.endpoint_seconds)
        )
        self._engine = quick
        self._index: AskedIndex | None = None
        self._particulars: AskedParticulars | None = None
        self._following = Following(quick, patient, self.names, self._dialect, settings.follow_seconds)

    def version(self) -> str:
        """Name the version that the engine shows; raises ``EndpointError`` where it has never been reached."""
        return self._following.known().version

    def graphs(self) -> dict[str, int]:
        """Give the number of statements per named graph; the union that a query sees by default is none of them."""
        shown = self._following.known().graphs
        return {logical: count for logical, (_, count) in shown.items() if logical != self.names.dataset}

    def answer(self, query: str, format_name: str, dataset: Dataset = WHOLE, most_bytes: int | None = None) -> Answer:
        """Run a query; raises the ``QueryError`` that fits, ``Overloaded``, or ``EndpointError`` where the engine fails."""
        limits = self._settings
        kind = guard.inspect(query, limits.query_bytes, limits.query_nesting, limits.query_patterns)
        most = min(limits.result_bytes, most_bytes or limits.result_bytes)
        asked = Asked(query, format_name, dataset, most, most_bytes is not None, kind)
        shown = self._following.now()
        if (kept := self.cache.get(shown.version, asked)) is not None:
            self._observe(Cost(query, cached=True, bytes=len(kept)))
            return Answer(kind, format_name, kept, shown.version)
        cost = Cost(query)
        try:
            return self._answered(asked, shown, cost)
        except Exception as error:
            cost.outcome = type(error).__name__
            raise
        finally:
            self._observe(cost)

    def _answered(self, asked: Asked, shown: Shown, cost: Cost) -> Answer:
        sent = rewritten(asked.query, asked.dataset, shown, self.names)
        target = self.spools.open()
        with self.turns.turn(asked.query, cost) as watch:
            body, reply = self._asked(asked, sent, watch)
            try:
                cost.rows = self._written(asked, sent, body, target)
            finally:
                body.spool.close()
        if not target.is_cut:
            dialects.refuse_cut_rows(reply.headers, cost.rows)
        cost.bytes = len(target)
        if target.is_on_disk or target.is_cut:
            content = target if target.is_on_disk else target.read()
            return Answer(asked.kind, asked.format, content, shown.version, target.is_cut)
        return self._keep(asked, target.read(), shown.version)

    def _asked(self, asked: Asked, sent: Rewritten, watch: Watch) -> tuple[answers.Body, Reply]:
        """Ask the engine, and take in its whole answer; one that refuses the query is asked where it is wrong."""
        raw = self.spools.open()
        most = max(SPACE * asked.most_bytes, LEAST_SPACE)
        try:
            reply = self._transport.send(self._request(asked.kind, sent, watch), watch, raw.write, most)
            if self._known_dialect is None:
                self._known_dialect = dialects.recognised(reply.headers)
            if not reply.is_good:
                raise self._refusal(asked, sent, reply)
            dialects.refuse_part(reply.status, reply.headers, watch.seconds)
            raw.finish()
        except BaseException:
            raw.close()
            raise
        dialect = self._dialect()
        return answers.Body(raw, reply.has_end, reply.is_past, dialect.label, dialect.of_label), reply

    def _request(self, kind: str, sent: Rewritten, watch: Watch) -> Sent:
        form = [
            ("query", self._dialect().rewrite(sent.text)),
            *(("default-graph-uri", graph) for graph in sent.default),
            *(("named-graph-uri", graph) for graph in sent.named),
            *self._dialect().limit(watch.left * HANDED_OVER),
        ]
        try:
            body = urlencode(form).encode()
        except UnicodeEncodeError:
            raise QuerySyntaxError(
                "Frågan går inte att tolka: den har ett halvt tecken (ett ensamt surrogat).",
                "The query cannot be parsed: it holds half a character (a lone surrogate).",
            ) from None
        accept = answers.GRAPH if kind == "graph" else answers.RESULTS
        return Sent(self._url, body, {"Content-Type": _FORM, "Accept": accept}, names=NAME)

    def _written(self, asked: Asked, sent: Rewritten, body: answers.Body, target: Spool) -> int:
        most_rows = self._settings.result_rows
        prefixes = self.names.prefixes() if asked.kind == "graph" else {}
        wanted = answers.Wanted(asked.kind, asked.format, asked.most_bytes, most_rows, asked.cut, prefixes, sent.hidden)
        request = {"most_bytes": asked.most_bytes, "most_rows": most_rows}
        try:
            return answers.write(body, wanted, target)
        except answers.Unreadable as error:
            if dialects.was_cancelled(error.end):
                raise self._cancelled() from error
            raise refusals.unreadable(NAME, error) from error
        except answers.Unwritable:
            raise_for({"error": "format"}, self._settings, request)
        except PastBound as error:
            raise_for({"error": str(error)}, self._settings, request)
        raise AssertionError("each of these has an error")

    def _refusal(self, asked: Asked, sent: Rewritten, reply: Reply) -> KunskapsgrafError:
        """Say what an engine's refusal of a query means."""
        if reply.is_too_slow:
            return self._cancelled()
        # Some engines say 500 of what they cannot parse; where the grammar finds the place, it is the query.
        error = QuerySyntaxError(
            f"Motorn tar inte emot frågan: {reply.shown}", f"The engine does not accept the query: {reply.shown}"
        )
        error.said = reply.said
        place = dialects.place(reply.said) if sent.text == asked.query else None
        if place is not None:
            error.line, error.column = place
        found = diagnosed(asked.query, error, self.names.prefixes())
        if reply.status == 400 or (reply.status == 500 and found is not error):
            return found
        return refusals.refused(NAME, reply)

    def _cancelled(self) -> QueryTimeout:
        seconds = self._settings.query_seconds
        return QueryTimeout(
            f"Frågan avbröts: motorn gav upp den, efter {seconds:g} sekunder eller vid sin egen gräns. Begränsa mönstret, eller lägg till LIMIT.",
            f"The query was stopped: the engine gave it up, after {seconds:g} seconds or at its own limit. Narrow the pattern, or add LIMIT.",
        )

    def _keep(self, asked: Asked, body: bytes, version: str) -> Answer:
        if self._settings.cache_bytes and not guard.is_volatile(asked.query):
            graphs = len(asked.dataset.default or ()) + len(asked.dataset.named or ())
            self.cache.put(version, asked, body, len(body) + len(asked.query) + ENTRY_BYTES + GRAPH_BYTES * graphs)
        return Answer(asked.kind, asked.format, body, version)

    def _dialect(self) -> dialects.Dialect:
        if self._known_dialect is None and self._engine.headers:
            self._known_dialect = dialects.recognised(self._engine.headers)
        return self._known_dialect or dialects.OTHER

    def measures(self) -> Mapping[str, int]:
        """Give what can be counted now, by the names of the metrics."""
        lanes = self.turns.lanes
        return {
            "queries_running": lanes.running,
            "queries_slow": lanes.slow,
            "queries_waiting": lanes.waiting,
            "spool_bytes": self.spools.used,
            "cache_bytes": self.cache.bytes,
        }

    def write(self, change: Change) -> Written:  # noqa: ARG002 - as every store
        """Refuse: what is written here would be gone with the next build."""
        raise NotWritable(
            "Grafen ligger i en annan motor och ändras inte härifrån. Ändra källorna och bygg, eller skriv till motorn själv.",
            "The graph lies in another engine and is not changed from here. Change the sources and build, or write to that engine itself.",
        )

    def dumps(self) -> dict[str, Dump]:
        """Give no files: the engine has its own."""
        return {}

    def finding(self) -> AskedIndex:
        """Give what finds things by words, asked of the engine."""
        if self._index is None:
            self._index = AskedIndex(self, self._settings, self.particulars())
        return self._index

    def particulars(self) -> AskedParticulars:
        """Give what pages need to know of things, asked of the engine."""
        if self._particulars is None:
            self.version()  # what engine it is shows in its first answer
            self._particulars = AskedParticulars(self, self._settings, keeps_labels=self._dialect().keeps_labels)
        return self._particulars

    def close(self) -> None:
        """Let go of the connections."""
        self._transport.close()
