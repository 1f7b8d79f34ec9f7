"""Explanation: every inferred statement has a proof, which is sound, shallowest, and never rests on itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
from conftest import write_micro

from kunskapsgraf.errors import NotFound
from kunskapsgraf.graph import queries
from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.engine import Memory
from kunskapsgraf.graph.rdf import Literal, NamedNode, Triple
from kunskapsgraf.graph.store import construct, select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.vocabulary import RDF_TYPE, RDFS, RDFS_LABEL, XSD, Names
from kunskapsgraf.pipeline import axioms
from kunskapsgraf.pipeline.build import build
from kunskapsgraf.reasoner import answer, explain, search
from kunskapsgraf.reasoner.evaluate import matching
from kunskapsgraf.reasoner.explain import Explainer
from kunskapsgraf.reasoner.instances import unified
from kunskapsgraf.reasoner.proof import Proof
from kunskapsgraf.reasoner.rules import Rule, Slot, Var
from kunskapsgraf.reasoner.schema import Schema, closed
from kunskapsgraf.reasoner.speech import statement
from kunskapsgraf.settings import Settings, packaged_sources

NAMES = Names("https://w3id.org/kunskapsgraf/")
KG = NAMES.terms
LEAVES = {"asserted", "editorial", "ontology", "closed"}
HEAD = """
@prefix kg: <https://w3id.org/kunskapsgraf/ns#> .
@prefix sak: <https://w3id.org/kunskapsgraf/id/sak/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""


def said(subject: str, predicate: str, target: str) -> Triple:
    """Read a statement as the command line does."""
    return statement(subject, predicate, target, NAMES)


def graph(store: EmbeddedStore, name: str) -> list[Triple]:
    """Give the statements of a graph, in order."""
    rows = select(store, f"SELECT ?s ?p ?o WHERE {{ GRAPH <{name}> {{ ?s ?p ?o }} }} ORDER BY ?s ?p ?o")
    return [Triple(row["s"], row["p"], row["o"]) for row in rows]  # type: ignore[arg-type]


# ---- the whole graph: all that is inferred


@pytest.fixture(scope="module")
def explainer(whole: Settings, whole_store: EmbeddedStore) -> Explainer:
    """Give what explains the whole graph."""
    return answer.explainer(whole_store, whole)


@pytest.fixture(scope="module", params=[5, pytest.param(1, marks=pytest.mark.long)], ids=["sample", "every"])
def proofs(
    request: pytest.FixtureRequest, explainer: Explainer, whole_store: EmbeddedStore
) -> dict[Triple, Proof | None]:
    """Explain every inferred statement of the whole graph; one in five in the quick run."""
    inferred = graph(whole_store, NAMES.inferred_graph)
    assert len(inferred) > 4000
    return {triple: explainer.explain(triple) for triple in inferred[:: request.param]}


@pytest.fixture(scope="module")
def steps(proofs: dict[Triple, Proof | None]) -> list[Proof]:
    """Give every step of every proof of the whole graph, each once."""
    found = {id(step): step for proof in proofs.values() if proof is not None for step in proof.steps()}
    return list(found.values())


def test_every_inferred_statement_has_a_proof(proofs: dict[Triple, Proof | None]) -> None:
    """Nothing that is inferred goes unexplained."""
    assert [] == [str(triple) for triple, proof in proofs.items() if proof is None]


def test_no_statement_proves_itself(steps: list[Proof]) -> None:
    """No statement occurs among the proofs of its own premises."""
    assert [] == [step.triple for step in steps if resting_on_itself(step)]


def resting_on_itself(proof: Proof) -> bool:
    """Tell whether a statement is among what its proof rests on."""
    return proof.triple in {step.triple for premise in proof.premises for step in premise.steps()}


def test_leaves_are_held(steps: list[Proof], whole_store: EmbeddedStore) -> None:
    """What a proof rests on stands in the graphs that it names, which are of the kind that it names."""
    leaves = {step.triple: step for step in steps if not step.premises}
    assert {leaf.kind for leaf in leaves.values()} <= LEAVES
    named = {name for leaf in leaves.values() for name in leaf.graphs}
    held = {name: set(graph(whole_store, name)) for name in named}
    for leaf in leaves.values():
        assert leaf.graphs
        assert leaf.kind in {NAMES.kind_of_graph(name) for name in leaf.graphs}
        assert [] == [name for name in leaf.graphs if leaf.triple not in held[name]]


