"""An error of syntax explained: the place, what could stand there, and how to mend it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kunskapsgraf.errors import QuerySyntaxError
from kunskapsgraf.graph.grammar import WORDS, breach
from kunskapsgraf.graph.guard import Token, tokens
from kunskapsgraf.graph.nearest import nearest
from kunskapsgraf.graph.outline import outlined
from kunskapsgraf.graph.rdf import NamedNode

_MOST_EXPECTED = 12
LONGEST_EXPLAINED = 100_000
"""Characters; a text of a million terminals took 12 s of the process that serves everyone."""
_EXPECTED = re.compile(r'"(?P<text>[^"\\]|\\.|[^"\s]{2,12})"|(?<![\w\[\'])(?P<word>[A-Z]{2,}[A-Z_0-9]*)(?![\w\]\'])')
"""Of the engine's list what reads as SPARQL: symbols in quotation marks and keywords, not classes of letters."""
_NO_IRI = "IRI parsing failed"
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_ANY_BASE = "http://localhost/"
# What the engine says in words, among what it expected, with what it means.
_SAID = {
    "Duplicated variable name in SELECT": (
        "samma variabel står två gånger efter SELECT",
        "the same variable stands twice after SELECT",
    ),
    "The SELECT contains a variable that is unbound": (
        "SELECT med GROUP BY eller COUNT visar en variabel som varken är grupperad eller sammanräknad",
        "SELECT with GROUP BY or COUNT shows a variable that is neither grouped nor aggregated",
    ),
    _NO_IRI: (
        "en IRI har tecken eller delar som en IRI inte får ha",
        "an IRI has characters or parts that an IRI may not have",
    ),
}
_SWEDISH = {
    "variable": "variabel",
    "literal": "literal",
    "variable, IRI or literal": "variabel, IRI eller literal",
    "variable or IRI": "variabel eller IRI",
    "variable or expression": "variabel eller uttryck",
    "expression": "uttryck",
    "predicate": "predikat",
    "object": "objekt",
    "triple": "trippel",
    "pattern": "mönster (OPTIONAL, FILTER ...)",
    "value": "värde",
    "operator": "operator",
    "path operator": "vägoperator (/ | * + ?)",
    "number": "tal",
    "string": "sträng",
    "prefix:": "prefix:",
    "end of query": "frågans slut",
    "SELECT, ASK, CONSTRUCT or DESCRIBE": "SELECT, ASK, CONSTRUCT eller DESCRIBE",
}


def diagnosed(text: str, error: QuerySyntaxError, known: Mapping[str, str]) -> QuerySyntaxError:
    """Explain an error of the engine by the query's text; ``known`` are the prefixes that may be meant."""
    found = breach(text) if len(text) <= LONGEST_EXPLAINED else None
    if found is not None:
        what = ("Texten slutar för tidigt", "The text ends too early")
        if found.found:
            shown = found.found if len(found.found) <= 40 else found.found[:40] + "…"
            what = (f"{shown} passar inte här", f"{shown} does not fit here")
        if found.found in ('"', "'"):
            what = ("Strängen avslutas inte", "The string does not end")
        return _hinted(_error(what, (found.line, found.column), found.expected), found.found)
    # The engine names these among what it expected, but not always: another attempt of its parser may have come farther.
    prefix = _undeclared(text) if len(text) <= LONGEST_EXPLAINED else None
    if prefix is not None:
        return _unknown_prefix(*prefix, known, outlined(text).prefixes)
    for said, meaning in _SAID.items():
        culprit = _culprit(text, said) if len(text) <= LONGEST_EXPLAINED else None
        if said in error.said or (culprit and said == _NO_IRI):
            return _error(meaning, culprit or _place(error))
    if error.line is None:
        return error
    expected = tuple(dict.fromkeys(match["text"] or match["word"] for match in _EXPECTED.finditer(error.said)))
    return _error(
        ("Något före eller vid den här platsen är fel", "Something at or before this place is wrong"),
        _place(error),
        expected,
    )


