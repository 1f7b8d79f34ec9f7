"""The SPARQL 1.1 Graph Store HTTP Protocol, requirement by requirement, on a store in memory; each with its section.

G is that protocol (https://www.w3.org/TR/sparql11-http-rdf-update/), H is HTTP Semantics (RFC 9110), L is the Linked
Data Platform. Names in quotation marks are those of the W3C's tests (http-rdf-update).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from importlib.resources import files
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from reading import Page, graph_of
from werkzeug.test import TestResponse
from writable import BASE, BEARER, OTHER_TOKEN, Writable, client_on, problem

from kunskapsgraf.errors import BuildRunning, CheckFailed, Inconsistent, NotWritable, Overloaded, QueryTimeout
from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.settings import Settings
from kunskapsgraf.web import create_app

ONE, NEW = BASE + "graf/kalla/ett", BASE + "graf/kalla/ny"
FAR = "http://example.org/graf/räv"
FAR_ENCODED = "http://example.org/graf/r%C3%A4v"
WITH_SPACE = "http://example.org/en%20graf"
OURS_WITH_LETTERS = BASE + "graf/kalla/kå"
DERIVED = BASE + "graf/harledd"
CONTENT = {ONE: "<urn:ett> <urn:p> 1, 2 .", FAR: "<urn:far> <urn:p> 1 .", FAR_ENCODED: "<urn:encoded> <urn:p> 1 ."}
CONTENT |= {WITH_SPACE: "<urn:space> <urn:p> 1 .", OURS_WITH_LETTERS: "<urn:ko> <urn:p> 1 ."}
CONTENT |= {DERIVED: "<urn:harledd> <urn:p> 1 ."}
DOCUMENT = json.loads(files("kunskapsgraf.web").joinpath("openapi.json").read_text(encoding="utf-8"))
PUT_TRIPLE = '<urn:n> <urn:p> "ny"'
TURTLE = {"Content-Type": "text/turtle"}
TYPES = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
    "trig": "application/trig",
    "nq": "application/n-quads",
}


@pytest.fixture
def store() -> Writable:
    """Give a store with six graphs."""
    found = Writable()
    for graph, turtle in CONTENT.items():
        found.put(graph, turtle)
    return found


@pytest.fixture
def client(store: Writable) -> FlaskClient:
    """Give a client of an application where two may write."""
    return client_on(store)


def by(graph: str, path: str = "/graf") -> str:
    """Write the address that names a graph indirectly (G 4.2)."""
    return f"{path}?graph={quote(graph, safe='')}"


def ask(client: FlaskClient, method: str, target: str, body: bytes | str = b"", **headers: str) -> TestResponse:
    """Send a request as somebody who may write; whatever the answer is, a page elsewhere may read it."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = {**BEARER, "Accept-Language": "en", **named}
    found = client.open(target, method=method, data=body, headers={n: v for n, v in sent.items() if v}, buffered=True)
    assert "*" == found.headers["Access-Control-Allow-Origin"]
    assert "Access-Control-Allow-Credentials" not in found.headers
    assert {"Accept", "Accept-Language", "Accept-Encoding"} <= set(found.headers["Vary"].split(", "))
    path = "/graf/{name}" if target.startswith("/graf/") and not target.startswith("/graf/?") else "/graf"
    if (
        target.startswith("/graf")
        and method in ("GET", "PUT", "POST", "DELETE")
        and found.status_code not in (304, 500)
    ):
        assert str(found.status_code) in DOCUMENT["paths"][path][method.lower()]["responses"]
    return found


# Reading


SUBJECTS = [
    ("G 4.1 direct", "/graf/kalla/ett", {"urn:ett"}),
    ("G 4.1 direct, with letters", "/graf/kalla/k%C3%A5", {"urn:ko"}),
    ("G 4.2 indirect", by(ONE), {"urn:ett"}),
    ("G 4.2 indirect, elsewhere, with letters", by(FAR), {"urn:far"}),
    ("G 4.2 percent-decoded once", by(FAR_ENCODED), {"urn:encoded"}),
    ("G 4.2 an encoded space", by(WITH_SPACE), {"urn:space"}),
    ("G 4.2 by the address here", by("http://localhost/graf/kalla/ett"), {"urn:ett"}),
    ("G 4.2 a slash at the end of the path", by(ONE, "/graf/"), {"urn:ett"}),
    ("G 4.2 default", "/graf?default", {"urn:ett", "urn:far", "urn:encoded", "urn:space", "urn:ko", "urn:harledd"}),
    (
        "G 4.2 default with an empty value",
        "/graf?default=&lang=en",
        {"urn:ett", "urn:far", "urn:encoded", "urn:space", "urn:ko", "urn:harledd"},
    ),
]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(("target", "subjects"), [row[1:] for row in SUBJECTS], ids=[row[0] for row in SUBJECTS])
def test_reading(client: FlaskClient, target: str, subjects: set[str], method: str) -> None:
    """A graph is given to anyone, by any of its names, as the CONSTRUCT of G 5.2; HEAD sends no body (G 5.6)."""
    reply = ask(client, method, target, Accept="text/turtle", Authorization="")
    assert (200, "text/turtle") == (reply.status_code, reply.mimetype)
    if method == "HEAD":
        assert b"" == reply.data
    else:
        assert subjects == {str(subject) for subject in graph_of(reply.data, "ttl").subjects()}


