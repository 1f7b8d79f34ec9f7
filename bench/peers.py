"""One reasoner in a process of its own: load the two files, reason, say how long each took and the peak memory.

    python -m bench.peers nemo ontology.nt data.nt [--closure out] [--rules cax-sco,...]

Writes lines of JSON: one when the reasoning is done, one when the closure has been gone through (``bench.reason`` reads
the first even if the second never comes). A peer that is not installed says so in its line.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import json
import resource
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bench.reasoners import OWL, REASONERS, THING, Nemo, Reasonable, Reasoner

_TRIVIAL = frozenset({OWL + "Thing>", "<http://www.w3.org/2000/01/rdf-schema#Resource>"})


def in_scope(subject: str, predicate: str, target: str) -> bool:
    """Tell what is compared: what is said of our things and points at an IRI, less tautologies."""
    return (
        subject.startswith(THING)
        and target.startswith("<")
        and target not in _TRIVIAL
        and not predicate.startswith("<urn:bench:")
        and not (predicate.startswith(OWL) and subject == target)
    )


def peak_memory() -> int:
    """Give the highest resident memory of this process; getrusage counts that of the process that started it too."""
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def scoped(triples: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    """Keep what is compared, as lines."""
    for subject, predicate, target in triples:
        if in_scope(subject, predicate, target):
            yield f"{subject} {predicate} {target}"


def read_scoped(path: Path) -> Iterator[str]:
    """Read what is compared from an N-Triples file as the generator writes it."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            subject, predicate, target = line.rstrip("\n").removesuffix(" .").split(" ", 2)
            if in_scope(subject, predicate, target):
                yield f"{subject} {predicate} {target}"


def version_of(package: str) -> str:
    """Give the installed version of a distribution."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def installed(kind: type[Reasoner]) -> bool:
    """Tell whether a peer is here."""
    try:
        return importlib.util.find_spec(kind.module) is not None
    except ModuleNotFoundError:
        return False


def measure(reasoner: Reasoner) -> dict[str, Any]:
    """Load and reason, with times and peak memory; importing the peer is not timed."""
    importlib.import_module(reasoner.module)
    began = time.perf_counter()
    reasoner.load()
    loaded = time.perf_counter()
    reasoner.reason()
    done = time.perf_counter()
    found: dict[str, Any] = {"load": loaded - began, "reason": done - loaded, "peak": peak_memory()}
    found |= reasoner.extra
    found["load"] -= reasoner.extra.get("compile", 0)
    if reasoner.hands_over:
        began = time.perf_counter()
        reasoner.handover()
        found |= {"handover": time.perf_counter() - began, "peak_handover": peak_memory()}
    if isinstance(reasoner, Nemo):
        found["call"] = found["reason"]
        found["reason"] -= found["load"]
    if isinstance(reasoner, Reasonable):
        reasoner.again()
        found["handover"] = reasoner.extra["handover"]
        found["call"] = found["reason"]
        found["reason"] -= found["handover"]
    return found


def say(line: dict[str, Any]) -> None:
    """Write one line of JSON, at once."""
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def main(arguments: list[str] | None = None) -> int:
    """Run one reasoner."""
    parser = argparse.ArgumentParser(description="Run one reasoner in a process of its own.")
    parser.add_argument("reasoner", choices=REASONERS)
    parser.add_argument("ontology", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--closure", type=Path, help="write what was inferred of our things")
    parser.add_argument("--rules", help="for nemo: only these rules, by name, with commas between")
    parser.add_argument("--memory", type=float, default=0, help="gigabytes that it may take")
    options = parser.parse_args(arguments)
    if options.memory:
        resource.setrlimit(resource.RLIMIT_DATA, (int(options.memory * 1e9),) * 2)
    kind = REASONERS[options.reasoner]
    if not installed(kind):
        say({"missing": f"{kind.module} cannot be imported"})
        return 0
    reasoner = kind(options.ontology, options.data)
    if isinstance(reasoner, Nemo) and options.rules is not None:
        reasoner = Nemo(options.ontology, options.data, frozenset(options.rules.split(",")))
    say(measure(reasoner) | {"version": version_of(kind.package)})
    if options.closure:
        known = set(read_scoped(options.data)) | set(read_scoped(options.ontology))
        inferred = set(scoped(reasoner.closure())) - known
        with options.closure.open("w", encoding="utf-8") as file:
            file.writelines(f"{line} .\n" for line in sorted(inferred))
        say({"inferred": len(inferred)})
    return 0


if __name__ == "__main__":
    sys.exit(main())
