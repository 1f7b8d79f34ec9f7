"""The layers of the closed world: what each query reads and concludes, and the order in which they can run.

A query that concludes from absence may read what another has concluded; it then runs after it, and reads nothing of what the
rest conclude. Queries that read each other's conclusions in a circle have no order: whichever ran first would find something
absent that the next one concludes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Any

from pyparsing import ParseException, ParseResults
from rdflib.paths import Path as PropertyPath
from rdflib.plugins.sparql.algebra import translatePath, translatePName, translatePrologue, traverse
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import URIRef, Variable

from kunskapsgraf.errors import CircularLayers, QueryFileError
from kunskapsgraf.graph.queries import QueryFile
from kunskapsgraf.graph.vocabulary import RDF_TYPE, RDFS_LABEL, Names

_RECORD = "Slutsats"
_OF_RECORDS = ("Slutsats", "slutsatsSubjekt", "slutsatsKlass")
"""Terms of the records of conclusions, which every query writes: to read them is to read every conclusion."""
_REQUIRED = frozenset(
    {
        *("GroupGraphPatternSub", "FakeGroupGraphPatten", "TriplesBlock", "GraphGraphPattern", "SubSelect"),
        *("GroupOrUnionGraphPattern", "Filter", "ConditionalAndExpression", "Builtin_EXISTS"),
    }
)
"""Parts of a query, by rdflib's names, within which what is asked for must hold."""


@dataclass(frozen=True)
class Reading:
    """What a query reads and concludes, as IRIs.

    ``anything`` says that it reads the closed graph without naming what; ``asked`` holds, by variable, the classes that a
    solution must be of and the properties that it must have or be a value of (written ``^property``); ``members`` are the
    classes that it concludes, by variable.
    """

    reads: frozenset[str]
    concludes: frozenset[str]
    anything: bool
    asked: Mapping[str, frozenset[str]]
    members: Mapping[str, frozenset[str]]


@dataclass
class _Found:
    """What a walk over a query's algebra has come upon."""

    closed: str
    terms: set[str] = field(default_factory=set)
    anything: bool = False
    asked: dict[str, set[str]] = field(default_factory=dict)


def reading(file: QueryFile, names: Names) -> Reading:
    """Find out what a CONSTRUCT reads and concludes; raises ``QueryFileError`` where it is none."""
    return _reading(file.name, file.text, names)


@lru_cache(maxsize=1000)
def _reading(name: str, text: str, names: Names) -> Reading:
    try:
        query = _parsed(text)
    except ParseException as error:
        raise QueryFileError(
            f"{name}: frågan kan inte läsas (rad {error.lineno} efter huvudet): {error.msg}. Rätta den raden.",
            f"{name}: the query cannot be read (line {error.lineno} after the head): {error.msg}. Mend that line.",
        ) from error
    except Exception as error:  # rdflib raises a bare Exception for what parses and means nothing (an unknown prefix)
        raise QueryFileError(
            f"{name}: frågan kan inte läsas: {error}. Rätta den.",
            f"{name}: the query cannot be read: {error}. Mend it.",
        ) from error
    if query.name != "ConstructQuery":
        raise QueryFileError(
            f"{name}: frågan ska vara en CONSTRUCT. Skriv CONSTRUCT {{ … }} WHERE {{ … }}.",
            f"{name}: the query must be a CONSTRUCT. Write CONSTRUCT {{ … }} WHERE {{ … }}.",
        )
    found = _Found(names.closed_graph)
    _walk(query.where, found)
    # Without a template, the pattern is one.
    template = list(_triples(query.template or query.where.part[0].triples))
    records = {s for s, p, o in template if str(p) == RDF_TYPE and str(o) == names.terms + _RECORD}
    concludes: set[str] = set()
    members: dict[str, set[str]] = {}
    for subject, predicate, target in template:
        if str(predicate) == RDF_TYPE:
            concludes.add(str(target))
            members.setdefault(str(target), set()).add(str(subject))
        elif subject in records:
            concludes |= {names.terms + n for n in _OF_RECORDS} & {str(predicate)}
        elif str(predicate) != RDFS_LABEL:
            concludes.add(str(predicate))
    return Reading(
        frozenset(found.terms),
        frozenset(concludes),
        found.anything,
        {variable: frozenset(terms) for variable, terms in found.asked.items()},
        {kind: frozenset(variables) for kind, variables in members.items()},
    )


def _parsed(text: str) -> Any:
    """Read a query to rdflib's tree, with its prefixes and paths resolved.

    The tree, not the algebra: translation to algebra leaves out what stands in EXISTS within EXISTS.
    """
    prologue, query = parseQuery(text)
    resolved = partial(translatePName, prologue=translatePrologue(prologue, None, None))
    return traverse(traverse(query, visitPost=resolved), visitPost=translatePath)


