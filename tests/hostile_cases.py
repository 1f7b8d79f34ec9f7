"""Hostile queries and requests, as data: each with the status that it must get, and words of the answer."""

from __future__ import annotations

import gzip
import itertools
from dataclasses import dataclass

CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
LETTERS = "abcdefghijklmnopqrstuvwxyz"
TIME_OR_MEMORY = r"\d+(\.\d+)? (sekunder|MB)"


@dataclass(frozen=True)
class Query:
    """A hostile query: the statuses that are right for it, and a pattern that its problem matches (none for 200)."""

    name: str
    text: str
    statuses: tuple[int, ...]
    words: str = ""
    quick: bool = False


def chained(expression: str, count: int = 25) -> str:
    """Bind one variable after another by an expression of the one before."""
    return " ".join(
        f"BIND({expression.format(before)} AS ?{after})" for before, after in itertools.pairwise(LETTERS[:count])
    )


def nested(before: str, inside: str, after: str, depth: int) -> str:
    """Nest a text in itself."""
    return before * depth + inside + after * depth


REPLACED = chained("REPLACE(?{0}, 'x', 'xxxxxxxx')")


def deadly(name: str, text: str, *, quick: bool = False) -> Query:
    """Name a query that reaches the limit of time or memory."""
    return Query(name, text, (503,), TIME_OR_MEMORY, quick)


def deep(name: str, text: str, *, quick: bool = False) -> Query:
    """Name a query that is nested past the limit."""
    return Query(name, text, (413,), "100 nivåer", quick)


EXHAUSTING = [
    deadly("cross product", f"SELECT (COUNT(*) AS ?result) {{ {CROSS} }}", quick=True),
    deadly("sorting by everything", f"SELECT * {{ {CROSS} }} ORDER BY ?a ?b ?c ?d ?e ?f ?g ?h ?i ?j ?k ?l"),
    deadly("sorting by an expression", f"SELECT * {{ {CROSS} }} ORDER BY MD5(CONCAT(STR(?a), STR(?d), STR(?g)))"),
    deadly("distinct", f"SELECT DISTINCT * {{ {CROSS} }}"),
    deadly("grouping", f"SELECT ?a ?d ?g ?j (COUNT(*) AS ?result) {{ {CROSS} }} GROUP BY ?a ?d ?g ?j"),
    deadly("group concat", f"SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d), STR(?g))) AS ?x) {{ {CROSS} }}"),
    deadly("regular expression", f"SELECT * {{ {CROSS} FILTER(REGEX(CONCAT(STR(?a), STR(?d)), '(.*)(.*)(.*)(.*)x$')) }}"),
    deadly("replace doubling", f"SELECT (STRLEN(?y) AS ?result) {{ BIND('xxxxxxxxxxxxxxxx' AS ?a) {REPLACED} }}", quick=True),
    deadly("concat doubling", f"SELECT (STRLEN(?y) AS ?result) {{ BIND('xxxxxxxxxxxxxxxx' AS ?a) {chained('CONCAT(?{0}, ?{0}, ?{0}, ?{0}, ?{0}, ?{0}, ?{0}, ?{0})')} }}"),
    deadly("encode doubling", f"SELECT (STRLEN(?y) AS ?result) {{ BIND('%%%%%%%%' AS ?a) {chained('ENCODE_FOR_URI(CONCAT(?{0}, ?{0}, ?{0}))')} }}"),
    deadly("property path", "SELECT (COUNT(*) AS ?result) { ?a (!<urn:x>|^!<urn:x>)* ?b . ?b (!<urn:y>|^!<urn:y>)* ?c . ?c ?p ?d }", quick=True),
    deadly("nested property path", "SELECT (COUNT(*) AS ?result) { ?a " + nested("(", "!<urn:x>|^!<urn:x>", ")+", 30) + " ?b . ?c (!<urn:y>|^!<urn:y>)* ?b . ?d ?e ?f }"),
    deadly("optional", "SELECT (COUNT(*) AS ?result) { ?a ?b ?c OPTIONAL { ?d ?e ?f OPTIONAL { ?g ?h ?i OPTIONAL { ?j ?k ?l } } } }"),
    deadly("not exists", f"SELECT * {{ {CROSS} FILTER NOT EXISTS {{ ?x ?y ?a . ?x ?z ?d . ?u ?v ?w FILTER(?w = ?g) }} }}"),
    deadly("minus", f"SELECT (COUNT(*) AS ?result) {{ {CROSS} MINUS {{ ?a ?x ?y . ?g ?z ?w }} }}"),
    deadly("values", "SELECT (COUNT(*) AS ?result) { " + " ".join(f"VALUES ?{letter} {{ {' '.join(str(n) for n in range(300))} }}" for letter in LETTERS[:6]) + " }"),
    deadly("subselects", "SELECT (COUNT(*) AS ?result) { " + " ".join(f"{{ SELECT * {{ ?{x} ?{x}p ?{x}o }} }}" for x in LETTERS[:5]) + " }"),
    deadly("distinct aggregates", f"SELECT (COUNT(DISTINCT CONCAT(STR(?a), STR(?d), STR(?g))) AS ?n) (SAMPLE(?c) AS ?s) {{ {CROSS} }}"),
    deadly("an offset past the end", f"SELECT * {{ {CROSS} }} OFFSET 999999999999 LIMIT 1"),
]  # fmt: skip

