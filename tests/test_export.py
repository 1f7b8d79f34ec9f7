"""The static edition: every page and format as files, whose links lead to files, served by a real nginx as they are."""

from __future__ import annotations

import getpass
import json
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, unquote, urljoin, urlsplit

import pytest
from conftest import Run, write_micro
from flask.testing import FlaskClient
from nginx import FOUND, NEEDED, free_port, wait_for
from reading import Page, graph_of

from kunskapsgraf.errors import BadRequest, SnapshotError
from kunskapsgraf.graph.store import EmbeddedStore
from kunskapsgraf.pipeline.build import build
from kunskapsgraf.settings import Settings
from kunskapsgraf.web import create_app
from kunskapsgraf.web.edition import Edition
from kunskapsgraf.web.export import Export

BASE = "https://w3id.org/kunskapsgraf/"
ADDRESS = "https://exempel.example/en/mapp"
PREFIX = "/en/mapp"
SUFFIXES = ("ttl", "nt", "jsonld", "rdf", "trig", "nq")
MORE = f"""
sak:ring <http://www.w3.org/2000/01/rdf-schema#seeAlso> sak:bara-sedd , <{BASE}id/sak/br\u00e5> , [ kg:namn "utan" ] .
<{BASE}id/sak/br\u00e5> a kg:Sak ; kg:namn "br\u00e5 & <b>" .
<{BASE}id/sak/a%2F..%2F..%2Fb> a kg:Sak ; kg:namn "v\u00e4g ut" .
sak:klocka a kg:Sak ; kg:namn "klocka \\u0007" .
sak:lista a kg:Sak ; kg:namn {", ".join(f'"namn {number}"' for number in range(130))} .
<{BASE}id/sak/{"l" * 300}> a kg:Sak ; kg:namn "l\u00e5ng" .
"""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Build a world with letters beyond ASCII, a path that leads out, a name too long for a file and a control character."""
    made = write_micro(tmp_path_factory.mktemp("export"))
    with (made.sources / "data/ttl/kalla.ttl").open("a", encoding="utf-8") as file:
        file.write(MORE)
    build(made)
    return replace(made, query_seconds=5.0, query_megabytes=256)


@pytest.fixture(scope="module")
def client(settings: Settings, store: EmbeddedStore) -> FlaskClient:
    """Serve it."""
    return create_app(settings, store).test_client()


@pytest.fixture(scope="module")
def edition(settings: Settings, store: EmbeddedStore, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Export it, to a folder that lies where the address says."""
    folder = tmp_path_factory.mktemp("web") / "en" / "mapp"
    export = Export(settings, store, folder, ADDRESS)
    export.run(lambda _done, _of: None)
    # What no file can be: the way out, which no path can be either, the long name (as six formats and two pages), and RDF/XML of a
    # control character.
    assert [f"/beskriv?iri={quote(BASE, safe='/:')}id/sak/a%252F..%252F..%252Fb"] == [
        a for a in export.missing if "252F" in a
    ]
    assert {"/sak/" + "l" * 300} == {
        address.removeprefix("/data").removeprefix("/sida").rpartition(".")[0]
        for address in export.missing
        if address.startswith("/data") and "klocka" not in address and address.endswith(".ttl")
    }
    assert ["/data/sak/klocka.rdf"] == [address for address in export.missing if "klocka" in address]
    return folder


def pages(edition: Path) -> dict[str, Page]:
    """Read every page of the edition, by its path."""
    found = sorted(edition.rglob("*.html"))
    return {path.relative_to(edition).as_posix(): Page(path.read_text(encoding="utf-8")) for path in found}


def test_every_link_leads_to_a_file(edition: Path) -> None:
    """Each address within the edition, on every page, is a file of it, and each place on a page is there."""
    read = pages(edition)
    assert len(read) > 40
    followed = 0
    for path, page in read.items():
        for address in page.addresses:
            full = urlsplit(urljoin(f"{ADDRESS}/{path}", address))
            if full.netloc != "exempel.example":
                continue
            assert full.path.startswith(PREFIX + "/"), f"{path} leads to {address}"
            name = unquote(full.path.removeprefix(PREFIX + "/")) or "index.html"
            assert (edition / name).is_file(), f"{path} leads to {address}"
            followed += 1
            if full.fragment and name in read and not name.endswith("utelamnat.html"):
                assert full.fragment in {e.attributes.get("id") for e in read[name].elements}, (
                    f"{path} leads to {address}"
                )
    assert followed > 400


