"""For operators: ``/halsa`` (is the process alive), ``/redo`` (can it answer), ``/matt`` (Prometheus metrics)."""

from __future__ import annotations

import json

from flask import Blueprint, Flask, Response, jsonify, request
from flask.blueprints import BlueprintSetupState

from kunskapsgraf.errors import EndpointError, NotFound, SnapshotError
from kunskapsgraf.graph.snapshot import REPLICA
from kunskapsgraf.web import context
from kunskapsgraf.web.journal import Journal
from kunskapsgraf.web.proxies import LOCAL
from kunskapsgraf.web.readiness import Readiness

blueprint = Blueprint("operations", __name__)
_JOURNAL = "kunskapsgraf.journal"
_READINESS = "kunskapsgraf.readiness"
METRICS = "text/plain; version=0.0.4; charset=utf-8"


def install(app: Flask, measured: Journal) -> None:
    """Let ``/matt`` show a journal, and changes be noted in it."""
    app.extensions[_JOURNAL] = measured


def journal() -> Journal | None:
    """Give the journal of the running application; ``None`` where nothing is measured, as in a test."""
    found: Journal | None = context.extension(_JOURNAL)
    return found


@blueprint.record
def _prepare(state: BlueprintSetupState) -> None:
    _, store = state.app.extensions["kunskapsgraf"]
    state.app.extensions[_READINESS] = Readiness(store)


@blueprint.get("/halsa")
def alive() -> Response:
    """Tell machines that the process answers, whatever it can answer with; who restarts it asks here."""
    try:
        return _unkept(jsonify(status="alive", version=context.store().version()))
    except (SnapshotError, EndpointError) as error:
        return _unkept(jsonify(status="alive", detail=error.en))


@blueprint.get("/redo")
def ready() -> Response:
    """Tell machines whether queries are answered, by asking one; who sends it visitors asks here."""
    try:
        version = context.store().version()
    except SnapshotError as error:
        return _unready("no snapshot", error.en)
    except EndpointError as error:
        return _unready("engine away", error.en)
    found: Readiness = context.extension(_READINESS)
    if reason := found.reason():
        return _unready("engine away" if found.is_away else "no answer", reason)
    return _unkept(jsonify(status="ready", version=version, **_replica()))


def _replica() -> dict[str, object]:
    """Tell of a replica how it stands to where its packs come from; nothing of another server."""
    try:
        return {"replica": json.loads((context.settings().home / REPLICA).read_text(encoding="utf-8"))}
    except (OSError, ValueError):
        return {}


def _unready(status: str, detail: str) -> Response:
    answer = _unkept(jsonify(status=status, detail=detail))
    answer.status_code = 503
    return answer


@blueprint.get("/matt")
def metrics() -> Response:
    """Give the metrics to whom the setting says; empty where nothing is measured, as in a test."""
    shown_to = context.settings().metrics
    if shown_to == "off" or (shown_to == "local" and not request.environ.get(LOCAL)):
        raise NotFound(
            "Mätvärdena visas inte här. Den som driver tjänsten väljer det med KUNSKAPSGRAF_METRICS.",
            "The metrics are not shown here. Who runs the service chooses that with KUNSKAPSGRAF_METRICS.",
        )
    found = journal()
    return _unkept(Response(found.metrics() if found else b"", content_type=METRICS))


def _unkept(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
