"""Query files: text with a head that says what the result means and which parameters it takes.

A head line begins with ``#+``. A report looks so::

    #+ title@sv: Kommuner per metod
    #+ title@en: Municipalities by method
    #+ description@sv: Vilka kommuner har en insats som arbetar enligt metoden?
    #+ description@en: Which municipalities have a service that works by the method?
    #+ param metod: iri metod; optional; sv=Metod; en=Method
    #+ column insats: sv=Insats; en=Service
    #+ example: metod=tolvstegsmetoden
    #+ theme: utbud
    #+ carried: metod
    #+ explains: KommunMedTolvstegsutbud
    #+ chart: insats by kommun; sv=Antal insatser i varje kommun; en=Number of services in each municipality
    SELECT ... WHERE { VALUES ?metod { UNDEF } ... }

A parameter's value replaces the ``UNDEF`` of its ``VALUES`` line as an RDF term written by the RDF library, never as
text of the visitor's. The form works on any SPARQL 1.1 engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

from kunskapsgraf.errors import NotFound, ParameterError, QueryFileError
from kunskapsgraf.graph.nearest import meant
from kunskapsgraf.graph.rdf import Literal, NamedNode, lexical
from kunskapsgraf.graph.vocabulary import BASE, XSD, Names

_HEAD = re.compile(r"^#\+\s*(?P<key>[a-z]+)(?:@(?P<language>sv|en)|\s+(?P<name>\w+))?:\s*(?P<value>.*)$")
_CHART = re.compile(r"(?P<counted>\w+) by (?P<by>\w+)\s*(?:;|$)")
_TYPES = ("iri", "iris", "string", "integer", "boolean", "language")
_PLACE = "VALUES ?{name} {{ UNDEF }}"


@dataclass(frozen=True)
class Parameter:
    """One parameter: its name, type, kinds of thing (for IRIs), whether it may be left out, default and labels."""

    name: str
    type: str
    kinds: tuple[str, ...]
    optional: bool
    default: str
    sv: str
    en: str

    def label(self, language: str) -> str:
        """Give the label in a language."""
        return self.en if language == "en" else self.sv

    def term(self, value: str, names: Names) -> str:
        """Write a value as the RDF term that the parameter's type makes it; raises ``ParameterError``."""
        return _term(self, value, names)


@dataclass(frozen=True)
class Chart:
    """A chart of bars: how many different values the column ``counted`` has beside each value of the column ``by``."""

    counted: str
    by: str
    titles: Mapping[str, str]

    def title(self, language: str) -> str:
        """Give the title in a language."""
        return self.titles.get(language) or f"{self.counted} / {self.by}"


@dataclass(frozen=True)
class QueryFile:
    """A query with its head."""

    name: str
    text: str
    titles: Mapping[str, str]
    descriptions: Mapping[str, str]
    parameters: tuple[Parameter, ...]
    example: Mapping[str, str]
    columns: Mapping[str, Mapping[str, str]]
    explains: tuple[str, ...] = ()
    """Categories that the report tells the reasons of: it stands on their page when they are empty."""
    premises: tuple[str, ...] = ()
    """Patterns that a rule's conclusion rests on (see ``reasoner/sparqlrules``)."""
    theme: str = ""
    """What the report is about, to list it with its like."""
    carried: tuple[str, ...] = ()
    """Kinds of thing whose pages carry the report, its first IRI parameter being the thing."""
    standing: tuple[str, ...] = ()
    """The values, each as in an address, with which a build asks it ahead (``graph/standing.py``); ``-`` with none."""
    chart: Chart | None = None
    """What a chart of the rows counts, where one makes sense."""

    def column(self, name: str, language: str) -> str:
        """Give the heading of a column in a language; its name where the head has none."""
        return self.columns.get(name, {}).get(language, name)

    def title(self, language: str) -> str:
        """Give the title in a language; the file's name where it has none."""
        return self.titles.get(language) or self.titles.get("sv") or self.name

    def description(self, language: str) -> str:
        """Give the description in a language."""
        return self.descriptions.get(language) or self.descriptions.get("sv") or ""

    def bind(self, values: Mapping[str, str | Sequence[str]], names: Names) -> str:
        """Give the query's text with each value in its place.

        An IRI is a full IRI, a ``kind/slug``, or the slug of a thing of the parameter's first kind; a
        parameter of type ``iris`` takes a list of them, and of full IRIs alone where it names no kind. Raises ``ParameterError`` for unknown,
        missing and mistyped values.
        """
        known = {parameter.name for parameter in self.parameters}
        for name in values:
            if name not in known:
                choices, (near_sv, near_en) = ", ".join(sorted(known)) or "-", meant(name, known)
                raise ParameterError(
                    f"{self.name} har ingen parameter {name!r}.{near_sv} De som finns: {choices}.",
                    f"{self.name} has no parameter {name!r}.{near_en} There are: {choices}.",
                )
        bound: dict[str, str] = {}
        for parameter in self.parameters:
            given = values.get(parameter.name, "")
            if isinstance(given, str):
                value = given.strip() or parameter.default
                parts = value.split() if parameter.type == "iris" else [value] if value else []
            else:
                parts = list(given)  # not split: an IRI may hold a no-break space
            if parts:
                place = _PLACE.format(name=parameter.name)
                bound[place] = place.replace("UNDEF", " ".join(_term(parameter, part, names) for part in parts))
            elif not parameter.optional:
                raise ParameterError(
                    f"{self.name} behöver parametern {parameter.name} ({parameter.sv}).",
                    f"{self.name} needs the parameter {parameter.name} ({parameter.en}).",
                )
        # In one pass: a value that looks like the place of another parameter must stay a value.
        places = "|".join(re.escape(place) for place in bound)
        return re.sub(places, lambda found: bound[found[0]], self.text) if bound else self.text


