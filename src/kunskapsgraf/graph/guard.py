"""What stands before the engine: a SPARQL tokenizer, the query's form, and what is never let through.

Decided on tokens, not by searching the text, so that ``"SERVICE"`` in a string, a comment or an IRI is harmless and
``SeRvIcE`` in the query is not (SPARQL 1.1 Query, section 19.8, terminals).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from kunskapsgraf.errors import QueryForbidden, QuerySyntaxError, QueryTooLarge
from kunskapsgraf.graph.patterns import Patterns

_TOKEN = re.compile(
    r"""
      (?P<space>\s+|\#[^\n\r]*)
    | (?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+>)
    | (?P<string>"{3}(?:(?:"|"")?(?:[^"\\]|\\.))*+"{3}|'{3}(?:(?:'|'')?(?:[^'\\]|\\.))*+'{3}
                |(?!"{3})"(?:[^"\\\n\r]|\\.)*+"|(?!'{3})'(?:[^'\\\n\r]|\\.)*+')
    | (?P<open>"{3}(?:(?:"|"")?(?:[^"\\]|\\.))*+|'{3}(?:(?:'|'')?(?:[^'\\]|\\.))*+
              |"(?:[^"\\\n\r]|\\.)*+|'(?:[^'\\\n\r]|\\.)*+)
    | (?P<variable>[?$][\w\x80-\U0010ffff]+)
    | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    | (?P<name>(?:[^\W\d_][\w.\-\x80-\U0010ffff]{0,60})?:(?:[\w:.\-%\x80-\U0010ffff]|\\.)*|_:[\w.\-\x80-\U0010ffff]+)
    | (?P<word>[A-Za-z][A-Za-z0-9_]*)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
# Each alternative runs in time linear in the text: what cannot close is one token, and prefixes have an end.
_FORMS = {"SELECT": "select", "ASK": "ask", "CONSTRUCT": "graph", "DESCRIBE": "graph"}
UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"})
_BEFORE_IRI = frozenset({*"{([,;^|/*+-!&=", "A", "FROM", "NAMED", "BASE", "GRAPH", "DESCRIBE"})
"""After these ``<`` opens an IRI; after an operand it may also be "less than"."""
DEEPEST_NESTING = 100
MOST_PATTERNS = 100
MOST_TERMINALS = 100_000
"""A megabyte of single signs is a million terminals, which take seconds to look at; no honest query comes near."""
_SHORT = 4000
"""What was found of queries of so many characters is remembered: the same ones come again and again."""


class Token(NamedTuple):
    """One terminal: its kind (the name of the group), text and place (line and column from 1)."""

    kind: str
    text: str
    line: int
    column: int
    begin: int = 0
    """Characters of the text before it."""

    @property
    def end(self) -> int:
        """Characters of the text up to its end."""
        return self.begin + len(self.text)


def tokens(text: str) -> Iterator[Token]:
    """Split a query into its terminals, without white space and comments."""
    line, start_of_line = 1, 0
    for match in _TOKEN.finditer(text):
        kind, piece = match.lastgroup or "other", match.group()
        if kind != "space":
            yield Token(kind, piece, line, match.start() - start_of_line + 1, match.start())
        breaks = piece.count("\n")
        if breaks:
            line += breaks
            start_of_line = match.start() + piece.rindex("\n") + 1


def inspect(text: str, largest: int, nesting: int = DEEPEST_NESTING, patterns: int = MOST_PATTERNS) -> str:
    """Give the kind of a query's answer ("select", "ask" or "graph").

    Raises ``QueryTooLarge`` beyond ``largest`` bytes, ``nesting`` brackets within each other or ``patterns`` triple
    patterns, ``QueryForbidden`` for SERVICE and updates, ``QuerySyntaxError`` where there is no query at all.
    """
    return (_remembered if len(text) <= _SHORT else _remembered_for_now)(text, largest, nesting, patterns)


def _inspected(text: str, largest: int, nesting: int, patterns: int) -> str:
    form: str | None = None
    for token in bounded(text, largest, nesting, patterns):
        if token.kind != "word":
            continue
        word = token.text.upper()
        if form is None and word in UPDATES:
            raise QueryForbidden(
                f"{word} (rad {token.line}) är en uppdatering; den här adressen svarar bara på frågor.",
                f"{word} (line {token.line}) is an update; this address only answers queries.",
                line=token.line,
                column=token.column,
            )
        if form is None and word in _FORMS:
            form = _FORMS[word]
    if form is None:
        raise QuerySyntaxError(
            "Texten är ingen SPARQL-fråga: SELECT, ASK, CONSTRUCT eller DESCRIBE saknas.",
            "The text is no SPARQL query: SELECT, ASK, CONSTRUCT or DESCRIBE is missing.",
            line=1,
            column=1,
        )
    return form


def bounded(text: str, largest: int, nesting: int, patterns: int) -> Iterator[Token]:
    """Give the terminals of a query or an update; raise ``QueryTooLarge`` or ``QueryForbidden`` at what is not let through."""
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > largest:
        raise QueryTooLarge(
            f"Frågan är {size} byte; gränsen är {largest}. Dela den, eller ersätt långa VALUES-listor med ett mönster.",
            f"The query is {size} bytes; the limit is {largest}. Split it, or replace long VALUES lists by a pattern.",
        )
    depth = 0
    counted = Patterns()
    upper = text.upper()
    hideable = " eller ".join(name for name in ("SERVICE", "LOAD") if name in upper)
    earlier, previous = Token("other", "", 1, 1), Token("other", "{", 1, 1)
    for number, token in enumerate(tokens(text), 1):
        if number > MOST_TERMINALS:
            raise QueryTooLarge(
                f"Frågan har fler än {MOST_TERMINALS} terminaler (ord, namn och tecken; rad {token.line}). Dela den i flera.",
                f"The query has more than {MOST_TERMINALS} terminals (words, names and signs; line {token.line}). Split it "
                "into several.",
                line=token.line,
                column=token.column,
            )
        if _calls_service(earlier, previous, token, depth):
            raise QueryForbidden(
                f"SERVICE (rad {token.line}) är avstängt: tjänsten frågar aldrig andra servrar. Hämta dem var för sig.",
                f"SERVICE (line {token.line}) is switched off: this service never asks other servers. Query them yourself.",
                line=token.line,
                column=token.column,
            )
        if hideable and _is_ambiguous(previous, token):
            raise QueryForbidden(
                f"{token.text} (rad {token.line}) kan dölja {hideable}. Skriv IRI:n i sin helhet, eller ett mellanslag efter <.",
                f"{token.text} (line {token.line}) can hide {hideable.replace('eller', 'or')}. Write the IRI in full, "
                "or a space after <.",
                line=token.line,
                column=token.column,
            )
        step = _step(previous, token)
        # A sign that has made a pair makes no other one: <<<< is two.
        earlier, previous = previous, token._replace(text=token.text * 2) if token.text in "<>" and step else token
        if step > 0:
            depth += 1
            if depth > nesting:
                raise QueryTooLarge(
                    f"Frågan är nästlad djupare än {nesting} nivåer vid rad {token.line}. Förenkla uttrycket.",
                    f"The query is nested deeper than {nesting} levels at line {token.line}. Simplify the expression.",
                    line=token.line,
                    column=token.column,
                )
        depth += min(step, 0)
        if counted.take(token.kind, token.text) > patterns:
            raise QueryTooLarge(
                f"Frågan har fler än {patterns} trippelmönster (rad {token.line}). Dela den i flera, eller ersätt "
                "uppräknade mönster med VALUES.",
                f"The query has more than {patterns} triple patterns (line {token.line}). Split it into several, or "
                "replace enumerated patterns by VALUES.",
                line=token.line,
                column=token.column,
            )
        yield token


_VOLATILE = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID|BNODE)\b|\bCONSTRUCT\b.*(?:_:|\[)", re.IGNORECASE | re.DOTALL)
"""A blank node of a template gets a name by chance."""


def is_volatile(text: str) -> bool:
    """Tell whether a query may answer differently each time; by its text, so that too many are taken for such."""
    return _VOLATILE.search(text) is not None


_remembered = lru_cache(maxsize=2000)(_inspected)
_remembered_for_now = lru_cache(maxsize=4)(_inspected)
"""A long query is looked at more than once while it is answered."""


def _step(previous: Token, token: Token) -> int:
    """Tell how much deeper a token leads: brackets, and ``<<`` of reified triples (SPARQL 1.2), which ``>>`` ends."""
    if token.text in "{([":
        return 1
    if token.text in "})]":
        return -1
    if token.text not in "<>" or previous.text != token.text:
        return 0
    is_pair = (previous.line, previous.column + 1) == (token.line, token.column)
    return is_pair * (1 if token.text == "<" else -1)


def _calls_service(earlier: Token, previous: Token, token: Token, depth: int) -> bool:
    """Tell whether a token is, or completes, a call of SERVICE.

    The engine wants no space between terminals, so that ``SERVICESILENT``, ``1e5SERVICE`` and, where a group follows,
    ``SERVICE:x`` are calls too, and what follows a quotation mark without its pair may be one. A name before a group is none after GRAPH, and none before the query's own group.
    """
    if token.kind in ("word", "open"):
        return "SERVICE" in token.text.upper()
    return (
        token.text == "{"
        and depth > 0
        and previous.kind == "name"
        and "SERVICE" in previous.text.partition(":")[0].upper()
        and earlier.text.upper() != "GRAPH"
    )


def _is_ambiguous(previous: Token, token: Token) -> bool:
    """Tell whether an IRI may be read as "less than" and the beginning of a string or comment, as in ``1<'>'``.

    The terminals of section 19.8 take the longest match, the engine the first that parses. ``http://`` parses one way.
    """
    return (
        token.kind == "iri"
        and ("'" in token.text or "#" in token.text)
        and not re.match(r"<[A-Za-z][A-Za-z0-9+.\-]*://", token.text)
        and previous.text.upper() not in _BEFORE_IRI
    )
