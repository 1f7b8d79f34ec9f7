"""Changes: what each operation does, what is refused, and that the snapshot after one is that of a build from scratch."""

from __future__ import annotations

import os
import resource
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kunskapsgraf.errors import (
    BadRequest,
    CheckFailed,
    DiskFull,
    Inconsistent,
    KunskapsgrafError,
    NotFound,
    NotWritable,
    Overloaded,
    QueryCrash,
    QuerySyntaxError,
    QueryTimeout,
    SyntaxInFile,
    UnknownTerm,
)
from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.snapshot import current, pointed
from kunskapsgraf.graph.store import Dataset, select
from kunskapsgraf.graph.writing import Change, Document, Written
from kunskapsgraf.pipeline import load, patches
from kunskapsgraf.pipeline.build import build
from kunskapsgraf.pipeline.write import write
from kunskapsgraf.settings import Settings

BASE = "https://w3id.org/kunskapsgraf/"
KALLA, NY, REDAKTION = f"{BASE}graf/kalla/kalla", f"{BASE}graf/kalla/ny", f"{BASE}graf/redaktion"
PREFIXES = f"""PREFIX kg: <{BASE}ns#> PREFIX sak: <{BASE}id/sak/> PREFIX graf: <{BASE}graf/> PREFIX kalla: <{BASE}graf/kalla/>
"""


@pytest.fixture
def home(micro: Settings) -> Settings:
    """Give settings of a world of three terms that has been built, with time for a busy machine."""
    settings = replace(micro, query_seconds=20.0, query_megabytes=256, wait_seconds=30.0)
    build(settings)
    return settings


def update(settings: Settings, text: str, using: Dataset | None = None) -> Written:
    """Carry out an update."""
    return write(settings, Change("update", "anna", PREFIXES + text, using or Dataset()))


def send(settings: Settings, operation: Any, graph: str, *bodies: str, written: str = "ttl", base: str = "") -> Written:
    """Carry out a change of one graph."""
    documents = tuple(Document(body.encode(), written) for body in bodies)
    return write(settings, Change(operation, "anna", graph=graph, documents=documents, base=base))


def named(settings: Settings) -> dict[str, set[str]]:
    """Give what things are called, by graph; names of graphs without the base."""
    store = EmbeddedStore(settings)
    try:
        found: dict[str, set[str]] = {}
        for row in select(store, f"SELECT ?g ?n {{ GRAPH ?g {{ ?s <{BASE}ns#namn> ?n }} }}"):
            found.setdefault(str(row["g"].value).removeprefix(f"{BASE}graf/"), set()).add(str(row["n"].value))  # type: ignore[union-attr]
        return found
    finally:
        store.close()


def dumps(settings: Settings) -> dict[str, bytes]:
    """Give the files that the served snapshot has to fetch."""
    folder = current(settings.home).path / "dumps"
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def assert_as_from_scratch(settings: Settings, folder: Path) -> None:
    """Build the same inputs where nothing was built before, and compare."""
    fresh = replace(settings, home=folder, patches=settings.patch_folder)
    version = build(fresh).manifest.version
    assert version == pointed(settings.home)
    assert dumps(fresh) == dumps(settings)
    assert current(fresh.home).manifest.graphs == current(settings.home).manifest.graphs


