"""Checks of the query language, as data: a query over a small graph, and the rows that SPARQL 1.1 Query gives it.

The graph is one family of towns, worked out by hand::

    a  within b   name "Å"@sv  inhabitants 10  founded 1995-03-01
    b  within c   name "B"@sv  inhabitants 20
    c             name "C"@en  inhabitants 30
    d  within c
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kunskapsgraf.graph.rdf import Literal, Term
from kunskapsgraf.graph.terms import Row
from kunskapsgraf.graph.vocabulary import XSD
from kunskapsgraf.verify.checks import Check, NotHeld, NotSupported, Said
from kunskapsgraf.verify.client import JSON
from kunskapsgraf.verify.literals import same_value
from kunskapsgraf.verify.probe import Probe

EX = "http://example.org/"
PREFIXES = f"PREFIX ex: <{EX}>\nPREFIX xsd: <{XSD}>\n"
TOWNS = (
    f"<{EX}a> <{EX}within> <{EX}b>",
    f"<{EX}b> <{EX}within> <{EX}c>",
    f"<{EX}d> <{EX}within> <{EX}c>",
    f'<{EX}a> <{EX}name> "Å"@sv',
    f'<{EX}b> <{EX}name> "B"@sv',
    f'<{EX}c> <{EX}name> "C"@en',
    f"<{EX}a> <{EX}people> 10",
    f"<{EX}b> <{EX}people> 20",
    f"<{EX}c> <{EX}people> 30",
    f'<{EX}a> <{EX}founded> "1995-03-01"^^<{XSD}date>',
)
Value = str | int | float | None
"""A name of the family (``ex:a``), a text, a number; ``None`` is unbound."""


@dataclass(frozen=True)
class Asked:
    """A query whose variables are the columns, and its rows; they are ordered where the query orders them."""

    name: str
    sv: str
    en: str
    query: str
    rows: Sequence[tuple[Value, ...]]
    is_ordered: bool = False
    needed: bool = True
    """Whether our own queries rest on it, as they are sent."""


TABLE = (
    Asked("count", "COUNT och GROUP BY", "COUNT and GROUP BY", "SELECT ?o (COUNT(?s) AS ?n) { ?s ex:within ?o } GROUP BY ?o", [("ex:b", 1), ("ex:c", 2)]),
    Asked("count-distinct", "COUNT(DISTINCT)", "COUNT(DISTINCT)", "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ex:within ?o }", [(2,)]),
    Asked("count-nothing", "COUNT av inget är 0", "COUNT of nothing is 0", "SELECT (COUNT(*) AS ?n) { ?s ex:none ?o }", [(0,)]),
    Asked("sums", "SUM, AVG, MIN och MAX", "SUM, AVG, MIN and MAX", "SELECT (SUM(?n) AS ?a) (AVG(?n) AS ?b) (MIN(?n) AS ?c) (MAX(?n) AS ?d) { ?s ex:people ?n }", [(60, 20, 10, 30)]),
    Asked("sum-if", "SUM och COUNT över IF", "SUM and COUNT over IF", "SELECT (SUM(IF(?n > 15, 1, 0)) AS ?a) (COUNT(DISTINCT IF(?n > 15, ?s, ?none)) AS ?b) { ?s ex:people ?n }", [(2, 2)]),
    Asked("group-concat", "GROUP_CONCAT med egen avskiljare", "GROUP_CONCAT with a separator", 'SELECT ?o (GROUP_CONCAT(DISTINCT ?x; SEPARATOR="") AS ?all) { ?s ex:within ?o BIND("x" AS ?x) } GROUP BY ?o', [("ex:b", "x"), ("ex:c", "x")]),
    Asked("group-concat-two", "GROUP_CONCAT skriver avskiljaren emellan", "GROUP_CONCAT writes the separator between", 'SELECT (GROUP_CONCAT(?x; SEPARATOR=" | ") AS ?all) { ?s ex:within ex:c BIND("å" AS ?x) }', [("å | å",)]),
    Asked("having", "HAVING", "HAVING", "SELECT ?o { ?s ex:within ?o } GROUP BY ?o HAVING (COUNT(?s) > 1)", [("ex:c",)]),
    Asked("minus", "MINUS", "MINUS", "SELECT ?s { ?s ex:within ?o MINUS { ?s ex:name ?n } }", [("ex:d",)]),
    Asked("minus-nothing-shared", "MINUS utan gemensamma variabler tar bort inget", "MINUS without shared variables takes nothing away", "SELECT ?s { ?s ex:founded ?d MINUS { ?x ex:name ?n } }", [("ex:a",)], needed=False),
    Asked("not-exists", "FILTER NOT EXISTS", "FILTER NOT EXISTS", "SELECT ?s { ?s ex:within ?o FILTER NOT EXISTS { ?s ex:name ?n } }", [("ex:d",)]),
    Asked("not-exists-filter", "FILTER NOT EXISTS med villkor på yttre variabler", "FILTER NOT EXISTS with a condition on outer variables", "SELECT ?s { ?s ex:people ?n FILTER NOT EXISTS { ?t ex:people ?m FILTER(?m > ?n) } }", [("ex:c",)]),
    Asked("exists", "EXISTS i ett villkor", "EXISTS in a condition", "SELECT ?s { ?s ex:name ?n FILTER(EXISTS { ?s ex:within ?o } && ?s != ex:a) }", [("ex:b",)]),
    Asked("path-plus", "Stig: en eller flera (+)", "Path: one or more (+)", "SELECT ?o { ex:a ex:within+ ?o }", [("ex:b",), ("ex:c",)]),
    Asked("path-star", "Stig: noll eller flera (*)", "Path: zero or more (*)", "SELECT ?o { ex:a ex:within* ?o }", [("ex:a",), ("ex:b",), ("ex:c",)]),
    Asked("path-optional", "Stig: noll eller en (?)", "Path: zero or one (?)", "SELECT ?o { ex:a ex:within? ?o }", [("ex:a",), ("ex:b",)]),
    Asked("path-back", "Stig: baklänges och i följd (^, /)", "Path: inverse and sequence (^, /)", "SELECT ?o { ex:b ex:within/^ex:within ?o }", [("ex:b",), ("ex:d",)]),
    Asked("path-either", "Stig: den ena eller andra (|)", "Path: either (|)", "SELECT ?o { ex:a (ex:within|ex:name) ?o }", [("ex:b",), ("Å@sv",)]),
    Asked("path-from-variable", "Stig (*) från en variabel som är bunden", "Path (*) from a bound variable", "SELECT ?s ?o { VALUES ?s { ex:b } ?s ex:within* ?o }", [("ex:b", "ex:b"), ("ex:b", "ex:c")]),
    Asked("values", "VALUES i mönstret", "VALUES in the pattern", "SELECT ?s ?n { VALUES ?s { ex:a ex:c } ?s ex:people ?n }", [("ex:a", 10), ("ex:c", 30)]),
    Asked("values-undef", "VALUES med UNDEF", "VALUES with UNDEF", "SELECT ?s ?n { VALUES (?s ?n) { (ex:a UNDEF) (UNDEF 30) } ?s ex:people ?n }", [("ex:a", 10), ("ex:c", 30)]),
    Asked("values-undef-alone", "VALUES ?x { UNDEF } binder inget", "VALUES ?x { UNDEF } binds nothing", "SELECT ?s { VALUES ?s { UNDEF } ?s ex:founded ?d }", [("ex:a",)]),
    Asked("values-after", "VALUES efter frågan", "VALUES after the query", "SELECT ?s ?n { ?s ex:people ?n } VALUES ?s { ex:b }", [("ex:b", 20)]),
    Asked("bind", "BIND, IF och COALESCE", "BIND, IF and COALESCE", 'SELECT ?s ?v { ?s ex:within ?o OPTIONAL { ?s ex:people ?n } BIND(COALESCE(?n, 0) AS ?v) }', [("ex:a", 10), ("ex:b", 20), ("ex:d", 0)]),
    Asked("bound", "OPTIONAL, BOUND och !BOUND", "OPTIONAL, BOUND and !BOUND", "SELECT ?s { ?s ex:within ?o OPTIONAL { ?s ex:name ?n } FILTER(!BOUND(?n)) }", [("ex:d",)]),
    Asked("optional-filter", "OPTIONAL vars villkor ser yttre variabler", "OPTIONAL whose condition sees outer variables", "SELECT ?s ?o { ?s ex:people ?n OPTIONAL { ?s ex:within ?o FILTER(?n > 15) } }", [("ex:a", None), ("ex:b", "ex:c"), ("ex:c", None)]),
    Asked("optional-values", "OPTIONAL vars villkor ser vad VALUES har bundet", "OPTIONAL whose condition sees what VALUES has bound", 'SELECT ?s ?l { VALUES ?x { "en" } ?s ex:people ?n OPTIONAL { ?s ex:name ?l FILTER(LANG(?l) = ?x) } }', [("ex:a", None), ("ex:b", None), ("ex:c", "C@en")]),
    Asked("optional-twice", "Två OPTIONAL om samma variabel: den första går före", "Two OPTIONALs of one variable: the first goes before", 'SELECT ?s ?l { VALUES ?s { ex:a ex:c } OPTIONAL { ?s ex:name ?l FILTER(LANG(?l) = "sv") } OPTIONAL { ?s ex:name ?l FILTER(LANG(?l) = "en") } }', [("ex:a", "Å@sv"), ("ex:c", "C@en")]),
    Asked("union", "UNION håller isär vad som är bundet", "UNION keeps apart what is bound", "SELECT ?x ?y { { ?x ex:founded ?d } UNION { ?y ex:people 30 } }", [("ex:a", None), (None, "ex:c")]),
    Asked("subquery", "Underfråga med LIMIT och ORDER BY", "Subquery with LIMIT and ORDER BY", "SELECT ?s ?l { { SELECT ?s { ?s ex:people ?n } ORDER BY DESC(?n) LIMIT 1 } ?s ex:name ?l }", [("ex:c", "C@en")]),
    Asked("subquery-group", "Underfråga som räknar", "Subquery that counts", "SELECT ?s ?n { ?s ex:name ?l { SELECT ?s (COUNT(?x) AS ?n) { ?x ex:within ?s } GROUP BY ?s } }", [("ex:b", 1), ("ex:c", 2)]),
    Asked("order", "ORDER BY, DESC, LIMIT och OFFSET", "ORDER BY, DESC, LIMIT and OFFSET", "SELECT ?s { ?s ex:people ?n } ORDER BY DESC(?n) OFFSET 1 LIMIT 2", [("ex:b",), ("ex:a",)], is_ordered=True),
    Asked("order-unbound", "Obundet kommer först i ordning", "Unbound comes first in an order", "SELECT ?s { ?s ex:within ?o OPTIONAL { ?s ex:people ?n } } ORDER BY ?n", [("ex:d",), ("ex:a",), ("ex:b",)], is_ordered=True),
    Asked("distinct", "DISTINCT", "DISTINCT", "SELECT DISTINCT ?p { ?s ?p ?o }", [("ex:within",), ("ex:name",), ("ex:people",), ("ex:founded",)]),
    Asked("lang", "LANG och LANGMATCHES", "LANG and LANGMATCHES", 'SELECT ?s { ?s ex:name ?l FILTER(LANGMATCHES(LANG(?l), "sv") && LANG(?l) = "sv") }', [("ex:a",), ("ex:b",)]),
    Asked("strlang", "STRLANG och STRDT", "STRLANG and STRDT", 'SELECT ?x ?y { BIND(STRLANG("Å", "sv") AS ?x) BIND(STRDT("5", xsd:integer) AS ?y) }', [("Å@sv", 5)]),
    Asked("text", "Textfunktioner med å, ä, ö", "Functions of text with å, ä, ö", 'SELECT ?a ?b ?c ?d { BIND(LCASE("ÅÄÖ") AS ?a) BIND(STRLEN("åäö") AS ?b) BIND(SUBSTR("åäö", 2, 1) AS ?c) BIND(CONCAT("å", "ä") AS ?d) }', [("åäö", 3, "ä", "åä")]),
    Asked("text-parts", "STRSTARTS, STRAFTER, STRBEFORE, CONTAINS", "STRSTARTS, STRAFTER, STRBEFORE, CONTAINS", 'SELECT ?s ?x { ?s ex:founded ?d BIND(STRAFTER(STR(?s), "example.org/") AS ?x) FILTER(STRSTARTS(STR(?s), "http:") && CONTAINS(STR(?s), "ple") && STRBEFORE(STR(?s), ":") = "http") }', [("ex:a", "a")]),
    Asked("replace", "REPLACE med grupper", "REPLACE with groups", 'SELECT ?x { BIND(REPLACE("graf/kalla/x", "^.*/([^/]*)$", "$1") AS ?x) }', [("x",)]),
    Asked("regex", "REGEX utan hänsyn till stora bokstäver", "REGEX that ignores case", 'SELECT ?s { ?s ex:name ?l FILTER(REGEX(STR(?l), "^å$", "i")) }', [("ex:a",)]),
    Asked("iri", "IRI() och isIRI", "IRI() and isIRI", f'SELECT ?n {{ BIND(IRI(CONCAT("{EX}", "b")) AS ?s) ?s ex:people ?n FILTER(isIRI(?s)) }}', [(20,)]),
    Asked("in", "IN och NOT IN", "IN and NOT IN", "SELECT ?s { ?s ex:people ?n FILTER(?n IN (10, 20) && ?s NOT IN (ex:a)) }", [("ex:b",)]),
    Asked("cast", "xsd:integer() och fel i en del av ||", "xsd:integer() and an error in one part of ||", 'SELECT ?s { ?s ex:people ?n FILTER(xsd:integer("20") = ?n || ?none) }', [("ex:b",)]),
    Asked("dates", "Datum jämförs", "Dates are compared", 'SELECT ?s { ?s ex:founded ?d FILTER(?d < "2000-01-01"^^xsd:date && ?d > "1990-01-01"^^xsd:date) }', [("ex:a",)]),
    Asked("years", "YEAR, MONTH och SUBSTR av ett datum", "YEAR, MONTH and SUBSTR of a date", 'SELECT ?y ?m ?t { BIND(YEAR("1995-03-01T00:00:00Z"^^xsd:dateTime) AS ?y) BIND(MONTH("1995-03-01T00:00:00Z"^^xsd:dateTime) AS ?m) ex:a ex:founded ?d BIND(SUBSTR(STR(?d), 1, 4) AS ?t) }', [(1995, 3, "1995")]),
    Asked("same-term", "sameTerm och isLiteral", "sameTerm and isLiteral", "SELECT ?s { ?s ?p ?o FILTER(isLiteral(?o) && sameTerm(?p, ex:founded)) }", [("ex:a",)]),
    Asked("two-graphs", "GRAPH i GRAPH-lös fråga", "GRAPH within a query of the default graph", "SELECT ?s ?n { ?s ex:founded ?d GRAPH ?g { ?s ex:people ?n } }", [("ex:a", 10)]),
    Asked("minus-optional", "MINUS efter OPTIONAL", "MINUS after OPTIONAL", "SELECT ?s { ?s ex:within ?o OPTIONAL { ?s ex:founded ?d } MINUS { ?s ex:people 20 } }", [("ex:a",), ("ex:d",)]),
)  # fmt: skip


def _matches(expected: Value, found: Term | None) -> bool:
    if expected is None or found is None:
        return expected is None and found is None
    if isinstance(expected, int | float):
        try:
            return isinstance(found, Literal) and float(found.value) == expected
        except ValueError:
            return False
    if expected.startswith("ex:"):
        return not isinstance(found, Literal) and str(found) == f"<{EX}{expected.removeprefix('ex:')}>"
    text, _, language = expected.partition("@")
    return isinstance(found, Literal) and same_value(
        found, Literal(text, language=language) if language else Literal(text)
    )


def _agree(asked: Asked, names: Sequence[str], rows: list[Row]) -> bool:
    """Tell whether rows are the expected ones, in their order where there is one."""
    waiting = [[row.get(name) for name in names] for row in rows]
    if len(waiting) != len(asked.rows):
        return False
    for expected in asked.rows:
        places = range(len(waiting)) if not asked.is_ordered else range(1)
        place = next((n for n in places if all(map(_matches, expected, waiting[n]))), None)
        if place is None:
            return False
        del waiting[place]
    return True


def _check(asked: Asked) -> Check:
    def run(probe: Probe) -> None:
        graph = probe.filled("orter", TOWNS)
        reply = probe.endpoint.query(PREFIXES + asked.query, JSON, [graph], [graph])
        if not reply.is_good:
            raise NotSupported(f"Svaret var {reply.brief()}", f"The answer was {reply.brief()}")
        rows = probe.read(reply)
        if not _agree(asked, probe.found(reply)["head"]["vars"], rows):
            shown = "; ".join(" ".join(f"?{name}={term}" for name, term in row.items()) or "()" for row in rows) or "-"
            raise NotHeld(f"Väntade {list(asked.rows)}; fick {shown}.", f"Expected {list(asked.rows)}; got {shown}.")

    return Check(
        f"query-{asked.name}",
        "language",
        Said(asked.sv, asked.en),
        Said("Sidor och rapporter som använder det får fel rader eller inga.", "Pages and reports that use it get wrong rows or none."),
        Said("Ange rätt motor (--engine), så att tjänsten skriver om frågor där den kan; annars en nyare version av motorn.", "Give the right engine (--engine), so that the service rewrites queries where it can; else a newer version of the engine."),
        run,
        asked.needed,
    )  # fmt: skip


CHECKS = tuple(map(_check, TABLE))
