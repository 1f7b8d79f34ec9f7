"""Bring a table, and write the empty template of one: import and mall."""

from __future__ import annotations

import argparse
from pathlib import Path

from kunskapsgraf.settings import Settings
from kunskapsgraf.terminal import write


def bring(options: argparse.Namespace, loaded: Settings) -> int:
    """Turn a table into a source, or tell what that would change."""
    from kunskapsgraf.importing.run import Wish, run  # noqa: PLC0415 - only this command needs it

    about = {"title": options.name, "organisation": options.organisation, "date": options.date}
    wish = Wish(options.file, about, options.source, options.output, options.write, options.replace, options.follows)
    write(run(wish, loaded).told(loaded.language).encode())
    return 0


def template(options: argparse.Namespace, loaded: Settings) -> int:
    """Write the empty template with the choices of the sources."""
    from kunskapsgraf.importing.run import write_template  # noqa: PLC0415 - as in bring

    write_template(loaded, Path(options.output))
    print(options.output)
    return 0