def test_pages_are_well_formed_and_in_their_language(edition: Path) -> None:
    """Every page is whole, and those below en/ are in English."""
    for path, page in pages(edition).items():
        assert [] == page.faults, path
        assert ("en" if path.startswith("en/") else "sv") == page.one("html").attributes["lang"], path


def test_what_is_cited_is_a_file(edition: Path) -> None:
    """A citation names the page by its own address: no file server heeds a version, and an edition is of one."""
    cited = {path: page for path, page in pages(edition).items() if page.all("p", "citation")}
    assert {"kvalitet.html", "en/kvalitet.html"} <= set(cited)
    for path, page in cited.items():
        assert page.one("p", "citation").text.endswith(f" {ADDRESS}/{path}")
        assert 2 == sum(f"{ADDRESS}/{path}" in code.text for code in page.all("pre", "code"))
        assert "version=" not in page.source
        assert [] == page.all("p", "permanent")


@pytest.mark.parametrize("name", ["ring", "sked", "br\u00e5", "bara-sedd"])
def test_thing_is_there_as_it_is_served(edition: Path, client: FlaskClient, name: str) -> None:
    """A thing has its page in both languages and its data in every format, at its own address too; each says what is served."""
    for english in ("", "en/"):
        page = Page((edition / f"{english}sida/sak/{name}.html").read_text(encoding="utf-8"))
        lang = "en" if english else "sv"
        served = Page(client.get(f"/sida/sak/{name}?lang={lang}", headers={"Accept": "text/html"}).text)
        assert served.one("main").text == page.one("main").text
        assert set(served.graph) == set(page.graph)
        assert (edition / f"{english}id/sak/{name}.html").samefile(edition / f"{english}sida/sak/{name}.html")
        links = {e.attributes["rel"]: e.attributes["href"] for e in page.all("link")}
        where = f"{english}sida/sak/{quote(name)}.html"
        assert f"{ADDRESS}/{where}" == links["canonical"]
        assert BASE + f"id/sak/{name}" == links["cite-as"]
        [script] = page.all("script")
        assert f"{ADDRESS}/{where}" == json.loads("".join(script.pieces))["url"]
    for suffix in SUFFIXES:
        body = (edition / f"data/sak/{name}.{suffix}").read_bytes()
        assert client.get(f"/data/sak/{name}.{suffix}").data == body
        assert (edition / f"id/sak/{name}.{suffix}").read_bytes() == body
    assert len(graph_of((edition / "data/sak/ring.ttl").read_bytes(), "ttl")) > 3


def test_what_no_file_can_answer(edition: Path) -> None:
    """Search, queries and explanations lead to a page that says that they are left out, in both languages."""
    for path, words in (("utelamnat.html", "SPARQL-fr\u00e5gor"), ("en/utelamnat.html", "SPARQL queries")):
        page = Page((edition / path).read_text(encoding="utf-8"))
        assert words in page.one("main").text
    front = Page((edition / "index.html").read_text(encoding="utf-8"))
    assert f"{PREFIX}/utelamnat.html" in {a.attributes["href"] for a in front.all("a") if a.text == "SPARQL"}
    assert [f"{PREFIX}/utelamnat.html"] == [form.attributes["action"] for form in front.all("form")]
    for path, page in pages(edition).items():
        english = "/en" if path.startswith("en/") else ""
        assert {f"{PREFIX}{english}/utelamnat.html"} >= {form.attributes.get("action") for form in page.all("form")}, (
            path
        )
    ring = Page((edition / "en/sida/sak/ring.html").read_text(encoding="utf-8"))
    assert {f"{PREFIX}/en/utelamnat.html"} == {a.attributes["href"] for a in ring.all("a") if a.text == "Why?"}


