"""Updates over HTTP and who may send them, requirement by requirement, on a store in memory; each with its section.

P is the SPARQL 1.1 Protocol (https://www.w3.org/TR/sparql11-protocol/), B is the Bearer Token Usage of OAuth 2.0 (RFC
6750), H is HTTP Semantics (RFC 9110). Names in quotation marks are those of the W3C's protocol tests.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest
from conftest import Run, running
from flask.testing import FlaskClient
from test_protocol import send
from werkzeug.test import TestResponse
from writable import BASE, BEARER, OTHER_TOKEN, TOKEN, WRITERS, Writable, client_on, problem, settings

from kunskapsgraf import settings as settings_module
from kunskapsgraf import writers
from kunskapsgraf.errors import SettingError
from kunskapsgraf.graph.store import Dataset
from kunskapsgraf.graph.writing import Change, Written
from kunskapsgraf.settings import Settings
from kunskapsgraf.web import create_app, operations
from kunskapsgraf.web.journal import Journal

ONE, TWO = BASE + "graf/kalla/ett", BASE + "graf/kalla/två"
UPDATE_TYPE, FORM_TYPE = "application/sparql-update", "application/x-www-form-urlencoded"
INSERT = f"INSERT DATA {{ GRAPH <{ONE}> {{ <urn:n> <urn:p> 1 }} }}"
COPY = f"INSERT {{ GRAPH <{ONE}> {{ ?s ?p 1 }} }} WHERE {{ ?s ?p ?o }}"


@pytest.fixture
def store() -> Writable:
    """Give a store with two graphs."""
    found = Writable()
    found.put(ONE, "<urn:ett> <urn:p> 1 .")
    found.put(TWO, "<urn:två> <urn:p> 1 .")
    return found


@pytest.fixture
def client(store: Writable) -> FlaskClient:
    """Give a client of an application where two may write."""
    return client_on(store)


def post(
    client: FlaskClient,
    body: str | bytes,
    kind: str = UPDATE_TYPE,
    query: str = "",
    method: str = "POST",
    **headers: str,
) -> TestResponse:
    """Send an update as somebody who may write; a header given empty is left out."""
    named = {**BEARER, "Accept-Language": "en", **{name.replace("_", "-"): value for name, value in headers.items()}}
    found = client.open(
        f"/sparql{'?' if query else ''}{query}",
        method=method,
        data=body,
        content_type=kind,
        headers={name: value for name, value in named.items() if value},
    )
    assert "*" == found.headers["Access-Control-Allow-Origin"]
    assert "Access-Control-Allow-Credentials" not in found.headers
    return found


def form(*pairs: tuple[str, str]) -> str:
    """Write a form."""
    return urlencode(pairs)


USING = (("using-graph-uri", ONE), ("using-graph-uri", TWO))
NAMED = (("using-named-graph-uri", TWO),)
# (section, type, body, address, what the store is told of the dataset)
ANSWERED: list[tuple[str, str, str | bytes, str, Dataset]] = [
    ("P 2.2.1 'update_post_form'", FORM_TYPE, form(("update", INSERT)), "", Dataset()),
    ("P 2.2.2 'update_post_direct'", UPDATE_TYPE, INSERT, "", Dataset()),
    ("P 2.2.2 charset", UPDATE_TYPE + "; charset=UTF-8", INSERT, "", Dataset()),
    ("P 2.2.2 upper case type", UPDATE_TYPE.upper(), INSERT, "", Dataset()),
    ("P 2.2.2 byte order mark", UPDATE_TYPE, b"\xef\xbb\xbf" + INSERT.encode(), "", Dataset()),
    (
        "P 2.2.3 'update_dataset_default_graph'",
        FORM_TYPE,
        form(("update", INSERT), USING[0]),
        "",
        Dataset((ONE,), ()),
    ),
    ("P 2.2.3 'update_dataset_default_graphs'", UPDATE_TYPE, INSERT, form(*USING), Dataset((ONE, TWO), ())),
    ("P 2.2.3 'update_dataset_named_graphs'", UPDATE_TYPE, INSERT, form(*NAMED), Dataset((), (TWO,))),
    (
        "P 2.2.3 'update_dataset_full'",
        FORM_TYPE,
        form(("update", INSERT), USING[0], *NAMED),
        "",
        Dataset((ONE,), (TWO,)),
    ),
    ("P 2.2.3 in address and form", FORM_TYPE, form(("update", INSERT)), form(USING[0]), Dataset((ONE,), ())),
    ("P 2.2.3 twice the same", UPDATE_TYPE, INSERT, form(USING[0], USING[0]), Dataset((ONE,), ())),
    ("P 2.2.3 empty chooses nothing", UPDATE_TYPE, INSERT, "using-graph-uri=", Dataset()),
    (
        "P 2.2.3 the word in a string, a comment and an IRI",
        UPDATE_TYPE,
        INSERT.replace("1", "'USING' # WITH\n; <urn:WITH> 2"),
        form(USING[0]),
        Dataset((ONE,), ()),
    ),
]


@pytest.mark.parametrize(
    ("kind", "body", "query", "dataset"), [row[1:] for row in ANSWERED], ids=[r[0] for r in ANSWERED]
)
def test_updates(
    client: FlaskClient, store: Writable, kind: str, body: str | bytes, query: str, dataset: Dataset
) -> None:
    """An update that the protocol allows is carried out, and what changed is told (P 2.2.4)."""
    reply = post(client, body, kind, query)
    assert (200, "application/json") == (reply.status_code, reply.mimetype)
    told = json.loads(reply.data)
    assert {"version": "v3", "removed": 0} == {name: told[name] for name in ("version", "removed")}
    assert len(store.held(ONE)) - 1 == told["added"]
    assert "v3" == reply.headers["Kunskapsgraf-Version"]
    assert "no-store" == reply.headers["Cache-Control"]
    assert [("update", "anna", dataset)] == [(c.operation, c.author, c.using) for c in store.changes]


def test_an_update_that_changes_nothing(client: FlaskClient) -> None:
    """An update without effect is done too, and its version is the one there was."""
    reply = post(client, "DELETE DATA { <urn:a> <urn:b> 1 }")
    assert (200, {"version": "v2", "added": 0, "removed": 0}) == (reply.status_code, json.loads(reply.data))


# (section, method, type, body, address, status, words)
REFUSED: list[tuple[str, str, str, str | bytes, str, int, str]] = [
    ("P 2.2 'bad_update_get'", "GET", "", "", form(("update", INSERT)), 400, "POST"),
    ("P 2.2 'bad_update_get' by HEAD", "HEAD", "", "", form(("update", INSERT)), 400, ""),
    ("P 2.2 a safe method", "QUERY", FORM_TYPE, form(("update", INSERT)), "", 400, "POST"),
    ("P 2.2 a safe method, direct", "QUERY", UPDATE_TYPE, INSERT, "", 415, UPDATE_TYPE),
    ("P 2.2 PUT", "PUT", UPDATE_TYPE, INSERT, "", 405, "POST"),
    ("P 2.2.1 in the address", "POST", FORM_TYPE, "", form(("update", INSERT)), 400, "never in the address"),
    ("P 2.2.2 in address and body", "POST", UPDATE_TYPE, INSERT, form(("update", INSERT)), 400, "never in the address"),
    (
        "P 2.2.1 'bad_multiple_updates'",
        "POST",
        FORM_TYPE,
        form(("update", INSERT), ("update", INSERT)),
        "",
        400,
        "one update",
    ),
    ("P 2.2.1 empty", "POST", FORM_TYPE, "update=", "", 400, "one update"),
    ("P 2.2.2 empty", "POST", UPDATE_TYPE, " \n", "", 400, "one update"),
    ("P 2.2 query and update", "POST", FORM_TYPE, form(("update", INSERT), ("query", "ASK {}")), "", 400, "not both"),
    (
        "P 2.2 query and update, direct",
        "POST",
        UPDATE_TYPE,
        INSERT,
        form(("query", "ASK {}")),
        400,
        "belongs to queries",
    ),
    ("P 2.2.2 'bad_update_wrong_media_type'", "POST", "text/plain", INSERT, "", 415, "text/plain"),
    ("P 2.2.1 'bad_update_missing_form_type'", "POST", "", form(("update", INSERT)), "", 415, "not supported"),
    ("P 2.2.2 'bad_update_non_utf8'", "POST", UPDATE_TYPE, "INSERT DATA {} #å".encode("utf-16"), "", 400, "UTF-8"),
    ("P 2.2.2 another charset", "POST", UPDATE_TYPE + "; charset=utf-16", INSERT, "", 415, "utf-16"),
    ("P 2.2.2 null byte", "POST", UPDATE_TYPE, INSERT + "\0", "", 400, "null byte"),
    (
        "P 2.2.3 'bad_update_dataset_conflict' USING",
        "POST",
        UPDATE_TYPE,
        COPY.replace("WHERE", f"using <{ONE}> WHERE"),
        form(USING[0]),
        400,
        "USING or WITH",
    ),
    (
        "P 2.2.3 conflict USING NAMED",
        "POST",
        FORM_TYPE,
        form(("update", COPY.replace("WHERE", f"USINGNAMED<{ONE}> WHERE")), *NAMED),
        "",
        400,
        "USING or WITH",
    ),
    (
        "P 2.2.3 conflict WITH",
        "POST",
        UPDATE_TYPE,
        f"WITH <{ONE}> DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }}",
        form(*NAMED),
        400,
        "USING or WITH",
    ),
    ("P 2.2.3 unknown graph", "POST", UPDATE_TYPE, INSERT, form(("using-graph-uri", BASE + "graf/kalla/et")), 400, ONE),
    ("P 2.2.3 relative graph", "POST", UPDATE_TYPE, INSERT, "using-named-graph-uri=ett", 400, "<ett>"),
    (
        "P 2.1.4 a dataset of queries",
        "POST",
        UPDATE_TYPE,
        INSERT,
        form(("default-graph-uri", ONE)),
        400,
        "using-graph-uri",
    ),
    ("P 2.2.4 'bad_update_syntax'", "POST", UPDATE_TYPE, "INSERT DATA {", "", 400, "wrong"),
    ("P 2.2.4 LOAD", "POST", UPDATE_TYPE, "LOAD <http://127.0.0.1:9/>", "", 400, "switched off"),
    ("H 15.5.14 a large body", "POST", UPDATE_TYPE, "#" * 5000, "", 413, "too large"),
    ("H 15.5.14 a large form", "POST", FORM_TYPE, "update=" + "a" * 5000, "", 413, "too large"),
    ("RFC 3986 2.1 broken percent-encoding", "POST", FORM_TYPE, "update=INSERT%zz", "", 400, "%25"),
    (
        "B 2.2 a token in the form",
        "POST",
        FORM_TYPE,
        form(("update", INSERT), ("access_token", TOKEN)),
        "",
        400,
        "Authorization",
    ),
    ("B 2.3 a token in the address too", "POST", UPDATE_TYPE, INSERT, form(("access_token", TOKEN)), 400, "replace it"),
]


@pytest.mark.parametrize(
    ("method", "kind", "body", "query", "status", "words"),
    [row[1:] for row in REFUSED],
    ids=[row[0] for row in REFUSED],
)
def test_refused(
    store: Writable, method: str, kind: str, body: str | bytes, query: str, status: int, words: str
) -> None:
    """A request that breaks a rule has the rule's status, and changes nothing."""
    before = set(store.quads)
    reply = post(client_on(store, body_bytes=4000), body, kind, query, method)
    assert status == reply.status_code
    assert before == set(store.quads)
    assert TOKEN.encode() not in reply.data
    if method != "HEAD":
        assert words in str(problem(reply.data)["detail"])


