"""The data against the source texts: every line read, every passage true to its lines, no sentence copied."""

from __future__ import annotations

import re
from functools import cache

import pytest
import rdflib
from conftest import sources_folder
from parsed import ROOT, data
from rdflib import DCTERMS, RDF, RDFS, SKOS, Literal, URIRef
from rdflib.term import Node

KG = "https://w3id.org/kunskapsgraf/ns#"
SOURCES = [
    "fou-sodertorn-rapport-158",
    "hasselby-vallingby-act-icm-2015",
    "lansstyrelsen-vastmanland-2006",
    "lumell-tidigt-stod-rapport-3",
    "oppna-jamforelser-missbruk-2019",
]
LONGEST_QUOTE = 12
"""Words in a row that a text of ours may share with the source by chance or as a name."""
FIGURES = (
    *("varde", "vardeFran", "vardeTill", "andel", "bas", "antal", "antalIngaende", "alderFran", "alderTill"),
    *("ar", "artionde", "startar", "utgivningsar", "veckaFran", "veckaTill"),
)
"""Properties whose value is a number that the source gives."""
PRINTED = (
    *("ordagrant", "uttryck", "vardeord", "stalldFraga", "tidigareNamn"),
    *("alderTryckt", "forfattareTryckt", "utgivenTryckt"),
)
"""Properties whose value in Swedish is the source's own words."""
NOT_TITLED = {"aa-webbplats", "oppna-jamforelser-2019-excelfil", "hasselby-vallingby-act-icm-2015"}
"""Works that their source only describes, so that the title is ours."""
PLACES = ("kommun", "kommundel", "stadsdel", "lan", "plats")
CARRIERS = ("verksamhet", "projekt")
"""Kinds of things after which a figure or statement of theirs is named, where its own lines leave the name out."""
needs_sources = pytest.mark.skipif(
    sources_folder() is None, reason="the source texts are not here (KUNSKAPSGRAF_KALLOR)"
)


def kg(name: str) -> URIRef:
    """Name a term of ours."""
    return URIRef(KG + name)


@cache
def own(source: str) -> rdflib.Graph:
    """Parse what one source asserts."""
    found = rdflib.Graph()
    for path in sorted((ROOT / "data" / "ttl" / source).rglob("*.ttl")):
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
        (part, int(str(data().value(part, kg("radFran")))), int(str(data().value(part, kg("radTill")))))
        for part in data().subjects(kg("iKalla"), whole)
        if isinstance(part, URIRef)
    ]


@pytest.mark.sources
@needs_sources
@pytest.mark.parametrize("source", SOURCES)
def test_every_line_is_read_or_skipped_with_reason(source: str) -> None:
    """Each non-blank line lies in a passage that a statement uses, or in a skipped range with its reason."""
    used = set(data().objects(None, kg("uttalasI")))
    covered: set[int] = set()
    for part, first, last in ranges(source):
        skipped = (part, RDF.type, kg("UtelamnatAvsnitt")) in data()
        if part in used or (skipped and list(data().objects(part, kg("orsak")))):
            covered |= set(range(first, last + 1))
    uncovered = [n for n, line in enumerate(text_lines(source), 1) if line.strip() and n not in covered]
    assert [] == uncovered


@pytest.mark.sources
@needs_sources
@pytest.mark.parametrize("source", SOURCES)
def test_passages_lie_inside_the_text_and_are_used(source: str) -> None:
    """No passage is empty, reversed, beyond the last line, or used by nothing."""
    used = set(data().objects(None, kg("uttalasI")))
    lines = text_lines(source)
    wrong = [
        str(part)
        for part, first, last in ranges(source)
        if not 1 <= first <= last <= len(lines)
        or ((part, RDF.type, kg("Passage")) in data() and (part not in used or not _text_of(part).strip()))
    ]
    assert [] == wrong