def test_long_list_goes_on_in_files(edition: Path) -> None:
    """The parts of a list of 130 stand in two files of each language, which together hold it and lead to each other."""
    for english in ("", "en/"):
        thing = Page((edition / f"{english}sida/sak/lista.html").read_text(encoding="utf-8"))
        assert f"{PREFIX}/{english}lista/sak/lista/fran-kg.namn-1.html" in {
            a.attributes["href"] for a in thing.all("a")
        }
        parts = [
            Page((edition / f"{english}lista/sak/lista/fran-kg.namn-{number}.html").read_text(encoding="utf-8"))
            for number in (1, 2)
        ]
        names = [value.text for part in parts for value in part.all("div", "value")]
        assert {f"namn {number}" for number in range(130)} == set(names)
        assert 130 == len(names)
        [following] = [a.attributes["href"] for a in parts[0].all("a") if a.attributes.get("rel") == "next"]
        assert f"{PREFIX}/{english}lista/sak/lista/fran-kg.namn-2.html" == following


def test_others_are_there(edition: Path, client: FlaskClient, store: EmbeddedStore) -> None:
    """The ontology, catalogue, graphs, dumps, interface and files of the pages are there."""
    for name in (
        "ns.ttl",
        "katalog.jsonld",
        "graf/ontologi.html",
        "graf/kalla/kalla.nq",
        "openapi.json",
        "static/style.css",
    ):
        assert (edition / name).is_file(), name
    assert client.get("/ns.ttl").data == (edition / "ns.ttl").read_bytes()
    for name, dump in store.dumps().items():
        assert dump.path.read_bytes() == (edition / "dump" / name).read_bytes()
    assert [] == [path.name for path in edition.rglob(".*") if path.name not in (".kunskapsgraf", ".well-known")]


def test_sitemaps_name_the_files(edition: Path) -> None:
    """Every address of the sitemaps is a file of the edition."""
    listed = Page((edition / "sitemap.xml").read_text(encoding="utf-8")).all("loc")
    addresses = [e.text for e in listed]
    assert 2 == len(addresses)
    for address in addresses:
        path = edition / address.removeprefix(ADDRESS + "/")
        for entry in Page(path.read_text(encoding="utf-8")).all("loc"):
            name = unquote(entry.text.removeprefix(ADDRESS + "/")) or "index.html"
            assert (edition / name).is_file(), entry.text
    assert f"Sitemap: {ADDRESS}/sitemap.xml" in (edition / "robots.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("path", "arguments", "file"),
    [
        ("/", {}, "index.html"),
        ("/", {"lang": "en"}, "en/index.html"),
        ("/sida/kommun/sala", {"lang": "sv"}, "sida/kommun/sala.html"),
        ("/sida/metod/a.ttl", {}, "sida/metod/a.ttl.html"),
        ("/data/kommun/sala.ttl", {}, "data/kommun/sala.ttl"),
        ("/sida/kommun/sala", {"egenskap": "kg:erbjuder"}, "lista/kommun/sala/fran-kg.erbjuder-1.html"),
        (
            "/sida/kommun/sala",
            {"egenskap": "^kg:erbjudsAv", "sida": "2", "lang": "en"},
            "en/lista/kommun/sala/till-kg.erbjudsAv-2.html",
        ),
        # The first eight digits of the SHA-256 of the property's IRI.
        (
            "/sida/kommun/sala",
            {"egenskap": "http://example.org/p"},
            "lista/kommun/sala/fran-http.example.org.p.128c954c-1.html",
        ),
        ("/sida/kommun/sala", {"egenskap": "kg:erbjuder", "sida": "../x"}, None),
        ("/sida/kommun/../../x", {"egenskap": "kg:erbjuder"}, None),
        ("/data/metod/br%C3%A5.nt", {"lang": "en"}, "data/metod/br\u00e5.nt"),
        ("/queries/onskemal", {"format": "csv", "lang": "en"}, "en/queries/onskemal.csv"),
        ("/.well-known/void", {"format": "ttl"}, ".well-known/void.ttl"),
        ("/static/style.css", {"v": "abc"}, "static/style.css"),
        ("/queries/onskemal", {"kommun": "sala"}, None),
        ("/data/kommun/sala.ttl", {"profil": "med-bevis"}, None),
        ("/sparql", {}, None),
        ("/sok", {"q": "a"}, None),
        ("/varfor", {"subjekt": "x"}, None),
        ("/beskriv", {"iri": "x:y"}, None),
        ("/sida/../../etc/passwd", {}, None),
        ("/sida/%2E%2E/%2E%2E/x", {}, None),
        ("/sida/a%2Fb", {}, None),
        ("/data/..", {}, None),
        ("/sida/a//b", {}, None),
        ("/sida/a%00", {}, None),
        ("/sida/" + "a" * 201, {}, None),
    ],
)
def test_place(path: str, arguments: dict[str, str], file: str | None) -> None:
    """An address has one file, below the folder; what no file can be, or what leads out of the folder, has none."""
    place = Edition(ADDRESS, BASE).place(path, arguments)
    assert file == (place.file if place else None)


