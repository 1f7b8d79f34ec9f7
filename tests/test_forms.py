"""The forms of an explanation: sentences, text, JSON, RDF, and the command line that asks for them."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
import rdflib
from conftest import Run

from kunskapsgraf.errors import BadRequest
from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.vocabulary import PROV, RDF_TYPE, XSD, Names
from kunskapsgraf.reasoner import answer, forms, words
from kunskapsgraf.reasoner.proof import Proof
from kunskapsgraf.reasoner.speech import Labels, statement, term
from kunskapsgraf.settings import Settings

ROOT = Path(__file__).parents[1]
NAMES = Names("https://w3id.org/kunskapsgraf/")
NORRBY = ("kommun/norrby", "a", "kg:KommunMedTolvstegsutbud")


@pytest.fixture(scope="module")
def proof(small: Settings, small_store: EmbeddedStore) -> Proof:
    """Explain why the tiny world's municipality has a twelve-step offer."""
    found = answer.explainer(small_store, small).explain(statement(*NORRBY, NAMES))
    assert found is not None
    return found


@pytest.fixture(scope="module")
def labels(small_store: EmbeddedStore) -> Labels:
    """Give the labels of the tiny world."""
    return Labels(small_store)


@pytest.fixture
def run(run: Run, monkeypatch: pytest.MonkeyPatch, small: Settings) -> Run:
    """Run a command on the tiny world."""
    monkeypatch.setenv("KUNSKAPSGRAF_SOURCES", str(small.sources))
    monkeypatch.setenv("KUNSKAPSGRAF_HOME", str(small.home))
    monkeypatch.setenv("KUNSKAPSGRAF_WORKERS", "1")
    return run


# ---- sentences


@pytest.mark.parametrize(
    ("asked", "sv", "en"),
    [
        (
            NORRBY,
            "Norrby är kommun med tolvstegsutbud därför att Norrby har utbud som använder Tolvstegsmetoden och Norrby är kommun",
            "Norrby is municipality with a twelve-step offer because Norrby has an offer that uses Twelve-step method and Norrby is municipality",
        ),
        (
            ("kommun/norrby", "kg:harMetodutbud", "metod/tolvstegsmetoden"),
            "Norrby har utbud som använder Tolvstegsmetoden därför att Norrby erbjuder Samtal, som använder en metod inom Tolvstegsmetoden",
            "Norrby has an offer that uses Twelve-step method because Norrby offers Talks, which uses a method within Twelve-step method",
        ),
        (("kommun/norrby", "rdfs:label", '"Norrby"@sv'), "Norrby heter ”Norrby”", "Norrby is called “Norrby”"),
        (
            ("kg:KommunMedTolvstegsutbud", "rdfs:subClassOf", "kg:Kommun"),
            "kommun med tolvstegsutbud är ett slags kommun",
            "municipality with a twelve-step offer is a kind of municipality",
        ),
    ],
)
def test_sentence_is_made_of_labels(
    small: Settings, small_store: EmbeddedStore, labels: Labels, asked: tuple[str, str, str], sv: str, en: str
) -> None:
    """A step is a sentence in both languages; what goes on from the one before is joined to it."""
    found = answer.explainer(small_store, small).explain(statement(*asked, NAMES))
    assert found is not None
    premises = [premise.triple for premise in found.premises]
    assert sv == words.because(found.triple, premises, "sv", labels)
    assert en == words.because(found.triple, premises, "en", labels)


# ---- forms


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        (
            "sv",
            [
                "Norrby är kommun med tolvstegsutbud  [härlett, ",
                "står i källan: provkartan, rad 1–4",
                "Norrby erbjuder Samtal",
            ],
        ),
        (
            "en",
            [
                "Norrby is municipality with a twelve-step offer  [inferred, ",
                "stands in the source: provkartan, line 1–4",
                "Norrby offers Talks",
            ],
        ),
    ],
)
def test_text_is_a_tree(proof: Proof, labels: Labels, language: str, parts: list[str]) -> None:
    """Each step is a line below what rests on it, down to lines of a source, in the language asked for."""
    written = forms.text(proof, language, labels)
    assert [] == [part for part in parts if part not in written]
    assert len(list(proof.steps())) == len(written.splitlines())
    deepest = max(len(line) - len(line.lstrip()) for line in written.splitlines())
    assert 2 * proof.depth == deepest


