"""The CONSTRUCT rules of ``queries/rules/`` as things that can be explained: what they conclude, and from what.

A rule's head names its premises, one pattern to a line (``#+ premise: ?service kg:anvanderMetod ?one``): of those that a
solution fills, the ones that hold are what the conclusion rests on. What the query asks besides (that two things differ,
that something is not so) is told by its title.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kunskapsgraf.errors import QueryFileError
from kunskapsgraf.graph.queries import QueryFile
from kunskapsgraf.graph.rdf import NamedNode, Triple, lexical
from kunskapsgraf.graph.store import Store, select
from kunskapsgraf.graph.vocabulary import RDF_TYPE
from kunskapsgraf.reasoner.rules import Atom, Filter, Slot, Var

_SHAPE = re.compile(
    r"(?P<prefixes>.*?)CONSTRUCT\s*\{\s*(?P<head>[^{}]*?)\s*\.?\s*\}\s*WHERE\s*\{(?P<body>.*)\}\s*$", re.DOTALL
)
_PREFIX = re.compile(r"PREFIX\s+([\w-]*):\s*<([^>]*)>", re.IGNORECASE)
_DIFFER = re.compile(r"FILTER\s*\(\s*(?:STR\()?\?(\w+)\)?\s*(?:!=|<)\s*(?:STR\()?\?(\w+)\)?\s*\)", re.IGNORECASE)
"""How a query asks that two things differ."""
_MOST = 20


@dataclass(frozen=True)
class SparqlRule:
    """A rule: what it concludes, its query in parts, its premises and its titles by language.

    ``differ`` are the pairs of variables of the premises that must not be the same.
    """

    name: str
    head: Atom
    prefixes: str
    body: str
    premises: tuple[Atom, ...]
    titles: Mapping[str, str]
    differ: tuple[Filter, ...] = ()


def read(file: QueryFile) -> SparqlRule:
    """Read a rule file; raises ``QueryFileError`` where it concludes more than one pattern or names no premise."""
    found = _SHAPE.match(file.text)
    if found is None or not file.premises:
        raise QueryFileError(
            f"{file.name}: en regel ska ha formen CONSTRUCT {{ ett mönster }} WHERE {{ … }} och minst en rad #+ premise: i huvudet.",
            f"{file.name}: a rule must have the form CONSTRUCT {{ one pattern }} WHERE {{ … }} and at least one line #+ premise: in its head.",
        )
    prefixes = dict(_PREFIX.findall(found["prefixes"]))
    premises = tuple(_atom(file, premise, prefixes) for premise in file.premises)
    spoken_of = {variable for premise in premises for variable in premise.variables()}
    pairs = [(Var(one), Var(other)) for one, other in _DIFFER.findall(found["body"])]
    return SparqlRule(
        f"queries/rules/{file.name}",
        _atom(file, found["head"], prefixes),
        "\n".join(f"PREFIX {name}: <{iri}>" for name, iri in prefixes.items()),
        found["body"],
        premises,
        file.titles,
        tuple(Filter("differ", pair) for pair in pairs if spoken_of.issuperset(pair)),
    )


def _atom(file: QueryFile, text: str, prefixes: Mapping[str, str]) -> Atom:
    parts = text.split()
    if len(parts) != 3:
        raise QueryFileError(
            f"{file.name}: {text!r} är inget mönster av tre delar.",
            f"{file.name}: {text!r} is no pattern of three parts.",
        )
    return Atom(*(_slot(part, prefixes) for part in parts))


def _slot(part: str, prefixes: Mapping[str, str]) -> Slot:
    if part.startswith("?"):
        return Var(part[1:])
    if part == "a":
        return NamedNode(RDF_TYPE)
    if part.startswith("<"):
        return NamedNode(part[1:-1])
    prefix, _, name = part.partition(":")
    return NamedNode(prefixes[prefix] + name)


def instances(store: Store, rule: SparqlRule, triple: Triple) -> Iterator[list[Triple]]:
    """Give, for each way in which a rule concludes a statement, the premises that it fills; some may not hold."""
    values: dict[Var, Slot] = {}
    for slot, term in zip(rule.head, (triple.subject, triple.predicate, triple.object), strict=True):
        if isinstance(slot, Var):
            values[slot] = term  # type: ignore[assignment]
        elif slot != term:
            return
    names = " ".join(str(v) for v in values)
    row = " ".join(lexical(v) for v in values.values())  # type: ignore[arg-type]
    query = f"{rule.prefixes}\nSELECT * WHERE {{ VALUES ({names}) {{ ({row}) }} {rule.body} }} LIMIT {_MOST}"
    for solution in select(store, query):
        bound = {**values, **{Var(name): term for name, term in solution.items()}}
        found = [premise.bound(bound) for premise in rule.premises]  # type: ignore[arg-type]
        yield [t for atom in found if not list(atom.variables()) and (t := atom.triple()) is not None]