START = {"ring", "sked"}
# (update, statements added, removed, names in graphs afterwards)
OPERATIONS: list[tuple[str, int, int, dict[str, set[str]]]] = [
    ('INSERT DATA { GRAPH kalla:kalla { sak:ring kg:namn "ett" } }', 1, 0, {"kalla/kalla": START | {"ett"}}),
    (
        'INSERT DATA { GRAPH graf:redaktion { sak:ring kg:namn "ett" } }',
        1,
        0,
        {"kalla/kalla": START, "redaktion": {"ett"}},
    ),
    ('INSERT DATA { GRAPH kalla:kalla { sak:ring kg:namn "ring" } }', 0, 0, {"kalla/kalla": START}),
    ('DELETE DATA { GRAPH kalla:kalla { sak:ring kg:namn "ring" } }', 0, 1, {"kalla/kalla": {"sked"}}),
    ("DELETE WHERE { GRAPH kalla:kalla { sak:ring kg:namn ?n } }", 0, 1, {"kalla/kalla": {"sked"}}),
    (
        'WITH kalla:kalla DELETE { ?s kg:namn ?n } INSERT { ?s kg:namn "ny" } WHERE { ?s kg:namn ?n ; a kg:DyrSak }',
        1,
        1,
        {"kalla/kalla": {"sked", "ny"}},
    ),
    # That a DyrSak is a Sak is inferred; both things are found by it, in the union.
    (
        'INSERT { GRAPH kalla:ny { ?s kg:namn "sak" } } WHERE { ?s a kg:Sak }',
        2,
        0,
        {"kalla/kalla": START, "kalla/ny": {"sak"}},
    ),
    (
        "INSERT { GRAPH kalla:ny { ?s kg:namn ?n } } USING kalla:kalla WHERE { ?s a kg:Sak ; kg:namn ?n }",
        1,
        0,
        {"kalla/kalla": START, "kalla/ny": {"sked"}},
    ),
    ("CREATE GRAPH kalla:ny", 0, 0, {"kalla/kalla": START}),
    ("CREATE SILENT GRAPH kalla:kalla", 0, 0, {"kalla/kalla": START}),
    ("CLEAR GRAPH kalla:kalla", 0, 4, {}),
    ("DROP GRAPH kalla:kalla", 0, 4, {}),
    ("DROP SILENT GRAPH kalla:ny", 0, 0, {"kalla/kalla": START}),
    ("CLEAR SILENT GRAPH kalla:ny", 0, 0, {"kalla/kalla": START}),
    ("COPY kalla:kalla TO kalla:ny", 4, 0, {"kalla/kalla": START, "kalla/ny": START}),
    ("MOVE kalla:kalla TO kalla:ny", 4, 4, {"kalla/ny": START}),
    ("ADD kalla:kalla TO kalla:ny", 4, 0, {"kalla/kalla": START, "kalla/ny": START}),
    ("COPY SILENT kalla:saknas TO kalla:kalla", 0, 0, {"kalla/kalla": START}),
    ("MOVE SILENT kalla:saknas TO kalla:kalla", 0, 0, {"kalla/kalla": START}),
    ("COPY kalla:kalla TO kalla:kalla", 0, 0, {"kalla/kalla": START}),
    # The operations follow each other: the second reads what the first has written, also in the union.
    (
        'INSERT DATA { GRAPH kalla:ny { sak:tal kg:namn "tal" } } ; '
        "INSERT { GRAPH kalla:ny { ?s a kg:Sak } } WHERE { ?s kg:namn 'tal' } ; "
        "DELETE { GRAPH kalla:kalla { ?s kg:namn ?n } } WHERE { ?t kg:namn 'tal' ; a kg:Sak . ?s kg:namn ?n FILTER(?s != ?t) }",
        2,
        2,
        {"kalla/ny": {"tal"}},
    ),
    # What was deleted first is found no more.
    (
        'DELETE DATA { GRAPH kalla:kalla { sak:ring kg:namn "ring" } } ; '
        "INSERT { GRAPH kalla:ny { ?s kg:namn ?n } } WHERE { ?s kg:namn ?n }",
        1,
        1,
        {"kalla/kalla": {"sked"}, "kalla/ny": {"sked"}},
    ),
    # A statement of two graphs stands in the union until it is gone from both.
    (
        "COPY kalla:kalla TO kalla:ny ; DROP GRAPH kalla:kalla ; "
        'INSERT { GRAPH kalla:ny { sak:ring kg:namn "kvar" } } WHERE { sak:ring kg:namn "ring" }',
        5,
        4,
        {"kalla/ny": START | {"kvar"}},
    ),
]


