"""What a person does in a real browser: walks the graph, runs a report, asks a query, on a wide and a narrow screen."""

from __future__ import annotations

import json
import shutil
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import Server
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support import expected_conditions
from selenium.webdriver.support.select import Select
from selenium.webdriver.support.wait import WebDriverWait
from test_pages import KINDS

BROWSER, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not (BROWSER and DRIVER), reason="chromium or chromedriver is missing: apt-get install chromium chromium-driver"
    ),
]
SWITCHES = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
WHOLE = {
    **KINDS,
    "municipality": "/sida/kommun/vasteras",
    "source": "/sida/metod/asi",
    "menu": "/queries/meny-for-kommun?plats=heby",
    "many rows": "/queries/insatser-per-kommun?sortera=-insats",
    "long list": "/klass/Insats",
    "editor": "/sparql",
    "profile of a municipality": "/evidensprofil?plats=kommun/vasteras",
    "map by type of service": "/evidenskarta?axel=tjanstetyp&anvands=1",
}


PATIENCE = 60
"""Seconds that a browser may need on a machine that others load."""


class Visitor:
    """A person at a browser: the driver and the server's address."""

    def __init__(self, driver: webdriver.Chrome, address: str) -> None:
        self.driver = driver
        self.address = address

    def open(self, path: str) -> None:
        """Go to an address of the server."""
        self.driver.get(self.address + path)

    def all(self, selector: str) -> list[WebElement]:
        """Find elements by CSS selector."""
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def texts(self, selector: str) -> list[str]:
        """Read the texts of elements in one moment: what a script draws anew meanwhile is not in the way."""
        script = "return [...document.querySelectorAll(arguments[0])].map(e => e.innerText.trim())"
        return list(self.driver.execute_script(script, selector))

    def addresses(self, selector: str) -> list[tuple[str, str]]:
        """Read the texts and addresses of links in one moment."""
        script = "return [...document.querySelectorAll(arguments[0])].map(e => [e.innerText.trim(), e.href])"
        return [(text, address) for text, address in self.driver.execute_script(script, selector)]

    def follow(self, text: str, within: str = "main") -> None:
        """Click the first link of that text that is shown."""
        found = [link for link in self.all(f"{within} a") if link.text == text and link.is_displayed()]
        assert found, f"no link {text!r} at {self.driver.current_url}"
        self.click(found[0])

    def click(self, element: WebElement) -> None:
        """Click what leads to another page, and wait until that page is there."""
        left = self.driver.find_element(By.TAG_NAME, "html")
        element.click()
        # In the midst of a change of pages the driver may know neither the old one nor the new: it is asked again.
        waiting = WebDriverWait(self.driver, PATIENCE, ignored_exceptions=[WebDriverException])
        waiting.until(expected_conditions.staleness_of(left))

    def send(self) -> None:
        """Press the form's button."""
        self.click(self.driver.find_element(By.CSS_SELECTOR, "form button"))

    @property
    def heading(self) -> str:
        """The page's h1."""
        return self.driver.find_element(By.TAG_NAME, "h1").text

    @property
    def path(self) -> str:
        """The path of the page."""
        return self.driver.current_url.removeprefix(self.address).split("?")[0]

    def group(self, predicate: str) -> str:
        """Give a selector of the statements with a predicate of ours, outgoing."""
        return f'.group[data-p="<https://w3id.org/kunskapsgraf/ns#{predicate}>"]:not([data-in]) li'

    def complaints(self) -> list[str]:
        """Give what the console complains of: blocked content, errors."""
        return [entry["message"] for entry in log(self.driver, "browser") if entry["level"] in ("SEVERE", "WARNING")]


def log(driver: webdriver.Chrome, name: str) -> list[dict[str, Any]]:
    """Read what a log of the browser holds since the last reading."""
    return list(driver.get_log(name))  # type: ignore[no-untyped-call]


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """Start a browser of our own, in Swedish."""
    options = Options()
    options.binary_location = BROWSER or ""
    for switch in (*SWITCHES, f"--user-data-dir={tmp_path_factory.mktemp('browser')}"):
        options.add_argument(switch)
    options.add_experimental_option("prefs", {"intl.accept_languages": "sv,en"})
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    found = webdriver.Chrome(options=options, service=Service(DRIVER))
    found.set_page_load_timeout(PATIENCE)
    found.set_script_timeout(PATIENCE)
    yield found
    found.quit()


