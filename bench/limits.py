"""The physical limit and the whole: bulk-load a closure that is given, and a build with all its checks.

python -m bench.limits bulk store-folder file.nt ...
python -m bench.limits build sources-folder home-folder
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from pyoxigraph import RdfFormat, Store

from bench.peers import peak_memory, say


def bulk(folder: Path, files: list[Path]) -> dict[str, Any]:
    """Bulk-load files into a new store on disk."""
    began = time.perf_counter()
    store = Store(str(folder))
    for path in files:
        store.bulk_load(path=str(path), format=RdfFormat.N_TRIPLES)
    store.flush()
    return {"seconds": time.perf_counter() - began, "peak": peak_memory(), "count": len(store)}


def build(sources: Path, home: Path) -> dict[str, Any]:
    """Run ``kunskapsgraf build``; the memory is that of the largest of its processes."""
    began = time.perf_counter()
    done = subprocess.run(  # noqa: S603 - our own modules
        [sys.executable, "-m", "kunskapsgraf.cli", "build", str(sources)],
        env=os.environ | {"KUNSKAPSGRAF_HOME": str(home), "KUNSKAPSGRAF_LANGUAGE": "en"},
        check=False,
        capture_output=True,
        text=True,
    )
    found: dict[str, Any] = {
        "seconds": time.perf_counter() - began,
        "peak": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024,
    }
    if done.returncode:
        found["failed"] = (done.stderr.strip().splitlines() or ["no message"])[-1][:200]
    return found


def main(arguments: list[str] | None = None) -> int:
    """Run one of the two."""
    parser = argparse.ArgumentParser(description="Time the bulk load of a closure, or a whole build.")
    parser.add_argument("what", choices=["bulk", "build"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("files", type=Path, nargs="+")
    options = parser.parse_args(arguments)
    if options.what == "bulk":
        say(bulk(options.folder, options.files))
    else:
        say(build(options.folder, options.files[0]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