@pytest.mark.parametrize(("text", "added", "removed", "expected"), OPERATIONS, ids=[row[0][:50] for row in OPERATIONS])
def test_operation(home: Settings, text: str, added: int, removed: int, expected: dict[str, set[str]]) -> None:
    """Each operation of SPARQL 1.1 Update (section 3) does what it says, and what was written is served."""
    before = pointed(home.home)
    written = update(home, text)
    assert (added, removed) == (written.added, written.removed)
    assert written.version == pointed(home.home)
    assert (added or removed) == (written.version != before) * (added or removed)
    assert (written.version == before) == (not added and not removed)
    assert expected == named(home)
    assert bool(added or removed) == bool(patches.listed(home.patch_folder))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("INSERT DATA { GRAPH graf:ontologi { kg:Sak kg:namn 'x' } }", NotWritable),
        ("DROP GRAPH graf:ontologi", NotWritable),
        ("CLEAR GRAPH graf:harledd", NotWritable),
        ("INSERT DATA { GRAPH <graf:sluten> { sak:ring kg:namn 'x' } }", NotWritable),
        ("INSERT DATA { GRAPH graf:sluten { sak:ring kg:namn 'x' } }", NotWritable),
        ("DELETE WHERE { GRAPH graf:katalog { ?s ?p ?o } }", NotWritable),
        ("DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }", NotWritable),
        (f"INSERT DATA {{ GRAPH <{BASE}graf/harledd/kalla> {{ sak:ring kg:namn 'x' }} }}", NotWritable),
        (f"INSERT DATA {{ GRAPH <{BASE}graf/kalla/Stor> {{ sak:ring kg:namn 'x' }} }}", NotWritable),
        (f"INSERT DATA {{ GRAPH <{BASE}graf/kalla/redaktion> {{ sak:ring kg:namn 'x' }} }}", NotWritable),
        ("INSERT DATA { GRAPH <http://example.org/> { sak:ring kg:namn 'x' } }", NotWritable),
        ("CREATE GRAPH <http://example.org/>", NotWritable),
        ("MOVE graf:ontologi TO kalla:ny", NotWritable),
        ("INSERT DATA { sak:ring kg:namn 'x' }", NotWritable),
        ("DROP GRAPH kalla:saknas", BadRequest),
        ("CREATE GRAPH kalla:kalla", BadRequest),
        ("COPY kalla:saknas TO kalla:kalla", BadRequest),
        ("INSERT DATA { GRAPH kalla:ny { sak:ring kg:namn } }", QuerySyntaxError),
        ("INSERT DATA { GRAPH kalla:ny { sak:ring kg:nam 'x' } }", UnknownTerm),
    ],
)
def test_refused(home: Settings, text: str, kind: type[KunskapsgrafError]) -> None:
    """What may not be written is refused whole: nothing is served, kept or left behind."""
    before, names = pointed(home.home), named(home)
    with pytest.raises(kind):
        update(home, "INSERT DATA { GRAPH kalla:ny { sak:ring kg:namn 'halva' } } ; " + text)
    assert (before, names) == (pointed(home.home), named(home))
    assert [] == [path.name for path in home.patch_folder.glob("*")]
    assert [] == [path.name for path in (home.home / "snapshots").glob(".*")]


def test_refusal_says_which_graph_and_why(home: Settings) -> None:
    """The error names the graph, says what it is, and where to write instead."""
    with pytest.raises(NotWritable) as caught:
        update(home, "DROP GRAPH graf:ontologi")
    assert f"<{BASE}graf/ontologi> kan inte skrivas: den är ontologin" in caught.value.sv
    assert f"Write in <{BASE}graf/kalla/min-kalla>" in caught.value.en


