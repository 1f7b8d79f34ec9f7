"""Bad input to the reasoner: each message names file and line, the axiom, the rule that it breaks, and how to mend it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from kunskapsgraf import cli
from kunskapsgraf.errors import CheckFailed
from kunskapsgraf.graph.rdf import BlankNode, NamedNode
from kunskapsgraf.graph.snapshot import pointed
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.vocabulary import Names
from kunskapsgraf.options import SETTINGS
from kunskapsgraf.pipeline.axioms import check_axioms
from kunskapsgraf.pipeline.build import build, checked
from kunskapsgraf.pipeline.impact import impact
from kunskapsgraf.pipeline.places import Places
from kunskapsgraf.pipeline.read import layout, located, read
from kunskapsgraf.settings import Settings, packaged_sources

NAMES = Names("https://w3id.org/kunskapsgraf/")
ONTOLOGY = """\
@prefix kg: <https://w3id.org/kunskapsgraf/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sak: <https://w3id.org/kunskapsgraf/id/sak/> .
kg:Sak a owl:Class . kg:DyrSak a owl:Class . kg:Lada a owl:Class .
kg:namn a owl:DatatypeProperty . kg:ligger_i a owl:ObjectProperty .
"""
ROOT = Path(__file__).parents[1]
FIRST = len(ONTOLOGY.splitlines()) + 1
"""The line on which what a case adds begins."""

# (what the ontology says, line from FIRST, the axiom as it is shown, part of the message in Swedish, in English)
AXIOMS = [
    (
        'kg:Lada rdfs:subClassOf "låda" .',
        0,
        'kg:Lada rdfs:subClassOf "låda"',
        "rdfs:subClassOf kräver ett ting men har en literal (Mapping 3). Skriv tingets IRI, utan citattecken.",
        "rdfs:subClassOf needs a thing but has a literal (Mapping 3). Write the IRI of the thing, without quotes.",
    ),
    (
        "kg:Lada rdfs:subClassOf\n  [ a owl:Restriction ;\n    owl:onProperty kg:ligger_i ;\n    owl:minCardinality 1 ] .",
        3,
        "kg:Lada rdfs:subClassOf [ a owl:Restriction ; owl:minCardinality 1 ; owl:onProperty kg:ligger_i ]",
        "OWL 2 RL saknar owl:minCardinality (Profiles 4.2.3). Skriv owl:someValuesFrom i en underklass, ",
        "OWL 2 RL has no owl:minCardinality (Profiles 4.2.3). Write owl:someValuesFrom in a subclass, ",
    ),
    (
        "kg:Lada a owl:Class ;\n  rdfs:subClassOf kg:Sak ,\n    [ owl:unionOf ( kg:Sak\n      kg:DyrSak ) ] .",
        2,
        "kg:Lada rdfs:subClassOf [ owl:unionOf ( kg:Sak kg:DyrSak ) ]",
        "owl:unionOf får inte stå som överklass (Profiles 4.2.3, superClassExpression). Skriv en namngiven överklass, ",
        "owl:unionOf may not stand as a superclass (Profiles 4.2.3, superClassExpression). Write a superclass with a name, ",
    ),
    (
        '[] owl:unionOf ( kg:Sak "dyr" ) ; rdfs:subClassOf kg:Lada .',
        0,
        '[ owl:unionOf ( kg:Sak "dyr" ) ] rdfs:subClassOf kg:Lada',
        "owl:unionOf kräver ett ting men har en literal",
        "owl:unionOf needs a thing but has a literal",
    ),
    (
        "# En nyckel.\n\nkg:Lada owl:hasKey\n  ( ) .",
        3,
        "kg:Lada owl:hasKey rdf:nil",
        "owl:hasKey har en tom lista (Syntax 8-9). Lägg till medlemmar, eller ta bort axiomet.",
        "owl:hasKey has an empty list (Syntax 8-9). Add members, or remove the axiom.",
    ),
    (
        "kg:ligger_i owl:propertyChainAxiom _:l .\n"
        "_:l <http://www.w3.org/1999/02/22-rdf-syntax-ns#first> kg:ligger_i ;\n"
        "  <http://www.w3.org/1999/02/22-rdf-syntax-ns#rest> _:l .",
        2,
        "kg:ligger_i owl:propertyChainAxiom [ rdf:first kg:ligger_i ; rdf:rest … ]",
        "listan går i cirkel",
        "the list runs in a circle",
    ),
    (
        "sak:a kg:ligger_i sak:b .\nsak:b kg:ligger_i 'lådan'@sv .",
        1,
        'sak/b kg:ligger_i "lådan"@sv',
        "kg:ligger_i är en owl:ObjectProperty men har en literal",
        "kg:ligger_i is an owl:ObjectProperty but has a literal",
    ),
    (
        "kg:Lada rdfs:subClassOf [ owl:onProperty kg:namn ; owl:maxCardinality 2 ] .",
        0,
        "kg:Lada rdfs:subClassOf [ owl:maxCardinality 2 ; owl:onProperty kg:namn ]",
        "owl:maxCardinality får bara vara 0 eller 1 (Profiles 4.2.3). Gör villkoret till en form i shapes/ (sh:maxCount).",
        "owl:maxCardinality may only be 0 or 1 (Profiles 4.2.3). Make the condition a shape in shapes/ (sh:maxCount).",
    ),
]


def write(settings: Settings, more: str) -> None:
    """Write an ontology that says more."""
    (settings.sources / "ontology" / "sak.ttl").write_text(ONTOLOGY + more + "\n", encoding="utf-8")


@pytest.mark.parametrize("run", [checked, build])
@pytest.mark.parametrize(("more", "line", "axiom", "sv", "en"), AXIOMS)
def test_axiom_is_told_with_its_place(
    micro: Settings, run: object, more: str, line: int, axiom: str, sv: str, en: str
) -> None:
    """Check and build refuse it with one message: file and line of the statement, the axiom, the rule and the remedy."""
    write(micro, more)
    with pytest.raises(CheckFailed) as caught:
        run(micro)  # type: ignore[operator]
    [violation] = caught.value.violations
    for text, says in zip(violation, (sv, en), strict=True):
        assert text.startswith(f"ontology/sak.ttl:{FIRST + line}: {axiom}: {says}")
    assert pointed(micro.home) is None


# (what a source says, line, the statement, part of the message)
DATA = [
    ('sak:ask kg:ligger_i "lådan" .', 1, 'sak/ask kg:ligger_i "lådan"', "kg:ligger_i är en owl:ObjectProperty men har en literal"),
    ("sak:ask a kg:Sak ;\n  kg:namn sak:ring .", 2, "sak/ask kg:namn sak/ring", "kg:namn är en owl:DatatypeProperty men har ett ting"),
    ("sak:ask a kg:Sak ;\n  kg:namn [\n ] .", 3, "sak/ask kg:namn []", "kg:namn är en owl:DatatypeProperty men har ett ting"),
    ('sak:ask owl:sameAs "ask" .', 1, 'sak/ask owl:sameAs "ask"', "owl:sameAs kräver ett ting men har en literal"),
    ('sak:ask a "Sak" .', 1, 'sak/ask a "Sak"', "rdf:type kräver ett ting men har en literal"),
    ("sak:ask a [ owl:unionOf ( kg:Sak kg:Lada ) ] .", 1, "sak/ask a [ owl:unionOf ( kg:Sak kg:Lada ) ]", "owl:unionOf får inte stå som överklass"),
    ("kg:Sak rdfs:subClassOf [ owl:complementOf\n  [ owl:complementOf kg:Lada ] ] .", 2, "kg:Sak rdfs:subClassOf [ owl:complementOf [ owl:complementOf kg:Lada ] ]", "owl:complementOf får inte stå som underklass"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "line", "statement", "message"), DATA)
def test_statement_of_a_source_is_told_with_its_place(
    micro: Settings, said: str, line: int, statement: str, message: str
) -> None:
    """What a source says wrongly is told with the source's file and line."""
    write(micro, "")
    prefixes = " ".join(ONTOLOGY.splitlines()[:4])
    (micro.sources / "data" / "ttl" / "kalla.ttl").write_text(f"{prefixes} {said}\n", encoding="utf-8")
    with pytest.raises(CheckFailed) as caught:
        checked(micro)
    [(sv, _)] = caught.value.violations
    assert sv.startswith(f"data/ttl/kalla.ttl:{line}: {statement}: {message}")


