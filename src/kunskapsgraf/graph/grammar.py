"""Where a query breaks the grammar of SPARQL, and what could stand there instead.

The engine tells a place too, but one that its keywords are tried past: after ``{ ?s ?p }`` it expects LATERAL, at the
end of the text. This grammar reads terminals, and names the first that does not fit. It only explains what the engine
has refused; it never decides. What it has read is also a tree, which ``graph/rewriting.py`` goes by.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

_TERMINAL = re.compile(
    r"""
      (?P<space>\s+|\#[^\n\r]*)
    | (?P<IRI><(?:[^<>"{}|^`\\\x00-\x20]|\\[uU][0-9A-Fa-f]+)*+>)
    | (?P<string>"{3}(?:(?:"|"")?(?:[^"\\]|\\.))*+"{3}|'{3}(?:(?:'|'')?(?:[^'\\]|\\.))*+'{3}
                |(?!"{3})"(?:[^"\\\n\r]|\\.)*+"|(?!'{3})'(?:[^'\\\n\r]|\\.)*+')
    | (?P<variable>[?$]\w+)
    | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    | (?P<blank>_:\w(?:[\w\-]|\.+(?=[\w\-]))*)
    | (?P<prefix>(?:[^\W\d_][\w.\-]{0,60})?:(?![\w:%\\]))
    | (?P<name>(?:[^\W\d_][\w.\-]{0,60})?:(?:[\w:%\-]|\\.|\.+(?=[\w:%\-\\]))+)
    | (?P<number>(?:\d*\.\d+|\d+)(?:[eE][+-]?\d+)?)
    | (?P<word>[A-Za-z][A-Za-z0-9_]*)
    | (?P<symbol>\^\^|\|\||&&|!=|<=|>=|.)
    """,
    re.VERBOSE | re.DOTALL,
)
# As section 19.8 of SPARQL 1.1 Query, for queries alone. UPPER CASE is a keyword, 'x' a symbol, <x> a terminal of that
# kind, Name a rule; a rule with a label in brackets is told by that label where none of it could be read.
_GRAMMAR = """
Query: Prologue Form Values <end>
Prologue: ( BASE <IRI> | PREFIX <prefix> <IRI> | VERSION <string> )*
Form [SELECT, ASK, CONSTRUCT or DESCRIBE]: Select | Construct | Describe | Ask
Select: Columns Dataset* Where Modifiers
Columns: SELECT ( DISTINCT | REDUCED )? ( '*' | Column+ )
Column [variable]: <variable> | '(' Expression AS <variable> ')'
SubSelect: Columns Where Modifiers Values
Construct: CONSTRUCT ( '{' Template? '}' Dataset* Where | Dataset* WHERE '{' Template? '}' ) Modifiers
Describe: DESCRIBE ( '*' | VarOrIri+ ) Dataset* Where? Modifiers
Ask: ASK Dataset* Where Modifiers
Dataset [FROM]: FROM NAMED? Iri
Where: WHERE? Group
Modifiers: ( GROUP BY Condition+ )? ( HAVING Constraint+ )? ( ORDER BY Order+ )? Slice*
Slice: LIMIT <number> | OFFSET <number>
Condition [variable or expression]: <variable> | '(' Expression ( AS <variable> )? ')' | Call
Order [variable or expression]: ( ASC | DESC ) Bracketed | Constraint | <variable>
Values: ( VALUES Data )?
Group: '{' ( SubSelect | Body ) '}'
Body: Triples? ( Pattern '.'? Triples? )*
Triples [triple]: Subject ( '.' Subject )* '.'?
Subject [triple]: Term Properties | Node Properties?
Properties: Property ( ';' Property? )*
Property [predicate]: Verb Objects
Verb: <variable> | Path
Objects: Object ( ',' Object )*
Object [object]: Term | Node
Node: '[' Properties ']' | '(' Object+ ')'
Template: Triples
Pattern [pattern]: OPTIONAL Group | MINUS Group | LATERAL Group | GRAPH VarOrIri Group | FILTER Constraint | Bind | VALUES Data
  | Group ( UNION Group )*
Bind: BIND '(' Expression AS <variable> ')'
Data: <variable> '{' Value* '}' | '(' <variable>* ')' '{' ( '(' Value* ')' )* '}'
Value [value]: Iri | Literal | UNDEF
Constraint [expression]: Bracketed | Call
Call: Exists | Aggregate | Iri Arguments | <function> Arguments
Exists: NOT? EXISTS Group
Aggregate: COUNT '(' DISTINCT? ( '*' | Expression ) ')' | GROUP_CONCAT '(' DISTINCT? Expression ( ';' SEPARATOR '=' <string> )? ')'
  | ( SUM | MIN | MAX | AVG | SAMPLE ) '(' DISTINCT? Expression ')'
Arguments: '(' ( DISTINCT? Expression ( ',' Expression )* )? ')'
Path [predicate]: PathSequence ( PathOr PathSequence )*
PathSequence: PathStep ( PathThen PathStep )*
PathStep [predicate]: '^'? PathPrimary PathTimes?
PathOr [path operator]: '|'
PathThen [path operator]: '/'
PathTimes [path operator]: '?' | '*' | '+'
PathPrimary: Iri | A | '!' PathNegated | '(' Path ')'
PathNegated: PathOne | '(' ( PathOne ( '|' PathOne )* )? ')'
PathOne: '^'? ( Iri | A )
Expression [expression]: And ( OrSign And )*
And: Relation ( AndSign Relation )*
Relation: Sum ( Comparison Sum | Membership )?
Sum: Product ( SumSign Product )*
Product: Unary ( ProductSign Unary )*
Unary [expression]: ( '!' | '+' | '-' )* Primary
OrSign [operator]: '||'
AndSign [operator]: '&&'
Comparison [operator]: '=' | '!=' | '<=' | '>=' | '<' | '>'
Membership [operator]: NOT? IN '(' ( Expression ( ',' Expression )* )? ')'
SumSign [operator]: '+' | '-'
ProductSign [operator]: '*' | '/'
Primary: Bracketed | Exists | Aggregate | <function> Arguments | Iri Arguments? | Literal | <variable>
Bracketed: '(' Expression ')'
Term [variable, IRI or literal]: <variable> | Iri | Literal | <blank> | '[' ']' | '(' ')'
VarOrIri [variable or IRI]: <variable> | Iri
Iri [IRI]: <IRI> | <name> | <prefix>
Literal [literal]: <string> ( <language> | '^^' Iri )? | ( '+' | '-' )? <number> | TRUE | FALSE
"""
_FUNCTIONS = frozenset(
    re.findall(
        r"\w+",
        """
STR LANG LANGMATCHES LANGDIR DATATYPE BOUND IRI URI BNODE RAND ABS CEIL FLOOR ROUND CONCAT SUBSTR STRLEN
REPLACE UCASE LCASE ENCODE_FOR_URI CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER YEAR MONTH DAY HOURS MINUTES
SECONDS TIMEZONE TZ NOW UUID STRUUID MD5 SHA1 SHA256 SHA384 SHA512 COALESCE IF STRLANG STRLANGDIR STRDT
SAMETERM ISIRI ISURI ISBLANK ISLITERAL ISNUMERIC REGEX HASLANG HASLANGDIR ISTRIPLE TRIPLE SUBJECT PREDICATE
OBJECT ADJUST
""",
    )
)
_PART = re.compile(
    r"'(?P<symbol>[^']+)'|<(?P<kind>\w+)>|(?P<keyword>[A-Z_]+)(?![a-z])|(?P<rule>[A-Z]\w+)|(?P<mark>[()|?*+])"
)
_KEYWORDS = frozenset(re.findall(r"(?<![\w'<])[A-Z]{2,}[A-Z_]*(?![\w:])", _GRAMMAR)) - {"IRI"}
WORDS = _FUNCTIONS | _KEYWORDS
"""Every word that SPARQL knows."""
LARGEST = 20_000
"""Characters; the place in a longer text is left to the engine."""


@dataclass(frozen=True)
class Breach:
    """The first terminal that does not fit, by line and column from 1 and as it is written, and what could stand there."""

    line: int
    column: int
    found: str
    expected: tuple[str, ...]


def breach(text: str) -> Breach | None:
    """Find where a query leaves the grammar; ``None`` where it follows it, or uses what the grammar does not hold."""
    if len(text) > LARGEST or "<<" in text or "{|" in text:
        return None
    reader = _Reader(text)
    try:
        if reader.match(_rules()["Query"].body, 0) is not None:
            return None
    except RecursionError:  # nested deeper than this explains; the engine's own place stands
        return None
    kind, found, start = reader.terminals[reader.farthest]
    before = text[:start]
    line, column = before.count("\n") + 1, start - (before.rfind("\n") + 1) + 1
    return Breach(line, column, found if kind != "end" else "", tuple(dict.fromkeys(reader.expected)))


@dataclass(frozen=True, slots=True)
class Node:
    """What a rule of the grammar has read: the terminals from ``start`` up to ``end``, and what rules within it read."""

    rule: str
    start: int
    end: int
    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Tree:
    """A query as the grammar reads it: its text, its terminals (kind, text, place in the text), and its root."""

    text: str
    terminals: list[tuple[str, str, int]]
    root: Node


def tree(text: str) -> Tree | None:
    """Read a query; ``None`` where it leaves the grammar, or is too long or nested too deep to be read here."""
    if len(text) > LARGEST:
        return None
    reader = _Reader(text)
    try:
        is_read = reader.match(_Part("rule", "Query"), 0) is not None
    except RecursionError:
        return None
    return Tree(text, reader.terminals, reader.nodes[0]) if is_read else None


@dataclass(frozen=True)
class _Part:
    """A piece of the grammar: keyword, symbol, kind, rule, seq, alt, or one of the marks ? * +."""

    kind: str
    text: str = ""
    parts: tuple[_Part, ...] = ()


@dataclass(frozen=True)
class _Rule:
    label: str
    body: _Part


@cache
def _rules() -> dict[str, _Rule]:
    rules = {}
    for head, label, body in re.findall(r"^(\w+)(?: \[([^\]]+)\])?: (.*(?:\n  .*)*)", _GRAMMAR, re.M):
        pieces = [(match.lastgroup or "", match[match.lastgroup or 0]) for match in _PART.finditer(body)]
        rules[head] = _Rule(label, _choice(pieces))
    return rules


def _choice(pieces: list[tuple[str, str]]) -> _Part:
    choices: list[_Part] = []
    sequence: list[_Part] = []
    while pieces and pieces[0] != ("mark", ")"):
        kind, text = pieces.pop(0)
        if (kind, text) == ("mark", "|"):
            choices.append(_Part("seq", parts=tuple(sequence)))
            sequence = []
        elif (kind, text) == ("mark", "("):
            sequence.append(_choice(pieces))
            pieces.pop(0)
        elif kind == "mark":
            sequence.append(_Part(text, parts=(sequence.pop(),)))
        else:
            sequence.append(_Part(kind, text))
    choices.append(_Part("seq", parts=tuple(sequence)))
    return choices[0] if len(choices) == 1 else _Part("alt", parts=tuple(choices))


class _Reader:
    """Match terminals with the grammar, and keep the farthest one that did not fit with all that was tried there."""

    def __init__(self, text: str) -> None:
        self.terminals = [
            (match.lastgroup or "", match.group(), match.start())
            for match in _TERMINAL.finditer(text)
            if match.lastgroup != "space"
        ]
        # Where the text ends is where it could have gone on.
        self.terminals.append(("end", "", len(text.rstrip())))
        self.farthest = 0
        self.expected: list[str] = []
        self.nodes: list[Node] = []
        self._labels: list[tuple[int, str]] = []

    def match(self, part: _Part, at: int) -> int | None:
        """Match from a terminal on; give where the match ends, or ``None``."""
        match part.kind:
            case "seq":
                return self._all(part.parts, at)
            case "alt":
                return next((end for choice in part.parts if (end := self.match(choice, at)) is not None), None)
            case "?":
                return at if (end := self.match(part.parts[0], at)) is None else end
            case "*" | "+":
                return self._many(part.parts[0], at, least=part.kind == "+")
            case "rule":
                return self._rule(part.text, at)
            case _:
                return self._terminal(part, at)

    def _rule(self, name: str, at: int) -> int | None:
        rule, before = _rules()[name], len(self.nodes)
        if rule.label:
            self._labels.append((at, rule.label))
        try:
            end = self.match(rule.body, at)
        finally:
            if rule.label:
                self._labels.pop()
        if end is not None:
            self.nodes[before:] = [Node(name, at, end, tuple(self.nodes[before:]))]
        return end

    def _all(self, parts: tuple[_Part, ...], at: int) -> int | None:
        here: int | None = at
        before = len(self.nodes)
        for part in parts:
            here = self.match(part, here) if here is not None else None
        if here is None:
            del self.nodes[before:]
        return here

    def _many(self, part: _Part, at: int, *, least: bool) -> int | None:
        end = self.match(part, at)
        if end is None:
            return None if least else at
        while end is not None and end > at:
            at, end = end, self.match(part, end)
        return at

    def _terminal(self, part: _Part, at: int) -> int | None:
        kind, text, _ = self.terminals[at]
        fits = {
            "keyword": kind == "word" and text.upper() == part.text,
            "symbol": text == part.text and kind == "symbol",
            "kind": kind == part.text or (part.text == "function" and kind == "word" and text.upper() in _FUNCTIONS),
        }
        if fits[part.kind]:
            return at + 1
        if at > self.farthest:
            self.farthest, self.expected = at, []
        if at == self.farthest:
            names = {"end": "end of query", "prefix": "prefix:", "A": "a"}
            own = names.get(part.text, part.text)
            self.expected.append(next((label for start, label in self._labels if start == at), own))
        return None