def test_each_step_follows(steps: list[Proof], explainer: Explainer, whole_store: EmbeddedStore) -> None:
    """Each rule that a step names, applied to the step's premises, gives what the step concludes."""
    concluded = sparql_conclusions(whole_store)
    assert [] == [step for step in steps if step.premises and not follows(step, explainer, concluded)]


def sparql_conclusions(store: EmbeddedStore) -> dict[str, set[Triple]]:
    """Run the SPARQL rules on a graph; give what each concludes."""
    files = queries.folder(packaged_sources() / "queries" / "rules").values()
    return {f"queries/rules/{file.name}": set(construct(store, file.text)) for file in files}


def follows(step: Proof, explainer: Explainer, concluded: dict[str, set[Triple]]) -> bool:
    """Apply the rule of a step again."""
    premises = [premise.triple for premise in step.premises]
    if step.kind == "rule":
        return step.triple in concluded[step.rule]
    if step.rule.startswith("scm-"):
        return step.triple in closed(Schema(premises))
    rules = [r for r in explainer.program.inferring if (r.name, r.axioms) == (step.rule, step.axioms)]
    return any(applies(rule, premises, step.triple) for rule in rules)


def applies(rule: Rule, premises: list[Triple], conclusion: Triple) -> bool:
    """Tell whether a rule's body is the premises where its head is the conclusion."""
    assert rule.head is not None
    values: dict[Var, Slot] | None = unified(rule.head, conclusion)
    if values is None or len(rule.body) != len(premises):
        return False
    for atom, premise in zip(rule.body, premises, strict=True):
        more = unified(atom.bound(values), premise)
        if more is None:
            return False
        values |= more
    differ = [f.slots for f in rule.filters if f.kind == "differ"]
    return all(values[one] != values[other] for one, other in differ if isinstance(one, Var) and isinstance(other, Var))


def test_what_a_source_says_has_its_lines(steps: list[Proof], whole_store: EmbeddedStore) -> None:
    """A leaf that a source asserts of what is borne by a passage, or is one, carries a passage with its lines."""
    rows = select(
        whole_store, f"SELECT DISTINCT ?s WHERE {{ {{ ?s <{KG}uttalasI> ?p }} UNION {{ ?s <{KG}iKalla> ?k }} }}"
    )
    borne = {row["s"] for row in rows}
    leaves = [step for step in steps if step.kind == "asserted" and step.triple.subject in borne]
    assert len(leaves) > 500
    assert [] == [leaf.triple for leaf in leaves if not leaf.places]
    for leaf in leaves:
        assert all(0 < place.first <= place.last and place.source and place.path for place in leaf.places)


def test_inference_never_rests_on_absence(steps: list[Proof]) -> None:
    """No premise of what OWL or a rule concludes was concluded from absence."""
    assert [] == [step for step in steps for premise in step.premises if premise.kind == "closed"]


def test_sparql_rules_explain_themselves(steps: list[Proof]) -> None:
    """A conclusion of a SPARQL rule names its file, tells its title in both languages, and has premises."""
    found = [step for step in steps if step.kind == "rule"]
    assert {"queries/rules/samverkarMed.rq", "queries/rules/FlerkomponentInsats.rq"} <= {step.rule for step in found}
    assert [] == [step for step in found if not step.premises or {"sv", "en"} != {lang for lang, _ in step.said}]


