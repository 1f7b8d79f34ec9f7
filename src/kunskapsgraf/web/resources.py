"""Linked data: a thing's IRI leads by 303 to its page or its data; the ontology and the graphs likewise."""

from __future__ import annotations

import difflib
from collections.abc import Container

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from kunskapsgraf.errors import NotFound
from kunskapsgraf.graph import formats
from kunskapsgraf.graph.formats import FORMATS, HTML, Format
from kunskapsgraf.graph.rdf import Literal, NamedNode, lexical, write
from kunskapsgraf.graph.store import Store, select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.worker import _GRAPHS as RDF_FORMATS
from kunskapsgraf.web import context, language
from kunskapsgraf.web.describe import Description, describe
from kunskapsgraf.web.labels import labels_of
from kunskapsgraf.web.links import Links

blueprint = Blueprint("resources", __name__)
GRAPH_FORMATS = [candidate for candidate in FORMATS if "graph" in candidate.kinds]


@blueprint.get("/id/<path:path>")
def thing(path: str) -> AnyResponse:
    """Lead from the thing to what is said of it (303, httpRange-14), by suffix, ``?format=`` or ``Accept``."""
    where, chosen = _suffix(path.rstrip("/"))
    if chosen is None:
        chosen = _chosen([HTML, *GRAPH_FORMATS])
    iri = _links().thing(where)
    _described(iri)  # 404 here, not after the redirect
    address = _links().to(f"/sida/{where}") if chosen is HTML else _links().data(iri, chosen.name)
    response = redirect(address, 303)
    response.headers["Link"] = _alternates(iri)
    return response


@blueprint.get("/sida/<path:path>")
def page(path: str) -> Response:
    """Show the page of a thing."""
    iri = _links().thing(path.rstrip("/"))
    description = _described(iri)
    response = Response(render_template("thing.html", thing=description, iri=iri))
    response.headers["Link"] = _alternates(iri)
    return response


@blueprint.get("/data/<path:path>")
def data(path: str) -> Response:
    """Give the data of a thing: exactly the triples that its page shows."""
    where, chosen = _suffix(path)
    if chosen is None:
        chosen = _chosen(GRAPH_FORMATS)
    iri = _links().thing(where)
    response = _graph_response(_described(iri), chosen)
    response.headers["Link"] = f'<{iri}>; rel="describes", {_alternates(iri)}'
    return response


@blueprint.get("/ns")
@blueprint.get("/ns.<suffix>")
def ontology(suffix: str | None = None) -> Response:
    """Show the ontology, or give it whole."""
    store = context.store()
    chosen = formats.named(suffix, "graph") if suffix else _chosen([HTML, *GRAPH_FORMATS])
    if chosen is not HTML:
        query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{store.names.ontology_graph}> {{ ?s ?p ?o }} }}"
        return _rdf(store.answer(query, chosen.name).body, chosen)
    rows = select(store, _TERMS.replace("GRAPH_IRI", store.names.ontology_graph))
    terms: dict[str, dict[str, set[str]]] = {}
    for row in rows:
        term = text_of(row["term"])
        if not term.startswith(store.names.terms):
            continue
        entry = terms.setdefault(term, {"type": set(), "above": set()})
        entry["type"].add(text_of(row["type"]).rsplit("#", 1)[-1])
        if "above" in row:
            entry["above"].add(text_of(row["above"]))
    comments = _comments(store, terms)
    labels = labels_of(store, (NamedNode(iri) for entry in terms.items() for iri in (entry[0], *entry[1]["above"])))
    return Response(render_template("ontology.html", terms=terms, labels=labels, comments=comments, names=store.names))


_TERMS = """SELECT ?term ?type ?above WHERE { GRAPH <GRAPH_IRI> {
  VALUES ?type { <http://www.w3.org/2002/07/owl#Class> <http://www.w3.org/2002/07/owl#ObjectProperty>
                 <http://www.w3.org/2002/07/owl#DatatypeProperty> <http://www.w3.org/2002/07/owl#AnnotationProperty> }
  ?term a ?type FILTER(isIRI(?term))
  OPTIONAL { ?term <http://www.w3.org/2000/01/rdf-schema#subClassOf>|<http://www.w3.org/2000/01/rdf-schema#subPropertyOf> ?above
             FILTER(isIRI(?above)) }
} } ORDER BY ?term"""


def _comments(store: Store, terms: Container[str]) -> dict[str, str]:
    query = (
        "SELECT ?term ?comment WHERE { ?term <http://www.w3.org/2000/01/rdf-schema#comment> ?comment "
        f"FILTER(LANG(?comment) = '{language.current()}') }}"
    )
    return {
        text_of(row["term"]): text_of(row["comment"]) for row in select(store, query) if text_of(row["term"]) in terms
    }