def _walk(node: Any, found: _Found, *, required: bool = True, graph: str = "") -> None:
    """Gather the terms of a pattern; ``required`` is what must hold, ``graph`` the graph that is read."""
    if isinstance(node, URIRef):
        found.terms.add(str(node))
    elif isinstance(node, PropertyPath):
        _walk(list(vars(node).values()), found)
    elif isinstance(node, CompValue):
        # The tree has a level for each precedence of operators, also where there is no operator.
        bare = node.name.endswith("Expression") and list(node) == ["expr"]
        required = required and (bare or node.name in _REQUIRED)
        if node.name == "GroupOrUnionGraphPattern" and len(node.graph) > 1:
            required = False
        if node.name == "GraphGraphPattern":
            graph = str(node.term)
        if node.name == "TriplesBlock":
            _patterns(node.triples, found, required=required, graph=graph)
        _walk(list(node.values()), found, required=required, graph=graph)
    elif isinstance(node, list | tuple | set | frozenset | ParseResults):
        for part in node:
            _walk(part, found, required=required, graph=graph)


def _patterns(triples: Sequence[Any], found: _Found, *, required: bool, graph: str) -> None:
    for subject, predicate, target in _triples(triples):
        kind = str(predicate) == RDF_TYPE
        if graph == found.closed and (isinstance(predicate, Variable) or (kind and isinstance(target, Variable))):
            found.anything = True
        if required and isinstance(predicate, URIRef):
            if isinstance(subject, Variable):
                found.asked.setdefault(str(subject), set()).add(str(target if kind else predicate))
            if isinstance(target, Variable):
                found.asked.setdefault(str(target), set()).add(f"^{predicate}")


def _triples(rows: Iterable[Sequence[Any]]) -> Iterator[tuple[Any, Any, Any]]:
    """Give the triples of rows in which they stand one after another."""
    for row in rows:
        yield from zip(row[::3], row[1::3], row[2::3], strict=True)


def concluded(queries: Iterable[QueryFile], names: Names) -> dict[str, list[QueryFile]]:
    """Give the classes and properties that absence concludes, each with the queries that conclude it."""
    found: dict[str, list[QueryFile]] = {}
    for file in queries:
        for term in sorted(reading(file, names).concludes):
            found.setdefault(term, []).append(file)
    return found


def builds_on(file: QueryFile, by_term: Mapping[str, Sequence[QueryFile]], names: Names) -> dict[str, str]:
    """Give the queries whose conclusions a query reads, by name, each with a term by which it does."""
    read = reading(file, names)
    terms = by_term if read.anything else sorted(read.reads & by_term.keys())
    return {other.name: term for term in terms for other in by_term[term]}


def ordered(queries: Iterable[QueryFile], names: Names) -> list[tuple[QueryFile, set[str]]]:
    """Put queries in order, each with the names of all those that it builds on; raises ``CircularLayers``."""
    files = {file.name: file for file in queries}
    by_term = concluded(files.values(), names)
    needed = {name: builds_on(file, by_term, names) for name, file in files.items()}
    try:
        order = list(TopologicalSorter(needed).static_order())
    except CycleError as error:
        # The sorter names each before the one that needs it.
        circle = list(reversed(error.args[1]))
        steps = [(one, needed[one][other], other) for one, other in pairwise(circle)]
        raise _circle(steps, names) from None
    below: dict[str, set[str]] = {}
    for name in order:
        below[name] = set(needed[name]).union(*(below[other] for other in needed[name]))
    return [(files[name], below[name]) for name in order]


def _circle(steps: Sequence[tuple[str, str, str]], names: Names) -> CircularLayers:
    sv = "; ".join(f"{one} läser {names.shorten(term)}, som {other} sluter" for one, term, other in steps)
    en = "; ".join(f"{one} reads {names.shorten(term)}, which {other} concludes" for one, term, other in steps)
    return CircularLayers(
        f"queries/closed: frågorna går i cirkel: {sv}. Låt en av dem läsa det som den andra sluter sig till utan den.",
        f"queries/closed: the queries run in a circle: {en}. Let one of them read what the other rests on instead.",
        steps[0][0],
    )


def implied_by_itself(file: QueryFile, kind: str, wanted: Mapping[str, Iterable[str]], names: Names) -> Iterator[str]:
    """Give the classes that what a query puts in a class is of already, by what it asks for.

    ``wanted`` holds for each class, property and ``^property`` the classes that follow from it.
    """
    read = reading(file, names)
    for variable in read.members.get(kind, ()):
        for term in read.asked.get(variable, ()):
            yield term
            yield from wanted.get(term, ())
