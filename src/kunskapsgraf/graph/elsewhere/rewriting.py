"""A query as it is sent to an engine: on the graphs that are shown, which lie there under names of their own.

Decided on tokens, as the guard does. What a visitor asks of and is told are logical names, in patterns, filters and
results alike, since statements speak of graphs too. So a graph's physical name stands in one place alone, after GRAPH:
``GRAPH <logical> {...}`` names the physical one, and ``GRAPH ?g {...}`` becomes ``VALUES (?g ?hidden) {...} GRAPH
?hidden {...}``, where each row holds both names of a graph. That joins as the pattern did, and to all else ?g is logical.

The dataset is always sent beside the query, and clauses with FROM are taken out of it: engines differ in which wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from kunskapsgraf.errors import QueryForbidden, QuerySyntaxError
from kunskapsgraf.graph.diagnosis import diagnosed
from kunskapsgraf.graph.elsewhere.dialects import EMPTY, is_foreign_function
from kunskapsgraf.graph.elsewhere.pointer import Shown
from kunskapsgraf.graph.guard import Token, tokens
from kunskapsgraf.graph.outline import Outline, clause_graphs, iris_of, outlined
from kunskapsgraf.graph.store import WHOLE, Dataset
from kunskapsgraf.graph.vocabulary import Names

_PROLOGUE_ENDS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
_SCHEME = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]*:")
_Edit = tuple[int, int, str]
"""Where a piece of the text begins and ends, and what takes its place."""


@dataclass(frozen=True)
class Rewritten:
    """A query for an engine, with the physical graphs of its dataset, and the variables that nobody asked for."""

    text: str
    default: tuple[str, ...]
    named: tuple[str, ...]
    hidden: frozenset[str]


def rewritten(query: str, dataset: Dataset, shown: Shown, names: Names) -> Rewritten:
    """Write a query for an engine; raises ``QueryForbidden`` or ``QuerySyntaxError`` for what only engines would run."""
    read = list(tokens(query))
    outline = outlined(query)
    _refuse(query, read, outline, names)
    default, named = _chosen(dataset, outline, shown, names)
    places = {logical: shown.graphs[logical][0] for logical in named if logical in shown.graphs}
    edits: list[_Edit] = [(clause.begin, clause.end, " ") for clause in outline.clauses]
    clauses = [(begin, end) for begin, end, _ in edits]
    edits += (edit for edit in _absolute(read, outline, names) if not _is_within(edit, clauses))
    hidden: dict[str, str] = {}
    edits += _graphs(read, outline, places, hidden, names)
    return Rewritten(
        _edited(query, edits),
        _physical(default, shown) or (EMPTY,),
        tuple(places.values()) or (EMPTY,),
        frozenset(hidden.values()),
    )


def _chosen(dataset: Dataset, outline: Outline, shown: Shown, names: Names) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the logical graphs of the default graph and the named ones."""
    every = tuple(graph for graph in shown.graphs if graph != names.dataset)
    if dataset == WHOLE and outline.clauses:
        listed = clause_graphs(outline, names.endpoint)
        if listed is not None:  # else it is no SPARQL, and the engine tells where
            return (
                tuple(dict.fromkeys(iri for iri, is_named in listed if not is_named)),
                tuple(dict.fromkeys(iri for iri, is_named in listed if is_named)),
            )
    default = dataset.default
    if default is None:
        in_union = tuple(graph for graph in every if not names.is_layer(graph))
        default = (names.dataset,) if names.dataset in shown.graphs else in_union
    return default, every if dataset.named is None else dataset.named


def _physical(graphs: Iterable[str], shown: Shown) -> tuple[str, ...]:
    return tuple(shown.graphs[graph][0] for graph in graphs if graph in shown.graphs)


