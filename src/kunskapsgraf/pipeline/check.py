"""Check what curators wrote: the axioms, SHACL shapes per source, and queries whose every row is a violation.

A violation's message says, in Swedish and English, what is wrong and how to mend it; file and line are added here.
"""

from __future__ import annotations

import importlib.metadata
import warnings
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from pathlib import Path

import pyshacl
import rdflib

from kunskapsgraf.errors import CheckFailed
from kunskapsgraf.graph import queries
from kunskapsgraf.graph.engine import Memory, graph_of
from kunskapsgraf.graph.rdf import BlankNode, Literal, NamedNode, Term, Triple
from kunskapsgraf.graph.snapshot import digest_of
from kunskapsgraf.graph.terms import text_of
from kunskapsgraf.graph.vocabulary import BASE, RDF_TYPE, RDFS, SH, XSD, Names
from kunskapsgraf.pipeline.axioms import Violation, check_axioms, faulty_axioms
from kunskapsgraf.pipeline.cache import Results, digest_of_triples, key_of
from kunskapsgraf.pipeline.read import Corpus

MOST_SHOWN = 25
_OPEN_ENDED = ("closed", "sparql", "select", "ask", "js")
"""Parts of a shape that may see properties which it does not name."""


def check(corpus: Corpus, root: Path, rules: Path, names: Names, results: Results | None = None) -> None:
    """Check the axioms, and run every shape (``shapes/``) and check query (``queries/checks/``) below ``rules``.

    That a graph has conformed to the shapes is kept in ``results``. Raises ``CheckFailed`` with all violations, the first
    of them in its message.
    """
    results = results or Results(None)
    violations = check_axioms(corpus, root, rules / "queries", names)
    violations += check_queries(corpus, root, rules / "queries" / "checks", names)
    for graph in corpus.graphs():
        if names.kind_of_graph(graph) in ("asserted", "editorial"):
            key = _shapes_key(corpus, graph, rules / "shapes", names, results)
            if results.get(key) is not None:
                continue
            found = shapes(corpus, graph, root, rules / "shapes", names)
            if not found:
                results.put(key, b"")
            violations += found
    _term.cache_clear()  # 150 MB that nothing after this asks for
    refuse(violations)


def _shapes_key(corpus: Corpus, graph: str, folder: Path, names: Names, results: Results) -> str:
    """Give the digest of all that decides whether a graph conforms: what ``shapes`` reads, and with what."""
    software = [importlib.metadata.version(library) for library in ("pyshacl", "rdflib", "pyoxigraph")]
    files = [digest_of(file) for file in sorted(folder.glob("*.ttl"))]
    said = [
        digest_of_triples(corpus.graph(one)) for one in (graph, *_beside(corpus, graph, names), names.ontology_graph)
    ]
    return key_of("shapes", names.base, graph, results.code, *software, *files, "of", *said)


def refuse_axioms(corpus: Corpus, root: Path, names: Names) -> None:
    """Raise ``CheckFailed`` for axioms that the reasoner cannot read; the rest is not looked at."""
    refuse(list(faulty_axioms(corpus, root, names)))


def refuse(violations: Sequence[Violation]) -> None:
    """Raise ``CheckFailed`` with all violations, the first of them in its message, where there are any."""
    if not violations:
        return
    shown = violations[:MOST_SHOWN]
    rest = len(violations) - len(shown)
    more_sv = f"\n... och {rest} till." if rest else ""
    more_en = f"\n... and {rest} more." if rest else ""
    raise CheckFailed(
        f"{len(violations)} fel i källfilerna; inget byggdes.\n" + "\n".join(sv for sv, _ in shown) + more_sv,
        f"{len(violations)} errors in the source files; nothing was built.\n"
        + "\n".join(en for _, en in shown)
        + more_en,
        tuple(violations),
    )


def check_queries(corpus: Corpus, root: Path, folder: Path, names: Names) -> Iterable[Violation]:
    """Run each ``*-violation.rq`` on the asserted graphs: a row binds ``?this``, ``?sv`` and ``?en``."""
    memory = Memory(corpus.quads)
    own_ontology = (root / "ontology").is_dir()
    for query in queries.folder(folder, names.base).values():
        for row in memory.select(query.text):
            if isinstance(row["this"], BlankNode) and not own_ontology:
                continue  # an axiom of the package's ontology, which names things of the package's data
            thing, sv, en = (text_of(row[name]) for name in ("this", "sv", "en"))
            where = f"{corpus.where(thing, root)}: {names.shorten(thing).removeprefix(names.things)}"
            yield f"{where}: {sv}", f"{where}: {en}"


