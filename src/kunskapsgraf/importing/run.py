"""Import a table from its file to the sources, one step after another; nothing is written before the last."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kunskapsgraf.errors import BadRequest
from kunskapsgraf.graph.engine import graph_of
from kunskapsgraf.graph.rdf import NamedNode, Quad
from kunskapsgraf.graph.vocabulary import Names
from kunskapsgraf.importing import delimited, files, template, workbook
from kunskapsgraf.importing.changes import Change
from kunskapsgraf.importing.concepts import Concepts
from kunskapsgraf.importing.contradictions import between
from kunskapsgraf.importing.declaration import declared
from kunskapsgraf.importing.entries import read_rows
from kunskapsgraf.importing.faults import refuse
from kunskapsgraf.importing.statements import needed, said
from kunskapsgraf.importing.table import Table
from kunskapsgraf.pipeline import check, impact, patches
from kunskapsgraf.pipeline.build import rules_root
from kunskapsgraf.pipeline.read import Corpus, read, refuse_unknown
from kunskapsgraf.settings import Settings, packaged_sources

_READERS = {".csv": delimited.read, ".tsv": delimited.read, ".txt": delimited.read, ".xlsx": workbook.read}


@dataclass(frozen=True)
class Wish:
    """What is asked for: the file, what the list says of itself, and where it goes.

    With neither ``write`` nor ``output`` it is only told what would change. ``replace`` lets a table of another name
    take the place of the one that a source came from.
    """

    file: str
    about: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    output: str = ""
    write: bool = False
    replace: bool = False
    follows: bool = False


@dataclass(frozen=True)
class Done:
    """What came of it: what changes, what then follows where that was asked for, and the file that was written, if any."""

    change: Change
    turtle: str
    follows: str
    written: Path | None

    def told(self, language: str) -> str:
        """Tell it as text."""
        ends = {
            "sv": f"Skrivet: {self.written}"
            if self.written
            else "Inget är skrivet. Ange --write eller --output FIL.ttl.",
            "en": f"Written: {self.written}"
            if self.written
            else "Nothing is written. Give --write or --output FILE.ttl.",
        }
        follows = f"\n{self.follows}\n" if self.follows else ""
        return f"{self.change.told(language)}{follows}{ends[language]}\n"


def run(wish: Wish, settings: Settings) -> Done:
    """Read, check and say a table, and write its source where that is asked for.

    Raises ``TableRefused`` with every wrong row, ``CheckFailed`` where the checks of a build would stop it, and
    ``BadRequest`` where the source may not be written there.
    """
    names = Names(settings.base)
    table = _read(Path(wish.file))
    source = declared(table, wish.about, wish.source)
    target = Path(wish.output) if wish.output else None
    if target and target.suffix != files.SUFFIX:
        raise BadRequest(
            f"--output {target}: ange en fil som slutar på {files.SUFFIX}.",
            f"--output {target}: give a file that ends in {files.SUFFIX}.",
        )
    if wish.write:
        target = files.place(settings.sources, source.slug, names, packaged_sources())
    corpus = read(settings.sources, names, patches.listed(settings.patch_folder))
    graph = names.source_graph(source.slug)
    # What the list itself said before is no knowledge of others.
    others = [quad for quad in corpus.quads if graph_of(quad) != graph]
    concepts = Concepts(others, names)
    rows = read_rows(table, concepts, source)
    refuse(table.file, [*rows.faults, *between(rows.entries)])
    if not rows.entries:
        raise BadRequest(
            f"{table.file}: ingen rad har ett svar i kolumnen Erbjuds. Fyll i minst en.",
            f"{table.file}: no row has an answer in the column Erbjuds. Fill in at least one.",
        )
    if lacking := sorted(name for name in needed(rows.entries) if not concepts.has(name)):
        raise BadRequest(
            f"Källorna saknar {', '.join(lacking)}, som listan behöver. Lägg till dem i redaktion/.",
            f"The sources lack {', '.join(lacking)}, which the list needs. Add them in redaktion/.",
        )
    if target:
        files.refuse_foreign(target, source.file, replace=wish.replace)
    statements = said(rows.entries, source, concepts)
    change = Change(source, rows, statements, corpus.graph(graph))
    text = files.turtle(statements.triples, source, names)
    _checked(
        corpus, others, [Quad(t.subject, t.predicate, t.object, NamedNode(graph)) for t in statements.triples], settings
    )
    follows = _follows(settings, text, source.slug) if wish.follows else ""
    if target:
        files.put(target, text.encode())
    return Done(change, text, follows, target)


def make_template(settings: Settings) -> bytes:
    """Make the empty template with the choices of the sources."""
    names = Names(settings.base)
    return template.workbook(
        Concepts(read(settings.sources, names, patches.listed(settings.patch_folder)).quads, names)
    )


def write_template(settings: Settings, target: Path) -> None:
    """Write the empty template; a file that is there already is kept, since it may have been filled in."""
    if target.suffix != ".xlsx" or target.exists():
        raise BadRequest(
            f"{target} finns redan, eller slutar inte på .xlsx. Ange en ny fil med --output.",
            f"{target} is there already, or does not end in .xlsx. Give a new file with --output.",
        )
    files.put(target, make_template(settings))


def _read(path: Path) -> Table:
    reader = _READERS.get(path.suffix.lower())
    if not reader or not path.is_file():
        raise BadRequest(
            f"{path}: det finns ingen sådan fil, eller den slutar inte på .xlsx eller .csv. Spara listan i ett av de formaten.",
            f"{path}: there is no such file, or it does not end in .xlsx or .csv. Save the list in one of those formats.",
        )
    return reader(path)


def _checked(corpus: Corpus, others: list[Quad], own: list[Quad], settings: Settings) -> None:
    """Run the checks that a build runs on what its sources say, so that nothing is written that stops one."""
    names, root = Names(settings.base), settings.sources
    graph = graph_of(own[0])
    whole = Corpus((*others, *own), corpus.files, corpus.spoken_of)
    refuse_unknown(whole, names, root)
    rules = rules_root(root)
    found = list(check.check_queries(whole, root, rules / "queries" / "checks", names))
    check.refuse(found + check.shapes(whole, graph, root, rules / "shapes", names))


def _follows(settings: Settings, text: str, slug: str) -> str:
    """Tell which derived statements appear and disappear; the file is tried beside the sources."""
    with tempfile.TemporaryDirectory() as folder:
        tried = Path(folder) / f"{slug}{files.SUFFIX}"
        tried.write_text(text, encoding="utf-8")
        return impact.told(settings, str(tried), slug, remove=False)
