"""Behind a proxy: what is believed of its headers, links under any path, and slashes that do no harm."""

from __future__ import annotations

import http.client
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import nginx
import pytest
from conftest import WORLD, Server, running
from flask import Flask, request
from flask.testing import FlaskClient

from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.settings import Settings
from kunskapsgraf.web import create_app, proxies
from kunskapsgraf.web.server import mounted

PAGE = {"Accept": "text/html"}
ASK = "ASK { ?s ?p ?o }"
FORWARDED = {
    "X-Forwarded-For": "203.0.113.7",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "kunskap.example",
    "X-Forwarded-Prefix": "/graf",
}


def mirror(settings: Settings, **changes: object) -> FlaskClient:
    """Give a client of an application that tells what it sees of a request."""
    app = Flask("mirror")
    app.url_map.strict_slashes = False

    @app.get("/")
    @app.get("/<path:path>")
    def tell(path: str = "") -> dict[str, str | None]:
        return {
            "url": request.base_url,
            "root": request.script_root,
            "path": request.path,
            "client": request.remote_addr,
        }

    proxies.install(app, replace(settings, **changes))  # type: ignore[arg-type]
    return app.test_client()


def told(client: FlaskClient, path: str, **headers: str) -> tuple[object, ...]:
    """Ask, and give url, root and client as the application saw them."""
    seen = client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()}).json
    assert seen is not None
    return seen["url"], seen["root"], seen["client"]


# (name, setting, proxies, peer, headers, status)
METRICS: list[tuple[str, str, int, str, dict[str, str], int]] = [
    ("this machine", "local", 0, "127.0.0.1", {}, 200),
    ("this machine, IPv6", "local", 0, "::1", {}, 200),
    ("another machine", "local", 0, "192.0.2.1", {}, 404),
    ("another machine that says it is this one", "local", 1, "192.0.2.1", {"X-Forwarded-For": "127.0.0.1"}, 404),
    ("through a proxy here", "local", 1, "127.0.0.1", {"X-Forwarded-For": "192.0.2.1"}, 404),
    ("through a proxy here, from this machine", "local", 1, "127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 404),
    ("through a proxy here that is not counted", "local", 0, "127.0.0.1", {"X-Forwarded-For": "192.0.2.1"}, 404),
    ("through a proxy here, by RFC 7239", "local", 0, "127.0.0.1", {"Forwarded": "for=192.0.2.1"}, 404),
    ("public", "public", 1, "192.0.2.1", {"X-Forwarded-For": "192.0.2.9"}, 200),
    ("off", "off", 0, "127.0.0.1", {}, 404),
]


@pytest.mark.parametrize(
    ("setting", "count", "peer", "headers", "status"), [row[1:] for row in METRICS], ids=[row[0] for row in METRICS]
)
def test_who_may_read_the_metrics(
    small: Settings,
    small_store: EmbeddedStore,
    setting: str,
    count: int,
    peer: str,
    headers: dict[str, str],
    status: int,
) -> None:
    """The metrics are for this machine, for all, or for nobody; whatever a client writes of itself."""
    client = create_app(replace(small, metrics=setting, proxies=count), small_store).test_client()
    found = client.get("/matt", headers=headers, environ_base={"REMOTE_ADDR": peer})
    assert status == found.status_code


# (proxies, X-Forwarded-For, client)
CLIENTS = [
    (0, "203.0.113.7", "192.0.2.1"),
    (1, "203.0.113.7", "203.0.113.7"),
    (1, "10.0.0.1, 203.0.113.7", "203.0.113.7"),
    (2, "203.0.113.7, 198.51.100.2", "203.0.113.7"),
    (2, "203.0.113.7", "192.0.2.1"),
    (1, "no address!", "192.0.2.1"),
    (1, "<script>, 203.0.113.7", "192.0.2.1"),
    (1, "", "192.0.2.1"),
]


@pytest.mark.parametrize(("count", "forwarded", "expected"), CLIENTS)
def test_client_is_one_for_the_log_and_for_the_application(
    small: Settings, count: int, forwarded: str, expected: str
) -> None:
    """Fair use and the log count the address that the application sees; what is no address names nobody."""
    received = {"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": forwarded}
    assert expected == proxies.client_of(received, count)
    client = mirror(small, proxies=count)
    seen = client.get("/", headers={"X-Forwarded-For": forwarded}, environ_base={"REMOTE_ADDR": "192.0.2.1"}).json
    assert seen is not None
    assert expected == seen["client"]


def test_nothing_is_believed_by_default(small: Settings) -> None:
    """Without the setting a client that sends the headers is seen as it is."""
    client = mirror(small)
    seen = client.get("/sparql", headers=FORWARDED).json
    assert {"url": "http://localhost/sparql", "root": "", "path": "/sparql", "client": "127.0.0.1"} == seen


def test_one_proxy_is_believed(small: Settings) -> None:
    """With one proxy its scheme, host, path and client are those of the request."""
    client = mirror(small, proxies=1)
    seen = client.get("/sparql", headers=FORWARDED).json
    expected = {
        "url": "https://kunskap.example/graf/sparql",
        "root": "/graf",
        "path": "/sparql",
        "client": "203.0.113.7",
    }
    assert expected == seen


def test_what_a_client_puts_before_the_proxys_is_not_believed(small: Settings) -> None:
    """A proxy adds to the end of a header; what stood before came from the client."""
    client = mirror(small, proxies=1)
    expected = ("https://kunskap.example/sparql", "", "203.0.113.7")
    spoofed = {
        "X_Forwarded_For": "10.0.0.1, 203.0.113.7",
        "X_Forwarded_Proto": "http, https",
        "X_Forwarded_Host": "evil.example, kunskap.example",
    }
    assert expected == told(client, "/sparql", **spoofed)


def test_two_proxies(small: Settings) -> None:
    """With two proxies the last but one value is the outer proxy's; fewer values than proxies count for nothing."""
    client = mirror(small, proxies=2)
    assert ("https://localhost/x", "", "203.0.113.7") == told(
        client, "/x", X_Forwarded_For="203.0.113.7, 10.0.0.2", X_Forwarded_Proto="https, http"
    )
    assert ("http://localhost/x", "", "127.0.0.1") == told(client, "/x", X_Forwarded_Proto="https")


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X_Forwarded_Host", "a.example/path"),
        ("X_Forwarded_Host", "a.example>"),
        ("X_Forwarded_Proto", "javascript"),
        ("X_Forwarded_Prefix", "//evil.example"),
        ("X_Forwarded_Prefix", "/a/../b c"),
        ("X_Forwarded_Prefix", "graf"),
        ("X_Forwarded_For", "<script>"),
        ("X_Forwarded_Port", "99"),
        ("Forwarded", "host=evil.example"),
    ],
)
def test_value_of_a_wrong_shape_is_dropped(small: Settings, header: str, value: str) -> None:
    """A header that holds no host, scheme, path or address, or that is none of the four, changes nothing."""
    client = mirror(small, proxies=1)
    assert ("http://localhost/x", "", "127.0.0.1") == told(client, "/x", **{header: value})