@pytest.mark.parametrize("target", ["/graf/kalla/ett", by(ONE), by(FAR), "/graf?default", by("urn:no"), "/graf/no"])
def test_head_tells_what_get_does(client: FlaskClient, target: str) -> None:
    """HEAD is GET without the body (G 5.6, H 9.3.2)."""
    got, head = (ask(client, method, target, Accept="text/turtle") for method in ("GET", "HEAD"))
    assert (got.status_code, b"") == (head.status_code, head.data)
    for name in ("Content-Type", "Content-Length", "ETag", "Cache-Control", "Vary"):
        assert got.headers.get(name) == head.headers.get(name)


@pytest.mark.parametrize("name", TYPES)
def test_every_format(client: FlaskClient, name: str) -> None:
    """A graph is given in each format, by Accept and by ``?format=`` (G 5.2)."""
    for reply in (
        ask(client, "GET", by(ONE), Accept=TYPES[name]),
        ask(client, "GET", by(ONE) + f"&format={name}"),
        ask(client, "GET", f"/graf/kalla/ett.{name}"),
    ):
        assert (200, TYPES[name]) == (reply.status_code, reply.mimetype)
        assert 2 == len(graph_of(reply.data, name))


@pytest.mark.parametrize("target", ["/graf/kalla/ett", by(ONE), "/graf?default"])
@pytest.mark.parametrize("accept", ["", "*/*"])
def test_without_accept_rdf_is_given(client: FlaskClient, target: str, accept: str) -> None:
    """Without Accept the answer is RDF (G 5, MUST); a browser gets a page at the same address of a named graph."""
    assert "text/turtle" == ask(client, "GET", target, Accept=accept).mimetype
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    if "default" not in target:
        page = ask(client, "GET", target, Accept=browser)
        assert "text/html" == page.mimetype
        assert "graf/kalla/ett" in Page(page.get_data(as_text=True)).one("main").text


def test_page_links_to_a_graph_elsewhere(client: FlaskClient) -> None:
    """The page of a graph that is named elsewhere links to its data here."""
    page = Page(ask(client, "GET", by(FAR), Accept="text/html").get_data(as_text=True))
    links = [a.attributes["href"] for a in page.all("a") if a.text == "Turtle"]
    assert 1 == len(links)
    assert {"urn:far"} == {str(s) for s in graph_of(ask(client, "GET", links[0], Accept="*/*").data, "ttl").subjects()}


@dataclass(frozen=True)
class Refusal:
    """A request by its section, its status, and words of the detail."""

    section: str
    method: str
    target: str
    status: int
    words: str
    body: bytes = b"x"
    headers: dict[str, str] = field(default_factory=dict)


FORM = "multipart/form-data; boundary=a"


def part(content: str, head: str = 'name="f"; filename="f.ttl"', kind: str = "Content-Type: text/turtle\r\n") -> bytes:
    """Write one part of a form."""
    return f"--a\r\nContent-Disposition: form-data; {head}\r\n{kind}\r\n{content}\r\n".encode()