def test_place_of_a_syntax_error(home: Settings) -> None:
    """Line and column are those of the text that was sent, in the second operation too."""
    with pytest.raises(QuerySyntaxError) as caught:
        update(home, "CREATE GRAPH kalla:ny ;\nINSERT DATA { GRAPH kalla:ny {\n sak:ring kg:namn } }")
    assert (4, 19) == (caught.value.line, caught.value.column)


def test_place_of_an_unknown_term(home: Settings) -> None:
    """An error of a check names the line of what was sent."""
    with pytest.raises(
        UnknownTerm, match=r"^rad 4: termen kg:nam finns inte i ontologin. Menade du kg:namn\?"
    ) as caught:
        update(home, "INSERT DATA { GRAPH kalla:ny {\n\n sak:ring kg:nam 'x' } }")
    assert 4 == caught.value.line
    with pytest.raises(UnknownTerm, match=r"^rad 2: "):
        send(home, "post", NY, f"\n<{BASE}id/sak/ring> <{BASE}ns#nam> 1 .")


def test_graph_put_added_to_and_deleted(home: Settings, tmp_path: Path) -> None:
    """Put replaces, post adds, delete empties (Graph Store HTTP Protocol, sections 5.3 to 5.5)."""
    namn = f"@prefix kg: <{BASE}ns#> . @prefix sak: <{BASE}id/sak/> . sak:ring kg:namn "
    first = send(home, "put", NY, namn + '"a" , "b" .')
    assert (2, 0, True) == (first.added, first.removed, first.created)
    second = send(home, "put", NY, namn + '"b" , "c" .')
    assert (1, 1, False) == (second.added, second.removed, second.created)
    third = send(home, "post", NY, namn + '"c" , "d" .')
    assert (1, 0, False) == (third.added, third.removed, third.created)
    assert {"kalla/kalla": START, "kalla/ny": {"b", "c", "d"}} == named(home)
    assert_as_from_scratch(home, tmp_path / "fresh")
    gone = send(home, "delete", NY)
    assert (0, 3) == (gone.added, gone.removed)
    assert {"kalla/kalla": START} == named(home)
    with pytest.raises(NotFound):
        send(home, "delete", NY)
    assert ["000001.rdfp", "000002.rdfp", "000003.rdfp", "000004.rdfp"] == [
        p.name for p in patches.listed(home.patch_folder)
    ]


@pytest.mark.parametrize(
    "graph", ["", f"{BASE}graf/ontologi", f"{BASE}graf/katalog", f"{BASE}graf/harledd", "http://example.org/"]
)
@pytest.mark.parametrize("operation", ["put", "post", "delete"])
def test_graph_that_is_not_for_writing(micro: Settings, operation: str, graph: str) -> None:
    """A graph that is not a source's or the editorial one is refused before anything is read."""
    with pytest.raises(NotWritable):
        send(micro, operation, graph, "")


def test_body_formats(home: Settings) -> None:
    """A graph is sent as Turtle, N-Triples, JSON-LD or RDF/XML, relative IRIs by the base."""
    said = f"<{BASE}id/sak/ring> <{BASE}ns#namn> "
    send(home, "post", NY, said + '"nt" .', written="nt")
    send(home, "post", NY, f'{{"@id": "id/sak/ring", "{BASE}ns#namn": "jsonld"}}', written="jsonld", base=BASE)
    xml = f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:kg="{BASE}ns#">'
    xml += '<rdf:Description rdf:about="id/sak/ring"><kg:namn>rdf</kg:namn></rdf:Description></rdf:RDF>'
    send(home, "post", NY, xml, written="rdf", base=BASE)
    assert {"nt", "jsonld", "rdf"} == named(home)["kalla/ny"]
    with pytest.raises(BadRequest):
        send(home, "post", NY, "", written="trig")