# (name, content) of a data file in each format that says on line 3 that a ring lies in a text
FORMATS = [
    ("k.nt", f'# one\n# two\n<{NAMES.things}sak/r> <{NAMES.terms}ligger_i> "x" .\n', ":3"),
    (
        "k.rdf",
        f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:kg="{NAMES.terms}">\n'
        f'<rdf:Description rdf:about="{NAMES.things}sak/r">\n<kg:ligger_i>x</kg:ligger_i>\n</rdf:Description>\n</rdf:RDF>\n',
        ":3",
    ),
    # In JSON the thing's name is looked for.
    ("k.jsonld", f'[\n{{ "@id": "{NAMES.things}sak/r",\n"{NAMES.terms}ligger_i": "x" }}]\n', ":2"),
]


@pytest.mark.parametrize(("name", "content", "line"), FORMATS)
def test_place_in_each_format(micro: Settings, name: str, content: str, line: str) -> None:
    """The line is that of the statement, in JSON-LD that of its thing."""
    write(micro, "")
    (micro.sources / "data" / "ttl" / name).write_text(content, encoding="utf-8")
    with pytest.raises(CheckFailed) as caught:
        checked(micro)
    [(sv, _)] = caught.value.violations
    assert sv.startswith(f'data/ttl/{name}{line}: sak/r kg:ligger_i "x": ')


