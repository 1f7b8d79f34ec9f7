"""Patches: how they are written, read after the source files, and refused where they are cut or damaged."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from conftest import Run

from kunskapsgraf.errors import SyntaxInFile
from kunskapsgraf.graph.rdf import Literal, NamedNode, Quad
from kunskapsgraf.graph.vocabulary import XSD, Names
from kunskapsgraf.pipeline import patches
from kunskapsgraf.pipeline.build import build
from kunskapsgraf.pipeline.impact import impact
from kunskapsgraf.pipeline.read import located, read
from kunskapsgraf.settings import Settings

BASE = "https://w3id.org/kunskapsgraf/"
NAMES = Names(BASE)
RING = f"{BASE}id/sak/ring"
KALLA = f"{BASE}graf/kalla/kalla"
NAMN = f"{BASE}ns#namn"


def line(mark: str, subject: str, value: str, graph: str = KALLA) -> str:
    """Write a line of a patch: what a thing is called."""
    return f'{mark} <{subject}> <{NAMN}> "{value}" <{graph}> .\n'


def write(settings: Settings, text: str, name: str = "000001.rdfp") -> Path:
    """Write a patch by hand, without a digest."""
    settings.patch_folder.mkdir(parents=True, exist_ok=True)
    path = settings.patch_folder / name
    path.write_text(f"TX .\n{text}TC .\n", encoding="utf-8")
    return path


def names_of(settings: Settings) -> set[str]:
    """Give what things are called in what a build reads."""
    corpus = read(settings.sources, NAMES, patches.listed(settings.patch_folder))
    return {quad.object.value for quad in corpus.quads if quad.predicate.value == NAMN}  # type: ignore[union-attr]


def test_written_patch(tmp_path: Path) -> None:
    """A patch is RDF Patch: a header with author and time, and the statements between TX and TC; numbers count up."""
    body = line("A", RING, "vigselring").encode()
    first = patches.accept(patches.write(tmp_path, 'An"na', "2026-01-02T03:04:05+00:00", body))
    second = patches.accept(patches.write(tmp_path, "bo", "2026-01-02T03:04:06+00:00", body))
    assert [first, second] == patches.listed(tmp_path)
    assert ["000001.rdfp", "000002.rdfp"] == [path.name for path in sorted(tmp_path.iterdir())]
    lines = first.path.read_text(encoding="utf-8").splitlines()
    assert 'H author "An\\"na" .' == lines[0]
    assert f'H time "2026-01-02T03:04:05+00:00"^^<{XSD}dateTime> .' == lines[1]
    assert lines[2].startswith('H digest "sha256:')
    assert ["TX .", line("A", RING, "vigselring").strip(), "TC ."] == lines[3:]
    assert [("A", Quad(NamedNode(RING), NamedNode(NAMN), Literal("vigselring"), NamedNode(KALLA)), 5)] == first.lines


def test_number_after_one_was_withdrawn(tmp_path: Path) -> None:
    """A patch that is taken away leaves a gap; the next is numbered after the last."""
    for _ in range(2):
        patches.accept(patches.write(tmp_path, "a", "2026-01-02T03:04:05+00:00", b""))
    (tmp_path / "000001.rdfp").rename(tmp_path / "000001.rdfp.undan")
    assert "000003.rdfp" == patches.write(tmp_path, "a", "2026-01-02T03:04:05+00:00", b"").name
    assert ["000002.rdfp"] == [patch.name for patch in patches.listed(tmp_path)]


def test_patches_are_read_in_order(micro: Settings) -> None:
    """Statements are added and deleted by patches one after another, after the files."""
    write(micro, line("A", RING, "ett") + line("D", RING, "ring"))
    assert {"ett", "sked"} == names_of(micro)
    write(micro, line("D", RING, "ett") + line("A", RING, "tio"), "000010.rdfp")
    write(micro, line("A", RING, "två") + line("D", RING, "aldrig sagt"), "000002.rdfp")
    assert {"två", "tio", "sked"} == names_of(micro)


def test_version_follows_from_patches(micro: Settings) -> None:
    """A patch makes another version, and taking it away the former again."""
    first = build(micro).manifest.version
    path = write(micro, line("A", RING, "ett"))
    second = build(micro)
    assert first != second.manifest.version
    assert "patches/000001.rdfp" in second.manifest.inputs
    path.unlink()
    assert first == build(micro).manifest.version


def test_patch_makes_a_source(micro: Settings) -> None:
    """A graph that only a patch speaks of is a source, with its layer of inferences."""
    new = f"{BASE}graf/kalla/ny"
    write(
        micro, f"A <{BASE}id/sak/tal> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{BASE}ns#DyrSak> <{new}> .\n"
    )
    graphs = build(micro).manifest.graphs
    assert 1 == graphs[new]
    assert 1 == graphs[f"{BASE}graf/harledd/ny"]


def test_deleted_literal_as_the_store_has_it(micro: Settings) -> None:
    """The store has 01 as 1: to delete 1 deletes both ways of writing it, and nothing of another thing."""
    file = micro.sources / "data" / "ttl" / "kalla.ttl"
    file.write_text(file.read_text(encoding="utf-8") + 'sak:ring kg:namn 01 , 1 , "1" . sak:sked kg:namn 01 .\n')
    one = f'"1"^^<{XSD}integer>'
    write(micro, f"D <{RING}> <{NAMN}> {one} <{KALLA}> .\n")
    corpus = read(micro.sources, NAMES, patches.listed(micro.patch_folder))
    left = sorted(str(q.object) for q in corpus.quads if q.predicate.value == NAMN)
    assert [f'"01"^^<{XSD}integer>', '"1"', '"ring"', '"sked"'] == left


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("", 1),
        ("TX .\n", 2),
        ("TX .\n" + line("A", RING, "ett"), 3),
        ("TX .\n" + line("A", RING, "ett") + "TC .", 3),
        ("H author anna .\nTX .\nTC .\n", 1),
        ("TX .\nB <a:b> <a:b> <a:b> <a:b> .\nTC .\n", 2),
        ("TX .\n" + line("A", RING, "ett") + "A <a:b> <a:b> .\nTC .\n", 3),
        ("TX .\nA <a:b> <a:b> <a:b> .\nTC .\n", 2),
        (f"TX .\nA _:b <a:b> <a:b> <{KALLA}> .\nTC .\n", 2),
        ('H author "a" .\nH digest "sha256:00" .\nTX .\nTC .\n', 2),
    ],
    ids=["empty", "no-end", "cut", "cut-last-byte", "header", "mark", "statement", "no-graph", "blank", "digest"],
)
def test_damaged_patch(micro: Settings, text: str, at: int) -> None:
    """A patch that is cut or damaged stops a build, with file, line and remedy; what was served is served on."""
    served = build(micro).manifest.version
    path = write(micro, "")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SyntaxInFile, match=rf"000001\.rdfp:{at}: ändringsfilen är skadad .* säkerhetskopia") as caught:
        build(micro)
    assert at == caught.value.line
    assert served == (micro.home / "current").read_text(encoding="utf-8").strip()


def test_flipped_byte(tmp_path: Path) -> None:
    """One byte that is another in a statement is found by the digest, on whose line the error is."""
    patch = patches.accept(patches.write(tmp_path, "a", "2026-01-02T03:04:05Z", line("A", RING, "ring").encode()))
    patch.path.write_bytes(patch.path.read_bytes().replace(b'"ring"', b'"rong"'))
    with pytest.raises(SyntaxInFile, match=r"rdfp:3: .* digest"):
        _ = patches.listed(tmp_path)[0].lines


def test_statement_names_patch_and_line(micro: Settings) -> None:
    """A thing whose last statement a patch made is looked up there, and a statement has its line in it."""
    path = write(micro, line("A", RING, "ett") + line("A", RING, "två"))
    corpus = read(micro.sources, NAMES, patches.listed(micro.patch_folder))
    assert f"{path}:2" == corpus.where(RING, micro.sources)
    file = next(file for file in corpus.files if file.path == path)
    assert [("ett", 2), ("två", 3)] == [(t.object.value, n) for t, n in located(file, NAMES)]  # type: ignore[union-attr]


def test_unknown_term_in_a_patch(micro: Settings, run: Run) -> None:
    """``kunskapsgraf check`` reads patches too, and names the patch and line of a term that the ontology lacks."""
    write(micro, f'A <{RING}> <{BASE}ns#nam> "ring" <{KALLA}> .\n')
    code, _, said = run("check", KUNSKAPSGRAF_SOURCES=micro.sources, KUNSKAPSGRAF_HOME=micro.home)
    assert 1 == code
    assert "000001.rdfp:2: termen kg:nam finns inte i ontologin. Menade du kg:namn?" in said


def test_impact_knows_patches(micro: Settings) -> None:
    """What follows already by a patch does not appear by a file that says it too."""
    dear = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    file = micro.sources / "ny.ttl"
    file.write_text(f"<{BASE}id/sak/tal> {dear} <{BASE}ns#DyrSak> .\n", encoding="utf-8")
    assert 1 == len(impact(micro, str(file), "ny").appear)
    write(micro, f"A <{BASE}id/sak/tal> {dear} <{BASE}ns#DyrSak> <{KALLA}> .\n")
    assert {} == impact(micro, str(file), "ny").appear


def test_left_overs_are_cleaned_away(micro: Settings) -> None:
    """What a change that was killed has left is removed by the next build, and was never read."""
    left = patches.write(micro.patch_folder, "a", "2026-01-02T03:04:05Z", line("A", RING, "ett").encode())
    changed = micro.home / "snapshots" / ".making-change-1"
    changed.mkdir(parents=True)
    assert {"ring", "sked"} == names_of(micro)
    build(micro)
    assert not left.path.exists()
    assert not changed.exists()


def test_folder_is_a_setting(micro: Settings, tmp_path: Path) -> None:
    """Patches lie where the setting says, and else in the home."""
    assert micro.home / "patches" == micro.patch_folder
    assert tmp_path == replace(micro, patches=tmp_path).patch_folder
