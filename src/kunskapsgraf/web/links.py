"""Links: an IRI below our base leads to this host, any other to where it says."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import quote, unquote

from flask import request

from kunskapsgraf.graph.vocabulary import Names
from kunskapsgraf.web import language

_NOT_IN_AN_IRI = re.compile(r'[\x00-\x20<>"{}|\\^`%]')
_ENCODED_LETTERS = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_IN_A_PATH = "/-._~!$&'()*+,;=:@"


def encoded(iri: str) -> str:
    """Write an IRI as a URI, which headers can carry (RFC 3987, section 3.1)."""
    return quote(iri, safe=_IN_A_PATH + "%?#[]")


@lru_cache(maxsize=16_384)  # a page links to the same things from many places
def _quoted(path: str) -> str:
    return quote(path, safe=_IN_A_PATH + "%")


@lru_cache(maxsize=16_384)
def _comes_back(path: str) -> bool:
    """Tell whether a path that servers and routes have read still names the same thing.

    They read ``%2F`` as a slash, ``%41`` as a letter and ``..`` as the way up, join slashes, and let no control character through.
    """
    read = unquote(_quoted(path))
    if _CONTROL.search(read):
        return False
    if {"", ".", ".."} & set(read.removesuffix("/").split("/")):
        return False
    return any(path in forms for forms in _forms(read))


def _forms(path: str) -> tuple[list[str], list[str]]:
    """Write a path as IRIs may have it: percent-encoded, and with letters; as they came, composed and decomposed."""
    plain = unquote(path)
    forms = (plain, unicodedata.normalize("NFC", plain), unicodedata.normalize("NFD", plain))
    return (
        [quote(form, safe=_IN_A_PATH) for form in forms],
        [_NOT_IN_AN_IRI.sub(lambda found: quote(found[0]), form) for form in forms],
    )


def _lettered(iri: str) -> str:
    """Write the letters beyond ASCII of an IRI in place of their percent-encoding (RFC 3987, section 3.2)."""
    return _ENCODED_LETTERS.sub(lambda found: _decoded(found[0]), iri)


def _decoded(octets: str) -> str:
    try:
        return unquote(octets, errors="strict")
    except UnicodeDecodeError:
        return octets


class Links:
    """Turn IRIs and paths into the addresses that pages link to."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def to(self, path: str, /, **arguments: str | list[str]) -> str:
        """Give the address of a path on this host, in the language the visitor chose by link.

        The path is by position only: a visitor may name an argument "path".
        """
        chosen = language.by_link()
        if not chosen and not arguments and "#" not in path:
            return f"{request.script_root}{path}"
        if chosen and "lang" not in arguments:
            arguments["lang"] = chosen
        pairs = [
            (key, part) for key, value in arguments.items() for part in ([value] if isinstance(value, str) else value)
        ]
        query = "&".join(f"{quote(key)}={quote(part, safe='/:')}" for key, part in pairs if part)
        where, hash_mark, fragment = path.partition("#")
        return f"{request.script_root}{where}{'?' + query if query else ''}{hash_mark}{fragment}"

    def iri(self, iri: str) -> str | None:
        """Give the address of an IRI; ``None`` where a link would be unsafe or lead nowhere."""
        if iri.startswith((self.names.things, self.names.nameless)):
            return self.page(iri)
        if iri.startswith(self.names.terms):
            return self.to("/ns#" + iri.removeprefix(self.names.terms))
        if iri == self.names.ontology:
            return self.to("/ns")
        if iri.startswith(self.names.base + "graf"):
            return self.to(iri.removeprefix(self.names.base.rstrip("/")))
        return iri if iri.lower().startswith(("http://", "https://")) else None

    def thing(self, iri: str) -> str:
        """Give the address of a thing itself on this host, which leads on to its page or its data."""
        return self.to("/id/" + self.path(iri)) if self.has_path(iri) else self.page(iri)

    def has_path(self, iri: str) -> bool:
        """Tell whether an IRI is a thing of ours whose page and data have a path; ``/beskriv`` shows any other.

        No path can say ``%2F`` or a line end: servers read them before anyone is asked.
        """
        return iri.startswith(self.names.things) and _comes_back(iri.removeprefix(self.names.things))

    def page(self, iri: str, **arguments: str) -> str:
        """Give the address of the page here that tells what the graph says of an IRI, be it ours or another's."""
        if self.has_path(iri):
            return self.to("/sida/" + self.path(iri), **arguments)
        return self.to("/beskriv", iri=iri, **arguments)

    def data(self, iri: str, suffix: str, **arguments: str) -> str:
        """Give the address of the data of an IRI in a format."""
        path, rest = "/beskriv", {"iri": iri, "format": suffix, **arguments}
        if self.has_path(iri):
            path, rest = f"/data/{self.path(iri)}.{suffix}", arguments
        query = "&".join(f"{quote(key)}={quote(value, safe='')}" for key, value in rest.items())
        return f"{request.script_root}{path}{'?' + query if query else ''}"

    def slug(self, iri: str) -> str:
        """Give what names a thing in a report's or a comparison's address: kind and slug, or the whole IRI."""
        path = iri.removeprefix(self.names.things)
        return path if re.fullmatch(r"[a-z0-9/-]+", path) else iri

    def path(self, iri: str) -> str:
        """Write the path of a thing's page below ``/sida/``."""
        return _quoted(iri.removeprefix(self.names.things))

    def same_page(self, lang: str) -> str:
        """Give the address of this page in a language; without one, of the page that follows the visitor's."""
        arguments = {key: values for key, values in request.args.lists() if key != "lang"}
        return self.to(quote(request.path), **arguments, lang=lang)

    def things(self, path: str) -> list[str]:
        """Give the IRIs that the thing at ``<kind>/<slug>`` may have, the percent-encoded ones first."""
        encoded_forms, lettered = _forms(path)
        return [self.names.things + form for form in dict.fromkeys(encoded_forms + lettered)]

    def spellings(self, iri: str) -> list[str]:
        """Give the ways in which an IRI may be written: as it came, and with its letters composed, decomposed or encoded."""
        composed = [unicodedata.normalize(form, iri) for form in ("NFC", "NFD")]
        decoded = [unicodedata.normalize(form, _lettered(iri)) for form in ("NFC", "NFD")]
        ways = [iri, *composed, *decoded]
        return list(dict.fromkeys([*ways, *(encoded(way) for way in ways)]))

    def graphs(self, path: str) -> list[str]:
        """Give the IRIs that the graph at ``/graf/<path>`` may have; the first, with its letters, is a new one's."""
        encoded_forms, lettered = _forms(path)
        lettered = [form.replace("?", "%3F").replace("#", "%23") for form in lettered]  # no more than a path
        return [f"{self.names.dataset}/{form}" for form in dict.fromkeys(lettered + encoded_forms)]
