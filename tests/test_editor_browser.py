"""The editor page as a person uses it: types, runs, reads, shares, with keyboard and with a narrow or dark screen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import nginx
import pytest
from conftest import ROOT, WORLD, Server, running
from selenium import webdriver
from selenium.common.exceptions import TimeoutException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait
from test_browser import CONTRAST, PATIENCE, Visitor, driver, log, pytestmark, requests, visitor
from test_editor import MADE

from kunskapsgraf.settings import Settings

__all__ = ["driver", "visitor"]  # fixtures
pytestmark = [*pytestmark, MADE]
KG = "https://w3id.org/kunskapsgraf/ns#"
MUNICIPALITIES = f"SELECT ?kommun ?kod WHERE {{ ?kommun a <{KG}Kommun> ; <{KG}kommunkod> ?kod }} ORDER BY ?kod"
COUNTS = f"SELECT ?slag (COUNT(?x) AS ?antal) WHERE {{ VALUES ?slag {{ <{KG}Kommun> <{KG}Metod> }} ?x a ?slag }} GROUP BY ?slag"
AXE = ROOT / "build" / "editor" / "axe.js"
WRONG_LINE = ".CodeMirror .wrong-line ~ * .CodeMirror-linenumber"  # the number beside a line that is marked
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Editor:
    """The page's editor, for a visitor."""

    def __init__(self, visitor: Visitor, path: str = "/sparql") -> None:
        self.visitor = visitor
        visitor.open(path)
        self.wait("html.has-editor .CodeMirror")
        self.wait(".examples:not([hidden])")

    def wait(self, selector: str) -> None:
        """Wait until something is on the page."""
        WebDriverWait(self.visitor.driver, PATIENCE).until(lambda _: self.visitor.all(selector))

    def wait_for_texts(self, selector: str, texts: list[str]) -> None:
        """Wait until exactly these texts are shown: the editor draws its lines a moment after the answer."""
        try:
            WebDriverWait(self.visitor.driver, PATIENCE).until(lambda _: texts == self.visitor.texts(selector))
        except TimeoutException:
            assert texts == self.visitor.texts(selector)

    def type(self, text: str) -> None:
        """Type in place of what stands in the editor."""
        self.visitor.all(".CodeMirror")[0].click()
        keys = ActionChains(self.visitor.driver)
        keys.key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL).send_keys(Keys.DELETE).send_keys(text).perform()

    def put(self, text: str) -> None:
        """Set the query at once, as a paste does."""
        self.visitor.driver.execute_script(
            "document.querySelector('.CodeMirror').CodeMirror.setValue(arguments[0])", text
        )

    @property
    def query(self) -> str:
        """What stands in the editor."""
        return str(
            self.visitor.driver.execute_script("return document.querySelector('.CodeMirror').CodeMirror.getValue()")
        )

    @property
    def status(self) -> str:
        """What the status line says."""
        return self.visitor.texts(".editor-status")[0]

    def run(self) -> str:
        """Press run; give what the status line says of the answer."""
        self.visitor.all(".editor-buttons button")[0].click()
        WebDriverWait(self.visitor.driver, PATIENCE).until(lambda _: self.status not in ("", "Frågar …", "Asking …"))
        return self.status

    def rows(self) -> list[list[str]]:
        """Give the rows of the table that is shown, once they are drawn."""
        self.wait(".yasr tbody tr")
        script = (
            "return [...document.querySelectorAll('.yasr tbody tr')]"
            ".map(row => [...row.querySelectorAll('td')].map(cell => cell.innerText.trim()))"
        )
        return list(self.visitor.driver.execute_script(script))


def test_type_run_and_read(visitor: Visitor) -> None:
    """A visitor types a query, runs it, and sees rows with labels beside IRIs that lead to pages here."""
    editor = Editor(visitor)
    editor.type(MUNICIPALITIES)
    assert MUNICIPALITIES == editor.query
    assert " rader" in editor.run()
    rows = editor.rows()
    assert "Heby\nhttps://w3id.org/kunskapsgraf/id/kommun/heby" in [row[0] for row in rows]
    assert ("Heby", f"{visitor.address}/sida/kommun/heby?lang=sv") in visitor.addresses(".yasr tbody a")
    assert [] == visitor.complaints()