END = b"--a--\r\n"
REFUSED = [
    Refusal("G 4.2 both", "GET", by(ONE) + "&default", 400, "exactly one"),
    Refusal("G 4.2 graph twice", "GET", by(ONE) + "&graph=urn:x", 400, "exactly one"),
    Refusal("G 4.2 default twice", "GET", "/graf?default&default", 400, "exactly one"),
    Refusal("G 4.2 default with a value", "GET", "/graf?default=yes", 400, "without a value"),
    Refusal("G 4.2 relative", "GET", "/graf?graph=kalla/ett", 400, "no absolute IRI"),
    Refusal("G 4.2 empty", "GET", "/graf?graph=", 400, "no absolute IRI"),
    Refusal("G 4.2 the word default", "GET", "/graf?graph=default", 400, "no absolute IRI"),
    Refusal("G 4.2 a space", "GET", "/graf?graph=http://example.org/en+graf", 400, "%2520"),
    Refusal("G 4.2 a bracket", "PUT", "/graf?graph=urn:x%3E", 400, "no absolute IRI", headers=TURTLE),
    Refusal("G 4.2 a line break", "GET", "/graf?graph=urn:x%0D%0ASet-Cookie:a", 400, "no absolute IRI"),
    Refusal("G 4.2 not UTF-8", "GET", "/graf?graph=urn:x%FF", 400, "not UTF-8"),
    Refusal("G 4.2 relative, to write", "PUT", "/graf?graph=kalla/ny", 400, "no absolute IRI", headers=TURTLE),
    Refusal("G 4.1 not UTF-8", "PUT", "/graf/kalla/%FF", 400, "no absolute IRI", headers=TURTLE),
    Refusal("G 4.1 a way up", "PUT", "/graf/kalla/%2E%2E/ny", 400, "segment", headers=TURTLE),
    Refusal("G 4.2 a way up", "PUT", by(BASE + "graf/kalla/../ny"), 400, "segment", headers=TURTLE),
    Refusal("G 4.2 missing, to put", "PUT", "/graf", 400, "exactly one", headers=TURTLE),
    Refusal("G 4.2 missing, to delete", "DELETE", "/graf", 400, "exactly one"),
    Refusal("G 4.2 a slip, to post", "POST", "/graf?grpah=urn:x", 400, "grpah", headers=TURTLE),
    Refusal("G 4.1 named twice", "GET", by("urn:x", "/graf/kalla/ett"), 400, "already"),
    Refusal("G 5.1 'HEAD on a non-existing graph'", "GET", "/graf/person/4.ttl", 404, "no graph"),
    Refusal("G 5.1 not there, indirect", "GET", by("urn:no"), 404, "urn:no"),
    Refusal("G 5.1 a slip of the pen", "GET", by(BASE + "graf/kalla/et"), 404, f"Did you mean <{ONE}>"),
    Refusal("G 5.1 a method that is none", "BREW", "/graf", 405, "PUT"),
    Refusal("G 5.1 a method that graphs have not", "PATCH", "/graf/kalla/ett", 405, "PUT"),
    Refusal("G 5.2 not acceptable", "GET", by(ONE), 406, "text/turtle", headers={"Accept": "image/png"}),
    Refusal("G 5.2 default, not acceptable", "GET", "/graf?default", 406, "trig", headers={"Accept": "text/csv"}),
    Refusal("G 5.2 no such format", "GET", by(ONE) + "&format=x", 400, "ttl"),
    Refusal(
        "G 5.1 'PUT - mismatched payload'",
        "PUT",
        by(NEW),
        400,
        "body",
        PUT_TRIPLE.encode(),
        {"Content-Type": "application/rdf+xml"},
    ),
    Refusal("G 5 without a type it is RDF/XML", "PUT", by(NEW), 400, "body", PUT_TRIPLE.encode()),
    Refusal("G 5.1 PUT of another type", "PUT", by(ONE), 415, "text/turtle", headers={"Content-Type": "text/csv"}),
    Refusal("G 5.1 POST of another type", "POST", by(ONE), 415, "text/turtle", headers={"Content-Type": "text/plain"}),
    Refusal(
        "G 5.1 a dataset is no graph", "PUT", by(ONE), 415, "n-triples", headers={"Content-Type": "application/trig"}
    ),
    Refusal("G 5.5 a form is no body of PUT", "PUT", by(ONE), 415, "text/turtle", headers={"Content-Type": FORM}),
    Refusal("another charset", "PUT", by(ONE), 415, "utf-16", headers={"Content-Type": "text/turtle; charset=utf-16"}),
    Refusal(
        "H 8.4 a compressed body",
        "PUT",
        by(ONE),
        415,
        "Content-Encoding",
        headers={**TURTLE, "Content-Encoding": "gzip"},
    ),
    Refusal(
        "H 14.5 a part of a graph",
        "PUT",
        by(ONE),
        400,
        "Content-Range",
        headers={**TURTLE, "Content-Range": "bytes 0-1/5"},
    ),
    Refusal("H 15.5.14 a large body", "PUT", by(ONE), 413, "too large", b"#" * 3000, TURTLE),
    Refusal("G 5.3 the default graph is a view", "PUT", "/graf?default", 403, "Write to one of them", headers=TURTLE),
    Refusal("G 5.4 nor deleted", "DELETE", "/graf?default", 403, "Write to one of them"),
    Refusal("G 5.3 a derived graph", "PUT", by(DERIVED), 403, "inferred", b"", TURTLE),
    Refusal("G 5.4 a derived graph", "DELETE", "/graf/harledd", 403, "inferred"),
    Refusal(
        "an address with a suffix is a file", "PUT", "/graf/kalla/ett.ttl", 403, "without a suffix", headers=TURTLE
    ),
    Refusal("G 5.4 'DELETE - non-existent graph'", "DELETE", "/graf/person/2.ttl", 404, "no graph"),
    Refusal("G 5.4 not there, indirect", "DELETE", by("urn:no"), 404, "urn:no"),
    Refusal("G 5.5 a form without a file", "POST", by(ONE), 400, "one file or several", END, {"Content-Type": FORM}),
    Refusal(
        "G 5.5 two files, the second of another type",
        "POST",
        by(ONE),
        415,
        "image/png",
        part("<urn:x> <urn:p> 1 .") + part("", kind="Content-Type: image/png\r\n") + END,
        {"Content-Type": FORM},
    ),
    Refusal(
        "G 5.5 a file of another type",
        "POST",
        by(ONE),
        415,
        "image/png",
        part("", kind="Content-Type: image/png\r\n") + END,
        {"Content-Type": FORM},
    ),
    Refusal(
        "G 5.5 a file that does not tell",
        "POST",
        by(ONE),
        400,
        "suffix",
        part("", 'name="f"; filename="f"', "") + END,
        {"Content-Type": FORM},
    ),
    Refusal(
        "G 5.5 another field",
        "POST",
        by(ONE),
        400,
        "no other fields",
        part("") + part("1", 'name="x"', "") + END,
        {"Content-Type": FORM},
    ),
]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.section)
def test_refused(store: Writable, case: Refusal) -> None:
    """A request that breaks a rule has the rule's status, says how to mend it, and changes nothing."""
    before = set(store.quads)
    client = client_on(store, body_bytes=2000)
    body = b"" if case.method in ("GET", "DELETE") else case.body
    reply = ask(client, case.method, case.target, body, **{n.replace("-", "_"): v for n, v in case.headers.items()})
    assert (case.status, "application/problem+json") == (reply.status_code, reply.mimetype)
    assert case.words in str(problem(reply.data)["detail"])
    assert before == set(store.quads)
    if case.status == 405:
        assert {"DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"} == set(reply.headers["Allow"].split(", "))
    if case.status == 415 and "Content-Encoding" not in case.headers:
        assert "text/turtle" in reply.headers["Accept"]  # H 15.5.16


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("/graf/kalla/provkartan", "kalla/provkartan.nt.gz"),
        (by(BASE + "graf/harledd"), "harledd.nt.gz"),
        ("/graf?default", "kunskapsgraf.nq.gz"),
        ("/graf/katalog", "kunskapsgraf.nq.gz"),  # a graph without a file of its own
    ],
)
def test_a_large_graph_is_a_file(narrow: FlaskClient, target: str, name: str) -> None:
    """A graph larger than an answer may be is refused whole, and the file that holds it is named and there."""
    reply = ask(narrow, "GET", target, Accept="text/turtle")
    assert 503 == reply.status_code
    address = f"http://localhost/dump/{name}"
    assert str(problem(reply.data)["detail"]).endswith(" " + address)
    with narrow.get(address) as file:
        assert 200 == file.status_code


