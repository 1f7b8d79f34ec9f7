"""What pages need beside the answers to their queries, asked of a store that has no files of a build: any SPARQL 1.1 engine.

Each answer is kept for the version that it is of, within bounds, so that a page takes few round trips.
"""
