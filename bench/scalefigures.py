"""The figures that the report of sizes and its plots are made of, from what was measured."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence

from bench.contenders import ALL, OURS
from bench.growth import Slope, Spread, has_become_worse, joined, middle, ratios, slope, spread
from bench.questions import KINDS
from bench.scalekept import Case, Scale, Scales

Figure = Callable[[Scale], float | None]


def asked(scale: Scale) -> list[str]:
    """Name the engines that were measured on a size."""
    return [name for name in ALL if name in scale.engines and not scale.engines[name].absent]


def together(scale: Scale, engine: str, kind: str = "") -> list[Case]:
    """Give the cases, of a kind or all, that an engine and ours both answered rightly."""
    return [case for case in scale.cases if kind in ("", case.kind) and OURS in case.times and engine in case.times]


def round_ratios(scale: Scale, engine: str, kind: str = "") -> list[float]:
    """Give for each round how many times as long as an engine ours took, of a kind or of the whole mix."""
    cases = together(scale, engine, kind)
    if not cases:
        return []
    return ratios(joined(case.times[OURS] for case in cases), joined(case.times[engine] for case in cases))


def ratio(scale: Scale, engine: str, kind: str = "") -> Spread | None:
    """Give that with its spread over the rounds."""
    found = round_ratios(scale, engine, kind)
    return spread(found) if found else None


def milliseconds(scale: Scale, engine: str, kind: str = "") -> float | None:
    """Give the median over the questions of a kind, or of all, that an engine answered: of each question the median of its rounds."""
    found = [middle(case.times[engine]) for case in scale.cases if kind in ("", case.kind) and engine in case.times]
    return statistics.median(found) if found else None


def mix_medians(scale: Scale, engine: str) -> tuple[float, float] | None:
    """Give the medians of the mix, ours and an engine's, over the questions that both answered."""
    cases = together(scale, engine)
    if not cases:
        return None
    return tuple(statistics.median(middle(case.times[name]) for case in cases) for name in (OURS, engine))  # type: ignore[return-value]


def slower(scale: Scale, engine: str) -> list[tuple[Case, float]]:
    """Give the questions at which ours takes longer than an engine, the worst first, with the ratio."""
    found = [(case, spread(ratios(case.times[OURS], case.times[engine])).median) for case in together(scale, engine)]
    return sorted(((case, value) for case, value in found if value > 1), key=lambda one: -one[1])


def worse(recorded: Scale, found: Scale, engine: str) -> list[str]:
    """Name what has become worse by half beside an engine, each kind and each question; nothing of one that either lacks.

    A question by itself: among those of its kind one that takes three times as long would not be seen.
    """
    told = []
    for kind in KINDS:
        told += _told(kind, round_ratios(recorded, engine, kind), round_ratios(found, engine, kind), engine)
    before = {case.name: case for case in together(recorded, engine)}
    for case in together(found, engine):
        if case.name in before:
            former = before[case.name]
            told += _told(
                case.name,
                ratios(former.times[OURS], former.times[engine]),
                ratios(case.times[OURS], case.times[engine]),
                engine,
            )
    return told


def outdated(recorded: Scale, found: Scale, engine: str) -> list[str]:
    """Name the kinds that have become better by half than recorded: what is worse than now would not be seen beside that."""
    return [
        kind
        for kind in KINDS
        if (before := round_ratios(recorded, engine, kind))
        and (now := round_ratios(found, engine, kind))
        and has_become_worse(now, before)
    ]


def _told(name: str, before: list[float], now: list[float], engine: str) -> list[str]:
    if not before or not now or not has_become_worse(before, now):
        return []
    here = spread(now)
    return [
        f"{name}: {here.median:.2f} times as long as {engine} ({here.low:.2f} in the best quarter), "
        f"where {spread(before).median:.2f} is recorded"
    ]


def of_ours(scale: Scale, *names: str) -> float | None:
    """Give the median seconds of steps of the reasoner, together."""
    found = [sum(run.get(name, 0.0) for name in names) for run in scale.reason]
    return statistics.median(found) if found else None


