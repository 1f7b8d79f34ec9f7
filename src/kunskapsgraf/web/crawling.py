"""What crawlers read: ``robots.txt``, and the sitemaps with every page in both languages, made from the snapshot.

A page's day is that of its snapshot: which pages a build changed nobody keeps, and every page names its version.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape

from flask import Blueprint, Response

from kunskapsgraf.errors import NotFound
from kunskapsgraf.graph.store import select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.reports import run
from kunskapsgraf.web import context, language, selfdescription
from kunskapsgraf.web.links import Links

blueprint = Blueprint("crawling", __name__)
KEPT_OUT = (
    "/sparql",
    "/sok",
    "/kopplingar",
    "/varfor",
    "/editor/",
    "/beskriv",
    "/queries/*format=",
    "/queries/*sortera=",
    "/queries/*filter=",
    "/queries/*/inbaddning",
    "/data/*?",
    "/dump/",
    "/matt",
    "/*version=",
)
"""Addresses that cost a query each and lead to endlessly many more, and files that are fetched on purpose."""
PAGES = (
    "/",
    "/om",
    "/tillganglighet",
    "/ns",
    "/klasser",
    "/egenskaper",
    "/begrepp",
    "/queries",
    "/katalog",
    "/graf",
    "/profil",
    "/versioner",
    "/fel",
)
AT_ONCE = 5_000
"""Pages of one sitemap, each in two languages: 10,000 of the 50,000 addresses that the protocol allows, and 10 of its 50 MB."""
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Keep crawlers off queries and search, and show them the sitemaps (RFC 9309)."""
    closed = "".join(f"Disallow: {Links(context.store().names).to(path)}\n" for path in KEPT_OUT)
    body = f"User-agent: *\n{closed}\nSitemap: {selfdescription.here()}sitemap.xml\n"
    return Response(body, content_type="text/plain; charset=utf-8")


@blueprint.get("/sitemap.xml")
def index() -> Response:
    """List the sitemaps."""
    here, day = selfdescription.here(), _day()
    count = 1 + -(-len(things()) // AT_ONCE)
    entries = (f"<sitemap><loc>{escape(here)}sitemap/{n}.xml</loc>{day}</sitemap>\n" for n in range(count))
    return _xml(f'<sitemapindex xmlns="{_SITEMAP}">\n', entries, "</sitemapindex>\n")


@blueprint.get("/sitemap/<int:number>.xml")
def sitemap(number: int) -> Response:
    """List the addresses of pages: in the first sitemap those that belong to no thing, in the others the things'."""
    links = Links(context.store().names)
    if number:
        pages = [links.page(iri) for iri in things()[(number - 1) * AT_ONCE : number * AT_ONCE]]
    else:
        pages = [links.to(path) for path in fixed()]
    if not pages:
        raise NotFound(
            "Så många sitemaps finns inte. Se /sitemap.xml.", "There are not so many sitemaps. See /sitemap.xml."
        )
    entries = (entry for page in pages for entry in _entries(page))
    return _xml(f'<urlset xmlns="{_SITEMAP}" xmlns:xhtml="{_XHTML}">\n', entries, "</urlset>\n")


def sitemaps() -> int:
    """Count the sitemaps."""
    return 1 + -(-len(things()) // AT_ONCE)


def things() -> list[str]:
    """Give the IRIs of all things that have a page, in order; those of which only the successor is told have none."""
    store = context.store()
    replaced = {text_of(row["thing"]) for row in select(store, context.query("replaced"))}
    found = store.finding().things(store.names.things)
    return [iri for iri in found if iri not in replaced] if replaced else found


def fixed() -> Iterator[str]:
    """Give the paths of the pages that belong to no thing."""
    store = context.store()
    yield from PAGES
    yield from (f"/queries/{name}" for name in run.all_reports(context.settings().sources, context.settings().base))
    terms = select(store, context.query("term-types", graph=store.names.ontology_graph))
    classes = {text_of(row["term"]) for row in terms if text_of(row["type"]).endswith("#Class")}
    start = store.names.terms
    yield from (f"/klass/{iri.removeprefix(start)}" for iri in sorted(classes) if iri.startswith(start))


def _entries(page: str) -> Iterator[str]:
    """Write a page's address in each language, each with the others (Google's protocol of ``xhtml:link``)."""
    plain = escape(selfdescription.on_this_host(page))
    separator = "&amp;" if "?" in plain else "?"
    addresses = {lang: f"{plain}{separator}lang={lang}" for lang in language.LANGUAGES}
    others = "".join(
        f'<xhtml:link rel="alternate" hreflang="{lang}" href="{address}"/>'
        for lang, address in {**addresses, "x-default": plain}.items()
    )
    day = _day()
    for address in addresses.values():
        yield f"<url><loc>{address}</loc>{day}{others}</url>\n"


def _day() -> str:
    """Tell the day on which what is served was made; nothing where nobody knows it."""
    day = context.store().finding().day()
    return f"<lastmod>{day}</lastmod>" if day else ""


def _xml(begin: str, entries: Iterable[str], end: str) -> Response:
    return Response(_XML + begin + "".join(entries) + end, content_type="application/xml; charset=utf-8")
