"""Kunskapsgraf: a reasoned knowledge graph of Swedish services for people with alcohol and drug problems.

The package is cut as ``cli -> {pipeline | web | reports} -> graph -> settings -> errors``, and ``client`` above ``web``
asks it as a visitor does; a test reads the imports and fails on a breach. Nothing is imported here, so that a query
worker starts in a blink; ``Graph``, which asks the graph from Python, is imported when it is first named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kunskapsgraf.client import Graph, QueryWarning, Table

__version__ = "0.1.0"
__all__ = ["Graph", "QueryWarning", "Table", "__version__"]


def __getattr__(name: str) -> object:
    """Import what notebooks use when it is asked for (PEP 562)."""
    if name in __all__:
        from importlib import import_module  # noqa: PLC0415 - workers need none of it

        return getattr(import_module("kunskapsgraf.client"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
