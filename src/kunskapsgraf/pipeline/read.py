"""Read any folder of RDF: which file belongs to which named graph, and no term of ours that the ontology lacks."""

from __future__ import annotations

import difflib
import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path

from kunskapsgraf.errors import SourceError, UnknownTerm
from kunskapsgraf.graph.engine import graph_of
from kunskapsgraf.graph.rdf import READABLE, BlankNode, Literal, NamedNode, Quad, Triple, read_file, read_lines
from kunskapsgraf.graph.snapshot import digest_of
from kunskapsgraf.graph.vocabulary import OWL, RDF_TYPE, RDFS, Names
from kunskapsgraf.pipeline import patches
from kunskapsgraf.pipeline.patches import Patch
from kunskapsgraf.settings import packaged_sources

_DECLARING = frozenset(
    {
        OWL + "Class",
        OWL + "ObjectProperty",
        OWL + "DatatypeProperty",
        OWL + "AnnotationProperty",
        OWL + "NamedIndividual",
        OWL + "Ontology",
        RDFS + "Datatype",
    }
)


@dataclass(frozen=True)
class SourceFile:
    """One file and the graph that it belongs to; a patch stands once for each graph that it adds to."""

    path: Path
    graph: str
    patch: Patch | None = None


@dataclass(frozen=True)
class Corpus:
    """What was read: the asserted quads, the files, and for each subject the files that speak of it."""

    quads: tuple[Quad, ...]
    files: tuple[SourceFile, ...]
    spoken_of: dict[str, tuple[Path, ...]]

    def graph(self, *graphs: str) -> list[Triple]:
        """Give the triples of some graphs, in the order in which they were read."""
        places = sorted(chain.from_iterable(self._places.get(graph, ()) for graph in set(graphs)))
        return [self.quads[place].triple for place in places]

    @cached_property
    def _places(self) -> dict[str, array[int]]:
        """Where the quads of each graph stand: each source is asked for several times, and going through all takes 10 s of 10,000,000."""
        found: dict[str, array[int]] = {}
        for place, quad in enumerate(self.quads):
            found.setdefault(graph_of(quad), array("L")).append(place)
        return found

    def graphs(self) -> list[str]:
        """Name the graphs, sorted."""
        return sorted({file.graph for file in self.files})

    def where(self, iri: str, root: Path) -> str:
        """Tell a curator which file, and where possible which line, speaks first of a thing."""
        for path in self.spoken_of.get(iri, ()):
            shown = path.relative_to(root) if path.is_relative_to(root) else path
            line = line_of(path, iri)
            return f"{shown}:{line}" if line else str(shown)
        return "-"


def layout(root: Path, names: Names) -> list[SourceFile]:
    """Find the RDF files below ``root`` and the graph of each.

    ``ontology/`` is the ontology and ``data/ttl/`` the data. In any other folder every file or folder at its top is a
    source, and the ontology is the package's own. A folder below the data is one source, whose files share a graph;
    ``redaktion`` is the editorial graph.
    """
    if not root.is_dir():
        raise SourceError(
            f"{root} är ingen mapp. Ange en mapp med ontology/ och data/ttl/, eller en mapp med RDF-filer.",
            f"{root} is no folder. Give a folder with ontology/ and data/ttl/, or a folder of RDF files.",
        )
    own = root / "ontology"
    ontology = own if own.is_dir() else packaged_sources() / "ontology"
    data = root / "data" / "ttl"
    if not data.is_dir():
        data = root
    files = [SourceFile(path, names.ontology_graph) for path in _readable(ontology)]
    for path in _readable(data):
        if path.is_relative_to(ontology):
            continue
        slug = _slug(path.relative_to(data).parts[0])
        graph = names.editorial_graph if slug == "redaktion" else names.source_graph(slug)
        files.append(SourceFile(path, graph))
    if all(file.graph == names.ontology_graph for file in files):
        suffixes = ", ".join(READABLE)
        raise SourceError(
            f"{data} innehåller inga RDF-filer ({suffixes}). Lägg dit minst en.",
            f"{data} holds no RDF files ({suffixes}). Put at least one there.",
        )
    return files


def read(root: Path, names: Names, changes: Sequence[Patch] = ()) -> Corpus:
    """Read all files, and then the patches; raises ``SyntaxInFile`` or ``UnknownTerm``."""
    files = layout(root, names)
    quads: dict[Quad, None] = {}
    spoken_of: dict[str, dict[Path, None]] = {}
    for file in files:
        nodes: dict[str, NamedNode | BlankNode] = {}
        skolem = _skolem(file, names)
        graph = NamedNode(file.graph)
        for quad, _ in read_file(file.path):
            subject = _stable(quad.subject, nodes, skolem, file.path)
            target = _stable(quad.object, nodes, skolem, file.path)
            assert not isinstance(subject, Literal), "no RDF syntax lets a literal be a subject"
            quads[Quad(subject, quad.predicate, target, graph)] = None
            if isinstance(subject, NamedNode):
                spoken_of.setdefault(subject.value, {})[file.path] = None
    for patch in changes:
        for _, quad, _ in patch.lines:
            assert isinstance(quad.subject, NamedNode), "the subjects of a patch have names"
            # What was said last is what was changed last.
            speaking = spoken_of.get(quad.subject.value, {})
            spoken_of[quad.subject.value] = {patch.path: None, **speaking}
        files += [SourceFile(patch.path, graph, patch) for graph in patch.graphs()]
    held = patches.applied(quads, changes)
    corpus = Corpus(tuple(held), tuple(files), {iri: tuple(paths) for iri, paths in spoken_of.items()})
    refuse_unknown(corpus, names, root)
    return corpus


