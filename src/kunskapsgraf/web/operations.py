"""For operators: ``/halsa`` (is the process alive), ``/redo`` (can it answer), ``/matt`` (Prometheus metrics)."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, jsonify

from kunskapsgraf.errors import SnapshotError
from kunskapsgraf.web import context
from kunskapsgraf.web.journal import Journal

blueprint = Blueprint("operations", __name__)
_JOURNAL = "kunskapsgraf.journal"
METRICS = "text/plain; version=0.0.4; charset=utf-8"


def install(app: Flask, journal: Journal) -> None:
    """Let ``/matt`` show a journal."""
    app.extensions[_JOURNAL] = journal


@blueprint.get("/halsa")
def alive() -> Response:
    """Tell machines that the process answers, whatever it can answer with; who restarts it asks here."""
    try:
        return _unkept(jsonify(status="alive", version=context.store().version()))
    except SnapshotError as error:
        return _unkept(jsonify(status="alive", detail=error.en))


@blueprint.get("/redo")
def ready() -> Response:
    """Tell machines whether queries can be answered; who sends it visitors asks here."""
    try:
        return _unkept(jsonify(status="ready", version=context.store().version()))
    except SnapshotError as error:
        answer = _unkept(jsonify(status="no snapshot", detail=error.en))
        answer.status_code = 503
        return answer


@blueprint.get("/matt")
def metrics() -> Response:
    """Give the metrics; empty where nothing is measured, as in a test."""
    journal: Journal | None = context.extension(_JOURNAL)
    return _unkept(Response(journal.metrics() if journal else b"", content_type=METRICS))


def _unkept(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
