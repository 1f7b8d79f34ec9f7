"""Reading: any folder of RDF, errors that a curator understands, and blank nodes with names that last."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kunskapsgraf.errors import SourceError, SyntaxInFile, UnknownTerm
from kunskapsgraf.graph import rdf
from kunskapsgraf.graph.rdf import BlankNode, NamedNode, read_file
from kunskapsgraf.graph.vocabulary import Names
from kunskapsgraf.pipeline.read import Corpus, layout, line_of, read
from kunskapsgraf.settings import Settings

NAMES = Names("https://w3id.org/kunskapsgraf/")
SOURCE = "https://w3id.org/kunskapsgraf/graf/kalla/"
PREFIXES = """\
@prefix kg: <https://w3id.org/kunskapsgraf/ns#> .
@prefix sak: <https://w3id.org/kunskapsgraf/id/sak/> .
"""
RDF_XML = """\
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:a="http://a/">
<rdf:Description rdf:about="http://a/x"><a:p>å</a:p></rdf:Description></rdf:RDF>
"""
# The same statement in each format.
FORMATS = {
    "en.ttl": '@prefix a: <http://a/> . a:x a:p "å" .',
    "en.nt": '<http://a/x> <http://a/p> "\\u00E5" .\n',
    "en.jsonld": '{"@id": "http://a/x", "http://a/p": "å"}',
    "en.rdf": RDF_XML,
    "en.xml": RDF_XML,
    "en.owl": '<!DOCTYPE rdf:RDF [<!ENTITY a "http://a/">]>\n' + RDF_XML.replace('"http://a/x"', '"&a;x"'),
}
# (file, content, line where it is known, a part of what is said)
BROKEN: list[tuple[str, str | bytes, int | None, str]] = [
    ("stop.ttl", "@prefix a: <http://a/> .\na:x a:p a:y\na:z a:p a:w .\n", 3, "full stop or semicolon"),
    ("prefix.ttl", "\n\nb:x b:p b:y .\n", 3, "prefix b:"),
    ("relative.ttl", "<a> <b> <c> .", 1, "absolute IRI"),
    ("latin.ttl", '<http://a> <http://b>\n"Söder" .'.encode("latin-1"), 2, "UTF-8"),
    ("wide.ttl", "<http://a> <http://b> <http://c> .".encode("utf-16"), 1, "UTF-8"),
    ("mark.ttl", "\ufeff<http://a> <http://b> <http://c> .", 1, "BOM"),
    ("half.nt", '<http://a> <http://b> "x\n', 1, "end of file"),
    ("half.jsonld", '{"@id": "http://a/x",\n', 2, "keys must be strings"),
    ("remote.jsonld", '{"@context": "http://127.0.0.1:9/", "@id": "http://a/x", "@type": "Y"}', None, "remote context"),
    ("graph.jsonld", '{"@id": "http://g", "@graph": [{"@id": "http://a/x", "http://a/p": 1}]}', None, "amed graph"),
    ("half.rdf", "<rdf:RDF>", None, "rdf:"),
    (
        "nested.ttl",
        "\n<http://a> <http://b> " + "<<( <http://a> <http://b> " * 500 + "1" + " )>>" * 500 + " .",
        2,
        "200",
    ),
    (
        "nested.nt",
        "<http://a> <http://b> " + "<<( <http://a> <http://b> " * 500 + '"1"' + " )>>" * 500 + " .\n",
        1,
        "200",
    ),
    ("deep.jsonld", '\n{"http://a/p":' * 5000 + "1" + "}" * 5000, 202, "200"),
    ("list.jsonld", '{"http://a/p":' + "[" * 50_000 + "]" * 50_000 + "}", 1, "200"),
    ("bomb.rdf", '<!DOCTYPE r [<!ENTITY a "aa">\n<!ENTITY b "&a;&a;">]>' + RDF_XML, 2, "entity"),
    ("swell.rdf", f"<!DOCTYPE r [<!ENTITY a '{'a' * 1001}'>]>" + RDF_XML, 1, "entity"),
]
# (Turtle, line of the term, name in our namespace, the suggestion or None)
UNKNOWN = [
    ('sak:ring kg:nanm "ring" .', 3, "nanm", "namn"),
    ("sak:ring a kg:DyrSaak .", 3, "DyrSaak", "DyrSak"),
    ("\nkg:Sakk kg:namn 'x' .", 4, "Sakk", "Sak"),
    ("sak:ring kg:xyzzy sak:sked .", 3, "xyzzy", None),
    ("sak:ring <https://w3id.org/kunskapsgraf/ns#qwerty> 1 .", 3, "qwerty", None),
]
# (line of the file, IRI, whether the line names it)
LINES = [
    ("sak:ring a kg:Sak .", "https://w3id.org/kunskapsgraf/id/sak/ring", True),
    ("<https://w3id.org/kunskapsgraf/id/sak/ring> a kg:Sak .", "https://w3id.org/kunskapsgraf/id/sak/ring", True),
    ("sak:ring-2 a kg:Sak .", "https://w3id.org/kunskapsgraf/id/sak/ring", False),
    ("sak:orring a kg:Sak .", "https://w3id.org/kunskapsgraf/id/sak/ring", False),
    ("# en ring", "https://w3id.org/kunskapsgraf/id/sak/ring", False),
    (":ring a kg:Sak .", "https://w3id.org/kunskapsgraf/id/sak/ring", True),
    ("    sak:ring , sak:sked .", "https://w3id.org/kunskapsgraf/id/sak/ring", True),
]


def put(folder: Path, name: str, content: str | bytes) -> Path:
    """Write a file and the folders above it."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def texts(corpus: Corpus, graph: str) -> set[str]:
    """Give a graph's triples as N-Triples writes them."""
    return {str(triple) for triple in corpus.graph(graph)}


