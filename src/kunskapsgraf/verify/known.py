"""What is known of how our own queries are answered: a snapshot that was built here, and its queries with values to ask by.

At the engine all of it stands under a base of the run's own: names of graphs and of things begin with it, in statements
and queries alike, and in answers it is taken back again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from kunskapsgraf.errors import ParameterError
from kunskapsgraf.graph import guard, queries
from kunskapsgraf.graph.queries import QueryFile
from kunskapsgraf.graph.rdf import Triple, n_triples
from kunskapsgraf.graph.store import Dataset, Store, ask, construct, select
from kunskapsgraf.graph.terms import Row, text_of
from kunskapsgraf.graph.vocabulary import RDF_TYPE, SKOS
from kunskapsgraf.pipeline.build import rules_root
from kunskapsgraf.settings import Settings

_KINDS_OF_VALUE = ("graph", "graf", "dataset", "datamangd")
_EACH = 12
"""Things that a query is asked of at once, each of another kind."""
_OF_A_KIND = "SELECT ?x (COUNT(?o) AS ?n) WHERE {{ ?x ?p ?o FILTER(STRSTARTS(STR(?x), '{start}')) }} GROUP BY ?x ORDER BY DESC(?n) STR(?x) LIMIT 2"
_KINDS = "SELECT DISTINCT ?kind WHERE {{ ?x a ?class FILTER(STRSTARTS(STR(?x), '{things}')) BIND(STRBEFORE(STRAFTER(STR(?x), '{things}'), '/') AS ?kind) }} ORDER BY ?kind"
_MOST = "SELECT {term} (COUNT(*) AS ?n) WHERE {{ {pattern} }} GROUP BY {term} ORDER BY DESC(?n) STR({term}) LIMIT 8"


@dataclass(frozen=True)
class Case:
    """A query of ours, ready to be asked."""

    name: str
    text: str
    kind: str
    """What comes: ``select``, ``ask`` or ``graph``."""


class Known:
    """A snapshot, asked here."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store = store
        self.settings = settings

    @property
    def base(self) -> str:
        """What our names begin with here."""
        return self.settings.base

    @property
    def default(self) -> list[str]:
        """The graphs that a query sees by default."""
        return [graph for graph in self.store.graphs() if not self.store.names.is_layer(graph)]

    @property
    def named(self) -> list[str]:
        """All graphs."""
        return list(self.store.graphs())

    def statements(self, graph: str) -> list[Triple]:
        """Give what a graph holds."""
        query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
        return list(construct(self.store, query))

    def written(self, graph: str) -> bytes:
        """Give what a graph holds as N-Triples."""
        return n_triples(self.statements(graph))

    def rows(self, case: Case) -> list[Row]:
        """Give the rows that a query has here."""
        return select(self.store, case.text)

    def holds(self, case: Case) -> bool:
        """Give the answer that an ASK has here."""
        return ask(self.store, case.text)

    def triples(self, case: Case) -> list[Triple]:
        """Give the statements that a query makes here."""
        return list(construct(self.store, case.text, Dataset()))

    @cached_property
    def cases(self) -> list[Case]:
        """List our queries: those of pages asked of something of each kind, those of reports by their examples."""
        found = []
        folder = rules_root(self.settings.sources) / "queries"
        for kind in ("pages", "reports"):
            for name, file in queries.folder(folder / kind, self.base).items():
                found += [self._case(f"{kind}/{name}", text) for text in self._bound(kind, file)]
        return found

    def _case(self, name: str, text: str) -> Case:
        limits = self.settings
        return Case(name, text, guard.inspect(text, limits.query_bytes, limits.query_nesting, limits.query_patterns))

    def _bound(self, kind: str, file: QueryFile) -> Iterator[str]:
        required = {p.name: p for p in file.parameters if not p.optional}
        chosen: list[Mapping[str, str | list[str]]] = []
        if kind == "reports":
            chosen.append({name: value for name, value in file.example.items() if name in required})
            chosen.append(dict(file.example))
        else:
            values = {name: self._values(name, p.type, p.kinds) for name, p in required.items() if not p.default}
            chosen.append({n: v if required[n].type == "iris" else v[0] for n, v in values.items() if v})
        asked: dict[str, None] = {}
        for values_of_one in chosen:
            try:
                asked[file.bind(values_of_one, self.store.names)] = None
            except ParameterError:
                continue  # nothing of that kind is known here
        yield from asked

    def _values(self, name: str, type_name: str, kinds: tuple[str, ...]) -> list[str]:
        """Choose values for a parameter of a page's query, by what the parameter is of."""
        if type_name in ("language", "string"):
            return {"language": ["sv"], "start": [self.store.names.things], "after": [""]}.get(name, ["sv"])
        if name == "catalogue":
            return [self.store.names.catalogue_graph]
        if name == "dataset" and "datamangd" in kinds:
            return [self.store.names.dataset]
        if set(kinds) & set(_KINDS_OF_VALUE):
            return [self.store.names.editorial_graph]
        if name in ("class", "classes", "types"):
            return self._most("?x", f"?thing <{RDF_TYPE}> ?x")
        if name in ("properties", "predicate", "property", "relations"):
            return self._most("?x", "?thing ?x ?value")
        if name == "scheme":
            return self._most("?x", f"?thing <{SKOS}inScheme> ?x")
        named = {"place": "kommun", "places": "kommun", "method": "metod", "services": "insats"}.get(name)
        return self._of(named) if named and self._of(named) else self._some

    def _of(self, kind: str) -> list[str]:
        return self._asked(_OF_A_KIND.format(start=f"{self.store.names.things}{kind}/"))

    @cached_property
    def _some(self) -> list[str]:
        kinds = self._asked(_KINDS.format(things=self.store.names.things), "kind")
        return [self._of(kind)[0] for kind in kinds if kind][:_EACH]

    def _most(self, term: str, pattern: str) -> list[str]:
        return self._asked(_MOST.format(term=term, pattern=pattern))

    def _asked(self, query: str, name: str = "x") -> list[str]:
        return [text_of(row[name]) for row in select(self.store, query)]
