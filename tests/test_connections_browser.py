"""The picture of connections and the trees as a person uses them: by mouse, by keyboard, without sight, without script."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait
from test_browser import CONTRAST, Visitor, driver, pytestmark, visitor, without_script
from test_editor_browser import AXE, scheme, violations

__all__ = ["driver", "pytestmark", "visitor", "without_script"]  # fixtures and marks
MADE = pytest.mark.skipif(
    not (Path(str(files("kunskapsgraf"))) / "web" / "static" / "cytoscape" / "cytoscape.js").is_file(),
    reason="the wheel was built without npm: make install says why",
)
METHOD = "/kopplingar?iri=metod/tolvstegsmetoden&lang=sv"
SALA = "/kopplingar?iri=kommun/sala&lang=sv"
SMALL = ("/kopplingar?iri=vag/anonym&lang=sv", "/klasser?fran=Malgrupp&lang=sv", "/begrepp?schema=regi&lang=sv")
PICTURE = "const cy = document.querySelector('figure.picture').picture.cy;"


class View:
    """The picture on a page, for a visitor."""

    def __init__(self, visitor: Visitor, path: str) -> None:
        self.visitor = visitor
        visitor.open(path)
        self.wait("return document.documentElement.classList.contains('has-picture')")
        [self.canvas] = visitor.all(".canvas")

    def ask(self, script: str, *arguments: object) -> Any:
        """Run script that sees the picture as ``cy``."""
        return self.visitor.driver.execute_script(PICTURE + script, *arguments)

    def wait(self, script: str, *arguments: object) -> None:
        """Wait until a script says yes."""
        WebDriverWait(self.visitor.driver, 10).until(lambda d: d.execute_script(script, *arguments))

    def wait_for(self, said: str) -> None:
        """Wait until the status line begins so."""
        WebDriverWait(self.visitor.driver, 10).until(lambda _: self.said.startswith(said))

    @property
    def said(self) -> str:
        """What the status line says."""
        return self.visitor.texts(".told")[0]

    def names(self, kind: str = "thing") -> list[str]:
        """Give the names in the boxes, or in the properties."""
        script = "return cy.nodes(`[type = '${arguments[0]}']`).map(node => node.data('label'))"
        return list(self.ask(script, kind))

    def click(self, name: str) -> None:
        """Click the box or property whose name begins so."""
        place = self.ask(
            """const node = cy.nodes().filter(node => node.data('label').startsWith(arguments[0]))[0];
               cy.container().scrollIntoView();
               const at = node.renderedPosition();
               return [at.x - cy.width() / 2, at.y - cy.height() / 2].map(Math.round)""",
            name,
        )
        ActionChains(self.visitor.driver).move_to_element_with_offset(self.canvas, *place).click().perform()


@MADE
def test_click_unfolds_and_folds(visitor: Visitor) -> None:
    """A click on a box adds its neighbours, another takes them away; nothing drawn before is lost; the console is silent."""
    view = View(visitor, SALA)
    before = view.names()
    assert "Sala\nkommun" in before
    assert "Boendestöd · insats" in before
    assert 25 == len(before)  # the thing, and 24 beside it
    view.click("Boendestöd · insats")
    view.wait_for("Boendestöd (insats): ")
    unfolded = view.names()
    assert set(before) < set(unfolded)
    assert len(unfolded) <= 25 + 12
    view.click("Boendestöd · insats")
    view.wait_for("Boendestöd (insats): hopfälld")
    assert sorted(before) == sorted(view.names())
    visitor.follow("Till sidan", ".told")
    assert "Boendestöd" in visitor.heading
    assert [] == visitor.complaints()


@MADE
def test_property_shows_more(visitor: Visitor) -> None:
    """A click on a property with more to show adds them, and its count says so."""
    view = View(visitor, METHOD)
    [name] = [name for name in view.names("property") if name.startswith("← använder met")]
    assert name.endswith(" · 2 av 23")
    before = len(view.names())
    view.click(name)
    view.wait_for("← använder met")
    [name] = [name for name in view.names("property") if name.startswith("← använder met")]
    shown = int(name.split(" · ")[1].split()[0])
    assert 2 < shown <= 2 + 12
    assert before < len(view.names())


@MADE
def test_lines_tell_what_is_concluded(visitor: Visitor) -> None:
    """What is inferred is dashed, what is concluded from absence dotted, and what a source says a whole line."""
    view = View(visitor, SALA)
    drawn = view.ask("return cy.edges().map(edge => [edge.data('line'), edge.style('line-style')])")
    styles = dict(drawn)
    assert {"asserted": "solid", "inferred": "dashed"} == {k: styles[k] for k in ("asserted", "inferred")}
    [offered] = view.ask(
        "return cy.edges().filter(e => e.target().data('label') === 'Boendestöd · insats').map(e => e.data('line'))"
    )
    assert "inferred" == offered
    view.click("är · ")
    view.wait_for("är · ")
    lines = view.ask("return cy.edges('[line = \"closed\"]').map(edge => edge.style('line-style'))")
    assert {"dotted"} == set(lines)
    shapes = view.ask("return [...new Set(cy.nodes('[type = \"thing\"]').map(node => node.data('shape')))]")
    assert {"place", "service", "method", "source", "term"} <= set(shapes)


@MADE
def test_keyboard(visitor: Visitor) -> None:
    """Arrow keys walk from box to box, Enter unfolds, what is chosen is said, and Tab goes on."""
    view = View(visitor, SALA)
    view.canvas.send_keys(Keys.HOME)
    assert view.said.startswith("Sala (kommun)")
    view.canvas.send_keys(Keys.ARROW_RIGHT)
    first = view.said
    view.canvas.send_keys(Keys.ARROW_DOWN)
    assert first != view.said
    view.canvas.send_keys(Keys.ARROW_RIGHT)
    assert view.said.startswith("Boendestöd (insats)")
    view.canvas.send_keys(Keys.ENTER)
    view.wait_for("Boendestöd (insats): ")
    assert len(view.names()) > 25
    view.canvas.send_keys(Keys.TAB)
    assert "Till sidan" == visitor.driver.switch_to.active_element.text


@MADE
def test_list_unfolds_in_its_place(visitor: Visitor) -> None:
    """An item of the list unfolds where it stands, keeps the keyboard's place, and unfolds the picture with it."""
    view = View(visitor, SALA)
    script = """const item = [...document.querySelectorAll('section.list li')].find(li => li.innerText.startsWith('Boendestöd'));
                return item.querySelector('.unfold')"""
    link = visitor.driver.execute_script(script)
    assert "kopplingar: Boendestöd" == link.get_attribute("aria-label")
    link.send_keys(Keys.ENTER)
    view.wait_for("Boendestöd (insats): ")
    button = visitor.driver.switch_to.active_element
    assert ("button", "true") == (button.tag_name, button.get_attribute("aria-expanded"))
    inside = visitor.texts("section.list .unfolded summary")
    assert any("använder" in text or "erbjuds" in text or "avser" in text for text in inside)
    assert len(view.names()) > 25
    button.send_keys(Keys.ENTER)
    view.wait_for("Boendestöd (insats): hopfälld")
    assert [] == [part for part in visitor.all("section.list .unfolded") if part.is_displayed()]
    assert 25 == len(view.names())
    assert [] == visitor.complaints()


