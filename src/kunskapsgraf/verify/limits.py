"""Checks of time: a heavy query ends in time and never as a part of an answer, and others are answered meanwhile."""

from __future__ import annotations

from http import HTTPStatus

from kunskapsgraf.graph.elsewhere.dialects import DIALECTS
from kunskapsgraf.verify.checks import Check, NotHeld, NotSupported, NotTried, Said
from kunskapsgraf.verify.client import JSON, Unreachable
from kunskapsgraf.verify.probe import Probe
from kunskapsgraf.verify.protocol import P
from kunskapsgraf.verify.results import many

SECONDS = 2
"""The limit that is handed over."""
_IN_TIME = 20
"""Seconds in which an engine must have ended a query whose limit is two: engines look at the clock now and then."""
_WHOLE = 450**3
_MARKS = ("x-sql-state", "x-sparql-maxrows", "x-exec-milliseconds")


def heavy(probe: Probe) -> str:
    """Write a query that takes an engine a while, and ends by itself."""
    graph = many(probe)
    sides = " ".join(f"GRAPH <{graph}> {{ ?s{n} {P} ?x{n} }}" for n in range(3))
    return f"SELECT (COUNT(*) AS ?n) WHERE {{ {sides} FILTER(?x0 + ?x1 + ?x2 >= 0) }}"


def _handed_over(probe: Probe) -> Said | None:
    parameters = DIALECTS[probe.endpoint.engine].limit(SECONDS)
    if not parameters:
        raise NotSupported(
            "Motorn har ingen känd parameter för en tidsgräns.", "The engine has no known parameter for a time limit."
        )
    try:
        reply = probe.endpoint.query(heavy(probe), JSON, more=parameters, seconds=60)
    except Unreachable as error:
        raise NotHeld(error.sv, error.en) from error
    if not reply.is_good:
        if reply.seconds > _IN_TIME:
            raise NotHeld(f"Slutade först efter {reply.seconds:.0f} s.", f"Ended only after {reply.seconds:.0f} s.")
        return Said(
            f"Slutade efter {reply.seconds:.1f} s: {reply.brief()}",
            f"Ended after {reply.seconds:.1f} s: {reply.brief()}",
        )
    rows = probe.read(reply)
    if rows and f'"{_WHOLE}"' in str(rows[0].get("n", "")):
        raise NotTried(f"Motorn hann klart på {reply.seconds:.1f} s.", f"The engine was done in {reply.seconds:.1f} s.")
    marks = "; ".join(
        [str(reply.status), *(f"{mark}: {reply.headers[mark]}" for mark in _MARKS if mark in reply.headers)]
    )
    if "x-sql-state" in reply.headers or reply.status == HTTPStatus.PARTIAL_CONTENT:
        return Said(f"Ett delsvar som märks: {marks}", f"A partial answer that is marked: {marks}")
    raise NotHeld(f"Ett delsvar såg ut som helt: {reply.brief()}", f"A partial answer looked whole: {reply.brief()}")


def _meanwhile(probe: Probe) -> None:
    query = heavy(probe)
    try:
        probe.endpoint.query(query, JSON, seconds=1)
    except Unreachable as error:
        if not error.is_slow:
            raise NotHeld(error.sv, error.en) from error
    else:
        raise NotTried("Motorn hann klart på en sekund.", "The engine was done in a second.")
    try:
        reply = probe.endpoint.query("ASK { VALUES ?x { 1 } }", JSON, seconds=_IN_TIME)
    except Unreachable as error:
        raise NotHeld(error.sv, error.en) from error
    if not reply.is_good:
        raise NotHeld(f"Svaret var {reply.brief()}", f"The answer was {reply.brief()}")


CHECKS = (
    Check(
        "time-limit", "limits",
        Said("En tung fråga slutar i tid när gränsen skickas med", "A heavy query ends in time where its limit is sent along"),
        Said("Tjänsten släpper frågan i tid, men motorn räknar vidare på den.", "The service lets go of the query in time, but the engine goes on with it."),
        Said("Sätt en gräns i motorn själv. Oxigraph: --timeout-s. Virtuoso: MaxQueryExecutionTime. Fuseki: arq:queryTimeout.", "Set a limit in the engine itself. Oxigraph: --timeout-s. Virtuoso: MaxQueryExecutionTime. Fuseki: arq:queryTimeout."),
        _handed_over, needed=False,
    ),
    Check(
        "meanwhile", "limits",
        Said("Medan en tung fråga pågår, och när klienten har gått, besvaras andra", "While a heavy query runs, and when its client has left, others are answered"),
        Said("En enda tung fråga tar ner tjänsten för alla.", "A single heavy query takes the service down for everyone."),
        Said("Ge motorn fler trådar, och en tidsgräns.", "Give the engine more threads, and a time limit."),
        _meanwhile,
    ),
)  # fmt: skip
