"""Path 1: read > check > reason > close > load. Builds an immutable snapshot from files that people write."""
