"""Generate national-scale data in our own ontology: any number of triples, the same bytes for the same seed and size.

    python -m bench.generate 205000 out.nt            # N-Triples
    python -m bench.generate 205000 out.nq            # N-Quads: graf/redaktion, and one graf/kalla/... for each year
    python -m bench.generate 205000 --folder sources  # a folder that `kunskapsgraf build` takes

What is written: a vocabulary (60 methods in 12 families of four generations, target groups, ways in, kinds of service,
levels, concepts), up to 290 kommuner with län, regions, kommundelar and units three deep, and then one block after
another, each a service of a kommun or kommundel in a year with everything that a source says of it. The number of
blocks is what the size decides; below 203,000 triples there are fewer kommuner too (one for each 700 triples). Nothing
is remembered between blocks but counters, so memory is constant.

How the proportions were taken: ``python -m bench.proportions data/ttl`` counts the instances of each class. The 157
services there are the unit: ``rates.RATES`` is the number of instances of a class for each service, rounded to two
figures, and each kind of thing has mostly the statements that at least a third of its instances have there. A block has
some 245 statements, where ``data/ttl`` has 354 for each service: the editorial vocabulary, which does not grow with the
number of services, is left out of the rates. More common here than there are methods on services (with their families),
units in units, services in services, cooperation between kommuner, ways in, the properties of ``rare`` and the classes
of ``services.FURTHER``, which take turns: so that from 20,000 triples up every axiom of ``ontology/`` has something to
start from, save those above classes that only the closed-world layer fills. What follows by OWL is 17 in 100 of the
data, where it is 8 in 100 for ``data/ttl`` (of the statements that ``bench.reason`` compares).

All places, numbers and texts are made up. The data are consistent, and pass the shapes and checks of a build.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from bench.national.editorial import add_actors, add_concepts, add_methods, add_place, add_sources, kommuner_for
from bench.national.services import add_service
from bench.national.terms import Statement, graph_of
from bench.national.writer import Writer

FILE_BYTES = 150_000_000
"""A build refuses files beyond 200 MB."""


class Generator:
    """One run: ``blocks()`` gives lists of statements until the size is reached."""

    def __init__(self, size: int, seed: int = 1) -> None:
        self.size = size
        self.count = 0
        self._writer = Writer(kommuner_for(size), seed)

    def blocks(self) -> Iterator[list[Statement]]:
        """Give the vocabulary, the places, and then services until the size is reached."""
        for add in (add_concepts, add_methods, add_actors, add_sources):
            add(self._writer)
            yield self._block()
        for kommun in range(self._writer.kommuner):
            add_place(self._writer, kommun)
            yield self._block()
        index = 0
        while self.count < self.size:
            add_service(self._writer, index)
            yield self._block()
            index += 1

    def _block(self) -> list[Statement]:
        block = self._writer.flush()
        self.count += len(block)
        return block


def statements(size: int, seed: int = 1) -> Iterator[Statement]:
    """Give about ``size`` statements (at most one block more), all different."""
    for block in Generator(size, seed).blocks():
        yield from block


def lines(size: int, seed: int = 1, *, quads: bool = False) -> Iterator[str]:
    """Write N-Triples, or N-Quads, block by block."""
    for block in Generator(size, seed).blocks():
        if quads:
            yield "".join(f"{text} <{graph_of(slug)}> .\n" for slug, text in block)
        else:
            yield "".join(f"{text} .\n" for _, text in block)


def write(path: Path, size: int, seed: int = 1) -> int:
    """Write a file, N-Quads where its name ends in .nq; give the number of statements."""
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for text in lines(size, seed, quads=path.suffix == ".nq"):
            count += text.count("\n")
            file.write(text)
    return count


def write_folder(folder: Path, size: int, seed: int = 1) -> int:
    """Write a folder of sources that a build takes: the editors' file and one folder for each source."""
    count = 0
    with ExitStack() as stack:
        files: dict[str, tuple[IO[str], int]] = {}
        for block in Generator(size, seed).blocks():
            for slug, text in _joined(block):
                count += text.count("\n")
                file, written = files.get(slug, (None, FILE_BYTES))
                if file is None or written + len(text) > FILE_BYTES:
                    place = folder / slug
                    place.mkdir(parents=True, exist_ok=True)
                    path = place / f"{len(list(place.iterdir())) + 1}.nt"
                    file, written = stack.enter_context(path.open("w", encoding="utf-8", newline="\n")), 0
                file.write(text)
                files[slug] = file, written + len(text.encode())
    return count


def _joined(block: Iterable[Statement]) -> Iterable[tuple[str, str]]:
    by_graph: dict[str, list[str]] = {}
    for slug, text in block:
        by_graph.setdefault(slug, []).append(f"{text} .\n")
    return ((slug, "".join(texts)) for slug, texts in by_graph.items())


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Generate data of a size in our ontology.")
    parser.add_argument("size", type=int, help="number of triples, 2,000 to 10,000,000")
    parser.add_argument("file", nargs="?", type=Path, help=".nt or .nq")
    parser.add_argument("--folder", type=Path, help="write a folder of sources for a build instead")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    if (options.file is None) == (options.folder is None):
        parser.error("give a file, or --folder")
    if options.folder:
        count = write_folder(options.folder, options.size, options.seed)
    else:
        count = write(options.file, options.size, options.seed)
    sys.stdout.write(f"{count} statements\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