@pytest.mark.parametrize("address", [BASE, BASE.rstrip("/")])
def test_names_of_things_stay(address: str) -> None:
    """Where the edition is published at the base, what is the name of a thing and no address stays as it is."""
    body = f'<a href="/kunskapsgraf/sida/sak/x?lang=en">x</a><link href="{BASE}id/sak/x"><link href="{BASE}sida/sak/x?lang=en">'
    expected = f'<a href="/kunskapsgraf/en/sida/sak/x.html">x</a><link href="{BASE}id/sak/x"><link href="{BASE}en/sida/sak/x.html">'
    assert expected == Edition(address, BASE).page(body, "en", lambda _: True)


# The folder


def exported(settings: Settings, store: EmbeddedStore, folder: Path, address: str = ADDRESS) -> Export:
    """Export to a folder."""
    export = Export(settings, store, folder, address)
    export.run(lambda _done, _of: None)
    return export


def test_other_folders_are_left_alone(settings: Settings, store: EmbeddedStore, tmp_path: Path) -> None:
    """A folder that holds anything but an export is refused, and stays as it is."""
    (tmp_path / "mitt").mkdir()
    (tmp_path / "mitt" / "viktigt.txt").write_text("x", encoding="utf-8")
    with pytest.raises(BadRequest):
        exported(settings, store, tmp_path / "mitt")
    assert ["mitt", "viktigt.txt"] == sorted(path.name for path in tmp_path.rglob("*"))


def test_snapshot_without_pages_is_refused(settings: Settings, tmp_path: Path) -> None:
    """Of a snapshot that pages cannot be made of nothing is written, and the error says what to do."""
    home = Path(shutil.copytree(settings.home, tmp_path / "home", symlinks=True))
    [particulars] = home.glob("snapshots/*/particulars.sqlite")
    particulars.unlink()
    old = EmbeddedStore(replace(settings, home=home))
    with pytest.raises(SnapshotError, match="kunskapsgraf build"):
        exported(settings, old, tmp_path / "ut")
    old.close()
    assert [home] == list(tmp_path.iterdir())


@pytest.mark.long
def test_export_goes_on_and_replaces(settings: Settings, store: EmbeddedStore, tmp_path: Path) -> None:
    """An export that was cut off goes on with what is missing; until it is whole the former one stands, and then none of it."""
    folder = tmp_path / "ut"
    whole = exported(settings, store, folder).written
    (folder / "gammal.html").write_text("x", encoding="utf-8")

    def stop(done: int, _of: int) -> None:
        if (tmp_path / ".ut.making" / "sida").is_dir():
            raise KeyboardInterrupt

    again = Export(settings, store, folder, ADDRESS)
    again._things = lambda: [f"{BASE}id/sak/ring"] * 51  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        again.run(stop)
    assert (folder / "gammal.html").is_file(), "the former edition stands"
    rest = exported(settings, store, folder)
    # Of the ring two pages and six formats were written before.
    assert whole - 8 == rest.written
    assert not (folder / "gammal.html").exists()
    assert [folder] == list(tmp_path.iterdir())