@pytest.fixture(scope="module")
def narrow(small: Settings) -> Iterator[FlaskClient]:
    """Give a client of a service on the tiny world that answers with a hundred bytes at most."""
    limited = replace(small, result_bytes=100)
    store = EmbeddedStore(limited)
    yield create_app(limited, store).test_client()
    store.close()


def test_a_graph_too_large_for_a_tag_of_its_own() -> None:
    """Where its N-Triples, which the tag is made of, are too large, a graph is tagged by the version (H 8.8.3)."""
    store = Writable(most_bytes=30)  # 24 bytes of Turtle, 42 of N-Triples
    store.put(ONE, CONTENT[ONE])
    client = client_on(store)
    tags = []
    for graph in (FAR, NEW):
        tags.append(ask(client, "GET", by(ONE), Accept="text/turtle").headers["ETag"])
        store.put(graph, CONTENT[FAR])
    assert tags[0] != tags[1]
    assert 412 == put(client, If_Match=tags[1])


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
@pytest.mark.parametrize("target", ["/graf/kalla/ett", by(ONE), "/graf?default"])
def test_not_modified(client: FlaskClient, store: Writable, target: str, encoding: str) -> None:
    """Whoever has the graph in this form gets 304; one format's tag is not another's (H 8.8.3, H 13.1.2)."""
    store.put(ONE, " ".join(f"<urn:{n}> <urn:long-predicate> {n} ." for n in range(40)))
    first = ask(client, "GET", target, Accept="text/turtle", Accept_Encoding=encoding)
    tag = first.headers["ETag"]
    assert tag.startswith('"')
    assert "public" in first.headers["Cache-Control"]
    assert (encoding == "gzip") == ("Content-Encoding" in first.headers)
    again = ask(client, "GET", target, Accept="text/turtle", Accept_Encoding=encoding, If_None_Match=tag)
    assert (304, tag) == (again.status_code, again.headers["ETag"])
    assert 200 == ask(client, "GET", target, Accept="application/trig", If_None_Match=tag).status_code


