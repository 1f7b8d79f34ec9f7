"""An update taken apart on its terminals, before the engine sees it: its operations, and what is never let through.

The engine fetches any URL for ``LOAD`` and ``SERVICE``, keeps no union graph, and takes no dataset from outside. So an
update is run operation by operation (``graph/evaluation.py``), each with the text that stands here; what an operation
does not hold is blanked, so that lines and columns stay those of the client's text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from kunskapsgraf.errors import BadRequest, NotWritable, QueryForbidden, QuerySyntaxError
from kunskapsgraf.graph.guard import UPDATES, Token, bounded
from kunskapsgraf.graph.vocabulary import Names

_MANAGING = frozenset({"CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY"})
_FROM_ONE_TO_ANOTHER = frozenset({"ADD", "MOVE", "COPY"})
_PROLOGUE = frozenset({"PREFIX", "BASE", "VERSION"})
_DEFAULTS = frozenset({"DEFAULT", "NAMED", "ALL"})


@dataclass(frozen=True)
class Operation:
    """One operation: its text, whether it reads, and for ADD, MOVE and COPY a query whether there is anything to take."""

    text: str
    reads: bool
    source: str = ""
    silent: bool = False


def inspect(
    text: str, largest: int, nesting: int, patterns: int, names: Names, using: tuple[Collection[str], Collection[str]]
) -> list[Operation]:
    """Take an update apart; ``using`` holds the graphs of the protocol's dataset, default and named, empty for none.

    Raises ``QueryTooLarge`` and ``QueryForbidden`` as ``guard.inspect``, the latter for LOAD too; ``QuerySyntaxError``
    where there is no update; ``NotWritable`` where an operation names no graph to write in; ``BadRequest`` where the
    text names a dataset and the protocol does too (SPARQL 1.1 Protocol, section 2.2.3).
    """
    depth = 0
    pieces: list[list[Token]] = [[]]
    previous = Token("other", "", 1, 1)
    for token in bounded(text, largest, nesting, patterns):
        _refuse_load(previous, token, depth)
        depth += (token.text in "{([") - (token.text in "})]")
        if token.text == ";" and depth == 0:
            pieces.append([])
        else:
            pieces[-1].append(token)
        previous = token
    prologue, operations = "", []
    kept = 0
    for piece in pieces:
        at = next((n for n, token in enumerate(piece) if token.kind == "word" and token.text.upper() in UPDATES), None)
        before = piece if at is None else piece[:at]
        end = before[-1].end if before else kept
        prologue += _blank(text[kept : before[0].begin]) + text[before[0].begin : end] if before else ""
        kept = end
        _refuse_unknown(before)
        if at is None:
            continue
        body = piece[at:]
        lead = prologue + _blank(text[kept : body[0].begin])
        operations.append(_operation(text, body, lead, names, using))
        prologue += _blank(text[kept : body[-1].end])
        kept = body[-1].end
    if not operations:
        raise QuerySyntaxError(
            "Texten är ingen uppdatering: INSERT, DELETE, CREATE, CLEAR, DROP, ADD, MOVE eller COPY saknas.",
            "The text is no update: INSERT, DELETE, CREATE, CLEAR, DROP, ADD, MOVE or COPY is missing.",
            line=1,
            column=1,
        )
    return operations


def _operation(
    text: str, body: list[Token], lead: str, names: Names, using: tuple[Collection[str], Collection[str]]
) -> Operation:
    words = [token.text.upper() if token.kind == "word" else "" for token in body]
    first = words[0]
    written = text[body[0].begin : body[-1].end]
    if first in _MANAGING:
        return _managing(text, body, words, lead, names)
    is_data = words[1:2] == ["DATA"]
    clauses = _outside(body)
    unnamed = None if "WITH" in {words[n] for n in clauses} else _unnamed(body)
    if unnamed is not None:
        raise _names_no_graph(unnamed, names)
    if not is_data and any(using):
        if {"WITH", "USING"} & {words[n] for n in clauses}:
            raise BadRequest(
                "using-graph-uri och using-named-graph-uri går inte ihop med USING eller WITH i texten. Välj ett av dem.",
                "using-graph-uri and using-named-graph-uri do not go with USING or WITH in the text. Choose one of them.",
            )
        written = _with_dataset(text, body, words, clauses, using)
    return Operation(lead + written, reads=not is_data)


def _managing(text: str, body: list[Token], words: list[str], lead: str, names: Names) -> Operation:
    first, silent = words[0], "SILENT" in words[1:2]
    written = text[body[0].begin : body[-1].end]
    if first not in _FROM_ONE_TO_ANOTHER:
        if place := next((t for t, word in zip(body, words, strict=True) if word in _DEFAULTS), None):
            raise _names_no_graph(place, names)
        return Operation(lead + written, reads=False, silent=silent)
    at = words.index("TO") if "TO" in words else len(words)
    if place := next((t for t, word in zip(body[at:], words[at:], strict=True) if word == "DEFAULT"), None):
        raise _names_no_graph(place, names)
    begin = 1 + silent
    if "DEFAULT" in words[:at]:
        if first == "MOVE":
            raise _names_no_graph(body[words.index("DEFAULT")], names)
        return Operation(lead + written, reads=True, silent=silent)
    graph = [t.text for t, word in zip(body[begin:at], words[begin:at], strict=True) if word != "GRAPH"]
    return Operation(lead + written, reads=False, source=f"{lead}ASK {{ GRAPH {' '.join(graph)} {{}} }}", silent=silent)


def _with_dataset(
    text: str,
    body: list[Token],
    words: list[str],
    clauses: list[int],
    using: tuple[Collection[str], Collection[str]],
) -> str:
    """Write the protocol's dataset into an operation, before its WHERE; ``DELETE WHERE`` is written out."""
    default, named = using
    clause = "".join(f" USING <{iri}>" for iri in default) + "".join(f" USING NAMED <{iri}>" for iri in named)
    at = next((n for n in clauses if words[n] == "WHERE"), None)
    if at is None:
        return text[body[0].begin : body[-1].end]  # the engine says what is missing
    begin, end = body[0].begin, body[-1].end
    where = body[at].begin
    template = f" {text[body[at].end : end]}" if at == 1 else ""
    return f"{text[begin:where]}{template}{clause} {text[where:end]}"


