"""Why a statement holds, and why one does not, as pages and as data."""

from __future__ import annotations

import json
from urllib.parse import quote, urlencode

import pytest
import rdflib
from flask.testing import FlaskClient
from reading import Page, graph_of

from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.rdf import lexical
from kunskapsgraf.graph.store import select

KG = "https://w3id.org/kunskapsgraf/ns#"
ID = "https://w3id.org/kunskapsgraf/id/"
PROV = rdflib.Namespace("http://www.w3.org/ns/prov#")
TWELVE = ("kommun/norrby", "a", "kg:KommunMedTolvstegsutbud")
"""The only talks in Norrby work by the twelve-step method: lines 1 to 4 of the sample map say all of it."""
DERIVED = f"""SELECT ?s ?p ?o WHERE {{ VALUES ?g {{ <https://w3id.org/kunskapsgraf/graf/harledd> <https://w3id.org/kunskapsgraf/graf/sluten> }}
  GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?s), "{ID}")) }}"""


def at(subject: str, predicate: str, target: str, page: str = "/varfor", **more: str) -> str:
    """Write the address of an explanation."""
    return f"{page}?{urlencode({'subjekt': subject, 'egenskap': predicate, 'varde': target, **more})}"


def test_page(client: FlaskClient) -> None:
    """A proof is a tree from the statement down to lines of a source, each step a sentence with links."""
    page = Page(client.get(at(*TWELVE), headers={"Accept": "text/html"}).text)
    assert [] == page.faults
    steps = page.all("li")
    said = {(s.attributes["data-s"], s.attributes["data-p"], s.attributes["data-o"]) for s in steps}
    assert (f"<{ID}kommun/norrby>", f"<{KG}harUtbudspost>", f"<{ID}utbud/norrby-samtal-2006>") in said
    assert (f"<{ID}utbud/norrby-samtal-2006>", f"<{KG}avserInsats>", f"<{ID}insats/norrby-samtal>") in said
    assert (f"<{ID}insats/norrby-samtal>", f"<{KG}anvanderMetod>", f"<{ID}metod/tolvstegsmetoden>") in said
    leaves = [step for step in steps if not any(other.inside(step) for other in steps)]
    lines = [a for a in page.all("a") if a.attributes["href"].endswith("/sida/passage/prov-1-4")]
    assert {"rader 1–4"} == {link.text for link in lines}
    sourced = [leaf for leaf in leaves if any(link.inside(leaf) for link in lines)]
    assert leaves == sourced
    assert "Norrby är kommun med tolvstegsutbud" in page.all("h1")[0].text


def test_english_page(client: FlaskClient) -> None:
    """The same in English."""
    text = client.get(at(*TWELVE, lang="en"), headers={"Accept": "text/html"}).text
    assert "Norrby is municipality with a twelve-step offer because" in text
    assert "lines&nbsp;1–4" in text
    assert "Enligt" not in text


def test_short_and_long_names_lead_to_the_same(client: FlaskClient) -> None:
    """A term may be written as in N-Triples."""
    whole = (
        f"<{ID}kommun/norrby>",
        "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>",
        f"<{KG}KommunMedTolvstegsutbud>",
    )
    assert client.get(at(*whole, format="json")).json == client.get(at(*TWELVE, format="json")).json


def test_json(client: FlaskClient) -> None:
    """The proof as JSON: sentences in two languages, premises within, passages at the leaves."""
    answer = client.get(at(*TWELVE), headers={"Accept": "application/json"})
    [proof] = json.loads(answer.text)
    assert "application/json" == answer.content_type
    assert "inferred" == proof["kind"]
    assert proof["sentence"]["sv"].startswith("Norrby är kommun med tolvstegsutbud därför att ")
    waiting, passages = [proof], []
    while waiting:
        step = waiting.pop()
        waiting += step.get("premises", [])
        passages += [(p["passage"], p["from"], p["to"]) for p in step.get("passages", [])]
    assert {(f"{ID}passage/prov-1-4", 1, 4)} == set(passages)


@pytest.mark.parametrize("suffix", ["ttl", "nt", "jsonld", "rdf"])
def test_rdf(client: FlaskClient, suffix: str) -> None:
    """The proof as RDF by PROV-O: it rests, over its steps, on the passage's source."""
    graph = graph_of(client.get(at(*TWELVE, format=suffix)).data, suffix)
    [concluded] = [
        s
        for s in graph.subjects(rdflib.RDF.object, rdflib.URIRef(KG + "KommunMedTolvstegsutbud"))
        if (s, rdflib.RDF.subject, rdflib.URIRef(ID + "kommun/norrby")) in graph
    ]
    below = list(graph.transitive_objects(concluded, PROV.wasDerivedFrom))
    assert rdflib.URIRef(ID + "kalla/provkartan") in {o for s in below for o in graph.objects(s, PROV.hadPrimarySource)}