def test_body_that_cannot_be_read(home: Settings) -> None:
    """An error in the body has its line; nothing tells where the server keeps it."""
    with pytest.raises(SyntaxInFile, match=r"^kropp\.ttl:2:") as caught:
        send(home, "put", NY, "<a:b> <a:b> <a:b> .\n<a:b>")
    assert 2 == caught.value.line
    assert str(home.home) not in caught.value.sv + caught.value.en
    with pytest.raises(SyntaxInFile, match="nästlad"):
        send(home, "put", NY, "[" * 5000, written="jsonld")


def test_blank_nodes_get_names(home: Settings) -> None:
    """A blank node becomes an IRI when it is accepted; the same text once more says another thing."""
    link = "<http://www.w3.org/2000/01/rdf-schema#seeAlso>"
    for _ in range(2):
        update(home, f"INSERT DATA {{ GRAPH kalla:ny {{ sak:ring {link} _:b . _:b kg:namn 'b' }} }}")
        send(home, "post", NY, f"[] {link} [ <{BASE}ns#namn> 'c' ] .")
    said = [quad for patch in patches.listed(home.patch_folder) for _, quad, _ in patch.lines]
    subjects = {str(quad.subject) for quad in said if ".well-known/genid/" in str(quad.subject)}
    assert 6 == len(subjects)
    assert 8 == current(home.home).manifest.graphs[NY]


def test_documents_are_merged(home: Settings) -> None:
    """Several documents are one change, and a label in two of them names two nodes (Graph Store HTTP Protocol, section 5.5)."""
    said = f"<{BASE}id/sak/ring> <http://www.w3.org/2000/01/rdf-schema#seeAlso> _:b . _:b <{BASE}ns#namn> "
    before = pointed(home.home)
    with pytest.raises(SyntaxInFile, match=r"^kropp2\.ttl:1:"):
        send(home, "post", NY, said + '"ett" .', said)
    with pytest.raises(UnknownTerm, match=r"rad 2 \(2\)"):
        send(home, "post", NY, said + '"ett" .', f"\n<{BASE}id/sak/sked> <{BASE}ns#nam> 1 .")
    assert before == pointed(home.home)
    assert 4 == send(home, "post", NY, said + '"ett" .', said + '"tv\u00e5" .').added
    assert {"ett", "två"} == named(home)["kalla/ny"]


def test_literals_as_the_store_has_them(home: Settings, tmp_path: Path) -> None:
    """A number that a file writes with a zero before it can be deleted, and is not there again after the next build."""
    file = home.sources / "data" / "ttl" / "kalla.ttl"
    file.write_text(file.read_text(encoding="utf-8") + "sak:ring kg:namn 01 .\n", encoding="utf-8")
    assert 1 == update(home, "DELETE DATA { GRAPH kalla:kalla { sak:ring kg:namn 1 } }").removed
    assert {"kalla/kalla": START} == named(home)
    assert_as_from_scratch(home, tmp_path / "fresh")
    assert 0 == send(home, "post", NY, f"<{BASE}id/sak/ring> <{BASE}ns#namn> 01 , 1 .").added - 1


def test_dataset(home: Settings) -> None:
    """using-graph-uri chooses what WHERE reads, also in DELETE WHERE (SPARQL 1.1 Protocol, section 2.2.3)."""
    everything = "INSERT { GRAPH kalla:ny { ?s kg:namn 'sak' } } WHERE { ?s a kg:Sak }"
    # Only sked is a Sak by its source; that the ring is one is inferred.
    assert 1 == update(home, everything, Dataset((KALLA,), ())).added
    assert 0 == update(home, "DELETE WHERE { GRAPH kalla:kalla { ?s ?p ?o } }", Dataset((KALLA,), (NY,))).removed


