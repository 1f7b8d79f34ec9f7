"""What the reasoner must reach, beside what was measured: met or not is computed from the figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bench.measured import Sizes
from bench.ratios import ALONE, SLOPE_FROM, Reading, least_ratio, of_bulk_load, points, ratio, readings, slope
from bench.results import seconds, table

NATIONAL, LARGE, LARGEST = 205_000, 1_400_000, 10_000_000
AGAINST_OWLRL = 200
AGAINST_REASONABLE = 2
OF_BULK_LOAD = 2
MEMORY = 1.2e9
LINEAR = 1.1
"""A slope up to this counts as linear: twice the data then takes at most 2.14 times as long."""
NOT_MEASURED = "not measured"


@dataclass(frozen=True)
class Target:
    """One target on one size: what is to be reached, what was measured, and whether it is met."""

    size: str
    wanted: str
    measured: str = NOT_MEASURED
    met: bool | None = None


def targets(sizes: Sizes) -> list[Target]:
    """Hold the measured figures against every target."""
    return [
        *_times_faster(sizes, NATIONAL, "owlrl", AGAINST_OWLRL),
        *_times_faster(sizes, NATIONAL, "reasonable", AGAINST_REASONABLE),
        _bulk_load(sizes),
        _memory(sizes),
        *_times_faster(sizes, LARGE, "reasonable", 1),
        *_times_faster(sizes, LARGE, "nemo", 1),
        _slope(sizes),
    ]


def report(sizes: Sizes) -> str:
    """Write the section."""
    rows = [[t.size, t.wanted, t.measured, _verdict(t)] for t in targets(sizes)]
    rows += [[f"{LARGE:,}", f"the distance to {peer}", _distance(sizes, peer), "reported"] for peer in _SPARQ]
    text = [
        "## Targets",
        "",
        "What the reasoner must reach, and what was measured: the figures are those of the next section, where it is said",
        "what is compared with what in each reading.",
        "",
        *table(["Triples", "Target", "Measured", ""], rows),
    ]
    return "\n".join(text)


_SPARQ = ("sparq-rdf", "sparq-rdf-split")


def _verdict(target: Target) -> str:
    return {True: "met", False: "**not met**", None: "-"}[target.met]


def _times_faster(sizes: Sizes, size: int, peer: str, least: int) -> Iterator[Target]:
    for reading in readings(peer):
        wanted = f"faster than {peer}" if least == 1 else f"at least {least} times as fast as {peer}"
        yield _against(sizes, size, peer, reading, least, wanted + (reading.label or ", reasoning alone"))


def _against(sizes: Sizes, size: int, peer: str, reading: Reading, least: int, wanted: str) -> Target:
    found = sizes.get(size)
    if found is None:
        return Target(f"{size:,}", wanted)
    exact, at_least = ratio(found, peer, reading), least_ratio(found, peer, reading)
    if exact is not None:
        return Target(f"{size:,}", wanted, _times(exact), exact > 1 if least == 1 else exact >= least)
    if at_least is not None:
        # What was ended early says that a target is met, but never that it is not.
        text = f"more than {_times(at_least)}: it was ended after {found.run.limit:g} s"
        return Target(f"{size:,}", wanted, text, True if at_least >= least else None)
    note = found.series[peer].note if peer in found.series else ""
    return Target(f"{size:,}", wanted, note or NOT_MEASURED)


def _bulk_load(sizes: Sizes) -> Target:
    wanted = f"reasoning in at most {OF_BULK_LOAD} times the bulk load of its own closure"
    found = of_bulk_load(sizes[LARGE], "reason") if LARGE in sizes else None
    if found is None:
        return Target(f"{LARGE:,}", wanted)
    return Target(f"{LARGE:,}", wanted, _times(found), found <= OF_BULK_LOAD)


def _memory(sizes: Sizes) -> Target:
    wanted = f"peak memory under {MEMORY / 1e9:g} GB"
    found = sizes[LARGE].middle("ours", "peak") if LARGE in sizes else None
    if found is None:
        return Target(f"{LARGE:,}", wanted)
    return Target(f"{LARGE:,}", wanted, f"{found / 1e9:.2f} GB", found < MEMORY)


def _slope(sizes: Sizes) -> Target:
    name, wanted = f"{SLOPE_FROM:,} to {LARGEST:,}", f"time grows linearly: slope at most {LINEAR:g}"
    found = points(sizes, "ours")
    value = slope(list(found.values()))
    if value is None:
        return Target(name, wanted)
    if not {SLOPE_FROM, LARGEST} <= set(found):
        return Target(name, wanted, f"{value:.2f} from {min(found):,} to {max(found):,}")
    if len({(sizes[number].run.machine, sizes[number].run.code) for number in found}) > 1:
        return Target(name, wanted, f"{value:.2f}, but on different machines or of different code")
    return Target(name, wanted, f"{value:.2f}", value <= LINEAR)


def _distance(sizes: Sizes, peer: str) -> str:
    found = ratio(sizes[LARGE], peer, ALONE) if LARGE in sizes else None
    if not found:
        return NOT_MEASURED
    ours, theirs = sizes[LARGE].middle("ours", "reason") or 0, sizes[LARGE].middle(peer, "reason") or 0
    text = f"{seconds(ours)} s against {seconds(theirs)} s, reasoning alone: "
    return text + (f"{1 / found:.2f} times as long" if found < 1 else f"{found:.2f} times as fast")


def _times(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.2f}"