def test_further_proofs_differ(explainer: Explainer, proofs: dict[Triple, Proof | None]) -> None:
    """Further proofs differ from the first and from each other, are no shallower, and never rest on the statement."""
    several = 0
    concluded = sparql_conclusions(explainer.store)  # type: ignore[arg-type]
    for triple, first in list(proofs.items())[:: len(proofs) // 400]:
        assert first is not None
        further = list(explainer.others(triple, 5))
        assert len(further) <= 5
        several += len(further) > 1
        ways = [(one.rule, tuple(p.triple for p in one.premises)) for one in (first, *further)]
        assert len(ways) == len(set(ways))
        depths = [one.depth for one in (first, *further)]
        assert sorted(depths) == depths
        for one in further:
            assert triple == one.triple
            assert [] == [step for step in one.steps() if resting_on_itself(step)]
            assert follows(one, explainer, concluded)
    assert several > 10


def test_every_conclusion_from_absence_is_explained(explainer: Explainer, whole_store: EmbeddedStore) -> None:
    """A conclusion from absence names scope, query, what was looked for and the reservation, in both languages."""
    categories = [t for t in graph(whole_store, NAMES.closed_graph) if t.predicate.value == RDF_TYPE]
    wanted = f"?c <{KG}slutsatsSubjekt> ?s ; <{KG}slutsatsKlass> ?k ; <{KG}sluterFran> ?from ; <{KG}reservation> ?but ; <{KG}omfattning>/<{RDFS_LABEL}> ?scope"
    told: dict[tuple[str, str], list[set[str]]] = {}
    for row in select(whole_store, f"SELECT * WHERE {{ {wanted} }}"):
        parts = told.setdefault((text_of(row["s"]), text_of(row["k"])), [set(), set(), set()])
        for part, name in zip(parts, ("from", "but", "scope"), strict=True):
            part.add(text_of(row[name]))
    assert len(told) > 100
    for triple in categories:
        proof = explainer.explain(triple)
        assert proof is not None
        if triple.object == NamedNode(KG + "Slutsats"):
            continue
        assert "closed" == proof.kind
        assert (packaged_sources() / proof.rule).is_file()
        parts = told[text_of(triple.subject), text_of(triple.object)]
        assert [] == [part for part in parts if not part & {text for _, text in proof.said}]
        assert {"sv", "en"} <= {language for language, _ in proof.said}


def test_description_of_a_conclusion_is_explained_with_it(explainer: Explainer) -> None:
    """What describes a conclusion from absence names the query that made it."""
    conclusion = "slutsats/KommunUtanTolvstegsutbud-kungsor"
    for predicate, target in (("a", "kg:Slutsats"), ("kg:slutsatsSubjekt", "kommun/kungsor")):
        proof = explainer.explain(said(conclusion, predicate, target))
        assert proof is not None
        assert "queries/closed/KommunUtanTolvstegsutbud.rq" == proof.rule
        assert any("kartläggning" in text for _, text in proof.said)


@pytest.mark.parametrize(
    "asked",
    [
        ("kommun/sala", "a", "kg:Lan"),
        ("kommun/finns-inte", "a", "kg:Kommun"),
        ("kommun/sala", "rdfs:label", '"Sala"'),
        ("kommun/sala", "kg:finnsInte", "kommun/sala"),
    ],
)
def test_what_does_not_hold_has_no_proof(explainer: Explainer, asked: tuple[str, str, str]) -> None:
    """A statement that the graph does not hold gives nothing, and no further proofs."""
    assert explainer.explain(said(*asked)) is None
    assert [] == list(explainer.others(said(*asked)))


def test_what_stands_there_is_its_own_proof(explainer: Explainer) -> None:
    """An asserted, editorial or ontology statement is a leaf."""
    for asked, kind in (
        (("insats/sala-primarbehandling", "kg:anvanderMetod", "metod/tolvstegsmetoden"), "asserted"),
        (("kommun/sala", "rdfs:label", '"Sala"@sv'), "editorial"),
        (("kg:Behandlingsmetod", "rdfs:subClassOf", "kg:Metod"), "ontology"),
    ):
        proof = explainer.explain(said(*asked))
        assert proof is not None, asked
        assert (kind, 0, ()) == (proof.kind, proof.depth, proof.premises)
        assert [] == list(explainer.others(said(*asked)))


# ---- the tiny world: by brute force


def test_depth_is_the_least(small: Settings, small_store: EmbeddedStore) -> None:
    """No proof with fewer steps exists: the rules, run round by round, come to no statement sooner."""
    explainer = answer.explainer(small_store, small)
    inferred = graph(small_store, NAMES.inferred_graph)
    held = [name for name in small_store.graphs() if not NAMES.is_layer(name)]
    held = [name for name in held if NAMES.kind_of_graph(name) in {"asserted", "editorial", "ontology"}]
    memory = Memory(())
    memory.add(triple for name in held for triple in graph(small_store, name))
    texts = [f"CONSTRUCT {{ {rule.head} }} WHERE {{ {matching(rule)} }}" for rule in explainer.program.inferring]
    texts += [file.text for file in queries.folder(packaged_sources() / "queries" / "rules").values()]
    schema = set(explainer.program.schema)
    least: dict[Triple, int] = {}
    for depth in range(1, 20):
        new = {triple for text in texts for triple in memory.construct(text)} - memory.known()
        if not new:
            break
        memory.add(new)
        least |= dict.fromkeys(new, depth)
    assert set() == set(inferred) - set(least) - schema
    found = {t: proof.depth for t in inferred if t not in schema and (proof := explainer.explain(t)) is not None}
    assert {t: depth for t, depth in least.items() if t in found} == found
    assert max(found.values()) > 2


# ---- worlds of a test's own


def world_of(
    folder: Path, ontology: str, data: str, files: dict[str, str] | None = None
) -> tuple[EmbeddedStore, Explainer]:
    """Build a world; give its store and what explains it."""
    settings = replace(write_micro(folder), query_seconds=20.0, query_megabytes=256)
    names = set(re.findall(r"kg:(\w+)", ontology + data + "".join((files or {}).values())))
    valued = set(re.findall(r'kg:(\w+) (?:"|true|\d)', data))
    kinds = {
        name: "Class" if name[0].isupper() else "DatatypeProperty" if name in valued else "ObjectProperty"
        for name in names
    }
    declared = "".join(f"kg:{name} a owl:{kind} .\n" for name, kind in kinds.items() if f"kg:{name} a " not in ontology)
    (settings.sources / "ontology" / "sak.ttl").write_text(HEAD + declared + ontology, encoding="utf-8")
    (settings.sources / "data" / "ttl" / "kalla.ttl").write_text(HEAD + data, encoding="utf-8")
    for name, text in (files or {}).items():
        path = settings.sources / "queries" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    # One axiom reads what absence concludes: a build refuses it, and the explanations stand without that.
    with patch.object(axioms, "waiting_in_vain", return_value=iter(())):
        build(settings)
    store = EmbeddedStore(settings)
    return store, answer.explainer(store, settings)


CHAIN, LADDER, FAN, LAYERS = 40, 80, 120, 24
ONTOLOGY = (
    """
kg:foljer a owl:ObjectProperty , owl:TransitiveProperty .
kg:fore a owl:ObjectProperty . kg:nara a owl:ObjectProperty , owl:SymmetricProperty . kg:fore rdfs:subPropertyOf kg:nara .
kg:matt a owl:DatatypeProperty . kg:Matt a owl:Class . [] a owl:Restriction ; owl:onProperty kg:matt ; owl:hasValue 1.0 ; rdfs:subClassOf kg:Matt .
kg:hor a owl:ObjectProperty . kg:Smittad a owl:Class . [] a owl:Restriction ; owl:onProperty kg:hor ; owl:someValuesFrom kg:Smittad ; rdfs:subClassOf kg:Smittad .
kg:UtanKant rdfs:subClassOf kg:Markt . kg:Mellan rdfs:subClassOf kg:Markt . kg:Innan rdfs:subClassOf kg:Mellan .
"""
    + "".join(f"kg:Steg{n} rdfs:subClassOf kg:Steg{n + 1} .\n" for n in range(LADDER))
    + "".join(
        f"kg:Lager{n} rdfs:subClassOf kg:V{n} , kg:H{n} . [] owl:intersectionOf ( kg:V{n} kg:H{n} ) ; rdfs:subClassOf kg:Lager{n + 1} .\n"
        for n in range(LAYERS)
    )
)
DATA = (
    "sak:a kg:fore sak:b . sak:m kg:matt 1 . sak:tom a kg:Innan , kg:Tom . sak:steg a kg:Steg0 . sak:lager a kg:Lager0 .\n"
    + "".join(f"sak:n{n} kg:foljer sak:n{n + 1} .\n" for n in range(CHAIN))
    # All but the last of those that x hears have it from x alone.
    + "".join(f"sak:x kg:hor sak:y{n} . sak:y{n} kg:hor sak:x .\n" for n in range(FAN))
    + "sak:x kg:hor sak:z . sak:z kg:hor sak:w . sak:w a kg:Smittad .\n"
    + "sak:pil kg:pekar sak:mal . sak:mal kg:lyser true .\n"
)
FILES = {
    "closed/UtanKant.rq": "PREFIX kg: <https://w3id.org/kunskapsgraf/ns#> CONSTRUCT { ?x a kg:UtanKant } WHERE { ?x a kg:Tom }",
    "rules/Traff.rq": """#+ title@sv: En pil träffar när det den pekar på lyser
#+ title@en: An arrow hits when what it points at shines
#+ premise: ?x kg:pekar ?y
#+ premise: ?y kg:lyser ?light
PREFIX kg: <https://w3id.org/kunskapsgraf/ns#>
CONSTRUCT { ?x a kg:Traff } WHERE { ?x kg:pekar ?y . ?y kg:lyser ?light }
""",
}


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Explainer]:
    """Explain a world with one of each thing that a proof may go wrong on."""
    store, explainer = world_of(tmp_path_factory.mktemp("trial"), ONTOLOGY, DATA, FILES)
    yield explainer
    store.close()


