"""Sources read once: they wait outside the graph, and are ready for the second reading."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from kunskapsgraf import settings as settings_module
from kunskapsgraf.graph.store import EmbeddedStore
from kunskapsgraf.pipeline.build import checked
from kunskapsgraf.settings import Settings

ROOT = Path(__file__).parents[1]
WAITING = ROOT / "data" / "forsta-lasning"


def test_first_readings_pass_every_check(tmp_path: Path) -> None:
    """Together with the published sources, the first readings break no shape and no check."""
    for folder in ("ontology", "queries", "shapes", "data/ttl"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    for folder in ("ontology", "data"):
        shutil.copytree(WAITING / folder, tmp_path / folder, dirs_exist_ok=True)
    corpus = checked(replace(settings_module.load({}), sources=tmp_path))
    waiting = {path.name for path in (WAITING / "data" / "ttl").iterdir()} - {"redaktion"}
    assert waiting <= {graph.rsplit("/", 1)[-1] for graph in corpus.graphs()}


@pytest.mark.parametrize(
    "source", sorted(p.name for p in (WAITING / "data" / "ttl").iterdir() if p.name != "redaktion")
)
def test_first_readings_are_not_in_the_graph(whole: Settings, whole_store: EmbeddedStore, source: str) -> None:
    """Nothing of a source that was read once only is published, in the graph or in the package."""
    assert whole_store.names.source_graph(source) not in whole_store.graphs()
    assert not (whole.sources / "data" / "ttl" / source).exists()
