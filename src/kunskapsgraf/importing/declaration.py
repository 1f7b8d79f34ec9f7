"""What a list says of itself, and what makes it a source: its name, who says it, and the day that it holds for."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from kunskapsgraf.errors import BadRequest
from kunskapsgraf.importing.columns import ABOUT, ABOUT_SHEET
from kunskapsgraf.importing.faults import refused
from kunskapsgraf.importing.personal import personal
from kunskapsgraf.importing.table import Table, cell_of

OPTIONS = {"title": "--name", "organisation": "--organisation", "date": "--date"}
"""The options that say what the sheet about the list may leave out, and that go before it."""
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST_SLUG = 60
_EDITORIAL = "redaktion"
_OTHER_LETTERS = {ord("ø"): "o", ord("æ"): "ae", ord("ß"): "ss"}
"""Letters that are no letter of the alphabet with a mark."""


@dataclass(frozen=True)
class Declaration:
    """The list as a source; ``date`` is the day on which its rows hold, ``file`` the name of the file, ``sheet`` of the sheet."""

    slug: str
    title: str
    title_en: str
    organisation: str
    date: datetime.date
    file: str
    sheet: str


def declared(table: Table, given: Mapping[str, str], source: str = "") -> Declaration:
    """Put together what the options and the sheet about the list say; raises ``TableRefused`` or ``BadRequest``."""
    said: dict[str, str] = {}
    for key, heading, _, _ in ABOUT:
        cell = cell_of(given[key]) if given.get(key) else table.about.get(key)
        if cell is None:
            continue
        where_sv, where_en = f"{heading} ({ABOUT_SHEET})", f"{heading} (sheet {ABOUT_SHEET})"
        if cell.fault:
            raise refused(table.file, f"{where_sv} {cell.fault[0]}.", f"{where_en} {cell.fault[1]}.")
        if found := personal(cell.text):
            raise refused(
                table.file,
                f"{where_sv} håller {found[0]}. Personuppgifter blir aldrig data: ta bort dem.",
                f"{where_en} holds {found[1]}. Personal data never become data: remove them.",
            )
        said[key] = cell.text
    if found := personal(table.file):
        raise refused(
            "filen",
            f"filens namn håller {found[0]}. Döp om filen.",
            f"the name of the file holds {found[1]}. Rename the file.",
        )
    missing = [key for key in ("title", "organisation", "date") if not said.get(key)]
    if missing:
        headings = ", ".join(heading for key, heading, _, _ in ABOUT if key in missing)
        options = ", ".join(OPTIONS[key] for key in missing)
        raise refused(
            table.file,
            f"listan säger inte allt om sig själv: {headings}. Fyll i bladet {ABOUT_SHEET}, eller ange {options}.",
            f"the list does not say all about itself: {headings}. Fill in the sheet {ABOUT_SHEET}, or give {options}.",
        )
    date = _date(said["date"], table.file)
    title = said["title"]
    slug = source or slug_of(title if str(date.year) in title else f"{title} {date.year}")
    if not _SLUG.fullmatch(slug) or len(slug) > _LONGEST_SLUG or slug == _EDITORIAL:
        raise BadRequest(
            f"--source {slug}: ange a–z, 0–9 och bindestreck, högst {_LONGEST_SLUG} tecken, till exempel norrby-utbud-2025.",
            f"--source {slug}: give a–z, 0–9 and hyphens, at most {_LONGEST_SLUG} characters, such as norrby-utbud-2025.",
        )
    return Declaration(slug, title, said.get("title_en", ""), said["organisation"], date, table.file, table.sheet)


def slug_of(text: str, longest: int = _LONGEST_SLUG) -> str:
    """Write a text as the last part of an address: a to z, digits and hyphens."""
    letters = text.casefold().translate(_OTHER_LETTERS)
    bare = "".join(c for c in unicodedata.normalize("NFD", letters) if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-")[:longest].strip("-")


def _date(text: str, file: str) -> datetime.date:
    try:
        date = datetime.date.fromisoformat(text)
    except ValueError:
        date = datetime.date.min
    if not 1990 <= date.year <= 2100 or len(text) != 10:
        raise refused(
            file,
            f"datumet ”{text}” går inte att läsa. Skriv år, månad och dag, till exempel 2025-03-15.",
            f"the date “{text}” cannot be read. Write year, month and day, such as 2025-03-15.",
        )
    return date
