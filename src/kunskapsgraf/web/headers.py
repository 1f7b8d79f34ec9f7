"""Headers of every response: who may read it (CORS), what a page may load (CSP), and which version it is (ETag)."""

from __future__ import annotations

import hashlib

from flask import Flask, Response, request

from kunskapsgraf.web import language

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def install(app: Flask) -> None:
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
            _tag(response)
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


def _tag(response: Response) -> None:
    """Tag an answer by what it holds: whatever changes it, a build, a clock or a host, changes the tag."""
    parts = (response.content_type or "", response.headers.get("Content-Language", ""))
    digest = hashlib.sha256("\n".join(parts).encode())
    digest.update(response.get_data())
    response.set_etag(digest.hexdigest()[:24])