def _term(parameter: Parameter, value: str, names: Names) -> str:
    wrong = ParameterError(
        f"{parameter.name} är {value!r}, men ska vara av typen {parameter.type}.",
        f"{parameter.name} is {value!r}, but must be of type {parameter.type}.",
    )
    match parameter.type:
        case "integer":
            if not re.fullmatch(r"[+-]?[0-9]{1,18}", value):
                raise wrong
            return lexical(Literal(value, datatype=NamedNode(XSD + "integer")))
        case "boolean":
            if value not in ("true", "false"):
                raise wrong
            return lexical(Literal(value, datatype=NamedNode(XSD + "boolean")))
        case "language":
            if value not in ("sv", "en"):
                raise wrong
            return lexical(Literal(value))
        case "string":
            return lexical(Literal(value))
        case _:
            full = value
            if parameter.kinds and "://" not in value:
                slug = value if "/" in value else f"{parameter.kinds[0]}/{value}"
                full = names.things + quote(slug, safe="/")
            try:
                return lexical(NamedNode(full))
            except ValueError:
                raise wrong from None


def parse(name: str, text: str) -> QueryFile:
    """Read a query file's text; raise ``QueryFileError`` that names file and line."""
    titles: dict[str, str] = {}
    descriptions: dict[str, str] = {}
    parameters: list[Parameter] = []
    example: dict[str, str] = {}
    columns: dict[str, dict[str, str]] = {}
    premises: list[str] = []
    texts = {"theme": "", "chart": ""}
    lists: dict[str, tuple[str, ...]] = {"explains": (), "carried": (), "standing": ()}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("#+"):
            continue
        match = _HEAD.match(line)
        if match is None:
            raise _unreadable(name, number)
        key, language, value = match["key"], match["language"], match["value"].strip()
        if key == "title" and language:
            titles[language] = value
        elif key == "description" and language:
            descriptions[language] = f"{descriptions[language]} {value}" if language in descriptions else value
        elif key == "param" and match["name"]:
            parameters.append(_parameter(name, number, match["name"], value, text))
        elif key == "column" and match["name"]:
            columns[match["name"]] = dict(_options(value))
        elif key == "premise":
            premises.append(value)
        elif key in texts:
            texts[key] = value
        elif key in lists:
            lists[key] = tuple(value.split())
        elif key == "example":
            example = dict(pair.split("=", 1) for pair in value.split("&") if "=" in pair)
        else:
            raise _unreadable(name, number)
    return QueryFile(
        name,
        text,
        titles,
        descriptions,
        tuple(parameters),
        example,
        columns,
        premises=tuple(premises),
        theme=texts["theme"],
        chart=_chart(name, texts["chart"], columns),
        **lists,
    )


def _chart(file: str, value: str, columns: Mapping[str, object]) -> Chart | None:
    if not value:
        return None
    named = _CHART.match(value)
    if named is None or not {named["counted"], named["by"]} <= columns.keys():
        raise QueryFileError(
            f"{file}: chart är {value!r}; skriv KOLUMN by KOLUMN, två kolumner med rubriker i huvudet.",
            f"{file}: chart is {value!r}; write COLUMN by COLUMN, two columns with headings in the head.",
        )
    return Chart(named["counted"], named["by"], dict(_options(value)))


def _parameter(file: str, number: int, name: str, value: str, text: str) -> Parameter:
    kind_of_value, *options = (piece.strip() for piece in value.split(";"))
    type_name, _, kind = kind_of_value.partition(" ")
    settings = dict(_options(value))
    if type_name not in _TYPES or (type_name == "iri" and not kind):
        raise _unreadable(file, number)
    if text.count(_PLACE.format(name=name)) < 1:
        raise QueryFileError(
            f"{file}:{number}: parametern {name} används inte; skriv VALUES ?{name} {{ UNDEF }} i frågan.",
            f"{file}:{number}: the parameter {name} is not used; write VALUES ?{name} {{ UNDEF }} in the query.",
        )
    return Parameter(
        name=name,
        type=type_name,
        kinds=tuple(kind.split()),
        optional="optional" in options,
        default=settings.get("default", ""),
        sv=settings.get("sv", name),
        en=settings.get("en", name),
    )


def _options(value: str) -> Iterator[tuple[str, str]]:
    """Read ``sv=Metod; en=Method``."""
    for piece in value.split(";"):
        key, separator, text = piece.strip().partition("=")
        if separator:
            yield key, text


def _unreadable(file: str, number: int) -> QueryFileError:
    return QueryFileError(
        f"{file}:{number}: raden i huvudet går inte att tolka; se docs/reports.md för formen.",
        f"{file}:{number}: the line of the head cannot be read; see docs/reports.md for its form.",
    )


@cache
def folder(path: Path, base: str = BASE) -> dict[str, QueryFile]:
    """Read all query files of a folder, by name without suffix, in the order of their names, for a base."""
    return {
        file.stem: parse(file.name, file.read_text(encoding="utf-8").replace(BASE, base))
        for file in sorted(path.glob("*.rq"))
    }


def find(path: Path, name: str, base: str = BASE) -> QueryFile:
    """Find a query file of a folder by name; raise ``NotFound`` with the names there are."""
    files = folder(path, base)
    if name not in files:
        choices, (near_sv, near_en) = ", ".join(files) or "-", meant(name, files)
        raise NotFound(
            f"Det finns ingen rapport {name!r}.{near_sv} De som finns: {choices}.",
            f"There is no report {name!r}.{near_en} There are: {choices}.",
        )
    return files[name]
