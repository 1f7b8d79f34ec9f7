"""Explain 1,000 random inferred triples of 1.4 million, and say why 1,000 random absent ones do not follow.

    python -m bench.explain 1400000 --count 1000 --home /tmp/explained

The snapshot is made as a build makes it (ontology, editors' and sources' graphs, what is inferred from all and from each
source), without the checks and the closed world, and asked as the service asks it: through worker processes, with the
guard before them. It is kept in ``--home`` and used again.

*Cold*: the explainer forgets all that it has looked up before each triple; its compiled rules stay, and so does what the
engine and the system keep of the files. *Running*: the same triples again by one explainer that forgets nothing between
them, as a service that keeps its explainer.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from bench.generate import write_folder
from bench.results import RESULTS, put, seconds, table
from kunskapsgraf import settings as settings_module
from kunskapsgraf.graph import queries
from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.engine import placed
from kunskapsgraf.graph.rdf import Triple
from kunskapsgraf.graph.store import WHOLE, Answer, Dataset
from kunskapsgraf.graph.terms import triples_of
from kunskapsgraf.graph.vocabulary import RDF_TYPE, Names
from kunskapsgraf.pipeline import load
from kunskapsgraf.pipeline.read import read
from kunskapsgraf.pipeline.reason import by_source, slug_of
from kunskapsgraf.reasoner import answer
from kunskapsgraf.reasoner.absence import explain_absence
from kunskapsgraf.reasoner.speech import Labels
from kunskapsgraf.settings import Settings, packaged_sources


class Counted(EmbeddedStore):
    """The store of the service, which counts what it is asked."""

    asked = 0

    def answer(self, query: str, format_name: str, dataset: Dataset = WHOLE, most_bytes: int | None = None) -> Answer:
        """Count a query and run it."""
        self.asked += 1
        return super().answer(query, format_name, dataset, most_bytes)


def prepare(home: Path, size: int, seed: int, names: Names) -> None:
    """Make the snapshot of a size, unless it is there."""
    version = f"{size}-{seed}"
    if load.existing(home, version) is None:
        with tempfile.TemporaryDirectory() as folder:
            write_folder(Path(folder), size, seed)
            corpus = read(Path(folder), names)
        asserted = [graph for graph in corpus.graphs() if names.kind_of_graph(graph) == "asserted"]
        inferred, layers = by_source(
            corpus.graph(names.ontology_graph),
            corpus.graph(names.editorial_graph),
            {slug_of(graph, names): corpus.graph(graph) for graph in asserted},
            tuple(queries.folder(packaged_sources() / "queries" / "rules", names.base).values()),
        )
        quads = [*corpus.quads, *placed(inferred, names.inferred_graph)]
        for slug, triples in layers.items():
            quads += placed(triples, names.inferred_from(slug))
        load.load(quads, home, version, {}, {}, names, {})
    load.point(home, version, keep=3)


def absent(inferred: list[Triple], count: int, chosen: random.Random) -> list[Triple]:
    """Give statements that a rule could conclude and none does: an inferred one with the subject of another."""
    known = set(inferred)
    by_kind: dict[object, list[Triple]] = {}
    for triple in inferred:
        by_kind.setdefault((triple.predicate, triple.predicate.value == RDF_TYPE and triple.object), []).append(triple)
    subjects = list(dict.fromkeys(triple.subject for triple in inferred))
    found: list[Triple] = []
    while len(found) < count:
        one = chosen.choice(by_kind[chosen.choice(list(by_kind))])
        made = Triple(chosen.choice(subjects), one.predicate, one.object)
        if made not in known:
            found.append(made)
    return found


def measure(store: Counted, work: Callable[[Triple], object], chosen: list[Triple]) -> list[tuple[float, int]]:
    """Time each triple; give seconds and queries."""
    found: list[tuple[float, int]] = []
    for triple in chosen:
        before, began = store.asked, time.perf_counter()
        work(triple)
        found.append((time.perf_counter() - began, store.asked - before))
    return found


def row(name: str, found: list[tuple[float, int]]) -> list[str]:
    """Write the figures of a measurement as a row."""
    times, asked = (sorted(column) for column in zip(*found, strict=True))
    at = [times[len(times) // 2], *(times[int(len(times) * share)] for share in (0.95, 0.99)), times[-1]]
    return [name, *(f"{value * 1000:.1f}" for value in at), f"{statistics.median(asked):.0f}", str(asked[-1])]


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Time explanations of random inferred and absent triples.")
    parser.add_argument("size", type=int, nargs="?", default=1_400_000)
    parser.add_argument("--count", type=int, default=1000, help="triples of each kind [1000]")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--home", type=Path, default=Path("build/explained"), help="where the snapshot is kept [build/explained]"
    )
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args(arguments)
    settings = replace(settings_module.load({}), home=options.home, query_seconds=60.0)
    prepare(options.home, options.size, options.seed, Names(settings.base))
    store = Counted(settings)
    try:
        text = report(store, settings, options)
    finally:
        store.close()
    put("explain", text, options.out)
    sys.stdout.write(text + "\n")
    return 0


def report(store: Counted, settings: Settings, options: argparse.Namespace) -> str:
    """Measure, and write it."""
    held = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{store.names.inferred_graph}> {{ ?s ?p ?o }} }}"
    inferred = sorted(triples_of(store.answer(held, "nt").body), key=str)
    chosen = random.Random(options.seed)  # noqa: S311 - a sample
    some = chosen.sample(inferred, min(options.count, len(inferred)))
    missing = absent(inferred, options.count, chosen)
    began = time.perf_counter()
    explainer = answer.explainer(store, settings)
    start = time.perf_counter() - began
    labels = Labels(store)

    def cold(triple: Triple) -> None:
        explainer.forget()
        explainer.explain(triple)

    def why_not(triple: Triple) -> None:
        explainer.forget()
        explain_absence(explainer, triple, labels)

    rows = [
        row("nothing but a query", measure(store, lambda _: store.answer("ASK {}", "json"), some)),
        row("why, cold", measure(store, cold, some)),
    ]
    explainer.forget()
    rows.append(row("why, running", measure(store, explainer.explain, some)))
    rows.append(row("why not, cold", measure(store, why_not, missing)))
    proofs = [explainer.explain(triple) for triple in some]
    depths = Counter(proof.depth for proof in proofs if proof is not None)
    told = ", ".join(f"{count} of depth {depth}" for depth, count in sorted(depths.items()))
    graphs = store.graphs()
    asserted = sum(
        n
        for g, n in graphs.items()
        if store.names.kind_of_graph(g) in ("asserted", "editorial") and not store.names.is_layer(g)
    )
    return "\n".join(
        [
            "## Explanation",
            "",
            f"{len(some):,} random triples of {len(inferred):,} inferred from {asserted:,}, each explained down to what"
            f" stands in a source, with its passages; {proofs.count(None)} without a proof; {told}."
            f" {len(missing):,} random absent ones: why not. A fresh explainer takes {seconds(start)} s (it compiles the"
            " rules and looks for axioms among the data); the times are without it.",
            "",
            *table(["", "median, ms", "95 of 100", "99 of 100", "worst", "queries, median", "most"], rows),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
