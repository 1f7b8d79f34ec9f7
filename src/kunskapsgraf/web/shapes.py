"""What things of each class look like, as SHACL node shapes: from this visual query builders such as Sparnatural make their forms.

They describe what is there, by the counts of the build, and forbid nothing: each property has the values that members of
the class have now. Classes and properties without a label in the graph are left out, since nobody could choose them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

from kunskapsgraf.graph.rdf import Literal, NamedNode, Triple
from kunskapsgraf.graph.statements import Statements
from kunskapsgraf.graph.store import select
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.vocabulary import PREF_LABEL, RDF, RDF_TYPE, RDFS_LABEL, SH, Names
from kunskapsgraf.web import context

_AT_ONCE = 400
Values = dict[str, dict[str, dict[str, set[str]]]]
"""By class and property, the kind of values (``sh:class`` or ``sh:datatype``) and which."""


def shapes(names: Names) -> Iterator[Triple]:
    """Give a shape for each class, with a property shape for each property that its members have."""
    values = _values(names)
    labels = _labels({*values, *(name for properties in values.values() for name in properties)})
    said = Statements(names.catalogue_graph)
    for own, properties in sorted(values.items()):
        if own not in labels:
            continue
        shape = f"{names.base}graf/former#{quote(names.shorten(own), safe='')}"
        said.say(shape, RDF_TYPE, SH + "NodeShape")
        said.say(shape, SH + "targetClass", own)
        said.say(shape, RDFS_LABEL, *labels[own])
        for name, kinds in sorted(properties.items()):
            if name in labels and name != RDF_TYPE:  # the type is chosen with the class
                mine = f"{shape}/{quote(names.shorten(name), safe='')}"
                said.say(shape, SH + "property", mine)
                said.say(mine, RDF_TYPE, SH + "PropertyShape")
                said.say(mine, SH + "path", name)
                said.say(mine, SH + "name", *labels[name])
                _say_values(said, mine, [(kind, iri) for kind in sorted(kinds) for iri in sorted(kinds[kind])])
    return (quad.triple for quad in said.quads())


def _values(names: Names) -> Values:
    found: Values = defaultdict(lambda: defaultdict(lambda: defaultdict(set)))
    query = context.query("class-shapes", graph=names.catalogue_graph, dataset=names.dataset)
    for row in select(context.store(), query):
        kinds = found[text_of(row["class"])][text_of(row["property"])]
        for kind, name in ((SH + "class", "target"), (SH + "datatype", "datatype")):
            if name in row:
                kinds[kind].add(text_of(row[name]))
    return found


def _labels(iris: Iterable[str]) -> dict[str, list[Literal]]:
    """Give the labels of terms, in every language: preferred ones where there are such."""
    found: dict[str, dict[str, list[Literal]]] = defaultdict(lambda: defaultdict(list))
    wanted = sorted(iris)
    for start in range(0, len(wanted), _AT_ONCE):
        for row in select(context.store(), context.query("labels", things=wanted[start : start + _AT_ONCE])):
            if isinstance(label := row["label"], Literal):
                found[text_of(row["things"])][text_of(row["property"])].append(label)
    return {
        iri: sorted(of.get(PREF_LABEL) or of[RDFS_LABEL], key=str)
        for iri, of in found.items()
        if PREF_LABEL in of or RDFS_LABEL in of
    }


def _say_values(said: Statements, mine: str, values: Sequence[tuple[str, str]]) -> None:
    """Say what the values are: of the one class or datatype, or of any of several (SHACL, section 4.6.3)."""
    if len(values) == 1:
        said.say(mine, *values[0])
        return
    rest = NamedNode(RDF + "nil")
    for number in range(len(values), 0, -1):
        item, link = f"{mine}/{number}", NamedNode(f"{mine}/fran-{number}")
        said.say(item, *values[number - 1])
        said.say(link.value, RDF + "first", item)
        said.say(link.value, RDF + "rest", rest)
        rest = link
    if values:
        said.say(mine, SH + "or", rest)