MEGABYTE = 1_000_000
LONG = [
    Query("a comment of a megabyte", "ASK {} #" + "x" * (MEGABYTE - 8), (200,), quick=True),
    Query("a literal of a megabyte", "SELECT (STRLEN('" + "x" * (MEGABYTE - 100) + "') AS ?result) {}", (200,)),
    Query("a byte past a megabyte", "ASK {} #" + "x" * (MEGABYTE - 7), (413,), "1000000"),
    Query("spaces", "ASK {" + " " * (MEGABYTE - 6) + "}", (200,)),
    Query("a quotation mark without its pair", "SELECT * { ?s ?p '" + "x" * (MEGABYTE - 100), (400,), "rad 1", quick=True),
    Query("quotation marks", "SELECT * { ?s ?p " + "'" * (MEGABYTE - 100), (413,), "terminaler"),
    Query("backslashes", "SELECT * { ?s ?p '" + "\\" * (MEGABYTE - 101) + "' }", (400,), "rad"),
    Query("points", "SELECT * { ?s ?p ?o " + "." * (MEGABYTE - 100) + "}", (413,), "100000 terminaler"),
    Query("less-than signs", "SELECT * { FILTER(1" + "<" * (MEGABYTE - 100) + ") }", (413,), "100 nivåer"),
    Query("a name of a megabyte", "SELECT * { ?s x:" + "y" * (MEGABYTE - 100) + " ?o }", (400,), "rad 1"),
    Query("a variable of a megabyte", "SELECT * { ?" + "y" * (MEGABYTE - 100) + " ?p ?o } LIMIT 1", (200,)),
    Query("line breaks", "ASK {" + "\n" * (MEGABYTE - 100) + "?s ?p }", (400,), "rad 999901"),
    Query("a list of 20,000", "SELECT ?s { ?s ?p ?o FILTER(?s IN (" + ", ".join(f"<urn:x:{n}>" for n in range(20_000)) + ")) }", (200, 503), TIME_OR_MEMORY, quick=True),
    Query("20,000 values", "SELECT ?s { VALUES ?s { " + " ".join(f"<urn:x:{n}>" for n in range(20_000)) + " } ?s ?p ?o }", (200, 503), TIME_OR_MEMORY),
    Query("5,000 unions", "SELECT ?s { " + " UNION ".join(f"{{ BIND({n} AS ?s) }}" for n in range(5_000)) + " }", (200, 413, 503), "."),
    Query("5,000 unions of patterns", "SELECT ?s { " + " UNION ".join(f"{{ ?s ?p {n} }}" for n in range(5_000)) + " }", (413,), "100 trippelmönster"),
    Query("5,000 binds", "SELECT * { " + " ".join(f"BIND({n} AS ?v{n})" for n in range(5_000)) + " }", (200, 413, 503), "."),
    Query("5,000 filters", "SELECT * { ?s ?p ?o " + " ".join(f"FILTER(?o != {n})" for n in range(5_000)) + " } LIMIT 1", (200, 413, 503), "."),
    Query("5,000 optionals", "SELECT * { ?s ?p ?o " + " ".join(f"OPTIONAL {{ BIND({n} AS ?v{n}) }}" for n in range(5_000)) + " } LIMIT 1", (200, 413, 503), "."),
    Query("5,000 groups", "SELECT * { " + "{} " * 5_000 + "}", (200, 413, 503), "."),
    Query("20,000 prefixes", "".join(f"PREFIX p{n}: <urn:{n}> " for n in range(20_000)) + "ASK {}", (200, 503), TIME_OR_MEMORY),
    Query("20,000 graphs", "SELECT * " + "".join(f"FROM <urn:{n}> " for n in range(20_000)) + "{ ?s ?p ?o }", (400,), "urn:"),
    Query("5,000 columns", "SELECT " + " ".join(f"({n} AS ?v{n})" for n in range(5_000)) + " {}", (200, 413, 503), "."),
    Query("10,000 sums", "SELECT (" + "1+" * 10_000 + "1 AS ?result) {}", (200, 413, 503), "."),
    Query("20,000 times or", "SELECT * { ?s ?p ?o FILTER(" + "?o = 1 || " * 20_000 + "true) } LIMIT 1", (200, 413, 503), "."),
    Query("50,000 times not", "SELECT * { FILTER(" + "!" * 50_000 + "true) }", (200, 400, 413, 503), "."),
    Query("50,000 times minus", "SELECT (" + "- " * 50_000 + "1 AS ?result) {}", (200, 400, 413, 503), "."),
    Query("50,000 inverses", "SELECT * { ?s " + "^" * 50_000 + "<urn:p> ?o }", (200, 400, 413, 503), "."),
    Query("50,000 stars", "SELECT * { ?s <urn:p>" + "*" * 50_000 + " ?o }", (200, 400, 413, 503), "."),
    Query("a path of 40,000 steps", "SELECT * { ?s <urn:p>" + "/<urn:p>" * 40_000 + " ?o }", (413,), "100 trippelmönster"),
    Query("an alternative of 20,000", "SELECT * { ?s <urn:p>" + "|<urn:p>" * 20_000 + " ?o }", (413,), "100 trippelmönster"),
    Query("1,000 triple terms", "SELECT * { ?s ?p " + nested("<<( ?s ?p ", "1", " )>>", 1_000) + " }", (413,), "100"),
    Query("1,000 reified triples", "SELECT * { " + nested("<< ", "?s", " ?p ?o >>", 1_000) + " ?p ?o }", (413,), "100 nivåer"),
    Query("1,000 annotations", "SELECT * { ?s ?p ?o " + nested("{| ?p ?o ", "", "|}", 1_000) + " }", (413,), "100"),
]  # fmt: skip

