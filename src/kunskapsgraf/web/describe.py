"""What is said of a thing: every statement with it as subject or object, its kind, its source and its period.

The page and the data of a thing are made from the same ``Description``, so that they cannot disagree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from kunskapsgraf.graph.rdf import Literal, NamedNode, Term, Triple
from kunskapsgraf.graph.store import Store, select
from kunskapsgraf.graph.terms import Row, text_of
from kunskapsgraf.graph.vocabulary import DCT, PREF_LABEL, RDF_TYPE, RDFS_LABEL, SKOS
from kunskapsgraf.web import context, language
from kunskapsgraf.web.labels import Label, labels_of

KINDS = ("asserted", "editorial", "inferred", "closed", "ontology")
_AT_ONCE = 400


@dataclass(frozen=True)
class Period:
    """First and last day of validity, ISO 8601; an open end is empty, and so are both where the time is unknown."""

    first: str
    last: str


@dataclass(frozen=True)
class Passage:
    """Where in a source a statement stands."""

    iri: str
    source: str
    path: str
    lines: str


@dataclass
class Statement:
    """One triple: its kinds (asserted, editorial, inferred, closed, ontology), passages and periods."""

    triple: Triple
    kinds: tuple[str, ...]
    passages: tuple[Passage, ...] = ()
    periods: tuple[Period, ...] = ()

    @property
    def is_derived(self) -> bool:
        """Tell whether the statement was concluded, and is laid down nowhere."""
        return not {"asserted", "editorial", "ontology"} & set(self.kinds)

    def other(self, thing: str) -> Term:
        """Give the end of the triple that is not the thing."""
        subject, target = self.triple.subject, self.triple.object
        return target if isinstance(subject, NamedNode) and subject.value == thing else subject


@dataclass
class Group:
    """The statements with one predicate, in one direction."""

    predicate: str
    incoming: bool
    statements: list[Statement] = field(default_factory=list)


@dataclass
class Description:
    """A thing with all that is said of it."""

    iri: str
    groups: list[Group]
    labels: dict[str, Label]

    @property
    def statements(self) -> list[Statement]:
        """Give all statements, in the order of the page."""
        return [statement for group in self.groups for statement in group.statements]

    @property
    def triples(self) -> list[Triple]:
        """Give the triples of the page, sorted, each once."""
        return sorted({statement.triple for statement in self.statements}, key=str)


def describe(store: Store, iri: str, rows: Iterable[Row] | None = None) -> Description | None:
    """Describe a thing, by all that is said of it or by some rows of that; ``None`` where nothing is."""
    graphs: dict[Triple, set[str]] = defaultdict(set)
    for row in select(store, context.query("thing", thing=iri)) if rows is None else rows:
        graph, subject, predicate, target = row["graph"], row["subject"], row["predicate"], row["object"]
        graphs[Triple(subject, predicate, target)].add(text_of(graph))  # type: ignore[arg-type]
    names = store.names
    shown = {t: found for t, found in graphs.items() if any(not names.is_layer(graph) for graph in found)}
    if not shown:
        return None
    ends = (term for triple in shown for term in (triple.subject, triple.object))
    sourced = _provenance(store, {term.value for term in ends if isinstance(term, NamedNode) and not _is_passage(term)})
    sources = _source_periods(store)
    statements = [_statement(triple, found, store, sourced, sources) for triple, found in shown.items()]
    labels = labels_of(store, (term for triple in shown for term in (triple.subject, triple.predicate, triple.object)))
    return Description(iri, _grouped(iri, statements, labels, names.terms), labels)


@dataclass
class _Sourced:
    """What the graph knows of one subject's origin."""

    passages: dict[str, Passage] = field(default_factory=dict)
    particular: dict[tuple[str, str], dict[str, Passage]] = field(default_factory=lambda: defaultdict(dict))
    periods: set[Period] = field(default_factory=set)
    concluded: dict[str, set[Period]] = field(default_factory=lambda: defaultdict(set))
    owned: bool = False


def lines(first: str, last: str) -> str:
    """Write a range of lines: one number where it is one line."""
    return first if first == last else f"{first}–{last}"


def _provenance(store: Store, subjects: Iterable[str]) -> dict[str, _Sourced]:
    found: dict[str, _Sourced] = defaultdict(_Sourced)
    listed = sorted(subjects)
    for start in range(0, len(listed), _AT_ONCE):
        for row in select(store, context.query("provenance", things=listed[start : start + _AT_ONCE])):
            entry = found[text_of(row["things"])]
            entry.owned = text_of(row["things"]).removeprefix(store.names.things).split("/")[0] in _OWNED
            if "passage" not in row:
                period = _period_of(row)
                if "value" in row:
                    entry.concluded[text_of(row["value"])].add(period)
                else:
                    entry.periods.add(period)
                continue
            passage = Passage(
                text_of(row["passage"]),
                text_of(row["source"]),
                text_of(row["path"]),
                lines(text_of(row["from"]), text_of(row["to"])),
            )
            if "property" in row:
                key = (text_of(row["property"]), text_of(row["value"]) if "value" in row else "")
                entry.particular[key][passage.iri] = passage
            else:
                entry.passages[passage.iri] = passage
    return found