@pytest.mark.parametrize(("name", "content", "line", "says"), BROKEN)
def test_broken_file(tmp_path: Path, name: str, content: str | bytes, line: int | None, says: str) -> None:
    """A broken file stops the reading; both languages name the file, the line where there is one, and what is wrong."""
    put(tmp_path, name, content)
    with pytest.raises(SyntaxInFile) as caught:
        read(tmp_path, NAMES)
    where = f"{tmp_path / name}:{line}:" if line else f"{tmp_path / name}: "
    assert caught.value.sv.startswith(where)
    assert caught.value.en.startswith(where)
    assert line == caught.value.line
    assert says in caught.value.en


def test_large_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file beyond the largest size is refused before it is read, with the remedy."""
    put(tmp_path, "stor.ttl", "<http://a> <http://b> <http://c> .")
    monkeypatch.setattr(rdf, "LARGEST_FILE", 10)
    with pytest.raises(SyntaxInFile, match="Dela den i flera filer"):
        read(tmp_path, NAMES)


def test_nesting_that_is_none(tmp_path: Path) -> None:
    """Many brackets side by side, or in strings, are let through."""
    put(
        tmp_path,
        "bred.jsonld",
        '[{"@id": "http://a/x", "http://a/p": "' + "[" * 500 + '"}' + ', {"@id": "http://a/y"}' * 500 + "]",
    )
    put(
        tmp_path,
        "bred.ttl",
        "\n".join(f"<http://a/{i}> <http://b> <<( <http://a> <http://b> 1 )>> ." for i in range(300)),
    )
    assert 1 == len(list(read_file(tmp_path / "bred.jsonld")))
    assert 300 == len(list(read_file(tmp_path / "bred.ttl")))


def test_statements_about_statements(tmp_path: Path) -> None:
    """Triple terms of RDF 1.2 are refused, with what to use instead."""
    put(tmp_path, "om.ttl", "<http://a> <http://b> <<( <http://a> <http://b> 1 )>> .")
    with pytest.raises(SourceError, match="kg:Belagg"):
        read(tmp_path, NAMES)


@pytest.mark.parametrize(("turtle", "line", "name", "suggestion"), UNKNOWN)
def test_unknown_term(micro: Settings, turtle: str, line: int, name: str, suggestion: str | None) -> None:
    """A term of ours that the ontology lacks is refused by file, line and name, with the nearest one there is."""
    put(micro.sources, "data/ttl/ny.ttl", PREFIXES + turtle)
    with pytest.raises(UnknownTerm) as caught:
        read(micro.sources, NAMES)
    hints = (
        (f"Menade du kg:{suggestion}?", f"Did you mean kg:{suggestion}?") if suggestion else ("Deklarera", "Declare")
    )
    for message, hint in zip((caught.value.sv, caught.value.en), hints, strict=True):
        assert message.startswith(f"data/ttl/ny.ttl:{line}: ")
        assert re.search(rf"kg:{name}\b", message)
        assert hint in message


def test_unknown_term_in_the_ontology(micro: Settings) -> None:
    """An axiom that names an undeclared term is refused too."""
    put(micro.sources, "ontology/ny.ttl", "@prefix kg: <https://w3id.org/kunskapsgraf/ns#> .\nkg:Sak kg:slarv true .")
    with pytest.raises(UnknownTerm, match=r"ontology/ny\.ttl:2: termen kg:slarv"):
        read(micro.sources, NAMES)


def test_ten_unknown_terms_are_shown(micro: Settings) -> None:
    """Of many unknown terms the first ten are shown, a line each."""
    put(micro.sources, "data/ttl/ny.ttl", PREFIXES + "".join(f"sak:ring kg:okand{i:02} 1 .\n" for i in range(12)))
    with pytest.raises(UnknownTerm) as caught:
        read(micro.sources, NAMES)
    assert 10 == len(caught.value.sv.splitlines()) == len(caught.value.en.splitlines())


def test_foreign_terms_are_welcome(micro: Settings) -> None:
    """Terms of other namespaces need no declaration, even where their name is one of ours with a slip."""
    put(micro.sources, "data/ttl/ny.ttl", "@prefix x: <http://example.org/ns#> . x:a x:nanm x:DyrSaak .")
    corpus = read(micro.sources, NAMES)
    assert 1 == len(corpus.graph(SOURCE + "ny"))


def test_every_format_gives_the_same(tmp_path: Path) -> None:
    """A folder may hold Turtle, N-Triples, JSON-LD and RDF/XML, and all say the same."""
    for name, content in FORMATS.items():
        put(tmp_path, f"{name.replace('.', '-')}/{name}", content)
    corpus = read(tmp_path, NAMES)
    for name in FORMATS:
        assert {'<http://a/x> <http://a/p> "å"'} == texts(corpus, SOURCE + name.replace(".", "-"))


def test_suffixes_are_those_tried() -> None:
    """Every suffix that is read has its case above."""
    assert set(rdf.READABLE) == {Path(name).suffix for name in FORMATS}


def test_any_folder_of_rdf(tmp_path: Path) -> None:
    """A file or folder at the top is a source; other files are passed by; the ontology is the package's own."""
    statement = "<http://a/x> <http://a/p> 1 ."
    for name in ("Källa Två.ttl", "mapp/a.ttl", "mapp/djup/b.nt", "mapp.ttl", "redaktion/c.ttl", "läs.txt", "läs.csv"):
        put(tmp_path, name, statement.replace("1", '"1"') + "\n")
    found = {
        (str(file.path.relative_to(tmp_path)), file.graph)
        for file in layout(tmp_path, NAMES)
        if tmp_path in file.path.parents
    }
    assert {
        ("Källa Två.ttl", SOURCE + "kalla-tva"),
        ("mapp.ttl", SOURCE + "mapp"),
        ("mapp/a.ttl", SOURCE + "mapp"),
        ("mapp/djup/b.nt", SOURCE + "mapp"),
        ("redaktion/c.ttl", NAMES.editorial_graph),
    } == found
    assert len(read(tmp_path, NAMES).graph(NAMES.ontology_graph)) > 1000


