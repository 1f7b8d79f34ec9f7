"""Places: the passages in which a source says what a proof rests on, asked for many statements at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kunskapsgraf.graph.rdf import BlankNode, NamedNode, Triple, lexical
from kunskapsgraf.graph.store import Store, select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.reasoner.proof import Place

_TOGETHER = 100


def places(store: Store, triples: Iterable[Triple]) -> dict[Triple, tuple[Place, ...]]:
    """Give where a source says each statement: the passages of a Belagg that names it, else its subject's."""
    # No query can name a blank node.
    asked = [t for t in dict.fromkeys(triples) if not any(isinstance(n, BlankNode) for n in (t.subject, t.object))]
    found: dict[Triple, tuple[Place, ...]] = {}
    for start in range(0, len(asked), _TOGETHER):
        some = asked[start : start + _TOGETHER]
        found |= _found(store, some, _supported(store.names.terms, some))
        others = [triple for triple in some if triple not in found]
        found |= _found(store, others, _spoken_of(store.names.terms, others))
    return found


def _supported(kg: str, triples: Sequence[Triple]) -> list[str]:
    """Ask for a Belagg that names subject, property and value; else for one that names no value."""
    rows = _rows(triples, "?n ?s ?p ?o", [(t.subject, t.predicate, t.object) for t in triples])
    support = f"?b <{kg}belaggSubjekt> ?s ; <{kg}belaggEgenskap> ?p ; <{kg}uttalasI> ?passage"
    value = f"OPTIONAL {{ ?b <{kg}belaggVarde> ?v }} FILTER(!BOUND(?v) || sameTerm(?v, ?o))"
    return [f"{rows} {support} . {value} BIND(IF(BOUND(?v), 0, 1) AS ?rank)"]


def _spoken_of(kg: str, triples: Sequence[Triple]) -> list[str]:
    """Ask for the passages that subject and object have in common; else the subject's; else for the passage itself."""
    subjects = _rows(triples, "?n ?s", [(t.subject,) for t in triples])
    both = [t for t in triples if isinstance(t.object, NamedNode)]
    pairs = _rows(triples, "?n ?s ?o", [(t.subject, t.object) for t in both], both)
    said = f"<{kg}uttalasI> ?passage"
    return [
        *([f"{pairs} ?s {said} . ?o {said} BIND(0 AS ?rank)"] if both else []),
        f"{subjects} ?s {said} BIND(1 AS ?rank)",
        f"{_rows(triples, '?n ?passage', [(t.subject,) for t in triples])} BIND(2 AS ?rank)",
    ]


def _rows(
    triples: Sequence[Triple], names: str, terms: Sequence[tuple[object, ...]], of: Sequence[Triple] | None = None
) -> str:
    numbers = [triples.index(triple) for triple in (triples if of is None else of)]
    rows = (f"({n} {' '.join(lexical(t) for t in some)})" for n, some in zip(numbers, terms, strict=True))  # type: ignore[arg-type]
    return f"VALUES ({names}) {{ {' '.join(rows)} }}"


def _found(store: Store, triples: Sequence[Triple], asked: Sequence[str]) -> dict[Triple, tuple[Place, ...]]:
    """Give the places of the best rank that a statement has."""
    if not triples:
        return {}
    kg = store.names.terms
    where = f"?passage <{kg}iKalla> ?source ; <{kg}rubrikvag> ?path ; <{kg}radFran> ?first ; <{kg}radTill> ?last"
    union = " UNION ".join(f"{{ {part} }}" for part in asked)
    ranked: dict[int, dict[int, set[Place]]] = {}
    names = "?n ?rank ?passage ?source ?path ?first ?last"
    for row in select(store, f"SELECT {names} WHERE {{ {{ {union} }} {where} }}"):
        passage, source, path, first, last = (text_of(row[n]) for n in ("passage", "source", "path", "first", "last"))
        place = Place(passage, source, path, int(first), int(last))
        ranked.setdefault(int(text_of(row["n"])), {}).setdefault(int(text_of(row["rank"])), set()).add(place)
    return {
        triples[number]: tuple(sorted(ranks[min(ranks)], key=lambda place: (place.source, place.first, place.last)))
        for number, ranks in ranked.items()
    }
