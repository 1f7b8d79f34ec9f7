"""The section on sizes: each cost beside other engines, ratios with their spread, and how each grows."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence

from bench import scalefigures as figures
from bench.contenders import ALL, OURS
from bench.growth import Slope, Spread, middle
from bench.questions import KINDS
from bench.results import table
from bench.scalekept import PARTS, Scale, Scales

_PLOTS = ("mix", "kinds", "build", "load", "start", "memory", "disk")


def report(scales: Scales) -> str:
    """Write the section."""
    parts = (_runs, _mix, _ratios, _slower, _questions, _costs, _alone, _reasoning, _growth)
    return "\n".join(["## Sizes", "", *(line for part in parts for line in part(scales))]).rstrip() + "\n"


def _by_size(scales: Scales) -> list[Scale]:
    return [scale for _, scale in sorted(scales.items())]


def _peers(scales: Scales) -> list[str]:
    return [name for name in ALL if name != OURS and any(name in scale.engines for scale in scales.values())]


def _runs(scales: Scales) -> Iterator[str]:
    for scale in _by_size(scales):
        for part in (part for part in PARTS if part in scale.runs):
            run = scale.runs[part]
            versions = ", ".join(f"{name} {version}" for name, version in run.versions.items())
            yield f"- {scale.size:,} triples, {part}: `{run.command}`, begun {run.began} UTC, {run.seconds:.0f} s. {run.note}".rstrip()
            if part == "engines":
                yield f"  {run.machine}. {versions}."
    yield from (
        "",
        "All engines hold the same statements: the reasoned snapshot that ours serves, with its default graph and its named",
        "graphs, dumped and loaded by each engine's own bulk loader; rdflib-endpoint reads the default graph as it starts.",
        "Ours keeps no answer, so that each query passes the guard and a worker process. Each question is asked once of all",
        "and the answers compared as multisets of rows; what most answer is right, and an engine that answers otherwise, fails",
        "or is over the limit of time is not timed at it. Then rounds, in which the engines take turns at every question. A",
        "ratio is how many times as long as the other ours took (under 1: ours is quicker): of a round the geometric mean over",
        "its questions, of the rounds the median, with the quartiles in brackets.",
        "",
        *(f"![{name}](plots/{name}.svg)" for name in _PLOTS),
        "",
    )


def _mix(scales: Scales) -> Iterator[str]:
    yield from (
        "### The mix, median ms",
        "",
        "Over the questions that ours and the other both answered, both medians.",
        "",
    )
    head = ["", *(f"{scale.size:,}" for scale in _by_size(scales))]
    yield from table(
        head, [[name, *(_pair(figures.mix_medians(s, name)) for s in _by_size(scales))] for name in _peers(scales)]
    )
    for scale in _by_size(scales):
        if not scale.cases:
            continue
        verdicts = []
        for name in _peers(scales):
            found = figures.mix_medians(scale, name)
            if found:
                verdicts.append(f"{name} {'met' if found[0] <= found[1] else '**not met**'}")
        yield f"Ahead in the median of the mix at {scale.size:,}: {', '.join(verdicts)}."
        for name, engine in scale.engines.items():
            if engine.absent:
                yield f"{name} is left out at {scale.size:,}: {engine.absent}."
        yield ""


def _pair(found: tuple[float, float] | None) -> str:
    return f"ours {_ms(found[0])}, it {_ms(found[1])}" if found else "-"


def _ratios(scales: Scales) -> Iterator[str]:
    yield from ("### Ratios by kind of question", "")
    for scale in _by_size(scales):
        peers = [name for name in figures.asked(scale) if name != OURS]
        if not scale.cases or not peers:
            continue
        rows = [
            [kind or "the whole mix", *(_spread(figures.ratio(scale, name, kind)) for name in peers)]
            for kind in (*KINDS, "")
        ]
        yield from table([f"{scale.size:,} triples, ours to", *peers], rows)


def _spread(found: Spread | None) -> str:
    return f"{found.median:.2f} ({found.low:.2f}-{found.high:.2f})" if found else "-"


def _slower(scales: Scales) -> Iterator[str]:
    """Name the questions at which ours is behind, so that each has its reason and plan."""
    yield from ("### Where ours takes longer", "")
    rows = []
    for scale in _by_size(scales):
        for name in figures.asked(scale):
            behind = figures.slower(scale, name) if name != OURS else []
            if behind:
                told = "; ".join(f"{case.name} {value:.2f}" for case, value in behind)
                rows.append([f"{scale.size:,}", name, f"{len(behind)} of {len(figures.together(scale, name))}: {told}"])
    yield from table(["Triples", "than", "questions, with the ratio"], rows) if rows else ["None.", ""]


def _questions(scales: Scales) -> Iterator[str]:
    yield from ("### Each question, median ms", "")
    for scale in _by_size(scales):
        names = figures.asked(scale)
        if scale.cases:
            rows = [
                [
                    f"{case.kind}: {case.name}",
                    f"{case.rows:,}",
                    *(_cell(case.times.get(n), case.failed.get(n)) for n in names),
                ]
                for case in scale.cases
            ]
            yield from table([f"{scale.size:,} triples", "rows", *names], rows)


def _cell(times: Sequence[Sequence[float]] | None, failed: str | None) -> str:
    return failed or (_ms(middle(times)) if times else "-")


def _costs(scales: Scales) -> Iterator[str]:
    yield from (
        "### Loading, starting, memory, disk, updates",
        "",
        "Loading of the dump into an empty store; of ours the whole build is in the next table, since it checks, reasons,",
        "closes, indexes and dumps. Starting from the command to the first answer, on files that the system has in memory;",
        "rdflib-endpoint loads as it starts. Memory is PSS of all processes, after starting and after the mix. Disk is of the",
        "store alone. An update adds five statements; theirs is not checked, reasoned about or kept as a version, as ours is.",
        "",
    )
    for scale in _by_size(scales):
        rows = []
        for name in figures.asked(scale):
            engine = scale.engines[name]
            rows.append(
                [
                    name,
                    "-" if engine.load is None else f"{engine.load:.1f}",
                    f"{statistics.median(engine.starts):.2f}" if engine.starts else "-",
                    " / ".join(f"{value / 1e6:,.0f}" for value in engine.memory) or "-",
                    f"{engine.disk / 1e6:,.0f}" if engine.disk else "-",
                    _ms(statistics.median(engine.inserts)) if engine.inserts else engine.note or "-",
                ]
            )
        if rows:
            head = [
                f"{scale.size:,} triples, {scale.quads:,} stored",
                "load, s",
                "start, s",
                "memory, MB",
                "disk, MB",
                "insertion, ms",
            ]
            yield from table(head, rows)


def _alone(scales: Scales) -> Iterator[str]:
    yield from (
        "### What ours alone has",
        "",
        "The others have no pages, proofs or checked writes; medians, no answer kept.",
        "",
    )
    found = _by_size(scales)
    costs = figures.costs(scales)
    names = ["whole build, s", "memory of the build, MB"]
    names += [
        name
        for name, by in costs.items()
        if list(by) == [OURS] and name not in names and not name.startswith(("the rules", "compiling"))
    ]
    rows = [[name, *(_number(costs[name][OURS](scale)) for scale in found)] for name in names]
    rows.append(
        ["disk of the snapshot with dumps and index, MB", *(_number(_mega(s.build.get("whole"))) for s in found)]
    )
    yield from table(["", *(f"{scale.size:,}" for scale in found)], rows)


def _reasoning(scales: Scales) -> Iterator[str]:
    yield from (
        "### Reasoning",
        "",
        "Of the engines, Oxigraph and rdflib-endpoint do not reason; Virtuoso answers by a part of RDFS and OWL as it is asked",
        "and writes nothing down; Fuseki has Jena's rules for models in memory, set up in its own configuration: none does by",
        "itself what ours does, so it is not available for comparison here. Reasoners that do are compared in *Reasoners compared*.",
        "",
    )
    found = _by_size(scales)
    rows = [
        ["the rules, s", *(_number(figures.of_ours(scale, "reason")) for scale in found)],
        [
            "compiling, rules and handing over, s",
            *(_number(figures.of_ours(scale, "compile", "reason", "handover")) for scale in found),
        ],
        ["loading, s", *(_number(figures.of_ours(scale, "load")) for scale in found)],
        [
            "peak memory, MB",
            *(_number(_mega(max((run["peak"] for run in scale.reason), default=None))) for scale in found),
        ],
    ]
    yield from table(["ours", *(f"{scale.size:,}" for scale in found)], rows)


def _growth(scales: Scales) -> Iterator[str]:
    yield from (
        "### Growth",
        "",
        "The slope of each cost against the number of triples, both as logarithms: 1 is linear, 0 does not grow. With the",
        "half width of its 95 % interval (Student's distribution, from what is left over the line) and the number of sizes;",
        "with two sizes there is no interval. What costs little at small sizes is mostly the way there, and grows later.",
        "",
    )
    rows = []
    engines = [name for name in ALL if any(name in figures.asked(scale) for scale in scales.values())]
    for cost, by in figures.costs(scales).items():
        slopes = [_slope(figures.grown(scales, by[name])) if name in by else "-" for name in engines]
        if any(text != "-" for text in slopes):
            rows.append([cost, *slopes])
    yield from table(["Cost", *engines], rows)


def _slope(found: Slope | None) -> str:
    if found is None:
        return "-"
    margin = "" if found.margin is None else f" ± {found.margin:.2f}"
    return f"{found.value:.2f}{margin} ({found.points})"


def _ms(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _number(value: float | None) -> str:
    return "-" if value is None else _ms(value)


def _mega(value: float | None) -> float | None:
    return None if value is None else value / 1e6