def shapes(corpus: Corpus, graph: str, root: Path, folder: Path, names: Names) -> list[Violation]:
    """Validate one source against the shapes, with the editorial graph and the class tree beside it."""
    shape_graph = rdflib.Graph()
    for file in sorted(folder.glob("*.ttl")):
        shape_graph.parse(data=file.read_text(encoding="utf-8").replace(BASE, names.base), format="turtle")
    own = {triple.subject.value for triple in corpus.graph(graph) if isinstance(triple.subject, NamedNode)}
    tree = [
        t
        for t in corpus.graph(names.ontology_graph)
        if t.predicate.value in (RDFS + "subClassOf", RDFS + "subPropertyOf")
    ]
    data = to_rdflib(chain(_seen(corpus, {graph, *_beside(corpus, graph, names)}, shape_graph), tree))
    _target(shape_graph, data, own)
    with warnings.catch_warnings():
        # pySHACL 0.40 warns about its own use of rdflib's deprecated Dataset members.
        warnings.simplefilter("ignore", DeprecationWarning)
        conforms, report, _ = pyshacl.validate(data, shacl_graph=shape_graph, inference="none", advanced=False)
    if conforms:
        return []
    found: list[Violation] = []
    for result in sorted(report.subjects(rdflib.RDF.type, rdflib.URIRef(SH + "ValidationResult"))):
        focus = str(report.value(result, rdflib.URIRef(SH + "focusNode")))
        if focus not in own:
            continue  # an editorial thing is not this source's to mend
        path = report.value(result, rdflib.URIRef(SH + "resultPath"))
        value = report.value(result, rdflib.URIRef(SH + "value"))
        texts = {
            getattr(m, "language", None): str(m) for m in report.objects(result, rdflib.URIRef(SH + "resultMessage"))
        }
        fallback = next(iter(texts.values()), "")
        short = focus.removeprefix(names.things)
        what = f"{corpus.where(focus, root)}: {short}"
        if isinstance(path, rdflib.URIRef):  # an inverse path is a blank node, whose label says nothing
            what += f", {names.shorten(str(path))}"
        if value is not None and str(value) != focus:
            what += f" = {names.shorten(str(value)).removeprefix(names.things)}"
        found.append((f"{what}: {texts.get('sv', fallback)}", f"{what}: {texts.get('en', fallback)}"))
    return sorted(set(found))


def _seen(corpus: Corpus, graphs: Collection[str], shape_graph: rdflib.Graph) -> Iterator[Triple]:
    """Give the triples of graphs that shapes may see: of the properties that they name, and what a thing and a class is.

    rdflib holds them in memory, in several times the room that they have here; of a nation's data they are under half.
    """
    open_ended = any((None, rdflib.URIRef(SH + name), None) in shape_graph for name in _OPEN_ENDED)
    named = {str(term) for term in shape_graph.objects()} | {RDF_TYPE, RDFS + "subClassOf"}
    for quad in corpus.quads:
        if graph_of(quad) in graphs and (open_ended or quad.predicate.value in named):
            yield quad.triple


def _target(shape_graph: rdflib.Graph, data: rdflib.Graph, own: Collection[str]) -> None:
    """Let shapes target, of the members of their classes, those that a source speaks of itself: what is another's is not its to mend.

    The library would validate all that stands beside, which takes most of the time where that is every source.
    """
    target_class, target_node = (rdflib.URIRef(SH + name) for name in ("targetClass", "targetNode"))
    for shape, kind in list(shape_graph.subject_objects(target_class)):
        shape_graph.remove((shape, target_class, kind))
        for below in {kind, *data.transitive_subjects(rdflib.RDFS.subClassOf, kind)}:
            for node in data.subjects(rdflib.RDF.type, below):
                if str(node) in own:
                    shape_graph.add((shape, target_node, node))


def _beside(corpus: Corpus, graph: str, names: Names) -> list[str]:
    """Name what a graph is read with: the editorial graph, or where it is that, every source, since it speaks of them."""
    return corpus.graphs() if graph == names.editorial_graph else [names.editorial_graph]


def to_rdflib(triples: Iterable[Triple]) -> rdflib.Graph:
    """Hand triples to rdflib, term by term."""
    graph = rdflib.Graph()
    for triple in triples:
        graph.add((_term(triple.subject), _term(triple.predicate), _term(triple.object)))
    return graph


@lru_cache(maxsize=200_000)
def _term(term: Term) -> rdflib.term.Node:
    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, BlankNode):
        return rdflib.BNode(term.value)
    assert isinstance(term, Literal), "statements about statements are refused as files are read"
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    # As rdflib reads N-Triples: a plain text has no datatype there.
    datatype = None if term.datatype.value == XSD + "string" else rdflib.URIRef(term.datatype.value)
    return rdflib.Literal(term.value, datatype=datatype)
