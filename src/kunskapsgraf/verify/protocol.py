"""Checks of the protocol: how the engine is asked, and which graphs a query then sees."""

from __future__ import annotations

from kunskapsgraf.verify.checks import Check, NotHeld, NotSupported, Said
from kunskapsgraf.verify.client import JSON
from kunskapsgraf.verify.probe import Probe, difference, written

S = "<http://example.org/s>"
P = "<http://example.org/p>"
ALL = "SELECT ?o WHERE { ?s ?p ?o }"
BOTH, ONLY_ONE, ONLY_TWO = '"i båda"', '"i ett"', '"i två"'
_MANY = 200
"""Graphs of one query: a version of the real data has some hundred."""


def one(probe: Probe) -> str:
    """Give a graph of two statements."""
    return probe.filled("ett", [f"{S} {P} {BOTH}", f"{S} {P} {ONLY_ONE}"])


def two(probe: Probe) -> str:
    """Give a graph that shares one of its two statements with the first."""
    return probe.filled("tva", [f"{S} {P} {BOTH}", f"{S} {P} {ONLY_TWO}"])


def expect(probe: Probe, expected: list[str], query: str, default: list[str], named: list[str] | None = None) -> None:
    """Hold the values of ``?o`` to some literals, each as often as it is named."""
    found = [str(row.get("o", "")) for row in probe.rows(query, default, named or [])]
    missing, extra = difference(expected, found)
    if missing or extra:
        raise NotHeld(
            f"Väntade {', '.join(expected) or 'inga rader'}; fick {', '.join(found) or 'inga rader'}.",
            f"Expected {', '.join(expected) or 'no rows'}; got {', '.join(found) or 'no rows'}.",
        )


def _by(how: str) -> Check:
    words = {
        "form": Said("Frågor som formulär med POST", "Queries by POST as a form"),
        "direct": Said("Frågor direkt med POST (application/sparql-query)", "Queries by POST directly (application/sparql-query)"),
        "get": Said("Frågor med GET", "Queries by GET"),
    }[how]  # fmt: skip

    def run(probe: Probe) -> None:
        reply = probe.endpoint.query("ASK { VALUES ?x { 1 } }", how=how, seconds=20)
        if reply.status in (404, 405, 415, 501):
            raise NotSupported(f"Svaret var {reply.brief()}", f"The answer was {reply.brief()}")
        if probe.found(reply).get("boolean") is not True:
            raise NotHeld(f"ASK om något som finns gav {reply.brief()}", f"ASK of what is there gave {reply.brief()}")

    needed = how == "form"
    meaning = (
        Said(
            "Tjänsten frågar alltid så; ingenting fungerar utan.", "The service always asks so; nothing works without."
        )
        if needed
        else Said("Tjänsten frågar aldrig så; andra klienter gör det.", "The service never asks so; other clients do.")
    )
    mend = Said(
        "Kontrollera att adressen är frågetjänstens, och användare och lösenord (KUNSKAPSGRAF_ENDPOINT_USER).",
        "Check that the address is that of the query service, and user and password (KUNSKAPSGRAF_ENDPOINT_USER).",
    )
    return Check(f"query-{how}", "protocol", words, meaning, mend, run, needed, writes=False)


def _update_by(how: str) -> Check:
    needed = how == "form"

    def run(probe: Probe) -> None:
        graph = probe.graph(f"skriven-{how}")
        reply = probe.endpoint.update(f"INSERT DATA {{ GRAPH <{graph}> {{ {S} {P} {BOTH} }} }}", how=how, seconds=60)
        if not reply.is_good:
            raise NotSupported(f"Svaret var {reply.brief()}", f"The answer was {reply.brief()}")
        if probe.holds(graph) != 1:
            raise NotHeld("Det som skrevs syns inte i nästa fråga.", "What was written is not seen by the next query.")

    title = (
        Said("Uppdateringar som formulär med POST", "Updates by POST as a form")
        if needed
        else Said("Uppdateringar direkt (application/sparql-update)", "Updates directly (application/sparql-update)")
    )
    meaning = (
        Said("Inget kan byggas i motorn; den kan bara läsas.", "Nothing can be built in the engine; it can only be read.")
        if needed
        else Said("Tjänsten skickar formulär; andra klienter kan behöva det.", "The service sends forms; other clients may need it.")
    )  # fmt: skip
    mend = Said(
        "Ange uppdateringsadressen (--update) och någon som får skriva. Virtuoso: GRANT SPARQL_UPDATE TO \"SPARQL\". Fuseki: starta med --update.",
        "Give the update address (--update) and someone who may write. Virtuoso: GRANT SPARQL_UPDATE TO \"SPARQL\". Fuseki: start it with --update.",
    )  # fmt: skip
    return Check(f"update-{how}", "protocol", title, meaning, mend, run, needed, writes=not needed)


def _default(probe: Probe) -> None:
    expect(probe, [BOTH, ONLY_ONE], ALL, [one(probe)])