def test_permalink_restores_query_and_rows(visitor: Visitor) -> None:
    """The address of a query that was run, opened anew, gives the query and its rows; with script off the same rows."""
    editor = Editor(visitor)
    editor.put(MUNICIPALITIES)
    editor.run()
    codes = [row[1] for row in editor.rows()]
    address = visitor.driver.current_url
    visitor.all(".editor-buttons button")[2].click()
    assert address == visitor.all(".editor-link input")[0].get_attribute("value")
    other = str(visitor.all('header a[hreflang="en"]')[0].get_attribute("href"))
    assert address.replace("lang=sv", "lang=en") == other  # the other language keeps the query
    visitor.open("/om")
    again = Editor(visitor, address.removeprefix(visitor.address))
    assert MUNICIPALITIES == again.query
    shown = visitor.texts("#svar tbody td:nth-child(2)")
    assert codes == shown[: len(codes)]
    assert [] == visitor.complaints()


def test_chart_and_its_link(visitor: Visitor) -> None:
    """Numbers are shown as bars, the longest for the largest; a link to the chart opens as the chart."""
    editor = Editor(visitor)
    editor.put(COUNTS)
    editor.run()
    editor.rows()
    visitor.all(".select_chart")[0].click()
    editor.wait("table.chart .bar")
    visitor.all(".editor-buttons button")[2].click()
    address = str(visitor.all(".editor-link input")[0].get_attribute("value"))
    assert address.endswith("#diagram")
    visitor.open("/om")
    Editor(visitor, address.removeprefix(visitor.address)).wait("table.chart .bar")
    script = """return [...document.querySelectorAll('table.chart tbody tr')].map(row => [
      row.querySelector('th').innerText, Number(row.querySelector('.number').innerText),
      row.querySelector('.bar').getBoundingClientRect().width])"""
    rows = visitor.driver.execute_script(script)
    numbers = {name: number for name, number, _ in rows}
    widths = {name: width for name, _, width in rows}
    assert {"kommun", "metod"} == set(numbers)
    largest, least = sorted(numbers, key=lambda name: -numbers[name])
    assert abs(widths[least] / widths[largest] - numbers[least] / numbers[largest]) < 0.02
    assert [] == visitor.complaints()


def test_csv_of_the_answer(visitor: Visitor) -> None:
    """The link to CSV asks for the query that was run."""
    editor = Editor(visitor)
    editor.put(COUNTS)
    editor.run()
    address = dict(visitor.addresses(".formats a"))["CSV"]
    fetched = visitor.driver.execute_async_script(
        "fetch(arguments[0]).then(r => r.text().then(t => arguments[1]([r.headers.get('Content-Type'), t])))", address
    )
    assert "text/csv; charset=utf-8" == fetched[0]
    assert fetched[1].startswith("slag,antal\r\n")
    assert 3 == len(fetched[1].splitlines())


def test_mistake_is_pointed_at(visitor: Visitor) -> None:
    """A mistake is told in words, its line is marked, and a button leads to the place."""
    editor = Editor(visitor)
    editor.put("SELECT * WHERE {\n  ?s ?p\n}")
    assert "Frågan går inte att tolka" == editor.run()
    assert "rad 3, kolumn" in visitor.texts(".problem")[0]
    editor.wait_for_texts(WRONG_LINE, ["3"])
    visitor.all(".problem button")[0].click()
    place = visitor.driver.execute_script("return document.querySelector('.CodeMirror').CodeMirror.getCursor().line")
    assert 2 == place
    # A query that may not run is told as the service tells it; the mark moves to its line.
    editor.put("SELECT * WHERE {\n  SERVICE <http://example.org/> { ?s ?p ?o }\n}")
    assert "Frågan är inte tillåten" == editor.run()
    editor.wait_for_texts(WRONG_LINE, ["2"])
    assert 2 == len(visitor.complaints())  # the browser's own lines on the two refusals, and nothing else


def test_link_to_a_broken_query_shows_the_editor(visitor: Visitor) -> None:
    """The page of a query that fails holds the editor with it, and what is wrong goes when the mended query is run."""
    query = "SELECT * WHERE {\n  ?s ?p\n}"
    editor = Editor(visitor, "/sparql?" + urlencode({"query": query}))
    assert query == editor.query
    assert ["Frågan går inte att tolka"] == visitor.texts("h1")
    assert "rad 3, kolumn 1" in visitor.texts(".problem")[0]
    assert ["}"] == visitor.texts(".problem mark")
    editor.put("SELECT ?s WHERE { ?s ?p ?o } LIMIT 2")
    assert "2 rader" in editor.run()
    assert ["SPARQL"] == visitor.texts("h1")
    assert "SPARQL – Kunskapsgraf" == visitor.driver.title
    assert [] == visitor.all(".problem")
    assert 1 == len(visitor.complaints())  # the browser's own line on the refusal


