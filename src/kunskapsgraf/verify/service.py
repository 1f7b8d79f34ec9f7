"""Checks of our own work: the snapshot that was built here goes into the engine, is reasoned over there, and is asked."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from kunskapsgraf.errors import KunskapsgrafError, QueryError, QueryTimeout
from kunskapsgraf.graph.elsewhere import pointer
from kunskapsgraf.graph.elsewhere.pointer import Shown
from kunskapsgraf.graph.elsewhere.store import RemoteStore
from kunskapsgraf.graph.rdf import BlankNode, Literal, Term, Triple, lexical
from kunskapsgraf.graph.terms import Row, row_of, triples_of
from kunskapsgraf.graph.vocabulary import XSD, Names
from kunskapsgraf.verify.checks import Check, NotHeld, NotTried, Said
from kunskapsgraf.verify.client import N_TRIPLES
from kunskapsgraf.verify.known import Case, Known
from kunskapsgraf.verify.probe import Engine, Probe

_SHOWN = 5
"""Differences that are told."""
_SECONDS = 20
"""What one of our queries may take before it counts as not answered."""
_PATIENCE = 5
"""So many queries that are not answered in time are enough to know."""
_ENDS_IN_LIMIT = re.compile(r"LIMIT\s+\d+\s*$")
_NUMERIC = ("integer", "decimal", "double", "float", "int", "long", "nonNegativeInteger", "positiveInteger")


def _known(probe: Probe) -> Known:
    if probe.known is None:
        raise NotTried("Ingen byggd graf här att jämföra med: kör kunskapsgraf build.", "No graph is built here to compare with: run kunskapsgraf build.")  # fmt: skip
    return probe.known


def moved(probe: Probe, text: str) -> str:
    """Give a text with our names moved to the run's own base."""
    return text.replace(_known(probe).base, probe.base)


def _sent(probe: Probe) -> dict[str, str]:
    """Send every graph once, whole, and the union that a query sees by default; give their places by our names.

    They lie as a build in the engine lays them: each under a name of its own, which the pointer graph tells.
    """
    known, names = _known(probe), Names(probe.base)
    logical = {graph: moved(probe, graph) for graph in known.named}
    places = {graph: pointer.physical(there, "prov") for graph, there in logical.items()}
    shown: dict[str, tuple[str, int]] = {}
    union: dict[str, None] = {}
    for graph, place in places.items():
        lines = moved(probe, known.written(graph).decode())
        probe.put(probe.graph(place.removeprefix(probe.base)), lines)
        shown[logical[graph]] = place, lines.count("\n")
        if graph in known.default:
            union.update(dict.fromkeys(lines.splitlines()))
    whole = pointer.physical(names.dataset, "prov")
    probe.put(probe.graph(whole.removeprefix(probe.base)), "\n".join(union) + "\n")
    shown[names.dataset] = whole, len(union)
    if not probe.ask(f"ASK {{ GRAPH <{names.pointer_graph}> {{ ?s ?p ?o }} }}"):
        probe.graph(names.pointer_graph.removeprefix(probe.base))
        pointer.switch(Engine(probe), names, None, Shown("prov", shown))
    return places


def _store(probe: Probe) -> RemoteStore:
    """Give the store that the service would ask, on the graphs of this run."""
    there = probe.endpoint
    settings = replace(
        _known(probe).settings,
        base=probe.base,
        store=there.query_url,
        store_update=there.update_url,
        store_data=there.data_url,
        store_engine=there.engine,
        endpoint_user=there.user,
        endpoint_password=there.password,
        endpoint_token=there.token,
        endpoint_seconds=there.seconds,
        query_seconds=_SECONDS,
        cache_bytes=0,
    )
    return RemoteStore(settings)


def canonical(term: Term) -> str:
    """Write a term so that one value in two writings is one text."""
    if isinstance(term, BlankNode):
        return "_:"
    if not isinstance(term, Literal):
        return lexical(term)
    if term.language:
        return f"{term.value!r}@{term.language.lower()}"
    kind = term.datatype.value
    if kind in {XSD + name for name in _NUMERIC}:
        try:
            return f"number {Decimal(term.value).normalize():f}"
        except InvalidOperation:
            return lexical(term)
    if kind == XSD + "boolean":
        return f"boolean {term.value in ('true', '1')}"
    return lexical(term)


