"""The OpenAPI document: it tells the routes, parameters and statuses that the application has, and no others."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from kunskapsgraf import __version__
from kunskapsgraf.graph.formats import FORMATS
from kunskapsgraf.web.problems import STATUSES

Document = dict[str, Any]
METHODS = {"get", "post", "put", "delete", "patch", "head", "options"}
HOLDS = {"subjekt": "kommun/norrby", "egenskap": "a", "varde": "kg:KommunMedTolvstegsutbud"}
DOES_NOT = {**HOLDS, "subjekt": "kommun/soderby"}
# An address, how it is asked, and the status that the document must tell.
CASES = [
    ("/", "get", {}, "/", 200),
    ("/om", "get", {}, "/om", 200),
    ("/tillganglighet", "get", {}, "/tillganglighet", 200),
    ("/sparql", "get", {"query": "ASK {}"}, "/sparql", 200),
    ("/sparql", "get", {"query": "ASK"}, "/sparql", 400),
    ("/sparql", "get", {"query": "ASK {}", "accept": "image/png"}, "/sparql", 406),
    ("/sparql", "post", {"query": "ASK {}"}, "/sparql", 200),
    ("/sparql", "post", {"body": "ASK {}", "type": "text/plain"}, "/sparql", 415),
    ("/sparql", "post", {"body": "x" * 1_000_001, "type": "application/sparql-query"}, "/sparql", 413),
    ("/id/kommun/norrby", "get", {}, "/id/{kind}/{slug}", 303),
    ("/id/kommun/norrby", "get", {"format": "x"}, "/id/{kind}/{slug}", 400),
    ("/id/kommun/finns-inte", "get", {}, "/id/{kind}/{slug}", 404),
    ("/id/kommun/norrby", "get", {"accept": "image/png"}, "/id/{kind}/{slug}", 406),
    ("/sida/kommun/norrby", "get", {}, "/sida/{kind}/{slug}", 200),
    ("/sida/kommun/finns-inte", "get", {}, "/sida/{kind}/{slug}", 404),
    ("/sida/kommun/norrby", "get", {"egenskap": "kg:harUtbudspost"}, "/sida/{kind}/{slug}", 200),
    (
        "/sida/kommun/norrby",
        "get",
        {"egenskap": "kg:harUtbudspost", "sida": "0"},
        "/sida/{kind}/{slug}",
        400,
    ),
    ("/data/kommun/norrby.ttl", "get", {}, "/data/{kind}/{slug}.{suffix}", 200),
    ("/data/kommun/finns-inte.ttl", "get", {}, "/data/{kind}/{slug}.{suffix}", 404),
    ("/data/kommun/norrby.ttl", "get", {"profil": "x"}, "/data/{kind}/{slug}.{suffix}", 400),
    ("/id/kommun/borttagen", "get", {}, "/id/{kind}/{slug}", 410),
    ("/sida/kommun/borttagen", "get", {}, "/sida/{kind}/{slug}", 410),
    ("/data/kommun/borttagen.ttl", "get", {}, "/data/{kind}/{slug}.{suffix}", 410),
    ("/beskriv", "get", {"iri": "kg:Kommun"}, "/beskriv", 200),
    ("/beskriv", "get", {"iri": "https://w3id.org/kunskapsgraf/id/kommun/norrby"}, "/beskriv", 303),
    ("/beskriv", "get", {}, "/beskriv", 400),
    ("/beskriv", "get", {"iri": "http://example.org/"}, "/beskriv", 404),
    ("/beskriv", "get", {"iri": "kg:Kommun", "accept": "image/png"}, "/beskriv", 406),
    ("/beskriv", "get", {"iri": "https://w3id.org/kunskapsgraf/id/kommun/borttagen"}, "/beskriv", 410),
    ("/ns/Kommun", "get", {}, "/ns/{name}", 303),
    ("/ns/Kommun", "get", {"format": "x"}, "/ns/{name}", 400),
    ("/ns/FinnsInte", "get", {}, "/ns/{name}", 404),
    ("/ns/Kommun", "get", {"accept": "image/png"}, "/ns/{name}", 406),
    ("/.well-known/genid/x", "get", {}, "/.well-known/genid/{name}", 404),
    ("/profil", "get", {}, "/profil", 200),
    ("/profil", "get", {"format": "x"}, "/profil", 400),
    ("/profil", "get", {"accept": "image/png"}, "/profil", 406),
    ("/profil/med-bevis", "get", {}, "/profil/{name}", 303),
    ("/profil/med-bevis", "get", {"format": "x"}, "/profil/{name}", 400),
    ("/profil/x", "get", {}, "/profil/{name}", 404),
    ("/profil/med-bevis", "get", {"accept": "image/png"}, "/profil/{name}", 406),
    ("/robots.txt", "get", {}, "/robots.txt", 200),
    ("/sitemap.xml", "get", {}, "/sitemap.xml", 200),
    ("/sitemap/1.xml", "get", {}, "/sitemap/{number}.xml", 200),
    ("/sitemap/99.xml", "get", {}, "/sitemap/{number}.xml", 404),
    ("/ns", "get", {}, "/ns", 200),
    ("/ns", "get", {"format": "x"}, "/ns", 400),
    ("/ns", "get", {"accept": "image/png"}, "/ns", 406),
    ("/ns.ttl", "get", {}, "/ns.{suffix}", 200),
    ("/ns.x", "get", {}, "/ns.{suffix}", 400),
    ("/klass/Kommun", "get", {}, "/klass/{name}", 200),
    ("/klass/FinnsInte", "get", {}, "/klass/{name}", 404),
    ("/klasser", "get", {}, "/klasser", 200),
    ("/klasser", "get", {"fran": "x:y z"}, "/klasser", 400),
    ("/klasser", "get", {"fran": "FinnsInte"}, "/klasser", 404),
    ("/egenskaper", "get", {}, "/egenskaper", 200),
    ("/egenskaper", "get", {"fran": "x:y z"}, "/egenskaper", 400),
    ("/egenskaper", "get", {"fran": "FinnsInte"}, "/egenskaper", 404),
    ("/begrepp", "get", {}, "/begrepp", 200),
    ("/begrepp", "get", {"schema": "utan", "fran": "x:y z"}, "/begrepp", 400),
    ("/begrepp", "get", {"schema": "finns-inte"}, "/begrepp", 404),
    ("/sparql", "post", {"body": "CLEAR ALL", "type": "application/sparql-update"}, "/sparql", 403),
    ("/evidenskarta", "get", {"format": "csv"}, "/evidenskarta", 200),
    ("/evidenskarta", "get", {"axel": "x"}, "/evidenskarta", 400),
    ("/evidenskarta", "get", {"accept": "image/png"}, "/evidenskarta", 406),
    ("/evidenskarta/ruta", "get", {"atgard": "metod/tolvstegsmetoden"}, "/evidenskarta/ruta", 200),
    ("/evidenskarta/ruta", "get", {}, "/evidenskarta/ruta", 400),
    ("/evidenskarta/ruta", "get", {"accept": "image/png"}, "/evidenskarta/ruta", 406),
    ("/evidensprofil", "get", {"format": "json"}, "/evidensprofil", 200),
    ("/evidensprofil", "get", {"andel": "x"}, "/evidensprofil", 400),
    ("/evidensprofil", "get", {"accept": "image/png"}, "/evidensprofil", 406),
    ("/samverkan", "get", {"format": "json"}, "/samverkan", 200),
    ("/samverkan", "get", {"partslag": "x"}, "/samverkan", 400),
    ("/samverkan", "get", {"accept": "image/png"}, "/samverkan", 406),
    ("/indikatorer", "get", {"format": "json"}, "/indikatorer", 200),
    ("/indikatorer", "get", {"format": "x"}, "/indikatorer", 400),
    ("/indikatorer", "get", {"accept": "image/png"}, "/indikatorer", 406),
    ("/indikatorer/finns-inte", "get", {}, "/indikatorer/{slug}", 404),
    ("/indikatorer/finns-inte", "get", {"format": "x"}, "/indikatorer/{slug}", 400),
    ("/indikatorer/finns-inte", "get", {"accept": "image/png"}, "/indikatorer/{slug}", 406),
    ("/kvalitet", "get", {"dag": "2020-06-01"}, "/kvalitet", 200),
    ("/kvalitet", "get", {"dag": "x"}, "/kvalitet", 400),
    ("/kvalitet", "get", {"accept": "image/png"}, "/kvalitet", 406),
    ("/evidenskarta", "get", {"version": "finns-inte"}, "/evidenskarta", 404),
    ("/evidenskarta", "get", {"version": "gammal"}, "/evidenskarta", 410),
    ("/evidenskarta/ruta", "get", {"version": "finns-inte"}, "/evidenskarta/ruta", 404),
    ("/evidenskarta/ruta", "get", {"version": "gammal"}, "/evidenskarta/ruta", 410),
    ("/evidensprofil", "get", {"version": "finns-inte"}, "/evidensprofil", 404),
    ("/evidensprofil", "get", {"version": "gammal"}, "/evidensprofil", 410),
    ("/kvalitet", "get", {"version": "finns-inte"}, "/kvalitet", 404),
    ("/kvalitet", "get", {"version": "gammal"}, "/kvalitet", 410),
    ("/jamfor", "get", {"version": "gammal"}, "/jamfor", 410),
    ("/queries/onskemal", "get", {"version": "gammal"}, "/queries/{name}", 410),
    ("/versioner", "get", {}, "/versioner", 200),
    ("/versioner", "get", {"format": "x"}, "/versioner", 400),
    ("/versioner", "get", {"accept": "image/png"}, "/versioner", 406),
    ("/versioner.atom", "get", {}, "/versioner.atom", 200),
    ("/versioner/finns/inte", "get", {}, "/versioner/{former}/{version}", 404),
    ("/versioner/finns/inte", "get", {"format": "x"}, "/versioner/{former}/{version}", 400),
    ("/versioner/finns/inte", "get", {"accept": "image/png"}, "/versioner/{former}/{version}", 406),
    ("/sok", "get", {"q": "norrby"}, "/sok", 200),
    ("/sok", "get", {"sida": "0"}, "/sok", 400),
    ("/sok", "get", {"accept": "image/png"}, "/sok", 406),
    ("/sok/forslag", "get", {"q": "norr"}, "/sok/forslag", 200),
    ("/sok/forslag", "get", {"q": "a" * 201}, "/sok/forslag", 400),
    ("/opensearch.xml", "get", {}, "/opensearch.xml", 200),
    ("/kopplingar", "get", {"iri": "kommun/norrby"}, "/kopplingar", 200),
    ("/kopplingar", "get", {}, "/kopplingar", 400),
    ("/kopplingar", "get", {"iri": "kommun/finns-inte"}, "/kopplingar", 404),
    ("/kopplingar", "get", {"iri": "kommun/norrby", "accept": "image/png"}, "/kopplingar", 406),
    ("/jamfor", "get", {}, "/jamfor", 200),
    ("/jamfor", "get", {"med": "malgrupp/vuxna-anhoriga"}, "/jamfor", 400),
    ("/jamfor", "get", {"accept": "image/png"}, "/jamfor", 406),
    ("/jamfor", "get", {"med": "kommun/finns-inte"}, "/jamfor", 404),
    ("/varfor", "get", HOLDS, "/varfor", 200),
    ("/varfor", "get", {}, "/varfor", 400),
    ("/varfor", "get", DOES_NOT, "/varfor", 404),
    ("/varfor", "get", {**HOLDS, "accept": "image/png"}, "/varfor", 406),
    ("/varfor-inte", "get", DOES_NOT, "/varfor-inte", 200),
    ("/varfor-inte", "get", HOLDS, "/varfor-inte", 303),
    ("/varfor-inte", "get", {}, "/varfor-inte", 400),
    ("/varfor-inte", "get", {**DOES_NOT, "accept": "image/png"}, "/varfor-inte", 406),
    ("/graf", "get", {}, "/graf", 200),
    ("/graf", "get", {"graph": "https://w3id.org/kunskapsgraf/graf/redaktion"}, "/graf", 200),
    ("/graf", "get", {"graph": "redaktion"}, "/graf", 400),
    ("/graf", "get", {"graph": "urn:finns-inte"}, "/graf", 404),
    ("/graf", "put", {}, "/graf", 403),
    ("/graf", "post", {"body": "", "type": "text/turtle"}, "/graf", 403),
    ("/graf", "delete", {}, "/graf", 403),
    ("/graf/redaktion", "put", {}, "/graf/{name}", 403),
    ("/graf/redaktion", "post", {"body": "", "type": "text/turtle"}, "/graf/{name}", 403),
    ("/graf/redaktion", "delete", {}, "/graf/{name}", 403),
    ("/graf/kalla/provkartan.nt", "get", {}, "/graf/{name}", 200),
    ("/graf/finns-inte", "get", {}, "/graf/{name}", 404),
    ("/graf/redaktion", "get", {"accept": "image/png"}, "/graf/{name}", 406),
    ("/queries", "get", {}, "/queries", 200),
    ("/queries/onskemal", "get", {"format": "csv"}, "/queries/{name}", 200),
    ("/queries/onskemal", "get", {"format": "x"}, "/queries/{name}", 400),
    ("/queries/finns-inte", "get", {}, "/queries/{name}", 404),
    ("/queries/onskemal", "get", {"format": "xlsx"}, "/queries/{name}", 200),
    ("/queries/onskemal/inbaddning", "get", {}, "/queries/{name}/inbaddning", 200),
    ("/queries/onskemal/inbaddning", "get", {"sortera": "finnsInte"}, "/queries/{name}/inbaddning", 400),
    ("/queries/finns-inte/inbaddning", "get", {}, "/queries/{name}/inbaddning", 404),
    ("/katalog", "get", {}, "/katalog", 200),
    ("/katalog", "get", {"format": "x"}, "/katalog", 400),
    ("/katalog", "get", {"accept": "image/png"}, "/katalog", 406),
    ("/katalog.rdf", "get", {}, "/katalog.{suffix}", 200),
    ("/katalog.x", "get", {}, "/katalog.{suffix}", 400),
    ("/.well-known/void", "get", {}, "/.well-known/void", 200),
    ("/.well-known/void", "get", {"accept": "text/html"}, "/.well-known/void", 303),
    ("/.well-known/void", "get", {"format": "x"}, "/.well-known/void", 400),
    ("/.well-known/void", "get", {"accept": "image/png"}, "/.well-known/void", 406),
    ("/.well-known/sparql-examples", "get", {}, "/.well-known/sparql-examples", 200),
    ("/.well-known/sparql-examples", "get", {"accept": "text/html"}, "/.well-known/sparql-examples", 303),
    ("/former", "get", {}, "/former", 200),
    ("/former", "get", {"accept": "text/html"}, "/former", 303),
    ("/former.ttl", "get", {}, "/former.{suffix}", 200),
    ("/former.x", "get", {}, "/former.{suffix}", 400),
    ("/former", "get", {"format": "x"}, "/former", 400),
    ("/former", "get", {"accept": "image/png"}, "/former", 406),
    ("/.well-known/sparql-examples", "get", {"format": "x"}, "/.well-known/sparql-examples", 400),
    ("/.well-known/sparql-examples", "get", {"accept": "image/png"}, "/.well-known/sparql-examples", 406),
    ("/dump/kunskapsgraf.nq.gz", "get", {}, "/dump/{name}", 200),
    ("/dump/kunskapsgraf.nq.gz", "get", {"range": "bytes=0-1"}, "/dump/{name}", 206),
    ("/dump/kunskapsgraf.nq.gz", "get", {"range": "bytes=99999999-"}, "/dump/{name}", 416),
    ("/dump/finns-inte", "get", {}, "/dump/{name}", 404),
    ("/editor/stod", "get", {}, "/editor/stod", 200),
    ("/editor/namn", "post", {"body": "[]", "type": "application/json"}, "/editor/namn", 200),
    ("/editor/namn", "post", {"body": "{}", "type": "application/json"}, "/editor/namn", 400),
    ("/fel", "get", {}, "/fel", 200),
    ("/openapi.json", "get", {}, "/openapi.json", 200),
    ("/openapi.json", "get", {"accept": "application/vnd.oai.openapi+json, */*;q=0"}, "/openapi.json", 200),
    ("/openapi.json", "get", {"accept": "text/html, application/xhtml+xml, */*;q=0.8"}, "/openapi.json", 200),
    ("/openapi.json", "get", {"accept": "text/turtle"}, "/openapi.json", 406),
    ("/kontext.jsonld", "get", {}, "/kontext.jsonld", 200),
    ("/kontext.jsonld", "get", {"accept": "application/json"}, "/kontext.jsonld", 200),
    ("/kontext.jsonld", "get", {"accept": "image/png"}, "/kontext.jsonld", 406),
    ("/halsa", "get", {}, "/halsa", 200),
    ("/redo", "get", {}, "/redo", 200),
    ("/matt", "get", {}, "/matt", 200),
    ("/matt", "get", {"via": "1.1 proxy"}, "/matt", 404),
]


@pytest.fixture(scope="module")
def document(client: FlaskClient) -> Document:
    """Fetch the document."""
    response = client.get("/openapi.json")
    assert "application/json" == response.mimetype
    found: Document = json.loads(response.data)
    return found


def operations(document: Document) -> Iterator[tuple[str, str, Document]]:
    """Give each operation with its path and method."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def resolved(document: Document, node: Document) -> Document:
    """Follow a reference within the document."""
    while "$ref" in node:
        assert node["$ref"].startswith("#/")
        found: Any = document
        for step in node["$ref"][2:].split("/"):
            found = found[step]
        node = found
    return node


