"""Errors as answers: one table from class to status, one handler, problem+json (RFC 9457) or a page."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, g, render_template, request
from werkzeug.exceptions import HTTPException

from kunskapsgraf import errors
from kunskapsgraf.errors import KunskapsgrafError
from kunskapsgraf.graph.diagnosis import pointer
from kunskapsgraf.graph.rdf import NamedNode
from kunskapsgraf.web import context, forms, language, pinning
from kunskapsgraf.web.excerpt import marked
from kunskapsgraf.web.labels import labels_of
from kunskapsgraf.web.links import Links, encoded


class UnsupportedMediaType(errors.BadRequest):
    """Raise for a body of a type, charset or content coding that is not read here; 415."""


class BadCredentials(errors.BadRequest):
    """Raise for a token that is written or placed otherwise than RFC 6750 has it here; 400 (section 3.1)."""

    code = "invalid_request"


class PreconditionFailed(KunskapsgrafError):
    """Raise where what is to be changed is not what the client has read; 412."""


class AddressTooLong(errors.BadRequest):
    """Raise for an address longer than its limit; 414."""


STATUSES: tuple[tuple[type[KunskapsgrafError], int, str, str], ...] = (
    (errors.QuerySyntaxError, 400, "Frågan går inte att tolka", "The query cannot be parsed"),
    (errors.QueryForbidden, 400, "Frågan är inte tillåten", "The query is not allowed"),
    (errors.QueryTooLarge, 413, "För stort", "Too large"),
    (errors.ResultTooLarge, 503, "Svaret är för stort", "The result is too large"),
    (errors.QueryTimeout, 503, "Frågan tog för lång tid", "The query took too long"),
    (errors.QueryCrash, 503, "Frågan krävde för mycket", "The query needed too much"),
    (errors.SlowLaneFull, 503, "Frågan är för långsam", "The query is too slow"),
    (errors.SpoolFull, 503, "Svaret får inte plats", "No room for the result"),
    (errors.UnfairUse, 429, "För många långsamma frågor", "Too many slow queries"),
    (errors.Overloaded, 503, "Tjänsten är upptagen", "The service is busy"),
    (errors.BuildRunning, 503, "En annan ändring pågår", "Another change is under way"),
    (errors.DiskFull, 503, "Disken är full", "The disk is full"),
    (errors.Unauthorized, 401, "Token krävs", "A token is needed"),
    (errors.NotWritable, 403, "Får inte ändras", "Not for writing"),
    (PreconditionFailed, 412, "Ändrat av någon annan", "Changed by somebody else"),
    (errors.SyntaxInFile, 400, "Datan går inte att läsa", "The data cannot be read"),
    (errors.QueryFileError, 500, "En frågefil är fel", "A query file is wrong"),
    (errors.CircularLayers, 500, "Slutsatserna går i cirkel", "The conclusions go in a circle"),
    (errors.SourceError, 422, "Ändringen godtas inte", "The change is not accepted"),
    (errors.SnapshotError, 503, "Grafen är inte redo", "The graph is not ready"),
    (errors.EngineAway, 503, "Grafens motor är borta", "The graph's engine is away"),
    (errors.BrokenAnswer, 502, "Motorns svar är trasigt", "The engine's answer is broken"),
    (errors.EndpointError, 502, "Motorn svarar inte som den ska", "The engine does not answer as it should"),
    (errors.NotAcceptable, 406, "Formatet finns inte", "No such format"),
    (errors.NotFound, 404, "Finns inte", "Not found"),
    (errors.Gone, 410, "Borttagen", "Gone"),
    (errors.VersionGone, 410, "En annan version serveras", "Another version is served"),
    (UnsupportedMediaType, 415, "Innehållstypen stöds inte", "Unsupported media type"),
    (AddressTooLong, 414, "För lång adress", "Address too long"),
    (BadCredentials, 400, "Felaktig token", "Bad credentials"),
    (errors.UnknownGraph, 400, "Grafen finns inte", "No such graph"),
    (errors.BadRequest, 400, "Felaktig förfrågan", "Bad request"),
    (KunskapsgrafError, 500, "Något gick fel", "Something went wrong"),
)
_HTTP = {
    400: ("Felaktig förfrågan", "Bad request", "Förfrågan går inte att läsa.", "The request cannot be read."),
    404: (
        "Finns inte",
        "Not found",
        "Sidan finns inte. Börja på startsidan.",
        "There is no such page. Start from the front page.",
    ),
    405: (
        "Fel metod",
        "Method not allowed",
        "Metoden är inte tillåten här. Tillåtna:",
        "The method is not allowed here. Allowed:",
    ),
    408: (
        "För långsam förfrågan",
        "Request too slow",
        "Förfrågan kom inte i tid. Skicka hela på en gång.",
        "The request did not come in time. Send it whole at once.",
    ),
    413: ("För stort", "Too large", "Förfrågan är för stor.", "The request is too large."),
    500: (
        "Något gick fel",
        "Something went wrong",
        "Ett fel i tjänsten; det är inte ditt.",
        "An error in the service; it is not yours.",
    ),
}
"""Title and detail, in Swedish and English, of what the framework refuses."""


MOST_VIOLATIONS = 100
"""Violations of checks that a problem lists."""
LONGEST_SHOWN = 20_000
"""Characters of a query that its page of error holds, to be mended there."""
ENDPOINT = "sparql.endpoint"
CHOOSING = ("default-graph-uri", "named-graph-uri", "inference")
"""What the form of a query that failed keeps beside it."""


def install(app: Flask) -> None:
    """Let one handler answer our errors and HTTP's."""
    app.register_error_handler(KunskapsgrafError, _ours)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unforeseen)


