"""Count the classes of some data for each service: where the rates of ``bench.generate`` were taken, and what it makes.

python -m bench.proportions data/ttl                # the real data
python -m bench.proportions generated.nt
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import NamedNode, Triple, parse

from bench.national.rates import RATES
from bench.national.terms import KG

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_EVIDENCE = ("GranskadUtsaga", "Studieutsaga", "PastaendeUtanKalla", "LokalUppfoljning", "Praktikerutsaga")


def triples_of(path: Path) -> Iterator[Triple]:
    """Read a file, or all Turtle files of a folder."""
    for file in sorted(path.rglob("*.ttl")) if path.is_dir() else [path]:
        for quad in parse(path=str(file)):
            yield quad.triple


def rates(path: Path) -> tuple[dict[str, float], int, int]:
    """Give the instances of each class for each service, and how many statements and services there are."""
    found: Counter[str] = Counter()
    statements = 0
    for triple in triples_of(path):
        statements += 1
        if triple.predicate.value == _TYPE and isinstance(triple.object, NamedNode):
            name = triple.object.value.removeprefix(KG)
            found["Evidensutsaga" if name in _EVIDENCE else name] += 1
    services = max(1, found["Insats"])
    return {name: count / services for name, count in found.items()}, statements, services


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    for argument in arguments if arguments is not None else sys.argv[1:]:
        measured, statements, services = rates(Path(argument))
        sys.stdout.write(f"{statements} statements, {services} services, {statements / services:.0f} for each\n")
        for name in sorted(RATES, key=lambda name: -RATES[name]):
            sys.stdout.write(f"{name:20} {measured.get(name, 0):6.2f}   generator {RATES[name]:.2f}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
