"""The benchmark of sizes: what each cost is, beside other engines on the same data, and how it grows.

    python -m bench.scale 10000 100000 1000000            (make bench SIZES="10000 100000 1000000")
    python -m bench.scale 10000000 --parts engines        only a part of a size; the others stay as they were measured
    python -m bench.scale                                 only write the report again

A size is measured in parts: ``build`` (the whole build, with its checks), ``reason`` (the rules alone), ``engines`` (loading,
start-up, the mix of queries, updates, memory and disk, of all engines in one run) and ``own`` (pages, proofs, writes). What
was measured is kept in RESULTS-scale.json after each part, and RESULTS.md is made from that alone. The built snapshot is
kept in ``--folder``, so that a further part need not build again.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from pyoxigraph import Store

from bench import alone, contenders, engines, generate, logplot, rounds, scalereport
from bench.contenders import OURS, RDFLIB, Contender
from bench.doors import disk, pss
from bench.machine import machine
from bench.mixed import Things
from bench.ontology import write_ontology
from bench.peers import version_of
from bench.questions import questions
from bench.results import RESULTS, put
from bench.runs import child
from bench.scalekept import PARTS, Engine, Run, Scale, load, save
from kunskapsgraf import settings as settings_module
from kunskapsgraf.graph.snapshot import current
from kunskapsgraf.graph.vocabulary import Names

KEPT = "RESULTS-scale.json"


class Benchmark:
    """One run over some parts of some sizes."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.names = Names(settings_module.load({}).base)
        self.folder: Path = options.folder.resolve()

    def measure(self, scale: Scale, part: str) -> None:
        """Measure a part of a size, in the place of what was known of it."""
        parts: dict[str, Callable[[Scale], None]] = {
            "build": self._build,
            "reason": self._reason,
            "engines": self._engines,
            "own": self._own,
        }
        run = self._circumstances()
        began = time.monotonic()
        parts[part](scale)
        run.seconds = time.monotonic() - began
        scale.runs[part] = run

    def home(self, scale: Scale) -> Path:
        """Give the home of a size, built where it is not there."""
        home = self._place(scale) / "home"
        if not (home / "current").exists():
            self._build(scale)
        return home

    def _place(self, scale: Scale) -> Path:
        place = self.folder / f"{scale.size}-{self.options.seed}"
        place.mkdir(parents=True, exist_ok=True)
        return place

    def _sources(self, scale: Scale) -> Path:
        sources = self._place(scale) / "sources"
        if not sources.exists():
            making = self._place(scale) / "making"
            shutil.rmtree(making, ignore_errors=True)
            scale.statements = generate.write_folder(making, scale.size, self.options.seed)
            making.rename(sources)
        return sources

    def _build(self, scale: Scale) -> None:
        sources, home = self._sources(scale), self._place(scale) / "home"
        shutil.rmtree(home, ignore_errors=True)
        say(f"{scale.size:,}: building")
        found, wrong = child(["bench.limits", "build", sources, home], self.options.build_limit)
        scale.build = found[0] if found else {"failed": wrong}
        if "failed" in scale.build:
            raise SystemExit(f"the build failed: {scale.build['failed']}")
        snapshot = current(home)
        scale.build |= {"disk": disk([snapshot.store]), "whole": disk([snapshot.store.parent])}

    def _reason(self, scale: Scale) -> None:
        with tempfile.TemporaryDirectory(dir=self.folder) as name:
            ontology, data = Path(name) / "ontology.nt", Path(name) / "data.nt"
            write_ontology(ontology)
            scale.statements = generate.write(data, scale.size, self.options.seed)
            scale.reason = []
            for _ in range(self.options.runs):
                say(f"{scale.size:,}: reasoning")
                found, wrong = child(["bench.peers", "ours", ontology, data], self.options.build_limit)
                if not found:
                    raise SystemExit(f"reasoning failed: {wrong}")
                scale.reason.append(found[0])

    def _engines(self, scale: Scale) -> None:
        options, home = self.options, self.home(scale)
        store = current(home).store
        things = self._things(home)
        forms = questions(things, self.names, options.things)
        scale.engines, scale.quads = {}, len(Store.read_only(str(store)))
        with tempfile.TemporaryDirectory(dir=self.folder) as name, ExitStack() as stack:
            folder = Path(name)
            dumps, triples = contenders.dumped(store, folder)
            present: list[Contender] = []
            for engine in options.engines:
                scale.engines[engine] = Engine()
                try:
                    present.append(self._loaded(engine, scale, home, dumps, triples, folder, stack))
                except (engines.NotPresent, TimeoutError) as error:
                    scale.engines[engine].absent = str(error)
                    say(f"{scale.size:,}: {engine} is left out: {error}")
            memory = {one.name: [pss(one.process)] for one in present}
            scale.cases = rounds.measure(forms, present, options.rounds, options.limit, say)
            for one in present:
                found = scale.engines[one.name]
                found.memory = [*memory[one.name], pss(one.process)]
                found.disk = one.disk()
            self._updates(scale, things.most("metod", 1)[0], present)
            self._starts(scale, present)

    def _loaded(
        self, engine: str, scale: Scale, home: Path, dumps: list[Path], triples: Path, folder: Path, stack: ExitStack
    ) -> Contender:
        say(f"{scale.size:,}: {engine} loads and starts")
        limit = self.options.limit
        if engine == OURS:
            found = contenders.ours(home, folder, limit)
        elif engine == RDFLIB:
            found = contenders.rdflib(triples, folder, limit)
        else:
            found = stack.enter_context(contenders.loaded(engine, dumps, folder, limit, self._gigabytes(scale)))
        scale.engines[engine].load = found.load
        stack.callback(found.stop)
        found.start(self.options.load_limit)
        self.versions[engine] = found.version
        return found

    def _gigabytes(self, scale: Scale) -> float:
        return max(1.0, 4 * scale.size / 10_000_000)

    def _updates(self, scale: Scale, thing: str, present: list[Contender]) -> None:
        """Time the same small change as our service takes; theirs is not checked, reasoned about or kept as a version."""
        for run in range(self.options.rounds):
            for one in present:
                if one.updates is None or one.name == OURS:
                    continue
                found = scale.engines[one.name]
                for operation, times in (("INSERT", found.inserts), ("DELETE", found.deletes)):
                    took, status, body = one.updates.update(alone.change(operation, thing, self.names, run))
                    if status not in (200, 204):
                        found.note = f"updates: status {status} {body[:80].decode('utf-8', 'replace')}"
                        break
                    times.append(took)

    def _starts(self, scale: Scale, present: list[Contender]) -> None:
        for one in present:
            for _ in range(0 if one.name == RDFLIB else self.options.runs):
                one.start(self.options.load_limit)
            # The first start is that of files just written, and is left out where there are others.
            scale.engines[one.name].starts = one.starts[1:] or one.starts
            one.stop()

    def _own(self, scale: Scale) -> None:
        options, home = self.options, self.home(scale)
        say(f"{scale.size:,}: pages")
        scale.pages = alone.pages(home, self.names, options.pages)
        say(f"{scale.size:,}: proofs")
        scale.proofs = alone.proofs(home, self.names, options.proofs, options.seed)
        if scale.size <= options.writes:
            say(f"{scale.size:,}: writes")
            thing = self._things(home).most("metod", 1)[0]
            scale.writes = alone.writes(home, self._sources(scale), thing, self.names, options.build_limit)

    def _things(self, home: Path) -> Things:
        return Things(Store.read_only(str(current(home).store)), self.names)

    def _circumstances(self) -> Run:
        self.versions = {
            name: version_of(name) for name in ("kunskapsgraf", "pyoxigraph", "granian", "flask", "rdflib")
        }
        return Run(
            began=f"{datetime.now(UTC):%Y-%m-%d %H:%M}",
            command=f"python -m bench.scale {' '.join(self.options.given)}",
            machine=machine(),
            versions=self.versions,
            note=self.options.note,
        )


