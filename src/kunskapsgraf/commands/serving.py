"""Commands that let others have what was built: serve, pack, export, token."""

from __future__ import annotations

import argparse
import threading
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from kunskapsgraf import writers
from kunskapsgraf.commands.asking import opened
from kunskapsgraf.commands.building import build
from kunskapsgraf.errors import SettingError
from kunskapsgraf.graph import opening
from kunskapsgraf.graph.snapshot import REPLICA
from kunskapsgraf.settings import Settings
from kunskapsgraf.terminal import progress

if TYPE_CHECKING:
    from kunskapsgraf.web.journal import Log


def serve(options: argparse.Namespace, loaded: Settings) -> int:
    """Serve, as a replica where an origin is named."""
    if options.build:
        build(options, loaded)
    # To import it takes the processor a third of a second: that is done while the bytes of the graph are compared.
    threading.Thread(target=import_module, args=("kunskapsgraf.web.server",)).start()
    if not options.origin:
        opening.check(loaded)
        (loaded.home / REPLICA).unlink(missing_ok=True)
    else:
        _replicate(options.origin, loaded)
    from kunskapsgraf.web import server  # noqa: PLC0415 - only this command needs Flask

    server.serve(loaded, announce=lambda address: print(address, flush=True))
    return 0


def _replicate(origin: str, loaded: Settings) -> None:
    from kunskapsgraf.replica.follow import Follower  # noqa: PLC0415 - only a replica needs it

    if loaded.writers:
        raise SettingError(
            "En replik tar inte emot ändringar: de skulle försvinna med nästa paket. Ta bort KUNSKAPSGRAF_WRITERS, eller --from.",
            "A replica takes no changes: they would be gone with the next pack. Remove KUNSKAPSGRAF_WRITERS, or --from.",
        )
    if loaded.store:
        raise SettingError(
            "En replik serverar sitt paket, inte en annan motor. Ta bort KUNSKAPSGRAF_STORE, eller --from.",
            "A replica serves its pack and no other engine. Remove KUNSKAPSGRAF_STORE, or --from.",
        )

    @cache
    def log() -> Log:
        from kunskapsgraf.web.journal import Log  # noqa: PLC0415 - it comes with the server

        return Log(loaded)

    follower = Follower(loaded, origin, lambda event, **fields: log().write(event, **fields))
    follower.begin()
    follower.start()


def pack(options: argparse.Namespace, loaded: Settings) -> int:
    """Pack the served snapshot, and print the file."""
    from kunskapsgraf.replica import pack as packing  # noqa: PLC0415 - only this command needs it

    if loaded.store:
        raise SettingError(
            "Det som serveras ligger i en annan motor och går inte att packa. Ta bort KUNSKAPSGRAF_STORE för att packa det som är byggt här.",
            "What is served lies in another engine and cannot be packed. Remove KUNSKAPSGRAF_STORE to pack what is built here.",
        )
    print(Path(options.folder) / packing.pack(loaded.home, Path(options.folder)).file)
    return 0


def export(options: argparse.Namespace, loaded: Settings) -> int:
    """Write the static edition."""
    from kunskapsgraf.web.export import Export  # noqa: PLC0415 - as in serve

    store = opened(loaded)
    show = progress(loaded.language)
    bar = 20
    try:
        export = Export(loaded, store, Path(options.folder), options.address)
        export.run(
            lambda done, of: show(f"{done} av {of} saker", f"{done} of {of} things", bar * done // max(of, 1), bar)
        )
    finally:
        store.close()
    done = {
        "sv": f"{options.folder}: {export.written} filer skrivna, {len(export.missing)} som inte går att skriva",
        "en": f"{options.folder}: {export.written} files written, {len(export.missing)} that cannot be",
    }
    print(done[loaded.language])
    for address in export.missing:
        print(f"  {address}")
    return 0


def token(options: argparse.Namespace, _loaded: Settings) -> int:
    """Make a token for a writer."""
    token, pair = writers.fresh(options.name)
    print(f"token                 {token}\nKUNSKAPSGRAF_WRITERS  {pair}")
    return 0
