"""The trees of classes, properties and concepts: what stands under what, each direct step once, and without end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from conftest import MICRO_ONTOLOGY, write_micro
from flask.testing import FlaskClient
from reading import Page

from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.pipeline.build import build
from kunskapsgraf.web import create_app
from kunskapsgraf.web.hierarchy import DEEPEST, Branch, Forest, forest

KG = "https://w3id.org/kunskapsgraf/ns#"
ONTOLOGY = """
kg:Ting a owl:Class ; rdfs:label "ting"@sv ; rdfs:comment "Det vidaste."@sv .
kg:Levande a owl:Class ; rdfs:label "levande"@sv ; rdfs:subClassOf kg:Ting .
kg:Katt a owl:Class ; rdfs:label "katt"@sv ; rdfs:subClassOf kg:Levande , kg:Ting , kg:Husdjur .
kg:Husdjur a owl:Class ; rdfs:label "husdjur"@sv ; rdfs:subClassOf kg:Levande .
kg:Gammal a owl:Class ; rdfs:label "gammal"@sv ; rdfs:subClassOf kg:Ting ; owl:deprecated true ;
  <http://purl.org/dc/terms/isReplacedBy> kg:Levande .
kg:Ena a owl:Class ; rdfs:label "ena"@sv ; rdfs:subClassOf kg:Andra .
kg:Andra a owl:Class ; rdfs:label "andra"@sv ; rdfs:subClassOf kg:Ena , kg:Ting .
kg:agare a owl:ObjectProperty ; rdfs:label "ägare"@sv .
kg:matte a owl:ObjectProperty ; rdfs:label "matte"@sv ; rdfs:subPropertyOf kg:agare .
"""
DATA = """
@prefix kg: <https://w3id.org/kunskapsgraf/ns#> .
@prefix sak: <https://w3id.org/kunskapsgraf/id/sak/> .
@prefix schema: <https://w3id.org/kunskapsgraf/id/schema/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
sak:misse a kg:Katt . sak:murre a kg:Katt . sak:misse kg:matte sak:vera .
schema:farg a skos:ConceptScheme ; skos:prefLabel "färger"@sv ; skos:hasTopConcept sak:rod .
sak:rod a skos:Concept ; skos:prefLabel "röd"@sv ; skos:definition "Som <b>blod</b>."@sv ; skos:inScheme schema:farg .
sak:ljusrod a skos:Concept ; skos:prefLabel "ljusröd"@sv ; skos:inScheme schema:farg ; skos:broader sak:rod .
sak:gul a skos:Concept ; skos:prefLabel "gul"@sv ; skos:inScheme schema:farg ; skos:narrower sak:orange .
sak:orange a skos:Concept ; skos:prefLabel "orange"@sv ; skos:inScheme schema:farg ; skos:broader sak:rod , sak:varm .
sak:varm a skos:Concept ; skos:prefLabel "<script>varm</script>"@sv .
sak:a a skos:Concept ; skos:prefLabel "a-färg"@sv ; skos:inScheme schema:farg ; skos:broader sak:b .
sak:b a skos:Concept ; skos:prefLabel "b-färg"@sv ; skos:inScheme schema:farg ; skos:broader sak:a .
sak:glada a skos:Collection ; skos:prefLabel "glada färger"@sv ; skos:member sak:gul , sak:gladast .
sak:gladast a skos:Collection ; skos:prefLabel "gladast"@sv ; skos:member sak:orange .
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Serve a world with classes and concepts in all the ways that they may be ordered."""
    settings = replace(write_micro(tmp_path_factory.mktemp("trees")), query_seconds=10.0, query_megabytes=256)
    (settings.sources / "ontology" / "sak.ttl").write_text(MICRO_ONTOLOGY + ONTOLOGY, encoding="utf-8")
    (settings.sources / "data" / "ttl" / "kalla.ttl").write_text(DATA, encoding="utf-8")
    build(settings)
    store = EmbeddedStore(settings)
    yield create_app(settings, store).test_client()
    store.close()


def rows_of(text: str) -> list[str]:
    """Read a page's tree: what each row says, indented by its depth."""
    found = Page(text).all("span", "row")
    return ["  " * (sum(p.tag == "ul" for p in row.parents) - 1) + row.text for row in found]


def rows(client: FlaskClient, address: str) -> list[str]:
    """Read the rows of a tree's page."""
    answer = client.get(address)
    assert 200 == answer.status_code
    return rows_of(answer.text)


def test_classes(made: FlaskClient) -> None:
    """Each class stands directly under its own, in several places where it has several; circles as one; counts beside."""
    found = rows(made, "/klasser?lang=sv")
    # sak, dyrSak stand there too: the world's own. A cat is under living things by pets, and under things by both.
    expected = [
        "ting kg:Ting 2",
        "  andra kg:Andra 0 = i ring med ena kg:Ena 0",
        "  gammal kg:Gammal 0 används inte längre i stället: levande",
        "  levande kg:Levande 2",
        "    husdjur kg:Husdjur 2",
        "      katt kg:Katt 2",
    ]
    start = found.index(expected[0])
    assert expected == found[start : start + len(expected)]
    assert "sak kg:Sak 0" in found
    assert "  kg:DyrSak kg:DyrSak 0" in found


def test_explanations(made: FlaskClient) -> None:
    """What a class or concept means stands with it, as text."""
    assert "Det vidaste." in made.get("/klasser").text
    text = made.get("/begrepp?schema=farg&lang=sv").text
    assert "Som &lt;b&gt;blod&lt;/b&gt;." in text
    assert "<script>" not in text