def _graphs(
    read: list[Token], outline: Outline, places: Mapping[str, str], hidden: dict[str, str], names: Names
) -> Iterable[_Edit]:
    """Write physical names after GRAPH; note each hidden variable by the one that it stands for."""
    after = [(word, target) for word, target in pairwise(read) if word.kind == "word" and word.text.upper() == "GRAPH"]
    written = [target.text for _, target in after if target.kind in ("iri", "name")]
    meant = iris_of(outline, written, names.endpoint) or {} if written else {}
    used = {token.text[1:] for token in read if token.kind == "variable"}
    for word, target in after:
        if target.kind == "variable":
            if all(logical == physical for logical, physical in places.items()):
                continue
            name = target.text[1:]
            if name not in hidden:
                hidden[name] = _free(name, used)
            rows = " ".join(f"(<{logical}> <{physical}>)" for logical, physical in places.items())
            values = f"VALUES (?{name} ?{hidden[name]}) {{ {rows} }} "
            yield word.begin, target.end, f"{values}GRAPH ?{hidden[name]}"
        elif (iri := meant.get(target.text)) is not None:
            yield target.begin, target.end, f" <{places.get(iri, iri)}>"


def _free(name: str, used: set[str]) -> str:
    found = f"lage_{name}"
    while found in used:
        found += "_"
    used.add(found)
    return found


def _refuse(query: str, read: list[Token], outline: Outline, names: Names) -> None:
    """Refuse what reaches past SPARQL, and what only lenient engines read."""
    in_prologue = True
    for token in read:
        word = token.text.upper()
        if token.kind == "word" and word in _PROLOGUE_ENDS:
            in_prologue = False
        if in_prologue and token.kind == "word" and word == "DEFINE":
            raise _forbidden("DEFINE", token)
        if token.kind == "iri" and is_foreign_function(_plain(token.text[1:-1])):
            raise _forbidden(token.text[:40], token)
        if token.kind == "name" and not in_prologue:
            prefix = token.text.partition(":")[0]
            if prefix not in outline.prefixes and prefix != "_":
                # Some engines know prefixes that nobody declared, and functions by them.
                said = QuerySyntaxError(
                    f"Prefixet {prefix}: är inte deklarerat (rad {token.line}, kolumn {token.column}).",
                    f"The prefix {prefix}: is not declared (line {token.line}, column {token.column}).",
                    line=token.line,
                    column=token.column,
                )
                raise diagnosed(query, said, names.prefixes())


def _forbidden(what: str, token: Token) -> QueryForbidden:
    return QueryForbidden(
        f"{what} (rad {token.line}) når förbi SPARQL in i motorn, och är avstängt. Skriv frågan utan.",
        f"{what} (line {token.line}) reaches past SPARQL into the engine, and is switched off. Write the query without it.",
        line=token.line,
        column=token.column,
    )


def _plain(iri: str) -> str:
    r"""Read the escapes of an IRI: \u0062if: is bif: to an engine."""
    return iri.encode("ascii", "backslashreplace").decode("unicode_escape") if "\\" in iri else iri


def _absolute(read: list[Token], outline: Outline, names: Names) -> Iterable[_Edit]:
    """Write out what hangs on a base: ours is not the engine's address, and Virtuoso knows no BASE."""
    is_based = any(token.kind == "word" and token.text.upper() == "BASE" for token in read)
    if not is_based and not any(_is_relative(token) for token in read):
        return
    prefixed = {iri.begin: prefix.text for prefix, iri in pairwise(read) if prefix.text.endswith(":")}
    written = [prefixed.get(token.begin, token.text) for token in read if _is_relative(token)]
    meant = iris_of(outline, written, names.endpoint) or {}
    previous = Token("other", "", 1, 1)
    for token in read:
        if previous.kind == "word" and previous.text.upper() == "BASE":
            yield previous.begin, token.end, ""
        elif _is_relative(token) and previous.text.upper() != "GRAPH":
            iri = meant.get(prefixed.get(token.begin, token.text))
            if iri is not None:
                yield token.begin, token.end, f"<{iri}>"
        previous = token


def _is_relative(token: Token) -> bool:
    return token.kind == "iri" and _SCHEME.match(token.text) is None


def _is_within(edit: _Edit, pieces: list[tuple[int, int]]) -> bool:
    return any(begin <= edit[0] < end for begin, end in pieces)


def _edited(text: str, edits: list[_Edit]) -> str:
    pieces, at = [], 0
    for begin, end, instead in sorted(edits):
        pieces += [text[at:begin], instead]
        at = end
    return "".join([*pieces, text[at:]])