DEPTH = 2_000
DEEP = [
    deep("braces", "SELECT * " + nested("{", "", "}", DEPTH), quick=True),
    deep("parentheses", "SELECT (" + nested("(", "1", ")", DEPTH) + " AS ?result) {}", quick=True),
    deep("square brackets", "SELECT * { ?s ?p " + nested("[ ?p ", "1", "]", 100) + " }"),
    deep("functions", "SELECT (" + nested("STR(", "1", ")", DEPTH) + " AS ?result) {}"),
    deep("nested concat", "SELECT (" + nested("CONCAT('x', ", "'x'", ")", DEPTH) + " AS ?result) {}"),
    deep("nested replace", "SELECT (" + nested("REPLACE(", "'x'", ", 'x', 'xx')", DEPTH) + " AS ?result) {}"),
    deep("optional", "SELECT * { " + nested("OPTIONAL { ", "", "}", DEPTH) + " }"),
    deep("union", "SELECT * " + nested("{ {} UNION ", "{}", "}", DEPTH)),
    deep("minus", "SELECT * { " + nested("MINUS { ", "", "}", DEPTH) + " }"),
    deep("not exists", "SELECT * { " + nested("FILTER NOT EXISTS { ", "", "}", DEPTH) + " }"),
    deep("subselects", "SELECT * " + nested("{ SELECT * ", "{}", "}", DEPTH)),
    deep("graphs", "SELECT * { " + nested("GRAPH ?g { ", "", "}", DEPTH) + " }"),
    deep("paths", "SELECT * { ?s " + nested("(", "<urn:p>", ")*", DEPTH) + " ?o }"),
    deep("conditions", "SELECT (" + nested("IF(true, ", "1", ", 2)", DEPTH) + " AS ?result) {}"),
    deep("unclosed", "SELECT * { FILTER(" + "(" * DEPTH),
]
"""Where the depth would also pass the number of patterns, it is just past the limit."""

