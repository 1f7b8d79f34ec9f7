"""The client of the SPARQL Protocol: what it sends, what it reads, and errors that say what, where and how to mend it."""

from __future__ import annotations

import base64
import socket
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest
from endpoint import Endpoint, served
from hostile_engine import Reply, hostile, http
from pyoxigraph import Literal, NamedNode

from kunskapsgraf import cli
from kunskapsgraf import settings as settings_module
from kunskapsgraf.errors import BadRequest, EndpointError
from kunskapsgraf.graph.remote import Remote, remote
from kunskapsgraf.verify.client import Endpoint as Verified

ADD = "INSERT DATA { GRAPH <http://example.org/g> { <http://example.org/a> <http://example.org/p> 'ö'@sv , 1 } }"
BASIC = "Basic " + base64.b64encode("anna:hemligt å".encode()).decode()


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """Serve an empty store."""
    with served(Endpoint()) as found:
        yield found


def test_what_is_written_is_read(endpoint: Endpoint) -> None:
    """Terms come back as they went, unbound variables are left out, and ASK and holds tell what is there."""
    engine = Remote(f"{endpoint.address}/sparql")
    engine.update(ADD)
    rows = list(engine.select("SELECT ?o ?none WHERE { GRAPH ?g { ?s ?p ?o } } ORDER BY isNumeric(?o)"))
    integer = NamedNode("http://www.w3.org/2001/XMLSchema#integer")
    assert [{"o": Literal("ö", language="sv")}, {"o": Literal("1", datatype=integer)}] == rows
    assert engine.holds("http://example.org/g")
    assert not engine.holds("http://example.org/other")
    assert not engine.ask("ASK { <http://example.org/a> ?p ?o }")


def test_two_addresses(endpoint: Endpoint) -> None:
    """Queries go to one address and updates to the other."""
    engine = Remote(f"{endpoint.address}/query", f"{endpoint.address}/update")
    engine.update(ADD)
    assert engine.holds("http://example.org/g")


@pytest.mark.parametrize(
    ("expected", "settings"),
    [
        (BASIC, {"endpoint_user": "anna", "endpoint_password": "hemligt å"}),
        ("Bearer abc", {"endpoint_token": "abc"}),
        ("Bearer abc", {"endpoint_token": "abc", "endpoint_user": "anna"}),
    ],
)
def test_login(endpoint: Endpoint, expected: str, settings: dict[str, str]) -> None:
    """User and password, or a token before them, go with each request; without them the message says where they are set."""
    endpoint.authorization = expected
    loaded = settings_module.load({})
    remote(replace(loaded, **settings), f"{endpoint.address}/sparql").update(ADD)  # type: ignore[arg-type]
    for mistaken in (loaded, replace(loaded, endpoint_user="anna", endpoint_password="fel")):
        with pytest.raises(EndpointError) as caught:
            remote(mistaken, f"{endpoint.address}/sparql").update(ADD)
        for text in (caught.value.sv, caught.value.en):
            assert f"{endpoint.address}/sparql" in text
            assert "401" in text
            assert "KUNSKAPSGRAF_ENDPOINT_USER" in text
            assert "fel" not in text.removeprefix(endpoint.address)


# (path, what is asked, what the message says in Swedish, in English)
WRONG = [
    ("/nowhere", "ASK {}", "tar inte emot SPARQL (404)", "takes no SPARQL (404)"),
    ("/nowhere", "ASK {}", "KUNSKAPSGRAF_STORE_UPDATE", "KUNSKAPSGRAF_STORE_UPDATE"),
    ("/sparql", "ASK {", "svarade 400 Bad Request. error at", "answered 400 Bad Request. error at"),
    ("/moved", "ASK {}", "hänvisar till /sparql (308)", "redirects to /sparql (308)"),
    ("/page", "ASK {}", "inte med ett SPARQL-resultat", "not answer with a SPARQL result"),
    ("/sparql", "SELECT * WHERE { }", "inte med ett SPARQL-resultat", "not answer with a SPARQL result"),
]


@pytest.mark.parametrize(("path", "query", "sv", "en"), WRONG)
def test_wrong_answer(endpoint: Endpoint, path: str, query: str, sv: str, en: str) -> None:
    """A message names the address, what it answered, and what the engine said; a page of HTML is not repeated."""
    with pytest.raises(EndpointError) as caught:
        Remote(f"{endpoint.address}{path}").ask(query)
    assert sv in caught.value.sv
    assert en in caught.value.en
    for text in (caught.value.sv, caught.value.en):
        assert f"{endpoint.address}{path}" in text
        assert "html" not in text