def located(file: SourceFile, names: Names) -> Iterator[tuple[Triple, int]]:
    """Read a file once more, each statement as ``read`` gives it, with its line."""
    if file.patch:
        for mark, quad, line in file.patch.lines:
            if mark == "A" and graph_of(quad) == file.graph:
                yield quad.triple, line
        return
    nodes: dict[str, NamedNode | BlankNode] = {}
    skolem = _skolem(file, names)
    for quad, line in read_lines(file.path):
        subject = _stable(quad.subject, nodes, skolem, file.path)
        target = _stable(quad.object, nodes, skolem, file.path)
        assert not isinstance(subject, Literal), "no RDF syntax lets a literal be a subject"
        yield Triple(subject, quad.predicate, target), line


def declared(quads: Iterable[Quad], names: Names) -> set[str]:
    """Collect the terms of our namespace that the ontology declares."""
    return {
        quad.subject.value
        for quad in quads
        if graph_of(quad) == names.ontology_graph
        and quad.predicate.value == RDF_TYPE
        and isinstance(quad.object, NamedNode)
        and quad.object.value in _DECLARING
        and isinstance(quad.subject, NamedNode)
    }


def refuse_unknown(corpus: Corpus, names: Names, root: Path) -> None:
    """Raise ``UnknownTerm`` for the first terms of our namespace that the ontology does not declare."""
    known = declared(corpus.quads, names)
    unknown: dict[str, Quad] = {}
    for quad in corpus.quads:
        for term in (quad.subject, quad.predicate, quad.object):
            if isinstance(term, NamedNode) and term.value.startswith(names.terms) and term.value not in known:
                unknown.setdefault(term.value, quad)
    if not unknown:
        return
    messages_sv, messages_en = [], []
    for iri in sorted(unknown)[:10]:
        name = iri.removeprefix(names.terms)
        where = _place_of_term(iri, corpus, root, names)
        close = difflib.get_close_matches(name, [known_iri.removeprefix(names.terms) for known_iri in known], n=1)
        hint_sv = (
            f" Menade du kg:{close[0]}?" if close else " Deklarera den i ontology/ med etikett på svenska och engelska."
        )
        hint_en = (
            f" Did you mean kg:{close[0]}?" if close else " Declare it in ontology/ with labels in Swedish and English."
        )
        messages_sv.append(f"{where}: termen kg:{name} finns inte i ontologin.{hint_sv}")
        messages_en.append(f"{where}: the ontology has no term kg:{name}.{hint_en}")
    raise UnknownTerm("\n".join(messages_sv), "\n".join(messages_en))


def line_of(path: Path, iri: str) -> int | None:
    """Find the line of a text file that begins with an IRI, in full or as a prefixed name; else the first to name it."""
    try:
        return line_in(path.read_text(encoding="utf-8"), iri)
    except (OSError, UnicodeDecodeError):
        return None


def line_in(text: str, iri: str) -> int | None:
    """Find the line of a text that begins with an IRI, or else the first that names it."""
    local = re.split(r"[/#]", iri)[-1]
    pattern = re.compile(rf"(?:[\w-]*:{re.escape(local)}|<{re.escape(iri)}>|{re.escape(iri)})(?![\w-])")
    lines = text.splitlines()
    naming = [number for number, line in enumerate(lines, 1) if pattern.search(line)]
    beginning = (number for number in naming if pattern.match(lines[number - 1]))
    return next(beginning, naming[0] if naming else None)


def _place_of_term(iri: str, corpus: Corpus, root: Path, names: Names) -> str:
    for file in corpus.files:
        line = line_of(file.path, iri)
        if line:
            shown = file.path.relative_to(root) if file.path.is_relative_to(root) else file.path
            return f"{shown}:{line}"
    return names.shorten(iri)


def _readable(folder: Path) -> list[Path]:
    for path in sorted(folder.rglob("*")):
        suffix = path.suffix.lower()
        if path.suffix not in READABLE and suffix in (*READABLE, ".trig", ".nq", ".n3"):
            raise SourceError(
                f"{path}: filer som slutar på {path.suffix} läses inte. Spara den som en av: {', '.join(READABLE)}.",
                f"{path}: files that end in {path.suffix} are not read. Save it as one of: {', '.join(READABLE)}.",
            )
    return sorted(path for path in folder.rglob("*") if path.suffix in READABLE and path.is_file())


def _slug(name: str) -> str:
    stem = name
    for suffix in READABLE:
        stem = stem.removesuffix(suffix)
    slug = re.sub(r"[^a-z0-9]+", "-", stem.lower().translate(str.maketrans("åäöé", "aaoe"))).strip("-")
    return slug or "kalla"


def _skolem(file: SourceFile, names: Names) -> str | None:
    """Give what the IRIs of a file's blank nodes begin with; those of the ontology stay blank."""
    if file.graph == names.ontology_graph:
        return None
    return f"{names.nameless}{digest_of(file.path)[:12]}"


def _stable(
    term: NamedNode | BlankNode | Literal | Triple,
    nodes: dict[str, NamedNode | BlankNode],
    skolem: str | None,
    path: Path,
) -> NamedNode | BlankNode | Literal:
    """Give a blank node a name that follows from the file: an IRI in data, a stable label in the ontology."""
    if isinstance(term, Triple):
        raise SourceError(
            f"{path}: satser om satser (RDF 1.2) stöds inte i data. Använd kg:Belagg.",
            f"{path}: statements about statements (RDF 1.2) are not supported in data. Use kg:Belagg.",
        )
    if not isinstance(term, BlankNode):
        return term
    if term.value not in nodes:
        number = len(nodes) + 1
        label = re.sub(r"\W", "", path.stem)
        nodes[term.value] = NamedNode(f"{skolem}-{number}") if skolem else BlankNode(f"{label}_{number}")
    return nodes[term.value]
