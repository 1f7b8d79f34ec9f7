"""Workbooks that are broken, made to harm, or larger than a list: refused in words, and nothing is written."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from tables import RIGHT, TITLE, filled, imported, sources

from kunskapsgraf.errors import TableRefused
from kunskapsgraf.importing.run import make_template
from kunskapsgraf.settings import Settings


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Give sources that nothing is written to."""
    return sources(tmp_path_factory.mktemp("elak"))


@pytest.fixture(scope="module")
def list_of_right_rows(world: Settings, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Give a workbook that is right."""
    return filled(make_template(world), tmp_path_factory.mktemp("lista") / "a.xlsx", RIGHT).read_bytes()


def repacked(body: bytes, change: Callable[[str, bytes], bytes], more: dict[str, bytes] | None = None) -> bytes:
    """Pack a workbook again with other parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as archive, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for part in archive.infolist():
            packed.writestr(part.filename, change(part.filename, archive.read(part)))
        for name, content in (more or {}).items():
            packed.writestr(name, content)
    return made.getvalue()


def edited(body: bytes, edit: Callable[[Any], None]) -> bytes:
    """Edit the sheet with the rows as a person does."""
    book, made = load_workbook(io.BytesIO(body)), io.BytesIO()
    edit(book["Utbud"])
    book.save(made)
    return made.getvalue()


def with_entity(name: str, content: bytes) -> bytes:
    """Declare an entity in the sheets, as a bomb of them does."""
    if "worksheets/sheet" not in name:
        return content
    return content.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet', 1)


def in_utf16(name: str, content: bytes) -> bytes:
    """Write the sheets in an encoding in which a search for a declaration finds none."""
    return content.decode().encode("utf-16") if "worksheets/sheet" in name else content


def cut(name: str, content: bytes) -> bytes:
    """Cut the sheets short."""
    return content[: len(content) // 2] if "worksheets/sheet" in name else content


def unchanged(_name: str, content: bytes) -> bytes:
    """Leave a part as it is."""
    return content


def declared_smaller(body: bytes) -> bytes:
    """Let the archive declare that a sheet is smaller than it is."""
    name = b"xl/worksheets/sheet2.xml"
    made = bytearray(body)
    for mark, size_at, name_at in ((b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)):
        at = -1
        while (at := body.find(mark, at + 1)) >= 0:
            if body[at + name_at : at + name_at + len(name)] == name:
                made[at + size_at : at + size_at + 4] = (100).to_bytes(4, "little")
    return bytes(made)


def damaged(body: bytes) -> bytes:
    """Damage the compressed bytes of a sheet."""
    name = b"xl/worksheets/sheet2.xml"
    at = body.index(name) + len(name) + 20
    return body[:at] + bytes(byte ^ 0xFF for byte in body[at : at + 40]) + body[at + 40 :]


def packed_otherwise(body: bytes) -> bytes:
    """Pack a workbook by a compression that no spreadsheet program writes."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as archive, zipfile.ZipFile(made, "w", zipfile.ZIP_LZMA) as packed:
        for part in archive.infolist():
            packed.writestr(part.filename, archive.read(part))
    return made.getvalue()


CASES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "no archive": (lambda _: b"Kommun;Insats\n", "kan inte läsas som en arbetsbok"),
    "an old or locked workbook": (lambda _: b"\xd0\xcf\x11\xe0" + bytes(600), "skyddad med lösenord, eller sparad som .xls"),
    "half an archive": (lambda body: body[: len(body) // 2], "kan inte läsas som en arbetsbok"),
    "a damaged sheet": (damaged, "kan inte läsas som en arbetsbok"),
    "another compression": (packed_otherwise, "kan inte läsas som en arbetsbok"),
    "a cut sheet": (lambda body: repacked(body, cut), "kan inte läsas som en arbetsbok"),
    "a smaller size than it has": (declared_smaller, "kan inte läsas som en arbetsbok"),
    "a bomb": (lambda body: repacked(body, unchanged, {"xl/media/a.bin": bytes(50_000_000)}), "packar upp till mer än 40 MB"),
    "many parts": (lambda body: repacked(body, unchanged, {f"x/{n}": b"" for n in range(600)}), "eller 500 delar"),
    "entities": (lambda body: repacked(body, with_entity), "är inte XML som Excel skriver den"),
    "another encoding": (lambda body: repacked(body, in_utf16), "är inte XML som Excel skriver den"),
    "merged cells": (lambda body: edited(body, lambda sheet: sheet.merge_cells("A4:A5")), "rad 4: kolumn A: cellerna A4:A5 är sammanfogade"),
    "a formula": (lambda body: edited(body, lambda sheet: sheet.__setitem__("Q4", "=1+1")), "rad 4: kolumn Q (Kommentar eller källa): cellen är en formel"),
    "cells far below": (lambda body: edited(body, lambda sheet: sheet.__setitem__("A900000", "x")), "celler ända till Q900000"),
    "cells far to the right": (lambda body: edited(body, lambda sheet: sheet.__setitem__("XFD4", "x")), "celler ända till XFD8"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_workbook_is_refused_in_words(world: Settings, list_of_right_rows: bytes, tmp_path: Path, name: str) -> None:
    """What is no list, or would eat the memory of whoever opens it, is told; nothing is written."""
    make, said = CASES[name]
    file = tmp_path / "lista.xlsx"
    file.write_bytes(make(list_of_right_rows))
    with pytest.raises(TableRefused) as refused:
        imported(world, file, write=True)
    assert said in refused.value.sv
    assert not (world.sources / "data" / "ttl" / "oppenvarden-i-soderby-2025.ttl").exists()


def test_a_large_file_is_not_opened(world: Settings, tmp_path: Path) -> None:
    """A file larger than any list is refused by its size."""
    file = tmp_path / "lista.xlsx"
    with file.open("wb") as stream:
        stream.truncate(21_000_000)
    with pytest.raises(TableRefused) as refused:
        imported(world, file)
    assert "filen är 21 MB" in refused.value.sv


def test_a_workbook_without_the_template_is_read(world: Settings, tmp_path: Path) -> None:
    """The only sheet with the headings is the list, whatever its name; two of them are told apart by the template's name."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title in ("Blad1", "Anteckningar"):
        book.create_sheet(title)
    book["Blad1"].append(["Kommun", "Insats", "Erbjuds"])
    book["Blad1"].append(["Söderby", "Samtal", "ja"])
    book["Anteckningar"].append(["att göra"])
    file = tmp_path / "egen.xlsx"
    book.save(file)
    assert 'kg:rubrikvag "egen.xlsx > Blad1"@sv' in imported(world, file, about=TITLE).turtle
    book["Anteckningar"]["A1"] = "Kommun"
    book.save(file)
    with pytest.raises(TableRefused) as refused:
        imported(world, file, about=TITLE)
    assert "har bladen Blad1, Anteckningar. Ge bladet med listan namnet Utbud." in refused.value.sv