@pytest.mark.parametrize("name", ["STOR.TTL", "a.trig", "a.nq", "a.n3", "mapp/a.JsonLd"])
def test_unread_suffix(tmp_path: Path, name: str) -> None:
    """A file that would be passed over though it is RDF is refused, with the suffixes that are read."""
    put(tmp_path, "k.ttl", "<http://a> <http://b> <http://c> .")
    path = put(tmp_path, name, "")
    with pytest.raises(SourceError) as caught:
        read(tmp_path, NAMES)
    for message in (caught.value.sv, caught.value.en):
        assert message.startswith(f"{path}: ")
        assert ".ttl, .nt, .jsonld" in message


def test_own_ontology(micro: Settings) -> None:
    """Sources with an ontology of their own do not get the package's."""
    corpus = read(micro.sources, NAMES)
    assert [SOURCE + "kalla", NAMES.ontology_graph] == corpus.graphs()
    assert 6 == len(corpus.graph(NAMES.ontology_graph))
    assert 4 == len(corpus.graph(SOURCE + "kalla"))


@pytest.mark.parametrize("name", ["", "läs.txt", "ontology/bara.ttl"])
def test_empty_folder(tmp_path: Path, name: str) -> None:
    """A folder without data is refused, with what to put there."""
    if name:
        put(tmp_path, name, "")
    with pytest.raises(SourceError) as caught:
        read(tmp_path, NAMES)
    assert f"{tmp_path} innehåller inga RDF-filer (.ttl, " in caught.value.sv
    assert f"{tmp_path} holds no RDF files (.ttl, " in caught.value.en


