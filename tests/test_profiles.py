"""How much the data of a thing hold: profiles by parameter and header, parts of what leads to a thing, and proofs."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Iterator
from dataclasses import replace

import pytest
import rdflib
from conftest import running, write_micro
from flask.testing import FlaskClient
from rdflib.namespace import PROV, RDF, RDFS
from reading import Page, graph_of

from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.pipeline.build import build
from kunskapsgraf.settings import Settings
from kunskapsgraf.web import create_app, extent

BASE = "https://w3id.org/kunskapsgraf/"
PLAIN, INCOMING, PROOFS = (f"{BASE}profil/{name}" for name in ("uppgifter", "med-inkommande", "med-bevis"))
RING, SKED = (rdflib.URIRef(f"{BASE}id/sak/{name}") for name in ("ring", "sked"))
SAK, DYR = (rdflib.URIRef(f"{BASE}ns#{name}") for name in ("Sak", "DyrSak"))
POINTING = 2_300
FOREIGN = "http://exempel.example/br\u00e5"


@pytest.fixture(scope="module")
def pointed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Serve a world of two things, one of which 2,300 others name; a page of others', and a thing without a name."""
    settings = write_micro(tmp_path_factory.mktemp("pointed"))
    lines = [f"<{BASE}id/del/{n:04}> a <{SAK}> ; <{RDFS.seeAlso}> <{SKED}> ." for n in range(POINTING)]
    lines.append(f"<{RING}> <{RDFS.seeAlso}> <{FOREIGN}> , [ <{RDFS.comment}> 'utan namn' ] .")
    with (settings.sources / "data/ttl/kalla.ttl").open("a", encoding="utf-8") as file:
        file.write("\n".join(lines))
    settings = replace(settings, query_seconds=5.0, query_megabytes=256)
    build(settings)
    store = EmbeddedStore(settings)
    yield create_app(settings, store).test_client()
    store.close()


def links(header: str) -> list[tuple[str, str, str]]:
    """Read a ``Link`` header: each address with its relation and its profile."""
    found = re.findall(r'<([^>]*)>; rel="([^"]*)"([^<]*)', header)
    return [(a, rel, (re.findall(r'profile="([^"]*)"', rest) or [""])[0]) for a, rel, rest in found]


@pytest.mark.parametrize(
    ("query", "header", "profiles"),
    [
        ("", "", [PLAIN]),
        ("", "*", [PLAIN]),
        ("", f"<{INCOMING}>", [INCOMING]),
        ("", "med-bevis", [PROOFS]),
        ("", f"<{INCOMING}>;q=0.4, <{PROOFS}>;q=0.8, uppgifter;q=0.1", [PROOFS]),
        ("", f"<http://example.org/x>, <{INCOMING}>;q=0.2", [INCOMING]),
        ("", "<http://example.org/x>", [PLAIN]),
        ("", f"<{PROOFS}>;q=0", [PLAIN]),
        ("", "</,;;q=", [PLAIN]),
        ("profil=med-inkommande", f"<{PROOFS}>", [INCOMING]),
        ("profil=med-bevis,med-inkommande", "", [INCOMING, PROOFS]),
        ("profil=med-bevis&profil=med-inkommande", "", [INCOMING, PROOFS]),
        (f"profil={INCOMING}", "", [INCOMING]),
        ("profil=", "", [PLAIN]),
    ],
)
def test_choice(pointed: FlaskClient, query: str, header: str, profiles: list[str]) -> None:
    """The profile is that of the parameter, else of the header by its q; the answer says which it is."""
    response = pointed.get(f"/data/sak/ring.ttl?{query}", headers={"Accept-Profile": header})
    assert 200 == response.status_code
    assert ", ".join(f"<{profile}>" for profile in profiles) == response.headers["Content-Profile"]
    assert profiles == [address for address, rel, _ in links(response.headers["Link"]) if rel == "profile"]
    assert "Accept-Profile" in response.vary
    assert "Content-Profile" in response.headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize(
    "path", ["/data/sak/ring.ttl", "/id/sak/ring.ttl", f"/beskriv?iri={DYR}&format=ttl".replace("#", "%23")]
)
def test_unknown_profile(pointed: FlaskClient, path: str) -> None:
    """A profile that does not exist is refused, with those that do."""
    response = pointed.get(f"{path}{'&' if '?' in path else '?'}profil=allt")
    assert 400 == response.status_code
    assert "uppgifter, med-inkommande, med-bevis" in response.text


def test_thing_leads_to_its_profile(pointed: FlaskClient) -> None:
    """Whoever asks the thing for a profile is led to the data in it."""
    headers = {"Accept": "text/turtle", "Accept-Profile": f"<{PROOFS}>"}
    assert "/data/sak/ring.ttl?profil=med-bevis" == pointed.get("/id/sak/ring", headers=headers).headers["Location"]
    assert (
        "/data/sak/ring.nt?profil=med-inkommande"
        == (pointed.get("/id/sak/ring.nt?profil=med-inkommande").headers["Location"])
    )


