"""``/klasser``, ``/egenskaper`` and ``/begrepp``: the terms of the ontology and the concepts of the schemes, as trees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, render_template, request

from kunskapsgraf.errors import BadRequest, NotFound
from kunskapsgraf.graph.naming import best
from kunskapsgraf.graph.rdf import Literal, NamedNode, Triple
from kunskapsgraf.graph.store import select
from kunskapsgraf.graph.terms import is_true, text_of
from kunskapsgraf.graph.vocabulary import DCT, OWL, RDF, RDFS, SKOS
from kunskapsgraf.web import context, language
from kunskapsgraf.web.hierarchy import Branch, Forest, forest
from kunskapsgraf.web.labels import Label, labels_of
from kunskapsgraf.web.sparql import MOST_ROWS_ON_A_PAGE

blueprint = Blueprint("trees", __name__)
LOOSE = "utan"
"""Stands in place of a scheme for the concepts that are in none."""
_BUILT_IN = (OWL, RDF, RDFS)
_CLASSES = (OWL + "Class", RDFS + "Class")
_PROPERTIES = (RDF + "Property", *(OWL + name for name in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")))
_COLLECTIONS = (SKOS + "Collection", SKOS + "OrderedCollection")
_EXPLAINS = (SKOS + "definition", RDFS + "comment", DCT + "description")
_AT_ONCE = 400
_BY_NAME = 3_000
"""Terms or concepts that are ordered by their names; more are by their IRIs, or the names of all would have to be read."""


@dataclass(frozen=True)
class Tree:
    """A forest with what a page says of each place in it."""

    forest: Forest
    labels: dict[str, Label]
    explained: dict[str, Label]
    concluded: dict[tuple[str, str], Triple]
    """The steps, from below to above, that nobody states, with the statement that was concluded."""
    uses: dict[str, int]
    deprecated: dict[str, tuple[str, ...]]
    """What is no longer to be used, with what replaces it."""
    tops: frozenset[str] = frozenset()

    def conclusion(self, branch: Branch) -> Triple | None:
        """Give the conclusion that a place rests on alone; ``None`` where somebody states it."""
        found = [self.concluded.get((below, above)) for below in branch.members for above in branch.under]
        return found[0] if found and all(found) else None


@blueprint.get("/klasser")
def classes() -> str:
    """Show the classes, each under those that it is directly a subclass of."""
    tree = _terms(_CLASSES, RDFS + "subClassOf", OWL + "equivalentClass")
    return render_template("tree.html", tree=tree, of="classes", start=_start(), most=MOST_ROWS_ON_A_PAGE)


@blueprint.get("/egenskaper")
def properties() -> str:
    """Show the properties, each under those that it is directly a subproperty of."""
    tree = _terms(_PROPERTIES, RDFS + "subPropertyOf", OWL + "equivalentProperty")
    return render_template("tree.html", tree=tree, of="properties", start=_start(), most=MOST_ROWS_ON_A_PAGE)


@blueprint.get("/begrepp")
def concepts() -> str:
    """List the schemes and collections, or show the concepts of a scheme, each under the broader ones."""
    wanted = request.args.get("schema", "").strip()
    return _scheme(wanted) if wanted else _schemes()


def _schemes() -> str:
    store = context.store()
    counts = {
        text_of(row["scheme"]): int(text_of(row["concepts"]))
        for row in select(store, context.query("schemes"))
        if "scheme" in row
    }
    loose = len(select(store, context.query("loose-concepts")))
    labels = labels_of(store, (NamedNode(iri) for iri in counts))
    ordered = sorted(counts, key=lambda iri: labels[iri].text.lower())
    member = SKOS + "member"
    held, _ = _steps([member], down=[member])
    found = set(_of_types(_COLLECTIONS)) | {above for wider in held.values() for above in wider}
    return render_template(
        "schemes.html",
        schemes=[(iri, counts[iri]) for iri in ordered],
        labels=labels,
        explained=_explained(ordered),
        loose=loose,
        collections=_tree(found | set(held), held, {}, is_transitive=False) if found else None,
        most=MOST_ROWS_ON_A_PAGE,
    )


def _scheme(wanted: str) -> str:
    store = context.store()
    names = store.names
    if wanted == LOOSE:
        iri, rows = "", select(store, context.query("loose-concepts"))
    else:
        iri = wanted if ":" in wanted else f"{names.things}schema/{wanted}"
        rows = select(store, context.query("scheme-concepts", scheme=[iri]))
        if not rows:
            raise NotFound(
                f"Det finns inget begreppssystem {wanted!r}. Se vilka som finns på /begrepp.",
                f"There is no concept scheme {wanted!r}. See which there are at /begrepp.",
            )
    found = {text_of(row["concept"]) for row in rows}
    tops = {text_of(row["concept"]) for row in rows if "top" in row and is_true(row["top"])}
    broader, narrower = SKOS + "broader", SKOS + "narrower"
    above, concluded = _steps([broader, narrower], down=[narrower])
    tree = _tree(found, above, concluded, tops, is_transitive=False)
    labels = labels_of(store, [NamedNode(iri)]) if iri else {}
    return render_template(
        "tree.html",
        tree=tree,
        of="concepts",
        start=_start(),
        scheme=iri,
        wanted=wanted,
        named=labels,
        most=MOST_ROWS_ON_A_PAGE,
    )


def _terms(types: Iterable[str], narrower_than: str, equivalent: str) -> Tree:
    """Build the tree of terms of some types; what is equivalent stands in one place."""
    above, concluded = _steps([narrower_than, equivalent], both=[equivalent])
    found = set(_of_types(types)).union(above, *above.values())
    return _tree({iri for iri in found if not iri.startswith(_BUILT_IN)}, above, concluded)


def _tree(
    found: set[str],
    above: dict[str, set[str]],
    concluded: dict[tuple[str, str], Triple],
    tops: Iterable[str] = (),
    *,
    is_transitive: bool = True,
) -> Tree:
    store = context.store()
    start = _start()
    if start and start not in found:
        raise NotFound(f"{start} finns inte i trädet.", f"{start} is not in the tree.")
    names = labels_of(store, (NamedNode(iri) for iri in found)) if len(found) <= _BY_NAME else {}

    def order(iri: str) -> tuple[str, str]:
        return names[iri].text.lower() if iri in names else "", iri

    grown = forest(found, above, order, MOST_ROWS_ON_A_PAGE, start, is_transitive)
    shown = {iri for branch in grown.branches() for iri in branch.members}
    outside = {iri: above.get(iri, set()) - found for iri in shown}
    for branch in grown.branches():  # what is above it in another tree
        elsewhere = sorted({wider for iri in branch.members for wider in outside[iri]})
        branch.others += tuple(iri for iri in elsewhere if not iri.startswith(_BUILT_IN))
    deprecated = _deprecated()
    named = shown | {iri for branch in grown.branches() for iri in branch.others}
    named |= {iri for instead in deprecated.values() for iri in instead}
    named |= {triple.predicate.value for triple in concluded.values()}
    names |= labels_of(store, (NamedNode(iri) for iri in named - set(names)))
    return Tree(grown, names, _explained(shown), concluded, _uses(), deprecated, frozenset(tops))


def _start() -> str:
    """Read where a tree is to begin, as an IRI or a term of ours."""
    text = request.args.get("fran", "").strip()
    if not text:
        return ""
    names = context.store().names
    iri = names.terms + text.removeprefix("kg:") if ":" not in text.removeprefix("kg:") else text
    try:
        return NamedNode(iri).value
    except ValueError as error:
        raise BadRequest(f"fran={text!r} är ingen IRI.", f"fran={text!r} is no IRI.") from error


def _steps(
    relations: list[str], down: Iterable[str] = (), both: Iterable[str] = ()
) -> tuple[dict[str, set[str]], dict[tuple[str, str], Triple]]:
    """Give what is above what by some relations, those that lead ``down`` turned; and the steps that are concluded."""
    names = context.store().names
    above: dict[str, set[str]] = defaultdict(set)
    stated: set[tuple[str, str]] = set()
    concluded: dict[tuple[str, str], Triple] = {}
    for row in select(context.store(), context.query("relations", relations=relations)):
        graph, relation = text_of(row["graph"]), text_of(row["relations"])
        if names.is_layer(graph):
            continue
        step = text_of(row["subject"]), text_of(row["object"])
        for below, wider in {step, step[::-1]} if relation in both else {step[::-1] if relation in down else step}:
            if below != wider:
                above[below].add(wider)
                if names.kind_of_graph(graph) in ("inferred", "closed"):
                    concluded[below, wider] = Triple(NamedNode(step[0]), NamedNode(relation), NamedNode(step[1]))
                else:
                    stated.add((below, wider))
    return dict(above), {step: triple for step, triple in concluded.items() if step not in stated}


def _of_types(types: Iterable[str]) -> list[str]:
    rows = select(context.store(), context.query("terms-of-types", types=list(types)))
    return [text_of(row["term"]) for row in rows]


def _uses() -> dict[str, int]:
    """Give how many things each class holds, and how many statements each property makes."""
    store = context.store()
    counted = {"catalogue": store.names.catalogue_graph, "dataset": store.names.dataset}
    rows = [
        row for name in ("used-classes", "used-properties") for row in select(store, context.query(name, **counted))
    ]
    return {text_of(row["term"]): int(text_of(row["uses"])) for row in rows}


def _deprecated() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for row in select(context.store(), context.query("deprecated-terms")):
        instead = (text_of(row["instead"]),) if "instead" in row else ()
        found[text_of(row["term"])] = (*found.get(text_of(row["term"]), ()), *instead)
    return found


def _explained(iris: Iterable[str]) -> dict[str, Label]:
    """Give the definition, comment or description of things, in the visitor's language where there is one."""
    listed = sorted(iris)
    found: dict[str, dict[str, list[Literal]]] = defaultdict(lambda: defaultdict(list))
    for start in range(0, len(listed), _AT_ONCE):
        for row in select(context.store(), context.query("explanations", things=listed[start : start + _AT_ONCE])):
            if isinstance(row["text"], Literal):
                found[text_of(row["things"])][text_of(row["property"])].append(row["text"])
    chosen = {}
    for iri, texts in found.items():
        candidates = next(texts[name] for name in _EXPLAINS if texts.get(name))
        if (nearest := best(candidates, language.current())) is not None:
            chosen[iri] = Label(nearest.value, nearest.language)
    return chosen
