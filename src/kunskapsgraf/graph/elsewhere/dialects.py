"""What engines do each in their own way: how a time limit is handed over, how they say that it was met, what they add.

What is enforced here besides holds for every engine: an answer that comes too late, too long or not whole is none
(``transport``, ``answers``). This is what makes an engine end a query by itself, and tells a part from a whole.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kunskapsgraf.errors import QueryTimeout, ResultTooLarge
from kunskapsgraf.graph.elsewhere.constants import inlined

EMPTY = "urn:kunskapsgraf:empty"
"""A graph that holds nothing. Where one side of a dataset is empty it is named: not every engine takes silence for none."""
_FOREIGN_FUNCTIONS = ("bif:", "sql:", "java:", "javascript:")
"""What names of functions begin with that reach into an engine, past SPARQL: Virtuoso's built-ins, and Jena's of Java."""
_CANCELLED = re.compile(rb"cancell?ed|time[d\s]*[\s-]?out|TimeLimitExceeded|S1T00", re.IGNORECASE)
"""What engines write where a limit of their own ends an answer of which a part was sent: after the part, in its body."""


@dataclass(frozen=True)
class Dialect:
    """What is known of an engine.

    ``limit`` writes the parameters that hand over a time limit of so many seconds. ``own_graphs`` are what the names of
    graphs begin with that it holds of its own accord. One that ``keeps_labels`` gives a blank node the same label in
    every answer. ``rewrite`` writes a query so that the engine gives it the meaning that it has. ``label`` is what stands
    in its JSON before a blank node's label that is none, and ``of_label`` what is to.
    """

    name: str
    limit: Callable[[float], tuple[tuple[str, str], ...]] = lambda _: ()
    own_graphs: tuple[str, ...] = ()
    keeps_labels: bool = False
    rewrite: Callable[[str], str] = str
    label: bytes = b""
    of_label: bytes = b""


OTHER = Dialect("other")
OXIGRAPH = Dialect("oxigraph", keeps_labels=True)
FUSEKI = Dialect("fuseki", lambda seconds: (("timeout", str(max(1, int(seconds)))),))
"""In whole seconds: a fraction is not heeded (5.6.0)."""
VIRTUOSO = Dialect(
    "virtuoso",
    # In milliseconds; fewer than 1000 are not heeded. It makes of the query one that is answered with what there is
    # when the time is over (an anytime query), which ``refuse_part`` refuses.
    lambda seconds: (("timeout", str(max(1000, math.ceil(seconds * 1000)))),),
    (
        "http://www.openlinksw.com/schemas/",
        "http://www.w3.org/ns/ldp#",
        "http://www.w3.org/2002/07/owl#",
        "http://localhost:8890/",
        "http://localuriqaserver/",
        "urn:activitystreams-owl:",
        "urn:core:services:",
    ),
    rewrite=inlined,
    # Within a text of JSON the quotation marks would be escaped: this stands nowhere else.
    label=b'"type": "bnode", "value": "nodeID://',
    of_label=b'"type": "bnode", "value": "',
)
DIALECTS = {found.name: found for found in (OXIGRAPH, FUSEKI, VIRTUOSO, OTHER)}


def recognised(headers: Mapping[str, str]) -> Dialect:
    """Tell an engine by the headers of its answer; behind a proxy that hides it, it is another one."""
    server = headers.get("Server", "").lower()
    for name in ("oxigraph", "virtuoso", "fuseki"):
        if name in server:
            return DIALECTS[name]
    if "Fuseki-Request-Id" in headers:
        return FUSEKI
    if any(name.lower().startswith(("x-sparql-", "x-sql-")) for name in headers):
        return VIRTUOSO
    return OTHER


def is_part(status: int, headers: Mapping[str, str]) -> bool:
    """Tell whether an engine's answer says of itself that it is what there was when the time was over.

    Virtuoso says so in headers besides 200 or 206, whoever set the limit.
    """
    told = " ".join(headers.get(name, "") for name in ("X-SQL-State", "X-SQL-Message", "X-Exec-State"))
    return status == 206 or "S1TAT" in told or "anytime" in told.lower()


def may_be_cut(headers: Mapping[str, str], rows: int) -> bool:
    """Tell whether an answer has as many rows as the engine gives at most: there may have been more."""
    said = headers.get("X-SPARQL-MaxRows", "").strip()
    return said.isdigit() and int(said) <= rows


def refuse_part(status: int, headers: Mapping[str, str], seconds: float) -> None:
    """Raise ``QueryTimeout`` where an answer is what there was when the time was over."""
    if is_part(status, headers):
        raise QueryTimeout(
            f"Frågan avbröts: motorn gav en del av svaret när tiden var slut ({seconds:g} sekunder, eller motorns egen gräns). "
            "Begränsa mönstret, eller lägg till LIMIT.",
            f"The query was stopped: the engine gave a part of the answer when the time was over ({seconds:g} seconds, or "
            "the engine's own limit). Narrow the pattern, or add LIMIT.",
        )


def refuse_cut_rows(headers: Mapping[str, str], rows: int) -> None:
    """Raise ``ResultTooLarge`` where an answer may have been cut."""
    if may_be_cut(headers, rows):
        said = headers["X-SPARQL-MaxRows"].strip()
        raise ResultTooLarge(
            f"Motorn ger högst {said} rader (ResultSetMaxRows) och kan ha skurit av svaret. Lägg till LIMIT, eller höj gränsen i motorn.",
            f"The engine gives at most {said} rows (ResultSetMaxRows) and may have cut the answer. Add LIMIT, or raise the engine's limit.",
        )


def was_cancelled(end: bytes) -> bool:
    """Tell whether the end of a body that cannot be read says that the engine's own limit ended it."""
    return _CANCELLED.search(end) is not None


def is_foreign_function(iri: str) -> bool:
    """Tell whether an IRI names what reaches into an engine, as a function or a namespace of such."""
    return iri.lower().startswith(_FOREIGN_FUNCTIONS)


_PLACE = re.compile(
    r"error at (?P<line>\d+):(?P<column>\d+)|line (?P<line2>\d+), column (?P<column2>\d+)", re.IGNORECASE
)


def place(said: str) -> tuple[int, int] | None:
    """Read line and column of an error where an engine tells them, as Oxigraph and Jena do."""
    found = _PLACE.search(said)
    if found is None:
        return None
    return int(found["line"] or found["line2"]), int(found["column"] or found["column2"])
