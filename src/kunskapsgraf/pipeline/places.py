"""Say where a statement stands, and write the axiom that it belongs to so that a curator knows it again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from kunskapsgraf.graph.rdf import Literal, NamedNode, Term, Triple, lexical
from kunskapsgraf.graph.vocabulary import RDF_TYPE, XSD, Names
from kunskapsgraf.pipeline.read import Corpus, SourceFile, located
from kunskapsgraf.reasoner.schema import FIRST, NIL, REST, SCHEMA_PREDICATES, is_axiom
from kunskapsgraf.reasoner.wellformed import EXPRESSIONS, LISTS, anonymous

_PLAIN = frozenset(XSD + name for name in ("integer", "boolean", "decimal"))
_LONGEST = 240
"""Characters of an axiom that are shown."""
_DEFINING = frozenset((*EXPRESSIONS, *LISTS, "onProperty", "onClass", "inverseOf"))


class Places:
    """The statements of a corpus by what they are about, and the lines of those that are asked for."""

    def __init__(self, corpus: Corpus, root: Path, names: Names) -> None:
        self._corpus, self._root, self._names = corpus, root, names
        self._lines: dict[SourceFile, dict[Triple, int]] = {}

    def where(self, triple: Triple) -> str:
        """Name the file and the line that make a statement."""
        subject = triple.subject
        paths = self._corpus.spoken_of.get(subject.value) if isinstance(subject, NamedNode) else None
        for file in self._corpus.files:
            if paths is None or file.path in paths:
                line = self._lines_of(file).get(triple)
                if line:
                    shown = file.path.relative_to(self._root) if file.path.is_relative_to(self._root) else file.path
                    return f"{shown}:{line}"
        return self._corpus.where(subject.value, self._root) if isinstance(subject, NamedNode) else "-"

    def _lines_of(self, file: SourceFile) -> dict[Triple, int]:
        if file not in self._lines:
            # JSON-LD has no lines of its own; there the thing's name is looked for.
            found = () if file.path.suffix == ".jsonld" else located(file, self._names)
            lines: dict[Triple, int] = {}
            for triple, line in found:
                lines.setdefault(triple, line)
            self._lines[file] = lines
        return self._lines[file]

    def written(self, triple: Triple) -> str:
        """Write the axiom that a statement is a part of, from the thing with a name that it is about."""
        top, seen = triple, {triple}
        while anonymous(top.subject):
            above = [t for t in self._to[top.subject] if t not in seen]
            if not above:
                break
            top = above[0]
            seen.add(top)
        beside: Triple | None = None
        if anonymous(top.subject):
            # An axiom about an expression: the statement that does not define it says the most.
            beside = next((t for t in self._of[top.subject] if not _defines(t)), top)
            top = beside
        inside = frozenset({top.subject})
        subject = self._node(top.subject, frozenset(), beside) if anonymous(top.subject) else self._term(top.subject)
        text = f"{subject} {self._predicate(top)} {self._node(top.object, inside)}"
        return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"

    @cached_property
    def _said(self) -> list[Triple]:
        triples = {quad.triple for quad in self._corpus.quads}
        return sorted((t for t in triples if is_axiom(t) or anonymous(t.subject) or anonymous(t.object)), key=str)

    @cached_property
    def _of(self) -> dict[Term, list[Triple]]:
        return _index((t.subject, t) for t in self._said)

    @cached_property
    def _to(self) -> dict[Term, list[Triple]]:
        return _index((t.object, t) for t in self._said if anonymous(t.object))

    def _node(self, node: Term, within: frozenset[Term], left_out: Triple | None = None) -> str:
        if not anonymous(node):
            return self._term(node)
        if node in within:
            return "…"
        within |= {node}
        members = self._members(node)
        if members is not None:
            return f"( {' '.join(self._node(one, within) for one in members)} )"
        said = [t for t in self._of[node] if t != left_out]
        parts = [f"{self._predicate(t)} {self._node(t.object, within)}" for t in said]
        return f"[ {' ; '.join(parts)} ]" if parts else "[]"

    def _members(self, head: Term) -> list[Term] | None:
        """Read a list; ``None`` where it is none, or broken."""
        members: list[Term] = []
        seen: set[Term] = set()
        while head != NIL:
            cell = {t.predicate: t.object for t in self._of[head]}
            if head in seen or set(cell) != {FIRST, REST} or len(self._of[head]) != 2:
                return None
            seen.add(head)
            members.append(cell[FIRST])
            head = cell[REST]
        return members

    def _predicate(self, triple: Triple) -> str:
        return "a" if triple.predicate.value == RDF_TYPE else self._names.shorten(triple.predicate.value)

    def _term(self, term: Term) -> str:
        if isinstance(term, NamedNode):
            return self._names.shorten(term.value).removeprefix(self._names.things)
        if isinstance(term, Literal) and term.datatype.value in _PLAIN:
            return term.value
        if isinstance(term, Literal) and term.datatype.value.startswith(XSD) and term.datatype.value != XSD + "string":
            return f'"{term.value}"^^{self._names.shorten(term.datatype.value)}'
        return lexical(term)


def _defines(triple: Triple) -> bool:
    if triple.predicate.value == RDF_TYPE:
        return True
    return triple.predicate not in SCHEMA_PREDICATES or triple.predicate.value.rsplit("#", 1)[-1] in _DEFINING


def _index(pairs: Iterable[tuple[Term, Triple]]) -> dict[Term, list[Triple]]:
    found: dict[Term, list[Triple]] = defaultdict(list)
    for key, triple in pairs:
        found[key].append(triple)
    return found