def test_an_ask_is_no_select(endpoint: Endpoint) -> None:
    """Rows that are none are told."""
    with pytest.raises(EndpointError, match="SPARQL-resultat"):
        Remote(f"{endpoint.address}/sparql").select("ASK {}")


def test_too_slow(endpoint: Endpoint) -> None:
    """An answer that takes too long is given up, and the message names the setting."""
    endpoint.seconds = 0.5
    with pytest.raises(EndpointError, match=r"inte inom 0\.1 s.*KUNSKAPSGRAF_ENDPOINT_SECONDS"):
        Remote(f"{endpoint.address}/sparql", seconds=0.1).ask("ASK {}")


ROWS = b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"literal","value":"a"}}]}}'
# (reply, whether its rows are taken)
IN_PART = [
    (http(ROWS), True),
    (http(ROWS, X_SPARQL_MaxRows="2"), True),
    (http(ROWS, X_SPARQL_MaxRows="1"), False),
    (http(ROWS, X_SQL_State="S1TAT", X_SQL_Message="RC...: Returning incomplete results"), False),
    (http(ROWS, status="206 Partial Content"), False),
]


@pytest.mark.parametrize(("reply", "is_taken"), IN_PART)
def test_an_answer_in_part(reply: Reply, *, is_taken: bool) -> None:
    """A build takes no part of an answer for the whole, which Virtuoso gives where a limit of its own is met."""
    with hostile(reply) as engine:
        if is_taken:
            assert [{"x": Literal("a")}] == list(Remote(engine.address).select("SELECT ?x {}"))
            return
        with pytest.raises(EndpointError, match=r"Höj .*(ResultSetMaxRows|MaxQueryExecutionTime)"):
            Remote(engine.address).select("SELECT ?x {}")


def test_nobody_there() -> None:
    """An address where nobody answers is told with what to check; the command ends with 4."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/sparql"
    with pytest.raises(EndpointError, match=f"{address} går inte att nå.*Kontrollera adressen"):
        Remote(address).ask("ASK {}")
    assert 4 == cli.main(["infer", address])


@pytest.mark.parametrize(
    "address",
    ["", "localhost:3030/ds", "file:///etc/hostname", "ftp://example.org/", "http:///ds", "http://a b/", "http://[/"],
)
def test_no_address(address: str) -> None:
    """What is no address of the web is refused before anything is sent; the command ends with 2."""
    with pytest.raises(BadRequest, match="ingen adress"):
        Remote(address)
    assert 2 == cli.main(["infer", address])


def test_no_password_in_the_address() -> None:
    """A password in the address is refused and not repeated: addresses are logged and shown."""
    with pytest.raises(BadRequest, match="KUNSKAPSGRAF_ENDPOINT_PASSWORD") as caught:
        Remote("http://anna:hemligt@example.org/sparql")
    assert "hemligt" not in caught.value.sv + caught.value.en


@pytest.mark.parametrize(
    "address", ["anna:hemligt@example.org/sparql", "https://anna:hem ligt@example.org/", "ftp://a:hemligt@x/"]
)
def test_no_password_in_what_is_no_address(address: str) -> None:
    """What is no address and may hold a password is not repeated either, by any of the two clients."""
    for client in (Remote, Verified):
        with pytest.raises(BadRequest) as caught:
            client(address)
        assert "ligt" not in caught.value.sv + caught.value.en


@pytest.mark.parametrize("token", ["do lt", "dolt\ndolt", "döldolt"])
def test_token_that_no_header_can_hold(token: str) -> None:
    """It is refused at once, with its setting's name and without the token: the library would repeat it in an error."""
    for make in (
        partial(Remote, "http://127.0.0.1:9/", token=token),
        partial(Verified, "http://127.0.0.1:9/", token=token),
    ):
        with pytest.raises(BadRequest, match="KUNSKAPSGRAF_ENDPOINT_TOKEN") as caught:
            make()
        assert token not in caught.value.sv + caught.value.en


def test_secrets_are_not_shown() -> None:
    """Settings that are printed show no password and no token."""
    loaded = settings_module.load({"KUNSKAPSGRAF_ENDPOINT_PASSWORD": "hemligt", "KUNSKAPSGRAF_ENDPOINT_TOKEN": "dolt"})
    assert "hemligt" == loaded.endpoint_password
    assert "dolt" == loaded.endpoint_token
    assert not {"hemligt", "dolt"} & set(repr(loaded).replace("'", " ").split())
