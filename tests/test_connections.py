"""What a thing is tied to: the groups, their counts, marks and pages, as JSON, as a list and as a drawing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from conftest import MICRO_ONTOLOGY, ROOT, write_micro
from flask.testing import FlaskClient
from reading import Page

from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.pipeline.build import build
from kunskapsgraf.web import create_app
from kunskapsgraf.web.drawing import LONGEST, short
from kunskapsgraf.web.silhouettes import shape_of

BASE = "https://w3id.org/kunskapsgraf/"
KG, SAK = BASE + "ns#", BASE + "id/sak/"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
HTML = {"Accept": "text/html"}
MANY = 1234
HOSTILE = "<script>alert(1)</script> \u202e\"'&{{ 7*7 }}"
WORLD = f"""
@prefix kg: <{KG}> .
@prefix sak: <{SAK}> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
sak:nav a kg:Sak ; rdfs:label "nav" .
sak:elak a kg:Sak ; rdfs:label {json.dumps(HOSTILE)} ; kg:del sak:lang , <urn:x:%3Cscript%3E> , <javascript:alert%281%29> , sak:elak .
sak:lang a kg:Sak ; rdfs:label "{"långt " * 170_000}" .
sak:ensam kg:namn "ensam" .
""" + "\n".join(f"sak:d{n} kg:del sak:nav ." for n in range(MANY))


def told(client: FlaskClient, thing: str, **more: str) -> dict[str, Any]:
    """Ask for a thing's connections as JSON."""
    response = client.get("/kopplingar", query_string={"iri": thing, "format": "json", "lang": "sv", **more})
    assert (200, "application/json") == (response.status_code, response.mimetype)
    found: dict[str, Any] = response.get_json()
    return found