@pytest.mark.usefixtures("without_script")
def test_without_script(visitor: Visitor) -> None:
    """Without script there is a drawing and the list, and a neighbour's connections are a page away."""
    visitor.open(SALA)
    assert visitor.all(".still svg")[0].is_displayed()
    assert [] == visitor.all(".canvas")
    item = next(item for item in visitor.all("section.list li") if item.text.startswith("Boendestöd"))
    visitor.click(item.find_element(By.CSS_SELECTOR, ".unfold"))
    assert "Kopplingar: Boendestöd" == visitor.heading


@pytest.mark.skipif(not AXE.is_file(), reason="axe is not in build/editor: make install in this tree")
@pytest.mark.parametrize("name", ["light", "dark"])
def test_axe_and_contrast(visitor: Visitor, name: str) -> None:
    """Neither the list with the picture nor the trees have anything that axe objects to, light and dark."""
    found = {}
    with scheme(visitor, name):
        for path in SMALL:
            visitor.open(path)
            if "kopplingar" in path and visitor.all("script"):
                view = View(visitor, path)
                visitor.driver.execute_script("document.querySelector('a.unfold').click()")
                view.wait("return document.querySelector('.unfolded')")
            found[path] = violations(visitor) + visitor.driver.execute_script(CONTRAST)
    assert {} == {path: complaints for path, complaints in found.items() if complaints}


@pytest.mark.long
@pytest.mark.skipif(not AXE.is_file(), reason="axe is not in build/editor: make install in this tree")
@pytest.mark.parametrize("path", ["/klasser", "/egenskaper", "/begrepp", "/begrepp?schema=metod", SALA + "&egenskap=a"])
def test_axe_on_large_pages(visitor: Visitor, path: str) -> None:
    """The whole trees have nothing that axe objects to."""
    visitor.open(path)
    assert [] == violations(visitor)


def test_tree_folds_by_keyboard(visitor: Visitor) -> None:
    """A branch folds and unfolds by the keyboard, and its rows lead to what they name."""
    visitor.open("/begrepp?schema=metod&lang=sv")
    branch = visitor.all(".tree details")[0]
    inner = branch.find_element(By.CSS_SELECTOR, "a")
    assert inner.is_displayed()
    branch.find_element(By.TAG_NAME, "summary").send_keys(Keys.ENTER)
    WebDriverWait(visitor.driver, 10).until(lambda _: not inner.is_displayed())
    branch.find_element(By.TAG_NAME, "summary").send_keys(Keys.ENTER)
    WebDriverWait(visitor.driver, 10).until(lambda _: inner.is_displayed())
    text = inner.text
    visitor.click(inner)
    assert text == visitor.heading
    assert [] == visitor.complaints()
