"""Path 5: the graph in Python, for notebooks. ``Graph`` asks a running service, or a snapshot on this machine, in the same words."""

from kunskapsgraf.client.graph import Graph, QueryWarning
from kunskapsgraf.client.table import Table

__all__ = ["Graph", "QueryWarning", "Table"]