def test_same_as_from_scratch(home: Settings, tmp_path: Path) -> None:
    """After each of several changes the dumps are, byte by byte, those of a build that knows nothing of what was before."""
    for number, text in enumerate(
        (
            "INSERT DATA { GRAPH kalla:ny { sak:tal a kg:DyrSak ; kg:namn 'tal' } }",
            "DELETE WHERE { GRAPH kalla:kalla { sak:ring ?p ?o } }",
            "INSERT { GRAPH graf:redaktion { ?s kg:namn 'dyr' } } WHERE { ?s a kg:DyrSak }",
            "CLEAR GRAPH kalla:ny",
        )
    ):
        update(home, text)
        assert_as_from_scratch(home, tmp_path / str(number))


def test_sources_that_changed_meanwhile(home: Settings) -> None:
    """A change is evaluated on what lies on disk now, not on what was built before a file was edited."""
    file = home.sources / "data" / "ttl" / "kalla.ttl"
    file.write_text(file.read_text(encoding="utf-8").replace('"ring"', '"vigselring"'), encoding="utf-8")
    assert (
        1
        == update(
            home, "INSERT { GRAPH kalla:ny { ?s kg:namn ?n } } WHERE { ?s kg:namn ?n FILTER(?n = 'vigselring') }"
        ).added
    )


def test_inconsistent(home: Settings) -> None:
    """What contradicts the ontology is refused with an explanation, and leaves no patch."""
    ontology = home.sources / "ontology" / "sak.ttl"
    ontology.write_text(
        ontology.read_text(encoding="utf-8") + "kg:BilligSak a owl:Class ; owl:disjointWith kg:DyrSak .\n"
    )
    build(home)
    with pytest.raises(Inconsistent, match="ring"):
        update(home, "INSERT DATA { GRAPH kalla:ny { sak:ring a kg:BilligSak } }")
    assert [] == patches.listed(home.patch_folder)


def test_check_that_fails(world_settings: Settings) -> None:
    """A check's violations name thing, line of what was sent and remedy; nothing is written."""
    version = build(world_settings).manifest.version
    text = f"PREFIX kg: <{BASE}ns#>\nINSERT DATA {{ GRAPH <{REDAKTION}> {{\n <{BASE}id/kommun/nyby> a kg:Kommun }} }}"
    with pytest.raises(CheckFailed, match="fel i ändringen; inget skrevs") as caught:
        write(world_settings, Change("update", "anna", text))
    assert any("rad 3: kommun/nyby: kommunen saknar kommunkod." in sv for sv, _ in caught.value.violations)
    assert any("line 3: kommun/nyby: the municipality has no code." in en for _, en in caught.value.violations)
    assert 3 == caught.value.line
    assert version == pointed(world_settings.home)
    assert [] == list(world_settings.patch_folder.iterdir())


def test_evaluation_has_the_time_of_a_query(home: Settings) -> None:
    """An update whose pattern runs on is killed at the time limit of a query."""
    triples = " . ".join(f"?a{n} ?b{n} ?c{n}" for n in range(8))
    with pytest.raises(QueryTimeout, match="1 sekunder"):
        update(
            replace(home, query_seconds=1.0),
            f"INSERT {{ GRAPH kalla:ny {{ sak:ring kg:namn ?a0 }} }} WHERE {{ {triples} }}",
        )


def test_evaluation_has_the_memory_of_a_query(home: Settings) -> None:
    """An update that needs more memory than a query may ends alone."""
    triples = " . ".join(f"?a{n} ?b{n} ?c{n}" for n in range(6))
    parts = ", ".join(f"STR(?a{n}), STR(?c{n})" for n in range(6))
    text = f"INSERT {{ GRAPH kalla:ny {{ ?a0 kg:namn ?x }} }} WHERE {{ {triples} BIND(CONCAT({parts}) AS ?x) }}"
    with pytest.raises(QueryCrash, match="16 MB"):
        update(replace(home, query_megabytes=16, query_seconds=100.0), text)


