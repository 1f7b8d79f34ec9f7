"""The graph in an engine elsewhere, asked and updated over HTTP: what speaks to it, and what it shows."""
