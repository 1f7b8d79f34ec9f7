"""For portal developers: run a named report, or any query, against any SPARQL endpoint.

>>> from kunskapsgraf.reports.endpoint import Endpoint
>>> graph = Endpoint("http://127.0.0.1:8000/sparql")            # doctest: +SKIP
>>> graph.report("kommuner-per-metod", metod="tolvstegsmetoden")  # doctest: +SKIP
[{'kommun': 'https://w3id.org/kunskapsgraf/id/kommun/arboga', ...}, ...]
"""

from __future__ import annotations

import json
import urllib.error
from typing import TYPE_CHECKING, Any

from SPARQLWrapper import JSON, POST, SELECT, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

from kunskapsgraf.errors import EndpointError
from kunskapsgraf.graph.rdf import Literal
from kunskapsgraf.graph.terms import is_true, row_of, text_of
from kunskapsgraf.graph.vocabulary import XSD, Names
from kunskapsgraf.reports import run
from kunskapsgraf.settings import packaged_sources

if TYPE_CHECKING:
    import pandas

Value = str | int | float | bool | None


class Endpoint:
    """A SPARQL endpoint at ``url``; ``seconds`` is how long an answer may take."""

    def __init__(self, url: str, *, seconds: int = 30, base: str = "https://w3id.org/kunskapsgraf/") -> None:
        self.url = url
        self.seconds = seconds
        self.names = Names(base)

    def query(self, text: str) -> list[dict[str, Value]]:
        """Run a SELECT; give a row as column name to value: numbers and truth values as Python's, None where unbound.

        Raises ``EndpointError`` with what the endpoint said.
        """
        columns, rows = self._ask(text)
        return [{column: row.get(column) for column in columns} for row in rows]

    def frame(self, text: str) -> pandas.DataFrame:
        """Run a SELECT and give a pandas frame; needs the extra ``kunskapsgraf[pandas]``."""
        import pandas as pd  # noqa: PLC0415 - optional, and slow to import

        columns, rows = self._ask(text)
        return pd.DataFrame([[row.get(column) for column in columns] for row in rows], columns=columns)

    def report(self, name: str, **values: str) -> list[dict[str, Value]]:
        """Run a report by name; an IRI parameter takes a slug or a full IRI."""
        return self.query(self.report_query(name, **values))

    def report_frame(self, name: str, **values: str) -> pandas.DataFrame:
        """Run a report by name and give a pandas frame."""
        return self.frame(self.report_query(name, **values))

    def report_query(self, name: str, **values: str) -> str:
        """Give a report's query with its values in place, to send as you like."""
        return run.find(packaged_sources(), name, self.names.base).bind(values, self.names)

    def _ask(self, text: str) -> tuple[list[str], list[dict[str, Value]]]:
        wrapper = SPARQLWrapper(self.url)
        wrapper.setTimeout(self.seconds)
        wrapper.setMethod(POST)
        wrapper.setReturnFormat(JSON)
        wrapper.setQuery(text)
        wrapper.queryType = SELECT  # it guesses from any word of the text, a comment's too
        try:
            # The body is read whole and parsed as one document: a cut answer is no JSON and raises.
            found: dict[str, Any] = json.loads(wrapper.query().response.read())
            columns: list[str] = found["head"]["vars"]
            bindings = found["results"]["bindings"]
        except (SPARQLWrapperException, urllib.error.URLError, OSError, ValueError, KeyError, TypeError) as error:
            if isinstance(error, urllib.error.HTTPError):
                error.close()  # it holds the connection, whose body nobody reads
            raise EndpointError(
                f"{self.url} svarade inte som en SPARQL-tjänst ska: {error}",
                f"{self.url} did not answer as a SPARQL endpoint should: {error}",
            ) from error
        return columns, [{name: _value(term) for name, term in row_of(binding).items()} for binding in bindings]


def _value(term: object) -> Value:
    if isinstance(term, Literal):
        datatype = term.datatype.value.removeprefix(XSD)
        if datatype == "integer":
            return int(term.value)
        if datatype in ("decimal", "double", "float"):
            return float(term.value)
        if datatype == "boolean":
            return is_true(term)
    return text_of(term)  # type: ignore[arg-type]