def test_setting_of_the_path_goes_before_the_header(small: Settings) -> None:
    """Where KUNSKAPSGRAF_PREFIX is set the header of the path is not read."""
    client = mirror(small, proxies=1, prefix="/min")
    assert ("http://localhost/x", "", "127.0.0.1") == told(client, "/x", X_Forwarded_Prefix="/graf")


@pytest.mark.parametrize("path", ["/sparql/", "/sparql//", "/queries/", "/om/", "/ns/", "/klass/Kommun/", "/halsa/"])
def test_last_slash_does_no_harm(client: FlaskClient, path: str) -> None:
    """An address with a slash at its end answers as without."""
    bare = path.rstrip("/")
    assert client.get(bare, headers=PAGE).text == client.get(path, headers=PAGE).text
    assert 200 == client.get(path, headers=PAGE).status_code


def test_query_and_preflight_with_a_last_slash(client: FlaskClient) -> None:
    """A query is answered at /sparql/ too, and the preflight allows it."""
    answer = client.post("/sparql/", data=ASK, content_type="application/sparql-query")
    assert (200, True) == (answer.status_code, answer.get_json(force=True)["boolean"])
    assert "POST" in client.options("/sparql/").headers["Allow"]


def test_last_slash_of_a_name_is_kept(small: Settings) -> None:
    """What a thing's own IRI ends in belongs to its name."""
    seen = mirror(small).get("/id/kommun/heby/").json
    assert seen is not None
    assert "/id/kommun/heby/" == seen["path"]


