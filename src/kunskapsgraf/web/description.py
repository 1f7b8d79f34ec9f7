"""The service describes itself: service description, VoID, DCAT catalogue, example queries, dumps, OpenAPI and context."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from importlib.resources import files

from flask import Blueprint, Response, redirect, render_template, request, send_file
from werkzeug.wrappers import Response as AnyResponse

from kunskapsgraf import __version__
from kunskapsgraf.errors import NotFound
from kunskapsgraf.graph import formats
from kunskapsgraf.graph.formats import HTML, Format
from kunskapsgraf.graph.naming import best
from kunskapsgraf.graph.nearest import nearest
from kunskapsgraf.graph.rdf import Literal, Triple
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.vocabulary import DCAT, DCT, Names
from kunskapsgraf.web import context, jsonld, language, schemaorg, selfdescription, shapes
from kunskapsgraf.web.negotiation import DATA_OR_PAGE, GRAPH_FORMATS, PAGE_OR_GRAPH, chosen, serialised

blueprint = Blueprint("description", __name__)
_OF_SERVICE = (*(replace(written, media_types=(written.media_type,)) for written in GRAPH_FORMATS), HTML)
"""At the endpoint ``application/json`` and ``application/xml`` mean results: who asks for them has lost the query."""
_OPENAPI = Format(
    "json", ("application/json", "application/openapi+json", "application/vnd.oai.openapi+json"), ("description",)
)
_CONTEXT = formats.named("jsonld", "graph")


@dataclass
class DataSet:
    """A data set as the page of the catalogue shows it."""

    iri: str
    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    statements: int = 0
    period: tuple[str, str] = ("", "")
    files: list[tuple[str, int]] = field(default_factory=list)

    def text(self, name: str) -> Literal | None:
        """Give title or description in the visitor's language."""
        return best(
            [Literal(value, language=tag) for tag, value in self.texts.get(name, {}).items()], language.current()
        )


def of_service() -> Response | None:
    """Answer GET of the endpoint without a query with its description; ``None`` where a person wants the form.

    SPARQL 1.1 Service Description, section 2. Raises ``NotAcceptable`` where neither is wanted.
    """
    written = chosen(_OF_SERVICE)
    return None if written is HTML else _sent(selfdescription.service, written)


@blueprint.get("/.well-known/void")
def void() -> AnyResponse:
    """Give VoID; people are led to the catalogue's page."""
    written = chosen(DATA_OR_PAGE)
    if written is HTML:
        return redirect(_links_to("/katalog"), 303)
    return _sent(selfdescription.void, written)


@blueprint.get("/.well-known/sparql-examples")
def examples() -> AnyResponse:
    """Give the reports as example queries; people are led to their page."""
    written = chosen(DATA_OR_PAGE)
    if written is HTML:
        return redirect(_links_to("/queries"), 303)
    return _sent(selfdescription.examples, written)


@blueprint.get("/former")
@blueprint.get("/former.<suffix>")
def class_shapes(suffix: str | None = None) -> AnyResponse:
    """Give what things of each class look like; people are led to the ontology.

    By suffix too: Sparnatural tells from its address what a file is.
    """
    written = formats.named(suffix, "graph") if suffix else chosen(DATA_OR_PAGE)
    if written is HTML:
        return redirect(_links_to("/ns"), 303)
    return _sent(shapes.shapes, written)


@blueprint.get("/katalog")
@blueprint.get("/katalog.<suffix>")
def catalogue(suffix: str | None = None) -> Response:
    """Show the data sets with their files, or give the catalogue as DCAT-AP-SE."""
    written = HTML if suffix == HTML.name else formats.named(suffix, "graph") if suffix else chosen(PAGE_OR_GRAPH)
    if written is not HTML:
        return _sent(selfdescription.dcat, written)
    store = context.store()
    datasets = _datasets(store.names)
    texts = [(one.iri, one.text("title"), one.text("description")) for one in datasets]
    return Response(
        render_template(
            "catalogue.html",
            datasets=datasets,
            structured=schemaorg.of_catalogue(
                [(iri, title.value, text.value) for iri, title, text in texts if title and text]
            ),
            names=store.names,
            version=store.version(),
            formats=GRAPH_FORMATS,
        )
    )


