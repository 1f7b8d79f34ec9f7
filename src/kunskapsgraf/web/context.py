"""What a request works with: the settings and the store that the factory was given."""

from __future__ import annotations

from flask import current_app

from kunskapsgraf.graph.store import Store
from kunskapsgraf.settings import Settings


def settings() -> Settings:
    """Give the settings of the running application."""
    found: tuple[Settings, Store] = current_app.extensions["kunskapsgraf"]
    return found[0]


def store() -> Store:
    """Give the store of the running application."""
    found: tuple[Settings, Store] = current_app.extensions["kunskapsgraf"]
    return found[1]
