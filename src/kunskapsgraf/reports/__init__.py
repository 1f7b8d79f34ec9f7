"""Path 3: the named questions of ``queries/reports/``, run on the snapshot or on any SPARQL endpoint."""
