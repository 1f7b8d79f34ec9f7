"""What the generated data say: national-scale data in our own ontology, see ``bench.generate``."""
