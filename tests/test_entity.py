"""The page of a thing: what it says first, how its statements are grouped, and that its parts together show its data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import html5rdf
import pytest
import rdflib
from flask.testing import FlaskClient
from parts import shown
from pyoxigraph import NamedNode, Store
from rdflib.compare import to_isomorphic
from reading import Element, Page, graph_of
from telling import MANY, NAMES, made

from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.particulars import FILE
from kunskapsgraf.graph.store import select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.pipeline.particulars import make
from kunskapsgraf.web import create_app

BASE = "https://w3id.org/kunskapsgraf/"
HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def telling(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Serve the world with a thing of each kind."""
    settings = made(tmp_path_factory.mktemp("telling"))
    store = EmbeddedStore(settings)
    yield create_app(settings, store).test_client()
    store.close()


def page_of(client: FlaskClient, path: str) -> Page:
    """Get the page of a thing, or of a part of it."""
    response = client.get(path if path.startswith("/") else f"/sida/{path}", headers=HTML)
    assert 200 == response.status_code, path
    return Page(response.text)


# The lead


# By hand from tests/telling.py: what each kind of thing says of itself in Swedish and in English
LEADS = {
    "kommun/alby": (
        "Alby är en kommun i Länet. (1 feb. 2006 – 31 mars 2006) "
        "Källorna beskriver 2 insatser. (1 feb. 2006 – 31 mars 2006) "
        "Bland metoderna i utbudet: KBT och MI. härlett (1 feb. 2006 – 31 mars 2006) (ur flera källor) "
        "Samverkar med Öby. (1 feb. 2006 – 31 mars 2006)",
        "Alby is a municipality in the county. (1 Feb 2006 – 31 Mar 2006) "
        "The sources describe 2 services. (1 Feb 2006 – 31 Mar 2006) "
        "Methods used in what is offered: CBT and MI. inferred (1 Feb 2006 – 31 Mar 2006) (from several sources) "
        "Cooperates with Oby. (1 Feb 2006 – 31 Mar 2006)",
    ),
    "insats/samtal": (
        "Samtal erbjuds av Alby. härlett (1 feb. 2006 – 31 mars 2006) "
        "Den är en del av Lotsen. (1 feb. 2006 – 31 mars 2006) "
        "Den riktar sig till Kvinnor. (1 feb. 2006 – 31 mars 2006) "
        "Metod: MI. (1 feb. 2006 – 31 mars 2006)",
        "Talks is offered by Alby. inferred (1 Feb 2006 – 31 Mar 2006) "
        "It is part of Lotsen. (1 Feb 2006 – 31 Mar 2006) "
        "It is aimed at Women. (1 Feb 2006 – 31 Mar 2006) "
        "Method: MI. (1 Feb 2006 – 31 Mar 2006)",
    ),
    "verksamhet/lotsen": (
        "Lotsen är en verksamhet i Alby. (1 feb. 2006 – 31 mars 2006) Den bär 1 insats. (1 feb. 2006 – 31 mars 2006)",
        "Lotsen is a unit in Alby. (1 Feb 2006 – 31 Mar 2006) It carries 1 service. (1 Feb 2006 – 31 Mar 2006)",
    ),
    # A treatment method is a method: the kind is chosen for classes below its own too.
    "metod/mi": (
        "Ett sätt att samtala. (1 feb. 2006 – 31 mars 2006) "
        "Källorna har 1 utsaga om evidens. (1 feb. 2006 – 31 mars 2006) "
        "Utbudet i 1 kommun använder den. härlett (1 feb. 2006 – 31 mars 2006)",
        "A way of talking. (1 Feb 2006 – 31 Mar 2006) "
        "The sources have 1 statement of evidence. (1 Feb 2006 – 31 Mar 2006) "
        "What 1 municipality offers uses it. inferred (1 Feb 2006 – 31 Mar 2006)",
    ),
    "malgrupp/kvinnor": (
        "Kvinnor över 18 år. (1 feb. 2006 – 31 mars 2006) "
        "1 uppgift riktar sig till gruppen. (1 feb. 2006 – 31 mars 2006)",
        "Women over 18. (1 Feb 2006 – 31 Mar 2006) "
        "1 statement is of something aimed at the group. (1 Feb 2006 – 31 Mar 2006)",
    ),
    "samarbete/ring": (
        "Deltagare: Alby och Öby. (1 feb. 2006 – 31 mars 2006)",
        "Participants: Alby and Oby. (1 Feb 2006 – 31 Mar 2006)",
    ),
    "uttalande/e1": (
        "Slag: evidensutsaga. (1 feb. 2006 – 31 mars 2006) Utsagan gäller MI. (1 feb. 2006 – 31 mars 2006) "
        "Bedömning: Positiv effekt. (1 feb. 2006 – 31 mars 2006)",
        "Kind: statement of evidence. (1 Feb 2006 – 31 Mar 2006) The statement is about MI. (1 Feb 2006 – 31 Mar 2006) "
        "Assessment: Positive effect. (1 Feb 2006 – 31 Mar 2006)",
    ),
    "uttalande/r1": (
        "Rekommendationen gäller MI. (1 feb. 2006 – 31 mars 2006) Nivå: Bör. (1 feb. 2006 – 31 mars 2006)",
        "The recommendation is about MI. (1 Feb 2006 – 31 Mar 2006) Level: Should. (1 Feb 2006 – 31 Mar 2006)",
    ),
    "passage/p1": (
        "Rader 4–7 i Kartan, under Del 1. (1 feb. 2006 – 31 mars 2006) "
        "2 saker uttalas här. (1 feb. 2006 – 31 mars 2006)",
        "Lines 4–7 of The map, under Del 1. (1 Feb 2006 – 31 Mar 2006) "
        "2 things are stated here. (1 Feb 2006 – 31 Mar 2006)",
    ),
    "indikator/i1": (
        "Indikatorn gäller MI. (1 feb. 2006 – 31 mars 2006)",
        "The indicator is about MI. (1 Feb 2006 – 31 Mar 2006)",
    ),
    "plats/torg": ("Slag: plats. (1 feb. 2006 – 31 mars 2006)", "Kind: place. (1 Feb 2006 – 31 Mar 2006)"),
}


