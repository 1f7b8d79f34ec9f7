"""The search page as a person uses it: results as one types and ticks, by keyboard, and the same without script."""

from __future__ import annotations

import json
import urllib.request
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait
from test_browser import Visitor, driver, pytestmark, visitor, without_script

__all__ = ["driver", "pytestmark", "visitor", "without_script"]


def asked(visitor: Visitor, query: str) -> dict[str, Any]:
    """Ask the interface for programs the same."""
    with urllib.request.urlopen(f"{visitor.address}/sok?{query}&format=json") as answer:
        return dict(json.loads(answer.read()))


def second_kind(visitor: Visitor) -> str:
    """Give the kind, other than services, that most of the hits are of."""
    return next(
        str(value["value"]) for value in asked(visitor, "q=samtal")["facets"]["slag"] if value["value"] != "insats"
    )


def wait_for(visitor: Visitor, query: str) -> dict[str, Any]:
    """Wait until the page shows what a query finds, and its address says so; give what the interface says."""
    told = asked(visitor, query)
    names = [hit["label"] for hit in told["hits"]]
    WebDriverWait(visitor.driver, 20).until(
        lambda _: (names, query) == (visitor.texts("ol.hits a"), urlsplit(visitor.driver.current_url).query)
    )
    return told


def test_results_as_one_types(visitor: Visitor) -> None:
    """What is typed is found without a key more; the count is announced, the address follows, and the box keeps the keyboard."""
    visitor.open("/sok?lang=sv")
    box = visitor.driver.find_element(By.ID, "q")
    assert [""] == visitor.texts("[role=status]")
    box.send_keys("boendest")
    told = wait_for(visitor, "q=boendest&lang=sv")
    assert visitor.texts("[role=status]")[0].startswith(f"{told['total']} träffar")
    assert box == visitor.driver.switch_to.active_element
    assert "boendest – Sök – Kunskapsgraf" == visitor.driver.title
    assert "q=boendest&lang=en" == urlsplit(str(visitor.all("header a[hreflang]")[0].get_attribute("href"))).query
    box.send_keys("xyzzy")
    WebDriverWait(visitor.driver, 20).until(lambda _: "0 träffar" == visitor.texts("[role=status]")[0])
    assert [] == visitor.all("ol.hits")
    box.send_keys(Keys.BACKSPACE * 5)
    wait_for(visitor, "q=boendest&lang=sv")
    assert [] == visitor.complaints()


def test_the_last_that_was_typed_counts(visitor: Visitor) -> None:
    """However fast letters come, what stands there in the end is what was found for all of them."""
    visitor.open("/sok")
    box = visitor.driver.find_element(By.ID, "q")
    for letter in "återfallsprevention":
        box.send_keys(letter)
    told = asked(visitor, "q=%C3%A5terfallsprevention")
    names = [hit["label"] for hit in told["hits"]]
    WebDriverWait(visitor.driver, 20).until(lambda _: names == visitor.texts("ol.hits a"))
    assert {"q": ["återfallsprevention"]} == parse_qs(urlsplit(visitor.driver.current_url).query)


def test_facets_by_keyboard(visitor: Visitor) -> None:
    """Two values are ticked by keyboard: hits of either, the keyboard stays on the box, and Back takes the second off."""
    visitor.open("/sok?q=samtal")
    visitor.driver.execute_script("document.querySelector('input[value=insats]').focus()")
    ActionChains(visitor.driver).send_keys(Keys.SPACE).perform()
    one = wait_for(visitor, "q=samtal&slag=insats")
    assert "insats" == visitor.driver.switch_to.active_element.get_attribute("value")
    other = second_kind(visitor)
    visitor.driver.execute_script(f"document.querySelector('input[value={other}]').focus()")
    ActionChains(visitor.driver).send_keys(Keys.SPACE).perform()
    two = wait_for(visitor, f"q=samtal&slag=insats&slag={other}")
    assert other == visitor.driver.switch_to.active_element.get_attribute("value")
    assert two["total"] > one["total"]
    visitor.driver.back()
    wait_for(visitor, "q=samtal&slag=insats")
    assert ["insats"] == visitor.driver.execute_script(
        "return [...document.querySelectorAll('input[name=slag]:checked')].map(e => e.value)"
    )
    assert [] == visitor.complaints()


@pytest.mark.usefixtures("without_script")
def test_the_same_without_script(visitor: Visitor) -> None:
    """Without script the buttons send the words and the ticked values, and what was ticked can be taken off."""
    visitor.open("/sok")
    visitor.driver.find_element(By.ID, "q").send_keys("samtal")
    visitor.send()
    other = second_kind(visitor)
    for value in ("insats", other):
        visitor.all(f"input[value={value}]")[0].click()
    visitor.click(visitor.all(".apply button")[0])
    told = asked(visitor, f"q=samtal&slag=insats&slag={other}")
    assert [hit["label"] for hit in told["hits"]] == visitor.texts("ol.hits a")
    assert {"q": ["samtal"], "slag": ["insats", other]} == parse_qs(urlsplit(visitor.driver.current_url).query)
    visitor.follow("ta bort", ".chosen")
    assert {"q": ["samtal"], "slag": [other]} == parse_qs(urlsplit(visitor.driver.current_url).query)
