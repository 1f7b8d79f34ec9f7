"""Headers of every response: who may read it (CORS), what a page may load (CSP), and which version it is (ETag)."""

from __future__ import annotations

import hashlib

from flask import Flask, Response, request

from kunskapsgraf import __version__
from kunskapsgraf.errors import SnapshotError
from kunskapsgraf.graph.store import Store
from kunskapsgraf.web import language

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def install(app: Flask, store: Store) -> None:
    """Add the headers to every response of an application, errors included."""

    @app.after_request
    def add(response: Response) -> Response:
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = "Link, ETag, Location, Content-Language"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        if response.mimetype == "text/html":
            response.headers["Content-Security-Policy"] = _POLICY
            response.headers["Content-Language"] = language.current()
        for name in ("Accept", "Accept-Language"):
            response.vary.add(name)
        if request.method in ("GET", "HEAD") and response.status_code == 200 and not response.is_streamed:
            response.headers.setdefault("Cache-Control", "public, max-age=0, must-revalidate")
            _tag(response, store)
            response.make_conditional(request)
        return response

    @app.before_request
    def preflight() -> Response | None:
        if request.method != "OPTIONS":
            return None
        allowed = "GET, HEAD, POST, OPTIONS" if request.path == "/sparql" else "GET, HEAD, OPTIONS"
        answer = Response(status=204, headers={"Allow": allowed})
        answer.headers["Access-Control-Allow-Methods"] = allowed
        answer.headers["Access-Control-Allow-Headers"] = "Accept, Accept-Language, Content-Type"
        answer.headers["Access-Control-Max-Age"] = "86400"
        return answer


def _tag(response: Response, store: Store) -> None:
    try:
        version = store.version()
    except SnapshotError:
        return
    parts = (
        version,
        __version__,
        request.full_path,
        request.script_root,
        response.content_type or "",
        language.current(),
    )
    response.set_etag(hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:24])
