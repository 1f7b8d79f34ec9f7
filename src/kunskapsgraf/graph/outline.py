"""The outline of a query, read off its tokens: prefixes, dataset clauses, variables and names, each with its place.

No engine parses it: a query that is not SPARQL has an outline too, which its error is explained by.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from kunskapsgraf.graph.cache import Cache
from kunskapsgraf.graph.engine import Memory
from kunskapsgraf.graph.guard import Token, tokens
from kunskapsgraf.graph.terms import text_of

_FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
_GLUED = re.compile(r"(?P<first>FROM)?(?P<second>NAMED)?(?P<rest>(?:[^:]*:.*)?)", re.IGNORECASE | re.DOTALL)
"""The engine wants no space between terminals: ``FROM:x`` and ``FROMNAMED<x>`` are clauses."""
MOST_TOLD = 2000
"""Of each kind of token an outline holds no more: a megabyte of them would take thirty, for each client that waits."""
KEPT_BYTES = 4_000_000
"""Room for outlines that are kept: the queries of pages and reports come again and again."""
_TOKEN_BYTES = 400


@dataclass(frozen=True)
class Clause:
    """A ``FROM`` or ``FROM NAMED``: the graph as it is written, an IRI in brackets or a prefixed name, and its place in the text."""

    named: bool
    graph: str
    begin: int = 0
    end: int = 0


@dataclass
class Outline:
    """What a query declares and names.

    ``prefixes`` maps prefix to IRI; ``prologue`` is the declarations as text; ``variables``, ``names`` and ``iris``
    follow the prologue, each of them the first ``MOST_TOLD``; ``loose`` holds the places of variables outside all
    brackets, ``bound`` of those after AS.
    """

    prefixes: dict[str, str] = field(default_factory=dict)
    prologue: str = ""
    clauses: list[Clause] = field(default_factory=list)
    variables: list[Token] = field(default_factory=list)
    names: list[Token] = field(default_factory=list)
    iris: list[Token] = field(default_factory=list)
    graphs: list[Token] = field(default_factory=list)
    loose: set[tuple[int, int]] = field(default_factory=set)
    bound: set[tuple[int, int]] = field(default_factory=set)

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        lists = (self.clauses, self.variables, self.names, self.iris, self.graphs)
        return len(self.prologue) + _TOKEN_BYTES * (len(self.prefixes) + sum(len(found) for found in lists))


_kept: Cache[Outline] = Cache(KEPT_BYTES)


def outlined(text: str) -> Outline:
    """Read the outline of a query; nobody may change what is given."""
    found = _kept.get("", text)
    if found is None:
        found = _read(text)
        _kept.put("", text, found, sys.getsizeof(text) + found.size)
    return found


def _read(text: str) -> Outline:
    found = Outline()
    rest = _prologue(tokens(text), found)
    depth, previous = 0, Token("other", "", 1, 1)
    clause: bool | None = None  # inside FROM (False) or FROM NAMED (True)
    begin = 0
    for token in rest:
        if depth == 0 and token.kind in ("word", "name", "iri"):
            begin = token.begin if clause is None else begin
            clause, graph = _clause(token, clause, found.prefixes)
            if graph:
                found.clauses.append(Clause(bool(clause), graph, begin, token.end))
                clause, previous = None, token
                continue
        if token.text in "{([":
            depth += 1
        elif token.text in "})]":
            depth -= 1
        elif token.kind == "variable" and _add(found.variables, token):
            place = (token.line, token.column)
            if depth == 0:
                found.loose.add(place)
            if previous.text.upper() == "AS":
                found.bound.add(place)
        elif token.kind in ("name", "iri"):
            _add(found.names if token.kind == "name" else found.iris, token)
            if previous.text.upper() == "GRAPH":
                _add(found.graphs, token)
        previous = token
    return found


def _add(kind: list[Token], token: Token) -> bool:
    """Add a token to those of its kind, and tell whether there was room."""
    if len(kind) >= MOST_TOLD:
        return False
    kind.append(token)
    return True


def _prologue(stream: Iterator[Token], found: Outline) -> Iterator[Token]:
    """Read PREFIX and BASE up to the form of the query; give the tokens from the form on."""
    declared: list[str] = []
    prefix: str | None = None
    for token in stream:
        if token.kind == "word" and token.text.upper() in _FORMS:
            found.prologue = " ".join(declared)
            return stream
        if token.kind == "name":
            prefix = token.text[:-1] if token.text.endswith(":") else None
        elif token.kind == "iri" and prefix is not None:
            found.prefixes[prefix] = token.text[1:-1]
            prefix = None
        declared.append(token.text)
    return stream


def _clause(token: Token, clause: bool | None, prefixes: dict[str, str]) -> tuple[bool | None, str]:
    """Follow a dataset clause by a token outside all brackets; give where it stands now, and the graph where it ends."""
    if token.kind == "iri":
        return clause, token.text if clause is not None else ""
    if token.kind == "name" and token.text.partition(":")[0] in prefixes:
        return clause, token.text if clause is not None else ""
    glued = _GLUED.fullmatch(token.text)
    if glued is None or not (glued["first"] if clause is None else glued["second"] or token.kind == "name"):
        return None, ""
    return bool(glued["second"]), glued["rest"]


def clause_graphs(outline: Outline, base: str) -> list[tuple[str, bool]] | None:
    """Give the IRI of each clause's graph, and whether it is a named one; ``None`` where the engine cannot read them.

    The engine resolves prefixes, escapes and BASE, or else ``base``: on the declarations alone, in an empty store.
    """
    listed = " ".join(f"({clause.graph} {'true' if clause.named else 'false'})" for clause in outline.clauses)
    rows = _evaluated(f"BASE <{base}> {outline.prologue} SELECT ?g ?n {{ VALUES (?g ?n) {{ {listed} }} }}")
    return None if rows is None else [(row["g"], row["n"] == "true") for row in rows]


def iris_of(outline: Outline, written: Iterable[str], base: str) -> dict[str, str] | None:
    """Give the IRI of each name, by how it is written; ``None`` where the engine cannot read them.

    As for ``clause_graphs``: prefixes, escapes and BASE are the engine's to resolve.
    """
    listed = list(dict.fromkeys(written))
    values = " ".join(f"({name} {number})" for number, name in enumerate(listed))
    rows = _evaluated(f"BASE <{base}> {outline.prologue} SELECT ?g ?n {{ VALUES (?g ?n) {{ {values} }} }}")
    return None if rows is None else {listed[int(row["n"])]: row["g"] for row in rows}


def resolved(outline: Outline, written: Iterable[str]) -> dict[str, str]:
    """Give the IRI of each name that can be resolved, by how it is written."""
    found = {}
    for text in dict.fromkeys(written):
        prefix, _, local = text.partition(":")
        if text.startswith("<") and "\\" not in text and "BASE" not in outline.prologue.upper():
            found[text] = text[1:-1]
        elif prefix in outline.prefixes and "\\" not in local:
            found[text] = outline.prefixes[prefix] + local
    return found


def _evaluated(query: str) -> list[dict[str, str]] | None:
    try:
        return [{name: text_of(term) for name, term in row.items()} for row in Memory(()).select(query)]
    except SyntaxError:
        return None