OTHER = [
    Query("a null character by its escape", "ASK { ?s ?p '\\u0000' }", (200, 400)),
    Query("half a surrogate by its escape", "ASK { ?s ?p '\\uD800' }", (400,), "rad 1"),
    Query("a name past Unicode", "ASK { ?s ?p '\\U00110000' }", (400,), "rad 1"),
    Query("letters that run to the left", "ASK { ?s ?p '\u202e\u2066\ufeff' }", (200,)),
    Query("combining marks", "ASK { ?s ?p 'a" + "\u0301" * 10_000 + "' }", (200,), quick=True),
    Query("a number of 10,000 digits", "SELECT (" + "9" * 10_000 + " AS ?result) {}", (200, 400), "."),
    Query("a limit of 10,000 digits", "SELECT * {} LIMIT " + "9" * 10_000, (400,), "rad 1"),
    Query("an exponent past all", "SELECT (1e999999999 AS ?result) {}", (200, 400), "."),
    Query("a division by zero", "SELECT (1/0 AS ?n) (1.0/0.0 AS ?m) (1e0/0e0 AS ?o) {}", (200,)),
    Query("the least integer by minus one", "SELECT ((-9223372036854775808 / -1) AS ?n) (ABS(-9223372036854775808) AS ?other) {}", (200,)),
    Query("a date of the year 10^18", "SELECT ('1000000000000000000-01-01T00:00:00Z'^^<http://www.w3.org/2001/XMLSchema#dateTime> - 'P9999999999Y'^^<http://www.w3.org/2001/XMLSchema#duration> AS ?result) {}", (200,)),
    Query("a part of a text past its end", "SELECT (SUBSTR('å', 9223372036854775807, 9223372036854775807) AS ?n) (SUBSTR('å', -9223372036854775808) AS ?m) {}", (200,)),
    Query("a regular expression of great repetition", "ASK { FILTER(REGEX('x', '(((x{1000}){1000}){1000}){1000}')) }", (200,)),
    Query("a regular expression that does not close", "ASK { FILTER(REGEX('x', '((((')) }", (200,)),
    Query("markup", "SELECT * { <script>alert(1)</script> }", (400,), "."),
    Query("a template", "SELECT {{ 7*7 }} {% x %} ${7*7}", (400,), "."),
]  # fmt: skip

QUERIES = [*EXHAUSTING, *LONG, *DEEP, *OTHER]