def status_of(error: KunskapsgrafError) -> tuple[int, str]:
    """Give the status and the title, in the visitor's language, of an error."""
    for kind, status, sv, en in STATUSES:
        if isinstance(error, kind):
            return status, en if language.current() == "en" else sv
    raise AssertionError("the last row of STATUSES catches all")


def _ours(error: KunskapsgrafError) -> Response:
    status, title = status_of(error)
    with_form = isinstance(error, errors.QueryError) and request.endpoint == ENDPOINT
    response = _answer(
        status, title, error.message(language.current()), type_of(error), _members(error), with_form=with_form
    )
    if isinstance(error, (errors.Overloaded, errors.BuildRunning, errors.EngineAway)):
        response.headers["Retry-After"] = "5"
    if status == 415:
        # What could have been sent instead (RFC 9110, sections 12.5.1 and 12.5.3).
        response.headers["Accept-Encoding"] = "identity"
    if isinstance(error, (errors.Unauthorized, BadCredentials)):
        # Who sent no token is told no error (RFC 6750, section 3.1).
        said = f', error="{error.code}"' if error.code else ""
        response.headers["WWW-Authenticate"] = f'Bearer realm="kunskapsgraf"{said}'
    if isinstance(error, errors.Gone) and error.replaced_by:
        response.headers["Link"] = ", ".join(f'<{encoded(iri)}>; rel="successor-version"' for iri in error.replaced_by)
    if isinstance(error, errors.VersionGone):
        # RFC 5829, section 3.2; and the version may serve again, as after a build that is taken back.
        response.headers["Link"] = f'<{encoded(pinning.members(error)["present"])}>; rel="latest-version"'
        response.headers["Cache-Control"] = "no-cache"
    if isinstance(error, errors.UnfairUse):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def type_of(error: KunskapsgrafError) -> str:
    """Name the type of a problem: the class of the error, as a place on the page that tells all of them."""
    return f"{context.store().names.base}fel#{slug_of(type(error))}"


def slug_of(kind: type[KunskapsgrafError]) -> str:
    """Write the name of a class of errors as an address does: ``query-syntax-error``."""
    return re.sub(r"(?<!^)([A-Z])", r"-\1", kind.__name__).lower()


