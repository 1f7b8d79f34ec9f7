"""Links: an IRI below our base leads to this host, any other to where it says."""

from __future__ import annotations

from urllib.parse import quote, unquote, urlsplit

from flask import request

from kunskapsgraf.graph.vocabulary import Names
from kunskapsgraf.web import language


class Links:
    """Turn IRIs and paths into the addresses that pages link to."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def to(self, path: str, **arguments: str) -> str:
        """Give the address of a path on this host, in the language the visitor chose by link."""
        chosen = language.by_link()
        if chosen and "lang" not in arguments:
            arguments["lang"] = chosen
        query = "&".join(f"{quote(key)}={quote(value, safe='')}" for key, value in arguments.items() if value)
        where, hash_mark, fragment = path.partition("#")
        return f"{request.script_root}{where}{'?' + query if query else ''}{hash_mark}{fragment}"

    def iri(self, iri: str) -> str | None:
        """Give the address of an IRI; ``None`` where a link would be unsafe or lead nowhere."""
        if iri.startswith(self.names.things):
            return self.to("/sida/" + iri.removeprefix(self.names.things))
        if iri.startswith(self.names.terms):
            return self.to("/ns#" + iri.removeprefix(self.names.terms))
        if iri == self.names.ontology:
            return self.to("/ns")
        if iri.startswith(self.names.base + "graf"):
            return self.to(iri.removeprefix(self.names.base.rstrip("/")))
        return iri if urlsplit(iri).scheme in ("http", "https") else None

    def data(self, iri: str, suffix: str) -> str:
        """Give the address of a thing's data in a format."""
        return f"{request.script_root}/data/{iri.removeprefix(self.names.things)}.{suffix}"

    def same_page(self, lang: str) -> str:
        """Give the address of this page in a language."""
        arguments = {key: value for key, value in request.args.items() if key != "lang"}
        return self.to(quote(request.path), **arguments, lang=lang)

    def thing(self, path: str) -> str:
        """Give the IRI of the thing at ``<kind>/<slug>``, percent-encoded as an IRI's path is."""
        return self.names.things + quote(unquote(path), safe="/-._~!$&'()*+,;=:@")