def proved(explainer: Explainer, *asked: str) -> Proof:
    """Explain what must have a proof; check that it is well-founded."""
    subject, predicate, target = asked
    proof = explainer.explain(said(subject, predicate, target))
    assert proof is not None, asked
    assert not resting_on_itself(proof)
    return proof


def test_everything_in_the_trial_is_explained(trial: Explainer) -> None:
    """Every other inferred statement of the trial has a proof; the tests below ask for those that are hard to come by."""
    triples = graph(trial.store, NAMES.inferred_graph)  # type: ignore[arg-type]
    assert len(triples) > 700
    for triple in triples[::2]:
        proof = trial.explain(triple)
        assert proof is not None, triple


def test_long_transitive_chain(trial: Explainer) -> None:
    """Forty links are proved by halves, in six steps, and rest on all forty."""
    proof = proved(trial, "sak/n0", "kg:foljer", f"sak/n{CHAIN}")
    assert 6 == proof.depth
    assert CHAIN == len({leaf.triple for leaf in proof.leaves()})
    assert {"prp-trp"} == {step.rule for step in proof.steps() if step.rule}


def test_long_ladder(trial: Explainer) -> None:
    """Eighty classes above each other are climbed one by one."""
    assert LADDER == proved(trial, "sak/steg", "a", f"kg:Steg{LADDER}").depth


