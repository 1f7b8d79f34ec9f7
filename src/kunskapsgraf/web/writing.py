"""A change on its way to the store: one at a time, only where it still fits, noted for operators, and told to the client."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from kunskapsgraf.errors import KunskapsgrafError, Overloaded
from kunskapsgraf.graph.writing import Change, Written
from kunskapsgraf.web import context, operations
from kunskapsgraf.web.problems import PreconditionFailed, slug_of

VERSION = "Kunskapsgraf-Version"
"""The header that names the snapshot which holds a change. An ETag would be a PUT's body's (RFC 9110, section 9.3.4)."""
_TURN = "kunskapsgraf-turn"


@dataclass
class Note:
    """What operators read of a change: who, what, and how it went; never the token."""

    operation: str
    writer: str = ""
    graph: str = ""
    content: str = ""
    outcome: str = "unchanged"
    added: int = 0
    removed: int = 0
    version: str = ""


def install(app: Flask) -> None:
    """Give an application its turns, and let nobody keep the answer to a change."""
    app.extensions[_TURN] = threading.Lock()

    @app.after_request
    def unkept(response: Response) -> Response:
        if g.get("is_change"):
            response.headers["Cache-Control"] = "no-store"
        return response


@contextmanager
def noted(operation: str, graph: str = "") -> Iterator[Note]:
    """Note a change in the journal, whatever comes of it."""
    g.is_change = True
    note = Note(operation, graph=graph)
    began = time.monotonic()
    try:
        yield note
    except KunskapsgrafError as error:
        note.outcome = slug_of(type(error))
        raise
    except HTTPException as error:
        note.outcome = str(error.code)
        raise
    except Exception:
        note.outcome = "failed"
        raise
    finally:
        if journal := operations.journal():
            journal.change(seconds=time.monotonic() - began, **vars(note))


@contextmanager
def turn(tags: Callable[[], Collection[str] | None]) -> Iterator[None]:
    """Wait until no other change is under way, and see that what the client read is still there.

    ``tags`` gives the ETags of what is to be changed, ``None`` where there is nothing. Looked at in turn: of two who
    read the same, the second is told. Raises ``Overloaded`` and ``PreconditionFailed``.
    """
    lock: threading.Lock = context.extension(_TURN)
    if not lock.acquire(timeout=context.settings().wait_seconds):
        raise Overloaded(
            "En annan ändring pågår. Försök igen om en stund.", "Another change is under way. Try again in a while."
        )
    try:
        _check(tags)
        yield
    finally:
        lock.release()


def take(note: Note, change: Change) -> Written:
    """Let the store take a change, in turn."""
    sent = hashlib.sha256(change.text.encode("utf-8", "surrogatepass"))
    for document in change.documents:
        sent.update(document.body)
    note.content = sent.hexdigest()[:16]
    done = context.store().write(change)
    note.version, note.added, note.removed = done.version, done.added, done.removed
    if done.added or done.removed or done.created:
        note.outcome = "changed"
    return done


def told(done: Written, **more: Any) -> Response:
    """Tell a client what came of its change: 201 where a graph is new (RFC 9110, section 15.3.2), else 200."""
    body = {"version": done.version, "added": done.added, "removed": done.removed, **more}
    response = Response(
        json.dumps(body, ensure_ascii=False) + "\n", 201 if done.created else 200, mimetype="application/json"
    )
    response.headers[VERSION] = done.version
    return response


def _check(tags: Callable[[], Collection[str] | None]) -> None:
    """Evaluate ``If-Match`` and ``If-None-Match`` in that order (RFC 9110, section 13.2.2)."""
    if not {"If-Match", "If-None-Match"} & {name for name, _ in request.headers}:
        return
    current = tags()
    if "If-Match" in request.headers:
        wanted = request.if_match
        fits = current is not None and (wanted.star_tag or any(wanted.is_strong(tag) for tag in current))
        if not fits:
            raise PreconditionFailed(
                "Det som ska ändras är inte längre det som If-Match anger. Läs det igen, och gör om ändringen på det.",
                "What is to be changed is no longer what If-Match names. Read it again, and make the change on that.",
            )
    if "If-None-Match" in request.headers:
        unwanted = request.if_none_match
        if current is not None and (unwanted.star_tag or any(unwanted.contains_weak(tag) for tag in current)):
            raise PreconditionFailed(
                "Det som If-None-Match undantar finns redan. Läs det, och ändra det med If-Match.",
                "What If-None-Match rules out is there already. Read it, and change it with If-Match.",
            )