@pytest.mark.sources
@needs_sources
def test_printed_menu_entries_stand_in_their_passage() -> None:
    """The printed text of each menu entry is found, word by word, on the lines of its passage."""
    missing = []
    for entry, printed in data().subject_objects(kg("tryckt")):
        found = False
        for passage in data().objects(entry, kg("uttalasI")):
            source = str(data().value(passage, kg("iKalla"))).rsplit("/", 1)[-1]
            first, last = (int(str(data().value(passage, kg(name)))) for name in ("radFran", "radTill"))
            text = _plain(" ".join(text_lines(source)[first - 1 : last]))
            found = found or _plain(str(printed)) in text
        if not found:
            missing.append((str(entry), str(printed)))
    assert [] == missing


@pytest.mark.sources
@needs_sources
def test_numbers_stand_in_their_passage() -> None:
    """Every figure is found on the lines that it is said to stand on, in digits or as a Swedish word."""
    missing = set()
    for name in FIGURES:
        for figure, value in data().subject_objects(kg(name)):
            texts = [_text_of(passage) for passage in data().objects(figure, kg("uttalasI"))]
            if texts and not any(_holds_number(text, str(value)) for text in texts):
                missing.add(_slug(figure))
    counted = {
        line.split()[0]
        for line in (ROOT / "tests" / "counted-figures.txt").read_text(encoding="utf-8").splitlines()
        if line.strip()
    }
    assert counted == missing


@pytest.mark.sources
@needs_sources
@pytest.mark.parametrize("name", PRINTED)
def test_quoted_words_stand_in_their_passage(name: str) -> None:
    """What is said to be the source's wording stands on its lines; what is left out of it is marked […]."""
    absent = []
    for subject, value in data().subject_objects(kg(name)):
        passages = _passages(subject)
        if passages and isinstance(value, Literal) and value.language in (None, "sv"):
            texts = [_folded(_text_of(passage)) for passage in passages]
            parts = [_folded(part) for part in str(value).split("[…]")]
            if not any(all(part in text for part in parts) for text in texts):
                absent.append((_slug(subject), str(value)))
    assert [] == absent


@pytest.mark.sources
@needs_sources
def test_printed_periods_stand_in_their_source() -> None:
    """A period kept as printed stands in the source; on other lines where one period holds for the whole source."""
    absent = []
    for subject, value in data().subject_objects(kg("giltighetTryckt")):
        texts = [_folded_whole(_source_of(passage)) for passage in _passages(subject)]
        if isinstance(value, Literal) and texts and not any(_folded(str(value)) in text for text in texts):
            absent.append((_slug(subject), str(value)))
    assert [] == absent


@pytest.mark.sources
@needs_sources
@pytest.mark.parametrize("source", SOURCES)
def test_headings_are_printed_before_their_passage_ends(source: str) -> None:
    """Each step of a heading path stands in the text up to the passage; our own are in brackets, or name a footnote."""
    absent = set()
    lines = [_letters(line) for line in text_lines(source)]
    for part, _, last in ranges(source):
        text = "".join(lines[:last])
        for heading in str(data().value(part, kg("rubrikvag")) or "").split(" > "):
            if not heading.startswith(("[", "Fotnot ")) and _letters(heading) not in text:
                absent.add((_slug(part), heading))
    assert set() == absent


@pytest.mark.sources
@needs_sources
@pytest.mark.parametrize("source", SOURCES)
def test_titles_stand_in_their_passage(source: str) -> None:
    """Each work that a source names has its title on its lines, where needed as the misprinted hidden label."""
    absent = []
    for work in set(own(source).subjects(DCTERMS.title)):
        titles = [
            t
            for name in (DCTERMS.title, DCTERMS.alternative, SKOS.hiddenLabel)
            for t in own(source).objects(work, name)
        ]
        texts = [_letters(_text_of(passage)) for passage in own(source).objects(work, kg("uttalasI"))]
        if _slug(work) not in NOT_TITLED and not any(
            _letters(str(title)) in text for title in titles for text in texts
        ):
            absent.append(_slug(work))
    assert [] == absent


