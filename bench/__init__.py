"""Benchmarks of the reasoner; see README.md in this folder."""
