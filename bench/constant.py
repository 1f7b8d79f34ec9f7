"""Flask with a constant body: what no view within Flask can pass. Served by granian as a WSGI application."""

from __future__ import annotations

from flask import Flask, Response

app = Flask(__name__)
BODIES = {"5": b"x" * 850, "50": b"x" * 12_000}
"""About as large as the answers of so many rows."""


@app.get("/<rows>")
def constant(rows: str) -> Response:
    """Answer with as many bytes as a lookup of so many rows has."""
    return Response(BODIES[rows], content_type="application/sparql-results+json")
