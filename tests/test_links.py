"""The links out of the graph: each is checked, has the right shape, and none says more than its property may."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.rdf import Literal
from kunskapsgraf.graph.store import columns_and_rows
from kunskapsgraf.graph.terms import text_of

ROOT = Path(__file__).parents[1]
BASE = "https://w3id.org/kunskapsgraf/"
SKOS = "http://www.w3.org/2004/02/skos/core#"
SEE_ALSO = "http://www.w3.org/2000/01/rdf-schema#seeAlso"
PREFIXES = f"""
PREFIX kg: <{BASE}ns#>
PREFIX kommun: <{BASE}id/kommun/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <{SKOS}>
"""
LINKS = (
    f"GRAPH <{BASE}graf/redaktion> {{ ?from ?by ?to }} "
    "VALUES ?by { skos:exactMatch skos:closeMatch skos:broadMatch skos:narrowMatch skos:relatedMatch "
    "owl:sameAs rdfs:seeAlso } "
    f'FILTER(ISIRI(?to) && !STRSTARTS(STR(?to), "{BASE}"))'
)
"""The links that lead out of the editors' graph."""
SHAPES = {
    ("kommun", "exactMatch"): r"http://www\.wikidata\.org/entity/Q[1-9]\d*",
    ("lan", "exactMatch"): r"http://www\.wikidata\.org/entity/Q[1-9]\d*",
    (
        "sakerhet",
        "exactMatch",
    ): r"http://terminology\.hl7\.org/CodeSystem/certainty-rating#(high|moderate|low|very-low)",
    ("begrepp", "closeMatch"): r"http://addictovocab\.org/ADDICTO_\d{7}",
    ("lagrum", "exactMatch"): r"https://lagen\.nu/[12]\d{3}:[1-9]\d*(#(K\d+)?P\d+[a-z]?)?",
}
"""What a match leads to, by the kind of thing that it leads from and its property. Pages may lie anywhere."""
NOT_LINKED = {"salem"}
"""Municipalities whose entity could not be proved: docs/links.md says why."""
HL7 = {"hog": "high", "mattlig": "moderate", "lag": "low", "mycket-lag": "very-low"}


def rows(store: EmbeddedStore, query: str) -> list[dict[str, str]]:
    """Ask, and give each row as plain text."""
    _, found = columns_and_rows(store, PREFIXES + query)
    return [{name: text_of(term) for name, term in row.items()} for row in found]


@pytest.fixture(scope="module")
def links(whole_store: EmbeddedStore) -> set[tuple[str, str, str]]:
    """Give the links out of the editors' graph as (from, property, to)."""
    return {(row["from"], row["by"], row["to"]) for row in rows(whole_store, f"SELECT ?from ?by ?to {{ {LINKS} }}")}


def kind_and_name(thing: str) -> tuple[str, str]:
    """Split an address of ours into kind and name."""
    kind, _, name = thing.removeprefix(BASE + "id/").partition("/")
    return kind, name


def test_every_link_has_its_check(whole_store: EmbeddedStore, links: set[tuple[str, str, str]]) -> None:
    """What leads out is checked, and what is checked leads out: the same links, each once."""
    checks = rows(
        whole_store,
        """SELECT ?check ?from ?by ?to {
             ?check a kg:Lankkontroll ; kg:lankSubjekt ?from ; kg:lankEgenskap ?by ; kg:lankMal ?to }""",
    )
    checked = Counter((row["from"], row["by"], row["to"]) for row in checks)
    assert links == set(checked)
    assert {1} == set(checked.values())
    assert len(checks) == len({row["check"] for row in checks})


def test_every_check_says_where_when_and_how(whole_store: EmbeddedStore) -> None:
    """A check names a source with an address, the day, and in both languages how; a repository also file and version."""
    checks = {row["check"] for row in rows(whole_store, "SELECT ?check { ?check a kg:Lankkontroll }")}
    whole = rows(
        whole_store,
        """SELECT DISTINCT ?check {
             ?check a kg:Lankkontroll ; kg:sedd ?day ; kg:kontrollsatt ?sv , ?en ; kg:kontrolleradI ?source .
             ?source a kg:Kontrollkalla ; kg:webbplats ?address ; kg:sedd ?seen
             FILTER(LANG(?sv) = "sv" && LANG(?en) = "en") }""",
    )
    assert checks == {row["check"] for row in whole}
    sources = rows(
        whole_store,
        """SELECT ?source ?address (COUNT(DISTINCT ?file) AS ?files) (SAMPLE(?version) AS ?mark) {
             ?source a kg:Kontrollkalla ; kg:webbplats ?address
             OPTIONAL { ?source kg:filsokvag ?file } OPTIONAL { ?source kg:forradsversion ?version }
           } GROUP BY ?source ?address""",
    )
    assert sources
    for source in sources:
        assert re.match(r"https?://[^/]+\.[^/]+/", source["address"]), source
        if source["address"].startswith("https://github.com/"):
            assert int(source["files"]) >= 1, source
            assert re.fullmatch(r"[0-9a-f]{40}", source["mark"]), source


