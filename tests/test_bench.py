"""The benchmark's generator, what its rules for other engines take for granted, and its report of made-up figures."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from bench import analyst, generate, nemo_rules, ontology, replica, report, targets, w3c
from bench.embedded import ENGINES
from bench.measured import Limits, Run, Series, Size, load, save
from bench.mixed import cases
from bench.national.terms import BASE
from bench.ratios import ALONE, WHOLE, ratio, slope
from bench.runs import differences, out_of_time
from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, parse

from kunskapsgraf.graph.rewriting import rewritten
from kunskapsgraf.graph.snapshot import current
from kunskapsgraf.graph.vocabulary import OWL, RDF, RDF_TYPE, Names
from kunskapsgraf.pipeline.read import read
from kunskapsgraf.settings import Settings, packaged_sources

NAMES = Names(BASE)
SIZE = 2000
LARGEST_BLOCK = 600


@pytest.fixture(scope="module")
def axioms() -> list[Triple]:
    """Parse the ontology."""
    return list(ontology.axioms())


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    """The same size and seed give the same bytes, another seed others."""
    for name, seed in (("one", 1), ("two", 1), ("three", 2)):
        generate.write(tmp_path / f"{name}.nt", SIZE, seed)
    one, two, three = ((tmp_path / f"{name}.nt").read_bytes() for name in ("one", "two", "three"))
    assert one == two
    assert one != three


@pytest.mark.parametrize("size", [SIZE, 10 * SIZE])
def test_about_the_asked_number(size: int) -> None:
    """The size is met with at most one block more, and no statement comes twice."""
    statements = [text for _, text in generate.statements(size)]
    assert size <= len(statements) <= size + LARGEST_BLOCK
    assert len(statements) == len(set(statements))


def test_quads_hold_the_same_statements(tmp_path: Path) -> None:
    """N-Quads hold the same statements as N-Triples, in graphs of ours."""
    for suffix in ("nt", "nq"):
        generate.write(tmp_path / f"data.{suffix}", SIZE)
    quads = list(parse(path=str(tmp_path / "data.nq"), format=RdfFormat.N_QUADS))
    triples = {quad.triple for quad in parse(path=str(tmp_path / "data.nt"), format=RdfFormat.N_TRIPLES)}
    assert {quad.triple for quad in quads} == triples
    graphs = {quad.graph_name.value for quad in quads if isinstance(quad.graph_name, NamedNode)}
    assert {NAMES.kind_of_graph(graph) for graph in graphs} == {"editorial", "asserted"}


def test_only_declared_terms(tmp_path: Path) -> None:
    """A build reads the folder: it holds no term of ours that the ontology lacks."""
    count = generate.write_folder(tmp_path, SIZE)
    corpus = read(tmp_path, NAMES)
    assert sum(len(corpus.graph(graph)) for graph in corpus.graphs() if graph != NAMES.ontology_graph) == count


def test_rules_know_the_constructs(axioms: list[Triple]) -> None:
    """The rules written for Nemo know every construct of OWL that the ontology uses."""
    used = {triple.predicate.value for triple in axioms}
    used |= {t.object.value for t in axioms if t.predicate.value == RDF_TYPE and isinstance(t.object, NamedNode)}
    assert {iri.removeprefix(OWL) for iri in used if iri.startswith(OWL)} <= nemo_rules.CONSTRUCTS


def test_lists_that_are_read_as_pairs(axioms: list[Triple]) -> None:
    """Every intersection and property chain has two members."""
    rest = {triple.subject: triple.object for triple in axioms if triple.predicate.value == RDF + "rest"}
    for triple in axioms:
        if triple.predicate.value in (OWL + "intersectionOf", OWL + "propertyChainAxiom"):
            assert isinstance(triple.object, BlankNode)
            second = rest[triple.object]
            assert isinstance(second, BlankNode)
            assert rest[second] == NamedNode(RDF + "nil")


def test_slope_of_linear_growth() -> None:
    """Linear growth has slope 1, quadratic growth 2; small sizes do not count."""
    sizes = [2_000.0, 20_000.0, 200_000.0, 2_000_000.0]
    assert slope([(size, size / 7) for size in sizes]) == pytest.approx(1)
    assert slope([(size, size**2) for size in sizes[1:]] + [(2_000.0, 1e9)]) == pytest.approx(2)
    assert slope([(20_000.0, 1.0)]) is None


# ---- the report, from made-up figures

MADE_UP = Run(
    began="2026-01-02 03:04:05",
    command="python -m bench.reason",
    machine="a machine",
    code="a digest",
    versions=dict.fromkeys(("kunskapsgraf", "pyoxigraph", "owlrl", "reasonable", "nemo-python", "sparq-rdf"), "1.2"),
    times=3,
    limit=900,
    memory=16,
    once=["owlrl"],
)


def size(number: int, bulk: float = 0, **peers: Series) -> Size:
    """Make up a size: the seconds of the bulk load, and what each reasoner did."""
    limits = Limits(closure={"seconds": bulk} if bulk else {})
    return Size(number, MADE_UP, number, {peer.replace("_", "-"): series for peer, series in peers.items()}, limits)


def did(**figures: float) -> Series:
    """Make up a reasoner that had the same figures in each of three runs."""
    return Series(runs=[dict(figures)] * 3)


def row(text: str, *starts: str, after: str = "") -> list[str]:
    """Give the other cells of the only row that begins with some cells, of one section of a report if it is named."""
    section = text.partition(after)[2].partition("\n#")[0] if after else text
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:1] == "|"]
    found = [cells[len(starts) :] for cells in rows if cells[: len(starts)] == list(starts)]
    assert 1 == len(found), (starts, found)
    return found[0]


def test_ratios_in_both_readings() -> None:
    """Reasoning is compared with reasoning, and the whole call with all that ours does to the same end."""
    one = size(
        2_000,
        ours=did(load=5, compile=1, reason=2, handover=3),
        owlrl=did(reason=600),
        reasonable=did(reason=4, handover=20, call=24),
        nemo=did(load=8, reason=6, call=14),
    )
    expected = {"owlrl": (300, 100), "reasonable": (2, 4), "nemo": (3, 1.75)}  # of the second 600/6, 24/6, 14/8
    assert expected == {peer: (ratio(one, peer, ALONE), ratio(one, peer, WHOLE[peer])) for peer in expected}
    text = report.report({2_000: one})
    for peer, (alone, whole) in expected.items():
        assert [f"{alone:.2f}"] == row(text, peer, after="### Ratios to ours")
        assert [f"{whole:.2f}"] == row(text, f"{peer}, the whole call", after="### Ratios to ours")
    assert ["6"] == row(text, "ours, compiling, reasoning and handing over")
    assert ["1 (1-1)"] == row(text, "ours, compiling the ontology")


def test_figures_that_are_absent() -> None:
    """Without figures for compiling and handing over, both readings are against reasoning, which holds them."""
    one = size(2_000, ours=did(load=5, reason=2), reasonable=did(reason=4, call=24))
    assert (2, 12) == (ratio(one, "reasonable", ALONE), ratio(one, "reasonable", WHOLE["reasonable"]))
    assert None is ratio(one, "nemo", ALONE)
    text = report.report({2_000: one, 20_000: size(20_000, ours=did(reason=3))})
    assert "ours, compiling" not in text
    assert ["12.00", "-"] == row(text, "reasonable, the whole call", after="### Ratios to ours")


def test_one_run_is_said() -> None:
    """A reasoner that ran once where others ran several times has that in its cell."""
    one = size(2_000, ours=did(reason=2), owlrl=Series(runs=[{"reason": 400.0}]))
    text = report.report({2_000: one})
    assert ["400 (one run)"] == row(text, "owlrl", after="### Reasoning alone")
    assert ["2 (2-2)"] == row(text, "ours", after="### Reasoning alone")


# (figures of ours, of owlrl and of reasonable at 205,000; the verdicts on four targets: each alone and whole)
VERDICTS = [
    (did(reason=2), did(reason=400), did(reason=4, call=4), ["met"] * 4),
    (did(reason=2), did(reason=399), did(reason=3.9, call=4), ["**not met**", "**not met**", "**not met**", "met"]),
    (did(reason=2, handover=1), did(reason=400), did(reason=4, call=6), ["met", "**not met**", "met", "met"]),
    (did(reason=4), Series(note="over 900 s"), did(reason=8, call=7), ["met", "met", "met", "**not met**"]),
    (did(reason=5), Series(note="over 900 s"), Series(note="not installed"), ["-", "-", "-", "-"]),
]


@pytest.mark.parametrize(("ours", "owlrl", "reasonable", "verdicts"), VERDICTS)
def test_targets_of_speed(ours: Series, owlrl: Series, reasonable: Series, verdicts: list[str]) -> None:
    """Met or not follows from the figures; one that was ended early shows at most that a target is met."""
    text = targets.report({205_000: size(205_000, ours=ours, owlrl=owlrl, reasonable=reasonable)})
    names = [f"at least {n} times as fast as {peer}" for n, peer in ((200, "owlrl"), (2, "reasonable"))]
    wanted = [name + reading for name in names for reading in (", reasoning alone", ", the whole call")]
    assert verdicts == [row(text, "205,000", name)[-1] for name in wanted]


def test_targets_of_large_data() -> None:
    """At 1.4 million the bulk load, the memory, two others and the distance to a third; then the slope."""
    large = size(1_400_000, 3.0, ours=did(reason=6, peak=1.2e9), nemo=did(reason=7, call=5), sparq_rdf=did(reason=1.5))
    around = {number: size(number, ours=did(reason=number / 1e6)) for number in (20_000, 10_000_000)}
    text = targets.report({1_400_000: large})
    assert ["2.00", "met"] == row(text, "1,400,000", "reasoning in at most 2 times the bulk load of its own closure")
    assert ["1.20 GB", "**not met**"] == row(text, "1,400,000", "peak memory under 1.2 GB")
    assert ["1.17", "met"] == row(text, "1,400,000", "faster than nemo, reasoning alone")
    assert ["0.83", "**not met**"] == row(text, "1,400,000", "faster than nemo, the whole call")
    assert ["not measured", "-"] == row(text, "1,400,000", "faster than reasonable, the whole call")
    distance = "6 s against 1.5 s, reasoning alone: 4.00 times as long"
    assert [distance, "reported"] == row(text, "1,400,000", "the distance to sparq-rdf")
    slope_row = ("20,000 to 10,000,000", "time grows linearly: slope at most 1.1")
    assert ["not measured", "-"] == row(text, *slope_row)
    assert ["1.00", "met"] == row(targets.report(around), *slope_row)
    changed = around | {20_000: replace(around[20_000], run=replace(MADE_UP, code="another"))}
    assert "-" == row(targets.report(changed), *slope_row)[-1]
    steep = {number: size(number, ours=did(reason=number**1.2)) for number in around}
    assert ["1.20", "**not met**"] == row(targets.report(steep), *slope_row)


def test_sizes_measured_apart(tmp_path: Path) -> None:
    """What is kept is read again as it was, and the report tells the runs apart."""
    later = replace(MADE_UP, began="2026-02-03 04:05:06", times=1, once=[])
    sizes = [size(20_000, 1.5, ours=did(reason=2)), replace(size(10_000_000, ours=did(reason=900)), run=later)]
    save(tmp_path / "kept.json", reversed(sizes))
    found = load(tmp_path / "kept.json")
    assert sizes == list(found.values())
    assert {} == load(tmp_path / "none.json")
    text = report.report(found)
    assert "- 20,000 triples: `python -m bench.reason`, begun 2026-01-02 03:04:05 UTC." in text
    assert "- 10,000,000 triples: `python -m bench.reason`, begun 2026-02-03 04:05:06 UTC." in text
    assert "Runs: 3 of each, in turn, but owlrl once." in text
    assert ["0.98", "20,000 to 10,000,000", "2", "2"] == row(text, "ours", after="### Growth")  # log 450 / log 500


def test_no_second_try_of_what_took_too_long() -> None:
    """A reasoner that was ended on a smaller size, with no less time, is not tried; with more time it is."""
    known = {20_000: size(20_000, ours=did(reason=2), owlrl=Series(note="over 900 s"))}
    assert out_of_time(known, "owlrl", 205_000, 900)
    assert not out_of_time(known, "owlrl", 205_000, 1_800)
    assert not out_of_time(known, "owlrl", 2_000, 900)
    assert not out_of_time(known, "ours", 205_000, 900)


def test_differences_of_sorted_files(tmp_path: Path) -> None:
    """Lines that are missing and lines that are too many are counted apart, also at the ends."""
    one, other = tmp_path / "one.nt", tmp_path / "other.nt"
    one.write_text("b\nc\ne\nf\n", encoding="utf-8")
    other.write_text("a\nc\nd\ng\nh\n", encoding="utf-8")
    assert (3, 4) == differences(one, other)
    assert (4, 3) == differences(other, one)
    assert (0, 0) == differences(one, one)


MANIFEST = """
@prefix mf: <http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#> .
@prefix qt: <http://www.w3.org/2001/sw/DataAccess/tests/test-query#> .
@prefix : <#> .
:right a mf:QueryEvaluationTest ; mf:name "right" ; mf:action [ qt:query <q.rq> ; qt:data <d.ttl> ] ; mf:result <right.srj> .
:wrong a mf:QueryEvaluationTest ; mf:name "wrong" ; mf:action [ qt:query <q.rq> ; qt:data <d.ttl> ] ; mf:result <wrong.srj> .
:graph a mf:QueryEvaluationTest ; mf:name "graph" ; mf:action [ qt:query <g.rq> ; qt:graphData <d.ttl> ] ; mf:result <right.srj> .
"""


def test_tests_of_the_w3c(tmp_path: Path) -> None:
    """A test passes where an engine gives its rows, blank nodes by any name and numbers in any way of writing."""
    rows = [{"n": {"type": "literal", "value": "01", "datatype": "http://www.w3.org/2001/XMLSchema#integer"}}]
    right = {"head": {"vars": ["n"]}, "results": {"bindings": rows}}
    files = {
        "manifest.ttl": MANIFEST,
        "d.ttl": "<a> <p> 1 .",
        "q.rq": "SELECT ?n { <a> <p> ?n FILTER NOT EXISTS { ?x <p> ?n . ?n <q> ?y } }",
        "g.rq": "SELECT ?n { GRAPH <d.ttl> { <a> <p> ?n } }",
        "right.srj": json.dumps(right),
        "wrong.srj": json.dumps({**right, "results": {"bindings": rows * 2}}),
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    for engine in ("pyoxigraph", "pyoxigraph, rewritten"):
        found = {test.name: w3c.passes(ENGINES[engine](), test) for test in w3c.tests(tmp_path)}
        assert {"right": True, "wrong": False, "graph": True} == found


def test_queries_of_analysts_that_are_rewritten() -> None:
    """Of the queries of absence those of several patterns, and those through the whole graph, are asked in another form."""
    asked = analyst.queries()
    alone = {name for name in analyst.ABSENCES if rewritten(asked[name]) is None}
    assert {"methods without a statement of evidence", "services without a Swedish label"} == alone
    assert not any(rewritten(asked[name]) for name in analyst.PATHS)


def test_each_query_of_pages_is_in_the_mix(small: Settings) -> None:
    """A query that pages ask is measured with the rest, whatever it has to be told."""
    folder = packaged_sources() / "queries" / "pages"
    mixed = cases(current(small.home).path / "store", Names(small.base), 1)
    assert {path.stem for path in folder.glob("*.rq")} == {case.name for case in mixed if case.kind == "page"}


def test_starts_of_replicas() -> None:
    """The median is held against the target; the least and the most stand beside it."""
    starts = [replica.Start(seconds, processor) for seconds, processor in ((2.5, 3.0), (1.5, 2.0), (1.25, 1.0))]
    assert ["1,000 MB, 2,000 statements, x", "1.50 (1.25 to 2.50)", "2.00", "met"] == replica.row(
        2000, 10**9, "x", starts
    )
    assert "**not met**" == replica.row(2000, 10**9, "x", starts[:1])[-1]


@pytest.mark.long
def test_replicas_are_started(micro_built: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each kind of start is made and written down."""
    out = tmp_path / "RESULTS.md"
    arguments = ["--homes", str(micro_built.home), "--starts", "1", "--rest", "0", "--out", str(out)]
    monkeypatch.setattr("sys.argv", ["replica", *arguments])
    assert 0 == replica.main()
    text = out.read_text(encoding="utf-8")
    for kind in (replica.JUST_FETCHED, replica.ON_THE_DISK, replica.AGAIN):
        assert 1 == text.count(f"statements, {kind} |")
