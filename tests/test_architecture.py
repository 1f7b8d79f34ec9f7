"""The cut of the package: imports go one way, and each library has one home."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "kunskapsgraf"
# Area to the areas that it may import; the three doors never import each other.
ALLOWED = {
    "errors": set(),
    "writers": {"errors"},
    "options": set(),
    "settings": {"errors", "options", "writers"},
    "graph": {"errors", "settings"},
    "reasoner": {"errors", "settings", "graph"},
    "pipeline": {"errors", "settings", "graph", "reasoner"},
    "replica": {"errors", "settings", "graph", "pipeline"},
    "importing": {"errors", "settings", "graph", "pipeline"},
    "verify": {"errors", "settings", "graph", "pipeline"},
    "reports": {"errors", "settings", "graph"},
    "web": {"errors", "writers", "options", "settings", "graph", "reasoner", "reports"},
    "client": {"errors", "settings", "graph", "reports", "web"},
    "arguments": {"settings", "options", "graph"},
    "terminal": set(),
    "commands": {
        "errors",
        "writers",
        "settings",
        "graph",
        "reasoner",
        "pipeline",
        "replica",
        "importing",
        "verify",
        "reports",
        "web",
        "client",
        "terminal",
    },
    "cli": {"arguments", "commands", "errors", "settings", "terminal"},
}
HOMES = {
    "pyoxigraph": {"graph"},
    "numpy": {"reasoner"},
    "pyshacl": {"pipeline/check"},
    "rdflib": {"pipeline/check", "pipeline/layers"},
    "pyparsing": {"pipeline/layers"},
    "flask": {"web"},
    "flask_babel": {"web"},
    "werkzeug": {"web"},
    "babel": {"web"},
    "granian": {"web/server", "web/front"},
    "prometheus_client": {"web/journal"},
    "SPARQLWrapper": {"reports/endpoint"},
    "urllib3": {"graph/elsewhere"},
    "pandas": {"client/table", "client/graph", "reports/endpoint"},
    "openpyxl": {"reports/excel", "importing/workbook", "importing/template"},
    "subprocess": {"graph/nursery", "graph/errand"},
    "argparse": {"arguments", "commands"},
}
LONGEST = 300


def modules() -> list[Path]:
    """List the package's modules."""
    return sorted(SOURCE.rglob("*.py"))


@cache
def imports(path: Path) -> list[str]:
    """Give each module that a file imports, wherever in it."""
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return found


def place(path: Path) -> str:
    """Name a module by its path in the package: ``web/sparql``."""
    return path.relative_to(SOURCE).with_suffix("").as_posix()


@pytest.mark.parametrize("path", modules(), ids=place)
def test_imports_go_one_way(path: Path) -> None:
    """A module imports only from the areas below its own."""
    area = place(path).split("/")[0]
    if area == "__init__":
        # For type checkers alone: the test below holds that nothing is imported by it.
        named = {name for name in imports(path) if name.startswith("kunskapsgraf")}
        assert set() == {name for name in named if not name.startswith("kunskapsgraf.client")}
        return
    # A name after the second dot may be a module's member; only areas count.
    used = {name.split(".")[1] for name in imports(path) if name.startswith("kunskapsgraf.")}
    assert set() == (used & set(ALLOWED)) - ALLOWED[area] - {area}


def test_package_imports_nothing_of_its_own() -> None:
    """The package by itself loads no other module, and what notebooks use when it is named."""
    code = (
        "import sys, kunskapsgraf; print([n for n in sys.modules if n.startswith('kunskapsgraf.')]); kunskapsgraf.Graph"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "[]\n" == ran.stdout


@pytest.mark.parametrize("library", HOMES)
def test_each_library_has_one_home(library: str) -> None:
    """A library is imported only where it lives."""
    users = {place(path) for path in modules() if library in {name.split(".")[0] for name in imports(path)}}
    strangers = {
        user for user in users if not any(user == home or user.startswith(home + "/") for home in HOMES[library])
    }
    assert set() == strangers
    assert users, f"{library} is used nowhere: take it out of the table"


def test_network_has_one_home() -> None:
    """Requests of our own go out to engines that are checked, to services and where packs lie; the homes of urllib3, for engines, and SPARQLWrapper are in the table."""
    users = {place(path) for path in modules() if {"urllib.request", "http.client"} & set(imports(path))}
    assert {"client/service", "replica/origin", "verify/client"} == users


def test_worker_imports_nothing_of_the_package() -> None:
    """A query worker starts at once: with pyoxigraph, the standard library, and a few modules that need no more."""
    named = {name for name in imports(SOURCE / "graph" / "worker.py") if name.startswith("kunskapsgraf.")}
    used = {"rows", "confinement", "rewriting"}
    assert used == {name.split(".")[2] for name in named}
    for module in (*used, "chaining", "grammar", "ordering", "sizes", "steps"):
        found = [
            name.split(".")[2] for name in imports(SOURCE / "graph" / f"{module}.py") if name.startswith("kunskapsgraf")
        ]
        assert set(found) <= {"chaining", "grammar", "ordering", "sizes", "steps"} - {module}


def test_slow_libraries_wait_until_they_are_used() -> None:
    """A service starts without what only a file of Excel, the reasoner, or an engine elsewhere needs."""
    slow = "{'openpyxl', 'numpy', 'pandas', 'rdflib', 'urllib3'}"
    code = f"import sys, kunskapsgraf.cli, kunskapsgraf.web.server; print({slow} & set(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "set()\n" == ran.stdout


def test_only_settings_and_the_command_line_read_the_environment() -> None:
    """The environment is named in settings' callers at the edge and nowhere else, by whatever name Python has for it."""
    named = {"environ", "environb", "getenv", "getenvb", "putenv", "unsetenv"}
    users = set()
    for path in modules():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        of_os = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and is_os(node.value)}
        taken = {name.removeprefix("os.") for name in imports(path) if name.startswith("os.")}
        if named & (of_os | taken):
            users.add(place(path))
    assert {"cli", "web/server"} == users


def is_os(node: ast.AST) -> bool:
    """Tell whether a name is the module's."""
    return isinstance(node, ast.Name) and node.id == "os"


def test_modules_are_of_one_thing() -> None:
    """No module grows past 300 lines."""
    assert [] == [place(path) for path in modules() if len(path.read_text(encoding="utf-8").splitlines()) > LONGEST]