@pytest.mark.sources
@needs_sources
@pytest.mark.parametrize("source", SOURCES)
def test_names_in_labels_stand_in_their_passage(source: str) -> None:
    """A name within a label stands on the thing's lines or in their headings, or it names the place or unit concerned."""
    whole = _letters(" ".join(text_lines(source)))
    found = {subject: _names(source, subject) for subject in set(own(source).subjects(kg("uttalasI")))}
    places = _letters(" ".join(str(label) for kind in PLACES for label in _labels(data(), kind)))
    carried = {
        stem
        for subject in found
        if _kind(subject) in CARRIERS
        for name in _names(source, subject, first=True)
        for stem in _stems(name)
        if stem in _lines_and_headings(subject)
    }
    absent = []
    for subject, names in found.items():
        text = _lines_and_headings(subject)
        for name in names:
            stems = _stems(name)
            here = any(stem in text for stem in stems)
            about = any(stem in carried or stem in places for stem in stems)
            if not here and not (about and any(stem in whole for stem in stems)):
                absent.append((f"{_kind(subject)}/{_slug(subject)}", name))
    assert [] == absent


@pytest.mark.sources
@needs_sources
@pytest.mark.parametrize("source", SOURCES)
def test_texts_are_in_our_own_words(source: str) -> None:
    """No label or comment of ours repeats more than twelve words in a row from the source."""
    words = _words(" ".join(text_lines(source)))
    known = {words[i : i + LONGEST_QUOTE + 1] for i in range(len(words) - LONGEST_QUOTE)}
    # Titles, misprints, and what is kept as printed because the wording is the fact.
    verbatim = {kg(name) for name in ("tryckt", "rubrikvag", "giltighetTryckt", *PRINTED)}
    verbatim |= {DCTERMS.title, DCTERMS.alternative, SKOS.hiddenLabel}
    titles = {
        _words(str(title)) for name in (DCTERMS.title, DCTERMS.alternative) for title in data().objects(None, name)
    }
    copied = []
    for subject, predicate, value in data():
        if (subject, RDF.type, kg("Belagg")) in data():
            continue  # it repeats the value of another statement
        if isinstance(value, Literal) and value.language == "sv" and predicate not in verbatim:
            text = _words(str(value))
            runs = {text[i : i + LONGEST_QUOTE + 1] for i in range(len(text) - LONGEST_QUOTE)} & known
            if runs and not any(_within(title, text) for title in titles if len(title) >= LONGEST_QUOTE // 2):
                copied.append((str(subject), str(value)))
    assert [] == copied


def test_shared_capacity_is_one_figure() -> None:
    """The ten places of the three municipalities' twelve-step programme are one figure, not three."""
    programme = URIRef("https://w3id.org/kunskapsgraf/id/samarbete/tolvstegsprogram-fagersta-norberg-skinnskatteberg")
    shared = [f for f in data().objects(programme, kg("harUppgift")) if (f, RDF.type, kg("Kapacitet")) in data()]
    assert 1 == len(shared)
    services = set(data().objects(programme, kg("omfattarInsats")))
    own = {f for s in services for f in data().objects(s, kg("harUppgift")) if (f, RDF.type, kg("Kapacitet")) in data()}
    assert set(shared) == own


UNITS = "noll en två tre fyra fem sex sju åtta nio tio elva tolv tretton fjorton femton sexton sjutton arton nitton"
TENS = "tjugo trettio fyrtio femtio sextio sjuttio åttio nittio"
OTHER_FORMS = {1: "ett ena", 2: "båda", 14: "fjortonde"}


def _number_words(number: int) -> list[str]:
    """Write a whole number below a hundred as Swedish words, every form of it that the sources use."""
    if number < 20:
        return [UNITS.split()[number], *OTHER_FORMS.get(number, "").split()]
    tens, unit = TENS.split()[number // 10 - 2], number % 10
    return [tens] if not unit else [tens + word for word in _number_words(unit)]


def _holds_number(text: str, value: str) -> bool:
    digits = value.replace(".", ",")
    text = re.sub(r"(?<=\d) (?=\d{3})", "", text)
    if re.search(rf"(?<![\d,]){re.escape(digits)}(?![\d,]*\d)", text) or f" {value}-" in f" {text}":
        return True
    amount = float(value)
    millions = f"{amount / 1_000_000:g}".replace(".", ",")
    if amount >= 100_000 and re.search(rf"(?<![\d,]){millions} (mnkr|miljon)", text):
        return True
    if not 0 <= amount < 100:
        return False
    half = " och en halv" if amount % 1 == 0.5 else ""
    spoken = f" {' '.join(_words(text))} "
    return (amount % 1 == 0 or bool(half)) and any(f" {w}{half} " in spoken for w in _number_words(int(amount)))


def _passages(subject: Node) -> list[Node]:
    if (subject, RDF.type, kg("Passage")) in data():
        return [subject]
    return list(data().objects(subject, kg("uttalasI")))


def _source_of(passage: Node) -> str:
    return _slug(data().value(passage, kg("iKalla")))


def _text_of(passage: Node) -> str:
    first, last = (int(str(data().value(passage, kg(name)))) for name in ("radFran", "radTill"))
    return " ".join(text_lines(_source_of(passage))[first - 1 : last])


@cache
def _lines_and_headings(subject: Node) -> str:
    return _letters(" ".join(f"{_text_of(p)} {data().value(p, kg('rubrikvag'))}" for p in _passages(subject)))


def _names(source: str, subject: Node, *, first: bool = False) -> list[str]:
    """Give the words of a thing's Swedish labels that are names: a capital within the label, or capitals alone.

    With ``first`` the first word of a label counts too.
    """
    if _kind(subject) in ("belagg", "menypost", "kalla"):  # named after their statement, by row and column, by title
        return []
    words = [
        (at, word)
        for name in (RDFS.label, SKOS.prefLabel, SKOS.altLabel)
        for label in own(source).objects(subject, name)
        if isinstance(label, Literal) and label.language == "sv"
        for at, word in enumerate(re.findall(r"[\w-]+", str(label)))
    ]
    return [
        w
        for at, w in words
        if _letters(w) and not w.isdigit() and (((at or first) and w[0].isupper()) or (len(w) > 1 and w.isupper()))
    ]


def _labels(data: rdflib.Graph, kind: str) -> list[Node]:
    return [label for s, label in data.subject_objects(RDFS.label) if _kind(s) == kind]


def _stems(name: str) -> frozenset[str]:
    """Give what of a name must be printed: all, or without genitive, definite ending or what a hyphen adds."""
    whole = _letters(name)
    return frozenset(
        {whole, whole.rstrip("s"), _letters(name.split("-")[0])} | ({whole[:-2]} if len(whole) > 8 else set())
    )


def _kind(subject: Node | None) -> str:
    return str(subject).split("/id/")[-1].split("/")[0]


def _slug(subject: Node | None) -> str:
    return str(subject).rsplit("/", 1)[-1]


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\\*", "*")).strip()


def _folded(text: str) -> str:
    """Give a text without what scanning and markup add: soft hyphens, marks, kinds of dashes and quotes, white space."""
    text = re.sub(r"[\u00ad\\*#_|]|<[^>]*>", "", text.translate(str.maketrans("–—“”„’", '--"""\'')))
    text = re.sub(r"(?<=\w)-\s+(?!(?:och|eller|samt|respektive)\b)(?=[a-zåäö])", "", text)
    return re.sub(r"\s+", " ", text).strip().lower()


@cache
def _folded_whole(source: str) -> str:
    return _folded(" ".join(text_lines(source)))


def _letters(text: str) -> str:
    return re.sub(r"<[^>]*>|[\W_]", "", text.lower())


def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[\w-]+", text.lower()))


def _within(part: tuple[str, ...], text: tuple[str, ...]) -> bool:
    return any(text[i : i + len(part)] == part for i in range(len(text) - len(part) + 1))