def test_counts_are_those_of_the_class_pages(client: FlaskClient) -> None:
    """A class's count is the number of things that its page lists."""
    listed = [row.split() for row in rows(client, "/klasser?lang=sv") if " kg:" in row]
    some = {
        parts[i].removeprefix("kg:"): parts[i + 1] for parts in listed for i in range(len(parts)) if "kg:" in parts[i]
    }
    for name in ("Kommun", "Insats", "KommunMedTolvstegsutbud", "KommunMedUngaVuxnaInsats"):
        page = client.get(f"/klass/{name}?lang=sv").text
        assert f'<p role="status">{some[name]} sak' in page


def test_start_further_down(made: FlaskClient) -> None:
    """A tree may begin at any term."""
    assert ["levande kg:Levande 2 under ting", "  husdjur kg:Husdjur 2", "    katt kg:Katt 2"] == rows(
        made, "/klasser?fran=Levande&lang=sv"
    )


def test_properties(made: FlaskClient) -> None:
    """Properties stand under those that they are directly subproperties of, with the number of statements."""
    found = rows(made, "/egenskaper?lang=sv")
    start = found.index("ägare kg:agare 1")
    assert "  matte kg:matte 1" == found[start + 1]


def test_schemes(made: FlaskClient) -> None:
    """The schemes are listed with the number of their concepts, and so are concepts without a scheme and collections."""
    text = made.get("/begrepp?lang=sv").text
    assert '<bdi>färger</bdi></a> <span class="count">6</span>' in text
    assert 'Begrepp utan begreppssystem</a> <span class="count">1</span>' in text
    assert ["glada färger", "  gladast", "    orange", "  gul"] == rows_of(text)


def test_concepts_of_a_scheme(made: FlaskClient) -> None:
    """Broader and narrower count alike; a concept with several broader ones stands under each, with a mark; a ring is one."""
    expected = [
        "a-färg = i ring med b-färg",
        "gul",
        "  orange även under röd, <script>varm</script>",
        "röd",
        "  ljusröd",
        "  orange även under gul, <script>varm</script>",
    ]
    assert expected == rows(made, "/begrepp?schema=farg&lang=sv")
    assert ["<script>varm</script>"] == rows(made, "/begrepp?schema=utan&lang=sv")


def test_conclusion_has_its_reason(whole_client: FlaskClient) -> None:
    """A place in the tree that is concluded is marked, and leads to why; one that is stated is not."""
    text = whole_client.get("/begrepp?schema=metod&lang=sv").text
    [concluded] = {row for row in rows_of(text) if "ASI grundintervju" in row}
    assert "härlett" in concluded
    assert "härlett" not in next(row for row in rows_of(text) if "Case management: individuell" in row)
    address = next(a for a in Page(text).addresses if a.startswith("/varfor?") and "asi-grund" in a)
    assert 200 == whole_client.get(address).status_code


# The shape of trees


def lines(found: Forest) -> list[str]:
    """Write trees as lines, indented."""

    def below(branch: Branch) -> list[str]:
        note = " told" if branch.told else f" +{branch.cut}" if branch.cut else ""
        return [
            "  " * branch.depth + "=".join(branch.members) + note,
            *(line for c in branch.children for line in below(c)),
        ]

    return [line for root in found.roots for line in below(root)]


@pytest.mark.parametrize(
    ("above", "expected"),
    [
        ({}, ["a", "b", "c", "d"]),
        ({"b": "a", "c": "b", "d": "c"}, ["a", "  b", "    c", "      d"]),
        ({"b": "a", "c": "ab"}, ["a", "  b", "    c", "d"]),  # the direct step only
        ({"b": "a", "c": "a", "d": "bc"}, ["a", "  b", "    d", "  c", "    d"]),
        ({"b": "a", "a": "b", "c": "b"}, ["a=b", "  c", "d"]),
        ({"b": "a", "a": "b", "c": "ab", "d": "abc"}, ["a=b", "  c", "    d"]),
        ({"a": "d", "b": "a", "c": "b", "d": "c"}, ["a=b=c=d"]),
        ({"b": "x"}, ["a", "b", "c", "d"]),  # what is above lies outside
    ],
    ids=str,
)
def test_forest(above: dict[str, str], expected: list[str]) -> None:
    """Each case with its tree, worked out by hand."""
    assert expected == lines(forest("abcd", above, str, 100))


def test_what_is_below_is_written_once() -> None:
    """Of a term in two places, what stands below it is written out in the one nearest the top."""
    above = {"b": "a", "c": "ab", "d": "c", "e": "d"}
    assert ["a", "  b", "    c told", "  c", "    d", "      e"] == lines(
        forest("abcde", above, str, 100, is_transitive=False)
    )


def test_diamonds_do_not_grow() -> None:
    """Thirty diamonds on top of each other, with a thousand million paths, make a tree of few lines."""
    above = {f"{n:02}{side}": [f"{n - 1:02}x", f"{n - 1:02}y"] for n in range(1, 30) for side in "xy"}
    found = forest([*above, "00x", "00y"], above, str, 1000)
    assert len(lines(found)) <= 2 + 4 * 29
    assert max(branch.depth for branch in found.branches()) == DEEPEST


def test_bounds() -> None:
    """A tree too wide is cut at a whole family, which tells how many it has; one too deep at a level."""
    wide = forest(["a", "b", *(f"c{n:02}" for n in range(20))], {f"c{n:02}": ["a"] for n in range(20)}, str, 10)
    assert (["a +20", "b"], 2) == (lines(wide), wide.total)
    deep = forest((f"{n:05}" for n in range(3000)), {f"{n:05}": [f"{n - 1:05}"] for n in range(1, 3000)}, str, 1000)
    assert DEEPEST + 1 == len(lines(deep))
    assert lines(deep)[-1].endswith(" +1")
    many = forest((f"{n:02}" for n in range(20)), {}, str, 5)
    assert (5, 20) == (len(many.roots), many.total)
