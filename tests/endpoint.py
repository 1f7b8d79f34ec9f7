"""A SPARQL 1.1 endpoint over a store in memory, as small as can be, for tests that need a real one over HTTP.

The store is pyoxigraph's, or anything with its ``query`` and ``update``.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIEnvironment

from pyoxigraph import QueryResultsFormat, Store


@dataclass
class Endpoint:
    """The application: ``/query`` and ``/update`` are two addresses, ``/sparql`` is one for both.

    ``refused`` are the numbers (from 1) of the updates that fail, each as a whole; ``seconds`` is how long an answer takes.
    ``before`` is called with the number and the text of each update, before it is done.
    """

    store: Any = field(default_factory=Store)
    union: bool = False
    authorization: str = ""
    updates: int = 0
    refused: set[int] = field(default_factory=set)
    seconds: float = 0
    before: Callable[[int, str], None] | None = None
    address: str = ""

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        text = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
        status, media, body = self._answer(environ, text)
        start(status, [("Content-Type", media), ("Content-Length", str(len(body))), ("Location", "/sparql")])
        return [body]

    def _answer(self, environ: WSGIEnvironment, text: str) -> tuple[str, str, bytes]:
        time.sleep(self.seconds)
        path, media = environ["PATH_INFO"], environ.get("CONTENT_TYPE", "").partition(";")[0]
        if self.authorization and environ.get("HTTP_AUTHORIZATION") != self.authorization:
            return "401 Unauthorized", "text/plain", b"who are you"
        if path == "/moved":
            return "308 Permanent Redirect", "text/plain", b""
        if path == "/page":
            return "200 OK", "text/html", b"<html>a page</html>"
        sent = parse_qs(text) if media == "application/x-www-form-urlencoded" else {}
        try:
            if path in ("/query", "/sparql") and "query" in sent:
                found = self.store.query(sent["query"][0], use_default_graph_as_union=self.union)
                return "200 OK", "application/sparql-results+json", found.serialize(format=QueryResultsFormat.JSON)
            if path in ("/update", "/sparql") and "update" in sent:
                self.updates += 1
                if self.before:
                    self.before(self.updates, sent["update"][0])
                if self.updates in self.refused:
                    return "500 Internal Server Error", "text/plain", b"no space left"
                self.store.update(sent["update"][0])
                return "204 No Content", "text/plain", b""
        except SyntaxError as error:
            return "400 Bad Request", "text/plain", str(error).encode()
        return "404 Not Found", "text/html", b"<html>nothing here</html>"


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served(application: Endpoint) -> Iterator[Endpoint]:
    """Serve an endpoint on a free port, in a thread."""
    with make_server("127.0.0.1", 0, application, WSGIServer, _Quiet) as server:
        application.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield application
        finally:
            server.shutdown()
            thread.join()
