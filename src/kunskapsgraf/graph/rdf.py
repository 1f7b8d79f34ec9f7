"""RDF terms, parsing and writing: the one place where files become statements and statements become text."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from kunskapsgraf.errors import SyntaxInFile

__all__ = [
    "BlankNode",
    "Literal",
    "NamedNode",
    "Quad",
    "RdfFormat",
    "Triple",
    "is_iri",
    "lexical",
    "n_triples",
    "read_file",
    "read_lines",
    "read_statements",
    "write",
]

Term = NamedNode | BlankNode | Literal | Triple

READABLE = {
    ".ttl": RdfFormat.TURTLE,
    ".nt": RdfFormat.N_TRIPLES,
    ".jsonld": RdfFormat.JSON_LD,
    ".rdf": RdfFormat.RDF_XML,
    ".xml": RdfFormat.RDF_XML,
    ".owl": RdfFormat.RDF_XML,
}
GRAPH_FORMATS = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "jsonld": RdfFormat.JSON_LD,
    "rdf": RdfFormat.RDF_XML,
    "trig": RdfFormat.TRIG,
    "nq": RdfFormat.N_QUADS,
}
"""The engine's formats by the names of ``graph/formats.py``."""
DUMP_FORMATS = {
    "nq": RdfFormat.N_QUADS,
    "trig": RdfFormat.TRIG,
    "nt": RdfFormat.N_TRIPLES,
    "ttl": RdfFormat.TURTLE,
}
"""The formats that dumps are written in."""
LARGEST_FILE = 200_000_000
"""Bytes; a file beyond is refused, since parsers of nested formats can be made to eat memory."""


def read_file(path: Path, base: str = "") -> Iterator[tuple[Quad, int]]:
    """Read an RDF file statement by statement, each with its ordinal (from 1); ``base`` resolves relative IRIs.

    Raises ``SyntaxInFile`` with file, line and what was expected. Blank nodes keep the file's labels; callers
    skolemise them.
    """
    if path.stat().st_size > LARGEST_FILE:
        raise SyntaxInFile(
            f"{path}: filen är större än {LARGEST_FILE // 1_000_000} MB. Dela den i flera filer i en mapp med källans namn.",
            f"{path}: the file is larger than {LARGEST_FILE // 1_000_000} MB. Split it into files in a folder named as the source.",
        )
    _refuse_hostile(path)
    try:
        for ordinal, quad in enumerate(
            parse(path=str(path), format=READABLE[path.suffix], base_iri=base or None, without_named_graphs=True), 1
        ):
            yield quad, ordinal
    except SyntaxError as error:
        where = f"{path}:{error.lineno}:{error.offset}" if error.lineno else str(path)
        raise SyntaxInFile(
            f"{where}: filen kan inte läsas som RDF ({error.msg}). Rätta raden, eller raden före om en punkt eller ett semikolon saknas.",
            f"{where}: the file cannot be read as RDF ({error.msg}). Mend the line, or the one before if a full stop or semicolon is missing.",
            line=error.lineno,
            column=error.offset,
        ) from error
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise SyntaxInFile(
            f"{path}: filen kan inte läsas ({error}). Kontrollera att den finns, får läsas och är UTF-8.",
            f"{path}: the file cannot be read ({error}). Check that it exists, may be read and is UTF-8.",
        ) from error


def read_statements(lines: bytes) -> Iterator[Quad]:
    """Read N-Quads; raises ``SyntaxError`` of the engine, with ``lineno``."""
    return iter(parse(lines, format=RdfFormat.N_QUADS))


class _Lines(io.RawIOBase):
    """A file that hands out one line at a time, so that the parser has read no further than what it gives."""

    def __init__(self, path: Path) -> None:
        self.lines = path.read_bytes().splitlines(keepends=True)
        self.number = 0

    def read(self, _size: int = -1) -> bytes:
        """Give the next line."""
        if self.number == len(self.lines):
            return b""
        self.number += 1
        return self.lines[self.number - 1]


