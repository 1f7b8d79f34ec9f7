"""The dumps: each holds what the store's graph holds, and is sent as files are."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import MICRO_DATA, MICRO_ONTOLOGY
from described import answered
from flask.testing import FlaskClient

from kunskapsgraf.errors import SnapshotError
from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.rdf import DUMP_FORMATS, Literal, NamedNode, Quad
from kunskapsgraf.graph.snapshot import current
from kunskapsgraf.graph.store import construct, select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.vocabulary import XSD, Names
from kunskapsgraf.pipeline import dumps
from kunskapsgraf.pipeline.build import build
from kunskapsgraf.settings import Settings
from kunskapsgraf.web import create_app

NAMES = Names("https://w3id.org/kunskapsgraf/")


def quads_of(name: str, body: bytes) -> set[Quad]:
    """Read a dump; a file of one graph gives its statements in the default graph."""
    from pyoxigraph import parse  # noqa: PLC0415 - the engine's own reader, which knows quads

    return set(parse(gzip.decompress(body), format=DUMP_FORMATS[name.rsplit(".", 2)[1]]))


@pytest.fixture(params=["small", pytest.param("whole", marks=pytest.mark.long)], scope="module")
def served(request: pytest.FixtureRequest) -> Iterator[tuple[FlaskClient, EmbeddedStore]]:
    """Give a client and the store that it is on: the tiny world, and in the long run the whole graph.

    All of a graph is asked for at once, which a loaded machine may take long over.
    """
    patient = replace(request.getfixturevalue(request.param), query_seconds=600.0, slow_after_seconds=600.0)
    store = EmbeddedStore(patient)
    yield create_app(patient, store).test_client(), store
    store.close()


def test_a_dump_holds_its_graph(served: tuple[FlaskClient, EmbeddedStore]) -> None:
    """Each graph but the catalogue is there in both formats, statement by statement as the store gives it."""
    client, store = served
    graphs = set(store.graphs()) - {NAMES.catalogue_graph}
    assert {g.removeprefix(NAMES.base + "graf/") + f".{f}.gz" for g in graphs for f in ("nt", "ttl")} == {
        name for name in store.dumps() if not name.startswith("kunskapsgraf.")
    }
    for graph in graphs:
        stored = set(construct(store, f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"))
        for suffix in ("nt", "ttl"):
            name = f"{graph.removeprefix(NAMES.base + 'graf/')}.{suffix}.gz"
            with client.get("/dump/" + name) as response:
                assert stored == {quad.triple for quad in quads_of(name, response.get_data())}


def test_the_dump_of_the_whole_holds_every_graph(served: tuple[FlaskClient, EmbeddedStore]) -> None:
    """The dump of the whole holds every graph but the catalogue, each statement in its graph."""
    client, store = served
    rows = select(store, f"SELECT ?s ?p ?o ?g {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(?g != <{NAMES.catalogue_graph}>) }}")
    stored = {Quad(row["s"], row["p"], row["o"], row["g"]) for row in rows}  # type: ignore[arg-type]
    for name in ("kunskapsgraf.nq.gz", "kunskapsgraf.trig.gz"):
        with client.get("/dump/" + name) as response:
            assert stored == quads_of(name, response.get_data())


def test_a_dump_is_sent_as_a_file(client: FlaskClient, small_store: EmbeddedStore) -> None:
    """A dump has its length, its digest as ETag, and a name to be saved under; every page may fetch it."""
    file = small_store.dumps()["kunskapsgraf.nq.gz"]
    with client.get("/dump/kunskapsgraf.nq.gz") as response:
        assert (200, "application/gzip") == (response.status_code, response.mimetype)
        assert str(file.size) == response.headers["Content-Length"]
        assert f'"{file.digest}"' == response.headers["ETag"]
        assert "bytes" == response.headers["Accept-Ranges"]
        assert "attachment; filename=kunskapsgraf.nq.gz" == response.headers["Content-Disposition"]
        assert "*" == response.headers["Access-Control-Allow-Origin"]
        assert file.size == len(response.get_data())
    with client.head("/dump/kunskapsgraf.nq.gz") as response:
        assert (200, str(file.size), b"") == (response.status_code, response.headers["Content-Length"], response.data)


@pytest.mark.parametrize(
    ("headers", "status", "length"),
    [
        ({"Range": "bytes=0-9"}, 206, 10),
        ({"Range": "bytes=-7"}, 206, 7),
        ({"Range": "bytes=99999999-"}, 416, None),
        ({"If-None-Match": "{tag}"}, 304, 0),
        ({"If-None-Match": '"other"'}, 200, -1),
        ({"Range": "bytes=0-9", "If-Range": "{tag}"}, 206, 10),
        ({"Range": "bytes=0-9", "If-Range": '"other"'}, 200, -1),
    ],
)
def test_ranges_and_conditions(
    client: FlaskClient, small_store: EmbeddedStore, headers: dict[str, str], status: int, length: int | None
) -> None:
    """A part is sent where a part is asked for, nothing where nothing is new (RFC 9110, sections 13 and 14)."""
    file = small_store.dumps()["kunskapsgraf.nq.gz"]
    sent = {name: value.replace("{tag}", f'"{file.digest}"') for name, value in headers.items()}
    whole = file.path.read_bytes()
    with client.get("/dump/kunskapsgraf.nq.gz", headers=sent) as response:
        assert status == response.status_code
        if status == 206:
            assert length is not None
            body = response.get_data()
            assert length == len(body)
            assert body == (whole[:length] if "-7" not in sent["Range"] else whole[-length:])
        elif status == 200:
            assert whole == response.get_data()


@pytest.mark.parametrize(
    "name", ["finns-inte.nt.gz", "../manifest.json", "%2e%2e/manifest.json", "katalog.nt.gz", "kunskapsgraf.nq"]
)
def test_nothing_else_is_sent(client: FlaskClient, name: str) -> None:
    """No other name leads to a file: not the manifest, nor the catalogue, nor an unpacked dump."""
    assert 404 == client.get("/dump/" + name).status_code


@pytest.mark.parametrize(("language", "words"), [("sv", "Menade du"), ("en", "Did you mean")])
def test_nearest_dump_is_named(client: FlaskClient, language: str, words: str) -> None:
    """A name that is nearly one gets that one and the way to all, not a list of them; others get the way only."""
    headers = {"Accept-Language": language}
    near = json.loads(client.get("/dump/kunskapsgrafen.nq.gz", headers=headers).data)["detail"]
    assert f"{words} kunskapsgraf.nq.gz?" in near
    far = json.loads(client.get("/dump/zzz", headers=headers).data)["detail"]
    assert words not in far
    for detail in (near, far):
        assert "/katalog" in detail
        assert detail.count(".gz") <= 2


def test_same_statements_same_bytes() -> None:
    """The order in which statements come and prefixes are kept changes nothing; nor does the clock."""
    quads = [
        Quad(NamedNode(f"{NAMES.things}sak/{n}"), NamedNode(NAMES.terms + "namn"), Literal(str(n)), NamedNode(graph))
        for n in range(20)
        for graph in (NAMES.source_graph("a"), NAMES.source_graph("b"))
    ]
    one, two = dumps.make(quads, NAMES), dumps.make(reversed(quads), NAMES)
    assert [(dump.name, dump.digest) for dump in one] == [(dump.name, dump.digest) for dump in two]
    assert 6 == len(one)


def test_same_inputs_same_dumps(micro: Settings, tmp_path: Path) -> None:
    """Built twice, the same sources give the same dumps, byte for byte."""
    first, second = build(micro), build(replace(micro, home=tmp_path / "igen"))
    assert first.manifest.dumps
    assert first.manifest.dumps == second.manifest.dumps


def test_a_damaged_dump_is_found(micro: Settings) -> None:
    """A dump that is cut or altered is found on opening, as a file of the store is."""
    snapshot = build(micro)
    file = snapshot.path / "dumps" / "ontologi.nt.gz"
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(SnapshotError, match=r"ontologi\.nt\.gz"):
        current(micro.home, digests=True)
    file.write_bytes(whole[:-1])
    with pytest.raises(SnapshotError, match=r"ontologi\.nt\.gz"):
        current(micro.home)


def test_counts_and_dumps_are_of_what_the_engine_keeps(micro: Settings) -> None:
    """Two ways to write one number are one statement, in the counts, in the dump and in the store."""
    ontology = micro.sources / "ontology" / "sak.ttl"
    ontology.write_text(MICRO_ONTOLOGY + "kg:antal a owl:DatatypeProperty .\n", encoding="utf-8")
    (micro.sources / "data" / "ttl" / "kalla.ttl").write_text(
        MICRO_DATA + f'sak:ring kg:antal "07"^^<{XSD}integer> , 7 .\n', encoding="utf-8"
    )
    build(micro)
    store = EmbeddedStore(micro)
    try:
        graph = NAMES.source_graph("kalla")
        [row] = select(store, f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
        body = store.dumps()["kalla/kalla.nt.gz"].path.read_bytes()
        assert ("5", 5, 5) == (text_of(row["n"]), store.graphs()[graph], len(quads_of("kalla.nt.gz", body)))
    finally:
        store.close()


def test_no_dump_holds_the_catalogue(client: FlaskClient) -> None:
    """The catalogue, which tells the dumps' digests, is in none of them."""
    assert answered(client, "SELECT ?u { GRAPH ?g { ?d void:dataDump ?u } }")
    with client.get("/dump/kunskapsgraf.nq.gz") as response:
        assert b"dataDump" not in gzip.decompress(response.get_data())