@pytest.mark.parametrize(
    ("query", "selector", "text"),
    [
        ("ASK { ?s ?p ?o }", ".yasr_results strong", "ja"),
        ("ASK { <urn:x> <urn:y> <urn:z> }", ".yasr_results strong", "nej"),
        ("SELECT ?s { ?s <urn:none> ?o }", ".yasr_results td", "Inga rader"),
        ("CONSTRUCT { <urn:a:b> <urn:c:d> 1 } WHERE {}", ".yasr_results td a, .yasr_results td span", "b"),
        ("CONSTRUCT { ?s <urn:c:d> 1 } WHERE { ?s <urn:none> 1 }", ".yasr_results", ""),
    ],
    ids=["yes", "no", "no rows", "a graph", "an empty graph"],
)
def test_other_answers(visitor: Visitor, query: str, selector: str, text: str) -> None:
    """Yes, no, no rows and graphs are each shown, without a word of complaint."""
    editor = Editor(visitor)
    editor.put(query)
    editor.run()
    editor.wait(selector)
    WebDriverWait(visitor.driver, PATIENCE).until(lambda _: text in "".join(visitor.texts(selector)[:1]))
    assert [] == visitor.complaints()


@pytest.mark.long
def test_answer_too_large_for_a_page(visitor: Visitor) -> None:
    """An answer of over 20 million characters is not drawn: the page says so, and links to it as a file."""
    editor = Editor(visitor)
    doubled = " ".join(f"BIND(CONCAT(?v{n}, ?v{n}) AS ?v{n + 1})" for n in range(21))
    editor.put(f"SELECT ?v21 {{ BIND('aaaaaaaaaa' AS ?v0) {doubled} }}")
    assert "Svaret är för stort för sidan" == editor.run()
    editor.wait(".problem")
    assert "CSV" in visitor.texts(".formats a")
    editor.put("ASK {}")
    editor.run()
    editor.wait(".yasr_results strong")
    assert [] == visitor.complaints()


def test_completion_by_label(visitor: Visitor) -> None:
    """A word of a label is completed to its term, written short, its prefix declared."""
    editor = Editor(visitor)
    editor.type("SELECT * WHERE { ?x a kg:barnst")
    wanted = "kg:KommunMedBarnstod"

    def is_among(hints: list[str]) -> bool:
        return any(wanted in hint and "kommun med stöd till barn" in hint for hint in hints)

    # The list is drawn anew with each letter.
    WebDriverWait(visitor.driver, PATIENCE).until(lambda _: is_among(visitor.texts(".CodeMirror-hint")))
    for _ in visitor.texts(".CodeMirror-hint"):
        if not is_among(visitor.texts(".CodeMirror-hint-active")):
            ActionChains(visitor.driver).send_keys(Keys.ARROW_DOWN).perform()
    ActionChains(visitor.driver).send_keys(Keys.ENTER).send_keys(" }").perform()
    assert f"PREFIX kg: <{KG}>\nSELECT * WHERE {{ ?x a kg:KommunMedBarnstod }}" == editor.query
    assert [] == visitor.complaints()


def test_example(visitor: Visitor) -> None:
    """A report is an example: its query comes into the editor and is run."""
    editor = Editor(visitor, "/sparql?lang=en")
    assert "Examples" == visitor.texts(".examples summary")[0]
    visitor.all(".examples summary")[0].click()
    next(button for button in visitor.all("button.example") if button.text == "Services by municipality").click()
    assert f"<{KG.removesuffix('ns#')}id/kommun/kungsor>" in editor.query
    WebDriverWait(visitor.driver, PATIENCE).until(lambda _: " row" in editor.status)
    assert editor.rows()
    assert [] == visitor.complaints()


def test_keyboard_leaves_the_editor(visitor: Visitor) -> None:
    """Tab goes on from the editor to the button, Shift-Tab back, and Ctrl-Enter runs (WCAG 2.1.2)."""
    editor = Editor(visitor)
    editor.type("ASK { ?s ?p ?o }")
    ActionChains(visitor.driver).send_keys(Keys.TAB).perform()
    assert "Kör" == visitor.driver.switch_to.active_element.text
    ActionChains(visitor.driver).key_down(Keys.SHIFT).send_keys(Keys.TAB).key_up(Keys.SHIFT).perform()
    ActionChains(visitor.driver).key_down(Keys.CONTROL).send_keys(Keys.ENTER).key_up(Keys.CONTROL).perform()
    editor.wait(".yasr_results strong")
    assert "ASK { ?s ?p ?o }" == editor.query


