"""Replicas: a snapshot as one file, and servers that fetch it, prove it and follow what comes after it."""