def test_json_tells_everything(proof: Proof, labels: Labels) -> None:
    """JSON survives the way there and back, and each step has its statement, kind, sentence, depth and parts."""
    told = forms.as_json(proof, labels)
    assert told == json.loads(json.dumps(told, ensure_ascii=False))
    waiting = [(told, proof)]
    while waiting:
        node, step = waiting.pop()
        assert {"statement", "kind", "sentence", "depth"} <= set(node)
        assert {"sv", "en"} == set(node["sentence"])
        assert (step.kind, step.depth, step.rule) == (node["kind"], node["depth"], node.get("rule", ""))
        assert [str(t) for t in step.triple] == node["statement"]
        assert len(step.axioms) == len(node.get("axioms", []))
        assert [(p.passage, p.first, p.last) for p in step.places] == [
            (p["passage"], p["from"], p["to"]) for p in node.get("passages", [])
        ]
        waiting += zip(node.get("premises", []), step.premises, strict=True)


def read(turtle: str | bytes) -> rdflib.Graph:
    """Read RDF with a library that is not ours."""
    return rdflib.Graph().parse(data=turtle, format="turtle")


def circles(graph: rdflib.Graph) -> list[rdflib.term.Node]:
    """Give what is derived from itself, over however many steps."""
    derived = rdflib.URIRef(PROV + "wasDerivedFrom")
    return [
        node
        for node in set(graph.subjects(derived))
        if node in set(graph.transitive_objects(node, derived)) - {node}
        or any(node in graph.transitive_objects(one, derived) for one in graph.objects(node, derived))
    ]


def test_rdf_is_provenance(proof: Proof) -> None:
    """Each statement is an entity that says what it states, derived from its premises, never from itself."""
    graph = read(forms.as_rdf([proof], NAMES))
    assert [] == circles(graph)
    entities = set(graph.subjects(rdflib.URIRef(RDF_TYPE), rdflib.URIRef(PROV + "Entity")))
    assert len({step.triple for step in proof.steps()}) == len(entities)
    edges = {(step.triple, premise.triple) for step in proof.steps() for premise in step.premises}
    assert len(edges) == len(
        {(s, o) for s, o in graph.subject_objects(rdflib.URIRef(PROV + "wasDerivedFrom")) if s in entities}
    )
    for entity in entities:
        for name in ("subject", "predicate", "object"):
            assert 1 == len(list(graph.objects(entity, rdflib.RDF[name])))
    activities = set(graph.subjects(rdflib.URIRef(RDF_TYPE), rdflib.URIRef(PROV + "Activity")))
    assert len({step.triple for step in proof.steps() if step.rule}) == len(activities)
    assert list(graph.subject_objects(rdflib.URIRef(PROV + "wasQuotedFrom")))


def test_rdf_names_the_rule_of_each_step(proof: Proof) -> None:
    """Each activity has one association, whose plan is the rule, by its name."""
    graph = read(forms.as_rdf([proof], NAMES))
    prov = rdflib.Namespace(PROV)
    rules = {step.triple: step.rule for step in proof.steps() if step.rule}
    named = []
    for activity in graph.subjects(rdflib.RDF.type, prov.Activity):
        [association] = graph.objects(activity, prov.qualifiedAssociation)
        [plan] = graph.objects(association, prov.hadPlan)
        assert prov.Plan in set(graph.objects(plan, rdflib.RDF.type))
        named += [str(label) for label in graph.objects(plan, rdflib.RDFS.label)]
    assert rules
    assert sorted(rules.values()) == sorted(named)


DEFINED = {
    *(PROV + name for name in ("Activity", "Association", "Entity", "Plan", "hadPlan", "hadPrimarySource")),
    *(PROV + name for name in ("qualifiedAssociation", "wasDerivedFrom", "wasGeneratedBy", "wasQuotedFrom")),
    *(str(rdflib.RDF[name]) for name in ("type", "Statement", "subject", "predicate", "object")),
    str(rdflib.RDFS.label),
}


def test_rdf_uses_terms_that_exist(proof: Proof) -> None:
    """Every class and property is one that PROV-O, RDF or RDFS defines."""
    graph = read(forms.as_rdf([proof], NAMES))
    assert set() == {str(p) for p in graph.predicates()} - DEFINED
    assert set() == {str(kind) for kind in graph.objects(None, rdflib.RDF.type)} - DEFINED