def _merged(probe: Probe) -> None:
    expect(probe, [BOTH, ONLY_ONE, ONLY_TWO], ALL, [one(probe), two(probe)])


def _named(probe: Probe) -> None:
    expect(probe, [BOTH, ONLY_TWO], "SELECT ?o WHERE { GRAPH ?g { ?s ?p ?o } }", [one(probe)], [two(probe)])


def _named_alone(probe: Probe) -> None:
    expect(probe, [], ALL, [], [two(probe)])


def _instead_of_from(probe: Probe) -> None:
    expect(probe, [BOTH, ONLY_ONE], f"SELECT ?o FROM <{two(probe)}> WHERE {{ ?s ?p ?o }}", [one(probe)])


def _from(probe: Probe) -> None:
    query = f"SELECT ?o FROM <{one(probe)}> FROM NAMED <{two(probe)}> WHERE {{ ?s ?p ?o GRAPH ?g {{ ?s ?p ?o }} }}"
    expect(probe, [BOTH], query, [])


def _nothing_there(probe: Probe) -> None:
    expect(probe, [], ALL, [probe.graph("aldrig-skriven")])


def _many(probe: Probe) -> None:
    more = [probe.graph(f"aldrig-skriven-{number}") for number in range(_MANY - 1)]
    expect(probe, [BOTH, ONLY_ONE], ALL, [one(probe), *more])


def _alone(probe: Probe) -> None:
    reply = probe.endpoint.query(f"ASK {{ GRAPH <{one(probe)}> {{ {S} {P} {ONLY_TWO} }} }}", JSON)
    if probe.found(reply)["boolean"]:
        raise NotHeld("En graf visar det som står i en annan.", "A graph shows what stands in another.")
    rows = probe.rows(
        f"SELECT ?g WHERE {{ VALUES ?g {{ <{one(probe)}> <{two(probe)}> }} GRAPH ?g {{ {S} {P} {BOTH} }} }}"
    )
    if len(set(map(written, rows))) != 2 or len(rows) != 2:
        raise NotHeld(f"Två grafer väntades, {len(rows)} kom.", f"Two graphs were expected, {len(rows)} came.")


_DATASET = Said(
    "Vad en fråga ser blir fel: sidor och rapporter skulle visa för mycket eller för litet.",
    "What a query sees is wrong: pages and reports would show too much or too little.",
)
_UNION = Said(
    "Tjänsten frågar därför en graf som är unionen av alla, som bygget gör; där en besökare själv väljer flera grafer blir antal för höga.",
    "The service therefore asks one graph that is the union of all, which a build makes; where a visitor chooses several graphs, counts are too high.",
)
_NEWER = Said(
    "Ange rätt motor (--engine), så att frågan skrivs om för den, eller välj en motor eller version som följer SPARQL 1.1 Protocol, 2.1.4.",
    "Give the right engine (--engine), so that queries are rewritten for it, or choose an engine or version that follows SPARQL 1.1 Protocol, 2.1.4.",
)


def _dataset(name: str, sv: str, en: str, run: object, *, needed: bool = True, meaning: Said = _DATASET) -> Check:
    return Check(f"dataset-{name}", "protocol", Said(sv, en), meaning, _NEWER, run, needed)  # type: ignore[arg-type]


CHECKS = (
    _by("form"),
    _by("direct"),
    _by("get"),
    _update_by("form"),
    _update_by("direct"),
    Check("graphs", "protocol", Said("Namngivna grafer hålls isär", "Named graphs are kept apart"), _DATASET, _NEWER, _alone),
    _dataset("default", "default-graph-uri ger frågans standardgraf", "default-graph-uri gives the query's default graph", _default),
    _dataset("merged", "Flera standardgrafer blir en mängd: en sats är där en gång", "Several default graphs become a set: a statement is there once", _merged, needed=False, meaning=_UNION),
    _dataset("named", "named-graph-uri ger frågans namngivna grafer", "named-graph-uri gives the query's named graphs", _named),
    _dataset("named-alone", "Med bara named-graph-uri är standardgrafen tom", "With named-graph-uri alone the default graph is empty", _named_alone),
    _dataset(
        "over-from", "Protokollets graf går före frågans FROM", "The protocol's graph goes before the query's FROM", _instead_of_from, needed=False,
        meaning=Said("Tjänsten tar därför bort FROM ur frågan innan den skickas; egna klienter mot motorn får fel svar.", "The service therefore takes FROM out of a query before it is sent; clients of your own get wrong answers from the engine."),
    ),
    _dataset("from", "FROM och FROM NAMED i frågan", "FROM and FROM NAMED in the query", _from),
    _dataset("absent", "En graf som inte finns är tom, inget fel", "A graph that is not there is empty, no error", _nothing_there),
    _dataset("many", f"{_MANY} grafer i en fråga", f"{_MANY} graphs in a query", _many),
)  # fmt: skip
