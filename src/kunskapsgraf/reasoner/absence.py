"""Why not: for each rule that could conclude a statement, the premises that hold and those that are missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from kunskapsgraf.graph.rdf import NamedNode, Triple
from kunskapsgraf.graph.store import Dataset, select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.vocabulary import RDF_TYPE
from kunskapsgraf.reasoner.evaluate import text
from kunskapsgraf.reasoner.explain import Explainer
from kunskapsgraf.reasoner.instances import together, unified
from kunskapsgraf.reasoner.proof import Attempt
from kunskapsgraf.reasoner.rules import Atom, Filter, Rule, Slot, Var, patterns, written
from kunskapsgraf.reasoner.words import Name

_LONGEST = 6
"""Atoms of a body of which every selection is tried; of a longer one only its beginnings."""

Row = dict[Var, Slot]
Chosen = tuple[tuple[int, ...], bool]
"""Which atoms of a body are to hold, and whether the filters are to hold as well."""


@dataclass(frozen=True)
class _Rule:
    """A rule with a statement's terms in its place of its head's, and what of it is told besides its atoms."""

    rule: Rule
    title: str
    asks_more: str
    values: Row
    body: tuple[Atom, ...]


def explain_absence(explainer: Explainer, triple: Triple, name: Name, language: str = "sv") -> list[Attempt]:
    """Give, for each rule that could conclude a statement, how far it came; the nearest first.

    Empty where no rule concludes such a statement at all: then only a source could say it.
    """
    rules = [_put_in(rule, rule.name, "", triple) for rule in explainer.rules_for(triple)]
    for one in explainer.sparql_rules:
        # Of what a SPARQL rule asks its premises are tried, and which things differ; the rest its title tells.
        title = one.titles.get(language, "")
        rules.append(
            _put_in(Rule((one.name,), one.head, one.premises, (), one.differ), f"{one.name}: {title}", title, triple)
        )
    found = _nearest(explainer, [rule for rule in rules if rule is not None])
    attempts = [_attempt(rule, chosen, row, name, language) for rule, chosen, row in found]
    return sorted(attempts, key=lambda attempt: (attempt.distance, -len(attempt.holding), attempt.rule))


def _put_in(rule: Rule, title: str, asks_more: str, triple: Triple) -> _Rule | None:
    assert rule.head is not None, "an inferring rule concludes"
    values = unified(rule.head, triple)
    if values is None:
        return None
    return _Rule(rule, title, asks_more, values, tuple(atom.bound(values) for atom in rule.body))


def _nearest(explainer: Explainer, rules: Sequence[_Rule]) -> Iterator[tuple[_Rule, Chosen, Row]]:
    """Give, for each rule, the largest selection of its atoms that holds, and one way in which it does."""
    waiting = {number: _selections(rule) for number, rule in enumerate(rules)}
    while waiting:
        parts = [(number, chosen) for number, levels in waiting.items() for chosen in next(levels)]
        rows = _first_rows(explainer, [(rules[number], chosen) for number, chosen in parts])
        for (number, chosen), row in zip(parts, rows, strict=True):
            if row is not None and waiting.pop(number, None) is not None:
                yield rules[number], chosen, row


def _selections(rule: _Rule) -> Iterator[list[Chosen]]:
    """Give selections of the atoms of a body, those of one size at a time, the largest first; the empty one is last."""
    size = len(rule.body)
    yield [(tuple(range(size)), True)]
    for many in range(size, 0, -1):
        chosen = combinations(range(size), many) if size <= _LONGEST else [tuple(range(many))]
        yield [(one, False) for one in chosen if _hangs_together(rule, one)]
    yield [((), False)]


def _hangs_together(rule: _Rule, chosen: tuple[int, ...]) -> bool:
    """Tell whether each atom speaks of what is asked about, or of what another atom leads to from it.

    That something somewhere is of a class says nothing of how near a rule came.
    """
    about = {slot for slot in rule.values.values() if isinstance(slot, NamedNode)}
    left = [rule.body[number] for number in chosen]
    reached: set[Slot] = set(about)
    while left:
        near = [atom for atom in left if not list(atom.variables()) or {atom.subject, atom.object} & reached]
        if not near:
            return False
        reached |= {slot for atom in near for slot in atom.variables()}
        left = [atom for atom in left if atom not in near]
    return True


def _first_rows(explainer: Explainer, parts: Sequence[tuple[_Rule, Chosen]]) -> list[Row | None]:
    """Give one way in which each selection holds; ``None`` where there is none."""
    found: list[Row | None] = [None if chosen else {} for _, (chosen, _) in parts]
    # Nothing is inferred from what was concluded from absence.
    leaves = explainer.evidence.leaves.default or ()
    believed = Dataset(default=(*leaves, explainer.store.names.inferred_graph), once=False)
    branches = [(len(part[1][0]), _asking(number, *part)) for number, part in enumerate(parts) if part[1][0]]
    for some in together(branches):
        union = " UNION ".join(some)
        for row in select(explainer.store, f"SELECT * WHERE {{ {union} }}", believed):
            values = {Var(name): term for name, term in row.items() if name != "part"}
            found[int(text_of(row["part"]))] = values  # type: ignore[assignment]
    return found


def _asking(number: int, rule: _Rule, chosen: Chosen) -> str:
    atoms = [rule.body[place] for place in chosen[0]]
    names = " ".join(dict.fromkeys(str(v) for atom in atoms for v in atom.variables()))
    where = patterns(atoms)
    if chosen[1]:
        spoken_of = {v for found in rule.rule.filters for v in found.slots if isinstance(v, Var)}
        where = "".join(f"BIND({written(rule.values[v])} AS {v}) " for v in rule.values if v in spoken_of) + where
        where += "".join(f" FILTER({text(found)})" for found in rule.rule.filters)
    return f"{{ SELECT ({number} AS ?part) {names} WHERE {{ {where} }} LIMIT 1 }}"


def _attempt(rule: _Rule, chosen: Chosen, row: Row, name: Name, language: str) -> Attempt:
    places, filtered = chosen
    holding = [t for n in places if (t := rule.body[n].bound(row).triple()) is not None]
    missing = [rule.body[n].bound(row) for n in range(len(rule.body)) if n not in places]
    besides: list[str] = []
    if not missing and not filtered:
        besides = [_condition(found, rule.values | row, name, language) for found in rule.rule.filters]
    elif not missing and rule.asks_more:
        besides = [_ASKS_MORE[language].format(rule.asks_more)]
    said = tuple(_said(atom, name, language) for atom in missing)
    return Attempt(rule.title, rule.rule.axioms, tuple(holding), said, tuple(besides))


_ASKS_MORE = {
    "sv": "det som regeln kräver utöver dessa ({})",
    "en": "what the rule asks for besides these ({})",
}
_CONDITIONS = {
    "differ": {"sv": "{} och {} är två olika", "en": "{} and {} are two different ones"},
    "unequal": {"sv": "{} och {} är olika värden", "en": "{} and {} are different values"},
    "thing": {"sv": "{} är ett ting, inte ett värde", "en": "{} is a thing, not a value"},
    "datatype": {"sv": "{} är ett värde av typen {}", "en": "{} is a value of type {}"},
    "foreign": {"sv": "{} är inget värde av typen {}", "en": "{} is no value of type {}"},
}
_SOMETHING = {"sv": "något", "en": "something"}


def _condition(condition: Filter, values: Row, name: Name, language: str) -> str:
    """Say what a filter asks for."""
    slots = [values.get(slot, slot) if isinstance(slot, Var) else slot for slot in condition.slots]
    shown = [_shown(slot, name, language) for slot in slots]
    datatype = [_shown(NamedNode(condition.datatype), name, language)] if condition.datatype else []
    return _CONDITIONS[condition.kind][language].format(*shown, *datatype)


def _shown(slot: Slot, name: Name, language: str) -> str:
    return _SOMETHING[language] if isinstance(slot, Var) else name(slot, language)


def _said(atom: Atom, name: Name, language: str) -> str:
    """Say what is missing; what is open stands as "something"."""
    subject, target = _shown(atom.subject, name, language), _shown(atom.object, name, language)
    if not isinstance(atom.predicate, Var) and text_of(atom.predicate) == RDF_TYPE:
        return f"{subject} {'är' if language == 'sv' else 'is'} {target}"
    return f"{subject} {_shown(atom.predicate, name, language)} {target}"