def test_pages_under_a_path(small: Settings, small_store: EmbeddedStore) -> None:
    """Under the setting's path every link, style and script of a page begins with the path."""
    app = create_app(replace(small, prefix="/a/b"), small_store)
    app.wsgi_app = mounted(app.wsgi_app, "/a/b")  # type: ignore[assignment,method-assign]
    for path in ("/a/b", "/a/b/", "/a/b/sparql", "/a/b/queries"):
        text = app.test_client().get(path, headers=PAGE).text
        found = re.findall(r'(?:href|src|action|data-support|data-names)="(/[^"]*)"', text)
        assert found
        assert [] == [link for link in found if not link.startswith("/a/b/")]


@contextmanager
def published(
    settings: Settings, folder: Path, stripped: bool, headers: dict[str, str], **environment: str
) -> Iterator[Server]:
    """Run the server with nginx before it, which publishes it below /graf and takes that path off or not."""
    with running(settings, KUNSKAPSGRAF_SOURCES=str(WORLD), **environment) as found:
        upstream = "http://" + urlsplit(found.address).netloc + ("/" if stripped else "")
        with nginx.before(folder, upstream, "/graf", headers) as address:
            yield Server(address)


HEADERS = {
    "Host": "$http_host",
    "X-Forwarded-For": "$remote_addr",
    "X-Forwarded-Proto": "https",  # as where nginx ends TLS
    "X-Forwarded-Host": "kunskap.example",
}
WAYS = {
    "the path by setting, kept": (False, HEADERS, {"KUNSKAPSGRAF_PREFIX": "/graf"}),
    "the path by setting, taken off": (True, HEADERS, {"KUNSKAPSGRAF_PREFIX": "graf/"}),
    "the path by header, taken off": (True, {**HEADERS, "X-Forwarded-Prefix": "/graf"}, {}),
    "the path by header, kept": (False, {**HEADERS, "X-Forwarded-Prefix": "/graf"}, {}),
}


def get(server: Server, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
    """Ask a server, follow nothing; give status, headers and body."""
    connection = http.client.HTTPConnection(urlsplit(server.address).netloc, timeout=30)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode()
    finally:
        connection.close()


@nginx.NEEDED
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_behind_nginx(small: Settings, tmp_path: Path, way: tuple[bool, dict[str, str], dict[str, str]]) -> None:
    """Behind nginx under a path every link begins with the path, and what is absolute names the visitor's https host."""
    stripped, headers, environment = way
    with published(small, tmp_path, stripped, headers, KUNSKAPSGRAF_PROXIES="1", **environment) as server:
        status, _, front = get(server, "/graf/", **PAGE)
        assert 200 == status
        assert "https://kunskap.example/graf/sparql" in front  # the line for curl
        links = re.findall(
            r'(?:href|src|action|data-support|data-names)="(/[^"]*)"', front + get(server, "/graf/sparql", **PAGE)[2]
        )
        assert [] == [link for link in links if not link.startswith("/graf/")]
        local = {
            link.split("#")[0].replace("&amp;", "&") for link in links if "/static/" in link or link == "/graf/queries"
        }
        assert local
        assert {200} == {get(server, link, **PAGE)[0] for link in local}
        status, answered, _ = get(server, "/graf/id/kommun/norrby", **PAGE)
        assert (303, "/graf/sida/kommun/norrby") == (status, answered["location"])
        for path in ("/graf/sparql", "/graf/sparql/"):
            status, answered, body = get(
                server, f"{path}?{urlencode({'query': ASK})}", Accept="application/sparql-results+json"
            )
            assert (200, "*") == (status, answered["access-control-allow-origin"])
            assert '"boolean":true' in body.replace(" ", "")


@nginx.NEEDED
def test_behind_nginx_that_is_not_trusted(small: Settings, tmp_path: Path) -> None:
    """Without the setting no header of a proxy, or of a client through it, reaches a page."""
    headers = {"Host": "$http_host", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    with published(small, tmp_path, False, headers, KUNSKAPSGRAF_PREFIX="/graf") as server:
        status, _, front = get(server, "/graf/", **PAGE, **{"X-Forwarded-Prefix": "/evil"})
        assert 200 == status
        assert "evil" not in front
        assert f"{server.address}/graf/sparql" in front