def test_a_large_update_is_for_those_who_may_write(store: Writable) -> None:
    """A form may be as large as a body where it comes from somebody who may write, else as a query (issue: 1 MB)."""
    client = client_on(store, query_bytes=100)
    large = form(("update", INSERT + "#" * 3000))
    assert 413 == post(client, large, FORM_TYPE, Authorization="").status_code
    assert 200 == post(client, large, FORM_TYPE).status_code
    assert 413 == post(client, form(("query", "ASK {}#" + "#" * 3000)), FORM_TYPE).status_code


@pytest.mark.parametrize(
    ("header", "value", "status"), [("If-Match", '"x"', 412), ("If-None-Match", "*", 412), ("If-Match", "*", 200)]
)
def test_conditions(client: FlaskClient, header: str, value: str, status: int) -> None:
    """No tag stands for what an update changes: a condition on one does not hold, and nobody believes it did (H 13.1)."""
    assert status == post(client, INSERT, **{header.replace("-", "_"): value}).status_code


# Tokens

REALM = 'Bearer realm="kunskapsgraf"'
INVALID, MISUSED = REALM + ', error="invalid_token"', REALM + ', error="invalid_request"'
# (section, the header Authorization, status, the challenge)
TOKENS: list[tuple[str, str, int, str | None]] = [
    ("B 2.1", f"Bearer {TOKEN}", 200, None),
    ("B 2.1 another writer", f"Bearer {OTHER_TOKEN}", 200, None),
    ("H 11.1 the scheme in any case, any spaces", f"bEARER   {TOKEN} ", 200, None),
    ("B 3.1 none", "", 401, REALM),
    ("B 3.1 another scheme", "Basic YW5uYTpoZW1saWd0", 401, REALM),
    ("B 3.1 the token without a scheme", TOKEN, 401, REALM),
    ("B 3.1 wrong", "Bearer wrong", 401, INVALID),
    ("B 3.1 nearly right", f"Bearer {TOKEN[:-3]}==", 401, INVALID),
    ("B 3.1 the hash is no token", f"Bearer {WRITERS.split(':')[1][:64]}", 401, INVALID),
    ("B 3.1 empty", "Bearer", 400, MISUSED),
    ("B 3.1 empty, with a space", "Bearer  ", 400, MISUSED),
    ("B 2.1 characters that no token has", "Bearer åäö", 400, MISUSED),
    ("B 2.1 two tokens", f"Bearer {TOKEN} {OTHER_TOKEN}", 400, MISUSED),
    ("B 2 two schemes", f"Bearer {TOKEN}, Basic YW5uYQ==", 400, MISUSED),
    ("B 2 two schemes, the other first", f"Basic YW5uYQ==, Bearer {TOKEN}", 401, REALM),
]


