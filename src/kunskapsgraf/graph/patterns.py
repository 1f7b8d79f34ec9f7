"""Count the triple patterns of a query on its terminals, abbreviations written out.

The engine plans joins in time by the cube of their number, before any timer runs. So they are counted before it sees
the query: each object of an object list, each pair of a property list, each member of a collection (two patterns) and
each step of a path (SPARQL 1.1 Query, sections 4.2 and 9.1). Templates, the data of an
update and a block of VALUES plan nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

_TERMS = frozenset({"iri", "name", "variable", "string", "open"})


class _Kind(Enum):
    CLAUSE = auto()  # before, between and after groups: nothing counts
    GROUP = auto()
    BRACKETS = auto()  # [ … ]: what is said of a blank node
    LIST = auto()  # ( … ) as a term
    PATH = auto()  # ( … ) within a path
    ASIDE = auto()  # expressions, arguments, data and templates


class _At(Enum):
    SUBJECT = auto()
    VERB = auto()
    AFTER_VERB = auto()
    OBJECT = auto()
    AFTER_OBJECT = auto()
    EXPRESSION = auto()  # after FILTER, BIND or GRAPH: what follows, up to its bracket, is no term of a pattern
    DATA = auto()  # after VALUES, and before a template


@dataclass
class _Level:
    """One open bracket: what stands in it, where in a pattern we are, and the steps of the verb's path."""

    kind: _Kind
    at: _At = _At.SUBJECT
    steps: int = 0


class Patterns:
    """Take the terminals of a query one after another; ``count`` is the number of triple patterns so far."""

    def __init__(self) -> None:
        self.count = 0
        self._levels = [_Level(_Kind.CLAUSE)]

    def take(self, kind: str, text: str) -> int:
        """Take a terminal by its kind and text; give the count."""
        level = self._levels[-1]
        if text in ("{", "(", "["):
            self._open(level, text)
        elif text in ("}", ")", "]"):
            self._close()
        elif kind == "word":
            self._word(level, text.upper(), text)
        elif kind in _TERMS or text.isdigit():
            self._term(level)
        elif level.kind in (_Kind.GROUP, _Kind.BRACKETS) and level.at not in (_At.EXPRESSION, _At.DATA):
            self._mark(level, text)
        return self.count

    def _open(self, level: _Level, bracket: str) -> None:
        inner = _Level(_Kind.ASIDE)
        if bracket == "{":
            if level.at is _At.DATA:
                inner.at = _At.DATA  # a template of an update holds groups of its own: GRAPH <g> { … }
            else:
                inner.kind = _Kind.GROUP
            if level.kind is not _Kind.ASIDE:
                # Whatever the group belonged to, a pattern begins after it.
                level.at = _At.SUBJECT
        elif level.kind in (_Kind.CLAUSE, _Kind.ASIDE) or level.at in (_At.EXPRESSION, _At.DATA):
            if level.at is _At.EXPRESSION:
                level.at = _At.SUBJECT
        elif bracket == "(" and (level.kind is _Kind.PATH or level.at is _At.VERB):
            inner.kind = _Kind.PATH
        else:
            self._term(level)
            inner = _Level(_Kind.LIST) if bracket == "(" else _Level(_Kind.BRACKETS, _At.VERB)
        self._levels.append(inner)

    def _close(self) -> None:
        if len(self._levels) == 1:
            return
        inner = self._levels.pop()
        if inner.kind is _Kind.PATH:
            level = self._levels[-1]
            level.steps += inner.steps
            level.at = _At.AFTER_VERB

    def _word(self, level: _Level, word: str, text: str) -> None:
        if level.kind is _Kind.CLAUSE:
            if word in ("VALUES", "CONSTRUCT", "INSERT", "DELETE"):
                level.at = _At.DATA
            elif word == "WHERE":
                level.at = _At.SUBJECT
        elif text == "a" or word in ("TRUE", "FALSE"):
            self._term(level)
        elif level.kind is not _Kind.GROUP:
            return
        elif word == "SELECT":
            level.kind, level.at = _Kind.CLAUSE, _At.SUBJECT
        elif word in ("FILTER", "BIND", "GRAPH", "SERVICE"):
            level.at = _At.EXPRESSION
        elif word == "VALUES":
            level.at = _At.DATA

    def _term(self, level: _Level) -> None:
        match level.kind, level.at:
            case (_Kind.LIST, _):
                self.count += 2
            case (_Kind.PATH, _):
                level.steps += 1
            case (_Kind.CLAUSE | _Kind.ASIDE, _):
                return
            case (_, _At.SUBJECT):
                level.at, level.steps = _At.VERB, 0
            case (_, _At.VERB):
                level.at, level.steps = _At.AFTER_VERB, level.steps + 1
            case (_, _At.AFTER_VERB | _At.OBJECT):
                level.at = _At.AFTER_OBJECT
                self.count += max(1, level.steps)

    def _mark(self, level: _Level, text: str) -> None:
        match text:
            case ".":
                level.at = _At.SUBJECT
            case ";":
                level.at, level.steps = _At.VERB, 0
            case ",":
                level.at = _At.OBJECT
            case "/" | "|" if level.at is _At.AFTER_VERB:
                level.at = _At.VERB
