"""What the catalogue graph says, cut into the documents that machines ask for, with this host's addresses.

The graph is made by the build (``pipeline/catalogue``) and names everything by the base. Served, an address leads to the
host that was asked, wherever it is published; and what hangs on how the service runs, its limits and its contact, is said.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from flask import current_app, request

from kunskapsgraf.graph.rdf import GRAPH_FORMATS, Literal, NamedNode, Term, Triple, write
from kunskapsgraf.graph.store import construct
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.vocabulary import (
    DCAT,
    DCATAP,
    DCT,
    FOAF,
    OWL,
    PROV,
    RDF,
    RDF_TYPE,
    RDFS,
    SCHEMA,
    SD,
    SPDX,
    VCARD,
    VOID,
    VOID_EXT,
    XSD,
    Names,
)
from kunskapsgraf.reports import run
from kunskapsgraf.settings import Settings
from kunskapsgraf.web import context
from kunskapsgraf.web import examples as example_queries

_SHARED = (RDF, RDFS, OWL, DCT, FOAF)
_ADDRESSES = frozenset(
    {
        SD + "endpoint",
        VOID + "sparqlEndpoint",
        VOID + "dataDump",
        DCAT + "endpointURL",
        DCAT + "endpointDescription",
        DCAT + "accessURL",
        DCAT + "downloadURL",
        DCAT + "landingPage",
        FOAF + "homepage",
        SCHEMA + "target",
    }
)
"""Properties whose values are fetched, and so lead to the host that was asked."""
_IN_DETAIL = frozenset(VOID + name for name in ("classPartition", "propertyPartition", "vocabulary"))
"""What a service description leaves to VoID, for each graph: a query editor reads it for the whole."""
LIMITS = (
    ("query_seconds", "SEC", "Längsta tid för en fråga, i sekunder", "Longest time of a query, in seconds"),
    (
        "query_megabytes",
        "4L",
        "Minne som en fråga får lägga till, i megabyte",
        "Memory that a query may add, in megabytes",
    ),
    ("query_bytes", "AD", "Längsta frågetext, i byte", "Longest query text, in bytes"),
    ("result_bytes", "AD", "Största svar, i byte", "Largest result, in bytes"),
    ("workers", "C62", "Frågor som körs samtidigt", "Queries that run at the same time"),
)
"""Settings that a client must know: name, unit (UN/CEFACT Recommendation 20), and name in Swedish and English."""

PUBLISHER_TYPES = "http://purl.org/adms/publishertype/"
ANY_HOST = "http://host.invalid/"
"""Stands in a kept document where the address of the host goes (RFC 2606: nobody's)."""
_PLAIN_ADDRESS = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+(/[A-Za-z0-9._~%\-/]*)?")

Said = dict[str, list[Triple]]


def void(names: Names) -> Iterator[Triple]:
    """Give the VoID description: of the whole, its graphs, their parts and the links out of them."""
    kept = (*_SHARED, VOID, VOID_EXT, PROV, names.terms)
    yield from _closure([names.base + ".well-known/void"], kept, names)


def dcat(names: Names) -> Iterator[Triple]:
    """Give the DCAT-AP-SE catalogue."""
    kept = (*_SHARED, DCAT, DCATAP, SPDX, VCARD)
    found = list(_closure([names.catalogue], kept, names))
    yield from map(_typed, found)
    yield from _contact(names, found, context.settings().contact)
    yield from _publisher_type(found, context.settings().publisher_type)


def examples(names: Names) -> Iterator[Triple]:
    """Give the example queries and their prefixes."""
    yield from example_queries.examples(run.all_reports(context.settings().sources, names.base).values(), names)


def service(names: Names) -> Iterator[Triple]:
    """Give the service description, with what query editors look for at the endpoint: VoID, prefixes, examples."""
    yield from _closure([names.endpoint], (*_SHARED, SD, VOID, VOID_EXT), names, _IN_DETAIL)
    yield from examples(names)
    yield from _limits(names, context.settings())
    if context.settings().writers:
        yield Triple(NamedNode(names.endpoint), NamedNode(SD + "supportedLanguage"), NamedNode(SD + "SPARQL11Update"))
    for name in (".well-known/void", ".well-known/sparql-examples", "former", "katalog", "openapi.json"):
        yield Triple(NamedNode(names.endpoint), NamedNode(RDFS + "seeAlso"), NamedNode(ANY_HOST + name))


def document(written: Callable[[Names], Iterable[Triple]]) -> list[Triple]:
    """Give a document's statements, each once, in order, with addresses on a host to be filled in."""
    names = context.store().names
    return sorted({_addressed(triple, names) for triple in written(names)}, key=str)


def statements(dataset: str) -> int:
    """Give how much a data set holds."""
    return next(int(text_of(t.object)) for t in _said()[dataset] if t.predicate.value == VOID + "triples")


def serialised(written: Callable[[Names], Iterable[Triple]], format_name: str) -> bytes:
    """Write a document in a format, with addresses on this host; what is the same for all hosts is kept."""
    kept: dict[tuple[str, str, str], bytes] = current_app.extensions.setdefault("kunskapsgraf-documents", {})
    store = context.store()
    version = store.version()
    key = (version, written.__name__, format_name)
    if (body := kept.get(key)) is None:
        body = write(document(written), GRAPH_FORMATS[format_name], store.names.prefixes())
        for old in [old for old in kept if old[0] != version]:
            kept.pop(old, None)
        kept[key] = body
    return body.replace(ANY_HOST.encode(), here().encode())


def here() -> str:
    """Give the address, on the host that was asked, of what the base stands for."""
    address = f"{request.host_url.rstrip('/')}{request.script_root}/"
    # The host is the client's text: what is no plain address goes into no document.
    return address if _PLAIN_ADDRESS.fullmatch(address) else context.store().names.base


def on_this_host(path: str) -> str:
    """Give in full the address of a path that begins with where the service is published."""
    return here().rstrip("/") + path.removeprefix(request.script_root)


def _said() -> Said:
    """Give the catalogue graph by subject; it is read once for each version that is served."""
    store = context.store()
    known: dict[str, Said] = current_app.extensions.setdefault("kunskapsgraf-catalogue", {})
    version = store.version()
    if (found := known.get(version)) is None:
        query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {NamedNode(store.names.catalogue_graph)} {{ ?s ?p ?o }} }}"
        said: Said = defaultdict(list)
        for triple in construct(store, query):
            said[text_of(triple.subject)].append(triple)
        found = dict(said)
        known.clear()
        known[version] = found
    return found