def test_asserted(client: FlaskClient) -> None:
    """What a source says is its own reason."""
    [proof] = json.loads(
        client.get(at("kommun/norrby", "kg:harUtbudspost", "utbud/norrby-samtal-2006", format="json")).text
    )
    assert ("asserted", None) == (proof["kind"], proof.get("premises"))


def test_why_not(client: FlaskClient) -> None:
    """Söderby offers nothing: what is missing is told, and what holds is linked to why."""
    page = Page(
        client.get(
            at("kommun/soderby", "a", "kg:KommunMedTolvstegsutbud", "/varfor-inte"), headers={"Accept": "text/html"}
        ).text
    )
    assert [] == page.faults
    texts = [item.text for item in page.all("li")]
    assert any(text.startswith("saknas Söderby har utbud som använder Tolvstegsmetoden") for text in texts)
    assert any(text.startswith("finns Söderby är kommun") for text in texts)


def test_why_not_of_what_holds(client: FlaskClient) -> None:
    """Whoever asks why not of what holds is led to why."""
    answer = client.get(at(*TWELVE, page="/varfor-inte"))
    assert 303 == answer.status_code
    assert client.get(answer.headers["Location"]).status_code == 200


def test_why_of_what_does_not_hold(client: FlaskClient) -> None:
    """Whoever asks why of what does not hold is told where why not is."""
    answer = client.get(at("kommun/soderby", "a", "kg:KommunMedTolvstegsutbud"))
    assert 404 == answer.status_code
    assert "/varfor-inte" in json.loads(answer.text)["detail"]


def test_only_a_source_can_say(client: FlaskClient) -> None:
    """Where no rule concludes such a statement, its absence is not told as a falsehood."""
    text = client.get(at("kommun/soderby", "kg:kommunkod", '"1"', "/varfor-inte"), headers={"Accept": "text/html"}).text
    assert "bara en källa kan säga den" in text


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?subjekt=kommun/norrby",
        "?subjekt=kommun/norrby&egenskap=a&varde=",
        "?subjekt=kommun/norrby&egenskap=a&varde=ord",
        "?subjekt=%22x%22&egenskap=a&varde=kg:Kommun",
        "?subjekt=<a b>&egenskap=a&varde=kg:Kommun",
        "?subjekt=kommun/norrby&egenskap=a&varde=kg:Kommun&fler=11",
        "?subjekt=kommun/norrby&egenskap=a&varde=kg:Kommun&fler=x",
        "?subjekt=kommun/norrby&egenskap=a&varde=kg:Kommun&format=csv",
    ],
)
def test_refused(client: FlaskClient, query: str) -> None:
    """What names no statement, or no format, is told as such."""
    assert 400 == client.get("/varfor" + quote(query, safe="?&=%/:")).status_code


def test_nothing_sent_is_markup(client: FlaskClient) -> None:
    """A term that holds markup is written as text."""
    text = client.get(
        at("kommun/soderby", "kg:kommunkod", '"<script>alert(1)</script>"', "/varfor-inte"),
        headers={"Accept": "text/html"},
    ).text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_every_derived_statement_is_explained(client: FlaskClient, small_store: EmbeddedStore) -> None:
    """Each statement that was concluded has a page of its reasons."""
    rows = select(small_store, DERIVED)
    assert len(rows) > 10
    for row in rows:
        terms = [lexical(row[name]) for name in ("s", "p", "o")]
        answer = client.get(at(*terms), headers={"Accept": "text/html"})
        assert 200 == answer.status_code, terms


@pytest.mark.long
def test_every_derived_statement_of_the_graph_is_explained(
    whole_client: FlaskClient, whole_store: EmbeddedStore
) -> None:
    """The same over the whole graph."""
    rows = select(whole_store, DERIVED)
    for row in rows:
        terms = [lexical(row[name]) for name in ("s", "p", "o")]
        answer = whole_client.get(at(*terms), headers={"Accept": "text/html"})
        assert 200 == answer.status_code, terms
        assert [] == Page(answer.text).faults


def test_page_of_a_thing_leads_to_why(client: FlaskClient) -> None:
    """Each derived statement on a thing's page has its link, and each category that the thing is not in."""
    page = Page(client.get("/sida/kommun/norrby", headers={"Accept": "text/html"}).text)
    derived = [
        item
        for item in page.all("li")
        if any(m.inside(item) and {"inferred", "closed"} & m.classes for m in page.all("span"))
    ]
    links = page.all("a", "why")
    assert derived
    for item in derived:
        assert any(link.inside(item) for link in links) or any(
            m.inside(item) and {"asserted", "editorial", "ontology"} & m.classes for m in page.all("span")
        )
    for link in links:
        assert 200 == client.get(link.attributes["href"], headers={"Accept": "text/html"}).status_code
    outside = Page(client.get("/sida/kommun/soderby", headers={"Accept": "text/html"}).text)
    assert any("KommunMedTolvstegsutbud" in link.attributes["href"] for link in outside.all("a", "why"))