@pytest.mark.parametrize("where", ["/sparql", "/graf?graph=urn:x", "/graf/kalla/ett", "/graf"])
@pytest.mark.parametrize(("header", "status", "challenge"), [row[1:] for row in TOKENS], ids=[row[0] for row in TOKENS])
def test_tokens(
    client: FlaskClient, store: Writable, where: str, header: str, status: int, challenge: str | None
) -> None:
    """A change needs the token of somebody who may write; what is missing is told by the challenge alone (B 3)."""
    before = set(store.quads)
    kind, body = (UPDATE_TYPE, INSERT) if where == "/sparql" else ("text/turtle", "<urn:n> <urn:p> 1 .")
    reply = client.post(
        where,
        data=body,
        content_type=kind,
        headers={"Authorization": header.encode().decode("latin-1")} if header else {},
    )
    assert (status if status != 200 or where in ("/sparql", "/graf/kalla/ett") else 201) == reply.status_code
    assert challenge == reply.headers.get("WWW-Authenticate")
    assert "no-store" == reply.headers["Cache-Control"]
    assert (status == 200) != (before == set(store.quads))
    if status != 200:
        assert "anna" not in reply.get_data(as_text=True)
        credentials = header.partition(" ")[2].strip()
        assert not credentials or credentials not in reply.get_data(as_text=True)


