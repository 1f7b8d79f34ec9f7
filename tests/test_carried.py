"""What a page tells of evidence: each state apart on the page of a method, reports on others, and why a category is empty."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from reading import Page

from kunskapsgraf import settings as settings_module
from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.store import select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.pipeline.build import build
from kunskapsgraf.reports import run
from kunskapsgraf.web import create_app

HERE = Path(__file__).parent
# One method in each state that a reader must be able to tell from the others.
METHODS = """
@prefix kg: <https://w3id.org/kunskapsgraf/ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix bedomning: <https://w3id.org/kunskapsgraf/id/bedomning/> .
@prefix kalla: <https://w3id.org/kunskapsgraf/id/kalla/> .
@prefix malgrupp: <https://w3id.org/kunskapsgraf/id/malgrupp/> .
@prefix metod: <https://w3id.org/kunskapsgraf/id/metod/> .
@prefix omfattning: <https://w3id.org/kunskapsgraf/id/omfattning/> .
@prefix passage: <https://w3id.org/kunskapsgraf/id/passage/> .
@prefix utfall: <https://w3id.org/kunskapsgraf/id/utfall/> .
@prefix uttalande: <https://w3id.org/kunskapsgraf/id/uttalande/> .
omfattning:korpusen a kg:Omfattning ; rdfs:label "Provkällorna"@sv , "The trial sources"@en ; kg:forbehall "Bara prov."@sv , "A trial only."@en .
kalla:provevidens a kg:Kalla ; rdfs:label "Provevidens"@sv , "Trial evidence"@en ; kg:giltighetOkand true .
passage:provevidens-1-1 a kg:Passage ; kg:iKalla kalla:provevidens ; kg:rubrikvag "Prov"@sv ; kg:radFran 1 ; kg:radTill 1 .
"""
STATES = {
    "Positiv effekt": ("positiv", ["positiv-effekt"]),
    "Ingen effekt": ("ingen", ["ingen-effekt"]),
    "Otillräckligt underlag": ("otillrackligt", ["otillrackligt"]),
    "Översikt saknas": ("oversikt", ["oversikt-saknas"]),
    "Påstådd, utan källa": ("pastadd", ["pastadd"]),
    "Ingen uppgift i källorna": ("tyst", []),
}
CONFLICT = ("motstridig", ["positiv-effekt", "ingen-effekt"])


def turtle() -> str:
    """Write one method for each state, and one of which two reviews disagree."""
    text = METHODS
    for slug in ("bedomning", "malgrupp", "utfall"):
        shown = {"malgrupp": "kg:Malgrupp", "utfall": "kg:Utfall"}.get(slug)
        text += f'{slug}:prov a {shown} ; skos:prefLabel "prov"@sv , "trial"@en .\n' if shown else ""
    for slug, states in [*STATES.values(), CONFLICT]:
        text += f'metod:{slug} a kg:Behandlingsmetod , skos:Concept ; skos:prefLabel "Metoden {slug}"@sv , "The method {slug}"@en .\n'
        for number, state in enumerate(states):
            kind = "PastaendeUtanKalla" if state == "pastadd" else "GranskadUtsaga"
            text += (
                f"metod:{slug} kg:harEvidensutsaga uttalande:{slug}-{number} .\n"
                f'uttalande:{slug}-{number} a kg:{kind} ; rdfs:label "Om {slug}"@sv , "On {slug}"@en ; kg:avser metod:{slug} ;\n'
                f"  kg:bedomning bedomning:{state} ; kg:avserUtfall utfall:prov ; kg:avserPopulation malgrupp:prov ;\n"
                "  kg:uttalasI passage:provevidens-1-1 .\n"
            )
    return text


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Serve the tiny world with a method in every state."""
    folder = tmp_path_factory.mktemp("evidens")
    world = Path(shutil.copytree(HERE / "world", folder / "world"))
    package = settings_module.packaged_sources() / "data" / "ttl" / "redaktion" / "evidenslagen.ttl"
    (world / "data" / "ttl" / "redaktion" / "evidens.ttl").write_text(turtle(), encoding="utf-8")
    shutil.copy(package, world / "data" / "ttl" / "redaktion" / "evidenslagen.ttl")
    found = replace(settings_module.load({}), sources=world, home=folder / "home", workers=1)
    build(found)
    store = EmbeddedStore(found)
    yield create_app(found, store).test_client()
    store.close()


def carried(client: FlaskClient, address: str, language: str = "sv") -> list[str]:
    """Give the text of each report that a page carries."""
    response = client.get(address, headers={"Accept": "text/html", "Accept-Language": language})
    assert 200 == response.status_code
    return [section.text for section in Page(response.get_data(as_text=True)).all("section", "carried")]


def state_of(client: FlaskClient, slug: str, language: str = "sv") -> str:
    """Give what the page of a method tells of its state of evidence: the first of its three answers."""
    response = client.get(f"/sida/metod/{slug}", headers={"Accept": "text/html", "Accept-Language": language})
    assert 200 == response.status_code
    found = Page(response.get_data(as_text=True))
    answers = found.one("dl", "three")
    return next(element.text for element in found.all("div") if element.parents[-1] is answers)


