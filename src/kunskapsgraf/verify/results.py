"""Checks of results: whole, in the formats that the service reads, and errors that are errors."""

from __future__ import annotations

from kunskapsgraf.verify.checks import Check, NotHeld, NotSupported, Said
from kunskapsgraf.verify.client import JSON
from kunskapsgraf.verify.probe import Probe
from kunskapsgraf.verify.protocol import P, S, one

_ROWS = 450
"""Statements of the graph whose cross product with itself is the large answer: 202,500 rows."""


def many(probe: Probe) -> str:
    """Give a graph of 450 statements."""
    return probe.filled("manga", (f"<http://example.org/n/{number}> {P} {number}" for number in range(_ROWS)))


def _json(probe: Probe) -> None:
    graph = probe.filled(
        "termer", [f'{S} {P} "text" , "text"@sv , "7"^^<http://www.w3.org/2001/XMLSchema#integer> , {S}']
    )
    rows = probe.rows(f"SELECT ?s ?o ?none WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
    kinds = sorted({type(row["o"]).__name__ for row in rows if "o" in row})
    if len(rows) != 4 or kinds != ["Literal", "NamedNode"] or any("none" in row for row in rows):
        raise NotHeld(f"Fyra rader med två slag av termer väntades; fick {rows}.", f"Four rows of two kinds of terms were expected; got {rows}.")  # fmt: skip


def _whole(probe: Probe) -> None:
    graph = many(probe)
    wanted = _ROWS * _ROWS
    query = f"SELECT ?a ?b WHERE {{ GRAPH <{graph}> {{ ?a {P} ?x }} GRAPH <{graph}> {{ ?b {P} ?y }} }}"
    reply = probe.endpoint.query(query)
    got = len(probe.found(reply)["results"]["bindings"])
    if got != wanted:
        said = "; ".join(f"{name}: {value}" for name, value in reply.headers.items() if name.startswith("x-sparql"))
        raise NotHeld(f"{wanted} rader väntades, {got} kom. {said}", f"{wanted} rows were expected, {got} came. {said}")


def _made_whole(probe: Probe) -> None:
    graph = many(probe)
    # Fewer than the rows of the SELECT, since some engines gather what they make in memory.
    query = (
        f"CONSTRUCT {{ ?a ?x ?b }} WHERE {{ GRAPH <{graph}> {{ ?a {P} ?m }} GRAPH <{graph}> {{ ?b {P} ?n FILTER(?n < 225) }} "
        f"BIND({P} AS ?x) }}"
    )
    wanted, got = _ROWS * 225, len(set(probe.triples(query)))
    if got != wanted:
        raise NotHeld(f"{wanted} satser väntades, {got} kom.", f"{wanted} statements were expected, {got} came.")


def _n_triples(probe: Probe) -> None:
    found = probe.triples(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{one(probe)}> {{ ?s ?p ?o }} }}")
    if len(found) != 2:
        raise NotHeld(f"2 satser väntades, {len(found)} kom.", f"2 statements were expected, {len(found)} came.")


def _describe(probe: Probe) -> None:
    found = probe.triples(f"DESCRIBE {S}", [one(probe)])
    if not {str(t.object) for t in found} >= {'"i båda"', '"i ett"'}:
        raise NotHeld(
            f"De två satserna om saken saknas: {found}", f"The two statements of the thing are missing: {found}"
        )


def _refused(probe: Probe, query: str, *, is_update: bool) -> None:
    reply = probe.endpoint.update(query) if is_update else probe.endpoint.query(query, JSON)
    if reply.is_good:
        raise NotHeld(f"Fel SPARQL gav {reply.brief()}", f"Wrong SPARQL gave {reply.brief()}")
    if not 400 <= reply.status < 500:
        raise NotHeld(
            f"Fel SPARQL gav {reply.status}: som om motorn vore trasig.",
            f"Wrong SPARQL gave {reply.status}: as if the engine were broken.",
        )


def _syntax(probe: Probe) -> None:
    _refused(probe, "SELECT * WHERE { ?s ?p", is_update=False)


