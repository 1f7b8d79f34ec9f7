"""Table 8 through its effects: literals have no types in RDF, but a literal outside its datatype is a contradiction."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from kunskapsgraf.graph.engine import kept
from kunskapsgraf.graph.rdf import Literal, NamedNode, Term
from kunskapsgraf.graph.vocabulary import RDF, RDFS, XSD
from kunskapsgraf.reasoner.rules import TYPE, Atom, Axiom, Filter, Rule, Var
from kunskapsgraf.reasoner.schema import Node, Schema, owl

BOUNDS: dict[str, tuple[int | None, int | None]] = {
    "integer": (None, None),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-128, 127),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 255),
}
"""The least and the greatest value of each datatype below xsd:integer."""
NUMBERS = ("decimal", *BOUNDS)
"""Datatypes whose values are decimal numbers: one value may be written with several of them."""
_FORMS = {
    "normalizedString": (r'"^[^\\t\\n\\r]*$"', r"[^\t\n\r]*"),
    "token": (r'"^([^\\s]+( [^\\s]+)*)?$"', r"(\S+( \S+)*)?"),
    "language": ('"^[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*$"', r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*"),
    "Name": (r'"^[\\p{L}_:][\\p{L}\\p{N}._:-]*$"', r"([^\W\d]|:)[\w.:-]*"),
    "NCName": (r'"^[\\p{L}_][\\p{L}\\p{N}._-]*$"', r"[^\W\d][\w.-]*"),
    "NMTOKEN": (r'"^[\\p{L}\\p{N}._:-]+$"', r"[\w.:-]+"),
}
"""The form of each kind of text, as SPARQL writes a string, and as Python does."""
_STRINGS = ("string", "normalizedString", "token", "language", "Name", "NCName", "NMTOKEN")
_INTEGER, _DECIMAL = re.compile(r"[+-]?[0-9]+"), re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
Worth = Decimal | str | Literal
"""A value: a number or a text, which literals of several datatypes can have, or a literal as the engine writes it."""


def leaves(schema: Schema, datatype: Term) -> str:
    """Give the IRIs of the datatypes that a literal must be of: of an intersection each of its members."""
    found: list[str] = []
    waiting, seen = [datatype], set()
    while waiting:
        node = waiting.pop()
        heads = [] if node in seen else schema.objects(node, owl("intersectionOf"))
        seen.add(node)
        for head in heads:
            waiting += schema.members(head) or []
        if not heads and isinstance(node, NamedNode):
            found.append(node.value)
    return " ".join(sorted(set(found)))


def holds_in(schema: Schema, variable: Var, datatype: Term) -> Filter:
    """Ask for a literal in the value space of a datatype."""
    return Filter("datatype", (variable,), leaves(schema, datatype))


def literal_rules(
    schema: Schema,
    names: tuple[str, ...],
    variable: Var,
    datatype: Node,
    body: tuple[Atom, ...],
    source: tuple[Axiom, ...],
) -> Iterator[Rule]:
    """Give the rules by which a thing gets the datatype for a type, and a literal outside it is a contradiction."""
    yield Rule(names, Atom(variable, TYPE, datatype), body, source, (Filter("thing", (variable,)),))
    spelled = leaves(schema, datatype)
    for part in spelled.split():
        if part != datatype.value:
            yield Rule(
                (*names, "cls-int2"),
                Atom(variable, TYPE, NamedNode(part)),
                body,
                source,
                (Filter("thing", (variable,)),),
            )
    if spelled and spelled != RDFS + "Literal":
        yield Rule((*names, "dt-not-type"), None, body, source, (Filter("foreign", (variable,), spelled),))


def condition(variable: str, datatype: str) -> str:
    """Write in SPARQL that a literal lies in the value space of a datatype, or of each of several."""
    if " " in datatype:
        return " && ".join(f"({condition(variable, part)})" for part in datatype.split())
    name = datatype.removeprefix(XSD)
    if not datatype:
        return "false"  # no datatype that a rule can ask for
    if datatype == RDFS + "Literal":
        return f"isLiteral({variable})"
    if datatype == RDF + "PlainLiteral":
        return f"({_among(variable, _STRINGS)} || DATATYPE({variable}) = <{RDF}langString>)"
    value = f"<{XSD}decimal>(STR({variable}))"
    if name in BOUNDS:
        low, high = BOUNDS[name]
        # 5.0 is the integer 5, written otherwise.
        parts_of = [_among(variable, NUMBERS), f"COALESCE({value} = FLOOR({value}), false)"]
        # As decimals: the largest do not fit the integers of every engine.
        parts_of += [f'COALESCE({value} >= "{low}"^^<{XSD}decimal>, false)'] if low is not None else []
        parts_of += [f'COALESCE({value} <= "{high}"^^<{XSD}decimal>, false)'] if high is not None else []
        return " && ".join(parts_of)
    if name == "decimal":
        return f"{_among(variable, NUMBERS)} && COALESCE({value} = {value}, false)"
    if name in _STRINGS:
        # A text is of the datatype whose form it has, whichever it is written with.
        form, _ = _FORMS.get(name, ("", ""))
        return _among(variable, _STRINGS) + (f" && REGEX(STR({variable}), {form})" if form else "")
    if name in ("double", "float", "boolean", "dateTime"):
        # A number that is no number equals nothing, not even itself.
        cast = f"<{datatype}>(STR({variable}))"
        return f"DATATYPE({variable}) = <{datatype}> && COALESCE({cast} = {cast} || STR({variable}) = 'NaN', false)"
    return f"DATATYPE({variable}) = <{datatype}>"


def same_value(one: str, other: str) -> str:
    """Write in SPARQL that two literals have the same value; those of different value spaces never do (dt-diff)."""
    numbers = f"({_among(one, NUMBERS)} && {_among(other, NUMBERS)})"
    texts = f"({_among(one, _STRINGS)} && {_among(other, _STRINGS)} && STR({one}) = STR({other}))"
    alike = f"(COALESCE({one} = {other}, false) && (DATATYPE({one}) = DATATYPE({other}) || {numbers}))"
    return f"sameTerm({one}, {other}) || {texts} || {alike}"


def worth(literal: Literal) -> Worth | None:
    """Give what literals of the same value have in common; ``None`` for one that has its value alone, or none."""
    name = literal.datatype.value.removeprefix(XSD)
    if name in _STRINGS:
        return literal.value if _has_form(literal.value, name) else None
    if name in NUMBERS:
        form = _DECIMAL if name == "decimal" else _INTEGER
        value = Decimal(literal.value) if form.fullmatch(literal.value) else None
        return value if value is not None and _within(value, name) else None
    return None if literal.language else kept(literal)


def lies_in(literal: Literal, datatype: str) -> bool | None:
    """Tell whether a number or a text lies in the value space of a datatype; ``None`` where only the engine knows.

    The engine's decimals have 18 places and end near 10 to the 20th; here every number is exact.
    """
    found = [_lies_in(literal, part) for part in datatype.split(" ")]
    return None if None in found else all(found)


def _lies_in(literal: Literal, datatype: str) -> bool | None:
    name, own = datatype.removeprefix(XSD), literal.datatype.value.removeprefix(XSD)
    if datatype == RDF + "PlainLiteral":
        return own in _STRINGS or bool(literal.language)
    if name in _STRINGS:
        return own in _STRINGS and _has_form(literal.value, name)
    if name in NUMBERS:
        value = worth(literal) if own in NUMBERS else None
        whole = isinstance(value, Decimal) and (name == "decimal" or value == value.to_integral_value())
        return whole and isinstance(value, Decimal) and _within(value, name)
    return None


def _has_form(text: str, name: str) -> bool:
    return name not in _FORMS or re.fullmatch(_FORMS[name][1], text) is not None


def _within(value: Decimal, name: str) -> bool:
    low, high = BOUNDS.get(name, (None, None))
    return (low is None or value >= low) and (high is None or value <= high)


def _among(variable: str, names: Iterable[str]) -> str:
    return f"DATATYPE({variable}) IN ({', '.join(f'<{XSD}{name}>' for name in names)})"
