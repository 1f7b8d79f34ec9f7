"""Code that repeats a report elsewhere: in a shell, in Python, and as a frame in another page."""

from __future__ import annotations

import json
import shlex
from html import escape


def curl(address: str, file: str) -> str:
    """Fetch an address into a file."""
    return f"curl --fail --output {shlex.quote(file)} \\\n  {shlex.quote(address)}"


def sparqlwrapper(endpoint: str, query: str) -> str:
    """Ask an endpoint the query by SPARQLWrapper, and print its rows."""
    literal = query.strip().replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return f'''from SPARQLWrapper import JSON, POST, SELECT, SPARQLWrapper

graph = SPARQLWrapper({json.dumps(endpoint)})
graph.setMethod(POST)
graph.setReturnFormat(JSON)
graph.setQuery("""
{literal}
""")
graph.queryType = SELECT
for row in graph.queryAndConvert()["results"]["bindings"]:
    print({{name: term["value"] for name, term in row.items()}})'''


def pandas(address: str) -> str:
    """Read the rows at an address, in JSON, into a frame of pandas."""
    return f"""import json
from urllib.request import urlopen

import pandas

with urlopen({json.dumps(address)}) as answer:
    report = json.load(answer)
table = pandas.DataFrame(report["rows"], columns=report["columns"])
print(table)"""


def frame(address: str, title: str) -> str:
    """Show an address in a frame of another page."""
    return f'<iframe src="{escape(address)}" title="{escape(title)}" width="100%" height="600" loading="lazy"></iframe>'
