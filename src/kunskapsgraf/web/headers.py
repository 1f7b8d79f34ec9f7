"""Headers of every response: who may read it (CORS), what a page may load (CSP), and which version it is (ETag)."""

from __future__ import annotations

import hashlib

from flask import Flask, Response, request

from kunskapsgraf.errors import SpoolFull
from kunskapsgraf.web import compression, context, language, payload
from kunskapsgraf.web.protocol import ACCEPT_QUERY, accept_post
from kunskapsgraf.web.writing import VERSION

_ON_A_PAGE = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'"
_UNFRAMED = "frame-ancestors 'none'"
_POLICY = f"{_ON_A_PAGE}; {_UNFRAMED}"
FRAMED = f"{_ON_A_PAGE}; frame-ancestors *"
"""The policy of what another site may show in a frame: a page that is made for it, and no other."""
_EXPOSED = (
    "Link, ETag, Location, Allow, Accept-Query, Accept-Post, WWW-Authenticate, Retry-After, Content-Language, "
    "Content-Profile, Content-Length, Content-Encoding, Content-Disposition, Content-Range, Accept-Ranges, Vary, Kunskapsgraf-Warning, "
    f"{VERSION}"
)
ALWAYS = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", _EXPOSED),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Content-Security-Policy", _UNFRAMED),
)
"""What is no page loads nothing; it is not to stand in a frame either. A page has a policy of its own instead."""
VARY = ("Accept", "Accept-Language", "Accept-Encoding")
FRESH = "public, max-age=0, must-revalidate"
"""May be kept by anyone, and is asked after each time."""
_ALLOWED = "Accept, Accept-Language, Accept-Profile, Authorization, Content-Type, If-Match, If-None-Match, *"
"""The star stands for any other header of a request without credentials; it does not stand for Authorization."""


def install(app: Flask) -> None:
    """Add the headers to every response of an application, errors included."""

    @app.after_request
    def add(response: Response) -> Response:
        if response.mimetype == "text/html":
            response.headers.setdefault("Content-Security-Policy", _POLICY)
            response.headers["Content-Language"] = language.current()
        for name, value in ALWAYS:
            response.headers.setdefault(name, value)
        for name in VARY:
            response.vary.add(name)
        compressed = compression.is_chosen(response)
        if request.method in ("GET", "HEAD", "QUERY") and response.status_code == 200:
            response.headers.setdefault("Cache-Control", FRESH)
            if "ETag" not in response.headers and not response.is_streamed:
                _tag(response)
            _condition(response, compression.SUFFIX if compressed else "")
        if compressed and response.status_code != 304:
            try:
                compression.compress(response, context.store().spools)
            except SpoolFull as error:
                response.close()
                return add(app.make_response(app.handle_user_exception(error)))
        return response

    @app.before_request
    def preflight() -> Response | None:
        asked = request.headers.get("Access-Control-Request-Method")
        if request.method != "OPTIONS" or (asked is None and request.url_rule is None):
            # An address that is not there is 404 by every method. Its preflight is answered all the same: the page
            # that asks is then told 404, not a failure of the network.
            return None
        allowed = _methods(app)
        answer = Response(status=204, headers={"Allow": ", ".join(allowed)})
        if "QUERY" in allowed:
            answer.headers["Accept-Query"] = ACCEPT_QUERY
            answer.headers["Accept-Post"] = accept_post()
        elif "PUT" in allowed:
            answer.headers["Accept-Post"] = payload.ACCEPTED
        # The star lets a script elsewhere send any method, and read that it is 405.
        answer.headers["Access-Control-Allow-Methods"] = ", ".join([*allowed, "*"])
        answer.headers["Access-Control-Allow-Headers"] = _ALLOWED
        answer.headers["Access-Control-Max-Age"] = "86400"
        del answer.headers["Content-Type"]
        return answer


def _methods(app: Flask) -> list[str]:
    """List the methods of the address asked for."""
    adapter = app.create_url_adapter(request)
    return context.open_methods(adapter.allowed_methods() if adapter else ()) or ["GET", "HEAD", "OPTIONS"]


def _condition(response: Response, suffix: str) -> None:
    """Tell a compressed answer's tag from the plain one's, and answer 304 to whoever has it (RFC 9110, section 13.1.2)."""
    tag, weak = response.get_etag()
    if not tag:
        return
    response.set_etag(tag + suffix, weak=bool(weak))
    if request.if_none_match.contains_weak(tag + suffix):
        close = getattr(response.response, "close", None)
        if close is not None:
            close()  # a file that is not sent after all
        response.status_code = 304
        response.set_data(b"")
        for name in ("Content-Length", "Content-Type", "Content-Encoding"):
            response.headers.pop(name, None)


def _tag(response: Response) -> None:
    """Tag an answer by what it holds: whatever changes it, a build, a clock or a host, changes the tag."""
    parts = (response.content_type or "", response.headers.get("Content-Language", ""))
    digest = hashlib.sha256("\n".join(parts).encode())
    digest.update(response.get_data())
    response.set_etag(digest.hexdigest()[:24])
