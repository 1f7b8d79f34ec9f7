"""Close, inside an engine: what a build concludes from absence, each query as an update over the graphs that it reads.

The graphs are named in each update, so that no engine's idea of a default graph matters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from kunskapsgraf.errors import QueryFileError
from kunskapsgraf.graph.guard import Token, tokens
from kunskapsgraf.graph.outline import outlined, resolved
from kunskapsgraf.graph.queries import QueryFile
from kunskapsgraf.graph.vocabulary import Names
from kunskapsgraf.pipeline.layers import ordered
from kunskapsgraf.reasoner.evaluate import drop, send
from kunskapsgraf.reasoner.materialise import counted
from kunskapsgraf.reasoner.workspace import OF_BUILDS, RemoteEngine, workspace

_ALL = "?s ?p ?o"


def close(
    engine: RemoteEngine,
    target: str,
    graphs: Mapping[str, str],
    queries: Iterable[QueryFile],
    names: Names,
    done: Callable[[int, int], None],
) -> int:
    """Put into the graph ``target`` what the queries conclude; give how many statements that are.

    ``graphs`` maps the names by which queries ask for graphs to the graphs of the engine; all of them are read. Raises
    ``CircularLayers`` and ``QueryFileError`` as a build on this machine does.
    """
    order = ordered(queries, names)
    with workspace(engine, OF_BUILDS) as space:
        conclusions: dict[str, str] = {}
        for number, (query, below) in enumerate(order, 1):
            known = dict(graphs)
            if below:
                # Only what it builds on: a pattern that is open must not find what the others conclude.
                known[names.closed_graph] = space.fresh()
                send(engine, (_copy(conclusions[name], known[names.closed_graph]) for name in sorted(below)))
            conclusions[query.name] = space.fresh()
            engine.update(insertion(query, conclusions[query.name], known))
            done(number, len(order))
        send(engine, [drop(target), *(_copy(found, target) for found in conclusions.values())])
    return counted(engine, target)


def _copy(source: str, target: str) -> str:
    return f"INSERT {{ GRAPH <{target}> {{ {_ALL} }} }} WHERE {{ GRAPH <{source}> {{ {_ALL} }} }}"


def insertion(file: QueryFile, target: str, graphs: Mapping[str, str]) -> str:
    """Write a CONSTRUCT as the update that puts its result into a graph, over some graphs and no others.

    Raises ``QueryFileError`` where it asks for graphs by a variable, which would be told the engine's names.
    """
    query = _parts(file)
    using = " ".join(f"USING <{graph}> USING NAMED <{graph}>" for graph in sorted(set(graphs.values())))
    where = query.where if not query.modifiers else f"{{ SELECT * WHERE {query.where} {query.modifiers} }}"
    where = _without_wide_texts(_renamed(file, where, graphs))
    return f"{query.prologue}\nINSERT {{ GRAPH <{target}> {query.template} }}\n{using}\nWHERE {where}"


@dataclass(frozen=True)
class _Query:
    """The parts of a CONSTRUCT; template and pattern with their braces."""

    prologue: str
    template: str
    where: str
    modifiers: str


def _parts(file: QueryFile) -> _Query:
    text = file.text
    found = list(tokens(text))
    start = next(
        (n for n, token in enumerate(found) if token.kind == "word" and token.text.upper() == "CONSTRUCT"), None
    )
    groups = _groups(found)
    between = {token.text.upper() for token in _outside(found) if token.kind == "word"}
    if start is None or not groups or "FROM" in between:
        raise QueryFileError(
            f"{file.name}: frågan ska ha formen CONSTRUCT {{ … }} WHERE {{ … }}, utan FROM.",
            f"{file.name}: the query must have the form CONSTRUCT {{ … }} WHERE {{ … }}, without FROM.",
        )
    template = text[groups[0][0].begin : groups[0][1].end]
    opened, closed = groups[min(1, len(groups) - 1)]
    return _Query(text[: found[start].begin], template, text[opened.begin : closed.end], text[closed.end :].strip())


def _groups(found: list[Token]) -> list[tuple[Token, Token]]:
    """Give the braces of the outermost groups, in pairs."""
    depth, groups, opened = 0, [], None
    for token in found:
        if token.text == "{":
            opened = opened if depth else token
            depth += 1
        elif token.text == "}":
            depth -= 1
            if depth == 0 and opened is not None:
                groups.append((opened, token))
    return groups


def _outside(found: list[Token]) -> list[Token]:
    """Give the terminals outside all groups."""
    depth, outside = 0, []
    for token in found:
        depth += {"{": 1, "}": -1}.get(token.text, 0)
        if depth == 0:
            outside.append(token)
    return outside


def _renamed(file: QueryFile, where: str, graphs: Mapping[str, str]) -> str:
    """Put the engine's graphs in the place of those that a pattern names."""
    outline = outlined(file.text)
    iris = resolved(outline, [token.text for token in outline.graphs])
    pieces, end, previous = [], 0, ""
    for token in tokens(where):
        if previous.upper() == "GRAPH":
            if token.kind == "variable":
                raise QueryFileError(
                    f"{file.name}: frågan frågar efter grafer med en variabel ({token.text}). Skriv grafens IRI.",
                    f"{file.name}: the query asks for graphs by a variable ({token.text}). Write the graph's IRI.",
                )
            asked = iris.get(token.text, "")
            if asked in graphs:
                pieces += [where[end : token.begin], f"<{graphs[asked]}>"]
                end = token.end
        previous = token.text
    return "".join([*pieces, where[end:]])


def _without_wide_texts(where: str) -> str:
    """Write the texts in calls, where they go beyond ASCII, as what is left of a text in a language: the same by definition.

    Virtuoso spoils å, ä and ö where CONCAT puts such a text beside one of the data.
    """
    pieces, end = [], 0
    opened: list[str] = []
    found = [*tokens(where), Token("other", "", 0, 0)]
    before = ""
    for token, following in pairwise(found):
        if token.text in ("(", "{"):
            opened.append(before if token.text == "(" else "")
        elif token.text in (")", "}") and opened:
            opened.pop()
        is_plain = token.kind == "string" and following.kind != "language" and following.text != "^"
        if is_plain and opened and opened[-1] == "word" and not token.text.isascii():
            pieces += [where[end : token.begin], f"STR({token.text}@sv)"]
            end = token.end
        before = token.kind
    return "".join([*pieces, where[end:]])