def test_targets_have_the_right_shape(links: set[tuple[str, str, str]]) -> None:
    """A place leads to a Q number, a certainty to HL7, a law to its SFS number; nothing is called identical."""
    wrong = []
    for thing, by, target in links:
        pattern = SHAPES.get((kind_and_name(thing)[0], by.removeprefix(SKOS))) if by.startswith(SKOS) else None
        if by == SEE_ALSO:
            pattern = r"https?://[a-z0-9.-]+/\S*"
        if pattern is None or not re.fullmatch(pattern, target):
            wrong.append((thing, by, target))
    assert [] == wrong


def test_no_two_things_lead_to_the_same_entity(links: set[tuple[str, str, str]]) -> None:
    """A municipality or county has one entity, and an entity one place."""
    places = [(thing, to) for thing, by, to in links if by == SKOS + "exactMatch" and "wikidata" in to]
    assert len(places) == len({thing for thing, _ in places}) == len({to for _, to in places})


def test_every_municipality_has_code_county_and_entity(
    whole_store: EmbeddedStore, links: set[tuple[str, str, str]]
) -> None:
    """Each municipality has one code of four digits, text and no number, a county, and its Wikidata entity."""
    _, found = columns_and_rows(
        whole_store,
        PREFIXES
        + f"""SELECT ?k ?code ?county {{
                GRAPH <{BASE}graf/redaktion> {{ ?k a kg:Kommun }}
                OPTIONAL {{ ?k kg:kommunkod ?code }} OPTIONAL {{ ?k kg:iLan ?county . ?county a kg:Lan }} }}""",
    )
    assert len(found) >= 28
    assert len(found) == len({text_of(row["k"]) for row in found}), "one code and one county each"
    linked = {thing for thing, by, _ in links if by == SKOS + "exactMatch"}
    for row in found:
        code = row.get("code")
        assert isinstance(code, Literal), row
        assert re.fullmatch(r"\d{4}", code.value), row
        assert "county" in row, row
        if kind_and_name(text_of(row["k"]))[1] not in NOT_LINKED:
            assert text_of(row["k"]) in linked, row


def test_every_county_has_its_entity(whole_store: EmbeddedStore, links: set[tuple[str, str, str]]) -> None:
    """Each county leads to its Wikidata entity."""
    counties = {row["c"] for row in rows(whole_store, "SELECT ?c { ?c a kg:Lan }")}
    assert counties
    assert counties <= {thing for thing, by, _ in links if by == SKOS + "exactMatch"}


def test_heby_changed_code_and_county(whole_store: EmbeddedStore) -> None:
    """Heby's two codes have their county and validity, and the change is an event between them."""
    found = rows(
        whole_store,
        """SELECT ?code ?county ?from ?to {
             kommun:heby kg:harLanstillhorighet ?a . ?a kg:kommunkod ?code ; kg:lan ?county ; kg:avser kommun:heby
             OPTIONAL { ?a kg:giltigFran ?from } OPTIONAL { ?a kg:giltigTill ?to } }""",
    )
    assert [
        {"code": "0331", "county": BASE + "id/lan/uppsala", "from": "2007-01-01"},
        {"code": "1917", "county": BASE + "id/lan/vastmanland", "to": "2006-12-31"},
    ] == sorted(found, key=lambda row: row["code"])
    event = rows(
        whole_store,
        """SELECT DISTINCT ?e { kommun:heby org:changedBy ?e . ?e a org:ChangeEvent ;
             org:originalOrganization kommun:heby ; org:resultingOrganization kommun:heby }""",
    )
    assert [{"e": BASE + "id/handelse/heby-lansbyte-2007"}] == event


def test_certainty_codes_are_hl7s(links: set[tuple[str, str, str]]) -> None:
    """Each of the four states of certainty leads to its own code."""
    found = {
        kind_and_name(thing)[1]: to.rpartition("#")[2]
        for thing, by, to in links
        if by == SKOS + "exactMatch" and kind_and_name(thing)[0] == "sakerhet"
    }
    assert found == HL7


def test_page_lists_every_link(links: set[tuple[str, str, str]]) -> None:
    """docs/links.md names every target, and the municipalities that have none."""
    page = (ROOT / "docs" / "links.md").read_text(encoding="utf-8")
    assert [] == sorted(to for _, _, to in links if f"({to})" not in page)
    table = page.partition("## Looked for in vain")[2].casefold()
    assert [] == [name for name in NOT_LINKED if name not in table]