def test_tag_of_a_graph_follows_what_it_holds(client: FlaskClient, store: Writable) -> None:
    """A change of another graph leaves a graph's tag as it is, though not the default graph's; its own does not."""
    targets = (by(ONE), by(FAR), "/graf?default")
    before = [ask(client, "GET", target, Accept="text/turtle").headers["ETag"] for target in targets]
    assert 200 == ask(client, "POST", by(FAR), PUT_TRIPLE + " .", Content_Type="text/turtle").status_code
    after = [ask(client, "GET", target, Accept="text/turtle").headers["ETag"] for target in targets]
    assert [True, False, False] == [old == new for old, new in zip(before, after, strict=True)]


# Writing


def body_of(reply: TestResponse) -> dict[str, object]:
    """Read the answer to a change; nobody keeps it, and its version is told in a header too."""
    assert "application/json" == reply.mimetype
    assert "no-store" == reply.headers["Cache-Control"]
    assert "ETag" not in reply.headers  # H 9.3.4: what is stored is not the bytes that were sent
    found: dict[str, object] = json.loads(reply.data)
    assert found["version"] == reply.headers["Kunskapsgraf-Version"]
    return found


@pytest.mark.parametrize(
    ("target", "graph"),
    [
        (by(NEW), NEW),
        ("/graf/kalla/ny", NEW),
        (by("http://example.org/nyå"), "http://example.org/nyå"),
        (by("http://example.org/ny%20%C3%A5"), "http://example.org/ny%20%C3%A5"),
        ("/graf/kalla/ny%C3%A5", BASE + "graf/kalla/nyå"),
        ("/graf/kalla/en%20ny", BASE + "graf/kalla/en%20ny"),
        ("/graf/kalla/a%3Fb%23c", BASE + "graf/kalla/a%3Fb%23c"),
        ("/graf/person/1.ttl", BASE + "graf/person/1.ttl"),
        (by("http://localhost/graf/kalla/ny"), NEW),
    ],
)
def test_put_of_a_new_graph(client: FlaskClient, store: Writable, target: str, graph: str) -> None:
    """A graph that is not there is made: 201 (G 5.3 'PUT - Initial state'), and given back where it was put."""
    reply = ask(client, "PUT", target, PUT_TRIPLE + " .", Content_Type="text/turtle; charset=utf-8")
    assert 201 == reply.status_code
    assert {"added": 1, "removed": 0, "graph": graph} == {
        name: value for name, value in body_of(reply).items() if name not in ("version", "etag")
    }
    assert {PUT_TRIPLE} == store.held(graph)
    assert ("put", "anna", graph, graph) == (
        store.changes[0].operation,
        store.changes[0].author,
        store.changes[0].graph,
        store.changes[0].base,
    )
    got = ask(client, "GET", target, Accept="application/n-triples")
    assert (200, (PUT_TRIPLE + " .\n").encode()) == (got.status_code, got.data)


def test_put_replaces(client: FlaskClient, store: Writable) -> None:
    """A graph that is there is replaced: 200 or 204 (G 5.3 'PUT - graph already in store')."""
    reply = ask(client, "PUT", "/graf/kalla/ett", PUT_TRIPLE + " .", Content_Type="text/turtle")
    assert 200 == reply.status_code
    assert (1, 2) == (body_of(reply)["added"], body_of(reply)["removed"])
    assert {PUT_TRIPLE} == store.held(ONE)


