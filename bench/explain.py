"""Explain 1,000 random inferred triples at 1.4 million, and see how long the median and the worst take.

    python -m bench.explain 1400000 --count 1000

To be completed with ``kunskapsgraf.reasoner.explain``: the state is made as in ``bench.incremental``;
``explain(state, triple)`` is called as it is.
"""

from __future__ import annotations

import argparse
import importlib
import random
import statistics
import sys
import time
from pathlib import Path

from pyoxigraph import RdfFormat, parse

from bench.incremental import conclusions, prepare, world
from bench.ontology import write_ontology
from bench.results import RESULTS, put, table


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Time explanations of random inferred triples.")
    parser.add_argument("size", type=int, nargs="?", default=1_400_000)
    parser.add_argument("--count", type=int, default=1000, help="triples explained [1000]")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=Path(), help="where ontology.nt is put [here]")
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args(arguments)
    try:
        explain = importlib.import_module("kunskapsgraf.reasoner.explain").explain
    except ModuleNotFoundError:
        sys.stderr.write("kunskapsgraf.reasoner.explain is not there yet; nothing was measured\n")
        return 1
    path = options.folder / "ontology.nt"
    write_ontology(path)
    ontology = [quad.triple for quad in parse(path=str(path), format=RdfFormat.N_TRIPLES)]
    data, _ = world(options.size, 0, options.seed)
    state = prepare(ontology, data)
    # Sorted, so that the sample is the same whatever order a set has.
    inferred = sorted(conclusions(state), key=str)
    chosen = random.Random(options.seed).sample(inferred, min(options.count, len(inferred)))  # noqa: S311 - a sample
    times = []
    for triple in chosen:
        began = time.perf_counter()
        explain(state, triple)
        times.append(time.perf_counter() - began)
    times.sort()
    row = [statistics.median(times), times[int(len(times) * 0.99)], times[-1]]
    text = [
        "## Explanation",
        "",
        f"{len(chosen):,} random triples of {len(inferred):,} inferred from {len(data):,}, each explained down to what is asserted.",
        "",
        *table(
            ["", "median, ms", "99 of 100, ms", "worst, ms"], [["explain", *(f"{value * 1000:.2f}" for value in row)]]
        ),
    ]
    put("explain", "\n".join(text), options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