@pytest.mark.parametrize("where", ["/sparql", "/graf?graph=urn:x", "/graf/kalla/ett", "/graf"])
def test_a_token_in_the_address_alone(client: FlaskClient, store: Writable, where: str) -> None:
    """A token in the address lets nobody in (B 2.3), and is not repeated."""
    joint = "&" if "?" in where else "?"
    reply = client.post(f"{where}{joint}{form(('access_token', TOKEN))}", data=INSERT, content_type=UPDATE_TYPE)
    assert (400, MISUSED) == (reply.status_code, reply.headers["WWW-Authenticate"])
    assert TOKEN not in reply.get_data(as_text=True)
    assert [] == store.changes


@pytest.mark.parametrize(
    ("method", "where", "kind"),
    [
        ("POST", "/sparql", UPDATE_TYPE),
        ("POST", "/sparql", FORM_TYPE),
        ("PUT", "/graf?graph=urn:x", "text/turtle"),
        ("POST", "/graf", "text/turtle"),
        ("DELETE", "/graf/kalla/ett", ""),
    ],
)
@pytest.mark.parametrize("token", [TOKEN, ""])
def test_switched_off(store: Writable, method: str, where: str, kind: str, token: str) -> None:
    """Where nobody may write a change is 403, whoever sends it, and the setting that opens it is named."""
    body = form(("update", INSERT)) if kind == FORM_TYPE else INSERT
    headers = {"Accept-Language": "en"} | ({"Authorization": f"Bearer {token}"} if token else {})
    reply = client_on(store, writers="").open(where, method=method, data=body, content_type=kind, headers=headers)
    assert 403 == reply.status_code
    assert "KUNSKAPSGRAF_WRITERS" in str(problem(reply.data)["detail"])
    assert [] == store.changes


