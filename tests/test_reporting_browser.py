"""A report in a real browser: sorted and filtered without script, framed by another site, and without sight."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from conftest import Server
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait
from test_browser import CONTRAST, Visitor, driver, log, pytestmark, visitor, without_script
from test_editor_browser import AXE, scheme, violations

__all__ = ["driver", "pytestmark", "visitor", "without_script"]  # fixtures and marks
WISHES = "/queries/onskemal?kommun=&lang=sv"


@pytest.mark.usefixtures("without_script")
def test_sorting_and_filtering_without_script(visitor: Visitor) -> None:
    """A visitor narrows the rows by a word, sorts them by a heading and turns the order; the word stays."""
    visitor.open(WISHES)
    visitor.driver.find_element(By.ID, "ord").send_keys("norberg")
    visitor.click(visitor.driver.find_element(By.CSS_SELECTOR, ".narrowing button"))
    assert "9 av 38 rader" in visitor.texts("[role=status]")[0]
    visitor.follow("Nr", "thead")
    assert [str(n) for n in range(1, 10)] == visitor.texts("tbody td:nth-child(2)")
    visitor.follow("Nr ▲", "thead")
    assert [str(n) for n in range(9, 0, -1)] == visitor.texts("tbody td:nth-child(2)")
    assert ["descending"] == [th.get_attribute("aria-sort") for th in visitor.all("th[aria-sort]")]


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - so the base class names it
        """Say nothing."""


@pytest.fixture
def elsewhere(server: Server, tmp_path: Path) -> Iterator[str]:
    """Serve a page of another site that frames the embed address and the report itself; give its address."""
    frames = "".join(
        f'<iframe id="{name}" src="{server.address}{path}"></iframe>'
        for name, path in (("made", "/queries/onskemal/inbaddning?lang=sv"), ("other", WISHES))
    )
    (tmp_path / "index.html").write_text(f"<!doctype html><title>Annan</title>{frames}", encoding="utf-8")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path))) as other:
        Thread(target=other.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{other.server_port}/"
        other.shutdown()


def test_another_site_frames_the_one_page_only(driver: webdriver.Chrome, server: Server, elsewhere: str) -> None:
    """In another site's page the embed address is shown, the report itself is not, and a heading sorts inside the frame."""
    visitor = Visitor(driver, server.address)
    log(driver, "browser")  # what came before is not this test's
    driver.get(elsewhere)
    driver.switch_to.frame("made")
    WebDriverWait(driver, 10).until(lambda _: visitor.texts("h1") == ["Önskemål om fem år"])
    visitor.follow("Plats", "thead")
    assert ["Önskemål om fem år"] == visitor.texts("h1")
    assert ["ascending"] == [th.get_attribute("aria-sort") for th in visitor.all("th[aria-sort]")]
    driver.switch_to.default_content()
    driver.switch_to.frame("other")
    WebDriverWait(driver, 10).until(lambda d: "Önskemål" not in d.page_source)
    driver.switch_to.default_content()
    assert 1 == len([line for line in visitor.complaints() if "frame-ancestors" in line])


@pytest.mark.skipif(not AXE.is_file(), reason="axe is not in build/editor: make install in this tree")
@pytest.mark.parametrize("name", ["light", "dark"])
def test_report_is_accessible(visitor: Visitor, name: str) -> None:
    """A sorted report with its chart and its code, and its frame, have nothing that axe objects to, light and dark."""
    with scheme(visitor, name):
        for path in (WISHES + "&sortera=-plats", "/queries/onskemal/inbaddning"):
            visitor.open(path)
            visitor.driver.execute_script("document.querySelectorAll('details').forEach(one => { one.open = true })")
            assert [] == violations(visitor) + visitor.driver.execute_script(CONTRAST)
