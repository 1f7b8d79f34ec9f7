"""What explains the statements of the served snapshot: made once for it, and asked by one thread at a time.

An explainer remembers what it has looked up, so it belongs to one snapshot; a new one gets a new explainer.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from kunskapsgraf.graph.store import Store
from kunskapsgraf.reasoner import answer
from kunskapsgraf.reasoner.explain import Explainer
from kunskapsgraf.settings import Settings
from kunskapsgraf.web import context

MOST_REMEMBERED = 50_000
"""Statements that an explainer has looked up before it forgets them: some 50 MB."""


class Explaining:
    """The explainer of the snapshot that answers now."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings = settings
        self._store = store
        self._lock = threading.Lock()
        self._made: tuple[str, Explainer] | None = None

    @contextmanager
    def explainer(self) -> Iterator[Explainer]:
        """Lend the explainer, made where there is none for this snapshot."""
        with self._lock:
            version = self._store.version()
            if self._made is None or self._made[0] != version:
                self._made = version, answer.explainer(self._store, self._settings)
            explainer = self._made[1]
            try:
                yield explainer
            finally:
                if explainer.remembered > MOST_REMEMBERED:
                    explainer.forget()


def install(app: Flask, settings: Settings, store: Store) -> None:
    """Give an application its explainer."""
    app.extensions["explaining"] = Explaining(settings, store)


def explaining() -> Explaining:
    """Give what explains in the running application."""
    found: Explaining = context.extension("explaining")
    return found