def test_rdf_tells_rules_of_one_name_apart(small: Settings, small_store: EmbeddedStore) -> None:
    """Two rules of one W3C name that come from two axioms are two rules."""
    explainer = answer.explainer(small_store, small)
    found: dict[str, set[str]] = {}
    for asked in (("malgrupp/vuxna-anhoriga", "a", "kg:Malgrupp"), ("vag/anonym", "a", "kg:Tilltradesvag")):
        one = explainer.explain(statement(*asked, NAMES))
        assert one is not None
        found[one.rule] = {
            str(o) for o in read(forms.as_rdf([one], NAMES)).objects(None, rdflib.URIRef(PROV + "hadPlan"))
        } | found.get(one.rule, set())
    assert [2] == [len(rules) for rules in found.values()]


# ---- terms as they are typed


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("a", f"<{RDF_TYPE}>"),
        ("kg:Kommun", f"<{NAMES.terms}Kommun>"),
        ("rdfs:label", "<http://www.w3.org/2000/01/rdf-schema#label>"),
        ("kommun/sala", f"<{NAMES.things}kommun/sala>"),
        ("kommun:sala", f"<{NAMES.things}kommun/sala>"),
        ("http://example.org/x", "<http://example.org/x>"),
        ("<http://example.org/x>", "<http://example.org/x>"),
        ("<urn:x:y>", "<urn:x:y>"),
        ('"Sala"', '"Sala"'),
        ('"Sala"@sv', '"Sala"@sv'),
        ('"säg \\"ja\\""', '"säg \\"ja\\""'),
        ('"7"^^xsd:integer', f'"7"^^<{XSD}integer>'),
        (f'"7"^^<{XSD}integer>', f'"7"^^<{XSD}integer>'),
    ],
)
def test_term(typed: str, meant: str) -> None:
    """A term may be typed in each of the ways that the command line tells."""
    assert meant == str(term(typed, NAMES))


BAD = [
    "",
    "sala",
    ":",
    "kommun/",
    "/sala",
    '"Sala',
    '"a" , "b"',
    '"a" . <x:s> <x:p> "b"',
    "http://a b",
    "<>",
    "kommun/en plats",
    '"7"^^nej:tal x',
]


@pytest.mark.parametrize("typed", BAD)
def test_bad_term(typed: str) -> None:
    """What is no term is refused with how to write one, in both languages."""
    with pytest.raises(BadRequest) as caught:
        term(typed, NAMES)
    assert "Skriv en IRI" in caught.value.sv
    assert "Write an IRI" in caught.value.en


# ---- the command line


@pytest.mark.parametrize(
    "asked",
    [
        NORRBY,
        ("kommun:norrby", "rdf:type", "kg:KommunMedTolvstegsutbud"),
        (f"<{NAMES.things}kommun/norrby>", RDF_TYPE, f"{NAMES.terms}KommunMedTolvstegsutbud"),
    ],
)
def test_command_explains(run: Run, asked: tuple[str, str, str]) -> None:
    """However the statement is typed, its proof is printed."""
    code, out, err = run("explain", *asked)
    assert (0, "") == (code, err)
    assert out.startswith("Norrby är kommun med tolvstegsutbud  [härlett, ")
    assert "provkartan, rad 1–4" in out


def test_command_explains_a_literal(run: Run) -> None:
    """The object may be a text."""
    code, out, err = run("explain", "kommun/norrby", "kg:kommunkod", '"9901"', KUNSKAPSGRAF_LANGUAGE="en")
    assert (0, "") == (code, err)
    assert "“9901”" in out
    assert "the editors' statement" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("sala", "a", "kg:Kommun"), "'sala' är ingen term. Skriv en IRI"),
        (("kommun/norrby", '"a"', "kg:Kommun"), "Subjekt och predikat måste vara ting"),
        (('"Norrby"', "a", "kg:Kommun"), "Subjekt och predikat måste vara ting"),
        (("kommun/norrby", "a", "kg:Lan"), "Grafen håller inte satsen kommun/norrby a kg:Lan. Med --not visas"),
        (("--not", *NORRBY, "--format", "ttl"), "--not skrivs som text eller json."),
        (("--not", "sala", "a", "kg:Kommun"), "'sala' är ingen term."),
    ],
)
def test_command_refuses(run: Run, arguments: tuple[str, ...], said: str) -> None:
    """What cannot be answered ends with 2, one line that says how to mend it, and no output."""
    code, out, err = run("explain", *arguments)
    assert (2, "") == (code, out)
    assert err.startswith(f"kunskapsgraf: {said}")
    assert 1 == err.count("\n")


