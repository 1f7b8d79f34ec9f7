"""Patches: accepted changes, kept as numbered files in RDF Patch form, which every build reads after the source files.

A patch holds a header (``H``: who, when, what, and a digest of the lines below it), and between ``TX`` and ``TC`` a line
for each statement added (``A``) or deleted (``D``), written as N-Quads (https://afs.github.io/rdf-patch/). It is written
under a temporary name, flushed, and renamed when the snapshot that holds it is ready; so a patch with a number is whole.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kunskapsgraf.errors import SourceError, SyntaxInFile
from kunskapsgraf.graph.engine import graph_of, kept
from kunskapsgraf.graph.rdf import Literal, NamedNode, Quad, Term, lexical, read_statements
from kunskapsgraf.graph.vocabulary import XSD

SUFFIX = ".rdfp"
_NUMBERED = re.compile(rf"\d{{6,}}\{SUFFIX}", re.ASCII)
_MAKING = ".making-"
_HEADER = re.compile(rb'H ([a-z]+) (<[^<>"{}|^`\\\x00-\x20]*>|"(?:[^"\\\n\r]|\\.)*"(?:@[A-Za-z-]+|\^\^<[^<>]*>)?) \.')


@dataclass(frozen=True)
class Patch:
    """A patch on disk: where it lies, and the name by which a snapshot knows it."""

    path: Path
    name: str

    @cached_property
    def lines(self) -> list[tuple[str, Quad, int]]:
        """Its statements in order, each with ``A`` or ``D`` and its line; raises ``SyntaxInFile``."""
        return list(_read(self.path))

    def graphs(self) -> list[str]:
        """Name the graphs that it adds to, sorted."""
        return sorted({graph_of(quad) for mark, quad, _ in self.lines if mark == "A"})


def listed(folder: Path) -> list[Patch]:
    """Find the patches of a folder, in the order in which they were accepted."""
    if not folder.is_dir():
        return []
    found = [path for path in folder.iterdir() if _NUMBERED.fullmatch(path.name)]
    return [Patch(path, path.name) for path in sorted(found, key=_number)]


def clean(folder: Path) -> None:
    """Remove the patches of changes that were cut off; the lock of the build is held."""
    for left in folder.glob(f"{_MAKING}*"):
        left.unlink(missing_ok=True)


def write(folder: Path, author: str, time: str, body: bytes) -> Patch:
    """Write a patch, flushed to disk, under a temporary name; ``body`` is its lines of statements."""
    folder.mkdir(parents=True, exist_ok=True)
    numbered = listed(folder)
    name = f"{_number(numbered[-1].path) + 1 if numbered else 1:06}{SUFFIX}"
    lines = b"TX .\n" + body + b"TC .\n"
    header = {
        "author": Literal(author),
        "time": Literal(time, datatype=NamedNode(XSD + "dateTime")),
        "digest": Literal(f"sha256:{hashlib.sha256(lines).hexdigest()}"),
    }
    path = folder / f"{_MAKING}{os.getpid()}-{name}"
    with path.open("wb") as file:
        file.write("".join(f"H {word} {lexical(term)} .\n" for word, term in header.items()).encode() + lines)
        file.flush()
        os.fsync(file.fileno())
    return Patch(path, name)


def accept(patch: Patch) -> Patch:
    """Give a patch its number for good: when this returns, it is on disk."""
    final = patch.path.with_name(patch.name)
    patch.path.rename(final)
    handle = os.open(final.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    return Patch(final, patch.name)


def applied(quads: Iterable[Quad], patches: Iterable[Patch]) -> dict[Quad, None]:
    """Give statements as they are after patches, in order.

    A patch speaks of statements as the store has them: to delete 1 deletes what a file writes as 01.
    """
    held = dict.fromkeys(quads)
    for patch in patches:
        written = _otherwise(held, [quad for mark, quad, _ in patch.lines if mark == "D"])
        for mark, quad, _ in patch.lines:
            if mark == "A":
                held[quad] = None
                continue
            held.pop(quad, None)
            for other in written.get(quad, ()):
                held.pop(other, None)
    return held


def _otherwise(held: Iterable[Quad], deleted: Iterable[Quad]) -> dict[Quad, list[Quad]]:
    """Find for statements that are deleted those that the store has as the same."""
    wanted: dict[tuple[Term, Term, str], dict[Term, Quad]] = defaultdict(dict)
    for quad in deleted:
        if isinstance(quad.object, Literal) and not quad.object.language:
            wanted[quad.subject, quad.predicate, graph_of(quad)][quad.object] = quad
    found: dict[Quad, list[Quad]] = defaultdict(list)
    for quad in held if wanted else ():
        if isinstance(quad.object, Literal) and (same := wanted.get((quad.subject, quad.predicate, graph_of(quad)))):
            target = same.get(kept(quad.object))
            if target is not None:
                found[target].append(quad)
    return found


def _number(path: Path) -> int:
    return int(path.name.removesuffix(SUFFIX))


def _read(path: Path) -> Iterator[tuple[str, Quad, int]]:
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise _damaged(path, 1, "kan inte läsas", "cannot be read") from error
    begin = _begin(path, lines)
    body = lines[begin + 1 : -2]
    for number, line in enumerate(body, begin + 2):
        if line[:2] not in (b"A ", b"D ") or b"\r" in line:
            raise _damaged(path, number, "raden börjar inte med A eller D", "the line does not begin with A or D")
    try:
        quads = list(read_statements(b"".join(line[2:] + b"\n" for line in body)))
    except SyntaxError as error:
        raise _damaged(path, begin + 1 + (error.lineno or 1), error.msg, error.msg) from error
    if len(quads) != len(body):
        raise _damaged(path, begin + 2, "en rad är inte en sats", "a line is not one statement")
    for number, (line, quad) in enumerate(zip(body, quads, strict=True), begin + 2):
        if not (isinstance(quad.subject, NamedNode) and graph_of(quad)):
            raise _damaged(
                path, number, "satsen har ingen graf eller inget namn", "the statement lacks a graph or a name"
            )
        yield line[:1].decode(), quad, number


def _begin(path: Path, lines: list[bytes]) -> int:
    """Check header, end and digest; give the index of the line ``TX``."""
    begin = next((n for n, line in enumerate(lines) if not line.startswith(b"H ")), len(lines))
    digest = None
    for number, line in enumerate(lines[:begin], 1):
        found = _HEADER.fullmatch(line)
        if found is None:
            raise _damaged(path, number, "raden är inget huvud", "the line is no header")
        if found[1] == b"digest":
            digest = found[2], number
    if lines[begin : begin + 1] != [b"TX ."]:
        raise _damaged(path, begin + 1, "TX saknas efter huvudet", "TX is missing after the header")
    if lines[-2:] != [b"TC .", b""]:
        raise _damaged(path, len(lines), "filen slutar inte med TC", "the file does not end with TC")
    said = hashlib.sha256(b"\n".join(lines[begin:])).hexdigest()
    if digest and digest[0] != f'"sha256:{said}"'.encode():
        raise _damaged(path, digest[1], "raderna stämmer inte med digesten", "the lines differ from the digest")
    return begin


def _damaged(path: Path, line: int, sv: str, en: str) -> SourceError:
    return SyntaxInFile(
        f"{path}:{line}: ändringsfilen är skadad ({sv}). Hämta den ur en säkerhetskopia; om den ändrades med avsikt, ta bort "
        "raden H digest.",
        f"{path}:{line}: the patch is damaged ({en}). Take it from a backup; if it was changed on purpose, remove the line "
        "H digest.",
        line=line,
    )
