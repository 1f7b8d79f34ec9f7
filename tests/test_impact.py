"""Impact: what a change of a file does to what is derived is what builds before and after it show."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kunskapsgraf import cli
from kunskapsgraf import settings as settings_module
from kunskapsgraf.errors import BadRequest, Inconsistent, SyntaxInFile, UnknownTerm
from kunskapsgraf.graph.rdf import NamedNode, Triple
from kunskapsgraf.graph.vocabulary import BASE, RDF_TYPE, Names
from kunskapsgraf.pipeline.build import _quads, _quiet
from kunskapsgraf.pipeline.impact import CLOSED, INFERRED, impact
from kunskapsgraf.settings import Settings

NAMES = Names(BASE)
PREFIXES = "@prefix kg: <https://w3id.org/kunskapsgraf/ns#> . @prefix id: <https://w3id.org/kunskapsgraf/id/> .\n"
KG = NAMES.terms
CLOSING = """\
PREFIX kg: <https://w3id.org/kunskapsgraf/ns#>
CONSTRUCT { ?kommun a kg:KommunUtanTolvstegsutbud } WHERE {
  ?kommun a kg:Kommun
  MINUS { GRAPH <https://w3id.org/kunskapsgraf/graf/harledd/provkartan> { ?kommun a kg:KommunMedTolvstegsutbud } }
  MINUS { GRAPH <https://w3id.org/kunskapsgraf/graf/harledd/redaktion> { ?kommun a kg:KommunMedTolvstegsutbud } }
}
"""


@pytest.fixture
def sources(world_settings: Settings) -> Settings:
    """Give settings for a world that closes over its municipalities, and checks nothing."""
    (world_settings.sources / "queries" / "closed").mkdir(parents=True)
    (world_settings.sources / "queries" / "closed" / "KommunUtanTolvstegsutbud.rq").write_text(CLOSING, "utf-8")
    return world_settings


def said(kind: str, slug: str, class_: str) -> Triple:
    """Say what a thing is."""
    return Triple(NamedNode(f"{NAMES.things}{kind}/{slug}"), NamedNode(RDF_TYPE), NamedNode(KG + class_))


def built(settings: Settings) -> tuple[set[Triple], set[Triple]]:
    """Give what a build derives, and what holds in it besides."""
    derived, rest = set(), set()
    for quad in _quads(settings, NAMES, _quiet):
        graph = getattr(quad.graph_name, "value", "")
        if graph in (NAMES.inferred_graph, NAMES.closed_graph):
            derived.add(quad.triple)
        elif not NAMES.is_layer(graph):
            rest.add(quad.triple)
    return derived, rest


def expected(settings: Settings, change: Callable[[Path], object]) -> tuple[set[Triple], set[Triple]]:
    """Build before and after a change of a copy of the data; give what appears and disappears."""
    copy = settings.sources.parent / "copy"
    shutil.copytree(settings.sources, copy)
    there = replace(settings, sources=copy)
    was, held = built(there)
    change(copy / "data" / "ttl")
    now, holds = built(there)
    return now - was - held, was - now - holds


def listing(folder: Path) -> dict[str, bytes]:
    """Read every file below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def without_method(text: str) -> str:
    """Give the world's source without the twelve steps."""
    assert "kg:anvanderMetod metod:tolvstegsmetoden ; " in text
    return text.replace("kg:anvanderMetod metod:tolvstegsmetoden ; ", "")


def test_changed_file(sources: Settings, tmp_path: Path) -> None:
    """A file that would replace one of the same name: what follows from absence appears, nothing is written."""
    new = tmp_path / "provkartan.ttl"
    old = sources.sources / "data" / "ttl" / "provkartan.ttl"
    new.write_text(without_method(old.read_text(encoding="utf-8")), encoding="utf-8")
    before = listing(tmp_path)
    found = impact(sources, str(new), "provkartan")
    assert before == listing(tmp_path)
    assert {said("kommun", "norrby", "KommunUtanTolvstegsutbud"): CLOSED} == found.appear
    assert INFERRED == found.disappear[said("kommun", "norrby", "KommunMedTolvstegsutbud")]
    appear, disappear = expected(sources, lambda data: shutil.copy(new, data / "provkartan.ttl"))
    assert (appear, disappear) == (set(found.appear), set(found.disappear))


def test_removed_file(sources: Settings) -> None:
    """A file of the sources, taken away; the same file thought away before is the other way round."""
    found = impact(sources, "provkartan.ttl", remove=True)
    assert said("kommun", "norrby", "KommunMedTolvstegsutbud") in found.disappear
    other = impact(sources, str(sources.sources / "data" / "ttl" / "provkartan.ttl"))
    assert (found.appear, found.disappear) == (other.disappear, other.appear)


def test_added_file(sources: Settings, tmp_path: Path) -> None:
    """A new file beside the one of a source: an inferred statement that it makes is none that appears or goes."""
    new = tmp_path / "mer.ttl"
    new.write_text(
        PREFIXES + "<https://w3id.org/kunskapsgraf/id/kommun/soderby> a kg:Kommun ; "
        "kg:erbjuder <https://w3id.org/kunskapsgraf/id/insats/norrby-samtal> .\n"
        "<https://w3id.org/kunskapsgraf/id/kommun/norrby> a kg:KommunMedTolvstegsutbud .\n",
        encoding="utf-8",
    )
    found = impact(sources, str(new), "provkartan")
    assert said("kommun", "soderby", "KommunMedTolvstegsutbud") in found.appear
    assert said("kommun", "norrby", "KommunMedTolvstegsutbud") not in found.appear
    assert {said("kommun", "soderby", "KommunUtanTolvstegsutbud"): CLOSED} == found.disappear
    appear, disappear = expected(sources, lambda data: _beside(data, new))
    assert (appear, disappear) == (set(found.appear), set(found.disappear))


def _beside(data: Path, new: Path) -> None:
    """Make a folder of the source that is a file, with the new file in it."""
    (data / "provkartan.ttl").rename(data / "gammal.ttl")
    (data / "provkartan").mkdir()
    (data / "gammal.ttl").rename(data / "provkartan" / "provkartan.ttl")
    shutil.copy(new, data / "provkartan")


def test_new_source(sources: Settings, tmp_path: Path) -> None:
    """A source that is not there yet: its statements are read together with the others, not in a layer of theirs."""
    new = tmp_path / "ny.ttl"
    new.write_text(PREFIXES + "<https://w3id.org/kunskapsgraf/id/kommun/vasterby> a kg:Kommun .\n", encoding="utf-8")
    found = impact(sources, str(new), "Ny källa")
    assert CLOSED == found.appear[said("kommun", "vasterby", "KommunUtanTolvstegsutbud")]
    assert {} == found.disappear


@pytest.mark.parametrize(
    ("text", "error", "told"),
    [
        ("@prefix kg: <x", SyntaxInFile, "fel.ttl:1"),
        (PREFIXES + "<x:a> a kg:Komun .", UnknownTerm, "kg:Kommun?"),
        (
            PREFIXES + "<https://w3id.org/kunskapsgraf/id/kommun/norrby> a kg:Kommun , kg:Lan .",
            Inconsistent,
            "norrby",
        ),
    ],
)
def test_broken_file(sources: Settings, tmp_path: Path, text: str, error: type[Exception], told: str) -> None:
    """A file that cannot be read, has a term that is not there, or contradicts what is said, gets a clear error."""
    new = tmp_path / "fel.ttl"
    new.write_text(text, encoding="utf-8")
    with pytest.raises(error, match=told.replace("?", r"\?")):
        impact(sources, str(new), "provkartan")


def test_wrong_use(sources: Settings, tmp_path: Path) -> None:
    """No such file, a file outside without a source, one inside with a source, a suffix that is not read."""
    outside, text = tmp_path / "ny.ttl", tmp_path / "ny.txt"
    outside.write_text("", encoding="utf-8")
    text.write_text("", encoding="utf-8")
    for given, source, remove in (
        ("finns-inte.ttl", "", False),
        (str(outside), "", False),
        (str(outside), "", True),
        (str(outside), "provkartan", True),
        ("provkartan.ttl", "provkartan", False),
        (str(text), "provkartan", False),
    ):
        with pytest.raises(BadRequest):
            impact(sources, given, source, remove=remove)


def run(sources: Settings, monkeypatch: pytest.MonkeyPatch, language: str, *arguments: str) -> int:
    """Run the command on some sources."""
    monkeypatch.setenv("KUNSKAPSGRAF_SOURCES", str(sources.sources))
    monkeypatch.setenv("KUNSKAPSGRAF_HOME", str(sources.home))
    monkeypatch.setenv("KUNSKAPSGRAF_LANGUAGE", language)
    return cli.main(["impact", *arguments])


def test_command(sources: Settings, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """Counts first, then statements by predicate, with labels in the language; nothing is built."""
    assert 0 == run(sources, monkeypatch, "sv", "--remove", "provkartan.ttl")
    out = capfd.readouterr().out
    assert out.startswith("Tillkommer: 1 (0 härledda, 1 slutna ur frånvaro)\nFörsvinner: ")
    assert "\n+ är (1)\n  Norrby: kommun utan tolvstegsutbud (slutna ur frånvaro)\n\n- är (" in out.replace(
        "i kartläggningen ", ""
    )
    assert "\n  Norrby: kommun med tolvstegsutbud\n" in out
    assert 0 == run(sources, monkeypatch, "en", "provkartan.ttl")
    out = capfd.readouterr().out
    assert out.startswith("Appear: ")
    assert "\n+ is (" in out
    assert "\n  Samtal: " not in out
    assert "\n  Talks: " in out
    assert not sources.home.exists()


def test_command_as_json(sources: Settings, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """JSON has the counts, and each statement with its terms, their labels, and how it is derived."""
    assert 0 == run(sources, monkeypatch, "en", "--remove", "provkartan.ttl", "--format", "json")
    found = json.loads(capfd.readouterr().out)
    assert {"inferred": 0, "closed": 1} == found["counts"]["appear"]
    listed = [one for group in found["disappear"] for one in group["statements"]]
    assert sum(found["counts"]["disappear"].values()) == len(listed)
    assert {"subject", "subjectLabel", "object", "objectLabel", "how"} == set(listed[0])
    assert f"<{RDF_TYPE}>" == found["disappear"][0]["predicate"]
    assert found["disappear"] == sorted(found["disappear"], key=lambda group: -len(group["statements"]))


def test_command_that_changes_nothing(
    sources: Settings, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A file that says nothing new changes nothing, and the command says so; a broken one ends with 1."""
    same = Path(shutil.copy(sources.sources / "data" / "ttl" / "provkartan.ttl", tmp_path))
    assert 0 == run(sources, monkeypatch, "en", str(same), "--source", "provkartan")
    assert capfd.readouterr().out.endswith("No derived statement changes.\n")
    same.write_text("inte rdf", encoding="utf-8")
    assert 1 == run(sources, monkeypatch, "sv", str(same), "--source", "provkartan")
    assert "provkartan.ttl:1" in capfd.readouterr().err


@pytest.mark.long
def test_of_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder of a real source holds several files: each alone can be taken away."""
    settings = settings_module.load({})
    folder = settings.sources / "data" / "ttl" / "hasselby-vallingby-act-icm-2015"
    found = impact(settings, str(sorted(folder.glob("*.ttl"))[-1]), remove=True)
    assert found.disappear
