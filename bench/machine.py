"""On what and with what the figures were measured."""

from __future__ import annotations

import hashlib
import os
import platform
from pathlib import Path

import kunskapsgraf
from bench.peers import version_of

PACKAGES = {
    "owlrl": ("owlrl", "W3C-20150513", "any (Python alone)"),
    "reasonable": ("reasonable", "BSD-3-Clause", "Linux, macOS, Windows; x86-64 and ARM"),
    "nemo": (
        "nemo-python",
        "none stated in the package; LICENSE-MIT in its repository",
        "Linux, macOS, Windows; x86-64 and ARM",
    ),
    "sparq-rdf": ("sparq-rdf", "MIT", "Linux, macOS, Windows; x86-64 and ARM"),
}
"""Distribution, licence as the package states it, and for what there are wheels."""


def machine() -> str:
    """Describe the machine in a line."""
    model, memory = platform.processor() or platform.machine(), ""
    cpu = Path("/proc/cpuinfo")
    if cpu.exists():
        names = [
            line.partition(":")[2].strip()
            for line in cpu.read_text(encoding="utf-8").splitlines()
            if line.startswith("model name")
        ]
        model = names[0] if names else model
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        memory = f", {os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 2**30:.0f} GiB"
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (
        f"{model}, {usable} cores{memory}; {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    )


def code() -> str:
    """Name the state of what reasons, by its bytes: between two releases the version says nothing."""
    package = Path(str(kunskapsgraf.__file__)).parent
    digest = hashlib.sha256()
    for path in sorted(path for part in ("graph", "reasoner") for path in (package / part).rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def versions() -> dict[str, str]:
    """Give the versions of all that is measured."""
    return {
        "kunskapsgraf": kunskapsgraf.__version__,
        "pyoxigraph": version_of("pyoxigraph"),
        **{package: version_of(package) for package, _, _ in PACKAGES.values()},
    }