@pytest.mark.parametrize(
    ("kind", "body", "name"),
    [
        ("text/turtle", PUT_TRIPLE + " .", "ttl"),
        ("TEXT/TURTLE;charset=UTF-8", PUT_TRIPLE + " .", "ttl"),
        ("application/n-triples", PUT_TRIPLE + " .", "nt"),
        ("application/ld+json", '{"@id": "urn:n", "urn:p": "ny"}', "jsonld"),
        (
            "application/rdf+xml",
            '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:u="urn:"><r:Description r:about="urn:n">'
            "<u:p>ny</u:p></r:Description></r:RDF>",
            "rdf",
        ),
        (
            "",  # G 5: without a type, RDF/XML
            '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:u="urn:"><r:Description r:about="urn:n">'
            "<u:p>ny</u:p></r:Description></r:RDF>",
            "rdf",
        ),
    ],
)
def test_body_is_read_by_its_type(client: FlaskClient, store: Writable, kind: str, body: str, name: str) -> None:
    """A body is parsed by the type that it is said to have (G 5)."""
    assert 201 == ask(client, "PUT", by(NEW), body, Content_Type=kind).status_code
    assert {PUT_TRIPLE} == store.held(NEW)
    assert [name] == [document.format for document in store.changes[0].documents]


def test_relative_iris_in_a_body(client: FlaskClient, store: Writable) -> None:
    """What is relative in a body hangs on the graph (RFC 3986, section 5.1)."""
    assert 201 == ask(client, "PUT", by(NEW), "<#a> <urn:p> <andra> .", Content_Type="text/turtle").status_code
    assert {f"<{NEW}#a> <urn:p> <{BASE}graf/kalla/andra>"} == store.held(NEW)


def test_post_merges(client: FlaskClient, store: Writable) -> None:
    """What is posted is added to a graph (G 5.5 'POST - existing graph'); what is there already is no change."""
    body = PUT_TRIPLE + ". <urn:ett> <urn:p> 1 ."
    reply = ask(client, "POST", "/graf/kalla/ett", body, Content_Type="text/turtle")
    assert (200, 1, 0) == (reply.status_code, body_of(reply)["added"], body_of(reply)["removed"])
    assert 3 == len(store.held(ONE))
    version = store.version()
    again = ask(client, "POST", "/graf/kalla/ett", body, Content_Type="text/turtle")
    assert (200, 0, version) == (again.status_code, body_of(again)["added"], body_of(again)["version"])


def test_post_makes_a_graph_that_is_not_there(client: FlaskClient, store: Writable) -> None:
    """A graph that a POST names and that is not there is made."""
    assert 201 == ask(client, "POST", by(NEW), PUT_TRIPLE + " .", Content_Type="text/turtle").status_code
    assert {PUT_TRIPLE} == store.held(NEW)


def test_post_to_the_graph_store(client: FlaskClient, store: Writable) -> None:
    """What is posted to the store itself is a new graph, whose address is told (G 5.5 'POST - create new graph')."""
    places = set()
    for _ in range(2):
        reply = ask(client, "POST", "/graf", PUT_TRIPLE + " .", Content_Type="text/turtle")
        assert 201 == reply.status_code
        place = reply.headers["Location"]
        assert str(body_of(reply)["graph"]) == place.replace("http://localhost/", BASE)
        got = ask(client, "GET", place, Accept="application/n-triples")
        assert (200, (PUT_TRIPLE + " .\n").encode()) == (got.status_code, got.data)
        places.add(place)
    assert 2 == len(places)


@pytest.mark.parametrize("target", ["/graf", by(ONE), "/graf/kalla/ett", by(NEW)])
def test_post_of_nothing(client: FlaskClient, store: Writable, target: str) -> None:
    """An empty body is no error, and changes nothing: 204 (G 5.5 'GET of POST - after noop')."""
    before = set(store.quads)
    assert 204 == ask(client, "POST", target).status_code
    assert before == set(store.quads)


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        ('name="a"; filename="lastName.ttl"', "Content-Type: text/turtle; charset=utf-8\r\n"),
        ('name="a"; filename="utan"', "Content-Type: text/turtle\r\n"),
        ('name="a"; filename="lastName.TTL"', ""),
    ],
)
def test_post_of_a_form(client: FlaskClient, store: Writable, head: str, kind: str) -> None:
    """A form with a file is added, by the type of its part or its suffix (G 5.5 'POST - multipart/form-data')."""
    reply = ask(client, "POST", "/graf/kalla/ett", part(PUT_TRIPLE + " .", head, kind) + END, Content_Type=FORM)
    assert (200, 1) == (reply.status_code, body_of(reply)["added"])
    assert PUT_TRIPLE in store.held(ONE)


def test_post_of_a_form_with_several_files(client: FlaskClient, store: Writable) -> None:
    """The documents of a form are merged into the graph, by one change, each in its own format (G 5.5)."""
    first = part(PUT_TRIPLE + " .")
    second = part("<urn:x> <urn:p> <urn:y> .", 'name="g"; filename="g.nt"', "")
    reply = ask(client, "POST", "/graf/kalla/ett", first + second + END, Content_Type=FORM)
    assert (200, 2) == (reply.status_code, body_of(reply)["added"])
    assert {PUT_TRIPLE, "<urn:x> <urn:p> <urn:y>"} <= store.held(ONE)
    assert 1 == len(store.changes)