def test_plain_data_are_what_is_said_of_the_thing(pointed: FlaskClient) -> None:
    """Without a choice the data have the thing as subject alone, and lead to the other profiles."""
    response = pointed.get("/data/sak/sked.nt")
    found = graph_of(response.data, "nt")
    # Its class and its name, which the source says; nothing is inferred of it.
    assert {(SKED, RDF.type, SAK), (SKED, rdflib.URIRef(f"{BASE}ns#namn"), rdflib.Literal("sked"))} == set(found)
    others = {profile: address for address, rel, profile in links(response.headers["Link"]) if profile}
    assert {INCOMING: "/data/sak/sked.nt?profil=med-inkommande", PROOFS: "/data/sak/sked.nt?profil=med-bevis"} == others
    assert "Kunskapsgraf-Warning" not in response.headers


def test_incoming_statements_come_in_parts(pointed: FlaskClient) -> None:
    """What leads to a thing comes a thousand at a time; the parts together are all of it, and each tells how many there are."""
    address, parts, warnings = "/data/sak/sked.nt?profil=med-inkommande", [], []
    while address:
        response = pointed.get(address)
        parts.append(graph_of(response.data, "nt"))
        warnings.append(response.headers["Kunskapsgraf-Warning"])
        address = next((a for a, rel, _ in links(response.headers["Link"]) if rel == "next"), "")
        assert (len(parts) > 1) == ('rel="first"' in response.headers["Link"])
    # The first holds the two statements on the thing itself too.
    assert [1002, 1000, 300] == [len(part) for part in parts]
    together = set().union(*parts)
    pointing = {rdflib.URIRef(f"{BASE}id/del/{n:04}") for n in range(POINTING)}
    assert pointing == {s for s, p, o in together if p == RDFS.seeAlso and o == SKED}
    assert 2 + POINTING == len(together)
    assert [f'part-of-incoming;found="{n}/2300"' for n in (1000, 1000, 300)] == warnings


def test_proof_of_each_conclusion(pointed: FlaskClient) -> None:
    """With proofs, each conclusion is a statement derived from what its source says; nothing is said twice."""
    found = graph_of(pointed.get("/data/sak/ring.ttl?profil=med-bevis").data, "ttl")
    assert (RING, RDF.type, SAK) in found
    [conclusion] = [s for s in found.subjects(RDF.type, RDF.Statement) if found.value(s, RDF.object) == SAK]
    [premise] = found.objects(conclusion, PROV.wasDerivedFrom)
    assert (RING, RDF.type, DYR) == tuple(
        found.value(premise, part) for part in (RDF.subject, RDF.predicate, RDF.object)
    )
    assert found.value(conclusion, PROV.wasGeneratedBy)
    assert 2 == len(set(found.subjects(RDF.type, RDF.Statement))), "what a source says needs no proof of its own"