def test_every_pair_is_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever token it is, each hash is compared, by the function that takes the same time for all."""
    compared: list[bytes] = []

    def compare(one: bytes, other: bytes) -> bool:
        compared.append(other)
        return one == other

    monkeypatch.setattr(hmac, "compare_digest", compare)
    known = writers.read(WRITERS)
    for token, name in ((TOKEN, "anna"), (OTHER_TOKEN, "bo"), ("wrong", None)):
        compared.clear()
        assert name == writers.author(token, known)
        assert [digest for _, digest in known] == compared


HASH = hashlib.sha256(b"secret").hexdigest()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", []),
        (" , ", []),
        (f"anna:{HASH}", ["anna"]),
        (f"anna:{HASH},bo:{HASH}", ["anna", "bo"]),
        (f"\n  anna:{HASH.upper()} , bo:{HASH}\tcarl.c-1_2:{HASH},\n", ["anna", "bo", "carl.c-1_2"]),
        (f"anna:{HASH} anna:{HASH[::-1]}", ["anna", "anna"]),
    ],
)
def test_setting(text: str, names: list[str]) -> None:
    """Pairs are parted by commas and white space; a name may have two tokens while one replaces the other."""
    loaded = settings_module.load({"KUNSKAPSGRAF_WRITERS": text})
    assert names == [name for name, _ in writers.read(loaded.writers)]
    assert HASH not in repr(loaded)


@pytest.mark.parametrize(
    ("text", "number", "shown"),
    [
        ("hemlig-token", 1, ""),
        (f"anna:{HASH} bo:hemlig-token", 2, "(bo)"),
        (f"anna:{HASH},bo:{HASH[1:]}", 2, "(bo)"),
        (f"anna:{HASH}0", 1, "(anna)"),
        (f":{HASH}", 1, ""),
        (f"åsa:{HASH}", 1, ""),
        (f"{'a' * 65}:{HASH}", 1, ""),
        (f"an na:{HASH}", 1, ""),
    ],
)
def test_setting_that_cannot_be_used(text: str, number: int, shown: str) -> None:
    """A pair that is none is named by its number, and its name where it has one, but never by what may be a token."""
    with pytest.raises(SettingError) as caught:
        settings_module.load({"KUNSKAPSGRAF_WRITERS": text})
    for message in (caught.value.sv, caught.value.en):
        assert str(number) in message
        assert shown in message
        assert "hemlig" not in message
        assert HASH[1:] not in message


def test_token_command(run: Run, store: Writable) -> None:
    """The command makes another token each time, and the pair that lets it in."""
    made = set()
    for _ in range(2):
        code, out, err = run("token", "anna")
        assert (0, "") == (code, err)
        (_, token), (variable, pair) = (line.split() for line in out.splitlines())
        assert "KUNSKAPSGRAF_WRITERS" == variable
        assert f"anna:{hashlib.sha256(token.encode()).hexdigest()}" == pair
        assert len(token) >= 43  # 256 bits
        headers = {"Authorization": f"Bearer {token}"}
        client = client_on(store, writers=pair)
        assert 200 == client.post("/sparql", data=INSERT, content_type=UPDATE_TYPE, headers=headers).status_code
        made.add(token)
    assert 2 == len(made)


@pytest.mark.parametrize("name", ["", "två ord", "a:b", "a,b", "å", "-a", "a\n"])
def test_token_command_with_a_name_that_cannot_be(run: Run, name: str) -> None:
    """A name that the setting could not hold gets no token."""
    code, out, err = run("token", "--", name)
    assert (2, "") == (code, out)
    assert err.startswith("kunskapsgraf: ")


# What is left behind


def test_journal(store: Writable, capfd: pytest.CaptureFixture[str]) -> None:
    """Each change is one line, with who and what but never the token, and counts by its outcome."""
    given = settings(log="-")
    app = create_app(given, store)
    journal = Journal(given)
    operations.install(app, journal)
    client = app.test_client()
    post(client, INSERT)
    post(client, INSERT)
    post(client, "INSERT DATA {")
    post(client, INSERT, Authorization="Bearer wrong-secret")
    client.put(f"/graf/kalla/ny?access_token={TOKEN}", data=b"x", headers=BEARER)
    client.delete("/graf/kalla/tv%C3%A5", headers=BEARER)
    written = capfd.readouterr().err
    lines = [json.loads(line) for line in written.splitlines()]
    assert [
        ("update", "anna", "", "changed", 1, 0, "v3"),
        ("update", "anna", "", "unchanged", 0, 0, "v3"),
        ("update", "anna", "", "query-syntax-error", 0, 0, ""),
        ("update", "", "", "unauthorized", 0, 0, ""),
        ("put", "", BASE + "graf/kalla/ny", "bad-credentials", 0, 0, ""),
        ("delete", "anna", TWO, "changed", 0, 1, "v4"),
    ] == [
        tuple(line[name] for name in ("operation", "writer", "graph", "outcome", "added", "removed", "version"))
        for line in lines
    ]
    assert {"change"} == {line["event"] for line in lines}
    assert hashlib.sha256(INSERT.encode()).hexdigest()[:16] == lines[0]["content"]
    for secret in (TOKEN, "wrong-secret"):
        assert secret not in written
    metrics = client.get("/matt").get_data(as_text=True)
    assert 'kunskapsgraf_changes_total{outcome="changed"} 2.0' in metrics
    assert 'kunskapsgraf_changes_total{outcome="unauthorized"} 1.0' in metrics


class Slow(Writable):
    """A store whose changes take until they are let go, and that counts those under way."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.released = threading.Event(), threading.Event()

    def write(self, change: Change) -> Written:
        """Wait, then carry out a change."""
        self.begun.set()
        assert self.released.wait(30)
        return super().write(change)


