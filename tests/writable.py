"""A store in memory that takes changes as the protocol has them, and an application on it; for tests of the doors."""

from __future__ import annotations

import hashlib
import io
import json
import struct
from dataclasses import replace

from flask.testing import FlaskClient
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, parse
from pyoxigraph import Store as Quads

from kunskapsgraf import settings as settings_module
from kunskapsgraf.errors import NotWritable, QueryForbidden, QuerySyntaxError, ResultTooLarge, SyntaxInFile
from kunskapsgraf.graph import guard, worker
from kunskapsgraf.graph.found import Index
from kunskapsgraf.graph.particulars import Particulars
from kunskapsgraf.graph.spool import Spools
from kunskapsgraf.graph.store import WHOLE, Answer, Dataset, Dump
from kunskapsgraf.graph.vocabulary import Names
from kunskapsgraf.graph.writing import Change, Written
from kunskapsgraf.settings import Settings
from kunskapsgraf.web import create_app

BASE = "https://w3id.org/kunskapsgraf/"
FORMATS = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "jsonld": RdfFormat.JSON_LD,
    "rdf": RdfFormat.RDF_XML,
}
TOKEN, OTHER_TOKEN = "anna-secret_1~+/==", "bo-secret"
WRITERS = ", ".join(
    f"{name}:{hashlib.sha256(token.encode()).hexdigest()}" for name, token in (("anna", TOKEN), ("bo", OTHER_TOKEN))
)
BEARER = {"Authorization": f"Bearer {TOKEN}"}


class Writable:
    """A store whose graphs are for writing, but for ``graf/harledd`` and the default graph.

    ``failure`` is raised by the next change, in place of carrying it out; ``changes`` are those that were asked.
    """

    def __init__(self, most_bytes: int = 1_000_000) -> None:
        self.names = Names(BASE)
        self.quads = Quads()
        self.changes: list[Change] = []
        self.failure: Exception | None = None
        self.spools = Spools(None, 100_000_000)
        self._most = most_bytes
        self._number = 0

    def put(self, graph: str, turtle: str) -> None:
        """Lay down a graph beside the protocol."""
        self.quads.extend(
            Quad(found.subject, found.predicate, found.object, NamedNode(graph))
            for found in parse(turtle, format=RdfFormat.TURTLE)
        )
        self._number += 1

    def held(self, graph: str) -> set[str]:
        """Give the triples of a graph as N-Triples."""
        return {str(quad.triple) for quad in self.quads.quads_for_pattern(None, None, None, NamedNode(graph))}

    def version(self) -> str:
        """Name the state."""
        return f"v{self._number}"

    def graphs(self) -> dict[str, int]:
        """Count the quads by graph."""
        found: dict[str, int] = {}
        for quad in self.quads:
            if isinstance(quad.graph_name, NamedNode):
                found[quad.graph_name.value] = found.get(quad.graph_name.value, 0) + 1
        return found

    def answer(self, query: str, format_name: str, dataset: Dataset = WHOLE, most_bytes: int | None = None) -> Answer:
        """Run a query as a worker does; the default graph is all graphs."""
        kind = guard.inspect(query, 1_000_000)
        default = sorted(self.graphs()) if dataset.default is None else list(dataset.default)
        target = io.BytesIO()
        request: dict[str, object] = {
            "query": query,
            "format": format_name,
            "default_graphs": default,
            "named_graphs": None if dataset.named is None else list(dataset.named),
            "merge": False,
            "most_bytes": self._most,
            "most_rows": 1000,
            "prefixes": {},
        }
        head = worker.reply(self.quads, request, target)
        if not head.get("ok"):
            raise ResultTooLarge("för stort", "too large")
        return Answer(kind, format_name, _unframed(target.getvalue()), self.version())

    def write(self, change: Change) -> Written:
        """Carry out a change, or raise what the test laid ready."""
        self.changes.append(change)
        if self.failure is not None:
            raise self.failure
        before = set(self.quads)
        if change.operation == "update":
            self._update(change)
        else:
            self._graph(change)
        after = set(self.quads)
        if before != after:
            self._number += 1
        graphs = {quad.graph_name for quad in before}
        created = bool(change.graph) and NamedNode(change.graph) in {q.graph_name for q in after} - graphs
        return Written(self.version(), len(after - before), len(before - after), created)

    def _update(self, change: Change) -> None:
        if "LOAD" in change.text:
            raise QueryForbidden("LOAD är avstängt", "LOAD is switched off")
        try:
            self.quads.update(change.text)
        except SyntaxError as error:
            raise QuerySyntaxError("uppdateringen är fel", "the update is wrong", line=1, column=1) from error

    def _graph(self, change: Change) -> None:
        if change.graph == self.names.inferred_graph:
            raise NotWritable("den grafen är härledd", "that graph is inferred")
        graph = NamedNode(change.graph)
        try:
            found = (
                []
                if change.operation == "delete"
                else [
                    quad
                    for sent in change.documents
                    for quad in parse(sent.body, format=FORMATS[sent.format], base_iri=change.base)
                ]
            )
        except SyntaxError as error:
            raise SyntaxInFile("kroppen är fel", "the body is wrong", line=error.lineno) from error
        if change.operation != "post":
            for quad in list(self.quads.quads_for_pattern(None, None, None, graph)):
                self.quads.remove(quad)
        assert all(quad.graph_name == DefaultGraph() for quad in found)
        self.quads.extend(Quad(quad.subject, quad.predicate, quad.object, graph) for quad in found)

    def finding(self) -> Index:
        """Find nothing."""
        raise NotImplementedError

    def particulars(self) -> Particulars:
        """Know nothing."""
        raise NotImplementedError

    def dumps(self) -> dict[str, Dump]:
        """Give no files."""
        return {}

    def measures(self) -> dict[str, int]:
        """Give nothing that could be counted."""
        return {}

    def close(self) -> None:
        """Hold nothing."""


def _unframed(frames: bytes) -> bytes:
    """Take a worker's frames apart: the pieces of a result, up to the empty one."""
    found, place = b"", 0
    while place < len(frames) and (size := struct.unpack_from(">I", frames, place)[0]):
        found += frames[place + 4 : place + 4 + size]
        place += 4 + size
    return found


def settings(**changed: object) -> Settings:
    """Give settings under which two may write."""
    return replace(settings_module.load({"KUNSKAPSGRAF_WRITERS": WRITERS}), **changed)  # type: ignore[arg-type]


def client_on(store: Writable, **changed: object) -> FlaskClient:
    """Give a client of an application on a store."""
    return create_app(settings(**changed), store).test_client()


def problem(body: bytes) -> dict[str, object]:
    """Read the members of an error."""
    found: dict[str, object] = json.loads(body)
    return found