@pytest.fixture
def visitor(driver: webdriver.Chrome, server: Server) -> Iterator[Visitor]:
    """Give a visitor with a wide screen; whatever the test did, no request may have left the host."""
    driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    driver.set_window_size(1280, 900)
    for name in ("performance", "browser"):
        log(driver, name)  # what came before is not this test's
    yield Visitor(driver, server.address)
    asked = requests(driver)
    assert asked
    assert [] == [address for address in asked if not address.startswith((server.address + "/", "data:", "about:"))]


def requests(driver: webdriver.Chrome) -> list[str]:
    """Read from the browser's log every address that it asked for since the last reading."""
    found = []
    for entry in log(driver, "performance"):
        message: dict[str, Any] = json.loads(entry["message"])["message"]
        if message["method"] in ("Network.requestWillBeSent", "Network.webSocketCreated"):
            parameters = message["params"]
            found.append(parameters["request"]["url"] if "request" in parameters else parameters["url"])
    return found


def test_walk_from_municipality_to_method(visitor: Visitor) -> None:
    """A linked-data browser walks from the front page to a municipality, a service of it and the service's method."""
    visitor.open("/")
    visitor.follow("Arboga", "ul.tiles")
    assert ("/sida/kommun/arboga", "Arboga") == (visitor.path, visitor.heading)
    visitor.follow("erbjuder")  # the tables tell what it offers; each statement of it stands on a list of its own
    offered = visitor.all(visitor.group("erbjuder"))
    service = next(item for item in offered if "arboga-eftervard>" in str(item.get_attribute("data-end")))
    assert "härlett" in service.text
    visitor.click(service.find_element(By.CSS_SELECTOR, ".value a"))
    assert "/sida/insats/arboga-eftervard" == visitor.path
    method = visitor.all(visitor.group("anvanderMetod"))[0]
    assert "källa" in method.text
    assert "1 feb. 2006 – 31 mars 2006" in method.text
    assert "rad" in method.find_element(By.CSS_SELECTOR, ".passage").text
    visitor.click(method.find_element(By.CSS_SELECTOR, ".value a"))
    assert ("/sida/metod/tolvstegsmetoden", "Tolvstegsmetoden") == (visitor.path, visitor.heading)
    # The thing's own IRI, asked for on this host, leads to the page that is shown.
    iri = str(visitor.all('link[rel="cite-as"]')[0].get_attribute("href"))
    visitor.open(iri.removeprefix("https://w3id.org/kunskapsgraf"))
    assert "/sida/metod/tolvstegsmetoden" == visitor.path
    assert [] == visitor.complaints()


def test_walk_back_by_what_points_here(visitor: Visitor) -> None:
    """A long list of what points to a thing is a page of its own, and leads to the things."""
    visitor.open("/sida/metod/tolvstegsmetoden")
    name = visitor.heading
    visitor.click(visitor.all("a[href*='egenskap=%5Ekg:metodkoppling']")[0])
    assert name == visitor.heading
    first = visitor.all(".group .value a")[0]
    text = first.text
    visitor.click(first)
    assert text == visitor.heading


def test_report(visitor: Visitor) -> None:
    """A visitor finds a report, chooses a value, and sees as many rows as the report has."""
    visitor.open("/")
    visitor.follow("Rapporter", "nav")
    visitor.follow("Insatser per kommun")
    Select(visitor.driver.find_element(By.NAME, "kommun")).select_by_visible_text("Heby")
    visitor.send()
    assert "kommun=heby" in visitor.driver.current_url
    with urllib.request.urlopen(f"{visitor.address}/queries/insatser-per-kommun?kommun=heby&format=json") as answer:
        rows = json.loads(answer.read())["rows"]
    assert len(rows) == len(visitor.all("tbody tr"))
    assert f"{len(rows)} rader" in visitor.all('[role="status"]')[0].text
    assert "Heby" == Select(visitor.driver.find_element(By.NAME, "kommun")).first_selected_option.text
    assert {"Heby"} == {cell.text for cell in visitor.all("tbody td:first-child")}
    assert [] == visitor.complaints()


