"""The data against the source texts: every line read, every passage true to its lines, no sentence copied."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
import rdflib
from conftest import sources_folder
from rdflib import DCTERMS, RDF, Literal, URIRef
from rdflib.term import Node

ROOT = Path(__file__).parents[1]
KG = "https://w3id.org/kunskapsgraf/ns#"
SOURCES = ["lansstyrelsen-vastmanland-2006"]
LONGEST_QUOTE = 12
"""Words in a row that a text of ours may share with the source by chance or as a name."""
needs_sources = pytest.mark.skipif(
    sources_folder() is None, reason="the source texts are not here (KUNSKAPSGRAF_KALLOR)"
)


def kg(name: str) -> URIRef:
    """Name a term of ours."""
    return URIRef(KG + name)


@cache
def graph() -> rdflib.Graph:
    """Parse all data into one graph."""
    found = rdflib.Graph()
    for path in sorted((ROOT / "data" / "ttl").rglob("*.ttl")):
        found.parse(path, format="turtle")
    return found


@cache
def text_lines(source: str) -> list[str]:
    """Read a source text; line 1 has index 0."""
    folder = sources_folder()
    assert folder is not None
    return (folder / f"{source}.txt").read_text(encoding="utf-8").split("\n")


def ranges(source: str) -> list[tuple[URIRef, int, int]]:
    """Give the passages and skipped ranges of a source with their first and last lines."""
    whole = URIRef(f"https://w3id.org/kunskapsgraf/id/kalla/{source}")
    return [
        (part, int(str(graph().value(part, kg("radFran")))), int(str(graph().value(part, kg("radTill")))))
        for part in graph().subjects(kg("iKalla"), whole)
        if isinstance(part, URIRef)
    ]


@pytest.mark.sources
@needs_sources
@pytest.mark.parametrize("source", SOURCES)
def test_every_line_is_read_or_skipped_with_reason(source: str) -> None:
    """Each non-blank line lies in a passage that a statement uses, or in a skipped range with its reason."""
    used = set(graph().objects(None, kg("uttalasI")))
    covered: set[int] = set()
    for part, first, last in ranges(source):
        skipped = (part, RDF.type, kg("UtelamnatAvsnitt")) in graph()
        if part in used or (skipped and list(graph().objects(part, kg("orsak")))):
            covered |= set(range(first, last + 1))
    uncovered = [n for n, line in enumerate(text_lines(source), 1) if line.strip() and n not in covered]
    assert [] == uncovered


@pytest.mark.sources
@needs_sources
@pytest.mark.parametrize("source", SOURCES)
def test_passages_lie_inside_the_text_and_are_used(source: str) -> None:
    """No passage is empty, reversed, beyond the last line, or used by nothing."""
    used = set(graph().objects(None, kg("uttalasI")))
    lines = text_lines(source)
    wrong = [
        str(part)
        for part, first, last in ranges(source)
        if not 1 <= first <= last <= len(lines)
        or ((part, RDF.type, kg("Passage")) in graph() and (part not in used or not _text_of(part).strip()))
    ]
    assert [] == wrong


@pytest.mark.sources
@needs_sources
def test_printed_menu_entries_stand_in_their_passage() -> None:
    """The printed text of each menu entry is found, word by word, on the lines of its passage."""
    missing = []
    for entry, printed in graph().subject_objects(kg("tryckt")):
        found = False
        for passage in graph().objects(entry, kg("uttalasI")):
            source = str(graph().value(passage, kg("iKalla"))).rsplit("/", 1)[-1]
            first, last = (int(str(graph().value(passage, kg(name)))) for name in ("radFran", "radTill"))
            text = _plain(" ".join(text_lines(source)[first - 1 : last]))
            found = found or _plain(str(printed)) in text
        if not found:
            missing.append((str(entry), str(printed)))
    assert [] == missing


@pytest.mark.sources
@needs_sources
def test_numbers_stand_in_their_passage() -> None:
    """Every figure is found on the lines that it is said to stand on, in digits or as a Swedish word."""
    missing = []
    for figure, value in graph().subject_objects(kg("varde")):
        texts = [_text_of(passage) for passage in graph().objects(figure, kg("uttalasI"))]
        if texts and not any(_holds_number(text, str(value)) for text in texts):
            missing.append((str(figure).rsplit("/", 1)[-1], str(value)))
    counted = {
        line.split()[0]
        for line in (ROOT / "tests" / "counted-figures.txt").read_text(encoding="utf-8").splitlines()
        if line.strip()
    }
    assert counted == {figure for figure, _ in missing}


@pytest.mark.sources
@needs_sources
@pytest.mark.parametrize("source", SOURCES)
def test_texts_are_in_our_own_words(source: str) -> None:
    """No label or comment of ours repeats more than twelve words in a row from the source."""
    words = _words(" ".join(text_lines(source)))
    known = {tuple(words[i : i + LONGEST_QUOTE + 1]) for i in range(len(words) - LONGEST_QUOTE)}
    # Titles, and what is kept as printed because the wording is the fact.
    verbatim = {kg(name) for name in ("tryckt", "ordagrant", "rubrikvag", "giltighetTryckt", "uttryck", "stalldFraga")}
    verbatim.add(DCTERMS.title)
    copied = []
    for subject, predicate, value in graph():
        if (subject, RDF.type, kg("Belagg")) in graph():
            continue  # it repeats the value of another statement
        if isinstance(value, Literal) and value.language == "sv" and predicate not in verbatim:
            own = _words(str(value))
            if any(tuple(own[i : i + LONGEST_QUOTE + 1]) in known for i in range(len(own) - LONGEST_QUOTE)):
                copied.append((str(subject), str(value)))
    assert [] == copied


def test_shared_capacity_is_one_figure() -> None:
    """The ten places of the three municipalities' twelve-step programme are one figure, not three."""
    programme = URIRef("https://w3id.org/kunskapsgraf/id/samarbete/tolvstegsprogram-fagersta-norberg-skinnskatteberg")
    shared = [f for f in graph().objects(programme, kg("harUppgift")) if (f, RDF.type, kg("Kapacitet")) in graph()]
    assert 1 == len(shared)
    services = set(graph().objects(programme, kg("omfattarInsats")))
    own = {
        f for s in services for f in graph().objects(s, kg("harUppgift")) if (f, RDF.type, kg("Kapacitet")) in graph()
    }
    assert set(shared) == own


NUMBERS = {
    "1": "en ett ena", "2": "två båda", "3": "tre", "4": "fyra", "5": "fem", "6": "sex", "7": "sju", "8": "åtta", "9": "nio",
    "10": "tio", "11": "elva", "12": "tolv", "14": "fjorton fjortonde",
}  # fmt: skip


def _text_of(passage: Node) -> str:
    source = str(graph().value(passage, kg("iKalla"))).rsplit("/", 1)[-1]
    first, last = (int(str(graph().value(passage, kg(name)))) for name in ("radFran", "radTill"))
    return " ".join(text_lines(source)[first - 1 : last])


def _holds_number(text: str, value: str) -> bool:
    digits = value.replace(".", ",")
    if re.search(rf"(?<![\d,]){re.escape(digits)}(?![\d,]*\d)", re.sub(r"(?<=\d) (?=\d{3})", "", text)):
        return True
    words = set(_words(text))
    return any(word in words for word in NUMBERS.get(value, "").split()) or any(
        w.startswith(f"{value}-") for w in text.split()
    )


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\\*", "*")).strip()


def _words(text: str) -> list[str]:
    return re.findall(r"[\w-]+", text.lower())