@pytest.mark.parametrize("path", LEADS)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_lead(telling: FlaskClient, path: str, language: str) -> None:
    """The lead is made of the thing's own statements, in the words of its kind, each with its period and mark."""
    lead = page_of(telling, f"/sida/{path}?lang={language}").one("p", "lead")
    assert LEADS[path][language == "en"] == lead.text


def test_lead_of_a_source(telling: FlaskClient) -> None:
    """A source says its title, its publisher, the time it holds for and how much of it was read."""
    text = page_of(telling, "kalla/kartan").one("p", "lead").text
    for said in ("Kartan över allt", "Utgivare: Förlaget.", "gäller våren 2006.", "1 passage är läst ur den."):
        assert said in text


def test_lead_links(telling: FlaskClient) -> None:
    """Things that the lead names are linked; the page's own name is not."""
    page = page_of(telling, "kommun/alby")
    links = [a.attributes["href"] for a in page.all("a") if a.inside(page.one("p", "lead"))]
    assert ["/sida/lan/lanet", "/sida/metod/kbt", "/sida/metod/mi", "/sida/kommun/oby"] == links


# The page's parts together show exactly the thing's data


def shows_its_data(client: FlaskClient, path: str) -> None:
    """Compare the parts of a page with the data of the thing, what points to it among them."""
    data, address = rdflib.Graph(), f"/data/{path}.nt?profil=med-inkommande"
    while address:
        response = client.get(address)
        data += graph_of(response.data, "nt")
        following = re.search(r'<([^>]*)>; rel="next"', response.headers["Link"])
        address = following[1] if following else ""
    page = shown(client, path)
    if any(isinstance(term, rdflib.BNode) for triple in data for term in triple):
        assert to_isomorphic(data) == to_isomorphic(page), path
    else:
        assert set(data) == set(page), path
    assert len(data) > 0


def things(client: FlaskClient) -> list[str]:
    """Give every thing that the graph names, as subject or object."""
    query = "SELECT DISTINCT ?t { { ?t ?p ?o } UNION { ?s ?p ?t } FILTER(ISIRI(?t)) }"
    store = client.application.extensions["kunskapsgraf"][1]
    found = sorted(text_of(row["t"]) for row in select(store, query))
    return [iri.removeprefix(BASE + "id/") for iri in found if iri.startswith(BASE + "id/")]


def test_parts_show_the_data(telling: FlaskClient) -> None:
    """For things of every kind, with nameless ones and with long lists, the parts of the page hold what the data hold."""
    for path in things(telling):
        if not path.startswith("sak/") or path in ("sak/s0", "sak/s229"):
            shows_its_data(telling, path)


def test_parts_show_the_data_of_the_tiny_world(client: FlaskClient) -> None:
    """For every thing of the tiny world the parts of its page hold what its data hold."""
    paths = things(client)
    assert len(paths) > 8
    for path in paths:
        shows_its_data(client, path)