def violations(visitor: Visitor) -> list[str]:
    """Run axe on the page; give what it finds, with its places."""
    # As a person's tool does: outside of the page's policy, which would not let it in.
    visitor.driver.execute_cdp_cmd("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8")})
    found: list[dict[str, Any]] = visitor.driver.execute_async_script(
        "axe.run(document, {runOnly: arguments[0]}).then(r => arguments[1](r.violations))", TAGS
    )
    return [f"{one['id']}: {[node['target'] for node in one['nodes']][:3]}" for one in found]


@contextmanager
def scheme(visitor: Visitor, name: str) -> Iterator[None]:
    """Show pages light or dark."""
    media = "Emulation.setEmulatedMedia"
    visitor.driver.execute_cdp_cmd(media, {"features": [{"name": "prefers-color-scheme", "value": name}]})
    try:
        yield
    finally:
        visitor.driver.execute_cdp_cmd(media, {"features": []})


@pytest.mark.skipif(not AXE.is_file(), reason="axe is not in build/editor: make install in this tree")
@pytest.mark.parametrize("name", ["light", "dark"])
def test_axe_and_contrast(visitor: Visitor, name: str) -> None:
    """With a table, a chart, data or a mistake on it, the page has nothing that axe objects to, light and dark."""
    with scheme(visitor, name):
        editor = Editor(visitor)
        found = {"start": violations(visitor)}
        editor.put(COUNTS)
        editor.run()
        editor.rows()
        for view, shown in (("table", "table.dataTable"), ("chart", "table.chart"), ("response", ".yasr .CodeMirror")):
            visitor.all(f".select_{view}")[0].click()
            editor.wait(shown)
            found[view] = violations(visitor) + visitor.driver.execute_script(CONTRAST)
        editor.put("SELECT")
        editor.run()
        found["mistake"] = violations(visitor)
    assert {} == {view: complaints for view, complaints in found.items() if complaints}


def test_narrow_screen_with_an_answer(visitor: Visitor) -> None:
    """At 320 CSS pixels a table, a chart and data stay inside the screen or scroll by themselves."""
    size = {"width": 320, "height": 640, "deviceScaleFactor": 1, "mobile": False}
    visitor.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    editor = Editor(visitor)
    editor.put(COUNTS)
    editor.run()
    editor.rows()
    for view in ("table", "chart", "response"):
        visitor.all(f".select_{view}")[0].click()
        width = visitor.driver.execute_script("return document.documentElement.scrollWidth")
        assert width <= 320, view


@nginx.NEEDED
def test_editor_behind_a_proxy_under_a_path(
    driver: webdriver.Chrome,
    small: Settings,
    tmp_path: Path,
) -> None:
    """Behind nginx under a path the editor loads, runs, names and links below the path, and asks nothing else."""
    headers = {"Host": "$http_host", "X-Forwarded-Prefix": "/min/graf", "X-Forwarded-Proto": "http"}
    headers |= {"X-Forwarded-For": "$remote_addr", "X-Forwarded-Host": "$http_host"}
    with running(small, KUNSKAPSGRAF_SOURCES=str(WORLD), KUNSKAPSGRAF_PROXIES="1") as server:
        upstream = f"http://{urlsplit(server.address).netloc}/"
        with nginx.before(tmp_path, upstream, "/min/graf", headers) as address:
            for name in ("performance", "browser"):
                log(driver, name)
            behind = Visitor(driver, Server(f"{address}/min/graf").address)
            editor = Editor(behind)
            editor.put(f"SELECT ?k {{ ?k a <{KG}Kommun> }}")
            editor.run()
            assert editor.rows()
            links = {link for _, link in behind.addresses(".yasr tbody a")}
            assert links
            assert [] == [link for link in links if not link.startswith(f"{address}/min/graf/sida/kommun/")]
            assert driver.current_url.startswith(f"{address}/min/graf/sparql?query=")
            assert [] == behind.complaints()
            asked = requests(driver)
            assert [] == [one for one in asked if not one.startswith((f"{address}/min/graf/", "data:", "about:"))]
