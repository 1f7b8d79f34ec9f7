"""Change 1,000 triples of 1.4 million, and see what it takes against reasoning over all of it again.

    python -m bench.incremental 1400000 --changes 20

``prepare`` and ``conclusions`` are the two places that know how a state of ``kunskapsgraf.reasoner.maintain`` is made and
read; ``update(state, added, removed)`` is called as it is. Full reasoning is ``prepare``, which loads, compiles and runs
the rules, and the run of the rules alone, which is given beside it.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from pyoxigraph import RdfFormat, Triple, parse

from bench.generate import Generator
from bench.ontology import write_ontology
from bench.results import RESULTS, put, seconds, table
from kunskapsgraf.reasoner import maintain
from kunskapsgraf.reasoner.infer import Inference

KINDS = ("added", "removed", "half of each")
Update = Callable[[Any, Sequence[Triple], Sequence[Triple]], object]


def triples(lines: Iterable[str]) -> list[Triple]:
    """Parse statements as the generator gives them."""
    text = "".join(f"{line} .\n" for line in lines)
    return [quad.triple for quad in parse(text, format=RdfFormat.N_TRIPLES)]


def world(size: int, further: int, seed: int = 1) -> tuple[list[Triple], list[Triple]]:
    """Give data of a size, and as many further statements of the same kind that are not among them."""
    generator = Generator(size, seed)
    base: list[str] = []
    more: list[str] = []
    for block in generator.blocks():
        (base if len(base) < size else more).extend(text for _, text in block)
        if len(base) >= size and generator.size == size:
            generator.size = generator.count + further
    return triples(base), triples(more[:further])


def prepare(ontology: Sequence[Triple], data: Sequence[Triple]) -> Any:
    """Make the state that ``update`` changes."""
    return maintain.start(ontology, data)


def conclusions(state: Any) -> set[Triple]:
    """Read what is inferred from a state."""
    return set(state.inferred)


def rules_alone(ontology: Sequence[Triple], data: Sequence[Triple]) -> float:
    """Time the full run of the rules, already compiled and loaded, in the order of the files as ``bench.reason`` has it."""
    inference = Inference([*ontology, *data])
    inference.compile()
    began = time.perf_counter()
    inference.run()
    return time.perf_counter() - began


def measure(
    state: Any, update: Update, data: Sequence[Triple], further: Sequence[Triple], options: argparse.Namespace
) -> dict[str, list[float]]:
    """Time each kind of change a number of times; each is undone again, which is not timed."""
    chosen = random.Random(options.seed)  # noqa: S311 - a sample for a benchmark
    size = options.triples
    found: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for _ in range(options.changes):
        new, old = chosen.sample(further, size), chosen.sample(data, size)
        for kind, added, removed in (
            (KINDS[0], new, []),
            (KINDS[1], [], old),
            (KINDS[2], new[: size // 2], old[: size // 2]),
        ):
            began = time.perf_counter()
            update(state, added, removed)
            found[kind].append(time.perf_counter() - began)
            update(state, removed, added)
    return found


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Time changes against reasoning again.")
    parser.add_argument("size", type=int, nargs="?", default=1_400_000)
    parser.add_argument("--triples", type=int, default=1000, help="of a change [1000]")
    parser.add_argument("--changes", type=int, default=20, help="of each kind [20]")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--verify", action="store_true", help="compare the last state with reasoning anew")
    parser.add_argument("--folder", type=Path, default=Path(), help="where ontology.nt is put [here]")
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args(arguments)
    path = options.folder / "ontology.nt"
    write_ontology(path)
    ontology = [quad.triple for quad in parse(path=str(path), format=RdfFormat.N_TRIPLES)]
    data, further = world(options.size, 10 * options.triples, options.seed)
    began = time.perf_counter()
    state = prepare(ontology, data)
    full = time.perf_counter() - began
    alone = rules_alone(ontology, data)
    before = conclusions(state) if options.verify else set()
    found = measure(state, maintain.update, data, further, options)
    rows = [
        [kind, seconds(middle), seconds(max(times)), f"{middle / full:.3f}", f"{middle / alone:.3f}"]
        for kind, times in found.items()
        for middle in [statistics.median(times)]
    ]
    text = [
        "## Incremental maintenance",
        "",
        f"{options.changes} changes of {options.triples:,} random triples of each kind, on {len(data):,}; full reasoning took {seconds(full)} s, of which the rules alone {seconds(alone)} s; the rest, giving the terms their numbers and compiling, a full run would need again.",
        *(
            [
                "The state after undoing every change is that of before: "
                + str(conclusions(state) == before).lower()
                + "."
            ]
            if options.verify
            else []
        ),
        "",
        *table(["Change", "median, s", "worst, s", "of full reasoning", "of the rules alone"], rows),
    ]
    put("incremental", "\n".join(text), options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
