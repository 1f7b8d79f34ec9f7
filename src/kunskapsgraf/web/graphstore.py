"""``/graf``: the SPARQL 1.1 Graph Store HTTP Protocol. Everyone reads graphs; who may write puts, adds and deletes.

A graph is named by its own address (section 4.1) or by ``?graph=`` (section 4.2). People get a page of it. Bodies are
not parsed here: the store does that, in a process that may fail.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import replace
from typing import Literal
from uuid import uuid4

from flask import Blueprint, Flask, Response, render_template, request

from kunskapsgraf.errors import BadRequest, KunskapsgrafError, NotFound, NotWritable, ResultTooLarge
from kunskapsgraf.graph.cache import Cache
from kunskapsgraf.graph.formats import HTML, Format
from kunskapsgraf.graph.nearest import nearest
from kunskapsgraf.graph.rdf import NamedNode
from kunskapsgraf.graph.spool import Spool
from kunskapsgraf.graph.store import WHOLE, Dataset
from kunskapsgraf.graph.writing import Change
from kunskapsgraf.web import compression, context, delivery, payload, selfdescription, tokens, writing
from kunskapsgraf.web.links import Links
from kunskapsgraf.web.negotiation import DATA_OR_PAGE, GRAPH_FORMATS, by_suffix, chosen

blueprint = Blueprint("graphstore", __name__)
EVERYTHING = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
"""What section 5.2 makes a GET equal to, on the graph as its dataset."""
LARGEST_TAGGED = 100_000
"""Statements of a graph whose ETag follows what it holds; that of a larger one follows the snapshot."""
_METHODS = ["GET", "PUT", "POST", "DELETE"]
_STATES = "kunskapsgraf-graph-states"


def install(app: Flask) -> None:
    """Give an application a place for what its graphs are tagged by."""
    app.extensions[_STATES] = Cache[str](1_000_000)


@blueprint.after_request
def offer(response: Response) -> Response:
    """Tell which bodies are taken where another was sent (RFC 9110, section 15.5.16)."""
    if response.status_code == 415:
        response.headers["Accept"] = payload.ACCEPTED
    return response


@blueprint.route("/graf", methods=_METHODS)
def indirect() -> Response:
    """Serve the graph that the address names by ``?graph=`` or ``?default``; without one, the graph store itself."""
    is_named = "graph" in request.args or "default" in request.args
    if request.method in ("GET", "HEAD"):
        if not is_named:
            store = context.store()
            return Response(render_template("graphs.html", graphs=store.graphs(), names=store.names))
        iri = _identified()
        return _shown(iri, None) if iri else _sent(WHOLE, "", chosen(GRAPH_FORMATS))
    with writing.noted(request.method.lower()) as note:
        note.writer = tokens.author()
        if request.method == "POST" and not is_named:
            return _created(note)
        note.graph = _identified()
        if not note.graph:
            raise NotWritable(
                "Standardgrafen är alla grafer tillsammans. Skriv i en av dem: ?graph=<IRI>.",
                "The default graph is all graphs together. Write to one of them: ?graph=<IRI>.",
            )
        return _changed(note)


@blueprint.route("/graf/<path:path>", methods=_METHODS)
def direct(path: str) -> Response:
    """Serve the graph whose own address is asked (section 4.1); reading, a suffix names the format."""
    if "graph" in request.args or "default" in request.args:
        raise BadRequest(
            "Adressen namnger redan en graf. Utelämna graph och default, eller skicka till /graf.",
            "The address names a graph already. Leave out graph and default, or send to /graf.",
        )
    iri, written = _of_address(path)
    if request.method in ("GET", "HEAD"):
        return _shown(iri, written)
    with writing.noted(request.method.lower(), iri) as note:
        note.writer = tokens.author()
        if written is not None:
            raise NotWritable(
                f"Adressen är grafen som {written.name}. Skriv i grafen själv, utan ändelse.",
                f"The address is the graph as {written.name}. Write to the graph itself, without a suffix.",
            )
        _check_iri(iri)
        return _changed(note)


def _identified() -> str:
    """Read which graph the parameters name; empty for the default graph. Raises ``BadRequest`` (section 4.2)."""
    graphs, defaults = request.args.getlist("graph"), request.args.getlist("default")
    if len(graphs) + len(defaults) != 1 or any(defaults):
        raise BadRequest(
            "Ange exakt en graf: ?graph=<IRI>, eller ?default utan värde.",
            "Name exactly one graph: ?graph=<IRI>, or ?default without a value.",
        )
    if defaults:
        return ""
    iri = graphs[0]
    _check_iri(iri)
    known = context.store().graphs()
    here = f"{selfdescription.here()}graf/"
    # The address under which this service serves a graph is a name of it too (section 4.2).
    return _of_address(iri.removeprefix(here))[0] if iri not in known and iri.startswith(here) else iri


def _check_iri(iri: str) -> None:
    try:
        NamedNode(iri)
    except ValueError as error:
        raise BadRequest(
            f"{iri[:300]!r} är ingen absolut IRI. Skriv den hel, med http:// eller liknande först; ett mellanslag i "
            "den är %20, i adressen %2520.",
            f"{iri[:300]!r} is no absolute IRI. Write it in full, with http:// or the like first; a space in it is "
            "%20, in the address %2520.",
        ) from error


def _of_address(path: str) -> tuple[str, Format | None]:
    """Give the graph at an address below ``/graf/``, there or not, and the format where a suffix names one."""
    store = context.store()
    known, links = store.graphs(), Links(store.names)
    stem, written = by_suffix(path)
    for candidate, suffix in ((path, None), (stem, written)):
        for iri in links.graphs(candidate):
            if iri in known:
                return iri, suffix
    return links.graphs(path)[0], None


def _shown(iri: str, written: Format | None) -> Response:
    """Give a named graph, as a page or as data."""
    store = context.store()
    graphs = store.graphs()
    if iri not in graphs:
        near = nearest(iri, graphs)
        raise NotFound(
            f"Det finns ingen graf <{iri[:300]}>.{f' Menade du <{near}>?' if near else ''} Alla grafer står på /graf.",
            f"There is no graph <{iri[:300]}>.{f' Did you mean <{near}>?' if near else ''} All graphs are listed at /graf.",
        )
    written = written or chosen(DATA_OR_PAGE)  # without Accept it is RDF (section 5)
    if written is HTML:
        return Response(render_template("graphs.html", graphs={iri: graphs[iri]}, names=store.names))
    return _sent(Dataset((iri,), ()), iri, written)


def _sent(dataset: Dataset, iri: str, written: Format) -> Response:
    """Give all of a graph, within the limits of any query."""
    version, state = _state(iri)
    if known := delivery.unchanged(delivery.tag(state, EVERYTHING, dataset, written)):
        return known
    store = context.store()
    try:
        answer = store.answer(EVERYTHING, written.name, dataset)
    except ResultTooLarge as error:
        files = store.dumps()
        own = iri.removeprefix(f"{store.names.base}graf/") + ".nt.gz"
        name = own if own in files else "kunskapsgraf.nq.gz"
        raise ResultTooLarge(
            f"Grafen är större än ett svar får vara. Hämta den som fil: {selfdescription.here()}dump/{name}",
            f"The graph is larger than an answer may be. Fetch it as a file: {selfdescription.here()}dump/{name}",
        ) from error
    if answer.version == version:
        answer = replace(answer, version=state)
    return delivery.sent(answer, EVERYTHING, dataset, written)


def _state(iri: str) -> tuple[str, str]:
    """Give the version that answers, and what tells whether a graph is as it was.

    That is what it holds, so that a change of one graph leaves the tags of the others as they are. The version stands
    in for it where the graph is large, or all of them.
    """
    store = context.store()
    version = store.version()
    if not iri or store.graphs().get(iri, 0) > LARGEST_TAGGED:
        return version, version
    states: Cache[str] = context.extension(_STATES)
    found = states.get(version, iri)
    if found is None:
        try:
            answer = store.answer(EVERYTHING, "nt", Dataset((iri,), ()))
        except ResultTooLarge:
            return version, version
        digest = hashlib.sha256()
        for piece in answer.content if isinstance(answer.content, Spool) else (answer.content,):
            digest.update(piece)
        if isinstance(answer.content, Spool):
            answer.content.close()
        version, found = answer.version, digest.hexdigest()
        states.put(version, iri, found, len(iri) + len(found))
    return version, found


def _tags(iri: str) -> Collection[str] | None:
    """Give the ETags of a graph, in every format and coding; ``None`` where it is not there."""
    if iri not in context.store().graphs():
        return None
    dataset, state = Dataset((iri,), ()), _state(iri)[1]
    plain = {tag for written in GRAPH_FORMATS if (tag := delivery.tag(state, EVERYTHING, dataset, written))}
    return plain | {tag + compression.SUFFIX for tag in plain}


def _changed(note: writing.Note) -> Response:
    """Put, add to or delete a graph (sections 5.3 to 5.5)."""
    iri = note.graph
    if {".", ".."} & set(iri.split("/")):
        raise BadRequest(
            "En grafs IRI har inte . eller .. som led (RFC 3986, avsnitt 5.2.4).",
            "The IRI of a graph has no . or .. as a segment (RFC 3986, section 5.2.4).",
        )
    if request.method == "POST" and payload.is_empty():
        return Response(status=204)
    if request.method == "DELETE":
        _require(iri)  # before any condition (RFC 9110, section 13.2.1)
        with writing.turn(lambda: _tags(iri)):
            _require(iri)
            return writing.told(writing.take(note, Change("delete", note.writer, graph=iri)), graph=iri)
    written = payload.declared()
    with writing.turn(lambda: _tags(iri)):
        operation: Literal["put", "post"] = "put" if request.method == "PUT" else "post"
        change = Change(operation, note.writer, graph=iri, documents=payload.received(written), base=iri)
        done = writing.take(note, change)
        return writing.told(done, graph=iri, **_next_tag(iri, done.version))


def _require(iri: str) -> None:
    if iri not in context.store().graphs():
        raise NotFound(
            f"Det finns ingen graf <{iri[:300]}> att ta bort.", f"There is no graph <{iri[:300]}> to delete."
        )


def _next_tag(iri: str, version: str) -> dict[str, str]:
    """Give the ETag, as Turtle, with which whoever changed a graph may change it again; taken before another's turn."""
    try:
        found, state = _state(iri)
    except KunskapsgrafError:
        return {}  # the change stands, and is told
    tag = delivery.tag(state, EVERYTHING, Dataset((iri,), ()), GRAPH_FORMATS[0])
    return {"etag": f'"{tag}"'} if found == version and iri in context.store().graphs() else {}


def _created(note: writing.Note) -> Response:
    """Make a graph with a name of our choosing from what is posted to the graph store itself (section 5.5)."""
    if unknown := set(request.args) - {"lang"}:
        raise BadRequest(
            f"Parametern {min(unknown)[:50]!r} namnger ingen graf. Ange ?graph=<IRI>, eller inget för en ny graf.",
            f"The parameter {min(unknown)[:50]!r} names no graph. Give ?graph=<IRI>, or nothing for a new graph.",
        )
    if payload.is_empty():
        return Response(status=204)
    names = context.store().names
    note.graph = names.source_graph(uuid4().hex)
    response = _changed(note)
    response.headers["Location"] = selfdescription.here() + note.graph.removeprefix(names.base)
    return response