def test_through_the_store(home: Settings) -> None:
    """The store writes in a process of its own; what it is told comes back, errors whole, and the new is served."""
    store = EmbeddedStore(home)
    try:
        written = store.write(
            Change("update", "anna", PREFIXES + 'INSERT DATA { GRAPH kalla:ny { sak:ring kg:namn "ett" } }')
        )
        assert (1, 0, written.version) == (written.added, written.removed, store.version())
        assert 1 == store.graphs()[NY]
        with pytest.raises(UnknownTerm) as caught:
            store.write(Change("update", "anna", PREFIXES + 'INSERT DATA { GRAPH kalla:ny { sak:ring kg:nam "ett" } }'))
        assert ("rad 2", 2) == (caught.value.sv[:5], caught.value.line)
        with pytest.raises(NotFound):
            store.write(Change("delete", "anna", graph=f"{BASE}graf/kalla/saknas"))
    finally:
        store.close()


def test_writers_one_at_a_time(home: Settings) -> None:
    """Writers at the same time all get their turn, and each sees what the one before has written."""
    stores = [EmbeddedStore(replace(home, wait_seconds=300.0)) for _ in range(2)]
    count = "SELECT (COUNT(*) AS ?n) { GRAPH kalla:ny { ?s ?p ?o } }"
    text = f"{PREFIXES}INSERT {{ GRAPH kalla:ny {{ sak:ring kg:namn ?n }} }} WHERE {{ {{ {count} }} }}"
    threads = [threading.Thread(target=stores[n % 2].write, args=(Change("update", f"w{n}", text),)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Each has counted what the others had written before it.
    assert {"0", "1", "2", "3"} == named(home)["kalla/ny"]
    assert 4 == len(patches.listed(home.patch_folder))


def test_waiting_has_an_end(home: Settings) -> None:
    """While a build holds the lock a writer waits as long as it may, and is told to come again."""
    with load.building(home.home), pytest.raises(Overloaded, match="Försök igen"):
        update(replace(home, wait_seconds=0.2), "CLEAR GRAPH kalla:kalla")
    assert {"kalla/kalla": START} == named(home)


def test_too_slow(home: Settings) -> None:
    """A change that is ready after its time is not kept."""
    with pytest.raises(QueryTimeout, match="Inget skrevs"):
        update(replace(home, write_seconds=0.01), "CLEAR GRAPH kalla:kalla")
    assert {"kalla/kalla": START} == named(home)
    assert [] == list(home.patch_folder.iterdir())


def test_accepted_but_not_pointed_at(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """An end between patch and pointer leaves the old serving; the next build takes the patch in."""

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    version = pointed(home.home)
    monkeypatch.setattr(load, "point", die)
    with pytest.raises(KeyboardInterrupt):
        update(home, "INSERT DATA { GRAPH kalla:ny { sak:ring kg:namn 'ett' } }")
    monkeypatch.undo()
    assert version == pointed(home.home)
    assert 1 == len(patches.listed(home.patch_folder))
    build(home)
    assert {"kalla/kalla": START, "kalla/ny": {"ett"}} == named(home)


def test_full_disk(home: Settings) -> None:
    """Where there is no room for the patch or the snapshot, the error says so and the old is served on."""
    before = pointed(home.home)
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    child = os.fork()
    if child == 0:
        # A limit on the size of files is met as a full disk is; it holds for the whole process, so in one of its own.
        code = 1
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
            update(home, "INSERT DATA { GRAPH kalla:ny { sak:ring kg:namn 'ett' } }")
        except DiskFull as error:
            code = 0 if "Disken är full" in error.sv and "Make room" in error.en else 2
        except BaseException:
            code = 3
        finally:
            os._exit(code)
    assert 0 == os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert before == pointed(home.home)
    assert {"kalla/kalla": START} == named(home)
    assert [] == patches.listed(home.patch_folder)
    update(home, "INSERT DATA { GRAPH kalla:ny { sak:ring kg:namn 'ett' } }")
    assert {"kalla/kalla": START, "kalla/ny": {"ett"}} == named(home)