def read_lines(path: Path) -> Iterator[tuple[Quad, int]]:
    """Read an RDF file that ``read_file`` has read without complaint, each statement with the line that its object is on.

    Slower than ``read_file``: it is for messages. In JSON-LD the line is where the outermost object ends.
    """
    lines = _Lines(path)
    for quad in parse(lines, format=READABLE[path.suffix], without_named_graphs=True):  # type: ignore[arg-type]
        number = lines.number
        if isinstance(quad.object, Literal):
            # What follows a text may belong to it (a language, a datatype), so the parser looks ahead.
            begins = quad.object.value.split("\n", 1)[0].encode()
            within = range(number, max(number - _LOOKS_AHEAD, 0), -1)
            number = next((n for n in within if begins in lines.lines[n - 1]), number)
        yield quad, number


_LOOKS_AHEAD = 100
"""Lines, among them those of a long text, its comments and blank lines."""
_NESTING = {
    RdfFormat.JSON_LD: re.compile(r'"(?:[^"\\]|\\.)*+"|(?P<open>[\[{])|(?P<close>[\]}])', re.DOTALL),
    RdfFormat.TURTLE: re.compile(r"(?P<open><<)|(?P<close>>>)"),
    RdfFormat.N_TRIPLES: re.compile(r"(?P<open><<)|(?P<close>>>)"),
}
"""What the parsers follow by recursion; some thousand levels end the process without a word."""
_ENTITY = re.compile(r"""<!ENTITY\s+[^>"']*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)')""")
DEEPEST_NESTING = 200
LONGEST_ENTITY = 1000


def _refuse_hostile(path: Path) -> None:
    """Refuse what would end or fill the process that parses it: deep nesting, and entities made of entities."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return  # the parser says why
    if text.startswith("\ufeff"):
        raise SyntaxInFile(
            f"{path}:1: filen börjar med ett osynligt tecken (BOM). Spara den som UTF-8 utan BOM.",
            f"{path}:1: the file begins with an invisible character (BOM). Save it as UTF-8 without BOM.",
            line=1,
        )
    media = READABLE[path.suffix]
    depth = 0
    for found in _NESTING[media].finditer(text) if media in _NESTING else ():
        depth = max(0, depth + bool(found["open"]) - bool(found["close"]))
        if depth > DEEPEST_NESTING:
            line = text.count("\n", 0, found.start()) + 1
            raise SyntaxInFile(
                f"{path}:{line}: filen är nästlad djupare än {DEEPEST_NESTING} nivåer. Skriv den plattare.",
                f"{path}:{line}: the file is nested deeper than {DEEPEST_NESTING} levels. Write it flatter.",
                line=line,
            )
    for found in _ENTITY.finditer(text) if media is RdfFormat.RDF_XML else ():
        value = found["double"] or found["single"] or ""
        if "&" in value or len(value) > LONGEST_ENTITY:
            line = text.count("\n", 0, found.start()) + 1
            raise SyntaxInFile(
                f"{path}:{line}: entiteten bygger på andra entiteter eller är lång. Skriv ut texten i stället.",
                f"{path}:{line}: the entity is made of other entities or is long. Write the text out instead.",
                line=line,
            )


def write(statements: Iterable[Triple] | Iterable[Quad], media: RdfFormat, prefixes: dict[str, str]) -> bytes:
    """Serialise statements, in the order given, with the prefixes by name: the same statements give the same bytes."""
    body = serialize(statements, format=media, prefixes=prefixes) or b""
    begin = b"@prefix "
    if not body.startswith(begin):
        return body
    end = 0
    while body.startswith(begin, end):
        end = body.index(b"\n", end) + 1
    return b"".join(sorted(body[:end].splitlines(keepends=True))) + body[end:]


def n_triples(triples: Iterable[Triple]) -> bytes:
    """Write triples as N-Triples, which every library reads exactly."""
    return write(list(triples), RdfFormat.N_TRIPLES, {})


def is_iri(text: str) -> bool:
    """Tell whether a text can stand as an IRI."""
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


def lexical(term: Term) -> str:
    """Write a term as N-Triples does; the only way in which a value enters a query's text."""
    return str(term)