def test_proof_that_shares_its_parts(trial: Explainer) -> None:
    """A proof whose tree doubles at each of many layers is found, since each statement is proved once."""
    proof = proved_unwalked(trial, "sak/lager", "a", f"kg:Lager{LAYERS}")
    assert 2 * LAYERS == proof.depth


def proved_unwalked(explainer: Explainer, *asked: str) -> Proof:
    """Explain what is too large to walk as a tree."""
    subject, predicate, target = asked
    proof = explainer.explain(said(subject, predicate, target))
    assert proof is not None
    return proof


def test_well_founded_way_among_many_circles(trial: Explainer) -> None:
    """Of a hundred ways that run in a circle and one that does not, the one is found."""
    proof = proved(trial, "sak/x", "a", "kg:Smittad")
    assert said("sak/x", "kg:hor", "sak/z") in [premise.triple for premise in proof.premises]
    assert 2 == proof.depth


def test_further_proofs_run_in_no_circle(trial: Explainer) -> None:
    """What follows from the statement itself is no further proof of it."""
    assert 1 == proved(trial, "sak/a", "kg:nara", "sak/b").depth
    assert [] == list(trial.others(said("sak/a", "kg:nara", "sak/b")))
    assert [] == list(trial.others(said("sak/x", "a", "kg:Smittad")))


def test_no_further_proofs_are_given_where_none_are_asked_for(trial: Explainer) -> None:
    """At most none is none."""
    assert [] == list(trial.others(said("sak/n0", "kg:foljer", "sak/n9"), 0))
    assert 3 == len(list(trial.others(said("sak/n0", "kg:foljer", "sak/n9"), 3)))


def test_shorter_way_over_absence_is_not_taken(trial: Explainer) -> None:
    """What absence concluded is no premise of OWL, though the proof is a step longer without it."""
    assert "closed" == proved(trial, "sak/tom", "a", "kg:UtanKant").kind
    proof = proved(trial, "sak/tom", "a", "kg:Markt")
    assert 2 == proof.depth
    assert [] == [step for step in proof.steps() if step.kind == "closed"]


