"""A page with all its parts: the triples that they show together."""

from __future__ import annotations

import rdflib
from flask.testing import FlaskClient
from reading import Page


def shown(client: FlaskClient, path: str) -> rdflib.Graph:
    """Give the triples of a page and of all parts that it and they lead to."""
    left, found = [f"/sida/{path}"], rdflib.Graph()
    seen: set[str] = set()
    while left:
        address = left.pop()
        if address in seen:
            continue
        seen.add(address)
        response = client.get(address, headers={"Accept": "text/html"})
        assert 200 == response.status_code, address
        page = Page(response.text)
        found += page.graph
        left += [a.attributes["href"] for a in page.all("a") if a.attributes.get("rel") == "next"]
        left += [a.attributes["href"] for rest in page.all("p", "rest") for a in page.all("a") if a.inside(rest)]
    return found
