"""The catalogue at ``/katalog``: DCAT-AP-SE's rules, and a page for people."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

import pytest
import rdflib
from conftest import ROOT
from dcat_ap_se import IN_BOTH_LANGUAGES, MANDATORY, RECOMMENDED
from described import BASE, SUFFIXES, answered, fetched, said
from flask.testing import FlaskClient
from rdflib import XSD
from reading import Page

from kunskapsgraf import settings as settings_module
from kunskapsgraf.errors import SettingError
from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.settings import Settings
from kunskapsgraf.web import create_app

CONTACT = "oppnadata@example.org"
RULES = [(kind, *rule) for kind, rules in MANDATORY.items() for rule in rules]
WANTED = [(kind, name) for kind, names in RECOMMENDED.items() for name in names]


@pytest.fixture(scope="module")
def catalogue(whole: Settings, whole_store: EmbeddedStore) -> rdflib.Graph:
    """Fetch the catalogue of the whole graph from a service that has an address to write to."""
    client = create_app(replace(whole, contact=CONTACT), whole_store).test_client()
    return fetched(client, "/katalog")


@pytest.mark.parametrize(("kind", "name", "least", "most"), RULES)
def test_mandatory_properties(catalogue: rdflib.Graph, kind: str, name: str, least: int, most: int | None) -> None:
    """Each thing of a class has as many values of a property as DCAT-AP-SE demands, texts counted per language."""
    things = {thing for (thing,) in said(catalogue, f"SELECT ?x {{ ?x a {kind} }}")}
    assert things
    for thing in things:
        values = said(catalogue, f"SELECT ?v (LANG(?v) AS ?l) {{ <{thing}> {name} ?v }}")
        assert least <= len(values), f"{thing} {name}"
        assert most is None or len(values) <= most, f"{thing} {name}"


@pytest.mark.parametrize(("kind", "name"), WANTED)
def test_recommended_properties(catalogue: rdflib.Graph, kind: str, name: str) -> None:
    """Each thing of a class has what DCAT-AP-SE recommends."""
    without = said(catalogue, f"SELECT ?x {{ ?x a {kind} FILTER NOT EXISTS {{ ?x {name} ?v }} }}")
    assert set() == without


@pytest.mark.parametrize(("kind", "name"), IN_BOTH_LANGUAGES)
def test_texts_are_in_swedish_and_english(catalogue: rdflib.Graph, kind: str, name: str) -> None:
    """Titles and descriptions stand once in Swedish and once in English."""
    for (thing,) in said(catalogue, f"SELECT ?x {{ ?x a {kind} }}"):
        languages = [str(v.language) for v in catalogue.objects(rdflib.URIRef(thing), expanded(name))]  # type: ignore[attr-defined]
        assert ["en", "sv"] == sorted(languages), thing


def expanded(name: str) -> rdflib.URIRef:
    """Write ``dct:title`` in full."""
    assert name.startswith("dct:")
    return rdflib.URIRef("http://purl.org/dc/terms/" + name.removeprefix("dct:"))


def test_every_graph_that_a_query_sees_is_a_data_set(whole_client: FlaskClient, catalogue: rdflib.Graph) -> None:
    """The whole and each graph of the default graph are in the catalogue, and the service serves them all."""
    graphs = answered(whole_client, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")
    shown = {g for g in graphs if not g[0].startswith(BASE + "graf/harledd/") and g[0] != BASE + "graf/katalog"}
    expected = shown | {(BASE + "graf",)}
    assert expected == said(catalogue, f"SELECT ?d {{ <{BASE}katalog> dcat:dataset ?d . ?d a dcat:Dataset }}")
    assert expected == said(catalogue, f"SELECT ?d {{ <{BASE}katalog> dcat:service [ dcat:servesDataset ?d ] }}")


def test_licence_is_that_of_the_data(catalogue: rdflib.Graph) -> None:
    """Every licence is the data's own, CC BY 4.0, as LICENSE has it."""
    licences = said(catalogue, "SELECT DISTINCT ?l { ?x dct:license ?l }")
    assert {("https://creativecommons.org/licenses/by/4.0/",)} == licences


def test_source_tells_its_period_and_area(catalogue: rdflib.Graph) -> None:
    """The mapping of Västmanland is of February and March 2006, of that county, and is derived from its source."""
    graph = f"<{BASE}graf/kalla/lansstyrelsen-vastmanland-2006>"
    period = f"SELECT ?a ?b {{ {graph} dct:temporal [ a dct:PeriodOfTime ; dcat:startDate ?a ; dcat:endDate ?b ] }}"
    assert {("2006-02-01", "2006-03-31")} == said(catalogue, period)
    assert {(BASE + "id/lan/vastmanland",)} == said(catalogue, f"SELECT ?p {{ {graph} dct:spatial ?p }}")
    source = f"SELECT ?s {{ {graph} dct:source ?s }}"
    assert {(BASE + "id/kalla/lansstyrelsen-vastmanland-2006",)} == said(catalogue, source)
    without = f"<{BASE}graf/kalla/fou-sodertorn-rapport-158>"
    assert set() == said(catalogue, f"SELECT ?p {{ {without} dct:temporal ?p }}")


