"""The Turtle file of a list: its text, the place where it goes, and how it gets there whole or not at all."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from kunskapsgraf.errors import BadRequest
from kunskapsgraf.graph.rdf import NamedNode, RdfFormat, Triple, lexical, write
from kunskapsgraf.graph.vocabulary import RDF_TYPE, RDFS_LABEL, Names
from kunskapsgraf.importing.columns import TEMPLATE
from kunskapsgraf.importing.declaration import Declaration
from kunskapsgraf.pipeline.read import layout

SUFFIX = ".ttl"
_MARK = "# Importerad ur "
"""How the first line begins of a file that an import has written: no other file is ever replaced."""
_END_OF_NAME = f" (mall {TEMPLATE})"
_ORDER = ("kalla", "passage", "kommun", "kommundel", "stadsdel", "utbud", "insats", "verksamhet", "samarbete")
"""The kinds of things in the order of the file; the others follow."""
_LAST = "uttalasI"
_PREFIXED = re.compile(r"(?:^|[\t ^])([a-z]+:)\S", re.MULTILINE)
"""A prefix where it is used, and not where it is declared."""


def turtle(triples: Iterable[Triple], source: Declaration, names: Names) -> str:
    """Write statements as Turtle in one order, whatever order they come in."""
    triples = sorted(set(triples), key=lambda triple: _rank(triple, names))
    named = {kind for triple in triples for kind in _kinds(triple, names)}
    prefixes = {kind: f"{names.things}{kind}/" for kind in named} | names.prefixes()
    body = write(triples, RdfFormat.TURTLE, prefixes).decode()
    used = set(_PREFIXED.findall(body))
    lines: list[str] = []
    for line in body.splitlines():
        if line.startswith("@prefix") and line.split()[1] not in used:
            continue
        if not line.startswith(("@prefix", "\t")) and lines:
            lines.append("")
        lines.append(line.replace("\t", "    ", 1) if line.startswith("\t") else line)
    head = (
        f"{_MARK}{source.file}{_END_OF_NAME}, {source.title}, {source.date}. Graf: graf/kalla/{source.slug}.\n"
        "# Skriven av kunskapsgraf import: ändra tabellen och importera den igen, inte den här filen.\n"
    )
    return head + "\n".join(lines) + "\n"


def _rank(triple: Triple, names: Names) -> tuple[int, str, int, str, str]:
    subject, predicate = lexical(triple.subject), triple.predicate.value
    kind = next(iter(_kinds(triple, names)), "")
    order = _ORDER.index(kind) if kind in _ORDER else len(_ORDER)
    places = {RDF_TYPE: 0, RDFS_LABEL: 1, names.terms + _LAST: 9}
    # Swedish before English, and our class before the one of others.
    target = lexical(triple.object)
    first = "0" if target.endswith("@sv") or names.terms in target else "1"
    return order, _numbered(subject), places.get(predicate, 5), predicate, first + target


def _numbered(text: str) -> str:
    """Write an address so that row 2 stands before row 10."""
    head, mark, number = text.strip("<>").rpartition("-rad-")
    return f"{head}{mark}{number.zfill(6)}" if mark else text


def _kinds(triple: Triple, names: Names) -> Iterable[str]:
    for term in (triple.subject, triple.object):
        if isinstance(term, NamedNode) and term.value.startswith(names.things):
            yield term.value.removeprefix(names.things).partition("/")[0]


def place(sources: Path, slug: str, names: Names, packaged: Path) -> Path:
    """Find where the file of a list goes below the sources; raises ``BadRequest`` where it may not."""
    if sources.resolve() == packaged.resolve():
        raise BadRequest(
            "Paketets egna källor skrivs aldrig över. Ange en egen mapp med --sources eller KUNSKAPSGRAF_SOURCES, eller en fil med --output.",
            "The package's own sources are never written to. Name a folder of your own with --sources or KUNSKAPSGRAF_SOURCES, or a file with --output.",
        )
    data = sources / "data" / "ttl"
    target = (data if data.is_dir() else sources) / f"{slug}{SUFFIX}"
    graph = names.source_graph(slug)
    others = [file.path for file in layout(sources, names) if file.graph == graph and file.path != target]
    if others:
        raise BadRequest(
            f"Källan {slug} finns redan ({others[0].relative_to(sources)}) och är läst för hand. Ange ett annat namn med --source.",
            f"The source {slug} is there already ({others[0].relative_to(sources)}), read by hand. Give another name with --source.",
        )
    return target


def refuse_foreign(target: Path, file: str, *, replace: bool) -> None:
    """Raise ``BadRequest`` where a file is there that no import of the same table has written."""
    if not target.exists():
        return
    with target.open(encoding="utf-8", errors="replace") as lines:
        first = lines.readline()
    if not first.startswith(_MARK):
        raise BadRequest(
            f"{target} är inte skriven av kunskapsgraf import och skrivs inte över. Ange ett annat namn med --source eller --output.",
            f"{target} was not written by kunskapsgraf import and is not replaced. Give another name with --source or --output.",
        )
    before = first.removeprefix(_MARK).partition(_END_OF_NAME)[0]
    if before != file and not replace:
        raise BadRequest(
            f"{target} kommer ur {before}, inte ur {file}. Ange --replace om {file} ersätter den, eller ett annat namn med --source.",
            f"{target} comes from {before}, not from {file}. Give --replace if {file} takes its place, or another name with --source.",
        )


def put(target: Path, body: bytes) -> None:
    """Write a file beside its place, flush it, and let it take the place in one step."""
    making = target.with_name(f".{target.name}.making-{os.getpid()}")
    try:
        with making.open("wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        making.replace(target)
    finally:
        making.unlink(missing_ok=True)
    handle = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
