"""The curators' documentation: its example is built from its own blocks, and every output that it shows is the real one."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest
import rdflib
from rdflib import RDF, URIRef

import kunskapsgraf
from kunskapsgraf import settings as settings_module
from kunskapsgraf.graph.snapshot import pointed
from kunskapsgraf.options import SETTINGS
from kunskapsgraf.pipeline.build import build

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "curators.md").read_text(encoding="utf-8")
KG = "https://w3id.org/kunskapsgraf/ns#"
EXAMPLE = "exempel/"
SOURCE = "exempelkartan-2024"


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the file that its first line names, and its content."""

    language: str
    file: str
    content: str


@dataclass(frozen=True)
class Told:
    """A command of the documentation, the output that it shows, and the output that came."""

    command: str
    shown: str
    came: str


def blocks() -> list[Block]:
    """Give the fenced blocks in order; the first line of Turtle and SPARQL names a file."""
    found = []
    for language, content in re.findall(r"^```(\w+)\n(.*?)^```$", TEXT, re.M | re.S):
        named = (
            re.match(r"# ((?:exempel|ontology|queries)/\S+)\n", content) if language in {"turtle", "sparql"} else None
        )
        found.append(Block(language, named[1] if named else "", content))
    return found


def commands(block: Block) -> list[tuple[str, str]]:
    """Give each command of a console block with the output shown below it."""
    parts = [part.partition("\n") for part in re.split(r"^\$ ", block.content, flags=re.M)[1:]]
    return [(command, output) for command, _, output in parts]