def test_files_are_as_the_catalogue_says(whole_client: FlaskClient, catalogue: rdflib.Graph) -> None:
    """Each file is there, with the size and the digest that the catalogue gives."""
    rows = said(
        catalogue,
        """SELECT ?u ?n ?c { ?x dcat:downloadURL ?u ; dcat:byteSize ?n ; spdx:checksum [ spdx:checksumValue ?c ;
            spdx:algorithm spdx:checksumAlgorithm_sha256 ] }""",
    )
    assert len(rows) >= 18
    for address, size, digest in rows:
        with whole_client.get(address) as response:
            assert (200, size) == (response.status_code, response.headers["Content-Length"])
            assert digest == hashlib.sha256(response.get_data()).hexdigest()


def test_publisher_is_what_the_service_says(small: Settings, small_store: EmbeddedStore) -> None:
    """What kind of publisher it is comes from who runs the service, once."""
    client = create_app(replace(small, publisher_type="LocalAuthority"), small_store).test_client()
    kinds = said(fetched(client, "/katalog"), "SELECT ?p ?t { ?p a foaf:Agent ; dct:type ?t }")
    assert {(BASE + "graf#utgivare", "http://purl.org/adms/publishertype/LocalAuthority")} == kinds


def test_issued_is_the_day_of_the_first_version(catalogue: rdflib.Graph) -> None:
    """The data were issued on the day that the changelog gives its first version; no day of change is made up."""
    first = re.findall(r"^## \d+\.\d+\.\d+ \((.+)\)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)[-1]
    assert {(first,)} == said(catalogue, "SELECT DISTINCT ?d { ?x dct:issued ?d }")
    assert set() == said(catalogue, "SELECT ?d { ?x dct:modified ?d }")


def test_sizes_have_the_datatype_of_dcat(catalogue: rdflib.Graph) -> None:
    """A byte size is an ``xsd:nonNegativeInteger`` (DCAT 3, section 6.8.16)."""
    sizes = list(catalogue.objects(None, rdflib.URIRef("http://www.w3.org/ns/dcat#byteSize")))
    assert sizes
    assert {XSD.nonNegativeInteger} == {size.datatype for size in sizes}  # type: ignore[attr-defined]


def test_contact_is_only_what_the_setting_says(client: FlaskClient, catalogue: rdflib.Graph) -> None:
    """The contact is the function's address of the setting; without one there is none."""
    assert {(f"mailto:{CONTACT}",)} == said(catalogue, "SELECT ?m { ?c vcard:hasEmail ?m }")
    assert set() == said(fetched(client, "/katalog"), "SELECT ?c { ?x dcat:contactPoint ?c }")
    assert "mailto:" not in client.get("/katalog?format=ttl").text


@pytest.mark.parametrize("address", ["Anna Andersson", "a@b", "<x@y.se>", "x@y.se\nBcc: z@y.se"])
def test_contact_must_be_an_address(address: str) -> None:
    """What is no e-mail address is refused, with the name of the setting."""
    with pytest.raises(SettingError, match="KUNSKAPSGRAF_CONTACT"):
        settings_module.load({"KUNSKAPSGRAF_CONTACT": address})


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_format_says_the_same(client: FlaskClient, suffix: str) -> None:
    """By Accept and by suffix, each format holds the same catalogue."""
    found = fetched(client, "/katalog", suffix)
    assert set(fetched(client, "/katalog")) == set(found)
    assert SUFFIXES[suffix] == client.get(f"/katalog.{suffix}").mimetype


@pytest.fixture(params=["sv", "en"])
def page(client: FlaskClient, request: pytest.FixtureRequest) -> tuple[str, Page]:
    """Read the page in a language."""
    response = client.get("/katalog", headers={"Accept": "text/html", "Accept-Language": request.param})
    return request.param, Page(response.text)


def test_page_leads_to_every_file_and_document(client: FlaskClient, page: tuple[str, Page]) -> None:
    """The page names each data set in the visitor's language, and leads to its files and to each document."""
    language, found = page
    documents = {
        "/katalog.ttl",
        "/.well-known/void?format=ttl",
        "/sparql?format=ttl",
        "/openapi.json",
        "/kontext.jsonld",
    }
    addresses = {address.removeprefix("http://localhost") for address in found.addresses}
    assert documents <= addresses
    files = said(fetched(client, "/katalog"), "SELECT ?u { ?x dcat:downloadURL ?u }")
    shown = {("http://localhost" + address,) for address in addresses if address.startswith("/dump/")}
    assert files == shown
    titles = {element.text for element in found.all("h2")}
    assert {"sv": "Ontologin", "en": "The ontology"}[language] in titles
    assert all(200 == client.get(address).status_code for address in documents)