def test_no_folder(tmp_path: Path) -> None:
    """What is no folder is refused, with what to give."""
    for path in (tmp_path / "saknas", put(tmp_path, "fil.ttl", "")):
        with pytest.raises(SourceError, match=r"är ingen mapp\. Ange en mapp"):
            read(path, NAMES)


def test_blank_nodes_get_names_that_last(tmp_path: Path) -> None:
    """A blank node of the data becomes an IRI that follows from its file alone, not from place or company."""
    turtle = "@prefix a: <http://a/> . a:x a:p [ a:q 1 ] , [ a:q 2 ] . _:b a:p _:b ."
    put(tmp_path, "ett/k.ttl", turtle)
    put(tmp_path, "tva/m/k.ttl", turtle)
    put(tmp_path, "tva/annan.ttl", "[] <http://a/q> [] .")
    one = texts(read(tmp_path / "ett", NAMES), SOURCE + "k")
    two = read(tmp_path / "tva", NAMES)
    assert one == texts(two, SOURCE + "m")
    named = {str(triple.subject) for triple in two.graph(SOURCE + "m", SOURCE + "annan")} - {"<http://a/x>"}
    assert 4 == len(named)
    assert all(name.startswith("<https://w3id.org/kunskapsgraf/.well-known/genid/") for name in named)
    assert not any(
        isinstance(term, BlankNode)
        for quad in two.quads
        for term in (quad.subject, quad.object)
        if quad.graph_name != NamedNode(NAMES.ontology_graph)
    )


def test_blank_nodes_follow_the_file(tmp_path: Path) -> None:
    """Another content gives other names, so that two versions of a node are never one."""
    path = put(tmp_path, "k.ttl", "[] <http://a/q> 1 .")
    before = texts(read(tmp_path, NAMES), SOURCE + "k")
    path.write_text("[] <http://a/q> 2 .", encoding="utf-8")
    after = texts(read(tmp_path, NAMES), SOURCE + "k")
    assert set() == {text.split()[0] for text in before} & {text.split()[0] for text in after}


def test_blank_nodes_of_the_ontology_stay_blank(micro: Settings) -> None:
    """An axiom's blank nodes stay blank, with labels that are the same in every reading."""
    put(
        micro.sources,
        "ontology/axiom.ttl",
        "@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix kg: <https://w3id.org/kunskapsgraf/ns#> .\n"
        "[ a owl:Class ; owl:unionOf ( kg:Sak kg:DyrSak ) ] a owl:Class .",
    )
    one, two = (texts(read(micro.sources, NAMES), NAMES.ontology_graph) for _ in range(2))
    assert one == two
    assert any(text.startswith("_:axiom_1 ") for text in one)


def test_where(micro: Settings) -> None:
    """A thing's place is the file and line that first name it; a thing that no file speaks of has none."""
    corpus = read(micro.sources, NAMES)
    assert "data/ttl/kalla.ttl:4" == corpus.where(NAMES.things + "sak/ring", micro.sources)
    assert "ontology/sak.ttl:6" == corpus.where(NAMES.terms + "DyrSak", micro.sources)
    assert "-" == corpus.where(NAMES.things + "sak/saknas", micro.sources)


@pytest.mark.parametrize(("text", "iri", "expected"), LINES)
def test_line_of(tmp_path: Path, text: str, iri: str, expected: bool) -> None:
    """A line names a thing in full or as a prefixed name, not as a part of another name."""
    path = put(tmp_path, "k.ttl", f"\n{text}\n")
    assert (2 if expected else None) == line_of(path, iri)


def test_line_that_begins_with_the_thing(tmp_path: Path) -> None:
    """The line that a thing begins is named before one that only refers to it."""
    path = put(tmp_path, "k.ttl", "sak:sked kg:bredvid sak:ring .\nsak:ring a kg:Sak .\n")
    assert 2 == line_of(path, "https://w3id.org/kunskapsgraf/id/sak/ring")
