"""What the editor page is given: its policy, its words, its examples and names, and the wheel that carries it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from importlib.resources import files
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kunskapsgraf.graph import guard

ROOT = Path(__file__).parents[1]
BASE = "https://w3id.org/kunskapsgraf/"
PAGE = {"Accept": "text/html"}
STATIC = Path(str(files("kunskapsgraf"))) / "web" / "static"
MADE = pytest.mark.skipif(
    not (STATIC / "yasgui" / "yasgui.js").is_file(), reason="the wheel was built without npm: make install says why"
)


@MADE
def test_script_runs_on_the_editor_page_only(client: FlaskClient) -> None:
    """The policy of the editor page allows our own script and no inline; that of every other page none."""
    policy = client.get("/sparql", headers=PAGE).headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert policy == client.get("/sparql?query=x", headers=PAGE).headers["Content-Security-Policy"]
    for path in ("/", "/queries", "/om", "/ns", "/sparql?query=", "/sparql/x"):
        assert "script-src" not in client.get(path, headers=PAGE).headers["Content-Security-Policy"], path


@MADE
def test_page_holds_no_inline_script_or_style(client: FlaskClient) -> None:
    """The page's markup has no inline script, handler or style, and loads from this host only."""
    text = client.get("/sparql", headers=PAGE).text
    assert [] == re.findall(r"<script(?![^>]*\bsrc=)[^>]*>|<style|\bstyle=|\bon[a-z]+=", text)
    tags = re.findall(r"<(?:script|link|img)[^>]*>", text)
    fetched = [tag for tag in tags if not re.search(r'rel="(?:alternate|canonical)"', tag)]
    loaded = [found[1] for tag in fetched if (found := re.search(r'(?:src|href)="([^"]*)"', tag))]
    assert len(loaded) >= 4
    assert ["/opensearch.xml"] == [address for address in loaded if not address.startswith("/static/")]
    for address in loaded:
        with client.get(address) as answer:
            assert 200 == answer.status_code, address


def test_form_is_whole_without_script(client: FlaskClient) -> None:
    """What script replaces is there before it runs: a form that asks /sparql by GET."""
    text = client.get("/sparql", headers=PAGE).text
    form = re.search(r"<form.*?</form>", text, re.S)
    assert form is not None
    assert 'action="/sparql"' in form[0]
    for needed in ('<textarea id="query" name="query"', '<select id="format" name="format">', "<button>"):
        assert needed in form[0]


@pytest.mark.parametrize(("language", "words"), [("sv", ["Kör", "Tabell"]), ("en", ["Run", "Table"])])
@MADE
def test_words_of_the_editor_are_in_the_pages_language(client: FlaskClient, language: str, words: list[str]) -> None:
    """The words that script shows come with the page, in its language."""
    text = client.get(f"/sparql?lang={language}", headers=PAGE).text
    found = re.search(r'data-texts="([^"]*)"', text)
    assert found is not None
    texts = json.loads(found[1].replace("&#34;", '"').replace("&#39;", "'").replace("&amp;", "&"))
    assert words == [texts["run"], texts["table"]]


def test_script_holds_no_words_of_its_own() -> None:
    """Every word that our script shows is one of the page's: a name of ``texts`` that the template gives."""
    template = (ROOT / "src/kunskapsgraf/web/templates/editor.html").read_text(encoding="utf-8")
    given = set(re.findall(r"^  '(\w+)':", template, re.M))
    script = "".join(path.read_text(encoding="utf-8") for path in sorted((STATIC / "editor").glob("*.js")))
    used = set(re.findall(r"\btexts\.(\w+)", script))
    assert used
    assert set() == used - given


def test_terms_have_labels_and_counts(client: FlaskClient) -> None:
    """The words to complete with are the classes and properties in use and of the ontology, with their labels."""
    found = client.get("/editor/stod?lang=sv").get_json()
    assert BASE + "ns#" == found["prefixes"]["kg"]
    terms = {(term["iri"], term["kind"]): term for term in found["terms"]}
    kommun = terms[BASE + "ns#Kommun", "class"]
    things = client.get(
        "/sparql", query_string={"query": f"SELECT (COUNT(?x) AS ?n) {{ ?x a <{BASE}ns#Kommun> }}", "format": "csv"}
    ).text.split()
    assert ("kommun", int(things[1])) == (kommun["label"], kommun["uses"])
    assert kommun["uses"] > 0
    assert "erbjuder" == terms[BASE + "ns#erbjuder", "property"]["label"]
    english = client.get("/editor/stod?lang=en").get_json()["terms"]
    assert "municipality" == next(term["label"] for term in english if term["iri"] == BASE + "ns#Kommun")