def test_every_fault_is_told(micro: Settings) -> None:
    """Several faults are told together, those of axioms and those of data."""
    write(micro, 'kg:Lada rdfs:subClassOf "a" . kg:ligger_i a owl:ReflexiveProperty . sak:x kg:namn sak:y .')
    with pytest.raises(CheckFailed) as caught:
        checked(micro)
    assert 3 == len(caught.value.violations)
    assert caught.value.sv.startswith("3 fel i källfilerna; inget byggdes.\n")


def test_long_axiom_is_cut(micro: Settings) -> None:
    """An axiom that would fill the screen is cut, and says so."""
    write(micro, f"kg:Lada rdfs:subClassOf [ owl:unionOf ( {'kg:Sak ' * 100}) ] .")
    corpus = read(micro.sources, NAMES)
    [triple] = [q.triple for q in corpus.quads if q.predicate.value.endswith("unionOf")]
    shown = Places(corpus, micro.sources, NAMES).written(triple)
    assert shown.startswith("kg:Lada rdfs:subClassOf [ owl:unionOf ( kg:Sak kg:Sak ")
    assert shown.endswith(" …")
    assert len(shown) < 300


def test_the_packages_own_axioms_have_no_fault() -> None:
    """What the package ships is OWL 2 RL, whole, and reads nothing that absence concludes."""
    root = packaged_sources()
    assert [] == check_axioms(read(root, NAMES), root, root / "queries", NAMES)


def test_every_statement_of_the_ontology_has_its_line() -> None:
    """Read again for its lines, a file says what it said, and no line goes back where no text makes the parser look ahead."""
    root = packaged_sources()
    asserted = {quad.triple for quad in read(root, NAMES).quads}
    for file in layout(root, NAMES):
        if file.graph == NAMES.ontology_graph:
            lines = list(located(file, NAMES))
            assert {triple for triple, _ in lines} <= asserted
            assert {line for _, line in lines} <= set(
                range(1, len(file.path.read_text(encoding="utf-8").splitlines()) + 1)
            )


def test_line_names_the_object(micro: Settings) -> None:
    """The line of a statement is the one on which its object stands, whatever stands between it and the next."""
    write(
        micro,
        'kg:Lada rdfs:label "a"@sv ,\n\n  # comment\n  "b" ,\n  """c\nd""" ; rdfs:seeAlso kg:Sak ;\n\n  rdfs:comment "e" .',
    )
    [file] = [f for f in layout(micro.sources, NAMES) if f.graph == NAMES.ontology_graph]
    lada = NamedNode(NAMES.terms + "Lada")
    found = {text_of(t.object): line - FIRST for t, line in located(file, NAMES) if t.subject == lada}
    del found["http://www.w3.org/2002/07/owl#Class"]
    assert {"a": 0, "b": 3, "c\nd": 4, NAMES.terms + "Sak": 5, "e": 7} == found