def test_one_number_written_in_two_ways(trial: Explainer) -> None:
    """What follows from 1 where the axiom says 1.0 is explained by the same value."""
    proof = proved(trial, "sak/m", "a", "kg:Matt")
    [premise] = proof.premises
    assert isinstance(premise.triple.object, Literal)
    assert ("decimal", 1.0) == (
        premise.triple.object.datatype.value.removeprefix(XSD),
        float(premise.triple.object.value),
    )
    assert "dt-eq + eq-rep-o" == premise.rule
    assert Literal("1", datatype=NamedNode(XSD + "integer")) == premise.premises[0].triple.object


def test_own_sparql_rule(trial: Explainer) -> None:
    """A SPARQL rule of the sources' own explains what it concludes by its premises."""
    proof = proved(trial, "sak/pil", "a", "kg:Traff")
    assert ("rule", "queries/rules/Traff.rq") == (proof.kind, proof.rule)
    assert [said("sak/pil", "kg:pekar", "sak/mal"), said("sak/mal", "kg:lyser", '"true"^^xsd:boolean')] == [
        premise.triple for premise in proof.premises
    ]
    assert {
        ("sv", "En pil träffar när det den pekar på lyser"),
        ("en", "An arrow hits when what it points at shines"),
    } == set(proof.said)


def test_consequence_among_axioms(trial: Explainer) -> None:
    """C subClassOf D is explained by the axioms between, each of which stands in the ontology."""
    proof = proved(trial, "kg:Innan", "rdfs:subClassOf", "kg:Markt")
    assert ("inferred", "scm-sco", 1) == (proof.kind, proof.rule, proof.depth)
    assert [("kg:Innan", "kg:Mellan"), ("kg:Mellan", "kg:Markt")] == [
        tuple(NAMES.shorten(text_of(t)) for t in (premise.triple.subject, premise.triple.object))
        for premise in proof.premises
    ]
    assert {"ontology"} == {leaf.kind for leaf in proof.leaves()}
    assert {RDFS + "subClassOf"} == {step.triple.predicate.value for step in proof.steps()}


SAME = (
    'sak:ring owl:sameAs sak:band . sak:ring kg:namn "ring" . sak:band kg:prydnad true . sak:ask kg:rymmer sak:ring .'
)


@pytest.fixture(scope="module")
def same(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Explainer]:
    """Explain a world in which one thing has two names."""
    store, explainer = world_of(tmp_path_factory.mktemp("same"), "kg:rymmer a owl:ObjectProperty .", SAME)
    yield explainer
    store.close()


@pytest.mark.parametrize(
    ("asked", "rule"),
    [
        (("sak/band", "kg:namn", '"ring"'), "eq-rep-s"),
        (("sak/ask", "kg:rymmer", "sak/band"), "eq-rep-o"),
        (("sak/ring", "kg:prydnad", '"true"^^xsd:boolean'), "eq-rep-s"),
    ],
)
def test_sameness(same: Explainer, asked: tuple[str, str, str], rule: str) -> None:
    """What is said of one name is said of the other by the statement that they are the same."""
    proof = proved(same, *asked)
    assert rule == proof.rule
    assert "http://www.w3.org/2002/07/owl#sameAs" == proof.premises[0].triple.predicate.value


# ---- axioms that follow from data, and proofs that are long

LATE = """
kg:Genomgaende a owl:Class ; rdfs:subClassOf owl:TransitiveProperty . kg:inom a owl:ObjectProperty .
kg:sortAv a owl:ObjectProperty ; rdfs:subPropertyOf rdfs:subClassOf .
"""
LATE_DATA = "kg:inom a kg:Genomgaende . sak:a kg:inom sak:b . sak:b kg:inom sak:c . kg:Hund kg:sortAv kg:Djur . sak:fido a kg:Hund ."
LINKS, NAMES_OF_ONE = 130, 30
LONG = """
kg:foljer a owl:ObjectProperty , owl:TransitiveProperty .
kg:inuti a owl:ObjectProperty , owl:TransitiveProperty . kg:iAsken a owl:ObjectProperty ; rdfs:subPropertyOf kg:inuti .
"""
LONG_DATA = (
    "".join(f"sak:n{n} kg:foljer sak:n{n + 1} .\n" for n in range(LINKS))
    + "".join(f"sak:m{n} kg:iAsken sak:m{n + 1} .\n" for n in range(LINKS))
    + "".join(f"sak:s{n} owl:sameAs sak:s{n + 1} .\n" for n in range(NAMES_OF_ONE))
    + 'sak:s0 kg:namn "ett" .\n'
)