_HOST = b"Host: x\r\n"
_ASK = b"ASK { ?s ?p ?o }"
_TYPE = b"Content-Type: application/sparql-query\r\n"
# (name, bytes as they are sent, statuses of the answers in their order; 0: the connection is closed without one)
REQUESTS: list[tuple[str, bytes, tuple[tuple[int, ...], ...]]] = [
    ("pipelined", b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\n" + _HOST + b"\r\n", ((200,),)),
    ("three pipelined", (b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\n" + _HOST + b"\r\n") * 3, ((200,), (200,), (200,))),
    ("no request at all", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 100, ((400,),)),
    ("null bytes", b"\x00" * 1000, ((400,),)),
    ("a null byte in a header", b"GET / HTTP/1.1\r\n" + _HOST + b"X-A: a\x00b\r\n\r\n", ((400,),)),
    ("a header without a colon", b"GET / HTTP/1.1\r\n" + _HOST + b"nonsense\r\n\r\n", ((400,),)),
    ("a space before the colon", b"GET / HTTP/1.1\r\n" + _HOST + b"Content-Length : 3\r\n\r\nabc", ((400,),)),
    ("a folded header", b"GET / HTTP/1.1\r\n" + _HOST + b"X-A: a\r\n Transfer-Encoding: chunked\r\n\r\n", ((400,),)),
    ("1,000 headers", b"GET / HTTP/1.1\r\n" + _HOST + b"X-A: b\r\n" * 1000 + b"\r\n", ((431,),)),
    ("a header of a megabyte", b"GET / HTTP/1.1\r\n" + _HOST + b"X-A: " + b"a" * 1_000_000 + b"\r\n\r\n", ((431,),)),
    ("an address past what HTTP is read with", b"GET /sparql?query=" + b"a" * 70_000 + b" HTTP/1.1\r\n" + _HOST + b"\r\n", ((414,),)),
    ("HTTP/9", b"GET / HTTP/9.9\r\n" + _HOST + b"\r\n", ((400, 505),)),
    ("length and chunks", b"POST /sparql HTTP/1.1\r\n" + _HOST + _TYPE + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n" + _HOST + b"\r\n", ((400,),)),
    ("two lengths", b"POST /sparql HTTP/1.1\r\n" + _HOST + _TYPE + b"Content-Length: 16\r\nContent-Length: 3\r\n\r\n" + _ASK, ((400,),)),
    ("a list of lengths", b"POST /sparql HTTP/1.1\r\n" + _HOST + _TYPE + b"Content-Length: 16, 3\r\n\r\n" + _ASK, ((400,),)),
    ("a length with a sign", b"POST /sparql HTTP/1.1\r\n" + _HOST + _TYPE + b"Content-Length: +16\r\n\r\n" + _ASK, ((400,),)),
    ("a negative length", b"POST /sparql HTTP/1.1\r\n" + _HOST + _TYPE + b"Content-Length: -1\r\n\r\n" + _ASK, ((400,),)),
    ("a length past all numbers", b"POST /sparql HTTP/1.1\r\n" + _HOST + _TYPE + b"Content-Length: " + b"9" * 40 + b"\r\n\r\n", ((400, 413),)),
    ("an unknown coding", b"POST /sparql HTTP/1.1\r\n" + _HOST + _TYPE + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", ((400,),)),
    ("chunked that is not last", b"POST /sparql HTTP/1.1\r\n" + _HOST + _TYPE + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", ((400,),)),
    ("a chunk of no size", b"POST /sparql HTTP/1.1\r\n" + _HOST + _TYPE + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n" + _ASK, ((400,),)),
    ("a chunk past all sizes", b"POST /sparql HTTP/1.1\r\n" + _HOST + _TYPE + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n" + _ASK, ((400,),)),
    ("no Host", b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\n\r\n", ((200, 400),)),
    ("two hosts", b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\n" + _HOST + b"Host: y\r\n\r\n", ((400,),)),
    ("two hosts of a page", b"GET /om HTTP/1.1\r\n" + _HOST + b"Host: y\r\n\r\n", ((400,),)),
    ("a host that is none", b"GET /om HTTP/1.1\r\nHost: a b<c\r\n\r\n", ((400,),)),
    ("a line break in the address", b"GET /\r\nX-Injected: 1 HTTP/1.1\r\n" + _HOST + b"\r\n", ((400,),)),
    ("a compressed bomb", b"POST /sparql HTTP/1.1\r\n" + _HOST + _TYPE + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n", ((415,),)),
    ("CONNECT", b"CONNECT 127.0.0.1:80 HTTP/1.1\r\n" + _HOST + b"\r\n", ((400, 404, 405),)),
    ("TRACE", b"TRACE / HTTP/1.1\r\n" + _HOST + b"X-Secret: 1\r\n\r\n", ((405,),)),
    ("an address of another host", b"GET http://169.254.169.254/sparql?query=ASK%7B%7D HTTP/1.1\r\n" + _HOST + b"\r\n", ((200, 400, 421),)),
    ("HTTP/2 without asking", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", ((0, 400, 505),)),
    ("an upgrade", b"GET / HTTP/1.1\r\n" + _HOST + b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n", ((200, 400, 426),)),
]  # fmt: skip
_BOMB = gzip.compress(b"x" * 10_000_000)
REQUESTS = [
    (name, sent % len(_BOMB) + _BOMB if name == "a compressed bomb" else sent, answers)
    for name, sent, answers in REQUESTS
]
