"""An engine that keeps its promises, but for one: SPARQL 1.1 over pyoxigraph, with a fault that can be chosen.

What is not the matter of a fault is answered as the specifications say, so that a check that fails does so because of it.
"""

from __future__ import annotations

import json
import re
import threading
import time
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from socketserver import ThreadingMixIn
from urllib.parse import parse_qsl, unquote
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIEnvironment

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    parse,
    serialize,
)

JSON, TRIPLES = "application/sparql-results+json", "application/n-triples"
FORM, QUERY, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
HEAVY_SECONDS = 1.5
FIRST = "skriven-form"
"""What the graph is called that the first update writes."""
Answer = tuple[int, str, bytes]
_FROM = re.compile(r"FROM (?:NAMED )?<[^>]*>")
_OWN = re.compile(r"<https://w3id.org/kunskapsgraf/prov/[^>]*>")


@dataclass
class Promising:
    """The engine, with its one fault by name."""

    fault: str = ""
    store: Store = field(default_factory=Store)
    waiting: list[str] = field(default_factory=list)
    stuck: bool = False
    address: str = ""

    def reset(self, fault: str) -> None:
        """Begin anew with another fault."""
        self.fault, self.store, self.waiting, self.stuck = fault, Store(), [], False

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        sent = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
        # That updates are taken at all is asked first in every run; only faults that are about that spoil it.
        is_first = FIRST in sent and self.fault not in ("read only", "never seen", "no form")
        try:
            status, media, body = (replace(self, fault="") if is_first else self)._answer(environ, sent)
        except (SyntaxError, ValueError, OSError) as error:
            status, media, body = (200 if self.fault == "errors are 200" else 400), "text/plain", str(error).encode()
        start(f"{status} x", [("Content-Type", media), ("Content-Length", str(len(body)))])
        return [body]

    def _answer(self, environ: WSGIEnvironment, body: str) -> Answer:
        fields = parse_qsl(environ.get("QUERY_STRING", ""))
        media = environ.get("CONTENT_TYPE", "").partition(";")[0]
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        if path == "/data":
            return self._data(method, dict(fields)["graph"], body, media)
        if method == "GET" and self.fault == "no GET":
            return 405, "text/plain", b"by POST"
        if media == FORM:
            fields = parse_qsl(body)
        elif media in (QUERY, UPDATE):
            if self.fault == "nothing direct":
                return 415, "text/plain", b"as a form"
            fields.append(("query" if media == QUERY else "update", body))
        sent = dict(fields)
        if "update" in sent:
            return self._updated(sent["update"])
        if media == FORM and self.fault == "no form":
            return 415, "text/plain", b"not as a form"
        default = [value for name, value in fields if name == "default-graph-uri"]
        named = [value for name, value in fields if name == "named-graph-uri"]
        return self._asked(sent["query"], default, named, "timeout" in sent)

    def _asked(self, text: str, default: list[str], named: list[str], is_limited: bool) -> Answer:
        fault = self.fault
        if "?x0 + ?x1 + ?x2" in text:
            return self._heavy(is_limited)
        if self.stuck or (fault == "refuses SELECT" and "SELECT" in text):
            return 503, "text/plain", b"busy"
        if fault == "divides" and "1 / ?x" in text:
            return 500, "text/plain", b"division by 0"
        if fault == "knows its graphs" and any(not self._holds(graph) for graph in default):
            return 400, "text/plain", b"no such graph"
        if fault == "few graphs" and len(default) > 100:
            return 414, "text/plain", b"too long"
        if fault == "one graph":
            text = _OWN.sub("<urn:same>", text)
        if _FROM.search(text):
            if fault == "FROM is heeded first":
                default = named = []
            elif fault == "FROM is not heeded":
                text = _FROM.sub("", text)
        if fault == "default is not heeded":
            default = []
        if fault == "named is not heeded":
            named = []
        if default or named:
            text = _FROM.sub("", text)
        if self.fault == "no set":
            graphs: list[NamedNode | BlankNode | DefaultGraph] = [NamedNode(graph) for graph in default]
            found = self.store.query(
                text, default_graph=graphs or None, named_graphs=list(map(NamedNode, named)) or None
            )
        else:
            found = self._dataset(default, named).query(text)
        if not fault and not isinstance(found, QueryTriples):
            return (
                200,
                JSON,
                found.serialize(format=QueryResultsFormat.JSON) or b"",
            )  # a large answer is made in a moment
        if isinstance(found, QueryTriples):
            return self._made(list(found))
        if isinstance(found, QuerySolutions):
            return self._rows(found, text)
        if fault == "speaks XML":
            return 200, "application/sparql-results+xml", found.serialize(format=QueryResultsFormat.XML) or b""
        return 200, JSON, found.serialize(format=QueryResultsFormat.JSON) or b""

    def _dataset(self, default: list[str], named: list[str]) -> Store:
        """Give what a query is to see: the graphs themselves, and the set of what the default ones hold."""
        if not default and not named:
            return self.store
        store = Store()
        for graph in named:
            store.extend(self.store.quads_for_pattern(None, None, None, NamedNode(graph)))
        every = [graph.value for graph in self.store.named_graphs() if isinstance(graph, NamedNode)]
        for graph in default or (every if self.fault == "union by default" else []):
            for quad in self.store.quads_for_pattern(None, None, None, NamedNode(graph)):
                store.add(Quad(quad.subject, quad.predicate, quad.object, DefaultGraph()))
        return store

    def _rows(self, found: QuerySolutions, text: str) -> Answer:
        names = [variable.value for variable in found.variables]
        rows = [[row[name] for name in names] for row in found]
        if self.fault == "no rows":
            rows = []
        if self.fault == "rows backwards":
            rows.reverse()
        if self.fault == "rows twice":
            rows *= 2
        if self.fault == "cuts":
            rows = rows[:10_000]
        if self.fault == "unbound is empty" and "?none" in text:
            rows = [[Literal("") if term is None else term for term in row] for row in rows]
        bindings = [
            {name: _json(self._told(term)) for name, term in zip(names, row, strict=True) if term is not None}
            for row in rows
        ]
        body = json_of({"head": {"vars": names}, "results": {"bindings": bindings}})
        return 200, JSON, body

    def _made(self, triples: list[object]) -> Answer:
        if self.fault == "makes nothing":
            triples = []
        if self.fault == "cuts":
            triples = triples[:10_000]
        quads = [Quad(t.subject, t.predicate, self._told(t.object)) for t in triples]  # type: ignore[attr-defined, arg-type]
        if self.fault == "speaks Turtle":
            return (
                200,
                "text/turtle",
                serialize(quads, format=RdfFormat.TURTLE, prefixes={"ex": "http://example.org/"}) or b"",
            )
        return 200, TRIPLES, serialize(quads, format=RdfFormat.N_TRIPLES) or b""

    def _told(self, term: object) -> object:
        """Give a term as it is told, which may be another than it was."""
        if isinstance(term, NamedNode):
            return NamedNode(unquote(term.value)) if self.fault == "IRIs are decoded" else term
        if not isinstance(term, Literal):
            return term
        value, language, datatype = term.value, term.language, term.datatype
        match self.fault:
            case "ASCII":
                value = value.encode("ascii", "replace").decode()
            case "composes":
                value = unicodedata.normalize("NFC", value)
            case "one line":
                value = " ".join(value.split())
            case "short texts":
                value = value[:4000]
            case "no languages":
                language = None
            case "two letters":
                language = language and language[:2]
            case "no datatypes":
                return Literal(value, language=language)
        if language or term.language:
            return Literal(value, language=language) if language else Literal(value)
        return Literal(value, datatype=datatype)

    def _updated(self, text: str) -> Answer:
        fault = self.fault
        if fault == "read only":
            return 403, "text/plain", b"may not"
        if fault == "short updates" and len(text) > 100_000:
            return 413, "text/plain", b"too long"
        if fault == "names only" and "_:" in text:
            return 400, "text/plain", b"no blank nodes"
        if fault == "no whole graphs" and re.match(r"COPY|MOVE", text):
            return 501, "text/plain", b"not implemented"
        if fault == "drops nothing" and text.startswith("DROP"):
            return 204, "text/plain", b""
        if fault == "infers nothing" and "WHERE" in text and "INSERT" in text:
            return 204, "text/plain", b""
        if fault == "one graph":
            text = _OWN.sub("<urn:same>", text)
        if fault == "USING is not heeded":
            text = re.sub(r"USING <[^>]*>", "", text)
        if fault == "WITH is not heeded":
            text = re.sub(r"WITH <[^>]*>", "", text)
        if fault == "NOT EXISTS is not heeded":
            text = re.sub(r"FILTER NOT EXISTS \{ GRAPH <[^>]*> \{[^}]*\} \}", "", text)
        if fault == "never seen":
            return 204, "text/plain", b""
        if fault == "late":
            self.waiting.append(text)
            if len(self.waiting) > 1:
                self.store.update(self.waiting.pop(0))
            return 204, "text/plain", b""
        pieces = [text]
        if fault in ("the first alone", "in pieces"):
            pieces = re.split(r" ;\n| ; ", text)
        for piece in pieces[:1] if fault == "the first alone" else pieces:
            self.store.update(piece)
        return 204, "text/plain", b""

    def _data(self, method: str, graph: str, body: str, media: str) -> Answer:
        name = NamedNode(graph)
        if self.fault == "small graphs" and len(body) > 100_000:
            return 413, "text/plain", b"too long"
        if self.fault == "empties first" and method == "PUT":
            self.store.remove_graph(name)
        kind = RdfFormat.N_TRIPLES if media == TRIPLES else RdfFormat.TURTLE
        read = [Quad(q.subject, q.predicate, q.object, name) for q in parse(body.encode(), format=kind)] if body else []
        if self.fault == "loses one":
            read = read[1:]
        if method in ("PUT", "DELETE") and self.fault != "only adds":
            self.store.remove_graph(name)
        self.store.extend(read)
        return 204, "text/plain", b""

    def _heavy(self, is_limited: bool) -> Answer:
        if self.fault in ("a part", "a part that is marked"):
            status = 200 if self.fault == "a part" else 206  # as newer versions of Virtuoso
            return status, JSON, json_of({"head": {"vars": ["n"]}, "results": {"bindings": [{"n": _json(Literal(7))}]}})
        if is_limited and self.fault != "the limit is not heeded":
            return 503, "text/plain", b"timed out"
        self.stuck = self.fault == "one at a time"
        time.sleep(HEAVY_SECONDS)
        return 200, JSON, json_of({"head": {"vars": ["n"]}, "results": {"bindings": [{"n": _json(Literal(450**3))}]}})

    def _holds(self, graph: str) -> bool:
        return any(True for _ in self.store.quads_for_pattern(None, None, None, NamedNode(graph)))


def json_of(value: object) -> bytes:
    """Write JSON."""
    return json.dumps(value).encode()


def _json(term: object) -> dict[str, str]:
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, Literal):
        said = {"type": "literal", "value": term.value}
        if term.language:
            return said | {"xml:lang": term.language}
        return said | {"datatype": term.datatype.value}
    return {"type": "bnode", "value": str(term).removeprefix("_:")}


class _Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def promising() -> Iterator[Promising]:
    """Serve the engine on a free port."""
    engine = Promising()
    with make_server("127.0.0.1", 0, engine, _Threaded, _Quiet) as server:
        engine.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield engine
        finally:
            server.shutdown()
            thread.join()