@pytest.fixture(scope="module")
def late(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Explainer]:
    """Explain a world in which data say what a property and a class are."""
    store, explainer = world_of(tmp_path_factory.mktemp("late"), LATE, LATE_DATA)
    yield explainer
    store.close()


@pytest.mark.parametrize(
    ("asked", "rule", "axiom", "its_rule", "said_of_it"),
    [
        (
            ("sak/a", "kg:inom", "sak/c"),
            "prp-trp",
            ("kg:inom", "a", "owl:TransitiveProperty"),
            "cax-sco",
            ("kg:inom", "a", "kg:Genomgaende"),
        ),
        (
            ("sak/fido", "a", "kg:Djur"),
            "cax-sco",
            ("kg:Hund", "rdfs:subClassOf", "kg:Djur"),
            "prp-spo1",
            ("kg:Hund", "kg:sortAv", "kg:Djur"),
        ),
    ],
)
def test_axiom_that_follows_from_data(
    late: Explainer,
    asked: tuple[str, ...],
    rule: str,
    axiom: tuple[str, str, str],
    its_rule: str,
    said_of_it: tuple[str, str, str],
) -> None:
    """What is concluded with an axiom that only follows from data rests on that axiom, and it on what a source says."""
    proof = proved(late, *asked)
    assert (2, rule) == (proof.depth, proof.rule)
    last = proof.premises[-1]
    assert (said(*axiom), its_rule) == (last.triple, last.rule)
    assert [(said(*said_of_it), "asserted")] == [(one.triple, one.kind) for one in last.premises]


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Explainer]:
    """Explain a world of long chains."""
    store, explainer = world_of(tmp_path_factory.mktemp("long"), LONG, LONG_DATA)
    yield explainer
    store.close()


@pytest.mark.parametrize(
    ("asked", "depth", "leaves"),
    [(("sak/n0", "kg:foljer", f"sak/n{LINKS}"), 8, LINKS), (("sak/m0", "kg:inuti", f"sak/m{LINKS}"), 9, LINKS)],
)
def test_chain_too_long_for_a_search(long: Explainer, asked: tuple[str, ...], depth: int, leaves: int) -> None:
    """A hundred and thirty links are halved eight times, with a step more where each follows from a narrower property."""
    proof = proved(long, *asked)
    assert depth == proof.depth
    assert leaves == len({leaf.triple for leaf in proof.leaves()})
    assert {"asserted"} == {leaf.kind for leaf in proof.leaves()}


def test_many_names_of_one_thing(long: Explainer) -> None:
    """What is said of the first name is said of the last, by sameness all the way."""
    proof = proved(long, f"sak/s{NAMES_OF_ONE}", "kg:namn", '"ett"')
    assert {"sak/s0"} <= {NAMES.shorten(text_of(t.triple.subject)).removeprefix(NAMES.things) for t in proof.leaves()}
    assert {"asserted"} == {leaf.kind for leaf in proof.leaves()}
    assert all(step.rule.startswith("eq-") for step in proof.steps() if step.rule)


def test_proof_that_is_too_deep_is_told(trial: Explainer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A statement that is held, and whose proof is deeper than proofs may be, is not passed over in silence."""
    for module in (search, explain):
        monkeypatch.setattr(module, "DEEPEST", LADDER - 1)
    trial.forget()
    with pytest.raises(NotFound) as caught:
        trial.explain(said("sak/steg", "a", f"kg:Steg{LADDER}"))
    assert "inget bevis" in caught.value.sv
    assert "no proof" in caught.value.en
    monkeypatch.undo()
    trial.forget()
    assert LADDER == proved(trial, "sak/steg", "a", f"kg:Steg{LADDER}").depth