@blueprint.get("/dump/<path:name>")
def dump(name: str) -> Response:
    """Send a dump: whole or in ranges, tagged by its digest."""
    found = context.store().dumps()
    if name not in found:
        near = nearest(name, found)
        raise NotFound(
            f"Det finns ingen fil {name[:100]!r}.{f' Menade du {near}?' if near else ''} Alla filer står på /katalog.",
            f"There is no file {name[:100]!r}.{f' Did you mean {near}?' if near else ''} All files stand at /katalog.",
        )
    file = found[name]
    response = send_file(
        file.path.resolve(),
        mimetype="application/gzip",
        as_attachment=True,
        download_name=name.rsplit("/", 1)[-1],
        etag=file.digest,
        conditional=True,
        max_age=0,
    )
    response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    return response


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """Give the OpenAPI document, with the address that was asked, to whoever takes JSON; it exists in no other form."""
    formats.accepted(request.headers.get("Accept"), (_OPENAPI,))
    described = json.loads(files("kunskapsgraf.web").joinpath("openapi.json").read_text(encoding="utf-8"))
    described["info"]["version"] = __version__
    described["servers"] = [{"url": selfdescription.here().rstrip("/")}]
    body = json.dumps(described, ensure_ascii=False, indent=1) + "\n"
    return Response(body, mimetype=_OPENAPI.media_type)


@blueprint.get("/kontext.jsonld")
def json_ld_context() -> Response:
    """Give the JSON-LD context of the ontology's terms, to whoever takes JSON; it exists in no other form."""
    formats.accepted(request.headers.get("Accept"), (_CONTEXT,))
    body = json.dumps(jsonld.context_of(context.store()), ensure_ascii=False, indent=1) + "\n"
    return Response(body, mimetype="application/ld+json")


def _sent(made: Callable[[Names], Iterable[Triple]], written: Format) -> Response:
    return serialised(selfdescription.serialised(made, written.name), written)


def _links_to(path: str) -> str:
    chosen_language = language.by_link()
    return f"{request.script_root}{path}{'?lang=' + chosen_language if chosen_language else ''}"


def _datasets(names: Names) -> list[DataSet]:
    """Gather what the page shows of each data set, the whole first."""
    said: dict[tuple[str, str], list[str]] = {}
    found: dict[str, DataSet] = {}
    for triple in selfdescription.document(selfdescription.dcat):
        subject, predicate, target = text_of(triple.subject), triple.predicate.value, triple.object
        said.setdefault((subject, predicate), []).append(text_of(target))
        if predicate in (DCT + "title", DCT + "description") and isinstance(target, Literal) and target.language:
            texts = found.setdefault(subject, DataSet(subject)).texts
            texts.setdefault(predicate.removeprefix(DCT), {})[target.language] = target.value
    shown = [found[iri] for iri in sorted(set(said.get((names.catalogue, DCAT + "dataset"), ())))]
    for dataset in shown:
        dataset.statements = selfdescription.statements(dataset.iri)
        for distribution in sorted(set(said.get((dataset.iri, DCAT + "distribution"), ()))):
            for address in said.get((distribution, DCAT + "downloadURL"), ())[:1]:
                dataset.files.append(
                    (
                        address.replace(selfdescription.ANY_HOST, selfdescription.here()),
                        int(said[distribution, DCAT + "byteSize"][0]),
                    )
                )
        for period in said.get((dataset.iri, DCT + "temporal"), ())[:1]:
            first, last = (said.get((period, f"{DCAT}{end}Date"), [""])[0] for end in ("start", "end"))
            dataset.period = (first, last)
    return shown