def group(found: dict[str, Any], predicate: str, direction: str = "ut") -> dict[str, Any]:
    """Choose a group by property and direction."""
    [one] = [g for g in found["groups"] if (g["predicate"]["iri"], g["direction"]) == (predicate, direction)]
    assert isinstance(one, dict)
    return one


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Serve a world with a hub and with hostile names."""
    settings = replace(write_micro(tmp_path_factory.mktemp("connections")), query_seconds=10.0, query_megabytes=256)
    ontology = MICRO_ONTOLOGY + "kg:del a owl:ObjectProperty .\n"
    (settings.sources / "ontology" / "sak.ttl").write_text(ontology, encoding="utf-8")
    (settings.sources / "data" / "ttl" / "kalla.ttl").write_text(WORLD, encoding="utf-8")
    build(settings)
    store = EmbeddedStore(settings)
    yield create_app(settings, store).test_client()
    store.close()


def test_groups_of_a_municipality(client: FlaskClient) -> None:
    """Each tie is there by property and direction, with its mark; names, codes and the like are counted as values."""
    found = told(client, "kommun/norrby")
    assert ("Norrby", "kommun", "kommun", "place") == tuple(
        found["thing"][k] for k in ("text", "kind", "kindText", "shape")
    )
    post = group(found, KG + "harUtbudspost")
    assert (1, None) == (post["total"], post["next"])
    [one] = post["neighbours"]
    assert (BASE + "id/utbud/norrby-samtal-2006", "Samtal i Norrby, 2006") == (one["iri"], one["text"])
    assert (["asserted"], "asserted", None) == (one["statement"], one["line"], one["why"])
    [offered] = group(found, KG + "erbjuder")["neighbours"]
    assert ("Samtal", "insats", ["inferred"], "inferred") == (
        offered["text"],
        offered["kindText"],
        offered["statement"],
        offered["line"],
    )
    assert 200 == client.get(offered["why"]).status_code
    types = {one["iri"]: one for one in group(found, TYPE)["neighbours"]}
    assert ["asserted", "editorial"] == types[KG + "Kommun"]["statement"]
    assert "asserted" == types[KG + "Kommun"]["line"]
    assert ("inferred", "klass") == tuple(types[KG + "KommunMedTolvstegsutbud"][k] for k in ("line", "kindText"))
    assert 3 == found["values"]  # two labels and the code
    assert found["total"] == sum(g["total"] for g in found["groups"])


def test_counts_are_the_graphs(client: FlaskClient) -> None:
    """The counts together are all statements with the thing at an end."""
    iri = BASE + "id/metod/tolvstegsmetoden"
    found = told(client, iri)
    query = f"SELECT ?s ?p ?o {{ {{ <{iri}> ?p ?o }} UNION {{ ?s ?p <{iri}> }} }}"
    rows = client.get("/sparql", query_string={"query": query, "format": "json"}).get_json()["results"]["bindings"]
    assert len(rows) == found["total"] + found["values"]


def test_direction(client: FlaskClient) -> None:
    """What leads to a thing stands in the direction in; the same tie stands at its other end as out."""
    iri = BASE + "id/insats/norrby-samtal"
    [one] = group(told(client, iri), KG + "avserInsats", "in")["neighbours"]
    assert iri == group(told(client, one["iri"]), KG + "avserInsats")["neighbours"][0]["iri"]


def test_conclusion_from_absence(whole_client: FlaskClient) -> None:
    """A category concluded from absence is marked so, and drawn so."""
    found = told(whole_client, "kommun/kungsor", egenskap="a")
    types = {one["iri"]: one for one in found["groups"][0]["neighbours"]}
    absent = types[KG + "KommunUtanBoendestod"]
    assert (["closed"], "closed") == (absent["statement"], absent["line"])
    assert absent["why"]


def test_what_a_thing_is_called_is_said_of_it(whole_client: FlaskClient) -> None:
    """The word for a thing is its own narrowest stated class, never a category that was concluded."""
    assert "kommun" == told(whole_client, "kommun/sala")["thing"]["kindText"]
    assert "kommun, region eller landsting" == told(whole_client, "kommun/gotland")["thing"]["kindText"]


@pytest.mark.parametrize("form", ["kommun/norrby", BASE + "id/kommun/norrby"])
def test_forms_of_a_thing(client: FlaskClient, form: str) -> None:
    """A thing is named by its IRI or shortly."""
    assert BASE + "id/kommun/norrby" == told(client, form)["thing"]["iri"]


def test_thing_of_others(client: FlaskClient) -> None:
    """A thing of another vocabulary has connections too, and its own address."""
    found = told(client, "owl:Class")
    assert ("http://www.w3.org/2002/07/owl#Class", "term") == (found["thing"]["iri"], found["thing"]["kind"])
    assert group(found, TYPE, "in")["total"] > 8


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ({}, 400),
        ({"iri": "Norrby"}, 400),
        ({"iri": '"text"'}, 400),
        ({"iri": "kommun/norrby", "format": "ttl"}, 400),
        ({"iri": "kommun/norrby", "egenskap": "x y"}, 400),
        ({"iri": "kommun/norrby", "egenskap": "a", "riktning": "upp"}, 400),
        ({"iri": "kommun/norrby", "egenskap": "a", "sida": "0"}, 400),
        ({"iri": "kommun/norrby", "egenskap": "a", "sida": "٣"}, 400),
        ({"iri": "kommun/norrby", "egenskap": "a", "sida": "2"}, 404),
        ({"iri": "kommun/norrby", "egenskap": "kg:anvanderMetod"}, 404),
        ({"iri": "urn:x:y"}, 404),
        ({"iri": "kommun/finns-inte"}, 404),
    ],
    ids=str,
)
def test_what_cannot_be_asked(client: FlaskClient, arguments: dict[str, str], status: int) -> None:
    """A missing or mistyped value is told as 400, what is not there as 404."""
    answer = client.get("/kopplingar", query_string=arguments, headers={"Accept": "application/json"})
    assert (status, "application/problem+json") == (answer.status_code, answer.mimetype)


# A hub


def test_hub_is_bounded(made: FlaskClient) -> None:
    """Of many neighbours the first stand there, the count is whole, and the way to the rest is told."""
    found = told(made, "sak/nav")
    parts = group(found, KG + "del", "in")
    assert (MANY, 8) == (parts["total"], len(parts["neighbours"]))
    assert parts["next"]
    page = made.get("/kopplingar?iri=sak/nav&lang=sv", headers=HTML).text
    assert page.count('class="unfold"') < 20
    assert "Alla 1\xa0234" in page
    assert "8 av 1\xa0234" in page  # in the drawing


def test_pages_of_a_hub_give_each_neighbour_once(made: FlaskClient) -> None:
    """Following next from the first view, each neighbour comes once, 50 at a time."""
    seen: list[str] = []
    sizes: list[int] = []
    following = group(told(made, "sak/nav"), KG + "del", "in")["next"]
    while following:
        [parts] = made.get(following).get_json()["groups"]
        assert MANY == parts["total"]
        seen += [one["iri"] for one in parts["neighbours"]]
        sizes.append(len(parts["neighbours"]))
        following = parts["next"]
    assert sorted(f"{SAK}d{n}" for n in range(MANY)) == sorted(seen)
    assert [50] * 24 + [34] == sizes
    last = made.get(f"/kopplingar?iri=sak/nav&egenskap=kg:del&riktning=in&sida={len(sizes)}&lang=sv", headers=HTML).text
    assert "sida 25 av 25" in last
    assert 'rel="next"' not in last


# Hostile names


def test_hostile_names_are_harmless(made: FlaskClient) -> None:
    """Names are text, wherever they stand; a megabyte is cut; nothing turns the direction of the drawing."""
    page = made.get("/kopplingar?iri=sak/elak&lang=sv", headers=HTML).text
    assert "<script>alert" not in page
    assert "{{ 7*7 }}" in page
    assert len(page) < 60_000
    assert [] == [a for a in Page(page).addresses if a.lower().startswith(("javascript:", "data:"))]
    drawing = page[page.index("<svg") : page.index("</svg>")]
    assert "\u202e" not in drawing
    found = told(made, "sak/elak")
    [long] = [one for one in group(found, KG + "del")["neighbours"] if one["iri"].endswith("/lang")]
    assert (201, "…", True) == (len(long["text"]), long["text"][-1], len(long["short"]) <= LONGEST)
    foreign = {one["iri"]: one for one in group(found, KG + "del")["neighbours"]}
    assert foreign["javascript:alert%281%29"]["address"] is None
    assert foreign["urn:x:%3Cscript%3E"]["kind"] == "utanfor"
    for one in foreign.values():
        assert 200 == made.get(one["connections"], headers=HTML).status_code, one["iri"]


def test_thing_with_values_alone(made: FlaskClient) -> None:
    """A thing without neighbours has a page that says so, and an empty picture."""
    found = told(made, "sak/ensam")
    assert (0, [], 1) == (found["total"], found["groups"], found["values"])
    assert 200 == made.get("/kopplingar?iri=sak/ensam", headers=HTML).status_code


@pytest.mark.parametrize(
    ("text", "most", "expected"),
    [
        ("Samtal", 40, "Samtal"),
        ("två\nrader\t", 40, "två rader"),
        ("\u202eabc\u0000", 40, "abc"),
        ("abcdefgh", 5, "abcd…"),
        ("abc defgh", 5, "abc…"),
    ],
)
def test_short(text: str, most: int, expected: str) -> None:
    """A name in a box is one line, without signs that show nothing, and cut with a mark."""
    assert expected == short(text, most)


# The page


def test_list_holds_all_that_is_drawn(client: FlaskClient) -> None:
    """Each box and each property of the drawing has its line in the list; what is drawn is what JSON calls drawn."""
    page = client.get("/kopplingar?iri=kommun/norrby&lang=sv", headers=HTML).text
    drawing, rest = page[page.index("<svg") : page.index("</svg>")], page[page.index('<section class="list"') :]
    drawn = [n for g in told(client, "kommun/norrby")["groups"] for n in g["neighbours"] if n["drawn"]]
    assert 1 + len(drawn) == drawing.count('class="box')
    assert len({n["iri"] for n in drawn}) == len(drawn) > 4
    for one in drawn:
        assert f"iri={quote(one['iri'], safe='/:')}" in rest
    lines = re.findall(r'<line class="line (\w+)"', drawing)
    assert sorted(n["line"] for n in drawn) == sorted(line for line in lines if line != "trunk")


def test_thing_leads_to_its_connections(client: FlaskClient) -> None:
    """The page of a thing, and of a class, links to its connections."""
    for path, iri in (("/sida/kommun/norrby", "id/kommun/norrby"), ("/klass/Kommun", "ns#Kommun")):
        address = f"/kopplingar?iri={quote(BASE + iri, safe='/:')}"
        assert address in client.get(path, headers=HTML).text
        assert 200 == client.get(address, headers=HTML).status_code


def test_script_holds_no_words_of_its_own() -> None:
    """Every word that the script shows is one of the page's: a name of ``texts`` that the template gives."""
    web = ROOT / "src" / "kunskapsgraf" / "web"
    given = set(re.findall(r"^  '(\w+)':", (web / "templates" / "connections.html").read_text(encoding="utf-8"), re.M))
    script = "".join(path.read_text(encoding="utf-8") for path in sorted((web / "static" / "graph").glob("*.js")))
    used = set(re.findall(r"\btexts\.(\w+)", script)) | set(re.findall(r"\['(fit|closer|farther)'", script))
    assert given == used