def loose(term: Term) -> str:
    """Write a text by its letters alone: GROUP_CONCAT promises neither an order of what it joins nor a language."""
    if isinstance(term, Literal) and (term.language or term.datatype.value == XSD + "string"):
        return "".join(sorted(term.value))
    return canonical(term)


def compared(
    expected: Iterable[tuple[Term, ...]], found: Iterable[tuple[Term, ...]], by: Callable[[Term], str] = canonical
) -> tuple[Counter[tuple[str, ...]], Counter[tuple[str, ...]]]:
    """Give what is missing and what is too much when values are compared."""
    wanted, got = (Counter(tuple(map(by, terms)) for terms in side) for side in (expected, found))
    return wanted - got, got - wanted


def _shown(terms: Iterable[tuple[str, ...]]) -> str:
    return "; ".join(" ".join(one)[:160] for one in list(terms)[:_SHOWN])


def _statements(probe: Probe) -> Said | None:
    known = _known(probe)
    rewritten: Counter[str] = Counter()
    for graph, there in _sent(probe).items():
        expected = _terms(known.statements(graph))
        found = _triples(probe, there)
        missing, extra = compared(expected, set(found))
        if missing or extra:
            raise NotHeld(
                f"{graph}: {missing.total()} saknas, {extra.total()} för mycket: {_shown(missing)} / {_shown(extra)}",
                f"{graph}: {missing.total()} missing, {extra.total()} too many: {_shown(missing)} / {_shown(extra)}",
            )
        kept = {term for *_, term in found}
        for *_, term in expected:
            if isinstance(term, Literal) and term not in kept:
                rewritten[f"@{term.language}" if term.language else term.datatype.value.rpartition("#")[2]] += 1
    if not rewritten:
        return None
    told = ", ".join(f"{kind} {number}" for kind, number in rewritten.most_common())
    return Said(f"Skrivs om, med samma värde: {told}", f"Rewritten, of the same value: {told}")


def _triples(probe: Probe, graph: str) -> list[tuple[Term, ...]]:
    query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
    reply = probe.endpoint.query(query, N_TRIPLES)
    if not reply.is_good:
        raise NotHeld(f"Frågan vägrades: {reply.brief()}", f"The query was refused: {reply.brief()}")
    body = reply.body.replace(probe.base.encode(), _known(probe).base.encode())
    return _terms(triples_of(body))


def _terms(triples: Iterable[Triple]) -> list[tuple[Term, ...]]:
    return [(triple.subject, triple.predicate, triple.object) for triple in triples]


def _rules(probe: Probe) -> Said | None:
    from kunskapsgraf.pipeline import materialise  # noqa: PLC0415 - the reasoner is slow to import

    known, there = _known(probe), _sent(probe)
    names, ours = Names(probe.base), known.store.names
    laid_down = ("ontology", "editorial", "asserted")
    read = [
        place for graph, place in there.items() if ours.kind_of_graph(graph) in laid_down and not ours.is_layer(graph)
    ]
    probe.graph(names.inferred_graph.removeprefix(probe.base))
    settings = replace(known.settings, base=probe.base)
    probe.update(f"DROP SILENT GRAPH <{names.inferred_graph}>")
    try:
        done = materialise.materialise(settings, Engine(probe), names.inferred_graph, read)
    except KunskapsgrafError as error:
        raise NotHeld(error.sv, error.en) from error
    found = _triples(probe, names.inferred_graph)
    expected = _terms(known.statements(known.store.names.inferred_graph))
    missing, extra = compared(expected, set(found))
    if missing or extra:
        raise NotHeld(
            f"{len(expected)} slutsatser väntades; {missing.total()} saknas, {extra.total()} för mycket: {_shown(missing)} / {_shown(extra)}",
            f"{len(expected)} conclusions were expected; {missing.total()} missing, {extra.total()} too many: {_shown(missing)} / {_shown(extra)}",
        )
    return Said(f"{done.inferred} slutsatser", f"{done.inferred} conclusions")