def test_support_has_an_etag(client: FlaskClient) -> None:
    """What has not changed is not sent again."""
    first = client.get("/editor/stod?lang=sv")
    again = client.get("/editor/stod?lang=sv", headers={"If-None-Match": first.headers["ETag"]})
    assert (200, 304, b"") == (first.status_code, again.status_code, again.data)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_examples_are_the_reports(whole_client: FlaskClient, language: str) -> None:
    """Every report is an example under its theme, with its title in the language and a query that the guard lets by."""
    themes = whole_client.get(f"/editor/stod?lang={language}").get_json()["themes"]
    assert ["utbud", "evidens", "resurser", "saknas", "kallor"] == [theme["theme"] for theme in themes]
    examples = [example for theme in themes for example in theme["examples"]]
    heads = [path.read_text(encoding="utf-8") for path in (ROOT / "queries" / "reports").glob("*.rq")]
    titles = [found[1] for head in heads if (found := re.search(rf"^#\+ title@{language}: (.*)$", head, re.M))]
    assert sorted(titles) == sorted(example["title"] for example in examples)
    for example in examples:
        assert "#+" not in example["query"]
        assert "select" == guard.inspect(example["query"], 1_000_000)


def test_example_has_its_values(whole_client: FlaskClient) -> None:
    """A report that takes a value stands with the value of its example."""
    themes = whole_client.get("/editor/stod?lang=sv").get_json()["themes"]
    found = next(e for theme in themes for e in theme["examples"] if e["title"] == "Insatser per kommun")
    assert f"VALUES ?kommun {{ <{BASE}id/kommun/kungsor> }}" in found["query"]


def test_names(client: FlaskClient) -> None:
    """An IRI gets its label in the visitor's language, and its page here; one that the graph does not name its last part."""
    asked = [BASE + "id/kommun/norrby", BASE + "ns#Kommun", "http://example.org/a/b", "urn:x:y"]
    found = client.post("/editor/namn?lang=en", json=asked).get_json()
    assert set(asked) == set(found)
    assert "Norrby" in found[asked[0]]["text"]
    assert "/sida/kommun/norrby?lang=en" == found[asked[0]]["address"]
    assert ("municipality", "en") == (found[asked[1]]["text"], found[asked[1]]["language"])
    assert ("b", "http://example.org/a/b") == (found[asked[2]]["text"], found[asked[2]]["address"])
    assert found[asked[3]]["address"] is None


@pytest.mark.parametrize(
    "body", ["{}", "x", "[1]", '["not an iri"]', json.dumps(["urn:x"] * 1001)], ids=lambda b: b[:15]
)
def test_names_of_nothing_that_has_one(client: FlaskClient, body: str) -> None:
    """What is no list of at most a thousand IRIs is refused."""
    answer = client.post("/editor/namn", data=body, content_type="application/json")
    assert (400, "application/problem+json") == (answer.status_code, answer.mimetype)


def test_lock_file_names_no_place() -> None:
    """The lock file has a digest for every package, and no address of a registry but the public one."""
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    packages = {place: entry for place, entry in lock["packages"].items() if place}
    assert packages
    assert [] == [place for place, entry in packages.items() if not entry["integrity"].startswith("sha512-")]
    public = "https://registry.npmjs.org/"
    assert [] == [e["resolved"] for e in packages.values() if "resolved" in e and not e["resolved"].startswith(public)]
    assert not list((ROOT / "src").rglob("yasgui*.js"))


@MADE
def test_licences_of_what_the_wheel_carries() -> None:
    """The wheel names every package whose parts it may carry, with its licence; none that only tests use."""
    text = (STATIC / "yasgui" / "LICENSES.txt").read_text(encoding="utf-8")
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for place, entry in lock.items():
        if place:
            name = f"{place.removeprefix('node_modules/')} {entry['version']}\n"
            assert entry.get("dev", False) != (name in text), place
    assert "Permission is hereby granted" in text


@pytest.mark.long
def test_wheel_without_npm(tmp_path: Path) -> None:
    """Where npm does not answer the wheel is built all the same, with one warning, and without the editor."""
    tree = tmp_path / "tree"
    shutil.copytree(
        ROOT, tree, ignore=shutil.ignore_patterns(".venv", ".git", "build", "var", "bench", "tests", "data")
    )
    (tree / "data" / "ttl").mkdir(parents=True)
    (tree / "data" / "ttl" / "empty.ttl").touch()
    built = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--no-deps", "-v", "-w", str(tmp_path), str(tree)],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
        env={**os.environ, "npm_config_registry": "http://127.0.0.1:9/"},
    )
    assert 1 == (built.stdout + built.stderr).count("The editor of /sparql is left out")
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        names = wheel.namelist()
    assert "kunskapsgraf/web/templates/sparql.html" in names
    assert [] == [name for name in names if "/yasgui/" in name or "/cytoscape/" in name]
