"""Another base: the same checks, categories and reports on sources that are written with it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT

from kunskapsgraf import settings as settings_module
from kunskapsgraf.errors import CheckFailed
from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.vocabulary import BASE
from kunskapsgraf.pipeline.build import build, checked
from kunskapsgraf.reports import run
from kunskapsgraf.settings import Settings

OTHER = "https://example.org/kg/"


@pytest.fixture
def other(tmp_path: Path) -> Settings:
    """Give the whole sources rewritten to another base."""
    for folder in ("ontology", "data/ttl"):
        shutil.copytree(ROOT / folder, tmp_path / "sources" / folder)
    for path in (tmp_path / "sources").rglob("*.ttl"):
        path.write_text(path.read_text(encoding="utf-8").replace(BASE, OTHER), encoding="utf-8")
    return replace(
        settings_module.load({}), base=OTHER, sources=tmp_path / "sources", home=tmp_path / "home", workers=1
    )


@pytest.mark.long
def test_categories_and_reports_follow_the_base(other: Settings) -> None:
    """The report on women's services gives the same three services under the other base."""
    build(other)
    store = EmbeddedStore(other)
    try:
        table = run.run(store, run.find(other.sources, "insatser-for-kvinnor", OTHER), {})
    finally:
        store.close()
    services = {
        f"<{OTHER}id/insats/{name}>"
        for name in ("koping-kvinnogrupp", "skinnskatteberg-resurscentrum", "vasteras-olivia")
    }
    assert services == {str(row["insats"]) for row in table.rows}


@pytest.mark.long
def test_checks_follow_the_base(other: Settings) -> None:
    """A municipality without a code stops the build under the other base, and nothing else does."""
    path = other.sources / "data" / "ttl" / "redaktion" / "platser.ttl"
    text = path.read_text(encoding="utf-8")
    assert 'kg:kommunkod "1981" ;' in text
    path.write_text(text.replace('kg:kommunkod "1981" ;', ""), encoding="utf-8")
    with pytest.raises(CheckFailed, match=r"^1 fel .*\n.*kommunkod"):
        checked(other)