def _queries(kind: str) -> Check:
    def run(probe: Probe) -> Said | None:
        known = _known(probe)
        _sent(probe)
        cases = [case for case in known.cases if case.name.startswith(f"{kind}/")]
        wrong: dict[str, str] = {}
        slow = 0
        store = _store(probe)
        try:
            for case in cases:
                said = _differs(probe, store, case)
                slow += said.startswith(QueryTimeout.__name__)
                if said:
                    wrong.setdefault(case.name, said)
                if slow == _PATIENCE:
                    wrong["…"] = "the rest was not asked: too many took too long"
                    break
        finally:
            store.close()
        if wrong:
            told = "\n".join(f"{name}: {said}" for name, said in wrong.items())
            raise NotHeld(f"{len(wrong)} av {len(cases)} svar skiljer sig:\n{told}", f"{len(wrong)} of {len(cases)} answers differ:\n{told}")  # fmt: skip
        return Said(f"{len(cases)} frågor", f"{len(cases)} queries")

    title = (
        Said("Sidornas frågor svarar som här", "The queries of pages answer as here")
        if kind == "pages"
        else Said("Rapporterna svarar som här", "The reports answer as here")
    )
    return Check(
        kind,
        "service",
        title,
        Said("Sidorna eller rapporterna visar annat än de ska.", "Pages or reports show other than they should."),
        Said("Ange rätt motor (--engine); hör av dig med motorns namn, version och frågan.", "Give the right engine (--engine); tell us the engine's name, its version and the query."),
        run,
    )  # fmt: skip


def _differs(probe: Probe, store: RemoteStore, case: Case) -> str:
    """Tell how an answer differs; nothing where it does not."""
    known = _known(probe)
    try:
        answer = store.answer(moved(probe, case.text), "nt" if case.kind == "graph" else "json")
    except KunskapsgrafError as error:
        return f"{type(error).__name__}: {error.en}"
    try:
        return _compared(known, case, answer.body.replace(probe.base.encode(), known.base.encode()))
    except QueryError:
        return ""  # it is too heavy here


def _compared(known: Known, case: Case, body: bytes) -> str:
    if case.kind == "graph":
        wanted, got = _terms(known.triples(case)), list(set(_terms(triples_of(body))))
    elif case.kind == "ask":
        return "" if json.loads(body)["boolean"] == known.holds(case) else body.decode()
    else:
        read = json.loads(body)
        rows = [row_of(binding) for binding in read["results"]["bindings"]]
        wanted, got = (_in_order(some, read["head"]["vars"]) for some in (known.rows(case), rows))
    if len(wanted) == len(got) and (_ENDS_IN_LIMIT.search(case.text) or not any(compared(wanted, got, loose))):
        return ""  # which rows a LIMIT leaves is free
    missing, extra = compared(wanted, got)
    return f"-{missing.total()} +{extra.total()}: {_shown(missing)} / {_shown(extra)}"


def _in_order(rows: Iterable[Row], names: list[str]) -> list[tuple[Term, ...]]:
    return [tuple(row.get(name, BlankNode("none")) for name in names) for row in rows]


_SENT = Said(
    "Det som byggs hamnar inte som det ska i motorn.", "What is built does not come into the engine as it should."
)
_TELL = Said(
    "Se vilka satser som skiljer sig, och kontrollerna av literaler.",
    "See which statements differ, and the checks of literals.",
)
BUILT = (
    Check("statements", "service", Said("Den byggda grafen, sats för sats", "The built graph, statement by statement"), _SENT, _TELL, _statements),
    Check(
        "rules", "service", Said("Våra regler drar samma slutsatser i motorn", "Our rules conclude the same in the engine"),
        Said("Härledningen kan inte göras i motorn; bygg med den inbyggda och skicka resultatet.", "Reasoning cannot be done in the engine; build with the embedded one and send the result."),
        Said("Se vilka satser som skiljer sig, och kontrollerna av uppdateringar.", "See which statements differ, and the checks of updates."), _rules,
    ),
)  # fmt: skip
ASKED = (_queries("pages"), _queries("reports"))