@pytest.mark.parametrize(
    "arguments", [("kommun/norrby", "a"), (*NORRBY, "--format", "md"), (*NORRBY, "--more", "x"), ()]
)
def test_command_is_used_wrongly(run: Run, arguments: tuple[str, ...]) -> None:
    """Wrong usage ends with 2 and says which usage is right."""
    code, out, err = run("explain", *arguments)
    assert (2, "") == (code, out)
    assert err.startswith("usage: kunskapsgraf explain")


@pytest.mark.parametrize("more", ["-1", "0", "1", "5"])
def test_command_gives_further_proofs(run: Run, more: str) -> None:
    """--more gives at most so many further proofs, each of the same statement and none twice."""
    code, out, _ = run("explain", "vag/anonym", "a", "kg:Tilltradesvag", "--more", more, "--format", "json")
    assert 0 == code
    told = json.loads(out)
    assert 1 <= len(told) <= 1 + max(int(more), 0)
    assert 1 == len({tuple(one["statement"]) for one in told})
    ways = [(one["rule"], json.dumps([p["statement"] for p in one["premises"]])) for one in told]
    assert len(ways) == len(set(ways))


def test_command_writes_rdf(run: Run) -> None:
    """--format ttl writes RDF that another library reads, also with further proofs."""
    code, out, _ = run("explain", *NORRBY, "--more", "3", "--format", "ttl")
    assert 0 == code
    assert [] == circles(read(out))


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        ("sv", ["finns: Söderby är kommun", "saknas: Söderby har utbud som använder Tolvstegsmetoden"]),
        ("en", ["holds: Söderby is municipality", "missing: Söderby has an offer that uses Twelve-step method"]),
    ],
)
def test_command_says_why_not(run: Run, language: str, parts: list[str]) -> None:
    """--not tells the rules, what holds and what is missing, in the language set."""
    code, out, err = run("explain", "--not", "kommun/soderby", *NORRBY[1:], KUNSKAPSGRAF_LANGUAGE=language)
    assert (0, "") == (code, err)
    assert parts == [line.strip() for line in out.splitlines() if line.startswith("  ")]


def test_command_says_why_not_as_json(run: Run) -> None:
    """--not --format json gives rule, what holds and what is missing."""
    code, out, _ = run("explain", "--not", "kommun/soderby", *NORRBY[1:], "--format", "json")
    assert 0 == code
    [attempt] = json.loads(out)
    assert {"rule", "holding", "missing"} == set(attempt)
    assert [[f"<{NAMES.things}kommun/soderby>", f"<{RDF_TYPE}>", f"<{NAMES.terms}Kommun>"]] == attempt["holding"]


# ---- the documentation


def examples() -> list[tuple[str, str]]:
    """Give each console example of docs/reasoning.md as (command, expected output)."""
    text = (ROOT / "docs" / "reasoning.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```console\n(.*?)```", text, re.S)
    parts = [part for block in blocks for part in re.split(r"^\$ ", block, flags=re.M)[1:]]
    return [(part.partition("\n")[0], part.partition("\n")[2]) for part in parts]


@pytest.mark.parametrize(("command", "expected"), examples(), ids=lambda value: value[:50])
def test_documented_example_gives_its_output(run: Run, whole: Settings, command: str, expected: str) -> None:
    """Each command that docs/reasoning.md shows gives exactly the output shown, on the whole graph."""
    arguments = shlex.split(command)
    environment = {"KUNSKAPSGRAF_HOME": str(whole.home), "KUNSKAPSGRAF_SOURCES": str(whole.sources)}
    while "=" in arguments[0]:
        name, _, value = arguments.pop(0).partition("=")
        environment[name] = value
    assert "kunskapsgraf" == arguments[0]
    code, out, err = run(*arguments[1:], **environment)
    assert (0, "") == (code, err)
    assert expected.rstrip() == out.rstrip()
