"""The static edition: which file of it stands for which address, and pages with their links made so.

A page in Swedish is ``<path>.html``, in English ``en/<path>.html``, and the parts of a thing's long lists stand below ``lista/``; data keep their suffix. What asks something of the graph
that no file can answer (queries, search, explanations, reports with values) leads to a page that says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from html import escape, unescape
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from kunskapsgraf.graph.formats import FORMATS

LEFT_OUT = "/utelamnat"
"""The page that tells what the edition does not hold."""
_ENGLISH = "/en"
_SUFFIXES = tuple(f".{f.name}" for f in FORMATS if "graph" in f.kinds)
_ASKING = (
    "/sparql",
    "/sok",
    "/varfor",
    "/varfor-inte",
    "/beskriv",
    "/opensearch.xml",
    "/editor",
    "/kopplingar",
    "/matt",
    "/halsa",
    "/redo",
)
_DATA = re.compile(
    r"/(?:data|graf)/.*|/(?:ns|katalog)\.\w+|/dump/.*|/static/.*|/sitemap(?:/\d+)?\.xml|/versioner\.atom|/robots\.txt|/\w+\.json(?:ld)?"
)
_OF_REPORTS = ("csv", "json", "md")
_ADDRESS = re.compile(r'\b(href|action|src)="([^"]*)"')
_FORM = re.compile(r"<form\b([^>]*)>")
_ACTION = re.compile(r'\s+action="[^"]*"')
_LOCATION = re.compile(r"<loc>([^<]*)</loc>")
_STRUCTURED = re.compile(r'(<script type="application/ld\+json">)(.*?)(</script>)', re.DOTALL)
_SEARCH = re.compile(r'<link rel="search"[^>]*>\n?')
_ITSELF = r'<link rel="alternate" hreflang="{}" href="([^"]*)">'
_PERMANENT = re.compile(r'<p class="permanent">.*?</p>\n?', re.DOTALL)
"""Of addresses that name a version, which a file server does not heed: an edition is of one version."""
_IRIS = ("/id/", "/ns", "/graf", "/profil/", "/katalog", "/.well-known/", "/queries/", "/fel")
"""What IRIs of ours begin with, which in full may be names and not addresses."""
_LIST, _NUMBER = "egenskap", "sida"
_SHORT = re.compile(r"\^?[\w-]+:[\w-]+", re.ASCII)
_LONGEST_NAME = 80
_LONGEST = 200
"""Bytes of one step of a path: file systems allow 255."""


@dataclass(frozen=True)
class Place:
    """Where an address stands in the edition: its file, and what to ask the application for to write it."""

    file: str
    path: str
    arguments: tuple[tuple[str, str], ...] = ()

    @property
    def is_page(self) -> bool:
        """Tell whether it is a page for people."""
        return self.file.endswith(".html")

    @property
    def is_part(self) -> bool:
        """Tell whether it is a part of one list of a thing."""
        return any(key == _LIST for key, _ in self.arguments)


class Edition:
    """The addresses of an edition that is published at ``address``; IRIs begin with ``base``, which may be the same."""

    def __init__(self, address: str, base: str) -> None:
        self.address = address.rstrip("/")
        self.is_base = self.address == base.rstrip("/")
        self.prefix = urlsplit(self.address).path

    def place(self, path: str, arguments: dict[str, str] | None = None) -> Place | None:
        """Give the place of a path of the application, percent-encoded, with its arguments; ``None`` for what no file can be."""
        rest = {key: value for key, value in (arguments or {}).items() if key != "v"}
        lang, written = rest.pop("lang", "sv"), rest.pop("format", "")
        if path.startswith("/sida/") and _LIST in rest and rest.keys() <= {_LIST, _NUMBER} and not written:
            return self._part(path, lang, rest[_LIST], rest.get(_NUMBER, "1"))
        if rest or any(path == asking or path.startswith((asking + "?", asking + "/")) for asking in _ASKING):
            return None
        is_data = bool(_DATA.fullmatch(path)) and (
            path.startswith(("/static/", "/dump/")) or "." in path.rpartition("/")[2]
        )
        if path.startswith("/graf/") and not path.endswith(_SUFFIXES):
            is_data = False
        if written and written != "html":
            return self._written(path, lang, written)
        if is_data:
            return self._checked(path, path, ())
        where = "/index" if path == "/" else path.rstrip("/")
        english = _ENGLISH if lang == "en" else ""
        return self._checked(f"{english}{where}.html", path, (("lang", lang),))

    def _written(self, path: str, lang: str, written: str) -> Place | None:
        asked = (("format", written),)
        if path.startswith("/queries/") and written in _OF_REPORTS:
            # A report's columns are named in its language.
            english = _ENGLISH if lang == "en" else ""
            return self._checked(f"{english}{path}.{written}", path, (*asked, ("lang", lang)))
        return self._checked(f"{path}.{written}", path, asked)

    def _part(self, path: str, lang: str, wanted: str, number: str) -> Place | None:
        """Give the place of a part of one list of a thing, apart from the things, whose names may go on with a slash."""
        english = _ENGLISH if lang == "en" else ""
        name = re.sub(r"[^\w.-]+", ".", wanted.removeprefix("^"), flags=re.ASCII)
        if not _SHORT.fullmatch(wanted):
            name = f"{name[:_LONGEST_NAME]}.{sha256(wanted.encode()).hexdigest()[:8]}"
        direction = "till" if wanted.startswith("^") else "fran"
        asked = (("lang", lang), (_LIST, wanted), *([(_NUMBER, number)] if number != "1" else ()))
        if not number.isdecimal():
            return None
        return self._checked(
            f"{english}/lista/{path.removeprefix('/sida/')}/{direction}-{name}-{number}.html", path, asked
        )

    def _checked(self, file: str, path: str, arguments: tuple[tuple[str, str], ...]) -> Place | None:
        """Give a place whose every step is a file's name that leads nowhere else."""
        steps = [unquote(step, errors="surrogateescape") for step in file.removeprefix("/").split("/")]
        for step in steps:
            plain = step.rpartition(".")[0] or step
            raw = step.encode("utf-8", "surrogateescape")
            if (
                plain in ("", ".", "..")
                or "/" in step
                or "\\" in step
                or len(raw) > _LONGEST
                or re.search(rb"[\x00-\x1f\x7f]", raw)
            ):
                return None
        return Place("/".join(steps), path, arguments)

    def link(self, place: Place, fragment: str = "") -> str:
        """Write the address of a place within the edition."""
        file = "" if place.file == "index.html" else quote(place.file, errors="surrogateescape")
        return f"{self.prefix}/{file}{'#' + fragment if fragment else ''}"

    def read(self, address: str) -> tuple[bool, Place | None, str]:
        """Read an address of a page: whether it is of this service, its place if a file can stand for it, and its fragment."""
        is_full = address.startswith(self.address + "/")
        if is_full:
            address = self.prefix + address.removeprefix(self.address)
        if not address.startswith(self.prefix + "/") or address.startswith("//"):
            return False, None, ""
        parts = urlsplit(address)
        path, arguments = parts.path.removeprefix(self.prefix), dict(parse_qsl(parts.query, keep_blank_values=True))
        if is_full and self.is_base and not arguments and path.startswith(_IRIS):
            return False, None, ""  # the name of a thing, which stays what it is
        return True, self.place(path, arguments), parts.fragment

    def page(self, body: str, lang: str, held: Callable[[Place], bool]) -> str:
        """Make the addresses of a page those of the edition; ``held`` tells whether a place has, or will have, its file."""

        def moved(address: str) -> str:
            ours, place, fragment = self.read(address)
            if not ours:
                return address
            link = self.link(place, fragment) if place and held(place) else self._left_out(lang)
            full = address.startswith(self.address + "/")
            return self.address.removesuffix(self.prefix) + link if full else link

        def attribute(found: re.Match[str]) -> str:
            return f'{found[1]}="{escape(moved(unescape(found[2])))}"'

        def form(found: re.Match[str]) -> str:
            return (
                f'<form{_ACTION.sub("", found[1])} action="{escape(self._left_out(lang))}">'  # no file answers a form
            )

        def structured(found: re.Match[str]) -> str:
            said = json.dumps(_told(json.loads(found[2]), moved), ensure_ascii=False)
            return found[1] + said.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026") + found[3]

        moved_body = _FORM.sub(form, _ADDRESS.sub(attribute, self._cited(_SEARCH.sub("", body), lang)))
        return _STRUCTURED.sub(structured, moved_body)

    def _cited(self, body: str, lang: str) -> str:
        """Let what is to be cited be the page itself, by the address of its file."""
        named = re.search(_ITSELF.format(lang), body)
        _, place, _ = self.read(unescape(named[1])) if named else (False, None, "")
        if place is None:
            return body
        itself = escape(self.address.removesuffix(self.prefix) + self.link(place))
        pinned = re.escape(self.address) + r"/[^\s\"<>{}]*?[?&](?:amp;)?version=[\w.-]+"
        return re.sub(pinned, lambda _: itself, _PERMANENT.sub("", body))

    def _left_out(self, lang: str) -> str:
        """Give the address of the page that tells what the edition does not hold."""
        place = self.place(LEFT_OUT, {"lang": lang})
        assert place is not None, "it is a page"
        return self.link(place)

    def listed(self, body: str, held: Callable[[Place], bool]) -> str:
        """Make the addresses of a sitemap, one entry a line, those of the edition; what has no file is left out."""

        def moved(address: str) -> str:
            path, _, query = unescape(address).removeprefix(self.address).partition("?")
            place = self.place(path, dict(parse_qsl(query)))
            return escape(self.address.removesuffix(self.prefix) + self.link(place)) if place and held(place) else ""

        lines = body.splitlines(keepends=True)
        lines = [_LOCATION.sub(lambda found: f"<loc>{moved(found[1])}</loc>", line) for line in lines]
        lines = [line for line in lines if "<loc></loc>" not in line]
        return "".join(re.sub(r'\bhref="([^"]*)"', lambda found: f'href="{moved(found[1])}"', line) for line in lines)


def _told(said: Any, moved: Callable[[str], str]) -> Any:
    if isinstance(said, dict):
        return {key: _told(value, moved) for key, value in said.items()}
    if isinstance(said, list):
        return [_told(value, moved) for value in said]
    return moved(said) if isinstance(said, str) and "{" not in said else said