@pytest.mark.parametrize("state", STATES)
def test_page_of_a_method_tells_its_state(evidence: FlaskClient, state: str) -> None:
    """Each state is named on the page of its method, and none of the others is."""
    told = state_of(evidence, STATES[state][0])
    assert {state} == {other for other in STATES if other in told}


def test_page_tells_of_conflict(evidence: FlaskClient) -> None:
    """Where two reviews of one outcome and population disagree, the page says so, and both states stand."""
    told = state_of(evidence, "motstridig", "en")
    assert {"Positive effect", "No effect"} == {state for state in ("Positive effect", "No effect") if state in told}
    page = Page(evidence.get("/sida/metod/motstridig?lang=en", headers={"Accept": "text/html"}).text)
    table = page.one("table", "against")
    assert "Conflicting on the same outcome and group: trial – trial" in table.text
    [assessments] = [row for row in page.rows if row[0] == "Assessment"][-1:]
    assert {"Positive effect", "No effect"} == set(assessments[1:])
    assert [] == Page(evidence.get("/sida/metod/positiv", headers={"Accept": "text/html"}).text).all("table", "against")
    rows = evidence.get("/queries/metoder-med-motstridig-evidens?format=csv").get_data(as_text=True).splitlines()[1:]
    assert 1 == len(rows)
    assert "metod/motstridig" in rows[0]


def test_report_tells_the_states_apart(evidence: FlaskClient) -> None:
    """The list of methods without evidence gives each its own way of being without; a positive one is not there."""
    rows = evidence.get("/queries/metoder-utan-evidens?format=csv&sprak=sv").get_data(as_text=True)
    told = {
        line.split(",")[0].rsplit("/", 1)[-1]: line.split(",")[3] for line in rows.splitlines()[1:] if "/metod/" in line
    }
    assert {
        "ingen": "Ingen effekt",
        "otillrackligt": "Otillräckligt underlag",
        "oversikt": "Översikt saknas",
        "pastadd": "Bara påstådd",
        "tyst": "Ingen uppgift i källorna",
    } == {slug: told[slug] for slug in told if slug in {s for s, _ in STATES.values()}}
    assert "positiv" not in told


def test_what_has_nothing_to_say_is_not_carried(evidence: FlaskClient) -> None:
    """A thing of another kind carries no report, and neither does a method, whose page tells what they would."""
    assert [] == carried(evidence, "/sida/kommun/norrby")
    assert [] == carried(evidence, "/sida/metod/tyst")


# (category, what its page must say of why nothing is in it)
EMPTY = {
    "EvidensbaseradInsats": "ingen insats i källorna anges använda metoden",
    "RekommenderadInsats": "målgruppen är inte den som tillståndet gäller",
    "MetodMedMotstridigEvidens": "Sysselsättningsstöd",
    "MetodMedOtillrackligtUnderlag": "Sysselsättningsstöd",
    "SystematisktUppfoljdInsats": "UBÅT",
    "UngaVuxnaInsats": "Resurscentrum",
    "FoUMetod": "Prioritet 4",
}


@pytest.mark.parametrize("category", EMPTY)
def test_empty_category_says_why(whole_store: EmbeddedStore, whole_client: FlaskClient, category: str) -> None:
    """An honestly empty category carries what came nearest, in both languages."""
    assert not select(whole_store, f"SELECT ?x WHERE {{ ?x a <{whole_store.names.terms}{category}> }}")
    assert any(EMPTY[category] in text for text in carried(whole_client, f"/klass/{category}"))
    assert carried(whole_client, f"/klass/{category}", "en")


def test_every_empty_category_says_why(whole_store: EmbeddedStore) -> None:
    """No inferred category of the contract is empty without a report that explains it."""
    explained = {
        name for report in run.all_reports(settings_module.packaged_sources()).values() for name in report.explains
    }
    rows = select(
        whole_store,
        f"""SELECT ?c WHERE {{ ?c <{whole_store.names.terms}harledsGenom> ?how FILTER NOT EXISTS {{ ?x a ?c }}
            FILTER(STRENDS(STR(?c), "Insats") || STRENDS(STR(?c), "Metod") || CONTAINS(STR(?c), "MetodMed") || CONTAINS(STR(?c), "KommunMed")) }}""",
    )
    empty = {text_of(row["c"]).rsplit("#", 1)[-1] for row in rows}
    assert empty <= explained


@pytest.mark.parametrize(
    ("thing", "state"),
    [
        ("metod/natverksterapi", "Positiv effekt"),  # report 3, line 507
        ("metod/act", "Påstådd, utan källa"),  # Hässelby-Vällingby, line 76
        (
            "metod/cra",
            "Ingen uppgift i källorna",
        ),  # named at Hässelby-Vällingby 84-90 and in Öppna jämförelser, nowhere with an effect
        ("insatstyp/sysselsattningsstod", "Otillräckligt underlag"),  # report 3, line 491
    ],
)
def test_real_methods(whole_client: FlaskClient, thing: str, state: str) -> None:
    """The pages of real methods tell the state that their sources give."""
    if thing.startswith("metod/"):
        assert state in state_of(whole_client, thing.removeprefix("metod/"))
    else:
        assert state in carried(whole_client, f"/sida/{thing}")[0].split("De är fyra olika svar.")[1]