def _source_periods(store: Store) -> dict[str, Period]:
    """Give the period of each source, and of each layer that has one, by IRI."""
    return {text_of(row["source"]): _period_of(row) for row in select(store, context.query("source-periods"))} | {
        text_of(row["layer"]): _period_of(row)
        for row in select(store, context.query("layer-periods", catalogue=store.names.catalogue_graph))
    }


def _period_of(row: Row) -> Period:
    return Period(*(text_of(row[end]) if end in row else "" for end in ("first", "last")))


def _statement(
    triple: Triple, graphs: set[str], store: Store, sourced: dict[str, _Sourced], sources: dict[str, Period]
) -> Statement:
    names = store.names
    kinds = tuple(
        kind for kind in KINDS if any(names.kind_of_graph(g) == kind for g in graphs if not names.is_layer(g))
    )
    origin = sourced.get(text_of(triple.subject), _Sourced())
    passages: dict[str, Passage] = {}
    periods: set[Period] = set()
    if "asserted" in kinds:
        predicate = triple.predicate.value
        particular = origin.particular.get((predicate, text_of(triple.object))) or origin.particular.get(
            (predicate, "")
        )
        passages = particular or _shared(origin, sourced.get(text_of(triple.object)))
        slugs = [
            graph.removeprefix(names.source_graph(""))
            for graph in graphs
            if names.kind_of_graph(graph) == "asserted" and not names.is_layer(graph)
        ]
        said = {iri: passage for iri, passage in passages.items() if passage.source.rsplit("/", 1)[-1] in slugs}
        passages = said or passages
        periods = origin.periods or _periods(slugs, names.things, sources)
    elif "inferred" in kinds:
        periods = {sources[graph] for graph in graphs if graph in sources}
    elif "closed" in kinds:
        periods = origin.concluded.get(text_of(triple.object)) or origin.periods
    return Statement(triple, kinds, tuple(passages.values()), tuple(sorted(periods, key=lambda p: (p.first, p.last))))


def _shared(subject: _Sourced, target: _Sourced | None) -> dict[str, Passage]:
    """Give the passages of the subject, narrowed to those that its object stands in too, where there are any."""
    if target is None:
        return subject.passages
    both = {iri: passage for iri, passage in subject.passages.items() if iri in target.passages}
    return both or (target.passages if target.owned else {}) or subject.passages


def _is_passage(term: NamedNode) -> bool:
    return "/id/passage/" in term.value


def _periods(slugs: Iterable[str], things: str, sources: dict[str, Period]) -> set[Period]:
    return {sources[iri] for slug in slugs if (iri := f"{things}kalla/{slug}") in sources}


_FIRST = (PREF_LABEL, RDFS_LABEL, DCT + "title", SKOS + "altLabel", SKOS + "definition", RDF_TYPE)
_NEXT = (
    "erbjuder",
    "harMetodutbud",
    "erbjudsAv",
    "erbjudandeText",
    "innehallText",
    "riktarSigSpecifiktTill",
    "riktarSigTill",
    "alderFran",
    "alderTill",
    "anvanderMetod",
    "tilltradesvag",
    "regi",
    "status",
    "startar",
    "utforsAv",
    "huvudman",
    "harUppgift",
    "deltarI",
    "samverkarMed",
    "onskar",
)
"""What a reader looks for first: names, then these terms of ours, then the rest by their labels."""
_OWNED = ("utbud", "uppgift", "handelse", "uttalande", "kop", "projekt", "samarbete", "arbetssatt", "finansiering")
"""Kinds of thing that a source speaks of in one place: a statement that leads to one stands where it stands."""


def reading_order(terms: str) -> dict[str, int]:
    """Give the place of each property that a reader looks for before the rest, with ours in the namespace ``terms``."""
    return {iri: number for number, iri in enumerate([*_FIRST, *(terms + name for name in _NEXT)])}


def _grouped(iri: str, statements: Iterable[Statement], labels: dict[str, Label], terms: str) -> list[Group]:
    groups: dict[tuple[bool, str], Group] = {}
    for statement in statements:
        incoming = not (isinstance(statement.triple.subject, NamedNode) and statement.triple.subject.value == iri)
        predicate = statement.triple.predicate.value
        groups.setdefault((incoming, predicate), Group(predicate, incoming)).statements.append(statement)
    for group in groups.values():
        group.statements.sort(key=lambda s: _sort_key(s.other(iri), labels))

    order = reading_order(terms)

    def place(group: Group) -> tuple[bool, int, str]:
        return group.incoming, order.get(group.predicate, len(order)), labels[group.predicate].text.lower()

    return sorted(groups.values(), key=place)


def _sort_key(term: Term, labels: dict[str, Label]) -> tuple[int, str]:
    if isinstance(term, Literal):
        foreign = term.language is not None and term.language != language.current()
        return int(foreign), term.value
    text = text_of(term)
    return 2, (labels[text].text if text in labels else text).lower()
