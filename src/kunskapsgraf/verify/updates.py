"""Checks of updates and of the Graph Store Protocol: all of a change or nothing, seen at once, and only where it was meant."""

from __future__ import annotations

from kunskapsgraf.verify.checks import Check, NotHeld, NotSupported, NotTried, Said
from kunskapsgraf.verify.probe import Probe
from kunskapsgraf.verify.protocol import P, S, one, two

_TURNS = 20
_PIECE = 2_000
_PUT = 20_000
TURTLE = "text/turtle; charset=utf-8"
TRIPLES = "application/n-triples"


def _holds(probe: Probe, graph: str, expected: int) -> None:
    found = probe.holds(graph)
    if found != expected:
        raise NotHeld(f"{expected} satser väntades i grafen, {found} är där.", f"{expected} statements were expected in the graph, {found} are there.")  # fmt: skip


def _several(probe: Probe) -> None:
    graph = probe.graph("flera")
    probe.update(
        f"INSERT DATA {{ GRAPH <{graph}> {{ {S} {P} 1 , 2 , 3 }} }} ;\n"
        f"DELETE DATA {{ GRAPH <{graph}> {{ {S} {P} 1 }} }} ;\n"
        f"DELETE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }} INSERT {{ GRAPH <{graph}> {{ ?s ?p 4 , 5 }} }} "
        f"WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o FILTER(?o = 2) }} }}"
    )
    found = sorted(
        str(row["o"]).split("^")[0] for row in probe.rows(f"SELECT ?o WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
    )
    if found != ['"3"', '"4"', '"5"']:
        raise NotHeld(f"3, 4 och 5 väntades; fick {found}.", f"3, 4 and 5 were expected; got {found}.")


def _atomic(probe: Probe) -> None:
    there = one(probe)
    # What fails differs: not every engine knows of graphs that are there, and not every one minds what it cannot load.
    for number, failing in enumerate(
        (f"CREATE GRAPH <{there}>", f"LOAD <urn:none> INTO GRAPH <{probe.graph('inlast')}>")
    ):
        graph = probe.graph(f"halvgjord-{number}")
        reply = probe.endpoint.update(f"INSERT DATA {{ GRAPH <{graph}> {{ {S} {P} 1 }} }} ;\n{failing}")
        if reply.is_good:
            continue
        if probe.holds(graph):
            raise NotHeld(
                f"Den andra åtgärden misslyckades ({failing.split()[0]}), men den första stod kvar.",
                f"The second operation failed ({failing.split()[0]}), but the first was kept.",
            )
        return
    raise NotTried("Inget av det som skulle misslyckas gjorde det.", "Nothing of what was to fail did.")


def _seen(probe: Probe) -> None:
    graph = probe.graph("genast")
    for number in range(_TURNS):
        probe.update(f"INSERT DATA {{ GRAPH <{graph}> {{ {S} {P} {number} }} }}")
        _holds(probe, graph, number + 1)


def _using(probe: Probe) -> None:
    graph = probe.graph("ur-en")
    probe.update(
        f"INSERT {{ GRAPH <{graph}> {{ ?s ?p ?o }} }} USING <{one(probe)}> USING <{two(probe)}> WHERE {{ ?s ?p ?o }}"
    )
    _holds(probe, graph, 3)


def _with(probe: Probe) -> None:
    graph = probe.filled("med", [f"{S} {P} 1"])
    probe.update(f"WITH <{graph}> DELETE {{ ?s ?p ?o }} INSERT {{ ?s ?p 2 , 3 }} WHERE {{ ?s ?p ?o }}")
    _holds(probe, graph, 2)


def _not_exists(probe: Probe) -> None:
    graph = probe.graph("skillnad")
    probe.update(
        f"INSERT {{ GRAPH <{graph}> {{ ?s ?p ?o }} }} WHERE {{ GRAPH <{one(probe)}> {{ ?s ?p ?o }} "
        f"FILTER NOT EXISTS {{ GRAPH <{two(probe)}> {{ ?s ?p ?o }} }} }}"
    )
    _holds(probe, graph, 1)


def _whole_graphs(probe: Probe) -> None:
    first, second = probe.graph("kopia"), probe.graph("flyttad")
    probe.update(f"COPY <{one(probe)}> TO <{first}> ; ADD <{two(probe)}> TO <{first}>")
    _holds(probe, first, 3)
    probe.update(f"MOVE <{first}> TO <{second}>")
    _holds(probe, first, 0)
    _holds(probe, second, 3)
    probe.update(f"CLEAR GRAPH <{second}>")
    _holds(probe, second, 0)


def _drop(probe: Probe) -> None:
    graph = probe.filled("slopad", [f"{S} {P} 1"])
    probe.update(f"DROP SILENT GRAPH <{graph}>")
    _holds(probe, graph, 0)
    probe.update(f"DROP SILENT GRAPH <{graph}>")


def _nameless(probe: Probe) -> None:
    graph = probe.graph("namnlos")
    reply = probe.endpoint.update(f"INSERT DATA {{ GRAPH <{graph}> {{ _:x {P} _:y . _:y {P} 1 }} }}")
    if not reply.is_good:
        raise NotSupported(f"Svaret var {reply.brief()}", f"The answer was {reply.brief()}")
    if not probe.ask(f"ASK {{ GRAPH <{graph}> {{ ?x {P} ?y . ?y {P} 1 FILTER(isBlank(?y)) }} }}"):
        raise NotHeld("De två satserna hänger inte ihop.", "The two statements are not connected.")


def _piece(probe: Probe) -> None:
    graph = probe.graph("stor")
    data = " .\n".join(f'<http://example.org/n/{n}> {P} "{"å" * 50} {n}"' for n in range(_PIECE))
    probe.update(f"INSERT DATA {{ GRAPH <{graph}> {{ {data} }} }}")
    _holds(probe, graph, _PIECE)


def _graph_store(probe: Probe) -> None:
    probe.needs_data_address()
    graph = probe.graph("lager")
    for method, body, expected in (
        ("PUT", f'{S} {P} "å" , 2 .', 2),
        ("POST", f"{S} {P} 3 .", 3),
        ("PUT", f"{S} {P} 4 .", 1),
        ("DELETE", "", 0),
    ):
        reply = probe.endpoint.graph(method, graph, body, TURTLE if body else "")
        if not reply.is_good:
            raise NotSupported(f"{method} gav {reply.brief()}", f"{method} gave {reply.brief()}")
        _holds(probe, graph, expected)


def _large_put(probe: Probe) -> None:
    probe.needs_data_address()
    graph = probe.graph("stort-lager")
    lines = "".join(f'<http://example.org/n/{n}> {P} "\\u00e5 {n}" .\n' for n in range(_PUT))
    reply = probe.endpoint.graph("PUT", graph, lines, TRIPLES)
    if not reply.is_good:
        raise NotSupported(f"PUT gav {reply.brief()}", f"PUT gave {reply.brief()}")
    _holds(probe, graph, _PUT)


def _refused_put(probe: Probe) -> None:
    probe.needs_data_address()
    graph = probe.filled("skyddat-lager", [f"{S} {P} 1"])
    reply = probe.endpoint.graph("PUT", graph, f"{S} {P} 2 . {S} {P} fel", TURTLE)
    if reply.is_good:
        raise NotHeld(f"Fel Turtle gav {reply.brief()}", f"Wrong Turtle gave {reply.brief()}")
    found = [str(row["o"]).split("^")[0] for row in probe.rows(f"SELECT ?o WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")]
    if found != ['"1"']:
        raise NotHeld(f"Grafen ändrades av en begäran som vägrades: {found}.", f"The graph was changed by a refused request: {found}.")  # fmt: skip


_BUILD = Said(
    "En version kan inte byggas i motorn som den ska.", "A version cannot be built in the engine as it should."
)
_SWITCH = Said(
    "Bytet av version är en uppdatering: besökare kan få se en halv version.",
    "The switch of versions is one update: visitors may see half a version.",
)
_ENGINE = Said(
    "Välj en motor eller version som följer SPARQL 1.1 Update.",
    "Choose an engine or version that follows SPARQL 1.1 Update.",
)
_TRANSACTIONS = Said(
    "Slå på transaktioner i motorn (Fuseki: TDB2). Virtuoso: kör inte i läge log_enable 2 eller 3.",
    "Switch on transactions in the engine (Fuseki: TDB2). Virtuoso: do not run in mode log_enable 2 or 3.",
)
_DATA = Said(
    "Grafer skickas då i bitar med INSERT DATA (låt --data stå tom): långsammare.",
    "Graphs are then sent in pieces by INSERT DATA (leave --data empty): slower.",
)
_ADDRESS = Said(
    "Kontrollera --data. Fuseki: /ds/data; Oxigraph: /store; Virtuoso: /sparql-graph-crud.",
    "Check --data. Fuseki: /ds/data; Oxigraph: /store; Virtuoso: /sparql-graph-crud.",
)
_PIECES = Said("Stora ändringar måste delas.", "Large changes must be split.")
_MEMORY = Said("Höj motorns gräns för en uppdaterings längd.", "Raise the engine's limit of an update's length.")
CHECKS = (
    Check("several", "updates", Said("Flera åtgärder i en begäran, i ordning", "Several operations in one request, in order"), _SWITCH, _ENGINE, _several),
    Check("atomic", "updates", Said("En begäran som misslyckas ändrar ingenting", "A request that fails changes nothing"), _SWITCH, _TRANSACTIONS, _atomic, needed=False),
    Check("seen-at-once", "updates", Said("Nästa fråga ser uppdateringen", "The next query sees the update"), _BUILD, Said("Fråga samma nod som tar emot uppdateringar, eller begär omedelbar konsekvens.", "Ask the node that takes the updates, or ask for immediate consistency."), _seen),
    Check("using", "updates", Said("USING väljer vad WHERE ser", "USING chooses what WHERE sees"), _BUILD, _ENGINE, _using),
    Check("with", "updates", Said("WITH väljer grafen", "WITH chooses the graph"), _BUILD, _ENGINE, _with),
    Check("insert-where", "updates", Said("INSERT WHERE med FILTER NOT EXISTS mellan grafer", "INSERT WHERE with FILTER NOT EXISTS between graphs"), _BUILD, _ENGINE, _not_exists),
    Check("whole-graphs", "updates", Said("COPY, ADD, MOVE och CLEAR", "COPY, ADD, MOVE and CLEAR"), Said("Tjänsten klarar sig utan; egna skript kan behöva det.", "The service does without; scripts of your own may need it."), _ENGINE, _whole_graphs, needed=False),
    Check("drop", "updates", Said("DROP SILENT av en graf, och av en som inte finns", "DROP SILENT of a graph, and of one that is not there"), Said("Gamla versioner blir kvar i motorn.", "Old versions stay in the engine."), _ENGINE, _drop),
    Check("blank-nodes", "updates", Said("Blanka noder i INSERT DATA", "Blank nodes in INSERT DATA"), Said("Ontologins uttryck måste skickas med Graph Store eller få namn.", "Expressions of the ontology must be sent by the graph store, or be named."), Said("Ange --data.", "Give --data."), _nameless, needed=False),
    Check("large-update", "updates", Said(f"{_PIECE} satser i en INSERT DATA", f"{_PIECE} statements in one INSERT DATA"), _PIECES, _MEMORY, _piece, needed=False),
    Check("graph-store", "updates", Said("Graph Store: PUT, POST och DELETE av en graf", "Graph store: PUT, POST and DELETE of a graph"), _DATA, _ADDRESS, _graph_store, needed=False),
    Check("large-graph", "updates", Said(f"Graph Store: PUT av {_PUT} satser", f"Graph store: PUT of {_PUT} statements"), _DATA, _ADDRESS, _large_put, needed=False),
    Check("refused-graph", "updates", Said("Graph Store: fel Turtle vägras och ändrar ingenting", "Graph store: wrong Turtle is refused and changes nothing"), _DATA, _ADDRESS, _refused_put, needed=False),
)  # fmt: skip
