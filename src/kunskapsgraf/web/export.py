"""Write the static edition: every page in both languages and every format, as files that any web server can serve.

The pages are those of the application, asked for one after another, so that memory stays small and both cannot differ. All is
written beside the folder and put in its place in one step when it is whole; an export that was cut off goes on where it ended.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
from importlib.resources import as_file, files
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask, render_template
from flask.ctx import RequestContext
from flask.testing import FlaskClient

from kunskapsgraf.errors import BadRequest
from kunskapsgraf.graph.store import Store
from kunskapsgraf.settings import Settings
from kunskapsgraf.web import crawling, create_app, language
from kunskapsgraf.web.edition import LEFT_OUT, Edition, Place
from kunskapsgraf.web.links import Links
from kunskapsgraf.web.negotiation import GRAPH_FORMATS

MARKER = ".kunskapsgraf"
"""A file that says that a folder is an edition, and of which version: no other folder is replaced."""
Progress = Callable[[int, int], None]
"""Called with how many things are written, and of how many."""
_STEP = 50
SERVER = "nginx.conf"
"""Rules for a server, written beside the files."""
NOT_FOUND = "/404"
PREPARED = "making"
"""The name of a file while it is written."""
_EDITOR = "yasgui"
_BEYOND = ".beyond"
_PIECE = 1_000_000


class Export:
    """One export of a snapshot to a folder."""

    def __init__(self, settings: Settings, store: Store, folder: Path, address: str) -> None:
        self._app: Flask = create_app(settings, store)
        self._store = store
        self._folder = folder.absolute()
        self._making = self._folder.with_name(f".{self._folder.name}.making")
        self._edition = Edition(address, store.names.base)
        self._client: FlaskClient = self._app.test_client()
        self._beyond: dict[str, None] = {}
        self.written = 0
        self.missing: dict[str, None] = {}
        """Addresses that had no answer to write: text that RDF/XML cannot hold, or a page past a limit."""

    def run(self, progress: Progress) -> None:
        """Write the edition and put it in place; raises ``BadRequest`` for a folder that holds something else, and ``SnapshotError``."""
        if self._folder.exists() and any(self._folder.iterdir()) and not (self._folder / MARKER).is_file():
            raise BadRequest(
                f"Mappen {self._folder} innehåller annat än en export. Ange en ny eller tom mapp.",
                f"The folder {self._folder} holds something else than an export. Give a new or empty folder.",
            )
        self._store.particulars()  # else every page would be an error, and nothing would be told of it
        marker = f"{self._store.version()} {self._edition.address}\n"
        if self._making.exists() and _read(self._making / MARKER) != marker:
            shutil.rmtree(self._making)
        self._making.mkdir(parents=True, exist_ok=True)
        (self._making / MARKER).write_text(marker, encoding="utf-8")
        things = self._things()
        for number, iri in enumerate(things):
            if number % _STEP == 0:
                progress(number, len(things))
            self._thing(iri)
        self._others()
        progress(len(things), len(things))
        self._replace()

    def _things(self) -> list[str]:
        with self._request("/"):
            return crawling.things()

    def _thing(self, iri: str) -> None:
        """Write the data and the pages of a thing, at its own address too, where its IRI leads by suffix."""
        with self._request("/"):
            links = Links(self._store.names)
            page = links.page(iri).removeprefix(self._edition.prefix)
        if not links.has_path(iri):  # ``/beskriv`` shows it, which no file can be
            self.missing[page] = None
            return
        self._data(page.replace("/sida/", "/data/", 1))
        for lang in language.LANGUAGES:
            self._at_both(self._edition.place(page, {"lang": lang}), page)

    def _data(self, path: str) -> None:
        """Write the data of a thing in each format; they come before its page, which leads to those that there are."""
        for written in GRAPH_FORMATS:
            address = f"{path}.{written.name}"
            self._at_both(self._edition.place(address), address)

    def _at_both(self, place: Place | None, address: str) -> None:
        if place is None:
            self.missing[address] = None
            return
        self._write(place)
        steps = Path(place.file).parts
        where = steps.index("sida" if place.is_page else "data")
        own = self._making.joinpath(*steps[:where], "id", *steps[where + 1 :])
        if (self._making / place.file).is_file() and not own.exists():
            own.parent.mkdir(parents=True, exist_ok=True)
            os.link(self._making / place.file, own)

    def _others(self) -> None:
        """Write what belongs to no thing, and the pages that pages lead to beyond the things of the index."""
        with self._request("/"):
            paths = [*crawling.fixed(), "/openapi.json", "/kontext.jsonld"]
            paths += [f"/{name}.{written.name}" for name in ("ns", "katalog") for written in GRAPH_FORMATS]
            paths += [
                f"{Links(self._store.names).iri(graph)}{suffix}".removeprefix(self._edition.prefix)
                for graph in self._store.graphs()
                for suffix in ("", *(f".{written.name}" for written in GRAPH_FORMATS))
            ]
        for path in paths:
            for lang in language.LANGUAGES:
                place = self._edition.place(path, {"lang": lang})
                if place is not None:
                    self._write(place)
        self._others_beyond()
        self._copies()
        self._left_out()
        self._for_crawlers()

    def _others_beyond(self) -> None:
        """Write the pages that pages lead to and that belong to no thing of the index, until none leads to a further one."""
        noted = self._making / _BEYOND
        self._beyond |= dict.fromkeys(_read(noted).splitlines())
        while self._beyond:
            address = next(iter(self._beyond))
            del self._beyond[address]
            _, place, _ = self._edition.read(address)
            if place is None or (self._making / place.file).is_file():
                continue
            if place.path.startswith("/sida/") and not place.is_part:  # spoken of by others alone
                self._data(place.path.replace("/sida/", "/data/", 1))
                self._at_both(place, place.path)
            else:
                self._write(place)
        noted.unlink(missing_ok=True)

    def _write(self, place: Place) -> None:
        """Write a file, unless a former run of this export has written it."""
        target = self._making / place.file
        if target.is_file() or place.path in self.missing or self._address(place) in self.missing:
            return
        response = self._client.get(
            place.path,
            query_string=dict(place.arguments),
            base_url=self._edition.address,
            headers={"Accept": "text/html" if place.is_page else "*/*"},
        )
        if response.status_code != 200:
            self.missing[self._address(place) if place.is_part else place.path] = None
            return
        if place.is_page:
            lang = dict(place.arguments)["lang"]
            before = len(self._beyond)
            body = self._edition.page(response.get_data(as_text=True), lang, self._is_held)
            self._note(before)  # before the page is there: who goes on from here does not read it again
            self._put(target, [body.encode()])
        else:
            self._put(target, response.iter_encoded())
        response.close()

    def _put(self, target: Path, pieces: Iterable[bytes]) -> None:
        """Write a file whole or not at all."""
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.with_name(f".{PREPARED}")
        with fresh.open("wb") as file:
            file.writelines(pieces)
        fresh.replace(target)
        self.written += 1

    def _is_there(self, place: Place) -> bool:
        return (self._making / place.file).is_file() or place.path.startswith("/sitemap/")

    def _is_held(self, place: Place) -> bool:
        """Tell whether a place that a page leads to has its file, or gets it: a page that is not yet written waits for its turn."""
        if (self._making / place.file).is_file():
            return True
        if place.path.startswith("/data/"):
            return False  # data are written before their page: there is none
        if place.is_page and place.path.startswith("/id/"):
            return False
        self._beyond.setdefault(self._address(place))
        return True

    def _note(self, before: int) -> None:
        """Write down which pages are to be written beyond the things, for an export that goes on from here."""
        if len(self._beyond) > before:
            with (self._making / _BEYOND).open("a", encoding="utf-8") as file:
                file.writelines(f"{address}\n" for address in list(self._beyond)[before:])

    def _address(self, place: Place) -> str:
        query = urlencode(place.arguments)
        return f"{self._edition.prefix}{place.path}{'?' + query if query else ''}"

    def _request(self, path: str) -> RequestContext:
        return self._app.test_request_context(path, base_url=self._edition.address)

    def _copies(self) -> None:
        """Copy the files of the pages, and the dumps."""
        static = files("kunskapsgraf.web").joinpath("static")
        with as_file(static) as folder:
            shutil.copytree(folder, self._making / "static", ignore=shutil.ignore_patterns(_EDITOR), dirs_exist_ok=True)
        for name, dump in self._store.dumps().items():
            target = self._making / "dump" / name
            if not target.is_file():
                with dump.path.open("rb") as source:
                    self._put(target, iter(lambda: source.read(_PIECE), b""))

    def _left_out(self) -> None:
        """Write the page that tells what the edition does not hold, the one for what is not there, and rules for a server."""
        for lang in language.LANGUAGES:
            for name, path in (("left_out.html", LEFT_OUT), ("not_in_edition.html", NOT_FOUND)):
                place = self._edition.place(path, {"lang": lang})
                assert place is not None, "it is a page"
                with self._request(f"{path}?lang={lang}"):
                    body = render_template(name, missing=len(self.missing), version=self._store.version())
                self._put(self._making / place.file, [self._edition.page(body, lang, self._is_held).encode()])
        with self._request("/"):
            text = render_template("nginx.conf", prefix=self._edition.prefix)
        self._put(self._making / SERVER, [text.encode()])

    def _for_crawlers(self) -> None:
        """Write the sitemaps with the addresses of the edition, and where they are."""
        with self._request("/"):
            count = crawling.sitemaps()
        for path in ("/sitemap.xml", *(f"/sitemap/{number}.xml" for number in range(count))):
            response = self._client.get(path, base_url=self._edition.address)
            text = self._edition.listed(response.get_data(as_text=True), self._is_there)
            self._put(self._making / path.removeprefix("/"), [text.encode()])
        text = f"User-agent: *\nDisallow:\n\nSitemap: {self._edition.address}/sitemap.xml\n"
        self._put(self._making / "robots.txt", [text.encode()])

    def _replace(self) -> None:
        """Put the edition in its place; what was there is removed when the new one stands."""
        former = self._folder.with_name(f".{self._folder.name}.former")
        shutil.rmtree(former, ignore_errors=True)
        if self._folder.exists():
            self._folder.rename(former)
        self._making.rename(self._folder)
        shutil.rmtree(former, ignore_errors=True)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError:
        return ""