def _syntax_of_update(probe: Probe) -> None:
    graph = probe.graph("halv")
    _refused(
        probe, f"INSERT DATA {{ GRAPH <{graph}> {{ {S} {P} 1 }} }} ; INSERT DATA {{ GRAPH <{graph}>", is_update=True
    )
    if probe.holds(graph):
        raise NotHeld(
            "Den första hälften av en uppdatering med fel skrevs.", "The first half of a wrong update was written."
        )


def _error_in_a_row(probe: Probe) -> None:
    rows = probe.rows("SELECT ?x ?y WHERE { VALUES ?x { 0 1 } BIND(1 / ?x AS ?y) }")
    if len(rows) != 2 or sum("y" in row for row in rows) != 1:
        raise NotHeld(f"Två rader, en utan värde, väntades; fick {rows}.", f"Two rows, one without a value, were expected; got {rows}.")  # fmt: skip


def _accept(probe: Probe) -> None:
    reply = probe.endpoint.query("ASK { VALUES ?x { 1 } }", JSON)
    if reply.media not in (JSON, "application/json"):
        raise NotSupported(f"Svaret var {reply.brief()}", f"The answer was {reply.brief()}")


_READ = Said("Svaren går inte att läsa.", "Answers cannot be read.")
_CUT = Said(
    "Tjänsten skulle visa en del av svaret; den märker det där motorn säger det, och svarar då med ett fel.",
    "The service would show a part of an answer; where the engine tells, it notices and answers with an error.",
)
_LIMITS = Said(
    "Höj motorns gräns för rader. Virtuoso: ResultSetMaxRows i [SPARQL] i virtuoso.ini.",
    "Raise the engine's limit of rows. Virtuoso: ResultSetMaxRows in [SPARQL] of virtuoso.ini.",
)
_ENGINE = Said(
    "Välj en motor eller version som följer SPARQL 1.1.", "Choose an engine or version that follows SPARQL 1.1."
)
_ERRORS = Said(
    "Fel kan se ut som svar, eller som att motorn är borta.",
    "Errors may look like answers, or as if the engine were away.",
)
CHECKS = (
    Check("json", "results", Said("Svar i JSON när de begärs", "Answers in JSON where asked for"), _READ, _ENGINE, _accept, writes=False),
    Check("json-terms", "results", Said("Namn, texter, tal och obundet i JSON", "Names, texts, numbers and unbound in JSON"), _READ, _ENGINE, _json),
    Check("n-triples", "results", Said("CONSTRUCT som N-Triples", "CONSTRUCT as N-Triples"), _READ, _ENGINE, _n_triples),
    Check("describe", "results", Said("DESCRIBE visar sakens satser", "DESCRIBE shows the statements of a thing"), Said("Tjänstens egna sidor frågar inte så; besökares DESCRIBE blir tomma.", "The service's own pages do not ask so; visitors' DESCRIBE is empty."), _ENGINE, _describe, needed=False),
    Check("rows-whole", "results", Said("202 500 rader kommer hela", "202,500 rows come whole"), _CUT, _LIMITS, _whole),
    Check("statements-whole", "results", Said("101 250 satser kommer hela", "101,250 statements come whole"), _CUT, _LIMITS, _made_whole),
    Check("syntax", "results", Said("Fel i en fråga är ett fel (4xx)", "A wrong query is an error (4xx)"), _ERRORS, _ENGINE, _syntax, writes=False),
    Check("syntax-of-update", "results", Said("Fel i en uppdatering är ett fel, och inget av den skrivs", "A wrong update is an error, and nothing of it is written"), _ERRORS, _ENGINE, _syntax_of_update),
    Check("error-in-a-row", "results", Said("Ett uttryck som inte går att räkna ut blir ett tomt värde, inget fel", "An expression that has no value leaves its variable unbound, and is no error"), Said("En rad som inte går att räkna ut stoppar hela svaret.", "A row that has no value stops the whole answer."), _ENGINE, _error_in_a_row, needed=False, writes=False),
)  # fmt: skip
