"""Questions that the sources answer, asked by SPARQL: the rows expected were worked out from the text, not from the graph."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.rdf import Term
from kunskapsgraf.graph.store import columns_and_rows
from kunskapsgraf.graph.terms import text_of

FOLDER = Path(__file__).parent / "questions"
QUESTIONS: list[tuple[str, dict[str, Any]]] = [
    (f"{file.stem}-{number}", question)
    for file in sorted(FOLDER.glob("*.toml"))
    for number, question in enumerate(tomllib.loads(file.read_text(encoding="utf-8"))["question"], start=1)
]
BASE = "https://w3id.org/kunskapsgraf/"
PREFIXES = {
    "kg": BASE + "ns#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "qb": "http://purl.org/linked-data/cube#",
    "cito": "http://purl.org/spar/cito/",
    "dct": "http://purl.org/dc/terms/",
    "bibo": "http://purl.org/ontology/bibo/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
}


def prefixed(query: str) -> str:
    """Declare the prefixes that a query uses: those above, and ``kind:`` for things of ours."""
    bare = re.sub(r'<[^<>\s]*>|"[^"]*"', "", query)
    used = dict.fromkeys(re.findall(r"(?<![\w?])([a-z][a-z-]*):(?=\w)", bare))
    return "".join(f"PREFIX {p}: <{PREFIXES.get(p, f'{BASE}id/{p}/')}>\n" for p in used) + query


def rows_of(store: EmbeddedStore, query: str) -> set[tuple[str, ...]]:
    """Ask, and give the rows; of an IRI of ours the kind and slug, or the term's name."""
    columns, rows = columns_and_rows(store, prefixed(query))
    return {tuple(shown(row[column]) if column in row else "" for column in columns) for row in rows}


def shown(term: Term) -> str:
    """Shorten a term of ours to its kind and slug, or its name."""
    return text_of(term).removeprefix(BASE + "id/").removeprefix(BASE + "ns#")


@pytest.mark.parametrize("question", [q for _, q in QUESTIONS], ids=[name for name, _ in QUESTIONS])
def test_question_has_the_answer_of_the_text(whole_store: EmbeddedStore, question: dict[str, Any]) -> None:
    """The graph answers each question with exactly the rows that a reader of the text finds."""
    assert {tuple(map(str, row)) for row in question["rows"]} == rows_of(whole_store, question["query"]), question["en"]
    if not question["rows"]:
        # Nothing is an answer only if the same question could have had one.
        assert rows_of(whole_store, question["control"])


def test_every_source_is_asked() -> None:
    """At least sixty questions, some of every source, each in two languages with its lines; some have no answer there."""
    assert len(QUESTIONS) >= 60
    assert {file.stem for file in FOLDER.glob("*.toml")} >= {
        "fou-sodertorn-rapport-158",
        "hasselby-vallingby-act-icm-2015",
        "lansstyrelsen-vastmanland-2006",
        "lumell-tidigt-stod-rapport-3",
        "oppna-jamforelser-missbruk-2019",
    }
    for name, question in QUESTIONS:
        assert {"sv", "en", "lines", "query", "rows"} <= set(question), name
    assert any(not question["rows"] for _, question in QUESTIONS)
