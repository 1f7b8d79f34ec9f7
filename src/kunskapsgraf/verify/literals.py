"""Checks of literals and names: what is written comes back as it was written, or in which other writing of the same value."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from decimal import Decimal, InvalidOperation

from kunskapsgraf.graph.rdf import Literal, NamedNode, Term, lexical
from kunskapsgraf.graph.vocabulary import XSD
from kunskapsgraf.verify.checks import Check, NotHeld, Said
from kunskapsgraf.verify.probe import Probe
from kunskapsgraf.verify.protocol import P

_NUMERIC = frozenset(
    XSD + name for name in ("integer", "decimal", "double", "float", "int", "long", "nonNegativeInteger")
)
_LONG = "å" * 100_000


def typed(value: str, name: str) -> Literal:
    """Make a literal of a datatype of XML Schema."""
    return Literal(value, datatype=NamedNode(XSD + name))


TEXTS: dict[str, list[Term]] = {
    "text": [Literal("text"), Literal("å ä ö é ß 漢 😀"), Literal("")],
    "composed": [Literal("Södertälje"), Literal(unicodedata.normalize("NFD", "Södertälje"))],
    "escapes": [
        Literal("rad ett\nrad två\r\nrad tre\tflik"),
        Literal("\"citat\" och 'citat' och \\ och \\n och \\u00e5"),
        Literal("{ } < > & ; # ? $ % ^^ @sv"),
    ],
    "long": [Literal(_LONG)],
    "language": [Literal("hej", language="sv"), Literal("hej", language="en"), Literal("hej")],
    "iri": [
        NamedNode("http://example.org/Malm%C3%B6"),
        NamedNode("http://example.org/Malm%c3%b6"),
        NamedNode("http://example.org/Malmö"),
        NamedNode(unicodedata.normalize("NFD", "http://example.org/Malmö")),
        NamedNode("http://example.org/a?b=c&d=%20#e"),
        NamedNode("urn:isbn:0451450523"),
    ],
}
VALUES: dict[str, list[Term]] = {
    "language-case": [Literal("hej", language="sv-SE")],
    "integer": [typed("1", "integer"), typed("01", "integer"), typed("+1", "integer"), typed("123456789012345678901", "integer")],
    "decimal": [typed("1.50", "decimal"), typed("1.5", "decimal"), typed("0.1", "decimal"), typed("12345678901234.123456", "decimal")],
    "double": [typed("1.0E0", "double"), typed("1e-3", "double"), typed("INF", "double")],
    "boolean": [typed("true", "boolean"), typed("0", "boolean")],
    "date": [typed("2006-05-01", "date"), typed("2006-05-01Z", "date")],
    "year": [typed("2006", "gYear"), typed("2006-05", "gYearMonth")],
    "time": [typed("2006-05-01T12:00:00", "dateTime"), typed("2006-05-01T12:00:00.250Z", "dateTime"), typed("2006-05-01T12:00:00+02:00", "dateTime")],
    "small-integer": [typed("7", "int"), typed("8", "nonNegativeInteger")],
    "other": [Literal("x", datatype=NamedNode("http://example.org/eget")), typed("http://example.org/", "anyURI")],
}  # fmt: skip


def _subject(number: int) -> str:
    return f"<http://example.org/l/{number}>"


def _read(probe: Probe, name: str, terms: list[Term]) -> list[list[Term]]:
    graph = probe.filled(f"term-{name}", (f"{_subject(n)} {P} {lexical(term)}" for n, term in enumerate(terms)))
    by_select: dict[str, list[Term]] = {}
    for row in probe.rows(f"SELECT ?s ?o WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"):
        by_select.setdefault(str(row["s"]), []).append(row["o"])
    for triple in probe.triples(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"):
        if triple.object not in by_select.get(str(triple.subject), []):
            raise NotHeld(
                f"SELECT och CONSTRUCT skiljer sig: {_brief(triple.object)}.",
                f"SELECT and CONSTRUCT differ: {_brief(triple.object)}.",
            )
    return [by_select.get(_subject(n), []) for n in range(len(terms))]


def _brief(term: Term) -> str:
    text = str(term)
    return text if len(text) < 100 else f"{text[:60]}… ({len(text)})"


def _kept(name: str, terms: list[Term]) -> Check:
    def run(probe: Probe) -> None:
        for term, found in zip(terms, _read(probe, name, terms), strict=True):
            if found != [term]:
                seen = ", ".join(map(_brief, found)) or "-"
                raise NotHeld(f"{_brief(term)} kom tillbaka som {seen}.", f"{_brief(term)} came back as {seen}.")
            ask = f"ASK {{ GRAPH <{probe.graph(f'term-{name}')}> {{ ?s {P} {lexical(term)} }} }}"
            if not probe.ask(ask):
                raise NotHeld(f"{_brief(term)} hittas inte igen.", f"{_brief(term)} is not found again.")

    titles = {
        "text": Said("Text med å, ä, ö, andra skrifter och tecken utanför BMP", "Text of any script, beyond the BMP too"),
        "composed": Said("Sammansatta och isärtagna tecken (NFC, NFD) hålls isär", "Composed and decomposed letters (NFC, NFD) stay apart"),
        "escapes": Said("Radbrytningar, citattecken och snedstreck", "Line breaks, quotation marks and backslashes"),
        "long": Said("Texter på 200 kB", "Texts of 200 kB"),
        "language": Said("Samma text på olika språk hålls isär", "The same text in different languages stays apart"),
        "iri": Said("IRI:er med å, ä, ö och med procent, som de skrevs", "IRIs with å, ä, ö and with per cent, as they were written"),
    }  # fmt: skip
    return Check(
        f"kept-{name}",
        "literals",
        titles[name],
        Said("Text och namn ur källorna ändras eller går förlorade.", "Text and names from the sources are changed or lost."),
        Said("Välj en annan motor eller version; en text som ändras kan inte lagas i efterhand.", "Choose another engine or version; a text that is changed cannot be mended afterwards."),
        run,
    )  # fmt: skip


def same_value(one: Term, other: Term) -> bool:
    """Tell whether two terms are one value in two writings."""
    if not (isinstance(one, Literal) and isinstance(other, Literal)):
        return one == other
    if one.language or other.language:
        return one.value == other.value and (one.language or "").lower() == (other.language or "").lower()
    kinds = {one.datatype.value, other.datatype.value}
    if kinds <= _NUMERIC:
        try:
            first, second = Decimal(one.value), Decimal(other.value)
            return first == second or abs(first - second) <= abs(first) * Decimal("1e-12")
        except InvalidOperation:
            return one.value == other.value
    if kinds == {XSD + "boolean"}:
        truths = ("true", "1")
        return (one.value in truths) == (other.value in truths)
    return len(kinds) == 1 and _moment(one.value) == _moment(other.value)


def _moment(value: str) -> object:
    """Read a point in time; what is none is its text."""
    try:
        return datetime.fromisoformat(value) if "T" in value else value.replace("+00:00", "Z")
    except ValueError:
        return value


def _rewritten(name: str, terms: list[Term]) -> Check:
    def run(probe: Probe) -> Said | None:
        rewritten = []
        for term, found in zip(terms, _read(probe, name, terms), strict=True):
            if len(found) != 1 or not same_value(term, found[0]):
                seen = ", ".join(map(_brief, found)) or "-"
                raise NotHeld(f"{_brief(term)} kom tillbaka som {seen}.", f"{_brief(term)} came back as {seen}.")
            if found[0] != term:
                rewritten.append(f"{term} → {found[0]}")
        told = "; ".join(rewritten)
        return Said(f"Skrivs om: {told}", f"Rewritten: {told}") if told else None

    titles = {
        "language-case": Said("Språkmärken med stora bokstäver (sv-SE)", "Language tags with capitals (sv-SE)"),
        "integer": Said("Heltal, också 01 och långa", "Integers, 01 and long ones too"),
        "decimal": Said("Decimaltal", "Decimals"),
        "double": Said("Flyttal", "Doubles"),
        "boolean": Said("Sanningsvärden", "Booleans"),
        "date": Said("Datum", "Dates"),
        "year": Said("År och månader (gYear, gYearMonth)", "Years and months (gYear, gYearMonth)"),
        "time": Said("Tidpunkter med delar av sekunder och tidszon", "Times with fractions of seconds and a zone"),
        "small-integer": Said("Datatyper under heltal (int, nonNegativeInteger)", "Datatypes below integer (int, nonNegativeInteger)"),
        "other": Said("Andra datatyper", "Other datatypes"),
    }  # fmt: skip
    return Check(
        f"value-{name}",
        "literals",
        titles[name],
        Said("Värdet blir ett annat i motorn än i källan; sidor visar det som motorn har.", "The value is another in the engine than in the source; pages show what the engine has."),
        Said("Skriv värdet på annat sätt i källan, eller räkna med skillnaden; se docs/engines.md för varje motor.", "Write the value otherwise in the source, or count on the difference; see docs/engines.md for each engine."),
        run,
        needed=False,
    )  # fmt: skip


CHECKS = (
    *(_kept(name, terms) for name, terms in TEXTS.items()),
    *(_rewritten(name, terms) for name, terms in VALUES.items()),
)
