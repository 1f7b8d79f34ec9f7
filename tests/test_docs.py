"""The documentation has a line for every setting, command, route, report, check and graph, and its code runs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
from conftest import Server

from kunskapsgraf import __version__
from kunskapsgraf.options import SETTINGS, Setting
from kunskapsgraf.settings import Settings
from kunskapsgraf.web import create_app

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"


def text(name: str) -> str:
    """Read a page of the documentation."""
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("row", SETTINGS, ids=lambda row: row.variable)
def test_setting_has_its_line(row: Setting) -> None:
    """docs/settings.md tells each setting's variable, default and help as the table has them."""
    lines = [line for line in text("docs/settings.md").splitlines() if f"`{row.variable}`" in line]
    assert 1 == len(lines)
    assert row.help in lines[0]
    assert row.default in lines[0]


def test_no_setting_is_documented_that_does_not_exist() -> None:
    """Every variable named in the documentation is in the table of settings, or is a test's own."""
    known = {row.variable for row in SETTINGS} | {"KUNSKAPSGRAF_KALLOR", "KUNSKAPSGRAF_FUSEKI"}
    pages = [ROOT / "README.md", *DOCS.glob("*.md")]
    named = {name for page in pages for name in re.findall(r"KUNSKAPSGRAF_[A-Z_]+", page.read_text(encoding="utf-8"))}
    assert set() == named - known


def test_route_has_its_line(small: Settings, small_store: object) -> None:
    """docs/web.md tells each route of the application."""
    app = create_app(small, small_store)  # type: ignore[arg-type]
    rules = {rule.rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"}
    named = re.findall(r"^\| `(/[^`]*)`(?:, `/[^`]*`)* \|", text("docs/web.md"), re.M)
    shown, documented = ({re.sub(r"\.?<.*", "", path).rstrip("/") or "/" for path in paths} for paths in (rules, named))
    assert shown == documented


@pytest.mark.parametrize("path", sorted((ROOT / "queries" / "reports").glob("*.rq")), ids=lambda path: path.stem)
def test_report_has_its_line_and_example(path: Path) -> None:
    """docs/reports.md tells each report; its head has title and description in both languages."""
    assert re.search(rf"^\| `{path.stem}` \|", text("docs/reports.md"), re.M)
    head = path.read_text(encoding="utf-8")
    for key in ("title@sv", "title@en", "description@sv", "description@en"):
        assert f"#+ {key}: " in head
    if re.search(r"#\+ param (?!sprak)\w+: (?!.*optional)", head):
        assert "#+ example: " in head


@pytest.mark.parametrize("path", sorted((ROOT / "queries" / "checks").glob("*.rq")), ids=lambda path: path.stem)
def test_check_has_its_line(path: Path) -> None:
    """docs/data.md tells what each check finds; its file name says that a row is a violation."""
    assert path.stem.endswith("-violation")
    assert f"| `{path.stem.removesuffix('-violation')}` |" in text("docs/data.md")


def test_command_has_its_line() -> None:
    """docs/cli.md tells each command that the help lists, and no other."""
    help_text = subprocess.run(
        [sys.executable, "-m", "kunskapsgraf.cli", "--help"], capture_output=True, text=True, check=True
    ).stdout
    listed = set(re.findall(r"^    ([\w-]+)\s{2,}\S", help_text, re.M))
    documented = set(re.findall(r"^\| `kunskapsgraf ([\w-]+)", text("docs/cli.md"), re.M))
    assert listed == documented


def test_links_between_pages_lead_somewhere() -> None:
    """Every relative link in README and docs names a file that is there."""
    broken = []
    for page in [ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if not (page.parent / target).exists():
                broken.append(f"{page.name}: {target}")
    assert [] == broken


CONSOLE = ("README.md", "docs/cli.md")
"""Pages whose commands stand on their own; those of docs/reasoning.md and docs/curators.md have tests with their subject."""


def console_examples() -> list[tuple[str, str]]:
    """Give each console example as (command, expected output)."""
    found = []
    blocks = [block for page in CONSOLE for block in re.findall(r"```console\n(.*?)```", text(page), re.S)]
    for block in blocks:
        for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, _, output = part.partition("\n")
            while command.endswith("\\"):
                more, _, output = output.partition("\n")
                command = command[:-1] + more.strip()
            found.append((command, output))
    return found


@pytest.mark.parametrize("page", CONSOLE)
def test_page_has_console_examples(page: str) -> None:
    """Each of the pages shows a command, so the test below runs something of it."""
    assert "```console\n$ " in text(page)


@pytest.mark.parametrize(("command", "expected"), console_examples(), ids=lambda value: value[:40])
def test_console_example_gives_its_output(server: Server, whole: Settings, command: str, expected: str) -> None:
    """Each command that a page shows gives exactly the output shown, and no complaint."""
    environment = {**os.environ, "KUNSKAPSGRAF_HOME": str(whole.home)}
    environment["PATH"] = f"{Path(sys.executable).parent}:{environment['PATH']}"
    shell = ["bash", "-c", command.replace("http://127.0.0.1:8000", server.address)]
    ran = subprocess.run(shell, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=300, check=True)
    assert expected.rstrip() == ran.stdout.replace("\r\n", "\n").rstrip()


def test_python_examples_run(server: Server) -> None:
    """The Python of README and docs runs against the real server."""
    ran = 0
    for name in ("README.md", "docs/python.md", "docs/sparql.md", "docs/reasoning.md"):
        for code in re.findall(r"```python\n(.*?)```", text(name), re.S):
            exec(compile(code.replace("http://127.0.0.1:8000", server.address), name, "exec"), {})
            ran += 1
    assert ran >= 5


def test_sparql_examples_are_answered(server: Server) -> None:
    """Every SPARQL example of the documentation is answered with at least one row."""
    for query in re.findall(r"```sparql\n(.*?)```", text("docs/sparql.md"), re.S):
        address = f"{server.address}/sparql?format=json&query={urllib.parse.quote(query)}"
        with urllib.request.urlopen(address, timeout=30) as answer:
            assert json.load(answer)["results"]["bindings"], query


def test_changelog_tells_this_version() -> None:
    """The changelog has an entry for the version of the package."""
    assert re.search(rf"^## {re.escape(__version__)}", text("CHANGELOG.md"), re.M)


FORBIDDEN = re.compile(r"\b(?:copilot|chatgpt|claude|llm|language model)\b|/work/|\.mirror", re.IGNORECASE)


def test_project_speaks_of_itself_alone() -> None:
    """No file of the project names tools or places that are not its own."""
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split(
        "\n"
    )
    found = []
    for name in filter(None, files):
        path = ROOT / name
        if name == "tests/test_docs.py" or path.suffix == ".lock" or not path.is_file():
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if FORBIDDEN.search(line):
                found.append(f"{name}:{number}: {line.strip()[:80]}")
    assert [] == found