def _outside(body: list[Token]) -> list[int]:
    """Give the places of the terminals that stand in no bracket."""
    found, depth = [], 0
    for n, token in enumerate(body):
        if token.text in "})]":
            depth -= 1
        elif token.text in "{([":
            depth += 1
        elif depth == 0:
            found.append(n)
    return found


def _unnamed(body: list[Token]) -> Token | None:
    """Find the first terminal of a template, or of data, that stands in no GRAPH."""
    for begin in _templates(body):
        depth, after_graph = 0, False
        for token in body[begin:]:
            if depth == 1 and token.text not in ("{", "}", ".") and not after_graph:
                if token.kind != "word" or token.text.upper() != "GRAPH":
                    return token
                after_graph = True
                continue
            if depth == 1:
                after_graph = False
            depth += (token.text == "{") - (token.text == "}")
            if depth == 0:
                break
    return None


def _templates(body: list[Token]) -> Iterator[int]:
    """Give the places of the brackets that open what is inserted or deleted."""
    outside = {n for n in _outside(body) if body[n].kind == "word"}
    for n in sorted(outside):
        if body[n].text.upper() not in ("INSERT", "DELETE"):
            continue
        after = n + 1
        if after in outside and body[after].text.upper() in ("DATA", "WHERE"):
            after += 1
        if after < len(body) and body[after].text == "{":
            yield after


def _blank(text: str) -> str:
    """Put spaces for everything but line breaks."""
    return "".join(mark if mark in "\r\n" else " " for mark in text)


def _refuse_load(previous: Token, token: Token, depth: int) -> None:
    """Refuse LOAD: the engine wants no space between terminals, so ``LOADSILENT`` and ``LOAD:x`` are calls too."""
    if token.kind in ("word", "open"):
        loads = "LOAD" in token.text.upper()
    else:
        # Where an operation may begin; after a word a name is a prefix that is declared, or a graph.
        begins = depth == 0 and token.kind == "name" and previous.kind != "word"
        loads = begins and "LOAD" in token.text.partition(":")[0].upper()
    if loads:
        raise QueryForbidden(
            f"LOAD (rad {token.line}) är avstängt: tjänsten hämtar aldrig något. Skicka grafen själv, med INSERT DATA "
            "eller Graph Store Protocol.",
            f"LOAD (line {token.line}) is switched off: this service never fetches anything. Send the graph yourself, "
            "by INSERT DATA or the Graph Store Protocol.",
            line=token.line,
            column=token.column,
        )


def _refuse_unknown(piece: list[Token]) -> None:
    """Refuse what is neither prologue nor operation, such as keywords written together; a query among them."""
    for token in piece:
        if token.text.upper() not in _PROLOGUE and token.kind not in ("iri", "name", "string"):
            raise QuerySyntaxError(
                f"{token.text[:40]} (rad {token.line}) inleder ingen uppdatering. Skriv INSERT, DELETE, CREATE, CLEAR, DROP, "
                "ADD, MOVE eller COPY, med mellanslag mellan orden.",
                f"{token.text[:40]} (line {token.line}) begins no update. Write INSERT, DELETE, CREATE, CLEAR, DROP, ADD, "
                "MOVE or COPY, with spaces between the words.",
                line=token.line,
                column=token.column,
            )


def _names_no_graph(token: Token, names: Names) -> NotWritable:
    example = names.source_graph("min-kalla")
    return NotWritable(
        f"{token.text[:40]} (rad {token.line}) ändrar i standardgrafen, som är alla grafer tillsammans och inte kan "
        f"skrivas. Namnge en graf: GRAPH <{example}> {{ … }}, eller WITH <{example}>.",
        f"{token.text[:40]} (line {token.line}) changes the default graph, which is all graphs together and cannot be "
        f"written. Name a graph: GRAPH <{example}> {{ … }}, or WITH <{example}>.",
        line=token.line,
        column=token.column,
    )