def test_one_change_at_a_time() -> None:
    """A condition holds until the change that has it is done: another waits its turn, and is told when that is long."""
    store = Slow()
    app = create_app(settings(wait_seconds=0.1), store)
    statuses: list[int] = []

    def first() -> None:
        statuses.append(
            app.test_client().post("/sparql", data=INSERT, content_type=UPDATE_TYPE, headers=BEARER).status_code
        )

    thread = threading.Thread(target=first)
    thread.start()
    assert store.begun.wait(30)
    reply = app.test_client().put("/graf/kalla/ny", data=b"", content_type="text/turtle", headers=BEARER)
    assert (503, "5") == (reply.status_code, reply.headers["Retry-After"])
    assert [] == store.changes
    store.released.set()
    thread.join()
    assert [200] == statuses
    assert (
        200
        == app.test_client().put("/graf/kalla/ett", data=b"", content_type="text/turtle", headers=BEARER).status_code
    )


def test_service_description(small: Settings, small_store: object) -> None:
    """Where changes are taken the service says that it understands them (SPARQL 1.1 Service Description, 3.2.2)."""
    for given, expected in (("", False), (WRITERS, True)):
        client = create_app(replace(small, writers=given), small_store).test_client()  # type: ignore[arg-type]
        assert expected == (b"SPARQL11Update" in client.get("/sparql", headers={"Accept": "text/turtle"}).data)


