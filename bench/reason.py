"""Compare the reasoners on the same files: measure some sizes, and write the report of all that were measured so far.

    python -m bench.reason 2000 20000 205000 1400000 --runs 3 --limit 900 --once owlrl
    python -m bench.reason 10000000 --runs 1 --peers ours nemo sparq-rdf   # at another time; the sizes above stay
    python -m bench.reason                                                 # only write the report again

What was measured is kept in RESULTS.json beside RESULTS.md, which is made from it. Both are written anew after each
size, so a run that is broken off leaves what it had.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bench import report, targets
from bench.machine import code, machine, versions
from bench.measured import Run, Sizes, load, save
from bench.reasoners import REASONERS
from bench.results import RESULTS, put
from bench.runs import Benchmark, whole_build


def circumstances(options: argparse.Namespace) -> Run:
    """Describe this run."""
    command = [
        "python -m bench.reason",
        *map(str, sorted(options.sizes)),
        f"--runs {options.runs} --limit {options.limit:g} --memory {options.memory:g} --seed {options.seed}",
        *([f"--peers {' '.join(options.peers)}"] if options.peers != list(REASONERS) else []),
        *([f"--once {' '.join(options.once)}"] if options.once else []),
        *([f"--build {options.build}"] if options.build else []),
    ]
    return Run(
        began=f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}",
        command=" ".join(command),
        machine=machine(),
        versions=versions(),
        code=code(),
        times=options.runs,
        limit=options.limit,
        memory=options.memory,
        once=[peer for peer in options.once if peer in options.peers],
        note=options.note,
    )


def write(sizes: Sizes, out: Path) -> None:
    """Write the two sections that are made from the records."""
    put("targets", targets.report(sizes), out)
    put("reason", report.report(sizes), out)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Compare reasoners on generated data and write RESULTS.md.")
    parser.add_argument("sizes", type=int, nargs="*", help="numbers of triples [none: only write the report again]")
    parser.add_argument("--runs", type=int, default=3, help="runs of each [3]")
    parser.add_argument("--once", nargs="+", choices=list(REASONERS), default=[], help="run only once on each size")
    parser.add_argument("--limit", type=float, default=900, help="seconds for each reasoner and size [900]")
    parser.add_argument("--memory", type=float, default=16, help="gigabytes for each reasoner [16]")
    parser.add_argument("--note", default="", help="a sentence about the circumstances, for the report")
    parser.add_argument("--seed", type=int, default=1, help="of the generator [1]")
    parser.add_argument(
        "--peers", nargs="+", choices=list(REASONERS), default=list(REASONERS), help="which reasoners [all]"
    )
    parser.add_argument("--build", type=int, default=0, metavar="SIZE", help="build sizes up to this one too [0: none]")
    parser.add_argument(
        "--only-build", action="store_true", help="build sizes that were measured before, and that alone"
    )
    parser.add_argument("--folder", type=Path, help="where the files go [a temporary folder]")
    parser.add_argument("--keep", action="store_true", help="keep the files")
    parser.add_argument("--out", type=Path, default=RESULTS, help="[bench/RESULTS.md, with RESULTS.json beside it]")
    return parser.parse_args(arguments)


def measure(options: argparse.Namespace, folder: Path) -> None:
    """Measure the sizes asked for; put each in the place of what was known of it."""
    data = options.out.with_suffix(".json")
    sizes = load(data)
    if options.only_build:
        for number in options.sizes:
            sizes[number].limits.build = whole_build(number, folder, options)
            save(data, sizes.values())
            write(sizes, options.out)
        return
    others = {number: size for number, size in sizes.items() if number not in options.sizes}
    for size in Benchmark(options, folder, circumstances(options)).sizes(others):
        sizes[size.size] = size
        save(data, sizes.values())
        write(sizes, options.out)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    options = parse(arguments)
    if not options.sizes:
        write(load(options.out.with_suffix(".json")), options.out)
    elif options.folder:
        options.folder.mkdir(parents=True, exist_ok=True)
        measure(options, options.folder.resolve())
    else:
        with tempfile.TemporaryDirectory() as made:
            measure(options, Path(made).resolve())
    return 0


if __name__ == "__main__":
    sys.exit(main())
