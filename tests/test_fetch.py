"""A page of another origin asks the real server by the browser's own ``fetch()``, and can read whatever comes back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlencode

import pytest
from conftest import WORLD, Server, running
from selenium import webdriver
from test_browser import driver, pytestmark

from kunskapsgraf.settings import Settings

__all__ = ["driver", "pytestmark"]  # a fixture, and the marks of tests with a browser
BASE = "https://w3id.org/kunskapsgraf/"
CODE = f"SELECT ?x {{ <{BASE}id/kommun/norrby> <{BASE}ns#kommunkod> ?x }}"
SLIP = f"PREFIX kg: <{BASE}ns#> SELECT ?s {{ ?s a kg:Komun }}"
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
JSON, CSV = "application/sparql-results+json", "text/csv"
QUERY_TYPE, FORM_TYPE = "application/sparql-query", "application/x-www-form-urlencoded"
PROBLEM = "application/problem+json"
FETCH = """
const [address, options, done] = arguments;
fetch(address, options).then(async answer => done({
  status: answer.status, type: answer.type, kind: answer.headers.get('Content-Type').split(';')[0],
  headers: Object.fromEntries(answer.headers), body: await answer.text()
})).catch(error => done({failed: String(error)}));
"""


@pytest.fixture(scope="module")
def tiny(small: Settings) -> Iterator[Server]:
    """Run the real server on the tiny world, with limits that a test can reach."""
    limits = {
        "KUNSKAPSGRAF_SOURCES": str(WORLD),
        "KUNSKAPSGRAF_QUERY_BYTES": "5000",
        "KUNSKAPSGRAF_URL_BYTES": "7000",
        "KUNSKAPSGRAF_QUERY_SECONDS": "3",
    }
    with running(replace(small), **limits) as found:
        yield found


class Blank(BaseHTTPRequestHandler):
    """An empty page."""

    def do_GET(self) -> None:
        """Send it."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def page(driver: webdriver.Chrome) -> Iterator[webdriver.Chrome]:
    """Stand on a page of another origin: another port of the same host."""
    other = ThreadingHTTPServer(("127.0.0.1", 0), Blank)
    thread = threading.Thread(target=other.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    driver.get(f"http://127.0.0.1:{other.server_port}/")
    driver.set_script_timeout(30)
    yield driver
    other.shutdown()
    thread.join()
    other.server_close()


def fetched(page: webdriver.Chrome, address: str, **options: Any) -> dict[str, Any]:
    """Fetch from the page; give what its script can read."""
    found: dict[str, Any] = page.execute_async_script(FETCH, address, options)
    assert "failed" not in found, found["failed"]
    assert "cors" == found["type"]  # the page and the service are of two origins
    return found


def by_get(query: str) -> tuple[str, dict[str, Any]]:
    """Ask by GET."""
    return "/sparql?" + urlencode({"query": query}), {"headers": {"Accept": JSON}}


def by_body(method: str, query: str, kind: str = QUERY_TYPE) -> tuple[str, dict[str, Any]]:
    """Send a query as the body; all but the form needs a preflight, since its type is none of a form's."""
    return "/sparql", {"method": method, "headers": {"Accept": JSON, "Content-Type": kind}, "body": query}


LONG = "ASK {} #" + "x" * 5000
# (what, request, status, media type, words of the body)
CASES: list[tuple[str, tuple[str, dict[str, Any]], int, str, str]] = [
    ("GET", by_get(CODE), 200, JSON, "9901"),
    ("form", by_body("POST", urlencode({"query": CODE}), FORM_TYPE), 200, JSON, "9901"),
    ("direct POST", by_body("POST", CODE), 200, JSON, "9901"),
    ("QUERY", by_body("QUERY", CODE), 200, JSON, "9901"),
    ("a header of one's own", (by_get(CODE)[0], {"headers": {"Accept": CSV, "X-Own": "1"}}), 200, CSV, "9901"),
    ("description", ("/sparql", {"headers": {"Accept": "text/turtle"}}), 200, "text/turtle", "sd:Service"),
    ("syntax", by_get("SELECT * {"), 400, PROBLEM, '"column": 11'),
    ("syntax by POST", by_body("POST", "SELECT * {"), 400, PROBLEM, '"column": 11'),
    ("no such page", ("/nowhere", {}), 404, PROBLEM, '"status": 404'),
    ("no such method", ("/sparql", {"method": "PUT", "body": "x"}), 405, PROBLEM, '"status": 405'),
    ("no such format", (by_get(CODE)[0], {"headers": {"Accept": "image/png"}}), 406, PROBLEM, '"status": 406'),
    ("too large", by_body("POST", LONG), 413, PROBLEM, "5000"),
    ("long address", by_get("#" * 2500), 414, PROBLEM, "7000"),
    ("another type", by_body("POST", CODE, "application/json"), 415, PROBLEM, "application/json"),
    ("too slow", by_get(SLOW), 503, PROBLEM, "query-timeout"),
]


@pytest.mark.parametrize(
    ("request_of", "status", "kind", "words"), [row[1:] for row in CASES], ids=[row[0] for row in CASES]
)
def test_readable(
    page: webdriver.Chrome,
    tiny: Server,
    request_of: tuple[str, dict[str, Any]],
    status: int,
    kind: str,
    words: str,
) -> None:
    """Answers and errors alike are read by a script of another origin: status, type and body."""
    path, options = request_of
    found = fetched(page, tiny.address + path, **options)
    assert (status, kind) == (found["status"], found["kind"])
    assert words in found["body"]


def test_headers(page: webdriver.Chrome, tiny: Server) -> None:
    """A script of another origin reads the warnings, the tag, the methods and the length."""
    path, options = by_get(SLIP)
    headers = fetched(page, tiny.address + path, **options)["headers"]
    assert 'nearest="kg:Kommun"' in headers["kunskapsgraf-warning"]
    slip = fetched(page, tiny.address + "/sparql?query=ASK%7B%7D&quiery=x")["headers"]
    assert 'unknown-parameter;found="quiery";nearest="query"' == slip["kunskapsgraf-warning"]
    assert headers["etag"].startswith('"')
    assert headers["content-length"].isdigit()
    assert "QUERY" in fetched(page, tiny.address + "/sparql", method="PUT", body="x")["headers"]["allow"]


def test_known_again(page: webdriver.Chrome, tiny: Server) -> None:
    """A script of another origin may send the tag, and is told that nothing has changed."""
    path, options = by_get(CODE)
    options["cache"] = "no-store"
    first = fetched(page, tiny.address + path, **options)
    options["headers"] = {**options["headers"], "If-None-Match": first["headers"]["etag"]}
    script = "const [a, o, done] = arguments; fetch(a, o).then(r => done(r.status)).catch(e => done(String(e)))"
    assert 304 == page.execute_async_script(script, tiny.address + path, options)


def test_redirect(page: webdriver.Chrome, tiny: Server) -> None:
    """The data of a thing is found by its name from another origin, over the redirect."""
    found = fetched(page, tiny.address + "/id/kommun/norrby", headers={"Accept": "text/turtle"})
    assert (200, "text/turtle") == (found["status"], found["kind"])
    assert "9901" in found["body"]