def test_options(client: FlaskClient, store: Writable) -> None:
    """OPTIONS tells what a POST may carry, updates where they are taken."""
    accepted = [
        c.open("/sparql", method="OPTIONS").headers["Accept-Post"] for c in (client, client_on(store, writers=""))
    ]
    assert [True, False] == [UPDATE_TYPE in found for found in accepted]
    assert all("application/sparql-query" in found for found in accepted)


# The real server


def test_real_server(small: Settings, tmp_path: Path) -> None:
    """Over the wire: the token counts, ends no header, stands in no log; and no answer to one who sent it is kept."""
    log = tmp_path / "log"
    with running(small, KUNSKAPSGRAF_WRITERS=WRITERS, KUNSKAPSGRAF_LOG=str(log), KUNSKAPSGRAF_WORKERS="1") as server:
        kind = {"Content_Type": "text/turtle"}
        for header, status in (("", 401), ("Bearer wrong-secret", 401), ("Basic x", 401), (f"Bearer {TOKEN}, x", 400)):
            sent = {"Authorization": header} if header else {}
            reply = send(server, "PUT", "/graf/kalla/ny", b"<urn:a> <urn:p> 1 .", **kind, **sent)
            assert (status, "no-store") == (reply.status, reply.header("Cache-Control"))
            assert reply.header("WWW-Authenticate").startswith(REALM)
        injected = "/graf?graph=urn:x%0d%0aSet-Cookie:%20a"
        bad = send(server, "PUT", injected, b"", Authorization=f"Bearer {TOKEN}", **kind)
        assert (400, "") == (bad.status, bad.header("Set-Cookie"))
        where = "/graf/kalla/provkartan"
        first = send(server, "GET", where, Accept="text/turtle", Authorization=f"Bearer {TOKEN}")
        again = send(server, "GET", where, Accept="text/turtle", Authorization=f"Bearer {TOKEN}")
        open_ = [send(server, "GET", where, Accept="text/turtle") for _ in range(2)]
        assert {first.body} == {again.body, *(reply.body for reply in open_)}
        head = send(server, "HEAD", where, Accept="text/turtle")
        assert (200, b"", first.header("ETag")) == (head.status, head.body, head.header("ETag"))
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    kept = [
        line["cached"]
        for line in lines
        if line["event"] == "request" and line["path"] == where and line["method"] == "GET"
    ]
    assert [False, False, False, True] == kept
    for secret in (TOKEN, "wrong-secret"):
        assert secret not in log.read_text(encoding="utf-8")