@pytest.mark.long
def test_parts_show_the_data_of_the_whole_graph(whole_client: FlaskClient) -> None:
    """For every thing of the whole graph the parts of its page hold what its data hold."""
    for path in things(whole_client):
        shows_its_data(whole_client, path)


# Long lists


def test_long_list_is_cut_and_says_so(telling: FlaskClient) -> None:
    """A page shows the beginning of a long list, how many there are, and a link to them all."""
    page = page_of(telling, "begrepp/allt")
    group = next(e for e in page.elements if e.attributes.get("data-p", "").endswith("broader>") and e.tag == "div")
    assert [str(MANY)] == [count.text for count in page.within(group, "count")]
    assert NAMES[:5] == [value.text for value in page.within(group, "value")]
    assert f"Visa alla {MANY}" == page.one("p", "rest").text


def test_long_list_goes_on(telling: FlaskClient) -> None:
    """The parts of a long list go through it once, by the alphabet of the page's language, 100 at a time."""
    names: list[str] = []
    for number in (1, 2, 3):
        page = page_of(telling, f"/sida/begrepp/allt?egenskap=^skos:broader&sida={number}")
        names += [value.text for value in page.all("div", "value")]
        assert (number < 3) == any(a.attributes.get("rel") == "next" for a in page.all("a"))
        assert (number > 1) == any(a.attributes.get("rel") == "prev" for a in page.all("a"))
        [canonical] = [e.attributes["href"] for e in page.all("link") if e.attributes["rel"] == "canonical"]
        asked = dict(parse_qsl(urlsplit(canonical).query))
        assert ("^skos:broader", str(number), "sv") == (asked["egenskap"], asked.get("sida", "1"), asked["lang"])
    assert NAMES == names  # z, å, ä, ö
    page = page_of(telling, "/sida/begrepp/allt?egenskap=^skos:broader&lang=en")
    assert [f"{number:03d}" for number in range(1, 101)] == [value.text for value in page.all("div", "value")]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("egenskap=^skos:broader&sida=4", 404),
        ("egenskap=skos:broader", 404),
        ("egenskap=^kg:inget", 404),
        ("egenskap=^skos:broader&sida=0", 400),
        ("egenskap=^skos:broader&sida=x", 400),
        ("egenskap=%22text%22", 400),
        ("egenskap=^", 400),
    ],
)
def test_no_such_part(telling: FlaskClient, query: str, status: int) -> None:
    """A part that is not there is 404; what names no part is 400."""
    assert status == telling.get(f"/sida/begrepp/allt?{query}", headers=HTML).status_code


# Statements


def row(page: Page, predicate: str, target: str) -> Element:
    """Find the statement whose predicate and object end so."""
    [found] = [
        e
        for e in page.statements
        if e.attributes["data-p"].endswith(predicate + ">") and target in e.attributes["data-o"]
    ]
    return found


def test_source_of_a_statement(telling: FlaskClient) -> None:
    """An asserted statement names its lines and, by number, its source, which the page lists with its period."""
    page = page_of(telling, "kommun/alby")
    stated = row(page, "#iLan", "lanet")
    assert ["rad 4–7"] == [e.text for e in page.within(stated, "passage")]
    [source] = page.within(stated, "source")
    [listed] = [e for e in page.elements if "#" + e.attributes.get("id", "") == source.attributes["href"]]
    assert "Kartan 1 feb. 2006 – 31 mars 2006" == listed.text


def test_meaning_of_a_term(telling: FlaskClient) -> None:
    """A term's definition shows on hover, as the title of its link, and by keyboard, as a disclosure with a name."""
    page = page_of(telling, "kommun/alby")
    [link] = [a for a in page.all("a") if a.attributes["href"] == "/ns#erbjuder"]
    assert "Det som ges." == link.attributes["title"]
    details = [e for e in page.all("details", "meaning") if "Det som ges." in e.text]
    assert 1 == len(details)
    assert "Vad betyder erbjuder?" in [e.attributes["aria-label"] for e in page.all("summary") if e.inside(details[0])]


def test_disagreement(telling: FlaskClient) -> None:
    """Where readings differ, all of them stand at the property that they are about."""
    page = page_of(telling, "kommun/alby")
    box = page.one("div", "disagreement")
    assert "Hur många bor där? Följd läsning: 21 600 Annan läsning: 21 700" in box.text
    assert any(parent.attributes.get("data-p", "").endswith("#invanare>") for parent in box.parents)