def pointer(text: str, line: int, column: int, width: int = 72) -> str:
    """Give the line of a query with a caret under the place; a long line is cut to the part around it."""
    lines = text.replace("\r\n", "\n").split("\n")
    shown = lines[min(line, len(lines)) - 1]
    start = max(0, column - 1 - width * 2 // 3) if len(shown) > width else 0
    before, piece = ("…" if start else ""), shown[start : start + width]
    after = "…" if start + width < len(shown) else ""
    # A tab keeps its width under itself.
    space = "".join("\t" if letter == "\t" else " " for letter in before + shown[start : column - 1])
    return f"{before}{piece}{after}\n{space}^"


def _place(error: QuerySyntaxError) -> tuple[int | None, int | None]:
    return error.line, error.column


def _hinted(error: QuerySyntaxError, found: str) -> QuerySyntaxError:
    near = nearest(found.upper(), WORDS) if found.isidentifier() else None
    if near is not None and near != found.upper():
        error.hint = (f"Menade du {near}?", f"Did you mean {near}?")
    return error


def _culprit(text: str, said: str) -> tuple[int, int] | None:
    """Find the IRI that is none, or the variable of the SELECT that no GROUP BY names."""
    outline = outlined(text)
    found: list[Token] = []
    if said == _NO_IRI:
        found = [token for token in outline.iris if not _is_iri(token.text[1:-1])]
    if said.endswith("unbound"):
        loose = [token for token in outline.variables if (token.line, token.column) in outline.loose]
        names = [token.text[1:] for token in loose]
        found = [token for token in loose if names.count(token.text[1:]) == 1]
    return (found[0].line, found[0].column) if found else None


def _is_iri(text: str) -> bool:
    """Tell whether an IRI can be read, by itself or where it is relative."""
    try:
        NamedNode(text if _ABSOLUTE.match(text) else _ANY_BASE + text)
    except ValueError:
        return False
    return True


def _undeclared(text: str) -> tuple[str, int, int] | None:
    declared = outlined(text).prefixes
    for token in tokens(text):
        prefix, colon, local = token.text.partition(":")
        if token.kind == "name" and colon and prefix != "_" and local and prefix not in declared:
            return prefix, token.line, token.column
    return None


def _unknown_prefix(
    prefix: str, line: int, column: int, known: Mapping[str, str], declared: Mapping[str, str]
) -> QuerySyntaxError:
    every = {**known, **declared}
    near = prefix if prefix in every else nearest(prefix, every)
    error = _error((f"Prefixet {prefix}: är inte deklarerat", f"The prefix {prefix}: is not declared"), (line, column))
    if near is not None and near in declared:
        error.hint = (f"Menade du {near}: <{every[near]}>?", f"Did you mean {near}: <{every[near]}>?")
    elif near is not None:
        line_to_add = f"PREFIX {near}: <{every[near]}>"
        if near == prefix:
            error.hint = (f"Lägg till {line_to_add}", f"Add {line_to_add}")
        else:
            error.hint = (f"Menade du {near}:? Lägg till {line_to_add}", f"Did you mean {near}:? Add {line_to_add}")
    return error


def _error(
    what: tuple[str, str], place: tuple[int | None, int | None], expected: tuple[str, ...] = ()
) -> QuerySyntaxError:
    line, column = place
    shown = expected[:_MOST_EXPECTED]
    more = " ..." if len(expected) > _MOST_EXPECTED else ""
    sv = f" Väntade: {', '.join(_SWEDISH.get(name, name) for name in shown)}{more}." if shown else ""
    en = f" Expected: {', '.join(shown)}{more}." if shown else ""
    where = (f" (rad {line}, kolumn {column})", f" (line {line}, column {column})") if line else ("", "")
    error = QuerySyntaxError(
        f"Frågan går inte att tolka{where[0]}: {what[0]}.{sv}",
        f"The query cannot be parsed{where[1]}: {what[1]}.{en}",
        line=line,
        column=column,
    )
    error.expected = shown
    return error
