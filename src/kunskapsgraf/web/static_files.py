"""The files of the pages: named in links by what they hold, so that a browser fetches each of them once."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

_FOREVER = "public, max-age=31536000, immutable"
_EACH_TIME = "public, max-age=0, must-revalidate"
VERSION = "v"
"""The parameter that carries the digest of a file; without it, as where script imports script, a browser asks each time."""


def install(app: Flask) -> None:
    """Tag each file by its bytes, and let one that is asked for by its digest be kept."""
    folder = Path(app.static_folder or "")
    digests = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:24]
        for path in folder.rglob("*")
        if path.is_file()
    }

    @app.url_defaults
    def add_digest(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and values.get("filename") in digests:
            values.setdefault(VERSION, digests[values["filename"]])

    @app.after_request
    def tag(response: Response) -> Response:
        digest = digests.get((request.view_args or {}).get("filename", "")) if request.endpoint == "static" else None
        if digest is not None and response.status_code in (200, 206):
            response.set_etag(digest)
            response.headers.pop("Last-Modified", None)  # the day of an installation
            is_named = request.args.get(VERSION) == digest
            response.headers["Cache-Control"] = _FOREVER if is_named else _EACH_TIME
        return response