def _members(error: KunskapsgrafError) -> dict[str, Any]:
    """Give what a program reads beyond the text: the place, what was expected, and what may have been meant."""
    found: dict[str, Any] = {}
    if error.line is not None:
        found |= {"line": error.line, "column": error.column}
        query = g.get("query")
        if query and error.column is not None:
            found["pointer"] = pointer(query, error.line, error.column)
    if isinstance(error, errors.QuerySyntaxError):
        if error.expected:
            found["expected"] = list(error.expected)
        if error.hint:
            found["hint"] = error.hint[language.current() == "en"]
    if isinstance(error, errors.CheckFailed) and error.violations:
        found["violations"] = [texts[language.current() == "en"] for texts in error.violations[:MOST_VIOLATIONS]]
    if isinstance(error, (errors.UnknownGraph, errors.NotFound)) and error.near:
        found["nearest"] = error.near
    if isinstance(error, errors.Gone) and error.replaced_by:
        found["replacedBy"] = error.replaced_by
    if isinstance(error, errors.VersionGone) and error.served:
        found |= pinning.members(error)
    return found


def _http(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    described = error.description or ""
    title, detail = _texts(_HTTP.get(error.code, (error.name, error.name, described, described)))
    allowed = ", ".join(context.open_methods(getattr(error, "valid_methods", None) or ["GET"]))
    response = _answer(error.code, title, f"{detail} {allowed}." if error.code == 405 else detail)
    if error.code == 405:
        response.headers["Allow"] = allowed
    return response


def _unforeseen(error: Exception) -> Response:
    from flask import current_app  # noqa: PLC0415 - used in this rare case only

    current_app.logger.error("unforeseen error at %s", request.path, exc_info=error)
    return _answer(500, *_texts(_HTTP[500]))


def _texts(row: tuple[str, str, str, str]) -> tuple[str, str]:
    title_sv, title_en, detail_sv, detail_en = row
    return (title_en, detail_en) if language.current() == "en" else (title_sv, detail_sv)


def _answer(
    status: int,
    title: str,
    detail: str,
    kind: str = "about:blank",
    members: Mapping[str, Any] | None = None,
    *,
    with_form: bool = False,
) -> Response:
    more = members or {}
    if wants_page():
        shown: dict[str, Any] = {"status": status, "title": title, "detail": detail, "more": more}
        if "pointer" in more:
            shown["excerpt"] = marked(g.query, more["line"], more["column"])
        if with_form and len(g.get("query", "")) <= LONGEST_SHOWN:
            chosen = {name: request.args.getlist(name) for name in CHOOSING if name in request.args}
            page = forms.form(query=g.get("query", ""), dataset=chosen, problem=shown)
        else:
            page = render_template("problem.html", advice=g.get("advice", []), others=_others(more), **shown)
        return Response(page, status, mimetype="text/html")
    body = {"type": kind, "title": title, "status": status, "detail": detail, **more}
    return Response(json.dumps(body, ensure_ascii=False) + "\n", status, mimetype="application/problem+json")


def _others(more: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give the address, the name and the path of each thing that an error leads to."""
    near = more.get("nearest")
    iris = [*(near if isinstance(near, tuple) else ()), *more.get("replacedBy", ())]
    if not iris:
        return []
    store = context.store()
    names, links = store.names, Links(store.names)
    labels = labels_of(store, (NamedNode(iri) for iri in iris))
    return [
        {"address": links.iri(iri), "label": labels[iri], "path": names.shorten(iri.removeprefix(names.things))}
        for iri in iris
    ]


def wants_page() -> bool:
    """Tell whether the client is a person's browser: text/html named, and no other type preferred to it."""
    html = request.accept_mimetypes["text/html"]
    named = any(value.lower() == "text/html" for value, _ in request.accept_mimetypes)
    others = (
        quality
        for value, quality in request.accept_mimetypes
        if value.lower() not in ("text/html", "application/xhtml+xml")
    )
    return named and all(html >= other for other in others)