def shape(path: str) -> str:
    """Write a path of ours and one of OpenAPI's alike: parameters without names, several steps as one."""
    path = re.sub(r"<path:\w+>|<(?:\w+:)?\w+>|\{\w+\}", "*", path)
    return path.replace("*/*", "*").replace("*.*", "*")


def test_it_is_openapi(document: Document) -> None:
    """The fields that OpenAPI 3.1 demands are there (sections 4.8.1, 4.8.2, 4.8.10, 4.8.17)."""
    assert "3.1.0" == document["openapi"]
    assert {"title", "version"} <= document["info"].keys()
    assert __version__ == document["info"]["version"]
    assert [{"url": "http://localhost"}] == document["servers"]
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names))
    tags = {tag["name"] for tag in document["tags"]}
    for path, method, operation in operations(document):
        assert path.startswith("/")
        assert method in METHODS
        assert set(operation["tags"]) <= tags
        assert operation["responses"]
        for status, response in operation["responses"].items():
            assert re.fullmatch(r"[1-5]\d\d", status)
            assert resolved(document, response)["description"]


def test_every_reference_leads_somewhere_and_every_component_is_used(document: Document) -> None:
    """No reference is broken, no component idle."""
    text = json.dumps(document)
    used = set(re.findall(r'"#/components/(\w+/\w+)"', text))
    used |= {
        f"securitySchemes/{name}" for _, _, o in operations(document) for one in o.get("security", ()) for name in one
    }
    there = {f"{kind}/{name}" for kind, items in document["components"].items() for name in items}
    assert there == used