def test_same_corners_at_the_server_and_in_script() -> None:
    """Each shape that has corners is drawn by both, and every shape is told in the legend."""
    web = ROOT / "src" / "kunskapsgraf" / "web"
    script = (web / "static" / "graph" / "picture.js").read_text(encoding="utf-8")
    server = (web / "drawing.py").read_text(encoding="utf-8")
    corners = set(re.findall(r"^  (\w+): \[\[", script, re.M))
    assert corners == set(re.findall(r'^        "(\w+)": \[', server, re.M))
    legend = (web / "templates" / "picture.html").read_text(encoding="utf-8")
    for shape in {*corners, "service", shape_of("nonesuch")}:
        assert f"'{shape}': _(" in legend


def test_picture_sets_names_apart() -> None:
    """Each name in the picture keeps its direction to itself, by the style sheet: the attribute has no such value in SVG 1.1."""
    css = (ROOT / "src/kunskapsgraf/web/static/graph/graph.css").read_text(encoding="utf-8")
    assert re.search(r"\.picture tspan \{[^}]*unicode-bidi: isolate", css)


def test_sources_hold_no_library() -> None:
    """Cytoscape.js comes from npm while the wheel is built, and is not committed."""
    assert [] == list((ROOT / "src").rglob("cytoscape*"))