def test_part_of_another_edition_is_dropped(settings: Settings, store: EmbeddedStore, tmp_path: Path) -> None:
    """What was cut off for another address is no part of this one."""
    making = tmp_path / ".ut.making"
    (making / "sida/sak").mkdir(parents=True)
    (making / "sida/sak/ring.html").write_text("x", encoding="utf-8")
    (making / ".kunskapsgraf").write_text("annan version\n", encoding="utf-8")
    exported(settings, store, tmp_path / "ut")
    assert "x" != (tmp_path / "ut/sida/sak/ring.html").read_text(encoding="utf-8")


def test_command(settings: Settings, run: Run, tmp_path: Path) -> None:
    """The command writes the folder and says how many files there are, and what has none."""
    code, out, _ = run(
        "export",
        str(tmp_path / "ut"),
        "--address",
        "https://exempel.example",
        KUNSKAPSGRAF_SOURCES=settings.sources,
        KUNSKAPSGRAF_HOME=settings.home,
        KUNSKAPSGRAF_LANGUAGE="en",
    )
    assert 0 == code
    assert "files written" in out
    assert "/data/sak/klocka.rdf" in out
    assert (tmp_path / "ut/en/sida/sak/ring.html").is_file()


# A server


@contextmanager
def served(edition: Path, folder: Path) -> Iterator[str]:
    """Run nginx by the rules that lie beside the files, but for the three lines that are the reader's own."""
    port = free_port()
    root = edition.parents[1]
    rules = (edition / "nginx.conf").read_text(encoding="utf-8")
    rules = rules.replace("listen 127.0.0.1:8080;", f"listen 127.0.0.1:{port};").replace(
        "/srv/kunskapsgraf;", f"{root};"
    )
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    file = folder / "nginx.conf"
    file.write_text(
        # Where root starts it, it would read as nobody, who may not look into a folder of the tests.
        f"user {getpass.getuser()}; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;\nevents {{ worker_connections 64; }}\n"
        f"http {{ access_log off;\n{temporary}{rules}}}\n",
        encoding="utf-8",
    )
    process = subprocess.Popen([FOUND or "nginx", "-e", str(folder / "error.log"), "-c", str(file)])
    try:
        wait_for(port, folder / "error.log")
        yield f"http://127.0.0.1:{port}{PREFIX}"
    finally:
        process.terminate()
        process.wait(timeout=10)


@NEEDED
def test_nginx_serves_it(edition: Path, tmp_path: Path) -> None:
    """By the rules beside the files a thing's IRI leads on by Accept, with a suffix it is the file, and types are right."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            return None

    opener = urllib.request.build_opener(Stay)

    def asked(address: str, accept: str) -> tuple[int, str, str]:
        request = urllib.request.Request(address, headers={"Accept": accept})
        try:
            with opener.open(request, timeout=10) as answer:
                return (
                    answer.status,
                    answer.headers["Content-Type"],
                    answer.headers.get("Access-Control-Allow-Origin", ""),
                )
        except urllib.error.HTTPError as error:
            with error:
                return error.code, urlsplit(error.headers.get("Location") or "").path, ""

    (tmp_path / "logs").mkdir()
    with served(edition, tmp_path / "logs") as here:
        assert (200, "text/html; charset=utf-8", "*") == asked(f"{here}/", "*/*")
        assert (200, "text/html; charset=utf-8", "*") == asked(f"{here}/sida/sak/ring", "*/*")
        assert (200, "text/html; charset=utf-8", "*") == asked(f"{here}/en/sida/sak/br%C3%A5.html", "*/*")
        assert (200, "text/turtle; charset=utf-8", "*") == asked(f"{here}/id/sak/ring.ttl", "text/html")
        assert (200, "application/rdf+xml", "*") == asked(f"{here}/data/sak/ring.rdf", "*/*")
        for accept, location in (
            ("text/html,*/*;q=0.8", "/sida/sak/br%C3%A5.html"),
            ("*/*", "/sida/sak/br%C3%A5.html"),
            ("text/turtle", "/data/sak/br%C3%A5.ttl"),
            ("application/ld+json", "/data/sak/br%C3%A5.jsonld"),
        ):
            assert (303, PREFIX + location, "") == asked(f"{here}/id/sak/br%C3%A5", accept)
        assert 404 == asked(f"{here}/finns-inte", "*/*")[0]
        assert 303 == asked(f"{here}/id/sak/ring?x=1", "text/turtle")[0]
