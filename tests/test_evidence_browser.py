"""The evidence-gap map, the profile and the quality page in a real browser: without script, and by axe, light and dark."""

from __future__ import annotations

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select
from test_browser import CONTRAST, Visitor, driver, pytestmark, visitor, without_script
from test_editor_browser import AXE, scheme, violations

__all__ = ["driver", "pytestmark", "visitor", "without_script"]
PAGES = (
    "/evidenskarta?anvands=1",
    "/evidenskarta?axel=tjanstetyp&vy=tabell&anvands=1",
    "/evidenskarta/ruta?atgard=metod/sbnt",
    "/evidensprofil?plats=kommun/vasteras",
    "/kvalitet?dag=2020-06-01",
)


@pytest.mark.skipif(not AXE.is_file(), reason="axe is not in build/editor: make install in this tree")
@pytest.mark.parametrize("name", ["light", "dark"])
def test_axe_and_contrast(visitor: Visitor, name: str) -> None:
    """Axe objects to nothing on any of the pages, and all text stands out, light and dark."""
    found = {}
    with scheme(visitor, name):
        for path in PAGES:
            visitor.open(path)
            found[path] = violations(visitor) + visitor.driver.execute_script(CONTRAST)
    assert {} == {path: complaints for path, complaints in found.items() if complaints}
    assert [] == visitor.complaints()


@pytest.mark.usefixtures("without_script")
def test_from_a_gap_to_its_reason(visitor: Visitor) -> None:
    """Without script an analyst finds methods in use of which nothing is said, and why an empty cell is empty."""
    visitor.open("/")
    visitor.follow("Evidenskarta")
    Select(visitor.driver.find_element(By.NAME, "lage")).select_by_visible_text("utan någon utsaga")
    Select(visitor.driver.find_element(By.NAME, "anvands")).select_by_visible_text("i minst en kommun")
    visitor.send()
    assert "lage=inga-utsagor" in visitor.driver.current_url
    names = [row.text for row in visitor.all('.gapmap th[scope="row"]')]
    assert "Öronakupunktur" in names  # used in Fagersta, spoken of nowhere else
    assert "Tolvstegsmetoden" not in names  # claimed
    visitor.click(visitor.all(".gapmap td.empty a")[0])
    assert "/evidenskarta/ruta" == visitor.path
    text = visitor.all("main")[0].text
    assert "slutsats av frånvaro" in text
    assert "De källor som är lästa i denna version" in text