def say(text: str) -> None:
    """Tell whoever waits."""
    sys.stderr.write(f"{datetime.now(UTC):%H:%M:%S} {text}\n")


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Measure each cost at several sizes, beside other engines.")
    parser.add_argument("sizes", type=int, nargs="*", help="numbers of triples [none: only write the report again]")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS), help="which parts [all]")
    parser.add_argument(
        "--engines", nargs="+", choices=contenders.ALL, default=list(contenders.ALL), help="which engines [all]"
    )
    parser.add_argument("--rounds", type=int, default=5, help="rounds of the mix [5]")
    parser.add_argument("--things", type=int, default=3, help="things that a question is asked of [3]")
    parser.add_argument("--runs", type=int, default=3, help="runs of the rules, and further starts [3]")
    parser.add_argument("--pages", type=int, default=20, help="times that each page is asked for [20]")
    parser.add_argument("--proofs", type=int, default=100, help="statements explained [100]")
    parser.add_argument(
        "--writes", type=int, default=100_000, metavar="SIZE", help="write to ours up to this size [100000]"
    )
    parser.add_argument("--limit", type=float, default=10, help="seconds for a query [10]")
    parser.add_argument("--load-limit", type=float, default=120, help="seconds until an engine must answer [120]")
    parser.add_argument("--build-limit", type=float, default=7200, help="seconds for a build [7200]")
    parser.add_argument("--seed", type=int, default=1, help="of the generator [1]")
    parser.add_argument(
        "--folder", type=Path, default=Path("build/bench"), help="where snapshots are kept [build/bench]"
    )
    parser.add_argument("--again", action="store_true", help="measure parts again that were measured before")
    parser.add_argument("--note", default="", help="a sentence about the circumstances, for the report")
    parser.add_argument("--out", type=Path, default=RESULTS, help=f"[bench/RESULTS.md, with {KEPT} beside it]")
    options = parser.parse_args(arguments)
    given = list(sys.argv[1:] if arguments is None else arguments)
    for place in ("--note", "--folder", "--out"):  # they change no figure
        if place in given:
            del given[given.index(place) : given.index(place) + 2]
    options.given = given
    return options


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    options = parse(arguments)
    kept = options.out.with_name(KEPT)
    scales = load(kept)
    benchmark = Benchmark(options)
    benchmark.folder.mkdir(parents=True, exist_ok=True)
    for size in sorted(options.sizes):
        scale = scales.setdefault(size, Scale(size))
        for part in (part for part in PARTS if part in options.parts):
            if part in scale.runs and not options.again:
                say(f"{size:,}: {part} was measured before; --again measures it again")
                continue
            benchmark.measure(scale, part)
            save(kept, scales.values())
    if scales:
        logplot.write(options.out.parent / "plots", scales)
        put("scale", scalereport.report(scales), options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
