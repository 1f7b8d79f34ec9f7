"""The example notebook: it is a notebook, holds no results, and runs at a service and on a built graph."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from conftest import Server

from kunskapsgraf.settings import Settings

NOTEBOOK = Path(__file__).parents[1] / "docs" / "exempel.ipynb"
ADDRESS = '"http://127.0.0.1:8000"'


def cells() -> list[dict[str, Any]]:
    """Read the cells."""
    found: list[dict[str, Any]] = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    return found


def test_it_is_a_notebook_without_results() -> None:
    """The file has the form of nbformat 4.5, and no cell has been run: results would be of another version."""
    told = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    assert (4, 5) == (told["nbformat"], told["nbformat_minor"])
    assert len(cells()) == len({cell["id"] for cell in cells()})
    for cell in cells():
        assert re.fullmatch("[a-zA-Z0-9_-]{1,64}", cell["id"])
        keys = {"cell_type", "id", "metadata", "source"}
        if cell["cell_type"] == "code":
            assert (None, []) == (cell["execution_count"], cell["outputs"])
            keys |= {"execution_count", "outputs"}
        assert keys == set(cell)


@pytest.mark.long
def test_it_runs_at_a_service(server: Server) -> None:
    """As it stands it runs at a service, with the same results."""
    hold(server.address)


def test_it_runs_on_a_path(whole: Settings) -> None:
    """With a path in place of the address its cells run one after another, and say what the texts say."""
    hold(str(whole.home))


def hold(place: str) -> None:
    """Run the cells on a graph, and hold what they found to the texts."""
    code = ["".join(cell["source"]) for cell in cells() if cell["cell_type"] == "code"]
    assert 1 == sum(ADDRESS in cell for cell in code)
    space: dict[str, Any] = {}
    for number, cell in enumerate(code):
        exec(compile(cell.replace(ADDRESS, repr(place)), f"cell {number}", "exec"), space)
    # Seven municipalities by the twelve steps (the cases of the map, Västmanland 2006), and all of them in 2006.
    assert 7 == space["kommuner"]["kommun"].nunique()
    assert {2006} == set(space["kommuner"]["giltigFran"].dt.year)
    assert {"Bara påstådd", "Otillräckligt underlag"} <= set(space["utan"]["slagNamn"])
    assert {"ingen-uppgift"} <= set(space["tomma"]["tomhet"])
    assert (space["tomma"]["kommuner"] > 0).all()
    # README shows the same proof, in six lines.
    assert [0, 1, 2, 2, 1, 2] == list(space["steg"]["depth"])
    assert "lansstyrelsen-vastmanland-2006 705–712" in set(space["steg"]["lines"])
    assert (space["insatser"]["antal"] > 0).all()