@pytest.mark.parametrize("target", ["/graf/kalla/ett", by(ONE)])
def test_delete(client: FlaskClient, store: Writable, target: str) -> None:
    """A graph is deleted: 200, and then it is not there (G 5.4 'DELETE - existing graph')."""
    reply = ask(client, "DELETE", target)
    assert (200, 2) == (reply.status_code, body_of(reply)["removed"])
    assert set() == store.held(ONE)
    assert 404 == ask(client, "GET", target).status_code
    assert 404 == ask(client, "DELETE", target).status_code


# Preconditions


def put(client: FlaskClient, target: str = by(ONE), body: str = PUT_TRIPLE + " .", **headers: str) -> int:
    """Put a graph under a condition."""
    return ask(client, "PUT", target, body, Content_Type="text/turtle", **headers).status_code


@pytest.mark.parametrize("accept", TYPES.values())
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_if_match(client: FlaskClient, store: Writable, accept: str, encoding: str) -> None:
    """Of two who read the same graph, in whatever form, the second to write is told (H 13.1.1)."""
    store.put(ONE, " ".join(f"<urn:{n}> <urn:long-predicate> {n} ." for n in range(40)))
    tag = ask(client, "GET", by(ONE), Accept=accept, Accept_Encoding=encoding).headers["ETag"]
    assert 200 == put(client, If_Match=f'"another", {tag}')
    assert 412 == put(client, body="<urn:x> <urn:p> 1 .", If_Match=tag)
    assert {PUT_TRIPLE} == store.held(ONE)


def test_another_graphs_change_breaks_no_condition(client: FlaskClient) -> None:
    """Whoever changed another graph meanwhile is in nobody's way."""
    tag = ask(client, "GET", by(ONE), Accept="text/turtle").headers["ETag"]
    assert 200 == put(client, by(FAR))
    assert 200 == put(client, If_Match=tag)


def test_the_answer_to_a_change_leads_to_the_next(client: FlaskClient) -> None:
    """The tag that a change is answered with is that of the graph as it is then."""
    first = body_of(ask(client, "PUT", by(ONE), PUT_TRIPLE + " .", Content_Type="text/turtle"))
    assert first["etag"] == ask(client, "GET", by(ONE), Accept="text/turtle").headers["ETag"]
    assert 200 == put(client, body="<urn:x> <urn:p> 1 .", If_Match=str(first["etag"]))
    assert 412 == put(client, If_Match=str(first["etag"]))


# (section, method, graph, header, value, status)
CONDITIONS = [
    ("H 13.1.1 any", "PUT", ONE, "If-Match", "*", 200),
    ("H 13.1.1 any, where there is none", "PUT", NEW, "If-Match", "*", 412),
    ("H 13.1.1 another", "PUT", ONE, "If-Match", '"x"', 412),
    ("H 13.1.1 empty is a condition too", "PUT", ONE, "If-Match", " ,", 412),
    ("H 13.1.1 no tag in it", "PUT", ONE, "If-Match", "x", 412),
    ("H 13.1.1 of a POST", "POST", ONE, "If-Match", '"x"', 412),
    ("H 13.1.1 of a DELETE", "DELETE", ONE, "If-Match", '"x"', 412),
    ("H 13.2.1 after the check that it is there", "DELETE", NEW, "If-Match", '"x"', 404),
    ("H 13.1.2 none", "PUT", NEW, "If-None-Match", "*", 201),
    ("H 13.1.2 none, where there is one", "PUT", ONE, "If-None-Match", "*", 412),
    ("H 13.1.2 another", "PUT", ONE, "If-None-Match", '"x"', 200),
    ("H 13.1.4 no date to compare", "PUT", ONE, "If-Unmodified-Since", "Sat, 29 Oct 1994 19:43:31 GMT", 200),
]


@pytest.mark.parametrize(
    ("method", "graph", "header", "value", "status"),
    [row[1:] for row in CONDITIONS],
    ids=[row[0] for row in CONDITIONS],
)
def test_conditions(
    client: FlaskClient, store: Writable, method: str, graph: str, header: str, value: str, status: int
) -> None:
    """A change is carried out where its condition holds, and else not at all."""
    before = set(store.quads)
    body = "" if method == "DELETE" else PUT_TRIPLE + " ."
    named = {"Content-Type": "text/turtle", header: value}
    reply = ask(client, method, by(graph), body, **{n.replace("-", "_"): v for n, v in named.items()})
    assert status == reply.status_code
    assert (status >= 400) == (before == set(store.quads))
    if status == 412:
        assert BASE + "fel#precondition-failed" == problem(reply.data)["type"]


