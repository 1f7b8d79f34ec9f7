"""Errors as answers: one table from class to status, one handler, problem+json (RFC 9457) or a page."""

from __future__ import annotations

import json
from typing import Any

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException

from kunskapsgraf import errors
from kunskapsgraf.errors import KunskapsgrafError
from kunskapsgraf.web import language

STATUSES: tuple[tuple[type[KunskapsgrafError], int, str, str], ...] = (
    (errors.QuerySyntaxError, 400, "Frågan går inte att tolka", "The query cannot be parsed"),
    (errors.QueryForbidden, 400, "Frågan är inte tillåten", "The query is not allowed"),
    (errors.QueryTooLarge, 413, "För stort", "Too large"),
    (errors.QueryTimeout, 503, "Frågan tog för lång tid", "The query took too long"),
    (errors.QueryCrash, 503, "Frågan krävde för mycket", "The query needed too much"),
    (errors.Overloaded, 503, "Tjänsten är upptagen", "The service is busy"),
    (errors.SnapshotError, 503, "Grafen är inte redo", "The graph is not ready"),
    (errors.NotAcceptable, 406, "Formatet finns inte", "No such format"),
    (errors.NotFound, 404, "Finns inte", "Not found"),
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
    405: ("Fel metod", "Method not allowed", "Metoden är inte tillåten här.", "The method is not allowed here."),
    413: ("För stort", "Too large", "Förfrågan är för stor.", "The request is too large."),
    500: (
        "Något gick fel",
        "Something went wrong",
        "Ett fel i tjänsten; det är inte ditt.",
        "An error in the service; it is not yours.",
    ),
}
"""Title and detail, in Swedish and English, of what the framework refuses."""


class UnsupportedMediaType(errors.BadRequest):
    """Raise for a POST whose Content-Type the protocol does not know; 415."""


def install(app: Flask) -> None:
    """Let one handler answer our errors and HTTP's."""
    app.register_error_handler(KunskapsgrafError, _ours)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unforeseen)


def status_of(error: KunskapsgrafError) -> tuple[int, str]:
    """Give the status and the title, in the visitor's language, of an error."""
    if isinstance(error, UnsupportedMediaType):
        return 415, "Unsupported media type" if language.current() == "en" else "Innehållstypen stöds inte"
    for kind, status, sv, en in STATUSES:
        if isinstance(error, kind):
            return status, en if language.current() == "en" else sv
    raise AssertionError("the last row of STATUSES catches all")


def _ours(error: KunskapsgrafError) -> Response:
    status, title = status_of(error)
    response = _answer(status, title, error.message(language.current()), line=error.line, column=error.column)
    if isinstance(error, errors.Overloaded):
        response.headers["Retry-After"] = "5"
    return response


def _http(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    described = error.description or ""
    response = _answer(error.code, *_texts(_HTTP.get(error.code, (error.name, error.name, described, described))))
    if error.code == 405:
        response.headers["Allow"] = ", ".join(sorted(getattr(error, "valid_methods", None) or ["GET"]))
    return response


def _unforeseen(error: Exception) -> Response:
    from flask import current_app  # noqa: PLC0415 - used in this rare case only

    current_app.logger.error("unforeseen error at %s", request.path, exc_info=error)
    return _answer(500, *_texts(_HTTP[500]))


def _texts(row: tuple[str, str, str, str]) -> tuple[str, str]:
    title_sv, title_en, detail_sv, detail_en = row
    return (title_en, detail_en) if language.current() == "en" else (title_sv, detail_sv)


def _answer(status: int, title: str, detail: str, line: int | None = None, column: int | None = None) -> Response:
    if wants_page():
        return Response(
            render_template("problem.html", status=status, title=title, detail=detail), status, mimetype="text/html"
        )
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    if line is not None:
        body |= {"line": line, "column": column}
    return Response(json.dumps(body, ensure_ascii=False) + "\n", status, mimetype="application/problem+json")


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