def costs(scales: Scales) -> dict[str, dict[str, Figure]]:
    """Give each cost that grows, by name and engine, as what reads it from a size."""
    engines = [name for name in ALL if any(name in asked(scale) for scale in scales.values())]

    def of_engine(read: Callable[[Scale, str], float | None]) -> dict[str, Figure]:
        def figure(name: str) -> Figure:
            return lambda scale: read(scale, name) if name in asked(scale) else None

        return {name: figure(name) for name in engines}

    def median(values: Sequence[float]) -> float | None:
        return statistics.median(values) if values else None

    found: dict[str, dict[str, Figure]] = {
        "whole build, s": {OURS: lambda scale: scale.build.get("seconds")},
        "memory of the build, MB": {OURS: lambda scale: _mega(scale.build.get("peak"))},
        "the rules, s": {OURS: lambda scale: of_ours(scale, "reason")},
        "compiling, rules and handing over, s": {OURS: lambda scale: of_ours(scale, "compile", "reason", "handover")},
        "bulk load, s": of_engine(lambda scale, name: scale.engines[name].load),
        "start, s": of_engine(lambda scale, name: median(scale.engines[name].starts)),
        "memory after the mix, MB": of_engine(lambda scale, name: _mega(median(scale.engines[name].memory[-1:]))),
        "disk, MB": of_engine(lambda scale, name: _mega(scale.engines[name].disk or None)),
    }
    for kind in KINDS:
        found[f"{kind}, ms"] = of_engine(lambda scale, name, kind=kind: milliseconds(scale, name, kind))  # type: ignore[misc]
    found["the whole mix, ms"] = of_engine(milliseconds)
    found["insertion, ms"] = of_engine(lambda scale, name: median(scale.engines[name].inserts))
    for what in dict.fromkeys(name for scale in scales.values() for name in (*scale.pages, *scale.proofs)):
        found[f"{what}, ms"] = {OURS: lambda scale, what=what: median({**scale.pages, **scale.proofs}.get(what, []))}  # type: ignore[misc]
    found["a write that is served, ms"] = {OURS: lambda scale: median(scale.writes)}
    return found


def line(scales: Scales, figure: Figure) -> dict[int, float]:
    """Give a cost at each size where it is known."""
    return {size: value for size, scale in sorted(scales.items()) if (value := figure(scale)) is not None}


def grown(scales: Scales, figure: Figure) -> Slope | None:
    """Give how a cost grows."""
    return slope([(float(size), value) for size, value in line(scales, figure).items()])


def plots(scales: Scales) -> dict[str, tuple[str, dict[str, dict[int, float]]]]:
    """Give what is drawn: the name of each file, its title and its lines."""
    known = costs(scales)

    def lines(cost: str) -> dict[str, dict[int, float]]:
        return {name: line(scales, figure) for name, figure in known[cost].items()}

    mix = {kind: line(scales, lambda scale, kind=kind: milliseconds(scale, OURS, kind)) for kind in KINDS}  # type: ignore[misc]
    steps = {
        "whole build": line(scales, known["whole build, s"][OURS]),
        "compile, rules, hand over": line(scales, known["compiling, rules and handing over, s"][OURS]),
        "rules alone": line(scales, known["the rules, s"][OURS]),
    }
    return {
        "mix": ("Median of the mix of queries, ms", lines("the whole mix, ms")),
        "kinds": ("Ours by kind of query, median ms", mix),
        "build": ("Ours: building and reasoning, s", steps),
        "load": ("Bulk load, s", lines("bulk load, s")),
        "start": ("Start until the first answer, s", lines("start, s")),
        "memory": ("Memory after the mix (PSS), MB", lines("memory after the mix, MB")),
        "disk": ("Disk, MB", lines("disk, MB")),
    }


def _mega(value: float | None) -> float | None:
    return None if value is None else value / 1e6