@pytest.mark.parametrize("weak", ["If-Match", "If-None-Match"])
def test_weak_tags(client: FlaskClient, weak: str) -> None:
    """A weak tag never matches If-Match (H 13.1.1), and does If-None-Match (H 13.1.2): either way it is 412."""
    tag = ask(client, "GET", by(ONE), Accept="text/turtle").headers["ETag"]
    assert 412 == put(client, **{weak.replace("-", "_"): "W/" + tag})


# What the store says no to


@pytest.mark.parametrize(
    ("failure", "status", "retry"),
    [
        (NotWritable("nej", "no"), 403, None),
        (CheckFailed("fel", "wrong", (("rad ett", "line one"),)), 422, None),
        (Inconsistent("fel", "wrong"), 422, None),
        (BuildRunning("upptagen", "busy"), 503, "5"),
        (Overloaded("upptagen", "busy"), 503, "5"),
        (QueryTimeout("sen", "late"), 503, None),
        (RuntimeError("secret"), 500, None),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_failures(
    client: FlaskClient, store: Writable, method: str, failure: Exception, status: int, retry: str | None
) -> None:
    """Each error of the store has its status; a refused check its text; and the next change is not held up by it."""
    store.failure = failure
    reply = ask(client, method, by(ONE), "" if method == "DELETE" else PUT_TRIPLE + " .", Content_Type="text/turtle")
    assert (status, retry) == (reply.status_code, reply.headers.get("Retry-After"))
    assert "no-store" == reply.headers["Cache-Control"]
    assert b"secret" not in reply.data
    if isinstance(failure, CheckFailed):
        assert ["line one"] == problem(reply.data)["violations"]
    store.failure = None
    assert 200 == put(client)


def test_line_of_a_broken_body(client: FlaskClient) -> None:
    """A body that cannot be parsed is 400, with the line (G 5.1)."""
    reply = ask(client, "PUT", by(NEW), "<urn:a> <urn:p> 1 .\n<urn:a> <urn:p\n", Content_Type="text/turtle")
    assert (400, 2) == (reply.status_code, problem(reply.data)["line"])
    assert BASE + "fel#syntax-in-file" == problem(reply.data)["type"]


# Methods, and scripts elsewhere


@pytest.mark.parametrize("target", ["/graf", "/graf/kalla/ett", "/graf/kalla/ny"])
def test_options(client: FlaskClient, store: Writable, target: str) -> None:
    """OPTIONS names the methods, and what POST carries (H 9.3.7, L 7.1); where writing is off, none that writes."""
    reply = ask(client, "OPTIONS", target)
    assert (204, {"DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"}) == (
        reply.status_code,
        set(reply.headers["Allow"].split(", ")),
    )
    assert {
        "text/turtle",
        "application/n-triples",
        "application/ld+json",
        "application/rdf+xml",
        "multipart/form-data",
    } == set(reply.headers["Accept-Post"].split(", "))
    assert "Accept-Patch" not in reply.headers
    closed = ask(client_on(store, writers=""), "OPTIONS", target)
    assert ({"GET", "HEAD", "OPTIONS"}, None) == (
        set(closed.headers["Allow"].split(", ")),
        closed.headers.get("Accept-Post"),
    )


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
def test_preflight(client: FlaskClient, method: str) -> None:
    """A script of another host may send a token and conditions, and nothing is sent for it by the browser."""
    reply = ask(
        client,
        "OPTIONS",
        "/graf/kalla/ett",
        Authorization="",
        Origin="https://example.org",
        Access_Control_Request_Method=method,
        Access_Control_Request_Headers="authorization,content-type,if-match",
    )
    assert 204 == reply.status_code
    assert method in reply.headers["Access-Control-Allow-Methods"].split(", ")
    allowed = {name.strip().lower() for name in reply.headers["Access-Control-Allow-Headers"].split(",")}
    assert {"authorization", "content-type", "if-match", "if-none-match"} <= allowed
    exposed = {name.strip() for name in reply.headers["Access-Control-Expose-Headers"].split(",")}
    assert {"ETag", "Location", "Allow", "Accept-Post", "WWW-Authenticate", "Kunskapsgraf-Version"} <= exposed


def test_who_writes_is_known_to_the_store(client: FlaskClient, store: Writable) -> None:
    """The store is told whose token it was."""
    assert 200 == put(client, Authorization=f"bearer  {OTHER_TOKEN}")
    assert ["bo"] == [change.author for change in store.changes]
