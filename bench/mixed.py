"""What is asked in the mix: every report of one thing and of all, and the queries that pages are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, QuerySolutions, Store

from kunskapsgraf.graph import queries
from kunskapsgraf.graph.queries import QueryFile
from kunskapsgraf.graph.vocabulary import Names
from kunskapsgraf.settings import packaged_sources
from kunskapsgraf.web.pages import FRONT_CLASSES


@dataclass(frozen=True)
class Case:
    """One query to ask: its file's name, what it is asked of, its text, and whether it is of ``one``, ``all`` or a ``page``."""

    name: str
    of: str
    query: str
    kind: str


class Things:
    """The things of the data by kind, in the order of how much is said of them, the most first."""

    def __init__(self, store: Store, names: Names) -> None:
        self._names = names
        found = store.query("SELECT ?s (COUNT(*) AS ?n) WHERE { ?s ?p ?o } GROUP BY ?s ORDER BY DESC(?n) ?s")
        assert isinstance(found, QuerySolutions), "a SELECT"
        self._by_kind: dict[str, list[str]] = {}
        for row in found:
            subject = row["s"]
            if isinstance(subject, NamedNode) and subject.value.startswith(names.things):
                kind = subject.value.removeprefix(names.things).partition("/")[0]
                self._by_kind.setdefault(kind, []).append(subject.value)

    def some(self, kinds: Sequence[str], count: int) -> list[str]:
        """Give things of the kinds: of which the most is said, the least, and evenly between; as ``kind/slug``."""
        found = next((self._by_kind[kind] for kind in kinds if self._by_kind.get(kind)), [])
        last = len(found) - 1
        places = sorted({round(last * step / max(1, count - 1)) for step in range(count)}) if found else []
        return [found[place].removeprefix(self._names.things) for place in places]

    def most(self, kind: str, count: int) -> list[str]:
        """Give the IRIs of the things of a kind of which the most is said."""
        return self._by_kind.get(kind, [])[:count]


def cases(folder: Path, names: Names, count: int) -> list[Case]:
    """Give what is asked of a store: each report of ``count`` things and, where it may be, of all; then the pages' queries."""
    things = Things(Store.read_only(str(folder)), names)
    root = packaged_sources() / "queries"
    found = [
        case
        for name, report in queries.folder(root / "reports", names.base).items()
        for case in _of_report(name, report, things, names, count)
    ]
    return found + list(_of_pages(queries.folder(root / "pages", names.base), things, names))


def _of_report(name: str, report: QueryFile, things: Things, names: Names, count: int) -> Iterator[Case]:
    asked = [parameter for parameter in report.parameters if parameter.type == "iri"]
    if all(parameter.optional or parameter.default for parameter in report.parameters):
        yield Case(name, "all" if asked else "", report.bind({}, names), "all" if asked else "one")
    if not asked:
        return
    needed = [parameter for parameter in asked[1:] if not parameter.optional]
    for thing in things.some(asked[0].kinds, count):
        values = {asked[0].name: thing} | {p.name: things.some(p.kinds, 2)[-1] for p in needed}
        yield Case(name, " ".join(values.values()), report.bind(values, names), "one")


def _of_pages(pages: Mapping[str, QueryFile], things: Things, names: Names) -> Iterator[Case]:
    classes = [names.terms + name for name in FRONT_CLASSES]
    some, offers = things.most("insats", 50), names.terms + "erbjuder"
    kommun = things.most("kommun", 1)[0]
    usual: dict[str, str | Sequence[str]] = {
        "after": names.things,
        "class": names.terms + "Kommun",
        "classes": classes,
        "dataset": names.dataset,
        "ends": some,
        "graph": names.ontology_graph,
        "method": things.most("metod", 1)[0],
        "place": kommun,
        "places": things.most("kommun", 3),
        "predicate": offers,
        "properties": [offers],
        "property": offers,
        "relations": [offers],
        "scheme": names.terms,
        "start": f"{names.things}kommun/",
        "thing": kommun,
        "types": classes,
        "word": "samtal",
    }
    values: dict[str, dict[str, str | Sequence[str]]] = {
        "class-members": {"class": names.terms + "Belagg"},
        "class-shapes": {"graph": names.catalogue_graph},
        "thing-to": {"properties": [names.terms + "belaggSubjekt"]},
        "graphs-to": {"property": names.terms + "belaggSubjekt"},
        "used-classes": {"catalogue": names.catalogue_graph},
        "used-properties": {"catalogue": names.catalogue_graph},
    }
    for name, page in pages.items():
        chosen = values.get(name, {})
        needed = [p for p in page.parameters if p.name in chosen or not (p.optional or p.default)]
        bound = {p.name: _fitting(p.type, chosen.get(p.name, usual.get(p.name, some))) for p in needed}
        yield Case(name, "", page.bind(bound, names), "page")


def _fitting(kind: str, value: str | Sequence[str]) -> str | Sequence[str]:
    """Give one value or several, as a parameter takes them."""
    if kind == "iris":
        return [value] if isinstance(value, str) else value
    return value if isinstance(value, str) else value[0]


def html_pages(folder: Path, names: Names) -> list[str]:
    """Give the paths of the pages to get: the largest of each kind, the catalogue, and reports of one thing and of all."""
    things = Things(Store.read_only(str(folder)), names)
    kommun, metod = things.some(["kommun"], 1)[0], things.some(["metod"], 1)[0]
    reports = ("meny-for-kommun?kommun=", "bemanning?plats=", "onskemal?kommun=")
    return [
        "/",
        "/om",
        "/katalog",
        "/klass/Belagg",
        "/klass/Insats",
        f"/sida/{kommun}",
        f"/sida/{metod}",
        "/queries",
        *(f"/queries/{report}{kommun}" for report in reports),
        *(f"/queries/{report}" for report in ("insatser-per-kommun", "kommuner-per-metod", "forutsattningar")),
    ]
