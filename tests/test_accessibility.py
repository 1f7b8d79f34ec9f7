"""Every kind of page by WCAG 2.2 AA, as far as a browser can tell: axe, contrast, reflow, text spacing, keyboard, print.

What a browser cannot tell is checked by hand, criterion by criterion: docs/accessibility.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Server
from flask.testing import FlaskClient
from page_kinds import ADDRESSES, NO_PAGES, PAGES
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from test_browser import CONTRAST, Visitor, driver
from test_browser import pytestmark as in_a_browser

from kunskapsgraf import web

__all__ = ["driver"]
AXE = ROOT / "build" / "editor" / "axe.js"
STYLE = Path(str(web.__file__)).parent / "static" / "style.css"
CHECKLIST = ROOT / "docs" / "accessibility.md"
CRITERIA = """
1.1.1 1.2.1 1.2.2 1.2.3 1.2.4 1.2.5 1.3.1 1.3.2 1.3.3 1.3.4 1.3.5 1.4.1 1.4.2 1.4.3 1.4.4 1.4.5 1.4.10 1.4.11 1.4.12 1.4.13
2.1.1 2.1.2 2.1.4 2.2.1 2.2.2 2.3.1 2.4.1 2.4.2 2.4.3 2.4.4 2.4.5 2.4.6 2.4.7 2.4.11 2.5.1 2.5.2 2.5.3 2.5.4 2.5.7 2.5.8
3.1.1 3.1.2 3.2.1 3.2.2 3.2.3 3.2.4 3.2.6 3.3.1 3.3.2 3.3.3 3.3.4 3.3.7 3.3.8 4.1.2 4.1.3
"""
"""The success criteria at levels A and AA; 4.1.1 is obsolete and removed."""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
VARIANTS = list(product(("light", "dark"), (1280, 320), ("sv", "en")))
HEAVY = {"evidence map as a list", "begrepp", "ontology"}
PLANNED = [
    (name, *VARIANTS[number * 3 % len(VARIANTS)])
    for number, name in enumerate(ADDRESSES)
    if number % 3 == 1 and name not in HEAVY
]
"""One variant of one page in three, so that every variant is met: what the quick tests visit. The long ones visit every variant."""
EVERY = [(name, *variant) for name in ADDRESSES for variant in VARIANTS]
BROWSER = [*in_a_browser, pytest.mark.skipif(not AXE.is_file(), reason="axe is not in build/editor: make install here")]
SPACED = """
* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
p { margin-block-end: 2em !important; }
"""
"""WCAG 2.2, 1.4.12."""
LOOK = """
const told = [];
const wide = document.documentElement.scrollWidth;
if (wide > innerWidth) told.push(`${wide} px wide`);
for (const e of document.querySelectorAll('a, button, input, select, textarea, summary')) {
  const box = e.getBoundingClientRect();
  if (!box.width || e.closest('.skip, .wide, pre')) continue;
  if (box.right > innerWidth + .5) told.push('outside: ' + e.outerHTML.slice(0, 120));
}
for (const e of document.querySelectorAll('main *')) {
  const style = getComputedStyle(e);
  if (!/auto|scroll/.test(style.overflowX) || e.scrollWidth <= e.clientWidth || /^(INPUT|SELECT|TEXTAREA)$/.test(e.tagName)) continue;
  if (e.tabIndex < 0) told.push('scrolls but not by keyboard: ' + e.outerHTML.slice(0, 120));
}
for (const e of document.querySelectorAll('body *')) {
  const style = getComputedStyle(e);
  if (e.closest('.visually-hidden, .skip') || !/hidden|clip/.test(style.overflow)) continue;
  if (e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1) told.push('cut off: ' + e.outerHTML.slice(0, 120));
}
return told;
"""
STOPS = """
const shown = e => e.checkVisibility() && e.getClientRects().length;
window.stops = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')].filter(shown);
return stops.length;
"""
AT = """
const e = document.activeElement;
if (e === document.body) return null;
const style = getComputedStyle(e), box = e.getBoundingClientRect();
const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
return [stops.indexOf(e), style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2, inside, e.outerHTML.slice(0, 100)];
"""


PARTS_OF_A_DATE = 4
"""Year, month, day and calendar: Chromium stops at each within the one field."""


def next_stop(visitor: Visitor) -> list[Any] | None:
    """Press Tab, and from a field for a date until it is left; give what is reached then, ``None`` for nothing on the page."""
    before = visitor.driver.execute_script(AT)
    is_date = visitor.driver.execute_script("return document.activeElement.type === 'date'")
    for _ in range(PARTS_OF_A_DATE if is_date else 1):
        ActionChains(visitor.driver).send_keys(Keys.TAB).perform()
        reached: list[Any] | None = visitor.driver.execute_script(AT)
        if reached is None or before is None or reached[0] != before[0]:
            return reached
    return reached


EDITOR = ["*/static/yasgui/*"]
PICTURE = ["*/static/graph/*"]
"""The scripts of what is exempt. The picture that unfolds adds stops as one goes; by keyboard it has tests of its own."""


@pytest.fixture(scope="module")
def visitor(driver: webdriver.Chrome, server: Server) -> Iterator[Visitor]:
    """Give a visitor to whom the query editor does not come: the form stands in its place."""
    driver.execute_cdp_cmd("Network.enable", {})
    driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": EDITOR})
    yield Visitor(driver, server.address)
    driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": []})


@contextmanager
def shown(visitor: Visitor, *, scheme: str = "light", width: int = 1280, media: str = "") -> Iterator[None]:
    """Show pages in a scheme, so wide, on screen or paper."""
    size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    visitor.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    visitor.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": features})
    try:
        yield
    finally:
        visitor.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})
        visitor.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@contextmanager
def blocked(visitor: Visitor, addresses: list[str]) -> Iterator[None]:
    """Visit pages without some of their files."""
    visitor.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": addresses})
    try:
        yield
    finally:
        visitor.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": EDITOR})


def complaints(visitor: Visitor, path: str, language: str) -> list[str]:
    """Visit a page; give what axe finds, texts that stand out too little, what is too wide, and what spaced text cuts off."""
    visitor.open(f"{path}{'&' if '?' in path else '?'}lang={language}")
    # As a person's tool does: outside of the page's policy, which would not let it in.
    visitor.driver.execute_cdp_cmd("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8")})
    violations: list[dict[str, Any]] = visitor.driver.execute_async_script(
        "axe.run(document, {runOnly: arguments[0], rules: {'target-size': {enabled: true}}}).then(r => arguments[1](r.violations))",
        TAGS,
    )
    found = [f"{one['id']}: {[node['target'] for node in one['nodes']][:3]}" for one in violations]
    found += visitor.driver.execute_script(CONTRAST)
    found += visitor.driver.execute_script(LOOK)
    visitor.driver.execute_script(
        "const sheet = new CSSStyleSheet(); sheet.replaceSync(arguments[0]); document.adoptedStyleSheets = [sheet];",
        SPACED,
    )
    found += [f"with spaced text: {one}" for one in visitor.driver.execute_script(LOOK)]
    return found


def test_every_route_is_in_the_table(client: FlaskClient) -> None:
    """A new route must be told to give pages, and which, or none."""
    rules = {rule.rule for rule in client.application.url_map.iter_rules()}
    assert rules == set(PAGES) | NO_PAGES
    assert not set(PAGES) & NO_PAGES


def test_every_page_of_the_table_is_one(whole_client: FlaskClient) -> None:
    """Each address of the table gives a page."""
    for path in ADDRESSES.values():
        with whole_client.get(path, headers={"Accept": "text/html"}) as response:
            assert "text/html" == response.mimetype, path
            assert (response.status_code == 200) != ("finns-inte" in path or "=SELECT" == path[-7:]), path


def browsed(pages: list[tuple[str, str, int, str]]) -> pytest.MarkDecorator:
    """Name the visits."""
    return pytest.mark.parametrize(
        ("name", "scheme", "width", "language"), pages, ids=["-".join(map(str, page)) for page in pages]
    )


class TestInABrowser:
    """What a browser tells."""

    pytestmark = BROWSER

    @browsed(PLANNED)
    def test_page(self, visitor: Visitor, name: str, scheme: str, width: int, language: str) -> None:
        """Each kind of page, in one of the ways it can be shown, has nothing to object to."""
        with shown(visitor, scheme=scheme, width=width):
            assert [] == complaints(visitor, ADDRESSES[name], language)

    @pytest.mark.long
    @browsed(EVERY)
    def test_page_in_every_way(self, visitor: Visitor, name: str, scheme: str, width: int, language: str) -> None:
        """Each kind of page in each of the ways it can be shown."""
        with shown(visitor, scheme=scheme, width=width):
            assert [] == complaints(visitor, ADDRESSES[name], language)

    @pytest.mark.parametrize("name", ["about", "report with a form", "not found"])
    def test_keyboard(self, visitor: Visitor, name: str) -> None:
        """By Tab each stop is reached in the order of the page, is seen to be, and the last leads out again."""
        self.walk(visitor, name)

    @pytest.mark.long
    @pytest.mark.parametrize(
        "name", sorted(set(ADDRESSES) - {"kommun", "kalla", "ontology", "long class", "long report"})
    )
    def test_keyboard_everywhere(self, visitor: Visitor, name: str) -> None:
        """The same on every kind of page, but for the longest ones of a kind."""
        self.walk(visitor, name)

    @staticmethod
    def walk(visitor: Visitor, name: str) -> None:
        """Press Tab from the beginning of a page to its end."""
        with shown(visitor, width=320), blocked(visitor, EDITOR + PICTURE):
            visitor.open(ADDRESSES[name])
            count = visitor.driver.execute_script(STOPS)
            assert count
            for number in range(count):
                reached = next_stop(visitor) or [None]
                assert [number, True, True] == reached[:3], reached
            after = next_stop(visitor)
            assert after is None or after[0] == 0

    @pytest.mark.parametrize("name", ["kommun", "matrix", "found"])
    def test_print(self, visitor: Visitor, name: str) -> None:
        """On paper there is no menu and no form, links out are written out, nothing is folded, nothing needs scrolling."""
        with shown(visitor, scheme="dark", width=700, media="print"):
            visitor.open(ADDRESSES[name])
            told = visitor.driver.execute_script("""
              const seen = e => e.checkVisibility({contentVisibilityAuto: true});
              const all = selector => [...document.querySelectorAll(selector)];
              return {
                menu: all('header nav, form, .formats, .skip').filter(seen).length,
                folded: all('details > :not(summary)').filter(e => !seen(e) && !e.closest('.facets')).length,
                scrolls: all('.wide').filter(e => getComputedStyle(e).overflowX !== 'visible').length,
                bare: all('main :not(dt) > a[href^="http"]').filter(e => seen(e) && !getComputedStyle(e, '::after').content.includes('http')).length,
                paper: getComputedStyle(document.body).backgroundColor,
              };
            """)
        assert {"menu": 0, "folded": 0, "scrolls": 0, "bare": 0, "paper": "rgb(255, 255, 255)"} == told


def test_the_checklist_is_whole() -> None:
    """The checklist kept by hand has every criterion of WCAG 2.2 at levels A and AA, each once, with its result."""
    rows = re.findall(r"^\| (\d\.\d\.\d+) \| .+ \| .+ \| (.+) \|$", CHECKLIST.read_text(encoding="utf-8"), re.M)
    assert CRITERIA.split() == [number for number, _ in rows]
    assert {result.split(",")[0].split(":")[0] for _, result in rows} <= {"passes", "does not apply", "fails", "open"}


def test_nothing_moves() -> None:
    """The pages have no motion, so there is none to reduce (WCAG 2.3.3) and none to pause (2.2.2)."""
    text = STYLE.read_text(encoding="utf-8")
    assert [] == re.findall(r"\b(?:animation|transition|scroll-behavior)[\w-]*\s*:", text)