def test_parameters_are_those_of_the_path(document: Document) -> None:
    """Each name in a path is a required parameter of it, and no other parameter is of the path (section 4.8.12)."""
    for path, _, operation in operations(document):
        parameters = [resolved(document, parameter) for parameter in operation.get("parameters", [])]
        assert set(re.findall(r"\{(\w+)\}", path)) == {p["name"] for p in parameters if p["in"] == "path"}
        assert all(p["required"] for p in parameters if p["in"] == "path")
        assert all(p["in"] in {"path", "query", "header"} and p["schema"] and p["description"] for p in parameters)


def test_routes_are_the_applications(client: FlaskClient, document: Document) -> None:
    """Every route with its methods is in the document, and nothing else."""
    rules = {
        (shape(rule.rule), method.lower())
        for rule in client.application.url_map.iter_rules()
        if rule.endpoint != "static"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS", "QUERY"}  # OpenAPI 3.1 has no word for QUERY
    }
    assert rules == {(shape(path), method) for path, method, _ in operations(document)}


def ask(client: FlaskClient, address: str, method: str, how: dict[str, str]) -> tuple[int, str | None]:
    """Ask an address as a case says; give status and type."""
    headers = {"Accept": how.get("accept", "*/*")}
    if "range" in how:
        headers["Range"] = how["range"]
    if "via" in how:
        headers["Via"] = how["via"]
    arguments = {name: value for name, value in how.items() if name not in ("accept", "range", "body", "type", "via")}
    if method == "post":
        given: dict[str, Any] = (
            {"data": how["body"], "content_type": how["type"]} if "body" in how else {"data": arguments}
        )
        with client.post(address, headers=headers, **given) as response:
            return response.status_code, response.mimetype
    with client.open(address, method=method.upper(), headers=headers, query_string=arguments) as response:
        return response.status_code, response.mimetype