def test_proofs_that_are_left_out(pointed: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Past the bound a conclusion has no proof, but leads to where it is; the answer says how many."""
    monkeypatch.setattr(extent, "MOST_STEPS", 0)
    response = pointed.get("/data/sak/ring.ttl?profil=med-bevis")
    assert 'proofs-left-out;found="1/1"' == response.headers["Kunskapsgraf-Warning"]
    found = graph_of(response.data, "ttl")
    [conclusion] = found.subjects(RDF.type, RDF.Statement)
    address = str(found.value(conclusion, RDFS.seeAlso))
    assert address.startswith("http://localhost/varfor?")
    assert SAK in {t for _, _, t in graph_of(pointed.get(f"{address}&format=ttl").data, "ttl")}


def test_proofs_that_take_too_long(pointed: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that time cut is not kept by anyone: the next may hold more."""
    monkeypatch.setattr(extent, "SECONDS", -1.0)
    response = pointed.get("/data/sak/ring.ttl?profil=med-bevis")
    assert "no-store" == response.headers["Cache-Control"]
    assert 'proofs-left-out;found="1/1"' == response.headers["Kunskapsgraf-Warning"]


# IRIs without a page of their own


@pytest.mark.parametrize(
    "iri",
    [
        FOREIGN,
        "http://exempel.example/bra\u030a",
        "http://exempel.example/br%C3%A5",
        "http://exempel.example/br%c3%a5",
        f"<{FOREIGN}>",
    ],
)
def test_iri_of_others(pointed: FlaskClient, iri: str) -> None:
    """What the graph says of another's IRI is shown, however its letters are written, as a page and as data."""
    page = Page(pointed.get("/beskriv", query_string={"iri": iri}, headers={"Accept": "text/html"}).text)
    said = {(RING, RDFS.seeAlso, rdflib.URIRef(FOREIGN))}
    assert said == set(page.graph)
    asked = {"iri": iri, "profil": "med-inkommande"}
    response = pointed.get("/beskriv", query_string=asked, headers={"Accept": "application/n-triples"})
    assert said == set(graph_of(response.data, "nt"))
    assert response.headers["Link"].isascii()


def test_term(pointed: FlaskClient) -> None:
    """A term is described by its prefixed name; of what leads to it the page shows the first and says how many there are."""
    page = Page(pointed.get("/beskriv?iri=kg:Sak", headers={"Accept": "text/html"}).text)
    # 2,300 parts, the spoon and the ring are things: a few of them are shown, with a link to the list.
    [rest] = page.all("p", "rest")
    assert "Visa alla 2 302" == rest.text
    [address] = [a.attributes["href"] for a in page.all("a") if a.inside(rest)]
    part = Page(pointed.get(address, headers={"Accept": "text/html"}).text)
    assert 100 == len([1 for _, p, o in part.graph if (p, o) == (RDF.type, SAK)])
    data = next(a for a in page.addresses if "med-inkommande" in a)
    assert 1000 == len([1 for _, _, o in graph_of(pointed.get(data).data, "ttl") if o == SAK])


@pytest.mark.parametrize(
    ("path", "accept", "location"),
    [
        ("/ns/Sak", "text/html", "/ns#Sak"),
        ("/ns/Sak/", "text/html", "/ns#Sak"),
        ("/ns/Sak?lang=en", "text/html", "/ns?lang=en#Sak"),
        ("/ns/Sak", "text/turtle", f"/beskriv?iri={BASE}ns%23Sak&format=ttl"),
        ("/ns/Sak.nt", "text/html", f"/beskriv?iri={BASE}ns%23Sak&format=nt"),
        (f"/beskriv?iri={SKED}", "text/html", "/sida/sak/sked"),
        (f"/beskriv?iri={SKED}", "text/turtle", "/data/sak/sked.ttl"),
        (f"/beskriv?iri={SKED}&format=nt&profil=med-bevis", "", "/data/sak/sked.nt?profil=med-bevis"),
        ("/profil/med-bevis", "text/html", "/profil#med-bevis"),
        ("/profil/med-bevis", "text/turtle", "/profil?format=ttl"),
    ],
)
def test_leads_on(pointed: FlaskClient, path: str, accept: str, location: str) -> None:
    """A term written with a slash, a thing of ours and a profile lead to where they are told."""
    response = pointed.get(path, headers={"Accept": accept})
    expected = location.replace(f"iri={BASE}", "iri=https%3A%2F%2Fw3id.org%2Fkunskapsgraf%2F")
    assert (303, expected) == (response.status_code, response.headers["Location"])
    assert 200 == pointed.get(location).status_code


def test_thing_without_a_name(pointed: FlaskClient) -> None:
    """A blank node of the data stands inline on the page, and has an IRI, which leads to what is said of it."""
    page = Page(pointed.get("/sida/sak/ring", headers={"Accept": "text/html"}).text)
    assert "utan namn" in page.one("dl", "nameless").text
    [iri] = [str(o) for o in page.graph.objects(RING, RDFS.seeAlso) if "genid" in str(o)]
    response = pointed.get(iri.removeprefix(BASE.rstrip("/")), headers={"Accept": "text/html"})
    assert 303 == response.status_code
    where = response.headers["Location"]
    assert where.startswith("/beskriv?iri=")
    assert "utan namn" in Page(pointed.get(where, headers={"Accept": "text/html"}).text).one("main").text


@pytest.mark.parametrize("iri", ["", "  ", "sked", "kg Sak", "//exempel.example/"])
def test_no_iri(pointed: FlaskClient, iri: str) -> None:
    """What is no IRI is refused, with an example."""
    response = pointed.get("/beskriv", query_string={"iri": iri})
    assert (400, True) == (response.status_code, "kg:" in response.text)


@pytest.mark.parametrize(
    "iri", ["http://exempel.example/<script>", "urn:x:y", "http://exempel.example/\u2028", "kg:Finns<Inte"]
)
def test_unknown_iri(pointed: FlaskClient, iri: str) -> None:
    """What the graph does not name, and what no graph could, is not found, and nothing of it is mark-up."""
    response = pointed.get("/beskriv", query_string={"iri": iri}, headers={"Accept": "text/html"})
    assert 404 == response.status_code
    assert "<script" not in response.text


def test_profiles_are_told(pointed: FlaskClient) -> None:
    """The page of profiles names all three with their IRIs, and so do its data."""
    page = Page(pointed.get("/profil", headers={"Accept": "text/html"}).text)
    assert all(iri in page.one("main").text for iri in (PLAIN, INCOMING, PROOFS))
    found = graph_of(pointed.get("/profil?format=ttl").data, "ttl")
    assert {PLAIN, INCOMING, PROOFS} == {str(s) for s in found.subjects(RDF.type)}


def test_kept_answers_are_of_one_profile(micro_built: Settings) -> None:
    """The server keeps what it has answered by the profile that was asked for, too."""
    with running(micro_built, KUNSKAPSGRAF_SOURCES=str(micro_built.sources), KUNSKAPSGRAF_WORKERS="1") as server:
        for asked in (PLAIN, PROOFS, PLAIN, PROOFS):
            request = urllib.request.Request(
                server.address + "/data/sak/ring.ttl", headers={"Accept-Profile": f"<{asked}>"}
            )
            with urllib.request.urlopen(request, timeout=20) as answer:
                assert f"<{asked}>" == answer.headers["Content-Profile"]
                assert (asked == PROOFS) == (b"prov:wasDerivedFrom" in answer.read())