@blueprint.get("/klass/<name>")
def members(name: str) -> Response:
    """List all things of a class, with how many and by which kind of statement."""
    store = context.store()
    iri = store.names.terms + name
    term = lexical(NamedNode(iri))
    known = select(store, f"SELECT ?p ?o WHERE {{ GRAPH <{store.names.ontology_graph}> {{ {term} ?p ?o }} }}")
    if not known:
        raise NotFound(
            f"Det finns ingen klass {name!r}. Se ontologin på /ns.",
            f"There is no class {name!r}. See the ontology at /ns.",
        )
    things = [
        row["thing"]
        for row in select(store, f"SELECT DISTINCT ?thing WHERE {{ ?thing a {term} FILTER(isIRI(?thing)) }}")
    ]
    labels = labels_of(store, [NamedNode(iri), *things])
    comment = _comments(store, {iri}).get(iri, "")
    ordered = sorted((text_of(thing) for thing in things), key=lambda found: labels[found].text.lower())
    return Response(render_template("members.html", iri=iri, things=ordered, labels=labels, comment=comment))


@blueprint.get("/graf")
@blueprint.get("/graf/<path:path>")
def graph(path: str = "") -> Response:
    """Give what a named graph holds; for people, which graphs there are."""
    store = context.store()
    where, chosen = _suffix(path)
    if chosen is None:
        chosen = _chosen([HTML, *GRAPH_FORMATS])
    if not path:
        return Response(render_template("graphs.html", graphs=store.graphs(), names=store.names))
    iri = f"{store.names.base}graf/{where}"
    if iri not in store.graphs():
        raise NotFound(f"Det finns ingen graf {where!r}. Se /graf.", f"There is no graph {where!r}. See /graf.")
    if chosen is HTML:
        return Response(render_template("graphs.html", graphs={iri: store.graphs()[iri]}, names=store.names))
    return _rdf(
        store.answer(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}", chosen.name).body, chosen
    )


def _links() -> Links:
    return Links(context.store().names)


def _chosen(candidates: list[Format]) -> Format:
    if wanted := request.args.get("format"):
        return HTML if wanted == "html" and HTML in candidates else formats.named(wanted, "graph")
    return formats.accepted(request.headers.get("Accept"), candidates)


def _suffix(path: str) -> tuple[str, Format | None]:
    stem, dot, suffix = path.rpartition(".")
    for candidate in [HTML, *GRAPH_FORMATS]:
        if dot and candidate.name == suffix:
            return stem, candidate
    return path, None


def _described(iri: str) -> Description:
    found = describe(context.store(), context.settings(), iri)
    if found is None:
        raise _unknown(iri)
    return found


def _unknown(iri: str) -> NotFound:
    store = context.store()
    path = iri.removeprefix(store.names.things)
    kind = path.split("/")[0]
    query = (
        f"SELECT DISTINCT ?s WHERE {{ ?s a ?c FILTER(STRSTARTS(STR(?s), {_quoted(store.names.things + kind + '/')})) }}"
    )
    known = [text_of(row["s"]).removeprefix(store.names.things) for row in select(store, query)]
    near = difflib.get_close_matches(path, known, n=3)
    hint_sv = f" Menade du {' eller '.join(near)}?" if near else " Sök bland sakerna på startsidan."
    hint_en = f" Did you mean {' or '.join(near)}?" if near else " Look among the things on the front page."
    return NotFound(f"Grafen vet inget om {path}.{hint_sv}", f"The graph knows nothing of {path}.{hint_en}")


def _quoted(text: str) -> str:
    return lexical(Literal(text))


def _alternates(iri: str) -> str:
    links = _links()
    path = iri.removeprefix(links.names.things)
    alternates = [f'<{links.data(iri, f.name)}>; rel="alternate"; type="{f.media_type}"' for f in GRAPH_FORMATS]
    return ", ".join(
        [
            *alternates,
            f'<{links.to("/sida/" + path)}>; rel="alternate"; type="text/html"',
            f'<{links.data(iri, "ttl")}>; rel="describedby"',
        ]
    )


def _graph_response(description: Description, chosen: Format) -> Response:
    prefixes = context.store().names.prefixes()
    return _rdf(write(description.triples, RDF_FORMATS[chosen.name], prefixes), chosen)


def _rdf(body: bytes, chosen: Format) -> Response:
    charset = "; charset=utf-8" if chosen.media_type.startswith("text/") else ""
    return Response(body, content_type=chosen.media_type + charset)