@pytest.mark.parametrize(("address", "method", "how", "path", "status"), CASES)
def test_statuses_are_those_told(
    client: FlaskClient, document: Document, address: str, method: str, how: dict[str, str], path: str, status: int
) -> None:
    """The application answers as the case says, and the document tells that status and that type."""
    found, media_type = ask(client, address, method, how)
    assert status == found
    response = resolved(document, document["paths"][path][method]["responses"][str(status)])
    if status < 300 or status >= 400:
        assert media_type in response["content"]


def test_every_status_told_is_shown_or_cannot_be_here(document: Document) -> None:
    """Each status in the document has its case; only those that need a failing store, a kept copy or a successor (test_lookup) have none."""
    told = {
        (path, method, int(status))
        for path, method, operation in operations(document)
        for status in operation["responses"]
        if status not in ("503", "304", "301")
    }
    shown = {(path, method, status) for _, method, _, path, status in CASES}
    unshown = {(path, method) for path, method, status in told - shown}
    assert set() == shown - told
    # Those of the graph store are shown where writing is switched on (test_graphstore).
    graphs = {(path, method) for path, method, _ in told if path.startswith("/graf")}
    others = {("/sparql", "get"), ("/sparql", "post"), ("/data/{kind}/{slug}.{suffix}", "get"), ("/varfor", "get")}
    others.add(("/indikatorer/{slug}", "get"))  # it has no indicators: see test_indicators
    others.add(("/.well-known/genid/{name}", "get"))  # the tiny world has no blank nodes: see test_lookup
    others.add(("/versioner/{former}/{version}", "get"))  # its version has a name of its own: see test_versions
    assert unshown <= others | graphs


def test_formats_are_those_there_are(document: Document) -> None:
    """The formats that parameters allow, and the types that queries give, are those of the format table."""
    parameters = document["components"]["parameters"]
    graph = {f.name for f in FORMATS if "graph" in f.kinds}
    assert graph | {"html"} == set(parameters["graphFormat"]["schema"]["enum"])
    assert {f.name for f in FORMATS} | {"html"} == set(parameters["resultFormat"]["schema"]["enum"])
    types = document["paths"]["/sparql"]["get"]["responses"]["200"]["content"].keys()
    assert {f.media_type for f in FORMATS} | {"text/html"} == set(types)


def test_statuses_of_errors_are_told_for_queries(document: Document) -> None:
    """A query may be answered by any status of the error table that a query can come to."""
    told = set(document["paths"]["/sparql"]["post"]["responses"])
    assert {str(status) for _, status, *_ in STATUSES if status not in (404, 410, 500)} | {"200", "408", "415"} == told