def _closure(
    starts: Iterable[str], kept: tuple[str, ...], names: Names, left_out: frozenset[str] = frozenset()
) -> Iterator[Triple]:
    """Give what is said, with properties of some vocabularies, of some things and of all that it leads to.

    Of the graphs within the whole, the properties ``left_out`` are not said.
    """
    said = _said()
    waiting, seen = list(starts), set(starts)
    while waiting:
        for triple in said.get(waiting.pop(), ()):
            if not triple.predicate.value.startswith(kept) or not _fits(triple, kept):
                continue
            if triple.predicate.value in left_out and text_of(triple.subject).startswith(names.dataset + "/"):
                continue
            yield triple
            target = triple.object
            if isinstance(target, NamedNode) and target.value not in seen and target.value in said:
                seen.add(target.value)
                waiting.append(target.value)


def _fits(triple: Triple, kept: tuple[str, ...]) -> bool:
    """Tell whether a type belongs to the vocabularies of the document: the whole is a data set in three of them."""
    return triple.predicate.value != RDF_TYPE or (
        isinstance(triple.object, NamedNode) and triple.object.value.startswith(kept)
    )


def _addressed(triple: Triple, names: Names) -> Triple:
    target = triple.object
    if triple.predicate.value in _ADDRESSES and isinstance(target, NamedNode) and target.value.startswith(names.base):
        target = NamedNode(ANY_HOST + target.value.removeprefix(names.base))
        return Triple(triple.subject, triple.predicate, target)
    return triple


def _typed(triple: Triple) -> Triple:
    """Give a size the datatype of DCAT 3 (section 6.8.16): the engine keeps every whole number as ``xsd:integer``."""
    if triple.predicate.value == DCAT + "byteSize" and isinstance(triple.object, Literal):
        number = Literal(triple.object.value, datatype=NamedNode(XSD + "nonNegativeInteger"))
        return Triple(triple.subject, triple.predicate, number)
    return triple


def _limits(names: Names, settings: Settings) -> Iterator[Triple]:
    """Say the limits as schema.org's property values: the vocabulary of service descriptions has none."""
    for name, unit, sv, en in LIMITS:
        mine = f"{names.endpoint}#{name.replace('_', '-')}"
        number = format(getattr(settings, name), "g") if name == "query_seconds" else str(getattr(settings, name))
        values: tuple[tuple[str, Term], ...] = (
            (RDF_TYPE, NamedNode(SCHEMA + "PropertyValue")),
            (SCHEMA + "propertyID", Literal(name)),
            (SCHEMA + "name", Literal(sv, language="sv")),
            (SCHEMA + "name", Literal(en, language="en")),
            (SCHEMA + "value", Literal(number, datatype=NamedNode(XSD + "decimal"))),
            (SCHEMA + "unitCode", Literal(unit)),
        )
        yield Triple(NamedNode(names.endpoint), NamedNode(SCHEMA + "additionalProperty"), NamedNode(mine))
        for predicate, value in values:
            yield Triple(NamedNode(mine), NamedNode(predicate), value)


def _publisher_type(said: Iterable[Triple], kind: str) -> Iterator[Triple]:
    """Say what kind of publisher it is, as DCAT-AP-SE demands, where the data do not: who runs the service knows."""
    publishers = {t.subject for t in said if t.predicate.value == RDF_TYPE and t.object == NamedNode(FOAF + "Agent")}
    told = {t.subject for t in said if t.predicate.value == DCT + "type"}
    for publisher in sorted(publishers - told, key=str):
        yield Triple(publisher, NamedNode(DCT + "type"), NamedNode(PUBLISHER_TYPES + kind))


def _contact(names: Names, said: Iterable[Triple], address: str) -> Iterator[Triple]:
    """Say whom to write to, where the service has an address for that: a function's, never a person's."""
    if not address:
        return
    mine = NamedNode(names.catalogue + "#kontakt")
    yield Triple(mine, NamedNode(RDF_TYPE), NamedNode(VCARD + "Organization"))
    yield Triple(mine, NamedNode(VCARD + "hasEmail"), NamedNode(f"mailto:{address}"))
    for triple in said:
        if triple.predicate.value == FOAF + "name":
            yield Triple(mine, NamedNode(VCARD + "fn"), triple.object)
        if triple.predicate.value == RDF_TYPE and triple.object in (
            NamedNode(DCAT + "Dataset"),
            NamedNode(DCAT + "DataService"),
        ):
            yield Triple(triple.subject, NamedNode(DCAT + "contactPoint"), mine)