@pytest.mark.parametrize(("language", "number"), [("sv", "21\N{NO-BREAK SPACE}600"), ("en", "21,600")])
def test_numbers(telling: FlaskClient, language: str, number: str) -> None:
    """Thousands stand apart as the language has it; a year is left as it is."""
    page = page_of(telling, f"/sida/kommun/alby?lang={language}")
    texts = [text for text, _ in page.texts]
    assert " ".join(number.split()) in texts
    assert "2006" in texts


def test_nameless_things_stand_inline(telling: FlaskClient) -> None:
    """What is said of a blank node stands in its place, however deep."""
    page = page_of(telling, "plats/torg")
    deep = next(e for e in page.elements if e.tag == "dd" and e.text.startswith("ännu djupare"))
    assert 2 == sum("nameless" in parent.classes for parent in deep.parents)


def test_not_in_a_category(telling: FlaskClient) -> None:
    """A category of the thing's kind that it is not in has its "Varför inte?"; one that it is in has not."""
    assert "insats för kvinnor" in page_of(telling, "insats/grupp").one("ul", "members").text
    assert [] == page_of(telling, "insats/samtal").all("ul", "members")


# The period of a proof


def test_period_of_a_proof(telling: FlaskClient) -> None:
    """The page of a proof tells for how long what it rests on holds."""
    page = page_of(telling, "/varfor?subjekt=insats/samtal&egenskap=a&varde=kg:KvinnoInsats")
    assert "Grundas på uppgifter som gäller 1 feb. 2006 – 31 mars 2006." == page.one("p", "validity").text


def test_conclusion_from_several_sources(telling: FlaskClient) -> None:
    """What follows from sources of different times says so, and the page of its proof tells the times."""
    page = page_of(telling, "kommun/alby")
    assert ["ur flera källor"] == [e.text for e in page.within(row(page, "#harMetodutbud", "kbt"), "period")]
    why = page_of(telling, "/varfor?subjekt=kommun/alby&egenskap=kg:harMetodutbud&varde=metod/kbt")
    said = "Grundas på uppgifter från olika tider: 1 feb. 2006 – 31 mars 2006; 1 jan. 2010 – 31 dec. 2010."
    assert said == why.one("p", "validity").text


def test_table_beside_the_snapshot_is_the_same_again(telling: FlaskClient) -> None:
    """The same statements in another order give the same table, byte for byte."""
    store: EmbeddedStore = telling.application.extensions["kunskapsgraf"][1]
    quads = [q for q in Store.read_only(str(store.pool.snapshot().store)) if isinstance(q.graph_name, NamedNode)]
    made_again = make(sorted(quads, key=str, reverse=True), store.names)
    assert made_again == (store.pool.snapshot().path / FILE).read_bytes()


# HTML


def is_valid(text: str) -> list[str]:
    """Give the errors that the parser of the HTML standard finds."""
    parser = html5rdf.HTMLParser(strict=False)
    parser.parse(text)
    return [f"{place}: {code}" for place, code, _ in parser.errors]


def test_pages_are_html(telling: FlaskClient) -> None:
    """The page of each kind of thing, and a part of one, parse without an error, and no element stands where it may not."""
    for path in [
        *(f"/sida/{path}" for path in (*LEADS, "kalla/kartan", "begrepp/allt")),
        "/sida/begrepp/allt?egenskap=^skos:broader",
    ]:
        text = telling.get(path, headers=HTML).text
        assert [] == is_valid(text), path
        page = Page(text)
        assert [] == page.faults, path
        ids = [e.attributes["id"] for e in page.elements if "id" in e.attributes]
        assert len(ids) == len(set(ids)), path
        blocks = [e for e in page.elements if e.tag in ("div", "dl", "details", "ul", "p", "section")]
        assert [] == [e.tag for e in blocks if any(p.tag in ("span", "a", "p", "h1", "h2") for p in e.parents)], path


@pytest.mark.long
def test_all_pages_are_html(whole_client: FlaskClient) -> None:
    """Every page of the whole graph parses without an error."""
    for path in things(whole_client):
        assert [] == is_valid(whole_client.get(f"/sida/{path}", headers=HTML).text), path


def test_no_page_is_large(whole_client: FlaskClient) -> None:
    """The page of a thing of which much is said has at most 100 kB."""
    for path in ("kommun/vasteras", "kalla/lansstyrelsen-vastmanland-2006", "schema/begrepp", "metod/tolvstegsmetoden"):
        assert len(whole_client.get(f"/sida/{path}", headers=HTML).data) <= 100_000, path