def shown() -> list[tuple[str, str]]:
    """Give every command of the page with its output."""
    return [pair for block in blocks() if block.language == "console" for pair in commands(block)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with what the example takes from the project."""
    made = tmp_path_factory.mktemp("kuratorer")
    for part in ("queries", "shapes", "data/ttl/redaktion"):
        shutil.copytree(ROOT / part, made / part)
    return made


@pytest.fixture(scope="module")
def told(folder: Path) -> list[Told]:
    """Follow the page from top to bottom: write each file where its block stands, run each command."""
    environment = {name: value for name, value in os.environ.items() if name not in {row.variable for row in SETTINGS}}
    environment["PATH"] = f"{Path(sys.executable).parent}:{environment['PATH']}"
    # The commands run in another folder: a relative search path would lead them to another copy of the package.
    environment["PYTHONPATH"] = str(Path(kunskapsgraf.__file__).parents[1])
    environment["KUNSKAPSGRAF_WORKERS"] = "1"
    found = []
    for block in blocks():
        if block.file.startswith(EXAMPLE):
            with (folder / block.file).open("a", encoding="utf-8") as stream:
                stream.write(block.content)
        for command, output in commands(block) if block.language == "console" else ():
            if command.startswith("export "):
                environment |= dict(pair.split("=", 1) for pair in command.split()[1:])
            done = subprocess.run(
                ["bash", "-c", command],
                env=environment,
                cwd=folder,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=300,
                check=False,
            )
            found.append(Told(command, output, done.stdout.replace("\r\n", "\n")))
    return found


@cache
def source_lines() -> list[str]:
    """Give the lines of the invented source text; line 1 has index 0."""
    (text,) = (block.content for block in blocks() if block.language == "text")
    return text.splitlines()


@cache
def example() -> rdflib.Graph:
    """Parse the data that the page's blocks make, without the draft that is meant to be broken."""
    files: dict[str, str] = {}
    for block in blocks():
        if block.language == "turtle" and block.file.startswith(EXAMPLE) and "utkast" not in block.file:
            files[block.file] = files.get(block.file, "") + block.content
    graph = rdflib.Graph()
    for content in files.values():
        graph.parse(data=content, format="turtle")
    return graph


def ranges() -> list[tuple[URIRef, int, int]]:
    """Give the passages and skipped ranges of the example's source with their first and last lines."""
    whole = URIRef(f"https://w3id.org/kunskapsgraf/id/kalla/{SOURCE}")
    return [
        (part, *(int(str(example().value(part, URIRef(KG + name)))) for name in ("radFran", "radTill")))  # type: ignore[misc]
        for part in example().subjects(URIRef(KG + "iKalla"), whole)
    ]


@pytest.mark.parametrize("number", range(len(shown())), ids=lambda number: shown()[number][0][:50])
def test_command_gives_the_output_shown(told: list[Told], number: int) -> None:
    """Each command of the page, run in its place, gives exactly the output that stands below it."""
    assert told[number].shown.rstrip("\n") == told[number].came.rstrip("\n")


def test_pipeline_builds_the_same_snapshot(told: list[Told], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder that the page makes is what the pipeline itself builds, byte by byte of its inputs."""
    monkeypatch.chdir(folder)
    home = folder / EXAMPLE / "var"
    served = pointed(home)
    snapshot = build(replace(settings_module.load({}), sources=Path(EXAMPLE), home=home))
    assert served == snapshot.manifest.version


def test_every_line_of_the_text_is_read_or_skipped() -> None:
    """Each line of the example's text lies in a passage that something uses, or in a skipped range with its reason."""
    used = set(example().objects(None, URIRef(KG + "uttalasI")))
    covered: set[int] = set()
    for part, first, last in ranges():
        skipped = (part, RDF.type, URIRef(KG + "UtelamnatAvsnitt")) in example()
        assert skipped or part in used, part
        assert not skipped or 2 == len(list(example().objects(part, URIRef(KG + "orsak")))), part
        covered |= set(range(first, last + 1))
    assert 13 == len(source_lines())
    assert set(range(1, len(source_lines()) + 1)) == covered


@pytest.mark.parametrize("name", ["ordagrant", "uttryck", "underlag", "giltighetTryckt"])
def test_words_of_the_source_stand_on_their_lines(name: str) -> None:
    """What is kept as printed is found on the lines of its passages."""
    texts = {part: " ".join(source_lines()[first - 1 : last]) for part, first, last in ranges()}
    checked = 0
    for thing, words in example().subject_objects(URIRef(KG + name)):
        places = [thing, *example().objects(thing, URIRef(KG + "uttalasI"))]
        told_on = [texts[place] for place in places if place in texts]  # type: ignore[index]
        if told_on:  # what is read off a page of guidelines has no lines
            assert any(str(words) in text for text in told_on), (thing, words)
            checked += 1
    assert checked


def test_quoted_axioms_and_queries_stand_in_their_files() -> None:
    """What the page quotes from the project is there, word by word."""
    quotes = [block for block in blocks() if block.file and not block.file.startswith(EXAMPLE)]
    missing = [
        block.content
        for block in quotes
        if block.content.partition("\n")[2].rstrip("\n") not in (ROOT / block.file).read_text(encoding="utf-8")
    ]
    assert len(quotes) >= 5
    assert [] == missing


def test_states_of_evidence_are_the_list() -> None:
    """The page's table has every state of the one list of states, and no other."""
    states = rdflib.Graph().parse(ROOT / "data" / "ttl" / "redaktion" / "evidenslagen.ttl", format="turtle")
    listed = {str(state).rsplit("/", 1)[-1] for state in states.subjects(RDF.type, URIRef(KG + "Bedomning"))}
    assert listed == set(re.findall(r"^\| `bedomning:([\w-]+)` \|", TEXT, re.M))


def test_terms_and_categories_exist() -> None:
    """Every term that the page names, the draft's misspelled one apart, is declared in the ontology."""
    declared = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "ontology").glob("*.ttl"))
    named = set(re.findall(r"\bkg:([A-Za-z]\w*)", TEXT)) | set(
        re.findall(r"`((?:Kommun|Metod|Evidens|Manual|Rekommenderad)\w+)`", TEXT)
    )
    assert {"anvanderMetoden"} == {name for name in named if not re.search(rf"^kg:{name} a ", declared, re.M)}


def test_every_block_is_followed() -> None:
    """No Turtle or SPARQL of the page stands outside the example and the quotations."""
    assert [] == [block.content for block in blocks() if block.language in {"turtle", "sparql"} and not block.file]
