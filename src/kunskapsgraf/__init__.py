"""Kunskapsgraf: a reasoned knowledge graph of Swedish services for people with alcohol and drug problems.

The package is cut as ``cli -> {pipeline | web | reports} -> graph -> settings -> errors``; a test reads the imports
and fails on a breach. Nothing is imported here, so that a query worker starts in a blink.
"""

__version__ = "0.1.0"
