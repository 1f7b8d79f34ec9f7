"""Ask the SPARQL that a view shows, as a reader would: of the endpoint, by the text on the page."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from flask.testing import FlaskClient
from reading import Element, Page

HTML = {"Accept": "text/html", "Accept-Language": "sv"}
Answer = list[dict[str, str]]


def page(client: FlaskClient, address: str) -> Page:
    """Read a page in Swedish."""
    response = client.get(address, headers=HTML)
    assert 200 == response.status_code, response.text
    found = Page(response.text)
    assert [] == found.faults
    return found


def with_format(address: str, name: str) -> str:
    """Give the address of the same view in a format."""
    return f"{address}{'&' if '?' in address else '?'}format={name}"


def queries(found: Page) -> list[str]:
    """Give the queries that a page shows, each of which it leads to the editor with."""
    programs = [parent for code in found.all("code") if "data-code" in code.attributes for parent in code.parents]
    shown = [
        "".join(element.pieces)
        for element in found.all("pre")
        if "SELECT" in element.text and not any(element is program for program in programs)
    ]
    led = {
        parse_qs(urlsplit(address).query)["query"][0]
        for address in found.addresses
        if urlsplit(address).path == "/sparql" and "query=" in address
    }
    assert {" ".join(query.split()) for query in shown} <= {" ".join(query.split()) for query in led}
    return shown


def answer(client: FlaskClient, query: str) -> Answer:
    """Ask the endpoint; give the rows as texts."""
    response = client.post("/sparql", data={"query": query}, headers={"Accept": "application/sparql-results+json"})
    assert 200 == response.status_code, response.text
    return [{name: term["value"] for name, term in row.items()} for row in response.get_json()["results"]["bindings"]]


def answer_with(client: FlaskClient, found: Page, *columns: str) -> Answer:
    """Ask the one query of a page that gives certain columns."""
    picked = [query for query in queries(found) if all(re.search(rf"\?{column}\b", query.partition("WHERE")[0]) for column in columns)]  # fmt: skip
    assert 1 == len(picked), f"{len(picked)} queries with {columns}"
    return answer(client, picked[0])


def number(text: str) -> int:
    """Read the first number of a text, its thousands apart or not."""
    found = re.search(r"\d[\d\s\u00a0\u202f]*", text)
    assert found is not None, text
    return int(re.sub(r"\D", "", found[0]))


def section(found: Page, name: str) -> Element:
    """Give the section under a heading with an id."""
    return next(e for e in found.all("section") if e.attributes.get("aria-labelledby") == name)


def table_rows(found: Page, within: Element) -> list[list[str]]:
    """Give the cells of each row of the tables inside an element, headings included."""
    rows: list[list[str]] = []
    for element in found.elements:
        if not element.inside(within):
            continue
        if element.tag == "tr":
            rows.append([])
        elif element.tag in ("td", "th") and rows:
            rows[-1].append(element.text)
    return rows
