"""Constants written where an engine does not see them: ``VALUES ?x { "sv" } … OPTIONAL { … FILTER(LANG(?l) = ?x) }``.

The condition of an OPTIONAL sees what its group has bound before (SPARQL 1.1 Query, section 6.1, LeftJoin). Virtuoso 7
does not see a variable there that VALUES has bound, takes the condition for false, and leaves out every label. With the
constant itself in the variable's place it answers as it should, and the meaning is the same: whatever the left side
gives has that value. Nothing else is touched; neither a group within the OPTIONAL nor one beside it is of that join.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kunskapsgraf.graph.guard import Token, tokens

_OPEN, _CLOSE = frozenset("({"), frozenset(")}")
_IRIS_AND_TEXTS = frozenset({"string", "iri", "name"})


def inlined(query: str) -> str:
    """Give a query with constants in the conditions of OPTIONALs, in the place of variables that VALUES binds to them."""
    read = list(tokens(query))
    pieces, at = [], 0
    for begin, end, constant in sorted(_places(read)):
        pieces += [query[at:begin], constant]
        at = end
    return "".join([*pieces, query[at:]])


def _places(read: list[Token]) -> Iterator[tuple[int, int, str]]:
    closing = _closing(read)
    bound: list[dict[str, str]] = [{}]
    for place, token in enumerate(read):
        if token.text == "{":
            bound.append({})
        elif token.text == "}" and len(bound) > 1:
            bound.pop()
        elif token.kind == "word" and token.text.upper() == "VALUES":
            bound[-1].update(_constant(read, place))
        elif token.kind == "word" and token.text.upper() == "OPTIONAL" and bound[-1]:
            end = closing.get(place + 1)
            if end is not None:
                yield from _conditions(read, place + 2, end, closing, bound[-1])


def _constant(read: list[Token], place: int) -> Mapping[str, str]:
    """Read ``VALUES ?x { constant }``: one variable, and one text or IRI."""
    shape = read[place + 1 : place + 5]
    if len(shape) < 4 or shape[0].kind != "variable" or shape[1].text != "{" or shape[3].text != "}":
        return {}
    return {shape[0].text[1:]: shape[2].text} if shape[2].kind in _IRIS_AND_TEXTS else {}


def _conditions(
    read: list[Token], begin: int, end: int, closing: Mapping[int, int], constants: Mapping[str, str]
) -> Iterator[tuple[int, int, str]]:
    """Give what is to be replaced in the FILTERs that stand in an OPTIONAL's own group; EXISTS has groups of its own."""
    place = begin
    while place < end:
        if read[place].text == "{" and place in closing:
            place = closing[place]
        elif read[place].kind == "word" and read[place].text.upper() == "FILTER" and place + 1 in closing:
            inside = place + 2
            place = closing[place + 1]
            while inside < place:
                if read[inside].text == "{" and inside in closing:
                    inside = closing[inside]
                found = constants.get(read[inside].text[1:]) if read[inside].kind == "variable" else None
                # BOUND takes a variable alone.
                if found is not None and read[inside - 2].text.upper() != "BOUND":
                    yield read[inside].begin, read[inside].end, found
                inside += 1
        place += 1


def _closing(read: list[Token]) -> dict[int, int]:
    """Give for each opening bracket the place of the one that closes it."""
    found, waiting = {}, []
    for place, token in enumerate(read):
        if token.text in _OPEN:
            waiting.append(place)
        elif token.text in _CLOSE and waiting:
            found[waiting.pop()] = place
    return found
