"""The command that looks at somebody's own engine: verify-store."""

from __future__ import annotations

import argparse
import sys

from kunskapsgraf.errors import SnapshotError
from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.snapshot import current
from kunskapsgraf.settings import Settings
from kunskapsgraf.terminal import progress, write


def verify_store(options: argparse.Namespace, loaded: Settings) -> int:
    """Run the checks on an endpoint; give 1 where the service cannot do its work there."""
    from kunskapsgraf.verify import told  # noqa: PLC0415 - only this command needs them
    from kunskapsgraf.verify.client import Endpoint  # noqa: PLC0415
    from kunskapsgraf.verify.known import Known  # noqa: PLC0415
    from kunskapsgraf.verify.probe import leftovers  # noqa: PLC0415
    from kunskapsgraf.verify.run import CHECKS, verify  # noqa: PLC0415

    endpoint = Endpoint(
        options.endpoint,
        options.update,
        options.data,
        options.engine,
        loaded.endpoint_user,
        loaded.endpoint_password,
        loaded.endpoint_token,
        loaded.endpoint_seconds,
    )
    if options.clean:
        for graph in leftovers(endpoint):
            endpoint.update(f"DROP SILENT GRAPH <{graph}>")
            print(graph)
        return 0
    try:
        current(loaded.home)
        store = EmbeddedStore(loaded)
    except SnapshotError:
        store = None  # the checks of our own queries say that they were not tried, and how they are
    show, done = progress(loaded.language), iter(range(1, len(CHECKS) + 1))
    try:
        found = verify(
            endpoint,
            Known(store, loaded) if store else None,
            options.only,
            lambda outcome: show(*outcome.check.title, next(done), len(CHECKS)),
        )
    finally:
        if store:
            store.close()
        if sys.stderr.isatty():
            print("\r\033[K", end="", file=sys.stderr)
    write((told.as_json(found) if options.format == "json" else told.text(found, loaded.language)).encode())
    return 0 if found.is_fit else 1
