"""Check the rows of a table one by one, and read each as an entry: what one place says of one service."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from kunskapsgraf.importing import columns
from kunskapsgraf.importing.columns import Column
from kunskapsgraf.importing.concepts import Concepts
from kunskapsgraf.importing.contradictions import Entry, within
from kunskapsgraf.importing.declaration import Declaration
from kunskapsgraf.importing.faults import Fault, fault, refused
from kunskapsgraf.importing.headings import headings, unreadable
from kunskapsgraf.importing.table import Cell, Line, Table, folded

_YEAR = re.compile(r"(19|20)\d\d|2100")
_LETTER = re.compile(r"[^\W\d_]")
_WORDS: Mapping[str, Mapping[str, str]] = {
    "svar": {folded(word): word for word in columns.ANSWERS} | {"vetej": columns.UNKNOWN},
    "janej": {folded(word): word for word in (columns.YES, columns.NO)},
}
_EXAMPLE = folded(columns.EXAMPLE)


@dataclass
class Rows:
    """What the rows of a table are: entries, those without an answer, examples, and what is wrong."""

    entries: list[Entry] = field(default_factory=list)
    unanswered: int = 0
    examples: int = 0
    faults: list[Fault] = field(default_factory=list)


def read_rows(table: Table, concepts: Concepts, source: Declaration) -> Rows:
    """Check each row below the heading; raises ``TableRefused`` where the heading is wrong."""
    if not table.lines:
        raise refused(
            table.file,
            "filen är tom. Skriv mallens rubriker på första raden och en insats per rad.",
            "the file is empty. Write the headings of the template on the first row and a service per row.",
        )
    heading, *lines = table.lines
    found = Rows(faults=list(table.faults))
    where = headings(heading, table, found.faults)
    for line in lines:
        name = line.cell(where["service"]).text
        if folded(name).startswith(_EXAMPLE):
            found.examples += 1
            continue
        wrong = list(unreadable(line, heading, where))
        if wrong:
            found.faults += wrong
            continue
        row = _Row(line, where, concepts, source)
        entry = row.read()
        found.faults += row.faults
        if entry and not row.faults:
            if entry.answer:
                found.entries.append(entry)
            else:
                found.unanswered += 1
    return found


class _Row:
    """One row as it is read: what it says, and what is wrong with it."""

    def __init__(self, line: Line, where: Mapping[str, int], concepts: Concepts, source: Declaration) -> None:
        self.line, self.where, self.concepts, self.source = line, where, concepts, source
        self.faults: list[Fault] = []

    def read(self) -> Entry | None:
        """Read the row; ``None`` where what it is about cannot be told."""
        place = self._chosen("place")
        service = self._text("service")
        if not service:
            self._wrong("service", "insatsen saknar namn. Skriv det.", "the service has no name. Write it.")
        elif not _LETTER.search(service):
            self._wrong(
                "service",
                f"”{service}” är inget namn. Skriv insatsens namn med bokstäver.",
                f"“{service}” is no name. Write the service's name in letters.",
            )
        values = {
            "answer": self._word("answer"),
            "only": self._word("only") == columns.YES,
            "first": self._year("first"),
            "last": self._year("last"),
            **{key: self._text(key) for key in ("english", "unit", "remark")},
            **{
                key: self._chosen(key)
                for key in ("sort", "row_of_menu", "methods", "groups", "ways", "operation", "providers", "partners")
            },
        }
        if not place:
            return None
        entry = Entry(self.line.first, self.line.last, place[0], service, **values)  # type: ignore[arg-type]
        for key, sv, en in within(entry, self.source.date):
            self._wrong(key, sv, en)
        return entry

    def _cell(self, key: str) -> Cell:
        return self.line.cell(self.where[key]) if key in self.where else Cell()

    def _text(self, key: str) -> str:
        return self._cell(key).text

    def _wrong(self, key: str, sv: str, en: str) -> None:
        number = self.where.get(key, -1)
        self.faults.append(fault(self.line.first, sv, en, number, columns.column(key).heading if number >= 0 else ""))

    def _word(self, key: str) -> str:
        """Read one of few words; empty where nothing stands."""
        text = self._text(key)
        words = _WORDS[columns.column(key).kind]
        if text and folded(text) not in words:
            *most, last = dict.fromkeys(words.values())
            self._wrong(
                key,
                f"”{text}” är inget svar. Skriv {', '.join(most)} eller {last}.",
                f"“{text}” is no answer. Write {', '.join(most)} or {last}.",
            )
        return words.get(folded(text), "")

    def _year(self, key: str) -> int | None:
        text = self._text(key)
        if not text:
            return None
        if not _YEAR.fullmatch(text):
            self._wrong(
                key,
                f"”{text}” är inget årtal. Skriv fyra siffror från 1900 till 2100.",
                f"“{text}” is no year. Write four digits from 1900 to 2100.",
            )
            return None
        return int(text)

    def _chosen(self, key: str) -> tuple[str, ...]:
        """Read the concepts of a cell, in the order written and each once."""
        column, text = columns.column(key), self._text(key)
        if not text:
            if column.required:
                self._wrong(key, "cellen är tom. Fyll i den.", "the cell is empty. Fill it in.")
            return ()
        whole = self.concepts.find(column.kind, text)
        if len(whole) == 1 or not column.several:
            return self._one(column, text, whole)
        parts = [part.strip() for part in text.split(columns.SEPARATOR) if part.strip()]
        return tuple(
            dict.fromkeys(
                thing for part in parts for thing in self._one(column, part, self.concepts.find(column.kind, part))
            )
        )

    def _one(self, column: Column, text: str, found: tuple[str, ...]) -> tuple[str, ...]:
        """Give the one concept that a text names, or tell which it may have meant."""
        if len(found) == 1:
            return found
        if found:
            names = ", ".join(self.concepts.short(thing) for thing in found)
            self._wrong(
                column.key,
                f"”{text}” kan vara flera: {names}. Skriv en av dem så.",
                f"“{text}” may be several: {names}. Write one of them so.",
            )
            return ()
        near = self.concepts.near(column.kind, text)
        quoted_sv, quoted_en = " eller ".join(f"”{one}”" for one in near), " or ".join(f"“{one}”" for one in near)
        what_sv, what_en = _MEND[column.kind]
        self._wrong(
            column.key,
            f"”{text}” finns inte i grafen. " + (f"Menade du {quoted_sv}? " if near else "") + what_sv,
            f"“{text}” is not in the graph. " + (f"Did you mean {quoted_en}? " if near else "") + what_en,
        )
        return ()


_FROM_LIST = "Välj ur mallens lista, eller töm cellen.", "Choose from the template's list, or empty the cell."
_MEND: Mapping[str, tuple[str, str]] = {
    "plats": (
        "Skriv kommunens namn eller kod; en ny kommun läggs till i redaktion/platser.ttl.",
        "Write the municipality's name or code; a new one is added in redaktion/platser.ttl.",
    ),
    "aktor": (
        "Töm cellen och skriv namnet i kommentaren, eller lägg till organisationen i redaktion/aktorer.ttl.",
        "Empty the cell and write the name in the remark, or add the organisation in redaktion/aktorer.ttl.",
    ),
    **dict.fromkeys(("insatstyp", "tjanstetyp", "metod", "malgrupp", "vag", "regi"), _FROM_LIST),
}
