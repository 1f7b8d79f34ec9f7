"""What a request works with: the settings and the store that the factory was given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import current_app, request

from kunskapsgraf.graph import queries
from kunskapsgraf.graph.store import Store
from kunskapsgraf.settings import Settings, page_queries


def settings() -> Settings:
    """Give the settings of the running application."""
    found: tuple[Settings, Store] = current_app.extensions["kunskapsgraf"]
    return found[0]


def extension(name: str) -> Any:
    """Give what was installed beside the settings and the store; ``None`` where it was not."""
    return current_app.extensions.get(name)


def query_limits() -> tuple[int, int, int]:
    """Give what the guard holds a query to: bytes, nesting and triple patterns."""
    limits = settings()
    return limits.query_bytes, limits.query_nesting, limits.query_patterns


def open_methods(methods: Iterable[str]) -> list[str]:
    """List the methods of the address asked for, without those that write to a graph where writing is switched off."""
    is_graph = request.path == "/graf" or request.path.startswith("/graf/")
    closed = {"PUT", "POST", "DELETE"} if is_graph and not settings().writers else set()
    return sorted(set(methods) - closed)


def query(name: str, **values: str | Sequence[str]) -> str:
    """Give the text of a query of ``queries/pages/`` with its values in place."""
    return queries.find(page_queries(settings().sources), name, settings().base).bind(values, store().names)


def store() -> Store:
    """Give the store of the running application."""
    found: tuple[Settings, Store] = current_app.extensions["kunskapsgraf"]
    return found[1]