def test_blank_nodes_of_two_files_stay_apart(micro: Settings) -> None:
    """Files whose names differ by a number share no anonymous class: a1's second and a's twelfth are two."""
    some = "[ owl:onProperty kg:ligger_i ; owl:someValuesFrom kg:Sak ] rdfs:subClassOf kg:Lada .\n"
    prefixes = "\n".join(ONTOLOGY.splitlines()[:4]) + "\n"
    write(micro, "")
    for name, many in (("a", 12), ("a1", 2)):
        (micro.sources / "ontology" / f"{name}.ttl").write_text(prefixes + some * many, encoding="utf-8")
    subjects = [q.subject for q in read(micro.sources, NAMES).quads if q.predicate.value.endswith("onProperty")]
    assert 14 == len({node for node in subjects if isinstance(node, BlankNode)})
    assert not any(isinstance(node, NamedNode) for node in subjects)
    checked(micro)


@pytest.mark.parametrize("command", ["check", "build"])
def test_command_line(
    micro: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: str,
) -> None:
    """The command ends with 1 and tells the axiom on standard error, in the language of the setting."""
    write(micro, 'kg:ligger_i owl:inverseOf "har" .')
    for row in SETTINGS:
        monkeypatch.delenv(row.variable, raising=False)
    monkeypatch.setenv("KUNSKAPSGRAF_SOURCES", str(micro.sources))
    monkeypatch.setenv("KUNSKAPSGRAF_HOME", str(micro.home))
    for language, says in (("sv", "owl:inverseOf kräver ett ting"), ("en", "owl:inverseOf needs a thing")):
        monkeypatch.setenv("KUNSKAPSGRAF_LANGUAGE", language)
        assert 1 == cli.main([command])
        printed = capsys.readouterr()
        assert "" == printed.out
        assert f'ontology/sak.ttl:{FIRST}: kg:ligger_i owl:inverseOf "har": {says}' in printed.err


def test_impact_of_a_faulty_file(micro: Settings, tmp_path: Path) -> None:
    """The impact of a file whose axioms cannot be read is refused with its place, as a build would be."""
    write(micro, "")
    file = tmp_path / "ny.ttl"
    file.write_text(f"{ONTOLOGY}[] owl:unionOf ( kg:Sak 'x' ) ; rdfs:subClassOf kg:Lada .\n", encoding="utf-8")
    with pytest.raises(CheckFailed) as caught:
        impact(micro, str(file), "ny")
    [(sv, _)] = caught.value.violations
    assert sv.startswith(
        f'{file}:{FIRST}: [ owl:unionOf ( kg:Sak "x" ) ] rdfs:subClassOf kg:Lada: owl:unionOf kräver ett ting'
    )


def test_documented_messages(micro: Settings) -> None:
    """The axioms that docs/reasoning.md shows give the messages shown there, and no other."""
    section = (ROOT / "docs" / "reasoning.md").read_text(encoding="utf-8").split("\n## Bad input\n")[1]
    [turtle] = re.findall(r"```turtle\n(.*?)```", section, re.S)
    [shown] = re.findall(r"```text\n(.*?)```", section, re.S)
    write(micro, "kg:rymmer a owl:ObjectProperty .")
    prefixes = " ".join(ONTOLOGY.splitlines()[:4])
    # The block has no prefixes; the first line of the file is its own.
    (micro.sources / "ontology" / "lada.ttl").write_text(f"{prefixes} {turtle}", encoding="utf-8")
    with pytest.raises(CheckFailed) as caught:
        checked(micro)
    assert sorted(shown.splitlines()) == sorted(en for _, en in caught.value.violations)


def test_another_base(micro: Settings, tmp_path: Path) -> None:
    """Under another base the messages name the terms of that base."""
    base = "https://exempel.se/graf/"
    write(micro, "kg:Lada owl:disjointUnionOf ( kg:Sak kg:DyrSak ) .")
    for path in micro.sources.rglob("*.ttl"):
        path.write_text(path.read_text(encoding="utf-8").replace(NAMES.base, base), encoding="utf-8")
    with pytest.raises(CheckFailed, match=r"kg:Lada owl:disjointUnionOf \( kg:Sak kg:DyrSak \): OWL 2 RL saknar"):
        checked(replace(micro, base=base))