@pytest.fixture
def without_script(driver: webdriver.Chrome) -> Iterator[None]:
    """Let no page run script."""
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    yield
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


@pytest.mark.usefixtures("without_script")
def test_query(visitor: Visitor) -> None:
    """Without script a visitor runs the example query, then one of their own, and follows a row to its thing."""
    visitor.open("/sparql")
    visitor.send()
    names = [cell.text for cell in visitor.all("tbody td:nth-child(2)")]
    assert "Arboga" in names
    box = visitor.driver.find_element(By.ID, "query")
    box.clear()
    box.send_keys('SELECT ?m { ?m <http://www.w3.org/2004/02/skos/core#prefLabel> "Tolvstegsmetoden"@sv }')
    visitor.send()
    assert 1 == len(visitor.all("tbody tr"))
    visitor.follow("Tolvstegsmetoden", "tbody")
    assert "/sida/metod/tolvstegsmetoden" == visitor.path


@pytest.mark.usefixtures("without_script")
def test_mistake_in_a_query(visitor: Visitor) -> None:
    """Without script a mistake in a query is told on a page, with its place, and the query is one step back."""
    visitor.open("/sparql")
    box = visitor.driver.find_element(By.ID, "query")
    box.clear()
    box.send_keys('ASK { "x" ?p }')
    visitor.send()
    assert "Frågan går inte att tolka" == visitor.heading
    assert "rad 1, kolumn" in visitor.all("main")[0].text
    visitor.driver.back()
    assert ("/sparql", "SPARQL") == (visitor.path, visitor.heading)


def test_language(visitor: Visitor) -> None:
    """A visitor changes to English and stays in it while walking."""
    visitor.open("/sida/metod/tolvstegsmetoden")
    visitor.follow("English", "header")
    assert "en" == visitor.all("html")[0].get_attribute("lang")
    visitor.follow("How to read", "header")
    assert ("/om", "How to read") == (visitor.path, visitor.heading)


def test_skip_link(visitor: Visitor) -> None:
    """The first stop of the keyboard is a visible link that leads past the menu."""
    visitor.open("/")
    visitor.driver.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    focused = visitor.driver.switch_to.active_element
    assert "Till innehållet" == focused.text
    assert focused.rect["x"] >= 0
    assert focused.rect["y"] >= 0
    focused.send_keys(Keys.ENTER)
    assert "innehall" == visitor.driver.switch_to.active_element.get_attribute("id")


@pytest.mark.parametrize("path", WHOLE.values(), ids=WHOLE)
def test_narrow_screen(visitor: Visitor, path: str) -> None:
    """At 320 CSS pixels no kind of page scrolls sideways, and every link is inside the screen or a part that scrolls."""
    size = {"width": 320, "height": 640, "deviceScaleFactor": 1, "mobile": False}
    visitor.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    visitor.open(path)
    widths = visitor.driver.execute_script(
        "return [window.innerWidth, document.documentElement.scrollWidth, document.body.scrollWidth]"
    )
    assert 320 == widths[0]
    assert max(widths) <= 320
    outside = visitor.driver.execute_script(
        """return [...document.querySelectorAll('a, button, input, select, textarea')].filter(e =>
             !e.closest('.wide, pre, .skip') && e.getBoundingClientRect().right > 320.5).map(e => e.outerHTML)"""
    )
    assert [] == outside


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast(visitor: Visitor, scheme: str) -> None:
    """Text, links and marks stand out by 4.5 to 1 from what is behind them, in light and dark (WCAG 1.4.3)."""
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    visitor.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    try:
        for path in ("/", "/sida/kommun/arboga", "/om", "/queries/onskemal", "/sparql"):
            visitor.open(path)
            assert [] == visitor.driver.execute_script(CONTRAST)
    finally:
        visitor.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


CONTRAST = (Path(__file__).parent / "contrast.js").read_text(encoding="utf-8")
