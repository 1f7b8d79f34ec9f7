"""Impact: which derived statements appear and disappear if a data file is added, changed or removed; nothing is written.

What is derived is derived as in a build, from the sources without and with the change: over everything, from each source
alone, and from absence within a declared scope. What a change leaves as it was is derived once.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kunskapsgraf.errors import BadRequest
from kunskapsgraf.graph import queries
from kunskapsgraf.graph.engine import placed
from kunskapsgraf.graph.rdf import READABLE, BlankNode, Literal, NamedNode, Quad, Term, Triple, lexical, read_file
from kunskapsgraf.graph.snapshot import digest_of
from kunskapsgraf.graph.vocabulary import PREF_LABEL, RDF_TYPE, RDFS_LABEL, Names
from kunskapsgraf.pipeline import patches
from kunskapsgraf.pipeline.build import rules_root
from kunskapsgraf.pipeline.check import refuse_axioms
from kunskapsgraf.pipeline.close import close
from kunskapsgraf.pipeline.read import Corpus, SourceFile, _slug, _stable, layout, refuse_unknown
from kunskapsgraf.pipeline.reason import infer, slug_of
from kunskapsgraf.settings import Settings

INFERRED, CLOSED = "inferred", "closed"
Derived = dict[Triple, str]
"""Derived statements, each with how: ``INFERRED`` or ``CLOSED``."""
_TEXTS: Mapping[str, Mapping[str, str]] = {
    "sv": {
        "appear": "Tillkommer",
        "disappear": "Försvinner",
        INFERRED: "härledda",
        CLOSED: "slutna ur frånvaro",
        "nothing": "Inga härledda satser ändras.",
        "is": "är",
    },
    "en": {
        "appear": "Appear",
        "disappear": "Disappear",
        INFERRED: "inferred",
        CLOSED: "concluded from absence",
        "nothing": "No derived statement changes.",
        "is": "is",
    },
}


@dataclass(frozen=True)
class Impact:
    """The derived statements that come to hold and those that no longer do, and labels of what they speak of.

    A statement that a source makes on the one side, and that follows on the other, holds on both.
    """

    appear: Derived
    disappear: Derived
    labels: Mapping[str, Mapping[str, str]]


def impact(settings: Settings, given: str, source: str = "", *, remove: bool = False) -> Impact:
    """Say what a change of one file does to what is derived.

    ``given`` is a file of the sources, which is taken away with ``remove`` and else thought away before; or, with
    ``source``, a file to put there, in place of the one of the same name where there is one. Raises ``BadRequest``
    where there is no such file, and ``SourceError`` where files cannot be read, have axioms that are not whole, or contradict
    each other.
    """
    names = Names(settings.base)
    files = {file.path.resolve(): file for file in layout(settings.sources, names)}
    path = _found(given, settings.sources)
    without, file = _placed(files, path, _graph(source, names) if source else "")
    if source and remove:
        raise BadRequest(
            "--remove och --source går inte ihop: ange filen i källorna.",
            "--remove and --source do not go together: name the file of the sources.",
        )
    quads = {one: _quads(one, names) for one in {*files.values(), file}}
    changes = patches.listed(settings.patch_folder)
    # The file's own faults are told, also those of one that would replace another.
    before, after = (list(files.values()), [*without, file]) if source else (without, list(files.values()))
    if remove:
        before, after = after, before
    derive = _Deriving(settings, names)
    sides = []
    for side in (before, after):
        said = set(patches.applied((quad for one in side for quad in quads[one]), changes))
        corpus = Corpus(tuple(said), tuple(side), {})
        refuse_unknown(corpus, names, settings.sources)
        refuse_axioms(corpus, settings.sources, names)
        sides.append((said, derive.everything(said)))
    (said_before, was), (said_after, now) = sides
    held, holds = ({quad.triple for quad in said} for said in (said_before, said_after))
    every = [*held, *holds, *was, *now]
    return Impact(
        {triple: how for triple, how in now.items() if triple not in was and triple not in held},
        {triple: how for triple, how in was.items() if triple not in now and triple not in holds},
        _labels(every),
    )


class _Deriving:
    """What a build derives, each set of statements reasoned over once."""

    def __init__(self, settings: Settings, names: Names) -> None:
        root = rules_root(settings.sources) / "queries"
        self._rules = tuple(queries.folder(root / "rules", names.base).values())
        self._closed = tuple(queries.folder(root / "closed", names.base).values())
        self._names = names
        self._known: dict[frozenset[Triple], set[Triple]] = {}

    def everything(self, quads: Iterable[Quad]) -> Derived:
        """Give what is derived; raises ``Inconsistent``."""
        names = self._names
        graphs: dict[str, set[Triple]] = defaultdict(set)
        for quad in quads:
            assert isinstance(quad.graph_name, NamedNode), "a file belongs to a named graph"
            graphs[quad.graph_name.value].add(quad.triple)
        ontology = graphs.pop(names.ontology_graph, set())
        editorial = graphs.pop(names.editorial_graph, set())
        timeless = self._infer(ontology, editorial)
        inferred = self._infer(ontology, editorial.union(*graphs.values()))
        held = [
            *placed(ontology, names.ontology_graph),
            *placed(editorial, names.editorial_graph),
            *placed(inferred, names.inferred_graph),
            *placed(timeless, names.inferred_timeless),
        ]
        for graph, triples in graphs.items():
            held += placed(triples, graph)
            alone = self._infer(ontology, editorial | triples) - timeless
            held += placed(alone, names.inferred_from(slug_of(graph, names)))
        return dict.fromkeys(close(held, self._closed, names), CLOSED) | dict.fromkeys(inferred, INFERRED)

    def _infer(self, ontology: set[Triple], data: set[Triple]) -> set[Triple]:
        key = frozenset(ontology | data)
        if key not in self._known:
            self._known[key] = infer(list(ontology), list(data), self._rules)
        return self._known[key]


def told(settings: Settings, given: str, source: str, *, remove: bool, format_name: str = "text") -> str:
    """Say the impact of a change as text in the language of the settings, or as JSON."""
    found, names, language = impact(settings, given, source, remove=remove), Names(settings.base), settings.language
    sides = {"appear": found.appear, "disappear": found.disappear}
    counts = {side: {how: list(d.values()).count(how) for how in (INFERRED, CLOSED)} for side, d in sides.items()}
    if format_name == "json":
        listed = {side: _listed(derived, found, names, language) for side, derived in sides.items()}
        return json.dumps({"counts": counts, **listed}, ensure_ascii=False, indent=2) + "\n"
    texts = _TEXTS[language]
    lines = [
        f"{texts[side]}: {len(sides[side])} ({', '.join(f'{number} {texts[how]}' for how, number in count.items())})"
        for side, count in counts.items()
    ]
    if not any(sides.values()):
        lines.append(texts["nothing"])
    for side, sign in (("appear", "+"), ("disappear", "-")):
        for group in _listed(sides[side], found, names, language):
            lines += ["", f"{sign} {group['label']} ({len(group['statements'])})"]
            for one in group["statements"]:
                how = f" ({texts[CLOSED]})" if one["how"] == CLOSED else ""
                lines.append(f"  {one['subjectLabel']}: {one['objectLabel']}{how}")
    return "\n".join(lines) + "\n"


def _listed(derived: Derived, found: Impact, names: Names, language: str) -> list[dict[str, Any]]:
    """List statements by predicate, the most first."""

    def label(term: Term) -> str:
        return _label(term, found.labels, names, language)

    groups: dict[NamedNode, list[dict[str, str]]] = defaultdict(list)
    for triple, how in derived.items():
        groups[triple.predicate].append(
            {
                "subject": lexical(triple.subject),
                "subjectLabel": label(triple.subject),
                "object": lexical(triple.object),
                "objectLabel": label(triple.object),
                "how": how,
            }
        )
    return [
        {
            "predicate": lexical(predicate),
            "label": label(predicate),
            "statements": sorted(said, key=lambda one: (one["subjectLabel"], one["objectLabel"], *one.values())),
        }
        for predicate, said in sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0].value))
    ]


def _label(term: Term, labels: Mapping[str, Mapping[str, str]], names: Names, language: str) -> str:
    if isinstance(term, Literal):
        return f"”{term.value}”"
    if not isinstance(term, NamedNode):
        return str(term)
    if term.value == RDF_TYPE:
        return _TEXTS[language]["is"]
    known = labels.get(term.value, {})
    short = names.shorten(term.value).removeprefix(names.things)
    return next((known[one] for one in (language, "sv", "en", "") if one in known), short)


def _labels(triples: Iterable[Triple]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for predicate in (RDFS_LABEL, PREF_LABEL):
        for said in sorted((t for t in triples if t.predicate.value == predicate), key=str):
            if isinstance(said.subject, NamedNode) and isinstance(said.object, Literal):
                found[said.subject.value][said.object.language or ""] = said.object.value
    return found


def _found(given: str, root: Path) -> Path:
    """Find a file by its path, or by its path below the sources or their data."""
    for path in (Path(given), root / given, root / "data" / "ttl" / given):
        if path.is_file():
            return path.resolve()
    raise BadRequest(
        f"{given}: det finns ingen sådan fil. Ange en fil i {root}, eller en ny fil och --source.",
        f"{given}: there is no such file. Give a file of {root}, or a new file and --source.",
    )


def _graph(source: str, names: Names) -> str:
    slug = _slug(source)
    return names.editorial_graph if slug == "redaktion" else names.source_graph(slug)


def _placed(files: Mapping[Path, SourceFile], path: Path, graph: str) -> tuple[Sequence[SourceFile], SourceFile]:
    """Give the files beside a file, and the file with its graph."""
    if not graph and path in files:
        return [file for other, file in files.items() if other != path], files[path]
    if not graph or path in files:
        raise BadRequest(
            f"{path}: ange en fil i källorna utan --source, eller en fil utanför dem med --source KÄLLA.",
            f"{path}: give a file of the sources without --source, or a file outside them with --source SOURCE.",
        )
    if path.suffix not in READABLE:
        raise BadRequest(
            f"{path}: filer som slutar på {path.suffix or path.name} läses inte. Spara den som en av: {', '.join(READABLE)}.",
            f"{path}: files that end in {path.suffix or path.name} are not read. Save it as one of: {', '.join(READABLE)}.",
        )
    beside = [file for file in files.values() if (file.path.name, file.graph) != (path.name, graph)]
    return beside, SourceFile(path, graph)


def _quads(file: SourceFile, names: Names) -> set[Quad]:
    """Read one file as ``read`` does."""
    nodes: dict[str, NamedNode | BlankNode] = {}
    genid = f"{names.base}.well-known/genid/{digest_of(file.path)[:12]}"
    skolem = None if file.graph == names.ontology_graph else genid
    graph = NamedNode(file.graph)
    found: set[Quad] = set()
    for quad, _ in read_file(file.path):
        subject, target = (_stable(term, nodes, skolem, file.path) for term in (quad.subject, quad.object))
        assert not isinstance(subject, Literal), "no RDF syntax lets a literal be a subject"
        found.add(Quad(subject, quad.predicate, target, graph))
    return found
